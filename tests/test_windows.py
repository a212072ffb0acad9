"""Windows, imitated: no links, no fcntl, no curses, other processes and locks. See windows.py for how far it goes."""

import json
import ntpath
import os
import sys

import bed
import pytest
from release_server import ReleaseServer
from released import Publisher

import cs

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the imitation asks /proc"),
]

OLD, NEW = "2026.1.1", "2026.12.9"


@pytest.fixture
def windows(box):
    """A box whose Python believes that it is on Windows."""
    python = box.wrapper("python.exe", f"exec {bed.PYTHON} -ES {bed.TESTS}/windows.py")
    box.env.update(TEST_WINDOWS_PYTHON=str(python), CS_PYTHON=str(python), COMPUTERNAME="PC")
    box.program = [str(box.home / ".local/bin/cs")]  # for Git Bash
    box.set_path([box.bin, box.home / ".local/bin", *box.path[1:]])
    return box


@pytest.fixture
def publisher(shared_dir):
    return Publisher(shared_dir)


def install(box, program):
    """Install a cs.pyz in the box."""
    done = box.run(box.env["CS_PYTHON"], "-ESs", program, "-install")
    assert done.status == 0, done
    return done


def links(box):
    """The links below the home."""
    return [path for path, what in box.tree().items() if what[0] == "link"]


def test_cs_installs_without_a_link_and_runs(windows, publisher):
    done = install(windows, publisher.keyed(OLD))
    assert f"cs {OLD} is installed" in done.err
    assert links(windows) == []
    assert windows.cs("-version") == (0, f"cs {OLD}\n", "")
    there = sorted(path.name for path in (windows.home / ".local/bin").iterdir())
    assert there == ["cs", "cs-secrets", "cs-secrets.cmd", "cs-tui", "cs-tui.cmd", "cs.cmd"]
    current = (windows.home / ".local/share/cs/current").read_text()
    assert current.startswith(f"versions/{OLD}-") and "\n" not in current


def test_installing_again_changes_nothing(windows, publisher):
    install(windows, publisher.keyed(OLD))
    before = windows.tree()
    assert install(windows, publisher.keyed(OLD)).err == f"cs {OLD} is installed; nothing had to be changed\n"
    assert windows.tree() == before


def test_an_update_and_a_rollback_switch_program_and_hooks_over(windows, publisher):
    install(windows, publisher.keyed(OLD))
    with ReleaseServer() as server:
        publisher.publish(server, NEW)
        done = windows.cs("-update", env={"CS_RELEASES_URL": server.base})
    assert done.status == 0, done
    assert windows.cs("-version").out == f"cs {NEW}\n"
    assert version_of_hooks(windows) == NEW
    assert windows.cs("-update", "--rollback").err == f"cs is {OLD} again\n"
    assert windows.cs("-version").out == f"cs {OLD}\n"
    assert version_of_hooks(windows) == OLD
    assert links(windows) == []


def version_of_hooks(box):
    """The version whose hook runs: the stand-in is run, with a tracer in place of the hook's program."""
    stand_in = box.home / ".claude/hooks/cs-session-start.py"
    tracer = (
        "import runpy, sys; runpy.run_path = lambda path, run_name: print(path); exec(open(sys.argv[1]).read())"
    )
    return box.run(bed.PYTHON, "-IS", "-c", tracer, stand_in).out.split("/versions/")[1].split("-")[0]


def test_the_hooks_run(windows, publisher):
    install(windows, publisher.keyed(OLD))
    windows.fake("claude")
    assert windows.cs("api").status == 0
    session = windows.root / "api"
    settings = json.loads((windows.home / ".claude/settings.json").read_text())
    command = settings["hooks"]["PostToolUseFailure"][0]["hooks"][0]["command"]
    assert "\\" not in command
    event = {"hook_event_name": "PostToolUseFailure", "tool_name": "Bash", "error": "it broke", "cwd": str(session)}
    env = {
        "CLAUDE_SESSION_NAME": "api",
        "CLAUDE_SESSION_DIR": session,
        "CLAUDE_SESSION_META_DIR": session / ".cs",
        "CLAUDE_ARTIFACT_DIR": session / ".cs/artifacts",
    }
    done = windows.run("sh", "-c", command, input=json.dumps(event), env=env)
    assert (done.status, done.out, done.err) == (0, "", ""), done
    assert "it broke" in (session / ".cs/logs/session.log").read_text()


def test_a_session_is_made_locked_listed_and_removed(windows, publisher):
    install(windows, publisher.keyed(OLD))
    windows.fake("claude", script="import time, os\nwhile not os.path.exists('end'): time.sleep(0.01)")
    running = windows.start_cs("api")
    lock = windows.root / "api/.cs/session.lock"
    bed.wait_for(lambda: windows.calls("claude"), what="the client")
    assert lock.read_text().split("\n")[1] == "host=PC"
    second = windows.cs("api")
    assert second.status == 1 and "is open in another terminal" in second.err
    (windows.root / "api/end").write_text("")
    assert running.result().status == 0
    assert not lock.exists()
    assert [each["name"] for each in json.loads(windows.cs("-ls", "--json").out)] == ["api"]
    assert windows.cs("-rm", "api", "-y").status == 0
    assert windows.cs("-restore", "api").status == 0


def test_secrets_are_kept(windows, publisher):
    install(windows, publisher.keyed(OLD))
    env = {"CS_SECRETS_BACKEND": "encrypted"}
    windows.fake("claude")
    windows.cs("api")
    assert windows.cs("api", "-secrets", "set", "TOKEN", input="a value\n", env=env).status == 0
    assert windows.cs("api", "-secrets", "get", "TOKEN", env=env).out == "a value\n"


def test_without_curses_the_sessions_are_a_list(windows, publisher):
    install(windows, publisher.keyed(OLD))
    windows.fake("claude")
    windows.cs("api")
    screen = windows.spawn_cs()
    screen.wait("api")
    screen.send("q\n")
    assert screen.finish() == 0


def test_the_doctor_finds_an_installation_without_links_healthy(windows, publisher):
    install(windows, publisher.keyed(OLD))
    windows.fake("claude", out="2.1.197 (Claude Code)\n")
    found = json.loads(windows.cs("-doctor", "--json", env={"CS_SECRETS_BACKEND": "encrypted"}).out)
    wrong = [(each["check"], each["text"]) for each in found if each["status"] != "ok"]
    lacks = "this Python lacks curses, which is for the screen of cs without arguments"
    assert wrong == [("python", lacks)]


def test_uninstalling_leaves_the_home_as_it_was(windows, publisher):
    before = windows.tree()
    install(windows, publisher.keyed(OLD))
    assert windows.cs("-uninstall", "-y").status == 0
    assert windows.tree() == before


def test_another_program_of_the_name_is_not_overwritten(windows, publisher):
    place = windows.home / ".local/bin/cs.cmd"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"@echo another\r\n")
    done = windows.run(windows.env["CS_PYTHON"], "-ESs", publisher.keyed(OLD), "-install")
    assert done.status == 1 and "is another program of that name" in done.err
    assert place.read_bytes() == b"@echo another\r\n"


def test_the_batch_file_names_its_paths_from_where_it_is():
    text = cs.windows_launcher(r"C:\Users\Jörg\.local\bin", r"C:\Users\Jörg\.local\share\cs", r"D:\py\python.exe")
    assert text.isascii() and text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    lines = text.split("\r\n")
    assert r'set /p CS_VERSION=<"%~dp0..\share\cs\current"' in lines
    assert lines[-2] == r'"%CS_RUN%" -ESs "%~dp0..\share\cs\%CS_VERSION%\run.py" "%~n0" %* & exit /b'
    assert r'set "CS_RUN=D:\py\python.exe"' in lines
    assert ntpath.normpath(r"C:\Users\Jörg\.local\bin\..\share\cs") == r"C:\Users\Jörg\.local\share\cs"
    assert os.linesep == "\n"
