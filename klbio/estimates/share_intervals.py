"""The divergence of two samples with all that widens its interval: one compiled call that leaves other threads free."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from klbio.compiled import compiled
from klbio.distributions import FloatArray
from klbio.estimates.alias_tables import Ints
from klbio.estimates.identification import gap
from klbio.estimates.pair_terms import pair_terms
from klbio.estimates.rarest_taxa import carried_on
from klbio.estimates.read_by_read import Posterior, by_read, inverses
from klbio.estimates.share_laws import ShareLaws, different, fitted_laws, likely, summed

__all__ = ["Measured", "measured"]


class Measured(NamedTuple):
    """What two samples tell of their divergence, in bits.

    Attributes
    ----------
    plugin, value, variance : float
        As observed, corrected, and the variance from the reads.
    less, more : float
        By how much less and more it may be, for all that reads tell.
    n_few : float
        Taxa that are read in the light of the others.
    terms, term_values, term_variances : ndarray of shape (n_categories,)
    """

    plugin: float
    value: float
    variance: float
    less: float
    more: float
    n_few: float
    terms: FloatArray
    term_values: FloatArray
    term_variances: FloatArray


@compiled
def measured(x: Ints, y: Ints) -> Measured:
    """Estimate the divergence of two samples, as `klbio.estimates.jensen_shannon_estimate` explains it."""
    n, m = float(x.sum()), float(y.sum())
    pairs, n_taxa, keys = different(x, y)
    laws, terms = fitted_laws(pairs, n_taxa, n, m), pair_terms(pairs, n, m)
    shares, joint = likely(laws)
    posterior = posterior_of(laws, shares, joint)
    few = laws.reads < laws.many
    carried = np.where(few, posterior.bits * (carried_on(laws) - 1), 0.0)
    values = np.where(few, posterior.bits + carried, terms.corrected)
    variances = terms.variance + 2 * (terms.observed - values) ** 2
    first_order = spread(laws, reads_at(laws, shares, joint, posterior.chance), n, m)
    variance = (first_order + by_read(laws, posterior, terms.lost)) / 2
    less, more = gap(laws, 1 / min(n, m))
    further = (n_taxa * carried).sum()
    which = np.searchsorted(keys, x * (y.max() + 1) + y)
    return Measured(
        max((n_taxa * terms.observed).sum(), 0.0), (n_taxa * values).sum(), max(variance, 0.0),
        less + max(further, 0.0), more + max(-further, 0.0),
        (n_taxa * few).sum(), terms.observed[which], values[which], variances[which],
    )  # fmt: skip


@compiled
def posterior_of(laws: ShareLaws, shares: Ints, joint: FloatArray) -> Posterior:
    """What the laws say of each pair of counts, and of those with a read less."""
    bits, inverse = laws.bits[shares], inverses(laws.u[shares])
    columns = np.stack(
        (np.ones(len(bits)), bits, inverse[0], inverse[0] * bits, inverse[1], inverse[1] * bits)
    )
    sums, without = summed(joint, columns), np.zeros_like(laws.pairs)
    for side in range(2):
        for i in range(len(laws.reads)):
            if sums[2 + 2 * side, i] > 0:
                without[side, i] = sums[3 + 2 * side, i] / sums[2 + 2 * side, i]
    return Posterior(sums[0], laws.reads * sums[1] / sums[0], without)


@compiled
def reads_at(laws: ShareLaws, shares: Ints, joint: FloatArray, chance: FloatArray) -> FloatArray:
    """Reads of all taxa at each share, as far as the laws tell."""
    weights, found = laws.n_taxa * laws.reads / chance, np.zeros(len(laws.u))
    found[shares] = joint @ weights
    return found


@compiled
def spread(laws: ShareLaws, reads: FloatArray, n: float, m: float) -> float:
    """First-order variance of the divergence, given the reads at each share."""
    variance = 0.0
    for depth, own, other in ((n, laws.u / n, (1 - laws.u) / m), (m, (1 - laws.u) / m, laws.u / n)):
        mean = square = 0.0
        for k in range(len(reads)):
            if own[k] > 0:
                slope = math.log2(2 * own[k] / (own[k] + other[k])) / 2  # half the log ratio to the middle
                mean += reads[k] * own[k] * slope
                square += reads[k] * own[k] * slope**2
        variance += max(square - mean**2, 0.0) / depth
    return variance
