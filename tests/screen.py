"""A program in a terminal, and what a person would see there.

Bytes from the program go through pyte, a terminal emulator; its questions to the terminal are answered. A
test says what it waits for, never how long.
"""

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time

import pyte

KEYS = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "delete": "\x1b[3~",
    "ctrl-c": "\x03",
    "ctrl-d": "\x04",
    "ctrl-f": "\x06",
    "ctrl-z": "\x1a",
}

# Sequences that pyte would print as text: CSI with a private mark < = >, or with colons, and DCS, APC, PM.
UNKNOWN = re.compile(rb"\x1b\[[<=>][0-9;:]*[@-~]|\x1b\[[0-9;]*:[0-9;:]*m|\x1b[P_^][^\x1b]*\x1b\\")
# The beginning of a sequence at the end of what was read so far.
TORN = re.compile(rb"\x1b(?:\[[0-9;:<=>?]*|[P_^][^\x1b]*\x1b?)?$")


class Terminal(pyte.HistoryScreen):
    """The emulator's screen, which answers the program through `reply`."""

    reply = None

    def write_process_input(self, data):
        """Answer a question of the program, such as where the cursor is."""
        if self.reply:
            self.reply(data)

    def select_graphic_rendition(self, *attributes, **_private):
        """Colours; private variants are no colours and are let pass."""
        if not _private:
            super().select_graphic_rendition(*attributes)

    def scroll_up(self, count=1):
        """SU, which curses uses and pyte does not know: lines leave at the top of the scrolling region."""
        self.scroll(count, self.margins.bottom if self.margins else self.lines - 1, self.index)

    def scroll_down(self, count=1):
        """SD, the other way round."""
        self.scroll(count, self.margins.top if self.margins else 0, self.reverse_index)

    def scroll(self, count, edge, step):
        """Scrolls by moving over an edge of the region; the cursor stays."""
        at, self.cursor.y = self.cursor.y, edge
        for _ in range(count or 1):
            step()
        self.cursor.y = at


class Stream(pyte.ByteStream):
    """The parser, with these two sequences."""

    csi = dict(pyte.ByteStream.csi, S="scroll_up", T="scroll_down")
    events = pyte.ByteStream.events | {"scroll_up", "scroll_down"}


# A session's first process that opens a terminal gets it as its controlling terminal.
ON_TERMINAL = ["/bin/sh", "-c", 'exec <"$0" >"$0" 2>&1 && exec "$@"']


class Screen:
    """A running program and its terminal."""

    def __init__(self, argv, cwd, env, rows=40, cols=110):
        self.terminal = Terminal(cols, rows, history=2000, ratio=0.5)
        self.terminal.reply = self.send
        self.stream = Stream(self.terminal)
        self.raw = b""
        self.torn = b""
        self.master, self.slave = os.openpty()
        self.resize(rows, cols)
        command = [*ON_TERMINAL, os.ttyname(self.slave), *argv]
        quiet = subprocess.DEVNULL
        self.child = subprocess.Popen(
            command, cwd=str(cwd), env=env, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
        self.pid = self.child.pid

    # -- what is to be seen

    @property
    def lines(self):
        """The visible lines, without blanks at their ends."""
        return [line.rstrip() for line in self.terminal.display]

    @property
    def text(self):
        """Everything seen so far: what has scrolled away, then the visible lines."""
        columns = range(self.terminal.columns)
        gone = ["".join(row[x].data for x in columns).rstrip() for row in self.terminal.history.top]
        return "\n".join(gone + self.lines)

    @property
    def title(self):
        """The title that the program gave to the terminal."""
        return self.terminal.title

    # -- reading

    def pump(self, seconds):
        """Take in what the program writes within some seconds; True when there was something."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        data = os.read(self.master, 65536)
        self.raw += data
        data = self.torn + data
        torn = TORN.search(data)
        self.torn = data[torn.start() :] if torn else b""
        self.stream.feed(UNKNOWN.sub(b"", data[: len(data) - len(self.torn)]))
        return True

    def wait(self, wanted, timeout=30):
        """Read until a text stands on the visible screen, or a predicate of this screen is true."""
        test = wanted if callable(wanted) else lambda screen: wanted in "\n".join(screen.lines)
        deadline = time.monotonic() + timeout
        while not test(self):
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {timeout} s in vain for {wanted!r}; the screen:\n{self.text}")
            if not self.pump(0.05) and not self.alive() and not self.pump(0) and not test(self):
                raise AssertionError(f"it ended before {wanted!r} was seen; the screen:\n{self.text}")
        return self

    def wait_idle(self, quiet=0.15, timeout=30):
        """Read until the program has written nothing for a moment, for want of a better sign."""
        deadline = time.monotonic() + timeout
        while self.pump(quiet):
            assert time.monotonic() < deadline, "it never came to rest; the screen:\n" + self.text
        return self

    def alive(self):
        """Whether the program still runs."""
        return self.child.poll() is None

    def finish(self, timeout=60):
        """Read to the program's end; its status, negative for a signal."""
        deadline = time.monotonic() + timeout
        while self.alive():
            self.pump(0.02)
            if time.monotonic() > deadline:
                self.close()
                raise AssertionError(f"it did not end within {timeout} s; the screen:\n{self.text}")
        while self.pump(0):
            pass
        return self.child.returncode

    # -- acting

    def send(self, text):
        """Type a text as it is."""
        os.write(self.master, text.encode() if isinstance(text, str) else text)

    def key(self, *names):
        """Press keys by name (see KEYS), or single characters."""
        for name in names:
            self.send(KEYS.get(name, name))

    def resize(self, rows, cols):
        """Give the terminal another size; the program gets SIGWINCH."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
        self.terminal.resize(rows, cols)

    def signal(self, number):
        """Send a signal to the program."""
        os.kill(self.pid, number)

    def hang_up(self):
        """Close the terminal under the program, as when its window is closed."""
        for end in (self.slave, self.master):
            if end >= 0:
                os.close(end)
        self.master = self.slave = -1

    def close(self):
        """End the program for certain, and its terminal with it."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.child.wait()
        self.hang_up()
