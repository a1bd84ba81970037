"""Content models of one period held against each other: rates of relative entropy, increments, codon usage."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.arrays import Indices
from klbio.models.markov.codons import CodonDivergence
from klbio.models.markov.content_model import EPSILON, ContentModel, smoothing_name
from klbio.models.markov.log_ratios import log_ratio_sums, logarithms
from klbio.models.markov.order_group import OrderGroup

__all__ = ["ContentModels"]


class ContentModels:
    """Content models of one period, in order; what is computed of all ordered pairs is kept.

    Parameters
    ----------
    models : sequence of ContentModel
        Orders may differ: shorter ones are lifted, which is exact.
    epsilon : float, default 1e-4
        Added to every probability but those of in-frame stop codons, see `ContentModel.comparable`.

    Raises
    ------
    InputError
        If the periods differ, or epsilon is no probability.
    """

    def __init__(self, models: Sequence[ContentModel], *, epsilon: float = EPSILON) -> None:
        self.models = tuple(models)
        self.epsilon = epsilon
        self.smoothing = smoothing_name(epsilon)
        periods = sorted({model.period for model in self.models})
        if len(periods) != 1:
            raise InputError.one(
                "content models", f"periods {periods}", "one period", "Compare one component at a time."
            )

    def __len__(self) -> int:
        return len(self.models)

    @property
    def order(self) -> int:
        """The order at which all of them can be written: the greatest, with period 3 at least 2."""
        return max(model.least_order for model in self.models)

    @cached_property
    def _smoothed(self) -> tuple[ContentModel, ...]:
        """Each at its own least order, without in-frame stops, smoothed."""
        return tuple(model.comparable(order=model.least_order, epsilon=self.epsilon) for model in self.models)

    @property
    def comparable(self) -> tuple[ContentModel, ...]:
        """All of them at one order, without in-frame stops, smoothed."""
        return tuple(
            smooth if smooth.order == self.order else model.comparable(order=self.order, epsilon=self.epsilon)
            for model, smooth in zip(self.models, self._smoothed, strict=True)
        )

    @cached_property
    def rates_by_position(self) -> FloatArray:
        r"""Relative entropy rate of every model from every other, at each position of the period.

        .. math::
            D_f(P \parallel Q) = \sum_c \pi_f(c) \sum_b P_f(b \mid c) \log_2 \frac{P_f(b \mid c)}{Q_f(b \mid c)},
            \qquad D = \tfrac{1}{3} \sum_f D_f

        with :math:`\pi` the stationary distribution of P.  Read D as the extra bits paid per base when
        sequence drawn from P is coded with Q, or as the evidence against Q that each base of
        it brings on average.

        Returns
        -------
        ndarray of shape (n_models, n_models, period)
            ``[i, j, f]`` is D_f(i || j) in bits per base; the mean over f is the rate.  0 for
            equal models; ``inf`` only with epsilon 0, where P emits what Q rules out.

        Raises
        ------
        InputError
            If a chain has no single stationary distribution.

        See Also
        --------
        codon_divergence : the same per codon, amino acids apart.

        Notes
        -----
        Not a distance: neither symmetric nor bound by the triangle inequality.  For period 3
        both models are conditioned on no in-frame stop, row by row.

        References
        ----------
        .. [1] Rached Z, Alajaji F, Campbell LL (2004) The Kullback-Leibler divergence rate
           between Markov sources. IEEE Trans Inf Theory 50:917-921.
           doi:10.1109/TIT.2004.826687

        Examples
        --------
        A model that emits A and C only, against a fair one, and back, unsmoothed:

        >>> biased, fair = ContentModel([[[0.5, 0.5, 0, 0]]]), ContentModel([[[0.25] * 4]])
        >>> ContentModels([biased, fair], epsilon=0.0).rates_by_position[..., 0]
        array([[ 0.,  1.],
               [inf,  0.]])
        """
        found = np.zeros((len(self), len(self), self.models[0].period))
        for group in OrderGroup.each(self._smoothed):
            for f, i, others, nats in group.relative_entropies():
                found[i, others, f] = nats
        return np.asarray(np.maximum(found, 0.0) / math.log(2))

    @cached_property
    def rates(self) -> FloatArray:
        """``[i, j]`` is D(i || j) in bits per base, the mean of `rates_by_position`."""
        return np.asarray(self.rates_by_position.mean(axis=-1))

    @cached_property
    def jensen_shannon_increments(self) -> FloatArray:
        r"""Jensen-Shannon increment of every pair of models, in bits per base.

        .. math::
            I(Z; X_{k+1} \mid X_1 \dots X_k) = \text{JSD}_{k+1} - \text{JSD}_k

        with Z the toss of a fair coin that says which model a sequence is from, and
        :math:`\text{JSD}_n` the Jensen-Shannon divergence of the two stationary distributions of words of n bases.
        At each position f of the period, whose mean is taken, it is

        .. math::
            \tfrac12 \sum_c \pi^P_f(c) D(P_f(\cdot \mid c) \parallel M_f(\cdot \mid c))
            + \tfrac12 \sum_c \pi^Q_f(c) D(Q_f(\cdot \mid c) \parallel M_f(\cdot \mid c)), \qquad
            M_f(b \mid c) = \frac{\pi^P_f(c) P_f(b \mid c) + \pi^Q_f(c) Q_f(b \mid c)}{\pi^P_f(c) + \pi^Q_f(c)}.

        Read it as what one base more, after k known ones, tells on average about the coin.

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

        >>> a, c = ContentModel([[[1.0, 0, 0, 0]]]), ContentModel([[[0, 1.0, 0, 0]]])
        >>> ContentModels([a, c], epsilon=0.0).jensen_shannon_increments
        array([[0., 1.],
               [1., 0.]])
        """
        found = np.zeros((len(self), len(self)))
        for group in OrderGroup.each(self._smoothed):
            found[np.ix_(group.members, group.members)] += group.increments()
        return found

    @cached_property
    def codon_usage(self) -> FloatArray:
        """Codon usage of each model, smoothed and conditioned as the rates are, shape (n_models, 64)."""
        return np.stack([model.codon_usage for model in self.comparable])

    @cached_property
    def codon_divergence(self) -> CodonDivergence:
        """Relative entropies of codon usage, amino acids and synonyms apart; bits per codon."""
        return CodonDivergence.of(self.codon_usage)

    def rates_of(self, pairs: Sequence[tuple[int, int]]) -> FloatArray:
        """Rates of chosen ordered pairs alone, as `rates` has them.

        Parameters
        ----------
        pairs : sequence of (int, int)
            Places of p and of q.

        Returns
        -------
        ndarray of shape (n_pairs,)
            Bits per base, the mean over the period.
        """
        chosen = np.array(pairs, dtype=int).reshape(-1, 2)
        orders = np.array([model.least_order for model in self.models], dtype=int)
        needed = orders[chosen].max(axis=1, initial=0)
        found = np.empty(len(chosen))
        for order in sorted(set(needed.tolist())):
            here = np.flatnonzero(needed == order)
            members, places = np.unique(chosen[here], return_inverse=True)
            models = [self.models[i].comparable(order=order, epsilon=self.epsilon) for i in members.tolist()]
            for number, nats in _nats(models, places.reshape(-1, 2)):
                found[here[number]] = nats
        return np.asarray(np.maximum(found, 0.0) / math.log(2))


def _nats(models: Sequence[ContentModel], pairs: Indices) -> Iterator[tuple[Indices, FloatArray]]:
    """Give numbers of pairs of models of one order, and their nats per base."""
    rows = np.stack([model.probabilities.ravel() for model in models])
    possible = rows.any(axis=0)
    logs = logarithms(rows[:, possible])
    for i in np.unique(pairs[:, 0]).tolist():
        words = models[i].words.ravel()[possible] / models[i].period
        own = np.flatnonzero(pairs[:, 0] == i)
        yield own, log_ratio_sums(words, logs, i, pairs[own, 1])
