r"""The reads of a side split among its samples, half by half, each read by itself.

A side's samples are halved, each half again, and so on.  At each halving the reads of a category go to the second
half by a binomial draw with that half's part of the depth; whatever the halvings, in the end each read is in a
sample with a probability proportional to the sample's depth.  Binomials of few reads stand in tables, one for each
number of reads; a larger one is a sum of these.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.compiled import compiled
from klbio.distributions import FloatArray
from klbio.estimates.alias_tables import Ints, alias, binomial, seed, uniform

__all__ = ["Splits", "settle", "split", "splits_of"]

HELD = 64  # most reads of a category whose halving stands in a table; counts are bytes
MANY = 1024  # reads from which the library's binomial is quicker than a sum of those held
N_PLACES = (HELD + 1) * (HELD + 2) // 2


class Splits(NamedTuple):
    """How to halve some samples, and each half, in that order.

    Attributes
    ----------
    first, middle : ndarray of int of shape (n_samples - 1,)
        Where the samples of a halving begin, and where its second half does.
    share : ndarray of shape (n_samples - 1,)
        The second half's part of the depth.
    keep : ndarray of shape (n_samples - 1, n_places)
        Alias tables of the binomials of 0, 1, 2, ... reads, one after the other.
    drawn : ndarray of shape (n_samples - 1, 2 n_places)
        Count of a place that is kept, then of the one that takes it.
    """

    first: Ints
    middle: Ints
    share: FloatArray
    keep: FloatArray
    drawn: NDArray[np.uint8]


@compiled
def splits_of(depths: Ints) -> Splits:
    """Lay out the halvings of samples of these depths, and their tables."""
    n = len(depths) - 1
    first, middle, share = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n)
    keep, drawn = np.ones((n, N_PLACES)), np.zeros((n, 2 * N_PLACES), np.uint8)
    stop, n_laid = np.zeros(n, np.int64), min(n, 1)
    stop[:n_laid], middle[:n_laid] = len(depths), len(depths) // 2
    for i in range(n):
        for a, b in ((first[i], middle[i]), (middle[i], stop[i])):
            if b - a > 1:
                first[n_laid], middle[n_laid], stop[n_laid] = a, (a + b) // 2, b
                n_laid += 1
        share[i] = depths[middle[i] : stop[i]].sum() / depths[first[i] : stop[i]].sum()
        fill_binomials(share[i], keep[i], drawn[i])
    return Splits(first, middle, share, keep, drawn)


@compiled
def fill_binomials(share: float, keep: FloatArray, drawn: NDArray[np.uint8]) -> None:
    """Fill the tables of one halving."""
    weight, other = np.empty(HELD + 1), np.empty(HELD + 1, np.int64)
    for total in range(1, HELD + 1):
        start, size = total * (total + 1) // 2, total + 1
        binomial(total, share, 0, weight[:size])
        alias(weight[:size], keep[start : start + size], other[:size])
        for i in range(size):
            drawn[2 * (start + i)], drawn[2 * (start + i) + 1] = i, other[i]


@compiled
def split(side: Ints, splits: Splits, rng: np.random.Generator, allocated: Ints) -> None:
    """Allocate the reads of a side to its samples, each read by itself.

    Parameters
    ----------
    side : ndarray of int of shape (n_categories,)
    splits : Splits
        Of the samples of the side.
    allocated : ndarray of int of shape (n_samples, n_categories)
        Filled.
    """
    large = np.empty(len(side), np.int64)
    allocated[0] = side
    for i in range(len(splits.share)):
        left, right = allocated[splits.first[i]], allocated[splits.middle[i]]
        for j in range(split_held(left, splits.keep[i], splits.drawn[i], rng, right, large)):
            k = large[j]
            if left[k] > MANY:
                right[k] = rng.binomial(left[k], splits.share[i])
            else:
                right[k] = draw_sum(left[k], splits.keep[i], splits.drawn[i], rng)
        for k in range(len(side)):
            left[k] -= right[k]


@compiled
def split_held(
    left: Ints, keep: FloatArray, drawn: NDArray[np.uint8], rng: np.random.Generator, right: Ints, large: Ints
) -> int:
    """Draw the second half of what the tables hold; give the number of categories too large, listed in `large`."""
    n_large, base = 0, seed(rng)
    for k in range(len(left)):
        right[k] = held(min(left[k], HELD), uniform(base, k), keep, drawn)
    for k in range(len(left)):
        large[n_large] = k
        n_large += left[k] > HELD
    return n_large


@compiled
def draw_sum(total: int, keep: FloatArray, drawn: NDArray[np.uint8], rng: np.random.Generator) -> int:
    """Draw a binomial of more reads than the tables hold: the sum of some that they do."""
    base = seed(rng)
    moved = held(total % HELD, uniform(base, 0), keep, drawn)
    for k in range(total // HELD):
        moved += held(HELD, uniform(base, k + 1), keep, drawn)
    return int(moved)


@compiled
def held(total: int, number: float, keep: FloatArray, drawn: NDArray[np.uint8]) -> np.int64:
    """Draw a binomial of few reads, without a branch: it would be guessed wrong half the time."""
    place = number * (total + 1)
    i = int(place)
    at = np.uint64(i + (total * (total + 1) >> 1))
    return np.int64(drawn[np.uint64(2) * at + np.uint64(place - i >= keep[at])])


@compiled
def settle(depths: Ints, rng: np.random.Generator, allocated: Ints) -> None:
    """Move random reads of samples that hold too many to those that lack some."""
    surplus, to = np.empty_like(depths), 0
    for i in range(len(depths)):
        surplus[i] = allocated[i].sum() - depths[i]
    for i in range(len(depths)):
        if surplus[i] > 0:
            for k in removed(allocated[i], surplus[i], rng):
                while surplus[to] >= 0:
                    to += 1
                allocated[to, k] += 1
                surplus[to] += 1


@compiled
def removed(counts: Ints, n_reads: int, rng: np.random.Generator) -> Ints:
    """Take random reads out of a sample; their categories, in random order."""
    places, categories = places_of(n_reads, counts.sum(), rng), np.empty(n_reads, np.int64)
    k, upto = 0, counts[0]
    for j in range(n_reads):
        while places[j] >= upto:
            k += 1
            upto += counts[k]
        categories[j] = k
    for j in range(n_reads):
        counts[categories[j]] -= 1
    for j in range(n_reads - 1, 0, -1):
        other = int(rng.random() * (j + 1))
        categories[j], categories[other] = categories[other], categories[j]
    return categories


@compiled
def places_of(n_places: int, total: int, rng: np.random.Generator) -> Ints:
    """Draw different places out of some, in rising order."""
    places, n_drawn = np.empty(n_places, np.int64), 0
    while n_drawn < n_places:
        for j in range(n_drawn, n_places):
            places[j] = int(rng.random() * total)
        places.sort()
        n_drawn = 1
        for j in range(1, n_places):
            if places[j] != places[n_drawn - 1]:
                places[n_drawn] = places[j]
                n_drawn += 1
    return places
