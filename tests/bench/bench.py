"""Measures whole processes and prints one table; rows.py and tui.py beside this file say which.

A row is a function with the decorator `row`: it gets a `Bench`, prepares what it needs and returns the command to
measure, or `Times`. Each run of a command takes turns with a run of the bare Python, so that a busy machine slows
both, and, with --original and where it knows the same command, with one of the original program. `cpu` is how much
more of the processor a command has had than the bare Python: that is what counts while the machine does other work.
"""

import argparse
import atexit
import contextlib
import functools
import os
import runpy
import shutil
import statistics
import sys
import tempfile
import time
from collections import namedtuple
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bed import PYTHON, Box

ROWS = []
DELAYS = []  # of each row: how many times the processor's time the bare Python took
BARE = [PYTHON, "-IS", "-c", "pass"]
MOST_RUNS, FEWEST_RUNS, SECONDS = 31, 5, 2.5  # of a row: as many as fit into the seconds

Row = namedtuple("Row", "title limit high")
Times = namedtuple("Times", "median low high bare cpu original", defaults=(None, None))


def row(title, limit=None, high=None):
    """Add a row: a title, and by how many milliseconds its median and its 95 % point may exceed the bare Python."""

    def add(prepare):
        ROWS.append((Row(title, limit, high), prepare))
        return prepare

    return add


def of_sorted(values, share):
    """The value below which a share of the sorted values lies."""
    return values[min(len(values) - 1, int(len(values) * share))]


def times(values, bare=0.0, cpu=None, original=None):
    """`Times` of what was measured."""
    values = sorted(values)
    return Times(statistics.median(values), of_sorted(values, 0.05), of_sorted(values, 0.95), bare, cpu, original)


class Bench(Box):
    """A box in which rows prepare and measure; a new one for every row."""

    original = None  # the path of the original program, if there is one to compare with
    runs = None  # how many are wanted

    def measure(self, argv, env=None, input=None, original=None, until=None):
        """Milliseconds of a command beside the bare Python and the same command of the original, as `Times`."""
        environment = self.environment(env)
        cases = {"bare": BARE, "cs": [str(word) for word in argv]}
        if original:
            cases["original"] = [str(word) for word in original]
        taken = {name: [] for name in cases}
        spent = dict.fromkeys(cases, 0.0)
        for number in range((self.runs or MOST_RUNS) + 1):
            for name, command in cases.items():
                began = time.perf_counter()
                if name == "original" and number > 1 and spent[name] > SECONDS:
                    continue  # it may be a hundred times slower
                arrived = until if name != "bare" else None
                figures = clock(command, self.home, environment, input, arrived)
                taken[name] += [figures] if number or name == "original" else []  # the first warms the caches
                spent[name] += time.perf_counter() - began
            if not self.runs and number >= FEWEST_RUNS and spent["bare"] + spent["cs"] > SECONDS:
                break
        walls = {name: [wall for wall, _ in figures] for name, figures in taken.items()}
        used = {name: statistics.median([cpu for _, cpu in figures]) for name, figures in taken.items()}
        bare = statistics.median(walls["bare"])
        DELAYS.append(bare / used["bare"])
        other = statistics.median(walls["original"]) if original else None
        return times(walls["cs"], bare, None if until else used["cs"] - used["bare"], other)

    def originals(self, *words):
        """The command line of the original program with such words; None without one."""
        return [self.original, *words] if self.original else None

    def original_hook(self, name):
        """The command line of a hook of the original, which lies beside its program."""
        for place in (self.home / ".claude", *Path(self.original or "/").resolve().parents):
            script = place / "hooks" / f"{name}.sh"
            if self.original and script.exists():
                return ["/bin/sh", "-c", str(script)]
        return None


def clock(argv, cwd, env, input=None, until=None):
    """Milliseconds from the start of a process to its end, or to the opening of a pipe; and of the processor.

    The process must succeed.
    """
    with open_input(input) as stdin, open(os.devnull, "r+b") as null:
        os.chdir(cwd)
        actions = [
            (os.POSIX_SPAWN_DUP2, stdin.fileno(), 0),
            (os.POSIX_SPAWN_DUP2, null.fileno(), 1),
            (os.POSIX_SPAWN_DUP2, null.fileno(), 2),
        ]
        began = time.perf_counter()
        pid = os.posix_spawn(argv[0], argv, env, file_actions=actions)
        if until:
            os.close(os.open(until, os.O_RDONLY))
            taken = (time.perf_counter() - began) * 1000
        _, status, used = os.wait4(pid, 0)
        if not until:
            taken = (time.perf_counter() - began) * 1000
    assert status == 0, f"{argv} ended with status {status}"
    return taken, (used.ru_utime + used.ru_stime) * 1000


def open_input(data):
    """A file to read the data from, or nothing to read."""
    file = tempfile.TemporaryFile() if data else open(os.devnull, "rb")  # noqa: SIM115
    if data:
        file.write(data if isinstance(data, bytes) else data.encode())
        file.seek(0)
    return file


@functools.lru_cache(None)
def shared():
    """A directory for what is made once for all rows, such as the installed program."""
    place = tempfile.mkdtemp(prefix="cs-bench-shared.")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return Path(place)


@contextlib.contextmanager
def new_bench():
    """A box of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="cs-bench.") as top, contextlib.ExitStack() as ending:
        bench = Bench(Path(top), shared())
        ending.callback(bench.close)
        ending.callback(os.chdir, os.getcwd())
        yield bench


def take(prepare):
    """Prepare a row in a box of its own and measure it: `Times`."""
    with new_bench() as bench:
        answer = prepare(bench)
        return answer if isinstance(answer, Times) else bench.measure(answer)


HEAD = ("median", "5 %", "95 %", "bare", "over", "limit", "cpu")


def cells_of(entry, found):
    """What a line of the table says behind its title."""
    over = found.median - found.bare
    yield from (f"{figure:.1f}" for figure in (found.median, found.low, found.high))
    yield from (f"{found.bare:.1f}", f"{over:+.1f}") if found.bare else ("", "")
    yield "" if entry.limit is None else f"{'+' if found.bare else ''}{entry.limit}"
    yield "" if found.cpu is None else f"{found.cpu:.1f}"
    if Bench.original:
        yield "" if found.original is None else f"{found.original:.1f}"
    too_high = entry.high is not None and found.high - found.bare > entry.high
    if entry.limit is not None:
        yield "OVER" if over > entry.limit or too_high else "ok"


def columns(title, cells):
    """A line of the table."""
    return f"{title:<44}" + "".join(f"{cell:>9}" for cell in cells).rstrip()


def main(argv):
    """Print the table; the status is 1 when a row is over its limit."""
    parser = argparse.ArgumentParser(prog="tests/bench/run")
    parser.add_argument("words", nargs="*", help="only rows with one of these words in their titles")
    parser.add_argument("-n", type=int, help="runs of each row")
    parser.add_argument("--original", metavar="PATH", help="the original cs, to be measured as well")
    parser.add_argument("--rows", action="append", help="another file of rows")
    told = parser.parse_args(argv)
    Bench.runs = told.n
    Bench.original = told.original and os.path.abspath(told.original)
    for place in told.rows or [Path(__file__).with_name(name) for name in ("rows.py", "tui.py")]:
        runpy.run_path(str(place))
    print(columns("milliseconds", [*HEAD, *(["original"] if told.original else [])]))
    status = 0
    for entry, prepare in ROWS:
        if not told.words or any(word in entry.title for word in told.words):
            told_line = columns(entry.title, cells_of(entry, take(prepare)))
            print(told_line, flush=True)
            status |= told_line.endswith("OVER")
    if DELAYS and statistics.median(DELAYS) > 1.5:
        busy = statistics.median(DELAYS)
        print(f"this machine is busy: all takes {busy:.1f} times as long as it needs; look at cpu in place of over")
    return status


if __name__ == "__main__":
    sys.modules["bench"] = sys.modules["__main__"]  # the rows import it by this name
    sys.exit(main(sys.argv[1:]))
