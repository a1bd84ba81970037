"""Result tables: TSV with a header, units in the column names, twelve significant digits, flags as words."""

from __future__ import annotations

import csv
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from gzip import BadGzipFile, GzipFile
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from klbio.errors import Fault, InputError, StrPath, listed, shorten
from klbio.io.elsewhere import called
from klbio.io.files import replacing
from klbio.schema import Count, Number, Pieces, PValue, Row, SchemaError, Table, Text, flag_words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GZIPPED", "header_of", "read_pieces", "read_rows", "write_frame", "write_pieces", "write_rows"]

ROWS_AT_ONCE = 5_000
READ_AT_ONCE = 20_000
GZIPPED = ".gz"
QUICK = 4  # of zlib's levels: a tenth larger than the default, in a third of its time
REMEDY = "Run its step again."
PAGES = "A page is made of a folder of results, or of a table of `klbio nearest`."
DAMAGED = (
    ValueError,
    OverflowError,
    MemoryError,
    BadGzipFile,
    EOFError,
    zlib.error,
)  # ParserError is a ValueError


def write_rows(path: StrPath, rows: Iterable[Row] | pd.DataFrame, table: Table) -> None:
    """Write a table as TSV; the header stands even when there are no rows.

    A missing value is an empty field, an infinite one is ``inf``, a flag ``yes`` or ``no``.

    Raises
    ------
    SchemaError
        If the rows are not those of the table.
    """
    columns = _plain(rows, table) if isinstance(rows, list | tuple) else None
    if columns is None:
        frame = table.of(rows)
        write_frame(path, frame.assign(**{name: flag_words(frame[name]) for name in table.flags}))
        return
    with replacing(path) as draft, _opened(draft, Path(path).suffix == GZIPPED) as file:
        file.write("\t".join(table.names) + "\n")
        file.write(_lines(columns, len(columns[0])))


def write_pieces(path: StrPath, pieces: Pieces, table: Table) -> None:
    """Write a table that comes in pieces: the same bytes as `write_rows` of all, a piece at a time in memory.

    Raises
    ------
    SchemaError
        If the rows are not those of the table.
    """
    with replacing(path) as draft, _opened(draft, Path(path).suffix == GZIPPED) as file:
        file.write("\t".join(table.names) + "\n")
        for piece in pieces.of_length(ROWS_AT_ONCE):
            frame = table.of(piece)
            file.write(_text(frame.assign(**{name: flag_words(frame[name]) for name in table.flags})))


def _plain(rows: Sequence[Row], table: Table) -> list[list[str]] | None:
    """Give columns of words, whole numbers or doubles as text, without pandas (.4 s and 80 MB); None of others."""
    if any(type(row) is not table.row for row in rows) or any(column.optional for column in table.columns):
        return None
    columns: list[list[str]] = []
    for column in table.columns:
        values = [getattr(row, column.name) for row in rows]
        text = PLAIN.get((type(column.kind), *set(map(type, values))) if rows else (Text, str))
        if text is None:
            return None
        columns.append(list(map(text, values)))
    return columns


def _number(value: float) -> str:
    return "" if value != value else f"{value:.12g}"


PLAIN: dict[tuple[type, ...], Callable[..., str]] = {  # by kind of column, and the one type of its values
    (Text, str): str, (Number, int): str, (Count, int): str, (Number, float): _number,
}  # fmt: skip


def write_frame(path: StrPath, frame: pd.DataFrame) -> None:
    """Write a frame as it is; gzipped where the path ends so, the same bytes whenever it is written."""
    with replacing(path) as draft, _opened(draft, Path(path).suffix == GZIPPED) as file:
        frame.head(0).to_csv(file, sep="\t", index=False, lineterminator="\n")
        for start in range(0, len(frame), ROWS_AT_ONCE):
            file.write(_text(frame.iloc[start : start + ROWS_AT_ONCE]))


@contextmanager
def _opened(draft: Path, gzipped: bool) -> Iterator[TextIO]:
    if not gzipped:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        return
    with (
        draft.open("wb") as raw,
        GzipFile("", "wb", QUICK, raw, mtime=0) as packed,
        TextIOWrapper(packed, encoding="utf-8", newline="\n") as file,
    ):
        yield file


def _text(frame: pd.DataFrame) -> str:
    """Rows as text."""
    return _lines([_fields(frame[name]) for name in frame], len(frame))


def _lines(columns: Sequence[Sequence[str]], n: int) -> str:
    """Rows of columns of text.  What needs no quotes is put together here, in half of pandas' time."""
    text = called("".join(f"{line}\n" for line in map("\t".join, zip(*columns, strict=True))))
    whole = text.count("\t") == n * (len(columns) - 1) and text.count("\n") == n
    if whole and len(columns) > 1 and '"' not in text and "\r" not in text:
        return text
    columns = [list(map(called, column)) for column in columns]
    quoted = StringIO(newline="")
    if "\r" in text:  # which minimal quoting passes over
        writer = csv.writer(quoted, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_ALL)
    else:
        writer = csv.writer(quoted, delimiter="\t", lineterminator="\n")
    writer.writerows(zip(*columns, strict=True))
    return quoted.getvalue()


def _fields(column: pd.Series) -> list[str]:
    if column.dtype == "str" and not column.hasnans:  # nothing else can be in it
        return list(column.to_numpy(dtype=object))
    values = column.tolist()
    if column.dtype == "float64":
        return list(map(_number, values))
    return [
        text if type(text) is str else "" if absent else str(text)
        for text, absent in zip(values, column.isna().tolist(), strict=True)
    ]


def read_rows(path: StrPath, table: Table) -> pd.DataFrame:
    """Read a result table written by `write_rows`.

    Names and words come back verbatim, ``007`` and ``NA`` too, flags as booleans.

    Raises
    ------
    InputError
        If the file is missing or empty, or naming the columns that are not as klbio writes them.
    """
    (whole,) = read_pieces(path, table, at_once=None)
    return whole


def read_pieces(path: StrPath, table: Table, *, at_once: int | None = READ_AT_ONCE) -> Iterator[pd.DataFrame]:
    """Read a result table as `read_rows` does, some rows at a time; the index counts on from piece to piece.

    Parameters
    ----------
    path : path-like
    table : Table
    at_once : int or None
        Rows of a piece; None for all of them.

    Raises
    ------
    InputError
        As of `read_rows`; what is missing is said after the last piece, counted over all.
    """
    if not Path(path).is_file() or not Path(path).stat().st_size:
        raise InputError.one(
            path, "no result table", "one written by klbio", "Run the step that makes it first."
        )
    absent: Counter[str] = Counter()
    for piece in _parsed(path, table, at_once):
        arranged = _arranged(path, piece, table)
        absent.update(table.gaps(arranged))
        yield arranged
    gaps = [f"{name} is missing in {n} rows" for name, n in absent.items()]
    InputError.raise_any([Fault(path, gap, "a value in each row", REMEDY) for gap in gaps])


def _arranged(path: StrPath, piece: pd.DataFrame, table: Table) -> pd.DataFrame:
    try:
        flags = {name: flag.read(piece[name]) for name, flag in table.flags.items()}
        return table.arranged(piece.assign(**flags))
    except (SchemaError, ValueError) as error:
        raise InputError.one(path, str(error), "what klbio writes", REMEDY) from error


def header_of(path: StrPath) -> list[str]:
    """Give the names of the columns that a file has."""
    import pandas as pd

    with _undamaged(path):
        return list(pd.read_csv(path, sep="\t", nrows=0).columns)


def _parsed(path: StrPath, table: Table, at_once: int | None) -> Iterator[pd.DataFrame]:
    import pandas as pd

    header = header_of(path)
    if not {column.name for column in table.columns} & set(header):
        raise InputError.one(path, f"columns {listed(header, 6)}", "a result table", PAGES)
    unmet = table.unmet(header)
    InputError.raise_any([Fault(path, fault, "the columns klbio writes", REMEDY) for fault in unmet])
    numbers = {column.name for column in table.columns if isinstance(column.kind, Number | Count | PValue)}
    kinds = {name: str for name in header if name not in numbers}
    with (
        _undamaged(path),
        pd.read_csv(
            path, sep="\t", keep_default_na=False, na_values=[""], dtype=kinds, iterator=True
        ) as reader,
    ):
        yield reader.read(at_once)
        with suppress(StopIteration):
            while at_once:
                yield reader.read(at_once)


@contextmanager
def _undamaged(path: StrPath) -> Iterator[None]:
    try:
        yield
    except DAMAGED as error:
        reason = shorten(" ".join(str(error).split()), 200)[1:-1]
        raise InputError.one(path, f"no table ({reason})", "what klbio writes", REMEDY) from error
