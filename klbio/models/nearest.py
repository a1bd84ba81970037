"""Which of a library's gene models is closest to another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from klbio.models.rates import EPSILON, bases_to_tell_apart, relative_entropy_rates
from klbio.models.types import GeneModel

__all__ = ["Neighbour", "nearest"]


@dataclass(frozen=True)
class Neighbour:
    """One candidate, and how far the query is from it.

    Parameters
    ----------
    name : str
        The candidate.
    relative_entropy_query_candidate_bits : float
        D(query || candidate) of the coding models, bits per base: the price of using the
        candidate's parameters on the query's genes.
    relative_entropy_candidate_query_bits : float
        The other direction.
    bases_to_tell_apart_stein : float
        Coding bases of the query's species that show the candidate to be another (1 %).
    """

    name: str
    relative_entropy_query_candidate_bits: float
    relative_entropy_candidate_query_bits: float
    bases_to_tell_apart_stein: float


def nearest(
    query: GeneModel, candidates: Sequence[GeneModel], *, epsilon: float = EPSILON
) -> list[Neighbour]:
    """Rank candidates by the relative entropy of the query's coding model from theirs.

    Parameters
    ----------
    query : GeneModel
    candidates : sequence of GeneModel
    epsilon : float
        As for `klbio.models.rates.relative_entropy_rates`.

    Returns
    -------
    list of Neighbour
        Closest first; equal ones in order of name.

    Notes
    -----
    It ranks composition, not descent: a distant species of like GC content at codon
    position 3 may come before a cousin.
    """
    coding = [query.coding, *(model.coding for model in candidates)]
    rates = relative_entropy_rates(coding, epsilon=epsilon).mean(axis=-1)
    found = [
        Neighbour(model.name, float(forth), float(back), bases_to_tell_apart(float(forth)))
        for model, forth, back in zip(candidates, rates[0, 1:], rates[1:, 0], strict=True)
    ]
    return sorted(found, key=lambda one: (one.relative_entropy_query_candidate_bits, one.name))
