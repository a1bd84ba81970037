"""Rows of counts that come one by one, kept without their zeros."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from klbio.distributions import FloatArray

__all__ = ["SeenRow", "stacked"]


class SeenRow(NamedTuple):
    """One of them."""

    places: NDArray[np.int32]
    counts: FloatArray

    @classmethod
    def of(cls, row: FloatArray) -> SeenRow:
        """Leave the zeros out."""
        places = np.flatnonzero(row)
        return cls(places.astype(np.int32), row[places])


def stacked(rows: Sequence[SeenRow], n_categories: int) -> sparse.csr_array:
    """Put rows one below the other.

    A sparse array of each row, put together by scipy, costs ten times as much.

    >>> stacked([SeenRow.of(np.array([0.0, 3.0])), SeenRow.of(np.array([0.0, 0.0]))], 2).toarray().tolist()
    [[0.0, 3.0], [0.0, 0.0]]
    """
    ends = np.cumsum([0, *(len(row.places) for row in rows)])
    places = np.concatenate([np.empty(0, dtype=np.int32), *(row.places for row in rows)])
    counts = np.concatenate([np.empty(0), *(row.counts for row in rows)])
    return sparse.csr_array((counts, places, ends), shape=(len(rows), n_categories))
