"""Parameters of a gene finder counted on annotated sequences: content, sites, codon usage."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from klbio.alphabets import STOP_CODONS
from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.arrays import closed
from klbio.models.finding import Finding
from klbio.models.gene_model import GCClass, GeneModel
from klbio.models.markov.content_model import MAX_ORDER, ContentModel
from klbio.models.markov.stop_codons import CODON_CONTEXT, completes_stop
from klbio.models.site_model import SiteModel
from klbio.models.training.annotation import (
    AnnotatedSequence,
    Span,
    Transcript,
    between,
    coding_sequence,
    introns,
    longest_by_gene,
    oriented,
    transcript_fault,
)
from klbio.models.training.estimate import base_codes, count_words, gene_fault, gene_words, region_words
from klbio.smoothing import Estimator

__all__ = ["SITES", "Refused", "Training", "chosen_transcripts", "estimate_content"]


@dataclass(frozen=True)
class Window:
    """Which bases around a signal are counted: from `first` to before `end`, 0 as in `SiteModel`."""

    first: int
    end: int
    signals: tuple[str, ...]


SITES = {
    "donor": Window(-3, 6, ("GT",)),
    "acceptor": Window(-14, 2, ("AG",)),
    "start": Window(-12, 6, ("ATG",)),
    "stop": Window(-6, 6, STOP_CODONS),
}
# bases of an intron that belong to its sites
DONOR_BASES, ACCEPTOR_BASES = SITES["donor"].end, 1 - SITES["acceptor"].first
POOR_BITS = 0.01  # as much as a mammal's model differs from a bird's
CODON, CODONS = 3, 64


@dataclass(frozen=True)
class Refused:
    """A transcript, or a gene of a list, that was left out."""

    name: str
    reason: str
    line: int | None = None


def chosen_transcripts(annotated: AnnotatedSequence) -> tuple[list[Transcript], list[Refused]]:
    """Give the longest good transcript of each gene, and why each other one is left out."""
    sequence, good, refused = annotated.sequence, [], []
    for one in annotated.transcripts:
        reason = transcript_fault(one, len(sequence)) or gene_fault(coding_sequence(one, sequence))
        if reason:
            refused.append(Refused(one.name, reason, one.line))
        else:
            good.append(one)
    chosen, shorter = longest_by_gene(good)
    for one in shorter:
        reason = f"another transcript of gene {one.gene!r} is longer, or as long and stands before it"
        refused.append(Refused(one.name, reason, one.line))
    return chosen, refused


@dataclass
class Training:
    """Counts of words, codons and sites, taken up sequence by sequence.

    Parameters
    ----------
    order : int
        Of the content models, 2 to 8.

    Examples
    --------
    >>> training = Training(order=2)
    >>> training.add_gene("first", b"ATG" + 30 * b"GCA" + b"TAA"), int(training.codons.sum())
    (True, 31)
    """

    order: int
    n_genes: int = 0
    n_introns: int = 0
    n_stops_behind: int = 0
    refused: list[Refused] = field(default_factory=list)
    words: dict[str, FloatArray] = field(init=False)
    codons: FloatArray = field(default_factory=lambda: np.zeros(CODONS))
    sites: dict[str, FloatArray] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        if not CODON_CONTEXT <= self.order <= MAX_ORDER:
            raise InputError.one("order", str(self.order), f"{CODON_CONTEXT} to {MAX_ORDER}", "Usual is 4.")
        shapes = {"coding": CODON, "intron": 1, "intergenic": 1}
        self.words = {name: np.zeros((period, 4**self.order, 4)) for name, period in shapes.items()}

    def add_gene(self, name: str, gene: bytes, line: int | None = None) -> bool:
        """Count a coding sequence, in frame from its first base; False (and the reason kept) if it is none."""
        if reason := gene_fault(gene):
            self.refused.append(Refused(name, reason, line))
            return False
        self.words["coding"] += count_words([gene_words(gene, self.order)], self.order)
        self.codons += _codon_counts(gene)
        self.n_genes += 1
        return True

    def add(self, annotated: AnnotatedSequence) -> None:
        """Count one sequence: the longest transcript of each gene, its introns and sites, and what is between genes."""
        sequence = annotated.sequence
        chosen, refused = chosen_transcripts(annotated)
        self.refused += refused
        for one in chosen:
            self._add_transcript(one, sequence)
        if annotated.genic:  # a sequence without a gene may be one that nobody annotated
            self._add_regions("intergenic", between(annotated.genic, len(sequence)), sequence)

    def _add_transcript(self, one: Transcript, sequence: bytes) -> None:
        self.add_gene(one.name, coding_sequence(one, sequence), one.line)
        gaps, (low, high) = introns(one), one.span
        first, after = (low, high - 1) if one.strand == 1 else (high - 1, low)
        for start, end in gaps:
            self.n_introns += 1
            donor, acceptor = (start, end - 1) if one.strand == 1 else (end - 1, start)
            self._add_site("donor", donor, one.strand, sequence)
            self._add_site("acceptor", acceptor, one.strand, sequence)
            inner = oriented(sequence, start, end, one.strand)[DONOR_BASES:-ACCEPTOR_BASES]
            self.words["intron"] += _region_counts([inner], self.order)
        if not one.partial_start and not one.phase:
            self._add_site("start", first, one.strand, sequence)
        if not one.partial_end:
            self._add_stop(after, one.strand, sequence)

    def _add_stop(self, last: int, strand: int, sequence: bytes) -> None:
        """Count the stop codon at the end of a coding sequence, or just behind it, where some files leave it."""
        within, behind = last - strand * (CODON - 1), last + strand
        if not _is_stop(within, strand, sequence) and _is_stop(behind, strand, sequence):
            self.n_stops_behind += 1
            within = behind
        self._add_site("stop", within, strand, sequence)

    def _add_site(self, kind: str, at: int, strand: int, sequence: bytes) -> None:
        """Count a window around the base `at`; what has another signal is counted by what it has."""
        window = SITES[kind]
        ends = at + strand * window.first, at + strand * (window.end - 1)
        if min(ends) < 0 or max(ends) >= len(sequence):
            self.seen[f"{kind} too near an end"] += 1
            return
        bases = oriented(sequence, min(ends), max(ends) + 1, strand).upper().replace(b"U", b"T").decode()
        length = len(window.signals[0])
        begin = -window.first - (length - 1 if kind == "acceptor" else 0)
        signal = bases[begin : begin + length]
        if signal not in window.signals:
            self.seen[f"{kind} of other bases"] += 1
            return
        codes = base_codes(bases.encode())
        table = self.sites.setdefault(f"{kind} {signal}", np.zeros((len(codes), 4)))
        clear = np.flatnonzero(codes < 4)
        table[clear, codes[clear]] += 1

    def _add_regions(self, component: str, spans: Iterable[Span], sequence: bytes) -> None:
        """Count stretches without a direction: half of either strand."""
        for strand in (1, -1):
            pieces = [oriented(sequence, start, end, strand) for start, end in spans]
            self.words[component] += _region_counts(pieces, self.order) / 2

    def model(self, name: str, estimator: Estimator) -> GeneModel:
        """Estimate the gene model; what was noticed is among its findings.

        Raises
        ------
        InputError
            If no gene was counted.
        """
        if not self.words["coding"].any():
            told = "; ".join(f"{one.name}: {one.reason}" for one in self.refused[:3]) or "none at all"
            raise InputError.one(
                name, f"no gene to learn from ({told})", "coding sequences of whole codons, in frame",
                "Check that annotation and sequence belong together.",
            )  # fmt: skip
        contents = {
            part: estimate_content(counts, estimator) for part, counts in self.words.items() if counts.any()
        }
        sites = {
            key: SiteModel(
                _smoothed(table, np.ones(table.shape, bool), estimator), SITES[key.split()[0]].first
            )
            for key, table in sorted(self.sites.items())
        }
        klass = GCClass(contents["coding"], contents.get("intron"), contents.get("intergenic"))
        return GeneModel(name, (klass,), sites, "sequence", tuple(self._findings(contents, estimator)))

    def _findings(self, contents: dict[str, ContentModel], estimator: Estimator) -> Iterable[Finding]:
        yield Finding(
            "note", "coding", f"{self.n_genes} genes, {self.n_introns} introns; smoothing {estimator}"
        )
        for part, model in contents.items():
            yield _precision(part, model)
        for part in (one for one in self.words if one not in contents):
            yield Finding("note", part, "no base of it: not estimated")
        for what, times in sorted(self.seen.items()):
            yield Finding("note", what.split()[0], f"{times} {what}: not in the matrix")
        if self.n_stops_behind:
            text = f"{self.n_stops_behind} coding sequences end just before their stop codon: counted where it stands"
            yield Finding("note", "stop", text)
        if self.refused:
            text = f"{len(self.refused)} transcripts or genes were left out: the table of the dropped has the reasons"
            yield Finding("warning" if len(self.refused) > self.n_genes else "note", "coding", text)


def _precision(part: str, model: ContentModel) -> Finding:
    """Say how much an estimate from so many bases is expected to miss (likelihood-ratio theory)."""
    possible = (
        ~completes_stop(model.order) if model.period == CODON else np.ones(model.probabilities.shape, bool)
    )
    free = int(possible.sum()) - possible.shape[0] * possible.shape[1]
    bits = free / (2 * math.log(2) * (model.n_counts or 1))
    text = f"{model.n_counts} bases for {free} free parameters: expected to miss by {bits:.2g} bits per base"
    if bits > POOR_BITS:
        return Finding("warning", part, f"{text}; take a lower order or more sequence")
    return Finding("note", part, text)


def _is_stop(at: int, strand: int, sequence: bytes) -> bool:
    """Say whether a stop codon begins at a base."""
    start = at if strand == 1 else at - CODON + 1
    codon = oriented(sequence, max(start, 0), start + CODON, strand)
    return codon.upper().replace(b"U", b"T").decode() in STOP_CODONS


def _codon_counts(gene: bytes) -> FloatArray:
    """Count the codons without an ambiguous base, a stop at the end left out, shape (64,)."""
    codes = base_codes(gene).reshape(-1, CODON)
    codes = codes[(codes < 4).all(axis=1)]
    counts = np.bincount(codes @ [16, 4, 1], minlength=CODONS).astype(float)
    counts[_STOP_NUMBERS] = 0.0
    return np.asarray(counts)


_STOP_NUMBERS = [int(stop.translate(str.maketrans("ACGT", "0123")), 4) for stop in STOP_CODONS]


def _region_counts(regions: Sequence[bytes], order: int) -> FloatArray:
    """Count words of period 1, shape (1, 4**k, 4)."""
    total = np.zeros(4 ** (order + 1))
    for region in regions:
        total += np.bincount(region_words(region, order), minlength=len(total))
    return total.reshape(1, 4**order, 4)


def estimate_content(counts: FloatArray, estimator: Estimator) -> ContentModel:
    r"""Estimate a content model: each context's counts are smoothed by themselves.

    Parameters
    ----------
    counts : ndarray of shape (period, 4**k, 4)
        With period 3, words that complete an in-frame stop codon get probability 0 and no pseudocount, k
        being 2 at least.
    estimator : klbio.smoothing.Estimator
        Applied to the possible bases of each context.

    Returns
    -------
    ContentModel
        With the number of counted bases; contexts never seen are uniform over their possible bases.

    Examples
    --------
    >>> from klbio.smoothing import Additive
    >>> estimate_content(np.array([[[3.0, 1.0, 0.0, 0.0]]]), Additive(1.0)).probabilities
    array([[[0.5  , 0.25 , 0.125, 0.125]]])
    """
    order = ContentModel(closed(counts)).order
    possible = ~completes_stop(order) if len(counts) == CODON else np.ones(counts.shape, dtype=bool)
    rows = np.where(possible, counts, 0.0).reshape(-1, 4)
    smoothed = _smoothed(rows, possible.reshape(-1, 4), estimator)
    return ContentModel(smoothed.reshape(counts.shape), n_counts=round(rows.sum()) or None)


def _smoothed(rows: FloatArray, possible: NDArray[np.bool_], estimator: Estimator) -> FloatArray:
    """Smooth each row over its possible bases; a row without counts is uniform over them."""
    smoothed = closed(possible.astype(float))
    for mask in np.unique(possible, axis=0):
        here = (possible == mask).all(axis=1) & (rows.sum(axis=1) > 0)
        if here.any():
            smoothed[np.ix_(here, mask)] = estimator.probabilities(rows[np.ix_(here, mask)])
    return closed(smoothed)
