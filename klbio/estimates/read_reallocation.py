r"""Reads reallocated to samples at random, and the divergences each time, in compiled loops.

A reallocation to fixed depths is exact and cheap by a detour.  First each read goes to a sample by
itself, with a probability proportional to the sample's depth: category by category, a binomial draw.
Then, while a sample holds more reads than its depth, one of them, each as likely, goes to a sample
that lacks one.  Both steps treat all reads alike, so in the end every allocation of the reads to the
depths is as likely as any other: the distribution is the multivariate
hypergeometric one.  Some tens of reads need the second step.

For two sides, the distribution of each category's count and its term of the divergence stand in a table
(`klbio.estimates.alias_tables`), so a draw costs one random number and two lookups a category, and no
logarithm.  Some tens of draws go through the categories together: the table of one is at hand for all.

A rarefied sample is one side of such an allocation: the reads that it keeps, of those that it has.
"""

from __future__ import annotations

from math import lcm

import numpy as np

from klbio.compiled import compiled, compiled_sums
from klbio.distributions import FloatArray
from klbio.estimates.alias_tables import (
    Alias,
    Ints,
    SideTables,
    close_term,
    draw,
    seed,
    side_tables,
    term,
    uniform,
    weighted,
)
from klbio.estimates.sample_splits import settle, split, splits_of

__all__ = ["chosen_pairs", "null_divergences", "rarefied"]

SMALL = 64  # counts below which the term of a pair of samples stands in a table
TOGETHER = 64  # draws of two sides
TURNED = 8  # categories: the numbers that the memory hands over at once
MAX_PAIRS = 400  # of samples, whose mean is drawn: of 20 + 20 samples, all


def null_divergences(
    samples: FloatArray, n_after: int, n_resamples: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, float]:
    """Jensen-Shannon divergences when the reads of all samples are reallocated to them at random.

    If nothing changed between samples of one community, every allocation is as likely as
    the one observed; a test against these is exact at any depth.

    Parameters
    ----------
    samples : ndarray of shape (n_samples, n_categories)
        Whole counts, the after-samples first; no sample is empty.
    n_after : int
        How many after-samples.
    n_resamples : int
        How many draws.
    rng : numpy.random.Generator
        Moved on by some tens of thousands of draws or more.

    Returns
    -------
    pooled, pairs : ndarray of shape (n_resamples,)
        Bits, unsmoothed, from the same draws: of the two sides' sums, and the mean over all pairs of
        an after-sample and a before-sample, or over 400 where there are more (`chosen_pairs`).
    observed : float
        The mean over the same pairs of the samples as they are.

    Examples
    --------
    Four reads of each of two taxa, allocated to two samples of four: as even as can be, or 3 + 1, or apart.

    >>> pooled, pairs, _ = null_divergences(np.array([[3.0, 1.0], [1.0, 3.0]]), 1, 999, np.random.default_rng(0))
    >>> sorted(set(pooled.round(3).tolist())), bool((pooled == pairs).all())
    ([0.0, 0.189, 1.0], True)
    """
    whole = samples.astype(np.int64)
    common_first = np.argsort(-whole.sum(axis=0), kind="stable")
    whole = np.ascontiguousarray(whole[:, common_first[: np.count_nonzero(whole.any(axis=0))]])
    pooled, of_pairs = np.empty(n_resamples), np.empty(n_resamples)
    pairs = chosen_pairs(n_after, len(whole) - n_after)
    observed = fill(whole, n_after, pairs, rng, (pooled, of_pairs))
    return pooled, of_pairs, observed


def chosen_pairs(n_after: int, n_before: int) -> Ints:
    """Give pairs of an after-sample and a before-sample: all, or 400 in which samples of a phase come equally often.

    By diagonals: none comes twice, and no sample more than once more than another of its phase [1]_.

    .. [1] Blom G (1976) Some properties of incomplete U-statistics. Biometrika 63:573-580.
       doi:10.1093/biomet/63.3.573

    >>> chosen_pairs(2, 2).tolist()
    [[0, 2], [1, 3], [0, 3], [1, 2]]
    """
    place = np.arange(min(n_after * n_before, MAX_PAIRS))
    shifted = place + place // lcm(n_after, n_before)
    return np.stack([place % n_after, n_after + shifted % n_before], axis=1)


@compiled
def allocate_sides(
    pool: Ints,
    tables: SideTables,
    choose: Alias,
    n: int,
    m: int,
    rng: np.random.Generator,
    side: Ints,
    bits: FloatArray,
) -> None:
    """Allocate `n` reads of the pool to the first side, `m` to the second, as often as `side` has columns.

    Parameters
    ----------
    choose
        Finds the category of a random read.
    side, bits : ndarray of shape (n_categories, n_draws) and (n_draws,)
        Filled with the counts of the first side and the divergences.
    """
    surplus = np.full(len(bits), -n)
    bits[:] = 0.0
    for k in range(len(pool)):
        a, b = tables.start[k], tables.stop[k]
        draw_category(
            tables.keep[a:b],
            tables.drawn[2 * a : 2 * b],
            tables.drawn_bits[2 * a : 2 * b],
            rng,
            side[k],
            surplus,
            bits,
        )
    for r in range(len(bits)):
        while surplus[r] != 0:
            k = draw(choose.keep, choose.other, rng)
            count = side[k, r]
            on_side = rng.random() * pool[k] < count
            if on_side == (surplus[r] > 0):
                moved = count - 1 if on_side else count + 1
                before = tables.start[k] + count - tables.low[k]
                after = before + moved - count
                if tables.start[k] <= min(before, after) and max(before, after) < tables.stop[k]:
                    bits[r] += tables.bits[after] - tables.bits[before]
                else:  # rare: out of the table's reach
                    bits[r] += term(moved / n, (pool[k] - moved) / m) - term(count / n, (pool[k] - count) / m)
                side[k, r] = moved
                surplus[r] += moved - count


@compiled
def draw_category(
    keep: FloatArray,
    drawn: Ints,
    drawn_bits: FloatArray,
    rng: np.random.Generator,
    side: Ints,
    surplus: Ints,
    bits: FloatArray,
) -> None:
    """Draw one category's count, as often as `side` is long."""
    size, base = float(len(keep)), seed(rng)
    for r in range(len(side)):
        place = uniform(base, r) * size
        i = int(place)
        passed = place - i >= keep[np.uint64(i)]
        at = np.uint64(2 * i + passed)  # no branch: it would be guessed wrong half the time
        side[r] = drawn[at]
        surplus[r] += drawn[at]
        bits[r] += drawn_bits[at]


@compiled
def mean_over_pairs(allocated: Ints, n_common: int, depths: Ints, pairs: Ints, tables: FloatArray) -> float:
    """Mean divergence over some pairs of samples; beyond the first categories all counts are small."""
    total = 0.0
    for k in range(len(pairs)):
        i, j = pairs[k]
        x, y = allocated[i], allocated[j]
        total += common_bits(x[:n_common], y[:n_common], depths[i], depths[j], tables[k])
        total += rare_bits(x[n_common:], y[n_common:], tables[k])
    return total / len(pairs)


@compiled
def common_bits(x: Ints, y: Ints, n: int, m: int, table: FloatArray) -> float:
    """Divergence of two samples over categories that may have many reads."""
    total = 0.0
    for k in range(len(x)):
        if x[k] < SMALL and y[k] < SMALL:
            total += table[x[k] * SMALL + y[k]]
        else:
            total += close_term(x[k] / n, y[k] / m)
    return total


@compiled_sums
def rare_bits(x: Ints, y: Ints, table: FloatArray) -> float:
    """Divergence of two samples over categories of few reads, in all samples together."""
    total = 0.0
    for k in range(len(x)):
        total += table[np.uint64(x[k] * SMALL + y[k])]
    return total


@compiled
def pair_tables(depths: Ints, pairs: Ints) -> FloatArray:
    """Terms for all small counts, for each pair of samples."""
    tables = np.empty((len(pairs), SMALL * SMALL))
    for k, (i, j) in enumerate(pairs):
        for x in range(SMALL):
            for y in range(SMALL):
                tables[k, x * SMALL + y] = term(x / depths[i], y / depths[j])
    return tables


@compiled
def turn(columns: Ints, rows: Ints) -> None:
    """Make rows of columns, some categories at a time, for the memory's sake."""
    for first in range(0, len(columns), TURNED):
        for r in range(len(rows)):
            for k in range(first, min(first + TURNED, len(columns))):
                rows[r, k] = columns[k, r]


@compiled
def fill(
    samples: Ints, cut: int, pairs: Ints, rng: np.random.Generator, null: tuple[FloatArray, FloatArray]
) -> float:
    """Fill the null of the pools and of the pairs with one draw each; give the mean over pairs as observed."""
    pooled, of_pairs = null
    pool, depths = samples.sum(axis=0), samples.sum(axis=1)
    n_common = int((pool >= SMALL).sum())
    n, m = depths[:cut].sum(), depths[cut:].sum()
    tables, choose, terms = side_tables(pool, n, m), weighted(pool), pair_tables(depths, pairs)
    after, before = splits_of(depths[:cut]), splits_of(depths[cut:])
    sides, by_draw = np.empty((len(pool), TOGETHER), np.int64), np.empty((TOGETHER, len(pool)), np.int64)
    allocated = np.empty_like(samples)
    for start in range(0, len(pooled), TOGETHER):
        stop = min(start + TOGETHER, len(pooled))
        allocate_sides(pool, tables, choose, n, m, rng, sides[:, : stop - start], pooled[start:stop])
        if len(depths) > 2:
            turn(sides, by_draw)
        for r in range(start, stop) if len(depths) > 2 else range(0):
            side = by_draw[r - start]
            split(side, n_common, after, rng, allocated[:cut])
            split(pool - side, n_common, before, rng, allocated[cut:])
            settle(depths[:cut], rng, allocated[:cut])
            settle(depths[cut:], rng, allocated[cut:])
            of_pairs[r] = mean_over_pairs(allocated, n_common, depths, pairs, terms)
    if len(depths) == 2:
        of_pairs[:] = pooled
    return mean_over_pairs(samples, n_common, depths, pairs, terms)


def rarefied(pool: FloatArray, depth: int, n_draws: int, rng: np.random.Generator) -> FloatArray:
    r"""Draw `depth` reads out of a sample, without replacement.

    .. math:: E[x_k] = d \frac{n_k}{n}

    Parameters
    ----------
    pool : ndarray of shape (n_categories,)
        Counts n, of sum n.
    depth : int
        Reads drawn, d.
    n_draws : int
        How often, each time from the whole sample.
    rng : Generator
        Source of the draws.

    Returns
    -------
    ndarray of shape (n_draws, n_categories)

    Examples
    --------
    >>> rarefied(np.array([3.0, 1.0]), 4, 2, np.random.default_rng(1))
    array([[3., 1.],
           [3., 1.]])
    """
    drawn = rng.multivariate_hypergeometric(pool.astype(np.int64), depth, size=n_draws, method="marginals")
    return drawn.astype(float)
