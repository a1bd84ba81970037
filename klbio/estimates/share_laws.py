r"""How the shares of reads are distributed over taxa: one law for each class of abundance.

Taxa that are rare need not have changed as the common ones have.  Given that a taxon has `t` reads in both
samples together, those of the one are binomial with its share *whatever t is*: so the law of the shares may
depend on `t`, and nothing is lost.  A law is found at each of a few numbers of reads, from the taxa with about
as many, by maximum likelihood without a form given to it; a few pseudo-taxa drawn from the law of all taxa
stand in where there are hardly any.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from klbio.compiled import compiled
from klbio.distributions import FloatArray
from klbio.estimates.share_grid import ShareGrid

__all__ = ["ALIVE", "ShareLaws", "fitted"]

REACH = 1.85  # of a class, in doublings of reads: the biweight kernel has then a standard deviation of 0.7
BEYOND = 2  # classes above the most reads that need a law: no common taxon weighs on a rare one's
SHRINKAGE = 3.0  # pseudo-taxa from the law of all
UNCHANGED = (
    10.0  # pseudo-taxa that have not changed, in the law of all: what cannot be told from 0 is put there
)
N_BLOCKS, N_COMMON, N_CLASS = (
    4,
    30,
    15,
)  # of EM, and its rounds in each; more change the estimate by less than
# a tenth of its standard error
TINY = 1e-60  # in place of 0: no sum of products leaves the range in which machines are quick
ALIVE = 1e-9  # probability of a share below which it is left out of the later rounds


@dataclass(frozen=True)
class ShareLaws:
    """Laws of the shares for the pairs of counts that the taxa of two samples have.

    Attributes
    ----------
    pairs : ndarray of shape (2, n_pairs)
        The different pairs of counts after and before.
    n_taxa : ndarray of shape (n_pairs,)
        How many taxa have them; 0 where no read was seen.
    grid : ShareGrid
    """

    pairs: FloatArray
    n_taxa: FloatArray
    grid: ShareGrid

    @cached_property
    def reads(self) -> FloatArray:
        """Reads of each pair of counts, in all."""
        total: FloatArray = self.pairs.sum(axis=0)
        return total

    @cached_property
    def few(self) -> NDArray[np.bool_]:
        """Pairs of counts that are read in the light of the others."""
        few: NDArray[np.bool_] = self.reads < self.grid.many
        return few

    @cached_property
    def likelihood(self) -> FloatArray:
        """Of each share for each pair of counts, over its largest; shape (n_pairs, n_shares)."""
        likelihood = self.pairs.T @ self.grid.logarithms
        relative: FloatArray = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
        return np.maximum(relative, TINY)

    @cached_property
    def n_classes(self) -> int:
        """One for 1 read, one for each doubling, and some for the taxa with too many to need one."""
        return int(np.ceil(np.log2(self.grid.many))) + BEYOND + 1

    @cached_property
    def kernels(self) -> FloatArray:
        """How much a pair of counts weighs on the law of a class, shape (n_classes, n_pairs)."""
        distance = (self._position(self.reads) - np.arange(self.n_classes)[:, None]) / REACH
        weights: FloatArray = np.maximum(1 - distance**2, 0.0) ** 2
        return weights

    @cached_property
    def common(self) -> FloatArray:
        """The law of all taxa."""
        grid = self.grid
        return fitted(self.likelihood, self.n_taxa, grid.start, UNCHANGED * grid.unchanged, N_COMMON)

    @cached_property
    def of_class(self) -> FloatArray:
        """The law of each class, shape (n_classes, n_shares)."""
        common = self.common
        return np.array([
            fitted(self.likelihood, self.n_taxa * kernel, common, SHRINKAGE * common, N_CLASS)
            for kernel in self.kernels
        ])  # fmt: skip

    def of(self, reads: FloatArray) -> FloatArray:
        """The law of taxa with so many reads, between those of the two nearest classes; one row each."""
        position = self._position(reads)
        below = np.minimum(position.astype(int), self.n_classes - 2)
        above = (position - below)[:, None]
        law: FloatArray = (1 - above) * self.of_class[below] + above * self.of_class[below + 1]
        return law

    def nearness(self, k: int) -> FloatArray:
        """What part of the law of each pair of counts is that of class k."""
        nearness: FloatArray = np.maximum(1 - np.abs(self._position(self.reads) - k), 0.0)
        return nearness

    @cached_property
    def joint(self) -> FloatArray:
        """Probability of each share together with each pair of counts, shape (n_pairs, n_shares)."""
        joint: FloatArray = self.likelihood * self.of(self.reads)
        return joint

    @cached_property
    def chance(self) -> FloatArray:
        """Of each pair of counts, relative as the likelihood is."""
        chance: FloatArray = self.joint.sum(axis=1)
        return chance

    @cached_property
    def posterior(self) -> FloatArray:
        """Probability of each share for each pair of counts, shape (n_pairs, n_shares)."""
        posterior: FloatArray = self.joint / self.chance[:, None]
        return posterior

    @cached_property
    def bits(self) -> FloatArray:
        """Expected term of each pair of counts."""
        bits: FloatArray = self.posterior @ self.grid.term * self.reads
        return bits

    def _position(self, reads: FloatArray) -> FloatArray:
        """Place among the classes."""
        position: FloatArray = np.minimum(np.log2(np.maximum(reads, 1.0)), self.n_classes - 1.0)
        return position


@compiled
def fitted(
    likelihood: FloatArray, weights: FloatArray, start: FloatArray, prior: FloatArray, n_rounds: int
) -> FloatArray:
    """Most likely law of the shares by EM; shares that have died out are left out of the later rounds.

    Parameters
    ----------
    likelihood : ndarray of shape (n_pairs, n_shares)
    weights : ndarray of shape (n_pairs,)
        Taxa of each pair of counts.
    start : ndarray of shape (n_shares,)
        Law to start from.
    prior : ndarray of shape (n_shares,)
        Pseudo-taxa at each share.
    n_rounds : int
        Of each block.
    """
    rows, law = np.flatnonzero(weights > 0), start.copy()
    for _ in range(N_BLOCKS):
        alive = np.flatnonzero((law > ALIVE) | (prior > ALIVE))
        part = np.empty((rows.size, alive.size))
        for i in range(rows.size):
            for k in range(alive.size):
                part[i, k] = likelihood[rows[i], alive[k]]
        there = _rounds(part, weights[rows], law[alive], prior[alive], n_rounds)
        law = np.zeros_like(start)
        law[alive] = there
    law /= law.sum()
    return law


@compiled
def _rounds(
    part: FloatArray, weights: FloatArray, start: FloatArray, prior: FloatArray, n_rounds: int
) -> FloatArray:
    """Rounds of EM, each half as far again; sums run in eight strands, which the machine adds side by side."""
    n_rows, n_shares = part.shape
    law, total = start.copy(), weights.sum() + prior.sum()
    law /= law.sum()
    for _ in range(n_rounds if total > 0 else 0):
        expected = np.zeros(n_shares)
        for i in range(n_rows):
            a = b = c = d = e = f = g = h = 0.0
            whole = n_shares - n_shares % 8
            for k in range(0, whole, 8):
                a += part[i, k] * law[k]
                b += part[i, k + 1] * law[k + 1]
                c += part[i, k + 2] * law[k + 2]
                d += part[i, k + 3] * law[k + 3]
                e += part[i, k + 4] * law[k + 4]
                f += part[i, k + 5] * law[k + 5]
                g += part[i, k + 6] * law[k + 6]
                h += part[i, k + 7] * law[k + 7]
            chance = ((a + e) + (b + f)) + ((c + g) + (d + h))
            for k in range(whole, n_shares):
                chance += part[i, k] * law[k]
            weight = weights[i] / chance
            for k in range(n_shares):
                expected[k] += weight * part[i, k]
        for k in range(n_shares):
            ratio = (expected[k] + prior[k] / law[k]) / total
            law[k] = max(law[k] * ratio * np.sqrt(ratio), TINY)
        law /= law.sum()
    return law
