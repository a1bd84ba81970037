"""Which of a library's gene models is closest to a query, as they stand and at the query's own GC content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.content_model import ContentModel, closed
from klbio.models.gene_model import GeneModel
from klbio.models.markov.content import CODING_PERIOD, comparable, smoothing_name
from klbio.models.markov.gc_matching import gc_contents, gc_matched
from klbio.models.markov.rates import EPSILON, bases_to_tell_apart, common_order, rates_in_contexts
from klbio.models.markov.stationary import stationary_law
from klbio.models.training.estimate import Words, count_words

__all__ = ["GC_ONLY", "FittedClass", "Neighbour", "Query", "neighbours", "query_of_genes", "query_of_model"]

# GC content is all that is left of it once it is matched: what a candidate has to beat
GC_ONLY = ContentModel(np.full((CODING_PERIOD, 1, 4), 0.25))


@dataclass(frozen=True, eq=False)
class Query:
    """What candidates are held against.

    Parameters
    ----------
    law : ndarray of shape (3, 4**k)
        Weight of each context, 1 per codon position on average.
    probabilities : ndarray of shape (3, 4**k, 4)
        Of each base after it.
    """

    law: FloatArray
    probabilities: FloatArray

    def closest_class(self, tables: FloatArray) -> FittedClass:
        """Find the table that costs the query the fewest bits; the first of equal ones."""
        bits = rates_in_contexts(self.law, self.probabilities, tables).mean(axis=-1)
        best = int(bits.argmin())
        return FittedClass(best, tables[best], float(bits[best]))

    def fitted(
        self, classes: Sequence[ContentModel], *, order: int, epsilon: float
    ) -> tuple[FittedClass, FittedClass]:
        """Give the closest of a candidate's GC classes, and the closest once all have the query's GC content."""
        tables = np.stack([comparable(coding, order=order, epsilon=epsilon) for coding in classes])
        matched = gc_matched(self.law, self.probabilities, tables)
        return self.closest_class(tables), self.closest_class(matched)


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


@dataclass(frozen=True)
class Neighbour:
    """One candidate, and how far the query is from it.

    Parameters
    ----------
    name : str
        The candidate.
    gc_class : int
        The one of its GC classes that is closest, counted from 0; the next three are about it.
    relative_entropy_query_candidate_bits : float
        D(query || candidate) of the coding models, bits per base: the price of using the
        candidate's parameters on the query's genes.
    relative_entropy_candidate_query_bits : float
        The other direction.
    bases_to_tell_apart_stein : float
        Coding bases of the query's species that show the candidate to be another (1 %).
    gc_matched_class : int
        The one that is closest once the candidate has the query's GC content at each codon position.
    gc_matched_bits : float
        D(query || that), bits per base: what differs beyond GC content.
    gc3 : float
        GC content at codon position 3 of `gc_class` in its own long run, from 0 to 1.
    """

    name: str
    gc_class: int
    relative_entropy_query_candidate_bits: float
    relative_entropy_candidate_query_bits: float
    bases_to_tell_apart_stein: float
    gc_matched_class: int
    gc_matched_bits: float
    gc3: float


def query_of_model(coding: ContentModel, *, order: int, epsilon: float) -> Query:
    """Make a query of a coding model, in its own long run."""
    table = comparable(coding, order=order, epsilon=epsilon)
    return Query(stationary_law(table), table)


def query_of_genes(genes: Sequence[Words], order: int) -> Query:
    """Make a query of the words of genes: their contexts, and the bases after each.

    Relative entropies from it differ from the code lengths of the genes, per base, by one constant.
    """
    counts = count_words(genes, order)
    law = counts.sum(axis=-1)
    return Query(CODING_PERIOD * law / law.sum(), closed(counts))


def neighbours(
    query: GeneModel, candidates: Sequence[GeneModel], *, epsilon: float = EPSILON
) -> list[Neighbour]:
    """Rank candidates by the relative entropy of the query's coding model from theirs.

    Of a candidate with several GC classes, the class closest to the query counts.

    Parameters
    ----------
    query : GeneModel
        Its default class is taken.
    candidates : sequence of GeneModel
    epsilon : float
        As for `klbio.models.markov.rates.relative_entropy_rates`.

    Returns
    -------
    list of Neighbour
        Closest first; equal ones in order of name.

    Notes
    -----
    It ranks composition, not descent: a distant species of like GC content at codon
    position 3 may come before a cousin.  `Neighbour.gc_matched_bits` sets that aside, see
    `klbio.models.markov.gc_matching.gc_matched`.
    """
    smoothing_name(epsilon)  # refuses an epsilon that is no probability
    coding = [query.coding, *(one.coding for model in candidates for one in model.classes)]
    order = common_order(coding)
    asked = query_of_model(query.coding, order=order, epsilon=epsilon)
    found = [_neighbour(asked, model, order, epsilon) for model in candidates]
    return sorted(found, key=lambda one: (one.relative_entropy_query_candidate_bits, one.name))


def _neighbour(query: Query, candidate: GeneModel, order: int, epsilon: float) -> Neighbour:
    classes = [one.coding for one in candidate.classes]
    plain, matched = query.fitted(classes, order=order, epsilon=epsilon)
    law = stationary_law(plain.table)
    back = rates_in_contexts(law, plain.table, query.probabilities[None]).mean()
    return Neighbour(
        name=candidate.name,
        gc_class=plain.number,
        relative_entropy_query_candidate_bits=plain.bits,
        relative_entropy_candidate_query_bits=float(back),
        bases_to_tell_apart_stein=bases_to_tell_apart(plain.bits),
        gc_matched_class=matched.number,
        gc_matched_bits=matched.bits,
        gc3=float(gc_contents(law, plain.table)[2]),
    )
