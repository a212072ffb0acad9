"""cs -doctor: each fault that is made here is found, and the command that is named mends it."""

import json
import os
import re
import shutil

import bed
import pytest
from released import Publisher, install

pytestmark = pytest.mark.once

VERSION = "2026.1.1"
CLAUDE = "2.1.197 (Claude Code)\n"


@pytest.fixture
def healthy(box, shared_dir):
    """A box in which nothing is wrong."""
    install(box, Publisher(shared_dir).unkeyed(VERSION))
    box.fake("claude", out=CLAUDE)
    for name in ("age", "tmux", "ssh"):
        bed.need(name)
    return box


def doctor(box, before=""):
    """The exit status, and what is not well: {(check, status): (text, remedy)}; `before` is sh to run first."""
    done = box.run("sh", "-c", f"{before}\ncs -doctor --json")
    assert done.status in (0, 1), done
    found = json.loads(done.out)
    assert all(set(each) == {"check", "status", "text", "remedy"} for each in found)
    assert done.status == any(each["status"] == "fail" for each in found)
    return [each for each in found if each["status"] != "ok"]


def found(box, check, status, text, remedy):
    """Expect one fault, and that the command it names mends it."""
    home = str(box.home)
    assert [(each["check"], each["status"], each["text"]) for each in doctor(box)] == [(check, status, text)]
    named = doctor(box)[0]["remedy"]
    assert named == remedy.replace("HOME", home)
    return named


def mended(box, command):
    """Run a command as a person would, after which nothing is wrong."""
    done = box.run("sh", "-c", command)
    assert done.status == 0, done
    assert doctor(box) == []


def make_session(box, name="api"):
    """A session, made by opening it once."""
    assert box.cs(name).status == 0
    return box.root / name


def test_a_healthy_installation_is_told_line_by_line(healthy):
    make_session(healthy)
    done = healthy.cs("-doctor")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert [line.split()[1] for line in lines] == [
        *("python", "program", "settings", "settings", "claude", "git"),
        *("programs", "programs", "programs", "secrets", "sessions"),
    ]
    assert all(line.startswith("ok    ") for line in lines)
    assert "ok    claude    2.1.197 (Claude Code)" in lines
    assert "ok    secrets   encrypted: a value was stored, read and deleted" in lines
    assert "ok    sessions  1 session in ~/.claude-sessions" in lines
    assert doctor(healthy) == []


def test_a_fault_is_told_with_the_command_that_mends_it(healthy):
    (healthy.home / ".claude/hooks/cs-session-end.py").unlink()
    done = healthy.cs("-doctor")
    assert (done.status, done.err) == (1, "")
    assert (
        "fail  program   ~/.claude/hooks/cs-session-end.py is missing or not cs's\n"
        "                mend it: cs -install\n" in done.out
    )


# ---- the installation ----------------------------------------------------------------------------------


def test_a_cs_that_is_not_installed(box):
    box.fake("claude", out=CLAUDE)
    box.wrapper("cs", f"exec {bed.PYTHON} -IS {bed.TESTS}/run_cs.py")
    faults = doctor(box)
    assert faults[0]["text"] == "cs is not installed, so that its hooks do not run"
    assert faults[0]["remedy"] == f"{bed.TOP}/install.sh"
    assert {each["remedy"] for each in faults} == {f"{bed.TOP}/install.sh"}


def test_a_zipapp_that_is_not_installed_names_itself(box, shared_dir):
    box.fake("claude", out=CLAUDE)
    program = Publisher(shared_dir).unkeyed(VERSION)
    box.wrapper("cs", f"exec {bed.PYTHON} -ESs {program}")
    remedy = doctor(box)[0]["remedy"]
    assert remedy.endswith(f" {program} -install")
    assert box.run("sh", "-c", remedy).status == 0
    (box.bin / "cs").unlink()
    box.set_path([box.path[0], box.home / ".local/bin", *box.path[1:]])
    assert doctor(box) == []


def test_a_hook_that_is_missing(healthy):
    (healthy.home / ".claude/hooks/cs-session-end.py").unlink()
    text = "~/.claude/hooks/cs-session-end.py is missing or not cs's"
    mended(healthy, found(healthy, "program", "fail", text, "cs -install"))


def test_a_name_of_the_program_that_is_missing(healthy):
    (healthy.home / ".local/bin/cs-secrets").unlink()
    text = "~/.local/bin/cs-secrets is missing or not cs's"
    mended(healthy, found(healthy, "program", "fail", text, "cs -install"))


def test_a_completion_that_is_missing(healthy):
    (healthy.home / ".config/fish/completions/cs.fish").unlink()
    mended(
        healthy, found(healthy, "program", "fail", "~/.config/fish/completions/cs.fish is missing", "cs -install")
    )


def test_a_command_of_claude_code_that_was_changed(healthy):
    (healthy.home / ".claude/commands/summary.md").write_text("mine\n")
    text = "~/.claude/commands/summary.md was changed since it was installed"
    remedy = "mv -i HOME/.claude/commands/summary.md HOME/.claude/commands/summary.md.mine && cs -install"
    mended(healthy, found(healthy, "program", "warn", text, remedy))


def test_a_program_that_is_not_on_the_path(healthy):
    healthy.set_path([healthy.path[0], *healthy.path[2:]])
    faults = doctor(healthy, f"alias cs={healthy.home}/.local/bin/cs")
    assert [each["text"] for each in faults] == [f"{healthy.home}/.local/bin is not on the PATH"]
    assert faults[0]["status"] == "warn"
    assert doctor(healthy, faults[0]["remedy"]) == []


def test_another_program_of_the_same_name(healthy):
    healthy.fake("cs")
    faults = doctor(healthy, f"alias cs={healthy.home}/.local/bin/cs")
    text = f"{healthy.bin}/cs is another program and comes first on the PATH"
    assert [(each["status"], each["text"]) for each in faults] == [("warn", text)]
    assert doctor(healthy, faults[0]["remedy"]) == []


def test_an_update_that_is_available(healthy):
    (healthy.home / ".cache/cs").mkdir(parents=True, exist_ok=True)
    (healthy.home / ".cache/cs/newest-version").write_text("2999.1.1\n")
    found(healthy, "program", "warn", "cs 2999.1.1 is available", "cs -update")


# ---- settings.json -------------------------------------------------------------------------------------


def change_settings(box, change):
    """Change the settings as parsed."""
    path = box.home / ".claude/settings.json"
    settings = json.loads(path.read_text())
    change(settings)
    path.write_text(json.dumps(settings, indent=2))


def test_hooks_that_are_not_registered(healthy):
    change_settings(healthy, lambda settings: settings["hooks"].pop("Stop"))
    text = "hooks that are not registered: discoveries-reminder"
    mended(healthy, found(healthy, "settings", "fail", text, "cs -install"))


def test_hooks_that_are_registered_twice(healthy):
    change_settings(healthy, lambda settings: settings["hooks"]["Stop"].append(settings["hooks"]["Stop"][0]))
    text = "hooks that are not registered: discoveries-reminder"
    mended(healthy, found(healthy, "settings", "fail", text, "cs -install"))


def test_a_hook_with_a_wrong_matcher(healthy):
    def change(settings):
        settings["hooks"]["PermissionRequest"][0]["matcher"] = "Bash"

    change_settings(healthy, change)
    text = "hooks that are not registered: session-auto-approve"
    mended(healthy, found(healthy, "settings", "fail", text, "cs -install"))


def test_hooks_of_the_earlier_program(healthy):
    def change(settings):
        command = {"type": "command", "command": "~/.claude/hooks/session-start.sh"}
        settings["hooks"]["SessionStart"].append({"hooks": [command]})

    change_settings(healthy, change)
    text = "hooks of the earlier program run beside ours"
    mended(healthy, found(healthy, "settings", "fail", text, "cs -install"))


def test_a_python_of_the_hooks_that_is_gone(healthy):
    path = healthy.home / ".claude/settings.json"
    text = path.read_text()
    python = text.split("python=")[1].split(";")[0]
    path.write_text(text.replace(f"python={python};", "python=/gone/python3;"))
    told = "the hooks' Python, /gone/python3, is gone; another one is used"
    mended(healthy, found(healthy, "settings", "warn", told, "cs -install"))


@pytest.mark.parametrize("python", ["", "'/usr/bin/python3", "$(which python3)"])
def test_a_hook_whose_command_somebody_has_changed(healthy, python):
    def change(settings):
        item = settings["hooks"]["Stop"][0]["hooks"][0]
        item["command"] = re.sub("python=[^;]*", f"python={python}", item["command"], count=1)
        settings["hooks"]["Notification"] = [{"hooks": 5}, 7, {"hooks": [7, {"command": 7}]}]

    change_settings(healthy, change)
    faults = doctor(healthy)
    assert "hooks that are not registered: discoveries-reminder" in [each["text"] for each in faults]
    mended(healthy, "cs -install")


def test_settings_that_are_not_json(healthy):
    path = healthy.home / ".claude/settings.json"
    good = path.read_text()
    path.write_text(good.rstrip()[:-1] + ",}")
    faults = doctor(healthy)
    assert [each["status"] for each in faults] == ["fail"]
    assert faults[0]["text"].startswith(f"{path} is not valid JSON: ")
    assert faults[0]["remedy"] == f"${{EDITOR:-vi}} {path}"
    healthy.fake("ed", script=f"open(argv[0], 'w').write({good!r})")
    healthy.env["EDITOR"] = "ed"
    mended(healthy, faults[0]["remedy"])


def test_hooks_that_are_turned_off(healthy):
    path = healthy.home / ".claude/settings.json"
    good = path.read_text()
    change_settings(healthy, lambda settings: settings.update(disableAllHooks=True))
    text = 'all hooks are turned off ("disableAllHooks"): nothing is noted, saved or recovered'
    remedy = found(healthy, "settings", "warn", text, "${EDITOR:-vi} HOME/.claude/settings.json")
    healthy.fake("ed", script=f"open(argv[0], 'w').write({good!r})")
    healthy.env["EDITOR"] = "ed"
    mended(healthy, remedy)


# ---- other programs ------------------------------------------------------------------------------------


def test_a_claude_code_that_is_missing(healthy):
    (healthy.bin / "claude").unlink()
    healthy.fake(
        "npm", script=f"import os; os.replace({str(healthy.top / 'new')!r}, {str(healthy.bin / 'claude')!r})"
    )
    (healthy.top / "new").write_text(f"#!/bin/sh\necho '{CLAUDE.strip()}'\n")
    (healthy.top / "new").chmod(0o755)
    remedy = "npm install -g @anthropic-ai/claude-code"
    mended(healthy, found(healthy, "claude", "fail", "claude is not on the PATH", remedy))
    assert healthy.calls("npm")[0].argv == ["install", "-g", "@anthropic-ai/claude-code"]


def test_a_claude_code_that_does_not_run(healthy):
    healthy.fake("claude", err="segmentation fault\n", status=139)
    faults = doctor(healthy)
    assert [(each["check"], each["status"], each["text"]) for each in faults] == [
        ("claude", "fail", "claude: segmentation fault")
    ]


@pytest.mark.parametrize(
    ("program", "check", "text", "package"),
    [
        ("git", "git", "git is not installed: there is no history and no sync", "git"),
        ("tmux", "programs", "tmux is not installed; it is for remote sessions that are run here", "tmux"),
        ("ssh", "programs", "ssh is not installed; it is for remote sessions", "openssh-client"),
        ("age", "programs", "age is not installed; it is for secrets that travel between machines", "age"),
    ],
)
def test_a_program_that_is_missing(healthy, program, check, text, package):
    real = bed.need(program)
    healthy.without(program, "brew")
    healthy.fake("apt-get")
    link = f"import os; os.symlink({real!r}, {str(healthy.bin / program)!r})"
    healthy.fake("sudo", script=link)
    mended(healthy, found(healthy, check, "warn", text, f"sudo apt install {package}"))


def test_a_secrets_backend_that_cannot_be_used(healthy):
    healthy.env["CS_SECRETS_BACKEND"] = "keychain"
    faults = doctor(healthy)
    assert [(each["check"], each["status"]) for each in faults] == [("secrets", "fail")]
    assert faults[0]["text"].startswith("the secrets backend 'keychain' cannot be used here: ")
    assert doctor(healthy, faults[0]["remedy"]) == []


def test_the_probe_makes_no_store_where_there_is_none(healthy):
    before = healthy.tree()
    assert doctor(healthy) == []
    assert healthy.tree() == before


def test_a_secrets_store_that_could_not_be_made(healthy):
    drop = " ".join(bed.without_privileges())
    healthy.home.chmod(0o555)
    done = healthy.run("sh", "-c", f"{drop} cs -doctor --json")
    faults = [each for each in json.loads(done.out) if each["status"] == "fail"]
    home = str(healthy.home)
    assert [(each["check"], each["text"], each["remedy"]) for each in faults] == [
        ("secrets", f"{home}/.cs-secrets cannot be made: {home} is not writable", f"chmod u+rwx {home}")
    ]
    assert done.status == 1
    mended(healthy, faults[0]["remedy"])


def test_the_probe_leaves_no_secret_behind(healthy):
    make_session(healthy)
    assert healthy.cs("api", "-secrets", "set", "TOKEN", input="value").status == 0
    assert doctor(healthy) == []
    assert healthy.cs("api", "-secrets", "get", "TOKEN").out == "value\n"
    left = [path for path, _ in healthy.tree(healthy.home / ".cs-secrets").items()]
    assert not [path for path in left if "doctor" in path]
    index = (healthy.home / ".cs-secrets/index.json").read_text()
    assert "PROBE" not in index


# ---- sessions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_carried", [True, False])
def test_a_damaged_file_of_secrets(healthy, is_carried):
    make_session(healthy)
    healthy.cs("api", "-secrets", "set", "A", input="first value\n")
    stored = healthy.home / ".cs-secrets" / "api.enc"
    if is_carried:
        assert healthy.cs("api", "-secrets", "export-file").status == 0
    whole = stored.read_bytes()
    stored.write_bytes(whole[:-5])
    wrong = "~/.cs-secrets/api.enc is truncated: its end is missing"
    aside = "mv HOME/.cs-secrets/api.enc HOME/.cs-secrets/api.enc.damaged"
    back = "; cs api -secrets import-file" if is_carried else ""
    mended(healthy, found(healthy, "secrets", "fail", wrong, aside + back))
    assert healthy.cs("api", "-secrets", "get", "A").out == ("first value\n" if is_carried else "")
    assert stored.with_name("api.enc.damaged").read_bytes() == whole[:-5]


def test_a_password_that_is_not_set(healthy):
    make_session(healthy)
    healthy.without("age", "age-keygen")
    password = {"CS_SECRETS_PASSWORD": "correct horse"}
    assert healthy.cs("api", "-secrets", "set", "A", input="first value\n", env=password).status == 0
    faults = [each for each in doctor(healthy) if each["check"] == "secrets"]
    assert [each["status"] for each in faults] == ["fail"]
    assert "is encrypted with a password, and CS_SECRETS_PASSWORD is not set" in faults[0]["text"]


def test_a_lock_whose_process_is_gone(healthy):
    lock = make_session(healthy) / ".cs/session.lock"
    lock.write_text("999999999\nhost=\nstart=1\n")
    mended(
        healthy,
        found(healthy, "sessions", "warn", "session 'api' has a lock whose process is gone", f"rm -f {lock}"),
    )


def test_a_session_that_crashed_with_an_autosave(healthy):
    session = make_session(healthy)
    head = healthy.git("rev-parse", "HEAD", cwd=session)
    healthy.git("update-ref", "refs/cs/auto", head, cwd=session)
    text = "session 'api' was not closed properly: there is an autosave"
    mended(healthy, found(healthy, "sessions", "warn", text, "cs api"))


def test_a_packed_autosave_is_seen_too(healthy):
    session = make_session(healthy)
    healthy.git("update-ref", "refs/cs/auto", "HEAD", cwd=session)
    healthy.git("pack-refs", "--all", cwd=session)
    found(healthy, "sessions", "warn", "session 'api' was not closed properly: there is an autosave", "cs api")


def test_an_open_session_is_no_fault(healthy):
    session = make_session(healthy)
    healthy.git("update-ref", "refs/cs/auto", "HEAD", cwd=session)
    (session / ".cs/session.lock").write_text(f"{os.getpid()}\n")
    assert doctor(healthy) == []


def test_a_remote_that_is_gone(healthy):
    session = make_session(healthy)
    bare = healthy.top / "bare.git"
    healthy.git("init", "-q", "--bare", bare)
    healthy.git("remote", "add", "origin", bare, cwd=session)
    assert doctor(healthy) == []
    shutil.move(str(bare), str(healthy.top / "moved.git"))
    text = f"session 'api' has a remote that is gone: {bare}"
    remedy = found(healthy, "sessions", "warn", text, "cs api -sync remote URL")
    mended(healthy, remedy.replace("URL", str(healthy.top / "moved.git")))


def test_an_upstream_without_a_remote(healthy):
    session = make_session(healthy)
    healthy.git("config", "branch.main.remote", "origin", cwd=session)
    text = "session 'api' has an upstream branch, but no remote"
    remedy = found(healthy, "sessions", "warn", text, "cs api -sync remote URL")
    healthy.git("init", "-q", "--bare", healthy.top / "bare.git")
    mended(healthy, remedy.replace("URL", str(healthy.top / "bare.git")))


def test_a_link_to_nothing(healthy):
    healthy.root.mkdir()
    (healthy.root / "gone").symlink_to("/nowhere/at/all")
    text = "session 'gone' points to /nowhere/at/all, which is gone"
    remedy = found(healthy, "sessions", "warn", text, "cs -rm gone")
    mended(healthy, remedy + " -y")


def test_a_name_that_cs_does_not_take(healthy):
    shutil.move(str(make_session(healthy)), str(healthy.root / "my notes"))
    text = "session 'my notes' has a name that cs does not take"
    remedy = found(healthy, "sessions", "warn", text, "cs -rename -- 'my notes' NEW-NAME")
    mended(healthy, remedy.replace("NEW-NAME", "notes"))
