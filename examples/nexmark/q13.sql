SELECT auction, bidder, price, at, value FROM bid JOIN side_input ON key = auction % 10000;
