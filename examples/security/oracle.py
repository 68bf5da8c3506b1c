"""Makes the inputs of security.topo with --make. Without, computes five of the detections from them, without Streamwright, and compares
`expected/` with that."""
import csv, ipaddress, json, math, random, re, sys
from collections import defaultdict, Counter, deque
from datetime import datetime, timedelta, timezone
from pathlib import Path
HERE = Path(__file__).resolve().parent
T0 = 1772438400  # 2026-03-02T08:00:00Z
def iso(t):
    s = datetime.fromtimestamp(math.floor(t), timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    ms = round((t - math.floor(t)) * 1000)
    return s + (f".{ms:03}".rstrip("0") if ms else "") + "Z"

def make():
    r = random.Random(7)
    log = []
    users = ["alice", "bob", "carol", "dave", "erin", "frank"]
    home = {u: f"85.{i}" for i, u in enumerate(users)}
    def l(t, msg, host="web1", prog="sshd"): log.append((t, f"{iso(t)} {host} {prog}[{r.randrange(100, 9999)}]: {msg}"))
    for _ in range(400):
        t = T0 + r.randrange(7200); u = r.choice(users); a = f"{home[u]}.3.{r.randrange(1, 250)}"
        k = r.random()
        if k < 0.55: l(t, f"Accepted publickey for {u} from {a} port {r.randrange(1024, 65535)} ssh2", r.choice(["web1", "db1"]))
        elif k < 0.65: l(t, f"Failed password for {u} from {a} port {r.randrange(1024, 65535)} ssh2")
        elif k < 0.8: l(t, f"pam_unix(sshd:session): session opened for user {u}")
        else: l(t, f"(root) CMD (run-parts /etc/cron.hourly: {r.randrange(9)})", "web1", "CRON")
    for i in range(40): l(T0 + 600 + i * 7, f"Failed password for {'invalid user admin' if i % 3 else 'root'} from 203.0.113.9 port {40000 + i} ssh2", ["web1", "db1"][i % 2])
    l(T0 + 900, "Accepted password for root from 203.0.113.9 port 41000 ssh2", "db1")
    l(T0 + 905, "Accepted password for alice from ::ffff:203.0.113.9 port 41001 ssh2", "db1")
    for i in range(12): l(T0 + 2400 + i * 20, f"Failed password for invalid user user{i} from 198.51.100.77 port {5000 + i} ssh2")
    l(T0 + 3000, "Accepted publickey for bob from 85.1.3.4 port 999 ssh2"); l(T0 + 3600, "Accepted publickey for bob from 210.9.1.2 port 999 ssh2")
    log.sort(key=lambda x: x[0] + r.uniform(0, 15))
    lines = [x[1] for x in log]
    for _ in range(8): i = r.randrange(0, 400); x = lines.pop(i); lines.insert(i + r.randrange(100, 400), x)
    for bad in ["-- MARK --", "2026-03-02T08:10:00Z web1 kernel: no pid here", "yesterday web1 sshd[1]: Failed password for x from 1.2.3.4 port 1 ssh2", "2026-03-02T08:50:00Z web1 sshd[12]: Failed password for x from 1.2.3.444 port 1 ssh2", "2026-03-02T08:00:00Z web1 sshd[x]: hm", "\x1b[31mred"]:
        lines.insert(r.randrange(len(lines)), bad)
    (HERE / "auth.log").write_text("\n".join(lines) + "\n")
    fw = []
    def f(t, act, src, dst, port, out, inn, sni="", proto="tcp"):
        d = datetime.fromtimestamp(t, timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        fw.append((t, f"{d},{act},{proto},{src},{dst},{port},{out},{inn},{sni}"))
    names = ["www.example.org", "cdn.example.net", "mail.example.com", "api.example.org"]
    ten = [f"10.0.1.{i}" for i in range(2, 20)]
    for _ in range(800):
        f(T0 + r.randrange(7200) + r.randrange(1000) / 1000, "ALLOW" if r.random() < 0.95 else "DENY", r.choice(ten), f"93.184.{r.randrange(4)}.{r.randrange(1, 200)}", r.choice([80, 443, 443, 443]), r.randrange(200, 20000), r.randrange(500, 200000), r.choice(names + [""]))
    for i in range(60): f(T0 + 1800 + i * 0.5, "DENY", "203.0.113.50", "192.0.2.10", 1000 + i, 60, 0)
    for i in range(30): f(T0 + 4000 + i * 0.25, "DENY", "203.0.113.51", f"192.0.2.{i + 1}", 445, 60, 0)
    for i in range(100): f(T0 + 300 + i * 60 + r.choice([0, 0.5, 1]), "ALLOW", "10.0.1.66", "198.18.7.7", 8443, 512, 256, "updates.example.org")
    for i in range(30): f(T0 + 3000 + i * 11, "ALLOW", "10.0.1.66", "198.18.7.8", 443, 2_500_000, 9000)
    for i in range(8): f(T0 + 3100 + i * 31, "ALLOW", "10.0.1.66", "198.18.9.9", 443, 900, 9000, "".join(r.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(18)) + ".example.biz")
    for i in range(20): f(T0 + 100 + i * 300, "ALLOW", "10.0.1.5", "10.0.2.2", "-", 84, 84, "", "icmp")
    fw.sort(key=lambda x: x[0] + r.uniform(0, 15))
    lines = [x[1] for x in fw]
    for _ in range(10): i = r.randrange(0, 900); x = lines.pop(i); lines.insert(i + r.randrange(100, 900), x)
    for bad in ["2026-03-02 08:10:00.000,ALLOW,tcp,10.0.1.x,1.1.1.1,80,1,1,", "2026-03-02 08:10:00.000,ALLOW,tcp,10.0.1.4,1.1.1.1,80,-,1,", "2026-03-02 08:10:00.000,ALLOW", "02/03/2026,ALLOW,tcp,10.0.1.4,1.1.1.1,80,1,1,", ""]:
        lines.insert(r.randrange(len(lines)), bad)
    (HERE / "firewall.csv").write_text("time,action,proto,src_ip,dst_ip,dst_port,bytes_out,bytes_in,sni\n" + "\n".join(lines) + "\n")
    (HERE / "places.csv").write_text("network,country,latitude,longitude\n" + "".join(f"85.{i}.0.0,CH,47.{i},8.5\n" for i in range(6)) + "210.9.0.0,AU,-33.9,151.2\n203.0.0.0,RU,55.75,37.6\n")

def stamp(s): return datetime.fromisoformat(s.replace("Z", "+00:00"))
def sec(d): return round(d.replace(tzinfo=d.tzinfo or timezone.utc).timestamp(), 3)

FORMS = [re.compile(p) for p in (r"Failed password for invalid user (?P<user>.*?) from (?P<addr>.*?) port (?P<port>.*?) ssh2\Z",
    r"Failed password for (?P<user>.*?) from (?P<addr>.*?) port (?P<port>.*?) ssh2\Z", r"Accepted (?P<method>.*?) for (?P<user>.*?) from (?P<addr>.*?) port (?P<port>.*?) ssh2\Z")]

def main():
    if "--make" in sys.argv: make()
    auth, fw, bad = [], [], 0
    for n, line in enumerate((HERE / "auth.log").read_text().splitlines()):
        m = re.match(r"(.*?) (.*?) (.*?)\[(.*?)\]: (.*)\Z", line)
        try: t = sec(stamp(m[1]))
        except Exception: bad += 1; continue
        auth.append((t, 0, n, (m[2], m[3], m[5])))
    for n, line in enumerate((HERE / "firewall.csv").read_text().splitlines()[1:]):
        if not line: continue
        try:
            f = line.split(","); assert len(f) == 9
            t = sec(datetime.strptime(f[0], "%Y-%m-%d %H:%M:%S.%f"))
            fw.append((t, 1, n, (f[1], ipaddress.ip_address(f[3]), ipaddress.ip_address(f[4]), None if f[5] == "-" else int(f[5]), int(f[6]), int(f[7]), f[8] or None)))
        except Exception: bad += 1; continue
    print(len(auth), len(fw), bad, "bad")
    # per-bolt watermarks: a bolt of one spout goes by that spout's
    alerts = []
    # port scans
    def windows(rows, size, hop):
        out, wm = defaultdict(list), None
        for row in rows:
            t = row[0]; s = math.floor(t / hop) * hop
            while s > t - size:
                if wm is None or s + size > wm: out[s].append(row)
                s -= hop
            wm = max(wm or -1e18, t - 20)
        return out
    res = defaultdict(list)
    for s, rows in sorted(windows(fw, 60, 10).items()):
        ports, hosts = defaultdict(set), defaultdict(set)
        for _, _, _, (act, src, dst, port, *_r) in rows:
            if act == "DENY" and port is not None: ports[src].add(port); hosts[src].add(dst)
        for src in sorted(ports):
            p, h = len(ports[src]), len(hosts[src])
            if p >= 20 or h >= 20: res["scans"].append({"at": iso(s + 60), "rule": "port scan" if p >= h else "host sweep", "entity": str(src), "weight": 10, "text": f"{p} ports of {h} hosts"})
    inside = lambda a: any(a in ipaddress.ip_network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8"))
    for s, rows in sorted(windows(fw, 600, 600).items()):
        v = defaultdict(lambda: [0, 0, None])
        for t, _, n, (act, src, dst, port, out, inn, sni) in rows:
            if act == "ALLOW" and inside(src) and not inside(dst):
                q = v[src]; q[0] += out; q[1] += inn
                if q[2] is None or (out, -t, -n) > q[2][0]: q[2] = ((out, -t, -n), dst)
        for src in sorted(v):
            o, i, m = v[src]
            if o > 50_000_000 and o > 4 * i: res["exfiltrations"].append({"at": iso(s + 600), "rule": "exfiltration", "entity": str(src), "weight": 50, "text": f"{o} bytes, most to {m[1]}"})
        for k, (src, (o, *_)) in enumerate(sorted(v.items(), key=lambda kv: (-kv[1][0], kv[0]))[:3]): res["talkers"].append(f"{iso(s + 600)},{k + 1},{src},{o}")
    # logins
    logins = []
    for t, _, n, (host, prog, msg) in auth:
        if prog != "sshd": logins.append((t, None)); continue
        for form in FORMS:
            m = form.match(msg)
            if not m: continue
            try: a = ipaddress.ip_address(m["addr"]); int(m["port"])
            except ValueError: continue
            a = getattr(a, "ipv4_mapped", None) or a
            logins.append((t, (m["user"], a, "method" in m.groupdict(), host))); break
        else: logins.append((t, None))
    for s, rows in sorted(windows(logins, 600, 300).items()):
        u = defaultdict(list)
        for t, l in rows:
            if l and not l[2]: u[l[1]].append(l[0])
        for a in sorted(u):
            if len(set(u[a])) >= 6 and len(u[a]) <= 2 * len(set(u[a])): res["spraying"].append({"at": iso(s + 600), "rule": "spraying", "entity": str(a), "weight": 25, "text": f"{len(set(u[a]))} users in {len(u[a])} tries"})
    # trailing 5m, in the order of the input; late rows are dropped
    kept, wm, guesses = defaultdict(list), None, []
    for n, (t, l) in enumerate(logins):
        if l and not l[2] and not (wm is not None and t < wm):
            kept[l[1]].append((t, l)); w = [x for tt, x in kept[l[1]] if t - 300 < tt <= t]
            if len(w) >= 8: guesses.append((n, t, l[1], len(w), len({x[0] for x in w}), len({x[3] for x in w})))
        wm = max(wm or -1e18, t - 20)
    def distinct(rows, key, time, hours):
        seen, out = {}, []
        for row in rows:
            k = key(row)
            if k in seen and time(row) - seen[k] < hours: continue
            seen[k] = time(row); out.append(row)
        return out
    for n, t, a, k, us, hs in distinct(guesses, lambda g: g[2], lambda g: g[1], 600):
        res["brute_force"].append({"at": iso(t), "rule": "brute force", "entity": str(a), "weight": 20, "text": f"{k} tries, {us} users, {hs} hosts"})
    out = HERE / "expected/security"
    found = [json.loads(line) for line in (out / "alerts.jsonl").read_text().splitlines()]
    for rule, bolt in [("brute force", "brute_force"), ("spraying", "spraying"), ("port scan", "scans"), ("host sweep", "scans"), ("exfiltration", "exfiltrations")]:
        rows = [row for row in res[bolt] if row["rule"] == rule]
        rows = distinct(rows, lambda row: row["entity"], lambda row: stamp(row["at"]).timestamp(), 600)
        assert [row for row in found if row["rule"] == rule] == rows, (rule, rows)
        print(rule, len(rows))
    assert (out / "talkers.csv").read_text().splitlines()[1:] == res["talkers"]
    print("talkers", len(res["talkers"]))
main()
