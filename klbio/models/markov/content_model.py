"""A content model: a Markov chain over DNA, what follows from it, and what is done to it before it is compared."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import rel_entr

from klbio.distributions import FloatArray
from klbio.errors import InputError, is_number
from klbio.models.arrays import check_rows, closed, frozen
from klbio.models.markov.design_effect import INDEPENDENT, DesignEffect
from klbio.models.markov.genetic_code import STANDARD, Stops, genetic_code
from klbio.models.markov.stationary import longer_contexts, stationary_distribution, stationary_distributions
from klbio.models.markov.stop_codons import CODING_PERIOD, CODON_CONTEXT, completes_stop

__all__ = ["EPSILON", "GC", "MAX_ORDER", "ORDER", "ContentModel", "gc_contents", "settle", "smoothing_name"]

MAX_ORDER = 8
ORDER = 4  # of a model estimated from sequences
EPSILON = 1e-4
GC = slice(1, 3)  # C and G stand side by side in ACGT


@dataclass(frozen=True, eq=False)
class ContentModel:
    """A Markov chain of order k over DNA whose probabilities may depend on the position in the codon.

    Parameters
    ----------
    probabilities : array_like of shape (period, 4**k, 4)
        ``[f, c, b]`` is P(base b | the k bases before it are c, b is at position f of
        the period).  With period 3, f = 0, 1, 2 is codon position 1, 2, 3 of the
        *emitted* base.  Contexts are in lexicographic order, oldest base first.  Rows
        sum to 1 within 1e-9; an all-zero row marks a context the model holds impossible.
    n_counts : int, optional
        How many bases (words of context and base) it was estimated from, each counted
        once; None where that is not known.
    genetic_code : int, default 1
        NCBI's number of the code its genes are written in; with period 3, the code's stops are ruled out.
    design : DesignEffect, optional
        How much more than independent bases those behind it vary; by default no more.

    Raises
    ------
    InputError
        On a wrong shape, an order above 8, rows that are no distributions, or a number
        of bases below 1.

    Examples
    --------
    >>> fair = ContentModel([[[0.25, 0.25, 0.25, 0.25]]])
    >>> fair.order, fair.period
    (0, 1)
    """

    probabilities: FloatArray
    n_counts: int | None = None
    genetic_code: int = STANDARD
    design: DesignEffect = INDEPENDENT

    def __post_init__(self) -> None:
        if self.n_counts is not None and self.n_counts < 1:
            raise InputError.one("content model", f"n_counts {self.n_counts}", "1 or more, or None")
        genetic_code(self.genetic_code)  # refuses a number that is none
        array = frozen("content model", self.probabilities, axes=3, last=4)
        if _power_of_four(array.shape[1]) < 0:
            raise InputError.one(
                "content model", f"{array.shape[1]} contexts", f"4**k contexts, k from 0 to {MAX_ORDER}"
            )
        check_rows("content model", array, impossible=True)
        object.__setattr__(self, "probabilities", array)

    @classmethod
    def scaled(cls, rows: FloatArray) -> tuple[ContentModel, float]:
        """Scale each row to sum to 1; give the model and the greatest departure from 1 before.

        Rows of zeros stay, and do not count as a departure.

        >>> model, worst = ContentModel.scaled([[[0.2, 0.2, 0.2, 0.2]]])
        >>> round(worst, 12), model.probabilities[0, 0, 0].item()
        (0.2, 0.25)
        """
        array = np.asarray(rows, dtype=float)
        sums = array.sum(axis=-1)
        worst = float(np.abs(sums[sums > 0] - 1).max(initial=0.0))
        return cls(closed(array)), worst

    def _derived(self, rows: FloatArray) -> ContentModel:
        """Make a model of what was computed from this one, which needs no second check."""
        rows.setflags(write=False)
        model = object.__new__(ContentModel)
        object.__setattr__(model, "probabilities", rows)
        object.__setattr__(model, "n_counts", self.n_counts)
        object.__setattr__(model, "genetic_code", self.genetic_code)
        object.__setattr__(model, "design", self.design)
        return model

    def under(self, number: int) -> ContentModel:
        """Give the same probabilities as those of another genetic code."""
        return replace(self, genetic_code=number)

    @property
    def stops(self) -> Stops:
        """Codons that end a gene of its genetic code."""
        return genetic_code(self.genetic_code).stops

    @property
    def period(self) -> int:
        """How many positions take turns: 3 in coding sequence, 1 elsewhere."""
        return int(self.probabilities.shape[0])

    @cached_property
    def order(self) -> int:
        """How many preceding bases the next one depends on."""
        return _power_of_four(self.probabilities.shape[1])

    @property
    def least_order(self) -> int:
        """The order at which it can be compared: its own, with period 3 at least 2."""
        return max(self.order, CODON_CONTEXT) if self.period == CODING_PERIOD else self.order

    @cached_property
    def stationary_distribution(self) -> FloatArray:
        """Of the context before each position of the period, in the long run, shape (period, 4**k).

        See `klbio.models.markov.stationary.stationary_distribution`.
        """
        return stationary_distribution(self.probabilities)

    @property
    def words(self) -> FloatArray:
        """Probability of each context and base after it in the long run, at each position of the period."""
        return np.asarray(self.stationary_distribution[..., None] * self.probabilities)

    @property
    def gc_contents(self) -> FloatArray:
        """Share of G and C at each position of the period in the long run."""
        return gc_contents(self.stationary_distribution, self.probabilities)

    @cached_property
    def codon_usage(self) -> FloatArray:
        """Frequency of each codon in the long run, in the order of `klbio.alphabets.CODONS`; of order 2 at least.

        >>> bool(np.allclose(ContentModel(np.full((3, 16, 4), 0.25)).codon_usage, 1 / 64))
        True
        """
        joint = self.stationary_distribution[2][:, None] * self.probabilities[2]
        usage = joint.reshape(-1, 64).sum(axis=0)
        return np.asarray(usage / usage.sum())

    @cached_property
    def stop_mass_per_codon(self) -> float:
        r"""Probability that a codon of the model's own long run is a stop codon.

        .. math:: \sum_c \pi_3(c) \sum_{b:\, c b \text{ ends in a stop}} P_3(b \mid c)

        with :math:`\pi` the stationary distribution of the model as it was read.  A gene finder that
        forbids stops elsewhere may leave some mass here; compared unconditioned, it would
        dominate everything else.

        Examples
        --------
        >>> ContentModel(np.full((3, 1, 4), 0.25)).stop_mass_per_codon == 3 / 64
        True
        """
        model = self.lifted(max(self.order, CODON_CONTEXT))
        stops = np.where(completes_stop(model.order, self.stops)[2], model.probabilities[2], 0.0).sum(axis=1)
        return float(model.stationary_distribution[2] @ stops)

    @cached_property
    def truncation_cost(self) -> float:
        r"""Bits per base lost by forgetting the oldest base of the context.

        The relative entropy rate from the model to its own projection on order k - 1,

        .. math:: Q_f(b \mid c_2 \dots c_k) = \frac{\sum_{c_1} \pi_f(c) P_f(b \mid c)}{\sum_{c_1} \pi_f(c)}.

        What the highest order has learnt; large in a model trained on few sequences is a sign
        of over-fitting.  0 for order 0.

        Examples
        --------
        A chain of order 1 that always moves on, A to C to G to T to A, forgets 2 bits:

        >>> ContentModel(np.roll(np.eye(4), 1, axis=1)[None]).truncation_cost
        2.0
        """
        if not self.order:
            return 0.0
        projected = closed(self.words.reshape(self.period, 4, -1, 4).sum(axis=1))
        nats = rel_entr(self.probabilities, _lifted(projected, self.order)).sum(axis=-1)
        mass = self.stationary_distribution
        terms = (np.where(mass > 0, nats, 0.0) * mass).sum(
            axis=-1
        )  # what is infinite counts only where there is mass
        return float((np.maximum(terms, 0.0) / math.log(2)).mean())

    def lifted(self, order: int) -> ContentModel:
        """Write the chain as one of higher order that ignores the older bases: the same distribution, exactly.

        >>> ContentModel(np.full((1, 1, 4), 0.25)).lifted(2).probabilities.shape
        (1, 16, 4)
        """
        if order == self.order:
            return self
        return replace(self, probabilities=_lifted(self.probabilities, order))

    @property
    def longer(self) -> ContentModel:
        """The same chain with contexts one base longer; its stationary distribution is carried over, exactly."""
        model = self.lifted(self.order + 1)
        carried = longer_contexts(self.stationary_distribution, self.probabilities)
        model.__dict__["stationary_distribution"] = carried
        return model

    def comparable(self, *, order: int, epsilon: float = EPSILON, stops: Stops | None = None) -> ContentModel:
        r"""Bring the model to a given order, without in-frame stops, without zeros.

        1. The order is lifted (exact).
        2. With period 3, entries that complete an in-frame stop codon are set to 0 and the
           rows divided by their sums: P(b | c, no stop here).
        3. `epsilon` is added to every entry but those, and the rows are divided by their sums.

        Parameters
        ----------
        order : int
            At least the model's `least_order`.
        epsilon : float
            Added per symbol; 0 leaves zeros, and so possibly infinite relative entropies.
        stops : tuple of str, optional
            Codons that count as stops; by default those of the model's genetic code.

        Returns
        -------
        ContentModel
            With epsilon 0 rows of zeros may remain.

        Examples
        --------
        >>> model = ContentModel(np.full((3, 1, 4), 0.25))
        >>> after_ta = model.comparable(order=2, epsilon=0.0).probabilities[2, 12]  # only C and T are left
        >>> after_ta.round(3)
        array([0. , 0.5, 0. , 0.5])
        """
        rows = _lifted(self.probabilities, order)
        coding = self.period == CODING_PERIOD
        allowed = (
            ~completes_stop(order, self.stops if stops is None else stops)
            if coding
            else np.ones(rows.shape, dtype=bool)
        )
        return self._derived(closed(closed(np.where(allowed, rows, 0.0)) + epsilon * allowed))


def settle(models: Iterable[ContentModel]) -> None:
    """Find the stationary distributions of models together: of many in a fraction of the time."""
    by_shape: dict[tuple[int, ...], list[ContentModel]] = {}
    for model in models:
        if "stationary_distribution" not in model.__dict__:
            by_shape.setdefault(model.probabilities.shape, []).append(model)
    for alike in by_shape.values():
        rows = stationary_distributions(np.stack([model.probabilities for model in alike]))
        for model, found in zip(alike, rows, strict=True):
            model.__dict__["stationary_distribution"] = found


def _power_of_four(n: int) -> int:
    """Order k of a table of 4**k contexts, -1 if there is none."""
    return next((k for k in range(MAX_ORDER + 1) if 4**k == n), -1)


def _lifted(probabilities: FloatArray, order: int) -> FloatArray:
    return np.tile(probabilities, (1, 4**order // probabilities.shape[1], 1))


def gc_contents(weights: FloatArray, probabilities: FloatArray) -> FloatArray:
    r"""Share of G and C at each position of the period, :math:`\sum_c \pi_f(c)\,[P_f(G \mid c) + P_f(C \mid c)]`.

    Parameters
    ----------
    weights : ndarray of shape (period, 4**k)
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
    shares = weights / weights.sum(axis=-1, keepdims=True)
    return np.asarray((shares * probabilities[..., GC].sum(axis=-1)).sum(axis=-1))


def smoothing_name(epsilon: float) -> str:
    """Say how zeros were treated, as it stands beside every number; refuses an epsilon that is no probability.

    >>> smoothing_name(1e-4)
    'additive(0.0001 per probability), no in-frame stop'
    """
    if not (is_number(epsilon) and 0 <= epsilon < 1):
        raise InputError.one("epsilon", repr(epsilon), "a number from 0 to below 1", "Usual is 1e-4.")
    return f"additive({epsilon:g} per probability), no in-frame stop"
