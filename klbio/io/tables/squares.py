"""n x n numbers on the disk, filled in pieces by plain writes: unlike a mapping, these take no memory.

Each kind knows where a number stands; all three can be read in part.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.lib.format import dtype_to_descr, write_array_header_1_0
from numpy.typing import NDArray

from klbio.errors import InputError, StrPath
from klbio.io.drafts import folder_beside
from klbio.io.files import replacing, write_text
from klbio.io.unfailing import hdf5_written

__all__ = ["KINDS", "Numbers", "Plane", "Precision", "Square", "cut", "npy_plane"]

Precision = Literal["float64", "float32"]
Numbers = NDArray[np.float64] | NDArray[np.float32]
CHUNK = 1024  # rows and columns of a file of a .zarr: 8 MB


class Square(Protocol):
    """What takes the pieces."""

    def put(self, top: int, left: int, rows: Numbers) -> None:
        """Write contiguous `rows` where their first element is at [top, left]."""


@dataclass(frozen=True)
class Plane:
    """Rows of so many numbers, one after another, from somewhere in an open file on."""

    file: FileIO
    path: StrPath
    origin: int
    n_rows: int
    n_columns: int
    item: int

    @property
    def size(self) -> int:
        """Bytes of the numbers."""
        return self.item * self.n_rows * self.n_columns

    def reserve(self) -> None:
        """Take the room on the disk, so that a full disk shows now and not after hours."""
        try:
            end = self.origin + self.size
            self.file.truncate(max(end, os.fstat(self.file.fileno()).st_size))  # more may stand behind them
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(self.file.fileno(), 0, end)
        except OSError as error:
            raise self._full(error.strerror or str(error)) from error

    def put(self, top: int, left: int, rows: Numbers) -> None:
        """Write `rows`, each in one piece."""
        for i, row in enumerate(rows, start=top):
            place = self.origin + self.item * (i * self.n_columns + left)
            if os.pwrite(self.file.fileno(), row.data, place) != row.nbytes:
                raise self._full("the disk became full")

    def _full(self, found: str) -> InputError:
        needed = f"{found} ({self.size / 1e9:.3g} GB needed)"
        return InputError.one(self.path, needed, "room for the matrix", "Write to another disk.")


@contextmanager
def _npy(path: Path, names: Sequence[str], record: dict[str, str], dtype: Precision) -> Iterator[Square]:
    """NumPy's own format, and what the numbers are in a ``.json`` of the same name."""
    with npy_plane(path, (len(names), len(names)), dtype) as plane:
        yield plane
    write_text(path.with_suffix(".json"), _json(record | {"samples": list(names)}))


@contextmanager
def npy_plane(path: Path, shape: tuple[int, int], dtype: Precision) -> Iterator[Plane]:
    """Begin a ``.npy``, written whole or not at all."""
    kind = np.dtype(dtype)
    with replacing(path) as draft, draft.open("wb", buffering=0) as file:
        head = {"descr": dtype_to_descr(kind), "fortran_order": False, "shape": shape}
        write_array_header_1_0(file, head)
        plane = Plane(file, path, file.tell(), *shape, kind.itemsize)
        plane.reserve()
        yield plane


def _json(record: object) -> str:
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


@contextmanager
def _binary_dm(
    path: Path, names: Sequence[str], record: dict[str, str], dtype: Precision
) -> Iterator[Square]:
    """HDF5 as scikit-bio and unifrac lay it out (binary_dm); the numbers stand in one piece."""
    import h5py

    n, kind = len(names), np.dtype(dtype)
    with replacing(path) as draft:
        with hdf5_written(draft, track_order=True) as handle:
            handle.attrs.update(record)
            handle["format"], handle["version"] = np.array([b"BDSM"]), np.array([b"2020.12"])
            handle["order"] = np.array([name.encode() for name in names])
            layout = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            layout.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
            layout.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
            layout.set_obj_track_times(False)
            space = h5py.h5s.create_simple((n, n))
            numbers = h5py.h5d.create(handle.id, b"matrix", h5py.h5t.py_create(kind), space, dcpl=layout)
            origin = numbers.get_offset()
        with draft.open("rb+", buffering=0) as file:
            plane = Plane(file, path, origin, n, n, kind.itemsize)
            plane.reserve()
            yield plane


@dataclass(frozen=True)
class _Chunks:
    """A folder of files of CHUNK x CHUNK numbers, those at the lower and right edge filled up with zeros."""

    folder: Path
    path: StrPath
    n: int
    item: int

    def put(self, top: int, left: int, rows: Numbers) -> None:
        """Cut `rows` at the borders of the files."""
        for i, upper, lower in cut(top, len(rows)):
            for j, first, last in cut(left, rows.shape[1]):
                piece = rows[upper - top : lower - top, first - left : last - left]
                with self._plane(i, j) as plane:
                    plane.put(upper - i * CHUNK, first - j * CHUNK, piece)

    @contextmanager
    def _plane(self, i: int, j: int) -> Iterator[Plane]:
        file = self.folder / f"{i}.{j}"
        is_new = not file.exists()
        with FileIO(file, "w+" if is_new else "r+") as handle:
            plane = Plane(handle, self.path, 0, CHUNK, CHUNK, self.item)
            if is_new:
                plane.reserve()
            yield plane


def cut(start: int, length: int) -> Iterator[tuple[int, int, int]]:
    """Give the number of each chunk that a run meets, and where the run is in it."""
    end = start + length
    for number in range(start // CHUNK, -(-end // CHUNK)):
        yield number, max(start, number * CHUNK), min(end, (number + 1) * CHUNK)


@contextmanager
def _zarr(path: Path, names: Sequence[str], record: dict[str, str], dtype: Precision) -> Iterator[Square]:
    """Zarr 2 without a compressor: a folder that needs no library to be written, and any version of it reads."""
    if path.exists() and not (path / ".zarray").is_file():
        raise InputError.one(path, "something that is no Zarr array", "nothing, or an array to replace")
    n, kind = len(names), np.dtype(dtype)
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {
        "zarr_format": 2, "shape": [n, n], "chunks": [CHUNK, CHUNK], "dtype": kind.str, "compressor": None,
        "fill_value": 0.0, "order": "C", "filters": None,
    }  # fmt: skip
    with folder_beside(path.parent, path.name) as name:
        folder = Path(name) / "whole"
        folder.mkdir()
        write_text(folder / ".zarray", _json(about))
        write_text(folder / ".zattrs", _json(record | {"samples": list(names)}))
        yield _Chunks(folder, path, n, kind.itemsize)
        if path.exists():
            path.rename(Path(name) / "former")
        folder.rename(path)


Opened = Callable[[Path, Sequence[str], dict[str, str], Precision], AbstractContextManager[Square]]
KINDS: dict[str, Opened] = {".npy": _npy, ".h5": _binary_dm, ".zarr": _zarr}
