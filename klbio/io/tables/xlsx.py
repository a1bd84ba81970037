"""Taxa tables in Excel workbooks (.xlsx): a worksheet is read as a text table is."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from klbio.errors import InputError, InputWarning, StrPath, listed, note
from klbio.io.sheets import workbook
from klbio.io.source import Source
from klbio.io.tables.text.lines import Lines
from klbio.io.tables.text.table import table_of
from klbio.taxa_table import TaxaTable

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE = "Excel"
Rows = Sequence[tuple[int, Sequence[str]]]
FILES = ".xlsx; of several worksheets the one with counts"


def sniff(path: StrPath) -> bool:
    """Recognise a workbook, or what looks like one."""
    return workbook.sniff(Source.of(path))


def read(path: StrPath) -> TaxaTable:
    """Read the worksheet of a workbook, or of several the one with counts; of formulas, the values that were saved.

    Raises
    ------
    InputError
        If several worksheets are tables of counts; and as for a text table.
    """
    source = Source.of(path)
    sheets = [(place, list(rows)) for place, rows in workbook.read(source)]
    filled = [
        (place, rows) for place, rows in sheets if any(cell.strip() for _, cells in rows for cell in cells)
    ]
    if len(filled) < 2:
        return table_of(Lines.of_cells(source, filled[0][1] if filled else []))
    tables = [place for place, rows in filled if _is_table(source, rows)]
    names = [place.removeprefix(f"{source.path}, ") for place, _ in filled]
    if len(tables) > 1:
        raise InputError.one(
            source, f"{len(tables)} worksheets with counts, of {listed(names, 5)}", "one",
            "Save the one with the counts as a file of its own.",
        )  # fmt: skip
    largest = max(filled, key=lambda sheet: sum(map(len, (cells for _, cells in sheet[1]))))[0]
    place = tables[0] if tables else largest
    others = [name for name in names if not place.endswith(name)]
    note(place, f"a workbook with {listed(others, 5)} besides", "this one taken for the table of counts")
    return table_of(Lines.of_cells(Source.within(place, b""), dict(filled)[place]))


def _is_table(source: Source, rows: Rows) -> bool:
    """Whether a worksheet is a table of counts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InputWarning)
        try:
            return bool(table_of(Lines.of_cells(source, rows)))
        except InputError:
            return False
