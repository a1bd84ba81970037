r"""How much of the variation among samples goes with phase, and how much with subject.

Distances are square roots of Jensen-Shannon divergences in bits, so squared distances are bits.
With d the distances and G the centred Gower matrix, a sum of squares over a column x that is
itself centred is x'Gx / x'x: a permutation test of phase is one matrix product over a block of
permuted columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import comb, factorial, prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray

__all__ = ["Permanova", "phase_dispersion", "phase_within_subjects", "subject_without_blocks"]

MOST_EXACT = 20_000  # arrangements enumerated; above that, N_DRAWN are drawn
N_DRAWN = 9_999
N_FOR_SCALE = 999  # of subject, which is there for scale
BLOCK_CELLS = 4_000_000  # of one block of permutations: 32 MB
TIES = 1e-10  # of the whole: arrangements this close to the one observed are as extreme

Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]


class Permanova(NamedTuple):
    """One test.

    Attributes
    ----------
    statistic : float
        Pseudo-F, or for the dispersion the difference of mean distances (after less before).
    r_squared : float
        Share of the whole sum of squares; NaN for the dispersion.
    p_value, smallest_p : float
        By permutation, and the smallest that the design can give.
    n_permutations : int
        Arrangements behind it.
    exact : bool
        Whether these are all there are.
    """

    statistic: float
    r_squared: float
    p_value: float
    smallest_p: float
    n_permutations: int
    exact: bool


def phase_within_subjects(
    squared: FloatArray, after: Bools, subject: Sequence[object], rng: np.random.Generator
) -> Permanova:
    r"""PERMANOVA of phase, with subjects as blocks: labels of phase are exchanged within subjects only.

    .. math::
        SS_{phase} = \frac{x^\top G x}{x^\top x}, \qquad
        F = \frac{SS_{phase}}{SS_{residual} / (n - n_{subjects} - 1)}

    where x is 1 after and 0 before, less its mean in each subject, and the residual is what neither
    subject nor phase accounts for.  With one subject this is Anderson's pseudo-F [1]_.

    Parameters
    ----------
    squared : ndarray of shape (n_samples, n_samples)
        Squared distances; in bits where they are Jensen-Shannon divergences.
    after : ndarray of bool of shape (n_samples,)
        Which samples are of the later phase.
    subject : sequence of length n_samples
        Whose they are; each subject has both phases.
    rng : Generator
        Used only where arrangements are more than 20,000.

    Returns
    -------
    Permanova
        F is NaN where no degree of freedom is left for the residual.  All that the permutations keep
        is F's order, which is that of the sum of squares: p stands even then.

    References
    ----------
    .. [1] Anderson MJ (2001) A new method for non-parametric multivariate analysis of variance.
       Austral Ecol 26:32-46. doi:10.1111/j.1442-9993.2001.01070.pp.x

    Examples
    --------
    >>> squared = np.array([[0, 0.5], [0.5, 0]])
    >>> test = phase_within_subjects(squared, np.array([False, True]), ["S", "S"], np.random.default_rng(1))
    >>> float(test.r_squared), test.p_value, test.smallest_p
    (1.0, 1.0, 1.0)
    """
    codes = _codes(subject)
    gower = _gower(squared)
    column = _within(after.astype(float), codes)
    share = column @ column
    blocks = _arrangements(column, codes, rng)
    null = np.concatenate([np.einsum("ij,ij->i", block @ gower, block) for block in blocks]) / share
    observed = float(column @ gower @ column / share)
    everything = float(squared.sum() / (2 * len(codes)))
    freedom = len(codes) - (codes.max() + 1) - 1
    rest = everything - _between(squared, codes) - observed
    f_value = float(observed / (rest / freedom)) if freedom > 0 and rest > TIES * everything else float("nan")
    p_value, smallest, exact = _p(null, observed - TIES * everything, after, codes)
    return Permanova(f_value, _ratio(observed, everything), p_value, smallest, len(null), exact)


def phase_dispersion(
    squared: FloatArray, after: Bools, subject: Sequence[object], rng: np.random.Generator
) -> tuple[Permanova, float, float]:
    r"""Test whether samples of one phase lie further from its centroid than those of the other.

    .. math:: z_i^2 = \frac1n \sum_j d_{ij}^2 - \frac1{2 n^2} \sum_{jk} d_{jk}^2, \quad j, k \in phase(i)

    The distances z are exchanged within subjects, two-sided [1]_.  A phase that differs in spread can
    give a small p of `phase_within_subjects` without a move of the centre.

    Parameters
    ----------
    squared, after, subject, rng
        As `phase_within_subjects`.

    Returns
    -------
    test : Permanova
        Its statistic is the mean distance after less that before.
    before, after : float
        Mean distance to the phase's centroid, in the root of the unit of `squared`.

    References
    ----------
    .. [1] Anderson MJ (2006) Distance-based tests for homogeneity of multivariate dispersions.
       Biometrics 62:245-253. doi:10.1111/j.1541-0420.2005.00440.x
    """
    codes = _codes(subject)
    spread = np.where(after, _to_centroid(squared, after), _to_centroid(squared, ~after))
    column = _within(after.astype(float), codes)
    null = np.abs(np.concatenate([block @ spread for block in _arrangements(column, codes, rng)]))
    observed = float(abs(column @ spread))
    means = float(spread[~after].mean()), float(spread[after].mean())
    p_value, smallest, exact = _p(null, observed - TIES * float(spread.sum()), after, codes)
    test = Permanova(means[1] - means[0], float("nan"), p_value, smallest, len(null), exact)
    return test, *means


def subject_without_blocks(
    squared: FloatArray, subject: Sequence[object], rng: np.random.Generator
) -> Permanova:
    """PERMANOVA of subject, without blocks: how much of the variation is that subjects differ.

    Parameters
    ----------
    squared, subject, rng
        As `phase_within_subjects`; two subjects or more, and more samples than subjects.

    Returns
    -------
    Permanova
        Pseudo-F as by Anderson, its share of the whole, p over drawn permutations of all samples.
    """
    codes = _codes(subject)
    n, groups = len(codes), int(codes.max()) + 1
    everything, between = float(squared.sum() / (2 * n)), _between(squared, codes)
    rest = everything - between
    f_value = between / (groups - 1) / (rest / (n - groups)) if rest > TIES * everything else float("nan")
    null = np.concatenate(list(_shuffled_between(squared, codes, rng)))
    sizes = np.bincount(codes).tolist()
    alike = prod(factorial(sizes.count(size)) for size in set(sizes))
    many = factorial(n) // prod(map(factorial, sizes)) // alike
    p_value = (1 + int((null >= between - TIES * everything).sum())) / (1 + len(null))
    return Permanova(
        f_value, _ratio(between, everything), p_value, max(1 / many, 1 / (1 + len(null))), len(null), False
    )


def _codes(subject: Sequence[object]) -> Ints:
    numbers = {name: i for i, name in enumerate(dict.fromkeys(subject))}
    return np.array([numbers[name] for name in subject], dtype=np.intp)


def _within(column: FloatArray, codes: Ints) -> FloatArray:
    means = np.bincount(codes, column) / np.bincount(codes)
    centred: FloatArray = column - means[codes]
    return centred


def _gower(squared: FloatArray) -> FloatArray:
    """Inner products of the samples as points around their common centroid."""
    rows = squared.mean(axis=1)
    centred: FloatArray = -0.5 * (squared - rows[:, None] - rows + rows.mean())
    return centred


def _between(squared: FloatArray, codes: Ints) -> float:
    """Sum of squares between subjects: the whole less what is within."""
    sizes = np.bincount(codes)
    same = codes[:, None] == codes
    return float(squared.sum() / (2 * len(codes)) - (squared * same / (2 * sizes[codes])).sum())


def _to_centroid(squared: FloatArray, members: Bools) -> FloatArray:
    to_members = squared[:, members]
    square = to_members.mean(axis=1) - to_members[members].mean() / 2
    distance: FloatArray = np.sqrt(np.maximum(square, 0.0))
    return distance


def _n_arrangements(after: Bools, codes: Ints) -> int:
    return prod(
        comb(int(n), int(k)) for n, k in zip(np.bincount(codes), np.bincount(codes, after), strict=True)
    )


def _arrangements(column: FloatArray, codes: Ints, rng: np.random.Generator) -> Iterator[FloatArray]:
    """Blocks of the column with its values exchanged within subjects: all ways, or `N_DRAWN` of them."""
    positions = [np.flatnonzero(codes == code) for code in range(codes.max() + 1)]
    height = max(1, BLOCK_CELLS // len(column))
    if _n_arrangements(column > 0, codes) <= MOST_EXACT:
        yield _every_arrangement(column, positions)
        return
    for start in range(0, N_DRAWN, height):
        block = np.tile(column, (min(height, N_DRAWN - start), 1))
        for where in positions:
            block[:, where] = rng.permuted(block[:, where], axis=1)
        yield block


def _every_arrangement(column: FloatArray, positions: list[Ints]) -> FloatArray:
    """Count through the ways of each subject like the digits of a number."""
    ways = [_ways(column[where]) for where in positions]
    shape = tuple(len(way) for way in ways)
    digits = np.unravel_index(np.arange(prod(shape)), shape)
    block = np.empty((prod(shape), len(column)))
    for where, way, digit in zip(positions, ways, digits, strict=True):
        block[:, where] = way[digit]
    return block


def _ways(values: FloatArray) -> FloatArray:
    """Every order of one subject's values, of which there are two kinds: above 0 after, below before."""
    chosen = list(combinations(range(len(values)), int((values > 0).sum())))
    ways = np.full((len(chosen), len(values)), values.min())
    np.put_along_axis(ways, np.array(chosen), values.max(), axis=1)
    return ways


def _shuffled_between(squared: FloatArray, codes: Ints, rng: np.random.Generator) -> Iterator[FloatArray]:
    """Sums of squares between subjects, samples dealt to them at random: only pairs within are looked up."""
    n, sizes = len(codes), np.bincount(codes)
    left, right = np.nonzero(np.triu(codes[:, None] == codes, 1))
    weights = 1 / sizes[codes[left]]
    whole = squared.sum() / (2 * n)
    height = max(1, BLOCK_CELLS // max(n, len(left)))
    for start in range(0, N_FOR_SCALE, height):
        order = rng.permuted(np.tile(np.arange(n), (min(height, N_FOR_SCALE - start), 1)), axis=1)
        yield whole - squared[order[:, left], order[:, right]] @ weights


def _p(null: FloatArray, reached: float, after: Bools, codes: Ints) -> tuple[float, float, bool]:
    """One-sided p, the smallest that can be, and whether all arrangements are behind it.

    Where each subject has as many samples on both sides, to exchange all phases changes nothing: two
    arrangements share the extreme.
    """
    many, extreme = _n_arrangements(after, codes), int((null >= reached).sum())
    if many > MOST_EXACT:
        return (1 + extreme) / (1 + len(null)), 1 / (1 + len(null)), False
    mirrored = (2 * np.bincount(codes, after) == np.bincount(codes)).all()
    return extreme / len(null), (2 if mirrored else 1) / many, True


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else 0.0
