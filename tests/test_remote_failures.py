"""What goes wrong while a session moves: it stays whole where it was, and what is left of the try is named."""

import os
import shlex
import signal

import moving
import pytest
from bed import PYTHON, find, wait_for
from moving import content, is_untouched, make_session, refusal, set_secrets, staging

pytestmark = pytest.mark.once


@pytest.fixture
def far(box):
    """The other computer."""
    return moving.other_computer(box)


@pytest.fixture
def session(box):
    """A session with some of everything that a directory can hold."""
    return make_session(box)


# ---- what goes wrong on the way ------------------------------------------------------------------------

SLOW_RSYNC = "--bwlimit=100"  # kilobytes a second


def has_begun(far):
    """Whether something has been copied."""
    return any(list(place.iterdir()) for place in staging(far.root))


def slow_rsync(box):
    """An rsync that takes long enough to be interrupted."""
    box.wrapper("rsync", f"exec {find('rsync')} {SLOW_RSYNC}")


def names_leftovers(err, far):
    """Whether a message says what lies where, and how to go on."""
    (place,) = staging(far.root)
    return all(
        line in err
        for line in (
            "cs: hint: session 'api' is as it was, and where it was\n",
            f"cs: hint: what has been copied is ada@remote:{place}: the same command goes on from there\n",
            f"cs: hint: or: ssh -t ada@remote 'rm -rf {place}'\n",
        )
    )


def then_it_works(box, far, before):
    """The same command goes on and ends well."""
    (box.bin / "rsync").unlink() if (box.bin / "rsync").exists() else None
    assert box.cs("api", "--move-to", far.address).status == 0
    assert content(far.root / "api") == before
    assert staging(far.root) == []


def test_an_rsync_that_dies_half_way(box, far, session):
    before = content(session)
    box.wrapper("rsync", f"{find('rsync')} --exclude=/src --exclude='large*' \"$@\"; kill -9 $$; :")
    failed = box.cs("api", "--move-to", far.address)
    assert failed.status == 1 and "cs: error: the copy failed: rsync ended with status -9" in failed.err
    assert is_untouched(box, before) and names_leftovers(failed.err, far)
    assert not (far.root / "api").exists()
    then_it_works(box, far, before)


def test_a_byte_that_was_corrupted(box, far, session):
    before = content(session)
    spoil = f'{PYTHON} -c "import glob,os; p=glob.glob(\\"{far.root}/.arriving/*/large.bin\\")[0]; s=os.stat(p); '
    spoil += 'f=open(p,\\"r+b\\"); f.seek(999); f.write(b\\"?!?\\"); f.close(); os.utime(p,ns=(s.st_mtime_ns,)*2)"'
    box.wrapper("rsync", f'{find("rsync")} "$@" && exec {spoil} ')
    failed = box.cs("api", "--move-to", far.address)
    assert failed.status == 1
    assert (
        "cs: error: the copy is not the same as the session\ncs: hint: large.bin: the content differs\n"
        in failed.err
    )
    assert is_untouched(box, before) and names_leftovers(failed.err, far)
    then_it_works(box, far, before)


def test_what_an_earlier_try_has_left_and_is_not_there_any_more_does_not_arrive(box, far, session):
    box.wrapper("rsync", f'{find("rsync")} "$@"; exit 23; :')
    assert box.cs("api", "--move-to", far.address).status == 1
    (session / "large.bin").unlink()
    then_it_works(box, far, content(session))


@pytest.mark.parametrize("way", ["rsync", "tar"])
def test_a_disk_that_is_full_there(box, far, session, way):
    before = content(session)
    if way == "rsync":
        far.there.wrapper("rsync", f"ulimit -f 1000; exec {find('rsync')}")  # blocks of 512 bytes
        far.publish()
    else:
        box.without("rsync")
        far.install_cs(f"sh -c 'ulimit -f 1000; exec \"$@\"' sh {shlex.join(far.there.program)}")
    failed = box.cs("api", "--move-to", far.address)
    assert failed.status == 1 and failed.err.count("cs: error: the copy failed: ") == 1
    assert is_untouched(box, before) and names_leftovers(failed.err, far)


def test_a_disk_that_is_too_small_there_is_seen_before(box, far, session):
    before = content(session)
    far.root.mkdir()
    if far.there.run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", far.root).status != 0:
        pytest.skip("no file system can be mounted here")
    try:
        lines = refusal(box, "api", "--move-to", far.address)
        assert lines[0].startswith("cs: error: ada@remote: there is not enough space: the session has 2.")
        assert is_untouched(box, before)
    finally:
        far.there.run("umount", far.root)


@pytest.mark.parametrize(
    "way, what",
    [("tar", "drop"), ("tar", signal.SIGINT)]
    + [("rsync", what) for what in ("drop", signal.SIGINT, signal.SIGTERM, signal.SIGHUP)],
)
def test_a_copy_that_is_interrupted(box, far, session, way, what):
    before = content(session)
    if way == "rsync":
        slow_rsync(box)
    else:
        box.without("rsync")
        os.truncate(session / "large.bin", 3 << 30)  # a sparse file; it takes a while to be read
        before = None
    moving = box.start_cs("api", "--move-to", far.address)
    wait_for(lambda: has_begun(far), what="the copy")
    far.drop() if what == "drop" else moving.signal(what)
    result = moving.result()
    assert result.status == (1 if what == "drop" else 130)
    assert names_leftovers(result.err, far)
    if what != "drop":
        assert "cs: warning: the move was interrupted\n" in result.err
    if before is None:
        os.truncate(session / "large.bin", 1 << 20)
        before = content(session)
    assert is_untouched(box, before)
    wait_for(lambda: not box.processes(), what="the end of everything")
    then_it_works(box, far, before)


def test_ctrl_c_on_the_terminal(box, far, session):
    before = content(session)
    slow_rsync(box)
    screen = box.spawn_cs("api", "--move-to", far.address)
    wait_for(lambda: screen.pump(0.05) and has_begun(far), what="the copy")
    screen.key("ctrl-c")
    assert screen.finish() == 130
    assert "the move was interrupted" in screen.text
    assert is_untouched(box, before)
    then_it_works(box, far, before)


def test_a_kill_leaves_the_session_as_it_was(box, far, session):
    before = content(session)
    slow_rsync(box)
    moving = box.start_cs("api", "--move-to", far.address)
    wait_for(lambda: has_begun(far), what="the copy")
    os.killpg(moving.pid, signal.SIGKILL)
    moving.result()
    assert content(session) == before
    wait_for(lambda: not box.processes(), what="the end of everything")
    then_it_works(box, far, before)


# cs there, but its connection breaks when a certain question comes: before or after the answer was found
PROXY = """\
import json, subprocess, sys, time  # in the home there
when, verb, *command = sys.argv[1:]
if command[-1] != "-remote-serve":
    sys.exit(subprocess.call(command))
served = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
for line in sys.stdin.buffer:
    is_it = json.loads(line)["ask"] == verb
    if is_it and when == "before":
        break
    if is_it and when == "slowly":
        open(verb, "w").close()
        time.sleep(0.5)
    served.stdin.write(line)
    served.stdin.flush()
    answer = served.stdout.readline()
    if is_it and when == "after":
        break
    sys.stdout.buffer.write(answer)
    sys.stdout.flush()
served.stdin.close()
served.wait()
"""


def break_at(far, when, verb):
    """From now on the other side fails at a question."""
    far.write("proxy.py", PROXY)
    real = shlex.join(far.there.program)
    far.install_cs(f"{PYTHON} {far.home}/proxy.py {when} {verb} {real}")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("verb", ["hello", "receive", "manifest", "recipient", "settle"])
def test_a_connection_that_breaks_at_any_question_of_move_to(box, far, session, verb, when):
    set_secrets(box)
    before = content(session)
    break_at(far, when, verb)
    failed = box.cs("api", "--move-to", far.address)
    assert failed.status == 1 and failed.err.count("cs: error: ") == 1
    assert is_untouched(box, before)
    assert box.cs("api", "-secrets", "get", "KEY").out == "another value\n"
    assert "cs: hint: session 'api' is as it was, and where it was\n" in failed.err
    if verb == "settle":
        assert "if 'api' is there now all the same, it is complete: ssh -t ada@remote 'cs -ls'" in failed.err
        assert (far.root / "api").exists() == (when == "after")
    elif verb in ("manifest", "recipient"):
        assert names_leftovers(failed.err, far)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("verb", ["hello", "offer", "manifest", "seal", "depart"])
def test_a_connection_that_breaks_at_any_question_of_move_here(box, far, session, verb, when):
    set_secrets(box)
    before = content(session)
    assert box.cs("api", "--move-to", far.address).status == 0
    there = content(far.root / "api")
    stub = content(box.root / "api")
    break_at(far, when, verb)
    result = box.cs("api", "--move-here")
    if verb == "depart":
        assert result.status == 0 and content(session) == before
        assert "cs: warning: the session is here, but its copy on ada@remote was not put away: " in result.err
        return
    assert result.status == 1 and result.err.count("cs: error: ") == 1
    assert {name: what for name, what in content(box.root / "api").items() if name != ".cs/local"} == stub
    assert content(far.root / "api") == there
    assert "cs: hint: session 'api' is as it was, and where it was\n" in result.err
    if verb in ("manifest", "seal"):
        (place,) = staging(box.root)
        assert f"what has been copied is ~/{place.relative_to(box.home)}: the same command goes on" in result.err
    far.install_cs()
    assert box.cs("api", "--move-here").status == 0
    assert content(session) == before and staging(box.root) == []
    assert box.cs("api", "-secrets", "get", "KEY").out == "another value\n"


@pytest.mark.parametrize("what", ["drop", signal.SIGINT])
def test_a_copy_that_is_interrupted_on_the_way_back(box, far, session, what):
    before = content(session)
    assert box.cs("api", "--move-to", far.address).status == 0
    slow_rsync(box)
    moving_back = box.start_cs("api", "--move-here")
    wait_for(lambda: any(list(place.iterdir()) for place in staging(box.root)), what="the copy")
    far.drop() if what == "drop" else moving_back.signal(what)
    result = moving_back.result()
    assert result.status == (1 if what == "drop" else 130)
    (place,) = staging(box.root)
    assert f"cs: hint: what has been copied is ~/{place.relative_to(box.home)}: the same" in result.err
    assert f"cs: hint: or: rm -rf {place}\n" in result.err
    assert content(far.root / "api") == before and (box.root / "api/.cs/remote.conf").exists()
    (box.bin / "rsync").unlink()
    wait_for(lambda: not (far.root / "api/.cs/session.lock").exists(), what="the lock there to be free")
    assert box.cs("api", "--move-here").status == 0
    assert content(session) == before


def test_a_trash_that_takes_nothing_undoes_the_move_there_too(box, far, session):
    set_secrets(box)
    before = content(session)
    (box.root / ".trash").write_text("not a directory")
    failed = box.cs("api", "--move-to", far.address)
    assert failed.status == 1 and names_leftovers(failed.err, far)
    assert content(session) == before
    assert sorted(path.name for path in far.root.iterdir()) == [".arriving"]
    assert far.cs("api", "-secrets", "list").out == ""
    (box.root / ".trash").unlink()
    then_it_works(box, far, before)


def test_no_signal_interrupts_the_handing_over(box, far, session):
    before = content(session)
    break_at(far, "slowly", "settle")
    moving_on = box.start_cs("api", "--move-to", far.address)
    wait_for((far.home / "settle").exists, what="the handing over")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        moving_on.signal(number)
    result = moving_on.result()
    assert result.status == 0, result.err
    assert content(far.root / "api") == before
    assert (box.root / "api/.cs/remote.conf").exists()


def test_a_disk_that_is_full_here_on_the_way_back(box, far, session):
    assert box.cs("api", "--move-to", far.address).status == 0
    there = content(far.root / "api")
    box.wrapper("rsync", f"ulimit -f 1000; exec {find('rsync')}")
    failed = box.cs("api", "--move-here")
    assert failed.status == 1 and "cs: error: the copy failed: " in failed.err
    assert content(far.root / "api") == there
    assert (box.root / "api/.cs/remote.conf").exists()
