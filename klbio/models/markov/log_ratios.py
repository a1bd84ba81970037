"""The sum at the heart of every relative entropy of many models: log-ratios weighted by a distribution."""

from __future__ import annotations

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.arrays import Indices

__all__ = ["log_ratio_sums", "logarithms", "pair_sums"]

IN_CACHE = 1 << 18  # bytes of rows q that are held against p together


def logarithms(probabilities: FloatArray) -> FloatArray:
    """Natural logarithms; that of 0 is -inf, which is meant.

    >>> logarithms(np.array([1.0, 0.0]))
    array([  0., -inf])
    """
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(probabilities))


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
    at_once = max(1, IN_CACHE // max(1, logs[:1].nbytes))
    buffer = np.empty((min(at_once, len(rows)), logs.shape[1]))
    with np.errstate(invalid="ignore"):
        for start in range(0, len(rows), at_once):
            here = rows[start : start + at_once]
            differences = buffer[: len(here)]
            np.take(logs, here, axis=0, out=differences, mode="clip")
            np.subtract(logs[i], differences, out=differences)
            np.einsum("ij,j->i", differences, p, out=found[start : start + at_once])
    if (odd := np.isnan(found)).any():  # infinite logarithms of what has probability 0
        possible = p > 0
        found[odd] = (logs[i, possible] - logs[rows[odd]][:, possible]) @ p[possible]
    return found


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
    order = np.argsort(pairs[:, 0], kind="stable")
    members, starts = np.unique(pairs[order, 0], return_index=True)
    for i, own in zip(members.tolist(), np.split(order, starts[1:]), strict=True):
        found[own] = log_ratio_sums(p[i], logs, i, pairs[own, 1])
    return found
