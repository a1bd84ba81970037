"""What is exchanged has as many samples a phase, and samples as deep."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klbio.design import Contrast, Members, Sample, Unit
from klbio.distributions import Counts
from klbio.shift.cohort.equal_terms import as_many, at_equal_depth, at_one_depth, thinned
from klbio.shift.cohort.phase_pools import PhasePools
from klbio.shift.samples import PhaseCounts, SampleCounts

LABELS = ("t", "u", "v")


def rng(seed=1):
    return np.random.default_rng(seed)


def phases(after, before, draw=None):
    """Samples of these depths."""
    sides = (
        np.array([(draw or rng()).multinomial(depth, [0.5, 0.3, 0.2]) for depth in depths], dtype=float)
        for depths in (after, before)
    )
    return PhaseCounts(LABELS, *sides)


def depths(side):
    return sorted(side.sum(axis=-1).tolist())


def test_the_deepest_are_matched_with_the_deepest():
    even = at_equal_depth(phases([900, 100, 5_000], [120, 4_000, 800]), rng())
    assert even.after.sum(axis=1).tolist() == [800, 100, 4_000]
    assert even.before.sum(axis=1).tolist() == [100, 4_000, 800]


def test_samples_that_are_exchanged_one_by_one_have_one_depth():
    whole = phases([900, 300], [1_000, 950, 500, 280])
    for most, depth in ((np.inf, 280), (60, 60), (5_000, 280)):
        even = at_one_depth(whole, rng(), most)
        assert {*depths(even.after), *depths(even.before)} == {depth}
        assert (even.after <= whole.after).all()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(50, 3_000), min_size=1, max_size=6),
    st.lists(st.integers(50, 3_000), min_size=1, max_size=6),
    st.integers(0, 1_000),
)
def test_laws(after, before, seed):
    whole = phases(after, before, rng(seed))
    chosen = as_many(whole, rng(seed))
    even = at_equal_depth(chosen, rng(seed))
    assert len(chosen.after) == len(chosen.before) == min(len(after), len(before))
    assert depths(even.after) == depths(even.before)
    for left, had in ((even.after, chosen.after), (even.before, chosen.before)):
        assert ((left >= 0) & (left <= had)).all()
        assert (left == np.floor(left)).all()
    again = at_equal_depth(as_many(whole, rng(seed)), rng(seed))
    assert (again.after == even.after).all()


def test_equal_samples_stay_as_they_are():
    whole = phases([700, 300], [300, 700])
    even = at_equal_depth(as_many(whole, rng()), rng())
    assert (even.after == whole.after).all()
    assert (even.before == whole.before).all()


def test_thinned_samples_keep_their_proportions_on_average():
    sample, draw = np.array([600.0, 0, 300, 100]), rng()
    mean = np.mean([thinned(sample, 200, draw) for _ in range(2_000)], axis=0)
    assert mean == pytest.approx([120, 0, 60, 20], abs=1)


def test_of_groups_whole_ones_are_left_out():
    sample = np.arange(24, dtype=float).reshape(8, 3) + 10
    left = thinned(sample, sample.sum() / 4, rng())
    assert any((left == sample[i] + sample[j]).all() for i in range(8) for j in range(i))
    assert (thinned(sample, sample.sum(), rng()) == sample.sum(axis=0)).all()
    assert any((thinned(sample, 1, rng()) == group).all() for group in sample)


def test_pools_come_arm_by_arm_and_no_subject_depends_on_another():
    design = [("A", "x", 400, 90), ("B", "y", 500, 90), ("C", "x", 60, 800)]
    units, names, rows = [], [], []
    for subject, arm, before, after in design:
        samples = tuple(Sample(f"{subject}{phase}", subject, phase, arm=arm) for phase in ("before", "after"))
        units.append(Unit(subject, arm, samples))
        names += [sample.name for sample in samples]
        rows += [[before, before, 0], [after, 0, after]]
    counts = SampleCounts(Counts(names, list(LABELS), rows))
    contrast = Contrast("before", "after")
    pools = PhasePools.of(counts, Members(contrast, tuple(units)), 1)
    assert pools.every.dense.sum(axis=-1).tolist() == [[180, 800], [180, 1_000], [1_600, 120]]
    assert pools.even.dense.sum(axis=-1).tolist() == [[180, 180], [180, 180], [120, 120]]
    x, y = PhasePools.by_arm(counts, Members(contrast, tuple(units)), 1)
    assert (x.members.arm, y.members.arm) == ("x", "y")
    assert (x.even.dense == pools.even.dense[[0, 2]]).all()
    alone = PhasePools.of(counts, Members(contrast, (units[2],)), 1)
    assert (alone.even.dense == pools.even.dense[2:]).all()
    assert list(PhasePools.by_arm(counts, Members(contrast, ()), 1)) == []
