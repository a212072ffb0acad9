"""History: autosave, recovery, the clean commit."""

import os
import subprocess
import time

import pytest
from bed import need

import cs

pytestmark = pytest.mark.skipif(not cs.has_git(), reason="git is not installed")


def git(session, *words, **more):
    """The output of git in a session's directory."""
    done = subprocess.run(
        ["git", *words], cwd=session.directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode("utf-8", "surrogateescape").strip("\n")


def write(session, path, text, age=0.0):
    """Writes a file of the session, as if so many seconds ago."""
    full = os.path.join(session.directory, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    if age:
        os.utime(full, (time.time() - age, time.time() - age))
    return full


def read(session, path):
    with open(os.path.join(session.directory, path), "rb") as file:
        return file.read().decode()


@pytest.fixture
def places():
    need("git")
    return cs.Places(os.environ)


@pytest.fixture
def session(places):
    """A new session with its repository, made of the documents that matter here."""
    session = cs.session_named(places, "work")
    for path, text in (("discoveries.md", "# Discoveries\n"), ("logs/session.log", "Session: work\n")):
        write(session, ".cs/" + path, text)
    os.makedirs(session.local)
    cs.make_repository(places, session)
    return session


def test_a_new_session_has_one_commit_on_main_and_a_clean_status(session):
    assert git(session, "branch", "--show-current") == "main"
    assert git(session, "log", "--format=%s") == "Session created"
    assert git(session, "ls-files").split("\n") == [
        ".cs/discoveries.md",
        ".cs/logs/session.log",
        ".gitattributes",
        ".gitignore",
    ]
    assert git(session, "status", "--porcelain") == ""


def test_the_end_makes_one_commit_of_everything_and_doing_it_twice_changes_nothing(places, session):
    write(session, "a/deploy.sh", "echo\n")
    write(session, ".cs/discoveries.md", "# Discoveries\n## It works\n")
    first = cs.commit_session(places, session)
    assert git(session, "rev-parse", "HEAD") == first
    assert git(session, "log", "-1", "--format=%s") == "Session update: 2 files (discoveries.md, deploy.sh)"
    assert git(session, "status", "--porcelain") == ""
    assert cs.commit_session(places, session) is None
    assert git(session, "rev-list", "--count", "HEAD") == "2"


def test_an_autosave_touches_nothing_of_the_user(places, session):
    write(session, "staged.txt", "staged\n")
    git(session, "add", "staged.txt")
    write(session, "new.txt", "new\n")
    before = git(session, "status", "--porcelain"), git(session, "rev-parse", "HEAD"), git(session, "reflog")
    saved = cs.autosave(places, session)
    assert (
        git(session, "status", "--porcelain"),
        git(session, "rev-parse", "HEAD"),
        git(session, "reflog"),
    ) == before
    assert git(session, "rev-parse", "refs/cs/auto") == saved
    assert git(session, "show", "refs/cs/auto:new.txt") == "new"
    assert cs.autosave(places, session) is None


def test_a_clean_commit_removes_the_autosave(places, session):
    write(session, "new.txt", "new\n")
    cs.autosave(places, session)
    cs.commit_session(places, session)
    assert git(session, "for-each-ref", "refs/cs") == ""


def test_what_is_missing_or_older_comes_back_and_newer_stays(places, session):
    for name in ("missing", "older", "newer"):
        write(session, name, "saved\n", age=10)
    cs.autosave(places, session)
    os.unlink(os.path.join(session.directory, "missing"))
    write(session, "older", "old\n", age=100)
    write(session, "newer", "new\n")
    said = cs.recover(places, session)
    assert said.startswith("recovered 2 files from ") and said.endswith(": missing, older")
    assert [read(session, name) for name in ("missing", "older", "newer")] == ["saved\n", "saved\n", "new\n"]
    assert said in read(session, ".cs/logs/session.log")
    (ref,) = git(session, "for-each-ref", "--format=%(refname)", "refs/cs").split("\n")
    assert ref.startswith("refs/cs/recovered/")
    assert cs.recover(places, session) is None
