"""Relative entropy and the measures made of it."""

from __future__ import annotations

from numpy.typing import ArrayLike

from klbio.divergences import kernels
from klbio.divergences.checks import amounts, base_nats, broadcast, pair
from klbio.divergences.kernels import FloatArray

__all__ = [
    "generalized_relative_entropy",
    "jeffreys_divergence",
    "relative_entropy",
    "relative_entropy_terms",
]


def relative_entropy(p: ArrayLike, q: ArrayLike, *, base: float = 2.0) -> FloatArray:
    r"""Relative entropy (Kullback-Leibler divergence) of `p` from `q`.

    .. math:: D(p \parallel q) = \sum_{k=1}^{K} p_k \log_b \frac{p_k}{q_k}

    Read as the expected number of extra bits paid per observation when data
    drawn from `p` are coded with a code built for `q`.

    Parameters
    ----------
    p, q : array_like of shape (..., n_categories)
        Probabilities, `p` the observed or later side, `q` the reference or
        earlier side; each row along the last axis sums to 1.  The leading
        axes broadcast, so one background `q` can serve many rows of `p`.
    base : float, default 2
        Base of the logarithm: 2 gives bits, ``math.e`` gives nats.

    Returns
    -------
    ndarray of shape (...)
        Non-negative; 0 where the rows are equal; ``inf`` where `p` has mass
        on a category that `q` rules out.

    Raises
    ------
    InputError
        Where a row is negative, not finite or does not sum to 1 within 1e-9,
        or the shapes do not fit.

    See Also
    --------
    jensen_shannon_divergence : symmetric, always finite.
    klbio.smoothing.Additive : gives every category some mass beforehand.

    Notes
    -----
    A category absent from `p` contributes nothing, whatever `q` says of it.
    Not a distance: neither symmetric nor bound by the triangle inequality.
    Rows are not renormalised here; counts go through `klbio.smoothing` first.
    Close rows keep their digits: see `klbio.divergences.kernels`.

    References
    ----------
    .. [1] Kullback S, Leibler RA (1951) On information and sufficiency.
       Ann Math Stat 22:79-86. doi:10.1214/aoms/1177729694

    Examples
    --------
    A column that always emits A, against a uniform background, carries the
    full two bits of the DNA alphabet:

    >>> float(relative_entropy([1, 0, 0, 0], [0.25, 0.25, 0.25, 0.25]))
    2.0
    """
    unit = base_nats(base)
    return kernels.relative_entropy(*pair(p, q)) / unit


def relative_entropy_terms(p: ArrayLike, q: ArrayLike, *, base: float = 2.0) -> FloatArray:
    r"""Contribution of each category to the relative entropy, :math:`p_k \log_b (p_k / q_k)`.

    Positive where `p` has more than `q`, negative where it has less; their sum
    is the relative entropy, so one category alone is not a distance.

    Parameters
    ----------
    p, q : array_like of shape (..., n_categories)
        Probabilities; each row sums to 1, leading axes broadcast.
    base : float, default 2
        Base of the logarithm.

    Returns
    -------
    ndarray of shape (..., n_categories)
        0 where `p` is 0; ``inf`` where only `q` is 0.

    Raises
    ------
    InputError
        As `relative_entropy`.

    See Also
    --------
    jensen_shannon_terms : contributions that are never negative.

    Examples
    --------
    >>> relative_entropy_terms([0.5, 0.5, 0], [0.25, 0.25, 0.5])
    array([0.5, 0.5, 0. ])
    """
    unit = base_nats(base)
    return kernels.relative_entropy_terms(*pair(p, q)) / unit


def generalized_relative_entropy(p: ArrayLike, q: ArrayLike, *, base: float = 2.0) -> FloatArray:
    r"""Relative entropy of amounts that need not sum to 1 (I-divergence).

    .. math:: D(p \parallel q) = \sum_k p_k \log_b \frac{p_k}{q_k} + \frac{\sum_k q_k - \sum_k p_k}{\ln b}

    Equals `relative_entropy` where both sides sum to the same; otherwise the
    change of the total counts too.

    Parameters
    ----------
    p, q : array_like of shape (..., n_categories)
        Finite, non-negative amounts (counts, absolute loads), in one unit.
    base : float, default 2
        Base of the logarithm.

    Returns
    -------
    ndarray of shape (...)
        Non-negative; 0 where the rows are equal; ``inf`` where `p` has an
        amount on a category where `q` has none.

    Raises
    ------
    InputError
        Where a value is negative or not finite, or the shapes do not fit.

    References
    ----------
    .. [1] Csiszar I (1991) Why least squares and maximum entropy?
       Ann Stat 19:2032-2066. doi:10.1214/aos/1176348385

    Examples
    --------
    >>> import math
    >>> float(generalized_relative_entropy([2, 0], [0.5, 1.5], base=math.e)) == 2 * math.log(4)
    True
    """
    unit = base_nats(base)
    left, right = amounts("p", p), amounts("q", q)
    broadcast(left, right)
    total: FloatArray = kernels.generalized_terms(left, right).sum(axis=-1)
    return total / unit


def jeffreys_divergence(p: ArrayLike, q: ArrayLike, *, base: float = 2.0) -> FloatArray:
    r"""Sum of the relative entropies of both directions.

    .. math:: J(p, q) = D(p \parallel q) + D(q \parallel p)

    Read as the bits of evidence a pair of observations, one from each side,
    gives on average for telling the two apart.  Some authors halve it.

    Parameters
    ----------
    p, q : array_like of shape (..., n_categories)
        Probabilities; each row sums to 1, leading axes broadcast.
    base : float, default 2
        Base of the logarithm.

    Returns
    -------
    ndarray of shape (...)
        Non-negative and symmetric; ``inf`` unless both have the same support.

    Raises
    ------
    InputError
        As `relative_entropy`.

    References
    ----------
    .. [1] Jeffreys H (1946) An invariant form for the prior probability in
       estimation problems. Proc R Soc A 186:453-461. doi:10.1098/rspa.1946.0056

    Examples
    --------
    >>> float(jeffreys_divergence([0.8, 0.2], [0.2, 0.8]))
    2.4
    """
    unit = base_nats(base)
    left, right = pair(p, q)
    return (kernels.relative_entropy(left, right) + kernels.relative_entropy(right, left)) / unit
