"""Pools without their zeros: changes of proportion as by the formula, and nothing that hangs on blocks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klbio.design import Contrast, Members, Unit
from klbio.shift.cohort import phase_pools as room
from klbio.shift.cohort.compositions import Compositions
from klbio.shift.cohort.phase_pools import PhasePools, Pools
from klbio.shift.settings import ShiftSettings


def counts(n_subjects, n_taxa, seed=1, *, whole=True):
    """Counts, or proportions; a read at least on either side."""
    drawn = np.random.default_rng(seed).poisson(0.6, size=(n_subjects, 2, n_taxa)).astype(float)
    drawn[..., 0] += 1
    return drawn if whole else drawn / np.pi


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 12), st.integers(1, 30), st.booleans())
def test_laws(n_subjects, n_taxa, whole):
    of = counts(n_subjects, n_taxa, whole=whole)
    pools = Pools.of(of)
    assert len(pools) == n_subjects
    assert (pools.dense == of).all()
    assert pools.n_with.tolist() == (of.sum(axis=1) > 0).sum(axis=0).tolist()
    chosen = range(n_subjects - 1, -1, -2)
    assert (pools[chosen].dense == of[list(chosen)]).all()


@pytest.mark.parametrize("whole", [True, False])
def test_changes_are_proportions_after_less_before(whole):
    of = counts(9, 40, whole=whole)
    order = np.random.default_rng(3).permutation(40).tolist()
    after, before = np.moveaxis(of / of.sum(axis=-1, keepdims=True), 1, 0)
    found = Pools.of(of).changes(order).toarray()
    assert found == pytest.approx((after - before)[:, order], abs=1e-15)
    turned = np.moveaxis(of[..., order] / of[..., order].sum(axis=-1, keepdims=True), 1, 0)
    assert (
        found == turned[0] - turned[1]
    ).all()  # to the last bit, taxa added up in the order of their names


@pytest.mark.parametrize("smoothing", ["additive(0.5)", "james-stein"])
def test_compositions_do_not_hang_on_blocks(smoothing, monkeypatch):
    of = counts(40, 60)
    units = tuple(Unit(f"S{i}", "", ()) for i in range(40))
    labels = tuple(f"t{k}" for k in range(60))
    pools = PhasePools(Members(Contrast(), units), labels, Pools.of(of), Pools.of(of))
    chosen = ShiftSettings(smoothing=smoothing)
    whole = Compositions.of(pools, chosen)
    monkeypatch.setattr(room, "BLOCK_CELLS", 7 * 2 * 60)
    assert len(list(pools.every.blocks())) == 6
    blockwise = Compositions.of(pools, chosen)
    assert (blockwise.parts == whole.parts).all()
    assert (blockwise.even == whole.even).all()
    smoothed = chosen.estimator.probabilities(of.reshape(-1, 60)).reshape(of.shape)
    kept = np.argsort(-smoothed.mean(axis=(0, 1)), kind="stable")[:10]
    assert (whole.even[..., :-1] == np.moveaxis(smoothed[..., kept], 1, 0)).all()
