"""A lower bound of a relative entropy: below the truth at every depth, and not far below where it can be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from klbio.divergences import relative_entropy
from klbio.estimates import merge_rare, relative_entropy_at_least

counts = arrays(float, 12, elements=st.integers(0, 90).map(float))


def communities(rng, n_taxa, change):
    q = np.exp(rng.normal(0, 2, n_taxa))
    p = q * np.exp(rng.normal(0, change, n_taxa))
    return p / p.sum(), q / q.sum()


def bounds(depths, change, n_draws=60, n_taxa=300, seed=1):
    """Truth and lower limit of each draw."""
    rng = np.random.default_rng(seed)
    for _ in range(n_draws):
        p, q = communities(rng, n_taxa, change)
        x, y = (rng.multinomial(n, law).astype(float) for n, law in zip(depths, (p, q), strict=True))
        yield float(relative_entropy(p, q)), relative_entropy_at_least(x, y).low


@pytest.mark.parametrize("depths", [(1000, 1000), (20_000, 20_000), (1000, 100_000), (100_000, 1000)])
@pytest.mark.parametrize("change", [0.0, 0.5, 2.0])
def test_the_communities_are_as_far_apart_as_it_says_at_every_depth(depths, change):
    truth, low = np.array(list(bounds(depths, change))).T
    assert (low <= truth + 1e-12).mean() >= 0.9


def test_deep_samples_leave_little_out():
    truth, low = np.array(list(bounds((100_000, 100_000), 1.0, n_draws=10))).T
    assert (low > 0.9 * truth).all()


@pytest.mark.parametrize("expected", [1.0, 2.0, 3.0, 5.0])
def test_a_taxon_that_seems_to_be_new_may_have_been_there(expected):
    """Half of the community was one read in a thousand, or none was seen of it."""
    rng, p, q = (
        np.random.default_rng(2),
        np.array([0.5, 0.5]),
        np.array([expected / 1000, 1 - expected / 1000]),
    )
    truth = float(relative_entropy(p, q))
    x, y = (rng.multinomial(1000, law, 200).astype(float) for law in (p, q))
    held = [relative_entropy_at_least(*pair).low <= truth for pair in zip(x, y, strict=True)]
    assert np.mean(held) >= 0.91


@given(counts, counts, st.permutations(range(12)))
@settings(deadline=None, max_examples=20)
def test_merging_keeps_reads_and_looks_at_totals_alone(x, y, order):
    x[0], y[1] = x[0] + 2, y[1] + 2
    first, second, kept = merge_rare(x, y)
    assert (first.sum(), second.sum()) == (x.sum(), y.sum())
    assert len(first) == len(second) == kept.sum() + 1
    low = relative_entropy_at_least(x, y).low
    assert low >= 0
    assert relative_entropy_at_least(x[list(order)], y[list(order)]).low == pytest.approx(low, abs=1e-9)


def test_a_category_is_kept_by_its_reads_on_the_shallower_side_if_nothing_had_changed():
    x, y = np.array([20.0, 0.0, 30.0, 50.0]), np.array([0.0, 19.0, 31.0, 50.0])
    assert merge_rare(x, y)[2].tolist() == [True, False, True, True]
    assert merge_rare(x, 10 * y)[2].tolist() == [False, True, True, True]


def test_groups_of_reads_are_bounded_by_student():
    rng = np.random.default_rng(3)
    p, q = communities(rng, 50, 1.0)
    x, y = (rng.multinomial(500, law, 16).astype(float) for law in (p, q))
    grouped, single = relative_entropy_at_least(x, y), relative_entropy_at_least(x.sum(axis=0), y.sum(axis=0))
    assert grouped.low < float(relative_entropy(p, q))
    assert grouped.value == pytest.approx(single.value, abs=0.05)
