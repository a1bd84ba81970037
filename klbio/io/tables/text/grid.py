"""The grid of a text table: a header, and rows with as many fields."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from klbio.errors import Fault, StrPath, shorten

__all__ = ["Grid", "counts_up"]

LOOKED_AT, FIELDS = 100, 100_000  # rows and fields that tell what columns hold


@dataclass(frozen=True)
class Grid(ABC):
    """Rows of fields under a header.

    Parameters
    ----------
    path : path-like
    header : tuple of str
        Names of the columns; the first may be empty.
    header_line : int
    numbers : sequence of int
        Where each row begins in the file.
    """

    path: StrPath
    header: tuple[str, ...]
    header_line: int
    numbers: Sequence[int]

    @abstractmethod
    def row(self, i: int) -> list[str]:
        """Give the fields of a row."""

    @abstractmethod
    def column(self, j: int) -> list[str]:
        """Give the fields of a column, without blanks around them."""

    @abstractmethod
    def under(self, i: int) -> Grid:
        """Make row `i` the header, and the header a row."""

    @abstractmethod
    def without(self, rows: set[int]) -> Grid:
        """Leave rows out."""

    def fault(self, i: int, j: int, expected: str) -> Fault:
        """Make a fault of a field."""
        found = f"column {self.header[j]!r} holds {shorten(self.row(i)[j])}"
        return Fault(self.path, found, expected, "", self.numbers[i])

    def looked_at(self) -> list[list[str]]:
        """Give some rows from everywhere in the table, fewer of a wide one."""
        most = min(LOOKED_AT, max(10, FIELDS // len(self.header)))
        step = max(1, len(self.numbers) // most)
        return [self.row(i) for i in range(0, len(self.numbers), step)]


def counts_up(fields: Sequence[str]) -> bool:
    """Whether fields are the numbers of rows, from 0 or 1.

    >>> counts_up(["1", "2", "3"]), counts_up(["1", "3"])
    (True, False)
    """
    return any(list(fields) == [str(i + start) for i in range(len(fields))] for start in (0, 1))
