"""What is measured: the commands that have a limit in the project's targets, from an installed cs."""

import atexit
import functools
import json
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from bed import TOP
from bench import clock, row, times


def sessions(bench, count):
    """Make some sessions by copying one: directories, not links, each with its own log."""
    bench.installed()
    bench.claude()
    result = bench.cs("session-0000")
    assert result.status == 0, result.err
    first = bench.root / "session-0000"
    readme = (first / ".cs" / "README.md").read_bytes()
    log = (first / ".cs" / "logs" / "session.log").read_bytes()
    git = (first / ".git" / "config").read_bytes()
    for number in range(1, count):
        place = bench.root / f"session-{number:04d}"
        (place / ".cs" / "logs").mkdir(parents=True)
        (place / ".git").mkdir()
        (place / ".cs" / "README.md").write_bytes(readme)
        (place / ".cs" / "logs" / "session.log").write_bytes(log)
        (place / ".git" / "config").write_bytes(git)


@row("sh -c true")
def shell(bench):
    return ["/bin/sh", "-c", "true"]


@row("cs -version", limit=12)
def version(bench):
    return bench.measure([*bench.installed().program, "-version"], original=bench.originals("-version"))


@row("cs -ls, 1,000 sessions", limit=60)
def list_thousand(bench):
    sessions(bench, 1000)
    return bench.measure([*bench.program, "-ls"], original=bench.originals("-ls"))


@row("cs -ls --json, 1,000 sessions", limit=150)
def list_thousand_as_json(bench):
    sessions(bench, 1000)
    return [*bench.program, "-ls", "--json"]


@row("cs -ls, 10,000 sessions", limit=500)
def list_ten_thousand(bench):
    sessions(bench, 10000)
    return [*bench.program, "-ls"]


# ---- a start: until Claude Code is executed ----


def starting(bench):
    """Make a session with a conversation, and a client that opens a pipe as soon as it runs: the pipe."""
    bench.installed()
    bench.claude('say("hello")')
    assert bench.cs("bench").status == 0
    pipe = bench.work / "runs"
    os.mkfifo(str(pipe))
    (bench.bin / "claude").write_text(f"#!/bin/sh\n: >{pipe}\n")
    return pipe


@row("cs NAME, a session with a conversation", limit=130)  # over a bare Python; 150 in all
def start(bench):
    pipe = starting(bench)
    return bench.measure([*bench.program, "bench"], until=pipe, original=bench.originals("bench"))


@row("what looking for updates adds to that", limit=10)
def start_with_updates(bench):
    pipe = starting(bench)
    without, looking = {"CS_NO_UPDATE_CHECK": "1"}, {"CS_RELEASES_URL": "http://127.0.0.1:9/releases"}
    found = bench.home / ".cache/cs/newest-version"
    taken = {"without": [], "looking": []}
    for _ in range(bench.runs or 15):
        found.parent.mkdir(parents=True, exist_ok=True)
        found.write_text("2999.1.1\n")
        os.utime(str(found), (0, 0))  # an update is known, and another look is due
        for name, more in (("without", without), ("looking", looking)):
            taken[name].append(clock([*bench.program, "bench"], bench.home, bench.environment(more), until=pipe)[0])
    return times(taken["looking"], statistics.median(taken["without"]))


# ---- search: 1,000 sessions with 200 MB of transcripts ----


@functools.lru_cache(None)
def much_said():
    """A home with that much in it, made once for all rows."""
    from search_scale import make

    home = tempfile.mkdtemp(prefix="cs-bench-search.")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    make(home)
    return Path(home)


def searching(bench):
    """Install cs, and let it see that home; the index is up to date."""
    bench.installed()
    home = much_said()
    bench.env.update(
        {"CS_SESSIONS_ROOT": str(home / ".claude-sessions"), "CLAUDE_CONFIG_DIR": str(home / ".claude")}
    )
    bench.env["XDG_CACHE_HOME"] = str(home / ".cache")
    assert bench.cs("-search", "server", timeout=600).status == 0
    return home


def once_each(bench, runs, prepare):
    """Times of `cs -search server`, each time after something was prepared; there is no bare Python here."""
    taken = []
    for number in range(runs):
        prepare(number)
        taken.append(clock([*bench.program, "-search", "server"], str(bench.home), bench.environment()))
    return times([wall for wall, _ in taken], cpu=statistics.median([cpu for _, cpu in taken]))


@row("cs -search, a rare word, 200 MB", limit=140)
def search_rare(bench):
    searching(bench)
    return [*bench.program, "-search", "server", "bafro*"]


@row("cs -search, two common words, 200 MB", limit=140)
def search_common(bench):
    searching(bench)
    return [*bench.program, "-search", "server", "config"]


@row("cs -search --json, one common word, 200 MB")
def search_json(bench):
    searching(bench)
    return [*bench.program, "-search", "error", "--json"]


@row("cs -search, after 5 MB more in a conversation", limit=1000)
def search_more(bench):
    from search_scale import Writer, write_transcript

    home, writer = searching(bench), Writer(2)
    path = next((home / ".claude/projects").glob("*/*.jsonl"))
    return once_each(bench, 3, lambda _: write_transcript(path, writer, 5 << 20, time.time(), str(home)))


@row("cs -search, first build of the index")
def search_first(bench):
    home = searching(bench)
    return once_each(bench, 1, lambda _: shutil.rmtree(home / ".cache" / "cs"))


@row("cs -search, peak memory in MB (no times)", limit=60)
def search_memory(bench):
    searching(bench)
    code = "import os, sys; os.spawnv(0, sys.argv[1], sys.argv[1:]); import resource as r; "
    code += "print(r.getrusage(r.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    python = [bench.path[1] + "/python3", "-c", code]
    result = bench.run(*python, *bench.program, "-search", "server", "config")
    peak = float(result.out.splitlines()[-1])
    return times([peak])


@row("grep -ri in the same files")
def search_grep(bench):
    home = searching(bench)
    return [
        "/bin/sh",
        "-c",
        "grep -ri 'server config' $0 $1 | tail -1",
        home / ".claude",
        home / ".claude-sessions",
    ]


@row("ripgrep -i in the same files")
def search_ripgrep(bench):
    home = searching(bench)
    command = "rg -i --hidden --no-ignore 'server config' $0 $1 | tail -1"
    return ["/bin/sh", "-c", command, home / ".claude", home / ".claude-sessions"]


# ---- hooks, by the commands that stand in settings.json ------------------------------------------------


def hook(bench, name, path="", text="", inside=True, prepare=lambda: None, **fields):
    """Measure a hook as the client runs it, on a file in a session or outside of one."""
    bench.installed()
    bench.claude()
    result = bench.cs("bench")
    assert result.status == 0, result.err
    session = bench.root / "bench"
    prepare()
    settings = json.loads((bench.home / ".claude" / "settings.json").read_text())
    entries = [
        (event, each) for event, found in settings["hooks"].items() for entry in found for each in entry["hooks"]
    ]
    ((event, command),) = [
        (event, each["command"]) for event, each in entries if f"cs-{name}.py" in each["command"]
    ]
    if path:
        (session / path).parent.mkdir(parents=True, exist_ok=True)
        (session / path).write_text(text)
        fields.update(tool_name="Write", tool_input={"file_path": str(session / path), "content": text})
    told = {"session_id": "x", "cwd": str(session), "hook_event_name": event, **fields}
    env = {"CLAUDE_SESSION_NAME": "bench", "CLAUDE_SESSION_DIR": str(session)} if inside else {}
    original = bench.original_hook(name) if inside else None
    return bench.measure(["/bin/sh", "-c", command], env=env, input=json.dumps(told), original=original)


@row("hook outside of a session", limit=3)
def hook_outside(bench):
    found = hook(bench, "changes-tracker", "a.py", "x = 1\n", inside=False)
    return found._replace(bare=0.0, cpu=None)  # no Python is started: the limit is that of the whole


@row("hook changes-tracker, nothing to do", limit=20)
def hook_changes_nothing(bench):
    return hook(bench, "changes-tracker", ".cs/discoveries.md", "# D\n")


@row("hook changes-tracker, writes", limit=35)
def hook_changes(bench):
    return hook(bench, "changes-tracker", "a.py", "x = 1\n")


@row("hook artifact-tracker, nothing to do", limit=20)
def hook_artifact_nothing(bench):
    return hook(bench, "artifact-tracker", "notes.txt", "x\n")


@row("hook artifact-tracker, writes a .py", limit=35)
def hook_artifact(bench):
    return hook(bench, "artifact-tracker", "a.py", "import os\n\nkey = os.environ['API_KEY']\n" * 50)


@row("hook discovery-commits, nothing to do", limit=20)
def hook_commits_nothing(bench):
    return hook(bench, "discovery-commits", "../outside.txt", "x\n")


@row("hook discovery-commits, starts an autosave", limit=35)
def hook_commits(bench):
    return hook(bench, "discovery-commits", "a.txt", "x\n")


@row("hook discoveries-reminder, nothing to do", limit=20)
def hook_reminder(bench):
    id = "0585fa80-1111-4222-8333-444455556666"
    kept = bench.root / "bench" / ".cs" / "local" / "conversations"
    transcript = bench.home / f"{id}.jsonl"
    transcript.write_text('{"type":"user"}\n')

    def keep():
        kept.mkdir(exist_ok=True)
        os.link(str(transcript), str(kept / transcript.name))

    told = {"session_id": id, "transcript_path": str(transcript), "stop_hook_active": False}
    return hook(bench, "discoveries-reminder", prepare=keep, **told)


@row("hook discoveries-archiver, nothing to do", limit=20)
def hook_archiver(bench):
    return hook(bench, "discoveries-archiver", trigger="auto")


@row("hook tool-failure-logger, writes", limit=35)
def hook_failure(bench):
    return hook(
        bench, "tool-failure-logger", tool_name="Bash", tool_input={"command": "make"}, error="Exit code 2\nno"
    )


@row("hook session-auto-approve", limit=20)
def hook_approve(bench):
    return hook(bench, "session-auto-approve", ".cs/summary.md", "x\n")


@row("hook subagent-context", limit=20)
def hook_subagent(bench):
    return hook(bench, "subagent-context", agent_id="a")


@row("hook session-start, compact", limit=35)
def hook_start(bench):
    return hook(bench, "session-start", source="compact")


# ---- autosave: beside git itself, which is the bare process here ----------------------------------------

AUTOSAVES = """
import os, subprocess, sys, time
import cs
places = cs.Places(os.environ)
session = cs.session_named(places, "bench")
os.chdir(session.directory)
for number in range(int(sys.argv[1])):
    for work in (lambda: subprocess.run(["git", "status"], stdout=subprocess.DEVNULL),
                 lambda: cs.autosave(places, session)):
        with open("src/0/1/file1", "w") as file:
            file.write(str(time.time()))
        began = time.perf_counter()
        work()
        print(1000 * (time.perf_counter() - began))
"""


@row("autosave, 20,000 files; bare is git status")
def autosave(bench):
    bench.installed()
    bench.claude()
    assert bench.cs("bench").status == 0
    session = bench.root / "bench"
    for number in range(20000):
        place = (
            session / "src" / str(number // 400) / str(number // 10)
        )  # as many to a directory as in real sources
        place.mkdir(parents=True, exist_ok=True)
        file = place / f"file{number % 10}"
        file.write_text(f"x = {number}\n" * 20)
        os.utime(str(file), (1e9, 1e9))  # git reads again what is as new as its index
    assert bench.cs("bench", timeout=300).status == 0  # its end commits them
    code = f"import sys; sys.path.insert(0, {str(TOP)!r})\n{AUTOSAVES}"
    told = bench.run(bench.path[1] + "/python3", "-c", code, (bench.runs or 31) + 2, timeout=300)
    assert told.status == 0, told.err
    taken = [float(line) for line in told.out.split()][4:]
    return times(taken[1::2], statistics.median(taken[0::2]))
