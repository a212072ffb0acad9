"""Building, installing, uninstalling: build_zipapp.py, install.sh and the section “Installation”."""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile

import bed
import pytest

import cs

OTHER = {"type": "command", "command": "~/bin/other-tool"}


@pytest.fixture
def home(box):
    """An empty home, with nothing but what a test puts there."""
    box.anonymous()
    return box


def install(box, *words, env=None):
    return box.run("sh", bed.TOP / "install.sh", *words, env=env)


def settings(box):
    return box.home / ".claude" / "settings.json"


def registered(box):
    """Every command in settings.json by its event."""
    value = json.loads(settings(box).read_text(encoding="utf-8-sig"))
    return [
        (event, item["command"])
        for event, entries in value["hooks"].items()
        for entry in entries
        for item in entry["hooks"]
    ]


def test_two_builds_are_the_same_bytes_whatever_surrounds_them(box):
    copies = []
    for number, env in enumerate(
        [{}, {"TZ": "Asia/Tokyo", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1", "PYTHONHASHSEED": "7"}]
    ):
        clone = box.work / f"clone{number}"
        names = [
            "cs.py",
            "build_zipapp.py",
            "CHANGELOG.md",
            "hooks",
            "commands",
            "skills",
            "completions",
            "install.sh",
        ]
        for name in names + ["install.ps1"] * (bed.TOP / "install.ps1").exists():
            source = bed.TOP / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            clone.mkdir(exist_ok=True)
            copy(str(source), str(clone / name))
        os.utime(str(clone / "cs.py"), (number, number))
        assert box.run(bed.PYTHON, clone / "build_zipapp.py", cwd="/", env=env).status == 0
        copies.append((clone / "dist" / "cs.pyz").read_bytes())
        checksum = (clone / "dist" / "cs.pyz.sha256").read_text().split()
        assert checksum == [hashlib.sha256(copies[-1]).hexdigest(), "cs.pyz"]
    assert copies[0] == copies[1]


def test_after_installing_everything_is_there_and_runs(home):
    result = install(home)
    assert result.status == 0 and result.out == ""
    assert f"{len(cs.HOOKS)} hooks" in result.err and 'export PATH="' in result.err
    for name in ("cs", "cs-secrets", "cs-tui"):
        assert os.access(str(home.home / ".local" / "bin" / name), os.X_OK)
    assert home.run(home.home / ".local/bin/cs", "-version").out == f"cs {cs.VERSION}\n"
    hooks = [command for _, command in registered(home)]
    assert len(hooks) == len(cs.HOOKS)
    for hook in cs.HOOKS:
        path = home.home / ".claude" / "hooks" / f"cs-{hook.name}.py"
        assert path.is_file() and any(str(path) in command for command in hooks)
    for path in ("commands/summary.md", "commands/compact-discoveries.md", "skills/store-secret/SKILL.md"):
        assert (home.home / ".claude" / path).is_file()
    assert [entry for event, entry in registered(home) if event == "SessionEnd"]
    assert json.loads(settings(home).read_text())["hooks"]["SessionEnd"][0]["hooks"][0]["timeout"] == 30
    assert not (home.home / ".profile").exists() and not (home.home / ".bashrc").exists()


def test_the_line_for_the_path_is_safe_to_paste(home):
    bin = str(home.home / "b'i\"n $(touch x) `touch x`")
    result = install(home, env={"CS_INSTALL_DIR": bin})
    line = result.err.partition("start-up file: ")[2].split("\n")[0]
    done = home.run("/bin/sh", "-c", line + '\nprintf %s "$PATH"', cwd=home.work)
    assert done.out.startswith(bin + ":") and os.listdir(str(home.work)) == []


def test_outside_of_a_session_every_hook_is_silent_and_starts_no_python(home):
    install(home)
    home.env["PATH"] = "/nowhere"
    for _, command in registered(home):
        assert home.run("/bin/sh", "-c", command, input="{}") == bed.Result(0, "", "")


def test_a_hook_whose_interpreter_or_program_is_gone_finds_another_or_is_silent(home):
    install(home)
    for _, command in registered(home):
        moved = command.replace(f"python={bed.PYTHON}", "python=/gone/python3")
        env = {"CLAUDE_SESSION_NAME": "x", "CLAUDE_SESSION_DIR": "/nowhere"}
        assert home.run("/bin/sh", "-c", moved, input="{}", env=env).status == 0
    shutil.rmtree(str(home.home / ".local" / "share" / "cs"))
    for _, command in registered(home):
        assert home.run("/bin/sh", "-c", command, input="{}", env=env) == bed.Result(0, "", "")


def test_installing_twice_changes_nothing(home):
    install(home)
    before = home.tree()
    times = {path: path.lstat().st_mtime_ns for path in home.home.rglob("*")}
    result = install(home)
    assert result.status == 0 and "nothing had to be changed" in result.err
    assert home.tree() == before
    assert {path: path.lstat().st_mtime_ns for path in home.home.rglob("*")} == times


SETTINGS = {
    "none": None,
    "empty object": "{}",
    "odd formatting": '{\n\t"model":   "opus",\n\t"env": {"A": "ü", "n": 1.50}\n}',
    "other tools share events": json.dumps(
        {
            "zeta": [1, {"x": None}],
            "hooks": {
                "PostToolUse": [{"matcher": "Write", "hooks": [OTHER]}, {"matcher": "", "hooks": [OTHER, OTHER]}],
                "SessionStart": [{"hooks": [dict(OTHER, timeout=5)]}],
                "Notification": [{"hooks": [OTHER]}],
                "Stop": [],
            },
            "alpha": True,
        },
        indent=4,
    )
    + "\n",
    "byte order mark": '\ufeff{"a": 1}\n',
    "no bytes": "",
}


@pytest.mark.parametrize("text", SETTINGS.values(), ids=SETTINGS.keys())
def test_install_then_uninstall_leaves_the_home_byte_identical(home, text):
    if text is not None:
        settings(home).parent.mkdir()
        settings(home).write_text(text, encoding="utf-8")
        settings(home).chmod(0o640)
    (home.home / ".claude.json").write_text("{}")
    (home.home / ".local").mkdir()
    before = home.tree()
    assert install(home).status == 0
    assert len(registered(home)) >= len(cs.HOOKS)
    if text is not None:
        assert stat.S_IMODE(settings(home).stat().st_mode) == 0o640
    cs_program = home.home / ".local" / "bin" / "cs"
    home.run(cs_program, "hello", env={"CLAUDE_CODE_BIN": "true"})
    home.run(cs_program, "-search", "anything")
    shutil.rmtree(str(home.root))
    result = home.run(cs_program, "-uninstall", "-y")
    assert result.status == 0, result.err
    assert home.tree() == before


def test_an_installation_for_two_configurations_is_undone_in_both(home):
    other = {"CLAUDE_CONFIG_DIR": str(home.home / "second")}
    settings(home).parent.mkdir()
    settings(home).write_text('{"model": "opus"}')
    before = home.tree()
    assert install(home).status == 0
    result = home.run(home.home / ".local" / "bin" / "cs", "-install", env=other)
    assert result.status == 0 and "hooks" in (home.home / "second/settings.json").read_text()
    result = home.run(home.home / ".local" / "bin" / "cs", "-uninstall", "-y", env=other)
    assert result.status == 0, result.err
    assert home.tree() == before


def test_what_others_changed_meanwhile_survives_uninstalling(home):
    settings(home).parent.mkdir()
    settings(home).write_text('{\n  "model": "opus"\n}\n')
    install(home)
    value = json.loads(settings(home).read_text())
    value["theme"] = "dark"
    value["hooks"]["PostToolUse"][0]["hooks"].append(OTHER)
    value["hooks"]["PostToolUse"].insert(0, {"hooks": [OTHER]})
    settings(home).write_text(json.dumps(value))
    assert home.run(home.home / ".local/bin/cs", "-uninstall", "-y").status == 0
    assert json.loads(settings(home).read_text()) == {
        "model": "opus",
        "theme": "dark",
        "hooks": {"PostToolUse": [{"hooks": [OTHER]}, {"matcher": cs.HOOKS[1].matcher, "hooks": [OTHER]}]},
    }


def test_entries_of_others_keep_their_place_when_installing_again(home):
    install(home)
    value = json.loads(settings(home).read_text())
    value["hooks"]["Stop"].append({"hooks": [OTHER]})
    settings(home).write_text(json.dumps(value, indent=2) + "\n")
    before = settings(home).read_bytes()
    install(home)
    assert settings(home).read_bytes() == before


def test_doubled_moved_and_original_entries_are_replaced_by_one(home):
    old = home.home / ".claude" / "hooks" / "session-start.sh"
    old.parent.mkdir(parents=True)
    old.write_text('#!/bin/bash\n[ -n "$CLAUDE_SESSION_NAME" ] || exit 0\n')
    theirs = home.home / ".claude" / "hooks" / "session-end.sh"
    theirs.write_text("#!/bin/sh\necho somebody elses\n")
    entries = {
        "SessionStart": [
            {"hooks": [{"type": "command", "command": "~/.claude/hooks/session-start.sh"}, OTHER]},
            {"hooks": [{"type": "command", "command": "python3 /old/home/.claude/hooks/cs-session-start.py"}]},
        ],
        "SessionEnd": [{"hooks": [{"type": "command", "command": str(theirs)}]}],
    }
    settings(home).write_text(json.dumps({"hooks": entries}))
    install(home)
    starts = [command for event, command in registered(home) if event == "SessionStart"]
    assert starts[0] == OTHER["command"] and len(starts) == 2 and "/cs-session-start.py" in starts[1]
    ends = [command for event, command in registered(home) if event == "SessionEnd"]
    assert ends[0] == str(theirs) and len(ends) == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1,}', "line 1, column "),  # 9, and since Python 3.13 8, where the comma is
        ('{\n  // comment\n  "a": 1\n}', "line 2, column 3"),
        ("[1, 2]", "does not hold what Claude Code expects"),
        ('{"hooks": []}', "does not hold what Claude Code expects"),
        ('{"hooks": {"Stop": {}}}', "are not a list"),
        ('{"a": 1, "a": 2}', "has a key twice: a"),
        ("[" * 100000, "cannot be read"),
        ('{"a": 1e400}', "has a number that JSON cannot hold: 1e400"),
        ('{"a": [-Infinity]}', "has a number that JSON cannot hold: -Infinity"),
        ('{"a": NaN, "b": 1.5}', "has a number that JSON cannot hold: NaN"),
    ],
)
def test_settings_that_cannot_be_understood_are_refused_and_nothing_is_installed(home, text, why):
    settings(home).parent.mkdir()
    settings(home).write_text(text)
    before = home.tree()
    result = install(home)
    assert result.status == 1 and why in result.err and "Traceback" not in result.err
    assert home.tree() == before


def test_settings_behind_a_symlink_stay_behind_it(home):
    real = home.home / "dotfiles" / "settings.json"
    real.parent.mkdir()
    real.write_text("{}\n")
    settings(home).parent.mkdir()
    settings(home).symlink_to(real)
    install(home)
    assert settings(home).is_symlink() and "cs-session-start.py" in real.read_text()
    home.run(home.home / ".local/bin/cs", "-uninstall", "-y")
    assert settings(home).is_symlink() and real.read_text() == "{}\n"


def test_a_link_for_the_settings_is_as_before_also_when_nothing_is_behind_it(home):
    (home.home / "dot").mkdir()
    settings(home).parent.mkdir()
    settings(home).symlink_to("../dot/settings.json")
    before = home.tree()
    assert install(home).status == 0
    assert home.run(home.home / ".local/bin/cs", "-uninstall", "-y").status == 0
    assert home.tree() == before


def test_a_link_for_the_settings_to_a_directory_that_is_not_there_works(home):
    settings(home).parent.mkdir()
    settings(home).symlink_to("../dot/settings.json")
    before = home.tree()
    assert install(home).status == 0
    assert settings(home).is_symlink() and len(registered(home)) >= len(cs.HOOKS)
    assert home.run(home.home / ".local/bin/cs", "-uninstall", "-y").status == 0
    assert home.tree() == before


@pytest.mark.parametrize(
    "place", [".claude", ".claude/commands", ".claude/hooks", ".local", ".local/bin", ".config", ".config/fish"]
)
@pytest.mark.parametrize("is_link", [False, True])
def test_where_something_stands_in_the_way_nothing_is_installed(home, place, is_link):
    path = home.home / place
    path.parent.mkdir(exist_ok=True)
    path.symlink_to("/nowhere/at/all") if is_link else path.write_text("mine")
    before = home.tree()
    result = install(home)
    what = "a link to nothing" if is_link else "not a directory"
    assert result.status == 1 and f"{path} is {what}; nothing was installed" in result.err
    assert home.tree() == before


@pytest.mark.parametrize("place", ["", ".claude", ".local/bin"])
def test_where_nothing_can_be_written_nothing_is_installed(home, place):
    path = home.home / place
    path.mkdir(parents=True, exist_ok=True)
    for name in ("hooks", "commands", "skills"):
        (home.home / ".claude" / name).mkdir(parents=True, exist_ok=True)
    path.chmod(0o555)
    before = home.tree()
    result = home.run(*bed.without_privileges(), "sh", bed.TOP / "install.sh")
    path.chmod(0o755)
    assert (
        result.status == 1
        and f"{path} cannot be written to; nothing was installed".replace("//", "/") in result.err
    )
    path.chmod(0o555)
    assert home.tree() == before
    path.chmod(0o755)


def test_another_program_of_that_name_is_not_overwritten_and_another_name_works(home):
    squad = home.home / ".local" / "bin" / "cs"
    squad.parent.mkdir(parents=True)
    squad.write_text("#!/bin/sh\necho squad\n")
    before = home.tree()
    result = install(home)
    assert result.status == 1 and "is another program of that name" in result.err and "--name ccs" in result.err
    assert home.tree() == before
    assert install(home, "--name", "ccs").status == 0
    assert home.run(home.home / ".local/bin/ccs", "-version").out == f"cs {cs.VERSION}\n"
    assert squad.read_text() == "#!/bin/sh\necho squad\n"
    assert "ccs" in (home.home / ".zsh/completions/_ccs").read_text()
    assert install(home).status == 0  # the name is remembered
    assert home.run(home.home / ".local/bin/ccs", "-uninstall", "-y").status == 0
    assert home.tree() == before


def test_a_command_file_that_is_the_users_own_stays(home):
    mine = home.home / ".claude" / "commands" / "summary.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("summarise my way\n")
    before = home.tree()
    result = install(home)
    assert result.status == 0 and "summary.md is not cs's own and stays as it is" in result.err
    assert mine.read_text() == "summarise my way\n"
    home.run(home.home / ".local/bin/cs", "-uninstall", "-y")
    assert home.tree() == before


def test_other_places_are_honoured(home):
    env = {"CS_INSTALL_DIR": str(home.home / "bin"), "CLAUDE_CONFIG_DIR": str(home.home / "conf" / "claude")}
    before = home.tree()
    assert install(home, env=env).status == 0
    assert (home.home / "bin" / "cs").exists() and (home.home / "conf/claude/settings.json").exists()
    assert not (home.home / ".claude").exists() and not (home.home / ".local" / "bin").exists()
    assert home.run(home.home / "bin" / "cs", "-uninstall", "-y", env=env).status == 0
    assert home.tree() == before


def test_uninstalling_asks_and_keeps_secrets_and_sessions_by_default(home):
    home.installed()
    home.cs("api", env={"CLAUDE_CODE_BIN": "true"})
    home.cs("api", "-secrets", "set", "TOKEN", input="very secret value\n")
    result = home.cs("-uninstall", tty=True, input="n\n")
    assert result.status == 1 and "~/.claude/hooks/cs-session-start.py" in result.out
    assert (home.home / ".local/bin/cs").exists()
    result = home.cs("-uninstall", tty=True, input="y\n\n\n")
    assert result.status == 0
    assert (home.root / "api").is_dir() and (home.home / ".cs-secrets").is_dir()
    assert not (home.home / ".local/bin/cs").exists()


def test_the_code_that_runs_is_cached_and_nobody_elses(home):
    home.installed()
    place = home.home / ".local/share/cs/current/"
    caches = list((place / "__pycache__").glob("cs.*.pyc"))
    assert len(caches) == 1
    mode = stat.S_IMODE(os.stat(str(place)).st_mode) | stat.S_IMODE(caches[0].stat().st_mode)
    assert not mode & 0o022
    trace = home.top / "trace"
    home.run(bed.need("strace"), "-f", "-e", "trace=openat", "-o", trace, home.home / ".local/bin/cs", "-version")
    opened = [line for line in trace.read_text().splitlines() if "/cs/versions/" in line]
    assert any("__pycache__/cs." in line for line in opened) and not any("O_WRONLY" in line for line in opened)


def test_a_read_only_home_still_runs_cs(home):
    home.installed()
    before = home.tree()
    assert home.cs("-version").out == f"cs {cs.VERSION}\n"
    assert home.cs("-ls").status == 0
    assert home.tree() == before


def test_the_zipapp_alone_runs_from_cached_bytecode_that_is_only_ours(home, box):
    pyz = bed.TOP / "dist" / "cs.pyz"
    box.run(bed.PYTHON, bed.TOP / "build_zipapp.py")
    env = {"CS_PYTHON": bed.PYTHON}
    assert home.run(pyz, "-version", env=env).out == f"cs {cs.VERSION}\n"
    [code] = (home.home / ".cache/cs/code").iterdir()
    assert stat.S_IMODE(code.stat().st_mode) == 0o700
    assert list((code / "__pycache__").glob("cs.*.pyc"))
    (code / "cs.py").write_text("raise SystemExit('hacked')")
    code.chmod(0o777)
    assert home.run(pyz, "-version", env=env).out == f"cs {cs.VERSION}\n"
    shutil.rmtree(str(home.home / ".cache"))
    (home.home / ".cache").write_text("no directory can be made here")
    assert home.run(pyz, "-version", env=env).out == f"cs {cs.VERSION}\n"


def old_pythons():
    versions = os.path.expanduser("~root/.pyenv/versions")
    names = sorted(os.listdir(versions)) if os.path.isdir(versions) else []
    return [
        os.path.join(versions, name, "bin", "python") for name in names if name.startswith(("2.7", "3.6", "3.7"))
    ]


@pytest.mark.parametrize("python", old_pythons() or [None])
def test_on_an_older_python_there_is_one_plain_line(home, python):
    if python is None:
        pytest.skip("no Python older than 3.8 on this machine")
    box_install = install(home)
    assert box_install.status == 0
    for command in ([python, bed.TOP / "dist" / "cs.pyz", "-version"], [home.home / ".local/bin/cs", "-version"]):
        result = home.run(*command, env={"CS_PYTHON": python})
        assert result.status == 1 and result.out == ""
        assert result.err.count("\n") == 1 and "cs needs Python 3.8 or newer, and this is" in result.err
    fake = home.bin / "python3"
    for name in ["python3", "python", *(f"python3.{n}" for n in range(8, 15))]:
        (home.bin / name).symlink_to(python)
    home.set_path([home.bin, "/usr/bin", "/bin"])
    home.without(*(f"python3.{n}" for n in range(8, 15)))
    assert fake.exists()
    result = install(home)
    assert result.status == 1 and result.err.startswith("cs: error: cs needs Python 3.8 or newer")


def test_the_interpreter_that_vanished_is_replaced_by_another(home):
    own = home.home / "venv" / "python3"
    own.parent.mkdir()
    own.write_text(f'#!/bin/sh\nexec {bed.PYTHON} "$@"\n')
    own.chmod(0o755)
    install(home, env={"CS_PYTHON": str(own)})
    launcher = (home.home / ".local/share/cs/current/cs").read_text()
    assert str(own) in launcher
    shutil.rmtree(str(own.parent))
    assert home.run(home.home / ".local/bin/cs", "-version").out == f"cs {cs.VERSION}\n"
    home.set_path([home.bin])
    result = home.run("/bin/sh", home.home / ".local/bin/cs", "-version")
    assert result.status == 1 and "no Python 3 on the PATH" in result.err and str(own) in result.err


@pytest.mark.slow
def test_a_cut_off_install_script_runs_nothing(box):
    """At any byte: what a shell has read so far defines functions, but calls none."""
    text = (bed.TOP / "install.sh").read_bytes()
    end = text.rindex(b'main "$@"')
    trap = "".join(f"{name}() {{ echo RAN {name}; }}\n" for name in ("main", "mktemp", "python3", "curl", "rm"))
    code = "import subprocess, sys\n"
    code += f"text = open({str(bed.TOP / 'install.sh')!r}, 'rb').read()\n"
    code += f"for cut in range(0, {end} + 4):\n"
    code += (
        "    done = subprocess.run(['sh'], input=text[:cut], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)\n"
    )
    code += "    assert done.stdout == b'', (cut, done.stdout)\n"
    box.env["PATH"] = "/nowhere"
    before = box.tree()
    result = box.run(sys.executable, "-c", code.replace("['sh']", "['/bin/sh']"), timeout=300)
    assert result.status == 0, result.err
    assert box.tree() == before and trap


def test_installing_needs_nothing_of_the_clone_afterwards(home):
    clone = home.work / "clone"
    shutil.copytree(
        str(bed.TOP), str(clone), ignore=shutil.ignore_patterns(".git", ".venv", ".tools", "__pycache__", "tests")
    )
    assert home.run("sh", clone / "install.sh").status == 0
    shutil.rmtree(str(clone))
    assert home.run(home.home / ".local/bin/cs", "-version").status == 0
    assert home.run(home.home / ".local/bin/cs", "-install").status == 0


def test_from_a_release_the_checksum_decides(home):
    release = home.work / "release"
    served = release / "download" / f"v{cs.VERSION}"
    served.mkdir(parents=True)
    (release / "tag").mkdir()
    (release / "tag" / f"v{cs.VERSION}").write_text("")
    home.run(bed.PYTHON, bed.TOP / "build_zipapp.py")
    for name in ("cs.pyz", "cs.pyz.sha256"):
        shutil.copy(str(bed.TOP / "dist" / name), str(served / name))
    code = f"""
import functools, http.server, sys
class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/latest":
            self.send_response(302); self.send_header("location", "/tag/v{cs.VERSION}"); self.end_headers()
        else:
            super().do_GET()
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory={str(release)!r}))
print(server.server_address[1], flush=True)
server.serve_forever()
"""
    server = home.start(sys.executable, "-c", code)
    url = f"http://127.0.0.1:{int(server.process.stdout.readline())}"
    script = (bed.TOP / "install.sh").read_text()
    piped = lambda: home.run("sh", input=script, env={"CS_RELEASES_URL": url, "CS_PYTHON": bed.PYTHON})  # noqa: E731
    (served / "cs.pyz.sha256").write_text("0" * 64 + "  cs.pyz\n")
    before = home.tree()
    result = piped()
    assert result.status == 1 and "the checksum of cs.pyz is wrong" in result.err and home.tree() == before
    (served / "cs.pyz.sha256").unlink()
    result = piped()
    assert result.status == 1 and "cannot be downloaded" in result.err and home.tree() == before
    shutil.copy(str(bed.TOP / "dist" / "cs.pyz.sha256"), str(served))
    for name in ("hashlib", "os", "sitecustomize", "urllib"):
        (home.work / f"{name}.py").write_text("raise SystemExit('a module of the current directory')\n")
    result = home.run("sh", input=script, env={"CS_RELEASES_URL": url, "CS_PYTHON": bed.PYTHON}, cwd=home.work)
    assert result.status == 0 and "current directory" not in result.err
    assert home.run(home.home / ".local/bin/cs", "-version").out == f"cs {cs.VERSION}\n"
    server.end()


def test_a_kill_at_any_moment_of_installing_leaves_something_that_installs_and_uninstalls(home):
    before = home.tree()
    for step in range(10):
        running = subprocess.Popen(
            ["sh", str(bed.TOP / "install.sh")],
            env=home.environment(),
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            running.wait(0.05 + step * 0.05)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, 9)
            running.wait()
        if settings(home).exists():
            json.loads(settings(home).read_text())
    assert install(home).status == 0
    assert home.run(home.home / ".local/bin/cs", "-uninstall", "-y").status == 0
    assert home.tree() == before


def test_below_a_link_the_version_in_use_stays_and_can_be_replaced(home):
    """Where ~/.local is a link to another disk, or /home one to /usr/home."""
    disk = home.top / "disk"
    disk.mkdir()
    (home.home / ".local").symlink_to(disk)
    before = home.tree()
    program = home.home / ".local/bin/cs"
    for python in (bed.PYTHON, home.wrapper("another-python", f"exec {bed.PYTHON}"), bed.PYTHON):
        assert install(home, env={"CS_PYTHON": str(python)}).status == 0
        assert home.run(program, "-version").out == f"cs {cs.VERSION}\n"
        faults = json.loads(home.run(program, "-doctor", "--json").out)
        assert next(each["status"] for each in faults if each["check"] == "program") == "ok"
    assert home.run(program, "-update", "--rollback").status == 0
    assert home.run(program, "-uninstall", "-y").status == 0
    assert home.tree() == before


@pytest.mark.skipif(not os.path.isdir("/dev/shm"), reason="there is no second file system")
def test_what_was_replaced_comes_back_from_another_file_system(home):
    with tempfile.TemporaryDirectory(dir="/dev/shm") as bin:
        original = os.path.join(bin, "cs")
        with open(original, "w") as script:
            script.write("#!/bin/sh\n# CLAUDE_SESSION_NAME: the original\n")
        env = {"CS_INSTALL_DIR": bin}
        assert install(home, env=env).status == 0
        assert home.run(original, "-uninstall", "-y", env=env).status == 0
        with open(original) as script:
            assert "the original" in script.read()
