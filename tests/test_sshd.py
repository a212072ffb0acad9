"""The computer on loopback that the tests of remote sessions work with."""

import pytest
from bed import need
from sshd import Sshd


@pytest.fixture
def remote(box):
    """The other computer."""
    return Sshd(box)


def test_a_command_runs_in_the_remote_home_with_its_own_environment(box, remote):
    result = box.run("ssh", remote.address, "pwd; env", env={"LEAK": "1", "CLAUDE_CODE_BIN": "x"})
    assert result.status == 0, result.err + remote.log.read_text()
    place, *lines = result.out.splitlines()
    env = dict(line.split("=", 1) for line in lines)
    assert place == env["HOME"] == str(remote.home)
    assert set(env) <= {"HOME", "LANG", "LOGNAME", "PATH", "SHELL", "USER", "SSH_CONNECTION", "TERM", "PWD"}


def test_any_address_leads_there_and_calls_are_recorded(box, remote):
    assert box.run("ssh", "hex@mini.example.org", "exit 7").status == 7
    assert box.calls("ssh")[0].argv == ["hex@mini.example.org", "exit 7"]


def test_stdin_reaches_the_remote_command(box, remote):
    assert box.run("ssh", remote.address, "cat > note; wc -c < note", input="12345").out.strip() == "5"
    assert (remote.home / "note").read_text() == "12345"


def test_a_terminal_reaches_the_remote_command(box, remote):
    screen = box.spawn("ssh", "-t", remote.address, "tty >/dev/null && stty size && read x", rows=33, cols=99)
    screen.wait("33 99")
    screen.key("enter")
    assert screen.finish() == 0


def test_a_login_without_a_command_is_a_shell(box, remote):
    remote.write(".profile", "GREETING=from-profile\n")
    screen = box.spawn("ssh", "-t", remote.address)
    screen.send("echo $GREETING; exit 4\r")
    assert screen.finish() == 4
    assert "from-profile" in screen.text


def test_only_the_remote_programs_are_found(box, remote):
    box.fake("cs", out="here\n")
    assert box.run("ssh", remote.address, "cs").status == 127
    (remote.bin / "cs").write_text("#!/bin/sh\necho there\n")
    (remote.bin / "cs").chmod(0o755)
    assert box.run("ssh", remote.address, "cs").out == "there\n"


@pytest.mark.parametrize("program", ["rsync -a", "scp -q"])
def test_files_are_copied_both_ways(box, remote, program):
    need(program.split()[0])
    (box.work / "a b").write_text("text")
    words = program.split()
    if words[0] == "scp":
        words += ["-S", str(box.bin / "ssh")]
    assert box.run(*words, "a b", f"{remote.address}:there").status == 0
    assert (remote.home / "there").read_text() == "text"
    assert box.run(*words, f"{remote.address}:there", "back").status == 0
    assert (box.work / "back").read_text() == "text"


def test_git_pushes_there(box, remote):
    box.git("init", "-q", "--bare", str(remote.home / "repo.git"))
    box.git("init", "-q", "-b", "main")
    box.git("commit", "-q", "--allow-empty", "-m", "first")
    box.git("push", "-q", f"{remote.address}:repo.git", "main")
    assert box.git("log", "--format=%s", "main", cwd=remote.home / "repo.git") == "first"


def test_a_computer_that_is_off_refuses(box, remote):
    remote.stop()
    assert box.run("ssh", remote.address, "true").status == 255
    remote.start()
    assert box.run("ssh", remote.address, "true").status == 0
