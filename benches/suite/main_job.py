"""The main job, with one worker and with two, against programs written by hand."""
from suite.measure import in_turn, peak_mib, same_bytes, wall_s
from suite.tables import Table

FIGURES = {
    "start": "the main job on an empty input",
    "rate": "lines a second on 5 million lines, and peak memory",
}


#: What it is, the package of benches/ and the program; the first one is what the others are measured by.
BASELINES = (
    ("plain: serde_json derive, chrono, HashMap", "plain", "plain"),
    ("serde_json, tuned", "tuned", "main_job_serde"),
    ("timely dataflow, the same reader", "tuned", "main_job_timely"),
    ("by hand: guesses the order of the fields", "tuned", "main_job"),
)


def measure(shop, figures):
    job = shop.program("main_job")
    if "start" in figures:
        yield start(shop, job)
    if "rate" in figures:
        yield rate(shop, job)


def start(shop, job):
    empty = shop.path("empty.jsonl")
    empty.write_text("")
    (runs,) = in_turn(11, [job, "--input", empty, "--output", shop.path("empty-out.jsonl")])
    table = Table("Start", ["main job on an empty input", "measured:", "goal:"])
    table.add("from start to exit", f"{wall_s(runs) * 1e3:.1f} ms", "10 ms")
    return table


def rate(shop, job):
    lines = shop.lines(5_000_000)
    log = shop.data("make_log", lines)
    programs = [(name, [shop.baselines(package) / binary, log]) for name, package, binary in BASELINES]
    programs += [(f"Streamwright, {n} worker{'s'[:n - 1]}", [job, "--workers", n, "--input", log]) for n in (1, 2)]
    outputs = [shop.path(f"main_job-{place}.jsonl") for place in range(len(programs))]
    commands = [
        [*command, *(["--output"] if command[0] == job else []), output]
        for (_, command), output in zip(programs, outputs)
    ]
    measured = in_turn(shop.rounds, *commands)
    same_bytes(*outputs)
    table = Table(
        f"Main job, {lines:,} lines, {log.stat().st_size / 1e6:,.0f} MB, medians of {shop.rounds} rounds in turn",
        ["program", "million lines/s:", "× plain:", "peak MiB:"],
    )
    for (name, _), runs in zip(programs, measured):
        speed = lines / wall_s(runs) / 1e6
        table.add(name, f"{speed:.2f}", f"{wall_s(measured[0]) / wall_s(runs):.2f}", f"{peak_mib(runs):.1f}")
    return table
