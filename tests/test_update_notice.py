"""The news that there is an update: found in the background, shown by the next start, never waited for."""

import os

import bed
import pytest
import release_server as misdeed
from release_server import ReleaseServer

import cs

NEWER = "2999.1.1"


@pytest.fixture
def server(box):
    with ReleaseServer() as server:
        server.publish(NEWER, b"program")
        yield server


@pytest.fixture
def found(box):
    """The file that the last check has written."""
    return box.home / ".cache/cs/newest-version"


def open_session(box, server=None, **env):
    """The banner of a session that is opened, with a client that ends at once."""
    box.fake("claude")
    if server:
        env["CS_RELEASES_URL"] = server.base
    done = box.cs("api", env=env)
    assert (done.status, done.out) == (0, "")
    return done.err


def test_what_a_start_finds_in_the_background_the_next_one_shows(box, server, found):
    assert NEWER not in open_session(box, server)
    bed.wait_for(lambda: found.exists() and found.read_text() == NEWER + "\n", what="the check")
    banner = open_session(box, server)
    assert f"{NEWER} is available: cs -update" in banner.splitlines()[0]


def test_a_check_is_made_at_most_once_an_hour(box, server, found):
    open_session(box, server)
    bed.wait_for(lambda: server.requests and not box.processes(), what="the check")
    open_session(box, server)
    open_session(box, server)
    bed.wait_for(lambda: not box.processes())
    assert len(server.requests) == 1
    hour_ago = os.stat(str(found)).st_mtime - 3601
    os.utime(str(found), (hour_ago, hour_ago))
    open_session(box, server)
    bed.wait_for(lambda: len(server.requests) == 2, what="the second check")


@pytest.mark.parametrize("deed", [misdeed.hang, misdeed.drip, misdeed.status(500)])
def test_a_start_does_not_wait_for_a_server_that_does_not_answer(box, server, found, deed):
    server.deeds["/me/cs/releases/latest"] = deed
    open_session(box, server)
    bed.wait_for(lambda: server.requests, what="the check, which goes on after the start is over")
    assert found.read_text() == ""
    assert NEWER not in open_session(box, server)


def test_a_start_without_a_network_is_like_any_other(box, found):
    with ReleaseServer() as gone:
        pass
    open_session(box, gone)
    bed.wait_for(lambda: not box.processes())
    assert found.read_text() == ""


def test_what_an_earlier_check_has_found_outlives_a_failing_one(box, found):
    with ReleaseServer() as gone:
        pass
    found.parent.mkdir(parents=True)
    found.write_text(NEWER + "\n")
    os.utime(str(found), (1, 1))
    assert NEWER in open_session(box, gone)
    bed.wait_for(lambda: not box.processes())
    assert found.read_text() == NEWER + "\n"


def test_it_can_be_turned_off(box, server, found):
    open_session(box, server, CS_NO_UPDATE_CHECK="1")
    assert not found.exists() and not box.processes()
    found.parent.mkdir(parents=True, exist_ok=True)
    found.write_text(NEWER + "\n")
    assert NEWER not in open_session(box, server, CS_NO_UPDATE_CHECK="1")


def test_a_build_without_a_place_for_releases_checks_nothing(box, found):
    open_session(box)
    assert not found.exists()


@pytest.mark.parametrize(
    "text", ["", "\n", "2020.1.1\n", cs.VERSION + "\n", "no version", "\x1b[31m2999.1.1", "9" * 4000]
)
def test_only_a_newer_version_is_news(box, found, text):
    found.parent.mkdir(parents=True)
    found.write_text(text)
    assert cs.available_update(cs.Places(os.environ)) is None


def test_news_is_read_from_one_small_file(box, found):
    found.parent.mkdir(parents=True)
    found.write_text(NEWER + "\n")
    assert cs.available_update(cs.Places(os.environ)) == NEWER


def test_a_home_that_cannot_be_written_to_is_no_error(box, server):
    (box.home / ".cache").write_text("in the way")
    assert NEWER not in open_session(box, server)
