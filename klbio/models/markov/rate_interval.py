"""What the size of the training set leaves open: interval and noise floor of a relative entropy rate."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.content_model import ContentModel
from klbio.models.markov.content import CODING_PERIOD, CODON_CONTEXT, comparable
from klbio.models.markov.rates import EPSILON, common_order
from klbio.models.markov.stationary import stationary_law

__all__ = ["ENOUGH", "RateInterval", "rate_interval"]

ENOUGH = 30  # bases for each free parameter: with fewer the expansion does not hold
NORMAL_975 = 1.959963984540054
STEPS = 10_000
TOLERANCE = 1e-12


@dataclass(frozen=True)
class RateInterval:
    """Sampling uncertainty of D(p || q), in bits per base.

    Parameters
    ----------
    low, high : float
        95 % interval for D of the sources that the training sequences came from; the estimate
        itself, which is biased upwards, may lie above it.
    noise_floor : float
        What D is expected to be if both came from one source.
    """

    low: float
    high: float
    noise_floor: float


def rate_interval(p: ContentModel, q: ContentModel, *, epsilon: float = EPSILON) -> RateInterval | None:
    r"""Interval of a relative entropy rate from the number of bases its models were estimated from.

    To second order, with N bases and d free parameters of a model, the estimate is too high by

    .. math:: B = \frac{d_P}{2 N_P \ln 2}
        + \frac{1}{2 N_Q \ln 2} \sum_{f, c, b} \frac{\pi^P_f(c) P_f(b|c)}{\pi^Q_f(c)} \frac{1 - Q_f(b|c)}{Q_f(b|c)},

    the second term being d/(2 N ln 2) too where the models are equal, and varies by

    .. math:: V = \frac{1}{N_P} \sum_{f, c} \tfrac13 \pi^P_f(c) \operatorname{Var}_{b \sim P}
        \left[ \log_2 \frac{P_f(b|c)}{Q_f(b|c)} + h_{f+1}(cb) \right]
        + \frac{1}{N_Q \ln^2 2} \sum_{f, c} \tfrac13 \frac{\pi^P_f(c)^2}{\pi^Q_f(c)} \operatorname{Var}_{b \sim Q}
        \left[ \frac{P_f(b|c)}{Q_f(b|c)} \right] + \frac{2 B^2}{d}.

    h solves Poisson's equation for the log-ratio (what a context promises beyond the mean), so that
    the first sum is the variance per base of the log-likelihood ratio along P; the last term is the
    variance of chi-squared with d degrees of freedom, all there is where the models are equal.
    The interval is D - B -+ 1.96 sqrt(V), cut at 0.

    Parameters
    ----------
    p, q : ContentModel
        A model whose `n_counts` is None is taken as it stands.
    epsilon : float
        As for `klbio.models.markov.rates.relative_entropy_rates`.

    Returns
    -------
    RateInterval or None
        None where neither size is known, or one is below 30 bases for each free parameter.

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
    >>> found = rate_interval(p, q, epsilon=0.0)
    >>> round(found.low, 4), round(found.high, 4), round(found.noise_floor, 4)
    (0.0019, 0.054, 0.0014)
    """
    if p.n_counts is None and q.n_counts is None:
        return None
    order = common_order([p, q])
    ours, theirs = (comparable(model, order=order, epsilon=epsilon) for model in (p, q))
    law, other = stationary_law(ours), stationary_law(theirs)
    free = [_n_free(model, law, rows) for model, law, rows in ((p, law, ours), (q, other, theirs))]
    sizes = [model.n_counts or math.inf for model in (p, q)]
    if any(n < ENOUGH * d for n, d in zip(sizes, free, strict=True)) or not (theirs > 0)[ours > 0].all():
        return None
    ratio = np.log(np.divide(ours, theirs, out=np.ones_like(ours), where=ours > 0))
    rate = float((law[..., None] * ours * ratio).sum()) / p.period
    bias_q, variance_q = _of_reference(law, ours, other, theirs, _own(q))
    bias = free[0] / (2 * sizes[0]) + bias_q / sizes[1]
    variance = _variance_along(law, ours, ratio, _own(p)) / sizes[0] + variance_q / sizes[1]
    half = NORMAL_975 * math.sqrt(variance + 2 * bias**2 / max(*free, 1))
    floor = sum(d / (2 * n) for d, n in zip(free, sizes, strict=True))
    low, high = (max(rate - bias + sign * half, 0.0) / math.log(2) for sign in (-1, 1))
    return RateInterval(low, high, floor / math.log(2))


def _own(model: ContentModel) -> int:
    """Number of contexts whose rows were estimated."""
    order = max(model.order, CODON_CONTEXT) if model.period == CODING_PERIOD else model.order
    return int(4**order)


def _grouped(values: FloatArray, n: int) -> FloatArray:
    """Sum over the older bases of the contexts that a model of n contexts does not see."""
    return np.asarray(values.reshape(len(values), -1, n, *values.shape[2:]).sum(axis=1))


def _n_free(model: ContentModel, law: FloatArray, rows: FloatArray) -> int:
    """Free parameters of the rows that occur."""
    joint = _grouped(law[..., None] * rows, _own(model))
    entries = (joint > 0).sum(axis=-1)
    return int(np.maximum(entries - 1, 0).sum())


def _variance_along(law: FloatArray, rows: FloatArray, ratio: FloatArray, n: int) -> float:
    """Variance per base of the log-likelihood ratio along the chain, as rows of n contexts let it vary."""
    gain = ratio + _ahead(_promise(law, rows, ratio))
    joint, mass = _grouped(law[..., None] * rows, n), _grouped(law, n)
    # rows are one and the same within a group, so their mean gain is what varies
    weight = _grouped(law[..., None] * gain, n)
    mean_gain = np.divide(weight, mass[..., None], out=np.zeros_like(weight), where=mass[..., None] > 0)
    means = np.divide((joint * mean_gain).sum(axis=-1), mass, out=np.zeros_like(mass), where=mass > 0)
    return float((joint * (mean_gain - means[..., None]) ** 2).sum()) / len(rows)


def _promise(law: FloatArray, rows: FloatArray, ratio: FloatArray) -> FloatArray:
    """Solve Poisson's equation by iteration, shape (period, n_contexts)."""
    gains = (rows * ratio).sum(axis=-1)
    centred = gains - (law * gains).sum(axis=-1, keepdims=True)
    promise, more = centred, centred
    for _ in range(STEPS):
        more = (rows * _ahead(more)).sum(axis=-1)
        promise = promise + more
        if np.abs(more).max() < TOLERANCE:
            break
    return np.asarray(promise)


def _ahead(values: FloatArray) -> FloatArray:
    """Value of the context each base leads to, shape (period, n_contexts, 4)."""
    following = np.roll(values, -1, axis=0)
    n = following.shape[1]
    if n == 1:
        return np.repeat(following[..., None], 4, axis=-1)
    return np.asarray(np.tile(following.reshape(len(values), n // 4, 4), (1, 4, 1)))


def _of_reference(
    law: FloatArray, ours: FloatArray, other: FloatArray, theirs: FloatArray, n: int
) -> tuple[float, float]:
    """Bias and variance, each times the number of bases, that come from estimating the reference; in nats."""
    joint, mass = _grouped(law[..., None] * ours, n), _grouped(other, n)
    rows = theirs[:, -n:]  # a lifted table repeats itself
    seen = (mass > 0)[..., None] & (rows > 0)
    share = np.divide(joint, rows, out=np.zeros_like(joint), where=seen)
    each = np.divide(share, mass[..., None], out=np.zeros_like(share), where=seen)
    bias = (each * (1 - rows)).sum() / 2
    spread = (rows * share**2).sum(axis=-1) - joint.sum(axis=-1) ** 2
    variance = np.divide(spread, mass, out=np.zeros_like(mass), where=mass > 0).sum()
    return float(bias), float(variance) / len(rows)
