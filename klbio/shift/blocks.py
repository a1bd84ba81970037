"""Rows of many units as columns, from which those of any of them can be cut again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate, chain
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
        How many rows each unit has.
    """

    table: str
    stage: int
    place: int
    lengths: Sequence[int]

    def rows(self, units: slice) -> slice:
        """Give the rows of some units that follow each other."""
        ends = [0, *accumulate(self.lengths)]
        return slice(ends[units.start], ends[units.stop])


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


def blocks(units: Sequence[Sequence[Part]], stage: int) -> Iterator[Block]:
    """Put together what a pass gave for some units; tables without rows are none.

    Parameters
    ----------
    units : sequence of sequence of Part
        The parts of each unit.
    stage : int
        Number of the pass.
    """
    found: dict[tuple[str, int], list[list[Mapping[str, Column]]]] = defaultdict(lambda: [[] for _ in units])
    for i, parts in enumerate(units):
        for part in parts:
            found[part.table, part.place][i].append(_columns(part))
            found[DAYS, part.place][i].append(_days(part.days))
    for (table, place), of_units in found.items():
        lengths = [sum(map(_n_rows, pieces)) for pieces in of_units]
        pieces = [piece for piece in chain.from_iterable(of_units) if _n_rows(piece)]
        if pieces:
            columns = {name: joined([piece[name] for piece in pieces]) for name in pieces[0]}
            yield Block(About(table, stage, place, lengths), columns)


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
