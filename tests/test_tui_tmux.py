"""Whole flows of the TUI in a real tmux: the keys that a person types, and what stands on the screen then."""

import os
import time

import pytest
from bed import need
from test_tui_screen import program, session, sessions  # noqa: F401 - fixtures
from tmux import Tmux

pytest.importorskip("curses")

# Each flow begins and ends at the list: keys, then what must be seen; "-text" must not be seen.
FLOWS = {
    "moving": [
        ("j", "▌  beta"), ("Down", "▌  gamma"), ("k", "▌  beta"), ("Up", "▌  alpha"), ("G", "▌  gamma"),
        ("g", "▌  alpha"), ("End", "▌  gamma"), ("Home", "▌  alpha"), ("PageDown", "▌  gamma"),
        ("PageUp", "▌  alpha"), ("C-d", "▌  gamma"), ("C-u", "▌  alpha"),
    ],
    "sorting by name and back": [("1", "Session ▲"), ("1", "Session ▼"), ("3", "Modified▼")],
    "sorting by date of creation": [("2", "Created ▼"), ("2", "Created ▲"), ("3", "Modified▼")],
    "a column that is not there": [("6", "Github, which is not shown"), ("3", "Modified▼")],
    "sections": [("", "── Today · 1 ──"), ("", "── Yesterday · 1 ──"), ("1", "-Today"), ("3", "── This Week · 1 ──")],
    "filter, and back": [("/ g a m", "[1 session]"), ("Escape", "[3 sessions]")],
    "filter, kept, and dropped": [("/ b e t Enter", "/ bet 1/3"), ("Escape", "[3 sessions]"), ("g", "▌  alpha")],
    "filter by objective": [("/ f i n d", "▌  alpha"), ("Escape", "[3 sessions]")],
    "filter without a match": [("/ q q q", "nothing matches"), ("Escape", "[3 sessions]")],
    "filter, edited": [("/ x C-u b e t a", "[1 session]"), ("BSpace BSpace BSpace BSpace", "[3 sessions]"), ("Escape", "Enter actions")],
    "marks": [("Space Space", "2 marked"), ("Escape", "-marked"), ("g", "▌  alpha")],
    "a range": [("V j", "2 marked"), ("Escape", "-marked"), ("g", "▌  alpha")],
    "all and none": [("a", "3 marked"), ("i", "-marked")],
    "the bar": [("Enter", "s secrets"), ("Right", "d delete"), ("Escape", "-s secrets")],
    "a deed from the bar": [("Enter r", "Rename alpha"), ("Escape", "-Rename")],
    "delete, refused": [("d", "goes to the trash"), ("n", "-goes to the trash")],
    "delete marked, refused": [("a D", "Delete 3 sessions"), ("Escape", "3 marked"), ("Escape", "-marked")],
    "a new name that is wrong": [("n - x", "a name is made of"), ("Escape", "-New session")],
    "a new name that is taken": [("n b e t a Enter", "beta exists already"), ("Escape", "-New session")],
    "rename, given up": [("r x", "alphax"), ("Escape", "-alphax")],
    "move, to nowhere": [("m n o w h e r e Enter", "a host is written"), ("Escape", "-Move alpha")],
    "move, thought over": [("m a @ b Enter", "Move alpha to a@b?"), ("Escape", "-Move alpha to")],
    "secrets, none": [("s", "No secrets yet"), ("Escape", "-No secrets")],
    "conversations, none": [("c", "No conversations yet"), ("q", "-No conversations")],
    "jobs, none": [("w", "Nothing has run yet"), ("Escape", "-Nothing has run")],
    "sync without git": [("P", "no git repository"), ("S", "no git repository")],
    "help": [("?", "In the list"), ("u n d o", "undo the last delete"), ("Escape", "-In the list")],
    "search": [("C-f", "Search everything"), ("f i r s t", "Find the first one"), ("Escape", "-Search everything")],
    "search without a hit": [("C-f q z q z", "Nothing is found"), ("Escape", "-Search everything")],
    "the preview below": [("p", "Objective"), ("J K p", "-Objective")],
    "expansion": [("Tab", "goal  Find the first one"), ("j", "-goal"), ("g", "▌  alpha")],
    "undo nothing": [("u", "nothing to undo")],
    "refresh and repaint": [("R C-l", "▌  alpha")],
}  # fmt: skip


def play(tmux, flow):
    for keys, wanted in flow:
        if keys:
            tmux.key(*keys.split())
        if wanted.startswith("-"):
            tmux.wait(lambda tmux, text=wanted[1:]: text not in "\n".join(tmux.lines))
        else:
            tmux.wait(wanted)


NAMES = list(FLOWS)


@pytest.mark.parametrize("part", range(4))
def test_flows(box, sessions, part):  # noqa: F811
    tmux = Tmux(box, *box.program, rows=30, cols=80)
    tmux.wait("? help").wait("▌  alpha")
    for name in NAMES[part::4]:
        print(name)
        play(tmux, FLOWS[name])
    tmux.key("q")
    assert tmux.finish() == 0


def test_the_alternate_screen_is_left_and_what_was_there_is_seen_again(box, sessions):  # noqa: F811
    code = 'echo before; "$@"; echo "status=$?"; read x'
    tmux = Tmux(box, "sh", "-c", code, "sh", *box.program, rows=24, cols=80)
    tmux.wait("? help")
    assert tmux.ask("alternate_on") == "1" and tmux.ask("mouse_any_flag") == "1"
    tmux.key("q")
    tmux.wait("status=0")
    assert tmux.lines[0] == "before" and tmux.ask("alternate_on") == "0" and tmux.ask("mouse_any_flag") == "0"
    assert tmux.ask("cursor_flag") == "1"


def test_delete_and_undo(box, sessions):  # noqa: F811
    tmux = Tmux(box, *box.program, rows=24, cols=80)
    tmux.wait("▌  alpha").key("d")
    tmux.wait("y delete    ").key("y")
    tmux.wait("[2 sessions]").key("u")
    tmux.wait("[3 sessions]").wait("brought back alpha")
    assert (box.root / "alpha" / ".cs" / "README.md").is_file()


def test_a_conversation_is_gone_on_with(box, sessions):  # noqa: F811
    box.fake("claude", out="here is the client\n")
    name = "".join(c if c.isalnum() else "-" for c in str(box.root / "alpha"))
    place = box.home / ".claude" / "projects" / name
    place.mkdir(parents=True)
    first = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
    (place / f"{first}.jsonl").write_text(
        '{{"type":"user","uuid":"1","parentUuid":null,"sessionId":"{}","cwd":"{}","timestamp":"2026-01-01T10:00:00Z",'
        '"message":{{"role":"user","content":"Why is the cache cold?"}}}}\n'.format(first, box.root / "alpha")
    )
    tmux = Tmux(box, *box.program, rows=24, cols=80)
    tmux.wait("▌  alpha").key("c")
    tmux.wait("Why is the cache cold?").key("Enter")
    tmux.wait("here is the client")
    assert tmux.finish() == 0
    assert ["--resume", first] == [word for word in box.calls("claude")[0].argv if word in ("--resume", first)]


def test_a_hit_in_a_note_opens_its_session(box, sessions):  # noqa: F811
    box.fake("claude", out="here is the client\n")
    (box.root / "gamma" / ".cs" / "discoveries.md").write_text("# Discoveries\n\n## DNS\n\nThe resolver forgets\n")
    tmux = Tmux(box, *box.program, rows=30, cols=100)
    tmux.wait("▌  alpha").key("C-f").wait("Search everything").type("resolv")
    tmux.wait("The resolver forgets").key("Enter")
    tmux.wait("here is the client")
    assert tmux.finish() == 0
    assert "Opened by cs" in (box.root / "gamma" / ".cs" / "logs" / "session.log").read_text()


def test_a_window_of_tmux_may_be_resized_at_will(box, sessions):  # noqa: F811
    tmux = Tmux(box, *box.program, rows=24, cols=80)
    tmux.wait("? help")
    for width, height in ((20, 5), (200, 60), (41, 9), (130, 20), (80, 24)):
        tmux("resize-window", "-x", str(width), "-y", str(height))
    tmux.key("j").wait("▌  beta")
    assert len(tmux.lines) == 24 and tmux.lines[0].startswith("╭─ claude-sessions") and tmux.lines[0].endswith("╮")


def test_the_word_of_the_client_is_seen_beside_an_open_session(box, sessions):  # noqa: F811
    import cs

    pid, start = os.getpid(), cs.process_start(os.getpid())
    place = box.root / "alpha"
    (place / ".cs" / "session.lock").write_text(f"{pid}\nhost={cs.host_name()}\nstart={start}\n")
    records = box.home / ".claude" / "sessions"
    records.mkdir(parents=True)
    (records / f"{pid}.json").write_text(
        f'{{"pid": {pid}, "procStart": "{start}", "cwd": "{place}", "status": "waiting"}}'
    )
    tmux = Tmux(box, *box.program, rows=24, cols=130)
    tmux.wait("▌◆ ⚿ alpha").wait("Claude    waiting")


@pytest.mark.slow
def test_a_key_is_on_the_screen_at_once_while_a_remote_hangs(box, sessions):  # noqa: F811
    from test_tui_screen import hanging_remote, start, wait_selected

    need("git")
    hanging_remote(box, "alpha")
    screen = start(box)
    screen.wait_idle(0.4)
    screen.key("P")
    screen.wait("pushing alpha")
    taken = []
    for i in range(30):
        began = time.perf_counter()
        screen.key("jk"[i % 2])
        wait_selected(screen, ("beta", "alpha")[i % 2])
        taken.append(time.perf_counter() - began)
    assert sorted(taken)[15] < 0.1  # tests/bench measures it; this is for a busy machine
