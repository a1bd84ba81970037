"""Dendrograms as segments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klbio.models.cluster import average_linkage


def symmetric(seed: int, n: int) -> np.ndarray:
    rates = np.random.default_rng(seed).random((n, n))
    np.fill_diagonal(rates, 0)
    return rates


def test_three_models_by_hand():
    """0 and 1 join at (1 + 3) / 2; 2 joins both at the mean of its distances to them."""
    rates = np.array([[0, 1, 10.0], [3, 0, 20], [10, 20, 0]])
    tree = average_linkage(rates)
    assert sorted(set(tree.segments[:, 1::2].ravel())) == [0, 2, 15]
    assert set(tree.leaves) == {0, 1, 2}
    assert tree.leaves[1] in (0, 1)


@given(st.integers(0, 10**6), st.integers(2, 12))
def test_every_model_is_a_leaf_and_every_join_three_lines(seed, n):
    tree = average_linkage(symmetric(seed, n))
    assert sorted(tree.leaves) == list(range(n))
    assert tree.segments.shape == (3 * (n - 1), 4)
    feet = {tuple(end) for row in tree.segments for end in (row[:2], row[2:]) if end[1] == 0}
    assert {x for x, _ in feet} == set(range(n))
    x1, y1, x2, y2 = tree.segments.T
    assert ((x1 == x2) | (y1 == y2)).all()


@pytest.mark.parametrize(
    ("rates", "leaves"),
    [(np.zeros((0, 0)), ()), (np.zeros((1, 1)), (0,)), (np.array([[0, np.inf], [1, 0]]), ())],
)
def test_too_little_or_infinite(rates, leaves):
    tree = average_linkage(rates)
    assert tree.leaves == leaves
    assert tree.segments.shape == (0, 4)
