"""The short form of ``make faults``: nothing is lost; and its judges know a loss when they see one."""

import subprocess
import sys

import pytest

from benchmarks.faults.ending import Ending
from benchmarks.faults.kills import differing
from benchmarks.faults.table import Row, Try


def test_nothing_is_lost(root):
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.faults", "--short"], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    tried = [
        int(line.split("|")[2])
        for line in done.stdout.splitlines()
        if line.startswith("| ") and "tried" not in line
    ]
    assert len(tried) == 4
    assert min(tried) >= 8


@pytest.mark.parametrize(
    ("code", "said", "lost"),
    [
        (0, "Files: out", ""),
        (2, "klbio: error: t.tsv: x; expected y.", ""),
        (-11, "", "signal 11"),
        (None, "", "no end"),
        (2, "usage: klbio", "no words: usage: klbio"),
        (1, "stopped", "exit code 1: stopped"),
        (2, "Traceback (most recent call last)\nklbio: error: x", "traceback: klbio: error: x"),
    ],
)
def test_an_ending_is_judged(code, said, lost):
    assert Ending(code, said).lost == lost


def test_what_differs_is_lost():
    assert differing(Ending(0, ""), {"a": b"x"}, {"a": b"x"}) == ""
    assert "['a']" in differing(Ending(0, ""), {"a": b"x"}, {"a": b"y"})
    assert "['.a.part']" in differing(Ending(0, ""), {"a": b"x", ".a.part": b""}, {"a": b"x"})
    assert "exit code 2" in differing(Ending(2, "x"), {}, {})


def test_a_row_counts_and_shows_the_first_loss():
    row = Row.counted("kills", iter([Try("one"), Try("two", "half"), Try("three", "all")]))
    assert row.of(1.6) == "| kills | 3 | 1 | two: half | 2 |"
