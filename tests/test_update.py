"""cs -update and --rollback, installed, against a release server that also misbehaves."""

import json
import os
import random
import signal
import time

import bed
import pytest
import release_server as misdeed
from release_server import ReleaseServer
from released import Publisher, install

import cs

OLD, NEW = "2026.1.1", "2026.12.9"
KILLS = int(os.environ.get("CS_TEST_KILLS", "25"))
SEED = int(os.environ.get("CS_TEST_SEED", "9"))

pytestmark = pytest.mark.once


@pytest.fixture
def server(box):
    with ReleaseServer() as server:
        box.env["CS_RELEASES_URL"] = server.base
        yield server


@pytest.fixture
def publisher(shared_dir):
    return Publisher(shared_dir)


@pytest.fixture
def installed(box, server, publisher):
    """A box in which OLD is installed, beside a server that has NEW."""
    install(box, publisher.keyed(OLD))
    publisher.publish(server, NEW)
    return box


def version(box):
    """The version of the installed cs."""
    done = box.cs("-version")
    assert (done.status, done.err) == (0, ""), done
    return done.out.strip()[len("cs ") :]


def program_files(box):
    """Everything that installing has put into a home, but for caches."""
    later = (".cache", ".local/share/cs/update.lock")
    return {path: what for path, what in box.tree().items() if not path.startswith(later)}


# ---- what goes well ------------------------------------------------------------------------------------


def test_an_update_installs_the_newest_version_and_says_what_is_new(installed, server):
    done = installed.cs("-update")
    assert (done.status, done.out) == (0, "")
    assert done.err == (
        f"downloading cs {NEW} from {server.base}\n"
        f"cs is {NEW} now, and was {OLD}; cs -update --rollback goes back\n"
        f"\n## {NEW}\n\n- What is new in {NEW}.\n"
    )
    assert version(installed) == NEW
    hook = installed.home / ".claude/hooks/cs-session-start.py"
    assert f"/versions/{NEW}-" in os.path.realpath(str(hook))
    assert {path.name for path in installed.tmp.iterdir()} == {"to-sign", "to-sign.minisig"}


def test_a_session_that_is_open_during_an_update_ends_well_with_the_version_it_began_with(installed):
    installed.claude('touch("up"); wait("go"); write("late.txt", "written after the update")')
    session = installed.start_cs("api")
    bed.wait_for((installed.root / "api" / "up").exists)
    assert installed.cs("-update").status == 0
    assert version(installed) == NEW
    (installed.root / "api" / "go").touch()
    assert session.result().status == 0
    assert installed.git("show", "HEAD:late.txt", cwd=installed.root / "api") == "written after the update"
    assert installed.git("status", "--porcelain", cwd=installed.root / "api") == ""
    assert not (installed.root / "api/.cs/session.lock").exists()
    assert {run["status"] for run in installed.hook_runs()} == {0}


def test_a_rollback_goes_back_and_leaves_the_home_as_it_was(installed):
    before = installed.tree(installed.home / ".claude")
    assert installed.cs("-update").status == 0
    done = installed.cs("-update", "--rollback")
    assert (done.status, done.out, done.err) == (0, "", f"cs is {OLD} again\n")
    assert version(installed) == OLD
    assert installed.tree(installed.home / ".claude") == before
    done = installed.cs("-update", "--rollback")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("cs: error: there is no version to go back to\n")
    assert installed.cs("-update").status == 0
    assert version(installed) == NEW


def test_a_rollback_after_a_rollback_and_another_update_goes_to_the_version_that_was_in_use(
    installed, server, publisher
):
    installed.cs("-update")
    installed.cs("-update", "--rollback")
    publisher.publish(server, "2026.12.10")
    assert installed.cs("-update").status == 0
    assert version(installed) == "2026.12.10"
    assert installed.cs("-update", "--rollback").err == f"cs is {OLD} again\n"


def test_without_an_update_nothing_is_done(installed):
    installed.cs("-update")
    before = program_files(installed)
    done = installed.cs("-update")
    assert (done.status, done.out, done.err) == (0, "", f"cs {NEW} is the newest version\n")
    assert program_files(installed) == before


def test_check_only_tells(installed, server):
    before = program_files(installed)
    done = installed.cs("-update", "--check")
    assert (done.status, done.err) == (0, "")
    assert done.out == f"cs {NEW} is available, and this is {OLD}; cs -update installs it\n"
    assert installed.cs("-update", "-c").out == done.out
    assert program_files(installed) == before
    assert not [path for path in server.requests if "download" in path]


@pytest.mark.parametrize("option", ["--check", "-c", "--force"])
def test_a_rollback_that_is_only_to_be_looked_at_is_refused(installed, option):
    assert installed.cs("-update").status == 0
    before = program_files(installed)
    done = installed.cs("-update", option, "--rollback")
    assert done.status == 2 and "contradict each other" in done.err
    assert program_files(installed) == before


def test_an_older_version_is_refused_without_force(installed, server, publisher):
    publisher.publish(server, "2025.12.31")
    before = program_files(installed)
    done = installed.cs("-update")
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        f"cs: error: the newest release is 2025.12.31, older than this cs ({OLD})\n"
        "cs: hint: cs -update --force installs it all the same\n"
    )
    assert program_files(installed) == before
    assert installed.cs("-update", "--check").out == f"cs {OLD} is newer than the newest release, 2025.12.31\n"
    assert installed.cs("-update", "--force").status == 0
    assert version(installed) == "2025.12.31"


def test_force_installs_the_same_version_again(installed, server, publisher):
    publisher.publish(server, OLD)
    done = installed.cs("-update", "-f")
    assert (done.status, version(installed)) == (0, OLD)


def test_a_build_without_a_key_says_that_only_the_checksum_is_checked(box, server, publisher):
    install(box, publisher.unkeyed(OLD))
    server.publish(NEW, publisher.unkeyed(NEW).read_bytes())
    done = box.cs("-update")
    assert done.status == 0
    assert "this cs was built without a key: the download is checked by its checksum only\n" in done.err
    assert version(box) == NEW


def test_a_cs_of_another_name_is_updated_under_that_name(box, server, publisher):
    install(box, publisher.keyed(OLD), "--name", "ccs")
    publisher.publish(server, NEW)
    box.program = [str(box.home / ".local/bin/ccs")]
    assert box.cs("-update").status == 0
    assert version(box) == NEW
    assert not (box.home / ".local/bin/cs").exists()


def test_a_url_that_is_built_in_is_used(box, server, publisher):
    program = publisher.build(OLD, "--releases-url", server.base, label="-" + server.host)
    install(box, program)
    del box.env["CS_RELEASES_URL"]
    publisher.publish(server, NEW)
    assert box.cs("-update", "--check").out.startswith(f"cs {NEW} is available")
    script = (program.parent / "install.sh").read_text()
    assert f"\nreleases_url='{server.base}'\n" in script


# ---- what is refused -----------------------------------------------------------------------------------


def refusals(server, publisher, other):
    """What the server may do → the sentence that refuses it."""
    data = publisher.keyed(NEW).read_bytes()
    checksum, signature = server.path(NEW, "cs.pyz.sha256"), server.path(NEW, "cs.pyz.minisig")
    program = server.path(NEW, "cs.pyz")
    old, good = publisher.keyed(OLD).read_bytes(), f"file:cs.pyz version:{NEW}"
    numbers = [cs.key_number(cs.parse_public_key(each.key)[0]) for each in (other, publisher)]

    def files(**files):
        return lambda: server.files.update({server.path(NEW, name): files[name] for name in files})

    def deed(path, deed):
        return lambda: server.deeds.update({path: deed})

    def signed(text):
        return lambda: server.files.update({signature: text.encode()})

    def whole(content, text):
        return lambda: server.publish(NEW, content, text)

    yield deed(checksum, misdeed.status(404)), f"release {NEW} has no checksum, so it is not installed"
    yield (
        lambda: server.files.update({checksum: b"0" * 64 + b"  cs.pyz\n"}),
        "cs.pyz has another checksum than its release says: it was damaged or changed",
    )
    yield (
        lambda: server.files.update({checksum: server.files[checksum][:20]}),
        "the checksum of cs.pyz is damaged: it is not a line of sha256sum's",
    )
    yield deed(signature, misdeed.status(404)), f"release {NEW} has no signature, so it is not installed"
    yield signed("<html>"), "the signature is damaged: it is not a file of minisign's"
    yield (
        signed(publisher.sign(data + b" ", good)),
        "the signature of cs.pyz does not fit: it is not what its publisher signed",
    )
    yield (
        signed(publisher.sign(data, f"file:install.sh version:{NEW}")),
        "the signature is for the file 'install.sh', not for cs.pyz",
    )
    yield (
        whole(old, publisher.sign(old, f"file:cs.pyz version:{OLD}")),
        f"the signature is for version {OLD}, not for {NEW}",
    )
    yield (
        signed(other.sign(data, good)),
        "the signature of cs.pyz is by another key ({}) than this cs was built with ({})".format(*numbers),
    )
    yield (
        signed(publisher.sign(data, good, "-l")),
        "the signature is of minisign's legacy kind, which is not accepted",
    )
    yield (
        deed("/me/cs/releases/latest", misdeed.redirect("/me/cs/releases/latest")),
        f"{server.host} sends us from address to address without end",
    )
    yield deed(program, misdeed.endless), f"{server.host} sends more than 32.0 MB"
    yield deed(program, misdeed.cut_off(data, 1000)), f"{server.host} ended its answer too early"
    yield (
        whole(b"no program", publisher.sign(b"no program", good)),
        "the cs that was downloaded does not run here, so that it is not installed: ",
    )
    yield (
        whole(old, publisher.sign(old, good)),
        "the cs that was downloaded does not run here, so that it is not installed: ",
    )


@pytest.mark.parametrize("minisign", ["with minisign", "without minisign"])
def test_each_misdeed_is_refused_with_its_own_sentence_and_the_installed_cs_stays(
    installed, server, publisher, shared_dir, minisign
):
    said, expected = [], []
    cases = list(refusals(server, publisher, Publisher(shared_dir, "stranger")))
    before = program_files(installed)
    if minisign.startswith("without"):
        installed.without("minisign")
    for misbehave, sentence in cases:
        server.deeds.clear()
        publisher.publish(server, NEW)
        misbehave()
        done = installed.cs("-update")
        assert (done.status, done.out) == (1, "")
        line = next(line for line in done.err.splitlines() if line.startswith("cs: error: "))
        said.append(line[len("cs: error: ") :][: len(sentence)])
        expected.append(sentence)
    assert said == expected
    assert program_files(installed) == before
    assert version(installed) == OLD
    publisher.publish(server, NEW)
    server.deeds.pop(server.path(NEW, "cs.pyz"), None)
    assert (installed.cs("-update").status, version(installed)) == (0, NEW)


def test_the_minisign_program_is_asked_where_there_is_one_and_its_no_counts(installed):
    installed.spy("minisign")
    assert installed.cs("-update").status == 0
    assert [call.argv[0] for call in installed.calls("minisign")] == ["-Vqm"]
    installed.cs("-update", "--rollback")
    installed.fake("minisign", err="Signature verification failed\n", status=1)
    done = installed.cs("-update")
    assert done.status == 1
    assert "cs: error: minisign does not accept the signature: Signature verification failed\n" in done.err
    assert version(installed) == OLD


def test_a_cs_that_is_not_installed_is_not_updated(box, server, publisher):
    publisher.publish(server, NEW)
    done = box.cs("-update")
    assert (done.status, done.out) == (1, "")
    assert done.err == f"cs: error: this cs runs from the clone {bed.TOP}\ncs: hint: git pull updates it\n"
    install(box, publisher.keyed(OLD))
    elsewhere = box.run(bed.PYTHON, "-ESs", publisher.keyed(OLD), "-update")
    assert elsewhere.status == 1 and "is not the installed one" in elsewhere.err


def test_a_cs_that_knows_no_place_for_releases_says_so(installed):
    installed.env.pop("CS_RELEASES_URL")
    done = installed.cs("-update")
    assert (done.status, done.err) == (
        1,
        "cs: error: this cs does not know where its releases are\ncs: hint: CS_RELEASES_URL names the place\n"
        "cs: hint: in a clone of its repository, git pull && ./install.sh does the same\n",
    )


def test_two_updates_at_once_do_not_meet(installed, server):
    held = cs.FileLock(str(installed.home / ".local/share/cs/update.lock"))
    with held:
        for words in (["-update"], ["-update", "--rollback"]):
            done = installed.cs(*words)
            assert done.status == 1 and "update.lock is held by another process" in done.err
    assert version(installed) == OLD


# ---- kill -9 -------------------------------------------------------------------------------------------


def kill_everything(box):
    """Kill every process of a box, until none is left."""
    while True:
        pids = box.processes()
        if not pids:
            return
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


@pytest.mark.slow
def test_an_update_that_is_killed_at_any_moment_leaves_a_cs_that_runs_with_its_own_hooks(
    installed, server, publisher
):
    """25 times by default; CS_TEST_KILLS sets another number."""
    versions = [OLD, NEW, "2026.12.10"]
    for each in versions:
        publisher.publish(server, each)
    chance = random.Random(SEED)
    started = time.monotonic()
    assert installed.cs("-update").status == 0
    length = time.monotonic() - started
    came_through = []
    for number in range(KILLS):
        wanted = versions[number % 3]
        publisher.publish(server, wanted)
        running = installed.start_cs("-update", "--force")
        time.sleep(chance.uniform(0, length))  # the moment of the kill: nothing is waited for
        kill_everything(installed)
        running.end()
        came_through.append(check_installation(installed, versions) == wanted)
        length *= 0.9 if came_through[-1] else 1.15  # on a busy machine everything takes longer
    assert True in came_through and False in came_through
    publisher.publish(server, NEW)
    done = installed.cs("-update", "--force")
    assert (done.status, version(installed)) == (0, NEW), done
    assert len(os.listdir(str(installed.home / ".local/share/cs/versions"))) == 2


@pytest.mark.slow
def test_an_uninstall_after_a_killed_update_leaves_the_home_as_it_was(box, server, publisher):
    before = box.tree()
    for each in (OLD, NEW):
        publisher.publish(server, each)
    chance = random.Random(SEED)
    for _ in range(max(3, KILLS // 8)):
        install(box, publisher.keyed(OLD))
        running = box.start_cs("-update")
        bed.wait_for(lambda: new_version_is_there(box), timeout=60, what="the new version")
        time.sleep(chance.uniform(0, 0.15))  # the moment of the kill
        kill_everything(box)
        running.end()
        done = box.cs("-uninstall", "-y")
        assert (done.status, done.err.splitlines()[-1]) == (0, "cs is uninstalled")
        assert box.tree() == before


def new_version_is_there(box):
    """Whether the files of the new version are complete: copies, links and settings come next."""
    return any(name.startswith(NEW) for name in os.listdir(str(box.home / ".local/share/cs/versions")))


def check_installation(box, versions):
    """The version of an installation that must be whole."""
    found = version(box)
    assert found in versions
    claude = box.home / ".claude"
    for hook in cs.HOOKS:
        program = os.path.realpath(str(claude / "hooks" / f"cs-{hook.name}.py"))
        assert f"/versions/{found}-" in program and os.path.isfile(program)
    commands = json.dumps(json.loads((claude / "settings.json").read_text())["hooks"])
    assert all(f"/hooks/cs-{hook.name}.py" in commands for hook in cs.HOOKS)
    return found


def test_installations_at_the_same_time_wait_for_each_other(box, publisher):
    programs = [publisher.keyed(each) for each in (OLD, NEW, OLD, NEW)]
    running = [box.start(bed.PYTHON, "-ESs", program, "-install") for program in programs]
    assert [each.result(120).status for each in running] == [0, 0, 0, 0]
    box.program = [str(box.home / ".local/bin/cs")]
    check_installation(box, [OLD, NEW])
    assert box.cs("-uninstall", "-y").status == 0
    assert list(box.tree()) == [".gitconfig"]
