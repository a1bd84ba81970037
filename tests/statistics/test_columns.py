"""Columns without their zeros give what the same numbers give with them, to the last bit where bits are printed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from klbio.statistics import Columns, Signs, TwoGroups, mean_interval
from klbio.statistics import columns as room


def rng(seed=1):
    return np.random.default_rng(seed)


def values(n_units, n_columns, density, seed=1):
    """Numbers with their zeros, a column's side by side in memory."""
    draw = rng(seed)
    whole = draw.normal(size=(n_units, n_columns)) * (draw.random((n_units, n_columns)) < density)
    return np.asfortranarray(whole)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 30), st.integers(0, 40), st.floats(0, 1), st.integers(1, 50))
def test_means_and_intervals_are_those_with_the_zeros(n_units, n_columns, density, width):
    whole = values(n_units, n_columns, density)
    few = Columns(sparse.csr_array(whole))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "WIDTH", width)
        assert few.mean.tolist() == whole.mean(axis=0).tolist()
        assert few.mean_size.tolist() == np.abs(whole).mean(axis=0).tolist()
        low, high = few.interval(Columns(sparse.csr_array(whole[::-1])))
        wanted = mean_interval(whole, np.asfortranarray(whole[::-1]))
        assert np.array_equal([low, high], wanted, equal_nan=True)


@pytest.mark.parametrize("density", [0.02, 0.07, 0.5, 1.0])
def test_weighted_sums_are_the_product(density):
    whole, weights = values(50, 600, density), rng(2).normal(size=(7, 50))
    assert Columns(sparse.csr_array(whole)).weighted(weights) == pytest.approx(weights @ whole, abs=1e-12)
    assert Columns(whole).weighted(weights) == pytest.approx(weights @ whole, abs=1e-12)


@pytest.mark.parametrize("density", [0.03, 0.6])
@pytest.mark.parametrize("sizes", [(4, 5), (30, 31)])
def test_tests_are_the_same_with_and_without_zeros(density, sizes):
    first, second = values(sizes[0], 300, density), values(sizes[1], 300, density, seed=2)
    sparse_ones = [Columns(sparse.csr_array(side)) for side in (first, second)]
    moving = (first != 0).sum(axis=0) + (second != 0).sum(axis=0)
    groups = TwoGroups(*sizes)
    for of_all, of_few in (
        (groups.test(first, second, moving, rng()), groups.test(*sparse_ones, moving, rng())),
        (Signs(sizes[0]).test(first, moving, rng()), Signs(sizes[0]).test(sparse_ones[0], moving, rng())),
    ):
        assert of_few.value.tolist() == of_all.value.tolist()
        assert of_few.p_value.tolist() == of_all.p_value.tolist()
        assert of_few.smallest_p.tolist() == of_all.smallest_p.tolist()


def test_zeros_take_no_memory():
    few = Columns(sparse.csr_array(values(400, 4_000, 0.01)))
    both = Columns.stacked(few, few)
    assert len(both) == 800
    assert both.values.data.nbytes < both.values.shape[0] * both.values.shape[1] * 8 / 50
    assert max(block.size for block in both._blocks()) <= 800 * room.WIDTH
