"""GTF annotation, as AUGUSTUS, BRAKER, GeneMark, Ensembl, GENCODE and NCBI write it.

Nine columns as in GFF3, attributes ``gene_id "x"; transcript_id "y"; ...``.  Coding lines are put together by their
``transcript_id``.  The stop codon belongs to the coding sequence, whether the lines of type CDS include it (BRAKER,
AUGUSTUS) or leave it to a line of type ``stop_codon`` (Ensembl, GENCODE, NCBI).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from klbio.errors import Fault, InputError, StrPath, add_fault
from klbio.io.sequences.exceptions import exception_of
from klbio.io.sequences.feature_lines import COLUMNS, FASTA, feature_lines, features
from klbio.io.sequences.nine_columns import PSEUDO, Annotation, Row, code_number, no_coding_line
from klbio.io.source import Source
from klbio.models.training.transcript import Segment, Span, Transcript

__all__ = ["read", "sniff"]

PAIR = re.compile(r'(?<![\w.-])([\w.-]++)(?:\s*+=\s*+|\s++|(?="))(?:"([^"]*)"|([^;\s"]+))\s*(?:;|$)')
KEYS = {"geneid": "gene_id", "transcriptid": "transcript_id"}  # in any case
# fungal genomes of the JGI: name "x"; proteinId 1; exonNumber 1
IDS = re.compile(r"""(?:^|;)\s*(?:gene_?id|transcript_?id|proteinId)\s*(?:\s\s*[^\s=]|"|=)""", re.IGNORECASE)
OF_GFF3 = re.compile(r"(?:^|;)\s*(?:ID|Parent)\s*=", re.IGNORECASE)
BIOTYPES = ("gene_biotype", "transcript_biotype", "gene_type", "transcript_type")
EXPECTED = 'gene_id "x"; transcript_id "y"; in the last column'


def sniff(path: StrPath) -> bool:
    """Recognise nine columns of which the last holds ``gene_id "x"`` or ``transcript_id "y"``, and no ID or Parent."""
    rows = features(Source.of(path).first_lines(50))
    attributes = [fields[-1] for fields in rows if len(fields) == COLUMNS]
    return any(map(IDS.search, attributes)) and not any(map(OF_GFF3.search, attributes))


def read(path: StrPath) -> Annotation:
    """Read an annotation, gzipped or not.

    Returns
    -------
    Annotation
        What is wrong with one transcript stands in it, see `klbio.models.training.annotation`.

    Raises
    ------
    InputError
        With line: columns that are not nine, coordinates, strands or phases that are none, a coding line without
        ``transcript_id`` and ``gene_id``, no coding line at all.
    """
    reading = _Reading(path)
    for n, line in feature_lines(path):
        if line == FASTA:
            reading.fasta_line = n
        else:
            reading.add(n, line)
    return reading.annotation()


class _Attributes(dict[str, list[str]]):
    """The last column: keys, each with all its values."""

    @classmethod
    def parsed(cls, text: str) -> _Attributes:
        """Split ``key "value"; key value;``; a key may stand several times."""
        found = cls()
        for key, quoted, bare in PAIR.findall(text):
            known = KEYS.get(key.lower().replace("_", ""), key)
            found.setdefault(known, []).append(quoted or bare)
        return found

    def first(self, key: str) -> str:
        """Give the first value, empty where there is none."""
        return self.get(key, [""])[0]

    @property
    def joined(self) -> dict[str, str]:
        """All values of each key in one text."""
        return {key: " ".join(values) for key, values in self.items()}

    @property
    def gene(self) -> str:
        """Its gene; empty where the file repeats the transcript's name, as UCSC does."""
        gene = self.first("gene_id")
        return gene if gene != self.first("transcript_id") else ""

    @property
    def pseudo(self) -> bool:
        """Whether it is called a pseudogene."""
        return self.first("pseudo") == "true" or any(PSEUDO.search(self.first(key)) for key in BIOTYPES)

    @property
    def genetic_code(self) -> int | None:
        """NCBI's number of it; None where it is not given, 0 for one that is none."""
        return code_number(self.first("transl_table") or None)

    @property
    def partial(self) -> tuple[bool, bool]:
        """Whether the 5' and the 3' end are said to lie outside, as Ensembl, GENCODE and NCBI do."""
        both, tags = self.first("partial") == "true", self.get("tag", [])
        return both or "cds_start_NF" in tags, both or "cds_end_NF" in tags


@dataclass
class _Coding:
    """The lines of one transcript."""

    line: int
    attributes: _Attributes
    segments: list[Segment] = field(default_factory=list)
    stops: list[Segment] = field(default_factory=list)

    def transcript(self, name: str, *, pseudo: bool) -> Transcript:
        """Put them together."""
        return Transcript(
            name,
            self.attributes.gene,
            tuple(_with_stops(self.segments, self.stops)),
            *self.attributes.partial,
            self.attributes.genetic_code,
            "a pseudogene" if pseudo else exception_of(self.attributes.joined),
            self.line,
        )


@dataclass
class _Reading:
    """What has been read so far."""

    path: StrPath
    coding: dict[tuple[str, str, str], _Coding] = field(default_factory=dict)
    pseudogenes: set[str] = field(default_factory=set)
    genic: dict[str, list[Span]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    fasta_line: int | None = None

    def add(self, n: int, line: str) -> None:
        """Take up one line."""
        row = Row.parsed(self.path, n, line)
        if isinstance(row, Fault):
            self._fault(row)
            return
        if row.genic:
            self.genic.setdefault(row.sequence, []).append(row.span)
        if row.kind in ("gene", "CDS", "stop_codon"):
            attributes = _Attributes.parsed(row.text)
            if attributes.pseudo:
                self.pseudogenes.add(attributes.first("gene_id"))
            if row.kind != "gene":
                self._add_coding(n, row, attributes)

    def _add_coding(self, n: int, row: Row, attributes: _Attributes) -> None:
        """Put a line to its transcript; NCBI calls those of many genes ``unknown_transcript_1``."""
        names = (attributes.first(key) for key in ("transcript_id", "gene_id", "name"))
        name = next(filter(None, names), "")
        if not name:
            self._fault(Fault(self.path, f"a {row.kind} without a transcript", EXPECTED, "", n))
            return
        key = row.sequence, attributes.first("gene_id"), name
        coding = self.coding.setdefault(key, _Coding(n, attributes))
        (coding.segments if row.kind == "CDS" else coding.stops).append(row.segment)

    def _fault(self, fault: Fault) -> None:
        add_fault(self.faults, fault)

    def annotation(self) -> Annotation:
        """Put the coding lines together, or raise every fault."""
        with_cds = {key: coding for key, coding in self.coding.items() if coding.segments}
        if not with_cds and not self.faults:
            self.faults.append(no_coding_line(self.path))
        InputError.raise_any(self.faults)
        annotation = Annotation(self.path, genic=self.genic, fasta_line=self.fasta_line)
        for (sequence, gene, name), coding in with_cds.items():
            annotation.add(sequence, coding.transcript(name, pseudo=gene in self.pseudogenes))
        return annotation.with_genes()


def _with_stops(coding: Iterable[Segment], stops: Iterable[Segment]) -> list[Segment]:
    """Add what of a stop codon lies outside the coding segments, adjacent to the last one or behind an intron."""
    segments = list(coding)
    for stop in stops:
        if not any(segment.start < stop.end and stop.start < segment.end for segment in segments):
            segments.append(stop)
    return segments
