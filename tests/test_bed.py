"""The test bed: what the other tests take for granted about it."""

import os
import signal
import sys

import bed
import pytest


def test_nothing_of_the_caller_reaches_a_program(box):
    out = box.run("env").out
    names = {line.split("=")[0] for line in out.splitlines()}
    assert names == {"HOME", "LANG", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR", "TZ", "USER"}
    assert f"HOME={box.home}" in out


def test_the_tests_themselves_see_the_same_environment(box):
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    assert own == box.env
    assert os.path.expanduser("~") == str(box.home)
    assert os.getcwd() == str(box.work)


def test_a_new_home_holds_a_git_identity_and_nothing_else(box):
    assert list(box.tree()) == [".gitconfig"]
    box.anonymous()
    assert box.tree() == {}


def test_git_commits_in_the_box(box):
    box.git("init", "-q", "-b", "main")
    box.git("commit", "-q", "--allow-empty", "-m", "first")
    assert box.git("log", "--format=%an <%ae> %s") == "Ada Tester <ada@example.org> first"


def test_a_hidden_program_is_not_found_while_others_are(box):
    assert box.run("sh", "-c", "command -v git").status == 0
    box.without("git")
    assert box.run("sh", "-c", "command -v git").status != 0
    assert box.run("sh", "-c", "command -v ls && command -v python3").status == 0


def test_a_fake_records_each_call_and_says_what_it_was_told(box):
    box.fake("age", out="said\n", err="oops\n", status=3)
    assert box.run("age", "-d", "a b", cwd=box.home, env={"EXTRA": "1"}) == (3, "said\n", "oops\n")
    assert box.run("age").status == 3
    first, second = box.calls("age")
    assert (first.argv, first.cwd, first.env["EXTRA"]) == (["-d", "a b"], str(box.home), "1")
    assert second.argv == []


def test_a_fake_takes_stdin_when_asked_to(box):
    box.fake("security", stdin=True, script="print(stdin.upper(), argv)")
    assert box.run("security", "-i", input="secret").out == "SECRET ['-i']\n"
    assert box.calls("security")[0].stdin == "secret"


def test_a_fake_may_be_a_program_in_any_language(box):
    box.fake("xdg-open", script="#!/bin/sh\necho opening $1\nexit 4\n")
    assert box.run("xdg-open", "it") == (4, "opening it\n", "")
    assert [call.argv for call in box.calls("xdg-open")] == [["it"]]


def test_a_spy_lets_the_real_program_work(box):
    box.spy("git")
    assert box.run("git", "--version").out.startswith("git version")
    assert box.calls("git")[0].argv == ["--version"]


def test_calls_at_the_same_time_are_all_recorded(box):
    box.fake("claude")
    for running in [box.start("claude", str(n)) for n in range(20)]:
        running.result()
    assert sorted(int(call.argv[0]) for call in box.calls("claude")) == list(range(20))


def test_a_run_tells_status_output_and_the_signal_that_ended_it(box):
    assert box.run("sh", "-c", "cat; echo e >&2; exit 7", input="in") == (7, "in", "e\n")
    assert box.run("sh", "-c", "kill -9 $$").status == -9


def test_a_run_has_no_terminal(box):
    assert box.run("sh", "-c", ": < /dev/tty").status != 0


def test_a_run_that_does_not_end_fails_with_what_it_said(box):
    running = box.start("sh", "-c", "echo begun; touch up; exec sleep 60")
    bed.wait_for((box.work / "up").exists)
    with pytest.raises(AssertionError, match=r"did not end within 0\.1 s; so far: begun"):
        running.result(timeout=0.1)


def test_processes_left_behind_are_ended_with_the_box(tmp_path, shared_dir):
    place = tmp_path / "other"
    place.mkdir()
    box = bed.Box(place, shared_dir)
    box.run("sh", "-c", "sleep 300 >/dev/null 2>&1 </dev/null &")
    assert len(box.processes()) == 1
    box.close()
    bed.wait_for(lambda: not box.processes())


def test_once_makes_a_place_a_single_time(tmp_path):
    made = []
    for _ in range(2):
        place = bed.once(tmp_path, "thing", lambda directory: made.append((directory / "x").write_text("1")))
    assert (place / "x").read_text() == "1"
    assert len(made) == 1


def test_once_begins_anew_after_a_failure(tmp_path):
    with pytest.raises(OSError):
        bed.once(tmp_path, "thing", lambda directory: (directory / "no" / "such").mkdir())
    assert bed.once(tmp_path, "thing", lambda directory: None).is_dir()


def test_a_tree_tells_type_mode_and_content(box):
    (box.work / "d").mkdir(mode=0o700)
    (box.work / "d" / "f").write_text("x")
    (box.work / "d" / "f").chmod(0o640)
    (box.work / "link").symlink_to("d")
    assert box.tree(box.work) == {
        "d": ("dir", 0o700, None),
        "d/f": ("file", 0o640, "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"),
        "link": ("link", 0, "d"),
    }


def test_a_missing_program_skips_here_and_fails_in_ci(monkeypatch):
    monkeypatch.setattr(bed, "IN_CI", False)
    with pytest.raises(pytest.skip.Exception, match="not on this machine: no-such-program"):
        bed.need("no-such-program")
    monkeypatch.setattr(bed, "IN_CI", True)
    with pytest.raises(pytest.fail.Exception, match="not on this machine: no-such-program"):
        bed.need("no-such-program")


def test_an_old_python_is_found_by_its_version(box):
    out = box.run(bed.interpreter("2.7"), "-c", "import sys; sys.stdout.write('%d.%d' % sys.version_info[:2])")
    assert out == (0, "2.7", "")


# ---- terminals -----------------------------------------------------------------------------------------


def test_a_screen_shows_what_a_person_would_see(box):
    screen = box.spawn("sh", "-c", r"printf 'one\rtwo\n\033]2;name\007\033[5;3Hhere'; read x; exit 5")
    screen.wait("here")
    assert screen.lines[0] == "two"
    assert screen.lines[4] == "  here"
    assert screen.title == "name"
    screen.key("enter")
    assert screen.finish() == 5


def test_a_screen_remembers_what_scrolled_away(box):
    screen = box.spawn("seq", "1", "100", rows=10)
    assert screen.finish() == 0
    assert screen.text.split() == [str(n) for n in range(1, 101)]


def test_a_screen_answers_where_the_cursor_is(box):
    screen = box.spawn("bash", "-c", r"printf '\033[3;4H\033[6n'; IFS= read -rsd R x; echo; echo got ${x:2}")
    screen.wait("got 3;4")


def test_sequences_that_the_emulator_does_not_know_leave_no_trace(box):
    text = r"a\033[>1ub\033[<uc\033[>4;2md\033[38:2::1:2:3me\033P+q1234\033\\f"
    screen = box.spawn("sh", "-c", f"printf '{text}'")
    screen.finish()
    assert screen.lines[0] == "abcdef"
    assert not screen.terminal.buffer[0][3].underscore


def test_a_sequence_torn_between_two_reads_stays_whole(box):
    screen = box.spawn("sh", "-c", r"printf 'a\033[>1'; read x; printf 'ub\n'")
    screen.wait("a")
    screen.send("\r")
    screen.finish()
    assert screen.lines[:2] == ["a", "b"]


def test_a_screen_tells_signal_and_new_size(box):
    screen = box.spawn("sh", "-c", "trap 'stty size' WINCH; echo up; while :; do sleep 0.02; done")
    screen.wait("up").resize(20, 70)
    screen.wait("20 70")
    screen.signal(signal.SIGTERM)
    assert screen.finish() == -signal.SIGTERM


def test_a_closed_terminal_hangs_up(box):
    screen = box.spawn(
        "sh", "-c", f"trap 'echo gone > {box.work}/hup; exit' HUP; echo up; while :; do sleep 0.02; done"
    )
    screen.wait("up").hang_up()
    bed.wait_for((box.work / "hup").exists)


def test_a_program_on_a_screen_owns_its_terminal(box):
    screen = box.spawn("sh", "-c", "echo typed > /dev/tty; sleep 9")
    screen.wait("typed").key("ctrl-c")
    assert screen.finish() == -signal.SIGINT


def test_waiting_for_what_never_comes_fails_and_shows_the_screen(box):
    with pytest.raises(AssertionError, match="it ended before 'never' was seen; the screen:\nhello"):
        box.spawn("echo", "hello").wait("never")


def test_cs_is_run_in_a_terminal_when_asked(box):
    box.program = [sys.executable, "-c", "import sys; print(sys.stdout.isatty(), input())"]
    assert box.cs(input="typed\n").out == "False typed\n"
    assert box.cs(input="typed\n", tty=True) == (0, "typed\nTrue typed\n", "")
