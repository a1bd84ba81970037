"""Intervals of 95 %: the normal quantile, Student's and Welch's."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

__all__ = ["Z_975", "half_width", "mean_interval", "t_975"]

FloatArray = NDArray[np.float64]

Z_975 = 1.959963984540054  # quantile of the normal distribution at 97.5 %
NO_SPREAD = 1e-20  # squared standard error below which values do not differ


def t_975(freedom: ArrayLike) -> FloatArray:
    """Quantile of Student's distribution at 97.5 %; of the normal one where freedom is infinite.

    >>> t_975([1, np.inf]).round(4).tolist()
    [12.7062, 1.96]
    """
    known = np.asarray(freedom, dtype=float)
    quantile: FloatArray = np.where(np.isinf(known), Z_975, stdtrit(known, 0.975))
    return quantile


def half_width(squared_errors: FloatArray, degrees: FloatArray) -> FloatArray:
    r"""Half the 95 % interval of a sum of independent means, by Welch and Satterthwaite.

    .. math:: t_{0.975, \nu} \sqrt{\sum_i s_i^2}, \qquad \nu = \frac{(\sum_i s_i^2)^2}{\sum_i s_i^4 / \nu_i}

    Parameters
    ----------
    squared_errors : ndarray of shape (n_means, ...)
        Squared standard error of each mean.
    degrees : ndarray, broadcast against `squared_errors`
        Their degrees of freedom.

    Returns
    -------
    ndarray of shape (...)
        0 where all errors are.

    Examples
    --------
    >>> float(half_width(np.array([0.25, 0.25]), np.array([2.0, 2.0])).round(3))
    1.963
    """
    square = squared_errors.sum(axis=0)
    by_degree = (squared_errors**2 / degrees).sum(axis=0)
    freedom = np.divide(square**2, by_degree, out=np.full_like(square, np.inf), where=by_degree > 0)
    half: FloatArray = t_975(freedom) * np.sqrt(square)
    return half


def mean_interval(a: FloatArray, b: FloatArray | None = None) -> tuple[FloatArray, FloatArray]:
    """95 % interval of a mean by Student, or of the difference of two by Welch, over the first axis.

    Parameters
    ----------
    a, b : ndarray of shape (n, ...)
        Values of one group each.

    Returns
    -------
    low, high : ndarray of shape (...)
        NaN where a group has one value, and where no two values differ: there is no spread to go by.

    Examples
    --------
    >>> low, high = mean_interval(np.array([[0.1], [0.2], [0.3]]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([-0.048], [0.448])
    """
    groups = [a] if b is None else [a, b]
    centre = a.mean(axis=0) - (0 if b is None else b.mean(axis=0))
    if min(map(len, groups)) < 2:
        return np.full_like(centre, np.nan), np.full_like(centre, np.nan)
    errors = np.array([group.var(axis=0, ddof=1) / len(group) for group in groups])
    degrees = np.array([len(group) - 1.0 for group in groups]).reshape(-1, *[1] * centre.ndim)
    half = np.where(errors.sum(axis=0) > NO_SPREAD, half_width(errors, degrees), np.nan)
    return centre - half, centre + half
