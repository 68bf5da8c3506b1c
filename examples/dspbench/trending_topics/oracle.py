"""Trending topics: see ../common.py."""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from collections import Counter, defaultdict
from datetime import datetime

from common import EPOCH, MAKE, dump, expect, iso, make, objects, windows

TOPICS = "#rust #rain #derby #election #coffee #storm #cats #jazz #f1 #train #opera #bread #moon #chess #lake".split()
SAID = ["so it begins", "who else is here", "can not believe this", "what a day", "again", "ok then", "live now", "more of it"]

if MAKE:
    random.seed(12)
    start, made = 1_772_440_200_000, []
    for number in range(200):
        at = start + number * 130 + random.randrange(400)
        # What people talk about changes half way.
        weights = [1 / (1 + (place + (7 if number > 110 else 0)) % len(TOPICS)) for place in range(len(TOPICS))]
        topics = random.choices(TOPICS, weights, k=random.choice([0, 1, 1, 2, 3]))
        words = random.choice(SAID).split() + topics
        random.shuffle(words)
        text = None if number % 37 == 5 else " ".join(words)
        data = {"author_id": str(random.randrange(10**6)), "created_at": iso(at), "text": text, "id": str(10**12 + number)}
        made.append(dump({"data": data, "matching_rules": [{"id": 7, "tag": "all"}]}))
    make("posts.jsonl", made)

mentions = defaultdict(Counter)
for post in objects("posts.jsonl"):
    made = datetime.fromisoformat(post["data"]["created_at"].replace("Z", "+00:00")) - EPOCH
    at = made.days * 86_400_000 + made.seconds * 1000 + made.microseconds // 1000
    for word in (post["data"]["text"] or "").split():
        if word.startswith("#"):
            for start in windows(at, 10_000, 2000):
                mentions[start + 10_000][word] += 1
rows = []
for end in sorted(mentions):
    best = sorted(mentions[end].items(), key=lambda topic: (-topic[1], topic[0]))[:10]
    rows += [{"at": iso(end), "rank": rank + 1, "topic": topic, "mentions": n} for rank, (topic, n) in enumerate(best)]
expect("rankings.jsonl", rows)
