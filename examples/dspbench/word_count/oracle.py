"""Word count: see ../common.py."""

import random
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from collections import Counter

from common import MAKE, expect, lines, make

OPENINGS = ["In the morning", "Nobody knew why", "At the harbour", "Long before noon", "Once, in winter,", "It is said that"]
WHO = ["the ferryman", "an old clerk", "the miller's daughter", "a boy with a drum", "the night watch", "two sisters"]
DID = ["counted the boats", "lost a letter", "sold the last lantern", "waited for the mail", "mended a net", "rang the bell"]
WHERE = ["by the river", "under the bridge", "behind the mill", "at the east gate", "in the rain"]
CLOSINGS = [".", "!", " - again.", ", and went home.", "; the river was high.", " (or so it seemed)."]

if MAKE:
    random.seed(11)
    made = []
    for _ in range(120):
        parts = [random.choice(words) for words in (OPENINGS, WHO, DID, WHERE)]
        made.append(" ".join(parts) + random.choice(CLOSINGS))
    make("sentences.txt", made)

counts, rows = Counter(), []
for line in lines("sentences.txt"):
    for word in re.split(r"\W+", line):
        if word:
            counts[word] += 1
            rows.append({"word": word, "count": counts[word]})
expect("counts.jsonl", rows)
