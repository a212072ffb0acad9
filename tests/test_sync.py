"""Sync: a session's history is carried to a remote and to other machines, and nothing is lost."""

import contextlib
import json
import os
import subprocess
import sys

import pytest
from bed import TOP, need

import cs

HOSTS = ("one", "two", "three")
PROGRAM = [  # imported, not run, so that its bytecode is kept
    *(
        sys.executable,
        "-c",
        "import sys; sys.path.insert(0, sys.argv.pop(1)); import cs; sys.exit(cs.main(sys.argv[1:]))",
    ),
    str(TOP),
]


class Machine:
    """A home of its own, with the sessions in it."""

    def __init__(self, box, name):
        self.box = box
        self.name = name
        self.home = str(box.work / name)
        os.makedirs(self.home, exist_ok=True)
        self.root = os.path.join(self.home, ".claude-sessions")

    def environment(self, **more):
        return dict(
            HOME=self.home,
            XDG_CONFIG_HOME=os.path.join(self.home, ".config"),
            XDG_CACHE_HOME=os.path.join(self.home, ".cache"),
            XDG_DATA_HOME=os.path.join(self.home, ".local/share"),
            CS_SECRETS_BACKEND="encrypted",
            **more,
        )

    def cs(self, *words, status=0, input=None, **more):
        """Runs the program on this machine and returns what it printed."""
        environment = dict(os.environ, **self.environment(**more))
        done = subprocess.run(
            [*PROGRAM, *words],
            cwd=self.home,
            env=environment,
            capture_output=True,
            text=True,
            input=input,
            check=False,
        )
        assert done.returncode == status, (words, done.returncode, done.stdout, done.stderr)
        return done

    @contextlib.contextmanager
    def inside(self, name="work"):
        """For calls of the module itself, which are many times faster: its places and a session of this machine."""
        before = dict(os.environ)
        os.environ.update(self.environment())
        try:
            places = cs.Places(os.environ)
            yield places, cs.session_named(places, name)
        finally:
            os.environ.clear()
            os.environ.update(before)

    def path(self, name="work"):
        return os.path.join(self.root, name)

    def git(self, *words, name="work"):
        done = subprocess.run(["git", *words], cwd=self.path(name), capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape").strip("\n")

    def write(self, path, text, name="work"):
        full = os.path.join(self.path(name), path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return full

    def append(self, path, text, name="work"):
        with open(os.path.join(self.path(name), path), "a") as file:
            file.write(text)

    def read(self, path, name="work"):
        with open(os.path.join(self.path(name), path), "rb") as file:
            return file.read().decode()

    def files(self, name="work"):
        """Every file of the work tree that is shared, with its content."""
        found = {}
        for directory, folders, names in os.walk(self.path(name)):
            folders[:] = [folder for folder in folders if folder not in (".git", "local", "archives")]
            for each in names:
                full = os.path.join(directory, each)
                with open(full, "rb") as file:
                    found[os.path.relpath(full, self.path(name))] = file.read()
        return found

    def create(self, name="work"):
        """A new session, made by the program itself with another program in place of Claude Code."""
        self.cs(name, CLAUDE_CODE_BIN="true")
        return self


@pytest.fixture
def machines(box):
    """Three machines, which share nothing but remotes."""
    need("git")
    return [Machine(box, name) for name in HOSTS]


@pytest.fixture
def remote(box):
    """A bare repository whose HEAD names a branch that will never exist."""
    path = str(box.work / "remotes" / "work.git")
    subprocess.run(["git", "init", "-q", "--bare", "-b", "elsewhere", path], check=True)
    return path


def refs(remote):
    out = subprocess.run(
        ["git", "for-each-ref", "--format=%(refname)"], cwd=remote, capture_output=True, check=True
    )
    return out.stdout.decode().split()


# ---- the commands ---------------------------------------------------------------------------------------


def test_a_session_without_a_remote_says_so(machines):
    one = machines[0].create()
    assert one.cs("work", "-sync", "remote").stdout == "'work' is local only: it has no remote\n"
    assert one.cs("work", "-sync", "push").stdout.startswith("'work' is local only, with ")
    assert one.cs("work", "-sync", "pull").stdout == "'work' is local only: there is nothing to pull from\n"
    assert one.cs("work", "-sync", "auto").stdout == "on\n"
    assert one.cs("work", "-sync", "auto", "off").stdout == "off\n"
    assert one.cs("work", "-sync", "auto").stdout == "off\n"
    assert "auto_sync=off" in one.read(".cs/sync.conf")
    status = one.cs("work", "-sync").stdout
    assert [line.split()[0] for line in status.splitlines()] == [
        *("session", "path", "branch", "remote", "auto-sync", "secrets", "uncommitted", "commits")
    ]
    assert "none: local only" in status and "uncommitted  1 file\n" in status
    assert one.cs("-sync", "status", CLAUDE_SESSION_NAME="work").stdout == status
    assert one.cs("-s", "st", CLAUDE_SESSION_NAME="work").stdout == status


def test_wrong_words_are_refused(machines):
    one = machines[0].create()
    assert "which session?" in one.cs("-sync", "push", status=2).stderr
    assert "did you mean 'push'?" in one.cs("work", "-sync", "psh", status=2).stderr
    assert "not 'maybe'" in one.cs("work", "-sync", "auto", "maybe", status=2).stderr
    assert "there is no session 'wrok'" in one.cs("wrok", "-sync", "push", status=1).stderr


def test_a_remote_is_set_with_a_privacy_notice_and_changed(machines, remote):
    one = machines[0].create()
    done = one.cs("work", "-sync", "remote", "https://me:s3cr3t-t0ken@example.org/work.git")
    assert done.stdout == "https://example.org/work.git\n"
    assert "make sure that only people who may read it can read that repository" in done.stderr
    assert "s3cr3t" not in done.stderr
    done = one.cs("work", "-sync", "remote", remote)
    assert done.stdout == remote + "\n"
    assert one.git("remote", "get-url", "origin") == remote
    done = one.cs("work", "-sync", "remote")
    assert (done.stdout, done.stderr) == (remote + "\n", "")


@pytest.mark.parametrize(
    ("prefix", "url"),
    [
        ("git@host:user/", "git@host:user/work.git"),
        ("git@host:user", "git@host:user/work.git"),
        ("git@host:", "git@host:work.git"),
        ("https://host/user", "https://host/user/work.git"),
        ("/local/path", "/local/path/work.git"),
        ("file:///path", "file:///path/work.git"),
    ],
)
def test_the_prefix_names_the_remote(machines, prefix, url):
    one = machines[0].create()
    assert one.cs("work", "-sync", "remote", CS_SYNC_PREFIX=prefix).stdout == url + "\n"
    assert one.git("remote", "get-url", "origin") == url
    assert one.cs("work", "-sync", "remote", CS_SYNC_PREFIX="other:").stdout == url + "\n"


def test_push_and_clone_and_pull(machines, remote):
    one, two, _ = machines
    one.create()
    one.write("notes.txt", "from one\n")
    one.cs("work", "-sync", "remote", remote)
    done = one.cs("work", "-sync", "push")
    assert done.stdout.startswith("pushed ") and done.stdout.endswith(f"to {remote} (main)\n")
    assert refs(remote) == ["refs/heads/main"]
    assert one.git("log", "-1", "--format=%s").startswith("Sync: 20")
    assert one.git("rev-parse", "--abbrev-ref", "@{upstream}") == "origin/main"
    assert one.cs("work", "-sync", "push").stdout == f"nothing new for {remote} (main)\n"
    done = two.cs("-sync", "clone", remote)
    assert done.stdout == f"cloned {remote} to ~/.claude-sessions/work\n"
    assert "cs work opens it" in done.stderr
    assert two.read("notes.txt") == "from one\n"
    assert two.git("branch", "--show-current") == "main"
    two.write("more.txt", "from two\n")
    two.cs("work", "-sync", "push")
    done = one.cs("work", "-sync", "pull")
    assert done.stdout == f"1 commit from {remote} (main), 1 file changed\n"
    assert one.read("more.txt") == "from two\n"
    assert one.cs("work", "-sync", "pull").stdout == f"nothing new from {remote} (main)\n"
    assert "upstream     origin/main, up to date\n" in one.cs("work", "-sync", "status").stdout


def test_another_branch_than_main_is_pushed_as_it_is_called(machines, remote):
    one = machines[0].create()
    one.cs("work", "-sync", "remote", remote)
    one.git("checkout", "-q", "-b", "topic/x")
    one.cs("work", "-sync", "push")
    assert refs(remote) == ["refs/heads/topic/x"]
    assert "branch       topic/x\n" in one.cs("work", "-sync", "status").stdout


def test_clone_by_prefix_under_another_name_and_its_errors(machines, remote, box):
    one, two, _ = machines
    one.create().cs("work", "-sync", "remote", remote)
    empty = two.cs("-sync", "clone", remote, status=1)
    assert "there is nothing in" in empty.stderr and not os.path.exists(two.path())
    one.cs("work", "-sync", "push")
    prefix = os.path.dirname(remote)
    two.cs("-sync", "clone", "work", "mine", CS_SYNC_PREFIX=prefix)
    assert os.path.isdir(os.path.join(two.path("mine"), ".cs", "local"))
    assert os.stat(two.path("mine")).st_mode & 0o777 == 0o700
    assert "there is a session 'mine' already" in two.cs("-sync", "clone", remote, "mine", status=1).stderr
    assert "CS_SYNC_PREFIX is not set" in two.cs("-sync", "clone", "work", status=1).stderr
    assert "cannot be the name" in two.cs("-sync", "clone", remote, "..", status=1).stderr
    plain = str(box.work / "plain.git")
    subprocess.run(["git", "init", "-q", plain], check=True)
    commit = [
        "git",
        "-C",
        plain,
        "-c",
        "user.name=x",
        "-c",
        "user.email=x",
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "x",
    ]
    subprocess.run(commit, check=True)
    assert "is no session" in two.cs("-sync", "clone", plain, status=1).stderr
    nothing = two.cs("-sync", "clone", str(box.work / "nothing.git"), status=1).stderr
    assert "cs: hint: is the URL right?\n" in nothing
    assert sorted(os.listdir(two.root)) == ["mine"]


def test_a_push_to_what_is_not_there_tells_how_to_make_it(machines, box):
    one = machines[0].create()
    for url in ("/b c.git", "file:///b c.git"):
        path = str(box.work) + "/b c.git"
        url = url.replace("/b c.git", path)
        one.cs("work", "-sync", "remote", url)
        said = one.cs("work", "-sync", "push", status=1).stderr
        assert f"is the URL right? git init --bare '{path}' makes an empty one, for a push\n" in said


def test_clone_without_git_says_what_is_missing(machines, box):
    said = machines[0].cs("-sync", "clone", "/x.git", status=1, PATH=str(box.work / "empty")).stderr
    assert said == "cs: error: git is not installed\ncs: hint: sync needs it; everything else works without\n"


def test_clone_refuses_a_session_that_leads_out_of_itself(machines, box):
    evil = str(box.work / "evil.git")
    subprocess.run(["git", "init", "-q", evil], check=True)
    os.symlink(str(box.work), os.path.join(evil, ".cs"))
    for words in (["add", "."], ["-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", evil, *words], check=True)
    assert "its .cs is a link" in machines[0].cs("-sync", "clone", evil, status=1).stderr
    assert os.listdir(machines[0].root) == []


@pytest.mark.parametrize("path", [".cs/logs/session.log", ".cs/sync.conf", ".cs/notes/deep"])
def test_clone_refuses_a_file_of_cs_that_is_a_link(machines, remote, box, path):
    machines[0].create().cs("work", "-sync", "remote", remote)
    machines[0].cs("work", "-sync", "push")
    outside = box.work / "outside"
    outside.write_text("mine\n")
    commit_link(remote, box, path, outside)
    assert f"its {path} is a link" in machines[1].cs("-sync", "clone", remote, status=1).stderr
    assert os.listdir(machines[1].root) == [] and outside.read_text() == "mine\n"


def commit_link(remote, box, path, target):
    """Puts a link in the place of a file or directory at the remote."""
    plain = str(box.work / "plain")
    full = os.path.join(plain, path)
    git = ["git", "-C", plain, "-c", "user.name=x", "-c", "user.email=x"]
    subprocess.run(["git", "clone", "-q", "-b", "main", remote, plain], check=True)
    subprocess.run([*git, "rm", "-rq", "--ignore-unmatch", path], check=True)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    os.symlink(target, full)
    for words in (["add", "-f", path], ["commit", "-qm", "x"], ["push", "-q", "origin", "main"]):
        subprocess.run([*git, *words], check=True)


# ---- both sides worked ----------------------------------------------------------------------------------


@pytest.fixture
def pair(machines, remote):
    """Two machines with the same session."""
    one, two, _ = machines
    one.create()
    one.write("notes.txt", "".join(f"line {n}\n" for n in range(10)))
    one.cs("work", "-sync", "remote", remote)
    one.cs("work", "-sync", "push")
    two.cs("-sync", "clone", remote)
    return one, two


def test_documents_of_both_sides_are_kept(pair):
    one, two = pair
    for machine in pair:
        machine.append(".cs/discoveries.md", f"## Found on {machine.name}\n")
        machine.append(".cs/changes.md", f"- {machine.name}\n")
    one.cs("work", "-sync", "push")
    done = two.cs("work", "-sync", "push")
    assert "1 commit from" in done.stdout and "pushed " in done.stdout
    one.cs("work", "-sync", "pull")
    for machine in pair:
        assert machine.read(".cs/discoveries.md").endswith("## Found on one\n## Found on two\n")
        assert machine.read(".cs/changes.md").endswith("- one\n- two\n")
        assert machine.git("rev-list", "--merges", "HEAD") == ""


def test_findings_of_both_sides_stay_whole_also_when_they_look_alike(pair):
    one = pair[0]
    alike = "\n\nCause: a timeout.\n\n```sh\n## again\ncurl\nsleep 1\n```\n\nStatus: open\n"
    findings = [f"\n## Found on {m.name}{alike}Seen by {m.name}.\n" for m in pair]
    before = one.read(".cs/discoveries.md")
    for machine, finding in zip(pair, findings):
        machine.append(".cs/discoveries.md", finding)
        machine.cs("work", "-sync", "push")
    one.cs("work", "-sync", "pull")
    for machine in pair:
        assert machine.read(".cs/discoveries.md") == before + "".join(findings)


def test_lines_that_look_like_marks_of_a_conflict_are_lines_like_others(pair):
    marks = "<<<<<<< a\n||||||| b\n=======\n>>>>>>> c\n"
    for machine in pair:
        machine.append(".cs/discoveries.md", f"\n## Found on {machine.name}\n\n{marks}")
        machine.cs("work", "-sync", "push")
    two = pair[1].read(".cs/discoveries.md")
    assert two.endswith(f"\n## Found on one\n\n{marks}\n## Found on two\n\n{marks}")


def test_findings_whose_lines_end_as_on_windows_are_merged_like_others(pair):
    one, two = pair
    one.write(".cs/discoveries.md", "# Discoveries\r\n")
    one.cs("work", "-sync", "push")
    two.cs("work", "-sync", "pull")
    for machine in pair:
        machine.append(".cs/discoveries.md", f"\r\n## Found on {machine.name}\r\n")
        machine.cs("work", "-sync", "push")
    both = "# Discoveries\r\n\r\n## Found on one\r\n\r\n## Found on two\r\n"
    assert two.read(".cs/discoveries.md") == both


def test_code_under_a_heading_that_both_sides_add_to_stays_whole(pair):
    one, two = pair
    one.append(".cs/discoveries.md", "## Shared\n\nfirst\n")
    one.cs("work", "-sync", "push")
    two.cs("work", "-sync", "pull")
    before = two.read(".cs/discoveries.md")
    findings = [f"\n{machine.name}:\n\n```sh\nstart {machine.name}\n```\n" for machine in pair]
    for machine, finding in zip(pair, findings):
        machine.append(".cs/discoveries.md", finding)
        machine.cs("work", "-sync", "push")
    assert two.read(".cs/discoveries.md") == before + "".join(findings)


def test_no_pull_brings_files_that_are_of_one_machine_alone(pair):
    one, two = pair
    one.write(".cs/remote.conf", "host=eve@evil\n")
    one.write(".cs/local/conversations.json", "[]\n")
    one.write("more.txt", "more\n")
    one.git("add", "-f", ".cs/remote.conf", ".cs/local/conversations.json", "more.txt")
    one.git("-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "by hand")
    one.git("push", "-q")
    two.cs("work", "-sync", "pull")
    assert two.read("more.txt") == "more\n"
    assert not os.path.exists(two.path() + "/.cs/remote.conf")
    assert not os.path.exists(two.path() + "/.cs/local/conversations.json")
    assert two.cs("work", "-sync", "pull").stderr == ""


def test_what_is_not_committed_is_carried_over_a_pull(pair):
    one, two = pair
    one.write("notes.txt", one.read("notes.txt").replace("line 1\n", "LINE 1\n"))
    one.cs("work", "-sync", "push")
    two.write("notes.txt", two.read("notes.txt").replace("line 8\n", "LINE 8\n"))
    two.write("new.txt", "x\n")
    head = two.git("rev-list", "--count", "HEAD")
    two.cs("work", "-sync", "pull")
    assert "LINE 1\n" in two.read("notes.txt") and "LINE 8\n" in two.read("notes.txt")
    assert int(two.git("rev-list", "--count", "HEAD")) == int(head) + 1
    assert two.git("status", "--porcelain").split("\n") == [" M notes.txt", "?? new.txt"]
    assert two.git("stash", "list") == ""


def test_a_true_conflict_leaves_everything_as_it_was(pair):
    one, two = pair
    one.write("notes.txt", one.read("notes.txt").replace("line 1\n", "ONE\n"))
    one.write("other.txt", "x\n")
    one.cs("work", "-sync", "push")
    two.write("notes.txt", two.read("notes.txt").replace("line 1\n", "TWO\n"))
    two.append(".cs/discoveries.md", "## Two\n")
    before = two.files(), two.git("rev-parse", "HEAD"), two.git("status", "--porcelain"), two.git("reflog")
    done = two.cs("work", "-sync", "pull", status=1)
    assert done.stderr.startswith(
        "cs: error: not merged, both sides changed: notes.txt; everything is as it was before\n"
    )
    assert "-sync pull --mine keeps" in done.stderr
    by_hand = " ".join(done.stderr.split()).partition("merge by hand: ")[2].partition(" shows")[0]
    assert "ONE\n" in subprocess.run(by_hand, shell=True, stdout=subprocess.PIPE, check=True).stdout.decode()
    assert (
        two.files(),
        two.git("rev-parse", "HEAD"),
        two.git("status", "--porcelain"),
        two.git("reflog"),
    ) == before
    assert not os.path.exists(os.path.join(two.path(), ".git/rebase-merge"))
    two.cs("work", "-sync", "pull", "--mine")
    assert "TWO\n" in two.read("notes.txt") and two.read("other.txt") == "x\n"
    two.cs("work", "-sync", "push")
    one.cs("work", "-sync", "pull")
    assert one.read("notes.txt") == two.read("notes.txt")


def test_theirs_takes_the_remotes_version_and_ours_stays_in_the_history(pair):
    one, two = pair
    for machine in pair:
        machine.write("notes.txt", machine.name)
    one.cs("work", "-sync", "push")
    two.cs("work", "-sync", "push", status=1)
    two.write("notes.txt", "two, not committed")
    two.cs("work", "-sync", "pull", "--theirs")
    assert two.read("notes.txt") == "one"
    assert two.git("show", "HEAD^2:notes.txt") == "two, not committed"
    two.cs("work", "-sync", "push")
    one.cs("work", "-sync", "pull")
    assert one.files() == two.files()


def test_an_ignored_file_in_the_way_is_not_overwritten(pair):
    one, two = pair
    two.write(".git/info/exclude", "private.txt\n")
    two.write("private.txt", "mine\n")
    one.write("private.txt", "theirs\n")
    one.cs("work", "-sync", "push")
    assert "private.txt" in two.cs("work", "-sync", "pull", status=1).stderr
    assert two.read("private.txt") == "mine\n"


def test_deletions_renames_modes_and_directories_are_carried_over(pair):
    one, two = pair
    one.write("d/a", "a\n")
    one.write("d/b", "b\n" * 20)
    one.cs("work", "-sync", "push")
    two.cs("work", "-sync", "pull")
    os.unlink(os.path.join(one.path(), "d/a"))
    os.rename(os.path.join(one.path(), "d/b"), os.path.join(one.path(), "c"))
    os.chmod(os.path.join(one.path(), "notes.txt"), 0o755)
    os.symlink("c", os.path.join(one.path(), "link"))
    one.cs("work", "-sync", "push")
    two.write("d/b", "b\n" * 20 + "more\n")
    two.cs("work", "-sync", "push")
    assert two.read("c") == "b\n" * 20 + "more\n" and not os.path.exists(os.path.join(two.path(), "d"))
    assert os.access(os.path.join(two.path(), "notes.txt"), os.X_OK)
    assert os.readlink(os.path.join(two.path(), "link")) == "c"
    one.cs("work", "-sync", "pull")
    assert one.files() == two.files()


@pytest.mark.parametrize("path", [".cs/artifacts", ".cs/sync.conf", ".cs/logs/session.log", ".cs/new/link"])
def test_a_pull_refuses_a_link_below_cs(pair, remote, box, path):
    _, two = pair
    commit_link(remote, box, path, box.work / "outside")
    before, head = two.files(), two.git("rev-parse", "HEAD")
    said = two.cs("work", "-sync", "pull", status=1).stderr
    assert f"at the remote {path} is a link, which no session has below .cs; nothing was changed" in said
    assert (two.files(), two.git("rev-parse", "HEAD")) == (before, head)
    assert not os.path.islink(os.path.join(two.path(), path))


def test_a_link_becomes_a_file_and_a_file_a_link(pair):
    one, two = pair
    os.symlink("notes.txt", os.path.join(one.path(), "link"))
    one.write("file", "words\n")
    one.cs("work", "-sync", "push")
    two.cs("work", "-sync", "pull")
    os.unlink(os.path.join(one.path(), "link"))
    one.write("link", "a file now\n")
    os.unlink(os.path.join(one.path(), "file"))
    os.symlink("link", os.path.join(one.path(), "file"))
    one.cs("work", "-sync", "push")
    two.cs("work", "-sync", "pull")
    assert two.read("link") == "a file now\n" and not os.path.islink(two.path() + "/link")
    assert os.readlink(two.path() + "/file") == "link"
    assert two.git("status", "--porcelain") == ""


@pytest.mark.parametrize("new", ["earlier.txt", "zuletzt.txt"])
def test_what_one_side_wrote_goes_along_when_the_other_has_renamed_the_file(pair, new):
    one, two = pair
    os.rename(os.path.join(one.path(), "notes.txt"), os.path.join(one.path(), new))
    one.cs("work", "-sync", "push")
    two.append("notes.txt", "from two\n")
    two.cs("work", "-sync", "push")
    assert two.read(new).endswith("line 9\nfrom two\n") and not os.path.exists(two.path() + "/notes.txt")
    one.cs("work", "-sync", "pull")
    assert one.files() == two.files()


def test_the_manifest_is_merged_entry_by_entry(pair):
    for machine in pair:
        entry = {"filename": machine.name + ".sh", "original_path": machine.name, "updated": "2026"}
        machine.write(".cs/artifacts/MANIFEST.json", json.dumps([entry]) + "\n")
        machine.write(f".cs/artifacts/{machine.name}.sh", machine.name)
        machine.cs("work", "-sync", "push")
    pair[0].cs("work", "-sync", "pull")
    for machine in pair:
        entries = json.loads(machine.read(".cs/artifacts/MANIFEST.json"))
        assert sorted(entry["filename"] for entry in entries) == ["one.sh", "two.sh"]
    assert pair[0].files() == pair[1].files()


EARLIER, LATER = "2026-03-01T12:00:00+05:00", "2026-03-01T11:00:00+00:00"


@pytest.mark.parametrize("dates", [(EARLIER, LATER), (LATER, EARLIER)])
def test_of_an_entry_of_the_manifest_that_both_changed_the_later_one_stays(pair, dates):
    def write(machine, date):
        machine.write(".cs/artifacts/MANIFEST.json", json.dumps([{"filename": "a.sh", "updated": date}]) + "\n")

    write(pair[0], "2026-01-01T00:00:00+00:00")
    pair[0].cs("work", "-sync", "push")
    pair[1].cs("work", "-sync", "pull")
    for machine, date in zip(pair, dates):
        write(machine, date)
        machine.cs("work", "-sync", "push")
    pair[0].cs("work", "-sync", "pull")
    for machine in pair:
        assert json.loads(machine.read(".cs/artifacts/MANIFEST.json")) == [{"filename": "a.sh", "updated": LATER}]


def test_the_settings_are_merged_key_by_key(pair):
    for machine in pair:
        text = machine.read(".cs/sync.conf")
        machine.write(".cs/sync.conf", f"{text}of_{machine.name}=yes\n")
        machine.cs("work", "-sync", "push")
    pair[0].cs("work", "-sync", "pull")
    for machine in pair:
        assert set(machine.read(".cs/sync.conf").split()) == {"auto_sync=on", "of_one=yes", "of_two=yes"}


def test_an_artifact_that_both_changed_is_kept_twice(pair):
    for machine in pair:
        machine.write(".cs/artifacts/external/etc/x.conf", f"host = {machine.name}\n")
        machine.cs("work", "-sync", "push")
    files = pair[1].files()
    assert files[".cs/artifacts/external/etc/x.conf"] == b"host = one\n"
    (other,) = [name for name in files if name.startswith(".cs/artifacts/external/etc/x.conf.")]
    assert files[other] == b"host = two\n"


# ---- credentials ----------------------------------------------------------------------------------------

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"


def objects(repository):
    words = ["git", "cat-file", "--batch", "--batch-all-objects", "--unordered"]
    return subprocess.run(words, cwd=repository, capture_output=True, check=True).stdout


def test_no_credential_is_pushed_and_fill_brings_it_back_elsewhere(machines, remote, box):
    need("age")
    one, two, _ = machines
    one.create()
    one.write("deploy.sh", f"export GITHUB_TOKEN='{TOKEN}'\n")
    one.cs("work", "-secrets", "set", "DOOR", input="open-sesame-42\n")
    one.write("door.txt", "say open-sesame-42 to it\n")
    one.cs("work", "-sync", "remote", remote)
    one.cs("work", "-sync", "push")
    two.cs("-sync", "clone", remote)
    key = two.cs("work", "-secrets", "age", "init").stdout.strip().splitlines()[-1]
    one.cs("work", "-secrets", "age", "add", key, "two")
    one.cs("work", "-secrets", "export-file")
    one.cs("work", "-sync", "push")
    assert TOKEN.encode() not in objects(remote) and b"open-sesame-42" not in objects(remote)
    assert refs(remote) == ["refs/heads/main"]
    assert one.read("deploy.sh") == f"export GITHUB_TOKEN='{TOKEN}'\n"
    done = two.cs("work", "-sync", "pull")
    assert "2 secrets imported: DOOR, GITHUB_TOKEN\n" in done.stdout
    assert TOKEN not in two.read("deploy.sh")
    for name in ("deploy.sh", "door.txt"):
        two.cs("work", "-secrets", "fill", os.path.join(two.path(), name))
        assert two.read(name) == one.read(name)


def test_a_redacted_file_stays_filled_when_a_pull_changes_it(pair):
    one, two = pair
    one.write("deploy.sh", f"export GITHUB_TOKEN='{TOKEN}'\na\nb\nc\nd\n")
    one.cs("work", "-sync", "push")
    two.cs("work", "-sync", "pull")
    two.append("deploy.sh", "from two\n")
    two.cs("work", "-sync", "push")
    one.cs("work", "-sync", "pull")
    assert one.read("deploy.sh") == f"export GITHUB_TOKEN='{TOKEN}'\na\nb\nc\nd\nfrom two\n"


def test_credentials_too_many_to_be_stored_stay_in_a_file_that_a_pull_changes(pair):
    one, two = pair
    lines = [f"GITHUB_TOKEN = '{TOKEN[:-3]}{number}'\n" for number in range(100, 300)]
    one.write("data.ini", "".join(lines))
    for number in range(4):
        one.write("other.txt", f"{number}\n")  # each of the first commits may store some
        one.cs("work", "-sync", "push")
    two.cs("work", "-sync", "pull")
    assert TOKEN[:-3] not in two.read("data.ini")
    two.append("data.ini", "from two\n")
    two.cs("work", "-sync", "push")
    one.cs("work", "-sync", "pull")
    assert one.read("data.ini") == "".join(lines) + "from two\n"


def with_too_many_credentials_on_one(one, two):
    """A file on both machines, of whose credentials the store of the first has some: what it is there."""
    text = "".join(f"GITHUB_TOKEN = '{TOKEN[:-3]}{number}'\n" for number in range(100, 300))
    one.write("data.ini", text)
    one.cs("work", "-sync", "push")
    two.cs("work", "-sync", "pull")
    return text


def test_a_file_that_the_other_side_has_renamed_keeps_its_credentials(pair):
    one, two = pair
    text = with_too_many_credentials_on_one(one, two)
    os.rename(os.path.join(two.path(), "data.ini"), os.path.join(two.path(), "new.ini"))
    two.cs("work", "-sync", "push")
    one.cs("work", "-sync", "pull")
    assert one.read("new.ini") == text
    assert not os.path.exists(os.path.join(one.path(), "data.ini"))


def test_a_deleted_file_with_credentials_that_are_nowhere_else_is_kept_aside(pair):
    one, two = pair
    text = with_too_many_credentials_on_one(one, two)
    os.remove(os.path.join(two.path(), "data.ini"))
    two.cs("work", "-sync", "push")
    one.cs("work", "-sync", "pull")
    assert not os.path.exists(os.path.join(one.path(), "data.ini"))
    (moment,) = os.listdir(os.path.join(one.path(), ".cs/local/replaced"))
    assert one.read(f".cs/local/replaced/{moment}/data.ini") == text
    assert "Sync: deleted, with credentials that are nowhere else: data.ini" in one.read(".cs/logs/session.log")


def test_an_ignored_file_keeps_its_credentials_when_the_other_side_commits_it(pair):
    one, two = pair
    two.write(".git/info/exclude", "/.env\n")
    values = {machine: f"GITHUB_TOKEN='{TOKEN[:-3]}{machine.name}'\n" for machine in pair}
    for machine in pair:
        machine.write(".env", values[machine])
    one.cs("work", "-sync", "push")
    two.cs("work", "-sync", "pull")
    assert (
        two.git("cat-file", "blob", "HEAD:.env") == "GITHUB_TOKEN='[REDACTED: stored in keychain as GITHUB_TOKEN]'"
    )
    assert two.read(".env") == values[two]


def test_an_empty_directory_is_not_in_the_way_of_a_file(pair):
    one, two = pair
    os.makedirs(os.path.join(two.path(), "build/logs"))
    one.write("build", "a file\n")
    one.cs("work", "-sync", "push")
    two.cs("work", "-sync", "pull")
    assert two.read("build") == "a file\n"


def test_secrets_of_both_sides_end_up_on_both(pair):
    need("age")
    one, two = pair
    keys = [machine.cs("work", "-secrets", "age", "init").stdout.strip().splitlines()[-1] for machine in pair]
    one.cs("work", "-secrets", "age", "add", keys[0], "one")
    one.cs("work", "-secrets", "age", "add", keys[1], "two")
    for machine in pair:
        machine.cs("work", "-secrets", "set", f"FROM_{machine.name}", input=f"value-of-{machine.name}\n")
    one.cs("work", "-secrets", "export-file")
    one.cs("work", "-sync", "push")
    two.cs("work", "-sync", "pull")
    for machine in pair:
        machine.cs("work", "-secrets", "set", f"LATER_{machine.name}", input=f"later-of-{machine.name}\n")
        machine.cs("work", "-sync", "push")
    one.cs("work", "-sync", "pull")
    for machine in pair:
        for other in pair:
            for word in ("FROM", "LATER"):
                done = machine.cs("work", "-secrets", "get", f"{word}_{other.name}")
                assert done.stdout in (f"value-of-{other.name}\n", f"later-of-{other.name}\n")


def test_a_credential_that_a_push_has_stored_travels_with_that_push(pair):
    need("age")
    one, two = pair
    key = two.cs("work", "-secrets", "age", "init").stdout.strip().splitlines()[-1]
    one.cs("work", "-secrets", "age", "add", key, "two")
    one.cs("work", "-secrets", "set", "OTHER", input="value-of-other\n")
    one.cs("work", "-secrets", "export-file")
    one.write("deploy.sh", f"GITHUB_TOKEN={TOKEN}\n")
    one.cs("work", "-sync", "push")
    two.cs("work", "-sync", "pull")
    two.cs("work", "-secrets", "fill", two.path() + "/deploy.sh")
    assert two.read("deploy.sh") == f"GITHUB_TOKEN={TOKEN}\n"


def test_secrets_that_a_pull_could_not_read_are_imported_by_the_next(pair):
    need("age")
    one, two = pair
    keys = [machine.cs("work", "-secrets", "age", "init").stdout.strip().splitlines()[-1] for machine in pair]
    one.cs("work", "-secrets", "set", "DOOR", input="open-sesame-42\n")
    one.cs("work", "-secrets", "export-file")
    one.cs("work", "-secrets", "age", "add", keys[1], "two")
    one.cs("work", "-sync", "push")
    key = os.path.join(two.home, ".cs-secrets", "age.key")
    os.rename(key, key + ".lost")
    assert "cs: warning: secrets were not imported: " in two.cs("work", "-sync", "pull").stderr
    os.rename(key + ".lost", key)
    assert two.cs("work", "-sync", "pull").stdout.endswith(" (main)\n1 secret imported: DOOR\n")
    assert two.cs("work", "-secrets", "get", "DOOR").stdout == "open-sesame-42\n"


def test_a_branch_that_was_deleted_at_the_remote_is_made_again(pair, remote):
    one, two = pair
    count = one.git("rev-list", "--count", "HEAD")
    delete = ["git", "-C", remote, "update-ref", "-d", "refs/heads/main"]
    subprocess.run(delete, check=True)
    assert one.cs("work", "-sync", "push").stdout == f"pushed {count} commits to {remote} (main)\n"
    subprocess.run(delete, check=True)
    pulled = two.cs("work", "-sync", "pull")
    assert pulled.stdout == f"nothing is there: {remote} (main) does not exist\n"
    assert pulled.stderr == "cs: hint: cs work -sync push makes it\n"
    assert "upstream     not set" in two.cs("work", "-sync").stdout
    assert two.cs("work", "-sync", "push").stdout.startswith("pushed ")


def test_a_push_says_once_what_it_leaves_out(pair):
    one, _ = pair
    one.cs("work", "-secrets", "set", "DOOR", input="open-sesame-42\n")
    one.write("db.bin", b"\0open-sesame-42")
    one.write("more.txt", "more\n")
    assert one.cs("work", "-sync", "push").stderr.count("left out of the commit") == 1


def test_a_push_during_an_unfinished_merge_says_that_it_commits_nothing(pair):
    one, _ = pair
    one.write("more.txt", "more\n")
    one.write(".git/MERGE_HEAD", one.git("rev-parse", "HEAD") + "\n")
    done = one.cs("work", "-sync", "push")
    assert done.stderr == (
        "cs: warning: nothing is committed: a merge is not finished\ncs: hint: finish or abort it with git\n"
    )
    assert done.stdout.startswith("nothing new for ") and "more.txt" in one.git("status", "--porcelain")


def test_a_commit_by_hand_with_a_stored_value_is_not_pushed(pair):
    one, _ = pair
    one.cs("work", "-secrets", "set", "DOOR", input="open-sesame-42\n")
    one.write("door.txt", "open-sesame-42\n")
    one.git("add", "door.txt")
    one.git("-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "by hand")
    done = one.cs("work", "-sync", "push", status=1)
    assert "not pushed: commits that are not yet there hold the value of DOOR in door.txt" in done.stderr
    one.cs("work", "-sync", "push", "--squash")
    assert b"open-sesame-42" not in objects(one.git("remote", "get-url", "origin"))
    assert one.read("door.txt") == "open-sesame-42\n"


def test_squash_gets_out_of_a_link_or_a_name_that_turned_out_to_be_secret(pair):
    one, _ = pair
    os.symlink("https://example.org/open-sesame-42", one.path() + "/link")
    one.write("f-open-sesame-42.txt", "")
    one.write("windows.txt", "open-sesame-42\n".encode("utf-16-le"))
    one.git("add", ".")
    one.git("-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "by hand")
    one.cs("work", "-secrets", "set", "DOOR", input="open-sesame-42\n")
    said = one.cs("work", "-sync", "push", status=1).stderr
    places = ("the name of a file", "link", "windows.txt")
    assert all(f"the value of DOOR in {place}" in said for place in places) and "open-sesame-42" not in said
    one.cs("work", "-sync", "push", "--squash")
    there = objects(one.git("remote", "get-url", "origin"))
    assert not any(value in there for value in (b"open-sesame-42", "sesame".encode("utf-16-le")))
    assert os.path.exists(one.path() + "/f-open-sesame-42.txt") and os.path.islink(one.path() + "/link")
    assert "nothing new" in one.cs("work", "-sync", "push").stdout


def test_a_commit_by_hand_with_a_credential_is_not_pushed_unless_as_it_is(pair):
    one, _ = pair
    one.write("deploy.sh", f"GITHUB_TOKEN={TOKEN}\n")
    one.git("add", "deploy.sh")
    one.git("-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "by hand")
    done = one.cs("work", "-sync", "push", status=1)
    assert "hold the value of GITHUB_TOKEN in deploy.sh\n" in done.stderr
    one.cs("work", "-sync", "push", "--as-is")
    assert TOKEN.encode() in objects(one.git("remote", "get-url", "origin"))


def test_a_path_as_remote_is_that_of_the_current_directory(machines, remote):
    one, two, _ = machines
    one.create()
    relative = os.path.relpath(remote, one.home)
    assert one.cs("work", "-sync", "remote", relative).stdout == remote + "\n"
    one.cs("work", "-sync", "push")
    assert two.cs("-sync", "clone", os.path.relpath(remote, two.home)).stdout.startswith("cloned " + remote)


@pytest.mark.parametrize("way", ["--mine", "--theirs"])
def test_a_file_where_the_other_side_has_a_directory_is_a_conflict(pair, way):
    one, two = pair
    one.write("x", "a file\n")
    one.cs("work", "-sync", "push")
    two.write("x/y", "in a directory\n")
    done = two.cs("work", "-sync", "pull", status=1)
    assert "both sides changed: x, x/y;" in done.stderr and two.read("x/y") == "in a directory\n"
    two.cs("work", "-sync", "pull", way)
    if way == "--mine":
        assert two.read("x/y") == "in a directory\n"
    else:
        assert two.read("x") == "a file\n"
    two.cs("work", "-sync", "push")
    one.cs("work", "-sync", "pull")
    assert one.files() == two.files()


def hostile_tree(machine, entries):
    """A tree as no git would make it, of (mode, name, content or tree)."""
    data = b""
    for mode, name, content in entries:
        kind = "tree" if mode == "40000" else "blob"
        words = ["git", "hash-object", "-w", "-t", kind, "--stdin", "--literally"]
        done = subprocess.run(words, cwd=machine.path(), input=content, capture_output=True, check=True)
        data += f"{mode} {name}".encode() + b"\0" + bytes.fromhex(done.stdout.decode().strip())
    return data


@pytest.mark.parametrize("name", ["..", ".git", "link"])
def test_a_history_that_leads_out_of_the_session_is_refused(pair, name, box):
    one, two = pair
    inside = hostile_tree(one, [("100644", "planted", b"x\n")])
    entries = [("40000", name, inside)]
    if name == "link":
        entries.insert(0, ("120000", name, str(box.work).encode()))
    tree = hostile_tree(one, entries)
    words = ["git", "hash-object", "-w", "-t", "tree", "--stdin", "--literally"]
    oid = subprocess.run(words, cwd=one.path(), input=tree, capture_output=True, check=True).stdout.decode().strip()
    head = one.git("-c", "user.name=x", "-c", "user.email=x", "commit-tree", oid, "-p", "HEAD", "-m", "evil")
    one.git("push", "-q", "origin", f"{head}:refs/heads/main")
    before = two.files()
    assert two.cs("work", "-sync", "pull", status=1).stderr.startswith("cs: error: ")
    assert not os.path.exists(str(box.work / "planted"))
    assert not os.path.exists(os.path.join(two.root, "planted"))
    assert not os.path.exists(os.path.join(two.path(), ".git/planted"))
    if name != "link":
        assert two.files() == before


def test_machine_local_files_of_another_machine_are_not_written(pair):
    one, two = pair
    one.write(".cs/local/adopted.conf", "own_repository=no\n")
    one.git("add", "-f", ".cs/local/adopted.conf")
    one.git("-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "strange")
    one.git("push", "-q", "origin", "main")
    os.unlink(os.path.join(one.path(), ".cs/local/adopted.conf"))
    two.cs("work", "-sync", "pull")
    assert not os.path.exists(os.path.join(two.path(), ".cs/local/adopted.conf"))
    two.cs("work", "-sync", "push")
    assert ".cs/local" not in two.git("ls-tree", "-r", "--name-only", "origin/main")
