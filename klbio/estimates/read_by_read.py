r"""How a divergence estimated under laws of shares changes when one read is lost, in compiled loops.

To first order a taxon brings its own term, :math:`t\,\pi \cdot g`, and its pull on the law of each class near
it, :math:`w_c\,\pi_c \cdot a_c`, where :math:`a_c = I_c^{-1} d_c` with the information :math:`I_c` and the slope
:math:`d_c` of the estimate for the logarithms of the law's weights.  The laws being held, each posterior without
the read is as it was, over the share.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.compiled import compiled
from klbio.distributions import FloatArray
from klbio.estimates.law_fitting import ALIVE, kernel, nearness
from klbio.estimates.share_grid import MANY
from klbio.estimates.share_laws import ShareLaws, summed

__all__ = ["HELD", "RIDGE", "Posterior", "by_read", "drawn_to_law", "inverses"]

HELD = 1.0  # of the pseudo-taxa that a law is drawn to: not all, for the law of all taxa moves too
RIDGE = 0.005  # information that logarithms of weights have beside the taxa: none may vary without bound


class Posterior(NamedTuple):
    """What the laws say of each pair of counts.

    Attributes
    ----------
    chance, bits : ndarray of shape (n_pairs,)
        Of the pair, relative as the likelihood is; and the expected term.
    without : ndarray of shape (2, n_pairs)
        Expected bits a read where one read of either side is lost.
    """

    chance: FloatArray
    bits: FloatArray
    without: FloatArray


class _Class(NamedTuple):
    """A law, how much each pair of counts weighs on it, and how many taxa with few reads it is the law of."""

    law: FloatArray
    kernel: FloatArray
    needed: FloatArray


@compiled
def drawn_to_law(laws: ShareLaws) -> NDArray[np.bool_]:
    """Pairs of counts that do not tell their share by themselves as finely as the grid has it."""
    information = laws.pairs[0] * laws.pairs[1] / np.maximum(laws.reads, 1.0)  # of the log odds
    drawn: NDArray[np.bool_] = (laws.reads < laws.many) & (information < MANY / 4)
    return drawn


@compiled
def inverses(u: FloatArray) -> FloatArray:
    """One over each share, after and before; 0 for the share that could have given no read."""
    found = np.zeros((2, len(u)))
    for k in range(len(u)):
        if u[k] > 0:
            found[0, k] = 1 / u[k]
        if u[k] < 1:
            found[1, k] = 1 / (1 - u[k])
    return found


@compiled
def by_read(laws: ShareLaws, posterior: Posterior, lost: FloatArray) -> float:
    """Sum of squared changes of the estimate by the loss of one read, about their mean on each side.

    By Efron and Stein's inequality at least the estimate's variance; counts its second-order part twice.

    Parameters
    ----------
    lost : ndarray of shape (2, n_pairs)
        What a term by itself loses with a read of either side.
    """
    drawn, variance = drawn_to_law(laws), 0.0
    _, taken = pulls(laws, posterior, drawn)
    for side in range(2):
        total = first = second = 0.0
        for i in range(len(drawn)):
            weight = laws.n_taxa[i] * laws.pairs[side, i]
            own = posterior.bits[i] - (laws.reads[i] - 1) * posterior.without[side, i]
            change = (own if drawn[i] else lost[side, i]) + taken[side, i]
            total, first, second = total + weight, first + weight * change, second + weight * change**2
        variance += second - first**2 / total
    return variance


@compiled
def pulls(laws: ShareLaws, posterior: Posterior, drawn: NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
    """Pull of each share of a class on the estimate, shape (n_classes, n_shares), and what a read takes of it.

    The latter for each side and pair of counts, shape (2, n_pairs).
    """
    found, taken = np.zeros_like(laws.of_class), np.zeros_like(laws.pairs)
    for c in range(len(found)):
        needed = nearness(laws.position, c) * drawn * laws.n_taxa
        if needed.any():
            of = _Class(laws.of_class[c], kernel(laws.position, c) * drawn, needed)
            add_pull(laws, posterior, of, found[c], taken)
    return found, taken


@compiled
def add_pull(laws: ShareLaws, posterior: Posterior, of: _Class, found: FloatArray, taken: FloatArray) -> None:
    """Fill in the pull of each share on one law, and add what a read takes of it."""
    near, alive = np.flatnonzero(of.kernel > 0), np.flatnonzero(of.law > ALIVE)
    law, chance = of.law[alive], np.zeros(near.size)
    joint = np.empty((alive.size, near.size))
    for a in range(alive.size):
        row, likelihood, weight = joint[a], laws.likelihood[alive[a]], law[a]
        for j in range(near.size):
            row[j] = likelihood[near[j]] * weight
            chance[j] += row[j]
    needed = of.needed[near] / posterior.chance[near]
    terms, reads = (
        laws.bits[alive],
        joint @ np.stack((needed * laws.reads[near], needed * posterior.bits[near])).T,
    )
    beyond, weighted, weights = joint, np.empty_like(joint), laws.n_taxa[near] * of.kernel[near]
    for a in range(alive.size):
        row, heavy, least = beyond[a], weighted[a], law[a]
        for j in range(near.size):
            row[j] = row[j] / chance[j] - least
            heavy[j] = weights[j] * row[j]
    information = weighted @ beyond.T
    information += HELD * (np.diag(law) - np.outer(law, law)) + RIDGE * np.eye(law.size)
    found[alive] = np.linalg.solve(information, terms * reads[:, 0] - reads[:, 1])
    take(beyond + law.reshape(-1, 1), found[alive], inverses(laws.u[alive]), of.kernel, near, taken)


@compiled
def take(
    joint: FloatArray, pull: FloatArray, inverse: FloatArray, weight: FloatArray, near: NDArray[np.int64],
    taken: FloatArray,
) -> None:  # fmt: skip
    """Add what a read of either side takes of a pull, for the pairs of counts near the law."""
    sums = summed(joint, np.stack((pull, inverse[0], inverse[0] * pull, inverse[1], inverse[1] * pull)))
    for side in range(2):
        for j in range(near.size):
            mass, pulled = sums[1 + 2 * side, j], sums[2 + 2 * side, j]
            without = pulled / mass if mass > 0 else 0.0
            taken[side, near[j]] += weight[near[j]] * (sums[0, j] - without)
