#!/bin/sh
# Installs cs for the user who runs it: from the clone that this file lies in, or, when it was downloaded
# alone, from the releases. Options are passed on to `cs -install`. Nothing happens before the last line.
#
#   CS_PYTHON        the Python to use (3.8 or newer)
#   CS_INSTALL_DIR   where the program goes (default: ~/.local/bin)
#   CS_RELEASES_URL  where releases are (default: where this file was published)

releases_url=''

fail() {
    echo "cs: error: $1" >&2
    shift
    for hint; do echo "cs: hint: $hint" >&2; done
    exit 1
}

is_new_enough() {
    "$1" -I -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1
}

find_python() {
    for candidate in "${CS_PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 python3.10 python3.9 \
        python3.8 python; do
        if [ -n "$candidate" ] && is_new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    fail "cs needs Python 3.8 or newer, and there is none on the PATH" "CS_PYTHON names one"
}

is_in_a_clone() {
    [ "$(basename -- "$0")" = install.sh ] && [ -f "$(dirname -- "$0")/build_zipapp.py" ]
}

build() {
    "$1" -IS "$(dirname -- "$0")/build_zipapp.py" >/dev/null || fail "the build failed"
    echo "$(dirname -- "$0")/dist/cs.pyz"
}

# Prints nothing but the path of cs.pyz, once its checksum is right. With -I no module comes from the directory
# that it is started in.
download() {
    [ -n "${CS_RELEASES_URL:-$releases_url}" ] ||
        fail "this install.sh does not say where cs is released" "CS_RELEASES_URL names the place; a clone needs none"
    "$1" -I - "${CS_RELEASES_URL:-$releases_url}" "$2" <<'PYTHON'
import hashlib
import os
import sys
import urllib.parse
import urllib.request

base, directory = sys.argv[1].rstrip("/"), sys.argv[2]


def check(url):
    parts = urllib.parse.urlsplit(url)
    loopback = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not loopback:
        sys.exit("cs: error: releases come over https only, not from " + url)


class Redirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, request, answer, code, message, headers, url):
        check(url)
        return super().redirect_request(request, answer, code, message, headers, url)


def get(url, limit):
    check(url)
    with urllib.request.build_opener(Redirects).open(url, timeout=30) as answer:
        data = answer.read(limit + 1)
    if len(data) > limit:
        sys.exit("cs: error: far too large: " + url)
    return answer.geturl(), data


try:
    tag = get(base + "/latest", 1 << 22)[0].rstrip("/").rsplit("/", 1)[-1]
    files = base + "/download/" + tag + "/"
    checksum = get(files + "cs.pyz.sha256", 4096)[1].split()
    data = get(files + "cs.pyz", 1 << 25)[1]
except (OSError, ValueError) as error:
    sys.exit("cs: error: the release cannot be downloaded: %s" % error)
if not checksum or checksum[0].decode("ascii", "replace").lower() != hashlib.sha256(data).hexdigest():
    sys.exit("cs: error: the checksum of cs.pyz is wrong; nothing was installed")
path = os.path.join(directory, "cs.pyz")
with open(path, "wb") as f:
    f.write(data)
print(path)
PYTHON
}

main() {
    set -eu
    python=$(find_python)
    if is_in_a_clone; then
        bundle=$(build "$python")
    else
        directory=$(mktemp -d)
        trap 'rm -rf "$directory"' EXIT
        bundle=$(download "$python" "$directory")
    fi
    "$python" -ESs "$bundle" -install "$@"
}

main "$@"
