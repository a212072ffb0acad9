"""Sync with remotes that hang, refuse, are full, ask for a password or vanish; with adopted projects; by itself."""

# ruff: noqa: F811 - fixtures are imported

import http.server
import os
import random
import subprocess
import threading
import time

import pytest
from bed import wait_for
from test_history_kills import descendants, end_all
from test_sync import PROGRAM, machines, pair, refs, remote  # noqa: F401 - some are fixtures

import cs

KILLS = int(os.environ.get("CS_TEST_KILLS", "4"))


def script(box, name, text):
    """A program of the test's."""
    path = str(box.work / name)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, 0o755)
    return path


def log(machine):
    return machine.read(".cs/logs/session.log")


def close(machine, **more):
    """Opens and closes the session with another program in place of Claude Code; how long it took, and what it said."""
    begin = time.monotonic()
    done = machine.cs("work", CLAUDE_CODE_BIN=more.pop("CLAUDE_CODE_BIN", "true"), **more)
    return time.monotonic() - begin, done.stderr


def worker(box):
    """A stand-in for Claude Code that leaves some work."""
    return script(box, "worker", "#!/bin/sh\ndate +%N >> work.txt\n")


class Watched:
    """The program on a terminal of its own, at which a person looks."""

    def __init__(self, machine, *words, **more):
        self.end, terminal = os.openpty()
        environment = dict(os.environ, **machine.environment(**more))
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), terminal)
        self.process = subprocess.Popen([*PROGRAM, *words], cwd=machine.home, env=environment, **streams)
        os.close(terminal)
        self.said = ""

    def hears(self, words):
        """Reads until something was said."""
        while words not in self.said:
            try:
                self.said += os.read(self.end, 4096).decode()
            except OSError:  # closed, on Linux
                raise AssertionError(self.said) from None

    def ends(self):
        """The status with which it ends."""
        try:
            while chunk := os.read(self.end, 4096):
                self.said += chunk.decode()
        except OSError:
            pass
        os.close(self.end)
        return self.process.wait(60)


def test_the_end_of_a_session_pushes_and_the_start_of_another_pulls(pair, box, remote):
    one, two = pair
    _, said = close(one, CLAUDE_CODE_BIN=worker(box))
    assert "could not" not in said
    wait_for(
        lambda: one.git("rev-parse", "HEAD") == one.git("ls-remote", "origin", "main").split()[0], what="the push"
    )
    session = cs.Session("work", two.path())
    two.cs("work", "-sync", "pull", "--quiet")
    assert two.read("work.txt") == one.read("work.txt")
    assert cs.syncs_by_itself(session)


def test_with_auto_sync_off_nothing_is_pushed(pair, box, remote):
    one, _ = pair
    one.cs("work", "-sync", "auto", "off")
    before = one.git("ls-remote", "origin", "main")
    close(one, CLAUDE_CODE_BIN=worker(box))
    time.sleep(0.5)
    assert one.git("ls-remote", "origin", "main") == before


def test_a_remote_that_hangs_delays_nothing_and_the_next_session_tries_again(pair, box, remote):
    one, _ = pair
    ssh = script(box, "hanging", "#!/bin/sh\nexec sleep 600\n")
    one.git("remote", "set-url", "origin", "ssh://nowhere.invalid/x.git")
    usual, _ = close(one, CLAUDE_CODE_BIN="true", CS_SYNC_PREFIX="x", GIT_SSH_COMMAND="false")
    took, said = close(one, CLAUDE_CODE_BIN=worker(box), GIT_SSH_COMMAND=ssh)
    assert took < usual + 3
    assert "is still being pushed in the background" in said
    assert one.git("status", "--porcelain", "work.txt") == ""
    one.git("remote", "set-url", "origin", remote)
    close(one)
    wait_for(
        lambda: (
            b"work.txt"
            in subprocess.run(["git", "ls-tree", "--name-only", "main"], cwd=remote, capture_output=True).stdout
        ),
        timeout=60,
        what="the push",
    )


@pytest.mark.parametrize("talk", [cs.pull, cs.push])
def test_in_the_background_a_remote_that_hangs_is_given_up_sooner(pair, box, monkeypatch, talk):
    one, _ = pair
    one.git("remote", "set-url", "origin", "ssh://nowhere.invalid/x.git")
    monkeypatch.setenv("GIT_SSH_COMMAND", script(box, "hanging", "#!/bin/sh\nexec sleep 600\n"))
    monkeypatch.setattr(cs, "BACKGROUND_PATIENCE", 0.3)
    with one.inside() as (places, session), pytest.raises(cs.CsError, match="the remote gave no answer within 0 "):
        talk(places, session, quiet=True)


def test_who_waits_at_a_terminal_for_another_push_is_told_so(pair):
    one, _ = pair
    with cs.FileLock(one.path() + "/.cs/local/sync.lock"):
        waiting = Watched(one, "work", "-sync", "push")
        waiting.hears("another push or pull of 'work' is under way; waiting for its end")
    assert waiting.ends() == 0


@pytest.mark.parametrize("trouble", ["refuses", "is gone", "is full", "asks for a password", "vanishes half-way"])
def test_a_push_that_fails_loses_nothing_and_the_log_says_why(pair, box, remote, trouble):
    one, _ = pair
    environment = {}
    if trouble == "refuses":
        hook = script(box, "hook", "#!/bin/sh\necho 'go away' >&2\nexit 1\n")
        os.rename(hook, os.path.join(remote, "hooks", "pre-receive"))
        expected = "go away"
    elif trouble == "is gone":
        os.rename(remote, remote + ".moved")
        expected = "does not appear to be a git repository"
    elif trouble == "is full":
        hook = script(box, "hook", "#!/bin/sh\necho 'fatal: No space left on device' >&2\nexit 1\n")
        os.rename(hook, os.path.join(remote, "hooks", "pre-receive"))
        expected = "No space left on device"
    elif trouble == "asks for a password":

        class Refuse(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="x"')
                self.end_headers()

            def log_message(self, *words):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refuse)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        one.git("remote", "set-url", "origin", f"http://127.0.0.1:{server.server_port}/x.git")
        expected = "Authentication failed"
    else:
        ssh = script(box, "cutting", f"#!/bin/sh\ngit-receive-pack --stateless-rpc --advertise-refs {remote}\n")
        one.git("remote", "set-url", "origin", "ssh://example.invalid/x.git")
        environment["GIT_SSH_COMMAND"] = ssh
        expected = "hung up"
    one.write("work.txt", "x\n")
    done = one.cs("work", "-sync", "push", status=1, **environment)
    assert expected in done.stderr and done.stderr.startswith("cs: error: pushing to ")
    assert one.git("show", "HEAD:work.txt") == "x"
    took, _ = close(one, CLAUDE_CODE_BIN=worker(box), **environment)
    assert took < 8
    wait_for(lambda: "Sync: push failed: " in log(one), what="the line in the log")
    assert expected in log(one)
    assert one.git("show", "HEAD:work.txt").startswith("x\n")
    assert not os.path.exists(os.path.join(one.path(), ".git", "index.lock"))
    if trouble == "asks for a password":
        server.shutdown()


def test_credentials_in_a_url_are_never_shown(pair, box):
    one, _ = pair
    one.git("remote", "set-url", "origin", "https://me:s3cr3t-t0ken@127.0.0.1:1/x.git")
    for words in (["push"], ["pull"], ["push", "-q"]):
        done = one.cs("work", "-sync", *words, status=1)
        assert "s3cr3t" not in done.stdout + done.stderr
    for words in (["status"], ["remote"]):
        done = one.cs("work", "-sync", *words)
        assert "s3cr3t" not in done.stdout + done.stderr
    assert "s3cr3t" not in log(one)


@pytest.mark.parametrize("status", [0, 1])
def test_at_a_terminal_git_and_ssh_speak_for_themselves(pair, box, remote, status):
    one, _ = pair
    hook = script(box, "hook", f"#!/bin/sh\necho 'touch your key' >&2\nread line\nsleep 0.2\nexit {status}\n")
    os.rename(hook, os.path.join(remote, "hooks", "pre-receive"))
    one.write("work.txt", "x\n")
    push = Watched(one, "work", "-sync", "push")
    push.hears("touch your key")
    assert push.ends() == status
    assert ("pushed 1 commit" if status == 0 else "pushing to ") in push.said


def test_the_user_of_an_ssh_url_is_shown_and_its_password_is_not(pair, box):
    one, _ = pair
    shown = "ssh://git@build.example:2222/x.git"
    assert one.cs("work", "-sync", "remote", shown.replace("git@", "git:s3cr3t@")).stdout == shown + "\n"
    assert one.cs("work", "-sync", "remote").stdout == shown + "\n"
    ssh = script(box, "unknown", "#!/bin/sh\necho Host key verification failed. >&2\nexit 255\n")
    said = one.cs("work", "-sync", "pull", status=1, GIT_SSH_COMMAND=ssh).stderr
    assert "connect once by hand: ssh ssh://git@build.example:2222\n" in said


def test_ssh_is_told_that_nobody_answers_in_the_users_own_way(pair, box):
    one, _ = pair
    told = str(box.work / "told")
    os.makedirs(str(box.work / "bin"), exist_ok=True)
    ssh = script(box, "bin/ssh", f'#!/bin/sh\necho "$@" >> {told}\nexit 255\n')
    one.git("remote", "set-url", "origin", "ssh://example.invalid/x.git")
    one.cs("work", "-sync", "pull", status=1, GIT_SSH_COMMAND=ssh + " -p 7")
    one.git("config", "core.sshCommand", ssh + " -i mine")
    one.cs("work", "-sync", "pull", status=1)
    with open(told) as file:
        first, second = [line for line in file.read().splitlines() if "-G" not in line.split()]
    assert first.startswith("-p 7 -o BatchMode=yes") and second.startswith("-i mine -o BatchMode=yes")


# ---- adopted projects -----------------------------------------------------------------------------------


@pytest.fixture
def project(machines, remote):
    """A repository of the user's with a remote of its own, adopted in place."""
    machine = machines[0]
    directory = os.path.join(machine.home, "project")
    for words in (
        ["init", "-q", "-b", "trunk", directory],
        ["-C", directory, "commit", "-q", "--allow-empty", "-m", "theirs"],
        ["-C", directory, "remote", "add", "origin", remote],
    ):
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x", *words], check=True)
    done = subprocess.run(
        [*PROGRAM, "-adopt", "work"],
        cwd=directory,
        env=dict(os.environ, **machine.environment()),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return machine


def test_an_adopted_repository_is_never_committed_to_nor_pushed_on_its_own(project, box, remote):
    head = project.git("rev-parse", "HEAD")
    assert project.cs("work", "-sync", "auto").stdout == "off\n"
    close(project, CLAUDE_CODE_BIN=worker(box))
    assert project.git("rev-parse", "HEAD") == head and refs(remote) == []
    assert "refs/cs/saved/" in project.git("for-each-ref")
    assert ".cs/local" not in project.git("status", "--porcelain", "--untracked-files=all")


def test_an_adopted_repository_is_pushed_when_asked_without_a_commit(project, remote):
    project.write("new.txt", "x\n")
    head = project.git("rev-parse", "HEAD")
    done = project.cs("work", "-sync", "push")
    assert done.stdout == f"pushed 1 commit to {remote} (trunk)\n"
    assert "cs does not commit to this repository, which was there before" in done.stderr
    assert project.git("rev-parse", "HEAD") == head and refs(remote) == ["refs/heads/trunk"]


def test_the_remote_of_an_adopted_repository_is_left_alone(project, remote):
    done = project.cs("work", "-sync", "remote", "git@example.org:x.git", status=1)
    assert "has a remote of its own" in done.stderr
    assert project.cs("work", "-sync", "remote", CS_SYNC_PREFIX="x:").stdout == remote + "\n"
    project.git("remote", "remove", "origin")
    assert "local only" in project.cs("work", "-sync", "remote", CS_SYNC_PREFIX="x:").stdout


def test_an_adopted_repository_is_pulled_forwards_only(project, remote, box):
    project.cs("work", "-sync", "push")
    other = str(box.work / "other")
    identity = ["-c", "user.name=x", "-c", "user.email=x"]
    subprocess.run(["git", "clone", "-q", "-b", "trunk", remote, other], check=True)
    subprocess.run(["git", *identity, "commit", "-q", "--allow-empty", "-m", "more"], cwd=other, check=True)
    subprocess.run(["git", "push", "-q"], cwd=other, check=True)
    assert project.cs("work", "-sync", "pull").stdout.startswith("1 commit from ")
    assert project.git("log", "-1", "--format=%s") == "more"
    subprocess.run(["git", *identity, "commit", "-q", "--allow-empty", "-m", "again"], cwd=other, check=True)
    subprocess.run(["git", "push", "-q"], cwd=other, check=True)
    project.git(*identity, "commit", "-q", "--allow-empty", "-m", "mine")
    done = project.cs("work", "-sync", "pull", status=1)
    assert "this repository is yours: git -C ~/project pull" in done.stderr
    assert project.git("log", "-1", "--format=%s") == "mine"


def test_an_adopted_repository_gets_no_link_below_cs_either(project, remote, box):
    project.cs("work", "-sync", "push")
    other = str(box.work / "other")
    subprocess.run(["git", "clone", "-q", "-b", "trunk", remote, other], check=True)
    os.makedirs(other + "/.cs")
    os.symlink(box.work, other + "/.cs/artifacts")
    identity = ["-c", "user.name=x", "-c", "user.email=x"]
    for words in (["add", "-f", ".cs"], [*identity, "commit", "-qm", "x"], ["push", "-q"]):
        subprocess.run(["git", *words], cwd=other, check=True)
    head = project.git("rev-parse", "HEAD")
    assert ".cs/artifacts is a link" in project.cs("work", "-sync", "pull", status=1).stderr
    assert project.git("rev-parse", "HEAD") == head


# ---- kills and races ------------------------------------------------------------------------------------


def test_a_pull_that_is_killed_at_any_moment_is_done_again(pair):
    one, two = pair
    chance = random.Random(3)
    for number in range(KILLS):
        one.append(".cs/discoveries.md", f"## one {number}\n")
        one.write(f"dir{number}/file", f"{number}\n")
        one.write("notes.txt", f"first {number}\n" + one.read("notes.txt").partition("\n")[2])
        two.append(".cs/discoveries.md", f"## two {number}\n")
        two.write("mine.txt", f"{number}\n")
        with one.inside() as (places, session):
            cs.push(places, session, quiet=True)
        environment = dict(os.environ, **two.environment())
        process = subprocess.Popen([*PROGRAM, "work", "-sync", "push"], env=environment, start_new_session=True)
        time.sleep(0.1 + chance.random() * 1.2)  # the moment is what is tested
        end_all(descendants(process.pid) if number % 2 else [process.pid])
        process.wait()
        two.git("fsck", "--strict", "--no-dangling")
        wait_for(lambda: settle(two), what="a push that works")
        with one.inside() as (places, session):
            cs.pull(places, session, quiet=True)
        for machine in pair:
            lines = machine.read(".cs/discoveries.md").split("\n")
            for each in range(number + 1):
                assert lines.count(f"## one {each}") == lines.count(f"## two {each}") == 1
            assert machine.read("mine.txt") == f"{number}\n" and machine.read(f"dir{number}/file") == f"{number}\n"
            assert machine.read("notes.txt").startswith(f"first {number}\n")
        assert one.files() == two.files()


def test_a_pull_that_is_killed_loses_nothing_of_renamed_files_that_was_not_committed(pair):
    one, two = pair
    numbers = range(40)
    for number in numbers:
        one.write(f"old/{number}", "some words\n" * 20 + f"{number}\n")
    one.cs("work", "-sync", "push")
    two.cs("work", "-sync", "pull")
    os.rename(os.path.join(one.path(), "old"), os.path.join(one.path(), "new"))
    one.cs("work", "-sync", "push")
    for number in numbers:
        two.append(f"old/{number}", f"mine {number}\n")
    environment = dict(os.environ, **two.environment())
    process = subprocess.Popen([*PROGRAM, "work", "-sync", "pull"], env=environment, start_new_session=True)
    paths = [os.path.join(two.path(), f"old/{number}") for number in numbers]
    while all(map(os.path.exists, paths)) and process.poll() is None:
        time.sleep(0.001)
    end_all(descendants(process.pid))
    process.wait()
    assert [name for name in two.files() if name.endswith(".tmp")] == []
    texts = two.files().values()
    assert [number for number in numbers if not any(f"mine {number}\n".encode() in text for text in texts)] == []
    wait_for(lambda: settle(two, cs.pull, prefer="mine"), what="a pull that works")
    two.cs("work", "-sync", "push")
    one.cs("work", "-sync", "pull")
    assert one.files() == two.files()
    assert [number for number in numbers if f"mine {number}\n" not in one.read(f"new/{number}")] == []


def settle(machine, deed=cs.push, **more):
    """Pushes, unless lock files of a git that was killed a moment ago are still believed."""
    try:
        with machine.inside() as (places, session):
            deed(places, session, quiet=True, **more)
            return True
    except cs.ProcessError:
        return False


def test_lines_that_are_written_during_a_pull_are_kept(pair):
    one, two = pair
    for number in range(5):
        one.append(".cs/logs/session.log", f"one {number}\n")
        with one.inside() as (places, session):
            cs.push(places, session, quiet=True)
        done = threading.Event()
        path = os.path.join(two.path(), ".cs/logs/session.log")
        count = [0]

        def write_lines(path=path, number=number, done=done, count=count):
            while not done.is_set():
                cs.append_line(path, f"two {number} {count[0]}")
                count[0] += 1
                time.sleep(0.002)

        writer = threading.Thread(target=write_lines)
        writer.start()
        try:
            with two.inside() as (places, session):
                cs.pull(places, session, quiet=True)
        finally:
            done.set()
            writer.join()
        lines = two.read(".cs/logs/session.log").split("\n")
        assert f"one {number}" in lines
        missing = [each for each in range(count[0]) if lines.count(f"two {number} {each}") != 1]
        assert missing == []
