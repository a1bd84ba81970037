r"""The divergence of two communities from two shallow samples: empirical Bayes over the shares of reads.

Given that a taxon has `t` reads in both samples together, those of the one sample are a binomial
draw with the share `u`.  A divergence needs nothing but these shares, and all taxa together tell
how shares are distributed.  So a taxon with three reads is read in the light of the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.divergences import kernels
from klbio.estimates.jackknife import Estimate, jackknife

__all__ = ["Point", "jensen_shannon_estimate", "jensen_shannon_point"]

LN2 = float(np.log(2))
STEP, SPAN = 0.2, 9.0  # of the grid, in log odds: as fine as 30 + 30 reads of a taxon tell its share
# the ends stand for the shares 0 and 1
LOG_ODDS = np.concatenate([[-SPAN], np.arange(-SPAN, SPAN + STEP / 2, STEP), [SPAN]])
N_BLOCKS, N_ROUNDS = 5, 40  # of EM; more change the estimate by less than a tenth of its standard error
DEAD = 1e-9  # probability of a share below which it is left out of the later rounds
MANY = 60  # reads in all: the taxon speaks for itself, and the jackknife suffices
# part of the correction that is added to the interval: this over the root of the taxa with few reads, and the most
DISTRUST, MAX_DISTRUST = 0.7, 0.25
RIDGE = 0.005  # information that logarithms of weights have beside the taxa: none may vary without bound


def jensen_shannon_estimate(x: FloatArray, y: FloatArray) -> Estimate:
    r"""Jensen-Shannon divergence in bits of the communities that two samples were drawn from.

    With :math:`x_k \sim \mathrm{Poisson}(n p_k)`, :math:`y_k \sim \mathrm{Poisson}(m q_k)`,
    :math:`t_k = x_k + y_k` and the share :math:`u_k = n p_k / (n p_k + m q_k)`,

    .. math::
        \mathrm{JSD}(p, q) = \sum_k E[t_k]\, g(u_k), \qquad
        g(u) = \tfrac{u}{2n} \log_2 \frac{2u/n}{u/n + v/m} + \tfrac{v}{2m} \log_2 \frac{2v/m}{u/n + v/m},
        \qquad v = 1 - u

    because a term is homogeneous of degree one in :math:`(p_k, q_k)`.  And :math:`x_k \mid t_k` is
    binomial in :math:`u_k`: the distribution G of the shares over taxa is found by maximum likelihood, without
    a form given to it [1]_ [2]_, and the estimate is

    .. math:: \hat\theta = \sum_k t_k\, E_G[\, g(u) \mid x_k, t_k \,].

    Taxa with 60 reads or more in all keep their jackknife term.  (In all, not on each side: to ask for many on
    both sides would select the taxa that happen to look unchanged.)

    The variance is the mean of two.  One is the first-order variance under the fitted shares; it lacks what
    noise alone adds.  The other sums the squared changes of the estimate when one read is lost, the distribution of
    the shares moving with it; by Efron and Stein's inequality it is too large, and counts the second-order
    part twice [3]_.  Their mean counts it once.

    Parameters
    ----------
    x, y : ndarray of shape ([n_groups,] n_categories)
        Counts after and before, two reads or more on each side; categories seen on neither are allowed.
        Where they come in groups of whole reads, the jackknife over groups estimates instead.

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
    .. [3] Efron B, Stein C (1981) The jackknife estimate of variance. Ann Stat 9:586-596.
       doi:10.1214/aos/1176345462

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
    if x.ndim > 1:
        return deleted
    values, mixture = _corrected(x, y, deleted)
    return replace(
        deleted,
        value=float(values.sum()),
        variance=mixture.variance,
        term_values=values,
        distrust=mixture.distrust,
    )


class Point(NamedTuple):
    """A divergence in bits as observed, and corrected for bias."""

    plugin: float
    value: float


def jensen_shannon_point(x: FloatArray, y: FloatArray) -> Point:
    """Estimate what `jensen_shannon_estimate` does, without an interval: in a third of the time.

    >>> x, y = np.array([60.0, 40.0]), np.array([40.0, 60.0])
    >>> jensen_shannon_point(x, y).value == jensen_shannon_estimate(x, y).value
    True
    """
    deleted = jackknife(x, y, _terms)
    values, _ = _corrected(x, y, deleted)
    return Point(deleted.plugin, float(values.sum()))


def _corrected(x: FloatArray, y: FloatArray, deleted: Estimate) -> tuple[FloatArray, _Mixture]:
    """Terms corrected for bias, those of few reads by the distribution of the shares, fitted."""
    different, which, n_taxa = np.unique(x + 1j * y, return_inverse=True, return_counts=True)
    pairs = np.stack([different.real, different.imag])
    mixture = _Mixture(pairs, n_taxa * (pairs.sum(axis=0) > 0), _Shares(x.sum(), y.sum()))
    return np.where(x + y >= MANY, deleted.term_values, mixture.bits[which]), mixture


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
        """Distribution to start from: a fold change is the rarer, the larger it is."""
        weights = np.exp(-np.abs(LOG_ODDS))
        distribution: FloatArray = weights / weights.sum()
        return distribution

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


@dataclass(frozen=True)
class _Mixture:
    """The taxa of two samples, whose shares of reads come from one distribution, fitted to them.

    Attributes
    ----------
    pairs : ndarray of shape (2, n_pairs)
        The different pairs of counts after and before.
    n_taxa : ndarray of shape (n_pairs,)
        How many taxa have them; 0 where no read was seen.
    shares : _Shares
    """

    pairs: FloatArray
    n_taxa: FloatArray
    shares: _Shares

    @cached_property
    def reads(self) -> FloatArray:
        """Reads of each pair of counts, in all."""
        total: FloatArray = self.pairs.sum(axis=0)
        return total

    @cached_property
    def few(self) -> NDArray[np.bool_]:
        """Pairs of counts that are read in the light of the others."""
        few: NDArray[np.bool_] = self.reads < MANY
        return few

    @cached_property
    def posterior(self) -> FloatArray:
        """Probability of each share for each pair of counts, shape (n_pairs, n_shares)."""
        u = self.shares.u
        log_shares = np.log(np.maximum([u, 1 - u], np.finfo(float).tiny))
        likelihood = self.pairs.T @ log_shares
        likelihood = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
        joint = likelihood * self._fitted(likelihood)
        posterior: FloatArray = joint / joint.sum(axis=1, keepdims=True)
        return posterior

    def _fitted(self, likelihood: FloatArray) -> FloatArray:
        """Distribution of the shares by EM; shares that have died out are left out of the later rounds."""
        weights, distribution = self.n_taxa / self.n_taxa.sum(), self.shares.start
        alive = np.flatnonzero(distribution)
        for _ in range(N_BLOCKS):
            alive = alive[distribution[alive] > DEAD]
            part, there = np.ascontiguousarray(likelihood[:, alive]), distribution[alive]
            for _ in range(N_ROUNDS):
                there = there * ((weights / (part @ there)) @ part)
            distribution = np.zeros_like(distribution)
            distribution[alive] = there
        return distribution

    @cached_property
    def bits(self) -> FloatArray:
        """Expected term of each pair of counts."""
        bits: FloatArray = self.posterior @ self.shares.term * self.reads
        return bits

    @property
    def variance(self) -> float:
        """Mean of what is too small and what is too large."""
        first_order = self.shares.variance((self.n_taxa * self.reads) @ self.posterior)
        return (first_order + self._read_by_read()) / 2

    @property
    def distrust(self) -> float:
        """Part of the correction that is added to the interval."""
        n_few = self.n_taxa[self.few].sum()
        return float(min(DISTRUST / np.sqrt(max(n_few, 1)), MAX_DISTRUST))

    def _read_by_read(self) -> float:
        r"""Sum of squared changes of the estimate by the loss of one read, about their mean on each side.

        To first order a taxon with posterior :math:`\pi` brings :math:`t\,\pi \cdot g + \pi \cdot a`: its own
        term, and its pull on the distribution of the shares, :math:`a = (I + r)^{-1} d` with the information I
        and the slope d of the estimate for the logarithms of the distribution's weights.
        """
        total = 0.0
        for side in (0, 1):
            weights, changes = self.n_taxa * self.pairs[side], self._leave_one_out(side)
            total += float(weights @ changes**2 - (weights @ changes) ** 2 / weights.sum())
        return total

    def _leave_one_out(self, side: int) -> FloatArray:
        """Change of the estimate where a pair of counts loses a read on one side."""
        share = 1 - self.shares.u if side else self.shares.u
        columns = np.stack([np.ones_like(share), self.shares.term, self._pull], axis=1)
        # the posterior without the read is as it was, over the share
        mass, term, pulled = (self.posterior @ (columns / np.where(share > 0, share, np.inf)[:, None])).T
        there = self.pairs[side] > 0
        mass = np.where(there, mass, 1.0)
        fewer = np.maximum(self.pairs - np.eye(2)[:, [side]], 0.0)
        own_fewer = np.where(self.few, (self.reads - 1) * term / mass, self._observed(fewer))
        return np.where(there, self._own - own_fewer + self.posterior @ self._pull - pulled / mass, 0.0)

    @cached_property
    def _own(self) -> FloatArray:
        """Each pair's own term."""
        return np.where(
            self.few, self.reads * (self.posterior @ self.shares.term), self._observed(self.pairs)
        )

    def _observed(self, pairs: FloatArray) -> FloatArray:
        return _terms(*pairs / np.array([[self.shares.n], [self.shares.m]]))

    @cached_property
    def _pull(self) -> FloatArray:
        """What a taxon's posterior adds to the estimate through the distribution of the shares, shape (n_shares,)."""
        posterior, term, n_taxa = self.posterior, self.shares.term, self.n_taxa
        reads = np.where(self.few, self.reads, 0.0)
        slope = (n_taxa * reads) @ (posterior * (term - (posterior @ term)[:, None]))
        centred = posterior - n_taxa @ posterior / n_taxa.sum()
        information = (n_taxa[:, None] * centred).T @ centred
        pull: FloatArray = np.linalg.solve(information + RIDGE * np.eye(len(term)), slope)
        return pull
