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
        numbers = self._numbers
        matrix = sparse.csr_array((whole(numbers.data), numbers.indices, numbers.indptr), shape=numbers.shape)
        most = matrix.data.max(initial=0.0)
        points = not all_whole(matrix.data) and most < THOUSAND and not self.grid.beyond[self.columns].any()
        if most > MOST_READS or points or unit_of(matrix) is None:
            raise NotPlainError
        return matrix

    @cached_property
    def _numbers(self) -> sparse.csr_array:
        grid = self.grid
        if not grid.texts.keys().isdisjoint(self.columns):
            raise NotPlainError
        if self.columns == grid.numeric:
            return grid.values
        position = {j: k for k, j in enumerate(grid.numeric)}
        return grid.values[:, [position[j] for j in self.columns]]

    def computed(self) -> list[int]:
        """Columns that were computed of the others, see `klbio.io.tables.text.cells.computed`."""
        matrix, n_columns = self._numbers, len(self.columns)
        fractions, several = np.zeros(n_columns, dtype=np.int64), np.zeros(n_columns, dtype=bool)
        if not all_whole(matrix.data):
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
