"""The real Claude Code against the scripted API, without cs: what the end-to-end tests stand on."""

import signal

import pytest
from real_claude import Chat
from scripted_api import everything, spoken

pytestmark = [pytest.mark.slow, pytest.mark.once]

ID = "11111111-1111-4111-8111-111111111111"


def write(path, content):
    """A turn in which the model writes a file."""
    return [{"type": "tool_use", "name": "Write", "input": {"file_path": path, "content": content}}]


def said(records):
    """What a transcript says, as (role, text)."""
    return spoken(record["message"] for record in records if record["type"] in ("user", "assistant"))


def test_a_prompt_is_answered_by_the_script(box, real_claude):
    real_claude.api.script(["scripted answer"])
    assert real_claude.ask("hello") == (0, "scripted answer\n", "")
    assert real_claude.api.conversations() == [[("user", "hello")]]
    [records] = box.transcripts().values()
    assert said(records) == [("user", "hello"), ("assistant", "scripted answer")]


def test_hooks_are_run_with_their_events(box, real_claude):
    box.watch("SessionStart", "PreToolUse", "PostToolUse", "Stop", "SessionEnd")
    real_claude.api.script([write("{{cwd}}/note.txt", "hi\n"), "done"])
    assert real_claude.ask("write it", "--permission-mode", "acceptEdits").out == "done\n"
    assert (box.work / "note.txt").read_text() == "hi\n"
    names = ["SessionStart", "PreToolUse", "PostToolUse", "Stop", "SessionEnd"]
    assert [event["hook_event_name"] for event in box.events()] == names
    assert box.events("PostToolUse")[0]["tool_input"]["file_path"] == str(box.work / "note.txt")


def test_what_a_hook_says_at_the_start_reaches_the_model(box, real_claude):
    box.watch("SessionStart")
    settings = box.home / ".claude" / "settings.json"
    settings.write_text(settings.read_text().replace(">/dev/null", ">/dev/null; echo CONTEXT-FROM-HOOK"))
    real_claude.ask("hello")
    assert "CONTEXT-FROM-HOOK" in everything(real_claude.api.requests()[0])


def test_a_conversation_is_resumed_with_its_history(real_claude):
    real_claude.api.script(["first answer", "second answer"])
    real_claude.ask("first", "--session-id", ID)
    real_claude.ask("second", "--resume", ID)
    assert real_claude.api.conversations()[1] == [
        ("user", "first"),
        ("assistant", "first answer"),
        ("user", "second"),
    ]


def test_a_person_asks_gets_an_answer_and_leaves(box, real_claude):
    box.watch("SessionStart", "SessionEnd")
    real_claude.api.script(["answer one", "answer two"])
    chat = real_claude.chat("--session-id", ID, "--name", "hello")
    assert chat.screen.title.endswith("hello")
    chat.say("question one", "answer one")
    chat.say("question two", "answer two")
    assert chat.leave() == 0
    assert [event.get("reason") or event["source"] for event in box.events()] == [
        "startup",
        "prompt_input_exit",
    ]
    assert said(box.transcripts()[ID]) == [
        ("user", "question one"),
        ("assistant", "answer one"),
        ("user", "question two"),
        ("assistant", "answer two"),
    ]


def test_a_person_allows_a_write(box, real_claude):
    box.git("init", "-q")
    real_claude.api.script([write("{{cwd}}/note.txt", "hi\n"), "it is done"])
    chat = real_claude.chat()
    chat.type("write it")
    chat.allow()
    chat.screen.wait("it is done")
    assert (box.work / "note.txt").read_text() == "hi\n"
    assert chat.leave() == 0


def test_clear_begins_another_conversation_in_the_same_client(box, real_claude):
    box.watch("SessionStart", "SessionEnd")
    chat = real_claude.chat()
    chat.say("before", "ok")
    chat.clear()
    chat.say("after", "ok")
    assert chat.leave() == 0
    assert [event.get("reason") or event["source"] for event in box.events()] == [
        "startup",
        "clear",
        "clear",
        "prompt_input_exit",
    ]
    assert len(box.transcripts()) == 2
    assert real_claude.api.conversations()[1] == [("user", "after")]


def test_a_held_back_answer_leaves_time_to_kill_the_client(real_claude):
    real_claude.api.script([{"content": "late", "hold": True}])
    chat = real_claude.chat()
    chat.type("think")
    chat.screen.wait(lambda _: real_claude.api.requests())
    chat.screen.signal(signal.SIGKILL)
    assert chat.screen.finish() == -signal.SIGKILL


def test_a_terminated_client_says_so_by_its_status(box, real_claude):
    box.watch("SessionEnd")
    chat = Chat(box.spawn("claude"))
    chat.screen.signal(signal.SIGTERM)
    assert chat.screen.finish() == 143
    assert [event["reason"] for event in box.events()] == ["other"]
