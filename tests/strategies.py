"""Distributions for hypothesis: with zeros, near-equal, lopsided down to subnormal numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Row = NDArray[np.float64]
Pair = tuple[Row, Row]

SIZES = st.integers(1, 12)


def _closed(parts: list[float] | Row) -> Row:
    array = np.asarray(parts, dtype=float)
    return array / array.sum()


def count_rows(size: int, least: int = 0) -> st.SearchStrategy[list[int]]:
    """Counts of one sample, with at least one read."""
    return st.lists(st.integers(least, 1000), min_size=size, max_size=size).filter(any)


@st.composite
def distributions(draw: st.DrawFn, size: int | None = None) -> Row:
    """One distribution drawn as counts, zeros included."""
    return _closed([float(count) for count in draw(count_rows(size or draw(SIZES)))])


@st.composite
def independent_pairs(draw: st.DrawFn, size: int | None = None) -> Pair:
    """Two distributions over the same categories, zeros included."""
    size = size or draw(SIZES)
    return draw(distributions(size)), draw(distributions(size))


@st.composite
def near_pairs(draw: st.DrawFn, size: int | None = None) -> Pair:
    """A distribution and the same, each category changed by a share of 1e-15 to 0.1."""
    size = size or draw(SIZES)
    p = _closed([float(count) for count in draw(count_rows(size, least=1))])
    by = 10.0 ** draw(st.integers(-15, -1))
    steps = draw(st.lists(st.floats(-1, 1), min_size=size, max_size=size))
    return p, _closed(p * (1 + by * np.array(steps)))


@st.composite
def lopsided_pairs(draw: st.DrawFn, size: int | None = None) -> Pair:
    """Two distributions whose categories differ by hundreds of orders of magnitude."""
    size = size or draw(SIZES)
    powers = st.lists(st.integers(-1074, 0), min_size=size, max_size=size)
    one, other = (np.ldexp(1.0, np.array(draw(powers))) for _ in "pq")
    one[0] = other[-1] = 1.0
    return _closed(one), _closed(other)


def pairs(size: int | None = None) -> st.SearchStrategy[Pair]:
    """Any of the pairs above."""
    return st.one_of(independent_pairs(size), near_pairs(size), lopsided_pairs(size))


@st.composite
def triples(draw: st.DrawFn) -> tuple[Row, Row, Row]:
    """Three distributions over the same categories."""
    size = draw(SIZES)
    return draw(distributions(size)), draw(distributions(size)), draw(distributions(size))


@st.composite
def grouped_pairs(draw: st.DrawFn) -> tuple[Row, Row, list[str]]:
    """A pair, and a group for each category."""
    p, q = draw(pairs())
    return p, q, draw(st.lists(st.sampled_from("abcd"), min_size=len(p), max_size=len(p)))


@st.composite
def tables(draw: st.DrawFn) -> Row:
    """Counts of one to four samples, none of them empty."""
    size = draw(SIZES)
    return np.array(draw(st.lists(count_rows(size), min_size=1, max_size=4)), dtype=float)


weights = st.floats(0, 1).map(lambda share: np.array([share, 1 - share]))
