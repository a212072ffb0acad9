"""Files, places and processes: sections 4 and 5."""

import os
import pwd
import stat
import subprocess
import sys
import time

import bed
import pytest

import cs


def test_an_atomic_write_keeps_mode_and_link(box):
    real = box.work / "real.txt"
    real.write_text("old")
    real.chmod(0o640)
    link = box.work / "link.txt"
    link.symlink_to(real)
    cs.write_atomically(str(link), "new")
    assert link.is_symlink() and real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(os.listdir(str(box.work))) == ["link.txt", "real.txt"]


def test_reading_waits_for_no_pipe_and_tells_absent_from_unreadable(box):
    pipe, file = box.work / "pipe", box.work / "file"
    os.mkfifo(str(pipe))
    file.write_bytes(b"content")
    assert cs.read_bytes(str(file)) == b"content" and cs.read_bytes(str(file), 3) == b"con"
    assert cs.read_bytes(str(file / "x")) is None and cs.read_bytes(str(box.work / "none")) is None
    for path in (pipe, box.work):
        with pytest.raises(OSError, match=r"regular file|denied"):
            cs.read_bytes(str(path))
    (box.root / "api" / ".cs").mkdir(parents=True)
    assert box.cs("api", "-secrets", "fill", "/dev/stdin", "-o", "-", input="x=1").out == "x=1"


def test_an_error_names_the_file_that_was_to_be_written(box):
    for target in (box.work / "none" / "x", box.work):
        with pytest.raises(OSError) as failed:
            cs.write_atomically(str(target), "new")
        assert (failed.value.filename, failed.value.filename2) == (str(target), None)
    assert os.listdir(str(box.work)) == []


def test_a_full_disk_leaves_the_old_content_and_no_rubbish(box):
    target = box.work / "settings"
    target.write_text("precious")
    code = (
        f"import resource, signal, sys; sys.path.insert(0, {str(bed.TOP)!r}); import cs\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        f"cs.write_atomically({str(target)!r}, 'x' * 5000)\n"
    )
    result = box.run(sys.executable, "-IS", "-c", code)
    assert result.status == 1 and "File too large" in result.err
    assert target.read_text() == "precious"
    assert os.listdir(str(box.work)) == ["settings"]


def test_appending_ends_a_torn_line_first(box):
    log = box.work / "log"
    log.write_bytes(b"whole\ntorn")
    cs.append_line(str(log), "next\nwith break")
    assert log.read_bytes() == b"whole\ntorn\nnext with break\n"


def test_many_appends_at_once_lose_no_line(box):
    log = box.work / "log"
    code = (
        f"import sys; sys.path.insert(0, {str(bed.TOP)!r}); import cs\n"
        f"for i in range(50): cs.append_line({str(log)!r}, sys.argv[1] * 200)\n"
    )
    writers = [subprocess.Popen([sys.executable, "-IS", "-c", code, letter]) for letter in "abcdefghij"]
    assert [writer.wait() for writer in writers] == [0] * 10
    lines = log.read_text().splitlines()
    assert len(lines) == 500
    assert {(line[0], len(set(line)), len(line)) for line in lines} == {(letter, 1, 200) for letter in "abcdefghij"}


def test_setting_a_key_keeps_every_other_line(box):
    conf = box.work / "sync.conf"
    conf.write_text("# mine\nfuture=1\nauto_sync=on\n")
    cs.set_key_value(str(conf), "auto_sync", "off")
    assert conf.read_text() == "# mine\nfuture=1\nauto_sync=off\n"
    before = conf.stat().st_mtime_ns, conf.stat().st_ino
    cs.set_key_value(str(conf), "auto_sync", "off")
    assert (conf.stat().st_mtime_ns, conf.stat().st_ino) == before
    cs.set_key_value(str(conf), "auto_sync", None)
    assert conf.read_text() == "# mine\nfuture=1\n"


def test_a_lock_that_is_held_is_reported_in_time(box):
    path = str(box.work / "lock")
    with cs.FileLock(path):
        start = time.monotonic()
        with pytest.raises(cs.Busy), cs.FileLock(path, timeout=0.1):
            pass
        assert time.monotonic() - start < 5
    with cs.FileLock(path, timeout=0):
        pass


def test_a_program_that_hangs_is_ended_with_all_that_it_started(box):
    box.wrapper("hang", "sleep 300 & sleep 300; echo")
    with pytest.raises(cs.ProcessError) as caught:
        cs.run(["hang"], timeout=0.2)
    assert caught.value.timed_out and str(caught.value) == "hang: gave no answer in time"
    bed.wait_for(lambda: not box.processes(), what="the end of its children")


def test_a_child_sees_none_of_gits_variables(box, monkeypatch):
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/elsewhere/index")
    assert cs.run(["sh", "-c", "echo $GIT_DIR$GIT_INDEX_FILE"]).text == ""


def test_a_missing_program_and_a_missing_directory_are_told_apart(box):
    with pytest.raises(cs.ProgramMissing):
        cs.run(["no-such-program"])
    with pytest.raises(cs.CsError, match="is gone"):
        cs.run(["true"], str(box.work / "gone"))


def test_the_git_directory_is_found_behind_a_file(box):
    main, tree = box.work / "main", box.work / "tree"
    box.git("init", "-q", str(main))
    box.git("commit", "-q", "--allow-empty", "-m", "x", cwd=main)
    box.git("remote", "add", "origin", "git@example.org:me/main.git", cwd=main)
    box.git("worktree", "add", "-q", str(tree), cwd=main)
    assert cs.git_directory(str(main)) == str(main / ".git")
    assert os.path.samefile(cs.git_directory(str(tree)), str(main / ".git" / "worktrees" / "tree"))
    assert cs.origin_url(str(tree)) == cs.origin_url(str(main)) == "git@example.org:me/main.git"
    assert cs.git_directory(str(box.work)) is None


def test_ours_and_a_users_error_and_an_interrupt_have_their_own_exit_status(box):
    assert box.cs("-nonsense").status == 2
    assert box.cs("-rm", "nobody", "-y").status == 1


def test_a_home_that_cannot_be_written_is_one_clear_line(box):
    box.root.mkdir()
    box.root.chmod(0o500)
    if os.access(str(box.root), os.W_OK):
        box.root.rmdir()
        box.root.write_text("a file where the sessions should be")
    result = box.cs("api", env={"CLAUDE_CODE_BIN": "true"})
    assert result.status == 1
    assert result.err.count("cs: error:") == 1 and "Traceback" not in result.err


def test_a_place_from_the_environment_may_be_written_with_a_tilde(box):
    places = cs.Places({"HOME": "/h", "CS_SESSIONS_ROOT": "", "CLAUDE_CONFIG_DIR": "/c", "XDG_CACHE_HOME": "/x"})
    assert (places.root, places.claude, places.cache) == ("/h/.claude-sessions", "/c", "/x/cs")
    assert places.shorten("/h/a") == "~/a" and places.shorten("/home2/a") == "/home2/a"


def test_home_is_absolute_and_never_the_root_for_want_of_a_value(box, monkeypatch):
    user = pwd.getpwuid(os.getuid()).pw_dir
    monkeypatch.chdir(str(box.work))
    for given, home in (("sub", str(box.work / "sub")), ("", user), (None, user)):
        environment = {} if given is None else {"HOME": given}
        monkeypatch.setenv("HOME", given or "")
        assert cs.Places(environment).home == home
    result = box.run(bed.PYTHON, bed.TOP / "cs.py", "-install", env={"HOME": "sub"}, cwd=box.work)
    assert result.status == 0 and (box.work / "sub" / ".local" / "bin" / "cs").exists()


def test_the_clone_itself_runs_with_nothing_built(box):
    result = box.run(bed.PYTHON, bed.TOP / "cs.py", "-version")
    assert result == bed.Result(0, f"cs {cs.VERSION}\n", "")
