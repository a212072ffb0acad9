"""One contract for every backend of the secrets store, each against the real thing or a faithful stand-in."""

import json
import os
import sys

import bed
import fake_advapi32
import pytest
from secrets_bed import VALUES, imported_program, keyring_daemon, only, with_fake_keychain  # noqa: F401

import cs

BACKENDS = ("age", "openssl", "openssl-password", "secret-service", "keyring", "keychain", "credential")


@pytest.fixture(params=BACKENDS)
def kind(request, box, monkeypatch):
    """Makes one backend the one in use, in this process and for programs of the box."""
    set_up = {
        "age": with_age,
        "openssl": with_openssl,
        "openssl-password": with_password,
        "keychain": with_keychain,
    }
    changes = {}
    if request.param in set_up:
        changes = set_up[request.param](box)
    elif request.param == "credential":
        fake_advapi32.install(monkeypatch)
        changes = {"CS_SECRETS_BACKEND": "credential"}
    else:
        if request.param == "keyring":
            pytest.importorskip("secretstorage")
            for name in [name for name in sys.modules if name.partition(".")[0] == "keyring"]:
                monkeypatch.delitem(sys.modules, name)  # it remembers the keychain of another test
        bus = request.getfixturevalue("keyring_daemon")
        changes = {"CS_SECRETS_BACKEND": request.param, "DBUS_SESSION_BUS_ADDRESS": bus}
    box.env.update(changes)
    for name, value in box.env.items():
        monkeypatch.setenv(name, value)
    return request.param


def with_age(box):
    bed.need("age", "age-keygen")
    return {"CS_SECRETS_BACKEND": "encrypted"}


def with_openssl(box):
    bed.need("openssl")
    only(box, "openssl", "sh")
    return {"CS_SECRETS_BACKEND": "encrypted"}


def with_password(box):
    return {**with_openssl(box), "CS_SECRETS_PASSWORD": "correct horse; $battery 'staple'"}


def with_keychain(box):
    with_fake_keychain(box)
    return {"CS_SECRETS_BACKEND": "keychain"}


@pytest.fixture
def places(kind):
    return cs.Places(os.environ)


@pytest.fixture
def store(places):
    return cs.open_store(places)


class TestEveryBackend:
    def test_gives_back_every_value_exactly(self, store):
        for number, value in enumerate(VALUES.values()):
            store.set("api", f"N{number}", value)
        got = {title: store.get("api", f"N{number}") for number, title in enumerate(VALUES)}
        assert [title for title in VALUES if got[title] != VALUES[title]] == []
        assert list(store.get_all("api").values()) == [VALUES[list(VALUES)[int(n[1:])]] for n in store.names("api")]
        assert len(store.names("api")) == len(VALUES)

    def test_tells_absent_from_stored(self, store):
        assert (store.get("api", "TOKEN"), store.names("api"), store.delete("api", "TOKEN")) == (None, {}, False)
        store.set("api", "TOKEN", "v")
        assert store.get("api", "TOKEN") == "v"
        assert store.get("api", "token2") is None
        assert store.get("api2", "TOKEN") is None

    def test_lists_names_with_dates_session_by_session(self, store, places):
        store.set("api", "db.password", "1")
        store.set("api", "a/b-c@d+e_", "2")
        store.set("api2", "OTHER", "3")
        names = store.names("api")
        assert list(names) == ["a/b-c@d+e_", "db.password"]
        assert all(date[:2] == "20" and date[10] == "T" and date[-6] in "+-" for date in names.values())
        assert cs.secret_counts(places) == {"api": 2, "api2": 1}

    def test_replaces_long_by_short_and_short_by_long(self, store):
        for value in ("s" * 60000, "short", "l" * 50000, "m" * 50000, "end"):
            store.set("api", "TOKEN", value)
            assert store.get("api", "TOKEN") == value
            assert list(store.names("api")) == ["TOKEN"]
        assert store.delete("api", "TOKEN") is True
        assert (store.get("api", "TOKEN"), store.names("api")) == (None, {})

    def test_moves_the_secrets_of_a_session(self, store, places):
        store.set("api", "TOKEN", "v" * 9000)
        store.set("api", "OTHER", "w")
        dates = store.names("api")
        store.move_session("api", ".trash/api-20260301-100000")
        assert (store.names("api"), store.get("api", "TOKEN")) == ({}, None)
        store.move_session(".trash/api-20260301-100000", "new")
        assert store.get_all("new") == {"OTHER": "w", "TOKEN": "v" * 9000}
        assert store.names("new") == dates
        assert cs.secret_counts(places) == {"new": 2}

    def test_keeps_the_secrets_of_a_session_whose_new_name_differs_by_case_only(self, store, places):
        store.set("Api", "TOKEN", "v" * 9000)
        store.set("Api", "OTHER", "w")
        store.move_session("Api", "api")
        assert store.get_all("api") == {"OTHER": "w", "TOKEN": "v" * 9000}
        assert list(store.names("api")) == ["OTHER", "TOKEN"]
        assert cs.secret_counts(places) == {"api": 2}

    def test_refuses_to_move_onto_the_secrets_of_another_session(self, store):
        store.set("api", "TOKEN", "one")
        store.set("new", "TOKEN", "two")
        with pytest.raises(cs.CsError, match="still has secrets of an earlier session 'new'"):
            store.move_session("api", "new")
        assert (store.get("api", "TOKEN"), store.get("new", "TOKEN")) == ("one", "two")

    def test_purges_one_session_only(self, store, places):
        store.set("api", "TOKEN", "v" * 9000)
        store.set("api2", "TOKEN", "stays")
        store.purge("api")
        assert (store.names("api"), store.get_all("api2")) == ({}, {"TOKEN": "stays"})
        assert cs.secret_counts(places) == {"api2": 1}
        store.purge("api")

    def test_refuses_what_cannot_be_a_value(self, store):
        store.set("api", "TOKEN", "before")
        for value, words in (
            ("", "is empty"),
            ("a\0b", "NUL"),
            ("\udc80", "is not UTF-8"),
            ("x" * (cs.SECRET_LIMIT + 1), "has 65537 bytes; the limit is 65536"),
        ):
            with pytest.raises(cs.CsError, match=words):
                store.set("api", "TOKEN", value)
        for name in ("", "a b", "-x", "a:b", "ä", "x" * 129, "a\nb", "a=b"):
            with pytest.raises(cs.CsError, match="cannot be the name of a secret"):
                store.set("api", name, "value")
        assert store.get_all("api") == {"TOKEN": "before"}

    def test_knows_what_no_commit_may_contain(self, store, places):
        assert cs.known_values(places, "api") == {}
        store.set("api", "LONG", "12345678")
        store.set("api", "SHORT", "1234567")
        assert cs.known_values(places, "api") == {"12345678": "LONG"}
        assert cs.known_values(places, "api2") == {}

    def test_says_which_it_is_and_where(self, store, kind):
        name, reason = store.choose("api")
        assert name == ("encrypted" if kind in ("age", "openssl", "openssl-password") else kind)
        assert reason == "CS_SECRETS_BACKEND says so"
        assert store.backend(name).where()

    def test_works_through_the_command_line(self, kind, box, store):
        if kind == "credential":
            pytest.skip("a stand-in inside this process: no other process sees it")
        (box.root / "api" / ".cs").mkdir(parents=True)
        value = "line 1\r\nit's $(x) \\ 日本\n"
        stored = box.cs("api", "-secrets", "set", "TOKEN", input=value + "\n")
        assert stored == (0, "", "stored TOKEN for session 'api'\n")
        assert box.cs("api", "-secrets", "get", "TOKEN") == (0, value + "\n", "")
        assert store.get("api", "TOKEN") == value
        assert box.cs("api", "-secrets", "rm", "TOKEN") == (0, "", "deleted TOKEN from session 'api'\n")
        missing = "cs: error: session 'api' has no secret 'TOKEN'\n"
        assert box.cs("api", "-secrets", "get", "TOKEN") == (1, "", missing)


# ---- what is particular to one ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["keychain"], indirect=True)
class TestTheMacKeychain:
    def test_values_are_never_arguments(self, store, box):
        for number, value in enumerate([VALUES["quotes"], VALUES["64 KiB"], VALUES["leading dash"]]):
            store.set("api", f"N{number}", value)
        calls = [json.loads(line) for line in (box.home / "keychain.json.calls").read_text().splitlines()]
        words = {word for call in calls for word in call if not word.startswith("cs:api:N")}
        assert words <= {"-i", "-s", "-g", "default-keychain", "dump-keychain", "find-generic-password"}

    def test_items_of_the_earlier_tool_are_read(self, store, box):
        service = ("-s", "cs:api:OLD", "-a", "ada", "-w")
        assert box.run("security", "add-generic-password", *service, "p'ä\"ss").status == 0
        assert store.get("api", "OLD") == "p'ä\"ss"
        assert list(store.names("api")) == ["OLD"]

    def test_a_name_of_digits_is_no_part_of_a_long_value(self, store):
        store.set("sessions", "2026", "line\n2026")
        assert store.get_all("sessions") == {"2026": "line\n2026"}

    def test_a_value_that_arrived_only_in_part_is_an_error(self, store, box):
        store.set("api", "LONG", "x" * 9000)
        state = json.loads((box.home / "keychain.json").read_text())
        (box.home / "keychain.json").write_text(
            json.dumps([item for item in state if not item["svce"].endswith(":2")])
        )
        with pytest.raises(cs.SecretsUnreadable, match="'LONG' is incomplete in keychain"):
            store.get("api", "LONG")

    def test_a_keychain_that_refuses_is_an_error_without_values(self, store, box):
        store.set("api", "TOKEN", "sesame")
        box.fake(
            "security",
            err='security: SecKeychain: User interaction is not allowed.\npassword: "sesame"\n',
            status=36,
        )
        for deed in (lambda: store.get("api", "TOKEN"), lambda: store.set("api", "TOKEN", "sesame2")):
            with pytest.raises(cs.CsError) as caught:
                deed()
            assert "sesame" not in str(caught.value)


@pytest.mark.parametrize("kind", ["credential"], indirect=True)
class TestTheCredentialManager:
    def test_names_that_differ_by_case_only_are_refused(self, store):
        store.set("api", "Token", "one")
        with pytest.raises(cs.CsError, match="Windows does not tell it from 'TOKEN'"):
            store.set("api", "TOKEN", "two")
        assert store.get_all("api") == {"Token": "one"}

    def test_every_failure_says_its_number(self, store, monkeypatch):
        library = fake_advapi32.install(monkeypatch)
        monkeypatch.setattr(library, "CredWriteW", lambda *_: library.fail(5))
        with pytest.raises(cs.CsError, match=r"did not store the value \(error 5\)"):
            store.set("api", "TOKEN", "one")


@pytest.mark.parametrize("kind", ["secret-service"], indirect=True)
class TestTheSecretService:
    def test_the_first_choice_where_it_answers(self, store, places, monkeypatch):
        monkeypatch.delenv("CS_SECRETS_BACKEND")
        assert cs.open_store(places).choose("api") == ("secret-service", "it is the first that can be used here")

    def test_items_are_named_for_people(self, store, box):
        store.set("api", "TOKEN", "v")
        found = box.run("secret-tool", "search", "service", "cs:api:TOKEN")
        assert "label = cs:api:TOKEN\nsecret = v\n" in found.out

    def test_a_keyring_that_waits_for_somebody_is_given_up(self, store, box, monkeypatch):
        store.set("api", "TOKEN", "v")
        monkeypatch.setattr(cs, "KEYRING_PATIENCE", 0.2)
        box.wrapper("secret-tool", "exec sleep 60 #")
        with pytest.raises(cs.CsError, match="the keyring gave no answer; it may be locked"):
            store.get("api", "TOKEN")

    def test_a_keyring_that_has_gone_is_an_error_and_nothing_else_is_used(self, store, box, places, monkeypatch):
        store.set("api", "TOKEN", "v")
        monkeypatch.delenv("CS_SECRETS_BACKEND")
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={box.work}/gone")
        with pytest.raises(cs.CsError, match="'secret-service' cannot be used here: no keyring answers"):
            cs.open_store(places).get("api", "TOKEN")
        with pytest.raises(cs.CsError, match="'secret-service' cannot be used here"):
            cs.open_store(places).set("api", "OTHER", "v")
        assert not (box.home / ".cs-secrets" / "api.enc").exists()


def test_a_backend_that_is_forced_but_unusable_is_an_error_with_the_reason(box):
    (box.root / "api" / ".cs").mkdir(parents=True)
    for name, reason in (
        ("keychain", "there is no `security` program, which macOS has"),
        ("credential", "this is not Windows"),
        ("secret-service", "there is no session bus"),
    ):
        result = box.cs("api", "-secrets", "list", env={"CS_SECRETS_BACKEND": name})
        assert result == (1, "", f"cs: error: the secrets backend '{name}' cannot be used here: {reason}\n")
    unknown = box.cs("api", "-secrets", "list", env={"CS_SECRETS_BACKEND": "vault"})
    assert unknown.status == 1
    assert unknown.err.startswith("cs: error: there is no secrets backend 'vault'\ncs: hint: there are keychain, ")
    only(box)
    result = box.cs("api", "-secrets", "set", "A", input="x", env={"CS_SECRETS_BACKEND": "encrypted"})
    assert (
        result.err
        == "cs: error: the secrets backend 'encrypted' cannot be used here: neither age nor openssl is installed\n"
    )
