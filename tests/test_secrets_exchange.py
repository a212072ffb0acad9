"""secrets.age and secrets.enc: two machines, recipients, plain tools, and the files of the earlier tool."""

import json
import os
import shutil

import bed
import pytest
from secrets_bed import imported_program, only  # noqa: F401
from test_sync import machines, pair, remote  # noqa: F401 - fixtures

import cs

pytestmark = pytest.mark.once

PASSWORD = "correct horse; $battery 'staple'"
TRICKY = {"A": "line\r\nline\n", "b.c": 'it\'s $(x) \\ "q"', "ü": "日本🔑"}


@pytest.fixture(autouse=True)
def age():
    bed.need("age", "openssl")


class Machine:
    """A home of its own with a session `api`, in the box."""

    def __init__(self, box, name):
        self.box = box
        self.home = box.top / name
        self.session = self.home / ".claude-sessions" / "api"
        (self.session / ".cs" / "local").mkdir(parents=True)
        self.env = {"HOME": str(self.home)}
        self.places = cs.Places(self.env)
        self.age_file = self.session / ".cs" / "secrets.age"
        self.enc_file = self.session / ".cs" / "secrets.enc"

    def secrets(self, *words, input=None, **changes):
        return self.box.cs("api", "-secrets", *words, input=input, env={**self.env, **changes})

    @property
    def store(self):
        return cs.open_store(self.places)

    def at(self):
        return cs.session_named(self.places, "api")

    def key(self):
        return self.box.run("age-keygen", "-y", self.home / ".cs-secrets" / "age.key").out.strip()

    def push_to(self, other):
        """What git does for the files that are exchanged."""
        for path in (".cs/secrets.age", ".cs/secrets.enc", ".cs/age-recipients"):
            source, target = self.session / path, other.session / path
            if target.is_dir():
                shutil.rmtree(str(target))
            elif target.exists():
                target.unlink()
            if source.is_dir():
                shutil.copytree(str(source), str(target))
            elif source.exists():
                shutil.copy(str(source), str(target))

    def export(self):
        return cs.export_secrets_file(self.places, self.at())

    def take(self):
        return cs.import_secrets_file(self.places, self.at())


@pytest.fixture
def ada(box):
    return Machine(box, "ada")


@pytest.fixture
def bob(box):
    return Machine(box, "bob")


@pytest.fixture
def joined(ada, bob):
    """Two machines that have exchanged one secret and can read each other's files."""
    ada.store.set("api", "TOKEN", "one")
    ada.export()
    key = bob.secrets("age", "init").out.strip()
    assert ada.secrets("age", "add", key, "bob").status == 0
    ada.push_to(bob)
    assert bob.take().for_store == {"TOKEN": "one"}
    return ada, bob


# ---- recipients ------------------------------------------------------------------------------------------


class TestRecipients:
    def test_init_makes_a_private_key_once_and_prints_the_public_one(self, ada):
        first = ada.secrets("age", "init")
        key = ada.home / ".cs-secrets" / "age.key"
        assert first.out == ada.key() + "\n"
        assert first.out.startswith("age1")
        assert (key.stat().st_mode & 0o777, key.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        before = key.read_bytes()
        assert ada.secrets("age", "init").out == first.out == ada.secrets("age", "pubkey").out
        assert key.read_bytes() == before

    def test_many_at_once_make_one_key(self, ada, box):
        crowd = [box.start_cs("-secrets", "age", "init", env=ada.env) for _ in range(6)]
        assert {running.result().out for running in crowd} == {ada.key() + "\n"}
        assert sorted(path.name for path in (ada.home / ".cs-secrets").iterdir()) == ["age.key"]

    def test_pubkey_without_a_key_says_how_to_make_one(self, ada):
        assert ada.secrets("age", "pubkey") == (
            1,
            "",
            "cs: error: this machine has no age key yet\ncs: hint: cs -secrets age init makes one\n",
        )

    def test_the_first_export_adds_this_machine(self, ada):
        ada.store.set("api", "A", "x")
        result = ada.secrets("export-file")
        name = os.uname().nodename
        assert result.err == f".cs/secrets.age is up to date, which {name} can read\n"
        assert ada.secrets("age", "list").out.split() == ["NAME", "KEY", name, ada.key(), "this", "machine"]

    def test_another_machine_reads_what_was_made_for_it(self, joined):
        _, bob = joined
        assert bob.secrets("get", "TOKEN").out == "one\n"

    def test_a_machine_that_is_no_recipient_reads_nothing_and_overwrites_nothing(self, ada, bob):
        ada.store.set("api", "TOKEN", "one")
        ada.export()
        ada.push_to(bob)
        bob.store.set("api", "MINE", "x")
        before = bob.age_file.read_bytes()
        for words in (("import-file",), ("export-file",), ("age", "add", ada.key(), "again")):
            result = bob.secrets(*words)
            assert result.status == 1
            assert "secrets.age is encrypted to other keys than this machine's\n" in result.err
            assert "cs -secrets age pubkey" in result.err
        assert bob.age_file.read_bytes() == before
        assert bob.store.get_all("api") == {"MINE": "x"}

    def test_a_removed_machine_cannot_read_the_new_file(self, joined, box):
        ada, bob = joined
        old = ada.age_file.read_bytes()
        result = ada.secrets("age", "remove", "bob")
        assert result.err == (
            "bob is no recipient any more; secrets.age is encrypted anew\n"
            "versions of secrets.age in the git history stay readable to the removed key: change those secrets\n"
        )
        assert ada.age_file.read_bytes() != old
        ada.push_to(bob)
        failed = box.run("age", "-d", "-i", bob.home / ".cs-secrets" / "age.key", bob.age_file)
        assert (failed.status, failed.out) == (1, "")
        assert bob.secrets("import-file").status == 1
        ada.store.set("api", "TOKEN", "two")
        ada.export()
        assert json.loads(box.run("age", "-d", "-i", ada.home / ".cs-secrets" / "age.key", ada.age_file).out) == {
            "TOKEN": "two"
        }

    def test_the_last_recipient_stays(self, ada):
        ada.store.set("api", "A", "x")
        ada.export()
        name = os.uname().nodename
        assert ada.secrets("age", "remove", name).err == (
            f"cs: error: '{name}' is the last recipient: nobody could read secrets.age\n"
            "cs: hint: add another one first\n"
        )
        assert ada.secrets("age", "remove", "nobody").status == 1
        assert ada.take() is not None

    def test_a_key_is_checked_by_age_before_it_is_stored(self, ada, box):
        ada.secrets("age", "init")
        private = next(
            line
            for line in (ada.home / ".cs-secrets" / "age.key").read_text().splitlines()
            if line.startswith("AGE-SECRET")
        )
        (box.work / "bad.pub").write_text("age1notakey\n")
        (box.work / "empty.pub").write_text("# nothing\n")
        (box.work / "private.pub").write_text(f"# public key: x\n{private}\n")
        for words, message in (
            (("age1qqq", "x"), "age does not accept that key"),
            (("ssh-ed25519 AAAAnonsense", "x"), "age does not accept that key"),
            (("bad.pub",), "age does not accept that key"),
            (("empty.pub",), "there is no public key in empty"),
            (("private.pub",), "that is a private key, not a public one; it was not stored"),
            ((private, "x"), "that is a private key, not a public one; it was not stored"),
            (("none.pub",), "'none.pub' is neither a file nor a public key"),
        ):
            result = ada.secrets("age", "add", *words)
            assert result.status == 1
            assert message in result.err
            assert private not in result.err
        assert not (ada.session / ".cs" / "age-recipients").exists()

    def test_a_colleague_with_an_ssh_key_reads_the_file(self, ada, bob, box):
        bed.need("ssh-keygen")
        (bob.home / ".ssh").mkdir()
        made = box.run(
            "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "bob@work", "-f", bob.home / ".ssh" / "id_ed25519"
        )
        assert made.status == 0
        public = (bob.home / ".ssh" / "id_ed25519.pub").read_text().strip()
        ada.store.set("api", "TOKEN", "one")
        ada.export()
        for words, name in (
            (public.split(), "bob-work"),
            ([public], "bob-work"),
            ([bob.home / ".ssh" / "id_ed25519.pub"], "id_ed25519"),
        ):
            assert ada.secrets("age", "add", *words).err == f"{name} is a recipient now and can read secrets.age\n"
        ada.push_to(bob)
        assert bob.take().for_store == {"TOKEN": "one"}

    def test_a_name_that_has_another_key_is_not_replaced(self, joined):
        ada, bob = joined
        other = ada.key()
        result = ada.secrets("age", "add", other, "bob")
        assert result.err.startswith("cs: error: there is a recipient 'bob' with another key\n")
        assert (ada.session / ".cs" / "age-recipients" / "bob.pub").read_text() == bob.key() + "\n"

    def test_words_that_mean_nothing_are_usage_errors(self, ada):
        assert ada.secrets("age", "foo").status == 2
        assert ada.secrets("age", "add").status == 2
        assert ada.secrets("age", "remove").status == 2
        assert ada.secrets("age").status == 2


# ---- what machines take from each other ------------------------------------------------------------------


class TestTwoMachines:
    def test_a_file_stays_as_it_is_when_nothing_changed(self, joined):
        _, bob = joined
        before = bob.age_file.read_bytes()
        assert bob.export() == str(bob.age_file)
        bob.take()
        bob.export()
        assert bob.age_file.read_bytes() == before

    def test_a_changed_value_reaches_the_other_one(self, joined):
        ada, bob = joined
        ada.store.set("api", "TOKEN", "rotated")
        ada.export()
        ada.push_to(bob)
        exchange = bob.take()
        assert (exchange.for_store, exchange.conflicts) == ({"TOKEN": "rotated"}, [])
        bob.export()
        bob.push_to(ada)
        assert ada.take().for_store == {}
        assert ada.store.get("api", "TOKEN") == bob.store.get("api", "TOKEN") == "rotated"

    def test_what_both_changed_stays_on_each_side_and_is_named(self, joined):
        ada, bob = joined
        ada.store.set("api", "TOKEN", "ada's")
        bob.store.set("api", "TOKEN", "bob's")
        ada.export()
        ada.push_to(bob)
        exchange = bob.take()
        assert (exchange.for_store, exchange.conflicts) == ({}, ["TOKEN"])
        assert bob.store.get("api", "TOKEN") == "bob's"

    def test_new_ones_of_both_sides_meet(self, joined):
        ada, bob = joined
        ada.store.set("api", "FROM_ADA", "a")
        bob.store.set("api", "FROM_BOB", "b")
        ada.export()
        ada.push_to(bob)
        bob.take()
        bob.export()
        bob.push_to(ada)
        ada.take()
        assert (
            ada.store.get_all("api")
            == bob.store.get_all("api")
            == {"FROM_ADA": "a", "FROM_BOB": "b", "TOKEN": "one"}
        )

    def test_a_deletion_leaves_the_file_and_nobody_brings_it_back(self, joined, box):
        ada, bob = joined
        ada.store.delete("api", "TOKEN")
        ada.store.set("api", "KEPT", "k")
        ada.take()
        assert ada.store.get("api", "TOKEN") is None
        ada.export()
        ada.push_to(bob)
        for _ in range(2):
            bob.take()
            bob.export()
        assert bob.store.get("api", "TOKEN") == "one", "a pull deletes nothing from a store"
        bob.push_to(ada)
        ada.take()
        assert ada.store.get_all("api") == {"KEPT": "k"}
        assert cs.read_secrets_file(bob.places, str(bob.age_file)) == {"KEPT": "k"}
        bob.store.set("api", "TOKEN", "a new one")
        bob.export()
        bob.push_to(ada)
        assert ada.take().for_store == {"TOKEN": "a new one"}

    def test_two_versions_of_the_file_become_their_union(self, joined):
        ada, bob = joined
        base = ada.age_file.read_bytes()
        ada.store.set_all("api", {"FROM_ADA": "a", "TOKEN": "ada's"})
        bob.store.set_all("api", {"FROM_BOB": "b"})
        ada.export()
        bob.export()
        merged = cs.merge_secrets_files(
            ada.places, ada.age_file.read_bytes(), bob.age_file.read_bytes(), base, cs.recipient_keys(ada.at())
        )
        for machine in (ada, bob):
            machine.age_file.write_bytes(merged)
            assert cs.read_secrets_file(machine.places, str(machine.age_file)) == {
                "FROM_ADA": "a",
                "FROM_BOB": "b",
                "TOKEN": "ada's",
            }
        theirs = cs.merge_secrets_files(bob.places, bob.age_file.read_bytes(), merged, merged, [bob.key()])
        assert theirs[:21] == b"age-encryption.org/v1"

    def test_a_merge_keeps_what_one_side_has_deleted_deleted(self, joined):
        ada, bob = joined
        ada.store.set("api", "OLD", "o")
        ada.export()
        base = ada.age_file.read_bytes()
        ada.store.delete("api", "OLD")
        ada.export()
        ada.push_to(bob)
        bob.age_file.write_bytes(base)
        bob.store.set_all("api", {"NEW": "n", "OLD": "o"})
        bob.export()
        mine, others = ada.age_file.read_bytes(), bob.age_file.read_bytes()
        keys = cs.recipient_keys(ada.at())
        ada.age_file.write_bytes(cs.merge_secrets_files(ada.places, mine, others, base, keys))
        assert cs.read_secrets_file(ada.places, str(ada.age_file)) == {"NEW": "n", "TOKEN": "one"}
        ada.age_file.write_bytes(cs.merge_secrets_files(ada.places, mine, others, b"unreadable", keys))
        assert cs.read_secrets_file(ada.places, str(ada.age_file)) == {"NEW": "n", "OLD": "o", "TOKEN": "one"}

    def test_a_recipient_who_came_by_a_pull_is_served_at_the_next_export(self, joined, box):
        ada, _ = joined
        box.run("age-keygen", "-o", box.work / "carol.key")
        public = box.run("age-keygen", "-y", box.work / "carol.key").out
        (ada.session / ".cs" / "age-recipients" / "carol.pub").write_text("# Carol\n" + public)
        assert ada.secrets("export-file").err.startswith(
            "cs: warning: secrets.age can be read by 'carol' from now on, who is new among the recipients\n"
            "cs: hint: if that is wrong: cs api -secrets age remove carol\n"
        )
        assert box.run("age", "-d", "-i", box.work / "carol.key", ada.age_file).status == 0
        ada.store.set("api", "MORE", "m")
        assert "warning" not in ada.secrets("export-file").err

    def test_a_damaged_file_is_an_error_and_neither_side_changes(self, joined):
        _, bob = joined
        for content in (b"", b"hello", bob.age_file.read_bytes()[:-20], b"{}"):
            bob.age_file.write_bytes(content)
            for deed in (bob.take, bob.export):
                with pytest.raises(cs.SecretsUnreadable):
                    deed()
            assert bob.age_file.read_bytes() == content
        assert bob.store.get_all("api") == {"TOKEN": "one"}

    def test_nothing_to_export_makes_no_file(self, ada):
        assert ada.export() is None
        assert ada.take() is None
        assert ada.secrets("export-file").err == "session 'api' has no secrets\n"
        assert ada.secrets("import-file").err.startswith(
            "cs: error: session 'api' has neither secrets.age nor secrets.enc\n"
        )
        assert not (ada.home / ".cs-secrets").exists()
        assert sorted(path.name for path in (ada.session / ".cs").iterdir()) == ["local"]


# ---- by hand ---------------------------------------------------------------------------------------------


class TestByHand:
    def test_existing_values_are_kept_unless_told(self, joined):
        ada, bob = joined
        ada.store.set_all("api", {"TOKEN": "new", "MORE": "m"})
        ada.export()
        ada.push_to(bob)
        kept = bob.secrets("import-file")
        assert kept.err == "1 secret imported, 1 skipped (~/.claude-sessions/api/.cs/secrets.age)\n"
        assert bob.store.get_all("api") == {"MORE": "m", "TOKEN": "one"}
        assert bob.secrets("import-file", "--replace").err.startswith("1 secret imported, 1 skipped (")
        assert bob.store.get_all("api") == {"MORE": "m", "TOKEN": "new"}

    def test_names_that_cannot_be_are_left_out_and_named(self, ada, box):
        ada.secrets("age", "init")
        plain = json.dumps({"GOOD": "x", "a b": "y", "EMPTY": "", "x\x1b[31m": "z"})
        box.run("age", "-r", ada.key(), "-o", box.work / "in.age", input=plain)
        result = ada.secrets("import-file", "in.age")
        assert result.status == 0
        assert result.err == (
            "cs: warning: not imported, because of their names or values: EMPTY, a b, x·[31m\n"
            "1 secret imported (in.age)\n"
        )
        assert ada.store.get_all("api") == {"GOOD": "x"}

    def test_a_file_elsewhere_can_be_written_and_read(self, joined, box):
        ada, bob = joined
        assert ada.secrets("export-file", "out.age").err == "wrote 1 secret to out.age\n"
        assert (box.work / "out.age").stat().st_mode & 0o777 == 0o600
        assert bob.secrets("purge", "-y").status == 0
        assert bob.secrets("import-file", "out.age").status == 0
        assert bob.store.get_all("api") == {"TOKEN": "one"}
        assert ada.secrets("import-file", "none.age").err == "cs: error: there is no file none.age\n"

    def test_without_age_it_says_how_to_install_it(self, ada, box):
        ada.store.set("api", "A", "x")
        only(box, "openssl")
        box.wrapper("dnf", "exit 1")
        for words in (("age", "init"), ("age", "add", "age1qqq", "x"), ("export-file", "x.age")):
            result = ada.secrets(*words)
            assert (result.status, result.out) == (1, "")
            assert result.err.endswith("cs: hint: to install age: sudo dnf install age\n"), words


# ---- plain tools, and the earlier tool -------------------------------------------------------------------


class TestPlainTools:
    def test_plain_age_reads_what_cs_exports(self, ada, box):
        ada.store.set_all("api", {name: value for name, value in TRICKY.items() if name.isascii()})
        ada.export()
        plain = box.run("age", "-d", "-i", ada.home / ".cs-secrets" / "age.key", ada.age_file)
        assert json.loads(plain.out) == ada.store.get_all("api")

    @pytest.mark.parametrize("armour", [[], ["-a"]])
    def test_cs_reads_what_plain_age_made(self, ada, box, armour):
        ada.secrets("age", "init")
        made = box.run(
            "age",
            *armour,
            "-r",
            ada.key(),
            "-o",
            ada.age_file,
            input=json.dumps({"A": TRICKY["A"], "B": TRICKY["b.c"]}),
        )
        assert made.status == 0
        assert ada.secrets("import-file").status == 0
        assert ada.store.get_all("api") == {"A": TRICKY["A"], "B": TRICKY["b.c"]}

    def openssl(self, box, direction, *words, **more):
        command = ("openssl", "enc", direction, "-aes-256-cbc", "-pbkdf2", "-iter", "100000", "-pass", "env:PW")
        return box.run(*command, *words, env={"PW": PASSWORD}, **more)

    def test_plain_openssl_reads_what_cs_exports_without_age(self, ada, box):
        full = box.path
        only(box, "openssl")
        password = {"CS_SECRETS_PASSWORD": PASSWORD}
        for name in ("A", "b.c"):
            assert ada.secrets("set", name, input=TRICKY[name] + "\n", **password).status == 0
        assert ada.secrets("export-file", **password).err == ".cs/secrets.enc is up to date\n"
        before = ada.enc_file.read_bytes()
        assert ada.secrets("export-file", **password).status == 0
        assert ada.enc_file.read_bytes() == before
        missing = ada.secrets("set", "C", input="x")
        assert missing.err.startswith("cs: error: ~/.cs-secrets/api.enc is encrypted with a password")
        box.set_path(full)
        plain = self.openssl(box, "-d", "-in", ada.enc_file)
        assert json.loads(plain.out) == {"A": TRICKY["A"], "b.c": TRICKY["b.c"]}

    def test_cs_reads_what_plain_openssl_made(self, ada, box):
        made = self.openssl(box, "-e", "-salt", "-out", ada.enc_file, input=json.dumps({"A": TRICKY["A"]}))
        assert made.status == 0
        wrong = ada.secrets("import-file", CS_SECRETS_PASSWORD="wrong")
        assert wrong.status == 1
        assert "CS_SECRETS_PASSWORD is not its password, or it is damaged" in wrong.err
        assert ada.secrets("import-file", CS_SECRETS_PASSWORD=PASSWORD).status == 0
        assert ada.store.get_all("api") == {"A": TRICKY["A"]}

    def test_age_is_preferred_on_import(self, ada, box):
        ada.store.set("api", "A", "from age")
        ada.export()
        ada.store.purge("api")
        self.openssl(box, "-e", "-salt", "-out", ada.enc_file, input=json.dumps({"A": "from openssl"}))
        assert ada.secrets("import-file", CS_SECRETS_PASSWORD=PASSWORD).status == 0
        assert ada.store.get_all("api") == {"A": "from age"}


# ---- two machines and a remote, by git -------------------------------------------------------------------


def test_a_machine_is_added_reads_and_is_removed_by_git(pair, box):  # noqa: F811
    one, two = pair
    key = two.cs("-secrets", "age", "init").stdout.strip()
    one.cs("work", "-secrets", "set", "TOKEN", input="first value\n")
    one.cs("work", "-secrets", "export-file")
    one.cs("work", "-sync", "push")
    pulled = two.cs("work", "-sync", "pull")
    assert "secrets.age is encrypted to other keys than this machine's" in pulled.stderr
    two.cs("work", "-secrets", "get", "TOKEN", status=1)

    one.cs("work", "-secrets", "age", "add", key, "two")
    one.cs("work", "-sync", "push")
    two.cs("work", "-sync", "pull")
    assert two.cs("work", "-secrets", "get", "TOKEN").stdout == "first value\n"

    one.cs("work", "-secrets", "age", "remove", "two")
    one.cs("work", "-secrets", "set", "TOKEN", input="second value\n")
    one.cs("work", "-sync", "push")
    pulled = two.cs("work", "-sync", "pull")
    assert "secrets.age is encrypted to other keys than this machine's" in pulled.stderr
    assert two.cs("work", "-secrets", "get", "TOKEN").stdout == "first value\n"
    file = two.path() + "/.cs/secrets.age"
    before = two.files()[".cs/secrets.age"]
    assert box.run("age", "-d", "-i", two.home + "/.cs-secrets/age.key", file).status == 1
    two.append("notes.md", "from two\n")
    two.cs("work", "-sync", "push")
    assert two.files()[".cs/secrets.age"] == before, "what cannot be read is never overwritten"
    one.cs("work", "-sync", "pull")
    assert one.cs("work", "-secrets", "get", "TOKEN").stdout == "second value\n"
