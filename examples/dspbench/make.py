#!/usr/bin/env python3
"""Makes the inputs of all examples here: small, like the original data sets in form, the same each time."""

import csv
import json
import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).parent
START = datetime(2026, 3, 2, 8, 0, 0, tzinfo=timezone.utc)
PLACES = [
    ("203.0.113.0", "Portugal", "Lisbon"), ("198.51.100.0", "Portugal", "Porto"),
    ("192.0.2.0", "Brazil", "Recife"), ("100.64.0.0", "Brazil", "Manaus"),
    ("100.64.1.0", "Brazil", "Recife"), ("100.64.2.0", "Norway", "Bergen"),
]


def at(seconds):
    time = START + timedelta(seconds=seconds)
    text = time.strftime("%Y-%m-%dT%H:%M:%S")
    return text + (f".{time.microsecond // 1000:03}Z" if time.microsecond else "Z")


def lines(path, rows):
    path = HERE / path
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(row + "\n" for row in rows))


def table(path, header, rows):
    path = HERE / path
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([header, *rows])


def compact(row):
    return json.dumps(row, separators=(",", ":"))


def address(draw):
    """An address in one of the places, or in none of them."""
    if draw.random() < 0.1:
        return f"10.0.{draw.randrange(4)}.{draw.randrange(1, 250)}"
    network = draw.choice(PLACES)[0].removesuffix(".0")
    return f"{network}.{draw.randrange(1, 20)}"


def word_count(draw):
    words = "the a whale ship sea captain crew harpoon storm night Queequeg don't white old wind sails".split()
    signs = [" ", " ", " ", " ", ", ", "; ", " -- ", "\t"]

    def sentence():
        text = "".join(draw.choice(words) + draw.choice(signs) for _ in range(draw.randrange(3, 12)))
        return text.strip() + draw.choice(".?!")

    lines("word_count/books.txt", [sentence() for _ in range(150)])


def trending_topics(draw):
    tags = ["#rust", "#storm", "#flink", "#beam", "#kafka", "#data", "#streams", "#news", "#sport", "#music", "#art",
            "#rain", "#coffee", "#jazz"]
    plain = "today we saw it again and nobody knows why".split()
    rows, time = [], 0.0
    for number in range(250):
        time += draw.expovariate(5)
        words = [draw.choice(plain) for _ in range(draw.randrange(2, 6))]
        shift = int(time // 10)
        for _ in range(draw.choice([0, 1, 1, 2])):
            words.append(tags[min(int(draw.expovariate(0.4)) + shift, len(tags) - 1)])
        draw.shuffle(words)
        data = {"id": str(number), "created_at": at(max(0, round(time - draw.random(), 3))), "text": " ".join(words)}
        if draw.random() < 0.04:
            del data["text"]
        rows.append(compact({"data": data}))
    lines("trending_topics/tweets.jsonl", rows)


def spike_detection(draw):
    rows = []
    level = {mote: draw.uniform(18, 24) for mote in range(1, 6)}
    for epoch in range(100):
        for mote in level:
            level[mote] += draw.gauss(0, 0.05)
            spike = 3 if draw.random() < 0.02 else 0
            time = START + timedelta(seconds=31 * epoch + mote, milliseconds=draw.randrange(1000))
            temperature = round(level[mote] + spike, 4)
            rows.append(f"{time:%Y-%m-%d %H:%M:%S}.{time.microsecond // 1000:03} {epoch} {mote} {temperature} "
                        f"{draw.uniform(30, 40):.4f} {draw.choice([45.08, 43.24])} {draw.uniform(2.6, 2.7):.5f}")
    rows.insert(77, "2026-03-02 08:05:00.000 9 3")
    lines("spike_detection/sensors.txt", rows)


def click_analytics(draw):
    urls = [f"/item/{number}" for number in range(12)]
    clients = [f"client-{number}" for number in range(30)]
    rows = [compact({"ip": address(draw), "url": draw.choice(urls), "clientKey": draw.choice(clients)})
            for _ in range(300)]
    lines("click_analytics/clicks.jsonl", rows)
    table("click_analytics/places.csv", ["network", "country", "city"], PLACES)


def log_processing(draw):
    rows, time = [], START
    for _ in range(300):
        time += timedelta(seconds=draw.randrange(0, 8))
        status = draw.choice([200] * 12 + [304, 404, 404, 500])
        size = "-" if status == 304 else draw.randrange(100, 20000)
        rows.append(f'{address(draw)} - - [{time:%d/%b/%Y:%H:%M:%S +0000}] "GET /page/{draw.randrange(9)} HTTP/1.0" '
                    f"{status} {size}")
    rows.insert(123, "a line of another program")
    lines("log_processing/access.log", rows)
    table("log_processing/places.csv", ["network", "country", "city"], PLACES)


def fraud_detection(draw):
    states = [amount + item + gap for amount in "LMH" for item in "NH" for gap in "LNS"]
    model = []
    for before in states:
        weights = [draw.expovariate(1) ** 3 for _ in states]
        parts = [max(1, round(10_000 * weight / sum(weights))) for weight in weights]
        parts[parts.index(max(parts))] += 10_000 - sum(parts)
        model += [[before, after, part / 10_000] for after, part in zip(states, parts)]
    table("fraud_detection/model.csv", ["before", "after", "probability"], model)
    chance = {(before, after): part for before, after, part in model}
    card = {f"card-{number:02}": draw.choice(states) for number in range(25)}
    rows = []
    for number in range(600):
        name = draw.choice(list(card))
        if name == "card-07":
            card[name] = min(states, key=lambda after: (chance[card[name], after], draw.random()))
        else:
            card[name] = draw.choices(states, [chance[card[name], after] for after in states])[0]
        rows.append([name, f"tx-{number:04}", card[name]])
    table("fraud_detection/transactions.csv", ["card", "transaction", "state"], rows)


def machine_outlier(draw):
    rows = []
    base = {f"m_{number:03}": (draw.uniform(20, 40), draw.uniform(40, 60)) for number in range(20)}
    for tick in range(40):
        for machine, (cpu, memory) in base.items():
            bad = machine == "m_013" and tick >= 15
            used = 99.0 if bad else min(100.0, max(0.0, cpu + draw.gauss(0, 3)))
            rows.append([machine, at(10 * tick), f"{used:.1f}", f"{100 if bad else memory + draw.gauss(0, 2):.1f}"])
    table("machine_outlier/usage.csv", ["machine", "at", "cpu", "memory"], rows)


def ads_analytics(draw):
    shown, clicked, time = [], [], 0.0
    for _ in range(500):
        time += draw.expovariate(10)
        query, ad = draw.randrange(3), draw.randrange(4)
        shown.append([at(round(time, 3)), query, ad, draw.randrange(60)])
        if draw.random() < 0.05 + 0.1 * ad:
            clicked.append([at(round(time + draw.random() * 3, 3)), query, ad, shown[-1][3]])
    clicked.sort()
    header = ["at", "query_id", "ad_id", "user_id"]
    table("ads_analytics/impressions.csv", header, shown)
    table("ads_analytics/clicks.csv", header, clicked)


def bargain_index(draw):
    price = {"ACME": 50.0, "INIT": 12.0, "ZORK": 101.0}
    trades, quotes = [], []
    for day in range(2):
        time = 86_400 * day
        for _ in range(200):
            time += draw.randrange(5, 90)
            stock = draw.choice(list(price))
            price[stock] = round(max(1.0, price[stock] + draw.gauss(0, 0.3)), 2)
            trades.append([at(time), stock, price[stock], draw.randrange(1, 20) * 100])
            if draw.random() < 0.7:
                ask = round(price[stock] + draw.gauss(0.2, 0.5), 2)
                quotes.append([at(time + draw.randrange(4)), stock, ask, draw.randrange(1, 10) * 100])
    table("bargain_index/trades.csv", ["at", "stock", "price", "volume"], trades)
    table("bargain_index/quotes.csv", ["at", "stock", "price", "size"], quotes)


def traffic_monitoring(draw):
    roads = [(south, west) for south in range(3990, 3996) for west in range(11630, 11637) if draw.random() < 0.7]
    table("traffic_monitoring/roads.csv", ["cell", "road"],
          [[f"{south}:{west}", 100 + number // 3] for number, (south, west) in enumerate(roads)])
    rows = []
    for number in range(500):
        south, west = draw.choice(roads) if draw.random() < 0.9 else (3950, 11600)
        speed = draw.choice([0, 120]) if draw.random() < 0.06 else round(draw.gauss(35, 8))
        latitude, longitude = (south + draw.uniform(0.05, 0.95)) / 100, (west + draw.uniform(0.05, 0.95)) / 100
        if draw.random() < 0.02:
            latitude += 5
        rows.append([f"taxi-{draw.randrange(40):02}", at(number), draw.randrange(2), speed, draw.randrange(360),
                     f"{latitude:.6f}", f"{longitude:.6f}"])
    table("traffic_monitoring/taxis.csv", ["vehicle", "at", "occupied", "speed", "bearing", "latitude", "longitude"], rows)


if __name__ == "__main__":
    for make in [word_count, trending_topics, spike_detection, click_analytics, log_processing, fraud_detection,
                 machine_outlier, ads_analytics, bargain_index, traffic_monitoring]:
        make(random.Random(make.__name__))
