"""What is measured of the TUI, as a person meets it: bytes in, bytes out, in a terminal.

From the start to the end of the first full paint, from a key to the end of what it changes on the screen, with 1,000
and 10,000 sessions and while a push hangs; memory; and the processor's time in some seconds of rest.
"""

import functools
import os
import select
import statistics
import time
from pathlib import Path

from bench import BARE, clock, new_bench, row, times
from screen import Screen

QUIET = 0.03  # seconds without another byte: the screen is complete
REST = 5
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
        """The moment at which a text is there."""
        while text not in self.raw:
            if not select.select([self.master], [], [], 30)[0]:
                raise AssertionError(self.raw[-2000:])
            self.raw += os.read(self.master, 1 << 20)
        return time.perf_counter()

    def time_keys(self, keys, pause=0.0):
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
        """A number of the process's status."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1])
        return 0

    def processor(self):
        """Milliseconds that it has had of the processor: what a quiet machine would have taken."""
        clock_of_process = ~self.pid << 3 | 2  # as clock_getcpuclockid(3) makes it on Linux
        return time.clock_gettime(clock_of_process) * 1000


def start(box, *words):
    """The list on a screen; of the original with its words."""
    command = words or [*box.program, "-tui"]
    return Watched(command, box.work, box.environment({"CS_TERM_THEME": "dark"}), rows=40, cols=130)


def first_paint(box, runs):
    """`Times` until the whole first screen is there."""
    taken, used, floor, original = [], [], [], []
    for _ in range(runs):
        floor.append(clock(BARE, box.home, box.environment()))
        began = time.perf_counter()
        screen = start(box)
        taken.append((screen.until(b"help") - began) * 1000)
        used.append(screen.processor() - floor[-1][1])
        screen.close()
    for _ in range(3 if box.original else 0):
        began = time.perf_counter()
        screen = start(box, box.original)
        original.append((screen.read_until_quiet(30, 0.5) - began) * 1000)
        screen.close()
    other = statistics.median(original) if original else None
    return times(taken, statistics.median([wall for wall, _ in floor]), statistics.median(used), other)


def keys(screen, typed):
    """`Times` of keys."""
    before = screen.processor()
    taken = screen.time_keys(typed)
    return times(taken, cpu=(screen.processor() - before) / len(typed))


def keys_of_original(box):
    """The median of the same keys in the original; None without one."""
    if not box.original:
        return None
    screen = start(box, box.original)
    screen.read_until_quiet(30, 1)
    taken = screen.time_keys([b"j", b"j", b"k"] * 8)
    screen.close()
    return statistics.median(taken) if taken else None


@functools.lru_cache(None)
def figures(count):
    """Everything that is measured with so many sessions, by its name."""
    with new_bench() as box:
        box.installed()
        fill(box, count)
        start(box).close()
        found = {"paint": first_paint(box, box.runs or 9)}
        screen = start(box)
        screen.until(b"help")
        screen.read_until_quiet(quiet=2)
        found["key"] = keys(screen, [b"j", b"j", b"k", b"G", b"g"] * 10)._replace(original=keys_of_original(box))
        found["letter"] = keys(screen, [b"/", *[b"a", b"p", b"i", b"\x15"] * 5])
        screen.time_keys([b"\x1b"], 0.2)
        found["memory"] = times([screen.number("VmHWM") / 1024])
        screen.read_until_quiet(quiet=1)
        before = screen.processor()
        time.sleep(REST)
        found["rest"] = times([screen.processor() - before])
        screen.close()
        return found


def rows_of(count, paint):
    """The rows of so many sessions."""
    for name, title, limit, high in (
        ("paint", "first full paint", paint, None),
        ("key", "a key", 16, 40),
        ("letter", "a letter of a filter", 16, 40),
        ("memory", "memory in MB", 40, None),
        ("rest", f"the processor in {REST} s of rest", None, None),
    ):
        row(f"TUI, {count:,}: {title}", limit, high)(lambda _, name=name: figures(count)[name])


rows_of(1000, 90)
rows_of(10000, None)


@row("TUI, 1,000: a key while a push hangs", limit=16, high=40)
def key_while_a_push_hangs(bench):
    bench.installed()
    fill(bench, 1000)
    place = bench.root / "api-api-0"
    hang = bench.bin / "hang"
    hang.write_text("#!/bin/sh\nsleep 60 & wait\n")
    hang.chmod(0o755)
    bench.run("rm", "-r", place / ".git")
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "x"]):
        bench.git(*words, cwd=place)
    bench.git("remote", "add", "origin", "far:x.git", cwd=place)
    bench.git("config", "--global", "core.sshCommand", str(hang))
    screen = start(bench)
    screen.until(b"help")
    screen.read_until_quiet(quiet=1)
    screen.time_keys([b"P"], 2)
    found = keys(screen, [b"j", b"k"] * 20)
    screen.time_keys([b"\x1b"], 2.5)
    screen.close()
    return found
