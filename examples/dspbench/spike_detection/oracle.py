"""Spike detection: see ../common.py."""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from collections import defaultdict, deque

from common import MAKE, expect, iso, lines, make, mean

if MAKE:
    random.seed(13)
    start, made = 1_772_440_200_000, []
    warmth = {mote: 19.0 + mote for mote in range(1, 6)}
    for epoch in range(100):
        for mote in warmth:
            at = start + epoch * 31_000 + mote * 1700 + random.randrange(900)
            warmth[mote] += random.gauss(0, 0.05)
            spike = random.choice([-3.0, 2.5, 9.0]) if random.random() < 0.03 else 0.0
            date, clock = iso(at)[:-1].split("T")
            humidity, light, volts = random.gauss(38, 1), random.choice([11.04, 45.08, 97.52]), random.gauss(2.68, 0.01)
            made.append(f"{date} {clock} {epoch} {mote} {warmth[mote] + spike:.4f} {humidity:.4f} {light} {volts:.5f}")
    make("sensors.dat", made)

last, rows = defaultdict(lambda: deque(maxlen=50)), []
for line in lines("sensors.dat"):
    fields = line.split()
    mote, value = int(fields[3]), float(fields[4])
    last[mote].append(value)
    average = mean(last[mote])
    if abs(value - average) > 0.03 * average:
        rows.append({"mote": mote, "average": average, "value": value, "message": "spike detected"})
expect("spikes.jsonl", rows)
