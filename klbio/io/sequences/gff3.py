"""GFF3 annotation: coding transcripts and the spans of genes, by sequence.

Nine columns, 1-based coordinates, attributes ``key=value;...`` with percent escapes.  Coding lines are put together by
their ``Parent``, so that each transcript stands by itself; a ``##FASTA`` section at the end is left to the reader of
sequences.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

from klbio.errors import MAX_FAULTS, Fault, InputError, StrPath, shorten
from klbio.io.sequences.reads import NUCLEOTIDES
from klbio.io.source import Source
from klbio.io.unreadable import readable
from klbio.models.training.annotation import Segment, Span, Transcript

__all__ = ["Annotation", "read", "sniff"]

COLUMNS = 9
STRANDS = {"+": 1, "-": -1, ".": 0, "?": 0}
GENIC = re.compile(r"gene$|RNA$|^transcript$|^CDS$|^exon$|UTR$")
PSEUDO = re.compile("pseudogen", re.IGNORECASE)
FASTA = "##FASTA"
MAX_LINE = 1 << 20
REMEDY = "The format is described at the Sequence Ontology's site as GFF3; GTF has to be converted first."


def sniff(path: StrPath) -> bool:
    """Recognise the first line ``##gff-version 3``, or nine columns of which two are coordinates."""
    for line in Source.of(path).first_lines(50):
        if line.startswith("##gff-version"):
            return line.split()[1:2] == ["3"] or line.startswith("##gff-version 3")
        if line.strip() and not line.startswith("#"):
            fields = line.split("\t")
            return len(fields) == COLUMNS and fields[3].isdecimal() and fields[4].isdecimal()
    return False


def read(path: StrPath) -> Annotation:
    """Read an annotation, gzipped or not.

    Returns
    -------
    Annotation
        What is wrong with one transcript stands in it, see `klbio.models.training.annotation`.

    Raises
    ------
    InputError
        With line: columns that are not nine, coordinates, strands or phases that are none, no coding line at all.
    """
    reading = _Reading(path)
    for n, line in _lines(path):
        if line.startswith((FASTA, ">")):
            reading.fasta_line = n + line.startswith(FASTA)
            break
        if line.strip() and not line.startswith("#"):
            reading.add(n, line)
    return reading.annotation()


@dataclass
class Annotation:
    """Transcripts and spans of genes of each sequence, in order of the file; the first line of FASTA, if any."""

    path: StrPath
    transcripts: dict[str, list[Transcript]] = field(default_factory=dict)
    genic: dict[str, list[Span]] = field(default_factory=dict)
    fasta_line: int | None = None

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
            yield from ((n, line) for n, line in _lines(self.path) if n >= self.fasta_line and line.strip())


def _lines(path: StrPath) -> Iterator[tuple[int, str]]:
    """Give numbered lines without their ends, one at a time."""
    with readable(path), Source.of(path).unpacked() as handle:
        text = io.TextIOWrapper(handle, encoding="utf-8-sig", newline=None)
        n = 0
        while line := text.readline(MAX_LINE):
            n += 1
            if len(line) == MAX_LINE:
                raise InputError.one(path, f"more than {MAX_LINE} letters", "a shorter line", "", n)
            yield n, line.rstrip("\r\n")


class _Attributes(dict[str, str]):
    """The last column: keys and values without their escapes."""

    @classmethod
    def parsed(cls, text: str) -> _Attributes:
        """Split ``key=value;key=value``; percent escapes become their characters."""
        pairs = (pair.strip().partition("=") for pair in text.split(";"))
        return cls((key, ",".join(map(unquote, value.split(",")))) for key, _, value in pairs if key)

    @property
    def parents(self) -> tuple[str, ...]:
        """Identifiers of the features that this one is part of."""
        return tuple(parent for parent in self.get("Parent", "").split(",") if parent)

    @property
    def pseudo(self) -> bool:
        """Whether the feature is called a pseudogene."""
        biotypes = " ".join(self.get(key, "") for key in ("gene_biotype", "biotype"))
        return self.get("pseudo") == "true" or bool(PSEUDO.search(biotypes))

    @property
    def genetic_code(self) -> int:
        """NCBI's number of it, 0 where it is none."""
        code = self.get("transl_table", "1")
        return int(code) if code.isdecimal() and len(code) < 4 else 0


class _Feature(NamedTuple):
    """What is kept of a feature with an ID: its parents, whether it is called a pseudogene."""

    parents: tuple[str, ...]
    pseudo: bool


class _Coding(NamedTuple):
    """One CDS line."""

    line: int
    segment: Segment
    attributes: _Attributes


@dataclass
class _Reading:
    """What has been read so far."""

    path: StrPath
    features: dict[str, _Feature] = field(default_factory=dict)
    coding: dict[tuple[str, str, str], list[_Coding]] = field(default_factory=dict)
    genic: dict[str, list[Span]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    fasta_line: int | None = None

    def add(self, n: int, line: str) -> None:
        """Take up one line."""
        fields = line.split("\t")
        if len(fields) != COLUMNS:
            self._fault(n, f"{len(fields)} columns", f"{COLUMNS}, parted by tabs")
            return
        name, _, kind, first, last, _, strand, phase, text = fields
        start, end = (
            int(number) if number.isdecimal() and len(number) < 12 else 0 for number in (first, last)
        )
        if not 1 <= start <= end:
            found = f"coordinates {shorten(first, 20)} to {shorten(last, 20)}"
            self._fault(n, found, "whole numbers, 1 or more, in order")
        elif strand not in STRANDS:
            self._fault(n, f"strand {shorten(strand, 20)}", "one of + - . ?")
        elif kind == "CDS" and phase not in ("0", "1", "2"):
            self._fault(n, f"phase {shorten(phase, 20)} of a CDS", "0, 1 or 2")
        else:
            name, attributes = unquote(name), _Attributes.parsed(text)
            if GENIC.search(kind):
                self.genic.setdefault(name, []).append((start - 1, end))
            if kind == "CDS":
                segment = Segment(start - 1, end, STRANDS[strand], int(phase))
                self._add_coding(name, _Coding(n, segment, attributes))
            elif "ID" in attributes:
                pseudo = bool(PSEUDO.search(kind)) or attributes.pseudo
                self.features[attributes["ID"]] = _Feature(attributes.parents, pseudo)

    def _add_coding(self, name: str, coding: _Coding) -> None:
        """Put a CDS line to each of its parents; without one, to the lines of its own ID."""
        own = coding.attributes.get("ID", "")
        for parent in coding.attributes.parents or (own or f"CDS of line {coding.line}",):
            self.coding.setdefault((name, parent, own), []).append(coding)

    def _fault(self, line: int, found: str, expected: str) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(self.path, found, expected, REMEDY, line))

    def annotation(self) -> Annotation:
        """Put the coding lines together, or raise every fault."""
        if not self.coding and not self.faults:
            self._fault(1, "no line of type CDS", "the coding parts of genes")
        InputError.raise_any(self.faults)
        annotation = Annotation(self.path, genic=self.genic, fasta_line=self.fasta_line)
        for (sequence, parent, _), lines in self.coding.items():
            annotation.transcripts.setdefault(sequence, []).append(self._transcript(parent, lines))
        return annotation

    def _transcript(self, parent: str, lines: list[_Coding]) -> Transcript:
        above, attributes = self._ancestors(parent), lines[0].attributes
        pseudo = attributes.pseudo or any(
            self.features[name].pseudo for name in above if name in self.features
        )
        start, end = _partial(lines)
        return Transcript(
            parent,
            above[-1],
            tuple(coding.segment for coding in lines),
            start,
            end,
            attributes.genetic_code,
            "a pseudogene" if pseudo else "",
            lines[0].line,
        )

    def _ancestors(self, name: str) -> list[str]:
        """Give a feature and those above it, the gene last; a circle ends where it closes."""
        above = [name]
        while (
            (feature := self.features.get(above[-1])) and feature.parents and feature.parents[0] not in above
        ):
            above.append(feature.parents[0])
        return above


def _partial(lines: list[_Coding]) -> tuple[bool, bool]:
    """Say whether the 5' and the 3' end are marked as lying outside, as NCBI does (``partial``, ``start_range``)."""
    low = any("start_range" in coding.attributes for coding in lines)
    high = any("end_range" in coding.attributes for coding in lines)
    if any(coding.attributes.get("partial") == "true" for coding in lines) and not low and not high:
        low = high = True
    return (low, high) if lines[0].segment.strand >= 0 else (high, low)
