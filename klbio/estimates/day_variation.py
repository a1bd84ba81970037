r"""How a subject's samples lie to each other: between the phases of a pair, and within each.

Days differ, so two samples of one phase are apart too.  What is left of the divergence between phases when
that is taken off is the excess shift.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from klbio.distributions import FloatArray
from klbio.statistics import Spread

__all__ = ["DayVariation"]


@dataclass(frozen=True, eq=False)
class DayVariation:
    r"""Divergences in bits between the single samples of two phases, each corrected for its reads.

    The root of the Jensen-Shannon divergence is a distance of a Hilbert space [1]_.  So the divergence between
    two samples is on average that of the phases' centres and both phases' scatter, and

    .. math::
        \mathrm{excess} = \overline{d(P, Q)} - \tfrac12 \overline{d(P, P')} - \tfrac12 \overline{d(Q, Q')}

    over pairs of different samples is, without bias at any number of samples, the squared distance of the centres:
    0 where only days differ.  It is a U-statistic [2]_, and may fall below 0.

    Attributes
    ----------
    between : ndarray of shape (n_after, n_before)
    after, before : ndarray of shape (n, n)
        Within each phase; zeros on the diagonal.
    even : DayVariation, optional
        The same samples as observed at one depth, where depths differ: what a test may exchange.

    References
    ----------
    .. [1] Endres DM, Schindelin JE (2003) A new metric for probability distributions. IEEE Trans Inf Theory
       49:1858-1860. doi:10.1109/TIT.2003.813506
    .. [2] Szekely GJ, Rizzo ML (2013) Energy statistics: a class of statistics based on distances. J Stat Plan
       Inference 143:1249-1272. doi:10.1016/j.jspi.2013.03.018

    Examples
    --------
    >>> apart = DayVariation(np.full((2, 2), 0.3), 0.1 * (1 - np.eye(2)), 0.2 * (1 - np.eye(2)))
    >>> print(f"{apart.excess:.2f} of {apart.pairs:.2f}")
    0.15 of 0.30
    """

    between: FloatArray
    after: FloatArray
    before: FloatArray
    even: DayVariation | None = None

    @classmethod
    def split(cls, whole: FloatArray, n_after: int) -> DayVariation:
        """Take apart the divergences of all samples from all, those after first.

        >>> DayVariation.split(np.array([[0, 0.1, 0.3], [0.1, 0, 0.4], [0.3, 0.4, 0]]), 2).between.tolist()
        [[0.3], [0.4]]
        """
        n = n_after
        return cls(whole[:n, n:], whole[:n, :n], whole[n:, n:])

    @property
    def exchangeable(self) -> DayVariation:
        """What a test may exchange."""
        return self.even or self

    @property
    def pairs(self) -> float:
        """Mean over all pairs of an after-sample and a before-sample."""
        return float(self.between.mean())

    @property
    def has_excess(self) -> bool:
        """Whether both phases have two samples or more."""
        return bool(min(self.between.shape) > 1)

    @property
    def can_exchange(self) -> bool:
        """Whether any phase has, so that there is something to hold the pairs against."""
        return bool(max(self.between.shape) > 1)

    @cached_property
    def within(self) -> float:
        """Mean divergence within the phases, half of each; a lone sample leaves the other phase's."""
        return float(np.mean([_mean_apart(side) for side in (self.after, self.before) if len(side) > 1]))

    @property
    def excess(self) -> float:
        """Mean between the phases, less that within them; of `pairs` where a phase has one sample."""
        return self.pairs - self.within

    @property
    def whole(self) -> FloatArray:
        """All samples against all, those after ahead."""
        both: FloatArray = np.block([[self.after, self.between], [self.between.T, self.before]])
        return both

    @property
    def level(self) -> float:
        """What the standard error of the excess grows with, in bits: the shift, and how restless the subject is."""
        return float(np.sqrt(max(self.pairs, 0.0) * max(self.within, 0.0)))

    @property
    def spread(self) -> Spread:
        """Variance of the excess by its projections, each sample's mean between the phases less that within its own."""
        sides = (self.between.mean(axis=1), self.after), (self.between.mean(axis=0), self.before)
        projected = [mean - own.sum(axis=1) / (len(own) - 1) for mean, own in sides]
        return Spread.sum([_of_mean(values) for values in projected])

    @property
    def sides(self) -> tuple[Spread | None, Spread | None]:
        """Variance of a sample's mean between the phases, after and before; none of a lone sample."""
        after, before = (self.between.mean(axis=axis) for axis in (1, 0))
        return _of_one(after), _of_one(before)

    @property
    def alike(self) -> float:
        r"""Trace of the product of both phases' covariances: how far days of both vary in the same direction.

        Mean square of the doubly centred divergences between phases.
        """
        rows, columns = (self.between.mean(axis=axis, keepdims=True) for axis in (1, 0))
        centred = (self.between - rows - columns + self.pairs) / 2
        n, m = self.between.shape
        return float((centred**2).sum() / ((n - 1) * (m - 1)))

    @property
    def product(self) -> float:
        """Product of both phases' scatter about their centres, each half its mean divergence."""
        return _mean_apart(self.after) * _mean_apart(self.before) / 4

    @property
    def counted_twice(self) -> float:
        r"""What the projections count too much of `alike`, where days vary alike in both phases.

        The variance of the excess has a part of second order, the whole of it where nothing changed.  With the trace
        T of the squared covariance, the projections hold twice the 4T/(nm) between phases, and of each phase
        (2n - 3)T/(n(n - 1)^2) beyond its 2T/(n(n - 1)), where the squared length of a day's step has variance 3T.
        """
        n, m = self.between.shape
        return float(4 / (n * m) + sum((2 * k - 3) / (k * (k - 1) ** 2) for k in (n, m)))


def _mean_apart(within: FloatArray) -> float:
    n = len(within)
    return float(within.sum() / (n * (n - 1)))


def _of_one(values: FloatArray) -> Spread | None:
    return Spread(float(values.var(ddof=1)), len(values) - 1.0) if len(values) > 1 else None


def _of_mean(values: FloatArray) -> Spread:
    n = len(values)
    return Spread(float(values.var(ddof=1)) / n, n - 1.0)
