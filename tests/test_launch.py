"""Running Claude Code and finishing what it did, with a client that does as it is told."""

import os
import signal
import stat
import sys
import time

import bed
import pytest

import cs


def log_of(box, name):
    return (box.root / name / ".cs" / "logs" / "session.log").read_text()


def commits(box, name):
    return box.git("log", "--format=%s", cwd=box.root / name).splitlines()


def test_the_client_gets_its_directory_environment_and_name(box):
    box.fake("claude")
    stale = {"CLAUDE_CODE_CHILD_SESSION": "1", "CLAUDE_CODE_SESSION_ID": "old", "CLAUDECODE": "1"}
    result = box.cs("api", env=dict(stale, CLAUDE_CODE_USE_BEDROCK="1"))
    assert result.status == 0
    call = box.calls("claude")[0]
    session = str(box.root / "api")
    assert call.cwd == session
    assert call.argv[:3] == ["--name", "api", "--session-id"] and cs.is_conversation_id(call.argv[3])
    assert {name: value for name, value in call.env.items() if name.startswith("CLAUDE")} == {
        "CLAUDE_SESSION_NAME": "api",
        "CLAUDE_SESSION_DIR": session,
        "CLAUDE_SESSION_META_DIR": session + "/.cs",
        "CLAUDE_ARTIFACT_DIR": session + "/.cs/artifacts",
        "CLAUDE_CODE_TASK_LIST_ID": "api",
        "CLAUDE_CODE_USE_BEDROCK": "1",
    }


def test_the_banner_has_at_most_six_lines_and_stdout_is_the_clients(box):
    box.fake("claude", out="data\n")
    result = box.cs("api")
    assert result.out == "data\n"
    lines = result.err.splitlines()
    assert lines[0] == f"cs {cs.VERSION}" and len(lines) <= 6
    assert "api (new) on " in lines[1] and "~/.claude-sessions/api" in lines[2] and "local only" in lines[3]


@pytest.mark.parametrize("status", [0, 1, 42, 130])
def test_the_exit_status_is_the_clients(box, status):
    box.fake("claude", status=status)
    assert box.cs("api").status == status


def test_what_the_client_left_is_in_one_clean_commit(box):
    box.fake("claude", script="open('made.txt', 'w').write('x'); open('run.sh', 'w').write('#!/bin/sh')")
    box.cs("api")
    assert len(commits(box, "api")) == 2
    assert commits(box, "api")[0].startswith("Session update: 3 files (")
    assert box.git("status", "--porcelain", cwd=box.root / "api") == ""
    assert not (box.root / "api" / ".cs" / "session.lock").exists()


def test_the_program_may_have_arguments_and_is_never_given_to_a_shell(box):
    box.fake("claude")
    box.cs("api", env={"CLAUDE_CODE_BIN": "claude --model 'opus $(touch hacked)' ';' x"})
    assert box.calls("claude")[0].argv[:4] == ["--model", "opus $(touch hacked)", ";", "x"]
    spaced = box.top / "my bin"
    spaced.mkdir()
    (spaced / "claude").write_text("#!/bin/sh\nexit 7\n")
    (spaced / "claude").chmod(0o755)
    assert box.cs("api", env={"CLAUDE_CODE_BIN": str(spaced / "claude")}).status == 7
    result = box.cs("api", env={"CLAUDE_CODE_BIN": "claude 'unfinished"})
    assert result.status == 1 and "CLAUDE_CODE_BIN cannot be understood" in result.err


def test_a_program_with_a_relative_path_is_found_from_where_cs_was_called(box):
    program = box.work / "here" / "claude"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 7\n")
    program.chmod(0o755)
    assert box.cs("api", env={"CLAUDE_CODE_BIN": "./here/claude"}, cwd=box.work).status == 7
    path = os.pathsep.join(["here", *map(str, box.path)])
    assert box.cs("api", env={"PATH": path}, cwd=box.work).status == 7


def test_a_program_that_is_not_claude_code_gets_its_own_arguments_alone(box):
    box.fake("other")
    box.cs("api", env={"CLAUDE_CODE_BIN": "other --flag"})
    assert box.calls("other")[0].argv == ["--flag"]


def test_a_conversation_that_the_user_names_is_left_to_the_user(box):
    box.fake("claude")
    box.cs("api", env={"CLAUDE_CODE_BIN": "claude --continue"})
    assert box.calls("claude")[0].argv == ["--continue", "--name", "api"]


def test_without_claude_code_the_session_stays_and_the_way_to_get_it_is_told(box):
    result = box.cs("api")
    assert result.status == 1
    assert (
        "'claude' is not a program on the PATH" in result.err
        and "npm install -g @anthropic-ai/claude-code" in result.err
    )
    assert (box.root / "api" / ".cs").is_dir()
    assert not (box.root / "api" / ".cs" / "session.lock").exists()


def test_without_claude_code_a_terminal_offers_a_shell_in_the_session(box):
    box.wrapper("mysh", "echo in $PWD as $CLAUDE_SESSION_NAME; echo made > here.txt #")
    result = box.cs("api", tty=True, input="y\n", env={"SHELL": str(box.bin / "mysh")})
    assert result.status == 0
    assert f"in {box.root / 'api'} as api" in result.out
    assert "here.txt" in box.git("ls-files", cwd=box.root / "api")
    assert box.cs("api", tty=True, input="n\n").status == 1


def test_a_locked_session_is_refused_and_force_says_what_it_overrode(box):
    box.fake("claude", script="import time; open('up', 'w').close(); time.sleep(60)")
    first = box.start_cs("api")
    bed.wait_for(lambda: (box.root / "api" / "up").exists())
    second = box.cs("api")
    assert second.status == 1
    assert f"session 'api' is open in another terminal (pid {first.pid})" in second.err
    assert "cs api --force takes it over" in second.err
    box.fake("claude")
    forced = box.cs("api", "--force")
    assert forced.status == 0 and f"took 'api' over from pid {first.pid}" in forced.err
    first.signal(signal.SIGTERM)
    first.result()


@pytest.mark.slow
def test_of_fifty_that_open_one_new_session_one_wins(box):
    box.wrapper("claude", "touch up; while [ ! -e go ]; do sleep 0.1; done; echo won #")
    running = [box.start_cs("api") for _ in range(50)]
    losers = []
    bed.wait_for(lambda: (box.root / "api" / "up").exists(), 120)
    for each in running:
        if each is not winner_of(box, running):
            losers.append(each.result(120))
    (box.root / "api" / "go").write_text("")
    won = winner_of(box, running, remembered=True).result()
    assert won.status == 0 and won.out == "won\n"
    assert len(losers) == 49
    assert {loser.status for loser in losers} == {1}
    odd = [loser.err for loser in losers if "session 'api' is open in another terminal" not in loser.err]
    assert odd == []
    assert box.git("status", "--porcelain", cwd=box.root / "api") == ""
    assert sorted(os.listdir(str(box.root))) == ["api"]


def winner_of(box, running, remembered=False, _known={}):  # noqa: B006 - remembers on purpose
    key = str(box.top)
    if not remembered:
        owner = cs.lock_owner(cs.session_named(cs.Places(os.environ), "api"))
        _known[key] = next(each for each in running if each.pid == owner.pid)
    return _known[key]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_cs_ends_the_client_and_finishes_the_session(box, number):
    box.fake(
        "claude", script="import time; open('work.txt', 'w').write('x'); open('up', 'w').close(); time.sleep(60)"
    )
    running = box.start_cs("api")
    bed.wait_for(lambda: (box.root / "api" / "up").exists())
    running.signal(number)
    assert running.result().status == 128 + number
    assert "work.txt" in box.git("ls-files", cwd=box.root / "api")
    assert not (box.root / "api" / ".cs" / "session.lock").exists()
    assert not box.processes()


def test_a_client_that_does_not_heed_a_signal_is_killed_in_the_end(box):
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    box.fake("claude", script=script + "open('up', 'w').close(); time.sleep(60)")
    impatient = f"import sys; sys.path.insert(0, {str(bed.TOP)!r}); import cs; cs.PATIENCE_AFTER_SIGNAL = 1; "
    running = box.start(bed.PYTHON, "-c", impatient + "sys.exit(cs.main(['api']))")
    bed.wait_for(lambda: (box.root / "api" / "up").exists())
    running.signal(signal.SIGTERM)
    assert running.result().status == 137
    assert "up" in box.git("ls-files", cwd=box.root / "api").split()
    assert not (box.root / "api" / ".cs" / "session.lock").exists()


def test_a_client_that_is_killed_is_committed_and_unlocked(box):
    script = "import os, time; open('pid', 'w').write(str(os.getpid())); os.rename('pid', 'up'); time.sleep(60)"
    box.fake("claude", script=script)
    running = box.start_cs("api")
    bed.wait_for(lambda: (box.root / "api" / "up").exists())
    os.kill(int((box.root / "api" / "up").read_text()), signal.SIGKILL)
    assert running.result().status == 137
    assert "up" in box.git("ls-files", cwd=box.root / "api").split()
    assert not (box.root / "api" / ".cs" / "session.lock").exists()


def test_killed_both_the_next_open_commits_what_was_left(box):
    box.fake(
        "claude", script="import time; open('work.txt', 'w').write('x'); open('up', 'w').close(); time.sleep(60)"
    )
    running = box.start_cs("api")
    bed.wait_for(lambda: (box.root / "api" / "up").exists())
    running.end()
    for pid in box.processes():
        os.kill(pid, signal.SIGKILL)
    box.fake("claude")
    result = box.cs("api")
    assert result.status == 0
    assert "work.txt" in box.git("ls-files", cwd=box.root / "api")


def test_ctrl_c_is_the_clients_own_affair(box):
    script = """
import signal, time
seen = []
signal.signal(signal.SIGINT, lambda *_: seen.append(1))
print("ready", flush=True)
while not seen: time.sleep(0.01)
print("interrupted and fine", flush=True)
"""
    box.fake("claude", script=script)
    screen = box.spawn_cs("api")
    screen.wait("ready")
    screen.key("ctrl-c")
    assert screen.finish() == 0
    assert "interrupted and fine" in screen.text
    assert not (box.root / "api" / ".cs" / "session.lock").exists()


def test_the_terminal_is_restored_after_a_client_that_was_killed_in_raw_mode(box):
    script = """
import os, signal, sys, tty
tty.setraw(0)
sys.stdout.write("\\x1b[?1049h\\x1b[?25l\\x1b[?1003hraw"); sys.stdout.flush()
os.kill(os.getpid(), signal.SIGKILL)
"""
    box.fake("claude", script=script)
    cs_line = " ".join(map(str, box.program))
    screen = box.spawn("sh", "-c", f"stty -a > before; {cs_line} api; echo status=$?; stty -a > after")
    assert screen.finish() == 0
    assert "status=137" in screen.text
    assert (box.work / "before").read_text() == (box.work / "after").read_text()
    assert b"\x1b[?1003l" in screen.raw and b"\x1b[?25h" in screen.raw


def test_the_title_is_set_and_given_back(box):
    box.fake("claude")
    result = box.cs("api", tty=True)
    assert "\x1b]2;cs: api\x07" in result.out
    assert result.out.rindex("\x1b]2;\x07") > result.out.index("\x1b]2;cs: api\x07")
    colours = [
        box.cs(name, tty=True, env={"TERM_PROGRAM": "iTerm.app"}).out.count("\x1b]6;1;bg;") for name in ("api", "b")
    ]
    assert colours == [4, 4]


def test_the_title_is_given_back_also_when_the_client_cannot_start(box):
    program = box.work / "claude"
    program.write_bytes(b"\x7fno program")
    program.chmod(0o755)
    result = box.cs("api", tty=True, env={"CLAUDE_CODE_BIN": str(program)})
    assert result.status == 1
    assert result.out.rindex("\x1b]2;\x07") > result.out.index("\x1b]2;cs: api\x07")


def test_a_session_whose_directory_vanishes_meanwhile_ends_with_a_warning(box):
    box.fake("claude", script=f"import shutil; shutil.rmtree({str(box.root / 'api')!r})")
    result = box.cs("api")
    assert result.status == 0
    assert "the directory of session 'api' is gone" in result.err


def test_a_full_disk_at_the_end_is_told_and_the_lock_released(box):
    box.fake("claude", script="open('big.bin', 'wb').write(b'x' * 300000)")
    box.cs("api", env={"CLAUDE_CODE_BIN": "true"})
    code = (
        f"import resource, signal, sys; sys.path.insert(0, {str(bed.TOP)!r}); import cs\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (400, resource.RLIM_INFINITY))\n"
        "sys.exit(cs.main(['api']))\n"
    )
    unlimited = "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (r.RLIM_INFINITY,) * 2)\n"
    box.fake("claude", script=unlimited + "open('keep.bin', 'wb').write(b'x' * 3000)")
    result = box.run(sys.executable, "-IS", "-c", code)
    assert "Traceback" not in result.err and "error of its own" not in result.err
    assert (box.root / "api" / "keep.bin").exists()
    assert not (box.root / "api" / ".cs" / "session.lock").exists()
    assert box.cs("api", env={"CLAUDE_CODE_BIN": "true"}).status == 0
    assert "keep.bin" in box.git("ls-files", cwd=box.root / "api")


def test_in_tmux_the_window_has_the_name_and_gets_its_own_back(box):
    box.fake("claude", script="import time\nwhile not __import__('os').path.exists('go'): time.sleep(0.02)")
    socket = str(box.short() / "s")
    tmux = [bed.need("tmux"), "-S", socket, "-f", "/dev/null"]
    line = " ".join(map(str, box.program))
    box.run(*tmux, "new-session", "-d", "-x", "100", "-y", "30", "-n", "mine", "sh")
    box.closing.callback(lambda: box.run(*tmux, "kill-server"))
    box.run(*tmux, "set-option", "-w", "automatic-rename", "off")
    box.run(*tmux, "send-keys", f"{line} api; echo en''ded", "Enter")
    names = lambda: box.run(*tmux, "display-message", "-p", "#{window_name}").out.strip()  # noqa: E731
    bed.wait_for(lambda: names() == "cs: api")
    (box.root / "api" / "go").write_text("")
    bed.wait_for(lambda: "ended" in box.run(*tmux, "capture-pane", "-p").out)
    assert names() == "mine"


def test_modified_is_the_time_of_the_last_activity(box):
    box.fake("claude")
    box.cs("api")
    log = box.root / "api" / ".cs" / "logs" / "session.log"
    assert time.time() - log.stat().st_mtime < 60
    assert stat.S_IMODE((box.root).stat().st_mode) == 0o700
    assert "Opened by cs" in log_of(box, "api")
