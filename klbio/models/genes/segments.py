"""Relative entropies of segments: how long they are, and which one follows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import rel_entr

from klbio.distributions import FloatArray
from klbio.models.arrays import Indices, closed
from klbio.models.markov.content_model import EPSILON, smoothing_name
from klbio.models.markov.log_ratios import logarithms, pair_sums
from klbio.models.segments import DurationModel, TransitionModel

__all__ = ["Durations", "TransitionPair"]


@dataclass(frozen=True, eq=False)
class _Smoothed:
    """Probabilities of listed lengths, of all beyond, and their ratio."""

    listed: FloatArray
    tail: float
    ratio: float

    @classmethod
    def of(cls, model: DurationModel, epsilon: float) -> _Smoothed:
        """Mix the list with a uniform distribution; a list that ends gets a tail."""
        n = len(model.probabilities)
        if not n or not epsilon:
            return cls(model.probabilities, model.tail, model.ratio)
        tail, ratio = ((1 - epsilon) * model.tail, model.ratio) if model.tail else (epsilon, 1 - 1 / n)
        kept = 1 - epsilon - (0.0 if model.tail else epsilon)
        return cls(kept * model.probabilities + epsilon / n, tail, ratio)

    def logarithms(self, n: int) -> tuple[FloatArray, float]:
        """Logarithms of the probabilities of each length up to n and of all beyond, without underflow."""
        steps = np.arange(n - len(self.listed) + 1)
        log_tail, log_ratio = logarithms(np.array([self.tail, self.ratio]))
        # beyond j = 0, 1, ... bases more than are listed
        beyond = log_tail + np.multiply(steps, log_ratio, out=np.zeros(len(steps)), where=steps > 0)
        listed = np.concatenate([logarithms(self.listed), beyond[:-1] + math.log1p(-self.ratio)])
        return listed, float(beyond[-1])


class Durations:
    """Lengths of one kind of segment in several gene models.

    Parameters
    ----------
    models : sequence of DurationModel
    epsilon : float
        Weight of a uniform distribution over the lengths the model itself lists, which is mixed in: lists
        hold zeros.  A geometric tail stays what it is, as no length in it has probability 0; a
        list of n that ends without one is given one of this weight, n bases long on average.
    """

    def __init__(self, models: Sequence[DurationModel], *, epsilon: float = EPSILON) -> None:
        smoothing_name(epsilon)  # refuses an epsilon that is no probability
        self.models = tuple(models)
        self.epsilon = epsilon

    @property
    def smoothing(self) -> str:
        """How zeros among lengths were treated.

        >>> Durations([], epsilon=1e-4).smoothing
        'mixture(0.0001 uniform over the listed lengths)'
        """
        return f"mixture({self.epsilon:g} uniform over the listed lengths)"

    @cached_property
    def relative_entropies(self) -> FloatArray:
        r"""Relative entropy of the length, for all ordered pairs.

        .. math:: D(P \parallel Q) = \sum_{d \ge 1} P(d) \log_2 \frac{P(d)}{Q(d)}

        The sum over listed lengths is taken one by one, that over the geometric tails in closed form,
        from a length L on that both have passed:

        .. math::
            \sum_{d > L} = T_P \left[ \log_2 \frac{T_P}{T_Q} + \log_2 \frac{1 - r_P}{1 - r_Q}
            + \frac{r_P}{1 - r_P} \log_2 \frac{r_P}{r_Q} \right]

        with T the probability of more than L bases, and r the ratio of the tail.

        Returns
        -------
        ndarray of shape (n_models, n_models)
            ``[i, j]`` = D(i || j) in bits per segment: what the length of each segment of P costs extra
            when it is coded by Q.  ``inf`` only with epsilon 0, where P has a length that Q rules out.

        Examples
        --------
        Two geometric distributions of means 4 and 2:

        >>> four, two = (DurationModel([], tail=1.0, ratio=1 - 1 / mean) for mean in (4, 2))
        >>> Durations([four, two]).relative_entropies[0, 1].round(6).item()
        0.754888
        >>> round(sum(four.probability(d) * np.log2(four.probability(d) * 2.0**d) for d in range(1, 500)), 6).item()
        0.754888
        """
        n_models = len(self.models)
        every = np.indices((n_models, n_models)).reshape(2, -1).T
        return self.relative_entropies_of(every).reshape(n_models, n_models)

    def relative_entropies_of(self, pairs: Indices) -> FloatArray:
        """Give `relative_entropies` of chosen ordered pairs.

        Parameters
        ----------
        pairs : ndarray of int of shape (n_pairs, 2)
            Places of P and of Q.

        Returns
        -------
        ndarray of shape (n_pairs,)
        """
        if not len(pairs):
            return np.empty(0)
        n_listed = max(len(model.probabilities) for model in self.models)
        smooth = [_Smoothed.of(model, self.epsilon) for model in self.models]
        found = [durations.logarithms(n_listed) for durations in smooth]
        logs = np.array([listed for listed, _ in found]).reshape(len(self.models), n_listed)
        log_tails = np.array([tail for _, tail in found])[pairs]
        nats = pair_sums(np.exp(logs), logs, pairs)
        nats += _tail_nats(log_tails, np.array([durations.ratio for durations in smooth])[pairs])
        return np.asarray(np.maximum(nats, 0.0) / math.log(2))


def _tail_nats(log_tails: FloatArray, ratios: FloatArray) -> FloatArray:
    """Sum over the tails of pairs, whose P and Q stand in the columns."""
    tails = np.exp(log_tails[:, 0])
    with np.errstate(divide="ignore", invalid="ignore"):
        log_ratios = np.log(ratios)
        more = np.where(ratios[:, 0] > 0, log_ratios[:, 0] - log_ratios[:, 1], 0.0)
        stop = np.log1p(-ratios)
        nats = (
            (log_tails[:, 0] - log_tails[:, 1])
            + (stop[:, 0] - stop[:, 1])
            + (ratios[:, 0] / (1 - ratios[:, 0])) * more
        )
        return np.where(tails > 0, tails * nats, 0.0)


@dataclass(frozen=True, eq=False)
class TransitionPair:
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

    Examples
    --------
    A gene goes on after an intron with probability 1/2 in P, 1/4 in Q:

    >>> p = TransitionModel(("exon", "intron"), [[0.0, 1.0], [0.5, 0.5]])
    >>> q = TransitionModel(("exon", "intron"), [[0.0, 1.0], [0.25, 0.75]])
    >>> pair = TransitionPair(p, q, epsilon=0)
    >>> round(pair.by_state["intron"], 6), round(pair.bits, 6)
    (0.207519, 0.138346)
    """

    p: TransitionModel
    q: TransitionModel
    epsilon: float = EPSILON

    @property
    def smoothing(self) -> str:
        """How moves that one model rules out were treated."""
        return f"additive({self.epsilon:g} per move that either allows)"

    @cached_property
    def _rows(self) -> tuple[FloatArray, FloatArray]:
        """Both smoothed, q in the order of p."""
        order = [self.q.states.index(state) for state in self.p.states]
        q = self.q.probabilities[np.ix_(order, order)]
        allowed = (self.p.probabilities > 0) | (q > 0)
        return closed(self.p.probabilities + self.epsilon * allowed), closed(q + self.epsilon * allowed)

    @cached_property
    def _bits(self) -> FloatArray:
        return np.asarray(np.maximum(rel_entr(*self._rows).sum(axis=1), 0.0) / math.log(2))

    @property
    def by_state(self) -> dict[str, float]:
        """D_i, bits per transition out of each state."""
        return dict(zip(self.p.states, self._bits.tolist(), strict=True))

    @property
    def bits(self) -> float:
        """D, bits per transition."""
        share = _long_run(self._rows[0])
        if not np.isfinite(self._bits[share > 0]).all():
            return math.inf
        return float(np.where(share > 0, self._bits, 0.0) @ share)


def _long_run(rows: FloatArray) -> FloatArray:
    """Share of each state: what the chain leaves as it is; of several such distributions the one of least squares."""
    n = len(rows)
    equations = np.vstack([rows.T - np.eye(n), np.ones(n)])
    share = np.linalg.lstsq(equations, np.append(np.zeros(n), 1.0), rcond=None)[0]
    return np.asarray(np.where(share > 1e-12, share, 0.0))
