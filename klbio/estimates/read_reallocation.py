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
"""

from __future__ import annotations

import numpy as np

from klbio.compiled import compiled
from klbio.distributions import FloatArray
from klbio.estimates.alias_tables import Alias, Ints, SideTables, draw, side_tables, term, weighted

__all__ = ["null_divergences"]

FEW = 8  # reads a sample below which reads are allocated one by one
SMALL = 64  # counts below which the term of a pair of samples stands in a table
TOGETHER = 64  # draws of two sides


def null_divergences(
    samples: FloatArray, n_after: int, n_resamples: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
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
        an after-sample and a before-sample.

    Examples
    --------
    Four reads of each of two taxa, allocated to two samples of four: as even as can be, or 3 + 1, or apart.

    >>> pooled, pairs = null_divergences(np.array([[3.0, 1.0], [1.0, 3.0]]), 1, 999, np.random.default_rng(0))
    >>> sorted(set(pooled.round(3).tolist())), bool((pooled == pairs).all())
    ([0.0, 0.189, 1.0], True)
    """
    whole = samples.astype(np.int64)
    whole = np.ascontiguousarray(whole[:, whole.sum(axis=0) > 0])
    pooled, pairs = np.empty(n_resamples), np.empty(n_resamples)
    fill(whole.sum(axis=0), whole.sum(axis=1), n_after, rng, pooled, pairs)
    return pooled, pairs


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
    size = float(len(keep))
    for r in range(len(side)):
        place = rng.random() * size
        i = int(place)
        passed = place - i >= keep[np.uint64(i)]
        at = np.uint64(2 * i + passed)  # no branch: it would be guessed wrong half the time
        side[r] = drawn[at]
        surplus[r] += drawn[at]
        bits[r] += drawn_bits[at]


@compiled
def allocate_samples(side: Ints, depths: Ints, rng: np.random.Generator, allocated: Ints) -> None:
    """Allocate the reads of a side to its samples, each read by itself."""
    upto = np.cumsum(depths)
    choose = weighted(depths)
    for k in range(len(side)):
        allocated[:, k] = 0
        if side[k] <= FEW * len(depths):
            for _ in range(side[k]):
                allocated[draw(choose.keep, choose.other, rng), k] += 1
            continue
        left = side[k]
        for i in range(len(depths) - 1):
            if left > 0:
                allocated[i, k] = rng.binomial(left, depths[i] / (upto[-1] - upto[i] + depths[i]))
            left -= allocated[i, k]
        allocated[-1, k] = left


@compiled
def settle(pool: Ints, choose: Alias, depths: Ints, rng: np.random.Generator, allocated: Ints) -> None:
    """Move random reads of samples that hold too many to those that lack some."""
    surplus = allocated.sum(axis=1) - depths
    to = 0
    for i in range(len(depths)):
        while surplus[i] > 0:
            k = draw(choose.keep, choose.other, rng)
            if rng.random() * pool[k] < allocated[i, k]:
                while surplus[to] >= 0:
                    to += 1
                allocated[i, k] -= 1
                allocated[to, k] += 1
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
def mean_over_pairs(allocated: Ints, depths: Ints, cut: int, tables: FloatArray) -> float:
    """Mean divergence over all pairs of an after-sample and a before-sample."""
    total = 0.0
    for i in range(cut):
        for j in range(cut, len(depths)):
            total += pair_bits(allocated[i], allocated[j], depths[i], depths[j], tables[i, j - cut])
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
def allocate_side(
    side: Ints, pool: Ints, choose: Alias, depths: Ints, rng: np.random.Generator, allocated: Ints
) -> None:
    """Allocate the reads of a side to its samples, to their depths."""
    allocate_samples(side, depths, rng, allocated)
    settle(pool, choose, depths, rng, allocated)


@compiled
def fill(
    pool: Ints, depths: Ints, cut: int, rng: np.random.Generator, pooled: FloatArray, pairs: FloatArray
) -> None:
    """Fill `pooled` and `pairs` with one draw each."""
    n, m = depths[:cut].sum(), depths[cut:].sum()
    tables, choose, terms = side_tables(pool, n, m), weighted(pool), pair_tables(depths, cut)
    sides = np.empty((len(pool), TOGETHER), np.int64)
    allocated = np.empty((len(depths), len(pool)), np.int64)
    for start in range(0, len(pooled), TOGETHER):
        stop = min(start + TOGETHER, len(pooled))
        allocate_sides(pool, tables, choose, n, m, rng, sides[:, : stop - start], pooled[start:stop])
        for r in range(start, stop) if len(depths) > 2 else range(0):
            side = sides[:, r - start].copy()
            allocate_side(side, pool, choose, depths[:cut], rng, allocated[:cut])
            allocate_side(pool - side, pool, choose, depths[cut:], rng, allocated[cut:])
            pairs[r] = mean_over_pairs(allocated, depths, cut, terms)
    if len(depths) == 2:
        pairs[:] = pooled
