"""Result tables: TSV with a header, units in the column names, twelve significant digits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from klbio.errors import InputError, Place
from klbio.io.files import replacing

__all__ = ["DROPPED_COLUMNS", "read_rows", "write_rows"]

DROPPED_COLUMNS = ("source", "kind", "name", "reason")


def write_rows(
    path: Place, rows: Iterable[Mapping[str, Any]] | pd.DataFrame, columns: Iterable[str] | None = None
) -> None:
    """Write rows as TSV; `columns` fixes their order and stands in the header even when there are no rows.

    A missing value is an empty field, an infinite one is ``inf``.
    """
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    if columns is not None:
        frame = frame.reindex(columns=list(columns))
    with replacing(path) as draft:
        _digits(frame).to_csv(draft, sep="\t", index=False, lineterminator="\n")


def _digits(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers as text; pandas does the same with `float_format`, but takes several times as long."""
    numbers = {
        name: ["" if value != value else f"{value:.12g}" for value in frame[name].tolist()]
        for name in frame.select_dtypes("float64").columns
    }
    return frame.assign(**numbers)


def read_rows(path: Place, text: Iterable[str] = ()) -> pd.DataFrame:
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
