"""Fixtures of every test: the sealed box, and what is expensive enough to be shared."""

import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import bed
from real_claude import RealClaude


def pytest_configure(config):
    """Name the markers."""
    config.addinivalue_line("markers", "slow: takes seconds; not run again on the oldest Python")
    config.addinivalue_line("markers", "once: says the same on every Python; run on the newest only")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI a module that requirements.txt should bring is no reason to skip; on old Pythons some are not."""
    report = (yield).get_result()
    if bed.IN_CI and sys.version_info >= (3, 10) and report.skipped and "could not import" in str(report.longrepr):
        report.outcome = "failed"


@pytest.fixture(scope="session")
def shared_dir(tmp_path_factory):
    """A directory that all workers of this test session share."""
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared"
    place.mkdir(exist_ok=True)
    return place


@pytest.fixture(autouse=True)
def box(tmp_path, shared_dir, monkeypatch):
    """The sealed box of this test; os.environ and the current directory are its own too."""
    box = bed.Box(tmp_path, shared_dir)
    for name in [name for name in os.environ if not name.startswith("PYTEST_")]:
        monkeypatch.delenv(name)
    for name, value in box.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(box.work)
    yield box
    box.close()


@pytest.fixture
def real_claude(box):
    """The real Claude Code in the box; `real_claude.api.script([...])` says what the model answers."""
    return RealClaude(box)
