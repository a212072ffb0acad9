"""Keeping, placing, choosing and showing conversations, with transcripts made here."""

import json
import os
import sys

import bed
import pytest

import cs

IDS = [f"{n}1111111-1111-4111-8111-111111111111" for n in range(1, 9)]


@pytest.fixture
def session(box):
    """A session whose client does nothing."""
    box.env["CLAUDE_CODE_BIN"] = "true"
    assert box.cs("api").status == 0
    return cs.session_named(cs.Places(os.environ), "api")


@pytest.fixture
def places(box):
    return cs.Places(os.environ)


def user(text, second=0, **more):
    stamp = f"2026-03-01T10:00:{second:02}.000Z"
    message = {"role": "user", "content": text}
    return dict({"type": "user", "message": message, "timestamp": stamp, "cwd": "/w", "entrypoint": "cli"}, **more)


def claude(*blocks, second=1, **more):
    content = [{"type": "text", "text": block} if isinstance(block, str) else block for block in blocks]
    message = {"role": "assistant", "model": "m", "content": content}
    return dict(
        {"type": "assistant", "message": message, "timestamp": f"2026-03-01T10:00:{second:02}.000Z"}, **more
    )


def transcript(places, session, id, *records, directory=None):
    """A transcript where Claude Code would have it."""
    folder = cs.project_directory(places, directory or session.directory)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, id + ".jsonl")
    with open(path, "wb") as f:
        for record in records:
            f.write(record if isinstance(record, bytes) else compact(record))
    return path


def compact(record):
    return json.dumps(record, separators=(",", ":")).encode() + b"\n"


def read(path):
    with open(path, "rb") as f:
        return f.read()


def conversation(session, id):
    return next(each for each in cs.known_conversations(session) if each.id == id)


def kept(session, id, generation=1):
    return os.path.join(session.conversations, id + (f".{generation}" if generation > 1 else "") + ".jsonl")


def test_the_folder_of_a_long_path_is_the_one_the_client_takes(places):
    path = "/" + "/".join(["dïrectory with spaces"] * 12)
    name = os.path.basename(cs.project_directory(places, path))
    assert len(name) == 200 + 1 + len(name.rpartition("-")[2]) and name.startswith("-d-rectory-with-spaces-d")


# ── keeping ──


def test_keeping_is_a_second_name_for_the_same_file(places, session):
    path = transcript(places, session, IDS[0], user("hello"))
    cs.note_conversation(session, IDS[0], "hook", path)
    cs.keep_conversations(places, session)
    assert os.path.samefile(path, kept(session, IDS[0]))
    with open(path, "ab") as f:
        f.write(compact(claude("later")))
    os.unlink(path)
    assert b"later" in read(kept(session, IDS[0]))


def test_what_subagents_said_is_kept_and_placed_too(places, session):
    path = transcript(places, session, IDS[0], user("hello"))
    inner = os.path.join(path[: -len(".jsonl")], "subagents", "agent-a1.jsonl")
    os.makedirs(os.path.dirname(inner))
    with open(inner, "w") as f:
        f.write("{}\n")
    cs.note_conversation(session, IDS[0], "hook", path)
    cs.keep_conversations(places, session)
    os.unlink(inner)
    assert cs.place_conversation(places, session, conversation(session, IDS[0]))
    assert read(inner) == b"{}\n"


def test_a_shorter_file_under_the_same_name_becomes_a_second_generation(places, session):
    path = transcript(places, session, IDS[0], user("the long one"), claude("yes"))
    cs.note_conversation(session, IDS[0], "hook", path)
    cs.keep_conversations(places, session)
    long = read(path)
    os.unlink(path)
    transcript(places, session, IDS[0], user("blank"))
    cs.keep_conversations(places, session)
    cs.keep_conversations(places, session)
    assert read(kept(session, IDS[0])) == long
    assert b"blank" in read(kept(session, IDS[0], 2))
    assert not os.path.exists(kept(session, IDS[0], 3))
    assert cs.place_conversation(places, session, conversation(session, IDS[0]))
    assert read(path) == long


def test_a_longer_copy_takes_the_place_of_what_it_continues(places, session):
    path = transcript(places, session, IDS[0], user("hello"))
    cs.note_conversation(session, IDS[0], "hook", path)
    cs.keep_conversations(places, session)
    os.unlink(path)
    transcript(places, session, IDS[0], user("hello"), claude("more"))
    cs.keep_conversations(places, session)
    assert os.path.samefile(path, kept(session, IDS[0])) and not os.path.exists(kept(session, IDS[0], 2))


def test_across_file_systems_only_what_is_new_is_copied(places, session, monkeypatch):
    def refuse(*_):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    path = transcript(places, session, IDS[0], user("hello"))
    cs.note_conversation(session, IDS[0], "hook", path)
    cs.keep_conversations(places, session)
    first = os.stat(kept(session, IDS[0])).st_ino
    with open(path, "ab") as f:
        f.write(compact(claude("more")))
    cs.keep_conversations(places, session)
    assert os.stat(kept(session, IDS[0])).st_ino == first
    assert read(kept(session, IDS[0])) == read(path)
    os.unlink(path)
    assert cs.place_conversation(places, session, conversation(session, IDS[0]))
    assert read(kept(session, IDS[0])) == read(path)


def test_an_empty_stub_never_replaces_anything_and_is_replaced(places, session):
    path = transcript(places, session, IDS[0], user("hello"))
    cs.note_conversation(session, IDS[0], "hook", path)
    cs.keep_conversations(places, session)
    os.unlink(path)
    transcript(places, session, IDS[0], {"type": "mode"}, {"type": "permission-mode"})
    assert cs.resumable_conversation(places, session).id == IDS[0]
    assert b"hello" in read(path)


def test_a_transcript_that_claude_would_delete_gets_a_fresh_date(places, session):
    path = transcript(places, session, IDS[0], user("hello"))
    cs.note_conversation(session, IDS[0], "hook", path)
    os.utime(path, (1, 1))
    assert cs.place_conversation(places, session, conversation(session, IDS[0]))
    assert os.path.getmtime(path) > 1e9


@pytest.mark.slow
def test_a_huge_transcript_with_a_huge_line_costs_neither_time_nor_memory(places, session, box):
    path = transcript(places, session, IDS[0], user("hello"))
    with open(path, "ab") as f:
        f.write(b'{"type":"user","message":{"content":"' + b"x" * (50 << 20) + b'"}}\n')
        f.truncate(2 << 30)
        f.seek(0, os.SEEK_END)
        f.write(b"\n" + compact(claude("the end", second=9)))
    code = (
        f"import sys, os, time; sys.path.insert(0, {str(bed.TOP)!r}); import cs\n"
        "places = cs.Places(os.environ); session = cs.session_named(places, 'api')\n"
        "start = time.process_time()\n"
        f"cs.note_conversation(session, {IDS[0]!r}, 'hook', {path!r})\n"
        "cs.keep_conversations(places, session)\n"
        "assert cs.resumable_conversation(places, session).id\n"
        "assert time.process_time() - start < 1, 'it was read'\n"
        f"os.unlink({path!r}); assert cs.resumable_conversation(places, session).id\n"
        "print(next(line for line in open('/proc/self/status') if 'VmHWM' in line).split()[1])\n"
    )
    box.run(
        sys.executable, "-IS", "-c", f"import sys; sys.path.insert(0, {str(bed.TOP)!r}); import cs"
    )  # compile it
    result = box.run(sys.executable, "-IS", "-c", code)
    assert result.status == 0, result.err
    assert int(result.out) < 40 << 10  # KiB


def test_a_line_of_50_mb_is_passed_over_in_little_memory(places, session, box):
    path = transcript(places, session, IDS[0], user("hello"))
    with open(path, "ab") as f:
        f.write(
            b'{"type":"user","message":{"content":"' + b"x " * (25 << 20) + b'"}}\n' + compact(user("after", 5))
        )
    cs.note_conversation(session, IDS[0], "hook", path)
    code = (
        f"import sys, os; sys.path.insert(0, {str(bed.TOP)!r}); import cs\n"
        "places = cs.Places(os.environ); session = cs.session_named(places, 'api')\n"
        "facts = cs.list_conversations(places, session)[0]\n"
        "text = ''.join(cs.markdown_of(cs.transcript_of(places, session, facts.conversation), 'api', str))\n"
        "assert 'after' in text and 'hello' in text and 'is left out' in text, text[:500]\n"
        "print(facts.turns, next(line for line in open('/proc/self/status') if 'VmHWM' in line).split()[1])\n"
    )
    box.run(
        sys.executable, "-IS", "-c", f"import sys; sys.path.insert(0, {str(bed.TOP)!r}); import cs"
    )  # compile it
    result = box.run(sys.executable, "-IS", "-c", code)
    assert result.status == 0, result.err
    turns, memory = map(int, result.out.split())
    assert turns == 2 and memory < 40 << 10


# ── choosing ──


def test_the_newest_of_the_sessions_own_is_resumed(places, session):
    for number, id in enumerate(IDS[:3]):
        path = transcript(places, session, id, user(f"talk {number}"))
        cs.note_conversation(session, id, "hook", path, nested=number == 2)
    assert cs.resumable_conversation(places, session).id == IDS[1]


def test_an_id_whose_transcript_is_gone_is_kept_in_the_list_and_the_one_before_resumed(places, session):
    transcript(places, session, IDS[0], user("first"))
    cs.note_conversation(session, IDS[0], "hook")
    cs.note_conversation(session, IDS[1], "launched")
    assert cs.resumable_conversation(places, session).id == IDS[0]
    assert {each.id for each in cs.known_conversations(session)} >= {IDS[0], IDS[1]}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1, null, {}]", b'[{"id": 5}]', b"\xff\xfe", b'{"a": 1}', b"[" * 100000]
)
def test_a_damaged_list_is_set_aside_and_nothing_is_lost(places, session, content):
    transcript(places, session, IDS[0], user("hello", cwd=session.directory))
    with open(session.conversations_list, "wb") as f:
        f.write(content)
    assert cs.resumable_conversation(places, session).id == IDS[0]
    cs.note_conversation(session, IDS[0], "found")
    assert [each.id for each in cs.known_conversations(session)] == [IDS[0]]


def test_many_notes_at_once_lose_none(session, box):
    code = (
        f"import sys, os; sys.path.insert(0, {str(bed.TOP)!r}); import cs\n"
        "session = cs.session_named(cs.Places(os.environ), 'api')\n"
        "for _ in range(60):\n"
        "    try:\n"
        "        sys.exit(cs.note_conversation(session, sys.argv[1], 'hook'))\n"
        "    except cs.Busy:  # after a second, which is little where many tests run at once\n"
        "        pass\n"
        "sys.exit(1)\n"
    )
    ids = [f"{n:08}-1111-4111-8111-111111111111" for n in range(20)]
    running = [box.start(sys.executable, "-IS", "-c", code, id) for id in ids]
    assert [each.result().status for each in running] == [0] * 20
    assert {each.id for each in cs.known_conversations(session)} >= set(ids)


def test_found_ones_are_a_persons_own_in_this_very_directory(places, session):
    here = session.directory
    transcript(places, session, IDS[0], user("by hand", cwd=here))
    transcript(places, session, IDS[1], user("by -p", cwd=here, entrypoint="sdk-cli"))
    transcript(places, session, IDS[2], user("elsewhere", cwd="/other/api"))
    transcript(places, session, IDS[3], user("sub-agent", cwd=here, isSidechain=True))
    transcript(places, session, IDS[4], b"garbage\n", b'{"type":"user"\n')
    assert [each.id for each in cs.found_conversations(places, session)] == [IDS[0]]


def test_what_was_said_before_a_new_session_took_over_the_path_is_not_its_own(places, session):
    path = transcript(places, session, IDS[0], user("in a session that was deleted", cwd=session.directory))
    os.utime(path, (1, 1))
    assert cs.resumable_conversation(places, session) is None and cs.list_conversations(places, session) == []


@pytest.mark.parametrize("line", [("-rename", "api", "web"), ("-rm", "api", "-y")])
def test_a_new_session_of_a_name_does_not_resume_what_another_one_said_under_it(places, session, box, line):
    path = transcript(places, session, IDS[0], user("hello", cwd=session.directory))
    cs.note_conversation(session, IDS[0], "launched", path)
    assert box.cs(*line).status == 0
    assert box.cs("api").status == 0
    os.utime(path)  # the other one goes on with it
    assert cs.resumable_conversation(places, session) is None and cs.list_conversations(places, session) == []


def test_a_directory_that_cs_makes_a_session_of_goes_on_with_what_was_said_there(places, session, box):
    directory = box.root / "mine"
    directory.mkdir()
    (directory / "notes").write_text("x")
    mine = cs.session_named(places, "mine")
    path = transcript(places, mine, IDS[0], user("hello", cwd=mine.directory))
    os.utime(path, (1, 1))
    begin = os.stat(str(directory / "notes")).st_ctime
    bed.wait_for(lambda: int(cs.time.time()) > begin)
    assert box.cs("mine").status == 0
    assert cs.resumable_conversation(places, mine).id == IDS[0]


def test_the_beginning_of_an_id_must_be_of_one_conversation(places, session, box):
    for id in (IDS[0], IDS[0][:-1] + "2"):
        cs.note_conversation(session, id, "hook", transcript(places, session, id, user("x")))
    result = box.cs("api", "--resume", IDS[0][:6], env={"CLAUDE_CODE_BIN": "claude"})
    assert result.status == 1 and "several conversations begin with" in result.err and IDS[0] in result.err
    result = box.cs("api", "--resume", "ffff", env={"CLAUDE_CODE_BIN": "claude"})
    assert result.status == 1 and "cs api -conversations lists them" in result.err


# ── copies of a session ──


def copied(box, name, copy):
    """A copy of a session's directory, as `cp -a` makes it."""
    assert box.run("cp", "-a", box.root / name, box.root / copy).status == 0
    return cs.session_named(cs.Places(os.environ), copy)


def say(path, text):
    """What the client does with the file it was told to go on with."""
    with open(path, "ab") as f:
        f.write(compact(user(text)))


@pytest.mark.parametrize("first", ["the copy", "the original", "the original, renamed"])
@pytest.mark.parametrize("kept_as", ["links", "copies"])
def test_a_copied_session_and_its_original_go_on_apart(places, session, box, monkeypatch, first, kept_as):
    def refuse(*_):
        raise OSError(18, "Invalid cross-device link")

    if kept_as == "copies":
        monkeypatch.setattr(os, "link", refuse)
    path = transcript(places, session, IDS[0], user("before"))
    cs.note_conversation(session, IDS[0], "hook", path)
    cs.keep_conversations(places, session)
    copy = copied(box, "api", "copy")
    if first == "the original, renamed":
        session = cs.rename_session(places, "api", "web")
    for each in (copy, session) if first == "the copy" else (session, copy):
        assert cs.resumable_conversation(places, each).id == IDS[0]
        say(cs.transcript_place(places, each, IDS[0]), "said in " + each.name)
        cs.keep_conversations(places, each)
    for each, other in ((session, copy), (copy, session)):
        assert cs.resumable_conversation(places, each).id == IDS[0]
        for file in (cs.transcript_place(places, each, IDS[0]), kept(each, IDS[0])):
            assert read(file) == compact(user("before")) + compact(user("said in " + each.name))
        assert not os.path.exists(kept(each, IDS[0], 2))
        assert not os.path.samefile(kept(each, IDS[0]), kept(other, IDS[0]))


def test_a_session_that_was_copied_and_lost_its_list_finds_its_conversation(places, session, box):
    path = transcript(places, session, IDS[0], user("before", cwd=session.directory))
    cs.note_conversation(session, IDS[0], "hook", path)
    cs.keep_conversations(places, session)
    copied(box, "api", "copy")
    os.unlink(session.conversations_list)
    assert cs.resumable_conversation(places, session).id == IDS[0]


def test_a_copy_under_the_old_name_of_what_was_moved_takes_nothing_from_it(places, session, box):
    path = transcript(places, session, IDS[0], user("before"))
    cs.note_conversation(session, IDS[0], "hook", path)
    cs.keep_conversations(places, session)
    moved = cs.rename_session(places, "api", "backup")
    again = copied(box, "backup", "api")
    assert cs.resumable_conversation(places, again).id == IDS[0]
    say(path, "said in the copy")
    assert cs.resumable_conversation(places, moved).id == IDS[0]
    assert os.path.samefile(path, kept(again, IDS[0]))
    assert read(cs.transcript_place(places, moved, IDS[0])) == read(kept(moved, IDS[0])) == compact(user("before"))


def test_a_copy_of_what_is_in_the_trash_goes_on_apart(places, session, box):
    path = transcript(places, session, IDS[0], user("before"))
    cs.note_conversation(session, IDS[0], "hook", path)
    cs.keep_conversations(places, session)
    copy = copied(box, "api", "copy")
    cs.remove_session(places, "api")
    assert cs.resumable_conversation(places, copy).id == IDS[0]
    assert not os.path.samefile(path, kept(copy, IDS[0]))


def test_a_session_that_was_moved_by_hand_keeps_its_one_file(places, session, box):
    path = transcript(places, session, IDS[0], user("before"))
    cs.note_conversation(session, IDS[0], "hook", path)
    cs.keep_conversations(places, session)
    os.rename(session.path, str(box.root / "moved"))
    moved = cs.session_named(places, "moved")
    assert cs.resumable_conversation(places, moved).id == IDS[0]
    assert os.path.samefile(path, kept(moved, IDS[0]))
    assert os.path.samefile(path, cs.transcript_place(places, moved, IDS[0]))


# ── showing ──


def test_the_list_tells_what_each_was_about(places, session, box):
    tool = {"type": "user", "message": {"role": "user", "content": [{"type": "tool_result", "content": "x"}]}}
    path = transcript(
        places,
        session,
        IDS[0],
        {"type": "mode"},
        user("<command-name>/clear</command-name>"),
        user("mend the\n\x1b[31mAPI", 3),
        claude("on it"),
        tool,
        b"torn {\n",
        user("thanks", 7),
        b'{"type":"user","mess',
    )
    cs.note_conversation(session, IDS[0], "hook", path)
    cs.keep_conversations(places, session)
    os.unlink(path)
    listed = json.loads(box.cs("api", "-conversations", "--json").out)
    assert listed == [
        {
            "id": IDS[0],
            "first_prompt": "mend the ·[31mAPI",
            "last_activity": "2026-03-01T10:00:07+00:00",
            "turns": 2,
            "size": os.path.getsize(kept(session, IDS[0])),
            "directory": "/w",
            "where": "cs",
            "source": "hook",
            "nested": False,
        }
    ]
    header, line = box.cs("api", "-conversations").out.splitlines()
    assert "mend the" in line and line[header.index("OPENED IN") :].startswith("/w ")
    assert json.loads(box.cs("api", "-conversations", "--json").out) == listed


def test_an_exported_conversation_is_what_a_person_would_want_to_read(places, session, box):
    edit = {"type": "tool_use", "id": "t", "name": "Edit", "input": {"file_path": "/w/a.py", "old_string": "a"}}
    bash = {"type": "tool_use", "id": "u", "name": "Bash", "input": {"command": "make\ntest", "description": "d"}}
    answer = claude("Now it works.", second=8, uuid="u1")
    path = transcript(
        places,
        session,
        IDS[0],
        user("use AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIK7MDENGbPxRfiCYzzzzzzKEY1 for it"),
        claude({"type": "thinking", "thinking": "hidden"}, edit, bash),
        answer,
        answer,
        b"garbage\n",
    )
    cs.note_conversation(session, IDS[0], "hook", path)
    result = box.cs("api", "-conversations", "export", IDS[0][:8], "-o", "out.md")
    assert result.status == 0 and result.out == "" and "out.md" in result.err
    text = (box.work / "out.md").read_text()
    assert "wJalrXUtnFEMIK7MDENGbPxRfiCY" not in text and "[REDACTED" in text
    assert text.split("\n\n")[0] == "# Conversation of api"
    lines = [line for line in text.splitlines() if line]
    assert lines[1] == "## You · 2026-03-01 10:00"
    assert lines[3:] == [
        "## Claude · 2026-03-01 10:00",
        "- *Edit* `/w/a.py`",
        "- *Bash* `make`",
        "Now it works.",
        "*(1 record could not be read)*",
    ]


def test_the_list_says_here_of_what_was_opened_in_the_sessions_directory(places, session, box):
    path = transcript(places, session, IDS[0], user("hello", cwd=session.directory))
    cs.note_conversation(session, IDS[0], "hook", path)
    header, line = box.cs("api", "-conversations").out.splitlines()
    assert line[header.index("OPENED IN") :].split() == ["here", "hello"]


def test_half_a_character_is_exported_as_a_replacement_for_it(places, session, box):
    path = transcript(places, session, IDS[0], user("half \ud800 and \udc80 whole \U0001f600"))
    cs.note_conversation(session, IDS[0], "hook", path)
    assert box.cs("api", "-conversations", "export", IDS[0], "-o", "out.md").status == 0
    text = (box.work / "out.md").read_text(encoding="utf-8")
    assert "half \ufffd and \ufffd whole \U0001f600\n" in text


def test_an_export_that_cannot_be_written_names_the_file_that_was_given(places, session, box):
    path = transcript(places, session, IDS[0], user("hello"))
    cs.note_conversation(session, IDS[0], "hook", path)
    result = box.cs("api", "-conversations", "export", IDS[0], "-o", "none/out.md")
    assert (result.status, result.err) == (1, "cs: error: No such file or directory: none/out.md\n")


def test_an_unreadable_transcript_is_an_error_and_nothing_more(places, session, box):
    path = transcript(places, session, IDS[0], user("hello"))
    cs.note_conversation(session, IDS[0], "hook", path)
    os.unlink(path)
    os.mkdir(path)
    assert box.cs("api", "-conversations").status == 0
    result = box.cs("api", "-conversations", "export", IDS[0])
    assert result.status == 1 and "nothing is left" in result.err and "Traceback" not in result.err
    assert box.cs("api").status == 0
