"""Covariance of few subjects, shrunk towards one spread in all directions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from klbio.distributions import FloatArray

__all__ = ["Shrunk", "oas_covariance", "shrunk"]


class Shrunk(NamedTuple):
    """A covariance and how far it was shrunk.

    Attributes
    ----------
    covariance : ndarray of shape (..., n_dimensions, n_dimensions)
    intensity : ndarray of shape (...)
        From 0 (as observed) to 1 (the same spread in all directions).
    """

    covariance: FloatArray
    intensity: FloatArray


def oas_covariance(points: FloatArray) -> Shrunk:
    r"""Shrink a covariance by the oracle-approximating rule [1]_.

    .. math::
        \hat\Sigma = (1 - \rho) S + \rho \frac{\operatorname{tr} S}{K} I, \qquad
        \rho = \min\left(1, \frac{(1 - 2/K) \operatorname{tr} S^2 + \operatorname{tr}^2 S}
               {(\nu + 1 - 2/K) (\operatorname{tr} S^2 - \operatorname{tr}^2 S / K)}\right)

    with S the unbiased covariance and :math:`\nu = n - 1` its degrees of freedom (one is spent on the
    mean).  The trace is kept, and a rotation of the points rotates the result: it does not depend on
    the basis of the log-ratios.

    Parameters
    ----------
    points : ndarray of shape (..., n_subjects, n_dimensions)
        Two subjects or more.

    Returns
    -------
    Shrunk
        Positive definite wherever the points differ at all.

    References
    ----------
    .. [1] Chen Y, Wiesel A, Eldar YC, Hero AO (2010) Shrinkage algorithms for MMSE covariance
       estimation. IEEE Trans Signal Process 58:5016-5029. doi:10.1109/TSP.2010.2053029

    Examples
    --------
    Points that spread alike in both directions are left as they are:

    >>> shrunk = oas_covariance(np.array([[1.0, 0], [-1, 0], [0, 1], [0, -1]]))
    >>> shrunk.covariance.round(3).tolist(), float(shrunk.intensity)
    ([[0.667, 0.0], [0.0, 0.667]], 1.0)
    """
    centred = points - points.mean(axis=-2, keepdims=True)
    n = points.shape[-2]
    return shrunk(np.swapaxes(centred, -1, -2) @ centred / (n - 1), n)


def shrunk(observed: FloatArray, n: int) -> Shrunk:
    """Shrink unbiased covariances of `n` points each, shape (..., n_dimensions, n_dimensions)."""
    k = observed.shape[-1]
    trace = np.trace(observed, axis1=-2, axis2=-1)
    squares = (observed**2).sum(axis=(-2, -1))
    denominator = (n - 2 / k) * (squares - trace**2 / k)
    numerator = (1 - 2 / k) * squares + trace**2
    flat = denominator <= 1e-12 * trace**2  # one dimension too: there is nothing to shrink
    intensity = np.where(flat, 1.0, np.minimum(1.0, numerator / np.where(flat, 1.0, denominator)))
    rho = intensity[..., None, None]
    target = (trace / k)[..., None, None] * np.eye(k)
    return Shrunk((1 - rho) * observed + rho * target, intensity)
