r"""Unchecked array kernels, in nats: what the public functions and the other rooms build on.

Every divergence here is a sum of terms that cannot be negative, so near-equal
distributions lose no digits.  For relative entropy the term of one category is

.. math:: g(p, q) = p \ln\frac{p}{q} - p + q
          = (p - q)\,s + 2p\,(\operatorname{artanh} s - s), \qquad s = \frac{p - q}{p + q},

which sums to :math:`D(p \parallel q)` because `p` and `q` have the same total.
The difference ``p - q`` is exact for close numbers, and the second form holds
no cancellation where the first one does.

Arrays have shape (..., n_categories) and broadcast; nothing is checked.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import rel_entr

__all__ = [
    "FloatArray",
    "generalized_terms",
    "jensen_shannon_terms",
    "log_ratio",
    "relative_entropy_terms",
    "split_terms",
]

FloatArray = NDArray[np.float64]

NEAR = 0.05
HALVES = np.array([0.5, 0.5])


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
    weights = np.asarray(weights, dtype=float)
    w_p, w_q = weights[..., :1], weights[..., 1:]
    m = w_p * p + w_q * q
    difference = np.subtract(p, q)
    with np.errstate(invalid="ignore"):
        terms = w_p * split_terms(p, m, w_q * difference) + w_q * split_terms(q, m, -w_p * difference)
    # m is zero where both are, or where the only mass has no weight
    return np.where(m > 0, terms, 0.0)


def log_ratio(p: FloatArray, q: FloatArray) -> FloatArray:
    """``ln(p/q)``, exact for close numbers and safe for very unlike ones; both must be positive."""
    with np.errstate(over="ignore"):
        d = np.subtract(p, q) / q
    return np.where(np.abs(d) < 0.5, np.log1p(d), np.log(p) - np.log(q))
