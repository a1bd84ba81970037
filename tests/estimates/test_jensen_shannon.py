"""The estimate from shares of reads: it finds the truth where the plug-in cannot."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import xlogy

from klbio.divergences import jensen_shannon_divergence
from klbio.estimates import jackknife, jensen_shannon_estimate
from klbio.estimates import jensen_shannon as room
from klbio.estimates.jensen_shannon import _Mixture, _Shares, _terms


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
    rare = x + y < room.MANY
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
    assert jensen_shannon_estimate(x, y).value == pytest.approx(jackknife(x, y, _terms).value, abs=1e-12)


def test_many_reads_in_all_keep_their_jackknife_term_and_no_others():
    x, y = np.array([59.0, 60, 0, 31, 29]), np.array([0.0, 0, 60, 31, 29])
    same = jensen_shannon_estimate(x, y).term_values == jackknife(x, y, _terms).term_values
    assert same.tolist() == [False, True, True, True, False]


def test_a_lost_read_is_lost_by_definition():
    """The variance read by read: each taxon's posterior is taken anew without the read, under the same distribution."""
    rng = np.random.default_rng(5)
    x, y = (rng.multinomial(600, side).astype(float) for side in law(60, rng, 0.5))
    seen = (x + y) > 0
    pairs, ones, grid = np.stack([x[seen], y[seen]]), np.ones(seen.sum()), _Shares(x.sum(), y.sum())
    mixture = _Mixture(pairs, ones, grid)
    posterior, few, pull = mixture.posterior, mixture.few, mixture._pull

    def brought(i, counts):
        """A taxon's term and pull: by its posterior, taken anew for these counts."""
        kept = posterior[i] > 1e-300  # a share of 0 or 1 that the counts rule out
        rest = counts - pairs[:, i]
        weights = posterior[i][kept] * grid.u[kept] ** rest[0] * (1 - grid.u[kept]) ** rest[1]
        weights /= weights.sum()
        own = counts.sum() * weights @ grid.term[kept]
        if not few[i]:
            own = _terms(counts[:1] / grid.n, counts[1:] / grid.m)[0]
        return own + weights @ pull[kept]

    expected = 0.0
    for side in (0, 1):
        lost = []
        for i in range(pairs.shape[1]):
            counts = pairs[:, i] - np.eye(2)[side]
            if counts[side] >= 0:
                lost += [brought(i, pairs[:, i]) - brought(i, counts)] * int(pairs[side, i])
        expected += np.var(lost) * len(lost)
    assert mixture._read_by_read() == pytest.approx(expected, rel=1e-9)


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
    grid = _Shares(700.0, 300.0)
    p, q = 5 * grid.u / 700, 5 * (1 - grid.u) / 300
    plain = 0.5 * (xlogy(p, p) + xlogy(q, q)) - xlogy((p + q) / 2, (p + q) / 2)
    assert 5 * grid.term == pytest.approx(plain / np.log(2), abs=1e-15)


def test_the_distribution_of_the_shares_is_found():
    """Half the taxa unchanged, half tripled: the posterior of a taxon with many reads sits where it belongs."""
    rng = np.random.default_rng(0)
    grid = _Shares(1.0, 1.0)
    share = np.where(np.arange(2_000) < 1_000, 0.5, 0.75)
    x = rng.binomial(20, share).astype(float)
    pairs, n_taxa = np.unique(np.stack([x, 20 - x]), axis=1, return_counts=True)
    posterior = _Mixture(pairs, n_taxa, grid).posterior
    mean = (n_taxa @ posterior) @ grid.u / n_taxa.sum()
    assert mean == pytest.approx(x.mean() / 20, abs=1e-3)
    near_half = np.abs(grid.u - 0.5) < 0.08
    near_triple = np.abs(grid.u - 0.75) < 0.08
    law = n_taxa @ posterior / n_taxa.sum()
    assert law[near_half].sum() + law[near_triple].sum() > 0.9
    assert law[near_half].sum() == pytest.approx(0.5, abs=0.1)


def test_to_leave_dead_shares_out_changes_nothing(monkeypatch):
    rng = np.random.default_rng(1)
    x, y = (rng.multinomial(3_000, side).astype(float) for side in law(400, rng, 0.5))
    keep_all = jensen_shannon_estimate(x, y).value
    monkeypatch.setattr(room, "DEAD", 0.0)
    assert jensen_shannon_estimate(x, y).value == pytest.approx(keep_all, abs=1e-6)
