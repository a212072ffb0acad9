"""Creating, adopting, migrating, renaming, removing and restoring sessions."""

import errno
import json
import os
import signal
import sys
import time

import bed
import pytest

import cs


@pytest.fixture(autouse=True)
def quiet_client(box):
    """A program that is not Claude Code and does nothing."""
    box.fake("nothing")
    box.env["CLAUDE_CODE_BIN"] = "nothing"


def places():
    return cs.Places(os.environ)


def history(box, directory):
    return box.git("log", "--format=%s", cwd=directory).splitlines()


def test_a_new_session_is_a_complete_tree_with_one_commit(box):
    assert box.cs("api").status == 0
    session = box.root / "api"
    text = (session / ".cs" / "logs" / "session.log").read_text().splitlines()
    assert text[0] == "Session: api" and text[1].startswith("Started: 20") and text[3] == f"Path: {session}"
    assert "## Objective" in (session / ".cs" / "README.md").read_text()
    assert (session / ".cs" / "artifacts" / "MANIFEST.json").read_text() == "[]\n"
    assert (session / ".cs" / "sync.conf").read_text() == "auto_sync=on\n"
    assert "cs -secrets set" in (session / "CLAUDE.md").read_text()
    assert history(box, session)[-1] == "Session created"
    assert box.git("status", "--porcelain", cwd=session) == ""
    assert sorted(os.listdir(str(box.root))) == ["api"]


@pytest.mark.parametrize(
    "config",
    [
        "",
        "[user]\n\tuseConfigOnly = true\n",
        "[commit]\n\tgpgsign = true\n[gpg]\n\tprogram = false\n",
        "[init]\n\tdefaultBranch = trunk\n",
        "[core]\n\thooksPath = {hooks}\n",
        "[core]\n\teditor = false\n\tautocrlf = true\n\tsafecrlf = true\n",
        "[core]\n\texcludesFile = {ignore}\n",
    ],
    ids=["no-identity", "config-only", "signing", "trunk", "failing-hooks", "editor", "global-ignore"],
)
def test_a_session_is_committed_whatever_the_users_git_says(box, config):
    hooks = box.top / "hooks"
    hooks.mkdir()
    for name in ("pre-commit", "commit-msg", "post-commit", "reference-transaction"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n")
        (hooks / name).chmod(0o755)
    (box.top / "ignore").write_text("*.log\n*.md\n.cs\n")
    (box.home / ".gitconfig").write_text(config.format(hooks=hooks, ignore=box.top / "ignore"))
    before = (box.home / ".gitconfig").read_bytes()
    result = box.cs("api")
    assert result.status == 0 and "warning" not in result.err
    session = box.root / "api"
    assert box.git("symbolic-ref", "--short", "HEAD", cwd=session) == "main"
    assert {".cs/logs/session.log", ".cs/README.md", "CLAUDE.md"} <= set(
        box.git("ls-files", cwd=session).split("\n")
    )
    assert (box.home / ".gitconfig").read_bytes() == before
    assert box.git("config", "--local", "--list", cwd=session).count("user.") == 0


def test_without_git_everything_but_history_works(box):
    box.without("git")
    result = box.cs("api")
    assert result.status == 0
    assert result.err.count("git is not installed") == 1
    assert (box.root / "api" / ".cs" / "README.md").exists()
    assert box.cs("api").status == 0
    assert box.cs("-rename", "api", "web").status == 0
    assert box.cs("-rm", "web", "-y").status == 0
    assert box.cs("-restore", "web").status == 0


def test_killed_while_creating_there_is_no_session_or_a_whole_one(box):
    code = f"import sys, os; sys.path.insert(0, {str(bed.TOP)!r}); import cs\n"
    code += "cs.create_session(cs.Places(os.environ), 'api')"
    for step in range(12):
        running = box.start(sys.executable, "-IS", "-c", code)
        time.sleep(0.02 + step * 0.02)  # the moment of the kill is what is being varied
        running.end()
        if (box.root / "api").exists():
            assert (box.root / "api" / ".cs" / "README.md").exists()
            assert history(box, box.root / "api") == ["Session created"]
            assert box.cs("-rm", "api", "-y").status == 0
    assert box.cs("api").status == 0
    assert set(os.listdir(str(box.root))) - {".moving", ".trash"} == {"api"}


def test_a_directory_that_was_made_by_hand_becomes_a_session_in_place(box):
    mine = box.root / "mine"
    mine.mkdir(parents=True)
    (mine / "notes.txt").write_text("precious")
    (mine / "CLAUDE.md").write_text("my rules\n")
    assert box.cs("mine").status == 0
    assert (mine / "notes.txt").read_text() == "precious"
    assert (mine / "CLAUDE.md").read_text().endswith("\n\nmy rules\n")
    assert "notes.txt" in box.git("ls-files", cwd=mine)


# ── adopting ──


@pytest.fixture
def project(box):
    """A repository with a commit, and staged, unstaged and untracked changes."""
    place = box.work / "project"
    box.git("init", "-q", "-b", "trunk", str(place))
    (place / "a").write_text("1\n")
    (place / "b").write_text("1\n")
    box.git("add", "a", "b", cwd=place)
    box.git("commit", "-q", "-m", "first", cwd=place)
    box.git("remote", "add", "origin", "git@example.org:me/project.git", cwd=place)
    (place / "a").write_text("2\n")
    box.git("add", "a", cwd=place)
    (place / "b").write_text("2\n")
    (place / "c").write_text("3\n")
    return place


def repository_state(box, place):
    git = place / ".git"
    return {
        "files": {name: (git / name).read_bytes() for name in ("HEAD", "config", "index", "logs/HEAD")},
        "refs": [line for line in box.git("for-each-ref", cwd=place).splitlines() if "refs/cs/" not in line],
        "status": [
            line
            for line in box.git("--no-optional-locks", "status", "--porcelain", cwd=place).splitlines()
            if "CLAUDE.md" not in line
        ],
    }


def test_what_holds_the_home_or_the_sessions_is_not_adopted(box):
    for place in (box.home, box.root.parent, box.home.parent, "/"):
        result = box.cs("-adopt", "work", cwd=place)
        assert result.status == 1 and "cannot become a session" in result.err


def test_adopting_inside_of_a_session_names_that_session(box):
    box.claude()
    box.cs("work")
    deep = box.root / "work/src/deep"
    deep.mkdir(parents=True)
    assert "cs work opens the session there" in box.cs("-adopt", "other", cwd=deep).err


@pytest.mark.parametrize("text", [None, "", "mine\n"])
def test_an_adoption_that_fails_changes_nothing(box, text):
    place = box.work / "taken"
    place.mkdir()
    (place / ".cs").write_text("")
    if text is not None:
        (place / "CLAUDE.md").write_text(text)
    before = box.tree(place)
    result = box.cs("-adopt", "work", cwd=place)
    assert result.status == 1 and "move it away first" in result.err
    assert box.tree(place) == before


@pytest.mark.parametrize("text", [None, b"", b"mine\n"])
def test_an_adoption_that_breaks_off_at_its_last_step_takes_its_words_back(box, monkeypatch, text):
    place = box.work / "broken"
    place.mkdir()
    if text is not None:
        (place / "CLAUDE.md").write_bytes(text)
    before = box.tree(place)

    def refuse(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(cs.os, "rename", refuse)
        with pytest.raises(OSError, match="No space"):
            cs.adopt_directory(cs.Places(os.environ), str(place), "work")
    assert box.tree(place) == before


def test_an_adopted_directory_that_was_made_anew_is_a_session_again(box):
    box.claude()
    place = box.work / "plan"
    place.mkdir()
    assert box.cs("-adopt", "plan", cwd=place).status == 0
    cs.remove_tree(str(place))
    place.mkdir()
    result = box.cs("plan")
    assert result.status == 0, result.err
    assert (place / ".cs/logs/session.log").exists() and (box.root / "plan").is_symlink()


def test_adopting_a_repository_leaves_it_as_it_was(box, project):
    before = repository_state(box, project)
    result = box.cs("-adopt", "work", cwd=project)
    assert result.status == 0 and result.out == ""
    assert "cs work opens it" in result.err and "never commits" in result.err
    after = repository_state(box, project)
    assert after["files"] == before["files"] and after["refs"] == before["refs"]
    assert [line for line in after["status"] if ".cs" not in line] == before["status"]
    assert os.readlink(str(box.root / "work")) == str(project)
    assert (project / ".cs" / "sync.conf").read_text() == "auto_sync=off\n"


@pytest.mark.parametrize("below", ["", "sub [1]*"])
def test_what_belongs_to_this_machine_is_hidden_from_an_adopted_repository(box, project, below):
    (project / ".git/info").mkdir(exist_ok=True)
    (project / ".git/info/exclude").write_text("*.mine\nlast")
    (project / below).mkdir(exist_ok=True)
    box.fake("claude")
    assert box.cs("-adopt", "work", cwd=project / below).status == 0
    assert box.cs("work").status == 0
    meta = project / below / ".cs"
    (meta / "local" / "conversation.jsonl").write_text("what was said")
    (meta / "session.lock").write_text("1")
    box.git("add", "-A", cwd=project)
    added = [name for name in box.git("ls-files", "-z", cwd=project).split("\0") if ".cs/" in name]
    assert added and not [name for name in added if "/local/" in "/" + name or name.endswith("session.lock")]
    assert (project / ".git/info/exclude").read_text().splitlines()[:2] == ["*.mine", "last"]


def test_a_session_in_an_adopted_repository_never_commits_to_it(box, project):
    box.cs("-adopt", "work", cwd=project)
    before = repository_state(box, project)
    box.fake("nothing", script="open('new.txt', 'w').write('x')")
    result = box.cs("work")
    assert result.status == 0
    assert box.calls("nothing")[0].cwd == str(project)
    after = repository_state(box, project)
    assert (after["files"], after["refs"]) == (before["files"], before["refs"])
    assert "?? new.txt" in after["status"]


def test_a_claude_md_that_was_there_keeps_every_byte_of_its_own(box, project):
    own = b"\xef\xbb\xbf# Mine\r\n\r\nno newline at the end \xff"
    (project / "CLAUDE.md").write_bytes(own)
    box.cs("-adopt", "work", cwd=project)
    merged = (project / "CLAUDE.md").read_bytes()
    assert merged.endswith(own) and merged.startswith(b"<!-- cs:begin")
    session = cs.session_named(places(), "work")
    assert cs.remove_protocol(session)
    assert (project / "CLAUDE.md").read_bytes() == own
    assert not cs.remove_protocol(session)


def test_a_directory_without_repository_gets_one_when_adopted(box):
    place = box.work / "plain"
    place.mkdir()
    (place / "tool.sh").write_text("echo\n")
    assert box.cs("-adopt", "plain", cwd=place).status == 0
    assert history(box, place) == ["Session created"]
    assert "tool.sh" in box.git("ls-files", cwd=place)
    assert (place / ".cs" / "sync.conf").read_text() == "auto_sync=on\n"


def test_what_was_adopted_without_git_gets_its_repository_when_git_is_there(box):
    place = box.work / "plain"
    place.mkdir()
    (place / "a").write_text("mine\n")
    path = box.path
    box.without("git")
    assert "git is not installed" in box.cs("-adopt", "plain", cwd=place).err
    assert box.cs("plain").status == 0
    assert not (place / ".git").exists()
    box.set_path(path)
    assert box.cs("plain").status == 0
    assert box.git("show", "HEAD:a", cwd=place) == "mine"


def test_two_that_make_a_session_of_one_directory_at_once_make_one(box):
    box.claude()
    for number in range(5):
        place = box.root / f"here{number}"
        place.mkdir(parents=True)
        (place / "CLAUDE.md").write_text("mine\n")
        results = [process.result() for process in [box.start_cs(f"here{number}") for _ in range(3)]]
        assert {result.status for result in results} <= {0, 1} and 0 in [result.status for result in results]
        assert not [result.err for result in results if result.status and "is open in another" not in result.err]
        assert {"README.md", "sync.conf", "discoveries.md", "logs"} <= set(os.listdir(str(place / ".cs")))
        text = (place / "CLAUDE.md").read_text()
        assert text.count("mine") == text.count(cs.PROTOCOL_BEGIN) == 1
        assert sorted(path.name for path in place.iterdir() if path.name.startswith(".cs")) == [".cs"]


def test_of_two_that_adopt_at_once_one_does(box):
    for number in range(4):
        places = [box.work / f"{letter}{number}" for letter in "pq"]
        for place in places:
            place.mkdir()
        processes = [box.start_cs("-adopt", f"one{number}", cwd=place) for place in places]
        results = [process.result() for process in processes]
        assert sorted(result.status for result in results) == [0, 1]
        loser, lost = next((place, r) for place, r in zip(places, results) if r.status)
        assert f"there is a session 'one{number}' already" in lost.err
        assert os.listdir(str(loser)) == []


def test_adopting_again_puts_the_block_back(box, project):
    assert box.cs("-adopt", "work", cwd=project).status == 0
    assert box.cs("-rm", "work", tty=True, input="y\ny\n").status == 0
    assert not (project / "CLAUDE.md").exists()
    assert box.cs("-adopt", "work", cwd=project).status == 0
    assert cs.PROTOCOL_BEGIN in (project / "CLAUDE.md").read_text()


def test_a_clone_that_is_adopted_hides_what_belongs_to_this_machine(box, project):
    box.claude()
    assert box.cs("-adopt", "work", cwd=project).status == 0
    box.git("add", "-A", cwd=project)
    box.git("commit", "-q", "-m", "with .cs", cwd=project)
    clone = box.work / "clone"
    box.git("clone", "-q", str(project), str(clone))
    assert box.cs("-adopt", "other", cwd=clone).status == 0
    assert box.cs("other").status == 0
    assert box.git("rev-parse", "HEAD", cwd=clone) == box.git("rev-parse", "HEAD", cwd=project)
    box.git("add", "-A", cwd=clone)
    assert ".cs/local" not in box.git("ls-files", cwd=clone)


def test_the_directories_of_git_itself_are_not_adopted_but_work_trees_in_them_are(box, project):
    bare = box.work / "bare.git"
    box.git("clone", "-q", "--bare", str(project), str(bare))
    for place in (bare, bare / "refs", project / ".git", project / ".git" / "objects"):
        before = box.tree(place)
        assert "belongs to a git repository's own files" in box.cs("-adopt", "work", cwd=place).err
        assert box.tree(place) == before
    box.git("worktree", "add", "-q", str(bare / "main"), "trunk", cwd=bare)
    assert box.cs("-adopt", "work", cwd=bare / "main").status == 0


def test_what_must_not_be_adopted_is_refused_with_the_reason(box, project):
    box.cs("-adopt", "work", cwd=project)
    other = box.work / "other"
    other.mkdir()
    box.root.joinpath("inner").mkdir()
    for name, directory, why in [
        ("again", project, "this directory is the session 'work' already"),
        ("work", other, "there is a session 'work' already"),
        ("home", box.home, "cannot become a session"),
        ("root", box.root, "cannot become a session"),
        ("slash", "/", "cannot become a session"),
        ("inner2", box.root / "inner", "inside the sessions directory"),
    ]:
        before = box.tree(box.root)
        result = box.cs("-adopt", name, cwd=directory)
        assert result.status == 1 and why in result.err, (name, result)
        assert box.tree(box.root) == before
    assert not (box.home / ".cs").exists() and not (other / ".cs").exists()


def test_a_removed_adoption_can_be_adopted_again_with_its_notes(box, project):
    box.cs("-adopt", "work", cwd=project)
    (project / ".cs" / "discoveries.md").write_text("## kept\n")
    box.cs("-rm", "work", "-y")
    assert (project / ".cs" / "discoveries.md").exists() and not (box.root / "work").is_symlink()
    assert box.cs("-adopt", "work2", cwd=project).status == 0
    assert (project / ".cs" / "discoveries.md").read_text() == "## kept\n"


# ── the layout of earlier tools ──


def flat_session(box):
    place = box.root / "old"
    (place / "logs").mkdir(parents=True)
    (place / "artifacts").mkdir()
    (place / "logs" / "session.log").write_text("Started: 2025-01-02 03:04:05\n")
    (place / "README.md").write_text("# Old\n\n## Objective\nKeep me\n")
    (place / "discoveries.md").write_text("## d\n")
    (place / "artifacts" / "x.sh").write_text("#!/bin/sh\n")
    (place / "mine.txt").write_text("mine")
    return place


def test_the_flat_layout_is_listed_and_moves_into_cs_on_first_open(box):
    place = flat_session(box)
    assert "2025-01-02 03:04" in box.cs("-ls").out
    assert box.cs("old").status == 0
    assert set(os.listdir(str(place))) == {".cs", ".git", ".gitattributes", ".gitignore", "mine.txt"}
    assert (place / ".cs" / "artifacts" / "x.sh").exists() and (place / "mine.txt").read_text() == "mine"
    assert not (place / "README.md").exists() and not (place / "logs").exists()
    assert json.loads(box.cs("-ls", "--json").out)[0]["objective"] == "Keep me"
    assert box.git("status", "--porcelain", cwd=place) == ""


@pytest.mark.parametrize("moved", range(0, 6, 2))
def test_a_migration_that_was_killed_is_continued(box, moved):
    place = flat_session(box)
    (place / ".cs.migrating").mkdir()
    for item in [item for item in cs.LEGACY_ITEMS if (place / item).exists()][:moved]:
        os.rename(str(place / item), str(place / ".cs.migrating" / item))
    assert box.cs("old").status == 0
    assert (place / ".cs" / "logs" / "session.log").exists() and (place / ".cs" / "discoveries.md").exists()
    assert not (place / ".cs.migrating").exists()


def test_a_session_of_an_earlier_tool_opens_as_it_is(box):
    meta = box.root / "seed" / ".cs"
    (meta / "logs").mkdir(parents=True)
    (meta / "logs" / "session.log").write_text("Started: 2025-01-02 03:04:05\n")
    (meta / "sync.conf").write_text("auto_sync=off\nfuture=yes\n")
    assert box.cs("seed").status == 0
    assert (meta / "sync.conf").read_text() == "auto_sync=off\nfuture=yes\n"
    assert (meta / "logs" / "session.log").read_text().startswith("Started: 2025-01-02 03:04:05\n")


# ── renaming, the trash ──


def test_a_rename_keeps_history_secrets_and_settings(box):
    box.cs("api")
    assert box.cs("api", "-secrets", "set", "TOKEN", input="very secret value\n").status == 0
    commits = history(box, box.root / "api")
    assert box.cs("-rename", "api", "web").err == "'api' is 'web' now\n"
    assert not (box.root / "api").exists()
    assert history(box, box.root / "web") == commits
    assert box.cs("web", "-secrets", "get", "TOKEN").out == "very secret value\n"
    assert box.cs("api", "-secrets", "list").status == 1


def test_a_rename_to_a_name_that_exists_is_refused(box):
    box.cs("one")
    box.cs("two")
    before = box.tree(box.root)
    result = box.cs("-rename", "one", "two")
    assert result.status == 1 and "there is a session 'two' already" in result.err
    assert box.tree(box.root) == before


def test_removing_asks_and_needs_a_terminal_or_y(box):
    box.cs("api")
    result = box.cs("-rm", "api")
    assert result.status == 1 and "-y" in result.err and (box.root / "api").exists()
    assert box.cs("-rm", "api", tty=True, input="n\n").status == 1
    assert (box.root / "api").exists()
    assert box.cs("-rm", "api", tty=True, input="y\n").status == 0
    assert not (box.root / "api").exists()


def test_what_is_removed_comes_back_whole_with_its_secrets(box):
    box.cs("api")
    (box.root / "api" / "ünïcode file").write_text("x")
    box.cs("api", "-secrets", "set", "TOKEN", input="very secret value\n")
    before = box.tree(box.root / "api")
    assert box.cs("-rm", "api", "-y").status == 0
    box.cs("api")
    assert box.cs("api", "-secrets", "get", "TOKEN").status == 1  # a new session of that name has none of them
    assert "there is a session 'api' already" in box.cs("-restore", "api").err
    box.cs("-rename", "api", "newer")
    listed = box.cs("-restore").out.splitlines()
    assert listed[0].split() == ["SESSION", "REMOVED", "SIZE", "ENTRY"] and listed[1].startswith("api ")
    assert box.cs("-restore", "api").status == 0
    assert box.tree(box.root / "api") == before
    assert box.cs("api", "-secrets", "get", "TOKEN").out == "very secret value\n"


def test_the_newest_of_several_in_the_trash_comes_back_first(box):
    for text in ("first", "second"):
        box.cs("api")
        (box.root / "api" / "which").write_text(text)
        box.cs("-rm", "api", "-y")
    assert box.cs("-restore", "api").status == 0
    assert (box.root / "api" / "which").read_text() == "second"
    result = box.cs("-restore", "apu")
    assert result.status == 1 and "did you mean 'api'?" in result.err


KILLED = """
import os, signal, sys
sys.path.insert(0, {top!r})
import cs
left = [int(sys.argv.pop(1))]
def deadly(deed):
    def replaced(*paths):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return deed(*paths)
    return replaced
os.rename, os.replace = deadly(os.rename), deadly(os.replace)
sys.exit(cs.main(sys.argv[1:]))
"""


@pytest.mark.parametrize("deed", ["-rename", "-rm", "-restore"])
def test_killed_while_moving_a_session_keeps_its_secrets_and_nobody_else_gets_them(box, deed):
    def secret(name):
        return box.cs(name, "-secrets", "get", "TOKEN").out

    code = KILLED.format(top=str(bed.TOP))
    for moment in range(1, 9):
        name = f"api{moment}"
        box.cs(name)
        box.cs(name, "-secrets", "set", "TOKEN", input="very secret value\n")
        if deed == "-restore":
            box.cs("-rm", name, "-y")
        words = {"-rename": [name, name + "new"], "-rm": [name, "-y"], "-restore": [name]}[deed]
        status = box.run(sys.executable, "-IS", "-c", code, str(moment), deed, *words).status
        assert status in (0, -9)
        at = [other for other in (name, name + "new") if (box.root / other).exists()]
        assert [secret(other) for other in at] == ["very secret value\n"] * len(at)
        for other in {name, name + "new"} - set(at):
            box.cs(other)  # a new session of that name
            assert secret(other) == ""
            box.cs("-rm", other, "-y")
        if not at:
            entry = next(entry for entry in reversed(cs.trash_entries(places())) if entry.name == name)
            assert box.cs("-restore", entry.entry).status == 0
            assert secret(name) == "very secret value\n"
        if status == 0:
            return
    raise AssertionError("it was never done")


@pytest.mark.parametrize("deed", ["-rename", "-rm", "-restore"])
def test_of_two_that_move_a_session_at_once_one_does_and_no_secret_is_lost(box, deed):
    for number in range(4):
        names = [f"a{number}", f"b{number}"] if deed == "-rename" else [f"a{number}"]
        for name in names:
            box.cs(name)
            box.cs(name, "-secrets", "set", "TOKEN", input=f"the value of {name}\n")
            if deed == "-restore":
                box.cs("-rm", name, "-y")
        lines = [[deed, name] for name in names * (2 // len(names))]
        more = {"-rename": [f"c{number}"], "-rm": ["-y"], "-restore": []}[deed]
        results = [process.result() for process in [box.start_cs(*line, *more) for line in lines]]
        assert sorted(result.status for result in results) == [0, 1], results
        if deed == "-rm":
            assert box.cs("-restore", names[0]).status == 0
        there = [name for name in (f"a{number}", f"b{number}", f"c{number}") if (box.root / name).exists()]
        values = sorted(box.cs(name, "-secrets", "get", "TOKEN").out for name in there)
        assert values == [f"the value of {name}\n" for name in names]


def test_old_trash_goes_for_good_with_its_secrets_and_nothing_else_does(box):
    box.cs("api")
    box.cs("api", "-secrets", "set", "TOKEN", input="very secret value\n")
    box.cs("-rm", "api", "-y")
    entry = cs.trash_entries(places())[0]
    old = box.root / ".trash" / "ancient-20200101-000000"
    old.mkdir()
    (old / "read-only").mkdir(0o500)
    (box.root / ".trash" / "not an entry").mkdir()
    assert [each.entry for each in cs.empty_old_trash(places(), time.time())] == [old.name]
    assert sorted(os.listdir(str(box.root / ".trash"))) == [entry.entry, "not an entry"]
    assert [each.entry for each in cs.empty_old_trash(places(), time.time() + 31 * 86400)] == [entry.entry]
    assert cs.secret_counts(places()) == {}


def test_removing_a_session_whose_remote_stub_or_link_it_is_leaves_the_rest(box):
    stub = box.root / "far" / ".cs"
    (stub / "logs").mkdir(parents=True)
    (stub / "remote.conf").write_text("host=me@mini\n")
    assert box.cs("-rm", "far", "-y").status == 0
    assert box.cs("-restore", "far").status == 0
    assert (stub / "remote.conf").read_text() == "host=me@mini\n"


def test_removing_an_adopted_session_offers_to_clean_its_claude_md(box, project):
    (project / "CLAUDE.md").write_text("mine\n")
    box.cs("-adopt", "work", cwd=project)
    result = box.cs("-rm", "work", tty=True, input="y\ny\n")
    assert result.status == 0
    assert (project / "CLAUDE.md").read_text() == "mine\n"
    assert (project / ".cs").is_dir()


def test_term_during_removal_leaves_the_session_in_one_place(box):
    box.cs("api")
    running = box.start_cs("-rm", "api", "-y")
    running.signal(signal.SIGTERM)
    running.result()
    assert (box.root / "api" / ".cs").is_dir() != bool(cs.trash_entries(places()))


@pytest.mark.parametrize("deed", ["rename", "remove", "restore"])
def test_the_secrets_of_what_cannot_be_moved_stay_with_it(box, monkeypatch, deed):
    box.cs("api")
    box.cs("api", "-secrets", "set", "TOKEN", input="a value of a secret\n")
    if deed == "restore":
        box.cs("-rm", "api", "-y")
    before, rename = cs.secret_counts(places()), os.rename

    def rename_outside(source, target):
        if source.startswith(str(box.root)):
            raise OSError(errno.EACCES, "not now")
        rename(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", rename_outside)
        with pytest.raises(cs.CsError) as caught:
            if deed == "rename":
                cs.rename_session(places(), "api", "new")
            elif deed == "remove":
                cs.remove_session(places(), "api")
            else:
                cs.restore_session(places(), "api")
    assert str(caught.value).startswith("'api' cannot be ")
    assert before and {name: count for name, count in cs.secret_counts(places()).items() if count} == before
