"""How fast the better of two coding models is found when both mistakes count alike."""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import minimize_scalar

from klbio.distributions import FloatArray
from klbio.models.content_model import ContentModel
from klbio.models.markov.content import comparable
from klbio.models.markov.rates import EPSILON, common_order
from klbio.models.markov.stationary import step

__all__ = ["chernoff_rate"]

CYCLES = 2_000
TOLERANCE = 1e-12


def chernoff_rate(p: ContentModel, q: ContentModel, *, epsilon: float = EPSILON) -> float:
    r"""Chernoff information of two content models, in bits per base.

    .. math:: C = -\min_{0 \le s \le 1} \tfrac{1}{3} \log_2 \rho(T_s)

    with :math:`T_s` the operator that moves contexts on by one codon with weights
    :math:`P_f^s Q_f^{1-s}` (by one base where the period is 1), and :math:`\rho` its spectral radius.

    Parameters
    ----------
    p, q : ContentModel
        Of one period.
    epsilon : float
        As for `klbio.models.markov.rates.relative_entropy_rates`.

    Returns
    -------
    float
        Symmetric, at least 0.  The best test of equally likely models errs with probability
        near :math:`2^{-nC}` after n bases; `klbio.models.markov.rates.bases_to_tell_apart` turns it
        into a length.

    References
    ----------
    .. [1] Cover TM, Thomas JA (2006) Elements of Information Theory, 2nd edn, section 11.9.
       doi:10.1002/047174882X

    Examples
    --------
    Two coins that mirror each other, where s = 1/2 is best: C = -log2 sum of sqrt(p q).

    >>> coin, mirrored = ContentModel([[[0.8, 0.2, 0, 0]]]), ContentModel([[[0.2, 0.8, 0, 0]]])
    >>> round(chernoff_rate(coin, mirrored, epsilon=0.0), 6), round(-np.log2(0.8), 6).item()
    (0.321928, 0.321928)
    """
    order = common_order([p, q])
    left, right = (comparable(model, order=order, epsilon=epsilon) for model in (p, q))

    def log_radius(s: float) -> float:
        return _log_radius(left**s * right ** (1 - s))

    lowest = minimize_scalar(log_radius, bounds=(0.0, 1.0), method="bounded", options={"xatol": 1e-4})
    return max(-float(lowest.fun) / p.period, 0.0)


def _log_radius(weights: FloatArray) -> float:
    """Give log2 of the spectral radius over one period, by power iteration."""
    law = np.full(weights.shape[1], 1 / weights.shape[1])
    radius = 0.0
    for _ in range(CYCLES):
        for position in weights:
            law = step(law, position)
        before, radius = radius, float(law.sum())
        law /= radius
        if abs(radius - before) < TOLERANCE:
            break
    return math.log2(radius)
