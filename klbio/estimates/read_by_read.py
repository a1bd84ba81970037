r"""How a divergence estimated under laws of shares changes when one read is lost.

To first order a taxon brings its own term, :math:`t\,\pi \cdot g`, and its pull on the law of each class near
it, :math:`w_c\,\pi_c \cdot a_c`, where :math:`a_c = I_c^{-1} d_c` with the information :math:`I_c` and the slope
:math:`d_c` of the estimate for the logarithms of the law's weights.  The laws being held, each posterior without
the read is as it was, over the share.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.estimates.share_laws import ALIVE, ShareLaws

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
        laws, grid = self.laws, self.laws.grid
        posterior = _Posterior(laws.posterior, self._share(side), laws.pairs[side] > 0)
        fewer = np.maximum(laws.pairs - np.eye(2)[:, [side]], 0.0)
        expected = laws.bits - (laws.reads - 1) * posterior.without(grid.term)
        observed = grid.observed(laws.pairs) - grid.observed(fewer)
        changes = np.where(laws.few, expected, observed)
        for pull in self._pulls:
            changes[pull.near] += pull.leave_one_out(self._share(side), laws.pairs[side][pull.near] > 0)
        return np.where(laws.pairs[side] > 0, changes, 0.0)

    def _share(self, side: int) -> FloatArray:
        return 1 - self.laws.grid.u if side else self.laws.grid.u

    @cached_property
    def _pulls(self) -> list[_Pull]:
        return [self._pull(k) for k in range(self.laws.n_classes) if self._needed[k].any()]

    @cached_property
    def _needed(self) -> FloatArray:
        """Part of the law of each pair of counts with few reads that is that of each class."""
        laws = self.laws
        return np.array([laws.nearness(k) * laws.few * laws.n_taxa for k in range(laws.n_classes)])

    def _pull(self, k: int) -> _Pull:
        laws, kernel, needed = self.laws, self.laws.kernels[k], self._needed[k]
        alive = laws.of_class[k] > ALIVE
        law, near, read = laws.of_class[k][alive], kernel > 0, needed > 0
        joint = laws.likelihood[np.ix_(near, alive)] * law
        posterior = joint / joint.sum(axis=1, keepdims=True)
        centred = posterior - law
        information = ((laws.n_taxa * kernel)[near, None] * centred).T @ centred
        information += HELD * (np.diag(law) - np.outer(law, law)) + RIDGE * np.eye(len(law))
        slope = self._slope(read, needed[read], alive, law)
        return _Pull(near, kernel[near], alive, posterior, np.linalg.solve(information, slope))

    def _slope(
        self, read: NDArray[np.bool_], taxa: FloatArray, alive: NDArray[np.bool_], law: FloatArray
    ) -> FloatArray:
        """How the estimate grows with the logarithms of a law's weights."""
        laws = self.laws
        part = (taxa / laws.chance[read])[:, None] * laws.likelihood[np.ix_(read, alive)]
        slope: FloatArray = law * (laws.grid.term[alive] * (laws.reads[read] @ part) - laws.bits[read] @ part)
        return slope


@dataclass(frozen=True)
class _Posterior:
    """Posterior of pairs of counts, to lose a read on a side where they have one."""

    probability: FloatArray
    share: FloatArray
    there: NDArray[np.bool_]

    def without(self, column: FloatArray) -> FloatArray:
        """Mean of a column over the shares, without the read."""
        inverse = 1 / np.where(self.share > 0, self.share, np.inf)
        mass, sums = (self.probability @ np.stack([inverse, column * inverse], axis=1)).T
        mean: FloatArray = sums / np.where(self.there, mass, 1.0)
        return mean


@dataclass(frozen=True)
class _Pull:
    """What taxa near a class add to an estimate through its law."""

    near: NDArray[np.bool_]
    weight: FloatArray
    alive: NDArray[np.bool_]
    posterior: FloatArray
    by_share: FloatArray

    def leave_one_out(self, share: FloatArray, there: NDArray[np.bool_]) -> FloatArray:
        """Part of it that goes with a read."""
        posterior = _Posterior(self.posterior, share[self.alive], there)
        change = self.posterior @ self.by_share - posterior.without(self.by_share)
        return np.where(there, self.weight * change, 0.0)
