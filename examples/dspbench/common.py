"""What the oracles of this folder share. Each `oracle.py` makes its input anew with `--make`, always the same, and then
computes from the input, without Streamwright, what the topology beside it has to write."""

import json
import sys
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path

HERE = Path(sys.argv[0]).resolve().parent
MAKE = "--make" in sys.argv[1:]
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def iso(millis):
    """A time in milliseconds as Streamwright writes it."""
    text = (EPOCH + timedelta(milliseconds=millis)).strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f"{millis % 1000:03}".rstrip("0")
    return f"{text}.{fraction}Z" if fraction else f"{text}Z"


def exact(values):
    """The sum of floats, not yet rounded."""
    return sum(map(Fraction, values), Fraction(0))


def mean(values):
    """The exact mean, rounded once."""
    return float(exact(values) / len(values))


def windows(at, size, hop):
    """The starts of the hopping windows that a time is in."""
    start = at - at % hop
    while start > at - size:
        yield start
        start -= hop


def lines(name):
    return (HERE / name).read_text(encoding="utf-8").splitlines()


def objects(name):
    return [json.loads(line) for line in lines(name)]


def dump(row):
    return json.dumps(row, separators=(",", ":"), ensure_ascii=False)


def make(name, made):
    """An input's lines."""
    (HERE / name).write_text("".join(line + "\n" for line in made), encoding="utf-8")


def expect(name, rows):
    """What a sink has to write."""
    folder = HERE / "expected" / HERE.name
    folder.mkdir(parents=True, exist_ok=True)
    assert rows, f"{name} shows nothing"
    (folder / name).write_text("".join(dump(row) + "\n" for row in rows), encoding="utf-8")
