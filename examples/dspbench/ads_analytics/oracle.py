"""Ads analytics: see ../common.py."""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from collections import Counter

from common import MAKE, expect, iso, lines, make, windows

if MAKE:
    random.seed(18)
    ads = [(ad, random.randrange(100, 130), random.randrange(10**6)) for ad in random.sample(range(20_000_000, 22_000_000), 8)]
    clicks, impressions = [], []
    for number in range(320):
        at = 1_772_440_200_000 + number * 110 + random.randrange(300)
        place = random.choices(range(8), [8, 6, 5, 4, 3, 2, 1, 1])[0]
        ad, advertiser, title = ads[place]
        query = 500 + random.randrange(2 if place < 4 else 1)
        depth = random.randrange(1, 4)
        event = ["url%d.example" % (ad % 97), ad, advertiser, depth, random.randint(1, depth), query, query * 3, title, title + 1]
        event = "\t".join(map(str, event + [random.randrange(10**5)]))
        impressions.append((at, f"{at}\t{event}"))
        if random.random() < 0.3 / (1 + place % 3):
            clicked = at + random.randrange(500, 4000)
            clicks.append((clicked, f"{clicked}\t{event}"))
    # Not quite in order, as servers log.
    for name, events in (("clicks.tsv", clicks), ("impressions.tsv", impressions)):
        make(name, [line for _, line in sorted(events, key=lambda event: event[0] + random.randrange(400))])

counted = {}
for name in ("impressions.tsv", "clicks.tsv"):
    for line in lines(name):
        fields = line.split("\t")
        for start in windows(int(fields[0]), 10_000, 2000):
            key = (start + 10_000, int(fields[6]), int(fields[2]))
            counted.setdefault(key, Counter())[name] += 1
rows = []
for (end, query, ad), counts in sorted(counted.items()):
    shown, clicked = counts["impressions.tsv"], counts["clicks.tsv"]
    if shown and clicked:
        row = {"query": query, "ad": ad, "ctr": clicked / shown, "impressions": shown, "clicks": clicked}
        rows.append(row | {"window_end": iso(end)})
expect("rates.jsonl", rows)
