r"""The divergence of two communities from two shallow samples: empirical Bayes over the shares of reads.

Given that a taxon has `t` reads in both samples together, those of the one sample are a binomial
draw with the share `u`.  A divergence needs nothing but these shares, and all taxa together tell
how shares are distributed.  So a taxon with three reads is read in the light of the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import xlogy

from klbio.distributions import FloatArray
from klbio.divergences import kernels
from klbio.resampling.jackknife import Estimate, jackknife

__all__ = ["jensen_shannon_estimate"]

LN2 = float(np.log(2))
STEP, SPAN = 0.2, 9.0  # of the grid, in log odds: as fine as 30 + 30 reads of a taxon tell its share
# the ends stand for the shares 0 and 1
LOG_ODDS = np.concatenate([[-SPAN], np.arange(-SPAN, SPAN + STEP / 2, STEP), [SPAN]])
N_BLOCKS, N_ROUNDS = 5, 40  # of EM; more change the estimate by less than a tenth of its standard error
DEAD = 1e-9  # probability of a share below which it is left out of the later rounds
MANY = 30  # reads on both sides: the taxon speaks for itself, and the jackknife suffices
DISTRUST = 0.05  # of the correction, added to the interval; docs/method-shift.md shows the simulation


def jensen_shannon_estimate(x: FloatArray, y: FloatArray) -> Estimate:
    r"""Jensen-Shannon divergence in bits of the communities that two samples were drawn from.

    With :math:`x_k \sim \mathrm{Poisson}(n p_k)`, :math:`y_k \sim \mathrm{Poisson}(m q_k)`,
    :math:`t_k = x_k + y_k` and the share :math:`u_k = n p_k / (n p_k + m q_k)`,

    .. math::
        \mathrm{JSD}(p, q) = \sum_k E[t_k]\, g(u_k), \qquad
        g(u) = \tfrac{u}{2n} \log_2 \frac{2u/n}{u/n + v/m} + \tfrac{v}{2m} \log_2 \frac{2v/m}{u/n + v/m},
        \qquad v = 1 - u

    because a term is homogeneous of degree one in :math:`(p_k, q_k)`.  And :math:`x_k \mid t_k` is
    binomial in :math:`u_k`: the law G of the shares over taxa is found by maximum likelihood, without
    a form given to it [1]_ [2]_, and the estimate is

    .. math:: \hat\theta = \sum_k t_k\, E_G[\, g(u) \mid x_k, t_k \,].

    Taxa with many reads on both sides keep their jackknife term.

    The variance is the geometric mean of two: the jackknife's, too large where little has changed, and
    the first-order variance under the fitted shares, too small there; elsewhere they agree.

    Parameters
    ----------
    x, y : ndarray of shape (n_categories,)
        Counts after and before, two reads or more on each side; categories seen on neither are allowed.

    Returns
    -------
    Estimate
        In bits.  ``term_values`` are never negative for taxa with few reads, and sum to ``value``.

    References
    ----------
    .. [1] Kiefer J, Wolfowitz J (1956) Consistency of the maximum likelihood estimator in the presence of
       infinitely many incidental parameters. Ann Math Stat 27:887-906. doi:10.1214/aoms/1177728066
    .. [2] Laird N (1978) Nonparametric maximum likelihood estimation of a mixing distribution.
       J Am Stat Assoc 73:805-811. doi:10.1080/01621459.1978.10480103

    Examples
    --------
    Two draws from one community of 400 equal taxa, three reads a taxon:

    >>> rng = np.random.default_rng(1)
    >>> x, y = rng.multinomial(1200, np.full(400, 1 / 400), 2).astype(float)
    >>> estimate = jensen_shannon_estimate(x, y)
    >>> print(f"{estimate.plugin:.3f} as observed, {estimate.value:.3f} corrected")
    0.138 as observed, 0.006 corrected
    """
    deleted = jackknife(x, y, _terms)
    shares = _Shares(x.sum(), y.sum())
    pairs, which, n_taxa = np.unique(np.stack([x, y]), axis=1, return_inverse=True, return_counts=True)
    posterior = _posterior(pairs, n_taxa * (pairs.sum(axis=0) > 0), shares)
    expected = (posterior @ shares.term * pairs.sum(axis=0))[which.ravel()]
    values = np.where(np.minimum(x, y) >= MANY, deleted.term_values, expected)
    first_order = shares.variance((n_taxa * pairs.sum(axis=0)) @ posterior)
    return replace(
        deleted,
        value=float(values.sum()),
        variance=float(np.sqrt(deleted.variance * first_order)),
        term_values=values,
        distrust=DISTRUST,
    )


def _terms(p: FloatArray, q: FloatArray) -> FloatArray:
    terms: FloatArray = kernels.jensen_shannon_terms(p, q) / LN2
    return terms


@dataclass(frozen=True)
class _Shares:
    """The grid of shares for samples of depths n and m, and what one read of a taxon with a share brings."""

    n: float
    m: float

    @cached_property
    def u(self) -> FloatArray:
        """Shares, evenly spaced in log odds around that of a taxon that has not changed, with 0 and 1."""
        odds = self.n / self.m * np.exp(LOG_ODDS[1:-1])
        return np.concatenate([[0.0], odds / (1 + odds), [1.0]])

    @cached_property
    def start(self) -> FloatArray:
        """Law to start from: a fold change is the rarer, the larger it is."""
        weights = np.exp(-np.abs(LOG_ODDS))
        law: FloatArray = weights / weights.sum()
        return law

    @cached_property
    def _sides(self) -> tuple[FloatArray, FloatArray]:
        return self.u / self.n, (1 - self.u) / self.m

    @cached_property
    def term(self) -> FloatArray:
        """Bits per read."""
        return _terms(*self._sides)

    def variance(self, reads: FloatArray) -> float:
        """First-order variance of the divergence, given the reads at each share."""
        p, q = self._sides
        after, before = (_slope(side, (p + q) / 2) for side in (p, q))
        return _spread(reads * p, after) / self.n + _spread(reads * q, before) / self.m


def _slope(side: FloatArray, middle: FloatArray) -> FloatArray:
    """How the divergence grows with the proportion of a taxon: half its log ratio to the middle, in bits."""
    there = side > 0
    return np.log2(np.where(there, side / middle, 1.0)) / 2


def _spread(weights: FloatArray, slope: FloatArray) -> float:
    return max(float(weights @ slope**2 - (weights @ slope) ** 2), 0.0)


def _posterior(pairs: FloatArray, n_taxa: FloatArray, shares: _Shares) -> FloatArray:
    """Probability of each share for each pair of counts, shape (n_pairs, n_shares), by the law that fits them best."""
    x, y = pairs[:, :, None]
    likelihood = xlogy(x, shares.u) + xlogy(y, 1 - shares.u)
    likelihood = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    joint = likelihood * _fitted(shares.start, likelihood, n_taxa / n_taxa.sum())
    posterior: FloatArray = joint / joint.sum(axis=1, keepdims=True)
    return posterior


def _fitted(law: FloatArray, likelihood: FloatArray, weights: FloatArray) -> FloatArray:
    """Law of the shares by EM; shares that have died out are left out of the later rounds."""
    alive = np.flatnonzero(law)
    for _ in range(N_BLOCKS):
        alive = alive[law[alive] > DEAD]
        part, there = np.ascontiguousarray(likelihood[:, alive]), law[alive]
        for _ in range(N_ROUNDS):
            there = there * ((weights / (part @ there)) @ part)
        law = np.zeros_like(law)
        law[alive] = there
    return law
