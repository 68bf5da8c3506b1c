"""How long live tuples take, from when each was due to be sent to its row."""
import functools
import json
import shutil
import statistics
import subprocess

from suite.measure import Failed, progress
from suite.tables import Table

FIGURES = {
    "rates": "p50, p99, p99.9 at 10,000 and 100,000 tuples a second",
    "largest": "the largest rate with a p99 within 10 ms, on a ladder of rates",
}

WITHIN_MS = 10

QUANTILES = ("p50_us", "p99_us", "p999_us")

#: A run counts where `cat`, just before it and just after it, had no worse p99 than this: else something else on the
#: machine was measured.
QUIET_US = 1_000


def measure(shop, figures):
    programs = []
    for workers in (1, 2):
        told = ("--", "--workers", workers)
        programs += [
            (f"stateless, {workers} w.", "pipes", (shop.program("latency/stateless"), *told)),
            (f"running count a key, {workers} w.", "pipes", (shop.program("latency/running"), *told)),
        ]
    told = ("--", "--workers", 1)
    programs.append(("stateless over TCP, 1 w.", "tcp", (shop.program("latency/stateless_tcp"), *told)))
    if "rates" in figures:
        yield rates(shop, programs)
    if "largest" in figures:
        yield largest(shop, programs)


@functools.cache
def first():
    """What lets a command run before the machine's other work, where that is allowed."""
    command = ["chrt", "--rr", "1"]
    tried = shutil.which("chrt") and subprocess.run([*command, "true"], capture_output=True, check=False)
    return command if tried and tried.returncode == 0 else []


def latencies(shop, way, program, *options, before=()):
    """What one run says."""
    harness = shop.baselines("latency") / "latency"
    command = [str(part) for part in [*before, harness, "--way", way, *options, *program]]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        raise Failed(f"{' '.join(command)}:\n{ended.stderr}")
    return json.loads(ended.stdout)


def quiet(shop, rate):
    """Whether the pipes and the harness alone are on time now, and how they are."""
    alone = latencies(shop, "pipes", ["cat"], "--rate", rate, "--seconds", 1, "--warm-up", 0, before=first())
    return alone["p99_us"] <= QUIET_US, alone


def rates(shop, programs):
    """Rounds in turn, until each program has its quiet runs, or the machine has had its chances."""
    cases = [(*program, rate) for rate in (10_000, 100_000) for program in programs]
    runs, alone = {case: [] for case in cases}, {10_000: [], 100_000: []}
    for turn in range(4 * shop.rounds):
        missing = [case for case in cases if len(runs[case]) < shop.rounds]
        progress(f"latency, round {turn + 1}, {len(missing)} programs")
        for case in missing:
            _, way, program, rate = case
            before = quiet(shop, rate)
            measured = latencies(shop, way, program, "--rate", rate, "--seconds", 3, before=first())
            after = quiet(shop, rate)
            if before[0] and after[0]:
                runs[case].append(measured)
                alone[rate] += [before[1], after[1]]
    table = Table(
        "Latency in ms, medians of quiet runs of 3 s; goal: p99 below 5 ms",
        ["program", "tuples/s:", "quiet runs:", "p50:", "p99:", "p99.9:"],
    )
    for rate, measured in alone.items():
        add(table, "`cat`: the pipes and the harness alone", rate, measured)
        for case in cases:
            if case[-1] == rate:
                add(table, case[0], rate, runs[case])
    return table


def add(table, name, rate, runs):
    """A row; without figures where no run was quiet."""
    cells = [f"{statistics.median(run[what] for run in runs) / 1e3:.2f}" if runs else "" for what in QUANTILES]
    table.add(name, f"{rate:,}", len(runs), *cells)


def largest(shop, programs):
    table = Table(f"The largest rate with a p99 within {WITHIN_MS} ms; the next one is 12 % more", ["program", "million tuples/s:", "p50 ms:", "p99 ms:"])
    for name, way, program in programs:
        progress(f"the largest rate of {name}")
        best = latencies(shop, way, program, "--within", WITHIN_MS, "--rate", 100_000, "--seconds", 2)
        table.add(name, f"{best['rate'] / 1e6:.2f}", f"{best['p50_us'] / 1e3:.2f}", f"{best['p99_us'] / 1e3:.2f}")
    return table
