"""Terms of the divergence for pairs of counts, and what the loss of one read does to them, in compiled loops."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from klbio.compiled import compiled
from klbio.distributions import FloatArray

__all__ = ["PairTerms", "jackknife_bias", "mixture_bits", "pair_terms", "terms_of"]

LN_2 = math.log(2)


class PairTerms(NamedTuple):
    """Terms of pairs of counts, in bits.

    Attributes
    ----------
    observed, corrected, variance : ndarray of shape (n_pairs,)
        As observed, corrected by the jackknife, and the jackknife's variance.
    lost : ndarray of shape (2, n_pairs)
        What the term loses with a read of either side, the depths held.
    """

    observed: FloatArray
    corrected: FloatArray
    variance: FloatArray
    lost: FloatArray


@compiled
def pair_terms(pairs: FloatArray, n: float, m: float) -> PairTerms:
    """Terms of pairs of counts of samples of depths n and m, as `klbio.estimates.jackknife` has them."""
    n_pairs = pairs.shape[1]
    terms = PairTerms(np.empty(n_pairs), np.empty(n_pairs), np.empty(n_pairs), np.empty((2, n_pairs)))
    for i in range(n_pairs):
        x, y = pairs[0, i], pairs[1, i]
        observed = mixture_bits(x / n, y / m)
        bias = jackknife_bias(x, y, n, m) + jackknife_bias(y, x, m, n)
        terms.observed[i], terms.corrected[i] = observed, observed - bias
        terms.variance[i] = jackknife_variance(x, y, n, m) + jackknife_variance(y, x, m, n)
        terms.lost[0, i] = observed - mixture_bits(max(x - 1, 0.0) / n, y / m)
        terms.lost[1, i] = observed - mixture_bits(x / n, max(y - 1, 0.0) / m)
    return terms


@compiled
def jackknife_bias(x: float, y: float, n: float, m: float) -> float:
    """Part of a term's bias that the reads of the first sample show when they are left out one by one."""
    others, share = mixture_bits(x / (n - 1), y / m), x / n
    own = mixture_bits(max(x - 1, 0.0) / (n - 1), y / m)
    return (n - 1) * (others - mixture_bits(x / n, y / m) + share * (own - others))


@compiled
def jackknife_variance(x: float, y: float, n: float, m: float) -> float:
    """Part of a term's variance that they show."""
    change = mixture_bits(max(x - 1, 0.0) / (n - 1), y / m) - mixture_bits(x / (n - 1), y / m)
    return (n - 1) * x / n * (1 - x / n) * change**2


@compiled
def terms_of(p: FloatArray, q: FloatArray) -> FloatArray:
    """Terms of proportions."""
    terms = np.empty(len(p))
    for k in range(len(p)):
        terms[k] = mixture_bits(p[k], q[k])
    return terms


@compiled
def mixture_bits(p: float, q: float) -> float:
    """One category's part of the divergence, in bits, to the last digits where the proportions are close."""
    if p + q == 0.0:
        return 0.0
    r = (p - q) / (p + q)
    if abs(r) == 1.0:
        return (p + q) / 2
    return (p + q) / 4 * (math.log1p(-r * r) + 2 * r * math.atanh(r)) / LN_2
