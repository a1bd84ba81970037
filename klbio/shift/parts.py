"""What was measured piece by piece, put together into one frame a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from klbio.design import Unit
from klbio.estimates import DayVariation
from klbio.progress import over
from klbio.schema import Row
from klbio.schema.keys import ARM
from klbio.threads import give_back_memory, mapper

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Columns",
    "Key",
    "Measure",
    "Measured",
    "OfSubjects",
    "Part",
    "arms_as_they_come",
    "gathered",
    "in_order",
    "of_each",
]

AT_ONCE = 100  # units that threads are given: some seconds of work, which they finish where it is broken off
Array = NDArray[np.generic]
Key = tuple[str, str, str, str, str]  # subject, arm, before, after, rank
Columns = Mapping[str, "Array | str"]  # arrays of one length, or one value for all


@dataclass(frozen=True)
class Part:
    """Some rows of a table.

    Attributes
    ----------
    table : str
    rows : list of Row, mapping of columns, or DataFrame
        Columns where rows are many: a frame for each subject would cost more than its numbers.
    place : int
        Which contrast the rows are of, in the order of the settings.
    days : mapping of Key to DayVariation
        What the rows of `pairs` rest on, for what the cohort makes of it.
    """

    table: str
    rows: Sequence[Row] | Columns | pd.DataFrame
    place: int = 0
    days: Mapping[Key, DayVariation] = field(default_factory=dict)


Measure = Callable[[Unit], Iterable[Part]]


def in_order(measure: Measure, units: Sequence[Unit], threads: int = 1, what: str = "") -> list[Part]:
    """Measure every unit; parts come contrast by contrast, in each of them unit by unit.

    No subject's numbers depend on another's.
    """
    measured = of_each(measure, units, threads, what)
    return sorted(chain.from_iterable(measured), key=lambda part: part.place)


def of_each(
    measure: Measure, units: Sequence[Unit], threads: int = 1, what: str = ""
) -> Iterator[list[Part]]:
    """Measure every unit; the parts of each come by themselves, and no more are measured than soon are asked for."""
    runs = (units[start : start + AT_ONCE] for start in range(0, len(units), AT_ONCE))
    with mapper(threads) as mapped:
        measured = chain.from_iterable(mapped(measure, some) for some in runs)
        yield from map(list, over(measured, len(units), "subject", what))


class OfSubjects(Protocol):
    """All tables of single subjects, and how the samples of each lie to each other; wherever they are kept."""

    @property
    def days(self) -> Mapping[Key, DayVariation]:
        """Divergences between the samples of each pair of phases."""

    def table(self, name: str) -> list[Row] | pd.DataFrame:
        """Give the rows of a table; none where there are none."""

    def forget(self, name: str) -> None:
        """Keep a table no longer: it need not stand in memory twice."""


class Measured(NamedTuple):
    """The same in memory."""

    tables: dict[str, list[Row] | pd.DataFrame]
    days: dict[Key, DayVariation]

    def table(self, name: str) -> list[Row] | pd.DataFrame:
        """Give the rows of a table."""
        return self.tables.get(name, [])

    def forget(self, name: str) -> None:
        """Keep a table no longer."""
        self.tables.pop(name, None)

    @classmethod
    def of(cls, parts: Iterable[Part]) -> Measured:
        """Put parts together."""
        every = list(parts)
        measured = cls(gathered(every), {key: apart for part in every for key, apart in part.days.items()})
        every.clear()
        give_back_memory()
        return measured


def gathered(parts: Iterable[Part]) -> dict[str, list[Row] | pd.DataFrame]:
    """Put each table together, in the order in which its parts come; those of one table are of one kind."""
    import pandas as pd

    whole: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        whole[part.table].append(part)
    tables: dict[str, list[Row] | pd.DataFrame] = {}
    for name, pieces in whole.items():
        columns = [part.rows for part in pieces if isinstance(part.rows, Mapping)]
        frames = [part.rows for part in pieces if isinstance(part.rows, pd.DataFrame)]
        if columns:
            tables[name] = pd.DataFrame(_joined(columns), copy=False)
        elif frames:
            tables[name] = pd.concat(frames, ignore_index=True)
        else:
            tables[name] = [row for part in pieces for row in part.rows if isinstance(row, Row)]
    return tables


def _joined(pieces: list[Columns]) -> dict[str, Array]:
    """Columns one after the other; a single value is repeated as often as its piece has rows."""
    lengths = [
        max(len(column) for column in piece.values() if not isinstance(column, str)) for piece in pieces
    ]
    return {name: _column([piece[name] for piece in pieces], lengths) for name in pieces[0]}


def _column(pieces: list[Array | str], lengths: list[int]) -> Array:
    arrays = [piece for piece in pieces if not isinstance(piece, str)]
    return np.concatenate(arrays) if arrays else np.repeat(np.array(pieces, dtype=object), lengths)


def arms_as_they_come(frame: pd.DataFrame) -> Callable[[pd.Series], pd.Series]:
    """Give the key of a sort in which arms stand as they first do in a frame."""
    places = {arm: i for i, arm in enumerate(frame[ARM].unique())}
    return lambda column: column.map(places) if column.name == ARM else column
