"""What an AnnData file holds: a frame of samples, one of taxa, and matrices, of which one holds the counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import h5py
import numpy as np
from scipy import sparse

from klbio.distributions import Counts
from klbio.errors import InputError, StrPath, note, notify
from klbio.io.tables.axis import Axis
from klbio.io.tables.hdf5_rows import SparseRows
from klbio.io.tables.hdf5_values import texts, values
from klbio.taxa_table import TaxaTable
from klbio.tidy import unit_of

__all__ = ["Content"]

COUNTS = ("counts", "raw_counts", "count", "raw", "reads")  # layers that are looked at first
BLOCK = 1 << 22  # numbers of a dense matrix that are read at a time
OLD = "Read and write it with anndata 0.7 or later."
NO_COUNTS = (
    "Put counts into X or a layer: adata.layers['counts'] = ...; logarithms and scaled values are none."
)
SUMS = (1.0, 100.0, 1e4, 1e6)
TOLERANCE = 1e-3


@dataclass(frozen=True)
class Content:
    """An open file."""

    handle: h5py.File
    path: StrPath

    def check(self) -> None:
        """Read all of it.

        Raises
        ------
        InputError
            For frames and matrices that are none, or do not fit each other.
        """
        for place, taxa in self._places():
            self._matrix(place, taxa)

    def table(self) -> TaxaTable:
        """Give the counts, with what is said of samples and taxa."""
        counts, taxa = self._counts()
        return TaxaTable(counts, taxa.taxonomy(self.path), self._samples.sheet(self.path), samples_known=True)

    @cached_property
    def _samples(self) -> Axis:
        return self._frame("obs")

    @cached_property
    def _taxa(self) -> Axis:
        return self._frame("var")

    def _places(self) -> Iterator[tuple[str, Axis]]:
        """Matrices in the order in which counts are looked for in them, and their taxa."""
        if "X" in self.handle:
            yield "X", self._taxa
        layers = list(self.handle.get("layers", ()))
        for name in sorted(layers, key=lambda name: (name not in COUNTS, name)):
            yield f"layers/{name}", self._taxa
        if "raw" in self.handle and "X" in self.handle["raw"]:
            yield "raw/X", self._frame("raw/var")

    def _counts(self) -> tuple[Counts, Axis]:
        first = None
        for place, taxa in self._places():
            matrix = self._matrix(place, taxa)
            if _is_whole(matrix):
                if first is not None:
                    note(self.path, "values in X that are no counts", f"those of {place} are taken")
                return self._named(matrix, taxa), taxa
            first = first or (matrix, taxa)
        if first is None:
            raise InputError.one(self.path, "no matrix X", "counts", NO_COUNTS)
        if not _sums_to_one(first[0]):
            found = "values that are neither whole numbers nor proportions"
            raise InputError.one(self.path, found, "counts", NO_COUNTS)
        return self._named(*first), first[1]

    def _named(self, matrix: sparse.csr_array, taxa: Axis) -> Counts:
        unit = unit_of(matrix) or "proportions"
        return Counts(self._samples.names, taxa.names, matrix, str(self.path), unit)

    def _matrix(self, place: str, taxa: Axis) -> sparse.csr_array:
        item, shape = self.handle[place], (len(self._samples.names), len(taxa.names))
        if isinstance(item, h5py.Dataset):
            return self._dense(item, shape)
        stated = item.attrs.get("shape", item.attrs.get("h5sparse_shape", ()))
        if tuple(int(n) for n in np.atleast_1d(stated)) != shape:
            found = f"{place}: shape {tuple(np.atleast_1d(stated).tolist())}"
            raise InputError.one(self.path, found, f"{shape}, as obs and var say", OLD)
        by_column = "csc" in str(item.attrs.get("encoding-type", item.attrs.get("h5sparse_format", "csr")))
        n_rows, n_columns = reversed(shape) if by_column else shape
        rows = SparseRows.of(self.handle, place, (n_rows, n_columns), self.path)
        InputError.raise_any(list(rows.faults(self.path)))
        matrix = rows.rows()
        return matrix.T.tocsr() if by_column else matrix

    def _dense(self, dataset: h5py.Dataset, shape: tuple[int, int]) -> sparse.csr_array:
        if dataset.shape != shape or dataset.dtype.kind not in "biuf":
            found = f"{dataset.name}: shape {dataset.shape} of {dataset.dtype}"
            raise InputError.one(self.path, found, f"numbers of shape {shape}, as obs and var say", OLD)
        step = max(1, BLOCK // max(1, shape[1]))
        blocks = [sparse.csr_array(dataset[i : i + step], dtype=float) for i in range(0, shape[0], step)]
        return sparse.csr_array(sparse.vstack(blocks, format="csr")) if blocks else sparse.csr_array(shape)

    def _frame(self, place: str) -> Axis:
        group = self.handle.get(place)
        if not isinstance(group, h5py.Group):
            kind = "a compound table" if isinstance(group, h5py.Dataset) else "nothing"
            raise InputError.one(self.path, f"{place}: {kind}", "a group of columns", OLD)
        index = str(group.attrs.get("_index", "_index"))
        names = self._column(group, index)
        if names is None:
            raise InputError.one(self.path, f"{place}: no names at {index!r}", "a name per row", OLD)
        columns = {key: self._column(group, key) for key in self._order(group) if key != index}
        kept = {
            key: column for key, column in columns.items() if column is not None and len(column) == len(names)
        }
        for key in columns.keys() - kept.keys():
            notify(self.path, f"column {key!r} of {place}, which cannot be read", "passed over")
        return Axis([str(name) for name in names], kept)

    @staticmethod
    def _order(group: h5py.Group) -> list[str]:
        listed = group.attrs.get("column-order")
        names = [str(name) for name in np.atleast_1d(listed)] if listed is not None else list(group)
        return [name for name in names if name in group and not name.startswith("__")]

    def _column(self, group: h5py.Group, key: str) -> Sequence[object] | None:
        item = group.get(key)
        if isinstance(item, h5py.Dataset):
            return self._plain(item)
        if not isinstance(item, h5py.Group):
            return None
        if {"codes", "categories"} <= set(item):
            return _decoded(item["codes"], texts(item["categories"]))
        if {"values", "mask"} <= set(item):
            pairs = zip(values(item["values"]), values(item["mask"]), strict=False)
            return [None if masked else value for value, masked in pairs]
        return None

    def _plain(self, dataset: h5py.Dataset) -> Sequence[object] | None:
        categories = dataset.attrs.get("categories")  # as AnnData 0.7 wrote them
        if isinstance(categories, h5py.Reference):
            return _decoded(dataset, texts(self.handle[categories]))
        return values(dataset) if dataset.ndim == 1 and dataset.dtype.kind in "biufOSU" else None


def _decoded(codes: h5py.Dataset, categories: Sequence[str]) -> list[object]:
    return [categories[code] if 0 <= code < len(categories) else None for code in codes[()].tolist()]


def _is_whole(matrix: sparse.csr_array) -> bool:
    data = matrix.data
    return bool((np.isfinite(data) & (data >= 0) & (data == np.round(data))).all())


def _sums_to_one(matrix: sparse.csr_array) -> bool:
    """Whether the values of every sample sum to 1, 100 or parts per million: logarithms do not."""
    sums = np.asarray(matrix.sum(axis=1), dtype=float).ravel()
    sums = sums[sums != 0]
    near = any(bool((np.abs(sums - total) <= TOLERANCE * total).all()) for total in SUMS)
    return near and bool(cast(np.ndarray, matrix.data >= 0).all())
