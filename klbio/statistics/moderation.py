r"""Variances of few values each, read in the light of each other: Smyth's moderation.

Each variance :math:`s_i^2` has :math:`d_i` degrees of freedom.  They are taken to scatter about one variance
:math:`s_0^2` as variances of :math:`d_0` degrees of freedom would; both are found by the mean and the
variance of :math:`\log s_i^2` [1]_.

.. [1] Smyth GK (2004) Linear models and empirical Bayes methods for assessing differential expression in
   microarray experiments. Stat Appl Genet Mol Biol 3:3. doi:10.2202/1544-6115.1027
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import digamma, polygamma

__all__ = ["Spread", "VariancePrior"]

FloatArray = NDArray[np.float64]
FEWEST = 2  # variances that can say how variances scatter
STRAIGHT = 1e-7  # below it trigamma(x) is 1 / (x - 1/2) to 1e-14 of itself
CLOSE = 1e-9  # of a place: the step after is the square of it


class Spread(NamedTuple):
    """A variance, and its degrees of freedom."""

    variance: float
    freedom: float

    def times(self, factor: float) -> Spread:
        """Of values multiplied by the root of a factor.

        >>> Spread(2.0, 3.0).times(0.5)
        Spread(variance=1.0, freedom=3.0)
        """
        return Spread(self.variance * factor, self.freedom)

    @classmethod
    def sum(cls, parts: Sequence[Spread]) -> Spread:
        r"""Of a sum of independent values, its freedom by Satterthwaite.

        .. math:: \nu = \frac{(\sum_i s_i^2)^2}{\sum_i s_i^4 / \nu_i}

        >>> Spread.sum([Spread(1.0, 2.0), Spread(1.0, 2.0)])
        Spread(variance=2.0, freedom=4.0)
        """
        variance = sum(part.variance for part in parts)
        by_degree = sum(part.variance**2 / part.freedom for part in parts)
        return cls(variance, variance**2 / by_degree if by_degree > 0 else float(np.inf))


@dataclass(frozen=True)
class VariancePrior:
    """What many variances say of one.

    Attributes
    ----------
    variance : float
        About which they scatter.
    freedom : float
        How closely: infinite where they scatter no more than their own few values make them, 0 where there are too
        few to say.
    together : float
        Degrees of freedom of all of them: a moderated variance is known no better than that [2]_.

    References
    ----------
    .. [2] Phipson B, Lee S, Majewski IJ, Alexander WS, Smyth GK (2016) Robust hyperparameter estimation protects
       against hypervariable genes. Ann Appl Stat 10:946-963. doi:10.1214/16-AOAS920

    Examples
    --------
    >>> prior = VariancePrior.of([Spread(1.0, 2.0), Spread(1.1, 2.0), Spread(0.9, 2.0)])
    >>> prior.freedom
    inf
    """

    variance: float
    freedom: float
    together: float = np.inf

    @classmethod
    def of(cls, spreads: Sequence[Spread]) -> VariancePrior:
        r"""Fit both to variances; those that are 0 take no part.

        With :math:`e_i = \log s_i^2 - \psi(d_i/2) + \log(d_i/2)`, :math:`d_0` solves :math:`\psi'(d_0/2) =
        \mathrm{var}(e) - \overline{\psi'(d_i/2)}`, and :math:`\log s_0^2 = \bar e + \psi(d_0/2) - \log(d_0/2)`.
        """
        known = np.array([spread for spread in spreads if spread.variance > 0]).reshape(-1, 2)
        if len(known) < FEWEST:
            return cls(0.0, 0.0)
        variance, half = known[:, 0], known[:, 1] / 2
        logs = np.log(variance) - digamma(half) + np.log(half)
        freedom = 2 * _inverse_trigamma(float(logs.var(ddof=1) - polygamma(1, half).mean()))
        centre = float(logs.mean()) + (0.0 if np.isinf(freedom) else _log_excess(freedom / 2))
        return cls(float(np.exp(centre)), freedom, 2 * float(half.sum()))

    def moderated(self, own: Spread) -> Spread:
        r"""Mean of a variance and the one of all, weighted by their degrees of freedom, which add up to all there are.

        >>> VariancePrior(2.0, 4.0).moderated(Spread(1.0, 4.0))
        Spread(variance=1.5, freedom=8.0)
        >>> VariancePrior.of([Spread(1.0, 2.0), Spread(1.0, 2.0)]).moderated(Spread(1.0, 2.0)).freedom
        4.0
        """
        if np.isinf(self.freedom):
            return Spread(self.variance, self.together)
        freedom = self.freedom + own.freedom
        whole = self.freedom * self.variance + own.freedom * own.variance
        return Spread(whole / freedom, min(freedom, self.together))


def _log_excess(half: float) -> float:
    return float(digamma(half) - np.log(half))


def _inverse_trigamma(value: float) -> float:
    """Where the trigamma function has a value; infinity for none above 0."""
    if value <= 0:
        return float(np.inf)
    x, step = 0.5 + 1 / value, np.inf
    # Newton's method on 1 / trigamma, which is convex and nearly straight [1]_: no step goes too far
    while value > STRAIGHT and abs(step) > CLOSE * x:
        now = float(polygamma(1, x))
        step = now * (1 - now / value) / float(polygamma(2, x))
        x += step
    return x
