"""Coding models brought to the GC content of a query, at each codon position, and otherwise left as they are."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logit

from klbio.distributions import FloatArray

__all__ = ["gc_contents", "gc_log_odds_shifts", "gc_matched", "gc_shifted"]

GC = slice(1, 3)  # C and G stand side by side in ACGT
GREATEST_SHIFT = 40.0  # odds times 2e17: no base is then left to the other side
STEPS = 200
TOLERANCE = 1e-13


def gc_contents(law: FloatArray, probabilities: FloatArray) -> FloatArray:
    r"""Share of G and C at each position of the period, :math:`\sum_c \pi_f(c)\,[P_f(G \mid c) + P_f(C \mid c)]`.

    Parameters
    ----------
    law : ndarray of shape (period, 4**k)
        Weight of each context; it need not sum to 1.
    probabilities : ndarray of shape (..., period, 4**k, 4)

    Returns
    -------
    ndarray of shape (..., period)

    Examples
    --------
    >>> gc_contents(np.ones((1, 1)), np.array([[[0.1, 0.2, 0.3, 0.4]]]))
    array([0.5])
    """
    weights = law / law.sum(axis=-1, keepdims=True)
    return np.asarray((weights * probabilities[..., GC].sum(axis=-1)).sum(axis=-1))


def gc_shifted(tables: FloatArray, shifts: FloatArray) -> FloatArray:
    r"""Multiply the odds of G or C against A or T by one factor at each codon position, in every context.

    .. math:: Q^\theta_f(b \mid c) = \frac{Q_f(b \mid c)\, e^{\theta_f [b \in GC]}}
        {\sum_{b'} Q_f(b' \mid c)\, e^{\theta_f [b' \in GC]}}

    What is said about G against C, A against T, and about contexts among each other, stays as it is.

    Parameters
    ----------
    tables : ndarray of shape (..., period, 4**k, 4)
        Rows sum to 1, or are zeros.
    shifts : ndarray of shape (..., period)
        :math:`\theta`, in natural log-odds; with 0 the table comes back.

    Returns
    -------
    ndarray of the shape of `tables`

    Examples
    --------
    >>> gc_shifted(np.array([[[0.25, 0.25, 0.25, 0.25]]]), np.array([np.log(3)])).round(3)
    array([[[0.125, 0.375, 0.375, 0.125]]])
    """
    growth = np.expm1(shifts)[..., None]
    total = 1.0 + tables[..., GC].sum(axis=-1) * growth
    moved = tables / total[..., None]
    moved[..., GC] *= 1.0 + growth[..., None]
    return np.asarray(moved)


def gc_log_odds_shifts(law: FloatArray, probabilities: FloatArray, tables: FloatArray) -> FloatArray:
    r"""Find the shifts with which models reach the GC content of a query, in the query's own contexts.

    The root of :math:`\sum_c \pi_f(c)\, Q^\theta_f(GC \mid c) = \sum_c \pi_f(c)\, P_f(GC \mid c)` in each
    :math:`\theta_f`, by Newton's steps inside a bracket.  The left side only grows with :math:`\theta_f`,
    and the root is also where Q with shifted odds costs the fewest bits on the query.

    Parameters
    ----------
    law : ndarray of shape (period, 4**k)
        Weight of each context in the query: its stationary law, or counts.
    probabilities : ndarray of shape (period, 4**k, 4)
        The query P.
    tables : ndarray of shape (n_models, period, 4**k, 4)
        The models Q.

    Returns
    -------
    ndarray of shape (n_models, period)
        At most 40 either way, which stands for a query without A and T, or without G and C.

    Examples
    --------
    >>> fair, rich = np.full((1, 1, 4), 0.25), np.array([[[0.125, 0.375, 0.375, 0.125]]])
    >>> np.exp(gc_log_odds_shifts(np.ones((1, 1)), rich, fair[None])).round(6)
    array([[3.]])
    """
    wanted = gc_contents(law, probabilities)
    weights = law / law.sum(axis=-1, keepdims=True)
    log_odds = logit(np.minimum(tables[..., GC].sum(axis=-1), 1.0))
    shift = np.zeros(tables.shape[:2])
    low, high = shift - GREATEST_SHIFT, shift + GREATEST_SHIFT
    for _ in range(STEPS):
        reached = expit(log_odds + shift[..., None])
        missing = wanted - (weights * reached).sum(axis=-1)
        if np.abs(missing).max(initial=0.0) < TOLERANCE:
            break
        low, high = np.where(missing > 0, shift, low), np.where(missing < 0, shift, high)
        slope = (weights * reached * (1 - reached)).sum(axis=-1)
        newton = shift + np.divide(missing, slope, out=np.full_like(slope, np.inf), where=slope > 0)
        shift = np.where((low < newton) & (newton < high), newton, (low + high) / 2)
    return shift


def gc_matched(law: FloatArray, probabilities: FloatArray, tables: FloatArray) -> FloatArray:
    r"""Bring models to the GC content of a query at each codon position: those that cost it the fewest bits.

    .. math:: Q^* = \arg\min_\theta D(P \parallel Q^\theta)

    Parameters
    ----------
    law, probabilities, tables
        As for `gc_log_odds_shifts`.

    Returns
    -------
    ndarray of the shape of `tables`

    Notes
    -----
    The relative entropy rate is split without remainder, both parts being at least 0:

    .. math:: D(P \parallel Q) = D(P \parallel Q^*) + D_P(Q^* \parallel Q)

    with :math:`D_P` taken over the contexts of P.  The second is what GC content alone explains; the first is 0
    for models whose odds of GC against AT differ by one factor per codon position, however large.

    References
    ----------
    .. [1] Csiszar I (1975) I-divergence geometry of probability distributions and minimization problems.
       Ann Probab 3:146-158. doi:10.1214/aop/1176996454

    Examples
    --------
    >>> fair, rich = np.full((1, 1, 4), 0.25), np.array([[[0.1, 0.3, 0.5, 0.1]]])
    >>> gc_matched(np.ones((1, 1)), rich, fair[None]).round(6)
    array([[[[0.1, 0.4, 0.4, 0.1]]]])
    """
    return gc_shifted(tables, gc_log_odds_shifts(law, probabilities, tables))
