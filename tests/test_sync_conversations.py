"""Conversations that travel: `conversations=on` in sync.conf takes them along, redacted and encrypted."""

import json
import os
from pathlib import Path

import pytest
from bed import need
from test_conversations import IDS, claude, compact, user
from test_sync import Machine

import cs


@pytest.fixture
def machines(box):
    need("age")
    box.git("init", "-q", "--bare", box.work / "remote.git")
    one, two = Machine(box, "one"), Machine(box, "two")
    box.fake("claude")
    one.cs("work")
    one.cs("work", "-sync", "remote", str(box.work / "remote.git"))
    one.cs("work", "-secrets", "set", "TOKEN", input="correct-horse-battery\n")
    return one, two


def talk(machine, id, *records):
    """A conversation of the session on a machine, as the client and its hooks leave it."""
    places = cs.Places(machine.environment())
    session = cs.session_named(places, "work")
    folder = cs.project_directory(places, session.directory)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, id + ".jsonl"), "ab") as f:
        f.writelines(map(compact, records))
    cs.note_conversation(session, id, "hook", f.name)


def listed(machine):
    return json.loads(machine.cs("work", "-conversations", "--json").stdout)


def test_by_default_conversations_stay_where_they_are(machines):
    one, _ = machines
    talk(one, IDS[0], user("private words"))
    one.cs("work", "-sync", "push")
    assert not os.path.exists(one.path() + "/.cs/conversations")


def send_first_conversation(one, two):
    """A conversation of one machine that goes along, encrypted for both."""
    cs.set_key_value(one.path() + "/.cs/sync.conf", "conversations", "on")
    talk(one, IDS[0], user("use correct-horse-battery for it"), claude("first answer", second=5))
    two.cs("other")
    two.cs("other", "-secrets", "age", "init")
    key = two.cs("other", "-secrets", "age", "pubkey").stdout.strip()
    one.cs("work", "-secrets", "age", "init")
    one.cs("work", "-secrets", "export-file")
    one.cs("work", "-secrets", "age", "add", key, "two")
    one.cs("work", "-sync", "push")


def test_when_asked_for_they_come_along_redacted_and_go_on_elsewhere(machines, box):
    one, two = machines
    send_first_conversation(one, two)
    with open(one.path() + f"/.cs/conversations/{IDS[0]}.jsonl.age", "rb") as f:
        sealed = f.read()
    assert sealed.startswith(b"age-encryption.org/v1")
    two.cs("-sync", "clone", str(box.work / "remote.git"), "work")
    [facts] = listed(two)
    assert facts["id"] == IDS[0] and facts["source"] == "synced" and facts["turns"] == 1
    assert facts["last_activity"].startswith("2026-03-01T10:00:05")
    assert "correct-horse" not in facts["first_prompt"] and "[REDACTED" in facts["first_prompt"]
    two.cs("work")
    assert box.calls("claude")[-1].argv[2:] == ["--resume", IDS[0]]
    talk(two, IDS[0], user("more words", 9))
    two.cs("work", "-sync", "push")
    one.cs("work", "-sync", "pull")
    assert listed(one)[0]["turns"] == 2
    before = one.git("rev-parse", "HEAD:.cs/conversations")
    one.cs("work", "-sync", "push")
    two.cs("work", "-sync", "pull")
    two.cs("work", "-sync", "push")
    assert one.git("rev-parse", "HEAD:.cs/conversations") == before


def said(machine):
    """Everything that the transcripts on a machine hold."""
    places = cs.Places(machine.environment())
    session = cs.session_named(places, "work")
    texts = []
    for top in (cs.project_directory(places, session.directory), session.conversations):
        for folder, _, names in os.walk(top):
            texts += [Path(folder, name).read_text() for name in names]
    return "".join(texts)


def test_one_that_went_on_on_both_machines_stops_no_sync_and_each_keeps_its_own_words(machines, box):
    one, two = machines
    send_first_conversation(one, two)
    two.cs("-sync", "clone", str(box.work / "remote.git"), "work")
    two.cs("work")
    talk(one, IDS[0], user("said on one", 9))
    talk(two, IDS[0], user("said on two", 9), claude("a longer answer", second=12))
    one.cs("work", "-sync", "push")
    two.cs("work", "-sync", "push")
    one.cs("work", "-sync", "pull")
    assert "said on one" in said(one) and "said on two" in said(one)
    assert "said on two" in said(two)


def test_without_a_recipient_the_push_goes_on_and_says_what_is_missing(machines):
    one, _ = machines
    cs.set_key_value(one.path() + "/.cs/sync.conf", "conversations", "on")
    talk(one, IDS[0], user("words"))
    done = one.cs("work", "-sync", "push")
    assert "conversations are not synced" in done.stderr and "age init" in done.stderr
