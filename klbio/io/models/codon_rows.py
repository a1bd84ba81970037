"""Codon-usage tables with a codon a row: EMBOSS, GCG, and any table whose columns say what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from klbio.errors import shorten
from klbio.io.models.codon_table import (
    LEAST,
    CodonTable,
    acid_letter,
    dna_codon,
    number_in,
    repeated_in,
)
from klbio.io.models.text import Diagnostics

__all__ = ["are_rows", "read_rows"]

SPECIES = re.compile(r"^#Species:\s*(\S.*?)\s*$", re.MULTILINE)
CODE = re.compile(r"Genetic code\s+(\d{1,3})\s*:")
NO_CODON = re.compile(r"[A-Za-z]{3}")  # where one belongs
HEADER_LINES, LOOKED_AT = 40, 400
# what columns are called, without case and punctuation; of several the first is taken
NAMES = {
    "codon": ("codon", "triplet", "codons"),
    "acid": ("aa", "amacid", "aminoacid", "acid", "amino", "residue"),
    "count": ("number", "count", "counts", "n", "num", "observed", "occurrences", "codoncount"),
    "frequency": (
        "frequency", "freq", "perthousand", "1000", "frequencyperthousand", "per1000", "frequency1000",
        "relativefrequency", "usage", "codonusage", "proportion", "fraction", "shareofaminoacid", "rscu",
    ),
}  # fmt: skip
EMBOSS = {"codon": 0, "acid": 1, "frequency": 3, "count": 4}  # where there is no header


def are_rows(text: str) -> bool:
    """Whether a text, or the start of one, is a table with a codon a row."""
    return _Columns.of(text.split("\n")) is not None


@dataclass(frozen=True)
class _Columns:
    """Where in a row codon, amino acid, count and frequency stand; how rows are parted; where they begin."""

    places: dict[str, int]
    separator: str | None
    first: int

    @classmethod
    def of(cls, lines: Sequence[str]) -> _Columns | None:
        """Find the header of a table with a codon a row; or a row as EMBOSS writes it, where there is none."""
        for number, line in enumerate(lines[:HEADER_LINES]):
            separator = next((one for one in "\t,;" if one in line), None)
            words = _parted(line.lstrip("# "), separator)
            names = [re.sub(r"[^a-z0-9]", "", word.lower()) for word in words]
            places = {
                key: names.index(name)
                for key, known in NAMES.items()
                for name in known[::-1]
                if name in names
            }
            if "codon" in places and ("count" in places or "frequency" in places):
                return cls(places, separator, number + 1)._of_codons(lines)
            if len(words) == 5 and dna_codon(words[0]) and acid_letter(words[1]):
                return cls(EMBOSS, separator, number)._of_codons(lines)
        return None

    def _of_codons(self, lines: Sequence[str]) -> _Columns | None:
        """Give itself if enough rows hold a codon in its place."""
        at = self.places["codon"]
        rows = (_parted(line, self.separator) for line in lines[self.first : self.first + LOOKED_AT])
        return (
            self if len({dna_codon(words[at]) for words in rows if len(words) > at} - {""}) >= LEAST else None
        )

    @property
    def width(self) -> int:
        """Fields a row has at least."""
        return max(self.places.values()) + 1


def _parted(line: str, separator: str | None) -> list[str]:
    return [word.strip().strip('"') for word in line.split(separator)]


def read_rows(text: str, diagnostics: Diagnostics) -> list[CodonTable]:
    """Take apart a table with a codon a row."""
    lines = text.split("\n")
    columns = _Columns.of(lines)
    if columns is None:
        return []
    found = list(_codons(lines, columns, diagnostics))
    species, code = SPECIES.search(text), CODE.search(text)
    return [
        CodonTable(
            species[1].replace("_", " ") if species else "", {codon: pair for codon, _, pair in found},
            acids={codon: acid for codon, acid, _ in found if acid}, genetic_code=int(code[1]) if code else None,
            repeated=repeated_in([codon for codon, *_ in found]),
        )
    ]  # fmt: skip


def _codons(
    lines: Sequence[str], columns: _Columns, diagnostics: Diagnostics
) -> Iterator[tuple[str, str, tuple[float, float]]]:
    """Give codon, amino acid, count and frequency of each row; what is no row is text around the table."""
    places = columns.places
    for n, line in enumerate(lines[columns.first :], columns.first + 1):
        words = _parted(line, columns.separator)
        word = words[places["codon"]] if len(words) > places["codon"] else ""
        codon = dna_codon(word)
        if not codon:
            if NO_CODON.fullmatch(word) and len(words) >= columns.width and "N" not in word.upper():
                diagnostics.fault(shorten(line, 60), "a row of a codon", n)
            continue
        if len(words) < columns.width:
            diagnostics.fault(f"{codon}: {len(words)} fields", f"{columns.width} or more", n)
            continue
        count, frequency = (
            number_in(words[places[key]], n, diagnostics) if key in places else 0.0
            for key in ("count", "frequency")
        )
        yield codon, acid_letter(words[places["acid"]]) if "acid" in places else "", (count, frequency)
