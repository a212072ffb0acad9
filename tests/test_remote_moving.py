"""Moving sessions between computers: whole, compared, with conversations and secrets; against a real sshd."""

import json
import os
import re
import stat
import sys

import moving
import pytest
from bed import TOP, need, wait_for
from far import Far
from moving import content, make_session, refusal, set_secrets, trash
from real_claude import Chat, RealClaude


@pytest.fixture
def far(box):
    """The other computer."""
    return moving.other_computer(box)


@pytest.fixture
def session(box):
    """A session with some of everything that a directory can hold."""
    return make_session(box)


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
    assert sorted(path.name for path in box.root.iterdir()) == [".moving", ".trash", "api"]
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
    assert sorted(path.name for path in box.root.iterdir()) == [".moving", ".trash", "api"]
    assert sorted(path.name for path in far.root.iterdir()) == [".moving", ".trash"]
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


@pytest.mark.once
def test_a_root_with_an_odd_name_is_asked_for_and_quoted(box, far, session):
    root = far.home / "it's my $HOME; root"
    far.there.env["CS_SESSIONS_ROOT"] = str(root)
    far.publish()
    before = content(session)
    assert box.cs("api", "--move-to", far.address).status == 0
    assert content(root / "api") == before
    assert box.cs("api", "--move-here").status == 0
    assert content(session) == before


@pytest.mark.once
def test_a_login_shell_that_greets_does_not_disturb(box, far, session):
    far.write(".profile", (far.home / ".profile").read_text() + "echo Welcome; echo to you >&2\n")
    before = content(session)
    assert box.cs("api", "--move-to", far.address).status == 0
    assert content(far.root / "api") == before


@pytest.mark.once
def test_one_login_does_for_all_of_a_move(box, far, session):
    assert box.cs("api", "--move-to", far.address).status == 0
    assert far.log.read_text().count("Accepted publickey") == 1


@pytest.mark.once
def test_progress_is_shown_on_a_terminal(box, far, session):
    moved = box.cs("api", "--move-to", far.address, tty=True)
    assert moved.status == 0
    assert "%" in moved.out and "session 'api' is on ada@remote now" in moved.out


@pytest.mark.once
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


@pytest.mark.once
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
    pushed = far.cs("api", "-sync", "push")  # there a history of its own begins
    assert pushed.status == 0, pushed.err
    assert (far.root / "api/.git").is_dir()


@pytest.mark.once
def test_a_session_in_the_layout_of_earlier_tools_is_brought_up_to_date_first(box, far):
    place = box.root / "api"
    (place / "logs").mkdir(parents=True)
    (place / "logs/session.log").write_text("Session: api\nStarted: 2024-01-01 10:00:00\n")
    (place / "discoveries.md").write_text("# found\n")
    assert box.cs("api", "--move-to", far.address).status == 0
    assert (far.root / "api/.cs/discoveries.md").read_text() == "# found\n"


@pytest.mark.once
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
    assert prompts(there) == ["the first question", "the second question"]
    chat.type("/exit")
    assert screen.finish() == 0
    assert box.cs("api", "--move-here").status == 0
    here.api.script(["the third answer"])
    chat = Chat(box.spawn_cs("api"))
    chat.say("the third question", "the third answer")
    assert prompts(here) == ["the first question", "the second question", "the third question"]


def prompts(client):
    """What the person has said in the conversation that the model was last asked to go on with."""
    return [text for role, text in client.api.conversations()[-1] if role == "user" and text.startswith("the ")]


@pytest.mark.once
def test_a_conversation_that_no_cs_has_noted_comes_along_too(box, far, session):
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


@pytest.mark.once
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


@pytest.mark.once
def test_secrets_that_the_host_cannot_store_stay_and_the_session_moves(box, far, session):
    need("age")
    set_secrets(box)
    before = content(session)
    (far.home / ".cs-secrets").mkdir(mode=0o700)
    (far.home / ".cs-secrets/api.enc").symlink_to("no/such/place")
    moved = box.cs("api", "--move-to", far.address)
    assert moved.status == 0
    assert "cs: warning: not moved: KEY, TOKEN; these secrets stay here, in the store of 'api'\n" in moved.err
    assert content(far.root / "api") == before and (box.root / "api/.cs/remote.conf").exists()
    assert box.cs("api", "--move-here").status == 0
    assert box.cs("api", "-secrets", "get", "KEY").out == "another value\n"


# ---- refusals ------------------------------------------------------------------------------------------


@pytest.mark.once
def test_a_name_that_is_taken_there(box, far, session):
    assert far.there.run("mkdir", "-p", far.root / "api").status == 0
    assert refusal(box, "api", "--move-to", far.address)[:2] == [
        "cs: error: ada@remote: there is a session 'api' already",
        "cs: hint: cs -rename api <new> there makes room",
    ]


@pytest.mark.once
def test_a_session_that_is_open(box, far, session):
    box.fake("claude", script="#!/bin/sh\nexec sleep 60\n")
    box.start_cs("api")
    wait_for(lambda: box.calls("claude")[1:], what="the client")
    pid = (session / ".cs/session.lock").read_text().split()[0]
    assert refusal(box, "api", "--move-to", far.address)[:2] == [
        f"cs: error: session 'api' is open (pid {pid}); moving it would pull it out from under Claude",
        "cs: hint: close it first, or use --force",
    ]


@pytest.mark.once
def test_a_session_that_is_open_there(box, far, session):
    assert box.cs("api", "--move-to", far.address).status == 0
    far.there.fake("claude", script="#!/bin/sh\nexec sleep 60\n")
    far.there.start_cs("api")
    wait_for(lambda: far.there.calls("claude"), what="the client there")
    error = refusal(box, "api", "--move-here")[0]
    assert error.startswith("cs: error: ada@remote: session 'api' is open (pid ")


@pytest.mark.once
def test_a_session_that_is_there_or_here_already(box, far, session):
    assert refusal(box, "api", "--move-here")[0] == "cs: error: session 'api' is here already"
    assert box.cs("api", "--move-to", far.address).status == 0
    assert refusal(box, "api", "--move-to", far.address) == [
        "cs: error: session 'api' is on ada@remote already",
        "cs: hint: cs api --move-here brings it back",
    ]


@pytest.mark.once
def test_a_session_that_does_not_exist(box, far, session):
    assert refusal(box, "apj", "--move-to", far.address)[0] == "cs: error: there is no session 'apj'"
    assert refusal(box, "api", "--move-to", "nohost")[0] == "cs: error: no host 'nohost' is registered"


@pytest.mark.once
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


@pytest.mark.once
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
