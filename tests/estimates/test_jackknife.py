import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klbio.divergences.kernels import jensen_shannon_terms, relative_entropy_terms
from klbio.estimates import jackknife, null_signs
from klbio.estimates.jackknife import _root_interval
from klbio.seeding import generator

counts = st.lists(st.integers(0, 30), min_size=2, max_size=8)


@st.composite
def count_pairs(draw):
    x = draw(counts)
    y = draw(st.lists(st.integers(0, 30), min_size=len(x), max_size=len(x)))
    x[0] += 3
    y[-1] += 3
    return np.array(x, float), np.array(y, float)


def read_by_read(x, y, terms, prior_x, prior_y):
    """The jackknife as its definition says: delete each read, one after the other."""

    def total(x, y):
        p, q = (x + prior_x) / (x + prior_x).sum(), (y + prior_y) / (y + prior_y).sum()
        return float(terms(p, q).sum())

    value, variance = total(x, y), 0.0
    corrected = value
    for side in (0, 1):
        without = []
        for k in np.repeat(np.arange(len(x)), (x, y)[side].astype(int)):
            fewer = [x.copy(), y.copy()]
            fewer[side][k] -= 1
            without.append(total(*fewer))
        n = len(without)
        corrected -= (n - 1) * (np.mean(without) - value)
        variance += (n - 1) / n * np.sum((np.array(without) - np.mean(without)) ** 2)
    return value, corrected, variance


@pytest.mark.parametrize(
    ("terms", "prior"),
    [(jensen_shannon_terms, 0.0), (jensen_shannon_terms, 0.5), (relative_entropy_terms, 0.5)],
)
@given(pair=count_pairs())
def test_equals_deleting_read_by_read(terms, prior, pair):
    estimate = jackknife(*pair, terms, prior, prior)
    expected = read_by_read(*pair, terms, prior, prior)
    assert (estimate.plugin, estimate.value, estimate.variance) == pytest.approx(expected, abs=1e-9, rel=1e-9)


@given(count_pairs())
def test_terms_sum_to_the_total(pair):
    estimate = jackknife(*pair, jensen_shannon_terms)
    assert estimate.terms.sum() == pytest.approx(estimate.plugin, abs=1e-12)
    assert estimate.term_values.sum() == pytest.approx(estimate.value, abs=1e-9)


@given(count_pairs())
def test_interval_holds_its_point_and_stays_above_zero(pair):
    estimate = jackknife(*pair, jensen_shannon_terms)
    low, high = estimate.interval()
    assert 0 <= low <= max(estimate.value, 0) <= high + 1e-12


def test_bias_of_two_draws_from_one_community_falls_to_a_quarter_or_less():
    rng = np.random.default_rng(0)
    community = rng.dirichlet(np.full(100, 0.5))
    draws = [(rng.multinomial(1000, community), rng.multinomial(1000, community)) for _ in range(200)]
    estimates = [jackknife(x.astype(float), y.astype(float), jensen_shannon_terms) for x, y in draws]
    assert abs(np.mean([e.value for e in estimates])) < np.mean([e.plugin for e in estimates]) / 4


def test_infinite_divergence_has_no_variance():
    estimate = jackknife(np.array([5.0, 5.0]), np.array([5.0, 0.0]), relative_entropy_terms)
    assert estimate.value == np.inf
    assert np.isnan(estimate.variance)


def test_a_generator_depends_on_its_names_alone():
    assert generator(1, "S1", "genus").integers(1 << 30) == generator(1, "S1", "genus").integers(1 << 30)
    assert generator(1, "S1", "genus").integers(1 << 30) != generator(1, "S2", "genus").integers(1 << 30)
    assert generator(1, "S1").integers(1 << 30) != generator(2, "S1").integers(1 << 30)


# --- counts that come in groups of reads


def test_delete_a_group_by_hand():
    x, y = np.array([[8.0, 2.0], [5.0, 5.0], [9.0, 1.0]]), np.array([[3.0, 7.0], [4.0, 6.0]])

    def at(x, y):
        return jensen_shannon_terms(x.sum(axis=0) / x.sum(), y.sum(axis=0) / y.sum()).sum()

    after = [at(np.delete(x, g, axis=0), y) for g in range(3)]
    before = [at(x, np.delete(y, g, axis=0)) for g in range(2)]
    estimate = jackknife(x, y, jensen_shannon_terms)
    assert estimate.plugin == pytest.approx(at(x, y))
    assert estimate.value == pytest.approx(4 * at(x, y) - 2 * np.mean(after) - np.mean(before))
    assert estimate.variance == pytest.approx(2 * np.var(after) + np.var(before))
    assert estimate.term_values.sum() == pytest.approx(estimate.value)


@pytest.mark.parametrize(("value", "half"), [(0.04, 0.01), (0.01, 0.01), (0.005, 0.01)])
def test_interval_of_groups_is_symmetric_in_the_root(value, half):
    low, high = _root_interval(value, half)
    root, reach = np.sqrt(value), half / (2 * np.sqrt(value))
    assert low == pytest.approx((root - reach) ** 2)
    assert high == pytest.approx((root + reach) ** 2)


def test_interval_of_groups_near_zero_starts_at_zero_and_stays_finite():
    assert _root_interval(-0.003, 0.01) == pytest.approx((0, 1.5 * 0.01))


def test_interval_of_groups_covers_a_small_true_change():
    rng, other = np.random.default_rng(7), np.array([0.3, 0.2, 0.2, 0.15, 0.15])
    kinds = np.random.default_rng(0).dirichlet(np.full(12, 0.5), size=5)
    p, q = other @ kinds, np.full(5, 0.2) @ kinds
    truth, inside = jensen_shannon_terms(p, q).sum(), 0
    for _ in range(300):
        low, high = jackknife(
            clustered(rng, 1500, other), clustered(rng, 500), jensen_shannon_terms
        ).interval()
        inside += low <= truth <= high
    assert 0.91 <= inside / 300 <= 0.98  # 95 % expected, three standard errors


def clustered(rng, n_reads, shares=None, n_groups=32):
    """Reads of 30 counts each, all of one of five kinds: shape (n_groups, 12)."""
    kinds = np.random.default_rng(0).dirichlet(np.full(12, 0.5), size=5)
    reads = rng.multinomial(30, kinds[rng.choice(5, n_reads, p=shares)])
    return np.array([reads[group::n_groups].sum(axis=0) for group in range(n_groups)], dtype=float)


def test_signs_of_groups_scatter_as_samples_do():
    rng = np.random.default_rng(5)
    samples = np.stack([clustered(rng, 4000), clustered(rng, 1000)])
    drawn = np.concatenate(list(null_signs(samples, 4000, rng)), axis=1)
    fresh = np.array([clustered(rng, 1000).sum(axis=0) for _ in range(400)])
    assert drawn[1].mean(axis=0) == pytest.approx(
        1000 * 30 * samples.sum(axis=(0, 1)) / samples.sum(), rel=0.02
    )
    assert drawn[1].var(axis=0).sum() == pytest.approx(fresh.var(axis=0).sum(), rel=0.25)


def test_batches_of_signs_are_bounded(monkeypatch):
    monkeypatch.setattr("klbio.estimates.wild_bootstrap.MAX_CELLS", 40)
    sizes = [batch.shape[1] for batch in null_signs(np.ones((2, 3, 2)), 25, np.random.default_rng(0))]
    assert sizes == [10, 10, 5]
