"""The sum at the heart of every relative entropy of many models: log-ratios weighted by a law."""

from __future__ import annotations

import numpy as np

from klbio.distributions import FloatArray

__all__ = ["log_ratio_sums", "logarithms"]

BLOCK = 16  # rows at a time, so that their differences stay in cache


def logarithms(laws: FloatArray) -> FloatArray:
    """Natural logarithms; that of 0 is -inf, which is meant.

    >>> logarithms(np.array([1.0, 0.0]))
    array([  0., -inf])
    """
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(laws))


def log_ratio_sums(law: FloatArray, logs: FloatArray, i: int) -> FloatArray:
    r"""Sum over outcomes w, for each row q: :math:`\sum_w p(w) (\ell_i(w) - \ell_q(w))`.

    The difference of logarithms is taken first: it is exactly 0 where two rows agree.

    Parameters
    ----------
    law : ndarray of shape (n,)
        p; outcomes of probability 0 are passed over, whatever their logarithms.
    logs : ndarray of shape (n_rows, n)
        Logarithms.
    i : int
        The row that belongs to p.

    Returns
    -------
    ndarray of shape (n_rows,)
        In nats.

    Examples
    --------
    >>> logs = logarithms(np.array([[1.0, 0.0], [0.5, 0.5]]))
    >>> (log_ratio_sums(np.array([1.0, 0.0]), logs, 0) / np.log(2)).tolist()
    [0.0, 1.0]
    """
    used = np.flatnonzero(law)
    if len(used) < len(law):
        law, logs = law[used], logs[:, used]
    blocks = (logs[start : start + BLOCK] for start in range(0, len(logs), BLOCK))
    return np.concatenate([np.einsum("w,qw->q", law, logs[i] - block) for block in blocks])
