#!/usr/bin/env python3
"""What each example here has to write, computed without Streamwright, straight from the inputs."""

import csv
import json
import math
import re
from collections import defaultdict, deque
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from statistics import median_low

HERE = Path(__file__).parent
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def table(path):
    with (HERE / path).open() as file:
        return list(csv.DictReader(file))


def lines(path):
    return [json.loads(line) for line in (HERE / path).read_text().splitlines()]


def seconds(text):
    """Seconds since 1970, exact."""
    return Fraction((datetime.fromisoformat(text) - EPOCH) // timedelta(milliseconds=1), 1000)


def stamp(seconds):
    time = EPOCH + timedelta(milliseconds=int(seconds * 1000))
    fraction = f".{time.microsecond // 1000:03}".rstrip("0") if time.microsecond else ""
    return f"{time:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def mean(values):
    """Exact, and rounded once."""
    values = list(values)
    return float(sum(map(Fraction, values)) / len(values))


def write(example, name, rows):
    folder = HERE / example / "expected" / example
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, separators=(",", ":"), ensure_ascii=False) + "\n" for row in rows)
    (folder / name).write_text(text)


def letter(spout, position, text):
    return {"spout": spout, "position": position, "code": "malformed", "input": text}


def word_count():
    counts, rows = defaultdict(int), []
    for line in (HERE / "word_count/books.txt").read_text().splitlines():
        for word in re.split(r"\W+", line):
            if word:
                counts[word] += 1
                rows.append({"word": word, "count": counts[word]})
    write("word_count", "counts.jsonl", rows)


def trending_topics():
    windows = defaultdict(lambda: defaultdict(int))
    for tweet in lines("trending_topics/tweets.jsonl"):
        data = tweet["data"]
        period = seconds(data["created_at"]) // 2
        for word in data.get("text", "").split():
            if word.startswith("#"):
                for later in range(5):
                    windows[(period + later + 1) * 2][word] += 1
    rows = []
    for end in sorted(windows):
        ranked = sorted(windows[end].items(), key=lambda entry: (-entry[1], entry[0]))[:10]
        for rank, (word, count) in enumerate(ranked, 1):
            rows.append({"window_end": stamp(end), "rank": rank, "word": word, "count": count})
    write("trending_topics", "rankings.jsonl", rows)


def spike_detection():
    recent, rows, letters = defaultdict(lambda: deque(maxlen=50)), [], []
    for number, line in enumerate((HERE / "spike_detection/sensors.txt").read_text().splitlines(), 1):
        words = line.split(" ")
        if len(words) != 8:
            letters.append(letter("sensors", number, line))
            continue
        device, value = words[3], float(words[4])
        recent[device].append(value)
        average = mean(recent[device])
        if abs(value - average) > 0.03 * average:
            rows.append({"device": device, "moving_average": average, "value": value, "message": "spike detected"})
    write("spike_detection", "spikes.jsonl", rows)
    write("spike_detection", "rejects.jsonl", letters)


def locations(example, addresses):
    places = {place["network"].removesuffix(".0"): place for place in table(f"{example}/places.csv")}
    countries, cities, rows = defaultdict(int), defaultdict(int), []
    for address in addresses:
        place = places.get(address.rsplit(".", 1)[0])
        if place is None:
            continue
        country, city = place["country"], place["city"]
        countries[country] += 1
        cities[country, city] += 1
        rows.append({"country": country, "country_total": countries[country],
                     "city": city, "city_total": cities[country, city]})
    write(example, "locations.jsonl", rows)


def click_analytics():
    clicks, seen, rows = lines("click_analytics/clicks.jsonl"), set(), []
    for total, click in enumerate(clicks, 1):
        seen.add((click["url"], click["clientKey"]))
        rows.append({"total_count": total, "total_unique": len(seen)})
    write("click_analytics", "visits.jsonl", rows)
    locations("click_analytics", [click["ip"] for click in clicks])


def log_processing():
    minutes, statuses, addresses = defaultdict(int), defaultdict(int), []
    by_minute, by_status, letters = [], [], []
    for number, line in enumerate((HERE / "log_processing/access.log").read_text().splitlines(), 1):
        found = re.fullmatch(r'(\S+) - - \[(.*?)\] "(.*?)" (\d+) (\d+|-)', line)
        if not found:
            letters.append(letter("log", number, line))
            continue
        addresses.append(found[1])
        time = datetime.strptime(found[2], "%d/%b/%Y:%H:%M:%S %z")
        minute, status = stamp((time - EPOCH) // timedelta(minutes=1) * 60), int(found[4])
        minutes[minute] += 1
        statuses[status] += 1
        by_minute.append({"minute": minute, "count": minutes[minute]})
        by_status.append({"response": status, "count": statuses[status]})
    write("log_processing", "volumes.jsonl", by_minute)
    write("log_processing", "statuses.jsonl", by_status)
    write("log_processing", "rejects.jsonl", letters)
    locations("log_processing", addresses)


def fraud_detection():
    model = {(row["before"], row["after"]): float(row["probability"]) for row in table("fraud_detection/model.csv")}
    last, misses, rows = {}, defaultdict(lambda: deque(maxlen=4)), []
    for row in table("fraud_detection/transactions.csv"):
        card, state = row["card"], row["state"]
        if card in last:
            misses[card].append(1.0 - model[last[card], state])
            score = mean(misses[card])
            if len(misses[card]) == 4 and score > 0.96:
                rows.append({"card": card, "transaction": row["transaction"], "score": score})
        last[card] = state
    write("fraud_detection", "outliers.jsonl", rows)


def machine_outlier():
    ticks, recent, rows = defaultdict(list), defaultdict(lambda: deque(maxlen=10)), []
    for row in table("machine_outlier/usage.csv"):
        ticks[row["at"]].append((row["machine"], float(row["cpu"]), float(row["memory"])))
    for at, machines in ticks.items():
        cpu_mean = mean(cpu / 100.0 for _, cpu, _ in machines)
        memory_mean = mean(memory / 100.0 for _, _, memory in machines)
        scored = []
        for machine, cpu, memory in machines:
            cpu_off, memory_off = cpu / 100.0 - cpu_mean, memory / 100.0 - memory_mean
            score = 1.0 + math.sqrt(cpu_off * cpu_off + memory_off * memory_off)
            recent[machine].append(score)
            scored.append((machine, math.fsum(recent[machine]), score, cpu, memory))
        median = median_low(stream for _, stream, *_ in scored)
        least_stream, least = min(row[1] for row in scored), min(row[2] for row in scored)
        for machine, stream, score, cpu, memory in scored:
            unlike = stream > 2 * median - least_stream and stream > least_stream + 2 * math.sqrt(2)
            if unlike and score > 0.1 + least:
                rows.append({"machine": machine, "stream_score": stream, "at": at, "cpu": cpu, "memory": memory})
    write("machine_outlier", "alerts.jsonl", rows)


def ads_analytics():
    windows = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for kind, file in enumerate(["impressions", "clicks"]):
        for row in table(f"ads_analytics/{file}.csv"):
            period = seconds(row["at"]) // 2
            for later in range(5):
                windows[(period + later + 1) * 2][int(row["query_id"]), int(row["ad_id"])][kind] += 1
    rows = []
    for end in sorted(windows):
        for (query, ad), (shown, clicked) in sorted(windows[end].items()):
            if shown and clicked:
                rows.append({"query_id": query, "ad_id": ad, "ctr": clicked / shown, "impressions": shown,
                             "clicks": clicked, "window_end": stamp(end)})
    write("ads_analytics", "ctr.jsonl", rows)


def bargain_index():
    events = [(seconds(row["at"]), 0, row) for row in table("bargain_index/trades.csv")]
    events += [(seconds(row["at"]), 1, row) for row in table("bargain_index/quotes.csv")]
    latest, clock = [], {0: -math.inf, 1: -math.inf}
    for at, kind, row in events:
        clock[kind] = max(clock[kind], at)
        latest.append((clock[kind], kind, at, row))
    latest.sort(key=lambda event: event[:2])
    value, volume, vwap, rows = defaultdict(Fraction), defaultdict(int), {}, []
    for _, kind, at, row in latest:
        stock, price = row["stock"], float(row["price"])
        if kind == 0:
            day = stock, row["at"][:10]
            value[day] += Fraction(price * float(row["volume"]))
            volume[day] += int(row["volume"])
            vwap.setdefault(stock, []).append((at, float(value[day]) / float(volume[day])))
        else:
            known = [entry for entry in vwap.get(stock, []) if entry[0] <= at]
            average = max(known, key=lambda entry: entry[0])[1] if known else -math.inf
            # The last of those at one time.
            average = [entry[1] for entry in known if entry[0] == max(known)[0]][-1] if known else average
            size = int(row["size"])
            index = round(math.exp(average - price) * float(size), 6) if average > price else 0.0
            if index > 0.001:
                rows.append({"stock": stock, "price": price, "size": size, "index": index})
    write("bargain_index", "bargains.jsonl", rows)


def traffic_monitoring():
    roads = {row["cell"]: int(row["road"]) for row in table("traffic_monitoring/roads.csv")}
    speeds, rows = defaultdict(list), []
    for row in table("traffic_monitoring/taxis.csv"):
        speed, latitude, longitude = int(row["speed"]), float(row["latitude"]), float(row["longitude"])
        if speed <= 0 or not (39.689602 <= latitude <= 40.12241 and 116.105789 <= longitude <= 116.670021):
            continue
        road = roads.get(f"{math.floor(latitude * 100.0)}:{math.floor(longitude * 100.0)}")
        if road is None:
            continue
        speeds[road].append(speed)
        count = len(speeds[road])
        exact = Fraction(sum(speeds[road]), count)
        spread = math.sqrt(float(sum((value - exact) ** 2 for value in speeds[road]) / count))
        if abs(float(speed) - float(exact)) <= 2.0 * spread or count < 3:
            rows.append({"at": row["at"], "road": road, "average_speed": float(exact), "count": count})
    write("traffic_monitoring", "speeds.jsonl", rows)


if __name__ == "__main__":
    for expect in [word_count, trending_topics, spike_detection, click_analytics, log_processing, fraud_detection,
                   machine_outlier, ads_analytics, bargain_index, traffic_monitoring]:
        expect()
