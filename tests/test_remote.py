"""Remote sessions: hosts, stubs, connecting; against a real sshd, a real tmux and a stand-in for et."""

import pytest
from far import Far


@pytest.fixture
def far(box):
    """The other computer."""
    return Far(box)


def test_a_session_goes_and_comes_back(box, far):
    box.fake("claude")
    assert box.cs("api").status == 0
    print(box.cs("api", "--move-to", far.address))
    print(box.cs("api", "--move-here"))
    assert box.cs("-ls").out.count("\n") == 2
