"""Motifs of bare numbers below a header: a row a base (JASPAR), or a row a position (HOMER, HOCOMOCO, CIS-BP).

Four rows of four numbers may lie either way.  At each position the counts, or the probabilities, sum to the
same; so the rows are positions where they alone sum to the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from klbio.alphabets import DNA
from klbio.distributions import FloatArray
from klbio.io.numbers import finite_number

__all__ = ["BareMotif", "MotifRow", "bare_motifs", "common_side"]

Side = Literal["base", "position"]
HOMER_FIELDS = 3  # consensus, name and threshold, between tabs
LOOSE, MOST = 0.05, 0.5  # of 1, as numbers of two decimals miss it; rows that tell
EVEN = 5e-3  # of the greatest sum: numbers of three decimals, and counts that were rounded


@dataclass(frozen=True)
class MotifRow:
    """A row of numbers as words, with its line; `lettered` where a base stands before them."""

    line: int
    words: tuple[str, ...]
    lettered: bool


@dataclass(frozen=True)
class BareMotif:
    """A header and the rows below it."""

    header: str
    line: int
    rows: tuple[MotifRow, ...]

    @property
    def is_homer(self) -> bool:
        """Whether the header is HOMER's."""
        return self.header.count("\t") + 1 >= HOMER_FIELDS

    @property
    def name(self) -> str:
        """What the header calls it: of HOMER's fields the second, the first being the consensus."""
        return self.header.split("\t")[1].strip() if self.is_homer else self.header.strip()

    @cached_property
    def _values(self) -> FloatArray | None:
        values = [[finite_number(word) for word in row.words] for row in self.rows]
        if any(None in row or len(row) != len(DNA) for row in values) or len(values) != len(DNA):
            return None
        return np.array(values, dtype=float)

    @property
    def side(self) -> Side | None:
        """What a row stands for; None where it could be either."""
        widths = {len(row.words) for row in self.rows}
        if any(row.lettered for row in self.rows) or widths != {len(DNA)}:
            return "base"
        if self.is_homer or len(self.rows) != len(DNA):
            return "position"
        values = self._values
        if values is None:
            return "base"
        rows, columns = _even(values.sum(axis=1)), _even(values.sum(axis=0))
        return None if rows == columns else "position" if rows else "base"

    def uneven(self) -> Iterator[MotifRow]:
        """Give rows that do not sum to 1 where most do, as probabilities have to; rows of counts need not."""
        sums = np.array([sum(map(float, row.words)) for row in self.rows])
        near = np.abs(sums - 1) <= LOOSE
        return (
            row for row, is_near in zip(self.rows, near, strict=True) if not is_near and near.mean() > MOST
        )

    def upright(self) -> Iterator[str]:
        """Give the lines of a motif whose rows are positions as JASPAR would write them."""
        yield f">{self.name}"
        for number, base in enumerate(DNA.symbols):
            yield f"{base} [ {' '.join(_plain(row.words[number]) for row in self.rows)} ]"


def _plain(word: str) -> str:
    """Write a number without an exponent, which Biopython does not know."""
    return np.format_float_positional(float(word))


def _even(sums: FloatArray) -> bool:
    return bool(np.ptp(sums) <= EVEN * np.abs(sums).max())


def bare_motifs(lines: Sequence[str]) -> list[BareMotif]:
    """Part a file at its headers; what stands before the first is left out."""
    found: list[tuple[str, int, list[MotifRow]]] = []
    for n, line in enumerate(lines, 1):
        words = line.replace("[", " ").replace("]", " ").split()
        if line.startswith(">"):
            found.append((line[1:], n, []))
        elif words and found:
            lettered = words[0] in DNA.symbols
            found[-1][2].append(MotifRow(n, tuple(words[lettered:]), lettered))
    return [BareMotif(header, n, tuple(rows)) for header, n, rows in found]


def common_side(motifs: Sequence[BareMotif]) -> Side | None:
    """Give the side that all motifs have which could not lie either way; None where there is no such."""
    sides = {motif.side for motif in motifs} - {None}
    return sides.pop() if len(sides) == 1 else None
