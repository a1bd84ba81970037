"""Rows of a result table: chosen, ordered and grouped by what they hold, and shown as a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from klbio.report.table_views import MAX_ROWS, TableView, view
from klbio.schema import Row, Table, named, rows

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

__all__ = ["OfArm", "OfGroup", "OfModels", "OfPhases", "OfUnit", "Rows", "contrasts", "known"]

R = TypeVar("R", covariant=True)
S = TypeVar("S", bound=Row)
T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

AT_ONCE = 500_000  # rows that are compared; so the memory is not that of all of them


class OfPhases(Protocol):
    """A row about two phases."""

    @property
    def before(self) -> str:
        """The earlier phase."""

    @property
    def after(self) -> str:
        """The later phase."""


class OfArm(Protocol):
    """A row about an arm."""

    @property
    def arm(self) -> str:
        """The arm; may be empty."""


class OfGroup(OfPhases, OfArm, Protocol):
    """A row about two phases in an arm."""


class OfUnit(OfArm, Protocol):
    """A row about a subject in an arm."""

    @property
    def subject(self) -> str:
        """Who."""


class OfModels(Protocol):
    """A row about an ordered pair of models."""

    @property
    def model_p(self) -> str:
        """The model taken as true."""

    @property
    def model_q(self) -> str:
        """The model held against it."""


@dataclass(frozen=True, eq=False)
class Rows(Generic[R]):
    """Some rows of a table, each made when first asked for: of a million contributions a page shows some hundreds.

    Parameters
    ----------
    table : Table
        What the columns mean; its name is where the whole of it stands, below the results folder.
    whole : DataFrame
        Every row of it, with the columns that no class of rows names.
    places : ndarray of int
        Which rows of the whole these are.
    made : tuple, optional
        The rows, where they are at hand.
    others : DataFrame, optional
        Columns that the whole lacks, of some of its rows only, by their places; see `klbio.report.held.Held`.
    """

    table: Table
    whole: pd.DataFrame
    places: NDArray[np.intp]
    made: tuple[R, ...] | None = None
    others: pd.DataFrame | None = None

    @staticmethod
    def of(frame: pd.DataFrame, row: type[S], path: str = "", others: pd.DataFrame | None = None) -> Rows[S]:
        """Take every row of a frame."""
        return Rows(Table(path, row), frame, np.arange(len(frame)), others=others)

    def seen_as(self, row: type[S]) -> Rows[S]:
        """Take the same rows by fewer of their columns."""
        return Rows(Table(self.table.name, row), self.whole, self.places, others=self.others)

    @cached_property
    def members(self) -> tuple[R, ...]:
        """The rows."""
        if self.made is not None:
            return self.made
        held = self._with(self.table.names, self.places)
        return cast("tuple[R, ...]", tuple(rows(held, self.table.row)))

    @property
    def _row(self) -> type[R]:
        return cast("type[R]", self.table.row)

    def __iter__(self) -> Iterator[R]:
        """Go through the rows."""
        return iter(self.members)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.places)

    def __getitem__(self, place: int) -> R:
        """Give one row by its place among these; the others are not made."""
        if self.made is None and "members" not in self.__dict__:
            return self.chosen(np.array([place])).members[0]
        return self.members[place]

    @property
    def frame(self) -> pd.DataFrame:
        """The rows as a frame, with every column of the file."""
        return self._with(self.columns, self.places)

    def _with(self, names: Collection[str], places: NDArray[np.intp]) -> pd.DataFrame:
        """Give rows with some columns at least; `KeyError` where rows are asked for others that were not kept."""
        first = self.whole.iloc[places]
        if self.others is None or not set(names) & set(self.others):
            return first
        others = self.others.loc[first.index]
        return first.assign(**{str(name): others[name] for name in others})[self.columns]

    def where(self, keep: Callable[[R], bool]) -> Rows[R]:
        """Keep the rows that meet a condition."""
        return self._taken(i for i, row in enumerate(self.members) if keep(row))

    def holding(self, column: Callable[[R], str], values: Collection[str]) -> Rows[R]:
        """Keep the rows that hold one of some values in a column; none is made."""
        held = self._held(column).isin(list(values)).to_numpy()
        return self if held.all() else self.chosen(held.nonzero()[0])

    def largest_first(self, column: Callable[[R], float]) -> Rows[R]:
        """Sort by the numbers of a column; rows that are equal stay in their order, and none is made."""
        numbers = self._held(column).to_numpy(float, copy=True)
        return self.chosen(np.argsort(np.negative(numbers, out=numbers), kind="stable"))

    def first_of_each(self, columns: Callable[[R], tuple[Hashable, ...]]) -> Rows[R]:
        """Keep the first row of each combination of values in some columns; none is made."""
        names = list(named(self._row, columns))
        blocks = (self.places[i : i + AT_ONCE] for i in range(0, len(self), AT_ONCE))
        firsts = [np.empty(0, dtype=np.intp)]
        firsts += [block[~self.whole[names].iloc[block].duplicated().to_numpy()] for block in blocks]
        places = np.concatenate(firsts)
        first = ~self.whole[names].iloc[places].duplicated().to_numpy()
        return replace(self, places=places[first], made=None)

    def _held(self, column: Callable[[R], object]) -> pd.Series:
        (name,) = named(self._row, _alone(column))
        return self.whole[name].iloc[self.places]

    def chosen(self, places: NDArray[np.intp]) -> Rows[R]:
        """Take rows by their places among these; none is made."""
        return replace(self, places=self.places[places], made=None)

    def ordered(self, key: Callable[[R], SupportsRichComparison], *, reverse: bool = False) -> Rows[R]:
        """Sort the rows; those that are equal stay in the order of the table."""
        keys = [key(row) for row in self.members]
        return self._taken(sorted(range(len(keys)), key=keys.__getitem__, reverse=reverse))

    def head(self, most: int) -> Rows[R]:
        """Keep the first rows; the others are not made."""
        return self.chosen(np.arange(min(most, len(self))))

    def once(self, of: Callable[[R], Hashable]) -> Rows[R]:
        """Keep the first row of each value."""
        first: dict[Hashable, int] = {}
        for i, row in enumerate(self.members):
            first.setdefault(of(row), i)
        return self._taken(first.values())

    def by(self, of: Callable[[R], K]) -> dict[K, Rows[R]]:
        """Split the rows by a value, in the order in which values first stand."""
        groups: dict[K, list[int]] = {}
        for i, row in enumerate(self.members):
            groups.setdefault(of(row), []).append(i)
        return {value: self._taken(places) for value, places in groups.items()}

    def distinct(self, of: Callable[[R], K]) -> list[K]:
        """List the values that rows hold, each once, in the order in which they first stand."""
        return list(dict.fromkeys(map(of, self.members)))

    def _taken(self, chosen: Iterable[int]) -> Rows[R]:
        taken = list(chosen)
        return replace(
            self,
            places=self.places[np.array(taken, dtype=np.intp)],
            made=tuple(self.members[i] for i in taken),
        )

    @property
    def columns(self) -> list[str]:
        """Names of all columns of the file."""
        held = list(map(str, self.whole.columns))
        if self.others is None:
            return held
        names = self.table.names
        return [*names, *(name for name in [*held, *map(str, self.others)] if name not in names)]

    def uniform(self, columns: Callable[[R], tuple[object, ...]]) -> set[str]:
        """Give those of some columns in which all rows hold the same."""
        values = zip(*map(columns, self.members), strict=True)
        same = [len(set(column)) < 2 for column in values]
        names = named(self._row, columns)
        return {name for name, is_same in zip(names, same or [True] * len(names), strict=True) if is_same}

    def filled(self, columns: Iterable[str]) -> list[str]:
        """Give those of some columns in which any row holds something, and those that the rows do not know."""
        return [name for name in columns if name not in self.table.names or self._fills(name)]

    def _fills(self, name: str) -> bool:
        if self.others is not None and name in self.others:  # by the first row of a rank that fills it
            return bool(self.others.loc[self.others.index.isin(self.places), name].notna().any())
        values = self.whole[name].iloc[self.places].dropna()
        return bool((values != "").any())

    def view(self, caption: str, columns: Iterable[str] | None = None, most: int = MAX_ROWS) -> TableView:
        """Show the first rows, with some columns or all."""
        names = self.columns if columns is None else list(columns)
        first = self._with(names, self.places[:most])
        return replace(view(first, self.table, caption, names, most), n_rows=len(self))

    def view_if_any(self, caption: str, columns: Iterable[str] | None = None) -> TableView | None:
        """Show the first rows; None where there are none."""
        return self.view(caption, columns) if len(self) else None


def _alone(column: Callable[[T], object]) -> Callable[[T], tuple[object]]:
    return lambda row: (column(row),)


def known(values: Iterable[float | None]) -> list[float]:
    """Leave out the numbers that are not known."""
    return [value for value in values if value is not None and not math.isnan(value)]


def contrasts(rows: Iterable[OfPhases]) -> list[tuple[str, str]]:
    """List the (before, after) phases of rows, in their order."""
    return list(dict.fromkeys((row.before, row.after) for row in rows))
