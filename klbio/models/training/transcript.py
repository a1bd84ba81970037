"""The coding part of one transcript: its segments, its introns, and what is wrong with it.

Coordinates count from 0 and leave the end out; what is read from a gene comes 5' to 3' in the gene's own direction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from klbio.phrases import say
from klbio.phrases.annotation import NoStrand, OutsideSequence, OverlappingSegments, PhaseBroken

__all__ = ["Segment", "Span", "Transcript", "by_locus", "longest_by_gene", "oriented"]

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
    phases_ignored : bool, default False
        Whether its phases contradicted each other, and it is a whole gene without them.
    """

    name: str
    gene: str
    segments: tuple[Segment, ...]
    partial_start: bool = False
    partial_end: bool = False
    genetic_code: int | None = None
    fault: str = ""
    line: int | None = None
    phases_ignored: bool = False

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
    def bases(self) -> tuple[Span, ...]:
        """Where its coding bases lie, those of the other strand as negative numbers."""
        return tuple((one.strand * one.start, one.strand * one.end) for one in self.ordered)

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
        return self.phase_fault

    @property
    def told_once(self) -> Transcript:
        """The same, where its file says a segment again.

        >>> Transcript("t", "g", (Segment(0, 90, 1), Segment(0, 90, 1))).told_once.n_bases
        90
        """
        return replace(self, segments=tuple(dict.fromkeys(self.segments)))

    @property
    def without_phases(self) -> Transcript:
        """The same, read from its first base whatever its lines say."""
        return replace(self, segments=tuple(replace(segment, phase=None) for segment in self.segments))

    def unrolled(self, n_bases: int) -> Transcript:
        """Go on behind the end of a circular sequence where a part ends there and another begins at the start.

        >>> across = Transcript("t", "g", (Segment(0, 40, 1), Segment(60, 100, 1)))
        >>> [(segment.start, segment.end) for segment in across.unrolled(100).ordered]
        [(60, 100), (100, 140)]
        """
        ends = {segment.end for segment in self.segments}, {segment.start for segment in self.segments}
        if n_bases not in ends[0] or 0 not in ends[1]:
            return self
        moved = (
            replace(one, start=one.start + n_bases, end=one.end + n_bases) if one.start < n_bases / 2 else one
            for one in self.segments
        )
        return replace(self, segments=tuple(moved))

    @property
    def phase_fault(self) -> str:
        """Say which phase does not go on from the segments before; empty if all do."""
        done = -self.phase
        for segment in self.ordered:
            expected = -done % CODON
            if segment.phase is not None and segment.phase != expected:
                return say(PhaseBroken(segment.phase, (segment.start + 1, segment.end), expected))
            done += segment.end - segment.start
        return ""


def longest_by_gene(transcripts: Iterable[Transcript]) -> tuple[list[Transcript], list[Transcript]]:
    """Give the transcript with the most coding bases of each gene, and all others.

    Of two with as many it is the one that begins first, in its first segment that differs: the order of a file
    decides nothing.

    >>> short, long = (Transcript(str(n), "g", (Segment(0, n, 1),)) for n in (60, 90))
    >>> longest_by_gene([short, long]) == ([long], [short])
    True
    """
    best: dict[str, Transcript] = {}
    others: list[Transcript] = []
    for transcript in transcripts:
        rival = best.setdefault(transcript.gene, transcript)
        if rival is not transcript:
            best[transcript.gene], other = sorted((rival, transcript), key=_longest_first)
            others.append(other)
    return list(best.values()), others


def _longest_first(transcript: Transcript) -> tuple[int, list[tuple[int, int]]]:
    return -transcript.n_bases, sorted((segment.start, segment.end) for segment in transcript.segments)


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
