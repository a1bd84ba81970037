"""Laws of shares fitted to counts, in compiled loops over many pairs of counts side by side."""

from __future__ import annotations

import math

import numpy as np

from klbio.compiled import compiled, compiled_sums
from klbio.distributions import FloatArray
from klbio.estimates.share_grid import START, UNCHANGED

__all__ = [
    "ALIVE",
    "TINY",
    "class_laws",
    "common_law",
    "fitted",
    "interpolated",
    "kernel",
    "likelihoods",
    "nearness",
]

REACH = 1.85  # of a class, in doublings of reads: the biweight kernel has then a standard deviation of 0.7
SHRINKAGE = 3.0  # pseudo-taxa from the law of all
# pseudo-taxa that have not changed, in the law of all: what cannot be told from 0 is put there
N_UNCHANGED = 10.0
# rounds of EM; with more the estimate would be larger, by up to a third of its standard error
N_COMMON, N_CLASS = 120, 60
PRUNED = 10  # rounds after which the shares that have died out are left out
ALIVE = 1e-9  # probability of a share below which it has
TINY = 1e-60  # in place of 0: no sum of products leaves the range in which machines are quick
LEAST = math.log(TINY)
TERMS = np.array([1 / math.factorial(k) for k in range(11, -1, -1)])  # of the exponential's series
SIDE_BY_SIDE = 16  # pairs of counts: no machine adds more at once
SQUARINGS = 9  # the series is of a 512th of the exponent, at most 0.27


@compiled
def likelihoods(pairs: FloatArray, logarithms: FloatArray) -> FloatArray:
    """Of each share for each pair of counts, over its largest; shape (n_shares, n_pairs).

    Parameters
    ----------
    pairs : ndarray of shape (2, n_pairs)
    logarithms : ndarray of shape (2, n_shares)
        Of the shares after and before.
    """
    n_pairs, n_shares = pairs.shape[1], logarithms.shape[1]
    found, largest = np.empty((n_shares, n_pairs)), np.full(n_pairs, -np.inf)
    for k in range(n_shares):
        row, after, before = found[k], logarithms[0, k], logarithms[1, k]
        for i in range(n_pairs):
            row[i] = pairs[0, i] * after + pairs[1, i] * before
            largest[i] = max(largest[i], row[i])
    for k in range(n_shares):
        exponentiate(found[k], largest)
    return found


@compiled
def exponentiate(row: FloatArray, largest: FloatArray) -> None:
    """Exponentials of differences, TINY or more, to 12 digits: a short series, squared, has no call."""
    for i in range(len(row)):
        part = max(row[i] - largest[i], LEAST) / 2**SQUARINGS
        value = TERMS[0]
        for term in TERMS[1:]:
            value = value * part + term
        for _ in range(SQUARINGS):
            value *= value
        row[i] = max(value, TINY)


@compiled
def common_law(likelihood: FloatArray, n_taxa: FloatArray) -> FloatArray:
    """The law of all taxa."""
    return fitted(likelihood, n_taxa, START, N_UNCHANGED * UNCHANGED, N_COMMON)


@compiled
def class_laws(
    likelihood: FloatArray, n_taxa: FloatArray, position: FloatArray, common: FloatArray, n_classes: int
) -> FloatArray:
    """The law of each class, shape (n_classes, n_shares); `position` is the place of each pair of counts among them."""
    laws = np.empty((n_classes, len(common)))
    for c in range(n_classes):
        weights = n_taxa * kernel(position, c)
        laws[c] = fitted(likelihood, weights, common, SHRINKAGE * common, N_CLASS)
    return laws


@compiled
def kernel(position: FloatArray, c: int) -> FloatArray:
    """How much pairs of counts at these places weigh on the law of a class."""
    weights: FloatArray = np.maximum(1 - ((position - c) / REACH) ** 2, 0.0) ** 2
    return weights


@compiled
def nearness(position: FloatArray, c: int) -> FloatArray:
    """What part of their law is that of a class."""
    part: FloatArray = np.maximum(1 - np.abs(position - c), 0.0)
    return part


@compiled
def interpolated(laws: FloatArray, position: FloatArray) -> FloatArray:
    """Laws at places between those of classes, one row each."""
    found = np.empty((len(position), laws.shape[1]))
    for i in range(len(position)):
        below = min(int(position[i]), len(laws) - 2)
        above = position[i] - below
        for k in range(laws.shape[1]):
            found[i, k] = (1 - above) * laws[below, k] + above * laws[below + 1, k]
    return found


@compiled
def fitted(
    likelihood: FloatArray, weights: FloatArray, start: FloatArray, prior: FloatArray, n_rounds: int
) -> FloatArray:
    """Most likely law of the shares by EM; shares that have died out are left out of the later rounds.

    Parameters
    ----------
    likelihood : ndarray of shape (n_shares, n_pairs)
    weights : ndarray of shape (n_pairs,)
        Taxa of each pair of counts.
    start : ndarray of shape (n_shares,)
        Law to start from.
    prior : ndarray of shape (n_shares,)
        Pseudo-taxa at each share.
    n_rounds : int
    """
    columns, part = np.flatnonzero(weights > 0), np.empty((0, 0))
    law: FloatArray = start / start.sum()
    # filled up with pairs that no taxon has
    weight = np.zeros(-(-len(columns) // SIDE_BY_SIDE) * SIDE_BY_SIDE)
    weight[: len(columns)] = weights[columns]
    for done in range(0, n_rounds if weights.sum() + prior.sum() > 0 else 0, PRUNED):
        alive = np.flatnonzero((law > ALIVE) | (prior > ALIVE))
        if len(alive) != len(part):
            part = np.ones((len(alive), len(weight)))
            for k in range(len(alive)):
                row = likelihood[alive[k]]
                for i in range(len(columns)):
                    part[k, i] = row[columns[i]]
        there = rounds(part, weight, law[alive], prior[alive], min(PRUNED, n_rounds - done))
        law[:] = 0.0
        law[alive] = there
    return law


@compiled
def rounds(
    part: FloatArray, weights: FloatArray, start: FloatArray, prior: FloatArray, n_rounds: int
) -> FloatArray:
    """Rounds of EM, each half as far again."""
    law: FloatArray = start / start.sum()
    total = weights.sum() + prior.sum()
    of_pair, of_share = np.empty(len(weights)), np.empty(len(law))
    for _ in range(n_rounds):
        mix(part, law, of_pair)
        for i in range(len(weights)):
            of_pair[i] = weights[i] / of_pair[i]
        weigh(part, of_pair, of_share)
        for k in range(len(law)):
            ratio = (of_share[k] + prior[k] / law[k]) / total
            law[k] = max(law[k] * ratio * math.sqrt(ratio), TINY)
        law /= law.sum()
    return law


@compiled_sums
def mix(part: FloatArray, law: FloatArray, of_pair: FloatArray) -> None:
    """Chance of each pair of counts under a law; four shares at a time, for the memory's sake."""
    whole = len(law) - len(law) % 4
    of_pair[:] = 0.0
    for k in range(0, whole, 4):
        a, b, c, d = law[k], law[k + 1], law[k + 2], law[k + 3]
        p, q, r, s = part[k], part[k + 1], part[k + 2], part[k + 3]
        for i in range(len(of_pair)):
            of_pair[i] += (a * p[i] + b * q[i]) + (c * r[i] + d * s[i])
    for k in range(whole, len(law)):
        a, p = law[k], part[k]
        for i in range(len(of_pair)):
            of_pair[i] += a * p[i]


@compiled_sums
def weigh(part: FloatArray, of_pair: FloatArray, of_share: FloatArray) -> None:
    """Weighted sum of each share's likelihoods, in the same manner."""
    whole = len(of_share) - len(of_share) % 4
    for k in range(0, whole, 4):
        p, q, r, s = part[k], part[k + 1], part[k + 2], part[k + 3]
        a = b = c = d = 0.0
        for i in range(len(of_pair)):
            weight = of_pair[i]
            a += p[i] * weight
            b += q[i] * weight
            c += r[i] * weight
            d += s[i] * weight
        of_share[k], of_share[k + 1], of_share[k + 2], of_share[k + 3] = a, b, c, d
    for k in range(whole, len(of_share)):
        p, a = part[k], 0.0
        for i in range(len(of_pair)):
            a += p[i] * of_pair[i]
        of_share[k] = a
