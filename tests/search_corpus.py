"""Sessions to search: those of data/search_sessions.txt, with documents and conversations as people have them."""

import json
import os
import random
import time
import uuid
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"
NOW = 1795000000  # when the newest of them was last used; seconds since the epoch

ASIDES = """run the tests again
show me the log of the last deploy
which files did you change
why did the build fail on the server
explain that error message
keep it simple, no new dependency
commit this with a good message
what is left to do
is there a faster way
check the configuration first
write a short summary of where we are
can you look at the other branch
that does not work, the same error as before
undo the last change
add a test for it
what happens when the connection is lost
how long does it take now
rename the function, the name says nothing
does this also work on the old machine
good, next""".splitlines()

ANSWERS = """I have run the tests: all of them pass, except for one that needs the network.
The error comes from a missing value in the configuration; I added a default and a message that says what is wrong.
Let me look at the log first. The last lines show a timeout while the server was starting.
I changed three files: the handler, its test and the documentation.
There are two ways: a small change here that solves today's problem, or a larger one that removes the cause.
The build fails because a dependency was updated yesterday. Pinning the version helps for now.
It takes about two seconds now. Most of the time is spent reading files, not in the database.
That is a good question. The documentation is not clear on it, so I tried: it retries three times and gives up.
I reverted the last change and the requests work again. The cause must be in the way that the state is kept.
Here is a summary: the problem is understood, a fix is in the branch, and the tests for it are written.
I would not cache this: the values change every minute and the query is fast enough.
The user sees an error for a moment only; the next request is answered by another process.
Memory is fine. I watched it for ten minutes under load and it stays flat.
The name was misleading, so I renamed it, and all the places that call it.
It works on the old machine as well, but it needs the option for the older format.""".splitlines()


class Line:
    """One session of the list."""

    def __init__(self, line):
        self.name, self.what, self.found, self.done, self.aside = (part.strip() for part in line.split("|"))


def sessions():
    """All sessions of the list."""
    lines = (DATA / "search_sessions.txt").read_text(encoding="utf-8").splitlines()
    return [Line(line) for line in lines if not line.startswith("#")]


def questions():
    """Each question with the name of the session that it means."""
    lines = (DATA / "search_questions.txt").read_text(encoding="utf-8").splitlines()
    return [tuple(line.rsplit(" : ", 1)) for line in lines if not line.startswith("#")]


def make(home, listed=None):
    """Makes the sessions below a home directory."""
    listed = listed or sessions()
    for line in listed:
        make_session(Path(home), line, listed)


def make_session(home, line, listed):
    """One session: not everybody states an objective or keeps discoveries, but everybody talks."""
    chance = random.Random(line.name)
    started = NOW - chance.randrange(86400, 200 * 86400)
    directory = home / ".claude-sessions" / line.name
    meta = directory / ".cs"
    (meta / "logs").mkdir(parents=True)
    day = time.strftime("%Y-%m-%d", time.gmtime(started))
    write(meta / "logs/session.log", f"Session: {line.name}\nStarted: {day} 10:00:00\n", started)
    objective = sentence(line.what) if chance.random() < 0.7 else "[What this session is for]"
    write(
        meta / "README.md",
        f"# {line.name}\n\n## Objective\n\n{objective}\n\n## Outcome\n\n[What came of it]\n",
        started,
    )
    if chance.random() < 0.6:
        heading = line.found.split(",")[0].split(" and ")[0]
        text = f"# Discoveries\n\n## {day} {heading}\n\n{sentence(line.found)}\n{sentence(line.done)}\n"
        write(meta / "discoveries.md", text, started + 7200)
    for _ in range(chance.choice((1, 1, 2))):
        id = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        path = project(home, directory) / (id + ".jsonl")
        write(path, transcript(id, str(directory), started, talk(line, listed, chance)), started + 7200)
        started += 3 * 86400


def talk(line, listed, chance):
    """What is said in a conversation: prompts and answers by turns; the matter itself, and much around it."""
    other = chance.choice(listed)
    matter = [
        (f"I want to work on this: {line.what}.", "I will look at what is there, and tell you what I find."),
        ("So what is the cause?", f"I found it: {line.found}."),
        ("What do you suggest?", f"This is what I would do: {line.done}. Shall I?"),
        (f"Yes. {sentence(line.aside)}", "Done, and noted in the discoveries."),
    ]
    if chance.random() < 0.5:
        prompt = f"Is this like {other.name}? That was: {other.what}."
        matter.insert(2, (prompt, "No, that was something else."))
    spoken = []
    for pair in matter:
        spoken.append(pair)
        spoken += [(chance.choice(ASIDES), chance.choice(ANSWERS)) for _ in range(chance.randrange(1, 6))]
    return spoken


def transcript(id, directory, moment, spoken):
    """The lines that Claude Code would write, tool results between them."""
    lines = []
    for prompt, answer in spoken:
        result = [{"type": "tool_result", "tool_use_id": "toolu_01", "content": "ok\n" * 20}]
        for kind, content, more in (
            ("user", prompt, {}),
            ("assistant", [{"type": "tool_use", "id": "toolu_01", "name": "Bash", "input": {"command": "ls"}}], {}),
            ("user", result, {"toolUseResult": {"stdout": "ok\n" * 20}}),
            ("assistant", [{"type": "text", "text": answer}], {}),
        ):
            moment += 20
            lines.append(record(kind, content, moment, directory, id, **more))
    return "".join(lines)


def record(kind, content, moment, directory, conversation, **more):
    """One line of a transcript."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.123Z", time.gmtime(moment))
    base = {"parentUuid": None, "isSidechain": False, "userType": "external", "cwd": directory}
    base.update({"sessionId": conversation, "version": "2.1.197", "type": kind})
    base.update({"message": {"role": kind, "content": content}, "timestamp": stamp}, **more)
    return json.dumps(base, separators=(",", ":"), ensure_ascii=False) + "\n"


def project(home, directory):
    """The folder in which Claude Code keeps the conversations of a directory."""
    mangled = "".join(c if c.isascii() and c.isalnum() else "-" for c in os.path.realpath(directory))
    return home / ".claude" / "projects" / mangled


def write(path, text, moment):
    """Writes a file that looks as if it was last changed at a moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (moment, moment))


def sentence(text):
    """A text as a sentence."""
    return text[:1].upper() + text[1:] + "."
