"""Result tables as the report holds them: words once each, safe to show; of the longest only what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from klbio.io.results import read_pieces
from klbio.report.table_views import MAX_ROWS
from klbio.schema import CarriedRow, ContributionRow, Table, named

__all__ = ["Held", "visible"]

# control and direction-changing characters: not allowed in XML, or able to rearrange the line they stand in
UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
N = TypeVar("N", bound=np.generic)
RANK, SIZE = named(CarriedRow, lambda row: (row.rank, row.jsd_contribution_bits))


@dataclass(frozen=True)
class Held:
    """A table in memory.

    Parameters
    ----------
    frame : DataFrame
        Every row.
    others : DataFrame, optional
        Of contributions, a row per subject and taxon, the columns of numbers that only the largest are shown with, by
        place in the frame: of each rank the largest rows, and the first that holds anything in each column.
    """

    frame: pd.DataFrame
    others: pd.DataFrame | None = None

    @classmethod
    def read(cls, path: Path, table: Table) -> Held:
        """Read every column and whole table; none but its checks see the rows that are left out.

        Raises
        ------
        InputError
            As of `klbio.io.results.read_rows`.
        """
        return cls(_gathered(read_pieces(path, table), table))

    @classmethod
    def read_leading(cls, path: Path, table: Table) -> Held:
        """Read every row of contributions; of other tables as `read` does.

        Raises
        ------
        InputError
            As of `klbio.io.results.read_rows`.
        """
        if table.row is not ContributionRow:
            return cls.read(path, table)
        others: list[pd.DataFrame] = []
        frame = _gathered(_narrowed(read_pieces(path, table), table, others), table)
        return cls(frame, pd.concat(others))


def _narrowed(
    pieces: Iterator[pd.DataFrame], table: Table, others: list[pd.DataFrame]
) -> Iterator[pd.DataFrame]:
    """Keep words and sizes of all rows; put the other columns of those that are shown aside."""
    kept = [name for name in table.names if name in table.text or name == SIZE]
    aside = [name for name in table.names if name not in kept]
    for piece in pieces:
        others.append(piece.loc[_leading(piece, aside), aside])
        yield piece[kept]


def _leading(piece: pd.DataFrame, columns: list[str]) -> list[int]:
    """Give the places of the rows of each rank that may be shown with some columns, or that fill one first."""
    places: set[int] = set()
    for _, of_rank in piece.groupby(RANK, sort=False):
        largest = np.argsort(-of_rank[SIZE].to_numpy(float), kind="stable")[:MAX_ROWS]
        first = [np.flatnonzero(of_rank[name].notna())[:1] for name in columns]
        places.update(of_rank.index[np.concatenate([largest, *first])])
    return sorted(places)


def _gathered(pieces: Iterator[pd.DataFrame], table: Table) -> pd.DataFrame:
    """Put pieces together, each different word made safe and kept once."""
    columns: dict[str, _Words | _Numbers | _Flags] = {}
    for piece in pieces:
        for name in map(str, piece):
            if name not in columns:
                is_text = name in table.text or name not in table.names
                columns[name] = _Words() if is_text else _Flags() if name in table.flags else _Numbers()
            columns[name].add(piece[name])
    return pd.DataFrame({name: column.whole() for name, column in columns.items()}, copy=False)


def _grown(held: NDArray[N], more: NDArray[N]) -> NDArray[N]:
    """Append to an array where it stands: thousands of small ones would leave gaps between them in memory."""
    n = len(held)
    longer = held.astype(np.result_type(held, more), copy=False)
    longer.resize(n + len(more), refcheck=False)
    longer[n:] = more
    return longer


class _Numbers:
    """The numbers of a column."""

    def __init__(self) -> None:
        self._values: NDArray[np.generic] | None = None

    def add(self, values: pd.Series) -> None:
        """Take those of further rows."""
        more = values.to_numpy()
        self._values = more.copy() if self._values is None else _grown(self._values, more)

    def whole(self) -> pd.Series:
        """Give all of them."""
        return pd.Series(self._values, copy=False)


class _Flags:
    """The flags of a column, of which some may be missing."""

    def __init__(self) -> None:
        self._pieces: list[pd.Series] = []

    def add(self, values: pd.Series) -> None:
        """Take those of further rows."""
        self._pieces.append(values)

    def whole(self) -> pd.Series:
        """Give all of them."""
        return pd.concat(self._pieces, ignore_index=True)


class _Words:
    """The words of a column: a million rows name a thousand taxa."""

    def __init__(self) -> None:
        self._place: dict[str, int] = {}
        self._codes: NDArray[np.signedinteger] = np.empty(0, dtype=np.int8)

    def add(self, values: pd.Series) -> None:
        """Take those of further rows."""
        places, different = pd.factorize(values, use_na_sentinel=False)
        codes = [self._place.setdefault(visible(value), len(self._place)) for value in different]
        smallest = np.min_scalar_type(-len(self._place) - 1)
        self._codes = _grown(self._codes, np.array(codes, dtype=smallest)[places])

    def whole(self) -> pd.Series:
        """Give all of them."""
        different: pd.Index[str] = pd.Index(list(self._place), dtype=str)
        return pd.Series(pd.Categorical.from_codes(self._codes, different), copy=False)


def visible(value: object) -> str:
    r"""Show any value as text; characters that could not be shown safely become U+FFFD.

    >>> visible("gut\x00flora")
    'gut�flora'
    """
    return UNSHOWABLE.sub("\ufffd", str(value))
