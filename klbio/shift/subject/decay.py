"""An exponential return to a level that need not be the one of before, with limits by profile likelihood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import exp, log
from typing import NamedTuple

import numpy as np
from scipy.special import fdtri

from klbio.distributions import FloatArray
from klbio.shift.subject.way_back import Errors, WayBack

__all__ = ["Decay", "Divergences", "fit_decay"]

N_NODES = (
    60  # half-lives among which the valley is looked for; it is as wide as a half-life, whatever the noise
)
FINEST, LONGEST = (
    8.0,
    8.0,
)  # half-lives looked for: from an eighth of the shortest gap to eight times the whole time
N_ROUNDS = 4  # of weights and curve in turn; later ones change limits by less than a hundredth of their width
LEAST_VARIANCE = 1e-14  # bits squared: a ten-millionth of a bit is beyond any sample
LEAST_EXTRA, MOST_EXTRA = 1e-16, 1e6
ROUNDING = 1e-9  # in units of the variance: an exact curve has limits too
N_LOOKS = 25
ROOT_TO = 2e-12  # of a logarithm of a half-life
CALMEST = (
    0.05  # samples at rest may scatter less than reads and days would have them: their share of it at least
)


class Divergences(NamedTuple):
    """Samples' divergences from the baseline in bits, and the variance of each that its reads bring.

    Where the reads' variance is not known it is 0, and the scatter alone speaks.
    """

    bits: FloatArray
    variance: FloatArray


@dataclass(frozen=True)
class Decay:
    r"""A fitted way back, :math:`d(t) = L + r + a\,2^{-(t - t_0)/h}`.

    Attributes
    ----------
    level : float
        L, divergence of a sample at rest, in bits.
    residual, amplitude : float
        r and a, in bits.  r is below 0 where the samples settle below the level.
    half_life : float
        h, in the unit of time.
    spread : float
        Standard deviation of a sample at rest, by days and reads, in bits.
    residual_range, half_life_range : tuple of float
        95 % intervals by profile likelihood; a half-life that the samples leave open has the limit 0 or infinity.
    observed : float
        Time from the first sample to the last.
    """

    level: float
    residual: float
    amplitude: float
    half_life: float
    spread: float
    residual_range: tuple[float, float]
    half_life_range: tuple[float, float]
    observed: float

    @property
    def has_half_life(self) -> bool:
        """Whether the samples bound the half-life on both sides, within the time that was observed."""
        low, high = self.half_life_range
        return self.amplitude > 0 and low > 0 and high <= self.observed


def fit_decay(time: FloatArray, back: Divergences, rest: Divergences) -> Decay:
    r"""Fit an exponential return, to a level that need not be the one of before, to samples of one subject.

    .. math::
        d_i = L + r + a\,2^{-(t_i - t_0)/h} + e_i, \quad d_j = L + e_j, \qquad
        \mathrm{var}(e) = s^2 (v + \tau^2 m), \quad
        \mathrm{cov}(e_i, e_{i'}) = c_i c_{i'}, \quad c_i^2 = \mathrm{var}(e_i)\,\frac{m_i - L}{(k + 1)\,m_i}, \quad
        L + r \ge 0

    over samples i on the way back and j at rest.  v is the variance that the reads of a sample bring, m the
    fitted divergence: the days of a subject scatter it with a variance that grows like it does, for a step in
    any direction changes a large divergence more than a small one.  The samples on the way back are held against one
    baseline of k samples, whose own error c they share, the more of it the further they are away.
    :math:`\tau^2` is such that the weighted sum of squares S equals its degrees of freedom, n + k - 4, or 0 where
    reads explain more than is there [1]_; curve and weights are found in turn.

    For a given half-life all else is linear and solved for.  The 95 % interval of a parameter holds the values whose
    best S is below :math:`S_{min} (1 + F_{0.95; 1, n + k - 4} / (n + k - 4))` [2]_; its limits are roots.  The scatter
    itself, not what reads explain of it, sets their width.

    A baseline sample is measured against k - 1 others, each later one against k.  Days alone make the first too
    large by :math:`k^2/(k^2 - 1)`, and so the level is divided by that.

    Parameters
    ----------
    time : ndarray of shape (n,)
        Increasing from the peak, in any unit; four different times at least.
    back : Divergences
        At these times, each against all k samples at rest.
    rest : Divergences
        Of the samples at rest, each against the k - 1 others; at least three.

    Returns
    -------
    Decay

    References
    ----------
    .. [1] Paule RC, Mandel J (1982) Consensus values and weighting factors. J Res Natl Bur Stand 87:377-385.
       doi:10.6028/jres.087.022
    .. [2] Bates DM, Watts DG (1988) Nonlinear regression analysis and its applications. Wiley.
       doi:10.1002/9780470316757

    Examples
    --------
    >>> time = np.arange(8.0)
    >>> back = Divergences(0.1 + 0.4 * 0.5 ** (time / 2), np.full(8, 1e-6))
    >>> decay = fit_decay(time, back, Divergences(np.zeros(3), np.full(3, 1e-6)))
    >>> print(f"{decay.half_life:.1f} {decay.residual:.2f}")
    2.0 0.10
    """
    shorter = 1 - 1 / len(rest.bits) ** 2
    rest = Divergences(rest.bits * shorter, rest.variance * shorter**2)
    reads = _Reads(*(np.maximum(side.variance, LEAST_VARIANCE) for side in (back, rest)))
    mean = np.concatenate(reads).mean()
    even = Errors(np.full(len(time), mean), np.full(len(rest.bits), mean), np.zeros(len(time)))
    valley = _Valley(WayBack(time - time[0], back.bits, rest.bits, even))
    for _ in range(N_ROUNDS):
        valley = _Valley(reads.and_days(valley))
    return valley.decay()


class _Reads(NamedTuple):
    """Variance that the reads of each sample bring, on the way back and at rest."""

    back: FloatArray
    rest: FloatArray

    def and_days(self, valley: _Valley) -> WayBack:
        """Way back whose errors are of reads and of as much of the days as the scatter asks for."""
        way, best = valley.way, valley.best
        expected = way.expected(best)

        def with_days(extra: float) -> WayBack:
            """Way back with so much of the days in its errors."""
            return way.erring(self._errors(way, expected, extra))

        def over(log_extra: float) -> float:
            """Weighted squares beyond their degrees of freedom."""
            return float(with_days(exp(log_extra)).squares(best)) - way.freedom

        low, high = log(LEAST_EXTRA), log(MOST_EXTRA)
        return with_days(exp(low if over(low) <= 0 else _root(over, low, high, xtol=1e-2)))

    def _errors(self, way: WayBack, expected: FloatArray, extra: float) -> Errors:
        """Days scatter a divergence as it is large; the baseline's own error goes with the way from it."""
        back, rest = self.back + extra * expected, self.rest + extra * way.least
        shared = back * (expected - way.least) / (expected * (len(rest) + 1))
        calmer = min(1.0, float(((way.rest - way.level) ** 2 / rest).sum()) / (len(rest) - 1))
        return Errors(back - shared, rest * max(calmer, CALMEST), np.sqrt(shared))


@dataclass(frozen=True, eq=False)
class _Valley:
    """Sums of squares along the logarithm of the half-life, and what lies below the limit."""

    way: WayBack

    @cached_property
    def nodes(self) -> FloatArray:
        """Logarithms of the half-lives looked at first."""
        gaps = np.diff(self.way.since)
        shortest = float(gaps[gaps > 0].min())
        return np.linspace(log(shortest / FINEST), log(LONGEST * self.way.since[-1]), N_NODES)

    @cached_property
    def best(self) -> float:
        """Logarithm of the half-life that fits best."""
        return _lowest(self.way.squares, self.nodes, self.way.squares(self.nodes))

    @cached_property
    def limit(self) -> float:
        """Sum of squares up to which a value is held."""
        freedom = self.way.freedom
        share = float(fdtri(1, freedom, 0.95)) / freedom
        return float(self.way.squares(self.best)) * (1 + share) + ROUNDING

    @cached_property
    def within(self) -> tuple[float, float]:
        """Logarithms of the shortest and longest half-life below the limit; minus and plus infinity where open."""
        nodes = np.sort(np.append(self.nodes, self.best))
        over = self.way.squares(nodes) - self.limit
        inside = np.flatnonzero((over <= 0) | (nodes == self.best))
        first, last = int(inside[0]), int(inside[-1])
        low = self._crossing(nodes[first - 1], nodes[first]) if first > 0 else -np.inf
        high = self._crossing(nodes[last], nodes[last + 1]) if last + 1 < len(nodes) else np.inf
        return low, high

    def _crossing(self, low: float, high: float) -> float:
        return _root(lambda place: float(self.way.squares(place)) - self.limit, low, high)

    def decay(self) -> Decay:
        """Give the curve that fits best, with its limits."""
        line, (low, high) = self.way.line(self.best), self.within
        return Decay(
            level=self.way.level,
            residual=float(line.plateau) - self.way.level,
            amplitude=float(line.amplitude),
            half_life=exp(self.best),
            spread=self.way.spread(self.best),
            residual_range=(self._residual_limit(-1), self._residual_limit(1)),
            half_life_range=(float(np.exp(low)), float(np.exp(high))),
            observed=float(self.way.since[-1]),
        )

    def _residual_limit(self, sign: int) -> float:
        """Furthest residual below the limit: exact for a given half-life, the furthest of these looked for."""
        low, high = np.clip(self.within, self.nodes[0], self.nodes[-1])
        places = np.append(np.linspace(low, high, N_LOOKS), self.best)
        places.sort()

        def inward(place: FloatArray | float) -> FloatArray:
            """Limit of the residual at a half-life, turned so that the farthest is the lowest."""
            return -sign * self.way.residual_limit(place, sign, self.limit)

        return -sign * float(inward(_lowest(inward, places, inward(places))))


def _root(height: Callable[[float], float], low: float, high: float, xtol: float = ROOT_TO) -> float:
    """Place between two where a function is 0."""
    from scipy.optimize import brentq  # here, because it is heavy

    return float(brentq(height, low, high, xtol=xtol))


def _lowest(
    height: Callable[[FloatArray | float], FloatArray], places: FloatArray, heights: FloatArray
) -> float:
    """Place where a function is lowest, between the neighbours of the lowest of some places."""
    lowest = int(heights.argmin())
    bounds = places[max(lowest - 1, 0)], places[min(lowest + 1, len(places) - 1)]
    from scipy.optimize import minimize_scalar  # here, because it is heavy

    found = minimize_scalar(
        lambda place: float(height(place)), bounds=bounds, method="bounded", options={"xatol": 1e-7}
    )
    return float(found.x if found.fun < heights[lowest] else places[lowest])
