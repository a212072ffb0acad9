"""The TUI in a terminal: what is really on the screen, what really happens, and that the terminal comes back."""

import os
import re
import shlex
import signal
import time
from pathlib import Path

import pytest
from bed import PYTHON, TOP, need, wait_for

pytest.importorskip("curses")

import cs

CODE = f"import sys; sys.path.insert(0, {str(TOP)!r}); import cs; sys.exit(cs.main(sys.argv[1:]))"
DAY = 86400.0


@pytest.fixture(autouse=True)
def program(box):
    """cs from cached bytecode, as installed: compiling it would cost every test a second."""
    box.program = [PYTHON, "-IS", "-c", CODE]
    box.env["CS_TERM_THEME"] = "dark"
    box.env["CS_NO_UPDATE_CHECK"] = "1"
    return box.program


def session(box, name, days=0.0, objective="", host="", secrets=0):
    """A session as cs leaves it, without git."""
    meta = box.root / name / ".cs"
    (meta / "logs").mkdir(parents=True)
    moment = time.time() - days * DAY - 60
    started = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment))
    (meta / "logs" / "session.log").write_text(f"Session: {name}\nStarted: {started}\n")
    os.utime(str(meta / "logs" / "session.log"), (moment, moment))
    (meta / "README.md").write_text(f"# {name}\n\n## Objective\n\n{objective}\n")
    if host:
        (meta / "remote.conf").write_text(f"host={host}\n")
    for i in range(secrets):
        assert box.cs(name, "-secrets", "set", f"KEY_{i}", input=f"value {i}\n").status == 0
    return meta


needs_sync = pytest.mark.skipif(
    not any("-sync" in known.names for known in cs.COMMANDS), reason="cs -sync has not arrived yet"
)


@pytest.fixture
def sessions(box):
    session(box, "alpha", 0, "Find the first one")
    session(box, "beta", 1)
    session(box, "gamma", 3)


def start(box, *words, rows=24, cols=80, env=None):
    screen = box.spawn_cs(*words, rows=rows, cols=cols, env=env)
    screen.wait("help")
    return screen


def colour_at(screen, text):
    """Foreground, background and reverse of the first place where a text stands."""
    for y, line in enumerate(screen.terminal.display):
        if text in line:
            cell = screen.terminal.buffer[y][line.index(text)]
            return cell.fg, cell.bg, cell.reverse
    raise AssertionError(text + " is not on the screen:\n" + screen.text)


def selected(screen):
    """The name in the row with the bar."""
    for line in screen.lines:
        if "▌" in line:
            return re.split(r"[▌●○◆⚿⇝*⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏\s]+", line.strip("│ "))[1]
    return None


def wait_selected(screen, name):
    screen.wait(lambda screen: selected(screen) == name)


# ── the terminal comes back ──

WAYS_OUT = {
    "quit": (lambda screen: screen.key("q"), 0),
    "escape": (lambda screen: screen.key("esc"), 0),
    "ctrl-c": (lambda screen: screen.key("ctrl-c"), 130),
    "TERM": (lambda screen: os.kill(pid_of(screen), signal.SIGTERM), 143),
    "HUP": (lambda screen: os.kill(pid_of(screen), signal.SIGHUP), 129),
    "INT": (lambda screen: os.kill(pid_of(screen), signal.SIGINT), 130),
    "an error in a frame": (lambda screen: screen.key("?"), 3),
    "an error on a thread": (lambda screen: screen.key("o"), 3),
    "open": (lambda screen: screen.key("enter", "enter"), 0),
}

BREAK = (
    "import cs; old = cs._draw_picker\n"
    "def broken(*words): raise ZeroDivisionError\n"
    "cs._draw_picker = broken; cs.EFFECTS['open'] = broken\n"
)


def pid_of(screen):
    """The TUI below the shell that the screen runs."""
    found = re.search(r"pid=(\d+)", screen.raw.decode(errors="replace"))
    return int(found.group(1))


@pytest.mark.parametrize("way", WAYS_OUT)
def test_the_terminal_is_as_it_was(box, sessions, way):
    leave, status = WAYS_OUT[way]
    box.fake("claude", out="here is the client\n")
    code = CODE.replace("import cs;", "import cs, os; print('pid=%d' % os.getpid(), flush=True);")
    if "error" in way:
        code = f"import sys; sys.path.insert(0, {str(TOP)!r})\n" + BREAK + code
    script = 'stty -a >before; trap "" HUP TERM INT; "$@"; echo "status=$?"; stty -a >after; echo end'
    # What is ignored stays ignored in a child, so the traps are set back there.
    code = (
        "import signal\nfor n in (1, 15): signal.signal(n, signal.SIG_DFL)\nsignal.signal(2, signal.default_int_handler)\n"
        + code
    )
    screen = box.spawn("sh", "-c", script, "sh", PYTHON, "-IS", "-c", code, rows=24, cols=200)
    screen.wait("? help").wait_idle()
    leave(screen)
    screen.wait("end")
    assert f"status={status}" in screen.text
    assert (box.work / "before").read_text() == (box.work / "after").read_text()
    raw = screen.raw
    assert raw.count(b"\x1b[?1049h") == raw.count(b"\x1b[?1049l") == 1
    for mode in (b"1000", b"1006", b"2004"):
        assert raw.rfind(b"\x1b[?" + mode + b"l") > raw.rfind(b"\x1b[?" + mode + b"h") > 0
    assert raw.rfind(b"\x1b[?25h") > raw.rfind(b"\x1b[?25l") > 0
    if "error" in way:
        log = re.search(r"an error of its own \(ZeroDivisionError\); the details are in (\S+)", screen.text)
        assert log and "ZeroDivisionError" in Path(log.group(1)).read_text()
    if way == "open":
        assert "here is the client" in screen.text


def test_ctrl_z_gives_the_terminal_to_the_shell_and_fg_brings_the_list_back(box, sessions):
    box.env["PS1"] = "$ "
    screen = box.spawn(need("bash"), "--norc", "--noediting", "-i", rows=24, cols=80)
    screen.wait("$")
    screen.send("stty -a >before; " + shlex.join(box.program) + "\n")
    screen.wait("? help").key("j")
    wait_selected(screen, "beta")
    screen.key("ctrl-z")
    screen.wait("Stopped").wait(lambda screen: screen.text.rstrip().endswith("\n$"))
    screen.send("stty -a >after; echo seen\n")
    screen.wait(lambda screen: "seen" in screen.lines)
    assert (box.work / "before").read_text() == (box.work / "after").read_text()
    assert screen.raw.rfind(b"\x1b[?1000l") > screen.raw.rfind(b"\x1b[?1000h")
    screen.send("fg\n")
    screen.wait("? help")
    assert selected(screen) == "beta"
    screen.key("k")
    wait_selected(screen, "alpha")
    screen.key("q")
    screen.wait(lambda screen: screen.lines[-1].startswith("$")).send("echo status=$?\n")
    screen.wait("status=0")
    screen.send("exit\n")
    screen.finish()


def test_a_closed_window_leaves_no_process(box, sessions):
    screen = start(box)
    screen.hang_up()
    wait_for(lambda: not screen.alive())
    wait_for(lambda: not box.processes())


# ── what is typed ──


def test_unknown_sequences_alt_keys_and_pasted_text_do_nothing(box, sessions):
    screen = start(box)
    for sequence in (
        "\x1b[99;88;77x", "\x1bOd", "\x1b[1;5D", "\x1bd", "\x1b\x1b[A", "\x1b[[A", "\x1b]0;dD\x07", "\x1bPqdD\x1b\\",
        "\x1b[200~dyyD\nq\x1b[201~", "\x1b[<35;10;10M", "\x1b[<0;5;5m", "\x1b[I", "\x1b[97;5u", "\x1b_dD\x1b\\",
    ):  # fmt: skip
        screen.send(sequence)
        screen.wait_idle(0.05)
    screen.key("j")
    wait_selected(screen, "beta")
    assert screen.alive() and "Delete" not in screen.text and "marked" not in screen.text


def test_pasting_into_the_filter_filters(box, sessions):
    screen = start(box)
    screen.key("/")
    screen.send("\x1b[200~gam\nma\x1b[201~")
    screen.wait("/ gam ma")
    wait_selected(screen, "gamma")


def test_keys_typed_ahead_are_all_taken(box, sessions):
    screen = start(box)
    screen.send("jj/alp\r")
    screen.wait("[1 session]")
    assert selected(screen) == "alpha"


# ── the mouse ──


def click(screen, text, button=0):
    for y, line in enumerate(screen.terminal.display):
        if text in line:
            x = line.index(text) + 1
            screen.send(f"\x1b[<{button};{x + 1};{y + 1}M\x1b[<{button};{x + 1};{y + 1}m")
            return
    raise AssertionError(screen.text)


def test_clicks_select_sort_and_open(box, sessions):
    box.fake("claude", out="here is the client\n")
    screen = start(box)
    click(screen, "gamma")
    wait_selected(screen, "gamma")
    click(screen, "Session ")
    screen.wait(lambda screen: "Session ▲" in screen.text and not any(" · 1 " in line for line in screen.lines))
    click(screen, "beta")
    wait_selected(screen, "beta")
    click(screen, "beta")
    click(screen, "beta")
    screen.wait("here is the client")
    assert screen.finish() == 0


def test_the_wheel_moves_the_selection(box, sessions):
    screen = start(box)
    click(screen, "gamma", 65)
    wait_selected(screen, "beta")
    click(screen, "gamma", 64)
    wait_selected(screen, "alpha")


def test_the_mouse_can_be_left_alone(box, sessions):
    screen = start(box, env={"CS_NO_MOUSE": "1"})
    assert b"\x1b[?1000h" not in screen.raw


# ── how it looks ──


def test_colours_of_the_dark_theme(box, sessions):
    screen = start(box)
    screen.wait_idle()
    assert colour_at(screen, "beta")[0] == "ffaf00"  # 214, gold
    assert colour_at(screen, "╭")[0] == "ff5f00"  # 202, rust
    assert colour_at(screen, "alpha")[1] == "303030"  # 236, the tint of the selection
    y = next(y for y, line in enumerate(screen.lines) if "alpha" in line)
    assert screen.terminal.buffer[y][0].bg == "default" and screen.terminal.buffer[y][78].bg == "303030"


def test_a_light_background_is_asked_for_and_heeded(box, sessions):
    del box.env["CS_TERM_THEME"]
    screen = start(box)
    assert b"\x1b]11;?\x1b\\" in screen.raw
    screen.send("\x1b]11;rgb:ffff/ffff/ffff\x1b\\")
    screen.wait(lambda screen: "beta" in screen.text and colour_at(screen, "beta")[0] == "af5f00")
    assert screen.alive() and selected(screen) == "alpha"


@pytest.mark.parametrize(
    "value, gold", [("15;0", "ffaf00"), ("0;15", "af5f00"), ("0;default;7", "af5f00"), ("", "ffaf00")]
)
def test_colorfgbg_tells_the_theme_when_the_terminal_does_not(box, sessions, value, gold):
    screen = start(box, env={"CS_TERM_THEME": None, "COLORFGBG": value})
    assert colour_at(screen, "beta")[0] == gold


def test_no_color_keeps_the_selection_visible(box, sessions):
    screen = start(box, env={"NO_COLOR": "1"})
    screen.wait_idle()
    assert not re.search(rb"\x1b\[[0-9;]*[34]8;5", screen.raw)
    assert colour_at(screen, "alpha")[2] is True and colour_at(screen, "beta")[2] is False


@pytest.mark.parametrize(
    "term", ["xterm", "linux", "vt100", "screen", "tmux-256color", "screen-256color", "xterm-16color"]
)
def test_other_terminals_show_the_list_and_the_selection(box, sessions, term):
    screen = start(box, env={"TERM": term})
    screen.key("j")
    wait_selected(screen, "beta")
    screen.wait_idle(0.05)
    _, bg, reverse = colour_at(screen, "beta")
    assert reverse or bg != "default"
    screen.key("q")
    assert screen.finish() == 0


def test_a_posix_locale_gets_plain_characters(box, sessions):
    screen = start(box, env={"LC_ALL": "POSIX", "LANG": None})
    text = "\n".join(screen.lines)
    assert text.isascii() and "+- claude-sessions" in text and "|  alpha" in text


def test_the_window_may_be_any_size(box, sessions):
    screen = start(box, rows=40, cols=130)
    screen.wait("Objective")
    for rows, cols in ((10, 40), (1, 1), (5, 20), (50, 200), (24, 80), (3, 300), (24, 80)):
        screen.resize(rows, cols)
    screen.wait("? help").key("j")
    wait_selected(screen, "beta")
    screen.resize(6, 30)
    screen.wait("window too small")
    screen.resize(12, 60)
    screen.wait("? help")
    assert len(screen.lines) == 12 and selected(screen) == "beta"


def test_control_characters_on_the_disk_never_reach_the_terminal(box, sessions):
    session(box, "odd\x1b[31mname", 0)
    session(box, "delta", 0, "Bell \x07 and \x1b]0;title\x07 and 日本語")
    screen = start(box, cols=130)
    screen.wait("odd·[31mname")
    screen.key("1", "g", "j", "j")
    screen.wait("日本語")
    assert b"\x1b[31m" not in screen.raw and "title" not in screen.title


# ── what really happens ──


def test_the_preview_names_the_artifacts_of_a_real_manifest(box):
    artifacts = session(box, "alpha") / "artifacts"
    artifacts.mkdir()
    entry = {"filename": "external/etc/my.conf", "original_path": "/etc/my.conf"}
    (artifacts / "MANIFEST.json").write_text(cs.manifest_text([entry]))
    screen = start(box, cols=130)
    screen.wait("my.conf")


def test_a_new_session_is_made_and_opened(box, sessions):
    box.fake("claude", out="here is the client\n")
    screen = start(box)
    screen.key("n")
    screen.wait("New session")
    screen.send("delta")
    screen.wait("delta").key("enter")
    screen.wait("here is the client")
    assert screen.finish() == 0
    assert (box.root / "delta" / ".cs" / "README.md").is_file()


def test_filter_and_open(box, sessions):
    box.fake("claude", out="here is the client\n")
    screen = start(box)
    screen.send("/gam")
    wait_selected(screen, "gamma")
    screen.send("\r")
    screen.key("o")
    screen.wait("here is the client")
    assert screen.finish() == 0
    assert "Opened by cs" in (box.root / "gamma" / ".cs" / "logs" / "session.log").read_text()


def test_a_session_that_is_open_is_opened_by_force_only_after_yes(box, sessions):
    box.fake("claude", out="here is the client\n")
    pid = os.getpid()
    lock = box.root / "alpha" / ".cs" / "session.lock"
    lock.write_text(f"{pid}\nhost={cs.host_name()}\nstart={cs.process_start(pid)}\n")
    screen = start(box)
    screen.wait("1 open").key("d")
    screen.wait("is open (pid")
    screen.key("o")
    screen.wait("Opening it here takes it over")
    screen.key("n")
    screen.wait(lambda screen: "Opening" not in "\n".join(screen.lines)).key("o")
    screen.wait("Opening it here takes it over").key("y")
    screen.wait("here is the client")
    assert screen.finish() == 0 and "took 'alpha' over" in screen.text


def test_the_lock_is_looked_at_in_the_moment_of_opening(box, sessions):
    screen = start(box)
    screen.wait_idle()
    pid = os.getpid()
    (box.root / "alpha" / ".cs" / "session.lock").write_text(f"{pid}\nhost={cs.host_name()}\n")
    screen.key("o")
    screen.wait("Opening it here takes it over")


def test_what_vanished_is_a_message(box, sessions):
    screen = start(box)
    screen.wait_idle()
    cs.remove_tree(str(box.root / "alpha"))
    screen.key("o")
    screen.wait("alpha is gone")
    wait_selected(screen, "beta")


def test_delete_goes_to_the_trash_and_u_brings_it_back(box):
    session(box, "alpha", secrets=1)
    session(box, "beta", 1)
    before = box.tree(box.root / "alpha")
    screen = start(box)
    screen.key("d")
    screen.wait("1 secret goes along").key("y")
    screen.wait("y delete    ", timeout=10)
    screen.key("y")
    screen.wait("u brings it back").wait("[1 session]")
    assert not (box.root / "alpha").exists() and len(list((box.root / ".trash").iterdir())) == 1
    assert "KEY_0" not in box.cs("beta", "-secrets", "list").out
    screen.key("u")
    screen.wait("brought back alpha").wait("[2 sessions]")
    after = box.tree(box.root / "alpha")
    assert {name: entry for name, entry in after.items() if "local" not in str(name)}.items() >= before.items()
    assert "KEY_0" in box.cs("alpha", "-secrets", "list").out


def test_marked_sessions_go_together_and_come_back_together(box, sessions):
    screen = start(box)
    screen.key(" ", " ", "D")
    screen.wait("Delete 2 sessions").wait("y delete    ", timeout=10)
    screen.key("y")
    screen.wait("[1 session]")
    assert sorted(path.name for path in box.root.iterdir() if path.name[0] != ".") == ["gamma"]
    screen.key("u")
    screen.wait("[3 sessions]")


def test_rename_takes_the_secrets_along(box):
    session(box, "alpha", secrets=1)
    screen = start(box)
    screen.key("r")
    screen.wait("Rename alpha").send("-two\r")
    screen.wait("alpha is now alpha-two")
    wait_selected(screen, "alpha-two")
    assert "KEY_0" in box.cs("alpha-two", "-secrets", "list").out
    assert not (box.root / "alpha").exists()


def test_a_name_that_breaks_the_rule_is_renamed(box, sessions):
    session(box, "my notes", 0)
    screen = start(box)
    screen.send("/notes\r")
    screen.wait("[1 session]").key("r")
    screen.wait("Rename my notes").send("\x15my-notes\r")
    screen.wait("my notes is now my-notes")
    assert (box.root / "my-notes" / ".cs").is_dir()


def test_a_broken_link_is_shown_and_removed(box, sessions):
    (box.root / "gone").symlink_to(box.work / "nowhere")
    screen = start(box)
    screen.wait("link to nothing").send("/gone\r")
    screen.wait("[1 session]").key("d")
    screen.wait("Only a link is left").wait("y delete    ", timeout=10)
    screen.key("y")
    screen.wait("[0 sessions]")
    assert not (box.root / "gone").is_symlink()


def test_secrets_are_added_seen_hidden_and_deleted(box, sessions):
    screen = start(box)
    screen.key("s")
    screen.wait("a adds one").key("a")
    screen.wait("New secret").send("API_KEY\r")
    screen.wait("Value of API_KEY").send("p4ssw0rd-xyz\r")
    screen.wait("stored API_KEY").wait(lambda screen: sum("API_KEY" in line for line in screen.lines) > 1)
    assert "p4ssw0rd" not in screen.raw.decode()
    assert box.cs("alpha", "-secrets", "get", "API_KEY").out == "p4ssw0rd-xyz\n"
    screen.key("v")
    screen.wait("p4ssw0rd-xyz").wait("hidden again in 3")
    screen.wait(lambda screen: "p4ssw0rd" not in "\n".join(screen.lines), timeout=10)
    screen.key("d")
    screen.wait("It cannot be").key("y")
    screen.wait("deleted API_KEY").wait("a adds one")
    assert box.cs("alpha", "-secrets", "list").out == ""


def test_a_copied_value_is_cleared_from_the_clipboard_on_leaving(box):
    from base64 import b64encode

    session(box, "alpha", secrets=1)
    screen = start(box)
    screen.key("s")
    screen.wait("KEY_0").key("y")
    screen.wait("on the clipboard")
    value = b64encode(b"value 0")
    assert b"\x1b]52;c;" + value + b"\x1b\\" in screen.raw
    screen.key("q", "q")
    assert screen.finish() == 0
    assert screen.raw.rfind(b"\x1b]52;c;\x1b\\") > screen.raw.rfind(value)


def hanging_remote(box, name):
    """A git repository whose remote never answers."""
    need("git")
    place = box.root / name
    box.git("init", "-q", "-b", "main", cwd=place)
    box.git("add", "-A", cwd=place)
    box.git("commit", "-qm", "first", cwd=place)
    slow = box.bin / "hang"
    slow.write_text("#!/bin/sh\nsleep 300 & wait\n")
    slow.chmod(0o755)
    box.git("remote", "add", "origin", "far:repository.git", cwd=place)
    box.git("config", "--global", "core.sshCommand", str(slow))


def sleepers(box):
    return [pid for pid in box.processes() if b"sleep\x00300" in command_line(pid)]


def command_line(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            return f.read()
    except OSError:
        return b""


@needs_sync
def test_a_remote_that_hangs_stops_no_key_and_escape_ends_the_whole_group(box, sessions):
    hanging_remote(box, "alpha")
    screen = start(box)
    screen.wait_idle(0.4)
    screen.key("P")
    screen.wait("pushing alpha")
    wait_for(lambda: sleepers(box))
    screen.key("j", "j")
    wait_selected(screen, "gamma")
    screen.key("k", "k", "esc")
    screen.wait("push of alpha was ended", timeout=10)
    wait_for(lambda: not sleepers(box))
    assert screen.alive()


@needs_sync
def test_leaving_ends_the_jobs(box, sessions):
    hanging_remote(box, "alpha")
    screen = start(box)
    screen.wait_idle(0.4)
    screen.key("L")
    screen.wait("pulling alpha")
    wait_for(lambda: sleepers(box))
    screen.key("q")
    assert screen.finish() == 0
    wait_for(lambda: not sleepers(box))


@needs_sync
def test_push_to_a_real_remote_succeeds_and_shows_in_the_jobs(box):
    need("git")
    meta = session(box, "alpha")
    place = box.root / "alpha"
    (meta / "sync.conf").write_text("auto_sync=on\n")
    box.git("init", "-q", "--bare", "-b", "main", str(box.work / "far.git"))
    box.git("init", "-q", "-b", "main", cwd=place)
    box.git("remote", "add", "origin", str(box.work / "far.git"), cwd=place)
    screen = start(box)
    screen.wait("far").key("P")
    screen.wait("push alpha: ", timeout=60)
    screen.key("w")
    screen.wait("✓ push").key("enter")
    screen.wait("push alpha").key("q", "q")
    assert box.git("rev-parse", "main", cwd=box.work / "far.git") == box.git("rev-parse", "HEAD", cwd=place)


@needs_sync
def test_the_sync_status_is_shown(box):
    need("git")
    session(box, "alpha")
    box.git("init", "-q", "-b", "main", cwd=box.root / "alpha")
    screen = start(box)
    screen.wait_idle(0.4)
    screen.key("S")
    screen.wait("status alpha ─", timeout=60)
    screen.wait("main")


# ── other ways to run ──


def test_without_a_terminal_cs_prints_the_help(box, sessions):
    result = box.cs()
    assert (result.status, result.err) == (0, "") and "cs <session>" in result.out
    assert box.cs("-tui").out == result.out


@pytest.mark.parametrize("term", ["dumb", "no-such-terminal"])
def test_without_a_screen_a_numbered_list_asks(box, sessions, term):
    box.fake("claude", out="here is the client\n")
    screen = box.spawn_cs(env={"TERM": term})
    screen.wait("number or name")
    assert "1  alpha" in screen.text and "3  gamma" in screen.text
    screen.send("2\r")
    screen.wait("here is the client")
    assert screen.finish() == 0
    assert "Opened by cs" in (box.root / "beta" / ".cs" / "logs" / "session.log").read_text()


@pytest.mark.parametrize(
    "answer, status, said", [("", 0, ""), ("9", 1, "no number 9"), ("-x", 1, "cannot be the name")]
)
def test_the_numbered_list_takes_only_what_is_there(box, sessions, answer, status, said):
    screen = box.spawn_cs(env={"TERM": "dumb"})
    screen.wait("number or name")
    screen.send(answer + "\r")
    assert screen.finish() == status and said in screen.text


def test_the_order_and_the_selection_are_remembered(box, sessions):
    screen = start(box)
    screen.key("1", "G")
    wait_selected(screen, "gamma")
    screen.key("q")
    screen.finish()
    screen = start(box)
    assert selected(screen) == "gamma" and "Session ▲" in screen.text


def test_no_sessions_is_a_hint_and_n_works(box):
    screen = box.spawn_cs(rows=24, cols=80)
    screen.wait("no sessions yet").key("n")
    screen.wait("New session")


def test_new_sessions_of_others_appear_by_themselves(box, sessions):
    screen = start(box)
    session(box, "delta", 0)
    screen.key("R")
    screen.wait("[4 sessions]")
    assert selected(screen) == "alpha"


@pytest.mark.slow
def test_it_sleeps_while_nothing_happens(box, sessions):
    screen = start(box)
    screen.wait_idle(1)
    before = cpu_of(screen.pid)
    seen = len(screen.raw)
    while screen.pump(3):
        pass
    assert cpu_of(screen.pid) - before <= 1  # hundredths of a second
    assert len(screen.raw) == seen


def cpu_of(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


# ── work that is only here ──


@needs_sync
def test_the_preview_and_the_popup_say_what_work_is_only_here(box):
    need("git")
    remote, elsewhere = box.work / "api.git", box.work / "elsewhere"
    box.git("init", "-q", "--bare", remote)
    session(box, "api")
    assert box.cs("api", env={"CLAUDE_CODE_BIN": "true"}).status == 0
    for words in (["remote", remote], ["push"]):
        assert box.cs("api", "-sync", *words).status == 0
    here = box.root / "api"
    box.git("clone", "-q", "-b", "main", remote, elsewhere)
    for place in (elsewhere, here):
        (place / f"{place.name}.txt").write_text("x")
        box.git("add", f"{place.name}.txt", cwd=place)
        box.git("commit", "-qm", "x", cwd=place)
    box.git("push", "-q", cwd=elsewhere)
    box.git("fetch", "-q", cwd=here)
    (here / "new.txt").write_text("x")
    screen = start(box, cols=160)
    screen.wait("auto on, 1 uncommitted, 1 to push, 1 to pull")
    screen.key("d")
    screen.wait("api: 1 file not committed, 1 commit not pushed")
    screen.key("esc", "q")
