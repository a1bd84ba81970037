"""The jackknife over groups of whole reads, and the intervals that it gives."""

import numpy as np
import pytest

from klbio.divergences.kernels import jensen_shannon_terms, relative_entropy_terms
from klbio.estimates import group_jackknife
from klbio.estimates.jackknife import _root_interval


def at(x, y):
    return jensen_shannon_terms(x.sum(axis=0) / x.sum(), y.sum(axis=0) / y.sum())


def test_delete_a_group_of_both_by_hand():
    x, y = np.array([[8.0, 2], [5, 5], [9, 1]]), np.array([[3.0, 7], [4, 6], [2, 8]])
    without = [at(np.delete(x, g, axis=0), np.delete(y, g, axis=0)).sum() for g in range(3)]
    estimate = group_jackknife(x, y, jensen_shannon_terms)
    assert estimate.plugin == pytest.approx(at(x, y).sum())
    assert estimate.value == pytest.approx(3 * at(x, y).sum() - 2 * np.mean(without))
    assert estimate.variance == pytest.approx(2 * np.var(without))
    assert estimate.freedom == 2


def test_groups_of_unlike_size_weigh_by_it():
    """By pseudo-values of groups that are the h-th part of the samples (Busing et al. 1999)."""
    x = np.array([[30.0, 8, 2, 0, 1], [1, 9, 4, 2, 0], [20, 1, 3, 0, 5]])
    y = np.array([[4.0, 9, 20, 3, 1], [9, 9, 1, 8, 4], [5, 2, 2, 7, 1]])
    estimate = group_jackknife(x, y, jensen_shannon_terms)
    h = 2 / (x.sum(axis=1) / x.sum() + y.sum(axis=1) / y.sum())
    without = np.array([at(np.delete(x, g, axis=0), np.delete(y, g, axis=0)) for g in range(3)])
    for whole, each, column, found in (
        (at(x, y), without, h[:, None], (estimate.term_values, estimate.term_variances)),
        (at(x, y).sum(), without.sum(axis=1), h, (estimate.value, estimate.variance)),
    ):
        corrected = 3 * whole - ((1 - 1 / column) * each).sum(axis=0)
        pseudo = column * whole - (column - 1) * each
        assert found[0] == pytest.approx(corrected)
        assert found[1] == pytest.approx(((pseudo - corrected) ** 2 / (column - 1)).mean(axis=0))


def test_what_sets_groups_apart_in_both_samples_alike_is_no_chance():
    """Groups that begin alike are alike: between samples, they do not differ."""
    groups = np.random.default_rng(3).integers(1, 90, (32, 6)).astype(float)
    estimate = group_jackknife(groups, 3 * groups, jensen_shannon_terms)
    assert estimate.value == pytest.approx(0, abs=1e-12)
    assert estimate.variance == pytest.approx(0, abs=1e-12)


def test_a_divergence_that_is_infinite_has_no_variance():
    x, y = np.array([[5.0, 5], [5, 5]]), np.array([[5.0, 0], [5, 0]])
    estimate = group_jackknife(x, y, relative_entropy_terms)
    assert estimate.value == np.inf
    assert np.isnan(estimate.variance)


@pytest.mark.parametrize(("value", "half"), [(0.04, 0.01), (0.01, 0.01), (0.005, 0.01)])
def test_interval_is_symmetric_in_the_root(value, half):
    low, high = _root_interval(value, half)
    root, reach = np.sqrt(value), half / (2 * np.sqrt(value))
    assert low == pytest.approx((root - reach) ** 2)
    assert high == pytest.approx((root + reach) ** 2)


def test_interval_near_zero_starts_at_zero_and_stays_finite():
    assert _root_interval(-0.003, 0.01) == pytest.approx((0, 1.5 * 0.01))
