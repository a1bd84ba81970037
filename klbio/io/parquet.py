"""Result tables as Parquet, through pyarrow where it is installed: typed columns, and what each means beside them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib.util import find_spec
from itertools import chain
from typing import TYPE_CHECKING

from klbio import __version__
from klbio.errors import InputError, StrPath
from klbio.io.files import replacing
from klbio.schema import Column, Flag, Table, Text

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow

__all__ = ["PARQUET", "has_pyarrow", "write_parquet"]

PARQUET = ".parquet"
PACKED = "zstd"  # a third smaller than snappy here, and every reader has it
REMEDY = "Run its step again."


def has_pyarrow() -> bool:
    """Whether Parquet can be written here."""
    return find_spec("pyarrow") is not None


def write_parquet(path: StrPath, pieces: Iterable[pd.DataFrame], table: Table) -> int:
    """Write a result table that comes in pieces, each a row group; give the number of rows.

    Numbers become doubles, counts whole numbers of 64 bits, flags booleans, names and words text; an empty field is
    null, whatever its kind.  The schema's metadata hold what a TSV leaves to the documents: ``klbio:table``,
    ``klbio:rows`` and ``klbio:version``, and of each column ``unit`` and ``meaning``.

    Parameters
    ----------
    path : path-like
        Written whole or not at all.
    pieces : iterable of DataFrame
        As `klbio.io.results.read_pieces` gives them, one at least; one at a time in memory.
    table : Table
        What they are rows of.

    Raises
    ------
    InputError
        Where a column holds other things than its kind.
    ImportError
        Without pyarrow.
    """
    from pyarrow import parquet

    n_rows, left = 0, iter(pieces)
    with replacing(path) as draft:
        first = next(left)
        schema = _schema(table, list(map(str, first.columns)))
        with parquet.ParquetWriter(draft, schema, compression=PACKED) as writer:
            for piece in chain([first], left):
                writer.write_table(_batch(path, piece, schema))
                n_rows += len(piece)
    return n_rows


def _batch(path: StrPath, piece: pd.DataFrame, schema: pyarrow.Schema) -> pyarrow.Table:
    import pyarrow as pa

    try:
        return pa.Table.from_arrays([_array(piece[one.name], one) for one in schema], schema=schema)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InputError.one(path, " ".join(str(error).split()), "what klbio writes", REMEDY) from error


def _schema(table: Table, names: list[str]) -> pyarrow.Schema:
    """Give types and meanings of the columns; those that a sheet brought along are text."""
    import pyarrow as pa

    fields = [_field(name, table.column(name)) for name in names]
    said = {"klbio:table": table.name, "klbio:rows": table.meaning, "klbio:version": __version__}
    units = {one.name: one.unit for one in table.columns if one.unit}
    return pa.schema(fields, said | {"klbio:units": json.dumps(units, ensure_ascii=False)})


def _field(name: str, column: Column | None) -> pyarrow.Field:
    import pyarrow as pa

    if column is None:
        return pa.field(name, pa.string())
    said = {"unit": column.unit, "meaning": column.meaning}
    return pa.field(name, _type(column), metadata={key: text for key, text in said.items() if text})


def _type(column: Column) -> pyarrow.DataType:
    import pyarrow as pa

    if isinstance(column.kind, Text):
        return pa.string()
    if isinstance(column.kind, Flag):
        return pa.bool_()
    return pa.int64() if column.whole else pa.float64()


def _array(values: pd.Series, field: pyarrow.Field) -> pyarrow.Array:
    import pyarrow as pa
    import pyarrow.compute

    made = pa.array(values, from_pandas=True)
    if pa.types.is_string(field.type):
        made = made.cast(field.type)
        return pa.compute.if_else(pa.compute.equal(made, ""), None, made)
    return made.cast(field.type)
