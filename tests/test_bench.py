"""The benchmarks: that they measure, and fail when a limit is passed."""

import sys

import pytest
from bed import TESTS

pytestmark = [pytest.mark.once]


def bench(box, rows, *argv):
    """The status and lines of the table for some rows."""
    place = box.work / "rows.py"
    place.write_text("from bench import row\n" + rows)
    result = box.run(sys.executable, TESTS / "bench" / "bench.py", "--rows", place, *argv)
    return result.status, result.out.splitlines()


def test_a_row_is_measured_beside_the_bare_python(box):
    row = '@row("one")\ndef one(bench): return ["/bin/sh", "-c", "true"]\n'
    status, (head, line) = bench(box, row, "-n", "3")
    assert status == 0
    assert head.split() == ["milliseconds", "median", "5", "%", "95", "%", "bare", "over", "limit"]
    name, *figures = line.split()
    assert (name, len(figures)) == ("one", 5)


def test_a_row_over_its_limit_fails(box):
    row = '@row("one", limit=-1000)\ndef one(bench): return ["/bin/sh", "-c", "true"]\n'
    status, lines = bench(box, row, "-n", "1")
    assert (status, lines[1].split()[-1]) == (1, "OVER")


def test_rows_are_chosen_by_a_word(box):
    row = '@row("one")\ndef one(bench): 1 / 0\n'
    assert bench(box, row, "two") == (0, bench(box, "", "two")[1])
