"""The installed cs that tests get: a copy that is as good as an installation."""

import re

import bed
import pytest

pytestmark = pytest.mark.skipif(not (bed.TOP / "hooks").is_dir(), reason="cs cannot be installed yet")


@pytest.fixture
def other(box, tmp_path):
    """A second box."""
    (tmp_path / "other").mkdir()
    other = bed.Box(tmp_path / "other", box.shared)
    yield other
    other.close()


def content(box):
    """What stands in a home, with the box's own path replaced; bytecode by name alone."""
    found = {}
    for path in sorted(box.home.rglob("*")):
        name = re.sub(r"-[0-9a-f]{12}\b", "-DIGEST", str(path.relative_to(box.home)))
        kind, mode, data = bed.look_at(path)
        if path.suffix == ".pyc":
            data = "bytecode"
        elif kind == "file":
            data = path.read_bytes().replace(str(box.top).encode(), b"TOP")
        elif kind == "link":
            data = data.replace(str(box.top), "TOP")
        found[name] = (kind, mode, data)
    return found


def test_the_copy_is_what_the_installer_makes(box, other):
    assert box.install().status == 0
    other.installed()
    ours, theirs = content(box), content(other)
    assert set(ours) == set(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_the_copy_runs(box):
    box.installed()
    result = box.cs("-version")
    assert (result.status, result.err) == (0, "")
    assert str(bed.TOP) not in result.out


def test_the_copy_runs_from_its_bytecode(box):
    box.installed()
    [bytecode] = box.home.glob(".local/share/cs/versions/*/__pycache__/cs.*.pyc")
    before = bytecode.stat().st_mtime_ns
    source = bytecode.parent.parent / "cs.py"
    header = bytecode.read_bytes()[:16]
    assert int.from_bytes(header[8:12], "little") == int(source.stat().st_mtime)
    box.cs("-version")
    assert bytecode.stat().st_mtime_ns == before


def test_the_installer_finds_its_own_copy_complete(box):
    before = box.installed().tree()
    assert box.install().status == 0
    assert box.tree() == before
