#!/usr/bin/env python3
"""Makes a release in one command; CONTRIBUTING.md says when and how.

  python3 .ci/release.py VERSION [--key FILE] [--publish]
      sets the version, dates the section of CHANGELOG.md, commits, tags, and builds what is released into dist/;
      with --key it is signed with that secret key of minisign's; with --publish the tag is pushed, and the
      release is made with `gh`
  python3 .ci/release.py --build [--key FILE]
      builds dist/ again from the tag that is checked out, as the workflow does and as anybody can to compare

Where releases are and the public key are the constants RELEASES_URL and RELEASE_KEY in cs.py.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, TOP)
sys.dont_write_bytecode = True

import cs  # noqa: E402 - it is in the directory above

FILES = ("cs.pyz", "cs.pyz.sha256", "cs.pyz.minisig", "install.sh", "install.ps1")


def git(*words: str) -> str:
    """The output of a git command, run as whoever makes the release."""
    done = subprocess.run(["git", *words], cwd=TOP, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().strip()


def refuse_unready(version: str) -> None:
    """Raises CsError unless a release of that version can be made from what is checked out."""
    if cs.version_number(version) is None:
        raise cs.CsError(
            f"'{version}' is no version", "a version is YYYY.M.N, such as " + time.strftime("%Y.%-m.1")
        )
    newest = max(
        git("tag", "--list", "v*").split(), key=lambda tag: cs.version_number(tag[1:]) or (0,), default="v"
    )
    if not cs.is_newer(version, newest[1:]):
        raise cs.CsError(f"{version} is not newer than the last release, {newest}")
    if git("status", "--porcelain", "--untracked-files=no"):
        raise cs.CsError("there are changes that are not committed")


def set_version(version: str) -> None:
    """Writes the version into cs.py and over the unreleased section of CHANGELOG.md."""
    program, log = os.path.join(TOP, "cs.py"), os.path.join(TOP, "CHANGELOG.md")
    replace(program, r'^VERSION = ".*"$', f'VERSION = "{version}"')
    replace(log, r"^## Unreleased$", f"## Unreleased\n\n## {version} ({time.strftime('%Y-%m-%d')})")


def replace(path: str, pattern: str, text: str) -> None:
    """Replaces the one line of a file that matches. Raises CsError when there is none, or several."""
    new, count = re.subn(pattern, text, cs.read_text(path) or "", flags=re.MULTILINE)
    if count != 1:
        raise cs.CsError(f"{path} has {count} lines like {pattern}")
    cs.write_atomically(path, new)


def notes(version: str) -> str:
    """What CHANGELOG.md says about a version. Raises CsError when it says nothing."""
    text = cs.read_text(os.path.join(TOP, "CHANGELOG.md")) or ""
    section = cs.changes_between(text, previous_version(text, version), version)
    body = section.partition("\n")[2].strip()
    if not body:
        raise cs.CsError(
            f"CHANGELOG.md says nothing about {version}", "write what users get, under '## Unreleased'"
        )
    return body + "\n"


def previous_version(text: str, version: str) -> str:
    """The version before one in a change log; "" before the first.

    >>> previous_version("## Unreleased\\n## 2026.12.1\\n## 2026.11.3 (2026-11-30)\\n", "2026.12.1")
    '2026.11.3'
    """
    found = re.findall(r"^## (\d\S*)", text, re.MULTILINE)
    older = [each for each in found if cs.is_newer(version, each)]
    return max(older, key=lambda each: cs.version_number(each) or (0,), default="")


def build(version: str, key: str) -> list[str]:
    """Builds, signs and describes a release in dist/; returns the files to publish."""
    dist = os.path.join(TOP, "dist")
    command = [sys.executable, os.path.join(TOP, "build_zipapp.py"), *(["--sign", key] if key else [])]
    for option, name in (("--releases-url", "RELEASES_URL"), ("--public-key", "RELEASE_KEY")):
        value = constant(name)
        command += [option, value] if value else []
    subprocess.run(command, check=True, stdout=2)
    cs.write_atomically(os.path.join(dist, "notes.md"), notes(version))
    return [os.path.join(dist, name) for name in FILES if os.path.exists(os.path.join(dist, name))]


def constant(name: str) -> str:
    """The text that a line of cs.py sets a name to, as it is on the disk now."""
    found = re.search(rf'^{name} = "(.*?)"', cs.read_text(os.path.join(TOP, "cs.py")) or "", re.MULTILINE)
    return found.group(1) if found else ""


def publish_command(version: str, files: list[str]) -> list[str]:
    """The command that makes the release at GitHub."""
    relative = [os.path.relpath(path, TOP) for path in files]
    return ["gh", "release", "create", f"v{version}", "--verify-tag", "--notes-file", "dist/notes.md", *relative]


def release(version: str, key: str, publish: bool) -> None:
    """Commit, tag, build, and what is left to do."""
    refuse_unready(version)
    notes_before = cs.read_text(os.path.join(TOP, "CHANGELOG.md"))
    try:
        set_version(version)
        notes(version)
    except cs.CsError:
        git("checkout", "--", "cs.py", "CHANGELOG.md")
        assert cs.read_text(os.path.join(TOP, "CHANGELOG.md")) == notes_before
        raise
    git("commit", "--quiet", "-m", f"Release {version}", "cs.py", "CHANGELOG.md")
    git("tag", "--annotate", f"v{version}", "-m", f"cs {version}")
    files = build(version, key)
    steps = [["git", "push", "--follow-tags"], publish_command(version, files)]
    for step in steps:
        if publish:
            subprocess.run(step, cwd=TOP, check=True)
        else:
            print(" ".join(step))


def main(words: list[str]) -> int:
    """Understands the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("version", nargs="?", metavar="VERSION")
    parser.add_argument("--key", default="", metavar="FILE")
    parser.add_argument("--publish", action="store_true")
    parser.add_argument("--build", action="store_true")
    options = parser.parse_args(words)
    try:
        if options.build:
            for path in build(constant("VERSION"), options.key):
                print(path)
        elif options.version:
            release(options.version, options.key, options.publish)
        else:
            parser.error("which version?")
    except cs.CsError as error:
        cs.tell_error(error)
        return 1
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
