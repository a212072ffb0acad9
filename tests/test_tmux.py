"""The tmux that tests of whole flows work with."""

import signal

from bed import wait_for
from tmux import Tmux


def test_a_program_is_typed_to_seen_and_waited_for(box):
    tmux = Tmux(box, "sh", "-c", 'echo name?; read name; echo "hello, $name"; exit 3', rows=10, cols=40)
    tmux.wait("name?").type("Ada -; x").key("Enter").wait("hello, Ada -; x")
    assert tmux.finish() == 3


def test_the_window_has_the_size_and_environment_of_the_box(box):
    tmux = Tmux(box, "sh", "-c", "stty size; echo $HOME; pwd; read x", rows=12, cols=150)
    tmux.wait(str(box.work))
    assert tmux.lines[:3] == ["12 150", str(box.home), str(box.work)]


def test_title_and_window_name_can_be_asked_for(box):
    tmux = Tmux(box, "sh", "-c", r"printf '\033]2;a title\007'; tmux rename-window mine; echo up; read x")
    tmux.wait("up")
    assert (tmux.ask("pane_title"), tmux.ask("window_name")) == ("a title", "mine")


def test_a_signal_is_told(box):
    assert Tmux(box, "sh", "-c", "kill -9 $$").finish() == -signal.SIGKILL


def test_a_server_leaves_no_process(box):
    tmux = Tmux(box, "sleep", "300")
    assert box.processes()
    tmux.stop()
    wait_for(lambda: not box.processes())
