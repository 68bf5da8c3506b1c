SELECT auction, bidder, price, at, extra,
    strftime('%Y-%m-%d', at / 1000, 'unixepoch') AS day, strftime('%H:%M', at / 1000, 'unixepoch') AS minute
FROM bid;
