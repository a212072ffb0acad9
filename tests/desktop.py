"""A desktop's keyring: a session bus of its own, with gnome-keyring unlocked by an empty line as password.

Desktop(box)                                    # from now on secret-tool works in the box
box.run("secret-tool", "lookup", "name", "x")
"""

import os
import subprocess

from bed import need, wait_for

# Runs on the bus: unlock, tell the bus's address, and stay until stdin closes.
SCRIPT = """
echo | gnome-keyring-daemon --unlock --components=secrets >"$1/daemon.out" 2>&1 || exit 1
printf '%s' "$DBUS_SESSION_BUS_ADDRESS" >"$1/address.new" && mv "$1/address.new" "$1/address"
cat >/dev/null
"""


class Desktop:
    """The session bus and the keyring, until the box is closed."""

    def __init__(self, box):
        need("dbus-run-session", "gnome-keyring-daemon", "secret-tool")
        self.box = box
        self.place = box.short()
        box.env["XDG_RUNTIME_DIR"] = str(self.place)
        command = ["dbus-run-session", "--", "/bin/sh", "-c", SCRIPT, "desktop", str(self.place)]
        env = {**box.environment(), "PATH": os.pathsep.join([box.env["PATH"], "/usr/bin", "/bin"])}
        with open(self.place / "stderr", "wb") as said:
            self.process = subprocess.Popen(
                command, cwd=str(box.work), env=env, stdin=subprocess.PIPE, stderr=said, start_new_session=True
            )
        box.closing.callback(self.stop)
        wait_for(self.answers, what="the keyring")
        box.env["DBUS_SESSION_BUS_ADDRESS"] = (self.place / "address").read_text()

    def answers(self):
        """Whether the keyring is unlocked."""
        assert self.process.poll() is None, (self.place / "stderr").read_text()
        return (self.place / "address").exists()

    def stop(self):
        """Log out."""
        self.process.stdin.close()
        self.process.wait()
        for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
            self.box.env.pop(name, None)
