"""Divergences of many rows of proportions as they are, in one compiled loop: what a grid of choices is made of."""

from __future__ import annotations

import math

import numpy as np

from klbio.compiled import compiled
from klbio.distributions import FloatArray

__all__ = ["observed_divergences"]

NEAR = 0.05  # of |p - q| / (p + q): below, a series keeps the digits (`klbio.divergences.kernels`)
LN2 = math.log(2)


def observed_divergences(p: FloatArray, q: FloatArray) -> FloatArray:
    """Jensen-Shannon divergence, D(p || q) and D(q || p) of each two rows, in bits.

    Parameters
    ----------
    p, q : ndarray of shape (n_rows, n_categories)
        Each row sums to 1; nothing is checked.

    Returns
    -------
    ndarray of shape (3, n_rows)

    Examples
    --------
    >>> p, q = np.array([[0.5, 0.5, 0.0]]), np.array([[0.25, 0.25, 0.5]])
    >>> observed_divergences(p, q).round(3).ravel().tolist()
    [0.311, 1.0, inf]
    """
    found = np.empty((3, len(p)))
    fill_divergences(p, q, found)
    return found


@compiled
def fill_divergences(p: FloatArray, q: FloatArray, found: FloatArray) -> None:
    """Fill the three divergences of each row, both sides brought to one total first."""
    for i in range(len(p)):
        of_p, of_q = p[i].sum(), q[i].sum()
        excess = (p[i] - q[i]).sum()
        both = there = back = 0.0
        for k in range(p.shape[1]):
            a, b, difference = p[i, k], q[i, k], p[i, k] - q[i, k]
            there += generalised(a, b * (1 + excess / of_q), difference - b * excess / of_q)
            back += generalised(b, a * (1 - excess / of_p), a * excess / of_p - difference)
            crossed = (a + b) / 2
            half = (difference - crossed * excess / (of_p + of_q) * 2) / 2
            a, b = a * (1 - excess / (of_p + of_q)), b * (1 + excess / (of_p + of_q))
            both += generalised(a, (a + b) / 2, half) + generalised(b, (a + b) / 2, -half)
        found[0, i], found[1, i], found[2, i] = min(both / (2 * LN2), 1.0), there / LN2, back / LN2


@compiled
def generalised(p: float, q: float, difference: float) -> float:
    """``p ln(p/q) - p + q``, as `klbio.divergences.kernels.split_terms` has it."""
    if p + q == 0.0:
        return 0.0
    s = difference / (p + q)
    if abs(s) < NEAR:
        x = s * s
        tail = s * x * (1 / 3 + x * (1 / 5 + x * (1 / 7 + x * (1 / 9 + x * (1 / 11 + x / 13)))))
        return max(difference * s + 2 * p * tail, 0.0)
    return max((p * math.log(p / q) if p > 0.0 else 0.0) - difference, 0.0)
