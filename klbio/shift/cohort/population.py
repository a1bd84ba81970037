"""How the population of subjects moved: Gaussian relative entropy of log-ratios, in three parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

from klbio.design import Contrast, Unit
from klbio.distributions import FloatArray
from klbio.divergences import gaussian_relative_entropy_terms
from klbio.estimates import generator
from klbio.shift.cohort.shrinkage import shrunk, shrunk_covariance
from klbio.shift.phase_pair import SampleCounts
from klbio.shift.settings import ShiftSettings
from klbio.shift.subject.divergence import Row

__all__ = ["PARTS", "PopulationShift", "log_ratios", "population_rows", "population_shift"]

PARTS = ("total", "location", "scale", "shape")
ORDERS = ("after || before", "before || after")
FEWEST = 4  # subjects, for a covariance to be told from chance at all
MOST_DIMENSIONS = 10
MOST_EXACT = 1_024  # arrangements enumerated; above that, N_DRAWN are drawn
N_DRAWN = 999
TIES = 1e-9
NO_SPREAD = 1e-12  # total variance of log-ratios below which subjects do not differ


class PopulationShift(NamedTuple):
    """The shift of one population, both orders, as arrays of shape (2 orders, 4 parts).

    Attributes
    ----------
    bits, low, high : ndarray of shape (2, 4)
        Relative entropy and its 95 % interval over subjects; the last three parts sum to the first.
    null, null_high : ndarray of shape (2, 4)
        Mean and 95 % point with phases exchanged within subjects.
    p_value : ndarray of shape (2, 4)
    smallest_p : float
    n_permutations : int
    exact : bool
    shrinkage : ndarray of shape (2,)
        Intensity after and before.
    """

    bits: FloatArray
    low: FloatArray
    high: FloatArray
    null: FloatArray
    null_high: FloatArray
    p_value: FloatArray
    smallest_p: float
    n_permutations: int
    exact: bool
    shrinkage: FloatArray


def log_ratios(proportions: FloatArray) -> FloatArray:
    r"""Isometric log-ratios over the pivot basis.

    .. math:: z_k = \sqrt{\tfrac{k}{k + 1}} \ln \frac{(p_1 \cdots p_k)^{1/k}}{p_{k+1}}, \quad k = 1, \dots, K

    Natural logarithm.  Another basis rotates z, which changes neither the shrunk covariance nor the
    relative entropy [1]_.

    Parameters
    ----------
    proportions : ndarray of shape (..., n_parts)
        Positive.

    Returns
    -------
    ndarray of shape (..., n_parts - 1)

    References
    ----------
    .. [1] Egozcue JJ, Pawlowsky-Glahn V, Mateu-Figueras G, Barcelo-Vidal C (2003) Isometric logratio
       transformations for compositional data analysis. Math Geol 35:279-300.
       doi:10.1023/A:1023818214614

    Examples
    --------
    >>> log_ratios(np.array([0.5, 0.5])).tolist()
    [0.0]
    """
    logs = np.log(proportions)
    k = np.arange(1, logs.shape[-1])
    before = np.cumsum(logs, axis=-1)[..., :-1] / k
    ratios: FloatArray = np.sqrt(k / (k + 1)) * (before - logs[..., 1:])
    return ratios


def population_shift(after: FloatArray, before: FloatArray, rng: np.random.Generator) -> PopulationShift:
    """Relative entropy between two normal populations of the same subjects, with its null.

    Parameters
    ----------
    after, before : ndarray of shape (n_subjects, n_dimensions)
        Log-ratios, the same subject in the same row; `FEWEST` subjects or more.
    rng : Generator
        Used only where the 2^n exchanges are more than 1,024.

    Returns
    -------
    PopulationShift
        Intervals by the jackknife over subjects (Student, not below 0).  The null exchanges phases
        within subjects: as they are for the total; against the spread observed for location; less each
        phase's mean for scale; and also brought to one total variance for shape.  So a change of one
        part hardly makes or hides another.

    Raises
    ------
    InputError
        Where subjects do not differ in a phase, so that no covariance is of full rank.

    Examples
    --------
    >>> before = np.random.default_rng(1).normal(size=(12, 2))
    >>> shift = population_shift(before + 3.0, before, np.random.default_rng(2))
    >>> shift.p_value[0].round(3).tolist()[:2], shift.bits[0, 2:].round(9).tolist()
    ([0.002, 0.002], [0.0, 0.0])
    """
    n = len(after)
    bits = _bits(_moments(after), _moments(before))
    low, high = _interval(after, before, bits)
    swaps, exact = _swaps(n, rng)
    null = _null(after, before, swaps)  # (n_arrangements, 2, 4)
    reached = (null >= bits * (1 - TIES) - TIES).sum(axis=0)
    p_value = reached / len(null) if exact else (1 + reached) / (1 + len(null))
    smallest = 1 / len(null) if exact else 1 / (1 + len(null))
    shrinkage = np.array([shrunk_covariance(points).intensity for points in (after, before)])
    return PopulationShift(
        bits, low, high, null.mean(axis=0), np.quantile(null, 0.95, axis=0), p_value,
        smallest, len(null), exact, shrinkage,
    )  # fmt: skip


class _Moments(NamedTuple):
    """Means and unbiased covariances of populations of `n` subjects."""

    mean: FloatArray  # (..., n_dimensions)
    spread: FloatArray  # (..., n_dimensions, n_dimensions)
    n: int


def _moments(points: FloatArray) -> _Moments:
    mean = points.mean(axis=0)
    return _Moments(mean, (points - mean).T @ (points - mean) / (len(points) - 1), len(points))


def _bits(after: _Moments, before: _Moments) -> FloatArray:
    """Total, location, scale and shape in both orders, shape (..., 2, 4)."""
    sides = [(side.mean, shrunk(side.spread, side.n).covariance) for side in (after, before)]
    orders = []
    for p, q in (sides, sides[::-1]):
        terms = np.stack(gaussian_relative_entropy_terms(*p, *q), axis=-1)
        orders.append(np.concatenate([terms.sum(axis=-1, keepdims=True), terms], axis=-1))
    return np.stack(orders, axis=-2)


def _interval(after: FloatArray, before: FloatArray, bits: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Leave out each subject with both its phases."""
    n = len(after)
    without = _bits(_without_each(after), _without_each(before))
    error = np.sqrt((n - 1) / n * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    reach = stats.t.ppf(0.975, n - 1) * error
    return np.maximum(bits - reach, 0.0), bits + reach


def _without_each(points: FloatArray) -> _Moments:
    r"""Moments when each subject in turn is left out, from those of all.

    .. math:: S_{-i} = \frac{(n - 1) S - \frac{n}{n - 1} d_i d_i^\top}{n - 2}, \qquad d_i = x_i - \bar x
    """
    n = len(points)
    mean, spread, _ = _moments(points)
    d = points - mean
    outer = d[:, :, None] * d[:, None, :]
    return _Moments(mean - d / (n - 1), ((n - 1) * spread - n / (n - 1) * outer) / (n - 2), n - 1)


def _swaps(n: int, rng: np.random.Generator) -> tuple[FloatArray, bool]:
    """Which subjects exchange their phases, shape (n_arrangements, n_subjects)."""
    if 2**n <= MOST_EXACT:
        return (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(float), True
    return rng.integers(0, 2, size=(N_DRAWN, n)).astype(float), False


def _null(after: FloatArray, before: FloatArray, swaps: FloatArray) -> FloatArray:
    centred = [points - points.mean(axis=0) for points in (after, before)]
    alike = [points / np.sqrt((points**2).sum()) for points in centred]
    null = _exchanged(after, before, swaps)
    null[..., 1] = _moved(after, before, swaps)
    null[..., 2] = _exchanged(centred[0], centred[1], swaps)[..., 2]
    null[..., 3] = _exchanged(alike[0], alike[1], swaps)[..., 3]
    return null


def _moved(after: FloatArray, before: FloatArray, swaps: FloatArray) -> FloatArray:
    """Location in both orders, each held against the spread observed, shape (n_arrangements, 2)."""
    moves = (1 - 2 * swaps) @ (after - before) / len(after)
    spreads = [shrunk_covariance(points).covariance for points in (after, before)]
    still = np.zeros(after.shape[-1])
    orders = [gaussian_relative_entropy_terms(moves, q, still, q).location for q in reversed(spreads)]
    return np.stack(orders, axis=-1)


def _exchanged(after: FloatArray, before: FloatArray, swaps: FloatArray) -> FloatArray:
    centre = (after.mean(axis=0) + before.mean(axis=0)) / 2  # moments about it lose no digits
    after, before = after - centre, before - centre
    return _bits(_with_swaps(after, before, swaps), _with_swaps(before, after, swaps))


def _with_swaps(points: FloatArray, others: FloatArray, swaps: FloatArray) -> _Moments:
    """Moments of `points` where swapped subjects are taken from `others`: sums over subjects, linear in the swaps."""
    n, k = points.shape
    sums = points.sum(axis=0) + swaps @ (others - points)
    squares = [(side[:, :, None] * side[:, None, :]).reshape(n, k * k) for side in (points, others)]
    square = (squares[0].sum(axis=0) + swaps @ (squares[1] - squares[0])).reshape(-1, k, k)
    mean = sums / n
    return _Moments(mean, (square - n * mean[:, :, None] * mean[:, None, :]) / (n - 1), n)


def population_rows(
    rows: SampleCounts, units: Sequence[Unit], contrast: Contrast, settings: ShiftSettings
) -> Iterator[Row]:
    """Measure the population of each arm.

    Parameters
    ----------
    rows : SampleCounts
        Counts at one rank.
    units : sequence of Unit
        Each with samples on both sides of `contrast`.
    contrast : Contrast
        The two phases.
    settings : ShiftSettings
        Smoothing and seed.  Smoothing is over the support of the study, whatever `support` says:
        subjects must lie in one space.

    Yields
    ------
    dict
        Rows of ``population.tsv`` without their rank: two orders, four parts.  An arm that cannot be
        measured has one row, with the reason in `note`.
    """
    for arm in dict.fromkeys(unit.arm for unit in units):
        members = [unit for unit in units if unit.arm == arm]
        head: Row = {
            "before": contrast.before,
            "after": contrast.after,
            "arm": arm,
            "n_subjects": len(members),
        }
        if len(members) < FEWEST:
            yield head | {"note": f"cannot tell: {len(members)} subjects, {FEWEST} are needed"}
            continue
        proportions, told = _compositions(rows, members, contrast, settings)
        head |= told
        problem = _problem(proportions)
        if problem:
            yield head | {"note": f"cannot tell: {problem}"}
            continue
        after, before = log_ratios(proportions)
        rng = generator(settings.seed, "population", arm, contrast.before, contrast.after)
        yield from (head | row for row in _part_rows(population_shift(after, before, rng)))


def _compositions(
    rows: SampleCounts, units: Sequence[Unit], contrast: Contrast, settings: ShiftSettings
) -> tuple[FloatArray, Row]:
    """One composition per subject and phase, shape (2, n_subjects, n_parts): rare taxa summed into one part.

    As many taxa are kept as half the subjects, 2 to 10, the most abundant in both phases together: which
    they are does not depend on which phase is called after.
    """
    pooled = np.array(
        [rows.phases(unit.names(contrast.after), unit.names(contrast.before)).totals for unit in units]
    )  # (n_subjects, 2, n_taxa)
    n, _, n_taxa = pooled.shape
    smoothed = settings.estimator.probabilities(pooled.reshape(2 * n, n_taxa)).reshape(pooled.shape)
    most = min(max(2, n // 2), MOST_DIMENSIONS)
    order = np.argsort(-smoothed.mean(axis=(0, 1)), kind="stable")
    kept = order if n_taxa <= most + 1 else order[:most]
    parts = smoothed[..., kept]
    if len(kept) < n_taxa:
        rest = np.delete(smoothed, kept, axis=-1).sum(axis=-1, keepdims=True)
        parts = np.concatenate([parts, rest], axis=-1)
    told: Row = {
        "n_taxa": n_taxa,
        "n_amalgamated": n_taxa - len(kept),
        "n_dimensions": parts.shape[-1] - 1,
        "smoothing": str(settings.estimator),
        "support": "study",
    }
    return np.moveaxis(parts, 1, 0), told


def _problem(proportions: FloatArray) -> str:
    """Say why no relative entropy can be given; empty where it can."""
    if proportions.shape[-1] < 2:
        return "one taxon has no ratio to another"
    if not (proportions > 0).all():
        return "the smoothing leaves zeros, which have no logarithm"
    spreads = [_without_each(points).spread for points in log_ratios(proportions)]
    if (np.trace(spreads, axis1=-2, axis2=-1) < NO_SPREAD).any():
        return "subjects hardly differ within a phase, so that it has no spread"
    return ""


def _part_rows(shift: PopulationShift) -> Iterator[Row]:
    for i, order in enumerate(ORDERS):
        for k, part in enumerate(PARTS):
            yield {
                "order": order,
                "part": part,
                "relative_entropy_bits": float(shift.bits[i, k]),
                "low_bits": float(shift.low[i, k]),
                "high_bits": float(shift.high[i, k]),
                "null_bits": float(shift.null[i, k]),
                "null_high_bits": float(shift.null_high[i, k]),
                "p_value": float(shift.p_value[i, k]),
                "smallest_p": shift.smallest_p,
                "n_permutations": shift.n_permutations,
                "exact": "yes" if shift.exact else "no",
                "shrinkage_after": float(shift.shrinkage[0]),
                "shrinkage_before": float(shift.shrinkage[1]),
                "note": "",
            }
