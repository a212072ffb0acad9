"""Each hook as Claude Code runs it: an event on stdin, an exit status, at most one JSON document, and its deeds."""

import json
import os
import time

import pytest
from bed import PYTHON, TOP, wait_for

import cs

ID = "0585fa80-1111-4222-8333-444455556666"
EVENTS = {hook.name: hook.event for hook in cs.HOOKS}
GARBAGE = [
    b"",
    b"\n",
    b"not json",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b'{"hook_event_name": 5}',
    b"\xff\xfe\x00binary",
    b'{"hook_event_name": "EVENT"}',
    b'{"hook_event_name": "EVENT", "tool_name": ["Write"], "tool_input": "x", "session_id": {}, "source": 1}',
    b'{"hook_event_name": "EVENT", "tool_name": "Write", "tool_input": {"file_path": 7}, "error": [], "reason": null}',
    b'{"hook_event_name": "EVENT", "tool_name": "Write", "tool_input": {"file_path": "a\\u0000b"}, "cwd": "\\u0000"}',
    b'{"hook_event_name": "EVENT", "tool_name": "Write", "tool_input": {"file_path": "\\ud800"}, "cwd": "/"}',
    b'{"hook_event_name": "EVENT", "tool_name": "Nope", "tool_input": {"file_path": "/x"}}',
    b"[" * 100_000,
    b'{"hook_event_name": "EVENT", "tool_input": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}",
    b'{"hook_event_name": "EVENT"} {"hook_event_name": "EVENT"}',
]


class Hooks:
    """A session, and its hooks as the client runs them."""

    def __init__(self, box):
        self.box = box
        self.places = cs.Places(box.env)
        self.session = cs.create_session(self.places, "demo")
        self.env = {
            "CLAUDE_SESSION_NAME": "demo",
            "CLAUDE_SESSION_DIR": self.session.directory,
            "CLAUDE_SESSION_META_DIR": self.session.meta,
            "CLAUDE_ARTIFACT_DIR": self.session.artifacts,
            "CLAUDE_CODE_TASK_LIST_ID": "demo",
        }

    def command(self, name):
        return [PYTHON, "-IS", str(TOP / "hooks" / f"{name}.py")]

    def raw(self, name, data, env=None):
        return self.box.run(*self.command(name), input=data, env=dict(self.env, **(env or {})))

    def event(self, name, **fields):
        common = {"session_id": ID, "transcript_path": "", "cwd": self.session.directory}
        return json.dumps({**common, "hook_event_name": EVENTS[name], **fields})

    def run(self, name, env=None, **fields):
        """The output of a hook, parsed; None for no output."""
        result = self.raw(name, self.event(name, **fields), env)
        assert (result.status, result.err) == (0, "")
        if not result.out:
            return None
        output = json.loads(result.out)["hookSpecificOutput"]
        assert output.pop("hookEventName") == EVENTS[name]
        return output

    def edit(self, name, path, tool="Write", **more):
        field = "notebook_path" if tool == "NotebookEdit" else "file_path"
        return self.run(name, tool_name=tool, tool_input={field: str(path), "content": "x"}, **more)

    def write(self, path, text):
        """A file of the session, or one with an absolute path."""
        path = os.path.join(self.session.directory, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def read(self, path):
        with open(os.path.join(self.session.directory, path), encoding="utf-8") as file:
            return file.read()

    def log(self):
        return [line[20:] for line in self.read(".cs/logs/session.log").splitlines()[5:]]

    def changes(self):
        return [line[24:] for line in self.read(".cs/changes.md").splitlines() if line.startswith("- ")]

    def manifest(self):
        return json.loads(self.read(".cs/artifacts/MANIFEST.json"))

    def git(self, *words):
        return self.box.git(*words, cwd=self.session.directory)

    def parallel(self, runs):
        """Twenty or so hooks at once; each must end well."""
        running = [
            self.box.start(*self.command(name), input=event, env=self.env, cwd=self.session.directory)
            for name, event in runs
        ]
        for each in running:
            result = each.result()
            assert (result.status, result.err) == (0, "")


@pytest.fixture
def hooks(box):
    return Hooks(box)


# ---- any input -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_any_input_leads_to_success_and_at_most_one_json_document(hooks, name):
    for data in GARBAGE:
        result = hooks.raw(name, data.replace(b"EVENT", EVENTS[name].encode()))
        assert result.status == 0, data[:80]
        assert result.err == "", data[:80]
        if result.out:
            json.loads(result.out)


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_outside_a_session_nothing_is_said_or_done(hooks, name):
    event = hooks.event(name, tool_name="Write", tool_input={"file_path": hooks.session.readme})
    before = hooks.box.tree()
    for env in (
        {"CLAUDE_SESSION_NAME": None, "CLAUDE_SESSION_DIR": None},
        {"CLAUDE_SESSION_NAME": "demo", "CLAUDE_SESSION_DIR": None},
        {"CLAUDE_SESSION_NAME": None},
        {"CLAUDE_SESSION_DIR": str(hooks.box.top / "gone")},
        {"CLAUDE_SESSION_DIR": str(hooks.box.work)},
        {"CLAUDE_SESSION_NAME": "../x"},
    ):
        assert hooks.raw(name, event, env) == (0, "", "")
    assert hooks.box.tree() == before


def test_a_failure_of_its_own_is_one_line_in_the_log(hooks):
    os.remove(hooks.session.changes)
    os.mkdir(hooks.session.changes)
    assert hooks.edit("changes-tracker", "a.py") is None
    assert [line.startswith("Hook changes-tracker: IsADirectoryError: ") for line in hooks.log()] == [True]


@pytest.mark.once
@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="memory is read from /proc")
def test_a_large_event_takes_little_memory_and_is_understood(hooks):
    content = 'a "quoted" \\ line with ünïcode 🎉\n' * 600_000
    path = hooks.write("big.py", "print(1)\n")
    event = hooks.event(
        "changes-tracker",
        tool_input={"content": content, "file_path": path},
        tool_response={"content": content, "structuredPatch": [{"lines": ["+x"] * 200_000}]},
        tool_name="Write",
    )
    assert len(event) > 40_000_000
    code = "import runpy, sys; runpy.run_path(sys.argv[1]); print(open('/proc/self/status').read())"
    result = hooks.box.run(
        PYTHON, "-IS", "-c", code, str(TOP / "hooks/changes-tracker.py"), input=event, env=hooks.env
    )
    assert (result.status, result.err) == (0, "")
    assert int(result.out.partition("VmHWM:")[2].split()[0]) < 160 * 1024  # KB
    assert hooks.changes() == ["Write: big.py"]


def test_an_outline_is_json_wherever_a_string_is_cut(hooks):
    for piece in ("\\u00e9", "\\\\", '\\"', "ab", "é", "\\n\\\\"):
        for offset in range(12):
            text = '{"a": "' + "x" * offset + piece * 40_000 + '", "b": {"c": "d", "e": [1, {"f": 2}]}, "g": [1]}'
            value = json.loads(cs.outline(bytearray(text.encode())).decode("utf-8", "replace"))
            assert text[7:].startswith(json.dumps(value["a"], ensure_ascii="u00" in piece)[1:-1].rstrip("\ufffd"))
            assert value["b"] == {"c": "d", "e": None}
            assert value["g"] == [1]
            assert len(value["a"]) <= cs.EVENT_STRING_LIMIT


def test_the_outline_of_half_an_event_comes_to_an_end():
    whole = ('{"a": "' + 'x\\"' * 30_000 + '\\\\", "b": [{"c": ["d]"]}, "e"]}').encode()
    for end in [*range(40), *range(len(whole) - 40, len(whole))]:
        with pytest.raises(ValueError):
            json.loads(cs.outline(bytearray(whole[:end])))
    assert json.loads(cs.outline(bytearray(whole)))["b"] == [None, "e"]


# ---- session-start and subagent-context ----------------------------------------------------------------


def test_a_new_session_is_told_where_it_is_and_what_the_rules_are(hooks):
    text = hooks.run("session-start", source="startup")["additionalContext"]
    assert len(text) <= 1200
    assert hooks.session.artifacts in text or "$CLAUDE_SESSION_DIR/.cs/artifacts" in text
    for part in ("'demo'", "cs -secrets set", "discoveries.md"):
        assert part in text
    assert "Last open" not in text
    assert hooks.log() == [f"Session started: startup {ID}"]


def test_on_resume_claude_learns_when_it_was_last_open_and_what_was_found_last(hooks):
    hooks.write(
        ".cs/discoveries.md", "# D\n" + "".join(f"## Finding {i}\ntext\n" for i in range(5)) + "```\n## no\n```\n"
    )
    with open(hooks.session.log, "a") as log:
        log.write("2026-03-01 10:00:07 Session ended: other\n2026-03-02 09:00:00 Opened by cs 1 (pid 1)\n")
    text = hooks.run("session-start", source="resume")["additionalContext"]
    assert "Last open 2026-03-01 10:00." in text
    assert "Latest discoveries: Finding 2; Finding 3; Finding 4" in text
    assert "Read .cs/README.md" in text
    assert len(text) <= 1200


def test_the_context_stays_short_whatever_names_and_headings_there_are(box):
    deep = str(box.top / ("d" * 200) / ("e" * 200))
    os.makedirs(deep)
    places = cs.Places(dict(box.env, CS_SESSIONS_ROOT=deep))
    session = cs.create_session(places, "n" * 100)
    headings = ["ä" * 5000, "日本" * 3000, "x" * 9000]
    assert len(cs.context_at_start(session, "2026-03-01 10:00", headings)) <= 1200
    for text in (cs.context_again(session), cs.context_of_subagent(session)):
        assert len(text) <= 400
        for part in ("$CLAUDE_SESSION_DIR", "$CLAUDE_ARTIFACT_DIR", "cs -secrets set", "never into files"):
            assert part in text
        assert "discoveries.md" in text


@pytest.mark.parametrize("source", ["compact", "clear"])
def test_a_shorter_text_follows_on_compaction_and_clear(hooks, source):
    text = hooks.run("session-start", source=source)["additionalContext"]
    assert len(text) <= 400
    assert hooks.session.artifacts in text or "$CLAUDE_ARTIFACT_DIR" in text
    for part in ("'demo'", hooks.session.directory, "cs -secrets set", "README.md"):
        assert part in text


def test_a_subagent_is_told_the_rules(hooks):
    text = hooks.run("subagent-context", agent_id="a1", agent_type="general-purpose")["additionalContext"]
    assert len(text) <= 400
    assert hooks.session.artifacts in text or "$CLAUDE_ARTIFACT_DIR" in text
    assert "never into files" in text


def test_paths_and_names_that_just_fit_are_told(box):
    for length in range(0, 240, 7):
        session = cs.Session("n" * 100, str(box.top / ("d" * length)))
        for text in (cs.context_again(session), cs.context_of_subagent(session)):
            assert len(text) <= 400
            assert session.artifacts in text or "$CLAUDE_ARTIFACT_DIR" in text


def test_the_variables_of_the_session_reach_the_shell(hooks):
    path = hooks.box.work / "env file"
    path.write_text("export OTHER=1\n")
    for _ in range(2):
        hooks.run("session-start", source="startup", env={"CLAUDE_ENV_FILE": str(path)})
    result = hooks.box.run("sh", "-c", '. "$0"; echo "$OTHER $CLAUDE_SESSION_NAME $CLAUDE_ARTIFACT_DIR"', str(path))
    assert result == (0, f"1 demo {hooks.session.artifacts}\n", "")
    assert len(path.read_text().splitlines()) == 6


def test_what_another_machine_pushed_is_fetched_in_the_background(hooks, box):
    box.git("init", "-q", "--bare", "-b", "main", "remote.git")
    remote = str(box.work / "remote.git")
    hooks.git("remote", "add", "origin", remote)
    hooks.git("push", "-q", "-u", "origin", "main")
    box.git("clone", "-q", remote, "other")
    (box.work / "other" / "news.txt").write_text("from afar\n")
    box.git("add", ".", cwd=box.work / "other")
    box.git("commit", "-qm", "news", cwd=box.work / "other")
    box.git("push", "-q", cwd=box.work / "other")
    hooks.run("session-start", source="startup")
    wait_for(lambda: os.path.exists(os.path.join(hooks.session.directory, "news.txt")), what="the pull")


@pytest.mark.parametrize("source", ["startup", "resume"])
def test_what_a_crash_took_is_brought_back(hooks, source):
    lost = hooks.write("lost.txt", "precious\n")
    cs.autosave(hooks.places, hooks.session)
    os.remove(lost)
    hooks.run("session-start", source=source)
    assert hooks.read("lost.txt") == "precious\n"
    assert len([line for line in hooks.log() if line.startswith("Recovered 1 file from the autosave")]) == 1


def test_what_a_killed_process_left_half_written_is_removed_at_the_start(hooks):
    torn = hooks.write(".cs/.changes.md.999999999-1.tmp", "half")
    mine = hooks.write(f".cs/.changes.md.{os.getpid()}-1.tmp", "being written")
    hooks.run("session-start", source="startup")
    assert (os.path.exists(torn), os.path.exists(mine)) == (False, True)


# ---- changes-tracker -----------------------------------------------------------------------------------


def test_a_change_is_a_line_with_the_path_as_a_person_would_say_it(hooks):
    hooks.edit("changes-tracker", hooks.write("src/app.py", "x"), "Edit")
    hooks.edit("changes-tracker", "/etc/hosts")
    hooks.edit("changes-tracker", hooks.write("nb.ipynb", "{}"), "NotebookEdit")
    hooks.edit("changes-tracker", hooks.write("old.txt", ""), "MultiEdit")
    assert hooks.changes() == [
        "Edit: src/app.py",
        "Write: /etc/hosts",
        "NotebookEdit: nb.ipynb",
        "MultiEdit: old.txt",
    ]
    line = hooks.read(".cs/changes.md").splitlines()[-1]
    assert cs.parse_local_time(line[3:22]) is not None


def test_changes_of_one_file_within_ten_minutes_share_a_line():
    text = ""
    for moment, path in ((0, "a"), (10, "a"), (590, "a"), (600, "a"), (610, "b"), (620, "a")):
        text = cs.with_change(text, "Edit", path, 1_700_000_000 + moment)
    assert [line[24:] for line in text.splitlines()] == ["Edit: a (×3)", "Edit: a", "Edit: b", "Edit: a"]


def test_the_sessions_own_documents_are_no_changes(hooks):
    for path in (".cs/discoveries.md", ".cs/artifacts/x.sh", ".cs/local/x"):
        hooks.edit("changes-tracker", hooks.write(path, "x"))
    assert hooks.changes() == []


def test_real_paths_are_compared(hooks):
    link = hooks.box.work / "link"
    link.symlink_to(hooks.session.directory)
    hooks.write("a.txt", "x")
    hooks.edit("changes-tracker", link / "a.txt")
    hooks.edit("changes-tracker", link / ".cs" / "discoveries.md")
    assert hooks.changes() == ["Write: a.txt"]


@pytest.mark.parametrize("name", ['it\'s "q" $(x) `y`.py', "new\nline.py", "日本 🎉.py", "-rf", " lead"])
def test_names_with_quotes_line_breaks_and_emoji_are_one_line_each(hooks, name):
    path = hooks.write(name, "x = 1\n")
    for hook in ("changes-tracker", "artifact-tracker", "discovery-commits"):
        assert hooks.edit(hook, path) is None
    assert hooks.changes() == ["Write: " + cs.clean(name)]
    if name.endswith(".py"):
        assert hooks.manifest()[0]["filename"] == name
        assert hooks.read(".cs/artifacts/" + name) == "x = 1\n"
    assert hooks.log() == []


def test_a_long_list_moves_its_older_half_to_the_archive(hooks):
    lines = [f"- [2026-01-01 10:00:00] Edit: f{i}\n" for i in range(2000)]
    hooks.write(".cs/changes.md", "# Changes\n\n" + "".join(lines))
    hooks.edit("changes-tracker", hooks.write("new.txt", ""))
    kept, archived = hooks.read(".cs/changes.md"), hooks.read(".cs/changes.archive.md")
    assert kept.startswith("# Changes\n\n- [2026-01-01")
    assert kept.count("\n") < 1100
    entries = [line for line in (archived + kept).splitlines(keepends=True) if line.startswith("- ")]
    assert entries[:-1] == lines


def test_a_change_waits_while_a_pull_replaces_the_list(hooks):
    path, changes = hooks.write("a.txt", "x"), hooks.session.changes
    event = hooks.event("changes-tracker", tool_name="Edit", tool_input={"file_path": path})
    with open(changes, "rb") as held:
        cs.lock_handle(held.fileno(), time.monotonic() + 1)
        running = hooks.box.start(*hooks.command("changes-tracker"), input=event, env=hooks.env)
        running.process.stdin.write(running.input)
        running.process.stdin.close()
        running.input, running.process.stdin = None, None
        wait_for(lambda: os.path.exists(os.path.join(hooks.session.local, "changes.lock")), what="the hook")
        cs.write_atomically(changes, "# Changes\n\n- [2026-01-01 10:00:00] Edit: from-afar\n")
    assert running.result().status == 0
    assert hooks.changes() == ["Edit: from-afar", "Edit: a.txt"]


# ---- discovery-commits ---------------------------------------------------------------------------------


def test_an_edit_is_saved_in_the_background(hooks):
    hooks.edit("discovery-commits", hooks.write("work.txt", "precious\n"))
    wait_for(lambda: hooks.git("for-each-ref", "refs/cs/auto"), what="the autosave")
    assert hooks.git("show", "refs/cs/auto:work.txt") == "precious"


def test_discoveries_are_saved_at_once_other_edits_wait_their_turn(hooks):
    hooks.edit("discovery-commits", hooks.write("a.txt", "1"))
    wait_for(lambda: hooks.git("for-each-ref", "refs/cs/auto"), what="the autosave")
    hooks.edit("discovery-commits", hooks.write("a.txt", "2"))
    hooks.edit("discovery-commits", hooks.write(".cs/discoveries.md", "# D\n\n## Found it\n"))
    wait_for(lambda: "Found it" in hooks.git("log", "-1", "--format=%s", "refs/cs/auto"), what="the second one")
    assert hooks.git("show", "refs/cs/auto:a.txt") == "2"


def test_an_edit_outside_of_the_session_saves_nothing(hooks):
    hooks.edit("discovery-commits", "/etc/hosts")
    assert hooks.box.processes() == []


# ---- artifact-tracker ----------------------------------------------------------------------------------


def test_a_script_is_copied_and_listed(hooks):
    path = hooks.write("bin/run.sh", "#!/bin/sh\necho hi\n")
    os.chmod(path, 0o755)
    assert hooks.edit("artifact-tracker", path) is None
    copy = os.path.join(hooks.session.artifacts, "bin/run.sh")
    assert hooks.read(copy) == "#!/bin/sh\necho hi\n"
    assert os.stat(copy).st_mode & 0o777 == 0o755
    (entry,) = hooks.manifest()
    assert entry["filename"] == "bin/run.sh"
    assert entry["original_path"] == path
    assert (entry["size"], entry["contains_secrets"], entry["secrets"]) == (18, False, [])
    assert entry["timestamp"] == entry["updated"]


def test_the_file_itself_stays_as_it_is_and_a_credential_is_stored_before_the_copy_names_it(hooks):
    text = 'export API_KEY=k9Xw2Lq8Zr4Tn6Vb\nDB_PASSWORD="hunter2!x"\n'
    path = hooks.write("deploy.sh", text)
    told = hooks.edit("artifact-tracker", path)["additionalContext"]
    assert told.count(".") == 2, told  # one sentence, and the dot of deploy.sh
    assert "API_KEY, DB_PASSWORD" in told
    assert "cs -secrets get" in told
    assert "k9Xw2" not in told
    assert hooks.read("deploy.sh") == text
    assert hooks.read(".cs/artifacts/deploy.sh") == (
        "export API_KEY=[REDACTED: stored in keychain as API_KEY]\n"
        'DB_PASSWORD="[REDACTED: stored in keychain as DB_PASSWORD]"\n'
    )
    assert cs.open_store(hooks.places).get_all("demo") == {
        "API_KEY": "k9Xw2Lq8Zr4Tn6Vb",
        "DB_PASSWORD": "hunter2!x",
    }
    (entry,) = hooks.manifest()
    assert (entry["contains_secrets"], entry["secrets"]) == (True, ["API_KEY", "DB_PASSWORD"])
    assert hooks.log() == ["Stored API_KEY, DB_PASSWORD from deploy.sh"]
    assert hooks.edit("artifact-tracker", path) is None  # nothing new
    assert len(hooks.manifest()) == 1


def test_of_many_credentials_the_log_names_a_few(hooks):
    text = "".join(f"API_KEY_A{n}=k9Xw2Lq8Zr4Tn6Vb{n}\n" for n in range(1000))
    told = hooks.edit("artifact-tracker", hooks.write("many.env", text))["additionalContext"]
    assert "API_KEY_A9 and 990 more from many.env" in told
    (line,) = hooks.log()
    assert line.startswith("Stored API_KEY_A0, ") and line.endswith(", API_KEY_A9 and 990 more from many.env")


def test_another_value_of_a_name_gets_a_suffix_and_replaces_nothing(hooks):
    hooks.edit("artifact-tracker", hooks.write("a.env", "API_KEY=k9Xw2Lq8Zr4Tn6Vb\n"))
    told = hooks.edit("artifact-tracker", hooks.write("b.env", "API_KEY=m4Pq7Rs1Tv9Wx2Yz\n"))["additionalContext"]
    assert "API_KEY_2" in told
    assert "as API_KEY_2]" in hooks.read(".cs/artifacts/b.env")
    assert cs.open_store(hooks.places).get_all("demo") == {
        "API_KEY": "k9Xw2Lq8Zr4Tn6Vb",
        "API_KEY_2": "m4Pq7Rs1Tv9Wx2Yz",
    }


def test_a_value_of_the_store_is_redacted_under_any_name(hooks):
    cs.open_store(hooks.places).set("demo", "codeword", "open sesame now")
    assert hooks.edit("artifact-tracker", hooks.write("a.py", "say('open sesame now')\n")) is None
    assert hooks.read(".cs/artifacts/a.py") == "say('[REDACTED: stored in keychain as codeword]')\n"


def test_without_a_store_there_is_no_copy_and_the_log_says_why(hooks):
    env = {"CS_SECRETS_BACKEND": "keychain"}  # not on Linux
    assert hooks.edit("artifact-tracker", hooks.write("a.env", "API_KEY=k9Xw2Lq8Zr4Tn6Vb\n"), env=env) is None
    assert not os.path.exists(os.path.join(hooks.session.artifacts, "a.env"))
    (line,) = hooks.log()
    assert line.startswith("No copy of a.env in the artifacts: the secrets backend 'keychain' cannot be used here")
    assert hooks.manifest() == []


def test_a_copy_for_which_the_hook_had_no_time_is_made_in_the_background(hooks):
    path = hooks.write("run.sh", "#!/bin/sh\nAPI_KEY=sk-live-4f8a9b2c3d4e5f6a7b8c\n")
    with cs.FileLock(os.path.join(hooks.session.local, "artifacts.lock")):
        hooks.edit("artifact-tracker", path)
        assert hooks.manifest() == []
    wait_for(hooks.manifest, timeout=60, what="the copy")
    assert hooks.read(".cs/artifacts/run.sh") == "#!/bin/sh\nAPI_KEY=[REDACTED: stored in keychain as API_KEY]\n"


def test_a_file_outside_goes_below_external_with_its_full_path(hooks):
    path = hooks.write(str(hooks.box.work / "etc" / "app.json"), '{"a": 1}\n')
    hooks.edit("artifact-tracker", path)
    assert hooks.read(".cs/artifacts/external" + path) == '{"a": 1}\n'
    assert hooks.manifest()[0]["filename"] == "external" + path


def test_no_two_files_share_a_copy(hooks):
    paths = ["external/x.sh", "manifest.json", "MANIFEST.json", "inside/y.sh", "inside/external/x.sh"]
    names = [cs.copy_name(hooks.session, hooks.write(path, "x")) for path in [*paths, str(hooks.box.work / "x.sh")]]
    assert len({name.lower() for name in names}) == 5  # the two manifests are one where case is ignored
    assert not any(name.lower() == "manifest.json" for name in names)


@pytest.mark.parametrize(
    "path",
    [
        *("notes.md", ".git/hooks/x.sh", "node_modules/a/b.js", ".venv/lib/c.py", "env/lib/d.py", ".cs/local/e.sh"),
        *("big.py", "binary.py", "empty.py", "gone.py"),
    ],
)
def test_what_is_nobodys_script_is_left_out(hooks, path):
    text = {"big.py": "x" * (5 * 1024 * 1024 + 1), "binary.py": "a\0b", "empty.py": ""}.get(path, "x = 1\n")
    full = hooks.write(path, text)
    hooks.write("env/pyvenv.cfg", "home = /usr\n")
    if path == "gone.py":
        os.remove(full)
    assert hooks.edit("artifact-tracker", full) is None
    assert hooks.manifest() == []
    assert os.listdir(hooks.session.artifacts) == ["MANIFEST.json"]


def test_the_copy_of_a_file_that_was_emptied_is_empty(hooks):
    hooks.edit("artifact-tracker", hooks.write("e.sh", "echo 1\n"))
    hooks.edit("artifact-tracker", hooks.write("e.sh", ""))
    assert hooks.read(".cs/artifacts/e.sh") == ""
    (entry,) = hooks.manifest()
    assert (entry["filename"], entry["size"]) == ("e.sh", 0)


@pytest.mark.parametrize(
    "text", ["x" * (5 * 1024 * 1024 + 1), "a\0b", "no script any more"], ids=["large", "binary", "text"]
)
def test_what_is_left_out_by_now_leaves_no_stale_copy(hooks, text):
    hooks.edit("artifact-tracker", hooks.write("other.sh", "echo 2\n"))
    hooks.edit("artifact-tracker", hooks.write("bin/tool", "#!/bin/sh\n"))
    assert len(hooks.manifest()) == 2
    assert hooks.edit("artifact-tracker", hooks.write("bin/tool", text)) is None
    assert not os.path.exists(os.path.join(hooks.session.artifacts, "bin/tool"))
    assert [entry["filename"] for entry in hooks.manifest()] == ["other.sh"]
    assert hooks.log() == []


def test_a_file_without_an_ending_counts_when_it_begins_as_a_script(hooks):
    hooks.edit("artifact-tracker", hooks.write("tool", "#!/usr/bin/env python3\n"))
    hooks.edit("artifact-tracker", hooks.write("Makefile", "all:\n"))
    assert [entry["filename"] for entry in hooks.manifest()] == ["tool", "Makefile"]


def test_in_an_adopted_project_tracked_files_are_listed_but_not_copied(hooks, box):
    project = box.work / "project"
    project.mkdir()
    box.git("init", "-q", cwd=project)
    (project / "old.py").write_text("x = 1\n")
    box.git("add", "old.py", cwd=project)
    session = cs.adopt_directory(hooks.places, str(project), "adopted")
    hooks.env.update(CLAUDE_SESSION_NAME="adopted", CLAUDE_SESSION_DIR=str(project))
    (project / "new.py").write_text("y = 1\n")
    for name in ("old.py", "new.py"):
        hooks.edit("artifact-tracker", project / name)
    entries = {entry["filename"]: entry.get("copied", True) for entry in cs.read_json(session.manifest)}
    assert entries == {"old.py": False, "new.py": True}
    assert sorted(os.listdir(session.artifacts)) == ["MANIFEST.json", "new.py"]


def test_a_copy_is_never_written_through_a_link_that_leads_out(hooks):
    outside = hooks.box.work / "bashrc"
    outside.write_text("mine\n")
    os.symlink(str(outside), os.path.join(hooks.session.artifacts, "a.sh"))
    os.symlink(str(hooks.box.work), os.path.join(hooks.session.artifacts, "sub"))
    hooks.edit("artifact-tracker", hooks.write("a.sh", "new\n"))
    hooks.edit("artifact-tracker", hooks.write("sub/b.sh", "new\n"))
    assert outside.read_text() == "mine\n"
    assert hooks.read(".cs/artifacts/a.sh") == "new\n"
    assert not (hooks.box.work / "b.sh").exists()


def test_a_damaged_manifest_is_put_aside_not_overwritten(hooks):
    hooks.write(".cs/artifacts/MANIFEST.json", "<<<<<<< HEAD\n[")
    hooks.edit("artifact-tracker", hooks.write("a.sh", "x\n"))
    assert len(hooks.manifest()) == 1
    (aside,) = [name for name in os.listdir(hooks.session.artifacts) if "damaged" in name]
    assert hooks.read(".cs/artifacts/" + aside) == "<<<<<<< HEAD\n["


def test_entries_that_others_made_stay_as_they_are(hooks):
    hooks.write(".cs/artifacts/MANIFEST.json", '[{"filename": "x", "note": "mine"}, 7]')
    hooks.edit("artifact-tracker", hooks.write("a.sh", "x\n"))
    assert hooks.manifest()[:2] == [{"filename": "x", "note": "mine"}, 7]
    assert hooks.read(".cs/artifacts/MANIFEST.json").count("\n") == 5


# ---- twenty at once ------------------------------------------------------------------------------------


def test_twenty_of_each_at_once_lose_no_line(hooks):
    paths = [hooks.write(f"s{i}.sh", f"echo {i}\n") for i in range(20)]
    runs = []
    for i, path in enumerate(paths):
        edit = {"tool_name": "Write", "tool_input": {"file_path": path}}
        runs += [(name, hooks.event(name, **edit)) for name in ("changes-tracker", "artifact-tracker")]
        failure = {"tool_name": "Bash", "tool_input": {"command": f"false {i}"}, "error": f"Exit code 1\nno {i}"}
        runs.append(("tool-failure-logger", hooks.event("tool-failure-logger", **failure)))
        runs.append(("session-start", hooks.event("session-start", source="compact")))
    hooks.parallel(runs)
    assert sorted(hooks.changes()) == sorted(f"Write: s{i}.sh" for i in range(20))
    wait_for(lambda: len(hooks.manifest()) == 20, what="all of the manifest")
    for i in range(20):
        assert hooks.read(f".cs/artifacts/s{i}.sh") == f"echo {i}\n"
    log = hooks.log()
    assert sorted(line for line in log if "failed" in line) == sorted(
        f"Tool failed: Bash (exit 1): false {i}: no {i}" for i in range(20)
    )
    assert len([line for line in log if line.startswith("Session started")]) == 20
    assert len(log) == 40


@pytest.mark.slow
def test_twenty_files_with_a_credential_of_one_name_lose_no_value(hooks):
    paths = [hooks.write(f"s{i}.env", f"API_KEY=k9Xw2Lq8Zr4Tn{i:03}\n") for i in range(20)]
    name = "artifact-tracker"
    hooks.parallel((name, hooks.event(name, tool_name="Write", tool_input={"file_path": path})) for path in paths)
    wait_for(lambda: len(hooks.manifest()) == 20, timeout=60, what="the copies that were made later")
    values = cs.open_store(hooks.places).get_all("demo")
    assert sorted(values.values()) == [f"k9Xw2Lq8Zr4Tn{i:03}" for i in range(20)]
    for entry in hooks.manifest():
        (stored,) = entry["secrets"]
        assert f"as {stored}]" in hooks.read(".cs/artifacts/" + entry["filename"])
        assert values[stored] in hooks.read(entry["filename"])


def test_twenty_changes_of_one_file_are_counted(hooks):
    path = hooks.write("a.txt", "x")
    event = hooks.event("changes-tracker", tool_name="Edit", tool_input={"file_path": path})
    hooks.parallel([("changes-tracker", event)] * 20)
    assert hooks.changes() == ["Edit: a.txt (×20)"]


# ---- discoveries ---------------------------------------------------------------------------------------


def discoveries(entries, lines):
    return "# Discoveries\n\nintro\n" + "".join(
        f"## Entry {i}\n" + "".join(f"line {i} {j}\n" for j in range(lines)) for i in range(entries)
    )


def test_the_oldest_whole_entries_go_to_the_archive(hooks):
    text = discoveries(30, 9)
    hooks.write(".cs/discoveries.md", text)
    hooks.run("discoveries-archiver", trigger="manual", custom_instructions=None)
    kept, archived = hooks.read(".cs/discoveries.md"), hooks.read(".cs/discoveries.archive.md")
    assert kept.startswith("# Discoveries\n\nintro\n## Entry 20\n")
    assert archived.startswith("# Archived discoveries\n\n## Entry 0\n")
    assert archived.endswith("line 19 8\n")
    assert kept.count("\n") == 103
    assert hooks.log() == ["Archived 200 lines of discoveries"]
    hooks.run("discoveries-archiver", trigger="auto")
    assert hooks.read(".cs/discoveries.archive.md") == archived


def test_a_second_archiving_goes_on_where_the_first_one_ended(hooks):
    hooks.write(".cs/discoveries.md", discoveries(30, 9))
    cs.archive_discoveries(hooks.session)
    more = "".join(f"## More {i}\n" + "x\n" * 19 for i in range(10))
    with open(hooks.session.discoveries, "a") as file:
        file.write(more)
    cs.archive_discoveries(hooks.session)
    both = hooks.read(".cs/discoveries.archive.md").replace("# Archived discoveries\n\n", "")
    rest = hooks.read(".cs/discoveries.md").replace("# Discoveries\n\nintro\n", "")
    assert both + rest == discoveries(30, 9).replace("# Discoveries\n\nintro\n", "") + more


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        (discoveries(20, 8), 0),  # not large
        ("# D\n" + "x\n" * 500, 0),  # no entries
        ("# D\n## one\n" + "x\n" * 500, 0),  # the last entry stays
        ("# D\n## one\n" + "x\n" * 500 + "## two\n", 501),
        ("# D\n## one\n```\n" + "## no\n" * 300 + "```\n## two\n" + "x\n" * 120, 303),
        ("## one\r\n" + "x\r\n" * 300 + "## two\r\n" + "y\r\n" * 110, 301),
        ("## one\n" + "x\u2028\x0c\n" * 300 + "## two\n" + "y\n" * 110 + "no end", 301),
    ],
)
def test_no_line_is_lost_or_doubled(hooks, text, moved):
    with open(hooks.session.discoveries, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    assert cs.archive_discoveries(hooks.session) == moved
    kept = (cs.read_bytes(hooks.session.discoveries) or b"").decode()
    block = (cs.read_bytes(hooks.session.discoveries_archive) or b"").decode()
    block = block.replace("# Archived discoveries\n\n", "", 1)
    assert block.count("\n") == moved
    intro = text[: text.index(block)] if block else ""
    assert kept == text if not block else kept == intro + text[len(intro) + len(block) :]


@pytest.mark.parametrize("archive", ["", "\n", "# Archived discoveries\n\n"])
def test_archiving_next_to_an_empty_archive_loses_nothing(hooks, archive):
    with open(hooks.session.discoveries_archive, "w", encoding="utf-8") as file:
        file.write(archive)
    text = discoveries(30, 9)
    hooks.write(".cs/discoveries.md", text)
    assert cs.archive_discoveries(hooks.session) > 0
    lines = (hooks.read(".cs/discoveries.archive.md") + hooks.read(".cs/discoveries.md")).splitlines()
    assert sorted(line for line in lines if line and line != "# Archived discoveries") == sorted(
        line for line in text.splitlines() if line
    )


def test_killed_anywhere_the_archiver_loses_and_doubles_nothing(hooks, monkeypatch):
    text = discoveries(30, 9)

    class Killed(BaseException):
        pass

    for kill_at in range(4):
        hooks.write(".cs/discoveries.md", text)
        if os.path.exists(hooks.session.discoveries_archive):
            os.remove(hooks.session.discoveries_archive)
        deeds = iter(range(10))

        def maybe_killed(path, *rest, kill_at=kill_at, deeds=deeds, write=cs.write_atomically, **more):
            if next(deeds) == kill_at:
                raise Killed
            write(path, *rest, **more)

        with monkeypatch.context() as patch:
            patch.setattr(cs, "write_atomically", maybe_killed)
            patch.setattr(cs, "remove_file", lambda path, kill_at=kill_at: None)
            try:
                cs.archive_discoveries(hooks.session)
            except Killed:
                pass
        cs.finish_moves(hooks.session)
        cs.archive_discoveries(hooks.session)
        whole = hooks.read(".cs/discoveries.archive.md").replace("# Archived discoveries\n\n", "")
        whole += hooks.read(".cs/discoveries.md").replace("# Discoveries\n\nintro\n", "")
        assert whole == text.replace("# Discoveries\n\nintro\n", ""), kill_at
        assert not [name for name in os.listdir(hooks.session.local) if name.endswith(".moving")]


def age_file(path, seconds):
    moment = time.time() - seconds
    os.utime(path, (moment, moment))


def test_the_reminder_comes_when_something_changed_since_the_last_entry(hooks):
    age_file(hooks.session.discoveries, 400)
    hooks.edit("changes-tracker", hooks.write("a.txt", "x"))
    told = hooks.run("discoveries-reminder", stop_hook_active=False)["additionalContext"]
    assert ".cs/discoveries.md" in told
    assert told.count(". ") == 0, "one sentence"
    assert hooks.run("discoveries-reminder", stop_hook_active=False) is None  # once in five minutes


@pytest.mark.parametrize("reason", ["active", "fresh", "nothing changed"])
def test_the_reminder_keeps_quiet(hooks, reason):
    hooks.edit("changes-tracker", hooks.write("a.txt", "x"))
    age_file(hooks.session.discoveries, 400)
    if reason == "fresh":
        age_file(hooks.session.discoveries, 200)
    if reason == "nothing changed":
        age_file(hooks.session.changes, 500)
    assert hooks.run("discoveries-reminder", stop_hook_active=reason == "active") is None


def test_after_an_ignored_reminder_there_is_none_until_something_changes(hooks):
    age_file(hooks.session.discoveries, 4000)
    age_file(hooks.session.changes, 2000)
    now = time.time()
    assert cs.reminder(hooks.session, now - 1000) != ""
    assert cs.reminder(hooks.session, now) == ""
    age_file(hooks.session.changes, 10)
    assert cs.reminder(hooks.session, now) != ""


def test_a_grown_archive_asks_to_be_condensed_in_the_background(hooks):
    hooks.write(".cs/discoveries.archive.md", "x\n" * 201)
    told = hooks.run("discoveries-reminder")["additionalContext"]
    assert "/compact-discoveries" in told
    assert "background" in told
    hooks.write(
        ".cs/discoveries.compact.md", "<!-- condensed from 201 lines of discoveries.archive.md -->\nshort\n"
    )
    assert cs.reminder(hooks.session, time.time() + 400) == ""
    hooks.write(".cs/discoveries.archive.md", "x\n" * 402)
    assert "/compact-discoveries" in cs.reminder(hooks.session, time.time() + 800)


# ---- failures ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        (
            {
                "tool_name": "Bash",
                "tool_input": {"command": "make all", "description": "d"},
                "error": "Exit code 2\n\n  no rule\n",
            },
            "Tool failed: Bash (exit 2): make all: no rule",
        ),
        (
            {"tool_name": "Bash", "tool_input": {"command": "false"}, "error": "Exit code 1"},
            "Tool failed: Bash (exit 1): false",
        ),
        (
            {
                "tool_name": "Edit",
                "tool_input": {"file_path": "{dir}/a.py"},
                "error": "<tool_use_error>File does not exist.</tool_use_error>",
            },
            "Tool failed: Edit: a.py: File does not exist.",
        ),
        (
            {"tool_name": "Bash", "tool_input": {"command": "sleep 9"}, "error": "x", "is_interrupt": True},
            "Tool failed: Bash (interrupted): sleep 9: x",
        ),
        (
            {
                "tool_name": "Bash",
                "tool_input": {"command": "a\nb"},
                "error": "Exit code 3\n\x1b[31mred\x1b[0m\x07",
            },
            "Tool failed: Bash (exit 3): a b: red·",
        ),
        (
            {
                "tool_name": "Bash",
                "tool_input": {"command": "curl -H 'X-Api-Key: b7d03c5e91fa4482aa16c0ffee123456'"},
                "error": "",
            },
            "Tool failed: Bash: curl -H 'X-Api-Key: [REDACTED: stored in keychain as X_Api_Key]'",
        ),
    ],
)
def test_a_failure_is_one_line_that_says_what_failed(hooks, fields, line):
    fields["tool_input"] = {
        key: value.replace("{dir}", hooks.session.directory) for key, value in fields["tool_input"].items()
    }
    assert hooks.run("tool-failure-logger", **fields) is None
    assert hooks.log() == [line]


@pytest.mark.parametrize(
    "command",
    [
        "curl -u deploy:zebra-umbrella-42 https://example.org/",
        "echo correct horse\nbattery",
        *(f"{'x' * n} --password=Zq8vN2xLp0Rt77vBn3mKlo tail" for n in (176, 183, 990)),
        *(f"{'x' * n} https://u:Zq8vN2xLp0Rt77@host/" for n in (178, 186)),
        f"{'x' * 180} ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    ],
)
def test_a_failure_names_no_credential_not_even_half_of_one(hooks, command):
    cs.open_store(hooks.places).set_all("demo", {"MYPW": "zebra-umbrella-42", "PHRASE": "correct horse\nbattery"})
    fields = {"tool_name": "Bash", "tool_input": {"command": command}}
    assert hooks.run("tool-failure-logger", error=f"Exit code 1\n{command}", **fields) is None
    (line,) = hooks.log()
    assert line.startswith("Tool failed: Bash (exit 1): ")
    assert "REDACT" in line or "x" * 180 in line
    for part in ("zebra", "horse", "Zq8", "ghp_16", "battery"):
        assert part not in line


def test_without_a_readable_store_a_failure_is_told_without_what_may_be_secret(hooks):
    cs.open_store(hooks.places).set("demo", "MYPW", "zebra-umbrella-42")
    with open(os.path.join(hooks.places.secrets, "demo.enc"), "wb") as file:
        file.write(b"damaged")
    command = {"command": "curl -u deploy:zebra-umbrella-42"}
    assert hooks.run("tool-failure-logger", tool_name="Bash", tool_input=command, error="Exit code 1\nno") is None
    assert hooks.log() == [
        "Tool failed: Bash (nothing more is told: the session's secrets cannot be read, and might be named)"
    ]


# ---- auto-approve --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["README.md", "discoveries.md", "discoveries.compact.md", "changes.md", "summary.md"]
)
@pytest.mark.parametrize("tool", ["Write", "Edit"])
def test_the_sessions_documents_may_be_edited(hooks, name, tool):
    assert hooks.edit("session-auto-approve", os.path.join(hooks.session.meta, name), tool) == {
        "decision": {"behavior": "allow"}
    }


@pytest.mark.parametrize(
    "path",
    [
        *(
            "{meta}/sync.conf",
            "{meta}/remote.conf",
            "{meta}/local/x",
            "{meta}/age-recipients/a.pub",
            "{meta}/secrets.age",
        ),
        *("{meta}/secrets.enc", "{meta}/artifacts/MANIFEST.json", "{meta}/logs/session.log", "{meta}/session.lock"),
        *("{dir}/README.md", "{dir}/CLAUDE.md", "/etc/passwd", "{meta}/../../x", "{meta}/sub/README.md"),
        *(
            "{dir}/link/README.md",
            "{dir}/doc.md",
            "{work}/outside/README.md",
            "{meta}/hard.md",
            "{meta}/local/../summary.md",
        ),
    ],
)
def test_everything_else_is_left_to_the_user_without_a_word(hooks, path):
    session, work = hooks.session, hooks.box.work
    os.symlink(session.meta, os.path.join(session.directory, "link"))
    os.symlink(session.readme, os.path.join(session.directory, "doc.md"))
    os.symlink(session.meta, str(work / "outside"))
    path = path.format(meta=session.meta, dir=session.directory, work=work)
    assert hooks.edit("session-auto-approve", path) is None
    assert hooks.log() == []


def test_a_document_that_is_a_link_is_not_approved(hooks):
    os.remove(hooks.session.discoveries)
    os.symlink("/etc/hosts", hooks.session.discoveries)
    assert hooks.edit("session-auto-approve", hooks.session.discoveries) is None
    os.remove(hooks.session.readme)
    os.symlink("summary.md", hooks.session.readme)
    assert hooks.edit("session-auto-approve", hooks.session.readme) is None
    secret = hooks.box.work / "mine"
    secret.write_text("x")
    os.link(str(secret), hooks.session.summary)
    assert hooks.edit("session-auto-approve", hooks.session.summary) is None


@pytest.mark.skipif(os.name == "nt", reason="pipes are no files there")
def test_a_document_that_is_a_pipe_is_not_approved(hooks):
    os.mkfifo(hooks.session.summary)
    assert hooks.edit("session-auto-approve", hooks.session.summary, permission_mode="default") is None


def test_other_tools_are_not_approved(hooks):
    assert hooks.edit("session-auto-approve", hooks.session.readme, "Bash") is None


# ---- the end -------------------------------------------------------------------------------------------


def test_the_end_is_logged_with_its_reason_and_what_changed_is_committed(hooks):
    hooks.edit("discovery-commits", hooks.write("work.txt", "precious\n"))
    wait_for(lambda: hooks.git("for-each-ref", "refs/cs/auto"), what="the autosave")
    assert hooks.run("session-end", reason="prompt_input_exit") is None
    assert hooks.log() == ["Session ended: prompt_input_exit"]
    assert hooks.git("show", "HEAD:work.txt") == "precious"
    assert hooks.git("for-each-ref", "refs/cs") == ""


@pytest.mark.parametrize("reason", ["clear", "resume"])
def test_a_conversation_that_ends_is_not_the_end_of_the_session(hooks, reason):
    hooks.write("work.txt", "x")
    hooks.run("session-end", reason=reason)
    assert hooks.log() == [f"Conversation ended: {reason} {ID}"]
    assert hooks.git("log", "--format=%s") == "Session created"


def test_the_end_does_not_wait_for_another_process(hooks):
    hooks.write("work.txt", "x")
    with cs.FileLock(os.path.join(hooks.session.local, "history.lock")):
        start = time.monotonic()
        hooks.run("session-end", reason="other")
        assert time.monotonic() - start < 10
    assert hooks.git("log", "--format=%s") == "Session created"


# ---- the network ---------------------------------------------------------------------------------------


def test_no_hook_waits_for_the_network(hooks):
    hooks.box.fake("ssh", script="import time; time.sleep(600)")
    hooks.git("remote", "add", "origin", "ssh://nowhere.invalid/demo.git")
    path = hooks.write("run.sh", "#!/bin/sh\necho hello\n")
    told = {"tool_input": {"file_path": path, "content": "x"}, "tool_name": "Write", "source": "startup"}
    for name in sorted(EVENTS):
        event = hooks.event(name, reason="other", agent_type="Explore", error="failed", trigger="auto", **told)
        hooks.box.start(*hooks.command(name), input=event, env=hooks.env).result(timeout=60)
    wait_for(lambda: hooks.box.calls("ssh"), what="the pull in the background, which nobody waits for")
