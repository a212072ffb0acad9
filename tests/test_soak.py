"""Twenty seconds of what `python3 tests/soak.py` does for as long as one likes."""

import pytest
from bed import need
from soak import soak


@pytest.mark.slow
@pytest.mark.once
def test_after_everyday_life_at_random_nothing_is_missing_torn_locked_or_unclean(box):
    need("git")
    life = soak(box, seconds=20, sessions=6)
    assert life.troubles == []
    assert life.books
