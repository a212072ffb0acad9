"""Three machines work apart and sync in random order, a hundred random histories: nobody loses a word.

CS_TEST_HISTORIES=100 runs the full number; the default is small, because each takes seconds.
"""

# ruff: noqa: F811 - fixtures are imported

import json
import os
import random

import pytest
from bed import find, need
from test_sync import machines, objects, remote  # noqa: F401 - some are fixtures

import cs

HISTORIES = int(os.environ.get("CS_TEST_HISTORIES", "2"))


class Writer:
    """Somebody who works on one machine, and remembers what must be there in the end."""

    def __init__(self, machine, chance):
        self.machine = machine
        self.chance = chance
        self.lines, self.artifacts, self.secrets, self.files = [], [], {}, {}
        self.count = 0

    def work(self):
        self.count += 1
        mark = f"{self.machine.name} {self.count} {self.chance.random()}"
        deed = self.chance.choice([self.note, self.note, self.log, self.keep, self.hide, self.write, self.commit])
        deed(mark)

    def note(self, mark):
        for name in self.chance.sample([".cs/discoveries.md", ".cs/changes.md"], self.chance.randrange(1, 3)):
            self.machine.append(name, f"## {mark}\n")
            self.lines.append((name, f"## {mark}"))

    def log(self, mark):
        self.machine.append(".cs/logs/session.log", f"{mark}\n")
        self.lines.append((".cs/logs/session.log", mark))

    def keep(self, mark):
        name = f"{self.machine.name}-{self.chance.randrange(3)}.sh"
        path = os.path.join(self.machine.path(), ".cs/artifacts/MANIFEST.json")
        with open(path) as file:
            entries = [entry for entry in json.load(file) if entry["filename"] != name]
        entries.append({"filename": name, "original_path": name, "updated": f"2026-{self.count:03}", "mark": mark})
        self.machine.write(".cs/artifacts/MANIFEST.json", "[\n" + ",\n".join(map(json.dumps, entries)) + "\n]\n")
        self.machine.write(f".cs/artifacts/{name}", mark)
        self.artifacts = [each for each in self.artifacts if each[0] != name] + [(name, mark)]

    def hide(self, mark):
        if self.secrets is not None and find("age"):
            name = f"{self.machine.name.upper()}_{self.count}"
            with self.machine.inside() as (places, _):
                cs.open_store(places).set("work", name, mark)
            self.secrets[name] = mark

    def write(self, mark):
        name = f"{self.machine.name}/{self.chance.randrange(3)}.txt"
        if name in self.files and self.chance.random() < 0.3:
            os.unlink(os.path.join(self.machine.path(), name))
            self.files[name] = None
        else:
            self.machine.write(name, mark + "\n")
            self.files[name] = mark + "\n"

    def commit(self, mark):
        with self.machine.inside() as (places, session):
            cs.commit_session(places, session, mark)


def sync(machine, deed):
    with machine.inside() as (places, session):
        deed(places, session, quiet=True)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(HISTORIES))
def test_every_machine_ends_with_every_line_artifact_file_and_secret(machines, remote, seed):
    need("git")
    chance = random.Random(seed)
    one = machines[0].create()
    one.cs("work", "-sync", "remote", remote)
    one.cs("work", "-sync", "push")
    for machine in machines[1:]:
        machine.cs("-sync", "clone", remote)
    if find("age"):
        for machine in machines:
            key = machine.cs("work", "-secrets", "age", "init").stdout.strip().splitlines()[-1]
            one.cs("work", "-secrets", "age", "add", key, machine.name)
        one.cs("work", "-secrets", "set", "FIRST", input="the first one\n")
        one.cs("work", "-secrets", "export-file")
        one.cs("work", "-sync", "push")
        for machine in machines[1:]:
            machine.cs("work", "-sync", "pull")
    writers = [Writer(machine, chance) for machine in machines]
    for _ in range(chance.randrange(4, 10)):
        for writer in writers:
            for _ in range(chance.randrange(4)):
                writer.work()
        for machine in chance.sample(machines, chance.randrange(1, 4)):
            sync(machine, chance.choice([cs.push, cs.push, cs.pull]))
    for _ in range(2):
        for machine in chance.sample(machines, 3):
            sync(machine, cs.push)
    for machine in machines:
        sync(machine, cs.pull)
        check(machine, writers)
    assert machines[0].files() == machines[1].files() == machines[2].files()


def check(machine, writers):
    """Whether everything that anybody wrote is on a machine."""
    texts = {
        name: machine.read(name).split("\n")
        for name in (".cs/discoveries.md", ".cs/changes.md", ".cs/logs/session.log")
    }
    entries = {entry["filename"]: entry for entry in json.loads(machine.read(".cs/artifacts/MANIFEST.json"))}
    with machine.inside() as (places, _):
        stored = cs.open_store(places).get_all("work")
    for writer in writers:
        for name, line in writer.lines:
            assert texts[name].count(line) == 1, (machine.name, name, line)
        for name, mark in writer.artifacts:
            assert entries[name]["mark"] == mark and machine.read(f".cs/artifacts/{name}") == mark
        for name, text in writer.files.items():
            there = os.path.exists(os.path.join(machine.path(), name))
            assert (machine.read(name) if there else None) == text
        for name, value in writer.secrets.items():
            assert stored[name] == value
    git = os.path.join(machine.path(), ".git")
    assert not {"rebase-merge", "rebase-apply", "MERGE_HEAD", "CHERRY_PICK_HEAD"} & set(os.listdir(git))
    assert machine.git("stash", "list") == "" and machine.git("status", "--porcelain") == ""
    machine.git("fsck", "--strict", "--no-dangling")
    for writer in writers:
        for value in writer.secrets.values():
            assert value.encode() not in objects(git)
