"""Rows of many units as columns, from which those of any of them can be cut again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import accumulate
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from klbio.estimates import DayVariation
from klbio.shift.parts import Key, Part

__all__ = ["DAYS", "About", "Block", "Column", "blocks", "joined", "variations"]

Column = NDArray[np.generic] | list[object]
DAYS = "days"  # stands among the tables: how the samples of each pair lie to each other
KEY, SIDES = "key", ("between", "after", "before", "even")
ROWS = 20_000  # of one table, that stand in memory before they are given: 2 MB of contributions


@dataclass(frozen=True)
class About:
    """Which rows a block holds.

    Attributes
    ----------
    table : str
    stage : int
        Which of the passes over the units they are of, of which there is one a rank.
    place : int
        As of a `Part`.
    lengths : sequence of int
        How many rows each unit has, as far as any has some.
    first : int
        The unit of which the first of the lengths is.
    """

    table: str
    stage: int
    place: int
    lengths: Sequence[int]
    first: int = 0

    @cached_property
    def _ends(self) -> list[int]:
        return [0, *accumulate(self.lengths)]

    def rows(self, units: slice) -> slice:
        """Give the rows of some units that follow each other; none of those that are in other blocks.

        >>> block = About("pairs", 0, 0, [2, 0, 3], first=4)
        >>> block.rows(slice(4, 5)), block.rows(slice(6, 9)), block.rows(slice(0, 3))
        (slice(0, 2, None), slice(2, 5, None), slice(0, 0, None))
        """
        start, stop = (
            min(max(unit - self.first, 0), len(self.lengths)) for unit in (units.start, units.stop)
        )
        return slice(self._ends[start], self._ends[stop])


@dataclass(frozen=True, eq=False)
class Block:
    """Rows of one table, as one pass over some units gave them for one contrast.

    Attributes
    ----------
    about : About
    columns : mapping of str to Column
        Lists of the values of rows; arrays of what came as columns, words in them as objects.
    """

    about: About
    columns: Mapping[str, Column]


def blocks(units: Iterable[Iterable[Part]], stage: int, most: int = ROWS) -> Iterator[Block]:
    """Put together what a pass gives for some units, as it comes; tables without rows are none.

    Parameters
    ----------
    units : iterable of iterable of Part
        The parts of each unit.
    stage : int
        Number of the pass.
    most : int
        Rows of a table that are waited for; a block holds as many, or a unit's more.
    """
    waiting: dict[tuple[str, int], _Waiting] = defaultdict(_Waiting)
    for i, parts in enumerate(units):
        for part in parts:
            waiting[part.table, part.place].add(i, _columns(part))
            waiting[DAYS, part.place].add(i, _days(part.days))
        full = [key for key, rows in waiting.items() if rows.n >= most]
        yield from (waiting.pop(key).block(*key, stage) for key in full)
    yield from (rows.block(*key, stage) for key, rows in waiting.items() if rows.n)


@dataclass
class _Waiting:
    """Rows of a table, unit by unit, until they are many."""

    first: int = 0
    n: int = 0
    lengths: list[int] = field(default_factory=list)
    pieces: list[Mapping[str, Column]] = field(default_factory=list)

    def add(self, unit: int, columns: Mapping[str, Column]) -> None:
        """Add rows of a unit, which is none before the last."""
        n = _n_rows(columns)
        if not n:
            return
        if not self.lengths:
            self.first = unit
        self.lengths += [0] * (unit - self.first + 1 - len(self.lengths))
        self.lengths[-1] += n
        self.n += n
        self.pieces.append(columns)

    def block(self, table: str, place: int, stage: int) -> Block:
        """Put them together."""
        columns = {name: joined([piece[name] for piece in self.pieces]) for name in self.pieces[0]}
        return Block(About(table, stage, place, self.lengths, self.first), columns)


def _n_rows(columns: Mapping[str, Column]) -> int:
    return len(next(iter(columns.values()), ()))


def _columns(part: Part) -> Mapping[str, Column]:
    """Give the rows of a part as columns."""
    if isinstance(part.rows, pd.DataFrame):
        return {str(name): _values(part.rows[name]) for name in part.rows}
    if isinstance(part.rows, Mapping):
        n = max(len(column) for column in part.rows.values() if not isinstance(column, str))
        return {name: _repeated(column, n) for name, column in part.rows.items()}
    rows = list(part.rows)
    names = [field.name for field in fields(rows[0])] if rows else []
    return {name: [getattr(row, name) for row in rows] for name in names}


def _values(column: pd.Series) -> NDArray[np.generic]:
    """Numbers and flags as they are, words as objects."""
    return column.to_numpy(dtype=object if column.dtype in ("str", object) else None)


def _repeated(column: NDArray[np.generic] | str, n: int) -> NDArray[np.generic]:
    return np.repeat(np.array([column], dtype=object), n) if isinstance(column, str) else column


def joined(pieces: Sequence[Column]) -> Column:
    """Put columns one after the other."""
    arrays = [piece for piece in pieces if isinstance(piece, np.ndarray)]
    return np.concatenate(arrays) if arrays else [value for piece in pieces for value in piece]


def _days(days: Mapping[Key, DayVariation]) -> Mapping[str, Column]:
    """Give divergences of samples as lists; of those at one depth the whole, of which the sides are views."""
    if not days:
        return {}
    every = days.values()
    sides = [[getattr(of, side).tolist() for of in every] for side in SIDES[:-1]]
    even = [None if of.even is None else of.even.whole.tolist() for of in every]
    return dict(zip((KEY, *SIDES), ([list(key) for key in days], *sides, even), strict=True))


def variations(columns: Mapping[str, Column]) -> Iterator[tuple[Key, DayVariation]]:
    """Give back what `blocks` made of the days of parts."""
    for key, between, after, before, even in zip(*(columns[name] for name in (KEY, *SIDES)), strict=True):
        of_all, of_after, of_before = (np.array(side, dtype=float) for side in (between, after, before))
        apart = None if even is None else DayVariation.split(np.array(even, dtype=float), len(of_after))
        yield cast("Key", tuple(cast("Iterable[str]", key))), DayVariation(of_all, of_after, of_before, apart)
