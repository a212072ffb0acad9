"""History survives kill -9 at any moment, many writers at once, and a full disk.

CS_TEST_KILLS=50 runs the full number of kills; the default is small, because each takes half a second.
"""

# ruff: noqa: F811 - fixtures are imported

import glob
import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest
from bed import TOP, wait_for
from test_history import added, git, names_in, places, read, session, write  # noqa: F401 - some are fixtures

import cs

KILLS = int(os.environ.get("CS_TEST_KILLS", "8"))

BUSY = """
import json, os, random, sys
sys.path.insert(0, sys.argv[1])
import cs
chance = random.Random(int(sys.argv[2]))
places = cs.Places(os.environ)
session = cs.session_named(places, "work")
seen, told = {}, os.open(sys.argv[3], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
cs.take_lock(session)
cs.recover(places, session)
for turn in range(1000):
    for _ in range(chance.randrange(1, 4)):
        name = chance.choice(["a", "b", "dir/c", "dir/d", ".cs/discoveries.md"])
        path = os.path.join(session.directory, name)
        if name in seen and chance.random() < 0.2 and name[0] != ".":
            os.unlink(path)
            del seen[name]
        else:
            seen[name] = f"## {turn} {chance.random()}\\n"
            os.makedirs(os.path.dirname(path), exist_ok=True)
            cs.write_atomically(path, seen[name], durable=False)
    if chance.random() < 0.25:
        cs.commit_session(places, session)
    else:
        cs.autosave(places, session)
    os.write(told, json.dumps(seen).encode() + b"\\n")
"""


def descendants(pid):
    """A process and everything below it, which a power failure would end too."""
    found = [pid]
    for path in glob.glob(f"/proc/{pid}/task/*/children"):
        try:
            with open(path) as file:
                found += [each for child in file.read().split() for each in descendants(int(child))]
        except OSError:
            pass
    return found


def end_all(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def test_nothing_that_an_autosave_saw_is_lost_by_a_kill_at_any_moment(places, session, tmp_path):
    chance = random.Random(11)
    told = str(tmp_path / "told")
    for number in range(KILLS):
        open(told, "w").close()
        process = subprocess.Popen([sys.executable, "-c", BUSY, str(TOP), str(number), told])
        wait_for(lambda: os.path.getsize(told) > 0, what="the first autosave")
        time.sleep(chance.random() * 0.4)  # the moment is what is tested
        end_all(descendants(process.pid) if number % 2 else [process.pid])
        process.wait()
        if number % 2 == 0:  # git goes on after cs alone was killed
            time.sleep(0.1)
        with open(told) as file:
            seen = json.loads(file.read().rpartition("\n")[0].rpartition("\n")[2])
        tracked = [name for name in names_in(session, "HEAD") if name in seen] or list(seen)
        for name in chance.sample(tracked, min(len(tracked), 2)):
            if os.path.exists(os.path.join(session.directory, name)):
                os.unlink(os.path.join(session.directory, name))
        refs = git(session, "for-each-ref", "--format=%(refname)", "refs/cs/auto")
        cs.recover(places, session)
        for name, text in seen.items():
            path = os.path.join(session.directory, name)
            there = os.path.exists(path)
            if not refs and not there:  # the session ended properly with a commit, this one or a later one
                committed = git(session, "show", f"HEAD:{name}") if name in names_in(session, "HEAD") else "## 9999"
                assert turn_of(committed) >= turn_of(text), (number, name)
            else:
                assert there or was_deleted(session, name), (number, name)
        git(session, "fsck", "--strict", "--no-dangling")
        assert not cs.open_history(places, session).unfinished()
    cs.commit_session(places, session)
    assert git(session, "status", "--porcelain") == ""
    assert git(session, "for-each-ref", "refs/cs/auto") == ""


def turn_of(text):
    return int(text.split()[1])


def was_deleted(session, name):
    """Whether an autosave that finished just before the kill has seen a deletion that was not told any more."""
    recovered = git(session, "for-each-ref", "--format=%(refname)", "refs/cs/recovered").split("\n")
    return not recovered[-1] or name not in names_in(session, recovered[-1])


def test_twenty_autosaves_at_once_lose_nothing(places, session):
    code = (
        "import os, sys; sys.path.insert(0, sys.argv[1]); import cs\n"
        "places = cs.Places(os.environ); session = cs.session_named(places, 'work')\n"
        "cs.write_atomically(os.path.join(session.directory, sys.argv[2]), 'x')\n"
        "cs.autosave(places, session)"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, str(TOP), f"f{n}"]) for n in range(20)]
    assert [process.wait() for process in processes] == [0] * 20
    assert added(session, "refs/cs/auto") == sorted(f"f{n}" for n in range(20))
    git(session, "fsck", "--strict", "--no-dangling")


def test_a_ref_that_somebody_else_has_moved_is_not_overwritten(places, session):
    history = cs.open_history(places, session)
    head = git(session, "rev-parse", "HEAD")
    write(session, "x", "1\n")
    cs.autosave(places, session)
    with pytest.raises(cs.ProcessError):
        cs._move_refs(history, [f"update refs/cs/auto {head} {head}"])
    assert git(session, "show", "refs/cs/auto:x") == "1"


def test_autosaves_are_twenty_seconds_apart_and_one_waits_for_all(places, session, monkeypatch):
    monkeypatch.setattr(cs, "AUTOSAVE_PAUSE", 1.0)
    write(session, "x", "1\n")
    assert cs.autosave_when_due(places, session)
    write(session, "x", "2\n")
    code = (
        "import os, sys; sys.path.insert(0, sys.argv[1]); import cs; cs.AUTOSAVE_PAUSE = 1.0\n"
        "places = cs.Places(os.environ); session = cs.session_named(places, 'work')\n"
        "cs.autosave_when_due(places, session)"
    )
    waiting = subprocess.Popen([sys.executable, "-c", code, str(TOP)])
    wait_for(lambda: cs.autosave_is_waiting(session), what="somebody who waits")
    write(session, "x", "3\n")
    assert cs.autosave_when_due(places, session) is None
    assert git(session, "show", "refs/cs/auto:x") == "1"
    assert waiting.wait() == 0
    assert git(session, "show", "refs/cs/auto:x") == "3"
    write(session, "x", "4\n")
    assert cs.autosave_when_due(places, session, at_once=True)


def test_after_an_autosave_that_took_long_the_pause_is_longer(places, session):
    path = os.path.join(session.local, "autosave.turn")
    now = time.time()
    for content, pause in (
        ("", 0),
        ("begun\n", 20),
        ("took=0.1\n", 20),
        ("took=30\n", 300),
        ("took=nonsense\n", 20),
    ):
        write(session, ".cs/local/autosave.turn", content)
        os.utime(path, (now, now))
        assert cs._next_autosave(path) == pytest.approx(now + pause if pause else 0)


def test_a_full_disk_keeps_the_last_autosave(places, tmp_path, monkeypatch):
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(small)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("no small file system can be mounted here")
    try:
        monkeypatch.setenv("CS_SESSIONS_ROOT", str(small))
        places = cs.Places(os.environ)
        session = cs.session_named(places, "work")
        write(session, ".cs/discoveries.md", "# Discoveries\n")
        os.makedirs(session.local)
        cs.make_repository(places, session)
        write(session, "x", "1\n")
        saved = cs.autosave(places, session)
        with pytest.raises(OSError):
            write(session, "filler", os.urandom(4 << 20))
        write_failed = False
        try:
            write(session, "x", "2\n")
        except OSError:
            write_failed = True
        with pytest.raises((cs.CsError, OSError)):
            cs.autosave(places, session)
        assert git(session, "rev-parse", "refs/cs/auto") == saved
        os.unlink(os.path.join(session.directory, "filler"))
        write(session, "x", "3\n")
        assert write_failed or cs.autosave(places, session) != saved
        cs.commit_session(places, session)
        assert git(session, "show", "HEAD:x") == "3"
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)
