"""How cost grows: instructions with workers, memory with keys and windows, checking and building with bolts."""
from suite.build import edits, wide_topology
from suite.measure import in_turn, instructions, peak_mib, progress, run, same_bytes, wall_s
from suite.tables import Table

FIGURES = {
    "workers": "instructions per tuple of the main job with 1 to 16 workers",
    "state": "memory against keys, and against windows that are open",
    "bolts": "`topo check` and `topo build` against the number of bolts",
}


def measure(shop, figures):
    if "workers" in figures:
        yield workers(shop)
    if "state" in figures:
        yield state(shop)
    if "bolts" in figures:
        yield bolts(shop)


def workers(shop):
    """Callgrind runs one thread at a time, so waiting costs nothing here: it is the work that is counted."""
    lines = shop.lines(2_000_000)
    log, job = shop.data("make_log", lines), shop.program("main_job")
    table = Table(
        f"Main job under callgrind, {lines:,} lines; goal: 16 workers within 10 % of 1",
        ["workers:", "instructions/tuple:", "against 1 worker:"],
    )
    outputs, alone = [], None
    for count in (1, 2, 4, 8, 16):
        progress(f"callgrind, {count} workers")
        outputs.append(shop.path(f"workers-{count}.jsonl"))
        each = instructions([job, "--input", log, "--output", outputs[-1], "--workers", count]) / lines
        alone = alone or each
        table.add(count, f"{each:,.0f}", f"{each / alone - 1:+.1%}")
    same_bytes(*outputs)
    return table


def state(shop):
    counts = shop.program("scaling/counts")
    table = Table(
        "Memory of a count a key and minute; every key comes in every window, and none is closed before the end",
        ["keys:", "windows:", "peak MiB, 1 worker:", "bytes a key and window:", "peak MiB, 2 workers:"],
    )
    cases = [(10_000, 1), (100_000, 1), (1_000_000, 1), (10_000_000, 1), (10_000, 10), (10_000, 100), (10_000, 1_000)]
    for keys, windows in cases:
        progress(f"{keys:,} keys, {windows:,} windows")
        # A run of less than a million tuples would be over before its memory is looked at.
        rounds = max(1, 1_000_000 // (keys * windows))
        step_ns = 60_000_000_000 // (keys * rounds)
        told = [counts, "--keys", keys, "--lines", keys * windows * rounds, "--step", f"{step_ns}ns"]
        one, two = (peak_mib([run([*told, "--workers", count])]) for count in (1, 2))
        table.add(f"{keys:,}", f"{windows:,}", f"{one:,.0f}", f"{one * 2**20 / (keys * windows):.0f}", f"{two:,.0f}")
    return table


def bolts(shop):
    table = Table(
        "`topo check` and `topo build` after an edit, against bolts of a line each",
        ["bolts:", "check ms:", "check µs a bolt:", "build s:"],
    )
    cache = shop.path("bolts-cache")
    for count in (10, 100, 1_000):
        progress(f"{count:,} bolts")
        source = shop.path(f"wide{count}.topo")
        source.write_text(wide_topology(count))
        (checks,) = in_turn(11, [shop.topo, "check", source])
        shop.build(source, shop.path("wide"), cache)
        built = wall_s(edits(shop, source, shop.path("wide"), cache))
        check_ms = wall_s(checks) * 1e3
        table.add(f"{count:,}", f"{check_ms:.1f}", f"{check_ms * 1e3 / count:.0f}", f"{built:.1f}")
    return table
