"""Two arms: which subjects take part, and how they are compared."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from klbio.statistics import ArmPair, ArmValues, arm_pairs


def arm(name, **values):
    return ArmValues(name, tuple(values), np.array(list(values.values()), dtype=float)[:, None])


def rng():
    return np.random.default_rng(1)


X = arm("x", A=1, B=2, C=4)
Y = arm("y", D=3, E=9)
BOTH = arm("z", C=1, F=5, A=0.5)


def test_arms_without_a_common_subject_are_compared_between_subjects():
    pair = ArmPair(Y, X)
    assert (pair.crossover, pair.n_subjects, pair.n_left_out, pair.arms) == (False, 5, 0, ("y", "x"))
    assert pair.difference[0] == 6 - 7 / 3
    (test,) = pair.test(rng())
    assert (test.value, test.n_permutations) == (pair.difference[0], 10)
    assert test.p_value == 3 / 10  # {3, 9}, {4, 9} and {1, 2} lie as far from the rest
    low, high = pair.interval()
    expected = stats.ttest_ind([3, 9], [1, 2, 4], equal_var=False).confidence_interval()
    assert (low[0], high[0]) == pytest.approx(tuple(expected))


def test_one_common_subject_makes_a_crossover_of_those_in_both():
    pair = ArmPair(X, BOTH)
    assert (pair.crossover, pair.both, pair.n_subjects, pair.n_left_out) == (True, ("A", "C"), 2, 2)
    assert pair.difference[0] == pytest.approx((0.5 + 3) / 2)
    (test,) = pair.test(rng())
    assert (test.p_value, test.smallest_p, test.n_permutations) == (0.5, 0.5, 4)
    low, high = pair.interval()
    assert (low[0], high[0]) == pytest.approx(tuple(stats.ttest_1samp([0.5, 3], 0).confidence_interval()))


def test_the_other_way_round_only_the_sign_changes():
    for pair in (ArmPair(X, Y), ArmPair(X, BOTH)):
        (test,), (other,) = pair.test(rng()), pair.reverse.test(rng())
        assert other.value == -test.value
        assert other.p_value == test.p_value
        assert pair.reverse.interval()[0] == pytest.approx(-pair.interval()[1])


def test_units_that_lack_a_column_raise_its_smallest_p():
    (all_move,), (two_move,) = ArmPair(X, Y).test(rng()), ArmPair(X, Y).test(rng(), np.array([2]))
    assert (all_move.smallest_p, two_move.smallest_p) == (1 / 10, 1 / 10)
    (none_moves,) = ArmPair(X, Y).test(rng(), np.array([0]))
    assert none_moves.smallest_p == 1


def test_arms_are_taken_from_a_frame_and_paired_as_asked():
    whose = pd.MultiIndex.from_arrays([["b", "a", "", "c"], ["S", "T", "U", "V"]])
    arms = ArmValues.by_arm(pd.Series([1.0, 2.0, 3.0, 4.0], whose))
    assert {name: (one.arm, one.subjects, one.values.tolist()) for name, one in arms.items()} == {
        "b": ("b", ("S",), [[1.0]]), "a": ("a", ("T",), [[2.0]]), "c": ("c", ("V",), [[4.0]]),
    }  # fmt: skip
    asked = [("c", "b"), ("a", "b")]
    assert [pair.arms for pair in arm_pairs(arms, asked)] == asked
