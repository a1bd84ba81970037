"""Signals position by position: splice sites, start and stop codons."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import rel_entr

from klbio.distributions import FloatArray
from klbio.models.content_model import SiteModel
from klbio.models.markov.rates import EPSILON
from klbio.models.markov.stationary import step

__all__ = ["position_marginals", "site_relative_entropies"]


def position_marginals(conditionals: FloatArray) -> FloatArray:
    r"""Give the base composition at each position of a signal whose bases depend on the ones before.

    .. math:: P_i(b) = \sum_c \pi_i(c) P_i(b \mid c)

    with the law of the context carried on from position to position, and the bases before
    the first one taken as uniform.

    Parameters
    ----------
    conditionals : ndarray of shape (length, 4**k, 4)
        ``[i, c, b]`` is P(base b at position i | the k bases before it are c).  A row of
        zeros is read as uniform.

    Returns
    -------
    ndarray of shape (length, 4)

    Examples
    --------
    A copy of the base before, after a uniform one, stays uniform:

    >>> position_marginals(np.eye(4)[None])
    array([[0.25, 0.25, 0.25, 0.25]])
    """
    rows = np.where(conditionals.sum(axis=-1, keepdims=True) > 0, conditionals, 0.25)
    law = np.full(rows.shape[1], 1 / rows.shape[1])
    marginals = []
    for position in rows:
        marginals.append(law @ position)
        law = step(law, position)
    return np.array(marginals)


def site_relative_entropies(p: SiteModel, q: SiteModel, *, epsilon: float = EPSILON) -> dict[int, float]:
    r"""Relative entropy D(p || q) at each position both models describe.

    .. math:: D_i = \sum_b p_i(b) \log_2 \frac{p_i(b)}{q_i(b)}

    Parameters
    ----------
    p, q : SiteModel
        Positions are counted from the signal, so windows of different width line up.
    epsilon : float
        Added to every probability before rows are scaled to sum to 1.

    Returns
    -------
    dict of int to float
        Bits at each shared position; empty when the windows do not overlap.  Their sum is
        the relative entropy per site, dependence between positions left aside.

    Examples
    --------
    >>> donor = SiteModel([[0, 0, 1, 0], [0, 0, 0, 1]], first=0)
    >>> fair = SiteModel([[0.25] * 4] * 3, first=-1)
    >>> site_relative_entropies(donor, fair, epsilon=0)
    {0: 2.0, 1: 2.0}
    """
    shared = range(max(p.first, q.first), min(p.positions.stop, q.positions.stop))
    ours, theirs = (_smoothed(site.probabilities, epsilon) for site in (p, q))
    return {i: _bits(ours[i - p.first], theirs[i - q.first]) for i in shared}


def _smoothed(rows: FloatArray, epsilon: float) -> FloatArray:
    return np.asarray((rows + epsilon) / (1 + rows.shape[-1] * epsilon))


def _bits(p: FloatArray, q: FloatArray) -> float:
    return max(float(rel_entr(p, q).sum()), 0.0) / math.log(2)
