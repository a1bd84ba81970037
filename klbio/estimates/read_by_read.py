r"""How a divergence estimated under laws of shares changes when one read is lost.

To first order a taxon brings its own term, :math:`t\,\pi \cdot g`, and its pull on the law of each class near
it, :math:`w_c\,\pi_c \cdot a_c`, where :math:`a_c = I_c^{-1} d_c` with the information :math:`I_c` and the slope
:math:`d_c` of the estimate for the logarithms of the law's weights.  The laws being held, each posterior without
the read is as it was, over the share.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.compiled import compiled
from klbio.distributions import FloatArray
from klbio.estimates.law_fitting import ALIVE, kernel, nearness
from klbio.estimates.share_grid import MANY
from klbio.estimates.share_laws import ShareLaws

__all__ = ["ReadByRead"]

HELD = 1.0  # of the pseudo-taxa that a law is drawn to: not all, for the law of all taxa moves too
RIDGE = 0.005  # information that logarithms of weights have beside the taxa: none may vary without bound


@dataclass(frozen=True)
class ReadByRead:
    """Sum of squared changes of an estimate by the loss of one read, about their mean on each side.

    Attributes
    ----------
    laws : ShareLaws
    """

    laws: ShareLaws

    @property
    def variance(self) -> float:
        """By Efron and Stein's inequality at least the estimate's; counts its second-order part twice."""
        variance = 0.0
        for side in (0, 1):
            weights, changes = self.laws.n_taxa * self.laws.pairs[side], self.leave_one_out(side)
            variance += float(weights @ changes**2 - (weights @ changes) ** 2 / weights.sum())
        return variance

    def leave_one_out(self, side: int) -> FloatArray:
        """Change of the estimate where a pair of counts loses a read on one side; 0 where it has none."""
        laws = self.laws
        own = laws.bits - (laws.reads - 1) * _without(laws.posterior, self._share(side), laws.grid.term)
        changes = np.where(self._drawn_to_law, own, laws.terms.lost[side]) + self._pulls[1][side]
        return np.where(laws.pairs[side] > 0, changes, 0.0)

    def _share(self, side: int) -> FloatArray:
        return 1 - self.laws.grid.u if side else self.laws.grid.u

    @cached_property
    def _drawn_to_law(self) -> NDArray[np.bool_]:
        """Pairs of counts that do not tell their share by themselves as finely as the grid has it."""
        information = self.laws.pairs.prod(axis=0) / np.maximum(self.laws.reads, 1.0)  # of the log odds
        drawn: NDArray[np.bool_] = self.laws.few & (information < MANY / 4)
        return drawn

    @cached_property
    def _pulls(self) -> tuple[FloatArray, FloatArray]:
        """Pull of each share of a class on the estimate, shape (n_classes, n_shares), and what a read takes of it.

        The latter for each pair of counts and side, shape (2, n_pairs).
        """
        laws = self.laws
        taxa = _Taxa(laws.n_taxa, laws.reads, laws.bits, laws.chance, laws.likelihood)
        shares = _Shares(laws.grid.term, self._share(0), self._share(1))
        return _pulls(taxa, laws.of_class, laws.position, self._drawn_to_law, shares)


class _Taxa(NamedTuple):
    """Pairs of counts: how many taxa have them, their reads, expected bits and chance, and the shares' likelihood."""

    n_taxa: FloatArray
    reads: FloatArray
    bits: FloatArray
    chance: FloatArray
    likelihood: FloatArray


class _Class(NamedTuple):
    """A law, how much each pair of counts weighs on it, and how many taxa with few reads it is the law of."""

    law: FloatArray
    kernel: FloatArray
    needed: FloatArray


class _Shares(NamedTuple):
    """Bits per read of each share, and the share itself after and before."""

    term: FloatArray
    after: FloatArray
    before: FloatArray


@compiled
def _pulls(
    taxa: _Taxa, of_class: FloatArray, position: FloatArray, drawn: NDArray[np.bool_], shares: _Shares
) -> tuple[FloatArray, FloatArray]:
    """Pulls of all classes, and what a read of either side takes of them."""
    by_share, lost = np.zeros_like(of_class), np.zeros((2, len(position)))
    for k in range(len(of_class)):
        needed = nearness(position, k) * drawn * taxa.n_taxa
        if needed.any():
            by_share[k] = _add_pull(
                taxa, _Class(of_class[k], kernel(position, k) * drawn, needed), shares, lost
            )
    return by_share, lost


@compiled
def _add_pull(taxa: _Taxa, of: _Class, shares: _Shares, lost: FloatArray) -> FloatArray:
    """Give the pull of each share on one law, and add what a read takes of it."""
    near, alive = np.flatnonzero(of.kernel > 0), np.flatnonzero(of.law > ALIVE)
    law, term = of.law[alive], shares.term[alive]
    posterior, weighted = np.empty((near.size, law.size)), np.empty((near.size, law.size))
    slope, pulls, by_share = np.zeros(law.size), np.empty(law.size), np.zeros(of.law.size)
    for i in range(near.size):
        j = near[i]
        likelihood = taxa.likelihood[j][alive]
        posterior[i] = likelihood * law / (likelihood * law).sum()
        weighted[i] = taxa.n_taxa[j] * of.kernel[j] * (posterior[i] - law)
        slope += of.needed[j] / taxa.chance[j] * likelihood * (term * taxa.reads[j] - taxa.bits[j])
    information = weighted.T @ (posterior - law)
    information += HELD * (np.diag(law) - np.outer(law, law)) + RIDGE * np.eye(law.size)
    pulls[:] = np.linalg.solve(information, law * slope)
    for side, share in enumerate((shares.after, shares.before)):
        lost[side, near] += of.kernel[near] * (posterior @ pulls - _without(posterior, share[alive], pulls))
    by_share[alive] = pulls
    return by_share


@compiled
def _without(posterior: FloatArray, share: FloatArray, column: FloatArray) -> FloatArray:
    """Mean of a column under each posterior without a read of this share; 0 where no share could have given it."""
    inverse = np.zeros(share.size)
    for k in range(share.size):
        if share[k] > 0:
            inverse[k] = 1 / share[k]
    mass, total = posterior @ inverse, posterior @ (column * inverse)
    mean = np.zeros(mass.size)
    for i in range(mass.size):
        if mass[i] > 0:
            mean[i] = total[i] / mass[i]
    return mean
