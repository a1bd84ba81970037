"""What HDF5 has to hold before a reader trusts it: BIOM 2.1 is two sparse matrices, checked index by index.

Readers hand the indices to compiled code, which writes wherever a wrong one points.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import h5py
import numpy as np

from klbio.errors import InputError, StrPath, shorten
from klbio.io.source import Source
from klbio.io.tables.hdf5_rows import SparseRows, listed_at
from klbio.io.unreadable import AGAIN

__all__ = ["check", "check_links", "opened", "trial"]

MAX_OBJECTS = 10_000
MAX_ID = 10_000  # letters; every name takes the room of the longest
MAX_RATIO = 1100  # of what is unpacked to the file: DEFLATE packs 1032 : 1 at best
AXES = ("observation", "sample")


def trial(path: StrPath) -> None:
    """Read everything a BIOM table holds, and check it; see `klbio.io.trial`.

    Raises
    ------
    InputError
        For what `check` finds, and what HDF5 itself cannot read.
    """
    with opened(path) as handle:
        check(handle, path)


@contextmanager
def opened(path: StrPath) -> Iterator[h5py.File]:
    """Open a file for a trial, without links; what HDF5 cannot read there is a fault.

    Raises
    ------
    InputError
        As `check_links` does, and for damage.
    """
    try:
        with Source.of(path).stream() as stream, h5py.File(stream) as handle:
            check_links(handle, path)
            yield handle
    except (InputError, MemoryError):
        raise
    except Exception as error:  # whatever HDF5 and h5py stumble on where a file is damaged
        reason = shorten(" ".join(str(error).split()) or type(error).__name__, 200)[1:-1]
        raise InputError.one(path, f"damaged HDF5 ({reason})", "a sound file", AGAIN) from error


def check_links(handle: h5py.File, path: StrPath) -> None:
    """Refuse links to other files, and read every attribute and every dataset that is there.

    Raises
    ------
    InputError
        For links that leave the file or lead nowhere, too many objects, and datasets larger than the file can hold.
    """
    size = handle.id.get_filesize()
    groups: list[h5py.Group] = [handle]
    seen = 0
    while groups:
        group = groups.pop()
        list(group.attrs.values())
        for name in group:
            seen += 1
            if seen > MAX_OBJECTS:
                found = f"more than {MAX_OBJECTS:,} groups and datasets"
                raise InputError.one(path, found, "the few of a table")
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                found = f"{_place(group, name)}: a link to another place or file"
                raise InputError.one(path, found, "the data itself", "Write the table without links.")
            child = group[name]
            if isinstance(child, h5py.Group):
                groups.append(child)
            elif isinstance(child, h5py.Dataset):
                _read(child, size, path)


def _read(dataset: h5py.Dataset, size: int, path: StrPath) -> None:
    place = str(dataset.name)
    if dataset.external or dataset.is_virtual:
        found = f"{place}: data that stand in another file"
        raise InputError.one(path, found, "the data itself", "Write the table without links.")
    if dataset.nbytes > MAX_RATIO * size:
        found = f"{place}: {dataset.nbytes:,} bytes in a file of {size:,}"
        raise InputError.one(path, found, "what the file can hold", AGAIN)
    list(dataset.attrs.values())
    if dataset.dtype.kind not in "biuf":  # numbers are read where they are checked
        dataset[()]


def _place(group: h5py.Group, name: str) -> str:
    return f"{str(group.name).rstrip('/')}/{name}"


def check(handle: h5py.File, path: StrPath) -> None:
    """Check the two matrices of a BIOM 2.1 table, and that they are one.

    Neither stands in memory: each is read a run of rows at a time and multiplied by the same random numbers, one a
    sample.  The products are equal where the matrices are, and of unequal ones by no chance.

    Raises
    ------
    InputError
        For parts that are missing or of another kind; row pointers that do not rise from 0 to the number of
        values; an index that is negative, too large, or twice in one row; numbers of names unlike the
        shape; matrices by row and by column that differ.
    """
    n_rows, n_columns = (_n_names(handle, axis, path) for axis in AXES)
    shape = handle.attrs.get("shape")
    if shape is None or [int(n) for n in np.atleast_1d(shape)] != [n_rows, n_columns]:
        found = f"shape {shorten(shape, 60)} with {n_rows} observations and {n_columns} samples named"
        raise InputError.one(path, found, "as many names as the shape says", AGAIN)
    by_row, by_column = (
        SparseRows.of(handle, f"{axis}/matrix", (n, others), path)
        for axis, n, others in zip(AXES, (n_rows, n_columns), (n_columns, n_rows), strict=True)
    )
    weights = np.random.default_rng(1).random(n_columns)
    by_taxon, by_sample = by_row.times(weights, path), by_column.transposed_times(weights, path)
    InputError.raise_any([*by_taxon.faults, *by_sample.faults])
    if not np.allclose(by_taxon.values, by_sample.values, rtol=1e-9, atol=0):
        found = "observation/matrix and sample/matrix, which differ"
        raise InputError.one(path, found, "the same counts by taxon and by sample", AGAIN)


def _n_names(handle: h5py.File, axis: str, path: StrPath) -> int:
    names = listed_at(handle, f"{axis}/ids", "OSU", path)[()]
    for name in names.tolist():
        if (found := _no_name(name)) is not None:
            raise InputError.one(path, f"{axis}/ids: {found}", f"at most {MAX_ID:,} letters in UTF-8", AGAIN)
    return len(names)


def _no_name(name: bytes | str) -> str | None:
    """Say why a name is none; None where it is one."""
    if len(name) > MAX_ID:
        return f"a name of {len(name):,} letters"
    letters = name if isinstance(name, bytes) else name.encode(errors="surrogateescape")
    try:
        letters.decode()
    except UnicodeDecodeError:
        return f"the name {shorten(letters, 60)}, in bytes that are not UTF-8"
    return f"the name {shorten(name, 60)}, with a NUL character" if b"\0" in letters else None
