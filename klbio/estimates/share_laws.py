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

from klbio.distributions import FloatArray
from klbio.estimates.law_fitting import class_laws, common_law, interpolated, likelihoods
from klbio.estimates.pair_terms import PairTerms, pair_terms
from klbio.estimates.share_grid import ShareGrid

__all__ = ["BEYOND", "ShareLaws"]

BEYOND = 2  # classes above the most reads that need a law: no common taxon weighs on a rare one's


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
    def terms(self) -> PairTerms:
        """Terms of the divergence, as each pair of counts has them by itself."""
        return pair_terms(self.pairs, self.grid.n, self.grid.m)

    @cached_property
    def likelihood(self) -> FloatArray:
        """Of each share for each pair of counts, over its largest; shape (n_pairs, n_shares)."""
        return np.ascontiguousarray(self._by_share.T)

    @cached_property
    def _by_share(self) -> FloatArray:
        return likelihoods(self.pairs, self.grid.logarithms)

    @cached_property
    def n_classes(self) -> int:
        """One for 1 read, one for each doubling, and some for the taxa with too many to need one."""
        return int(np.ceil(np.log2(self.grid.many))) + BEYOND + 1

    @cached_property
    def position(self) -> FloatArray:
        """Place of each pair of counts among the classes."""
        return self._position(self.reads)

    @cached_property
    def common(self) -> FloatArray:
        """The law of all taxa."""
        return common_law(self._by_share, self.n_taxa)

    @cached_property
    def of_class(self) -> FloatArray:
        """The law of each class, shape (n_classes, n_shares)."""
        return class_laws(self._by_share, self.n_taxa, self.position, self.common, self.n_classes)

    def of(self, reads: FloatArray) -> FloatArray:
        """The law of taxa with so many reads, between those of the two nearest classes; one row each."""
        return interpolated(self.of_class, self._position(reads))

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
