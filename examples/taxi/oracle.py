"""Makes trips.csv with --make. Without, computes from it, without Streamwright, what taxi.topo has to write, and compares `expected/`
with that."""
import json, math, random, sys
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path
HERE = Path(__file__).resolve().parent
T0 = 1357045200  # 2013-01-01T13:00:00Z
SOUTH, EAST = 0.004491556, 0.005986
def iso(t): return datetime.fromtimestamp(t, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
def human(t): return datetime.fromtimestamp(t, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
def make():
    r = random.Random(2015); out = []
    spots = [(40.70 + r.random() * 0.1, -74.02 + r.random() * 0.08) for _ in range(24)]
    for n in range(36):
        t = T0 + r.randrange(0, 3600); end = T0 + r.randrange(4, 7) * 3600; lic = f"L{n % 80:03}"
        a = r.choice(spots)
        while t < end:
            b = r.choice(spots[:6] if r.random() < 0.6 else spots); took = r.randrange(120, 2400)
            miles = round(took / 3600 * r.uniform(5, 25), 2)
            fare = round(2.5 + miles * 2.5, 1); tip = round(fare * 0.2, 2) if r.random() < 0.5 else 0
            tolls = 4.8 if r.random() < 0.05 else 0; total = round(fare + 0.5 + tip + tolls, 2)
            row = [f"T{n:03}", lic, human(t), human(t + took), took, miles, round(a[1], 6), round(a[0], 6), round(b[1], 6), round(b[0], 6), "CRD" if tip else r.choice(["CSH", "CSH", "DIS"]), fare, 0.5, 0.5, tip, tolls, total]
            k = r.random()
            if k < 0.01: row[6] = row[7] = 0
            elif k < 0.02: row[5] = round(took / 3600 * 130, 2)
            elif k < 0.03: row[11] = row[14] = 0; row[10] = "NOC"
            elif k < 0.035: row[3] = row[2]
            elif k < 0.04: row[12:] = ["", "", "", "", ""]
            elif k < 0.045: row[9] = "-"
            out.append((t + took, ",".join(map(str, row))))
            if r.random() < 0.01: continue                       # the same taxi twice at once
            t += took + r.randrange(30, 1500); a = b if r.random() < 0.7 else r.choice(spots)
    out.sort(key=lambda x: x[0] + r.uniform(0, 50)); lines = [x[1] for x in out]
    for _ in range(12): i = r.randrange(0, len(lines) // 2); x = lines.pop(i); lines.insert(i + r.randrange(60, 600), x)
    for bad in ["", "medallion,hack_license,pickup_datetime", "T1,L1,2013-13-01 00:00:00,x", '"T2,L2,a stray quote', "\ufeff"]: lines.insert(r.randrange(len(lines)), bad)
    (HERE / "trips.csv").write_text("\n".join(lines) + "\n")
def stamp(s): return int(datetime.strptime(s, "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc).timestamp())
def row_(lat): return int(math.floor((41.474937 + SOUTH / 2.0 - lat) / SOUTH)) + 1
def col_(lon): return int(math.floor((lon + 74.913585 + EAST / 2.0) / EAST)) + 1
def median(v): v = sorted(v); return v[(len(v) - 1) // 2]
def mean(v): return float(sum(map(Fraction, v)) / len(v))
def check(name, rows, keys):
    """Compares these columns of a file's rows, in any order, with what was computed here."""
    read = [json.loads(line) for line in (HERE / "expected/taxi" / name).read_text().splitlines()]
    if name == "payments.jsonl": read = list({(row["window_start"], row["payment"]): row for row in read}.values())
    found = sorted(json.dumps([row[key] for key in keys]) for row in read)
    wanted = sorted(json.dumps([row[key] for key in keys]) for row in rows)
    assert found == wanted, (name, [row for row in found if row not in wanted][:3], [row for row in wanted if row not in found][:3])
    print(name, len(rows))
def windows(rows, size, hop, late=60):
    out, wm = defaultdict(list), None
    for r in rows:
        t = r["at"]
        if r["ok"]:
            s = t // hop * hop
            while s > t - size:
                if wm is None or s + size > wm: out[s].append(r)
                s -= hop
        wm = max(wm if wm is not None else -10**18, t - late)
    return out
def main():
    if "--make" in sys.argv: make()
    rows, bad = [], 0
    for n, line in enumerate((HERE / "trips.csv").read_text().splitlines()):
        if not line: continue
        f = line.split(",")
        try:
            assert len(f) == 17
            r = dict(n=n, taxi=f[0], lic=f[1], up=stamp(f[2]), at=stamp(f[3]), miles=float(f[5]), lon=float(f[6]), lat=float(f[7]), lon2=float(f[8]), lat2=float(f[9]), pay=f[10], fare=float(f[11]), tip=float(f[14]), total=float(f[16]))
        except Exception: bad += 1; continue
        g = lambda a, o: 1 <= row_(a) <= 300 and 1 <= col_(o) <= 300
        r["ok"] = g(r["lat"], r["lon"]) and g(r["lat2"], r["lon2"]) and r["miles"] >= 0 and r["fare"] >= 0 and r["tip"] >= 0 and r["at"] > r["up"]
        r["start"] = f"{col_(r['lon'])}.{row_(r['lat'])}"; r["stop"] = f"{col_(r['lon2'])}.{row_(r['lat2'])}"
        rows.append(r)
    print(len(rows), bad)
    out = []
    for s, v in sorted(windows(rows, 1800, 300).items()):
        g = defaultdict(list)
        for r in v: g[r["start"], r["stop"]].append(r)
        q = sorted([(-len(x), -max(r["at"] for r in x), k, x) for k, x in g.items()], key=lambda z: z[:3])
        rank = 0
        for i, z in enumerate(q):
            if i == 0 or z[:2] != q[i - 1][:2]: rank = i + 1
            if rank > 10: break
            out.append({"start": z[2][0], "stop": z[2][1], "trips": -z[0], "latest": iso(-z[1]), "rank": rank})
    check("routes.jsonl", out, ["start", "stop", "trips", "latest", "rank"])
    prof, empty = {}, defaultdict(list)
    for s, v in windows(rows, 900, 300).items():
        g = defaultdict(list)
        for r in v: g[r["start"]].append(r["fare"] + r["tip"])
        for a, x in g.items(): prof[s + 900, a] = (median(x), len(x))
    for s, v in windows(rows, 1800, 300).items():
        g = {}
        for r in v:
            if r["taxi"] not in g or r["at"] >= g[r["taxi"]]["at"]: g[r["taxi"]] = r
        for t, r in g.items(): empty[s + 1800, r["stop"]].append(s + 1800 - r["at"])
    best = defaultdict(list)
    for (e, a), (p, n) in prof.items():
        if (e, a) in empty and p > 0: q = empty[e, a]; best[e].append((round(p / len(q), 4), a, p, len(q), round(mean(q), 1)))
    check("stdout", [{"ends": iso(e), "rank": i + 1, "area": a, "empty": n, "waiting": w} for e in sorted(best) for i, (q, a, p, n, w) in enumerate(sorted(best[e], key=lambda z: (-z[0], z[1]))[:10])], ["ends", "rank", "area", "empty", "waiting"])
    # overlapping: both on time
    wm, on = None, []
    for r in rows:
        if r["ok"] and not (wm is not None and r["at"] < wm): on.append(r)
        wm = max(wm if wm is not None else -10**18, r["at"] - 60)
    check("overlapping.jsonl", [{"taxi": a["taxi"], "first": iso(a["at"]), "second": iso(b["at"])} for a in on for b in on if a["taxi"] == b["taxi"] and b["up"] < a["at"] < b["at"] and b["at"] - a["at"] < 7200], ["taxi", "first", "second"])
    # payments: the last row of each window, with what came within 30 minutes behind it
    pay, wm = defaultdict(list), None
    for r in rows:
        e = r["at"] // 3600 * 3600 + 3600
        if r["ok"] and (wm is None or e + 1800 > wm): pay[e, r["pay"]].append(r)
        wm = max(wm if wm is not None else -10**18, r["at"] - 60)
    check("payments.jsonl", [{"payment": p, "window_start": iso(e - 3600), "trips": len(v), "tipped": sum(r["tip"] > 0 for r in v), "share": mean([r["tip"] / r["fare"] for r in v if r["fare"] > 0]) if any(r["fare"] > 0 for r in v) else None} for (e, p), v in sorted(pay.items())], ["payment", "window_start", "trips", "tipped", "share"])
main()
