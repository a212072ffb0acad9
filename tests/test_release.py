"""The release command and the build: reproducible, signed, described by the change log."""

import hashlib
import shutil
import zipfile

import bed
import pytest
from released import Publisher, source_tree

pytestmark = pytest.mark.once

BEFORE, NEXT = "2026.11.9", "2026.12.1"
LOG = f"# Changes\n\n## Unreleased\n\n- Notes are kept.\n- Faster.\n\n## {BEFORE} (2026-11-20)\n\n- Old.\n"


@pytest.fixture
def publisher(shared_dir):
    return Publisher(shared_dir)


@pytest.fixture
def repository(box, publisher):
    """A publisher's repository at its last release."""
    place = box.top / "repository"
    source_tree(place, BEFORE, lambda text: text.replace('RELEASE_KEY = ""', f'RELEASE_KEY = "{publisher.key}"'))
    (place / ".ci").mkdir()
    shutil.copy(str(bed.TOP / ".ci/release.py"), str(place / ".ci/release.py"))
    shutil.copy(str(bed.TOP / ".gitignore"), str(place / ".gitignore"))
    (place / "CHANGELOG.md").write_text(LOG)
    box.git("init", "-q", "-b", "main", cwd=place)
    box.git("add", "-A", cwd=place)
    box.git("commit", "-q", "-m", "state", cwd=place)
    box.git("tag", "-a", "-m", "x", f"v{BEFORE}", cwd=place)
    return place


def release(box, repository, *words, **more):
    return box.run(bed.PYTHON, repository / ".ci/release.py", *words, cwd=repository, **more)


def test_one_command_tags_builds_signs_and_describes(box, repository, publisher):
    done = release(box, repository, NEXT, "--key", publisher.place / "secret")
    assert done.status == 0, done
    assert done.out == (
        "git push --follow-tags\n"
        f"gh release create v{NEXT} --verify-tag --notes-file dist/notes.md dist/cs.pyz dist/cs.pyz.sha256"
        " dist/cs.pyz.minisig dist/install.sh dist/install.ps1\n"
    )
    dist = repository / "dist"
    assert (dist / "notes.md").read_text() == "- Notes are kept.\n- Faster.\n"
    assert box.git("describe", cwd=repository) == f"v{NEXT}"
    assert box.git("cat-file", "-t", f"v{NEXT}", cwd=repository) == "tag"
    assert box.git("status", "--porcelain", cwd=repository) == ""
    assert box.git("show", "--stat", "--format=%s", "HEAD", cwd=repository).startswith(f"Release {NEXT}\n")
    assert f"\n## Unreleased\n\n## {NEXT} (" in (repository / "CHANGELOG.md").read_text()
    assert box.run(bed.PYTHON, dist / "cs.pyz", "-version").out == f"cs {NEXT}\n"
    data = (dist / "cs.pyz").read_bytes()
    assert (dist / "cs.pyz.sha256").read_text() == f"{hashlib.sha256(data).hexdigest()}  cs.pyz\n"
    checked = box.run("minisign", "-VQm", dist / "cs.pyz", "-P", publisher.key)
    assert (checked.status, checked.out) == (0, f"file:cs.pyz version:{NEXT}\n")


def test_publish_pushes_the_tag_and_makes_the_release(box, repository, publisher):
    bare = box.top / "bare.git"
    box.git("init", "-q", "--bare", bare)
    box.git("remote", "add", "origin", bare, cwd=repository)
    box.git("push", "-q", "-u", "origin", "main", cwd=repository)
    box.fake("gh")
    done = release(box, repository, NEXT, "--key", publisher.place / "secret", "--publish")
    assert done.status == 0, done
    assert f"v{NEXT}" in box.git("tag", "--list", cwd=bare)
    assert box.calls("gh")[0].argv[:3] == ["release", "create", f"v{NEXT}"]


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("2026.12", "'2026.12' is no version"),
        (BEFORE, f"{BEFORE} is not newer than the last release, v{BEFORE}"),
        ("2026.11.8", f"2026.11.8 is not newer than the last release, v{BEFORE}"),
    ],
)
def test_a_wrong_version_is_refused(box, repository, version, said):
    done = release(box, repository, version)
    assert (done.status, done.err.splitlines()[0]) == (1, f"cs: error: {said}")
    assert box.git("status", "--porcelain", cwd=repository) == ""


def test_changes_that_are_not_committed_are_refused(box, repository):
    (repository / "install.sh").write_text("changed\n")
    assert release(box, repository, NEXT).err == "cs: error: there are changes that are not committed\n"


def test_a_release_that_the_change_log_does_not_mention_is_refused(box, repository):
    (repository / "CHANGELOG.md").write_text(LOG.replace("- Notes are kept.\n- Faster.\n\n", ""))
    box.git("commit", "-qam", "empty", cwd=repository)
    done = release(box, repository, NEXT)
    assert done.status == 1
    assert done.err.startswith(f"cs: error: CHANGELOG.md says nothing about {NEXT}\n")
    assert box.git("status", "--porcelain", cwd=repository) == ""
    assert box.git("tag", "--list", cwd=repository) == f"v{BEFORE}"


def test_the_same_commit_gives_the_same_bytes_wherever_and_whenever_it_is_built(box, repository):
    elsewhere = box.top / "else where"
    box.git("clone", "-q", repository, elsewhere)
    other = bed.interpreter("3.8")
    box.run("sh", "-c", 'find "$1" -exec touch -d 2001-01-01 {} +', "sh", elsewhere)
    odd = f'umask 077; TZ=Asia/Tokyo LC_ALL=POSIX exec "{other}" build_zipapp.py'
    assert box.run("sh", "-c", odd, cwd=elsewhere).status == 0
    assert box.run(bed.PYTHON, "build_zipapp.py", cwd=repository).status == 0
    assert (elsewhere / "dist/cs.pyz").read_bytes() == (repository / "dist/cs.pyz").read_bytes()
    with zipfile.ZipFile(str(repository / "dist/cs.pyz")) as archive:
        assert "cs.py" in archive.namelist()


def test_the_constants_of_a_build_can_be_given_on_the_command_line(box, repository, publisher):
    url = "https://example.org/me/cs/releases"
    words = ("--releases-url", url, "--public-key", publisher.place / "public")
    done = box.run(bed.PYTHON, "build_zipapp.py", *words, cwd=repository)
    assert done.status == 0, done
    with zipfile.ZipFile(str(repository / "dist/cs.pyz")) as archive:
        text = archive.read("cs.py").decode()
    assert f'\nRELEASES_URL = "{url}"\n' in text
    assert f'\nRELEASE_KEY = "{publisher.key}"\n' in text
    assert f"\nreleases_url='{url}'\n" in (repository / "dist/install.sh").read_text()
    assert f"\n$ReleasesUrl = '{url}'\n" in (repository / "dist/install.ps1").read_text()


@pytest.mark.parametrize("words", [("--releases-url", 'https://x/"+evil'), ("--public-key", "nonsense")])
def test_a_constant_that_would_break_the_build_is_refused(box, repository, words):
    done = box.run(bed.PYTHON, "build_zipapp.py", *words, cwd=repository)
    assert done.status == 1 and done.err.startswith("cs: error: ")
