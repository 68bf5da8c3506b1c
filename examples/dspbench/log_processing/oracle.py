"""Log processing: see ../common.py."""

import random
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from collections import Counter
from datetime import datetime, timedelta, timezone

from common import EPOCH, MAKE, expect, iso, lines, make
from places import table, totals, visitor

LINE = re.compile(r'(\S+) (\S+) (\S+) \[(.+?)\] "(.+)" (\d{3}) (\d+|-)')
ZONE = timezone(timedelta(hours=1))

if MAKE:
    random.seed(15)
    at, made = datetime(2026, 3, 2, 9, 30, tzinfo=ZONE), []
    for number in range(300):
        at += timedelta(seconds=random.choice([0, 0, 1, 2, 5, 11, 26]))
        path = random.choice(["/", "/images/logo.gif", "/shuttle/countdown/", "/history/apollo/", "/cgi-bin/imagemap?70,23"])
        status = random.choices([200, 304, 302, 404, 500], [80, 9, 5, 5, 1])[0]
        size = "-" if status == 304 else random.randrange(200, 60_000)
        user = random.choice(["-", "-", "-", "-", "ada"])
        when = at.strftime("%d/%b/%Y:%H:%M:%S %z")
        made.append(f'{visitor()} - {user} [{when}] "GET {path} HTTP/1.0" {status} {size}')
    made[140] = "the server was restarted"
    make("access.log", made)
    make("places.csv", table())

minutes, statuses, addresses = Counter(), Counter(), []
volume_rows, status_rows, rejects = [], [], []
for position, line in enumerate(lines("access.log"), 1):
    match = LINE.fullmatch(line)
    if not match:
        rejects.append((position, line))
        continue
    at = int((datetime.strptime(match[4], "%d/%b/%Y:%H:%M:%S %z") - EPOCH).total_seconds())
    minute, status = iso((at - at % 60) * 1000), int(match[6])
    minutes[minute] += 1
    statuses[status] += 1
    volume_rows.append({"minute": minute, "count": minutes[minute]})
    status_rows.append({"status": status, "count": statuses[status]})
    addresses.append(match[1])
expect("volumes.jsonl", volume_rows)
expect("statuses.jsonl", status_rows)
expect("countries.jsonl", list(totals(addresses)))
letter = {"spout": "requests", "position": None, "bolt": None, "code": "malformed", "error": None, "input": None}
cause = "the pattern does not fit: expected ` [` somewhere from column 12 on"
expect("rejects.jsonl", [letter | {"position": at, "error": cause, "input": line} for at, line in rejects])
