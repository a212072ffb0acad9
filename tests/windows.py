"""Runs a Python program as if on Windows, as far as that can be imitated elsewhere.

    python3 windows.py [-ESs|-IS] FILE|-c CODE [ARGUMENT...]

What Windows lacks is taken away: fcntl, termios, curses, pwd, user ids, process groups, most signals, links. What
is different there is different here: os.kill(pid, 0) ends a process, so it is an error; a rename does not replace;
file locks are msvcrt's; processes are asked about through kernel32. Paths stay those of this system.
"""

import ctypes
import fcntl
import os
import pathlib
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
import types
import zipfile

SETTLED = (pathlib, shutil, subprocess, tempfile.gettempdir(), zipfile)  # before os.name changes


def locking(handle, mode, count):
    """msvcrt.locking, by the locks of this system."""
    assert mode == 2 and count == 1
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise PermissionError(13, "Permission denied")


class Kernel32:
    """The few functions that tell whether a process lives."""

    def OpenProcess(self, access, inherit, pid):
        """A handle, here the pid itself; 0 when there is no such process."""
        return pid if os.path.exists(f"/proc/{pid}") else 0

    def GetLastError(self):
        """ERROR_INVALID_PARAMETER."""
        return 87

    def GetExitCodeProcess(self, handle, code):
        """STILL_ACTIVE."""
        code._obj.value = 259
        return 1

    def CloseHandle(self, handle):
        """Always well."""
        return 1


def no_privilege(*_, **__):
    raise OSError(1314, "A required privilege is not held by the client")


def pretend():
    """Make this process believe that it runs on Windows."""
    kill, rename = os.kill, os.rename

    def kill_as_there(pid, number):
        if number == 0:
            raise AssertionError("os.kill(pid, 0) ends the process on Windows")
        kill(pid, number)

    def rename_as_there(source, target, **more):
        if os.path.lexists(target):
            raise FileExistsError(183, "Cannot create a file when that file already exists", target)
        rename(source, target, **more)

    for name in ("fcntl", "termios", "curses", "pwd", "grp", "resource", "pty", "tty", "readline"):
        sys.modules[name] = None
    sys.modules["msvcrt"] = types.ModuleType("msvcrt")
    sys.modules["msvcrt"].LK_NBLCK = 2
    sys.modules["msvcrt"].locking = locking
    ctypes.windll = types.SimpleNamespace(kernel32=Kernel32())
    gone = ("getuid", "geteuid", "getgid", "getegid", "uname", "fork", "forkpty", "killpg", "setsid", "getpgid")
    for name in (*gone, "getpgrp", "tcsetpgrp", "mkfifo", "nice", "chown", "lchown", "getloadavg", "O_NOFOLLOW"):
        if hasattr(os, name):
            delattr(os, name)
    for name in ("SIGHUP", "SIGALRM", "SIGTSTP", "SIGCONT", "SIGWINCH", "SIGPIPE", "SIGUSR1", "alarm", "setitimer"):
        if hasattr(signal, name):
            delattr(signal, name)
    os.symlink, os.kill, os.rename = no_privilege, kill_as_there, rename_as_there
    os.name = "nt"


def main(words):
    """Run what the command line names, in this very process."""
    sys.executable = sys._base_executable = os.environ["TEST_WINDOWS_PYTHON"]
    while words[0].startswith("-") and words[0] != "-c":
        words.pop(0)
    pretend()
    if words[0] == "-c":
        sys.argv = ["-c", *words[2:]]
        exec(compile(words[1], "-c", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    sys.path.pop(0)
    main(sys.argv[1:])
