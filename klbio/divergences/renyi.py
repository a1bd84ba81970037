r"""Renyi divergence of any order, accurate near order 1 and for close distributions.

The power sum is never formed where it lies near 1.  With :math:`e = \alpha - 1` and
:math:`u = \ln(p/q)` its distance from 1 is the sum of

.. math:: p^\alpha q^{1-\alpha} - \alpha p - (1 - \alpha) q = e\,g(p, q) + p\,(\exp(eu) - 1 - eu)

where `g` is the generalised term of `kernels`: all of one sign, all of second order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logsumexp

from klbio.divergences import kernels
from klbio.divergences.checks import base_nats, pair
from klbio.divergences.kernels import FloatArray
from klbio.errors import InputError

__all__ = ["renyi_divergence"]

NEAR = 0.1
ALMOST_INFINITE = 1e100


def renyi_divergence(p: ArrayLike, q: ArrayLike, order: float, *, base: float = 2.0) -> FloatArray:
    r"""Renyi divergence of `p` from `q`.

    .. math:: D_\alpha(p \parallel q) = \frac{1}{\alpha - 1} \log_b \sum_k p_k^\alpha q_k^{1 - \alpha}

    Read as relative entropy with a dial: low orders ask which categories are
    shared at all, high orders look at the category that `p` favours most.

    Parameters
    ----------
    p, q : array_like of shape (..., n_categories)
        Probabilities; each row sums to 1, leading axes broadcast.
    order : float
        From 0 to ``inf``.  Order 1 is relative entropy, order 1/2 follows from
        the Hellinger distance, order 2 from chi-squared, ``inf`` is the log of
        the greatest ratio.
    base : float, default 2
        Base of the logarithm.

    Returns
    -------
    ndarray of shape (...)
        Non-negative and never falling as the order rises; ``inf`` where the rows
        share no category, or where the order is 1 or more and `p` has mass on a
        category that `q` rules out.

    Raises
    ------
    InputError
        As `relative_entropy`; or where the order is negative or not a number.

    References
    ----------
    .. [1] van Erven T, Harremoes P (2014) Renyi divergence and Kullback-Leibler
       divergence. IEEE Trans Inf Theory 60:3797-3820. doi:10.1109/TIT.2014.2320500

    Examples
    --------
    >>> float(renyi_divergence([0.5, 0.5, 0], [0.25, 0.25, 0.5], 2))
    1.0
    >>> float(renyi_divergence([0.5, 0.5, 0], [0.25, 0.25, 0.5], 0))
    1.0
    """
    unit = base_nats(base)
    if not (isinstance(order, int | float | np.number) and order >= 0):
        raise InputError.one("order", repr(order), "a number from 0 to inf", "Order 1 is relative entropy.")
    return _renyi_divergence(*pair(p, q), float(order)) / unit


def _renyi_divergence(p: FloatArray, q: FloatArray, order: float) -> FloatArray:
    """Renyi divergence in nats, unchecked."""
    if order == 1:
        return kernels.relative_entropy(p, q)
    p, q, difference = kernels.balanced(*np.broadcast_arrays(p, q))
    if order > ALMOST_INFINITE:
        total: FloatArray = _log_ratio(p, q, difference).max(axis=-1)
    else:
        total = _log_power_sum(p, q, difference, order) / (order - 1)
    return np.maximum(total, 0.0)


def _log_power_sum(p: FloatArray, q: FloatArray, difference: FloatArray, order: float) -> FloatArray:
    """``ln sum p^order q^(1 - order)``, by its distance from 1 where it is near 1."""
    # below 1/2 the same sum is seen from the other side, where no digits are lost
    terms = _excess(q, p, -difference, -order) if order < 0.5 else _excess(p, q, difference, order - 1)
    distance = terms.sum(axis=-1)
    near = np.abs(distance) < 0.5
    with np.errstate(divide="ignore", invalid="ignore"):
        exponents = np.log(p) + (order - 1) * _log_ratio(p, q, difference)
        plain = logsumexp(np.where(p > 0, exponents, -np.inf), axis=-1)
    return np.where(near, np.log1p(np.where(near, distance, 0.0)), plain)


def _excess(p: FloatArray, q: FloatArray, difference: FloatArray, e: float) -> FloatArray:
    """Terms ``p^(1+e) q^(-e) - (1+e) p + e q`` for ``e >= -1/2``."""
    both = (p > 0) & (q > 0)
    u = np.where(both, _log_ratio(p, q, difference), 0.0)
    g = np.where(both, kernels.split_terms(p, q, difference), 0.0)
    with np.errstate(over="ignore"):
        inner = e * g + p * _exp_tail(e * u)
    missing = np.inf if e > 0 else -(1 + e)  # what p has where q has nothing
    outer = e * q + np.multiply(p, missing, out=np.zeros(p.shape), where=p > 0)
    return np.where(both, inner, outer)


def _log_ratio(p: FloatArray, q: FloatArray, difference: FloatArray) -> FloatArray:
    """``ln(p/q)``, infinite where one is zero, ``-inf`` where both are."""
    both = (p > 0) & (q > 0)
    ratio = kernels.log_ratio(np.where(both, p, 1.0), np.where(both, q, 1.0), np.where(both, difference, 0.0))
    return np.where(both, ratio, np.where(p > 0, np.inf, -np.inf))


def _exp_tail(x: FloatArray) -> FloatArray:
    """``exp(x) - 1 - x`` without cancellation."""
    series = np.zeros_like(x)
    for k in range(10, 1, -1):
        series = x * (1 + series) / k
    return np.where(np.abs(x) < NEAR, x * series, np.expm1(x) - x)
