"""What known models are held against, and the models brought to its GC content at each codon position."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit, logit, rel_entr

from klbio.distributions import FloatArray
from klbio.models.markov.content_model import EPSILON, GC, ContentModel, gc_contents
from klbio.models.markov.genetic_code import STANDARD, Stops, genetic_code
from klbio.models.markov.stop_codons import CODING_PERIOD

__all__ = ["GC_ONLY", "FittedClass", "Query", "gc_shifted"]

# GC content is all that is left of it once it is matched: what a candidate has to beat
GC_ONLY = ContentModel(np.full((CODING_PERIOD, 1, 4), 0.25))
GREATEST_SHIFT = 40.0  # odds times 2e17: no base is then left to the other side
STEPS = 200
TOLERANCE = 1e-13


@dataclass(frozen=True, eq=False)
class FittedClass:
    """One GC class of a candidate.

    Parameters
    ----------
    number : int
        Counted from 0.
    table : ndarray of shape (3, 4**k, 4)
        Its coding model, comparable, perhaps GC-matched.
    bits : float
        D(query || table), bits per base.
    """

    number: int
    table: FloatArray
    bits: float


@dataclass(frozen=True, eq=False)
class Query:
    """What candidates are held against.

    Parameters
    ----------
    contexts : ndarray of shape (period, 4**k)
        Weight of each context, 1 per codon position on average: a stationary distribution, or counts.
    probabilities : ndarray of shape (period, 4**k, 4)
        Of each base after it.
    genetic_code : int, default 1
        NCBI's number of the code its genes are written in.
    other_stops : tuple of str
        Codons that are left out of it because the candidates take them for stops.
    """

    contexts: FloatArray
    probabilities: FloatArray
    genetic_code: int = STANDARD
    other_stops: Stops = ()

    @classmethod
    def of(cls, model: ContentModel, other_stops: Stops = ()) -> Query:
        """Make a query of a comparable coding model, in its own long run."""
        return cls(model.stationary_distribution, model.probabilities, model.genetic_code, other_stops)

    @property
    def stops(self) -> Stops:
        """Codons that no candidate is asked about."""
        return tuple(sorted({*genetic_code(self.genetic_code).stops, *self.other_stops}))

    @property
    def order(self) -> int:
        """Bases of a context."""
        return round(math.log(self.contexts.shape[1], 4))

    @property
    def _shares(self) -> FloatArray:
        return np.asarray(self.contexts / self.contexts.sum(axis=-1, keepdims=True))

    @cached_property
    def gc_contents(self) -> FloatArray:
        """Share of G and C at each position of the period."""
        return gc_contents(self.contexts, self.probabilities)

    def rates(self, tables: FloatArray) -> FloatArray:
        """Give D_f(query || q) for each q of few `tables`, shape (n_models, period)."""
        nats = rel_entr(self.probabilities, tables).sum(axis=-1)
        # what is infinite counts only where there is weight
        terms = np.where(self.contexts > 0, nats, 0.0) * self.contexts
        return np.asarray(np.maximum(terms.sum(axis=-1), 0.0) / math.log(2))

    def closest_class(self, tables: FloatArray) -> FittedClass:
        """Find the table that costs the query the fewest bits; the first of equal ones."""
        bits = self.rates(tables).mean(axis=-1)
        best = int(bits.argmin())
        return FittedClass(best, tables[best], float(bits[best]))

    def fitted(
        self, classes: Sequence[ContentModel], *, epsilon: float = EPSILON
    ) -> tuple[FittedClass, FittedClass]:
        """Give the closest of a candidate's GC classes, and the closest once all have the query's GC content."""
        models = [
            coding.comparable(order=self.order, epsilon=epsilon, stops=self.stops) for coding in classes
        ]
        tables = np.stack([model.probabilities for model in models])
        return self.closest_class(tables), self.closest_class(self.gc_matched(tables))

    def gc_matched(self, tables: FloatArray) -> FloatArray:
        r"""Bring models to the query's GC content at each codon position: those that cost it the fewest bits.

        .. math:: Q^* = \arg\min_\theta D(P \parallel Q^\theta)

        Parameters
        ----------
        tables : ndarray of shape (n_models, period, 4**k, 4)

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
        >>> Query(np.ones((1, 1)), rich).gc_matched(fair[None]).round(6)
        array([[[[0.1, 0.4, 0.4, 0.1]]]])
        """
        return gc_shifted(tables, self.gc_log_odds_shifts(tables))

    def gc_log_odds_shifts(self, tables: FloatArray) -> FloatArray:
        r"""Find the shifts with which models reach the query's GC content, in the query's own contexts.

        The root of :math:`\sum_c \pi_f(c)\, Q^\theta_f(GC \mid c) = \sum_c \pi_f(c)\, P_f(GC \mid c)` in each
        :math:`\theta_f`, by Newton's steps inside a bracket.  The left side only grows with :math:`\theta_f`,
        and the root is also where Q with shifted odds costs the fewest bits on the query.

        Parameters
        ----------
        tables : ndarray of shape (n_models, period, 4**k, 4)
            The models Q.

        Returns
        -------
        ndarray of shape (n_models, period)
            At most 40 either way, which stands for a query without A and T, or without G and C.

        Examples
        --------
        >>> fair, rich = np.full((1, 1, 4), 0.25), np.array([[[0.125, 0.375, 0.375, 0.125]]])
        >>> np.exp(Query(np.ones((1, 1)), rich).gc_log_odds_shifts(fair[None])).round(6)
        array([[3.]])
        """
        weights = self._shares
        log_odds = logit(np.minimum(tables[..., GC].sum(axis=-1), 1.0))
        shift = np.zeros(tables.shape[:2])
        low, high = shift - GREATEST_SHIFT, shift + GREATEST_SHIFT
        for _ in range(STEPS):
            reached = expit(log_odds + shift[..., None])
            missing = self.gc_contents - (weights * reached).sum(axis=-1)
            if np.abs(missing).max(initial=0.0) < TOLERANCE:
                break
            low, high = np.where(missing > 0, shift, low), np.where(missing < 0, shift, high)
            slope = (weights * reached * (1 - reached)).sum(axis=-1)
            newton = shift + np.divide(missing, slope, out=np.full_like(slope, np.inf), where=slope > 0)
            shift = np.where((low < newton) & (newton < high), newton, (low + high) / 2)
        return shift


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
