"""Annotated genes on a sequence: which bases are coding, intron or between genes, and what is wrong with a gene.

Coordinates count from 0 and leave the end out; what is read from a gene comes 5' to 3' in the gene's own direction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = [
    "AnnotatedSequence", "Segment", "Transcript", "between", "coding_sequence", "introns", "longest_by_gene",
    "oriented", "transcript_fault",
]  # fmt: skip

COMPLEMENT = bytes.maketrans(b"ACGTUNRYSWKMBDHVacgtunryswkmbdhv", b"TGCAANYRSWMKVHDBtgcaanyrswmkvhdb")
CODON = 3
STANDARD_CODES = (1, 11)  # of NCBI: the same amino acids and stops; 11 has more start codons
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
        Transcripts of one gene are isoforms.
    segments : tuple of Segment
        In any order.
    partial_start, partial_end : bool
        Whether its 5' or 3' end is said to lie outside the sequence.
    genetic_code : int
        NCBI's number.
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
    genetic_code: int = 1
    fault: str = ""
    line: int | None = None

    @property
    def strand(self) -> int:
        """Strand of the first segment."""
        return self.segments[0].strand

    @property
    def ordered(self) -> tuple[Segment, ...]:
        """Segments 5' to 3'."""
        return tuple(sorted(self.segments, key=lambda one: self.strand * one.start))

    @property
    def phase(self) -> int:
        """Bases before the first whole codon."""
        return self.ordered[0].phase or 0

    @property
    def n_bases(self) -> int:
        """Length of the coding sequence."""
        return sum(one.end - one.start for one in self.segments)

    @property
    def span(self) -> Span:
        """From the first to the last coding base."""
        return min(one.start for one in self.segments), max(one.end for one in self.segments)


@dataclass(frozen=True, eq=False)
class AnnotatedSequence:
    """A sequence with its transcripts and the spans that genes of any kind take up."""

    name: str
    sequence: bytes
    transcripts: tuple[Transcript, ...]
    genic: tuple[Span, ...]


def transcript_fault(transcript: Transcript, n_bases: int) -> str:
    """Say why the coding sequence cannot be cut out of a sequence of `n_bases`; empty if it can.

    Examples
    --------
    >>> transcript_fault(Transcript("t", "g", (Segment(0, 90, 1, 0), Segment(100, 190, 1, 1))), 500)
    'phase 1 of the coding segment 101-190, where the ones before it leave 0'
    >>> transcript_fault(Transcript("t", "g", (Segment(0, 90, 1),)), 80)
    'coding bases 1 to 90 of a sequence of 80'
    """
    start, end = transcript.span
    if transcript.fault:
        return transcript.fault
    if transcript.genetic_code not in STANDARD_CODES:
        return f"genetic code {transcript.genetic_code}: only codes 1 and 11, with the stops TAA, TAG and TGA, are read"
    if start < 0 or end > n_bases:
        return f"coding bases {start + 1} to {end} of a sequence of {n_bases}"
    if {one.strand for one in transcript.segments} not in ({1}, {-1}):
        return "no strand, or segments on both strands"
    ascending = sorted(transcript.segments, key=lambda one: one.start)
    if any(one.end > other.start for one, other in pairwise(ascending)):
        return "coding segments that overlap"
    return _phase_fault(transcript)


def _phase_fault(transcript: Transcript) -> str:
    done = -transcript.phase
    for one in transcript.ordered:
        expected = -done % CODON
        if one.phase is not None and one.phase != expected:
            place = f"{one.start + 1}-{one.end}"
            return (
                f"phase {one.phase} of the coding segment {place}, where the ones before it leave {expected}"
            )
        done += one.end - one.start
    return ""


def longest_by_gene(transcripts: Iterable[Transcript]) -> tuple[list[Transcript], list[Transcript]]:
    """Give the transcript with the most coding bases of each gene (the first of equals), and all others.

    >>> short, long = (Transcript(str(n), "g", (Segment(0, n, 1),)) for n in (60, 90))
    >>> longest_by_gene([short, long]) == ([long], [short])
    True
    """
    best: dict[str, Transcript] = {}
    others: list[Transcript] = []
    for one in transcripts:
        rival = best.get(one.gene)
        if rival is None or one.n_bases > rival.n_bases:
            best[one.gene] = one
            others += [rival] if rival is not None else []
        else:
            others.append(one)
    return list(best.values()), others


def oriented(sequence: bytes, start: int, end: int, strand: int) -> bytes:
    """Cut out a stretch and read it on its strand.

    >>> oriented(b"AACGT", 1, 4, -1)
    b'CGT'
    """
    piece = sequence[start:end]
    return piece if strand == 1 else piece.translate(COMPLEMENT)[::-1]


def coding_sequence(transcript: Transcript, sequence: bytes) -> bytes:
    """Join the segments 5' to 3', from the first whole codon on; of partial genes whole codons only."""
    pieces = (oriented(sequence, one.start, one.end, one.strand) for one in transcript.ordered)
    coding = b"".join(pieces)[transcript.phase :]
    return coding[: len(coding) // CODON * CODON] if transcript.partial_end else coding


def introns(transcript: Transcript) -> list[Span]:
    """Give the gaps between the segments, 5' to 3'; adjacent segments have none.

    >>> introns(Transcript("t", "g", (Segment(0, 90, 1), Segment(100, 190, 1))))
    [(90, 100)]
    """
    ordered = transcript.ordered
    pairs = pairwise(ordered)
    gaps = [(min(one.end, other.end), max(one.start, other.start)) for one, other in pairs]
    return [(start, end) for start, end in gaps if end > start]


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
