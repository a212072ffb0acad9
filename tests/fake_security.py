"""A stand-in for `security` of macOS: its generic passwords, its command language, its output formats.

Written after Apple's published source (SecurityTool: security.c, keychain_find.c, keychain_utilities.c).
State is a JSON file, FAKE_SECURITY_STATE; every command line is written to FAKE_SECURITY_STATE.calls.
"""

import fcntl
import json
import os
import sys

MAX_LINE_LEN = 4096
MAX_ARGS = 32
NOT_FOUND = 44
DUPLICATE = 45
STATE = os.environ.get("FAKE_SECURITY_STATE") or os.path.join(os.environ["HOME"], "keychain.json")


def load():
    try:
        with open(STATE, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return []


def save(items):
    with open(STATE + ".new", "w", encoding="utf-8") as file:
        json.dump(items, file)
    os.replace(STATE + ".new", STATE)


def split_line(line):
    """The words of a line in interactive mode: quotes of both kinds, a backslash takes the next character."""
    words, word, quote, escaped, within = [], b"", 0, False, False
    for byte in line:
        char = bytes([byte])
        if escaped:
            word, escaped = word + char, False
        elif char == b"\\":
            escaped = within = True
        elif quote:
            if byte == quote:
                words, word, quote, within = [*words, word], b"", 0, False
            else:
                word += char
        elif char.isspace():
            if within:
                words, word, within = [*words, word], b"", False
        elif not within and char in (b'"', b"'"):
            quote, within = byte, True
        else:
            word, within = word + char, True
    if within:
        words.append(word)
    return words[:MAX_ARGS]


def printed(data):
    """A blob as print_buffer() does it."""
    if not data:
        return b""
    plain = all(32 <= byte < 127 and byte != 92 for byte in data)
    if plain:
        return b'"' + data + b'"'
    shown = b"".join(bytes([b]) if 32 <= b < 127 and b != 92 else b"\\%03o" % b for b in data)
    return b"0x" + data.hex().upper().encode() + b'  "' + shown + b'"'


def options(words, flags, valued):
    found, rest = {}, []
    words = list(words)
    while words:
        word = words.pop(0)
        letter = word[1:2].decode("latin-1")
        if word[:1] == b"-" and letter in valued:
            found[letter] = word[2:] or words.pop(0)
        elif word[:1] == b"-" and letter in flags:
            found[letter] = b""
        else:
            rest.append(word)
    return found, rest


def matching(items, given):
    for item in items:
        if all(
            item[key] == given[letter].decode() for letter, key in (("s", "svce"), ("a", "acct")) if letter in given
        ):
            return item
    return None


def complain(text):
    sys.stderr.write("security: " + text + "\n")


def not_found():
    complain("SecKeychainSearchCopyNext: The specified item could not be found in the keychain.")
    return NOT_FOUND


def attributes(item):
    out = sys.stdout.buffer
    out.write(
        b'keychain: "/Users/ada/Library/Keychains/login.keychain-db"\nversion: 512\nclass: "genp"\nattributes:\n'
    )
    out.write(b"    0x00000007 <blob>=" + printed(item["svce"].encode()) + b"\n    0x00000008 <blob>=<NULL>\n")
    out.write(b'    "acct"<blob>=' + printed(item["acct"].encode()) + b"\n")
    out.write(b'    "cdat"<timedate>=0x32303236303330313130303030305A00  "20260301100000Z\\000"\n')
    out.write(b'    "svce"<blob>=' + printed(item["svce"].encode()) + b'\n    "type"<uint32>=<NULL>\n')


def add(words):
    given, _ = options(words, "UA", "asljDGwXT")
    if "w" not in given and "X" not in given:
        complain("no password was given")
        return 1
    data = bytes.fromhex(given["X"].decode()) if "X" in given else given["w"]
    items = load()
    found = matching(items, given)
    if found and "U" not in given:
        complain("SecKeychainItemCreateFromContent (<default>): The specified item already exists in the keychain.")
        return DUPLICATE
    if not found:
        found = {"svce": given["s"].decode(), "acct": given["a"].decode()}
        items.append(found)
    found["data"] = data.hex()
    save(items)
    return 0


def find(words):
    given, _ = options(words, "gw", "asl")
    item = matching(load(), given)
    if item is None:
        return not_found()
    data = bytes.fromhex(item["data"])
    if "w" in given:
        plain = all(32 <= byte < 127 for byte in data)
        sys.stdout.buffer.write((data if plain else data.hex().encode()) + b"\n")
        return 0
    attributes(item)
    sys.stdout.flush()
    if "g" in given:
        sys.stderr.buffer.write(b"password: " + printed(data) + b"\n")
    return 0


def delete(words):
    given, _ = options(words, "", "asl")
    items = load()
    item = matching(items, given)
    if item is None:
        return not_found()
    attributes(item)
    items.remove(item)
    save(items)
    sys.stderr.write("password has been deleted.\n")
    return 0


def dump(words):
    for item in load():
        attributes(item)
    return 0


def default_keychain(words):
    sys.stdout.write('    "/Users/ada/Library/Keychains/login.keychain-db"\n')
    return 0


COMMANDS = {
    b"add-generic-password": add,
    b"find-generic-password": find,
    b"delete-generic-password": delete,
    b"dump-keychain": dump,
    b"default-keychain": default_keychain,
}


def execute(words):
    command = COMMANDS.get(words[0])
    if command is None:
        sys.stderr.write(f"security: unknown command {words[0]!r}\n")
        return 1
    return command(words[1:])


def interactive():
    """fgets() into a buffer: a longer line becomes several."""
    status = 0
    while True:
        sys.stdout.write("security> ")
        line = sys.stdin.buffer.readline(MAX_LINE_LEN - 1)
        if not line:
            return status
        words = split_line(line)
        if words:
            status = execute(words)
            if status:
                sys.stderr.write(f"{words[0].decode()}: returned {status}\n")


def main(argv):
    with open(STATE + ".calls", "a", encoding="utf-8") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        log.write(json.dumps(argv) + "\n")
        log.flush()
        return interactive() if argv[:1] == ["-i"] else execute([word.encode() for word in argv])


sys.exit(main(sys.argv[1:]))
