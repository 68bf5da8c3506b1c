"""Fraud detection: see ../common.py."""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from collections import defaultdict, deque

from common import MAKE, expect, lines, make

# How likely one amount, one price class and one pause follow another: low, middle, high; normal, high; long, normal, short.
AMOUNT = {"L": {"L": 0.55, "M": 0.35, "H": 0.10}, "M": {"L": 0.40, "M": 0.45, "H": 0.15}, "H": {"L": 0.45, "M": 0.40, "H": 0.15}}
PRICE = {"N": {"N": 0.85, "H": 0.15}, "H": {"N": 0.70, "H": 0.30}}
PAUSE = {"L": {"L": 0.30, "N": 0.55, "S": 0.15}, "N": {"L": 0.35, "N": 0.50, "S": 0.15}, "S": {"L": 0.30, "N": 0.40, "S": 0.30}}


def follows(last, state):
    return AMOUNT[last[0]][state[0]] * PRICE[last[1]][state[1]] * PAUSE[last[2]][state[2]]


def drawn(choices):
    return random.choices(list(choices), list(choices.values()))[0]


if MAKE:
    random.seed(16)
    names = ["".join(random.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=10)) for _ in range(40)]
    states, made = {name: "LNN" for name in names}, []
    thieves = set(names[:4])
    for number in range(500):
        name = random.choice(names)
        last = states[name]
        states[name] = drawn(AMOUNT[last[0]]) + drawn(PRICE[last[1]]) + drawn(PAUSE[last[2]])
        if name in thieves and number > 250:
            states[name] = random.choice(["HHS", "HHL", "HNS", "MHS"])
        made.append(f"{name},{random.getrandbits(40):010X},{states[name]}")
    make("transactions.csv", made)

recent, rows = defaultdict(lambda: deque(maxlen=5)), []
for line in lines("transactions.csv"):
    entity, _, state = line.split(",")
    recent[entity].append(state)
    states = list(recent[entity])
    if len(states) == 5:
        misses = 0.0
        for last, state in zip(states, states[1:]):
            misses += 1.0 - follows(last, state)
        score = misses / 4.0
        assert abs(score - 0.96) > 1e-9
        if score > 0.96:
            rows.append({"entity": entity, "score": round(score, 9), "states": states})
expect("frauds.jsonl", rows)
