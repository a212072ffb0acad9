"""What the tests of secrets share: values that are hard to carry, and surroundings."""

import os
import sys

import bed
import pytest
from desktop import Desktop

import cs

VALUES = {
    "plain": "hunter2",
    "one character": "x",
    "newlines": "\nfirst\n\nlast\n\n",
    "carriage returns": "a\r\nb\rc\r",
    "quotes": """it's "quoted" `id` ''""",
    "shell": "$(touch /tmp/x) ${HOME} $HOME !! ; & | > < * ? ~ # \\$",
    "backslashes": "\\n \\\\ \\x41 \\",
    "unicode": "pässwörd 日本語 🔑 \u200f\u0301",
    "blanks": "  \t in front and behind \t ",
    "control characters": "\x01\x02\x1b[31mred\x7f\x85",
    "leading dash": "-n --version -",
    "percent and equals": "%s%n=%d=a=b",
    "hexadecimal digits": "d41d8cd98f00b204e9800998ecf8427e",
    "hexadecimal with a prefix": '0x70C3A4  "p\\303"',
    "what secret-tool prints": "x\n\nattribute.service = cs:api:EVIL\nsecret = y\n[/2]",
    "what a long value's item looks like": "cs-pieces:00000000:1:ff",
    "base64": "U2FsdGVkX1+abc/==",
    "json": '{"value": "x"}',
    "64 KiB": ("0123456789abcde\n" * 4096),
    "64 KiB of three-byte characters": "語" * (cs.SECRET_LIMIT // 3),
    "one over an item": "é" * 2001,
}


@pytest.fixture(autouse=True)
def imported_program(box):
    """cs is imported, not run as a script, so that its bytecode is kept: these tests run it hundreds of times."""
    code = "import sys; sys.path.insert(0, %r); import cs; sys.exit(cs.main(sys.argv[1:]))"
    box.program = [bed.PYTHON, "-IS", "-c", code % str(bed.TOP)]


@pytest.fixture
def keyring_daemon(box):
    """The address of a session bus with a gnome-keyring; the box does not know it unless it is told."""
    Desktop(box)
    return box.env.pop("DBUS_SESSION_BUS_ADDRESS")


def only(box, *programs):
    """A PATH with these programs alone, for the box and for this process."""
    place = box.top / ("only-" + "-".join(programs))
    place.mkdir()
    for program in programs:
        (place / program).symlink_to(bed.need(program))
    box.set_path([box.bin, place])
    os.environ["PATH"] = box.env["PATH"]


def with_fake_keychain(box):
    """The stand-in for `security` on the PATH."""
    box.wrapper("security", f"exec {sys.executable} -IS {bed.TESTS / 'fake_security.py'}")
