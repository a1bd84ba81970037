"""What was measured piece by piece, put together into one frame a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from klbio.design import Unit

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Measure", "Part", "frames", "in_order"]

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


Measure = Callable[[Unit], Iterable[Part]]


@contextmanager
def _mapper(threads: int) -> Iterator[Callable[[Measure, Iterable[Unit]], Iterable[Iterable[Part]]]]:
    """A `map` over threads: answers come in order, and no subject's numbers depend on another's."""
    if threads == 1:
        yield map
        return
    with ThreadPoolExecutor(threads) as pool:
        yield pool.map


def in_order(measure: Measure, units: Iterable[Unit], threads: int = 1) -> list[Part]:
    """Measure every unit; parts come contrast by contrast, in each of them unit by unit."""
    with _mapper(threads) as over:
        return sorted(chain.from_iterable(over(measure, units)), key=lambda part: part.place)


def frames(parts: Iterable[Part]) -> dict[str, pd.DataFrame]:
    """Put each table together, in the order in which its parts come; those of one table are of one kind."""
    gathered: dict[str, list[Any]] = defaultdict(list)
    for part in parts:
        gathered[part.table].append(part.rows)
    return {name: _frame(contents) for name, contents in gathered.items()}


def _frame(contents: list[Any]) -> pd.DataFrame:
    import pandas as pd

    if isinstance(contents[0], pd.DataFrame):
        whole: pd.DataFrame = pd.concat(contents, ignore_index=True)
        return whole
    if isinstance(contents[0], Mapping):
        return pd.DataFrame(_joined(contents))
    return pd.DataFrame([row for rows in contents for row in rows])


def _joined(contents: list[Columns]) -> dict[str, np.ndarray[Any, Any]]:
    """Columns one after the other; a single value is repeated as often as its part has rows."""
    lengths = [
        max(len(column) for column in part.values() if isinstance(column, np.ndarray)) for part in contents
    ]
    return {
        name: np.concatenate([part[name] for part in contents])
        if isinstance(contents[0][name], np.ndarray)
        else np.repeat(np.array([part[name] for part in contents], dtype=object), lengths)
        for name in contents[0]
    }
