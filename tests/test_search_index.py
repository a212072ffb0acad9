"""The index of the search: it follows every change, and whatever happens to it, answers stay right."""

import json
import os
import random
import signal
import sqlite3
import sys
import time
from pathlib import Path

import pytest
import search_corpus as corpus
from bed import PYTHON, TOP, wait_for
from search_scale import settle

import cs

ID = "0a1b2c3d-0000-4000-8000-00000000000"
CODE = f"import sys; sys.path.insert(0, {str(TOP)!r}); import cs; sys.exit(cs.main(sys.argv[1:]))"


@pytest.fixture
def places(box):
    """Where the things of this test's home are."""
    return cs.Places(box.env)


@pytest.fixture(autouse=True)
def program(box):
    """cs from cached bytecode, as installed: compiling it would cost every call a second."""
    box.program = [PYTHON, "-IS", "-c", CODE]


@pytest.fixture
def index(places):
    """The file of the index."""
    return Path(cs.IndexFile(places, lambda: False).path)


@pytest.fixture
def some(box):
    """Twelve sessions of the corpus."""
    corpus.make(box.home, corpus.sessions()[:12])


def answer(places, *queries, index=None):
    """What the queries find; with index=True only if an index was used, with False only if none was."""
    searcher = cs.Searcher(places)
    try:
        searcher.refresh()
        found = [searcher.find(cs.parse_query(query), 50, 20) for query in queries]
        assert index is None or index == (searcher.index is not None)
        return [[each.as_json() for each in sessions] for sessions in found]
    finally:
        searcher.close()


def scanned(places, *queries):
    """What the queries find without SQLite."""
    saved, sys.modules["sqlite3"] = sys.modules["sqlite3"], None
    try:
        return answer(places, *queries, index=False)
    finally:
        sys.modules["sqlite3"] = saved


QUERIES = [
    *("customers", "the cause", "error -server", "in:chat tests", "in:notes log", "session:check* twice"),
    *('"what is the cause"', "pay* answer", "since:2026-09-01 summary", "in:chat since:2026-08-01 the"),
    *("bank authentication", "names", "postgres index", "a* b*", "zoë"),
]


def test_the_index_and_the_scan_find_the_same(places, box):
    corpus.make(box.home, corpus.sessions()[:80])
    queries = QUERIES + [question for question, _ in corpus.questions()]
    assert answer(places, *queries, index=True) == scanned(places, *queries)


def test_the_index_is_private(places, some, index):
    os.umask(0)
    answer(places, "x", index=True)
    assert {path.name: path.stat().st_mode & 0o777 for path in index.parent.iterdir()} == {
        index.name: 0o600,
        index.name + ".lock": 0o600,
        index.name + ".ok": 0o600,
    }
    assert index.parent.stat().st_mode & 0o777 == 0o700


# ---- following changes ---------------------------------------------------------------------------------


def test_random_changes_are_all_noticed(places, box, some):
    """Conversations that grow by torn pieces, are cut, replaced or removed; notes that are changed or renamed."""
    chance = random.Random(7)
    names = [line.name for line in corpus.sessions()[:12]]
    queries = [*QUERIES, "freshly", "word*", '"freshly said"', "in:notes freshly", "since:1d freshly"]
    for turn in range(int(os.environ.get("CS_TEST_ROUNDS", "12"))):
        for _ in range(chance.randrange(1, 6)):
            change_something(box, chance, chance.choice(names), turn)
        assert answer(places, *queries, index=True) == scanned(places, *queries)


def change_something(box, chance, name, turn):
    meta = box.root / name / ".cs"
    if not meta.is_dir():
        corpus.make_session(box.home, next(x for x in corpus.sessions() if x.name == name), corpus.sessions())
    conversations = sorted(corpus.project(box.home, box.root / name).glob("*.jsonl"))
    said = "freshly said " + " ".join(f"word{chance.randrange(50)}" for _ in range(chance.choice((3, 900))))
    line = corpus.record("user", said, time.time() - chance.randrange(9000), str(meta.parent), "x").encode()
    path = chance.choice(conversations) if conversations else None
    deed = chance.randrange(10)
    if deed < 4 and path:
        with path.open("ab") as f:
            f.write(line * chance.choice((1, 1, 9)) + line[: chance.choice((0, 0, 50))])
    elif deed == 4 and path:
        os.truncate(path, path.stat().st_size // 2)
    elif deed == 5 and path:
        path.with_name("beside").write_bytes(path.read_bytes()[::2] + b"\n" + line)
        path.with_name("beside").replace(path)
    elif deed == 6 and path:
        kept = meta / "local/conversations"
        kept.mkdir(parents=True, exist_ok=True)
        (kept / path.name).exists() or os.link(path, kept / path.name)
        path.unlink()
    elif deed == 7:
        (meta / "summary.md").write_text(f"# Summary\n\n## Turn {turn}\n\n{said}\n")
    elif deed == 8:
        (meta / "artifacts").mkdir(exist_ok=True)
        (meta / "artifacts" / f"a{turn % 3}.sh").write_text(said)
    else:
        bed_remove(box.root / name)


def bed_remove(path):
    """Moves a session to the trash."""
    trash = path.parent / ".trash"
    trash.mkdir(exist_ok=True)
    path.rename(trash / f"{path.name}-{time.monotonic_ns()}")


def test_only_new_bytes_of_a_conversation_are_read(places, box, some, monkeypatch):
    answer(places, "customers")
    path = next(corpus.project(box.home, box.root / "checkout-double-charge").glob("*.jsonl"))
    before = path.stat().st_size
    read = []

    def lines(path, start=0, real=cs.transcript_lines):
        for end, line in real(path, start):
            read.append(len(line))
            yield end, line

    monkeypatch.setattr(cs, "transcript_lines", lines)
    with path.open("a") as f:
        f.write(corpus.record("user", "a capybara", time.time(), str(path), "x"))
    assert len(answer(places, "capybara", index=True)[0]) == 1
    assert before > 10000 and sum(read) < 20 * 500  # the first lines are looked at, for their directory


def test_a_change_that_leaves_size_and_time_is_noticed_when_it_was_just_written(places, box, some):
    notes = box.root / "checkout-3ds/.cs/discoveries.md"
    notes.write_text("# D\n\n## H\n\nthe capybara\n")
    moment = notes.stat().st_mtime_ns
    assert len(answer(places, "capybara", index=True)[0]) == 1
    notes.write_text("# D\n\n## H\n\nthe aardvark\n")
    os.utime(notes, ns=(moment, moment))
    assert [len(each) for each in answer(places, "capybara", "aardvark", index=True)] == [0, 1]


def test_a_rewritten_conversation_of_the_same_size_is_read_again(places, box, some):
    path = next(corpus.project(box.home, box.root / "checkout-3ds").glob("*.jsonl"))
    text = "x " * 30000 + "capybara" + " x" * 30000
    path.write_text(corpus.record("user", text, 1, str(path), "x"))
    os.utime(path, (1, 1))
    assert len(answer(places, "capybara", index=True)[0]) == 1
    path.write_text(path.read_text().replace("capybara", "aardvark"))
    assert [len(each) for each in answer(places, "capybara", "aardvark", index=True)] == [0, 1]


def test_nothing_is_written_when_nothing_has_changed(places, box, some, index):
    settle(box.home)
    answer(places, "customers", index=True)
    before = index.read_bytes(), index.stat().st_mtime_ns
    answer(places, "customers", index=True)
    assert (index.read_bytes(), index.stat().st_mtime_ns) == before


def test_other_roots_and_other_homes_of_claude_have_indexes_of_their_own(places, box, some):
    there = dict(box.env, CS_SESSIONS_ROOT=str(box.home / "elsewhere"))
    unspoken = dict(box.env, CLAUDE_CONFIG_DIR=str(box.home / "no-claude"))
    for _ in range(2):
        assert len(answer(places, "in:chat cause", index=True)[0]) == 12
        assert answer(cs.Places(there), "in:chat cause", index=True) == [[]]
        assert answer(cs.Places(unspoken), "in:chat cause", index=True) == [[]]


def test_the_words_of_a_removed_session_leave_the_index(places, box, some, index):
    (box.root / "checkout-3ds/.cs/discoveries.md").write_text("# D\n\n## H\n\ncapybara\n")
    answer(places, "capybara", index=True)
    bed_remove(box.root / "checkout-3ds")
    assert answer(places, "capybara", index=True) == [[]]
    connection = sqlite3.connect(str(index))
    assert connection.execute("SELECT count(*) FROM sessions WHERE name = 'checkout-3ds'").fetchone() == (0,)
    connection.close()


# ---- a damaged index -----------------------------------------------------------------------------------


def overwrite(path, at, data):
    with path.open("r+b") as f:
        f.seek(at)
        f.write(data)


DAMAGES = {
    "garbage": lambda path: path.write_bytes(b"garbage" * 5000),
    "empty": lambda path: path.write_bytes(b""),
    "gone": lambda path: path.unlink(),
    "cut": lambda path: os.truncate(path, path.stat().st_size // 2),
    "header": lambda path: overwrite(path, 0, b"\0" * 50),
    "middle": lambda path: overwrite(path, path.stat().st_size // 2, b"\xff" * 5000),
    "bytes here and there": lambda path: [
        overwrite(path, at, b"?") for at in range(4096, path.stat().st_size, 997)
    ],
    "a directory": lambda path: (path.unlink(), path.mkdir()),
    "no mark": lambda path: path.with_name(path.name + ".ok").unlink(),
    "a mark from elsewhere": lambda path: path.with_name(path.name + ".ok").write_text("1.2.3"),
    "a journal of something else": lambda path: path.with_name(path.name + "-journal").write_bytes(b"x" * 9999),
    "marked as being written, and cut": lambda path: (
        path.with_name(path.name + ".ok").write_text("writing"),
        os.truncate(path, path.stat().st_size // 2 // 4096 * 4096),
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_gives_right_answers(places, box, some, index, damage):
    expected = scanned(places, *QUERIES)
    assert answer(places, *QUERIES, index=True) == expected
    DAMAGES[damage](index)
    assert answer(places, *QUERIES) == expected
    if damage != "a directory":
        assert answer(places, *QUERIES, index=True) == expected  # it has been made anew


def test_damage_under_an_open_index_gives_right_answers(places, box, some, index):
    expected = scanned(places, *QUERIES)
    searcher = cs.Searcher(places)
    searcher.refresh()
    overwrite(index, 4096, b"\xff" * (index.stat().st_size - 4096))
    found = [[each.as_json() for each in searcher.find(cs.parse_query(query), 50, 20)] for query in QUERIES]
    searcher.close()
    assert found == expected
    assert answer(places, *QUERIES, index=True) == expected


def test_an_index_of_another_version_is_made_anew(places, some, index):
    expected = scanned(places, *QUERIES)
    answer(places, "x", index=True)
    for change in (
        "PRAGMA user_version = 99999999",
        "DROP TABLE texts",
    ):
        connection = sqlite3.connect(str(index))
        connection.execute(change)
        connection.commit()
        connection.close()
        index.with_name(index.name + ".ok").write_text(cs.paths_state([str(index)])[0])
        assert answer(places, *QUERIES) == expected, change
        assert answer(places, *QUERIES, index=True) == expected, change


# ---- an index that cannot be used ----------------------------------------------------------------------


def test_a_locked_index_gives_right_answers(places, box, some, index):
    answer(places, "x", index=True)
    (box.root / "checkout-3ds/.cs/summary.md").write_text("# S\n\n## H\n\ncapybara\n")
    connection = sqlite3.connect(str(index), isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    assert [len(each) for each in answer(places, "capybara", "customers")] == [
        1,
        len(scanned(places, "customers")[0]),
    ]
    connection.execute("ROLLBACK")
    connection.close()
    assert len(answer(places, "capybara", index=True)[0]) == 1


def test_a_lock_file_that_is_not_given_back_gives_right_answers(places, box, some, index, monkeypatch):
    answer(places, "x", index=True)
    (box.root / "checkout-3ds/.cs/summary.md").write_text("# S\n\n## H\n\ncapybara\n")
    monkeypatch.setattr(cs.IndexFile, "PATIENCE", 0.1)
    with cs.FileLock(str(index) + ".lock"):
        assert len(answer(places, "capybara")[0]) == 1


def test_a_cache_that_cannot_be_written_gives_right_answers(places, box, some, index):
    expected = scanned(places, *QUERIES)
    index.parent.parent.mkdir(parents=True)
    index.parent.write_text("a file where the directory should be")
    assert answer(places, *QUERIES, index=False) == expected


def test_on_a_read_only_disk_the_index_is_used_as_it_is_and_the_rest_scanned(places, box, some, index):
    if os.geteuid() != 0 or (not hasattr(os, "unshare") and not os.path.exists("/usr/bin/unshare")):
        pytest.skip("only root may mount")
    settle(box.home)
    box.cs("-search", "customers")
    code = f"""
import os, subprocess, sys, json
sys.path[:0] = [{str(TOP)!r}]
for command in (["mount", "--bind", {str(index.parent)!r}, {str(index.parent)!r}],
                ["mount", "-o", "remount,bind,ro", {str(index.parent)!r}]):
    subprocess.run(command, check=True)
import cs
open({str(box.root / "checkout-3ds/.cs/summary.md")!r}, "w").write("# S\\n\\n## H\\n\\ncapybara\\n")
searcher = cs.Searcher(cs.Places(os.environ))
searcher.refresh()
assert sorted(type(each.engine).__name__ for each in searcher.sessions.values())[:2] == ["Scan", "SearchIndex"]
print(json.dumps([[h.as_json() for h in searcher.find(cs.parse_query(q), 50, 20)] for q in {[*QUERIES, "capybara"]!r}]))
"""
    result = box.run("/usr/bin/unshare", "-m", PYTHON, "-c", code)
    if "mount" in result.err or "unshare" in result.err:
        pytest.skip("mounting is not possible here")
    assert (result.status, result.err) == (0, "")
    assert json.loads(result.out) == scanned(places, *QUERIES, "capybara")


def test_without_fts5_the_plain_scan_answers(places, some, monkeypatch):
    monkeypatch.setattr(cs, "_TABLES", cs._TABLES.replace("fts5", "fts9"))
    assert answer(places, *QUERIES, index=False) == scanned(places, *QUERIES)


def test_a_full_disk_gives_right_answers(places, box, some, monkeypatch):
    expected = scanned(places, *QUERIES)

    def no_room(self, *arguments):
        self.connection.execute("PRAGMA max_page_count = 12")
        return real(self, *arguments)

    real = cs.SearchIndex._update_file
    monkeypatch.setattr(cs.SearchIndex, "_update_file", no_room)
    assert answer(places, *QUERIES) == expected


# ---- interruptions, and two at once --------------------------------------------------------------------


def test_a_build_that_is_killed_at_any_moment_goes_on(places, box, some, index):
    expected = scanned(places, *QUERIES)
    chance = random.Random(3)
    slow = CODE.replace("import cs;", "import cs; cs.COMMIT_EVERY = 0.01; cs.BLOCK = 4000;")
    for _ in range(int(os.environ.get("CS_TEST_KILLS", "8"))):
        kill_soon(box, slow, index, chance)
    assert answer(places, *QUERIES, index=True) == expected


def kill_soon(box, code, index, chance):
    """Starts a search that builds the index, and ends it after a moment."""
    process = box.start(PYTHON, "-IS", "-c", code, "-search", "customers")
    wait_for(lambda: index.exists() or process.process.poll() is not None)
    deadline = time.monotonic() + chance.random() * 0.3
    wait_for(lambda: time.monotonic() > deadline or process.process.poll() is not None)
    if process.process.poll() is None:
        process.signal(chance.choice((signal.SIGKILL, signal.SIGINT)))
    process.result()


def test_what_an_interrupted_build_has_done_is_not_done_again(places, box, monkeypatch):
    corpus.make(box.home, corpus.sessions()[:30])
    settle(box.home)
    monkeypatch.setattr(cs, "COMMIT_EVERY", 0)
    heard = [(0, 1)]
    query = cs.parse_query("customers")

    def hear(*done_and_total):
        heard.append(done_and_total)

    with pytest.raises(cs.SearchStopped):
        cs.search(places, query, progress=hear, stop=lambda: heard[-1][0] > heard[-1][1] / 2)
    first = heard[-1][1]
    cs.search(places, query, progress=hear)
    assert first / 4 < heard[-1][1] < first * 3 / 4
    assert answer(places, *QUERIES, index=True) == scanned(places, *QUERIES)


def test_many_at_once_all_answer(places, box):
    corpus.make(box.home, corpus.sessions()[:60])
    expected = json.dumps(scanned(places, "customers")[0])
    running = [box.start_cs("-search", "customers", "--json", "--limit", "50") for _ in range(6)]
    for each in running:
        result = each.result()
        assert (result.status, result.err) == (0, "")
        assert json.dumps(json.loads(result.out)) == expected


@pytest.mark.slow
def test_another_search_that_changes_the_index_does_not_disturb(places, box, some):
    expected = answer(places, "customers")[0]
    searcher = cs.Searcher(places)
    searcher.refresh()
    for path in box.home.glob(".claude/projects/*/*.jsonl"):
        path.write_text(path.read_text().replace("customers", "capybaras"))
    assert len(answer(places, "capybaras")[0]) == len(expected)
    found = searcher.find(cs.parse_query("customers"), 50, 20)
    searcher.close()
    assert [each.as_json() for each in found] == expected


def test_a_search_that_nobody_waits_for_stops(places, some):
    for calls in range(0, 400, 23):
        left = [calls]

        def stop(left=left):
            left[0] -= 1
            return left[0] < 0

        try:
            found = cs.search(places, cs.parse_query("customers"), stop=stop)
        except cs.SearchStopped:
            continue
        assert found
        return
    raise AssertionError("it asked more than 400 times")


def test_the_first_build_shows_progress_on_a_terminal_after_a_second(places, box, some, monkeypatch):
    slow = CODE.replace("import cs;", "import cs, time; cs.is_fresh = lambda m: time.sleep(0.05) or False;")
    box.program = [PYTHON, "-IS", "-c", slow]
    result = box.cs("-search", "customers", tty=True)
    assert "indexing what has been said: " in result.out
    assert box.cs("-search", "customers").err == ""


# ---- size ----------------------------------------------------------------------------------------------


def test_gigantic_lines_do_not_fill_the_memory(places, box, some):
    path = next(corpus.project(box.home, box.root / "checkout-3ds").glob("*.jsonl"))
    with path.open("a") as f:
        f.write(corpus.record("user", "start " + "lengthy word " * (4 << 20), 1, str(path), "x"))
        f.write(corpus.record("user", "the capybara", 1, str(path), "x"))
    box.program[-1] = CODE.replace("sys.exit(", "status = ").replace("[1:]))", "[1:])") + (
        "; print([line for line in open('/proc/self/status') if line.startswith('VmHWM')], file=sys.stderr)"
        "; sys.exit(status)"
    )
    result = box.cs("-search", "capybara")
    assert (result.status, result.out.splitlines()[0]) == (0, "checkout-3ds")
    assert int(result.err.split()[1]) < 60 * 1024  # kilobytes
