"""GenBank and EMBL flat files, through Biopython: sequences with their coding features."""

from __future__ import annotations

import io
import re
import warnings
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dnaio import FileFormatError

from klbio.errors import InputError, StrPath, shorten
from klbio.io.sequences.exceptions import exception_of
from klbio.io.sequences.nine_columns import code_number
from klbio.io.sequences.reads import NUCLEOTIDES
from klbio.io.sequences.records import Metered
from klbio.io.source import Source
from klbio.models.training.annotation import AnnotatedSequence
from klbio.models.training.transcript import Segment, Span, Transcript

if TYPE_CHECKING:
    from Bio.SeqFeature import SeqFeature, SimpleLocation
    from Bio.SeqRecord import SeqRecord

__all__ = ["read", "sniff"]

GENIC = ("gene", "CDS", "mRNA", "exon", "tRNA", "rRNA", "ncRNA", "misc_RNA", "tmRNA", "precursor_RNA")
# Biopython's warnings of what it would go on without
LOSSES = (
    r".*(setting feature location|[Pp]remature end|too short to contain|Expected sequence length|Blank line)"
)
# what Biopython and the files beneath it raise where a record is broken
FAILURES = (ValueError, AssertionError, LookupError, EOFError, OSError, zlib.error, FileFormatError)
REMEDY = "Fetch the file again, with its sequence ('GenBank (full)')."
SEVERAL = ("transl_except", "exception")  # qualifiers that may stand several times
GENBANK = re.compile(r"LOCUS ")
EMBL = re.compile(r"ID   .*\bBP\.?\s*$")  # a protein's, of Swiss-Prot, counts AA


def sniff(path: StrPath) -> bool:
    """Recognise the first line: ``LOCUS ...``, or EMBL's ``ID   ... BP.``."""
    line = _first_line(path)
    return bool(GENBANK.match(line) or EMBL.match(line))


def _first_line(path: StrPath) -> str:
    return next((line for line in Source.of(path).first_lines(20) if line.strip()), "")


def read(path: StrPath) -> Iterator[AnnotatedSequence]:
    """Read a file record by record, gzipped or not.

    Yields
    ------
    AnnotatedSequence
        What is wrong with one coding feature stands in its transcript.

    Raises
    ------
    InputError
        Naming the record: no sequence, a feature table that cannot be read, a truncated file, a record of
        more than a gigabyte.
    """
    from Bio import BiopythonParserWarning, SeqIO

    kind = "EMBL" if EMBL.match(_first_line(path)) else "GenBank"
    number, after = 0, "the start"
    try:
        with Source.of(path).unpacked() as handle, warnings.catch_warnings():
            warnings.simplefilter("ignore", BiopythonParserWarning)
            warnings.filterwarnings("error", LOSSES, BiopythonParserWarning)
            metered = Metered(handle)
            text = io.TextIOWrapper(io.BufferedReader(metered), encoding="utf-8-sig")
            for number, record in enumerate(SeqIO.parse(text, kind.lower()), 1):
                metered.since_record = 0
                yield _annotated(path, number, record)
                after = f"record {number} ({shorten(record.id)})"
    except InputError:
        raise
    except (*FAILURES, BiopythonParserWarning) as error:
        found = f"after {after}: {shorten(str(error), 100)}"
        raise InputError.one(path, found, f"whole {kind} records", REMEDY) from error
    if not number:
        raise InputError.one(path, "no record", f"at least one {kind} record", REMEDY)


def _annotated(path: StrPath, number: int, record: SeqRecord) -> AnnotatedSequence:
    place = f"record {number} ({shorten(record.id)})"
    if not len(record) or not record.seq.defined:
        raise InputError.one(path, f"{place} without its sequence", "the bases below ORIGIN or SQ", REMEDY)
    # Biopython knows a protein by the columns of LOCUS alone
    others = bytes(record.seq).translate(None, NUCLEOTIDES)
    if others or record.annotations.get("molecule_type") == "protein":
        what = f"{place}: {chr(others[0])!r}, which is no base" if others else f"{place} is a protein"
        raise InputError.one(path, what, "DNA or RNA", "GenPept files hold no genes.")
    found = [
        _Feature(feature)
        for feature in record.features
        if feature.type in GENIC and feature.location is not None
    ]
    genic = [span for feature in found for span in feature.spans]
    coding = [feature.transcript(i) for i, feature in enumerate(found, 1) if feature.type == "CDS"]
    circular = record.annotations.get("topology") == "circular"
    return AnnotatedSequence(str(record.id), bytes(record.seq), tuple(coding), tuple(genic), circular)


class _Feature:
    """A feature of Biopython's that has a location."""

    def __init__(self, feature: SeqFeature) -> None:
        self.type = feature.type
        self.words = {
            key: " ".join(values) if key in SEVERAL else values[0]
            for key, values in feature.qualifiers.items()
        }
        self.parts = list(feature.location.parts)
        self.operator = getattr(feature.location, "operator", "join")

    @property
    def spans(self) -> list[Span]:
        """The stretches that lie in this record."""
        return [(int(part.start), int(part.end)) for part in self.parts if part.ref is None]

    @property
    def _phase(self) -> int | None:
        start = self.words.get("codon_start", "1")
        if start not in ("1", "2", "3"):
            raise ValueError(f"codon_start={shorten(start, 20)}, of 1 to 3")
        return int(start) - 1 or None

    def transcript(self, number: int) -> Transcript:
        """Give a coding feature as a transcript; `number` is its own where it has no name."""
        from Bio.SeqFeature import AfterPosition, BeforePosition

        parts = sorted(self.parts, key=lambda part: int(part.start))
        strand = parts[0].strand or 0
        first = 0 if strand >= 0 else len(parts) - 1
        phase = self._phase
        segments = tuple(
            Segment(int(part.start), int(part.end), part.strand or 0, phase if i == first else None)
            for i, part in enumerate(parts)
        )
        low, high = isinstance(parts[0].start, BeforePosition), isinstance(parts[-1].end, AfterPosition)
        name = self._named("protein_id", "locus_tag", "gene") or f"feature {number}"
        gene = self._named("locus_tag", "gene") or name
        partial = (low, high) if strand >= 0 else (high, low)
        code = code_number(self.words.get("transl_table"))
        return Transcript(name, gene, segments, *partial, code, self._fault())

    def _named(self, *keys: str) -> str:
        return next((self.words[key] for key in keys if self.words.get(key)), "")

    @staticmethod
    def _is_open(part: SimpleLocation) -> bool:
        """Whether an end is one of several."""
        from Bio.SeqFeature import OneOfPosition

        return isinstance(part.start, OneOfPosition) or isinstance(part.end, OneOfPosition)

    def _fault(self) -> str:
        if "pseudo" in self.words or "pseudogene" in self.words:
            return "a pseudogene"
        if exception := exception_of(self.words):
            return exception
        if any(part.ref is not None for part in self.parts):
            return "a part of it lies in another record"
        if self.operator != "join" or any(map(self._is_open, self.parts)):
            return "parts whose place or order is left open (order, one-of)"
        return ""
