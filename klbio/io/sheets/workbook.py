"""Excel workbooks (.xlsx): the values of each worksheet as text.

Formulas are never computed: what the program that wrote the file saw is taken, and a formula without such a
value is refused.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from klbio.errors import InputError, listed, note, notify, shorten
from klbio.io.source import Source

if TYPE_CHECKING:
    from openpyxl.cell.read_only import ReadOnlyCell
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

__all__ = ["read", "sniff"]

MAGIC = b"PK\x03\x04"
OLD = b"\xd0\xcf\x11\xe0"  # of Excel before 2007
MAX_BYTES, SMALL, MAX_RATIO = (
    256 * 1024**2,
    16 * 1024**2,
    100,
)  # of all parts, unpacked: in all, and by the file's size
MAX_CELLS = 5_000_000
MAX_ROWS = 1_048_576  # Excel has no more; the file may name any row, and openpyxl gives all before it
FORMULA = re.compile(rb"<f[ >]")
HIDDEN_ROW = re.compile(rb'<row [^>]*hidden="(1|true)"')
HIDDEN_COLUMN = re.compile(rb'<col [^>]*hidden="(1|true)"')
MERGED = re.compile(rb'<mergeCell [^>]*ref="([A-Z0-9:]{1,30})"')
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # within an old file of Office: a new one, with a password
Rows = Iterator[tuple[int, list[str]]]


def sniff(source: Source) -> bool:
    """Whether it is a workbook, or looks like one."""
    return source.peek(4) in (MAGIC, OLD)


def read(source: Source) -> list[tuple[str, Rows]]:
    """Give each worksheet's place in words and its rows, numbered as in Excel.

    Raises
    ------
    InputError
        If it is no workbook, a damaged or a huge one, or a cell holds a formula without a value.
    """
    if source.peek(4) == OLD and ENCRYPTED in source.data:
        raise InputError.one(
            source, "a workbook with a password", "an .xlsx workbook or a text", "Save it without one."
        )
    if source.peek(4) == OLD:
        raise _refused(source, "a workbook of Excel before 2007, or another old file of Office")
    try:
        sheets = _loaded(source, _check_parts(source))
    except (InputError, MemoryError):
        raise
    except Exception as error:  # damage may end anywhere within zipfile, the parser of XML, or openpyxl
        raise _refused(source, f"a damaged workbook ({shorten(str(error))})") from error
    if not sheets:
        raise _refused(source, "a workbook without a worksheet")
    several = len(sheets) > 1
    return [
        (f"{source.path}, worksheet {title!r}" if several else str(source.path), iter(rows))
        for title, rows in sheets
    ]


Sheets = list[tuple[str, list[tuple[int, list[str]]]]]


def _refused(source: Source, found: str) -> InputError:
    return InputError.one(
        source, found, "an .xlsx workbook or a text", "Save the sheet as .xlsx, or as tab-separated text."
    )


def _check_parts(source: Source) -> bool:
    """Refuse an archive that is no workbook or unpacks to too much; tell whether it holds formulas."""
    with zipfile.ZipFile(source.path) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if "content.xml" in names or _is_open_document(archive):
            raise _refused(source, "a document of LibreOffice, as .ods")
        if "word/document.xml" in names:
            raise _refused(source, "a document of Word")
        if "xl/workbook.xml" not in names:
            found, remedy = "a zip archive that is no Excel workbook", "Unpack it and give the file inside."
            raise InputError.one(source, found, "an .xlsx workbook or a text", remedy)
        most = min(MAX_BYTES, SMALL + MAX_RATIO * source.size)
        if sum(part.file_size for part in parts) > most:
            raise _refused(source, f"a workbook of more than {most:,} bytes, unpacked")
        sheets = [archive.read(part) for part in parts if part.filename.startswith("xl/worksheets/")]
    if not sheets:
        raise _refused(source, "a workbook without a worksheet")
    _say_unseen(source, sheets)
    return any(FORMULA.search(sheet) for sheet in sheets)


def _is_open_document(archive: zipfile.ZipFile) -> bool:
    """Whether its first part says so, as the standard asks."""
    first = next(iter(archive.infolist()), None)
    return first is not None and first.filename == "mimetype" and b"opendocument" in archive.read(first)[:100]


def _say_unseen(source: Source, sheets: list[bytes]) -> None:
    """Say what is read otherwise than it looks in Excel: what is hidden, and cells that stand for several."""
    for hidden, what in ((HIDDEN_ROW, "rows"), (HIDDEN_COLUMN, "columns")):
        if any(hidden.search(sheet) for sheet in sheets):
            remedy = f"Delete them, or copy the {what} that are shown to a new worksheet."
            cause = ", as a filter does" if what == "rows" else ""
            notify(source, f"{what} that Excel hides{cause}", "read as well", remedy)
    merged = [place.decode() for sheet in sheets for place in MERGED.findall(sheet)]
    if merged:
        remedy = "Where each of them has that value, unmerge them and fill them in."
        note(source, f"merged cells ({listed(merged)})", "only the first of them has a value", remedy)


def _loaded(source: Source, formulas: bool) -> Sheets:
    """Give the worksheets that are shown; all of them where none is."""
    from openpyxl import load_workbook

    # of a path, openpyxl asks how it ends
    with source.path.open("rb") as handle, source.path.open("rb") as other:
        book = load_workbook(handle, read_only=True, data_only=True)
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
        if formulas:
            written = load_workbook(other, read_only=True)
            for sheet in shown:
                _refuse_uncomputed(source, sheet, written[sheet.title])
        return [(sheet.title, _rows(source, sheet)) for sheet in shown]


def _rows(source: Source, sheet: ReadOnlyWorksheet) -> list[tuple[int, list[str]]]:
    rows, n_cells = [], 0
    for line, cells in _cells(source, sheet):
        n_cells += len(cells)
        if n_cells > MAX_CELLS:
            raise _refused(source, f"a worksheet of more than {MAX_CELLS:,} cells")
        if cells:
            rows.append((line, [_text(cell) for cell in cells]))
    return rows


def _cells(source: Source, sheet: ReadOnlyWorksheet) -> Iterator[tuple[int, tuple[ReadOnlyCell, ...]]]:
    sheet.reset_dimensions()  # some programs write wrong ones
    for line, cells in enumerate(sheet.iter_rows(), 1):
        if line > MAX_ROWS:
            raise _refused(source, f"a worksheet of more than {MAX_ROWS:,} rows")
        yield line, cells


def _text(cell: ReadOnlyCell) -> str:
    """Give a cell as Excel shows it, zeros in front of a number as well; dates as year-month-day."""
    value: object = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float) and float(value).is_integer():
        zeros = re.fullmatch("0+", cell.number_format or "")
        return str(int(value)).zfill(len(zeros[0]) if zeros else 0)
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def _refuse_uncomputed(source: Source, values: ReadOnlyWorksheet, written: ReadOnlyWorksheet) -> None:
    """Refuse formulas that were never computed; the value of one may be an empty text."""
    for (line, seen), (_, cells) in zip(_cells(source, values), _cells(source, written), strict=True):
        for value, cell in zip(seen, cells, strict=False):
            if cell.data_type == "f" and value.value is None and value.data_type != "str":
                raise InputError.one(
                    source,
                    f"worksheet {values.title!r}: the formula {shorten(str(cell.value), 60)} without its value",
                    "values",
                    "Open it in Excel or LibreOffice and save it again, or paste the column as values.",
                    line,
                )
