"""What the TUI draws: whole frames at three sizes, every layout rule, and any string at any size."""

import random

import pytest
from tui_bed import HOUR, NOW, Play, box_of, row, sample

import cs

SIZES = [(40, 10), (80, 24), (130, 40)]


@pytest.fixture(autouse=True)
def version(monkeypatch):
    monkeypatch.setattr(cs, "VERSION", "1.2.3")


def shown(text):
    """A frame as it is written down here: without the margin and the blanks at the ends."""
    return "\n".join(line[4:] for line in text.strip("\n").splitlines() if line.strip())


def test_the_list_at_80_columns():
    play = Play(height=20)
    assert play.screen == shown("""
    ╭─ claude-sessions v1.2.3 [8 sessions] ─────────────────────────────── 1 open ─╮
    │   Session               Created     Modified▼ Secrets    Remote              │
    │                                                                              │
    │ ── Today · 2 ─────────────────────────────────────────────────────────────── │
    │▌  debug-api             2023-11-11  30m          ⚷ 3                         │
    │ ● ⚿ fix-auth            2023-11-13  2h                                       │
    │ ── Yesterday · 1 ─────────────────────────────────────────────────────────── │
    │   ⇝ homeassistant       2023-10-05  1d                   ⇝ me@mini           │
    │ ── This Week · 1 ─────────────────────────────────────────────────────────── │
    │   invoice-parser        2023-11-08  3d                                       │
    │ ── This Month · 2 ────────────────────────────────────────────────────────── │
    │   api-gateway           2023-10-24  8d           ⚷ 1                         │
    │   blog                  2023-04-28  10d                                      │
    │ ── Older · 2 ─────────────────────────────────────────────────────────────── │
    │   thesis                2023-01-18  7w                                       │
    │   zeta                  -           -                                        │
    │                                                                              │
    │                                                                              │
    ╰──────────────────────────────────────────────────────────────────────────────╯
     Enter actions   o open   / filter   Space mark   n new   q quit         ? help
    """)


def test_the_list_at_40_columns():
    assert Play(width=40, height=10).screen == shown("""
    ╭─ claude-sessions [8 sessions] ───────╮
    │   Session                     Age ▼  │
    │                                      │
    │ ── Today · 2 ─────────────────────── │
    │▌  ⚷ debug-api                 30m    │
    │ ● ⚿ fix-auth                  2h     │
    │ ── Yesterday · 1 ─────────────────── │
    │   ⇝ homeassistant             1d     │
    ╰──────────────────────────────────────╯
     Enter actions   / filter        ? help
    """)


def test_the_list_at_130_columns_has_the_preview_beside_it():
    play = Play(width=130, height=14)
    play.answer("preview", "debug-api", value=cs.Preview("~/s/debug-api", "Find the cause", ["B", "A"], ["run.sh"]))
    play.answer("sync state", "debug-api", value="auto on")
    assert play.screen == shown("""
    ╭─ claude-sessions v1.2.3 [8 sessions] ───────────────────────────── 1 open ─╮╭─ debug-api ──────────────────────────────────────╮
    │   Session                                 Created     Modified▼ Secrets    ││ Created   2023-11-11 22:13:20                    │
    │                                                                            ││ Modified  2023-11-14 21:43:20                    │
    │ ── Today · 2 ───────────────────────────────────────────────────────────── ││ Github    hex/debug-api                          │
    │▌  debug-api                               2023-11-11  30m          ⚷ 3     ││ Secrets   3                                      │
    │ ● ⚿ fix-auth                              2023-11-13  2h                   ││ Path      ~/s/debug-api                          │
    │ ── Yesterday · 1 ───────────────────────────────────────────────────────── ││ Sync      auto on                                │
    │   ⇝ homeassistant                         2023-10-05  1d                   ││                                                  │
    │ ── This Week · 1 ───────────────────────────────────────────────────────── ││ Objective                                        │
    │   invoice-parser                          2023-11-08  3d                   ││ Find the cause                                   │
    │ ── This Month · 2 ──────────────────────────────────────────────────────── ││                                                  │
    │   api-gateway                             2023-10-24  8d           ⚷ 1     ││ Discoveries                                      │
    ╰────────────────────────────────────────────────────────────────────────────╯╰─────────────────────────────────────── 5 more ↓ ─╯
     Enter actions   o open   / filter   Space mark   n new   d delete   Ctrl-F search   q quit                                ? help
    """)


def columns(width, secrets, remote, repo_width, preview):
    """The columns of a table of some width when there are such things to show."""
    m = cs.Model()
    m.has_secrets, m.has_remote, m.repo_width, m.name_width = secrets, remote, repo_width, 40
    return cs.column_places(m, width, preview)


@pytest.mark.parametrize(
    "width, widths",
    [
        (120, {0: 40, 1: 10, 2: 8, 3: 9, 4: 20, 5: 17}),
        (100, {0: 21, 1: 10, 2: 8, 3: 9, 4: 20, 5: 15}),
        (80, {0: 20, 1: 10, 2: 8, 3: 9, 4: 20}),
        (72, {0: 20, 1: 10, 2: 8, 3: 9, 4: 12}),
        (71, {0: 20, 1: 10, 2: 5, 3: 9, 4: 12}),
        (68, {0: 23, 1: 10, 2: 5, 3: 9}),
        (56, {0: 22, 2: 5, 3: 9, 1: 10}),
        (50, {0: 28, 2: 5, 3: 9}),
        (40, {0: 28, 2: 5}),
        (31, {0: 26}),
        (20, {0: 15}),
    ],
)
def test_columns_give_way_in_the_order_of_the_specification(width, widths):
    places = columns(width, True, True, 17, False)
    found = {column: w for column, _, w in places}
    room = width - 5
    assert sum(found.values()) + 2 * (len(found) - 1) <= room
    assert set(found) == set(widths)
    assert found[0] >= min(widths[0], 20) or len(found) == 1


def test_columns_never_overlap_at_any_width():
    for width in range(5, 301):
        for flags in range(16):
            secrets, remote, repo, preview = (bool(flags & 1 << i) for i in range(4))
            places = columns(width, secrets, remote, 25 * repo, preview)
            end = 3
            for _, x, w in places:
                assert x > end - 1 and w > 0
                end = x + w + 1
            assert end <= max(width, 6)


def test_the_preview_hides_the_columns_that_it_repeats():
    assert {column for column, _, _ in columns(120, True, True, 17, True)} == {0, 1, 2, 3}


@pytest.mark.parametrize(
    "wanted, width, height, side",
    [
        (None, 120, 40, ""),
        (None, 121, 40, "beside"),
        (False, 200, 40, ""),
        (True, 121, 40, "beside"),
        (True, 100, 23, "below"),
        (True, 100, 22, "beside"),
        (True, 79, 22, ""),
        (True, 40, 23, "below"),
        (True, 39, 50, ""),
    ],
)
def test_where_the_preview_stands(wanted, width, height, side):
    assert cs.preview_side(wanted, width, height) == side


@pytest.mark.parametrize("width, table", [(121, 73), (150, 90), (200, 120)])
def test_the_table_takes_three_fifths_beside_the_preview(width, table):
    parts = cs.Regions(Play(width=width).m)
    assert (parts.table.w, parts.preview.w) == (table, width - table)


def test_the_bar_leaves_out_what_does_not_fit_as_a_whole_and_keeps_the_chosen_action():
    play = Play(width=130)
    play.keys("enter")
    assert "[Enter]open  [d]delete  [r]rename  [m]move  [s]secrets  [P]push  [L]pull  [S]status" in play.screen
    for width in (80, 84, 92):
        play = Play(width=width)
        play.keys("enter right")
        assert "\n Enter open  d delete  r rename  m move  s secrets  P push  L pull  S status  …\n" in play.screen
    play = Play(width=93)
    play.keys("enter")
    assert "  S status  c conversations\n" in play.screen
    play = Play(width=40, height=10)
    play.keys("enter")
    assert "\n Enter open  d delete  r rename  …\n" in play.screen
    for _ in range(9):
        play.keys("right")
    assert "\n … L pull  S status  c conversations\n" in play.screen
    for _ in range(9):
        play.keys("left")
    assert "\n Enter open  d delete  r rename  …\n" in play.screen


@pytest.mark.parametrize("width", [40, 41, 55, 63, 80, 84, 90, 99, 120])
def test_every_action_of_the_bar_is_seen_as_a_whole_once_it_is_chosen(width):
    play = Play([row("here")], width=width)
    play.m.facts["here"] = cs.Facts(True, "me/here", "")
    play.keys("enter")
    for i, (key, label) in enumerate(cs.BAR.items()):
        assert play.m.bar == i
        bar = play.screen.splitlines()[-2]
        assert bar.replace("]", " ").count(f"{cs.key_name(key)} {label}") == 1, bar
        play.keys("right")


def test_hints_go_from_the_least_important_and_the_help_key_stays():
    for width in (200, 100, 60, 40):
        assert Play(width=width).bottom.endswith("? help")
    assert "filter" in Play(width=40, height=10).bottom


def test_the_hints_of_an_empty_popup_name_only_what_can_be_done():
    play = Play()
    play.keys("w")
    assert play.bottom == " ↓ move   Esc close"
    play.keys("esc s")
    play.answer("secrets", "debug-api", value=[])
    assert play.bottom == " a add   ↓ move   Esc close"
    play.answer("secrets", "debug-api", value=[("KEY", "2023-11-01T00:00:00")])
    assert play.bottom == " v view   y copy   a add   d delete   ↓ move   Esc close"


@pytest.mark.parametrize("width", [40, 60, 80, 130])
def test_no_line_of_the_help_is_cut(width):
    play = Play(width=width, height=200)
    play.keys("?")
    pages = [play.words]
    play.keys("pgdn pgdn")
    pages.append(play.words)
    assert "…" not in "".join(pages)
    for binding in cs.BINDINGS:
        assert any(binding.label in page for page in pages), binding.label


def test_a_status_is_seen_in_every_mode():
    for keys in ("", "enter", "/", "d", "n", "s", "w"):
        play = Play()
        play.keys(keys)
        play.m.say("something happened")
        assert "something happened" in play.bottom


def test_the_matched_letters_stand_out_also_after_enter():
    play = Play()
    play.keys("/")
    play.type("api")
    play.keys("enter")
    frame = play.frame()
    y = next(y for y, line in enumerate(frame.chars) if "debug-api" in "".join(line))
    x = "".join(frame.chars[y]).index("debug-api")
    marked = [bool(frame.styles[y][x + i][2] & cs.UNDERLINE) for i in range(9)]
    assert marked == [False] * 6 + [True] * 3


def test_the_selected_row_is_tinted_over_its_whole_width_and_keeps_its_colours():
    play = Play()
    frame = play.frame()
    assert {style[1] for style in frame.styles[4][1:79]} == {"select"}
    assert frame.styles[4][4][0] == "gold"
    assert {style[1] for style in frame.styles[3]} == {""}


def test_dates_fade_with_age():
    play = Play()
    frame = play.frame()
    tones = {}
    for y, line in enumerate(frame.chars):
        for each in sample():
            if each.name in "".join(line):
                tones[each.name] = frame.styles[y][26][0]
    assert [tones[name] for name in ("debug-api", "fix-auth", "invoice-parser", "blog", "thesis", "zeta")] == [
        "age0", "age1", "age2", "age3", "comment", "comment",
    ]  # fmt: skip


def test_nerd_icons_come_only_with_exactly_1(monkeypatch):
    monkeypatch.setenv("CS_NERD_FONTS", "yes")
    assert "⚿" in Play().screen
    monkeypatch.setenv("CS_NERD_FONTS", "1")
    assert "\U000f033e" in Play().screen and "⚿" not in Play().screen


def test_two_glyphs_tell_locked_from_secret():
    play = Play(width=40, height=12)
    assert "⚷ debug-api" in play.screen and "⚿ fix-auth" in play.screen


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "keys",
    [
        "",
        "enter right",
        "/ a p",
        "d",
        "a D",
        "n - x",
        "r",
        "m",
        "s",
        "w",
        "?",
        "C-f x",
        "c",
        "P w",
        "tab",
        "p",
        "V j j",
        "o",
    ],
)
def test_every_state_draws_whole_frames_at_three_sizes(size, keys):
    play = Play(width=size[0], height=size[1])
    play.keys(keys)
    play.answer("preview", "debug-api", value=cs.Preview("~/x", "Find it " * 30, ["B", "A"], ["x"] * 30))
    play.answer("open", "debug-api", ("debug-api",), value="pid 77")
    box_of(play.frame())


NASTY = ["a\x1b[31mb", "tab\there", "new\nline", "日本語のセッション" * 5, "e\u0301" * 30, "\u202eabc", "👩\u200d👩\u200d👧", "x" * 300, "\x9b31m", "\ud800", "ﷺ" * 9, "\u0e33\u0e31กำ", "❤\ufe0f", ""]  # fmt: skip


def test_any_string_at_any_size_draws_a_whole_frame():
    chance = random.Random(8)
    rows = [row(text or "empty", hours=i * 5, host=text or None, broken=i % 5 == 0) for i, text in enumerate(NASTY)]
    keys = [
        "j",
        "k",
        "enter",
        "right",
        "esc",
        "/",
        "a",
        "esc",
        "tab",
        "p",
        "d",
        "esc",
        "n",
        "x",
        "esc",
        "r",
        "esc",
        "m",
        "esc",
        "s",
        "esc",
        "w",
        "esc",
        "?",
        "esc",
        "C-f",
        "x",
        "esc",
        "c",
        "esc",
        "space",
        "V",
        "j",
        "esc",
        "1",
        "4",
        "5",
        "6",
        "G",
        "g",
    ]
    for _ in range(60):
        width, height = chance.choice(
            [(1, 1), (3, 50), (300, 100), (40, 8), (121, 9), (80, 24), (41, 30), (300, 2)]
        )
        play = Play(rows, width=width, height=height)
        for each in rows:
            text = chance.choice(NASTY)
            play.m.facts[each.name] = cs.Facts(True, text, text)
            play.m.previews[each.name] = cs.Preview(text, text, NASTY, NASTY)
        play.m.repo_width = 40
        for key in chance.choices(keys, k=12):
            play.keys(key)
            play.answer("job output", 1, value=chance.choice(NASTY))
            play.answer("secrets", play.selected, value=[(text, text) for text in NASTY])
            play.answer("removal", (play.selected,), value=NASTY)
            box_of(play.frame())
            assert "\x1b" not in play.screen and "\n\n\n" * 99 not in play.screen


def test_a_storm_of_resizes_is_survived_with_the_selection():
    chance = random.Random(3)
    play = Play([row(f"s{i:03}", hours=i) for i in range(200)])
    play.keys("pgdn pgdn")
    for _ in range(300):
        play.event(cs.Event("resize", chance.randint(1, 300), chance.randint(1, 100)))
        box_of(play.frame())
    play.event(cs.Event("resize", 80, 24))
    assert play.selected in play.screen


def test_every_row_on_the_screen_is_hit_where_it_is_drawn():
    for width, height in (*SIZES, (200, 50)):
        play = Play([row(f"s{i:03}", hours=i * 3) for i in range(60)], width=width, height=height)
        play.keys("tab")
        frame = play.frame()
        for y in range(height):
            for x in range(width):
                target = frame.target(x, y)
                if target[:1] == ("row",) and target[1] != play.m.expanded:
                    assert target[1] in "".join(frame.chars[y])


def test_the_title_has_a_gradient_of_three_colours():
    frame = Play().frame()
    assert "".join(frame.chars[0][3:18]) == "claude-sessions"
    assert [style[0] for style in frame.styles[0][3:18]] == [f"gradient{i // 5}" for i in range(15)]


def test_a_long_input_scrolls_with_its_cursor():
    play = Play(width=80)
    play.keys("n")
    play.type("abcdefghij" * 12)
    assert "fghij" in play.screen
    play.keys("home")
    assert "abcdefghijabc" in play.screen


def test_a_wrong_character_stays_visible():
    play = Play()
    play.keys("n")
    play.type("a/b")
    assert "a/b" in play.screen and "a name is made of" in play.screen


@pytest.mark.parametrize("size", [(40, 10), (60, 12), (80, 24), (130, 40)])
@pytest.mark.parametrize("keys", ["n - x", "r /", "m x", "n b l o g"])
def test_what_is_wrong_with_an_answer_is_seen_whole(size, keys):
    play = Play(width=size[0], height=size[1])
    play.keys(keys)
    assert play.m.popup.check(play.m.popup.field.text) in play.words
    play.answer("hosts", value=[("mini", "me@mini"), ("mac", "me@mac")])
    assert play.m.popup.check(play.m.popup.field.text) in play.words
    if keys == "m x" and size[1] > 10:
        assert "mini me@mini mac me@mac" in play.words


def test_popups_are_as_high_as_their_text():
    play = Play([row("x" * 100, hours=1)], width=60, height=20)
    play.keys("d")
    assert "x" * 100 in "".join(play.words.split()) and "keep as it is" in play.words


@pytest.mark.parametrize("size", [(40, 10), (60, 12), (80, 24), (130, 40)])
def test_what_an_empty_popup_says_is_seen_whole(size):
    notes = {
        "w": "Nothing has run yet: P pushes, L pulls, S asks for the sync status.",
        "s": cs.NOTHING["secrets"],
        "c": cs.NOTHING["conversations"],
        "C-f": cs.FIND_NOTE,
    }
    for key, note in notes.items():
        play = Play(width=size[0], height=size[1])
        play.keys(key)
        for kind in cs.NOTHING:
            play.answer(kind, "debug-api", value=[])
        assert note in " ".join(play.words.replace("│", " ").split()), (key, play.screen)


@pytest.mark.parametrize("width", [40, 60, 80, 130])
def test_no_line_of_an_output_is_cut(width):
    play = Play(width=width)
    play.m.jobs[1] = cs.Job(1, "blog", "push", NOW)
    play.m.jobs[1].ended = NOW
    play.m.jobs[1].output = "abcdefghij" * 30
    play.keys("w enter")
    assert play.words.replace(" ", "") == "abcdefghij" * 30


def test_a_question_without_room_for_all_of_it_says_so():
    play = Play(width=40, height=10)
    play.keys("a D")
    play.answer("removal", play.m.popup.about, value=["2 MB", "blog: 1 file not committed"])
    assert "… y delete in 2… Esc keep as it is" in play.words
    play = Play(width=40, height=30)
    play.keys("a D")
    play.answer("removal", play.m.popup.about, value=["2 MB", "blog: 1 file not committed"])
    assert "blog: 1 file not committed y delete in 2…" in play.words


def test_times_are_local_and_minutes_in_the_preview():
    moment = cs.parse_local_time("2023-07-01 12:34:56")
    assert cs.local_time(moment)[:16] == "2023-07-01 12:34"


def test_ages_are_five_cells_at_most():
    for hours in (0, 0.5, 1, 23, 24, 300, 5000, 9000, 99999):
        assert len(cs.age(hours * HOUR)) <= 5
    assert NOW
