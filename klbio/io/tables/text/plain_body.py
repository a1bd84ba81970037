"""The rows of a plain table, gathered piece by piece."""

from __future__ import annotations

import csv

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from klbio.distributions import FloatArray
from klbio.io.tables.text.dialect import UNIT
from klbio.io.tables.text.plain_rows import Layout, Rows, rows_of
from klbio.io.tables.text.plain_start import NotPlainError, Start

__all__ = ["Body"]

SMALL = np.iinfo(np.int32).max


class Body:
    """Names and numbers below a header.

    Numbers that are not 0 stand behind each other in memory that grows in its place: many small arrays leave gaps.

    Attributes
    ----------
    texts : list of list of str
        The fields of each column of names.
    otherwise, beyond : ndarray of bool
        As of `klbio.io.tables.text.plain_rows.Rows`.
    n_values : int
        How many numbers are not 0.
    """

    def __init__(self, start: Start) -> None:
        self._start = start
        self._layout = Layout(ord(start.separator), start.quoted, start.is_text)
        self._position = (np.cumsum(~start.is_text) - 1).astype(np.int32)
        self.texts: list[list[str]] = [[] for _ in range(int(start.is_text.sum()))]
        self.otherwise = self.beyond = np.zeros(len(start.is_text), dtype=bool)
        self.n_values = 0
        self._ends = [np.zeros(1, dtype=np.int64)]
        self._columns, self._values = bytearray(), bytearray()
        self._is_small = True  # whole numbers in four bytes each

    @property
    def line(self) -> int:
        """The line behind the last row."""
        return self._start.line + sum(map(len, self._ends))

    def add(self, piece: bytes) -> bytes:
        """Add the rows of a piece; give what is left of it from a row on that departs.

        Raises
        ------
        NotPlainError
            For names that need a second look.
        """
        found = rows_of(piece, self._layout)
        self._add_names(piece, found)
        self._add_values(found.values)
        self._columns += self._position[found.columns].data
        self._ends.append(found.ends + self.n_values)
        self.n_values += len(found.values)
        self.otherwise, self.beyond = self.otherwise | found.otherwise, self.beyond | found.beyond
        return piece[found.departs :] if found.departs >= 0 else b""

    def _add_names(self, piece: bytes, found: Rows) -> None:
        """Names stand as they are; beyond the header nothing may."""
        n_kept = int(self._start.is_text[: len(self._start.header)].sum())
        for k, (kept, places) in enumerate(zip(self.texts, found.texts.transpose(1, 0, 2), strict=True)):
            try:
                names = [piece[a:b].decode() for a, b in places.tolist()]
            except UnicodeDecodeError as error:
                raise NotPlainError(self.line) from error
            if self._is_odd(names) or (k >= n_kept and any(map(str.strip, names))):
                raise NotPlainError(self.line)
            kept += names if k < n_kept else []

    def _is_odd(self, names: list[str]) -> bool:
        """Whether a name may be another to who takes quotes away and runs of spaces for one."""
        if self._start.separator == " " and not all(names):
            return True
        longest = csv.field_size_limit()
        return self._start.is_parsed and any(UNIT in name or len(name) >= longest for name in names)

    def _add_values(self, values: FloatArray) -> None:
        small = values.max(initial=0.0) <= SMALL and bool((np.rint(values) == values).all())
        if self._is_small and not small:
            self._values = bytearray(self._numbers().astype(float).data)
        self._is_small &= small
        self._values += values.astype(np.int32 if self._is_small else np.float64, copy=False).data

    def _numbers(self) -> NDArray[np.int32] | FloatArray:
        if self._is_small:
            return np.frombuffer(self._values, dtype=np.int32)
        return np.frombuffer(self._values, dtype=np.float64)

    def taken(self) -> sparse.csr_array:
        """Give the numbers away, of whole ones integers, shape (n_rows, n_numeric_columns)."""
        numbers, columns, ends = (
            self._numbers(),
            np.frombuffer(self._columns, dtype=np.int32),
            np.concatenate(self._ends),
        )
        self._values, self._columns = bytearray(), bytearray()
        n_columns = int((~self._start.is_text).sum())
        matrix = sparse.csr_array((numbers, columns, ends), shape=(len(ends) - 1, n_columns))
        if not numbers.all():
            matrix.eliminate_zeros()  # written in many digits
        return matrix
