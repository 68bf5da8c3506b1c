"""The queries of Nexmark: their generator runs inside the program, and their rows go to /dev/null."""
from suite.measure import cpu_s, in_turn, peak_mib, progress, wall_s
from suite.tables import Table
from suite.workshop import ROOT

FIGURES = {
    "queries": "q0 to q22, events a second on a core",
}

QUERIES = ROOT / "examples" / "nexmark"

# Beam's usual rate: 10,000 events in a second of event time.
STEP = "100us"

# Million events a second and core.
GOALS = {**dict.fromkeys([0, 1, 2, 14, 21, 22], 4), **dict.fromkeys([5, 7, 8, 11, 12], 2)}


def measure(shop, figures):
    yield queries(shop)


def queries(shop):
    events = shop.lines(5_000_000)
    table = Table(
        f"Nexmark, {events:,} events of {STEP} each, medians of {shop.rounds} rounds in turn; "
        "a core's second is one of processor time, of all threads together",
        ["query", "goal:", "million events/s a core, 1 worker:", "2 workers:", "2 workers, wall:", "peak MiB, 1 worker:"],
    )
    for query in range(23):
        progress(f"q{query}")
        program = shop.path(f"nexmark-q{query}")
        shop.build(QUERIES / f"q{query}.topo", program)
        commands = [[program, "--events", events, "--step", STEP, "--workers", workers] for workers in (1, 2)]
        # A query reads a file beside it.
        one, two = in_turn(shop.rounds, *commands, cwd=QUERIES)
        rates = [events / seconds / 1e6 for seconds in (cpu_s(one), cpu_s(two), wall_s(two))]
        table.add(f"q{query}", GOALS.get(query, ""), *(f"{rate:.2f}" for rate in rates), f"{peak_mib(one):.0f}")
    return table
