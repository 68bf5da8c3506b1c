"""Click analytics: see ../common.py."""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from common import MAKE, dump, expect, make, objects
from places import table, totals, visitor

PAGES = ["/", "/pricing", "/docs", "/docs/install", "/blog/streams", "/contact", "/login"]

if MAKE:
    random.seed(14)
    visitors = [(visitor(), f"{random.getrandbits(48):012x}") for _ in range(60)]
    made = []
    for _ in range(300):
        ip, client = random.choice(visitors)
        url = "http://www.example.com" + random.choices(PAGES, [9, 4, 5, 3, 2, 1, 2])[0]
        made.append(dump({"ip": ip, "url": url, "clientKey": client}))
    make("clicks.jsonl", made)
    make("places.csv", table())

clicks = objects("clicks.jsonl")
seen, total, unique, visits = set(), 0, 0, []
for click in clicks:
    key = (click["url"], click["clientKey"])
    total, unique = total + 1, unique + (key not in seen)
    seen.add(key)
    visits.append({"total": total, "unique": unique})
expect("visits.jsonl", visits)
expect("locations.jsonl", list(totals(click["ip"] for click in clicks)))
