#!/usr/bin/env python3
"""Prints the figures of docs/benchmarks.md. Run it from anywhere in the checkout: python3 benches/run.py

It needs Rust, a C compiler, Python 3.9 and about 3 GB of disk under --work. Everything that is compared runs in turn
(A B A B …); medians and ratios are printed, and the outputs of what is compared must be equal. Machines are noisy:
read the ratios.
"""
import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BENCHES = ROOT / "benches"


def watch_peak(child, peak):
    """Keeps the peak memory of a running child in peak[0], in KiB.

    What wait4 tells is no use here: at exec the kernel carries this interpreter's own memory over to the child.
    """
    try:
        while child.returncode is None:
            status = pathlib.Path(f"/proc/{child.pid}/status").read_text()
            marks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
            peak[0] = max([peak[0], *map(int, marks)])
            time.sleep(0.01)
    except OSError:
        pass


def run(command, env=None, check=True, **options):
    """Runs a command; returns (seconds of wall clock, peak memory in MiB, exit code)."""
    started = time.perf_counter()
    child = subprocess.Popen(
        [str(part) for part in command], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options
    )
    peak = [0]
    watcher = threading.Thread(target=watch_peak, args=(child, peak), daemon=True)
    watcher.start()
    said = child.stderr.read()
    code = child.wait()
    seconds = time.perf_counter() - started
    watcher.join()
    if check and code != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {code}:\n{said.decode(errors='replace')}")
    return seconds, peak[0] / 1024, code


def median(runs):
    return statistics.median(seconds for seconds, _, _ in runs)


def in_turn(rounds, *commands):
    """Runs the commands A B C A B C …, after one round that is not counted; the runs of each."""
    runs = [[] for _ in commands]
    for turn in range(rounds + 1):
        for mine, command in zip(runs, commands):
            result = run(command)
            if turn:
                mine.append(result)
    return runs


def row(what, figure, goal=""):
    print(f"{what:<58} {figure:>22}   {goal}", flush=True)


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


def largest_examples():
    """The longest topology of the examples, and of those of DSPBench."""
    examples = ROOT / "examples"
    for folder in (examples, examples / "dspbench"):
        topologies = [path for path in folder.glob("*/*.topo") if "\ntopology " in "\n" + path.read_text()]
        yield max(topologies, key=lambda path: len(path.read_text().splitlines()))


class Bench:
    def __init__(self, options):
        self.work = pathlib.Path(options.work)
        self.work.mkdir(parents=True, exist_ok=True)
        self.lines = options.lines
        self.rounds = options.rounds
        self.target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))

    def cargo(self, *arguments):
        run(["cargo", "build", "--release", *arguments])

    def prepare(self):
        self.cargo("--manifest-path", ROOT / "Cargo.toml", "-p", "streamwright-cli")
        self.cargo("--manifest-path", BENCHES / "plain" / "Cargo.toml", "--target-dir", self.target / "plain")
        self.topo = self.target / "release" / "topo"
        self.plain = self.target / "plain" / "release" / "plain"

    def build(self, source, binary, cache=None):
        env = dict(os.environ, STREAMWRIGHT_CACHE=str(cache)) if cache else None
        return run([self.topo, "build", source, "-o", binary], env=env)

    def edits(self, source, binary, cache):
        """Builds after each of five edits: another tolerance of lateness."""
        original = source.read_text()
        builds = []
        for turn in range(5):
            source.write_text(re.sub(r"late by \d+s", f"late by {turn + 20}s", original))
            builds.append(self.build(source, binary, cache))
        source.write_text(original)
        return builds

    def check_and_build(self):
        wide = self.work / "wide.topo"
        wide.write_text(wide_topology(1_000))
        (checks,) = in_turn(11, [self.topo, "check", wide])
        row("topo check, 1,000 bolts", f"{median(checks) * 1e3:.1f} ms", "goal 50 ms")

        counter = self.work / "request_counter.topo"
        shutil.copy(ROOT / "examples" / "request_counter" / "request_counter.topo", counter)
        binary = self.work / "request_counter"
        with tempfile.TemporaryDirectory(dir=self.work) as cache:
            cold = self.build(counter, binary, cache)
            row("topo build request_counter, cold cache", f"{cold[0]:.1f} s", "goal 45 s")
            edits = self.edits(counter, binary, cache)
            row("topo build request_counter, after an edit", f"{median(edits):.2f} s", "goal 2 s")
            for example in largest_examples():
                folder = self.work / example.stem
                shutil.copytree(example.parent, folder, dirs_exist_ok=True)
                self.build(folder / example.name, self.work / "large", cache)
                edits = self.edits(folder / example.name, self.work / "large", cache)
                lines = len(example.read_text().splitlines())
                row(f"topo build {example.stem}, {lines} lines, after an edit", f"{median(edits):.2f} s", "goal 5 s")
        row("binary of request_counter, stripped", f"{binary.stat().st_size / 2**20:.2f} MiB", "goal 3 MB")

    def main_job(self):
        make, job, log = self.work / "make_log", self.work / "main_job", self.work / f"requests-{self.lines}.jsonl"
        self.build(BENCHES / "main_job.topo", job)
        empty = self.work / "empty.jsonl"
        empty.write_text("")
        ours, theirs = self.work / "ours.jsonl", self.work / "theirs.jsonl"
        (starts,) = in_turn(11, [job, "--input", empty, "--output", ours])
        row("main job on an empty input", f"{median(starts) * 1e3:.1f} ms", "goal 10 ms")
        if not log.exists():
            self.build(BENCHES / "make_log.topo", make)
            partial = log.with_suffix(".partial")
            run([make, "--lines", self.lines, "--output", partial])
            partial.rename(log)
        print(f"\n{self.lines:,} lines, {log.stat().st_size / 1e6:,.0f} MB, {self.rounds} rounds in turn:")
        ours_2 = self.work / "ours-2.jsonl"
        plain, one, two = in_turn(
            self.rounds,
            [self.plain, log, theirs],
            [job, "--input", log, "--output", ours, "--workers", "1"],
            [job, "--input", log, "--output", ours_2, "--workers", "2"],
        )
        for mine in (ours, ours_2):
            if mine.read_bytes() != theirs.read_bytes():
                sys.exit(f"{mine} differs from {theirs}")
        base = median(plain)
        for name, runs, goal in (
            ("plain (serde_json derive, chrono, HashMap)", plain, ""),
            ("streamwright, 1 worker", one, "goal 2.0 x plain"),
            ("streamwright, 2 workers", two, ""),
        ):
            seconds = median(runs)
            peak = max(memory for _, memory, _ in runs)
            rate = self.lines / seconds / 1e6
            row(name, f"{rate:.2f} M lines/s", f"{base / seconds:.2f} x plain, peak {peak:.1f} MiB   {goal}")
        row("peak memory, 1 worker", f"{max(memory for _, memory, _ in one):.1f} MiB", "goal 30 MB")


def main():
    cli = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cli.add_argument("--work", default=str(pathlib.Path(tempfile.gettempdir()) / "streamwright-benches"))
    cli.add_argument("--lines", type=int, default=5_000_000)
    cli.add_argument("--rounds", type=int, default=5)
    bench = Bench(cli.parse_args())
    bench.prepare()
    bench.check_and_build()
    bench.main_job()


if __name__ == "__main__":
    main()
