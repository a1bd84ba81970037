"""Rows of a result table: chosen, ordered and grouped by what they hold, and shown as a table."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, cast

import pandas as pd

from klbio.report.table_views import MAX_ROWS, TableView, view
from klbio.schema import Row, Table, named, rows

if TYPE_CHECKING:
    from _typeshed import SupportsRichComparison

__all__ = ["OfArm", "OfGroup", "OfModels", "OfPhases", "OfUnit", "Rows", "contrasts", "known"]

R = TypeVar("R", covariant=True)
S = TypeVar("S", bound=Row)
K = TypeVar("K", bound=Hashable)


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
    """Some rows of a table.

    Parameters
    ----------
    table : Table
        What the columns mean; its name is where the whole of it stands, below the results folder.
    whole : DataFrame
        Every row of it, with the columns that no class of rows names.
    places : tuple of int
        Which rows of the whole these are.
    members : tuple
        The rows.
    """

    table: Table
    whole: pd.DataFrame
    places: tuple[int, ...]
    members: tuple[R, ...]

    @staticmethod
    def of(frame: pd.DataFrame, row: type[S], path: str = "") -> Rows[S]:
        """Take every row of a frame."""
        return Rows(Table(path, row), frame, tuple(range(len(frame))), tuple(rows(frame, row)))

    def __iter__(self) -> Iterator[R]:
        """Go through the rows."""
        return iter(self.members)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.members)

    def __getitem__(self, place: int) -> R:
        """Give one row by its place among these."""
        return self.members[place]

    @property
    def frame(self) -> pd.DataFrame:
        """The rows as a frame, with every column of the file."""
        return self.whole.iloc[list(self.places)]

    def where(self, keep: Callable[[R], bool]) -> Rows[R]:
        """Keep the rows that meet a condition."""
        return self._taken(i for i, row in enumerate(self.members) if keep(row))

    def ordered(self, key: Callable[[R], SupportsRichComparison], *, reverse: bool = False) -> Rows[R]:
        """Sort the rows; those that are equal stay in the order of the table."""
        keys = [key(row) for row in self.members]
        return self._taken(sorted(range(len(keys)), key=keys.__getitem__, reverse=reverse))

    def head(self, most: int) -> Rows[R]:
        """Keep the first rows."""
        return self._taken(range(min(most, len(self))))

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
            places=tuple(self.places[i] for i in taken),
            members=tuple(self.members[i] for i in taken),
        )

    @property
    def columns(self) -> list[str]:
        """Names of all columns of the file."""
        return list(map(str, self.whole.columns))

    def uniform(self, columns: Callable[[R], tuple[object, ...]]) -> set[str]:
        """Give those of some columns in which all rows hold the same."""
        values = zip(*map(columns, self.members), strict=True)
        same = [len(set(column)) < 2 for column in values]
        names = named(cast("type[R]", self.table.row), columns)
        return {name for name, is_same in zip(names, same or [True] * len(names), strict=True) if is_same}

    def filled(self, columns: Iterable[str]) -> list[str]:
        """Give those of some columns in which any row holds something, and those that the rows do not know."""
        return [
            name for name in columns if any(not _is_missing(getattr(row, name, 0)) for row in self.members)
        ]

    def view(self, caption: str, columns: Iterable[str] | None = None, most: int = MAX_ROWS) -> TableView:
        """Show the first rows, with some columns or all."""
        return view(self.frame, self.table, caption, columns, most)

    def view_if_any(self, caption: str, columns: Iterable[str] | None = None) -> TableView | None:
        """Show the first rows; None where there are none."""
        return self.view(caption, columns) if self.members else None


def _is_missing(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, float) and math.isnan(value))


def known(values: Iterable[float | None]) -> list[float]:
    """Leave out the numbers that are not known."""
    return [value for value in values if value is not None and not math.isnan(value)]


def contrasts(rows: Iterable[OfPhases]) -> list[tuple[str, str]]:
    """List the (before, after) phases of rows, in their order."""
    return list(dict.fromkeys((row.before, row.after) for row in rows))
