"""Where a check turns: at p = 0.05, at a ratio of 1.1, and at a smallest p of 0.05."""

import pytest

from klbio.design import Contrast
from klbio.phrases.permutation import (
    LikeAnEffectOf,
    NoConcern,
    NoMoreThanChance,
    TooFewSubjects,
    TooLittleToMatter,
)
from klbio.schema import Concern
from klbio.shift.checks.check import Check, Judged, ratio_of
from klbio.statistics import TestResult

FLAGGED = LikeAnEffectOf("phase")


def judged(p_value, smallest_p=0.001, ratio=2.0):
    return Judged(TestResult(ratio, p_value, smallest_p, 999, False), ratio)


@pytest.mark.parametrize(
    ("given", "severity", "follows"),
    [
        (judged(0.05), "flag", FLAGGED),
        (judged(0.0501), "ok", NoMoreThanChance()),
        (judged(0.05, ratio=1.1), "flag", FLAGGED),
        (judged(0.05, ratio=1.0999), "ok", TooLittleToMatter()),
        (judged(0.0501, ratio=1.0999), "ok", NoMoreThanChance()),
        (judged(0.5, smallest_p=0.05), "ok", NoMoreThanChance()),
        (judged(0.5, smallest_p=0.0501), "cannot tell", TooFewSubjects()),
        (judged(float("nan"), smallest_p=float("nan")), "ok", NoMoreThanChance()),
    ],
)
def test_a_test_is_judged(given, severity, follows):
    assert given.severity == severity
    assert given.what_follows(FLAGGED) == follows


def test_where_nothing_follows_other_words_may_stand():
    assert judged(0.05, ratio=1.0999).what_follows(FLAGGED, NoConcern()) == NoConcern()
    assert judged(0.5).what_follows(FLAGGED, NoConcern()) == NoConcern()
    assert judged(0.05).what_follows(FLAGGED, NoConcern()) == FLAGGED
    assert judged(0.5, smallest_p=0.1).what_follows(FLAGGED, NoConcern()) == TooFewSubjects()


def test_a_difference_without_a_ratio_always_matters():
    assert Judged(TestResult(0.0, 0.01, 0.01, 99, False)).severity == "flag"
    assert ratio_of(0.0, 0.0) == float("inf")


def test_a_check_without_a_test_leaves_its_numbers_empty():
    check = Check(
        name="batch", concerns=Concern.PHASE, severity="ok", reasons=(NoConcern(), None), n_subjects=3
    )
    row = check.row(Contrast("b", "a"))
    assert (row.before, row.after, row.n_permutations, row.exact, row.statistic) == ("b", "a", None, None, "")
    assert row.meaning == "No cause for concern."
    assert row.p_value != row.p_value
