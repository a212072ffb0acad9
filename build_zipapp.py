#!/usr/bin/env python3
"""Builds dist/cs.pyz, the one file that is released, and its checksum.

The same commit gives the same bytes on every machine: files in a fixed order, uncompressed, without dates.
"""

from __future__ import annotations

import hashlib
import io
import os
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

# Runs on any Python, also on those that cannot run cs. A zip of source is compiled at every start, so the
# source is unpacked once to where Python keeps the bytecode, if that place is ours alone.
MAIN = """\
import os
import sys

if sys.version_info < (3, 8):
    found = "%d.%d" % sys.version_info[:2]
    sys.exit("cs: error: cs needs Python 3.8 or newer, and this is %s; CS_PYTHON names another" % found)

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
sys.exit(cs.main(sys.argv[1:], os.path.basename(sys.argv[0])))
"""


def bundle_files() -> dict[str, bytes]:
    """Everything that goes into the zipapp, with line breaks as git stores them."""
    files = {name: data.replace(b"\r\n", b"\n") for name, data in cs.read_bundle().items()}
    digest = hashlib.sha256(files["cs.py"]).hexdigest()[:16]
    return {"__main__.py": MAIN.replace("@DIGEST@", digest).encode(), **files}


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


def main() -> int:
    data = zipapp(bundle_files())
    dist = os.path.join(HERE, "dist")
    os.makedirs(dist, exist_ok=True)
    path = os.path.join(dist, "cs.pyz")
    cs.write_atomically(path, data, mode=0o755)
    cs.write_atomically(path + ".sha256", f"{hashlib.sha256(data).hexdigest()}  cs.pyz\n", mode=0o644)
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
