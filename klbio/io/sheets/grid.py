"""Rows of cells, as a text or a workbook holds them; where the header is, and what its columns are."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from klbio.columns import Columns
from klbio.errors import Fault, InputError, StrPath, first_faults
from klbio.io.sheets import workbook
from klbio.io.source import Source
from klbio.sheet import Row, Sheet

__all__ = ["Grid", "grids"]

SEPARATORS = {"\t": "tabs", ",": "commas", ";": "semicolons", " ": "spaces"}
TOP = 12  # lines among which a header is looked for
Line = tuple[int, list[str]]


@dataclass(frozen=True)
class Grid:
    """Cells by line; lines without any text are left out.

    Parameters
    ----------
    path : path-like
        The file, with the name of the worksheet where there are several.
    lines : list of (int, list of str)
        Number of the line, counted from 1, and its cells.
    separator : str
        What stands between the cells, in words; empty in a workbook.
    """

    path: StrPath
    lines: list[Line]
    separator: str = ""

    def _header(self, columns: Columns) -> int:
        """Place of the first line with all that is needed, as a title may stand above it; else of the first."""
        top = islice(enumerate(self.lines), TOP)
        return next((i for i, (_, cells) in top if columns.fits(cells)), 0)

    def fits(self, columns: Columns) -> bool:
        """Whether a header among the first lines has all that is needed."""
        return any(columns.fits(cells) for _, cells in self.lines[:TOP])

    def from_widest(self) -> Sheet:
        """Give header and rows where the columns are not known: from the first of the longest lines at the top."""
        widths = [len(_trimmed(cells)) for _, cells in self.lines[:TOP]]
        at = widths.index(max(widths))
        lines = self.lines[at:]
        if self._is_short_header(at):  # R writes no name above the names of rows
            line, cells = self.lines[at - 1]
            lines = [(line, ["", *_trimmed(cells)]), *lines]
        return Grid(self.path, lines, self.separator).sheet(Columns())

    def _is_short_header(self, at: int) -> bool:
        """Whether the line above the first of the longest lacks one name of as many as these have cells."""
        if not at:
            return False
        names, rows = _trimmed(self.lines[at - 1][1]), [_trimmed(cells) for _, cells in self.lines[at:]]
        short = len(names) > 1 and all(names) and len(set(names)) == len(names)
        return short and max(map(len, rows)) == len(names) + 1 and len({row[0] for row in rows}) == len(rows)

    def sheet(self, columns: Columns) -> Sheet:
        """Give header and rows.

        Raises
        ------
        InputError
            If there is no header or row, a column is missing or doubled, or a row is too long.
        """
        at = self._header(columns)
        if len(self.lines) < at + 2:
            found = "one line with text, and no more" if self.lines else "no line with text"
            expected = "a header and at least one row, with tabs, commas or semicolons between columns"
            raise InputError.one(self.path, found, expected)
        (line, cells), *rows = self.lines[at:]
        header = _trimmed(cells)
        if columns.lacks_key(header) and all(len(cells) == len(header) + 1 for _, cells in rows):
            header = ["", *header]  # R writes no name above the names of rows
        InputError.raise_any(columns.faults(self.path, header, line) + self._parted_otherwise(header, rows))
        names = columns.named(header)
        sheet = Sheet(
            self.path, names, tuple(Row(n, _by_name(names, cells)) for n, cells in rows), tuple(header)
        )
        InputError.raise_any(self._too_long(sheet, [len(_trimmed(cells)) for _, cells in rows]))
        return sheet

    def _parted_otherwise(self, header: Sequence[str], rows: Sequence[Line]) -> list[Fault]:
        """Point at rows that are one field each, with another separator in it than the header has."""
        if not self.separator or len(header) < 2 or any(len(_trimmed(cells)) > 1 for _, cells in rows):
            return []
        found = [
            Fault(
                self.path, f"rows with {name} between their fields", f"{self.separator}, as in the header",
                "Use one separator in every line.", rows[0][0],
            )
            for mark, name in SEPARATORS.items()
            if name != self.separator and mark != " " and all(mark in cells[0] for _, cells in rows)
        ]  # fmt: skip
        return found[:1]

    def _too_long(self, sheet: Sheet, widths: Sequence[int]) -> list[Fault]:
        """Point at rows with more fields than the header."""
        width = len(sheet.columns)
        remedy = f"Fields are separated by {self.separator}." if self.separator else "Name every column."
        return first_faults(
            sheet.fault(row, f"{n} fields", f"{width}, as in the header", remedy)
            for row, n in zip(sheet, widths, strict=True)
            if n > width
        )


def _by_name(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    return dict(zip(names, cells, strict=False))


def grids(source: Source, columns: Columns) -> list[Grid]:
    """Give the cells of a text, or of each worksheet.

    Raises
    ------
    InputError
        If it is no text and no workbook, or a quoted field has no end.
    """
    if workbook.sniff(source):
        return [Grid(place, list(_filled(rows))) for place, rows in workbook.read(source)]
    lines = [line + "\n" for line in source.short_lines("a sheet")]
    marked = bool(lines) and lines[0].casefold().startswith("sep=") and len(lines[0].rstrip("\n")) == 5
    if marked:
        lines[0] = "\n"
    separator = _separator(lines, columns)
    return [Grid(source.path, list(_filled(_cells(source, lines, separator))), SEPARATORS[separator])]


def _filled(lines: Iterator[Line]) -> Iterator[Line]:
    """Leave out comments, and lines without any text."""
    return ((n, cells) for n, cells in lines if any(map(str.strip, cells)) and not cells[0].startswith("# "))


def _trimmed(cells: Sequence[str]) -> list[str]:
    """Leave out the empty cells at the end, which spreadsheets write."""
    width = max((i for i, cell in enumerate(cells, 1) if cell.strip()), default=0)
    return list(cells[:width])


def _separator(lines: Sequence[str], columns: Columns) -> str:
    """Give what stands between the fields: what makes a fitting header, or the longest first line."""
    top = [line for line in lines[:TOP] if line.strip() and not line.startswith("# ")]

    def score(separator: str) -> tuple[bool, int]:
        """Rate a separator."""
        split = [[cell.strip('"\n') for cell in line.split(separator)] for line in top]
        spaced = separator == " " and not all(line.startswith('"') for line in top)
        return (not spaced and any(map(columns.fits, split)), 0 if spaced else len(split[0]) if split else 0)

    return max(SEPARATORS, key=score)


def _cells(source: Source, lines: Sequence[str], separator: str) -> Iterator[Line]:
    """Split lines into fields; quotes that are no pairs around fields are letters of a text with tabs."""
    try:
        return iter(list(_quoted(lines, separator)))
    except csv.Error as error:
        if separator == "\t":
            return ((n, line.rstrip("\n").split("\t")) for n, line in enumerate(lines, 1))
        found, remedy = f"fields that cannot be told apart ({error})", "Look for a quote without its partner."
        raise InputError.one(source, found, f"fields separated by {SEPARATORS[separator]}", remedy) from error


def _quoted(lines: Sequence[str], separator: str) -> Iterator[Line]:
    """Split lines with quotes around fields; a field may go over several lines, and counts from its first."""
    reader = csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=separator != "\t")
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1
