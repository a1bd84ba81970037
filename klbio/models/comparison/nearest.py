"""Known gene models ranked by what they cost on a query, as they stand and with its GC content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike

import numpy as np
import pandas as pd

from klbio.distributions import FloatArray
from klbio.errors import Fault, InputError, is_number
from klbio.interop import is_a
from klbio.models import ContentModel, GeneModel
from klbio.models.comparison.ranking import Candidate, Interval, Ranking
from klbio.models.genes.coded_genes import CodedGenes, Excess
from klbio.models.genes.query import GC_ONLY, FittedClass, Query
from klbio.models.interop import as_models
from klbio.models.markov.content_model import EPSILON, MAX_ORDER, ORDER
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.genetic_code import STANDARD
from klbio.models.training.words import MIN_GENES, Gene
from klbio.progress import over
from klbio.schema import NEAREST

__all__ = ["Library", "argument_faults", "nearest"]

MIN_ORDER = 2


def nearest(
    query: GeneModel | Sequence[bytes | str], library: Mapping[str, GeneModel] | Sequence[GeneModel], *,
    order: int = ORDER, epsilon: float = EPSILON, genetic_code: int = STANDARD,
) -> pd.DataFrame:  # fmt: skip
    """Rank known gene models by what they cost on a query's genes, the closest first.

    Parameters
    ----------
    query : GeneModel, or sequence of bytes, str, Bio.Seq.Seq or Bio.SeqRecord.SeqRecord
        A model, or coding sequences in frame from their first base.
    library : mapping of str to GeneModel, or sequence of them
        The known models; a sequence goes by their own names.
    order : int, default 4
        Greatest order of the model estimated from the sequences themselves, 2 to 8.
    epsilon : float, default 1e-4
        Smoothing, see `ContentModel.comparable`; above 0.
    genetic_code : int, default 1
        NCBI's number of the code that the query's sequences are written in.

    Returns
    -------
    DataFrame
        With the columns of `klbio.schema.NEAREST`; those of files (`path`, `query`) are empty.

    Raises
    ------
    InputError
        If there is nothing to rank, or something else than gene models, or two share a name; `order` or
        `epsilon` is out of range, a sequence is no gene, or there are fewer than two.

    Notes
    -----
    It ranks composition, not descent: a distant species of like GC content at codon position 3 may come
    before a cousin.  The columns `gc_matched_...` set that aside, see `klbio.models.genes.query.Query.gc_matched`.
    """
    InputError.raise_any(argument_faults(order, epsilon))
    known = Library(_gene_models(library), epsilon)
    if isinstance(query, GeneModel):
        return NEAREST.frame(known.by_model(query).rows())
    genes = _genes(query, genetic_code)
    return NEAREST.frame(known.by_genes(genes, order, genetic_code).rows())


def _gene_models(library: Mapping[str, GeneModel] | Sequence[GeneModel]) -> dict[str, GeneModel]:
    """Refuse what has no coding model."""
    if isinstance(library, Mapping | Sequence) and not len(library):
        raise InputError.one("models", "no gene model", "at least one to hold the query against")
    known = as_models(library)
    others = {name: type(model).__name__ for name, model in known.items() if not isinstance(model, GeneModel)}
    InputError.raise_any(
        [Fault("models", f"{kind} {name!r}", "gene models only") for name, kind in others.items()]
    )
    return {name: model for name, model in known.items() if isinstance(model, GeneModel)}


def argument_faults(order: int, epsilon: float) -> list[Fault]:
    """Say what is wrong with the arguments of `nearest`."""
    faults = []
    if not (is_number(order, whole=True) and MIN_ORDER <= order <= MAX_ORDER):
        faults.append(Fault("order", repr(order), f"{MIN_ORDER} to {MAX_ORDER}", "Usual is 4."))
    if not (is_number(epsilon) and 0 < epsilon < 1):
        faults.append(Fault("epsilon", repr(epsilon), "a number above 0 and below 1", "Usual is 1e-4."))
    return faults


class Library:
    """Known gene models by name.

    Parameters
    ----------
    models : mapping of str to GeneModel
    epsilon : float, default 1e-4
        Smoothing of all, above 0.

    Raises
    ------
    InputError
        If there is none.
    """

    def __init__(self, models: Mapping[str, GeneModel], epsilon: float = EPSILON) -> None:
        if not models:
            raise InputError.one("models", "no gene model", "at least one to hold the query against")
        self.models = models
        self.epsilon = epsilon

    @property
    def coding(self) -> list[ContentModel]:
        """The coding models of all GC classes of all."""
        return [gc_class.coding for model in self.models.values() for gc_class in model.classes]

    def _fits(self, query: Query) -> list[tuple[FittedClass, FittedClass]]:
        """Closest GC class of each model, as it stands and GC-matched."""
        return [
            query.fitted([gc_class.coding for gc_class in model.classes], epsilon=self.epsilon)
            for model in over(self.models.values(), len(self.models), "model", "nearest")
        ]

    def by_model(self, query: GeneModel) -> Ranking:
        """Rank by relative entropy rates; models have no sampling error to give."""
        order = ContentModels([query.coding, *self.coding]).order
        asked = Query.of(query.coding.comparable(order=order, epsilon=self.epsilon))
        fits = self._fits(asked)
        best = min(plain.bits for plain, _ in fits)
        best_matched = min(matched.bits for _, matched in fits)
        candidates = []
        for (name, model), (plain, matched) in zip(self.models.items(), fits, strict=True):
            own = Query.of(ContentModel(plain.table))
            candidates.append(
                Candidate(
                    name=name, format=model.format,
                    gc_class=plain.number, gc_matched_class=matched.number,
                    excess=Interval(plain.bits), above_best=Interval(plain.bits - best),
                    gc_matched=Interval(matched.bits),
                    gc_matched_above_best=Interval(matched.bits - best_matched),
                    gc3=float(own.gc_contents[2]), reverse=float(own.rates(asked.probabilities[None]).mean()),
                )
            )  # fmt: skip
        gc_only = asked.fitted([GC_ONLY], epsilon=self.epsilon)[1]
        return Ranking(self.models, self.epsilon, tuple(candidates), "model", asked, gc_only.bits)

    def by_genes(self, sequences: Sequence[bytes], order: int, genetic_code: int = STANDARD) -> Ranking:
        """Rank by the code length of the genes, paired by gene; their own model is of an order up to `order`."""
        depth = max(order, ContentModels(self.coding).order)
        genes = CodedGenes.of(sequences, depth, genetic_code)
        if len(genes) < MIN_GENES:
            found = f"{len(genes)} genes with {depth + 1} unambiguous bases in a row"
            raise InputError.one("query", found, f"{MIN_GENES}")
        asked = genes.query
        fits, (own, own_order) = self._fits(asked), genes.held_out_code_lengths(order)
        plain, matched = (_Costs.of(genes, own, [fit[i].table for fit in fits]) for i in (0, 1))
        candidates = tuple(
            Candidate(
                name=name, format=model.format, gc_class=fit[0].number, gc_matched_class=fit[1].number,
                excess=plain.excess[i], above_best=plain.above_best[i], gc_matched=matched.excess[i],
                gc_matched_above_best=matched.above_best[i], cross_entropy=float(plain.per_base[i]),
                gc3=float(ContentModel(fit[0].table).gc_contents[2]),
            )
            for i, ((name, model), fit) in enumerate(zip(self.models.items(), fits, strict=True))
        )  # fmt: skip
        gc_only = asked.fitted([GC_ONLY], epsilon=self.epsilon)[1]
        (gc_only_excess,) = _Costs.of(genes, own, [gc_only.table]).excess
        return Ranking(
            self.models, self.epsilon, candidates, "sequences", asked, gc_only_excess.bits, n_genes=len(genes),
            n_bases=int(genes.n_bases.sum()), own_order=own_order,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Costs:
    """What genes cost under each of several tables."""

    per_base: FloatArray
    excess: list[Interval]
    above_best: list[Interval]

    @classmethod
    def of(cls, genes: CodedGenes, own: FloatArray, tables: Sequence[FloatArray]) -> _Costs:
        """Compare with the genes' own model, and with the best of the tables."""
        bits, n_bases = genes.table_code_lengths(np.stack(tables)), genes.n_bases
        best = bits[:, bits.sum(axis=0).argmin()]
        excess, above = (
            Interval.each(Excess.per_base(bits, reference, n_bases)) for reference in (own, best)
        )
        return cls(bits.sum(axis=0) / n_bases.sum(), excess, above)


def _genes(query: Sequence[bytes | str], genetic_code: int) -> list[bytes]:
    """Refuse what cannot be read as a gene."""
    if isinstance(query, str | bytes | PathLike) or not isinstance(query, Iterable):
        raise InputError.one(
            "query", f"an object of type {type(query).__name__}", "a GeneModel, or a list of coding sequences",
            "Put sequences in a list, a gene each; they may be str, bytes, or Biopython's.",
        )  # fmt: skip
    genes = [_bases(gene, number) for number, gene in enumerate(query, 1)]
    expected = "a coding sequence, in frame from its first base"
    reasons = enumerate((Gene(gene, genetic_code).fault for gene in genes), 1)
    InputError.raise_any(
        [Fault(f"query, sequence {number}", reason, expected) for number, reason in reasons if reason]
    )
    return genes


def _bases(gene: object, number: int) -> bytes:
    """Give the letters of a sequence, of Biopython's too."""
    letters = getattr(gene, "seq", gene) if is_a(gene, "Bio.SeqRecord") else gene
    if isinstance(letters, bytes | str) or is_a(letters, "Bio.Seq"):
        return letters.encode() if isinstance(letters, str) else bytes(letters)  # type: ignore[call-overload]
    raise InputError.one(
        f"query, sequence {number}", f"an object of type {type(letters).__name__}",
        "a coding sequence as str or bytes",
    )  # fmt: skip
