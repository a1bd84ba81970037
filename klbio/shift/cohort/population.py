"""How the population of subjects moved: Gaussian relative entropy of log-ratios, in three parts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from klbio.distributions import FloatArray
from klbio.divergences import gaussian_relative_entropy_terms
from klbio.shift.cohort.oas_covariance import oas_covariance, shrunk
from klbio.statistics import Signs, Statistic, TestResult, t_975

__all__ = ["MIN_SUBJECTS", "ORDERS", "PARTS", "PopulationPair", "PopulationShift", "ilr"]

PARTS = ("total", "location", "scale", "shape")
ORDERS = ("after || before", "before || after")
MIN_SUBJECTS = 4  # for a covariance that differs from chance at all
NO_SPREAD = 1e-12  # total variance of log-ratios below which subjects do not differ


@dataclass(frozen=True, eq=False)
class PopulationShift:
    """The shift of one population, both orders, as arrays of shape (2 orders, 4 parts).

    Attributes
    ----------
    bits, low, high : ndarray of shape (2, 4)
        Relative entropy and its 95 % interval over subjects; the last three parts sum to the first.
    null : ndarray of shape (n_arrangements, 2, 4)
        The same with phases exchanged within subjects.
    p_value : ndarray of shape (2, 4)
    exchange : Signs
        Behind the null.
    """

    bits: FloatArray
    low: FloatArray
    high: FloatArray
    null: FloatArray
    p_value: FloatArray
    exchange: Signs

    @property
    def smallest_p(self) -> float:
        """One-sided: of no two arrangements need the bits be equal."""
        return max(1 / self.exchange.n_ways, self.exchange.least)

    @cached_property
    def null_mean(self) -> FloatArray:
        """Mean of the null."""
        mean: FloatArray = self.null.mean(axis=0)
        return mean

    @cached_property
    def null_high(self) -> FloatArray:
        """95 % point of the null."""
        high: FloatArray = np.quantile(self.null, 0.95, axis=0)
        return high

    def test(self, order: int, part: int) -> TestResult:
        """Test of one part in one order."""
        value, p_value = float(self.bits[order, part]), float(self.p_value[order, part])
        return self.exchange.result(value, p_value, self.smallest_p)


def ilr(proportions: FloatArray) -> FloatArray:
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
    >>> ilr(np.array([0.5, 0.5])).tolist()
    [0.0]
    """
    logs = np.log(proportions)
    k = np.arange(1, logs.shape[-1])
    before = np.cumsum(logs, axis=-1)[..., :-1] / k
    ratios: FloatArray = np.sqrt(k / (k + 1)) * (before - logs[..., 1:])
    return ratios


class _Moments(NamedTuple):
    """Means and unbiased covariances of populations of `n` subjects."""

    mean: FloatArray  # (..., n_dimensions)
    spread: FloatArray  # (..., n_dimensions, n_dimensions)
    n: int

    @classmethod
    def of(cls, points: FloatArray) -> _Moments:
        """Of one population, shape (n, n_dimensions)."""
        mean = points.mean(axis=0)
        return cls(mean, (points - mean).T @ (points - mean) / (len(points) - 1), len(points))

    @classmethod
    def without_each(cls, points: FloatArray) -> _Moments:
        r"""When each subject in turn is left out, from those of all.

        .. math:: S_{-i} = \frac{(n - 1) S - \frac{n}{n - 1} d_i d_i^\top}{n - 2}, \qquad d_i = x_i - \bar x
        """
        mean, spread, n = cls.of(points)
        d = points - mean
        outer = d[:, :, None] * d[:, None, :]
        return cls(mean - d / (n - 1), ((n - 1) * spread - n / (n - 1) * outer) / (n - 2), n - 1)

    @classmethod
    def exchanged(cls, points: FloatArray, others: FloatArray, swaps: FloatArray) -> _Moments:
        """Where swapped subjects are taken from `others`: sums over subjects, linear in the swaps."""
        n, k = points.shape
        sums = points.sum(axis=0) + swaps @ (others - points)
        squares = [(side[:, :, None] * side[:, None, :]).reshape(n, k * k) for side in (points, others)]
        square = (squares[0].sum(axis=0) + swaps @ (squares[1] - squares[0])).reshape(-1, k, k)
        mean = sums / n
        return cls(mean, (square - n * mean[:, :, None] * mean[:, None, :]) / (n - 1), n)

    def bits(self, before: _Moments) -> FloatArray:
        """Total, location, scale and shape in both orders, shape (..., 2, 4)."""
        sides = [(side.mean, shrunk(side.spread, side.n).covariance) for side in (self, before)]
        orders = []
        for p, q in (sides, sides[::-1]):
            terms = np.stack(gaussian_relative_entropy_terms(*p, *q), axis=-1)
            orders.append(np.concatenate([terms.sum(axis=-1, keepdims=True), terms], axis=-1))
        return np.stack(orders, axis=-2)


@dataclass(frozen=True, eq=False)
class PopulationPair:
    """Two normal populations of the same subjects.

    Attributes
    ----------
    after, before : ndarray of shape (n_subjects, n_dimensions)
        Log-ratios, the same subject in the same row; `MIN_SUBJECTS` subjects or more.
    """

    after: FloatArray
    before: FloatArray

    @property
    def has_spread(self) -> bool:
        """Whether subjects differ in both phases, whichever of them is left out."""
        spreads = [_Moments.without_each(points).spread for points in (self.after, self.before)]
        return not (np.trace(spreads, axis1=-2, axis2=-1) < NO_SPREAD).any()

    @cached_property
    def shrinkage(self) -> tuple[float, float]:
        """Intensity after and before."""
        after, before = (float(oas_covariance(points).intensity) for points in (self.after, self.before))
        return after, before

    @cached_property
    def bits(self) -> FloatArray:
        """Relative entropy in both orders and its parts, shape (2, 4)."""
        return _Moments.of(self.after).bits(_Moments.of(self.before))

    def shift(self, rng: np.random.Generator) -> PopulationShift:
        """Relative entropy between the two, with its null.

        Parameters
        ----------
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
        >>> shift = PopulationPair(before + 3.0, before).shift(np.random.default_rng(2))
        >>> shift.p_value[0].round(3).tolist()[:2], shift.bits[0, 2:].round(9).tolist()
        ([0.002, 0.002], [0.0, 0.0])
        """
        exchange = Signs(len(self.after), costly=True)
        half = self._half_width()
        statistic = Statistic(self.bits, self._null, 1 + self.bits, cells=self.after.shape[1] ** 2)
        null = exchange.null(statistic, rng)
        low, p_value = np.maximum(self.bits - half, 0.0), exchange.p_of(null, statistic)
        return PopulationShift(self.bits, low, self.bits + half, null, p_value, exchange)

    def _half_width(self) -> FloatArray:
        """Leave out each subject with both its phases."""
        n = len(self.after)
        without = _Moments.without_each(self.after).bits(_Moments.without_each(self.before))
        error = np.sqrt((n - 1) / n * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
        half: FloatArray = t_975(n - 1) * error
        return half

    def _null(self, signs: FloatArray) -> FloatArray:
        """Bits of each arrangement, shape (n_arrangements, 2, 4)."""
        centred = PopulationPair(self.after - self.after.mean(axis=0), self.before - self.before.mean(axis=0))
        alike = PopulationPair(*(side / np.sqrt((side**2).sum()) for side in (centred.after, centred.before)))
        swaps = (1 - signs) / 2
        null = self._exchanged(swaps)
        null[..., 1] = self._moved(signs)
        null[..., 2] = centred._exchanged(swaps)[..., 2]
        null[..., 3] = alike._exchanged(swaps)[..., 3]
        return null

    def _exchanged(self, swaps: FloatArray) -> FloatArray:
        centre = (self.after.mean(axis=0) + self.before.mean(axis=0)) / 2  # moments about it lose no digits
        after, before = self.after - centre, self.before - centre
        return _Moments.exchanged(after, before, swaps).bits(_Moments.exchanged(before, after, swaps))

    def _moved(self, signs: FloatArray) -> FloatArray:
        """Location in both orders, each held against the spread observed, shape (n_arrangements, 2)."""
        moves = signs @ (self.after - self.before) / len(self.after)
        spreads = [oas_covariance(points).covariance for points in (self.before, self.after)]
        still = np.zeros(self.after.shape[-1])
        orders = [gaussian_relative_entropy_terms(moves, q, still, q).location for q in spreads]
        return np.stack(orders, axis=-1)
