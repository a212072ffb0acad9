"""What the tests of the TUI stand on: a model with made-up sessions, a clock of its own, and keys by name."""

import cs

NOW = 1_700_000_000.0  # Tuesday, 14 November 2023, 22:13:20 UTC
HOUR, DAY = 3600.0, 86400.0


def row(name, hours=1.0, days=10.0, **more):
    """A row of the list, last active so many hours ago."""
    row = cs.Row(name, "/root/" + name)
    row.modified = None if hours is None else NOW - hours * HOUR
    row.created = None if days is None else NOW - days * DAY
    for key, value in more.items():
        setattr(row, key, value)
    return row


def sample():
    """Eight sessions: open, remote, adopted, with secrets, and of every age."""
    return [
        row("debug-api", 0.5, 3, secrets=3),
        row("fix-auth", 2, 1, owner=cs.LockOwner(4121), state="busy"),
        row("homeassistant", 30, 40, host="me@mini"),
        row("invoice-parser", 80, 6, adopted=True),
        row("api-gateway", 200, 21, secrets=1),
        row("blog", 240, 200),
        row("thesis", 1200, 300),
        row("zeta", None, None),
    ]


def text_of(frame):
    """The characters of a frame alone, line by line."""
    return "\n".join("".join(line).rstrip() for line in frame.chars)


class Play:
    """A person at the TUI: presses keys, lets time pass, and sees frames and the effects that were asked for."""

    def __init__(self, rows=None, width=80, height=24, now=NOW):
        self.now = now
        self.m = cs.Model(width, height, now)
        self.effects = []
        rows = sample() if rows is None else rows
        rows.sort(key=lambda row: (row.name.lower(), row.name))
        cs.take_rows(self.m, rows)
        self.m.selected = self.m.shown[0].name if rows else ""
        for each in rows:
            repo = "hex/" + each.name if each.name in ("debug-api", "blog") else ""
            self.m.facts[each.name] = cs.Facts(bool(repo) or each.name == "thesis", repo, "")
        self.m.repo_width = 13
        self.event(cs.Event("tick"))
        self.effects.clear()

    def event(self, event):
        """Let something happen; returns the effects of this."""
        asked = cs.update_model(self.m, event, self.now)
        self.effects += asked
        return asked

    def keys(self, keys):
        """Press keys, with spaces between their names; returns what they asked for together."""
        return [wish for key in keys.split() for wish in self.event(cs.Event("key", key))]

    def type(self, text):
        for c in text:
            self.event(cs.Event("key", "space" if c == " " else c))

    def wait(self, seconds):
        """Let time pass, tick by tick as the shell does."""
        end = self.now + seconds
        while self.m.deadline() < end:
            self.now = max(self.m.deadline(), self.now + 0.001)
            self.event(cs.Event("tick"))
        self.now = end
        self.event(cs.Event("tick"))

    def answer(self, kind, *words, value=None, error=""):
        """An effect is done."""
        return self.event(cs.Answer(kind, words, value, error))

    def asked(self, kind):
        """The words of the effects of one kind so far."""
        return [wish.words for wish in self.effects if wish.kind == kind]

    def mouse(self, deed, x, y):
        frame = self.frame()
        return self.event(cs.Event("mouse", deed, frame.target(x, y)))

    def click_on(self, text, deed="left"):
        """Click in the middle of the first place where a text stands on the screen."""
        frame = self.frame()
        for y, line in enumerate(frame.chars):
            at = "".join(c or "\0" for c in line).find(text)
            if at >= 0:
                return self.event(cs.Event("mouse", deed, frame.target(at + len(text) // 2, y)))
        raise AssertionError(f"{text!r} is not on the screen:\n{text_of(frame)}")

    def frame(self):
        return cs.render(self.m)

    @property
    def screen(self):
        return text_of(self.frame())

    @property
    def words(self):
        """What the popup says, on one line."""
        frame = self.frame()
        areas = [hit for hit in frame.hits if hit[4] == ("popup",)]
        left, top, right, bottom, _ = areas[-1]
        inside = ["".join(line[left + 1 : right - 1]) for line in frame.chars[top + 1 : bottom - 1]]
        return " ".join(" ".join(inside).split())

    @property
    def names(self):
        """The rows in their order."""
        return [row.name for row in self.m.shown]

    @property
    def selected(self):
        return self.m.selected

    @property
    def status(self):
        return self.m.status

    @property
    def line(self):
        """The command line that the TUI was left with; None while it is open."""
        return None if self.m.outcome is None else self.m.outcome.line

    @property
    def bottom(self):
        return self.screen.splitlines()[-1]


def box_of(frame):
    """Checks that a frame is a whole grid: every line as wide as the screen, wide characters in two cells."""
    assert len(frame.chars) == frame.height
    for chars, styles in zip(frame.chars, frame.styles):
        assert len(chars) == len(styles) == frame.width
        for x, c in enumerate(chars):
            if c == "":
                assert x > 0 and cs.cell_width(chars[x - 1]) == 2, (x, chars)
            elif cs.cell_width(c) == 2:
                assert x + 1 < frame.width and chars[x + 1] == "", (x, chars)
            else:
                assert cs.cell_width(c) == 1, (x, c)
                assert all(part.isprintable() for part in c)
