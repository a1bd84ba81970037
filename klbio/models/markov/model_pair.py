"""Two content models: how fast they are told apart, and what the size of their training sets leaves open."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.markov.content_model import EPSILON, ContentModel
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.rate_interval import RateInterval, TrainedModel
from klbio.models.markov.stationary import step

__all__ = ["ModelPair", "bases_to_tell_apart"]

CYCLES = 2_000
TOLERANCE = 1e-12


@dataclass(frozen=True, eq=False)
class ModelPair:
    """Content models p and q of one period.

    Parameters
    ----------
    p, q : ContentModel
    epsilon : float, default 1e-4
        As for `klbio.models.markov.content_models.ContentModels`.
    """

    p: ContentModel
    q: ContentModel
    epsilon: float = EPSILON

    @cached_property
    def _models(self) -> ContentModels:
        return ContentModels([self.p, self.q], epsilon=self.epsilon)

    @property
    def order(self) -> int:
        """The order at which both can be written."""
        return self._models.order

    @cached_property
    def chernoff_rate(self) -> float:
        r"""Chernoff information of the two, in bits per base.

        .. math:: C = -\min_{0 \le s \le 1} \tfrac{1}{3} \log_2 \rho(T_s)

        with :math:`T_s` the operator that moves contexts on by one codon with weights
        :math:`P_f^s Q_f^{1-s}` (by one base where the period is 1), and :math:`\rho` its spectral radius.

        Returns
        -------
        float
            Symmetric, at least 0.  The best test of equally likely models errs with probability
            near :math:`2^{-nC}` after n bases; `bases_to_tell_apart` turns it into a length.

        References
        ----------
        .. [1] Cover TM, Thomas JA (2006) Elements of Information Theory, 2nd edn, section 11.9.
           doi:10.1002/047174882X

        Examples
        --------
        Two coins that mirror each other, where s = 1/2 is best: C = -log2 sum of sqrt(p q).

        >>> coin, mirrored = ContentModel([[[0.8, 0.2, 0, 0]]]), ContentModel([[[0.2, 0.8, 0, 0]]])
        >>> round(ModelPair(coin, mirrored, epsilon=0.0).chernoff_rate, 6), round(-np.log2(0.8), 6).item()
        (0.321928, 0.321928)
        """
        from scipy.optimize import minimize_scalar  # here, because it is heavy

        left, right = (model.probabilities for model in self._models.comparable)

        def log_radius(s: float) -> float:
            """Logarithm of the spectral radius of P^s Q^(1-s)."""
            return _log_radius(left**s * right ** (1 - s))

        lowest = minimize_scalar(log_radius, bounds=(0.0, 1.0), method="bounded", options={"xatol": 1e-4})
        return max(-float(lowest.fun) / self.p.period, 0.0)

    @property
    def both_sizes_known(self) -> bool:
        """Whether both say from how many bases they were estimated."""
        return self.p.n_counts is not None and self.q.n_counts is not None

    @cached_property
    def interval(self) -> RateInterval | None:
        r"""What chance adds to the relative entropy rate, from the number of bases the models were estimated from.

        The rate is too high by B on average.  B is found by redrawing: the counts of every row of both models are
        drawn again by Poisson, with sources between their pool and themselves whose relative entropy is the one
        found less the noise floor, and estimated with half a count added to each.  The noise floor is the same with
        the pool for both sources.  To second order, with N bases and d free parameters of a model,

        .. math:: B \approx \frac{d_P}{2 N_P \ln 2}
            + \frac{1}{2 N_Q \ln 2} \sum_{f, c, b} \frac{\pi^P_f(c) P_f(b|c)}{\pi^Q_f(c)} \frac{1 - Q_f(b|c)}{Q_f(b|c)},

        the second term being d/(2 N ln 2) too where the models are equal.  The rate varies by

        .. math:: V = \left(1 - \frac{B}{D}\right) \left( \frac{1}{N_P} \sum_{f, c} \tfrac13 \pi^P_f(c)
            \operatorname{Var}_{b \sim P} \left[ \log_2 \frac{P_f(b|c)}{Q_f(b|c)} + h_{f+1}(cb) \right]
            + \frac{1}{N_Q \ln^2 2} \sum_{f, c} \tfrac13 \frac{\pi^P_f(c)^2}{\pi^Q_f(c)} \operatorname{Var}_{b \sim Q}
            \left[ \frac{P_f(b|c)}{Q_f(b|c)} \right] \right) + V_0 + \left( \frac{\Delta}{10} \right)^2.

        h solves Poisson's equation for the log-ratio (what a context promises beyond the mean), so that
        the first sum is the variance per base of the log-likelihood ratio along P; V0 is that of the redrawn
        floor, all there is where the models are equal; Delta is what redrawing and the expansion differ by, which is
        much where bases are few.  The corrected rate is D - B, the interval D - B -+ 1.96 sqrt(V), cut at 0.

        Returns
        -------
        RateInterval or None
            None where neither size is known (a model whose `n_counts` is None is taken as it stands), or D is
            infinite.

        Notes
        -----
        It takes the training sequence as drawn from a chain of the model's order.  Genes differ more from
        each other than that, so the interval is the least there is.

        References
        ----------
        .. [1] Billingsley P (1961) Statistical methods in Markov chains. Ann Math Stat 32:12-40.
           doi:10.1214/aoms/1177705136

        Examples
        --------
        Two coins, each estimated from a thousand tosses:

        >>> p, q = (ContentModel([[[x, 1 - x, 0, 0]]], n_counts=1000) for x in (0.5, 0.6))
        >>> found = ModelPair(p, q, epsilon=0.0).interval
        >>> round(found.corrected, 3), round(found.low, 3), round(found.high, 3), round(found.noise_floor, 4)
        (0.028, 0.003, 0.053, 0.0014)
        """
        if self.p.n_counts is None and self.q.n_counts is None:
            return None
        p, q = (
            TrainedModel(model, content.least_order)
            for model, content in zip(self._models.comparable, (self.p, self.q), strict=True)
        )
        return RateInterval.between(p, q)


def _log_radius(weights: FloatArray) -> float:
    """Give log2 of the spectral radius over one period, by power iteration."""
    contexts = np.full(weights.shape[1], 1 / weights.shape[1])
    radius = 0.0
    for _ in range(CYCLES):
        for position in weights:
            contexts = step(contexts, position)
        before, radius = radius, float(contexts.sum())
        contexts /= radius
        if abs(radius - before) < TOLERANCE:
            break
    return math.log2(radius)


def bases_to_tell_apart(bits_per_base: float, *, error: float = 0.01) -> float:
    r"""Length of sequence after which a wrong model is accepted with probability `error` (Stein).

    .. math:: n = \lceil \log_2(1 / \text{error}) / D \rceil

    At a fixed rate of wrong rejection, the best test's rate of wrong acceptance falls as
    :math:`2^{-nD(P \parallel Q)}`.  It is the asymptotic rate: read n as an order of magnitude.

    Returns
    -------
    float
        A whole number of bases, ``inf`` where the models are equal, 1 where D is infinite.

    References
    ----------
    .. [1] Cover TM, Thomas JA (2006) Elements of Information Theory, 2nd edn, chapter 11.
       doi:10.1002/047174882X

    Examples
    --------
    >>> bases_to_tell_apart(0.1115)
    60.0
    """
    if bits_per_base == 0:
        return math.inf
    return max(float(math.ceil(math.log2(1 / error) / bits_per_base)), 1.0)
