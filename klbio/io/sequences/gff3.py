"""GFF3 annotation: coding transcripts and the spans of genes, by sequence.

Nine columns, 1-based coordinates, attributes ``key=value;...`` with percent escapes.  Coding lines are put together by
their ``Parent``, so that each transcript stands by itself, whether they share an ID or have one each; a ``##FASTA``
section at the end is left to the reader of sequences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import unquote

from klbio.errors import Fault, InputError, StrPath, add_fault, shorten
from klbio.io.sequences.exceptions import exception_of
from klbio.io.sequences.feature_lines import COLUMNS, FASTA, feature_lines, features
from klbio.io.sequences.miniprot import hit_fault, is_hit, one_gene_a_locus, with_phase_column
from klbio.io.sequences.nine_columns import PSEUDO, REMEDY, Annotation, Row, code_number, no_coding_line
from klbio.io.source import Source
from klbio.models.training.transcript import Segment, Span, Transcript

__all__ = ["read", "sniff"]

RESERVED = ("ID", "Parent", "Is_circular")
OF_ANY_CASE = {key.lower(): key for key in RESERVED}
ATTRIBUTES = re.compile(r"(?:^|;)\s*(?:ID|Parent)\s*=", re.IGNORECASE)
PROTEINS = ("protein", "polypeptide")  # as TAIR's, named as a parent beside the transcript


def sniff(path: StrPath) -> bool:
    """Recognise the first line ``##gff-version 3``, or nine columns of which two are coordinates.

    What calls itself version 2 is taken too, if its attributes are those of version 3.
    """
    lines = Source.of(path).first_lines(50)
    version = next((line for line in lines if line.startswith("##gff-version")), "")
    if version.split()[1:2] == ["3"] or version.startswith("##gff-version 3"):
        return True
    fields = next(features(lines), [])
    coordinates = len(fields) == COLUMNS and fields[3].isdecimal() and fields[4].isdecimal()
    return coordinates and (not version or bool(ATTRIBUTES.search(fields[8])))


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
    for n, line in feature_lines(path):
        if line == FASTA:
            reading.fasta_line = n
        else:
            reading.add(n, line)
    return reading.annotation()


class _Attributes(dict[str, str]):
    """The last column: keys and values without their escapes; `parents` are what the feature is part of."""

    parents: tuple[str, ...] = ()

    @classmethod
    def parsed(cls, text: str) -> _Attributes:
        """Split ``key=value;key=value``; percent escapes become their characters."""
        pairs = (pair.partition("=") for pair in text.split(";"))
        raw = {key.strip(): value.strip() for key, found, value in pairs if found}
        for key in [key for key in raw if key not in RESERVED and key.lower() in OF_ANY_CASE]:
            raw.setdefault(OF_ANY_CASE[key.lower()], raw[key])
        found = cls((key, unquote(value)) for key, value in raw.items())
        # a comma that is escaped is part of a name
        names = (unquote(name.strip()) for name in raw.get("Parent", "").split(","))
        found.parents = tuple(filter(None, names))
        return found

    @property
    def pseudo(self) -> bool:
        """Whether the feature is called a pseudogene."""
        biotypes = " ".join(self.get(key, "") for key in ("gene_biotype", "biotype"))
        return self.get("pseudo", "").lower() == "true" or bool(PSEUDO.search(biotypes))

    @property
    def genetic_code(self) -> int | None:
        """NCBI's number of it; None where it is not given, 0 for one that is none."""
        return code_number(self.get("transl_table", self.get("translation_table")))


class _Feature(NamedTuple):
    """What is kept of a feature with an ID: its type, its parents, whether it is called a pseudogene.

    Of a hit of miniprot also why it is none to learn from, empty where it is one.
    """

    kind: str
    parents: tuple[str, ...]
    pseudo: bool
    hit: str | None = None


class _Coding(NamedTuple):
    """One CDS line."""

    line: int
    segment: Segment
    attributes: _Attributes

    @property
    def own(self) -> str:
        """Its own ID, which the lines of one coding sequence may or may not share."""
        return self.attributes.get("ID", "")


@dataclass
class _Reading:
    """What has been read so far."""

    path: StrPath
    features: dict[str, _Features] = field(default_factory=dict)
    circular: set[str] = field(default_factory=set)
    coding: dict[tuple[str, str], list[_Coding]] = field(default_factory=dict)
    genic: dict[str, list[Span]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    fasta_line: int | None = None
    _of_transcripts: dict[int, bool] = field(
        default_factory=dict
    )  # by line: whether a parent is a transcript

    def add(self, n: int, line: str) -> None:
        """Take up one line."""
        row = Row.parsed(self.path, n, with_phase_column(line))
        if isinstance(row, Fault):
            self._fault(row)
            return
        attributes = _Attributes.parsed(row.text)
        name = unquote(row.sequence)
        if row.genic:
            self.genic.setdefault(name, []).append(row.span)
        if row.kind == "CDS" and not attributes and row.text.strip(" .;"):
            self._fault(Fault(self.path, f"attributes {shorten(row.text, 40)}", "ID=x;Parent=y", REMEDY, n))
        elif row.kind == "CDS":
            self._add_coding(name, _Coding(n, row.segment, attributes))
        elif "ID" in attributes:
            pseudo = bool(PSEUDO.search(row.kind)) or attributes.pseudo
            hit = hit_fault(attributes) if is_hit(attributes) else None
            features = self.features.setdefault(name, _Features())
            features[attributes["ID"]] = _Feature(row.kind, attributes.parents, pseudo, hit)
        if attributes.get("Is_circular", "").lower() == "true":
            self.circular.add(name)

    def _add_coding(self, name: str, coding: _Coding) -> None:
        """Put a CDS line to each of its parents; without one, to the lines of its own ID."""
        for parent in coding.attributes.parents or (coding.own or f"CDS of line {coding.line}",):
            self.coding.setdefault((name, parent), []).append(coding)

    def _fault(self, fault: Fault) -> None:
        add_fault(self.faults, fault)

    def annotation(self) -> Annotation:
        """Put the coding lines together, or raise every fault."""
        if not self.coding and not self.faults:
            self.faults.append(no_coding_line(self.path))
        InputError.raise_any(self.faults)
        annotation = Annotation(
            self.path, genic=self.genic, fasta_line=self.fasta_line, circular=self.circular
        )
        annotation.unknown_parents = self._unknown_parents()
        hits: dict[str, list[Transcript]] = {}
        for (sequence, parent), lines in self.coding.items():
            features = self.features.get(sequence, _Features())
            of_parent = [line for line in lines if self._is_transcript(features, parent, line)]
            found = [_transcript(features, parent, chain) for chain in _coding_sequences(of_parent)]
            if features.hit(parent) is not None:
                hits.setdefault(sequence, []).extend(found)
                continue
            for transcript in found:
                annotation.add(sequence, transcript)
        for sequence, of_sequence in hits.items():
            for transcript in one_gene_a_locus(of_sequence):
                annotation.add(sequence, transcript)
        return annotation.with_genes()

    def _unknown_parents(self) -> tuple[str, ...]:
        """Name the parents of coding lines that stand nowhere in the file."""
        named = {
            (sequence, parent)
            for (sequence, _), lines in self.coding.items()
            for line in lines
            for parent in line.attributes.parents
        }
        return tuple(sorted(name for sequence, name in named if name not in self.features.get(sequence, ())))

    def _is_transcript(self, features: _Features, parent: str, coding: _Coding) -> bool:
        """Say whether a parent is one that the line codes for: no protein, and not unknown where another is known."""
        if features.transcribed(parent):
            return True
        if coding.line not in self._of_transcripts:
            known = any(map(features.transcribed, coding.attributes.parents))
            self._of_transcripts[coding.line] = known
        return not self._of_transcripts[coding.line]


class _Features(dict[str, _Feature]):
    """The features of one sequence by ID: files of several genomes use an ID anew."""

    def hit(self, name: str) -> str | None:
        """Say why a hit of miniprot is none to learn from, empty if it is one; None for what is no hit."""
        return self[name].hit if name in self else None

    def transcribed(self, name: str) -> bool:
        """Say whether it is known, and no protein."""
        return name in self and self[name].kind not in PROTEINS

    def gene(self, above: list[str]) -> str:
        """Name the gene among the ancestors of a coding line; empty where the file has only transcripts."""
        genes = (name for name in above if name in self and self[name].kind.endswith("gene"))
        return next(genes, above[-1] if len(above) > 1 else "")

    def ancestors(self, name: str) -> list[str]:
        """Give a feature and those above it; a circle ends where it closes."""
        above = [name]
        while (feature := self.get(above[-1])) and feature.parents and feature.parents[0] not in above:
            above.append(feature.parents[0])
        return above


def _transcript(features: _Features, parent: str, lines: list[_Coding]) -> Transcript:
    """Make the transcript of some coding lines."""
    above, attributes = features.ancestors(parent), lines[0].attributes
    pseudo = attributes.pseudo or any(features[name].pseudo for name in above if name in features)
    start, end = _partial(lines)
    return Transcript(
        parent,
        features.gene(above),
        tuple(coding.segment for coding in lines),
        start,
        end,
        attributes.genetic_code,
        "a pseudogene" if pseudo else features.hit(parent) or exception_of(_joined(lines)),
        lines[0].line,
    )


def _coding_sequences(lines: list[_Coding]) -> list[list[_Coding]]:
    """Part the coding lines of one parent into coding sequences.

    An ID that stands in several lines says which belong together, as the standard has it.  Where each line has its
    own, the lines are the exons of one coding sequence; unless every one overlaps every other one: then each is one.
    """
    by_own: dict[str, list[_Coding]] = {}
    for line in lines:
        by_own.setdefault(line.own, []).append(line)
    latest = max((line.segment.start for line in lines), default=0)
    alternatives = all(latest < line.segment.end for line in lines)
    if len(by_own) < len(lines) or alternatives:
        return list(by_own.values())
    return [lines]


def _joined(lines: list[_Coding]) -> dict[str, str]:
    """Give the attributes of all lines of a coding sequence: an exception may stand in one of them."""
    return {key: value for coding in lines for key, value in coding.attributes.items()}


def _partial(lines: list[_Coding]) -> tuple[bool, bool]:
    """Say whether the 5' and the 3' end are marked as lying outside.

    NCBI writes ``partial=true`` and ``start_range``, ``end_range``; Prodigal ``partial=10``: the low end, the high end.
    """
    flags = {coding.attributes.get("partial") for coding in lines}
    low = any("start_range" in coding.attributes for coding in lines) or bool(flags & {"10", "11"})
    high = any("end_range" in coding.attributes for coding in lines) or bool(flags & {"01", "11"})
    if "true" in flags and not low and not high:
        low = high = True
    return (low, high) if lines[0].segment.strand >= 0 else (high, low)
