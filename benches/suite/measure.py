"""Running programs in turn, and what is kept of a run."""
import dataclasses
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import threading
import time


#: A program that has not ended by then hangs: it is killed.
LONGEST_S = 1_800


class Failed(Exception):
    """A program that ended badly, or outputs that differ."""


@dataclasses.dataclass
class Run:
    """What one run took."""

    wall_s: float
    cpu_s: float
    peak_mib: float
    errors: str


def watch(child, peak_kib):
    """Keeps the peak memory of a running child in peak_kib[0], and kills it when it has run for too long.

    What wait4 tells is no use here: at exec the kernel carries this interpreter's own memory over to the child.
    """
    started = time.monotonic()
    try:
        while child.returncode is None:
            if time.monotonic() - started > LONGEST_S:
                os.kill(child.pid, signal.SIGKILL)
            status = pathlib.Path(f"/proc/{child.pid}/status").read_text()
            marks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
            peak_kib[0] = max([peak_kib[0], *map(int, marks)])
            time.sleep(0.01)
    except OSError:
        pass


def run(command, **options):
    """Runs a command to its end; raises Failed if that is a bad one. The options are Popen's."""
    command = [str(part) for part in command]
    options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, **options}
    started = time.perf_counter()
    child = subprocess.Popen(command, **options)
    peak_kib = [0]
    watcher = threading.Thread(target=watch, args=(child, peak_kib), daemon=True)
    watcher.start()
    errors = child.stderr.read().decode(errors="replace") if child.stderr else ""
    _, status, usage = os.wait4(child.pid, 0)
    wall_s = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    watcher.join()
    if child.returncode != 0:
        raise Failed(f"{' '.join(command)} ended with {child.returncode}:\n{errors}")
    return Run(wall_s, usage.ru_utime + usage.ru_stime, peak_kib[0] / 1024, errors)


def in_turn(rounds, *commands, **options):
    """Runs the commands A B C A B C …, after one round that is not counted; the runs of each. The options are Popen's."""
    runs = [[] for _ in commands]
    for turn in range(rounds + 1):
        for mine, command in zip(runs, commands):
            result = run(command, **options)
            if turn:
                mine.append(result)
    return runs


def wall_s(runs):
    """The median of what the clock on the wall says."""
    return statistics.median(run.wall_s for run in runs)


def cpu_s(runs):
    """The median of processor time, user's and system's: what to read on a machine that others use."""
    return statistics.median(run.cpu_s for run in runs)


def peak_mib(runs):
    """The largest peak."""
    return max(run.peak_mib for run in runs)


def instructions(command):
    """Instructions that a command executes, counted by callgrind: exact, whatever else the machine does."""
    said = run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]).errors
    return int(said.rsplit("Collected : ", 1)[1].split()[0])


def same_bytes(*paths):
    """Raises Failed unless the files are equal byte for byte."""
    first, *others = map(pathlib.Path, paths)
    for other in others:
        if first.read_bytes() != other.read_bytes():
            raise Failed(f"{other} differs from {first}")


def same_lines(*paths):
    """Raises Failed unless the files have the same lines, in whichever order."""
    first, *others = map(pathlib.Path, paths)
    lines = sorted(first.read_bytes().splitlines())
    for other in others:
        if sorted(other.read_bytes().splitlines()) != lines:
            raise Failed(f"the lines of {other} are not those of {first}")


def progress(text):
    """Tells whoever waits what is being done."""
    print(text, file=sys.stderr, flush=True)
