WITH one AS (SELECT *, substr(url, length('https://www.nexmark.com/') + 1) AS path FROM bid),
two AS (SELECT *, substr(path, 1, instr(path, '/') - 1) AS dir1, substr(path, instr(path, '/') + 1) AS behind1 FROM one),
three AS (
    SELECT *, substr(behind1, 1, instr(behind1, '/') - 1) AS dir2, substr(behind1, instr(behind1, '/') + 1) AS behind2
    FROM two
)
SELECT auction, bidder, price, channel, dir1, dir2, substr(behind2, 1, instr(behind2, '/') - 1) AS dir3 FROM three;
