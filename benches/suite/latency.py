"""How long live tuples take, from when each was due to be sent to its row."""
import json
import statistics
import subprocess

from suite.measure import Failed, progress
from suite.tables import Table

FIGURES = {
    "rates": "p50, p99, p99.9 at 10,000 and 100,000 tuples a second",
    "largest": "the largest rate with a p99 within 10 ms",
}

WITHIN_MS = 10


def measure(shop, figures):
    programs = [("`cat`: the pipes and the harness alone", "pipes", ["cat"])]
    for workers in (1, 2):
        told = ["--", "--workers", workers]
        programs += [
            (f"stateless, {workers} w.", "pipes", [shop.program("latency/stateless"), *told]),
            (f"running count a key, {workers} w.", "pipes", [shop.program("latency/running"), *told]),
        ]
    told = ["--", "--workers", 1]
    programs.append(("stateless over TCP, 1 w.", "tcp", [shop.program("latency/stateless_tcp"), *told]))
    if "rates" in figures:
        yield rates(shop, programs)
    if "largest" in figures:
        yield largest(shop, programs)


def latencies(shop, way, program, *options):
    """What one run says."""
    harness = shop.baselines("latency") / "latency"
    command = [str(part) for part in [harness, "--way", way, *options, *program]]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise Failed(f"{' '.join(command)}:\n{ended.stderr}")
    return json.loads(ended.stdout)


def rates(shop, programs):
    """Rounds in turn, so that no program alone meets a busy time of the machine."""
    cases = [(*program, rate) for rate in (10_000, 100_000) for program in programs]
    runs = [[] for _ in cases]
    for turn in range(shop.rounds):
        progress(f"latency, round {turn + 1} of {shop.rounds}")
        for mine, (_, way, program, rate) in zip(runs, cases):
            mine.append(latencies(shop, way, program, "--rate", rate, "--seconds", 3))
    table = Table(
        f"Latency, medians of {shop.rounds} rounds in turn, 3 s each; goal: p99 below 5 ms",
        ["program", "tuples/s:", "p50 ms:", "p99 ms:", "p99.9 ms:", "best p99 ms:"],
    )
    for mine, (name, _, _, rate) in zip(runs, cases):
        middle = [f"{statistics.median(run[what] for run in mine) / 1e3:.2f}" for what in ("p50_us", "p99_us", "p999_us")]
        best = min(run["p99_us"] for run in mine) / 1e3
        table.add(name, f"{rate:,}", *middle, f"{best:.2f}")
    return table


def largest(shop, programs):
    table = Table(f"The largest rate with a p99 within {WITHIN_MS} ms", ["program", "million tuples/s:", "p50 ms:", "p99 ms:"])
    for name, way, program in programs:
        progress(f"the largest rate of {name}")
        best = latencies(shop, way, program, "--within", WITHIN_MS, "--rate", 100_000, "--seconds", 2)
        table.add(name, f"{best['rate'] / 1e6:.2f}", f"{best['p50_us'] / 1e3:.2f}", f"{best['p99_us'] / 1e3:.2f}")
    return table
