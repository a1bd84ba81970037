"""Distributions of counts in tables, from which compiled loops draw with one random number.

Walker's alias tables: a uniform place among the values of a distribution is kept with some probability, else
another value takes it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.compiled import compiled
from klbio.distributions import FloatArray

__all__ = [
    "Alias",
    "Ints",
    "SideTables",
    "alias",
    "binomial",
    "close_term",
    "draw",
    "seed",
    "side_tables",
    "term",
    "uniform",
    "weighted",
    "word",
]

Ints = NDArray[np.int64]

LN_2 = math.log(2)
CLOSE = 0.05  # square of a relative difference below which a series to its eleventh power is as good as logarithms
SERIES = np.array([1 / (k * (2 * k - 1)) for k in range(11, 0, -1)])
GOLDEN, FIRST, SECOND = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xBF58476D1CE4E5B9),
    np.uint64(0x94D049BB133111EB),
)
REACH = 10.0  # standard errors of a binomial held in a table: less than 1e-20 lies outside


class Alias(NamedTuple):
    """Walker's table of a distribution: a uniform place is kept with probability `keep`, else its `other` is taken."""

    keep: FloatArray
    other: Ints


class SideTables(NamedTuple):
    """For each category, how to draw its count on the first side, and its term of the divergence.

    Categories of as many reads share their tables.

    Attributes
    ----------
    low, start, stop : ndarray of int of shape (n_categories,)
        Smallest count held, and where in the tables a category begins and ends.
    keep : ndarray of shape (n_places,)
        Probability that a place is kept.
    drawn, drawn_bits : ndarray of shape (2 n_places,)
        Count and term of a place that is kept, then of the one that takes it.
    bits : ndarray of shape (n_places,)
        Terms, count by count.
    """

    low: Ints
    start: Ints
    stop: Ints
    keep: FloatArray
    drawn: Ints
    drawn_bits: FloatArray
    bits: FloatArray


@compiled
def alias(weight: FloatArray, keep: FloatArray, other: Ints) -> None:
    """Fill the alias table of a distribution."""
    n = len(weight)
    scale = n / weight.sum()
    small, large = np.empty(n, np.int64), np.empty(n, np.int64)
    n_small = n_large = 0
    for i in range(n):
        keep[i], other[i] = weight[i] * scale, i
        if keep[i] < 1.0:
            small[n_small] = i
            n_small += 1
        else:
            large[n_large] = i
            n_large += 1
    while n_small and n_large:
        n_small -= 1
        i, j = small[n_small], large[n_large - 1]
        other[i] = j
        keep[j] -= 1.0 - keep[i]
        if keep[j] < 1.0:
            n_large -= 1
            small[n_small] = j
            n_small += 1
    for i in range(n_small):  # 1 but for rounding
        keep[small[i]] = 1.0
    for i in range(n_large):
        keep[large[i]] = 1.0


@compiled
def binomial(total: int, share: float, low: int, weight: FloatArray) -> None:
    """Probabilities of ``low, low + 1, ...``, up to a factor, from the ratio of neighbours."""
    mode = min(max(int((total + 1) * share), low), low + len(weight) - 1)
    odds = share / (1.0 - share)
    weight[mode - low] = 1.0
    for x in range(mode, low + len(weight) - 1):
        weight[x + 1 - low] = weight[x - low] * odds * (total - x) / (x + 1)
    for x in range(mode, low, -1):
        weight[x - 1 - low] = weight[x - low] * x / (odds * (total - x + 1))


@compiled
def weighted(weight: Ints) -> Alias:
    """Alias table of whole weights."""
    table = Alias(np.empty(len(weight)), np.empty(len(weight), np.int64))
    alias(weight.astype(np.float64), table.keep, table.other)
    return table


@compiled
def term(x: float, y: float) -> float:
    """One category's part of the divergence in bits, for proportions `x` and `y`."""
    middle = 0.5 * (x + y)
    value = 0.0
    if x > 0.0:
        value += x * math.log(x / middle)
    if y > 0.0:
        value += y * math.log(y / middle)
    return 0.5 * value / LN_2


@compiled
def close_term(x: float, y: float) -> float:
    """The same, where both are often close: a series in the square of their relative difference has no logarithm."""
    r = (x - y) / (x + y)
    if r * r > CLOSE:
        return term(x, y)
    value = 0.0
    for coefficient in SERIES:
        value = value * (r * r) + coefficient
    return 0.25 * (x + y) * r * r * value / LN_2


@compiled
def places(pool: Ints, share: float) -> tuple[Ints, Ints, Ints]:
    """Smallest count within reach, and where each category's table begins and ends."""
    low, start, stop = np.empty_like(pool), np.empty_like(pool), np.empty_like(pool)
    last, size = -1, 0
    for k in np.argsort(pool):
        if last >= 0 and pool[k] == pool[last]:
            low[k], start[k], stop[k] = low[last], start[last], stop[last]
            continue
        reach = REACH * (1.0 + math.sqrt(pool[k] * share * (1.0 - share)))
        low[k] = max(0, int(pool[k] * share - reach))
        start[k] = size
        size += min(pool[k], int(pool[k] * share + reach) + 1) - low[k] + 1
        stop[k] = size
        last = k
    return low, start, stop


@compiled
def side_tables(pool: Ints, n: int, m: int) -> SideTables:
    """Tables for a side of `n` reads against one of `m`."""
    share = n / (n + m)
    low, start, stop = places(pool, share)
    size = stop.max()
    weight, keep, bits = np.zeros(size), np.empty(size), np.empty(size)
    other, drawn, drawn_bits = np.empty(size, np.int64), np.empty(2 * size, np.int64), np.empty(2 * size)
    for k in range(len(pool)):
        a, b = start[k], stop[k]
        if weight[a] > 0.0:  # filled already, for another category of as many reads
            continue
        binomial(pool[k], share, low[k], weight[a:b])
        alias(weight[a:b], keep[a:b], other[a:b])
        for i in range(b - a):
            bits[a + i] = term((low[k] + i) / n, (pool[k] - low[k] - i) / m)
        for i in range(b - a):
            for side, j in enumerate((i, other[a + i])):
                drawn[2 * (a + i) + side] = low[k] + j
                drawn_bits[2 * (a + i) + side] = bits[a + j]
    return SideTables(low, start, stop, keep, drawn, drawn_bits, bits)


@compiled
def draw(keep: FloatArray, other: Ints, rng: np.random.Generator) -> int:
    """Draw a place from an alias table."""
    place = rng.random() * len(keep)
    i = int(place)
    return i if place - i < keep[i] else other[i]


@compiled
def seed(rng: np.random.Generator) -> np.uint64:
    """Draw where `uniform` begins for one loop."""
    return np.uint64(rng.random() * 2**53) << np.uint64(11)


@compiled
def word(base: np.uint64, k: int) -> np.uint64:
    """Give the k-th word of a sequence of random ones, without a state that each would wait for [1]_.

    .. [1] Steele GL, Lea D, Flood CH (2014) Fast splittable pseudorandom number generators. OOPSLA 453-472.
       doi:10.1145/2660193.2660195
    """
    bits = base + np.uint64(k) * GOLDEN
    bits = (bits ^ (bits >> np.uint64(30))) * FIRST
    bits = (bits ^ (bits >> np.uint64(27))) * SECOND
    return bits ^ (bits >> np.uint64(31))


@compiled
def uniform(base: np.uint64, k: int) -> float:
    """Give the k-th number of such a sequence in [0, 1)."""
    return np.int64(word(base, k) >> np.uint64(11)) * 2.0**-53
