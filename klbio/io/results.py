"""Result tables: TSV with a header, units in the column names, twelve significant digits."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from klbio.errors import InputError, StrPath
from klbio.io.files import replacing

__all__ = ["DROPPED_COLUMNS", "read_rows", "write_rows"]

ROWS_AT_ONCE = 20_000
DROPPED_COLUMNS = ("source", "kind", "name", "reason")


def write_rows(
    path: StrPath, rows: Iterable[Mapping[str, Any]] | pd.DataFrame, columns: Iterable[str] | None = None
) -> None:
    """Write rows as TSV; `columns` fixes their order and stands in the header even when there are no rows.

    A missing value is an empty field, an infinite one is ``inf``.
    """
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    if columns is not None:
        frame = frame.reindex(columns=list(columns))
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        frame.head(0).to_csv(file, sep="\t", index=False, lineterminator="\n")
        for start in range(0, len(frame), ROWS_AT_ONCE):
            file.write(_text(frame.iloc[start : start + ROWS_AT_ONCE]))


def _text(frame: pd.DataFrame) -> str:
    """Rows as text.  What needs no quotes is put together here, in half of pandas' time."""
    columns = [_fields(frame[name]) for name in frame]
    text = "".join(f"{line}\n" for line in map("\t".join, zip(*columns, strict=True)))
    whole = text.count("\t") == len(frame) * (len(columns) - 1) and text.count("\n") == len(frame)
    if whole and len(columns) > 1 and '"' not in text and "\r" not in text:
        return text
    quoted = StringIO(newline="")
    if "\r" in text:  # which minimal quoting passes over
        writer = csv.writer(quoted, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_ALL)
    else:
        writer = csv.writer(quoted, delimiter="\t", lineterminator="\n")
    writer.writerows(zip(*columns, strict=True))
    return quoted.getvalue()


def _fields(column: pd.Series[Any]) -> list[str]:
    values = column.tolist()
    if column.dtype == "float64":
        return ["" if value != value else f"{value:.12g}" for value in values]
    return [
        text if type(text) is str else "" if absent else str(text)
        for text, absent in zip(values, column.isna().tolist(), strict=True)
    ]


def read_rows(path: StrPath, text: Iterable[str] = ()) -> pd.DataFrame:
    """Read a result table written by `write_rows`.

    Parameters
    ----------
    path : path-like
        The table.
    text : iterable of str
        Columns that hold names and words: they come back verbatim, ``007`` and ``NA`` too.

    Raises
    ------
    InputError
        If the file is missing or empty.
    """
    if not Path(path).is_file() or not Path(path).stat().st_size:
        raise InputError.one(
            path, "no result table", "one written by klbio", "Run the step that makes it first."
        )
    words = dict.fromkeys(text, str)
    return pd.read_csv(path, sep="\t", keep_default_na=False, na_values=[""], dtype=words)
