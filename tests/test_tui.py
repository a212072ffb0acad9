"""The TUI's model: what each key, click, answer and moment does to it."""

from types import SimpleNamespace

import bed
import pytest
from tui_bed import DAY, HOUR, NOW, Play, row, sample

import cs

pytestmark = pytest.mark.skipif(bed.os.name == "nt", reason="curses is not there")


def many(count=100):
    return [row(f"s{i:03}", hours=i / 10) for i in range(count)]


# ── matching ──


@pytest.mark.parametrize(
    "term, text, score, places",
    [
        ("deb", "debug-api", 21, (0, 1, 2)),
        ("da", "debug-api", 20, (0, 6)),
        ("dba", "debug-api", 20, (0, 2, 6)),
        ("api", "debug-api", 11, (6, 7, 8)),
        ("api", "api", 21, (0, 1, 2)),
        ("ff", "fuzzy-finder", 20, (0, 6)),
        ("se", "my-session", 8, (3, 4)),
        ("a", "alpha", 15, (0,)),
        ("a", "cat-bar.api", 5, (8,)),
        ("a", "_a", 5, (1,)),
        ("a", "cat", 0, (1,)),
        ("api", "apple-pie-api", 23, (0, 6, 7)),
    ],
)
def test_letters_are_placed_and_scored_as_specified(term, text, score, places):
    weight, found = cs.fuzzy(term, text)
    assert (-(-weight // 256), found) == (score, places)


def test_a_better_placement_is_found_than_the_leftmost():
    assert cs.fuzzy("api", "xaxpxi-api")[1] == (7, 8, 9)


def test_letters_that_are_not_there_in_this_order_do_not_match():
    assert cs.fuzzy("ba", "ab") is None
    assert cs.fuzzy("c", "ab") is None


@pytest.mark.parametrize(
    "query, matching",
    [
        ("", ["a-big-cat", "abc", "api", "debug-api", "old-api"]),
        ("ABC", ["a-big-cat", "abc"]),
        ("api", ["api", "debug-api", "old-api"]),
        ("api !old", ["api", "debug-api"]),
        ("'bug", ["debug-api"]),
        ("^api", ["api"]),
        ("api$", ["api", "debug-api", "old-api"]),
        ("^a c$", ["abc"]),
        ("^api$", ["api"]),
        ("!^a", ["debug-api", "old-api"]),
        ("!", ["a-big-cat", "abc", "api", "debug-api", "old-api"]),
        ("api debug", ["debug-api"]),
    ],
)
def test_a_filter_is_made_of_words_that_all_must_match(query, matching):
    play = Play([row(name) for name in ("a-big-cat", "abc", "api", "debug-api", "old-api")])
    play.keys("/")
    play.type(query)
    assert sorted(play.names) == matching


def test_host_and_objective_match_for_less_than_the_name():
    play = Play([row("aaa", host="me@zoo"), row("zoo"), row("bbb")])
    play.m.facts["bbb"] = cs.Facts(False, "", "Count the animals of the zoo")
    play.keys("/")
    play.type("zoo")
    assert play.names == ["zoo", "aaa", "bbb"]


# ── order ──


def test_the_newest_session_stands_first_and_is_selected():
    play = Play()
    assert play.names[:3] == ["debug-api", "fix-auth", "homeassistant"]
    assert play.names[-1] == "zeta"  # it has no date
    assert play.selected == "debug-api"


def test_the_same_column_again_turns_the_order_round_and_missing_values_stay_last():
    play = Play()
    play.keys("3")
    assert play.names == [
        "thesis",
        "blog",
        "api-gateway",
        "invoice-parser",
        "homeassistant",
        "fix-auth",
        "debug-api",
        "zeta",
    ]


@pytest.mark.parametrize(
    "key, first, descending",
    [
        ("1", "api-gateway", False),
        ("2", "fix-auth", True),
        ("4", "debug-api", True),
        ("5", "homeassistant", False),
        ("6", "blog", False),
    ],
)
def test_a_new_column_starts_with_names_upwards_and_dates_and_counts_downwards(key, first, descending):
    play = Play()
    play.keys(key)
    assert (play.names[0], play.m.descending) == (first, descending)


def test_ties_stay_in_the_order_of_names_in_both_directions():
    play = Play([row(name, secrets=2) for name in "cab"])
    play.keys("4")
    assert play.names == ["a", "b", "c"]
    play.keys("4")
    assert play.names == ["a", "b", "c"]


def test_sorting_keeps_the_selected_session():
    play = Play()
    play.keys("j j 1")
    assert play.selected == "homeassistant"


def test_sorting_by_a_column_that_is_not_shown_says_so():
    play = Play(width=40)
    play.keys("6")
    assert play.names[0] == "blog"
    assert "Github" in play.status


def test_sections_are_calendar_days_of_the_sorted_column():
    midnight = cs.section_bounds(NOW)[0][1]
    ages = [
        0,
        NOW - midnight + 1,
        NOW - midnight + DAY + 1,
        NOW - midnight + 6 * DAY + 1,
        NOW - midnight + 29 * DAY + 1,
    ]
    play = Play([row(f"s{i}", hours=age / HOUR) for i, age in enumerate(ages)])
    labels = [line.label for line in play.m.lines if isinstance(line, cs.Heading)]
    assert labels == ["Today", "Yesterday", "This Week", "This Month", "Older"]


def test_there_are_no_sections_under_a_name_order_nor_by_score():
    play = Play()
    play.keys("1")
    assert not any(isinstance(line, cs.Heading) for line in play.m.lines)
    play.keys("3 /")
    play.type("a")
    assert not any(isinstance(line, cs.Heading) for line in play.m.lines)


def test_sections_of_the_created_order_come_from_the_created_dates():
    play = Play([row("old-but-used", hours=0.1, days=100), row("new", hours=0.1, days=0.01)])
    play.keys("2")
    assert [line.label for line in play.m.lines if isinstance(line, cs.Heading)] == ["Today", "Older"]


def test_no_heading_comes_twice_when_the_oldest_stand_first():
    play = Play()
    play.keys("3")
    labels = [line.label for line in play.m.lines if isinstance(line, cs.Heading)]
    assert len(labels) == len(set(labels))


def test_a_session_from_the_future_is_of_today():
    play = Play([row("ahead", hours=-50)])
    assert play.m.lines[0].label == "Today"
    assert " now " in play.screen


def test_sections_move_on_at_midnight():
    play = Play([row("late", hours=0.1)])
    play.now = play.m.midnight + 1
    play.event(cs.Event("tick"))
    assert play.m.lines[0].label == "Yesterday"


# ── moving ──


def test_moving_stops_at_both_ends():
    play = Play(many(3))
    play.keys("k")
    assert play.selected == "s000"
    play.keys("j j j j")
    assert play.selected == "s002"


@pytest.mark.parametrize("down, up", [("j", "k"), ("down", "up")])
def test_letters_and_arrows_move(down, up):
    play = Play(many())
    play.keys(f"{down} {down} {up}")
    assert play.selected == "s001"


def test_a_held_key_goes_faster():
    play = Play(many())
    at = []
    for _ in range(10):
        play.keys("j")
        play.now += 0.1
        at.append(int(play.selected[1:]))
    assert at == [1, 2, 3, 5, 7, 9, 11, 13, 18, 23]


def test_slow_presses_and_other_directions_start_over():
    play = Play(many())
    for _ in range(8):
        play.keys("j")
        play.now += 0.3
    assert play.selected == "s008"
    play.keys("j j j j k")
    assert play.selected == "s012"


def test_first_last_pages_and_half_pages():
    play = Play(many())
    rows = cs.Regions(play.m).rows
    play.keys("G")
    assert play.selected == "s099"
    play.keys("g pgdn")
    assert play.selected == f"s{rows:03}"
    play.keys("pgup C-d")
    assert play.selected == f"s{rows // 2:03}"
    play.keys("C-u end home")
    assert play.selected == "s000"


def test_the_selection_is_always_on_the_screen_with_its_heading():
    play = Play(many())
    for keys in ("G", "k k k k", "pgup", "g", "pgdn pgdn", "1", "3"):
        play.keys(keys)
        assert play.selected in play.screen
    play.keys("3 g")
    assert "Today" in play.screen


# ── filter ──


def test_the_list_filters_while_typing_best_first_and_selects_the_best():
    play = Play()
    play.keys("/")
    play.type("api")
    assert play.names == ["api-gateway", "debug-api"]
    assert play.selected == "api-gateway"
    play.keys("down")
    assert play.selected == "debug-api"
    assert "2/8" in play.screen


def test_escape_brings_back_the_list_as_it_was():
    play = Play()
    play.keys("j j /")
    play.type("blog")
    play.keys("esc")
    assert (play.selected, len(play.names), play.line) == ("homeassistant", 8, None)


def test_enter_keeps_the_filter_and_escape_takes_it_away():
    play = Play()
    play.keys("/")
    play.type("api")
    play.keys("enter")
    assert play.names == ["api-gateway", "debug-api"]
    assert "/ api" in play.screen
    play.keys("esc")
    assert len(play.names) == 8 and play.selected == "api-gateway" and play.line is None


def test_a_second_filter_searches_all_and_its_escape_restores_the_first():
    play = Play()
    play.keys("/")
    play.type("api")
    play.keys("enter /")
    play.type("blog")
    assert play.names == ["blog"]
    play.keys("esc")
    assert play.names == ["api-gateway", "debug-api"]


def test_nothing_matches_is_an_empty_list_without_selection():
    play = Play()
    play.keys("/")
    play.type("qqq")
    play.keys("enter")
    assert (play.names, play.selected) == ([], "")
    play.keys("j enter d o space tab r m s P c V")
    assert play.m.popup is None and play.line is None
    assert "nothing matches" in play.screen


def test_sorting_works_inside_a_filter():
    play = Play()
    play.keys("/")
    play.type("api")
    play.keys("enter 3")
    assert play.names == ["debug-api", "api-gateway"]


def test_an_empty_filter_is_no_filter():
    play = Play()
    play.keys("/ enter")
    assert len(play.names) == 8 and play.m.filter_text == ""


@pytest.mark.parametrize(
    "keys, text",
    [
        ("a b c", "abc"),
        ("a b c backspace", "ab"),
        ("a b c left left delete", "ac"),
        ("a b home c", "cab"),
        ("a b home c end d", "cabd"),
        ("a space b C-w", "a "),
        ("a b C-u c", "c"),
        ("a b left C-k", "a"),
        ("a b C-a x C-e y", "xaby"),
        ("left delete backspace right C-w C-k C-u", ""),
        ("é 日 backspace", "é"),
        ("C-b M-x a", "a"),
    ],
)
def test_a_line_is_edited_as_everywhere(keys, text):
    play = Play()
    play.keys("/ " + keys)
    assert play.m.typing[0].text == text


def test_pasted_text_goes_into_a_field_on_one_line_and_is_no_command_elsewhere():
    play = Play()
    play.event(cs.Event("paste", "dyq\n"))
    assert play.m.popup is None and play.line is None and "pasted" in play.status
    play.keys("/")
    play.event(cs.Event("paste", "debug\nap\x1bi"))
    assert play.m.typing[0].text == "debug api"


# ── marks ──


def test_space_marks_and_goes_on():
    play = Play()
    play.keys("space space j space")
    assert play.m.marks == {"debug-api", "fix-auth", "invoice-parser"}
    assert "3 marked" in play.bottom
    assert "D delete" in play.bottom and "Esc unmark" in play.bottom and "new" not in play.bottom


def test_a_range_follows_the_cursor_and_escape_takes_it_back():
    play = Play(many())
    play.keys("j space V j j k")
    assert play.m.marks == {"s001", "s002", "s003"}
    play.keys("esc")
    assert play.m.marks == {"s001"}
    play.keys("V j V j")
    assert play.m.marks == {"s001", "s003", "s004"}


def test_all_and_the_inverse_of_what_is_shown():
    play = Play()
    play.keys("/")
    play.type("api")
    play.keys("enter a")
    assert play.m.marks == {"debug-api", "api-gateway"}
    play.keys("esc i")
    assert play.m.marks == {row.name for row in sample()} - {"debug-api", "api-gateway"}


def test_marks_survive_sorting_and_filtering_but_not_the_end_of_a_session():
    play = Play()
    play.keys("space 1 /")
    play.type("thesis")
    play.keys("enter")
    assert play.m.marks == {"debug-api"}
    play.answer("scan", value=([row("blog"), row("thesis")], 0.01))
    assert play.m.marks == set()


# ── the layers of escape ──


def test_escape_peels_one_layer_at_a_time():
    play = Play()
    play.keys("/")
    play.type("b")
    play.keys("enter j space")
    play.keys("tab")
    play.keys("P")
    play.m.jobs[1] = cs.Job(1, play.selected, "push", play.now)
    play.keys("V")
    play.keys("esc")
    assert play.asked("cancel") == [(1,)]
    play.keys("esc")
    assert play.m.anchor is None and play.m.filter_text == "b"
    play.keys("esc")
    assert play.m.filter_text == "" and play.m.marks
    play.keys("esc")
    assert not play.m.marks
    play.m.expanded = play.selected
    play.keys("esc")
    assert play.m.expanded == "" and play.line is None
    play.keys("esc")
    assert play.line == [] and play.m.outcome.status == 0


def test_q_leaves_and_ctrl_c_leaves_with_130_from_everywhere():
    play = Play()
    play.keys("q")
    assert (play.line, play.m.outcome.status) == ([], 0)
    for keys in ("", "enter", "/ a", "d", "n x", "s", "w", "?", "C-f", "c"):
        play = Play()
        play.keys(keys + " C-c")
        assert (play.line, play.m.outcome.status) == ([], 130), keys


# ── opening ──


def test_enter_opens_the_bar_and_enter_again_the_session():
    play = Play()
    play.keys("enter")
    assert play.m.bar == 0
    play.keys("enter")
    assert play.asked("open") == [("debug-api", ("debug-api",))]
    play.answer("open", "debug-api", ("debug-api",), value="")
    assert play.line == ["debug-api"]


def test_o_opens_at_once():
    play = Play()
    play.keys("o")
    assert play.asked("open") == [("debug-api", ("debug-api",))]


def test_a_session_that_is_open_is_opened_only_after_a_yes():
    play = Play()
    play.keys("o")
    play.answer("open", "debug-api", ("debug-api",), value="pid 77")
    assert play.line is None and "pid 77" in play.screen
    play.keys("n")
    assert play.line is None and play.m.popup is None
    play.answer("open", "debug-api", ("debug-api",), value="pid 77")
    play.keys("y")
    assert play.line == ["debug-api", "--force"]


def test_what_has_vanished_is_a_message():
    play = Play()
    play.keys("o")
    play.answer("open", "debug-api", ("debug-api",), error="debug-api is gone")
    assert play.line is None and play.status == "debug-api is gone"


def test_broken_links_and_wrong_names_are_messages():
    play = Play([row("gone", broken=True), row("bad name", misnamed=True)])
    play.keys("1 g o")
    assert "renames it" in play.status
    play.keys("j o")
    assert "removes the link" in play.status
    assert play.asked("open") == []


def test_the_bar_skips_what_cannot_be_done_and_runs_the_rest():
    play = Play()
    play.keys("j enter right")  # fix-auth is open: no delete, rename, move
    assert list(cs.BAR)[play.m.bar] == "s"
    play.keys("left")
    assert play.m.bar == 0
    play.keys("left esc")
    assert play.m.bar is None
    play.keys("k enter d")
    assert play.m.popup.title == "Delete" and play.m.bar is None


@pytest.mark.parametrize(
    "name, key, reason",
    [
        ("homeassistant", "s", "remote"),
        ("homeassistant", "P", "remote"),
        ("homeassistant", "L", "remote"),
        ("homeassistant", "S", "remote"),
        ("homeassistant", "m", "remote already"),
        ("homeassistant", "c", "remote"),
        ("fix-auth", "d", "is open"),
        ("fix-auth", "r", "is open"),
        ("fix-auth", "m", "is open"),
        ("zeta", "S", "no git"),
        ("thesis", "P", "no remote"),
        ("thesis", "L", "no remote"),
    ],
)
def test_a_key_that_cannot_be_says_why(name, key, reason):
    play = Play()
    play.m.selected = name
    play.effects.clear()
    play.keys(key)
    assert reason in play.status
    assert play.m.popup is None and not play.asked("job")


# ── create, rename, move ──


def test_a_new_session_is_created_by_leaving_with_its_name():
    play = Play()
    play.keys("n")
    play.type("router.v2")
    play.keys("enter")
    assert play.line == ["router.v2"]


@pytest.mark.parametrize("text", ["-update", "..", "a/b", "a b", "日本", ".x", "a" * 101])
def test_a_wrong_name_is_refused_inside_the_popup_and_stays_there(text):
    play = Play()
    play.keys("n")
    play.type(text)
    assert "a name is made of" in play.screen
    play.keys("enter")
    assert play.line is None and play.m.popup.field.text == text
    play.keys("esc")
    assert play.m.popup is None


def test_a_name_that_is_taken_or_empty_is_refused():
    play = Play()
    play.keys("n enter")
    assert "nothing was typed" in play.screen
    play.type("blog")
    play.keys("enter")
    assert "blog exists already" in play.screen and play.line is None


def test_rename_starts_with_the_name_and_keeps_the_row_selected():
    play = Play()
    play.keys("r")
    assert play.m.popup.field.text == "debug-api"
    play.keys("enter")
    assert "its name already" in play.screen
    play.keys("- 2 enter enter")
    assert play.asked("rename") == [("debug-api", "debug-api-2")]
    play.answer("rename", "debug-api", "debug-api-2")
    assert play.selected == "debug-api-2" and "debug-api-2" in play.names
    assert play.m.popup is None and play.m.status_kind == "success"


def test_a_rename_that_fails_says_so_in_the_popup_and_keeps_the_text():
    play = Play()
    play.keys("r 2 enter")
    play.answer("rename", "debug-api", "debug-api2", error="no space left")
    assert play.m.popup.field.text == "debug-api2" and "no space left" in play.screen
    play.keys("enter")
    assert len(play.asked("rename")) == 2


def test_a_name_that_breaks_the_rule_can_be_renamed():
    play = Play([row("bad name", misnamed=True)])
    play.keys("r C-u o k enter")
    assert play.asked("rename") == [("bad name", "ok")]


def test_move_offers_the_registered_hosts_and_says_what_happens():
    play = Play()
    play.keys("m")
    play.answer("hosts", value=[("mini", "me@mini.local"), ("nas", "me@nas")])
    play.keys("down down")
    assert play.m.popup.field.text == "nas"
    play.keys("up enter")
    assert "Move debug-api to mini?" in play.screen
    play.keys("y")
    assert play.line == ["debug-api", "--move-to", "mini"]


def test_the_host_that_is_chosen_is_seen_however_many_there_are():
    play = Play()
    play.keys("m")
    play.answer("hosts", value=[(f"host{number:02}", f"me@{number:02}") for number in range(40)])
    for number in (*range(40), 0):
        play.keys("down")
        (line,) = [line for line in play.screen.split("\n") if "▌" in line and "me@" in line]
        assert f"host{number:02}" in line
    play.keys("up")
    assert play.m.popup.field.text == "host39" and "me@39" in play.screen


@pytest.mark.parametrize("host, fine", [("me@x", True), ("nowhere", False), ("-oX@y", False), ("a b@c", False)])
def test_move_takes_user_at_host_and_nothing_odd(host, fine):
    play = Play()
    play.keys("m")
    play.type(host)
    play.keys("enter")
    assert isinstance(play.m.popup, cs.Confirm) is fine


# ── delete ──


def test_delete_asks_counts_down_and_goes_to_the_trash():
    play = Play()
    play.keys("d")
    assert play.asked("removal") == [(("debug-api",),)]
    assert "in 2…" in play.screen
    play.keys("y")
    assert not play.asked("remove") and play.m.popup is not None
    play.wait(1.2)
    assert "in 1…" in play.screen
    play.wait(1)
    play.keys("y")
    assert play.asked("remove") == [(("debug-api",),)]
    play.answer("remove", ("debug-api",), value=([("debug-api", "debug-api-2023")], []))
    assert "debug-api" not in play.names and play.selected == "fix-auth"
    assert "u brings it back" in play.status


def test_any_other_key_keeps_the_session():
    for key in ("n", "esc", "x", "enter", "q", "space", "up"):
        play = Play()
        play.keys("d " + key)
        assert play.m.popup is None and not play.asked("remove") and play.line is None


def test_the_popup_says_what_is_at_risk():
    play = Play()
    play.keys("d")
    play.answer("removal", ("debug-api",), value=["2.0 MB", "debug-api: 2 commits not pushed"])
    assert "2 commits not pushed" in play.screen and "2.0 MB" in play.screen


def test_an_adopted_session_loses_only_its_link():
    play = Play()
    play.m.selected = "invoice-parser"
    play.keys("d")
    assert "Only the link goes" in play.screen


def test_a_remote_one_loses_only_its_pointer():
    play = Play()
    play.m.selected = "homeassistant"
    play.keys("d")
    assert "the session on me@mini" in play.screen


def test_a_question_about_one_of_each_kind_speaks_of_one():
    lines = cs.removal_lines([row("s2"), row("mine", adopted=True)], [])
    assert lines[0] == f"Delete s2? It goes to the trash: u brings it back, for {cs.TRASH_DAYS} days."


def test_marked_ones_go_together_and_open_ones_are_left_out_by_name():
    play = Play()
    play.keys("a D")
    assert "Left out, because they are open or cannot be deleted: fix-auth" in play.words
    play.wait(2.1)
    play.keys("y")
    (names,) = play.asked("remove")[0]
    assert names == tuple(sorted({row.name for row in sample()} - {"fix-auth"}))
    gone = [(name, name + "-1") for name in names if name != "blog"]
    play.answer("remove", names, value=(gone, [("blog", "busy")]))
    assert play.m.status_kind == "error" and "blog (busy)" in play.status
    assert play.names == ["fix-auth", "blog"] and play.m.marks == {"fix-auth", "blog"}


def test_delete_marked_without_marks_says_how_to_mark():
    play = Play()
    play.keys("D")
    assert play.m.popup is None and "Space marks" in play.status


def test_undo_brings_back_the_last_batch_as_a_whole():
    play = Play()
    play.keys("u")
    assert play.status == "nothing to undo"
    play.answer("remove", ("a", "b"), value=([("a", "a-1"), ("b", "b-1")], []))
    play.keys("u")
    assert play.asked("restore") == [((("a", "a-1"), ("b", "b-1")),)]
    play.answer("restore", (), value=(["a", "b"], []))
    assert "a, b" in play.status
    play.keys("u")
    assert play.status == "nothing to undo"


# ── jobs ──


def test_push_runs_beside_the_list_and_flashes_its_row():
    play = Play()
    play.keys("P")
    assert play.asked("job") == [(1, "debug-api", "push")]
    assert "pushing debug-api" in play.bottom
    play.keys("j j")
    assert play.selected == "homeassistant"
    play.answer("job output", 1, value="Everything up-to-date\n")
    play.answer("job", 1, "debug-api", "push", value=0)
    assert play.m.flashes["debug-api"][0] is True
    assert play.status == "push debug-api: Everything up-to-date"
    play.wait(0.5)
    assert not play.m.flashes


def test_one_session_has_one_job_at_a_time_and_several_sessions_may_run():
    play = Play()
    play.keys("P P")
    assert len(play.asked("job")) == 1 and "already pushing" in play.status
    play.m.selected = "blog"
    play.keys("L")
    assert len(play.asked("job")) == 2
    assert "2 jobs" in play.bottom


def test_marked_sessions_are_pushed_together_and_the_others_named():
    play = Play()
    play.keys("a P")
    assert {words[1] for words in play.asked("job")} == {"debug-api", "blog"}
    assert play.status == "left out: api-gateway, fix-auth, homeassistant, invoice-parser and 2 more"


def test_a_pull_into_an_open_session_asks_first():
    play = Play()
    play.m.facts["fix-auth"] = cs.Facts(True, "hex/fix-auth", "")
    play.keys("j L")
    assert not play.asked("job") and "Claude is at work there" in play.screen
    play.keys("y")
    assert play.asked("job") == [(1, "fix-auth", "pull")]


def test_escape_ends_the_job_of_the_selected_row():
    play = Play()
    play.keys("P esc esc")
    assert play.asked("cancel") == [(1,)] and play.line == []
    play = Play()
    play.keys("P esc")
    play.answer("job", 1, "debug-api", "push", value=143)
    assert play.status == "push of debug-api was ended"


def test_a_failed_job_says_the_first_line_and_keeps_the_output():
    play = Play()
    play.keys("P")
    play.answer("job output", 1, value="cs: error: no route to host\ncs: hint: later\n")
    play.answer("job", 1, "debug-api", "push", value=1)
    assert play.m.status_kind == "error" and "no route to host" in play.status
    play.keys("w enter")
    assert "later" in play.screen
    play.keys("esc esc")
    assert play.m.popup is None and play.line is None


def test_status_shows_its_output_unless_the_person_went_on():
    play = Play()
    play.keys("S")
    play.answer("job output", 1, value="branch main\n")
    play.answer("job", 1, "debug-api", "status", value=0)
    assert "branch main" in play.screen and isinstance(play.m.popup, cs.Picker)
    play = Play()
    play.keys("S j")
    play.answer("job output", 1, value="branch main\n")
    play.answer("job", 1, "debug-api", "status", value=0)
    assert play.m.popup is None


def test_output_is_scrolled():
    play = Play()
    play.keys("S")
    play.answer("job output", 1, value="".join(f"line {i}\n" for i in range(100)))
    play.answer("job", 1, "debug-api", "status", value=0)
    assert "line 0" in play.screen and "line 50" not in play.screen
    play.keys("G")
    assert "line 99" in play.screen
    play.keys("k g pgdn j q")
    assert play.m.popup is None


def test_the_job_list_ends_a_running_job():
    play = Play()
    play.keys("P w x")
    assert play.asked("cancel") == [(1,)]
    assert "push" in play.screen and "debug-api" in play.screen


# ── secrets ──


def with_secrets(count=2):
    play = Play()
    play.keys("s")
    assert play.asked("secrets") == [("debug-api",)]
    play.answer("secrets", "debug-api", value=[(f"KEY_{i}", "2023-11-01T00:00:00") for i in range(count)])
    return play


def test_a_secret_is_shown_for_five_seconds():
    play = with_secrets()
    play.keys("j v")
    assert play.asked("secret") == [("debug-api", "KEY_1", "show")]
    play.answer("secret", "debug-api", "KEY_1", "show", value="s3cr3t\nline two")
    assert "s3cr3t" in play.screen and "line two" in play.screen and "hidden again in 5" in play.screen
    play.wait(3.5)
    assert "hidden again in 2" in play.screen
    play.wait(1.6)
    assert "s3cr3t" not in play.screen and "s3cr3t" not in repr(play.m.popup.shown)


@pytest.mark.parametrize("key", ["esc", "q", "C-z"])
def test_a_value_is_forgotten_on_leaving_and_on_suspending(key):
    play = with_secrets()
    play.keys("v")
    play.answer("secret", "debug-api", "KEY_0", "show", value="s3cr3t")
    popup = play.m.popup
    play.keys(key)
    assert "s3cr3t" not in play.screen
    assert popup not in play.m.popups or popup.shown is None


def test_a_value_that_comes_after_the_popup_was_closed_is_dropped():
    play = with_secrets()
    play.keys("v esc")
    play.answer("secret", "debug-api", "KEY_0", "show", value="s3cr3t")
    assert "s3cr3t" not in play.screen


def test_errors_of_the_store_are_shown_not_taken_for_emptiness():
    play = Play()
    play.keys("s")
    play.answer("secrets", "debug-api", error="the key does not fit")
    assert "the key does not fit" in play.screen and "No secrets" not in play.screen
    play = with_secrets()
    play.keys("v")
    play.answer("secret", "debug-api", "KEY_0", "show", error="damaged file")
    assert play.status == "damaged file" and play.m.status_kind == "error"


def test_deleting_a_secret_asks_and_only_a_success_takes_it_from_the_list():
    play = with_secrets()
    play.keys("d")
    assert "It cannot be undone." in play.words
    play.keys("y")
    assert play.asked("secret delete") == [("debug-api", "KEY_0")]
    play.answer("secret delete", "debug-api", "KEY_0", error="locked")
    assert "KEY_0" in play.screen and play.m.status_kind == "error"
    play.answer("secret delete", "debug-api", "KEY_0")
    assert play.asked("secrets")[-1] == ("debug-api",)


def test_adding_a_secret_asks_for_name_and_hidden_value():
    play = with_secrets()
    play.keys("a")
    play.type("NEW_KEY")
    play.keys("enter")
    play.type("top secret")
    assert "top secret" not in play.screen and "••••" in play.screen
    play.keys("enter")
    assert play.asked("secret set") == [("debug-api", "NEW_KEY", "top secret")]
    assert play.m.popup.kind == "secrets"


def test_a_new_secret_is_the_one_that_is_chosen():
    play = with_secrets()
    play.keys("a")
    play.type("KEY_00")
    play.keys("enter x enter")
    dates = [(name, "2023-11-01T00:00:00") for name in ("KEY_0", "KEY_00", "KEY_1", "KEY_2")]
    play.answer("secret set", "debug-api", "KEY_00", "x")
    play.answer("secrets", "debug-api", value=dates)
    play.keys("v")
    assert play.asked("secret")[-1][1] == "KEY_00"
    play.keys("j")
    play.answer("secrets", "debug-api", value=dates)
    assert play.m.popup.items[play.m.popup.index][0] == "KEY_1"


@pytest.mark.parametrize("width, height", [(40, 10), (80, 24), (130, 40)])
def test_the_dates_of_secrets_stand_in_a_column(width, height):
    play = Play(width=width, height=height)
    play.keys("s")
    names = ["A", "DATABASE_PASSWORD", "日本", "x" * 90]
    play.answer("secrets", "debug-api", value=[(name, "2023-11-01T00:00:00") for name in names])
    lines = [line for line in play.frame().chars if "2023-11-01" in "".join(line[20:])]
    assert len(lines) == 4
    assert (
        len({next(x for x in range(20, width) if "".join(line[x : x + 10]) == "2023-11-01") for line in lines}) == 1
    )


def test_copying_puts_a_value_on_the_clipboard_without_showing_it():
    play = with_secrets()
    play.keys("y")
    play.answer("secret", "debug-api", "KEY_0", "copy", value="s3cr3t")
    assert play.asked("clipboard") == [("s3cr3t",)] and "s3cr3t" not in play.screen


def test_long_lists_of_secrets_scroll():
    play = with_secrets(60)
    play.keys("G")
    assert "KEY_59" in play.screen
    play.keys("g")
    assert "KEY_0 " in play.screen and "KEY_59" not in play.screen


# ── conversations and search ──


def conversation(i):
    """What stands for cs.ConversationFacts, which is read from a transcript."""
    facts = {"prompt": f"Ask {i}", "last": NOW - 60, "turns": i, "size": 2048, "where": "claude"}
    return SimpleNamespace(conversation=SimpleNamespace(id=f"{i:08}-aaaa"), **facts)


def test_a_conversation_is_resumed():
    play = Play()
    play.keys("c")
    play.answer("conversations", "debug-api", value=[conversation(1), conversation(2)])
    assert "Ask 1" in play.screen and "1 turn " in play.screen
    play.keys("j enter")
    assert play.asked("open") == [("debug-api", ("debug-api", "--resume", "00000002-aaaa"))]


def hit(session="blog", conversation="", text="the cache was cold", marks=((4, 9),)):
    kind = cs._CHAT if conversation else cs._NOTES
    block = cs.SearchBlock(0, "discoveries.md", f"chat/{conversation}", 0)
    found = cs.Hit(block, kind, 0, (int(NOW), "", text), [1.0])
    found.marks = list(marks)
    return session, found


def searches(play):
    """What was searched for, and whether somebody waits for it."""
    return [(search.text, search.is_wanted) for (search,) in play.asked("find")]


def find_answers(play, value, number=-1):
    """A search has ended, the last one if not another is meant."""
    play.answer("find", *play.asked("find")[number], value=value)


def test_search_asks_while_typing_one_at_a_time_and_shows_the_newest_query():
    play = Play()
    play.keys("C-f")
    play.type("c")
    assert searches(play) == [("c", True)]
    play.type("ac")
    assert searches(play) == [("c", False)]
    play.answer("find progress", *play.asked("find")[0], value="indexing: 1 MB of 2 MB")
    find_answers(play, [hit(text="bygone")])
    assert searches(play) == [("c", False), ("cac", True)]
    assert "bygone" not in play.words and "indexing" not in play.words and play.m.popup.busy
    find_answers(play, [hit()])
    assert "the cache was cold" in play.screen and play.m.popup.busy is False


def test_an_answer_to_a_search_that_was_given_up_is_never_shown():
    play = Play()
    play.keys("C-f x y backspace")
    find_answers(play, [])  # it may have been ended in the middle
    assert "Nothing is found" not in play.words and searches(play) == [("x", False), ("x", True)]
    play.keys("esc C-f x")
    assert searches(play) == [("x", False), ("x", False), ("x", True)]
    find_answers(play, [hit(), hit("thesis"), hit("zeta")])
    play.keys("down down")
    find_answers(play, [hit(text="bygone")], number=1)  # of the popup that was closed
    assert "bygone" not in play.words and play.m.popup.index == 2 and len(searches(play)) == 3
    play.keys("C-u")
    assert cs.FIND_NOTE in play.words


def test_a_search_that_nobody_wants_any_more_is_ended(tmp_path, monkeypatch):
    typed = cs.TypedSearch("word")
    asked = []

    def search(places, query, limit, hits, stop, progress):
        asked.append(stop())
        typed.is_wanted = False
        asked.append(stop())
        raise cs.SearchStopped

    monkeypatch.setattr(cs, "search", search)
    answers = []
    cs.Hands(None, answers.append).carry_out(cs.Effect("find", typed))
    assert asked == [False, True] and [(each.words, each.value) for each in answers] == [((typed,), [])]


def test_the_chosen_hit_is_seen_on_the_smallest_screen():
    play = Play(width=40, height=8)
    play.keys("C-f x")
    find_answers(
        play, [hit("blog", text="the first"), hit("blog", text="the second"), hit("thesis", text="the third")]
    )
    for place in range(3):
        assert "discoveries.md" in play.screen or "the " in play.screen, (place, play.screen)
        play.keys("down")


def test_words_that_find_the_same_letters_do_not_double_them():
    play = Play()
    play.keys("C-f c")
    find_answers(play, [hit(marks=[(4, 9), (4, 7), (10, 13)])])
    assert "the cache was cold" in play.screen


def test_arrows_move_the_selection_while_a_filter_is_typed():
    play = Play()
    play.keys("/")
    names = [play.m.selected]
    for key in ("down", "down", "up"):
        play.keys(key)
        names.append(play.m.selected)
    assert names[1] == names[3] != names[0] and names[2] not in names[:2]


def test_enter_on_a_note_opens_its_session_and_on_a_conversation_resumes_it():
    play = Play()
    play.keys("C-f x")
    find_answers(play, [hit(), hit("thesis", "abc-1")])
    play.keys("enter")
    assert play.asked("open") == [("blog", ("blog",))]
    play.keys("down enter")
    assert play.asked("open")[-1] == ("thesis", ("thesis", "--resume", "abc-1"))


def test_an_empty_search_shows_how_to_search_and_letters_are_text():
    play = Play()
    play.keys("C-f q j k backspace backspace backspace")
    find_answers(play, [])
    assert "since:2w" in play.screen and play.m.popup.kind == "find"


# ── preview, expansion, help ──


def test_the_preview_is_read_for_the_selected_row_once():
    play = Play(width=130)
    assert play.m.loading == {"preview"}
    play.answer("preview", "debug-api", value=cs.Preview("~/x", "Find it", ["B", "A"], ["run.sh"]))
    assert "Find it" in play.screen and "Artifacts (1)" in play.screen
    assert play.asked("sync state") == [("debug-api",)]
    play.answer("sync state", "debug-api", value="local only")
    assert "local only" in play.screen
    play.keys("j")
    assert play.asked("preview") == [("fix-auth",)]


def test_a_preview_that_comes_late_does_not_replace_the_selected_one():
    play = Play(width=130)
    play.keys("j")
    play.answer("preview", "debug-api", value=cs.Preview("~/x", "Of the first", [], []))
    assert "Of the first" not in play.screen
    assert play.asked("preview") == [("fix-auth",)]


def test_p_toggles_the_preview_and_stands_below_when_there_is_height():
    play = Play(width=130)
    play.keys("p")
    assert cs.Regions(play.m).side == ""
    play.keys("p")
    assert play.m.wants_preview is None
    play = Play(width=80, height=30)
    play.keys("p")
    assert cs.Regions(play.m).side == "below"
    play = Play(width=60, height=20)
    play.keys("p")
    assert "no room" in play.status


def test_the_preview_scrolls():
    play = Play(width=130, height=12)
    play.answer("preview", "debug-api", value=cs.Preview("~/x", "", [], [f"file{i}" for i in range(40)]))
    assert "file39" not in play.screen and "more ↓" in play.screen
    for _ in range(30):
        play.keys("J")
    assert "file39" in play.screen
    play.keys("K")
    assert "file39" not in play.screen and play.m.preview_top > 0
    play.keys("j k")
    assert play.m.preview_top == 0


def test_tab_expands_the_row_and_moving_folds_it():
    play = Play()
    play.keys("tab")
    assert "reading…" in play.screen
    play.answer("preview", "debug-api", value=cs.Preview("", "Find it", ["B", "A"], ["x"]))
    assert "goal  Find it" in play.screen and "last  B" in play.screen and "1 artifact" in play.screen
    play.keys("j")
    assert "goal" not in play.screen and play.m.expanded == ""


def test_the_help_names_every_key_and_filters():
    play = Play(width=200, height=100)
    play.keys("?")
    lines = play.screen
    play.keys("pgdn")
    lines += play.screen
    for binding in cs.BINDINGS:
        assert binding.mode in cs.MODES
        assert not binding.label or binding.label in lines
    play = Play()
    play.keys("?")
    play.type("undo the")
    assert "undo the last delete" in play.screen and "half a page" not in play.screen
    play.keys("esc")
    assert play.m.popup is None


# ── rescan ──


def test_the_list_is_read_again_every_ten_seconds_but_not_under_a_dialog():
    play = Play()
    play.wait(9)
    assert play.asked("scan") == []
    play.wait(2)
    assert play.asked("scan") == [()]
    play.answer("scan", value=(sample(), 0.01))
    play.keys("d")
    play.wait(30)
    assert play.asked("scan") == [()]
    play.keys("esc")
    play.wait(0.1)
    assert len(play.asked("scan")) == 2


def test_the_disk_is_left_alone_while_nobody_touches_the_keys():
    play = Play()
    play.now += 200
    play.m.scan_at = play.now
    play.event(cs.Event("tick"))
    assert play.asked("scan") == []
    play.keys("j")
    assert play.asked("scan") == [()]


def test_a_pasted_key_of_several_lines_stays_one():
    play = with_secrets()
    play.keys("a K enter")
    play.event(cs.Event("paste", "-----BEGIN-----\nabc\n-----END-----\n"))
    play.keys("enter")
    assert play.asked("secret set") == [("debug-api", "K", "-----BEGIN-----\nabc\n-----END-----\n")]
    assert "BEGIN" not in play.screen


def test_the_next_moment_always_lies_ahead():
    play = Play()
    for keys in ("P", "w", "esc", "d", "esc", "C-f x", "esc", "u"):
        play.keys(keys)
        for _ in range(20):
            play.now = play.m.deadline()
            play.event(cs.Event("tick"))
            assert play.m.deadline() > play.now


def test_a_scan_that_began_before_a_deletion_does_not_bring_the_session_back():
    play = Play()
    play.keys("R")
    play.answer("remove", ("debug-api",), value=([("debug-api", "debug-api-1")], []))
    play.answer("scan", value=(sample(), 0.01))
    assert "debug-api" not in play.names and len(play.asked("scan")) == 2
    play.answer("scan", value=([row("blog")], 0.01))
    assert play.names == ["blog"] and len(play.asked("scan")) == 2


def test_a_slow_scan_is_repeated_less_often():
    play = Play()
    play.answer("scan", value=(sample(), 0.5))
    assert play.m.scan_at == play.now + 50


def test_the_selection_stays_by_name_and_goes_to_the_next_row_when_it_vanishes():
    play = Play()
    play.keys("j j")
    rows = sorted([*sample(), row("aaa", 0.01)], key=lambda row: row.name)
    play.answer("scan", value=(rows, 0.01))
    assert play.selected == "homeassistant"
    play.answer("scan", value=([each for each in rows if each.name != "homeassistant"], 0.01))
    assert play.selected == "invoice-parser"


def test_statuses_go_after_four_seconds():
    play = Play()
    play.keys("u")
    play.wait(3.9)
    assert play.status
    play.wait(0.2)
    assert not play.status


# ── the mouse ──


def test_a_click_selects_the_row_that_is_shown_there():
    play = Play()
    for name in ("blog", "zeta", "debug-api", "thesis"):
        play.click_on(name)
        assert play.selected == name
        play.now += 1


def test_headings_and_borders_select_nothing():
    play = Play()
    play.click_on("Yesterday")
    assert play.selected == "debug-api"
    play.mouse("left", 0, 0)
    play.mouse("left", 79, 23)
    assert play.selected == "debug-api" and play.line is None


def test_a_double_click_opens_and_a_slow_one_does_not():
    play = Play()
    play.click_on("blog")
    play.now += 0.3
    play.click_on("blog")
    assert play.asked("open") == [("blog", ("blog",))]
    play.now += 1
    play.click_on("blog")
    play.now += 0.5
    play.click_on("blog")
    assert len(play.asked("open")) == 1


def test_a_click_on_a_header_sorts():
    play = Play()
    play.click_on("Session")
    assert play.m.column == 0 and play.names[0] == "api-gateway"


def test_the_middle_button_opens_the_row_under_it_with_the_same_questions():
    play = Play()
    play.click_on("fix-auth", "middle")
    assert play.asked("open") == [("fix-auth", ("fix-auth",))]


def test_the_wheel_moves_what_is_under_the_pointer():
    play = Play(width=130, height=12)
    play.answer("preview", "debug-api", value=cs.Preview("~/x", "", [], [f"file{i}" for i in range(40)]))
    play.mouse("wheel down", 100, 5)
    assert play.m.preview_top == 3 and play.selected == "debug-api"
    play.mouse("wheel down", 10, 5)
    assert play.selected == "fix-auth"


def test_clicks_on_the_bar_and_on_buttons_do_what_they_say():
    play = Play(width=120)
    play.keys("enter")
    play.click_on("delete")
    assert play.m.popup.title == "Delete"
    play.click_on("keep as it is")
    assert play.m.popup is None
    play.keys("d")
    play.wait(2.1)
    play.click_on("y delete")
    assert play.asked("remove")


def test_a_click_outside_a_popup_cancels_and_inside_does_not():
    play = Play()
    play.keys("n")
    play.click_on("name")
    assert play.m.popup is not None
    play.mouse("left", 1, 1)
    assert play.m.popup is None and play.selected == "debug-api"


def test_rows_of_popups_are_clicked_and_double_clicked():
    play = with_secrets()
    play.click_on("KEY_1")
    assert play.m.popup.index == 1
    play.click_on("KEY_1")
    assert play.asked("secret") == [("debug-api", "KEY_1", "show")]


# ── what remains ──


def test_without_sessions_there_is_a_hint_and_n_works():
    play = Play([])
    assert "no sessions yet" in play.screen
    play.keys("j k g G enter o space V a i d D r m s P L S c tab p J u")
    play.keys("esc n x enter")
    assert play.line == ["x"]


def test_keys_work_while_the_window_is_too_small():
    play = Play(width=20, height=4)
    assert "window too small" in play.screen
    play.keys("j o")
    assert play.asked("open") == [("fix-auth", ("fix-auth",))]


def test_every_effect_that_is_asked_for_can_be_done():
    import re

    source = (bed.TOP / "cs.py").read_text(encoding="utf-8")
    asked = set(re.findall(r'm\.start(?:_once)?\("([a-z ]+)"', source)) | set(
        re.findall(r'_open_reading\(m, row, "([a-z ]+)"', source)
    )
    assert asked - {"repaint", "suspend", "clipboard"} <= set(cs.EFFECTS)
    assert set(cs.EFFECTS) <= set(cs._ANSWERS)
    assert set(cs.BAR) <= {key for binding in cs.bindings_now(Play().m) for key in binding.keys}
