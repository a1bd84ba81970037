"""Motifs in the formats of JASPAR, HOMER, HOCOMOCO, MEME (minimal text) and TRANSFAC, as ungapped profiles.

All but MEME hold counts, or shares, and are read by Biopython; a column is its counts over their
sum, without pseudocounts.  MEME holds probabilities; Biopython would round them to whole
counts and knows no amino acids, so that its few lines are read here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Protocol

import numpy as np

from klbio.alphabets import DNA
from klbio.errors import StrPath, shorten
from klbio.io.models.meme import Meme
from klbio.io.models.motif_rows import BareMotif, bare_motifs, common_side
from klbio.io.models.text import Diagnostics
from klbio.io.numbers import finite_number
from klbio.io.source import Source
from klbio.models import Finding, ProfileHMM
from klbio.models.arrays import closed

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE, FILES = "JASPAR, HOMER, HOCOMOCO, MEME or TRANSFAC", "motifs"
MARKS = {
    "MEME": re.compile(r"^MEME version", re.MULTILINE),
    "TRANSFAC": re.compile(r"^P[0O]\s+A\s+C\s+G\s+T\b", re.MULTILINE),
    "JASPAR": re.compile(r"\s*>[^\n]*\n\s*(A\s*\[|[-+]?[\d.]\S*(\s+[-+]?[\d.]\S*)*\s*(\n|$))"),
}
BEGINS = {"TRANSFAC": MARKS["TRANSFAC"], "JASPAR": re.compile(r"^>", re.MULTILINE)}
MAX_COUNT = 1e12
EITHER_WAY = "four rows of four numbers, which may lie either way"
ONE_WAY = "A, C, G and T before rows of bases; or rows that sum to the same while columns do not"
REMEDY = "Fetch the file again; Bio.motifs or MEME's tools must read it too."


def sniff(path: StrPath) -> bool:
    """Recognise one of the three formats."""
    return _kind(Source.of(path)) is not None


def _kind(source: Source) -> str | None:
    start = source.head.decode("utf-8", "replace").replace("\r", "")
    return next(
        (kind for kind, mark in MARKS.items() if (mark.match if kind == "JASPAR" else mark.search)(start)),
        None,
    )


def read(path: StrPath) -> list[ProfileHMM]:
    """Read every motif of a file.

    Returns
    -------
    list of ProfileHMM
        Ungapped; its background is MEME's, uniform where the format has none.

    Raises
    ------
    InputError
        With the motif, and the line where there is one: numbers that are none, columns
        without counts, rows of different lengths, a motif cut off, another alphabet.
    """
    source = Source.of(path)
    kind, diagnostics = _kind(source), Diagnostics(source.path, REMEDY)
    lines = source.parameter_lines("a file of motifs")
    if kind is None:
        raise diagnostics.refusal("no motif", f"motifs of {TITLE}", 1)
    parser = Meme(lines, diagnostics) if kind == "MEME" else _Counts(kind, lines, diagnostics)
    found = parser.motifs()
    if not found and not diagnostics.faults:
        diagnostics.fault("no motif", "at least one")
    diagnostics.raise_any()
    return found


class _Counts:
    """JASPAR and TRANSFAC: each row of counts is checked here, then Biopython reads the whole."""

    def __init__(self, kind: str, lines: list[str], diagnostics: Diagnostics) -> None:
        self.kind = kind
        self.lines = lines
        self.diagnostics = diagnostics
        self.turned: set[int] = set()  # numbers of motifs whose rows were positions

    @property
    def text(self) -> str:
        """The lines for Biopython."""
        return "\n".join(self.lines) + "\n"

    def motifs(self) -> list[ProfileHMM]:
        """Give the motifs, or raise the faults of the rows."""
        if self.kind == "JASPAR":
            self._check_jaspar()
        else:
            self._check_transfac()
        self.diagnostics.raise_any()
        record = self._parsed()
        n_begun = len(BEGINS[self.kind].findall(self.text))
        if len(record) != n_begun:
            found = f"{n_begun} motifs begin, {len(record)} are whole"
            self.diagnostics.fault(found, "no motif cut off")
        profiles = [self._profile(motif, number) for number, motif in enumerate(record, 1)]
        return [profile for profile in profiles if profile is not None]

    def _check_jaspar(self) -> None:
        """Note each row that Biopython would pass over, or refuse without its line; turn what lies the other way."""
        motifs = bare_motifs(self.lines)
        for motif in motifs:
            for row in motif.rows:
                if not _are_counts(row.words):
                    self._fault_of_row(motif.name, row.line)
            widths = Counter(len(row.words) for row in motif.rows)
            usual = max(widths, key=lambda width: widths[width], default=0)
            for row in motif.rows:
                if len(row.words) != usual:
                    self._fault_of_row(motif.name, row.line, f"{usual} numbers, as in the other rows")
        self.diagnostics.raise_any()
        self._turn(motifs)

    def _turn(self, motifs: list[BareMotif]) -> None:
        """Write motifs whose rows are positions the other way."""
        common = common_side(motifs)
        for number, motif in enumerate(motifs, 1):
            side = motif.side or common
            if side is None:
                self.diagnostics.fault(f"motif {motif.name!r}: {EITHER_WAY}", ONE_WAY, motif.line)
            elif side == "position":
                self.turned.add(number)
                for row in motif.uneven():
                    self._fault_of_row(motif.name, row.line, "a row that sums to 1, as the others do")
            elif len(motif.rows) != len(DNA):
                found = f"motif {motif.name!r}: {len(motif.rows)} rows"
                self.diagnostics.fault(found, "four, of A, C, G and T", motif.line)
        if self.turned:
            self.lines = [line for n, motif in enumerate(motifs, 1) for line in self._lines_of(n, motif)]

    def _lines_of(self, number: int, motif: BareMotif) -> Iterable[str]:
        own = (motif.line, *(row.line for row in motif.rows))
        return motif.upright() if number in self.turned else [self.lines[line - 1] for line in own]

    def _check_transfac(self) -> None:
        name, inside = "", False
        for n, line in enumerate(self.lines, 1):
            words = line.split()
            if words[:1] in ([], ["XX"], ["//"]):
                name, inside = "" if words[:1] == ["//"] else name, False
            elif words[0] == "ID" or (words[0] == "AC" and not name):
                name = " ".join(words[1:])
            elif MARKS["TRANSFAC"].match(line):
                inside = True
            elif inside and not (words[0].isdecimal() and len(words) > len(DNA) and _are_counts(words[1:5])):
                self._fault_of_row(name, n)

    def _fault_of_row(self, name: str, n: int, expected: str = "a row of counts, 0 or more") -> None:
        found = f"motif {name!r}: {shorten(self.lines[n - 1].strip(), 60)}"
        self.diagnostics.fault(found, expected, n)

    def _parsed(self) -> Sequence[_Motif]:
        from Bio import motifs  # here, because it is heavy

        try:  # not strict: JASPAR's own TRANSFAC has one space after a key, and tabs
            record: Sequence[_Motif] = motifs.parse(StringIO(self.text), self.kind.lower(), strict=False)
        except Exception as error:  # Bio.motifs raises the bare class where rows differ in length
            reason = " ".join(str(error).split())
            found = f"a matrix without the row of {reason}" if isinstance(error, KeyError) else reason
            raise self.diagnostics.refusal(found or "a broken matrix", f"{self.kind}'s matrices") from error
        return record

    def _profile(self, motif: _Motif, number: int) -> ProfileHMM | None:
        name, accession = self._names(motif, number)
        counts = np.array([motif.counts[base] for base in DNA.symbols], dtype=float).T
        good = counts.size and np.isfinite(counts).all() and (counts >= 0).all()
        if not good or not counts.sum(axis=1).all():
            found = f"motif {name!r} has columns without counts, or counts below 0"
            self.diagnostics.fault(found, "counts in every column")
            return None
        kind = "a row a position, as HOMER and HOCOMOCO" if number in self.turned else self.kind
        text = f"{kind}: counts over their sum, no pseudocounts; uniform background"
        findings = (Finding.note("match", text),)
        background = np.full(len(DNA), 1 / len(DNA))
        steps = ProfileHMM.ungapped(len(counts))
        return ProfileHMM(name, accession, DNA, closed(counts), background, steps, "motifs", findings)

    def _names(self, motif: _Motif, number: int) -> tuple[str, str]:
        """Give name and accession; JASPAR's identifier is unique, its names are not."""
        if self.kind == "JASPAR":
            name, identifier = getattr(motif, "name", ""), getattr(motif, "matrix_id", "")
            return (f"{identifier} {name}" if name != identifier else name), identifier
        found = {key: motif.get(key) or "" for key in ("ID", "AC", "NA")} if isinstance(motif, dict) else {}
        name = found.get("ID") or found.get("NA") or found.get("AC") or f"motif {number}"
        return name, found.get("AC", "")


class _Motif(Protocol):
    """What is used of Biopython's motifs."""

    counts: Mapping[str, Sequence[float]]


def _are_counts(words: Sequence[str]) -> bool:
    values = [finite_number(word) for word in words]
    return bool(words) and all(value is not None and 0 <= value <= MAX_COUNT for value in values)
