"""Jensen-Shannon divergence, its terms, and its square root, the distance."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from klbio.divergences import kernels
from klbio.divergences.checks import base_nats, pair, two_weights
from klbio.divergences.kernels import FloatArray

__all__ = ["jensen_shannon_distance", "jensen_shannon_divergence", "jensen_shannon_terms"]


def jensen_shannon_divergence(
    p: ArrayLike, q: ArrayLike, *, base: float = 2.0, weights: ArrayLike | None = None
) -> FloatArray:
    r"""Jensen-Shannon divergence of `p` and `q`.

    .. math:: \mathrm{JSD}(p, q) = w_p D(p \parallel m) + w_q D(q \parallel m),
              \qquad m = w_p\,p + w_q\,q

    Read as the information, in bits, that one observation gives about which of
    the two it came from, when they are offered in the proportions of `weights`.

    Parameters
    ----------
    p, q : array_like of shape (..., n_categories)
        Probabilities; each row along the last axis sums to 1.  The leading
        axes broadcast.
    base : float, default 2
        Base of the logarithm: 2 gives bits, ``math.e`` gives nats.
    weights : array_like of shape (2,) or (..., 2), optional
        Weight of `p` and of `q`, summing to 1; one half each unless given.

    Returns
    -------
    ndarray of shape (...)
        From 0, where the rows are equal, to the entropy of the weights (1 bit
        for halves), where they share no category.  Always finite.

    Raises
    ------
    InputError
        Where a row of `p`, `q` or `weights` is negative, not finite or does
        not sum to 1 within 1e-9, or the shapes do not fit.

    See Also
    --------
    jensen_shannon_distance : its square root, a metric.
    jensen_shannon_terms : which categories carry it.

    Notes
    -----
    Symmetric for equal weights.  Not to be confused with functions of other
    libraries that return the square root, or nats, under a similar name.

    References
    ----------
    .. [1] Lin J (1991) Divergence measures based on the Shannon entropy.
       IEEE Trans Inf Theory 37:145-151. doi:10.1109/18.61115

    Examples
    --------
    Two communities without a common taxon are one bit apart:

    >>> float(jensen_shannon_divergence([0.5, 0.5, 0], [0, 0, 1]))
    1.0
    """
    unit = base_nats(base)
    left, right = pair(p, q)
    return kernels.jensen_shannon_divergence(left, right, two_weights(weights)) / unit


def jensen_shannon_terms(
    p: ArrayLike, q: ArrayLike, *, base: float = 2.0, weights: ArrayLike | None = None
) -> FloatArray:
    r"""Contribution of each category to the Jensen-Shannon divergence.

    .. math:: c_k = w_p\,p_k \log_b \frac{p_k}{m_k} + w_q\,q_k \log_b \frac{q_k}{m_k}

    Read as the bits of the total that this category carries; unlike the terms
    of relative entropy they are never negative, so shares of the total make sense.

    Parameters
    ----------
    p, q : array_like of shape (..., n_categories)
        Probabilities; each row sums to 1, leading axes broadcast.
    base : float, default 2
        Base of the logarithm.
    weights : array_like of shape (2,) or (..., 2), optional
        Weight of `p` and of `q`; one half each unless given.

    Returns
    -------
    ndarray of shape (..., n_categories)
        Each >= 0; the last axis sums to `jensen_shannon_divergence`.

    Raises
    ------
    InputError
        As `jensen_shannon_divergence`.

    Examples
    --------
    >>> jensen_shannon_terms([0.5, 0.5, 0], [0.5, 0, 0.5])
    array([0.  , 0.25, 0.25])
    """
    unit = base_nats(base)
    left, right = pair(p, q)
    return kernels.jensen_shannon_terms(left, right, two_weights(weights)) / unit


def jensen_shannon_distance(p: ArrayLike, q: ArrayLike, *, base: float = 2.0) -> FloatArray:
    r"""Square root of the Jensen-Shannon divergence with equal weights, a metric.

    .. math:: d(p, q) = \sqrt{\mathrm{JSD}(p, q)}

    Use it where the triangle inequality is needed (ordination, clustering,
    PERMANOVA); its unit is the root of a bit, so report the divergence instead.

    Parameters
    ----------
    p, q : array_like of shape (..., n_categories)
        Probabilities; each row sums to 1, leading axes broadcast.
    base : float, default 2
        Base of the logarithm under the root.

    Returns
    -------
    ndarray of shape (...)
        From 0 to 1 in base 2.

    Raises
    ------
    InputError
        As `jensen_shannon_divergence`.

    References
    ----------
    .. [1] Endres DM, Schindelin JE (2003) A new metric for probability
       distributions. IEEE Trans Inf Theory 49:1858-1860. doi:10.1109/TIT.2003.813506

    Examples
    --------
    >>> float(jensen_shannon_distance([0.5, 0.5, 0], [0.5, 0, 0.5]) ** 2)
    0.5000000000000001
    """
    distance: FloatArray = np.sqrt(jensen_shannon_divergence(p, q, base=base))
    return distance
