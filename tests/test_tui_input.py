"""What bytes from a terminal mean: keys, the mouse, pasted text, and sequences that must not become keys."""

import random

import pytest

import cs


def parsed(data, complete=False):
    """The events in a short form."""
    events, rest = cs.parse_input(data, complete)
    assert rest == b"" or not complete
    return [event.words[0] if event.kind == "key" else (event.kind, *event.words) for event in events]


KEYS = {
    b"j": ["j"], b"\r": ["enter"], b"\n": ["enter"], b"\t": ["tab"], b" ": ["space"], b"\x7f": ["backspace"],
    b"\x08": ["backspace"], b"\x03": ["C-c"], b"\x1a": ["C-z"], b"\x00": [], b"\x1c": [],
    b"\x1b[A": ["up"], b"\x1bOA": ["up"], b"\x1b[B": ["down"], b"\x1b[H": ["home"], b"\x1bOF": ["end"],
    b"\x1b[1~": ["home"], b"\x1b[4~": ["end"], b"\x1b[5~": ["pgup"], b"\x1b[6~": ["pgdn"], b"\x1b[3~": ["delete"],
    b"\x1b": ["esc"], b"\x1b\x1b": ["esc", "esc"], b"\x1bOM": ["enter"], "é日👍".encode(): ["é", "日", "👍"],
}  # fmt: skip


@pytest.mark.parametrize("data", KEYS)
def test_keys(data):
    assert parsed(data, complete=True) == KEYS[data]


@pytest.mark.parametrize(
    "data",
    [
        b"\x1b[1;5A", b"\x1b[1;2B", b"\x1bd", b"\x1bD", b"\x1b\x1b[A", b"\x1b\x1bOA", b"\x1b[[A", b"\x1b[25~", b"\x1b[3;5~",
        b"\x1b[97;5u", b"\x1b[?1;2c", b"\x1b[I", b"\x1b[O", b"\x1b]0;dq\x07", b"\x1b]52;c;ZHE=\x1b\\", b"\x1bPdq\x1b\\",
        b"\x1b_Gdq\x1b\\", b"\x1b^dq\x1b\\", b"\x1bXdq\x1b\\", b"\x1b[<35;10;10M", b"\x1b[<0;5;5m", b"\x1b[<2;5;5M",
        b"\x1b[<16;5;5M", b"\x1b[<;;M", b"\x1b[<0;5M", b"\x1b[M\x23\x21\x21", b"\x1b[0n", b"\x1b[12;40R", b"\x1bO5P",
        b"\x1b[1;1:3A", b"\x1b[200\x1b", b"\xc2\x9b", b"\x1b]11;rgb:zz/0/0\x07", b"\x1b]11;?\x07", "\x1bé".encode(),
    ],
)  # fmt: skip
def test_what_is_unknown_or_modified_is_swallowed_whole(data):
    found = [event for event in parsed(data + b"j", complete=True) if event != "esc"]
    assert found == ["j"] or (data == b"\x1bO5P" and set(found) <= {"P", "j"})


@pytest.mark.parametrize(
    "data, event",
    [
        (b"\x1b[<0;1;1M", ("click", "left", 0, 0)),
        (b"\x1b[<1;300;100M", ("click", "middle", 299, 99)),
        (b"\x1b[<64;5;6M", ("click", "wheel up", 4, 5)),
        (b"\x1b[<65;5;6M", ("click", "wheel down", 4, 5)),
        (b"\x1b[M\x20\x25\x26", ("click", "left", 4, 5)),
        (b"\x1b[M\x60\x25\x26", ("click", "wheel up", 4, 5)),
        (b"\x1b[200~a\rb\x1b[1mq\x1b[201~", ("paste", "a\nb\x1b[1mq")),
        (b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\", ("background", True)),
        (b"\x1b]11;rgb:00/00/00\x07", ("background", False)),
        (b"\x1b]11;rgb:fdfd/f6f6/e3e3\x07", ("background", True)),
    ],
)
def test_mouse_paste_and_answers(data, event):
    assert parsed(data) == [event]


@pytest.mark.parametrize(
    "data",
    [
        b"\x1b[A",
        b"\x1b[200~dyq\x1b[201~",
        b"\x1b[<0;10;20M",
        b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\",
        b"\x1bOB",
        "日本".encode(),
    ],
)
def test_a_sequence_may_come_byte_by_byte(data):
    events, rest = [], b""
    for i in range(len(data)):
        found, rest = cs.parse_input(rest + data[i : i + 1])
        events += found
    assert rest == b"" and len(events) == len(parsed(data)) > 0
    assert not any(event.kind == "key" and event.words[0] in ("esc", "d", "y", "q") for event in events)


def test_an_unfinished_paste_is_never_read_as_keys():
    assert parsed(b"\x1b[200~dyq", complete=True) == []
    assert cs.parse_input(b"\x1b[200~dyq") == ([], b"\x1b[200~dyq")


def test_any_bytes_are_taken_in_and_leave_nothing():
    chance = random.Random(5)
    pool = [
        b"\x1b",
        b"[",
        b"O",
        b"]",
        b"<",
        b";",
        b"1",
        b"~",
        b"M",
        b"m",
        b"P",
        b"\\",
        b"\x07",
        b"d",
        b"\xe6",
        b"\xff",
        b"\x9b",
    ]
    for _ in range(3000):
        data = b"".join(chance.choices(pool, k=chance.randint(1, 12)))
        events, rest = cs.parse_input(data)
        assert data.endswith(rest)
        assert cs.parse_input(rest, complete=True)[1] == b""
        assert all(event.words[0] != "" for event in events if event.kind == "key")
