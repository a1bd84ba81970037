"""A result table as it is shown: its first rows, its columns in words, and where the whole of it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from klbio.report.formatting import cell
from klbio.schema import said

__all__ = ["MOST_ROWS", "Column", "TableView", "view"]

MOST_ROWS = 30
PROSE = {"note", "verdict", "reason", "finding", "meaning"}
WORDS = {
    "jensen_shannon_divergence_bits": "JSD, corrected (bits)",
    "jsd_plugin_bits": "JSD, as observed (bits)",
    "relative_entropy_after_before_bits": "D(after ‖ before) (bits)",
    "relative_entropy_before_after_bits": "D(before ‖ after) (bits)",
    "relative_entropy_bits": "D(p ‖ q) (bits)",
    "model_p": "p",
    "model_q": "q",
    "relative_entropy_p_q_bits_per_column": "D(p ‖ q) (bits per column)",
    "relative_entropy_q_p_bits_per_column": "D(q ‖ p) (bits per column)",
    "jensen_shannon_bits_per_column": "JSD (bits per column)",
    "relative_entropy_rate_bits_per_symbol": "D(p ‖ q) (bits per symbol)",
    "block_increment_bits_per_symbol": "block increment (bits per symbol)",
    "symbols_to_tell_apart_stein": "symbols to tell apart",
    "bases_to_tell_apart_stein": "bases to tell apart",
}


@dataclass(frozen=True)
class Column:
    """A column: its name in the file, its name in words, and how to set it: ``n`` numbers, ``prose`` sentences."""

    name: str
    words: str
    kind: str


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
    frame: pd.DataFrame, path: str, caption: str, columns: Iterable[str] | None = None, most: int = MOST_ROWS
) -> TableView:
    """Show the first rows of a table.

    Parameters
    ----------
    frame : DataFrame
        Rows in the order to be shown.
    path, caption : str
        See `TableView`.
    columns : iterable of str, optional
        Those to show, where the table has them; all when not given.
    most : int
        Rows shown.
    """
    kept = frame[[name for name in columns or frame.columns if name in frame]]
    shown = kept.head(most)
    shown = shown.assign(**{str(name): said(shown[name]) for name in shown if shown[name].dtype.kind == "b"})
    heads = tuple(Column(str(name), _words(str(name)), _kind(str(name), shown[name])) for name in shown)
    rows = tuple(
        tuple(cell(head.name, value) for head, value in zip(heads, row, strict=True))
        for row in shown.itertuples(index=False, name=None)
    )
    return TableView(caption, path, heads, rows, len(frame))


def _kind(name: str, values: pd.Series) -> str:
    return "n" if values.dtype.kind in "iuf" else "prose" if name in PROSE else ""


def _words(name: str) -> str:
    if name in WORDS:
        return WORDS[name]
    stem, is_bits = name.removesuffix("_bits"), name.endswith("_bits")
    return stem.replace("_", " ") + (" (bits)" if is_bits else "")
