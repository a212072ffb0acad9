"""A tmux server of the box's own, for what depends on tmux and for whole flows of the TUI.

tmux = Tmux(box, *box.program, "hello")         # one window that runs cs
tmux.wait("hello").key("j", "Enter")
assert tmux.finish() == 0
"""

import time

from bed import need

NOTE_STATUS = '"$@"; echo $? >"$0"'


class Tmux:
    """A server with one session, which ends with the box."""

    def __init__(self, box, *argv, cwd=None, env=None, rows=40, cols=110):
        self.box = box
        place = box.short()
        self.command = [need("tmux"), "-S", str(place / "tmux"), "-f", "/dev/null"]
        self.ended = place / "status"  # tmux itself does not always learn how its program ended
        box.closing.callback(self.stop)
        size = ("-x", cols, "-y", rows)
        start = (
            "new-session",
            "-d",
            *size,
            "-c",
            cwd or box.work,
            "--",
            "sh",
            "-c",
            NOTE_STATUS,
            self.ended,
            *argv,
        )
        self("start-server", ";", "set", "-g", "remain-on-exit", "on", ";", *start, env=env)

    def __call__(self, *words, env=None):
        """Run a tmux command; its output without the last newline."""
        result = self.box.run(*self.command, *words, env=env)
        assert result.status == 0, result.err
        return result.out.rstrip("\n")

    @property
    def text(self):
        """What the window shows, with what scrolled away above it."""
        return self("capture-pane", "-p", "-S", "-", "-E", "-")

    @property
    def lines(self):
        """The visible lines."""
        return self("capture-pane", "-p").split("\n")

    def ask(self, variable):
        """The value of one of tmux's own variables, such as window_name or pane_title."""
        return self("display-message", "-p", "#{%s}" % variable)  # noqa: UP031

    def type(self, text):
        """Type a text as it is."""
        self("send-keys", "-l", "--", text)
        return self

    def key(self, *names):
        """Press keys by tmux's names."""
        self("send-keys", *names)
        return self

    def wait(self, wanted, timeout=30):
        """Poll until a text is shown, or a predicate of this object is true."""
        test = wanted if callable(wanted) else lambda tmux: wanted in "\n".join(tmux.lines)
        deadline = time.monotonic() + timeout
        while not test(self):
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {timeout} s in vain for {wanted!r}; the screen:\n{self.text}")
            time.sleep(0.02)
        return self

    def finish(self, timeout=60):
        """Wait for the program to end; its status, negative for a signal."""
        self.wait(lambda tmux: tmux.ended.exists() and tmux.ended.read_text().endswith("\n"), timeout)
        status = int(self.ended.read_text())
        return status if status < 128 else 128 - status

    def stop(self):
        """End the server and all that runs in it."""
        self.box.run(*self.command, "kill-server")
