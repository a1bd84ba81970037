"""The shares of reads that a taxon can have in the one of two samples, and what a read of it brings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from klbio.distributions import FloatArray
from klbio.divergences import kernels
from klbio.estimates.pair_terms import terms_of

__all__ = ["N_SHARES", "ShareGrid", "observed_terms"]

LN2 = float(np.log(2))
STEP, SPAN = 0.2, 9.0  # of the grid, in log odds: as fine as 30 + 30 reads of a taxon tell its share
# the ends stand for the shares 0 and 1
LOG_ODDS = np.concatenate([[-SPAN], np.arange(-SPAN, SPAN + STEP / 2, STEP), [SPAN]])
N_SHARES = len(LOG_ODDS)
MANY = 60  # reads in all, at equal depths: the taxon speaks for itself, and the jackknife suffices


def observed_terms(p: FloatArray, q: FloatArray) -> FloatArray:
    """Terms of the Jensen-Shannon divergence, in bits."""
    terms: FloatArray = kernels.jensen_shannon_terms(p, q) / LN2
    return terms


@dataclass(frozen=True)
class ShareGrid:
    """The grid of shares for samples of depths n and m, and what one read of a taxon with a share brings.

    Attributes
    ----------
    n, m : float
        Reads after and before.
    """

    n: float
    m: float

    @cached_property
    def u(self) -> FloatArray:
        """Shares, evenly spaced in log odds around that of a taxon that has not changed, with 0 and 1."""
        odds = self.n / self.m * np.exp(LOG_ODDS[1:-1])
        return np.concatenate([[0.0], odds / (1 + odds), [1.0]])

    @cached_property
    def logarithms(self) -> FloatArray:
        """Of the shares after and before, shape (2, n_shares); of 0, that of the least number."""
        logarithms: FloatArray = np.log(np.maximum([self.u, 1 - self.u], np.finfo(float).tiny))
        return logarithms

    @property
    def start(self) -> FloatArray:
        """Law to start from: half have not changed, and a fold change is the rarer, the larger it is."""
        weights = np.exp(-np.abs(LOG_ODDS))
        law: FloatArray = (weights / weights.sum() + self.unchanged) / 2
        return law

    @property
    def unchanged(self) -> FloatArray:
        """Law of taxa of which none has changed."""
        law: FloatArray = np.arange(N_SHARES) == N_SHARES // 2
        return law.astype(float)

    @property
    def many(self) -> float:
        """Reads in all from which a taxon speaks for itself: the shallower side has 30 where nothing changed."""
        return MANY * (self.n + self.m) / (2 * min(self.n, self.m))

    @cached_property
    def sides(self) -> tuple[FloatArray, FloatArray]:
        """Proportions after and before that one read of a taxon stands for."""
        return self.u / self.n, (1 - self.u) / self.m

    @cached_property
    def term(self) -> FloatArray:
        """Bits per read."""
        return terms_of(*self.sides)

    def variance(self, reads: FloatArray) -> float:
        """First-order variance of the divergence, given the reads at each share."""
        p, q = self.sides
        after, before = (_slope(side, (p + q) / 2) for side in (p, q))
        return _spread(reads * p, after) / self.n + _spread(reads * q, before) / self.m


def _slope(side: FloatArray, middle: FloatArray) -> FloatArray:
    """How the divergence grows with the proportion of a taxon: half its log ratio to the middle, in bits."""
    there = side > 0
    return np.log2(np.where(there, side / middle, 1.0)) / 2


def _spread(weights: FloatArray, slope: FloatArray) -> float:
    return max(float(weights @ slope**2 - (weights @ slope) ** 2), 0.0)
