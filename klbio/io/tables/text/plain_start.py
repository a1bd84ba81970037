"""What the first lines of a large text table tell of the others: judged as those of any table."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from klbio.errors import InputError
from klbio.io.encoding import codec_of
from klbio.io.source import Source
from klbio.io.tables.text.dialect import LOOKED_AT, Dialect
from klbio.io.tables.text.lines import Lines, filled
from klbio.io.tables.text.long import Long
from klbio.io.tables.text.words import NAMES_OF_ROWS, meaning

__all__ = ["START", "NotPlainError", "Start", "is_large"]

LARGE = 8_000_000  # bytes: below, compiled loops take longer to load than lines to be cut
PACKED = 20  # bytes of a table of counts in one of its gzip file: 3 to 30, and loops are loaded in a third of a second
START = 60  # lines that tell: `Dialect` looks at fewer that hold anything
MOST_TEXTS = 20  # columns of names: a table of words is none of counts
NUMBER = re.compile(r"\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def is_large(source: Source) -> bool:
    """Whether a text is worth a quick reading."""
    return source.size * (PACKED if source.gzipped else 1) >= LARGE


class NotPlainError(Exception):
    """Something else stands in a table, in the line named; `Lines.of` says what, or reads it."""

    def __init__(self, line: int | None = None) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True)
class Start:
    """The header of a plain table, and how its rows look.

    Parameters
    ----------
    header : tuple of str
    line : int
        Where it stands.
    separator : str
    quoted : bool
        Whether fields may stand in quotes.
    is_text : ndarray of bool
        Columns of names, as in the first row; those beyond the header must be empty.
    bare : bool
        Whether names stand without quotes and, in the header, without blanks around them.
    """

    header: tuple[str, ...]
    line: int
    separator: str
    quoted: bool
    is_text: NDArray[np.bool_]
    bare: bool

    @property
    def is_parsed(self) -> bool:
        """Whether lines are more than fields between separators."""
        return self.quoted or self.separator == " "

    @classmethod
    def of(cls, source: Source, lines: bytes) -> Start:
        """Judge the first lines of a file.

        Raises
        ------
        NotPlainError
            If they say that this is no plain table, or if all lines together might say something else.
        """
        kept = filled(_text(lines).split("\n"))
        dialect = Dialect.of([line for _, line in kept])
        try:
            grid = Lines.of(Source.within(str(source.path), lines))
        except InputError as error:
            raise NotPlainError from error
        if dialect is None or (b'"' in lines and not dialect.quoted):
            raise NotPlainError
        texts = dict(kept)
        try:
            header, row = (next(iter(dialect.cut([texts[n]]))) for n in (grid.header_line, grid.numbers[0]))
        except csv.Error as error:  # a quoted name goes on in the next line
            raise NotPlainError(grid.header_line) from error
        is_text = np.array([not j or not NUMBER.fullmatch(field) for j, field in enumerate(row)])
        is_text[len(grid.header) :] = True
        is_cut = lines.count(b"\n") == START
        if is_cut and len(kept) <= LOOKED_AT:  # below so many empty lines others tell what separates fields
            raise NotPlainError(grid.header_line)
        if not (_stands(grid, list(texts)) and _is_whole(grid, header, row, is_text)):
            raise NotPlainError(grid.header_line)
        bare = not dialect.quoted and all(name == name.strip() for name in header)
        return cls(grid.header, grid.header_line, dialect.separator, dialect.quoted, is_text, bare)


def _text(lines: bytes) -> str:
    plain = lines.replace(b"\r\n", b"\n")
    if codec_of(lines) != "utf-8-sig" or b"\r" in plain or b"\0" in plain:
        raise NotPlainError
    try:
        return plain.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotPlainError from error


def _stands(grid: Lines, lines: Sequence[int]) -> bool:
    """Whether the header is above most lines, whatever follows, and nothing but rows was found below it."""
    above = lines.index(grid.header_line) + 1
    below = range(grid.header_line + 1, grid.header_line + 1 + len(grid.numbers))
    return 2 * (above + 1) <= len(lines) and list(grid.numbers) == list(below)


def _is_whole(grid: Lines, header: Sequence[str], row: Sequence[str], is_text: NDArray[np.bool_]) -> bool:
    """Whether header and rows are understood alike, whatever names further rows hold."""
    alike = list(row[: len(grid.header)]) == grid.row(0) and bool(grid.header[-1])
    if not grid.header[0] and header[0].strip():  # it lacks its first name
        alike &= meaning(header[0]) not in NAMES_OF_ROWS and not is_text[len(grid.header) - 1]
    return alike and not is_text.all() and is_text.sum() <= MOST_TEXTS and Long.of(grid) is None
