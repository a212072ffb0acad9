"""Makes many sessions with many megabytes of transcripts, for measurements: search_scale.py HOME [SESSIONS MB]."""

import json
import os
import random
import sys
import time
import uuid
from pathlib import Path

SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo za bre cla dri fro gru ple sti tra"
COMMON = """the a to of and is in it that for on with as was be this are not have from at by you can we will but or
an if when so file error test function value server config request change run add fix check build deploy issue line
code data user call return type name set list update need should use work time also one get new now first"""


class Writer:
    """Random prose whose words are as unevenly frequent as those of a language."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        made = {"".join(self.random.choices(SYLLABLES.split(), k=self.random.randint(2, 4))) for _ in range(20000)}
        self.rare = sorted(made)
        self.weights = [1 / (rank + 10) for rank in range(len(self.rare))]
        self.bulk = self.prose(60000)
        self.answers = [self.prose(160) for _ in range(8000)]

    def prose(self, words):
        """So many words, most of them common ones."""
        rare = iter(self.random.choices(self.rare, self.weights, k=words))
        picks = self.random.choices(COMMON.split(), k=words)
        coins = self.random.choices((True, False), (55, 45), k=words)
        chosen = [common if coin else next(rare) for common, coin in zip(picks, coins)]
        for stop in range(12, len(chosen), 14):
            chosen[stop] += "."
        return " ".join(chosen)


def record(kind, content, moment, directory, conversation, **more):
    """One line of a transcript as Claude Code writes it."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(moment))
    base = {"parentUuid": None, "isSidechain": False, "userType": "external", "cwd": directory}
    base.update({"sessionId": conversation, "version": "2.1.197", "type": kind})
    base["message"] = {"role": kind, "content": content}
    base.update({"uuid": conversation[:24] + f"{int(moment) % 10**12:012d}", "timestamp": stamp}, **more)
    return json.dumps(base, separators=(",", ":"), ensure_ascii=False) + "\n"


def write_transcript(path, writer, size, start, directory):
    """A conversation of about so many bytes: prompts, answers, and tool results, which are the bulk."""
    conversation, moment, written = path.stem, start, 0
    with open(path, "a", encoding="utf-8") as f:
        while written < size:
            moment += 60
            lines = [record("user", writer.prose(40), moment, directory, conversation)]
            for _ in range(4):
                moment += 15
                answer = [{"type": "text", "text": f"{writer.random.choice(writer.answers)} {int(moment)}"}]
                lines.append(record("assistant", answer, moment, directory, conversation))
                at = writer.random.randrange(len(writer.bulk) - 5000)
                output = writer.bulk[at : at + writer.random.randint(300, 4500)]
                result = [{"type": "tool_result", "tool_use_id": "toolu_01", "content": output}]
                more = {"toolUseResult": {"stdout": output, "stderr": ""}}
                lines.append(record("user", result, moment, directory, conversation, **more))
            text = "".join(lines)
            f.write(text)
            written += len(text)


def make(home, sessions=1000, megabytes=200, seed=1):
    """Sessions below a home directory, each with documents, three artifacts and one or two conversations."""
    home, writer, now = Path(home), Writer(seed), time.time()
    each = megabytes * (1 << 20) // sessions
    for number in range(sessions):
        first, second = writer.random.choices(writer.rare[:3000], k=2)
        directory = home / ".claude-sessions" / f"{first}-{second}-{number:04}"
        meta = directory / ".cs"
        for part in ("artifacts", "logs", "local/conversations"):
            (meta / part).mkdir(parents=True)
        started = now - writer.random.randrange(86400, 300 * 86400)
        begun = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(started))
        texts = {
            "README.md": f"# {first}\n\n## Objective\n\n{writer.prose(10)}\n\n## Outcome\n\n{writer.prose(20)}\n",
            "discoveries.md": "# Discoveries\n"
            + "".join(f"\n## {writer.prose(5)}\n\n{writer.prose(60)}\n" for _ in range(5)),
            "changes.md": "# Changes\n\n"
            + "".join(f"- [{begun}] Edit: src/{w}.py\n" for w in writer.rare[number : number + 20]),
            "logs/session.log": f"Session: {directory.name}\nStarted: {begun}\n",
            "artifacts/MANIFEST.json": "[]\n",
            **{f"artifacts/{writer.rare[number + n]}.sh": f"#!/bin/sh\n{writer.prose(80)}\n" for n in range(3)},
        }
        for name, text in texts.items():
            (meta / name).write_text(text)
        folder = (
            home / ".claude/projects" / "".join(c if c.isascii() and c.isalnum() else "-" for c in str(directory))
        )
        folder.mkdir(parents=True)
        for _ in range(1 + number % 2):
            id = str(uuid.UUID(int=writer.random.getrandbits(128), version=4))
            write_transcript(folder / (id + ".jsonl"), writer, each // (1 + number % 2), started, str(directory))
            os.link(folder / (id + ".jsonl"), meta / "local/conversations" / (id + ".jsonl"))
    settle(home)


def settle(home, seconds=3600):
    """Gives every file and directory an older time, as after a night."""
    then = time.time() - seconds
    for top, folders, files in os.walk(home):
        for name in folders + files:
            os.utime(os.path.join(top, name), (then, then))


if __name__ == "__main__":
    make(sys.argv[1], *map(int, sys.argv[2:]))
