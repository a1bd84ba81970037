"""What two Dirichlet posteriors say of the relative entropy between their communities."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, polygamma

from klbio.distributions import FloatArray
from klbio.errors import InputError

__all__ = ["Moments", "relative_entropy_posterior"]


class Moments(NamedTuple):
    """Mean and variance of a posterior, in the unit asked for and its square.

    Attributes
    ----------
    mean, variance : ndarray of shape (...)
    """

    mean: FloatArray
    variance: FloatArray


def relative_entropy_posterior(alpha_p: ArrayLike, alpha_q: ArrayLike, *, base: float = 2.0) -> Moments:
    r"""Posterior mean and variance of relative entropy, in closed form.

    With :math:`p \sim \mathrm{Dir}(a)` and, independently, :math:`q \sim \mathrm{Dir}(b)`,

    .. math:: \mathrm{E}\,D(p \parallel q) = \sum_k \frac{a_k}{A}
              \left[\psi(a_k + 1) - \psi(A + 1) - \psi(b_k) + \psi(B)\right]

    where :math:`A = \sum a_k`, :math:`B = \sum b_k`.  The variance is that of the
    mean over `q` given `p`, plus the mean over `p` of
    :math:`\sum_k p_k^2 \psi_1(b_k) - \psi_1(B)`.

    Parameters
    ----------
    alpha_p, alpha_q : array_like of shape (..., n_categories)
        Parameters of the posteriors: counts plus the pseudocounts of an
        estimator.  All more than 0; leading axes broadcast.
    base : float, default 2
        Base of the logarithm: 2 gives bits.

    Returns
    -------
    Moments
        ``mean`` in bits, ``variance`` in bits squared, each of shape (...).

    Raises
    ------
    InputError
        Where a parameter is not a finite number more than 0: without mass on every
        category there is no posterior, and the relative entropy may be infinite.

    Notes
    -----
    The posterior mean of relative entropy is not the relative entropy of the
    posterior means: it is larger, by the uncertainty of both sides.

    References
    ----------
    .. [1] Wolpert DH, Wolf DR (1995) Estimating functions of probability
       distributions from a finite set of samples. Phys Rev E 52:6841-6854.
       doi:10.1103/PhysRevE.52.6841

    Examples
    --------
    >>> shallow = relative_entropy_posterior([6, 4], [4, 6])
    >>> deep = relative_entropy_posterior([600, 400], [400, 600])
    >>> bool(deep.variance < shallow.variance)
    True
    """
    a, b = _concentrations("alpha_p", alpha_p), _concentrations("alpha_q", alpha_q)
    total = a.sum(axis=-1, keepdims=True)
    expected_log_q = digamma(b) - digamma(b.sum(axis=-1, keepdims=True))
    mean = (a / total * (digamma(a + 1) - digamma(total + 1) - expected_log_q)).sum(axis=-1)
    variance = _variance_over_p(a, expected_log_q + mean[..., None]) + _variance_over_q(a, b)
    return Moments(mean / math.log(base), variance / math.log(base) ** 2)


def _variance_over_q(a: FloatArray, b: FloatArray) -> FloatArray:
    total = a.sum(axis=-1, keepdims=True)
    squared_mean = a * (a + 1) / (total * (total + 1))
    spread: FloatArray = (squared_mean * polygamma(1, b)).sum(axis=-1) - polygamma(1, b.sum(axis=-1))
    return spread


def _variance_over_p(a: FloatArray, centre: FloatArray) -> FloatArray:
    """Mean square of ``sum p_k (ln p_k - centre_k)``, whose mean is zero by the choice of `centre`."""
    total = a.sum(axis=-1, keepdims=True)
    pairs = total * (total + 1)
    # E[p_i p_j f] is the mean of f under a Dirichlet with i and j counted once more
    same = digamma(a + 2) - digamma(total + 2) - centre
    other = digamma(a + 1) - digamma(total + 2) - centre
    diagonal = a * (a + 1) / pairs * (polygamma(1, a + 2) + same**2) - (a * other) ** 2 / pairs
    crossed = (a * other).sum(axis=-1) ** 2 / pairs[..., 0]
    spread: FloatArray = diagonal.sum(axis=-1) + crossed - polygamma(1, total[..., 0] + 2)
    return spread


def _concentrations(name: str, values: ArrayLike) -> FloatArray:
    array = np.asarray(values, dtype=float)
    if array.ndim == 0 or not (np.isfinite(array) & (array > 0)).all():
        raise InputError.one(
            name, "a value that is not a finite number more than 0", "parameters of a Dirichlet",
            "Add the pseudocounts of an estimator, such as Additive(0.5), to the counts.",
        )  # fmt: skip
    return array
