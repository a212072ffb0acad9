"""Sessions that move between computers: what the tests of that make, and look at."""

import os

from bed import need, tree
from far import Far

OWN = (".cs/session.lock", ".cs/local/lock.guard")  # of whoever holds the session, here or there


def other_computer(box):
    """The other computer; Claude Code is a fake on this one."""
    need("rsync")
    box.fake("claude")
    return Far(box)


def make_session(box, files=40):
    """A session with so many files; each tenth is odd in its name, mode or kind."""
    box.fake("claude")
    assert box.cs("api").status == 0
    place = os.fsencode(str(box.root / "api"))
    for number in range(files):
        folder = os.path.join(place, b"src", b"part %d" % (number // 100))
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, b"file-%d.txt" % number), "wb") as file:
            file.write(b"%d\n" % number * (number % 50))
    odd = os.path.join(place, b"odd")
    os.mkdir(odd)
    for name in ODD_NAMES:
        with open(os.path.join(odd, name), "wb") as file:
            file.write(name)
    for mode in (0o444, 0o600, 0o755, 0o751):
        path = os.path.join(odd, b"mode-%o" % mode)
        with open(path, "wb") as file:
            file.write(b"x")
        os.chmod(path, mode)
    os.makedirs(os.path.join(place, b"empty", b"within"))
    os.chmod(os.path.join(place, b"empty"), 0o700)
    for target, name in LINKS:
        os.symlink(target, os.path.join(place, name))
    os.mkfifo(os.path.join(place, b"a pipe"))
    with open(os.path.join(place, b"large.bin"), "wb") as file:
        file.write(os.urandom(1 << 20) * 2)
    os.utime(os.path.join(place, b"large.bin"), (1000000000, 1000000000))
    return box.root / "api"


ODD_NAMES = (
    *(
        b"a b",
        b" lead",
        b"trail ",
        b"it's",
        b'say "x"',
        b"$(id)",
        b"`id`",
        b"a;b",
        b"a&b",
        b"*",
        b"?",
        b"[a]",
        b"~",
    ),
    *(b"-rf", b"--delete", b"back\\slash", b"new\nline", b"tab\there", b"#x", b"!x", b"%s", b"a:b", b"host:path"),
    *("é".encode(), "e\u0301".encode(), "日本".encode(), b"\xff\xfe", b"x" * 255, b"...", b".hidden"),
)

LINKS = (
    *((b"odd/a b", b"link to file"), (b"src", b"link to directory"), (b"/etc/passwd", b"absolute")),
    *((b"nowhere", b"dangling"), (b"loop", b"loop"), (b"../../..", b"upward"), (b"\xff", b"link to bytes")),
)


def content(place):
    """What stands in a session, without its lock and what cannot be copied."""
    return {
        name: what
        for name, what in tree(str(place)).items()
        if name not in OWN and what[0] in ("file", "dir", "link")
    }


def staging(root):
    """The directories of arrivals below a root."""
    place = root / ".arriving"
    return sorted(place.iterdir()) if place.exists() else []


def trash(root):
    """The names of sessions in a trash."""
    return sorted(path.name[:-16] for path in (root / ".trash").iterdir()) if (root / ".trash").exists() else []


def is_untouched(box, before):
    """Whether the session is here as it was, unlocked, and no stub."""
    place = box.root / "api"
    names = sorted(path.name for path in box.root.iterdir() if path.name not in (".trash", ".remotes"))
    return content(place) == before and not (place / ".cs/session.lock").exists() and names == ["api"]


def set_secrets(computer):
    """Two secrets of the session on a computer."""
    assert computer.cs("api", "-secrets", "set", "TOKEN", input="t0ken-'\n\"$x-value").status == 0
    assert computer.cs("api", "-secrets", "set", "KEY", input="another value").status == 0


def refusal(box, *words):
    """The lines of an error before which nothing was changed."""
    before = box.tree(box.root)
    result = box.cs(*words)
    assert (result.status, result.out) == (1, "")
    after = box.tree(box.root)
    for name in OWN:
        after.pop(f"api/{name}", None), before.pop(f"api/{name}", None)
    assert {name: what for name, what in after.items() if "/.cs/local" not in name} == {
        name: what for name, what in before.items() if "/.cs/local" not in name
    }
    return [line for line in result.err.splitlines() if line.startswith("cs: ")]
