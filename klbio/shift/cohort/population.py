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

__all__ = ["MIN_SUBJECTS", "ORDERS", "PARTS", "PopulationExchange", "PopulationPair", "ilr"]

PARTS = ("total", "location", "scale", "shape")
ORDERS = ("after || before", "before || after")
MIN_SUBJECTS = 4  # for a covariance that differs from chance at all
NO_SPREAD = 1e-12  # total variance of log-ratios below which subjects do not differ


@dataclass(frozen=True, eq=False)
class PopulationExchange:
    """Test of both orders and all parts, as arrays of shape (2 orders, 4 parts).

    Attributes
    ----------
    bits : ndarray of shape (2, 4)
        Relative entropy as it is.
    null : ndarray of shape (n_arrangements, 2, 4)
        The same with phases exchanged within subjects.
    p_value : ndarray of shape (2, 4)
    exchange : Signs
        Behind the null.
    """

    bits: FloatArray
    null: FloatArray
    p_value: FloatArray
    exchange: Signs

    @property
    def smallest_p(self) -> FloatArray:
        """Of each part: location is the same when every phase is exchanged, the others need not be."""
        return np.array([self.exchange.smallest(n_alike) for n_alike in (1, 2, 1, 1)])

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
        return self.exchange.result(value, p_value, float(self.smallest_p[part]))


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

    @classmethod
    def flipped(cls, after: FloatArray, before: FloatArray, signs: FloatArray) -> FloatArray:
        """Bits of two centred populations whose differences are flipped, shape (n_arrangements, 2, 4)."""
        n, k = after.shape
        total, difference = after + before, after - before
        level = total.T @ total + difference.T @ difference
        cross = (signs @ (total[:, :, None] * difference[:, None, :]).reshape(n, k * k)).reshape(-1, k, k)
        move = cross + np.swapaxes(cross, -1, -2)
        still = np.zeros((len(signs), k))
        sides = (cls(still, (level + sign * move) / (4 * (n - 1)), n) for sign in (1, -1))
        return next(sides).bits(next(sides))

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

    @cached_property
    def interval(self) -> tuple[FloatArray, FloatArray]:
        """95 % interval of `bits` over subjects: each is left out with both its phases (Student, not below 0)."""
        n = len(self.after)
        without = _Moments.without_each(self.after).bits(_Moments.without_each(self.before))
        error = np.sqrt((n - 1) / n * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
        half: FloatArray = t_975(n - 1) * error
        return np.maximum(self.bits - half, 0.0), self.bits + half

    def exchanged(self, rng: np.random.Generator) -> PopulationExchange:
        r"""Exchange phases within subjects.

        .. math::
            S_{after}, S_{before} = \frac{A \pm (C + C^\top)}{4 (n - 1)}, \quad
            A = \sum_i s_i s_i^\top + d_i d_i^\top, \quad C = \sum_i \epsilon_i s_i d_i^\top

        with s and d the sum and the difference of a subject's phases, each less its phase's mean.  So the
        spreads are exchanged by the signs :math:`\epsilon`, and no mean takes part.

        Parameters
        ----------
        rng : Generator
            Used only where the 2^n exchanges are more than 1,024.

        Returns
        -------
        PopulationExchange
            As they are for the total; against the spread observed for location; by the formula for scale;
            and for shape also brought to one total variance.  So a change of one part hardly makes or hides
            another.  A subject's deviation from the mean of the others is n / (n - 1) times that from the
            mean of all, which it has drawn to itself; so C of the data is taken (n - 1) / n times for shape,
            in whose many directions that adds up, and the root of it for scale.

        Raises
        ------
        InputError
            Where subjects do not differ in a phase, so that no covariance is of full rank.

        Examples
        --------
        >>> before = np.random.default_rng(1).normal(size=(12, 2))
        >>> exchanged = PopulationPair(before + 3.0, before).exchanged(np.random.default_rng(2))
        >>> exchanged.p_value[0].round(3).tolist()[:2], exchanged.bits[0, 2:].round(9).tolist()
        ([0.002, 0.002], [0.0, 0.0])
        """
        n = len(self.after)
        exchange, kept = Signs(n, costly=True), np.full((1, n), (n - 1) / n)
        scale, shape = self._spreads(np.sqrt(kept))[0, :, :1], self._spreads(kept)[0, :, 1:]
        bits = np.concatenate([self.bits[:, :2], scale, shape], axis=-1)
        statistic = Statistic(bits, self._null, 1 + bits, cells=self.after.shape[1] ** 2)
        null = exchange.null(statistic, rng)
        return PopulationExchange(bits, null, exchange.p_of(null, statistic), exchange)

    def _null(self, signs: FloatArray) -> FloatArray:
        """Bits of each arrangement, shape (n_arrangements, 2, 4)."""
        total = self._exchanged((1 - signs) / 2)[..., :1]
        return np.concatenate([total, self._moved(signs)[..., None], self._spreads(signs)], axis=-1)

    def _spreads(self, signs: FloatArray) -> FloatArray:
        """Scale and shape in both orders, shape (n_arrangements, 2, 2)."""
        after, before = (side - side.mean(axis=0) for side in (self.after, self.before))
        even_after, even_before = (side / np.sqrt((side**2).sum()) for side in (after, before))
        scale = _Moments.flipped(after, before, signs)[..., 2:3]
        return np.concatenate([scale, _Moments.flipped(even_after, even_before, signs)[..., 3:]], axis=-1)

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
