"""History: no object of a session's repository holds a credential, and the files stay as they are."""

# ruff: noqa: F811 - fixtures are imported

import json
import os
import subprocess

import pytest
from test_history import added, git, places, project, read, session, write  # noqa: F401 - some are fixtures

import cs

GITHUB = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
PASSWORD = "correct-horse/battery"
PLACEHOLDER = "[REDACTED: stored in keychain as GITHUB_TOKEN]"


def objects(session):
    """The content of every object of a repository, reachable or not."""
    names = git(session, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)", "--unordered")
    out = subprocess.run(
        ["git", "cat-file", "--batch"], cwd=session.directory, input=names.encode(), capture_output=True
    )
    return out.stdout


@pytest.fixture
def store(places):
    return cs.open_store(places)


def test_a_credential_is_in_no_object_and_the_file_stays_as_it_is(places, session, store):
    text = f'export GITHUB_TOKEN="{GITHUB}"\necho done\n'
    write(session, "deploy.sh", text)
    cs.autosave(places, session)
    cs.commit_session(places, session)
    assert git(session, "show", "HEAD:deploy.sh") == text.replace(GITHUB, PLACEHOLDER).rstrip()
    assert read(session, "deploy.sh") == text
    assert GITHUB.encode() not in objects(session)
    assert store.get("work", "GITHUB_TOKEN") == GITHUB
    assert git(session, "status", "--porcelain") == " M deploy.sh"  # HEAD has the placeholder, the disk the value


def test_a_redacted_file_is_read_again_only_when_it_changes(places, session):
    path = write(session, "deploy.sh", f"GITHUB_TOKEN={GITHUB}\n")
    cs.commit_session(places, session)
    os.chmod(path, 0o600)
    assert cs.commit_session(places, session) is None
    write(session, "deploy.sh", f"GITHUB_TOKEN={GITHUB}\nmore\n")
    assert cs.commit_session(places, session)
    assert git(session, "show", "HEAD:deploy.sh") == f"GITHUB_TOKEN={PLACEHOLDER}\nmore"
    write(session, "deploy.sh", f"GITHUB_TOKEN={PLACEHOLDER}\nmore\n")
    assert cs.commit_session(places, session) is None
    assert git(session, "status", "--porcelain") == ""


def test_a_redacted_file_that_a_commit_has_is_no_news_for_an_autosave(places, session):
    write(session, "deploy.sh", f"GITHUB_TOKEN={GITHUB}\n")
    cs.commit_session(places, session)
    for _ in range(2):  # the first reads everything again, as there is a new secret
        assert cs.autosave(places, session) is None
    write(session, "other", "1\n")
    assert cs.autosave(places, session)
    os.unlink(os.path.join(session.directory, "deploy.sh"))
    assert cs.recover(places, session).endswith(": deploy.sh")
    assert read(session, "deploy.sh") == f"GITHUB_TOKEN={GITHUB}\n"


def test_a_value_of_the_store_is_redacted_wherever_it_stands(places, session, store):
    write(session, "notes.txt", f"we log in as admin with {PASSWORD} there\n")
    write(session, ".cs/discoveries.md", f"# Discoveries\n## The word is {PASSWORD}\n")
    cs.commit_session(places, session)
    assert PASSWORD in git(session, "show", "HEAD:notes.txt")  # nobody can know
    store.set("work", "DOOR", PASSWORD)
    commit = cs.commit_session(places, session)
    assert commit and "[REDACTED: stored in keychain as DOOR]" in git(session, "show", "HEAD:notes.txt")
    write(session, f"{PASSWORD.replace('/', '-')}.txt", "x\n")
    saved = cs.autosave(places, session)
    assert PASSWORD not in git(session, "cat-file", "commit", saved)
    assert git(session, "log", "-1", "--format=%s", saved) == (
        "Autosave: The word is [REDACTED: stored in keychain as DOOR]"
    )


def test_a_long_heading_is_cut_when_its_credential_is_gone(places, session):
    write(session, ".cs/discoveries.md", f"# Discoveries\n## {'x' * 180} {GITHUB}\n")
    saved = cs.autosave(places, session)
    assert git(session, "log", "-1", "--format=%s", saved) == f"Autosave: {'x' * 180} [REDACTED: stored i"


def test_a_link_or_a_name_with_a_known_value_is_left_out(places, session, store, capsys):
    store.set("work", "TOKEN", "tok-12345678")
    os.symlink("https://example.org/tok-12345678", os.path.join(session.directory, "link"))
    os.symlink(f"https://me:{GITHUB}@example.org/", os.path.join(session.directory, "other"))
    os.symlink("deploy.sh", os.path.join(session.directory, "harmless"))
    write(session, "f-tok-12345678.txt", "x\n")
    write(session, "d-tok-12345678/x.txt", "x\n")
    write(session, ".cs/artifacts/tok-12345678.sh", "x\n")
    write(session, "windows.txt", "password tok-12345678\n".encode("utf-16-le"))
    cs.autosave(places, session)
    capsys.readouterr()
    cs.commit_session(places, session)
    said = capsys.readouterr().err
    assert "link (a link with the secret TOKEN in it)" in said and "other (a link with the secret " in said
    assert "f-….txt (the secret TOKEN is in its name)" in said and "d-…/x.txt (" in said
    assert "tok-12345678" not in said and " and 1 more" in said
    there = git(session, "ls-tree", "-r", "--name-only", "HEAD")
    assert "harmless" in there
    assert not any(name in there.split("\n") for name in ("link", "other", "windows.txt")) and "tok-" not in there
    found = objects(session)
    assert not any(each in found for each in (b"tok-12345678", GITHUB.encode(), "tok-1234".encode("utf-16-le")))


def test_a_value_that_is_like_the_name_of_a_document_keeps_none_out(places, session, store):
    store.set("work", "ODD", "discoveries")
    write(session, ".cs/discoveries.md", "# Discoveries\n## more\n")
    cs.commit_session(places, session)
    assert "## more" in git(session, "show", "HEAD:.cs/discoveries.md")


def test_a_binary_file_with_a_known_value_is_left_out(places, session, store, capsys):
    store.set("work", "DOOR", PASSWORD)
    write(session, "db.sqlite", b"SQLite\0\1\2" + PASSWORD.encode())
    cs.commit_session(places, session)
    assert added(session) == []
    assert PASSWORD.encode() not in objects(session)
    assert capsys.readouterr().err == (
        "cs: warning: left out of the commit: db.sqlite (holds the secret DOOR where it cannot be replaced)\n"
    )


def test_what_was_redacted_comes_back_with_its_values(places, session):
    text = f'{{"githubToken": "{GITHUB}"}}\n'
    write(session, "config.json", text)
    write(session, ".cs/artifacts/config.json", f'{{"githubToken": "{PLACEHOLDER}"}}\n')
    cs.autosave(places, session)
    for name in ("config.json", ".cs/artifacts/config.json"):
        os.unlink(os.path.join(session.directory, name))
    assert cs.recover(places, session)
    assert read(session, "config.json") == text
    assert os.stat(os.path.join(session.directory, "config.json")).st_mode & 0o777 == 0o600
    assert read(session, ".cs/artifacts/config.json") == f'{{"githubToken": "{PLACEHOLDER}"}}\n'


def test_short_values_and_two_names_for_one_value_come_back(places, session, store):
    store.set_all("work", {"OLD": PASSWORD, "NEW": PASSWORD})
    texts = {
        "a.env": "PASSWORD=hunter\n",
        "b.env": "PASSWORD=s3cr3t\n",
        "c.txt": 'password: "sunsh"\n',
        "d.txt": f"the door: {PASSWORD}, and [REDACTED: stored in keychain as OLD]\n",
        "e.env": "DOOR_PASSWORD=pässwö\n",
    }
    for name, text in texts.items():
        write(session, name, text)
    cs.autosave(places, session)
    write(session, "new", "1\n")
    cs.autosave(places, session)
    for name in texts:
        os.unlink(os.path.join(session.directory, name))
    assert cs.recover(places, session)
    texts["d.txt"] = f"the door: {PASSWORD}, and {PASSWORD}\n"
    assert {name: read(session, name) for name in texts} == texts


def test_the_same_name_with_another_value_gets_a_suffix(places, session, store):
    other = GITHUB[::-1].replace("_phg", "")
    write(session, "a.env", f"GITHUB_TOKEN={GITHUB}\n")
    write(session, "b.env", f"GITHUB_TOKEN=ghp_{other}\n")
    cs.commit_session(places, session)
    assert sorted(store.names("work")) == ["GITHUB_TOKEN", "GITHUB_TOKEN_2"]
    assert git(session, "show", "HEAD:b.env") == "GITHUB_TOKEN=[REDACTED: stored in keychain as GITHUB_TOKEN_2]"


def test_credentials_that_a_project_has_committed_itself_are_not_stored(places, project, store):
    session = project()
    fixture = f"token = '{GITHUB}'\n"
    write(session, "fixture.py", fixture)
    git(session, "add", "fixture.py")
    git(session, "-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "theirs")
    write(session, "new.py", f"db_password = '{PASSWORD}'\n")
    saved = cs.autosave(places, session)
    assert store.names("work").keys() == {"db_password"}
    for name in ("fixture.py", "new.py"):
        assert "[REDACTED" in git(session, "show", f"{saved}:{name}")
        os.unlink(os.path.join(session.directory, name))
    cs.recover(places, session)
    assert read(session, "fixture.py") == fixture
    assert read(session, "new.py") == f"db_password = '{PASSWORD}'\n"


def test_a_flood_of_credentials_is_redacted_but_not_stored(places, session, store):
    write(session, "dump.env", "".join(f"TOKEN_{n}=ghp_{n:036}\n" for n in range(100)))
    cs.commit_session(places, session)
    assert b"ghp_" not in objects(session)
    assert len(store.names("work")) == cs.STORED_AT_ONCE


FLOOD = {
    "tokens.csv": "".join(f"user{n},password=Pw{n * 7919}xyzQ{n}\n" for n in range(30)),
    "t30.env": "".join(f"SVC{n}_API_KEY=zq{n}LmPw{n * 7919}Tr\n" for n in range(30)),
    "vendor/x/c.ini": "password = vendorPw99x\n",
    "vendor/y/c.ini": "password = vendorPw11x\n",
}


def lose_and_recover(places, session):
    for name in FLOOD:
        os.unlink(os.path.join(session.directory, name))
    assert cs.recover(places, session)
    assert {name: read(session, name) for name in FLOOD} == FLOOD


def test_what_is_too_much_for_the_store_comes_back_all_the_same(places, session, store):
    for name, text in FLOOD.items():
        write(session, name, text)
    cs.autosave(places, session)
    kept = os.path.join(session.local, "unstored.json")
    assert os.stat(kept).st_mode & 0o777 == 0o600
    assert len(store.names("work")) == cs.STORED_AT_ONCE
    assert b"vendorPw" not in objects(session) and b"zq29Lm" not in objects(session)
    lose_and_recover(places, session)
    cs.commit_session(places, session)
    write(session, "new", "1\n")
    cs.autosave(places, session)  # of another run: it has the files as they were committed
    lose_and_recover(places, session)
    for name in FLOOD:
        os.unlink(os.path.join(session.directory, name))
    cs.commit_session(places, session)
    assert not os.path.exists(kept)


def test_a_kill_before_a_snapshot_is_there_leaves_the_values_of_the_last_one(places, session):
    write(session, "vendor/c.ini", "password = vendorPw99x\n")
    cs.autosave(places, session)
    write(session, "vendor/c.ini", "pass_phrase = other77Words\n")
    history = cs.open_history(places, session)
    with history.lock():
        cs.snapshot_tree(history, cs.Redactor(history))  # and no more
    os.unlink(os.path.join(session.directory, "vendor/c.ini"))
    assert cs.recover(places, session)
    assert read(session, "vendor/c.ini") == "password = vendorPw99x\n"


def test_values_that_are_kept_beside_the_store_have_a_limit(places, session, monkeypatch):
    monkeypatch.setattr(cs, "UNSTORED_LIMIT", 100)
    write(session, "vendor/a.ini", "password = vendorPw99x\n")
    cs.autosave(places, session)
    write(session, "vendor/b.ini", "password = vendorPw11x\n")
    cs.autosave(places, session)
    assert list(cs.read_json(os.path.join(session.local, "unstored.json"))) == ["vendor/a.ini"]
    assert read(session, ".cs/logs/session.log").endswith(
        " vendor/b.ini holds credentials that are in no commit, and too many to be kept\n"
    )


def test_a_file_is_filled_in_with_what_the_store_did_not_take(places, session, box):
    write(session, "vendor/x/c.ini", FLOOD["vendor/x/c.ini"])
    cs.commit_session(places, session)
    git(session, "checkout", "-q", "--", "vendor/x/c.ini")
    path = os.path.join(session.directory, "vendor/x/c.ini")
    assert "[REDACTED" in read(session, path)
    assert box.cs("work", "-secrets", "fill", path) == (0, "", "")
    assert read(session, path) == FLOOD["vendor/x/c.ini"]


def test_without_a_readable_store_nothing_is_committed(places, session, store):
    store.set("work", "DOOR", PASSWORD)
    head = git(session, "rev-parse", "HEAD")
    for name in os.listdir(places.secrets):
        if "work" in name:
            write(session, os.path.join(places.secrets, name), b"damaged")
    write(session, "x", PASSWORD)
    with pytest.raises(cs.CsError):
        cs.commit_session(places, session)
    assert git(session, "rev-parse", "HEAD") == head
    assert PASSWORD.encode() not in objects(session)


@pytest.mark.parametrize("at_once", [1, 1 << 20])
@pytest.mark.parametrize("deed", ["autosave", "commit_session"])
def test_a_credential_is_kept_out_of_files_that_were_read_before_it_was_known(
    places, session, monkeypatch, deed, at_once
):
    monkeypatch.setattr(cs, "READ_AT_ONCE", at_once)
    value = "Xk29fjQ8vb72LmPz01Rt"
    write(session, "aa.txt", f"note: {value} is it\n")
    write(session, "zz.sh", f'DB_PASSWORD="{value}"\n')
    getattr(cs, deed)(places, session)
    objects = git(session, "cat-file", "--batch-all-objects", "--batch", "--unordered")
    assert "aa.txt" in git(session, "ls-tree", "--name-only", "refs/cs/auto" if deed == "autosave" else "HEAD")
    assert "is it" in objects and value not in objects


@pytest.mark.parametrize("deed", ["replaced", "deleted"])
def test_recovery_leaves_files_alone_of_which_only_the_stored_value_has_changed(places, session, store, deed):
    store.set("work", "MAGIC", "plainZebraWord")
    write(session, "prod.env", "API_KEY=k3J9x0Qw81Zr\nB=1\n", age=100)
    write(session, "note", "the magic is plainZebraWord, they say\n", age=100)
    write(session, "conf.yaml", "password: k3J9x0Qw81Zz\nport: 1\n", age=100)
    write(session, "older", "API_KEY=k3J9x0Qw81Zr\nB=2\n", age=100)
    cs.autosave(places, session)
    write(session, "older", "API_KEY=k3J9x0Qw81Zr\nB=1\n", age=200)
    os.unlink(os.path.join(session.directory, "conf.yaml"))
    if deed == "replaced":
        for name in store.names("work"):
            store.set("work", name, "newValue8877x")
    else:
        store.purge("work")
    assert cs.recover(places, session).endswith(": conf.yaml, older")
    assert read(session, "prod.env") == "API_KEY=k3J9x0Qw81Zr\nB=1\n"
    assert read(session, "note") == "the magic is plainZebraWord, they say\n"
    assert read(session, "older").endswith("B=2\n")


def test_a_value_is_replaced_with_the_line_ends_of_windows_and_escaped_for_ascii(places, session, store):
    service = '{\n "k": "aaaa-bbbb",\n "z": 1\n}'
    store.set("work", "SERVICE", service)
    store.set("work", "WORD", "pässwörtchen")
    text = f"before\n{service}\nafter\n".replace("\n", "\r\n")
    write(session, "svc.txt", text.encode())
    write(session, "y.json", '{"x": 1, "y": "p\\u00e4ssw\\u00f6rtchen"}\n')
    cs.commit_session(places, session)
    assert b"aaaa-bbbb" not in objects(session) and b"p\\u00e4ss" not in objects(session)
    committed = git(session, "show", "HEAD:y.json")
    assert json.loads(cs.fill(committed, lambda name: store.get("work", name))[0]) == {"x": 1, "y": "pässwörtchen"}
    out = subprocess.run(
        ["git", "cat-file", "blob", "HEAD:svc.txt"], cwd=session.directory, stdout=subprocess.PIPE, check=True
    ).stdout
    assert cs.fill(out.decode(), lambda name: store.get("work", name))[0] == text
