"""The lines of a text table, cut into fields."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from klbio.errors import Fault, InputError, first_faults, listed, note
from klbio.io.source import Source
from klbio.io.tables.text.dialect import UNIT, Dialect
from klbio.io.tables.text.grid import Grid, counts_up
from klbio.io.tables.text.words import NAMES_OF_ROWS, meaning, number

__all__ = ["Lines", "filled"]

EXCEL = re.compile(r'"?sep=.[,;"]*', re.IGNORECASE)  # a first line by which Excel knows the separator
NOTE = 60  # characters of a note below the table that are shown
WANTED = "a header of sample names and one row per taxon, separated by tabs, commas or semicolons"


@dataclass(frozen=True)
class Lines(Grid):
    """Lines of fields under a header.

    Parameters
    ----------
    path, header, header_line, numbers
        As of any grid.
    lines : list of str
        Without quotes.
    separator : str
        Between the fields of `lines`.
    """

    lines: list[str]
    separator: str

    @classmethod
    def of(cls, source: Source) -> Lines:
        """Cut a file into fields.

        Raises
        ------
        InputError
            If it is no table, or rows have another number of fields than the header.
        """
        lines = filled(source.lines)
        dialect = Dialect.of([line for _, line in lines])
        plain = [] if dialect is None else _plain(source, lines, dialect)
        if dialect is None or not plain:
            raise InputError.one(
                source,
                "no table",
                WANTED,
                "Check the file, and that the separator is the same in every line.",
            )
        return _Body.of(source, plain, dialect.between).grid

    @classmethod
    def of_cells(cls, source: Source, rows: Iterable[tuple[int, Sequence[str]]]) -> Lines:
        """Take cells as a workbook or another table of columns holds them, numbered as they stand there.

        Raises
        ------
        InputError
            If they are no table.
        """
        filled = [(n, list(cells)) for n, cells in rows if any(map(str.strip, cells))]
        width = max((len(cells) for _, cells in filled), default=0)
        lines = [(n, UNIT.join(cells + [""] * (width - len(cells)))) for n, cells in filled]
        if not lines:
            raise InputError.one(source, "no table", WANTED, "Check that this is the file you mean.")
        return _Body.of(source, lines, UNIT).grid

    def row(self, i: int) -> list[str]:
        """Give the fields of a row."""
        return self.lines[i].split(self.separator)

    def column(self, j: int) -> list[str]:
        """Give the fields of a column, without blanks around them."""
        after = len(self.header) - 1 - j
        if j <= after:
            return [line.split(self.separator, j + 1)[j].strip() for line in self.lines]
        return [line.rsplit(self.separator, after + 1)[-1 - after].strip() for line in self.lines]

    def under(self, i: int) -> Lines:
        """Make row `i` the header, and the header a row."""
        header = self.separator.join(self.header)
        return replace(
            self, header=tuple(name.strip() for name in self.row(i)), header_line=self.numbers[i],
            lines=[header, *self.lines[:i], *self.lines[i + 1 :]],
            numbers=[self.header_line, *self.numbers[:i], *self.numbers[i + 1 :]],
        )  # fmt: skip

    def without(self, rows: set[int]) -> Lines:
        """Leave rows out."""
        kept = [i for i in range(len(self.lines)) if i not in rows]
        return replace(self, lines=[self.lines[i] for i in kept], numbers=[self.numbers[i] for i in kept])


@dataclass(frozen=True)
class _Body:
    """All lines of a file that hold anything, before header and comments are known."""

    path: Source
    lines: list[tuple[int, str]]
    separator: str

    @classmethod
    def of(cls, path: Source, lines: list[tuple[int, str]], separator: str) -> _Body:
        """Leave out columns in front in which nothing stands, as where a table begins at C3 of its worksheet."""
        empty = min(len(line) - len(line.lstrip(separator)) for _, line in lines)
        return cls(path, [(n, line[empty:]) for n, line in lines] if empty else lines, separator)

    @property
    def grid(self) -> Lines:
        """Find the header and check the rows against it."""
        first = self._first()
        n, line = self.lines[first]
        whole = line.split(self.separator)
        header = _stripped(list(whole))
        rows = [(n, line) for n, line in self.lines[first + 1 :] if not self._is_comment(line, len(header))]
        if not rows:
            raise InputError.one(self.path, "a header without rows", WANTED, "", n)
        rows = self._without_notes(
            [self._trimmed(number, line, len(header)) for number, line in rows], len(header)
        )
        widths = [line.count(self.separator) + 1 for _, line in rows]
        if all(width == len(whole) for width in widths):
            header = whole
        elif all(width == len(header) + 1 for width in widths) and self._lacks_corner(header, rows):
            header = ["", *header]
        InputError.raise_any(self._width_faults(rows, widths, len(header)))
        names = tuple(name.strip() for name in header)
        return Lines(
            self.path.path, names, n, [n for n, _ in rows], [line for _, line in rows], self.separator
        )

    def _lacks_corner(self, header: Sequence[str], rows: Sequence[tuple[int, str]]) -> bool:
        """Whether a header that is one name short lacks the first, as R's write.table has it, and not the last."""
        if meaning(header[0]) not in NAMES_OF_ROWS:
            return True
        return counts_up([line.partition(self.separator)[0].strip() for _, line in rows])

    def _first(self) -> int:
        """Find the header: comments and titles before it have fewer fields than the rows."""
        widths = [line.count(self.separator) + 1 for _, line in self.lines]
        width = sorted(widths)[len(widths) // 2]
        first = 0
        while first < len(self.lines) - 2 and self._is_above(first, width):
            first += 1
        return first

    def _is_above(self, i: int, width: int) -> bool:
        """Whether a line stands above the header: a comment, or the title of a sheet."""
        n, line = self.lines[i]
        fields = [field for field in line.split(self.separator) if field.strip()]
        if len(fields) >= min(width - 1, 3) and not (
            line.startswith("# ") and len(fields) < max(width - 1, 2)
        ):
            return False
        if fields and not line.startswith("#"):
            if len(fields) > 1 or width < 3:
                return False
            note(self.path, f"the line {fields[0]!r} above the table", "passed over", line=n)
        return True

    def _is_comment(self, line: str, width: int) -> bool:
        """Whether a line between the rows is none of them: it has other fields than they, and no numbers."""
        if not line.startswith("#") or line.count(self.separator) + 1 in (width, width + 1):
            return False
        return all(number(field) is None for field in line.split(self.separator)[1:])

    def _without_notes(self, rows: list[tuple[int, str]], width: int) -> list[tuple[int, str]]:
        """Leave out notes below the table: behind an empty line, all shorter than a row and without a number."""
        end = len(rows)
        while end > 1 and self._is_note(rows[end - 1][1], width):
            end -= 1
        start = next((i for i in range(end, len(rows)) if i and rows[i][0] > rows[i - 1][0] + 1), len(rows))
        notes = [", ".join(map(str.strip, line.split(self.separator)))[:NOTE] for _, line in rows[start:]]
        if notes:
            note(self.path, f"{listed(notes)} below the table", "passed over")
        return rows[:start]

    def _is_note(self, line: str, width: int) -> bool:
        fields = line.split(self.separator)
        return len(fields) < width and all(number(field) is None for field in fields[1:])

    def _trimmed(self, n: int, line: str, width: int) -> tuple[int, str]:
        """Cut off empty fields beyond the header, as spreadsheets write them."""
        if line.count(self.separator) < width:
            return n, line
        fields = line.split(self.separator)
        return (n, line) if any(field.strip() for field in fields[width:]) else (
            n, self.separator.join(fields[:width])
        )  # fmt: skip

    def _width_faults(
        self, rows: Sequence[tuple[int, str]], widths: Sequence[int], expected: int
    ) -> list[Fault]:
        wanted = f"{expected}, as in the header"
        remedy = "Fields are separated by tabs, commas or semicolons, the same in every line."
        faults = (
            Fault(self.path, f"{width} fields", wanted, remedy, n)
            for (n, _), width in zip(rows, widths, strict=True)
            if width != expected
        )
        return first_faults(faults)


def filled(lines: Iterable[str]) -> list[tuple[int, str]]:
    """Number lines from 1, and leave out those that hold nothing, and one that tells Excel the separator."""
    found = [(n, line) for n, line in enumerate(lines, 1) if line.strip(" \t,;\"'")]
    return found[1:] if found and EXCEL.fullmatch(found[0][1]) else found


def _plain(source: Source, lines: list[tuple[int, str]], dialect: Dialect) -> list[tuple[int, str]]:
    """Take fields out of quotes; lines without any are left out."""
    try:
        return [(n, line) for n, line in dialect.plain(lines) if line.strip(f" {dialect.between}")]
    except csv.Error as error:
        found = f"quotes that do not pair ({error})"
        raise InputError.one(source, found, 'quotes around whole fields, and "" within one') from error


def _stripped(header: list[str]) -> list[str]:
    while len(header) > 1 and not header[-1].strip():
        header.pop()
    return header
