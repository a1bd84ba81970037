"""Entropy, cross-entropy and mutual information."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr, xlogy

from klbio.divergences import kernels
from klbio.divergences.checks import base_nats, distribution, joint_distribution, pair
from klbio.divergences.kernels import FloatArray

__all__ = ["cross_entropy", "entropy", "mutual_information"]


def entropy(p: ArrayLike, *, base: float = 2.0) -> FloatArray:
    r"""Shannon entropy of `p`.

    .. math:: H(p) = -\sum_k p_k \log_b p_k

    Read as the bits needed per observation by the best code for `p`; two to
    its power is the number of equally common categories as diverse as `p`.

    Parameters
    ----------
    p : array_like of shape (..., n_categories)
        Probabilities; each row sums to 1.
    base : float, default 2
        Base of the logarithm.

    Returns
    -------
    ndarray of shape (...)
        From 0, where one category has all mass, to the log of the number of categories.

    Raises
    ------
    InputError
        Where a row is negative, not finite or does not sum to 1 within 1e-9.

    References
    ----------
    .. [1] Shannon CE (1948) A mathematical theory of communication. Bell Syst
       Tech J 27:379-423. doi:10.1002/j.1538-7305.1948.tb01338.x

    Examples
    --------
    >>> float(entropy([0.5, 0.25, 0.25]))
    1.5
    """
    unit = base_nats(base)
    total: FloatArray = entr(distribution("p", p)).sum(axis=-1)
    # a probability that rounds to above 1 would give a term below 0
    return np.maximum(total, 0.0) / unit


def cross_entropy(p: ArrayLike, q: ArrayLike, *, base: float = 2.0) -> FloatArray:
    r"""Cross-entropy of `p` under `q`.

    .. math:: H(p, q) = -\sum_k p_k \log_b q_k = H(p) + D(p \parallel q)

    Read as the bits paid per observation when data from `p` are coded with a code
    built for `q`.  To get the divergence ask for `relative_entropy`: the
    difference of two entropies has no digits left for close rows.

    Parameters
    ----------
    p, q : array_like of shape (..., n_categories)
        Probabilities; each row sums to 1, leading axes broadcast.
    base : float, default 2
        Base of the logarithm.

    Returns
    -------
    ndarray of shape (...)
        At least the entropy of `p`; ``inf`` where `p` has mass on a category that
        `q` rules out.

    Raises
    ------
    InputError
        As `relative_entropy`.

    References
    ----------
    .. [1] Cover TM, Thomas JA (2006) Elements of Information Theory, 2nd ed.,
       section 5.4. Wiley. doi:10.1002/047174882X

    Examples
    --------
    >>> float(cross_entropy([0.5, 0.25, 0.25], [0.25, 0.25, 0.5]))
    1.75
    """
    unit = base_nats(base)
    total: FloatArray = -xlogy(*pair(p, q)).sum(axis=-1)
    return np.maximum(total, 0.0) / unit


def mutual_information(joint: ArrayLike, *, base: float = 2.0) -> FloatArray:
    r"""Mutual information of the two variables of a joint distribution.

    .. math:: I(X; Y) = \sum_{x,y} p_{xy} \log_b \frac{p_{xy}}{p_x\,p_y}

    Read as the bits that one observation of the one tells about the other.  The
    Jensen-Shannon divergence is the mutual information of taxon and phase.

    Parameters
    ----------
    joint : array_like of shape (..., n_rows, n_columns)
        Joint probabilities; each table sums to 1 over its last two axes.
    base : float, default 2
        Base of the logarithm.

    Returns
    -------
    ndarray of shape (...)
        From 0, where the two are independent, to the smaller of their entropies.

    Raises
    ------
    InputError
        Where a table is negative, not finite or does not sum to 1 within 1e-9.

    References
    ----------
    .. [1] Shannon CE (1948) A mathematical theory of communication. Bell Syst
       Tech J 27:379-423. doi:10.1002/j.1538-7305.1948.tb01338.x

    Examples
    --------
    >>> round(float(mutual_information([[0.5, 0], [0, 0.5]])), 12)
    1.0
    """
    unit = base_nats(base)
    table = joint_distribution("joint", joint)
    independent = table.sum(axis=-1, keepdims=True) * table.sum(axis=-2, keepdims=True)
    total: FloatArray = kernels.generalized_terms(table, independent).sum(axis=(-2, -1))
    return total / unit
