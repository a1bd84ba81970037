"""Taxa tables in Excel workbooks (.xlsx): a worksheet is read as a text table is."""

from __future__ import annotations

from klbio.errors import InputError, StrPath, listed
from klbio.io.sheets import workbook
from klbio.io.source import Source
from klbio.io.tables.text.grid import Grid
from klbio.io.tables.tsv import table_of
from klbio.taxa_table import TaxaTable

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE = "Excel"
FILES = ".xlsx of one worksheet"


def sniff(path: StrPath) -> bool:
    """Recognise a workbook, or what looks like one."""
    return workbook.sniff(Source.of(path))


def read(path: StrPath) -> TaxaTable:
    """Read the worksheet of a workbook; of formulas, the values that were saved.

    Raises
    ------
    InputError
        If several worksheets hold anything, and as for a text table.
    """
    source = Source.of(path)
    sheets = [(place, list(rows)) for place, rows in workbook.read(source)]
    filled = [
        (place, rows) for place, rows in sheets if any(cell.strip() for _, cells in rows for cell in cells)
    ]
    if len(filled) > 1:
        names = [place.removeprefix(f"{source.path}, ") for place, _ in filled]
        raise InputError.one(
            source, f"{len(filled)} worksheets: {listed(names, 5)}", "one, with the counts",
            "Save the one with the counts as a file of its own; lineages and the sheet of samples are given apart.",
        )  # fmt: skip
    return table_of(Grid.of_cells(source, filled[0][1] if filled else []))
