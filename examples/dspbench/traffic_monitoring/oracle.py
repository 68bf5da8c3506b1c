"""Traffic monitoring: see ../common.py."""

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from collections import defaultdict, deque
from csv import DictReader
from math import cos, floor, radians, sqrt

from common import MAKE, exact, expect, iso, lines, make, mean


def crossing(road, across):
    """How far along a road another one crosses it."""
    keys = ("latitude", "longitude", "to_latitude", "to_longitude")
    (y, x, to_y, to_x), (b, a, to_b, to_a) = ([line[key] for key in keys] for line in (road, across))
    by_y, by_x, by_b, by_a = to_y - y, to_x - x, to_b - b, to_a - a
    return ((a - x) * by_b - (b - y) * by_a) / (by_x * by_b - by_y * by_a)


if MAKE:
    random.seed(20)
    # Two squares of a city, each with streets that run west to east and south to north.
    squares, streets = {}, []
    for number in range(10):
        corner = (39.9, 116.3 if number < 5 else 116.4)
        if number % 2:
            longitude = corner[1] + 0.01 * (1 + number % 5)
            ends = (corner[0], longitude, corner[0] + 0.1, longitude + 0.004)
        else:
            latitude = corner[0] + 0.01 * (1 + number % 5)
            ends = (latitude, corner[1], latitude + 0.004, corner[1] + 0.1)
        keys = ("latitude", "longitude", "to_latitude", "to_longitude")
        road = {"id": 4000 + number, "width": float(random.choice([8, 12, 20]))} | dict(zip(keys, (round(x, 6) for x in ends)))
        squares.setdefault(f"{round(corner[0] * 10)}_{round(corner[1] * 10)}", []).append(road)
        streets.append(road)
    make("roads.csv", [",".join(streets[0])] + [",".join(map(str, road.values())) for road in streets])
    named = [f"{name},{' '.join(str(road['id']) for road in roads)}" for name, roads in squares.items()]
    make("squares.csv", ["name,roads"] + named)
    made = []
    for number in range(450):
        road = random.choices(streets, [9, 7, 5, 4, 3, 2, 2, 1, 1, 1])[0]
        share, away = random.random(), random.gauss(0, 0.00005)
        if number % 25 == 0:
            # At a crossing two roads fit.
            across = random.choice([other for other in streets if other["id"] // 5 == road["id"] // 5 and (other["id"] - road["id"]) % 2])
            share, away = crossing(road, across), 0.0
        latitude = road["latitude"] + share * (road["to_latitude"] - road["latitude"]) + away
        longitude = road["longitude"] + share * (road["to_longitude"] - road["longitude"]) + away
        speed = max(0.0, random.gauss(42, 9)) if random.random() > 0.07 else random.choice([0.0, 0.0, 3.0, 118.0])
        at = iso(1_772_440_200_000 + number * 4000)[:-1]
        made.append(f"{4_186_585 + number},{33_556 + random.randrange(30)},{at},{latitude:.5f},{longitude:.5f},{speed:.1f},{random.randrange(360)}")
    make("taxi_traces.csv", made)

roads = {int(row["id"]): {name: float(x) for name, x in row.items()} for row in DictReader(lines("roads.csv"))}
squares = {row["name"]: [(int(id), roads[int(id)]) for id in row["roads"].split()] for row in DictReader(lines("squares.csv"))}


def distance(latitude, longitude, road):
    """The metres between a place and a road, on a plane that touches the earth there."""
    east = lambda place, at: (place - road["longitude"]) * 111_200.0 * cos(radians(at))
    north = lambda place: (place - road["latitude"]) * 111_200.0
    x, y = east(longitude, latitude), north(latitude)
    to_x, to_y = east(road["to_longitude"], latitude), north(road["to_latitude"])
    foot = min(max((x * to_x + y * to_y) / (to_x * to_x + to_y * to_y), 0.0), 1.0)
    return sqrt((x - foot * to_x) ** 2 + (y - foot * to_y) ** 2)


last, rows = defaultdict(lambda: deque(maxlen=30)), []
for line in lines("taxi_traces.csv"):
    _, _, at, latitude, longitude, speed, _ = line.split(",")
    latitude, longitude, speed = float(latitude), float(longitude), float(speed)
    if speed <= 0:
        continue
    near = squares.get(f"{floor(latitude * 10)}_{floor(longitude * 10)}", [])
    away = [(distance(latitude, longitude, road) - road["width"], id) for id, road in near]
    assert all(abs(beside) > 1e-6 for beside, _ in away)
    road = next((id for beside, id in away if beside < 0), None)
    if road is None:
        continue
    speeds = last[road]
    speeds.append(speed)
    average, count = mean(speeds), len(speeds)
    middle = exact(speeds) / count
    spread = sqrt(sum((exact([speed]) - middle) ** 2 for speed in speeds) / count)
    assert abs(abs(speed - average) - 2 * spread) > 1e-9 or count < 3
    usual = count < 3 or abs(speed - average) <= 2 * spread
    rows.append({"road": road, "at": f"{at}Z", "average": int(average) if usual else 0, "count": count if usual else 0})
expect("speeds.jsonl", rows)
