"""What of cs.py and the hooks the tests run, in every process that they start.

    python3.13 tests/coverage.py [PYTEST ARGUMENT...]      all tests, or some; prints what nothing has run
    python3.13 tests/coverage.py --report                  the same for what has been run so far

cs ends by os._exit, is started without `site`, and is killed by tests: no tool that saves its data at exit sees
that. So this makes a copy of the interpreter (links, but for one module that every start imports) that notes
each line the first time it runs, in a file that all processes map into their memory. Python 3.12 or newer.
"""

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

TESTS = Path(__file__).resolve().parent
TOP = TESTS.parent
PLACE = Path(os.environ.get("COVERAGE_DIR") or TOP / ".venv" / "coverage")
SOURCES = [TOP / "cs.py", *sorted((TOP / "hooks").glob("*.py"))]
SLOTS = 1 << 16  # lines of a file at most

NOTER = """

def _note_lines():
    import mmap, posix, sys
    monitoring, place, maps = sys.monitoring, {place!r}, {{}}

    def lines_of(name):
        base = name.rpartition("/")[2]
        if name not in maps:
            maps[name] = None
            if base in {names!r}:
                handle = posix.open(place + "/" + base + ".lines", posix.O_RDWR)
                maps[name] = mmap.mmap(handle, {slots})
                posix.close(handle)
        return maps[name]

    def line(code, number):
        lines = lines_of(code.co_filename)
        if lines is not None:
            lines[number] = 1
        return monitoring.DISABLE

    monitoring.use_tool_id(4, "lines")
    monitoring.register_callback(4, monitoring.events.LINE, line)
    monitoring.set_events(4, monitoring.events.LINE)

_note_lines()
"""


def make_interpreter():
    """The path of a Python, with what tests/requirements.txt lists, that notes what it runs."""
    python = PLACE / "tests/bin/python3"
    if not python.exists():
        base, library = PLACE / "python", Path(sysconfig.get_path("stdlib"))
        shutil.rmtree(PLACE, ignore_errors=True)
        own = base / "lib" / library.name
        own.mkdir(parents=True)
        (base / "bin").mkdir()
        for entry in library.iterdir():
            if entry.name not in ("encodings", "__pycache__"):
                (own / entry.name).symlink_to(entry)
        shutil.copytree(str(library / "encodings"), str(own / "encodings"))
        binary = os.path.realpath(sys.executable)
        shutil.copy(binary, str(base / "bin/python3"))
        for shared in Path(binary).parent.parent.glob("lib/libpython*"):
            (base / "lib" / shared.name).symlink_to(shared)
        subprocess.run([str(base / "bin/python3"), "-m", "venv", str(PLACE / "tests")], check=True)
        install = ("-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "-r")
        subprocess.run([str(python), *install, str(TESTS / "requirements.txt")], check=True)
        with open(str(own / "encodings/__init__.py"), "a", encoding="utf-8") as module:
            names = {source.name for source in SOURCES}
            module.write(NOTER.format(place=str(PLACE), names=names, slots=SLOTS))
        shutil.rmtree(str(own / "encodings/__pycache__"), ignore_errors=True)
    return str(python)


def clear():
    """Nothing has run yet."""
    for source in SOURCES:
        (PLACE / (source.name + ".lines")).write_bytes(bytes(SLOTS))


# ---- what ran ------------------------------------------------------------------------------------------


def statements(tree):
    """The first lines of the statements that a run of them would note."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not is_text(node) and not is_declaration(node):
            found.add(node.lineno)
    return found


def is_text(node):
    """Whether a statement is a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def is_declaration(node):
    """Whether a statement makes no code."""
    declared = isinstance(node, ast.AnnAssign) and node.value is None
    return declared or isinstance(node, (ast.Global, ast.Nonlocal)) or is_for_types(node)


def is_for_types(node):
    """Whether a statement is `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def functions(tree, prefix=""):
    """(name, first line of the body, statements) of each function, methods as Class.method."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from functions(node, prefix + node.name + ".")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            body = set().union(*(statements(part) for part in node.body)) | {
                part.lineno for part in node.body if not is_text(part) and not is_declaration(part)
            }
            yield prefix + node.name, node.lineno, body
            yield from functions(node, prefix + node.name + ".")


def report(lines_too=True):
    """Print the share of what ran, the functions that nothing runs, and the lines of others that nothing runs."""
    for source in SOURCES:
        tree = ast.parse(source.read_text(encoding="utf-8"))
        ran = {number for number, flag in enumerate((PLACE / (source.name + ".lines")).read_bytes()) if flag}
        all_lines = statements(tree)
        missing = sorted(all_lines - ran)
        print(
            f"{source.relative_to(TOP)}: {len(all_lines) - len(missing)} of {len(all_lines)} statements ran", end=""
        )
        print(f" ({100 * (1 - len(missing) / max(1, len(all_lines))):.1f} %)")
        never = [(name, line) for name, line, body in functions(tree) if body and not body & ran]
        for name, line in never:
            print(f"  never: {name}, line {line}")
        if lines_too:
            print_lines(source, missing)


def print_lines(source, missing):
    """The lines that nothing has run."""
    text = source.read_text(encoding="utf-8").splitlines()
    for number in missing:
        print(f"  {number:6}  {text[number - 1]}")


def main(words):
    if words[:1] == ["--report"]:
        return report()
    python = make_interpreter()
    clear()
    command = [python, "-m", "pytest", "-p", "no:cacheprovider", *words]
    status = subprocess.run(command, cwd=str(TOP)).returncode
    report()
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
