SELECT DISTINCT p.id, p.name, p.at / 10000 * 10000 AS stime
FROM person AS p JOIN auction AS a ON a.seller = p.id AND a.at / 10000 = p.at / 10000;
