"""The fake Claude Code: that it does as the real one does, side by side where that is possible."""

import json
import signal

import bed
import pytest
from fake_claude import mangle
from real_claude import RealClaude

ID = "11111111-1111-4111-8111-111111111111"
EVENTS = (
    *("SessionStart", "UserPromptSubmit", "PreToolUse", "PermissionRequest", "PostToolUse"),
    *("PostToolUseFailure", "Stop", "SessionEnd"),
)


def tool(name, **asked):
    """A scripted tool call for the real client."""
    return [{"type": "tool_use", "name": name, "input": asked}]


def shape(value):
    """A document without its leaves: keys, and the shapes below them."""
    return {key: shape(item) for key, item in value.items()} if isinstance(value, dict) else None


def words(records):
    """The records of a transcript by kind, without those that only the real client has."""
    skipped = ("file-history-snapshot", "attachment", "agent-name", "last-prompt", "permission-mode", "system")
    return [record["type"] for record in records if record["type"] not in skipped and not is_command(record)]


def is_command(record):
    """Whether a record tells of /exit and the like, which the real client notes when there is time."""
    return str(record.get("message", {}).get("content")).startswith(("<command-", "<local-command-"))


def settings(box, hooks, place=None):
    """Register commands: {event: [(command, more)]}."""
    place = place or box.home / ".claude" / "settings.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    entries = {
        event: [{"hooks": [{"type": "command", "command": command, **more}]} for command, more in commands]
        for event, commands in hooks.items()
    }
    place.write_text(json.dumps({"hooks": entries}))


# ---- side by side with the real one --------------------------------------------------------------------


@pytest.fixture
def two(box, tmp_path):
    """A box with the fake client and one with the real one."""
    (tmp_path / "other").mkdir()
    other = bed.Box(tmp_path / "other", box.shared)
    for one in (box, other):
        one.watch(*EVENTS)
    yield box, RealClaude(other)
    other.close()


def same(fake, real):
    """Assert that both boxes saw the same events, and that transcripts tell the same."""
    assert [event["hook_event_name"] for event in fake.events()] == [
        event["hook_event_name"] for event in real.events()
    ]
    for ours, theirs in zip(fake.events(), real.events()):
        theirs.get("tool_input", {}).pop("replace_all", None)
        ours.get("tool_input", {}).pop("replace_all", None)
        assert shape(ours) == shape(theirs), ours["hook_event_name"]
    ours, theirs = (sorted(map(words, one.transcripts().values())) for one in (fake, real))
    assert ours == theirs
    for kind in ("user", "assistant"):
        keys = [set().union(*(r for r in flat(one) if r["type"] == kind)) for one in (fake, real)]
        assert keys[0] - keys[1] == set()
        assert keys[1] - keys[0] <= {"sourceToolAssistantUUID", "requestId", "apiError"}


def flat(box):
    """All records of all transcripts."""
    return [record for records in box.transcripts().values() for record in records]


@pytest.mark.slow
@pytest.mark.once
def test_a_run_without_a_terminal_is_the_same(two):
    fake, real = two
    real.api.script([tool("Write", file_path="{{cwd}}/a", content="1\n2\n"), "done", "again"])
    fake.claude('ask(client.options["prompt"]); write("a", "1\\n2\\n"); answer("done")')
    flags = ("--permission-mode", "acceptEdits", "--session-id", ID)
    assert fake.run("claude", "-p", *flags, "go") == real.ask("go", *flags) == (0, "done\n", "")
    fake.claude('say(client.options["prompt"], "again")')
    assert fake.run("claude", "-p", "--resume", ID, "more") == real.ask("more", "--resume", ID)
    same(fake, real.box)


@pytest.mark.slow
@pytest.mark.once
def test_a_conversation_at_a_terminal_is_the_same(two):
    fake, real = two
    edit = {"file_path": "{{cwd}}/a", "old_string": "2", "new_string": "two"}
    real.api.script(
        [
            *(tool("Write", file_path="{{cwd}}/a", content="1\n2\n"), tool("Edit", **edit)),
            *(tool("Bash", command="false", description="d"), "done"),
        ]
    )
    fake.claude(
        'ask("go"); write("a", "1\\n2\\n"); edit("a", "2", "two"); bash("false", "d"); answer("done"); clear()'
    )
    assert fake.spawn("claude", "--session-id", ID, "--name", "work").finish() == 0
    chat = real.chat("--session-id", ID, "--name", "work")
    chat.type("go")
    chat.allow()
    chat.screen.wait("Do you want to make this edit")
    chat.allow()
    chat.screen.wait("done").wait(chat.READY)
    chat.clear()
    assert chat.leave() == 0
    fake.claude('say("more")')
    assert fake.spawn("claude", "--resume", ID).finish() == 0
    chat = real.chat("--resume", ID)
    chat.say("more", "ok")
    assert chat.leave() == 0
    same(fake, real.box)
    assert (fake.work / "a").read_text() == (real.box.work / "a").read_text() == "1\ntwo\n"


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.parametrize(
    "flags",
    [
        ("-p", "--session-id", "nope", "hi"),
        ("-p", "--resume", ID, "hi"),
        ("--bogus",),
        ("-p", "--resume", ID, "--session-id", ID, "hi"),
        ("--version",),
        ("-p",),
        ("--settings", "/nope", "-p", "hi"),
    ],
    ids=" ".join,
)
def test_a_refusal_is_the_same(two, flags):
    fake, real = two
    fake.claude()
    assert fake.run("claude", *flags) == real.box.run("claude", *flags)
    same(fake, real.box)


# ---- by itself -----------------------------------------------------------------------------------------


def test_a_conversation_is_resumed_by_its_id(box):
    box.claude('say("first")')
    assert box.run("claude", "--session-id", ID).status == 0
    assert box.run("claude", "--session-id", ID) == (
        1,
        "",
        f"Error: Session ID {ID} is already in use.\n",
    )
    box.claude('say("second"); show(client.source)')
    assert box.run("claude", "--resume", ID).out == "resume\n"
    said = [r["message"]["content"] for r in box.transcripts()[ID] if r["type"] == "user"]
    assert said == ["first", "second"]


def test_a_conversation_started_elsewhere_is_not_found(box):
    box.claude()
    box.run("claude", "--session-id", ID)
    result = box.run("claude", "--resume", ID, cwd=box.home)
    assert (result.status, result.err) == (1, f"No conversation found with session ID: {ID}\n")


def test_leaving_without_a_word_leaves_a_stub_if_a_hook_waits_for_the_end(box):
    box.claude("")
    box.run("claude", "--session-id", ID)
    assert box.transcripts() == {}
    box.watch("SessionEnd")
    box.run("claude", "--session-id", ID)
    assert [record["type"] for record in box.transcripts()[ID]] == ["mode", "permission-mode"]
    assert box.run("claude", "--session-id", ID).status == 1
    assert box.run("claude", "--resume", ID).status == 1


def test_clear_goes_on_under_another_id_in_the_same_process(box):
    box.watch("SessionStart", "SessionEnd")
    box.claude('say("one"); clear(); say("two")')
    box.run("claude", "--session-id", ID)
    assert [event.get("reason") or event["source"] for event in box.events()] == [
        *("startup", "clear", "clear", "prompt_input_exit")
    ]
    first, _, second, third = (event["session_id"] for event in box.events())
    assert first == ID
    assert second == third != ID
    assert set(box.transcripts()) == {first, second}


def test_a_living_client_is_on_record(box):
    box.claude('ask("x"); touch("up"); wait("go"); answer()')
    running = box.start("claude", "--name", "work")
    bed.wait_for((box.work / "up").exists)
    [place] = (box.home / ".claude" / "sessions").iterdir()
    record = json.loads(place.read_text())
    assert place.name == f"{running.pid}.json"
    assert (record["pid"], record["name"], record["status"]) == (running.pid, "work", "busy")
    (box.work / "go").touch()
    running.result()
    assert not place.exists()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 0)])
def test_a_signal_ends_it_with_its_hooks(box, number, status):
    box.watch("SessionEnd")
    box.claude('say("x"); touch("up"); wait("never")')
    running = box.start("claude")
    bed.wait_for((box.work / "up").exists)
    running.signal(number)
    assert running.result().status == status
    assert [event["reason"] for event in box.events()] == ["other"]


def test_a_kill_leaves_everything_as_it_was(box):
    box.watch("SessionEnd")
    box.claude('say("x"); kill()')
    assert box.run("claude").status == -9
    assert box.events() == []
    assert len(list((box.home / ".claude" / "sessions").iterdir())) == 1
    box.claude("")
    box.run("claude")
    assert list((box.home / ".claude" / "sessions").iterdir()) == []


def test_a_child_of_another_client_keeps_no_records(box):
    box.claude()
    box.run("claude", env={"CLAUDE_CODE_CHILD_SESSION": "1"})
    assert box.transcripts() == {}
    box.run("claude", "-p", "x", env={"CLAUDE_CODE_CHILD_SESSION": "1"})
    assert len(box.transcripts()) == 1


def test_a_person_talks_to_it_at_a_terminal(box):
    box.claude("chat()")
    screen = box.spawn("claude", "--name", "work")
    screen.wait("for shortcuts")
    assert screen.title == "✳ work"
    screen.send("hello\r")
    screen.wait("you said: hello")
    screen.send("/exit\r")
    assert screen.finish() == 0
    assert 'claude --resume "work"' in screen.text
    assert screen.title == ""


# ---- hooks ---------------------------------------------------------------------------------------------


def test_a_hook_has_the_environment_of_the_real_client(box):
    settings(box, {"SessionStart": [("env; readlink /proc/self/fd/0", {})]})
    box.claude("")
    box.run("claude", "--session-id", ID, env={"CLAUDE_SESSION_NAME": "work"})
    out = box.hook_runs("SessionStart")[0]["out"].splitlines()
    env = dict(line.split("=", 1) for line in out[:-1])
    assert env["CLAUDE_SESSION_NAME"] == "work"
    assert env["CLAUDE_CODE_SESSION_ID"] == ID
    assert env["CLAUDE_PROJECT_DIR"] == str(box.work)
    assert env["CLAUDE_ENV_FILE"].endswith(f"/session-env/{ID}/sessionstart-hook-0.sh")
    assert (env["CLAUDECODE"], env["CLAUDE_CODE_CHILD_SESSION"], env["CLAUDE_CODE_ENTRYPOINT"]) == (
        *("1", "1", "cli"),
    )
    assert out[-1].startswith("socket:")


def test_what_a_start_hook_exports_reaches_bash(box):
    settings(box, {"SessionStart": [('echo "export A=\'b c\'" > "$CLAUDE_ENV_FILE"', {})]})
    box.claude('ask("x"); bash("echo $A > seen"); answer()')
    box.run("claude")
    assert (box.work / "seen").read_text() == "b c\n"


def test_a_hook_that_refuses_stops_the_call(box):
    deny = '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny"}}'
    settings(box, {"PreToolUse": [(f"echo '{deny}'", {})]})
    box.claude('ask("x"); show(str(write("a", "1"))); answer()')
    assert box.run("claude").out == "False\n"
    assert not (box.work / "a").exists()


@pytest.mark.parametrize("hook", ["exit 1", "nosuchprogram", "echo broken {", "kill -9 $$"])
def test_a_hook_that_fails_lets_the_call_run(box, hook):
    settings(box, {"PreToolUse": [(hook, {})]})
    box.claude('ask("x"); write("a", "1"); answer()')
    box.run("claude")
    assert (box.work / "a").exists()


def test_the_hooks_of_one_malformed_file_are_all_skipped_while_others_run(box):
    settings(box, {"Stop": [("true", {}), ("true", {"timeout": "10"})]})
    settings(box, {"Stop": [("echo project", {})]}, box.work / ".claude" / "settings.json")
    box.claude()
    box.run("claude")
    assert [run["command"] for run in box.hook_runs()] == ["echo project"]


def test_a_matcher_chooses_tools_by_name_or_pattern(box):
    place = box.home / ".claude" / "settings.json"
    place.parent.mkdir()
    matchers = ("Write|Edit", "write", "^Wri", "*", "Bash")
    entries = [
        {"matcher": matcher, "hooks": [{"type": "command", "command": f": '{matcher}'"}]} for matcher in matchers
    ]
    place.write_text(json.dumps({"hooks": {"PreToolUse": entries}}))
    box.claude('ask("x"); write("a", "1"); answer()')
    box.run("claude")
    assert [run["command"] for run in box.hook_runs()] == [": 'Write|Edit'", ": '^Wri'", ": '*'"]


def test_an_end_hook_without_a_timeout_is_killed_with_all_below_it(box):
    slow = f"sleep 300 & echo $! > {box.work}/pid; wait"
    settings(box, {"SessionEnd": [(slow, {}), ("sleep 1.6; echo late", {"timeout": 30})]})
    box.claude()
    box.run("claude")
    killed, finished = box.hook_runs("SessionEnd")
    assert killed["cancelled"]
    assert killed["seconds"] > 1.4
    assert finished["out"] == "late\n"
    pid = int((box.work / "pid").read_text())
    bed.wait_for(lambda: pid not in box.processes())


def test_a_background_child_with_its_own_output_outlives_its_hook(box):
    settings(
        box, {"Stop": [("(until [ -e go ]; do sleep 0.01; done; touch late) >/dev/null 2>&1 & echo back", {})]}
    )
    box.claude()
    assert box.run("claude").status == 0
    assert box.hook_runs("Stop")[0]["out"] == "back\n"
    (box.work / "go").touch()
    bed.wait_for((box.work / "late").exists)


def test_a_stop_hook_may_make_the_turn_go_on(box):
    context = '{"hookSpecificOutput":{"hookEventName":"Stop","additionalContext":"look"}}'
    settings(box, {"Stop": [(f"grep -q 'active\": true' || echo '{context}'", {})]})
    box.claude()
    box.run("claude")
    assert [run["payload"]["stop_hook_active"] for run in box.hook_runs("Stop")] == [False, True]


def test_hooks_of_an_event_run_side_by_side(box):
    """Each waits for the other."""
    first = "touch a; for n in $(seq 300); do [ -e b ] && exit 0; sleep 0.01; done; exit 1"
    second = "touch b; for n in $(seq 300); do [ -e a ] && exit 0; sleep 0.01; done; exit 1"
    settings(box, {"Stop": [(first, {}), (second, {})]})
    box.claude()
    box.run("claude")
    assert [run["status"] for run in box.hook_runs("Stop")] == [0, 0]


def test_a_subagent_is_told_of_and_marked(box):
    box.watch("SubagentStart", "PostToolUse", "SubagentStop")
    box.claude('ask("x")\nwith subagent("Explore"):\n    write("a", "1")\nanswer()')
    box.run("claude")
    assert [event["hook_event_name"] for event in box.events()] == [
        *("SubagentStart", "PostToolUse", "SubagentStop")
    ]
    assert {event["agent_type"] for event in box.events()} == {"Explore"}


def test_a_compaction_keeps_the_id(box):
    box.watch("PreCompact", "SessionStart", "PostCompact")
    box.claude('say("x"); compact()')
    box.run("claude", "--session-id", ID)
    assert [event["hook_event_name"] for event in box.events()] == [
        *("SessionStart", "PreCompact", "SessionStart", "PostCompact")
    ]
    assert {event["session_id"] for event in box.events()} == {ID}


# ---- places --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("/h/w", "-h-w"),
        ("/h/a.b_c d", "-h-a-b-c-d"),
        ("/h/日本é", "-h----"),
        ("/h/😀", "-h---"),
        ("/" + "a" * 199, "-" + "a" * 199),
    ],
)
def test_a_directory_becomes_a_folder_name(path, folder):
    assert mangle(path) == folder


def test_a_long_directory_is_cut_and_hashed_as_the_real_client_does(box, real_claude):
    deep = box.work / ("x" * 100) / ("y.z" * 60)
    deep.mkdir(parents=True)
    real_claude.ask("x", cwd=deep)
    [folder] = (box.home / ".claude" / "projects").iterdir()
    assert folder.name == mangle(str(deep))
