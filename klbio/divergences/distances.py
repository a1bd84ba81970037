"""Distances and divergences without a logarithm: no base, no unit."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from klbio.divergences import kernels
from klbio.divergences.checks import pair
from klbio.divergences.kernels import FloatArray

__all__ = ["chi_squared_divergence", "hellinger_distance", "total_variation_distance"]


def total_variation_distance(p: ArrayLike, q: ArrayLike) -> FloatArray:
    r"""Total variation distance of `p` and `q`.

    .. math:: \mathrm{TV}(p, q) = \frac{1}{2} \sum_k |p_k - q_k|

    Read as the share of individuals that would have to change category to turn
    one community into the other; Bray-Curtis of proportions is the same number.

    Parameters
    ----------
    p, q : array_like of shape (..., n_categories)
        Probabilities; each row sums to 1, leading axes broadcast.

    Returns
    -------
    ndarray of shape (...)
        From 0, where the rows are equal, to 1, where they share no category.

    Raises
    ------
    InputError
        Where a row is negative, not finite or does not sum to 1 within 1e-9, or
        the shapes do not fit.

    References
    ----------
    .. [1] Levin DA, Peres Y (2017) Markov Chains and Mixing Times, 2nd ed.,
       chapter 4. American Mathematical Society. doi:10.1090/mbk/107

    Examples
    --------
    >>> float(total_variation_distance([0.5, 0.5, 0], [0.25, 0.25, 0.5]))
    0.5
    """
    *_, difference = kernels.balanced(*pair(p, q), kernels.HALVES)
    total: FloatArray = np.abs(difference).sum(axis=-1)
    return np.minimum(total / 2, 1.0)


def hellinger_distance(p: ArrayLike, q: ArrayLike) -> FloatArray:
    r"""Hellinger distance of `p` and `q`, a metric.

    .. math:: H(p, q) = \sqrt{1 - \sum_k \sqrt{p_k q_k}}
              = \sqrt{\tfrac{1}{2} \sum_k (\sqrt{p_k} - \sqrt{q_k})^2}

    Read as half the chord between the two on the sphere of square roots, scaled
    to end at 1; rare categories weigh more than in total variation.

    Parameters
    ----------
    p, q : array_like of shape (..., n_categories)
        Probabilities; each row sums to 1, leading axes broadcast.

    Returns
    -------
    ndarray of shape (...)
        From 0, where the rows are equal, to 1, where they share no category.

    Raises
    ------
    InputError
        As `total_variation_distance`.

    References
    ----------
    .. [1] Hellinger E (1909) Neue Begruendung der Theorie quadratischer Formen von
       unendlichvielen Veraenderlichen. J Reine Angew Math 136:210-271.
       doi:10.1515/crll.1909.136.210

    Examples
    --------
    >>> float(hellinger_distance([1, 0], [0.25, 0.75])) ** 2
    0.5000000000000001
    """
    left, right, difference = kernels.balanced(*pair(p, q), kernels.HALVES)
    roots = np.sqrt(left) + np.sqrt(right)
    # a difference of roots is the difference over the sum of roots, which keeps the digits of close rows
    steps = difference / np.where(roots > 0, roots, 1.0)
    distance: FloatArray = np.minimum(np.sqrt((steps**2).sum(axis=-1) / 2), 1.0)
    return distance


def chi_squared_divergence(p: ArrayLike, q: ArrayLike) -> FloatArray:
    r"""Chi-squared divergence (Pearson) of `p` from `q`.

    .. math:: \chi^2(p \parallel q) = \sum_k \frac{(p_k - q_k)^2}{q_k}

    Read as the relative variance of the ratio p/q under `q`; for close rows it
    is twice the relative entropy in nats, otherwise more than that.

    Parameters
    ----------
    p, q : array_like of shape (..., n_categories)
        Probabilities; each row sums to 1, leading axes broadcast.

    Returns
    -------
    ndarray of shape (...)
        Non-negative; ``inf`` where `p` has mass on a category that `q` rules out.

    Raises
    ------
    InputError
        As `total_variation_distance`.

    References
    ----------
    .. [1] Pearson K (1900) On the criterion that a given system of deviations is
       such that it can be reasonably supposed to have arisen from random sampling.
       Philos Mag 50:157-175. doi:10.1080/14786440009463897

    Examples
    --------
    >>> float(chi_squared_divergence([0.75, 0.25], [0.5, 0.5]))
    0.25
    """
    _, right, difference = kernels.balanced(*pair(p, q))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        terms = difference * (difference / right)
    total: FloatArray = np.where(difference == 0, 0.0, terms).sum(axis=-1)
    return total
