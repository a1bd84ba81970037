"""Several arms: Holm's rule, and one family of permutations, against what can be counted by hand."""

from itertools import permutations

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from klbio.statistics import ArmFamily, ArmPair, ArmValues, holm


def rng(seed=1):
    return np.random.default_rng(seed)


def arm(name, values, subjects=None):
    who = tuple(subjects or (f"{name}{i}" for i in range(len(values))))
    return ArmValues(name, who, np.array(values, dtype=float)[:, None])


def alone(pairs):
    return [float(pair.test(rng())[0].p_value) for pair in pairs]


def test_holm_is_that_of_statsmodels():
    for seed in range(20):
        p = rng(seed).beta(0.5, 2, size=1 + seed % 7).round(2)  # with ties
        assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])
    assert holm([]).tolist() == []
    assert np.isnan(holm([np.nan, np.nan])).all()


def test_one_comparison_is_not_adjusted():
    pair = ArmPair(arm("x", [0.3, 0.5, 0.2]), arm("y", [0.1, 0.15]))
    assert ArmFamily([pair]).max_t(alone([pair]), rng()).tolist() == alone([pair])


def test_two_arms_against_a_control_by_hand():
    control, a, b = arm("c", [0.1, 0.2]), arm("a", [0.6, 0.7]), arm("b", [0.3, 0.35])
    pairs = [ArmPair(a, control), ArmPair(b, control)]
    values = [0.1, 0.2, 0.6, 0.7, 0.3, 0.35]

    def largest(v):
        return max(abs(v[2] + v[3] - v[0] - v[1]), abs(v[4] + v[5] - v[0] - v[1])) / 2

    reached = [largest(order) >= largest(values) - 1e-12 for order in permutations(values)]
    of_all = np.mean(reached)
    p = np.maximum([1 / 3, 1 / 3], of_all)
    assert ArmFamily(pairs).max_t([1 / 3, 1 / 3], rng()) == pytest.approx(p)


def test_each_against_each_is_never_below_its_own_p_and_never_above_holm_by_much():
    for seed in range(8):
        arms = [
            arm(name, rng(seed).normal(shift, 1, 4)) for name, shift in zip("abc", (0, 0, 2), strict=True)
        ]
        pairs = [ArmPair(arms[1], arms[0]), ArmPair(arms[2], arms[0]), ArmPair(arms[2], arms[1])]
        p = alone(pairs)
        adjusted = ArmFamily(pairs).max_t(p, rng())
        assert (adjusted >= p).all()
        assert (adjusted <= 3 * np.array(p) + 0.2).all()


def test_a_crossover_exchanges_arms_within_subjects():
    who = "PQRST"
    a, b, c = (arm(name, rng(i).normal(i, 1, 5), who) for i, name in enumerate("abc"))
    pairs = [ArmPair(b, a), ArmPair(c, a)]
    p = alone(pairs)
    adjusted = ArmFamily(pairs).max_t(p, rng())
    assert (adjusted >= p).all()
    assert adjusted.max() <= 1
    mixed = [ArmPair(b, a), ArmPair(arm("d", [0.1, 0.2, 0.4]), a)]
    assert np.isnan(ArmFamily(mixed).max_t(alone(mixed), rng())).all()


def test_too_many_comparisons_are_left_to_holm():
    arms = [arm(name, [0.1, 0.2]) for name in "abcdefgh"]
    pairs = [ArmPair(y, x) for i, y in enumerate(arms) for x in arms[:i]]
    assert np.isnan(ArmFamily(pairs).max_t(alone(pairs), rng())).all()


def test_an_arm_of_one_subject_takes_part():
    pairs = [
        ArmPair(arm("a", [0.9]), arm("c", [0.1, 0.2, 0.15])),
        ArmPair(arm("b", [0.3, 0.1]), arm("c", [0.1, 0.2, 0.15])),
    ]
    adjusted = ArmFamily(pairs).max_t(alone(pairs), rng())
    assert (adjusted >= alone(pairs)).all()


@pytest.mark.parametrize("shifted", [0.0, 3.0])
def test_a_false_rejection_is_as_rare_as_it_says(shifted):
    """Three arms of four against a control, the last of them shifted or not: of 200 studies, few have a false one."""
    wrong = 0
    for seed in range(200):
        draws = rng(seed).normal(size=(3, 4))
        control, a, b = arm("c", draws[0]), arm("a", draws[1]), arm("b", draws[2] + shifted)
        pairs = [ArmPair(a, control), ArmPair(b, control)]
        adjusted = ArmFamily(pairs).max_t(alone(pairs), rng(seed))
        wrong += (adjusted[:1] if shifted else adjusted).min() <= 0.05
    assert wrong / 200 <= 0.05 + 3 * 0.0154
