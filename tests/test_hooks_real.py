"""The hooks under the real Claude Code, installed and launched by cs: what is visible of them afterwards."""

import os

import pytest
from bed import wait_for
from real_claude import Chat
from scripted_api import everything

import cs

pytestmark = [pytest.mark.slow, pytest.mark.once]

API_KEY = "k9Xw2Lq8Zr4Tn6Vb"
PASSWORD = "outside!pw9"
SCRIPT = f"#!/bin/sh\nexport API_KEY={API_KEY}\n"


def call(name, **input):
    """A turn in which the model calls a tool."""
    return [{"type": "tool_use", "name": name, "input": input}]


def objects(box, directory):
    """Everything in a git database, reachable or not."""
    listed = box.git("cat-file", "--batch-all-objects", "--batch-check", "--unordered", cwd=directory).splitlines()
    return {line.split()[0]: box.git("cat-file", "-p", line.split()[0], cwd=directory) for line in listed}


def test_everything_that_the_hooks_promise_is_visible_after_a_session(box, real_claude):
    box.installed()
    directory = box.root / "demo"
    config = box.home / "etc" / "app.json"
    config.parent.mkdir()
    discoveries = str(directory / ".cs" / "discoveries.md")
    real_claude.api.script(
        {
            "main": [
                call("Write", file_path="{{cwd}}/deploy.sh", content=SCRIPT),
                call("Write", file_path=str(config), content=f'{{"db": {{"password": "{PASSWORD}"}}}}\n'),
                call("Read", file_path=discoveries),
                call(
                    "Edit",
                    file_path=discoveries,
                    old_string="# Discoveries\n",
                    new_string="# Discoveries\n\n## Found it\n",
                ),
                call("Bash", command="echo the disk is full >&2; exit 3", description="fail"),
                call("Agent", description="look", prompt="look around", subagent_type="general-purpose"),
                call("Write", file_path=str(directory / ".cs" / "summary.md"), content="# Summary\n"),
                "all is done",
                "after compaction",
            ],
            "sub": ["nothing to see"],
        }
    )
    chat = Chat(box.spawn_cs("demo"))
    chat.type("do it all")
    for question in ("create deploy.sh", "create app.json", "proceed"):
        chat.screen.wait(f"Do you want to {question}").wait_idle()
        chat.screen.key("enter")
    chat.screen.wait("all is done").wait(chat.READY)
    chat.type("/compact", "compact")
    wait_for(lambda: real_claude.api.requests("compact"), what="the compaction")
    chat.screen.wait_idle().wait(chat.READY)
    chat.say("one more thing", "after compaction")
    assert chat.leave() == 0

    # on disk: what Claude wrote is as it wrote it, the copies are redacted
    assert (directory / "deploy.sh").read_text() == SCRIPT
    assert PASSWORD in config.read_text()
    artifacts = directory / ".cs" / "artifacts"
    assert (artifacts / "deploy.sh").read_text() == SCRIPT.replace(
        API_KEY, "[REDACTED: stored in keychain as API_KEY]"
    )
    assert '"[REDACTED: stored in keychain as password]"' in (artifacts / "external" / str(config)[1:]).read_text()
    manifest = cs.read_json(str(artifacts / "MANIFEST.json"))
    assert [(entry["original_path"], entry["secrets"]) for entry in manifest] == [
        (str(directory / "deploy.sh"), ["API_KEY"]),
        (str(config), ["password"]),
    ]
    changes = [
        line[24:] for line in (directory / ".cs" / "changes.md").read_text().splitlines() if line[:3] == "- ["
    ]
    assert changes == ["Write: deploy.sh", f"Write: {config}"]
    assert (directory / ".cs" / "summary.md").read_text() == "# Summary\n"
    assert box.cs("demo", "-secrets", "get", "API_KEY").out == API_KEY + "\n"
    assert box.cs("demo", "-secrets", "get", "password").out == PASSWORD + "\n"

    # in git: one clean commit, no autosave, no credential in any object
    assert box.git("log", "--format=%s", cwd=directory).count("\n") == 1
    assert box.git("for-each-ref", "refs/cs/auto", cwd=directory) == ""
    assert box.git("show", "HEAD:deploy.sh", cwd=directory).endswith("stored in keychain as API_KEY]")
    assert "## Found it" in box.git("show", "HEAD:.cs/discoveries.md", cwd=directory)
    assert [id for id, text in objects(box, directory).items() if API_KEY in text or PASSWORD in text] == []

    # in the log
    log = (directory / ".cs" / "logs" / "session.log").read_text()
    for part in (
        "Session started: startup ",
        "Stored API_KEY from deploy.sh",
        f"Stored password from {config}",
        "Tool failed: Bash (exit 3): echo the disk is full >&2; exit 3: the disk is full",
        "Session started: compact ",
        "Session ended: prompt_input_exit",
    ):
        assert log.count(part) == 1, part
    assert "Hook " not in log
    assert API_KEY not in log and PASSWORD not in log

    # in what the model was told
    main, sub = map(real_claude.api.requests, ("main", "sub"))
    first, last = everything(main[0]), everything(main[-1])
    assert "This is the cs session 'demo' in " + os.path.realpath(str(directory)) in first
    assert "hook additional context" in first
    for offered in ("store-secret", "compact-discoveries", "summary"):
        assert offered + ": " in first
    assert "cs has stored API_KEY from deploy.sh" in everything(main[1])
    assert "You work in the cs session 'demo'" in everything(sub[0])
    assert "findings go to .cs/discoveries.md" in last
