"""Jensen-Shannon increments between content models: evidence per base about which of the two is at work."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.models.content_model import ContentModel
from klbio.models.markov.content import smoothing_name
from klbio.models.markov.rates import EPSILON, by_order

__all__ = ["jensen_shannon_increments"]

BLOCK = 8  # pairs at a time, so that they stay in cache


def jensen_shannon_increments(models: Sequence[ContentModel], *, epsilon: float = EPSILON) -> FloatArray:
    r"""Jensen-Shannon increment of every pair of models, in bits per base.

    .. math::
        I(Z; X_{k+1} \mid X_1 \dots X_k) = \text{JSD}_{k+1} - \text{JSD}_k

    with Z the toss of a fair coin that says which model a sequence is from, and
    :math:`\text{JSD}_n` the Jensen-Shannon divergence of the two stationary laws of words of n bases.
    At each position f of the period, whose mean is taken, it is

    .. math::
        \tfrac12 \sum_c \pi^P_f(c) D(P_f(\cdot \mid c) \parallel M_f(\cdot \mid c))
        + \tfrac12 \sum_c \pi^Q_f(c) D(Q_f(\cdot \mid c) \parallel M_f(\cdot \mid c)), \qquad
        M_f(b \mid c) = \frac{\pi^P_f(c) P_f(b \mid c) + \pi^Q_f(c) Q_f(b \mid c)}{\pi^P_f(c) + \pi^Q_f(c)}.

    Read it as what one base more, after k known ones, tells on average about the coin.

    Parameters
    ----------
    models : sequence of ContentModel
        All of one period.
    epsilon : float
        As for `klbio.models.markov.rates.relative_entropy_rates`.

    Returns
    -------
    ndarray of shape (n_models, n_models)
        Symmetric, from 0 (equal models) to 1 bit.

    Notes
    -----
    The Jensen-Shannon divergence of two long sequences is at most 1 bit in all, so its *rate* per base
    is zero for any two ergodic models; the increment is what is left to compare.  It depends on k, here
    the higher order of the two models, at least 2 with period 3, whatever others are compared beside
    them: a mixture of two chains is no chain, and bases further back would help to tell Z.

    References
    ----------
    .. [1] Lin J (1991) Divergence measures based on the Shannon entropy. IEEE Trans Inf
       Theory 37:145-151. doi:10.1109/18.61115

    Examples
    --------
    Two sources that never emit the same base are told apart by the first one:

    >>> one, other = ContentModel([[[1.0, 0, 0, 0]]]), ContentModel([[[0, 1.0, 0, 0]]])
    >>> jensen_shannon_increments([one, other], epsilon=0.0)
    array([[0., 1.],
           [1., 0.]])
    """
    smoothing_name(epsilon)  # refuses an epsilon that is no probability
    found = np.zeros((len(models), len(models)))
    for members, new, laws, tables in by_order(models, epsilon):
        found[np.ix_(members, members)] += _pairs_with_new(laws, tables, new)
    return found


def _pairs_with_new(laws: FloatArray, tables: FloatArray, new: NDArray[np.bool_]) -> FloatArray:
    """Bits per base of the pairs one of which is new, shape (n_models, n_models), 0 for the others.

    `laws` is (n_models, period, n_contexts), `tables` has a last axis of 4 bases.
    """
    logs = np.log(np.where(tables > 0, tables, 1.0))
    found = np.zeros((len(tables), len(tables)))
    for i in range(len(tables)):
        others = i + 1 + np.flatnonzero(new[i + 1 :] | new[i])
        for start in range(0, len(others), BLOCK):
            block = others[start : start + BLOCK]
            nats = _from_one(laws[i], tables[i], logs[i], laws[block], tables[block], logs[block])
            found[i, block] = found[block, i] = np.maximum(nats, 0.0) / math.log(2)
    return found


def _from_one(
    law: FloatArray, p: FloatArray, log_p: FloatArray, laws: FloatArray, q: FloatArray, log_q: FloatArray
) -> FloatArray:
    """Nats per base between one model and each of a block; logarithms of 0 are given as 0."""
    both = law + laws
    share = np.divide(laws, both, out=np.zeros_like(both), where=both > 0)
    middle = p + share[..., None] * (q - p)  # equals p exactly where q does
    log_middle = np.log(np.where(middle > 0, middle, 1.0))
    terms = law[..., None] * p * (log_p - log_middle) + laws[..., None] * q * (log_q - log_middle)
    return np.asarray(terms.sum(axis=(2, 3)).mean(axis=1) / 2)
