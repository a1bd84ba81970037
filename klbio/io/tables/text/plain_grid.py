"""Large text tables that are nothing but plain, quickly and without their zeros; all others are left to `Lines`.

A plain table has a header, and rows as wide as it: of names that need no second look, and of numbers without a sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from klbio.errors import InputError
from klbio.io.source import Source, TooLargeError
from klbio.io.tables.text.grid import Grid
from klbio.io.tables.text.numbers import written_number
from klbio.io.tables.text.plain_body import Body
from klbio.io.tables.text.plain_start import START, NotPlainError, Start
from klbio.io.unreadable import readable

__all__ = ["PlainGrid", "plain_grid"]

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
    numeric : list of int
        Positions of the other columns.
    values : sparse array of shape (n_rows, n_numeric)
        Integers where all are small whole numbers.
    otherwise, beyond : ndarray of bool of shape (n_columns,)
        As of `klbio.io.tables.text.plain_rows.Rows`.
    """

    texts: dict[int, list[str]]
    numeric: list[int]
    values: sparse.csr_array
    otherwise: NDArray[np.bool_]
    beyond: NDArray[np.bool_]

    def row(self, i: int) -> list[str]:
        """Give the fields of a row; numbers as Python writes them, whatever the file has."""
        fields = ["0"] * len(self.header)
        part = slice(self.values.indptr[i], self.values.indptr[i + 1])
        for k, number in zip(
            self.values.indices[part].tolist(), self.values.data[part].astype(float).tolist(), strict=True
        ):
            fields[self.numeric[k]] = written_number(number)
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
        return list(
            map(
                written_number,
                self.values[:, [self.numeric.index(j)]].toarray().ravel().astype(float).tolist(),
            )
        )

    def under(self, i: int) -> Grid:
        """Leave a table that has its header below to `Lines`."""
        raise NotPlainError(self.numbers[i])

    def without(self, rows: set[int]) -> Grid:
        """Leave a table with rows of other things than counts to `Lines`."""
        raise NotPlainError(self.numbers[min(rows)])


def plain_grid(source: Source, *, bare: bool = False) -> PlainGrid:
    """Read a table in pieces.

    Parameters
    ----------
    source : Source
    bare : bool
        Whether names in quotes, or in a header with blanks around them, are no plain ones.

    Raises
    ------
    NotPlainError
        If anything but plain rows stands in it.
    InputError
        If the file cannot be read to its end, or holds more numbers than any table.
    """
    with readable(source.path), source.unpacked() as stream:
        pieces = _pieces(stream)
        first = next(pieces, b"").split(b"\n", START)
        start = Start.of(source, b"\n".join(first[:START]) + b"\n")
        if bare and not start.bare:
            raise NotPlainError(start.line)
        body = Body(start)
        for piece in chain([b"\n".join(first[start.line :])], pieces):
            left = body.add(piece)
            if body.n_values > MOST:
                raise _many(source)
            if left and any(rest.strip(BLANKS) for rest in chain([left], pieces)):
                raise NotPlainError(body.line)
        return _grid(source, start, body)


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


def _many(source: Source) -> InputError:
    """Refuse more numbers than a table has: a small archive may hold any of them."""
    found, remedy = f"more than {MOST:,} numbers that are not 0", "Give its samples in several tables."
    return TooLargeError.one(source, found, "a table of fewer", remedy)


def _grid(source: Source, start: Start, body: Body) -> PlainGrid:
    values, is_text = body.taken(), start.is_text[: len(start.header)]
    numbers = range(start.line + 1, start.line + 1 + values.shape[0])
    texts = dict(zip(np.flatnonzero(is_text).tolist(), body.texts, strict=False))
    numeric = np.flatnonzero(~is_text).tolist()
    return PlainGrid(
        source.path, start.header, start.line, numbers, texts, numeric, values, body.otherwise, body.beyond
    )
