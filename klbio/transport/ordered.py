"""Wasserstein distance on an axis: states that have an order and a spacing."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from klbio.distributions import FloatArray
from klbio.divergences import kernels
from klbio.divergences.checks import pair
from klbio.errors import InputError

__all__ = ["ordered_wasserstein", "ordered_wasserstein_terms"]


def ordered_wasserstein(p: ArrayLike, q: ArrayLike, positions: ArrayLike) -> FloatArray:
    r"""Wasserstein distance (of order 1) of `p` and `q` on an axis.

    .. math:: W(p, q) = \sum_{k=1}^{K-1} (x_{k+1} - x_k)\, |P_k - Q_k|

    with :math:`P_k = p_1 + \dots + p_k` the cumulative mass up to position :math:`x_k`.

    Read as the mean distance that mass must be carried along the axis, in the unit of the positions
    (bases, days, degrees), not bits.  Prefer it for lengths, times and grades, where a small step
    should cost little; an information divergence charges a step to the next state as much as one to the last.

    Parameters
    ----------
    p, q : array_like of shape (..., n_categories)
        Probabilities; each row sums to 1, leading axes broadcast.
    positions : array_like of shape (n_categories,)
        Where each category lies, in rising order; ties are allowed.

    Returns
    -------
    ndarray of shape (...)
        From 0, where the rows are equal, to the length of the axis.

    Raises
    ------
    InputError
        Where a row is negative, not finite or does not sum to 1 within 1e-9, or the positions do not
        fit, are not finite or fall.

    References
    ----------
    .. [1] Vallender SS (1974) Calculation of the Wasserstein distance between probability
       distributions on the line. Theory Probab Appl 18:784-786. doi:10.1137/1118101

    Examples
    --------
    Half the mass moves by 3:

    >>> float(ordered_wasserstein([1, 0, 0], [0.5, 0, 0.5], [0, 1, 3]))
    1.5
    """
    total: FloatArray = ordered_wasserstein_terms(p, q, positions).sum(axis=-1)
    return total


def ordered_wasserstein_terms(p: ArrayLike, q: ArrayLike, positions: ArrayLike) -> FloatArray:
    """Contribution of each gap between neighbouring positions: its width times the mass that crosses it.

    Parameters
    ----------
    p, q, positions
        As in `ordered_wasserstein`, which is the sum of what is given here.

    Returns
    -------
    ndarray of shape (..., n_categories - 1)
        The gap after each category but the last.

    Raises
    ------
    InputError
        As `ordered_wasserstein`.

    Examples
    --------
    >>> ordered_wasserstein_terms([1, 0, 0], [0.5, 0, 0.5], [0, 1, 3])
    array([0.5, 1. ])
    """
    left, right = pair(p, q)
    gaps = _gaps(positions, left.shape[-1])
    *_, difference = kernels.balanced(left, right, kernels.HALVES)
    terms: FloatArray = gaps * np.abs(difference.cumsum(axis=-1)[..., :-1])
    return terms


def _gaps(positions: ArrayLike, n_categories: int) -> FloatArray:
    where = np.asarray(positions, dtype=float)
    if where.shape != (n_categories,):
        raise InputError.one(
            "positions", f"an array of shape {where.shape}", f"one position per category, ({n_categories},)"
        )
    if not np.isfinite(where).all():
        raise InputError.one("positions", f"{where[~np.isfinite(where)][0]}", "finite numbers")
    gaps: FloatArray = np.diff(where)
    if (gaps < 0).any():
        k = int(np.argmax(gaps < 0))
        found = f"{where[k + 1]:g} after {where[k]:g} (category {k + 1})"
        remedy = "Sort the categories, and with them p and q, by position."
        raise InputError.one("positions", found, "positions in rising order", remedy)
    return gaps
