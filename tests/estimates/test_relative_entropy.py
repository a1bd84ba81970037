"""The smoothed relative entropy: free of the noise of few reads, with an interval that holds its estimand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import poisson

from klbio.divergences import relative_entropy
from klbio.divergences.kernels import relative_entropy_terms
from klbio.estimates import few_counts as room
from klbio.estimates import jackknife, relative_entropy_estimate
from klbio.smoothing import Additive, DirichletPrior, MaximumLikelihood

counts = arrays(float, 12, elements=st.integers(0, 90).map(float))


def smooth(x, added=0.5):
    return (x + added) / (x + added).sum()


def pairs_of_samples(n_draws, n_taxa, depths, change, seed):
    """Counts of the categories seen, and the estimand: smoothed compositions at these depths, on average."""
    rng = np.random.default_rng(seed)
    for _ in range(n_draws):
        q = np.exp(rng.normal(0, 2, n_taxa))
        p = q * np.exp(rng.normal(0, change, n_taxa))
        p, q = p / p.sum(), q / q.sum()
        x, y = (rng.multinomial(n, law).astype(float) for n, law in zip(depths, (p, q), strict=True))
        seen = (x + y) > 0
        truth = relative_entropy(smooth(depths[0] * p[seen]), smooth(depths[1] * q[seen]))
        half = np.full(seen.sum(), 0.5)
        yield relative_entropy_estimate(x[seen], y[seen], half, half), float(truth)


@given(counts, counts)
@settings(deadline=None, max_examples=40)
def test_as_observed_it_is_the_smoothed_relative_entropy_and_terms_sum(x, y):
    x[0], y[1] = x[0] + 2, y[1] + 2
    estimate = relative_entropy_estimate(x, y, np.full(12, 0.5), np.full(12, 0.5))
    assert estimate.plugin == pytest.approx(float(relative_entropy(smooth(x), smooth(y))), abs=1e-12)
    assert estimate.terms.sum() == pytest.approx(estimate.plugin, abs=1e-12)
    assert estimate.term_values.sum() == pytest.approx(estimate.value, abs=1e-12)
    assert estimate.variance >= 0


@given(counts, counts, st.permutations(range(12)))
@settings(deadline=None, max_examples=20)
def test_order_of_taxa_does_not_matter(x, y, order):
    x[0], y[1] = x[0] + 2, y[1] + 2
    prior, order = np.linspace(0.1, 2, 12), np.array(order)
    ours = relative_entropy_estimate(x, y, prior, prior)
    turned = relative_entropy_estimate(x[order], y[order], prior[order], prior[order])
    assert turned.value == pytest.approx(ours.value, abs=1e-12)
    assert turned.variance == pytest.approx(ours.variance, abs=1e-12)


def test_corrections_are_the_iterated_bootstrap():
    """Series by its definition: the bias of an estimate is estimated as if the count were the truth, eight times."""

    def without_bias(f, depth):
        if depth == 0:
            return f
        z = np.arange(len(f))
        rest = f - np.array([poisson.pmf(z, count) / poisson.pmf(z, count).sum() @ f for count in z])
        return f + without_bias(rest, depth - 1)

    z = np.arange(room.REACH + 1.0)
    tables = room._tables((0.5,))
    for table, f in ((tables.log, np.log(z + 0.5)), (tables.own, (z + 0.5) * np.log(z + 0.5))):
        plain = without_bias(f, 2**room.DOUBLINGS - 1) - f
        assert table[0] == pytest.approx(plain[: room.FEW], abs=1e-9)


def test_the_tables_meet_the_series_of_large_counts():
    last, tables = room.FEW - 1.0, room._tables((0.5,))
    assert tables.log[0, -1] == pytest.approx(last / (2 * (last + 0.5) ** 2), rel=0.02)
    assert tables.own[0, -1] == pytest.approx(-last / (2 * (last + 0.5)), rel=0.02)
    assert tables.variance[0, -1] == pytest.approx(last / (last + 0.5) ** 2, rel=0.05)
    assert tables.covariance[0, -1] == pytest.approx(1, rel=0.02)


@pytest.mark.parametrize(
    ("n_taxa", "depths", "change"),
    [(50, (500, 500), 0.8), (500, (5_000, 5_000), 0.3), (500, (500, 500), 0.8), (500, (50_000, 5_000), 2.0)],
)
def test_the_interval_holds_the_estimand_and_the_bias_is_gone(n_taxa, depths, change):
    found = list(pairs_of_samples(200, n_taxa, depths, change, seed=4))
    ends = np.array([estimate.interval() for estimate, _ in found])
    truth = np.array([truth for _, truth in found])
    inside = ((ends[:, 0] <= truth) & (truth <= ends[:, 1])).mean()
    errors = np.array([(e.value - truth, e.plugin - truth) for e, truth in found]).mean(axis=0)
    assert inside >= 0.9
    assert abs(errors[0]) < 0.25 * errors[1]


def test_deep_samples_by_hand():
    """The bias of large counts to first order: half of f'' times the variance of each count."""
    x, y, half = np.array([6000.0, 3000, 1000]), np.array([5000.0, 2000, 3000]), np.full(3, 0.5)
    p, q = x / 1e4, y / 1e4
    bias = ((1 - p).sum() / 2e4 + (p / q * (1 - q)).sum() / 2e4) / np.log(2)
    ours = relative_entropy_estimate(x, y, half, half)
    assert ours.value == pytest.approx(ours.plugin - bias, abs=2e-7)
    slope = np.log2(p / q)
    variance = (p @ slope**2 - (p @ slope) ** 2) / 1e4 + ((p**2 / q).sum() - 1) / 1e4 / np.log(2) ** 2
    assert ours.variance == pytest.approx(variance, rel=2e-3)


def test_a_taxon_without_reads_before_makes_the_interval_wide():
    x, y, half = np.array([500.0, 500.0, 40.0]), np.array([520.0, 520.0, 0.0]), np.full(3, 0.5)
    unseen = relative_entropy_estimate(x, y, half, half)
    plain = jackknife(x, y, relative_entropy_terms, half, half)
    assert unseen.variance * np.log(2) ** 2 > 1.5 * plain.variance


def of_a_pair(x, y, smoothing):
    return relative_entropy_estimate(x, y, *smoothing.pseudocounts(np.vstack([x, y])))


@pytest.mark.parametrize(
    "smoothing", [Additive(0.5), DirichletPrior(weight=1), DirichletPrior(weight="empirical-bayes")]
)
def test_a_pair_is_smoothed_by_any_estimator(smoothing):
    rng = np.random.default_rng(2)
    x, y = rng.multinomial(800, rng.dirichlet(np.full(40, 0.3)), 2).astype(float)
    estimate = of_a_pair(x, y, smoothing)
    assert estimate.plugin == pytest.approx(
        float(relative_entropy(*smoothing.probabilities(np.vstack([x, y]))))
    )
    assert estimate.value < estimate.plugin


def test_without_smoothing_the_jackknife_remains():
    x, y = np.array([30.0, 50, 20]), np.array([40.0, 30, 30])
    plain = jackknife(x, y, relative_entropy_terms)
    assert of_a_pair(x, y, MaximumLikelihood()).value == pytest.approx(plain.value / np.log(2))
    assert of_a_pair(x, np.array([40.0, 60, 0]), MaximumLikelihood()).value == np.inf


def test_a_prior_that_drowns_the_counts_leaves_no_width():
    x, y = np.array([30.0, 50, 20]), np.array([40.0, 30, 30])
    drowned = of_a_pair(x, y, Additive(1e9))
    assert drowned.value == pytest.approx(0, abs=1e-9)
    assert drowned.variance == pytest.approx(0, abs=1e-12)
