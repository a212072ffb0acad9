"""The shape of the project: cs.py reads from top to bottom, and starts without heavy imports."""

import ast
import doctest
import re
import subprocess
from bisect import bisect

import bed
import pytest

LIGHT = {"__future__", "os", "sys", "time"}
TOP_LEVEL = {
    *("cs.py", "build_zipapp.py", "hooks", "commands", "skills", "completions", "docs", "tests"),
    *("install.sh", "install.ps1", "pyproject.toml"),
    *("README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"),
    *(".ci", ".github", ".gitignore", ".gitattributes"),
}


@pytest.fixture(scope="module")
def source():
    """The text of cs.py."""
    place = bed.TOP / "cs.py"
    if not place.exists():
        pytest.skip("cs.py is not there yet")
    return place.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tracked():
    """The files that git knows about, as paths from the top."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=bed.TOP, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is not a git checkout")
    return [path for path in listed.stdout.split("\0") if path]


# ---- cs.py ---------------------------------------------------------------------------------------------


def names_defined(statement):
    """The names that a statement at the top level gives to the rest of the file."""
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return names_used(statement, ast.Store)
    return set()


def without_annotations(tree):
    """The nodes of a tree but for annotations, which are never evaluated and may name each other's classes."""
    for node in ast.iter_child_nodes(tree):
        skipped = {getattr(tree, "annotation", None), getattr(tree, "returns", None)} - {None}
        if node not in skipped:
            yield node
            yield from without_annotations(node)


def names_used(tree, context):
    """The plain names that are read (ast.Load) or bound (ast.Store) anywhere in a tree."""
    nodes = [tree, *without_annotations(tree)]
    names = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, context)}
    if context is ast.Store:
        names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return names


def downward_references(tree):
    """What each top-level statement reads although it is defined only below, as 'line: a uses b'."""
    found, below = [], set()
    for statement in reversed(tree.body):
        own = names_defined(statement)
        local = names_used(statement, ast.Store)
        for name in sorted(names_used(statement, ast.Load) & below - own - local):
            found.append(f"{statement.lineno}: {', '.join(own) or 'the module'} uses {name}")
        below |= own
    return found


def sections(source):
    """The line of each banner, ascending."""
    lines = source.splitlines()
    return [
        n for n, line in enumerate(lines, 1) if re.match(r"#  ?\d+\. ", line) and lines[n - 2].startswith("# ═")
    ]


def test_every_section_uses_only_what_stands_above_it(source):
    tree, banners = ast.parse(source), sections(source)
    home = {name: bisect(banners, node.lineno) for node in tree.body for name in names_defined(node)}
    found = [entry.split() for entry in downward_references(tree)]
    assert [words for words in found if home[words[-1]] != bisect(banners, int(words[0][:-1]))] == []


def test_every_definition_stands_above_its_uses(source):
    assert downward_references(ast.parse(source)) == []


def test_a_use_above_the_definition_would_be_found():
    text = "def a(c): return b() + c\ndef b(): return b\ndef c(): return a\nd = b\n"
    assert downward_references(ast.parse(text)) == ["1: a uses b"]


def test_a_start_imports_only_what_every_run_needs(source):
    imported = set()
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Import):
            imported |= {alias.name for alias in statement.names}
        if isinstance(statement, ast.ImportFrom):
            imported.add(statement.module)
    assert imported <= LIGHT


def test_the_sections_are_those_of_the_map_in_their_order(source):
    entries = re.findall(r"^ +(\d+)  (\w[\w ,]*?)(?:   .*)?$", ast.get_docstring(ast.parse(source)), re.M)
    banners = re.findall(r"^# ═+\n#  ?(\d+)\. (.+)\n", source, re.M)
    titles = [(number, title.lower()) for number, title in banners]
    plan = [(number, title.lower()) for number, title in entries]
    assert titles
    assert titles == [entry for entry in plan if entry in titles]


def test_the_examples_in_the_docstrings_are_true(source):
    import cs

    failed, tried = doctest.testmod(cs, optionflags=doctest.ELLIPSIS)
    assert (failed, tried > 0) == (0, True)


# ---- the tree ------------------------------------------------------------------------------------------


def test_the_top_of_the_tree_holds_the_agreed_entries_only(tracked):
    assert {path.split("/")[0] for path in tracked} - TOP_LEVEL == set()


def test_no_file_names_this_checkout(tracked):
    place = str(bed.TOP).encode()
    texts = [path for path in tracked if (bed.TOP / path).is_file()]
    assert [path for path in texts if place in (bed.TOP / path).read_bytes()] == []


def test_continuous_integration_runs_the_same_command_as_a_person():
    lines = (bed.TOP / ".ci" / "run").read_text().splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]
    assert commands == ['exec "$(dirname "$0")/../tests/run"']
