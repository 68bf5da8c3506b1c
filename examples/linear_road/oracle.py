"""Makes the input of linear_road.topo with --make. Without, computes from it, without Streamwright, what the topology has to write, and
compares `expected/` with that."""
import json, random, sys
from collections import defaultdict
from datetime import datetime, timezone
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).resolve().parent
LATE = 10

def make():
    r = random.Random(20040831)
    reports = []
    for car in range(100, 260):
        dir_ = 0 if car < 220 else 1
        pos = r.uniform(38, 44) * 5280 if dir_ == 0 else r.uniform(46, 60) * 5280
        start = r.randrange(0, 120)
        jammed = None
        for t in range(start, 500, 30):
            seg = int(pos // 5280)
            crash = dir_ == 0 and car in (150, 151) and 240 <= t < 480
            if crash:
                speed, lane = 0, 2
                pos = 43 * 5280 + 700
            elif dir_ == 0 and 41 <= seg <= 44:
                speed, lane = r.randrange(5, 25), r.randrange(1, 4)
            else:
                speed, lane = r.randrange(40, 75), r.randrange(1, 4)
            seg = int(pos // 5280)
            if not 0 <= seg <= 99: break
            if r.random() < 0.01: lane = 4
            reports.append((t, [0, t, car, speed, 0, lane, dir_, seg, int(pos), -1, -1, -1, -1, -1, -1]))
            pos += (1 if dir_ == 0 else -1) * speed * 5280 / 120
    for n in range(60):
        t = r.randrange(60, 500)
        car = r.randrange(100, 270)
        if n % 3: reports.append((t, [2, t, car, -1, -1, -1, -1, -1, -1, n, -1, -1, -1, -1, -1]))
        else: reports.append((t, [3, t, car, -1, r.randrange(0, 2), -1, -1, -1, -1, n, -1, -1, -1, -1, r.randrange(1, 70)]))
    reports.sort(key=lambda x: (x[0] + r.uniform(0, 9), x[1]))      # out of order by less than `late by`
    lines = [",".join(map(str, x[1])) for x in reports]
    for k in range(12):                                             # late
        i = r.randrange(0, 200); l = lines.pop(i); lines.insert(i + r.randrange(150, 900), l)
    for bad in ["0,61,abc,10,0,1,0,41,216480,-1,-1,-1,-1,-1,-1", "garbage", "0,70,101,33", "", "0,80,7777,33.5,0,1,0,41,216480,-1,-1,-1,-1,-1,-1",
                "0,99,102,-1,0,1,0,41,216480,-1,-1,-1,-1,-1,-1", "0,99,102,400,0,1,0,41,216480,-1,-1,-1,-1,-1,-1", '0,1"', "2,nan,1,-1,-1,-1,-1,-1,-1,5,-1,-1,-1,-1,-1"]:
        lines.insert(r.randrange(100, len(lines)), bad)
    (HERE / "reports.csv").write_text("\n".join(lines) + "\n")
    hist = ["car,day,xway,toll"] + [f"{c},{d},{x},{r.randrange(0, 99)}" for c in range(100, 260) for d in range(1, 70, 2) for x in (0, 1) if r.random() < 0.1]
    (HERE / "history.csv").write_text("\n".join(hist) + "\n")

def iso(t): return datetime.fromtimestamp(t, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
def check(name, rows, keys):
    """Compares these columns of a file's rows, in any order, with what was computed here."""
    read = [json.loads(line) for line in (HERE / "expected" / HERE.name / name).read_text().splitlines()]
    found = sorted(json.dumps([row[key] for key in keys]) for row in read)
    wanted = sorted(json.dumps([row[key] for key in keys]) for row in rows)
    assert found == wanted, (name, [row for row in found if row not in wanted][:3], [row for row in wanted if row not in found][:3])
    print(name, len(rows))
def mean(v): return float(sum(map(Fraction, v)) / len(v))

def main():
    if "--make" in sys.argv: make()
    rows, bad, wm = [], 0, None
    for line in (HERE / "reports.csv").read_text().splitlines():
        if not line.strip(): continue
        try:
            f = list(map(int, line.split(",")))
            assert len(f) == 15
        except Exception: bad += 1; continue
        late = wm is not None and f[1] < wm
        wm = max(wm if wm is not None else -10**9, f[1] - LATE)
        rows.append((f, late, wm))
    pos, W = [], None
    for f, late, w in rows:
        if f[0] == 0 and 0 <= f[3] <= 100 and 0 <= f[5] <= 4: pos.append((f, w))
    before = {}
    # watermark before the row
    prev = {}
    last = None
    wms = []
    for f, late, w in rows: wms.append((last, f)); last = w
    def wm_before(i): return wms[i][0]
    idx = [i for i, (f, *_ ) in enumerate(rows) if f[0] == 0 and 0 <= f[3] <= 100 and 0 <= f[5] <= 4]
    # segment statistics: a row is late for a minute whose end the watermark has reached
    cm = defaultdict(list); late_n = 0
    for i in idx:
        f = rows[i][0]; m = f[1] // 60 * 60
        if wm_before(i) is not None and wm_before(i) >= m + 60: late_n += 1; continue
        cm[m, f[4], f[6], f[7], f[2]].append(f[3])
    sm = defaultdict(list)
    for (m, x, d, s, c), v in cm.items(): sm[m, x, d, s].append(mean(v))
    sm = {k: (len(v), mean(v)) for k, v in sm.items()}
    vel = defaultdict(list)
    for (m, x, d, s), (n, v) in sm.items():
        for e in range(m + 60, m + 60 + 300, 60): vel[e, x, d, s].append((m, n, v))
    # accidents
    was, stopped = {}, []
    for i in idx:
        f = rows[i][0]; c, t = f[2], f[1]; place = (f[4], f[6], f[5], f[8])
        b = wm_before(i)
        if c in was:
            p0, n0, t0 = was[c]
            if max(t, b if b is not None else -1) - t0 >= 120: del was[c]
        if c in was: n = was[c][1] + 1 if was[c][0] == place else 1
        else: n = 1
        was[c] = (place, n, max(t, was[c][2]) if c in was else t)
        if n >= 4 and not (b is not None and t < b): stopped.append((t, c, place, f))
    coll = []
    for i, (t, c, p, f) in enumerate(stopped):
        for (t2, c2, p2, f2) in stopped[:i]:
            if p == p2 and c != c2 and abs(t - t2) <= 30: coll.append((max(t, t2), p, f[4], f[6], f[7]))
    seen, acc = set(), []
    for t, p, x, d, s in coll:
        if (p, t) in seen: continue
        seen.add((p, t)); acc.append((t, p, x, d, s))
    check("accidents.jsonl", [{"at": iso(t), "xway": x, "dir": d, "seg": s, "place": f"{p[0]}/{p[1]}/{p[2]}/{p[3]}", "minute": iso(t // 60 * 60)} for t, p, x, d, s in acc], ["at", "xway", "dir", "seg", "place", "minute"])
    blocked = {}
    for t, p, x, d, s in acc:
        for n in range(5):
            near = s - n if d == 0 else s + n
            if 0 <= near <= 99: blocked[t // 60 * 60 + 60, x, d, near] = s
    tolls, seg = {}, []
    for (e, x, d, s) in sorted(vel):
        v = sorted(vel[e, x, d, s]); n = v[-1][1] if v[-1][0] == e - 60 else 0
        sp = mean([q[2] for q in v]); a = blocked.get((e, x, d, s))
        toll = 0 if a is not None or sp >= 40 or n <= 50 else 2 * (n - 50) ** 2
        tolls[e, x, d, s] = (sp, toll, a)
        seg.append({"xway": x, "dir": d, "seg": s, "from_minute": iso(e), "speed": sp, "cars": n, **({"accident_seg": a} if a is not None else {"accident_seg": None}), "toll": toll})
    check("segments.jsonl", seg, ["xway", "dir", "seg", "from_minute", "speed", "cars", "accident_seg", "toll"])
    print(len(rows), "rows", bad, "bad", late_n, "late for minutes", len(acc), "accidents", sum(1 for s in seg if s["toll"]), "tolls")
    # notifications, unordered
    inseg, notes = {}, []
    for i in idx:
        f = rows[i][0]; c, t = f[2], f[1]; b = wm_before(i)
        old = inseg.get(c)
        if old and max(t, b if b is not None else -1) - old[1] >= 120: old = None
        inseg[c] = (f[7], max(t, old[1]) if old else t)
        if f[5] != 4 and (old is None or old[0] != f[7]):
            if b is not None and t < b: continue
            q = tolls.get((t // 60 * 60, f[4], f[6], f[7]))
            notes.append((c, t, f[7], q[0] if q else None, q[1] if q else 0, q[2] if q else None))
    check("tolls.jsonl", [{"car": c, "at": iso(t), "seg": s, "speed": v, "toll": x} for c, t, s, v, x, a in notes if a is None], ["car", "at", "seg", "speed", "toll"])
    check("alerts.jsonl", [{"car": c, "at": iso(t), "seg": s, "accident_seg": a} for c, t, s, v, x, a in notes if a is not None], ["car", "at", "seg", "accident_seg"])
    hist = {}
    for l in (HERE / "history.csv").read_text().splitlines()[1:]:
        c, d, x, t = map(int, l.split(",")); hist[c, d, x] = t
    check("expenses.jsonl", [{"at": iso(f[1]), "car": f[2], "query": f[9], "day": f[14], "xway": f[4], "paid": hist.get((f[2], f[14], f[4]), 0)} for f, *_ in rows if f[0] == 3], ["at", "car", "query", "day", "xway", "paid"])
    busy = defaultdict(list)
    for n, s in enumerate(seg):
        e = int(datetime.fromisoformat(s["from_minute"].replace("Z", "+00:00")).timestamp()) - 1
        busy[e // 300 * 300 + 300].append((-s["cars"], s["seg"], e, n, s))
    check("stdout", [{"window_end": iso(e), "rank": k + 1, **{q: s[q] for q in ("xway", "dir", "seg", "cars", "toll")}} for e in sorted(busy) for k, (*_, s) in enumerate(sorted(busy[e], key=lambda z: z[:4])[:3])], ["window_end", "rank", "xway", "dir", "seg", "cars", "toll"])
    # A car pays for a segment when it is told the toll of the next one.
    told = defaultdict(list)
    for c, t, _, _, toll, _ in sorted(notes, key=lambda note: note[1]): told[c].append((t, toll))
    def balance(car, at): return sum(toll for _, toll in [note for note in told[car] if note[0] <= at][:-1])
    check("balances.jsonl", [{"at": iso(f[1]), "car": f[2], "query": f[9], "balance": balance(f[2], f[1])} for f, *_ in rows if f[0] == 2], ["at", "car", "query", "balance"])
main()
