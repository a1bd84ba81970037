"""Rows of counts that come one by one, kept without their zeros."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from klbio.distributions import FloatArray

__all__ = ["SeenRows"]


@dataclass(eq=False)
class SeenRows:
    """Rows put one below the other.

    Their numbers stand in two buffers that grow: an array of each row costs half as much again, a sparse array of each,
    put together by scipy, ten times as much.

    Attributes
    ----------
    n_categories : int

    Examples
    --------
    >>> rows = SeenRows(2)
    >>> rows.add([np.array([0.0, 3.0]), np.array([0.0, 0.0])])
    >>> rows.table.toarray().tolist()
    [[0.0, 3.0], [0.0, 0.0]]
    """

    n_categories: int
    _places: bytearray = field(default_factory=bytearray)
    _counts: bytearray = field(default_factory=bytearray)
    _ends: list[int] = field(default_factory=lambda: [0])

    def add(self, rows: Iterable[FloatArray]) -> None:
        """Put rows below the others."""
        for row in rows:
            places = np.flatnonzero(row)
            self._places += places.astype(np.int32).data
            self._counts += row[places].data
            self._ends.append(self._ends[-1] + len(places))

    @property
    def table(self) -> sparse.csr_array:
        """All of them, shape (n_rows, n_categories)."""
        narrow = self._ends[-1] <= np.iinfo(np.int32).max  # else scipy makes places as wide as the ends
        ends = np.array(self._ends, dtype=np.int32 if narrow else np.int64)
        places, counts = np.frombuffer(self._places, np.int32), np.frombuffer(self._counts)
        return sparse.csr_array((counts, places, ends), shape=(len(ends) - 1, self.n_categories))
