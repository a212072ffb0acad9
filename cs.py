#!/usr/bin/env python3
"""cs gives every task that is done with Claude Code a home.

`cs debug-api` creates or resumes a session: a directory with notes, artifacts and secrets, a local git
history that survives crashes, and the exact conversation to go back to.

The file reads from top to bottom; each section uses only what stands above it.

     1  constants and tables        file names, limits; the hooks and what is installed
     2  errors
     3  terminal output             colours, tables, questions; strings made safe to print
     4  files and places            atomic writes, key=value files, locks, where things are
     5  processes and git           the only door to other programs
     6  sessions                    names, paths, the lock, the list
     7  conversations               Claude's transcripts: kept, placed, listed
     8  sensitive text              finding, redacting and filling in credentials
     9  encryption                  by age and openssl, and the files it makes
    10  secrets                     five stores under one contract
    11  secrets on other machines   recipients, secrets.age and secrets.enc
    12  documents and artifacts     changes, discoveries, the manifest
    13  history                     what is committed, without credentials
    14  autosave and recovery       between two commits, and after a crash
    15  session life                create, adopt, migrate, rename, trash
    16  merging                     what two machines did to one session
    17  sync                        push, pull, status, clone
    18  hosts                       names, stubs, connecting
    19  moving                      to a host, and back
    20  passages                    what sessions say, and what a query asks of it
    21  search                      the index, what is found, and shown first
    22  installation                components, settings.json, uninstalling
    23  updates                     releases, signatures, rollback
    24  doctor                      what is wrong, and how to mend it
    25  hook support                what the programs in hooks/ stand on
    26  launch                      running Claude Code, and finishing what it did
    27  TUI model                   what is known and chosen; which rows are shown
    28  TUI picture                 from the model to lines of styled text
    29  TUI events                  from a key or an answer to the next model
    30  TUI terminal                effects on threads, bytes of keys, painting
    31  commands and main           one function a command; the grammar; help
"""

from __future__ import annotations

import os
import sys
import time

TYPE_CHECKING = False  # known to mypy; importing typing would cost every start several milliseconds
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, Callable, Container, Iterable, Iterator, NoReturn, TextIO

VERSION = "2026.11.1"

# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  1. Constants and tables
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

PROTOCOL_VARIABLES = (
    "CLAUDE_SESSION_NAME",
    "CLAUDE_SESSION_DIR",
    "CLAUDE_SESSION_META_DIR",
    "CLAUDE_ARTIFACT_DIR",
    "CLAUDE_CODE_TASK_LIST_ID",
)

LIST_HINT = "cs -ls lists the sessions"
NAME_LIMIT = 100  # characters
NAME_RULE = "letters, digits, '.', '_' and '-', beginning with a letter, a digit or '_', at most 100"
TRASH_DAYS = 30
RELEASES_URL = ""  # build_zipapp.py bakes in where releases are published, such as https://host/owner/repo/releases
RELEASE_KEY = ""  # and the minisign public key of whoever publishes; without one, only checksums are checked
LARGE_FILE = 50 * 1024 * 1024  # bytes; larger files stay out of cs's own commits
CHUNK = 1 << 16  # bytes read at a time
EDIT_TOOLS = ("Write", "Edit", "MultiEdit", "NotebookEdit")


class Hook:
    """One program in hooks/, and when Claude Code runs it."""

    __slots__ = ("event", "matcher", "name", "summary", "timeout")

    def __init__(self, name: str, event: str, summary: str, matcher: str = "", timeout: int = 10) -> None:
        self.name = name
        self.event = event
        self.summary = summary
        self.matcher = matcher  # "" where the event has none
        self.timeout = timeout  # seconds


_EDITS = "|".join(EDIT_TOOLS)

HOOKS = (
    Hook(
        "session-start", "SessionStart", "notes the conversation, recovers after a crash, tells Claude where it is"
    ),
    Hook("artifact-tracker", "PostToolUse", "keeps a redacted copy of each script and configuration", _EDITS),
    Hook("changes-tracker", "PostToolUse", "writes a line to changes.md for each file changed", _EDITS),
    Hook("discovery-commits", "PostToolUse", "saves the working tree to refs/cs/auto in the background", _EDITS),
    Hook("discoveries-reminder", "Stop", "asks Claude now and then to look after the discoveries"),
    Hook("discoveries-archiver", "PreCompact", "moves old discoveries to the archive when the file is large"),
    Hook("session-end", "SessionEnd", "logs the end, commits what changed", timeout=30),
    Hook("subagent-context", "SubagentStart", "tells a sub-agent where it is and what the rules are"),
    Hook("tool-failure-logger", "PostToolUseFailure", "writes a line to session.log for each failed tool call"),
    Hook("session-auto-approve", "PermissionRequest", "allows edits of the session's own documents", _EDITS),
)

# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  2. Errors
#  One exception carries everything that a person can cause or should read; main() alone prints it.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════


class CsError(Exception):
    """What happened, to what; the hints say what to do now. Exit status 1."""

    status = 1

    def __init__(self, message: str, *hints: str) -> None:
        super().__init__(message)
        self.hints = hints


class UsageError(CsError):
    """The words of the command line cannot be understood. Exit status 2."""

    status = 2


class Busy(CsError):
    """A lock file was not free within the time that its caller could wait."""


class ProgramMissing(CsError):
    """A program that is needed is not on the PATH."""


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  3. Terminal output
#  Data goes to stdout, talk to stderr. Every string from outside is cleaned where it is printed.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

COLOURS = {  # indices of the 256-colour palette
    "rust": 202,
    "gold": 214,
    "orange": 209,
    "yellow": 215,
    "green": 149,
    "red": 203,
    "comment": 138,
    "white": 230,
}

ICONS = {
    "lock": ("⚿", "\U000f033e", "*"),
    "remote": ("⇝", "\U000f0318", "~"),
    "open": ("●", "●", "+"),
    "secrets": ("⚷", "⚷", "&"),
}


def _clean_character(c: str) -> str:
    if c.isprintable():
        return c
    if c.isspace() and c not in "\x1c\x1d\x1e\x1f\x85":
        return " "
    if "\ue000" <= c <= "\uf8ff" or c >= "\U000f0000":
        return c  # for private use: icons of patched fonts, harmless
    return "" if c == "\u200d" else "·"


def clean(text: str) -> str:
    """Makes any string safe to show on one line of a terminal.

    >>> clean("a\\x1b[31mb\\tc\\nd")
    'a·[31mb c d'
    """
    if text.isprintable():
        return text
    return "".join(_clean_character(c) for c in text)


def without_escapes(text: str) -> str:
    """A text without its whole escape sequences, such as colours and titles. Source: ECMA-48, section 5.

    >>> without_escapes("a\\x1b[1;31mb \\x1b]8;;http://x\\x1b\\\\c\\x1b]0;title\\x07d")
    'ab cd'
    """
    if text.isprintable():
        return text
    import re

    control = r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    string = r"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    return re.sub(f"{control}|{string}", "", text)


def clean_lines(text: str) -> str:
    """Like clean(), but keeps the line breaks."""
    return "\n".join(clean(line) for line in text.splitlines())


def cell_width(text: str) -> int:
    """The number of terminal cells that a cleaned string takes.

    >>> cell_width("日本"), cell_width("e\\u0301")
    (4, 1)
    """
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) or "\ufe00" <= c <= "\ufe0f" else 1 + (east_asian_width(c) in "WF") for c in text)


def cut(text: str, width: int) -> str:
    """Shortens a cleaned string to so many cells, ending it with an ellipsis where something was left out.

    >>> cut("discoveries", 6)
    'disco…'
    """
    if cell_width(text) <= width:
        return text
    while text and cell_width(text) > width - 1:
        text = text[:-1]
    return text + "…" if width > 0 else ""


def pad(text: str, width: int) -> str:
    """Fills a cleaned string with spaces to so many cells."""
    return text + " " * (width - cell_width(text))


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person is at the other end of a stream."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def has_colour(stream: TextIO) -> bool:
    """Whether colours are wanted on a stream (no-color.org)."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, colour: str, stream: TextIO, bold: bool = False) -> str:
    """Text in one of COLOURS, where the stream shows colours."""
    if not has_colour(stream):
        return text
    weight = "1;" if bold else ""
    return f"\x1b[{weight}38;5;{COLOURS[colour]}m{text}\x1b[0m"


def icon(name: str, stream: TextIO) -> str:
    """The icon for something, as far as the stream's encoding and the user's font have it."""
    plain, nerd, ascii_only = ICONS[name]
    wanted = nerd if os.environ.get("CS_NERD_FONTS") == "1" else plain
    try:
        wanted.encode(stream.encoding or "ascii")
    except (UnicodeError, LookupError):
        return ascii_only
    return wanted


def prepare_streams() -> None:
    """Makes printing any string possible in any locale, and unset streams harmless."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:  # closed by the caller
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - lives as long as we do
        elif name != "stdin":
            stream.reconfigure(errors="replace")


def say(text: str = "") -> None:
    """One line of data on stdout."""
    sys.stdout.write(text + "\n")


def tell(text: str = "") -> None:
    """One line of talk on stderr, after everything that stdout was given before."""
    try:
        sys.stdout.flush()
    except OSError:
        pass  # main() flushes once more, and says so
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def tell_hint(text: str) -> None:
    """What a person can do now."""
    tell(paint("cs: hint: ", "comment", sys.stderr) + clean(text))


def warn(message: str, *hints: str) -> None:
    """Something is not as it should be, but the work goes on."""
    tell(paint("cs: warning: ", "yellow", sys.stderr) + clean(message))
    for hint in hints:
        tell_hint(hint)


def say_json(value: object) -> None:
    """A JSON document on stdout; beyond ASCII only where the stream can show it."""
    import json

    ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    say(json.dumps(value, indent=2, ensure_ascii=ascii_only))


def tell_error(error: CsError) -> None:
    """An error and its hints, as main() and the hooks of a finished session show them."""
    tell(paint("cs: error: ", "red", sys.stderr) + clean(str(error)))
    for hint in error.hints:
        tell_hint(hint)


def say_table(header: list[str], rows: list[list[str]]) -> None:
    """Columns two spaces apart; the cells are cleaned, and the header is coloured on a terminal."""
    cells = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(cell_width, column)) for column in zip(header, *cells)]
    say(paint("  ".join(map(pad, header, widths)).rstrip(), "rust", sys.stdout, bold=True))
    for row in cells:
        say("  ".join(map(pad, row, widths)).rstrip())


def ask_line(question: str) -> str:
    """A person's answer on the terminal; "" at end of file."""
    sys.stdout.flush()
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def ask_hidden(question: str) -> str:
    """A person's answer, typed without echo; a PEM block is taken whole. Raises CsError at end of file."""
    import getpass

    if os.name == "nt":
        try:
            return getpass.getpass(question)
        except EOFError:
            raise CsError("nothing was entered")
    import termios

    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    silent = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    try:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, silent)
        sys.stderr.write(question)
        sys.stderr.flush()
        lines = [sys.stdin.readline()]
        while lines[0].startswith("-----BEGIN ") and lines[-1] and not lines[-1].startswith("-----END "):
            lines.append(sys.stdin.readline())
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)  # pasted lines that are left must not reach a shell
        tell()
    if not lines[-1]:
        raise CsError("nothing was entered")
    return "".join(lines).rstrip("\n")


def confirm(question: str, how_without: str = "-y answers yes in a script") -> bool:
    """Asks `[y/N]`; without a terminal to ask on, that is an error which names the option to use instead."""
    if not is_terminal(sys.stdin):
        raise CsError("cannot ask without a terminal: " + question, how_without)
    return ask_line(clean(question) + " [y/N] ").lower() in ("y", "yes")


def plural(count: int, noun: str, nouns: str = "") -> str:
    """A number with its noun.

    >>> plural(1, "file"), plural(2, "entry", "entries")
    ('1 file', '2 entries')
    """
    return f"{count} {noun if count == 1 else nouns or noun + 's'}"


def human_size(size: float) -> str:
    """A size in bytes for people.

    >>> human_size(512), human_size(1536), human_size(5 << 20)
    ('512 B', '1.5 KB', '5.0 MB')
    """
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            break
        size /= 1024
    return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"


def age(seconds: float) -> str:
    """How long ago something was, in five characters at most.

    >>> [age(s) for s in (5, 300, 7200, 259200, 1209600, 7776000, 40000000)]
    ['now', '5m', '2h', '3d', '2w', '3mo', '1y']
    """
    if seconds < 60:
        return "now"
    for unit, length, limit in (
        ("m", 60, 60),
        ("h", 3600, 24),
        ("d", 86400, 14),
        ("w", 604800, 9),
        ("mo", 2592000, 12),
    ):
        if seconds < length * limit:
            return f"{int(seconds // length)}{unit}"
    return f"{int(seconds // 31536000)}y"


def local_time(moment: float) -> str:
    """Seconds since the epoch as `YYYY-MM-DD HH:MM:SS` in local time."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment))


def iso_time(moment: float) -> str:
    """Seconds since the epoch as ISO 8601 local time with its offset from UTC."""
    text = time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(moment))
    return text[:-2] + ":" + text[-2:]


def stamp(moment: float) -> str:
    """Seconds since the epoch as a part of a file name, in local time."""
    return time.strftime("%Y%m%d-%H%M%S", time.localtime(moment))


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  4. Files and places
#  Whatever is replaced is written beside, flushed and renamed; what is appended is one write under a lock.
#  Absent is None; unreadable is an OSError.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════


# a named pipe is opened without waiting for somebody who writes to it
WITHOUT_WAITING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_bytes(path: str, limit: int = -1) -> bytes | None:
    """The content of a file, or its first bytes; None when there is no such file.

    Raises OSError also for what is no file, such as a directory or a named pipe.
    """
    import stat

    try:
        handle = os.open(path, WITHOUT_WAITING)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(None, "it is not a regular file", path)
        with open(handle, "rb", 0, closefd=False) as f:
            return f.read(limit)
    finally:
        os.close(handle)


def read_given(path: str) -> bytes | None:
    """The content of a file that a person has named, which may be a pipe, as in `<(command)`."""
    try:
        with open(path, "rb") as f:
            return f.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def read_text(path: str, limit: int = -1) -> str | None:
    """The content of a file as UTF-8, with whatever is not UTF-8 replaced; None when there is no such file."""
    data = read_bytes(path, limit)
    return None if data is None else data.decode("utf-8", "replace")


def read_json(path: str) -> Any:
    """The parsed content of a JSON file; None when it is absent or damaged."""
    data = read_bytes(path)
    if data is None:
        return None
    import json

    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def current_umask() -> int:
    """The process's umask; reading it sets it for an instant, which is safe while cs has one thread."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def sync_directory(directory: str) -> None:
    """Makes renames in a directory survive a power failure, where the system can."""
    try:
        handle = os.open(directory, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def remove_file(path: str) -> bool:
    """Removes a file or link; says whether there was one."""
    try:
        os.unlink(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def write_atomically(path: str, data: bytes | str, mode: int | None = None, durable: bool = True) -> None:
    """Replaces a file as a whole, through a symlink; an existing file keeps its mode unless one is given.

    Either the old or the new content is there at every moment; with durable, also after a power failure.
    """
    path = os.path.realpath(path)
    if mode is None:
        try:
            mode = os.stat(path).st_mode & 0o7777
        except OSError:
            mode = 0o666 & ~current_umask()
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogateescape")
    directory, name = os.path.split(path)
    beside = os.path.join(directory, f".{name[:80]}.{os.getpid()}-{time.monotonic_ns()}.tmp")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with open(handle, "wb") as f:
                f.write(data)
                f.flush()
                if durable:
                    os.fsync(f.fileno())
            os.chmod(beside, mode)
            os.replace(beside, path)
        except BaseException:
            remove_file(beside)
            raise
    except OSError as error:
        if error.filename == beside:
            error.filename, error.filename2 = path, None  # the one that people know
        raise
    if durable:
        sync_directory(directory)


def write_json(path: str, value: object) -> None:
    """Replaces a small JSON file of cs's own."""
    import json

    write_atomically(path, json.dumps(value, indent=1, sort_keys=True) + "\n", 0o600, durable=False)


def write_parts_atomically(path: str, parts: Iterable[str]) -> None:
    """Like write_atomically(), for a text that is too long to be held in memory; U+FFFD for lone surrogates."""
    import re

    beside = f"{os.path.realpath(path)}.{os.getpid()}.tmp"
    try:
        with open(beside, "x", encoding="utf-8") as f:
            f.writelines(re.sub("[\ud800-\udfff]", "\ufffd", part) for part in parts)
        os.replace(beside, os.path.realpath(path))
    except OSError as error:
        if error.filename == beside:
            error.filename, error.filename2 = path, None  # the one that people know
        raise
    finally:
        remove_file(beside)


def remove_tree(path: str) -> None:
    """Removes a directory with all that is in it, also what is read-only; a symlink loses only itself."""
    import shutil
    import stat

    if os.path.islink(path) or not os.path.isdir(path):
        remove_file(path)
        return

    def make_writable_and_retry(function: Callable[..., Any], name: str, _: Any) -> None:
        os.chmod(os.path.dirname(name), stat.S_IRWXU)
        if not os.path.islink(name):
            os.chmod(name, stat.S_IRWXU)
        function(name)

    shutil.rmtree(path, onerror=make_writable_and_retry)


def remove_empty_directories(path: str) -> None:
    """Removes a directory in which there is nothing but directories like it."""
    if os.path.islink(path):
        return
    for directory, _, _ in os.walk(path, topdown=False):
        try:
            os.rmdir(directory)
        except OSError:
            return  # something is in it


def make_private_directory(path: str) -> None:
    """Makes a directory that only its owner can enter, or makes an existing one so."""
    os.makedirs(path, mode=0o700, exist_ok=True)
    if os.stat(path).st_mode & 0o077:
        os.chmod(path, 0o700)


def _is_still(path: str, handle: int) -> bool:
    """Whether an open file is the one that a path names."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(handle))
    except OSError:
        return False


def lock_handle(handle: int, deadline: float) -> bool:
    """Locks an open file for this process alone, waiting until a moment of time.monotonic(); False: still taken."""
    while True:
        try:
            if os.name == "nt":
                import msvcrt

                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            else:
                import fcntl

                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError as error:
            import errno

            if error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
                return True  # a file system without locks: go on as if alone
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.005)


def append_line(path: str, line: str) -> None:
    """Adds one line to a text file in one write; a torn last line of somebody else's is ended first."""
    record = line.replace("\r", " ").replace("\n", " ").encode("utf-8", "replace") + b"\n"
    while True:
        with open(path, "ab+") as f:
            lock_handle(f.fileno(), deadline=time.monotonic() + 1)
            if not _is_still(path, f.fileno()):
                continue  # replaced as a whole while we waited
            if f.seek(0, os.SEEK_END) > 0:
                f.seek(-1, os.SEEK_END)
                if f.read(1) != b"\n":
                    record = b"\n" + record
            os.write(f.fileno(), record)
            return


class FileLock:
    """Holds a lock file for a `with` block; the system releases it even when the process is killed.

    Raises Busy when another process has it for longer than the timeout (seconds).
    """

    def __init__(self, path: str, timeout: float = 10.0) -> None:
        self.path = path
        self.timeout = timeout
        self.handle = -1

    def __enter__(self) -> FileLock:
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        self.handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        if not lock_handle(self.handle, time.monotonic() + self.timeout):
            os.close(self.handle)
            raise Busy(f"{self.path} is held by another process")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self.handle)


def parse_key_values(text: str) -> dict[str, str]:
    """The `key=value` lines of a text; blank lines, comments and everything else are passed over.

    >>> parse_key_values("# sync\\nauto_sync=on\\nurl = a=b\\n")
    {'auto_sync': 'on', 'url': 'a=b'}
    """
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line and not line.lstrip().startswith("#"))
    return {key.strip(): value.strip() for key, value in pairs}


def read_key_values(path: str) -> dict[str, str]:
    """The pairs of a `key=value` file; none when there is no file."""
    return parse_key_values(read_text(path) or "")


def set_key_value(path: str, key: str, value: str | None) -> None:
    """Sets or (with None) removes one key; every other line of the file stays as it is."""
    lines = (read_text(path) or "").splitlines()
    kept = [line for line in lines if line.split("=", 1)[0].strip() != key or "=" not in line]
    if value is not None:
        kept.append(f"{key}={value}")
    if kept != lines:
        write_atomically(path, "".join(line + "\n" for line in kept))


def home_directory(given: str) -> str:
    """What HOME says, as an absolute path; where it says nothing, the home directory in the list of users.

    >>> home_directory("/home/me/../you/") == os.path.abspath("/home/you")
    True
    """
    if given or os.name == "nt":
        return os.path.abspath(given or os.path.expanduser("~"))
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError as error:
        raise CsError("this user has no home directory", "HOME names one") from error


class Places:
    """Where everything is: built once from the environment, passed to whatever needs it."""

    __slots__ = ("bin", "cache", "claude", "data", "home", "root", "secrets")

    def __init__(self, environment: dict[str, str] | os._Environ[str]) -> None:
        self.home = home_directory(environment.get("HOME", ""))

        def place(variable: str, *default: str) -> str:
            given = environment.get(variable)
            return os.path.abspath(os.path.expanduser(given)) if given else os.path.join(self.home, *default)

        self.root = place("CS_SESSIONS_ROOT", ".claude-sessions")
        self.claude = place("CLAUDE_CONFIG_DIR", ".claude")
        self.cache = os.path.join(place("XDG_CACHE_HOME", ".cache"), "cs")
        self.data = os.path.join(place("XDG_DATA_HOME", ".local", "share"), "cs")
        self.bin = place("CS_INSTALL_DIR", ".local", "bin")
        self.secrets = os.path.join(self.home, ".cs-secrets")

    @property
    def trash(self) -> str:
        return os.path.join(self.root, ".trash")

    @property
    def remotes(self) -> str:
        return os.path.join(self.root, ".remotes")

    def shorten(self, path: str) -> str:
        """A path for people: `~` in place of the home directory."""
        inside = path == self.home or path.startswith(self.home.rstrip(os.sep) + os.sep)
        return "~" + path[len(self.home.rstrip(os.sep)) :] if inside else path


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  5. Processes and git
#  The only door to other programs: a list of arguments, no shell, a clean environment, secrets by stdin.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

GIT_STATE_VARIABLES = (  # `git rev-parse --local-env-vars`, and what a hook of git's may have set
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CEILING_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)

NOBODY_ANSWERS = {  # for git and ssh where no person can be asked
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "true",
    "SSH_ASKPASS": "true",
    "SSH_ASKPASS_REQUIRE": "force",
    "GCM_INTERACTIVE": "never",
}


class Result:
    """How a program ended, and what it printed."""

    __slots__ = ("err", "out", "status")

    def __init__(self, status: int, out: bytes, err: bytes) -> None:
        self.status = status
        self.out = out
        self.err = err

    @property
    def text(self) -> str:
        """Its output, without the last line break."""
        return self.out.decode("utf-8", "surrogateescape").rstrip("\n")

    @property
    def complaint(self) -> str:
        """What it said about its failure, on one line."""
        lines = (self.err or self.out).decode("utf-8", "replace").split("\n")
        return " ".join(line.strip() for line in lines if line.strip())[:500]


class ProcessError(CsError):
    """A program failed, or took too long (status None)."""

    def __init__(self, command: list[str], result: Result, timed_out: bool = False) -> None:
        said = "gave no answer in time" if timed_out else result.complaint or f"exit status {result.status}"
        super().__init__(f"{os.path.basename(command[0])}: {said}")
        self.command = command
        self.result = result
        self.timed_out = timed_out


def child_environment(changes: dict[str, str] | None = None) -> dict[str, str]:
    """This process's environment without git's repository variables, with some changes."""
    environment = {key: value for key, value in os.environ.items() if key not in GIT_STATE_VARIABLES}
    environment.update(changes or {})
    return environment


def _is_program(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)


def find_program(name: str) -> str | None:
    """The path of a program on the PATH; without shutil, which takes milliseconds to import, but on Windows."""
    if os.name == "nt":
        import shutil

        return shutil.which(name)
    if os.path.dirname(name):
        return name if _is_program(name) else None
    paths = (os.path.join(directory, name) for directory in os.environ.get("PATH", os.defpath).split(os.pathsep))
    return next(filter(_is_program, paths), None)


PACKAGE_MANAGERS = (
    ("brew", "brew install "),
    ("apt-get", "sudo apt install "),
    ("dnf", "sudo dnf install "),
    ("pacman", "sudo pacman -S "),
    ("apk", "sudo apk add "),
    ("zypper", "sudo zypper install "),
    ("winget", "winget install --id "),
    ("scoop", "scoop install "),
    ("port", "sudo port install "),
)

PACKAGES = {  # where a package is not called like its program
    ("age", "winget"): "FiloSottile.age",
    ("git", "winget"): "Git.Git",
    ("ssh", "apt-get"): "openssh-client",
    ("ssh", "dnf"): "openssh-clients",
    ("ssh", "apk"): "openssh-client",
    ("ssh", "winget"): "Microsoft.OpenSSH.Preview",
}


def how_to_get(program: str) -> str:
    """The command that installs a program on this system; "" where no package manager is known."""
    for manager, words in PACKAGE_MANAGERS:
        if find_program(manager):
            return words + PACKAGES.get((program, manager), "openssh" if program == "ssh" else program)
    return ""


def end_process_group(process: Any, owns_group: bool) -> None:
    """Ends a child, and everything it started when it leads a group of its own; returns when it is gone."""
    import signal

    try:
        if owns_group and os.name != "nt":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        pass
    process.communicate()


def _start(command: list[str], directory: str | None, environment: dict[str, str] | None, **how: Any) -> Any:
    """Starts a program; raises ProgramMissing when there is none of that name."""
    import subprocess

    try:
        return subprocess.Popen(command, cwd=directory, env=child_environment(environment), **how)
    except (FileNotFoundError, PermissionError) as error:
        if directory is not None and not os.path.isdir(directory):
            raise CsError(f"the directory {directory} is gone") from error
        raise ProgramMissing(f"{command[0]} cannot be started: {error.strerror}") from error


class Running:
    """A program that has been started, and whose result is asked for once."""

    def __init__(
        self,
        command: list[str],
        directory: str | None = None,
        environment: dict[str, str] | None = None,
        reads: bool = True,
        detached_from_terminal: bool = True,
        pass_handles: tuple[int, ...] = (),
    ) -> None:
        import subprocess

        self.command = command
        self.leads_group = detached_from_terminal
        self.process = _start(
            command,
            directory,
            environment,
            stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=detached_from_terminal,
            pass_fds=pass_handles,
        )

    def result(self, stdin: bytes = b"", timeout: float | None = None, check: bool = True) -> Result:
        """Gives it all that it is to read, and returns what it has printed until its end."""
        import subprocess

        try:
            out, err = self.process.communicate(stdin or None, timeout)
        except subprocess.TimeoutExpired:
            end_process_group(self.process, self.leads_group)
            raise ProcessError(self.command, Result(-1, b"", b""), timed_out=True) from None
        except BaseException:
            end_process_group(self.process, self.leads_group)
            raise
        result = Result(self.process.returncode, out, err)
        if check and result.status != 0:
            raise ProcessError(self.command, result)
        return result


def run(
    command: list[str],
    directory: str | None = None,
    environment: dict[str, str] | None = None,
    stdin: bytes = b"",
    timeout: float | None = None,
    check: bool = True,
    detached_from_terminal: bool = True,
    pass_handles: tuple[int, ...] = (),
) -> Result:
    """Runs a program to its end and returns what it printed.

    `environment` holds changes to ours. Without a terminal it cannot ask anybody anything, and at the
    timeout (seconds) its whole process group ends. With check, a failure raises ProcessError; a program
    that does not exist always raises ProgramMissing.
    """
    running = Running(command, directory, environment, bool(stdin), detached_from_terminal, pass_handles)
    return running.result(stdin, timeout, check)


def feed(command: list[str], parts: Iterable[bytes], timeout: float | None = None) -> None:
    """Runs a program that reads, on stdin, more than should be held in memory. A failure raises ProcessError."""
    import subprocess

    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    process = _start(command, None, None, stdin=subprocess.PIPE, start_new_session=True, **quiet)
    try:
        for part in parts:
            process.stdin.write(part)
    except BrokenPipeError:
        pass  # its own words tell why
    except BaseException:
        end_process_group(process, owns_group=True)
        raise
    _, err = process.communicate(timeout=timeout)
    if process.returncode != 0:
        raise ProcessError(command, Result(process.returncode, b"", err))


def start_in_background(
    command: list[str], directory: str | None = None, environment: dict[str, str] | None = None
) -> Any:
    """Starts a process that outlives this one, with no terminal and no stream of ours; returns it."""
    import subprocess

    none = subprocess.DEVNULL
    return _start(command, directory, environment, stdin=none, stdout=none, stderr=none, start_new_session=True)


def own_command(*arguments: str) -> list[str]:
    """The command line that runs this very program, whether it is a clone, a zipapp or installed."""
    code = "import sys; sys.path.insert(0, %r); import cs; sys.exit(cs.main(sys.argv[1:]))"
    return [sys.executable, "-IS", "-c", code % os.path.dirname(os.path.abspath(__file__)), *arguments]


class Git:
    """The repository of one directory. Commands run there, without the user's hooks, editor or signing."""

    OURS = (
        "core.hooksPath=" + os.devnull,
        "core.editor=true",
        "core.fsmonitor=false",
        "core.quotePath=false",
        "commit.gpgSign=false",
        "tag.gpgSign=false",
        "advice.detachedHead=false",
    )

    def __init__(self, directory: str) -> None:
        self.directory = directory

    def run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        check: bool = True,
        timeout: float | None = None,
        environment: dict[str, str] | None = None,
        quiet: bool = True,
    ) -> Result:
        """Runs one git command; `quiet` means that nobody can answer a question of git's or ssh's."""
        return self.start(*arguments, environment=environment, reads=bool(stdin), quiet=quiet).result(
            stdin, timeout, check
        )

    def start(
        self, *arguments: str, environment: dict[str, str] | None = None, reads: bool = False, quiet: bool = True
    ) -> Running:
        """Starts a git command whose result is asked for later."""
        settings = [word for setting in self.OURS for word in ("-c", setting)]
        changes = dict(NOBODY_ANSWERS, **environment or {}) if quiet else dict(environment or {})
        changes["LC_ALL"] = "C.UTF-8"
        return Running(["git", *settings, *arguments], self.directory, changes, reads, quiet)

    def text(self, *arguments: str) -> str:
        """The output of a command that must succeed."""
        return self.run(*arguments).text

    def answer(self, *arguments: str) -> str | None:
        """The output of a command that asks something; None when git says no."""
        result = self.run(*arguments, check=False)
        return result.text if result.status == 0 else None

    def head(self) -> str | None:
        """The id of the current commit; None before the first."""
        return self.answer("rev-parse", "--verify", "--quiet", "HEAD^{commit}")

    def branch(self) -> str | None:
        """The current branch's name, also before its first commit; None on a detached HEAD."""
        return self.answer("symbolic-ref", "--quiet", "--short", "HEAD")

    def identity(self) -> dict[str, str]:
        """What has to be added to the environment so that a commit has an author."""
        if self.run("var", "GIT_COMMITTER_IDENT", check=False).status == 0 and self._has_configured_email():
            return {}
        who = {"NAME": "cs", "EMAIL": "cs@localhost"}
        return {f"GIT_{role}_{key}": who[key] for role in ("AUTHOR", "COMMITTER") for key in who}

    def _has_configured_email(self) -> bool:
        """Git guesses an identity from the host's name on some systems, and refuses to on others."""
        return bool(os.environ.get("GIT_COMMITTER_EMAIL") or self.answer("config", "user.email"))


def has_git() -> bool:
    """Whether git is installed."""
    return find_program("git") is not None


def git_directory(directory: str) -> str | None:
    """The git directory of a work tree, without asking git; `.git` may be a file (worktrees, submodules).

    Source: gitrepository-layout(5).
    """
    path = os.path.join(directory, ".git")
    try:
        line = (read_bytes(path, CHUNK) or b"").decode("utf-8", "surrogateescape").partition("\n")[0]
    except OSError:
        return path if os.path.isdir(path) else None
    if not line.startswith("gitdir:"):
        return None
    found = os.path.join(directory, line[len("gitdir:") :].strip())
    return found if os.path.isdir(found) else None


def common_directory(found: str) -> str:
    """What a git directory shares with the other work trees of its repository: refs, objects, configuration."""
    return os.path.join(found, (read_text(os.path.join(found, "commondir")) or "").strip())


def _configuration_lines(directory: str) -> list[str]:
    """The configuration of a work tree's repository, read without starting git."""
    found = git_directory(directory)
    return [] if found is None else (read_text(os.path.join(common_directory(found), "config")) or "").splitlines()


def origin_url(directory: str) -> str | None:
    """The URL of the remote `origin`."""
    inside = False
    for line in _configuration_lines(directory):
        line = line.strip()
        if line.startswith("["):
            inside = line.replace(" ", "").lower() == '[remote"origin"]'
        elif inside and line.partition("=")[0].strip().lower() == "url":
            return line.partition("=")[2].strip().strip('"')
    return None


def has_upstream(directory: str) -> bool:
    """Whether a branch of a repository follows one of the remote `origin`, which need not exist."""
    return any("".join(line.split()) == "remote=origin" for line in _configuration_lines(directory))


def local_path_of(url: str) -> str:
    """The path in the URL of a repository on this machine; "" for any other.

    >>> local_path_of("file:///srv/a.git"), local_path_of("/srv/a.git"), local_path_of("git@example.org:a.git")
    ('/srv/a.git', '/srv/a.git', '')
    """
    if url.startswith("file://"):
        return url[len("file://") :]
    return url if url.startswith(("/", "./", "../")) else ""


def without_credentials(url: str) -> str:
    """A URL without the password in it, nor the user, who may be a token; one of ssh is nowhere without the user.

    >>> without_credentials("https://me:token@example.org/a.git"), without_credentials("git@example.org:a.git")
    ('https://example.org/a.git', 'git@example.org:a.git')
    >>> without_credentials("ssh://git:token@example.org:22/a.git")
    'ssh://git@example.org:22/a.git'
    """
    scheme, separator, rest = url.partition("://")
    place, slash, path = rest.partition("/")
    who, at, host = place.rpartition("@")
    user = who.partition(":")[0] + at if "ssh" in scheme.lower() else ""
    return scheme + separator + user + host + slash + path if separator else url


# ── the terminal's state and title ──

TERMINAL_RESET = (  # what a killed client leaves switched on: paste, focus and mouse reports, keyboard, cursor
    "\x1b[?2004l\x1b[?1004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[<u\x1b[>4m\x1b[?47l\x1b[?25h\x1b[0m"
)


def terminal_settings() -> Any:
    """The settings of the terminal on stdin; None when there is none."""
    try:
        import termios

        return termios.tcgetattr(0)
    except Exception:  # termios.error exists only where termios does
        return None


def restore_terminal(settings: Any) -> None:
    """Undoes what a client that was killed had switched on."""
    if settings is None:
        return
    import termios

    try:
        termios.tcsetattr(0, termios.TCSADRAIN, settings)
        if is_terminal(sys.stderr):
            sys.stderr.write(TERMINAL_RESET)
            sys.stderr.flush()
    except (OSError, termios.error):
        pass  # the terminal has gone


_TAB_COLOUR_OFF = "\x1b]6;1;bg;*;default\x07"


def _has_tab_colours() -> bool:
    return os.environ.get("TERM_PROGRAM") in ("iTerm.app", "WezTerm")


def _tab_colour(name: str) -> str:
    """The sequence for a tab colour that is always the same for a name (iTerm2's proprietary escape codes)."""
    if not _has_tab_colours():
        return ""
    import zlib

    number = zlib.crc32(name.encode())
    levels = (("red", number & 0xFF), ("green", number >> 8 & 0xFF), ("blue", number >> 16 & 0xFF))
    return "".join(f"\x1b]6;1;bg;{colour};brightness;{64 + level * 5 // 8}\x07" for colour, level in levels)


def _tmux(*words: str) -> str:
    try:
        return run(["tmux", *words], timeout=2, check=False).text
    except CsError:
        return ""


class TerminalTitle:
    """The title `cs: <name>`; in tmux the window's name, in iTerm2 and WezTerm also a colour of the tab."""

    def __init__(self, name: str, where: str = "") -> None:
        self.shown = is_terminal(sys.stderr) and os.environ.get("TERM") != "dumb"
        self.window: list[str] = []
        if not self.shown:
            return
        text = f"cs: {name}" + (f" @ {clean(where)}" if where else "")
        sys.stderr.write(f"\x1b]2;{text}\x07" + _tab_colour(name))
        sys.stderr.flush()
        if os.environ.get("TMUX"):
            answer = _tmux(
                "display-message", "-p", "#{window_id}\t#{automatic-rename}\t#{allow-rename}\t#{window_name}"
            )
            self.window = answer.split("\t", 3) if answer.count("\t") >= 3 else []
        if self.window:
            for option in ("automatic-rename", "allow-rename"):
                _tmux("set-option", "-w", "-t", self.window[0], option, "off")
            _tmux("rename-window", "-t", self.window[0], text)

    def restore(self) -> None:
        """Gives the terminal its own title back, as far as that can be done."""
        if not self.shown:
            return
        sys.stderr.write("\x1b]2;\x07" + (_TAB_COLOUR_OFF if _has_tab_colours() else ""))
        sys.stderr.flush()
        if self.window:
            _tmux("rename-window", "-t", self.window[0], self.window[3])
            for option, value in (("automatic-rename", self.window[1]), ("allow-rename", self.window[2])):
                _tmux("set-option", "-w", "-t", self.window[0], option, "on" if value == "1" else "off")


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  6. Sessions
#  What a name is, where a session keeps what (only `Session` joins `.cs/…`), who has it open, and the list.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

_NAME_FIRST = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_NAME_REST = _NAME_FIRST | frozenset(".-")


def is_name(text: str) -> bool:
    """Whether a text may name a session.

    >>> is_name("debug-api.2"), is_name(".."), is_name("-x"), is_name("a/b"), is_name("")
    (True, False, False, False, False)
    """
    return 0 < len(text) <= NAME_LIMIT and text[0] in _NAME_FIRST and _NAME_REST.issuperset(text)


def check_name(text: str) -> str:
    """The text, when it may name a session; else an error. The one rule for every way in."""
    if not is_name(text):
        raise CsError(f"'{text}' cannot be the name of a session", "a name is made of " + NAME_RULE)
    return text


class Session:
    """The paths of one session. `path` is its entry below the root, `directory` the real directory behind it."""

    def __init__(self, name: str, path: str) -> None:
        self.name = name
        self.path = path
        self.directory = os.path.realpath(path)
        self.claude_md = os.path.join(self.directory, "CLAUDE.md")
        self.meta = meta = os.path.join(self.directory, ".cs")
        self.readme = os.path.join(meta, "README.md")
        self.discoveries = os.path.join(meta, "discoveries.md")
        self.discoveries_archive = os.path.join(meta, "discoveries.archive.md")
        self.discoveries_compact = os.path.join(meta, "discoveries.compact.md")
        self.changes = os.path.join(meta, "changes.md")
        self.changes_archive = os.path.join(meta, "changes.archive.md")
        self.summary = os.path.join(meta, "summary.md")
        self.sync_conf = os.path.join(meta, "sync.conf")
        self.remote_conf = os.path.join(meta, "remote.conf")
        self.secrets_age = os.path.join(meta, "secrets.age")
        self.secrets_enc = os.path.join(meta, "secrets.enc")
        self.age_recipients = os.path.join(meta, "age-recipients")
        self.artifacts = os.path.join(meta, "artifacts")
        self.manifest = os.path.join(self.artifacts, "MANIFEST.json")
        self.archives = os.path.join(meta, "archives")
        self.log = os.path.join(meta, "logs", "session.log")
        self.lock = os.path.join(meta, "session.lock")
        self.local = os.path.join(meta, "local")  # this machine only, never committed
        self.conversations = os.path.join(self.local, "conversations")
        self.conversations_sealed = os.path.join(meta, "conversations")  # encrypted, for other machines
        self.conversations_list = os.path.join(self.local, "conversations.json")

    @property
    def is_adopted(self) -> bool:
        return os.path.islink(self.path)

    @property
    def exists(self) -> bool:
        return os.path.isdir(self.meta)

    @property
    def remote_host(self) -> str | None:
        """The host that this stub stands for; None for a session that is here."""
        return read_key_values(self.remote_conf).get("host") or None

    def document(self, path: str) -> str:
        """A path of this session for people: relative to its directory where it is inside."""
        inside = path.startswith(self.directory + os.sep)
        return path[len(self.directory) + 1 :] if inside else path


def session_named(places: Places, name: str) -> Session:
    """The session of that name, whether it exists or not."""
    check_name(name)
    return Session(name, os.path.join(places.root, name))


def did_you_mean(word: str, words: Iterable[str]) -> list[str]:
    """A hint with the nearest of some words, if any is near, whatever dashes they begin with.

    The nearest is one that only goes on further.

    >>> did_you_mean("conv", ["convoy", "-conversations", "core"]), did_you_mean("fresj", ["--fresh"])
    (["did you mean 'convoy'?"], ["did you mean '--fresh'?"])
    """
    import difflib

    bare, known = word.lstrip("-"), {other.lstrip("-"): other for other in reversed(list(words))}
    longer = sorted((other for other in known if bare and other.startswith(bare)), key=len)
    nearest = longer or difflib.get_close_matches(bare, known, 1)
    return [f"did you mean '{known[nearest[0]]}'?"] if nearest else []


def unknown(what: str, word: str, words: Iterable[str], otherwise: str) -> str:
    """One line about a word that is none of those that are known.

    >>> unknown("command", "lst", ["list", "get"], "cs -help lists them")
    "unknown command 'lst': did you mean 'list'?"
    """
    return f"unknown {what} '{word}': {(did_you_mean(word, words) or [otherwise])[0]}"


def session_names(places: Places) -> list[str]:
    """The names below the root that can be sessions, sorted."""
    try:
        return sorted(name for name in os.listdir(places.root) if not name.startswith("."))
    except FileNotFoundError:
        return []


def existing_session(places: Places, name: str) -> Session:
    """The session of that name, which must be there; the error names the nearest ones."""
    session = session_named(places, name)
    if session.exists:
        return session
    if os.path.islink(session.path) and not os.path.exists(session.path):
        target = os.readlink(session.path)
        raise CsError(f"session '{name}' points to {target}, which is gone", f"cs -rm {name} removes the link")
    if os.path.isdir(session.path):
        raise CsError(f"{session.path} is not a session: it has no .cs directory", f"cs {name} makes it one")
    if os.path.lexists(session.path):
        raise CsError(f"{session.path} is a file, not a session")
    raise CsError(f"there is no session '{name}'", *(did_you_mean(name, session_names(places)) or [LIST_HINT]))


def log_line(session: Session, text: str) -> None:
    """One line in the session's log, with the time; a log that cannot be written breaks nothing."""
    try:
        append_line(session.log, f"{local_time(time.time())} {text}")
    except OSError:
        pass


def read_objective(readme: str) -> str:
    """What a session is for: the first line under `## Objective` of its README that is no template text."""
    inside = False
    for line in (read_text(readme, CHUNK) or "").splitlines():
        line = line.strip()
        if line.startswith("## "):
            if inside:
                break
            inside = line[3:].strip().lower() == "objective"
        elif inside and line and not (line.startswith("[") and line.endswith("]")):
            return clean(without_escapes(line))
    return ""


# ── processes that are alive ──


def host_name() -> str:
    """The name of this machine, as lock files and logs write it."""
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "this machine")


def _process_facts(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the third on; none where it cannot be read. Source: proc(5)."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as f:
            return f.read().rpartition(b")")[2].decode().split()
    except OSError:
        return []


def _process_fact(pid: int, field: int, column: str) -> str:
    """What proc(5), or elsewhere a column of ps(1), tells of a process; "" where it cannot be told."""
    facts = _process_facts(pid)
    if facts or sys.platform.startswith("linux") or os.name == "nt":
        return "".join(facts[field - 3 : field - 2])
    return run(["ps", "-o", column + "=", "-p", str(pid)], environment={"LC_ALL": "C"}, check=False).text.strip()


def _windows_process_is_alive(pid: int) -> bool:
    """On Windows os.kill(pid, 0) would end the process. Source: OpenProcess, GetExitCodeProcess."""
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return bool(kernel.GetLastError() == 5)  # access denied: it exists
    code = ctypes.c_ulong()
    kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return code.value == 259  # STILL_ACTIVE


def process_start(pid: int) -> str:
    """When a process started, in a form that is only compared; "" where it cannot be told."""
    return _process_fact(pid, 22, "lstart")


def process_is_alive(pid: int, started: str = "") -> bool:
    """Whether a process lives here and, where its start is known, is not another one with a recycled number."""
    if not 0 < pid < 1 << 31:
        return False
    if os.name == "nt":
        return _windows_process_is_alive(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's, so alive
    has_ended = _process_facts(pid)[:1] in (["Z"], ["X"])  # as in containers, where nobody asks for its status
    return not has_ended and (not started or process_start(pid) in (started, ""))


def parent_process(pid: int) -> int:
    """The number of a process's parent; 0 when it cannot be told."""
    parent = _process_fact(pid, 4, "ppid")
    return int(parent) if parent.isdigit() else 0


# ── the lock ──


class LockOwner:
    """Who holds a session's lock: a process of a host, and when that process started."""

    __slots__ = ("host", "pid", "start")

    def __init__(self, pid: int, host: str = "", start: str = "") -> None:
        self.pid = pid
        self.host = host
        self.start = start

    @property
    def is_here(self) -> bool:
        return self.host in ("", host_name())

    @property
    def is_alive(self) -> bool:
        """A process of another host, which shares the directory, is believed to live."""
        return not self.is_here or process_is_alive(self.pid, self.start)

    def __str__(self) -> str:
        return f"pid {self.pid}" if self.is_here else f"pid {self.pid} on {self.host}"


class SessionLocked(CsError):
    """The session is open in another terminal."""


def parse_lock(text: str) -> LockOwner | None:
    """A lock file's owner; None for anything that no cs has written.

    The first line is the number of the process, as in the locks of earlier tools.
    """
    first, _, rest = text.partition("\n")
    if not first.strip().isdecimal() or len(first) > 12:
        return None
    pairs = parse_key_values(rest)
    return LockOwner(int(first), pairs.get("host", ""), pairs.get("start", ""))


def lock_owner(session: Session) -> LockOwner | None:
    """The living owner of a session's lock; None when it is free."""
    owner = parse_lock(read_text(session.lock, 400) or "")
    return owner if owner is not None and owner.is_alive else None


def _lock_guard(session: Session) -> FileLock:
    """Between reading and writing the lock no other process may do the same."""
    return FileLock(os.path.join(session.local, "lock.guard"))


def take_lock(session: Session, force: bool = False) -> LockOwner | None:
    """Locks a session for this process; with force, returns the living owner that was overridden.

    Raises SessionLocked when another process has it.
    """
    with _lock_guard(session):
        owner = lock_owner(session)
        if owner is not None and owner.pid != os.getpid() and not force:
            raise SessionLocked(
                f"session '{session.name}' is open in another terminal ({owner})",
                f"cs {session.name} --force takes it over",
            )
        pid = os.getpid()
        write_atomically(session.lock, f"{pid}\nhost={host_name()}\nstart={process_start(pid)}\n", durable=False)
    return owner


def release_lock(session: Session) -> None:
    """Unlocks a session, unless another process has taken the lock over in the meantime."""
    if not os.path.isdir(session.meta):
        return
    with _lock_guard(session):
        owner = parse_lock(read_text(session.lock, 400) or "")
        if owner is not None and owner.is_here and owner.pid == os.getpid():
            remove_file(session.lock)


def refuse_locked(session: Session, deed: str, force: bool = False) -> None:
    """Raises SessionLocked when a session that is about to be changed as a whole is open somewhere."""
    owner = None if force else lock_owner(session)
    if owner is not None:
        raise SessionLocked(
            f"session '{session.name}' is open ({owner}); {deed} would pull it out from under Claude",
            "close it first, or use --force",
        )


def refuse_remote(session: Session, things: str) -> None:
    """Raises when a session is elsewhere, and with it what a command works on, such as "its secrets"."""
    host = session.remote_host
    if host is not None:
        raise CsError(
            f"session '{session.name}' is on {host}, and so are {things}", f"connect first: cs {session.name}"
        )


# ── what Claude is doing ──


def live_clients(places: Places) -> dict[str, str]:
    """What each living Claude Code is doing (`busy`, `waiting`, `idle`), by its start directory.

    Source: the client's own records in `sessions/<pid>.json`, believed only while that process lives.
    """
    states = {}
    records = os.path.join(places.claude, "sessions")
    try:
        names = os.listdir(records)
    except OSError:
        return {}
    for name in names:
        record = read_json(os.path.join(records, name)) if name.endswith(".json") else None
        if not isinstance(record, dict) or not isinstance(record.get("pid"), int):
            continue
        if process_is_alive(record["pid"], str(record.get("procStart") or "")):
            states[str(record.get("cwd"))] = str(record.get("status") or "")
    return states


# ── the list ──


class Row:
    """One line of the list, for `cs -ls` and the TUI alike. Times are seconds since the epoch or None."""

    __slots__ = (
        "adopted",
        "broken",
        "created",
        "host",
        "misnamed",
        "modified",
        "name",
        "owner",
        "path",
        "secrets",
        "state",
    )

    def __init__(self, name: str, path: str) -> None:
        self.name = name
        self.path = path
        self.created: float | None = None
        self.modified: float | None = None
        self.adopted = False
        self.broken = False  # a link to nothing
        self.misnamed = False  # its name breaks the rule: only -rename takes it
        self.host: str | None = None  # where a remote session is
        self.owner: LockOwner | None = None  # who has it open
        self.state = ""  # what Claude does there: busy, waiting, idle
        self.secrets = 0


def read_digits(text: str) -> list[int]:
    """Year, month, day, hour, minute and second of a text like `2026-03-01 10:00:00`. Raises ValueError."""
    return [int(text[i:j]) for i, j in ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19))]


def parse_local_time(text: str) -> float | None:
    """Seconds since the epoch of a `YYYY-MM-DD HH:MM:SS` in local time; None when it is none."""
    if text[4:5] + text[7:8] + text[13:14] + text[16:17] != "--::":
        return None
    try:
        return time.mktime(time.struct_time((*read_digits(text), 0, 0, -1)))
    except (ValueError, OverflowError):
        return None


def _parse_started(head: bytes) -> float | None:
    """The time in the first lines of a session's log.

    >>> _parse_started(b"Session: x\\nStarted: 2026-03-01 10:00:00\\n") is not None
    True
    """
    lines = head.split(b"\n", 5)[:5]
    for line in lines:
        if line.startswith(b"Started: "):
            return parse_local_time(line[9:28].decode("ascii", "replace"))
    return parse_local_time(lines[0][:19].decode("ascii", "replace"))


def _read_log_times(path: str) -> tuple[float | None, float | None]:
    """When a session was created (its log's `Started:` line) and last active (the log's mtime)."""
    try:
        handle = os.open(path, WITHOUT_WAITING)
    except OSError:
        return None, None
    try:
        head = os.read(handle, 1024)
        modified = os.fstat(handle).st_mtime
    except OSError:
        return None, None
    finally:
        os.close(handle)
    return _parse_started(head), modified


def _scan_flat_layout(row: Row) -> Row | None:
    """The layout of the earliest tool, without `.cs/`, which the first open migrates."""
    log = os.path.join(row.path, "logs", "session.log")
    if not os.path.isfile(log):
        return None
    row.created, row.modified = _read_log_times(log)
    return row


def _scan_entry(entry: os.DirEntry[str]) -> Row | None:
    row = Row(entry.name, entry.path)
    row.adopted = entry.is_symlink()
    row.misnamed = not is_name(entry.name)
    meta = entry.path + "/.cs/"
    try:
        there = set(os.listdir(meta))
    except OSError:
        if row.adopted and not os.path.exists(entry.path):
            row.broken = True
            return row
        return _scan_flat_layout(row)
    row.created, row.modified = _read_log_times(meta + "logs/session.log")
    try:
        if "remote.conf" in there:
            row.host = read_key_values(meta + "remote.conf").get("host") or None
        if "session.lock" in there:
            owner = parse_lock(read_text(meta + "session.lock", 400) or "")
            row.owner = owner if owner is not None and owner.is_alive else None
    except OSError:
        pass  # one that is no file must not hide the other sessions
    return row


def scan_sessions(places: Places, secret_counts: dict[str, int] | None = None) -> list[Row]:
    """All sessions, sorted by name without regard to case. Starts no process, and reads little of each."""
    try:
        entries = list(os.scandir(places.root))
    except (FileNotFoundError, NotADirectoryError):
        return []
    rows = []
    for entry in entries:
        row = None if entry.name.startswith(".") else _scan_entry(entry)
        if row is not None:
            row.secrets = (secret_counts or {}).get(row.name, 0)
            rows.append(row)
    if any(row.owner for row in rows):
        states = live_clients(places)
        for row in rows:
            if row.owner:
                row.state = states.get(os.path.realpath(row.path), "")
    rows.sort(key=lambda row: (row.name.lower(), row.name))
    return rows


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  7. Conversations
#  Claude Code finds a transcript by the path of the directory it runs in, and deletes it after 30 days. cs
#  keeps a second name (a hard link) for each, and puts it back under the path of today before it resumes.
#  Transcripts reach gigabytes, with lines of many megabytes: nothing here holds one in memory.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════


# ── the client's program ──


def client_command() -> list[str]:
    """The program of CLAUDE_CODE_BIN with its arguments, split as a shell would; `claude` by default."""
    import shlex

    given = os.environ.get("CLAUDE_CODE_BIN") or "claude"
    if os.path.isfile(given):
        return [given]
    try:
        words = shlex.split(given)
    except ValueError as error:
        raise CsError(f"CLAUDE_CODE_BIN cannot be understood: {error}: {given}") from error
    return [os.path.expanduser(words[0]), *words[1:]] if words else ["claude"]


def is_claude_code(command: list[str]) -> bool:
    """Whether a program understands Claude Code's options."""
    return os.path.basename(command[0]).startswith("claude")


LONGEST_RECORD = 1 << 20  # bytes; of a longer line of a transcript only the beginning is looked at
USER_RECORD = b'"type":"user"'
CONVERSATION_FLAGS = ("--resume", "-r", "--continue", "-c", "--session-id", "--from-pr")


def mangle(path: str) -> str:
    """The folder name that Claude Code makes of a path.

    Source: the client, 2.1.197: each UTF-16 unit that is no ASCII letter or digit becomes `-`; past 200
    units, the first 200 and a 32-bit hash of the path in base 36.

    >>> mangle("/home/u/a.b_c"), mangle("/é😀")
    ('-home-u-a-b-c', '----')
    """
    data = path.encode("utf-16-le", "surrogatepass")
    units = [data[i] | data[i + 1] << 8 for i in range(0, len(data), 2)]
    name = "".join(chr(unit) if unit < 128 and chr(unit).isalnum() else "-" for unit in units)
    if len(name) <= 200:
        return name
    number = 0
    for unit in units:
        number = (number * 31 + unit) & 0xFFFFFFFF
    number = abs(number - (1 << 32) if number >> 31 else number)
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return f"{name[:200]}-{digits or '0'}"


def project_directory(places: Places, directory: str) -> str:
    """Where Claude Code keeps the transcripts of conversations in a directory (given as a real path)."""
    return os.path.join(places.claude, "projects", mangle(directory))


def is_conversation_id(text: str) -> bool:
    """Whether a text is a UUID, as Claude Code's conversations are named."""
    return len(text) == 36 and text.count("-") == 4 and set(text.lower()) <= set("0123456789abcdef-")


# ── reading transcripts ──


def has_user_record(path: str) -> bool:
    """Whether a transcript can be resumed: the client refuses one in which nobody has said anything."""
    try:
        with open(path, "rb") as f:
            seam = b""
            while True:
                chunk = f.read(CHUNK)
                if USER_RECORD in seam + chunk:
                    return True
                if not chunk:
                    return False
                seam = chunk[-len(USER_RECORD) :]
    except OSError:
        return False


def parse_record(line: bytes) -> dict[str, Any] | None:
    """One record of a transcript; None for anything that is none."""
    import json

    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _without_images(data: bytes) -> bytes:
    """A part of a very long line without the long runs of base64 in it: the words around an image remain."""
    import re

    return re.sub(rb"(?<![\\A-Za-z0-9+/=])[A-Za-z0-9+/=]{4096,}", b"", data)


def transcript_lines(path: str, start: int = 0) -> Iterator[tuple[int, bytes]]:
    """The lines of a transcript from a byte offset on, each with the offset of its end.

    Of a line longer than LONGEST_RECORD only its beginning is given, once the images have been taken out of
    it. A last line without its end is given when it is a whole record, and left out when it is torn.
    """
    with open(path, "rb") as f:
        f.seek(start)
        end = start
        line = f.readline(LONGEST_RECORD)
        while line:
            end += len(line)
            rest = line
            if len(line) == LONGEST_RECORD:
                line = _without_images(line)
            while rest and not rest.endswith(b"\n"):
                rest = f.readline(LONGEST_RECORD)
                end += len(rest)
                if len(line) < LONGEST_RECORD:
                    line += _without_images(rest)
            if rest or parse_record(line) is not None:
                yield end, line
            line = f.readline(LONGEST_RECORD)


def spoken_text(record: dict[str, Any]) -> str:
    """What a person wrote or Claude answered in a record; "" for tool results, notes of the client and the like."""
    message = record.get("message")
    if record.get("isMeta") or record.get("isSidechain") or not isinstance(message, dict):
        return ""
    content = message.get("content")
    if isinstance(content, str):
        return content
    blocks = [block for block in content or [] if isinstance(block, dict)] if isinstance(content, list) else []
    return "\n".join(str(block.get("text") or "") for block in blocks if block.get("type") == "text")


def is_prompt(record: dict[str, Any]) -> bool:
    """Whether a record is something that a person said: not a tool's result, nor what a command printed."""
    text = spoken_text(record) if record.get("type") == "user" else ""
    return (
        bool(text) and not record.get("isCompactSummary") and not text.startswith(("<command-", "<local-command-"))
    )


def is_talk(record: dict[str, Any]) -> bool:
    """Whether a record is something said by either side, and not by the client about itself."""
    if record.get("type") == "assistant":
        message = record.get("message")
        return not (isinstance(message, dict) and message.get("model") == "<synthetic>")
    return is_prompt(record)


def record_time(record: dict[str, Any]) -> float | None:
    """When a record was written, in seconds since the epoch (its `timestamp` is ISO 8601 in UTC)."""
    from calendar import timegm

    try:
        return float(timegm((*read_digits(str(record.get("timestamp") or "")), 0, 0, 0)))
    except ValueError:
        return None


# ── the list of known conversations ──


class Conversation:
    """One conversation of a session, and the evidence for it."""

    __slots__ = ("bound", "id", "nested", "scanned", "source", "transcript", "turns")

    def __init__(self, id: str) -> None:
        self.id = id
        self.bound = 0.0  # when the session's own client last turned to it; seconds since the epoch
        self.source = ""  # launched, hook or found
        self.nested = False  # of another client than the session's own: never resumed by itself
        self.transcript = ""  # where Claude Code wrote it
        self.scanned = 0  # bytes of it in which the turns have been counted
        self.turns = 0

    def as_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


def known_conversations(session: Session) -> list[Conversation]:
    """What the session's list holds, newest first; a damaged list, or entry of it, is passed over."""
    items = read_json(session.conversations_list)
    conversations = []
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict) or not is_conversation_id(str(item.get("id"))):
            continue
        conversation = Conversation(item["id"])
        for name in Conversation.__slots__:
            if type(item.get(name)) in (type(getattr(conversation, name)), int if name == "bound" else str):
                setattr(conversation, name, item[name])
        conversations.append(conversation)
    return sorted(conversations, key=lambda each: each.bound, reverse=True)


def _change_conversations(session: Session, change: Callable[[list[Conversation]], None]) -> None:
    """Changes the list under its lock; a damaged one is kept."""
    import json

    def text() -> str:
        lines = ",\n".join(json.dumps(each.as_json()) for each in known)
        return f"[\n{lines}\n]\n"

    path = session.conversations_list
    with FileLock(os.path.join(session.local, "conversations.lock"), timeout=1):
        known = known_conversations(session)
        before = text()
        change(known)
        if text() != before:
            if os.path.lexists(path) and read_json(path) is None:
                os.replace(path, path + ".damaged")
            write_atomically(path, text(), durable=False)


def note_conversation(
    session: Session,
    id: str,
    source: str,
    transcript: str = "",
    nested: bool = False,
    bound: float | None = None,
) -> None:
    """Adds a conversation to the list, or renews what is known of it. What was known is never taken back.

    `bound` is when the session's own client turned to it (seconds since the epoch); now, unless it is given.
    """

    def note(known: list[Conversation]) -> None:
        conversation = next((each for each in known if each.id == id), None)
        if conversation is None:
            conversation = Conversation(id)
            conversation.source, conversation.nested = source, nested
            known.append(conversation)
        conversation.transcript = transcript or conversation.transcript
        conversation.nested = conversation.nested and nested
        if not nested:
            conversation.bound = max(conversation.bound, time.time() if bound is None else bound)

    _change_conversations(session, note)


# ── keeping ──


def transcript_place(places: Places, session: Session, id: str) -> str:
    """Where Claude Code looks for a conversation of a session now."""
    return os.path.join(project_directory(places, session.directory), id + ".jsonl")


def _folder_of(transcript: str) -> str:
    """Where Claude Code keeps what belongs to a transcript, such as the talk of its sub-agents."""
    return transcript[: -len(".jsonl")]


def _kept_path(session: Session, id: str, generation: int = 1) -> str:
    number = f".{generation}" if generation > 1 else ""
    return os.path.join(session.conversations, f"{id}{number}.jsonl")


def _kept_by_others(places: Places, session: Session, id: str) -> list[str]:
    """The files that other sessions, here or in the trash, keep of a conversation."""
    paths = [os.path.join(places.root, name) for name in session_names(places)]
    if os.path.isdir(places.trash):
        paths += [os.path.join(places.trash, name) for name in os.listdir(places.trash)]
    others = [other for other in (Session("", path) for path in paths) if other.directory != session.directory]
    return [kept for kept in (_kept_path(other, id) for other in others) if os.path.exists(kept)]


def _is_of_another(places: Places, session: Session, id: str, path: str) -> bool:
    """Whether a transcript is what another session goes on with: this one is a copy of it, or has its old path.

    Under this session's own path, that is so when the other one keeps the very file.
    """
    kept, is_own_place = _kept_path(session, id), path == transcript_place(places, session, id)
    if not os.path.exists(path) or (os.path.exists(kept) and os.path.samefile(path, kept)):
        return False
    if is_own_place and os.stat(path).st_nlink == 1:
        return False
    others = _kept_by_others(places, session, id)
    return any(not is_own_place or os.path.samefile(path, other) for other in others)


def _transcript_places(places: Places, session: Session, conversation: Conversation) -> list[str]:
    """Where Claude Code may have a conversation: under the directory's path of today, and where it was seen."""
    id, seen = conversation.id, conversation.transcript
    paths = [transcript_place(places, session, id)]
    if seen not in paths and seen.endswith(f"/{id}.jsonl"):
        paths.append(seen)
    return [path for path in paths if not _is_of_another(places, session, id, path)]


def _begins_with(path: str, beginning: str) -> bool:
    """Whether a file begins with all of another one; compared at both ends of it, as transcripts only grow."""
    length = os.path.getsize(beginning)
    if os.path.getsize(path) < length:
        return False
    with open(path, "rb") as a, open(beginning, "rb") as b:
        for offset in (0, max(0, length - CHUNK)):
            a.seek(offset)
            b.seek(offset)
            size = min(CHUNK, length - offset)
            if a.read(size) != b.read(size):
                return False
    return True


def _append_rest(source: str, target: str) -> None:
    """Copies what a file has beyond the length of its copy."""
    with open(source, "rb") as a, open(target, "ab") as b:
        lock_handle(b.fileno(), time.monotonic() + 1)
        a.seek(b.seek(0, os.SEEK_END))
        chunk = a.read(CHUNK)
        while chunk:
            b.write(chunk)
            chunk = a.read(CHUNK)


def _renew(source: str, kept: str) -> None:
    """Replaces a kept file by a link to the longer source; across file systems, appends what is new."""
    beside = f"{kept}.{os.getpid()}.tmp"
    try:
        os.link(source, beside)
    except OSError:
        _append_rest(source, kept)
        return
    os.replace(beside, kept)
    remove_file(beside)  # still there when both were one file already


def _link_or_copy(source: str, target: str) -> None:
    """Gives a file a second name where that is possible, else a copy of it; an existing target stays."""
    try:
        os.link(source, target)
    except FileExistsError:
        pass
    except OSError:
        beside = f"{target}.{os.getpid()}.tmp"
        try:
            _append_rest(source, beside)
            os.replace(beside, target)
        finally:
            remove_file(beside)


def _keep_file(source: str, kept: str) -> None:
    """Makes one of a file's kept generations hold all of the source; what is longer is never replaced."""
    os.makedirs(os.path.dirname(kept), mode=0o700, exist_ok=True)
    base, number = _folder_of(kept), 1
    while os.path.lexists(kept):
        if os.path.samefile(source, kept):
            return
        if _begins_with(source, kept):
            _renew(source, kept)
            return
        if _begins_with(kept, source):
            return  # what is kept holds it all, and more
        number += 1
        kept = f"{base}.{number}.jsonl"
    _link_or_copy(source, kept)


def _keep_folder(source: str, target: str) -> None:
    """The same for all that lies in the folder of a transcript."""
    for top, _, names in os.walk(source):
        for name in names:
            file = os.path.join(top, name)
            kept = os.path.join(target, os.path.relpath(file, source))
            os.makedirs(os.path.dirname(kept), exist_ok=True)
            if not os.path.lexists(kept):
                _link_or_copy(file, kept)
            elif not os.path.samefile(file, kept) and _begins_with(file, kept):
                _renew(file, kept)


def keep_conversation(places: Places, session: Session, conversation: Conversation) -> None:
    """Links (across file systems: copies what is new of) Claude's transcript to `.cs/local/conversations/`."""
    kept = _kept_path(session, conversation.id)
    for source in _transcript_places(places, session, conversation):
        if has_user_record(source):
            _keep_file(source, kept)
            _keep_folder(_folder_of(source), _folder_of(kept))


def keep_conversations(places: Places, session: Session) -> None:
    """Gives each known conversation of a session its second name; does nothing for those that have it."""
    for conversation in known_conversations(session):
        keep_conversation(places, session, conversation)


def keep_transcript(session: Session, id: str, path: str) -> None:
    """Keeps a file that came from elsewhere as a conversation's transcript."""
    if has_user_record(path):
        _keep_file(path, _kept_path(session, id))


# ── placing and choosing ──


def _generations(session: Session, id: str) -> list[str]:
    paths: list[str] = []
    while os.path.exists(_kept_path(session, id, len(paths) + 1)):
        paths.append(_kept_path(session, id, len(paths) + 1))
    return paths


def _longest(paths: list[str]) -> str | None:
    """The longest of some transcripts that can be resumed."""
    return max(filter(has_user_record, paths), key=os.path.getsize, default=None)


def find_transcript(places: Places, session: Session, conversation: Conversation) -> str | None:
    """The fullest file that there is of a conversation; None when nothing is left."""
    return _longest(_generations(session, conversation.id) + _transcript_places(places, session, conversation))


def place_conversation(places: Places, session: Session, conversation: Conversation) -> bool:
    """Puts a conversation where Claude Code looks for it now; False when nothing of it can be resumed."""
    target = transcript_place(places, session, conversation.id)
    keep_conversation(places, session, conversation)
    best = find_transcript(places, session, conversation)
    if best is None:
        return False
    is_there = os.path.exists(target) and target in _transcript_places(places, session, conversation)
    if not is_there or (not os.path.samefile(best, target) and not _begins_with(target, best)):
        os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
        beside = f"{target}.{os.getpid()}.tmp"
        remove_file(beside)
        _link_or_copy(best, beside)
        os.replace(beside, target)
    _keep_folder(_folder_of(_kept_path(session, conversation.id)), _folder_of(target))
    if time.time() - os.path.getmtime(target) > 86400:
        os.utime(target)  # Claude Code deletes by this date, at its start
    return True


def _head_records(path: str) -> Iterator[dict[str, Any]]:
    """The records at the beginning of a transcript, a few megabytes of it at most."""
    try:
        for end, line in transcript_lines(path):
            record = parse_record(line)
            if record is not None:
                yield record
            if end > 4 * LONGEST_RECORD:
                return
    except OSError:
        return


def _is_by_hand(path: str, session: Session) -> bool:
    """Whether a transcript is a person's conversation in this very directory: folder names can collide."""
    first = next((record for record in _head_records(path) if record.get("type") == "user"), None)
    if first is None or first.get("entrypoint") == "sdk-cli" or first.get("isSidechain"):
        return False
    return first.get("cwd") in (None, session.directory)


def _beginning(session: Session) -> float:
    """The time before which nothing said under a session's path was said in it: when cs made its directory.

    In seconds since the epoch; 0 where the directory was there before, with somebody's files in it.
    """
    created = _read_log_times(session.log)[0] or 0.0
    changes = [os.lstat(os.path.join(session.directory, name)).st_ctime for name in os.listdir(session.directory)]
    return 0.0 if session.is_adopted or min(changes) < created else created


def found_conversations(places: Places, session: Session) -> list[Conversation]:
    """Conversations of the session's directory that no cs has noted: from before adoption, or of earlier tools.

    Those of another session that had this path before are none of them.
    """
    folder = project_directory(places, session.directory)
    known = {conversation.id for conversation in known_conversations(session)}
    found = []
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    for name in names:
        id, path = _folder_of(name), os.path.join(folder, name)
        if name.endswith(".jsonl") and is_conversation_id(id) and id not in known and _is_by_hand(path, session):
            conversation = Conversation(id)
            conversation.source, conversation.transcript, conversation.bound = "found", path, os.path.getmtime(path)
            found.append(conversation)
    since = _beginning(session) if found else 0.0
    own = [each for each in found if each.bound >= since and _transcript_places(places, session, each)]
    return sorted(own, key=lambda each: each.bound, reverse=True)


def resumable_conversation(places: Places, session: Session) -> Conversation | None:
    """The newest conversation of a session in which something was said, put in its place.

    After a `/clear` that nothing followed, that is the conversation before it.
    """
    own = [conversation for conversation in known_conversations(session) if not conversation.nested]
    for conversation in own or found_conversations(places, session):
        if place_conversation(places, session, conversation):
            records = _head_records(transcript_place(places, session, conversation.id))
            if any(map(is_talk, records)):
                return conversation
    return None


def gather_conversations(places: Places, session: Session) -> None:
    """Notes and keeps every conversation of a session before it leaves for another place.

    Those that no cs has noted count as older than the session's own ones.
    """
    found = found_conversations(places, session)

    def add_found(known: list[Conversation]) -> None:
        oldest = min((each.bound for each in known if not each.nested), default=time.time())
        for number, conversation in enumerate(found):
            conversation.bound = min(conversation.bound, oldest - 1 - number)
        known += found

    if found:
        _change_conversations(session, add_found)
    keep_conversations(places, session)


def conversation_named(places: Places, session: Session, beginning: str) -> Conversation:
    """The one conversation of a session whose id begins so."""
    everything = known_conversations(session) + found_conversations(places, session)
    matching = [conversation for conversation in everything if conversation.id.startswith(beginning.lower())]
    if not matching or not beginning:
        raise CsError(
            f"session '{session.name}' has no conversation {beginning}",
            f"cs {session.name} -conversations lists them",
        )
    if len(matching) > 1:
        raise CsError(f"several conversations begin with {beginning}", *sorted(each.id for each in matching))
    return matching[0]


# ── which client an event comes from ──


def note_client(session: Session, pid: int) -> None:
    """Remembers the client that cs has started, so that its hooks can be told from those of others."""
    write_atomically(os.path.join(session.local, "client"), f"{pid}\nstart={process_start(pid)}\n", durable=False)


def is_own_client(places: Places, session: Session) -> bool:
    """Whether this process, a hook, was started by the very client that cs launched for the session.

    The command of a hook ends in `exec`, so that the hook's parent is its client. A `claude -p` that runs
    inside of the session has another client, with a record of its own, above itself.
    """
    launched = parse_lock(read_text(os.path.join(session.local, "client"), 400) or "")
    client = os.getppid()
    if launched is None or client == launched.pid:
        return True  # opened without cs, or the very one
    above = parent_process(client)
    while above > 1:
        if os.path.exists(os.path.join(places.claude, "sessions", f"{above}.json")):
            return False
        if above == launched.pid:
            return True  # a wrapper around the client
        above = parent_process(above)
    return False


def _is_kept_whole(session: Session, id: str, transcript: str) -> bool:
    """Whether a transcript, with no folder of sub-agents beside it, is the kept file itself: the usual case."""
    try:
        same = os.path.samefile(transcript, _kept_path(session, id))
    except OSError:
        return False
    return same and not os.path.exists(_folder_of(transcript))


def keep_event_conversation(places: Places, session: Session, event: dict[str, Any]) -> None:
    """Keeps the conversation that a hook event comes from, once its transcript is there.

    The client writes the transcript in the background: at the end of the first turn it may be a moment late.
    """
    transcript, id = str(event.get("transcript_path") or ""), str(event.get("session_id") or "")
    if is_conversation_id(id) and _is_kept_whole(session, id, transcript):
        return
    deadline = time.monotonic() + (0.5 if event.get("hook_event_name") == "Stop" else 0)
    while transcript and not has_user_record(transcript) and time.monotonic() < deadline:
        time.sleep(0.02)
    for conversation in known_conversations(session):
        if conversation.id == event.get("session_id"):
            keep_conversation(places, session, conversation)


def bind_conversation(places: Places, session: Session, event: dict[str, Any]) -> None:
    """Notes the conversation that a SessionStart event reports, and keeps it."""
    id, transcript = str(event.get("session_id") or ""), str(event.get("transcript_path") or "")
    if event.get("agent_id") or not is_conversation_id(id):
        return
    note_conversation(session, id, "hook", transcript, nested=not is_own_client(places, session))
    keep_event_conversation(places, session, event)


# ── what a person sees of them ──


def last_time(path: str) -> float | None:
    """The time of the last record that has one, looked for in the last CHUNK bytes."""
    with open(path, "rb") as f:
        f.seek(max(0, os.path.getsize(path) - CHUNK))
        for line in reversed(f.read().split(b"\n")):
            moment = record_time(parse_record(line) or {})
            if moment is not None:
                return moment
    return None


def _count_turns(path: str, conversation: Conversation) -> int:
    """The number of prompts; only what has been added since the last count is read."""
    if conversation.scanned > os.path.getsize(path):
        conversation.scanned = conversation.turns = 0
    for end, line in transcript_lines(path, conversation.scanned):
        conversation.scanned = end
        if USER_RECORD in line and is_prompt(parse_record(line) or {}):
            conversation.turns += 1
    return conversation.turns


class ConversationFacts:
    """What `-conversations` and the TUI show of one conversation."""

    __slots__ = ("conversation", "directory", "last", "prompt", "size", "turns", "where")

    def __init__(self, places: Places, session: Session, conversation: Conversation) -> None:
        at_claude = _longest(_transcript_places(places, session, conversation))
        path = _longest(_generations(session, conversation.id) + ([at_claude] if at_claude else []))
        self.conversation = conversation
        self.where = "claude" if at_claude else "cs"  # Claude's own file is gone
        self.size = os.path.getsize(path) if path else 0  # bytes
        self.last = last_time(path) or os.path.getmtime(path) if path else None  # seconds since the epoch
        self.turns = _count_turns(path, conversation) if path else 0
        self.prompt = ""  # the first one, on one line
        self.directory = ""  # where it was opened
        for record in _head_records(path) if path else ():
            self.directory = self.directory or str(record.get("cwd") or "")
            if is_prompt(record):
                self.prompt = clean(" ".join(spoken_text(record).split()))
                break

    def as_json(self) -> dict[str, object]:
        return {
            "id": self.conversation.id,
            "first_prompt": self.prompt,
            "last_activity": None if self.last is None else iso_time(self.last),
            "turns": self.turns,
            "size": self.size,
            "directory": self.directory,
            "where": self.where,
            "source": self.conversation.source,
            "nested": self.conversation.nested,
        }


def _remember_turns(session: Session, counted: list[Conversation]) -> None:
    by_id = {conversation.id: conversation for conversation in counted}

    def renew(known: list[Conversation]) -> None:
        for conversation in known:
            if conversation.id in by_id:
                conversation.scanned = by_id[conversation.id].scanned
                conversation.turns = by_id[conversation.id].turns

    try:
        _change_conversations(session, renew)
    except (OSError, Busy):
        pass  # the counts are only a saving of time


def list_conversations(places: Places, session: Session) -> list[ConversationFacts]:
    """All conversations of a session, the one that is resumed next first."""
    known = known_conversations(session)
    everything = sorted(known, key=lambda each: each.nested) + found_conversations(places, session)
    facts = [ConversationFacts(places, session, each) for each in everything]
    _remember_turns(session, known)
    return [each for each in facts if each.size]  # the others were opened, but nobody said anything


def transcript_of(places: Places, session: Session, conversation: Conversation) -> str:
    """The fullest file that there is of a conversation; an error when nothing is left."""
    path = find_transcript(places, session, conversation)
    if path is None:
        raise CsError(f"nothing is left of conversation {conversation.id}")
    return path


def _tools_used(record: dict[str, Any]) -> Iterator[str]:
    """One line for each tool that Claude called in a record: its name, and what it was called for."""
    message = record.get("message")
    content = message.get("content") if isinstance(message, dict) and not record.get("isSidechain") else None
    for block in content if isinstance(content, list) else []:
        if isinstance(block, dict) and block.get("type") == "tool_use":
            given = block.get("input")
            given = given if isinstance(given, dict) else {}
            known = (
                "file_path",
                "notebook_path",
                "command",
                "pattern",
                "url",
                "query",
                "skill",
                "description",
                "prompt",
            )
            what = next((str(given[key]) for key in known if given.get(key)), "")
            yield f"- *{block.get('name')}* `{cut(clean(what.strip().partition(chr(10))[0]), 100)}`"


def markdown_of(path: str, session_name: str, redacted: Callable[[str], str]) -> Iterator[str]:
    """A transcript as Markdown, paragraph by paragraph: who said what, when, and a line for each tool used.

    Records that cannot be read are counted at the end; what came twice is told once.
    """
    yield f"# Conversation of {session_name}\n"
    seen: dict[str, None] = {}
    speaker, start, unreadable = "", 0, 0
    for end, line in transcript_lines(path):
        record = parse_record(line)
        if record is None:
            unreadable += 1
            yield f"*(a record of {human_size(end - start)} is left out)*\n" if end - start > LONGEST_RECORD else ""
        start = end
        if record is None or str(record.get("uuid")) in seen:
            continue
        seen[str(record.get("uuid") or end)] = None
        if len(seen) > 4096:
            del seen[next(iter(seen))]
        who = "You" if is_prompt(record) else "Claude" if record.get("type") == "assistant" else ""
        parts = [redacted(text) for text in (spoken_text(record), *_tools_used(record)) if who and text]
        if parts and who != speaker:
            moment = record_time(record)
            yield f"## {who}" + (f" · {local_time(moment)[:16]}" if moment is not None else "") + "\n"
            speaker = who
        yield from (part + "\n" for part in parts)
    if unreadable:
        yield f"*({plural(unreadable, 'record')} could not be read)*"


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  8. Sensitive text
#  Where credentials stand in a text, and how a placeholder takes their place so that the file still parses.
#  Pure functions. Cheap substring searches find the places worth a look; every pattern is tried only there,
#  anchored and bounded, so that the time stays linear on any input.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

REDACTION_MINIMUM = 8  # characters; shorter values of the store are too common as words to be replaced
_LONGEST_VALUE = 4096  # characters; what is longer after a name such as `key` is data, not a credential
_LONGEST_BARE_VALUE = 500  # characters, without quotes around it


class Finding:
    """A credential in a text: where its value stands (without quotes), the name for it, and the value itself."""

    __slots__ = ("end", "name", "start", "value")

    def __init__(self, start: int, end: int, name: str, value: str) -> None:
        self.start = start
        self.end = end
        self.name = name
        self.value = value  # as the credential is, not as the file escapes it

    def __repr__(self) -> str:
        return f"Finding({self.start}, {self.end}, {self.name!r})"  # a value belongs in no log


_PLACEHOLDER_HEAD = "[REDACTED: stored in keychain as "


def placeholder(name: str) -> str:
    """What stands in a redacted text in place of a value."""
    return f"{_PLACEHOLDER_HEAD}{name}]"


_NAME_CHARACTERS = _NAME_FIRST | frozenset("-")


def _name_around(text: str, at: int, length: int) -> tuple[int, int]:
    """Where the whole name begins and ends of which a trigger is a part, within 80 characters to either side."""
    start, end = at, at + length
    first, last = max(0, at - 80), min(len(text), end + 80)
    while start > first and text[start - 1] in _NAME_CHARACTERS:
        start -= 1
    while end < last and text[end] in _NAME_CHARACTERS:
        end += 1
    return start, end


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _has(pattern: str, text: str) -> bool:
    """Whether a pattern is found in a text."""
    import re

    return bool(re.search(pattern, text))


def _match_at(pattern: str, text: str, at: int, limit: int = sys.maxsize) -> Any:
    """The match of a pattern at a place of a text, which ends before the limit."""
    import re

    return re.compile(pattern).match(text, at, limit)


def _line_before(text: str, at: int) -> str:
    """What stands on the same line before a place, as far as 2000 characters back."""
    first = max(0, at - 2000)
    return text[max(first, text.rfind("\n", first, at) + 1) : at]


# ── how a value is written ──

_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MEANT = {**{escape: character for character, escape in _ESCAPED.items()}, "\\/": "/"}


def _escape(value: str) -> str:
    """A value as double quotes hold it, in the way that JSON, TOML, YAML, Python and JavaScript share."""
    return "".join(_ESCAPED.get(c, c) for c in value)


def _meant_by(escape: str) -> str:
    """The character behind an escape; the escape itself where formats differ, or where there is no such character."""
    if escape[1] != "u":
        return _MEANT.get(escape, escape)
    units = bytes.fromhex(escape.replace("\\u", ""))
    try:
        return units.decode("utf-16-be").replace("\0", escape)
    except UnicodeDecodeError:  # half of a surrogate pair
        return escape


def _unescape(raw: str) -> str:
    r"""The value behind an escaped one, in what JSON, TOML, YAML, Python and JavaScript share.

    >>> _unescape(r"3\u20ac\\9 \q") == "3\u20ac" + r"\9 \q"
    True
    """
    import re

    escapes = r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\."
    return re.sub(escapes, lambda match: _meant_by(match[0]), raw, flags=re.DOTALL)


# ── how the quotes around a value want it written ──

_SHELL_SCRIPT = r"(?m)^(?:#!|[ \t]*(?:export|declare|local|readonly|source|echo|exec|cd|set|if|fi|for)\b)"
_SECTION = r"(?m)^[ \t]*\[[^\]\n]+\][ \t\r]*$"  # of INI and TOML
_YAML_KEY = r"(?:^|[{,])[ \t]*(?:- +)*[\"']?[\w./-]+[\"']?[ \t]*:[ \t]+"
_END_OF_YAML = r"[ \t]*(?:\r?\n(?![ \t]*[,}\])])|$|[ \t]#)"


def _is_shell(text: str, at: int, end: int) -> bool:
    """Whether a value stands in a word of a shell or an env file, such as NAME='…' or --name=…"""
    if not _has(r"^[^<(]*(?<![^\s;&|])[-\w]+=[\"']?$", _line_before(text, at)):
        return False
    return not _match_at(r"[\"']?\s*[,)]", text, end) and not _has(_SECTION, text[:4000])


def _quote_open(line: str) -> str:
    """The quote that is open where the beginning of a line ends; "" when none is.

    >>> _quote_open("a = 'b'  "), _quote_open('curl -H "X: y'), _quote_open("key: '")
    ('', '"', "'")
    """
    bare = line.replace("\\\\", "").replace('\\"', "").replace("\\'", "")
    if bare[-1:] in ('"', "'"):
        return bare[-1]
    return next((quote for quote in ('"', "'") if bare.count(quote) % 2), "")


def _manner(text: str, at: int, end: int) -> str:
    """How a value is written at a place: the language where that matters, and the quote that is open."""
    line = _line_before(text, at)
    quote = _quote_open(line)
    if '"""' in line or "'''" in line or _has(r"(?<!\w)[bB]?[rR][bB]?[\"']$", line):
        return "raw"
    if line.endswith('\\"'):
        return 'nested"'
    if _is_shell(text, at, end):
        return ("script" if _has(_SHELL_SCRIPT, text[:4000]) else "env") + quote
    if quote != '"' and _has(_YAML_KEY + "'?$", line) and _match_at("'?" + _END_OF_YAML, text, end):
        return "yaml" + quote
    return quote


def _meant(raw: str, manner: str) -> str:
    r"""The value that is written so in a manner.

    >>> _meant(r"it'\''s", "env'"), _meant("it''s", "yaml'"), _meant(r"a\$b", 'script"'), _meant(r"a\/b", '"')
    ("it's", "it's", 'a$b', 'a/b')
    """
    if manner in ("env'", "script'"):
        return raw.replace("'\\''", "'")
    if manner == 'nested"':
        return _unescape(_unescape(raw))
    if manner == "'" and "\\'" in raw:
        return _unescape(raw).replace("\\'", "'")
    if manner[-1:] == "'":
        return raw.replace("''", "'")
    value = _unescape(raw) if manner[-1:] == '"' else raw
    return value.replace("\\$", "$").replace("\\`", "`") if manner == 'script"' else value


def _written(value: str, manner: str) -> str:
    """A value as it has to be written between the quotes of a manner."""
    import re

    if manner in ("env'", "script'"):
        return value.replace("'", "'\\''")
    if manner == "yaml'":
        return value.replace("'", "''")
    if manner == "'":
        return value.replace("'", "\\'")
    if manner == 'env"':  # there `$` may stand for itself, and `\$` was not taken for `$`
        return re.sub(r"\$(?=\()|`", r"\\\g<0>", _escape(value).replace("\\\\$", "\\$"))
    if manner == 'script"':
        return re.sub(r"[$`]", r"\\\g<0>", _escape(value))
    if manner == 'nested"':
        return _escape(_escape(value))
    return _escape(value) if manner == '"' else value


# ── values ──

_NOT_VALUES = _words(
    "password passwd passphrase pass pwd secret secrets token tokens key keys apikey api_key api-key auth"
    " credential credentials username user none null nil undefined true false yes no on off empty unset default"
    " optional required string str text bytes int integer number float bool boolean object array any void never"
    " unknown varchar char optional[str] self this value values name type test example sample dummy placeholder"
    " todo fixme tbd n/a na hidden masked redacted removed secure include same-origin omit basic bearer digest"
    " oauth oauth2 jwt saml ldap enabled disabled always prompt ask changeit foo bar baz foobar abc abcd qwerty"
)
_PLACEHOLDER = (
    r"(?i)^(?:your|my[-_ ]?own|insert|replace|enter|add|put|paste|change|todo|fixme|example|sample|dummy|fake"
    r"|placeholder|redacted|some|the)(?:[-_ ]|$)|^your|^(?:[a-z]+[-_])?your[-_ ]|[-_ ](?:goes[-_ ])?here$"
    r"|change[-_ ]?(?:me|this|it)|replace[-_ ]?(?:me|this|with)|placeholder|redacted|x{4,}|\*{3}|…|•"
    r"|[-_ ]example(?:[-_ ]|$)|^(?:todo|tbd)\b"
)
_TEMPLATE = (
    r"\$\{|\$\(|\{\{|#\{|%\(|<%|^\$\d$|^<[^<>]*>$|^@[\w.]+\(|^%\w+%$|^\*\w+$|^\$[A-Z_][A-Z0-9_]*$"
    r"|^(?:op|vault|env|file|ssm|secretsmanager|keyring|arn|gcpkms|awskms|secret|ref\+\w+|https?|ssh|git|data|urn"
    r"|sha256|sha512|md5):|\[[^\]]+\][{*+]|\(\?[:=!<]|\\[dws][{*+]|^ENC\[|\[REDACTED|^os\.environ|^process\.env|^System\.getenv|^\w+\(\)$"
)
_REFERENCE = r"^\$[A-Za-z_]|^@\w|^!\w|`|\.{3}|\{[A-Za-z_][\w.]*\}|%[sdv]"  # may also be chance in a password
_PATH = (
    r"^(?:~|\.{1,2})?/[\w.@~+-]+(?:/[\w.@~+-]*)*$|^[A-Za-z]:\\|^(?:~|\.{1,2})[/\\]|^[\w.-]+(?:/[\w.-]+)*\.(?:pem|key|crt"
    r"|cer|json|ya?ml|toml|ini|conf|cfg|txt|env|pub|p12|pfx|jks|py|m?js|tsx?|sh|html?|css|md|db|enc|age|asc|gpg|xml)$"
)


def _is_elaborate(value: str) -> bool:
    """Whether a text is long or varied, as what somebody has thought up for a secret."""
    kinds = (str.isupper, str.islower, str.isdigit, lambda c: not c.isalnum())
    if len(value) >= 16 or (len(value) >= 10 and all(any(map(kind, value)) for kind in kinds)):
        return True
    return _has(r"^[A-Za-z]+[0-9]+[A-Za-z][A-Za-z0-9]*$", value)  # s3cr3t


def _looks_random(value: str) -> bool:
    """Whether a text is more than words and small numbers joined by punctuation.

    >>> [_looks_random(v) for v in ("npm-linux-v12", "oauth2", "k3J9x0Qw81Zr", "8f14e45fceea167a", "Authorization")]
    [False, False, True, True, False]
    """
    import re

    if len(value) < 8:
        return len(value) > 5 and _has(r"[!#$%^&*?]", value)
    wordy = re.compile(
        r"[A-Za-z]?[a-z]{0,14}[0-9]{0,4}|[A-Z]{1,12}[0-9]{0,4}|[0-9]+"
        r"|[a-z]{0,16}(?:[A-Z]{1,5}(?=[A-Z][a-z])|[A-Z][a-z]{2,16})*[A-Z]{0,4}[0-9]{0,3}"
    ).fullmatch
    parts = re.split(r"[-_./: +=@]+", value)
    return not all(map(wordy, parts)) or sum(_has(r"[A-Z].*[0-9]", part) for part in parts) > 2


def is_placeholder(value: str, literal: bool = False) -> bool:
    """Whether a text only shows where a credential would go, or says where it comes from.

    `literal`: nothing is put into it where it stands, so that `$` and the like may be a part of a password.

    >>> [is_placeholder(v) for v in ("YOUR_API_KEY", "<token>", "xxx", "changeme", "${VAR}", "s3cr3t.Value")]
    [True, True, True, True, True, False]
    >>> [is_placeholder(v, literal=True) for v in ("$password", "$ecretPw99zz", "!vault", "pa{ss}W0rd99", "{user}")]
    [True, False, True, False, True]
    """
    import re

    plain = value.strip().strip(":=").lower()
    if plain in _NOT_VALUES or len(set(plain)) < 3 or _has(_PLACEHOLDER, value) or _has(_TEMPLATE, value):
        return True
    return _has(_REFERENCE, value) and not (literal and _looks_random(re.sub(_REFERENCE, "", value)))


def _is_path(value: str) -> bool:
    import re

    if not re.search(_PATH, value):
        return False
    return max(map(len, re.split(r"[/\\.]", value))) < 24 or not _looks_random(value)


def _is_code(value: str, plain: bool) -> bool:
    """Whether a value without quotes is an expression of a programming language, or a reference."""
    if value[0] in "([{&*!|>@" or value.endswith(("(", "{", "[")) or _has(r"^[A-Za-z_][\w.]*\([\w.]", value):
        return True
    if _has(r"[\w)\]]\(|\w\[|\)$|\]$|=>|->|\|\||&&|::", value) and not plain:
        return True
    if _has(r"^[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)+$", value):
        return max(map(len, value.split("."))) < 24
    if _has(r"^[A-Za-z_$][\w$]*(?:\(.*\)|\[.*\])(?:\.\w+.*)?$", value):
        return True
    return not plain and _has(r"^[A-Za-z_$][A-Za-z_$]*\d?$", value)


_SENTENCE_WORDS = _words(
    "a an and any are at be been between by can cannot char character characters chars confirm containing contains"
    " current digit digits do does enter expired for from has have in incorrect invalid is it least length letter"
    " letters lowercase match max maximum min minimum most must new no not number numbers of old on only or our"
    " password passwords please required reset same see should strong symbol symbols than that the then this to type"
    " uppercase use used was weak will with wrong you your"
)
_NO_PASSPHRASE = r"://|<\w[^<>]*>|(?:^|\s)-{1,2}[A-Za-z]|^[+,.;:]\s|\s\+\s"  # a link, markup, a command, code


def _is_thought_up(word: str) -> bool:
    """Whether a word is of a password rather than of a sentence.

    >>> [_is_thought_up(w) for w in ("c0rrect", "12xyzQ", "D$GrH", "ZjIp~R8OipIrg", "OAuth2", "again!", "2nd")]
    [True, True, True, True, False, False, False]
    """
    word = word.strip(".,;:!?()'")
    if (len(word) >= 8 and _looks_random(word)) or _has(r"\w[!#$%^&*?+~<>\[\]{}]+\w", word):
        return True
    return _has(r"^(?=.{6})[A-Za-z]*[0-9]+[A-Za-z][A-Za-z0-9]*$", word)


def _is_passphrase(value: str) -> bool:
    """Whether words with spaces are a passphrase, or a password with spaces, rather than a sentence for people.

    >>> [_is_passphrase(v) for v in ("correct Horse 9 battery!", "ab cdEf12345", "Invalid, see FAQ 12", "min 8x2 chars")]
    [True, True, False, False]
    """
    words = value.split()
    if not _SENTENCE_WORDS.isdisjoint(word.strip(".,;:!?()'").lower() for word in words) or _has(
        _NO_PASSPHRASE, value
    ):
        return False
    if len(words) >= 4 and value == value.lower() and all(word.isalnum() for word in words):
        return True
    is_varied = _has("[0-9]", value) and _has("[^a-z0-9 ]", value)
    return any(map(_is_thought_up, words)) or (len(words) >= 4 and value[0].islower() and is_varied)


# ── by value: what the store has ──


def _is_in_placeholder(text: str, at: int) -> bool:
    """Whether what stands there is a word of a placeholder, as `keychain` is in each."""
    opened = text.rfind(_PLACEHOLDER_HEAD, max(0, at - 240), at + len(_PLACEHOLDER_HEAD))
    return opened >= 0 and text.find("]", opened, at) < 0


def _ways_to_write(value: str) -> set[str]:
    """A value as it stands in files: as it is, with the line ends of Windows, or escaped in one way or another.

    >>> sorted(_ways_to_write("é"))
    ['\\\\u00e9', 'é']
    """
    import json

    manners = ('"', 'script"', "script'", "yaml'")
    plain = {value, value.replace("\r\n", "\n").replace("\n", "\r\n")}
    return {*plain, *(_written(value, manner) for manner in manners), json.dumps(value)[1:-1]}


def _find_known(text: str, known: dict[str, str]) -> list[Finding]:
    """Every place of every known value that is long enough, also where a file has to escape it."""
    found = []
    for value, name in known.items():
        for written in _ways_to_write(value) if len(value) >= REDACTION_MINIMUM else ():
            at = text.find(written)
            while at >= 0:
                if not _is_in_placeholder(text, at):
                    found.append(Finding(at, at + len(written), name, value))
                at = text.find(written, at + len(written))
    return found


# ── by form: values that are credentials under any name ──

_TOKEN = "[A-Za-z0-9_-]"
FORMS = (  # the name where the text gives none; what to search for; the whole value, from there on
    ("AWS_ACCESS_KEY_ID", ("AKIA", "ASIA"), r"A[KS]IA[0-9A-Z]{16}(?![0-9A-Za-z])"),
    ("GITHUB_TOKEN", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"gh[pousr]_[A-Za-z0-9]{20,255}"),
    ("GITHUB_TOKEN", ("github_pat_",), r"github_pat_[A-Za-z0-9_]{20,255}"),
    (
        "GITLAB_TOKEN",
        ("glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "glsoat-", "glft-"),
        rf"gl[a-z]+-{_TOKEN}{{16,255}}",
    ),
    ("SLACK_TOKEN", ("xox", "xapp-"), r"(?:xox[abceoprs]|xapp)-[A-Za-z0-9-]{10,255}"),
    ("SLACK_WEBHOOK", ("hooks.slack.com/services/",), r"hooks\.slack\.com/services/(?P<value>T\w+/B\w+/\w{16,})"),
    ("STRIPE_KEY", ("sk_live_", "sk_test_", "rk_live_", "rk_test_"), r"[sr]k_(?:live|test)_[A-Za-z0-9]{10,255}"),
    ("STRIPE_WEBHOOK_SECRET", ("whsec_",), r"whsec_[A-Za-z0-9+/]{16,255}={0,2}"),
    ("ANTHROPIC_API_KEY", ("sk-ant-",), rf"sk-ant-{_TOKEN}{{10,255}}"),
    (
        "OPENAI_API_KEY",
        ("sk-",),
        rf"sk-(?!ant-)(?:(?:proj|svcacct|admin|None)-{_TOKEN}{{16,255}}|[A-Za-z0-9]{{20,255}}(?!{_TOKEN}))",
    ),
    ("GOOGLE_API_KEY", ("AIza",), rf"AIza{_TOKEN}{{30,45}}"),
    ("GOOGLE_OAUTH_TOKEN", ("ya29.", "GOCSPX-"), r"(?:ya29\.|GOCSPX-)[A-Za-z0-9_.-]{20,2000}"),
    ("JWT", ("eyJ",), rf"eyJ{_TOKEN}{{6,4000}}\.{_TOKEN}{{4,8000}}\.{_TOKEN}{{6,2000}}"),
    ("BEARER_TOKEN", ("Bearer ", "bearer "), r"[Bb]earer (?P<value>[A-Za-z0-9_.~+/-]{12,2000}={0,2})"),
    ("BASIC_AUTH", ("Basic ",), r"Basic (?P<value>[A-Za-z0-9+/]{12,500}={0,2})(?![\w+/-])"),
    ("NPM_TOKEN", ("npm_",), r"npm_[A-Za-z0-9]{30,60}"),
    ("PYPI_TOKEN", ("pypi-AgE",), rf"pypi-AgE{_TOKEN}{{40,500}}"),
    ("HUGGINGFACE_TOKEN", ("hf_",), r"hf_[A-Za-z0-9]{30,60}"),
    ("SENDGRID_API_KEY", ("SG.",), rf"SG\.{_TOKEN}{{16,32}}\.{_TOKEN}{{32,64}}"),
    ("AGE_SECRET_KEY", ("AGE-SECRET-KEY-1",), r"AGE-SECRET-KEY-1[0-9A-Z]{50,70}"),
    ("URL_PASSWORD", ("://",), r"""://[^\s/:@"'`<>]{0,200}:(?P<value>[^\s/"'`<>]{1,400})@(?=[\w.\[$%{-])"""),
)


def _from_base64(value: str) -> str:
    from base64 import b64decode

    try:
        return b64decode(value, validate=True).decode("utf-8")
    except ValueError:
        return ""


def _is_credential_of(name: str, match: Any, text: str) -> bool:
    value = match["value"] if match.re.groups else match[0]
    if name == "URL_PASSWORD":
        return len(value) > 2 and not is_placeholder(value) and value.lower() not in ("pass", "user")
    if name == "BASIC_AUTH":
        return "uthorization" in text[max(0, match.start() - 40) : match.start()] and ":" in _from_base64(value)
    if name == "BEARER_TOKEN":
        return _looks_random(value) and not is_placeholder(value)
    return not is_placeholder(value)


def _key_itself(text: str, start: int, end: int) -> str:
    """A private key without what the file around it adds: escapes, indentation, quotes around each line."""
    raw = text[start:end]
    if "\n" not in raw:
        return _unescape(raw)
    indent = text[max(text.rfind("\n", 0, start) + 1, start - 200) : start]
    if indent and not indent.strip():
        return raw.replace("\n" + indent, "\n")
    if '"\n' in raw or "'\n" in raw:  # a literal in pieces
        return "\n".join(line.strip(" \t\"'+,.\\").replace("\\n", "") for line in raw.split("\n"))
    return raw


def _secret_name(key: str) -> str:
    """A key as the name of a secret.

    >>> _secret_name("x-api-key")
    'x_api_key'
    """
    return key.strip("-").replace("-", "_")[:80]


def _name_before(text: str, start: int) -> str:
    """The name to which a value is given right before it; "" when it is not given to any.

    >>> _name_before('  "githubToken": "ghp_1', 18), _name_before("use ghp_1", 4)
    ('githubToken', '')
    """
    before = text[max(0, start - 120) : start]
    left = before.rstrip("\"'`\\").rstrip(" \t")
    key = left.rstrip(":=>").rstrip(" \t").rstrip("]").rstrip("\"'`\\")
    if left[-1:] not in (":", "=", ">") or len(left) < len(key):
        return ""
    start, _ = _name_around(key, len(key), 0)
    return _secret_name(key[start:].lstrip("0123456789"))


_KEY_LINES = r"(?:(?:\\[nr]|\s)*[A-Za-z0-9+/=]{16,100}(?![A-Za-z0-9+/=])){1,1000}"


def _key_end(text: str, head: Any, ends: dict[str, int]) -> int:
    """Where a private key ends; of a torn one, what looks like its lines goes all the same."""
    tail = f"-----END {head[1]}-----"
    if 0 <= ends.get(tail, 0) < head.end():
        ends[tail] = text.find(tail, head.end())
    end = ends[tail] + len(tail)
    if ends[tail] >= 0 and end - head.start() <= 1 << 16:
        return end
    return int((_match_at(_KEY_LINES, text, head.end()) or head).end())


def _find_private_keys(text: str) -> list[Finding]:
    """Whole PEM blocks of private keys, also with `\\n` in place of line breaks. Source: RFC 7468."""
    found = []
    ends: dict[str, int] = {}  # end line → its next place, -1 for none; every one is searched for once
    at = text.find("-----BEGIN ")
    while at >= 0:
        head = _match_at(r"-----BEGIN ([A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?)-----", text, at)
        end = _key_end(text, head, ends) if head else at
        body = text[head.end() : end].replace("\\n", "").split("-----END")[0] if head else ""
        is_key = sum(c.isalnum() for c in body[:200]) >= 24
        if is_key:
            found.append(Finding(at, end, _name_before(text, at) or "PRIVATE_KEY", _key_itself(text, at, end)))
        at = text.find("-----BEGIN ", end if is_key else at + 11)
    return found


def _find_by_form(text: str) -> list[Finding]:
    """Tokens that their issuer's prefix gives away, private keys, passwords in URLs."""
    found = _find_private_keys(text)
    for name, triggers, pattern in FORMS:
        for trigger in triggers:
            at = text.find(trigger)
            while at >= 0:
                # inside of a longer word (`task-…`, base64) it begins nothing
                is_inside = at > 0 and trigger[0].isalpha() and text[at - 1] in _NAME_CHARACTERS
                match = None if is_inside else _match_at(pattern, text, at)
                if match and _is_credential_of(name, match, text):
                    start, end = match.span("value" if match.re.groups else 0)
                    given = "" if name == "URL_PASSWORD" else _name_before(text, start)  # there it is the user
                    found.append(Finding(start, end, given or name, text[start:end]))
                at = text.find(trigger, match.end() if match else at + len(trigger))
    return found


# ── by key: values of names that mean a credential ──

_KEY_TRIGGERS = ("key", "secret", "passw", "passphrase", "token", "credential", "auth", "pwd", "pass")
_CREDENTIAL_WORDS = (  # how surely a name with such a word, or a word that ends so, is that of a credential
    (3, _words("password passwords passwd passphrase pwd"), ("password", "passwd", "passphrase")),  # `pgpassword`
    (
        2,
        _words("secret secrets credential credentials apikeys pass"),
        ("apikey", "secretkey", "accesskey", "privatekey", "clientsecret", "authtoken", "accesstoken"),
    ),
    (1, _words("key token auth tokens keys authorization apitoken"), ()),
)
_KEY_STRENGTHENERS = _words(  # `api key` is a credential, `sort key` is not
    "api access secret private encryption signing master auth license deploy shared admin crypto cipher aes hmac jwt"
)
_OTHER_KEYS = _words(
    "public primary foreign sort partition cache hash range row index unique map dict object group lookup"
    " translation locale hot short shortcut arrow column field data json query header i18n registry"
)
_QUALIFIERS = _words(  # `token type`, `password file` are about a credential, and none themselves
    "id ids name names file filename path dir directory folder url uri endpoint type types kind size length len"
    " count limit min max minimum maximum ttl expiry expires expiration expire exp timeout policy method methods"
    " mode provider providers enabled disabled required optional prefix suffix format header headers field fields"
    " version algorithm alg age index label hint prompt placeholder arn ref regex pattern column store ring board"
    " map usage status scope scopes host port server domain realm service class module handler backend strategy"
    " manager error message validator validation rotation strength input output button title text description help"
    " reset change changed confirm confirmation confirmations location env var variable source target budget per"
    " of is has num number position time date at created updated hash hashed digest fingerprint checksum code"
    " codes down up press pressed word words list set state level rules rule schema template settings config"
    " options option params middleware router routes route page screen view flow plugin issuer audience callback"
    " redirect hasher hashing encryption encoder encoding decoder re regexp generator factory helper utils util"
    " parser checker check cache storage bucket rate window retries duration days hours minutes seconds interval"
    " period lifetime grace exists present valid invalid visible visibility show toggle autocomplete strategy fn"
    " func function model dialog modal form reuse history complexity owner kid spec mapping mask chain vault bits"
    " bytes style color colour icon tooltip link group groups user users username email role roles comment note"
    " notes address addresses symbol supply holder price amount contract balance"
    " pair used stdin"
)


def key_words(name: str) -> list[str]:
    """The words of a name, in lower case.

    >>> key_words("X-APIKey_v2"), key_words("authToken")
    (['x', 'api', 'key', 'v', '2'], ['auth', 'token'])
    """
    import re

    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)]


def _word_strength(word: str) -> int:
    ranks = (rank for rank, words, endings in _CREDENTIAL_WORDS if word in words or word.endswith(endings))
    return next(ranks, 0)


def key_strength(name: str) -> int:
    """How surely a name is that of a credential: 3 a password, 2 a secret, 1 perhaps, 0 no.

    >>> [key_strength(n) for n in ("DB_PASSWORD", "apiKey", "key", "keyboard", "token_type", "author", "monkey")]
    [3, 2, 1, 0, 0, 0, 0]
    """
    words = key_words(name)
    ranks = [_word_strength(word) for word in words]
    last = max((i for i, rank in enumerate(ranks) if rank), default=-1)
    if last < 0 or _QUALIFIERS.intersection(words[last + 1 :]):
        return 0
    word, before = words[last], words[last - 1] if last else ""
    if ranks[last] > 1:
        return ranks[last]
    if word in ("key", "keys"):
        return 0 if before in _OTHER_KEYS else 2 if _KEY_STRENGTHENERS.intersection(words[:last]) else 1
    if word == "token":
        return 2 if before and before not in ("next", "page", "continuation", "sync", "csrf", "cancel") else 1
    return 1


_NO_CREDENTIALS = (
    r"^[12]\d{3}-\d\d-\d\dT[\d:.]+Z?$|^#[0-9A-Fa-f]{3,8}$"  # a time, a colour
    r"|^[A-Z][A-Z0-9]*(?:_[A-Z]+[0-9]?)+$"  # a constant
    r"|^ssh-(?:rsa|dss|ed25519)|^ecdsa-sha2-\w+|^age1[a-z0-9]{20,}$"  # public keys
)
_UUID = r"(?i)^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


def _is_something_else(value: str, strength: int) -> bool:
    """Whether a value is by its form no credential but a time, a path, a public key, an identifier."""
    if _has(_NO_CREDENTIALS, value) or _is_path(value):
        return True
    if strength == 1 and _has(_UUID, value):  # the name of a row
        return True
    if strength < 3 and _has(r"^[A-Za-z]+(?:_[A-Za-z]+)+$", value) and key_strength(value):
        return True  # the name of a credential, or of a variable that has one
    return _has(r"^[A-Za-z]\w*(?:\.\w+)+$", value) and not _looks_random(value)  # of a message or a module


_EXPRESSION = r"[({]|\s[-+*/%=?:|&<>]+\s|;$|^(?:await|new|not|yield|typeof)\s"


def is_credential(value: str, strength: int, plain: bool, quoted: bool, literal: bool = False) -> bool:
    """Whether the value of a name is a credential. `plain`: by its place it can only be text, not code.

    `literal`: and nothing is put into it there.

    >>> [is_credential(v, 3, True, True) for v in ("hunter2", "12345", "/run/secrets/db", "Enter your password")]
    [True, False, False, False]
    """
    value = value.strip()
    if len(value) < (5 if strength == 3 else 6) or is_placeholder(value, literal and strength == 3):
        return False
    if _is_something_else(value, strength):
        return False
    if _has(r"^[+-]?[\d.,:_-]+$", value):
        return strength >= 2 and value.isdigit() and len(value) >= 8
    if _has(r"\s", value):
        is_expression = not quoted and _has(_EXPRESSION, value)
        return strength == 3 and not is_expression and _is_passphrase(value)
    if not quoted and _is_code(value, plain):
        return False
    if strength == 3 or (_looks_random(value) and len(value) >= (8 if strength == 1 else 6)):
        return True
    return strength == 2 and plain and _is_elaborate(value)


_COMMANDS_BEFORE_NAMES = _words("export set env declare -x -gx local readonly setenv ENV ARG -")


class _Assignment:
    """A name for credentials, the sign behind it, and the place where a value may stand."""

    __slots__ = ("at", "has_gap", "name", "sign", "start", "strength", "text")

    def __init__(self, text: str, start: int, name: str, strength: int) -> None:
        self.text = text
        self.start = start
        self.name = name
        self.strength = strength
        self.sign, self.has_gap, self.at = self._separator(start + len(name))

    def _separator(self, end: int) -> tuple[str, bool, int]:
        """The sign behind the name ("" when there is none), whether a gap follows, and where it ends."""
        sign = _match_at(r"(?:\\?[\"'`])?\]?[ \t]{0,20}(:=|=>|=(?![=~])|:(?!:))([ \t]{0,60})", self.text, end)
        if sign:
            return sign[1], bool(sign[2]), sign.end()
        following = self.text[end : end + 1]
        is_tag = following == ">" and self.text[self.start - 1 : self.start] == "<"
        is_option = following == " " and self.name.startswith("--") and self.strength > 1
        return following if is_tag or is_option else "", False, end + 1

    def findings(self) -> list[Finding]:
        """The value, if it is a credential."""
        at = self.at
        if self.sign == ":":
            annotation = _match_at(r"[A-Za-z_][\w.\[\], |]{0,60}=[ \t]{0,20}(?=[rbfu]{0,2}[\"'`])", self.text, at)
            at = annotation.end() if annotation else at
        opened = _match_at(r"[@rbfuRBFU]{0,2}(\"\"\"|'''|\\\"|\\'|[\"'`])", self.text, at)
        at = opened.end() if opened else at
        end = self._end_in_quotes(at, opened[1]) if opened else self._end()
        if not at < end <= at + _LONGEST_VALUE:
            return []
        raw, quoted = self.text[at:end], bool(opened) or self.sign == ">"
        plain = quoted or self._is_plain(raw, end)
        is_escaped = opened and ("\\" in raw or "''" in raw)
        value = _meant(raw, _manner(self.text, at, end)) if is_escaped else raw
        literal = self._is_literal(opened[0] if opened else "", raw)
        judged = value if value.isprintable() else raw
        if raw.lower() == self.name.lower() or not is_credential(judged, self.strength, plain, quoted, literal):
            return []
        return [Finding(at, end, _secret_name(self.name), value)]

    def _begins_line(self) -> bool:
        """Whether the name is the first on its line, as in shell, env and INI files."""
        _, line_break, head = self.text[max(0, self.start - 60) : self.start].rpartition("\n")
        return (bool(line_break) or self.start <= 60) and _COMMANDS_BEFORE_NAMES.issuperset(head.split())

    def _is_literal(self, quote: str, raw: str) -> bool:
        """Whether the quotes of this value, or none, are such that no language puts anything into it."""
        if not quote:
            return self.sign == ":" and self.has_gap and self._begins_line()
        if self.sign == ":" or (self.sign == "=" and self.has_gap):
            return not quote.startswith(("f", "F", "`")) and not self.text.startswith("$", self.start - 1)
        return quote == "'" or (quote == '"' and not _has(r"(?<!\\)[$`]", raw))

    def _is_plain(self, raw: str, end: int) -> bool:
        """Whether a value without quotes can only be text: in a shell or env file, or because no variable looks so."""
        if not self._begins_line() or self.text[end : end + 1] in (",", ")"):
            return False
        if self.sign == "=" and not self.has_gap:
            return True
        longest_variable = 7 if self.sign == ":" else 11
        is_word = raw.isalpha() and not (raw.islower() and len(raw) > longest_variable)
        return self.strength == 3 and raw.isalnum() and not is_word

    def _end_in_quotes(self, at: int, quote: str) -> int:
        """Where a quoted value ends: at the same quote, unescaped, and on the same line unless tripled; or -1."""
        import re

        limit = at + _LONGEST_VALUE + 1
        if len(quote) == 3:
            return self.text.find(quote, at, limit)
        for pattern, tail in self._ways_to_quote(quote):
            match = _match_at(pattern + rf"(?={re.escape(quote)}{tail})", self.text, at, limit)
            if match:
                return int(match.end())
        return -1

    def _ways_to_quote(self, quote: str) -> Iterator[tuple[str, str]]:
        """What may stand in these quotes, and what then has to follow them: a shell and YAML have no backslash."""
        if len(quote) == 2:  # in a string of a string
            yield r"[^\\\n]*(?:\\(?:\\(?:\\.|[^\\\n])|[^\"'\\])[^\\\n]*)*", ""
            return
        if quote == "'" and self.sign == "=" and not self.has_gap:
            yield r"[^'\n]*(?:'\\''[^'\n]*)*", r"(?![\w'])"
        if quote == "'" and self.sign == ":" and self.has_gap:
            yield r"[^'\n]*(?:''[^'\n]*)*", _END_OF_YAML
            yield r"[^'\n]*(?:''[^'\n]*)+", r"[ \t]*[,}\]]"
        yield rf"[^{quote}\\\n]*(?:\\.[^{quote}\\\n]*)*", ""

    def _end(self) -> int:
        """Where a value without quotes ends: a word in shell and env files, the rest of the line in INI and YAML."""
        if self.sign == ">":
            return self.text.find("<", self.at, self.at + _LONGEST_VALUE)
        if self.sign == ":" and not self.has_gap:
            return -1
        if self.sign == " " or (self.sign == "=" and not self.has_gap):
            word = self._word(r"[^\s\"'`]+" if self._begins_line() else r"[^\s\"'`&;|,(){}\[\]<>\\]+")
        elif "{" in self.text[max(0, self.start - 200) : self.start].rpartition("\n")[2]:
            word = self._word(r"[^\s,{}\[\]\"']+")
        else:
            return self.at + len(self._line())
        return self.at + len(word.rstrip(",;"))

    def _word(self, pattern: str) -> str:
        """The characters of a value without quotes; none when there are too many of them."""
        match = _match_at(pattern, self.text, self.at, self.at + _LONGEST_BARE_VALUE)
        return match[0] if match and len(match[0]) < _LONGEST_BARE_VALUE else ""

    def _goes_on(self, at: int) -> bool:
        """Whether what follows the first word of a plain YAML scalar is more of a password rather than prose."""
        import re

        line = _match_at(r"[^\n]{1,120}(?=\n|$)", self.text, at)
        rest = (
            re.split(r"\s#", line[0], maxsplit=1)[0] if line and self.strength == 3 and self._begins_line() else ""
        )
        return bool(rest.strip()) and not _has(_EXPRESSION, rest) and _is_passphrase(rest)

    def _line(self) -> str:
        """The value that goes on to the end of its line or to a comment; only passphrases have spaces in them."""
        import re

        value = self._word(r"[^\s]+")
        is_all = _match_at(r"[ \t]*(?:\r?\n|$|[ \t](?:#|;|//))", self.text, self.at + len(value))
        has_prose = self.sign == ":" and _looks_random(value) and not self._goes_on(self.at + len(value))
        if not is_all and not has_prose:
            line = _match_at(r"[^\n]{1,120}(?=\n|$)", self.text, self.at)
            value = line[0] if value and line else ""
        value = re.split(r"\s+(?:#|;|//)", value, maxsplit=1)[0].rstrip().rstrip(",;")
        quote = value[-1:]  # where the name stands inside of the quotes too
        is_closing = quote in ('"', "'", "`") and _line_before(self.text, self.start).count(quote) % 2
        return value[:-1] if is_closing and value.count(quote) == 1 else value


def _find_by_key(text: str) -> list[Finding]:
    """Values that are given to names such as API_KEY, authToken or "db-password"."""
    low = text.replace("\u0130", "i").lower()  # the one letter whose lower case is longer
    found: list[Finding] = []
    seen: set[int] = set()
    strengths: dict[str, int] = {}  # names come back again and again
    for trigger in _KEY_TRIGGERS:
        at = low.find(trigger)
        while at >= 0:
            start, end = _name_around(text, at, len(trigger))
            name = text[start:end]
            if name not in strengths:
                strengths[name] = key_strength(name)
            if strengths[name] and start not in seen:
                assignment = _Assignment(text, start, name, strengths[name])
                if assignment.sign:
                    seen.add(start)
                    found += assignment.findings()
            at = low.find(trigger, max(end, at + len(trigger)))
    return found


# ── putting it together ──


def first_free(name: str, taken: Container[str], joint: str = "_") -> str:
    """A name, or with a number behind it the first that is not taken.

    >>> first_free("KEY", ["KEY", "KEY_2"])
    'KEY_3'
    """
    free, number = name, 2
    while free in taken:
        free, number = f"{name}{joint}{number}", number + 1
    return free


def _merge_overlaps(found: list[Finding], text: str) -> list[Finding]:
    """Findings in order; where two overlap, one of them that covers both, named as the longer one."""
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda f: (f.start, -f.end)):
        last = kept[-1] if kept else None
        if last is None or finding.start >= last.end:
            kept.append(finding)
        elif finding.end > last.end:
            name = finding.name if finding.end - finding.start > last.end - last.start else last.name
            kept[-1] = Finding(last.start, finding.end, name, text[last.start : finding.end])
    return kept


def _give_names(findings: list[Finding], known: dict[str, str]) -> list[Finding]:
    """Gives every value one name, and no two values the same."""
    names = dict(known)
    taken = set(known.values())
    for finding in findings:
        if finding.value not in names:
            names[finding.value] = first_free(finding.name, taken)
            taken.add(names[finding.value])
        finding.name = names[finding.value]
    return findings


def find_secrets(text: str, known: dict[str, str] | None = None) -> list[Finding]:
    """The credentials in a text, in order and without overlaps; `known` holds the store's values → names.

    Two values never share a name: the second gets a suffix. A value that the store has keeps its name there.

    >>> [(f.name, f.value) for f in find_secrets('export API_KEY="k3J9x0Qw81Zr"  # prod')]
    [('API_KEY', 'k3J9x0Qw81Zr')]
    """
    known = known or {}
    found = _find_known(text, known) + _find_by_key(text) + _find_by_form(text)
    return _give_names(_merge_overlaps(found, text), known)


_NUMBER = ('  "', '" ')  # the quotes around the placeholder of a bare number: by the spaces fill() knows them


def _quotes_needed(text: str, finding: Finding) -> tuple[str, str]:
    """The quotes where a placeholder cannot stand bare: for a number outside of shell, inside of `[[ … ]]`."""
    before = _line_before(text, finding.start)[-200:]
    if before[-1:] in ('"', "'", "`"):
        return "", ""
    if finding.value.isdigit() and before[-1:] != "=":
        return _NUMBER if before.rstrip()[-1:] in (":", "=", ",", "[") else ('"', '"')
    return ('"', '"') if "[[ " in before else ("", "")


def _plain_scalar(text: str, finding: Finding, following: int) -> tuple[int, int] | None:
    """The plain YAML scalar that has to be quoted because a placeholder will stand inside of it."""
    import re

    line_start = text.rfind("\n", max(0, finding.start - 1000), finding.start) + 1
    line_end = text.find("\n", finding.end, finding.end + 1000)
    line_end = len(text) if line_end < 0 else line_end
    if max(finding.start - line_start, line_end - finding.end) > 1000:
        return None
    line = text[line_start:line_end]
    head = _match_at(r"[ \t]*(?:- +)*(?:[\w./-]+: +)?", text, line_start, finding.start)
    if head is None or not head[0].strip() or _has(r"[\"'`{\n]", line) or text[head.end()] in "[|>&*!%@":
        return None
    comment = re.search(r"\s+#", text[finding.end : line_end])
    end = finding.end + comment.start() if comment else line_start + len(line.rstrip())
    is_item = not head[0].rstrip().endswith(":")
    if is_item and following > end:
        return None  # `- NAME=[REDACTED: …]` parses, and a list in prose stays as it is
    return None if (finding.start, finding.end) == (head.end(), end) else (head.end(), end)


def _replacements(text: str, findings: list[Finding]) -> Iterator[tuple[int, int, str]]:
    """Where which text goes, in order; with the quotes that a format needs around the placeholder.

    A number loses its type; and in a plain YAML scalar the placeholder's colon would begin a mapping.
    """
    line_end = -1
    starts = [finding.start for finding in findings[1:]]
    for finding, following in zip(findings, [*starts, len(text) + 1]):
        if finding.start > line_end:
            start, line_end = _plain_scalar(text, finding, following) or (-1, -1)
            if start >= 0:
                yield start, start, "'"
        yield finding.start, finding.end, placeholder(finding.name).join(_quotes_needed(text, finding))
        if finding.start < line_end <= following:
            yield line_end, line_end, "'"


def redact(text: str, findings: list[Finding]) -> str:
    """The text with each finding replaced by its placeholder, in the quoting it had.

    >>> text = 'password: hunter2!x9'
    >>> redact(text, find_secrets(text))
    'password: [REDACTED: stored in keychain as password]'
    """
    if not findings:
        return text
    parts, position = [], 0
    for start, end, replacement in _replacements(text, findings):
        parts += [text[position:start], replacement]
        position = end
    return "".join([*parts, text[position:]])


def redact_bytes(data: bytes, known: dict[str, str] | None = None) -> bytes:
    """The content of a file without credentials; the very same object when there are none or it is binary.

    Latin-1 maps every byte to one character and back, whatever the encoding of the file is, and is searched faster;
    but an escape such as \\u20ac in it means one that Latin-1 has not.
    """
    known = known or {}
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codec = "utf-16-le" if data[:2] == b"\xff\xfe" else "utf-16-be"
        errors = "surrogatepass" if len(data) % 2 == 0 else "replace"
    elif b"\0" in data[:8192]:
        return data
    else:
        codec, errors = "utf-8" if b"\\u" in data else "latin-1", "surrogateescape"
        known = {value.encode("utf-8", "surrogateescape").decode(codec, errors): known[value] for value in known}
    text = data.decode(codec, errors)
    findings = find_secrets(text, known)
    return redact(text, findings).encode(codec, errors) if findings else data


# ── filling in ──


_NOT_PLAIN_IN_YAML = r"""^[][{}#&*!|>'"%@`,]|^[-?:](?:\s|$)|:\s|\s#|:$|\n|^\s|\s$"""
_NOT_BARE = {  # manner → what a value must not have there without quotes
    "script": r"[\s\"'`$;&|<>()]",
    "env": r"[\s\"'`]|\$\(",
    "yaml": _NOT_PLAIN_IN_YAML,
}


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether the quotes are right around a placeholder."""
    return text[start - 1 : start] == text[end : end + 1] != ""


def _fitted(value: str, text: str, start: int, end: int) -> tuple[int, int, str]:
    """What goes where in place of a placeholder: the value as its quotes need it, or with quotes that it needs."""
    line = text[max(text.rfind("\n", 0, start) + 1, start - 4000) : start]
    if not line.strip():
        return start, end, value.replace("\n", "\n" + line)
    opening, closing = _NUMBER
    if value.isdigit() and line.endswith(opening) and text.startswith(closing, end):
        return start - len(opening), end + len(closing), value
    manner = _manner(text, start, end)
    if manner in _NOT_BARE and _has(_NOT_BARE[manner], value):
        quote = '"' if manner == "yaml" and "\n" in value else "'"
        return start, end, quote + _written(value, quote if quote == '"' else manner + quote) + quote
    is_odd = (len(value) - len(value.rstrip("\\"))) % 2 == 1
    is_unfit = "\n" in value or (manner == "'" and (is_odd or "'" in value))
    if is_unfit and manner in ("'", "yaml'") and _is_whole(text, start, end):
        return start - 1, end + 1, f'"{_escape(value)}"'  # which means the same in each language that has both
    return start, end, _written(value, manner)


def fill(text: str, lookup: Callable[[str], str | None]) -> tuple[str, list[str]]:
    """The text with values in place of the placeholders, and the names for which there is no value.

    >>> fill('{"a": "[REDACTED: stored in keychain as A]"}', {"A": 'x"y'}.get)
    ('{"a": "x\\\\"y"}', [])
    """
    import re

    parts, position, missing = [], 0, []
    for match in re.finditer(re.escape(_PLACEHOLDER_HEAD) + r"([^\]\n]{1,200})\]", text):
        value = lookup(match[1])
        if value is None:
            if match[1] not in missing:
                missing.append(match[1])
            continue
        start, end, written = _fitted(value, text, match.start(), match.end())
        if "\r\n" in text and "\r" not in written:
            written = written.replace("\n", "\r\n")
        parts += [text[position:start], written]
        position = end
    return "".join([*parts, text[position:]]), missing


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  9. Encryption
#  What is encrypted is authenticated: by age, or by openssl with an HMAC. Absent, damaged and wrong key are three
#  things. Keys and passwords go through pipes and private files, never over a command line.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

SECRET_LIMIT = 64 * 1024  # bytes of UTF-8
SECRET_NAME_LIMIT = 128  # characters
PASSWORD_VARIABLE = "CS_SECRETS_PASSWORD"
BACKEND_VARIABLE = "CS_SECRETS_BACKEND"
_SECRET_NAME_REST = _NAME_REST | frozenset("/@+")


class SecretsUnreadable(CsError):
    """A file of secrets is there, but damaged, cut, empty, foreign or not ours to read; it was left alone."""


class WrongKey(SecretsUnreadable):
    """A file of secrets is whole, but encrypted to another key or password than the one at hand."""


def is_secret_name(text: str) -> bool:
    """Whether a text may name a new secret.

    >>> is_secret_name("db.password"), is_secret_name("a b"), is_secret_name("-n"), is_secret_name("a:b")
    (True, False, False, False)
    """
    is_short = 0 < len(text) <= SECRET_NAME_LIMIT
    return is_short and text[0] in _NAME_FIRST and _SECRET_NAME_REST.issuperset(text)


def check_secret_name(text: str) -> None:
    """Raises CsError when a text may not name a new secret."""
    if not is_secret_name(text):
        rule = "letters, digits and any of . _ - / @ +, beginning with a letter, a digit or '_'"
        raise CsError(f"'{text[:SECRET_NAME_LIMIT]}' cannot be the name of a secret", f"a name is made of {rule}")


def _value_fault(value: str) -> str:
    """What keeps a text from being a secret's value; "" when nothing does."""
    if not value:
        return "is empty"
    if "\0" in value:
        return "contains a NUL character, which no environment and no shell can hold"
    try:
        size = len(value.encode("utf-8"))
    except UnicodeError:
        return "is not UTF-8 text"
    return f"has {size} bytes; the limit is {SECRET_LIMIT}" if size > SECRET_LIMIT else ""


# ── encryption by age and openssl ──

_RESTORE_HINT = (
    "it was left as it is; bring it back from a backup, or move it away and then read .cs/secrets.age:"
    " cs <session> -secrets import-file"
)
_AGE_KEY_HINT = "`cs -secrets age pubkey` here, `cs -secrets age add <that key>` where it can be read, and sync"
_CONTAINER = b"cs-secrets/1 "
_AGE_FILES = (b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----")
_OPENSSL_BASE64 = b"U2FsdGVkX1"
_OPENSSL_FILES = (b"Salted__", _OPENSSL_BASE64)  # what the earlier tool's `openssl enc` wrote
_PASSWORD_ITERATIONS = 600_000
_KEY_FILE_ITERATIONS = 1_000  # the key is 32 random bytes: nothing to slow a guesser down for
_EARLIER_ITERATIONS = 100_000


def has_age() -> bool:
    """Whether age is installed."""
    return find_program("age") is not None


def how_to_get_age() -> str:
    """How age is installed on this system."""
    return "to install age: " + (how_to_get("age") or "https://age-encryption.org")


def _need_age(message: str = "age is not installed") -> None:
    if not has_age():
        raise ProgramMissing(message, how_to_get_age())


def create_private_file(path: str, data: bytes) -> None:
    """Makes a file that only its owner can read, whole or not at all; another process's file stays."""
    make_private_directory(os.path.dirname(path))
    beside = f"{path}.{os.getpid()}.new"
    write_atomically(beside, data, 0o600)
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        if not os.path.exists(path):
            os.rename(beside, path)
    finally:
        remove_file(beside)


def make_private_file(path: str) -> None:
    """Makes an existing file one that only its owner can read."""
    if os.stat(path).st_mode & 0o077:
        os.chmod(path, 0o600)


def _kept_key(path: str, make: Callable[[], bytes]) -> bytes:
    """The content of a file with a key, which is made when there is none; of many at once all get the same."""
    if not os.path.exists(path):
        create_private_file(path, make())
    make_private_file(path)
    return read_bytes(path) or b""


def age_key_path(places: Places) -> str:
    """This machine's own age identity."""
    return os.path.join(places.secrets, "age.key")


def _new_age_key() -> bytes:
    made = run(["age-keygen"], environment={PASSWORD_VARIABLE: ""}).out
    if b"AGE-SECRET-KEY-1" not in made:
        raise CsError("age-keygen made no key")
    return made


def ensure_age_key(places: Places) -> str:
    """The path of this machine's age identity, which is made when there is none."""
    _kept_key(age_key_path(places), _new_age_key)
    return age_key_path(places)


def _age(*arguments: str, stdin: bytes = b"", timeout: float | None = 60) -> tuple[bytes, str]:
    """What age has printed, and its complaint; "" when it has succeeded."""
    result = run(["age", *arguments], None, {PASSWORD_VARIABLE: ""}, stdin, timeout, check=False)
    complaint = result.complaint.partition(" age: report")[0] or f"exit status {result.status}"
    return result.out, complaint if result.status else ""


def _encrypt_with_age(plain: bytes, *options: str, failure: str = "age could not encrypt") -> bytes:
    encrypted, complaint = _age("--encrypt", *options, stdin=plain)
    if complaint:
        raise CsError(f"{failure}: {complaint}")
    return encrypted


def _age_identities(places: Places, data: bytes, what: str) -> list[str]:
    """The options that name this machine's identities: its own key, and SSH keys where the file is for one."""
    _need_age(f"{what} is encrypted with age, which is not installed")
    found = [age_key_path(places)]
    for kind, file in (("ssh-ed25519", "id_ed25519"), ("ssh-rsa", "id_rsa")):
        if f"\n-> {kind} ".encode() in data:
            found.append(os.path.join(places.home, ".ssh", file))
    options = [word for path in found if os.path.exists(path) for word in ("-i", path)]
    if not options:
        raise WrongKey(f"{what} is encrypted with age, and this machine has no key for it", _AGE_KEY_HINT)
    return options


def decrypt_age(places: Places, data: bytes, what: str) -> bytes:
    """Decrypts an age file with this machine's key. Raises SecretsUnreadable."""
    plain, complaint = _age("--decrypt", *_age_identities(places, data, what), stdin=data)
    if "no identity matched" in complaint:
        raise WrongKey(f"{what} is encrypted to other keys than this machine's", _AGE_KEY_HINT)
    if complaint:
        raise SecretsUnreadable(f"{what} is damaged or truncated ({complaint})", _RESTORE_HINT)
    return plain


def decrypt_age_file(places: Places, path: str, target: str) -> None:
    """Decrypts an age file of any length into another file. Raises SecretsUnreadable."""
    what = os.path.basename(path)
    identities = _age_identities(places, read_bytes(path, CHUNK) or b"", what)
    _, complaint = _age("--decrypt", *identities, "-o", target, path, timeout=None)
    if complaint:
        raise SecretsUnreadable(f"{what} cannot be decrypted ({complaint})")


def password_in_use() -> bytes | None:
    """The password from the environment, if there is one."""
    password = os.environ.get(PASSWORD_VARIABLE)
    if not password:
        return None
    encoded = password.encode("utf-8", "surrogateescape")
    if b"\n" in encoded or len(encoded) > 1000:
        raise CsError(f"{PASSWORD_VARIABLE} must be one line of at most 1000 bytes")
    return encoded


def _password_for(what: str) -> bytes:
    password = password_in_use()
    if password is None:
        raise WrongKey(f"{what} is encrypted with a password, and {PASSWORD_VARIABLE} is not set")
    return password


def _openssl(direction: str, password: bytes, iterations: int, data: bytes, *more: str) -> Result:
    """Runs `openssl enc` with the password on a file descriptor (Windows passes none on: in the environment)."""
    command = ["openssl", "enc", direction, "-aes-256-cbc", "-md", "sha256", "-pbkdf2", "-iter", str(iterations)]
    if os.name == "nt":
        variable = {PASSWORD_VARIABLE: password.decode("utf-8", "surrogateescape")}
        return run([*command, *more, "-pass", "env:" + PASSWORD_VARIABLE], None, variable, data, 60, check=False)
    reading, writing = os.pipe()
    try:
        os.write(writing, password + b"\n")
        os.close(writing)
        command += [*more, "-pass", f"fd:{reading}"]
        return run(command, None, {PASSWORD_VARIABLE: ""}, data, 60, check=False, pass_handles=(reading,))
    finally:
        os.close(reading)


def _encrypt_with_openssl(password: bytes, iterations: int, plain: bytes) -> bytes:
    result = _openssl("-e", password, iterations, plain)
    if result.status != 0:
        raise CsError(f"openssl could not encrypt: {result.complaint}")
    return result.out


def encrypt_with_password(plain: bytes) -> bytes:
    """Encrypts so that the earlier tool and plain openssl can decrypt it."""
    password = password_in_use()
    if password is None:
        raise CsError(
            f"{PASSWORD_VARIABLE} is not set", "it encrypts secrets.enc; or install age: " + how_to_get_age()
        )
    return _encrypt_with_openssl(password, _EARLIER_ITERATIONS, plain)


def decrypt_with_password(data: bytes, what: str) -> bytes:
    """Decrypts what `openssl enc -aes-256-cbc -pbkdf2 -iter 100000` made. Raises SecretsUnreadable.

    Such a file has no authentication: a wrong password and damage look the same.
    """
    password = _password_for(what)
    if find_program("openssl") is None:
        raise ProgramMissing(f"{what} is encrypted with openssl, which is not installed")
    is_base64 = data.startswith(_OPENSSL_BASE64)
    if not is_base64 and (len(data) <= 16 or len(data) % 16):
        raise SecretsUnreadable(f"{what} is truncated: its length is not one that openssl makes", _RESTORE_HINT)
    more = ["-a", "-A"] if is_base64 else []
    result = _openssl("-d", password, _EARLIER_ITERATIONS, b"".join(data.split()) if is_base64 else data, *more)
    if result.status != 0 or not result.out.lstrip().startswith(b"{"):
        raise WrongKey(f"{what} does not open: {PASSWORD_VARIABLE} is not its password, or it is damaged")
    return result.out


# ── files of the store ──
#
# A file of the store is one line that tells what it is, then what age or openssl made:
#
#     cs-secrets/1 age length=… sha256=…
#     cs-secrets/1 openssl length=… key=password|file iterations=… salt=… hmac=… sha256=…
#
# The plain digest tells damage from a wrong key; the HMAC, or age itself, authenticates.


def _key_file(places: Places, make: bool) -> bytes | None:
    """The random key for openssl, 64 hexadecimal digits in `store.key`; with make, it is made when absent."""
    path = os.path.join(places.secrets, "store.key")
    if not make and not os.path.exists(path):
        return None
    key = _kept_key(path, lambda: os.urandom(32).hex().encode() + b"\n").strip()
    if len(key) != 64 or not frozenset(b"0123456789abcdef").issuperset(key):
        raise SecretsUnreadable(f"the key file {places.shorten(path)} is damaged", "bring it back from a backup")
    return key


_MASTER_KEYS: dict[tuple[bytes, str, int], bytes] = {}  # a derivation takes a quarter of a second


def _derived_keys(secret: bytes, salt: str, iterations: int) -> tuple[bytes, bytes]:
    """The passphrase for openssl and the key of the HMAC, both by PBKDF2 (RFC 8018) from one secret."""
    import hashlib
    import hmac

    master = _MASTER_KEYS.get((secret, salt, iterations))
    if master is None:
        master = hashlib.pbkdf2_hmac("sha256", secret, bytes.fromhex(salt), iterations)
        _MASTER_KEYS[secret, salt, iterations] = master
    encryption = hmac.new(master, b"cs-secrets encryption", "sha256").hexdigest().encode()
    return encryption, hmac.new(master, b"cs-secrets authentication", "sha256").digest()


def _tag(key: bytes, head: bytes, payload: bytes) -> str:
    import hmac

    return hmac.new(key, head + b"\n" + payload, "sha256").hexdigest()


def _contained(head: str, payload: bytes) -> bytes:
    """A head line with its digest, and the payload."""
    import hashlib

    line = _CONTAINER + head.encode()
    return line + b" sha256=" + hashlib.sha256(line + b"\n" + payload).hexdigest().encode() + b"\n" + payload


def _container_fields(data: bytes) -> dict[str, str]:
    """The fields of a container's head line; none for anything else."""
    if not data.startswith(_CONTAINER):
        return {}
    words = data.partition(b"\n")[0].decode("ascii", "replace").split(" ")
    return {"tool": words[1], **dict(word.partition("=")[::2] for word in words[2:])}


def _seal_with_openssl(places: Places, plain: bytes, before: bytes) -> bytes:
    password = password_in_use()
    kind, iterations = ("password", _PASSWORD_ITERATIONS) if password else ("file", _KEY_FILE_ITERATIONS)
    secret = password or _key_file(places, make=True) or b""
    fields = _container_fields(before)
    salt = fields.get("salt", "") if fields.get("iterations") == str(iterations) else ""
    salt = salt or os.urandom(16).hex()
    encryption, authentication = _derived_keys(secret, salt, iterations)
    payload = _encrypt_with_openssl(encryption, 1, plain)
    head = f"openssl length={len(payload)} key={kind} iterations={iterations} salt={salt}"
    return _contained(f"{head} hmac={_tag(authentication, _CONTAINER + head.encode(), payload)}", payload)


def _seal(places: Places, plain: bytes, before: bytes) -> bytes:
    """Encrypts a store's content for this machine: with age when it is installed, else with openssl.

    `before` is the file that is to be replaced; with openssl its salt is used again (each encryption has
    another one of openssl's own), so that a change derives its key once.
    """
    if has_age():
        payload = _encrypt_with_age(plain, "-i", ensure_age_key(places))
        return _contained(f"age length={len(payload)}", payload)
    if find_program("openssl") is None:
        raise ProgramMissing(
            "neither age nor openssl is installed, and the encrypted store needs one", how_to_get_age()
        )
    return _seal_with_openssl(places, plain, before)


def _check_container(data: bytes, what: str) -> None:
    """Raises SecretsUnreadable when a container is cut or damaged."""
    import hashlib

    line, end, payload = data.partition(b"\n")
    length = _container_fields(data).get("length", "")
    if not end or (length.isdigit() and len(payload) < int(length)):
        raise SecretsUnreadable(f"{what} is truncated: its end is missing", _RESTORE_HINT)
    covered, _, digest = line.rpartition(b" sha256=")
    if hashlib.sha256(covered + b"\n" + payload).hexdigest().encode() != digest:
        raise SecretsUnreadable(f"{what} is damaged: its content does not match its checksum", _RESTORE_HINT)


def _unseal_with_openssl(places: Places, data: bytes, what: str) -> bytes:
    import hmac

    fields, payload = _container_fields(data), data.partition(b"\n")[2]
    by_password = fields["key"] == "password"
    secret = _password_for(what) if by_password else _key_file(places, make=False)
    if secret is None:
        raise WrongKey(f"{what} is encrypted with the key file store.key beside it, which is gone")
    encryption, authentication = _derived_keys(secret, fields["salt"], int(fields["iterations"]))
    if not hmac.compare_digest(_tag(authentication, data.partition(b" hmac=")[0], payload), fields["hmac"]):
        key = PASSWORD_VARIABLE if by_password else "the key in store.key"
        raise WrongKey(f"{what} was encrypted with another password or key: {key} does not open it")
    result = _openssl("-d", encryption, 1, payload)
    if result.status != 0:
        raise SecretsUnreadable(f"{what} could not be decrypted: {result.complaint}", _RESTORE_HINT)
    return result.out


def _unseal(places: Places, data: bytes, what: str) -> bytes:
    """Decrypts a file of secrets: the store's, or one for other machines, ours or the earlier tool's.

    Raises SecretsUnreadable, which says why not.
    """
    if not data:
        raise SecretsUnreadable(f"{what} is empty", _RESTORE_HINT)
    if data.startswith(_CONTAINER):
        _check_container(data, what)
        if _container_fields(data)["tool"] == "age":
            return decrypt_age(places, data.partition(b"\n")[2], what)
        return _unseal_with_openssl(places, data, what)
    if data.startswith(_AGE_FILES):
        return decrypt_age(places, data, what)
    if data.startswith(_OPENSSL_FILES):
        return decrypt_with_password(data, what)
    if any(start.startswith(data) for start in (_CONTAINER, *_AGE_FILES)):
        raise SecretsUnreadable(f"{what} is truncated: only its first bytes are left", _RESTORE_HINT)
    raise SecretsUnreadable(f"{what} is not a file of secrets: cs did not write it", _RESTORE_HINT)


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  10. Secrets
#  Five stores under one contract, and an index of names beside them. No value is ever on a command line, in a
#  message or in a log; a store that cannot be read is never taken for an empty one.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

# ── the index of names ──


def _store_files(places: Places) -> Iterator[tuple[str, str]]:
    """Every file of the store: its path relative to the store's directory, and its path."""
    for start in ("", ".trash/"):
        directory = os.path.join(places.secrets, start)
        try:
            names = os.listdir(directory)
        except OSError:
            continue
        yield from ((start + name, os.path.join(directory, name)) for name in names)


class SecretIndex:
    """Which names each session has in each backend, with their dates: {session: {backend: {name: date}}}.

    The backend that was written last stands last. Who writes holds the store's lock.
    """

    def __init__(self, places: Places) -> None:
        self.places = places
        self.path = os.path.join(places.secrets, "index.json")

    def _parse(self) -> dict[str, dict[str, dict[str, str]]] | None:
        """None when it is damaged."""
        if not os.path.exists(self.path):
            return {}
        content = read_json(self.path)
        sessions = content.get("sessions") if isinstance(content, dict) else None
        if not isinstance(sessions, dict):
            return None
        for backends in sessions.values():
            if not isinstance(backends, dict) or not all(isinstance(names, dict) for names in backends.values()):
                return None
        return sessions

    def read(self) -> dict[str, dict[str, dict[str, str]]]:
        """The whole index; {} when there is none yet, or it is damaged."""
        return self._parse() or {}

    def names(self, key: str, backend: str) -> dict[str, str]:
        return self.read().get(key, {}).get(backend, {})

    def note(self, key: str, backend: str, changes: dict[str, Any], whole: bool = False) -> None:
        """Notes names with their dates, or (None) that they are gone; with whole, that these are all.

        What a killed process has left half-written, encrypted, is removed by the way; a key that somebody makes
        at this moment (`.new`) needs no lock, and is let be.
        """
        for name, path in _store_files(self.places):
            if os.path.basename(name).startswith(".") and name.endswith(".tmp") and ".new." not in name:
                remove_file(path)
        sessions = self._parse()
        if sessions is None:
            os.replace(self.path, self.path + ".damaged")
            sessions = {}
        before = {} if whole else sessions.get(key, {}).get(backend, {})
        names = {name: date for name, date in {**before, **changes}.items() if date is not None}
        others = {name: kept for name, kept in sessions.get(key, {}).items() if name != backend}
        sessions[key] = {**others, backend: names} if names else others
        self._write(sessions)

    def forget(self, key: str) -> None:
        sessions = self.read()
        if sessions.pop(key, None) is not None:
            self._write(sessions)

    def _write(self, sessions: dict[str, dict[str, dict[str, str]]]) -> None:
        import json

        text = json.dumps({"version": 1, "sessions": sessions}, indent=0)
        write_atomically(self.path, text + "\n", 0o600)


def secret_counts(places: Places) -> dict[str, int]:
    """How many secrets each session has: one read of the index, no process.

    A file of the store that the index does not know, such as the earlier tool's, counts as one until it is read.
    """
    files = (key for key, path in _store_files(places) if path.endswith(".enc"))
    counts = {key[:-4]: 1 for key in files if not os.path.basename(key).startswith(".")}
    for key, backends in SecretIndex(places).read().items():
        held = [names for names in backends.values() if names]
        if held:
            counts[key] = len(held[-1])
    return counts


# ── the contract of a backend, and the encrypted files ──


class Backend:
    """One place that keeps secrets. Keys are session names, or `.trash/<entry>` for a removed session.

    Every method may raise CsError; a value that is absent is None. The caller holds the lock for changes.
    """

    name = ""
    lists = False  # whether it tells the names of secrets of which cs has neither a note nor a file

    def __init__(self, places: Places) -> None:
        self.places = places

    def obstacle(self) -> str:
        """Why this backend cannot be used here; "" when it can."""
        raise NotImplementedError

    def where(self) -> str:
        """Where it keeps things, for people."""
        raise NotImplementedError

    def known(self, key: str) -> dict[str, str]:
        """What the index says that it holds, for a backend that knows no dates, or cannot list."""
        return SecretIndex(self.places).names(key, self.name)

    def names(self, key: str) -> dict[str, str]:
        """The names that are stored, with their dates."""
        raise NotImplementedError

    def get(self, key: str, name: str) -> str | None:
        return self.get_all(key).get(name)

    def get_all(self, key: str) -> dict[str, str]:
        """All the values of a session, by name."""
        raise NotImplementedError

    def set_all(self, key: str, values: dict[str, str], dates: dict[str, str]) -> None:
        raise NotImplementedError

    def delete(self, key: str, name: str) -> bool:
        """Says whether there was one."""
        raise NotImplementedError

    def purge(self, key: str) -> None:
        """Deletes all that a session has."""
        raise NotImplementedError

    def copy(self, old: str, new: str) -> None:
        """Puts what one key has under another one, too; the index knows both."""
        raise NotImplementedError

    def is_same(self, old: str, new: str) -> bool:
        """Whether two keys, different in upper and lower case, are one here."""
        raise NotImplementedError


def parse_json_object(plain: bytes, what: str) -> dict[str, Any]:
    """The JSON object in what was decrypted. Raises SecretsUnreadable."""
    import json

    try:
        content = json.loads(plain)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise SecretsUnreadable(f"{what} was decrypted, but holds no secrets", _RESTORE_HINT)
    return content


def _parse_entries(plain: bytes, what: str, date: str) -> dict[str, dict[str, str]]:
    """The entries in a decrypted file; the earlier tool's has plain values, dated by the file itself."""
    entries = {}
    for name, entry in parse_json_object(plain, what).items():
        entries[name] = {"value": entry, "date": date} if isinstance(entry, str) else entry
        if not isinstance(entries[name], dict) or not isinstance(entries[name].get("value"), str):
            raise SecretsUnreadable(f"{what} holds something else than secrets", _RESTORE_HINT)
        entries[name].setdefault("date", date)
    return entries


class EncryptedFiles(Backend):
    """A file per session in ~/.cs-secrets, encrypted by age or openssl: the default where there is no keychain."""

    name = "encrypted"

    def obstacle(self) -> str:
        return "" if has_age() or find_program("openssl") else "neither age nor openssl is installed"

    def where(self) -> str:
        tool = "age, to the key in age.key"
        if not has_age():
            key = PASSWORD_VARIABLE if password_in_use() else "the key in store.key"
            tool = f"openssl, AES-256 and HMAC-SHA-256, by {key}"
        return f"{self.places.shorten(self.places.secrets)}, encrypted with {tool}"

    def path(self, key: str) -> str:
        return os.path.join(self.places.secrets, *(key + ".enc").split("/"))

    def names(self, key: str) -> dict[str, str]:
        return {name: entry["date"] for name, entry in self._read(key)[0].items()}

    def get_all(self, key: str) -> dict[str, str]:
        return {name: entry["value"] for name, entry in self._read(key)[0].items()}

    def set_all(self, key: str, values: dict[str, str], dates: dict[str, str]) -> None:
        entries, before = self._read(key)
        entries.update({name: {"value": value, "date": dates[name]} for name, value in values.items()})
        self._write(key, entries, before)

    def delete(self, key: str, name: str) -> bool:
        entries, before = self._read(key)
        if entries.pop(name, None) is None:
            return False
        self._write(key, entries, before)
        return True

    def purge(self, key: str) -> None:
        """Removes the file, also one that cannot be read."""
        remove_file(self.path(key))
        remove_file(self.path(key) + ".bak")

    def copy(self, old: str, new: str) -> None:
        make_private_directory(os.path.dirname(self.path(new)))
        for end in ("", ".bak"):
            source, target = self.path(old) + end, self.path(new) + end
            data = read_bytes(source)
            if data is not None and self.is_same(old, new):
                os.replace(source, target)
            elif data is not None:
                write_atomically(target, data, 0o600)
                os.utime(target, (os.path.getatime(source), os.path.getmtime(source)))

    def is_same(self, old: str, new: str) -> bool:
        paths = self.path(old), self.path(new)
        return all(map(os.path.exists, paths)) and os.path.samefile(*paths)

    def unreadable(self) -> Iterator[tuple[str, str, CsError]]:
        """The key, the path and the error of each of its files that cannot be opened."""
        for name, path in sorted(_store_files(self.places)):
            key, end = os.path.splitext(name)
            try:
                if end == ".enc":
                    self._read(key)
            except CsError as error:
                yield key, path, error

    def _read(self, key: str) -> tuple[dict[str, dict[str, str]], bytes]:
        """The entries of a session by name ({"value": …, "date": …}), and the file's content as it is."""
        path = self.path(key)
        what = self.places.shorten(path)
        try:
            data = read_bytes(path)
            if data is None:
                return {}, b""
            make_private_file(path)
            modified = os.stat(path).st_mtime
        except OSError as error:
            raise SecretsUnreadable(f"{what} cannot be read: {error.strerror}") from error
        return _parse_entries(_unseal(self.places, data, what), what, iso_time(modified)), data

    def _write(self, key: str, entries: dict[str, dict[str, str]], before: bytes) -> None:
        """Replaces a session's file; one of the earlier tool's is kept as `.bak`."""
        import json

        path = self.path(key)
        make_private_directory(os.path.dirname(path))
        if before.startswith(_OPENSSL_FILES):
            write_atomically(path + ".bak", before, 0o600)
        if entries:
            write_atomically(path, _seal(self.places, json.dumps(entries).encode(), before), 0o600)
        else:
            remove_file(path)


# ── the keychains of desktops ──

_PIECES = "cs-pieces:"


def _service(key: str, name: str) -> str:
    return f"cs:{key}:{name}"


def _is_piece(name: str) -> bool:
    """Whether a name in a keychain is that of a part of a long value.

    >>> _is_piece("TOKEN:0a1b2c3d:12"), _is_piece("TOKEN")
    (True, False)
    """
    parts = name.split(":")
    return len(parts) > 2 and len(parts[-2]) == 8 and parts[-1].isdigit()


def _parse_head(service: str, head: str) -> tuple[list[str], str]:
    """The service names of a long value's pieces, and its digest, as its item tells them; none for a short value."""
    if not head.startswith(_PIECES):
        return [], ""
    parts = head[len(_PIECES) :].split(":")
    if len(parts) != 3 or not parts[1].isdigit() or int(parts[1]) > SECRET_LIMIT:
        raise SecretsUnreadable("an item of the keychain is damaged: it names no pieces")
    return [f"{service}:{parts[0]}:{number}" for number in range(int(parts[1]))], parts[2]


class Keychain(Backend):
    """A store of small items, each under the service name `cs:<session>:<name>`.

    A value that is too long for one item is spread over several, `cs:<session>:<name>:<series>:<number>`,
    and the item itself names the series and the digest of the whole. A new series is complete before the
    item points to it, so that a kill leaves the old or the new value.
    """

    lists = True
    ignores_case = False  # whether items whose names differ by case only are the same
    item_limit = 1000  # bytes of UTF-8 in a value that is stored as it is
    piece_length = 3000  # characters of base64

    def item(self, service: str) -> str | None:
        """What is stored under a service name; None when there is nothing."""
        raise NotImplementedError

    def items(self, services: list[str]) -> list[str]:
        """What is stored under several service names; shorter than the list when something is missing."""
        return [text for text in map(self.item, services) if text is not None]

    def put_items(self, key: str, items: list[tuple[str, str]]) -> None:
        """Stores texts under service names, replacing what is there."""
        raise NotImplementedError

    def drop_item(self, service: str) -> None:
        """Deletes what is stored under a service name; nothing happens when there is nothing."""
        raise NotImplementedError

    def drop_items(self, services: list[str]) -> None:
        for service in services:
            self.drop_item(service)

    def services(self, key: str) -> Iterable[str]:
        """The service names that are stored: those of a session at least."""
        raise NotImplementedError

    def names(self, key: str) -> dict[str, str]:
        known, start = self.known(key), _service(key, "")
        stored = [service[len(start) :] for service in self.services(key) if service.startswith(start)]
        return {name: known.get(name, "") for name in stored if not _is_piece(name)}

    def get(self, key: str, name: str) -> str | None:
        import base64
        import hashlib

        service = _service(key, name)
        head = self.item(service)
        if head is None or not head.startswith(_PIECES):
            return head
        services, digest = _parse_head(service, head)
        pieces = self.items(services)
        data = base64.b64decode("".join(pieces).encode("ascii", "replace") + b"===")
        if len(pieces) != len(services) or hashlib.sha256(data).hexdigest() != digest:
            raise SecretsUnreadable(f"'{name}' is incomplete in {self.name}: parts of its value are missing")
        return data.decode("utf-8")

    def get_all(self, key: str) -> dict[str, str]:
        found = ((name, self.get(key, name)) for name in self.names(key))
        return {name: value for name, value in found if value is not None}

    def set_all(self, key: str, values: dict[str, str], dates: dict[str, str]) -> None:
        for name, value in values.items():
            service = _service(key, name)
            before = self.item(service) or ""
            if len(value.encode("utf-8")) <= self.item_limit and not value.startswith(_PIECES):
                self.put_items(key, [(service, value)])
            else:
                self._put_pieces(key, service, value.encode("utf-8"))
            self._drop_pieces(service, before)

    def _put_pieces(self, key: str, service: str, data: bytes) -> None:
        import base64
        import hashlib

        text, length, series = base64.b64encode(data).decode(), self.piece_length, os.urandom(4).hex()
        pieces = [text[start : start + length] for start in range(0, len(text), length)]
        head = f"{_PIECES}{series}:{len(pieces)}:{hashlib.sha256(data).hexdigest()}"
        self.put_items(key, list(zip(_parse_head(service, head)[0], pieces)))
        self.put_items(key, [(service, head)])

    def _drop_pieces(self, service: str, head: str) -> None:
        pieces, _ = _parse_head(service, head)
        if pieces:
            self.drop_items(pieces)

    def delete(self, key: str, name: str) -> bool:
        service = _service(key, name)
        head = self.item(service)
        if head is None:
            return False
        self.drop_item(service)
        self._drop_pieces(service, head)
        return True

    def purge(self, key: str) -> None:
        for name in self.names(key):
            self.delete(key, name)

    def copy(self, old: str, new: str) -> None:
        """Copies every value, and reads each back."""
        values = self.get_all(old)
        self.set_all(new, values, {})
        for name, value in values.items():
            if self.get(new, name) != value:
                raise CsError(f"'{name}' could not be read back from {self.name}", "nothing was deleted")

    def is_same(self, old: str, new: str) -> bool:
        return self.ignores_case and old.lower() == new.lower()


def _keychain_text(printed: bytes) -> str:
    r"""The text of a blob as `security` prints it: in quotes, or as hexadecimal followed by a rendering.

    >>> _keychain_text(b'"it"s"'), _keychain_text(b'0x68C3A90A  "h\\303\\251\\012"')
    ('it"s', 'hé\n')
    """
    if printed.startswith(b"0x"):
        return bytes.fromhex(printed[2:].split(b" ")[0].decode("ascii", "replace")).decode("utf-8", "replace")
    return printed.strip()[1:-1].decode("utf-8", "replace")


def _quote_for_security(word: str) -> str:
    """A word for the command language of `security -i`: double quotes, with a backslash before " and \\ ."""
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _without_values(answer: Result) -> str:
    """What `security` complained about, without any line that could repeat a value."""
    lines = answer.err.decode("utf-8", "replace").splitlines()
    said = [
        line for line in lines if line.startswith(("security: ", "SecKeychain", "add-generic-password: returned"))
    ]
    return " ".join(said)[:300] or f"exit status {answer.status}"


class MacKeychain(Keychain):
    """The login keychain of macOS, through `security`. Values go to its stdin (`security -i`), as hexadecimal."""

    name = "keychain"
    piece_length = 1500  # twice as many hexadecimal digits fit into a line of `security -i`
    NOT_FOUND = 44  # errSecItemNotFound, as an exit status

    def obstacle(self) -> str:
        if not find_program("security"):
            return "there is no `security` program, which macOS has"
        answer = run(["security", "default-keychain"], check=False, timeout=20)
        return "" if answer.status == 0 else f"no keychain answers ({answer.complaint})"

    def where(self) -> str:
        path = run(["security", "default-keychain"], check=False, timeout=20).text.strip().strip('"')
        return f"the keychain {self.places.shorten(path)}"

    def item(self, service: str) -> str | None:
        answer = run(["security", "find-generic-password", "-s", service, "-g"], check=False, timeout=60)
        if answer.status == self.NOT_FOUND:
            return None
        found = self._passwords(answer) if answer.status == 0 else []
        if not found:
            raise CsError(
                f"security: {_without_values(answer)}", "is the keychain locked? security unlock-keychain"
            )
        return found[0]

    def items(self, services: list[str]) -> list[str]:
        commands = [["find-generic-password", "-s", service, "-g"] for service in services]
        return self._passwords(self._interactive(commands))

    def _passwords(self, answer: Result) -> list[str]:
        mark = b"password: "
        return [_keychain_text(line[len(mark) :]) for line in answer.err.split(b"\n") if line.startswith(mark)]

    def put_items(self, key: str, items: list[tuple[str, str]]) -> None:
        """Stores all at once; as `security -i` hides failures, all is read back."""
        import getpass

        words = ["add-generic-password", "-U", "-a", getpass.getuser(), "-s"]
        answer = self._interactive([[*words, service, "-X", text.encode("utf-8").hex()] for service, text in items])
        if self.items([service for service, _ in items]) != [text for _, text in items]:
            raise CsError(f"security did not store the value: {_without_values(answer)}")

    def drop_item(self, service: str) -> None:
        answer = run(["security", "delete-generic-password", "-s", service], check=False, timeout=60)
        if answer.status not in (0, self.NOT_FOUND):
            raise CsError(f"security: {_without_values(answer)}")

    def drop_items(self, services: list[str]) -> None:
        self._interactive([["delete-generic-password", "-s", service] for service in services])

    def _interactive(self, commands: list[list[str]]) -> Result:
        """Many commands in one process. The lines of `security -i` may have 4,096 characters."""
        lines = [" ".join(map(_quote_for_security, words)) + "\n" for words in commands]
        return run(["security", "-i"], stdin="".join(lines).encode(), check=False, timeout=60)

    def services(self, key: str) -> Iterable[str]:
        listing = run(["security", "dump-keychain"], timeout=60).out
        mark = b'"svce"<blob>='
        found = [line.partition(mark)[2] for line in listing.split(b"\n") if line.strip().startswith(mark)]
        return {_keychain_text(text) for text in found if text.startswith((b'"', b"0x"))}


def _credential_type() -> Any:
    """The structure CREDENTIALW. Source: wincred.h."""
    import ctypes

    class Credential(ctypes.Structure):
        _fields_ = (
            ("flags", ctypes.c_uint32),
            ("type", ctypes.c_uint32),
            ("target_name", ctypes.c_wchar_p),
            ("comment", ctypes.c_wchar_p),
            ("last_written", ctypes.c_uint32 * 2),
            ("blob_size", ctypes.c_uint32),
            ("blob", ctypes.c_void_p),
            ("persist", ctypes.c_uint32),
            ("attribute_count", ctypes.c_uint32),
            ("attributes", ctypes.c_void_p),
            ("target_alias", ctypes.c_wchar_p),
            ("user_name", ctypes.c_wchar_p),
        )

    return Credential


class CredentialManager(Keychain):
    """Windows Credential Manager, through the Win32 credential API; target names do not know upper from lower case.

    Values are UTF-16, as cmdkey and Windows itself store passwords. Source: wincred.h.
    """

    name = "credential"
    ignores_case = True
    item_limit = 1200
    piece_length = 1200  # a blob has at most 5 * 512 bytes
    GENERIC, LOCAL_MACHINE, NOT_FOUND = 1, 2, 1168

    def obstacle(self) -> str:
        if os.name == "nt":  # elsewhere ctypes is not even imported
            import ctypes

            if hasattr(ctypes, "WinDLL"):
                return ""
        return "this is not Windows"

    def where(self) -> str:
        return "the Windows Credential Manager, as generic credentials cs:<session>:<name>"

    def item(self, service: str) -> str | None:
        import ctypes

        found = ctypes.POINTER(_credential_type())()
        if not self._library().CredReadW(service, self.GENERIC, 0, ctypes.byref(found)):
            self._check_not_found("read")
            return None
        try:
            blob = ctypes.string_at(found.contents.blob, found.contents.blob_size)
        finally:
            self._library().CredFree(found)
        return blob.decode("utf-16-le", "replace")

    def put_items(self, key: str, items: list[tuple[str, str]]) -> None:
        import ctypes

        self._refuse_other_case(key, [service for service, _ in items])
        make_credential = _credential_type()
        for service, text in items:
            data = text.encode("utf-16-le")
            blob = ctypes.create_string_buffer(data, len(data))
            credential = make_credential()
            credential.type = self.GENERIC
            credential.target_name = service
            credential.user_name = "cs"
            credential.persist = self.LOCAL_MACHINE
            credential.blob_size = len(data)
            credential.blob = ctypes.cast(blob, ctypes.c_void_p)
            if not self._library().CredWriteW(ctypes.byref(credential), 0):
                raise CsError(f"the Credential Manager did not store the value (error {self._error()})")

    def _refuse_other_case(self, key: str, services: list[str]) -> None:
        start = _service(key, "")
        stored = {other.lower(): other for other in self.services(key) if other.startswith(start)}
        for service in services:
            other = stored.get(service.lower(), service)
            if other != service:
                name, other = service[len(start) :], other[len(start) :]
                raise CsError(f"there is a secret '{other}', and Windows does not tell it from '{name}'")

    def drop_item(self, service: str) -> None:
        if not self._library().CredDeleteW(service, self.GENERIC, 0):
            self._check_not_found("delete")

    def services(self, key: str) -> Iterable[str]:
        import ctypes

        count = ctypes.c_uint32()
        found = ctypes.POINTER(ctypes.POINTER(_credential_type()))()
        if not self._library().CredEnumerateW(_service(key, "*"), 0, ctypes.byref(count), ctypes.byref(found)):
            self._check_not_found("list")
            return []
        try:
            return [str(found[number].contents.target_name) for number in range(count.value)]
        finally:
            self._library().CredFree(found)

    def _library(self) -> Any:
        import ctypes

        return ctypes.WinDLL("advapi32", use_last_error=True)  # type: ignore[attr-defined,unused-ignore]

    def _error(self) -> int:
        import ctypes

        return int(ctypes.get_last_error())  # type: ignore[attr-defined,unused-ignore]

    def _check_not_found(self, deed: str) -> None:
        if self._error() != self.NOT_FOUND:
            raise CsError(f"the Credential Manager could not {deed} an entry (error {self._error()})")


KEYRING_PATIENCE = 30  # seconds, in which a person can type the password that unlocks it


class SecretService(Keychain):
    """The keyring of a Linux desktop, through `secret-tool`; values go through its stdin and stdout."""

    name = "secret-service"
    item_limit = 4000  # secret-tool takes 8,192 bytes, and stores the first ones of more
    piece_length = 8000

    def obstacle(self) -> str:
        if not find_program("secret-tool"):
            return "secret-tool is not installed"
        bus = os.path.join(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent", "bus")
        if not os.environ.get("DBUS_SESSION_BUS_ADDRESS") and not os.path.exists(bus):
            return "there is no session bus"
        try:
            answer = self._tool("lookup", "application", "cs", "service", "cs:")
        except CsError as error:
            return str(error)
        return f"no keyring answers on the session bus ({answer.complaint})" if answer.err else ""

    def where(self) -> str:
        return "the desktop's keyring, by secret-tool, as items cs:<session>:<name>"

    def item(self, service: str) -> str | None:
        answer = self._tool("lookup", "application", "cs", "service", service)
        if answer.status == 0:
            return answer.out.decode("utf-8", "replace")
        if answer.err:
            raise CsError(f"secret-tool could not read the keyring: {answer.complaint}")
        return None

    def put_items(self, key: str, items: list[tuple[str, str]]) -> None:
        for service, text in items:
            words = ["--label=" + service, "application", "cs", "service", service, "session", key]
            answer = self._tool("store", *words, stdin=text.encode("utf-8"))
            if answer.status != 0 or answer.err:
                raise CsError(f"secret-tool could not store the value: {answer.complaint}")

    def drop_item(self, service: str) -> None:
        answer = self._tool("clear", "application", "cs", "service", service)
        if answer.err:
            raise CsError(f"secret-tool could not delete from the keyring: {answer.complaint}")

    def services(self, key: str) -> Iterable[str]:
        """secret-tool prints attributes to stderr, apart from the values, which could look like some."""
        answer = self._tool("search", "--all", "application", "cs", "session", key)
        mark = "attribute.service = "
        lines = answer.err.decode("utf-8", "replace").splitlines()
        found = {line[len(mark) :] for line in lines if line.startswith(mark)}
        if answer.err and not found:
            raise CsError(f"secret-tool could not list the keyring: {answer.complaint}")
        return found

    def _tool(self, *words: str, stdin: bytes = b"") -> Result:
        try:
            return run(["secret-tool", *words], None, {"LC_ALL": "C.UTF-8"}, stdin, KEYRING_PATIENCE, check=False)
        except ProcessError as error:
            raise CsError("the keyring gave no answer; it may be locked", "unlock it on the desktop") from error


class KeyringPackage(Keychain):
    """Whatever keychain the Python package `keyring` finds. It cannot list: the index tells the names."""

    name = "keyring"
    lists = False
    ignores_case = os.name == "nt"
    item_limit = 1000 if os.name == "nt" else 2 * SECRET_LIMIT  # what its keychain for Windows takes
    piece_length = 1000
    ACCOUNT = "cs"

    def obstacle(self) -> str:
        try:
            chosen = self._package().get_keyring()
            is_real = not type(chosen).__module__.endswith((".fail", ".null")) and chosen.priority > 0
        except ImportError:
            return f"the package keyring is not installed for {sys.executable}"
        except Exception as error:  # whatever a third party's plug-in raises
            return f"the package keyring does not work ({type(error).__name__})"
        return "" if is_real else "the package keyring has found no keychain"

    def where(self) -> str:
        chosen = self._package().get_keyring()
        return f"the Python package keyring, in {type(chosen).__module__}.{type(chosen).__qualname__}"

    def item(self, service: str) -> str | None:
        found = self._ask("get_password", service, self.ACCOUNT)
        return None if found is None else str(found)

    def put_items(self, key: str, items: list[tuple[str, str]]) -> None:
        for service, text in items:
            self._ask("set_password", service, self.ACCOUNT, text)

    def drop_item(self, service: str) -> None:
        if self.item(service) is not None:
            self._ask("delete_password", service, self.ACCOUNT)

    def names(self, key: str) -> dict[str, str]:
        return {name: date for name, date in self.known(key).items() if self.item(_service(key, name)) is not None}

    def _ask(self, deed: str, *words: str) -> Any:
        try:
            return getattr(self._package(), deed)(*words)
        except Exception as error:  # whatever a third party's plug-in raises
            said = "" if any(word in str(error) for word in words[2:]) else f": {error}"
            raise CsError(f"the package keyring failed in {deed.replace('_', ' ')} ({type(error).__name__}{said})")

    @staticmethod
    def _package() -> Any:
        """The package; cs runs without site-packages (-I -S), which are brought back for it."""
        if "keyring" not in sys.modules and sys.flags.no_site:
            import site

            site.main()
            site.addsitedir(site.getusersitepackages())
        import importlib

        return importlib.import_module("keyring")


# ── names of secrets in an environment ──

# Names that would change how programs run, or that a shell sets by itself: a synced file must not reach them.
_REFUSED_VARIABLES = """
    ARGC AWS_CA_BUNDLE BASH BASHOPTS BASHPID BASH_ENV BAUD BROWSER CDPATH CLASSPATH CLAUDE_CODE_BIN
    CLAUDE_CONFIG_DIR COLUMNS COMP_WORDBREAKS CS_INSTALL_DIR CS_NERD_FONTS CS_NO_MOUSE CS_NO_UPDATE_CHECK
    CS_PYTHON CS_RELEASES_URL CS_RUN CS_SECRETS_BACKEND CS_SECRETS_PASSWORD CS_SESSIONS_ROOT CS_SYNC_PREFIX
    CS_TERM_THEME CURL_CA_BUNDLE DIRSTACK DISPLAY EDITOR EGID ENV EPOCHREALTIME EPOCHSECONDS EUID FCEDIT FIGNORE
    FPATH FUNCNEST GCONV_PATH GID GIT_ASKPASS GIT_EDITOR GIT_EXEC_PATH GIT_EXTERNAL_DIFF GIT_PAGER
    GIT_PROXY_COMMAND GIT_SEQUENCE_EDITOR GIT_SSH GIT_SSH_COMMAND GIT_TEMPLATE_DIR GLIBC_TUNABLES GLOBIGNORE
    GNUMAKEFLAGS GOFLAGS GROUPS HISTCHARS HISTCMD HISTFILE HISTFILESIZE HISTSIZE HOME HOST HOSTALIASES HOSTNAME
    HOSTTYPE IFS INPUTRC JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS KEYBOARD_HACK KEYTIMEOUT LANG LC_ADDRESS LC_ALL
    LC_COLLATE LC_CTYPE LC_IDENTIFICATION LC_MEASUREMENT LC_MESSAGES LC_MONETARY LC_NAME LC_NUMERIC LC_PAPER
    LC_TELEPHONE LC_TIME LD_ASSUME_KERNEL LD_CONFIG LD_DYNAMIC_WEAK LD_FLAGS LD_HWCAP_MASK LD_LOADFLTR
    LD_NOVERSION LD_OPTIONS LD_ORIGIN_PATH LD_POINTER_GUARD LD_PREFER_MAP_32BIT_EXEC LD_RUN_PATH LD_SHOW_AUXV
    LD_USE_LOAD_BIAS LD_UTRACE LD_VERBOSE LD_WARN LESS LESSCLOSE LESSOPEN LINENO LINES LISTMAX LOCALDOMAIN
    LOCPATH LOGNAME MACHTYPE MAIL MAILCHECK MAILPATH MAKEFLAGS MANPAGER MANPATH MODULE_PATH NIX_PATH NLSPATH
    NODE_EXTRA_CA_CERTS NODE_OPTIONS NODE_PATH NULLCMD OLDPWD OPENSSL_CONF OPENSSL_MODULES OPTARG OPTERR OPTIND
    OSTYPE PAGER PATH PATHEXT PIPESTATUS POSIXLY_CORRECT POSTEDIT PPID PROMPT PROMPT2 PROMPT3 PROMPT4
    PROMPT_COMMAND PS0 PS1 PS2 PS3 PS4 PSMODULEPATH PSVAR PWD PYTHON_BASIC_REPL PYTHON_COLORS
    PYTHON_CONTEXT_AWARE_WARNINGS PYTHON_CPU_COUNT PYTHON_DISABLE_REMOTE_DEBUG PYTHON_FROZEN_MODULES PYTHON_GIL
    PYTHON_HISTORY PYTHON_JIT PYTHON_PERF_JIT_SUPPORT PYTHON_PRESITE PYTHON_THREAD_INHERIT_CONTEXT PYTHON_TLBC
    RANDOM READNULLCMD REPLY REQUESTS_CA_BUNDLE RES_OPTIONS RPROMPT RPROMPT2 RPS1 RPS2 RUBYLIB RUBYOPT
    RUSTC_WORKSPACE_WRAPPER RUSTC_WRAPPER SAVEHIST SECONDS SHELL SHELLOPTS SHLVL SPROMPT SRANDOM SSH_ASKPASS
    SSH_AUTH_SOCK SSL_CERT_DIR SSL_CERT_FILE SUDO_ASKPASS TERM TERMCAP TERMINFO TIMEFMT TIMEFORMAT TMOUT TMPDIR
    TMPPREFIX TRY_BLOCK_ERROR TRY_BLOCK_INTERRUPT TTY TTYIDLE TZ TZDIR UID USER USERNAME VENDOR VISUAL WATCH
    WATCHFMT WORDCHARS XDG_CONFIG_DIRS XDG_CONFIG_HOME XDG_DATA_DIRS XDG_DATA_HOME XDG_RUNTIME_DIR ZDOTDIR
    _JAVA_OPTIONS _
"""
# of ld.so(8) and its like those that are there, and no others: LD_SDK_KEY is somebody's secret
_REFUSED_PREFIXES = (
    *("LD_32_", "LD_64_", "LD_AUDIT", "LD_BIND_N", "LD_DEBUG", "LD_ELF_HINTS_PATH", "LD_LIBMAP"),
    *("LD_LIBRARY_PATH", "LD_PRELOAD", "LD_PROFILE", "LD_TRACE_"),
    *("BASH_", "CLAUDE_SESSION_", "DYLD_", "GIT_CONFIG", "MALLOC_", "PERL5", "ZLE_", "ZSH_", "_RLD"),
)


def variable_name(name: str) -> str:
    """The name of a secret as an environment variable.

    >>> variable_name("db.password"), variable_name("2fa-seed")
    ('DB_PASSWORD', '_2FA_SEED')
    """
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in name).upper()
    return "_" + plain if plain[:1].isdigit() else plain


def is_refused_variable(variable: str) -> bool:
    """Whether a variable of that name would change how programs run, or is a shell's own.

    >>> [is_refused_variable(v) for v in ("PATH", "LD_PRELOAD", "PYTHONPATH", "LD_SDK_KEY", "PYTHONANYWHERE_TOKEN")]
    [True, True, True, False, False]
    """
    refused = (*_REFUSED_VARIABLES.split(), *PROTOCOL_VARIABLES, *GIT_STATE_VARIABLES)
    is_pythons = variable.startswith("PYTHON") and "_" not in variable  # python(1); there are more in each version
    is_refused = variable in refused or is_pythons or variable.startswith(_REFUSED_PREFIXES)
    return is_refused or not variable.strip("_")


def unused_secret_name(name: str, variables: Container[str]) -> str:
    """A name for a secret that was found somewhere, as near to its name there as can be.

    As a variable it is neither refused nor one of those that the names in use are already.

    >>> unused_secret_name("db password", ["DB_PASSWORD"]), unused_secret_name("GIT_CONFIG_KEY_0", [])
    ('db_password_2', 'SECRET_GIT_CONFIG_KEY_0')
    """
    plain = "".join(c if c in _SECRET_NAME_REST else "_" for c in name)[: SECRET_NAME_LIMIT - 16].lstrip(".-/@+")
    if is_refused_variable(variable_name(plain)):
        plain = "SECRET_" + plain
    variable = variable_name(plain)
    return plain + first_free(variable, variables)[len(variable) :]


# ── the store ──


def _moment_of(date: str) -> float:
    """The seconds since the epoch of an ISO date; 0 for none."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(date).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


BACKENDS: dict[str, type[Backend]] = {  # in the order of preference
    kind.name: kind for kind in (MacKeychain, CredentialManager, SecretService, KeyringPackage, EncryptedFiles)
}


class NoBackend(CsError):
    """Nothing on this machine can keep secrets."""


class SecretStore:
    """All secrets of all sessions, whatever keeps them; CS_SECRETS_BACKEND forces a backend."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.index = SecretIndex(places)
        self.forced = os.environ.get(BACKEND_VARIABLE, "")
        self._made: dict[str, Backend] = {}
        self._obstacles: dict[str, str] = {}

    def obstacle(self, name: str) -> str:
        """Why a backend cannot be used here, which is found out once; "" when it can."""
        if name not in self._obstacles:
            self._made[name] = BACKENDS[name](self.places)
            self._obstacles[name] = self._made[name].obstacle()
        return self._obstacles[name]

    def backend(self, name: str) -> Backend:
        """The backend of that name, which must be usable here."""
        if name not in BACKENDS:
            raise CsError(f"there is no secrets backend '{name}'", "there are " + ", ".join(BACKENDS))
        if self.obstacle(name):
            raise CsError(f"the secrets backend '{name}' cannot be used here: {self.obstacle(name)}")
        return self._made[name]

    def choose(self, key: str) -> tuple[str, str]:
        """The backend in use for a session, and why: told to, holds its secrets already, or the first usable."""
        if self.forced:
            return self.forced, f"{BACKEND_VARIABLE} says so"
        holders = self.holders(key)
        if holders:
            return holders[-1], f"it holds the secrets of '{key}'"
        for name in BACKENDS:
            if not self.obstacle(name):
                return name, "it is the first that can be used here"
        raise NoBackend("no secrets backend can be used here", *(f"{n}: {self.obstacle(n)}" for n in BACKENDS))

    def _in_use(self, key: str) -> Backend:
        return self.backend(self.choose(key)[0])

    def holders(self, key: str) -> list[str]:
        """The backends that hold secrets of a session, as far as can be told without asking one."""
        found = [name for name, names in self.index.read().get(key, {}).items() if names]
        if EncryptedFiles.name not in found and key + ".enc" in (file for file, _ in _store_files(self.places)):
            return [EncryptedFiles.name, *found]  # os.path.exists() would not tell `Api` from `api` everywhere
        return found

    def all_holders(self, key: str) -> list[str]:
        """Like holders(), but about a session that nobody knows the first keychain that can list is asked."""
        if self.forced:
            self.backend(self.forced)
        holders = self.holders(key)
        if holders or key in self.index.read():
            return holders
        keychains = [self.forced] if self.forced else BACKENDS
        asked = next((name for name in keychains if BACKENDS[name].lists and not self.obstacle(name)), "")
        found = self.backend(asked).names(key) if asked else {}
        if asked or os.path.isdir(self.places.secrets):
            with self._lock():
                # next time nobody has to look
                self.index.note(key, asked or EncryptedFiles.name, found, whole=True)
        return self.holders(key)

    def names(self, key: str) -> dict[str, str]:
        """The names of a session's secrets with the ISO dates of their last change; the index is put right."""
        backend = self._in_use(key)
        names = backend.names(key)
        if names != backend.known(key):
            with self._lock():
                self.index.note(key, backend.name, backend.names(key), whole=True)
        return dict(sorted(names.items()))

    def get(self, key: str, name: str) -> str | None:
        """The value of a secret; None when there is none of that name."""
        return self._in_use(key).get(key, name)

    def get_all(self, key: str) -> dict[str, str]:
        """All values of a session by name, sorted."""
        return dict(sorted(self._in_use(key).get_all(key).items()))

    def held(self, key: str) -> dict[str, str]:
        """Like get_all(), but asks no backend about a session of which none is known to hold any."""
        return self.get_all(key) if self.holders(key) else {}

    def set(self, key: str, name: str, value: str) -> None:
        """Stores a secret."""
        self.set_all(key, {name: value})

    def set_all(self, key: str, values: dict[str, str]) -> None:
        """Stores several secrets under one lock."""
        with self._lock():
            self._set_all(key, values)

    def _set_all(self, key: str, values: dict[str, str]) -> None:
        """The index names them first, so that a kill in between leaves no unknown value."""
        backend = self._in_use(key)
        known = backend.known(key)
        for name, value in values.items():
            fault = _value_fault(value)
            if fault:
                raise CsError(f"the value of '{name}' {fault}")
            if name not in known:
                check_secret_name(name)
        dates = dict.fromkeys(values, iso_time(time.time()))
        self.index.note(key, backend.name, dates)
        backend.set_all(key, values, dates)

    def keep(self, key: str, findings: list[Finding], patience: float = 60.0) -> list[str]:
        """Stores what was found in a text, names each finding as the store does, and returns the new names.

        Never replaces another value: a value that is stored already keeps its name, and a name that has
        another value gets a suffix. Raises Busy when the store is not free in time (seconds).
        """
        new: dict[str, str] = {}
        with self._lock(patience):
            stored = self.get_all(key)
            names = {value: name for name, value in stored.items()}
            variables = set(map(variable_name, stored))
            for finding in findings:
                if finding.value not in names:
                    name = names[finding.value] = unused_secret_name(finding.name, variables)
                    variables.add(variable_name(name))
                    new[name] = finding.value
            if new:
                self._set_all(key, new)
        for finding in findings:
            finding.name = names[finding.value]
        return list(new)

    def delete(self, key: str, name: str) -> bool:
        """Deletes a secret wherever the session has it; says whether there was one."""
        chosen = self._in_use(key)
        held = [backend for backend in map(self.backend, self.holders(key)) if name in backend.known(key)]
        others = [backend for backend in held if backend is not chosen]
        if not others and chosen.get(key, name) is None:
            return False
        found = False
        with self._lock():
            for each in [*others, chosen]:
                found = each.delete(key, name) or found
                self.index.note(key, each.name, {name: None})
        return found

    def migrate(self, key: str, target: str, source: str, delete_source: bool) -> tuple[str, list[str]]:
        """Copies a session's secrets to another backend and reads each value back before a source is deleted.

        What has been changed in the target since an earlier copy stays as it is there. Returns where they were and
        the names. The target is in use from then on.
        """
        self.backend(target)
        source = source or next((name for name in reversed(self.all_holders(key)) if name != target), "")
        if not source or source == target:
            raise CsError(f"session '{key}' has no secrets outside of {target}")
        old, new = self.backend(source), self.backend(target)
        with self._lock():
            dates, values = old.names(key), old.get_all(key)
            there = new.names(key) if target in self.holders(key) else {}
            order = target if self.holders(key)[-1:] == [target] else ""  # of what was changed in the same second
            older = {
                name
                for name in values
                if name in there and (_moment_of(there[name]), order) > (_moment_of(dates[name]), "")
            }
            copied = {name: value for name, value in values.items() if name not in older}
            self.index.note(key, target, {**there, **{name: dates[name] for name in copied}})
            new.set_all(key, copied, dates)
            stored = new.get_all(key)
            is_whole = set(values) == set(dates) and older.issubset(stored)
            if not is_whole or any(stored.get(name) != value for name, value in copied.items()):
                raise CsError(f"{target} does not give back every value", f"nothing was deleted from {source}")
            if delete_source:
                old.purge(key)
                self.index.note(key, source, {}, whole=True)
        return source, sorted(values)

    def purge(self, key: str) -> None:
        """Deletes all secrets of a session, in every backend that holds some."""
        holders = self.all_holders(key)
        if not holders:
            return
        with self._lock():
            for name in holders:
                self.backend(name).purge(key)
            self.index.forget(key)

    def move_session(self, old: str, new: str, deed: Callable[[], object] = lambda: None) -> None:
        """Gives a session's secrets another key: a rename, a removal to `.trash/<entry>`, a restore.

        While `deed` moves what they belong to they are under both keys, and under the old one when it fails.
        """
        if not self.all_holders(old):
            deed()
            return
        with self._lock():
            holders = self.holders(old)
            if self.holders(new):
                raise CsError(
                    f"the store still has secrets of an earlier session '{new}'",
                    f"cs -secrets purge --session {new} deletes them",
                )
            try:
                for name in holders:
                    self.index.note(new, name, self.index.names(old, name), whole=True)
                    self.backend(name).copy(old, new)
                deed()
            except BaseException:
                self._release(holders, new, old)
                raise
            self._release(holders, old, new)

    def _release(self, holders: list[str], key: str, other: str) -> None:
        """Takes the secrets off a key, where that is not the other one in another spelling."""
        for backend in map(self.backend, holders):
            if not backend.is_same(key, other):
                backend.purge(key)
        self.index.forget(key)

    def settle(self, old: str, new: str) -> None:
        """Ends a move of which nobody knows how far it came: what belongs to `old` goes by `new`."""
        if self.holders(old) and self.holders(new):
            self.purge(old)
        else:
            self.move_session(old, new)

    def _lock(self, patience: float = 60.0) -> FileLock:
        make_private_directory(self.places.secrets)
        return FileLock(os.path.join(self.places.secrets, "lock"), patience)


def open_store(places: Places) -> SecretStore:
    """The store of all sessions' secrets; a backend that is forced must be usable."""
    store = SecretStore(places)
    if store.forced:
        store.backend(store.forced)
    return store


def stored_values(places: Places, session_name: str, asks: bool = True) -> list[tuple[str, str]]:
    """All names and values of a session, of whatever holds some; of two with one name the later counts.

    Costs two reads where the session has no secrets; without `asks` also when nobody knows of any. Raises
    CsError when a store that holds some cannot be read: then nobody can say what must be redacted.
    """
    store = SecretStore(places)
    holders = store.all_holders(session_name) if asks else store.holders(session_name)
    backends = [store.backend(name) for name in holders]
    return [item for backend in backends for item in backend.get_all(session_name).items()]


def known_values(places: Places, session_name: str, asks: bool = True) -> dict[str, str]:
    """Of stored_values() those that no commit may contain, of 8 characters or more, each with its name."""
    stored = stored_values(places, session_name, asks)
    return {value: name for name, value in stored if len(value) >= REDACTION_MINIMUM}


# ── plaintext secrets in artifacts ──

_MIGRATED_FILE_LIMIT = 5 * 1024 * 1024  # bytes


def artifact_files(session: Session) -> Iterator[str]:
    """The text files among a session's artifacts; links, large and binary files are left out."""
    for directory, folders, files in os.walk(session.artifacts):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(directory, name)
            if path == session.manifest or os.path.islink(path) or os.path.getsize(path) > _MIGRATED_FILE_LIMIT:
                continue
            if b"\0" not in (read_bytes(path, 8192) or b"\0"):
                yield path


def store_plaintext_secrets(store: SecretStore, session: Session, path: str, redacts: bool) -> list[str]:
    """Stores the secrets that stand in a file, and returns their names; then they may be redacted there."""
    text = (read_bytes(path) or b"").decode("utf-8", "surrogateescape")
    storable = []
    for finding in find_secrets(text, {value: name for name, value in store.get_all(session.name).items()}):
        fault = _value_fault(finding.value)
        if fault:
            warn(f"{session.document(path)}: the value of '{finding.name}' {fault}; it was left there")
        else:
            storable.append(finding)
    if storable:
        store.keep(session.name, storable)
    if redacts and storable:
        write_atomically(path, redact(text, storable))
    return sorted({finding.name for finding in storable})


# ── the environment of commands and shells ──


def _renaming_hint(name: str) -> str:
    return (
        f"cs -secrets get {name} | cs -secrets set OTHER_NAME, and cs -secrets rm {name}: then it has another name"
    )


def secret_environment(values: dict[str, str]) -> dict[str, str]:
    """Secrets as environment variables: all of them, or an error that names those that stand in the way."""
    by_variable: dict[str, list[str]] = {}
    for name in values:
        by_variable.setdefault(variable_name(name), []).append(name)
    refused = [name for variable, names in by_variable.items() if is_refused_variable(variable) for name in names]
    if refused:
        raise CsError(
            f"nothing was exported: {', '.join(refused)} would change how other programs run",
            _renaming_hint(refused[0]),
        )
    for variable, names in by_variable.items():
        if len(names) > 1:
            raise CsError(
                f"nothing was exported: {' and '.join(names)} would both be {variable}",
                _renaming_hint(names[-1]),
            )
    return {variable: values[names[0]] for variable, names in by_variable.items()}


def shell_line(variable: str, value: str) -> str:
    """A line that sets a variable in sh, bash, zsh, dash and ksh, whatever the value.

    >>> shell_line("A", "it's")
    "export A='it'\\\\''s'"
    """
    return f"export {variable}='" + value.replace("'", "'\\''") + "'"


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  11. Secrets on other machines
#  Files that carry a session's secrets: secrets.age, to the keys of those who may read it, and secrets.enc.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

# ── recipients: whose keys open secrets.age ──


def _public_keys(text: str) -> list[str]:
    """The keys in a recipients file, without comments.

    >>> _public_keys("# Bob\\nage1x\\nssh-ed25519 AAAA bob@work\\n")
    ['age1x', 'ssh-ed25519 AAAA']
    """
    lines = (line.strip() for line in text.splitlines())
    return [" ".join(line.split()[:2]) for line in lines if line and not line.startswith("#")]


def recipients(session: Session) -> dict[str, list[str]]:
    """The age and SSH public keys in .cs/age-recipients/, by the names of their files."""
    found = {}
    try:
        files = sorted(os.listdir(session.age_recipients))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    for file in files:
        if file.endswith(".pub") and not file.startswith("."):
            found[file[:-4]] = _public_keys(read_text(os.path.join(session.age_recipients, file), 1 << 16) or "")
    return found


def recipient_keys(session: Session) -> list[str]:
    """The public keys of all recipients."""
    return [key for each in recipients(session).values() for key in each]


def recipient_name(text: str) -> str:
    """The name of a recipient's file, as near to a text as can be.

    >>> recipient_name("bob@work"), recipient_name("…")
    ('bob-work', 'key')
    """
    return "".join(c if c in _NAME_REST else "-" for c in text).strip("-.")[:NAME_LIMIT] or "key"


def own_public_key(places: Places) -> str:
    """The public key of this machine's age identity, which is made when there is none."""
    _need_age()
    return run(["age-keygen", "-y", ensure_age_key(places)], environment={PASSWORD_VARIABLE: ""}).text.strip()


def check_public_key(key: str) -> None:
    """Asks age whether it can encrypt to a key. Raises CsError."""
    if "AGE-SECRET-KEY-" in key.upper() or "PRIVATE KEY" in key:
        raise CsError("that is a private key, not a public one; it was not stored", "show it to nobody")
    _encrypt_with_age(b"a test", "-r", key, failure="age does not accept that key")


def _write_recipient(session: Session, name: str, keys: list[str]) -> None:
    os.makedirs(session.age_recipients, exist_ok=True)
    path = os.path.join(session.age_recipients, name + ".pub")
    write_atomically(path, "".join(key + "\n" for key in keys), 0o644)


def _add_own_key(places: Places, session: Session) -> bool:
    """Makes this machine a recipient; False: it is one already."""
    present, key = recipients(session), own_public_key(places)
    if any(key in keys for keys in present.values()):
        return False
    _write_recipient(session, first_free(recipient_name(host_name()), present, "-"), [key])
    return True


def _note_recipients(session: Session) -> list[str]:
    """Notes whose keys this machine has encrypted to, and returns the names that were not among them before.

    Whoever can push to the repository can add a recipient; that must not go unnoticed.
    """
    path = os.path.join(session.local, "recipients")
    before = read_text(path)
    keys = "".join(sorted({key + "\n" for key in recipient_keys(session)}))
    if keys != before:
        os.makedirs(session.local, exist_ok=True)
        write_atomically(path, keys)
    known = (keys if before is None else before).split("\n")
    return [name for name, each in recipients(session).items() if not set(each).issubset(known)]


# ── files for other machines: secrets.age and secrets.enc ──


def _as_json(values: dict[str, str]) -> bytes:
    import json

    return json.dumps(dict(sorted(values.items())), indent=1).encode()


def encrypt_to(keys: list[str], values: dict[str, str]) -> bytes:
    """Secrets as an age file that the owners of some public keys can open."""
    options = [word for key in keys for word in ("-r", key)]
    return _encrypt_with_age(_as_json(values), *options, failure="age could not encrypt to the recipients")


def _write_secrets_file(path: str, values: dict[str, str], keys: list[str]) -> None:
    """Writes secrets to a file: `.enc` by password, any other by age."""
    sealed = encrypt_with_password(_as_json(values)) if path.endswith(".enc") else encrypt_to(keys, values)
    write_atomically(path, sealed, 0o600)


def read_secrets_file(places: Places, path: str) -> dict[str, str]:
    """The secrets in a file for other machines, by age or by openssl. Raises SecretsUnreadable."""
    what = places.shorten(path)
    try:
        data = read_bytes(path)
    except OSError as error:
        raise SecretsUnreadable(f"{what} cannot be read: {error.strerror}") from error
    if data is None:
        raise CsError(f"there is no file {what}")
    content = parse_json_object(_unseal(places, data, what), what)
    if not all(isinstance(value, str) for value in content.values()):
        raise SecretsUnreadable(f"{what} holds something else than secrets")
    return content


def merge_secrets(ours: dict[str, str], theirs: dict[str, str], before: dict[str, str]) -> dict[str, str]:
    """What two versions of the same secrets become: what one side has changed or deleted wins; of both, ours.

    >>> merge_secrets({"A": "1", "B": "2"}, {"A": "0", "C": "3", "D": "4"}, {"A": "0", "D": "4"})
    {'A': '1', 'B': '2', 'C': '3'}
    """
    merged = {}
    for name in sorted({*ours, *theirs}):
        mine, other, old = ours.get(name), theirs.get(name), before.get(name)
        value = other if mine == old or (mine is None and other != old) else mine
        if value is not None:
            merged[name] = value
    return merged


def merge_secrets_files(places: Places, ours: bytes, theirs: bytes, base: bytes, keys: list[str]) -> bytes:
    """Two versions of secrets.age or of secrets.enc as one, encrypted to some keys.

    Raises SecretsUnreadable when one of the two cannot be read here.
    """

    def content(data: bytes, which: str) -> dict[str, str]:
        what = f"{which} version of the secrets file"
        return parse_json_object(_unseal(places, data, what), what) if data else {}

    mine, others = content(ours, "our"), content(theirs, "their")
    try:
        before = content(base, "the common")
    except CsError:
        before = {}  # older than this machine's key
    merged = merge_secrets(mine, others, before)
    if ours.startswith(_OPENSSL_FILES):
        return encrypt_with_password(_as_json(merged))
    return encrypt_to(keys, merged)


def exchange_file(session: Session) -> str:
    """The path of a session's file for other machines, secrets.age rather than secrets.enc; "" when there is none."""
    return next(filter(os.path.lexists, (session.secrets_age, session.secrets_enc)), "")


def _exchange_lock(session: Session) -> FileLock:
    return FileLock(os.path.join(session.local, "secrets.guard"), timeout=60)


class Exchange:
    """A session's file for other machines and its store, and what they take from each other; the lock is held.

    What only one side has changed since they last met wins. What was deleted on one side leaves the file, but
    nobody's store. What they had in common then is remembered as short digests in the session's local
    directory; their key is in ~/.cs-secrets, so the digests tell nobody anything.
    """

    def __init__(self, places: Places, session: Session) -> None:
        self.path = exchange_file(session)
        self.in_file = read_secrets_file(places, self.path) if self.path else {}
        self.store = open_store(places)
        self.stored = self.store.held(session.name)
        self._record = os.path.join(session.local, "secrets.json")
        self._digests = read_json(self._record)
        before = {**self._in_common(self.in_file), **self._in_common(self.stored)}
        self.for_file = merge_secrets(self.stored, self.in_file, before)
        self.for_store = {name: value for name, value in self.for_file.items() if self.stored.get(name) != value}
        both = [name for name in self.for_file if name in self.stored and name in self.in_file]
        self.conflicts = [  # changed on both sides: each keeps its own
            name for name in both if self.in_file[name] not in (self.for_file[name], before.get(name))
        ]

    def agree(self, in_file: dict[str, str]) -> None:
        """Notes what the file has now, and goes on knowing what was deleted elsewhere but is still stored."""
        digests = self._digested({**self._in_common(self.stored), **in_file})
        if digests != (self._digests or {}):
            write_json(self._record, digests)

    def _in_common(self, values: dict[str, str]) -> dict[str, str]:
        """Those of some secrets that both had when they last met."""
        before = self._digests if isinstance(self._digests, dict) else {}
        digests = self._digested({name: value for name, value in values.items() if name in before})
        return {name: values[name] for name in digests if digests[name] == before[name]}

    def _digested(self, values: dict[str, str]) -> dict[str, str]:
        import hmac

        if not values:
            return {}
        key = _kept_key(os.path.join(self.store.places.secrets, "digest.key"), lambda: os.urandom(32))
        return {name: hmac.new(key, value.encode(), "sha256").hexdigest()[:16] for name, value in values.items()}


def _exchange_target(session: Session, present: str) -> str:
    """The file to write: secrets.age where age is installed, else secrets.enc."""
    if present == session.secrets_age:
        _need_age("secrets.age is encrypted with age, which is not installed")
    return session.secrets_age if has_age() else session.secrets_enc


def _recipients_have_changed(session: Session) -> bool:
    """Whether secrets.age is encrypted to another number of keys than there are recipients.

    Source: age-encryption.org/v1, one `-> ` stanza a recipient; to whom X25519 stanzas are is not to be seen.
    """
    head = (read_bytes(session.secrets_age) or b"").partition(b"\n--- ")[0]
    stanzas = sum(line.startswith(b"-> ") and b"-grease" not in line for line in head.split(b"\n"))
    return stanzas != len(recipient_keys(session))


def export_secrets_file(places: Places, session: Session) -> str | None:
    """Brings the session's secrets.age (without age: secrets.enc) up to date with the store, and returns its path.

    None when there is nothing to export. The file stays as it is when nothing has changed for anybody. One
    that cannot be read here is never overwritten: that raises SecretsUnreadable.
    """
    with _exchange_lock(session):
        exchange = Exchange(places, session)
        if not exchange.stored and not exchange.path:
            return None
        target = _exchange_target(session, exchange.path)
        by_age = target == session.secrets_age
        is_first = by_age and not (os.path.exists(target) and recipients(session))
        if is_first and _add_own_key(places, session):
            _note_recipients(session)
        has_changed = exchange.for_file != exchange.in_file or exchange.path != target
        if has_changed or (by_age and _recipients_have_changed(session)):
            for name in _note_recipients(session) if by_age else ():
                warn(
                    f"secrets.age can be read by '{name}' from now on, who is new among the recipients",
                    f"if that is wrong: cs {session.name} -secrets age remove {name}",
                )
            _write_secrets_file(target, exchange.for_file, recipient_keys(session))
        exchange.agree(exchange.for_file)
    return target


def _storable(values: dict[str, str]) -> dict[str, str]:
    """Those of a file's secrets that a store accepts; the others are named in a warning."""
    good = {name: value for name, value in values.items() if is_secret_name(name) and not _value_fault(value)}
    if len(good) < len(values):
        refused = ", ".join(sorted(values.keys() - good.keys()))
        warn(f"not imported, because of their names or values: {refused}")
    return good


def import_secrets_file(places: Places, session: Session) -> Exchange | None:
    """Takes over what has changed in the session's secrets.age or secrets.enc since the last exchange.

    Returns what was stored (`for_store`) and what had changed on both sides and was kept (`conflicts`);
    None when there is no such file. Raises SecretsUnreadable, and then nothing has changed.
    """
    if not exchange_file(session):
        return None
    with _exchange_lock(session):
        exchange = Exchange(places, session)
        exchange.for_store = _storable(exchange.for_store)
        if exchange.for_store:
            exchange.store.set_all(session.name, exchange.for_store)
        exchange.agree({n: v for n, v in exchange.in_file.items() if n not in exchange.conflicts})
    return exchange


def import_named_file(
    store: SecretStore, session: Session, path: str, replace: bool
) -> tuple[list[str], list[str]]:
    """Imports a file that a person names: the names that were imported, and those that were kept as they are."""
    in_file = _storable(read_secrets_file(store.places, path))
    stored = store.get_all(session.name)
    new = {name for name, value in in_file.items() if stored.get(name) != value and (replace or name not in stored)}
    if new:
        store.set_all(session.name, {name: in_file[name] for name in new})
    return sorted(new), sorted(in_file.keys() - new)


def export_named_file(store: SecretStore, session: Session, path: str) -> int:
    """Writes all secrets to a file that a person names (`.enc`: by password, else by age); returns how many."""
    values = store.get_all(session.name)
    if not path.endswith(".enc"):
        _need_age()
        if not recipients(session):
            _add_own_key(store.places, session)
    _write_secrets_file(path, values, recipient_keys(session))
    return len(values)


def add_recipient(places: Places, session: Session, keys: list[str], name: str) -> None:
    """Lets other keys read secrets.age: stores them as a .pub file, and encrypts an existing file anew."""
    _need_age()
    if not is_name(name):
        raise CsError(f"'{name}' cannot be the name of a recipient", "a name is made of " + NAME_RULE)
    if not keys:
        raise CsError(f"there is no public key in {name}")
    for key in keys:
        check_public_key(key)
    present = recipients(session)
    if name in present and present[name] != keys:
        raise CsError(
            f"there is a recipient '{name}' with another key", f"cs {session.name} -secrets age remove {name}"
        )
    with _exchange_lock(session):
        exists = os.path.exists(session.secrets_age)
        values = read_secrets_file(places, session.secrets_age) if exists else {}  # fails before anything changed
        _write_recipient(session, name, keys)
        _note_recipients(session)
        if exists:
            _write_secrets_file(session.secrets_age, values, recipient_keys(session))


def remove_recipient(places: Places, session: Session, name: str) -> bool:
    """Takes a recipient away; says whether secrets.age was encrypted anew for those who remain."""
    present = recipients(session)
    if name not in present:
        raise CsError(f"there is no recipient '{name}'", *did_you_mean(name, present))
    keys = [key for other in present if other != name for key in present[other]]
    with _exchange_lock(session):
        exists = os.path.exists(session.secrets_age)
        if exists and not keys:
            raise CsError(f"'{name}' is the last recipient: nobody could read secrets.age", "add another one first")
        if exists:
            _need_age()
            _write_secrets_file(session.secrets_age, read_secrets_file(places, session.secrets_age), keys)
        remove_file(os.path.join(session.age_recipients, name + ".pub"))
    return exists


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  12. Documents and artifacts
#  What the hooks write down while Claude works: the list of changes, the archive of discoveries, redacted
#  copies of scripts and configurations with their manifest. Several may write at once; no line is lost.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

DOCUMENT_PATIENCE = 1.0  # seconds that a hook waits for another one


def real_path_in(session: Session, path: str) -> str | None:
    """Where in the session's directory a file really is, relative to it; None when it is outside."""
    real = os.path.realpath(path)
    return real[len(session.directory) + 1 :] if real.startswith(session.directory + os.sep) else None


# ── changing a document as a whole ──


def _read_document(path: str) -> str:
    """A document as text, in which bytes that are not UTF-8 survive being written again."""
    return (read_bytes(path) or b"").decode("utf-8", "surrogateescape")


def _rewrite(path: str, change: Callable[[str], str], durable: bool = True) -> str:
    """Replaces a document by what a function makes of it, while nobody adds to it or replaces it; the new text.

    The lock is on the file itself, as that of append_line() and of a pull that merges.
    """
    deadline = time.monotonic() + DOCUMENT_PATIENCE
    while True:
        with open(path, "ab+") as f:
            lock_handle(f.fileno(), deadline)
            if not _is_still(path, f.fileno()) and time.monotonic() < deadline:
                continue
            text = change(_read_document(path))
            write_atomically(path, text, durable=durable)
            return text


def remove_torn_files(session: Session) -> None:
    """Removes what processes that were killed while they replaced a document have left beside it."""
    for directory in (session.meta, session.artifacts, os.path.dirname(session.log)):
        for name in os.listdir(directory) if os.path.isdir(directory) else []:
            pid = name[: -len(".tmp")].rpartition(".")[2].partition("-")[0]
            if name.startswith(".") and name.endswith(".tmp") and pid.isdigit() and not process_is_alive(int(pid)):
                remove_file(os.path.join(directory, name))


# ── moving the beginning of a document to its archive ──


class GrowingDocument:
    """A document whose beginning moves to an archive when it is long; whoever changes it as a whole holds its lock."""

    def __init__(self, session: Session, path: str, archive: str, title: str) -> None:
        beside = os.path.join(session.local, os.path.basename(path))
        self.path = path
        self.archive = archive
        self.title = title  # of the archive
        self.lock = FileLock(os.path.splitext(beside)[0] + ".lock", DOCUMENT_PATIENCE)
        self.note = beside + ".moving"

    def move(self, block: str) -> None:
        """Moves a block of lines to the end of the archive; killed anywhere, finish_move() ends it.

        A note of what is being moved is there from before the archive grows until after the document has shrunk.
        """
        before = _read_document(self.archive) or self.title
        if not before.endswith("\n"):
            before += "\n"
        header = f"archive_size={len(before.encode('utf-8', 'surrogateescape'))}\n\n"
        write_atomically(self.note, header + block)
        write_atomically(self.archive, before + block)
        _rewrite(self.path, lambda text: text.replace(block, "", 1))
        remove_file(self.note)

    def finish_move(self) -> None:
        """After an interrupted move, the document loses the block if the archive has it; else nothing has happened."""
        if not os.path.exists(self.note):
            return
        header, _, block = _read_document(self.note).partition("\n\n")
        size = parse_key_values(header).get("archive_size", "")
        data = block.encode("utf-8", "surrogateescape")
        archived = read_bytes(self.archive) or b""
        if size.isdigit() and data and data in archived and len(archived) >= int(size) + len(data):
            _rewrite(self.path, lambda text: text.replace(block, "", 1))
        remove_file(self.note)


def _changes_of(session: Session) -> GrowingDocument:
    return GrowingDocument(session, session.changes, session.changes_archive, "# Older changes\n\n")


def _discoveries_of(session: Session) -> GrowingDocument:
    return GrowingDocument(session, session.discoveries, session.discoveries_archive, "# Archived discoveries\n\n")


def finish_moves(session: Session) -> None:
    """Brings moves to an end that were interrupted; called with or without one, at any time."""
    for document in (_discoveries_of(session), _changes_of(session)):
        if os.path.exists(document.note):
            with document.lock:
                document.finish_move()


# ── changes.md ──

CHANGES_LIMIT = 2000  # lines; above, the older half goes to the archive
CHANGES_WINDOW = 600  # seconds in which changes of one file share a line


def _change_line(tool: str, path: str, moment: float, count: int) -> str:
    return f"- [{local_time(moment)}] {tool}: {path}" + (f" (×{count})" if count > 1 else "")


def with_change(text: str, tool: str, path: str, now: float) -> str:
    """The list of changes with one more; a change of the same file shortly after another one is counted there.

    >>> text = with_change("", "Write", "a.py", 0)
    >>> with_change(text, "Edit", "a.py", 60) == with_change("", "Write", "a.py", 0)[:-1] + " (×2)\\n"
    True
    """
    if text and not text.endswith("\n"):
        text += "\n"
    start = text.rfind("\n", 0, len(text) - 1) + 1
    last = text[start:-1]
    entry, count = last, 1
    if entry.endswith(")"):
        before, mark, number = entry[:-1].rpartition(" (×")
        if mark and number.isdigit() and len(number) < 10:
            entry, count = before, int(number)
    moment = parse_local_time(entry[3:22]) if entry.startswith("- [") else None
    same = moment is not None and 0 <= now - moment < CHANGES_WINDOW and entry[22:].partition(": ")[2] == path
    if same:
        return f"{text[:start]}{entry} (×{count + 1})\n"
    return text + _change_line(tool, path, now, 1) + "\n"


def _older_changes(text: str) -> str:
    """The older half of the entries."""
    lines = text.split("\n")
    first = next((i for i, line in enumerate(lines) if line.startswith("- ")), 0)
    return "".join(line + "\n" for line in lines[first : max(first, len(lines) // 2)])


def note_change(session: Session, tool: str, path: str, now: float) -> None:
    """Writes down that a tool has changed a file, unless it is one of the session's own documents."""
    inside = real_path_in(session, path)
    if inside is not None and (inside + os.sep).startswith(".cs" + os.sep):
        return
    shown = clean(os.path.realpath(path) if inside is None else inside)
    document = _changes_of(session)
    try:
        with document.lock:
            text = _rewrite(session.changes, lambda old: with_change(old, tool, shown, now), durable=False)
            if text.count("\n") > CHANGES_LIMIT:
                document.move(_older_changes(text))
    except Busy:
        append_line(session.changes, _change_line(tool, shown, now, 1))


# ── discoveries ──

DISCOVERIES_LIMIT = 200  # lines; above, the oldest entries go to the archive
DISCOVERIES_KEPT = 100  # lines, or so


def section_starts(lines: list[str]) -> list[int]:
    """The numbers of the lines that are headings of the second level, outside of code fences.

    >>> section_starts(["## a", "```", "## no", "```", "### no", "## b"])
    [0, 5]
    """
    starts, fence = [], ""
    for i, line in enumerate(lines):
        mark = line.lstrip(" ")
        if len(line) - len(mark) < 4 and mark.startswith(("```", "~~~")):
            run = mark[: len(mark) - len(mark.lstrip(mark[0]))]
            if not fence:
                fence = run
            elif run.startswith(fence) and not mark[len(run) :].strip():
                fence = ""
        elif not fence and line.startswith("## "):
            starts.append(i)
    return starts


def oldest_discoveries(text: str) -> str:
    """The entries at the beginning of a document with too many lines that should go to the archive.

    >>> oldest_discoveries("# D\\n## a\\n" + 120 * "x\\n" + "## b\\n" + 99 * "y\\n").count("\\n")
    121
    """
    lines = text.split("\n")
    if len(lines) <= DISCOVERIES_LIMIT + 1:
        return ""
    starts = section_starts(lines)
    later = [start for start in starts if len(lines) - start >= DISCOVERIES_KEPT] or starts[:1]
    if not starts or later[-1] == starts[0]:
        later = starts[1:2]  # the entries kept are longer than they should be, yet the last one stays
    return "".join(line + "\n" for line in lines[starts[0] : later[-1]]) if later else ""


def archive_discoveries(session: Session) -> int:
    """Moves the oldest discoveries to the archive when there are many; the number of lines that went."""
    document = _discoveries_of(session)
    with document.lock:
        document.finish_move()
        block = oldest_discoveries(_read_document(session.discoveries))
        if block:
            document.move(block)
        return block.count("\n")


def discovery_headings(text: str) -> list[str]:
    """The headings of the entries, oldest first."""
    lines = text.split("\n")
    return [clean(lines[i][3:].strip()) for i in section_starts(lines)]


def lines_to_condense(session: Session) -> int:
    """By how many lines the archive has grown since `/compact-discoveries` last condensed it.

    The condensed document says in its first line of how many lines it was made.
    """
    archived = (read_bytes(session.discoveries_archive) or b"").count(b"\n")
    compact = read_text(session.discoveries_compact) or ""
    first = compact.partition("\n")[0]
    number = first.rpartition("condensed from ")[2].partition(" ")[0]
    return archived - (int(number) if number.isdigit() and len(number) < 12 else compact.count("\n"))


# ── artifacts ──

ARTIFACT_LIMIT = 5 << 20  # bytes
ARTIFACT_ENDINGS = tuple(
    _words(
        ".sh .bash .zsh .fish .py .js .mjs .cjs .ts .jsx .tsx .rb .pl .lua .php .ps1 .psm1 .awk"
        " .conf .config .cfg .cnf .json .yaml .yml .toml .ini .env .service .timer .socket .xml .properties"
        " .plist .desktop .tf .nix"
    )
)
ARTIFACT_BEGINNINGS = ("dockerfile", "containerfile", "makefile", "crontab", ".env")
ARTIFACT_NAMES = _words(
    "gnumakefile justfile vagrantfile procfile jenkinsfile caddyfile rakefile gemfile brewfile config fstab hosts"
    " sshd_config ssh_config sudoers .bashrc .bash_profile .profile .zshrc .zprofile .gitconfig .npmrc .pypirc .netrc"
    " .vimrc .tmux.conf .editorconfig .curlrc .wgetrc"
)
NO_ARTIFACTS_BELOW = _words(".git .hg .svn .cs node_modules .venv venv site-packages __pycache__ .tox")


def has_artifact_name(path: str) -> bool:
    """Whether a file's name says that it is a script or a configuration.

    >>> [has_artifact_name(p) for p in ("a/run.sh", "Dockerfile.dev", ".env.local", "notes.md")]
    [True, True, True, False]
    """
    name = os.path.basename(path).lower()
    return name.endswith(ARTIFACT_ENDINGS) or name.startswith(ARTIFACT_BEGINNINGS) or name in ARTIFACT_NAMES


def _directories_above(path: str) -> Iterator[str]:
    above = os.path.dirname(path)
    while above != os.path.dirname(above):
        yield above
        above = os.path.dirname(above)


def is_artifact(path: str) -> bool:
    """Whether a file is a script or a configuration of somebody's own, and small enough to be copied."""
    parts = path.split(os.sep)
    if NO_ARTIFACTS_BELOW.intersection(parts[:-1]):
        return False
    try:
        if not 0 < os.path.getsize(path) <= ARTIFACT_LIMIT or not os.path.isfile(path):
            return False
        if not has_artifact_name(path) and (read_bytes(path, 2) or b"") != b"#!":
            return False
    except OSError:
        return False
    return not any(os.path.exists(os.path.join(above, "pyvenv.cfg")) for above in _directories_above(path))


def copy_name(session: Session, path: str) -> str:
    """Where below `artifacts/` the copy of a file goes: by its path in the session, or below `external/`."""
    inside = real_path_in(session, path)
    if inside is None:
        drive, rest = os.path.splitdrive(os.path.realpath(path))
        return os.path.join("external", drive.strip(":\\/"), rest.lstrip("/\\"))
    first = inside.split(os.sep)[0].lower()
    return os.path.join("inside", inside) if first in ("external", "inside", "manifest.json") else inside


def _is_tracked(session: Session, path: str) -> bool:
    return (
        Git(session.directory).run("ls-files", "--error-unmatch", "--", os.path.realpath(path), check=False).status
        == 0
    )


def _redacted_for_artifacts(
    places: Places, session: Session, data: bytes, patience: float
) -> tuple[bytes, list[str], list[str]]:
    """The content without credentials, the names of all of them, and of those that were not stored before."""
    try:
        codec = "utf-8"
        text = data.decode(codec)
    except UnicodeDecodeError:
        codec = "latin-1"
        text = data.decode(codec)
    store = open_store(places)
    stored = store.held(session.name)
    findings = find_secrets(text, {value: name for name, value in stored.items()})
    if not findings:
        return data, [], []
    is_known = all(finding.value in stored.values() for finding in findings)
    new = [] if is_known else store.keep(session.name, findings, patience)
    all_names = list(dict.fromkeys(finding.name for finding in findings))
    return redact(text, findings).encode(codec), all_names, new


def _check_is_inside(session: Session, target: str) -> None:
    """Raises CsError when a link leads from the artifacts to where a copy would be."""
    directory = os.path.dirname(target)
    artifacts = os.path.realpath(session.artifacts)
    if not (os.path.realpath(directory) + os.sep).startswith(artifacts + os.sep):
        raise CsError(f"{session.document(directory)} leads out of the artifacts")


def _write_copy(session: Session, target: str, copy: bytes, mode: int) -> None:
    """Writes a copy below the artifacts, never through a link that leads elsewhere."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    _check_is_inside(session, target)
    if os.path.islink(target):
        os.unlink(target)
    write_atomically(target, copy, (mode & 0o755) | 0o600, durable=False)


def parse_manifest(text: bytes | str) -> list[Any] | None:
    """The entries of a manifest; None for one that is damaged."""
    import json

    try:
        entries = json.loads(text.strip() or "[]")
    except (ValueError, RecursionError):
        return None
    return entries if isinstance(entries, list) else None


def _manifest_entries_of(session: Session, text: str) -> list[Any]:
    """The entries of a manifest; a damaged one is copied aside, so that nothing of it is lost."""
    entries = parse_manifest(text)
    if entries is not None:
        return entries
    write_atomically(f"{session.manifest}.damaged-{stamp(time.time())}", text)
    log_line(session, "The manifest of the artifacts could not be read; a copy was put aside")
    return []


def with_entry(entries: list[Any], entry: dict[str, Any]) -> list[Any]:
    """The entries of a manifest with one added, or put in place of the one for the same file."""
    for i, known in enumerate(entries):
        if isinstance(known, dict) and known.get("filename") == entry["filename"]:
            kept = {**known, **entry, "timestamp": known.get("timestamp") or entry["timestamp"]}
            return [*entries[:i], kept, *entries[i + 1 :]]
    return [*entries, entry]


def without_entry(entries: list[Any], entry: dict[str, Any]) -> list[Any]:
    """The entries of a manifest without the one for that file."""
    return [e for e in entries if not isinstance(e, dict) or e.get("filename") != entry["filename"]]


def manifest_text(entries: list[Any]) -> str:
    """A manifest as it stands on the disk: an array with one entry a line, so that git can merge it.

    >>> manifest_text([{"filename": "a"}, {"filename": "b"}])
    '[\\n{"filename": "a"},\\n{"filename": "b"}\\n]\\n'
    """
    import json

    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    return f"[\n{lines}\n]\n" if entries else "[]\n"


def _keep_copy(session: Session, path: str, copy: bytes, names: list[str], tracked: bool) -> None:
    """Writes the copy and its entry in the manifest; the lock is held."""
    import hashlib

    name = copy_name(session, path)
    now = iso_time(time.time())
    entry: dict[str, Any] = {
        "filename": name.replace(os.sep, "/"),
        "original_path": path,
        "timestamp": now,
        "updated": now,
        "sha256": hashlib.sha256(copy).hexdigest(),
        "size": len(copy),
        "contains_secrets": bool(names),
        "secrets": names,
    }
    if tracked:  # the project's own repository has it
        entry["copied"] = False
    else:
        _write_copy(session, os.path.join(session.artifacts, name), copy, os.stat(path).st_mode)
    os.makedirs(session.artifacts, exist_ok=True)
    _rewrite(
        session.manifest,
        lambda text: manifest_text(with_entry(_manifest_entries_of(session, text), entry)),
        durable=False,
    )


def has_stale_copy(session: Session, path: str) -> bool:
    """Whether a file that is no artifact, as it is empty, too large or binary by now, was one before."""
    copy = os.path.join(session.artifacts, copy_name(session, path))
    if not os.path.isfile(copy) or not os.path.isfile(path):
        return False
    return not is_artifact(path) or b"\0" in (read_bytes(path, ARTIFACT_LIMIT + 1) or b"")


def _bring_up_stale_copy(session: Session, path: str, patience: float) -> None:
    """Empties the copy of a file that is empty now; one of a file that is left out now goes, with its entry."""
    with FileLock(os.path.join(session.local, "artifacts.lock"), patience):
        if not has_stale_copy(session, path):
            return  # there is none, or it was written again
        if os.path.getsize(path) == 0:
            _keep_copy(session, path, b"", [], False)
            return
        name = copy_name(session, path)
        _check_is_inside(session, os.path.join(session.artifacts, name))
        remove_file(os.path.join(session.artifacts, name))
        listed = {"filename": name.replace(os.sep, "/")}
        _rewrite(
            session.manifest,
            lambda text: manifest_text(without_entry(_manifest_entries_of(session, text), listed)),
            durable=False,
        )


def keep_artifact(places: Places, session: Session, path: str, patience: float = DOCUMENT_PATIENCE) -> list[str]:
    """Stores the credentials of a script or configuration, keeps a redacted copy; the names newly stored.

    Raises CsError when a credential cannot be stored: then there is no copy. Raises Busy when others are at it
    for longer than the patience (seconds). The file itself stays as it is.
    """
    path = os.path.realpath(path)
    new: list[str] = []
    if has_stale_copy(session, path):
        _bring_up_stale_copy(session, path, patience)
    if not is_artifact(path):
        return new
    tracked = session.is_adopted and _is_tracked(session, path)
    for _ in range(5):  # somebody else may write the file while its secrets are being stored
        data = read_bytes(path, ARTIFACT_LIMIT + 1) or b""
        if b"\0" in data or not data:
            return new
        copy, names, stored = _redacted_for_artifacts(places, session, data, patience)
        new += [name for name in stored if name not in new]
        with FileLock(os.path.join(session.local, "artifacts.lock"), patience):
            if read_bytes(path, ARTIFACT_LIMIT + 1) == data:
                _keep_copy(session, path, data if tracked else copy, names, tracked)
                return new
    return new


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  13. History
#  Every session has a git history. What is committed is made by plumbing from bytes that cs has read and redacted
#  itself: no object with a credential ever exists, and the files stay as the user has them. A repository that was
#  there before cs gets no commit, only refs below refs/cs/.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

MACHINE_LOCAL = (".cs/local/", ".cs/session.lock", ".cs/remote.conf", ".cs/archives/")  # never in a commit of cs's

GIT_IGNORE_LINES = (
    "# cs: a session's documents are kept whatever your own ignore rules say; some files stay on this machine",
    "!/CLAUDE.md",
    "!/.cs/",
    "!/.cs/**",
    *("/" + path for path in MACHINE_LOCAL),
)

GIT_ATTRIBUTE_LINES = (
    "# cs: what two machines wrote to documents and logs is kept from both",
    "/.cs/*.md merge=union",
    "/.cs/logs/*.log merge=union",
)

KEPT_STATES = 10  # under refs/cs/recovered and refs/cs/saved, and archives of artifacts
READ_AT_ONCE = 32 * 1024 * 1024  # bytes of changed files that are in memory together
CLOCK_GRAIN = 2  # seconds by which a file system's clock may be coarse
CONVERSION_FAILED = (b"clean filter '", b"BOM is ", b"failed to encode '")  # git's words
LAG = 100  # changed files; with more of them, an autosave brings its index up to date first
DISTRUST = 2.0  # seconds before a look; what has changed since then is looked at again
REFRESH = 600.0  # seconds after which an autosave lets git write down again what it finds unchanged
FALSE = ("false", "no", "off", "0")  # as git-config(1) takes it
DISTRUSTED = {"core.untrackedcache": FALSE, "core.trustctime": FALSE, "core.checkstat": ("minimal",)}
GONE = ("000000", "")  # mode and blob of a file that is to be removed
STORED_AT_ONCE = 20  # more new credentials than this in one commit are somebody's data
STORED_BY_COMMITS = 100  # and as many in one session, too
UNSTORED_LIMIT = 4 << 20  # characters; of the file that has the values of all the others
VENDORED = frozenset(("node_modules", "site-packages", "vendor", "third_party", ".venv", "venv"))
AUTOSAVE_PAUSE = 20.0  # seconds between two autosaves
LONGEST_PAUSE = 600.0

UNFINISHED = {  # files of a git directory that tell what the user is in the middle of
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "BISECT_LOG": "a bisection",
}


def _is_guest(session: Session) -> bool:
    """Whether a session was made in a repository that was there before it."""
    return read_key_values(os.path.join(session.local, "adopted.conf")).get("own_repository") == "no"


def own_refs(session: Session) -> str:
    """Where a session's refs are in a repository that it shares with other work trees."""
    import hashlib

    return f"refs/cs/trees/{hashlib.sha256(os.fsencode(session.directory)).hexdigest()[:8]}/"


def _paths(out: bytes) -> list[str]:
    """The paths in what git has printed with -z."""
    return [os.fsdecode(path) for path in out.split(b"\0") if path]


class History:
    """The repository of one session, opened for cs's own work in it."""

    def __init__(self, places: Places, session: Session, top: str, directory: str, common: str) -> None:
        self.places = places
        self.session = session
        self.git = Git(top)
        self.directory = directory  # git's
        self.common = common  # where the refs of all work trees are
        part = "" if top == session.directory else os.path.relpath(session.directory, top) + "/"
        self.prefix = os.fsencode(part)
        self.below = ["--", part] if part else []  # for commands that take paths
        has_refs_alone = not part and directory == common and os.path.isdir(os.path.join(top, ".git"))
        self.refs = "refs/cs/" if has_refs_alone else own_refs(session)
        self.auto = self.refs + "auto"  # the last autosave
        self.shadow = os.path.join(session.local, "history.index")
        self.left_out: dict[bytes, str] = {}  # files that are in no commit, and why
        self._config: dict[str, str] | None = None

    @property
    def config(self) -> dict[str, str]:
        """The configuration that is in force; keys are in lower case."""
        if self._config is None:
            entries = self.git.text("config", "-z", "--list").split("\0")
            pairs = (entry.partition("\n") for entry in entries if entry)
            self._config = {key: value if newline else "true" for key, newline, value in pairs}
        return self._config

    @property
    def is_own(self) -> bool:
        """Whether cs may commit: in doubt (an adopted project whose `.cs/local` was lost) it may not."""
        if self.prefix or _is_guest(self.session):
            return False
        below_root = os.path.dirname(self.session.directory) == os.path.realpath(self.places.root)
        return below_root or self.config.get("cs.made") == "true"

    def lock(self, timeout: float = 30.0) -> FileLock:
        """Only one process of cs works on a session's history at a time."""
        return FileLock(os.path.join(self.session.local, "history.lock"), timeout)

    def unfinished(self) -> str:
        """What the user is in the middle of; "" when of nothing."""
        there = (text for name, text in UNFINISHED.items() if os.path.exists(os.path.join(self.directory, name)))
        return next(there, "")

    def committed(self, path: bytes) -> bytes:
        """What HEAD has of a file; nothing when it has none."""
        return self.git.run("cat-file", "blob", "HEAD:" + os.fsdecode(path), check=False).out

    def look_up(self, *names: str) -> list[str]:
        """The ids of some objects; "" for what is not there."""
        out = self.git.run("cat-file", "--batch-check", stdin="".join(f"{name}\n" for name in names).encode()).text
        return ["" if line.endswith(" missing") else line.split(" ", 1)[0] for line in out.split("\n")]

    @property
    def empty_tree(self) -> str:
        """The id of the tree with nothing in it, which is then there."""
        return self.git.text("hash-object", "-w", "-t", "tree", "--stdin")

    def changed_paths(self, base: str, tree: str) -> list[str]:
        """The files in which two trees differ; "" stands for the empty tree."""
        base = base or self.empty_tree
        return _paths(self.git.run("diff-tree", "-r", "-z", "--name-only", "--no-renames", base, tree).out)


def _is_plain_repository(directory: str) -> bool:
    """Whether a git directory is that of the work tree it stands in, which git need not be asked about."""
    if os.path.islink(directory) or os.path.basename(directory) != ".git":
        return False
    config = read_text(os.path.join(directory, "config"))
    return config is not None and not any(word in config for word in ("worktree", "bare = true", "[include"))


def open_history(places: Places, session: Session) -> History | None:
    """The history of a session; None when it has no repository, or git is not installed.

    A session that cs made has its repository in its own directory: one that a parent directory happens to be
    in (dotfiles) is no business of ours.
    """
    found = git_directory(session.directory)
    if (found is None and not _is_guest(session)) or not has_git() or not os.path.isdir(session.meta):
        return None
    if found is not None and _is_plain_repository(found):
        return History(places, session, session.directory, found, found)
    paths = Git(session.directory).run("rev-parse", "--show-toplevel", "--absolute-git-dir", "--git-common-dir")
    top, directory, common = paths.text.split("\n")
    common = os.path.realpath(os.path.join(session.directory, common))
    return History(places, session, os.path.realpath(top), os.path.realpath(directory), common)


def add_missing_lines(path: str, lines: tuple[str, ...]) -> None:
    """Adds those lines to a file that it does not have yet; everything else in it stays as it is."""
    data = read_bytes(path) or b""
    there = data.decode("utf-8", "replace").splitlines()
    missing = [line for line in lines if line not in there]
    if missing:
        ended = data if not data or data.endswith(b"\n") else data + b"\n"
        write_atomically(path, ended + "".join(line + "\n" for line in missing).encode(), durable=False)


def ignore_pattern(path: str) -> str:
    """A path as git's ignore rules take it literally.

    >>> print(ignore_pattern("a*[b]/c d"))
    a\\*\\[b]/c d
    """
    path = path.replace(os.sep, "/")
    for special in "\\*?[":
        path = path.replace(special, "\\" + special)
    return path


def work_tree_around(directory: str) -> str | None:
    """The top of the work tree of git's that a directory is in, its own or a parent's."""
    while git_directory(directory) is None:
        if directory == os.path.dirname(directory):
            return None
        directory = os.path.dirname(directory)
    return directory


def hide_local_files(session: Session) -> None:
    """Keeps the machine-local files out of sight of a repository whose `.gitignore` does not."""
    top = work_tree_around(session.directory)
    ignored = (read_text(os.path.join(session.directory, ".gitignore")) or "").splitlines()
    if top is not None and not set(GIT_IGNORE_LINES[1:]).issubset(ignored):
        exclude = os.path.join(common_directory(git_directory(top) or ""), "info", "exclude")
        os.makedirs(os.path.dirname(exclude), exist_ok=True)
        below = "" if top == session.directory else ignore_pattern(os.path.relpath(session.directory, top)) + "/"
        add_missing_lines(exclude, tuple(f"/{below}{path}" for path in MACHINE_LOCAL))


# ── what is committed ──


def _only_looks_long(value: str) -> bool:
    """Whether a value is too short to be looked for, but not once its bytes are taken for characters."""
    return len(value) < REDACTION_MINIMUM <= len(value.encode("utf-8", "surrogateescape"))


class Unstored:
    """Values that were redacted in a session's files but are not in its store: they are too many, or vendored.

    Kept in clear like the files themselves, on this machine alone: a file that is lost is filled in from them. Of
    each file there are the values of its last look and, until the next clean commit, of the one before, as a kill
    may leave a snapshot of either.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.path = os.path.join(session.local, "unstored.json")
        content = read_json(self.path)
        self.saved: dict[str, list[dict[str, str]]] = content if isinstance(content, dict) else {}
        self.files = dict(self.saved)  # path → the values by name: those of now, those before

    def of(self, path: str) -> tuple[dict[str, str], dict[str, str]]:
        """The values of a file, by the names in its placeholders: those of now, and those before."""
        now, before = self.files.get(path, ({}, {}))
        return now, before

    def note(self, path: str, values: dict[str, str]) -> None:
        """Takes down what a file has now; save() writes it."""
        last = self.saved.get(path, [{}, {}])
        self.files[path] = last if values == last[0] else [values, last[0]]
        if not any(self.files[path]):
            del self.files[path]

    def save(self) -> None:
        """Writes everything down, as far as there is room: before a commit has the placeholders."""
        if self.files == self.saved:
            return
        import json

        size = 2
        for path in sorted(self.files, key=lambda path: path not in self.saved):  # the new ones last
            entry = len(json.dumps({path: self.files[path]}))
            size += entry
            if size > UNSTORED_LIMIT:
                size -= entry
                del self.files[path]
                log_line(self.session, f"{path} holds credentials that are in no commit, and too many to be kept")
        write_atomically(self.path, json.dumps(self.files), mode=0o600)
        self.saved = dict(self.files)

    def tidy(self) -> None:
        """After a clean commit: forgets what was before, and what files had that are gone."""
        directory = self.session.directory
        entries = ((path, now) for path, (now, _) in self.files.items() if now)
        self.files = {p: [now, {}] for p, now in entries if os.path.lexists(os.path.join(directory, p))}
        if self.files or not self.saved:
            self.save()
        else:
            remove_file(self.path)
            self.saved = {}


class Redactor:
    """Takes credentials out of what is committed, and keeps the new ones in the session's store.

    So a placeholder never names what is nowhere, and what is recovered or cloned can be filled in again.
    """

    def __init__(self, history: History) -> None:
        self.history = history
        self.store = SecretStore(history.places)
        self.unstored = Unstored(history.session)
        self._known: dict[str, str] | None = None
        self._values: dict[str, str] = {}
        self.stored = 0

    @property
    def key(self) -> str:
        """Changes whenever files that were read before have to be read again."""
        name = self.history.session.name
        return repr((VERSION, self.store.holders(name), self.store.index.read().get(name)))

    @property
    def known(self) -> dict[str, str]:
        """The values of the store, and their names. Raises CsError when the store cannot be read.

        The short ones are no reason to replace a word, but have the same name wherever a key gives them away.
        """
        if self._known is None:
            stored = stored_values(self.history.places, self.history.session.name)
            self._values = dict(stored)
            self._known = {value: name for name, value in stored if not _only_looks_long(value)}
        return self._known

    @property
    def values(self) -> dict[str, str]:
        """What the store has by name: two names may have one value."""
        return self._values if self.known is not None else {}

    def prepare(self) -> None:
        """Reads the store ahead of its use; only who uses it is told what is wrong with it."""
        try:
            self._known = self.known
        except CsError:
            pass

    def redact(self, data: bytes) -> bytes:
        """The very same object when there is nothing in it that has to go."""
        return redact_bytes(data, self.known)

    def redact_text(self, text: str) -> str:
        """For what a commit's message says."""
        return self.redact(text.encode("utf-8", "replace")).decode("utf-8", "replace")

    def redact_and_store(self, data: bytes, path: bytes) -> bytes:
        """Like redact(); credentials that are not yet known are stored first, under the names that they get."""
        redacted = self.redact(data)
        found: dict[str, str] = {}
        committed = b""
        if redacted is not data:
            is_vendored = VENDORED.intersection(os.fsdecode(path).split("/"))
            if not is_vendored:
                committed = self._store_new(data, path)
                redacted = self.redact(data)
            found = self._found_in(data)
            for _ in range(0 if is_vendored else 3):  # what stands beside a placeholder may only now look like one
                again = self.redact(redacted)
                if again is redacted:
                    break
                found = {**self._found_in(redacted), **found}
                redacted = again
        unstored = {
            name: value
            for name, value in found.items()
            if self.values.get(name) != value and value.encode("utf-8", "surrogateescape") not in committed
        }
        self.unstored.note(self._inside(path), unstored)
        return redacted

    def values_for(self, path: bytes) -> dict[str, str]:
        """What stands behind the names in a file's placeholders."""
        now, before = self.unstored.of(self._inside(path))
        known = {name: value for value, name in self.known.items()}
        return {**before, **known, **self.values, **now}

    def _inside(self, path: bytes) -> str:
        return os.fsdecode(path[len(self.history.prefix) :])

    def _found_in(self, data: bytes) -> dict[str, str]:
        findings = find_secrets(data.decode("utf-8", "surrogateescape"), self.known)
        return {finding.name: finding.value for finding in findings}

    def _store_new(self, data: bytes, path: bytes) -> bytes:
        """Stores what nobody knows yet, unless it has been committed; what HEAD has of the file, if it was asked."""
        text = data.decode("utf-8", "surrogateescape")
        new = [finding for finding in find_secrets(text, self.known) if finding.value not in self.known]
        committed = self.history.committed(path) if new else b""
        for finding in new:
            if finding.value.encode("utf-8", "surrogateescape") not in committed:
                self._store(finding)
        return committed

    def _store(self, finding: Finding) -> None:
        if self.stored < STORED_AT_ONCE and len(self.known) < STORED_BY_COMMITS:
            self.stored += 1
            try:
                self.store.keep(self.history.session.name, [finding])
                self._values[finding.name] = finding.value
            except CsError as error:
                log_line(
                    self.history.session,
                    f"the value of {finding.name} is in no commit and could not be stored: {error}",
                )
                self.stored = STORED_AT_ONCE
        self.known[finding.value] = finding.name

    def name_in(self, data: bytes) -> str:
        """The name of a known value that stands in a content, where it cannot be replaced (a binary file)."""
        codecs = [("utf-8", "surrogateescape")]
        if b"\0" in data:
            codecs += [("utf-16-le", "surrogatepass"), ("utf-16-be", "surrogatepass")]
        long = ((value, name) for value, name in self.known.items() if len(value) >= REDACTION_MINIMUM)
        names = (name for value, name in long if any(value.encode(*codec) in data for codec in codecs))
        return next(names, "")

    def name_in_path(self, path: bytes) -> str:
        """The name of a known value that stands in the path of a file, other than of cs's own documents."""
        inside = path[len(self.history.prefix) :]
        kept = b".cs/artifacts/"
        if inside.startswith(kept):
            inside = inside[len(kept) :]
        return "" if inside.startswith(b".cs/") else self.name_in(inside)

    def credential_in(self, data: bytes) -> str:
        """The name of the first credential in a content, known or not; "" when there is none."""
        name = self.name_in(data)
        if name or self.redact(data) is data:
            return name
        return next((finding.name for finding in find_secrets(data.decode("utf-8", "replace"), self.known)), "")

    def shown(self, path: bytes) -> str:
        """A path for people, in which no known value stands."""
        for value in filter(lambda value: len(value) >= REDACTION_MINIMUM, self._known or ()):
            path = path.replace(value.encode("utf-8", "surrogateescape"), "…".encode())
        return os.fsdecode(path)


class _File:
    """A changed file, as it is to be committed."""

    def __init__(self, path: bytes, mode: str, data: bytes, signature: list[int], redacted: bool) -> None:
        self.path = path
        self.mode = mode
        self.data = data
        self.signature = signature  # of the file that was read: it need not be read again while this is the same
        self.redacted = redacted
        self.oid = ""


def is_machine_local(history: History, path: bytes) -> bool:
    """Whether a file of the repository is of this machine alone: no commit takes it along, no pull brings one."""
    inside = path[len(history.prefix) :]
    return inside.startswith(tuple(os.fsencode(local) for local in MACHINE_LOCAL))


def _entries_to_keep(listing: bytes) -> dict[str, list[str]]:
    """From `ls-files -t --stage -z`: mode and id of submodules, and of what is not in a sparse checkout."""
    kept = {}
    for entry in listing.split(b"\0"):
        if entry.startswith(b"S ") or entry[2:9] == b"160000 ":
            facts, _, path = entry.partition(b"\t")
            kept[os.fsdecode(path)] = facts.decode().split(" ")[1:3]
    return kept


def _read_regular_file(path: str) -> bytes:
    """The content of a file, following no link that has taken its place, and waiting for no pipe."""
    handle = os.open(
        path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with open(handle, "rb") as f:
        return f.read(LARGE_FILE + 1)


def _signature(status: os.stat_result) -> list[int]:
    """What changes when a file is written."""
    return [status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_mode]


def _signature_of(path: str) -> list[int]:
    try:
        return _signature(os.lstat(path))
    except OSError:
        return []


def _notes_changes(directory: str) -> bool:
    """Whether a directory's time tells that a file has come or gone, as POSIX demands."""
    before, path = _signature_of(directory), os.path.join(directory, "probe.tmp")
    with open(path, "wb"):
        pass
    remove_file(path)
    return _signature_of(directory) != before


def _may_be_refused(path: bytes) -> bool:
    """Whether git may take a file for its own `.git`: git-update-index leaves such out, git-fast-import does not.

    >>> _may_be_refused(b"a/GIT~1"), _may_be_refused(b".gitmodules"), _may_be_refused(b"a/digit")
    (True, True, False)
    """
    import re

    return re.search(rb"(?i)(^|/)(\.git|gi[^/]*~|[^/]*(\xe2\x80|\xe2\x81|\xef\xbb\xbf))", path) is not None


class _Snapshot:
    """Finds what the work tree is now, redacted, without reading what has not changed.

    The shadow is an index of cs's own, in `.cs/local`, in which git keeps the files that it has seen unchanged. It
    may lag behind by a few files: writing it takes as long as looking for changes. It holds nothing but blobs that
    cs has redacted.

    A look that may lag believes the times of directories, too (git's untracked cache). The shadow is dated to before
    git looked, so that neither a file nor a directory is believed that may have changed again in the same instant.
    """

    def __init__(
        self, history: History, redactor: Redactor, meanwhile: Callable[[], object] = lambda: None
    ) -> None:
        self.history = history
        self.redactor = redactor
        self.meanwhile = meanwhile  # to be done while git looks
        self.state_path = os.path.join(history.session.local, "history.json")
        self.edits: dict[bytes, tuple[str, ...]] = {}  # mode and blob of files that are not as in the shadow
        self.in_shadow: dict[bytes, tuple[str, ...]] = {}  # and what they are there
        self.head = ""  # the commit that the last look has found checked out
        self._load()

    def git(self, *arguments: str, stdin: bytes = b"") -> Result:
        return self._start(*arguments, reads=bool(stdin)).result(stdin)

    def _start(self, *arguments: str, reads: bool = False, refreshes: bool = True) -> Running:
        """Starts a git whose index is the shadow."""
        settings = ("-c", "core.splitIndex=false", "-c", "core.safecrlf=false")
        environment = {
            "GIT_INDEX_FILE": self.history.shadow,
            "GIT_LITERAL_PATHSPECS": "1",
            "GIT_OPTIONAL_LOCKS": str(int(refreshes)),
        }
        return self.history.git.start(*settings, *arguments, environment=environment, reads=reads)

    def _load(self) -> None:
        """Takes up what is remembered from the last time; nothing when other values are secret since."""
        import json

        remove_file(self.history.shadow + ".lock")  # of a killed git: only the holder of our lock comes here
        state, key = read_json(self.state_path), self.redactor.key
        self.on_disk = json.dumps(state)
        if not isinstance(state, dict) or state.get("known") != key or not os.path.exists(self.history.shadow):
            remove_file(self.history.shadow)
            state = {"known": key}
        self.state: dict[str, Any] = state
        self.redacted: dict[str, list[int]] = state.setdefault("redacted", {})
        self.kept: dict[str, list[str]] = state.setdefault("kept", {})
        self.ahead: dict[str, list[Any]] = state.setdefault("ahead", {})  # signature, mode and blob

    def save(self, **changes: Any) -> None:
        import json

        text = json.dumps({**self.state, **changes})
        if text != self.on_disk:
            write_atomically(self.state_path, text, mode=0o600, durable=False)
            self.on_disk = text

    def work_with(self, work: Callable[[], str | None]) -> str | None:
        """Does some work, and again without what is remembered if that fails: it is only a cache."""
        try:
            result = work()
        except ProcessError as error:
            if b".lock'" in error.result.err or not remove_file(self.history.shadow):
                raise
            self._load()  # it was damaged, or another git's, or objects were pruned, or the disk is full
            result = work()
        self.save()
        return result

    def look(self, lag: int) -> str:
        """The tree of the shadow; at most `lag` files that are not as in it are in `edits`.

        With a lag, nobody looks whether the objects that are remembered are still there: git tells when they are used.
        """
        if not lag:
            self.state.pop("saved", None)  # whoever wants to know exactly may put the autosave away
        changed, gone = self._differences(lag)
        self.edits = dict.fromkeys(gone, GONE)
        for path in changed:
            if os.fsdecode(path) in self.ahead:
                self.edits[path] = tuple(self.ahead[os.fsdecode(path)][1:])
        for files in self._read_in_portions({path: changed[path] for path in changed if not self._is_ahead(path)}):
            self._write_blobs(files)
            for file in (file for file in files if file.oid):
                self.edits[file.path] = (file.mode, file.oid)
                self._remember(file)
        self.redactor.unstored.save()
        self.edits = {path: entry for path, entry in self.edits.items() if entry != self.in_shadow.get(path)}
        tree = self.state.get("tree")
        is_far_behind = len(self.edits) > lag or any(map(_may_be_refused, self.edits))
        if not tree or is_far_behind or not (lag or self.history.look_up(tree)[0]):
            self._bring_up()
        for name in [name for name in self.ahead if os.fsencode(name) not in self.edits]:
            del self.ahead[name]  # it is as in the shadow again
            if os.fsencode(name) not in changed:
                self.redacted.pop(name, None)
        return str(self.state["tree"])

    @property
    def content(self) -> str:
        """Changes when something else is to be saved."""
        return repr((self.state["tree"], sorted(self.edits.items())))

    def _bring_up(self) -> None:
        """Brings the shadow up to date."""
        self.save(tree="", index=None)  # killed from here on, they must not be believed
        before = _signature_of(self.history.shadow)
        null = "0" * (64 if self.history.config.get("extensions.objectformat") == "sha256" else 40)
        entries = {**self.edits, **{os.fsencode(path): (mode, oid) for path, (mode, oid) in self.kept.items()}}
        lines = (
            b"%s %s\t%s\0" % (mode.encode(), (oid or null).encode(), path) for path, (mode, oid) in entries.items()
        )
        said = self.git("update-index", "-z", "--index-info", stdin=b"".join(lines)).err
        for path in entries if said else ():
            if b"Ignoring path %s\n" % path in said:
                self.history.left_out[path] = "git takes no file of that name"
        self.state["tree"] = self.git("write-tree", f"--prefix={os.fsdecode(self.history.prefix)}").text
        self.state["refreshed"] = [time.time()] * 2
        if before:
            os.utime(self.history.shadow, ns=(before[0], before[0]))  # git has not looked again
        self.ahead.clear()
        self.edits = {}

    def _differences(self, lag: int) -> tuple[dict[bytes, str], list[bytes]]:
        """Files to be read (with the mode that git gives them), and files that are gone."""
        changed: dict[bytes, str] = {}
        gone: list[bytes] = []
        self.in_shadow = {}
        for path, mode, in_shadow in self._status(lag):
            self.in_shadow[path] = in_shadow
            if os.fsdecode(path) in self.kept:
                continue
            if mode == "000000":
                gone.append(path)
                self.redacted.pop(os.fsdecode(path), None)
            elif path.endswith(b"/"):
                self.history.left_out[path] = "a repository of its own"
            elif not self._is_remembered(path) and not is_machine_local(self.history, path):
                changed[path] = mode
        self._follow_users_index(changed, gone)
        return changed, gone

    def _status(self, lag: int) -> Iterator[tuple[bytes, str, tuple[str, ...]]]:
        """Path and mode of whatever is not as in the shadow, and its mode and blob there."""
        refreshes = self._refreshes(lag)
        out = self._git_status(refreshes)
        if self.state["cached"] and any(entry[:2] == b"? " and entry[-1:] == b"/" for entry in out.split(b"\0")):
            self.state["cached"] = False  # that a repository in there is none any more, no directory's time tells
            out = self._git_status(refreshes)
        for entry in out.split(b"\0"):
            if entry.startswith(b"# branch.oid "):
                self.head = entry[13:].decode().replace("(initial)", "")
            elif entry.startswith(b"? "):
                yield entry[2:], "", GONE
            elif entry.startswith(b"1 "):
                *fields, path = entry.split(b" ", 8)
                _, changes, _, _, shadow_mode, mode, _, oid = (field.decode() for field in fields)
                if changes[1:] != ".":
                    yield path, mode, (shadow_mode, oid)

    def _git_status(self, refreshes: bool) -> bytes:
        """What git finds; an index that it writes is dated to before it looked."""
        begun, before = time.monotonic(), _signature_of(self.history.shadow)
        cached = "true" if self.state["cached"] else "false"
        settings = ("-c", "core.untrackedCache=" + cached, "-c", "status.showUntrackedFiles=all")
        words = ["--porcelain=v2", "-z", "--branch", "--untracked-files=all", "--ignored=no", "--no-renames"]
        words += ["--no-ahead-behind", "--ignore-submodules=all", *self.history.below]
        looking = self._start(*settings, "status", *words, refreshes=refreshes)
        try:
            self.meanwhile()
        finally:
            out = looking.result().out
        took, after = time.monotonic() - begun, _signature_of(self.history.shadow)
        if after != before:
            looked = after[0] - int((DISTRUST + took) * 1e9)
            os.utime(self.history.shadow, ns=(looked, looked))
        quickest = min(took, self.state.get("quickest", took))
        if took > 2 * quickest + 0.05 and not refreshes:
            # as where files were only touched: they are read again until that is written down
            self.state["refreshed"], quickest = [0.0, 0.0], took
        self.state["quickest"] = round(quickest, 3)
        return out

    def _refreshes(self, lag: int) -> bool:
        """Whether git is to write down what it finds unchanged, which takes as long as looking.

        Soon after the shadow was brought up, when there is much of it, and ever more rarely after that.
        """
        now, (brought_up, last) = time.time(), self.state.get("refreshed", (0.0, 0.0))
        if lag and 0 <= now - last < min(last - brought_up, REFRESH):
            return False
        self.state["refreshed"] = [brought_up if lag else now, now]
        trusts = all(self.history.config.get(key, "").lower() not in words for key, words in DISTRUSTED.items())
        self.state["cached"] = bool(lag) and trusts and _notes_changes(self.history.session.local)
        return True

    def _follow_users_index(self, changed: dict[bytes, str], gone: list[bytes]) -> None:
        """What the user's own index says about which files belong to the repository, when it may have changed.

        Ignored files that are tracked by force come in, files that are ignored since go; submodules and what a
        sparse checkout leaves out are taken as the user's index has them.
        """
        rules = any(os.path.basename(path) == b".gitignore" for path in [*changed, *gone])
        key = [_signature_of(path) for path in self._what_decides()]
        lost = sorted(
            {*self.state.get("lost", ()), *map(os.fsdecode, gone)}.intersection(self.state.get("forced", ()))
        )
        self.state["lost"] = lost  # files that git does not tell about when they come back
        is_back = any(os.path.lexists(self._full(os.fsencode(name))) for name in lost)
        if self.state.get("index") == key and not rules and not is_back:
            return
        self.state["excludes"] = os.path.expanduser(self.history.config.get("core.excludesfile", ""))
        self.state["index"] = [_signature_of(path) for path in self._what_decides()]
        users, literal = self.history.git, {"GIT_LITERAL_PATHSPECS": "1"}
        ignored = ["ls-files", "-z", "--cached", "--ignored", "--exclude-standard", *self.history.below]
        tracked = set(users.run(*ignored, environment=literal).out.split(b"\0")) - {b""}
        ours = set(self.git(*ignored).out.split(b"\0")) - {b""}
        listing = users.run("ls-files", "-z", "-t", "--stage", *self.history.below, environment=literal).out
        self.state["forced"] = sorted(os.fsdecode(path) for path in tracked)  # ignored, and tracked all the same
        self.state["lost"] = [name for name in lost if not os.path.lexists(self._full(os.fsencode(name)))]
        tracked -= {os.fsencode(name) for name in self.state["lost"]}
        before = dict(self.kept)
        self.kept.clear()
        self.kept.update(_entries_to_keep(listing))
        kept = {os.fsencode(path) for path in self.kept}
        released = {os.fsencode(path) for path in before} - kept
        if tracked != ours or self.kept != before:
            self.state["tree"] = ""  # the shadow must follow now: the next look will not notice any more
        gone[:] = ({*gone} | (ours - tracked) | released) - kept
        for path in (ours - tracked) | kept:
            changed.pop(path, None)
            self.history.left_out.pop(path + b"/", None)
        for path in (tracked - ours) | released:
            if not is_machine_local(self.history, path):
                changed.setdefault(path, "")

    def _what_decides(self) -> list[str]:
        """Files whose change may change which files belong to the repository."""
        home = self.history.places.home
        settings = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
        excludes = self.state.get("excludes") or os.path.join(settings, "git", "ignore")
        return [
            os.path.join(self.history.directory, "index"),
            os.path.join(self.history.common, "info", "exclude"),
            os.path.join(self.history.common, "config"),
            os.path.join(home, ".gitconfig"),
            os.path.join(settings, "git", "config"),
            "/etc/gitconfig",
            excludes,
        ]

    def _is_remembered(self, path: bytes) -> bool:
        """Whether the shadow has a redacted file, which git can never see unchanged, as it is."""
        name = os.fsdecode(path)
        return (
            name not in self.ahead
            and name in self.redacted
            and self.redacted[name] == _signature_of(self._full(path))
        )

    def _is_ahead(self, path: bytes) -> bool:
        """Whether a file is as it was when it was read, although the shadow has it otherwise."""
        name = os.fsdecode(path)
        return name in self.ahead and self.ahead[name][0] == _signature_of(self._full(path))

    def _full(self, path: bytes) -> str:
        return os.path.join(self.history.git.directory, os.fsdecode(path))

    def _remember(self, file: _File) -> None:
        path = os.fsdecode(file.path)
        self.ahead[path] = [file.signature, file.mode, file.oid]
        if file.redacted:
            self.redacted[path] = file.signature
        else:
            self.redacted.pop(path, None)

    def _read_in_portions(self, changed: dict[bytes, str]) -> Iterator[list[_File]]:
        """The files as they are to be committed; before the first comes, the credentials in all of them are known."""
        portions: list[list[bytes]] = [[]]
        size = 0
        for path in sorted(changed):
            if size > READ_AT_ONCE:
                portions.append([])
                size = 0
            portions[-1].append(path)
            size += (_signature_of(self._full(path)) or [0, 0, 0])[2]
        for paths in portions if len(portions) > 1 else ():
            self._read_all(paths, changed)
        for paths in portions if changed else ():
            yield self._read_all(paths, changed)

    def _read_all(self, paths: list[bytes], changed: dict[bytes, str]) -> list[_File]:
        """Reads files, and once more when one of them has told a credential that may be in those before it."""
        known = len(self.redactor.known)
        files = [file for file in (self._read(path, changed[path]) for path in paths) if file is not None]
        is_complete = len(self.redactor.known) == known or len(paths) == 1
        return files if is_complete else self._read_all(paths, changed)

    def _read(self, path: bytes, mode: str) -> _File | None:
        """A file of the work tree, redacted; None when it stays out, with the reason in `left_out`."""
        import stat

        full = self._full(path)
        try:
            status = os.lstat(full)
            is_settled = max(status.st_mtime, status.st_ctime) < time.time() - CLOCK_GRAIN
            signature = _signature(status) if is_settled else []  # else a change in the same instant would not show
            secret = self.redactor.name_in_path(path)
            if secret:
                self.history.left_out[path] = f"the secret {secret} is in its name"
                return None
            if stat.S_ISLNK(status.st_mode):
                target = os.fsencode(os.readlink(full))
                secret = self.redactor.credential_in(target)
                if secret:
                    self.history.left_out[path] = f"a link with the secret {secret} in it"
                    return None
                return _File(path, "120000", target, signature, False)
            if not stat.S_ISREG(status.st_mode):
                return None  # a directory took its place, a pipe, a socket
            if status.st_size > LARGE_FILE:
                self.history.left_out[path] = human_size(status.st_size)
                return None
            data = _read_regular_file(full)
        except FileNotFoundError:
            return None  # gone meanwhile: the next look notices
        except OSError as error:
            self.history.left_out[path] = error.strerror or str(error)
            return None
        redacted = self.redactor.redact_and_store(data, path)
        secret = self.redactor.name_in(redacted)
        if secret:
            self.history.left_out[path] = f"holds the secret {secret} where it cannot be replaced"
            return None
        if not mode.startswith("100"):  # new, or a link before: what git says of a file allows for core.fileMode
            executable = status.st_mode & 0o100 and self.history.config.get("core.filemode") != "false"
            mode = "100755" if executable else "100644"
        return _File(path, mode, redacted, signature, redacted is not data)

    def _write_blobs(self, files: list[_File]) -> None:
        """Puts contents into the object database, converted as `git add` would (line ends, filters)."""
        few = len(files) <= 3
        converted = set() if few else self._with_filters(files)
        plain = []
        for file in files:
            if file.mode == "120000":
                file.oid = self.git("hash-object", "-w", "--no-filters", "--stdin", stdin=file.data).text
            elif few or file.path in converted or b"\r\n" in file.data or b"$Id" in file.data:
                self._write_converted(file)
            else:
                plain.append(file)
        if plain:
            self._write_many_blobs(plain)

    def _write_converted(self, file: _File) -> None:
        """Puts one content into the object database; what its own filter refuses stays out, and nothing else."""
        path = "--path=" + os.fsdecode(file.path)
        try:
            file.oid = self.git("hash-object", "-w", "--stdin", path, stdin=file.data).text
        except ProcessError as error:
            if not any(words in error.result.err for words in CONVERSION_FAILED):
                raise
            self.history.left_out[file.path] = "git cannot convert it: " + error.result.complaint

    def _with_filters(self, files: list[_File]) -> set[bytes]:
        """The files whose attributes ask for a conversion other than of line ends."""
        paths = b"".join(file.path + b"\0" for file in files)
        out = self.git("check-attr", "-z", "--stdin", "filter", "working-tree-encoding", stdin=paths).out
        words = out.split(b"\0")
        return {path for path, value in zip(words[0::3], words[2::3]) if value not in (b"unspecified", b"unset")}

    def _write_many_blobs(self, files: list[_File]) -> None:
        """Source: git-fast-import(1)."""
        numbered = enumerate(files, 1)
        blobs = (b"blob\nmark :%d\ndata %d\n%s\nget-mark :%d\n" % (n, len(f.data), f.data, n) for n, f in numbered)
        stdin = b"".join(blobs) + b"done\n"
        out = self.git("fast-import", "--quiet", "--done", "--depth=0", stdin=stdin).text
        for file, oid in zip(files, out.split("\n")):
            file.oid = oid


def snapshot_tree(history: History, redactor: Redactor) -> str:
    """The id of the tree that the work tree is now, redacted; the history's lock is held."""
    snapshot = _Snapshot(history, redactor)
    return snapshot.work_with(lambda: snapshot.look(lag=0)) or ""


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  14. Autosave and recovery
#  While a session is open, autosaves hang on refs/cs/auto; its end makes one clean commit of them; after a crash
#  whatever is missing or older comes back.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

# ── autosave ──


def headed_lines(text: str) -> Iterator[tuple[str, str]]:
    """The lines of a document, each after the `## heading` that it stands under, outside of code fences."""
    heading, fenced = "", False
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif line.startswith("## ") and not fenced:
            heading = line
        yield heading, line


def latest_heading(text: str) -> str:
    """The last heading of the discoveries.

    >>> latest_heading("# Discoveries\\n## The cache lies\\n```\\n## no\\n```\\n")
    'The cache lies'
    """
    headings = [heading for heading, _ in headed_lines(text)]
    return headings[-1][3:].strip() if headings else ""


def _run_of(session: Session) -> str:
    """Which run of the launcher a snapshot belongs to: the owner of the session's lock."""
    owner = lock_owner(session)
    return f"{owner.host}:{owner.pid}:{owner.start}" if owner is not None else ""


def _commit_tree(history: History, tree: str, parents: list[str], message: str, environment: dict[str, str]) -> str:
    words = [word for parent in parents if parent for word in ("-p", parent)]
    settings = ("-c", "i18n.commitEncoding=utf-8")
    return history.git.run(
        *settings, "commit-tree", tree, *words, "-F", "-", stdin=message.encode(), environment=environment
    ).text


def _git_works_in(history: History, otherwise: bool) -> bool:
    """Whether a git process works in the repository; `otherwise` where that cannot be told. Source: proc(5)."""
    inside = tuple(os.path.join(path, "") for path in (history.git.directory, history.common, history.directory))
    try:
        processes = [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return otherwise
    for pid in processes:
        try:
            if (read_text(f"/proc/{pid}/comm") or "").startswith("git"):
                directory = os.readlink(f"/proc/{pid}/cwd")
                if os.path.join(directory, "").startswith(inside):
                    return True
        except OSError:
            pass  # it has ended, or is somebody else's
    return False if processes else otherwise


def _remove_stale_lock(history: History, path: str) -> None:
    """Removes a lock file of git's whose process was killed: git holds it for moments, and no git works there."""
    try:
        held = time.time() - os.stat(path).st_mtime
    except OSError:
        return
    if held > 1 and not _git_works_in(history, otherwise=held < 600):
        remove_file(path)


def _clear_stale_ref_locks(history: History) -> None:
    """Removes the lock files that a killed git has left on refs that only cs writes, and old ones elsewhere."""
    for directory, _, names in os.walk(os.path.join(history.common, *history.refs.split("/"))):
        for name in names:
            if name.endswith(".lock"):
                remove_file(os.path.join(directory, name))
    branch = history.git.branch()
    for base, name in (
        (history.directory, "HEAD"),
        (history.common, f"refs/heads/{branch}"),
        (history.common, "packed-refs"),
    ):
        _remove_stale_lock(history, os.path.join(base, name + ".lock"))


def _change_refs(history: History, *command: str, stdin: bytes, running: Running | None = None) -> str:
    """What a git command that changes refs has printed; lock files that a killed git has left do not stop it."""
    deadline = time.monotonic() + 3
    while True:
        running = running or history.git.start(*command, reads=True)
        result, running = running.result(stdin, check=False), None
        if result.status == 0:
            return result.text
        if b".lock'" not in result.err or time.monotonic() > deadline:
            raise ProcessError(["git"], result)
        _clear_stale_ref_locks(history)
        time.sleep(0.1)


def _move_refs(history: History, commands: list[str], reason: str = "cs") -> None:
    """Changes refs together, each only from the value it is known to have."""
    stdin = "".join(command + "\n" for command in commands).encode()
    _change_refs(history, "update-ref", "-m", reason, "--stdin", stdin=stdin)


def _quoted(path: bytes) -> bytes:
    """A path as git-fast-import(1) reads it."""
    return b'"%s"' % path.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")


def _autosave_stream(history: History, snapshot: _Snapshot, parent: str, message: str, moment: int) -> bytes:
    """A commit on refs/cs/auto of the shadow's tree with the edits. Source: git-fast-import(1)."""
    text = message.encode()
    lines = [b"commit %s\nmark :1\ncommitter cs <cs> %d +0000" % (history.auto.encode(), moment)]
    lines += [b"data %d\n%s" % (len(text), text), *([b"from " + parent.encode()] if parent else [])]
    lines.append(b'M 040000 %s ""' % snapshot.state["tree"].encode())
    for path, (mode, oid) in snapshot.edits.items():  # what is gone comes first: a directory may take its place
        name = _quoted(path[len(history.prefix) :])
        lines.append(b"M %s %s %s" % (mode.encode(), oid.encode(), name) if oid else b"D " + name)
    return b"\n".join([*lines, b"get-mark :1", b"done\n"])


class _Importer:
    """A git-fast-import(1) that is started while git looks, and asked once or not at all.

    Left without a word it changes nothing, and from the first one on only what ends with `done` counts.
    """

    SETTINGS = ("-c", "fastimport.unpackLimit=100", "-c", "core.ignoreCase=false")  # "a" and "A" are two files
    COMMAND = (*SETTINGS, "fast-import", "--quiet", "--depth=0")

    def __init__(self, history: History) -> None:
        self.history = history
        self.running: Running | None = None

    def start(self) -> None:
        if self.running is None:
            self.running = self.history.git.start(*self.COMMAND, reads=True)

    def leave(self) -> None:
        """Lets it end, if nobody has asked it."""
        if self.running is not None:
            self.running.result(check=False)
            self.running = None

    def feed(self, stream: bytes) -> str:
        """What it prints. Its report of a failure is not left in the repository."""
        self.start()
        running, self.running = self.running, None
        try:
            return _change_refs(self.history, *self.COMMAND, stdin=b"feature done\n" + stream, running=running)
        except ProcessError:
            for name in os.listdir(self.history.directory):
                report = os.path.join(self.history.directory, name)
                if name.startswith("fast_import_crash_") and f": {os.getpid()}\n" in (read_text(report) or ""):
                    remove_file(report)
            raise


def _write_autosave(snapshot: _Snapshot, importer: _Importer, parent: str, moment: int) -> str:
    history = snapshot.history
    subject = snapshot.redactor.redact_text(latest_heading(read_text(history.session.discoveries) or ""))[:200]
    facts = f"head={snapshot.head}\nrun={_run_of(history.session)}\n"
    message = f"Autosave: {subject or history.session.name}\n\n{facts}"
    saved = importer.feed(_autosave_stream(history, snapshot, parent, message, moment))
    snapshot.state["saved"] = [saved, snapshot.content]
    return saved


def _autosave_with(snapshot: _Snapshot, importer: _Importer, lag: int) -> str | None:
    moment = int(time.time())  # before anything is read: a file that is newer than this is newer than the snapshot
    tree, auto = snapshot.look(lag), snapshot.history.auto
    saved = snapshot.state.get("saved") or ["", ""]
    if saved[0] and saved[1] != snapshot.content:
        try:
            return _write_autosave(snapshot, importer, auto + "^0", moment)
        except ProcessError as error:
            if b".lock'" in error.result.err:
                raise
    head_tree, previous, last_tree = snapshot.history.look_up("HEAD^{tree}", auto, auto + "^{tree}")
    is_committed = not snapshot.edits and tree == (last_tree if previous else head_tree)
    if is_committed or saved == [previous, snapshot.content]:
        return None
    return _write_autosave(snapshot, importer, previous or snapshot.head, moment)


def _autosave(history: History, redactor: Redactor, lag: int = LAG) -> str | None:
    importer = _Importer(history)

    def prepare() -> None:
        importer.start()
        redactor.prepare()

    snapshot = _Snapshot(history, redactor, prepare)
    try:
        return snapshot.work_with(lambda: _autosave_with(snapshot, importer, lag))
    finally:
        importer.leave()


def autosave(places: Places, session: Session) -> str | None:
    """Saves the work tree as a commit on refs/cs/auto; None when nothing is new since the last one.

    HEAD, index, branch and reflog of the user are not touched. Raises Busy when another process is at it.
    """
    history = open_history(places, session)
    if history is None:
        return None
    with history.lock():
        return _autosave(history, Redactor(history))


def _autosave_turn(session: Session) -> FileLock:
    """Who waits for the next autosave. The file's time is that of the last one."""
    return FileLock(os.path.join(session.local, "autosave.turn"), 0.0)


def autosave_is_waiting(session: Session) -> bool:
    """Whether a process waits already that will save what has just been written."""
    try:
        with _autosave_turn(session):
            return False
    except (Busy, OSError):
        return True


def autosave_is_left(session: Session) -> bool:
    """Whether there is an autosave that no commit has taken up, as after a crash.

    No process is started, unless the repository keeps its refs in a table (git-init(1), `--ref-format`).
    """
    found = git_directory(session.directory)
    if found is None:
        return False
    common = common_directory(found)
    refs = ("refs/cs/auto", own_refs(session) + "auto")
    if os.path.isdir(os.path.join(common, "reftable")):
        return Git(session.directory).run("for-each-ref", *refs, check=False).out != b""
    packed = read_text(os.path.join(common, "packed-refs")) or ""
    return any(os.path.isfile(os.path.join(common, ref)) or f" {ref}\n" in packed for ref in refs)


def _next_autosave(path: str) -> float:
    """When the next autosave is due: after a pause, and a longer one where the last took long (huge, busy files)."""
    status = os.stat(path)
    if not status.st_size:
        return 0.0  # there has been none
    try:
        took = float(read_key_values(path).get("took", "0"))
    except ValueError:
        took = 0.0
    return status.st_mtime + min(max(AUTOSAVE_PAUSE, 10 * took), LONGEST_PAUSE)


def write_text_in_place(path: str, text: str) -> None:
    """Rewrites a file that may be locked, and whose content nobody needs."""
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def autosave_when_due(places: Places, session: Session, at_once: bool = False) -> str | None:
    """For a process in the background: saves the work tree, but not sooner than AUTOSAVE_PAUSE after the last time.

    While one process waits, others leave it to that one. Nothing is saved any more if the session ends meanwhile.
    """
    turn = _autosave_turn(session)
    try:
        with turn:
            due = 0.0 if at_once else _next_autosave(turn.path)
            was_open = lock_owner(session) is not None
            while 0 < due - time.time() <= LONGEST_PAUSE and os.path.isdir(session.local):
                time.sleep(min(0.5, max(0.01, due - time.time())))
                if was_open and lock_owner(session) is None:
                    return None
            write_text_in_place(turn.path, "begun\n")  # whoever writes from here on needs another autosave
    except Busy:
        if not at_once:
            return None
    begun = time.monotonic()
    saved = autosave(places, session)
    write_text_in_place(turn.path, f"took={time.monotonic() - begun:.2f}\n")
    return saved


# ── the clean commit ──


def _first_five(names: list[str]) -> str:
    more = [f"+{len(names) - 5} more"] if len(names) > 5 else []
    return ", ".join([*map(clean, names[:5]), *more])


def update_subject(paths: list[str]) -> str:
    """The subject line of a clean commit: what a person has found or made comes before our own books.

    >>> update_subject([".cs/discoveries.md", "a/deploy.sh"])
    'Session update: 2 files (discoveries.md, deploy.sh)'
    >>> update_subject([".cs/changes.md", ".cs/discoveries.md", ".cs/logs/session.log", "run.sh"])
    'Session update: 4 files (discoveries.md, changes.md, run.sh, session.log)'
    >>> update_subject(list("abcdefg"))
    'Session update: 7 files (a, b, c, d, e, +2 more)'
    """
    ranks = {".cs/discoveries.md": 0, ".cs/changes.md": 1}
    ordered = sorted(paths, key=lambda path: ranks.get(path, 3 if path.startswith(".cs/") else 2))
    return f"Session update: {plural(len(paths), 'file')} ({_first_five([os.path.basename(p) for p in ordered])})"


def _bring_index_to_head(history: History) -> None:
    """After a commit that was made past the user's index, so that `git status` compares with it."""
    _remove_stale_lock(history, os.path.join(history.directory, "index.lock"))
    if history.git.run("diff-index", "--cached", "--quiet", "HEAD", check=False).status != 0:
        result = history.git.run("read-tree", "--reset", "HEAD", check=False)
        if result.status != 0:
            log_line(history.session, f"the index is not up to date: {result.complaint}")
            return
    history.git.run("update-index", "-q", "--refresh", check=False)


def _commit(history: History, redactor: Redactor, subject: str | None) -> str | None:
    tree = snapshot_tree(history, redactor)
    for attempt in (1, 2, 3):
        head, head_tree, auto = history.look_up("HEAD", "HEAD^{tree}", history.auto)
        moves = [f"delete {history.auto} {auto}"] if auto else []
        commit = None
        if tree != head_tree:
            title = subject or update_subject(history.changed_paths(head, tree))
            commit = _commit_tree(history, tree, [head], redactor.redact_text(title) + "\n", history.git.identity())
            moves.insert(0, f"update HEAD {commit} {head or '0' * len(commit)}")
        try:
            if moves:
                _move_refs(history, moves, "cs: " + (subject or "session update"))
            break
        except ProcessError:
            if attempt == 3 or history.look_up("HEAD")[0] == head:
                raise  # not because somebody else has committed meanwhile
    redactor.unstored.tidy()
    _bring_index_to_head(history)
    history.git.run("gc", "--auto", "--quiet", check=False)
    return commit


def _tell_left_out(history: History, redactor: Redactor, told: dict[bytes, str]) -> None:
    news = {path: why for path, why in sorted(history.left_out.items()) if told.get(path) != why}
    told.update(news)
    if news:
        shown = [f"{redactor.shown(path)} ({why})" for path, why in news.items()]
        more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""
        warn("left out of the commit: " + ", ".join(shown[:5]) + more)


def unused_name(name: str, taken: Iterable[str]) -> str:
    """A name that sorts after all those of the same moment that are there.

    >>> unused_name("a", []), unused_name("a", ["a"]), unused_name("a", ["a.03", "b"])
    ('a', 'a.01', 'a.04')
    """
    numbers = [other[len(name) + 1 :] or "0" for other in taken if other == name or other.startswith(name + ".")]
    used = [int(number) for number in numbers if number.isdigit()]
    return f"{name}.{max(used) + 1:02}" if used else name


def _put_autosave_away(history: History, where: str) -> None:
    """Moves the autosave to `refs/cs/<where>/<time>`, unless the newest one there is the same; ten are kept."""
    saved = history.look_up(history.auto)[0]
    if not saved:
        return
    listing = history.git.text("for-each-ref", "--format=%(refname)", f"{history.refs}{where}/")
    there = sorted(ref for ref in listing.split("\n") if ref)
    moves = [f"delete {history.auto} {saved}"]
    trees = history.look_up(f"{saved}^{{tree}}", f"{there[-1]}^{{tree}}") if there else ["", "none"]
    if trees[0] != trees[1]:
        name = unused_name(f"{history.refs}{where}/{stamp(time.time())}", there)
        moves.append(f"create {name} {saved}")
        moves += [f"delete {ref}" for ref in there[: 1 - KEPT_STATES]]
    _move_refs(history, moves)


def uncommitted_files(history: History) -> list[str]:
    """Files that the next clean commit would change; in somebody else's repository, what git says."""
    if not history.is_own:
        return [entry[3:] for entry in _paths(history.git.run("status", "--porcelain", "-z", "--no-renames").out)]
    with history.lock():
        tree = snapshot_tree(history, Redactor(history))
    return history.changed_paths(history.look_up("HEAD")[0], tree)


# ── the archive of artifacts ──


def _without_owner(entry: Any) -> Any:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def _files_below(directory: str) -> Iterator[str]:
    """The regular files below a directory, relative to it; links are not followed."""
    for parent, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(parent, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield os.path.relpath(path, directory)


def _digest_of_files(directory: str, files: list[str]) -> str:
    import hashlib

    digest = hashlib.sha256()
    for name in files:
        data = read_bytes(os.path.join(directory, name)) or b""
        digest.update(os.fsencode(name) + b"\0%d\0" % len(data) + data)
    return digest.hexdigest()


def archive_artifacts(session: Session) -> str | None:
    """Packs the artifacts into `.cs/archives/`, if they changed since the last time; the path, or None.

    The archive stays on this machine: what it holds is in the history already, redacted.
    """
    import gzip
    import tarfile

    files = sorted(_files_below(session.artifacts))
    digest = _digest_of_files(session.artifacts, files)
    state = os.path.join(session.local, "archives.conf")
    if not files or files == ["MANIFEST.json"] or read_key_values(state).get("artifacts") == digest:
        return None
    os.makedirs(session.archives, exist_ok=True)
    there = sorted(name[:-7] for name in os.listdir(session.archives) if name.endswith(".tar.gz"))
    path = os.path.join(session.archives, unused_name(f"artifacts-{stamp(time.time())}", there) + ".tar.gz")
    beside = os.path.join(session.archives, "unfinished.tmp")
    with open(beside, "wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed, tarfile.open(
        fileobj=packed, mode="w"
    ) as archive:
        for name in files:
            archive.add(os.path.join(session.artifacts, name), "artifacts/" + name, False, filter=_without_owner)
    os.replace(beside, path)
    set_key_value(state, "artifacts", digest)
    for name in there[: 1 - KEPT_STATES]:
        remove_file(os.path.join(session.archives, name + ".tar.gz"))
    return path


def _init_repository(session: Session) -> None:
    add_missing_lines(os.path.join(session.directory, ".gitignore"), GIT_IGNORE_LINES)
    add_missing_lines(os.path.join(session.directory, ".gitattributes"), GIT_ATTRIBUTE_LINES)
    git = Git(session.directory)
    git.run("init", "--quiet", "--template=")
    git.run("symbolic-ref", "HEAD", "refs/heads/main")
    git.run("config", "cs.made", "true")


def _late_history(places: Places, session: Session) -> History | None:
    """The history of a session that was made before git was installed; it begins now."""
    below_root = os.path.dirname(session.directory) == os.path.realpath(places.root)
    is_free = below_root or work_tree_around(session.directory) is None
    if not (is_free and has_git() and session.exists) or _is_guest(session) or session.remote_host:
        return None
    _init_repository(session)
    return open_history(places, session)


def commit_session(
    places: Places, session: Session, subject: str | None = None, told: dict[bytes, str] | None = None
) -> str | None:
    """Commits everything that changed, redacted, and only then removes the autosave; returns the new commit.

    None when there was nothing to commit, or this is a repository that cs never commits to: there the last
    state is kept under refs/cs/saved. Doing it twice changes nothing; `told` keeps what was said to be left out from
    being said twice.
    """
    history = open_history(places, session)
    if history is None:
        history, subject = _late_history(places, session), "Session created"
    if history is None:
        return None
    with history.lock():
        archive_artifacts(session)
        redactor = Redactor(history)
        if not history.is_own:
            _autosave(history, redactor, lag=0)
            _put_autosave_away(history, "saved")
            redactor.unstored.tidy()
            return None
        unfinished = history.unfinished()
        if unfinished:
            _autosave(history, redactor, lag=0)
            log_line(session, f"{unfinished} is not finished: no commit, the state is in {history.auto}")
            return None
        commit = _commit(history, redactor, subject)
        _tell_left_out(history, redactor, {} if told is None else told)
    return commit


def make_repository(places: Places, session: Session) -> None:
    """Makes a session's repository, on branch main, with one first commit; without git only a warning."""
    if not has_git():
        warn("git is not installed: this session has no history and no sync", "everything else works")
        return
    _init_repository(session)
    commit_session(places, session, "Session created")


# ── recovery ──


class _Checkout:
    """Makes files of blobs again: as git would write them, with the credentials that cs has taken out of them."""

    def __init__(self, history: History, redactor: Redactor) -> None:
        self.history = history
        self.redactor = redactor
        state = read_json(os.path.join(history.session.local, "history.json"))
        self.redacted = state.get("redacted", {}) if isinstance(state, dict) else {}
        self.renamed: dict[str, bytes] = {}  # blobs that are to be found under another name, and where they were

    def file(self, path: bytes, mode: str, oid: str) -> tuple[bytes, int]:
        """The content of a file (of a link: its target) and its permissions."""
        if mode == "120000":
            return self.history.git.run("cat-file", "blob", oid).out, 0
        data = self.history.git.run("cat-file", "--filters", "--path=" + os.fsdecode(path), oid).out
        permissions = (0o777 if mode == "100755" else 0o666) & ~current_umask()
        source = path if path.startswith(b".cs/") else self.renamed.get(oid, path)
        if os.fsdecode(source) in self.redacted:
            return self._filled(source, data), permissions & 0o700
        return data, permissions

    def _filled(self, path: bytes, data: bytes) -> bytes:
        """With its credentials: from HEAD where it has them, from the store, or from the file that is there."""
        committed = self.history.committed(path)
        if committed != data and self.redactor.redact(committed) == data:
            return committed
        try:
            present = _read_regular_file(os.path.join(self.history.git.directory, os.fsdecode(path)))
        except OSError:
            present = b""
        values = self.redactor.values_for(path)
        for content in (committed, present):
            for finding in find_secrets(content.decode("utf-8", "surrogateescape"), self.redactor.known):
                values.setdefault(finding.name, finding.value)
        text, missing = fill(data.decode("utf-8", "surrogateescape"), values.get)
        if missing:
            log_line(self.history.session, f"without its values ({', '.join(missing)}): {os.fsdecode(path)}")
        return text.encode("utf-8", "surrogateescape")


def _can_hold(directory: str, path: bytes) -> bool:
    """Whether a file can be written at a relative path without going through a link or replacing a directory."""
    parts = os.fsdecode(path).split("/")
    for part in parts[:-1]:
        directory = os.path.join(directory, part)
        if os.path.lexists(directory) and (os.path.islink(directory) or not os.path.isdir(directory)):
            return False
    return not os.path.isdir(os.path.join(directory, parts[-1]))


def _set_aside(session: Session, path: bytes) -> None:
    """Moves a file of the session to `.cs/local/replaced`, instead of losing it."""
    kept = os.path.join(session.local, "replaced", stamp(time.time()), os.fsdecode(path))
    os.makedirs(os.path.dirname(kept), exist_ok=True)
    os.replace(os.path.join(session.directory, os.fsdecode(path)), kept)


def is_filled(text: str, redacted: str) -> bool:
    """Whether a text is a redacted one with anything in place of its placeholders, and of the quotes around them.

    >>> redacted = f"a: '{placeholder('A')}'\\nb: 1\\n"
    >>> is_filled("a: old\\nb: 1\\n", redacted), is_filled("a: old\\nb: 2\\n", redacted)
    (True, False)
    """
    names: list[str] = []
    fill(redacted, names.append)
    position = 0
    for number, name in enumerate(names):
        part, _, redacted = redacted.partition(placeholder(name))
        part = part.lstrip("'\"") if number else part
        found = text.find(part.rstrip("'\""), position)
        if found < 0 or (found and not number):
            return False
        position = found + len(part.rstrip("'\""))
    rest = redacted.lstrip("'\"")
    return bool(names) and text.endswith(rest) and len(text) - len(rest) >= position


class _Recovery:
    """Brings back what is missing in the work tree, or older there, than in a snapshot begun at a moment."""

    def __init__(self, history: History, snapshot: str, moment: int, base: str) -> None:
        self.history = history
        self.snapshot = snapshot
        self.moment = moment
        self.base = base  # what HEAD was then
        self.redactor = Redactor(history)
        self.checkout = _Checkout(history, self.redactor)

    def restore(self) -> list[bytes]:
        """The paths that came back."""
        removed = self._removed_by_commits()
        restored = []
        for path, mode, oid in self._not_as_in_snapshot():
            full = os.path.join(self.history.session.directory, os.fsdecode(path))
            wanted = self._is_older(full, oid) if os.path.lexists(full) else path not in removed
            if wanted and self._write(full, path, mode, oid):
                restored.append(path)
        return restored

    def _removed_by_commits(self) -> set[bytes]:
        """Files whose absence HEAD explains: it has moved since the snapshot, and lost them on its way."""
        if not self.base or self.base == self.history.git.head():
            return set()
        prefix = os.fsdecode(self.history.prefix)
        words = [
            "-r",
            "-z",
            "--name-only",
            "--no-renames",
            "--diff-filter=D",
            *([f"--relative={prefix}"] if prefix else []),
        ]
        return set(self.history.git.run("diff-tree", *words, self.base, "HEAD", check=False).out.split(b"\0"))

    def _not_as_in_snapshot(self) -> list[tuple[bytes, str, str]]:
        """Path, mode and blob of each file of the snapshot that is not unchanged in the work tree."""
        import shutil

        shadow, index = self.history.shadow, self.history.shadow + ".recovery"
        environment = {
            "GIT_DIR": self.history.directory,
            "GIT_WORK_TREE": self.history.session.directory,
            "GIT_INDEX_FILE": index,
        }

        def git(*words: str, check: bool = True) -> Result:
            return self.history.git.run(*words, environment=environment, check=check)

        try:
            remove_file(index + ".lock")
            if not self.history.prefix and os.path.exists(shadow):
                shutil.copy2(shadow, index)  # git believes it as far as its date says
            if git("read-tree", "-m", self.snapshot, check=False).status != 0:
                remove_file(index)
                git("read-tree", self.snapshot)
            git("update-index", "-q", "--refresh", check=False)
            words = git("diff-files", "-z", "--no-renames", "--ignore-submodules=all").out.split(b"\0")
        finally:
            remove_file(index)
        facts = (fields.decode().lstrip(":").split(" ") for fields in words[0::2])
        return [(path, fact[0], fact[2]) for path, fact in zip(words[1::2], facts) if fact[0] != "160000"]

    def _is_older(self, full: str, oid: str) -> bool:
        """Whether a file has another content than in the snapshot and was last written before it was taken."""
        import stat

        try:
            status = os.lstat(full)
            is_newer = status.st_mtime >= self.moment - CLOCK_GRAIN
            if is_newer or status.st_size > LARGE_FILE or not stat.S_ISREG(status.st_mode):
                return False
            data = _read_regular_file(full)
        except OSError:
            return False
        path = "--path=" + os.path.relpath(full, self.history.git.directory)
        redacted_now = self.redactor.redact(data)
        if self.history.git.run("hash-object", "--stdin", path, stdin=redacted_now).text == oid:
            return False
        redacted = self.history.git.run("cat-file", "--filters", path, oid, check=False).out
        # else only the store has changed since, as when a credential was replaced there
        return not is_filled(data.decode("utf-8", "replace"), redacted.decode("utf-8", "replace"))

    def _write(self, full: str, path: bytes, mode: str, oid: str) -> bool:
        """Writes a file of the snapshot; an older one in its place is kept in `.cs/local/replaced`."""
        session = self.history.session
        if not _can_hold(session.directory, path):
            log_line(session, f"not recovered, something else is in its place: {os.fsdecode(path)}")
            return False
        data, permissions = self.checkout.file(self.history.prefix + path, mode, oid)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        if os.path.lexists(full):
            _set_aside(session, path)
        if mode == "120000":
            os.symlink(os.fsdecode(data), full)
        else:
            write_atomically(full, data, permissions)
        return True


def _recover(history: History) -> str | None:
    with history.lock():
        shown = "--format=%(objectname) %(committerdate:unix)%0a%(contents:body)"
        identity, _, body = history.git.text("for-each-ref", shown, history.auto).partition("\n")
        if not identity:
            return None
        snapshot, moment = identity.split(" ")
        facts = parse_key_values(body)
        if facts.get("run") and facts["run"] == _run_of(history.session):
            return None  # made by the run that is going on
        restored = _Recovery(history, snapshot, int(moment), facts.get("head", "")).restore()
        _put_autosave_away(history, "recovered")
    if not restored:
        return None
    names = _first_five([os.fsdecode(path) for path in restored])
    text = f"{plural(len(restored), 'file')} from the autosave of {local_time(int(moment))}: {names}"
    log_line(history.session, "Recovered " + text)
    return text


def recover(places: Places, session: Session) -> str | None:
    """After a crash, brings back what is missing or older than in the last autosave; one line about it, or None.

    A file that changed after the snapshot is never touched. The snapshot stays under refs/cs/recovered.
    """
    try:
        history = open_history(places, session)
        return None if history is None else _recover(history)
    except (CsError, OSError) as error:
        log_line(session, f"Recovery failed: {error}")
        warn(f"the last autosave could not be brought back: {error}", "it stays, and the next start tries again")
        return None


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  15. Session life
#  Creating, adopting, migrating, renaming, removing and bringing back. Each deed is all or nothing: what is
#  new is made beside and renamed into place, what is removed is moved to the trash.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

README_TEMPLATE = """\
# {name}

## Objective

[What this session is for]

## Environment

[Machines, versions, accounts, paths that matter]

## Outcome

[What came of it]
"""

DISCOVERIES_TEMPLATE = """\
# Discoveries

<!-- One "## heading" for each finding, newest last. -->
"""

CHANGES_TEMPLATE = """\
# Changes

"""

PROTOCOL_BEGIN = "<!-- cs:begin (this block is kept by cs; text outside of it is yours) -->"
PROTOCOL_END = "<!-- cs:end -->"

PROTOCOL_TEMPLATE = """\
# cs session: {name}

This directory is a `cs` session: what is learnt here outlives the conversation.

- On resume read `.cs/README.md`, `.cs/discoveries.md` and, where present, `.cs/summary.md` first.
- Keep `.cs/README.md` true: objective, environment, outcome.
- Note each finding, decision and dead end in `.cs/discoveries.md` under a `## heading` of its own, as it happens.
- `.cs/changes.md` and copies of scripts and configurations in `.cs/artifacts/` are kept for you.
- A password, key or token never goes into a file: `cs -secrets set NAME` stores it (value on stdin),
  `cs -secrets get NAME` and `cs -secrets run -- COMMAND` use it.
"""

STAGING = ".new-"  # begins the name of a session's directory while it is being made

LEGACY_ITEMS = (  # of the earliest layout, directly in the session; what tells such a session moves last
    "README.md",
    "discoveries.md",
    "discoveries.archive.md",
    "discoveries.compact.md",
    "changes.md",
    "summary.md",
    "sync.conf",
    "remote.conf",
    "age-recipients",
    "secrets.age",
    "secrets.enc",
    "session.lock",
    "artifacts",
    "logs",
)


# ── one move at a time ──


class Move:
    """While one process makes a session of a directory, or gives one another place and name, no other one does.

    What is being moved stands in the lock's file, so that the next one can end what a killed process has begun.
    """

    def __init__(self, places: Places) -> None:
        self.places = places
        self.lock = FileLock(os.path.join(places.root, ".moving"), 60.0)

    def __enter__(self) -> Move:
        os.makedirs(self.places.root, mode=0o700, exist_ok=True)
        self.lock.__enter__()
        try:
            self._settle()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, *error: Any) -> None:
        self.lock.__exit__(*error)

    def _settle(self) -> None:
        note = read_json(self.lock.path)
        if isinstance(note, dict):
            is_there, is_moved = (os.path.lexists(str(note.get(place))) for place in ("source", "target"))
            keys = str(note.get("old")), str(note.get("new"))
            if is_there != is_moved:
                open_store(self.places).settle(*(keys if is_moved else reversed(keys)))
            write_text_in_place(self.lock.path, "")

    def rename(self, source: str, target: str, old: str, new: str, failure: str) -> None:
        """Renames the directory or link of a session, and the name that its secrets go by: both or none."""
        import json

        def rename() -> None:
            try:
                os.rename(source, target)
            except OSError as error:
                raise CsError(f"{failure}: {error.strerror}") from error

        note = {"source": source, "target": target, "old": old, "new": new}
        write_text_in_place(self.lock.path, json.dumps(note))
        try:
            open_store(self.places).move_session(old, new, rename)
        except CsError:
            write_text_in_place(self.lock.path, "")  # everything is as it was
            raise
        write_text_in_place(self.lock.path, "")


def settle_moves(places: Places) -> None:
    """Ends what a killed process has begun to move; before a name is given to anything new."""
    try:
        is_left = os.path.getsize(os.path.join(places.root, ".moving")) > 0
    except OSError:
        return
    if is_left:
        with Move(places):
            pass


# ── creating ──


def _clear_leftovers(places: Places) -> None:
    """Removes what creations that were killed half-way have left."""
    for name in os.listdir(places.root):
        if name.startswith(STAGING):
            pid = name.rpartition("-")[2]
            if pid.isdigit() and not process_is_alive(int(pid)):
                remove_tree(os.path.join(places.root, name))


def _write_meta(meta: str, session: Session, shown_path: str, auto_sync: str) -> None:
    """Writes the documents of a new session into a directory that will become its `.cs`."""
    now = local_time(time.time())
    header = f"Session: {session.name}\nStarted: {now}\nHost: {host_name()}\nPath: {shown_path}\n\n"
    files = {
        session.readme: README_TEMPLATE.format(name=session.name),
        session.discoveries: DISCOVERIES_TEMPLATE,
        session.changes: CHANGES_TEMPLATE,
        session.manifest: "[]\n",
        session.log: header,
        session.sync_conf: f"auto_sync={auto_sync}\n",
    }
    for path, text in files.items():
        path = os.path.join(meta, os.path.relpath(path, session.meta))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_atomically(path, text, durable=False)
    os.makedirs(os.path.join(meta, os.path.relpath(session.local, session.meta)), mode=0o700, exist_ok=True)


def protocol_block(name: str) -> str:
    """What CLAUDE.md tells Claude about the session, between marks by which cs finds it again."""
    return f"{PROTOCOL_BEGIN}\n{PROTOCOL_TEMPLATE.format(name=name)}{PROTOCOL_END}\n"


def without_protocol(text: str) -> str:
    """A CLAUDE.md without the block: exactly what it was before.

    >>> without_protocol(with_protocol("\\nmine\\r\\n", "x"))
    '\\nmine\\r\\n'
    """
    before, begin, rest = text.partition(PROTOCOL_BEGIN)
    _, end, after = rest.partition(PROTOCOL_END)
    if not begin or not end:
        return text
    after = after[1:] if after.startswith("\n") else after
    return before + (after[1:] if after.startswith("\n") else after)


def with_protocol(text: str, name: str) -> str:
    """A CLAUDE.md with the current block; the text of its own stays as it is, below the block.

    >>> with_protocol("mine", "x").endswith(PROTOCOL_END + "\\n\\nmine")
    True
    """
    own = without_protocol(text)
    return protocol_block(name) + ("\n" + own if own else "")


def _write_protocol(session: Session) -> None:
    """Puts the current block into a CLAUDE.md, which keeps its own text."""
    text = (read_bytes(session.claude_md) or b"").decode("utf-8", "surrogateescape")
    write_atomically(session.claude_md, with_protocol(text, session.name))


def _make_session_in(places: Places, session: Session, has_repository: bool) -> None:
    """Makes a session of a directory that holds somebody's files, `.cs` last; a repository there is left as it is."""
    beside, before = session.meta + ".new", read_bytes(session.claude_md)
    if os.path.lexists(session.meta) and not (os.path.isdir(session.meta) and not os.listdir(session.meta)):
        raise CsError(f"there is something else called {session.meta}", "move it away first")
    remove_tree(beside)
    try:
        _write_meta(beside, session, shown_path=session.directory, auto_sync="off" if has_repository else "on")
        if has_repository:
            set_key_value(os.path.join(beside, "local", "adopted.conf"), "own_repository", "no")
        _write_protocol(session)
        if has_repository:
            hide_local_files(session)
        os.rename(beside, session.meta)
    except BaseException:
        remove_tree(beside)
        remove_file(session.claude_md) if before is None else write_atomically(session.claude_md, before)
        raise
    if not has_repository:
        make_repository(places, session)


def create_session(places: Places, name: str) -> Session:
    """Makes a new session; a crash half-way leaves none. Whoever comes second gets the first one's."""
    session = session_named(places, name)
    os.makedirs(places.root, mode=0o700, exist_ok=True)
    if os.path.isdir(session.path) and (os.path.islink(session.path) or os.listdir(session.path)):
        with Move(places):
            if not session.exists:  # else another process has just made it
                _make_session_in(places, session, has_repository=git_directory(session.directory) is not None)
        return Session(name, session.path)
    _clear_leftovers(places)
    staging = Session(name, os.path.join(places.root, f"{STAGING}{name}-{os.getpid()}"))
    try:
        os.mkdir(staging.path)
        _write_meta(staging.meta, staging, shown_path=session.path, auto_sync="on")
        write_atomically(staging.claude_md, protocol_block(name), durable=False)
        make_repository(places, staging)
        os.rename(staging.path, session.path)
    except BaseException as error:
        remove_tree(staging.path)
        if not isinstance(error, OSError):
            raise
        if not session.exists:  # else another process has just made it
            raise CsError(f"session '{name}' cannot be created: {error.strerror or error}") from error
    return Session(name, session.path)


def complete_session(session: Session) -> None:
    """Adds what an earlier tool, or a clone from another machine, left out; changes nothing that is there."""
    os.makedirs(session.local, mode=0o700, exist_ok=True)
    os.makedirs(session.artifacts, exist_ok=True)
    os.makedirs(os.path.dirname(session.log), exist_ok=True)
    if not os.path.lexists(session.manifest):
        write_atomically(session.manifest, "[]\n", durable=False)
    if git_directory(session.directory) is not None:
        hide_local_files(session)


# ── adopting ──


def _inside_git(directory: str) -> bool:
    """Whether a directory is git's own, or in one: a bare repository, a `.git`. Source: gitrepository-layout(5)."""
    while git_directory(directory) is None:
        if all(os.path.exists(os.path.join(directory, name)) for name in ("HEAD", "objects", "refs")):
            return True
        if directory == os.path.dirname(directory):
            break
        directory = os.path.dirname(directory)
    return False


def _refuse_to_adopt(places: Places, directory: str, session: Session) -> None:
    if _inside_git(directory):
        raise CsError(f"{directory} belongs to a git repository's own files", "change to a work tree of it first")
    root = os.path.realpath(places.root)
    if any(
        os.path.join(path, "").startswith(os.path.join(directory, ""))
        for path in (root, os.path.realpath(places.home))
    ):
        raise CsError(f"{directory} cannot become a session", "change to the directory of a project first")
    if directory.startswith(root + os.sep):
        name = os.path.relpath(directory, root).split(os.sep)[0]
        raise CsError(f"{directory} is inside the sessions directory already", f"cs {name} opens the session there")
    for name in session_names(places):
        if os.path.realpath(os.path.join(places.root, name)) == directory:
            raise CsError(f"this directory is the session '{name}' already", f"cs {name} opens it")
    if os.path.lexists(session.path):
        raise CsError(f"there is a session '{session.name}' already", "choose another name")


def adopt_directory(places: Places, directory: str, name: str) -> Session:
    """Makes a session of a project where it is; a repository that is already there is left as it is."""
    session = session_named(places, name)
    directory = os.path.realpath(directory)
    _refuse_to_adopt(places, directory, session)
    with Move(places):
        _refuse_to_adopt(places, directory, session)
        found = Session(name, directory)
        if found.exists:
            complete_session(found)
            hide_local_files(found)
            _write_protocol(found)
        else:
            _make_session_in(places, found, has_repository=work_tree_around(directory) is not None)
        os.symlink(directory, session.path, target_is_directory=True)
    return Session(name, session.path)


def remove_protocol(session: Session) -> bool:
    """Takes cs's block out of a CLAUDE.md, or the file if it held nothing else; says whether it was there."""
    data = read_bytes(session.claude_md)
    text = (data or b"").decode("utf-8", "surrogateescape")
    own = without_protocol(text)
    if own == text:
        return False
    if own:
        write_atomically(session.claude_md, own)
    else:
        remove_file(session.claude_md)
    return True


# ── the layout of earlier tools ──


def _migrating(session: Session) -> str:
    return session.meta + ".migrating"


def needs_migration(session: Session) -> bool:
    """Whether a session still has (or half has) the layout without `.cs/`."""
    if session.exists:
        return False
    return os.path.isfile(os.path.join(session.directory, "logs", "session.log")) or os.path.isdir(
        _migrating(session)
    )


def migrate_session(places: Places, session: Session) -> None:
    """Moves the documents of the earliest layout into `.cs/`; a crash half-way is continued at the next open."""
    beside = _migrating(session)
    os.makedirs(beside, exist_ok=True)
    for item in LEGACY_ITEMS:
        source, target = os.path.join(session.directory, item), os.path.join(beside, item)
        if os.path.lexists(source) and not os.path.lexists(target):
            os.rename(source, target)
    os.rename(beside, session.meta)
    complete_session(session)
    if git_directory(session.directory) is None:
        make_repository(places, session)
    else:
        commit_session(places, session, "Move the session's documents into .cs")


# ── renaming ──


def entry_on_disk(places: Places, name: str) -> Session:
    """The entry of that very name below the root, even if the name breaks the rule; hidden ones are none."""
    path = os.path.join(places.root, name)
    if not name or name.startswith(".") or os.path.basename(path) != name or not os.path.lexists(path):
        raise CsError(f"there is no session '{name}'", *(did_you_mean(name, session_names(places)) or [LIST_HINT]))
    return Session(name, path)


def _session_to_rename(places: Places, old: str, new: str) -> Session:
    session = entry_on_disk(places, old) if not is_name(old) else existing_session(places, old)
    target = os.path.join(places.root, new)
    if os.path.lexists(target) and not (old.lower() == new.lower() and os.path.samefile(session.path, target)):
        raise CsError(f"there is a session '{new}' already", "choose another name")
    return session


def rename_session(places: Places, old: str, new: str, force: bool = False) -> Session:
    """Gives a session another name: directory or link, and secrets; its conversations are found again by cs."""
    check_name(new)
    session = _session_to_rename(places, old, new)
    if new == old:
        raise CsError(f"'{old}' has that name already")
    refuse_locked(session, "renaming it", force)
    with Move(places) as move:
        session = _session_to_rename(places, old, new)
        if session.remote_host and "name" not in read_key_values(session.remote_conf):
            set_key_value(session.remote_conf, "name", old)  # there it keeps the name it has
        keep_conversations(places, session)
        renamed = Session(new, os.path.join(places.root, new))
        move.rename(session.path, renamed.path, old, new, f"'{old}' cannot be renamed")
    log_line(renamed, f"Renamed from {old}")
    return renamed


# ── the trash ──


def _parse_stamp(text: str) -> float | None:
    """The inverse of stamp()."""
    d = text.replace("-", "")
    if len(text) != 15 or not d.isdigit():
        return None
    return parse_local_time(f"{d[:4]}-{d[4:6]}-{d[6:8]} {d[8:10]}:{d[10:12]}:{d[12:]}")


class TrashEntry:
    """One removed session: the name of its entry in the trash, its own name, and when it was removed."""

    __slots__ = ("entry", "name", "path", "removed")

    def __init__(self, path: str) -> None:
        self.path = path
        self.entry = os.path.basename(path)
        self.name, _, date = self.entry[:-7].rpartition("-")
        self.removed = _parse_stamp(date + self.entry[-7:])

    @property
    def secrets_key(self) -> str:
        """Where its secrets wait in the store; no session can have that name."""
        return ".trash/" + self.entry

    def size(self) -> int:
        """The bytes of its files, without what a link points to."""
        if os.path.islink(self.path):
            return 0
        files = (os.path.join(top, name) for top, _, names in os.walk(self.path) for name in names)
        return sum(os.lstat(path).st_size for path in files)


def trash_entries(places: Places) -> list[TrashEntry]:
    """What is in the trash, newest first."""
    try:
        paths = [os.path.join(places.trash, name) for name in os.listdir(places.trash)]
    except FileNotFoundError:
        return []
    entries = [entry for entry in map(TrashEntry, paths) if entry.removed is not None]
    return sorted(entries, key=lambda entry: (entry.removed or 0, entry.entry), reverse=True)


def _free_trash_entry(places: Places, name: str) -> TrashEntry:
    os.makedirs(places.trash, mode=0o700, exist_ok=True)
    moment = time.time()
    while True:
        entry = TrashEntry(os.path.join(places.trash, f"{name}-{stamp(moment)}"))
        if not os.path.lexists(entry.path):
            return entry
        moment += 1


def empty_old_trash(places: Places, now: float) -> list[TrashEntry]:
    """Deletes for good what was removed more than TRASH_DAYS ago, with its secrets."""
    old = [entry for entry in trash_entries(places) if now - (entry.removed or now) > TRASH_DAYS * 86400]
    counts = secret_counts(places) if old else {}
    for entry in old:
        if counts.get(entry.secrets_key):
            open_store(places).purge(entry.secrets_key)
        remove_tree(entry.path)
    return old


def _session_to_remove(places: Places, name: str) -> Session:
    session = session_named(places, name)
    is_odd = not session.exists and (os.path.islink(session.path) or needs_migration(session))
    return session if is_odd else existing_session(places, name)


def remove_session(places: Places, name: str, force: bool = False) -> TrashEntry:
    """Moves a session to the trash; of an adopted one only the link goes there, of a remote one the stub."""
    if _session_to_remove(places, name).exists:
        refuse_locked(session_named(places, name), "removing it", force)
    with Move(places) as move:
        session = _session_to_remove(places, name)
        if session.exists:
            keep_conversations(places, session)
        empty_old_trash(places, time.time())
        entry = _free_trash_entry(places, name)
        failure = f"'{name}' cannot be moved to the trash"
        move.rename(session.path, entry.path, name, entry.secrets_key, failure)
    return entry


def _entry_to_restore(places: Places, wanted: str) -> tuple[TrashEntry, Session]:
    """The newest entry of that name, or the very entry, and the session that it will be."""
    entries = [entry for entry in trash_entries(places) if wanted in (entry.name, entry.entry)]
    if not entries:
        known = {entry.name for entry in trash_entries(places)}
        raise CsError(
            f"there is no '{wanted}' in the trash", *did_you_mean(wanted, known) or ["cs -restore lists it"]
        )
    session = session_named(places, entries[0].name)
    if os.path.lexists(session.path):
        raise CsError(
            f"there is a session '{session.name}' already",
            f"cs -rename {session.name} <new> makes room for the old one",
        )
    return entries[0], session


def restore_session(places: Places, wanted: str) -> Session:
    """Brings back the newest entry of that name, or the very entry, with its secrets."""
    _entry_to_restore(places, wanted)
    with Move(places) as move:
        entry, session = _entry_to_restore(places, wanted)
        failure = f"'{session.name}' cannot be brought back"
        move.rename(entry.path, session.path, entry.secrets_key, session.name, failure)
    return session


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  16. Merging
#  What came from both sides is merged between objects, without the work tree; only when all of it fits are files
#  written, each after a last look, and HEAD moves last. So no conflict, no kill and no lost connection leaves
#  anything half-way.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

NETWORK_PATIENCE = 60.0  # seconds for one git command to a remote where nobody watches
BACKGROUND_PATIENCE = 20.0  # for one in the background; for a push more when it is large
SLOW_NETWORK = 200_000  # bytes a second that a push must manage
CLOSING_PATIENCE = 2.0  # how long closing a session waits for its push
PREFIX_VARIABLE = "CS_SYNC_PREFIX"

PRIVACY_NOTICE = (
    "everything in this session goes there: notes, changes, log, artifacts and files; credentials as placeholders",
    "make sure that only people who may read it can read that repository",
)


def url_with_prefix(prefix: str, name: str) -> str:
    """The URL of a session's repository below CS_SYNC_PREFIX.

    >>> url_with_prefix("git@example.org:me", "api"), url_with_prefix("git@example.org:me/", "api")
    ('git@example.org:me/api.git', 'git@example.org:me/api.git')
    >>> url_with_prefix("git@example.org:", "api"), url_with_prefix("/srv/git", "api")
    ('git@example.org:api.git', '/srv/git/api.git')
    """
    return prefix + ("" if prefix.endswith(("/", ":")) else "/") + name + ".git"


def syncs_by_itself(session: Session) -> bool:
    """Whether a session is pulled and pushed without being asked."""
    setting = read_key_values(session.sync_conf).get("auto_sync")
    return setting == "on" or (setting is None and not _is_guest(session) and not session.is_adopted)


def need_git() -> None:
    """Raises without git, which carries every sync."""
    if not has_git():
        raise ProgramMissing("git is not installed", "sync needs it; everything else works without")


def history_to_sync(places: Places, session: Session) -> History:
    """The history of a session that is to be synced; an error says why it has none."""
    refuse_remote(session, "its history and its sync")
    need_git()
    if git_directory(session.directory) is None and not _is_guest(session):
        make_repository(places, session)
    history = open_history(places, session)
    if history is None:
        raise CsError(f"session '{session.name}' has no git repository")
    return history


# ── speaking with a remote ──


REMEDIES = {  # what to do → after which words of git's
    "is the URL right?{creation}": (
        "does not appear to be a git repository",
        "' does not exist",
    ),
    "create it first, or look at the URL: cs -sync remote": ("epository not found",),
    "nobody could be asked; a credential helper or an SSH URL answers by itself": (
        "could not read Username",
        "terminal prompts disabled",
    ),
    "load your key: ssh-add; or look at the URL: cs -sync remote": ("Permission denied (publickey",),
    "connect once by hand: ssh {host}": ("Host key verification failed",),
}


def _batch_ssh(git: Git) -> dict[str, str]:
    """Tells ssh that nobody can answer, however the user has git start it. Source: git(1), git-config(1)."""
    if os.environ.get("GIT_SSH") and not os.environ.get("GIT_SSH_COMMAND"):
        return {}
    command = os.environ.get("GIT_SSH_COMMAND") or git.answer("config", "core.sshCommand") or "ssh"
    program = os.path.basename(command.split()[0].strip("'\"")) if command.split() else ""
    return {"GIT_SSH_COMMAND": command + " -o BatchMode=yes -o ConnectTimeout=10"} if program == "ssh" else {}


def wait_and_listen(process: Any) -> Result:
    """Waits for a program on this terminal; what it says on stderr is shown as it comes, such as what ssh asks for."""
    import threading

    heard = bytearray()

    def listen(handle: int) -> None:
        for chunk in iter(lambda: os.read(handle, 4096), b""):
            heard.extend(chunk)
            os.write(2, chunk)

    listener = threading.Thread(target=listen, args=(process.stderr.fileno(),), daemon=True)
    listener.start()
    try:
        out = process.stdout.read() if process.stdout is not None else b""
        process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    listener.join(1)  # not for ever: a connection kept for sharing may hold stderr open
    return Result(process.returncode, out, bytes(heard[-4000:]))


def talk_to_remote(git: Git, *words: str, quiet: bool, patience: float) -> Result:
    """Runs a git command that needs a remote. With quiet nobody is asked anything, and patience is limited."""
    if not quiet and is_terminal(sys.stdin) and is_terminal(sys.stderr):
        return wait_and_listen(git.start(*words, quiet=False).process)
    try:
        return git.run(*words, timeout=patience, environment=_batch_ssh(git), check=False)
    except ProcessError as error:
        if not error.timed_out:
            raise
        raise CsError(f"the remote gave no answer within {patience:.0f} seconds") from error


def remote_error(deed: str, url: str, result: Result) -> CsError:
    """What a remote's refusal means, in words, with what to do about it."""
    import shlex

    shown = without_credentials(url)
    said = result.complaint.replace(url, shown)
    if not said and result.status < 0:
        said = "the remote end hung up"  # while git was writing to it (SIGPIPE)
    host = "/".join(shown.split("/")[:3]) if "://" in shown else shown.partition(":")[0]
    path = "" if deed == "cloning" else local_path_of(url)
    creation = f" git init --bare {shlex.quote(path)} makes an empty one, for a push" if path else ""
    hints = [
        remedy.format(host=host, creation=creation)
        for remedy, wordings in REMEDIES.items()
        if any(wording in said for wording in wordings)
    ]
    return CsError(f"{deed} {shown} failed: {said or f'git ended with {result.status}'}", *hints)


def count_commits(history: History, *revisions: str) -> int:
    """How many commits there are in such a range; 0 before the first."""
    return int(history.git.answer("rev-list", "--count", *revisions) or 0)


class Upstream:
    """Where the current branch of a session goes: a remote, its URL, the branch there; and talking with it."""

    def __init__(self, history: History, quiet: bool) -> None:
        self.history = history
        self.quiet = quiet
        self.patience = BACKGROUND_PATIENCE if quiet else NETWORK_PATIENCE
        self.local = history.git.branch() or ""
        remote = history.config.get(f"branch.{self.local}.remote", "")
        merge = history.config.get(f"branch.{self.local}.merge", "").replace("refs/heads/", "", 1)
        self.is_set = bool(remote and merge)  # whether the branch itself says so
        self.remote = remote or "origin"
        self.branch = merge or self.local
        self.url = history.config.get(f"remote.{self.remote}.url", "")
        self.is_new = False  # whether a push has made the branch there

    @property
    def shown(self) -> str:
        return f"{without_credentials(self.url)} ({self.branch})"

    @property
    def tracking(self) -> str:
        """The ref that says what was there when it was last asked."""
        return f"refs/remotes/{self.remote}/{self.branch}"

    @property
    def tip(self) -> str:
        """The commit that was there when it was last asked; "" for none."""
        return self.history.look_up(self.tracking)[0]

    @property
    def outgoing(self) -> list[str]:
        """The range of revisions that are not there, as far as is known."""
        return ["HEAD", f"^{self.tracking}"] if self.tip else ["HEAD"]

    def need_branch(self) -> None:
        session = self.history.session
        if not self.local:
            raise CsError(
                f"session '{session.name}' is on no branch (detached HEAD)",
                f"git -C {self.history.places.shorten(session.directory)} switch main",
            )

    def fetch(self) -> bool:
        """Asks the remote for its branch; False when it has none of that name yet. Never fetches refs/cs."""
        spec = f"+refs/heads/{self.branch}:{self.tracking}"
        words = ("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", self.remote, spec)
        result = talk_to_remote(self.history.git, *words, quiet=self.quiet, patience=self.patience)
        if result.status != 0 and b"couldn't find remote ref" in result.err:
            self.history.git.run("update-ref", "-d", self.tracking, check=False)  # it was there, and is no more
            return False
        if result.status != 0:
            raise remote_error("fetching from", self.url, result)
        return True

    def push(self, is_last: bool) -> bool:
        """Pushes one branch and nothing else; False, but for the last try, when the remote has other commits."""
        git = self.history.git
        size = int(git.answer("rev-list", "--disk-usage", "--objects", *self.outgoing) or 0)  # git 2.31 and later
        spec = f"refs/heads/{self.local}:refs/heads/{self.branch}"
        words = ("push", "--porcelain", "--no-follow-tags", "--set-upstream", self.remote, spec)
        patience = self.patience + size / SLOW_NETWORK
        result = talk_to_remote(git, "-c", "push.recurseSubmodules=no", *words, quiet=self.quiet, patience=patience)
        if result.status == 0:
            self.is_new = b"[new branch]" in result.out
            return True
        if not is_last and (b"(fetch first)" in result.out or b"(non-fast-forward)" in result.out):
            return False
        rejected = [line for line in result.text.split("\n") if line.startswith("!")]
        if rejected:
            result = Result(result.status, b"", rejected[0].rpartition("\t")[2].encode() + b" " + result.err)
        raise remote_error("pushing to", self.url, result)

    def follow(self) -> None:
        """Lets the branch itself say where it goes."""
        if not self.is_set and self.history.is_own:
            self.history.git.run("branch", "--quiet", f"--set-upstream-to={self.tracking}", check=False)


def upstream_of(history: History, quiet: bool = True) -> Upstream | None:
    """Where the current branch goes; None for a session that is local only."""
    upstream = Upstream(history, quiet)
    return upstream if upstream.url else None


# ── trees ──

if TYPE_CHECKING:
    Entry = tuple[str, str]  # what a tree has at a path: git's mode, and the id of a blob or commit
    Change = tuple[Entry, Entry]  # before and after

_NOTHING = ("000000", "")
_LINK, _SUBMODULE = "120000", "160000"


class MergeConflict(CsError):
    """Both sides changed the same thing, each in its own way."""

    def __init__(self, paths: Iterable[bytes]) -> None:
        self.paths = sorted(map(os.fsdecode, paths))
        super().__init__("both sides changed " + ", ".join(self.paths))


def _parents(path: bytes) -> Iterator[bytes]:
    while b"/" in path:
        path = path.rpartition(b"/")[0]
        yield path


def is_document(path: bytes) -> bool:
    """Whether a file is one of the session's documents or logs, of which no line of either side may be lost.

    >>> is_document(b".cs/discoveries.md"), is_document(b"README.md"), is_document(b".cs/artifacts/a.md")
    (True, False, False)
    """
    directory, _, name = path.rpartition(b"/")
    return (directory == b".cs" and name.endswith(b".md")) or (directory == b".cs/logs" and name.endswith(b".log"))


def _entry(mode: str, oid: str) -> Entry:
    return _NOTHING if mode == "000000" else (mode, oid)


def tree_changes(history: History, a: str, b: str) -> dict[bytes, Change]:
    """What differs between two trees."""
    words = history.git.run("diff-tree", "-r", "-z", "--no-renames", a, b).out.split(b"\0")
    found = {}
    for facts, path in zip(words[0::2], words[1::2]):
        before, after, old, new, _ = facts.decode().lstrip(":").split(" ")
        found[path] = _entry(before, old), _entry(after, new)
    return found


def edited_tree(history: History, tree: str, edits: dict[bytes, Entry]) -> str:
    """A tree with some entries replaced, added or removed."""
    environment = {"GIT_INDEX_FILE": os.path.join(history.session.local, f"edit-{os.getpid()}.index")}
    null = "0" * len(tree)
    removals_first = sorted(edits.items(), key=lambda edit: edit[1] != _NOTHING)
    lines = [f"{mode} {oid or null}\t".encode() + path + b"\0" for path, (mode, oid) in removals_first]
    try:
        history.git.run("read-tree", tree, environment=environment)
        history.git.run("update-index", "-z", "--index-info", stdin=b"".join(lines), environment=environment)
        return history.git.run("write-tree", environment=environment).text
    finally:
        remove_file(environment["GIT_INDEX_FILE"])


def read_blob(history: History, oid: str) -> bytes:
    """The content of a blob, as git keeps it; nothing for no id."""
    return history.git.run("cat-file", "blob", oid).out if oid else b""


def write_blob(history: History, data: bytes) -> str:
    """Puts a content that is already as git keeps it into the object database."""
    return history.git.run("hash-object", "-w", "--no-filters", "--stdin", stdin=data).text


# ── files that are merged by what they mean ──


def _updated(entry: Any) -> float:
    """When an entry of the manifest was last changed, on a machine of whatever time zone."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(str(entry.get("updated") or entry.get("timestamp"))).timestamp()
    except (AttributeError, ValueError, OverflowError, OSError):
        return 0.0


def merge_by_key(base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """A three-way merge of mappings; where both changed a key, ours stays unless theirs is `updated` later.

    >>> merge_by_key({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "c": 3})
    {'a': 2, 'c': 3}
    """
    merged = {}
    for key in [*ours, *(key for key in theirs if key not in ours)]:
        mine, other, before = ours.get(key), theirs.get(key), base.get(key)
        value = other if mine == before else mine
        if mine not in (None, before) and other not in (None, before) and _updated(other) > _updated(mine):
            value = other
        if value is None and before not in (mine, other):
            value = mine or other  # deleted on one side, changed on the other
        if value is not None:
            merged[key] = value
    return merged


def _entries_by_file(content: bytes) -> dict[str, Any] | None:
    entries = parse_manifest(content)
    if entries is None:
        return None
    return {str(e.get("filename") or e.get("original_path")): e for e in entries if isinstance(e, dict)}


def merge_manifests(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Merges MANIFEST.json entry by entry; one that is damaged counts for nothing unless both are."""
    before, mine, others = map(_entries_by_file, (base, ours, theirs))
    if mine is None:
        return theirs if others is not None else None
    if others is None:
        return ours
    merged = merge_by_key(before or {}, mine, others)
    return manifest_text(list(merged.values())).encode("utf-8", "surrogateescape")


def merge_settings(base: bytes, ours: bytes, theirs: bytes) -> bytes:
    """Merges `key=value` files key by key; comments are ours."""
    texts = [content.decode("utf-8", "replace") for content in (base, ours, theirs)]
    merged = merge_by_key(*map(parse_key_values, texts))
    comments = [line for line in texts[1].splitlines() if "=" not in line or line[:1] == "#"]
    return "".join(line + "\n" for line in [*comments, *(f"{key}={merged[key]}" for key in merged)]).encode()


def _ended(content: bytes) -> bytes:
    """Text whose last line is ended, so that the next one cannot be glued to it."""
    return content if not content or content.endswith(b"\n") else content + b"\n"


def _by_heading(text: str) -> dict[str, list[str]]:
    """The lines of a document by the heading that they stand under; blank lines before a heading are its own."""
    sections: dict[str, list[str]] = {"": []}
    last = sections[""]
    for heading, line in headed_lines(text):
        if heading not in sections:
            sections[heading] = []
            while last and not last[-1].strip():
                sections[heading].append(last.pop())
        last = sections[heading]
        last.append(line)
    return sections


def _with_whole_fences(lines: list[str]) -> Iterator[str]:
    """The lines of a section; a block of code is one piece, as no line of it means anything alone."""
    block, fenced = "", False
    for line in lines:
        block += line
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        if not fenced:
            yield block
            block = ""
    if block:
        yield block


def join_documents(first: bytes, second: bytes) -> bytes:
    """All lines of two texts; a section that only one of them has stays as it is.

    >>> join_documents(b"## A\\n- x\\n", b"## B\\n- x\\n\\n## A\\n- y\\n").decode()
    '## A\\n- x\\n- y\\n## B\\n- x\\n'
    """
    joined, others = (_by_heading(text.decode("utf-8", "surrogateescape")) for text in (first, second))
    for heading, lines in others.items():
        ours = joined.setdefault(heading, [])
        if not ours:
            ours += lines
            continue
        known, pieces = set(_with_whole_fences(ours)), list(_with_whole_fences(lines))
        for before, piece in zip(["", *pieces], pieces):
            if piece.strip() and piece not in known:
                ours += [piece] if before.strip() else [before, piece]  # a paragraph begins after a blank line
    return "".join("".join(lines) for lines in joined.values()).encode("utf-8", "surrogateescape")


def _join_conflicts(text: bytes, size: int) -> bytes:
    """What git-merge-file(1) has written in diff3 style, with both sides of each conflict joined."""
    import re

    marks = tuple(mark * size for mark in (b"<", rb"\|", b"=", b">"))
    conflict = rb"^%s .*?\n((?s:.*?))^%s (?s:.*?)^%s\r?\n((?s:.*?))^%s .*?\n" % marks  # as the lines around it end
    return re.sub(conflict, lambda match: join_documents(match[1], match[2]), text, flags=re.M)


def merge_lines(history: History, path: bytes, base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Merges texts line by line; documents so that no line is lost. Source: git-merge-file(1)."""
    if any(b"\0" in content[:8000] for content in (base, ours, theirs)):
        return None
    attribute = history.git.text("check-attr", "merge", "--", os.fsdecode(path))
    by_section = is_document(path) and path.endswith(b".md")
    union = is_document(path) or attribute.endswith(": union")
    size = 7
    while any(mark * size in content for content in (base, ours, theirs) for mark in (b"<", b"|", b"=", b">")):
        size += 1
    options = ["--diff3", f"--marker-size={size}"] if by_section else ["--union"] if union else []
    directory = os.path.join(history.session.local, f"merge-{os.getpid()}")
    names = [os.path.join(directory, name) for name in ("theirs", "base", "ours")]
    try:
        make_private_directory(directory)
        for name, content in zip(names, (theirs, base, ours)):  # theirs were there first
            write_atomically(name, _ended(content) if union else content, durable=False)
        result = history.git.run("merge-file", "-p", "-q", *options, *names, check=False)
    finally:
        remove_tree(directory)
    if by_section and result.status < 128:  # the number of conflicts
        return _join_conflicts(result.out, size)
    return result.out if result.status == 0 else None


def _recipients_in(history: History, tree: str) -> set[str]:
    """The public keys in a tree."""
    listing = history.git.run("ls-tree", "-z", tree, ".cs/age-recipients/").out.split(b"\0")
    files = [entry.partition(b"\t")[0] for entry in listing if entry.endswith(b".pub")]
    texts = [read_blob(history, facts.split()[2].decode()).decode("utf-8", "replace") for facts in files]
    return {key for text in texts for key in _public_keys(text)}


# ── merging trees ──


class Merge:
    """A three-way merge of trees: what `theirs` has changed since `base` is carried over to `ours`."""

    def __init__(self, history: History, base: str, ours: str, theirs: str) -> None:
        self.history = history
        self.base, self.ours, self.theirs = base, ours, theirs
        self.edits: dict[bytes, Entry] = {}  # what becomes different from `ours`
        self.conflicts: list[bytes] = []
        self.mine: dict[bytes, Change] = {}  # what `ours` has changed since the base
        self.renames: dict[str, dict[bytes, tuple[bytes, Entry]]] = {}

    def tree(self) -> str:
        """The id of the merged tree. Raises MergeConflict."""
        if self.base == self.theirs or self.ours == self.theirs:
            return self.ours
        if self.base == self.ours:
            return self.theirs
        self.mine = mine = tree_changes(self.history, self.base, self.ours)
        others = tree_changes(self.history, self.base, self.theirs)
        self.edits = {path: after for path, (_, after) in others.items() if path not in mine}
        for path in sorted(mine.keys() & others.keys()):  # later, as a merged file may go where one has just come
            if mine[path] != others[path]:
                self._merge(path, others[path][0], mine[path][1], others[path][1])
        self._find_files_in_the_way()
        if self.conflicts:
            raise MergeConflict(self.conflicts)
        return edited_tree(self.history, self.ours, self.edits)

    def _find_files_in_the_way(self) -> None:
        """A file on one side cannot stand where the other has a directory."""
        added = {path for path, (_, after) in self.mine.items() if after != _NOTHING}
        theirs = {path for path, after in self.edits.items() if after != _NOTHING}
        for some, others in ((added, theirs), (theirs, added)):
            for path in some:
                self.conflicts += [each for parent in _parents(path) if parent in others for each in (path, parent)]

    def _merge(self, path: bytes, base: Entry, ours: Entry, theirs: Entry) -> None:
        """Both sides changed a file: decides by what kind of file it is."""
        if _NOTHING in (ours, theirs):
            self._merge_deletion(path, base, ours, theirs)
        elif ours[0].startswith("100") and theirs[0].startswith("100"):
            mode = theirs[0] if ours[0] == base[0] else ours[0]
            self._merge_file(path, path, mode, base[1], ours[1], theirs[1])
        else:
            self.conflicts.append(path)  # links, submodules

    def _merge_deletion(self, path: bytes, base: Entry, ours: Entry, theirs: Entry) -> None:
        """One side deleted or renamed what the other changed."""
        side, changed = (self.ours, theirs) if ours == _NOTHING else (self.theirs, ours)
        target, entry = self._renamed(side, path)
        if target and (side == self.ours or self.mine.get(target, (_NOTHING, entry))[1] == entry):
            self._merge_file(path, target, entry[0], base[1], entry[1], changed[1])
        elif path.startswith(b".cs/"):  # about cs's own bookkeeping nobody should be asked
            self.edits[path] = changed
        else:
            self.conflicts.append(path)

    def _renamed(self, side: str, path: bytes) -> tuple[bytes, Entry]:
        """Where a file went on the side that no longer has it, and what is there; nowhere when it was deleted."""
        if side not in self.renames:
            words = ("diff-tree", "-r", "-z", "-M", "--diff-filter=R", self.base, side)
            out = self.history.git.run(*words).out.split(b"\0")
            moves = zip((facts.decode().split(" ") for facts in out[0::3]), out[1::3], out[2::3])
            self.renames[side] = {old: (new, (facts[1], facts[3])) for facts, old, new in moves}
        return self.renames[side].get(path, (b"", _NOTHING))

    def _merge_file(self, path: bytes, target: bytes, mode: str, base: str, ours: str, theirs: str) -> None:
        """Makes one file of two versions, at a target where a side has renamed it to."""
        oid = ours if ours == theirs else self._merge_content(target, base, ours, theirs)
        if oid is None:
            self.conflicts.append(path)
        else:
            self.edits[path] = _NOTHING
            self.edits[target] = (mode, oid)

    def _merge_content(self, path: bytes, base: str, ours: str, theirs: str) -> str | None:
        """The blob in which both sides' changes are; None when they contradict each other."""
        contents = [read_blob(self.history, oid) for oid in (base, ours, theirs)]
        by_meaning: dict[bytes, Callable[[bytes, bytes, bytes], bytes | None]] = {
            b".cs/artifacts/MANIFEST.json": merge_manifests,
            b".cs/sync.conf": merge_settings,
            b".cs/remote.conf": merge_settings,
            b".cs/secrets.age": self._merge_secrets,
            b".cs/secrets.enc": self._merge_secrets,
        }
        if path in by_meaning:
            merged = by_meaning[path](*contents)
        elif path.startswith(b".cs/conversations/"):
            merged = max(contents[1:], key=len)  # each machine keeps its own words in its own transcript
        else:
            merged = merge_lines(self.history, path, *contents)
        if merged is None and path.startswith(b".cs/artifacts/"):  # both versions are kept
            self.edits[path + b"." + ours[:8].encode()] = ("100644", ours)
            return theirs
        return None if merged is None else write_blob(self.history, merged)

    def _merge_secrets(self, base: bytes, ours: bytes, theirs: bytes) -> bytes:
        """Both sides' secrets, for the recipients of both."""
        history = self.history
        keys = sorted(_recipients_in(history, self.ours) | _recipients_in(history, self.theirs))
        try:
            return merge_secrets_files(history.places, ours, theirs, base, keys)
        except CsError as error:
            warn(f"the remote's secrets file was taken as it is: {error}")
            return theirs  # what this machine has is in its store, and goes into the file with the next export


# ── bringing in what a remote has ──


class _Moved(Exception):
    """A file changed between the look at it and the write."""


def is_safe_path(path: bytes) -> bool:
    """Whether a path out of somebody's tree stays inside the work tree and outside of git's own directory.

    >>> is_safe_path(b"a/.gitignore"), is_safe_path(b"../x"), is_safe_path(b".GIT/config"), is_safe_path(b"a//b")
    (True, False, False, False)
    """
    parts = path.lower().replace(b"\\", b"/").split(b"/") if os.name == "nt" else path.lower().split(b"/")
    return not any(part in (b"", b".", b"..", b".git", b"git~1") for part in parts)


def _folded(path: bytes) -> str:
    """A path as file systems see it that do not tell capitals, or ways to write an accent."""
    import unicodedata

    return unicodedata.normalize("NFC", os.fsdecode(path)).casefold()


def _making_room(gone: set[bytes], new: set[bytes]) -> set[bytes]:
    """Those of the files that go which stand where others come."""
    names = {_folded(path) for path in new}
    above = {_folded(parent) for path in new for parent in _parents(path)}
    return {
        path
        for path in gone
        if _folded(path) in names
        or _folded(path) in above
        or any(_folded(parent) in names for parent in _parents(path))
    }


def _refuse_links(changes: dict[bytes, Change], prefix: bytes = b"") -> None:
    """Below `.cs` cs itself writes: a link that a remote brings there could lead that anywhere."""
    for path, (_, after) in changes.items():
        if after[0] == _LINK and (_folded(path[len(prefix) :]) + "/").startswith(".cs/"):
            raise CsError(
                f"not merged: at the remote {clean(os.fsdecode(path))} is a link, which no session has below .cs;"
                " nothing was changed",
                "find out who made it; a commit at the remote that removes it lets the next pull through",
            )


class WorkTreeWriter:
    """Writes what a merge has changed into the work tree, if the files are still as they were merged."""

    def __init__(self, history: History, redactor: Redactor) -> None:
        self.history = history
        self.redactor = redactor
        self.checkout = _Checkout(history, redactor)

    def write(self, changes: dict[bytes, Change]) -> None:
        """Raises _Moved, or MergeConflict for files in the way, before it has written anything."""
        unsafe = [os.fsdecode(path) for path in changes if not is_safe_path(path)]
        if unsafe:
            raise CsError(
                f"the remote's history has a file that no git would make: {clean(unsafe[0])}; nothing was changed"
            )
        _refuse_links(changes)
        gone = {path for path, (_, after) in changes.items() if after == _NOTHING}
        in_the_way = [path for path in changes if self._is_in_the_way(path, *changes[path], gone)]
        if in_the_way:
            raise MergeConflict(in_the_way)
        for path, (before, _) in changes.items():
            self._check(path, before)
        self.checkout.renamed = {changes[path][0][1]: path for path in gone}
        first = _making_room(gone, changes.keys() - gone)
        for path in sorted(first):
            self._delete(path, changes[path][0])
        for path in sorted(changes.keys() - gone):
            self._write(path, *changes[path])
        for path in sorted(gone - first):  # last: what was not committed may be on its way to another name
            self._delete(path, changes[path][0])

    def _full(self, path: bytes) -> str:
        return os.path.join(self.history.session.directory, os.fsdecode(path))

    def _is_in_the_way(self, path: bytes, before: Entry, after: Entry, gone: set[bytes]) -> bool:
        """Whether a file that no commit has (ignored, too large) would be overwritten or deleted."""
        if path in self.history.left_out:
            return True
        if before != _NOTHING or after == _NOTHING:
            return False
        for parent in _parents(path):
            above = self._full(parent)
            if os.path.islink(above) or os.path.isfile(above):
                return parent not in gone
        full = self._full(path)
        if os.path.isdir(full) and not os.path.islink(full):
            below = (path + b"/" + os.fsencode(name) for name in _files_below(full))
            return any(each not in gone for each in below)
        return os.path.lexists(full) and self._oid_on_disk(path) != after[1]

    def _oid_on_disk(self, path: bytes) -> str:
        full, git = self._full(path), self.history.git
        if os.path.islink(full):
            return git.run("hash-object", "--stdin", "--no-filters", stdin=os.fsencode(os.readlink(full))).text
        data = self.redactor.redact(_read_regular_file(full))
        words = ("-c", "core.safecrlf=false", "hash-object", "--stdin", "--path=" + os.fsdecode(path))
        return git.run(*words, stdin=data).text

    def _check(self, path: bytes, before: Entry) -> bytes:
        """Raises _Moved unless a file is as it was merged; to a document something may have been added: the bytes."""
        full = self._full(path)
        try:
            if before == _NOTHING or before[0] == _SUBMODULE or self._oid_on_disk(path) == before[1]:
                return b""
            if not is_document(path):
                raise _Moved(full)
            lines = _read_regular_file(full).splitlines(keepends=True)
        except OSError as error:
            raise _Moved(full) from error
        merged = read_blob(self.history, before[1])
        count = len(merged.splitlines())
        if not merged.endswith(b"\n") or self.redactor.redact(b"".join(lines[:count])) != merged:
            raise _Moved(full)
        return b"".join(lines[count:])

    def _delete(self, path: bytes, before: Entry) -> None:
        if before[0] == _SUBMODULE:
            return
        self._check(path, before)
        full = self._full(path)
        if self._has_what_is_nowhere_else(path):
            _set_aside(self.history.session, path)
            log_line(
                self.history.session, f"Sync: deleted, with credentials that are nowhere else: {os.fsdecode(path)}"
            )
        remove_file(full)
        parent = os.path.dirname(full)
        while parent not in (self.history.session.directory, self.history.session.meta):
            try:
                os.rmdir(parent)
            except OSError:
                return
            parent = os.path.dirname(parent)

    def _has_what_is_nowhere_else(self, path: bytes) -> bool:
        """Whether credentials stand in a file, and in no commit, that the store does not have."""
        if os.fsdecode(path) not in self.checkout.redacted:
            return False
        stored = known_values(self.history.places, self.history.session.name)
        text = _read_regular_file(self._full(path)).decode("utf-8", "surrogateescape")
        return any(finding.value not in stored for finding in find_secrets(text, stored))

    def _write(self, path: bytes, before: Entry, after: Entry) -> None:
        mode, oid = after
        full = self._full(path)
        if mode == _SUBMODULE:
            return
        remove_empty_directories(full)
        if not _can_hold(self.history.session.directory, path):
            raise _Moved(full)
        if before == _NOTHING and os.path.islink(full) == (mode == _LINK) and os.path.lexists(full):
            if self._oid_on_disk(path) != oid:
                raise _Moved(full)  # made since the look at what is in the way
            if mode == "100755":
                os.chmod(full, os.stat(full).st_mode | 0o100)
            return  # was ignored until now: it is the same, with its credentials
        data, permissions = self.checkout.file(path, mode, oid)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        if _LINK in (mode, before[0]):
            self._check(path, before)
            remove_file(full)
        if mode == _LINK:
            os.symlink(os.fsdecode(data), full)
        elif before[0] in (_NOTHING[0], _LINK):
            self._put(full, data, permissions)
        else:
            self._replace(path, before, data, permissions)

    def _put(self, full: str, data: bytes, permissions: int) -> None:
        """Puts a file in its place; what a kill leaves unfinished is where no commit takes it along."""
        beside = os.path.join(self.history.session.local, "incoming")
        write_atomically(beside, data, permissions)
        try:
            os.replace(beside, full)
            sync_directory(os.path.dirname(full))
        except OSError:  # another file system
            remove_file(beside)
            write_atomically(full, data, permissions)

    def _replace(self, path: bytes, before: Entry, data: bytes, permissions: int) -> None:
        """Replaces a file to which others may be appending at this moment: what they add is kept."""
        full = self._full(path)
        with open(full, "rb") as f:
            lock_handle(f.fileno(), time.monotonic() + 2)
            added = self._check(path, before)
            private = os.fstat(f.fileno()).st_mode & 0o077 == 0
            data = _ended(data) + added if added else data
            self._put(full, data, permissions & 0o700 if private else permissions)


class Incoming:
    """What has to happen so that a session has both its own work and a remote's."""

    def __init__(self, history: History, redactor: Redactor, theirs: str) -> None:
        self.history = history
        self.redactor = redactor
        self.theirs = theirs  # the remote's commit
        self.head = history.look_up("HEAD")[0]
        self.work_tree = snapshot_tree(history, redactor)

    def bring_in(self, prefer: str = "") -> int:
        """Merges, writes files, moves HEAD; how many files changed. Raises MergeConflict before any of it."""
        base = (self.history.git.answer("merge-base", self.head, self.theirs) or "") if self.head else ""
        base_tree, head_tree, theirs_tree = map(self._tree_of, (base, self.head, self.theirs))
        merged = result = self._merged(base_tree, head_tree, theirs_tree, prefer)
        if self.work_tree != head_tree:
            result = self._merged(base_tree, self.work_tree, theirs_tree, prefer)
        tip = self._as_one_merge(merged) if prefer and base != self.head else self._replayed(base, merged)
        changes = tree_changes(self.history, self.work_tree, result)
        changes = {path: both for path, both in changes.items() if not is_machine_local(self.history, path)}
        WorkTreeWriter(self.history, self.redactor).write(changes)
        _move_refs(self.history, [f"update HEAD {tip} {self.head or '0' * len(tip)}"], "cs: pull")
        _bring_index_to_head(self.history)
        return len(changes)

    def _tree_of(self, commit: str) -> str:
        if not commit:
            return self.history.empty_tree
        return self.history.git.text("rev-parse", f"{commit}^{{tree}}")

    def _merged(self, base: str, ours: str, theirs: str, prefer: str = "") -> str:
        merge = Merge(self.history, base, ours, theirs)
        try:
            return merge.tree()
        except MergeConflict:
            if not prefer:
                raise
        for path in merge.conflicts:
            if prefer == "theirs":
                merge.edits[path] = tree_changes(self.history, base, theirs).get(path, (_NOTHING, _NOTHING))[1]
            else:
                merge.edits.pop(path, None)
        return edited_tree(self.history, ours, merge.edits)

    def _replayed(self, base: str, merged: str) -> str:
        """Our commits on top of theirs, the last one with the merged tree; as one merge where that cannot be."""
        if base == self.head:
            return self.theirs
        mine = f"{base}..{self.head}" if base else self.head
        commits = self.history.git.text("rev-list", "--reverse", "--first-parent", mine).split("\n")
        tip, tree = self.theirs, self._tree_of(self.theirs)
        try:
            for commit in commits:
                parent = self.history.look_up(f"{commit}^1")[0]
                next_tree = merged
                if commit != commits[-1]:
                    next_tree = self._merged(self._tree_of(parent), tree, self._tree_of(commit))
                if next_tree != tree:
                    tip, tree = self._same_commit(commit, next_tree, tip), next_tree
        except MergeConflict:
            return self._as_one_merge(merged)
        return tip

    def _as_one_merge(self, tree: str) -> str:
        """A commit after which what both sides had stays in the history."""
        message = f"Sync: merge of both sides ({host_name()})\n"
        return _commit_tree(self.history, tree, [self.theirs, self.head], message, self.history.git.identity())

    def _same_commit(self, commit: str, tree: str, parent: str) -> str:
        """A commit with the same author and message on another parent."""
        data = self.history.git.run("cat-file", "commit", commit).out
        head, _, message = data.partition(b"\n\n")
        author = next(line for line in head.split(b"\n") if line.startswith(b"author "))[len(b"author ") :]
        who, _, when = author.rpartition(b"> ")
        name, _, email = who.partition(b" <")
        environment = self.history.git.identity()
        environment.update(GIT_AUTHOR_NAME=os.fsdecode(name), GIT_AUTHOR_EMAIL=os.fsdecode(email))
        environment["GIT_AUTHOR_DATE"] = "@" + when.decode()
        words = ("-c", "i18n.commitEncoding=utf-8", "commit-tree", tree, "-p", parent, "-F", "-")
        return self.history.git.run(*words, stdin=message, environment=environment).text


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  17. Sync
#  A session's history, carried to a remote and from there to other machines; its conversations, too, if wanted.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

# ── conversations that travel ──
# Not by default: with conversations=on in sync.conf, a push takes them along, redacted, and encrypted to the
# session's keys.


class Ledger:
    """A file that remembers in which state things were when they were last dealt with."""

    def __init__(self, path: str) -> None:
        self.path = path
        content = read_json(path)
        self.states: dict[str, list[Any]] = content if isinstance(content, dict) else {}

    def has(self, thing: str, state: list[Any]) -> bool:
        return self.states.get(thing) == state

    def note(self, thing: str, state: list[Any]) -> None:
        self.states[thing] = state
        write_json(self.path, self.states)


def _sealed(session: Session) -> Ledger:
    """Of each conversation that was sent: its length in bytes, and the keys it is encrypted to."""
    return Ledger(os.path.join(session.local, "sealed.json"))


def _redacted_parts(path: str, known: dict[str, str]) -> Iterator[bytes]:
    """A transcript with placeholders for credentials, a line (of a huge one: a megabyte) at a time."""
    with open(path, "rb") as f:
        for part in iter(lambda: f.readline(LONGEST_RECORD), b""):
            yield redact_bytes(part, known)


def _seal_conversation(session: Session, id: str, path: str, keys: list[str], known: dict[str, str]) -> None:
    os.makedirs(session.conversations_sealed, exist_ok=True)
    beside = os.path.join(session.local, f"{id}.age.{os.getpid()}.tmp")
    try:
        options = [word for key in keys for word in ("-r", key)]
        feed(["age", "--encrypt", *options, "-o", beside], _redacted_parts(path, known))
        os.replace(beside, os.path.join(session.conversations_sealed, id + ".jsonl.age"))
    finally:
        remove_file(beside)


def seal_conversations(places: Places, session: Session) -> None:
    """Encrypts each of the session's own conversations that has grown to `.cs/conversations/<id>.jsonl.age`."""
    if read_key_values(session.sync_conf).get("conversations") != "on":
        return
    keys = sorted(recipient_keys(session))
    if not has_age() or not keys:
        why = how_to_get_age() if not has_age() else f"cs {session.name} -secrets age init"
        warn("conversations are not synced: that needs age and a recipient", why)
        return
    known, sealed = known_values(places, session.name), _sealed(session)
    for conversation in known_conversations(session):
        path = None if conversation.nested else find_transcript(places, session, conversation)
        state = [os.path.getsize(path), *keys] if path is not None else []
        if path is not None and not sealed.has(conversation.id, state):
            _seal_conversation(session, conversation.id, path, keys, known)
            sealed.note(conversation.id, state)


def _unseal_conversation(places: Places, session: Session, id: str, path: str) -> None:
    """Decrypts one conversation and keeps it, unless what is kept already holds all of it."""
    os.makedirs(session.conversations, mode=0o700, exist_ok=True)
    beside = os.path.join(session.local, f"{id}.{os.getpid()}.tmp")
    try:
        decrypt_age_file(places, path, beside)
        keep_transcript(session, id, beside)
        note_conversation(session, id, "synced", bound=last_time(beside) or 0.0)
        longest, size = find_transcript(places, session, Conversation(id)), os.path.getsize(beside)
        if longest is not None and os.path.getsize(longest) == size:  # else ours, which is longer, goes out
            _sealed(session).note(id, [size, *sorted(recipient_keys(session))])
    finally:
        remove_file(beside)


def unseal_conversations(places: Places, session: Session) -> None:
    """Takes over the conversations that other machines have sent; what is here and longer stays."""
    try:
        names = os.listdir(session.conversations_sealed)
    except (FileNotFoundError, NotADirectoryError):
        return
    seen = Ledger(os.path.join(session.local, "unsealed.json"))
    for name in names:
        id, path = name[: -len(".jsonl.age")], os.path.join(session.conversations_sealed, name)
        found = os.lstat(path)
        state = [found.st_size, int(found.st_mtime)]
        if not name.endswith(".jsonl.age") or not is_conversation_id(id) or seen.has(name, state):
            continue
        try:
            _unseal_conversation(places, session, id, path)
        except CsError as error:
            warn(f"conversation {id} was not taken over: {error}", *error.hints)
        seen.note(name, state)


# ── pull ──


class Pulled:
    """What a pull has brought."""

    __slots__ = ("commits", "conflicts", "files", "secrets", "upstream")

    def __init__(self, upstream: Upstream | None) -> None:
        self.upstream = upstream  # None for a session that is local only
        self.commits = 0
        self.files = 0
        self.secrets: list[str] = []
        self.conflicts: list[str] = []  # secrets that had changed on both sides


class SyncLock(FileLock):
    """One push or pull of a session at a time; a second one waits for the first, and says so where a person waits."""

    def __init__(self, session: Session, quiet: bool) -> None:
        super().__init__(os.path.join(session.local, "sync.lock"))
        self.name = session.name
        self.steps = (90.0,) if quiet or not is_terminal(sys.stderr) else (0.5, 90.0)

    def __enter__(self) -> FileLock:
        for timeout in self.steps:
            self.timeout = timeout
            try:
                return super().__enter__()
            except Busy:
                if timeout != self.steps[-1]:
                    tell(f"cs: another push or pull of '{self.name}' is under way; waiting for its end …")
        raise Busy(f"another push or pull of '{self.name}' does not come to an end", "try again later")


def _explained(upstream: Upstream, conflict: MergeConflict) -> CsError:
    """A true conflict, and the ways out of it."""
    import shlex

    history = upstream.history
    theirs = shlex.quote(f"{upstream.tracking}:{conflict.paths[0]}")
    shown = ", ".join(clean(path) for path in conflict.paths)
    return CsError(
        f"not merged, both sides changed: {shown}; everything is as it was before",
        f"cs {history.session.name} -sync pull --mine keeps this machine's version, --theirs takes the one of"
        f" {without_credentials(upstream.url)}; the other one stays in the history",
        f"or merge by hand: git -C {shlex.quote(history.session.directory)} show {theirs} shows the other version;"
        " write into your file what it shall be, then pull --mine",
    )


def _merge_into_work_tree(upstream: Upstream, theirs: str, prefer: str) -> int:
    for _ in range(5):
        try:
            return Incoming(upstream.history, Redactor(upstream.history), theirs).bring_in(prefer)
        except _Moved:
            time.sleep(0.05)
        except MergeConflict as conflict:
            raise _explained(upstream, conflict) from None
    raise CsError("files of the session keep changing while they are merged", "nothing was lost; pull again")


def _fast_forward(upstream: Upstream, head: str) -> None:
    """In a repository that was there before cs, git itself moves the branch, and only forwards."""
    history = upstream.history
    _refuse_links(tree_changes(history, head or history.empty_tree, upstream.tracking), history.prefix)
    result = history.git.run("merge", "--ff-only", "--no-edit", upstream.tracking, check=False)
    if result.status != 0:
        raise CsError(
            f"not merged: {result.complaint}",
            f"this repository is yours: git -C {history.places.shorten(history.session.directory)} pull",
        )


def take_over_encrypted(history: History, pulled: Pulled) -> None:
    """Imports secrets and conversations that came along; what cannot be read here stays as it is."""
    try:
        exchange = import_secrets_file(history.places, history.session)
    except CsError as error:
        warn(f"secrets were not imported: {error}", *error.hints)
        exchange = None
    if exchange is not None:
        pulled.secrets, pulled.conflicts = sorted(exchange.for_store), exchange.conflicts
    unseal_conversations(history.places, history.session)


def _bring_in(upstream: Upstream, prefer: str = "") -> Pulled:
    """Merges what was fetched, and takes over the secrets that came with it."""
    history, pulled = upstream.history, Pulled(upstream)
    with history.lock():
        unfinished = history.unfinished()
        if unfinished:
            directory = history.session.directory
            raise CsError(f"{unfinished} is not finished in {directory}", "finish or abort it with git first")
        head, theirs = history.look_up("HEAD", upstream.tracking)
        if theirs:
            new = [theirs, f"^{head}"] if head else [theirs]
            pulled.commits = int(history.git.text("rev-list", "--count", *new))
        if pulled.commits and history.is_own:
            pulled.files = _merge_into_work_tree(upstream, theirs, prefer)
        elif pulled.commits:
            _fast_forward(upstream, head)
    upstream.follow()
    take_over_encrypted(history, pulled)  # also when nothing is new: the last pull may have been killed before it
    return pulled


def sync_subject() -> str:
    """The subject of a commit that is made by hand."""
    return f"Sync: {local_time(time.time())} ({host_name()})"


def pull(places: Places, session: Session, quiet: bool, prefer: str = "") -> Pulled:
    """Brings in what the remote has, where there is one. An error has changed nothing."""
    history = history_to_sync(places, session)
    upstream = upstream_of(history, quiet)
    if upstream is None:
        return Pulled(None)
    upstream.need_branch()
    with SyncLock(session, quiet):
        if prefer and history.is_own:
            commit_session(places, session, sync_subject())  # what is given up must stay in the history
        return _bring_in(upstream, prefer) if upstream.fetch() else Pulled(upstream)


# ── push ──


class Pushed:
    """What a push has done."""

    __slots__ = ("commits", "left_uncommitted", "pulled", "upstream")

    def __init__(self) -> None:
        self.commits = 0  # that went to the remote; without one, that there are
        self.left_uncommitted = 0  # files, in a repository that cs does not commit to
        self.pulled: Pulled | None = None
        self.upstream: Upstream | None = None


def _refresh_secrets_file(history: History) -> None:
    """Keeps secrets.age up to date, once somebody has made one; a store that cannot be read stops nothing."""
    session = history.session
    if not exchange_file(session):
        return
    try:
        export_secrets_file(history.places, session)
    except CsError as error:
        warn(f"the secrets file was left as it is: {error}", *error.hints)


def _portions(facts: list[bytes]) -> Iterator[list[bytes]]:
    """Ids of blobs, of lines with id, type and size: as many as may be in memory together."""
    portion: list[bytes] = []
    size = 0
    for fields in (line.split(b" ") for line in facts):
        if fields[1:2] == [b"blob"]:
            portion.append(fields[0])
            size += int(fields[2])
        if size > READ_AT_ONCE:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _contents(history: History, oids: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The blobs among some objects, each with its id. Source: git-cat-file(1), --batch."""
    asked = b"".join(oid + b"\n" for oid in oids)
    facts = history.git.run("cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)", stdin=asked).out
    for portion in _portions(facts.split(b"\n")):
        out = history.git.run("cat-file", "--batch", stdin=b"".join(oid + b"\n" for oid in portion)).out
        position = 0
        while position < len(out):
            end = out.index(b"\n", position)
            oid, _, length = out[position:end].split(b" ")
            yield oid, out[end + 1 : end + 1 + int(length)]
            position = end + 2 + int(length)


_ALL_NAMES = ("-m", "--format=", "--name-only", "-z", "--no-renames", "--diff-filter=d")


def _refuse_plaintext(upstream: Upstream) -> None:
    """Commits made by hand, or before a value was stored, may hold credentials: such are not pushed."""
    history = upstream.history
    redactor = Redactor(history)
    listing = history.git.run("rev-list", "--objects", *upstream.outgoing).out.split(b"\n")
    paths = {oid: path for oid, _, path in (line.partition(b" ") for line in listing) if path}
    names = {oid: redactor.credential_in(content) for oid, content in _contents(history, paths)}
    listing = history.git.run("log", *_ALL_NAMES, *upstream.outgoing).out.split(b"\0")
    in_names = {redactor.name_in_path(path.lstrip(b"\n")) for path in listing} - {""}
    found = sorted(
        {f"the value of {name} in {redactor.shown(paths[oid])}" for oid, name in names.items() if name}
        | {f"the value of {name} in the name of a file" for name in in_names}
    )
    if found:
        raise CsError(
            "not pushed: commits that are not yet there hold " + "; ".join(found[:5]),
            f"cs {history.session.name} -sync push --squash makes one redacted commit of them;"
            " --as-is pushes them as they are",
        )


def _squash(upstream: Upstream) -> None:
    """Makes one redacted commit of everything that the remote does not have."""
    history = upstream.history
    with history.lock():
        head, theirs = history.look_up("HEAD", upstream.tracking)
        base = (history.git.answer("merge-base", head, theirs) or "") if theirs else ""
        tree = snapshot_tree(history, Redactor(history))
        count = count_commits(history, head, *([f"^{base}"] if base else []))
        message = f"Session update: {plural(count, 'commit')} in one\n"
        commit = _commit_tree(history, tree, [base], message, history.git.identity())
        _move_refs(history, [f"update HEAD {commit} {head}"], "cs: squash")
        _bring_index_to_head(history)


def _push_branch(upstream: Upstream, pushed: Pushed, as_is: bool) -> None:
    """Pushes; where others were faster, after bringing in what they did."""
    history = upstream.history
    for attempt in (1, 2, 3):
        pushed.commits = count_commits(history, *upstream.outgoing)
        if history.is_own and not as_is:
            _refuse_plaintext(upstream)
        if upstream.push(is_last=attempt == 3):
            if upstream.is_new:
                pushed.commits = count_commits(history, "HEAD")
            return
        upstream.fetch()
        pushed.pulled = _bring_in(upstream)


def push(places: Places, session: Session, quiet: bool, as_is: bool = False, squash: bool = False) -> Pushed:
    """Commits, and carries the current branch to its remote; with quiet, nothing of an open session is committed."""
    history = history_to_sync(places, session)
    pushed = Pushed()
    with SyncLock(session, quiet):
        if history.is_own:
            _refresh_secrets_file(history)
            seal_conversations(places, session)
            if history.unfinished() and not quiet:
                warn(f"nothing is committed: {history.unfinished()} is not finished", "finish or abort it with git")
            may_commit = not quiet or lock_owner(session) is None
            told: dict[bytes, str] = {}
            if may_commit and commit_session(places, session, sync_subject(), told):
                _refresh_secrets_file(history)  # with the credentials that the commit has put into the store
                commit_session(places, session, sync_subject(), told)
        else:
            pushed.left_uncommitted = len(uncommitted_files(history))
        upstream = upstream_of(history, quiet)
        if upstream is None:
            pushed.commits = count_commits(history, "HEAD")
            return pushed
        pushed.upstream = upstream
        upstream.need_branch()
        if squash and history.is_own:
            _squash(upstream)
        _push_branch(upstream, pushed, as_is)
    return pushed


# ── by itself ──


def start_sync(session: Session, verb: str) -> Any:
    """Starts `pull` or `push` in the background, where it can take its time; the process."""
    return start_in_background(own_command(session.name, "-sync", verb, "--quiet"), session.directory)


def _goes_by_itself(session: Session) -> bool:
    return syncs_by_itself(session) and origin_url(session.directory) is not None


def log_failure(session: Session, verb: str, error: Exception) -> None:
    """For who was not watching."""
    log_line(session, f"Sync: {verb} failed: {clean(str(error))}")


def sync_at_start(session: Session) -> None:
    """At the start of a session: fetches in the background what other machines have done."""
    if _goes_by_itself(session):
        start_sync(session, "pull")


def sync_at_end(places: Places, session: Session) -> None:
    """At the end of a session: pushes in the background, and waits for a moment to say how it went."""
    import subprocess

    if not _goes_by_itself(session):
        return
    try:
        history = open_history(places, session)
        upstream = upstream_of(history) if history is not None else None
        if upstream is None or not upstream.local or not count_commits(upstream.history, *upstream.outgoing):
            return
        status = start_sync(session, "push").wait(CLOSING_PATIENCE)
    except subprocess.TimeoutExpired:
        tell(f"'{session.name}' is still being pushed in the background; its log says so if that fails")
        return
    except (CsError, OSError) as error:
        log_failure(session, "push", error)
        status = 1
    if status != 0:
        warn(f"'{session.name}' could not be pushed; its log says why", "the next session tries again")


# ── clone ──


def absolute_url(url: str) -> str:
    """A URL, of which a path on this machine does not depend on the current directory."""
    path = os.path.expanduser(url)
    is_path = "://" not in url and (os.path.exists(path) or url.startswith((".", "~", "/")))
    return os.path.abspath(path) if is_path else url


def is_url(text: str) -> bool:
    """Whether a word names a repository rather than a session.

    >>> is_url("git@host:me/x.git"), is_url("/srv/x.git"), is_url("./x"), is_url("api")
    (True, True, True, False)
    """
    return ":" in text or "/" in text


def name_from_url(url: str) -> str:
    """What a repository's URL suggests as a session's name.

    >>> name_from_url("git@host:me/api.git"), name_from_url("/srv/git/api/")
    ('api', 'api')
    """
    last = url.rstrip("/").replace("\\", "/").rpartition("/")[2].rpartition(":")[2]
    return last[:-4] if last.endswith(".git") else last


def _clone(places: Places, url: str, target: str) -> None:
    words = ("clone", "--quiet", "--template=", "--origin=origin", "--no-recurse-submodules", "--", url, target)
    result = talk_to_remote(Git(places.root), *words, quiet=False, patience=600)
    if result.status != 0:
        raise remote_error("cloning", url, result)
    os.chmod(target, 0o700)
    cloned = Git(target)
    if cloned.head() is None:  # the remote's HEAD names a branch that it does not have
        branches = cloned.text("for-each-ref", "--format=%(refname:lstrip=3)", "refs/remotes/origin").split("\n")
        found = [name for name in ("main", "master", *branches) if name and name in branches]
        if not found:
            raise CsError(f"there is nothing in {without_credentials(url)} yet", "push the session there first")
        cloned.run("checkout", "--quiet", "-B", found[0], "--track", f"refs/remotes/origin/{found[0]}")


def _with_all_below(top: str) -> Iterator[str]:
    """A path, then all that is below it; of links only the path itself is followed, if more is asked for."""
    yield top
    for parent, folders, names in os.walk(top):
        yield from (os.path.join(parent, name) for name in [*folders, *names])


def _refuse_strange_session(directory: str, url: str) -> None:
    """A repository from elsewhere must be a session, lead nowhere else, and bring no machine-local files."""
    session = Session("clone", directory)
    shown = without_credentials(url)
    legacy = [] if session.exists else [_migrating(session), *(os.path.join(directory, i) for i in LEGACY_ITEMS)]
    for path in (each for top in [session.meta, *legacy] for each in _with_all_below(top)):
        if os.path.islink(path):
            raise CsError(f"{shown} was not cloned: its {session.document(path)} is a link, which no session has")
    for path in MACHINE_LOCAL:
        remove_tree(os.path.join(directory, path.rstrip("/")))
    if not session.exists and not needs_migration(session):
        raise CsError(f"{shown} is no session: it has no .cs directory", "git clone makes a plain copy of it")


def clone_session(places: Places, url: str, name: str) -> Session:
    """Makes a session of a remote's repository: beside, then renamed into place."""
    need_git()
    session = session_named(places, name)
    settle_moves(places)
    if os.path.lexists(session.path):
        raise CsError(f"there is a session '{name}' already", "give another name after the URL")
    os.makedirs(places.root, mode=0o700, exist_ok=True)
    staging = os.path.join(places.root, f"{STAGING}{name}-{os.getpid()}")
    try:
        _clone(places, url, staging)
        _refuse_strange_session(staging, url)
        os.rename(staging, session.path)
    except BaseException:
        remove_tree(staging)
        raise
    return Session(name, session.path)


def set_remote(history: History, url: str) -> None:
    """Makes a URL the remote `origin`. In somebody else's repository none is replaced."""
    before = history.config.get("remote.origin.url")
    if before is not None and before != url and not history.is_own:
        raise CsError(
            f"this repository has a remote of its own: {without_credentials(before)}",
            "cs leaves it as it is; `git remote set-url origin` changes it",
        )
    if before is None:
        history.git.run("remote", "add", "origin", url)
    elif before != url:
        history.git.run("remote", "set-url", "origin", url)
        history.git.run("update-ref", "-d", f"refs/remotes/origin/{history.git.branch()}", check=False)


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  18. Hosts
#  Hosts, the stubs that stand for sessions elsewhere, and connecting to those, by et or ssh, under tmux.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

SSH_FAILED = 255  # ssh(1): an error of its own, not of the command it ran
SOON = 10  # seconds: an et that returns so early may have found no cs there
NO_TMUX, NO_CS, NO_TERMINAL = 91, 92, 93  # exit statuses of cs's own scripts on the other side
NEED_TMUX = f"command -v tmux >/dev/null || exit {NO_TMUX};"
NEED_CS = f"cs=$(command -v cs) || exit {NO_CS};"
ROUTE_VARIABLE = "CS_ROUTE"  # tells a cs by which stubs it was reached
LOGIN_SHELL = "case $SHELL in *csh) l=-c;; *) l=-lc;; esac;"  # for the user's settings, which ssh does not bring


def split_target(target: str) -> tuple[str, str]:
    """The destination for ssh, and the port ("" for the usual one), of `user@host:port` or a part of it.

    >>> split_target("me@build.local"), split_target("me@[::1]:2222")
    (('me@build.local', ''), ('me@::1', '2222'))
    """
    user, at, place = target.rpartition("@")
    if place.startswith("["):
        host, _, port = place[1:].partition("]")
        port = port[1:] if port.startswith(":") else port
    elif place.count(":") == 1:
        host, _, port = place.partition(":")
    else:
        host, port = place, ""  # a name, or an IPv6 address
    is_host = host[:1].isalnum() or host.startswith(":")
    fits = all(c.isalnum() or c in "._-:%" for c in host) and all(c.isalnum() or c in "._-+@\\" for c in user)
    if not is_host or not fits or bool(user) != bool(at) or user.startswith("-") or not (port + "0").isdigit():
        raise CsError(
            f"'{target}' is no address of a host",
            "it looks like user@host or user@host:port, or is a Host of ~/.ssh/config",
        )
    return user + at + host, port


def _quote(word: str) -> str:
    import shlex

    return shlex.quote(word)


def script_there(script: str) -> str:
    """The command for ssh that runs a script of sh on the other side, whatever the user's shell is there."""
    path = 'PATH="$HOME/.local/bin:$PATH:/usr/local/bin:/opt/homebrew/bin";'
    return f"exec sh -c {_quote(f'{path} {script}')}"


class Host:
    """A machine that ssh reaches: what the user calls it, and the parts of its address."""

    __slots__ = ("login", "name", "port", "target")

    def __init__(self, name: str, target: str) -> None:
        self.name = name
        self.target = target
        self.login, self.port = split_target(target)

    @property
    def shown(self) -> str:
        return self.target if self.name == self.target else f"{self.name} ({self.target})"

    def ssh(self, *options: str) -> list[str]:
        """The words of an ssh command line up to the command that is to run there."""
        return ["ssh", *options, *(["-p", self.port] if self.port else []), "--", self.login]

    def line(self, command: str) -> str:
        """A command line for people, which runs a command there."""
        return " ".join(_quote(word) for word in [*self.ssh("-t"), command] if word != "--")


def parse_target(word: str) -> tuple[str, str] | None:
    """The host and the session's name in `user@host:session`; None for a word that is nothing of the kind.

    >>> parse_target("me@build:api"), parse_target("me@build:2222:api"), parse_target("api")
    (('me@build', 'api'), ('me@build:2222', 'api'), None)
    """
    host, colon, name = word.rpartition(":")
    return (host, name) if colon and host and "/" not in word else None


# ── registered hosts ──


def registered_hosts(places: Places) -> dict[str, str]:
    """The targets of all registered hosts by their names."""
    return read_key_values(places.remotes)


def _registry_lock(places: Places) -> FileLock:
    return FileLock(os.path.join(places.cache, "remotes.lock"))


def register_host(places: Places, name: str, target: str) -> str | None:
    """Gives a host a name; returns the target that it had before."""
    if not is_name(name):
        raise CsError(f"'{name}' cannot be the name of a host", "a name is made of " + NAME_RULE)
    split_target(target)
    with _registry_lock(places):
        before = registered_hosts(places).get(name)
        os.makedirs(places.root, mode=0o700, exist_ok=True)
        set_key_value(places.remotes, name, target)
    return before


def _unknown_host(places: Places, name: str) -> CsError:
    near = did_you_mean(name, registered_hosts(places))
    return CsError(
        f"no host '{name}' is registered",
        *near,
        f"cs -remote add {name} user@host registers it; user@host can also be given directly",
    )


def forget_host(places: Places, name: str) -> list[str]:
    """Takes a host out of the registry; returns the names of the sessions that are still there."""
    with _registry_lock(places):
        if name not in registered_hosts(places):
            raise _unknown_host(places, name)
        set_key_value(places.remotes, name, None)
    return [row.name for row in scan_sessions(places) if row.host == name]


def find_host(places: Places, text: str) -> Host:
    """The host that a person means by a registered name or by `user@host`."""
    target = registered_hosts(places).get(text)
    if target is None and "@" not in text:
        raise _unknown_host(places, text)
    return Host(text, target or text)


def location_of(places: Places, host: str | None) -> str:
    """Where a session is, for people: `name (user@host)`; "" for a session that is here."""
    if host is None:
        return ""
    target = registered_hosts(places).get(host)
    return f"{host} ({target})" if target else host


# ── stubs ──


def name_there(session: Session) -> str:
    """The name that a remote session has on its host: its own, unless only the stub was renamed."""
    return check_name(read_key_values(session.remote_conf).get("name") or session.name)


def _write_stub(places: Places, name: str, host: Host) -> str:
    """Makes the directory of a stub beside its place, and returns its path; see _clear_leftovers."""
    stub = Session(name, os.path.join(places.root, f"{STAGING}{name}-{os.getpid()}"))
    remove_tree(stub.path)
    os.makedirs(os.path.dirname(stub.log), mode=0o700)
    set_key_value(stub.remote_conf, "host", host.name)
    now = local_time(time.time())
    write_atomically(stub.log, f"Session: {name}\nStarted: {now}\nHost: {host.target}\n\n", durable=False)
    return stub.path


def _refuse_local(session: Session) -> None:
    if os.path.lexists(session.path):
        raise CsError(
            f"session '{session.name}' is here, not on another host",
            f"cs {session.name} --move-to <host> moves it there",
        )


def _note_stub(places: Places, session: Session, host: Host) -> str | None:
    """Makes the stub of a remote session, or corrects the host in it; returns that of before, None without a stub."""
    known = session.remote_host
    if known is None:
        _refuse_local(session)
        os.makedirs(places.root, mode=0o700, exist_ok=True)
        os.rename(_write_stub(places, session.name, host), session.path)
        return None
    if known != host.name:
        if registered_hosts(places).get(known, known) != host.target:
            tell(f"session '{session.name}' was on {location_of(places, known)}; from now on it is on {host.shown}")
        set_key_value(session.remote_conf, "host", host.name)
    return known


def _take_back_stub(places: Places, session: Session, host: Host, before: str | None) -> None:
    """Undoes _note_stub, as the host was not reached."""
    if before is None:
        remove_tree(session.path)
    elif before != host.name:
        set_key_value(session.remote_conf, "host", before)
        tell(f"session '{session.name}' stays on {location_of(places, before)}")


# ── connecting ──


class NotReached(CsError):
    """A connection to a host did not come about."""


class ConnectionLost(CsError):
    """A connection to a host was there, and broke."""


def _need_ssh(message: str) -> None:
    if not find_program("ssh"):
        raise ProgramMissing(message, "apt install openssh-client, or the like, brings ssh")


def tmux_name(name: str) -> str:
    """The name of a session's tmux session. tmux allows no dot; `+` occurs in no name, so none can collide.

    >>> tmux_name("api-v1.2")
    'cs-api-v1+2'
    """
    return "cs-" + name.replace(".", "+")


def _route(session: Session) -> str:
    """The stubs that have led here, and this one, for the other side. Raises when they lead in a circle."""
    import hashlib

    here = hashlib.sha256(f"{host_name()}:{os.path.realpath(session.path)}".encode("utf-8", "replace")).hexdigest()[
        :12
    ]
    before = os.environ.get(ROUTE_VARIABLE, "")
    if here in before.split(","):
        raise CsError(
            f"session '{session.name}' is not there: what stands for it on {session.remote_host} leads back to here",
            f"cs {session.name} --on <host> names the host that it is on; cs -remove {session.name} forgets it",
        )
    return f"{before},{here}" if before.replace(",", "").isalnum() else here


def attach_script(name: str, options: tuple[str, ...], route: str) -> str:
    """The command for ssh that attaches to the session's tmux on the other side, or starts cs in a new one.

    An error of cs's own would vanish with the tmux window: it stays for a moment.
    """
    words = " ".join(map(_quote, (name, *options)))
    start = f'env {ROUTE_VARIABLE}={route} \\"$cs\\" {words} || sleep 2'
    return script_there(
        f"{NEED_TMUX} {NEED_CS} [ -t 0 ] || exit {NO_TERMINAL}; {LOGIN_SHELL} "
        "case $LC_ALL$LC_CTYPE$LANG in *UTF-8*|*utf8*) ;; *) export LC_CTYPE=C.UTF-8;; esac; "
        f'exec tmux new-session -A -s {tmux_name(name)} "${{SHELL:-/bin/sh}}" $l "{start}"'
    )


def transport_command(host: Host, name: str, options: tuple[str, ...], route: str) -> list[str]:
    """The command line that opens a session on a host: by et where it is installed, else by ssh.

    What is assumed of et: `et [--ssh-option Port=N] user@host -c COMMAND` starts its server through ssh, types
    the command and `; exit` into the login shell there, and says nothing of how the command ended.
    """
    there = attach_script(name, options, route)
    if find_program("et"):
        return ["et", *(["--ssh-option", f"Port={host.port}"] if host.port else []), host.login, "-c", there]
    _need_ssh("neither et nor ssh is installed here")
    return [*host.ssh("-t"), there]


class Signals:
    """In its block a handler takes some signals, unless they are ignored anyway (nohup ignores HUP)."""

    def __init__(self, handler: Callable[[int, object], None], *names: str) -> None:
        self.handler = handler
        self.names = names

    def __enter__(self) -> None:
        import signal

        numbers = [getattr(signal, name) for name in self.names if hasattr(signal, name)]
        taken = [number for number in numbers if signal.getsignal(number) not in (signal.SIG_IGN, None)]
        self.before = {number: signal.signal(number, self.handler) for number in taken}

    def __exit__(self, *_: object) -> None:
        import signal

        for number, handler in self.before.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def interruptible() -> Signals:
    """In its block TERM and HUP are a ctrl-c, so that nothing ends without tidying up."""
    return Signals(_interrupt, "SIGTERM", "SIGHUP")


def uninterrupted() -> Signals:
    """In its block ctrl-c, TERM and HUP do nothing: what has begun is done in a moment."""
    return Signals(lambda number, frame: None, "SIGINT", "SIGTERM", "SIGHUP")


def _run_and_listen(command: list[str]) -> tuple[int, str]:
    """Runs a program on this terminal; returns its status and what it said on stderr, shown as it came."""
    import subprocess

    result = wait_and_listen(subprocess.Popen(command, env=child_environment(), stderr=subprocess.PIPE))
    status = result.status
    return status if status >= 0 else 128 - status, result.err.decode("utf-8", "replace")


def _last_words(said: str) -> str:
    """The last line of what a program said, as the end of a sentence.

    >>> _last_words("Welcome\\nno route \\n"), _last_words("")
    (': no route', '')
    """
    lines = said.strip().splitlines()
    return f": {lines[-1].strip()}" if lines else ""


def _program_missing_there(host: Host, status: int) -> NotReached:
    if status == NO_TMUX:
        how = f"install it there, for example: {host.line('sudo apt install tmux')}"
        return NotReached(f"there is no tmux on {host.shown}", how)
    releases = (os.environ.get("CS_RELEASES_URL") or RELEASES_URL).rstrip("/")
    how = f"./install.sh in a clone of cs on {host.name}"
    if releases:
        how = host.line(f"curl -fsSL {releases}/download/v{VERSION}/install.sh | bash")
    return NotReached(f"there is no cs on {host.shown}", f"to install it: {how}")


CONNECTION_FAILURES = (  # what OpenSSH says → what it means, and what to do
    ("Host key verification failed", "is not the machine it was, or is not known yet: its key was not accepted"),
    ("Permission denied", "refused the login", "ssh-copy-id puts your key there"),
    (
        "Too many authentication failures",
        "refused the login",
        "an IdentityFile in ~/.ssh/config names the right key",
    ),
    ("Could not resolve hostname", "cannot be reached: its name is not known to the network"),
    ("Connection refused", "cannot be reached: nothing listens on its ssh port", "is sshd running there?"),
)


def _tells_of_a_loss(line: str) -> bool:
    """Whether a message of OpenSSH's speaks of a connection that had been there.

    >>> _tells_of_a_loss("Connection to build closed by remote host."), _tells_of_a_loss("kex_exchange: reset")
    (True, False)
    """
    if line.startswith("Connection to ") and "closed" in line and "port" not in line:
        return True
    return line.startswith(("client_loop:", "Timeout, server", "Read from remote host", "Write failed"))


def connection_error(host: Host, said: str, session_name: str = "", seconds: float = 0) -> CsError:
    """What a failed or (with a session's name) lost connection means, judged by what ssh said of it.

    An ssh that is set to say nothing is judged by how long it ran.
    """
    try_it = f"try it: {host.line('true')}"
    for wording, meaning, *remedies in CONNECTION_FAILURES:
        if wording in said:
            return NotReached(f"{host.shown} {meaning}", *remedies, try_it)
    lines = said.split("\n") if said.strip() else []
    if session_name and (any(_tells_of_a_loss(line.strip()) for line in lines) or (not lines and seconds > 60)):
        return ConnectionLost(
            f"the connection to {host.shown} was lost; session '{session_name}' goes on there",
            f"cs {session_name} attaches to it again",
        )
    return NotReached(f"{host.shown} cannot be reached{_last_words(said)}", try_it)


def _find_fault_of_et(host: Host, status: int, said: str) -> CsError | None:
    """Why et has failed, or came back at once; it does not tell how a command ended, so ssh is asked.

    Where ssh would have to ask for a password, or is not installed, only et's own status counts.
    """
    if find_program("ssh"):
        ssh = host.ssh("-o", "BatchMode=yes", "-o", "ConnectTimeout=15")
        result = run([*ssh, script_there(f"{NEED_TMUX} {NEED_CS}")], timeout=60, check=False)
        if result.status in (NO_TMUX, NO_CS):
            return _program_missing_there(host, result.status)
        if status != 0 and result.status == SSH_FAILED and "ermission denied" not in result.complaint:
            return connection_error(host, result.err.decode("utf-8", "replace"))
    if status == 0:
        return None
    return NotReached(
        f"et cannot connect to {host.shown}{_last_words(said)}",
        "its server, etserver, must run there; where et is not on the PATH, cs takes ssh",
    )


def _run_transport(session: Session, host: Host, command: list[str]) -> int:
    tell(f"{paint('cs', 'rust', sys.stderr, bold=True)} {VERSION}")
    tell(f"  session    {paint(session.name, 'gold', sys.stderr, bold=True)}")
    tell(f"  host       {clean(host.shown)}")
    tell(f"  transport  {command[0]}")
    log_line(session, f"Connecting to {host.shown} by {command[0]}")
    title = TerminalTitle(session.name, host.name)
    settings, started = terminal_settings(), time.monotonic()
    try:
        with interruptible():
            status, said = _run_and_listen(command)
    finally:
        title.restore()
    if status != 0:
        restore_terminal(settings)
    log_line(session, f"Connection ended (status {status})")
    if status in (NO_TMUX, NO_CS):
        raise _program_missing_there(host, status)
    if status == NO_TERMINAL:
        how = f"cs {session.name} --on {host.name} --dry-run prints the command"
        raise NotReached("a session on another machine is opened in a terminal, and this is none", how)
    seconds = time.monotonic() - started
    fault: CsError | None = None
    if command[0] == "et":
        fault = _find_fault_of_et(host, status, said) if status != 0 or seconds < SOON else None
    elif status == SSH_FAILED:
        fault = connection_error(host, said, session.name, seconds)
    if fault is not None:
        raise fault
    return status


def connect(
    places: Places,
    session_name: str,
    host_text: str | None = None,
    dry_run: bool = False,
    options: tuple[str, ...] = (),
) -> int:
    """Opens a session on its host, inside tmux there; returns the exit status.

    Without a host, the one of the stub. The options are cs's own (`--force`, ...) for the other side.
    """
    session = session_named(places, session_name)
    if session.remote_host is None:
        _refuse_local(session)
    host = find_host(places, host_text or session.remote_host or "")
    command = transport_command(host, name_there(session), options, _route(session))
    if dry_run:
        say(" ".join(map(_quote, command)))
        return 0
    before = _note_stub(places, session, host)
    try:
        return _run_transport(session, host, command)
    except NotReached:
        _take_back_stub(places, session, host, before)
        raise


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  19. Moving
#  A session moves to a host, and back. It stays whole where it is until its copy has been compared with it, file
#  by file; what fails before that leaves it as it was.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

# ── manifests ──

STAYS = (".cs/session.lock", ".cs/local/lock.guard")  # the lock that is held during the move


class Progress:
    """One line on a terminal about work that takes its time; nothing without a terminal, or for short work."""

    def __init__(self, text: str, total: int) -> None:
        self.text = text
        self.total = total
        self.done = 0
        self.next = time.monotonic() + 0.5
        self.shown = False

    def step(self) -> None:
        self.done += 1
        if time.monotonic() >= self.next and is_terminal(sys.stderr):
            self.next = time.monotonic() + 0.1
            self.shown = True
            sys.stderr.write(f"\r{self.text} {self.done:,} of {self.total:,}\x1b[K")
            sys.stderr.flush()

    def end(self) -> None:
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def over(self, nodes: Iterable[Node]) -> Iterator[Node]:
        """Passes on what a session consists of, and counts the files in it."""
        try:
            for node in nodes:
                yield node
                if node.kind == "f":
                    self.step()
        finally:
            self.end()


class Node:
    """One file, directory or link of a session: its path inside (bytes of the file system, as UTF-8 text)."""

    __slots__ = ("full", "name", "stat")

    def __init__(self, name: str, full: bytes, stat: os.stat_result) -> None:
        self.name = name
        self.full = full
        self.stat = stat

    @property
    def kind(self) -> str:
        """`f`, `d` or `l`; "" for sockets, pipes and devices, which no copy can hold."""
        return {0o100000: "f", 0o040000: "d", 0o120000: "l"}.get(self.stat.st_mode & 0o170000, "")

    @property
    def target(self) -> str:
        """Where a link leads."""
        return os.readlink(self.full).decode("utf-8", "surrogateescape")


def walk_session(directory: str) -> Iterator[Node]:
    """Everything that moves with a session, parents first, beginning with "." itself.

    What stays are locks, and a `.git` that is a file: it points into another repository of this machine.
    """
    top = os.fsencode(directory)
    yield Node(".", top, os.lstat(top))
    waiting = [b""]
    while waiting:
        inside = waiting.pop()
        for entry in sorted(os.scandir(os.path.join(top, inside)), key=lambda entry: entry.name):
            path = os.path.join(inside, entry.name)
            node = Node(path.decode("utf-8", "surrogateescape"), entry.path, entry.stat(follow_symlinks=False))
            if node.kind == "" or node.name in STAYS or (node.name == ".git" and node.kind == "f"):
                continue
            if node.kind == "d":
                waiting.append(path)
            yield node


def _sha256(path: bytes) -> str:
    import hashlib

    digest = hashlib.sha256()
    with open(path, "rb") as f:
        for chunk in iter(lambda: f.read(1 << 20), b""):
            digest.update(chunk)
    return digest.hexdigest()


def _facts(node: Node) -> list[Any]:
    """Kind, permissions, size and SHA-256 (of a link: its target)."""
    permissions = node.stat.st_mode & 0o777
    if node.kind == "f":
        return ["f", permissions, node.stat.st_size, _sha256(node.full)]
    return ["l", 0, 0, node.target] if node.kind == "l" else ["d", permissions, 0, ""]


def make_manifest(directory: str, files: int = 0) -> dict[str, list[Any]]:
    """The facts about everything that moves, by path; how many files there are is for the line of progress."""
    return {node.name: _facts(node) for node in Progress("checked", files).over(walk_session(directory))}


def compare_manifests(source: dict[str, list[Any]], copy: dict[str, list[Any]]) -> list[str]:
    """What differs between a session and its copy, a line each.

    >>> compare_manifests({"a": ["f", 420, 1, "x"], "b": ["d", 493, 0, ""]}, {"a": ["f", 420, 1, "y"], "c": []})
    ['a: the content differs', 'b: is missing in the copy', 'c: is only in the copy']
    """
    differences = []
    for name in sorted({**source, **copy}):
        if name not in copy:
            differences.append(f"{name}: is missing in the copy")
        elif name not in source:
            differences.append(f"{name}: is only in the copy")
        elif source[name] != copy[name]:
            fields = zip(("kind", "permissions", "size", "content"), source[name], copy[name])
            differences.append(f"{name}: the {next(field for field, a, b in fields if a != b)} differs")
    return differences


# ── secrets on their way ──


def age_recipient(places: Places) -> str | None:
    """The public key to which secrets for this machine are encrypted; None without age."""
    return own_public_key(places) if has_age() else None


def seal_secrets(places: Places, name: str, recipient: str | None) -> dict[str, Any]:
    """The names of a session's secrets, and all of them as an age file for another machine, in base64.

    The file is empty when there are none, or when age is missing on a side.
    """
    import base64

    names = list(open_store(places).names(name)) if secret_counts(places).get(name) else []
    sealed = b""
    if names and recipient is not None and has_age():
        check_public_key(recipient)
        sealed = encrypt_to([recipient], open_store(places).get_all(name))
    return {"names": names, "sealed": base64.b64encode(sealed).decode()}


def unseal_secrets(places: Places, name: str, sealed: str) -> tuple[list[str], str]:
    """Stores what seal_secrets() of another machine has made: the names that can be read back, and any trouble."""
    import base64

    if not sealed:
        return [], ""
    try:
        values = parse_json_object(decrypt_age(places, base64.b64decode(sealed), "secrets.age"), "secrets.age")
        store = open_store(places)
        store.set_all(name, values)
        stored = store.get_all(name)
    except (CsError, OSError) as error:
        return [], str(error)
    return [secret for secret in values if stored.get(secret) == values[secret]], ""


# ── the other side of a move ──

MOVE_PROTOCOL = 1
ANSWER = "cs-remote: "  # begins an answer's line, so that greetings of a login shell are passed over
ARRIVALS = ".arriving"


def arrival_directory(places: Places, name: str, origin: str) -> str:
    """Where a session that comes from an origin is put together; the same at every try."""
    import hashlib

    return os.path.join(places.root, ARRIVALS, f"{name}.{hashlib.sha256(origin.encode()).hexdigest()[:8]}")


def prepare_arrival(staging: str, size: int) -> bool:
    """Makes the directory of an arrival; says whether an earlier try has left something to go on from."""
    import shutil

    if os.path.isdir(staging) and os.listdir(staging):
        return True
    make_private_directory(os.path.dirname(staging))
    free = shutil.disk_usage(os.path.dirname(staging)).free
    if free < size:
        raise CsError(
            f"there is not enough space: the session has {human_size(size)}, {human_size(free)} are free",
            "nothing was copied",
        )
    make_private_directory(staging)
    return False


def _remove_if_empty(directory: str) -> None:
    try:
        os.rmdir(directory)
    except OSError:
        pass


def _refuse_taken(places: Places, name: str) -> None:
    settle_moves(places)
    if os.path.lexists(session_named(places, name).path):
        raise CsError(f"there is a session '{name}' already", f"cs -rename {name} <new> there makes room")


def _session_to_move(places: Places, session: Session) -> Session:
    """The session, which must be here; one in the layout of earlier tools is brought up to date."""
    if needs_migration(session):
        migrate_session(places, session)
    session = existing_session(places, session.name)
    if session.remote_host is not None:
        raise CsError(
            f"session '{session.name}' is on {location_of(places, session.remote_host)} already",
            f"cs {session.name} --move-here brings it back",
        )
    return session


def describe_offer(places: Places, session: Session) -> dict[str, Any]:
    """What a session that is to go consists of, its conversations included."""
    gather_conversations(places, session)
    sizes = [node.stat.st_size for node in walk_session(session.directory) if node.kind == "f"]
    return {
        "directory": session.directory,
        "files": len(sizes),
        "size": sum(sizes),
        "secrets": secret_counts(places).get(session.name, 0),
        "without_git": os.path.isfile(os.path.join(session.directory, ".git")),
    }


def _put_away(places: Places, session: Session, left: list[str]) -> TrashEntry:
    """The trash takes a session that has moved, also its secrets, unless they did not come along."""
    entry = remove_session(places, session.name, force=True)
    try:
        release_lock(Session(session.name, entry.path))
        if left:
            open_store(places).move_session(entry.secrets_key, session.name)
    except (CsError, OSError) as error:
        warn(f"after the move of '{session.name}': {error}")  # by now the move cannot be undone by an error
    return entry


def _begin_history_anew(session: Session) -> None:
    """For a session whose repository stayed where it came from: here it is nobody's guest any more."""
    if git_directory(session.directory) is None:
        remove_file(os.path.join(session.local, "adopted.conf"))


class Counterpart:
    """What `cs -remote-serve` does for a cs on another machine; each public method answers one question.

    It ends with its connection, and a session that it has locked is free again.
    """

    def __init__(self, places: Places) -> None:
        self.places = places
        self.directory = ""  # of the session that comes or goes
        self.session: Session | None = None  # the one that goes, locked
        self.lock: FileLock | None = None  # on the arrival
        self.arrived: tuple[str, list[str]] | None = None  # its path and secrets

    def __enter__(self) -> Counterpart:
        return self

    def __exit__(self, *_: object) -> None:
        if self.session is not None:
            release_lock(self.session)
        if self.lock is not None:
            self.lock.__exit__(None, None, None)

    def hello(self) -> dict[str, Any]:
        return {"protocol": MOVE_PROTOCOL, "version": VERSION, "rsync": find_program("rsync")}

    def recipient(self) -> str | None:
        return age_recipient(self.places)

    def receive(self, name: str, origin: str, size: int) -> dict[str, Any]:
        """Prepares for a session to come in."""
        _refuse_taken(self.places, check_name(name))
        self.directory = arrival_directory(self.places, name, origin)
        self.lock = FileLock(os.path.join(self.places.cache, os.path.basename(self.directory) + ".lock"), timeout=0)
        self.lock.__enter__()
        return {"directory": self.directory, "continues": prepare_arrival(self.directory, size)}

    def manifest(self) -> dict[str, list[Any]]:
        return make_manifest(self.directory)

    def settle(self, name: str, sealed: str) -> dict[str, Any]:
        """Makes a session of what has arrived; answers with the names of the secrets that it has now."""
        _refuse_taken(self.places, check_name(name))
        path = session_named(self.places, name).path
        _begin_history_anew(Session(name, self.directory))
        os.rename(self.directory, path)
        _remove_if_empty(os.path.dirname(self.directory))
        secrets, trouble = unseal_secrets(self.places, name, sealed)
        self.arrived = path, secrets
        return {"path": path, "secrets": secrets, "trouble": trouble}

    def retract(self) -> None:
        """Undoes settle(): what came in is an arrival again."""
        if self.arrived is not None:
            path, secrets = self.arrived
            os.makedirs(os.path.dirname(self.directory), mode=0o700, exist_ok=True)
            os.rename(path, self.directory)
            for secret in secrets:
                open_store(self.places).delete(os.path.basename(path), secret)

    def offer(self, name: str) -> dict[str, Any]:
        """Locks a session that is to go, and tells what belongs to it."""
        session = _session_to_move(self.places, session_named(self.places, name))
        refuse_locked(session, "moving it")
        take_lock(session)
        self.session, self.directory = session, session.directory
        return describe_offer(self.places, session)

    def seal(self, recipient: str | None) -> dict[str, Any]:
        """The secrets of the session that is to go."""
        assert self.session is not None
        return seal_secrets(self.places, self.session.name, recipient)

    def depart(self, left: list[str]) -> str:
        """Puts a session that has arrived on the other side into the trash; returns the entry's name."""
        assert self.session is not None
        entry = _put_away(self.places, self.session, left)
        self.session = None
        return entry.entry


def _answer(counterpart: Counterpart, line: str) -> dict[str, Any]:
    """The answer to one line of JSON: what it `is`, or an `error` and its `hints`."""
    import json

    try:
        question = json.loads(line)
        method = vars(Counterpart).get(question["ask"])
        if method is None or question["ask"].startswith("_"):
            raise CsError(f"this cs cannot answer '{question['ask']}'", "cs -update brings a newer one")
        return {"is": method(counterpart, **question["with"])}
    except (CsError, OSError, ValueError, LookupError, TypeError) as error:
        return {"error": str(error), "hints": list(getattr(error, "hints", ()))}


def serve_moves(places: Places, asks: TextIO, answers: TextIO) -> int:
    """Answers a cs on another machine until it is done: a line of JSON for each of its lines."""
    import json

    with Counterpart(places) as counterpart:
        for line in iter(asks.readline, ""):
            answers.write(ANSWER + json.dumps(_answer(counterpart, line)) + "\n")
            answers.flush()
    return 0


# ── talking with the other side ──


def _close_streams(process: Any) -> None:
    for stream in (process.stdin, process.stdout):
        try:
            if stream is not None:
                stream.close()
        except OSError:
            pass  # the other side has gone: what was not written yet has nowhere to go


def _ignore_interrupts() -> None:
    """In a child: ctrl-c is for us; the connection must outlive it, to tidy up."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


class FarSide:
    """The Counterpart on a host, through one ssh connection that rsync and tar share with it."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.hello: dict[str, Any] = {}
        self.sockets = ""

    def __enter__(self) -> FarSide:
        import subprocess
        import tempfile

        _need_ssh("moving a session needs ssh, which is not installed here")
        self.sockets = tempfile.mkdtemp(prefix="cs-", dir="/tmp" if os.path.isdir("/tmp") else None)
        self.errors = tempfile.TemporaryFile()
        serve = script_there(
            f'{NEED_CS} {LOGIN_SHELL} exec "${{SHELL:-/bin/sh}}" $l "exec \\"$cs\\" -remote-serve"'
        )
        options = [*self._sharing("yes"), "-o", "ServerAliveInterval=15", "-o", "ConnectTimeout=30", "-T"]
        self.process = subprocess.Popen(
            [*self.host.ssh(*options), serve],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env=child_environment({} if is_terminal(sys.stdin) else NOBODY_ANSWERS),
            preexec_fn=_ignore_interrupts if os.name != "nt" else None,
        )
        try:
            self.hello = self.ask("hello")
            self._check_protocol()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        import subprocess

        _close_streams(self.process)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.errors.close()
        remove_tree(self.sockets)

    def _sharing(self, master: str) -> list[str]:
        """The options by which several ssh share a connection, so that a password is asked for once."""
        if os.name == "nt":
            return []
        path = os.path.join(self.sockets, "s")
        return ["-o", f"ControlMaster={master}", "-o", f"ControlPath={path}", "-o", "ControlPersist=no"]

    def ssh(self) -> list[str]:
        """The words of a further ssh to the same host."""
        return self.host.ssh(*self._sharing("no"), "-T")

    def ask(self, question: str, **details: Any) -> Any:
        """The answer of the other side. Its errors are raised here."""
        self.send(question, **details)
        return self.answer()

    def send(self, question: str, **details: Any) -> None:
        import json

        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps({"ask": question, "with": details}).encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            raise self._lost() from None

    def answer(self) -> Any:
        import json

        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        while line and not line.startswith(ANSWER.encode()):
            line = self.process.stdout.readline()
        if not line.endswith(b"\n"):
            raise self._lost()
        answer = json.loads(line[len(ANSWER) :])
        if "error" in answer:
            raise CsError(f"{self.host.name}: {answer['error']}", *answer["hints"])
        return answer["is"]

    def _lost(self) -> CsError:
        """Why there is no answer."""
        self.process.kill() if self.hello else None
        status = self.process.wait()
        self.errors.seek(0)
        said = self.errors.read().decode("utf-8", "replace")
        if self.hello:
            return ConnectionLost(f"the connection to {self.host.shown} was lost")
        if status == NO_CS:
            return _program_missing_there(self.host, status)
        if status == SSH_FAILED:
            return connection_error(self.host, said)
        last = said.strip().splitlines()[-1:]
        return CsError(
            f"the cs on {self.host.shown} does not know how to move sessions (status {status})",
            *last,
            f"update it there: {self.host.line('cs -update')}",
        )

    def _check_protocol(self) -> None:
        theirs = self.hello["protocol"] if isinstance(self.hello.get("protocol"), int) else 0
        if theirs != MOVE_PROTOCOL:
            place = f"there: {self.host.line('cs -update')}" if theirs < MOVE_PROTOCOL else "here: cs -update"
            theirs_is = f"cs {self.hello.get('version')} on {self.host.shown}"
            raise CsError(f"{theirs_is} does not move sessions as cs {VERSION} here does", f"update it {place}")


# ── copying ──


_TAR_OPTIONS: dict[str, Any] = {
    "encoding": "utf-8",
    "errors": "surrogateescape",
    "bufsize": 1 << 18,
    "copybufsize": 1 << 18,
}


def write_tar(directory: str, stream: Any, files: int = 0) -> None:
    """Writes everything that moves as a tar stream (pax format), so that any name, size and time fits."""
    import tarfile

    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT, **_TAR_OPTIONS) as tar:
        for node in Progress("copied", files).over(walk_session(directory)):
            info = tarfile.TarInfo(node.name)
            info.mode, info.mtime = node.stat.st_mode & 0o7777, node.stat.st_mtime
            if node.kind == "f":
                with open(node.full, "rb") as f:
                    info.size = os.fstat(f.fileno()).st_size
                    tar.addfile(info, f)
                continue
            info.type = tarfile.DIRTYPE
            if node.kind == "l":
                info.type, info.linkname = tarfile.SYMTYPE, node.target
            tar.addfile(info)


def _path_inside(directory: str, name: str) -> bytes:
    if name.startswith("/") or ".." in name.split("/") or "\0" in name:
        raise CsError(f"a path in the stream leads outside: {name}")
    return os.path.join(os.fsencode(directory), name.encode("utf-8", "surrogateescape"))


def _unpack_file(content: Any, path: bytes, member: Any) -> None:
    import shutil

    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
        shutil.copyfileobj(content, f, 1 << 18)
    os.chmod(path, member.mode)
    os.utime(path, (member.mtime, member.mtime))


def read_tar(stream: Any, directory: str, files: int = 0) -> None:
    """Unpacks what write_tar() has written; whatever lay in the directory is gone.

    Nothing can land outside of it: names are checked, and links are made last, when no file is written
    any more.
    """
    import tarfile

    links, directories, progress = [], [], Progress("copied", files)
    for name in os.listdir(directory):
        remove_tree(os.path.join(directory, name))
    try:
        with tarfile.open(fileobj=stream, mode="r|", **_TAR_OPTIONS) as tar:
            for member in tar:
                path = _path_inside(directory, member.name)
                if member.isdir():
                    os.makedirs(path, exist_ok=True)
                    directories.append((path, member))
                elif member.issym():
                    links.append((path, member))
                elif member.isfile():
                    _unpack_file(tar.extractfile(member), path, member)
                    progress.step()
    except tarfile.TarError as error:
        raise CsError(f"the stream broke off or is damaged: {error}") from error
    finally:
        progress.end()
    for path, member in links:
        os.symlink(member.linkname.encode("utf-8", "surrogateescape"), path)
    for path, member in reversed(directories):
        os.chmod(path, member.mode)
        os.utime(path, (member.mtime, member.mtime))


class Copy:
    """A session's way between a directory here and one on a host."""

    def __init__(self, far: FarSide, here: str, there: str, outward: bool, offer: dict[str, Any]) -> None:
        self.far = far
        self.here = here
        self.there = there
        self.outward = outward
        self.files, self.size = int(offer["files"]), int(offer["size"])
        self.without_git = bool(offer["without_git"])
        self.program = "rsync" if find_program("rsync") and far.hello.get("rsync") else "tar"

    def make(self, name: str, continues: bool) -> None:
        """Copies everything, and compares both sides; what an earlier try has left is used, or replaced."""
        way = f"to {self.far.host.shown}" if self.outward else f"here from {self.far.host.shown}"
        tell(f"moving '{name}' {way}: {plural(self.files, 'file')}, {human_size(self.size)}, by {self.program}")
        if self.without_git:
            warn("its .git points into another repository of that machine; the history stays there")
        if self.program == "rsync":
            self._copy_by_rsync(continues)
        else:
            self._copy_by_tar()
        self._verify()

    def _verify(self) -> None:
        """Compares both sides, each of which makes its manifest at the same time."""
        self.far.send("manifest")
        here = make_manifest(self.here, self.files)
        there = self.far.answer()
        differences = compare_manifests(here, there) if self.outward else compare_manifests(there, here)
        if differences:
            more = [f"and {len(differences) - 5} more"] if len(differences) > 5 else []
            raise CsError("the copy is not the same as the session", *differences[:5], *more)

    def _copy_by_rsync(self, continues: bool) -> None:
        """The directory there stands in the command that starts rsync there, so that no shell splits its name."""
        import subprocess

        command = ["rsync", "-a", "--partial", "--delete"]
        if continues:
            command.append("--checksum")  # a damaged file of an earlier try may have the right size and time
        command += [f"--exclude=/{name}" for name in STAYS]
        if self.without_git:
            command.append("--exclude=/.git")
        command += self._progress_options() if is_terminal(sys.stderr) else ["-q"]
        start = f"cd {_quote(self.there)} && {_quote(str(self.far.hello['rsync']))}"
        *ssh, _, login = self.far.ssh()
        user, at, name = login.rpartition("@")
        remote = f"{user}{at}[{name}]:./" if ":" in name else f"{login}:./"
        command += ["--rsync-path", start, "-e", " ".join(map(_quote, ssh))]
        command += ["./", remote] if self.outward else [remote, "./"]
        shown = sys.stderr if is_terminal(sys.stderr) else subprocess.DEVNULL
        self._run(command, lambda process: process.wait(), stdin=subprocess.DEVNULL, stdout=shown)

    @staticmethod
    def _progress_options() -> list[str]:
        """One line for all of the copy, which rsync has from 3.1 on; else a line for each file."""
        words = run(["rsync", "--version"], check=False).text.split()[:3]
        version = words[2].split(".") if words[:2] == ["rsync", "version"] and len(words) == 3 else ["0"]
        is_new = version[0].isdigit() and int(version[0]) >= 3 and version[:2] != ["3", "0"]
        return ["--info=progress2", "--no-inc-recursive"] if is_new else ["--progress"]

    def _copy_by_tar(self) -> None:
        """Sends or fetches a tar stream that cs itself makes on one side and unpacks on the other."""
        import subprocess

        verb = "in" if self.outward else "out"
        command = [*self.far.ssh(), script_there(f"exec cs -remote-tar {verb} {_quote(self.there)}")]

        def pass_on(process: Any) -> None:
            if self.outward:
                write_tar(self.here, process.stdin, self.files)
            else:
                read_tar(process.stdout, self.here, self.files)

        ends = (subprocess.PIPE, subprocess.DEVNULL) if self.outward else (subprocess.DEVNULL, subprocess.PIPE)
        self._run(command, pass_on, *ends)

    def _run(self, command: list[str], deal: Callable[[Any], object], stdin: Any, stdout: Any) -> None:
        """Runs a program while something deals with its streams. Raises CsError with what went wrong."""
        import subprocess
        import tempfile

        trouble = None
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                command, cwd=self.here, env=child_environment(), stdin=stdin, stdout=stdout, stderr=errors
            )
            try:
                deal(process)
            except (OSError, CsError) as error:
                trouble = error
            except BaseException:
                process.terminate()
                raise
            finally:
                _close_streams(process)
                process.wait()
            errors.seek(0)
            result = Result(process.returncode, str(trouble or "").encode(), errors.read())
        if result.status != 0:
            why = result.complaint or f"{self.program} ended with status {result.status}"
            raise CsError(f"the copy failed: {why}")
        if trouble is not None:
            raise CsError(f"the copy failed: {trouble}")


# ── moving ──


class Unchanged:
    """Whatever ends its block early: says that the session is as it was, and what is left of the try."""

    def __init__(self, session: Session) -> None:
        self.hints = [f"session '{session.name}' is as it was, and where it was"]

    def leftovers(self, place: str, removal: str) -> None:
        self.hints += [f"what has been copied is {place}: the same command goes on from there", f"or: {removal}"]

    def __enter__(self) -> Unchanged:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, CsError):
            error.hints = (*error.hints, *self.hints)
        elif isinstance(error, OSError):
            place = f": {os.fsdecode(error.filename)}" if error.filename else ""
            raise CsError(f"the move failed: {error.strerror or error}{place}", *self.hints) from error
        elif isinstance(error, KeyboardInterrupt):
            tell()
            warn("the move was interrupted", *self.hints)


class Locked:
    """Holds a session's lock in its block; a session that has left its place has taken the lock along."""

    def __init__(self, session: Session, force: bool) -> None:
        self.session = session
        self.force = force

    def __enter__(self) -> None:
        refuse_locked(self.session, "moving it", self.force)
        overridden = take_lock(self.session, self.force)
        if overridden is not None:
            warn(f"'{self.session.name}' is open ({overridden}); what is written there from now on stays behind")

    def __exit__(self, *_: object) -> None:
        if os.path.lexists(self.session.lock):
            release_lock(self.session)


def _replace_by_stub(places: Places, session: Session, stub: str, left: list[str]) -> TrashEntry:
    entry = _put_away(places, session, left)
    try:
        os.rename(stub, session.path)
    except OSError:
        os.rename(entry.path, session.path)
        open_store(places).move_session(entry.secrets_key, session.name)
        raise
    return entry


def _hand_over(
    places: Places, session: Session, far: FarSide, sealed: dict[str, Any]
) -> tuple[TrashEntry, list[str]]:
    """Makes the copy there the session, and what is here a stub; returns the names of secrets that stayed."""
    stub = _write_stub(places, session.name, far.host)
    try:
        settled = far.ask("settle", name=session.name, sealed=sealed["sealed"])
        left = [name for name in sealed["names"] if name not in settled["secrets"]]
        if settled["trouble"]:
            warn(f"{far.host.name}: {settled['trouble']}")
        try:
            return _replace_by_stub(places, session, stub, left), left
        except (CsError, OSError):
            far.ask("retract")
            raise
    except ConnectionLost as error:
        look = far.host.line("cs -ls")
        error.hints = (*error.hints, f"if '{session.name}' is there now all the same, it is complete: {look}")
        raise
    finally:
        remove_tree(stub)


def _tell_secrets(names: list[str], left: list[str], where: str) -> None:
    if len(names) > len(left):
        tell(f"{plural(len(names) - len(left), 'secret')} came along, encrypted on the way")
    if left:
        hints = ["with age on both sides they would have come along", *([] if has_age() else [how_to_get_age()])]
        warn(f"not moved: {', '.join(left)}; these secrets stay {where}", *hints)


def move_to(places: Places, session: Session, host_text: str, force: bool = False) -> int:
    """Moves a session to a host, and leaves a stub; all or nothing, and the old copy goes to the trash."""
    host = find_host(places, host_text)
    session = _session_to_move(places, session)
    with interruptible(), Unchanged(session) as unchanged, Locked(session, force), FarSide(host) as far:
        offer = describe_offer(places, session)
        origin = f"{host_name()}:{session.directory}"
        arrival = far.ask("receive", name=session.name, origin=origin, size=offer["size"])
        there = str(arrival["directory"])
        unchanged.leftovers(f"{host.name}:{there}", host.line(f"rm -rf {_quote(there)}"))
        Copy(far, session.directory, there, True, offer).make(session.name, arrival["continues"])
        sealed = seal_secrets(places, session.name, far.ask("recipient") if offer["secrets"] else None)
        with uninterrupted():
            entry, left = _hand_over(places, session, far, sealed)
    tell(f"session '{session.name}' is on {host.shown} now, compared file by file; cs {session.name} connects")
    if os.path.islink(entry.path):
        tell(f"the project stays in {places.shorten(session.directory)}; its link is in the trash: {entry.entry}")
    else:
        tell(f"the old copy is in the trash: {entry.entry}")
    _tell_secrets(sealed["names"], left, f"here, in the store of '{session.name}'")
    return 0


def _replace_stub(places: Places, stub: Session, arrived: str) -> None:
    aside = os.path.join(places.root, f"{STAGING}{stub.name}-stub-{os.getpid()}")
    os.rename(stub.path, aside)
    try:
        os.rename(arrived, stub.path)
    except OSError:
        os.rename(aside, stub.path)
        raise
    remove_tree(aside)
    _remove_if_empty(os.path.dirname(arrived))


def _take_over(places: Places, stub: Session, arrived: str, far: FarSide, sealed: dict[str, Any]) -> list[str]:
    """Makes the copy here the session, and puts away what is there; returns the names of secrets that stayed."""
    received, trouble = unseal_secrets(places, stub.name, sealed["sealed"])
    if trouble:
        warn(f"the secrets have not arrived: {trouble}")
    name = name_there(stub)
    _begin_history_anew(Session(stub.name, arrived))
    _replace_stub(places, stub, arrived)
    left = [secret for secret in sealed["names"] if secret not in received]
    try:
        entry = far.ask("depart", left=left)
        tell(f"the copy on {far.host.name} is in the trash there: {entry}")
    except CsError as error:
        remedy = far.host.line(f"cs -rm {name}")
        warn(f"the session is here, but its copy on {far.host.shown} was not put away: {error}", f"later: {remedy}")
    return left


def move_here(places: Places, session: Session, force: bool = False) -> int:
    """Brings a remote session back; the copy on the host goes to the trash there, when all is here."""
    stub = existing_session(places, session.name)
    if stub.remote_host is None:
        raise CsError(f"session '{stub.name}' is here already", f"cs {stub.name} opens it")
    host, name = find_host(places, stub.remote_host), name_there(stub)
    with interruptible(), Unchanged(stub) as unchanged, Locked(stub, force), FarSide(host) as far:
        offer = far.ask("offer", name=name)
        there = str(offer["directory"])
        here = arrival_directory(places, stub.name, f"{host.target}:{there}")
        continues = prepare_arrival(here, offer["size"])
        unchanged.leftovers(places.shorten(here), f"rm -rf {_quote(here)}")
        Copy(far, here, there, False, offer).make(stub.name, continues)
        sealed = far.ask("seal", recipient=age_recipient(places) if offer["secrets"] else None)
        with uninterrupted():
            left = _take_over(places, stub, here, far, sealed)
    tell(f"session '{stub.name}' is here now, compared file by file; cs {stub.name} opens it")
    _tell_secrets(sealed["names"], left, f"on {host.name}, in the store of '{name}'")
    return 0


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  20. Passages
#  What sessions say is cut into blocks of passages, and a query tells what a passage has of it. Every text is
#  redacted before it becomes a passage.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

# ── words ──

_FOLDED: dict[int, str] = {}  # what has been folded so far, by code point


def _fold_character(c: str) -> str:
    from unicodedata import category, normalize

    plain = normalize("NFKD", c.casefold()).casefold()
    folded = "".join(each if each.isalnum() else " " for each in plain if category(each) != "Mn")
    stands_alone = "\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" or "\U00020000" <= c <= "\U0003ffff"
    return f" {folded} " if stands_alone else folded  # scripts without spaces between words


def fold(text: str) -> str:
    """A text without case, accents and signs: what is compared. Each character is folded by itself.

    >>> fold("Éclair_Fuß"), fold("日本").split()
    ('eclair fuss', ['日', '本'])
    """
    if text.isascii():
        return text.lower().replace("_", " ")
    for c in set(text):
        if ord(c) not in _FOLDED:
            _FOLDED[ord(c)] = _fold_character(c)
    return text.translate(_FOLDED)


def words_of(text: str) -> list[str]:
    """The words of a text, folded.

    >>> words_of("the API-key of Zoë_2")
    ['the', 'api', 'key', 'of', 'zoe', '2']
    """
    import re

    return re.findall(r"\w+", fold(text))


_ENDINGS = {"ies": "y", "ied": "y", "ing": "", "ed": "", "es": "", "s": "", "ions": "", "ion": "", "e": ""}


def _stems(word: str) -> set[str]:
    """What a word may be without its ending; at least three letters, one of them a vowel."""
    stems = {word}
    for ending, instead in _ENDINGS.items():
        shortest = 5 if ending.startswith("ion") else 3
        stem = word[: -len(ending)] + instead
        if not word.endswith(ending) or word.endswith("ss") or len(stem) < shortest:
            continue
        if set(stem) & set("aeiouy"):
            stems.add(stem)
            if stem[-1] == stem[-2] and ending in ("ing", "ed"):
                stems.add(stem[:-1])  # stopped: stop
    return stems


def _endings(stem: str) -> list[str]:
    """The endings that a stem may take."""
    endings = ["", "s", "es", "ed", "ing", "e"]
    if stem[-1] in "ts" and len(stem) >= 5:
        endings += ["ion", "ions"]
    if stem[-1] not in "aeiouwxy" and stem[-2] in "aeiou" and stem[-3] not in "aeiou":
        endings += [stem[-1] + "ed", stem[-1] + "ing"]
    return endings


def inflections(word: str) -> list[str]:
    """Other forms that an English word may have; some of them are no words, which does no harm.

    >>> [form in inflections("caches") for form in ("cache", "cached", "caching", "cachet")]
    [True, True, True, False]
    """
    if len(word) < 4 or not (word.isascii() and word.isalpha()):
        return []
    forms = {stem + ending for stem in _stems(word) for ending in _endings(stem)}
    return sorted(forms - {word})


# ── the query ──

_NAME, _OBJECTIVE, _NOTES, _ARTIFACTS, _CHAT = _KINDS = range(5)  # what a passage can be part of
_WHERE = ("notes", "notes", "notes", "artifacts", "chat")  # what people call it
_WEIGHTS = (10.0, 6.0, 4.0, 1.5, 1.0)  # of a word there
_WEIGHTS_AS_HIT = (0.001, *_WEIGHTS[1:])  # the name is shown anyway: as a hit it comes last
_TOGETHER = (3.0, 3.0, 2.5, 1.2, 1.5)  # of several words in one block
OTHER_FORM = 0.7  # what another form of a word counts
_UNITS = {"h": 3600, "d": 86400, "w": 604800, "mo": 2592000, "y": 31536000}  # seconds


class SearchTerm:
    """One word, phrase or beginning of a word that is looked for, and other forms of it, which count a little less."""

    __slots__ = ("forms", "is_prefix", "patterns", "words")

    def __init__(self, words: list[str], is_prefix: bool = False, forms: Iterable[str] = ()) -> None:
        import re

        self.words = words
        self.is_prefix = is_prefix
        self.forms = forms
        own = r"\b" + r"\W+".join(words) + (r"\w*" if is_prefix else r"\b")
        others = r"\b(?:" + "|".join(forms) + r")\b" if forms else "(?!)"  # which is nowhere
        self.patterns = re.compile(own), re.compile(others)  # for folded texts

    def worth_in(self, folded: str) -> float:
        """What a text has of the term: 1, or less when it has only another form, or 0."""
        own, others = self.patterns
        return 1.0 if own.search(folded) else OTHER_FORM if others.search(folded) else 0.0

    def expressions(self) -> tuple[str, str]:
        """The term itself, and its other forms, for FTS5."""
        own = '"' + " ".join(self.words) + '"' + (" *" if self.is_prefix else "")
        return own, " OR ".join(f'"{form}"' for form in self.forms)


class SearchQuery:
    """What is looked for: all of the terms, none of the excluded ones, in some kinds of places, since a time."""

    __slots__ = ("excluded", "kinds", "names", "not_names", "since", "terms")

    def __init__(self) -> None:
        self.terms: list[SearchTerm] = []
        self.excluded: list[SearchTerm] = []
        self.kinds: frozenset[int] = frozenset()
        self.names: list[str] = []  # patterns, of which a session's name must match one
        self.not_names: list[str] = []
        self.since = 0.0  # seconds since the epoch

    def wants(self, name: str) -> bool:
        """Whether a session is to be searched."""
        if not self.names and not self.not_names:
            return True
        from fnmatch import fnmatchcase

        name = name.lower()
        wanted = not self.names or any(fnmatchcase(name, pattern) for pattern in self.names)
        return wanted and not any(fnmatchcase(name, pattern) for pattern in self.not_names)


def _parse_term(text: str, is_quoted: bool = False, is_beginning: bool = False) -> list[SearchTerm]:
    """One word, in any of its forms, or phrase; none when there is nothing in the text but signs."""
    words = words_of(text)
    if not words:
        return []
    forms = inflections(words[0]) if len(words) == 1 and not is_quoted and not is_beginning else ()
    return [SearchTerm(words, is_beginning, forms)]


def _parse_scope(text: str) -> set[int]:
    names = text.lower().split(",")
    if not set(names) <= set(_WHERE):
        raise UsageError(f"in:{text} is no place to search", "there are in:notes, in:chat and in:artifacts")
    return {kind for kind in _KINDS if _WHERE[kind] in names}


def _parse_since(text: str) -> float:
    """The moment that `2w` or `2026-03-01` means, in seconds since the epoch."""
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    unit = text[len(number) :]
    if unit in _UNITS and number.isdecimal() and len(number) < 6:
        return time.time() - int(number) * _UNITS[unit]
    try:
        return time.mktime(time.strptime(text, "%Y-%m-%d"))
    except (ValueError, OverflowError):
        hint = "since:36h, since:2w (h, d, w, mo, y) or since:2026-03-01"
        raise UsageError(f"since:{text} is no time", hint)


def parse_query(text: str, literal: str = "", typing: bool = False) -> SearchQuery:
    """Understands a query; all of `literal` is words. While it is being typed, its last word is a beginning.

    Raises UsageError, also when there is nothing to look for.

    >>> query = parse_query('pool "timed out" mig* -redis in:chat')
    >>> [term.words for term in query.terms], query.terms[2].is_prefix, query.excluded[0].words
    ([['pool'], ['timed', 'out'], ['mig']], True, ['redis'])
    """
    import re

    query = SearchQuery()
    scopes: set[int] = set()
    no_scopes: set[int] = set()
    shape = r'(-?)(?:(in|session|since):)?(?:"([^"]*)"?|(\S*))'
    for part in re.finditer(shape, text, re.IGNORECASE):
        minus, key, quoted, plain = part.groups()
        value = plain if quoted is None else quoted
        if not key:
            still_typed = typing and part.end() == len(text)
            is_beginning = quoted is None and (still_typed or value.endswith("*"))
            if minus:
                query.excluded += _parse_term(value, True, is_beginning)
            else:
                query.terms += _parse_term(value, quoted is not None, is_beginning)
        elif key.lower() == "in":
            (no_scopes if minus else scopes).update(_parse_scope(value))
        elif key.lower() == "session":
            if not value:
                raise UsageError("session: needs a name right after it", "for example: session:api*")
            (query.not_names if minus else query.names).append(value.lower())
        else:
            query.since = _parse_since("" if minus else value)
    for word in literal.split():
        query.terms += _parse_term(word)
    query.kinds = frozenset(scopes or _KINDS) - no_scopes
    if not query.terms:
        what = "there are only words to leave out" if query.excluded else "there is no word to search for"
        raise UsageError(what, 'for example: cs -search redis "timed out" since:2w')
    return query


# ── what a session says ──

BLOCK = 4000  # characters; a block is closed as soon as it has as many
PASSAGE_END = " ꙮ "  # a letter that nobody writes: no phrase goes from one passage to the next
SEGMENT = 1 << 21  # bytes of a transcript that are worked on at once
LARGEST_TEXT = 1 << 20  # bytes of a document or artifact that are read
FRESH = 2 * 10**9  # nanoseconds: what was changed so recently may change again with the same time

# A passage is (when, heading, text): what a person or Claude said, or a piece of a note or file.
if TYPE_CHECKING:
    Passage = tuple[int, str, str]
    HearsProgress = Callable[[int, int], None]


def is_fresh(mtime: int) -> bool:
    """Whether a file may still change without another mtime (nanoseconds)."""
    return abs(time.time_ns() - mtime) < FRESH


class SearchSource:
    """One file, or part of one, that is searched."""

    __slots__ = ("inode", "key", "kind", "mtime", "path", "size")

    def __init__(self, kind: int, key: str, path: str, status: os.stat_result | None = None) -> None:
        self.kind = kind
        self.key = key  # unique in its session
        self.path = path
        self.size = status.st_size if status else 0
        self.mtime = status.st_mtime_ns if status else 0
        self.inode = status.st_ino if status else 0

    @property
    def written(self) -> int:
        """When, in seconds since the epoch."""
        return self.mtime // 10**9

    @property
    def state(self) -> str:
        """A text that is only compared; "" as long as the file may change without changing it."""
        return "" if is_fresh(self.mtime) else f"{self.mtime}.{self.size}.{self.inode}"


def _regular_files(directory: str) -> dict[str, os.stat_result]:
    """The regular files directly in a directory, by name; none when it is not there or cannot be read."""
    import stat

    found = {}
    try:
        for name in os.listdir(directory):
            try:
                status = os.stat(os.path.join(directory, name))
            except OSError:
                continue
            if stat.S_ISREG(status.st_mode):
                found[name] = status
    except OSError:
        pass
    return found


def conversation_of(file_name: str) -> str:
    """The conversation whose transcript, or kept generation of it, has that name; "" for other files.

    >>> conversation_of("1b2c.jsonl"), conversation_of("1b2c.2.jsonl"), conversation_of("MEMORY.md")
    ('1b2c', '1b2c', '')
    """
    base, _, ending = file_name.rpartition(".")
    if ending != "jsonl":
        return ""
    first, _, number = base.rpartition(".")
    return first if first and number.isdecimal() else base


def _is_of_another_directory(path: str, directory: str) -> bool:
    """Whether a transcript lies here only because Claude Code gives two directories the same folder."""
    for record in _head_records(path):
        cwd = record.get("cwd")
        if isinstance(cwd, str):
            return cwd != directory and mangle(cwd) == mangle(directory)
    return False


def _holds(source: SearchSource, other: SearchSource) -> bool:
    try:
        return source.inode == other.inode or _begins_with(source.path, other.path)
    except OSError:
        return False


def _without_copies(sources: list[SearchSource]) -> list[SearchSource]:
    """Of some transcripts of one conversation those that say something of their own, under Claude's name first."""
    own: list[SearchSource] = []
    for source in sorted(sources, key=lambda each: -each.size):
        if not any(_holds(other, source) for other in own):
            own.append(source)
    for number, source in enumerate(own, 1):
        source.path = next(each.path for each in sources if each.inode == source.inode)
        source.key = f"chat/{conversation_of(os.path.basename(source.path))}" + f" {number}" * (number > 1)
    return own


class Inventory:
    """What there is to search in a session, also in one of the earliest layout; what is no session has nothing."""

    __slots__ = ("directory", "name", "session", "sources", "watched")

    def __init__(self, places: Places, name: str) -> None:
        self.name = name
        self.session = session = Session(name, os.path.join(places.root, name))
        self.directory = session.directory  # the real one
        self.watched: list[str] = []  # paths that have to be looked at to notice a change
        self.sources: list[SearchSource] = []
        if session.exists:
            self._look(places, session.meta)
        elif os.path.isfile(os.path.join(session.directory, "logs", "session.log")):
            self._look(places, session.directory)

    def _look(self, places: Places, meta: str) -> None:
        self.watched += [meta, self.session.conversations]
        documents = _regular_files(meta)
        remote = documents.get(os.path.basename(self.session.remote_conf))
        if remote is not None:
            self.watched.append(self.session.remote_conf)
        if remote is None or self.session.remote_host is None:
            self._add_documents(meta, documents)
            self._add_artifacts(os.path.join(meta, os.path.basename(self.session.artifacts)))
            self._add_conversations(project_directory(places, self.directory))
        own = SearchSource(_NAME, "", self.session.path)
        own.mtime = max([source.mtime for source in self.sources] or [remote.st_mtime_ns if remote else 0])
        self.sources.insert(0, own)

    def _add(self, *sources: SearchSource) -> None:
        self.watched += [source.path for source in sources]
        self.sources += sources

    def _add_documents(self, meta: str, there: dict[str, os.stat_result]) -> None:
        session = self.session
        notes = (session.discoveries, session.discoveries_archive, session.discoveries_compact, session.summary)
        for path in (session.readme, *notes, session.changes, session.changes_archive):
            name = os.path.basename(path)
            if name in there:
                self._add(SearchSource(_NOTES, name, os.path.join(meta, name), there[name]))
                if path == session.readme:
                    source = SearchSource(_OBJECTIVE, "objective", os.path.join(meta, name), there[name])
                    self.sources.append(source)

    def _add_artifacts(self, top: str) -> None:
        for directory, folders, _ in os.walk(top):
            folders.sort()
            self.watched.append(directory)
            for name, status in sorted(_regular_files(directory).items()):
                path = os.path.join(directory, name)
                if not os.path.islink(path) and path != os.path.join(top, "MANIFEST.json"):
                    self._add(SearchSource(_ARTIFACTS, "artifacts/" + os.path.relpath(path, top), path, status))

    def _add_conversations(self, folder: str) -> None:
        """Each conversation once: Claude's file where it has one, and what only cs still has."""
        self.watched.append(folder)
        by_id: dict[str, list[SearchSource]] = {}
        for directory in (folder, self.session.conversations):
            for name, status in sorted(_regular_files(directory).items()):
                id, path = conversation_of(name), os.path.join(directory, name)
                if id and (directory != folder or not _is_of_another_directory(path, self.directory)):
                    by_id.setdefault(id, []).append(SearchSource(_CHAT, "", path, status))
        for same in by_id.values():
            self._add(*_without_copies(same))


# ── reading it ──


def paths_state(paths: Iterable[str]) -> tuple[str, int]:
    """The state of some paths as a text that is only compared, and the newest mtime (ns) of them."""
    parts = []
    newest = 0
    stat = os.stat
    for path in paths:
        try:
            status = stat(path)
        except OSError:
            parts.append("-")
            continue
        mtime = status.st_mtime_ns
        if mtime > newest:
            newest = mtime
        parts.append(f"{mtime}.{status.st_size}.{status.st_ino}")
    return " ".join(parts), newest


def _searchable(text: str, values: dict[str, str]) -> str:
    """A text without colours, what no database takes, the signs that separate passages, and credentials.

    `values` are those that the session stores, with their names.
    """
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    if "\x1b" in text:
        import re

        text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    text = text.replace("\x1e", " ").replace("\x1f", " ")
    return redact(text, find_secrets(text, values))


def _pieces(text: str) -> Iterator[str]:
    """A text in pieces of at most BLOCK characters, cut between lines or at least between words."""
    text = text.strip()
    while len(text) > BLOCK:
        at = max(text.rfind("\n", BLOCK // 2, BLOCK), 0) or max(text.rfind(" ", BLOCK // 2, BLOCK), 0) or BLOCK
        yield text[:at]
        text = text[at:].strip()
    if text:
        yield text


def _spoken_passages(line: bytes, values: dict[str, str]) -> list[Passage]:
    """What a record of a transcript says, if it says anything: no tool's result, no note of the client's."""
    if b'"toolUseResult":' in line and b'"assistant"' not in line:
        return []  # not worth parsing: they are the bulk of a transcript
    record = parse_record(line) or {}
    who = {"user": "you", "assistant": "Claude"}.get(str(record.get("type")))
    if who is None or (who == "you" and not is_prompt(record)) or record.get("isApiErrorMessage"):
        return []
    text, when = spoken_text(record), int(record_time(record) or 0)
    return [(when, who, piece) for piece in _pieces(_searchable(text, values))] if text else []


def _read_conversation(path: str, values: dict[str, str], start: int) -> Iterator[tuple[int, list[Passage]]]:
    passages: list[Passage] = []
    end = start
    for end, line in transcript_lines(path, start):
        if b'"user"' in line or b'"assistant"' in line:
            passages += _spoken_passages(line, values)
        if end - start >= SEGMENT:
            yield end, passages
            passages, start = [], end
    if end > start:
        yield end, passages


def _sections(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each heading of a Markdown text with the lines below it, but for comments and what templates say."""
    import re

    heading: str = ""
    lines: list[str] = []
    in_code = False
    for line in re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).splitlines():
        bare = line.strip()
        if bare.startswith(("```", "~~~")):
            in_code = not in_code
        if not in_code and re.match(r"#{1,6} ", bare):
            if heading or lines:
                yield heading, lines
            heading, lines = bare.lstrip("#").strip(), []
        elif in_code or not (bare.startswith("[") and bare.endswith("]")):
            lines.append(line)
    if heading or lines:
        yield heading, lines


def _entries(lines: list[str]) -> list[str]:
    """The lines of a section as one text, or as many as it has entries that begin with a date."""
    entries: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("- ["):
            entries.append([])
        entries[-1].append(line)
    return ["\n".join(entry) for entry in entries]


def _date_in(text: str, written: int) -> int:
    """The moment that a heading or entry names, else when its file was written; never later than that."""
    import re

    found = re.search(r"\b(20\d\d-\d\d-\d\d)(?:[ T](\d\d:\d\d)(:\d\d)?)?", text)
    if found is None:
        return written
    day, minute, second = found.groups()
    moment = parse_local_time(f"{day} {minute or '23:59'}{second or ':59'}")
    return written if moment is None else min(int(moment), written)


def _read_markdown(source: SearchSource, values: dict[str, str]) -> list[Passage]:
    """The sections of a Markdown document, each with its heading; entries of a list with dates one by one.

    The objective in a README is one source, all the rest another one.
    """
    passages: list[Passage] = []
    directory, name = os.path.split(source.path)
    session_name = os.path.basename(os.path.dirname(directory))
    for heading, lines in _sections(_searchable(read_text(source.path, LARGEST_TEXT) or "", values)):
        is_objective = name == "README.md" and heading.lower() == "objective"
        if is_objective != (source.kind == _OBJECTIVE):
            continue
        when = _date_in(heading, source.written)
        for entry in _entries(lines):
            entry_when = _date_in(entry[:40], when) if entry.startswith("- [") else when
            passages += [(entry_when, heading, piece) for piece in _pieces(entry)]
        if heading and heading != session_name and not any(line.strip() for line in lines):
            passages.append((when, heading, ""))
    return passages


def _read_artifact(source: SearchSource, values: dict[str, str]) -> list[Passage]:
    """The name of an artifact and, unless it is binary, its text."""
    data = read_bytes(source.path, LARGEST_TEXT) or b""
    text = "" if b"\0" in data[:8192] else data.decode("utf-8", "replace")
    name = source.key[len("artifacts/") :]
    return [(source.written, "", piece) for each in (name, text) for piece in _pieces(_searchable(each, values))]


def read_segments(
    source: SearchSource, values: dict[str, str], start: int = 0
) -> Iterator[tuple[int, list[Passage]]]:
    """The passages of a source from a byte offset on (0 but for conversations), each time with the offset reached.

    What cannot be read any more says nothing.
    """
    try:
        if source.kind == _CHAT:
            yield from _read_conversation(source.path, values, start)
        elif source.kind == _NAME:
            yield 0, [(source.written, "", _searchable(os.path.basename(source.path), values))]
        else:
            read = _read_artifact if source.kind == _ARTIFACTS else _read_markdown
            yield source.size, read(source, values)
    except OSError:
        return


def folded_passage(kind: int, passage: Passage) -> str:
    """What a passage says, folded; the heading of a note belongs to it."""
    return fold(passage[1] + "\n" + passage[2] if kind in (_OBJECTIVE, _NOTES) else passage[2])


def folded_block(kind: int, passages: Iterable[Passage]) -> str:
    """What is compared with the terms: all that a block says, folded."""
    return PASSAGE_END.join([folded_passage(kind, passage) for passage in passages])


def into_blocks(passages: Iterable[Passage]) -> Iterator[list[Passage]]:
    """Passages in their order, in blocks that are closed as soon as they are large enough."""
    block: list[Passage] = []
    size = 0
    for passage in passages:
        block.append(passage)
        size += len(passage[1]) + len(passage[2])
        if size >= BLOCK:
            yield block
            block, size = [], 0
    if block:
        yield block


def pack(passages: list[Passage]) -> bytes:
    """Passages as they are kept."""
    from zlib import compress

    return compress("\x1e".join([f"{when}\x1f{heading}\x1f{text}" for when, heading, text in passages]).encode(), 3)


def unpack(data: bytes) -> list[Passage]:
    """The passages that pack() has packed."""
    from zlib import decompress

    passages = (part.split("\x1f") for part in decompress(data).decode().split("\x1e"))
    return [(int(when), heading, text) for when, heading, text in passages]


# ── which blocks have what ──

_SESSION_SHIFT, _KIND_SHIFT = 28, 25  # the number of a block holds its session, its kind and a count
_PLACE_SHIFT = _SESSION_SHIFT - _KIND_SHIFT  # a place is session and kind in one number

_session_of = _SESSION_SHIFT.__rrshift__  # block → its session; without a call of Python, as there are many
_place_of = _KIND_SHIFT.__rrshift__  # block → its place


def block_number(session: int, kind: int, count: int) -> int:
    """The number of a block, from which its session and its kind can be told."""
    return session << _SESSION_SHIFT | kind << _KIND_SHIFT | count


def kind_of(block: int) -> int:
    """What a block is part of."""
    return block >> _KIND_SHIFT & 7


class SearchBlock:
    """Where a block stands, and how new it is (seconds since the epoch)."""

    __slots__ = ("count", "key", "newest", "path")

    def __init__(self, newest: int, path: str, key: str, count: int) -> None:
        self.newest = newest
        self.path = path
        self.key = key  # of its source
        self.count = count  # within its source


class Matches:
    """The numbers of the blocks that have a term, and of those that have only other forms of it."""

    __slots__ = ("others", "own", "term")

    def __init__(self, term: SearchTerm) -> None:
        self.term = term
        self.own: set[int] = set()
        self.others: set[int] = set()

    def note(self, block: int, folded: str) -> None:
        """Looks for the term in what a block says."""
        worth = self.term.worth_in(folded)
        if worth:
            (self.own if worth == 1.0 else self.others).add(block)

    def worth(self, block: int) -> float:
        """What a block has of the term."""
        return 1.0 if block in self.own else OTHER_FORM if block in self.others else 0.0

    def sessions(self) -> set[int]:
        """The sessions of all these blocks."""
        return set(map(_session_of, self.own)).union(map(_session_of, self.others))


def look_through(
    blocks: Iterable[int], load: Callable[[int], list[Passage]], query: SearchQuery, matches: list[Matches]
) -> None:
    """Notes which of some blocks have the terms, by reading them."""
    for block in blocks:
        if kind_of(block) in query.kinds:
            passages = [passage for passage in load(block) if passage[0] >= query.since]
            text = folded_block(kind_of(block), passages)
            for match in matches:
                match.note(block, text)


class SearchStopped(Exception):
    """Nobody waits for the answer any more."""


class Scan:
    """Finds words by reading everything: for sessions that the index does not have as they are now."""

    def __init__(self) -> None:
        self.outlines: dict[int, dict[int, SearchBlock]] = {}
        self.texts: dict[int, bytes] = {}

    def add_session(
        self, session: int, inventory: Inventory, values: dict[str, str], check_stop: Callable[[], None]
    ) -> list[int]:
        """Reads a session; returns how many blocks of each kind it has."""
        sizes = [0] * len(_KINDS)
        outline = self.outlines[session] = {}
        for source in inventory.sources:
            segments = read_segments(source, values)
            for count, block in enumerate(into_blocks(passage for _, passages in segments for passage in passages)):
                check_stop()
                number = block_number(session, source.kind, sizes[source.kind])
                newest = max(passage[0] for passage in block)
                outline[number] = SearchBlock(newest, source.path, source.key, count)
                self.texts[number] = pack(block)
                sizes[source.kind] += 1
        return sizes

    def match(self, query: SearchQuery, matches: list[Matches]) -> None:
        """Notes which blocks have the terms."""
        look_through(self.texts, self.load, query, matches)

    def outline(self, session: int) -> dict[int, SearchBlock]:
        """Where the blocks of a session stand."""
        return self.outlines[session]

    def load(self, block: int) -> list[Passage]:
        """What a block says."""
        return unpack(self.texts[block])


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  21. Search
#  An index (SQLite FTS5, in the cache) tells which blocks hold a word, or, without it, a scan of the files. What
#  counts how much, and what is shown, is decided from those blocks, so that both find the same.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

# ── the index ──

COMMIT_EVERY = 0.5  # seconds

# Names and paths are kept as bytes: they need not be UTF-8.
_TABLES = """
CREATE TABLE sessions (id INTEGER PRIMARY KEY, name BLOB UNIQUE, directory BLOB, watched BLOB, state TEXT,
    secrets TEXT, sizes TEXT);
CREATE TABLE files (id INTEGER PRIMARY KEY, session INTEGER, key BLOB, path BLOB, state TEXT, done INTEGER,
    edges INTEGER, whole INTEGER, UNIQUE (session, key));
CREATE TABLE blocks (id INTEGER PRIMARY KEY, file INTEGER, count INTEGER, oldest INTEGER, newest INTEGER);
CREATE INDEX blocks_of_file ON blocks (file, count);
CREATE TABLE texts (id INTEGER PRIMARY KEY, data BLOB);
CREATE VIRTUAL TABLE words USING fts5 (text, content='', columnsize=0, tokenize='ascii');
"""


class IndexedSession:
    """What the index remembers of a session."""

    __slots__ = ("directory", "id", "name", "secrets", "sizes", "state", "watched")

    def __init__(self, row: tuple[int, bytes, bytes, bytes, str, str, str]) -> None:
        self.id, *paths, self.state, self.secrets, self.sizes = row
        self.name, self.directory, self.watched = map(os.fsdecode, paths)


class IndexedFile:
    """What the index remembers of a source."""

    __slots__ = ("done", "edges", "id", "path", "state", "whole")

    def __init__(self, id: int, path: bytes = b"", state: str = "", done: int = 0, edges: int = 0, whole: int = 0):
        self.id = id
        self.path = path
        self.state = state  # "" as long as it has to be looked at again
        self.done = done  # bytes that were read
        self.edges = edges  # a checksum of both ends of them
        self.whole = whole  # and one of all of them


def checksum(path: str, start: int, end: int, number: int = 0) -> int:
    """A checksum (CRC-32) of a part of a file, which may go on from that of the part before."""
    from zlib import crc32

    with open(path, "rb") as f:
        f.seek(start)
        while start < end:
            chunk = f.read(min(CHUNK, end - start))
            if not chunk:
                break
            number = crc32(chunk, number)
            start += len(chunk)
    return number


def edges_checksum(path: str, length: int) -> int:
    """A checksum of both ends of the first so many bytes of a file."""
    return checksum(path, max(0, length - 4096), length, checksum(path, 0, min(4096, length)))


def _range_of(session: int) -> tuple[int, int]:
    """The numbers that a session's blocks can have."""
    return block_number(session, 0, 0), block_number(session + 1, 0, 0)


class SearchIndex:
    """The index, open for one thread. Whoever changes it holds its lock file."""

    def __init__(self, path: str, stop: Callable[[], bool]) -> None:
        import sqlite3

        self.connection = sqlite3.connect(path, timeout=3, isolation_level=None)
        self.connection.set_progress_handler(stop, 20000)
        self.execute = self.connection.execute
        for setting in ("cache_size = -4000", "temp_store = MEMORY", "secure_delete = ON"):
            self.execute("PRAGMA " + setting)

    @staticmethod
    def signature() -> int:
        """What stands in a file that was made with these tables, this folding and this version's redaction."""
        from unicodedata import unidata_version
        from zlib import crc32

        return crc32(f"{VERSION} {unidata_version} {_TABLES}".encode()) >> 1  # SQLite keeps 31 bits

    def is_ours(self) -> bool:
        """Whether the file was made like this."""
        return bool(self.execute("PRAGMA user_version").fetchone()[0] == self.signature())

    def is_sound(self) -> bool:
        """Whether the file is none that was damaged when somebody was killed while changing it."""
        return bool(self.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")

    def make_tables(self) -> None:
        """Makes the tables in an empty file, all or none."""
        signed = f"PRAGMA user_version = {self.signature()};"
        self.connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} {signed} COMMIT;")

    def close(self) -> None:
        self.connection.close()

    # changing it

    def sessions(self) -> dict[str, IndexedSession]:
        """All sessions that are in the index, by name."""
        rows = map(IndexedSession, self.execute("SELECT * FROM sessions"))
        return {session.name: session for session in rows}

    def forget_session(self, session: IndexedSession) -> None:
        """Takes all of a session out."""
        for file in self._numbers("SELECT id FROM files WHERE session = ?", session.id):
            self._forget_file(file)
        self.execute("DELETE FROM sessions WHERE id = ?", (session.id,))

    def _forget_file(self, file: int) -> None:
        self._forget_blocks(file)
        self.execute("DELETE FROM files WHERE id = ?", (file,))

    def _forget_blocks(self, file: int) -> None:
        for number in self._numbers("SELECT id FROM blocks WHERE file = ?", file):
            self._remove_block(number)

    def _remove_block(self, number: int) -> list[Passage]:
        """Takes a block out; returns what it said. FTS5 must hear its words once more for that."""
        passages = self.load(number)
        text = folded_block(kind_of(number), passages)
        self.execute("INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", (number, text))
        self.execute("DELETE FROM texts WHERE id = ?", (number,))
        self.execute("DELETE FROM blocks WHERE id = ?", (number,))
        return passages

    def _add_block(self, number: int, file: int, count: int, passages: list[Passage]) -> None:
        times = [passage[0] for passage in passages]
        self.execute("INSERT INTO blocks VALUES (?, ?, ?, ?, ?)", (number, file, count, min(times), max(times)))
        self.execute("INSERT INTO texts VALUES (?, ?)", (number, pack(passages)))
        text = folded_block(kind_of(number), passages)
        self.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (number, text))

    def update_session(
        self, inventory: Inventory, known: IndexedSession | None, secrets: str, values: dict[str, str]
    ) -> Iterator[int]:
        """Brings a session up to date; yields the bytes read since, each time when a commit is possible."""
        state, newest = paths_state(inventory.watched)
        if known is not None and known.secrets != secrets and self._says_any(known.id, values):
            self.forget_session(known)
            self.execute("INSERT INTO words (words) VALUES ('optimize')")  # only now the words are really gone
            known = None
        name, directory = os.fsencode(inventory.name), os.fsencode(inventory.directory)
        new = "sessions VALUES (NULL, ?, ?, x'', '', '', '')"
        session = known.id if known else self._new_row(new, name, directory)
        rows = self.execute(
            "SELECT key, id, path, state, done, edges, whole FROM files WHERE session = ?", (session,)
        )
        files = {key: IndexedFile(*rest) for key, *rest in rows.fetchall()}
        for source in inventory.sources:
            key = os.fsencode(source.key)
            file = files.pop(key, None)
            file = file or IndexedFile(self._new_row("files (session, key) VALUES (?, ?)", session, key))
            yield from self._update_file(session, source, file, values)
        for gone in files.values():
            self._forget_file(gone.id)
        watched = os.fsencode("\0".join(inventory.watched))
        sizes = " ".join(map(str, self._sizes(session)))
        self.execute(
            "REPLACE INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)",
            (session, name, directory, watched, state + "~" * is_fresh(newest), secrets, sizes),
        )
        yield 0

    def _new_row(self, into: str, *values: object) -> int:
        return int(self.execute("INSERT INTO " + into, values).lastrowid or 0)

    def _says_any(self, session: int, values: Iterable[str]) -> bool:
        """Whether any of some texts stands anywhere in what is kept of a session."""
        values = list(values)
        numbers = self._numbers("SELECT id FROM blocks WHERE id >= ? AND id < ?", *_range_of(session))
        for number in numbers if values else []:
            said = "\n".join(passage[1] + "\n" + passage[2] for passage in self.load(number))
            if any(value in said for value in values):
                return True
        return False

    def _numbers(self, query: str, *values: object) -> list[int]:
        from itertools import chain

        return list(chain.from_iterable(self.execute(query, values)))

    def _sizes(self, session: int) -> list[int]:
        """How many blocks of each kind a session has."""
        sizes = [0] * len(_KINDS)
        query = f"SELECT id >> {_KIND_SHIFT} & 7, count(*) FROM blocks WHERE id >= ? AND id < ? GROUP BY 1"
        for kind, count in self.execute(query, _range_of(session)):
            sizes[kind] = count
        return sizes

    def _update_file(
        self, session: int, source: SearchSource, file: IndexedFile, values: dict[str, str]
    ) -> Iterator[int]:
        path = os.fsencode(source.path)
        if source.state and (source.state, path) == (file.state, file.path):
            return
        done = self._unchanged_length(source, file)
        if done == 0:
            self._forget_blocks(file.id)
            file.whole = 0
        update = "UPDATE files SET path = ?, state = ?, done = ?, edges = ?, whole = ? WHERE id = ?"
        for end, passages in read_segments(source, values, done):
            self._add_passages(session, source.kind, file.id, passages)
            if source.kind == _CHAT:
                file.whole = checksum(source.path, done, end, file.whole)
                file.edges = edges_checksum(source.path, end)
            self.execute(update, (path, "", end, file.edges, file.whole, file.id))
            yield end - done
            done = end
        self.execute(update, (path, source.state, done, file.edges, file.whole, file.id))

    @staticmethod
    def _unchanged_length(source: SearchSource, file: IndexedFile) -> int:
        """How much of a conversation has been read already and is still the same; 0 for anything else."""
        if source.kind != _CHAT or not 0 < file.done <= source.size:
            return 0
        try:
            same = edges_checksum(source.path, file.done) == file.edges
            if same and source.size == file.done:  # changed, but not longer
                same = checksum(source.path, 0, file.done) == file.whole
        except OSError:
            return 0
        return file.done if same else 0

    def _add_passages(self, session: int, kind: int, file: int, passages: list[Passage]) -> None:
        """Adds passages to a file; its last block may have room for some."""
        query = "SELECT id, count FROM blocks WHERE file = ? ORDER BY count DESC LIMIT 1"
        last = self.execute(query, (file,)).fetchone() if passages else None
        if last:
            passages = self._remove_block(last[0]) + passages
        first, end = block_number(session, kind, 0), block_number(session, kind + 1, 0)
        query = "SELECT coalesce(max(id) + 1, ?) FROM blocks WHERE id >= ? AND id < ?"
        (free,) = self._numbers(query, first, first, end)
        for i, block in enumerate(into_blocks(passages)):
            self._add_block(free + i, file, i + (last[1] if last else 0), block)

    # asking it

    def match(self, query: SearchQuery, matches: list[Matches]) -> None:
        """Notes which blocks have the terms."""
        since = query.since
        whole = set(self._numbers("SELECT id FROM blocks WHERE oldest >= ?", since)) if since else None

        def find(expression: str) -> set[int]:
            found = self._numbers("SELECT rowid FROM words WHERE words MATCH ?", expression) if expression else []
            if len(query.kinds) < len(_KINDS):
                found = [block for block in found if kind_of(block) in query.kinds]
            return set(found) if whole is None else whole.intersection(found)

        for match in matches:
            own, others = map(find, match.term.expressions())
            match.own |= own
            match.others |= others - own
        if since:
            partly = self._numbers("SELECT id FROM blocks WHERE oldest < ? AND newest >= ?", since, since)
            look_through(partly, self.load, query, matches)

    def outline(self, session: int) -> dict[int, SearchBlock]:
        """Where the blocks of a session stand."""
        query = "SELECT blocks.id, newest, path, key, count FROM blocks JOIN files ON files.id = file"
        query += " WHERE blocks.id >= ? AND blocks.id < ?"
        return {
            number: SearchBlock(newest, os.fsdecode(path), os.fsdecode(key), count)
            for number, newest, path, key, count in self.execute(query, _range_of(session))
        }

    def load(self, block: int) -> list[Passage]:
        """What a block says."""
        return unpack(self.execute("SELECT data FROM texts WHERE id = ?", (block,)).fetchone()[0])


# ── what counts, and what is shown ──

SNIPPET = 160  # characters


class SearchedSession:
    """A session that is searched: where its blocks are, and how many it has of each kind."""

    __slots__ = ("engine", "name", "sizes")

    def __init__(self, name: str, engine: SearchIndex | Scan, sizes: list[int]) -> None:
        self.name = name
        self.engine = engine
        self.sizes = sizes


class Hit:
    """A passage that answers a query; `marks` are the places of the words in it, once it is cut to one line."""

    __slots__ = ("conversation", "file", "heading", "marks", "order", "terms", "text", "when", "where")

    def __init__(self, block: SearchBlock, kind: int, number: int, passage: Passage, worths: list[float]) -> None:
        self.where = _WHERE[kind]  # notes, chat or artifacts
        self.file = block.path if kind != _NAME else ""
        # In a conversation, the heading is who speaks, "you" or "Claude"; the time is in seconds since the epoch.
        self.when, self.heading, self.text = passage
        self.conversation = block.key[len("chat/") :].partition(" ")[0] if kind == _CHAT else ""
        self.marks: list[tuple[int, int]] = []
        self.terms = frozenset(term for term, worth in enumerate(worths) if worth)  # their numbers
        self.order = (-sum(worths) * _WEIGHTS_AS_HIT[kind], -self.when, block.key, -block.count, -number)

    def place(self, file: str) -> str:
        """Where it stands, for people; `file` is the name of its file for them."""
        if self.conversation:
            return f"{self.heading} in {self.conversation[:8]}"
        return file + (f" § {self.heading}" if self.heading else "") if file else "name"

    def as_json(self) -> dict[str, object]:
        return {
            "where": self.where,
            "file": self.file or None,
            "heading": self.heading or None,
            "conversation": self.conversation or None,
            "when": iso_time(self.when) if self.when else None,
            "text": self.text,
        }


class SessionHits:
    """A session that answers a query."""

    __slots__ = ("hits", "path", "score", "session")

    def __init__(self, session: str, path: str, score: float, hits: list[Hit]) -> None:
        self.session = session
        self.path = path
        self.score = score
        self.hits = hits

    def as_json(self) -> dict[str, object]:
        hits = [hit.as_json() for hit in self.hits]
        return {"session": self.session, "path": self.path, "score": self.score, "hits": hits}


def _rarity(all_sessions: int, having: int) -> float:
    from math import log

    return log(1 + all_sessions / max(having, 1))


class Ranking:
    """Which sessions answer a query, and how well, by the blocks that have its words."""

    def __init__(self, query: SearchQuery, matches: list[Matches], sessions: dict[int, SearchedSession]) -> None:
        wanted = {number for number, session in sessions.items() if query.wants(session.name)}
        self.matches = matches[: len(query.terms)]
        self.sessions = sessions
        having = [match.sessions() & wanted for match in self.matches]
        self.rarity = [_rarity(len(wanted), len(numbers)) for numbers in having]
        answering = set.intersection(*having)
        for match in matches[len(query.terms) :]:
            answering.difference_update(map(_session_of, match.own))
        self.scores = dict.fromkeys(answering, 0.0)
        if self.scores:
            self._add_words()
            self._add_words_together()
            self.scores = {session: round(score, 3) for session, score in self.scores.items()}

    def _add_words(self) -> None:
        """A word counts by its rarity, by where it is, and by how much of that place has it."""
        from collections import Counter

        usual = [sum(sizes) / len(sizes) or 1.0 for sizes in zip(*(each.sizes for each in self.sessions.values()))]
        for rarity, match in zip(self.rarity, self.matches):
            amounts: dict[int, float] = dict(Counter(map(_place_of, match.own)))
            for place, number in Counter(map(_place_of, match.others)).items():
                amounts[place] = amounts.get(place, 0.0) + OTHER_FORM * number
            for place, amount in amounts.items():
                session, kind = place >> _PLACE_SHIFT, place & 7
                if session in self.scores:
                    share = amount / (amount + 0.5 + 0.5 * self.sessions[session].sizes[kind] / usual[kind])
                    share = min(amount, 1.0) if kind in (_NAME, _OBJECTIVE) else share
                    self.scores[session] += rarity * _WEIGHTS[kind] * share

    def _add_words_together(self) -> None:
        """The best block of a session counts once more when it has all of the words, or else most of them."""
        if len(self.matches) < 2:
            return
        best = dict.fromkeys(self.scores, 0.0)
        exact = set.intersection(*[match.own for match in self.matches])
        for place in set(map(_place_of, exact)):
            self._note_best(best, place, sum(self.rarity))
        everything = [match.own | match.others if match.others else match.own for match in self.matches]
        for block in set.intersection(*everything) - exact:
            self._note_best(best, _place_of(block), self._weight(block))
        missing = {session for session, value in best.items() if not value}
        if missing and len(self.matches) > 2:
            for block in set().union(*sorted(everything, key=len)[:-1]):  # two words are not both in the last one
                if _session_of(block) in missing and sum(block in blocks for blocks in everything) > 1:
                    self._note_best(best, _place_of(block), self._weight(block))
        for session, value in best.items():
            self.scores[session] += value

    def _note_best(self, best: dict[int, float], place: int, weight: float) -> None:
        value = _TOGETHER[place & 7] * weight * weight / sum(self.rarity)
        session = place >> _PLACE_SHIFT
        if session in best:
            best[session] = max(value, best[session])

    def _weight(self, block: int) -> float:
        """What a block has of the query."""
        return sum(rarity * match.worth(block) for rarity, match in zip(self.rarity, self.matches))

    def best(self, limit: int) -> dict[int, dict[int, float]]:
        """The best sessions, at least so many if there are, each with what its blocks have of the query.

        All that are not worse than the last of them are among them.
        """
        least = sorted(self.scores.values(), reverse=True)[:limit][-1:]
        best: dict[int, dict[int, float]] = {s: {} for s, score in self.scores.items() if [score] >= least}
        for match in self.matches:
            for block in match.own | match.others:
                if block >> _SESSION_SHIFT in best:
                    best[block >> _SESSION_SHIFT][block] = self._weight(block)
        return best


def _best_start(marks: list[tuple[int, int, int]]) -> int:
    """Where the window begins that has the most different words, then the most words; 0 when there is none."""
    best, best_value = 0, (0, 0)
    for start, _, _ in marks[:100]:
        inside = [term for a, b, term in marks if start <= a and b <= start + SNIPPET * 3 // 4]
        value = len(set(inside)), len(inside)
        if value > best_value:
            best, best_value = start, value
    return best


def _marks(line: str, terms: list[SearchTerm]) -> list[tuple[int, int, int]]:
    """Where the words stand in a text: beginning, end, and the number of the term."""
    folded = fold(line)
    origin: list[int] | None = None
    if not line.isascii():
        pieces = [_FOLDED[ord(c)] for c in line]
        if any(len(piece) != 1 for piece in pieces):
            origin = [i for i, piece in enumerate(pieces) for _ in piece]
    marks = []
    for number, term in enumerate(terms):
        for pattern in term.patterns:
            for match in pattern.finditer(folded):
                start, end = match.span()
                marks.append((origin[start], origin[end - 1] + 1, number) if origin else (start, end, number))
    return sorted(marks)


def snippet(text: str, terms: list[SearchTerm]) -> tuple[str, list[tuple[int, int]]]:
    """The part of a text with the most of what was looked for, on one line, and where that stands in it."""
    line = clean(" ".join(text.split()))
    marks = _marks(line, terms)
    start, end = 0, len(line)
    if end > SNIPPET:
        start = _best_start(marks)
        start = line.find(" ", max(0, start - SNIPPET // 4), start) + 1 or start if start else 0
        if start + SNIPPET < end:
            cut = line.rfind(" ", start + SNIPPET // 2, start + SNIPPET)
            end = cut if cut > 0 else start + SNIPPET
    before, after = "…" * (start > 0), "…" * (end < len(line))
    shown: list[tuple[int, int]] = []
    position = start
    for first, last, _ in marks:
        if position <= first and last <= end:
            shown.append((first + len(before) - start, last + len(before) - start))
            position = last
    return before + line[start:end] + after, shown


class HitChooser:
    """Finds the passages to show in the blocks of one session."""

    def __init__(
        self, query: SearchQuery, rarity: list[float], blocks: dict[int, float], engine: SearchIndex | Scan
    ) -> None:
        self.query = query
        self.rarity = rarity
        self.engine = engine
        self.outline = engine.outline(_session_of(next(iter(blocks))))
        self.newest = max(self.outline[block].newest for block in blocks)
        self.worth = {block: weight * _WEIGHTS_AS_HIT[kind_of(block)] for block, weight in blocks.items()}

    def choose(self, count: int) -> list[Hit]:
        """The passages with the most of the query, newer ones first, each word at least once if possible."""
        found: list[Hit] = []
        seen: set[tuple[str, str]] = set()
        ordered = sorted(self.worth, key=self._order)
        while ordered and not self._is_enough(found, self.worth[ordered[0]], count):
            for block in ordered[:count]:
                found += self._find(block, seen)
            del ordered[:count]
        found.sort(key=lambda hit: hit.order)
        chosen = self._cover(found, count)
        for hit in chosen:
            hit.text, hit.marks = snippet(hit.text or hit.heading, self.query.terms)
        return chosen

    def _order(self, number: int) -> tuple[float, int, str, int]:
        block = self.outline[number]
        return -self.worth[number], -block.newest, block.key, -block.count

    def _is_enough(self, found: list[Hit], next_worth: float, count: int) -> bool:
        """Whether no block that is left can have a better passage, nor a word that was not found yet."""
        if len(found) < count or len(frozenset().union(*[hit.terms for hit in found])) < len(self.rarity):
            return False
        return sorted(-hit.order[0] for hit in found)[-count] >= next_worth

    def _find(self, block: int, seen: set[tuple[str, str]]) -> Iterator[Hit]:
        kind = kind_of(block)
        for number, passage in enumerate(self.engine.load(block)):
            if passage[0] < self.query.since or passage[1:] in seen:
                continue
            text = folded_passage(kind, passage)
            worths = [rarity * term.worth_in(text) for rarity, term in zip(self.rarity, self.query.terms)]
            if any(worths):
                seen.add(passage[1:])
                yield Hit(self.outline[block], kind, number, passage, worths)

    @staticmethod
    def _cover(found: list[Hit], count: int) -> list[Hit]:
        """So many of the passages, the best one first, then such as have words that the others lack."""
        chosen: list[Hit] = []
        covered: frozenset[int] = frozenset()
        left = list(found)
        while left and len(chosen) < count:
            best = max(left, key=lambda hit: len(hit.terms - covered)) if chosen else left[0]
            left.remove(best)
            chosen.append(best)
            covered |= best.terms
        return chosen


# ── keeping the index up to date ──


class NoIndex(Exception):
    """There is no index here, or it cannot be used now."""


class DamagedIndex(NoIndex):
    """The index is not what cs has written."""


class _IndexErrors:
    """For a `with` block: errors of SQLite and of files become SearchStopped, NoIndex or DamagedIndex."""

    PASSING = ("locked", "readonly", "full", "unable to open", "disk I/O", "no such module")

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, (ImportError, OSError)):  # no SQLite in this Python; no place that can be written
            raise NoIndex
        if kind is None or not kind.__module__.startswith("sqlite3"):
            return
        if str(error) == "interrupted":
            raise SearchStopped
        raise NoIndex if any(word in str(error) for word in self.PASSING) else DamagedIndex


class IndexFile:
    """The file of the index: who may change it, and whether it is as cs has left it.

    A `with` block holds its lock. Beside it stands a mark with its state after the last change, or the word `writing`.
    """

    PATIENCE = 30  # seconds to wait for another search that is building the index

    def __init__(self, places: Places, stop: Callable[[], bool]) -> None:
        from zlib import crc32

        searched = f"{os.path.realpath(places.root)}\0{os.path.realpath(places.claude)}"
        number = crc32(os.fsencode(searched))  # other roots have indexes of their own
        self.path = os.path.join(places.cache, f"search-{number:08x}.db")
        self.mark = self.path + ".ok"
        self.lock = FileLock(self.path + ".lock", timeout=0.1)
        self.stop = stop

    def __enter__(self) -> None:
        """Waits for other searches that are changing the index."""
        make_private_directory(os.path.dirname(self.path))
        deadline = time.monotonic() + self.PATIENCE
        while True:
            try:
                self.lock.__enter__()
                return
            except Busy:
                if self.stop():
                    raise SearchStopped
                if time.monotonic() > deadline:
                    raise NoIndex

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.lock.__exit__(kind, error, trace)

    def open_for_changes(self) -> SearchIndex:
        """Opens the index; one that cs has not left like this is made anew."""
        index = self._open_sound("writing", self._state())
        if index is None:
            for ending in ("", "-journal", "-wal", "-shm", ".ok"):
                remove_file(self.path + ending)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            index = SearchIndex(self.path, self.stop)
            index.make_tables()
            self.mark_finished()
        return index

    def open_as_it_is(self) -> SearchIndex:
        """Opens the index where it cannot be changed. Raises NoIndex when it is not known to be sound."""
        index = self._open_sound(self._state())
        if index is None:
            raise NoIndex
        return index

    def mark_writing(self) -> None:
        write_atomically(self.mark, "writing", 0o600, durable=False)

    def mark_finished(self) -> None:
        write_atomically(self.mark, self._state(), 0o600, durable=False)

    def mark_damaged(self) -> None:
        """Makes sure that the index is not used again."""
        try:
            remove_file(self.mark)
        except OSError:
            pass

    def _state(self) -> str:
        return paths_state([self.path])[0]

    def _open_sound(self, *marks: str) -> SearchIndex | None:
        """Opens an index of this version with one of these marks, which nobody else can read."""
        mark = read_text(self.mark, 200)
        if mark not in marks or not os.path.exists(self.path):
            return None
        if os.name != "nt" and os.stat(self.path).st_mode & 0o077:
            return None
        index = SearchIndex(self.path, self.stop)
        if (mark != "writing" or index.is_sound()) and index.is_ours():
            return index
        index.close()
        return None


class StoredSecrets:
    """What sessions store, as of one moment: what must be hidden, and how a change of it is noticed."""

    def __init__(self, places: Places) -> None:
        index = SecretIndex(places)
        self.places = places
        self.names = index.read()
        # One that is damaged, or was made anew after that, lacks sessions that nobody has looked up since.
        is_damaged = not self.names and os.path.exists(index.path)
        self.is_whole = not is_damaged and not os.path.exists(index.path + ".damaged")

    def mark(self, session: str) -> str:
        """The names and dates of a session's secrets, as a text that is only compared."""
        backends = self.names.get(session, {})
        return str(backends) if any(backends.values()) else ""

    def values(self, session: str) -> dict[str, str]:
        """The values with their names. Raises CsError when a store that has some cannot be read."""
        return {} if self.is_whole and session not in self.names else known_values(self.places, session)


def sessions_to_search(places: Places) -> dict[str, str]:
    """The real directory of everything below the root that may be a session, by name."""
    found = {}
    root = os.path.realpath(places.root)
    try:
        for entry in os.scandir(root):
            if entry.name.startswith("."):
                continue
            if entry.is_symlink():
                found[entry.name] = os.path.realpath(entry.path)
            elif entry.is_dir():
                found[entry.name] = os.path.join(root, entry.name)
    except (FileNotFoundError, NotADirectoryError):
        pass
    return found


class Searcher:
    """Searches every session, for one thread: refresh() looks what has changed, find() answers from that.

    `stop` is asked all the time; once it says True, SearchStopped is raised.
    """

    def __init__(self, places: Places, stop: Callable[[], bool] | None = None) -> None:
        self.places = places
        self.stop = stop or (lambda: False)
        self.file = IndexFile(places, self.stop)
        self.index: SearchIndex | None = None

    def _start_over(self) -> None:
        self.close()
        self.found = sessions_to_search(self.places)
        self.secrets = StoredSecrets(self.places)
        self.sessions: dict[int, SearchedSession] = {}  # by number
        self.left_out: list[str] = []  # whose secrets cannot be read: what is new there is not searched
        self.unsafe: set[str] = set()  # those of them of which nothing may be shown

    def close(self) -> None:
        """Closes the index."""
        if self.index is not None:
            self.index.close()
        self.index = None

    def check_stop(self) -> None:
        """Raises SearchStopped when nobody waits any more."""
        if self.stop():
            raise SearchStopped

    def refresh(self, progress: HearsProgress = lambda done, total: None) -> None:
        """Looks at every session and brings the index up to date; `progress` hears bytes done and all bytes."""
        for _ in range(2):
            try:
                with _IndexErrors():
                    self._refresh_index(progress)
                return
            except DamagedIndex:
                self.file.mark_damaged()  # once more, from nothing
            except NoIndex:
                break
        self._refresh_without_writing()

    def _refresh_index(self, progress: HearsProgress) -> None:
        import sqlite3  # noqa: F401 - where there is none, nothing is made

        with self.file:
            self._start_over()
            self.index = self.file.open_for_changes()
            changed, gone = self._changes(self.index)
            if changed or gone:
                self._write(self.index, changed, gone, progress)
            self._know_sessions(self.index)

    def _changes(self, index: SearchIndex) -> tuple[list[str], list[IndexedSession]]:
        """The names of the sessions that the index does not have as they are now, and those that are gone."""
        known = index.sessions()
        changed = []
        for number, (name, directory) in enumerate(self.found.items()):
            if number % 64 == 0:
                self.check_stop()
            session = known.pop(name, None)
            if (
                session is None
                or session.directory != directory
                or session.secrets != self.secrets.mark(name)
                or session.state != paths_state(session.watched.split("\0"))[0]
            ):
                changed.append(name)
        return changed, list(known.values())

    def _write(
        self, index: SearchIndex, changed: list[str], gone: list[IndexedSession], progress: HearsProgress
    ) -> None:
        """Brings the index up to date, in transactions so short that little is lost when it is interrupted."""
        self.file.mark_writing()
        try:
            index.execute("BEGIN IMMEDIATE")
            begun = time.monotonic()
            for done, total in self._update(index, changed, gone):
                progress(done, total)
                self.check_stop()
                if time.monotonic() - begun > COMMIT_EVERY:
                    index.execute("COMMIT")
                    index.execute("BEGIN IMMEDIATE")
                    begun = time.monotonic()
            index.execute("COMMIT")
        except BaseException:
            index.connection.set_progress_handler(None, 0)
            if index.connection.in_transaction:
                index.execute("ROLLBACK")
            raise
        finally:
            self.file.mark_finished()

    def _update(
        self, index: SearchIndex, changed: list[str], gone: list[IndexedSession]
    ) -> Iterator[tuple[int, int]]:
        """Takes out what is gone, puts in what has changed; yields bytes done and all when it may be committed."""
        known = index.sessions()
        inventories = self._inventories(changed)
        total = sum(source.size for inventory in inventories for source in inventory.sources)
        done = 0
        for session in gone:
            index.forget_session(session)
        for inventory in inventories:
            old = known.get(inventory.name)
            if old is not None and (old.directory != inventory.directory or not inventory.sources):
                index.forget_session(old)
                old = None
            mark = self.secrets.mark(inventory.name)
            values = self._values_to_hide(inventory)
            if values is not None:
                for read in index.update_session(inventory, old, mark, values):
                    done += read
                    yield done, total
            elif old is None or old.secrets != mark:
                self.unsafe.add(inventory.name)

    def _inventories(self, names: Iterable[str]) -> list[Inventory]:
        inventories = []
        for name in names:
            self.check_stop()
            inventories.append(Inventory(self.places, name))
        return inventories

    def _values_to_hide(self, inventory: Inventory) -> dict[str, str] | None:
        """What the session stores; None when nothing is there to search, or it is left out: its store is unreadable."""
        try:
            return self.secrets.values(inventory.name) if inventory.sources else None
        except CsError:
            self.left_out.append(inventory.name)
            return None

    def _know_sessions(self, index: SearchIndex, stale: Iterable[str] = ()) -> None:
        """Notes which sessions of the index are searched; from here on it is read as it is at this moment."""
        passed_over = self.unsafe.union(stale)
        index.execute("BEGIN")
        for session in index.sessions().values():
            if session.name in self.found and session.name not in passed_over and session.sizes:
                sizes = [int(size) for size in session.sizes.split()]
                self.sessions[session.id] = SearchedSession(session.name, index, sizes)

    # where the index cannot be written

    def _refresh_without_writing(self) -> None:
        """Uses the index for what has not changed since, where there is one, and scans the rest."""
        self._start_over()
        try:
            with _IndexErrors():
                self.index = self.file.open_as_it_is()
                changed, _ = self._changes(self.index)
                self._know_sessions(self.index, changed)
        except NoIndex:
            self._scan_everything()
        else:
            self._scan(changed)

    def _scan_everything(self) -> None:
        self._start_over()
        self._scan(self.found)

    def _scan(self, names: Iterable[str]) -> None:
        scan = Scan()
        for number, inventory in enumerate(self._inventories(names), 1 << 30):
            values = self._values_to_hide(inventory)
            if values is not None:
                sizes = scan.add_session(number, inventory, values, self.check_stop)
                self.sessions[number] = SearchedSession(inventory.name, scan, sizes)

    # answering

    def find(self, query: SearchQuery, limit: int = 20, hits: int = 3) -> list[SessionHits]:
        """The sessions that answer a query, best first, each with some of the passages that do."""
        try:
            with _IndexErrors():
                return self._find(query, limit, hits)
        except NoIndex as error:
            if isinstance(error, DamagedIndex):
                self.file.mark_damaged()
            self._scan_everything()
            return self._find(query, limit, hits)

    def _find(self, query: SearchQuery, limit: int, hits: int) -> list[SessionHits]:
        matches = [Matches(term) for term in query.terms + query.excluded]
        for engine in {session.engine for session in self.sessions.values()}:
            engine.match(query, matches)
        ranking = Ranking(query, matches, self.sessions)
        choosers = {
            session: HitChooser(query, ranking.rarity, blocks, self.sessions[session].engine)
            for session, blocks in ranking.best(limit).items()
        }

        def order(session: int) -> tuple[float, int, str]:
            return -ranking.scores[session], -choosers[session].newest, self.sessions[session].name

        return [
            SessionHits(
                self.sessions[session].name,
                os.path.join(self.places.root, self.sessions[session].name),
                ranking.scores[session],
                choosers[session].choose(hits),
            )
            for session in sorted(choosers, key=order)[:limit]
        ]


def search(
    places: Places,
    query: SearchQuery,
    limit: int = 20,
    hits: int = 3,
    stop: Callable[[], bool] | None = None,
    progress: HearsProgress = lambda done, total: None,
) -> list[SessionHits]:
    """The sessions that answer a query as everything is now, best first. Raises SearchStopped."""
    searcher = Searcher(places, stop)
    try:
        searcher.refresh(progress)
        return searcher.find(query, limit, hits)
    finally:
        searcher.close()


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  22. Installation
#  Versions lie beside each other in the data directory; the program's names and the hooks lead to the one that
#  `current` leads to. So replacing `current` is all that switches them over, and an interruption does no harm.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

# ── the bundle: everything that cs consists of ──

COMPONENTS = {  # texts that are copied to where other programs look for them
    "commands/summary.md": "{claude}/commands/summary.md",
    "commands/compact-discoveries.md": "{claude}/commands/compact-discoveries.md",
    "skills/store-secret/SKILL.md": "{claude}/skills/store-secret/SKILL.md",
    "completions/cs.bash": "{data}/bash-completion/completions/{name}",
    "completions/_cs": "{home}/.zsh/completions/_{name}",
    "completions/cs.fish": "{config}/fish/completions/{name}.fish",
    "completions/cs.ps1": "{config}/powershell/completions/{name}.ps1",
}

REFUSE_OLD_PYTHON = """\
# Any Python can read this, also one that cannot run cs.
import os
import sys

if sys.version_info < (3, 8):
    found = "%d.%d" % sys.version_info[:2]
    sys.exit("cs: error: cs needs Python 3.8 or newer, and this is %s; CS_PYTHON names another" % found)
"""

RUN_PY = """\
# Starts the cs beside this file, which Python then takes from its cached bytecode.
sys.path[0] = os.path.dirname(os.path.abspath(__file__))
import gc

gc.disable()  # nothing of what is loaded now is garbage
import cs

gc.enable()
cs.run_and_leave(sys.argv[2:], os.path.basename(sys.argv[1]))
"""

bundle = ""  # the zipapp, when the module was unpacked from one; set by its __main__.py


def bundle_place() -> str:
    """Where this program lies: a zipapp, a clone, or the directory of an installed version."""
    return bundle or os.path.dirname(os.path.abspath(__file__))


def bundled_names() -> list[str]:
    """The files that make up cs, by their names in the repository."""
    hooks = [f"hooks/{hook.name}.py" for hook in HOOKS]
    return ["cs.py", "run.py", "CHANGELOG.md", *hooks, *COMPONENTS]


INSTALL_AGAIN = "run install.sh of a clone or of a release"


def read_bundle() -> dict[str, bytes]:
    """The content of every file that cs consists of. Raises CsError when one is missing."""
    place = bundle_place()
    if os.path.isfile(place):
        import zipfile

        with zipfile.ZipFile(place) as archive:
            there = set(archive.namelist())
            files = {name: archive.read(name) for name in bundled_names() if name in there}
    else:
        found = {name: read_bytes(os.path.join(place, name)) for name in bundled_names()}
        files = {name: data for name, data in found.items() if data is not None}
    files.setdefault("run.py", (REFUSE_OLD_PYTHON + RUN_PY).encode())
    missing = sorted(set(bundled_names()) - set(files))
    if missing:
        raise CsError(f"{place} is incomplete: it lacks {', '.join(missing)}", INSTALL_AGAIN)
    return files


def version_of(files: dict[str, bytes]) -> str:
    """The version that a bundle says it is."""
    line = next(line for line in files["cs.py"].splitlines() if line.startswith(b"VERSION = "))
    return line.split(b'"')[1].decode("ascii")


def bundle_digest(files: dict[str, bytes]) -> str:
    """A short name for exactly these files: the same for a clone and for the zipapp made of it."""
    import hashlib

    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(b"%s\0%d\0%s" % (name.encode(), len(files[name]), files[name]))
    return digest.hexdigest()[:12]


def content_digest(data: bytes | None) -> str:
    """The SHA-256 sum of a file's content; "" where there is no file."""
    import hashlib

    return "" if data is None else hashlib.sha256(data).hexdigest()


# ── the receipt ──


def _remove_torn_writes(path: str) -> None:
    """Removes what killed processes have left beside a file that they were replacing."""
    directory, name = os.path.split(path)
    try:
        there = os.listdir(directory)
    except OSError:
        return
    for each in there:
        # write_atomically() and replace_link() name them .<name>.<pid>-<time>.tmp and <name>.<pid>.tmp
        begun = next((start for start in (f".{name[:80]}.", f"{name}.") if each.startswith(start)), "")
        pid = each[len(begun) :].partition(".")[0].partition("-")[0]
        if begun and each.endswith(".tmp") and pid.isdigit() and not process_is_alive(int(pid)):
            remove_file(os.path.join(directory, each))


class Receipt:
    """What an installation has made and replaced, so that all of it can be undone; empty where there is none."""

    FIELDS = ("directories", "expected", "files", "links", "name", "replaced", "settings")

    __slots__ = (*FIELDS, "path")

    def __init__(self, places: Places) -> None:
        self.path = os.path.join(places.data, "install.json")
        value = read_json(self.path)
        value = value if isinstance(value, dict) else {}
        self.name: str = value.get("name", "cs")
        self.directories: list[str] = value.get("directories", [])  # made by cs, outermost first
        self.files: dict[str, str] = value.get("files", {})  # path → SHA-256 of what cs wrote
        self.expected: dict[str, str] = value.get("expected", {})  # the same, for an installation under way
        self.links: dict[str, str] = value.get("links", {})
        self.replaced: dict[str, str] = value.get("replaced", {})  # path → where the former file is kept
        self.settings: dict[str, str | None] = value.get("settings", {})  # path → what it was, in hexadecimal

    def settle(self, settings: str) -> None:
        """Takes up what an installation that was killed had written, and removes what it had only begun."""
        for path in {*self.expected, *self.files, *self.links, *self.settings, settings}:
            _remove_torn_writes(path)
        for path, digest in self.expected.items():
            if content_digest(read_bytes(path)) == digest:
                self.files[path] = digest
        self.expected = {}

    def save(self) -> None:
        import json

        value = {name: getattr(self, name) for name in self.FIELDS}
        text = json.dumps(value, indent=1, sort_keys=True) + "\n"
        if read_text(self.path) != text:
            write_atomically(self.path, text, mode=0o600)


# ── what starts cs ──


def for_sh(path: str) -> str:
    """A path as a word for sh; Claude Code on Windows runs hooks with Git Bash, which takes C:/this/way."""
    import shlex

    return shlex.quote(path.replace("\\", "/") if os.name == "nt" else path)


def path_line(directory: str) -> str:
    """The line for sh that puts a directory on the PATH.

    >>> print(path_line("/home/me/bin"), path_line("/home/$(id)"), sep=chr(10))
    export PATH="/home/me/bin:$PATH"
    export PATH='/home/$(id)':"$PATH"
    """
    word = for_sh(directory)
    return f'export PATH="{word}:$PATH"' if word == directory else f'export PATH={word}:"$PATH"'


def launcher(python: str, run: str) -> str:
    """The script that starts cs; both are words of sh."""
    return f"""\
#!/bin/sh
# Starts the installed cs with the Python that was found at install; CS_PYTHON names another one.
for python in "$CS_PYTHON" {python} python3 python; do
    command -v "$python" >/dev/null 2>&1 && exec "$python" -ESs {run} "$0" "$@"
done
echo "cs: error: no Python 3 on the PATH, and the one of the installation is gone:" {python} >&2
exit 1
"""


# On Windows making a link needs a privilege, and a link to a directory cannot be replaced in one step. There
# `current` is a file that holds a path below the data directory, and texts that read it stand in for links.

WINDOWS_HOOK = """\
# Runs this hook of the cs that is in use (CLAUDE_SESSION_NAME is set); made by cs -install.
import os, runpy

data = {data!r}
with open(os.path.join(data, "current"), encoding="utf-8") as f:
    version = os.path.join(data, *f.read().split("/"))
runpy.run_path(os.path.join(version, "hooks", "{hook}.py"), run_name="__main__")
"""


def windows_launcher(directory: str, data: str, python: str) -> str:
    """The batch file that starts cs. Paths are relative to it, as cmd reads batch files in a legacy encoding.

    The last line is one line, as cmd reads on from the file, which may be another by then.

    >>> text = windows_launcher(r"C:\\Users\\Jö\\bin", r"C:\\Users\\Jö\\share\\cs", r"C:\\Python313\\python.exe")
    >>> print(text.split(chr(13) + chr(10))[2])
    set "CS_RUN=%~dp0..\\..\\..\\Python313\\python.exe"
    """
    import ntpath

    def beside(path: str) -> str:
        same_drive = ntpath.splitdrive(path)[0].lower() == ntpath.splitdrive(directory)[0].lower()
        return "%~dp0" + ntpath.relpath(path, directory) if same_drive and path else path

    lines = (
        "@echo off",
        "setlocal",
        f'set "CS_RUN={beside(python)}"',
        'if not exist "%CS_RUN%" set "CS_RUN=python"',
        'if defined CS_PYTHON set "CS_RUN=%CS_PYTHON%"',
        f'set /p CS_VERSION=<"{beside(data)}\\current"',
        f'"%CS_RUN%" -ESs "{beside(data)}\\%CS_VERSION%\\run.py" "%~n0" %* & exit /b',
    )
    return "".join(line + "\r\n" for line in lines)


# ── where everything is ──


def replace_link(target: str, path: str) -> None:
    """Points a symlink somewhere, atomically where it exists already."""
    beside = f"{path}.{os.getpid()}.tmp"
    remove_file(beside)
    os.symlink(target, beside)
    os.replace(beside, path)


class Installation:
    """Where the parts of an installation are, and the name that its program has."""

    __slots__ = ("current", "name", "places", "settings", "versions")

    def __init__(self, places: Places, name: str = "") -> None:
        self.places = places
        self.name = name or Receipt(places).name
        self.current = os.path.join(places.data, "current")
        self.versions = os.path.join(places.data, "versions")
        self.settings = os.path.join(places.claude, "settings.json")

    def component(self, source: str) -> str:
        config = os.environ.get("XDG_CONFIG_HOME") or os.path.join(self.places.home, ".config")
        data, home, claude = os.path.dirname(self.places.data), self.places.home, self.places.claude
        return COMPONENTS[source].format(claude=claude, data=data, home=home, config=config, name=self.name)

    def component_texts(self, files: dict[str, bytes]) -> dict[str, bytes]:
        """What the components hold, by their paths; completions are for the name that the program has."""
        name = self.name.encode()
        return {self.component(source): files[source].replace(b"@CS@", name) for source in COMPONENTS}

    def hook(self, hook: Hook) -> str:
        return os.path.join(self.places.claude, "hooks", f"cs-{hook.name}.py")

    def programs(self) -> list[str]:
        """The files that a shell finds under the names of the program."""
        end = ".cmd" if os.name == "nt" else ""
        return [os.path.join(self.places.bin, self.name + verb + end) for verb in ("", "-secrets", "-tui")]

    def doors(self, python: str) -> dict[str, str | bytes]:
        """Whatever leads to the version in use, by its path: the target of a link, on Windows a text."""
        if os.name == "nt":
            return {path: text.encode() for path, text in self._texts_for_links(python).items()}
        programs = dict.fromkeys(self.programs(), os.path.join(self.current, "cs"))
        hooks = {self.hook(hook): os.path.join(self.current, "hooks", f"{hook.name}.py") for hook in HOOKS}
        return {**programs, **hooks}

    def _texts_for_links(self, python: str) -> dict[str, str]:
        bin, data = self.places.bin, self.places.data
        run = f'{for_sh(data)}/"$(cat {for_sh(self.current)})"/run.py'
        texts = {self.hook(hook): WINDOWS_HOOK.format(data=data, hook=hook.name) for hook in HOOKS}
        for path in self.programs():
            texts[path] = windows_launcher(bin, data, python)
            texts[path[: -len(".cmd")]] = launcher(
                for_sh(python), run
            )  # for Git Bash, where Claude Code runs commands
        return texts

    def in_use(self) -> str:
        """The directory of the version in use; one that is not there when nothing is installed."""
        if os.name != "nt":
            return os.path.realpath(self.current)
        name = (read_text(self.current) or "").strip()
        return os.path.join(self.places.data, *name.split("/")) if name else self.current

    def use(self, version: str) -> None:
        """Makes the version in a directory the one in use, for the program and all hooks in the same instant."""
        if os.name == "nt":
            write_atomically(self.current, os.path.relpath(version, self.places.data).replace(os.sep, "/"))
        else:
            replace_link(version, self.current)


def version_before(version: str) -> str | None:
    """The directory of the version that an installed one has replaced, if it is still there."""
    name = os.path.basename((read_text(os.path.join(version, "before")) or "").strip())
    path = os.path.join(os.path.dirname(version), name)
    return path if name and os.path.isfile(os.path.join(path, "run.py")) else None


def version_in_name(version: str) -> str:
    """The number of the version that a directory below `versions` holds.

    >>> version_in_name("/home/me/.local/share/cs/versions/2026.11.1-0123456789ab")
    '2026.11.1'
    """
    return os.path.basename(version).partition("-")[0]


# ── settings.json ──

HOOK_COMMAND = (  # outside of a session nothing starts, and a hook that has been removed is no error
    '[ -z "$CLAUDE_SESSION_NAME" ] || [ ! -e {hook} ] || '
    '{{ python={python}; [ -x "$python" ] || python=python3; exec "$python" -IS {hook}; }}'
)


def hook_entry(at: Installation, hook: Hook, python: str) -> dict[str, Any]:
    """The entry in settings.json for a hook; only keys that the client knows, as it drops all others."""
    command = HOOK_COMMAND.format(hook=for_sh(at.hook(hook)), python=for_sh(python))
    entry: dict[str, Any] = {"matcher": hook.matcher} if hook.matcher else {}
    entry["hooks"] = [{"type": "command", "command": command, "timeout": hook.timeout}]
    return entry


def parse_settings(data: bytes, path: str) -> dict[str, Any]:
    """The value of Claude Code's settings. Raises CsError, with the position, for anything but a JSON object."""
    import json

    def refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            twice = max(names, key=names.count)
            raise CsError(f"{path} has a key twice: {twice}", "remove one of them first")
        return dict(pairs)

    def finite(text: str) -> float:
        """A number, for NaN and infinity (also 1e400) would be written as something that is not JSON."""
        if text.strip("-+.eE0123456789") or abs(float(text)) == float("inf"):
            raise CsError(f"{path} has a number that JSON cannot hold: {cut(text, 40)}", nothing_changed)
        return float(text)

    nothing_changed = "mend it first; nothing was changed"
    if not data.strip():
        return {}
    numbers: dict[str, Any] = {"parse_constant": finite, "parse_float": finite}
    try:
        value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=refuse_twice, **numbers)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise CsError(f"{path} is not valid JSON: {error.msg} at {where}", nothing_changed) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise CsError(f"{path} cannot be read: {error}", nothing_changed) from error
    if not isinstance(value, dict) or not isinstance(value.get("hooks", {}), dict):
        raise CsError(f"{path} does not hold what Claude Code expects", nothing_changed)
    return value


class SettingsFile:
    """Claude Code's settings as they are on the disk: exact bytes, and what they say."""

    __slots__ = ("data", "path", "value")

    def __init__(self, path: str) -> None:
        self.path = path
        self.data = read_bytes(path) or b""
        self.value = parse_settings(self.data, path)

    def write(self, value: dict[str, Any]) -> None:
        """Replaces the value in the manner of the file: its indentation, byte order mark and last line break."""
        import json

        old = self.data.decode("utf-8-sig")
        second = old.partition("\n")[2]
        blank = second[: len(second) - len(second.lstrip(" \t"))]
        text = json.dumps(value, indent=blank or 2, ensure_ascii=False)
        if not text.isprintable() and any("\ud800" <= c <= "\udfff" for c in text):
            text = json.dumps(value, indent=blank or 2)
        text += "" if old and not old.endswith("\n") else "\n"
        mark = b"\xef\xbb\xbf" if self.data.startswith(b"\xef\xbb\xbf") else b""
        os.makedirs(os.path.dirname(os.path.realpath(self.path)), exist_ok=True)
        write_atomically(self.path, mark + text.encode())


def _is_hook_of_original(command: str) -> bool:
    """The original's entries name a script such as `~/.claude/hooks/session-start.sh` and nothing else."""
    path = os.path.expanduser(os.path.expandvars(command.strip().strip("\"'")))
    if os.path.basename(path) not in {f"{hook.name}.sh" for hook in HOOKS} or "/hooks/" not in path:
        return False
    text = read_text(path, CHUNK)
    return text is None or "CLAUDE_SESSION_NAME" in text


def _is_own_hook(command: str) -> bool:
    """Whether a command in settings.json runs a hook of ours, or of the original."""
    return any(f"/hooks/cs-{hook.name}.py" in command for hook in HOOKS) or _is_hook_of_original(command)


def _command_of(item: Any) -> str:
    """The command of one hook in an entry; "" for whatever else may stand there."""
    command = item.get("command") if isinstance(item, dict) else None
    return command if isinstance(command, str) else ""


def _items_of(entry: Any) -> list[Any]:
    """The hooks in an entry; none in whatever else may stand there."""
    items = entry.get("hooks") if isinstance(entry, dict) else None
    return items if isinstance(items, list) else []


def _without_own(entry: Any) -> list[Any]:
    """An entry without our hooks, in a list that is empty when nothing is left of it."""
    items = _items_of(entry)
    kept = [item for item in items if not _is_own_hook(_command_of(item))]
    if len(kept) == len(items):
        return [entry]
    return [{**entry, "hooks": kept}] if kept else []


def settings_with_hooks(value: dict[str, Any], wanted: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """Settings in which the wanted hooks (events with our entries) stand exactly once, and no others of ours.

    Whatever else there is keeps its place, and so does an entry that is right already.
    """
    missing, hooks = list(wanted), {}
    for event, entries in value.get("hooks", {}).items():
        kept = []
        for entry in entries if isinstance(entries, list) else []:
            if (event, entry) in missing:
                missing.remove((event, entry))
                kept.append(entry)
            else:
                kept += _without_own(entry)
        if kept or not entries or not isinstance(entries, list):
            hooks[event] = kept or entries
    for event, entry in missing:
        if not isinstance(hooks.setdefault(event, []), list):
            what = f"the hooks for {event} in settings.json are not a list"
            raise CsError(what, "mend it first; nothing was changed")
        hooks[event].append(entry)
    return {**value, "hooks": hooks} if hooks else {key: each for key, each in value.items() if key != "hooks"}


# ── installing ──


def chosen_python() -> str:
    """The interpreter that the installed cs will run with: CS_PYTHON, or the one behind this process."""
    given = os.environ.get("CS_PYTHON")
    if given:
        found = find_program(given)
        if found is None:
            raise CsError(f"CS_PYTHON names {given}, which cannot be run")
        return os.path.abspath(found)
    # a virtual environment may vanish, and its interpreter with it
    return os.path.abspath(getattr(sys, "_base_executable", "") or sys.executable)


def _is_own_link(path: str, places: Places) -> bool:
    return os.path.islink(path) and os.readlink(path).startswith(places.data + os.sep)


def _refuse_foreign_programs(at: Installation, receipt: Receipt) -> None:
    """Raises CsError where the program's names are taken, unless by ourselves or a program of the original."""
    for path in at.programs():
        if path in receipt.files or not os.path.lexists(path) or _is_own_link(path, at.places):
            continue
        if os.path.islink(path) or b"CLAUDE_SESSION_NAME" not in (read_bytes(path, 1 << 20) or b""):
            raise CsError(
                f"{path} is another program of that name; nothing was installed",
                "./install.sh --name ccs installs cs as 'ccs' (cs.pyz -install --name ccs)",
                "CS_INSTALL_DIR names another directory",
            )


def _is_put(path: str, content: str | bytes) -> bool:
    """Whether there is a link to that target already, or a file with that content."""
    if isinstance(content, str):
        return os.path.islink(path) and os.readlink(path) == content
    return read_bytes(path) == content


def _refuse_closed_directories(paths: Iterable[str]) -> None:
    """Raises CsError where a file could not be made or replaced, be it that its directory cannot be made."""
    for path in paths:
        directory = os.path.dirname(path)
        while not os.path.lexists(directory):
            directory = os.path.dirname(directory)
        if not os.path.isdir(directory):
            what = "a link to nothing" if os.path.islink(directory) else "not a directory"
            raise CsError(
                f"{directory} is {what}; nothing was installed", f"{path} is to be written: make room for it"
            )
        if not os.access(directory, os.W_OK | os.X_OK):
            raise CsError(
                f"{directory} cannot be written to; nothing was installed", f"{path} is to be written there"
            )


def _directories_to_make(at: Installation) -> set[str]:
    """Every directory that this installation, or later runs of cs, will have to make."""
    paths = [*at.doors(""), *map(at.component, COMPONENTS), at.current, at.settings, os.path.realpath(at.settings)]
    missing = set()
    for directory in [*map(os.path.dirname, paths), at.places.cache]:
        while not os.path.lexists(directory):
            missing.add(directory)
            directory = os.path.dirname(directory)
    return missing


class Installer:
    """One run of an installation: what is to be there, what is there, and what has been changed."""

    __slots__ = ("at", "changed", "files", "new_settings", "python", "receipt", "settings")

    def __init__(self, at: Installation, python: str) -> None:
        """Reads and checks everything, and changes nothing. Raises CsError for what stands in the way."""
        self.at = at
        self.python = python
        self.files = read_bundle()
        self.settings = SettingsFile(at.settings)
        wanted = [(hook.event, hook_entry(at, hook, python)) for hook in HOOKS]
        self.new_settings = settings_with_hooks(self.settings.value, wanted)
        self.receipt = Receipt(at.places)
        self.changed: list[str] = []
        _refuse_foreign_programs(at, self.receipt)
        _refuse_closed_directories(self._paths_to_write())

    def _paths_to_write(self) -> Iterator[str]:
        wanted = {**self.at.component_texts(self.files), **self.at.doors(self.python)}
        yield self.at.current
        yield from (path for path, content in wanted.items() if not _is_put(path, content))
        if self.new_settings != self.settings.value:
            yield os.path.realpath(self.at.settings)

    def carry_out(self, directories: set[str]) -> list[str]:
        """In an order that makes a crash harmless: the files that nothing refers to yet, `current`, which switches
        program and hooks over together, the names, and settings.json last. Returns what was changed.
        """
        texts, doors = self.at.component_texts(self.files), self.at.doors(self.python)
        self._begin({**texts, **doors}, directories)
        version = self._write_version()
        self._put(texts)
        self._switch_to(version)
        self._put(doors)
        if self.new_settings != self.settings.value:
            self.settings.write(self.new_settings)
            self.changed.append(self.at.settings)
        self.receipt.expected = {}
        self.receipt.save()
        self._remove_old_versions(version)
        return self.changed

    def _begin(self, wanted: dict[str, str | bytes], directories: set[str]) -> None:
        """Writes down what is about to be made, so that it can be undone wherever it is interrupted."""
        receipt = self.receipt
        receipt.settle(self.at.settings)
        receipt.name = self.at.name
        receipt.directories = sorted(directories.union(receipt.directories))
        is_there = os.path.exists(self.at.settings)
        receipt.settings.setdefault(self.at.settings, self.settings.data.hex() if is_there else None)
        for path, content in wanted.items():
            if isinstance(content, str):
                receipt.links[path] = content
            elif read_bytes(path) != content:
                receipt.expected[path] = content_digest(content)
        os.makedirs(self.at.versions, exist_ok=True)
        receipt.save()

    def _write_version(self) -> str:
        """Writes the version with its cached bytecode, complete or not at all; returns its directory."""
        import py_compile
        import shlex

        versions = self.at.versions
        digest = bundle_digest({**self.files, "python": self.python.encode()})
        version = os.path.join(versions, f"{version_of(self.files)}-{digest}")
        run = shlex.quote(os.path.join(version, "run.py"))
        files = {**self.files, "cs": launcher(shlex.quote(self.python), run).encode()}
        if all(read_bytes(os.path.join(version, name)) == data for name, data in files.items()):
            return version
        beside = os.path.join(versions, f"{STAGING}{os.getpid()}")
        remove_tree(beside)
        for name, data in files.items():
            path = os.path.join(beside, name)
            os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
            write_atomically(path, data, mode=0o755 if name == "cs" else 0o644)
        program = os.path.join(version, "cs.py")
        py_compile.compile(os.path.join(beside, "cs.py"), dfile=program, doraise=True, optimize=-1)
        remove_tree(version)
        os.rename(beside, version)
        sync_directory(versions)
        return version

    def _switch_to(self, version: str) -> None:
        """Makes a version the one in use, and notes which one it replaces, for a rollback."""
        before = self.at.in_use()
        if before == os.path.realpath(version):
            return
        if os.path.isdir(before):
            write_atomically(os.path.join(version, "before"), os.path.basename(before) + "\n")
        self.at.use(version)
        self.changed.append(self.at.current)

    def _put(self, wanted: dict[str, Any]) -> None:
        for path, content in wanted.items():
            if isinstance(content, str):
                self._put_link(path, content)
            else:
                self._put_text(path, content)

    def _put_link(self, path: str, target: str) -> None:
        if _is_put(path, target):
            return
        if os.path.lexists(path) and not _is_own_link(path, self.at.places):
            self._set_aside(path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        replace_link(target, path)
        self.changed.append(path)

    def _put_text(self, path: str, data: bytes) -> None:
        """Writes one text; a file there that is somebody else's stays, and that is said."""
        there, receipt = read_bytes(path), self.receipt
        if there == data:
            receipt.files.setdefault(path, content_digest(data))
            return
        if there is not None and receipt.files.get(path) != content_digest(there):
            if b"CLAUDE_SESSION" not in there and b".cs/" not in there:  # nor the original's
                warn(f"{path} is not cs's own and stays as it is", "rename it and run cs -install again")
                return
            self._set_aside(path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        write_atomically(path, data, mode=0o755 if os.path.dirname(path) == self.at.places.bin else 0o644)
        receipt.files[path] = content_digest(data)
        self.changed.append(path)

    def _set_aside(self, path: str) -> None:
        """Moves a file that is replaced to where uninstalling finds it again."""
        import shutil

        replaced = self.receipt.replaced
        kept = os.path.join(self.at.places.data, "replaced", f"{len(replaced)}-{os.path.basename(path)}")
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        replaced.setdefault(path, kept)
        self.receipt.save()
        shutil.move(path, replaced[path])

    def _remove_old_versions(self, version: str) -> None:
        """Keeps the version in use and the one that it replaced, or else the newest other, which may still run."""
        others = [os.path.join(self.at.versions, name) for name in os.listdir(self.at.versions)]
        others = [path for path in others if path != version]
        whole = [path for path in others if not os.path.basename(path).startswith(STAGING)]
        kept = version_before(version) or max(whole, key=os.path.getmtime, default="")
        for path in others:
            if path != kept:
                remove_tree(path)


def install(at: Installation) -> list[str]:
    """Installs the running cs: everything is checked before the first change; what was changed is returned."""
    python = chosen_python()
    Installer(at, python)
    directories = _directories_to_make(at)
    with FileLock(os.path.join(at.places.data, "install.lock"), timeout=60):
        return Installer(at, python).carry_out(directories)


# ── uninstalling ──


def _essence(value: dict[str, Any]) -> dict[str, Any]:
    """Settings without our hooks, and without events that have no hooks, which mean nothing."""
    value = settings_with_hooks(value, [])
    hooks = {event: entries for event, entries in value.get("hooks", {}).items() if entries != []}
    return {key: each for key, each in {**value, "hooks": hooks}.items() if key != "hooks" or each}


def _clean_settings(path: str, before: bytes | None) -> None:
    """Gives settings.json back what it would be without cs; to the byte, when nobody else has changed it."""
    settings = SettingsFile(path)
    without = settings_with_hooks(settings.value, [])
    if before and before.strip() and _essence(settings.value) == _essence(parse_settings(before, path)):
        write_atomically(path, before)
    elif not without and not (before or b"").strip():
        remove_file(os.path.realpath(path)) if before is None else write_atomically(path, before)
    elif without != settings.value:
        settings.write(without)


def uninstall(at: Installation) -> list[str]:
    """Undoes an installation: what cs has not made, or what has been changed since, stays, and is returned."""
    import shutil

    receipt = Receipt(at.places)
    receipt.settle(at.settings)
    for path, before in {at.settings: None, **receipt.settings}.items():
        if os.path.exists(path):
            _clean_settings(path, None if before is None else bytes.fromhex(before))
    for path in receipt.links:
        if _is_own_link(path, at.places):
            remove_file(path)
    left = []
    for path, digest in receipt.files.items():
        if content_digest(read_bytes(path)) in ("", digest):
            remove_file(path)
        else:
            left.append(path)
    for path, kept in receipt.replaced.items():
        if os.path.lexists(kept) and not os.path.lexists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            shutil.move(kept, path)
    remove_tree(at.places.cache)
    remove_tree(at.places.data)
    for directory in sorted(receipt.directories, reverse=True):
        try:
            os.rmdir(directory)
        except OSError:
            pass  # somebody uses it now
    return left


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  23. Updates
#  A release is installed after its sum and its signature were verified, here, whatever tools there are. The look
#  for a newer one is never waited for.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

# ── Ed25519 ──

if TYPE_CHECKING:
    Point = tuple[int, int, int, int]  # (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z

_P = 2**255 - 19  # the field
_L = 2**252 + 27742317777372353535851937790883648493  # the order of the base point
_D = 37095705934669439343138083508754565189542113879843219016388785533085940283555  # -121665/121666
_SQRT_MINUS_1 = 19681161376707505956807079304988542015446066515923890162744021073123829784752
_BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202  # the even one at 4/5
_BASE_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960  # 4/5
_BASE = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)
_IDENTITY = (0, 1, 1, 0)


def _decode_point(data: bytes) -> Point | None:
    """The point that 32 bytes stand for: y, and the lowest bit of x on top; None when there is none."""
    if len(data) != 32:
        return None
    number = int.from_bytes(data, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    if y >= _P:
        return None
    u, v = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = u * v**3 * pow(u * v**7, (_P - 5) // 8, _P) % _P  # the root of u/v, if it has one, or of -u/v
    if v * x * x % _P != u:
        x = x * _SQRT_MINUS_1 % _P
    if v * x * x % _P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _encode_point(point: Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, _P - 2, _P)
    return (y * inverse % _P | (x * inverse % _P & 1) << 255).to_bytes(32, "little")


def _add_points(a: Point, b: Point) -> Point:
    """The sum of two points, which may be the same one: the formula is complete."""
    p = (a[1] - a[0]) * (b[1] - b[0])
    q = (a[1] + a[0]) * (b[1] + b[0])
    r = 2 * _D * a[3] * b[3]
    s = 2 * a[2] * b[2]
    e, f, g, h = (q - p) % _P, (s - r) % _P, (s + r) % _P, (q + p) % _P
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _double_multiple(m: int, a: Point, n: int, b: Point) -> Point:
    """m·a + n·b, both in one pass over the bits."""
    table = (_IDENTITY, a, b, _add_points(a, b))
    total = _IDENTITY
    for bit in range(max(m.bit_length(), n.bit_length()) - 1, -1, -1):
        total = _add_points(total, total)
        chosen = (m >> bit & 1) | (n >> bit & 1) << 1
        if chosen:
            total = _add_points(total, table[chosen])
    return total


def _has_small_order(point: Point) -> bool:
    """Whether eight times a point is nothing: such a key fits signatures that nobody made."""
    for _ in range(3):
        point = _add_points(point, point)
    return point[0] == 0 and point[1] == point[2]


def ed25519_verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature of a message was made with the secret half of a key.

    Strict: encodings that are not canonical and keys of small order are refused, as libsodium does. It
    takes a few milliseconds, and as it handles nothing secret it need not take the same time for all input.
    Source: RFC 8032, sections 5.1.3, 5.1.4 and 5.1.7.
    """
    from hashlib import sha512

    key = _decode_point(public_key)
    if key is None or len(signature) != 64 or _has_small_order(key):
        return False
    commitment, scalar = signature[:32], int.from_bytes(signature[32:], "little")
    if scalar >= _L:
        return False  # one more than once around the group: another form of a valid signature
    challenge = int.from_bytes(sha512(commitment + public_key + message).digest(), "little") % _L
    x, y, z, t = key
    found = _double_multiple(scalar, _BASE, challenge, (_P - x, y, z, _P - t))  # sB - kA, which should be R
    return _encode_point(found) == commitment and not _has_small_order(found)


# ── signatures ──
# In the format of minisign (https://jedisct1.github.io/minisign/), prehashed; its program is asked as well
# where there is one, but never instead.

PROGRAM = "cs.pyz"  # the file of a release that is installed


class BadSignature(CsError):
    """What was downloaded is not what its publisher signed."""


def _decode_base64(text: str, length: int) -> bytes:
    import base64

    try:
        data = base64.b64decode(text.strip().encode("ascii"), validate=True)
    except ValueError:
        data = b""
    if len(data) != length:
        raise BadSignature("the signature is damaged: a line of it is not what minisign writes")
    return data


def _parse_signature(text: str) -> tuple[bytes, bytes, str, bytes]:
    """What a `.minisig` file holds: the id of a key, its signature of a file, a comment, the signature of both.

    Raises BadSignature for anything that is not a prehashed minisign signature.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) < 4 or not lines[2].startswith("trusted comment: "):
        raise BadSignature("the signature is damaged: it is not a file of minisign's")
    head, comment_signature = _decode_base64(lines[1], 74), _decode_base64(lines[3], 64)
    if head[:2] == b"Ed":
        raise BadSignature("the signature is of minisign's legacy kind, which is not accepted")
    if head[:2] != b"ED":
        raise BadSignature("the signature is of an unknown kind")
    return head[2:10], head[10:], lines[2][len("trusted comment: ") :], comment_signature


def parse_public_key(text: str) -> tuple[bytes, bytes]:
    """The id and the key in the line that minisign prints for a public key. Raises BadSignature."""
    data = _decode_base64(text.strip().split("\n")[-1], 42)
    if data[:2] != b"Ed":
        raise BadSignature("the public key is of an unknown kind")
    return data[2:10], data[10:]


def key_number(key_id: bytes) -> str:
    """A key's id as minisign prints it.

    >>> key_number(bytes([1, 0, 0, 0, 0, 0, 0, 0xAB])), key_number(bytes([1, 0, 0, 0, 0, 0, 0, 0x0B]))
    ('AB00000000000001', 'B00000000000001')
    """
    return f"{int.from_bytes(key_id, 'little'):X}"


def check_signature(data: bytes, text: str, public_key: str, version: str) -> None:
    """Raises BadSignature unless the key's owner signed these bytes as cs.pyz of that version.

    The trusted comment says so, as in `file:cs.pyz version:2026.11.2`.
    """
    from hashlib import blake2b

    signer, signature, comment, comment_signature = _parse_signature(text)
    key_id, key = parse_public_key(public_key)
    if signer != key_id:
        raise BadSignature(
            f"the signature of {PROGRAM} is by another key ({key_number(signer)}) "
            f"than this cs was built with ({key_number(key_id)})"
        )
    if not ed25519_verify(key, blake2b(data).digest(), signature):
        raise BadSignature(f"the signature of {PROGRAM} does not fit: it is not what its publisher signed")
    if not ed25519_verify(key, signature + comment.encode(), comment_signature):
        raise BadSignature(f"the comment in the signature of {PROGRAM} was changed after it was signed")
    signed = dict(word.split(":", 1) for word in comment.split() if ":" in word)
    if signed.get("file") != PROGRAM:
        raise BadSignature(f"the signature is for the file '{signed.get('file', '?')}', not for {PROGRAM}")
    if signed.get("version") != version:
        raise BadSignature(f"the signature is for version {signed.get('version', '?')}, not for {version}")


def ask_minisign(path: str, public_key: str) -> None:
    """A second opinion on a file and the `.minisig` beside it, where that program is. Raises BadSignature."""
    if not find_program("minisign"):
        return
    key = public_key.strip().split("\n")[-1]
    result = run(["minisign", "-Vqm", path, "-P", key], check=False, timeout=60)
    if result.status != 0:
        raise BadSignature(f"minisign does not accept the signature: {result.complaint}")


# ── releases ──
# In GitHub's layout: <base>/latest redirects to <base>/tag/v<version>, and the files of a release are at
# <base>/download/v<version>/<file>.

PROGRAM_LIMIT = 32 << 20  # bytes of cs.pyz
UPDATE_CHECK_SECONDS = 3600
NOTE_LIMIT = 4096  # bytes of a checksum or a signature
REDIRECT_LIMIT = 5
ANSWER_SECONDS = 10  # for a connection, and for each piece of an answer
NOTE_SECONDS = 20  # for a small answer as a whole, with the look-up of the name
PROGRAM_SECONDS = 300


class DownloadError(CsError):
    """A release cannot be had: no way to the server, or its answer is not acceptable."""


class NotThere(DownloadError):
    """The server says that it has no such file."""


def version_number(text: str) -> tuple[int, ...] | None:
    """A version `YYYY.M.N` as numbers that compare; None for any other text.

    >>> version_number("2026.11.2"), version_number("2026.9.10") < version_number("2026.11.2")
    ((2026, 11, 2), True)
    >>> version_number("2026.11"), version_number("2026.11.2-rc1")
    (None, None)
    """
    parts = text.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 9 for part in parts):
        return None
    return tuple(map(int, parts))


def is_newer(version: str, than: str) -> bool:
    """Whether one version comes after another; a text that is no version comes after none.

    >>> is_newer("2026.11.10", "2026.11.9"), is_newer("2026.11.9", "2026.11.9"), is_newer("", "2026.11.9")
    (True, False, False)
    """
    return (version_number(version) or (0,)) > (version_number(than) or (0,))


def _host(url: str) -> str:
    import urllib.parse

    return urllib.parse.urlsplit(url).netloc.rpartition("@")[2] or url[:80]


def _in_time(seconds: float, url: str, deed: Callable[[], Any]) -> Any:
    """The outcome of a deed; past its time it is left alone in its thread, which dies with the process.

    No other time-out covers everything: looking up a name has none, and a server may send a byte now and then.
    """
    import threading

    outcome: list[Any] = []

    def work() -> None:
        try:
            outcome.append(deed())
        except BaseException as error:
            outcome.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        raise DownloadError(f"{_host(url)} gave no complete answer within {seconds:g} seconds")
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]


def is_loopback(host: str) -> bool:
    """Whether a host of an address is this machine, in a form that no name server is asked about.

    >>> [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "127.0.0.1.example.org", "10.0.0.1")]
    [True, True, True, False, False]
    """
    import ipaddress

    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_url(url: str) -> None:
    """Raises DownloadError unless an address is HTTPS, or plain HTTP to this very machine."""
    import urllib.parse

    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise DownloadError(f"{url[:200]} is not an address")
    if parts.scheme == "http" and not is_loopback(host):
        raise DownloadError(f"{url[:200]} is not encrypted", "releases come over HTTPS only")
    if parts.scheme not in ("http", "https") or not host:
        raise DownloadError(f"{url[:200]} is not an HTTPS address")


def _expect_success(url: str, answer: Any) -> Any:
    if answer.status == 200:
        return answer
    answer.close()
    if answer.status in (404, 410):
        raise NotThere(f"{_host(url)} has no {url.rpartition('/')[2]}", url[:200])
    raise DownloadError(f"{_host(url)} answers with status {answer.status}", url[:200])


def _no_way(url: str, error: Exception) -> DownloadError:
    reason = getattr(error, "reason", error)
    return DownloadError(f"{_host(url)} cannot be reached: {str(reason) or type(reason).__name__}")


def _request(url: str) -> Any:
    """The server's answer, whatever its status. A proxy is used for HTTPS only: to it, HTTP would be readable."""
    import http.client
    import urllib.request

    opener = urllib.request.OpenerDirector()
    opener.add_handler(urllib.request.HTTPHandler())
    if url.startswith("https:"):
        import ssl

        opener.add_handler(urllib.request.ProxyHandler())
        opener.add_handler(urllib.request.HTTPSHandler(context=ssl.create_default_context()))
    request = urllib.request.Request(url, headers={"User-Agent": f"cs/{VERSION}", "Accept-Encoding": "identity"})
    try:
        return opener.open(request, timeout=ANSWER_SECONDS)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _no_way(url, error)


def _follow(url: str, goal: str = "") -> tuple[str, Any]:
    """Goes where redirects lead: to the first address that holds the goal (with no answer), or to an answer."""
    import urllib.parse

    start = url
    for _ in range(REDIRECT_LIMIT + 1):
        check_url(url)
        answer = _request(url)
        if answer.status not in (301, 302, 303, 307, 308):
            return url, _expect_success(url, answer)
        target = urllib.parse.urljoin(url, answer.headers.get("Location") or "")
        answer.close()
        if goal and goal in target:
            return target, None
        if url.startswith("https:") and not target.startswith("https:"):
            raise DownloadError(f"{_host(url)} sends us on to an address that is not encrypted", target[:200])
        url = target
    raise DownloadError(f"{_host(start)} sends us from address to address without end")


def _read_answer(url: str, answer: Any, limit: int) -> bytes:
    import http.client

    promised, data = answer.headers.get("Content-Length") or "", bytearray()
    is_too_long = promised.isdigit() and int(promised) > limit
    try:
        with answer:
            while not is_too_long and (piece := answer.read1(CHUNK)):
                data += piece
                is_too_long = len(data) > limit
    except (OSError, http.client.HTTPException) as error:
        raise _no_way(url, error)
    if is_too_long:
        raise DownloadError(f"{_host(url)} sends more than {human_size(limit)}", url[:200])
    if promised and promised != str(len(data)):
        raise DownloadError(f"{_host(url)} ended its answer too early", url[:200])
    return bytes(data)


def fetch(url: str, limit: int, seconds: float) -> bytes:
    """What is at an address: so many bytes at most, within so many seconds. Raises DownloadError."""
    data: bytes = _in_time(seconds, url, lambda: _read_answer(url, _follow(url)[1], limit))
    return data


def releases_url() -> str:
    """The place of the releases: the mirror in CS_RELEASES_URL, or the one that this cs was built with."""
    base = (os.environ.get("CS_RELEASES_URL") or RELEASES_URL).rstrip("/")
    if not base:
        way = "in a clone of its repository, git pull && ./install.sh does the same"
        raise CsError("this cs does not know where its releases are", "CS_RELEASES_URL names the place", way)
    check_url(base)
    return base


class Release:
    """One version at the place where releases are published."""

    __slots__ = ("base", "version")

    def __init__(self, base: str, version: str) -> None:
        self.base = base
        self.version = version

    def fetch(self, name: str, limit: int, seconds: float) -> bytes:
        """The content of one of its files."""
        return fetch(f"{self.base}/download/v{self.version}/{name}", limit, seconds)

    def fetch_note(self, kind: str, end: str) -> bytes:
        """The checksum or the signature of its program; a release without it is refused."""
        try:
            return self.fetch(PROGRAM + end, NOTE_LIMIT, NOTE_SECONDS)
        except NotThere as error:
            raise NotThere(f"release {self.version} has no {kind}, so it is not installed", *error.hints)


def newest_release(base: str) -> Release:
    """The release that `latest` points to."""
    address = _in_time(NOTE_SECONDS, base, lambda: _follow(base + "/latest", goal="/tag/v")[0])
    version = address.rpartition("/tag/v")[2]
    if version_number(version) is None:
        raise DownloadError(f"{_host(base)} names no newest version", f"it answered with {address[:200]}")
    return Release(base, version)


def check_checksum(data: bytes, line: str) -> None:
    """Raises BadSignature unless data has the SHA-256 sum of a line that sha256sum wrote for cs.pyz."""
    words = line.split()
    known = len(words) == 2 and words[1].lstrip("*") == PROGRAM and len(words[0]) == 64
    if not known or not set(words[0].lower()) <= set("0123456789abcdef"):
        raise BadSignature(f"the checksum of {PROGRAM} is damaged: it is not a line of sha256sum's")
    if content_digest(data) != words[0].lower():
        raise BadSignature(f"{PROGRAM} has another checksum than its release says: it was damaged or changed")


def download_program(release: Release, directory: str) -> str:
    """Puts the cs.pyz of a release into a directory of our own, and checks its checksum and signature there."""
    path = os.path.join(directory, PROGRAM)
    checksum = release.fetch_note("checksum", ".sha256").decode("ascii", "replace")
    signature = release.fetch_note("signature", ".minisig") if RELEASE_KEY else b""
    data = release.fetch(PROGRAM, PROGRAM_LIMIT, PROGRAM_SECONDS)
    check_checksum(data, checksum)
    write_atomically(path, data, 0o600, durable=False)
    if RELEASE_KEY:
        check_signature(data, signature.decode("utf-8", "surrogateescape"), RELEASE_KEY, release.version)
        write_atomically(path + ".minisig", signature, 0o600, durable=False)
        ask_minisign(path, RELEASE_KEY)
    return path


# ── update and rollback ──


def is_installed_one(at: Installation) -> bool:
    """Whether the cs that is running is the installed one; a home may be reached through links."""
    return os.path.realpath(bundle_place()) == os.path.realpath(at.in_use())


def refuse_unless_installed(at: Installation) -> None:
    """Raises CsError unless the cs that is running is the installed one."""
    if is_installed_one(at):
        return
    here = bundle_place()
    if os.path.exists(os.path.join(here, ".git")):
        raise CsError(f"this cs runs from the clone {here}", "git pull updates it")
    raise CsError(f"this cs ({here}) is not the installed one", f"{at.places.bin}/{at.name} -update")


def _try_program(path: str, version: str, directory: str) -> None:
    """Starts a program once, which must say that it is that version."""
    elsewhere = {"XDG_CACHE_HOME": directory}  # it would keep its bytecode
    result = run([chosen_python(), "-ESs", path, "-version"], None, elsewhere, timeout=60, check=False)
    if result.status != 0 or result.text != f"cs {version}":
        raise CsError(
            f"the cs that was downloaded does not run here, so that it is not installed: {result.complaint}"
        )


def _install_from(program: list[str], version: str) -> None:
    result = run([chosen_python(), "-ESs", *program, "-install"], timeout=300, check=False)
    if result.status != 0:
        raise CsError(f"cs {version} could not be installed: {result.complaint}")


def _update_lock(at: Installation) -> FileLock:
    return FileLock(os.path.join(at.places.data, "update.lock"), timeout=1)


def update(at: Installation, release: Release) -> None:
    """Installs a release: download, check, try, and only then replace.

    What is downloaded installs itself, as it alone knows what it consists of.
    """
    import tempfile

    with _update_lock(at), tempfile.TemporaryDirectory(prefix="cs-update-") as directory:
        path = download_program(release, directory)
        _try_program(path, release.version, directory)
        _install_from([path], release.version)


def roll_back(at: Installation) -> str:
    """Goes back to the version that the one in use has replaced; returns its number."""
    with _update_lock(at):
        before = version_before(at.in_use())
        if before is None:
            hint = "only the one before the last update or installation is kept"
            raise CsError("there is no version to go back to", hint)
        at.use(before)
        _install_from([os.path.join(before, "run.py"), at.name], version_in_name(before))
    return version_in_name(before)


def changes_between(text: str, old: str, new: str) -> str:
    """What a change log says about the versions after one and up to another.

    >>> changes_between("# Log\\n\\n## 2.0.1\\n\\n- b\\n\\n## 2.0.0\\n\\n- a\\n\\n## 1.0.0\\n", "1.0.0", "2.0.1")
    '## 2.0.1\\n\\n- b\\n\\n## 2.0.0\\n\\n- a'
    """
    chosen = []
    for section in text.split("\n## ")[1:]:
        version = section.split(None, 1)[0]
        if is_newer(version, old) and not is_newer(version, new):
            chosen.append("## " + section.strip())
    return "\n\n".join(chosen)


# ── whether there is an update ──


def _newest_version_file(places: Places) -> str:
    return os.path.join(places.cache, "newest-version")


def available_update(places: Places) -> str | None:
    """The newer version that the last check found: one small file is read."""
    if os.environ.get("CS_NO_UPDATE_CHECK"):
        return None
    try:
        version = (read_text(_newest_version_file(places), 100) or "").strip()
    except OSError:
        return None
    return version if is_newer(version, VERSION) else None


def start_update_check(places: Places) -> None:
    """Looks for an update in the background when none was looked for within an hour; nobody waits for it."""
    if os.environ.get("CS_NO_UPDATE_CHECK") or not (RELEASES_URL or os.environ.get("CS_RELEASES_URL")):
        return
    path = _newest_version_file(places)
    try:
        if 0 <= time.time() - os.stat(path).st_mtime < UPDATE_CHECK_SECONDS:
            return
    except OSError:
        pass  # the first time
    try:
        os.makedirs(places.cache, exist_ok=True)
        with open(path, "ab"):
            os.utime(path)  # however it ends, the next one is an hour away
        start_in_background(own_command("-update", "--check"))
    except (OSError, CsError):
        pass


def remember_newest_version(places: Places, version: str) -> None:
    """Keeps what a check has found for available_update()."""
    try:
        os.makedirs(places.cache, exist_ok=True)
        write_atomically(_newest_version_file(places), version + "\n", durable=False)
    except OSError:
        pass  # a home that is read-only


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  24. Doctor
#  What is wrong with the installation and the sessions, each with the command that mends it.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

# ── doctor ──
# Each check is a small function that yields what it found; a fault comes with the command that mends it.

OK, WARN, FAIL = "ok", "warn", "fail"

if TYPE_CHECKING:
    Findings = Iterator[tuple[str, str, str]]  # OK, WARN or FAIL, what was found, and the command that mends it


def _check_python(at: Installation) -> Findings:
    from importlib.util import find_spec

    yield OK, f"{sys.version.split()[0]}, {sys.executable}", ""
    other = f"{sys.executable} -m pip install windows-curses" if os.name == "nt" else "CS_PYTHON=python3 cs"
    for module, what in (("curses", "the screen of cs without arguments"), ("sqlite3", "the index for searching")):
        if find_spec(module) is None:
            yield WARN, f"this Python lacks {module}, which is for {what}", other


def _is_installed(at: Installation) -> bool:
    return os.path.isfile(os.path.join(at.in_use(), "run.py"))


def _install_command(at: Installation) -> str:
    """The command that installs this cs, or mends the installation there is."""
    import shlex

    here = bundle_place()
    try:
        read_bundle()
    except CsError:
        return INSTALL_AGAIN
    if _is_installed(at):
        return f"{at.name} -install"
    if os.path.isfile(here):
        return f"{shlex.quote(sys.executable)} {shlex.quote(here)} -install"
    return shlex.quote(os.path.join(here, "install.ps1" if os.name == "nt" else "install.sh"))


def _check_doors(at: Installation) -> Findings:
    """The names of the program and the hooks are there, and lead to cs."""
    written = Receipt(at.places).files
    for path, content in at.doors("").items():
        if isinstance(content, str):
            leads = os.path.islink(path) and os.readlink(path) == content and os.path.exists(path)
        else:
            leads = content_digest(read_bytes(path)) == written.get(path)
        if not leads:
            yield FAIL, f"{at.places.shorten(path)} is missing or not cs's", _install_command(at)


def _check_components(at: Installation) -> Findings:
    """The copied texts are those of the version in use."""
    import shlex

    files = {source: read_bytes(os.path.join(at.in_use(), source)) or b"" for source in COMPONENTS}
    for path, text in at.component_texts(files).items():
        there = read_bytes(path)
        if there is None:
            yield FAIL, f"{at.places.shorten(path)} is missing", _install_command(at)
        elif there != text:
            remedy = f"mv -i {shlex.quote(path)} {shlex.quote(path)}.mine && {_install_command(at)}"
            yield WARN, f"{at.places.shorten(path)} was changed since it was installed", remedy


def _check_path(at: Installation) -> Findings:
    found, remedy = find_program(at.name), path_line(at.places.bin)
    if found is None:
        yield WARN, f"{at.places.bin} is not on the PATH", remedy
        return
    if os.name == "nt":  # `cs` and `cs.cmd` both stand there
        is_ours = os.path.dirname(found) == at.places.bin
    else:
        is_ours = os.path.realpath(found) == os.path.realpath(at.programs()[0])
    if not is_ours:
        yield WARN, f"{found} is another program and comes first on the PATH", remedy


def _check_program(at: Installation) -> Findings:
    if not _is_installed(at):
        yield FAIL, "cs is not installed, so that its hooks do not run", _install_command(at)
        return
    version = version_in_name(at.in_use())
    if is_installed_one(at):
        yield OK, f"cs {version}, {at.places.shorten(bundle_place())}", ""
    else:
        yield WARN, f"this is not the installed cs, which is {version}", f"{at.places.bin}/{at.name} -doctor"
    for check in (_check_doors, _check_components, _check_path):
        yield from check(at)
    newer = available_update(at.places)
    if newer:
        yield WARN, f"cs {newer} is available", f"{at.name} -update"


def _python_of(command: str) -> str:
    """The interpreter that the command of one of our hooks names; "" where somebody has changed it.

    >>> _python_of(HOOK_COMMAND.format(hook="x.py", python="'/a b/python3'")), _python_of("x.py"), _python_of("python='")
    ('/a b/python3', '', '')
    """
    import shlex

    try:
        return shlex.split(command.partition("{ python=")[2].partition(";")[0])[0]
    except (ValueError, IndexError):
        return ""


def _is_registered(at: Installation, hook: Hook, entries: list[tuple[str, Any]]) -> bool:
    """Whether just one entry of settings.json runs a hook, and with the right event, matcher and command."""
    commands = [_command_of(item) for _, entry in entries for item in _items_of(entry)]
    found = [command for command in commands if for_sh(at.hook(hook)) in command]
    return len(found) == 1 and (hook.event, hook_entry(at, hook, _python_of(found[0]))) in entries


def _check_settings(at: Installation) -> Findings:
    import shlex

    edit = f"${{EDITOR:-vi}} {shlex.quote(at.settings)}"
    try:
        settings = SettingsFile(at.settings)
    except CsError as error:
        yield FAIL, str(error), edit
        return
    if settings.data:
        yield OK, at.places.shorten(at.settings), ""
    if settings.value.get("disableAllHooks") is True:
        yield WARN, 'all hooks are turned off ("disableAllHooks"): nothing is noted, saved or recovered', edit
    events = settings.value.get("hooks", {}).items()
    entries = [(event, entry) for event, those in events if isinstance(those, list) for entry in those]
    missing = [hook.name for hook in HOOKS if not _is_registered(at, hook, entries)]
    if missing:
        yield FAIL, f"hooks that are not registered: {', '.join(missing)}", _install_command(at)
    else:
        yield OK, f"{len(HOOKS)} hooks are registered", ""
    own = [
        command for _, entry in entries for command in map(_command_of, _items_of(entry)) if _is_own_hook(command)
    ]
    if any(map(_is_hook_of_original, own)):
        yield FAIL, "hooks of the earlier program run beside ours", _install_command(at)
    for python in sorted(set(filter(None, map(_python_of, own)))):
        if not os.access(python, os.X_OK):
            yield WARN, f"the hooks' Python, {python}, is gone; another one is used", _install_command(at)


def _check_git(at: Installation) -> Findings:
    if not has_git():
        yield WARN, "git is not installed: there is no history and no sync", how_to_get("git")
        return
    yield OK, run(["git", "--version"], timeout=20).text[len("git version ") :], ""


def _check_claude(at: Installation) -> Findings:
    command = client_command()
    if find_program(command[0]) is None:
        yield FAIL, f"{command[0]} is not on the PATH", "npm install -g @anthropic-ai/claude-code"
    elif not is_claude_code(command):
        yield OK, f"{command[0]}, which is not Claude Code", ""
    else:
        yield OK, run([command[0], "--version"], timeout=20).text, ""


def _check_helpers(at: Installation) -> Findings:
    for name, what in (
        ("age", "secrets that travel between machines"),
        ("tmux", "remote sessions that are run here"),
        ("ssh", "remote sessions"),
    ):
        found = find_program(name)
        if found:
            yield OK, f"{name}, {found}", ""
        else:
            yield WARN, f"{name} is not installed; it is for {what}", how_to_get(name)


def _way_back(at: Installation, key: str, path: str) -> str:
    """The command that puts a damaged file of the store aside, and brings back what the session itself carries."""
    import shlex

    aside = f"mv {shlex.quote(path)} {shlex.quote(path)}.damaged"
    carries = os.path.exists(Session(key, os.path.join(at.places.root, key)).secrets_age)
    return aside + (f"; {at.name} {key} -secrets import-file" if carries else "")


def _check_secrets(at: Installation) -> Findings:
    """A round trip under a key that no session can have."""
    import copy
    import shlex
    import tempfile

    key, name, value = ".doctor", "PROBE", f"probe-{os.getpid()}-{time.monotonic_ns()}"
    try:
        open_store(at.places)
    except CsError as error:
        yield FAIL, str(error), f"unset {BACKEND_VARIABLE}"
        return
    parent = os.path.dirname(at.places.secrets)
    if not os.path.isdir(at.places.secrets) and not os.access(parent, os.W_OK | os.X_OK):
        yield (
            FAIL,
            f"{at.places.secrets} cannot be made: {parent} is not writable",
            f"chmod u+rwx {shlex.quote(parent)}",
        )
        return
    with tempfile.TemporaryDirectory(prefix="cs-doctor-") as directory:
        probed = copy.copy(at.places)
        if not os.path.isdir(at.places.secrets):  # then there is none afterwards either
            probed.secrets = os.path.join(directory, "secrets")
        store = open_store(probed)
        backend = store.choose(key)[0]
        try:
            store.set(key, name, value)
            found = store.get(key, name)
        finally:
            store.purge(key)
    if found == value:
        yield OK, f"{backend}: a value was stored, read and deleted", ""
    else:
        yield FAIL, f"{backend} does not give back what it was given", "cs -secrets backend"
    for key, path, fault in EncryptedFiles(at.places).unreadable():
        yield FAIL, str(fault), "; ".join(fault.hints) if isinstance(fault, WrongKey) else _way_back(at, key, path)


def _faults_of(row: Row, program: str) -> Iterator[tuple[str, str]]:
    """What is wrong with a session, found without starting a process."""
    import shlex

    name = shlex.quote(row.name)
    if row.broken:
        yield f"points to {os.readlink(row.path)}, which is gone", f"{program} -rm {name}"
        return
    if row.misnamed:
        yield "has a name that cs does not take", f"{program} -rename -- {name} NEW-NAME"
        return
    session = Session(row.name, row.path)
    if row.owner is None and os.path.lexists(session.lock):
        yield "has a lock whose process is gone", f"rm -f {shlex.quote(session.lock)}"
    if row.owner is None and autosave_is_left(session):
        yield "was not closed properly: there is an autosave", f"{program} {name}"
    url = origin_url(session.directory)
    place = local_path_of(url or "")
    if place and not os.path.isdir(os.path.join(session.directory, place)):
        yield f"has a remote that is gone: {place}", f"{program} {name} -sync remote URL"
    elif url is None and has_upstream(session.directory):
        yield "has an upstream branch, but no remote", f"{program} {name} -sync remote URL"


def _check_sessions(at: Installation) -> Findings:
    import shlex

    root = at.places.root
    if os.path.isdir(root) and not os.access(root, os.W_OK | os.X_OK):
        yield FAIL, f"{root} cannot be written to", f"chmod u+rwx {shlex.quote(root)}"
    rows = scan_sessions(at.places)
    faults = [(row, *fault) for row in rows for fault in _faults_of(row, at.name)]
    for row, text, remedy in faults:
        yield WARN, f"session '{row.name}' {text}", remedy
    if not faults:
        yield OK, f"{plural(len(rows), 'session')} in {at.places.shorten(root)}", ""


CHECKS: dict[str, Callable[[Installation], Findings]] = {
    "python": _check_python,
    "program": _check_program,
    "settings": _check_settings,
    "claude": _check_claude,
    "git": _check_git,
    "programs": _check_helpers,
    "secrets": _check_secrets,
    "sessions": _check_sessions,
}


def diagnose(places: Places) -> Iterator[dict[str, str]]:
    """Everything that can be wrong with an installation and its sessions: check, status, text and remedy.

    No network is used, and nothing is changed, but that the secrets store keeps a probe for an instant. A
    check that cannot be carried out has failed.
    """
    at = Installation(places)
    for name, check in CHECKS.items():
        try:
            for status, text, remedy in check(at):
                yield {"check": name, "status": status, "text": text, "remedy": remedy}
        except (CsError, OSError) as error:
            remedy = next(iter(getattr(error, "hints", ())), "")
            yield {"check": name, "status": FAIL, "text": str(error), "remedy": remedy}


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  25. Hook support
#  What the programs in hooks/ stand on: reading the event whatever its size, answering with one JSON
#  document or nothing, and never being in Claude's way. json and re would cost a third of a hook's time.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

EVENT_LIMIT = 1 << 20  # bytes; of a larger event only the outline is parsed
EVENT_STRING_LIMIT = 1 << 16  # bytes of a string in an outline


class HookCall:
    """One run of a hook: the session, and the event that Claude Code reports."""

    __slots__ = ("event", "places", "session")

    def __init__(self, places: Places, session: Session, event: dict[str, Any]) -> None:
        self.places = places
        self.session = session
        self.event = event

    def text(self, field: str) -> str:
        """A field of the event that should be a string; "" when it is anything else."""
        value = self.event.get(field)
        return value if isinstance(value, str) else ""

    @property
    def input(self) -> dict[str, Any]:
        """What the tool was called with."""
        value = self.event.get("tool_input")
        return value if isinstance(value, dict) else {}

    @property
    def edited_path(self) -> str | None:
        """The absolute path of the file that an editing tool has written or wants to; None for other tools."""
        path = self.input.get("notebook_path" if self.text("tool_name") == "NotebookEdit" else "file_path")
        if self.text("tool_name") not in EDIT_TOOLS or not isinstance(path, str) or not path or "\0" in path:
            return None
        return os.path.join(self.text("cwd") or self.session.directory, os.path.expanduser(path))

    def is_of_own_client(self) -> bool:
        """Whether the event comes from the client that cs launched, and not from one that runs inside of it."""
        return is_own_client(self.places, self.session)


# ── the event ──


class _ScannerContext:
    """What the scanner of the json module wants to be told; json.JSONDecoder is another such context."""

    strict = False
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: dict[str, str] = {}  # noqa: RUF012 - the scanner's own


def _parse_json(text: str) -> Any:
    """The value of a JSON text. The json module would import re, which costs more than all the rest of a hook."""
    text = text.strip(" \t\r\n")
    try:
        from _json import make_scanner
    except ImportError:  # another implementation of Python
        import json

        return json.loads(text)
    value, end = make_scanner(_ScannerContext)(text, 0)  # type: ignore[arg-type]
    if end != len(text):
        raise ValueError("there is something after the JSON document")
    return value


def _whole_escapes(piece: bytearray) -> bytearray:
    """The beginning of a JSON string without an escape that was cut in two at its end."""
    last = piece.rfind(b"\\", -6)
    return piece if last < 0 else piece[:last].rstrip(b"\\")


def outline(text: bytearray) -> bytearray:
    """A large JSON object with its long strings cut, and without what is deep inside of it; still JSON.

    What is kept are the members of the object and those of the objects in it.
    """
    import re

    mark = re.compile(rb'["{}\[\]]').search
    # a bounded part of a string: for each repetition the expression remembers a way back
    string_part = re.compile(rb'[^"\\]*(?:\\.[^"\\]*){0,999}', re.DOTALL).match
    kept = bytearray()
    start = depth = 0  # start: of what is not in `kept` yet
    found = mark(text)
    while found:
        position = found.end()
        if found.group() == b'"':
            end = string_part(text, position).end()  # type: ignore[union-attr]
            while text.startswith(b"\\", end) and end + 1 < len(text):
                end = string_part(text, end).end()  # type: ignore[union-attr]
            if depth <= 2 and end - position > EVENT_STRING_LIMIT:
                kept += text[start:position] + _whole_escapes(text[position : position + EVENT_STRING_LIMIT])
                start = end
            position = end + 1
        elif found.group() in b"{[":
            depth += 1
            if depth == 3:
                kept += text[start : found.start()] + b"null"
        else:
            depth -= 1
            if depth == 2:
                start = position
        found = mark(text, position)
    return kept + text[start:]


def read_event() -> dict[str, Any]:
    """The event on stdin; empty when it is none."""
    data = bytearray()
    try:
        while chunk := os.read(0, CHUNK):
            data += chunk
    except OSError:
        pass  # what has come is not a whole event
    try:
        event = _parse_json((outline(data) if len(data) > EVENT_LIMIT else data).decode("utf-8", "replace"))
    except (ValueError, RecursionError, StopIteration):
        return {}
    is_event = isinstance(event, dict) and isinstance(event.get("hook_event_name"), str)
    return event if is_event else {}


def plain_json(value: Any) -> str:
    """Strings and dictionaries of strings as JSON.

    >>> plain_json({"a": {"b": 'x"'}})
    '{"a": {"b": "x\\\\""}}'
    """
    if isinstance(value, dict):
        return "{" + ", ".join(f"{plain_json(key)}: {plain_json(each)}" for key, each in value.items()) + "}"
    try:
        from _json import encode_basestring_ascii
    except ImportError:
        from json.encoder import encode_basestring_ascii  # type: ignore[assignment,unused-ignore]
    return str(encode_basestring_ascii(value))


# ── what Claude is told ──


def write_variables(path: str) -> None:
    """Adds the session's variables to the file that Claude Code sources before each shell command."""
    if not path:
        return
    lines = [f"export {name}={_quote(os.environ[name])}" for name in PROTOCOL_VARIABLES if os.environ.get(name)]
    there = (read_text(path) or "").split("\n")
    with open(path, "a", encoding="utf-8", errors="surrogateescape") as f:
        f.write("".join(line + "\n" for line in lines if line not in there))


def first_names(names: list[str]) -> str:
    """Names of secrets; of many the first ten, and how many more there are."""
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def stored_sentence(path: str, names: list[str]) -> str:
    """What Claude is told when credentials of a file have been stored."""
    return (
        f"cs has stored {first_names(names)} from {cut(clean(os.path.basename(path)), 80)} as"
        f" {'a secret' if len(names) == 1 else 'secrets'} of this session: `cs -secrets get NAME` reads one, so"
        " the file need not hold it in plain text."
    )


def _short_path(path: str, variable: str) -> str:
    """A path for Claude; a long one by the variable that names it."""
    path = clean(path)
    return path if len(path) <= 160 else "$" + variable


def context_at_start(session: Session, last_open: str, headings: list[str]) -> str:
    """What Claude reads when a conversation begins; at most 1,200 characters."""
    directory = _short_path(session.directory, "CLAUDE_SESSION_DIR")
    artifacts = _short_path(session.artifacts, "CLAUDE_ARTIFACT_DIR")
    lines = [
        f"This is the cs session '{session.name}' in {directory}: what is learnt here outlives the conversation.",
        "- Keep .cs/README.md true (objective, environment, outcome). Note each finding, decision and dead end in"
        ' .cs/discoveries.md under a "## heading" of its own, as it happens. .cs/changes.md is kept for you.',
        f"- Scripts and configurations that you write are copied to {artifacts} for you.",
        "- Credentials are never written to files: `cs -secrets set NAME` stores one (value on stdin),"
        " `cs -secrets get NAME` and `cs -secrets run -- COMMAND` use it.",
    ]
    if last_open:
        lines.append(
            f"Last open {last_open}. Read .cs/README.md, .cs/discoveries.md and, where present, .cs/summary.md"
            " first."
        )
        if headings:
            lines.append("Latest discoveries: " + "; ".join(cut(heading, 70) for heading in headings[-3:]))
    return "\n".join(lines)


def _short_context(session: Session, tell_of: Callable[[str, str], str]) -> str:
    """A text about a session's directory and artifacts, by the variables as far as paths would make it too long."""
    directory, artifacts = clean(session.directory), clean(session.artifacts)
    ways = ((directory, artifacts), (directory, "$CLAUDE_ARTIFACT_DIR"))
    fitting = (text for text in (tell_of(*way) for way in ways) if len(text) <= 400)
    return next(fitting, tell_of("$CLAUDE_SESSION_DIR", "$CLAUDE_ARTIFACT_DIR"))


def context_again(session: Session) -> str:
    """The same for a conversation that goes on with a cleared or compacted memory; at most 400 characters."""
    return _short_context(
        session,
        lambda directory, artifacts: (
            f"cs session '{session.name}' in {directory}, copies of your scripts in {artifacts}. Keep .cs/README.md true;"
            ' findings go to .cs/discoveries.md under a "## heading", credentials to `cs -secrets set NAME` (value on'
            " stdin), never into files."
        ),
    )


def context_of_subagent(session: Session) -> str:
    """What a sub-agent reads; at most 400 characters."""
    return _short_context(
        session,
        lambda directory, artifacts: (
            f"You work in the cs session '{session.name}', {directory}; scripts are copied to {artifacts} for you."
            " Credentials go to `cs -secrets set NAME` (value on stdin), never into files."
            " Tell your caller what should be kept in .cs/discoveries.md."
        ),
    )


def last_log_lines(session: Session) -> list[str]:
    """The end of a session's log; one empty line when it cannot be read."""
    try:
        with open(session.log, "rb") as f:
            f.seek(max(0, os.path.getsize(session.log) - CHUNK))
            return f.read().decode("utf-8", "replace").rstrip().split("\n")
    except OSError:
        return [""]


def last_opened(session: Session) -> str:
    """When the session was last in use before it was opened now, from its log; "" for a new one."""
    lines = last_log_lines(session)
    opened = max((i for i, line in enumerate(lines) if "Opened by cs " in line), default=len(lines))
    times = [line[:16] for line in lines[:opened] if parse_local_time(line[:19]) is not None]
    return times[-1] if times else ""


# ── what is written down ──


def _error_line(what: str, error: Exception) -> str:
    """What went wrong, on one line without credentials; they go before the line is cut, as half of one tells much."""
    line = f"{what}: {error}"
    return redact(line, find_secrets(line))[:500]


def failure_line(call: HookCall) -> str:
    """A failed tool call on one line: the tool, what was called, the exit status, what it said first.

    The client's `error` begins with a bare `Exit code 1`. Credentials go before anything is cut.
    """
    import re

    def redacted(text: str) -> str:
        text = text[: 2 * EVENT_STRING_LIMIT]
        return redact(text, find_secrets(text, known))

    tool = f"Tool failed: {clean(call.text('tool_name'))[:60]}"
    try:
        known = known_values(call.places, call.session.name, asks=False)
    except (CsError, OSError):
        return f"{tool} (nothing more is told: the session's secrets cannot be read, and might be named)"
    status, said = "", ""
    error = redacted(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|</?tool_use_error>", "", call.text("error")))
    for line in map(str.strip, map(clean, error.split("\n"))):
        if line.startswith("Exit code ") and line[10:].isdigit() and not status:
            status = f" (exit {line[10:]})"
        elif line and not said:
            said = line
    if call.event.get("is_interrupt") is True:
        status = " (interrupted)"
    names = ("command", "file_path", "notebook_path", "url", "pattern", "description")
    inputs = [*map(call.input.get, names), *call.input.values()]
    called = next((value for value in inputs if isinstance(value, str) and value), "")
    line = tool + status
    for part in (redacted(call.session.document(called)).strip(), said):
        line += ": " + cut(clean(part[:1000]), 200) if part else ""
    return redacted(line)


def is_session_document(session: Session, path: str) -> bool:
    """Whether a path, taken without any link on its way, is one of the documents that Claude keeps."""
    documents = (
        session.readme,
        session.discoveries,
        session.discoveries_archive,
        session.discoveries_compact,
        session.changes,
        session.changes_archive,
        session.summary,
    )
    real = os.path.realpath(path)
    rest = real[len(session.directory) :]
    here = (session.directory, session.path, os.environ.get("CLAUDE_SESSION_DIR") or session.directory)
    names = [each.rstrip(os.sep) + rest for each in here]
    if real not in documents or os.path.normpath(path) not in names or ".." in path.split(os.sep):
        return False
    import stat

    try:
        status = os.lstat(real)
        return stat.S_ISREG(status.st_mode) and status.st_nlink == 1
    except FileNotFoundError:
        return True


REMINDER_PAUSE = 300  # seconds between two reminders, and after an edit of the discoveries
COMPACTION_STEP = 200  # lines by which the archive grows before it should be condensed
REMINDER = (
    "If something was found out, decided or ruled out since the last entry, add it to .cs/discoveries.md under a"
    ' "## heading"; else just finish.'
)
COMPACTION_REMINDER = "The archive of discoveries has grown: run /compact-discoveries in the background."


def _time_of(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0


def reminder(session: Session, now: float) -> str:
    """What Claude should be asked at the end of a turn; "" when it should be left alone."""
    state = os.path.join(session.local, "reminder.conf")
    known = read_key_values(state)
    asked, told = (int(known[key]) if known.get(key, "").isdecimal() else 0 for key in ("asked", "growth"))
    if asked <= now < asked + REMINDER_PAUSE:
        return ""
    written, changed = _time_of(session.discoveries), _time_of(session.changes)
    is_news = changed > max(written, asked) + 1  # a new session's documents are written within a second
    parts = [REMINDER] if is_news and now - written >= REMINDER_PAUSE else []
    growth = lines_to_condense(session)
    if growth > told + COMPACTION_STEP:
        parts.append(COMPACTION_REMINDER)
        set_key_value(state, "growth", str(growth))
    elif growth <= COMPACTION_STEP and told:
        set_key_value(state, "growth", None)
    if parts:
        set_key_value(state, "asked", str(int(now)))
    return " ".join(parts)


# ── work that nobody waits for ──


def _history_is_free(session: Session) -> bool:
    """Whether no other process is working on the session's history, or has ended it within a second."""
    try:
        with FileLock(os.path.join(session.local, "history.lock"), DOCUMENT_PATIENCE):
            return True
    except Busy:
        return False


def recover_after_crash(places: Places, session: Session) -> None:
    """Recovers if there is an autosave and nobody works on the history; the launcher has usually done it before."""
    if autosave_is_left(session) and _history_is_free(session):
        recover(places, session)


def commit_if_free(places: Places, session: Session) -> None:
    """The clean commit, unless another process is at work; the launcher does the same a moment later."""
    if _history_is_free(session):
        commit_session(places, session)


def start_autosave(session: Session, at_once: bool) -> None:
    """Has the work tree saved by a process of its own, unless one waits to do so already."""
    if at_once or not autosave_is_waiting(session):
        start_in_background(own_command("-hook-autosave", *(["--now"] if at_once else [])), session.directory)


# ── one run of a hook ──


def hook_session(places: Places) -> Session | None:
    """The session that the environment names, if it is there."""
    name, directory = os.environ.get("CLAUDE_SESSION_NAME", ""), os.environ.get("CLAUDE_SESSION_DIR", "")
    if not is_name(name) or not directory:
        return None
    session = session_named(places, name)
    if session.directory != os.path.realpath(directory):  # moved, or another root
        session = Session(name, directory)
    return session if session.exists else None


def run_hook(name: str, act: Callable[[HookCall], dict[str, Any] | None]) -> None:
    """Runs a hook: `act` gets the call and may return the client's `hookSpecificOutput`.

    Outside of a session nothing happens. Whatever goes wrong is a line in the session's log, nothing else.
    """
    places = Places(os.environ)
    session = hook_session(places)
    if session is None:
        return
    try:
        event = read_event()
        is_ours = any(hook.name == name and hook.event == event.get("hook_event_name") for hook in HOOKS)
        answer = act(HookCall(places, session, event)) if is_ours else None
        if answer:
            output = {"hookSpecificOutput": {"hookEventName": event["hook_event_name"], **answer}}
            os.write(1, plain_json(output).encode())
    except BrokenPipeError:
        pass
    except Exception as error:
        log_line(session, _error_line(f"Hook {name}: {type(error).__name__}", error))


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  26. Launch
#  Claude Code runs as a child; however it ends, and however cs is asked to end, the session is finished:
#  conversations kept, everything committed, the lock released, the terminal as it was.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

STALE_CLIENT_VARIABLES = (  # of a client that cs itself was started from; the first one stops all saving
    "CLAUDE_CODE_CHILD_SESSION",
    "CLAUDE_CODE_SESSION_ID",
    "CLAUDE_CODE_ENTRYPOINT",
    "CLAUDE_CODE_EXECPATH",
    "CLAUDE_ENV_FILE",
    "CLAUDE_PROJECT_DIR",
    "CLAUDECODE",
    "AI_AGENT",
)

PATIENCE_AFTER_SIGNAL = 40  # seconds: Claude Code's hooks may take 30 at its end


def client_environment(session: Session) -> dict[str, str]:
    """The environment that a session's client, or shell, gets."""
    environment = child_environment()
    for variable in STALE_CLIENT_VARIABLES:
        environment.pop(variable, None)
    values = (session.name, session.directory, session.meta, session.artifacts, session.name)
    environment.update(zip(PROTOCOL_VARIABLES, values))
    return environment


class Opening:
    """How a session is to be opened."""

    __slots__ = ("force", "fresh", "resume")

    def __init__(self, force: bool = False, fresh: bool = False, resume: str | None = None) -> None:
        self.force = force
        self.fresh = fresh
        self.resume = resume  # the beginning of a conversation's id


def _session_to_open(places: Places, name: str) -> tuple[Session, bool]:
    """The session, made or brought up to today's layout where needed, and whether it is new."""
    settle_moves(places)
    session = session_named(places, name)
    if os.path.islink(session.path) and not os.path.exists(session.path):
        existing_session(places, name)  # names the error
    if needs_migration(session):
        migrate_session(places, session)
    if session.exists:
        complete_session(session)
        return session, False
    return create_session(places, name), True


def _shell_instead(program: str, session: Session) -> list[str]:
    """What runs in the session when Claude Code is not there: the user's shell, when somebody says so."""
    missing = CsError(
        f"Claude Code is not here: '{program}' is not a program on the PATH",
        "npm install -g @anthropic-ai/claude-code installs it",
        "CLAUDE_CODE_BIN names another place",
    )
    if not is_terminal(sys.stdin) or not is_terminal(sys.stderr):
        raise missing
    tell_error(missing)
    shell = os.environ.get("SHELL") or "/bin/sh"
    if not confirm(f"open {shell} in {session.directory} instead?"):
        raise CsError(f"session '{session.name}' is ready, but nothing was started in it")
    return [shell]


def _conversation_arguments(
    places: Places, session: Session, command: list[str], how: Opening
) -> tuple[list[str], bool]:
    """The options that lead Claude Code to the right conversation, and whether it is an earlier one."""
    if not is_claude_code(command):
        return [], False
    arguments = ["--name", session.name]
    if any(word.partition("=")[0] in CONVERSATION_FLAGS for word in command[1:]):
        return arguments, False  # CLAUDE_CODE_BIN says itself which one
    conversation = None
    if how.resume is not None:
        conversation = conversation_named(places, session, how.resume)
        if not place_conversation(places, session, conversation):
            raise CsError(f"nothing is left of conversation {conversation.id}", "cs never saw its transcript")
    elif not how.fresh:
        conversation = resumable_conversation(places, session)
    if conversation is not None:
        placed = transcript_place(places, session, conversation.id)
        note_conversation(session, conversation.id, conversation.source, placed)
        return [*arguments, "--resume", conversation.id], True
    import uuid

    id = str(uuid.uuid4())
    note_conversation(session, id, "launched", transcript_place(places, session, id))
    return [*arguments, "--session-id", id], False


def _show_banner(places: Places, session: Session, state: str, recovered: str | None) -> None:
    """At most six lines about what is opened."""
    url = origin_url(session.directory)
    secrets = secret_counts(places).get(session.name, 0)
    newer = available_update(places)
    news = f"   {newer} is available: cs -update" if newer else ""
    tell(paint(f"cs {VERSION}", "rust", sys.stderr, bold=True) + paint(news, "yellow", sys.stderr))
    tell(f"  session  {paint(session.name, 'gold', sys.stderr, bold=True)} ({state}) on {clean(host_name())}")
    tell(f"  path     {clean(places.shorten(session.directory))}")
    sync = clean(without_credentials(url)) if url else "local only"
    tell(f"  sync     {sync}" + (f"   secrets {secrets}" if secrets else ""))
    if recovered:
        tell(f"  {paint('recovered', 'yellow', sys.stderr)} {clean(recovered)}")


def finish_session(places: Places, session: Session) -> None:
    """What must be done when a session ends, however it ends; doing it twice changes nothing.

    A step that fails is told and logged, and the next ones are done all the same.
    """
    if not session.exists:
        warn(f"the directory of session '{session.name}' is gone; nothing was committed")
        return
    if "Session ended" not in last_log_lines(session)[-1]:  # as the hook logs it
        log_line(session, "Session ended")
    for step in (keep_conversations, commit_session):
        try:
            step(places, session)
        except (CsError, OSError) as error:
            log_line(session, f"At the end: {error}")
            warn(f"'{session.name}' could not be finished: {error}", f"cs {session.name} does it at the next start")
    release_lock(session)


# ── the child, the signals, the terminal ──


class ClientEnded(Exception):
    """cs was asked to end before the client ran."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class SignalWatch:
    """Passes TERM and HUP on to the client while it runs; ctrl-c is the client's own affair."""

    def __init__(self) -> None:
        import signal

        self.child: Any = None
        self.starting = False
        self.received = 0
        self.signals = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
        for number in self.signals:
            signal.signal(number, self._receive)

    def _receive(self, number: int, _: object) -> None:
        self.received = self.received or number
        if self.child is not None:
            self._pass_on(number)
        elif not self.starting:
            raise ClientEnded(128 + number)

    def _pass_on(self, number: int) -> None:
        import signal

        self.child.send_signal(number)
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, self._end_client)
            signal.alarm(PATIENCE_AFTER_SIGNAL)

    def ignore_signals(self) -> None:
        """From here on nothing may interrupt the finish; output to a terminal that has gone is dropped."""
        import signal

        for number in [*self.signals, signal.SIGINT]:
            signal.signal(number, signal.SIG_IGN)
        if hasattr(signal, "SIGALRM"):
            signal.alarm(0)
        if self.received == getattr(signal, "SIGHUP", -1):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)

    def run_client(self, session: Session, command: list[str]) -> int:
        """Runs the client on this terminal to its end, and returns its status as a shell would."""
        import signal
        import subprocess

        settings = terminal_settings()
        signal.signal(signal.SIGINT, lambda *_: None)  # unlike SIG_IGN, not inherited by the client
        self.starting = True
        try:
            self.child = subprocess.Popen(command, cwd=session.directory, env=client_environment(session))
        except OSError as error:
            raise CsError(f"{command[0]} cannot be started: {error.strerror}") from error
        if self.received:  # while it was being started
            self._pass_on(self.received)
        note_client(session, self.child.pid)
        start_update_check(Places(os.environ))  # nobody waits for cs now
        status: int = self.child.wait()
        self.child = None
        if status < 0:
            restore_terminal(settings)
        return status if status >= 0 else 128 - status

    def _end_client(self, *_: object) -> None:
        if self.child is not None:
            self.child.kill()


def open_session(places: Places, name: str, how: Opening) -> int:
    """Creates or resumes a session, runs Claude Code in it, and finishes it; returns the client's exit status."""
    if how.resume is not None and not os.path.lexists(session_named(places, name).path):
        existing_session(places, name)  # names the error: a session to come has no conversation
    session, is_new = _session_to_open(places, name)
    if how.resume is not None:
        conversation_named(places, session, how.resume)
    command = client_command()
    found = find_program(command[0])
    if found is None:
        command = _shell_instead(command[0], session)
    elif not os.path.isabs(found):
        command[0] = os.path.abspath(found)  # the client starts in the session's directory
    overridden = take_lock(session, how.force)
    watch = SignalWatch()
    try:
        if overridden is not None:
            warn(f"took '{name}' over from {overridden}, which may still write to it")
        recovered = recover(places, session)
        arguments, resumes = _conversation_arguments(places, session, command, how)
        _show_banner(places, session, "new" if is_new else "resuming" if resumes else "opened", recovered)
        log_line(session, f"Opened by cs {VERSION} (pid {os.getpid()})")
        title = TerminalTitle(name)
        try:
            status = watch.run_client(session, command + arguments)
        finally:
            title.restore()
    except ClientEnded as ended:
        status = ended.status
    finally:
        watch.ignore_signals()
        finish_session(places, session)
        sync_at_end(places, session)
    return status


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  27. TUI model
#  What is known, what is open and what is chosen; which rows are shown, and what can be done with them. No
#  terminal, no clock and no thread: time, size and answers come in from outside.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

if TYPE_CHECKING:
    Style = tuple[str, str, int]  # the roles of the text's colour and of its background, and the attributes
    Spans = list[tuple[str, Style]]  # texts with their styles, one after the other
    Target = tuple[Any, ...]  # what a click on a place means
    Act = Callable[["Model"], None]  # what a key does
    Reaction = Callable[["Model", "Answer"], None]  # what an answer changes
    Columns = list[tuple[int, int, int]]  # the columns that are shown: number, x within the table, width
    PickerLines = Iterator[tuple[int | None, Spans]]  # with the number of the item that each belongs to


# ── words that filter the list ──


def _letter(letter: str, text: str) -> tuple[int, tuple[int, ...]] | None:
    """What fuzzy() finds for a single letter, the first of every filter, which meets the names of all sessions."""
    at = first = text.find(letter)
    if at <= 0:
        return (3840, (0,)) if at == 0 else None
    while at > 0:
        if text[at - 1] in "-_. ":
            return 1280, (at,)
        at = text.find(letter, at + 1)
    return 0, (first,)


def fuzzy(term: str, text: str) -> tuple[int, tuple[int, ...]] | None:
    """The best places for a term's letters, in this order, in a text (both lower-cased), and their weight.

    A letter scores 10 as the first of the text, 5 at the start of a word and 3 right after the letter before;
    of equal scores the one with the smaller gaps wins. The weight is 256 times the score, less the gaps.

    >>> [(w + 255) // 256 for w, _ in (fuzzy("deb", "debug-api"), fuzzy("api", "debug-api"), fuzzy("a", "alpha"))]
    [21, 11, 15]
    >>> fuzzy("dba", "debug-api"), fuzzy("ba", "ab")
    ((5116, (0, 2, 6)), None)
    """
    if len(term) == 1:
        return _letter(term, text)
    at = 0
    for letter in term:  # most texts leave here
        at = text.find(letter, at) + 1
        if not at:
            return None
    ways: list[tuple[int, int, tuple[int, ...]]] = [(-1, 0, ())]
    for letter in term:
        longer = []
        at = text.find(letter)
        while at >= 0:
            merit = 1280 if at == 0 or text[at - 1] in "-_. " else 0
            if at == 0:
                merit += 2560
            best = None
            for place, weight, places in ways:
                if place >= at:
                    break
                weight += merit + (0 if place < 0 else 768 if place == at - 1 else place + 1 - at)
                if best is None or weight > best[0]:
                    best = (weight, places)
            if best is not None:
                longer.append((at, best[0], (*best[1], at)))
            at = text.find(letter, at + 1)
        ways = longer
    _, weight, places = max(ways, key=lambda way: way[1])
    return weight, places


class Term:
    """One word of a filter: how it must stand in a text, and whether it must not."""

    __slots__ = ("kind", "unwanted", "word")

    def __init__(self, word: str) -> None:
        self.unwanted = word.startswith("!")
        word = word[self.unwanted :]
        self.kind = "inside" if self.unwanted else "fuzzy"
        if word.startswith("'"):
            word, self.kind = word[1:], "inside"
        if word.startswith("^"):
            word, self.kind = word[1:], "start"
        if word.endswith("$"):
            word, self.kind = word[:-1], "whole" if self.kind == "start" else "end"
        self.word = word

    def match(self, text: str) -> tuple[int, tuple[int, ...]] | None:
        """Weight and places in a lower-cased text; None where it does not match."""
        if self.kind == "fuzzy":
            return fuzzy(self.word, text)
        ends = len(text) - len(self.word)
        at = {"inside": text.find(self.word), "end": ends}.get(self.kind, 0)
        if at < 0 or not text.startswith(self.word, at) or (self.kind == "whole" and ends):
            return None
        start = 10 if at == 0 else 5 if text[at - 1] in "-_. " else 0
        return (start + 3 * len(self.word)) * 256, tuple(range(at, at + len(self.word)))


def parse_filter(text: str) -> list[Term]:
    """The words of a filter: all must match, `'exact`, `!not`, `^start`, `end$`, anything else letter by letter."""
    return [term for term in map(Term, text.lower().split()) if term.word]


def match_words(terms: list[Term], name: str, also: str) -> tuple[int, tuple[int, ...]] | None:
    """How well a session matches: by its name, or (for less) by a word in its host or objective.

    >>> match_words(parse_filter("api !old"), "debug-api", "")
    (2816, (6, 7, 8))
    >>> match_words(parse_filter("mini"), "debug-api", "me@mini"), match_words(parse_filter("!api"), "api", "")
    ((256, ()), None)
    """
    total = 0
    places: tuple[int, ...] = ()
    for term in terms:
        found = term.match(name)
        if found is None and term.word in also:
            found = (256, ())
        if (found is None) != term.unwanted:
            return None
        if found is not None:
            total += found[0]
            places += found[1]
    return total, places


# ── what happens, and what is known ──

COLUMNS = ("Session", "Created", "Modified", "Secrets", "Remote", "Github")
SESSION, CREATED, MODIFIED, SECRETS, HOST, GITHUB = range(6)
SECTIONS = (("Today", 0), ("Yesterday", -1), ("This Week", -6), ("This Month", -29))  # and the day each begins
SCAN_EVERY = 10.0  # seconds between two looks at the disk
SPINNER_STEP = 0.08  # seconds
STATUS_LIFE = 4.0
FLASH_LIFE = 0.4
COUNTDOWN = 2.0
REVEAL_LIFE = 5.0
CLIPBOARD_LIFE = 30.0
DOUBLE_CLICK = 0.4
REPEAT_WINDOW = 0.2
ESCAPE_DELAY = 0.05  # how long the rest of a sequence may take; then it was the key Esc


class Event:
    """Something that happened, in words.

    `key` and a printable character, or a name such as `enter`, `C-c`, `space`; `paste` and the text, which is never
    a command; `mouse`, what it did (`left`, `middle`, `wheel up`, `wheel down`) and what the frame shows there;
    `resize` with width and height; `tick`, when nothing happened but time. From the terminal also come `click`,
    with the place where `mouse` has the meaning, and `background` with whether that is light.
    """

    __slots__ = ("kind", "words")

    def __init__(self, kind: str, *words: Any) -> None:
        self.kind = kind
        self.words = words


class Effect(Event):
    """Something to be done outside of the model, by the function of that name in EFFECTS."""

    __slots__ = ()


class Answer:
    """What came of an effect: a value, or the message of an error."""

    __slots__ = ("error", "kind", "value", "words")

    def __init__(self, kind: str, words: tuple[Any, ...], value: Any = None, error: str = "") -> None:
        self.kind = kind
        self.words = words
        self.value = value
        self.error = error


class Outcome:
    """How the TUI was left: the words of the command line that comes next, or an exit status."""

    __slots__ = ("line", "status")

    def __init__(self, line: list[str], status: int = 0) -> None:
        self.line = line
        self.status = status


class Facts:
    """What the list shows of a session beyond its row; read after the first paint."""

    __slots__ = ("has_git", "objective", "repo")

    def __init__(self, has_git: bool, repo: str, objective: str) -> None:
        self.has_git = has_git
        self.repo = repo  # the origin, shortened; "" without one
        self.objective = objective


class Preview:
    """What the preview pane shows of one session beyond its row and facts."""

    __slots__ = ("artifacts", "directory", "discoveries", "objective", "sync")

    def __init__(self, directory: str, objective: str, discoveries: list[str], artifacts: list[str]) -> None:
        self.directory = directory
        self.objective = objective
        self.discoveries = discoveries  # headings, newest first
        self.artifacts = artifacts  # names
        self.sync = ""


class Job:
    """A `-sync` command that runs, or ran, beside the list."""

    __slots__ = ("canceled", "ended", "name", "number", "ok", "output", "started", "verb")

    def __init__(self, number: int, name: str, verb: str, started: float) -> None:
        self.number = number
        self.name = name
        self.verb = verb  # push, pull, status
        self.started = started
        self.ended: float | None = None
        self.ok = self.canceled = False
        self.output = ""

    @property
    def doing(self) -> str:
        return {"push": "pushing", "pull": "pulling"}.get(self.verb, "asking")


class Heading:
    """A line of the list that is not a row: the name of a section and how many rows it has."""

    __slots__ = ("count", "label")

    def __init__(self, label: str) -> None:
        self.label = label
        self.count = 0


class TypedSearch:
    """A search for what is typed; the thread that is at work on it looks whether anybody still wants it."""

    __slots__ = ("is_wanted", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_wanted = True


# ── popups ──


class Field:
    """One line of text that is being edited."""

    __slots__ = ("cursor", "text")

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.cursor = len(text)

    def insert(self, text: str) -> None:
        self.text = self.text[: self.cursor] + text + self.text[self.cursor :]
        self.cursor += len(text)

    def press(self, key: str) -> bool:
        """Edits the text as a key says; False when the key has no meaning here."""
        import re

        letter = " " if key == "space" else key
        if len(letter) == 1:
            self.insert(letter)
            return True
        before, after = self.text[: self.cursor], self.text[self.cursor :]
        left, right = {  # what then stands before and behind the cursor
            "backspace": (before[:-1], after),
            "delete": (before, after[1:]),
            "C-d": (before, after[1:]),
            "C-u": ("", after),
            "C-k": (before, ""),
            "C-w": (re.sub(r"\S*\s*\Z", "", before), after),
            "left": (before[:-1], before[-1:] + after),
            "right": (before + after[:1], after[1:]),
            "home": ("", self.text),
            "C-a": ("", self.text),
            "end": (self.text, ""),
            "C-e": (self.text, ""),
        }.get(key, (None, ""))
        if left is None:
            return False
        self.text, self.cursor = left + right, len(left)
        return True


class Popup:
    """What lies over the list and has the keys; `kind` is the mode that says what they mean."""

    def __init__(self, kind: str, title: str, colour: str) -> None:
        self.kind = kind
        self.title = title
        self.colour = colour
        self.about: Any = None  # an answer about the same thing belongs here: a name, a job, a search
        self.field: Field | None = None  # the text that is typed here
        self.until = 0.0  # a moment that the screen counts down to

    def seconds_left(self, now: float) -> int:
        return max(-int((now - self.until) // 1), 0)


class Confirm(Popup):
    """A question that `y` answers with a deed, once the countdown is over; any other key is a no."""

    def __init__(self, title: str, colour: str, lines: list[str], yes: str, accept: Callable[[], None]) -> None:
        super().__init__("confirm", title, colour)
        self.lines = lines
        self.warning: list[str] = []
        self.yes = yes  # what y does, in a word or two
        self.accept = accept


class Prompt(Popup):
    """A question that a line of text answers. `check` says what is wrong with it, while it is typed."""

    field: Field

    def __init__(
        self,
        title: str,
        colour: str,
        label: str,
        check: Callable[[str], str],
        accept: Callable[[str], None],
        text: str = "",
    ) -> None:
        super().__init__("prompt", title, colour)
        self.label = label
        self.check = check
        self.accept = accept
        self.field = Field(text)
        self.error = ""
        self.choices: list[tuple[str, str]] = []  # what can be picked with Up and Down, and what it means
        self.hidden = False


class Picker(Popup):
    """A list in a popup: secrets, jobs, output, help, conversations, search results."""

    def __init__(self, kind: str, title: str, colour: str, note: str = "", about: Any = None) -> None:
        super().__init__(kind, title, colour)
        self.about = about  # a session's name, or the job
        self.note = note  # stands there while there are no items
        self.items: list[Any] = []
        self.index = 0
        self.top = 0
        self.busy = False
        self.shown: tuple[str, str] | None = None  # a revealed secret: name and value
        self.awaited = ""  # the name of a new secret, which is chosen once the items come
        if kind in ("help", "find"):
            self.field = Field()

    @property
    def scrolls(self) -> bool:
        """Whether it is a text to read, without a chosen line."""
        return self.kind in ("help", "output")

    def move(self, by: int) -> None:
        """Goes so many lines down, or up."""
        if self.scrolls:
            self.top = max(self.top + by, 0)
        else:
            self.index = max(min(self.index + by, len(self.items) - 1), 0)


# ── the model ──


class Model:
    """All that the screen shows. update_model() alone changes it, and nothing in it touches the outside."""

    def __init__(self, width: int = 80, height: int = 24, now: float = 0.0) -> None:
        self.width = width
        self.height = height
        self.now = now  # seconds since the epoch
        # the list
        self.rows: list[Row] = []  # all of them, by name
        self.facts: dict[str, Facts] = {}
        self.shown: list[Row] = []  # the rows that the filter leaves, in their order
        self.index: dict[str, int] = {}  # where in `shown` a name is
        self.lines: list[Row | Heading] = []
        self.line_of: list[int] = []  # on which line a shown row is
        self.midnight = 0.0  # when the sections are no longer true; 0 without sections
        self.has_secrets = self.has_remote = False
        self.repo_width = 0
        self.name_width = 20  # of the longest name with its marks
        self.column = MODIFIED
        self.descending = True
        self.by_score = False
        self.filter_text = ""
        self.terms: list[Term] = []
        self.narrowed: list[tuple[str, list[tuple[Row, str, str]]]] = []  # what each filter left
        self.typing: tuple[Field, tuple[str, bool, str]] | None = None  # the filter in the making, and what was
        # where the person is
        self.selected = ""
        self.top = 0  # the first line on the screen
        self.marks: set[str] = set()
        self.anchor: tuple[str, frozenset[str]] | None = None  # where a range began, and the marks before
        self.expanded = ""
        self.bar: int | None = None
        self.popups: list[Popup] = []  # one upon the other
        self.wants_preview: bool | None = None  # None: as the width says
        self.previews: dict[str, Preview] = {}
        self.preview_top = 0
        self.last_move: tuple[int, float, int] = (0, 0.0, 0)  # direction, when, how often in a row
        self.clicked: tuple[Target, float] = ((), 0.0)
        self.last_input = now
        # what is going on
        self.status, self.status_kind, self.status_until = "", "info", 0.0
        self.notice = ""  # an update is there
        self.flashes: dict[str, tuple[bool, float]] = {}
        self.jobs: dict[int, Job] = {}
        self.undo: list[Any] = []  # what the last delete took
        self.scan_at = now + SCAN_EVERY
        self.scan_every = SCAN_EVERY
        self.is_stale = False  # what the scan that runs will bring is of before a change
        self.loading: set[str] = set()  # effects of which one at a time is enough
        self.effects: list[Effect] = []
        self.outcome: Outcome | None = None

    def start(self, kind: str, *words: Any) -> None:
        """Asks for an effect."""
        self.effects.append(Effect(kind, *words))

    def start_once(self, kind: str, *words: Any) -> None:
        """Asks for an effect, unless one of its kind is under way."""
        if kind not in self.loading:
            self.loading.add(kind)
            self.start(kind, *words)

    def leave(self, *line: str, status: int = 0) -> None:
        """Leaves the TUI, with the command line that comes next."""
        self.outcome = Outcome(list(line), status)

    def say(self, text: str, kind: str = "info") -> None:
        """Shows a line at the bottom for a while; kind is info, success or error."""
        self.status, self.status_kind, self.status_until = text, kind, self.now + STATUS_LIFE

    def flash(self, name: str, ok: bool) -> None:
        self.flashes[name] = (ok, self.now + FLASH_LIFE)

    @property
    def popup(self) -> Popup | None:
        """The popup that has the keys."""
        return self.popups[-1] if self.popups else None

    def popup_about(self, kind: str, about: Any) -> Any:
        """The open popup of a kind about something, which may be below another."""
        return next((p for p in self.popups if p.kind == kind and p.about == about), None)

    @property
    def field(self) -> Field | None:
        """The line that letters go into."""
        if self.popup is not None:
            return self.popup.field
        return self.typing[0] if self.typing is not None else None

    @property
    def query(self) -> str:
        """The filter, also while it is typed."""
        return self.typing[0].text if self.typing is not None else self.filter_text

    @property
    def is_ranked(self) -> bool:
        """Whether the best match stands first, whatever the column says."""
        return self.by_score and bool(self.terms)

    @property
    def mode(self) -> str:
        """Which keys mean what now."""
        if self.popup is not None:
            return self.popup.kind
        return "search" if self.typing is not None else "bar" if self.bar is not None else "list"

    @property
    def row(self) -> Row | None:
        """The selected row."""
        at = self.index.get(self.selected)
        return None if at is None else self.shown[at]

    @property
    def chosen(self) -> list[Row]:
        """The selected row, if there is one."""
        return [self.row] if self.row is not None else []

    @property
    def marked(self) -> list[Row]:
        return [row for row in self.rows if row.name in self.marks]

    def busy_jobs(self) -> list[Job]:
        return [job for job in self.jobs.values() if job.ended is None]

    def job_of(self, name: str) -> Job | None:
        """The job that runs for a session."""
        return next((job for job in self.busy_jobs() if job.name == name), None)

    def next_scan(self) -> float:
        """When to look at the disk again; seldom while nobody touches the keys."""
        return self.scan_at + (60.0 if self.now - self.last_input > 120.0 else 0.0)

    def deadline(self) -> float:
        """The moment at which the screen changes although nobody does anything."""
        moments = [self.midnight or self.now + 3600, *(until for _, until in self.flashes.values())]
        if self.mode == "list" and "scan" not in self.loading:
            moments.append(self.next_scan())
        if self.status:
            moments.append(self.status_until)
        if self.popup is not None and self.popup.until > self.now:
            moments.append(self.now + ((self.popup.until - self.now) % 1 or 1))
        if self.busy_jobs() or (isinstance(self.popup, Picker) and self.popup.busy):
            moments.append((self.now // SPINNER_STEP + 1) * SPINNER_STEP)
        return max(min(moments), self.now + 0.005)  # rounding must not make it now, over and over


# ── which rows are shown, in which order ──


def midnight(now: float, days: int) -> float:
    """When the day begins here that is so many days after today."""
    today = time.localtime(now)
    return time.mktime((today.tm_year, today.tm_mon, today.tm_mday + days, 0, 0, 0, 0, 0, -1))


def section_bounds(now: float) -> list[tuple[str, float]]:
    """The calendar sections with the moment at which each begins, newest first."""
    return [*((label, midnight(now, days)) for label, days in SECTIONS), ("Older", float("-inf"))]


def sort_rows(rows: list[Row], column: int, descending: bool, facts: dict[str, Facts]) -> list[Row]:
    """Rows (which come by name) in the order of a column; those without a value last, ties by name."""
    if column == SESSION:
        return rows[::-1] if descending else list(rows)
    unknown = Facts(False, "", "")
    values: Callable[[Row], Any] = (
        lambda row: row.name,
        lambda row: row.created,
        lambda row: row.modified,
        lambda row: row.secrets or None,
        lambda row: row.host.lower() if row.host else None,
        lambda row: facts.get(row.name, unknown).repo.lower() or None,
    )[column]
    pairs = [(values(row), row) for row in rows]
    with_value = [pair for pair in pairs if pair[0] is not None]
    with_value.sort(key=lambda pair: pair[0], reverse=descending)
    return [row for _, row in with_value] + [row for value, row in pairs if value is None]


def _also_searched(m: Model, row: Row) -> str:
    """Where a filter's words may stand besides the name."""
    known = m.facts.get(row.name)
    return f"{row.host or ''}\n{known.objective if known is not None else ''}".lower()


def _matching_rows(m: Model) -> list[Row]:
    """The rows that match the filter; best first when they are shown by score.

    While a word grows, only the rows that matched its beginning are looked at.
    """
    text = m.query
    if not m.narrowed:
        m.narrowed = [("", [(row, row.name.lower(), _also_searched(m, row)) for row in m.rows])]
    while m.narrowed[1:] and (not text.startswith(m.narrowed[-1][0]) or "!" in text or "$" in text):
        m.narrowed.pop()
    found = []
    for candidate in m.narrowed[-1][1]:
        match = match_words(m.terms, candidate[1], candidate[2])
        if match is not None:
            found.append((match[0], candidate))
    m.narrowed.append((text, [candidate for _, candidate in found]))
    if m.by_score:
        found.sort(key=lambda pair: pair[0], reverse=True)
    return [candidate[0] for _, candidate in found]


def _lay_lines(m: Model) -> None:
    """Puts the rows under their sections' headings where they stand in the order of a date.

    Rows without a date are in the last section, whatever that is.
    """
    if m.column not in (CREATED, MODIFIED) or m.is_ranked:
        m.midnight, m.lines, m.line_of = 0.0, list(m.shown), list(range(len(m.shown)))
        return
    from bisect import bisect

    m.midnight, m.lines, m.line_of = midnight(m.now, 1), [], []
    labels, starts = zip(*reversed(section_bounds(m.now)))
    heading = Heading("")
    for row in m.shown:
        moment = row.created if m.column == CREATED else row.modified
        label = labels[bisect(starts, moment) - 1] if moment is not None else "Older" if m.descending else "No date"
        if label != heading.label:
            heading = Heading(label)
            m.lines.append(heading)
        heading.count += 1
        m.line_of.append(len(m.lines))
        m.lines.append(row)


def arrange(m: Model) -> None:
    """Works out anew which rows are shown, in which order, and on which lines; the selection stays by name."""
    was_at = m.index.get(m.selected, 0)
    m.terms = parse_filter(m.query)
    rows = _matching_rows(m) if m.terms else m.rows
    m.shown = rows if m.is_ranked else sort_rows(rows, m.column, m.descending, m.facts)
    m.index = {row.name: i for i, row in enumerate(m.shown)}
    _lay_lines(m)
    if m.selected not in m.index:
        m.selected = m.shown[min(was_at, len(m.shown) - 1)].name if m.shown else ""


# ── what can be done, by which key ──

BAR = {  # what the action bar offers
    "enter": "open",
    "d": "delete",
    "r": "rename",
    "m": "move",
    "s": "secrets",
    "P": "push",
    "L": "pull",
    "S": "status",
    "c": "conversations",
}

MODES = {  # and how the help calls them
    "list": "In the list",
    "bar": "In the action bar",
    "search": "While filtering",
    "prompt": "While typing an answer",
    "confirm": "At a question",
    "picker": "In every popup list; letters are text where you type",
    "secrets": "Secrets",
    "conversations": "Conversations",
    "jobs": "Jobs",
    "find": "Search",
    "any": "Everywhere",
}

KEY_NAMES = {
    "enter": "Enter", "esc": "Esc", "space": "Space", "tab": "Tab", "up": "↑", "down": "↓", "left": "←",
    "right": "→", "home": "Home", "end": "End", "pgup": "PgUp", "pgdn": "PgDn",
}  # fmt: skip


def refusal(m: Model, key: str, row: Row) -> str:
    """Why an action cannot be done with a row; "" when it can. One rule for the bar and the keys."""
    if row.broken and key != "d":
        return f"{row.name} points to a directory that is gone: d removes the link"
    if row.misnamed and key != "r":
        return f"{row.name} cannot be a session's name: r renames it"
    if row.host and key in "msPLSc":
        wants = "is remote already" if key == "m" else "is remote: open it first"
        return f"{row.name} {wants} ({row.host})"
    if row.owner and key in "drm":
        return f"{row.name} is open ({row.owner}): close it first"
    known = m.facts.get(row.name)
    if known is not None and key in "PLS" and not known.has_git:
        return f"{row.name} has no git repository"
    if known is not None and key in "PL" and not known.repo:
        return f"{row.name} has no remote: cs {row.name} -sync remote <url> sets one"
    job = m.job_of(row.name) if key in "PLS" else None
    return f"{row.name}: already {job.doing}" if job is not None else ""


def possible_rows(m: Model, key: str, rows: list[Row]) -> list[Row]:
    """The rows that an action can be done with; where there are none, it says why."""
    possible = [row for row in rows if not refusal(m, key, row)]
    if rows and not possible:
        m.say(refusal(m, key, rows[0]))
    return possible


def key_name(key: str) -> str:
    """A key as people read it.

    >>> key_name("C-f"), key_name("enter"), key_name("d")
    ('Ctrl-F', 'Enter', 'd')
    """
    return "Ctrl-" + key[2:].upper() if key.startswith("C-") else KEY_NAMES.get(key, key)


class Binding:
    """What some keys do in a mode: for the dispatcher, for the help and for the hints at the bottom."""

    __slots__ = ("act", "hint", "keys", "label", "mode", "needs_item", "rank")

    def __init__(self, mode: str, keys: list[str], label: str, hint: str, rank: int, act: Act) -> None:
        self.mode = mode
        self.keys = keys
        self.label = label
        self.hint = hint
        self.rank = rank  # 1 is the hint that goes last when the line is too short
        self.act = act
        self.needs_item = False  # it does something with what is chosen in a picker


BINDINGS: list[Binding] = []


def on(mode: str, keys: str, label: str = "", hint: str = "", rank: int = 9) -> Callable[[Act], Act]:
    """Binds keys (with spaces between them) to a deed; label is its line in the help."""

    def remember(act: Act) -> Act:
        BINDINGS.append(Binding(mode, keys.split(), label, hint, rank, act))
        return act

    return remember


def on_each(mode: str, *entries: tuple[Any, ...]) -> Callable[[Callable[[Model, Any], None]], Any]:
    """Binds keys to one deed with different words: each entry is (keys, label, word, and perhaps hint and rank)."""

    def remember(act: Callable[[Model, Any], None]) -> Callable[[Model, Any], None]:
        for keys, label, word, *hint in entries:

            def bound(m: Model, word: Any = word) -> None:
                act(m, word)

            on(mode, keys, label, *hint)(bound)
        return act

    return remember


def on_row(key: str, label: str, hint: str = "", rank: int = 9) -> Callable[[Callable[[Model, Row], None]], None]:
    """Binds a key to what it does with the selected row; where that cannot be, it says why."""

    def remember(act: Callable[[Model, Row], None]) -> None:
        @on("list", key, label, hint, rank)
        def guarded(m: Model) -> None:
            for row in possible_rows(m, key, m.chosen):
                act(m, row)

    return remember


def on_item(kind: str, keys: str, label: str, hint: str, rank: int) -> Callable[[Callable[..., None]], None]:
    """Binds keys to what they do in a picker: with the session (or job) it is about, and the item under its cursor."""

    def remember(act: Callable[[Model, Any, Any], None]) -> None:
        @on(kind, keys, label, hint, rank)
        def guarded(m: Model) -> None:
            if isinstance(m.popup, Picker) and m.popup.items:
                act(m, m.popup.about, m.popup.items[m.popup.index])

        BINDINGS[-1].needs_item = True

    return remember


def bindings_now(m: Model) -> list[Binding]:
    """What the keys do now; the nearest meaning of a key comes first."""
    modes = (m.mode, "picker", "any") if isinstance(m.popup, Picker) else (m.mode, "any")
    return [binding for mode in modes for binding in BINDINGS if binding.mode == mode]


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  28. TUI picture
#  A pure function from the model to a frame: lines of styled text, and the regions that a click meets.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

# ── text and layout ──

BOLD, DIM, UNDERLINE, REVERSE = 1, 2, 4, 8
WIDE = 120  # above so many columns the preview stands beside the list by itself


def ink(colour: str = "white", attributes: int = 0, ground: str = "") -> Style:
    """A style: the roles of the text's colour and of its background, and the attributes."""
    return (colour, ground, attributes)


class Area:
    """A rectangle of cells."""

    __slots__ = ("h", "w", "x", "y")

    def __init__(self, x: int, y: int, w: int, h: int) -> None:
        self.x = x
        self.y = y
        self.w = w
        self.h = h


_INVISIBLE = dict.fromkeys((*range(0xFE00, 0xFE10), 0x200B, 0x2060))  # variation selectors and joiners


def to_cells(text: str, room: int) -> list[str]:
    """The cells of any string, cleaned, in at most so many of them.

    >>> to_cells("日本語", 4), to_cells("a\\x1bb", 9), len(to_cells("e\\u0301", 9))
    (['日', '', ' ', '…'], ['a', '·', 'b'], 1)
    """
    text = clean(text[: 8 * room + 8])
    if text.isascii():
        return list(text) if len(text) <= room else [*text[: room - 1], "…"]
    cells: list[str] = []
    for c in text.translate(_INVISIBLE):
        width = cell_width(c)
        if width:
            cells += [c] if width == 1 else [c, ""]
        elif cells:
            base = -2 if cells[-1] == "" else -1
            cells[base] += c if len(cells[base]) < 5 else ""
    if len(cells) > room:
        cells = cells[: room - 1]
        if cells and cells[-1] != "" and cell_width(cells[-1]) == 2:
            cells[-1] = " "
        cells.append("…")
    return cells


class Frame:
    """One screen: a grid of characters with their styles, and what a click on each place means.

    The cell to the right of a wide character is ""; a combining character shares the cell of its base.
    """

    __slots__ = ("chars", "height", "hits", "styles", "width")

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.chars = [[" "] * width for _ in range(height)]
        self.styles = [[ink()] * width for _ in range(height)]
        self.hits: list[tuple[int, int, int, int, Target]] = []

    def put(self, x: int, y: int, text: str, style: Style, limit: int | None = None) -> int:
        """Writes a text that takes at most so many cells, shortened with an ellipsis; returns where it ends."""
        room = self.width - x if limit is None else min(limit, self.width - x)
        if not 0 <= y < self.height or x < 0 or room <= 0:
            return x
        cells = to_cells(text, room)
        self._split_wide(x, y)
        self._split_wide(x + len(cells), y)
        self.chars[y][x : x + len(cells)] = cells
        self.styles[y][x : x + len(cells)] = [style] * len(cells)
        return x + len(cells)

    def _split_wide(self, x: int, y: int) -> None:
        """Blanks a wide character that is about to lose one of its halves."""
        if 0 < x < self.width and self.chars[y][x] == "":
            self.chars[y][x - 1] = self.chars[y][x] = " "

    def spans(self, x: int, y: int, parts: Spans, limit: int) -> int:
        """Writes texts with their styles one after the other, in at most so many cells; returns where they end."""
        end = x + limit
        for text, style in parts:
            x = self.put(x, y, text, style, end - x)
        return x

    def tint(self, x: int, y: int, width: int, ground: str) -> None:
        """Gives a part of a line another background."""
        if 0 <= y < self.height:
            part = self.styles[y][x : x + width]
            self.styles[y][x : x + width] = [(style[0], ground, style[2]) for style in part]

    def box(self, area: Area, style: Style) -> None:
        """A border around an area, which is cleared."""
        if area.w < 2 or area.h < 2:
            return
        inner = area.w - 2
        self.put(area.x, area.y, "╭" + "─" * inner + "╮", style)
        for y in range(area.y + 1, area.y + area.h - 1):
            self.put(area.x, y, "│" + " " * inner + "│", style)
        self.put(area.x, area.y + area.h - 1, "╰" + "─" * inner + "╯", style)

    def hit(self, area: Area, *target: Any) -> None:
        """Says what a click in an area means; what is said later lies on top."""
        self.hits.append((area.x, area.y, area.x + area.w, area.y + area.h, target))

    def target(self, x: int, y: int) -> Target:
        """What is at a place; () for nothing."""
        found: Target = ()
        for left, above, right, below, target in self.hits:
            if left <= x < right and above <= y < below:
                found = target
        return found

    def entry(self, area: Area, y: int, is_chosen: bool, *target: Any) -> None:
        """Makes a line inside of an area one that is chosen by a click; the one that is chosen is tinted."""
        if is_chosen:
            self.put(area.x + 1, y, "▌", ink("gold", BOLD))
            self.tint(area.x + 1, y, area.w - 2, "select")
        self.hit(Area(area.x + 1, y, area.w - 2, 1), *target)

    def runs(self, y: int) -> list[tuple[int, str, Style]]:
        """A line as pieces of one style each: (x, text, style)."""
        pieces, start, styles = [], 0, self.styles[y]
        for x in range(1, self.width + 1):
            if x == self.width or styles[x] != styles[start]:
                pieces.append((start, "".join(self.chars[y][start:x]), styles[start]))
                start = x
        return pieces


def wrap(text: str, width: int) -> list[str]:
    """A text, cleaned, in lines of at most so many cells, broken at spaces where there are some.

    >>> wrap("the list is long", 8), wrap("日本語です", 4), wrap("", 5)
    (['the list', 'is long'], ['日本', '語で', 'す'], [''])
    """
    lines, line = [], ""
    width = max(width, 2)  # a character may need two cells
    for word in clean(text).split(" "):
        if line and cell_width(line) + 1 + cell_width(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
        while cell_width(line) > width:
            head = line[:width]
            while cell_width(head) > width:
                head = head[:-1]
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line]


def wrap_lines(text: str, width: int) -> list[str]:
    """wrap() for a text that has line breaks of its own."""
    return [part for line in text.expandtabs(4).splitlines() or [""] for part in wrap(line, width)]


def preview_side(wanted: bool | None, width: int, height: int) -> str:
    """Where the preview stands: `beside` or `below` the list, or nowhere ("")."""
    if wanted is False or (wanted is None and width <= WIDE):
        return ""
    if width > WIDE:
        return "beside"
    if height >= 23 and width >= 40:
        return "below"
    return "beside" if width >= 80 else ""


class Regions:
    """Which part of the screen is whose."""

    __slots__ = ("preview", "side", "table")

    def __init__(self, m: Model) -> None:
        main = m.height - 1 - (m.bar is not None)
        self.side = preview_side(m.wants_preview, m.width, m.height)
        self.preview: Area | None = None
        self.table = Area(0, 0, m.width, main)
        if self.side == "beside":
            self.table.w = (m.width * 6 + 5) // 10
            self.preview = Area(self.table.w, 0, m.width - self.table.w, main)
        elif self.side == "below":
            self.table.h = main - max(8, main * 2 // 5)
            self.preview = Area(0, self.table.h, m.width, main - self.table.h)

    @property
    def rows(self) -> int:
        """How many lines of the list there is room for."""
        return max(self.table.h - 4, 1)


def column_places(m: Model, table_width: int, with_preview: bool) -> Columns:
    """Which columns are shown, and where: they give way to each other where there is no room for all."""
    room = table_width - 5  # two borders, and three cells of gutter
    widths = {SESSION: 20, CREATED: 10, MODIFIED: 8}
    widths.update({SECRETS: 9} if m.has_secrets else {})
    widths.update({HOST: 20} if m.has_remote and not with_preview else {})
    widths.update({GITHUB: 15} if m.repo_width and not with_preview else {})
    narrowing = ((GITHUB, 0), (HOST, 12), (MODIFIED, 5), (HOST, 0), (CREATED, 0), (SECRETS, 0), (MODIFIED, 0))
    for column, narrower in narrowing:
        if column in widths and sum(widths.values()) + 2 * (len(widths) - 1) > room:
            widths[column] = narrower
            if not narrower:
                del widths[column]
    slack = room - sum(widths.values()) - 2 * len(widths)  # two cells stay free before the border
    for column, most in ((SESSION, min(m.name_width, 40)), (GITHUB, m.repo_width), (SESSION, slack + 40)):
        if column in widths and slack > 0:
            more = max(min(slack, most - widths[column]), 0)
            widths[column] += more
            slack -= more
    widths[SESSION] = max(min(widths[SESSION], room), 1)
    places, x = [], 4
    for column, width in widths.items():
        places.append((column, x, width))
        x += width + 2
    return places


def expansion(m: Model) -> list[Spans]:
    """The lines below the selected row while it is expanded."""
    if not m.expanded:
        return []
    preview = m.previews.get(m.expanded)
    if preview is None:
        return [[("reading…", ink("comment", DIM))]]
    lines = []
    if preview.objective:
        lines.append([("goal  ", ink("comment")), (preview.objective[:200], ink("white"))])
    if preview.discoveries:
        lines.append([("last  ", ink("comment")), (preview.discoveries[0], ink("yellow"))])
    if preview.artifacts:
        lines.append([("      " + plural(len(preview.artifacts), "artifact"), ink("comment"))])
    return lines or [[("no notes yet", ink("comment", DIM))]]


def list_lines(m: Model) -> list[Row | Heading | Spans]:
    """All lines of the list, the expansion of the selected row included."""
    if not m.expanded:
        return [*m.lines]
    below = m.line_of[m.index[m.expanded]] + 1
    return [*m.lines[:below], *expansion(m), *m.lines[below:]]


def scroll_into_view(top: int, first: int, last: int, rows: int, length: int) -> int:
    """The nearest top line that shows the lines first to last, and no emptiness below the end."""
    top = min(top, max(length - rows, 0))
    if last >= top + rows:
        top = last - rows + 1
    return max(min(top, first), 0)


def list_top(m: Model, rows: int) -> int:
    """The first line of the list to be seen: the selected row is, with its expansion and its section's heading."""
    lines = list_lines(m)
    at = m.line_of[m.index[m.selected]] if m.selected in m.index else 0
    has_heading = at > 0 and isinstance(lines[at - 1], Heading)
    return scroll_into_view(m.top, at - has_heading, at + len(expansion(m)), rows, len(lines))


def popup_width(m: Model, percent: int, least: int = 44) -> int:
    return min(max(m.width * percent // 100, least), m.width)


def popup_area(m: Model, width: int, height: int) -> Area:
    """A rectangle in the middle of the screen."""
    h = max(min(height, m.height), 3)
    return Area((m.width - width) // 2, max((m.height - h) // 2, 0), width, h)


# ── the list on the screen ──

PRODUCT = "claude-sessions"
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
STATE_COLOURS = {"busy": "gold", "waiting": "orange", "idle": "green"}
STATE_MARKS = {"busy": "●", "waiting": "◆", "idle": "○"}  # told apart without colours too


def spinner(now: float) -> str:
    return SPINNER[int(now / SPINNER_STEP) % len(SPINNER)]


def tui_icon(name: str) -> str:
    return ICONS[name][1 if os.environ.get("CS_NERD_FONTS") == "1" else 0]


def _draw_title(f: Frame, m: Model, area: Area) -> None:
    """The product's name, the version and the number of rows; on the right the filter, or who is open."""
    x = f.put(area.x + 2, area.y, " ", ink("rust"))
    for i, letter in enumerate(PRODUCT):
        x = f.put(x, area.y, letter, ink(f"gradient{i // 5}", BOLD))
    if area.w >= 50:
        x = f.put(x, area.y, f" v{VERSION}", ink("comment"))
    x = f.put(x, area.y, " ", ink("comment"))
    x = f.put(x, area.y, f"[{plural(len(m.shown), 'session')}] ", ink("white", BOLD), area.x + area.w - x - 2)
    live = sum(1 for row in m.rows if row.owner)
    parts = [(f" {live} open ", ink("green"))] if live else []
    if m.query.strip():
        parts = [(" / ", ink("gold")), (m.query, ink("white")), (f" {len(m.shown)}/{len(m.rows)} ", ink("comment"))]
    width = sum(cell_width(clean(text)) for text, _ in parts)
    if width and x + width < area.x + area.w - 2:
        f.spans(area.x + area.w - 2 - width, area.y, parts, width)


def _draw_header(f: Frame, m: Model, area: Area, places: Columns) -> None:
    for column, x, width in places:
        name = "Age" if column == MODIFIED and width < 8 else COLUMNS[column]
        if column == m.column and not m.is_ranked:
            arrow = "▼" if m.descending else "▲"
            name += f" {arrow}" if len(name) + 2 <= width else arrow
        f.put(area.x + x, area.y + 1, name, ink("rust", BOLD), width + 1)
        f.hit(Area(area.x + x, area.y + 1, width + 2, 1), "header", column)


def _draw_emptiness(f: Frame, m: Model, area: Area) -> None:
    """What stands in an empty list, and what to do about it."""
    filtered = "nothing matches", "Esc shows every session again"
    y = area.y + max(area.h // 2 - 1, 3)
    for i, text in enumerate(filtered if m.rows else ("no sessions yet", "n makes the first one")):
        style = ink("white") if i == 0 else ink("comment")
        f.put(area.x + max((area.w - len(text)) // 2, 1), y + i, text, style, area.w - 2)


def _draw_name(f: Frame, m: Model, row: Row, cell: Area, with_secrets: bool) -> None:
    """The name after its marks, the letters that the filter matched underlined."""
    marks = [
        (row.name in m.marks, "*", ink("gold", BOLD)),
        (row.owner is not None, tui_icon("lock"), ink("red")),
        (bool(row.host), tui_icon("remote"), ink("orange")),
        (with_secrets and bool(row.secrets), "⚷", ink("gold")),
        (row.broken, "!", ink("red", BOLD)),
    ]
    end = cell.x + cell.w
    start = f.spans(cell.x, cell.y, [(mark + " ", style) for wanted, mark, style in marks if wanted], cell.w)
    colour = "comment" if row.broken or row.misnamed else "cyan" if row.host else "gold"
    x = f.put(start, cell.y, row.name, ink(colour), end - start)
    match = match_words(m.terms, row.name.lower(), (row.host or "").lower()) if row.name.isascii() else None
    for place in match[1] if match else ():
        if start + place < x - (len(row.name) > x - start):
            f.put(start + place, cell.y, row.name[place], ink(colour, BOLD | UNDERLINE))
    if row.broken:
        f.put(x, cell.y, "  link to nothing", ink("comment", DIM), end - x)


def recency(m: Model, row: Row) -> Style:
    """Dates fade with age."""
    old = float("inf") if row.modified is None else m.now - row.modified
    for i, limit in enumerate((3600, 86400, 7 * 86400, 30 * 86400)):
        if old < limit:
            return ink(f"age{i}")
    return ink("comment")


def fit_repo(repo: str, width: int) -> str:
    """A repository's name in so many cells: the owner goes first.

    >>> fit_repo("somebody/debug-api", 12), fit_repo("me/api", 12)
    ('…/debug-api', 'me/api')
    """
    repo = clean(repo)
    if cell_width(repo) <= width or "/" not in repo:
        return repo
    return "…/" + repo.rpartition("/")[2]


def _cell(m: Model, row: Row, column: int, width: int) -> tuple[str, Style]:
    """What stands in a column, but for the name."""
    if column == CREATED:
        return "-" if row.created is None else local_time(row.created)[:10], recency(m, row)
    if column == MODIFIED:
        return "-" if row.modified is None else age(m.now - row.modified), recency(m, row)
    if column == SECRETS:
        text = f"⚷ {row.secrets}" if row.secrets else ""
        return " " * ((width - len(text)) // 2) + text, recency(m, row)
    if column == HOST:
        return f"{tui_icon('remote')} {row.host}" if row.host else "", ink("orange")
    return fit_repo(m.facts[row.name].repo, width) if row.name in m.facts else "", ink("green")


def _draw_row(f: Frame, m: Model, line: Area, row: Row, places: Columns) -> None:
    if m.job_of(row.name) is not None:
        f.put(line.x + 2, line.y, spinner(m.now), ink("gold", BOLD))
    elif row.state:
        f.put(line.x + 2, line.y, STATE_MARKS.get(row.state, "●"), ink(STATE_COLOURS.get(row.state, "green")))
    with_secrets = SECRETS not in [column for column, _, _ in places]
    for column, x, width in places:
        if column == SESSION:
            _draw_name(f, m, row, Area(line.x + x, line.y, width, 1), with_secrets)
        else:
            f.put(line.x + x, line.y, *_cell(m, row, column, width), width)


def _draw_heading(f: Frame, line: Area, heading: Heading) -> None:
    f.put(line.x + 2, line.y, "─" * (line.w - 4), ink("rule"))
    f.put(line.x + 4, line.y, f" {heading.label} · {heading.count} ", ink("comment"), line.w - 6)


def _draw_table(f: Frame, m: Model, parts: Regions) -> None:
    area = parts.table
    f.box(area, ink("rust"))
    f.hit(area, "table")
    _draw_title(f, m, area)
    places = column_places(m, area.w, parts.preview is not None)
    _draw_header(f, m, area, places)
    if not m.shown:
        _draw_emptiness(f, m, area)
    for i, entry in enumerate(list_lines(m)[m.top : m.top + parts.rows]):
        line = Area(area.x, area.y + 3 + i, area.w, 1)
        if isinstance(entry, Heading):
            _draw_heading(f, line, entry)
            continue
        if isinstance(entry, Row):
            _draw_row(f, m, line, entry, places)
        else:
            f.spans(line.x + 6, line.y, entry, line.w - 8)
        name = entry.name if isinstance(entry, Row) else m.expanded
        f.entry(area, line.y, name == m.selected, "row", name)
        if name in m.flashes:
            f.tint(line.x + 1, line.y, line.w - 2, "flash ok" if m.flashes[name][0] else "flash error")


# the preview pane


def _notes_lines(preview: Preview, width: int) -> list[Spans]:
    lines: list[Spans] = []

    def section(title: str) -> None:
        lines.extend([[], [(title, ink("gold", BOLD))]])

    if preview.objective:
        section("Objective")
        lines.extend([(part, ink("white"))] for part in wrap(preview.objective, width))
    if preview.discoveries:
        section("Discoveries")
        lines.extend([("• ", ink("comment")), (text, ink("yellow"))] for text in preview.discoveries[:4])
    if preview.artifacts:
        section(f"Artifacts ({len(preview.artifacts)})")
        lines.extend([(name, ink("comment"))] for name in preview.artifacts)
    return lines or [[], [("no notes yet", ink("comment", DIM))]]


def preview_lines(m: Model, row: Row, width: int) -> list[Spans]:
    """All lines of the preview pane, whatever its height."""
    known, preview = m.facts.get(row.name), m.previews.get(row.name)
    pairs = [
        ("Created", "" if row.created is None else local_time(row.created), "white"),
        ("Modified", "" if row.modified is None else local_time(row.modified), "white"),
        ("Remote", row.host or "", "orange"),
        ("Github", known.repo if known else "", "green"),
        ("Secrets", str(row.secrets or ""), "yellow"),
        ("Claude", row.state, STATE_COLOURS.get(row.state, "green")),
        ("Path", preview.directory if preview else "", "comment"),
        ("Sync", preview.sync if preview else "", "comment"),
    ]
    lines: list[Spans] = []
    for label, value, colour in pairs:
        for i, part in enumerate(wrap(value, max(width - 10, 8)) if value else []):
            lines.append([(f"{'' if i else label:<10}", ink("comment")), (part, ink(colour))])
    if row.owner is not None:
        lines.append([(f"{tui_icon('lock')} open in another terminal ({row.owner})", ink("red"))])
    if row.broken:
        return [*lines, [("a link to a directory that is gone", ink("red"))]]
    if preview is None:
        return [*lines, [], [("reading…", ink("comment", DIM))]]
    return lines + _notes_lines(preview, width)


def _draw_more(f: Frame, area: Area, left: int) -> None:
    """Says in the lower border how much of a text is still below."""
    if left > 0:
        text = f" {left} more ↓ "
        f.put(area.x + area.w - len(text) - 2, area.y + area.h - 1, text, ink("comment"))


def _draw_preview(f: Frame, m: Model, area: Area) -> None:
    f.box(area, ink("rust"))
    f.hit(area, "preview")
    if m.row is None:
        f.put(area.x + 2, area.y + 1, "nothing selected", ink("comment", DIM), area.w - 4)
        return
    f.put(area.x + 2, area.y, f" {m.row.name} ", ink("gold", BOLD), area.w - 4)
    lines = preview_lines(m, m.row, area.w - 4)
    rows = area.h - 2
    top = min(m.preview_top, max(len(lines) - rows, 0))
    for i, parts in enumerate(lines[top : top + rows]):
        f.spans(area.x + 2, area.y + 1 + i, parts, area.w - 4)
    _draw_more(f, area, len(lines) - top - rows)


# the lines at the bottom


def actions_shown(m: Model, room: int) -> range:
    """Which actions of the bar are seen: as many as there is room for as a whole, and the chosen one among them."""
    widths = [len(key_name(key)) + len(label) + 3 for key, label in BAR.items()]  # with a gap of two cells
    needs = [width + 1 for width in widths[:-1]] + [
        widths[-1] - 2
    ]  # behind all but the last there may be an ellipsis
    chosen = m.bar or 0
    for first in range(chosen + 1):
        end, used = first, 2 if first else 0
        while end < len(widths) and used + needs[end] <= room:
            used += widths[end]
            end += 1
        if chosen < end:
            return range(first, end)
    return range(chosen, chosen + 1)


def _draw_bar(f: Frame, m: Model, y: int) -> None:
    f.put(0, y, " " * f.width, ink("comment"))
    has_room = f.width > sum(len(key_name(key)) + len(label) + 4 for key, label in BAR.items())
    seen = actions_shown(m, f.width - 1)
    x = f.put(1, y, "… " if seen.start else "", ink("comment"))
    for i, (key, label) in list(enumerate(BAR.items()))[seen.start : seen.stop]:
        is_possible = m.row is not None and not refusal(m, key, m.row)
        parts = [
            ("[" if has_room else "", ink("comment")),
            (key_name(key), ink("gold" if is_possible else "comment", BOLD)),
            ("]" if has_room else " ", ink("comment")),
            (label, ink("white", BOLD) if i == m.bar and is_possible else ink("comment")),
        ]
        end = f.spans(x, y, parts, f.width - x)
        f.hit(Area(x, y, end - x, 1), "bar", i)
        if i == m.bar:
            f.tint(x, y, end - x, "select")
        x = end + 2
    if seen.stop < len(BAR):
        f.put(x, y, "…", ink("comment"))
    elif f.width - x > 10:
        f.put(x + 1, y, "Esc close", ink("comment", DIM))
    for cell in range(f.width):
        if not f.styles[y][cell][1]:
            f.tint(cell, y, 1, "bar")


def _bottom_right(m: Model) -> Spans:
    """What always stays in the lower right corner: jobs that run, an update, the key for help."""
    parts = []
    jobs = m.busy_jobs()
    if jobs:
        what = f"{jobs[0].doing} {jobs[0].name}" if len(jobs) == 1 else plural(len(jobs), "job")
        parts += [(spinner(m.now) + " ", ink("gold", BOLD)), (cut(clean(what), 30) + "  ", ink("white"))]
    if m.notice and m.width >= 100:
        parts.append((m.notice + "  ", ink("yellow")))
    if m.mode in ("list", "bar"):
        parts += [("?", ink("white", BOLD)), (" help", ink("comment"))]
    return parts


HINTS_OF_MARKS = (  # while rows are marked: key, hint and rank
    ("space", "mark", 1), ("D", "delete", 2), ("esc", "unmark", 3), ("q", "quit", 6), ("enter", "actions", 4),
    ("/", "filter", 5),
)  # fmt: skip


def _hints(m: Model, room: int) -> Spans:
    """The keys that matter now, by importance, as many as there is room for, in the order of the table."""
    is_empty = isinstance(m.popup, Picker) and not m.popup.items
    bindings = [binding for binding in bindings_now(m) if binding.hint and not (binding.needs_item and is_empty)]
    hints = [(binding.keys[0], binding.hint, binding.rank) for binding in bindings]
    if m.mode == "list" and m.marks:
        hints = list(HINTS_OF_MARKS)
    while hints and sum(len(key_name(key)) + len(hint) + 4 for key, hint, _ in hints) - 3 > room:
        hints.remove(max(hints, key=lambda each: each[2]))
    pairs = [[(key_name(key), ink("white")), (f" {hint}   ", ink("comment"))] for key, hint, _ in hints]
    return [part for pair in pairs for part in pair]


def draw_field(f: Frame, x: int, y: int, width: int, field: Field, hidden: bool = False) -> int:
    """An edited line with its cursor, scrolled so that the cursor is seen; returns where the text ends."""
    text = "•" * len(field.text) if hidden else field.text
    before = clean(text[: field.cursor])
    while cell_width(before) > width - 1:
        before = before[1:]
    x_end = x + width
    x = f.put(x, y, before, ink("white"), x_end - x)
    at = clean(text[field.cursor : field.cursor + 1]) or " "
    f.put(x, y, at, ink("white", REVERSE), max(x_end - x, 1))
    x += max(cell_width(at), 1)
    return f.put(x, y, text[field.cursor + 1 :], ink("white"), max(x_end - x, 0))


def _draw_bottom(f: Frame, m: Model, y: int) -> None:
    """The filter while it is typed, else how many are marked; then a status or the keys; on the right the rest."""
    right = _bottom_right(m)
    width = sum(cell_width(text) for text, _ in right)
    x = 1
    if m.typing is not None:
        x = f.put(x, y, "/ ", ink("gold", BOLD))
        x = draw_field(f, x, y, max(f.width - x - 14, 10), m.typing[0]) + 4
    elif m.marks:
        x = f.put(x, y, f"{len(m.marks)} marked  ", ink("gold", BOLD))
    room = f.width - x - width - 2
    if m.status:
        colour = {"success": "green", "error": "red"}.get(m.status_kind, "yellow")
        f.put(x, y, m.status, ink(colour), max(room, 8))
    else:
        f.spans(x, y, _hints(m, room), f.width - x)
    f.spans(max(f.width - width - 1, 0), y, right, width)


# ── popups on the screen ──


def _draw_popup(f: Frame, area: Area, p: Popup) -> None:
    f.hit(Area(0, 0, f.width, f.height), "outside")
    f.box(area, ink(p.colour))
    f.put(area.x + 2, area.y, f" {p.title} ", ink(p.colour, BOLD), area.w - 4)
    f.hit(area, "popup")


def _draw_confirm(f: Frame, m: Model, p: Confirm) -> None:
    width = popup_width(m, 55)
    room = width - 6
    body = [(line, ink("white")) for text in p.lines for line in wrap(text, room)]
    body += [("", ink())] if p.warning else []
    body += [(line, ink("yellow")) for text in p.warning for line in wrap(text, room)]
    room_below = f.height - 5
    if len(body) > room_below:  # without the blank line; an ellipsis says that there is more
        body = [part for part in body if part[0]]
    if len(body) > room_below:
        line, style = body[room_below - 1]
        body = [*body[: room_below - 1], (cut(line, room - 2).rstrip("…") + " …", style)]
    area = popup_area(m, width, len(body) + 5)
    _draw_popup(f, area, p)
    x, y = area.x + 3, area.y + area.h - 2
    for i, (line, style) in enumerate(body):
        f.put(x, area.y + 2 + i, line, style, room)
    left = p.seconds_left(m.now)
    yes = [("y", ink(p.colour, BOLD)), (f" {p.yes}", ink("comment" if left else "white"))]
    end = f.spans(x, y, [*yes, (f" in {left}…" if left else "", ink("comment"))], room)
    f.hit(Area(x, y, end - x, 1), "press", "y")
    start = end + 4
    no = [("Esc", ink("white", BOLD)), (" keep as it is", ink("comment"))]
    end = f.spans(start, y, no, area.x + area.w - start - 2)
    f.hit(Area(start, y, max(end - start, 0), 1), "press", "esc")


def _item_ink(is_chosen: bool) -> Style:
    return ink("white", BOLD) if is_chosen else ink("comment")


def _draw_prompt(f: Frame, m: Model, p: Prompt) -> None:
    width = popup_width(m, 50)
    error = p.error or (p.check(p.field.text) if p.field.text else "")
    lines = wrap(error or "Enter goes on, Esc leaves it", width - 4)
    below = 2 + max(len(lines), 2)
    area = popup_area(m, width, below + 1 + len(p.choices) + bool(p.choices))
    _draw_popup(f, area, p)
    x = f.put(area.x + 2, area.y + 1, p.label, ink("comment"), area.w // 2)
    draw_field(f, x, area.y + 1, area.x + area.w - 2 - x, p.field, p.hidden)
    style = ink("red") if error else ink("comment", DIM)
    for i, line in enumerate(lines[: area.h - 3]):
        f.put(area.x + 2, area.y + 2 + i, line, style, area.w - 4)
    room = max(area.h - below - 2, 0)
    at = next((i for i, (choice, _) in enumerate(p.choices) if choice == p.field.text), 0)
    first = max(at + 1 - room, 0)
    for i, (choice, meaning) in enumerate(p.choices[first : first + room]):
        y, chosen = area.y + below + 1 + i, choice == p.field.text
        f.put(area.x + 2, y, "▌" if chosen else " ", ink("gold"))
        parts = [(choice, _item_ink(chosen)), ("  ", ink()), (meaning, ink("comment", DIM))]
        f.spans(area.x + 4, y, parts, area.w - 6)
        f.hit(Area(area.x + 1, y, area.w - 2, 1), "choice", choice)


# the lines of pickers: each comes with the number of its item


def _secret_lines(m: Model, p: Picker, width: int) -> PickerLines:
    widest = min(max((cell_width(clean(name)) for name, _ in p.items), default=0), max(width - 12, 0))
    for i, (name, date) in enumerate(p.items):
        first = (pad(cut(clean(name), widest), widest), _item_ink(i == p.index))
        if p.shown is None or p.shown[0] != name:
            yield i, [first, ("  " + date[:10], ink("comment", DIM))]
            continue
        yield i, [first, (f"  hidden again in {max(p.seconds_left(m.now), 1)}", ink("comment"))]
        for line in wrap_lines(p.shown[1], width - 4):
            yield i, [("  " + line, ink("yellow"))]


def _job_lines(m: Model, p: Picker, width: int) -> PickerLines:
    for i, job in enumerate(p.items):
        if job.ended is None:
            mark, state = (spinner(m.now), ink("gold", BOLD)), age(m.now - job.started)
        else:
            mark, state = (("✓", ink("green")), "done") if job.ok else (("✗", ink("red")), "failed")
        last = next((line for line in reversed(job.output.splitlines()) if line.strip()), "")
        parts = [mark, (f" {job.verb:<7}", ink("comment")), (job.name, _item_ink(i == p.index))]
        yield i, [*parts, (f"  {state}", ink("comment")), (f"  {last.strip()}", ink("comment", DIM))]


def _output_lines(m: Model, p: Picker, width: int) -> PickerLines:
    text = clean_lines(p.about.output)
    for line in wrap_lines(text, width) if text.strip() else []:
        yield None, [(line, ink("white"))]


def _conversation_lines(m: Model, p: Picker, width: int) -> PickerLines:
    item: ConversationFacts
    for i, item in enumerate(p.items):
        yield i, [(item.prompt or "(no words yet)", ink("white", BOLD if i == p.index else 0))]
        when = age(m.now - item.last) if item.last else "-"
        facts = [item.conversation.id[:8], when, plural(item.turns, "turn"), human_size(item.size)]
        yield i, [("  ".join([*facts, "kept by cs alone" if item.where == "cs" else ""]), ink("comment"))]


def _hit_lines(m: Model, p: Picker, width: int) -> PickerLines:
    session: str
    hit: Hit
    last = ""
    for i, (session, hit) in enumerate(p.items):
        if session != last:
            yield None, [(session, ink("gold", BOLD))]
            last = session
        when = local_time(hit.when)[:16] + "  " if hit.when else ""
        yield i, [("  " + when + hit.place(os.path.basename(hit.file)), ink("comment"))]
        parts, at = [("  ", ink())], 0
        for start, end in hit.marks:
            if start >= at:  # several words may have found the same
                parts += [(hit.text[at:start], ink("white")), (hit.text[start:end], ink("gold", BOLD | UNDERLINE))]
                at = end
        yield i, [*parts, (hit.text[at:], ink("white"))]


def legend() -> list[tuple[str, str]]:
    """What the marks in the list mean."""
    return [
        ("*", "marked"),
        (tui_icon("lock"), "open in another terminal"),
        *((mark, f"Claude is {state} there") for state, mark in STATE_MARKS.items()),
        (tui_icon("remote"), "on another machine"),
        ("⚷", "has secrets"),
        ("!", "a link to a directory that is gone"),
    ]


def _help_lines(m: Model, p: Picker, width: int) -> PickerLines:
    """The table of keys, as far as it matches what is typed, and what the marks in the list mean."""
    words = p.field.text.lower().split() if p.field else []
    bound = [(MODES[mode], b) for mode in MODES for b in BINDINGS if b.mode == mode and b.label]
    entries = [(group, " ".join(map(key_name, b.keys)), b.label) for group, b in bound]
    entries += [("Marks in the list", mark, meaning) for mark, meaning in legend()]
    last = ""
    for group, keys, label in entries:
        if not all(word in f"{group} {keys} {label}".lower() for word in words):
            continue
        if group != last:
            yield from [(None, [])] if last else []
            for line in wrap(group, width):
                yield None, [(line, ink("gold", BOLD))]
            last = group
        column = 17 if width >= 50 else 10
        for i, line in enumerate(wrap(label, width - column)):
            yield None, [(pad("" if i else keys, column - 1) + " ", ink("white")), (line, ink("comment"))]


PICKERS = {  # share of the width, least and most height, and the lines
    "secrets": (50, 5, 20, _secret_lines),
    "jobs": (60, 5, 20, _job_lines),
    "output": (80, 5, 20, _output_lines),
    "help": (80, 5, 100, _help_lines),
    "find": (86, 100, 100, _hit_lines),
    "conversations": (80, 5, 24, _conversation_lines),
}


class Pane:
    """A picker on the screen: where it stands, all of its lines, and how many of them are seen at once."""

    __slots__ = ("area", "lines", "rows")

    def __init__(self, m: Model, p: Picker) -> None:
        share, least, most, lines_of = PICKERS[p.kind]
        width = popup_width(m, share, 60)
        self.lines = list(lines_of(m, p, width - 5))
        if not self.lines:
            self.lines = [(None, [(line, ink("comment", DIM))]) for line in wrap(p.note, width - 5)]
        around = 4 if p.field is None else 5
        self.area = popup_area(m, width, min(max(len(self.lines) + around, least), most, m.height - 2))
        self.rows = max(self.area.h - around, 1)

    def top(self, p: Picker) -> int:
        """The first line to be seen: the chosen item is, with the heading above it."""
        if p.scrolls:
            return max(min(p.top, len(self.lines) - self.rows), 0)
        own = [i for i, (item, _) in enumerate(self.lines) if item == p.index] or [0]
        first = own[0] - (own[0] > 0 and self.rows > 1 and self.lines[own[0] - 1][0] is None)
        last = min(own[-1], first + self.rows - 1)
        return scroll_into_view(p.top, first, last, self.rows, len(self.lines))


def _draw_picker(f: Frame, m: Model, p: Picker) -> None:
    pane = Pane(m, p)
    area, y = pane.area, pane.area.y + 2
    _draw_popup(f, area, p)
    if p.field is not None:
        x = f.put(area.x + 2, area.y + 1, "/ " if p.kind == "help" else "find ", ink("gold", BOLD))
        draw_field(f, x, area.y + 1, area.x + area.w - 4 - x, p.field)
        y += 1
    if p.busy:
        f.put(area.x + area.w - 3, area.y + 1, spinner(m.now), ink("gold", BOLD))
    for i, (item, parts) in enumerate(pane.lines[p.top : p.top + pane.rows]):
        f.spans(area.x + 3, y + i, parts, area.w - 5)
        if item is not None:
            f.entry(area, y + i, item == p.index, "item", item)
    _draw_more(f, area, len(pane.lines) - p.top - pane.rows)


def render(m: Model) -> Frame:
    """The screen for a model, at any size."""
    f = Frame(m.width, m.height)
    if m.width < 40 or m.height < 8:
        text = "window too small"
        f.put(max((m.width - len(text)) // 2, 0), m.height // 2, text, ink("comment"))
        return f
    parts = Regions(m)
    _draw_table(f, m, parts)
    if parts.preview is not None:
        _draw_preview(f, m, parts.preview)
    if m.bar is not None:
        _draw_bar(f, m, m.height - 2)
    _draw_bottom(f, m, m.height - 1)
    if isinstance(m.popup, Confirm):
        _draw_confirm(f, m, m.popup)
    elif isinstance(m.popup, Prompt):
        _draw_prompt(f, m, m.popup)
    elif isinstance(m.popup, Picker):
        _draw_picker(f, m, m.popup)
    return f


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  29. TUI events
#  A pure function from the model and an event to the next model and the effects that it asks for.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

# ── update: what keys do in the list ──


@on("list", "enter", "open the action bar; Enter again opens the session", "actions", 1)
def _open_bar(m: Model) -> None:
    if m.row is not None:
        m.bar = 0


def _open(m: Model, *line: str) -> None:
    """Leaves the TUI with a command line, after another look at who has the session open."""
    row = next((row for row in m.rows if row.name == line[0]), None)
    reason = refusal(m, "enter", row) if row is not None else ""
    if reason:
        m.say(reason, "error")
    else:
        m.start("open", line[0], line)


@on("list", "o", "open the session at once", "open", 4)
def _open_selected(m: Model) -> None:
    if m.row is not None:
        _open(m, m.row.name)


def select(m: Model, at: int) -> None:
    """Selects a shown row by its number; the range that is being marked follows."""
    if not m.shown:
        return
    name = m.shown[max(min(at, len(m.shown) - 1), 0)].name
    if name != m.selected:
        m.selected, m.preview_top = name, 0
    if m.anchor is not None and m.anchor[0] in m.index:
        first, last = sorted((m.index[m.anchor[0]], m.index[name]))
        m.marks = set(m.anchor[1]) | {row.name for row in m.shown[first : last + 1]}


def select_near(m: Model, by: int) -> None:
    """Goes so many rows down, or up."""
    select(m, m.index.get(m.selected, 0) + by)


@on_each("list", ("j down", "down; faster while held", 1), ("k up", "up", -1))
def _step(m: Model, direction: int) -> None:
    """One row, or more while the key is held down."""
    last, when, count = m.last_move
    count = count + 1 if last == direction and m.now - when <= REPEAT_WINDOW else 1
    m.last_move = direction, m.now, count
    select_near(m, direction * (1 if count <= 3 else 2 if count <= 8 else 5))


on_each("list", ("g home", "first row", 0), ("G end", "last row", 1 << 30))(select)


@on_each(
    "list",
    ("pgdn", "one page down", 1),
    ("pgup", "one page up", -1),
    ("C-d", "half a page down", 0.5),
    ("C-u", "half a page up", -0.5),
)
def _page(m: Model, share: float) -> None:
    select_near(m, int(Regions(m).rows * share))


# filtering and sorting


@on("list", "/", "filter by name, objective or host: words, 'exact, !not, ^start, end$", "filter", 2)
def _begin_filter(m: Model) -> None:
    m.typing = Field(), (m.filter_text, m.by_score, m.selected)
    m.by_score = True
    arrange(m)


@on("search", "enter", "keep this filter", "keep", 1)
def _keep_filter(m: Model) -> None:
    m.filter_text, m.typing = m.query.strip(), None
    arrange(m)


@on("search", "esc", "back to the list as it was", "undo", 1)
def _drop_filter(m: Model) -> None:
    assert m.typing is not None
    m.filter_text, m.by_score, name = m.typing[1]
    m.typing = None
    arrange(m)
    if name in m.index:
        m.selected = name


on_each("search", ("down", "down", 1, "next", 2), ("up", "up", -1))(select_near)


@on_each("list", *((str(i + 1), f"sort by {name}; again turns it round", i) for i, name in enumerate(COLUMNS)))
def sort_by(m: Model, column: int) -> None:
    """Sorts by a column, or turns the order round when it is by this column already."""
    if column != m.column:
        m.column, m.descending = column, column in (CREATED, MODIFIED, SECRETS)
    elif not m.is_ranked:
        m.descending = not m.descending
    m.by_score = False
    arrange(m)
    parts = Regions(m)
    if column not in [number for number, _, _ in column_places(m, parts.table.w, parts.preview is not None)]:
        m.say(f"sorted by {COLUMNS[column]}, which is not shown here")


# marks


@on("list", "space", "mark, and on to the next row", "mark", 5)
def _mark(m: Model) -> None:
    if m.row is not None:
        m.anchor = None
        m.marks ^= {m.selected}
        select_near(m, 1)


@on("list", "V", "mark a range: moving extends it, V again ends it")
def _mark_range(m: Model) -> None:
    if m.anchor is not None or m.row is None:
        m.anchor = None
        return
    m.anchor = m.selected, frozenset(m.marks)
    m.marks.add(m.selected)


@on("list", "a", "mark all rows shown")
def _mark_all(m: Model) -> None:
    m.anchor = None
    m.marks |= set(m.index)


@on("list", "i", "turn the marks of all rows shown round")
def _mark_inverse(m: Model) -> None:
    m.anchor = None
    m.marks ^= set(m.index)


# creating, renaming, moving


@on_each("bar", ("right down j l", "next action", 1, "move", 2), ("left up k h", "previous action", -1))
def _move_in_bar(m: Model, direction: int) -> None:
    """The next possible action in a direction; without going round."""
    keys = list(BAR)
    at = m.bar
    while m.row is not None and at is not None and 0 <= at + direction < len(keys):
        at += direction
        if not refusal(m, keys[at], m.row):
            m.bar = at
            return


@on("bar", "esc q", "close the bar", "close", 1)
def _close_bar(m: Model) -> None:
    m.bar = None


def name_problem(m: Model, text: str) -> str:
    """What is wrong with a name for a session; "" when it can be one."""
    if not is_name(text):
        return "a name is made of " + NAME_RULE
    return f"{text} exists already" if any(row.name == text for row in m.rows) else ""


@on("list", "n", "new session", "new", 3)
def _create(m: Model) -> None:
    m.popups.append(Prompt("New session", "green", "name  ", lambda text: name_problem(m, text), m.leave))


@on_row("r", "rename")
def _rename(m: Model, row: Row) -> None:
    old = row.name

    def check(text: str) -> str:
        return "" if text == old else name_problem(m, text)

    def accept(text: str) -> None:
        if text == old:
            prompt.error = "that is its name already"
        else:
            m.start_once("rename", old, text)

    prompt = Prompt(f"Rename {old}", "gold", "", check, accept, old)
    prompt.about = old
    m.popups.append(prompt)


@on_row("m", "move to another machine")
def _move(m: Model, row: Row) -> None:
    def check(text: str) -> str:
        try:
            fits = text.strip() in dict(prompt.choices) or "@" in split_target(text.strip())[0]
        except CsError:
            fits = False
        return "" if fits else "a host is written user@host, or by a name that cs -remote add has registered"

    def accept(host: str) -> None:
        lines = [
            f"Move {row.name} to {host}?",
            "Its files are copied and compared there. Then the session here becomes a pointer to that host, "
            "and the local copy goes to the trash.",
        ]
        m.popups[-1] = Confirm("Move", "orange", lines, "move it", lambda: m.leave(row.name, "--move-to", host))

    prompt = Prompt(f"Move {row.name}", "orange", "to  ", check, accept)
    prompt.about = "a host"
    m.popups.append(prompt)
    m.start("hosts")


@on("prompt", "enter", "go on", "go on", 1)
def _submit(m: Model) -> None:
    p = m.popup
    assert isinstance(p, Prompt)
    text = p.field.text if p.hidden else p.field.text.strip()
    p.error = p.check(text) if text else "nothing was typed"
    if not p.error:
        p.accept(text)


@on("confirm", "y Y", "yes", "yes", 1)
def _say_yes(m: Model) -> None:
    p = m.popup
    assert isinstance(p, Confirm)
    if m.now >= p.until:
        m.popups.pop()
        p.accept()


@on("prompt", "esc", "leave it", "cancel", 1)
@on("confirm", "esc n", "no; any other key is a no too", "no", 1)
def _close(m: Model) -> None:
    about = m.popups.pop().about
    if isinstance(about, TypedSearch):
        about.is_wanted = False


@on_each("prompt", ("down", "next suggestion", 1), ("up", "previous suggestion", -1))
def _choose(m: Model, direction: int) -> None:
    p = m.popup
    assert isinstance(p, Prompt)
    words = [choice for choice, _ in p.choices]
    if words:
        at = words.index(p.field.text) + direction if p.field.text in words else 0 if direction > 0 else -1
        p.field, p.error = Field(words[at % len(words)]), ""


# deleting


def name_list(names: list[str]) -> str:
    """Names for a sentence: five at most, else four and how many more.

    >>> name_list(["a", "b"]), name_list(["a", "b", "c", "d", "e", "f"])
    ('a, b', 'a, b, c, d and 2 more')
    """
    return ", ".join(names) if len(names) <= 5 else f"{', '.join(names[:4])} and {len(names) - 4} more"


def removal_lines(rows: list[Row], kept: list[str]) -> list[str]:
    """What a removal does, in words."""
    others = [row.name for row in rows if not row.adopted and not row.host]
    broken = [row.name for row in rows if row.broken]
    links = [row.name for row in rows if row.adopted and not row.broken]
    they, them = ("It goes", "it") if len(others) == 1 else ("They go", "them")
    sentences = [
        (others, f"Delete {{}}? {they} to the trash: u brings {them} back, for {TRASH_DAYS} days."),
        (broken, "Remove {}? Only a link is left, to a directory that is gone."),
        (links, "Remove the adopted {}? Only the link goes, the project stays where it is."),
    ]
    lines = [sentence.format(name_list(names)) for names, sentence in sentences if names]
    for row in rows:
        if row.host and not row.adopted:
            lines.append(f"Remove {row.name}? Only the pointer here goes; the session on {row.host} stays.")
    if kept:
        lines.append(f"Left out, because they are open or cannot be deleted: {name_list(kept)}.")
    return lines


def _ask_removal(m: Model, wanted: list[Row]) -> None:
    """Says what will go and what will stay, and asks."""
    rows = possible_rows(m, "d", wanted)
    if not rows:
        return
    names = tuple(row.name for row in rows)
    one = len(rows) == 1

    def accept() -> None:
        m.start("remove", names)
        m.say(f"removing {names[0] if one else plural(len(names), 'session')}…")

    lines = removal_lines(rows, [row.name for row in wanted if row not in rows])
    question = Confirm("Delete" if one else f"Delete {len(rows)} sessions", "red", lines, "delete", accept)
    question.about, question.until = names, m.now + COUNTDOWN
    m.popups.append(question)
    m.start("removal", names)


on_row("d", "delete: to the trash, u brings it back", "delete", 6)(lambda m, row: _ask_removal(m, [row]))


@on("list", "D", "delete the marked sessions")
def _delete_marked(m: Model) -> None:
    if m.marks:
        _ask_removal(m, m.marked)
    else:
        m.say("nothing is marked: Space marks a row")


@on("list", "u", "undo the last delete")
def _undo(m: Model) -> None:
    if m.undo:
        m.start("restore", tuple(m.undo))
        m.undo = []
    else:
        m.say("nothing to undo")


# sync jobs


def _start_jobs(m: Model, names: list[str], verb: str) -> None:
    for name in names:
        number = max(m.jobs, default=0) + 1
        m.jobs[number] = Job(number, name, verb, m.now)
        m.start("job", number, name, verb)
    for number in [n for n, job in m.jobs.items() if job.ended is not None][:-50]:
        del m.jobs[number]


@on_each(
    "list",
    ("P", "push (the marked sessions, or this one)", "P"),
    ("L", "pull (the marked sessions, or this one)", "L"),
    ("S", "sync status", "S"),
)
def _sync(m: Model, key: str) -> None:
    """Starts a job for each session that it can be done with, and names the others."""
    verb = BAR[key]
    rows = m.marked if m.marks and key != "S" else m.chosen
    free = possible_rows(m, key, rows)
    names = [row.name for row in free]
    opened = [row.name for row in free if row.owner]
    if key == "L" and opened:
        lines = [f"{name_list(opened)}: Claude is at work there.", "Pulling now changes files under its hands."]
        m.popups.append(Confirm("Pull", "yellow", lines, "pull anyway", lambda: _start_jobs(m, names, verb)))
        return
    _start_jobs(m, names, verb)
    if 0 < len(free) < len(rows):
        m.say(f"left out: {name_list([row.name for row in rows if row not in free])}")


def _cancel(m: Model, job: Job) -> None:
    job.canceled = True
    m.start("cancel", job.number)
    m.say(f"ending: {job.verb} of {job.name}")


@on("list", "w", "jobs: what runs and what ran, with its output")
def _show_jobs(m: Model) -> None:
    note = "Nothing has run yet: P pushes, L pulls, S asks for the sync status."
    m.popups.append(Picker("jobs", "Jobs", "orange", note))


def _open_output(m: Model, job: Job) -> None:
    m.popups.append(Picker("output", f"{job.verb} {job.name}", "orange", "It has printed nothing.", job))


on_item("jobs", "enter", "show its output", "output", 1)(lambda m, _, job: _open_output(m, job))


@on_item("jobs", "x", "end a running job", "end it", 2)
def _end_job(m: Model, _: None, job: Job) -> None:
    if job.ended is None:
        _cancel(m, job)


# secrets


def _open_reading(m: Model, row: Row, kind: str, colour: str) -> None:
    """Opens a picker about a session that an effect of the same name fills."""
    picker = Picker(kind, f"{kind.capitalize()} of {row.name}", colour, "reading…", row.name)
    picker.busy = True
    m.popups.append(picker)
    m.start(kind, row.name)


on_row("s", "secrets")(lambda m, row: _open_reading(m, row, "secrets", "orange"))
on_item("secrets", "v enter", f"show the value for {REVEAL_LIFE:.0f} seconds", "view", 1)(
    lambda m, session, item: m.start("secret", session, item[0], "show")
)
on_item("secrets", "y", f"copy the value; the clipboard is cleared after {CLIPBOARD_LIFE:.0f} seconds", "copy", 2)(
    lambda m, session, item: m.start("secret", session, item[0], "copy")
)


@on("secrets", "a", "add a secret", "add", 3)
def _add_secret(m: Model) -> None:
    assert m.popup is not None
    session = m.popup.about

    def check(text: str) -> str:
        return "" if is_secret_name(text) else "a name is made of letters, digits, '.', '_' and '-'"

    def ask_value(name: str) -> None:
        def accept(value: str) -> None:
            m.popups.pop()
            m.start("secret set", session, name, value)

        prompt = Prompt(f"Value of {name}", "orange", "", lambda text: "", accept)
        prompt.hidden = True
        m.popups[-1] = prompt

    m.popups.append(Prompt(f"New secret of {session}", "orange", "name  ", check, ask_value))


@on_item("secrets", "d", "delete the secret", "delete", 4)
def _delete_secret(m: Model, session: str, item: tuple[str, str]) -> None:
    lines = [f"Delete {item[0]} of {session}? It cannot be undone."]
    question = Confirm("Delete secret", "red", lines, "delete", lambda: m.start("secret delete", session, item[0]))
    m.popups.append(question)


# conversations and search


on_row("c", "conversations of the session")(lambda m, row: _open_reading(m, row, "conversations", "gold"))
on_item("conversations", "enter", "go on with this conversation", "go on with it", 1)(
    lambda m, session, facts: _open(m, session, "--resume", facts.conversation.id)
)


FIND_NOTE = 'Words, "a phrase", prefix*, -without, in:notes|chat|artifacts, session:api*, since:2w'


@on("list", "C-f", "search in notes, artifacts and conversations of all sessions", "search", 7)
def _show_find(m: Model) -> None:
    m.popups.append(Picker("find", "Search everything", "gold", FIND_NOTE))


def _find(m: Model, p: Picker, text: str) -> None:
    """Searches for what is typed. A search that runs is told to end, and the next one waits for that."""
    if p.about is not None and p.about.text != text:
        p.about.is_wanted = False  # for good: its thread may have given up already
    if not text:
        p.items, p.note = [], FIND_NOTE
    elif not p.busy:
        p.busy, p.about = True, TypedSearch(text)
        m.start("find", p.about)


@on_item("find", "enter", "go on with the conversation, or open the session of the note", "open", 1)
def _open_hit(m: Model, _: None, item: tuple[str, Hit]) -> None:
    session, hit = item
    _open(m, session, *(["--resume", hit.conversation] if hit.conversation else []))


# ── update: whatever has the keys ──


def _filter_live(m: Model, name: str) -> None:
    """The list follows what is typed, the best match selected; without a word the row that was selected before."""
    arrange(m)
    if m.terms:
        select(m, 0)
    elif name in m.index:
        m.selected = name


def _typed(m: Model) -> None:
    """The text in the field has changed."""
    p = m.popup
    if isinstance(p, Prompt):
        p.error = ""
    elif isinstance(p, Picker):
        p.top = p.index = 0
        if p.kind == "find" and p.field:
            _find(m, p, p.field.text.strip())
    elif m.typing is not None:
        _filter_live(m, m.typing[1][2])


def _paste(m: Model, text: str) -> None:
    field = m.field
    if field is None:
        m.say("pasted text is no command here: / filters the list")
        return
    if isinstance(m.popup, Prompt) and m.popup.hidden:
        field.insert(text)  # a key may have several lines
    else:
        field.insert("".join(c for c in " ".join(text.split()) if c.isprintable()))
    _typed(m)


def press(m: Model, key: str) -> None:
    """What a key does now: where text is typed, it edits; in the action bar, the keys of the actions work too."""
    if m.field is not None and m.field.press(key):
        _typed(m)
        return
    if m.mode == "bar" and key in BAR and key != "enter":
        m.bar = None
    binding = next((binding for binding in bindings_now(m) if key in binding.keys), None)
    if binding is not None:
        binding.act(m)
    elif m.mode == "confirm":
        _close(m)


@on("bar", "enter", "do it", "do it", 1)
def _run_bar_item(m: Model) -> None:
    assert m.bar is not None
    key, m.bar = list(BAR)[m.bar], None
    press(m, "o" if key == "enter" else key)


@on_each(
    "picker",
    ("down j", "down", (1, 0), "move", 5),
    ("up k", "up", (-1, 0)),
    ("pgdn", "one page down", (0, 1)),
    ("pgup", "one page up", (0, -1)),
    ("g home", "first", (-1 << 30, 0)),
    ("G end", "last", (1 << 30, 0)),
)
def _move_in_picker(m: Model, by: tuple[int, int]) -> None:
    """Goes so many lines and so many pages down, or up."""
    p = m.popup
    assert isinstance(p, Picker)
    p.move(by[0] + by[1] * max(Pane(m, p).rows - 1, 1))


on("picker", "esc q", "close", "close", 1)(_close)


# the view itself


@on("list", "tab", "show the goal and the last discovery below the row")
def _expand(m: Model) -> None:
    m.expanded = "" if m.expanded else m.selected


@on("list", "p", "preview on or off")
def _toggle_preview(m: Model) -> None:
    if preview_side(m.wants_preview, m.width, m.height):
        m.wants_preview = False
    elif preview_side(None, m.width, m.height):
        m.wants_preview = None
    elif preview_side(True, m.width, m.height):
        m.wants_preview = True
    else:
        m.say("there is no room for the preview")


@on_each("list", ("J", "scroll the preview down", 3), ("K", "scroll the preview up", -3))
def _scroll_preview(m: Model, by: int) -> None:
    area = Regions(m).preview
    if area is not None and m.row is not None:
        most = max(len(preview_lines(m, m.row, area.w - 4)) - (area.h - 2), 0)
        m.preview_top = max(min(m.preview_top + by, most), 0)


def _rescan(m: Model) -> None:
    """Reads the list again; a scan that runs already brings what was before, so it is done once more."""
    m.is_stale = "scan" in m.loading
    m.start_once("scan")


@on("list", "R", "read the list again")
def _refresh(m: Model) -> None:
    m.facts.clear()
    m.previews.clear()
    _rescan(m)


@on("bar", "?")
@on("list", "?", "this help")
def _show_help(m: Model) -> None:
    m.popups.append(Picker("help", "Keys", "gold", "No key is called that."))


on("list", "q", "leave", "quit", 3)(Model.leave)


@on("list", "esc", "one step back: job, range, filter, marks, expansion, then leave")
def _peel(m: Model) -> None:
    job = m.job_of(m.selected)
    if job is not None and not job.canceled:
        _cancel(m, job)
    elif m.anchor is not None:
        m.marks, m.anchor = set(m.anchor[1]), None
    elif m.filter_text:
        m.filter_text, m.by_score = "", False
        arrange(m)
    elif m.marks:
        m.marks = set()
    elif m.expanded:
        m.expanded = ""
    else:
        m.leave()


on("any", "C-c", "leave at once")(lambda m: m.leave(status=130))
on("any", "C-l", "paint the screen anew")(lambda m: m.start("repaint"))


def hide_secrets(m: Model) -> None:
    """Forgets a value that is on the screen."""
    for p in m.popups:
        if isinstance(p, Picker):
            p.shown, p.until = None, 0.0


@on("any", "C-z", "suspend")
def _suspend(m: Model) -> None:
    hide_secrets(m)
    m.start("suspend")


# the mouse


def _click_popup(m: Model, what: str, word: Any, is_double: bool) -> None:
    p = m.popup
    if what == "outside":
        _close(m)
    elif what == "press":
        press(m, word)
    elif what == "choice" and isinstance(p, Prompt):
        p.field = Field(word)
    elif what == "item" and isinstance(p, Picker):
        p.index = word
        if is_double:
            press(m, "enter")


def _click(m: Model, target: Target) -> None:
    is_double = m.clicked[0] == target and m.now - m.clicked[1] <= DOUBLE_CLICK
    m.clicked = ((), 0.0) if is_double else (target, m.now)
    what, word = (*target, "", "")[:2]
    if m.popup is not None:
        _click_popup(m, what, word, is_double)
    elif what == "row" and word in m.index:
        m.bar = None
        select(m, m.index[word])
        if is_double:
            _open_selected(m)
    elif what == "header" and m.typing is None:
        sort_by(m, word)
    elif what == "bar":
        m.bar = word
        _run_bar_item(m)


def _wheel(m: Model, target: Target, direction: int) -> None:
    if isinstance(m.popup, Picker):
        m.popup.move(direction * (3 if m.popup.scrolls else 1))
    elif m.popup is None and target == ("preview",):
        _scroll_preview(m, 3 * direction)
    elif m.popup is None and m.bar is None:
        select_near(m, direction)


def _point(m: Model, deed: str, target: Target) -> None:
    """What the mouse does with what it points to."""
    if deed == "left":
        _click(m, target)
    elif deed == "wheel up":
        _wheel(m, target, -1)
    elif deed == "wheel down":
        _wheel(m, target, 1)
    elif m.popup is None and target[:1] == ("row",) and target[1] in m.index:
        select(m, m.index[target[1]])
        _open_selected(m)


# ── update: what effects answer ──

_ANSWERS: dict[str, Reaction] = {}
NOTHING = {
    "secrets": "No secrets yet: a adds one.",
    "conversations": "No conversations yet: Enter in the list begins one.",
}


def answers(*kinds: str) -> Callable[[Reaction], Reaction]:
    """Declares what the answer of effects changes."""

    def remember(act: Reaction) -> Reaction:
        _ANSWERS.update(dict.fromkeys(kinds, act))
        return act

    return remember


def take_rows(m: Model, rows: list[Row]) -> None:
    """Puts a new list in place of the old one."""
    m.rows = rows
    m.narrowed = []
    m.has_secrets = any(row.secrets for row in rows)
    m.has_remote = any(row.host for row in rows)
    m.name_width = max((cell_width(row.name) for row in rows), default=20) + 4
    names = {row.name for row in rows}
    m.marks &= names
    m.facts = {name: known for name, known in m.facts.items() if name in names}
    if m.anchor is not None and m.anchor[0] not in names:
        m.anchor = None
    arrange(m)


def _ask_preview(m: Model, row: Row) -> None:
    if not row.broken:
        m.start_once("preview", row.name)


@answers("scan")
def _scanned(m: Model, answer: Answer) -> None:
    """The list as it is now; what is selected, marked and known stays with its name."""
    if m.is_stale:
        _rescan(m)
        return
    m.scan_at = m.now + m.scan_every
    if answer.error:
        m.say(answer.error, "error")
        return
    rows, took = answer.value
    m.scan_every = max(SCAN_EVERY, 100 * took)  # looking takes a hundredth of the time at most
    m.scan_at = m.now + m.scan_every
    before = {row.name: row.modified for row in m.rows}
    take_rows(m, rows)
    changed = [row for row in rows if row.name not in m.facts or before.get(row.name) != row.modified]
    if changed:
        m.start("facts", tuple((row.name, row.path) for row in changed))
    if m.row is not None and m.row.name in m.previews:
        _ask_preview(m, m.row)


@answers("facts")
def _learned(m: Model, answer: Answer) -> None:
    if answer.value:
        m.facts.update(answer.value)
        m.narrowed = []
        m.repo_width = max(m.repo_width, *(cell_width(known.repo) for known in answer.value.values()))
        if m.terms or m.column == GITHUB:
            arrange(m)


@answers("preview")
def _previewed(m: Model, answer: Answer) -> None:
    name = answer.words[0]
    preview = answer.value or Preview("", answer.error, [], [])
    if name in m.previews:
        preview.sync = m.previews[name].sync
    elif len(m.previews) > 200:
        m.previews.clear()
    m.previews[name] = preview
    if name == m.selected:
        m.start_once("sync state", name)


@answers("sync state")
def _synced(m: Model, answer: Answer) -> None:
    name = answer.words[0]
    if name in m.previews:
        m.previews[name].sync = answer.value or ""
    current = m.previews.get(m.selected)
    if current is not None and m.selected != name and not current.sync:
        m.start_once("sync state", m.selected)


@answers("open")
def _checked_lock(m: Model, answer: Answer) -> None:
    """Nothing stands in the way, or somebody has the session open."""
    name, line = answer.words
    if answer.error:
        m.say(answer.error, "error")
        _rescan(m)
    elif answer.value:
        lines = [f"{name} is open in another terminal ({answer.value}).", "Opening it here takes it over."]
        m.popups.append(Confirm("In use", "yellow", lines, "open it anyway", lambda: m.leave(*line, "--force")))
    else:
        m.leave(*line)


@answers("hosts")
def _hosts_came(m: Model, answer: Answer) -> None:
    prompt = m.popup_about("prompt", "a host")
    if prompt is not None:
        prompt.choices = answer.value or []


@answers("removal")
def _weighed(m: Model, answer: Answer) -> None:
    """How much would go, and what of it is nowhere else."""
    question = m.popup_about("confirm", answer.words[0])
    if question is not None:
        question.warning = [answer.error] if answer.error else list(answer.value)


@answers("remove")
def _removed(m: Model, answer: Answer) -> None:
    gone, failed = answer.value or ([], [(answer.words[0][0], answer.error)])
    names = [name for name, _ in gone]
    m.undo = gone or m.undo
    m.anchor = None
    take_rows(m, [row for row in m.rows if row.name not in names])
    for name, _ in failed:
        m.flash(name, False)
    what, them = (names[0], "it") if len(names) == 1 else (plural(len(names), "session"), "them")
    if failed:
        m.say(f"deleted {what}; not {', '.join(f'{name} ({error})' for name, error in failed)}", "error")
    else:
        m.say(f"deleted {what}: u brings {them} back", "success")
    _rescan(m)


@answers("restore")
def _restored(m: Model, answer: Answer) -> None:
    back, failed = answer.value or ([], [("", answer.error)])
    if failed:
        m.say("; ".join(error for _, error in failed), "error")
    else:
        m.say(f"brought back {name_list(back)}", "success")
    for name in back:
        m.flash(name, True)
    m.selected = back[0] if back else m.selected
    _rescan(m)


@answers("rename")
def _renamed(m: Model, answer: Answer) -> None:
    old, new = answer.words
    prompt = m.popup_about("prompt", old)
    if answer.error:
        if prompt is not None:
            prompt.error = answer.error
        else:
            m.say(answer.error, "error")
        return
    if prompt is not None:
        m.popups.remove(prompt)
    for row in m.rows:
        if row.name == old:
            row.name, row.path, row.misnamed = new, os.path.join(os.path.dirname(row.path), new), False
    if old in m.facts:
        m.facts[new] = m.facts.pop(old)
    m.previews.pop(old, None)
    m.marks = {new if name == old else name for name in m.marks}
    if m.selected == old:
        m.selected = new
    m.rows.sort(key=lambda row: (row.name.lower(), row.name))
    arrange(m)
    m.flash(new, True)
    m.say(f"{old} is now {new}", "success")
    _rescan(m)


@answers("job output")
def _job_said(m: Model, answer: Answer) -> None:
    job = m.jobs.get(answer.words[0])
    if job is not None:
        job.output = (job.output + answer.value)[-200_000:]


@answers("job")
def _job_ended(m: Model, answer: Answer) -> None:
    job = m.jobs[answer.words[0]]
    job.ended, job.ok = m.now, answer.value == 0
    if answer.error:
        job.output += answer.error + "\n"
    m.flash(job.name, job.ok)
    words = [line.strip() for line in job.output.splitlines() if line.strip()]
    if job.canceled:
        m.say(f"{job.verb} of {job.name} was ended")
    elif job.ok and job.verb == "status" and m.selected == job.name and m.mode == "list":
        _open_output(m, job)
    else:
        said = words[-1] if job.ok and words else words[0] if words else "done" if job.ok else "failed"
        m.say(f"{job.verb} {job.name}: {said}", "success" if job.ok else "error")
    m.previews.pop(job.name, None)
    _rescan(m)


answers("cancel")(lambda m, answer: None)  # the job's own answer says how it ended


@answers("secrets", "conversations")
def _fill_picker(m: Model, answer: Answer) -> None:
    picker = m.popup_about(answer.kind, answer.words[0])
    if picker is not None:
        picker.busy, picker.items = False, list(answer.value or [])
        picker.note = answer.error or NOTHING[answer.kind]
        if picker.awaited:
            picker.index = next(
                (i for i, item in enumerate(picker.items) if item[0] == picker.awaited), picker.index
            )
            picker.awaited = ""


@answers("secret")
def _secret_came(m: Model, answer: Answer) -> None:
    session, name, purpose = answer.words
    if answer.error or answer.value is None:
        m.say(answer.error or f"{name} has no value any more", "error")
    elif purpose == "copy":
        m.start("clipboard", answer.value)
        m.say(f"{name} is on the clipboard for {CLIPBOARD_LIFE:.0f} seconds", "success")
    elif isinstance(m.popup, Picker) and m.popup is m.popup_about("secrets", session):
        m.popup.shown, m.popup.until = (name, answer.value), m.now + REVEAL_LIFE


@answers("secret set", "secret delete")
def _secret_changed(m: Model, answer: Answer) -> None:
    if answer.error:
        m.say(answer.error, "error")
        return
    m.say(f"{'stored' if answer.kind == 'secret set' else 'deleted'} {answer.words[1]}", "success")
    picker = m.popup_about("secrets", answer.words[0])
    if picker is not None and answer.kind == "secret set":
        picker.awaited = answer.words[1]
    m.start("secrets", answer.words[0])
    _rescan(m)


@answers("find")
def _found(m: Model, answer: Answer) -> None:
    picker = m.popup_about("find", answer.words[0])
    if picker is None:  # closed; another may be open, with a search of its own
        return
    picker.busy = False
    text = picker.field.text.strip()
    if answer.words[0].is_wanted:
        picker.items, picker.index, picker.top = list(answer.value or []), 0, 0
        picker.note = answer.error or "Nothing is found."
    else:
        _find(m, picker, text)


@answers("find progress")
def _find_goes_on(m: Model, answer: Answer) -> None:
    picker = m.popup_about("find", answer.words[0])
    if picker is not None and picker.busy and answer.words[0].is_wanted:
        picker.note = answer.value


answers("suspend")(lambda m, answer: _rescan(m))


@answers("notice")
def _news(m: Model, answer: Answer) -> None:
    m.notice = answer.value or ""


# ── update: everything that happens ──


def _resize(m: Model, width: int, height: int) -> None:
    m.width, m.height = width, height


def _expire(m: Model) -> None:
    """Takes away what time has ended."""
    if m.now >= m.status_until:
        m.status = ""
    m.flashes = {name: flash for name, flash in m.flashes.items() if m.now < flash[1]}
    for p in m.popups:
        if isinstance(p, Picker) and m.now >= p.until:
            p.shown = None
    if m.midnight and m.now >= m.midnight:
        arrange(m)
    if m.mode == "list" and m.now >= m.next_scan():
        m.start_once("scan")


def _settle(m: Model) -> None:
    """Brings along what follows from every change: the expansion, the scroll positions and the preview."""
    parts = Regions(m)
    if m.row is None or m.expanded != m.selected:
        m.expanded = ""
    m.top = list_top(m, parts.rows)
    p = m.popup
    if isinstance(p, Picker):
        if p.kind == "jobs":
            p.items = list(reversed(list(m.jobs.values())))
        p.move(0)
        p.top = Pane(m, p).top(p)
    if m.row is not None and (parts.preview is not None or m.expanded) and m.selected not in m.previews:
        _ask_preview(m, m.row)


_EVENTS: dict[str, Callable[..., None]] = {"key": press, "paste": _paste, "mouse": _point, "resize": _resize}


def update_model(m: Model, event: Event | Answer, now: float) -> list[Effect]:
    """Changes the model as an event says, and returns what is to be done outside."""
    m.now = now
    if event.kind in ("key", "paste", "mouse"):
        m.last_input = now
    _expire(m)
    if isinstance(event, Answer):
        m.loading.discard(event.kind)
        _ANSWERS[event.kind](m, event)
    elif event.kind != "tick":
        _EVENTS[event.kind](m, *event.words)
    _settle(m)
    effects, m.effects = m.effects, []
    return effects


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  30. TUI terminal
#  Effects on threads, the grammar of the terminal's bytes, and a shell that paints frames and reads keys.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

# ── effects ──

EFFECTS: dict[str, Callable[..., Any]] = {
    "conversations": lambda hands, name: list_conversations(hands.places, existing_session(hands.places, name)),
    "hosts": lambda hands: sorted(registered_hosts(hands.places).items()),
    "rename": lambda hands, old, new: rename_session(hands.places, old, new),
    "secrets": lambda hands, session: list(open_store(hands.places).names(session).items()),
    "secret": lambda hands, session, name, purpose: open_store(hands.places).get(session, name),
    "secret set": lambda hands, session, name, value: open_store(hands.places).set(session, name, value),
}
TO_BE_FINISHED = ("rename", "remove", "restore", "secret set", "secret delete")  # also when the TUI is left


def effect(kind: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declares what carries out an effect, on a thread of its own; what it returns is the answer's value."""

    def remember(act: Callable[..., Any]) -> Callable[..., Any]:
        EFFECTS[kind] = act
        return act

    return remember


def _signal_group(process: Any, number: int) -> None:
    """A group may outlive its leader; nobody else can have its number while a member lives."""
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        pass


def end_jobs(processes: list[Any]) -> None:
    """Ends process groups: asked first, and after two seconds made to."""
    import signal

    for process in processes:
        _signal_group(process, signal.SIGTERM)
    deadline = time.monotonic() + 2
    while time.monotonic() < deadline and any(process.poll() is None for process in processes):
        time.sleep(0.02)
    for process in processes:
        _signal_group(process, signal.SIGKILL)


class Hands:
    """Carries out effects on threads, so that no key ever waits; `post` brings the answers back."""

    def __init__(self, places: Places, post: Callable[[Answer], None]) -> None:
        self.is_leaving = False
        self.places = places
        self.post = post
        self.jobs: dict[int, Any] = {}  # the processes of running jobs
        self.threads: list[Any] = []  # those whose end must be awaited

    def start(self, wish: Effect) -> None:
        import threading

        thread = threading.Thread(target=self.carry_out, args=(wish,), daemon=True)
        thread.start()
        if wish.kind in TO_BE_FINISHED:
            self.threads.append(thread)

    def carry_out(self, wish: Effect) -> None:
        """Does one effect and posts its answer; an error that nobody foresaw ends the TUI, not the thread alone."""
        answer = Answer(wish.kind, wish.words)
        try:
            answer.value = EFFECTS[wish.kind](self, *wish.words)
        except CsError as error:
            answer.error = "; ".join((str(error), *error.hints[:1]))
        except OSError as error:
            answer.error = f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")
        except Exception as error:
            answer = Answer("crash", wish.words, error)
        self.post(answer)

    def session(self, name: str) -> Session:
        return Session(name, os.path.join(self.places.root, name))

    def finish(self) -> None:
        """Ends the jobs, and waits for what must not be left half done."""
        self.is_leaving = True
        end_jobs(list(self.jobs.values()))
        for thread in self.threads:
            thread.join()


@effect("scan")
def _scan(hands: Hands) -> tuple[list[Row], float]:
    started = time.monotonic()
    rows = scan_sessions(hands.places, secret_counts(hands.places))
    return rows, time.monotonic() - started


def short_repo(url: str) -> str:
    """What the list shows of a repository's URL: owner and name, and never a password.

    >>> [short_repo(u) for u in ("git@github.com:me/api.git", "https://me:pw@github.com/me/api/", "/srv/api.git")]
    ['me/api', 'me/api', '/srv/api']
    """
    url = without_credentials(url).rstrip("/")
    url = url[:-4] if url.endswith(".git") else url
    if "github.com/" in url:
        return url.partition("github.com/")[2]
    user, at, rest = url.partition("@")
    if at and "/" not in user and ":" in rest:
        return rest.partition(":")[2]
    return url


@effect("facts")
def _read_facts(hands: Hands, sessions: tuple[tuple[str, str], ...]) -> None:
    """Posts what it finds in portions, and lets the keys go first in between."""
    found: dict[str, Facts] = {}
    for name, path in sessions:
        try:
            url = origin_url(path)
            objective = read_objective(os.path.join(path, ".cs", "README.md"))
            found[name] = Facts(git_directory(path) is not None, short_repo(url or ""), objective[:200])
        except OSError:
            found[name] = Facts(False, "", "")
        if hands.is_leaving:
            return
        if len(found) == 50:
            hands.post(Answer("facts", (), found))
            found = {}
            time.sleep(0.002)
    hands.post(Answer("facts", (), found))


def _artifact_name(entry: object) -> str:
    """The name of an artifact in a manifest, whichever tool has written the entry; "" when it says none."""
    values = [entry.get(key) for key in ("filename", "original_path", "path")] if isinstance(entry, dict) else []
    return next((os.path.basename(value) for value in values if value and isinstance(value, str)), "")


@effect("preview")
def _read_preview(hands: Hands, name: str) -> Preview:
    session = hands.session(name)
    text = read_text(session.discoveries, 1 << 20) or ""
    headings = [without_escapes(line[3:]).strip() for line in text.splitlines() if line.startswith("## ")]
    entries = parse_manifest(read_bytes(session.manifest) or b"") or []
    artifacts = [name for name in map(_artifact_name, entries) if name]
    directory = hands.places.shorten(session.directory)
    shown = f"{directory} (adopted)" if session.is_adopted else directory
    return Preview(shown, read_objective(session.readme), headings[::-1], artifacts)


def work_at_risk(session: Session) -> tuple[int, int, int]:
    """Uncommitted files, unpushed commits, and commits that are only at the remote, as far as is known here."""
    result = Git(session.directory).run("status", "--porcelain=v2", "--branch", check=False, timeout=5)
    lines = result.text.splitlines()
    changed = sum(1 for line in lines if not line.startswith("#"))
    counts = next((line.split()[2:4] for line in lines if line.startswith("# branch.ab ")), ["+0", "-0"])
    return changed, int(counts[0]), -int(counts[1])


@effect("sync state")
def _read_sync_state(hands: Hands, name: str) -> str:
    """One line: whether work is uncommitted or unpushed, and whether it is synced by itself."""
    session = hands.session(name)
    if git_directory(session.directory) is None:
        return ""
    auto = "on" if syncs_by_itself(session) else "off"
    parts = [f"auto {auto}" if origin_url(session.directory) else "local only"]
    words = ("uncommitted", "to push", "to pull")
    parts += [f"{count} {word}" for count, word in zip(work_at_risk(session), words) if count]
    return ", ".join(parts)


@effect("open")
def _look_at_lock(hands: Hands, name: str, line: tuple[str, ...]) -> str:
    """Who has the session open, at this very moment; "" for nobody."""
    session = session_named(hands.places, name)
    if not os.path.isdir(session.path):
        raise CsError(f"{name} is gone: its directory is no longer there")
    owner = None if session.remote_host else lock_owner(session)
    return "" if owner is None else str(owner)


@effect("notice")
def _look_for_update(hands: Hands) -> str:
    start_update_check(hands.places)
    version = available_update(hands.places)
    return f"{version} is out: cs -update" if version else ""


@effect("removal")
def _weigh_removal(hands: Hands, names: tuple[str, ...]) -> list[str]:
    """What a person should know before these sessions go."""
    size, warnings = 0, []
    counts = secret_counts(hands.places)
    for name in names:
        session = hands.session(name)
        if session.is_adopted or session.remote_host:
            continue
        size += TrashEntry(session.path).size()
        if git_directory(session.directory) is not None and origin_url(session.directory):
            changed, ahead, _ = work_at_risk(session)
            risk = [plural(changed, "file") + " not committed"] * bool(changed)
            risk += [plural(ahead, "commit") + " not pushed"] * bool(ahead)
            warnings += [f"{name}: {', '.join(risk)}"] if risk else []
    secrets = sum(counts.get(name, 0) for name in names)
    facts = [human_size(size)] if size else []
    facts += [plural(secrets, "secret") + (" goes" if secrets == 1 else " go") + " along"] if secrets else []
    return [*([", ".join(facts)] if facts else []), *warnings[:5]]


def _each(act: Callable[[Any], Any], pairs: list[tuple[str, Any]]) -> tuple[list[Any], list[tuple[str, str]]]:
    """Does something with each of these, under its name; what fails is named, and the others go on."""
    done, failed = [], []
    for name, word in pairs:
        try:
            done.append(act(word))
        except (CsError, OSError) as error:
            failed.append((name, str(error)))
    return done, failed


@effect("remove")
def _remove(hands: Hands, names: tuple[str, ...]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    return _each(lambda name: (name, remove_session(hands.places, name).entry), [(name, name) for name in names])


@effect("restore")
def _restore_removed(hands: Hands, entries: tuple[tuple[str, str], ...]) -> tuple[list[str], list[tuple[str, str]]]:
    return _each(lambda entry: restore_session(hands.places, entry).name, list(entries))


@effect("secret delete")
def _delete_secret_in_store(hands: Hands, session: str, name: str) -> None:
    if not open_store(hands.places).delete(session, name):
        raise CsError(f"{name} was gone already")


@effect("find")
def _search_everything(hands: Hands, typed: TypedSearch) -> list[tuple[str, Hit]]:
    """The hits of what is typed so far, with their sessions."""

    def is_over() -> bool:
        return hands.is_leaving or not typed.is_wanted

    def hear(done: int, total: int) -> None:
        hands.post(Answer("find progress", (typed,), f"indexing: {human_size(done)} of {human_size(total)}"))

    try:
        found = search(hands.places, parse_query(typed.text, typing=True), 20, 3, is_over, hear)
    except SearchStopped:
        return []
    return [(each.session, hit) for each in found for hit in each.hits]


# jobs


@effect("job")
def _run_job(hands: Hands, number: int, name: str, verb: str) -> int:
    """Runs `cs <name> -sync <verb>` in a process group without a terminal; its output is posted as it comes."""
    import select
    import subprocess

    command = own_command(name, "-sync", verb)
    # What cs starts itself has groups of its own, which end only if cs is told to end in an orderly way.
    command[3] = f"import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(143)); {command[3]}"
    process = subprocess.Popen(
        command,
        env=child_environment(NOBODY_ANSWERS),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    hands.jobs[number] = process
    assert process.stdout is not None
    out = process.stdout.fileno()
    while True:
        has_ended = process.poll() is not None  # a process that it left behind may hold the pipe open
        if select.select([out], [], [], 0.1)[0]:
            data = os.read(out, 65536)
            if not data:
                break
            hands.post(Answer("job output", (number,), data.decode("utf-8", "replace")))
        elif has_ended:
            break
    process.stdout.close()
    status = process.wait()
    del hands.jobs[number]
    return status


@effect("cancel")
def _cancel_job(hands: Hands, number: int) -> None:
    process = hands.jobs.get(number)
    end_jobs([process] if process is not None else [])


# ── input ──

_SEQUENCE = rb"""(?xs)
    (?P<alt> \x1b (?= \x1b[\[O] | [^\x1b\[\]OP_^X] ) )?
    (?: \x1b \[ (?: 200~ (?P<paste>.*?) \x1b\[201~ | M (?P<mouse>.{3}) | \[.  # the last: the Linux console's F keys
               | (?!200~|M|\[) (?P<numbers>[\x20-\x3f]*) (?P<final>[^\x20-\x3f]) )
      | \x1b O (?P<short>.)
      | \x1b (?P<string>[\]P_^X].*?) (?: \x07 | \x1b\\ )
      | (?P<escape> \x1b ) (?= \x1b (?![\[O]) )
      | (?P<control> [\x00-\x1a\x1c-\x1f\x7f] )
      | (?P<letter> [\x20-\x7e] | [\xc2-\xdf][\x80-\xbf] | [\xe0-\xef][\x80-\xbf]{2} | [\xf0-\xf4][\x80-\xbf]{3}
                  | [\x80-\xff] (?![\x80-\xbf]{0,2}\Z) ) )"""  # the last: none, but for a beginning of one
_FINAL_KEYS = {
    "A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end", "M": "enter", "Z": "S-tab",
}  # fmt: skip
_TILDE_KEYS = {"1": "home", "7": "home", "4": "end", "8": "end", "3": "delete", "5": "pgup", "6": "pgdn"}
_BYTE_KEYS = {8: "backspace", 9: "tab", 10: "enter", 13: "enter", 32: "space", 127: "backspace"}
_BUTTONS = {0: "left", 1: "middle", 64: "wheel up", 65: "wheel down"}  # without modifiers, and only the presses


def _key_of(kind: str, text: str, numbers: str) -> str:
    """The name of the key that a sequence stands for; "" for none, or one with modifiers."""
    if kind == "escape":
        return "esc"
    if kind == "letter":
        return "space" if text == " " else text if text.isprintable() else ""
    if kind == "control":
        return _BYTE_KEYS.get(ord(text)) or ("C-" + chr(ord(text) + 96) if 0 < ord(text) < 27 else "")
    if kind == "final" and text == "~":
        return _TILDE_KEYS.get(numbers, "")
    return _FINAL_KEYS.get(text, "") if kind in ("final", "short") and not numbers else ""


def _is_light(text: str) -> bool | None:
    """What a terminal's answer says about its background; None when it is about something else."""
    if not text.startswith("]11;rgb:"):
        return None
    try:
        red, green, blue = [int(part, 16) / (16 ** len(part) - 1) for part in text[8:].split("/")][:3]
    except (ValueError, ZeroDivisionError):
        return None
    return bool(0.299 * red + 0.587 * green + 0.114 * blue > 0.5)


def _meaning(kind: str, data: bytes, numbers: str) -> Event | None:
    """What a sequence says: its kind is the name of a group in the grammar, and the data what that matched."""
    text = data.decode("utf-8", "replace" if kind == "paste" else "ignore")
    if kind == "paste":
        return Event("paste", text.replace("\r", "\n"))
    if kind == "mouse" and data[0] - 32 in _BUTTONS:
        return Event("click", _BUTTONS[data[0] - 32], data[1] - 33, data[2] - 33)
    if kind == "final" and text == "M" and numbers.startswith("<"):
        words = [int(part) for part in numbers[1:].split(";") if part.isdigit()]
        known = len(words) == 3 and words[0] in _BUTTONS
        return Event("click", _BUTTONS[words[0]], words[1] - 1, words[2] - 1) if known else None
    if kind == "string":
        is_light = _is_light(text)
        return None if is_light is None else Event("background", is_light)
    name = _key_of(kind, text, numbers)
    return Event("key", name) if name else None


def parse_input(data: bytes, complete: bool = False) -> tuple[list[Event], bytes]:
    """What the bytes from a terminal mean, and the beginning of a sequence whose rest has not come yet.

    Sequences that are unknown, or carry modifiers, are swallowed whole: none of their letters becomes a key.
    With `complete` nothing more will come. Source: ECMA-48; xterm's control sequences.

    >>> [event.words[0] for event in parse_input(b"j\\x1b[A\\x1b[1;5A\\x1bd\\x1b[97;5uq")[0]]
    ['j', 'up', 'q']
    >>> parse_input(b"\\x1b[")[1], [event.words[0] for event in parse_input(b"\\x1b", True)[0]]
    (b'\\x1b[', ['esc'])
    """
    import re

    events = []
    while data:
        found = re.match(_SEQUENCE, data)
        if found is None and not complete:
            break
        if found is None:  # a key, or the beginning of something whose end will never come
            events += [Event("key", "esc")] if data == b"\x1b" else []
            data = b"" if data[0] == 27 else data[1:]
            continue
        data = data[found.end() :]
        if found.lastgroup is not None and found["alt"] is None:
            event = _meaning(found.lastgroup, found[found.lastgroup], (found["numbers"] or b"").decode("ascii"))
            events += [event] if event is not None else []
    return events, data


# ── terminal ──

_PALETTES: dict[str, dict[str, int]] = {
    "dark": {
        "rust": 202, "gold": 214, "orange": 209, "yellow": 215, "green": 149, "red": 203, "comment": 138, "white": 230,
        "cyan": 6, "age0": 230, "age1": 188, "age2": 249, "age3": 246, "select": 236, "bar": 234, "flash ok": 22,
        "flash error": 52, "rule": 238, "gradient0": 202, "gradient1": 208, "gradient2": 214,
    },
    "light": {
        "rust": 166, "gold": 130, "orange": 166, "yellow": 94, "green": 64, "red": 160, "comment": 243, "white": 235,
        "cyan": 30, "age0": 235, "age1": 238, "age2": 240, "age3": 242, "select": 254, "bar": 255, "flash ok": 194,
        "flash error": 224, "rule": 252, "gradient0": 166, "gradient1": 130, "gradient2": 94,
    },
    "of eight colours": {
        "rust": 1, "red": 1, "gold": 3, "orange": 3, "yellow": 3, "green": 2, "cyan": 6, "gradient0": 1, "gradient1": 1,
        "gradient2": 3,
    },
}  # fmt: skip
_ATTRIBUTES = {BOLD: "A_BOLD", DIM: "A_DIM", UNDERLINE: "A_UNDERLINE", REVERSE: "A_REVERSE"}
ASCII_LOOKS = str.maketrans("╭╮╰╯│─▌●◆○⚿⇝⚷·…•▼▲↑↓←→✓✗" + SPINNER, "++++|-|o!.#~&...v^^v<>+x" + "|/-\\|/-\\|/")


def theme_from_environment() -> str:
    """`dark` or `light` where the environment says so; else ""."""
    wanted = os.environ.get("CS_TERM_THEME", "").lower()
    return wanted if wanted in ("dark", "light") else ""


def theme_from_colorfgbg() -> str:
    """What COLORFGBG says about the background; dark when it says nothing. Source: rxvt(1)."""
    ground = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    return "light" if ground in ("7", "9", "10", "11", "12", "13", "14", "15") else "dark"


def terminal_size() -> tuple[int, int]:
    """Columns and rows; a terminal that does not say has 80 by 24."""
    try:
        width, height = os.get_terminal_size(1)
    except OSError:
        width, height = 80, 24
    return width or 80, height or 24


class Terminal:
    """The real screen: curses paints frames on it, and it is given back as it was."""

    def __init__(self) -> None:
        import curses
        import termios

        self.curses: Any = curses
        self.saved = termios.tcgetattr(0)
        self.last: Frame | None = None  # what is on the screen
        self.theme = theme_from_environment() or theme_from_colorfgbg()
        self.asked_at = 0.0  # when the terminal was asked for its background, while it has not answered
        self.pairs: dict[tuple[int, int], int] = {}  # colour and background → number
        self.inked: dict[Style, int] = {}  # style → attributes
        self.colours = 0  # how many there are to use
        self.window: Any = curses.initscr()
        try:
            self.encoding = self.window.encoding
            self._start_colours()
            self.enter()
        except BaseException:
            self.leave()
            raise

    def _start_colours(self) -> None:
        try:
            self.curses.start_color()
            self.curses.use_default_colors()
        except self.curses.error:
            return
        self.colours = 0 if os.environ.get("NO_COLOR") else int(self.curses.COLORS)

    def _attempt(self, *deeds: Callable[[], object]) -> None:
        """Does what a terminal may be unable to, or be gone for."""
        import termios

        for deed in deeds:
            try:
                deed()
            except (self.curses.error, termios.error, OSError):
                pass

    def _write(self, text: str) -> None:
        self._attempt(lambda: os.write(1, text.encode("ascii")))

    def enter(self) -> None:
        """Takes the terminal over."""
        c = self.curses
        self._attempt(c.noecho, c.raw, c.nonl, lambda: c.curs_set(0))
        self._write("\x1b[?2004h" + ("" if os.environ.get("CS_NO_MOUSE") == "1" else "\x1b[?1000h\x1b[?1006h"))
        asks = self.colours >= 8 and not theme_from_environment() and os.environ.get("TERM") != "linux"
        if asks and self.last is None:
            self.asked_at = time.monotonic()
            self._write("\x1b]11;?\x1b\\")

    def leave(self) -> None:
        """Gives the terminal back as it was, also when it is gone."""
        import termios

        self._await_answer()
        self._attempt(lambda: self.curses.curs_set(1), self.curses.endwin)
        self._write("\x1b[?1006l\x1b[?1000l\x1b[?2004l")
        self._attempt(lambda: termios.tcsetattr(0, termios.TCSADRAIN, self.saved))

    def _await_answer(self) -> None:
        """What the terminal still has to say about its background must not become the shell's input."""
        import select
        import termios

        if self.asked_at and time.monotonic() - self.asked_at < 2 and select.select([0], [], [], 0.1)[0]:
            self._attempt(lambda: termios.tcflush(0, termios.TCIFLUSH))

    def copy(self, text: str) -> None:
        """Puts a text on the clipboard of the person's own machine. Source: xterm's OSC 52."""
        from base64 import b64encode

        self._write(f"\x1b]52;c;{b64encode(text.encode('utf-8')).decode('ascii')}\x1b\\")

    def learn_background(self, is_light: bool) -> None:
        """The terminal has answered."""
        self.asked_at = 0.0
        theme = "light" if is_light else "dark"
        if theme != self.theme:
            self.theme, self.pairs, self.inked, self.last = theme, {}, {}, None

    def paint(self, frame: Frame) -> None:
        """Brings the screen up to date: only lines that changed are written."""
        last = self.last
        if last is None or (last.width, last.height) != (frame.width, frame.height):
            self.curses.resizeterm(frame.height, frame.width)
            self.window.erase()
            self.window.clearok(True)
            last = None
        for y in range(frame.height):
            if last is None or frame.chars[y] != last.chars[y] or frame.styles[y] != last.styles[y]:
                for x, text, style in frame.runs(y):
                    self._put(y, x, text, style)
        self.window.refresh()
        self.last = frame

    def _put(self, y: int, x: int, text: str, style: Style) -> None:
        if self.encoding.lower() not in ("utf-8", "utf8"):
            text = text.translate(ASCII_LOOKS).encode(self.encoding, "replace").decode(self.encoding)
        if style not in self.inked:
            self.inked[style] = self._ink(*style)
        try:
            self.window.addstr(y, x, text, self.inked[style])
        except self.curses.error:
            pass  # the last cell of the screen: written, but the cursor cannot go on

    def _ink(self, colour: str, ground: str, wanted: int) -> int:
        """The attributes of curses for a style."""
        names = [name for flag, name in _ATTRIBUTES.items() if wanted & flag]
        if self.colours >= 256:
            palette = _PALETTES[self.theme]
            pair = self._pair(palette[colour], palette.get(ground, -1))
        else:
            pair = self._pair(_PALETTES["of eight colours"].get(colour, -1), -1) if self.colours >= 8 else 0
            if colour == "rule" or (colour == "comment" and self.colours >= 8 and ground != "select"):
                names.append("A_DIM")
            names += {"select": ["A_REVERSE"], "flash ok": ["A_BOLD"], "flash error": ["A_BOLD"]}.get(ground, [])
        for name in names:
            pair |= getattr(self.curses, name)
        return pair

    def _pair(self, colour: int, ground: int) -> int:
        """The attribute of a colour on a background, which is made known to curses the first time."""
        if (colour, ground) not in self.pairs:
            self.pairs[colour, ground] = len(self.pairs) + 1
            self.curses.init_pair(self.pairs[colour, ground], colour, ground)
        return int(self.curses.color_pair(self.pairs[colour, ground]))


# ── shell ──


def _view_file(places: Places) -> str:
    name = "".join(c if c.isalnum() else "-" for c in places.root)
    return os.path.join(places.cache, "tui", name[-200:])


def recall_view(places: Places, m: Model) -> None:
    """The order, the preview and the selection of the last run with this root."""
    try:
        kept = read_key_values(_view_file(places))
    except OSError:
        return
    if kept.get("column", "") in ("0", "1", "2", "3", "4", "5"):
        m.column, m.descending = int(kept["column"]), kept.get("order") == "down"
    m.wants_preview = {"on": True, "off": False}.get(kept.get("preview", ""))
    m.selected = kept.get("selected", "")


def remember_view(places: Places, m: Model) -> None:
    preview = {True: "on", False: "off", None: "auto"}[m.wants_preview]
    order = "down" if m.descending else "up"
    text = f"column={m.column}\norder={order}\npreview={preview}\nselected={m.selected}\n"
    path = _view_file(places)
    try:
        make_private_directory(os.path.dirname(path))
        write_atomically(path, text, durable=False)
    except OSError:
        pass  # nothing depends on it


class Shell:
    """Reads keys, runs effects, paints frames: everything about the TUI that is not pure."""

    def __init__(self, places: Places, wake: tuple[int, int]) -> None:
        self.places = places
        self.wake = wake  # a pipe: signals and threads write to it, the loop sleeps on it
        self.rest = b""  # the beginning of an escape sequence
        self.rest_until = 0.0  # when the rest of it does not come any more
        self.clear_clipboard_at = 0.0
        self.answers: list[Answer] = []
        self.hands = Hands(places, self.post)
        self.model = Model(*terminal_size(), time.time())
        self.frame = Frame(0, 0)
        self.terminal = Terminal()

    def post(self, answer: Answer) -> None:
        """Called by the threads."""
        self.answers.append(answer)
        try:
            os.write(self.wake[1], b"\0")
        except OSError:
            pass  # it is full, so it wakes anyway

    def begin(self) -> None:
        """The first paint; whatever can wait is read after it."""
        m = self.model
        recall_view(self.places, m)
        rows = scan_sessions(self.places, secret_counts(self.places))
        wanted = m.selected
        take_rows(m, rows)
        m.selected = wanted if wanted in m.index else m.shown[0].name if m.shown else ""
        self.feed(Event("tick"))
        self._read_keys()  # the terminal may have answered by now
        self.paint()
        self.perform(Effect("facts", tuple((row.name, row.path) for row in rows)), Effect("notice"))

    def loop(self) -> Outcome:
        """Sleeps until something happens, takes in all of it, and paints once."""
        import select

        while self.model.outcome is None:
            self.paint()
            ready = select.select([0, self.wake[0]], [], [], self._patience())[0]
            if self.wake[0] in ready:
                self._take_signals(os.read(self.wake[0], 4096))
            if 0 in ready and self.model.outcome is None:
                self._read_keys()
            elif self.rest and time.time() > self.rest_until:
                events, self.rest = parse_input(self.rest, complete=True)
                self.feed(*events)
            self._take_answers()
            self.feed(Event("tick"))
            self._clear_clipboard()
        return self.model.outcome

    def _patience(self) -> float:
        """How long to sleep, in seconds."""
        moments = [self.model.deadline()]
        moments += [self.clear_clipboard_at] if self.clear_clipboard_at else []
        moments += [self.rest_until] if self.rest else []
        return min(max(min(moments) - time.time(), 0.0), 86400.0)

    def _read_keys(self) -> None:
        """Takes in what was typed, up to the beginning of a sequence."""
        import select

        while select.select([0], [], [], 0)[0]:
            try:
                data = os.read(0, 65536)
            except OSError:
                data = b""
            if not data:  # the terminal is gone
                self.model.leave(status=129)
                return
            events, self.rest = parse_input(self.rest + data)
            self.rest_until = time.time() + (ESCAPE_DELAY if self.rest == b"\x1b" else 0.5)
            self.feed(*events)
            if self.model.outcome is not None or self.rest:
                return

    def feed(self, *events: Event | Answer) -> None:
        """Gives events to the model, and carries out what it asks for."""
        for event in events:
            if self.model.outcome is not None:
                return
            if event.kind == "background":
                self.terminal.learn_background(event.words[0])
                continue
            if event.kind == "click":
                self.paint()  # a click means what is on the screen now
                deed, x, y = event.words
                event = Event("mouse", deed, self.frame.target(x, y))
            self.perform(*update_model(self.model, event, time.time()))

    def perform(self, *effects: Effect) -> None:
        for wish in effects:
            if wish.kind == "repaint":
                self.terminal.last = None
            elif wish.kind == "suspend":
                self.suspend()
            elif wish.kind == "clipboard":
                self.terminal.copy(wish.words[0])
                self.clear_clipboard_at = time.time() + CLIPBOARD_LIFE
            else:
                self.hands.start(wish)

    def _take_answers(self) -> None:
        while self.answers:
            answer = self.answers.pop(0)
            if answer.kind == "crash":
                raise answer.value
            self.feed(answer)

    def _clear_clipboard(self, leaving: bool = False) -> None:
        if self.clear_clipboard_at and (leaving or time.time() >= self.clear_clipboard_at):
            self.clear_clipboard_at = 0.0
            self.terminal.copy("")

    def _take_signals(self, data: bytes) -> None:
        """What the system told us, by the numbers that the wake-up pipe holds."""
        import signal

        for number in (signal.SIGTERM, signal.SIGHUP):
            if number in data:
                self.model.leave(status=128 + number)
                return
        if signal.SIGTSTP in data:
            hide_secrets(self.model)
            self.suspend()
        if signal.SIGWINCH in data:
            self.feed(Event("resize", *terminal_size()))

    def suspend(self) -> None:
        """Gives the terminal to the shell until it is told to go on."""
        import signal

        self.terminal.leave()
        handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(0, signal.SIGTSTP)  # the whole job, as the terminal would have done
        signal.signal(signal.SIGTSTP, handler)
        self.terminal.enter()
        self.terminal.last = None
        self.feed(Event("resize", *terminal_size()), Answer("suspend", ()))

    def paint(self) -> None:
        self.frame = render(self.model)
        self.terminal.paint(self.frame)

    def leave(self) -> None:
        """Gives the terminal back, and finishes what must not be left half done."""
        self._clear_clipboard(leaving=True)
        self.terminal.leave()
        self.hands.finish()
        remember_view(self.places, self.model)


def run_tui(places: Places) -> Outcome:
    """Shows the TUI until it is left; the terminal is as it was when this returns, or raises."""
    import signal

    mask = current_umask()  # threads that ask for it at the same time could leave it changed
    interval = sys.getswitchinterval()
    sys.setswitchinterval(0.001)  # a key never waits longer for a thread that is at work
    wake = os.pipe()
    for handle in wake:
        os.set_blocking(handle, False)
    listener = signal.set_wakeup_fd(wake[1], warn_on_full_buffer=False)
    watched = [signal.SIGTERM, signal.SIGHUP, signal.SIGWINCH, signal.SIGTSTP]
    before = {number: signal.signal(number, lambda *_: None) for number in watched}
    shell = None
    try:
        shell = Shell(places, wake)
        shell.begin()
        return shell.loop()
    finally:
        if shell is not None:
            shell.leave()
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(listener)
        sys.setswitchinterval(interval)
        os.umask(mask)


# ═══════════════════════════════════════════════════════════════════════════════════════════════════════
#  31. Commands and main
#  One thin function a command. Its usage line is the only declaration of its arguments: the parser, the
#  help, the completions of four shells and docs/commands.md are made from it.
# ═══════════════════════════════════════════════════════════════════════════════════════════════════════

GLOBAL, OF_SESSION, EITHER = "global", "session", "either"


def _usage_parts(line: str) -> list[str]:
    """The arguments of a usage line, brackets included.

    >>> _usage_parts("<name> [-o|--output FILE] [words...]")
    ['<name>', '[-o|--output FILE]', '[words...]']
    """
    parts, depth, start = [], 0, 0
    for i, c in enumerate(line + " "):
        depth += (c in "[<") - (c in "]>")
        if c == " " and depth == 0:
            parts.append(line[start:i])
            start = i + 1
    return [part for part in parts if part]


class Usage:
    """What a usage line such as `<name> [-y|--yes] [-o|--output FILE] [words...]` accepts."""

    __slots__ = ("at_least", "at_most", "options")

    def __init__(self, line: str) -> None:
        self.options: dict[str, tuple[str, bool]] = {}  # every spelling → (its long name, whether it has a value)
        self.at_least = 0
        self.at_most: int | None = 0
        for part in _usage_parts(line):
            optional = part.startswith("[")
            part = part.strip("[]<>")
            if part == "--":  # what follows belongs to another program
                continue
            if part.startswith("-"):
                spellings, _, value = part.partition(" ")
                names = spellings.split("|")
                for name in names:
                    self.options[name] = (names[-1], bool(value))
                continue
            self.at_least += not optional
            if "..." in part:
                self.at_most = None
            elif self.at_most is not None:
                self.at_most += 1


class Command:
    """A word of the command line, its arguments, its one-line summary, and the function below it: what it does."""

    __slots__ = ("act", "default_verb", "names", "scope", "summary", "usage", "verbs")

    def __init__(self, table: list[Command], names: tuple[str, ...], usage: str, summary: str, scope: str) -> None:
        self.names = names
        self.usage = usage
        self.summary = summary
        self.scope = scope
        self.act: Callable[[Call], int] = lambda call: 0
        self.verbs: list[Command] = []
        self.default_verb = ""
        table.append(self)

    def __call__(self, act: Callable[[Call], int]) -> Callable[[Call], int]:
        self.act = act
        return act

    def verb(self, *names: str, usage: str = "", summary: str) -> Command:
        """Declares a subcommand, such as `push` of `-sync`."""
        return Command(self.verbs, names, usage, summary, self.scope)


COMMANDS: list[Command] = []
INTERNAL: list[Command] = []


def cs_command(*names: str, usage: str = "", summary: str, scope: str = GLOBAL) -> Command:
    """Declares a command. Its function returns the exit status."""
    return Command(COMMANDS, names, usage, summary, scope)


def internal_command(name: str, usage: str = "") -> Command:
    """Declares a command that one cs calls of another: in no help, in no completion."""
    return Command(INTERNAL, (name,), usage, "", GLOBAL)


def command_group(*names: str, summary: str, scope: str, default_verb: str = "") -> Command:
    """Declares a command that has subcommands."""
    group = Command(COMMANDS, names, "<cmd> [args...]", summary, scope)
    group.default_verb = default_verb
    return group


def find_command(table: list[Command], word: str, scope: str) -> Command | None:
    """The command of that name which may stand there; `-list` and `--list` are the same."""
    if word.startswith("--") and len(word) > 3:
        word = word[1:]
    return next((known for known in table if word in known.names and known.scope in (scope, EITHER)), None)


def _names_in(*scopes: str) -> list[str]:
    return [name for each in COMMANDS if each.scope in scopes for name in each.names]


def usage_hint(known: Command, spoken: str) -> str:
    """The usage line of a command, as a hint."""
    return f"usage: {spoken} {known.usage}".rstrip()


class Call:
    """One command line, understood: what a command's function gets."""

    __slots__ = ("command", "literal", "options", "places", "rest", "session", "spoken", "words")

    def __init__(
        self, command: Command, places: Places, session: Session | None, spoken: str, rest: list[str]
    ) -> None:
        self.command = command
        self.places = places
        self.session = session
        self.spoken = spoken  # the words that led to the command, for messages
        self.rest = rest  # those after it, which sort_words() tells apart:
        self.words: list[str] = []
        self.literal: list[str] = []  # those of the words that stand after `--`
        self.options: dict[str, str] = {}  # by long name; a flag's value is ""

    def has(self, option: str) -> bool:
        return option in self.options

    def word(self, index: int) -> str | None:
        return self.words[index] if index < len(self.words) else None

    def misused(self, how: str, *hints: str) -> UsageError:
        return UsageError(f"{self.spoken}: {how}", *hints or [usage_hint(self.command, self.spoken)])

    def sort_words(self) -> None:
        """Sorts the words after the command into options and arguments. Raises UsageError."""
        usage, rest = Usage(self.command.usage), list(self.rest)
        while rest:
            word = rest.pop(0)
            if word == "--":
                self.words += rest
                self.literal = rest
                break
            name, equals, value = word.partition("=")
            if name in usage.options and (not equals or name.startswith("--")):
                long_name, has_value = usage.options[name]
                if equals and not has_value:
                    raise self.misused(f"{name} takes no value")
                if has_value and not equals:
                    if not rest:
                        raise self.misused(f"{name} needs a value")
                    value = rest.pop(0)
                self.options[long_name] = value
            elif word.startswith("-") and len(word) > 1 and (usage.at_most is not None or word.startswith("--")):
                hint = usage_hint(self.command, self.spoken)
                raise UsageError(f"{self.spoken}: {unknown('option', name, usage.options, hint)}")
            else:
                self.words.append(word)
        if len(self.words) < usage.at_least:
            raise self.misused("something is missing")
        if usage.at_most is not None and len(self.words) > usage.at_most:
            word = self.words[usage.at_most]
            names = _names_in(OF_SESSION, EITHER) if not self.command.names else []  # after a session
            hints = did_you_mean(word, [*usage.options, *names]) or [usage_hint(self.command, self.spoken)]
            raise UsageError(f"{self.spoken}: one word too many, '{word}': {hints[0]}")


# ── about cs itself ──


def _aligned_help(title: str, shown: list[tuple[str, str]]) -> str:
    lines = [title, ""]
    width = min(max(len(usage) for usage, _ in shown), 44)
    for usage, summary in shown:
        lines.append(
            f"  {usage:<{width}}  {summary}" if len(usage) <= width else f"  {usage}\n  {'':<{width}}  {summary}"
        )
    return "\n".join(lines)


def _help_entries() -> Iterator[tuple[str, Command]]:
    for scope, target in ((OF_SESSION, " <session> "), (EITHER, " [<session>] "), (GLOBAL, " ")):
        for known in COMMANDS:
            if known.scope == scope:
                yield target, known


def help_text() -> str:
    """The help, made from the command table."""
    shown = [("cs", "choose a session on the screen, or make one")]
    for target, known in _help_entries():
        shown.append((f"cs{target}{'|'.join(known.names)} {known.usage}".rstrip(), known.summary))
    return _aligned_help("cs: a home for every task that is done with Claude Code", shown)


@cs_command("-help", "-h", summary="show this help")
def help_command(call: Call) -> int:
    say(help_text())
    return 0


@cs_command("-version", "-v", summary="show the version")
def version_command(call: Call) -> int:
    say(f"cs {VERSION}")
    return 0


HELP_WORDS = ("-help", "--help", "-h")


def help_on(known: Command, spoken: str) -> str:
    """The help on one command, or on all the verbs that it has."""
    shown = [(f"{spoken} {'|'.join(verb.names)} {verb.usage}".rstrip(), verb.summary) for verb in known.verbs]
    return _aligned_help(
        f"{spoken}: {known.summary}", shown or [(f"{spoken} {known.usage}".rstrip(), known.summary)]
    )


# ── sessions ──

OPEN = Command(
    COMMANDS,
    (),
    "[--force] [--fresh] [--resume ID] [--on HOST] [--move-to HOST] [--move-here] [--dry-run]",
    "create or resume a session",
    OF_SESSION,
)


CONTRADICTIONS = {
    "--move-to": ("--move-here", "--on", "--fresh", "--resume", "--dry-run"),
    "--move-here": ("--on", "--fresh", "--resume", "--dry-run"),
    "--fresh": ("--resume",),
    "--rollback": ("--check", "--force"),
}


def _for_there(call: Call) -> tuple[str, ...]:
    """The options for opening that are meant for the cs on a remote session's host."""
    flags = tuple(flag for flag in ("--force", "--fresh") if call.has(flag))
    return (*flags, "--resume", call.options["--resume"]) if call.has("--resume") else flags


def _refuse_contradictions(call: Call) -> None:
    """Of two options that cannot both be meant, none may be passed over silently."""
    for option, others in CONTRADICTIONS.items():
        for other in others:
            if call.has(option) and call.has(other):
                raise UsageError(f"{option} and {other} contradict each other")


@OPEN
def open_command(call: Call) -> int:
    assert call.session is not None
    _refuse_contradictions(call)
    if call.has("--move-to"):
        return move_to(call.places, call.session, call.options["--move-to"], call.has("--force"))
    if call.has("--move-here"):
        return move_here(call.places, call.session, call.has("--force"))
    if call.has("--on") or call.session.remote_host is not None:
        return connect(
            call.places, call.session.name, call.options.get("--on"), call.has("--dry-run"), _for_there(call)
        )
    if call.has("--dry-run"):
        raise UsageError(
            "--dry-run shows how a remote session would be opened", "cs <session> --on <host> --dry-run"
        )
    if not call.session.exists and "-" + call.session.name in _names_in(GLOBAL, EITHER):
        tell_hint(f"this is a new session of that name; the command is cs -{call.session.name}")
    how = Opening(call.has("--force"), call.has("--fresh"), call.options.get("--resume"))
    return open_session(call.places, call.session.name, how)


@cs_command("-adopt", usage="<name>", summary="make the current directory a session, in place")
def adopt_command(call: Call) -> int:
    session = adopt_directory(call.places, os.getcwd(), call.words[0])
    tell(f"{session.directory} is the session '{session.name}' now; cs {session.name} opens it")
    if "auto_sync=off" in (read_text(session.sync_conf) or ""):
        tell("its git repository is left to you: cs never commits to it and never pushes it")
    return 0


def _list_time(moment: float | None) -> str:
    return "-" if moment is None else local_time(moment)[:16]


def _list_cells(row: Row) -> list[str]:
    name = row.name
    if row.secrets:
        name += f" {icon('secrets', sys.stdout)} {row.secrets}"
    if row.owner:
        name += f" {icon('open', sys.stdout)} {row.state or 'open'}"
    if row.broken:
        name += " (broken link)"
    return [name, _list_time(row.created), _list_time(row.modified)]


def describe_row(row: Row) -> dict[str, object]:
    """A session as `cs -ls --json` tells it."""
    session = Session(row.name, row.path)
    url = origin_url(session.directory)
    return {
        "name": row.name,
        "path": session.directory if row.adopted else row.path,
        "created": None if row.created is None else iso_time(row.created),
        "modified": None if row.modified is None else iso_time(row.modified),
        "location": row.host,
        "adopted": row.adopted,
        "locked_by": None if row.owner is None else {"pid": row.owner.pid, "host": row.owner.host or host_name()},
        "state": row.state or None,
        "secrets": row.secrets,
        "git_remote": None if url is None else without_credentials(url),
        "auto_sync": syncs_by_itself(session),
        "objective": read_objective(session.readme),
    }


@cs_command("-list", "-ls", usage="[--json]", summary="list the sessions")
def list_command(call: Call) -> int:
    rows = scan_sessions(call.places, secret_counts(call.places))
    if call.has("--json"):
        say_json([describe_row(row) for row in rows])
        return 0
    if not rows:
        tell("there are no sessions yet; cs <name> makes one")
        return 0
    remote = any(row.host for row in rows)
    header = ["SESSION", "CREATED", "MODIFIED"] + ["LOCATION"] * remote
    say_table(header, [_list_cells(row) + ([location_of(call.places, row.host)] if remote else []) for row in rows])
    for row in rows:
        if row.misnamed:
            tell_hint(f"'{row.name}' is not a name that cs can open: cs -rename -- {for_sh(row.name)} <new>")
        elif row.broken:
            tell_hint(f"'{row.name}' points to what is gone: cs -rm {row.name} removes the link")
    return 0


def _what_removing_does(session: Session) -> str:
    if os.path.islink(session.path):
        return f"remove the session '{session.name}'? the project in {os.readlink(session.path)} stays as it is"
    if session.remote_host:
        return f"remove the stub of '{session.name}'? the session on {session.remote_host} stays as it is"
    return f"move session '{session.name}' with its notes, history and secrets to the trash?"


def _offer_to_clean_project(session: Session) -> None:
    text = read_text(session.claude_md) or ""
    if text != without_protocol(text) and confirm(f"take cs's block out of {session.claude_md} too?"):
        remove_protocol(session)


@cs_command("-remove", "-rm", usage="<name> [-y|--yes] [--force]", summary="remove a session (to the trash)")
def remove_command(call: Call) -> int:
    session = session_named(call.places, call.words[0])
    asking, is_adopted = not call.has("--yes"), session.is_adopted
    if asking and os.path.lexists(session.path) and not confirm(_what_removing_does(session)):
        return 1
    entry = remove_session(call.places, session.name, call.has("--force"))
    tell(f"'{session.name}' is in the trash; cs -restore {session.name} brings it back within {TRASH_DAYS} days")
    if asking and is_adopted and os.path.isfile(session.claude_md):
        _offer_to_clean_project(Session(session.name, entry.path))
    return 0


@cs_command("-restore", usage="[name]", summary="list the trash, or bring a session back from it")
def restore_command(call: Call) -> int:
    if call.words:
        session = restore_session(call.places, call.words[0])
        tell(f"'{session.name}' is back; cs {session.name} opens it")
        return 0
    entries = trash_entries(call.places)
    if not entries:
        tell("the trash is empty")
        return 0
    rows = [[entry.name, _list_time(entry.removed), human_size(entry.size()), entry.entry] for entry in entries]
    say_table(["SESSION", "REMOVED", "SIZE", "ENTRY"], rows)
    return 0


@cs_command("-rename", usage="<old> <new> [--force]", summary="rename a session")
def rename_command(call: Call) -> int:
    session = rename_session(call.places, call.words[0], call.words[1], call.has("--force"))
    tell(f"'{clean(call.words[0])}' is '{session.name}' now")
    return 0


# ── conversations ──


conversations = command_group(
    "-conversations", summary="list, or export, what was said in a session", scope=OF_SESSION, default_verb="list"
)


def _conversation_cells(facts: ConversationFacts, places: Places, session: Session) -> list[str]:
    where = facts.where + (", nested" if facts.conversation.nested else "")
    opened = "here" if facts.directory == session.directory else clean(places.shorten(facts.directory))
    size, prompt = human_size(facts.size), cut(facts.prompt, 60)
    return [facts.conversation.id[:8], _list_time(facts.last), str(facts.turns), size, where, opened, prompt]


def session_of(call: Call) -> Session:
    """The session that a command was given, which must be there."""
    assert call.session is not None
    return existing_session(call.places, call.session.name)


@conversations.verb("list", "ls", usage="[--json]", summary="list the conversations, the one resumed next first")
def conversations_list_command(call: Call) -> int:
    session = session_of(call)
    facts = list_conversations(call.places, session)
    if call.has("--json"):
        say_json([each.as_json() for each in facts])
    elif facts:
        header = ["ID", "LAST", "TURNS", "SIZE", "KEPT BY", "OPENED IN", "FIRST PROMPT"]
        say_table(header, [_conversation_cells(each, call.places, session) for each in facts])
    else:
        tell(f"session '{session.name}' has no conversation yet")
    return 0


@conversations.verb(
    "export", usage="<id> [-o|--output FILE]", summary="write a conversation as Markdown, secrets redacted"
)
def conversations_export_command(call: Call) -> int:
    session = session_of(call)
    conversation = conversation_named(call.places, session, call.words[0])
    path = transcript_of(call.places, session, conversation)
    known = known_values(call.places, session.name)
    text = markdown_of(path, session.name, lambda text: redact(text, find_secrets(text, known)))
    output = call.options.get("--output")
    if output is None:
        for part in text:
            sys.stdout.write(clean_lines(part) + "\n")
    else:
        write_parts_atomically(output, (part + "\n" for part in text))
        tell(f"conversation {conversation.id} is written to {output}")
    return 0


# ── secrets ──

secrets_group = command_group("-secrets", summary="keep and use a session's credentials", scope=EITHER)


def secrets_line(line: list[str]) -> list[str]:
    """A command line of `cs-secrets`, with the session where `cs` expects it.

    >>> secrets_line(["-s", "api", "get", "X"]), secrets_line(["list"])
    (['api', '-secrets', 'get', 'X'], ['-secrets', 'list'])
    """
    first, equals, value = (line or [""])[0].partition("=")
    if first in ("-s", "--session") and not equals and len(line) > 1:
        return [line[1], "-secrets", *line[2:]]
    if first == "--session" and equals:
        return [value, "-secrets", *line[1:]]
    return ["-secrets", *line]


def _session_for_secrets(call: Call) -> Session:
    """The session that is meant: named, or the current one; it must be here, or have left secrets behind."""
    named = call.options.get("--session")
    if named is not None and call.session is not None and named != call.session.name:
        raise UsageError(f"two sessions are named: '{call.session.name}' and '{named}'")
    name = call.session.name if call.session else named or os.environ.get("CLAUDE_SESSION_NAME")
    if not name:
        raise UsageError(
            "which session? None is named, and this is not inside one", "cs <session> -secrets …, or -s <session>"
        )
    session = session_named(call.places, name)
    refuse_remote(session, "its secrets")
    if not session.exists and not open_store(call.places).holders(name):
        existing_session(call.places, name)
    return session


def _secrets_verb(*names: str, usage: str = "", summary: str) -> Command:
    return secrets_group.verb(*names, usage=f"[-s|--session NAME] {usage}".strip(), summary=summary)


def _session_verb(
    *names: str, usage: str = "", summary: str
) -> Callable[[Callable[[Call, Session, SecretStore], int]], Callable[[Call], int]]:
    """Declares a verb that is about one session: its function is told which, and gets the store."""

    def remember(act: Callable[[Call, Session, SecretStore], int]) -> Callable[[Call], int]:
        declare = _secrets_verb(*names, usage=usage, summary=summary)
        return declare(lambda call: act(call, _session_for_secrets(call), open_store(call.places)))

    return remember


def _read_secret_value(name: str) -> str:
    """A value typed without echo, or all of stdin without one trailing newline."""
    if is_terminal(sys.stdin):
        return ask_hidden(f"value of {clean(name)}: ")
    data = sys.stdin.buffer.read(SECRET_LIMIT + 3)
    end = b"\r\n" if os.name == "nt" and data.endswith(b"\r\n") else b"\n"
    data = data[: -len(end)] if data.endswith(end) else data
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        if len(data) > SECRET_LIMIT:
            raise CsError(f"the value of '{name}' is too long: the limit is {SECRET_LIMIT} bytes")
        raise CsError(f"the value of '{name}' is not UTF-8 text", "base64 makes text of any bytes")


@_session_verb(
    "set", "store", usage="<name> [value]", summary="store a secret; the value is asked for, or read from stdin"
)
def secrets_set_command(call: Call, session: Session, store: SecretStore) -> int:
    name, value = call.words[0], call.word(1)
    if value is None:
        check_secret_name(name)
        value = _read_secret_value(name)
    elif is_terminal(sys.stdin):
        warn("the value is in the shell's history now", f"cs -secrets set {name} asks for it instead")
    replaced = store.get(session.name, name) is not None
    store.set(session.name, name, value)
    tell(f"{'replaced' if replaced else 'stored'} {clean(name)} for session '{session.name}'")
    if is_refused_variable(variable_name(name)):
        warn(f"export and run refuse a secret of the name {name}: it would change how programs run")
    return 0


def _write_value(text: str) -> None:
    """Writes to stdout as UTF-8 in any locale, with no newline translated."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
    sys.stdout.buffer.flush()


def _no_such_secret(store: SecretStore, session: Session, name: str) -> CsError:
    return CsError(
        f"session '{session.name}' has no secret '{name}'", *did_you_mean(name, store.names(session.name))
    )


@_session_verb("get", usage="[-n] <name>", summary="print a value (-n: without a newline)")
def secrets_get_command(call: Call, session: Session, store: SecretStore) -> int:
    value = store.get(session.name, call.words[0])
    if value is None:
        raise _no_such_secret(store, session, call.words[0])
    _write_value(value + ("" if call.has("-n") else "\n"))
    return 0


@_session_verb("list", "ls", usage="[--json]", summary="names and dates, never values")
def secrets_list_command(call: Call, session: Session, store: SecretStore) -> int:
    names = store.names(session.name)
    if call.has("--json"):
        import json

        say(json.dumps([{"name": name, "date": date} for name, date in names.items()], indent=2))
    elif names:
        say_table(["NAME", "STORED"], [[name, date[:16].replace("T", " ")] for name, date in names.items()])
    else:
        tell(f"session '{session.name}' has no secrets")
    return 0


@_session_verb("delete", "rm", usage="<name>", summary="delete a secret")
def secrets_delete_command(call: Call, session: Session, store: SecretStore) -> int:
    name = call.words[0]
    if not store.delete(session.name, name):
        raise _no_such_secret(store, session, name)
    tell(f"deleted {clean(name)} from session '{session.name}'")
    return 0


@_session_verb("purge", usage="[-y]", summary="delete all secrets of the session")
def secrets_purge_command(call: Call, session: Session, store: SecretStore) -> int:
    if not store.all_holders(session.name):
        tell(f"session '{session.name}' has no secrets")
        return 0
    count = secret_counts(call.places).get(session.name)
    all_of_them = plural(count, "secret") if count else "all secrets"
    if not call.has("-y") and not confirm(f"delete {all_of_them} of session '{session.name}' for good?"):
        return 1
    store.purge(session.name)
    tell(f"deleted {all_of_them} of session '{session.name}'")
    return 0


@_session_verb("export", usage="[--json]", summary='lines for eval "$(cs -secrets export)"')
def secrets_export_command(call: Call, session: Session, store: SecretStore) -> int:
    values = store.get_all(session.name)
    if call.has("--json"):
        import json

        say(json.dumps(values, indent=2))
    else:
        _write_value("".join(shell_line(*variable) + "\n" for variable in secret_environment(values).items()))
    return 0


@_session_verb("run", usage="-- <command...>", summary="run a command with the secrets in its environment")
def secrets_run_command(call: Call, session: Session, store: SecretStore) -> int:
    environment = {**os.environ, **secret_environment(store.get_all(session.name))}
    sys.stdout.flush()
    try:
        if os.name == "nt":
            import subprocess

            return subprocess.call(call.words, env=environment)
        import signal

        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and the command would inherit that
        os.execvpe(call.words[0], call.words, environment)
    except FileNotFoundError:
        tell_error(CsError(f"there is no command '{call.words[0]}'"))
        return 127
    except OSError as error:
        tell_error(CsError(f"'{call.words[0]}' cannot be run: {error.strerror}"))
        return 126


@_session_verb("export-file", usage="[file]", summary="write secrets.age for other machines")
def secrets_export_file_command(call: Call, session: Session, store: SecretStore) -> int:
    path = call.word(0)
    if path is not None:
        count = export_named_file(store, session, path)
        tell(f"wrote {plural(count, 'secret')} to {clean(path)}")
        return 0
    written = export_secrets_file(call.places, session)
    if written is None:
        tell(f"session '{session.name}' has no secrets")
        return 0
    readers = f", which {', '.join(recipients(session))} can read" if written == session.secrets_age else ""
    tell(f"{session.document(written)} is up to date{readers}")
    return 0


@_session_verb("import-file", usage="[file] [--replace]", summary="read secrets.age or secrets.enc")
def secrets_import_file_command(call: Call, session: Session, store: SecretStore) -> int:
    path = call.word(0) if call.words else exchange_file(session)
    if not path:
        raise CsError(f"session '{session.name}' has neither secrets.age nor secrets.enc", "name a file to import")
    imported, kept = import_named_file(store, session, path, call.has("--replace"))
    skipped = f", {len(kept)} skipped" if kept else ""
    tell(f"{plural(len(imported), 'secret')} imported{skipped} ({call.places.shorten(path)})")
    return 0


@_secrets_verb("backend", summary="which store is in use, where, and why")
def secrets_backend_command(call: Call) -> int:
    named = call.session or call.has("--session") or os.environ.get("CLAUDE_SESSION_NAME")
    store = open_store(call.places)
    name, reason = store.choose(_session_for_secrets(call).name if named else "")
    say(f"{name}: {store.backend(name).where()}")
    say(f"chosen because {reason}")
    for other in BACKENDS:
        if other != name:
            why = store.obstacle(other) or f"cs -secrets migrate-backend {other} moves to it"
            say(f"not used: {other} ({why})")
    return 0


@_secrets_verb(
    "migrate-backend",
    usage="<to> [--from BACKEND] [--delete-source] [--all]",
    summary="copy the secrets to another store, checking every value (--all: of all sessions)",
)
def secrets_migrate_backend_command(call: Call) -> int:
    store, target = open_store(call.places), call.words[0]
    keys = list(secret_counts(call.places)) if call.has("--all") else [_session_for_secrets(call).name]
    fate = "deleted there" if call.has("--delete-source") else "still there as well"
    for key in keys:
        source, names = store.migrate(key, target, call.options.get("--from", ""), call.has("--delete-source"))
        tell(f"session '{key}': {plural(len(names), 'secret')} copied from {source} to {target}, {fate}")
    return 0


@_session_verb("migrate", usage="[--redact]", summary="find plaintext secrets in artifacts, and store them")
def secrets_migrate_command(call: Call, session: Session, store: SecretStore) -> int:
    count = 0
    for path in artifact_files(session):
        names = store_plaintext_secrets(store, session, path, call.has("--redact"))
        count += len(names)
        if names:
            tell(f"{clean(session.document(path))}: {', '.join(map(clean, names))}")
    done = "stored, and redacted in the files" if call.has("--redact") else "stored; the files are as they were"
    tell(f"{plural(count, 'secret')} {done}" if count else "no plaintext secrets in the artifacts")
    return 0


@_session_verb("fill", usage="<file> [-o|--output OUT]", summary="put values back in place of [REDACTED: …]")
def secrets_fill_command(call: Call, session: Session, store: SecretStore) -> int:
    path = call.words[0]
    data = read_given(path)
    if data is None:
        raise CsError(f"there is no file {path}")
    unstored, _ = Unstored(session).of((real_path_in(session, path) or "").replace(os.sep, "/"))
    values = {**store.get_all(session.name), **unstored}
    text, missing = fill(data.decode("utf-8", "surrogateescape"), values.get)
    if missing:
        raise CsError(
            f"nothing was filled in: session '{session.name}' has no {', '.join(missing)}",
            f"cs {session.name} -secrets import-file, or set {missing[0]}",
        )
    output = call.options.get("--output", path)
    if output == "-":
        _write_value(text)
    elif output != path or text.encode("utf-8", "surrogateescape") != data:
        write_atomically(output, text, None if os.path.exists(output) else 0o600)
    return 0


# ── secrets: keys of other machines ──


def _age_init(call: Call) -> int:
    path = age_key_path(call.places)
    advice = "" if os.path.exists(path) else "; keep a copy in a safe place"
    key = own_public_key(call.places)
    tell(f"this machine's key is in {call.places.shorten(path)}{advice}")
    say(key)
    return 0


def _age_pubkey(call: Call) -> int:
    if not os.path.exists(age_key_path(call.places)):
        raise CsError("this machine has no age key yet", "cs -secrets age init makes one")
    say(own_public_key(call.places))
    return 0


def _named_keys(words: list[str]) -> tuple[list[str], str]:
    """The keys that are meant and a name for their file; an SSH key may come as several words."""
    first = words[0]
    if first.startswith("ssh-") and " " not in first and len(words) > 1:
        first, words = f"{first} {words[1]}", words[1:]
    if first.startswith(("age1", "ssh-", "AGE-SECRET-KEY-")):
        comment = [*first.split(None, 2), "", ""][2]
        text: str | None = first
        name = comment or first.split()[-1][:16]
    else:
        data = read_given(first)
        text = None if data is None else data.decode("utf-8", "replace")
        name = os.path.basename(first)
        name = name[:-4] if name.endswith(".pub") else name
    if text is None:
        raise CsError(f"'{first}' is neither a file nor a public key")
    return _public_keys(text), recipient_name(words[1] if len(words) > 1 else name)


def _age_add(call: Call) -> int:
    if len(call.words) < 2:
        raise UsageError("whose key?", "cs -secrets age add <file.pub|age1…|ssh-ed25519 …> [name]")
    session = _session_for_secrets(call)
    keys, name = _named_keys(call.words[1:])
    add_recipient(call.places, session, keys, name)
    again = " and can read secrets.age" if os.path.exists(session.secrets_age) else ""
    tell(f"{name} is a recipient now{again}")
    return 0


def _age_list(call: Call) -> int:
    session = _session_for_secrets(call)
    own = own_public_key(call.places) if os.path.exists(age_key_path(call.places)) and has_age() else ""
    rows = []
    for name, keys in recipients(session).items():
        rows += [[name, key, "this machine" if key == own else ""] for key in keys]
    if rows:
        say_table(["NAME", "KEY", ""], rows)
    else:
        tell(f"session '{session.name}' has no recipients yet; the first export-file adds this machine")
    return 0


def _age_remove(call: Call) -> int:
    if len(call.words) != 2:
        raise UsageError("which recipient?", "cs -secrets age remove <name>")
    name = call.words[1]
    anew = remove_recipient(call.places, _session_for_secrets(call), name)
    tell(f"{clean(name)} is no recipient any more" + ("; secrets.age is encrypted anew" if anew else ""))
    if anew:
        tell("versions of secrets.age in the git history stay readable to the removed key: change those secrets")
    return 0


AGE_DEEDS: dict[str, Callable[[Call], int]] = {
    "init": _age_init,
    "pubkey": _age_pubkey,
    "add": _age_add,
    "list": _age_list,
    "ls": _age_list,
    "remove": _age_remove,
    "rm": _age_remove,
}


@_secrets_verb("age", usage="<init|pubkey|add|list|remove> [words...]", summary="the keys that open secrets.age")
def secrets_age_command(call: Call) -> int:
    deed = call.words[0]
    if deed not in AGE_DEEDS:
        raise UsageError(unknown("word", deed, AGE_DEEDS, ", ".join(AGE_DEEDS)))
    return AGE_DEEDS[deed](call)


# ── sync ──

sync_group = command_group(
    "-sync", "-s", summary="carry a session's history to a remote", scope=EITHER, default_verb="status"
)


def _session_to_sync(call: Call) -> Session:
    """The session that is meant: named, or the current one."""
    name = call.session.name if call.session else os.environ.get("CLAUDE_SESSION_NAME")
    if not name:
        raise UsageError("which session? None is named, and this is not inside one", "cs <session> -sync …")
    return existing_session(call.places, name)


@sync_group.verb("remote", usage="[url]", summary="show or set where the session is synced to")
def sync_remote_command(call: Call) -> int:
    session = _session_to_sync(call)
    history = history_to_sync(call.places, session)
    present, prefix = history.config.get("remote.origin.url"), os.environ.get(PREFIX_VARIABLE)
    url = call.word(0) or ""
    if not url and present:
        say(without_credentials(present))
        return 0
    if not url and prefix and history.is_own:
        url = url_with_prefix(prefix, session.name)
    if not url:
        say(f"'{session.name}' is local only: it has no remote")
        tell_hint(f"cs {session.name} -sync remote <url>, or set {PREFIX_VARIABLE}")
        return 0
    url = absolute_url(url)
    set_remote(history, url)
    say(without_credentials(url))
    if url != present:
        for line in PRIVACY_NOTICE:
            tell(f"cs: {line}")
        tell_hint(f"cs {session.name} -sync push")
    return 0


def _say_secrets(pulled: Pulled) -> None:
    if pulled.secrets:
        say(f"{plural(len(pulled.secrets), 'secret')} imported: {', '.join(pulled.secrets)}")
    if pulled.conflicts:
        warn(f"changed on both sides, this machine's value was kept: {', '.join(pulled.conflicts)}")


def _say_pulled(pulled: Pulled, upstream: Upstream) -> None:
    if pulled.commits:
        files = plural(pulled.files, "file")
        say(f"{plural(pulled.commits, 'commit')} from {upstream.shown}, {files} changed")
    elif upstream.tip:
        say(f"nothing new from {upstream.shown}")
    else:
        say(f"nothing is there: {upstream.shown} does not exist")
        tell_hint(f"cs {upstream.history.session.name} -sync push makes it")
    _say_secrets(pulled)


def _say_local_only(session: Session, what: str) -> None:
    say(f"'{session.name}' is local only{what}")
    tell_hint(f"cs {session.name} -sync remote <url> gives it a remote")


@sync_group.verb(
    "push",
    usage="[-q|--quiet] [--squash] [--as-is]",
    summary="commit, and carry the branch to the remote",
)
def sync_push_command(call: Call) -> int:
    session, quiet = _session_to_sync(call), call.has("--quiet")
    try:
        pushed = push(call.places, session, quiet, as_is=call.has("--as-is"), squash=call.has("--squash"))
    except CsError as error:
        if quiet:
            log_failure(session, "push", error)
        raise
    if pushed.upstream is None:
        _say_local_only(session, f", with {plural(pushed.commits, 'commit')}")
        return 0
    if pushed.pulled is not None:
        _say_pulled(pushed.pulled, pushed.upstream)
    if pushed.left_uncommitted:
        files = plural(pushed.left_uncommitted, "changed file")
        tell(f"cs: {files} stayed here: cs does not commit to this repository, which was there before it")
    what = f"pushed {plural(pushed.commits, 'commit')} to" if pushed.commits else "nothing new for"
    say(f"{what} {pushed.upstream.shown}")
    return 0


@sync_group.verb(
    "pull",
    usage="[-q|--quiet] [--mine] [--theirs]",
    summary="bring in what the remote has, and import its secrets",
)
def sync_pull_command(call: Call) -> int:
    session, quiet = _session_to_sync(call), call.has("--quiet")
    if call.has("--mine") and call.has("--theirs"):
        raise UsageError("--mine and --theirs contradict each other")
    prefer = "mine" if call.has("--mine") else "theirs" if call.has("--theirs") else ""
    try:
        pulled = pull(call.places, session, quiet, prefer)
    except CsError as error:
        if quiet:
            log_failure(session, "pull", error)
        raise
    if pulled.upstream is None:
        _say_local_only(session, ": there is nothing to pull from")
    else:
        _say_pulled(pulled, pulled.upstream)
    return 0


def _describe_secrets(places: Places, session: Session) -> str:
    count = secret_counts(places).get(session.name, 0)
    try:
        name, _ = open_store(places).choose(session.name)
    except CsError as error:
        return f"{count}, but: {error}"
    return f"{count} ({name})"


def _describe_distance(upstream: Upstream) -> str:
    if not upstream.tip:
        return "not set"
    ahead = count_commits(upstream.history, "HEAD", f"^{upstream.tracking}")
    behind = count_commits(upstream.history, upstream.tracking, "^HEAD")
    where = f"{upstream.remote}/{upstream.branch}"
    return f"{where}, " + (f"{ahead} ahead, {behind} behind" if ahead or behind else "up to date")


@sync_group.verb("status", "st", summary="show branch, remote, and what is not committed or pushed")
def sync_status_command(call: Call) -> int:
    session = _session_to_sync(call)
    history = history_to_sync(call.places, session)
    upstream = upstream_of(history)
    rows = [
        ("session", session.name + (" (adopted)" if session.is_adopted else "")),
        ("path", call.places.shorten(session.directory)),
        ("branch", history.git.branch() or "none (detached HEAD)"),
        ("remote", without_credentials(upstream.url) if upstream else "none: local only"),
        ("auto-sync", "on" if syncs_by_itself(session) else "off"),
        ("secrets", _describe_secrets(call.places, session)),
        ("uncommitted", plural(len(uncommitted_files(history)), "file")),
        ("commits", str(count_commits(history, "HEAD"))),
    ]
    if upstream is not None:
        rows.append(("upstream", _describe_distance(upstream)))
    for label, value in rows:
        say(f"{label:<12} {clean(value)}")
    if upstream is not None and not upstream.tip:
        tell_hint(f"cs {session.name} -sync push sets the upstream")
    return 0


@sync_group.verb("auto", usage="[on|off]", summary="show or set whether it syncs by itself")
def sync_auto_command(call: Call) -> int:
    session = _session_to_sync(call)
    refuse_remote(session, "its history and its sync")
    word = call.word(0)
    if word is not None:
        if word not in ("on", "off"):
            raise UsageError(f"auto-sync is 'on' or 'off', not '{word}'")
        set_key_value(session.sync_conf, "auto_sync", word)
    say("on" if syncs_by_itself(session) else "off")
    return 0


@sync_group.verb("clone", usage="<session|url> [name]", summary="make a session of what is at a remote")
def sync_clone_command(call: Call) -> int:
    if call.session is not None:
        raise UsageError("clone makes a new session", "cs -sync clone <session|url> [name]")
    source = call.words[0]
    prefix = os.environ.get(PREFIX_VARIABLE)
    if not is_url(source) and not prefix:
        raise CsError(f"where is '{source}'? {PREFIX_VARIABLE} is not set", "cs -sync clone <url> [name]")
    url = absolute_url(source if is_url(source) else url_with_prefix(prefix or "", check_name(source)))
    name = check_name(call.word(1) or name_from_url(source))
    session = clone_session(call.places, url, name)
    if needs_migration(session):
        migrate_session(call.places, session)
    complete_session(session)
    pulled = Pulled(None)
    take_over_encrypted(history_to_sync(call.places, session), pulled)
    say(f"cloned {without_credentials(url)} to {call.places.shorten(session.directory)}")
    _say_secrets(pulled)
    tell_hint(f"cs {name} opens it")
    return 0


# ── remote ──

REMOTE = command_group("-remote", summary="register hosts for remote sessions", scope=GLOBAL, default_verb="list")


@REMOTE.verb("add", usage="<name> <user@host>", summary="give a host a name")
def remote_add_command(call: Call) -> int:
    name, target = call.words
    before = register_host(call.places, name, target)
    tell(f"{name} is {target} now" + (f"; it was {before}" if before not in (None, target) else ""))
    return 0


@REMOTE.verb("list", "ls", summary="list the registered hosts")
def remote_list_command(call: Call) -> int:
    hosts = registered_hosts(call.places)
    if hosts:
        say_table(["HOST", "TARGET"], [[name, hosts[name]] for name in sorted(hosts)])
    else:
        tell("no host is registered; cs -remote add <name> <user@host> registers one")
    return 0


@REMOTE.verb("remove", "rm", usage="<name>", summary="forget a host")
def remote_remove_command(call: Call) -> int:
    name = call.words[0]
    target = registered_hosts(call.places).get(name)
    sessions = forget_host(call.places, name)
    tell(f"{name} is forgotten; it was {target}")
    if sessions:
        warn(
            f"on {name} there are still: {', '.join(sessions)}",
            f"cs <session> --on {target} keeps them within reach",
        )
    return 0


@internal_command("-remote-serve")
def remote_serve_command(call: Call) -> int:
    """For a cs on another machine, which moves a session."""
    return serve_moves(call.places, sys.stdin, sys.stdout)


@internal_command("-remote-tar", "<in|out> <directory>")
def remote_tar_command(call: Call) -> int:
    """For a cs on another machine, where one side has no rsync."""
    direction, directory = call.words
    if direction == "in":
        read_tar(sys.stdin.buffer, directory)
    else:
        write_tar(directory, sys.stdout.buffer)
    return 0


# ── search ──


def _refresh_with_progress(searcher: Searcher) -> None:
    """Brings the index up to date; on a terminal, what takes its time shows how far it is."""
    line = Progress("indexing what has been said: MB", 0)
    line.next += 0.5

    def hear(done: int, total: int) -> None:
        line.total, line.done = max(total, done) >> 20, (done >> 20) - 1
        line.step()

    try:
        searcher.refresh(hear)
    finally:
        line.end()


def _wider_query(query: SearchQuery) -> str:
    """How the query could find more, as an addition to a sentence."""
    words = [term.words[0] for term in query.terms if len(term.words) == 1 and not term.is_prefix]
    return f"; '{words[-1]}*' also finds longer words" if words else ""


def _highlighted(hit: Hit) -> str:
    """A hit's line with its words in colour."""
    shown, position = "", 0
    for start, end in hit.marks:
        shown += hit.text[position:start] + paint(hit.text[start:end], "gold", sys.stdout, bold=True)
        position = end
    return shown + hit.text[position:]


def _say_session_hits(places: Places, found: SessionHits) -> None:
    session = Session(found.session, found.path)
    say(paint(clean(found.session), "rust", sys.stdout, bold=True))
    for hit in found.hits:
        when = local_time(hit.when)[: 16 if hit.conversation else 10] if hit.when else ""
        place = hit.place(session.document(hit.file))
        say("  " + paint(clean(f"{when}  {place}".strip()), "comment", sys.stdout))
        say("    " + _highlighted(hit))


@cs_command(
    "-search",
    usage="<words...> [--limit N] [--json]",
    summary='find what was said or noted: words, "a phrase", prefix*, -word, in:notes|chat|artifacts, session:, since:2w',
)
def search_command(call: Call) -> int:
    as_json = call.has("--json")
    limit = call.options.get("--limit", "20")
    if not (limit.isascii() and limit.isdigit() and int(limit[:9]) > 0):
        raise UsageError(f"--limit {limit}: not a number above zero")
    spoken = call.words[: len(call.words) - len(call.literal)]
    query = parse_query(" ".join(spoken), " ".join(call.literal))
    searcher = Searcher(call.places)
    try:
        _refresh_with_progress(searcher)
        found = searcher.find(query, int(limit[:9]), 20 if as_json else 3)
    finally:
        searcher.close()
    for name in searcher.left_out:
        warn(f"the secrets of '{name}' cannot be read, so nobody knows what to hide: what is new there is left out")
    if as_json:
        import json

        say(json.dumps([session.as_json() for session in found], indent=2, ensure_ascii=False))
    for session in () if as_json else found:
        _say_session_hits(call.places, session)
    if not found and not as_json:
        tell_hint("nothing found" + _wider_query(query))
    return 0 if found else 1


# ── work that hooks start ──


def _log_errors(session: Session, what: str, deed: Callable[[], object]) -> None:
    """Does what nobody waits for: an error is a line in the session's log."""
    try:
        deed()
    except Exception as error:
        log_line(session, _error_line(what, error))


@internal_command("-hook-autosave", "[--now]")
def hook_autosave_command(call: Call) -> int:
    session = hook_session(call.places)
    if session is not None:
        _log_errors(session, "Autosave", lambda: autosave_when_due(call.places, session, call.has("--now")))
    return 0


@internal_command("-hook-artifact", "<file>")
def hook_artifact_command(call: Call) -> int:
    session, path = hook_session(call.places), call.words[0]
    if session is not None:
        what = f"No copy of {session.document(path)} in the artifacts"
        _log_errors(session, what, lambda: keep_artifact(call.places, session, path, patience=60.0))
    return 0


# ── install and update ──


def _what_is_left_to_do(at: Installation) -> Iterator[str]:
    """cs never edits a shell's start-up files: it says which lines are missing."""
    bin, found = at.places.bin, find_program(at.name)
    if bin not in os.environ.get("PATH", "").split(os.pathsep):
        yield f"add to your shell's start-up file: {path_line(bin)}"
    elif found is not None and os.path.dirname(found) != bin:
        yield f"{found} comes first on the PATH and is another program; '{bin}' has to stand before it"
    shell = os.path.basename(os.environ.get("SHELL", ""))
    if shell == "zsh":
        yield "completion: add to ~/.zshrc: fpath=(~/.zsh/completions $fpath); autoload -Uz compinit && compinit"
    elif shell == "bash":
        yield "completion works in new shells with bash-completion"


@cs_command(
    "-install", usage="[--name NAME]", summary="install the program, hooks, commands, skill and completions"
)
def install_command(call: Call) -> int:
    at = Installation(call.places, call.options.get("--name", ""))
    check_name(at.name)
    if not install(at):
        tell(f"{at.name} {VERSION} is installed; nothing had to be changed")
        return 0
    where, hooks = call.places.shorten(call.places.bin), plural(len(HOOKS), "hook")
    tell(f"{at.name} {VERSION} is installed in {where}, with {hooks} for Claude Code")
    for line in _what_is_left_to_do(at):
        tell_hint(line)
    return 0


def _update_state(newest: str) -> str:
    if is_newer(newest, VERSION):
        return f"cs {newest} is available, and this is {VERSION}; cs -update installs it"
    if is_newer(VERSION, newest):
        return f"cs {VERSION} is newer than the newest release, {newest}"
    return f"cs {VERSION} is the newest version"


@cs_command(
    "-update",
    usage="[-c|--check] [-f|--force] [--rollback]",
    summary="update to the newest version; --check only tells, --rollback goes back one",
)
def update_command(call: Call) -> int:
    _refuse_contradictions(call)
    at = Installation(call.places)
    if call.has("--rollback"):
        tell(f"cs is {roll_back(at)} again")
        return 0
    release = newest_release(releases_url())
    remember_newest_version(call.places, release.version)
    if call.has("--check"):
        say(_update_state(release.version))
        return 0
    refuse_unless_installed(at)
    if not call.has("--force") and not is_newer(release.version, VERSION):
        if release.version != VERSION:
            older = f"the newest release is {release.version}, older than this cs ({VERSION})"
            raise CsError(older, "cs -update --force installs it all the same")
        tell(_update_state(release.version))
        return 0
    tell(f"downloading cs {release.version} from {clean(without_credentials(release.base))}")
    if not RELEASE_KEY:
        tell("this cs was built without a key: the download is checked by its checksum only")
    update(at, release)
    tell(f"cs is {release.version} now, and was {VERSION}; cs -update --rollback goes back")
    changes = changes_between(read_text(os.path.join(at.in_use(), "CHANGELOG.md")) or "", VERSION, release.version)
    if changes:
        tell("\n" + clean_lines(changes))
    return 0


def _say_diagnosis(check: str, status: str, text: str, remedy: str) -> None:
    colour = {OK: "green", WARN: "yellow", FAIL: "red"}[status]
    say(f"{paint(f'{status:<4}', colour, sys.stdout)}  {check:<8}  {clean(text)}")
    if remedy:
        say(f"{'':<14}  mend it: {clean(remedy)}")


@cs_command("-doctor", usage="[--json]", summary="check the installation, and say how to mend it")
def doctor_command(call: Call) -> int:
    found = list(diagnose(call.places))
    if call.has("--json"):
        say_json(found)
    else:
        for each in found:
            _say_diagnosis(**each)
    return 1 if any(each["status"] == FAIL for each in found) else 0


@cs_command(
    "-uninstall", usage="[-y|--yes]", summary="remove cs; sessions and secrets stay unless you say otherwise"
)
def uninstall_command(call: Call) -> int:
    places, at, receipt = call.places, Installation(call.places), Receipt(call.places)
    for path in {at.settings, *receipt.settings}:
        SettingsFile(path)  # an unreadable one is an error before anything is removed
    tell("this removes cs, its hooks in settings.json, and:")
    for path in [*receipt.links, *receipt.files, places.data, places.cache]:
        if os.path.lexists(path):
            tell(f"  {clean(places.shorten(path))}")
    asking = not call.has("--yes")
    if asking and not confirm("uninstall cs?"):
        return 1
    secrets = secret_counts(places)
    if asking and secrets and confirm(f"also delete {plural(sum(secrets.values()), 'stored secret')}, for good?"):
        for key in secrets:
            open_store(places).purge(key)
        remove_tree(places.secrets)
    if asking and os.path.isdir(places.root) and confirm(f"also delete all sessions in {places.root}, for good?"):
        remove_tree(places.root)
    for path in uninstall(at):
        tell(f"{clean(places.shorten(path))} has been changed since, and stays")
    for kept, place in (("sessions", places.root), ("secrets", places.secrets)):
        if os.path.isdir(place):
            tell(f"your {kept} stay in {clean(places.shorten(place))}")
    tell("cs is uninstalled")
    return 0


# ── the TUI ──


def has_screen() -> bool:
    """Whether curses is there and knows this terminal."""
    if os.environ.get("TERM", "dumb") == "dumb":
        return False
    try:
        import curses
        import termios  # noqa: F401 - absent where there are no such terminals
    except ImportError:
        return False
    try:
        curses.setupterm(os.environ["TERM"], sys.stdout.fileno())
    except curses.error:
        return False
    return True


def ask_for_session(places: Places) -> Outcome:
    """The numbered list, for terminals that curses cannot paint on."""
    rows = sort_rows(scan_sessions(places, secret_counts(places)), MODIFIED, True, {})
    moment = time.time()
    table = [
        [str(i + 1), row.name, "-" if row.modified is None else age(moment - row.modified)]
        for i, row in enumerate(rows)
    ]
    if table:
        say_table(["", "SESSION", "MODIFIED"], table)
    answer = ask_line("number or name (a new name makes a session): ")
    if not answer:
        return Outcome([])
    if answer.isdigit() and not any(row.name == answer for row in rows):
        if not 0 < int(answer) <= len(rows):
            raise CsError(f"there is no number {answer} in the list")
        answer = rows[int(answer) - 1].name
    return Outcome([check_name(answer)])


def _with_verb(call: Call) -> Call:
    """Goes on to the subcommand where the command has some."""
    group, rest = call.command, call.rest
    if not group.verbs or (rest and rest[0] in HELP_WORDS):
        return call
    if group.default_verb and (not rest or rest[0].startswith("-")):
        rest = [group.default_verb, *rest]
    if not rest:
        raise call.misused("which command?", ", ".join(verb.names[0] for verb in group.verbs))
    verb = find_command(group.verbs, rest[0], group.scope)
    if verb is None:
        names = [name for each in group.verbs for name in each.names]
        raise UsageError(f"{call.spoken}: {unknown('command', rest[0], names, ', '.join(names))}")
    return Call(verb, call.places, call.session, f"{call.spoken} {verb.names[0]}", rest[1:])


def understand(line: list[str], places: Places) -> Call:
    """Finds out what a command line is about; its arguments are still to be sorted. Raises UsageError."""
    first, rest = line[0], line[1:]
    if first.startswith("-"):
        known = find_command(COMMANDS + INTERNAL, first, GLOBAL)
        if known is None:
            if find_command(COMMANDS, first, OF_SESSION) is not None:
                raise UsageError(f"'{first}' is about one session: cs <session> {first}")
            raise UsageError(unknown("command", first, _names_in(GLOBAL, EITHER), "cs -help lists them"))
        return _with_verb(Call(known, places, None, f"cs {known.names[0]}", rest))
    target = parse_target(first)
    if target is not None:
        first, rest = target[1], [*rest, "--on", target[0]]
    session = session_named(places, first)
    word = rest[0].partition("=")[0] if rest else ""
    known = find_command(COMMANDS, word, OF_SESSION)
    if known is not None and target is not None:
        raise CsError(
            f"{known.names[0]} works where the session is, on {target[0]}", f"connect first: cs {line[0]}"
        )
    if known is not None:
        return _with_verb(Call(known, places, session, f"cs {first} {known.names[0]}", rest[1:]))
    call, options = Call(OPEN, places, session, f"cs {first}", rest), Usage(OPEN.usage).options
    if word.startswith("-") and word not in options:
        known_words = [*options, *_names_in(OF_SESSION, EITHER)]
        raise UsageError(f"{call.spoken}: {unknown('word', word, known_words, 'cs -help lists them')}")
    return call


def carry_out(line: list[str], places: Places) -> int:
    """Understands one command line, and does it."""
    call = understand(line, places)
    if call.rest and call.rest[0] in HELP_WORDS:
        say(help_on(call.command, call.spoken))
        return 0
    call.sort_words()
    return call.command.act(call)


@cs_command("-tui", summary="choose a session on the screen, as cs alone does")
def tui_command(call: Call) -> int:
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        say(help_text())
        return 0
    outcome = run_tui(call.places) if has_screen() else ask_for_session(call.places)
    return carry_out(outcome.line, call.places) if outcome.line else outcome.status


# ── main ──


def _forget_stdout() -> None:
    """Nobody can read on (`cs -ls | head`, a full disk): what is still buffered goes nowhere, silently."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def report_own_error(error: Exception) -> int:
    """Writes the traceback of an error of our own to a file and names it; exit status 3."""
    import tempfile
    import traceback

    handle, path = tempfile.mkstemp(".log", "cs-error-")
    with open(handle, "w", encoding="utf-8", errors="replace") as f:
        f.write(f"cs {VERSION}, Python {sys.version}\n")
        traceback.print_exception(type(error), error, error.__traceback__, file=f)
    tell(f"cs: an error of its own ({type(error).__name__}); the details are in {path}")
    return 3


def main(line: list[str], program: str = "cs") -> int:
    """Carries out one command line and returns the exit status; the only place that turns errors into words."""
    prepare_streams()
    try:
        if program.endswith("-secrets"):
            line = secrets_line(line)
        elif line[:1] in (["-secrets"], ["--secrets"]):
            line = secrets_line(line[1:])
        elif program.endswith("-tui"):
            line = ["-tui", *line]
        status = carry_out(line or ["-tui"], Places(os.environ))
        sys.stdout.flush()
        return status
    except CsError as error:
        tell_error(error)
        return error.status
    except KeyboardInterrupt:
        tell()
        return 130
    except BrokenPipeError:
        _forget_stdout()
        return 0
    except OSError as error:
        what = error.strerror or str(error)
        tell_error(CsError(f"{what}: {error.filename}" if error.filename else what))
        try:
            sys.stdout.flush()
        except OSError:
            _forget_stdout()
        return 1
    except Exception as error:
        return report_own_error(error)


def run_and_leave(line: list[str], program: str) -> NoReturn:
    """Carries out one command line and ends the process at once: tidying up would cost 4 ms, and keep nothing."""
    status = main(line, program)
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    run_and_leave(sys.argv[1:], "cs")
