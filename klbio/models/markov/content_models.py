"""Content models of one period held against each other: rates of relative entropy, increments, codon usage."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.arrays import Indices
from klbio.models.markov.chosen_rates import chosen_rates
from klbio.models.markov.codons import CodonDivergence
from klbio.models.markov.content_model import EPSILON, ContentModel, settle, smoothing_name
from klbio.models.markov.genetic_code import Stops, genetic_code, union_of_stops
from klbio.models.markov.order_group import OrderGroup, reaching

__all__ = ["ContentModels"]


class ContentModels:
    """Content models of one period, in order; what is computed of all ordered pairs is kept.

    Parameters
    ----------
    models : sequence of ContentModel
        Orders may differ: shorter ones are lifted, which is exact.
    epsilon : float, default 1e-4
        Added to every probability but those of in-frame stop codons, see `ContentModel.comparable`.
    stops : tuple of str, optional
        Codons that count as stops in every model.  By default those that are stops in either model of a pair: two
        models of unlike genetic codes are compared over the codons that are amino acids in both.
    known : ndarray of shape (n_models, n_models, period), optional
        What `rate_rows` gave of all models, part by part.

    Raises
    ------
    InputError
        If the periods differ, or epsilon is no probability.
    """

    def __init__(
        self, models: Sequence[ContentModel], *, epsilon: float = EPSILON, stops: Stops | None = None,
        known: FloatArray | None = None,
    ) -> None:  # fmt: skip
        self.models = tuple(models)
        self.codes = tuple(model.genetic_code for model in self.models)
        self.of_one_code = stops is not None or len({genetic_code(code).stops for code in self.codes}) < 2
        self.stops = union_of_stops(frozenset(self.codes)) if stops is None else stops
        self.known = known
        self.epsilon = epsilon
        self.smoothing = smoothing_name(epsilon)
        periods = sorted({model.period for model in self.models})
        if len(periods) != 1:
            raise InputError.one(
                "content models", f"periods {periods}", "one period", "Compare one component at a time."
            )

    def __len__(self) -> int:
        return len(self.models)

    @cached_property
    def order(self) -> int:
        """The order at which all of them can be written: the greatest, with period 3 at least 2."""
        return max(model.least_order for model in self.models)

    @cached_property
    def _smoothed(self) -> tuple[ContentModel, ...]:
        """Each at its own least order, without in-frame stops, smoothed."""
        made = tuple(self._made_comparable(model, model.least_order) for model in self.models)
        settle(made)
        return made

    def _made_comparable(self, model: ContentModel, order: int) -> ContentModel:
        return model.comparable(order=order, epsilon=self.epsilon, stops=self.stops)

    def _by_stops(self) -> Iterator[tuple[Indices, ContentModels, Indices, Indices]]:
        """Give, for each set of stops of a pair, who has no other, these under it, and their pairs of this very set."""
        of_pair = [[union_of_stops(frozenset({one, other})) for other in self.codes] for one in self.codes]
        for stops in sorted({stops for row in of_pair for stops in row}):
            here = [i for i, code in enumerate(self.codes) if set(genetic_code(code).stops) <= set(stops)]
            part = ContentModels([self.models[i] for i in here], epsilon=self.epsilon, stops=stops)
            pairs = np.array([[of_pair[i][j] == stops for j in here] for i in here])
            i, j = np.nonzero(pairs)
            yield np.array(here), part, i, j

    @property
    def comparable(self) -> tuple[ContentModel, ...]:
        """All of them at one order, without in-frame stops, smoothed."""
        return tuple(reaching(smooth, self.order) for smooth in self._smoothed)

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
        return self.rate_rows(range(len(self))) if self.known is None else self.known

    def rate_rows(self, rows: range) -> FloatArray:
        """Give `rates_by_position` of some models as P, shape (n_rows, n_models, period)."""
        found = np.zeros((len(rows), len(self), self.models[0].period))
        if not self.of_one_code:
            for members, part, i, j in self._by_stops():
                own = range(*np.searchsorted(members, [rows.start, rows.stop]).tolist())
                here = (i >= own.start) & (i < own.stop)
                i, j = i[here], j[here]
                found[members[i] - rows.start, members[j]] = part.rate_rows(own)[i - own.start, j]
            return found
        for group in OrderGroup.each(self._smoothed):
            for f, place, others, nats in group.relative_entropies(rows):
                found[place - rows.start, others, f] = nats
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
        return self.increments_where(np.ones((len(self), len(self)), dtype=bool))

    def increments_where(self, wanted: NDArray[np.bool_]) -> FloatArray:
        """Give `jensen_shannon_increments` of the pairs that are wanted in either order, 0 for the others.

        Parameters
        ----------
        wanted : ndarray of bool of shape (n_models, n_models)
        """
        found = np.zeros((len(self), len(self)))
        if not self.of_one_code:
            for members, part, i, j in self._by_stops():
                here = np.ix_(members, members)
                found[members[i], members[j]] = part.increments_where(wanted[here])[i, j]
            return found
        either = wanted | wanted.T
        for group in OrderGroup.each(self._smoothed):
            here = np.ix_(group.members, group.members)
            found[here] += group.increments(either[here])
        return found

    @cached_property
    def codon_usage(self) -> FloatArray:
        """Codon usage of each model, smoothed and conditioned as the rates are, shape (n_models, 64)."""
        return np.stack([model.codon_usage for model in self.comparable])

    @cached_property
    def codon_divergence(self) -> CodonDivergence:
        """Relative entropies of codon usage, amino acids and synonyms apart; bits per codon.

        Which codons are synonyms is said by the genetic code of the first model of each ordered pair.
        """
        return CodonDivergence(*np.moveaxis(self._codon_bits(), -1, 0))

    def _codon_bits(self) -> FloatArray:
        """Codons, amino acids and synonyms of all pairs, shape (n_models, n_models, 3)."""
        found = np.zeros((len(self), len(self), 3))
        if not self.of_one_code:
            for here, part, i, j in self._by_stops():
                found[here[i], here[j]] = part._codon_bits()[i, j]
            return found
        acids = [genetic_code(code).acids for code in self.codes]
        for one in sorted(set(acids)):  # codes that differ in start codons only have the same
            members = [i for i, of_model in enumerate(acids) if of_model == one]
            of = CodonDivergence.of(self.codon_usage, self.codes[members[0]])
            found[members] = np.stack([of.codon, of.amino_acid, of.synonymous], axis=-1)[members]
        return found

    def codon_usages(self, pairs: Sequence[tuple[int, int]]) -> FloatArray:
        """Codon usage of p and of q of chosen ordered pairs, as it is compared, shape (2, n_pairs, 64)."""
        if self.of_one_code:
            return np.asarray(self.codon_usage[np.array(pairs, dtype=int).T])
        found = [
            ContentModels([self.models[i], self.models[j]], epsilon=self.epsilon).codon_usage
            for i, j in pairs
        ]
        return np.stack(found, axis=1)

    def rates_of(self, pairs: Sequence[tuple[int, int]] | Indices) -> FloatArray:
        """Rates of chosen ordered pairs alone, as `rates` has them.

        Parameters
        ----------
        pairs : sequence of (int, int), or ndarray of int of shape (n_pairs, 2)
            Places of p and of q.

        Returns
        -------
        ndarray of shape (n_pairs,)
            Bits per base, the mean over the period.
        """
        chosen = np.array(pairs, dtype=int).reshape(-1, 2)
        if self.of_one_code:
            return chosen_rates(self._smoothed, chosen)
        found = np.empty(len(chosen))
        codes, code = np.unique(self.codes, return_inverse=True)
        stops = [union_of_stops(frozenset({p, q})) for p in codes.tolist() for q in codes.tolist()]
        of_pair = code[chosen] @ [len(codes), 1]
        for one in sorted({stops[kind] for kind in np.unique(of_pair).tolist()}):
            here = np.isin(of_pair, [kind for kind, of_kind in enumerate(stops) if of_kind == one])
            under = ContentModels(self.models, epsilon=self.epsilon, stops=one)
            found[here] = chosen_rates(under._smoothed, chosen[here])
        return found
