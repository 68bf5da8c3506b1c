"""Ten jobs, each with one worker, against a program written by hand for that job alone (benches/tuned)."""
import dataclasses
import datetime
import json

from suite.measure import cpu_s, in_turn, progress, same_bytes, wall_s
from suite.tables import Table


@dataclasses.dataclass
class Job:
    """A topology of benches/jobs, and the program of benches/tuned that has its name."""

    what: str
    #: Writes the input: a topology of benches/, or a function of the workshop and the number of lines.
    maker: object
    lines: int
    suffix: str = "jsonl"
    #: Further params of the topology; their files are written beside the input.
    others: tuple = ()


def combined_log(shop, lines):
    """The log of make_log.topo as a web server writes it."""
    path = shop.path(f"combined-{lines}.log")
    if not path.exists():
        log = shop.data("make_log", lines)
        progress(f"writing {path.name}")
        partial = path.with_suffix(".partial")
        with open(log) as requests, open(partial, "w") as out:
            for request in map(json.loads, requests):
                at = datetime.datetime.fromisoformat(request["at"][:19]).strftime("%d/%b/%Y:%H:%M:%S")
                size, referrer, agent = (request[field] or "-" for field in ("bytes", "referrer", "agent"))
                what = f"{request['method']} {request['path']} HTTP/1.1"
                out.write(f'{request["ip"]} - - [{at} +0000] "{what}" {request["status"]} {size} "{referrer}" "{agent}"\n')
        partial.rename(path)
    return path


JOBS = {
    "wide": Job("a record of 30 fields of which 2 are read", "jobs/make_readings", 2_000_000),
    "csv": Job("CSV, requests per client and minute", "jobs/make_csv", 2_000_000, "csv"),
    "combined": Job("`combined` logs, the same job", combined_log, 2_000_000),
    "keys": Job("a million distinct keys", "jobs/make_payments", 4_000_000),
    "hopping": Job("hopping windows, 5 minutes every 10 seconds", "jobs/make_clicks", 2_000_000),
    "sessions": Job("sessions", "jobs/make_clicks", 2_000_000),
    "join": Job("an interval join of two files", "jobs/make_ads", 2_000_000, others=("clicks",)),
    "top": Job("top 10 of each window", "jobs/make_clicks", 2_000_000),
    "filter": Job("a stateless filter that writes 90 %", "make_log", 2_000_000),
    "words": Job("word count, ten words a line", "jobs/make_text", 500_000, "txt"),
}

FIGURES = {name: job.what for name, job in JOBS.items()}


def measure(shop, figures):
    table = Table(
        f"Ten jobs, 1 worker, medians of {shop.rounds} rounds in turn",
        ["job", "lines:", "by hand, s:", "Streamwright, s:", "ratio:", "ratio of processor time:", "goal:"],
    )
    for name in figures:
        lines, (theirs, ours) = compare(shop, name)
        table.add(
            f"{name}: {JOBS[name].what}",
            f"{lines:,}",
            f"{wall_s(theirs):.3f}",
            f"{wall_s(ours):.3f}",
            f"{wall_s(ours) / wall_s(theirs):.2f}",
            f"{cpu_s(ours) / cpu_s(theirs):.2f}",
            "1.5",
        )
        progress(" | ".join(table.rows[-1]))
    yield table


def compare(shop, name):
    """How long inputs are, and the runs of the program by hand and of ours, whose rows are the same."""
    job = JOBS[name]
    lines = shop.lines(job.lines)
    inputs = job.maker(shop, lines) if callable(job.maker) else shop.data(job.maker, lines, job.suffix, job.others)
    inputs = inputs if isinstance(inputs, tuple) else (inputs,)
    by_hand, topology = shop.baselines("tuned") / name, shop.program(f"jobs/{name}")
    outputs = [shop.path(f"{name}-{side}.jsonl") for side in ("by-hand", "streamwright")]
    flags = [part for flag, path in zip(("input", *job.others), inputs) for part in (f"--{flag}", path)]
    runs = in_turn(
        shop.rounds,
        [by_hand, *inputs, outputs[0]],
        [topology, "--workers", 1, *flags, "--output", outputs[1]],
    )
    same_bytes(*outputs)
    return lines, runs
