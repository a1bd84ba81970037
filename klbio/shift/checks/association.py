"""How closely two things of a study go together, by permutation of labels within blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import factorial, prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from klbio.distributions import FloatArray
from klbio.divergences import entropy, mutual_information
from klbio.shift.cohort.arms import MOST_EXACT

__all__ = ["Association", "information_of_labels", "rank_correlation"]

N_DRAWN = 4_999
BLOCK_CELLS = 4_000_000  # of one block of arrangements
TIES = 1e-10  # arrangements this close to the one observed are as extreme

Ints = NDArray[np.intp]


class Association(NamedTuple):
    """One test.

    Attributes
    ----------
    value : float
        Correlation from -1 to 1, or share of the labels' entropy from 0 to 1; NaN where nothing varies.
    p_value, smallest_p : float
        By permutation, and the smallest that the design can give; NaN where nothing varies.
    n_permutations : int
        Arrangements behind it.
    exact : bool
        Whether these are all there are.
    """

    value: float
    p_value: float
    smallest_p: float
    n_permutations: int
    exact: bool


def information_of_labels(
    labels: Sequence[str],
    blocks: Sequence[object],
    memberships: FloatArray,
    rng: np.random.Generator,
) -> Association:
    r"""Test how much of a label is told by what its bearer is a member of.

    .. math:: U(L \mid B) = \frac{I(L; B)}{H(L)}

    Theil's uncertainty coefficient: 0 where the two are independent, 1 where whoever knows the batch
    knows the label.  Labels are exchanged within blocks; p is the share of arrangements in which they
    are told as well.

    Parameters
    ----------
    labels : sequence of length n
        Phase of each sample, or arm of each subject.
    blocks : sequence of length n
        Within which labels may be exchanged: the subject; one and the same for all where they are free.
    memberships : ndarray of shape (n, n_batches)
        How many samples of each stand in each batch.
    rng : Generator
        Used only where arrangements are more than 20,000.

    Returns
    -------
    Association
        Of `value` U.

    References
    ----------
    .. [1] Theil H (1970) On the estimation of relationships involving qualitative variables.
       Am J Sociol 76:103-154. doi:10.1086/224909

    Examples
    --------
    >>> each = np.array([[1., 0.], [0., 1.], [1., 0.], [0., 1.]])
    >>> test = information_of_labels("baba", "SSTT", each, np.random.default_rng(1))
    >>> test.value, test.p_value
    (1.0, 0.5)
    """
    codes = _codes(labels)
    if not codes.any():
        return _NOTHING
    arrangements, exact = _arrangements(codes, _codes(blocks), rng)
    null = np.concatenate([_information(block, memberships) for block in arrangements])
    observed = _information(codes[None], memberships)[0]
    joint = _tables(codes[None], memberships)[0]
    share = min(float(observed / entropy(joint.sum(axis=1))), 1.0)
    reached = int((null >= observed - TIES).sum())
    if exact:
        smallest = int((null >= null.max() - TIES).sum()) / len(null)
        return Association(share, reached / len(null), smallest, len(null), True)
    return Association(share, (1 + reached) / (1 + len(null)), 1 / (1 + len(null)), len(null), False)


def rank_correlation(
    x: FloatArray, y: FloatArray, blocks: Sequence[object], rng: np.random.Generator
) -> Association:
    r"""Spearman's correlation within blocks, two-sided.

    Ranks are taken, and their mean is taken off, block by block: what differs between arms is no part
    of it.  Values of one side are exchanged within blocks.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        Two numbers of each subject.
    blocks : sequence of length n
        Its arm.
    rng : Generator
        Used only where arrangements are more than 20,000.

    Returns
    -------
    Association
        Of `value` rho.

    Examples
    --------
    >>> rank_correlation(np.array([1., 2, 3]), np.array([5., 6, 9]), "aaa", np.random.default_rng(1)).value
    1.0
    """
    where = _codes(blocks)
    left, right = _centred_ranks(x, where), _centred_ranks(y, where)
    size = float(np.sqrt((left @ left) * (right @ right)))
    if size == 0:
        return _NOTHING
    arrangements, exact = _arrangements(np.arange(len(x), dtype=np.intp), where, rng)
    null = np.abs(np.concatenate([right[block] @ left for block in arrangements])) / size
    observed = float(left @ right) / size
    reached, extreme = (int((null >= limit - TIES).sum()) for limit in (abs(observed), null.max()))
    if exact:
        return Association(observed, reached / len(null), extreme / len(null), len(null), True)
    return Association(observed, (1 + reached) / (1 + len(null)), 1 / (1 + len(null)), len(null), False)


_NOTHING = Association(float("nan"), float("nan"), float("nan"), 0, True)


def _codes(names: Sequence[object]) -> Ints:
    numbers = {name: i for i, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names], dtype=np.intp)


def _centred_ranks(values: FloatArray, where: Ints) -> FloatArray:
    ranks = np.empty(len(values))
    for code in range(where.max() + 1):
        mine = rankdata(values[where == code])
        ranks[where == code] = mine - mine.mean()
    return ranks


def _tables(codes: Ints, memberships: FloatArray) -> FloatArray:
    """Joint distributions of label and batch, shape (n_arrangements, n_labels, n_batches)."""
    counts = np.stack([(codes == k) @ memberships for k in range(codes.max() + 1)], axis=1)
    joint: FloatArray = counts / memberships.sum()
    return joint


def _information(codes: Ints, memberships: FloatArray) -> FloatArray:
    return mutual_information(_tables(codes, memberships))


def _arrangements(labels: Ints, blocks: Ints, rng: np.random.Generator) -> tuple[Iterator[Ints], bool]:
    """Labels exchanged within blocks: every distinct way, or `N_DRAWN` of them, in pieces of bounded size."""
    places = [np.flatnonzero(blocks == code) for code in range(blocks.max() + 1)]
    many = prod(_n_ways(labels[place]) for place in places)
    if many <= MOST_EXACT:
        return iter([_every(labels, places)]), True
    return _drawn(labels, places, rng), False


def _n_ways(labels: Ints) -> int:
    return factorial(len(labels)) // prod(map(factorial, np.bincount(labels).tolist()))


def _every(labels: Ints, places: Sequence[Ints]) -> Ints:
    """Count through the ways of each block like the digits of a number."""
    ways = [np.array(list(_ways(labels[place])), dtype=np.intp) for place in places]
    shape = tuple(len(way) for way in ways)
    digits = np.unravel_index(np.arange(prod(shape)), shape)
    block = np.empty((prod(shape), len(labels)), dtype=np.intp)
    for place, way, digit in zip(places, ways, digits, strict=True):
        block[:, place] = way[digit]
    return block


def _ways(labels: Ints) -> Iterator[Ints]:
    """Every distinct order of some labels: places for the first of them, then every order of the rest."""
    if not len(labels):
        yield labels
        return
    first = labels == labels[0]
    for chosen in combinations(range(len(labels)), int(first.sum())):
        order = np.full(len(labels), labels[0])
        others = np.setdiff1d(np.arange(len(labels)), chosen)
        for rest in _ways(labels[~first]):
            order[others] = rest
            yield order.copy()


def _drawn(labels: Ints, places: Sequence[Ints], rng: np.random.Generator) -> Iterator[Ints]:
    height = max(1, BLOCK_CELLS // len(labels))
    for start in range(0, N_DRAWN, height):
        block = np.tile(labels, (min(height, N_DRAWN - start), 1))
        for place in places:
            if len(place) > 1:
                block[:, place] = rng.permuted(block[:, place], axis=1)
        yield block
