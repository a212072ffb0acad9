"""README.md and docs/*.md are true: their commands are run, and print what the text says.

A block marked `console` has commands after `$ ` (on another machine: after `there$ `), each followed by what it
prints, if the text shows that; `…` stands for anything. A block marked `sh` is a script that must succeed. All
blocks of a file run one after the other on the stage that is set for it below. `text` is not run.
"""

import json
import os
import re
import shutil

import bed
import pytest
from bed import Box, need
from far import Far
from release_server import ReleaseServer
from released import Publisher, install

import cs

pytestmark = pytest.mark.once

DOCUMENTS = sorted([bed.TOP / "README.md", *(bed.TOP / "docs").glob("*.md")])
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.S | re.M)
INLINE = re.compile(r"`(cs(?:-secrets)? [^`\n]+|cs)`")

WORK = 'import os\nwith open(".cs/discoveries.md", "a") as file:\n    file.write("## A finding\\n")\n'


def blocks(document):
    """(language, text, line number) of each fenced block."""
    text = document.read_text(encoding="utf-8")
    return [(m.group(1), m.group(2), text.count("\n", 0, m.start()) + 1) for m in BLOCK.finditer(text)]


def steps(text):
    """(prompt, command, lines that it prints) of a console block."""
    found = []
    for line in text.splitlines():
        prompt, dollar, command = line.partition("$ ")
        if dollar and prompt in ("", "there"):
            found.append((prompt, command, []))
        else:
            found[-1][2].append(line)
    return found


def test_every_block_says_how_it_is_tested():
    marks = {(doc.name, line, lang) for doc in DOCUMENTS for lang, _, line in blocks(doc)}
    assert {mark for mark in marks if mark[2] not in ("console", "sh", "text")} == set()
    assert {doc.name for doc in DOCUMENTS if any(lang in ("console", "sh") for lang, _, _ in blocks(doc))} <= set(
        STAGES
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document):
    for target in re.findall(r"\]\(([^)#]+)\)|(?:src|srcset)=\"([^\"]+)\"", document.read_text(encoding="utf-8")):
        target = target[0] or target[1]
        assert "://" in target or (document.parent / target).exists(), target


def inline_commands():
    """Each command line within a sentence or a table, as (document, command)."""
    for document in DOCUMENTS:
        text = BLOCK.sub("", document.read_text(encoding="utf-8"))
        if document.name != "commands.md":
            yield from ((document.name, command) for command in dict.fromkeys(INLINE.findall(text)))


@pytest.mark.parametrize(("document", "command"), inline_commands())
def test_a_command_in_the_text_is_one_that_cs_understands(document, command, box):
    words = re.sub(r"\[[^]]*\]|[\"']", "", command.replace("\\|", "|").replace("…", "x")).split()
    words = [re.sub(r"<[^>]*>", "x", word).split("|")[0] for word in words]
    line = words[1:] if words[0] == "cs" else ["-secrets", *words[1:]]
    if line in ([], ["-secrets"], ["-sync"]):
        return
    try:
        cs.understand(line, cs.Places(box.env)).sort_words()
    except cs.UsageError as error:
        assert str(error).endswith("something is missing"), (document, command)


# ---- stages --------------------------------------------------------------------------------------------


class Stage:
    """Where the commands of a document run: this machine, another one, and what stands for what in the text."""

    def __init__(self, box, shared_dir):
        self.box, self.shared = box, shared_dir
        self.input = None
        self.terminal = False
        self.means = {}  # what the text says -> what it stands for here
        self.shown = {os.uname().nodename: "laptop", cs.VERSION: "2026.11.1"}
        box.env.update(NO_COLOR="1", CS_NO_UPDATE_CHECK="1")
        self.there = None

    def installed(self, box=None):
        box = box or self.box
        box.installed()
        box.set_path([box.bin, box.home / ".local/bin", *box.path[1:]])
        box.claude('say("hello", "hi")')
        return self

    def another_machine(self):
        (self.box.top / "there").mkdir()
        self.there = Box(self.box.top / "there", self.shared)
        self.box.closing.callback(self.there.close)
        self.there.env.update(NO_COLOR="1", CS_NO_UPDATE_CHECK="1")
        self.installed(self.there)
        return self

    def remote(self, url):
        place = self.box.top / "remote.git"
        self.box.git("init", "-q", "--bare", place)
        self.means[url] = str(place)
        return self

    def run(self, command, box=None):
        """Status and all that a command line prints."""
        for said, meant in self.means.items():
            command = command.replace(said, meant)
        box = box or self.box
        if self.terminal:
            screen = box.spawn("sh", "-c", command)
            status = screen.finish(60)
            return status, bed.text_of(screen.raw).replace("\r\n", "\n")
        done = box.run("sh", "-c", f"exec 2>&1\n{command}", input=self.input, timeout=120)
        return done.status, done.out

    def as_told(self, text):
        """Output without what differs from run to run."""
        for real, told in {str(self.box.home): "~", **self.shown}.items():
            text = text.replace(real, told)
        text = re.sub(r"\b[0-9a-f]{7,40}\b", "ID", text)
        text = re.sub(r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?", "DATE", text)
        return [line.rstrip() for line in text.splitlines()]


def readme(stage):
    copy = stage.box.top / "repository"
    shutil.copytree(str(stage.box.clone()), str(copy))
    stage.box.git("init", "-q", cwd=copy)
    stage.box.git("add", "-A", cwd=copy)
    stage.box.git("commit", "-q", "-m", "all", cwd=copy)
    stage.means = {"<this repository>": str(copy), "tests/run ": "sh -n tests/run "}
    stage.box.set_path([stage.box.bin, stage.box.home / ".local/bin", *stage.box.path[1:]])
    stage.box.claude(
        'say("Why is the endpoint flaky?", "The pool is too small.")\n'
        'write("probe.sh", "#!/bin/sh\\ncurl http://localhost/\\n")\n'
        "with open('.cs/discoveries.md', 'a') as file:\n"
        "    file.write('## The flaky endpoint\\nIts pool of connections is too small.\\n')\n"
    )


def remote(stage):
    need("tmux", "rsync")
    stage.installed()
    far = Far(stage.box)
    far.there.fake("claude", script="#!/bin/sh\necho working\n")
    stage.terminal = True


def search(stage):
    stage.installed()
    stage.box.claude(
        'say("why do requests time out on Friday evenings, is the pool too small?", "Let me see.")\n'
        "with open('.cs/discoveries.md', 'a') as file:\n"
        "    file.write('## Connection pool exhausted\\n"
        "The pool of ten was exhausted by one slow upstream, hence the timeouts.\\n')\n"
    )
    assert stage.box.cs("api-gateway").status == 0


def secrets(stage):
    need("age", "openssl")
    stage.installed().another_machine().remote("unused")
    box = stage.box
    (box.work / "deploy.sh").write_text('#!/bin/sh\n[ -n "$DB_PASSWORD" ]\n')
    (box.work / "deploy.sh").chmod(0o755)
    assert box.cs("api").status == 0
    assert box.cs("api", "-sync", "remote", stage.means["unused"]).status == 0
    assert box.cs("api", "-secrets", "set", "FIRST", input="the first value").status == 0
    assert box.cs("api", "-sync", "push").status == 0
    assert stage.there.cs("-sync", "clone", stage.means["unused"], "api").status == 0
    stage.there.env["CLAUDE_SESSION_NAME"] = "api"
    stage.there.env["CLAUDE_SESSION_DIR"] = str(stage.there.root / "api")
    box.env["CS_SECRETS_PASSWORD"] = "correct horse battery"
    made = box.run(
        *("openssl", "enc", "-aes-256-cbc", "-pbkdf2", "-iter", "100000", "-salt"),
        *("-pass", "env:CS_SECRETS_PASSWORD", "-out", box.work / "secrets.enc"),
        input=json.dumps({"TOKEN": "value"}),
    )
    assert made.status == 0
    stage.input = "a value for the password\n"


def sync(stage):
    stage.installed().another_machine().remote("git@example.org:me/api.git")
    assert stage.box.cs("api").status == 0


def update(stage):
    publisher, server = Publisher(stage.shared), ReleaseServer()
    server.__enter__()
    stage.box.closing.callback(server.__exit__, None, None, None)
    stage.box.env["CS_RELEASES_URL"] = server.base
    install(stage.box, publisher.keyed("2026.1.1"))
    publisher.publish(server, "2026.12.9")


def migrating(stage):
    """A home as the original has left it."""
    box = stage.box
    old = box.root / "old-session"
    (old / "logs").mkdir(parents=True)
    (old / "artifacts").mkdir()
    (old / "logs/session.log").write_text("Started: 2025-01-02 03:04:05\n")
    (old / "discoveries.md").write_text("# Discoveries\n\n## Found then\n")
    for name in ("cs", "cs-secrets"):
        program = box.home / ".local/bin" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(
            "#!/usr/bin/env bash\n# ABOUTME: cs - Claude Code session manager\nCLAUDE_SESSION_NAME=$1\n"
        )
    hook = box.home / ".claude/hooks/session-start.sh"
    hook.parent.mkdir(parents=True)
    hook.write_text('#!/bin/bash\n[ -n "$CLAUDE_SESSION_NAME" ] || exit 0\n')
    entry = {"hooks": [{"type": "command", "command": "~/.claude/hooks/session-start.sh"}]}
    settings = box.home / ".claude/settings.json"
    settings.write_text(json.dumps({"hooks": {"SessionStart": [entry]}}))
    box.claude('say("hello", "hi")')
    box.set_path([box.bin, box.home / ".local/bin", *box.path[1:]])
    shutil.copytree(str(box.clone()), str(box.work), dirs_exist_ok=True)


STAGES = {
    "README.md": readme,
    "migrating.md": migrating,
    "remote.md": remote,
    "search.md": search,
    "secrets.md": secrets,
    "sync.md": sync,
    "update.md": update,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(STAGES))
def test_the_commands_of_a_document_do_and_print_what_it_says(name, box, shared_dir):
    [document] = [path for path in DOCUMENTS if path.name == name]
    stage = Stage(box, shared_dir)
    STAGES[name](stage)
    for language, text, line in blocks(document):
        where = f"{name}, line {line}"
        if language == "sh":
            status, said = stage.run("set -e\n" + text)
            assert status == 0, f"{where}: {said}"
        elif language == "console":
            for prompt, command, expected in steps(text):
                status, said = stage.run(command, stage.there if prompt else box)
                assert status == 0, f"{where}: {command}: {said}"
                key = re.search("age1[0-9a-z]{50,}", said)
                if key:
                    stage.means["age1…"] = key.group()
                assert_alike(stage.as_told(said), stage.as_told("\n".join(expected)), f"{where}: {command}")


def assert_alike(said, expected, where):
    """That lines are as expected, where `…` stands for anything; nothing expected is all right with everything."""
    if any(expected):
        pattern = "\n".join(re.escape(line).replace("…", ".*") for line in expected)
        assert re.fullmatch(pattern, "\n".join(said), re.S), f"{where}:\n" + "\n".join(said)
