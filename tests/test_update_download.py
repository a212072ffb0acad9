"""The release client, against a server that misbehaves."""

import time

import bed
import pytest
import release_server as misdeed
from release_server import ReleaseServer

import cs


@pytest.fixture
def server():
    with ReleaseServer() as server:
        yield server


@pytest.fixture
def impatient(monkeypatch):
    """Half a second in place of many."""
    for name in ("ANSWER_SECONDS", "NOTE_SECONDS", "PROGRAM_SECONDS"):
        monkeypatch.setattr(cs, name, 0.5)


def refusal(deed, *arguments):
    """The sentence with which a deed is refused."""
    with pytest.raises(cs.CsError) as caught:
        deed(*arguments)
    return str(caught.value)


def get(server, deed, limit=1000, seconds=0.5):
    """What fetching says when the server does that."""
    server.deeds["/x"] = deed
    started = time.monotonic()
    said = refusal(cs.fetch, f"http://{server.host}/x", limit, seconds)
    assert time.monotonic() - started < seconds + 2
    return said.replace(server.host, "HOST")


# ---- versions and addresses ----------------------------------------------------------------------------


def test_versions_compare_as_numbers():
    texts = ["2026.9.1", "2026.9.10", "2026.10.1", "2026.11.0", "2027.1.1"]
    assert all(cs.is_newer(later, earlier) for earlier, later in zip(texts, texts[1:]))


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "1.2.3.4", "v1.2.3", "1.2.x", "1.2.-3", "1.2. 3", "١.٢.٣", "../..", "1.2." + "3" * 99]
)
def test_what_is_no_version_is_none(text):
    assert cs.version_number(text) is None
    assert not cs.is_newer(text, "2026.1.1")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://example.org/x", "http://example.org/x is not encrypted"),
        ("http://127.0.0.1.example.org/", "http://127.0.0.1.example.org/ is not encrypted"),
        ("http://localhost.example.org/", "http://localhost.example.org/ is not encrypted"),
        ("http://127.0.0.1@example.org/", "http://127.0.0.1@example.org/ is not encrypted"),
        ("ftp://example.org/x", "ftp://example.org/x is not an HTTPS address"),
        ("file:///etc/passwd", "file:///etc/passwd is not an HTTPS address"),
        ("releases", "releases is not an HTTPS address"),
        ("https://", "https:// is not an HTTPS address"),
        ("http://[::1", "http://[::1 is not an address"),
    ],
)
def test_only_https_and_loopback_are_asked(url, said):
    assert refusal(cs.fetch, url, 10, 1) == said


def test_loopback_and_https_are_accepted():
    for url in ("http://127.0.0.1:80/", "http://localhost/", "http://[::1]:8080/", "https://example.org/"):
        cs.check_url(url)


def test_the_place_of_the_releases_is_built_in_or_named_by_the_environment(monkeypatch):
    assert refusal(cs.releases_url) == "this cs does not know where its releases are"
    monkeypatch.setattr(cs, "RELEASES_URL", "https://example.org/built-in/")
    assert cs.releases_url() == "https://example.org/built-in"
    monkeypatch.setenv("CS_RELEASES_URL", "https://example.org/mirror")
    assert cs.releases_url() == "https://example.org/mirror"
    monkeypatch.setenv("CS_RELEASES_URL", "http://example.org/mirror")
    assert refusal(cs.releases_url) == "http://example.org/mirror is not encrypted"


# ---- answers -------------------------------------------------------------------------------------------


def test_the_newest_release_is_where_latest_points(server):
    server.publish("2026.12.1", b"program")
    release = cs.newest_release(server.base)
    assert (release.version, release.fetch("cs.pyz", 100, 5)) == ("2026.12.1", b"program")


def test_latest_may_be_several_redirects_away(server):
    server.publish("2026.12.1", b"program")
    server.deeds["/old/releases/latest"] = misdeed.redirect("/moved", 301)
    server.deeds["/moved"] = misdeed.redirect(server.base + "/latest", 307)
    assert cs.newest_release(f"http://{server.host}/old/releases").version == "2026.12.1"


@pytest.mark.parametrize("tag", ["/tag/v", "/tag/v1.2", "/tag/v1.2.3/extra", "/tag/v1.2.3?x=y"])
def test_a_version_that_is_none_is_refused(server, tag):
    server.deeds["/r/latest"] = misdeed.redirect("/r" + tag)
    said = refusal(cs.newest_release, f"http://{server.host}/r")
    assert said in (f"{server.host} names no newest version", f"{server.host} has no v")


def test_a_latest_that_does_not_redirect_is_refused(server):
    server.files["/r/latest"] = b"2026.12.1"
    assert refusal(cs.newest_release, f"http://{server.host}/r") == f"{server.host} names no newest version"


def test_a_file_may_be_on_another_host(server):
    with ReleaseServer() as other:
        other.files["/blob"] = b"data"
        server.deeds["/x"] = misdeed.redirect(f"http://{other.host}/blob")
        assert cs.fetch(f"http://{server.host}/x", 100, 5) == b"data"


def test_a_body_as_long_as_the_limit_is_taken(server):
    server.files["/x"] = b"1234567890"
    assert cs.fetch(f"http://{server.host}/x", 10, 5) == b"1234567890"
    assert "sends more than 9 B" in refusal(cs.fetch, f"http://{server.host}/x", 9, 5)


def test_an_endless_body_is_cut_short(server):
    assert get(server, misdeed.endless, limit=1 << 20, seconds=5) == "HOST sends more than 1.0 MB"


def test_a_body_that_is_announced_too_long_is_not_begun(server):
    assert get(server, misdeed.promise(1 << 40)) == "HOST sends more than 1000 B"


def test_a_body_that_ends_early_is_refused(server):
    assert get(server, misdeed.cut_off(b"0123456789", 3)) == "HOST ended its answer too early"


@pytest.mark.parametrize("deed", [misdeed.drip, misdeed.drip_headers, misdeed.hang])
def test_a_slow_server_is_given_up_in_time(server, deed):
    assert get(server, deed) == "HOST gave no complete answer within 0.5 seconds"


def test_a_silent_server_is_given_up_by_the_connection_already(server, monkeypatch):
    monkeypatch.setattr(cs, "ANSWER_SECONDS", 0.2)
    assert get(server, misdeed.hang, seconds=5) == "HOST cannot be reached: timed out"


def test_a_redirect_loop_comes_to_an_end(server):
    server.deeds["/y"] = misdeed.redirect("/x")
    assert get(server, misdeed.redirect("/y")) == "HOST sends us from address to address without end"
    assert len(server.requests) == cs.REDIRECT_LIMIT + 1


def test_a_redirect_without_an_address_comes_to_an_end(server):
    assert get(server, misdeed.status(302)) == "HOST sends us from address to address without end"


@pytest.mark.parametrize("target", ["http://example.org/x", "//example.org/x"])
def test_a_redirect_to_plain_http_elsewhere_is_refused(server, target):
    assert get(server, misdeed.redirect(target)) == "http://example.org/x is not encrypted"


def test_a_redirect_to_a_file_is_refused(server):
    assert get(server, misdeed.redirect("file:///etc/passwd")) == "file:///etc/passwd is not an HTTPS address"


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (misdeed.status(404), "HOST has no x"),
        (misdeed.status(500), "HOST answers with status 500"),
        (misdeed.status(403), "HOST answers with status 403"),
        (misdeed.hang_up, "HOST cannot be reached: Remote end closed connection without response"),
    ],
)
def test_a_refusal_of_the_server_is_told(server, deed, said):
    assert get(server, deed, seconds=5) == said


def test_what_is_no_http_is_refused(server):
    assert get(server, misdeed.garbage, seconds=5).startswith("HOST cannot be reached: ")


def test_a_server_that_is_not_there_is_told(server):
    with ReleaseServer() as gone:
        host = gone.host
    said = refusal(cs.fetch, f"http://{host}/x", 10, 5)
    assert said.startswith(f"{host} cannot be reached: ") and said.endswith("Connection refused")


def test_plain_http_never_goes_through_a_proxy(server, monkeypatch):
    server.files["/x"] = b"data"
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert cs.fetch(f"http://{server.host}/x", 100, 5) == b"data"


def test_https_goes_through_the_proxy_of_the_environment(server, monkeypatch):
    monkeypatch.setenv("https_proxy", f"http://{server.host}")
    assert "cannot be reached: Tunnel connection failed: 501" in refusal(cs.fetch, "https://example.org/x", 10, 5)


# ---- HTTPS ---------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(box, shared_dir):
    """A certificate for 127.0.0.1 that no authority has signed, with its key."""

    def make(place):
        pem = place / "both.pem"
        done = box.run(
            *(bed.need("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", place / "key.pem", "-out", place / "cert.pem"),
        )
        assert done.status == 0, done
        pem.write_text((place / "key.pem").read_text() + (place / "cert.pem").read_text())

    return bed.once(shared_dir, "certificate", make) / "both.pem"


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate):
    with ReleaseServer(certificate) as server:
        server.files["/x"] = b"data"
        assert "CERTIFICATE_VERIFY_FAILED" in refusal(cs.fetch, f"https://{server.host}/x", 100, 5)
        assert server.requests == []


def test_a_certificate_that_the_system_trusts_is_accepted(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with ReleaseServer(certificate) as server:
        server.files["/x"] = b"data"
        assert cs.fetch(f"https://{server.host}/x", 100, 5) == b"data"


def test_https_never_falls_back_to_http_not_even_on_loopback(certificate, server, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    server.files["/x"] = b"data"
    with ReleaseServer(certificate) as safe:
        safe.deeds["/x"] = misdeed.redirect(f"http://{server.host}/x")
        said = refusal(cs.fetch, f"https://{safe.host}/x", 100, 5)
    assert said == f"{safe.host} sends us on to an address that is not encrypted"
    assert server.requests == []


# ---- a whole release -----------------------------------------------------------------------------------

DATA = b"the program"


@pytest.fixture
def download(server, box, impatient):
    """Downloads the newest release; without a key built in."""

    def download():
        return cs.download_program(cs.newest_release(server.base), str(box.tmp))

    server.publish("2026.12.1", DATA)
    return download


def test_a_release_with_the_right_checksum_is_taken(download, box):
    with open(download(), "rb") as program:
        assert program.read() == DATA


@pytest.mark.parametrize(
    ("checksum", "said"),
    [
        (b"0" * 64 + b"  cs.pyz\n", "cs.pyz has another checksum than its release says: it was damaged or changed"),
        (None, "release 2026.12.1 has no checksum, so it is not installed"),
        (b"", "the checksum of cs.pyz is damaged: it is not a line of sha256sum's"),
        (b"e3b0c44298fc1c14\n", "the checksum of cs.pyz is damaged: it is not a line of sha256sum's"),
        (b"e3b0c44298fc1c14  cs.pyz\n", "the checksum of cs.pyz is damaged: it is not a line of sha256sum's"),
        (b"0" * 64 + b"  install.sh\n", "the checksum of cs.pyz is damaged: it is not a line of sha256sum's"),
        (b"\xff\xfe" * 40, "the checksum of cs.pyz is damaged: it is not a line of sha256sum's"),
    ],
)
def test_without_the_right_checksum_nothing_is_taken(server, download, checksum, said):
    server.put("2026.12.1", "cs.pyz.sha256", checksum)
    assert refusal(download) == said


def test_a_changed_program_is_refused(server, download):
    server.put("2026.12.1", "cs.pyz", DATA + b"!")
    assert refusal(download) == "cs.pyz has another checksum than its release says: it was damaged or changed"


def test_a_truncated_checksum_is_refused_when_the_server_cuts_it_off(server, download):
    path = server.path("2026.12.1", "cs.pyz.sha256")
    server.deeds[path] = misdeed.cut_off(server.files[path], 9)
    assert refusal(download) == f"{server.host} ended its answer too early"


def test_an_endless_checksum_is_refused(server, download):
    server.deeds[server.path("2026.12.1", "cs.pyz.sha256")] = misdeed.endless
    assert refusal(download) == f"{server.host} sends more than 4.0 KB"


def test_an_endless_program_is_refused(server, download, monkeypatch):
    monkeypatch.setattr(cs, "PROGRAM_LIMIT", 1 << 20)
    monkeypatch.setattr(cs, "PROGRAM_SECONDS", 20)
    server.deeds[server.path("2026.12.1", "cs.pyz")] = misdeed.endless
    assert refusal(download) == f"{server.host} sends more than 1.0 MB"


def test_a_build_with_a_key_takes_no_release_without_a_signature(server, download, monkeypatch):
    monkeypatch.setattr(cs, "RELEASE_KEY", "RWQ" + "A" * 53)
    assert refusal(download) == "release 2026.12.1 has no signature, so it is not installed"
    assert server.path("2026.12.1", "cs.pyz") not in server.requests
