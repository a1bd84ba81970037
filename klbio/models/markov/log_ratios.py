"""The sum at the heart of every relative entropy of many models: log-ratios weighted by a distribution."""

from __future__ import annotations

import numpy as np

from klbio.compiled import compiled_sums
from klbio.distributions import FloatArray
from klbio.models.arrays import Indices

__all__ = ["fill_log_ratio_sums", "fill_pair_sums", "log_ratio_sums", "logarithms", "pair_sums"]

IN_CACHE = 1 << 20  # bytes of rows q, all held against one p before the next p


def logarithms(probabilities: FloatArray) -> FloatArray:
    """Natural logarithms; that of 0 is -inf, which is meant.

    >>> logarithms(np.array([1.0, 0.0]))
    array([  0., -inf])
    """
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(probabilities))


@compiled_sums
def fill_log_ratio_sums(p: FloatArray, logs: FloatArray, i: int, rows: Indices, into: FloatArray) -> None:
    """See `log_ratio_sums`."""
    own = logs[i]
    for place in range(len(rows)):
        other, total = logs[rows[place]], 0.0
        for w in range(len(p)):
            term = p[w] * (own[w] - other[w])
            total += term if p[w] > 0.0 else 0.0
        into[place] = total


def log_ratio_sums(p: FloatArray, logs: FloatArray, i: int, rows: Indices) -> FloatArray:
    r"""Sum over outcomes w, for each of some rows q: :math:`\sum_w p(w) (\ell_i(w) - \ell_q(w))`.

    The difference of logarithms is taken first: it is exactly 0 where the rows agree, and two sums that hardly differ
    are not subtracted.

    Parameters
    ----------
    p : ndarray of shape (n,)
        Outcomes of probability 0 are passed over, whatever their logarithms.
    logs : ndarray of shape (n_rows, n)
        Logarithms.
    i : int
        The row that belongs to p.
    rows : ndarray of shape (n_chosen,)
        Numbers of the rows q.

    Returns
    -------
    ndarray of shape (n_chosen,)
        In nats.

    Examples
    --------
    >>> logs = logarithms(np.array([[1.0, 0.0], [0.5, 0.5]]))
    >>> (log_ratio_sums(np.array([1.0, 0.0]), logs, 0, np.arange(2)) / np.log(2)).tolist()
    [0.0, 1.0]
    """
    found = np.empty(len(rows))
    fill_log_ratio_sums(p, logs, i, rows, found)
    return found


@compiled_sums
def fill_pair_sums(p: FloatArray, logs: FloatArray, pairs: Indices, order: Indices, into: FloatArray) -> None:
    """See `pair_sums`; pairs are taken in the order given."""
    for place in order:
        i, j = pairs[place]
        words, own, other, total = p[i], logs[i], logs[j], 0.0
        for w in range(len(words)):
            term = words[w] * (own[w] - other[w])
            total += term if words[w] > 0.0 else 0.0
        into[place] = total


def pair_sums(p: FloatArray, logs: FloatArray, pairs: Indices) -> FloatArray:
    """Give the sums of `log_ratio_sums` for many pairs of rows.

    Parameters
    ----------
    p : ndarray of shape (n_rows, n)
    logs : ndarray of shape (n_rows, n)
        Logarithms of the same rows.
    pairs : ndarray of int of shape (n_pairs, 2)
        Numbers of p and of q.

    Returns
    -------
    ndarray of shape (n_pairs,)
        In nats.

    Examples
    --------
    >>> rows = np.array([[0.5, 0.5], [0.25, 0.75]])
    >>> pair_sums(rows, logarithms(rows), np.array([[0, 0], [0, 1]])).round(6).tolist()
    [0.0, 0.143841]
    """
    found = np.empty(len(pairs))
    at_once = max(1, IN_CACHE // max(1, logs[0].nbytes))
    order = np.lexsort((pairs[:, 0], pairs[:, 1] // at_once))
    fill_pair_sums(p, logs, pairs, order, found)
    return found
