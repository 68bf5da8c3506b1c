WITH gaps AS (
    SELECT bidder, at, at - lag(at) OVER (PARTITION BY bidder ORDER BY at) < 10000 AS goes_on FROM bid
),
numbered AS (
    SELECT bidder, at, sum(NOT coalesce(goes_on, 0)) OVER (PARTITION BY bidder ORDER BY at) AS session FROM gaps
)
SELECT bidder, count(*) AS bid_count, min(at) AS window_start, max(at) + 10000 AS window_end
FROM numbered GROUP BY bidder, session;
