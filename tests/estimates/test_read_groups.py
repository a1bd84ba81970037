"""The divergence from groups of reads: its chance part, exact to second order, and its interval."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from klbio.divergences.kernels import jensen_shannon_terms
from klbio.estimates import Estimate, group_jackknife, jensen_shannon_estimate
from klbio.estimates.read_groups import (
    _Groups,
    beyond_second_order,
    clump_sizes,
    jensen_shannon_of_groups,
)
from tests.estimates.plain_groups import clustered, plain_beyond, plain_scatter, sparse

LN2 = np.log(2)
ONE = np.ones(1)


def bits(p, q):
    return float(jensen_shannon_terms(p, q).sum() / LN2)


@given(st.integers(0, 2**32 - 1))
def test_scatter_is_that_of_the_definition(seed):
    rng = np.random.default_rng(seed)
    x, y = 1 + rng.poisson(1.0, (2, 4, 5)).astype(float)
    y *= 3
    assert _Groups(x, y)._scatter.sum() == pytest.approx(plain_scatter(x, y), rel=1e-9)


@pytest.mark.parametrize("share", [0.5, 0.8, 0.93])
def test_what_is_beyond_the_second_order_is_that_of_each_way_of_dealing(share):
    counts = np.array([1, 2, 7, 63])
    expected = np.transpose([plain_beyond(int(n), share) for n in counts])
    assert np.array(beyond_second_order(counts.astype(float), share)) == pytest.approx(expected, abs=1e-9)


def test_of_no_counts_nothing_is_beyond():
    assert np.array(beyond_second_order(np.zeros(1), 0.3)).tolist() == [[0], [0]]


def test_beyond_the_table_it_falls_as_one_over_the_counts():
    for share in (0.5, 0.8):
        mean, slope = beyond_second_order(np.array([64.0, 200.0]), share)
        assert (mean[1], slope[1]) == pytest.approx(plain_beyond(200, share), rel=0.1, abs=1e-12)
        assert mean[1] / mean[0] == pytest.approx(64 / 200)


def test_the_second_order_is_exact_however_few_counts_a_word_has():
    """Over all ways of exchanging groups between samples of one size, what is left of it is 0."""
    x = np.array([[1.0, 0, 0, 2], [0, 1, 1, 1], [0, 0, 1, 2], [1, 0, 1, 1]])
    y = np.array([[0.0, 1, 0, 2], [0, 0, 2, 1], [1, 0, 0, 2], [0, 0, 2, 1]])
    left = []
    for swapped in product((False, True), repeat=4):
        turn = np.array(swapped)[:, None]
        after, before = np.where(turn, y, x), np.where(turn, x, y)
        p, q = (side.sum(axis=0) / side.sum() for side in (after, before))
        second = ((p - q) ** 2 / (p + q) * 2 / (8 * LN2)).sum()
        left.append(second - plain_scatter(after, before))
    assert np.ptp(left) > 0.01
    assert np.mean(left) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("per_word", "clump", "depth"), [(0.5, 1, 1), (3, 1, 4), (2, 2, 1), (6, 3, 1)])
def test_of_words_with_few_counts_nothing_is_left_where_nothing_changed(per_word, clump, depth):
    """Where the jackknife leaves a tenth and more."""
    rng, ours, deleted = np.random.default_rng(4), [], []
    for _ in range(60):
        x, y = sparse(rng, 600, per_word * depth, clump), sparse(rng, 600, per_word, clump)
        ours.append(jensen_shannon_of_groups(x, y))
        deleted.append(group_jackknife(x, y, jensen_shannon_terms).value / LN2)
    plugin, values = np.mean([e.plugin for e in ours]), np.array([e.value for e in ours])
    copies = 0.083 * plugin * (1 - 1 / clump)  # what is added for copies that are apart, though none are here
    assert values.mean() == pytest.approx(-copies, abs=4 * values.std() / np.sqrt(60) + 0.012 * plugin)
    if per_word < 3:
        assert np.mean(deleted) > 0.1 * plugin


def test_clumps_are_told_from_counts_that_meet_in_a_group_by_chance():
    rng = np.random.default_rng(8)
    for clump in (1, 3):
        x, y = sparse(rng, 3000, 24, clump), sparse(rng, 3000, 60, clump)
        groups = _Groups(x, y)
        sizes = clump_sizes(groups.counts, groups._crowding)
        assert np.average(sizes, weights=groups.counts) == pytest.approx(clump, rel=0.05)


def test_categories_seen_on_neither_side_change_nothing():
    rng = np.random.default_rng(1)
    x, y = clustered(rng, 400), clustered(rng, 300)
    with_more = jensen_shannon_of_groups(*(np.pad(side, ((0, 0), (0, 3))) for side in (x, y)))
    without = jensen_shannon_of_groups(x, y)
    assert with_more.interval() == pytest.approx(without.interval())
    assert with_more.term_values[-3:].tolist() == [0, 0, 0]
    assert with_more.term_variances[-3:].tolist() == [0, 0, 0]


def test_terms_sum_to_the_total():
    rng = np.random.default_rng(1)
    estimate = jensen_shannon_estimate(clustered(rng, 400, [0.5, 0.2, 0.1, 0.1, 0.1]), clustered(rng, 300))
    assert estimate.term_values.sum() == pytest.approx(estimate.value)
    assert estimate.terms.sum() == pytest.approx(estimate.plugin)
    assert (estimate.term_variances >= 0).all()
    assert estimate.freedom == 31


def test_groups_that_are_the_same_in_both_samples_leave_nothing_to_tell():
    x = np.random.default_rng(2).integers(1, 99, (32, 6)).astype(float)
    estimate = jensen_shannon_of_groups(x, 2 * x)
    assert estimate.plugin == pytest.approx(0, abs=1e-12)
    assert estimate.interval() == pytest.approx((0, 0), abs=1e-3)


@pytest.mark.parametrize(("n_after", "n_before"), [(1500, 500), (3000, 3000)])
@pytest.mark.parametrize("other", [[0.2] * 5, [0.3, 0.2, 0.2, 0.15, 0.15], [0.6, 0.1, 0.1, 0.1, 0.1]])
def test_interval_covers_a_true_change(n_after, n_before, other):
    rng, inside = np.random.default_rng(7), 0
    kinds = np.random.default_rng(0).dirichlet(np.full(12, 0.5), size=5)
    truth = bits(other @ kinds, np.full(5, 0.2) @ kinds)
    for _ in range(300):
        low, high = jensen_shannon_estimate(
            clustered(rng, n_after, other), clustered(rng, n_before)
        ).interval()
        inside += low <= truth <= high
    assert 0.91 <= inside / 300 <= 0.99  # 95 % expected, three standard errors


def test_an_interval_ends_where_the_variance_there_would_reach_the_estimate():
    t = stats.t.ppf(0.975, 31)
    estimate = Estimate(0.5, 0.3, 0.0004 + 0.001 * 0.3, ONE, ONE, ONE, freedom=31, distrust=0.0, slope=0.001)
    for end in estimate.interval():
        assert (0.3 - end) ** 2 == pytest.approx(t**2 * (0.0004 + 0.001 * end))


def test_an_interval_of_less_than_nothing_reaches_as_far_as_that_of_nothing():
    below, none = (
        Estimate(0.5, value, 0.0004, ONE, ONE, ONE, freedom=31, distrust=0.0, slope=0.001)
        for value in (-0.1, 0.0)
    )
    assert below.interval() == none.interval()
    assert below.interval()[0] == 0 < below.interval()[1]
