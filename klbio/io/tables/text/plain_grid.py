"""Large text tables that are nothing but plain, quickly and without their zeros; all others are left to `Lines`.

A plain table has a header, and rows as wide as it: of names that need no second look, and of numbers without a sign.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from klbio.distributions import FloatArray
from klbio.io.source import Source, TooLargeError
from klbio.io.tables.text.dialect import UNIT
from klbio.io.tables.text.grid import Grid
from klbio.io.tables.text.plain_rows import Layout, rows_of
from klbio.io.tables.text.plain_start import START, NotPlainError, Start
from klbio.io.unreadable import readable

__all__ = ["PlainGrid", "plain_grid"]

MOST_SMALL = np.iinfo(np.int32).max
BLANKS = b"\r\n \t,;"  # of lines below the table in which nothing stands
MOST = 500_000_000  # numbers that are not 0: 6 GB; 20,000 samples of 600 taxa have 12 million
PIECE = 1 << 20  # bytes of text read together: their numbers stay in the cache


@dataclass(frozen=True)
class PlainGrid(Grid):
    """Fields under a header, of which numbers are kept where they are not 0.

    Parameters
    ----------
    path, header, header_line, numbers
        As of any grid.
    texts : dict of int to list of str
        The fields of each column of names, by position.
    values : sparse array of shape (n_rows, n_columns)
        Numbers; nothing in columns of names.
    otherwise, beyond : ndarray of bool of shape (n_columns,)
        As of `klbio.io.tables.text.plain_rows.Rows`.
    """

    texts: dict[int, list[str]]
    values: sparse.csr_array
    otherwise: NDArray[np.bool_]
    beyond: NDArray[np.bool_]

    def row(self, i: int) -> list[str]:
        """Give the fields of a row; numbers as Python writes them, whatever the file has."""
        numbers = self.values[[i]].toarray().ravel().tolist()
        fields = [str(int(number)) if number.is_integer() else repr(number) for number in numbers]
        for j, texts in self.texts.items():
            fields[j] = texts[i]
        return fields

    def column(self, j: int) -> list[str]:
        """Give the fields of a column, without blanks around them, if they are known letter by letter.

        Raises
        ------
        NotPlainError
        """
        if j in self.texts:
            return [text.strip() for text in self.texts[j]]
        if self.otherwise[j]:
            raise NotPlainError
        return [str(int(number)) for number in self.values[:, [j]].toarray().ravel().tolist()]

    def under(self, i: int) -> Grid:
        """Leave a table that has its header below to `Lines`."""
        raise NotPlainError(self.numbers[i])

    def without(self, rows: set[int]) -> Grid:
        """Leave a table with rows of other things than counts to `Lines`."""
        raise NotPlainError(self.numbers[min(rows)])


def plain_grid(source: Source) -> PlainGrid:
    """Read a table in pieces.

    Raises
    ------
    NotPlainError
        If anything but plain rows stands in it.
    InputError
        If the file cannot be read to its end.
    """
    with readable(source.path), source.unpacked() as stream:
        pieces = _pieces(stream)
        first = next(pieces, b"").split(b"\n", START)
        start = Start.of(source, b"\n".join(first[:START]) + b"\n")
        rest = b"\n".join(first[start.line :])
        return _put_together(source, start, list(_few(source, _parts(start, chain([rest], pieces)))))


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """Give whole lines, at first as many as tell what they all are; the last of the file is closed."""
    held, n_ends, least = bytearray(), 0, START
    while piece := stream.read(PIECE):
        held += piece
        n_ends += piece.count(b"\n")
        if n_ends >= least:
            end = held.rfind(b"\n") + 1
            yield bytes(held[:end])
            del held[:end]
            n_ends, least = 0, 1
    if held:
        yield bytes(held) if held.endswith(b"\n") else bytes(held) + b"\n"


def _few(source: Source, parts: Iterable[_Part]) -> Iterator[_Part]:
    """Refuse more numbers than a table has: a small archive may hold any of them."""
    n = 0
    for part in parts:
        n += len(part.values)
        if n > MOST:
            found, remedy = (
                f"more than {MOST:,} numbers that are not 0",
                "Give its samples in several tables.",
            )
            raise TooLargeError.one(source, found, "a table of fewer", remedy)
        yield part


@dataclass(frozen=True)
class _Part:
    """What is kept of a piece: see `Rows`; whole numbers in four bytes each."""

    ends: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.int32] | FloatArray
    texts: list[list[str]]
    otherwise: NDArray[np.bool_]
    beyond: NDArray[np.bool_]


def _parts(start: Start, pieces: Iterator[bytes]) -> Iterator[_Part]:
    """Read piece after piece; nothing but empty lines may stand below the rows."""
    layout, n = Layout(ord(start.separator), start.quoted, start.is_text), start.line + 1
    for piece in pieces:
        found = rows_of(piece, layout)
        n += len(found.ends)
        texts = _names(piece, found.texts, start, n)
        values = _small(found.values)
        yield _Part(found.ends.copy(), found.columns.copy(), values, texts, found.otherwise, found.beyond)
        if found.departs >= 0:
            if any(rest.strip(BLANKS) for rest in chain([piece[found.departs :]], pieces)):
                raise NotPlainError(n)
            return


def _small(values: FloatArray) -> NDArray[np.int32] | FloatArray:
    """Copy numbers out of the room that was made for more of them, into half of it where they are whole."""
    fits = values.max(initial=0.0) <= MOST_SMALL and bool((np.rint(values) == values).all())
    return values.astype(np.int32) if fits else values.copy()


def _names(piece: bytes, places: NDArray[np.int64], start: Start, line: int) -> list[list[str]]:
    """Give the names of each column of them; those of columns beyond the header must be empty."""
    try:
        columns = [[piece[a:b].decode() for a, b in places[:, k].tolist()] for k in range(places.shape[1])]
    except UnicodeDecodeError as error:
        raise NotPlainError(line) from error
    n_kept = int(start.is_text[: len(start.header)].sum())
    names = list(chain.from_iterable(columns))
    if any(map(str.strip, chain.from_iterable(columns[n_kept:]))) or (
        start.quoted and any(UNIT in name or len(name) >= csv.field_size_limit() for name in names)
    ):
        raise NotPlainError(line)
    return columns[:n_kept]


def _put_together(source: Source, start: Start, parts: list[_Part]) -> PlainGrid:
    n_columns = len(start.header)
    sizes = np.concatenate([np.diff(part.ends, prepend=0) for part in parts])
    n_values = np.concatenate([[0], np.cumsum(sizes)])
    columns = np.concatenate([part.columns for part in parts])
    values = np.concatenate([part.values for part in parts], dtype=float)
    matrix = sparse.csr_array((values, columns, n_values), shape=(len(sizes), n_columns))
    matrix.eliminate_zeros()
    called = np.flatnonzero(start.is_text[:n_columns]).tolist()
    texts = {j: list(chain.from_iterable(part.texts[k] for part in parts)) for k, j in enumerate(called)}
    otherwise, beyond = (
        np.any([getattr(part, name) for part in parts], axis=0)[:n_columns]
        for name in ("otherwise", "beyond")
    )
    first = start.line + 1
    numbers = range(first, first + len(sizes))
    return PlainGrid(source.path, start.header, start.line, numbers, texts, matrix, otherwise, beyond)
