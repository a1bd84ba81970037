r"""Uncertainty of divergences from finite reads: the jackknife.

Where a read is one count, the jackknife deletes one read at a time.  It needs no random
numbers and costs one pass over the categories, because a divergence is a sum of
per-category terms: to delete a read of category k changes the denominator of all terms
alike and the numerator of one.

Where a read brings many counts that belong together (its k-mers), `klbio.estimates.group_jackknife` deletes groups of
whole reads instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from klbio.distributions import FloatArray
from klbio.statistics import t_975

__all__ = ["Estimate", "TermFunction", "infinite", "jackknife", "total"]

TermFunction = Callable[[FloatArray, FloatArray], FloatArray]

# The jackknife removes most of the bias, not all: a quarter of what it removed is added to the
# interval in quadrature.  docs/method-shift.md shows the simulation behind the quarter.
BIAS_DISTRUST = 0.25


@dataclass(frozen=True)
class Estimate:
    """A divergence and its terms as observed, bias-corrected, and with its sampling variance.

    Attributes
    ----------
    plugin : float
        As observed.
    value : float
        Bias-corrected, not clipped.
    variance : float
        Sampling variance from the reads.
    terms, term_values, term_variances : ndarray of shape (n_categories,)
        The same per category; ``term_values`` sum to ``value``.
    freedom : float
        Degrees of freedom of the variance: infinite for reads, for groups one less than their number.
    distrust : float
        Part of the correction that is added to the interval in quadrature.
    gap : (float, float)
        By how much less and more the divergence may be, for all that any reads at these depths tell.
    widening : float
        Part of the gap that is added to the interval in quadrature.
    noise : float
        By how much the estimate of a divergence of 0 may exceed it; added to the lower side in quadrature.
    slope : float
        By how much the variance grows with the divergence: at the upper limit it is larger than at the estimate, and
        of groups at the lower one smaller.
    """

    plugin: float
    value: float
    variance: float
    terms: FloatArray
    term_values: FloatArray
    term_variances: FloatArray
    freedom: float = np.inf
    distrust: float = BIAS_DISTRUST
    gap: tuple[float, float] = (0.0, 0.0)
    widening: float = 0.5
    noise: float = 0.0
    slope: float = 0.0

    @cached_property
    def quantile(self) -> float:
        """Of the normal distribution, or of Student's with few groups, at 97.5 %."""
        return float(t_975(self.freedom))

    def interval(self) -> tuple[float, float]:
        """Interval that holds the truth with 95 %; never below 0.

        Part of the gap is added to the reads' part in quadrature, on each side its own.  From groups it holds each
        divergence that the estimate is within the quantile of, by the variance that it would have there; where that
        is not known, the interval is symmetric in the root: a divergence near 0 is skewed, its root is not.
        """
        if np.isfinite(self.freedom) and self.half > 0:
            return self._score_interval() if self.slope > 0 else _root_interval(self.value, self.half)
        less, more = (self.widening * side for side in self.gap)
        return self._ends(np.hypot(self._half_below, less), np.hypot(self._half_above, more))

    def bounds(self) -> tuple[float, float]:
        """Two one-sided bounds, each with 97.5 %, whatever the shares of taxa with few reads are; never below 0.

        >>> low, high = Estimate(0.3, 0.2, 0.0001, *[np.zeros(1)] * 3, distrust=0.0, gap=(0.05, 0.1)).bounds()
        >>> print(f"{low:.4f} {high:.4f}")
        0.1304 0.3196
        """
        if np.isfinite(self.freedom):
            return self.interval()
        less, more = self.gap
        return self._ends(self._half_below + less, self._half_above + more)

    @property
    def rests_on_rare(self) -> bool:
        """Whether the gap on one side exceeds half the width of the interval."""
        low, high = self.interval()
        return max(self.gap) > (high - low) / 2

    @cached_property
    def half(self) -> float:
        """Half the width that the reads give an interval, and what is left of the bias."""
        removed = self.distrust * (self.plugin - self.value)
        return float(np.sqrt(self.quantile**2 * self.variance + removed**2))

    @property
    def _half_below(self) -> float:
        return float(np.hypot(self.half, self.noise))

    @property
    def _half_above(self) -> float:
        """Distance d at which ``d^2`` is the squared half width, with the variance that a divergence has there."""
        bend = self.quantile**2 * self.slope / 2
        return float(bend + np.hypot(bend, self.half))

    def _score_interval(self) -> tuple[float, float]:
        """Both d with ``d^2`` the squared half width, with the variance that a divergence has there."""
        at, bend = max(self.value, 0.0), self.quantile**2 * self.slope / 2
        reach = float(np.hypot(bend, self.half))
        return max(at + bend - reach, 0.0), at + bend + reach

    def _ends(self, below: float, above: float) -> tuple[float, float]:
        return max(float(self.value - below), 0.0), max(float(self.value + above), 0.0)

    def term_intervals(self) -> tuple[FloatArray, FloatArray]:
        """Interval of each category's term; its sign is not constrained here."""
        half = np.sqrt(
            self.quantile**2 * self.term_variances + (self.distrust * (self.terms - self.term_values)) ** 2
        )
        return self.term_values - half, self.term_values + half


def _root_interval(value: float, half: float) -> tuple[float, float]:
    """Square of sqrt(value) -+ half / (2 sqrt(value)); below half / 2, where that breaks down, from 0."""
    bend = half**2 / (4 * max(value, half / 2))
    low = value - half + bend if value > half / 2 else 0.0
    return low, max(value, 0.0) + half + bend


def jackknife(
    x: FloatArray,
    y: FloatArray,
    terms: TermFunction,
    prior_x: FloatArray | float = 0.0,
    prior_y: FloatArray | float = 0.0,
) -> Estimate:
    r"""Jackknife of a divergence between two samples: delete one read at a time [1]_.

    .. math::
        \hat\theta_J = \hat\theta - \sum_{s \in \{x, y\}} (n_s - 1)
            \left(\bar\theta_{(\cdot)}^{s} - \hat\theta\right), \qquad
        \widehat{\mathrm{var}} = \sum_s \frac{n_s - 1}{n_s}
            \sum_{r \in s} \left(\theta_{(r)}^{s} - \bar\theta_{(\cdot)}^{s}\right)^2

    where :math:`\theta_{(r)}^{s}` is the divergence without read `r` of sample `s`, and :math:`n_s` the
    number of reads.

    Parameters
    ----------
    x, y : ndarray of shape (n_categories,)
        Counts after and before, at least two reads each.
    terms : callable
        ``terms(p, q)`` gives the terms of the divergence, elementwise.
    prior_x, prior_y : float or ndarray of shape (n_categories,), default 0
        Pseudocounts per category, held fixed while reads are deleted.

    Returns
    -------
    Estimate
        In the unit of `terms`.  Infinite where the divergence is; its variance is then nan.

    References
    ----------
    .. [1] Zahl S (1977) Jackknifing an index of diversity. Ecology 58:907-913.
       doi:10.2307/1936227

    Examples
    --------
    >>> from klbio.divergences.kernels import jensen_shannon_terms
    >>> estimate = jackknife(np.array([60., 40.]), np.array([40., 60.]), jensen_shannon_terms)
    >>> estimate.value < estimate.plugin
    True
    """
    after, before = (
        _Sample(side, np.broadcast_to(prior, side.shape[-1:])) for side, prior in ((x, prior_x), (y, prior_y))
    )
    p, q = after.proportions, before.proportions
    observed = terms(p, q)
    if not np.isfinite(observed).all():
        return infinite(observed)
    sides = (
        after.deleted(lambda changed: terms(changed, q), observed),
        before.deleted(lambda changed: terms(p, changed), observed),
    )
    return Estimate(
        plugin=max(float(observed.sum()), 0.0),
        value=float(observed.sum() - sides[0].bias - sides[1].bias),
        variance=sides[0].variance + sides[1].variance,
        terms=observed,
        term_values=observed - sides[0].term_bias - sides[1].term_bias,
        term_variances=sides[0].term_variance + sides[1].term_variance,
    )


def total(x: FloatArray) -> FloatArray:
    """Counts of a sample over its categories, whether they come in groups or not.

    >>> total(np.array([[1.0, 2.0], [3.0, 0.0]]))
    array([4., 2.])
    """
    counts: FloatArray = x.sum(axis=0) if x.ndim > 1 else x
    return counts


@dataclass(frozen=True)
class _Deleted:
    """What deleting reads of one sample says: bias and variance of the total and of each term."""

    bias: float
    variance: float
    term_bias: FloatArray
    term_variance: FloatArray


@dataclass(frozen=True)
class _Sample:
    """Counts of one sample, with pseudocounts that stay while reads are deleted."""

    counts: FloatArray
    prior: FloatArray

    @property
    def proportions(self) -> FloatArray:
        """Smoothed by the pseudocounts."""
        share: FloatArray = (self.counts + self.prior) / (self.counts + self.prior).sum()
        return share

    def deleted(self, terms: Callable[[FloatArray], FloatArray], observed: FloatArray) -> _Deleted:
        """Delete one read at a time.

        Parameters
        ----------
        terms : callable
            Terms of the divergence for other proportions of this sample.
        observed : ndarray of shape (n_categories,)
            Terms for those at hand.
        """
        x, n, depth = self.counts, self.counts.sum(), self.counts.sum() - 1 + self.prior.sum()
        others = terms((x + self.prior) / depth)  # a read of another category was deleted
        own = terms((np.maximum(x - 1, 0) + self.prior) / depth)  # one of its own; unused where x is 0
        without = others.sum() - others + own
        mean = (x * without).sum() / n
        spread = (x * (without - mean) ** 2).sum()
        share = x / n
        return _Deleted(
            bias=(n - 1) * (mean - observed.sum()),
            variance=(n - 1) / n * spread,
            term_bias=(n - 1) * (others + share * (own - others) - observed),
            term_variance=(n - 1) * share * (1 - share) * (own - others) ** 2,
        )


def infinite(terms: FloatArray) -> Estimate:
    """Of a divergence that is, and whose variance nobody knows."""
    unknown = np.full_like(terms, np.nan)
    return Estimate(np.inf, np.inf, np.nan, terms, terms, unknown)
