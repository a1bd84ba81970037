"""The counts of a plain text table, which holds no fault; where one might be, the table is left to `Cells`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from klbio.distributions import FloatArray
from klbio.io.tables.text.cells import LEAST, PART, computed
from klbio.io.tables.text.plain_grid import PlainGrid
from klbio.io.tables.text.plain_start import NotPlainError
from klbio.tidy import MOST_READS, all_whole, unit_of, whole

__all__ = ["PlainCells"]

BLOCK = 4_000_000  # cells that are looked at together with their zeros: 32 MB
THOUSAND = 1000


@dataclass(frozen=True)
class PlainCells:
    """The fields of the columns that should be counts, as `Cells`."""

    grid: PlainGrid
    columns: list[int]

    def values(self) -> sparse.csr_array:
        """Give the numbers, shape (n_rows, n_columns).

        Raises
        ------
        NotPlainError
            If any may be a fault.
        """
        matrix = self._numbers
        matrix.data = whole(matrix.data)
        most = matrix.data.max(initial=0.0)
        points = not all_whole(matrix.data) and most < THOUSAND and not self.grid.beyond[self.columns].any()
        if most > MOST_READS or points or unit_of(matrix) is None:
            raise NotPlainError
        return matrix

    @cached_property
    def _numbers(self) -> sparse.csr_array:
        if not self.grid.texts.keys().isdisjoint(self.columns):
            raise NotPlainError
        matrix, n_columns = self.grid.values, len(self.grid.header)
        if len(self.columns) + len(self.grid.texts) < n_columns:
            return matrix[:, self.columns]
        position = np.zeros(n_columns, dtype=np.int32)
        position[self.columns] = np.arange(len(self.columns))
        parts = matrix.data, position[matrix.indices], matrix.indptr  # one copy of the numbers serves
        return sparse.csr_array(parts, shape=(matrix.shape[0], len(self.columns)))

    def computed(self) -> list[int]:
        """Columns that were computed of the others, see `klbio.io.tables.text.cells.computed`."""
        matrix, n_columns = self._numbers, len(self.columns)
        fractions = np.bincount(matrix.indices[matrix.data != np.rint(matrix.data)], minlength=n_columns)
        seen = np.bincount(matrix.indices, minlength=n_columns)
        several = (fractions >= LEAST) & (fractions > PART * seen) & self.grid.beyond[self.columns]
        names = [self.grid.header[j] for j in self.columns]
        found = computed(names, self._blocks(), fractions > 0, several)
        return [self.columns[j] for j in np.flatnonzero(found).tolist()]

    def _blocks(self) -> Iterator[FloatArray]:
        """Give the numbers with their zeros, some rows at a time."""
        step = max(1, BLOCK // len(self.columns))
        for i in range(0, self._numbers.shape[0], step):
            yield self._numbers[i : i + step].toarray()
