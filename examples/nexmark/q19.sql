SELECT auction, bidder, price, channel, url, at, extra, rank FROM (
    SELECT *, row_number() OVER (PARTITION BY auction ORDER BY price DESC, at, n) AS rank FROM bid
) WHERE rank <= 10;
