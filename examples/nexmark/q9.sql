WITH winning AS (
    SELECT * FROM (
        SELECT a.*, b.auction, b.bidder, b.price, b.at AS bid_at, b.extra AS bid_extra,
            row_number() OVER (PARTITION BY a.id ORDER BY b.price DESC, b.at, b.n) AS place
        FROM auction AS a JOIN bid AS b ON a.id = b.auction AND b.at BETWEEN a.at AND a.expires
    ) WHERE place = 1
)
SELECT id, item_name, description, initial_bid, reserve, at, expires, seller, category, extra,
    bidder, price, bid_at, bid_extra
FROM winning;
