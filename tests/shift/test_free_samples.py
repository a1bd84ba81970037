"""Products over the free samples are the products over all, where columns are 0 in sum over each subject."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from klbio.shift.cohort.free_samples import FreeSamples
from klbio.shift.cohort.permanova import SampleDistances


def distances(n, seed=1):
    points = np.random.default_rng(seed).normal(size=(n, 3))
    return ((points[:, None] - points) ** 2).sum(axis=-1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=8), st.booleans(), st.integers(0, 1_000))
def test_the_plain_products(sizes, shuffled, seed):
    """Subjects of one to four samples, one after the other or mixed."""
    rng = np.random.default_rng(seed)
    subject = np.repeat(np.arange(len(sizes)), sizes)
    subject = rng.permutation(subject) if shuffled else subject
    squared, columns = distances(len(subject), seed), rng.normal(size=(5, len(subject)))
    for i in range(len(sizes)):
        columns[:, subject == i] -= columns[:, subject == i].mean(axis=1, keepdims=True)
    free = FreeSamples(squared, subject)
    assert free.product(columns) == pytest.approx(columns @ squared, abs=1e-10)
    assert free.quadratic_form(columns) == pytest.approx(np.diag(columns @ squared @ columns.T), abs=1e-10)


def test_half_of_a_product_and_a_quarter_of_a_form():
    free = FreeSamples(distances(40), np.repeat(np.arange(20), 2))
    assert free._beside_last.shape == (20, 40)
    assert free._among_free.shape == (20, 20)


@pytest.mark.parametrize("sizes", [[2] * 9, [1, 3, 4, 2, 5]])
def test_statistics_of_arrangements_are_the_plain_ones(sizes):
    """Sums of squares of phase, and differences of the distances to centroids, by their definitions."""
    rng = np.random.default_rng(4)
    subject = np.repeat(np.arange(len(sizes)), sizes)
    after = np.concatenate([np.arange(size) % 2 == 0 for size in sizes])
    of = SampleDistances.of(distances(len(subject)), after, subject.tolist())
    arrangements = np.array(
        [np.concatenate([rng.permutation(after[subject == i]) for i in range(len(sizes))]) for _ in range(6)]
    ).astype(float)
    shares = np.array([after[subject == i].mean() for i in subject])
    found = of._sum_over_phases.of(arrangements), of._differences_of_spread(arrangements)
    for k, phases in enumerate(arrangements):
        x = phases - shares
        assert found[0][k] == pytest.approx(-(x @ of.squared @ x) / (2 * (x @ x)))
        to_own = np.empty(len(x))
        for members in (phases > 0, phases == 0):
            among = of.squared[np.ix_(members, members)]
            to_own[members] = np.sqrt(among.mean(axis=1) - among.mean() / 2)
        assert found[1][k] == pytest.approx(abs((x * to_own).sum()))
