#!/usr/bin/env python3
"""Builds dist/cs.pyz, the one file that is released, and its checksum.

The same commit gives the same bytes on every machine: files in a fixed order, uncompressed, without dates.

  --releases-url URL   where this build looks for updates (also in dist/install.sh and dist/install.ps1)
  --public-key KEY     the minisign key that updates must be signed with: its line, or a file that ends with it
  --sign FILE          sign with this secret key of minisign's, which asks for its password
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import subprocess
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import cs  # noqa: E402

PRELUDE = """\
#!/bin/sh
# cs {version}: a Python zipapp behind a line of sh, which finds a Python. CS_PYTHON names another one.
for python in "$CS_PYTHON" python3 python; do
    command -v "$python" >/dev/null 2>&1 && exec "$python" -ESs "$0" "$@"
done
echo "cs: error: no Python 3 on the PATH" >&2
exit 1
"""

# A zip of source is compiled at every start, so the source is unpacked once to where Python keeps the bytecode,
# if that place is ours alone.
MAIN = """\
archive = os.path.dirname(os.path.abspath(__file__))
cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser(os.path.join("~", ".cache"))
code = os.path.join(cache, "cs", "code", "@DIGEST@")


def is_ours_alone(path):
    found = os.lstat(path)
    return not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o022)


def unpack():
    if not os.path.isfile(os.path.join(code, "cs.py")):
        if "-install" in sys.argv[1:2] or "--install" in sys.argv[1:2]:
            return False
        import zipimport

        os.makedirs(code, mode=0o700, exist_ok=True)
        beside = os.path.join(code, "cs.py.%d" % os.getpid())
        with open(beside, "wb") as f:
            f.write(zipimport.zipimporter(archive).get_data("cs.py"))
        os.replace(beside, os.path.join(code, "cs.py"))
    return is_ours_alone(code) and is_ours_alone(os.path.join(code, "cs.py"))


try:
    if unpack():
        sys.path.insert(0, code)
except OSError:
    pass
import cs

cs.bundle = archive
cs.run_and_leave(sys.argv[1:], os.path.basename(sys.argv[0]))
"""


def bundle_files(releases_url: str, public_key: str) -> dict[str, bytes]:
    """Everything that goes into the zipapp, with line breaks as git stores them."""
    files = {name: data.replace(b"\r\n", b"\n") for name, data in cs.read_bundle().items()}
    for variable, value in (("RELEASES_URL = ", releases_url), ("RELEASE_KEY = ", public_key)):
        if value:
            files["cs.py"] = baked(files["cs.py"], variable, value)
    digest = hashlib.sha256(files["cs.py"]).hexdigest()[:16]
    return {"__main__.py": (cs.REFUSE_OLD_PYTHON + MAIN.replace("@DIGEST@", digest)).encode(), **files}


def zipapp(files: dict[str, bytes]) -> bytes:
    """The bytes of the zipapp. The offsets count from the beginning of the file, prelude included."""
    out = io.BytesIO()
    out.write(PRELUDE.format(version=cs.version_of(files)).encode())
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def baked(source: bytes, variable: str, value: str) -> bytes:
    """A script in which the line that sets a variable to a text sets it to another one."""
    quote = '"' if variable.isupper() else "'"
    if not value.isprintable() or set(value) & set("'\"\\$` "):
        raise cs.CsError(f"{value!r} cannot be built in")
    lines = source.split(b"\n")
    found = [number for number, line in enumerate(lines) if line.startswith(variable.encode())]
    if len(found) != 1:
        raise cs.CsError(f"there is no line '{variable}'")
    lines[found[0]] = f"{variable}{quote}{value}{quote}".encode()
    return b"\n".join(lines)


def read_public_key(text: str) -> str:
    """The line of a public key, from itself or from the file that minisign made. Raises CsError."""
    line = (cs.read_text(text) or text).strip().split("\n")[-1]
    cs.parse_public_key(line)
    return line


def sign(path: str, secret_key: str, version: str) -> None:
    """Makes `<path>.minisig`, whose trusted comment names the file and its version."""
    comment = f"file:{os.path.basename(path)} version:{version}"
    subprocess.run(["minisign", "-S", "-s", secret_key, "-m", path, "-t", comment], check=True, stdout=2)


def build(options: argparse.Namespace) -> str:
    """Writes everything that is released to dist/; returns the path of cs.pyz."""
    key = read_public_key(options.public_key) if options.public_key else ""
    files = bundle_files(options.releases_url, key)
    data = zipapp(files)
    dist = os.path.join(HERE, "dist")
    os.makedirs(dist, exist_ok=True)
    path = os.path.join(dist, "cs.pyz")
    cs.write_atomically(path, data, mode=0o755)
    cs.write_atomically(path + ".sha256", f"{hashlib.sha256(data).hexdigest()}  cs.pyz\n", mode=0o644)
    cs.remove_file(path + ".minisig")
    for name, variable, mode in (("install.sh", "releases_url=", 0o755), ("install.ps1", "$ReleasesUrl = ", 0o644)):
        script = (cs.read_bytes(os.path.join(HERE, name)) or b"").replace(b"\r\n", b"\n")
        if options.releases_url:
            script = baked(script, variable, options.releases_url)
        cs.write_atomically(os.path.join(dist, name), script, mode=mode)
    if options.sign:
        sign(path, options.sign, cs.version_of(files))
        signature = cs.read_text(path + ".minisig") or ""
        if key:
            cs.check_signature(data, signature, key, cs.version_of(files))
    return path


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("--releases-url", "--public-key", "--sign"):
        parser.add_argument(option, default="", help=argparse.SUPPRESS)
    try:
        print(build(parser.parse_args(words)))
    except cs.CsError as error:
        cs.tell_error(error)
        return 1
    except subprocess.CalledProcessError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
