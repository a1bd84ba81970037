"""`Sheet`: a header and rows of text, from a file or from memory; what may be wrong with it, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from klbio.errors import Fault, StrPath, listed, shorten

__all__ = ["Row", "Sheet"]


@dataclass(frozen=True)
class Row:
    """One row of a sheet.

    Parameters
    ----------
    line : int or None
        Line of the file, counted from 1; None for a row that stands in no file.
    fields : mapping of str to str
        By column.
    name : str
        What messages call a row without a line.
    """

    line: int | None
    fields: Mapping[str, str]
    name: str = ""

    def __getitem__(self, column: str) -> str:
        return self.fields.get(column, "")

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        return f"line {self.line}" if self.line else f"row {self.name}"


@dataclass(frozen=True)
class Sheet:
    """A header and its rows."""

    path: StrPath
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def fault(self, row: Row, found: str, expected: str, remedy: str = "") -> Fault:
        """Make a fault that points at a row."""
        path = self.path if row.line else f"{self.path}, {row.place}"
        return Fault(path, found, expected, remedy, row.line)

    def lacking(self, columns: Sequence[str]) -> list[Fault]:
        """Name the columns that are not there."""
        missing = [name for name in columns if name not in self.columns]
        found, wanted = f"columns {listed(self.columns, 8)}", f"also {listed(missing, len(missing))}"
        return [Fault(self.path, found, wanted)] if missing else []

    def blank(self, columns: Sequence[str]) -> list[Fault]:
        """List the fields of `columns` that are empty."""
        return [
            self.fault(row, f"column {column!r} is empty", "a name", "Fill it in or delete the line.")
            for row in self
            for column in columns
            if not row[column].strip()
        ]

    def padded(self, columns: Sequence[str]) -> list[Fault]:
        """List the fields of `columns` that begin or end with white space: to the eye, another's name."""
        return [
            self.fault(
                row, f"column {column!r} holds {shorten(row[column])}", "a name without spaces around it",
                "Names are compared letter by letter.",
            )
            for row in self
            for column in columns
            if row[column].strip() and row[column] != row[column].strip()
        ]  # fmt: skip

    def alike(self, columns: Sequence[str]) -> list[Fault]:
        """List the names of `columns` that were given before with other capitals or spaces: to the eye, one name."""
        return [fault for column in columns for fault in self._alike(column)]

    def _alike(self, column: str) -> Iterator[Fault]:
        """Point at the first row of each further spelling."""
        spelt = {name: row for row in reversed(self.rows) if (name := row[column].strip())}
        first: dict[str, Row] = {}
        for row in sorted(spelt.values(), key=self.rows.index):
            before = first.setdefault(" ".join(row[column].casefold().split()), row)
            if before is not row:
                both = f"{column} {row[column]!r} and {before[column]!r} ({before.place})"
                found = f"{both}: one name but for capitals or spaces"
                yield self.fault(row, found, "one spelling", "Names are compared letter by letter.")

    def repeated(self, column: str) -> list[Fault]:
        """List the rows whose `column` was given before."""
        times = Counter(row[column] for row in self)
        first = {row[column]: row for row in reversed(self.rows)}
        return [
            self.fault(
                row,
                f"{column} {row[column]!r} was given in {first[row[column]].place}",
                f"each {column} once",
            )
            for row in self
            if row[column] and times[row[column]] > 1 and row is not first[row[column]]
        ]
