r"""How the shares of reads are distributed over taxa: one law for each class of abundance, in compiled loops.

Taxa that are rare need not have changed as the common ones have.  Given that a taxon has `t` reads in both
samples together, those of the one are binomial with its share *whatever t is*: so the law of the shares may
depend on `t`, and nothing is lost.  A law is found at each of a few numbers of reads, from the taxa with about
as many, by maximum likelihood without a form given to it; a few pseudo-taxa drawn from the law of all taxa
stand in where there are hardly any.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from klbio.compiled import compiled
from klbio.distributions import FloatArray
from klbio.estimates.alias_tables import Ints
from klbio.estimates.law_fitting import class_laws, common_law, likelihoods
from klbio.estimates.pair_terms import terms_of
from klbio.estimates.share_grid import LOG_ODDS, MANY, N_SHARES

__all__ = ["BEYOND", "ShareLaws", "different", "fitted_laws", "likely", "place", "summed"]

BEYOND = 2  # classes above the most reads that need a law: no common taxon weighs on a rare one's
LEAST = math.log(np.finfo(float).tiny)


class ShareLaws(NamedTuple):
    """Laws of the shares for the pairs of counts that the taxa of two samples have.

    Attributes
    ----------
    pairs : ndarray of shape (2, n_pairs)
        The different pairs of counts after and before; the first is 0 and 0.
    n_taxa : ndarray of shape (n_pairs,)
        How many taxa have them; 0 where no read was seen.
    reads, position : ndarray of shape (n_pairs,)
        Reads of each pair in all, and its place among the classes.
    many : float
        Reads from which a taxon speaks for itself; with fewer it is read in the light of the others.
    u, bits : ndarray of shape (n_shares,)
        The shares, and what a read of a taxon with each of them brings.
    likelihood : ndarray of shape (n_shares, n_pairs)
        Of each share for each pair of counts, over its largest.
    of_class : ndarray of shape (n_classes, n_shares)
        The law of each class: one for 1 read, one for each doubling, and some for the taxa with too many to need one.
    """

    pairs: FloatArray
    n_taxa: FloatArray
    reads: FloatArray
    position: FloatArray
    many: float
    u: FloatArray
    bits: FloatArray
    likelihood: FloatArray
    of_class: FloatArray


@compiled
def different(x: Ints, y: Ints) -> tuple[FloatArray, FloatArray, Ints]:
    """Different pairs of counts that taxa have, in order, how many taxa have each, and each pair as one number.

    The first is that of no reads, which no taxon has.
    """
    keys = x * (y.max() + 1) + y
    keys = np.sort(np.append(keys[keys > 0], 0))
    first = np.flatnonzero(np.append(np.array([True]), keys[1:] != keys[:-1]))
    n_taxa = np.diff(np.append(first, len(keys))).astype(np.float64)
    n_taxa[0] = 0.0
    found, pairs = keys[first], np.empty((2, len(first)))
    for i in range(len(found)):
        pairs[0, i], pairs[1, i] = found[i] // (y.max() + 1), found[i] % (y.max() + 1)
    return pairs, n_taxa, found


@compiled
def fitted_laws(pairs: FloatArray, n_taxa: FloatArray, n: float, m: float) -> ShareLaws:
    """Fit the laws to pairs of counts of samples of depths n and m."""
    many = MANY * (n + m) / (2 * min(n, m))
    n_classes = math.ceil(math.log2(many)) + BEYOND + 1
    odds = n / m * np.exp(LOG_ODDS)
    u = odds / (1 + odds)
    u[0], u[-1] = 0.0, 1.0
    reads = pairs.sum(axis=0)
    position = place(reads, n_classes)
    likelihood = likelihoods(pairs, logarithms(u))
    of_class = class_laws(likelihood, n_taxa, position, common_law(likelihood, n_taxa), n_classes)
    bits = terms_of(u / n, (1 - u) / m)
    return ShareLaws(pairs, n_taxa, reads, position, many, u, bits, likelihood, of_class)


@compiled
def place(reads: FloatArray, n_classes: int) -> FloatArray:
    """Place of taxa with so many reads among the classes."""
    found: FloatArray = np.minimum(np.log2(np.maximum(reads, 1.0)), n_classes - 1.0)
    return found


@compiled
def logarithms(u: FloatArray) -> FloatArray:
    """Of the shares after and before, shape (2, n_shares); of 0, that of the least number."""
    found = np.full((2, N_SHARES), LEAST)
    for k in range(N_SHARES):
        if u[k] > 0.0:
            found[0, k] = math.log(u[k])
        if u[k] < 1.0:
            found[1, k] = math.log(1 - u[k])
    return found


@compiled
def likely(laws: ShareLaws) -> tuple[Ints, FloatArray]:
    """Shares that have not died out, and the chance of each together with each pair of counts, one row a share.

    The law of a pair is between those of the two classes nearest to it.
    """
    shares = np.flatnonzero(laws.of_class.sum(axis=0))
    below = np.minimum(laws.position.astype(np.int64), len(laws.of_class) - 2)
    above = laws.position - below
    joint = np.empty((len(shares), len(below)))
    for k in range(len(shares)):
        law, row, likelihood = laws.of_class[:, shares[k]].copy(), joint[k], laws.likelihood[shares[k]]
        for i in range(len(below)):
            row[i] = likelihood[i] * ((1 - above[i]) * law[below[i]] + above[i] * law[below[i] + 1])
    return shares, joint


@compiled
def summed(joint: FloatArray, weights: FloatArray) -> FloatArray:
    """Sums over the shares of each pair of counts, each share weighted; a row for each row of weights."""
    found = np.zeros((len(weights), joint.shape[1]))
    for k in range(len(joint)):
        row = joint[k]
        for c in range(len(weights)):
            weight, total = weights[c, k], found[c]
            for i in range(len(row)):
                total[i] += weight * row[i]
    return found
