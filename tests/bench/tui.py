"""Measures the TUI as a person meets it: bytes in, bytes out, in a terminal.

    tests/bench/tui.py            prints one table; `limit` is the target of a quiet machine

First full paint beside a bare Python; from a key to the end of what it changes on the screen, with 1,000 and
10,000 sessions and while a push hangs; memory; and the processor's time in ten seconds of rest.
"""

import contextlib
import os
import resource
import select
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bed import PYTHON, Box
from screen import Screen

QUIET = 0.004  # seconds without another byte: the screen is complete
WORDS = ["api", "debug", "router", "home", "research", "auth", "deploy", "cache", "queue", "index", "sync", "proxy"]


def fill(box, count):
    """Some sessions, a third of them with a repository."""
    now = time.time()
    for i in range(count):
        place = box.root / f"{WORDS[i % 12]}-{WORDS[i * 7 % 11]}-{i}"
        (place / ".cs" / "logs").mkdir(parents=True)
        moment = now - i * i * 3000 / count - 100
        log = place / ".cs" / "logs" / "session.log"
        log.write_text(time.strftime("Session: x\nStarted: %Y-%m-%d %H:%M:%S\n", time.localtime(moment - 86400)))
        os.utime(str(log), (moment, moment))
        (place / ".cs" / "README.md").write_text("# x\n\n## Objective\n\nFind out why it fails on Mondays\n")
        if i % 3 == 0:
            (place / ".git").mkdir()
            (place / ".git" / "config").write_text(f'[remote "origin"]\n\turl = git@example.org:me/x{i}.git\n')


class Watched(Screen):
    """A TUI whose bytes are read as fast as they come, without emulating the terminal."""

    def read_until_quiet(self, first=5.0, quiet=QUIET):
        """The moment of the last byte; None when there was none."""
        last = None
        while select.select([self.master], [], [], quiet if last else first)[0]:
            self.raw += os.read(self.master, 1 << 20)
            last = time.perf_counter()
        return last

    def until(self, text):
        while text not in self.raw:
            if not select.select([self.master], [], [], 30)[0]:
                raise AssertionError(self.raw[-2000:])
            self.raw += os.read(self.master, 1 << 20)
        return time.perf_counter()

    def time_keys(self, keys, pause=0.03):
        """Milliseconds from each key to the last byte that it caused."""
        taken = []
        for key in keys:
            began = time.perf_counter()
            os.write(self.master, key)
            last = self.read_until_quiet(first=0.5)
            if last is not None:
                taken.append((last - began) * 1000)
            time.sleep(pause)
        return taken

    def number(self, field):
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1])
        return 0

    def processor(self):
        """Milliseconds that its threads have had of the processor: what a quiet machine would have taken."""
        total = 0
        for place in Path(f"/proc/{self.pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):
                total += int(place.read_text().split()[0])
        return total / 1e6


def start(box):
    words = [*box.program, "-tui"]
    return Watched(words, box.work, box.environment({"CS_TERM_THEME": "dark"}), rows=40, cols=130)


def bare():
    """Milliseconds that a Python takes that does nothing, and how much of the processor it has."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([PYTHON, "-IS", "-c", "pass"], check=True)
    taken, after = (time.perf_counter() - began) * 1000, resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def first_paint(box, runs=9):
    """How much longer than a bare Python it takes until the whole first screen is there: a median of pairs."""
    over, used = [], []
    for _ in range(runs):
        floor, floor_used = bare()
        began = time.perf_counter()
        screen = start(box)
        over.append((screen.until(b"help") - began) * 1000 - floor)
        used.append(screen.processor() - floor_used)
        screen.close()
    return statistics.median(over), statistics.median(used)


def show(title, value, unit, limit, more=""):
    print(f"{title:<56} {value:7.1f} {unit}  limit {limit:<12} {more}", flush=True)


def show_keys(title, screen, keys):
    before = screen.processor()
    values = sorted(screen.time_keys(keys))
    used = (screen.processor() - before) / len(keys)
    middle, high = statistics.median(values), values[int(len(values) * 0.95)]
    show(title, middle, "ms", "16, 95 % 40", f"95 % {high:.1f} ms; {used:.1f} ms of the processor each")


def show_first_paint(title, box, runs, limit):
    over, used = first_paint(box, runs)
    show(title, over, "ms", limit, f"{used:.1f} ms of the processor")


@contextlib.contextmanager
def home(count):
    with tempfile.TemporaryDirectory(prefix="cs-bench-") as place:
        top, shared = Path(place) / "box", Path(place) / "shared"
        top.mkdir()
        shared.mkdir()
        box = Box(top, shared)
        try:
            box.installed()
            fill(box, count)
            yield box
        finally:
            box.close()


def bench_thousand():
    with home(1000) as box:
        start(box).close()
        show_first_paint("first full paint of 1,000 sessions, over a bare Python", box, 9, "90")
        measure_keys(box, "1,000 sessions")


def bench_ten_thousand():
    with home(10000) as box:
        show_first_paint("first full paint of 10,000 sessions", box, 3, "-")
        measure_keys(box, "10,000 sessions")


def measure_keys(box, title):
    screen = start(box)
    screen.until(b"help")
    screen.read_until_quiet(quiet=2)
    show_keys(f"a key, {title}", screen, [b"j", b"j", b"k", b"G", b"g"] * 16)
    show_keys(f"a letter of a filter, {title}", screen, [b"/", *[b"a", b"p", b"i", b"\x15"] * 5])
    screen.time_keys([b"\x1b"], 0.2)
    show("memory, " + title, screen.number("VmHWM") / 1024, "MB", "40")
    screen.read_until_quiet(quiet=1)
    before = screen.processor()
    time.sleep(8)
    show("processor in 8 s of rest, " + title, screen.processor() - before, "ms", "10")
    screen.close()


def bench_hanging():
    with home(1000) as box:
        place = box.root / "api-api-0"
        hang = box.bin / "hang"
        hang.write_text("#!/bin/sh\nsleep 60 & wait\n")
        hang.chmod(0o755)
        box.run("rm", "-r", place / ".git")
        for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "x"]):
            box.git(*words, cwd=place)
        box.git("remote", "add", "origin", "far:x.git", cwd=place)
        box.git("config", "--global", "core.sshCommand", str(hang))
        screen = start(box)
        screen.until(b"help")
        screen.read_until_quiet(quiet=1)
        screen.time_keys([b"P"], 2)
        show_keys("a key while a push hangs, 1,000 sessions", screen, [b"j", b"k"] * 30)
        screen.time_keys([b"\x1b"], 2.5)
        screen.close()


if __name__ == "__main__":
    bench_thousand()
    bench_hanging()
    bench_ten_thousand()
