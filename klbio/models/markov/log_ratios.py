"""The sum at the heart of every relative entropy of many models: log-ratios weighted by a law."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from klbio.distributions import FloatArray

__all__ = ["Places", "log_ratio_sums", "logarithms"]

Places = npt.NDArray[np.intp]
CLOSE = 1e-5  # nats; a difference of two sums is good to 1e-15


def logarithms(laws: FloatArray) -> FloatArray:
    """Natural logarithms; that of 0 is -inf, which is meant.

    >>> logarithms(np.array([1.0, 0.0]))
    array([  0., -inf])
    """
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(laws))


def log_ratio_sums(law: FloatArray, logs: FloatArray, i: int, rows: Places) -> FloatArray:
    r"""Sum over outcomes w, for each of some rows q: :math:`\sum_w p(w) (\ell_i(w) - \ell_q(w))`.

    Where the rows are close the difference of logarithms is taken first: it is exactly 0 where they agree,
    and two sums that hardly differ are not subtracted.

    Parameters
    ----------
    law : ndarray of shape (n,)
        p; outcomes of probability 0 are passed over, whatever their logarithms.
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
    used = np.flatnonzero(law)
    if len(used) < len(law):
        law, logs = law[used], logs[:, used]
    sums = np.einsum("w,w->", law, logs[i]) - np.einsum("w,qw->q", law, logs[rows])
    for place in np.flatnonzero(sums < CLOSE):
        sums[place] = np.einsum("w,w->", law, logs[i] - logs[rows[place]])
    return np.asarray(sums)
