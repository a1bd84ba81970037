r"""Unchecked array kernels, in nats: what the public functions and the other rooms build on.

Every divergence here is a sum of terms that cannot be negative, so near-equal
distributions lose no digits.  For relative entropy the term of one category is

.. math:: g(p, q) = p \ln\frac{p}{q} - p + q
          = (p - q)\,s + 2p\,(\operatorname{artanh} s - s), \qquad s = \frac{p - q}{p + q},

which sums to :math:`D(p \parallel q)` because `p` and `q` have the same total.
The difference ``p - q`` is exact for close numbers, and the second form holds
no cancellation where the first one does.

Rows sum to 1 only up to rounding, which may be as much as close rows differ by.
The totals therefore bring both rows to one total first, by `balanced`.

Arrays have shape (..., n_categories) and broadcast; nothing is checked.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import entr, rel_entr

__all__ = [
    "FloatArray",
    "balanced",
    "generalized_terms",
    "jensen_shannon_divergence",
    "jensen_shannon_terms",
    "log_ratio",
    "mixture_terms",
    "relative_entropy",
    "relative_entropy_terms",
    "split_terms",
]

FloatArray = NDArray[np.float64]

NEAR = 0.05
HALVES = np.array([0.5, 0.5])
ONLY_P = np.array([1.0, 0.0])


def generalized_terms(p: FloatArray, q: FloatArray) -> FloatArray:
    """Terms ``p ln(p/q) - p + q``, each >= 0; ``inf`` where only `q` is zero."""
    return split_terms(p, q, np.subtract(p, q))


def split_terms(p: FloatArray, q: FloatArray, difference: FloatArray) -> FloatArray:
    """Give the generalised terms where ``p - q`` is known better than the rounded `p` and `q` tell."""
    with np.errstate(divide="ignore", invalid="ignore"):
        s = difference / (p + q)
        close = difference * s + 2 * p * _artanh_tail(s)
        far = rel_entr(p, q) - difference
    # in subnormal numbers the last digit may round to the wrong side of zero
    return np.maximum(np.where(np.abs(s) < NEAR, close, far), 0.0)


def _artanh_tail(s: FloatArray) -> FloatArray:
    """``artanh(s) - s`` to full precision for ``abs(s) < NEAR``."""
    x = s * s
    return s * x * (1 / 3 + x * (1 / 5 + x * (1 / 7 + x * (1 / 9 + x * (1 / 11 + x / 13)))))


def relative_entropy_terms(p: FloatArray, q: FloatArray) -> FloatArray:
    """Terms ``p ln(p/q)``, of either sign; ``inf`` where only `q` is zero."""
    terms: FloatArray = rel_entr(p, q)
    return terms


def jensen_shannon_terms(p: FloatArray, q: FloatArray, weights: ArrayLike = HALVES) -> FloatArray:
    """Terms of the Jensen-Shannon divergence, each >= 0.

    `weights` has shape (..., 2): the weight of `p` and that of `q`.
    """
    shares = np.asarray(weights, dtype=float)
    return mixture_terms(p, q, np.subtract(p, q), shares[..., :1], shares[..., 1:])


def mixture_terms(
    p: FloatArray, q: FloatArray, difference: FloatArray, w_p: FloatArray, w_q: FloatArray
) -> FloatArray:
    """Give the Jensen-Shannon terms where ``p - q`` is known better, with weights for each category."""
    m = w_p * p + w_q * q
    with np.errstate(invalid="ignore"):
        terms = w_p * split_terms(p, m, w_q * difference) + w_q * split_terms(q, m, -w_p * difference)
    # m is zero where both are, or where the only mass has no weight
    return np.where(m > 0, terms, 0.0)


def relative_entropy(p: FloatArray, q: FloatArray) -> FloatArray:
    """Relative entropy of rows that sum to 1, shape (...)."""
    total: FloatArray = split_terms(*balanced(p, q)).sum(axis=-1)
    return total


def jensen_shannon_divergence(p: FloatArray, q: FloatArray, weights: ArrayLike = HALVES) -> FloatArray:
    """Jensen-Shannon divergence of rows that sum to 1, shape (...)."""
    shares = np.asarray(weights, dtype=float)
    terms = mixture_terms(*balanced(p, q, shares), shares[..., :1], shares[..., 1:])
    bound: FloatArray = entr(shares).sum(axis=-1)  # rounding must not lift the total above it
    total: FloatArray = np.minimum(terms.sum(axis=-1), bound)
    return total


def balanced(
    p: FloatArray, q: FloatArray, weights: FloatArray = ONLY_P
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Bring rows to one total, that of their mixture; give them and their exact difference."""
    w_p, w_q = weights[..., :1], weights[..., 1:]
    difference = np.subtract(p, q)
    crossed = w_q * p + w_p * q
    excess = difference.sum(axis=-1, keepdims=True) / crossed.sum(axis=-1, keepdims=True)
    return p * (1 - w_q * excess), q * (1 + w_p * excess), difference - crossed * excess


def log_ratio(p: FloatArray, q: FloatArray, difference: FloatArray) -> FloatArray:
    """``ln(p/q)``, exact for close numbers and safe for very unlike ones; both must be positive."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        d = difference / q
        return np.where(np.abs(d) < 0.5, np.log1p(d), np.log(p) - np.log(q))
