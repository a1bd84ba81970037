"""Taxa tables as Parquet and Feather (Arrow), through pyarrow where it is installed; columns as in a text table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

from klbio.errors import InputError, StrPath
from klbio.io.source import Source
from klbio.io.tables.text.lines import Lines
from klbio.io.tables.text.table import table_of
from klbio.io.trial import try_reading
from klbio.io.unreadable import AGAIN
from klbio.taxa_table import TaxaTable

if TYPE_CHECKING:
    import pyarrow

__all__ = ["FILES", "TITLE", "read", "sniff", "trial"]

TITLE = "Arrow"
FILES = "Parquet and Feather, with the extra `arrow`"

PARQUET, FEATHER = b"PAR1", (b"ARROW1", b"FEA1")
MAX_CELLS = 100_000_000
NEEDS = ("pyarrow.feather", "pyarrow.parquet")  # of `trial`


def sniff(path: StrPath) -> bool:
    """Recognise the first bytes."""
    return Source.of(path).head.startswith((PARQUET, *FEATHER))


def read(path: StrPath) -> TaxaTable:
    """Read a table of columns; the index that pandas wrote names the rows.

    Raises
    ------
    InputError
        If pyarrow is not installed, the file is damaged, and as for a text table.
    """
    source = Source.of(path)
    if find_spec("pyarrow") is None:
        raise InputError.one(
            source, "a Parquet or Feather file, which pyarrow reads", "pyarrow, which is not installed",
            "Install it (python -m pip install pyarrow), or save the table as CSV.",
        )  # fmt: skip
    try_reading(source, __name__)
    table = _columns(source)
    try:
        rows = list(_rows(table))
    except (ArithmeticError, LookupError, ValueError) as error:  # days and zones of time that Python has not
        raise _damaged(source, error) from error
    return table_of(Lines.of_cells(source, rows))


def trial(path: StrPath) -> None:
    """Read everything, see `klbio.io.trial`."""
    _columns(Source.of(path))


def _columns(source: Source) -> pyarrow.Table:
    import pyarrow as pa
    from pyarrow import feather, parquet

    try:
        content = _held(source)
        if source.head.startswith(PARQUET):
            table = parquet.ParquetFile(content, pre_buffer=False).read(use_threads=False)
        else:
            table = feather.read_table(content, use_threads=False)
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged(source, error) from error
    if table.num_rows * table.num_columns > MAX_CELLS:
        found = f"{table.num_rows:,} rows of {table.num_columns:,} columns"
        raise InputError.one(
            source, found, f"at most {MAX_CELLS:,} cells", "Give tables of that size as BIOM."
        )
    return table


def _damaged(source: Source, error: Exception) -> InputError:
    found = f"a damaged Parquet or Feather file ({' '.join(str(error).split())[:200]})"
    return InputError.one(source, found, "a sound one", AGAIN)


def _held(source: Source) -> pyarrow.BufferReader:
    """The bytes in Arrow's own memory: its threads abort Python where they let go of Python's after its end."""
    import pyarrow as pa

    held = pa.BufferOutputStream()
    with source.stream() as stream:
        held.write(stream.read())
    return pa.BufferReader(held.getvalue())


def _rows(table: pyarrow.Table) -> Iterator[tuple[int, list[str]]]:
    """A header and rows of text; names of rows come first."""
    index = [name for name in _index(table) if name in table.column_names]
    first = [table.column_names.index(name) for name in index[:1]]
    order = first + [i for i in range(table.num_columns) if i not in first]
    names = [table.column_names[i] for i in order]
    yield 1, ["" if name.startswith("__index_level_") else name for name in names]
    columns = [[_text(value) for value in table.column(i).to_pylist()] for i in order]
    yield from ((n, list(cells)) for n, cells in enumerate(zip(*columns, strict=True), 2))


def _index(table: pyarrow.Table) -> list[str]:
    """Columns that were the index of a frame of pandas."""
    said = (table.schema.metadata or {}).get(b"pandas")
    try:
        columns = json.loads(said)["index_columns"] if said else []
    except (ValueError, LookupError, TypeError, RecursionError):  # what pandas never writes names no index
        columns = []
    return [name for name in columns if isinstance(name, str)] if isinstance(columns, list) else []


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
