"""The two measures most asked for, as a matrix in memory."""

from __future__ import annotations

from klbio.distributions import Counts, FloatArray, MatrixLike
from klbio.pairwise.all_pairs import AllPairs

__all__ = ["jensen_shannon_matrix", "relative_entropy_matrix"]


def jensen_shannon_matrix(
    counts: Counts | MatrixLike,
    other: Counts | MatrixLike | None = None,
    *,
    base: float = 2.0,
    threads: int = 1,
    progress: bool = False,
) -> FloatArray:
    r"""Jensen-Shannon divergence of every two samples.

    .. math:: \mathrm{JSD}_{ij} = \tfrac12 D(p_i \parallel m) + \tfrac12 D(q_j \parallel m),
              \qquad m = \tfrac12 (p_i + q_j), \quad p = \text{count} / \text{depth}

    Read as the bits that one read, taken from either sample with even odds, gives
    about which of the two it came from.

    Parameters
    ----------
    counts : Counts, sparse matrix or array_like of shape (n_samples, n_categories)
        Non-negative; every sample with at least one count.
    other : like `counts`, of shape (n_others, n_categories), optional
        Compare with these samples instead; same categories in the same order.
    base : float, default 2
        Base of the logarithm: 2 gives bits, ``math.e`` gives nats.
    threads : int, default 1
        Threads to share the rows among; the result is the same to the last bit.
    progress : bool, default False
        Show a progress bar on standard error.

    Returns
    -------
    ndarray of shape (n_samples, n_samples) or (n_samples, n_others)
        From 0 (same shares) to 1 bit (no category in common).

    Raises
    ------
    InputError
        Naming the samples that are empty, negative or not finite, or the
        categories in which the two tables differ.

    See Also
    --------
    AllPairs : other measures, blocks for a matrix larger than memory, nearest neighbours.
    klbio.divergences.jensen_shannon_divergence : of two rows.

    Notes
    -----
    Not a distance; its square root is (`AllPairs` with the measure
    ``"jensen-shannon-distance"``).  Categories absent from both samples change nothing.
    The first call in a process loads numba, the first ever compiles for some seconds.

    References
    ----------
    .. [1] Lin J (1991) Divergence measures based on the Shannon entropy.
       IEEE Trans Inf Theory 37:145-151. doi:10.1109/18.61115

    Examples
    --------
    >>> jensen_shannon_matrix([[5, 5, 0], [50, 50, 0], [0, 0, 3]])
    array([[0., 0., 1.],
           [0., 0., 1.],
           [1., 1., 0.]])
    """
    return AllPairs(counts, other, base=base).matrix(threads, progress)


def relative_entropy_matrix(
    counts: Counts | MatrixLike,
    other: Counts | MatrixLike | None = None,
    *,
    alpha: float,
    base: float = 2.0,
    threads: int = 1,
    progress: bool = False,
) -> FloatArray:
    r"""Relative entropy (Kullback-Leibler divergence) of every two samples, in both orders.

    .. math:: D_{ij} = \sum_{k=1}^{K} p_{ik} \log_b \frac{p_{ik}}{p_{jk}}, \qquad
              p_{ik} = \frac{x_{ik} + \alpha}{\sum_k x_{ik} + \alpha K}

    Read as the extra bits per read when sample i is coded with a code built for sample j.

    Parameters
    ----------
    counts : Counts, sparse matrix or array_like of shape (n_samples, n_categories)
        Non-negative; every sample with at least one count.
    other : like `counts`, of shape (n_others, n_categories), optional
        Compare with these samples instead; same categories in the same order.
    alpha : float
        Added to each count, per category, over all K columns of the table: the support.
        There is no default, because the result depends on it.
    base : float, default 2
        Base of the logarithm: 2 gives bits, ``math.e`` gives nats.
    threads : int, default 1
        Threads to share the rows among; the result is the same to the last bit.
    progress : bool, default False
        Show a progress bar on standard error.

    Returns
    -------
    ndarray of shape (n_samples, n_samples) or (n_samples, n_others)
        Element [i, j] is D(i || j); never negative, 0 exactly for equal rows.

    Raises
    ------
    InputError
        As `jensen_shannon_matrix`, and for an `alpha` that is not a positive number.

    See Also
    --------
    klbio.divergences.relative_entropy : of two rows.

    Notes
    -----
    A column of zeros adds to K, so it changes the result: give the table on the support meant.

    References
    ----------
    .. [1] Kullback S, Leibler RA (1951) On information and sufficiency.
       Ann Math Stat 22:79-86. doi:10.1214/aoms/1177729694

    Examples
    --------
    Shares of 3/4 and 1/4 against the reverse: half the reads cost log2(3) bits more.

    >>> relative_entropy_matrix([[2, 0], [0, 2]], alpha=1).round(6)
    array([[0.      , 0.792481],
           [0.792481, 0.      ]])
    """
    pairs = AllPairs(counts, other, measure="relative-entropy", alpha=alpha, base=base)
    return pairs.matrix(threads, progress)
