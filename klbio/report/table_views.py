"""A result table as it is shown: its first rows, its columns in words, and where the whole of it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from klbio.report.formatting import cell
from klbio.schema import Column as Declared
from klbio.schema import Table, Text, flag_words

__all__ = ["MAX_ROWS", "Column", "TableView", "view"]

MAX_ROWS = 30


@dataclass(frozen=True)
class Column:
    """A column: its name in the file and in words, how to set it (``n`` numbers, ``prose`` sentences), its meaning."""

    name: str
    words: str
    kind: str
    meaning: str = ""


@dataclass(frozen=True)
class TableView:
    """What the page shows of a table.

    Parameters
    ----------
    caption : str
        What the rows are.
    path : str
        Where the whole table stands, below the results folder.
    columns : tuple of Column
    rows : tuple of tuple of str
        The first rows, as text.
    n_rows : int
        How many the table holds.
    """

    caption: str
    path: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    n_rows: int


def view(
    frame: pd.DataFrame,
    table: Table,
    caption: str,
    columns: Iterable[str] | None = None,
    most: int = MAX_ROWS,
) -> TableView:
    """Show the first rows of a table.

    Parameters
    ----------
    frame : DataFrame
        Rows in the order to be shown.
    table : Table
        Its place, and what its columns are called.
    caption : str
        See `TableView`.
    columns : iterable of str, optional
        Those to show, where the table has them; all when not given.
    most : int
        Rows shown.
    """
    kept = frame[[name for name in columns or frame.columns if name in frame]]
    shown = kept.head(most)
    shown = shown.assign(
        **{str(name): flag_words(shown[name]) for name in shown if shown[name].dtype.kind == "b"}
    )
    heads = tuple(_head(table, shown[name]) for name in shown)
    rows = tuple(
        tuple(cell(head.name, value) for head, value in zip(heads, row, strict=True))
        for row in shown.itertuples(index=False, name=None)
    )
    return TableView(caption, table.name, heads, rows, len(frame))


def _head(table: Table, values: pd.Series) -> Column:
    name = str(values.name)
    declared = table.column(name) or Declared(name, Text(""))
    kind = "n" if values.dtype.kind in "iuf" else "prose" if declared.prose else ""
    unit = f" [{declared.unit}]" if declared.unit else ""
    meaning = f"{name}{unit}: {declared.meaning}" if declared.meaning else name
    return Column(name, declared.heading, kind, meaning)
