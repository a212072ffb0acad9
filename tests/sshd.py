"""Another computer: an sshd on loopback with a home, a PATH and keys of its own.

    remote = Sshd(box)
    box.run("ssh", remote.address, "echo $HOME")       # remote.home
    box.run("rsync", "-a", "dir", f"{remote.address}:")

Whatever user and host the box's `ssh` is given, it comes here, so `ada@mini` is as good as `remote.address`.
Calls of ssh are recorded: `box.calls("ssh")`. To ssh itself, `~` is the home in the password file, not HOME.
"""

import os
import pwd
import shlex
import shutil
import signal
import socket
import subprocess

from bed import PYTHON, need, once, real_directories, wait_for

SERVER_CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {keys}/host
AuthorizedKeysFile {keys}/user.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
AllowTcpForwarding yes
PermitUserEnvironment no
MaxStartups 100
Subsystem sftp internal-sftp
ForceCommand {login}
"""

CLIENT_CONFIG = """\
Host *
    HostName 127.0.0.1
    HostKeyAlias remote
    Port {port}
    IdentityFile {keys}/user
    IdentitiesOnly yes
    UserKnownHostsFile {keys}/known_hosts
    GlobalKnownHostsFile /dev/null
    StrictHostKeyChecking yes
    PreferredAuthentications publickey
    ConnectTimeout 10
    LogLevel ERROR
"""

# What a login gets: only the environment of that computer, then the command or a shell, in its home.
LOGIN = """\
#!/bin/sh
cd {home} || exit 1
set -- {environment} "SSH_CONNECTION=$SSH_CONNECTION" "TERM=${{TERM:-dumb}}" ${{SSH_TTY:+"SSH_TTY=$SSH_TTY"}}
if [ "$SSH_ORIGINAL_COMMAND" = internal-sftp ]; then
    exec env -i "$@" {sftp}
elif [ -n "$SSH_ORIGINAL_COMMAND" ]; then
    exec env -i "$@" /bin/sh -c "$SSH_ORIGINAL_COMMAND"
fi
exec env -i "$@" /bin/sh -l
"""


class Sshd:
    """The computer; its server ends with the box."""

    def __init__(self, box, name="remote"):
        self.box = box
        self.server_path, self.client_path = need("sshd"), need("ssh")
        self.top = box.top / name
        self.home = self.top / "home"
        self.bin = self.top / "bin"
        for place in (self.home, self.bin):
            place.mkdir(parents=True)
        self.keys = once(box.shared, "ssh-keys", make_keys)
        self.address = f"ada@{name}"
        self.path = [str(self.bin), os.path.dirname(PYTHON), *real_directories()]
        self.env = {
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "LOGNAME": "remote",
            "PATH": os.pathsep.join(self.path),
            "SHELL": "/bin/sh",
            "USER": "remote",
        }
        self.log = self.top / "sshd.log"
        self.server = None
        box.closing.callback(self.stop)
        self.start()

    def start(self):
        """Serve, on a new port; logins get `env` as it is now."""
        self.port = free_port()
        self.write_configuration()
        if os.getuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)  # sshd insists on it
        command = [self.server_path, "-D", "-f", str(self.top / "sshd_config"), "-E", str(self.log)]
        self.server = subprocess.Popen(command, env=self.box.environment(), stdin=subprocess.DEVNULL)
        wait_for(self.answers, what="sshd")

    def write_configuration(self):
        """The server's and the client's configuration, the login script, and `ssh` on the box's PATH."""
        environment = shlex.join(f"{name}={value}" for name, value in self.env.items())
        sftp = shutil.which("sftp-server", path="/usr/lib/openssh:/usr/libexec/openssh:/usr/libexec")
        login = self.top / "login"
        login.write_text(LOGIN.format(home=shlex.quote(str(self.home)), environment=environment, sftp=sftp))
        login.chmod(0o755)
        told = {"port": self.port, "keys": self.keys, "login": login}
        (self.top / "sshd_config").write_text(SERVER_CONFIG.format(**told))
        (self.top / "ssh_config").write_text(CLIENT_CONFIG.format(**told))
        user = pwd.getpwuid(os.getuid()).pw_name  # given first, it beats the one in an address
        self.box.spy("ssh", "-F", self.top / "ssh_config", "-l", user)

    def answers(self):
        """Whether the server takes connections."""
        assert self.server.poll() is None, self.log.read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        """Switch the computer off, connections and all."""
        if self.server and self.server.poll() is None:
            self.server.send_signal(signal.SIGTERM)
            self.server.wait()

    def write(self, name, text, mode=0o644):
        """A file in the remote home."""
        place = self.home / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        place.chmod(mode)
        return place


def make_keys(directory):
    """The host's and the user's keys, and the client's list of known hosts."""
    for name in ("host", "user"):
        subprocess.run(
            [need("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(directory / name)],
            check=True,
        )
    (directory / "known_hosts").write_text("remote " + (directory / "host.pub").read_text())


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
