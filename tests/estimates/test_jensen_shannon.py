"""The estimate from shares of reads: it finds the truth where the plug-in cannot."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import xlogy

from klbio.divergences import jensen_shannon_divergence
from klbio.estimates import jackknife, jensen_shannon_estimate, jensen_shannon_point, jensen_shannon_points
from klbio.estimates.law_fitting import ALIVE, kernel
from klbio.estimates.share_grid import observed_terms
from tests.estimates.plain_shares import ReadByRead, ShareGrid, ShareLaws, plain_estimate


def law(n_taxa, rng, change=0.0):
    q = np.exp(rng.normal(0, 2, n_taxa))
    p = q * np.exp(rng.normal(0, change, n_taxa))
    return p / p.sum(), q / q.sum()


counts = arrays(float, 12, elements=st.integers(0, 60).map(float))


@given(counts, counts)
@settings(deadline=None, max_examples=40)
def test_order_of_sides_and_taxa_does_not_matter(x, y):
    x[0], y[1] = x[0] + 2, y[1] + 2
    ours, turned = jensen_shannon_estimate(x, y), jensen_shannon_estimate(y[::-1], x[::-1])
    assert turned.value == pytest.approx(ours.value, abs=1e-9)
    assert turned.variance == pytest.approx(ours.variance, abs=1e-9)
    assert turned.term_values[::-1] == pytest.approx(ours.term_values, abs=1e-9)


@given(counts, counts)
@settings(deadline=None, max_examples=40)
def test_terms_sum_to_the_value_and_unseen_taxa_bring_nothing(x, y):
    x[0], y[1], x[5], y[5] = x[0] + 2, y[1] + 2, 0, 0
    estimate = jensen_shannon_estimate(x, y)
    assert estimate.term_values.sum() == pytest.approx(estimate.value, abs=1e-12)
    assert estimate.term_values[5] == 0
    seen = (x + y) > 0
    assert jensen_shannon_estimate(x[seen], y[seen]).value == pytest.approx(estimate.value, abs=1e-12)
    rare = x + y < ShareGrid(x.sum(), y.sum()).many
    assert (estimate.term_values[rare] >= 0).all()


@pytest.mark.parametrize(
    ("n_taxa", "depth", "change"), [(500, 5_000, 0.5), (2_000, 5_000, 0.8), (2_000, 500, 0.8)]
)
def test_the_bias_is_a_small_part_of_the_plug_ins(n_taxa, depth, change):
    rng = np.random.default_rng(3)
    errors = []
    for _ in range(20):
        p, q = law(n_taxa, rng, change)
        x, y = (rng.multinomial(depth, side).astype(float) for side in (p, q))
        estimate = jensen_shannon_estimate(x, y)
        truth = jensen_shannon_divergence(p, q)
        errors.append((estimate.value - truth, estimate.plugin - truth))
    ours, plugin = np.mean(errors, axis=0)
    assert abs(ours) < 0.15 * plugin


def test_deep_samples_keep_their_jackknife():
    x, y = np.array([6000.0, 3000, 1000]), np.array([5000.0, 2000, 3000])
    assert jensen_shannon_estimate(x, y).value == pytest.approx(
        jackknife(x, y, observed_terms).value, abs=1e-12
    )


def test_many_reads_in_all_keep_their_jackknife_term_and_no_others():
    x, y = np.array([59.0, 60, 0, 31, 29, 0]), np.array([0.0, 0, 60, 31, 29, 59])
    ours, jackknifed = jensen_shannon_estimate(x, y), jackknife(x, y, observed_terms)
    same = np.isclose(ours.term_values, jackknifed.term_values, rtol=0, atol=1e-14)
    assert same.tolist() == [False, True, True, True, False, False]


def test_at_unequal_depths_the_shallower_side_needs_as_many_reads():
    assert ShareGrid(500.0, 500.0).many == 60
    assert ShareGrid(1_000.0, 3_000.0).many == ShareGrid(3_000.0, 1_000.0).many == 120


def test_to_leave_a_read_out_is_by_definition():
    """The variance read by read: posteriors are taken anew without the read, under the same laws."""
    rng = np.random.default_rng(5)
    x, y = (rng.multinomial(600, side).astype(float) for side in law(60, rng, 0.5))
    pairs, n_taxa = np.unique(np.stack([x, y])[:, x + y > 0], axis=1, return_counts=True)
    laws = ShareLaws(pairs.copy(), n_taxa.astype(float), ShareGrid(600.0, 600.0))
    by_read = ReadByRead(laws)
    pulls, _ = by_read._pulls

    def posterior(law, counts):
        joint = law * np.exp(counts @ laws.grid.logarithms - (counts @ laws.grid.logarithms).max())
        return joint / joint.sum()

    def brought(i, counts):
        """A taxon's term, and its pull on the laws of the classes near it."""
        reads = laws.reads[i : i + 1]
        own = counts.sum() * posterior(laws.of(reads)[0], counts) @ laws.grid.term
        if not by_read._drawn_to_law[i]:
            return observed_terms(*counts[:, None] / 600)[0]
        for k, pull in enumerate(pulls):
            of_class = np.where(laws.of_class[k] > ALIVE, laws.of_class[k], 0)
            own += kernel(laws.position, k)[i] * posterior(of_class, counts) @ pull
        return own

    expected = 0.0
    for side in (0, 1):
        changes, times = [], []
        for i in range(laws.pairs.shape[1]):
            counts = laws.pairs[:, i] - np.eye(2)[side]
            if counts[side] >= 0:
                changes.append(brought(i, laws.pairs[:, i]) - brought(i, counts))
                times.append(laws.n_taxa[i] * laws.pairs[side, i])
        expected += np.repeat(changes, np.array(times).astype(int)).var() * sum(times)
    assert by_read.variance == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    ("n_taxa", "depths"), [(400, (3_000, 3_000)), (200, (200, 20_000)), (50, (40_000, 900)), (1, (9, 5))]
)
def test_the_compiled_estimate_is_the_plain_one(n_taxa, depths):
    rng = np.random.default_rng(4)
    sides = zip(depths, law(n_taxa, rng, 0.7), strict=True)
    x, y = (np.append(rng.multinomial(n, side), 0).astype(float) for n, side in sides)
    ours = jensen_shannon_estimate(x, y)
    for name, plain in plain_estimate(x, y).items():
        assert getattr(ours, name) == pytest.approx(plain, rel=1e-9, abs=1e-13), name


@pytest.mark.parametrize(
    ("n_taxa", "depth", "change"), [(500, 5_000, 0.3), (500, 500, 0.8), (50, 5_000, 0.8)]
)
def test_the_variance_is_that_of_repeated_sampling(n_taxa, depth, change):
    rng = np.random.default_rng(8)
    p, q = law(n_taxa, rng, change)
    found = [
        jensen_shannon_estimate(*(rng.multinomial(depth, side).astype(float) for side in (p, q)))
        for _ in range(100)
    ]
    actual = np.var([estimate.value for estimate in found])
    claimed = np.mean([estimate.variance for estimate in found])
    assert 0.7 < claimed / actual < 2.5  # wide rather than narrow; the ratio's own error is 14 %


def test_a_term_per_read_is_homogeneous():
    grid = ShareGrid(700.0, 300.0)
    p, q = 5 * grid.u / 700, 5 * (1 - grid.u) / 300
    plain = 0.5 * (xlogy(p, p) + xlogy(q, q)) - xlogy((p + q) / 2, (p + q) / 2)
    assert 5 * grid.term == pytest.approx(plain / np.log(2), abs=1e-15)


def test_where_nothing_changed_the_interval_holds_0():
    rng = np.random.default_rng(2)
    held = []
    for _ in range(30):
        _, q = law(2_000, rng)
        x, y = (rng.multinomial(depth, q).astype(float) for depth in (5_000, 500))
        held.append(jensen_shannon_estimate(x, y).interval()[0] == 0)
    assert np.mean(held) >= 0.9


def replicate(rng, n_rare, n_common):
    """Two libraries of one community: the common taxa are the same, the rare ones are in one of them only."""
    common = rng.lognormal(0, 1, n_common)
    rare = np.where(rng.random(n_rare) < 0.5, [[1.0], [0.0]], [[0.0], [1.0]])
    p, q = (np.concatenate([0.98 * common / common.sum(), 0.02 * side / side.sum()]) for side in rare)
    return p, q


def test_rare_taxa_that_changed_where_the_common_ones_did_not_are_not_missed():
    """One law for all taxa reads the rare in the light of the common, and finds a half of their change."""
    rng = np.random.default_rng(4)
    values, held, bounded, truths = [], [], [], []
    for _ in range(20):
        p, q = replicate(rng, 2_000, 300)
        truth = jensen_shannon_divergence(p, q)
        estimate = jensen_shannon_estimate(*(rng.multinomial(30_000, side).astype(float) for side in (p, q)))
        values.append(estimate.value), truths.append(truth)
        held.append(estimate.interval()[0] <= truth <= estimate.interval()[1])
        bounded.append(estimate.bounds()[0] <= truth <= estimate.bounds()[1])
    assert np.mean(values) == pytest.approx(np.mean(truths), rel=0.1)
    assert np.mean(held) >= 0.85
    assert np.mean(bounded) == 1


def test_bounds_are_wider_than_the_interval_and_ordered():
    rng = np.random.default_rng(6)
    x, y = (rng.multinomial(2_000, side).astype(float) for side in law(1_000, rng, 1.0))
    estimate = jensen_shannon_estimate(x, y)
    (low, high), (lowest, highest) = estimate.interval(), estimate.bounds()
    assert lowest < low < estimate.value < high < highest
    assert min(estimate.gap) > 0


@pytest.mark.parametrize("depths", [(900, 900), (60, 2_000), (150_000, 4_000), (2, 3)])
def test_points_are_the_values_of_estimates(depths):
    rng = np.random.default_rng(8)
    p, q = law(300, rng, 0.7)
    samples = np.array([rng.multinomial(n, side) for n, side in zip(depths, (p, q), strict=True)], float)
    pairs = np.array([[0, 1], [1, 0], [0, 0]])
    plugin, value = jensen_shannon_points(samples, pairs)
    for k, (i, j) in enumerate(pairs):
        estimate = jensen_shannon_estimate(samples[i], samples[j])
        assert plugin[k] == pytest.approx(estimate.plugin, abs=1e-12)
        assert value[k] == pytest.approx(estimate.value, abs=1e-11)
    assert jensen_shannon_point(*samples) == (plugin[0], value[0])


def test_points_are_the_same_on_any_number_of_threads():
    rng = np.random.default_rng(9)
    samples = rng.multinomial(60, np.full(12, 1 / 12), 40).astype(float)
    pairs = np.array([(i, j) for i in range(40) for j in range(40) if i != j])
    one, three = (jensen_shannon_points(samples, pairs, threads) for threads in (1, 3))
    assert all((a == b).all() for a, b in zip(one, three, strict=True))


def test_the_term_of_a_common_taxon_that_did_not_change_varies_as_a_squared_normal_does():
    """Its slope is 0, so its variance is of second order: twice the square of its mean, which is its bias."""
    counts = np.full(10, 1_000.0)
    estimate = jensen_shannon_estimate(counts, counts)
    drawn = np.random.default_rng(1).multinomial(10_000, np.full(10, 0.1), (2, 2_000)) / 10_000
    terms = observed_terms(*drawn)
    assert -estimate.term_values == pytest.approx(np.full(10, terms.mean()), rel=0.05)
    assert estimate.term_variances == pytest.approx(np.full(10, terms.var()), rel=0.15)


def test_terms_of_common_taxa_that_did_not_change_are_held():
    rng = np.random.default_rng(12)
    q = np.full(40, 1 / 40)
    held = []
    for _ in range(50):
        low, high = jensen_shannon_estimate(*rng.multinomial(8_000, q, 2).astype(float)).term_intervals()
        held.append(((low <= 0) & (high >= 0)).mean())
    assert np.mean(held) > 0.93  # by the first-order variance alone 0.85
