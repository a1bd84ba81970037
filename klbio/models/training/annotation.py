"""Annotated genes on a sequence: which bases are coding, intron or between genes, and what is wrong with a gene.

Coordinates count from 0 and leave the end out; what is read from a gene comes 5' to 3' in the gene's own direction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from klbio.models.markov.genetic_code import STANDARD, is_code, same_code
from klbio.models.training.words import Gene
from klbio.phrases import say
from klbio.phrases.training import (
    AnotherIsLonger,
    NoStrand,
    OtherGeneticCode,
    OutsideSequence,
    OverlappingSegments,
    PhaseBroken,
    StopInFrame,
)

__all__ = [
    "AnnotatedSequence", "Refused", "Segment", "Span", "Transcript", "between", "by_locus", "longest_by_gene",
    "oriented",
]  # fmt: skip

COMPLEMENT = bytes.maketrans(b"ACGTUNRYSWKMBDHVacgtunryswkmbdhv", b"TGCAANYRSWMKVHDBtgcaanyrswmkvhdb")
CODON = 3
Span = tuple[int, int]


@dataclass(frozen=True)
class Segment:
    """A stretch of coding sequence: ``[start, end)``, strand 1 or -1 (0: not given), bases before the first codon."""

    start: int
    end: int
    strand: int
    phase: int | None = None


@dataclass(frozen=True)
class Transcript:
    """The coding part of one transcript.

    Parameters
    ----------
    name, gene : str
        Transcripts of one gene are isoforms; where `gene` is empty, `by_locus` finds it.
    segments : tuple of Segment
        In any order.
    partial_start, partial_end : bool
        Whether its 5' or 3' end is said to lie outside the sequence.
    genetic_code : int, optional
        NCBI's number, where the file gives it; 0 for one that is none.
    fault : str
        What its file already says against it, as that it is a pseudogene; may be empty.
    line : int, optional
        Where it begins in its file.
    """

    name: str
    gene: str
    segments: tuple[Segment, ...]
    partial_start: bool = False
    partial_end: bool = False
    genetic_code: int | None = None
    fault: str = ""
    line: int | None = None

    @property
    def strand(self) -> int:
        """Strand of the first segment."""
        return self.segments[0].strand

    @property
    def ordered(self) -> tuple[Segment, ...]:
        """Segments 5' to 3'."""
        return tuple(sorted(self.segments, key=lambda segment: self.strand * segment.start))

    @property
    def phase(self) -> int:
        """Bases before the first whole codon."""
        return self.ordered[0].phase or 0

    @property
    def n_bases(self) -> int:
        """Length of the coding sequence."""
        return sum(segment.end - segment.start for segment in self.segments)

    @property
    def span(self) -> Span:
        """From the first to the last coding base."""
        return min(segment.start for segment in self.segments), max(segment.end for segment in self.segments)

    @property
    def introns(self) -> list[Span]:
        """The gaps between the segments, 5' to 3'; adjacent segments have none.

        >>> Transcript("t", "g", (Segment(0, 90, 1), Segment(100, 190, 1))).introns
        [(90, 100)]
        """
        pairs = pairwise(self.ordered)
        gaps = [(min(segment.end, other.end), max(segment.start, other.start)) for segment, other in pairs]
        return [(start, end) for start, end in gaps if end > start]

    def coding_sequence(self, sequence: bytes) -> bytes:
        """Join the segments 5' to 3', from the first whole codon on; of partial genes whole codons only."""
        pieces = (oriented(sequence, segment.start, segment.end, segment.strand) for segment in self.ordered)
        coding = b"".join(pieces)[self.phase :]
        return coding[: len(coding) // CODON * CODON] if self.partial_end else coding

    def fault_within(self, n_bases: int) -> str:
        """Say why the coding sequence cannot be cut out of a sequence of `n_bases`; empty if it can.

        Examples
        --------
        >>> Transcript("t", "g", (Segment(0, 90, 1, 0), Segment(100, 190, 1, 1))).fault_within(500)
        'phase 1 of the coding segment 101-190, where the ones before it leave 0'
        >>> Transcript("t", "g", (Segment(0, 90, 1),)).fault_within(80)
        'coding bases 1 to 90 of a sequence of 80 bases'
        """
        start, end = self.span
        if self.fault:
            return self.fault
        if start < 0 or end > n_bases:
            return say(OutsideSequence(start + 1, end, n_bases))
        if {segment.strand for segment in self.segments} not in ({1}, {-1}):
            return say(NoStrand())
        ascending = sorted(self.segments, key=lambda segment: segment.start)
        if any(segment.end > other.start for segment, other in pairwise(ascending)):
            return say(OverlappingSegments())
        return self._phase_fault()

    def _phase_fault(self) -> str:
        done = -self.phase
        for segment in self.ordered:
            expected = -done % CODON
            if segment.phase is not None and segment.phase != expected:
                return say(PhaseBroken(segment.phase, (segment.start + 1, segment.end), expected))
            done += segment.end - segment.start
        return ""


@dataclass(frozen=True)
class Refused:
    """A transcript, or a gene of a list, that was left out.

    Parameters
    ----------
    name, reason : str
    line : int, optional
    inner_codons : frozenset of str
        Where a stop codon within is the reason: its codons that are stops in any genetic code.
    genetic_code : int, optional
        Where another genetic code is the reason: that one.
    source : str
        Its file, where there are several.
    """

    name: str
    reason: str
    line: int | None = None
    inner_codons: frozenset[str] = frozenset()
    genetic_code: int | None = None
    source: str = ""

    @classmethod
    def gene(cls, name: str, gene: Gene, line: int | None = None) -> Refused | None:
        """Say why a coding sequence is no gene; None if it is one."""
        if not (reason := gene.fault):
            return None
        inner = gene.inner_codons if reason == say(StopInFrame()) else frozenset()
        return cls(name, reason, line, inner)


@dataclass(frozen=True, eq=False)
class AnnotatedSequence:
    """A sequence with its transcripts and the spans that genes of any kind take up."""

    name: str
    sequence: bytes
    transcripts: tuple[Transcript, ...]
    genic: tuple[Span, ...]

    def chosen_transcripts(
        self, genetic_code: int = STANDARD, overruled: int | None = None
    ) -> tuple[list[Transcript], list[Refused]]:
        """Give the longest good transcript of each gene of a genetic code, and why each other one is left out.

        Genes that are annotated with the code `overruled`, or its like, are read under `genetic_code` too.
        """
        good, refused = [], []
        for transcript in self.transcripts:
            own = transcript.genetic_code
            if own is None or overruled is None or not (is_code(own) and same_code(own, overruled)):
                used = transcript
            else:
                used = replace(transcript, genetic_code=None)
            if refusal := self._refusal(used, genetic_code):
                refused.append(refusal)
            else:
                good.append(transcript)
        chosen, shorter = longest_by_gene(good)
        refused += [
            Refused(transcript.name, say(AnotherIsLonger(transcript.gene)), transcript.line)
            for transcript in shorter
        ]
        return chosen, refused

    def _refusal(self, transcript: Transcript, genetic_code: int) -> Refused | None:
        """Say why a transcript is left out; None if it is good."""
        name, line, own = transcript.name, transcript.line, transcript.genetic_code
        if reason := transcript.fault_within(len(self.sequence)):
            return Refused(name, reason, line)
        if own is not None and not (is_code(own) and same_code(own, genetic_code)):
            return Refused(name, say(OtherGeneticCode(own, genetic_code)), line, genetic_code=own)
        return Refused.gene(name, Gene(transcript.coding_sequence(self.sequence), genetic_code), line)

    @property
    def intergenic(self) -> list[Span]:
        """Stretches that no gene touches; none in a sequence without a gene, which nobody may have annotated."""
        return between(self.genic, len(self.sequence)) if self.genic else []


def longest_by_gene(transcripts: Iterable[Transcript]) -> tuple[list[Transcript], list[Transcript]]:
    """Give the transcript with the most coding bases of each gene (the first of equals), and all others.

    >>> short, long = (Transcript(str(n), "g", (Segment(0, n, 1),)) for n in (60, 90))
    >>> longest_by_gene([short, long]) == ([long], [short])
    True
    """
    best: dict[str, Transcript] = {}
    others: list[Transcript] = []
    for transcript in transcripts:
        rival = best.get(transcript.gene)
        if rival is None or transcript.n_bases > rival.n_bases:
            best[transcript.gene] = transcript
            others += [rival] if rival is not None else []
        else:
            others.append(transcript)
    return list(best.values()), others


def by_locus(transcripts: Iterable[Transcript]) -> list[Transcript]:
    """Name the gene of the transcripts of one sequence that have none: one gene where two share an end of a segment.

    Genes that overlap or lie in each other's introns, but share no end on the same strand, stay apart.

    >>> one, two = (Transcript(name, "", (Segment(0, n, 1),)) for name, n in (("a", 60), ("b", 90)))
    >>> [transcript.gene for transcript in by_locus([one, two])]
    ['a', 'a']
    """
    of_end: dict[tuple[int, int, bool], str] = {}
    named = []
    for transcript in transcripts:
        if not transcript.gene:
            ends = [
                (segment.strand, at, at == segment.end)
                for segment in transcript.segments
                for at in (segment.start, segment.end)
            ]
            gene = next((of_end[end] for end in ends if end in of_end), transcript.name)
            of_end.update(dict.fromkeys(ends, gene))
            transcript = replace(transcript, gene=gene)
        named.append(transcript)
    return named


def oriented(sequence: bytes, start: int, end: int, strand: int) -> bytes:
    """Cut out a stretch and read it on its strand.

    >>> oriented(b"AACGT", 1, 4, -1)
    b'CGT'
    """
    piece = sequence[start:end]
    return piece if strand == 1 else piece.translate(COMPLEMENT)[::-1]


def between(spans: Sequence[Span], n_bases: int) -> list[Span]:
    """Give the stretches of a sequence that no span touches.

    >>> between([(10, 20), (15, 30)], 40)
    [(0, 10), (30, 40)]
    """
    free, at = [], 0
    for start, end in sorted(spans):
        if start > at:
            free.append((at, start))
        at = max(at, end)
    return free + ([(at, n_bases)] if at < n_bases else [])
