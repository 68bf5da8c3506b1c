SELECT auction, bidder, price, channel, url, at, extra FROM bid;
