"""Everyday life at random, for as long as you like; then nothing may be missing, torn, locked or unclean.

    python3 tests/soak.py --minutes 10 --sessions 500 [--seed 7] [--workers 4]

Several people at once open sessions (with the fake Claude Code and all hooks), edit, kill, rename, remove, restore,
sync and move them. Every line that was written has a number of its own, and the books say where it must be afterwards.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parent
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from bed import Box, find, tree  # noqa: E402
from far import Far  # noqa: E402

import cs  # noqa: E402

TOKEN = "ghp_%036d"  # a credential that the detector must find, and no object may hold

SCRIPT = """
say("go on")
for path, text in {edits!r}:
    write(path, text)
with open(".cs/discoveries.md", "a") as file:
    file.write({note!r})
{end}
"""


class Life:
    """The sessions of a box, what was written into each, and the deeds."""

    def __init__(self, box, sessions, seed):
        self.box, self.limit, self.seed = box, sessions, seed
        self.books = {}  # name -> {"lines": [...], "files": {path: text}, "url", "secret"}
        self.trash = {}
        self.busy = threading.Condition()
        self.in_use = set()
        self.count = self.begun = 0
        self.done = {}
        self.troubles = []
        self.far = Far(box) if all(map(find, ("sshd", "ssh", "tmux", "rsync"))) else None

    # -- the books

    def number(self):
        with self.busy:
            self.count += 1
            return self.count

    def take(self, chance, table):
        """A session that nobody else uses, or None; it must be given back."""
        with self.busy:
            free = sorted(set(table) - self.in_use)
            name = chance.choice(free) if free else None
            if name:
                self.in_use.add(name)
            return name

    def give_back(self, *names):
        with self.busy:
            self.in_use.difference_update(names)

    def trouble(self, what):
        with self.busy:
            self.troubles.append(what)
            print("soak:", what, file=sys.stderr, flush=True)

    def cs(self, *words, expected=(0,), env=None, input=None):
        result = self.box.cs(*words, env=env, input=input, timeout=300)
        if result.status not in expected:
            self.trouble(f"cs {' '.join(words)}: status {result.status}: {result.err.strip()}")
        return result

    # -- deeds

    def open(self, chance, name=None, killed=False):
        """A new session, or one that is there, in which some files and a note are written."""
        name = name or self.take(chance, self.books)
        if not name:
            return
        try:
            book = self.books.setdefault(name, {"lines": [], "files": {}, "url": "", "secret": ""})
            number = self.number()
            note = f"## Found {number}\nnumber {number} in words\n\n"
            edits = [(f"file-{chance.randrange(4)}.txt", f"text {number}\n")]
            if chance.random() < 0.3:
                edits.append((f"run-{number}.sh", f"#!/bin/sh\nTOKEN={TOKEN % number}\necho {number}\n"))
            script = SCRIPT.format(edits=edits, note=note, end="kill()" if killed else "")
            place = Path(tempfile.mkdtemp(dir=str(self.box.top)))
            (place / "script.py").write_text(script)
            line = f"{sys.executable} -ES {TESTS / 'fake_claude.py'} {place}"
            self.cs(name, env={"CLAUDE_CODE_BIN": line}, expected=(137,) if killed else (0,))
            book["lines"] += [f"## Found {number}", f"number {number} in words"]
            book["files"].update(edits)
        finally:
            self.give_back(name)

    def begin(self, chance):
        """A new session, while there are too few; whether there are enough."""
        with self.busy:
            if self.begun == self.limit:
                return True
            self.begun += 1
            name = f"s{self.begun}.{chance.choice(('api', 'web-2', 'Data_x'))}"
            self.in_use.add(name)
        self.open(chance, name)
        return False

    def kill(self, chance):
        """The client is killed in the middle."""
        self.open(chance, killed=True)

    def crash(self, chance):
        """cs and client are killed; what was saved must come back with the next open."""
        name = self.take(chance, self.books)
        if not name:
            return
        try:
            place = Path(tempfile.mkdtemp(dir=str(self.box.top)))
            (place / "script.py").write_text(f"say('x'); touch({str(place / 'up')!r}); wait('never')")
            line = f"{sys.executable} -ES {TESTS / 'fake_claude.py'} {place}"
            running = self.box.start_cs(name, env={"CLAUDE_CODE_BIN": line})
            deadline = time.monotonic() + 60
            while not (place / "up").exists() and time.monotonic() < deadline:
                time.sleep(0.02)
            running.end()
            running.result()
        finally:
            self.give_back(name)

    def rename(self, chance):
        name = self.take(chance, self.books)
        if not name:
            return
        new = f"r{self.number()}"
        self.cs("-rename", name, new)
        with self.busy:
            self.books[new] = self.books.pop(name)
        self.give_back(name)

    def remove(self, chance):
        name = self.take(chance, self.books)
        if not name:
            return
        self.cs("-rm", name, "-y")
        with self.busy:
            self.trash[name] = self.books.pop(name)
        self.give_back(name)

    def restore(self, chance):
        name = self.take(chance, self.trash)
        if not name:
            return
        self.cs("-restore", name)
        with self.busy:
            self.books[name] = self.trash.pop(name)
        self.give_back(name)

    def secret(self, chance):
        name = self.take(chance, self.books)
        if not name:
            return
        value = f"value-of-secret-{self.number()}"
        self.cs(name, "-secrets", "set", "SOAK", input=value)
        self.books[name]["secret"] = value
        self.give_back(name)

    def sync(self, chance):
        name = self.take(chance, self.books)
        if not name:
            return
        book = self.books[name]
        if not book["url"]:
            book["url"] = str(self.box.top / f"remote-{self.number()}.git")
            subprocess.run(["git", "init", "-q", "--bare", book["url"]], check=True)
            self.cs(name, "-sync", "remote", book["url"])
        self.cs(name, "-sync", chance.choice(("push", "push", "pull", "status")))
        self.give_back(name)

    def move(self, chance):
        """To the other computer and back."""
        name = self.take(chance, self.books) if self.far else None
        if not name:
            return
        self.cs(name, "--move-to", self.far.address)
        if chance.random() < 0.5:
            self.cs("-ls")
        self.cs(name, "--move-here")
        self.give_back(name)

    def look(self, chance):
        self.cs("-ls", "--json")
        self.cs("-search", "words", expected=(0, 1))

    DEEDS = (open, open, open, open, kill, crash, rename, remove, restore, restore, secret, sync, sync, move, look)

    def live(self, worker, seconds):
        """One person: begins new sessions with the others, and then does something with any of them, again and again."""
        chance = random.Random(self.seed * 1000 + worker)
        while not self.begin(chance):
            pass
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            deed = chance.choice(self.DEEDS)
            try:
                deed(self, chance)
            except Exception as error:  # is told, and the others go on
                self.trouble(f"{deed.__name__}: {error!r}")
            with self.busy:
                self.done[deed.__name__] = self.done.get(deed.__name__, 0) + 1

    # -- afterwards

    def check(self):
        """Every invariant, after each session has been opened and left once more."""
        for name in sorted(self.trash):
            self.cs("-restore", name)
        self.books.update(self.trash)
        listed = {row["name"]: row for row in json.loads(self.cs("-ls", "--json").out)}
        self.expect("the list", sorted(listed), sorted(self.books))
        for name, book in sorted(self.books.items()):
            self.cs(name, env={"CLAUDE_CODE_BIN": "true"})
            self.check_session(name, book)
            if book["url"]:
                self.cs(name, "-sync", "push")
                self.check_objects(name, Path(book["url"]))
        for place in self.box.home.rglob("*.json"):
            self.check_json(place)

    def expect(self, what, found, wanted):
        if found != wanted:
            self.trouble(f"{what}: {found!r} instead of {wanted!r}")

    def check_session(self, name, book):
        place = self.box.root / name
        notes = "".join(
            (place / ".cs" / file).read_text() if (place / ".cs" / file).exists() else ""
            for file in ("discoveries.md", "discoveries.archive.md")
        ).splitlines()
        self.expect(f"{name}: notes lost", [line for line in book["lines"] if notes.count(line) != 1], [])
        for path, text in book["files"].items():
            self.expect(f"{name}/{path}", (place / path).read_text() if (place / path).exists() else None, text)
        if book["secret"]:
            self.expect(f"{name}: secret", self.cs(name, "-secrets", "get", "SOAK").out, book["secret"] + "\n")
        self.expect(f"{name}: lock left", (place / ".cs/session.lock").exists(), False)
        leftover = [path for path in tree(place) if path.endswith((".tmp", ".new", "index.lock", "HEAD.lock"))]
        self.expect(f"{name}: left over", leftover, [])
        status = self.box.git("status", "--porcelain", cwd=place).splitlines()
        redacted = [line for line in status if not line[3:].startswith("run-")]  # those differ by their credential
        self.expect(f"{name}: not clean", redacted, [])
        self.expect(f"{name}: damaged", self.box.git("fsck", "--no-progress", "--no-dangling", cwd=place), "")
        self.check_objects(name, place / ".git")

    def check_objects(self, name, git):
        everything = subprocess.run(
            ["git", "cat-file", "--batch", "--batch-all-objects"], cwd=str(git), stdout=subprocess.PIPE
        ).stdout
        self.expect(f"{name}: a credential in {git}", b"ghp_0000" in everything, False)
        self.expect(f"{name}: a secret in {git}", b"value-of-secret-" in everything, False)

    def check_json(self, place):
        try:
            json.loads(place.read_text(encoding="utf-8"))
        except ValueError as error:
            self.trouble(f"{place}: {error}")


def soak(box, seconds, sessions, seed=7, workers=4):
    """Live for so many seconds, check, and return the troubles and what was done."""
    box.cs("-install")
    life = Life(box, sessions, seed)
    people = [threading.Thread(target=life.live, args=(number, seconds)) for number in range(workers)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    life.check()
    return life


def main():
    """Run by hand."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--sessions", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--workers", type=int, default=4)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cs-soak.") as place:
        (Path(place) / "box").mkdir()
        (Path(place) / "shared").mkdir()
        box = Box(Path(place) / "box", Path(place) / "shared")
        try:
            life = soak(box, told.minutes * 60, told.sessions, told.seed, told.workers)
        finally:
            box.close()
    print(f"cs {cs.VERSION}: {len(life.books)} sessions, deeds {life.done}, {len(life.troubles)} troubles")
    return 1 if life.troubles else 0


if __name__ == "__main__":
    sys.exit(main())
