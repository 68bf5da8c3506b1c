"""Makes activities and users anew with `--make`, always the same, and computes from them, without Streamwright, what the
topology has to write."""

import csv
import json
import random
import sys
from datetime import datetime, timezone
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).resolve().parent
LATE_BY, SIZE, HOP, ALERT_AT = 30, 600, 300, 8.0


def iso(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def dump(row):
    return json.dumps(row, separators=(",", ":"))


if "--make" in sys.argv[1:]:
    random.seed(22)
    people = [
        ("u01", "Ada Quist", "finance", "false"), ("u02", "Bo Anand", "finance", "false"), ("u03", "Cleo Marsh", "research", "false"),
        ("u04", "Dai Okoro", "research", "true"), ("u05", "Eli Sato", "support", "false"), ("u06", "Fay Lindt", "support", "true"),
    ]
    rows = ["user_id,name,department,contractor"] + [",".join(person) for person in people]
    (HERE / "users.csv").write_text("".join(row + "\n" for row in rows))
    entities = ["payroll", "wiki", "build-7", "customers", "mail"]
    usual = {user: random.choice([2000, 9000, 30_000]) for user, *_ in people} | {"u99": 4000}
    at, made = 1_772_440_200, []
    for number in range(260):
        at += random.choice([1, 4, 9, 15, 30])
        user = random.choices(list(usual), [5, 5, 4, 3, 6, 3, 1])[0]
        size = max(0, int(random.gauss(usual[user], usual[user] / 8)))
        entity, action = random.choice(entities), random.choices(["read", "write", "export", "delete"], [12, 5, 2, 1])[0]
        if number > 180 and user in ("u04", "u06") and random.random() < 0.4:
            size, entity, action = size * 12, "customers", "export"
        when = iso(at - random.choice([0, 0, 0, 2, 12]))
        made.append({"id": 70_000 + number, "at": when, "userId": user, "entity": entity, "action": action, "bytes": size})
    (HERE / "activities.jsonl").write_text("".join(dump(row) + "\n" for row in made))

users = {user["user_id"]: user for user in csv.DictReader((HERE / "users.csv").open())}
enriched, user_scores, entity_scores, critical, warnings = [], [], [], [], []
baselines, windows, watermark = {}, {}, float("-inf")


def alert(at, kind, subject, score, text):
    row = {"at": at, "kind": kind, "subject": subject, "score": score, "text": text}
    (critical if score >= 4.0 * ALERT_AT else warnings).append(row)


def release(until):
    for end, entity in sorted(key for key in windows if key[0] <= until):
        rows = windows.pop((end, entity))
        score = round(float(sum(Fraction(row["score"]) for row in rows)), 3)
        # Of equal scores the earliest.
        suspect = max(rows, key=lambda row: row["score"])["user"]
        count = len({row["user"] for row in rows})
        entity_scores.append({
            "entity": entity, "window_end": iso(end), "activities": len(rows), "users": count, "score": score, "suspect": suspect,
        })
        if score >= 2.0 * ALERT_AT and count > 1:
            alert(iso(end), "entity", entity, score, f"{count} users, most of all {suspect}")


for line in (HERE / "activities.jsonl").read_text().splitlines():
    activity = json.loads(line)
    at = int(datetime.fromisoformat(activity["at"].replace("Z", "+00:00")).timestamp())
    user = users.get(activity["userId"])
    contractor = user is None or user["contractor"] == "true"
    row = {("user" if name == "userId" else name): value for name, value in activity.items()}
    row |= {"name": user and user["name"], "department": user["department"] if user else "unknown", "contractor": contractor}
    enriched.append(row)

    size = float(row["bytes"])
    if row["user"] in baselines:
        found = usual, spread = baselines[row["user"]]
        usual = 0.9 * usual + 0.1 * size
        baselines[row["user"]] = (usual, 0.9 * spread + 0.1 * abs(size - usual))
    else:
        found = baselines[row["user"]] = (size, 0.0)
    weight = {"delete": 3.0, "export": 2.0}.get(row["action"], 1.0)
    score = round(abs(size - found[0]) / (found[1] + 512.0) * weight * (1.5 if contractor else 1.0), 3)
    scored = {name: row[name] for name in ("id", "at", "user", "department", "entity", "action")} | {"score": score}
    user_scores.append(scored)
    if score >= ALERT_AT:
        alert(row["at"], "user", row["user"], score, f"{row['action']} of {row['entity']}")

    for end in range(at - at % HOP + HOP, at + SIZE + 1, HOP):
        assert end > watermark, "nothing here is late"
        windows.setdefault((end, row["entity"]), []).append(scored)
    watermark = max(watermark, at - LATE_BY)
    release(watermark)
release(float("inf"))


def write(name, rows):
    folder = HERE / "expected" / HERE.name
    folder.mkdir(parents=True, exist_ok=True)
    assert rows, f"{name} shows nothing"
    (folder / name).write_text("".join(dump(row) + "\n" for row in rows))


write("enriched.jsonl", enriched)
write("user_scores.jsonl", user_scores)
write("entity_scores.jsonl", entity_scores)
write("stdout", critical)
write("warnings.jsonl", warnings)
