import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klbio.divergences.kernels import jensen_shannon_terms, relative_entropy_terms
from klbio.estimates import jackknife
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
