#!/usr/bin/env python3
"""Prints the figures of docs/benchmarks.md. Run it from anywhere in the checkout.

    python3 benches/run.py                        everything
    python3 benches/run.py main jobs.csv          a subject, or one of its figures
    python3 benches/run.py --list                 what there is

It needs Rust, a C compiler, Python 3.9 and some 8 GB of disk under --work. Programs that are compared run in turn
(A B A B …), after a round that is not counted; medians and ratios are printed, and the outputs of what is compared
must be equal. Machines are noisy: read the ratios.
"""
import argparse
import pathlib
import sys
import tempfile

from suite import build, cost, jobs, latency, main_job, nexmark, scaling
from suite.measure import Failed
from suite.workshop import Workshop

SUBJECTS = {
    "main": main_job,
    "jobs": jobs,
    "nexmark": nexmark,
    "build": build,
    "latency": latency,
    "scaling": scaling,
    "cost": cost,
}


def arguments():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("what", nargs="*", help="SUBJECT or SUBJECT.FIGURE; without any, everything")
    cli.add_argument("--list", action="store_true", help="say what there is")
    cli.add_argument("--work", default=str(pathlib.Path(tempfile.gettempdir()) / "streamwright-benches"))
    cli.add_argument("--lines", type=int, help="length of every input, in place of each job's own")
    cli.add_argument("--rounds", type=int, default=5, help="how often each program runs in turn")
    return cli.parse_args()


def chosen(what):
    """The subjects that are asked for, each with its figures, in the order of the table."""
    for name, subject in SUBJECTS.items():
        figures = [f for f in subject.FIGURES if not what or name in what or f"{name}.{f}" in what]
        if figures:
            yield subject, figures


def main():
    options = arguments()
    known = {name: subject.__doc__ for name, subject in SUBJECTS.items()}
    for name, subject in SUBJECTS.items():
        known.update({f"{name}.{figure}": text for figure, text in subject.FIGURES.items()})
    if options.list:
        for name in sorted(known):
            print(f"{name:<24} {known[name].splitlines()[0]}")
        return
    for name in options.what:
        if name not in known:
            sys.exit(f"there is no `{name}`; --list says what there is")
    shop = Workshop(options)
    try:
        for subject, figures in chosen(options.what):
            for table in subject.measure(shop, figures):
                print(table, flush=True)
    except Failed as failure:
        sys.exit(str(failure))


if __name__ == "__main__":
    main()
