"""What acking, counters, dead letters and ordered output cost: the same job with each alone taken out."""
import pathlib
import tempfile

from suite.measure import cpu_s, in_turn, instructions, progress, run
from suite.tables import Table
from suite.workshop import BENCHES

FIGURES = {
    "promises": "the main job without acking, counters, dead letters, ordered output",
}

#: By the name of the runtime's feature: with how many workers it can be taken out, and what it is.
PROMISES = {
    "acking": ((1,), "without acking"),
    "counters": ((1, 2), "without counters"),
    "letters": ((1, 2), "without dead letters"),
    "order": ((2,), "without ordered output"),
}


def measure(shop, figures):
    del figures
    lines = shop.lines(1_000_000)
    log = shop.data("make_log", lines)
    programs = built(shop)
    yield table(shop, programs, log, lines, f"Main job, {lines:,} lines, none malformed")
    yield table(shop, programs, torn(shop, log, lines), lines, f"Main job, {lines:,} lines, every 100th cut in half")
    few = lines // 20
    tracked = f"Main job, {few:,} lines, each a root of its own: what is tracked is every tuple"
    yield table(shop, programs, shop.data("make_log", few), few, tracked, "--root-size", 1)


def built(shop):
    """The main job with everything on, and without each; the same project, but for a feature of the runtime."""
    programs = {None: shop.path("cost-all")}
    with tempfile.TemporaryDirectory(dir=shop.folder) as cache:
        shop.build(BENCHES / "main_job.topo", programs[None], cache)
        (project,) = pathlib.Path(cache).glob("*/programs/main_job-*")
        for promise in PROMISES:
            progress(f"building main_job.topo without {promise}")
            target = shop.path("cost-target")
            run(
                ["cargo", "build", "--release", "--features", f"streamwright/bench-no-{promise}"]
                + ["--manifest-path", project / "Cargo.toml", "--target-dir", target]
            )
            programs[promise] = shop.path(f"cost-{promise}")
            (target / "release" / project.name).replace(programs[promise])
    return programs


def torn(shop, log, lines):
    """The log with lines of which the second half is missing."""
    path = shop.path(f"torn-{lines}.jsonl")
    if not path.exists():
        with open(log) as whole, open(path, "w") as out:
            for number, line in enumerate(whole, 1):
                out.write(line[: len(line) // 2] + "\n" if number % 100 == 0 else line)
    return path


def table(shop, programs, log, lines, title, *told):
    cases = [(workers, None, "everything on") for workers in (1, 2)]
    cases += [(w, promise, what) for promise, (counts, what) in PROMISES.items() for w in counts]
    cases.sort(key=lambda case: case[0])
    commands = [
        [programs[promise], "--input", log, "--output", shop.path("cost.jsonl"), "--workers", workers, *told]
        for workers, promise, _ in cases
    ]
    progress(title)
    runs = dict(zip(cases, in_turn(shop.rounds, *commands)))
    counted = dict(zip(cases, map(instructions, commands)))
    made = Table(
        f"{title}; processor time: medians of {shop.rounds} rounds in turn",
        ["workers:", "", "instructions/tuple:", "less than with everything:", "processor time, of everything:"],
    )
    for case in cases:
        workers, _, what = case
        everything = (workers, None, "everything on")
        less = (counted[everything] - counted[case]) / lines
        share = cpu_s(runs[case]) / cpu_s(runs[everything])
        made.add(workers, what, f"{counted[case] / lines:,.1f}", f"{less:.2f}", f"{share:.1%}")
    return made
