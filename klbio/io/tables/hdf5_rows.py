"""A sparse matrix of an HDF5 file, read a run of rows at a time: no more of it is in memory than a few million bytes.

BIOM 2.1 holds its counts by sample as well as by taxon, so that some samples cost what these hold.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import h5py
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from klbio.errors import Fault, InputError, StrPath
from klbio.io.unreadable import AGAIN

__all__ = ["SparseRows", "listed_at"]

RUN = 1 << 19  # numbers that are read at a time: 6 MB with their places
Ints = np.ndarray[tuple[int], np.dtype[np.int64]]
Floats = np.ndarray[tuple[int], np.dtype[np.float64]]


def listed_at(handle: h5py.Group, name: str, kinds: str, path: StrPath) -> h5py.Dataset:
    """Give a dataset of one dimension and of one of these kinds of numpy, unread.

    Raises
    ------
    InputError
        If there is none.
    """
    dataset = handle.get(name)
    if not isinstance(dataset, h5py.Dataset) or dataset.ndim != 1 or dataset.dtype.kind not in kinds:
        found = f"no list of {'names' if 'O' in kinds else 'numbers'} at {name}"
        raise InputError.one(path, found, "a BIOM 2.1 table", "Export it again.")
    return dataset


@dataclass(frozen=True)
class _Run:
    """Rows ``first`` to ``first + len(sizes) - 1``; what they hold is read when it is asked for."""

    matrix: SparseRows
    first: int
    sizes: Ints

    @property
    def _part(self) -> slice:
        start = int(self.matrix.pointers[self.first])
        return slice(start, start + int(self.sizes.sum()))

    @property
    def data(self) -> Floats:
        """Its values."""
        return cast(Floats, self.matrix.data[self._part].astype(float, copy=False))

    @property
    def indices(self) -> Ints:
        """The column of each value."""
        return cast(Ints, self.matrix.indices[self._part].astype(np.int64))

    @property
    def rows(self) -> Ints:
        """The row of each value."""
        return np.repeat(np.arange(self.first, self.first + len(self.sizes)), self.sizes)

    def kept(self, wanted: NDArray[np.bool_]) -> NDArray[np.bool_] | slice:
        """Which of its values are those of some rows."""
        chosen = wanted[self.first : self.first + len(self.sizes)]
        return slice(None) if chosen.all() else np.repeat(chosen, self.sizes)


@dataclass(frozen=True)
class Product:
    """A matrix times a vector, or what is wrong with the matrix instead."""

    values: Floats
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class SparseRows:
    """A sparse matrix as it stands in an open file; of its numbers only the row pointers are in memory."""

    name: str
    data: h5py.Dataset
    indices: h5py.Dataset
    pointers: Ints
    n_rows: int
    n_columns: int

    @classmethod
    def of(cls, handle: h5py.Group, name: str, shape: tuple[int, int], path: StrPath) -> SparseRows:
        """Find the matrix of this name, which is `shape` rows and columns."""
        data = listed_at(handle, f"{name}/data", "iuf", path)
        indices, pointers = (
            listed_at(handle, f"{name}/{part}", "iu", path) for part in ("indices", "indptr")
        )
        return cls(name, data, indices, pointers[()].astype(np.int64), *shape)

    @property
    def sizes(self) -> Ints:
        """How many numbers each row holds."""
        return cast(Ints, np.diff(self.pointers))

    def rows(self, wanted: NDArray[np.bool_] | None = None) -> sparse.csr_array:
        """Read some rows of a matrix without faults, in their order; by default all.

        Parameters
        ----------
        wanted : ndarray of bool of shape (n_rows,), optional
        """
        wanted = np.ones(self.n_rows, dtype=bool) if wanted is None else wanted
        pointers = np.concatenate([[0], np.cumsum(self.sizes[wanted])])
        if pointers[-1] <= np.iinfo(np.int32).max:  # else scipy makes indices as wide as these
            pointers = pointers.astype(np.int32)
        data, indices = np.empty(pointers[-1]), np.empty(pointers[-1], dtype=np.int32)
        end = 0
        for run in self._runs(wanted):
            kept = run.kept(wanted)
            values = run.data[kept]
            start, end = end, end + len(values)
            data[start:end], indices[start:end] = values, run.indices[kept]
        return sparse.csr_array((data, indices, pointers), shape=(int(wanted.sum()), self.n_columns))

    def faults(self, path: StrPath) -> Iterator[Fault]:
        """Say what is wrong with its indices."""
        found = list(self._faults_of_places(path))
        yield from found
        if not found:
            seen = _Seen(self.n_columns)
            for run in self._runs():
                seen.are_sound(run.rows, run.indices)
            yield from self._faults_of_indices(seen, path)

    def times(self, weights: Floats, path: StrPath) -> Product:
        """Multiply the matrix by a vector, in one reading: every index is looked at before it is followed."""
        return self._product(weights, np.zeros(self.n_rows), path)

    def transposed_times(self, weights: Floats, path: StrPath) -> Product:
        """Multiply the transposed matrix by a vector, as `times` does."""
        return self._product(weights, np.zeros(self.n_columns), path, transposed=True)

    def _product(self, weights: Floats, sums: Floats, path: StrPath, *, transposed: bool = False) -> Product:
        faults = list(self._faults_of_places(path))
        if not faults:
            seen = _Seen(self.n_columns)
            for run in self._runs():
                rows, columns = run.rows, run.indices
                if seen.are_sound(rows, columns):
                    places, others = (columns, rows) if transposed else (rows, columns)
                    sums += np.bincount(places, run.data * weights[others], len(sums))
            faults += self._faults_of_indices(seen, path)
        return Product(sums, tuple(faults))

    def _faults_of_places(self, path: StrPath) -> Iterator[Fault]:
        n, ends = len(self.data), self.pointers
        if len(self.indices) != n:
            yield self._fault(path, f"{len(self.indices)} indices of {n} values", "an index for each")
        elif len(ends) != self.n_rows + 1 or ends[0] != 0 or ends[-1] != n or (np.diff(ends) < 0).any():
            yield self._fault(
                path, f"row pointers that do not rise from 0 to {n}", f"{self.n_rows + 1} that do"
            )

    def _faults_of_indices(self, seen: _Seen, path: StrPath) -> Iterator[Fault]:
        if not seen.are_columns:
            yield self._fault(path, f"indices from {seen.least} to {seen.most}", f"0 to {self.n_columns - 1}")
        elif seen.repeats:
            yield self._fault(path, "an index twice in one row", "each once")

    def _fault(self, path: StrPath, found: str, expected: str) -> Fault:
        return Fault(path, f"{self.name}: {found}", expected, AGAIN)

    def _runs(self, wanted: NDArray[np.bool_] | None = None) -> Iterator[_Run]:
        """Give runs of rows that hold anything, one after another; none of which no row is wanted."""
        for first, last in self._spans():
            if self.pointers[first] < self.pointers[last] and (wanted is None or wanted[first:last].any()):
                yield _Run(self, first, cast(Ints, np.diff(self.pointers[first : last + 1])))

    def _spans(self) -> Iterator[tuple[int, int]]:
        """Cut the rows into runs of so many numbers, or of one row that holds more."""
        first = 0
        while first < self.n_rows:
            reached = np.searchsorted(self.pointers, self.pointers[first] + RUN, side="right") - 1
            last = min(self.n_rows, max(first + 1, int(reached)))
            yield first, last
            first = last


@dataclass
class _Seen:
    """What the indices are like that were seen of a matrix, run after run."""

    n_columns: int
    least: int = sys.maxsize
    most: int = -1
    repeats: bool = False

    @property
    def are_columns(self) -> bool:
        """Whether each is one of a column."""
        return self.least >= 0 and self.most < self.n_columns

    def are_sound(self, rows: Ints, columns: Ints) -> bool:
        """Look at those of a run, of which there are some; say whether all are sound that were seen."""
        self.least, self.most = min(self.least, int(columns.min())), max(self.most, int(columns.max()))
        if self.are_columns and not self.repeats:
            self.repeats = _repeats(rows * self.n_columns + columns)
        return self.are_columns and not self.repeats


def _repeats(cells: Ints) -> bool:
    """Whether a cell stands twice; most files have them in order."""
    if not (cells[1:] > cells[:-1]).all():
        cells.sort()
    return bool((cells[1:] == cells[:-1]).any())
