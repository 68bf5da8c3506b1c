"""Machine outlier: see ../common.py."""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from collections import defaultdict, deque
from fractions import Fraction
from math import sqrt

from common import MAKE, exact, expect, iso, lines, make, mean

if MAKE:
    random.seed(17)
    made = []
    load = {f"m_{number}": (random.uniform(35, 45), random.uniform(86, 94)) for number in range(1, 13)}
    for step in range(60):
        for machine, (cpu, memory) in load.items():
            cpu, memory = cpu + random.gauss(0, 1.5), memory + random.gauss(0, 0.7)
            if machine == "m_7" and 20 <= step < 38:
                cpu, memory = 97 + random.random(), 12.0
            made.append(f"{machine},{1_772_440_200 + step * 10},{cpu:.2f},{memory:.2f}")
    make("usage.csv", made)

batches = defaultdict(list)
for line in lines("usage.csv"):
    machine, at, cpu, memory = line.split(",")
    batches[int(at)].append((machine, float(cpu), float(memory)))


def well_apart(x, threshold):
    """The topology's median is less than 0.8 % off, so nothing may lie so near."""
    assert abs(x - threshold) > 0.01 * threshold, (x, threshold)
    return x > threshold


recent, rows = defaultdict(lambda: deque(maxlen=10)), []
for at, batch in sorted(batches.items()):
    middle_cpu, middle_memory = (mean([row[column] for row in batch]) / 100 for column in (1, 2))
    streams = []
    for machine, cpu, memory in batch:
        score = 1.0 + sqrt((cpu / 100 - middle_cpu) ** 2 + (memory / 100 - middle_memory) ** 2)
        recent[machine].append(score)
        streams.append((machine, float(exact(recent[machine])), score))
    totals = sorted(total for _, total, _ in streams)
    median, lowest, lowest_now = totals[(len(totals) - 1) // 2], totals[0], min(score for *_, score in streams)
    for machine, total, score in streams:
        far = total > lowest + 2 * sqrt(2) and score > lowest_now + 0.1
        if far and well_apart(total, 2 * median - lowest):
            rows.append({"machine": machine, "at": iso(at * 1000), "stream_score": round(total, 6)})
expect("alerts.jsonl", rows)
