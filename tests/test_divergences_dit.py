"""The same measures by dit, which sums over named outcomes."""

import pytest
from dit import Distribution
from dit.divergences import (
    hellinger_distance as dit_hellinger,
)
from dit.divergences import (
    jensen_shannon_divergence as dit_jensen_shannon,
)
from dit.divergences import (
    kullback_leibler_divergence as dit_relative_entropy,
)
from dit.divergences import (
    renyi_divergence as dit_renyi,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from klbio.divergences import (
    hellinger_distance,
    jensen_shannon_divergence,
    relative_entropy,
    renyi_divergence,
)


@st.composite
def pairs(draw):
    """Two distributions over the same two to six outcomes, all with some mass."""
    n = draw(st.integers(2, 6))
    sides = [draw(st.lists(st.integers(1, 50), min_size=n, max_size=n)) for _ in range(2)]
    return [[count / sum(side) for count in side] for side in sides]


def named(p):
    return Distribution([f"{i}" for i in range(len(p))], p)


@settings(max_examples=30, deadline=None)
@given(pairs())
def test_dit_says_the_same(pair):
    p, q = pair
    both = named(p), named(q)
    # dit computes cross-entropy minus entropy: its own rounding is about 1e-15, and may be negative
    assert float(relative_entropy(p, q)) == pytest.approx(float(dit_relative_entropy(*both)), abs=1e-12)
    assert float(jensen_shannon_divergence(p, q)) == pytest.approx(float(dit_jensen_shannon(both)), abs=1e-12)
    assert float(renyi_divergence(p, q, 0.5)) == pytest.approx(float(dit_renyi(*both, 0.5)), abs=1e-12)
    # dit takes 1 - sum sqrt(pq) before the root, which halves its digits near zero
    assert float(hellinger_distance(p, q)) == pytest.approx(float(dit_hellinger(*both)), abs=1e-7)
