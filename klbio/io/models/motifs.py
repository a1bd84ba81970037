"""Motifs in the formats of JASPAR, HOMER, HOCOMOCO, MEME (minimal text) and TRANSFAC, as ungapped profiles.

All but MEME hold counts, or shares, and are read by Biopython; a column is its counts over their
sum, without pseudocounts.  MEME holds probabilities; Biopython would round them to whole
counts and knows no amino acids, so that its few lines are read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Protocol

import numpy as np

from klbio.alphabets import AMINO, DNA, RNA, Alphabet
from klbio.distributions import FloatArray
from klbio.errors import StrPath, shorten
from klbio.io.models.motif_rows import BareMotif, bare_motifs, common_side
from klbio.io.models.text import ROUNDING, Diagnostics
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
MATRIX = "letter-probability matrix"
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
    parser = _Meme(lines, diagnostics) if kind == "MEME" else _Counts(kind, lines, diagnostics)
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

    def _fault_of_row(self, name: str, n: int) -> None:
        found = f"motif {name!r}: {shorten(self.lines[n - 1].strip(), 60)}"
        self.diagnostics.fault(found, "a row of counts, 0 or more", n)

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


class _Meme:
    """MEME's minimal text: alphabet, background, then motifs."""

    def __init__(self, lines: list[str], diagnostics: Diagnostics) -> None:
        self.rows = iter(enumerate(lines, 1))
        self.diagnostics = diagnostics
        self.alphabet = DNA
        self.background: FloatArray | None = None

    def motifs(self) -> list[ProfileHMM]:
        """Give the motifs of the file."""
        found: list[ProfileHMM] = []
        name = ""
        for n, line in self.rows:
            words = line.split()
            if line.startswith("ALPHABET"):
                self.alphabet, self.background = self._alphabet(line, n), None
            elif line.startswith("Background letter frequencies"):
                self.background = self._background(n)
            elif words[:1] == ["MOTIF"]:
                name = words[1] if len(words) > 1 else f"motif {len(found) + 1}"
            elif line.startswith(MATRIX):
                match = self._matrix(name, line, n)
                found += [self._profile(name, match)] if match is not None else []
        return found

    def _profile(self, name: str, match: FloatArray) -> ProfileHMM:
        background = self.background
        findings: tuple[Finding, ...] = ()
        if background is None:
            background = np.full(len(self.alphabet), 1 / len(self.alphabet))
            text = "no background in the file: the uniform law is taken"
            findings = (Finding.note("null", text),)
        steps = ProfileHMM.ungapped(len(match))
        return ProfileHMM(name, "", self.alphabet, match, background, steps, "motifs", findings)

    def _alphabet(self, line: str, n: int) -> Alphabet:
        symbols = line.partition("=")[2].strip()
        known = {"".join(alphabet.symbols): alphabet for alphabet in (DNA, RNA, AMINO)}
        if symbols not in known:
            found = f"alphabet {shorten(symbols, 40)}"
            raise self.diagnostics.refusal(found, f"one of {', '.join(known)}", n)
        return known[symbols]

    def _background(self, start: int) -> FloatArray:
        """Read letters and frequencies, over as many lines as they take."""
        given: dict[str, float] = {}
        for _, line in self.rows:
            words = line.split()
            pairs = dict(zip(words[::2], map(finite_number, words[1::2]), strict=False))
            given |= {letter: value for letter, value in pairs.items() if value is not None and value >= 0}
            if len(given) >= len(self.alphabet) or len(words) < 2:
                break
        values = np.array([given.get(letter, -1.0) for letter in self.alphabet.symbols])
        if (values < 0).any() or abs(values.sum() - 1) > 5 * ROUNDING:
            expected = f"{len(self.alphabet)} that sum to 1"
            raise self.diagnostics.refusal("background frequencies that are none", expected, start)
        return closed(values)

    def _matrix(self, name: str, header: str, start: int) -> FloatArray | None:
        """Read the rows below a header, as many as `w=` says, else up to a line of another length."""
        n_symbols, width = len(self.alphabet), re.search(r"\bw=\s*(\d{1,6})\b", header)
        values: list[list[float]] = []
        for n, line in self.rows:
            numbers = [finite_number(word) for word in line.split()]
            good = [value for value in numbers if value is not None and 0 <= value <= 1]
            if not line.strip() or (not width and len(good) != n_symbols):
                break
            if len(good) != n_symbols or len(numbers) != len(good) or abs(sum(good) - 1) > ROUNDING:
                found = f"motif {name!r}, position {len(values) + 1}: {shorten(line, 60)}"
                self.diagnostics.fault(found, f"{n_symbols} probabilities that sum to 1", n)
                return None
            values.append(good)
            if width and len(values) == int(width[1]):
                break
        if not values or (width and len(values) != int(width[1])):
            wanted = f"{width[1]}, as w= says" if width else "at least one"
            self.diagnostics.fault(f"motif {name!r} has {len(values)} positions", wanted, start)
            return None
        return closed(np.array(values))
