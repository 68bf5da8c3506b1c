"""Bargain index: see ../common.py."""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from math import exp

from common import MAKE, exact, expect, lines, make

if MAKE:
    random.seed(19)
    prices = {"AAPL": 187.2, "BRKR": 63.1, "DPZ": 412.5, "FSLR": 171.8}
    files = {"trades": [], "quotes": []}
    for day in ("2026-03-02", "2026-03-03"):
        for minute in range(0, 390, 2):
            stock = random.choice(list(prices))
            prices[stock] *= 1 + random.gauss(0, 0.004)
            kind = random.choice(["trades", "quotes"])
            at = f"{day}T{14 + (30 + minute) // 60:02}:{(30 + minute) % 60:02}:{random.randrange(60):02}Z"
            asked = prices[stock] * (1.002 if kind == "quotes" else 1)
            files[kind].append(f"{stock},{at},{asked:.2f},{random.randrange(1, 60) * 100}")
    for kind, made in files.items():
        make(f"{kind}.csv", ["stock,at,price,volume"] + made)

deals = [(line.split(","), kind) for kind in ("trades", "quotes") for line in lines(f"{kind}.csv")[1:]]
vwaps, values, volumes, rows = {}, {}, {}, []
for (stock, at, price, volume), kind in sorted(deals, key=lambda deal: deal[0][1]):
    price, volume = float(price), int(volume)
    if kind == "trades":
        key = (stock, at[:10])
        values[key] = values.get(key, 0) + exact([price * volume])
        volumes[key] = volumes.get(key, 0) + volume
        vwaps[stock] = float(values[key]) / volumes[key]
    elif stock in vwaps and vwaps[stock] > price:
        index = exp(vwaps[stock] - price) * volume
        if index > 0.001:
            rows.append({"stock": stock, "at": at, "price": price, "volume": volume, "index": round(index, 6)})
expect("bargains.jsonl", rows)
