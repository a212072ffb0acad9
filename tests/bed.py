"""The sealed bed that every test lies in: its own HOME, environment, PATH and processes.

A test asks for the fixture `box` (conftest.py makes one for every test, asked for or not). Nothing that a
test starts through it sees the home, the settings or the programs of whoever runs the tests.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
TOP = TESTS.parent
PYTHON = os.environ.get("CS_TEST_PYTHON") or sys.executable
IN_CI = os.environ.get("CI") == "true"

OUTER_PATH = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
OUTER_HOME = os.path.expanduser("~")
OUTER_CLAUDE = os.environ.get("CS_TEST_CLAUDE")

# Whose directories make up the PATH of a box, besides its own fakes and the Python under test.
REAL_PROGRAMS = (
    *("sh", "ls", "git", "rsync", "ssh", "tmux", "zsh", "fish"),
    *("age", "minisign", "openssl", "secret-tool", "strace", "rg"),
)

Result = namedtuple("Result", "status out err")
Call = namedtuple("Call", "argv cwd env stdin pid")


# ---- what the machine has ------------------------------------------------------------------------------


def find(program):
    """The path of a program of this machine, or None; `claude` is looked for in .tools/ first."""
    if program == "claude":
        own = TOP / ".tools/node_modules/.bin/claude"
        for path in (OUTER_CLAUDE, str(own)):
            if path and os.access(path, os.X_OK):
                return path
    return shutil.which(program, path=OUTER_PATH)


def without_privileges():
    """What to put before a command for which modes count although the tests may run as root."""
    if os.name == "nt" or os.geteuid() != 0:
        return []
    words = ["setpriv", "--bounding-set", "-all", "--inh-caps", "-all"]
    if shutil.which(words[0]) is None or subprocess.run([*words, "true"], check=False).returncode != 0:
        pytest.skip("root writes everywhere")
    return words


def need(*programs):
    """The path of the first of the programs; without one of them the test is skipped, and in CI it fails."""
    missing = [program for program in programs if not find(program)]
    if missing:
        (pytest.fail if IN_CI else pytest.skip)("not on this machine: " + ", ".join(missing))
    return find(programs[0])


def interpreter(version):
    """The path of a Python of some version, such as "2.7"; without it the test is skipped, also in CI."""
    found = sorted(Path(OUTER_HOME).glob(f".pyenv/versions/{version}.*/bin/python{version}"))
    path = str(found[-1]) if found else shutil.which("python" + version, path=OUTER_PATH)
    return path or pytest.skip(f"no Python {version} on this machine")


def real_directories():
    """The directories of the few real programs that tests use, without whatever else is on the PATH."""
    found = (find(program) for program in REAL_PROGRAMS)
    return list(dict.fromkeys([os.path.dirname(path) for path in found if path] + ["/usr/bin", "/bin"]))


# ---- small helpers -------------------------------------------------------------------------------------


def wait_for(predicate, timeout=20, what="it"):
    """Poll until the predicate returns something true, and return that; past the timeout, fail."""
    deadline = time.monotonic() + timeout
    while True:
        answer = predicate()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout} s in vain for {what}")
        time.sleep(0.01)


def once(shared, name, make):
    """The directory shared/name, filled by make(directory) by whichever process asks for it first."""
    place = Path(shared) / name
    with open(str(place) + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            fresh = Path(str(place) + ".new")
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            make(fresh)
            fresh.rename(place)
    return place


def tree(top):
    """What stands below a directory: relative path -> (type, mode, SHA-256 or link target)."""
    found = {}
    for directory, folders, files in os.walk(top):
        for name in folders + files:
            path = os.path.join(directory, name)
            found[os.path.relpath(path, top)] = look_at(path)
    return found


def look_at(path):
    """One file as (type, mode, content): content is a digest, a link's target, or None."""
    mode = os.lstat(path).st_mode
    kind, bits = stat.filemode(mode)[0], stat.S_IMODE(mode)
    if kind == "l":
        return "link", 0, os.readlink(path)
    if kind == "-":
        with open(path, "rb") as file:
            return "file", bits, hashlib.sha256(file.read()).hexdigest()
    return {"d": "dir"}.get(kind, kind), bits, None


def text_of(data):
    """Output as text: bytes that are not UTF-8 stay as surrogates, so that nothing is hidden."""
    return data.decode("utf-8", "surrogateescape")


def copy_project(directory):
    """Copy this project's own files, without what is built, installed or ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=str(TOP),
        env={"PATH": OUTER_PATH},
        stdout=subprocess.PIPE,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (TOP / name).is_file():
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(str(TOP / name), str(directory / name))


def transplant(source, target, old, new):
    """Copy a directory; where links and files name the path `old`, the copy names `new`."""
    for directory, folders, files in os.walk(source):
        here = target / os.path.relpath(directory, source)
        here.mkdir(exist_ok=True)
        here.chmod(stat.S_IMODE(os.stat(directory).st_mode))
        for name in folders + files:
            path = os.path.join(directory, name)
            if os.path.islink(path):
                os.symlink(os.readlink(path).replace(old, new), str(here / name))
            elif os.path.isfile(path):
                shutil.copy2(path, str(here / name))
                rename_within(here / name, old.encode(), new.encode())


def rename_within(path, old, new):
    """Replace a path within a file; in bytecode Python itself sees to that."""
    data = path.read_bytes()
    if old in data and path.suffix != ".pyc":
        path.write_bytes(data.replace(old, new))


# ---- processes -----------------------------------------------------------------------------------------


class Running:
    """A program in the background, in a session of its own (so without a terminal)."""

    def __init__(self, argv, cwd, env, input=None):
        self.argv = argv
        self.input = input.encode() if isinstance(input, str) else input
        self.process = subprocess.Popen(
            argv,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL if input is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self.pid = self.process.pid

    def signal(self, number):
        """Send a signal to this process alone."""
        os.kill(self.pid, number)

    def result(self, timeout=60):
        """Wait for its end and for everyone who holds its output; status is negative for a signal."""
        try:
            out, err = self.process.communicate(self.input, timeout=timeout)
        except subprocess.TimeoutExpired as late:
            self.end()
            said = text_of((late.stdout or b"") + (late.stderr or b""))
            raise AssertionError(f"{self.argv!r} did not end within {timeout} s; so far: {said}")
        return Result(self.process.returncode, text_of(out), text_of(err))

    def end(self):
        """Kill it with all of its process group, whatever state it is in."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()


def processes_below(top):
    """Pids of the processes whose HOME is below a directory (Linux; elsewhere none are found)."""
    mark = b"\0HOME=" + os.fsencode(str(top))
    found = []
    for entry in os.listdir("/proc") if os.path.isdir("/proc/self") else []:
        if entry.isdigit() and int(entry) != os.getpid():
            with contextlib.suppress(OSError), open(f"/proc/{entry}/environ", "rb") as file:
                if mark in b"\0" + file.read():
                    found.append(int(entry))
    return found


# ---- the box -------------------------------------------------------------------------------------------


class Box:
    """One sealed home with a PATH of its own, and ways to run cs and others in it."""

    def __init__(self, top, shared):
        self.top = Path(top).resolve()
        self.shared = Path(shared)
        self.home = self.top / "home"
        self.root = self.home / ".claude-sessions"
        self.bin = self.top / "bin"
        self.work = self.top / "work"
        self.tmp = self.top / "tmp"
        self.logs = self.top / "logs"
        self.events_log = self.logs / "events.jsonl"
        for place in (self.home, self.bin, self.work, self.tmp, self.logs):
            place.mkdir()
        self.program = [PYTHON, "-IS", str(TESTS / "run_cs.py")]
        self.path = [str(self.bin), os.path.dirname(PYTHON), *real_directories()]
        self.env = {
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "LOGNAME": "tester",
            "SHELL": "/bin/sh",
            "TERM": "xterm-256color",
            "TMPDIR": str(self.tmp),
            "TZ": "UTC",
            "USER": "tester",
        }
        self.set_path(self.path)
        self.closing = contextlib.ExitStack()
        self.identity()

    # -- what surrounds a program

    def set_path(self, directories):
        """Make these directories the PATH."""
        self.path = [str(directory) for directory in directories]
        self.env["PATH"] = os.pathsep.join(self.path)

    def without(self, *programs):
        """Hide programs, as on a machine that does not have them; fakes of that name are not hidden."""
        self.set_path([self.path[0]] + [self.mirror(place, programs) for place in self.path[1:]])

    def mirror(self, directory, hidden):
        """A directory of links to all of another but some names, or that one when it has none of them."""
        if not any(os.path.lexists(os.path.join(directory, name)) for name in hidden):
            return directory
        links = Path(tempfile.mkdtemp(prefix="path-", dir=str(self.top)))
        for name in os.listdir(directory):
            if name not in hidden:
                os.symlink(os.path.join(directory, name), str(links / name))
        return str(links)

    def identity(self, name="Ada Tester", email="ada@example.org"):
        """Give git an identity in ~/.gitconfig (it has this one from the start)."""
        (self.home / ".gitconfig").write_text(f"[user]\n\tname = {name}\n\temail = {email}\n")

    def anonymous(self):
        """Take git's identity away: the home is then empty."""
        (self.home / ".gitconfig").unlink()

    def short(self):
        """A new directory with a short path, for sockets, which allow some 100 bytes."""
        place = tempfile.mkdtemp(prefix="cs.", dir="/tmp")
        self.closing.callback(shutil.rmtree, place, ignore_errors=True)
        return Path(place)

    def environment(self, changes=None):
        """The environment with changes; a value of None takes a variable out."""
        merged = dict(self.env, **(changes or {}))
        return {name: str(value) for name, value in merged.items() if value is not None}

    # -- running programs

    def start(self, *argv, input=None, cwd=None, env=None):
        """Start a program in the background: a `Running`."""
        running = Running([str(word) for word in argv], cwd or self.work, self.environment(env), input)
        self.closing.callback(running.end)
        return running

    def run(self, *argv, input=None, cwd=None, env=None, timeout=60):
        """Run a program to its end: a `Result`. Without input, stdin is /dev/null."""
        return self.start(*argv, input=input, cwd=cwd, env=env).result(timeout)

    def spawn(self, *argv, cwd=None, env=None, rows=40, cols=110):
        """Start a program in a terminal: a `Screen`."""
        from screen import Screen

        screen = Screen([str(word) for word in argv], cwd or self.work, self.environment(env), rows, cols)
        self.closing.callback(screen.close)
        return screen

    def cs(self, *argv, input=None, cwd=None, env=None, tty=False, timeout=60):
        """Run cs to its end; with tty=True in a terminal, where `out` is all that it wrote there."""
        if not tty:
            return self.start_cs(*argv, input=input, cwd=cwd, env=env).result(timeout)
        screen = self.spawn_cs(*argv, cwd=cwd, env=env)
        if input is not None:
            screen.send(input)
        status = screen.finish(timeout)
        return Result(status, text_of(screen.raw).replace("\r\n", "\n"), "")

    def start_cs(self, *argv, input=None, cwd=None, env=None):
        """Start cs in the background: a `Running`."""
        return self.start(*self.program, *argv, input=input, cwd=cwd, env=env)

    def spawn_cs(self, *argv, cwd=None, env=None, rows=40, cols=110):
        """Start cs in a terminal: a `Screen`."""
        return self.spawn(*self.program, *argv, cwd=cwd, env=env, rows=rows, cols=cols)

    def git(self, *argv, cwd=None, env=None):
        """The output of a git command that must succeed, without the last newline."""
        result = self.run(need("git"), *argv, cwd=cwd, env=env)
        assert result.status == 0, f"git {shlex.join(map(str, argv))}: {result.err}"
        return result.out[:-1] if result.out.endswith("\n") else result.out

    # -- an installed cs

    def clone(self):
        """A clean copy of the project, shared by all tests: look, build and install, but change nothing."""
        return once(self.shared, "clone", copy_project)

    def install(self, *flags):
        """Run install.sh in this box: a `Result`. From then on box.cs runs what it has installed."""
        self.program = [str(self.home / ".local" / "bin" / "cs")]
        return self.run("sh", self.clone() / "install.sh", *flags)

    def installed(self):
        """Have cs installed in this so far empty home; from then on box.cs runs ~/.local/bin/cs.

        install.sh runs once for all tests; each gets a copy in which the paths are its own.
        """
        place = once(self.shared, "installed-" + self.python_version(), self.make_installation)
        transplant(place / "home", self.home, str(place) + ".new", str(self.top))
        self.program = [str(self.home / ".local" / "bin" / "cs")]
        return self

    def make_installation(self, directory):
        """Install into a box in a directory."""
        other = Box(directory, self.shared)
        other.anonymous()
        result = other.install()
        other.close()
        assert result.status == 0, result.err

    def python_version(self):
        """The version of the Python under test."""
        return self.run(PYTHON, "-IS", "-c", "import sys; print('%d.%d' % sys.version_info[:2])").out.strip()

    # -- fakes

    def fake(self, name, out="", err="", status=0, script=None, stdin=False, real=()):
        """Put a program on the PATH that records each call, then says and does as told.

        `script` is Python source that sees `argv`, `stdin` and `call`, or, beginning with `#!`, a program of
        any kind; `real` is a command that takes over. stdin is read only when asked for.
        """
        told = {"out": out, "err": err, "status": status, "script": script, "stdin": stdin, "real": real}
        told["log"] = str(self.logs / (name + ".jsonl"))
        plan = self.logs / (name + ".plan")
        plan.write_text(json.dumps(told))
        recorder = shlex.join([PYTHON, "-ES", str(TESTS / "recorder.py"), str(plan)])
        return self.wrapper(name, "exec " + recorder)

    def spy(self, name, *words):
        """Record the calls of a real program, which then runs as ever, with some words before its own."""
        return self.fake(name, real=[need(name), *map(str, words)])

    def wrapper(self, name, command):
        """A shell script on the PATH: one command, which gets the arguments."""
        place = self.bin / name
        place.write_text(f'#!/bin/sh\n{command} "$@"\n')
        place.chmod(0o755)
        return place

    def calls(self, name):
        """The calls that a fake has recorded so far: a list of `Call`, argv without the program's name."""
        log = self.logs / (name + ".jsonl")
        if not log.exists():
            return []
        return [Call(**json.loads(line)) for line in log.read_text(encoding="utf-8").splitlines()]

    # -- Claude Code

    def claude(self, script='say("hello")'):
        """Put the fake Claude Code on the PATH; it does as the script says (fake_claude.py lists the verbs)."""
        (self.logs / "script.py").write_text(script, encoding="utf-8")
        return self.wrapper(
            "claude", "exec " + shlex.join([PYTHON, "-ES", str(TESTS / "fake_claude.py"), str(self.logs)])
        )

    def hook_runs(self, event=None):
        """What the fake client's hooks did so far: dicts of event, command, payload, status, out, err, …"""
        log = self.logs / "hooks.jsonl"
        runs = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        return [run for run in runs if event in (None, run["event"])]

    def watch(self, *events):
        """Register a hook for each event that writes down what the client sends; see `events`."""
        place = self.home / ".claude" / "settings.json"
        place.parent.mkdir(exist_ok=True)
        settings = json.loads(place.read_text()) if place.exists() else {}
        hook = {"type": "command", "command": shlex.join(["tee", "-a", str(self.events_log)]) + " >/dev/null"}
        for event in events:
            settings.setdefault("hooks", {}).setdefault(event, []).append({"hooks": [hook]})
        place.write_text(json.dumps(settings, indent=2))

    def events(self, name=None):
        """What the client has sent so far to the hooks of `watch`, or those of one event."""
        lines = self.events_log.read_text().splitlines() if self.events_log.exists() else []
        found = [json.loads(line) for line in lines]
        return [event for event in found if name in (None, event["hook_event_name"])]

    def transcripts(self):
        """Claude's transcripts: session id -> list of records."""
        found = {}
        for place in self.home.glob(".claude/projects/*/*.jsonl"):
            found[place.stem] = [json.loads(line) for line in place.read_text().splitlines()]
        return found

    # -- looking

    def tree(self, top=None):
        """What stands below a directory (the home): path -> (type, mode, digest or link target)."""
        return tree(top or self.home)

    def processes(self):
        """Pids of everything alive that was started in this box."""
        return processes_below(self.top)

    def close(self):
        """End whatever still runs here."""
        self.closing.close()
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
