"""Names, the lock, the list of sessions."""

import contextlib
import json
import os
import subprocess
import sys

import bed
import pytest

import cs

HOSTILE = [
    "..",
    ".",
    "",
    "a/b",
    "../x",
    "-x",
    ".hidden",
    "a b",
    "a\nb",
    "é",
    "x" * 101,
    "a;b",
    "$(id)",
    "a\x00b"[:2],
]


def places(box):
    return cs.Places(os.environ)


def make(box, name, started="2026-03-01 10:00:00", **files):
    """A session as an earlier tool left it."""
    meta = box.root / name / ".cs"
    (meta / "logs").mkdir(parents=True)
    (meta / "logs" / "session.log").write_text(f"Session: {name}\nStarted: {started}\n")
    for file, text in files.items():
        (meta / file.replace("__", ".")).write_text(text)
    return meta


@pytest.mark.parametrize("name", [name for name in HOSTILE if name and "\0" not in name])
@pytest.mark.parametrize(
    "line",
    [
        "{0}",
        "{0} --force",
        "{0} --on me@nowhere.invalid",
        "{0} --move-to me@nowhere.invalid",
        "{0} -conversations",
        "{0} -secrets list",
        "{0} -sync push",
        "me@nowhere.invalid:{0}",
        "-rm {0} -y",
        "-rm {0} -y --force",
        "-restore {0}",
        "-rename {0} good",
        "-rename one {0}",
        "-adopt {0}",
        "-sync clone /nowhere.git {0}",
        "-secrets -s {0} list",
    ],
)
def test_a_hostile_name_is_an_error_that_touches_nothing(box, name, line):
    make(box, "one")
    project = box.work / "project"
    project.mkdir()
    before = box.tree()
    words = [word.format(name) for word in line.split(" ")]
    result = box.cs(*words, cwd=project)
    assert result.status in (1, 2)
    assert result.out == ""
    assert result.err.startswith("cs: error: ")
    assert "Traceback" not in result.err
    assert box.tree() == before


def test_an_empty_name_is_an_error_that_touches_nothing(box):
    make(box, "one")
    before = box.tree()
    for words in ([""], ["-rm", "", "-y"], ["-rename", "", "x"], ["-rename", "one", ""], ["-restore", ""]):
        assert box.cs(*words).status in (1, 2), words
    assert box.tree() == before


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("-lsit", "-list"),
        ("--verison", "-version"),
        ("-renmae", "-rename"),
        ("-ren", "-rename"),
        ("-zzzzzz", ""),
        ("--", ""),
    ],
)
def test_an_unknown_command_names_the_nearest_and_exits_2(box, word, nearest):
    result = box.cs(word)
    assert (result.status, result.out) == (2, "")
    hint = f"did you mean '{nearest}'?" if nearest else "cs -help lists them"
    assert result.err == f"cs: error: unknown command '{word}': {hint}\n"


def test_an_unknown_word_further_on_gets_one_line_too(box):
    for line, wrong in (
        (["-remote", "ad"], "cs -remote: unknown command 'ad': did you mean 'add'?"),
        (["api", "-secrets", "gte"], "cs api -secrets: unknown command 'gte': did you mean 'get'?"),
        (["-list", "--jsn"], "cs -list: unknown option '--jsn': did you mean '--json'?"),
        (["-list", "--zzz"], "cs -list: unknown option '--zzz': usage: cs -list [--json]"),
        (["api", "-conv"], "cs api: unknown word '-conv': did you mean '-conversations'?"),
        (["api", "fresh"], "cs api: one word too many, 'fresh': did you mean '--fresh'?"),
        (["api", "secrets"], "cs api: one word too many, 'secrets': did you mean '-secrets'?"),
        (["-list", "foo"], "cs -list: one word too many, 'foo': usage: cs -list [--json]"),
        (["-conversations"], "'-conversations' is about one session: cs <session> -conversations"),
    ):
        result = box.cs(*line)
        assert (result.status, result.out, result.err) == (2, "", f"cs: error: {wrong}\n"), line


def test_a_session_with_the_name_of_a_command_is_made_with_a_hint(box):
    hint = "cs: hint: this is a new session of that name; the command is cs -ls"
    assert hint in box.cs("ls").err
    assert (box.root / "ls").is_dir()
    assert hint not in box.cs("ls").err


def test_what_is_no_directory_is_no_session(box):
    box.root.mkdir()
    (box.root / "notes").write_text("mine\n")
    assert f"{box.root / 'notes'} is a file, not a session" in box.cs("-rm", "-y", "notes").err
    assert (box.root / "notes").read_text() == "mine\n"


def test_an_unknown_word_after_a_session_names_the_nearest_and_creates_nothing(box):
    result = box.cs("api", "--focre")
    assert (result.status, result.out) == (2, "")
    assert "did you mean '--force'?" in result.err
    assert not box.root.exists()


@pytest.mark.parametrize("word", ["-list", "--list", "-ls", "--ls"])
def test_both_spellings_of_a_global_command_work(box, word):
    make(box, "api")
    assert box.cs(word).out.splitlines()[1].split() == ["api", "2026-03-01", "10:00", *now_ish(box)]


def now_ish(box):
    moment = os.path.getmtime(str(box.root / "api" / ".cs" / "logs" / "session.log"))
    return cs.local_time(moment)[:16].split()


def test_without_arguments_or_terminal_cs_prints_its_help(box):
    result = box.cs()
    assert (result.status, result.err) == (0, "")
    assert "cs -list|-ls [--json]" in result.out
    assert result.out == box.cs("-help").out


def test_the_list_is_sorted_by_name_and_shows_times(box):
    make(box, "Zeta", "2026-01-02 03:04:05")
    make(box, "alpha", "2025-12-31 23:59:00")
    os.utime(str(box.root / "alpha" / ".cs" / "logs" / "session.log"), (1767225600, 1767225600))
    result = box.cs("-ls")
    lines = [line.split() for line in result.out.splitlines()]
    assert lines[0] == ["SESSION", "CREATED", "MODIFIED"]
    assert lines[1] == ["alpha", "2025-12-31", "23:59", "2026-01-01", "00:00"]
    assert lines[2][:3] == ["Zeta", "2026-01-02", "03:04"]
    assert result.err == ""


def test_hidden_entries_files_and_plain_directories_are_no_sessions(box):
    make(box, "real")
    for name in (".trash", ".new-x-1", "plain"):
        (box.root / name).mkdir()
    (box.root / ".remotes").write_text("mini=me@mini\n")
    (box.root / "file").write_text("")
    assert [row["name"] for row in json.loads(box.cs("-ls", "--json").out)] == ["real"]


def test_the_json_list_tells_everything(box):
    project = box.work / "project"
    meta = make(box, "x")
    os.rename(str(box.root / "x"), str(project))
    os.symlink(str(project), str(box.root / "adopted"))
    meta = project / ".cs"
    (meta / "sync.conf").write_text("# mine\nauto_sync=on\n")
    (meta / "README.md").write_text("# x\n\n## Objective\n\n[template]\nMend the API\n\n## Environment\n")
    box.git("init", "-q", str(project))
    box.git("remote", "add", "origin", "https://me:token@example.org/me/x.git", cwd=project)
    make(box, "far", remote__conf="host=me@mini\n")
    box.env["TZ"] = "Etc/GMT-2"
    rows = json.loads(box.cs("-ls", "--json").out)
    adopted = rows[0]
    modified = adopted.pop("modified")
    assert modified.endswith("+02:00")
    assert adopted == {
        "name": "adopted",
        "path": str(project),
        "created": "2026-03-01T10:00:00+02:00",
        "location": None,
        "adopted": True,
        "locked_by": None,
        "state": None,
        "secrets": 0,
        "git_remote": "https://example.org/me/x.git",
        "auto_sync": True,
        "objective": "Mend the API",
    }
    assert rows[1]["location"] == "me@mini"
    assert rows[1]["path"] == str(box.root / "far")


@pytest.mark.parametrize("setting", [None, "auto_sync=off", "future=1"])
def test_the_json_list_and_the_preview_say_whether_a_session_is_synced_by_itself(box, setting):
    meta = make(box, "old")
    if setting:
        (meta / "sync.conf").write_text(setting + "\n")
    box.git("init", "-q", str(box.root / "old"))
    box.git("remote", "add", "origin", str(box.work / "old.git"), cwd=box.root / "old")
    is_on = setting != "auto_sync=off"
    assert json.loads(box.cs("-ls", "--json").out)[0]["auto_sync"] == is_on
    shown = cs._read_sync_state(cs.Hands(places(box), lambda answer: None), "old")
    assert shown.split(",")[0] == ("auto on" if is_on else "auto off")


@pytest.mark.parametrize("file", ["session.lock", "remote.conf", "logs/session.log"])
@pytest.mark.parametrize("kind", ["pipe", "directory"])
def test_what_is_no_file_in_one_session_hides_no_other(box, file, kind):
    make(box, "good")
    path = make(box, "odd") / file
    if path.exists():
        path.unlink()
    os.mkfifo(str(path)) if kind == "pipe" else path.mkdir()
    for words in (["-ls"], ["-ls", "--json"], ["-doctor"]):
        result = box.cs(*words, timeout=20)
        assert "Traceback" not in result.err and (words == ["-doctor"] or "odd" in result.out), result
        assert words == ["-doctor"] or (result.status, "good" in result.out) == (0, True)
    for name in ("facts", "preview", "sync state"):
        with contextlib.suppress(OSError):
            cs.Hands(places(box), lambda answer: None).carry_out(cs.Effect(name, "odd"))


def test_the_preview_names_artifacts_as_far_as_the_manifest_does(box):
    entries = [{"filename": "a.sh"}, {"original_path": "/x/b.sh"}, {"path": "artifacts/c.sh"}, {"size": 3}, {}]
    (make(box, "one") / "artifacts").mkdir()
    (box.root / "one" / ".cs" / "artifacts" / "MANIFEST.json").write_text(json.dumps(entries))
    preview = cs._read_preview(cs.Hands(places(box), lambda answer: None), "one")
    assert preview.artifacts == ["a.sh", "b.sh", "c.sh"]


def test_the_preview_shows_nothing_of_escape_sequences(box):
    meta = make(box, "one")
    (meta / "README.md").write_text("## Objective\n\nthe \x1b[1;31mred\x1b[0m one\x1b]0;title\x07\n")
    (meta / "discoveries.md").write_text("## A \x1b[32mgreen\x1b[0m one\n")
    preview = cs._read_preview(cs.Hands(places(box), lambda answer: None), "one")
    assert (preview.objective, preview.discoveries) == ("the red one", ["A green one"])


def test_a_broken_link_and_an_odd_name_are_listed_with_the_way_out(box):
    make(box, "odd name")
    os.symlink("/nowhere/at/all", str(box.root / "gone"))
    result = box.cs("-ls")
    assert "gone (broken link)" in result.out
    assert "cs -rm gone" in result.err
    assert "cs -rename -- 'odd name' <new>" in result.err
    assert box.cs("-rename", "odd name", "even").status == 0
    assert box.cs("-rm", "gone", "-y").status == 0
    assert [row["name"] for row in json.loads(box.cs("-ls", "--json").out)] == ["even"]


def test_control_characters_never_reach_the_terminal(box):
    make(box, "evil\x1b[31m\nx", remote__conf="host=me@\x1b]2;gotcha\x07host\n")
    result = box.cs("-ls")
    assert "\x1b" not in result.out + result.err
    assert "\x07" not in result.out + result.err


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8"])
def test_every_locale_can_print_everything(box, locale):
    make(box, "näme", README__md="# x\n\n## Objective\nSchöne Grüße 日本 🎉\n", remote__conf="host=jürgen@日本\n")
    env = {"LANG": locale, "LC_ALL": locale, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    for words in (["-ls"], ["-ls", "--json"], ["-help"], ["näme"]):
        result = box.cs(*words, env=env)
        assert "Traceback" not in result.err and "an error of its own" not in result.err
    assert json.loads(box.cs("-ls", "--json", env=env).out)[0]["objective"] == "Schöne Grüße 日本 🎉"


def test_a_log_that_is_not_utf_8_still_has_its_date(box):
    meta = make(box, "latin")
    (meta / "logs" / "session.log").write_bytes(b"Session: caf\xe9\nStarted: 2026-03-01 10:00:00\n")
    assert "2026-03-01 10:00" in box.cs("-ls").out


def test_a_reader_that_leaves_early_is_no_error(box):
    for number in range(300):
        make(box, f"session-{number}")
    command = " ".join(map(str, box.program)) + " -ls | head -1"
    result = box.run("sh", "-c", command)
    assert result == bed.Result(0, "SESSION      CREATED           MODIFIED\n", "")


def test_a_reader_that_has_left_already_is_no_error(box):
    code = "import os, subprocess, sys; r, w = os.pipe(); os.close(r); "
    code += "sys.exit(subprocess.call(sys.argv[1:], stdout=w))"
    assert box.run(bed.PYTHON, "-c", code, *box.program, "-ls", "--json") == bed.Result(0, "", "")


def test_listing_starts_no_other_process(box):
    make(box, "api")
    trace = box.top / "trace"
    result = box.run(
        bed.need("strace"), "-f", "-qq", "-e", "trace=execve,fork,vfork,clone", "-o", trace, *box.program, "-ls"
    )
    assert result.status == 0
    assert [line for line in trace.read_text().splitlines() if "execve" in line and " = 0" in line][1:] == []
    assert "clone(" not in trace.read_text()


# ── the lock ──


@pytest.mark.parametrize(
    "content", ["", "\n", "abc", "-5", "0", "99999999999999999999", "4194303\nstart=1\n", "1e3", "²"]
)
def test_a_lock_of_nobody_is_taken_over_silently(box, content):
    make(box, "api", session__lock=content)
    session = cs.session_named(places(box), "api")
    assert cs.lock_owner(session) is None
    assert cs.take_lock(session) is None
    assert cs.lock_owner(session).pid == os.getpid()
    cs.release_lock(session)
    assert not os.path.exists(session.lock)


def test_a_recycled_process_number_is_not_the_owner(box):
    make(box, "api", session__lock=f"{os.getppid()}\nhost={cs.host_name()}\nstart=1\n")
    assert cs.lock_owner(cs.session_named(places(box), "api")) is None


def test_a_lock_of_an_earlier_tool_is_a_bare_number(box):
    make(box, "api", session__lock=str(os.getppid()))
    session = cs.session_named(places(box), "api")
    with pytest.raises(cs.SessionLocked) as caught:
        cs.take_lock(session)
    assert str(os.getppid()) in str(caught.value)
    assert caught.value.hints == ("cs api --force takes it over",)


def test_a_lock_of_another_host_is_respected_and_names_it(box):
    make(box, "api", session__lock="4121\nhost=elsewhere\nstart=9\n")
    result = box.cs("api", env={"CLAUDE_CODE_BIN": "true"})
    assert result.status == 1
    assert "session 'api' is open in another terminal (pid 4121 on elsewhere)" in result.err
    assert "cs api --force takes it over" in result.err


def test_only_the_owner_releases_a_lock(box):
    make(box, "api")
    session = cs.session_named(places(box), "api")
    cs.take_lock(session)
    with open(session.lock, "w") as f:
        f.write(f"{os.getppid()}\n")
    cs.release_lock(session)
    assert os.path.exists(session.lock)


def test_of_many_that_open_at_once_exactly_one_gets_the_lock(box):
    make(box, "api")
    gate = box.top / "gate"
    code = (
        f"import os, sys, time; sys.path.insert(0, {str(bed.TOP)!r}); import cs\n"
        f"while not os.path.exists({str(gate)!r}): time.sleep(0.001)\n"
        "try: cs.take_lock(cs.session_named(cs.Places(os.environ), 'api'))\n"
        "except cs.SessionLocked: sys.exit(1)\n"
        "print('got it', flush=True); sys.stdin.read()\n"
    )
    racers = [
        subprocess.Popen(
            [sys.executable, "-IS", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=box.environment(),
        )
        for _ in range(50)
    ]
    gate.write_text("")
    winners = [racer for racer in racers if racer.stdout.readline() == b"got it\n"]
    for racer in racers:
        racer.stdin.close()
        racer.wait()
        racer.stdout.close()
    assert len(winners) == 1


def test_the_list_and_rm_and_rename_know_who_is_inside(box):
    make(box, "api", session__lock=f"{os.getppid()}\nhost={cs.host_name()}\n")
    row = json.loads(box.cs("-ls", "--json").out)[0]
    assert row["locked_by"] == {"pid": os.getppid(), "host": cs.host_name()}
    for words in (["-rm", "api", "-y"], ["-rename", "api", "new"]):
        result = box.cs(*words)
        assert result.status == 1 and "session 'api' is open" in result.err and "--force" in result.err
    assert (box.root / "api").is_dir()


def test_what_claude_does_comes_from_its_own_records_of_living_processes(box):
    make(box, "api", session__lock=str(os.getppid()))
    records = box.home / ".claude" / "sessions"
    records.mkdir(parents=True)
    start = int(cs.process_start(os.getppid()))
    record = {"pid": os.getppid(), "procStart": start, "cwd": str(box.root / "api"), "status": "waiting"}
    (records / "1.json").write_text(json.dumps(record))
    (records / "2.json").write_text("torn {")
    assert json.loads(box.cs("-ls", "--json").out)[0]["state"] == "waiting"
    (records / "1.json").write_text(json.dumps(dict(record, procStart=1)))
    assert json.loads(box.cs("-ls", "--json").out)[0]["state"] is None


def test_a_process_that_has_ended_is_not_alive_although_nobody_has_asked_for_its_status():
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        bed.wait_for(lambda: not cs.process_is_alive(child.pid), what="the end of the process")
        assert child.returncode is None


@pytest.mark.parametrize("line", ["-ls", "-ls --json", "-help", "-version"])
def test_output_that_cannot_be_written_is_one_line_of_error(box, line):
    make(box, "one")
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full")
    command = " ".join([*(f"'{word}'" for word in box.program), line])
    result = box.run("/bin/sh", "-c", f"{command} >/dev/full")
    assert result.status == 1 and result.err == "cs: error: No space left on device\n"


@pytest.mark.parametrize(
    "words",
    [
        ["--move-to", "me@nowhere.invalid", "--dry-run"],
        ["--move-here", "--dry-run"],
        ["--move-here", "--move-to", "me@nowhere.invalid"],
        ["--move-here", "--on", "me@nowhere.invalid"],
        ["--fresh", "--resume", "abcd"],
    ],
)
def test_options_that_contradict_each_other_are_refused(box, words):
    make(box, "one")
    before = box.tree()
    result = box.cs("one", *words)
    assert result.status == 2 and "contradict each other" in result.err
    assert box.tree() == before


def test_a_session_is_not_renamed_to_itself(box):
    make(box, "one")
    box.cs("one", "-secrets", "set", "KEY", input="the value")
    result = box.cs("-rename", "one", "one")
    assert result.status == 1 and "'one' has that name already" in result.err and "purge" not in result.err


@pytest.mark.parametrize("id", ["abcd", ""])
def test_resuming_a_conversation_makes_no_session(box, id):
    result = box.cs("typo", "--resume", id)
    assert result.status == 1 and "there is no session 'typo'" in result.err
    assert not (box.root / "typo").exists()
