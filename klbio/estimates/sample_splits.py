r"""The reads of a side split among its samples, half by half, each read by itself.

A side's samples are halved, each half again, and so on.  At each halving the reads of a category go to the second
half by a binomial draw with that half's part of the depth; whatever the halvings, in the end each read is in a
sample with a probability proportional to the sample's depth.  Binomials of few reads stand in tables, one for each
number of reads, and so do those of some larger numbers; any other is a sum of these.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.compiled import compiled
from klbio.distributions import FloatArray
from klbio.estimates.alias_tables import Ints, alias, binomial, seed, uniform, word

__all__ = ["HELD", "Splits", "settle", "split", "splits_of"]

Words = NDArray[np.uint64]

HELD = (
    64  # most reads of a category of which any number has a table; more are sums of these and of HELD doubled
)
DOUBLED = 5  # times
N_PLACES = (HELD + 1) * (HELD + 2) // 2 + HELD * (2 ** (DOUBLED + 1) - 2) + DOUBLED
LOW_32 = np.uint64(2**32 - 1)
SHIFT, OTHER = np.uint64(16), np.uint64(2**16 - 1)


class Splits(NamedTuple):
    """How to halve some samples, and each half, in that order.

    Attributes
    ----------
    first, middle : ndarray of int of shape (n_samples - 1,)
        Where the samples of a halving begin, and where its second half does.
    share : ndarray of shape (n_samples - 1,)
        The second half's part of the depth.
    tables : ndarray of shape (n_samples - 1, n_places)
        Alias tables of the binomials of 0, 1, 2, ... reads, one after the other, then of the doubled ones.  The low
        16 bits of a word are the count that takes the place, the others the probability that it is kept, in 2^-32.
    """

    first: Ints
    middle: Ints
    share: FloatArray
    tables: Words


@compiled
def splits_of(depths: Ints) -> Splits:
    """Lay out the halvings of samples of these depths, and their tables."""
    n = len(depths) - 1
    first, middle, share = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n)
    tables = np.empty((n, N_PLACES), np.uint64)
    stop, n_laid = np.zeros(n, np.int64), min(n, 1)
    stop[:n_laid], middle[:n_laid] = len(depths), len(depths) // 2
    for i in range(n):
        for a, b in ((first[i], middle[i]), (middle[i], stop[i])):
            if b - a > 1:
                first[n_laid], middle[n_laid], stop[n_laid] = a, (a + b) // 2, b
                n_laid += 1
        share[i] = depths[middle[i] : stop[i]].sum() / depths[first[i] : stop[i]].sum()
        fill_binomials(share[i], tables[i])
    return Splits(first, middle, share, tables)


@compiled
def fill_binomials(share: float, table: Words) -> None:
    """Fill the tables of one halving."""
    for total in range(HELD + 1):
        fill_binomial(total, share, table[total * (total + 1) // 2 :])
    start = (HELD + 1) * (HELD + 2) // 2
    for doubling in range(1, DOUBLED + 1):
        fill_binomial(HELD << doubling, share, table[start:])
        start += (HELD << doubling) + 1


@compiled
def fill_binomial(total: int, share: float, table: Words) -> None:
    """Fill the table of one number of reads."""
    size = total + 1
    weight, keep, other = np.empty(size), np.empty(size), np.empty(size, np.int64)
    binomial(total, share, 0, weight)
    alias(weight, keep, other)
    for i in range(size):
        table[i] = np.uint64(np.int64(keep[i] * 2.0**32) << 16 | other[i])


@compiled
def split(side: Ints, n_common: int, splits: Splits, rng: np.random.Generator, allocated: Ints) -> None:
    """Allocate the reads of a side to its samples, each read by itself.

    Parameters
    ----------
    side : ndarray of int of shape (n_categories,)
    n_common : int
        Only the first categories may have more than `HELD` reads.
    splits : Splits
        Of the samples of the side.
    allocated : ndarray of int of shape (n_samples, n_categories)
        Filled.
    """
    allocated[0] = side
    for i in range(len(splits.share)):
        left, right = allocated[splits.first[i]], allocated[splits.middle[i]]
        split_common(left[:n_common], splits.share[i], splits.tables[i], rng, right[:n_common])
        split_held(left[n_common:], splits.tables[i], seed(rng), right[n_common:])


@compiled
def split_held(left: Ints, table: Words, base: np.uint64, right: Ints) -> None:
    """Move the second half's part of categories that the tables hold."""
    for k in range(len(left)):
        right[k] = held(left[k], left[k] * (left[k] + 1) // 2, word(base, k), table)
        left[k] -= right[k]


@compiled
def split_common(left: Ints, share: float, table: Words, rng: np.random.Generator, right: Ints) -> None:
    """Move it of categories with any number of reads."""
    base, n_drawn = seed(rng), 0
    for k in range(len(left)):
        few, many, start = left[k] % HELD, left[k] // HELD, (HELD + 1) * (HELD + 2) // 2
        right[k] = held(few, few * (few + 1) // 2, word(base, n_drawn), table)
        n_drawn += 1
        if many >> (DOUBLED + 1):
            right[k] += rng.binomial(many * HELD, share)
            many = 0
        if many & 1:
            right[k] += held(HELD, HELD * (HELD + 1) // 2, word(base, n_drawn), table)
            n_drawn += 1
        for doubling in range(1, DOUBLED + 1):
            if many >> doubling & 1:
                right[k] += held(HELD << doubling, start, word(base, n_drawn), table)
                n_drawn += 1
            start += (HELD << doubling) + 1
        left[k] -= right[k]


@compiled
def held(total: int, start: int, random: np.uint64, table: Words) -> np.int64:
    """Draw a binomial from its table, without a branch: it would be guessed wrong half the time."""
    place = (random >> np.uint64(32)) * np.uint64(total + 1)
    i = place >> np.uint64(32)
    entry = table[np.uint64(start) + i]
    return np.int64(i if place & LOW_32 < entry >> SHIFT else entry & OTHER)


@compiled
def settle(depths: Ints, rng: np.random.Generator, allocated: Ints) -> None:
    """Move random reads of samples that hold too many to those that lack some."""
    n_categories, to = allocated.shape[1], 0
    width = int(np.sqrt(n_categories)) + 1
    surplus, blocks = np.empty_like(depths), np.empty((len(depths), -(-n_categories // width)), np.int64)
    for i in range(len(depths)):
        surplus[i] = add_up(allocated[i], width, blocks[i]) - depths[i]
    base, n_moved = seed(rng), 0
    for i in range(len(depths)):
        while surplus[i] > 0:
            place = int(uniform(base, n_moved) * (depths[i] + surplus[i]))
            k = taken(allocated[i], blocks[i], width, place)
            while surplus[to] >= 0:
                to += 1
            allocated[to, k] += 1
            surplus[to] += 1
            surplus[i] -= 1
            n_moved += 1


@compiled
def add_up(counts: Ints, width: int, blocks: Ints) -> int:
    """Fill the sums of blocks of categories; give the whole sum."""
    total = 0
    for b in range(len(blocks)):
        block = 0
        for k in range(b * width, min((b + 1) * width, len(counts))):
            block += counts[k]
        blocks[b] = block
        total += block
    return total


@compiled
def taken(counts: Ints, blocks: Ints, width: int, place: int) -> int:
    """Take the read at a place out of a sample, whose blocks of categories have these sums; give its category."""
    block = 0
    while place >= blocks[block]:
        place -= blocks[block]
        block += 1
    k = block * width
    while place >= counts[k]:
        place -= counts[k]
        k += 1
    counts[k] -= 1
    blocks[block] -= 1
    return k
