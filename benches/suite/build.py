"""How long `topo check` and `topo build` take."""
import re
import shutil
import tempfile

from suite.measure import in_turn, wall_s
from suite.tables import Table
from suite.workshop import ROOT

FIGURES = {
    "check": "`topo check` of 1,000 bolts",
    "build": "`topo build`, cold and after an edit",
}


def measure(shop, figures):
    if "check" in figures:
        yield check(shop)
    if "build" in figures:
        yield build(shop)


def wide_topology(bolts):
    """A chain-and-fan topology of this many one-line bolts."""
    lines = [
        "topology wide",
        "record R { ip: ip, at: timestamp, status: int, bytes: int? }",
        'spout s: R { read file "in.jsonl" as json  time at, late by 10s }',
    ]
    for number in range(bolts):
        source = "s" if number % 10 == 0 else f"b{number - 1}"
        lines.append(f"bolt b{number} {{ from {source}  where status < {400 + number % 100} && (bytes ?? 0) >= 0 }}")
    for number in range(9, bolts, 10):
        lines.append(f'sink k{number} {{ from b{number}  write file "out{number}.jsonl" as json }}')
    return "\n".join(lines) + "\n"


def check(shop):
    wide = shop.path("wide.topo")
    wide.write_text(wide_topology(1_000))
    (runs,) = in_turn(11, [shop.topo, "check", wide])
    table = Table("Check", ["`topo check`", "measured:", "goal:"])
    table.add("1,000 bolts, the whole command", f"{wall_s(runs) * 1e3:.1f} ms", "50 ms")
    return table


def largest_examples():
    """The longest topology of the examples, and of those of DSPBench."""
    examples = ROOT / "examples"
    for folder in (examples, examples / "dspbench"):
        topologies = [path for path in folder.glob("*/*.topo") if "\ntopology " in "\n" + path.read_text()]
        yield max(topologies, key=lambda path: len(path.read_text().splitlines()))


def edits(shop, source, binary, cache):
    """Builds after each of five edits: another tolerance of lateness."""
    original = source.read_text()
    builds = []
    for turn in range(5):
        source.write_text(re.sub(r"late by \d+s", f"late by {turn + 20}s", original))
        builds.append(shop.build(source, binary, cache))
    source.write_text(original)
    return builds


def build(shop):
    table = Table("Build", ["`topo build`", "measured:", "goal:"])
    counter = shop.path("request_counter.topo")
    shutil.copy(ROOT / "examples" / "request_counter" / "request_counter.topo", counter)
    binary = shop.path("request_counter")
    with tempfile.TemporaryDirectory(dir=shop.folder) as cache:
        cold = shop.build(counter, binary, cache)
        table.add("request_counter, cold: runtime and all its dependencies", f"{cold.wall_s:.1f} s", "30 s")
        builds = edits(shop, counter, binary, cache)
        table.add("request_counter, after an edit", f"{wall_s(builds):.2f} s", "1.5 s")
        for example in largest_examples():
            folder = shop.path(example.stem)
            shutil.copytree(example.parent, folder, dirs_exist_ok=True)
            large = shop.path("large")
            shop.build(folder / example.name, large, cache)
            builds = edits(shop, folder / example.name, large, cache)
            lines = len(example.read_text().splitlines())
            table.add(f"{example.stem}, {lines} lines, after an edit", f"{wall_s(builds):.2f} s", "5 s")
    table.add("size of request_counter, stripped", f"{binary.stat().st_size / 2**20:.2f} MiB", "3 MB")
    return table
