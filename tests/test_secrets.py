"""The secrets commands: what they print, what they refuse, and that no value reaches a command line."""

import base64
import json
import os
import shlex
import sys

import bed
import pytest
from secrets_bed import VALUES, imported_program, keyring_daemon, only, with_fake_keychain  # noqa: F401

import cs


@pytest.fixture
def api(box):
    """A session."""
    (box.root / "api" / ".cs" / "artifacts").mkdir(parents=True)
    return box.root / "api"


@pytest.fixture
def secrets(box, api):
    """Runs a secrets command of that session."""
    bed.need("age")

    def run(*words, input=None, **more):
        return box.cs("api", "-secrets", *words, input=input, **more)

    return run


def store():
    return cs.open_store(cs.Places(os.environ))


# ---- set, get, list, delete, purge -----------------------------------------------------------------------


def test_a_value_goes_in_by_stdin_and_comes_out_exactly(secrets):
    assert secrets("set", "TOKEN", input="a\n\nb\n\n") == (0, "", "stored TOKEN for session 'api'\n")
    assert secrets("get", "TOKEN") == (0, "a\n\nb\n\n", "")
    assert secrets("get", "-n", "TOKEN") == (0, "a\n\nb\n", "")
    assert secrets("store", "TOKEN", input="other") == (0, "", "replaced TOKEN for session 'api'\n")
    assert secrets("get", "TOKEN") == (0, "other\n", "")


def test_output_is_utf_8_in_every_locale(secrets):
    for locale in ("C", "POSIX", "C.UTF-8"):
        assert secrets("set", "TOKEN", input="pä🔑\r\n", env={"LC_ALL": locale}).status == 0
        assert secrets("get", "TOKEN", env={"LC_ALL": locale}).out == "pä🔑\r\n"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (b"a\0b", "contains a NUL character, which no environment and no shell can hold"),
        (b"x" * 65537, "has 65537 bytes; the limit is 65536"),
        (b"x" * 1000000, "has 65539 bytes; the limit is 65536"),
    ],
)
def test_what_is_no_value_is_refused(secrets, value, reason):
    result = secrets("set", "TOKEN", input=value)
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith(f"cs: error: the value of 'TOKEN' {reason}\n")
    assert secrets("list").err == "session 'api' has no secrets\n"


def test_the_longest_value_fits(secrets):
    value = "語" * 21845 + "x"
    assert secrets("set", "TOKEN", input=value + "\n").status == 0
    assert secrets("get", "-n", "TOKEN").out == value


def test_absent_is_an_error_that_names_the_nearest(secrets):
    assert secrets("get", "TOKEN") == (1, "", "cs: error: session 'api' has no secret 'TOKEN'\n")
    secrets("set", "TOKENS", input="x")
    hint = "cs: error: session 'api' has no secret 'TOKEN'\ncs: hint: did you mean 'TOKENS'?\n"
    assert secrets("get", "TOKEN") == (1, "", hint)
    assert secrets("delete", "TOKEN") == (1, "", hint)


def test_the_list_has_names_and_dates_and_never_values(secrets):
    secrets("set", "b.two", input="value-two")
    secrets("set", "ONE", input="value-one")
    result = secrets("ls")
    lines = result.out.splitlines()
    assert (result.status, result.err, lines[0], len(lines)) == (0, "", "NAME   STORED", 3)
    assert [line.split()[0] for line in lines[1:]] == ["ONE", "b.two"]
    as_json = json.loads(secrets("list", "--json").out)
    assert [entry["name"] for entry in as_json] == ["ONE", "b.two"]
    assert "value" not in result.out + json.dumps(as_json)


def test_delete_and_purge(secrets, box):
    for name in ("A", "B", "C"):
        secrets("set", name, input="x")
    assert secrets("rm", "A") == (0, "", "deleted A from session 'api'\n")
    refused = secrets("purge")
    assert refused.status == 1
    assert refused.err.startswith("cs: error: cannot ask without a terminal: delete 2 secrets of session 'api'")
    asked = box.cs("api", "-secrets", "purge", tty=True, input="n\r")
    assert asked.status == 1
    assert list(store().names("api")) == ["B", "C"]
    assert secrets("purge", "-y") == (0, "", "deleted 2 secrets of session 'api'\n")
    assert secrets("purge", "-y") == (0, "", "session 'api' has no secrets\n")


def test_a_value_on_a_terminal_is_not_echoed(box, api):
    bed.need("age")
    screen = box.spawn_cs("api", "-secrets", "set", "TOKEN")
    screen.wait("value of TOKEN:").send("typed secret\r")
    assert screen.finish() == 0
    assert "typed" not in screen.text
    assert "stored TOKEN" in screen.text
    assert store().get("api", "TOKEN") == "typed secret"


def test_a_pasted_pem_block_is_taken_whole_and_nothing_of_it_reaches_the_shell(box, api):
    bed.need("age")
    key = "-----BEGIN TEST KEY-----\nabc\ndef\n-----END TEST KEY-----"
    shell = shlex.join(box.program) + " api -secrets set KEY; echo status $?; read -t 0.2 rest; echo rest=$rest"
    screen = box.spawn("bash", "-c", shell)
    screen.wait("value of KEY:").send(key.replace("\n", "\r") + "\r")
    screen.wait("rest=")
    assert screen.finish() == 0
    assert "status 0" in screen.text
    assert "rest=\n" in screen.text + "\n"
    assert store().get("api", "KEY") == key


def test_an_interrupted_question_leaves_the_terminal_as_it_was(box, api):
    screen = box.spawn(
        "bash",
        "-c",
        shlex.join(box.program) + " api -secrets set KEY; echo status $?; stty -a | grep -o ' -*echo ' | tr ' ' :",
    )
    screen.wait("value of KEY:").key("ctrl-c")
    screen.wait("status 130")
    screen.wait(":echo:")
    screen.finish()


# ---- which session ---------------------------------------------------------------------------------------


class TestTheSession:
    def test_may_be_named_in_every_way(self, box, api):
        bed.need("age")
        store().set("api", "TOKEN", "v")
        for words in (
            ("api", "-secrets", "get", "TOKEN"),
            ("-secrets", "get", "TOKEN", "-s", "api"),
            ("-secrets", "-s", "api", "get", "TOKEN"),
            ("--secrets", "get", "--session", "api", "TOKEN"),
            ("-secrets", "get", "--session=api", "TOKEN"),
        ):
            assert box.cs(*words) == (0, "v\n", "")
        assert box.cs("-secrets", "get", "TOKEN", env={"CLAUDE_SESSION_NAME": "api"}) == (0, "v\n", "")

    def test_may_be_named_to_cs_secrets(self, box, api):
        bed.need("age")
        store().set("api", "TOKEN", "v")
        code = "import sys; sys.path.insert(0, %r); import cs; sys.exit(cs.main(sys.argv[1:], 'cs-secrets'))"
        box.program = [sys.executable, "-IS", "-c", code % str(bed.TOP)]
        assert box.cs("-s", "api", "get", "TOKEN") == (0, "v\n", "")
        assert box.cs("--session=api", "get", "TOKEN") == (0, "v\n", "")
        assert box.cs("get", "TOKEN", "-s", "api") == (0, "v\n", "")
        assert box.cs("get", "TOKEN", env={"CLAUDE_SESSION_NAME": "api"}) == (0, "v\n", "")

    def test_must_be_known(self, box, api):
        nowhere = box.cs("-secrets", "list")
        assert nowhere == (
            2,
            "",
            "cs: error: which session? None is named, and this is not inside one\n"
            "cs: hint: cs <session> -secrets …, or -s <session>\n",
        )
        wrong = "cs: error: there is no session 'apj'\ncs: hint: did you mean 'api'?\n"
        assert box.cs("apj", "-secrets", "set", "A", input="x") == (1, "", wrong)
        assert box.cs("-secrets", "list", "-s", "apj") == (1, "", wrong)
        assert box.cs("api", "-secrets", "list", "-s", "other").status == 2
        assert box.cs("-secrets", "list", "-s", "../api").status == 1

    def test_that_is_elsewhere_is_refused(self, box, api):
        (api / ".cs" / "remote.conf").write_text("host=ada@example.org\n")
        for words in (("list",), ("set", "A"), ("export",), ("run", "--", "env"), ("import-file",)):
            assert box.cs("api", "-secrets", *words, input="x") == (
                1,
                "",
                "cs: error: session 'api' is on ada@example.org, and so are its secrets\n"
                "cs: hint: connect first: cs api\n",
            )

    def test_that_is_gone_can_still_be_purged(self, box, api):
        bed.need("age")
        store().set("gone", "TOKEN", "v")
        assert box.cs("-secrets", "get", "TOKEN", "-s", "gone").out == "v\n"
        assert box.cs("-secrets", "purge", "-y", "-s", "gone").status == 0
        assert box.cs("-secrets", "list", "-s", "gone").status == 1


# ---- environments ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["sh", "bash", "zsh"])
def test_eval_of_export_gives_back_every_value(box, api, shell):
    bed.need("age", shell)
    store().set_all("api", {f"n{number}": value for number, value in enumerate(VALUES.values())})
    cs_command = shlex.join(box.program)
    names = " ".join(f'"$N{number}"' for number in range(len(VALUES)))
    script = (
        f"""set -e; eval "$({cs_command} api -secrets export)"; set +x; printf '%s\\0' {names}; touch reached"""
    )
    result = box.run(shell, "-c", script)
    assert result.err == ""
    got = result.out.split("\0")[:-1]
    assert [title for title, value, back in zip(VALUES, VALUES.values(), got) if value != back] == []
    assert len(got) == len(VALUES)
    assert sorted(path.name for path in box.work.iterdir()) == ["reached"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("shell", "listing"),
    [("bash", "compgen -v"), ("zsh", "zmodload zsh/parameter; print -l ${(k)parameters[(R)*special*]}")],
)
def test_what_a_shell_sets_by_itself_is_refused_or_can_be_set(box, shell, listing):
    bed.need(shell)
    names = [name for name in box.run(shell, "-c", listing).out.split() if name == cs.variable_name(name)]
    assert {"PATH", "RANDOM"} <= set(names)
    free = [name for name in names if not cs.is_refused_variable(name)]
    for name in free:
        script = cs.shell_line(name, "it's $(x)") + f'; printf %s "${name}"'
        assert box.run(shell, "-c", script) == (0, "it's $(x)", ""), name


def test_exported_variables_reach_programs(box, api):
    bed.need("age")
    store().set_all("api", {"db.password": "it's", "2fa-seed": "x y"})
    assert box.cs("api", "-secrets", "export").out == "export _2FA_SEED='x y'\nexport DB_PASSWORD='it'\\''s'\n"
    assert json.loads(box.cs("api", "-secrets", "export", "--json").out) == {
        "db.password": "it's",
        "2fa-seed": "x y",
    }


@pytest.mark.parametrize(
    "name",
    (
        *("PATH", "path", "LD_PRELOAD", "ld.preload", "DYLD_INSERT_LIBRARIES", "BASH_ENV", "ENV", "IFS", "HOME"),
        *(
            "PYTHONPATH",
            "PYTHON_PRESITE",
            "LC_ALL",
            "LD_LIBRARY_PATH",
            "LD_AUDIT",
            "NODE_OPTIONS",
            "PERL5OPT",
            "GIT_SSH_COMMAND",
            "PROMPT_COMMAND",
            "ZDOTDIR",
            "SHELLOPTS",
        ),
        *("CLAUDE_SESSION_NAME", "CS_SECRETS_PASSWORD", "_", "UID", "RANDOM", "USERNAME"),
    ),
)
def test_names_that_change_programs_are_refused_as_a_whole(box, api, name):
    bed.need("age")
    store().set_all("api", {"GOOD": "x", name: "evil-value"})
    expected = (
        1,
        "",
        f"cs: error: nothing was exported: {name} would change how other programs run\n"
        f"cs: hint: cs -secrets get {name} | cs -secrets set OTHER_NAME,"
        f" and cs -secrets rm {name}: then it has another name\n",
    )
    assert box.cs("api", "-secrets", "export") == expected
    if name == "PATH":
        assert box.cs("api", "-secrets", "run", "--", "env") == expected
        warned = box.cs("api", "-secrets", "set", name, input="x")
        assert warned.err.endswith(
            "export and run refuse a secret of the name PATH: it would change how programs run\n"
        )


def test_two_names_for_one_variable_are_refused(box, api):
    bed.need("age")
    store().set_all("api", {"api-key": "1", "api_key": "2"})
    assert box.cs("api", "-secrets", "export") == (
        1,
        "",
        "cs: error: nothing was exported: api-key and api_key would both be API_KEY\n"
        "cs: hint: cs -secrets get api_key | cs -secrets set OTHER_NAME,"
        " and cs -secrets rm api_key: then it has another name\n",
    )


def test_what_only_begins_like_a_name_that_changes_programs_is_exported(box, api):
    bed.need("age")
    names = ["CS_CLIENT_SECRET", "LC_APP_KEY", "LD_SDK_KEY", "PYTHONANYWHERE_API_TOKEN"]
    store().set_all("api", dict.fromkeys(names, "x"))
    assert box.cs("api", "-secrets", "export") == (0, "".join(f"export {name}='x'\n" for name in names), "")


def test_names_that_cs_chooses_can_be_exported_together(box, api):
    bed.need("age")
    found = ("api_key", "API_KEY", "CS_SECRETS_PASSWORD", "api-key", "GIT_CONFIG_KEY_0", "é")
    findings = [cs.Finding(0, 0, name, f"value {n}") for n, name in enumerate(found)]
    assert store().keep("api", findings) == [
        *("api_key", "API_KEY_2", "SECRET_CS_SECRETS_PASSWORD", "api-key_3", "SECRET_GIT_CONFIG_KEY_0", "SECRET__")
    ]
    assert box.cs("api", "-secrets", "run", "--", "true") == (0, "", "")


class TestRun:
    def test_gives_the_secrets_to_the_command_alone(self, box, secrets):
        store().set("api", "db.password", "line\nit's")
        result = secrets(
            "run", "--", "sh", "-c", 'printf "%s|%s" "$DB_PASSWORD" "$1"', "x", "--flag", env={"KEPT": "1"}
        )
        assert result == (0, "line\nit's|--flag", "")
        assert "KEPT=1" in secrets("run", "--", "env", env={"KEPT": "1"}).out

    def test_has_the_status_of_the_command(self, secrets):
        assert secrets("run", "--", "sh", "-c", "exit 7") == (7, "", "")
        assert secrets("run", "--", "sh", "-c", "kill -9 $$").status == -9
        assert secrets("run", "--", "no-such-command") == (
            127,
            "",
            "cs: error: there is no command 'no-such-command'\n",
        )
        assert secrets("run", "--", "/").status == 126
        expected = "cs: error: cs api -secrets run: something is missing\n"
        expected += "cs: hint: usage: cs api -secrets run [-s|--session NAME] -- <command...>\n"
        for words in (("run",), ("run", "--")):
            assert secrets(*words) == (2, "", expected)

    def test_passes_stdin_and_signals_as_ever(self, secrets):
        assert secrets("run", "--", "cat", input="in").out == "in"
        assert secrets("run", "--", "sh", "-c", "yes | head -1").out == "y\n"
        assert secrets("run", "--", "sh", "-c", "yes 2>/dev/null | true; echo ${PIPESTATUS:-ok}").err == ""

    def test_without_secrets_still_runs(self, secrets):
        assert secrets("run", "--", "echo", "hello") == (0, "hello\n", "")


# ---- migrate, fill, backends -----------------------------------------------------------------------------


class TestMigrate:
    def test_stores_what_stands_in_artifacts_and_redacts_on_demand(self, box, api, secrets):
        script = api / ".cs" / "artifacts" / "deploy.sh"
        text = "#!/bin/sh\nexport API_KEY='k3J9x0Qw81Zr'\necho done\n"
        script.write_text(text)
        script.chmod(0o755)
        (script.parent / "sub").mkdir()
        (script.parent / "sub" / "app.json").write_text('{"dbPassword": "x8!kLm2#pQ"}\n')
        (script.parent / "image.bin").write_bytes(b"\0API_KEY=k3J9x0Qw81Zz")
        first = secrets("migrate")
        assert first.err == (
            ".cs/artifacts/deploy.sh: API_KEY\n"
            ".cs/artifacts/sub/app.json: dbPassword\n"
            "2 secrets stored; the files are as they were\n"
        )
        assert script.read_text() == text
        assert store().get_all("api") == {"API_KEY": "k3J9x0Qw81Zr", "dbPassword": "x8!kLm2#pQ"}
        second = secrets("migrate", "--redact")
        assert second.err.endswith("2 secrets stored, and redacted in the files\n")
        assert script.read_text() == text.replace("k3J9x0Qw81Zr", "[REDACTED: stored in keychain as API_KEY]")
        assert script.stat().st_mode & 0o777 == 0o755
        assert len(store().names("api")) == 2
        assert secrets("migrate") == (0, "", "no plaintext secrets in the artifacts\n")

    def test_the_same_name_with_another_value_gets_a_suffix(self, api, secrets):
        store().set("api", "API_KEY", "the first value")
        (api / ".cs" / "artifacts" / "a.env").write_text("API_KEY=k3J9x0Qw81Zr\n")
        assert secrets("migrate", "--redact").status == 0
        assert store().get("api", "API_KEY") == "the first value"
        assert sorted(store().get_all("api").values()) == ["k3J9x0Qw81Zr", "the first value"]
        other = next(name for name in store().names("api") if name != "API_KEY")
        assert f"as {other}]" in (api / ".cs" / "artifacts" / "a.env").read_text()

    def test_a_store_that_fails_leaves_the_files_alone(self, api, secrets, box):
        (api / ".cs" / "artifacts" / "a.env").write_text("API_KEY=k3J9x0Qw81Zr\n")
        (box.home / ".cs-secrets").mkdir()
        (box.home / ".cs-secrets" / "api.enc").write_text("foreign")
        result = secrets("migrate", "--redact")
        assert result.status == 1
        assert "k3J9" not in result.err
        assert (api / ".cs" / "artifacts" / "a.env").read_text() == "API_KEY=k3J9x0Qw81Zr\n"


class TestFill:
    TEXT = '{"a": "[REDACTED: stored in keychain as A]", "b": 1}\n'

    def test_puts_values_back(self, box, secrets):
        store().set("api", "A", 'x"y')
        file = box.work / "app.json"
        file.write_text(self.TEXT)
        file.chmod(0o640)
        assert secrets("fill", "app.json", "-o", "-").out == '{"a": "x\\"y", "b": 1}\n'
        assert file.read_text() == self.TEXT
        assert secrets("fill", "app.json", "-o", "out.json") == (0, "", "")
        assert json.loads((box.work / "out.json").read_text()) == {"a": 'x"y', "b": 1}
        assert (box.work / "out.json").stat().st_mode & 0o777 == 0o600
        assert secrets("fill", "app.json") == (0, "", "")
        assert json.loads(file.read_text())["a"] == 'x"y'
        assert file.stat().st_mode & 0o777 == 0o640

    def test_fills_all_or_nothing(self, box, secrets):
        (box.work / "app.json").write_text(self.TEXT)
        assert secrets("fill", "app.json") == (
            1,
            "",
            "cs: error: nothing was filled in: session 'api' has no A\n"
            "cs: hint: cs api -secrets import-file, or set A\n",
        )
        assert (box.work / "app.json").read_text() == self.TEXT
        assert secrets("fill", "none.json") == (1, "", "cs: error: there is no file none.json\n")

    def test_undoes_what_migrate_did_to_the_byte(self, api, box, secrets):
        text = b"\xef\xbb\xbfTOKEN=\"k3J9x0Qw81Zr\"\r\n# \xff latin\r\nurl = 'https://u:pa55w0rdX@h/'\r\n"
        file = api / ".cs" / "artifacts" / "a.conf"
        file.write_bytes(text)
        assert secrets("migrate", "--redact").status == 0
        assert b"k3J9" not in file.read_bytes()
        assert secrets("fill", file) == (0, "", "")
        assert file.read_bytes() == text


class TestBackends:
    def test_says_which_where_and_why(self, box, secrets):
        result = box.cs("-secrets", "backend")
        assert (result.status, result.err) == (0, "")
        assert result.out.splitlines()[:2] == [
            "encrypted: ~/.cs-secrets, encrypted with age, to the key in age.key",
            "chosen because it is the first that can be used here",
        ]
        assert "not used: secret-service (there is no session bus)" in result.out
        store().set("api", "A", "x")
        assert "chosen because it holds the secrets of 'api'\n" in secrets("backend").out
        forced = secrets("backend", env={"CS_SECRETS_BACKEND": "encrypted"}).out
        assert "chosen because CS_SECRETS_BACKEND says so\n" in forced

    def test_secrets_move_between_backends_and_stay_where_they_are(self, box, secrets, keyring_daemon):  # noqa: F811
        bus = {"DBUS_SESSION_BUS_ADDRESS": keyring_daemon}
        values = {"A": "x" * 30000, "B": "it's\n"}
        store().set_all("api", values)
        dates = store().names("api")
        assert secrets("get", "B", env=bus).out == "it's\n\n", (
            "what the session has decides, not what is there first"
        )
        copied = secrets("migrate-backend", "secret-service", env=bus)
        assert (
            copied.err == "session 'api': 2 secrets copied from encrypted to secret-service, still there as well\n"
        )
        assert "secret-service: " in secrets("backend", env=bus).out
        assert secrets("migrate-backend", "secret-service", env=bus).err.startswith("session 'api': 2 secrets")
        assert secrets("set", "B", input="new", env=bus).status == 0
        back = secrets("migrate-backend", "encrypted", "--from", "secret-service", "--delete-source", env=bus)
        assert back.err == "session 'api': 2 secrets copied from secret-service to encrypted, deleted there\n"
        assert store().get_all("api") == {"A": "x" * 30000, "B": "new"}
        assert store().names("api")["A"] == dates["A"]
        gone = secrets("list", env={**bus, "CS_SECRETS_BACKEND": "secret-service"})
        assert gone.err == "session 'api' has no secrets\n"

    def test_a_source_is_kept_when_the_target_gives_back_something_else(self, box, secrets):
        store().set("api", "A", "right")
        liar = "import sys; sys.stdout.write('\"x\"'); sys.stderr.write('password: \"wrong\"\\n')"
        box.wrapper("security", f"exec {sys.executable} -IS -c '{liar}' #")
        result = secrets("migrate-backend", "keychain", "--delete-source")
        assert result.status == 1
        assert "right" not in result.err
        assert store().backend("encrypted").get_all("api") == {"A": "right"}

    def test_all_sessions_move_at_once(self, box, secrets, keyring_daemon):  # noqa: F811
        bus = {"DBUS_SESSION_BUS_ADDRESS": keyring_daemon}
        store().set("api", "A", "x")
        store().set("other", "B", "y")
        assert (
            box.cs("-secrets", "migrate-backend", "secret-service", "--all", "--delete-source", env=bus).status == 0
        )
        assert not [path for path in bed.tree(box.home / ".cs-secrets") if path.endswith(".enc")]
        assert secrets("get", "A", env=bus).out == "x\n"

    def test_unknown_targets_are_refused(self, secrets):
        store().set("api", "A", "x")
        assert secrets("migrate-backend", "vault").err.startswith(
            "cs: error: there is no secrets backend 'vault'\n"
        )
        assert secrets("migrate-backend", "encrypted").err == (
            "cs: error: session 'api' has no secrets outside of encrypted\n"
        )


# ---- no value on a command line --------------------------------------------------------------------------

MARK = "S3cr3t-Mark-8f21"


@pytest.mark.once
@pytest.mark.parametrize("tool", ["age", "openssl", "secret-service", "keychain"])
def test_no_value_is_in_any_command_line_or_environment(box, api, tool, request):
    """Every program that is started is traced, with its arguments and its environment in full."""
    strace = bed.need("strace")
    if tool == "openssl":
        only(box, "openssl", "sh", "env", "true")
        box.env["CS_SECRETS_PASSWORD"] = "Pa55-Mark"
    elif tool == "secret-service":
        box.env["DBUS_SESSION_BUS_ADDRESS"] = request.getfixturevalue("keyring_daemon")
    elif tool == "keychain":
        with_fake_keychain(box)
    value = MARK + "\nsecond line\n" + "padding" * 1000
    log = box.top / "trace"
    artifact = api / ".cs" / "artifacts" / "a.env"
    artifact.write_text(f"API_KEY={MARK}\n")

    def traced(*words, input=None):
        trace = (strace, "-f", "-qq", "-A", "-o", str(log), "-e", "trace=execve", "-v", "-s", "200000")
        result = box.run(*trace, *box.program, "api", "-secrets", *words, input=input)
        assert result.status == 0, (words, result.err)
        return result

    traced("set", "TOKEN", input=value)
    traced("export")
    traced("migrate", "--redact")
    if tool in ("age", "openssl"):
        traced("list")
        traced("export-file")
        traced("import-file", "--replace")
        traced("fill", artifact)
    traced("delete", "API_KEY")
    calls = log.read_text(errors="replace")
    assert calls.count("execve(") > 8
    for form in (
        MARK,
        base64.b64encode(MARK.encode())[:-4].decode(),
        MARK.encode().hex(),
        MARK.encode().hex().upper(),
    ):
        assert form not in calls
    with_password = [line for line in calls.splitlines() if "Pa55-Mark" in line and '["openssl"' in line]
    assert with_password == [], "the password reaches openssl by a file descriptor only"
    log.unlink()
    traced("run", "--", "true")
    with_value = [line for line in log.read_text(errors="replace").splitlines() if MARK in line]
    assert with_value
    assert all('["true"]' in line for line in with_value)


def test_errors_and_logs_never_repeat_a_value(box, api, secrets):
    value = MARK * 5000
    result = secrets("set", "TOKEN", input=value)
    assert MARK not in result.out + result.err
    result = secrets("set", "-bad", input=MARK)
    assert MARK not in result.out + result.err
    (box.home / ".cs-secrets").mkdir(exist_ok=True)
    (box.home / ".cs-secrets" / "api.enc").write_text(MARK)
    for words in (("list",), ("get", "A"), ("export",)):
        result = secrets(*words)
        assert result.status == 1
        assert MARK not in result.out + result.err
    assert not list(box.tmp.iterdir())


def test_help_on_all_verbs_and_on_one(box):
    everything = box.cs("-secrets", "--help")
    assert (everything.status, everything.err) == (0, "")
    assert everything.out.startswith(
        "cs -secrets: keep and use a session's credentials\n\n  cs -secrets set|store "
    )
    for words in (("get", "--help"), ("get", "-h")):
        assert box.cs("-secrets", *words).out == (
            "cs -secrets get: print a value (-n: without a newline)\n\n"
            "  cs -secrets get [-s|--session NAME] [-n] <name>\n"
            "                                                print a value (-n: without a newline)\n"
        )
