"""The main job, installed by install.sh into an empty home, with the real Claude Code."""

import os
import signal

import bed
import pytest
from real_claude import Chat
from scripted_api import everything

pytestmark = [pytest.mark.slow, pytest.mark.once]


def write(path, content):
    """A turn in which the model writes a file."""
    return [{"type": "tool_use", "name": "Write", "input": {"file_path": path, "content": content}}]


@pytest.fixture
def home(box):
    """An empty home in which cs has been installed."""
    box.installed()
    return box


def prompt(box, name, text, *flags):
    """One prompt in a session, without a terminal."""
    return box.cs(name, *flags, env={"CLAUDE_CODE_BIN": f"claude -p '{text}' --permission-mode acceptEdits"})


def commits(box, name):
    return box.git("log", "--format=%s", cwd=box.root / name).splitlines()


def test_what_claude_wrote_is_in_one_clean_commit_and_the_second_time_it_remembers(home, real_claude):
    real_claude.api.script([write("{{cwd}}/made.txt", "by claude\n"), "written", "I remember"])
    first = prompt(home, "hello", "write a file")
    assert (first.status, first.out) == (0, "written\n")
    assert home.git("show", "HEAD:made.txt", cwd=home.root / "hello") == "by claude"
    assert len(commits(home, "hello")) == 2
    assert home.git("status", "--porcelain", cwd=home.root / "hello") == ""
    second = prompt(home, "hello", "do you remember")
    assert (second.status, second.out) == (0, "I remember\n")
    assert real_claude.api.conversations()[-1] == [
        ("user", "write a file"),
        ("assistant", "written"),
        ("user", "do you remember"),
    ]


def test_in_a_terminal_a_person_comes_back_to_the_same_conversation(home, real_claude):
    real_claude.api.script(["first answer", "second answer"])
    chat = Chat(home.spawn_cs("talk"))
    chat.say("first words", "first answer")
    assert chat.leave() == 0
    chat = Chat(home.spawn_cs("talk"))
    chat.say("second words", "second answer")
    assert chat.leave() == 0
    said = [each for each in real_claude.api.conversations()[-1] if each[1] != "No response requested."]
    assert said == [("user", "first words"), ("assistant", "first answer"), ("user", "second words")]
    assert home.git("status", "--porcelain", cwd=home.root / "talk") == ""


def test_after_clear_and_more_talk_the_newer_conversation_is_resumed(home, real_claude):
    real_claude.api.script(["old answer", "new answer", "third answer"])
    chat = Chat(home.spawn_cs("talk"))
    chat.say("old words", "old answer")
    chat.clear()
    chat.say("new words", "new answer")
    assert chat.leave() == 0
    assert prompt(home, "talk", "again").out == "third answer\n"
    assert real_claude.api.conversations()[-1][0] == ("user", "new words")


def test_after_clear_without_more_talk_the_old_one_is_resumed(home, real_claude):
    real_claude.api.script(["old answer", "third answer"])
    chat = Chat(home.spawn_cs("talk"))
    chat.say("old words", "old answer")
    chat.clear()
    assert chat.leave() == 0
    assert prompt(home, "talk", "again").out == "third answer\n"
    assert ("user", "old words") in real_claude.api.conversations()[-1]


def test_a_start_in_which_nothing_was_said_does_no_harm(home, real_claude):
    real_claude.api.script(["answer"])
    for _ in range(2):
        chat = Chat(home.spawn_cs("quiet"))
        assert chat.leave() == 0
    assert prompt(home, "quiet", "now").out == "answer\n"


def test_a_claude_p_inside_of_the_session_is_not_what_is_resumed(home, real_claude):
    nested = [{"type": "tool_use", "name": "Bash", "input": {"command": "claude -p 'nested words'"}}]
    real_claude.api.script(["first answer", nested, "nested answer", "after", "third answer"])
    prompt(home, "outer", "first words")
    line = "claude -p 'run it' --dangerously-skip-permissions"
    home.env["IS_SANDBOX"] = "1"
    assert home.cs("outer", env={"CLAUDE_CODE_BIN": line}).status == 0
    nested_talks = [talk for talk in real_claude.api.conversations() if talk[0] == ("user", "nested words")]
    assert len(nested_talks) == 1
    assert prompt(home, "outer", "again").status == 0
    assert real_claude.api.conversations()[-1][0] == ("user", "first words")
    listed = home.cs("outer", "-conversations").out
    assert "nested words" in listed and ", nested" in listed


def test_a_client_behind_a_wrapper_is_the_sessions_own(home, real_claude):
    wrapper = home.bin / "claude-wrapped"
    wrapper.write_text('#!/bin/sh\nclaude "$@"\nexit $?\n')
    wrapper.chmod(0o755)
    real_claude.api.script(["first answer", "second answer"])
    for words in ("first words", "second words"):
        assert home.cs("outer", env={"CLAUDE_CODE_BIN": f"claude-wrapped -p '{words}'"}).status == 0
    assert real_claude.api.conversations()[-1][0] == ("user", "first words")
    assert "nested" not in home.cs("outer", "-conversations").out


def resumes(home, real_claude, name):
    """Whether a session still goes on with the conversation that began with `first words`."""
    result = prompt(home, name, "again")
    assert result.status == 0, result
    said = [talk for talk in real_claude.api.conversations()[-1] if talk[0] == "user"]
    return said[0] == ("user", "first words")


def delete_transcripts(home):
    for place in home.home.glob(".claude/projects/*/*.jsonl"):
        place.unlink()


def test_a_conversation_outlives_rename_move_trash_and_deletion(home, real_claude):
    real_claude.api.script(["first answer"])
    prompt(home, "api", "first words")
    assert home.cs("-rename", "api", "web.v2").status == 0
    assert resumes(home, real_claude, "web.v2")
    os.rename(str(home.root), str(home.home / "elsewhere"))
    home.env["CS_SESSIONS_ROOT"] = str(home.home / "elsewhere")
    assert resumes(home, real_claude, "web.v2")
    home.cs("-rm", "web.v2", "-y")
    home.cs("-restore", "web.v2")
    assert resumes(home, real_claude, "web.v2")
    delete_transcripts(home)
    assert resumes(home, real_claude, "web.v2")
    assert len(real_claude.api.conversations()[-1]) == 9


def test_a_copied_session_and_its_original_do_not_hear_each_other(home, real_claude):
    real_claude.api.script(["first answer"])
    prompt(home, "api", "first words")
    assert home.run("cp", "-a", home.root / "api", home.root / "copy").status == 0
    prompt(home, "copy", "plan of the copy")
    prompt(home, "api", "plan of the original")
    for name, own, other in (("copy", "copy", "original"), ("api", "original", "copy")):
        assert resumes(home, real_claude, name)
        said = real_claude.api.conversations()[-1]
        assert ("user", f"plan of the {own}") in said and ("user", f"plan of the {other}") not in said


def test_a_new_session_does_not_hear_what_an_earlier_one_of_its_name_said(home, real_claude):
    real_claude.api.script(["first answer"])
    prompt(home, "api", "first words")
    assert home.cs("-rename", "api", "web").status == 0
    assert not resumes(home, real_claude, "api")
    assert resumes(home, real_claude, "web")
    assert home.cs("-rm", "api", "-y").status == 0
    prompt(home, "api", "new words")
    assert real_claude.api.conversations()[-1][0] == ("user", "new words")


def test_adopting_a_project_goes_on_with_the_conversation_that_was_there(home, real_claude):
    real_claude.api.script(["first answer", "second answer"])
    project = home.work / "project"
    project.mkdir()
    chat = real_claude.chat(cwd=project)
    chat.say("first words", "first answer")
    chat.leave()
    home.cs("-adopt", "mine", cwd=project)
    assert resumes(home, real_claude, "mine")


def test_after_a_crash_of_both_the_conversation_goes_on(home, real_claude):
    real_claude.api.script(["first answer"])
    screen = home.spawn_cs("api")
    chat = Chat(screen)
    chat.say("first words", "first answer")
    kept = home.root / "api" / ".cs" / "local" / "conversations"
    screen.wait(lambda _: list(kept.glob("*.jsonl")))  # which the Stop hook does
    for pid in home.processes():
        os.kill(pid, signal.SIGKILL)
    screen.finish()
    delete_transcripts(home)
    assert resumes(home, real_claude, "api")


def test_the_session_is_what_its_client_says_it_is(home, real_claude):
    """The title, the name in the client's own list, and what it is doing are visible from outside."""
    real_claude.api.script([{"content": "held", "hold": True}])
    chat = Chat(home.spawn_cs("api"))
    chat.type("think")
    bed.wait_for(lambda: '"state": "busy"' in home.cs("-ls", "--json").out)
    real_claude.api.release()
    chat.screen.wait("held")
    bed.wait_for(lambda: '"state": "idle"' in home.cs("-ls", "--json").out)
    assert chat.leave() == 0


def test_resume_and_export_by_the_beginning_of_an_id(home, real_claude):
    real_claude.api.script(["first answer", "other answer", "back again"])
    prompt(home, "api", "first words")
    prompt(home, "api", "other words", "--fresh")
    lines = home.cs("api", "-conversations").out.splitlines()
    first = next(line for line in lines if "first words" in line).split()[0]
    assert prompt(home, "api", "again", "--resume", first).out == "back again\n"
    assert real_claude.api.conversations()[-1][0] == ("user", "first words")
    exported = home.cs("api", "-conversations", "export", first).out
    assert exported.index("## You · 20") < exported.index("first words") < exported.index("## Claude · 20")
    assert "first answer" in exported and "other words" not in exported
    assert everything(real_claude.api.requests()[-1]).count("first words") == 1
