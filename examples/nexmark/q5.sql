WITH hops(k) AS (VALUES (0), (1), (2), (3), (4)),
counts AS (
    SELECT auction, count(*) AS num, (at / 2000 - k) * 2000 + 10000 AS window_end
    FROM bid, hops GROUP BY auction, window_end
)
SELECT auction, num, window_end FROM counts
WHERE num = (SELECT max(num) FROM counts AS all_counts WHERE all_counts.window_end = counts.window_end);
