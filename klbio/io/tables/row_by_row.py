"""A table of counts written a sample at a time: BIOM 2.1, in memory that no number of samples needs more of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from klbio.distributions import Counts, FloatArray
from klbio.errors import InputError, StrPath
from klbio.io import write_table, written_format
from klbio.io.files import replacing
from klbio.io.tables.biom import EPOCH, MAKER
from klbio.io.tables.written import name_faults
from klbio.io.unfailing import hdf5_written

if TYPE_CHECKING:
    import h5py

__all__ = ["SampleRow", "write_row_by_row"]

Ints = NDArray[np.int32]
CHUNK = 1 << 16  # cells that HDF5 packs together
CELLS = 1 << 21  # that are turned at a time: some 75 MB
QUICK = {
    "compression": "gzip",
    "compression_opts": 1,
    "shuffle": True,
    "chunks": (CHUNK,),
    "maxshape": (None,),
}
PARTS = {"data": np.float64, "indices": np.int32}  # as biom-format writes them


class SampleRow(NamedTuple):
    """The cells of a sample that are not 0."""

    name: str
    columns: Ints
    values: FloatArray

    @classmethod
    def of(cls, name: str, values: NDArray[np.int64]) -> SampleRow:
        """Take the cells out of a row of all."""
        columns = np.flatnonzero(values)
        return cls(name, columns.astype(np.int32), values[columns].astype(float))


def write_row_by_row(path: StrPath, labels: Sequence[str], rows: Iterable[SampleRow], name: str) -> None:
    """Write a table of counts.

    Parameters
    ----------
    path : path-like
        Where its name ends in ``.biom``, one row is in memory at a time; other formats are written from all.
    labels : sequence of str
        Names of the categories.
    rows : iterable of SampleRow
    name : str
        What messages call it.

    Raises
    ------
    InputError
        For names that HDF5 cannot hold.
    """
    if written_format(path) == "biom":
        with replacing(path) as draft:
            _write_biom(draft, labels, rows, name)
    else:
        write_table(_counts(labels, list(rows), name), path)


def _counts(labels: Sequence[str], rows: Sequence[SampleRow], name: str) -> Counts:
    pointers = np.cumsum([0, *(len(row.columns) for row in rows)])
    columns, values = (
        np.concatenate(parts) for parts in zip(*((row.columns, row.values) for row in rows), strict=True)
    )
    table = sparse.csr_array((values, columns, pointers), shape=(len(rows), len(labels)))
    return Counts([row.name for row in rows], labels, table, name)


def _write_biom(draft: Path, labels: Sequence[str], rows: Iterable[SampleRow], name: str) -> None:
    with hdf5_written(draft) as handle:
        names, sizes = [], np.zeros(len(labels), dtype=np.int64)
        with _Matrix(handle, "sample") as matrix:
            for row in rows:
                matrix.add(row.values, row.columns, [len(row.columns)])
                sizes[row.columns] += 1
                names.append(row.name)
        InputError.raise_any(name_faults(name, "sample", names))
        with _Matrix(handle, "observation") as turned:
            for columns in _ranges(sizes):
                turned.add(*_turned(handle["sample/matrix"], columns, sizes))
        _describe(handle, names, labels, int(sizes.sum()))


class _Matrix:
    """One side of the table of a BIOM file, as it grows."""

    def __init__(self, handle: h5py.File, side: str) -> None:
        self._group = handle.create_group(f"{side}/matrix")
        self._parts = [self._group.create_dataset(of, (0,), kind, **QUICK) for of, kind in PARTS.items()]
        self._held: list[tuple[FloatArray, Ints]] = []
        self._n_held = 0
        self._sizes: list[NDArray[np.int64]] = []

    def __enter__(self) -> _Matrix:
        return self

    def add(self, values: FloatArray, indices: Ints, sizes: Sequence[int] | NDArray[np.int64]) -> None:
        """Add the cells of some lines, and how many each line has."""
        self._held.append((values, indices))
        self._n_held += len(values)
        self._sizes.append(np.asarray(sizes, dtype=np.int64))
        if self._n_held >= CHUNK:
            self._empty()

    def _empty(self) -> None:
        for dataset, arrays in zip(self._parts, zip(*self._held, strict=True), strict=True):
            at = len(dataset)
            dataset.resize((at + self._n_held,))
            dataset[at:] = np.concatenate(arrays)
        self._held, self._n_held = [], 0

    def __exit__(self, *failure: object) -> None:
        if self._held and failure[0] is None:
            self._empty()
        pointers = np.cumsum(np.concatenate([[0], *self._sizes]))
        small = pointers[-1] <= np.iinfo(np.int32).max
        self._group.create_dataset("indptr", data=pointers.astype(np.int32 if small else np.int64))


def _ranges(sizes: NDArray[np.int64]) -> Iterator[slice]:
    """Cut the columns into ranges of few enough cells."""
    start, held = 0, 0
    for column, size in enumerate(sizes.tolist()):
        if held and held + size > CELLS:
            yield slice(start, column)
            start, held = column, 0
        held += size
    yield slice(start, len(sizes))


def _turned(
    matrix: h5py.Group, columns: slice, sizes: NDArray[np.int64]
) -> tuple[FloatArray, Ints, NDArray[np.int64]]:
    """Give a range of columns as lines: values, samples, and how many cells each has."""
    n_cells = int(sizes[columns].sum())
    values, places, samples = np.empty(n_cells), np.empty(n_cells, np.int32), np.empty(n_cells, np.int32)
    pointers, at = matrix["indptr"][()], 0
    for start, end in _lines(pointers):
        cells = slice(int(pointers[start]), int(pointers[end]))
        found = matrix["indices"][cells]
        of = np.repeat(np.arange(start, end, dtype=np.int32), np.diff(pointers[start : end + 1]))
        inside = (found >= columns.start) & (found < columns.stop)
        into = slice(at, at + int(inside.sum()))
        values[into], places[into], samples[into] = matrix["data"][cells][inside], found[inside], of[inside]
        at = into.stop
    order = np.argsort(places, kind="stable")
    return values[order], samples[order], sizes[columns]


def _lines(pointers: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Cut the samples into ranges of few enough cells, or one sample."""
    start, n = 0, len(pointers) - 1
    while start < n:
        end = int(np.searchsorted(pointers, pointers[start] + CELLS, side="right")) - 1
        end = min(max(end, start + 1), n)
        yield start, end
        start = end


def _describe(handle: h5py.File, names: Sequence[str], labels: Sequence[str], n_cells: int) -> None:
    """Write what BIOM asks for beside the counts."""
    import h5py

    for side, ids in (("sample", names), ("observation", labels)):
        handle[side].create_dataset("ids", data=list(ids), dtype=h5py.string_dtype())
        for group in ("metadata", "group-metadata"):
            handle[side].create_group(group)
    date = EPOCH.isoformat()
    about = {"id": "No Table ID", "type": "Taxon table", "format-url": "http://biom-format.org",
             "generated-by": MAKER, "creation-date": date}  # fmt: skip
    handle.attrs.update(
        about | {"format-version": (2, 1), "shape": (len(labels), len(names)), "nnz": n_cells}
    )
