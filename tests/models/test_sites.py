"""Signals, position by position."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klbio.models import SiteModel


def site(seed: int, length: int, first: int) -> SiteModel:
    return SiteModel(np.random.default_rng(seed).dirichlet([1] * 4, size=length), first)


def test_marginals_of_order_0_are_the_rows():
    rows = np.random.default_rng(1).dirichlet([1] * 4, size=6)
    assert SiteModel.marginal(rows[:, None], 0).probabilities == pytest.approx(rows)


@given(st.integers(0, 1000), st.sampled_from([1, 2]))
def test_marginals_are_sums_over_all_words(seed, order):
    length = 3
    tables = np.random.default_rng(seed).dirichlet([1] * 4, size=(length, 4**order))
    expected = np.zeros((length, 4))
    for word in product(range(4), repeat=order + length):
        mass = 1 / 4**order
        for i in range(length):
            context = int("".join(map(str, word[i : i + order])), 4)
            mass *= tables[i, context, word[order + i]]
        for i in range(length):
            expected[i, word[order + i]] += mass
    assert SiteModel.marginal(tables, 0).probabilities == pytest.approx(expected)


def test_a_row_of_zeros_is_read_as_uniform():
    assert SiteModel.marginal(np.zeros((2, 4, 4)), 0).probabilities == pytest.approx(0.25)


def test_windows_are_lined_up_by_the_signal():
    p, q = site(1, 9, first=-3), site(2, 8, first=-2)
    found = p.relative_entropies(q, epsilon=0.0)
    assert list(found) == list(range(-2, 6))
    a, b = p.probabilities[1], q.probabilities[0]  # both at position -2
    assert found[-2] == pytest.approx(sum(x * math.log2(x / y) for x, y in zip(a, b, strict=True)))


def test_apart_windows_share_nothing():
    assert site(1, 3, first=-9).relative_entropies(site(2, 3, first=5)) == {}


def test_smoothing_keeps_it_finite():
    g, fair = SiteModel([[0, 0, 1, 0]], 0), SiteModel([[0.25] * 4], 0)
    assert fair.relative_entropies(g, epsilon=0.0)[0] == math.inf
    assert 0 < fair.relative_entropies(g)[0] < 10
    assert g.relative_entropies(g) == {0: 0.0}
