"""The benchmarks: that they measure, and fail when a limit is passed."""

import sys

import pytest
from bed import TESTS

pytestmark = [pytest.mark.once]


def save(box, rows):
    """A file of rows."""
    place = box.work / "rows.py"
    place.write_text("from bench import row\n" + rows)
    return place


def bench(box, rows, *argv):
    """The status and lines of the table for some rows."""
    result = box.run(sys.executable, TESTS / "bench" / "bench.py", "--rows", save(box, rows), *argv)
    return result.status, result.out.splitlines()


def test_a_row_is_measured_beside_the_bare_python(box):
    row = '@row("one")\ndef one(bench): return ["/bin/sh", "-c", "true"]\n'
    status, (head, line, *_) = bench(box, row, "-n", "3")
    assert status == 0
    assert head.split() == ["milliseconds", "median", "5", "%", "95", "%", "bare", "over", "limit", "cpu"]
    name, *figures = line.split()
    assert (name, len(figures)) == ("one", 6)


def test_a_row_over_its_limit_fails(box):
    row = '@row("one", limit=-1000)\ndef one(bench): return ["/bin/sh", "-c", "true"]\n'
    status, lines = bench(box, row, "-n", "1")
    assert (status, lines[1].split()[-1]) == (1, "OVER")


def test_the_95_percent_point_has_a_limit_too(box):
    row = 'from bench import times\n@row("one", limit=5, high=7)\ndef one(bench): return times([1, 1, 1, 8])\n'
    status, lines = bench(box, row)
    assert (status, lines[1].split()[-1]) == (1, "OVER")


def test_a_row_stands_beside_the_original_program(box):
    original = box.fake("original", out="sessions")
    row = '@row("one")\ndef one(bench): return bench.measure(["/bin/true"], original=bench.originals("-ls"))\n'
    status, (head, line, *_) = bench(box, row, "-n", "3", "--original", original)
    assert (status, head.split()[-1], len(line.split())) == (0, "original", 8)
    assert {tuple(call.argv) for call in box.calls("original")} == {("-ls",)}


def test_hooks_of_the_original_lie_beside_its_program(box):
    hook = box.work / "theirs/hooks/changes-tracker.sh"
    for place in (hook, box.work / "theirs/bin/cs"):
        place.parent.mkdir(parents=True)
        place.write_text("#!/bin/sh\ncat\n")
        place.chmod(0o755)
    row = 'import sys\n@row("one")\ndef one(bench): sys.exit(bench.original_hook("changes-tracker")[-1])\n'
    result = box.run(
        *(sys.executable, TESTS / "bench" / "bench.py", "--rows", save(box, row)),
        *("--original", box.work / "theirs/bin/cs"),
    )
    assert result.err.strip() == str(hook)


def test_rows_are_chosen_by_a_word(box):
    row = '@row("one")\ndef one(bench): 1 / 0\n'
    assert bench(box, row, "two") == (0, bench(box, "", "two")[1])
