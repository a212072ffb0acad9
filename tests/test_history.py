"""History: autosave, recovery, the clean commit."""

import json
import os
import re
import subprocess
import time

import pytest
from bed import need

import cs

pytestmark = pytest.mark.skipif(not cs.has_git(), reason="git is not installed")


def git(session, *words, **more):
    """The output of git in a session's directory."""
    done = subprocess.run(["git", *words], cwd=session.directory, capture_output=True, **more)
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
    assert said.startswith("2 files from the autosave of ") and said.endswith(": missing, older")
    assert [read(session, name) for name in ("missing", "older", "newer")] == ["saved\n", "saved\n", "new\n"]
    assert said in read(session, ".cs/logs/session.log")
    (ref,) = git(session, "for-each-ref", "--format=%(refname)", "refs/cs").split("\n")
    assert ref.startswith("refs/cs/recovered/")
    assert cs.recover(places, session) is None


# ---- which files ----------------------------------------------------------------------------------------


def names_in(session, commit):
    """The files of a commit."""
    return [name for name in git(session, "ls-tree", "-r", "-z", "--name-only", commit).split("\0") if name]


def added(session, commit="HEAD"):
    """The files that a commit has beside those of a new session."""
    ours = {".cs/discoveries.md", ".cs/logs/session.log", ".gitattributes", ".gitignore"}
    return sorted(set(names_in(session, commit)) - ours)


def test_modes_links_and_odd_names_are_committed_as_they_are(places, session):
    os.chmod(write(session, "run", "#!/bin/sh\n"), 0o755)
    os.symlink("../nowhere", os.path.join(session.directory, "link"))
    odd = [b"new\nline", b"not utf-8 \xff\xfe", b'"quoted"', b"-dash", b"\xc3\xa9", b" space "]
    for name in odd:
        write(session, os.fsdecode(name), "x\n")
    for number in range(5):
        write(session, f"many/{number}", f"{number}\n")
    cs.commit_session(places, session)
    listing = git(session, "ls-tree", "-r", "-z", "HEAD").split("\0")
    modes = {line.partition("\t")[2]: line[:6] for line in listing if line}
    assert modes["run"] == "100755" and modes["link"] == "120000" and modes["many/4"] == "100644"
    assert {os.fsdecode(name) for name in odd} < set(modes)
    assert git(session, "cat-file", "blob", "HEAD:link") == "../nowhere"
    assert git(session, "status", "--porcelain") == ""
    os.unlink(os.path.join(session.directory, "run"))
    os.chmod(os.path.join(session.directory, "many/1"), 0o755)
    cs.commit_session(places, session)
    assert "run" not in names_in(session, "HEAD")
    assert git(session, "ls-tree", "HEAD", "many/1").startswith("100755")


def test_a_file_may_take_the_place_of_a_directory_and_the_other_way_round(places, session):
    write(session, "a/b", "1\n")
    write(session, "c", "1\n")
    cs.commit_session(places, session)
    os.unlink(os.path.join(session.directory, "a/b"))
    os.rmdir(os.path.join(session.directory, "a"))
    os.unlink(os.path.join(session.directory, "c"))
    write(session, "a", "2\n")
    write(session, "c/d", "2\n")
    cs.commit_session(places, session)
    assert added(session) == ["a", "c/d"]


def test_ignored_files_stay_out_unless_they_are_tracked_by_hand(places, session):
    write(session, ".gitignore", read(session, ".gitignore") + "*.tmp\n")
    write(session, "a.tmp", "1\n")
    write(session, "b.tmp", "1\n")
    git(session, "add", "-f", "b.tmp")
    cs.commit_session(places, session)
    assert added(session) == ["b.tmp"]
    write(session, "b.tmp", "2\n")
    cs.autosave(places, session)
    assert git(session, "show", "refs/cs/auto:b.tmp") == "2"
    git(session, "rm", "--cached", "-q", "b.tmp")
    cs.commit_session(places, session)
    assert added(session) == []


def test_what_is_ignored_after_an_autosave_is_not_committed(places, session):
    write(session, "big.log", "1\n")
    cs.autosave(places, session)
    assert added(session, "refs/cs/auto") == ["big.log"]
    write(session, ".gitignore", read(session, ".gitignore") + "*.log\n")
    cs.commit_session(places, session)
    assert added(session) == []
    assert ".cs/logs/session.log" in names_in(session, "HEAD")


def test_machine_local_files_are_in_no_commit_whatever_the_ignore_rules_say(places, session):
    os.unlink(os.path.join(session.directory, ".gitignore"))
    write(session, ".cs/local/id", "x\n")
    write(session, ".cs/session.lock", "1\n")
    write(session, ".cs/archives/artifacts-1.tar.gz", "x\n")
    write(session, "kept", "x\n")
    cs.commit_session(places, session)
    assert added(session) == ["kept"]


def test_ignore_rules_of_the_user_do_not_hide_the_documents(places, session, box):
    excludes = os.path.join(os.environ["HOME"], "ignore")
    with open(excludes, "w") as file:
        file.write("*.log\n.cs\n.*\nCLAUDE.md\nartifacts/\n")
    subprocess.run(["git", "config", "--global", "core.excludesFile", excludes], check=True)
    write(session, "CLAUDE.md", "x\n")
    write(session, ".cs/artifacts/deploy.sh", "x\n")
    write(session, ".cs/logs/session.log", "more\n")
    write(session, ".hidden", "x\n")
    cs.commit_session(places, session)
    assert added(session) == [".cs/artifacts/deploy.sh", "CLAUDE.md"]
    assert git(session, "show", "HEAD:.cs/logs/session.log") == "more"


def test_nested_repositories_and_huge_files_are_left_out_with_a_warning(places, session, capsys):
    for name in ("nested", "deep/empty"):
        os.makedirs(os.path.join(session.directory, name))
        git(session, "init", "-q", name)
        write(session, name + "/file", "x\n")
    git(session, "-C", "nested", "add", ".")
    git(session, "-C", "nested", "-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "x")
    with open(write(session, "huge.bin", ""), "wb") as file:
        file.truncate(cs.LARGE_FILE + 1)
    cs.commit_session(places, session)
    assert added(session) == []
    warning = (
        "cs: warning: left out of the commit: deep/empty/ (a repository of its own), huge.bin (50.0 MB), "
        "nested/ (a repository of its own)\n"
    )
    assert capsys.readouterr().err == warning
    assert cs.commit_session(places, session) is None
    assert capsys.readouterr().err == warning


def test_a_file_that_has_grown_too_large_stays_as_it_was_last_committed(places, session):
    path = write(session, "data", "small\n")
    cs.commit_session(places, session)
    with open(path, "r+b") as file:
        file.truncate(cs.LARGE_FILE + 1)
    cs.commit_session(places, session)
    assert git(session, "show", "HEAD:data") == "small"


def test_a_submodule_stays_as_the_user_has_staged_it(places, session, tmp_path):
    other = tmp_path / "other"
    subprocess.run(["git", "init", "-q", str(other)], check=True)
    commit = [
        "git",
        "-C",
        str(other),
        "-c",
        "user.name=x",
        "-c",
        "user.email=x",
        "commit",
        "--allow-empty",
        "-qm",
        "x",
    ]
    subprocess.run(commit, check=True)
    git(session, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other), "sub")
    for number in range(3):
        write(session, "x", f"{number}\n")
        cs.commit_session(places, session)
        assert added(session) == [".gitmodules", "sub", "x"]
        assert git(session, "ls-tree", "HEAD", "sub").startswith("160000")
    git(session, "rm", "-q", "-f", "--cached", "sub")
    write(session, "x", "last\n")
    cs.commit_session(places, session)
    assert added(session) == [".gitmodules", "x"]


def test_what_a_sparse_checkout_leaves_out_stays_in_the_history(places, session):
    write(session, "a/1", "1\n")
    write(session, "b/1", "1\n")
    cs.commit_session(places, session)
    git(session, "sparse-checkout", "set", "--no-cone", "/.*", "/a/")
    assert not os.path.exists(os.path.join(session.directory, "b"))
    for number in range(2):
        write(session, "a/2", f"{number}\n")
        cs.commit_session(places, session)
        assert added(session) == ["a/1", "a/2", "b/1"]


def test_what_a_sparse_checkout_brings_back_is_in_the_next_commit(places, session):
    write(session, "b/1", "1\n")
    cs.commit_session(places, session)
    git(session, "sparse-checkout", "set", "--no-cone", "/.*")
    cs.commit_session(places, session)
    git(session, "sparse-checkout", "disable")
    write(session, "b/1", "2\n")
    cs.commit_session(places, session)
    assert git(session, "show", "HEAD:b/1") == "2"


def test_line_ends_encodings_and_filters_are_converted_as_git_add_does(places, session):
    git(session, "config", "core.autocrlf", "true")
    git(session, "config", "core.safecrlf", "true")
    git(session, "config", "filter.up.clean", "tr a-z A-Z")
    git(session, "config", "filter.up.required", "true")
    attributes = read(session, ".gitattributes") + "*.up filter=up\n*.u16 working-tree-encoding=UTF-16\n"
    write(session, ".gitattributes", attributes)
    write(session, "dos.txt", "a\r\nb\r\n")
    write(session, "x.up", "loud\n")
    write(session, "x.u16", "ä\n".encode("utf-16"))
    for number in range(4):
        write(session, f"f{number}", "x\n")
    cs.commit_session(places, session)
    assert git(session, "cat-file", "blob", "HEAD:dos.txt") == "a\nb"
    assert git(session, "cat-file", "blob", "HEAD:x.up") == "LOUD"
    assert git(session, "cat-file", "blob", "HEAD:x.u16") == "ä"
    assert git(session, "status", "--porcelain") == ""
    write(session, "again.txt", "c\r\n")
    cs.autosave(places, session)
    os.unlink(os.path.join(session.directory, "again.txt"))
    os.unlink(os.path.join(session.directory, "x.u16"))
    cs.recover(places, session)
    assert read(session, "again.txt") == "c\r\n"
    with open(os.path.join(session.directory, "x.u16"), "rb") as file:
        assert file.read().decode("utf-16") == "ä\r\n"  # as a checkout with autocrlf writes it


# ---- the index of cs that lags behind --------------------------------------------------------------------


def tree_of_work_tree(session):
    """What `git add -A` makes of everything, without touching the index."""
    index = os.path.join(session.local, "test.index")
    environment = dict(os.environ, GIT_INDEX_FILE=index)
    git(session, "read-tree", "HEAD", env=environment)
    git(session, "add", "-A", env=environment)
    tree = git(session, "write-tree", env=environment)
    os.unlink(index)
    return tree


def test_an_autosave_of_a_few_files_writes_no_index(places, session, box):
    write(session, "a", "1\n")
    cs.commit_session(places, session)
    box.spy("git")
    write(session, "a", "2\n")
    write(session, 'new\n"\\', "1\n")
    cs.autosave(places, session)
    assert [call for call in box.calls("git") if "update-index" in call.argv] == []
    assert git(session, "rev-parse", "refs/cs/auto^{tree}") == tree_of_work_tree(session)
    for number in range(cs.LAG):
        write(session, f"many/{number}", "x\n")
    cs.autosave(places, session)
    assert len([call for call in box.calls("git") if "update-index" in call.argv]) == 1
    assert git(session, "rev-parse", "refs/cs/auto^{tree}") == tree_of_work_tree(session)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_to_the_files_an_autosave_is_what_they_are(places, session, monkeypatch, seed):
    import random

    monkeypatch.setattr(cs, "CLOCK_GRAIN", -1)  # what has just been written is believed to be settled
    chance = random.Random(seed)
    names = ["a", "b", "b/c", "b/d", "e/f/g", "e/f", "sp ace", 'q"\\', "line\nfeed", "h"]
    for _ in range(25):
        for _ in range(chance.randrange(1, 5)):
            name = chance.choice(names)
            full = os.path.join(session.directory, name)
            for there in (os.path.dirname(full), full):  # what is in the way of a file, or a directory of it
                if there != session.directory:
                    cs.remove_tree(there)
            deed = chance.randrange(4)
            if deed == 0:
                os.makedirs(os.path.dirname(full), exist_ok=True)
                os.symlink(chance.choice("ab"), full)
            elif deed < 3:
                os.makedirs(os.path.dirname(full), exist_ok=True)
                os.chmod(write(session, name, chance.choice(["1\n", "2\n", ""])), chance.choice([0o644, 0o755]))
        if chance.random() < 0.1:
            cs.commit_session(places, session)
        cs.autosave(places, session)
        assert cs.autosave(places, session) is None
        saved = git(session, "for-each-ref", "--format=%(tree)", "refs/cs/auto")
        assert (saved or git(session, "rev-parse", "HEAD^{tree}")) == tree_of_work_tree(session)


def deeds(box):
    """The git commands that have run, without settings and arguments."""
    settings = re.compile(r"-c|[\w.]+=.*")
    return [next(word for word in call.argv if not settings.fullmatch(word)) for call in box.calls("git")]


def note(session, **facts):
    """Changes what cs remembers of its last look."""
    path = os.path.join(session.local, "history.json")
    cs.write_atomically(path, json.dumps(dict(cs.read_json(path), **facts)))


@pytest.fixture
def saved(places, session, monkeypatch):
    """The session with some files of every age, and an autosave before which git has looked around."""
    monkeypatch.setattr(cs, "CLOCK_GRAIN", -1)
    for name in ("a", "d/b", "d/e/c"):
        write(session, name, "1\n", age=100)
    cs.commit_session(places, session)
    for text in ("2\n", "3\n", "4\n"):
        write(session, "a", text)
        cs.autosave(places, session)
    return session


def test_an_autosave_of_one_file_is_one_look_one_object_and_one_import(places, saved, box):
    before = git(saved, "rev-parse", "refs/cs/auto")
    note(saved, refreshed=[0, time.time()], quickest=60)
    box.spy("git")
    write(saved, "a", "5\n")
    os.unlink(os.path.join(saved.directory, "d/e/c"))
    cs.autosave(places, saved)
    assert sorted(deeds(box)) == ["fast-import", "hash-object", "status"]
    assert git(saved, "rev-parse", "refs/cs/auto^{tree}") == tree_of_work_tree(saved)
    assert git(saved, "rev-parse", "refs/cs/auto^") == before


def test_git_writes_down_what_it_has_seen_now_and_then(places, saved):
    shadow, now = os.path.join(saved.local, "history.index"), time.time()

    def written(name, *refreshed):
        before = os.stat(shadow).st_ino
        note(saved, refreshed=refreshed)
        write(saved, name, "1\n")
        cs.autosave(places, saved)
        return os.stat(shadow).st_ino != before

    assert not written("soon", now - 9000, now)
    assert written("later", now - 9000, now - cs.REFRESH - 1)
    assert written("first", now, now)
    assert written("second", now - 9, now - 5)
    assert not written("third", now - 9, now - 3)
    assert git(saved, "rev-parse", "refs/cs/auto^{tree}") == tree_of_work_tree(saved)


def test_the_index_of_a_look_is_older_than_what_it_may_have_missed(places, saved):
    shadow = os.path.join(saved.local, "history.index")
    assert os.stat(shadow).st_mtime <= time.time() - cs.DISTRUST
    before = os.stat(shadow).st_mtime_ns
    note(saved, refreshed=[0, time.time()])
    for number in range(cs.LAG + 1):
        write(saved, f"many/{number}", "1\n")
    cs.autosave(places, saved)
    assert "many/1" in git(saved, "ls-files", env=dict(os.environ, GIT_INDEX_FILE=shadow))
    assert os.stat(shadow).st_mtime_ns == before


@pytest.mark.parametrize("reason", ["untrackedCache no", "trustCTime false", "checkStat minimal", ""])
def test_new_files_are_found_where_the_times_of_directories_are_not_to_be_trusted(
    places, session, box, monkeypatch, reason
):
    if reason:
        git(session, "config", *f"core.{reason}".split())
    else:
        monkeypatch.setattr(cs, "_notes_changes", lambda directory: False)
    box.spy("git")
    for number in range(4):
        full = write(session, f"d/{number}", "1\n")
        os.utime(os.path.dirname(full), (1e9, 1e9))
        cs.autosave(places, session)
        assert git(session, "rev-parse", "refs/cs/auto^{tree}") == tree_of_work_tree(session)
    assert not [call for call in box.calls("git") if "core.untrackedCache=true" in call.argv]


def test_files_of_what_was_a_repository_are_found_at_once(places, saved):
    write(saved, "d/n/f", "1\n")
    git(saved, "init", "-q", "d/n")
    write(saved, "a", "5\n")
    cs.autosave(places, saved)
    cs.remove_tree(os.path.join(saved.directory, "d/n/.git"))
    write(saved, "d/n/new", "1\n")
    cs.autosave(places, saved)
    assert git(saved, "ls-tree", "-r", "--name-only", "refs/cs/auto", "d/n") == "d/n/f\nd/n/new"


def test_after_a_slow_look_git_writes_down_what_it_has_read_again(places, saved):
    shadow = os.path.join(saved.local, "history.index")
    before = os.stat(shadow).st_ino
    note(saved, refreshed=[0, time.time()])
    os.utime(
        os.path.join(saved.directory, "d/b")
    )  # other files are read again at every look, until that is written
    cs.autosave(places, saved)
    assert os.stat(shadow).st_ino == before
    note(saved, quickest=-1)
    cs.autosave(places, saved)
    assert os.stat(shadow).st_ino == before
    cs.autosave(places, saved)
    assert os.stat(shadow).st_ino != before


def test_new_line_ends_that_git_takes_away_are_no_change(places, saved):
    git(saved, "config", "core.autocrlf", "input")
    write(saved, "x.txt", "1\r\n2\r\n")
    cs.commit_session(places, saved)
    cs.autosave(places, saved)
    write(saved, "x.txt", "1\n2\n")
    assert [cs.autosave(places, saved) for _ in range(3)] == [None, None, None]


def test_a_tracked_file_that_is_ignored_comes_back_when_it_is_made_again(places, saved):
    write(saved, "e/g", "1\n", age=100)
    git(saved, "add", "e/g")
    write(saved, "e/.gitignore", "*\n")
    cs.autosave(places, saved)
    os.unlink(os.path.join(saved.directory, "e/g"))
    for number in range(cs.LAG + 1):
        write(saved, f"many/{number}", "1\n")
    cs.autosave(places, saved)
    cs.autosave(places, saved)
    write(saved, "e/g", "2\n")
    cs.autosave(places, saved)
    assert git(saved, "show", "refs/cs/auto:e/g") == "2"


def test_a_directory_tells_that_something_came(session):
    assert cs._notes_changes(session.local)
    assert os.listdir(session.local).count("probe.tmp") == 0


def test_an_autosave_that_somebody_removed_is_not_taken_up_again(places, saved):
    old = git(saved, "rev-parse", "refs/cs/auto")
    git(saved, "update-ref", "-d", "refs/cs/auto")
    write(saved, "a", "6\n")
    cs.autosave(places, saved)
    assert (
        git(saved, "log", "--format=%H", "refs/cs/auto").count("\n")
        == git(saved, "log", "--format=%H").count("\n") + 1
    )
    assert old not in git(saved, "log", "--format=%H", "refs/cs/auto")
    assert [name for name in os.listdir(os.path.join(saved.directory, ".git")) if "crash" in name] == []
    write(saved, "a", "7\n")
    cs.commit_session(places, saved)
    write(saved, "a", "8\n")
    cs.autosave(places, saved)
    assert git(saved, "rev-parse", "refs/cs/auto^") == git(saved, "rev-parse", "HEAD")


def test_an_autosave_is_seen_where_refs_are_in_a_table(places, saved, box):
    assert cs.autosave_is_left(saved)
    os.mkdir(os.path.join(saved.directory, ".git/reftable"))  # this git knows none: its answer stands for one's
    box.spy("git")
    assert cs.autosave_is_left(saved)
    git(saved, "update-ref", "-d", "refs/cs/auto")
    assert not cs.autosave_is_left(saved)
    assert deeds(box).count("for-each-ref") == 2


@pytest.mark.parametrize("where", [".gitattributes", "d/.gitattributes", ".git/info/attributes", "config"])
def test_an_autosave_converts_what_attributes_ask_for(places, saved, where):
    place = os.path.join(os.environ["HOME"], "attributes") if where == "config" else where
    if where == "config":
        git(saved, "config", "core.attributesFile", place)
    write(saved, place, "*.u16 working-tree-encoding=UTF-16\n")
    write(saved, "d/x.u16", "héllo\n".encode("utf-16"))
    write(saved, "d/y.txt", "1\r\n")
    git(saved, "config", "core.autocrlf", "input")
    cs.autosave(places, saved)
    assert git(saved, "show", "refs/cs/auto:d/x.u16") == "héllo"
    assert git(saved, "show", "refs/cs/auto:d/y.txt") == "1"
    git(saved, "config", "filter.up.clean", "tr a-z A-Z")
    write(saved, place, "*.up filter=up\n")
    write(saved, "d/z.up", "loud\n")
    cs.autosave(places, saved)
    assert git(saved, "show", "refs/cs/auto:d/z.up") == "LOUD"


def test_what_was_written_a_moment_ago_is_read_again_but_saved_once(places, session):
    write(session, "a", "1\n", age=100)
    cs.commit_session(places, session)
    write(session, "a", "2\n")
    write(session, "key.sh", 'TOKEN="ghp_' + "a1B2" * 9 + '"\n')
    assert cs.autosave(places, session)
    assert cs.autosave(places, session) is None
    os.chmod(os.path.join(session.directory, "a"), 0o755)
    assert cs.autosave(places, session)
    assert git(session, "ls-tree", "refs/cs/auto", "a").startswith("100755")
    assert cs.autosave(places, session) is None


def test_objects_that_were_pruned_are_made_again(places, session, monkeypatch):
    monkeypatch.setattr(cs, "CLOCK_GRAIN", -1)
    write(session, "a", "1\n")
    cs.commit_session(places, session)
    write(session, "a", "2\n")
    cs.autosave(places, session)
    git(session, "update-ref", "-d", "refs/cs/auto")
    git(session, "-c", "gc.reflogExpire=now", "gc", "-q", "--prune=now")
    write(session, "b", "1\n")
    cs.autosave(places, session)
    assert git(session, "rev-parse", "refs/cs/auto^{tree}") == tree_of_work_tree(session)
    assert [name for name in os.listdir(os.path.join(session.directory, ".git")) if "crash" in name] == []


# ---- states a repository may be in ----------------------------------------------------------------------


def test_in_the_middle_of_a_merge_there_is_no_commit_but_the_state_is_kept(places, session):
    write(session, "x", "1\n")
    cs.commit_session(places, session)
    git(session, "config", "user.email", "x@example.org")
    git(session, "config", "user.name", "x")
    git(session, "checkout", "-q", "-b", "other")
    write(session, "x", "2\n")
    git(session, "commit", "-qam", "2")
    git(session, "checkout", "-q", "main")
    write(session, "x", "3\n")
    git(session, "commit", "-qam", "3")
    merge = subprocess.run(["git", "merge", "other"], cwd=session.directory, capture_output=True)
    assert merge.returncode == 1
    before = git(session, "rev-parse", "HEAD"), git(session, "status", "--porcelain")
    assert cs.commit_session(places, session) is None
    after = git(session, "rev-parse", "HEAD"), git(session, "status", "--porcelain")
    assert after == (before[0], " M .cs/logs/session.log\n" + before[1])
    assert "<<<<<<<" in git(session, "show", "refs/cs/auto:x")
    assert read(session, ".cs/logs/session.log").endswith(
        "a merge is not finished: no commit, the state is in refs/cs/auto\n"
    )
    write(session, "x", "4\n")
    git(session, "add", "x")
    git(session, "commit", "-qm", "merged")
    cs.commit_session(places, session)
    assert git(session, "for-each-ref", "refs/cs") == ""


def test_a_detached_head_gets_the_commit_and_no_branch_moves(places, session):
    main = git(session, "rev-parse", "main")
    git(session, "checkout", "-q", "--detach")
    write(session, "x", "1\n")
    commit = cs.commit_session(places, session)
    assert git(session, "rev-parse", "HEAD", "main").split("\n") == [commit, main]


def test_a_repository_with_sha256_works(places, session):
    import shutil

    shutil.rmtree(os.path.join(session.directory, ".git"))
    git(session, "init", "-q", "--object-format=sha256", "-b", "main")
    write(session, "a", "1\n")
    commit = cs.commit_session(places, session)
    assert len(commit) == 64
    os.unlink(os.path.join(session.directory, "a"))
    assert len(cs.autosave(places, session)) == 64
    write(session, "b", "1\n")
    cs.commit_session(places, session)
    assert added(session) == ["b"]


def test_lock_files_that_a_crash_has_left_stop_nothing(places, session):
    write(session, "x", "1\n")
    cs.autosave(places, session)
    write(session, "x", "2\n")
    for lock in (".cs/local/history.index.lock", ".git/refs/cs/auto.lock"):
        write(session, lock, "")
    for lock in (".git/index.lock", ".git/HEAD.lock", ".git/refs/heads/main.lock", ".git/packed-refs.lock"):
        write(session, lock, "", age=120)
    cs.autosave(places, session)
    assert git(session, "show", "refs/cs/auto:x") == "2"
    assert cs.commit_session(places, session) == git(session, "rev-parse", "HEAD")
    assert git(session, "status", "--porcelain") == ""
    assert git(session, "for-each-ref", "refs/cs") == ""


def test_a_fresh_index_lock_of_somebody_else_is_respected_and_the_index_follows_later(places, session):
    write(session, ".git/index.lock", "")
    write(session, "x", "1\n")
    assert cs.commit_session(places, session)
    assert git(session, "status", "--porcelain") != ""
    os.unlink(os.path.join(session.directory, ".git/index.lock"))
    cs.commit_session(places, session)
    assert git(session, "status", "--porcelain") == ""


def test_damaged_caches_are_made_anew(places, session):
    write(session, "x", "1\n")
    cs.autosave(places, session)
    for damage in (b"", b"DIRC garbage", os.urandom(3000)):
        write(session, ".cs/local/history.index", damage)
        write(session, "x", damage)
        cs.autosave(places, session)
        assert git(session, "cat-file", "blob", "refs/cs/auto:x").encode(
            "utf-8", "surrogateescape"
        ) == damage.strip(b"\n")
    write(session, ".cs/local/history.json", "{torn")
    write(session, "x", "2\n")
    cs.autosave(places, session)
    assert git(session, "show", "refs/cs/auto:x") == "2"


def test_the_users_settings_for_commits_do_not_matter(places, session, box):
    for key in ("user.name", "user.email"):
        subprocess.run(["git", "config", "--global", "--unset-all", key], check=False)
    for key, value in (
        ("commit.gpgsign", "true"),
        ("gpg.program", "false"),
        ("init.defaultBranch", "trunk"),
        ("core.editor", "false"),
        ("user.useConfigOnly", "true"),
        ("status.showUntrackedFiles", "no"),
        ("core.untrackedCache", "true"),
        ("core.splitIndex", "true"),
        ("feature.manyFiles", "true"),
    ):
        subprocess.run(["git", "config", "--global", key, value], check=True)
    hook = write(session, ".git/hooks/pre-commit", "#!/bin/sh\ntouch hook-ran\nexit 1\n")
    os.chmod(hook, 0o755)
    write(session, "x", "1\n")
    assert cs.commit_session(places, session)
    assert not os.path.exists(os.path.join(session.directory, "hook-ran"))
    assert git(session, "log", "-1", "--format=%an <%ae> %G?") == "cs <cs@localhost> N"
    subprocess.run(["git", "config", "--global", "user.name", "Ada"], check=True)
    subprocess.run(["git", "config", "--global", "user.email", "ada@example.org"], check=True)
    write(session, "x", "2\n")
    cs.commit_session(places, session)
    assert git(session, "log", "-1", "--format=%an <%ae>") == "Ada <ada@example.org>"


def test_without_git_there_is_a_warning_and_nothing_else(places, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    session = cs.session_named(places, "nogit")
    write(session, ".cs/discoveries.md", "")
    cs.make_repository(places, session)
    assert capsys.readouterr().err.startswith("cs: warning: git is not installed")
    assert [f(places, session) for f in (cs.autosave, cs.commit_session, cs.recover)] == [None] * 3
    assert not os.path.exists(os.path.join(session.directory, ".git"))


# ---- repositories that were there before ----------------------------------------------------------------


@pytest.fixture
def project(places, tmp_path):
    """A repository of the user's, adopted in place."""

    def adopt(name="work", directory=None):
        directory = str(directory or tmp_path / "project")
        if not os.path.isdir(os.path.join(directory, ".git")) and not os.path.exists(directory):
            os.makedirs(directory)
            for words in (["init", "-q", "-b", "trunk"], ["commit", "-q", "--allow-empty", "-m", "theirs"]):
                identity = ["-c", "user.name=x", "-c", "user.email=x"]
                subprocess.run(["git", *identity, *words], cwd=directory, check=True)
        os.makedirs(places.root, exist_ok=True)
        os.symlink(directory, os.path.join(places.root, name))
        session = cs.session_named(places, name)
        write(session, ".cs/discoveries.md", "# Discoveries\n")
        write(session, ".cs/logs/session.log", "Session: work\n")
        write(session, ".cs/local/adopted.conf", "own_repository=no\n")
        cs.hide_local_files(session)
        return session

    return adopt


def everything(session):
    """What must not change in somebody else's repository."""
    refs = git(session, "for-each-ref", "--format=%(refname) %(objectname)")
    ours = [ref for ref in refs.split("\n") if not ref.startswith("refs/cs/")]
    state = [git(session, "symbolic-ref", "-q", "HEAD"), git(session, "reflog"), git(session, "diff", "--cached")]
    return [ours, *state, read(session, ".git/config")]


def test_a_repository_that_was_there_before_is_never_committed_to(places, project):
    session = project()
    write(session, "theirs.txt", "1\n")
    git(session, "add", "theirs.txt")
    before = everything(session)
    cs.autosave(places, session)
    assert cs.commit_session(places, session) is None
    assert everything(session) == before
    (ref,) = git(session, "for-each-ref", "--format=%(refname)", "refs/cs").split("\n")
    assert ref.startswith("refs/cs/saved/")
    assert "theirs.txt" in names_in(session, ref)
    cs.commit_session(places, session)
    assert git(session, "for-each-ref", "--format=%(refname)", "refs/cs") == ref  # nothing new, so no other one
    assert cs.recover(places, session) is None
    assert git(session, "status", "--porcelain", "--ignored") == "A  theirs.txt\n?? .cs/\n!! .cs/local/"


def test_an_adopted_project_whose_local_files_are_lost_is_not_committed_to(places, project):
    session = project()
    os.unlink(os.path.join(session.local, "adopted.conf"))
    before = everything(session)
    assert cs.commit_session(places, session) is None
    assert everything(session) == before


def test_the_newest_ten_states_are_kept(places, project):
    session = project()
    for number in range(13):
        write(session, "x", f"{number}\n")
        cs.commit_session(places, session)
    refs = git(session, "for-each-ref", "--format=%(refname)", "refs/cs").split("\n")
    assert len(refs) == 10
    assert git(session, "show", refs[-1] + ":x") == "12" and git(session, "show", refs[0] + ":x") == "3"


def test_two_work_trees_of_one_repository_keep_their_autosaves_apart(places, project, tmp_path):
    first = project()
    git(first, "worktree", "add", "-q", str(tmp_path / "second"))
    second = project("second", tmp_path / "second")
    write(first, "x", "first\n")
    write(second, "x", "second\n")
    saved = [cs.autosave(places, first), cs.autosave(places, second)]
    assert [git(first, "show", commit + ":x") for commit in saved] == ["first", "second"]
    for session in (first, second):
        os.unlink(os.path.join(session.directory, "x"))
        assert cs.recover(places, session)
    assert [read(first, "x"), read(second, "x")] == ["first\n", "second\n"]


def test_a_session_in_a_part_of_a_repository_saves_that_part(places, project, tmp_path):
    whole = project("whole")
    write(whole, "part/old", "1\n")
    write(whole, "else", "1\n")
    part = project("part", tmp_path / "project" / "part")
    write(part, "new", "1\n")
    cs.autosave(places, part)
    (ref,) = git(whole, "for-each-ref", "--format=%(refname)", "refs/cs").split("\n")
    assert set(names_in(whole, ref)) == {".cs/discoveries.md", ".cs/logs/session.log", "new", "old"}
    assert "part/.cs/local" not in git(whole, "status", "--porcelain", "--untracked-files=all")
    os.unlink(os.path.join(part.directory, "new"))
    assert ": new" in cs.recover(places, part)
    assert read(part, "new") == "1\n"
    assert cs.commit_session(places, part) is None


def test_a_repository_around_a_session_is_no_business_of_it(places, session):
    import shutil

    around = os.environ["HOME"]
    subprocess.run(["git", "init", "-q", around], check=True)
    shutil.rmtree(os.path.join(session.directory, ".git"))
    write(session, "x", "1\n")
    assert cs.autosave(places, session) is None and cs.recover(places, session) is None
    assert cs.commit_session(places, session) == git(session, "rev-parse", "HEAD")  # in one of its own
    assert git(session, "log", "--format=%s") == "Session created"
    assert "x" in added(session)
    assert subprocess.run(
        ["git", "rev-parse", "-q", "--verify", "HEAD"], cwd=around, capture_output=True
    ).returncode


# ---- recovery -------------------------------------------------------------------------------------------


def test_a_lost_directory_comes_back_but_never_through_a_link(places, session, tmp_path):
    write(session, "d/e/1", "1\n")
    write(session, "f/1", "1\n")
    os.chmod(write(session, "d/run", "#!/bin/sh\n"), 0o755)
    os.symlink("e/1", os.path.join(session.directory, "d/link"))
    cs.autosave(places, session)
    import shutil

    shutil.rmtree(os.path.join(session.directory, "d"))
    shutil.rmtree(os.path.join(session.directory, "f"))
    os.symlink(str(tmp_path), os.path.join(session.directory, "f"))
    said = cs.recover(places, session)
    assert said.endswith(": d/e/1, d/link, d/run")
    assert read(session, "d/link") == "1\n" and os.access(os.path.join(session.directory, "d/run"), os.X_OK)
    assert not os.path.exists(tmp_path / "1")


def test_what_commits_have_removed_since_does_not_come_back(places, session):
    write(session, "committed", "1\n")
    cs.commit_session(places, session)
    write(session, "new", "1\n")
    cs.autosave(places, session)
    git(session, "rm", "-q", "committed")
    git(session, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "without")
    os.unlink(os.path.join(session.directory, "new"))
    assert cs.recover(places, session).endswith(": new")
    assert not os.path.exists(os.path.join(session.directory, "committed"))


def test_the_older_file_that_recovery_replaces_is_kept(places, session):
    write(session, "x", "saved\n")
    cs.autosave(places, session)
    write(session, "x", "old\n", age=3600)
    cs.recover(places, session)
    (directory,) = os.listdir(os.path.join(session.local, "replaced"))
    assert read(session, f".cs/local/replaced/{directory}/x") == "old\n"
    assert read(session, "x") == "saved\n"


def test_a_link_comes_back_in_the_place_of_an_older_file(places, session):
    os.symlink("target", os.path.join(session.directory, "link"))
    cs.autosave(places, session)
    os.unlink(os.path.join(session.directory, "link"))
    write(session, "link", "old\n", age=3600)
    assert cs.recover(places, session).endswith(": link")
    assert os.readlink(os.path.join(session.directory, "link")) == "target"
    (directory,) = os.listdir(os.path.join(session.local, "replaced"))
    assert read(session, f".cs/local/replaced/{directory}/link") == "old\n"


def test_a_running_session_is_not_recovered_from_its_own_autosave(places, session):
    cs.take_lock(session)
    write(session, "x", "1\n")
    cs.autosave(places, session)
    os.unlink(os.path.join(session.directory, "x"))
    assert cs.recover(places, session) is None
    assert not os.path.exists(os.path.join(session.directory, "x"))
    assert git(session, "for-each-ref", "--format=%(refname)", "refs/cs") == "refs/cs/auto"
    cs.release_lock(session)
    assert cs.recover(places, session).endswith(": x")


def test_the_newest_ten_recovered_snapshots_are_kept(places, session):
    for number in range(12):
        write(session, "x", f"{number}\n")
        cs.autosave(places, session)
        cs.recover(places, session)
    assert len(git(session, "for-each-ref", "refs/cs/recovered").split("\n")) == 10


def test_recovery_that_fails_keeps_the_autosave_and_stops_nothing(places, session, capsys):
    write(session, "x", "1\n")
    cs.autosave(places, session)
    os.unlink(os.path.join(session.directory, "x"))
    write(session, ".git/config", "[broken\n")
    assert cs.recover(places, session) is None
    assert capsys.readouterr().err.startswith("cs: warning: the last autosave could not be brought back: git: ")


# ---- the archive of artifacts ---------------------------------------------------------------------------


def test_artifacts_are_archived_when_they_changed_and_ten_archives_are_kept(places, session):
    import tarfile

    for number in range(12):
        write(session, ".cs/artifacts/deploy.sh", f"echo {number}\n")
        cs.commit_session(places, session)
        cs.commit_session(places, session)
    names = sorted(os.listdir(session.archives), key=lambda name: name[: -len(".tar.gz")])
    assert len(names) == 10
    with tarfile.open(os.path.join(session.archives, names[-1])) as archive:
        assert archive.getnames() == ["artifacts/deploy.sh"]
        assert archive.extractfile("artifacts/deploy.sh").read() == b"echo 11\n"
    assert not any(name.startswith(".cs/archives") for name in names_in(session, "HEAD"))


def test_a_new_rule_in_the_users_settings_is_noticed(places, session):
    write(session, "a.tmp", "1\n")
    cs.commit_session(places, session)
    git(session, "rm", "-q", "--cached", "a.tmp")
    excludes = os.path.join(os.environ["HOME"], "ignore")
    with open(excludes, "w") as file:
        file.write("*.tmp\n")
    git(session, "config", "core.excludesFile", excludes)
    cs.commit_session(places, session)
    assert added(session) == []


def test_a_lock_file_of_a_git_that_works_is_respected_however_old(places, session):
    write(session, ".git/index.lock", "", age=3600)
    working = subprocess.Popen(["git", "cat-file", "--batch"], cwd=session.directory, stdin=subprocess.PIPE)
    try:
        write(session, "x", "1\n")
        cs.commit_session(places, session)
        assert os.path.exists(os.path.join(session.directory, ".git/index.lock"))
    finally:
        working.communicate()
    cs.commit_session(places, session)
    assert git(session, "status", "--porcelain") == ""


@pytest.mark.parametrize("name", ["git~1", ".gitmodules"])
def test_a_name_that_git_refuses_is_left_out_and_keeps_nothing_else_from_coming_back(places, session, name, capsys):
    lost = write(session, "lost.txt", "lost\n")
    os.symlink("lost.txt", os.path.join(session.directory, name))
    cs.autosave(places, session)
    os.remove(lost)
    assert "lost.txt" in (cs.recover(places, session) or "")
    assert read(session, "lost.txt") == "lost\n"
    assert cs.commit_session(places, session)
    said = f"cs: warning: left out of the commit: {name} (git takes no file of that name)\n"
    assert capsys.readouterr().err == said


def test_names_that_differ_by_case_are_two_files_also_where_git_is_told_otherwise(places, session):
    git(session, "config", "core.ignoreCase", "true")
    for name in ("a", "A"):
        write(session, name, name)
    if read(session, "a") != "a":
        pytest.skip("the file system has one file of the two")
    saved = cs.autosave(places, session)
    assert [git(session, "show", f"{saved}:{name}") for name in ("a", "A")] == ["a", "A"]


def test_a_file_that_its_filter_refuses_is_left_out_and_keeps_nothing_else_out(places, session, capsys):
    git(session, "config", "filter.big.required", "true")
    git(session, "config", "filter.big.clean", "false")
    attributes = "*.big filter=big\n*.rc working-tree-encoding=UTF-16\n"
    for name, text in (
        (".gitattributes", attributes),
        ("a.big", "big"),
        ("a.rc", "no mark"),
        ("other.txt", "other"),
    ):
        write(session, name, text)
    saved = cs.autosave(places, session)
    assert git(session, "show", f"{saved}:other.txt") == "other"
    commit = cs.commit_session(places, session)
    assert git(session, "diff-tree", "--name-only", "-r", "HEAD^", commit) == ".gitattributes\nother.txt"
    said = capsys.readouterr().err
    assert "a.big (git cannot convert it: " in said
    assert "a.rc (git cannot convert it: " in said
