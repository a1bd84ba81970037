"""Known gene models in the order of what they cost on a query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from klbio.models import GeneModel
from klbio.models.comparison.query_background import ASSUMED, QUERY, background_of
from klbio.models.genes.coded_genes import Excess
from klbio.models.genes.query import Query
from klbio.models.markov.content_model import smoothing_name
from klbio.models.markov.genetic_code import same_code, same_stops
from klbio.models.markov.model_pair import ModelPair, bases_to_tell_apart
from klbio.phrases import Reason, say
from klbio.phrases.gene_models import (
    GCTellsAsMuch,
    NoModelIsClose,
    OtherAcidsThanQuery,
    OtherCodeThanQuery,
    TrainedOnQuery,
)
from klbio.phrases.reason import notes
from klbio.schema import NearestRow

__all__ = ["CLOSE_BITS_PER_BASE", "Candidate", "Interval", "Ranking"]

# Two tools' models of one species are up to 0.02 bits per base apart (rice, docs/gene-models.md);
# 0.03 above that is more than training sets explain.
CLOSE_BITS_PER_BASE = 0.05
# Of what GC content alone costs: of AUGUSTUS' 164 sets 92 % have their own genus within .3, 18 % one of another group.
# Prodigal's sets on the query's background, which knows more than GC content: own genera within .04, those of other
# families from .15 on.  Below .01 bits no share counts: one species by two tools is further apart.
CLOSE_SHARE = {"": 0.3, ASSUMED: 0.3, QUERY: 0.1}
NO_MATTER = 0.01


class Interval(NamedTuple):
    """Bits per base, with a 95 % interval where there is one."""

    bits: float
    low: float | None = None
    high: float | None = None

    @classmethod
    def each(cls, excess: Excess) -> list[Interval]:
        """Give those of all models."""
        values = (excess.bits.tolist(), excess.low.tolist(), excess.high.tolist())
        return [cls(*bounds) for bounds in zip(*values, strict=True)]


class NoBits(NamedTuple):
    """What stands where there is no number."""

    bits: None = None
    low: None = None
    high: None = None


NO_BITS = NoBits()


def _place(above_best: Interval | None, cost: Interval) -> tuple[bool, float]:
    """What candidates are ordered by: those that the best is held against, then the others by what they cost."""
    return above_best is None, cost.bits if above_best is None else above_best.bits


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A known model, and how far the query is from it.

    Parameters
    ----------
    name, format : str
    gc_class, gc_matched_class : int
        Its GC class that is closest, and the one that is once it has the query's GC content; counted from 0.
    excess : Interval
        What it costs more than the query's own model.  Where it has other stop codons than the query, both are asked
        about the codons only that are amino acids in both.
    above_best : Interval or None
        What it costs more than the best candidate; None where that is asked about other codons.
    gc_matched, gc_matched_above_best : Interval
        The same once it has the query's GC content at each codon position: what differs beyond that.
    gc3 : float
        GC content at codon position 3 of `gc_class` in its own long run.
    cross_entropy : float, optional
        What it costs in all, of sequences.
    n_bases : int, optional
        Bases scored, of sequences.
    reverse : float, optional
        D(candidate || query), of a model.
    trained_on : (float, float), optional
        Where it was trained on the query's genes: bits per base beyond the likeliest model, and those of chance.
    """

    name: str
    format: str
    gc_class: int
    gc_matched_class: int
    excess: Interval
    above_best: Interval | None
    gc_matched: Interval
    gc_matched_above_best: Interval | None
    gc3: float
    cross_entropy: float | None = None
    n_bases: int | None = None
    reverse: float | None = None
    trained_on: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class Ranking:
    """Candidates held against one query.

    Parameters
    ----------
    library : mapping of str to GeneModel
    epsilon : float
    candidates : tuple of Candidate
    kind : {"model", "sequences"}
        What the query is.
    query : Query
    gc_only_bits : float
        What a model that knows nothing but the query's GC content costs more than the query's own.
    n_genes, own_order : int, optional
        Genes scored, and the order of the genes' own model.
    first_on_query : float, optional
        Excess of the first on the background of the query's genes, where it is ranked on an assumed one.
    """

    library: Mapping[str, GeneModel]
    epsilon: float
    candidates: tuple[Candidate, ...]
    kind: str
    query: Query
    gc_only_bits: float
    n_genes: int | None = None
    own_order: int | None = None
    first_on_query: float | None = None

    @cached_property
    def by_cost(self) -> list[Candidate]:
        """The closest first, those of other stop codons behind; equal ones in order of name."""
        return sorted(self.candidates, key=lambda one: (*_place(one.above_best, one.excess), one.name))

    @cached_property
    def gc_matched_ranks(self) -> dict[str, int]:
        """Rank of each once it has the query's GC content."""
        ordered = sorted(
            self.candidates, key=lambda one: (*_place(one.gc_matched_above_best, one.gc_matched), one.name)
        )
        return {candidate.name: rank for rank, candidate in enumerate(ordered, 1)}

    @property
    def chernoff_bases(self) -> float | None:
        """Bases that tell the best two apart, when either may be the wrong one."""
        if self.by_cost[1].above_best is None:
            return None
        best, second = (
            self.library[candidate.name].classes[candidate.gc_class].coding for candidate in self.by_cost[:2]
        )
        return bases_to_tell_apart(ModelPair(best, second, epsilon=self.epsilon).chernoff_rate)

    @property
    def warnings(self) -> list[Reason]:
        """That even the closest is not close, or no better than none."""
        excess, found = self.by_cost[0].excess.bits, list[Reason]()
        share = CLOSE_SHARE[background_of(self.library[self.by_cost[0].name])]
        if self.first_on_query is not None:
            excess, share = self.first_on_query, CLOSE_SHARE[QUERY]
        if excess > CLOSE_BITS_PER_BASE or excess > max(NO_MATTER, share * self.gc_only_bits):
            found.append(NoModelIsClose(excess, CLOSE_BITS_PER_BASE, self.gc_only_bits, share))
        if excess >= self.gc_only_bits:
            found.append(GCTellsAsMuch(self.gc_only_bits))
        return found

    def _code_note(self, code: int) -> str:
        """Say that a model is of another genetic code."""
        own = self.query.genetic_code
        if same_code(code, own):
            return ""
        return say(OtherAcidsThanQuery(code, own) if same_stops(code, own) else OtherCodeThanQuery(code, own))

    def rows(self, code_finding: str = "") -> Iterator[NearestRow]:
        """Give the rows of the table, the closest first, each with `code_finding` on the query's genetic code."""
        warning = "; ".join(map(say, self.warnings))
        for rank, candidate in enumerate(self.by_cost, 1):
            code = self.library[candidate.name].coding.genetic_code
            bases = bases_to_tell_apart(candidate.above_best.bits) if candidate.above_best else None
            above, matched_above = candidate.above_best or NO_BITS, candidate.gc_matched_above_best or NO_BITS
            yield NearestRow(
                rank=rank, rank_gc_matched=self.gc_matched_ranks[candidate.name], model=candidate.name,
                gc_class=candidate.gc_class + 1, gc_matched_class=candidate.gc_matched_class + 1,
                format=candidate.format, path="", query="", query_kind=self.kind,
                n_genes=self.n_genes, n_bases=candidate.n_bases, own_order=self.own_order,
                cross_entropy_bits_per_base=candidate.cross_entropy,
                excess_bits_per_base=candidate.excess.bits, excess_low_bits_per_base=candidate.excess.low,
                excess_high_bits_per_base=candidate.excess.high, above_best_bits_per_base=above.bits,
                above_best_low_bits_per_base=above.low,
                above_best_high_bits_per_base=above.high,
                gc_matched_bits_per_base=candidate.gc_matched.bits,
                gc_matched_low_bits_per_base=candidate.gc_matched.low,
                gc_matched_high_bits_per_base=candidate.gc_matched.high,
                gc_matched_above_best_bits_per_base=matched_above.bits,
                gc_matched_above_best_low_bits_per_base=matched_above.low,
                gc_matched_above_best_high_bits_per_base=matched_above.high,
                gc_only_bits_per_base=self.gc_only_bits, query_gc3=float(self.query.gc_contents[2]),
                model_gc3=candidate.gc3, relative_entropy_model_query_bits_per_base=candidate.reverse,
                bases_to_tell_from_best_stein=bases if rank > 1 else None,
                bases_to_tell_from_best_chernoff=self.chernoff_bases if rank == 2 else None,
                smoothing=smoothing_name(self.epsilon), warning=warning,
                background=background_of(self.library[candidate.name]),
                query_genetic_code=self.query.genetic_code, model_genetic_code=code,
                same_stops=same_stops(code, self.query.genetic_code),
                genetic_code_note=notes(code_finding, self._code_note(code)),
                training_note=say(TrainedOnQuery(*candidate.trained_on) if candidate.trained_on else None),
            )  # fmt: skip
