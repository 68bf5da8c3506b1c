SELECT auction, bidder, price, at, extra FROM (
    SELECT *, rank() OVER (PARTITION BY at / 10000 ORDER BY price DESC) AS place FROM bid
) WHERE place = 1;
