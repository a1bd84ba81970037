"""Parameters of a gene finder counted on annotated sequences: content, sites, codon usage."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.finding import Finding
from klbio.models.gene_model import GCClass, GeneModel
from klbio.models.markov.content_model import MAX_ORDER, ORDER, ContentModel
from klbio.models.markov.genetic_code import STANDARD, genetic_code, same_code
from klbio.models.markov.stop_codons import CODING_PERIOD, CODON_CONTEXT, completes_stop
from klbio.models.training.annotation import AnnotatedSequence, Refused
from klbio.models.training.grouped_counts import GroupedCounts
from klbio.models.training.sites import ACCEPTOR_BASES, DONOR_BASES, SiteCounts
from klbio.models.training.transcript import Span, Transcript, oriented
from klbio.models.training.words import CompactWords, Gene, WordCounts, region_words
from klbio.phrases import Reason, say
from klbio.phrases.annotation import CodeUsed, PhasesIgnored, StopsBehind, UnknownParents
from klbio.phrases.training import Counted, GenesLeftOut, NotEstimated, NotInMatrix, Precision, WorthLess
from klbio.smoothing import Estimator

__all__ = ["Training"]

NOTABLE = 1.1  # design effect from which bases are said to be worth less
POOR_BITS = 0.01  # as much as a mammal's model differs from a bird's
PERIODS = {"coding": CODING_PERIOD, "intron": 1, "intergenic": 1}


@dataclass
class Training:
    """Counts of words, codons and sites, taken up sequence by sequence.

    Parameters
    ----------
    order : int
        Of the content models, 2 to 8.
    genetic_code : int, default 1
        NCBI's number of the code that genes are read under.
    code_finding : Finding, optional
        Why it is not the standard code, or not that of the annotation.
    overruled : int, optional
        A code of the annotation whose genes are read under `genetic_code` all the same.
    order_finding : Finding, optional
        What other orders would do.

    Examples
    --------
    >>> training = Training(order=2)
    >>> training.add_gene("first", b"ATG" + 30 * b"GCA" + b"TAA"), int(training.codons.sum())
    (True, 31)
    """

    order: int
    genetic_code: int = STANDARD
    code_finding: Finding | None = None
    overruled: int | None = None
    order_finding: Finding | None = None
    n_genes: int = 0
    n_introns: int = 0
    n_phases_ignored: int = 0
    refused: list[Refused] = field(default_factory=list)
    unknown_parents: list[str] = field(default_factory=list)
    counts: dict[str, GroupedCounts] = field(init=False)
    codons: FloatArray = field(default_factory=lambda: np.zeros(64))
    endings: Counter[str] = field(default_factory=Counter)
    sites: SiteCounts = field(init=False)
    long_words: list[CompactWords] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not CODON_CONTEXT <= self.order <= MAX_ORDER:
            raise InputError.one(
                "order", str(self.order), f"{CODON_CONTEXT} to {MAX_ORDER}", f"Usual is {ORDER}."
            )
        self.sites = SiteCounts(genetic_code(self.genetic_code).endings)
        self.counts = {name: GroupedCounts(period, self.order) for name, period in PERIODS.items()}

    @property
    def words(self) -> dict[str, FloatArray]:
        """Counts of words by component, shape (period, 4**k, 4)."""
        return {name: grouped.total for name, grouped in self.counts.items()}

    def add_gene(self, name: str, sequence: bytes, line: int | None = None) -> bool:
        """Count a coding sequence, in frame from its first base; False (and the reason kept) if it is none."""
        gene = Gene(sequence, self.genetic_code)
        if refusal := Refused.gene(name, gene, line):
            self.refused.append(refusal)
            return False
        self.counts["coding"].add(WordCounts.of([gene.words(self.order)], self.order).counts)
        self.long_words.append(gene.words(MAX_ORDER).astype(np.int32))
        self.codons += gene.codon_counts
        self.endings[gene.last_codon] += 1
        self.n_genes += 1
        return True

    def add(self, annotated: AnnotatedSequence) -> None:
        """Count one sequence: the longest transcript of each gene, its introns and sites, and what is between genes."""
        sequence = annotated.unrolled
        chosen, refused = annotated.chosen_transcripts(self.genetic_code, self.overruled)
        self.refused += refused
        for transcript in chosen:
            self._add_transcript(transcript, sequence)
        for span in annotated.intergenic:  # without a direction: half of either strand
            both = (self._region_counts([span], sequence, strand) for strand in (1, -1))
            self.counts["intergenic"].add(sum(both, np.zeros(1)) / 2)

    def _add_transcript(self, transcript: Transcript, sequence: bytes) -> None:
        self.n_phases_ignored += transcript.phases_ignored
        self.add_gene(transcript.name, transcript.coding_sequence(sequence), transcript.line)
        self.sites.add(transcript, sequence)
        first, last = (
            (DONOR_BASES, ACCEPTOR_BASES) if transcript.strand == 1 else (ACCEPTOR_BASES, DONOR_BASES)
        )
        inner = [(start + first, end - last) for start, end in transcript.introns]
        self.n_introns += len(inner)
        self.counts["intron"].add(self._region_counts(inner, sequence, transcript.strand))

    def _region_counts(self, spans: Iterable[Span], sequence: bytes, strand: int) -> FloatArray:
        """Count words of period 1, shape (1, 4**k, 4)."""
        total = np.zeros(4 ** (self.order + 1))
        for start, end in spans:
            region = oriented(sequence, start, max(start, end), strand)
            total += np.bincount(region_words(region, self.order), minlength=len(total))
        return total.reshape(1, 4**self.order, 4)

    def model(self, name: str, estimator: Estimator, source: str = "annotation") -> GeneModel:
        """Estimate the gene model; what was noticed is among its findings.

        `source` says in a fault what was learnt from.

        Raises
        ------
        InputError
            If no gene was counted.
        """
        words = self.words
        if not words["coding"].any():
            reasons = "; ".join(f"{gene.name}: {gene.reason}" for gene in self.refused[:3]) or "none at all"
            raise InputError.one(
                source, f"no gene to learn from ({reasons})", "coding sequences of whole codons, in frame",
                "Check that annotation and sequence belong together.",
            )  # fmt: skip
        contents = {
            part: replace(
                WordCounts(counts, self._code_of(part)).content_model(estimator),
                design=self.counts[part].design_effect,
            )
            for part, counts in words.items()
            if counts.any()
        }
        klass = GCClass(contents["coding"], contents.get("intron"), contents.get("intergenic"))
        sites = self.sites.models(estimator)
        return GeneModel(name, (klass,), sites, "sequence", tuple(self._findings(contents, estimator)))

    def _code_of(self, part: str) -> int:
        """Give the genetic code of a component; one without a reading frame has none of its own."""
        return self.genetic_code if part == "coding" else STANDARD

    def _of_code(self) -> Iterator[Finding]:
        """Name a genetic code that is not the standard one."""
        if self.code_finding:
            yield self.code_finding
        elif not same_code(self.genetic_code, STANDARD):
            yield _note("coding", CodeUsed(self.genetic_code, genetic_code(self.genetic_code).name))

    def _findings(self, contents: dict[str, ContentModel], estimator: Estimator) -> Iterator[Finding]:
        yield from self._of_code()
        yield _note("coding", Counted(self.n_genes, self.n_introns, str(estimator)))
        yield from filter(None, [self.order_finding])
        for part, model in contents.items():
            yield _precision(part, model)
            if model.design.mean > NOTABLE:
                yield _note(part, WorthLess(model.n_counts or 0, model.design.mean))
        for part in (component for component in self.counts if component not in contents):
            yield _note(part, NotEstimated())
        for (kind, near_end), times in sorted(self.sites.passed_over.items()):
            yield _note(kind, NotInMatrix(times, kind, near_end))
        if n := self.sites.n_stops_behind:
            yield _note("stop", StopsBehind(n))
        yield from self._of_annotation()

    def _of_annotation(self) -> Iterator[Finding]:
        """Say what was passed over of an annotation."""
        if n := self.n_phases_ignored:
            yield _note("coding", PhasesIgnored(n))
        if n := len(self.unknown_parents):
            yield _note("coding", UnknownParents(n, self.unknown_parents[0]))
        if n := len(self.refused):
            made = Finding.warning if n > self.n_genes else Finding.note
            yield made("coding", say(GenesLeftOut(n)))


def _note(component: str, reason: Reason) -> Finding:
    return Finding.note(component, say(reason))


def _precision(part: str, model: ContentModel) -> Finding:
    """How much an estimate from so many bases is expected to miss (likelihood-ratio theory)."""
    coding = model.period == CODING_PERIOD
    possible = (
        ~completes_stop(model.order, model.stops) if coding else np.ones(model.probabilities.shape, bool)
    )
    free = int(possible.sum()) - possible.shape[0] * possible.shape[1]
    n_bases = model.n_counts or 0
    bits = free / (2 * math.log(2) * max(n_bases, 1))
    poor = bits > POOR_BITS
    made = Finding.warning if poor else Finding.note
    return made(part, say(Precision(n_bases, free, bits, poor)))
