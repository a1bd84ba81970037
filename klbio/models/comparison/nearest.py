"""Known gene models ranked by what they cost on a query, as they stand and with its GC content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike

import numpy as np
import pandas as pd

from klbio.distributions import FloatArray
from klbio.errors import Fault, InputError, is_number
from klbio.interop import is_a
from klbio.models import ContentModel, GeneModel
from klbio.models.comparison.query_background import ASSUMED, background_of, on_query_background
from klbio.models.comparison.ranking import Candidate, Interval, Ranking
from klbio.models.genes.coded_genes import CodedGenes, Excess
from klbio.models.genes.query import GC_ONLY, FittedClass, Query
from klbio.models.interop import as_models
from klbio.models.markov.content_model import EPSILON, MAX_ORDER, ORDER
from klbio.models.markov.content_models import ContentModels
from klbio.models.markov.genetic_code import STANDARD, Stops, genetic_code
from klbio.models.training.annotation import Refused
from klbio.models.training.code_guess import CodeEvidence
from klbio.models.training.words import MIN_GENES, Gene
from klbio.progress import over
from klbio.schema import NEAREST

__all__ = ["Library", "argument_faults", "nearest"]

MIN_ORDER = 2


def nearest(
    query: GeneModel | Sequence[bytes | str], library: Mapping[str, GeneModel] | Sequence[GeneModel], *,
    order: int = ORDER, epsilon: float = EPSILON, genetic_code: int | None = None,
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
    genetic_code : int, optional
        NCBI's number of the code that the query's sequences are written in.  By default it is guessed from the stop
        codons within them, which every row then says: see `klbio.models.training.code_guess`.

    Returns
    -------
    DataFrame
        With the columns of `klbio.schema.NEAREST`; those of files (`path`, `query`) are empty.  Models of other stop
        codons than the query's stand last: see `Candidate`.

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
    genes, code, finding = _genes(query, genetic_code)
    return NEAREST.frame(known.by_genes(genes, order, code).rows(finding))


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

    def _by_stops(self, code: int) -> list[dict[str, GeneModel]]:
        """Sort the models by their stop codons: those of the query's code first, then the most numerous."""
        found: dict[Stops, dict[str, GeneModel]] = {}
        for name, model in self.models.items():
            found.setdefault(model.coding.stops, {})[name] = model
        own = genetic_code(code).stops
        order = sorted(found, key=lambda stops: (stops != own, -len(found[stops]), stops))
        return [found[stops] for stops in order]

    def _fits(self, query: Query, models: Mapping[str, GeneModel]) -> list[tuple[FittedClass, FittedClass]]:
        """Closest GC class of each model, as it stands and GC-matched."""
        return [
            query.fitted([gc_class.coding for gc_class in model.classes], epsilon=self.epsilon)
            for model in over(models.values(), len(models), "model", "nearest")
        ]

    def by_model(self, query: GeneModel) -> Ranking:
        """Rank by relative entropy rates; models have no sampling error to give."""
        order, code = ContentModels([query.coding, *self.coding]).order, query.coding.genetic_code
        candidates = list[Candidate]()
        for models in self._by_stops(code):
            others = _other_stops(models, code)
            stops = tuple(sorted({*query.coding.stops, *others}))
            law = query.coding.comparable(order=order, epsilon=self.epsilon, stops=stops)
            candidates += self._of_model(Query.of(law, others), models, leads=not candidates)
        asked = Query.of(query.coding.comparable(order=order, epsilon=self.epsilon))
        gc_only = asked.fitted([GC_ONLY], epsilon=self.epsilon)[1]
        return Ranking(self.models, self.epsilon, tuple(candidates), "model", asked, gc_only.bits)

    def _of_model(self, asked: Query, models: Mapping[str, GeneModel], leads: bool) -> Iterator[Candidate]:
        """Hold models against a model, over the codons that are amino acids in both."""
        fits = self._fits(asked, models)
        best, best_matched = (min(fit[i].bits for fit in fits) for i in (0, 1))
        for (name, model), (plain, matched) in zip(models.items(), fits, strict=True):
            own = Query.of(ContentModel(plain.table))
            yield Candidate(
                name=name, format=model.format, gc_class=plain.number, gc_matched_class=matched.number,
                excess=Interval(plain.bits), above_best=Interval(plain.bits - best) if leads else None,
                gc_matched=Interval(matched.bits),
                gc_matched_above_best=Interval(matched.bits - best_matched) if leads else None,
                gc3=float(own.gc_contents[2]), reverse=float(own.rates(asked.probabilities[None]).mean()),
            )  # fmt: skip

    def by_genes(self, sequences: Sequence[bytes], order: int, code: int = STANDARD) -> Ranking:
        """Rank by the code length of the genes, paired by gene; their own model is of an order up to `order`."""
        known = Library(on_query_background(self.models, sequences), self.epsilon)
        ranking = known._by_genes(sequences, order, code)
        first = ranking.by_cost[0].name
        if background_of(known.models[first]) != ASSUMED:
            return ranking
        alone = Library({first: self.models[first]}, self.epsilon).by_genes(sequences, order, code)
        return replace(ranking, first_on_query=alone.by_cost[0].excess.bits)

    def _by_genes(self, sequences: Sequence[bytes], order: int, code: int) -> Ranking:
        depth = max(order, ContentModels(self.coding).order)
        genes = CodedGenes.of(sequences, depth, code)
        if len(genes) < MIN_GENES:
            found = f"{len(genes)} genes with {depth + 1} unambiguous bases in a row"
            raise InputError.one("query", found, f"{MIN_GENES}")
        candidates = list[Candidate]()
        for models in self._by_stops(code):
            shared = genes.without(_other_stops(models, code))
            candidates += self._of_genes(shared, models, order, leads=not candidates)
        asked, (own, own_order) = genes.query, genes.held_out_code_lengths(order)
        gc_only = asked.fitted([GC_ONLY], epsilon=self.epsilon)[1]
        (gc_only_excess,) = _Costs.of(genes, own, [gc_only.table]).excess
        return Ranking(
            self.models, self.epsilon, tuple(candidates), "sequences", asked, gc_only_excess.bits, n_genes=len(genes),
            own_order=own_order,
        )  # fmt: skip

    def _of_genes(
        self, genes: CodedGenes, models: Mapping[str, GeneModel], order: int, leads: bool
    ) -> Iterator[Candidate]:
        """Hold models against genes, over the codons that are amino acids in both."""
        fits, (own, _) = self._fits(genes.query, models), genes.held_out_code_lengths(order)
        plain, matched = (_Costs.of(genes, own, [fit[i].table for fit in fits]) for i in (0, 1))
        for i, ((name, model), fit) in enumerate(zip(models.items(), fits, strict=True)):
            coding = model.classes[fit[0].number].coding
            yield Candidate(
                name=name, format=model.format, gc_class=fit[0].number, gc_matched_class=fit[1].number,
                excess=plain.excess[i], above_best=plain.above_best[i] if leads else None,
                gc_matched=matched.excess[i], gc_matched_above_best=matched.above_best[i] if leads else None,
                cross_entropy=float(plain.per_base[i]), n_bases=int(genes.n_bases.sum()),
                gc3=float(ContentModel(fit[0].table).gc_contents[2]),
                trained_on=genes.trained_on(coding, float(plain.per_base[i])),
            )  # fmt: skip


def _other_stops(models: Mapping[str, GeneModel], code: int) -> Stops:
    """Give the stop codons of some models, which all have the same, that are amino acids in the query's code."""
    first, own = next(iter(models.values())), genetic_code(code).stops
    return tuple(codon for codon in first.coding.stops if codon not in own)


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


def _genes(query: Sequence[bytes | str], asked: int | None) -> tuple[list[bytes], int, str]:
    """Give the genes, their genetic code and what to say of it; refuse what cannot be read as a gene."""
    if isinstance(query, str | bytes | PathLike) or not isinstance(query, Iterable):
        raise InputError.one(
            "query", f"an object of type {type(query).__name__}", "a GeneModel, or a list of coding sequences",
            "Put sequences in a list, a gene each; they may be str, bytes, or Biopython's.",
        )  # fmt: skip
    genes = [_bases(gene, number) for number, gene in enumerate(query, 1)]
    code = genetic_code(STANDARD if asked is None else asked).number
    choice = _evidence(genes, code).choice(asked)
    used, finding = (choice.number, choice.finding.text) if choice else (code, "")
    expected = "a coding sequence, in frame from its first base"
    reasons = enumerate((Gene(gene, used).fault for gene in genes), 1)
    InputError.raise_any(
        [Fault(f"query, sequence {number}", reason, expected) for number, reason in reasons if reason]
    )
    return genes, used, finding


def _evidence(genes: Sequence[bytes], code: int) -> CodeEvidence:
    """Collect what the stop codons within genes tell of their genetic code."""
    read = [(gene, Refused.gene("", Gene(gene, code))) for gene in genes]
    good = [gene for gene, refused in read if refused is None]
    endings = Counter(Gene(gene).last_codon for gene in good)
    return CodeEvidence(len(good), [refused for _, refused in read if refused is not None], endings)


def _bases(gene: object, number: int) -> bytes:
    """Give the letters of a sequence, of Biopython's too."""
    letters = getattr(gene, "seq", gene) if is_a(gene, "Bio.SeqRecord") else gene
    if isinstance(letters, bytes | str) or is_a(letters, "Bio.Seq"):
        return letters.encode() if isinstance(letters, str) else bytes(letters)  # type: ignore[call-overload]
    raise InputError.one(
        f"query, sequence {number}", f"an object of type {type(letters).__name__}",
        "a coding sequence as str or bytes",
    )  # fmt: skip
