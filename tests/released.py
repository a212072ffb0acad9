"""Releases for the tests: the very program under another version number, built and signed as publishers do."""

import os
import shutil
import subprocess
from pathlib import Path

import bed

import cs

OTHER_FILES = ("build_zipapp.py", "install.sh", "install.ps1")


def source_tree(place, version, change=None):
    """A copy of everything that cs is built from, under another version number."""
    for name in (*cs.bundled_names(), *OTHER_FILES):
        source, target = bed.TOP / name, Path(place) / name
        if source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(str(source), str(target))
    program = Path(place) / "cs.py"
    text = program.read_text(encoding="utf-8")
    text = text.replace(f'VERSION = "{cs.VERSION}"', f'VERSION = "{version}"', 1)
    program.write_text(change(text) if change else text, encoding="utf-8")
    for name in ("completions/cs.bash", "commands/summary.md"):  # copied texts that differ from version to version
        with open(str(Path(place) / name), "a", encoding="utf-8") as text:
            text.write(f"\n# {version}\n")
    log = f"# Changes\n\n## {version}\n\n- What is new in {version}.\n\n## 2020.1.1\n\n- Long ago.\n"
    (Path(place) / "CHANGELOG.md").write_text(log)
    return Path(place)


class Publisher:
    """Whoever publishes: a minisign key, and builds made once for all tests of a run."""

    def __init__(self, shared, name="publisher"):
        bed.need("minisign")

        def make(place):
            command = ["minisign", "-G", "-W", "-s", place / "secret", "-p", place / "public"]
            subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)

        self.shared = Path(shared)
        self.name = name
        self.place = bed.once(shared, name, make)
        self.key = (self.place / "public").read_text().splitlines()[1]

    def build(self, version, *options, change=None, label=""):
        """The path of cs.pyz of a version; `change` is applied to the text of its cs.py."""

        def make(place):
            source_tree(place, version, change)
            command = [bed.PYTHON, "-IS", "build_zipapp.py", *options]
            done = subprocess.run(command, cwd=str(place), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            assert done.returncode == 0, done.stdout

        return bed.once(self.shared, f"{self.name}-{version}{label}", make) / "dist/cs.pyz"

    def keyed(self, version, **more):
        """A build that demands this publisher's signature of its updates."""
        return self.build(version, "--public-key", self.key, label="-keyed", **more)

    def unkeyed(self, version):
        """A build that can check no signature."""
        return self.build(version, label="-unkeyed")

    def sign(self, data, comment, *options):
        """The text of a signature by the real minisign."""
        path = Path(os.environ["TMPDIR"]) / "to-sign"
        path.write_bytes(data)
        command = [
            "minisign",
            "-S",
            "-W",
            *options,
            "-s",
            str(self.place / "secret"),
            "-m",
            str(path),
            "-t",
            comment,
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return Path(str(path) + ".minisig").read_text()

    def publish(self, server, version, program=None, comment=None):
        """Put a signed release up on a server."""
        data = (program or self.keyed(version)).read_bytes()
        server.publish(version, data, self.sign(data, comment or f"file:cs.pyz version:{version}"))


def install(box, program, *options):
    """Install a cs.pyz in a box, whose `cs` it becomes."""
    done = box.run(bed.PYTHON, "-ESs", program, "-install", *options)
    assert done.status == 0, done
    box.program = [str(box.home / ".local/bin/cs")]
    box.set_path([str(box.bin), str(box.home / ".local/bin"), *box.path[1:]])
    return done
