"""False discovery rates over tests made together, and the smallest that a design lets each of them have.

Without `scipy.stats`, which takes 40 MB and .3 s to be loaded.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["false_discovery_rates", "smallest_rates"]

FloatArray = NDArray[np.float64]


def false_discovery_rates(p_value: FloatArray) -> FloatArray:
    r"""Benjamini and Hochberg's rate of each test [1]_.

    .. math:: q_{(i)} = \min_{k \ge i} \frac{m p_{(k)}}{k}

    Read as the share of false discoveries to be expected among all tests with so small a q.

    References
    ----------
    .. [1] Benjamini Y, Hochberg Y (1995) Controlling the false discovery rate. J R Stat Soc B 57:289-300.
       doi:10.1111/j.2517-6161.1995.tb02031.x

    Examples
    --------
    >>> false_discovery_rates(np.array([0.01, 0.04, 0.9])).round(3).tolist()
    [0.03, 0.06, 0.9]
    """
    order = np.argsort(p_value)[::-1]  # the largest first, so that each rate is the least of those so far
    ranks = np.arange(len(order), 0, -1)
    rates = np.empty(len(order))
    rates[order] = np.minimum(np.minimum.accumulate(len(order) * p_value[order] / ranks), 1.0)
    return rates


def smallest_rates(p_value: FloatArray, smallest_p: FloatArray) -> FloatArray:
    """Rate that each test would have at its smallest p, the p of the others as they are.

    Parameters
    ----------
    p_value, smallest_p : ndarray of shape (n_tests,)
        The second is never above the first.

    Returns
    -------
    ndarray of shape (n_tests,)
        Never above `false_discovery_rates`.  Where it is above a level, the design could not have found that
        test alone to be a discovery at it.

    Examples
    --------
    Six subjects, smallest p 2/64: of a hundred taxa none can stand out by itself, of one it can.

    >>> smallest_rates(np.full(100, 0.5), np.full(100, 2 / 64)).max().round(3)
    np.float64(0.5)
    >>> smallest_rates(np.array([0.5]), np.array([2 / 64]))
    array([0.03125])
    """
    ordered = np.sort(p_value)
    ranks = np.arange(1, len(ordered) + 1)
    alike, which = np.unique(np.column_stack([p_value, smallest_p]), axis=0, return_inverse=True)
    rates = np.empty(len(alike))
    for i, (p, smallest) in enumerate(alike):
        others = np.delete(ordered, np.searchsorted(ordered, p))
        place = np.searchsorted(others, smallest)
        tail = np.concatenate([[smallest], others[place:]])
        rates[i] = min(float((len(ordered) * tail / ranks[place:]).min()), 1.0)
    found: FloatArray = rates[which.ravel()]
    return found
