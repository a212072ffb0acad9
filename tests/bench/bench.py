"""Measures whole processes and prints one table; rows.py beside this file says which.

A row is a function with the decorator `row`: it gets a `Bench`, prepares what it needs and returns the command
to measure. Each run of a command takes turns with a run of the bare Python, so that a busy machine slows both.
"""

import argparse
import contextlib
import os
import runpy
import statistics
import sys
import tempfile
import time
from collections import namedtuple
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bed import PYTHON, Box

ROWS = []
BARE = [PYTHON, "-IS", "-c", "pass"]

Row = namedtuple("Row", "title limit prepare runs")
Times = namedtuple("Times", "median low high bare")


def row(title, limit=None, runs=None):
    """Add a row: a title, and by how many milliseconds it may exceed the bare Python."""

    def add(prepare):
        ROWS.append(Row(title, limit, prepare, runs))
        return prepare

    return add


class Bench(Box):
    """A box in which rows prepare and measure; a new one for every row."""

    def measure(self, argv, n=31, cwd=None, env=None, input=None):
        """Milliseconds of a command as `Times`: median, 5 % and 95 % points, and the bare Python's median."""
        environment = self.environment(env)
        taken, bare = [], []
        for _ in range(n + 1):
            bare.append(clock(BARE, self.home, environment))
            taken.append(clock([str(word) for word in argv], cwd or self.home, environment, input))
        del taken[0], bare[0]  # the first of each warms the caches
        taken.sort()
        low, high = taken[int(n * 0.05)], taken[min(n - 1, int(n * 0.95))]
        return Times(statistics.median(taken), low, high, statistics.median(bare))


def clock(argv, cwd, env, input=None):
    """Milliseconds from the start of a process to its end; it must succeed."""
    with open_input(input) as stdin, open(os.devnull, "r+b") as null:
        os.chdir(cwd)
        actions = [
            (os.POSIX_SPAWN_DUP2, stdin.fileno(), 0),
            (os.POSIX_SPAWN_DUP2, null.fileno(), 1),
            (os.POSIX_SPAWN_DUP2, null.fileno(), 2),
        ]
        began = time.perf_counter()
        pid = os.posix_spawn(argv[0], argv, env, file_actions=actions)
        status = os.waitpid(pid, 0)[1]
        taken = (time.perf_counter() - began) * 1000
    assert status == 0, f"{argv} ended with status {status}"
    return taken


def open_input(data):
    """A file to read the data from, or nothing to read."""
    file = tempfile.TemporaryFile() if data else open(os.devnull, "rb")  # noqa: SIM115
    if data:
        file.write(data if isinstance(data, bytes) else data.encode())
        file.seek(0)
    return file


def take(entry, runs):
    """Prepare a row in a box of its own and measure it: `Times`."""
    with tempfile.TemporaryDirectory(prefix="cs-bench.") as top, contextlib.ExitStack() as ending:
        (Path(top) / "box").mkdir()
        (Path(top) / "shared").mkdir()
        bench = Bench(Path(top) / "box", Path(top) / "shared")
        ending.callback(bench.close)
        ending.callback(os.chdir, os.getcwd())
        answer = entry.prepare(bench)
        return answer if isinstance(answer, Times) else bench.measure(answer, runs or entry.runs or 31)


def line(entry, times):
    """One line of the table."""
    over = times.median - times.bare
    verdict = "" if entry.limit is None else ("ok" if over <= entry.limit else "OVER")
    limit = "" if entry.limit is None else f"+{entry.limit}"
    return (
        f"{entry.title:<44}{times.median:>8.1f}{times.low:>8.1f}{times.high:>8.1f}"
        f"{times.bare:>8.1f}{over:>+8.1f}{limit:>7}  {verdict}"
    ).rstrip()


def main(argv):
    """Print the table; the status is 1 when a row is over its limit."""
    parser = argparse.ArgumentParser(prog="tests/bench/run")
    parser.add_argument("words", nargs="*", help="only rows with one of these words in their titles")
    parser.add_argument("-n", type=int, help="runs of each row")
    parser.add_argument("--rows", default=str(Path(__file__).with_name("rows.py")), help="another file of rows")
    told = parser.parse_args(argv)
    runpy.run_path(told.rows)
    print(f"{'milliseconds':<44}{'median':>8}{'5 %':>8}{'95 %':>8}{'bare':>8}{'over':>8}{'limit':>7}")
    status = 0
    for entry in ROWS:
        if not told.words or any(word in entry.title for word in told.words):
            told_line = line(entry, take(entry, told.n))
            print(told_line, flush=True)
            status |= told_line.endswith("OVER")
    return status


if __name__ == "__main__":
    sys.modules["bench"] = sys.modules["__main__"]  # the rows import it by this name
    sys.exit(main(sys.argv[1:]))
