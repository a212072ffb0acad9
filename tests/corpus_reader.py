"""The labelled lines of tests/corpus/, and how well the detector does on them."""

import os
from collections import namedtuple

import cs

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")

Line = namedtuple("Line", "syntax text start end")  # start and end of the credential, or None
Score = namedtuple("Score", "right missed false wrong")


def lines_of(name):
    """The lines of one file of the corpus."""
    with open(os.path.join(CORPUS, name), encoding="utf-8") as file:
        labelled = [line.rstrip("\n").split(" ", 2) for line in file if line.strip() and not line.startswith("#")]
    return [_line(syntax, text) for syntax, _, text in labelled]


def _line(syntax, marked):
    if "⟦" not in marked:
        return Line(syntax, marked, None, None)
    before, _, rest = marked.partition("⟦")
    value, _, after = rest.partition("⟧")
    return Line(syntax, before + value + after, len(before), len(before) + len(value))


def score(lines):
    """Which lines were judged rightly; a credential counts as found when exactly its value was."""
    right, missed, false, wrong = [], [], [], []
    for line in lines:
        spans = [(finding.start, finding.end) for finding in cs.find_secrets(line.text + "\n")]
        if line.start is None:
            (false if spans else right).append(line)
        elif spans == [(line.start, line.end)]:
            right.append(line)
        else:
            (wrong if spans else missed).append(line)
    return Score(right, missed, false, wrong)


def precision_and_recall(lines):
    """Of what was found, the part that is right; of what is there, the part that was found."""
    result = score(lines)
    found = sum(line.start is not None for line in result.right)
    precision = found / (found + len(result.false) + len(result.wrong))
    recall = found / sum(line.start is not None for line in lines)
    return precision, recall
