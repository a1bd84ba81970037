r"""Reads dealt to samples at random, and the divergences of each dealing, in compiled loops.

A dealing of fixed depths is exact and cheap by a detour.  First each read goes to a sample by
itself, with a probability proportional to the sample's depth: category by category, a binomial draw.
Then, while a sample holds more reads than its depth, one of them, each as likely, goes to a sample
that lacks one.  Both steps treat all reads alike, so in the end every dealing of the reads to the
depths is as likely as any other.  Some tens of reads need the second step.

For two sides, the law of each category's count and its term of the divergence stand in a table,
so a dealing costs one random number and two lookups a category, and no logarithm.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from klbio.distributions import FloatArray

__all__ = ["null_divergences"]

F = TypeVar("F", bound=Callable[..., Any])
Ints = NDArray[np.int64]

LN_2 = math.log(2)
REACH = 10.0  # standard errors of a binomial held in a table: less than 1e-20 lies outside
FEW = 8  # reads a sample below which reads are dealt one by one
SMALL = 64  # counts below which the term of a pair of samples stands in a table


def compiled(function: F) -> F:
    """Compile free of the interpreter lock; keep the machine code for the next process if that can be."""
    try:
        return cast(F, njit(nogil=True, error_model="numpy", cache=True)(function))
    except RuntimeError:  # neither the package folder, NUMBA_CACHE_DIR nor the user's cache can be written
        return cast(F, njit(nogil=True, error_model="numpy")(function))


def null_divergences(
    samples: FloatArray, n_after: int, n_resamples: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Jensen-Shannon divergences when the reads of all samples are dealt to them at random.

    If nothing changed between samples of one community, every dealing is as likely as
    the one observed; a test against these is exact at any depth.

    Parameters
    ----------
    samples : ndarray of shape (n_samples, n_categories)
        Whole counts, the after-samples first; no sample is empty.
    n_after : int
        How many after-samples.
    n_resamples : int
        How many dealings.
    rng : numpy.random.Generator
        Moved on by some tens of thousands of draws or more.

    Returns
    -------
    pooled, pairs : ndarray of shape (n_resamples,)
        Bits, unsmoothed, from the same dealings: of the two sides' sums, and the mean over all pairs of
        an after-sample and a before-sample.

    Examples
    --------
    Four reads of each of two taxa, dealt to two samples of four: as even as can be, or 3 + 1, or apart.

    >>> pooled, pairs = null_divergences(np.array([[3.0, 1.0], [1.0, 3.0]]), 1, 999, np.random.default_rng(0))
    >>> sorted(set(pooled.round(3).tolist())), bool((pooled == pairs).all())
    ([0.0, 0.189, 1.0], True)
    """
    whole = samples.astype(np.int64)
    whole = np.ascontiguousarray(whole[:, whole.sum(axis=0) > 0])
    pooled, pairs = np.empty(n_resamples), np.empty(n_resamples)
    fill(whole.sum(axis=0), whole.sum(axis=1), n_after, rng, pooled, pairs)
    return pooled, pairs


class Alias(NamedTuple):
    """Walker's table of a law: a uniform place is kept with probability `keep`, else its `other` is taken."""

    keep: FloatArray
    other: Ints


class Laws(NamedTuple):
    """For each category, the values within reach, how to draw one, and its term of the divergence."""

    low: Ints  # smallest value held
    start: Ints  # where a category's values begin
    keep: FloatArray  # an alias table each
    other: Ints
    term: FloatArray  # bits


@compiled
def alias(weight: FloatArray, keep: FloatArray, other: Ints) -> None:
    """Fill the alias table of a law."""
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
def laws(pool: Ints, n: int, m: int) -> Laws:
    """Tables for a side of `n` reads against one of `m`."""
    share = n / (n + m)
    low, start = np.empty(len(pool), np.int64), np.zeros(len(pool) + 1, np.int64)
    for k in range(len(pool)):
        reach = REACH * (1.0 + math.sqrt(pool[k] * share * (1.0 - share)))
        low[k] = max(0, int(pool[k] * share - reach))
        high = min(pool[k], int(pool[k] * share + reach) + 1)
        start[k + 1] = start[k] + high - low[k] + 1
    size = start[-1]
    weight, keep, bits = np.empty(size), np.empty(size), np.empty(size)
    other = np.empty(size, np.int64)
    for k in range(len(pool)):
        a, b = start[k], start[k + 1]
        binomial(pool[k], share, low[k], weight[a:b])
        alias(weight[a:b], keep[a:b], other[a:b])
        for i in range(b - a):
            bits[a + i] = term((low[k] + i) / n, (pool[k] - low[k] - i) / m)
    return Laws(low, start, keep, other, bits)


@compiled
def draw(keep: FloatArray, other: Ints, rng: np.random.Generator) -> int:
    """Draw a place from an alias table."""
    place = rng.random() * len(keep)
    i = int(place)
    return i if place - i < keep[i] else other[i]


@compiled
def deal_sides(pool: Ints, law: Laws, choose: Alias, n: int, rng: np.random.Generator, side: Ints) -> None:
    """Deal `n` reads of the pool to the first side; `choose` finds the category of a random read."""
    surplus = -n
    for k in range(len(pool)):
        a, b = law.start[k], law.start[k + 1]
        side[k] = law.low[k] + draw(law.keep[a:b], law.other[a:b], rng)
        surplus += side[k]
    while surplus != 0:
        k = draw(choose.keep, choose.other, rng)
        on_side = rng.random() * pool[k] < side[k]
        if surplus > 0 and on_side:
            side[k] -= 1
            surplus -= 1
        elif surplus < 0 and not on_side:
            side[k] += 1
            surplus += 1


@compiled
def pooled_bits(law: Laws, side: Ints, pool: Ints, n: int, m: int) -> float:
    """Divergence of the two sides: a lookup a category, but for the rare count out of reach."""
    total = 0.0
    for k in range(len(side)):
        place = law.start[k] + side[k] - law.low[k]
        if law.start[k] <= place < law.start[k + 1]:
            total += law.term[place]
        else:
            total += term(side[k] / n, (pool[k] - side[k]) / m)
    return total


@compiled
def deal_samples(side: Ints, depths: Ints, rng: np.random.Generator, dealt: Ints) -> None:
    """Deal the reads of a side to its samples, each read by itself."""
    upto = np.cumsum(depths)
    choose = weighted(depths)
    for k in range(len(side)):
        dealt[:, k] = 0
        if side[k] <= FEW * len(depths):
            for _ in range(side[k]):
                dealt[draw(choose.keep, choose.other, rng), k] += 1
            continue
        left = side[k]
        for i in range(len(depths) - 1):
            if left > 0:
                dealt[i, k] = rng.binomial(left, depths[i] / (upto[-1] - upto[i] + depths[i]))
            left -= dealt[i, k]
        dealt[-1, k] = left


@compiled
def settle(pool: Ints, choose: Alias, depths: Ints, rng: np.random.Generator, dealt: Ints) -> None:
    """Move random reads of samples that hold too many to those that lack some."""
    surplus = dealt.sum(axis=1) - depths
    to = 0
    for i in range(len(depths)):
        while surplus[i] > 0:
            k = draw(choose.keep, choose.other, rng)
            if rng.random() * pool[k] < dealt[i, k]:
                while surplus[to] >= 0:
                    to += 1
                dealt[i, k] -= 1
                dealt[to, k] += 1
                surplus[i] -= 1
                surplus[to] += 1


@compiled
def pair_bits(x: Ints, y: Ints, n: int, m: int, table: FloatArray) -> float:
    """Divergence of two samples."""
    total = 0.0
    for k in range(len(x)):
        if x[k] < SMALL and y[k] < SMALL:
            total += table[x[k], y[k]]
        else:
            total += term(x[k] / n, y[k] / m)
    return total


@compiled
def mean_over_pairs(dealt: Ints, depths: Ints, cut: int, tables: FloatArray) -> float:
    """Mean divergence over all pairs of an after-sample and a before-sample."""
    total = 0.0
    for i in range(cut):
        for j in range(cut, len(depths)):
            total += pair_bits(dealt[i], dealt[j], depths[i], depths[j], tables[i, j - cut])
    return total / (cut * (len(depths) - cut))


@compiled
def pair_tables(depths: Ints, cut: int) -> FloatArray:
    """Terms for all small counts, for each pair of samples."""
    tables = np.empty((cut, len(depths) - cut, SMALL, SMALL))
    for i in range(cut):
        for j in range(cut, len(depths)):
            for x in range(SMALL):
                for y in range(SMALL):
                    tables[i, j - cut, x, y] = term(x / depths[i], y / depths[j])
    return tables


@compiled
def deal_side(side: Ints, pool: Ints, choose: Alias, depths: Ints, rng: Any, dealt: Ints) -> None:
    """Deal the reads of a side to its samples, to their depths."""
    deal_samples(side, depths, rng, dealt)
    settle(pool, choose, depths, rng, dealt)


@compiled
def fill(pool: Ints, depths: Ints, cut: int, rng: Any, pooled: FloatArray, pairs: FloatArray) -> None:
    """Fill `pooled` and `pairs` with one dealing each."""
    n, m = depths[:cut].sum(), depths[cut:].sum()
    law, choose, tables = laws(pool, n, m), weighted(pool), pair_tables(depths, cut)
    side, dealt = np.empty_like(pool), np.empty((len(depths), len(pool)), np.int64)
    for r in range(len(pooled)):
        deal_sides(pool, law, choose, n, rng, side)
        pooled[r] = pairs[r] = pooled_bits(law, side, pool, n, m)
        if len(depths) > 2:
            deal_side(side, pool, choose, depths[:cut], rng, dealt[:cut])
            deal_side(pool - side, pool, choose, depths[cut:], rng, dealt[cut:])
            pairs[r] = mean_over_pairs(dealt, depths, cut, tables)
