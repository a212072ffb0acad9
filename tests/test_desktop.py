"""The keyring of a desktop that the tests of the secrets stores work with."""

from bed import wait_for
from desktop import Desktop


def test_a_secret_is_stored_looked_up_and_cleared(box):
    Desktop(box)
    name = ("service", "cs", "name", "work/TOKEN")
    value = "läß\nnew line"
    assert box.run("secret-tool", "store", "--label=x", *name, input=value) == (0, "", "")
    assert box.run("secret-tool", "lookup", *name) == (0, value, "")
    assert box.run("secret-tool", "clear", *name).status == 0
    assert box.run("secret-tool", "lookup", *name).status == 1


def test_two_desktops_know_nothing_of_each_other(box):
    desktop = Desktop(box)
    assert box.run("secret-tool", "store", "--label=x", "name", "x", input="1").status == 0
    desktop.stop()
    (box.home / ".local").rename(box.top / "away")
    Desktop(box)
    assert box.run("secret-tool", "lookup", "name", "x").status == 1


def test_a_desktop_leaves_no_process(box):
    desktop = Desktop(box)
    box.run("secret-tool", "store", "--label=x", "name", "x", input="1")
    desktop.stop()
    wait_for(lambda: not box.processes())
