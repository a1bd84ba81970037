"""Relative entropies of segments: how long they are, and which one follows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import rel_entr

from klbio.distributions import FloatArray
from klbio.models.content_model import closed
from klbio.models.markov.content import smoothing_name
from klbio.models.markov.log_ratios import log_ratio_sums, logarithms
from klbio.models.markov.rates import EPSILON
from klbio.models.segments import DurationModel, TransitionModel

__all__ = [
    "duration_relative_entropies",
    "duration_smoothing_name",
    "transition_relative_entropies",
    "transition_smoothing_name",
]


def duration_relative_entropies(models: Sequence[DurationModel], *, epsilon: float = EPSILON) -> FloatArray:
    r"""Relative entropy of the length of one kind of segment, for all ordered pairs.

    .. math:: D(P \parallel Q) = \sum_{d \ge 1} P(d) \log_2 \frac{P(d)}{Q(d)}

    The sum over listed lengths is taken one by one, that over the geometric tails in closed form,
    from a length L on that both have passed:

    .. math::
        \sum_{d > L} = T_P \left[ \log_2 \frac{T_P}{T_Q} + \log_2 \frac{1 - r_P}{1 - r_Q}
        + \frac{r_P}{1 - r_P} \log_2 \frac{r_P}{r_Q} \right]

    with T the probability of more than L bases, and r the ratio of the tail.

    Parameters
    ----------
    models : sequence of DurationModel
    epsilon : float
        Weight of a uniform law over the lengths the model itself lists, which is mixed in: lists
        hold zeros.  A geometric tail stays what it is, as no length in it has probability 0; a
        list of n that ends without one is given one of this weight, n bases long on average.

    Returns
    -------
    ndarray of shape (n_models, n_models)
        ``[i, j]`` = D(i || j) in bits per segment: what the length of each segment of P costs extra
        when it is told by Q's law.  ``inf`` only with epsilon 0, where P has a length that Q rules out.

    Examples
    --------
    Two geometric laws of means 4 and 2:

    >>> four, two = (DurationModel([], tail=1.0, ratio=1 - 1 / mean) for mean in (4, 2))
    >>> duration_relative_entropies([four, two])[0, 1].round(6).item()
    0.754888
    >>> round(sum(four.probability(d) * np.log2(four.probability(d) * 2.0**d) for d in range(1, 500)), 6).item()
    0.754888
    """
    smoothing_name(epsilon)  # refuses an epsilon that is no probability
    n_listed = max((len(model.probabilities) for model in models), default=0)
    smooth = [_smoothed(model, epsilon) for model in models]
    found = [_logarithms(law, n_listed) for law in smooth]
    logs = np.array([listed for listed, _ in found]).reshape(len(models), n_listed)
    laws, log_tails = np.exp(logs), np.array([tail for _, tail in found])
    ratios = np.array([ratio for _, _, ratio in smooth])
    every = np.arange(len(models))
    nats = np.stack([log_ratio_sums(laws[i], logs, i, every) for i in range(len(models))])
    return np.asarray(np.maximum(nats + _tail_nats(log_tails, ratios), 0.0) / math.log(2))


def _smoothed(model: DurationModel, epsilon: float) -> tuple[FloatArray, float, float]:
    """Listed lengths, tail and ratio of a model, its list mixed with a uniform law; a list that ends gets a tail."""
    n = len(model.probabilities)
    if not n or not epsilon:
        return model.probabilities, model.tail, model.ratio
    tail, ratio = ((1 - epsilon) * model.tail, model.ratio) if model.tail else (epsilon, 1 - 1 / n)
    kept = 1 - epsilon - (0.0 if model.tail else epsilon)
    return kept * model.probabilities + epsilon / n, tail, ratio


def _logarithms(law: tuple[FloatArray, float, float], n: int) -> tuple[FloatArray, float]:
    """Logarithms of the probabilities of each length up to n and of all beyond, without underflow."""
    listed, tail, ratio = law
    steps = np.arange(n - len(listed) + 1)
    log_tail, log_ratio = logarithms(np.array([tail, ratio]))
    # beyond j = 0, 1, ... bases more than are listed
    beyond = log_tail + np.multiply(steps, log_ratio, out=np.zeros(len(steps)), where=steps > 0)
    return np.concatenate([logarithms(listed), beyond[:-1] + math.log1p(-ratio)]), float(beyond[-1])


def _tail_nats(log_tails: FloatArray, ratios: FloatArray) -> FloatArray:
    """Sum over the tails, shape (n_models, n_models)."""
    tails = np.exp(log_tails)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_ratios = np.log(ratios)
        more = np.where(ratios[:, None] > 0, log_ratios[:, None] - log_ratios, 0.0)
        stop = np.log1p(-ratios)
        nats = (
            (log_tails[:, None] - log_tails)
            + (stop[:, None] - stop)
            + (ratios / (1 - ratios))[:, None] * more
        )
        return np.where(tails[:, None] > 0, tails[:, None] * nats, 0.0)


def duration_smoothing_name(epsilon: float) -> str:
    """Say how zeros among lengths were treated.

    >>> duration_smoothing_name(1e-4)
    'mixture(0.0001 uniform over the listed lengths)'
    """
    return f"mixture({epsilon:g} uniform over the listed lengths)"


def transition_relative_entropies(
    p: TransitionModel, q: TransitionModel, *, epsilon: float = EPSILON
) -> tuple[dict[str, float], float]:
    r"""Relative entropy of which segment follows which.

    .. math::
        D(P \parallel Q) = \sum_i \pi(i) D_i, \qquad
        D_i = \sum_j P(j \mid i) \log_2 \frac{P(j \mid i)}{Q(j \mid i)}

    with :math:`\pi` the share of segments of P that are of kind i, in the long run.

    Parameters
    ----------
    p, q : TransitionModel
        Over the same states, in any order.
    epsilon : float
        Added to the moves that either of them allows, before rows are scaled to sum to 1.

    Returns
    -------
    states : dict of str to float
        D_i, bits per transition out of state i.
    bits : float
        Bits per transition.

    Examples
    --------
    A gene goes on after an intron with probability 1/2 in P, 1/4 in Q:

    >>> p = TransitionModel(("exon", "intron"), [[0.0, 1.0], [0.5, 0.5]])
    >>> q = TransitionModel(("exon", "intron"), [[0.0, 1.0], [0.25, 0.75]])
    >>> states, bits = transition_relative_entropies(p, q, epsilon=0)
    >>> round(states["intron"], 6), round(bits, 6)
    (0.207519, 0.138346)
    """
    order = [q.states.index(state) for state in p.states]
    theirs = q.probabilities[np.ix_(order, order)]
    allowed = (p.probabilities > 0) | (theirs > 0)
    ours, theirs = (closed(rows + epsilon * allowed) for rows in (p.probabilities, theirs))
    bits = np.maximum(rel_entr(ours, theirs).sum(axis=1), 0.0) / math.log(2)
    share = _long_run(ours)
    total = float(np.where(share > 0, bits, 0.0) @ share) if np.isfinite(bits[share > 0]).all() else math.inf
    return dict(zip(p.states, bits.tolist(), strict=True)), total


def _long_run(rows: FloatArray) -> FloatArray:
    """Share of each state: what the chain leaves as it is; of several such laws the one of least squares."""
    n = len(rows)
    equations = np.vstack([rows.T - np.eye(n), np.ones(n)])
    share = np.linalg.lstsq(equations, np.append(np.zeros(n), 1.0), rcond=None)[0]
    return np.asarray(np.where(share > 1e-12, share, 0.0))


def transition_smoothing_name(epsilon: float) -> str:
    """Say how moves that one model rules out were treated.

    >>> transition_smoothing_name(1e-4)
    'additive(0.0001 per move that either allows)'
    """
    return f"additive({epsilon:g} per move that either allows)"
