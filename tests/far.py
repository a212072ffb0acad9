"""The other computer with cs on it, for remote sessions: an sshd whose logins get a box of their own."""

import os
import shlex
import signal

from bed import Box, need
from sshd import Sshd


class Far(Sshd):
    """`there` is the box of that computer; `address` is how the near one calls it."""

    def __init__(self, box):
        (box.top / "far").mkdir()
        self.there = Box(box.top / "far", box.shared)
        self.there.env.update(LOGNAME="remote", USER="remote", TMUX_TMPDIR=str(self.there.short()))
        super().__init__(box)
        box.closing.callback(self.there.close)
        self.home, self.root = self.there.home, self.there.root
        self.install_cs()
        self.publish()

    def publish(self):
        """Gives logins the environment of the box as it is now; `.profile` says the same as for a person."""
        self.env = {name: value for name, value in self.there.env.items() if name != "TERM"}
        self.write(".profile", f"PATH={shlex.quote(self.env['PATH'])}\n")
        self.write_configuration()
        login = self.top / "login"  # sshd gives every command to the user's shell
        login.write_text(login.read_text().replace("/bin/sh -c", self.env["SHELL"] + " -c"))

    def install_cs(self, command=None):
        """Puts cs, or a stand-in for another version of it, to ~/.local/bin."""
        words = command or shlex.join(self.there.program)
        self.write(".local/bin/cs", f'#!/bin/sh\nexec {words} "$@"\n', 0o755)

    def without(self, *programs):
        """Hides programs on that computer."""
        self.there.without(*programs)
        self.publish()

    def cs(self, *argv, **more):
        """Runs cs as a person who sits there."""
        return self.there.cs(*argv, **more)

    def tmux(self, *argv):
        """Asks its tmux."""
        return self.there.run(need("tmux"), *argv)

    def connections(self):
        """Pids of the processes that serve connections (Linux)."""
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit() and parent_of(entry) == self.server.pid:
                found.append(int(entry))
        return found

    def drop(self):
        """Cuts every connection at once, as a bad network does."""
        for pid in self.connections():
            os.kill(pid, signal.SIGKILL)


def parent_of(pid):
    """The parent of a process; None when it has ended."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return None
