SELECT bidder, count(*) AS bid_count, at / 10000 * 10000 AS window_start, at / 10000 * 10000 + 10000 AS window_end
FROM bid GROUP BY bidder, at / 10000;
