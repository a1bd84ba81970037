"""What GFF3 and GTF share: nine columns a line, 1-based coordinates, and what comes out of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from klbio.errors import Fault, InputError, StrPath, notify, shorten
from klbio.io.sequences.feature_lines import COLUMNS, numbered_lines
from klbio.io.sequences.reads import NUCLEOTIDES
from klbio.models.training.transcript import Segment, Span, Transcript, by_locus

__all__ = [
    "PSEUDO",
    "REMEDY",
    "Annotation",
    "Row",
    "code_number",
    "no_coding_line",
]

CDS_TERM = "SO:0000316"  # what CDS is called in the Sequence Ontology
PHASES = {"0": 0, "1": 1, "2": 2, ".": None}
STRANDS = {"+": 1, "-": -1, ".": 0, "?": 0}
GENIC = re.compile(r"gene$|RNA$|^transcript$|^CDS$|^exon$|UTR$")
PSEUDO = re.compile("pseudogen", re.IGNORECASE)
REMEDY = 'Annotation is GFF3 (attributes ID=x;Parent=y) or GTF (attributes gene_id "x"; transcript_id "y";).'


def code_number(text: str | None) -> int | None:
    """Read the number of a genetic code; None where there is none, 0 where it is no number.

    >>> code_number(None), code_number("4"), code_number("four")
    (None, 4, 0)
    """
    if text is None:
        return None
    return int(text) if text.isdecimal() and len(text) < 4 else 0


class Row(NamedTuple):
    """One line: what it describes, where, and the text of its attributes."""

    sequence: str
    kind: str
    segment: Segment
    text: str

    @classmethod
    def parsed(cls, path: StrPath, n: int, line: str) -> Row | Fault:
        """Split a line, or say what is wrong with it."""
        fields = line.split("\t")
        if len(fields) != COLUMNS:
            return Fault(path, f"{len(fields)} columns", f"{COLUMNS}, parted by tabs", REMEDY, n)
        name, _, kind, first, last, _, strand, phase, text = fields
        start, end = (
            int(number) if number.isdecimal() and len(number) < 12 else 0 for number in (first, last)
        )
        if not 1 <= start <= end:
            found = f"coordinates {shorten(first, 20)} to {shorten(last, 20)}"
            return Fault(path, found, "whole numbers, 1 or more, in order", REMEDY, n)
        if strand not in STRANDS:
            return Fault(path, f"strand {shorten(strand, 20)}", "one of + - . ?", REMEDY, n)
        kind = "CDS" if kind == CDS_TERM else kind
        if kind == "CDS" and phase not in PHASES:
            return Fault(path, f"phase {shorten(phase, 20)} of a CDS", "0, 1 or 2, or . for none", REMEDY, n)
        segment = Segment(start - 1, end, STRANDS[strand], PHASES[phase] if kind == "CDS" else None)
        return cls(name, kind, segment, text)

    @property
    def span(self) -> Span:
        """First base, counted from 0, and the one behind the last."""
        return self.segment.start, self.segment.end

    @property
    def genic(self) -> bool:
        """Whether it is a gene or a part of one."""
        return bool(GENIC.search(self.kind))


def no_coding_line(path: StrPath) -> Fault:
    """Say that an annotation has no coding sequences."""
    remedy = "Assemblies of transcripts (StringTie) have none: TransDecoder finds their coding parts."
    return Fault(path, "no line of type CDS", "the coding parts of genes", remedy, 1)


@dataclass
class Annotation:
    """Transcripts and spans of genes of each sequence, in order of the file; the first line of FASTA, if any.

    `unknown_parents` are those that coding lines name and no line describes, `circular` sequences without an end.
    """

    path: StrPath
    transcripts: dict[str, list[Transcript]] = field(default_factory=dict)
    genic: dict[str, list[Span]] = field(default_factory=dict)
    fasta_line: int | None = None
    unknown_parents: tuple[str, ...] = ()
    circular: set[str] = field(default_factory=set)

    def add(self, sequence: str, transcript: Transcript) -> None:
        """Take up a transcript; its introns are no sequence between genes, though only coding lines be given."""
        self.transcripts.setdefault(sequence, []).append(transcript)
        self.genic.setdefault(sequence, []).append(transcript.span)

    def with_genes(self) -> Annotation:
        """Name the genes of transcripts that have none; lines that say nothing new, and such phases, are left out."""
        transcripts = {
            name: by_locus(one.told_once for one in found) for name, found in self.transcripts.items()
        }
        self._say_again(transcripts)
        every = [transcript for found in transcripts.values() for transcript in found]
        phases = {segment.phase for transcript in every for segment in transcript.segments}
        if None in phases and any(transcript.segments[0].phase is None for transcript in every):
            notify(self.path, "coding lines without a phase", "read from their first base")
        if phases == {0} and sum(bool(transcript.phase_fault) for transcript in every) > len(every) / 10:
            notify(
                self.path,
                "phase 0 in every coding line, also behind parts of codons",
                "phases are passed over",
            )
            transcripts = {name: [one.without_phases for one in found] for name, found in transcripts.items()}
        return replace(self, transcripts=transcripts)

    def _say_again(self, once: dict[str, list[Transcript]]) -> None:
        n_lines, n_left = (
            sum(len(one.segments) for found in of.values() for one in found)
            for of in (self.transcripts, once)
        )
        if n_lines > n_left:
            notify(
                self.path,
                f"coding lines that their transcript has already ({n_lines - n_left})",
                "taken once",
            )

    def sequences(self) -> Iterator[tuple[str, bytes]]:
        """Read the FASTA section at the end of the file.

        Raises
        ------
        InputError
            With line: a letter that is no base, or no name.
        """
        name = ""
        pieces: list[bytes] = []
        for n, line in self._fasta_lines():
            if line.startswith(">"):
                if name:
                    yield name, b"".join(pieces)
                name, pieces = (line[1:].split() or [""])[0], []
            else:
                pieces.append(line.strip().encode())
            if not name or (pieces and pieces[-1].translate(None, NUCLEOTIDES)):
                found = shorten(line, 60) if name else "a sequence without a name"
                raise InputError.one(self.path, found, "FASTA of DNA below ##FASTA", "", n)
        if name:
            yield name, b"".join(pieces)

    def _fasta_lines(self) -> Iterator[tuple[int, str]]:
        if self.fasta_line is not None:
            yield from (
                (n, line) for n, line in numbered_lines(self.path) if n >= self.fasta_line and line.strip()
            )
