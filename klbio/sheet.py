"""`Sheet`: a header and rows of text, from a file or from memory; what may be wrong with it, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from klbio.errors import Fault, StrPath, shorten
from klbio.spelling import folded

__all__ = ["Row", "Sheet"]

SHOWN = 3  # lines of a kind of fault that are named; the others are counted


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
    header: tuple[str, ...] = ()  # what the sheet calls its columns, where klbio calls them otherwise

    def called(self, column: str) -> str:
        """Give the sheet's own name of a column, for a message."""
        own = dict(zip(self.columns, self.header, strict=False)).get(column, "").strip()
        return f"{own!r} ({column})" if own and own != column else repr(column)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def fault(self, row: Row, found: str, expected: str, remedy: str = "") -> Fault:
        """Make a fault that points at a row."""
        path = self.path if row.line else f"{self.path}, {row.place}"
        return Fault(path, found, expected, remedy, row.line)

    def together(self, rows: Sequence[Row], found: str, expected: str, remedy: str = "") -> list[Fault]:
        """Make one fault of all rows with the same; the first few of them are named."""
        if not rows:
            return []
        first, *others = rows
        places = ", ".join(row.place for row in others[:SHOWN])
        further = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
        also = f", also in {places}{further}" if others else ""
        return [self.fault(first, found + also, expected, remedy)]

    def blank(self, columns: Sequence[str], remedy: str = "Fill it in or delete the line.") -> list[Fault]:
        """Name the columns that are empty in some rows."""
        faults = []
        for column in columns:
            rows = [row for row in self if not row[column].strip()]
            faults += self.together(rows, f"column {self.called(column)} is empty", "a name", remedy)
        return faults

    def padded(self, columns: Sequence[str]) -> list[Fault]:
        """Name the columns with white space around a name, or a line break within: to the eye, another's name."""
        faults = []
        for column in columns:
            rows = [row for row in self if row[column].strip() and _is_padded(row[column])]
            found = f"column {self.called(column)} holds {shorten(rows[0][column])}" if rows else ""
            expected = "a name on one line, without spaces around it"
            faults += self.together(
                rows, found, expected, "Take them away: names are compared letter by letter."
            )
        return faults

    def alike(self, columns: Sequence[str]) -> list[Fault]:
        """List the names of `columns` that were given before with other capitals or blanks: to the eye, one name."""
        return [fault for column in columns for fault in self._alike(column)]

    def _alike(self, column: str) -> Iterator[Fault]:
        """Point at the first row of each further spelling."""
        seen: set[str] = set()
        first: dict[str, Row] = {}
        for row in self.rows:
            name = row[column].strip()
            if not name or name in seen:
                continue
            seen.add(name)
            before = first.setdefault(folded(row[column]), row)
            if before is not row:
                both = f"{column} {row[column]!r} and {before[column]!r} ({before.place})"
                found = f"{both}: one name but for capitals, blanks or signs"
                yield self.fault(
                    row, found, "one spelling", "Write it one way: names are compared letter by letter."
                )

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


def _is_padded(name: str) -> bool:
    return name != name.strip() or "\n" in name
