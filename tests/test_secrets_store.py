"""The encrypted files: what a damaged one does, who can be killed when, and the stores of the earlier tool."""

import base64
import json
import os
import random
import stat

import bed
import pytest
from secrets_bed import imported_program, only  # noqa: F401

import cs

PASSWORD = "correct horse; $battery 'staple'"
SEALS = ("age", "openssl", "password")


@pytest.fixture(params=SEALS)
def seal(request, box, monkeypatch):
    """What encrypts the files: age, openssl with a key file, or openssl with a password."""
    if request.param == "age":
        bed.need("age")
    else:
        only(box, "openssl", "sh")
    if request.param == "password":
        monkeypatch.setenv("CS_SECRETS_PASSWORD", PASSWORD)
    return request.param


@pytest.fixture
def places():
    return cs.Places(os.environ)


@pytest.fixture
def file(seal, box, places):
    """A session's file with one secret in it."""
    cs.open_store(places).set("api", "TOKEN", "the value")
    return box.home / ".cs-secrets" / "api.enc"


def outcome(places):
    """What reading says: the value, or the error's class and text."""
    try:
        return cs.open_store(places).get("api", "TOKEN")
    except cs.CsError as error:
        return type(error).__name__ + ": " + str(error)


def outcomes_of_writing(places):
    """The classes of the errors with which every kind of change refuses."""
    store = cs.open_store(places)
    deeds = (
        lambda: store.set("api", "NEW", "x"),
        lambda: store.delete("api", "TOKEN"),
        lambda: store.names("api"),
        lambda: store.get_all("api"),
        lambda: cs.known_values(places, "api"),
        lambda: store.keep("api", [cs.Finding(0, 1, "NEW", "x")]),
    )
    found = []
    for deed in deeds:
        with pytest.raises(cs.CsError) as caught:
            deed()
        found.append(caught.type.__name__)
    return set(found)


# ---- reading what is not as it should be -----------------------------------------------------------------


class TestAFileThatCannotBeRead:
    def test_says_truncated_at_every_length_and_stays_as_it_is(self, file, places):
        whole = file.read_bytes()
        for length in range(1, len(whole), 7):
            file.write_bytes(whole[:length])
            assert outcome(places).startswith("SecretsUnreadable: ~/.cs-secrets/api.enc is truncated"), length
            assert file.read_bytes() == whole[:length]
        assert outcomes_of_writing(places) == {"SecretsUnreadable"}
        assert file.read_bytes() == whole[:length]

    def test_says_damaged_for_every_changed_byte_and_stays_as_it_is(self, file, places):
        whole = file.read_bytes()
        for position in range(len(b"cs-secrets/1 "), len(whole), 5):
            damaged = bytearray(whole)
            damaged[position] ^= 0x11
            file.write_bytes(damaged)
            assert outcome(places).startswith("SecretsUnreadable: ~/.cs-secrets/api.enc is "), position
            assert file.read_bytes() == damaged
        assert outcome(places).endswith("is damaged: its content does not match its checksum")
        assert outcomes_of_writing(places) == {"SecretsUnreadable"}
        assert file.read_bytes() == damaged

    def test_says_damaged_when_something_was_added(self, file, places):
        file.write_bytes(file.read_bytes() + b"x")
        assert "is damaged" in outcome(places)

    def test_says_empty(self, file, places):
        file.write_bytes(b"")
        assert outcome(places) == "SecretsUnreadable: ~/.cs-secrets/api.enc is empty"
        assert outcomes_of_writing(places) == {"SecretsUnreadable"}
        assert file.read_bytes() == b""

    @pytest.mark.parametrize(
        "content", [b"hello\n", b"{}", b'{"TOKEN": "v"}', b"\0" * 600, b"\x89PNG\r\n", b"cs-secrets/2 x\n"]
    )
    def test_says_foreign(self, file, places, content):
        file.write_bytes(content)
        assert (
            outcome(places)
            == "SecretsUnreadable: ~/.cs-secrets/api.enc is not a file of secrets: cs did not write it"
        )
        assert outcomes_of_writing(places) == {"SecretsUnreadable"}
        assert file.read_bytes() == content

    def test_says_unreadable(self, file, places):
        file.unlink()
        file.mkdir()
        assert (
            outcome(places) == "SecretsUnreadable: ~/.cs-secrets/api.enc cannot be read: it is not a regular file"
        )
        assert outcomes_of_writing(places) == {"SecretsUnreadable"}

    def test_can_be_purged_when_it_is_given_up(self, file, places):
        file.write_bytes(b"hello\n")
        cs.open_store(places).purge("api")
        assert not file.exists()
        assert cs.secret_counts(places) == {}


class TestAWrongKey:
    def test_of_another_password(self, box, places, monkeypatch):
        only(box, "openssl")
        monkeypatch.setenv("CS_SECRETS_PASSWORD", PASSWORD)
        self.expect(
            box,
            places,
            monkeypatch,
            "another",
            "with another password or key: CS_SECRETS_PASSWORD does not open it",
        )

    def test_of_no_password(self, box, places, monkeypatch):
        only(box, "openssl")
        monkeypatch.setenv("CS_SECRETS_PASSWORD", PASSWORD)
        self.expect(box, places, monkeypatch, "", "with a password, and CS_SECRETS_PASSWORD is not set")

    def expect(self, box, places, monkeypatch, password, words):
        cs.open_store(places).set("api", "TOKEN", "the value")
        file = box.home / ".cs-secrets" / "api.enc"
        whole = file.read_bytes()
        monkeypatch.setenv("CS_SECRETS_PASSWORD", password)
        assert outcome(places).startswith("WrongKey: ~/.cs-secrets/api.enc ")
        assert words in outcome(places)
        assert outcomes_of_writing(places) == {"WrongKey"}
        assert file.read_bytes() == whole

    @pytest.mark.parametrize("tool", ["age", "openssl"])
    def test_of_another_or_a_lost_key_file(self, box, places, tool):
        only(box, *(["age", "age-keygen"] if tool == "age" else ["openssl"]))
        cs.open_store(places).set("api", "TOKEN", "the value")
        file = box.home / ".cs-secrets" / "api.enc"
        key = file.with_name("age.key" if tool == "age" else "store.key")
        whole = file.read_bytes()
        key.unlink()
        assert outcome(places).startswith("WrongKey: ~/.cs-secrets/api.enc is encrypted with ")
        assert outcomes_of_writing(places) == {"WrongKey"}
        assert not key.exists(), "a new key would hide that the old one is gone"
        cs.open_store(places).set("other", "TOKEN", "x")
        assert key.exists()
        assert outcome(places).startswith("WrongKey: ~/.cs-secrets/api.enc ")
        assert outcomes_of_writing(places) == {"WrongKey"}
        assert file.read_bytes() == whole

    def test_of_a_damaged_key_file(self, box, places):
        only(box, "openssl")
        cs.open_store(places).set("api", "TOKEN", "the value")
        (box.home / ".cs-secrets" / "store.key").write_text("abc\n")
        assert outcome(places) == "SecretsUnreadable: the key file ~/.cs-secrets/store.key is damaged"
        assert outcomes_of_writing(places) == {"SecretsUnreadable"}

    def test_somebody_who_changes_content_and_checksum_is_found_out(self, box, places):
        only(box, "openssl")
        cs.open_store(places).set("api", "TOKEN", "the value")
        file = box.home / ".cs-secrets" / "api.enc"
        head, _, payload = file.read_bytes().partition(b"\n")
        forged = head.partition(b" sha256=")[0][len(b"cs-secrets/1 ") :].decode()
        file.write_bytes(cs._contained(forged, payload[:-1] + bytes([payload[-1] ^ 1])))
        assert outcome(places).startswith("WrongKey: ")

    def test_a_missing_tool_is_named_with_the_way_to_install_it(self, box, places):
        only(box, "age", "age-keygen")
        cs.open_store(places).set("api", "TOKEN", "the value")
        only(box, "openssl")
        assert (
            outcome(places) == "ProgramMissing: ~/.cs-secrets/api.enc is encrypted with age, which is not installed"
        )
        box.wrapper("apt-get", "exit 1")
        with pytest.raises(cs.ProgramMissing) as caught:
            cs.open_store(places).get("api", "TOKEN")
        assert caught.value.hints == ("to install age: sudo apt install age",)


# ---- files and modes -------------------------------------------------------------------------------------


def test_another_name_of_machine_or_user_changes_nothing(file, box):
    changed = {"USER": "other", "LOGNAME": "other", "HOSTNAME": "other", "HOST": "other"}
    for env in (changed, dict.fromkeys(changed)):
        assert box.cs("-secrets", "get", "-s", "api", "TOKEN", env=dict(os.environ, **env)).out == "the value\n"
    unshare, hostname = bed.find("unshare"), bed.find("hostname")
    if unshare and hostname and os.getuid() == 0:
        words = [unshare, "--uts", "/bin/sh", "-c", f'{hostname} other && exec "$@"', "sh", *box.program]
        done = box.run(*words, "-secrets", "get", "-s", "api", "TOKEN", env=os.environ)
        assert (done.status, done.out) == (0, "the value\n")


def test_nothing_is_readable_for_others_under_any_umask(file, box, places):
    old = os.umask(0)
    try:
        store = cs.open_store(places)
        store.set("api", "MORE", "x")
        store.move_session("api", ".trash/api-1")
        modes = {path: mode for path, (_, mode, _) in bed.tree(box.home / ".cs-secrets").items()}
        assert set(modes.values()) == {0o700, 0o600}
        assert stat.S_IMODE(os.stat(str(box.home / ".cs-secrets")).st_mode) == 0o700
    finally:
        os.umask(old)


def test_modes_that_somebody_loosened_are_mended_at_the_next_use(file, places):
    file.chmod(0o644)
    file.parent.chmod(0o755)
    cs.open_store(places).set("api", "MORE", "x")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent)] == [0o600, 0o700]


def test_reading_makes_no_directory(box, places):
    store = cs.open_store(places)
    assert (store.names("api"), store.get("api", "X"), store.delete("api", "X")) == ({}, None, False)
    store.purge("api")
    store.move_session("api", "new")
    assert (cs.known_values(places, "api"), cs.secret_counts(places)) == ({}, {})
    assert not (box.home / ".cs-secrets").exists()


def test_a_file_of_openssl_becomes_one_of_age_at_the_next_write(box, places):
    full = box.env["PATH"]
    only(box, "openssl")
    cs.open_store(places).set("api", "TOKEN", "the value")
    os.environ["PATH"] = full
    bed.need("age")
    store = cs.open_store(places)
    assert store.get("api", "TOKEN") == "the value"
    store.set("api", "MORE", "x")
    assert (box.home / ".cs-secrets" / "api.enc").read_bytes().startswith(b"cs-secrets/1 age ")
    assert store.get_all("api") == {"MORE": "x", "TOKEN": "the value"}


def test_the_payload_is_plain_age(box, places):
    bed.need("age")
    cs.open_store(places).set("api", "TOKEN", "the value")
    directory = box.home / ".cs-secrets"
    (box.work / "x.age").write_bytes((directory / "api.enc").read_bytes().partition(b"\n")[2])
    plain = box.run("age", "-d", "-i", directory / "age.key", box.work / "x.age").out
    assert json.loads(plain)["TOKEN"]["value"] == "the value"


# ---- the earlier tool ------------------------------------------------------------------------------------


class TestAStoreOfTheEarlierTool:
    @pytest.fixture(params=["binary", "base64"])
    def earlier(self, request, box, monkeypatch):
        bed.need("openssl")
        monkeypatch.setenv("CS_SECRETS_PASSWORD", PASSWORD)
        directory = box.home / ".cs-secrets"
        directory.mkdir(mode=0o700)
        options = ["-base64"] if request.param == "base64" else []
        made = box.run(
            *("openssl", "enc", "-aes-256-cbc", "-pbkdf2", "-iter", "100000", "-salt", *options),
            *("-pass", "env:CS_SECRETS_PASSWORD", "-out", directory / "api.enc"),
            input=json.dumps({"TOKEN": "the\nvälue", "my key": "x1y" * 100}),
            env={"CS_SECRETS_PASSWORD": PASSWORD},
        )
        assert made.status == 0, made.err
        return directory / "api.enc"

    def test_is_read_without_a_change(self, earlier, places):
        before = earlier.read_bytes()
        store = cs.open_store(places)
        assert store.get_all("api") == {"TOKEN": "the\nvälue", "my key": "x1y" * 100}
        assert cs.known_values(places, "api") == {"the\nvälue": "TOKEN", "x1y" * 100: "my key"}
        assert store.names("api")["TOKEN"][:2] == "20"
        assert cs.secret_counts(places) == {"api": 2}
        assert earlier.read_bytes() == before

    def test_is_counted_and_moved_before_anybody_has_read_it(self, earlier, places):
        assert cs.secret_counts(places) == {"api": 1}
        assert cs.open_store(places).all_holders("api")
        store = cs.open_store(places)
        store.move_session("api", ".trash/api-1")
        assert cs.secret_counts(places) == {".trash/api-1": 1}
        store.move_session(".trash/api-1", "new")
        assert store.get("new", "TOKEN") == "the\nvälue"

    def test_is_upgraded_at_the_next_write_and_kept_beside(self, earlier, places):
        before = earlier.read_bytes()
        store = cs.open_store(places)
        store.set("api", "NEW", "n")
        assert earlier.with_name("api.enc.bak").read_bytes() == before
        assert earlier.read_bytes().startswith(b"cs-secrets/1 ")
        assert store.get_all("api") == {"NEW": "n", "TOKEN": "the\nvälue", "my key": "x1y" * 100}
        store.set("api", "NEW", "m")
        assert earlier.with_name("api.enc.bak").read_bytes() == before

    def test_with_another_password_is_left_alone(self, earlier, places, monkeypatch):
        before = earlier.read_bytes()
        monkeypatch.setenv("CS_SECRETS_PASSWORD", "another")
        assert outcome(places) == (
            "WrongKey: ~/.cs-secrets/api.enc does not open: "
            "CS_SECRETS_PASSWORD is not its password, or it is damaged"
        )
        assert outcomes_of_writing(places) == {"WrongKey"}
        monkeypatch.delenv("CS_SECRETS_PASSWORD")
        assert "CS_SECRETS_PASSWORD is not set" in outcome(places)
        assert earlier.read_bytes() == before

    def test_cut_short_is_left_alone(self, earlier, places):
        whole = earlier.read_bytes()
        if whole.startswith(b"U2F"):
            whole = base64.b64decode(whole)
        for length in (8, 16, 40, 64, len(whole) - 1):
            earlier.write_bytes(whole[:length])
            assert outcome(places).split(":")[0] in ("SecretsUnreadable", "WrongKey")
            assert outcomes_of_writing(places) <= {"SecretsUnreadable", "WrongKey"}
            assert earlier.read_bytes() == whole[:length]


# ---- the index -------------------------------------------------------------------------------------------


class TestTheIndex:
    def test_counts_need_no_process_and_no_key(self, file, places, box, monkeypatch):
        monkeypatch.setenv("PATH", "/nonexistent")
        monkeypatch.delenv("CS_SECRETS_PASSWORD", raising=False)
        assert cs.secret_counts(places) == {"api": 1}
        assert cs.known_values(places, "other") == {}

    def test_is_put_right_by_the_list(self, file, places, box):
        index = file.with_name("index.json")
        for content in (b"", b"[]", b"\0\xff", b'{"sessions": {"api": 3}}', None):
            if content is None:
                index.unlink()
            else:
                index.write_bytes(content)
            assert cs.known_values(places, "api") == {"the value": "TOKEN"}
            assert list(cs.open_store(places).names("api")) == ["TOKEN"]
            assert cs.secret_counts(places) == {"api": 1}

    def test_never_says_less_than_the_store(self, file, places, monkeypatch):
        """A kill between the two writes of `set` leaves a name too many, not a value too many."""

        def killed(*_):
            raise KeyboardInterrupt

        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(cs.EncryptedFiles, "set_all", killed)
            cs.open_store(places).set("api", "NEW", "x")
        assert cs.secret_counts(places) == {"api": 2}
        assert list(cs.open_store(places).names("api")) == ["TOKEN"]
        assert cs.secret_counts(places) == {"api": 1}

    def test_of_a_thousand_sessions_is_read_in_milliseconds(self, box, places):
        directory = box.home / ".cs-secrets"
        directory.mkdir(mode=0o700)
        sessions = {f"s{n}": {"encrypted": {f"N{m}": "2026-01-01" for m in range(5)}} for n in range(1000)}
        (directory / "index.json").write_text(json.dumps({"version": 1, "sessions": sessions}))
        assert cs.secret_counts(places) == {f"s{n}": 5 for n in range(1000)}


# ---- kills and crowds ------------------------------------------------------------------------------------


def plaintext_anywhere(box, *values):
    """Files of the box that contain one of the values as it is, or as base64 or hexadecimal."""
    forms = [form for value in values for form in (value, base64.b64encode(value)[:-4], value.hex().encode())]
    found = []
    for directory, _, files in os.walk(str(box.top)):
        for name in files:
            path = os.path.join(directory, name)
            if not os.path.islink(path) and os.path.isfile(path):
                with open(path, "rb") as file:
                    content = file.read()
                found += [path for form in forms if form in content]
    return found


OLD, NEW = b"old-PLAINTEXT-7c1f" * 3, b"new-PLAINTEXT-93ab" * 3


def prepare(box):
    (box.root / "api" / ".cs").mkdir(parents=True)
    cs.open_store(cs.Places(os.environ)).set("api", "TOKEN", OLD.decode())


@pytest.mark.once
@pytest.mark.parametrize("tool", ["age", "openssl"])
def test_killed_at_any_step_it_leaves_the_old_or_the_new_store_and_no_plaintext(box, tool):
    strace = bed.need("strace", tool)
    only(box, *(["age", "age-keygen"] if tool == "age" else ["openssl"]))
    prepare(box)
    seen = set()
    for call in ("write", "fsync", "rename", "vfork") if tool == "age" else ("fsync", "rename"):
        for step in range(1, 30):
            trace = (
                strace,
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                f"trace={call}",
                "-e",
                f"inject={call}:signal=KILL:when={step}",
            )
            result = box.run(*trace, *box.program, "api", "-secrets", "set", "TOKEN", input=NEW)
            assert plaintext_anywhere(box, OLD, NEW) == []
            value = cs.open_store(cs.Places(os.environ)).get("api", "TOKEN").encode()
            assert value in (OLD, NEW)
            seen.add((call, value, result.status))
            if result.status == 0:
                break
            cs.open_store(cs.Places(os.environ)).set("api", "TOKEN", OLD.decode())
        assert result.status == 0, result.err
        assert step > 1, f"cs made no {call}"
    assert {("rename", OLD, -9), ("fsync", OLD, -9), ("fsync", NEW, -9)} <= seen
    left = [path for path in bed.tree(box.home / ".cs-secrets") if path.endswith((".tmp", ".new"))]
    assert left == [], "what a killed process left is cleared away by the next"


def test_killed_at_random_moments_it_leaves_the_old_or_the_new_store(box):
    bed.need("age")
    prepare(box)
    dice = random.Random(5)
    store = cs.open_store(cs.Places(os.environ))
    expected = OLD
    for number in range(int(os.environ.get("CS_TEST_KILLS", "12"))):
        value = b"%d-" % number + NEW
        running = box.start_cs("api", "-secrets", "set", "TOKEN", input=value)
        running.process.stdin.write(value)
        running.process.stdin.close()
        running.process.stdin = None
        running.input = None
        try:
            running.process.wait(dice.uniform(0.01, 0.25))
        except Exception:
            running.end()
        found = store.get("api", "TOKEN").encode()
        assert found in (expected, value)
        expected = found
    assert plaintext_anywhere(box, NEW) == []


@pytest.mark.parametrize("seal", ["age", "openssl"], indirect=True)
def test_twenty_at_once_lose_nothing(box, seal):
    (box.root / "api" / ".cs").mkdir(parents=True)
    crowd = [box.start_cs("api", "-secrets", "set", f"N{n}", input=f"value {n}") for n in range(20)]
    assert [running.result(120).status for running in crowd] == [0] * 20
    store = cs.open_store(cs.Places(os.environ))
    assert store.get_all("api") == {f"N{n}": f"value {n}" for n in range(20)}
    assert cs.secret_counts(cs.Places(os.environ)) == {"api": 20}


def test_a_key_that_another_process_makes_is_not_swept_away(file, places):
    making = file.with_name(".age.key.7.new.7-1.tmp")  # as create_private_file() has it for an instant
    making.write_bytes(b"half a key")
    cs.open_store(places).set("api", "MORE", "x")
    assert making.exists()


def test_a_full_disk_leaves_the_old_store(box, places, monkeypatch):
    bed.need("age")
    prepare(box)
    before = bed.tree(box.home / ".cs-secrets")

    def no_space(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(OSError):
        cs.open_store(places).set("api", "TOKEN", NEW.decode())
    assert bed.tree(box.home / ".cs-secrets") == before


def test_a_second_copy_to_another_backend_brings_no_older_value_back(places, monkeypatch):
    class Other(cs.EncryptedFiles):
        name = "other"

        def path(self, key):
            return super().path(key) + ".other"

    monkeypatch.setitem(cs.BACKENDS, "other", Other)
    store = cs.SecretStore(places)
    store.set_all("api", {"A": "old value", "B": "kept value"})
    store.migrate("api", "other", "", delete_source=False)
    store.set("api", "A", "new value")
    store.migrate("api", "other", "", delete_source=True)
    assert store.get_all("api") == {"A": "new value", "B": "kept value"}
    assert store.holders("api") == ["other"]
