r"""The relative entropy of two smoothed communities from two shallow samples, and its interval.

A term of the smoothed relative entropy is made of two functions of the expected counts, each of one
side alone: :math:`(\lambda + a)\ln(\lambda + a)` of the after-side and :math:`\ln(\mu + b)` of the
before-side.  What a count says of such a function is biased where the count is small, by an amount
that Poisson's distribution gives; so each function is corrected by itself, from a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from klbio.distributions import FloatArray
from klbio.divergences import kernels
from klbio.estimates.few_counts import Logarithm, Prior
from klbio.estimates.group_jackknife import group_jackknife
from klbio.estimates.jackknife import Estimate, jackknife

__all__ = ["LN2", "MAX_PRIOR", "has_tables", "missed_bits", "relative_entropy_estimate"]

LN2 = float(np.log(2))
MAX_PRIOR = 1e6  # pseudocounts of a category beyond which counts do not matter, and digits would be lost
DISTRUST = 0.05  # of the correction, added to the interval in quadrature
FEW_DOUBT = 0.1  # nats, of which the interval takes half: the series is off by that for counts below one read
BENT = 0.7  # mean of ln(1 + 2 mu) / (2 mu) over categories that one read has met: 0.9 to 0.4, as the tail is


def relative_entropy_estimate(
    x: FloatArray, y: FloatArray, prior_x: FloatArray, prior_y: FloatArray
) -> Estimate:
    r"""Relative entropy in bits between the compositions that two samples would have on average, smoothed.

    With expected counts :math:`\lambda_k = n p_k`, :math:`\mu_k = m q_k` and pseudocounts a, b the
    estimand is

    .. math::
        D = \sum_k P_k \log_2 \frac{P_k}{Q_k}, \qquad
        P_k = \frac{\lambda_k + a_k}{\sum_j \lambda_j + a_j}, \quad Q_k = \frac{\mu_k + b_k}{\sum_j \mu_j + b_j}

    over the categories at hand.  It is what the smoothed relative entropy as observed would be without
    the noise of the reads; it tends to :math:`D(p \parallel q)` as depth grows.  The D of the communities
    themselves no sample can bound: a taxon with few reads after and none before may be as rare before
    as it likes.

    A function f of an expected count is estimated from a count z by the series

    .. math:: c(z) = \sum_{j=0}^{7} \left[(I - \Pi)^j f\right](z), \qquad (\Pi f)(z) = E\, f(\mathrm{Poisson}(z))

    the bootstrap's correction of bias, iterated [1]_.  The variance is that of Poisson counts: for
    the after-side from what the loss of one read changes, for the before-side as its mean over the
    posterior of the expected count (Jeffreys prior), because a count of 0 says nothing of its own spread.

    The categories at hand are those that a read has met, and those a read has missed are the more, the less deep a
    side is.  A category of expected count :math:`\mu` is missed with probability :math:`e^{-\mu}` and met once with
    :math:`\mu e^{-\mu}`; so those met once tell what the missed ones would have brought [2]_, which is taken off, and
    half of which is added to the interval.

    Parameters
    ----------
    x, y : ndarray of shape ([n_groups,] n_categories)
        Counts after and before.
    prior_x, prior_y : ndarray of shape (n_categories,)
        Pseudocounts.  Without them, beyond `MAX_PRIOR`, and for groups of reads the jackknife estimates
        instead.

    Returns
    -------
    Estimate
        In bits; ``value`` is below 0 where noise outweighs the divergence.

    References
    ----------
    .. [1] Hall P, Martin MA (1988) On bootstrap resampling and iteration. Biometrika 75:661-671.
       doi:10.1093/biomet/75.4.661
    .. [2] Good IJ (1953) The population frequencies of species and the estimation of population parameters.
       Biometrika 40:237-264. doi:10.1093/biomet/40.3-4.237

    Examples
    --------
    Two draws from one community of 400 equal taxa, three reads a taxon:

    >>> rng = np.random.default_rng(1)
    >>> x, y = rng.multinomial(1200, np.full(400, 1 / 400), 2).astype(float)
    >>> half = np.full(400, 0.5)
    >>> estimate = relative_entropy_estimate(x, y, half, half)
    >>> print(f"{estimate.plugin:.3f} as observed, {estimate.value:.3f} corrected")
    0.400 as observed, -0.016 corrected
    """
    if x.ndim > 1:
        return group_jackknife(x, y, _terms, prior_x, prior_y)
    if not has_tables(prior_x, prior_y):
        return jackknife(x, y, _terms, prior_x, prior_y)
    return _Terms(x, y, Prior(prior_x), Prior(prior_y)).estimate()


def has_tables(*priors: FloatArray) -> bool:
    """Whether small counts have tables of corrections under these pseudocounts."""
    return all(prior.min() > 0 and prior.max() <= MAX_PRIOR for prior in priors)


def missed_bits(
    once_after: FloatArray, once_before: FloatArray, total: FloatArray | float, against: FloatArray | float
) -> FloatArray:
    """Bias by the categories that no read has met, told by those that one read of either side has.

    Parameters
    ----------
    once_after, once_before : ndarray
        How many have one read of the one side, and none of the other.
    total, against : float or ndarray
        Counts and pseudocounts of the first side and of the second.
    """
    of_before = 1 / against - BENT / total
    of_after = -np.log(total / against) / total
    bits: FloatArray = (once_before * of_before + once_after * of_after) / LN2
    return bits


def _terms(p: FloatArray, q: FloatArray) -> FloatArray:
    terms: FloatArray = kernels.relative_entropy_terms(p, q) / LN2
    return terms


@dataclass(frozen=True)
class _Terms:
    """Both sides' counts and pseudocounts, and the terms of the smoothed relative entropy."""

    x: FloatArray
    y: FloatArray
    prior_x: Prior
    prior_y: Prior

    def estimate(self) -> Estimate:
        """Sum the terms, with the variance at fixed depths."""
        changes, variances = self._leave_one_out, self._variances
        before = self._before.covariance
        fixed_depths = (self.x @ changes) ** 2 / self.x.sum() + (self._pull @ before) ** 2 / self.y.sum()
        return Estimate(
            plugin=max(float(self.observed.sum()), 0.0),
            value=float(self.values.sum()),
            variance=max(float(variances.sum() - fixed_depths), 0.0),
            terms=self.observed,
            term_values=self.values,
            term_variances=variances,
            distrust=DISTRUST,
            gap=(self._doubt, self._doubt),
        )

    @property
    def _doubt(self) -> float:
        """Doubt that the categories no read has met leave, and those that one read of the before-side has met."""
        few = float(self._pull[self.y <= 1].sum())
        return float(np.abs(self._missed).sum()) + FEW_DOUBT * few

    @cached_property
    def _missed(self) -> FloatArray:
        """Bias by the categories that no read has met, told by those that one read has; it is laid on these.

        Where the support goes beyond the categories that were met, none is missed.
        """
        once_after = (self.x == 1) & (self.y == 0)
        once_before = (self.y == 1) & (self.x == 0)
        if ((self.x == 0) & (self.y == 0)).any():
            return np.zeros_like(self.x)
        against = float((self.y + self.prior_y.added).sum())
        return missed_bits(once_after, once_before, self._total, against)

    @cached_property
    def observed(self) -> FloatArray:
        """Without the correction."""
        shrunk_y = self.y + self.prior_y.added
        return _terms((self.x + self.prior_x.added) / self._total, shrunk_y / shrunk_y.sum())

    @cached_property
    def values(self) -> FloatArray:
        """With it."""
        return self._of(self.x) - self._missed

    @cached_property
    def _total(self) -> float:
        """Counts and pseudocounts after."""
        return float((self.x + self.prior_x.added).sum())

    @cached_property
    def _before(self) -> Logarithm:
        return self.prior_y.logarithm(self.y)

    @cached_property
    def _against(self) -> FloatArray:
        """Logarithm of the before-side, as if it had the depth of the after-side."""
        shrunk = self.y + self.prior_y.added
        against: FloatArray = self._before.value - np.log(shrunk.sum() / self._total)
        return against

    def _of(self, counts: FloatArray) -> FloatArray:
        """Terms where the counts after are these."""
        own = self.prior_x.own(counts, self.x.sum())
        bits: FloatArray = (own - (counts + self.prior_x.added) * self._against) / (self._total * LN2)
        return bits

    @cached_property
    def _leave_one_out(self) -> FloatArray:
        """Change of each term by the loss of one read after."""
        return np.where(self.x > 0, self._of(self.x) - self._of(np.maximum(self.x - 1, 0)), 0.0)

    @cached_property
    def _pull(self) -> FloatArray:
        """Pull of the before-side's logarithm on the term."""
        pull: FloatArray = (self.x + self.prior_x.added) / (self._total * LN2)
        return pull

    @cached_property
    def _variances(self) -> FloatArray:
        # without what the reads of x add to the squared pull
        squared = np.maximum(self._pull**2 - self.x / (self._total * LN2) ** 2, 0.0)
        variances: FloatArray = self.x * self._leave_one_out**2 + squared * self._before.variance
        return variances
