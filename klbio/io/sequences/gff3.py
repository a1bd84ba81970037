"""GFF3 annotation: coding transcripts and the spans of genes, by sequence.

Nine columns, 1-based coordinates, attributes ``key=value;...`` with percent escapes.  Coding lines are put together by
their ``Parent``, so that each transcript stands by itself; a ``##FASTA`` section at the end is left to the reader of
sequences.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from klbio.errors import Fault, InputError, StrPath, shorten
from klbio.io.sequences.reads import NUCLEOTIDES
from klbio.io.source import Source, readable
from klbio.models.training.annotation import Segment, Span, Transcript

__all__ = ["Annotation", "read", "read_sequences", "sniff"]

COLUMNS = 9
STRANDS = {"+": 1, "-": -1, ".": 0, "?": 0}
GENIC = re.compile(r"gene$|RNA$|^transcript$|^CDS$|^exon$|UTR$")
PSEUDO = re.compile("pseudogen", re.IGNORECASE)
FASTA = "##FASTA"
MAX_FAULTS = 20
LONGEST_LINE = 1 << 20
REMEDY = "The format is described at the Sequence Ontology's site as GFF3; GTF has to be converted first."


@dataclass(frozen=True)
class _Feature:
    """What is kept of a feature with an ID: its type, its parents, whether it is called a pseudogene."""

    kind: str
    parents: tuple[str, ...]
    pseudo: bool


@dataclass(frozen=True)
class _Coding:
    """One CDS line."""

    line: int
    segment: Segment
    attributes: Mapping[str, str]


@dataclass
class Annotation:
    """Transcripts and spans of genes of each sequence, in order of the file; the first line of FASTA, if any."""

    path: StrPath
    transcripts: dict[str, list[Transcript]] = field(default_factory=dict)
    genic: dict[str, list[Span]] = field(default_factory=dict)
    fasta_line: int | None = None


@dataclass
class _Reading:
    """What has been read so far."""

    path: StrPath
    features: dict[str, _Feature] = field(default_factory=dict)
    coding: dict[tuple[str, str, str], list[_Coding]] = field(default_factory=dict)
    genic: dict[str, list[Span]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, found: str, expected: str) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(self.path, found, expected, REMEDY, line))


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
        What is wrong with one transcript stands in it, see `klbio.models.training.annotation.transcript_fault`.

    Raises
    ------
    InputError
        With line: columns that are not nine, coordinates, strands or phases that are none, no coding line at all.
    """
    reading, fasta_line = _Reading(path), None
    for n, line in _lines(path):
        if line.startswith((FASTA, ">")):
            fasta_line = n + line.startswith(FASTA)
            break
        if line.strip() and not line.startswith("#"):
            _feature(n, line, reading)
    if not reading.coding and not reading.faults:
        reading.fault(1, "no line of type CDS", "the coding parts of genes")
    InputError.raise_any(reading.faults)
    annotation = Annotation(path, genic=reading.genic, fasta_line=fasta_line)
    for (sequence, parent, _), lines in reading.coding.items():
        one = _transcript(parent, lines, reading.features)
        annotation.transcripts.setdefault(sequence, []).append(one)
    return annotation


def read_sequences(annotation: Annotation) -> Iterator[tuple[str, bytes]]:
    """Read the FASTA section at the end of an annotation.

    Raises
    ------
    InputError
        With line: a letter that is no base, or no name.
    """
    name = ""
    pieces: list[bytes] = []
    for n, line in _lines(annotation.path):
        if annotation.fasta_line is None or n < annotation.fasta_line or not line.strip():
            continue
        if line.startswith(">"):
            if name:
                yield name, b"".join(pieces)
            name, pieces = (line[1:].split() or [""])[0], []
        else:
            pieces.append(line.strip().encode())
        if not name or (pieces and pieces[-1].translate(None, NUCLEOTIDES)):
            found = shorten(line, 60) if name else "a sequence without a name"
            raise InputError.one(annotation.path, found, "FASTA of DNA below ##FASTA", "", n)
    if name:
        yield name, b"".join(pieces)


def _lines(path: StrPath) -> Iterator[tuple[int, str]]:
    """Give numbered lines without their ends, one at a time."""
    with readable(path), Source.of(path).unpacked() as handle:
        text = io.TextIOWrapper(handle, encoding="utf-8-sig", newline=None)
        n = 0
        while line := text.readline(LONGEST_LINE):
            n += 1
            if len(line) == LONGEST_LINE:
                raise InputError.one(path, f"more than {LONGEST_LINE} letters", "a shorter line", "", n)
            yield n, line.rstrip("\r\n")


def _feature(n: int, line: str, reading: _Reading) -> None:
    """Take up one line."""
    fields = line.split("\t")
    if len(fields) != COLUMNS:
        reading.fault(n, f"{len(fields)} columns", f"{COLUMNS}, parted by tabs")
        return
    name, _, kind, first, last, _, strand, phase, text = fields
    attributes = _attributes(text)
    start, end = (int(one) if one.isdecimal() and len(one) < 12 else 0 for one in (first, last))
    if not 1 <= start <= end:
        reading.fault(
            n,
            f"coordinates {shorten(first, 20)} to {shorten(last, 20)}",
            "whole numbers, 1 or more, in order",
        )
    elif strand not in STRANDS:
        reading.fault(n, f"strand {shorten(strand, 20)}", "one of + - . ?")
    elif kind == "CDS" and phase not in ("0", "1", "2"):
        reading.fault(n, f"phase {shorten(phase, 20)} of a CDS", "0, 1 or 2")
    else:
        name = unquote(name)
        parents = tuple(one for one in attributes.get("Parent", "").split(",") if one)
        if GENIC.search(kind):
            reading.genic.setdefault(name, []).append((start - 1, end))
        if kind == "CDS":
            segment = Segment(start - 1, end, STRANDS[strand], int(phase))
            _coding(name, parents, _Coding(n, segment, attributes), reading)
        elif "ID" in attributes:
            pseudo = bool(PSEUDO.search(kind)) or _is_pseudo(attributes)
            reading.features[attributes["ID"]] = _Feature(kind, parents, pseudo)


def _coding(name: str, parents: tuple[str, ...], coding: _Coding, reading: _Reading) -> None:
    """Put a CDS line to each of its parents; without one, to the lines of its own ID."""
    own = coding.attributes.get("ID", "")
    for parent in parents or (own or f"CDS of line {coding.line}",):
        reading.coding.setdefault((name, parent, own), []).append(coding)


def _attributes(text: str) -> dict[str, str]:
    pairs = (one.strip().partition("=") for one in text.split(";"))
    return {key: ",".join(map(unquote, value.split(","))) for key, _, value in pairs if key}


def _is_pseudo(attributes: Mapping[str, str]) -> bool:
    named = " ".join(attributes.get(key, "") for key in ("gene_biotype", "biotype"))
    return attributes.get("pseudo") == "true" or bool(PSEUDO.search(named))


def _transcript(parent: str, lines: list[_Coding], features: Mapping[str, _Feature]) -> Transcript:
    above = _ancestors(parent, features)
    attributes = lines[0].attributes
    pseudo = any(features[one].pseudo for one in above if one in features) or _is_pseudo(attributes)
    code = attributes.get("transl_table", "1")
    start, end = _partial(lines)
    return Transcript(
        parent,
        above[-1],
        tuple(one.segment for one in lines),
        start,
        end,
        int(code) if code.isdecimal() and len(code) < 4 else 0,
        "a pseudogene" if pseudo else "",
        lines[0].line,
    )


def _ancestors(name: str, features: Mapping[str, _Feature]) -> list[str]:
    """Give a feature and those above it, the gene last; a circle ends where it closes."""
    above = [name]
    while above[-1] in features and (parents := features[above[-1]].parents) and parents[0] not in above:
        above.append(parents[0])
    return above


def _partial(lines: list[_Coding]) -> tuple[bool, bool]:
    """Say whether the 5' and the 3' end are marked as lying outside, as NCBI does (``partial``, ``start_range``)."""
    low = any("start_range" in one.attributes for one in lines)
    high = any("end_range" in one.attributes for one in lines)
    if any(one.attributes.get("partial") == "true" for one in lines) and not low and not high:
        low = high = True
    return (low, high) if lines[0].segment.strand >= 0 else (high, low)
