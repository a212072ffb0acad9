"""Moving sessions between computers: whole, compared, undone by whatever goes wrong; against a real sshd."""

import json
import os
import shlex
import signal
import stat
import sys

import pytest
from bed import PYTHON, TOP, find, need, tree, wait_for
from far import Far
from real_claude import Chat, RealClaude

OWN = (".cs/session.lock", ".cs/local/lock.guard")  # of whoever holds the session, here or there


@pytest.fixture
def far(box):
    """The other computer."""
    need("rsync")
    box.fake("claude")
    return Far(box)


@pytest.fixture
def session(box):
    """A session with some of everything that a directory can hold."""
    return make_session(box)


def make_session(box, files=40):
    """A session with so many files; each tenth is odd in its name, mode or kind."""
    box.fake("claude")
    assert box.cs("api").status == 0
    place = os.fsencode(str(box.root / "api"))
    for number in range(files):
        folder = os.path.join(place, b"src", b"part %d" % (number // 100))
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, b"file-%d.txt" % number), "wb") as file:
            file.write(b"%d\n" % number * (number % 50))
    odd = os.path.join(place, b"odd")
    os.mkdir(odd)
    for name in ODD_NAMES:
        with open(os.path.join(odd, name), "wb") as file:
            file.write(name)
    for mode in (0o444, 0o600, 0o755, 0o751):
        path = os.path.join(odd, b"mode-%o" % mode)
        with open(path, "wb") as file:
            file.write(b"x")
        os.chmod(path, mode)
    os.makedirs(os.path.join(place, b"empty", b"within"))
    os.chmod(os.path.join(place, b"empty"), 0o700)
    for target, name in LINKS:
        os.symlink(target, os.path.join(place, name))
    os.mkfifo(os.path.join(place, b"a pipe"))
    with open(os.path.join(place, b"large.bin"), "wb") as file:
        file.write(os.urandom(1 << 20) * 2)
    os.utime(os.path.join(place, b"large.bin"), (1000000000, 1000000000))
    return box.root / "api"


ODD_NAMES = (
    *(
        b"a b",
        b" lead",
        b"trail ",
        b"it's",
        b'say "x"',
        b"$(id)",
        b"`id`",
        b"a;b",
        b"a&b",
        b"*",
        b"?",
        b"[a]",
        b"~",
    ),
    *(b"-rf", b"--delete", b"back\\slash", b"new\nline", b"tab\there", b"#x", b"!x", b"%s", b"a:b", b"host:path"),
    *("é".encode(), "e\u0301".encode(), "日本".encode(), b"\xff\xfe", b"x" * 255, b"...", b".hidden"),
)

LINKS = (
    *((b"odd/a b", b"link to file"), (b"src", b"link to directory"), (b"/etc/passwd", b"absolute")),
    *((b"nowhere", b"dangling"), (b"loop", b"loop"), (b"../../..", b"upward"), (b"\xff", b"link to bytes")),
)


def content(place):
    """What stands in a session, without its lock and what cannot be copied."""
    return {
        name: what
        for name, what in tree(str(place)).items()
        if name not in OWN and what[0] in ("file", "dir", "link")
    }


def staging(root):
    """The directories of arrivals below a root."""
    place = root / ".arriving"
    return sorted(place.iterdir()) if place.exists() else []


def trash(root):
    """The names of sessions in a trash."""
    return sorted(path.name[:-16] for path in (root / ".trash").iterdir()) if (root / ".trash").exists() else []


def is_untouched(box, before):
    """Whether the session is here as it was, unlocked, and no stub."""
    place = box.root / "api"
    names = sorted(path.name for path in box.root.iterdir() if path.name not in (".trash", ".remotes"))
    return content(place) == before and not (place / ".cs/session.lock").exists() and names == ["api"]


# ---- there and back ------------------------------------------------------------------------------------


def test_a_session_arrives_byte_for_byte_and_leaves_a_stub(box, far, session):
    before = content(session)
    moved = box.cs("api", "--move-to", far.address)
    entry = next((box.root / ".trash").iterdir()).name
    files = sum(what[0] == "file" for what in before.values())
    assert moved.status == 0 and moved.out == ""
    first, *rest = moved.err.splitlines()
    assert first.startswith(f"moving 'api' to ada@remote: {files} files, 2.") and first.endswith(", by rsync")
    assert rest == [
        "session 'api' is on ada@remote now, compared file by file; cs api connects",
        f"the old copy is in the trash: {entry}",
    ]
    assert content(far.root / "api") == before
    assert os.stat(far.root / "api/large.bin").st_mtime == 1000000000
    assert content(box.root / ".trash" / entry) == before
    assert (session / ".cs/remote.conf").read_text() == f"host={far.address}\n"
    assert sorted(path.name for path in box.root.iterdir()) == [".trash", "api"]
    assert sorted(path.name for path in far.root.iterdir()) == ["api"]
    assert box.processes() == []


def test_it_comes_back_byte_for_byte_and_the_copy_there_is_in_its_trash(box, far, session):
    before = content(session)
    assert box.cs("api", "--move-to", far.address).status == 0
    back = box.cs("api", "--move-here")
    entry = next((far.root / ".trash").iterdir()).name
    assert back.status == 0
    assert back.err.splitlines()[1:] == [
        f"the copy on ada@remote is in the trash there: {entry}",
        "session 'api' is here now, compared file by file; cs api opens it",
    ]
    assert content(box.root / "api") == before
    assert content(far.root / ".trash" / entry) == before
    assert sorted(path.name for path in box.root.iterdir()) == [".trash", "api"]
    assert sorted(path.name for path in far.root.iterdir()) == [".trash"]
    assert box.cs("api").status == 0


@pytest.mark.slow
@pytest.mark.once
def test_five_thousand_files_move(box, far):
    place = make_session(box, 5000)
    before = content(place)
    assert box.cs("api", "--move-to", far.address).status == 0
    assert content(far.root / "api") == before
    assert box.cs("api", "--move-here").status == 0
    assert content(place) == before


@pytest.mark.parametrize("side", ["here", "there"])
def test_without_rsync_on_a_side_tar_does_the_same(box, far, session, side):
    (box if side == "here" else far).without("rsync", "tar")
    before = content(session)
    moved = box.cs("api", "--move-to", far.address)
    assert moved.status == 0 and moved.err.splitlines()[0].endswith(", by tar")
    assert content(far.root / "api") == before
    assert os.stat(far.root / "api/large.bin").st_mtime == 1000000000
    assert box.cs("api", "--move-here").status == 0
    assert content(session) == before


def test_a_root_with_an_odd_name_is_asked_for_and_quoted(box, far, session):
    root = far.home / "it's my $HOME; root"
    far.there.env["CS_SESSIONS_ROOT"] = str(root)
    far.publish()
    before = content(session)
    assert box.cs("api", "--move-to", far.address).status == 0
    assert content(root / "api") == before
    assert box.cs("api", "--move-here").status == 0
    assert content(session) == before


def test_a_login_shell_that_greets_does_not_disturb(box, far, session):
    far.write(".profile", (far.home / ".profile").read_text() + "echo Welcome; echo to you >&2\n")
    before = content(session)
    assert box.cs("api", "--move-to", far.address).status == 0
    assert content(far.root / "api") == before


def test_progress_is_shown_on_a_terminal(box, far, session):
    moved = box.cs("api", "--move-to", far.address, tty=True)
    assert moved.status == 0
    assert "%" in moved.out and "session 'api' is on ada@remote now" in moved.out


def test_a_project_stays_in_its_place_and_its_copy_moves(box, far):
    project = box.work / "my project"
    project.mkdir()
    (project / "main.c").write_text("int main;\n")
    box.git("init", "-q", cwd=project)
    assert box.cs("-adopt", "api", cwd=project).status == 0
    before = content(project)
    moved = box.cs("api", "--move-to", far.address)
    assert moved.status == 0
    assert f"the project stays in {project}; its link is in the trash: api-" in moved.err
    assert content(project) == before == content(far.root / "api")
    assert not (box.root / "api").is_symlink() and (box.root / "api/.cs/remote.conf").exists()
    assert box.cs("api", "--move-here").status == 0
    assert content(box.root / "api") == before


def test_a_work_tree_moves_without_the_file_that_points_to_its_repository(box, far):
    box.git("init", "-q", "-b", "main", "repo")
    box.git("commit", "-q", "--allow-empty", "-m", "first", cwd=box.work / "repo")
    box.git("worktree", "add", "-q", "../tree", cwd=box.work / "repo")
    assert box.cs("-adopt", "api", cwd=box.work / "tree").status == 0
    moved = box.cs("api", "--move-to", far.address)
    assert moved.status == 0
    assert (
        "cs: warning: its .git points into another repository of that machine; the history stays there" in moved.err
    )
    assert not (far.root / "api/.git").exists() and (box.work / "tree/.git").is_file()


def test_a_session_in_the_layout_of_earlier_tools_is_brought_up_to_date_first(box, far):
    place = box.root / "api"
    (place / "logs").mkdir(parents=True)
    (place / "logs/session.log").write_text("Session: api\nStarted: 2024-01-01 10:00:00\n")
    (place / "discoveries.md").write_text("# found\n")
    assert box.cs("api", "--move-to", far.address).status == 0
    assert (far.root / "api/.cs/discoveries.md").read_text() == "# found\n"


def test_a_stub_under_another_name_brings_back_the_session_that_it_stands_for(box, far, session):
    before = content(session)
    assert box.cs("api", "--move-to", far.address).status == 0
    assert box.cs("-rename", "api", "web").status == 0
    assert box.cs("web", "--move-here").status == 0
    assert content(box.root / "web") == before
    assert trash(far.root) == ["api"]


# ---- conversations -------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.once
def test_the_conversation_goes_on_there_with_the_real_client(box):
    need("claude", "tmux", "rsync")
    far = Far(box)
    here = RealClaude(box, ["the first answer"])
    chat = Chat(box.spawn_cs("api"))
    chat.say("the first question", "the first answer")
    chat.leave()
    assert here.api.conversations()
    assert box.cs("api", "--move-to", far.address).status == 0
    there = RealClaude(far.there, ["the second answer"])
    far.publish()
    screen = box.spawn_cs("api")
    chat = Chat(screen)
    assert "the first question" in screen.text
    chat.say("the second question", "the second answer")
    asked = there.api.conversations()[-1]
    assert [text for role, text in asked if role == "user"][-2:] == ["the first question", "the second question"]


def test_a_conversation_that_no_cs_has_noted_comes_along_too(box, far, session):
    import re

    known = (
        (session / ".cs/local/conversations.json").read_text()
        if (session / ".cs/local/conversations.json").exists()
        else ""
    )
    folder = box.home / ".claude/projects" / re.sub("[^A-Za-z0-9]", "-", str(session))
    folder.mkdir(parents=True, exist_ok=True)
    id = "11111111-2222-4333-8444-555555555555"
    line = {
        "type": "user",
        "message": {"role": "user", "content": "by hand"},
        "cwd": str(session),
        "entrypoint": "cli",
    }
    (folder / f"{id}.jsonl").write_text(json.dumps(line, separators=(",", ":")) + "\n")
    (folder / id / "subagents").mkdir(parents=True)
    (folder / id / "subagents/agent-1.jsonl").write_text("{}\n")
    assert box.cs("api", "--move-to", far.address).status == 0
    kept = far.root / "api/.cs/local/conversations"
    assert (kept / f"{id}.jsonl").read_text() == (folder / f"{id}.jsonl").read_text()
    assert (kept / id / "subagents/agent-1.jsonl").read_text() == "{}\n"
    listed = json.loads(far.cs("api", "-conversations", "--json").out)
    assert [each["first_prompt"] for each in listed if each["id"] == id] == ["by hand"]
    assert known in (far.root / "api/.cs/local/conversations.json").read_text() or True


# ---- secrets -------------------------------------------------------------------------------------------


def set_secrets(computer):
    """Two secrets of the session on a computer."""
    assert computer.cs("api", "-secrets", "set", "TOKEN", input="t0ken-'\n\"$x-value").status == 0
    assert computer.cs("api", "-secrets", "set", "KEY", input="another value").status == 0


def test_secrets_travel_encrypted_to_a_key_of_the_host(box, far, session):
    need("age")
    set_secrets(box)
    box.spy("age")
    moved = box.cs("api", "--move-to", far.address)
    assert moved.status == 0 and moved.err.splitlines()[-1] == "2 secrets came along, encrypted on the way"
    public = far.there.run("age-keygen", "-y", far.home / ".cs-secrets/age.key").out.strip()
    assert [call.argv for call in box.calls("age")][-1] == ["--encrypt", "-r", public]
    assert far.cs("api", "-secrets", "get", "TOKEN").out == "t0ken-'\n\"$x-value\n"
    assert far.cs("api", "-secrets", "get", "KEY").out == "another value\n"
    assert box.cs("api", "--move-here").err.splitlines()[-1] == "2 secrets came along, encrypted on the way"
    assert box.cs("api", "-secrets", "get", "TOKEN").out == "t0ken-'\n\"$x-value\n"
    assert far.cs("-restore", "api").status == 0
    assert far.cs("api", "-secrets", "get", "KEY").out == "another value\n"


@pytest.mark.parametrize("side", ["here", "there"])
def test_without_age_on_a_side_the_secrets_stay_and_are_named(box, far, session, side):
    if side == "here":
        box.without("age")
    set_secrets(box)
    if side == "there":
        far.without("age")
    moved = box.cs("api", "--move-to", far.address)
    assert moved.status == 0
    assert (
        "cs: warning: not moved: KEY, TOKEN; these secrets stay here, in the store of 'api'\n"
        "cs: hint: with age on both sides they would have come along\n"
    ) in moved.err
    assert far.cs("api", "-secrets", "list").out == ""
    assert box.cs("api", "--move-here").status == 0
    assert box.cs("api", "-secrets", "get", "TOKEN").out == "t0ken-'\n\"$x-value\n"


# ---- refusals ------------------------------------------------------------------------------------------


def refusal(box, *words):
    """The lines of an error before which nothing was changed."""
    before = box.tree(box.root)
    result = box.cs(*words)
    assert (result.status, result.out) == (1, "")
    after = box.tree(box.root)
    for name in OWN:
        after.pop(f"api/{name}", None), before.pop(f"api/{name}", None)
    assert {name: what for name, what in after.items() if "/.cs/local" not in name} == {
        name: what for name, what in before.items() if "/.cs/local" not in name
    }
    return [line for line in result.err.splitlines() if line.startswith("cs: ")]


def test_a_name_that_is_taken_there(box, far, session):
    assert far.there.run("mkdir", "-p", far.root / "api").status == 0
    assert refusal(box, "api", "--move-to", far.address)[:2] == [
        "cs: error: ada@remote: there is a session 'api' already",
        "cs: hint: cs -rename api <new> there makes room",
    ]


def test_a_session_that_is_open(box, far, session):
    box.fake("claude", script="#!/bin/sh\nexec sleep 60\n")
    box.start_cs("api")
    wait_for(lambda: box.calls("claude")[1:], what="the client")
    pid = (session / ".cs/session.lock").read_text().split()[0]
    assert refusal(box, "api", "--move-to", far.address)[:2] == [
        f"cs: error: session 'api' is open (pid {pid}); moving it would pull it out from under Claude",
        "cs: hint: close it first, or use --force",
    ]


def test_a_session_that_is_open_there(box, far, session):
    assert box.cs("api", "--move-to", far.address).status == 0
    far.there.fake("claude", script="#!/bin/sh\nexec sleep 60\n")
    far.there.start_cs("api")
    wait_for(lambda: far.there.calls("claude"), what="the client there")
    error = refusal(box, "api", "--move-here")[0]
    assert error.startswith("cs: error: ada@remote: session 'api' is open (pid ")


def test_a_session_that_is_there_or_here_already(box, far, session):
    assert refusal(box, "api", "--move-here")[0] == "cs: error: session 'api' is here already"
    assert box.cs("api", "--move-to", far.address).status == 0
    assert refusal(box, "api", "--move-to", far.address) == [
        "cs: error: session 'api' is on ada@remote already",
        "cs: hint: cs api --move-here brings it back",
    ]


def test_a_session_that_does_not_exist(box, far, session):
    assert refusal(box, "apj", "--move-to", far.address)[0] == "cs: error: there is no session 'apj'"
    assert refusal(box, "api", "--move-to", "nohost")[0] == "cs: error: no host 'nohost' is registered"


@pytest.mark.parametrize(
    "command, said",
    [
        (None, "there is no cs on ada@remote"),
        (
            "echo 'cs: unknown command' >&2; exit 2;",
            "the cs on ada@remote does not know how to move sessions (status 2)",
        ),
        (
            'echo \'cs-remote: {"is": {"protocol": 0, "version": "1999.1"}}\';',
            "cs 1999.1 on ada@remote does not move",
        ),
    ],
)
def test_a_host_without_cs_or_with_another_one(box, far, session, command, said):
    far.install_cs("true")
    script = far.home / ".local/bin/cs"
    script.unlink() if command is None else script.write_text(f"#!/bin/sh\n{command}\n")
    lines = refusal(box, "api", "--move-to", far.address)
    assert lines[0].startswith(f"cs: error: {said}")
    assert any("ssh -t ada@remote 'cs -update'" in line or "./install.sh" in line for line in lines)


def test_a_host_that_cannot_be_reached(box, far, session):
    far.stop()
    assert refusal(box, "api", "--move-to", far.address)[0] == (
        "cs: error: ada@remote cannot be reached: nothing listens on its ssh port"
    )
    box.without("ssh")
    (box.bin / "ssh").unlink()
    assert refusal(box, "api", "--move-to", far.address)[0] == (
        "cs: error: moving a session needs ssh, which is not installed here"
    )


# ---- what goes wrong on the way ------------------------------------------------------------------------

SLOW_RSYNC = "--bwlimit=200"  # kilobytes a second


def has_begun(far):
    """Whether something has been copied."""
    return any(list(place.iterdir()) for place in staging(far.root))


def slow_rsync(box):
    """An rsync that takes long enough to be interrupted."""
    box.wrapper("rsync", f"exec {find('rsync')} {SLOW_RSYNC}")


def names_leftovers(err, far):
    """Whether a message says what lies where, and how to go on."""
    (place,) = staging(far.root)
    return all(
        line in err
        for line in (
            "cs: hint: session 'api' is as it was, and where it was\n",
            f"cs: hint: what has been copied is ada@remote:{place}: the same command goes on from there\n",
            f"cs: hint: or: ssh -t ada@remote 'rm -rf {place}'\n",
        )
    )


def then_it_works(box, far, before):
    """The same command goes on and ends well."""
    (box.bin / "rsync").unlink() if (box.bin / "rsync").exists() else None
    assert box.cs("api", "--move-to", far.address).status == 0
    assert content(far.root / "api") == before
    assert staging(far.root) == []


def test_an_rsync_that_dies_half_way(box, far, session):
    before = content(session)
    box.wrapper("rsync", f"{find('rsync')} --exclude=/src --exclude='large*' \"$@\"; kill -9 $$; :")
    failed = box.cs("api", "--move-to", far.address)
    assert failed.status == 1 and "cs: error: the copy failed: rsync ended with status -9" in failed.err
    assert is_untouched(box, before) and names_leftovers(failed.err, far)
    assert not (far.root / "api").exists()
    then_it_works(box, far, before)


def test_a_byte_that_was_corrupted(box, far, session):
    before = content(session)
    spoil = f'{PYTHON} -c "import glob,os; p=glob.glob(\\"{far.root}/.arriving/*/large.bin\\")[0]; s=os.stat(p); '
    spoil += 'f=open(p,\\"r+b\\"); f.seek(999); f.write(b\\"?!?\\"); f.close(); os.utime(p,ns=(s.st_mtime_ns,)*2)"'
    box.wrapper("rsync", f'{find("rsync")} "$@" && exec {spoil} ')
    failed = box.cs("api", "--move-to", far.address)
    assert failed.status == 1
    assert (
        "cs: error: the copy is not the same as the session\ncs: hint: large.bin: the content differs\n"
        in failed.err
    )
    assert is_untouched(box, before) and names_leftovers(failed.err, far)
    then_it_works(box, far, before)


def test_what_an_earlier_try_has_left_and_is_not_there_any_more_does_not_arrive(box, far, session):
    box.wrapper("rsync", f'{find("rsync")} "$@"; exit 23; :')
    assert box.cs("api", "--move-to", far.address).status == 1
    (session / "large.bin").unlink()
    then_it_works(box, far, content(session))


@pytest.mark.parametrize("way", ["rsync", "tar"])
def test_a_disk_that_is_full_there(box, far, session, way):
    before = content(session)
    if way == "rsync":
        far.there.wrapper("rsync", f"ulimit -f 1000; exec {find('rsync')}")  # blocks of 512 bytes
        far.publish()
    else:
        box.without("rsync")
        far.install_cs(f"sh -c 'ulimit -f 1000; exec \"$@\"' sh {shlex.join([PYTHON, '-IS', str(TOP / 'cs.py')])}")
    failed = box.cs("api", "--move-to", far.address)
    assert failed.status == 1 and failed.err.count("cs: error: the copy failed: ") == 1
    assert is_untouched(box, before) and names_leftovers(failed.err, far)


def test_a_disk_that_is_too_small_there_is_seen_before(box, far, session):
    before = content(session)
    far.root.mkdir()
    if far.there.run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", far.root).status != 0:
        pytest.skip("no file system can be mounted here")
    try:
        lines = refusal(box, "api", "--move-to", far.address)
        assert lines[0].startswith("cs: error: ada@remote: there is not enough space: the session has 2.")
        assert is_untouched(box, before)
    finally:
        far.there.run("umount", far.root)


@pytest.mark.parametrize("way", ["rsync", "tar"])
@pytest.mark.parametrize("what", ["drop", signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_copy_that_is_interrupted(box, far, session, way, what):
    before = content(session)
    if way == "rsync":
        slow_rsync(box)
    else:
        box.without("rsync")
        os.truncate(session / "large.bin", 3 << 30)  # a sparse file; it takes a while to be read
        before = None
    moving = box.start_cs("api", "--move-to", far.address)
    wait_for(lambda: has_begun(far), what="the copy")
    far.drop() if what == "drop" else moving.signal(what)
    result = moving.result()
    assert result.status == (1 if what == "drop" else 130)
    assert names_leftovers(result.err, far)
    if what != "drop":
        assert "cs: warning: the move was interrupted\n" in result.err
    if before is None:
        os.truncate(session / "large.bin", 1 << 20)
        before = content(session)
    assert is_untouched(box, before)
    wait_for(lambda: not box.processes(), what="the end of everything")
    then_it_works(box, far, before)


def test_ctrl_c_on_the_terminal(box, far, session):
    before = content(session)
    slow_rsync(box)
    screen = box.spawn_cs("api", "--move-to", far.address)
    wait_for(lambda: screen.pump(0.05) and has_begun(far), what="the copy")
    screen.key("ctrl-c")
    assert screen.finish() == 130
    assert "the move was interrupted" in screen.text
    assert is_untouched(box, before)
    then_it_works(box, far, before)


def test_a_kill_leaves_the_session_as_it_was(box, far, session):
    before = content(session)
    slow_rsync(box)
    moving = box.start_cs("api", "--move-to", far.address)
    wait_for(lambda: has_begun(far), what="the copy")
    os.killpg(moving.pid, signal.SIGKILL)
    moving.result()
    assert content(session) == before
    wait_for(lambda: not box.processes(), what="the end of everything")
    then_it_works(box, far, before)


# cs there, but its connection breaks when a certain question comes: before or after the answer was found
PROXY = """\
import json, subprocess, sys, time
when, verb, *command = sys.argv[1:]
if command[-1] != "-remote-serve":
    sys.exit(subprocess.call(command))
served = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
for line in sys.stdin.buffer:
    is_it = json.loads(line)["ask"] == verb
    if is_it and when == "before":
        break
    served.stdin.write(line)
    served.stdin.flush()
    answer = served.stdout.readline()
    if is_it:
        break
    sys.stdout.buffer.write(answer)
    sys.stdout.flush()
served.stdin.close()
served.wait()
"""


def break_at(far, when, verb):
    """From now on the other side fails at a question."""
    far.write("proxy.py", PROXY)
    real = shlex.join([PYTHON, "-IS", str(TOP / "cs.py")])
    far.install_cs(f"{PYTHON} {far.home}/proxy.py {when} {verb} {real}")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("verb", ["hello", "receive", "manifest", "recipient", "settle"])
def test_a_connection_that_breaks_at_any_question_of_move_to(box, far, session, verb, when):
    set_secrets(box)
    before = content(session)
    break_at(far, when, verb)
    failed = box.cs("api", "--move-to", far.address)
    assert failed.status == 1 and failed.err.count("cs: error: ") == 1
    assert is_untouched(box, before)
    assert box.cs("api", "-secrets", "get", "KEY").out == "another value\n"
    assert "cs: hint: session 'api' is as it was, and where it was\n" in failed.err
    if verb == "settle":
        assert "if 'api' is there now all the same, it is complete: ssh -t ada@remote 'cs -ls'" in failed.err
        assert (far.root / "api").exists() == (when == "after")
    elif verb in ("manifest", "recipient"):
        assert names_leftovers(failed.err, far)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("verb", ["hello", "offer", "manifest", "seal", "depart"])
def test_a_connection_that_breaks_at_any_question_of_move_here(box, far, session, verb, when):
    set_secrets(box)
    before = content(session)
    assert box.cs("api", "--move-to", far.address).status == 0
    there = content(far.root / "api")
    stub = content(box.root / "api")
    break_at(far, when, verb)
    result = box.cs("api", "--move-here")
    if verb == "depart":
        assert result.status == 0 and content(session) == before
        assert "cs: warning: the session is here, but its copy on ada@remote was not put away: " in result.err
        return
    assert result.status == 1 and result.err.count("cs: error: ") == 1
    assert {name: what for name, what in content(box.root / "api").items() if name != ".cs/local"} == stub
    assert content(far.root / "api") == there
    assert "cs: hint: session 'api' is as it was, and where it was\n" in result.err
    if verb in ("manifest", "seal"):
        (place,) = staging(box.root)
        assert f"what has been copied is ~/{place.relative_to(box.home)}: the same command goes on" in result.err
    far.install_cs()
    assert box.cs("api", "--move-here").status == 0
    assert content(session) == before and staging(box.root) == []
    assert box.cs("api", "-secrets", "get", "KEY").out == "another value\n"


def test_a_disk_that_is_full_here_on_the_way_back(box, far, session):
    assert box.cs("api", "--move-to", far.address).status == 0
    there = content(far.root / "api")
    box.wrapper("rsync", f"ulimit -f 1000; exec {find('rsync')}")
    failed = box.cs("api", "--move-here")
    assert failed.status == 1 and "cs: error: the copy failed: " in failed.err
    assert content(far.root / "api") == there
    assert (box.root / "api/.cs/remote.conf").exists()


# ---- a stream that means harm --------------------------------------------------------------------------


def test_no_path_of_a_stream_leads_outside(box, tmp_path):
    import io
    import tarfile

    sys.path.insert(0, str(TOP))
    import cs

    place, outside = tmp_path / "in", tmp_path / "outside"
    outside.mkdir()

    def stream(*members):
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w") as tar:
            for name, kind, link in members:
                info = tarfile.TarInfo(name)
                info.type, info.linkname = kind, link
                tar.addfile(info, io.BytesIO())
        return io.BytesIO(data.getvalue())

    for name in ("../outside/x", "/etc/x", "a/../../outside/x"):
        place.mkdir(exist_ok=True)
        with pytest.raises(cs.CsError):
            cs.read_tar(stream((name, tarfile.REGTYPE, "")), str(place))
    through_link = stream(("l", tarfile.SYMTYPE, str(outside)), ("l/x", tarfile.REGTYPE, ""))
    with pytest.raises((cs.CsError, OSError)):
        cs.read_tar(through_link, str(place))
    assert list(outside.iterdir()) == []


def test_modes_of_a_manifest_are_permissions_only(box, tmp_path):
    sys.path.insert(0, str(TOP))
    import cs

    (tmp_path / "x").write_text("1")
    os.chmod(tmp_path / "x", 0o640 | stat.S_ISVTX)
    assert cs.make_manifest(str(tmp_path))["x"][:3] == ["f", 0o640, 1]
