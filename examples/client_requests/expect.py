#!/usr/bin/env python3
"""Makes `access.log`, and computes without Streamwright what has to come of it."""

import json
import random
import re
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from pathlib import Path

HERE = Path(__file__).parent
OUT = HERE / "expected/client_requests"
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
LINE = re.compile(r'(\S+) - - \[(.*?)\] "(\S+) (\S+) \S+" (\d{3}) (\d+|-) "-" "(.*?)"')
LATE_BY, THRESHOLD = 30, 25


def log():
    draw, time, rows = random.Random("client_requests"), 0, []
    clients = [f"192.0.2.{number}" for number in range(1, 9)] + ["2001:db8::7", "198.51.100.3"]
    while time < 1200:
        time += draw.randrange(0, 7)
        busy = 400 < time < 700 and draw.random() < 0.5
        client = "198.51.100.3" if busy else draw.choice(clients[:9])
        shift = draw.choice([0] * 8 + [draw.randrange(30)] + [draw.randrange(60, 200) if draw.random() < 0.3 else 0])
        at = datetime(2026, 3, 2, 8, tzinfo=timezone.utc) + timedelta(seconds=max(0, time - shift))
        status = draw.choice([200] * 9 + [304, 404, 503])
        size = "-" if status == 304 else draw.randrange(100, 9000)
        rows.append(f'{client} - - [{at:%d/%b/%Y:%H:%M:%S +0000}] "GET /{draw.choice("abcdef")} HTTP/1.1" '
                    f'{status} {size} "-" "curl/8"')
    rows.insert(60, "kernel: out of memory")
    (HERE / "access.log").write_text("".join(row + "\n" for row in rows))
    return rows


def stamp(seconds):
    return f"{EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def key(ip):
    address = ip_address(ip)
    return address.version, int(address)


def write(name, rows):
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / name).write_text("".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows))


def main():
    minutes, wide = defaultdict(list), defaultdict(list)
    late, rejects, watermark = [], [], float("-inf")
    for number, line in enumerate(log(), 1):
        found = LINE.fullmatch(line)
        if not found:
            rejects.append({"spout": "requests", "position": number, "code": "malformed", "input": line})
            continue
        ip, time, _, path, status, size, _ = found.groups()
        at = (datetime.strptime(time, "%d/%b/%Y:%H:%M:%S %z") - EPOCH) // timedelta(seconds=1)
        row = at, number, path, int(status), 0 if size == "-" else int(size)
        start = at // 60 * 60
        if start + 60 <= watermark:
            late.append({"ip": ip, "at": stamp(at), "path": path, "missed": stamp(start)})
        else:
            minutes[start, key(ip), ip].append(row)
        for end in range(start + 60, start + 360, 60):
            if end > watermark:
                wide[end, key(ip), ip].append(row)
        watermark = max(watermark, at - LATE_BY)
    write("minutes.jsonl", [
        {"window_start": stamp(start), "ip": ip, "requests": len(rows), "errors": sum(row[3] >= 500 for row in rows),
         "bytes": sum(row[4] for row in rows), "last_path": max(rows)[2]}
        for (start, _, ip), rows in sorted(minutes.items())
    ])
    write("noisy.jsonl", [
        {"window_end": stamp(end), "ip": ip, "requests": len(rows), "paths": len({row[2] for row in rows})}
        for (end, _, ip), rows in sorted(wide.items()) if len(rows) > THRESHOLD
    ])
    write("late.jsonl", late)
    write("rejects.jsonl", rejects)
    clients = defaultdict(list)
    for row in late:
        clients[key(row["ip"]), row["ip"]].append(row["at"])
    text = "ip,late,first,last\n"
    text += "".join(f"{ip},{len(times)},{min(times)},{max(times)}\n" for (_, ip), times in sorted(clients.items()))
    (OUT / "late_clients.csv").write_text(text)


main()
