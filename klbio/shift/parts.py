"""What was measured piece by piece, put together into one frame a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from klbio.shift.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Part", "Parts"]

Rows = list[dict[str, Any]]
Columns = Mapping[str, Any]  # arrays of one length, or one value for all


@dataclass(frozen=True)
class Part:
    """Some rows of a table.

    Attributes
    ----------
    table : str
    rows : list of dict, dict of columns, or DataFrame
        Columns where rows are many: a frame for each subject would cost more than its numbers.
    place : int
        Which contrast the rows are of, in the order of the settings.
    """

    table: str
    rows: Rows | Columns | pd.DataFrame
    place: int = 0


class Parts:
    """The parts of all tables, in the order in which they came."""

    def __init__(self) -> None:
        self._found: dict[str, list[Rows | Columns | pd.DataFrame]] = {name: [] for name in TABLES}

    def take(self, parts: Iterable[Part]) -> None:
        """Take some parts in."""
        for part in parts:
            self._found[part.table].append(part.rows)

    def frames(self) -> dict[str, pd.DataFrame]:
        """Put each table together; the parts of one table are of one kind."""
        return {name: _frame(parts) for name, parts in self._found.items()}


def _frame(parts: list[Any]) -> pd.DataFrame:
    import pandas as pd

    if not parts:
        return pd.DataFrame()
    if isinstance(parts[0], pd.DataFrame):
        whole: pd.DataFrame = pd.concat(parts, ignore_index=True)
        return whole
    if isinstance(parts[0], Mapping):
        return pd.DataFrame(_joined(parts))
    return pd.DataFrame([row for rows in parts for row in rows])


def _joined(parts: list[Columns]) -> dict[str, np.ndarray[Any, Any]]:
    """Columns one after the other; a single value is repeated as often as its part has rows."""
    lengths = [
        max(len(column) for column in part.values() if isinstance(column, np.ndarray)) for part in parts
    ]
    return {
        name: np.concatenate([part[name] for part in parts])
        if isinstance(parts[0][name], np.ndarray)
        else np.repeat(np.array([part[name] for part in parts], dtype=object), lengths)
        for name in parts[0]
    }
