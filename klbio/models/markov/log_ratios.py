"""The sum at the heart of every relative entropy of many models: log-ratios weighted by a distribution."""

from __future__ import annotations

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.arrays import Indices

__all__ = ["log_ratio_sums", "logarithms"]

CLOSE = 1e-5  # nats; a difference of two sums is good to 1e-15


def logarithms(probabilities: FloatArray) -> FloatArray:
    """Natural logarithms; that of 0 is -inf, which is meant.

    >>> logarithms(np.array([1.0, 0.0]))
    array([  0., -inf])
    """
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(probabilities))


def log_ratio_sums(p: FloatArray, logs: FloatArray, i: int, rows: Indices) -> FloatArray:
    r"""Sum over outcomes w, for each of some rows q: :math:`\sum_w p(w) (\ell_i(w) - \ell_q(w))`.

    Where the rows are close the difference of logarithms is taken first: it is exactly 0 where they agree,
    and two sums that hardly differ are not subtracted.

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
    used = np.flatnonzero(p)
    if len(used) < len(p):
        p, logs = p[used], logs[:, used]
    sums = np.einsum("w,w->", p, logs[i]) - np.einsum("w,qw->q", p, logs[rows])
    for place in np.flatnonzero(sums < CLOSE):
        sums[place] = np.einsum("w,w->", p, logs[i] - logs[rows[place]])
    return np.asarray(sums)
