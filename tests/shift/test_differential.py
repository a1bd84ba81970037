"""Tests of each taxon over the cohort."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from klbio.design import Contrast, Members, Unit
from klbio.shift.cohort.differential import differential_rows
from klbio.shift.cohort.phase_pools import PhasePools, Pools
from klbio.statistics import Signs, TwoGroups


def rng():
    return np.random.default_rng(1)


def signs(changes, n_seen):
    return Signs(len(changes)).test(changes, n_seen, rng())


def groups(first, second, n_seen):
    return TwoGroups(len(first), len(second)).test(first, second, n_seen, rng())


def rows_of(changes, reads=1_000, before=200):
    """Rows from {(subject, arm): {taxon: change of its proportion}}; what is left is the taxon `rest`."""
    taxa = sorted({taxon for of in changes.values() for taxon in of})
    every = np.zeros((len(changes), 2, len(taxa) + 1))
    for pools, of in zip(every, changes.values(), strict=True):
        for taxon, change in of.items():
            pools[:, taxa.index(taxon)] = before + round(change * reads), before
        pools[:, -1] = reads - pools.sum(axis=1)
    arms = np.array([arm for _, arm in changes])
    members = Members(Contrast("b", "a"), tuple(Unit(subject, arm, ()) for subject, arm in changes))
    pools = []
    for part in members.by_arm():
        of_arm = Pools.of(every[arms == part.arm])
        pools.append(PhasePools(part, (*taxa, "rest"), of_arm, of_arm))
    frame = differential_rows(pools, members.contrast, "genus", seed=1)
    return frame[frame["taxon"] != "rest"]


COHORT = {
    ("S1", "x"): {"grows": 0.10, "mixed": 0.1, "rare": 0.4},
    ("S2", "x"): {"grows": 0.20, "mixed": -0.1},
    ("S3", "x"): {"grows": 0.30, "mixed": 0.2},
    ("S4", "y"): {"grows": -0.1, "mixed": 0.1},
    ("S5", "y"): {"grows": -0.2, "mixed": 0.1},
    ("S6", "y"): {"grows": 0.00, "mixed": 0.1},
}


@pytest.fixture(scope="module")
def cohort():
    frame = rows_of(COHORT)
    return {key: part.set_index("taxon") for key, part in frame.groupby(["test", "arm_a", "arm_b"])}


# worked by hand


def test_sign_flips_by_hand(cohort):
    table = cohort["change in arm", "x", ""]
    grows = table.loc["grows"]
    assert grows["mean_change_of_proportion"] == pytest.approx((0.1 + 0.2 + 0.3) / 3)
    assert (grows["p_value"], grows["smallest_p"], grows["n_permutations"], grows["exact"]) == (
        2 / 2**3,
        2 / 2**3,
        2**3,
        True,
    )
    assert (grows["n_up"], grows["n_down"], grows["n_subjects_seen"]) == (3, 0, 3)
    # over the four signs up to a mirror image |sum| is 0.4, 0.2, 0.2 and 0: three reach the 0.2 observed
    assert table.loc["mixed", "p_value"] == 3 / 4


def test_arms_are_held_against_each_other(cohort):
    table = cohort["difference between arms", "y", "x"]
    grows = table.loc["grows"]
    assert grows["mean_change_of_proportion"] == pytest.approx((-0.3 - 0.6) / 3)
    assert grows["n_permutations"] == 20
    # only {0.1, 0.2, 0.3} against {0, -0.1, -0.2}, and its mirror image, are that far apart
    assert grows["p_value"] == grows["smallest_p"] == 2 / 20


def test_a_taxon_seen_once_is_listed_without_p(cohort):
    rare = cohort["change in arm", "x", ""].loc["rare"]
    assert rare["mean_change_of_proportion"] == pytest.approx(0.4 / 3)
    assert rare[["p_value", "q_value", "smallest_p"]].isna().all()
    assert cohort["change in arm", "x", ""].index[-1] == "rare"
    assert "rare" not in cohort["change in arm", "y", ""].index


def test_few_subjects_with_a_taxon_cannot_reach_a_small_p():
    changes = np.array([[0.1], [0.2], [0.0], [0.0], [0.0]])
    test = signs(changes, np.array([2]))
    assert test.p_value[0] == test.smallest_p[0] == 2 / 2**2
    both = groups(changes[:2], changes[2:], np.array([2]))
    assert both.p_value[0] == both.smallest_p[0] == 1 / 10


# references


def test_q_is_that_of_the_taxa_tested(cohort):
    table = cohort["change in arm", "x", ""].drop(index="rare")
    p_value = [*table["p_value"], 1 / 4]  # that of the rest, which falls in all three: by 0.6, 0.1 and 0.5
    assert table["q_value"].to_numpy() == pytest.approx(stats.false_discovery_control(p_value)[:-1])


# laws


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 8), st.integers(2, 8))
def test_no_p_is_below_the_smallest(seed, n_a, n_b):
    draw = np.random.default_rng(seed)
    seen = draw.random((n_a + n_b, 30)) < draw.random(30)
    changes = np.where(seen, draw.normal(size=seen.shape), 0.0)
    arms = signs(changes[:n_a], seen[:n_a].sum(axis=0))
    between = groups(changes[:n_a], changes[n_a:], seen.sum(axis=0))
    for test in (arms, between):
        assert (test.p_value >= test.smallest_p - 1e-12).all()
        assert (test.p_value <= 1).all()


def test_a_false_discovery_rate_that_holds_where_nothing_changes():
    draw = np.random.default_rng(7)
    hits = 0
    for _ in range(100):
        test = Signs(10).test(draw.normal(size=(10, 40)), np.full(40, 10), draw)
        hits += (stats.false_discovery_control(test.p_value) <= 0.1).any()
    assert hits <= stats.binom.ppf(0.999, 100, 0.1)


# what is left out


def test_a_crossover_is_not_tested_as_two_arms():
    both = {(subject, arm): {"t": 0.1} for subject in ("S1", "S2") for arm in ("x", "y")}
    frame = rows_of(both)
    assert set(frame["test"]) == {"change in arm"}
    assert set(frame["arm_a"]) == {"x", "y"}
