"""Square matrices of all pairs: labelled text, scikit-bio's lsmat, and NumPy arrays larger than memory.

======== ============================================ =======================================
suffix   what it holds                                where the measure and the names stand
======== ============================================ =======================================
.tsv     twelve significant digits                    measure in the corner; header and first
                                                      column
.lsmat   the same, as `skbio.DistanceMatrix` reads it measure in a comment; header and first
                                                      column
.npy     every bit, for ``numpy.load(mmap_mode="r")`` ``.json`` of the same name beside it
======== ============================================ =======================================

Names are kept verbatim; one that a format cannot hold is refused.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from io import FileIO
from pathlib import Path

import numpy as np
from numpy.lib.format import dtype_to_descr, write_array_header_1_0

from klbio.distributions import FloatArray
from klbio.errors import InputError, StrPath, listed
from klbio.io.files import replacing, write_text

__all__ = ["Blocks", "write_array", "write_lsmat", "write_tsv"]

ITEM = 8  # bytes of a number
Blocks = Iterable[tuple[slice, FloatArray]]


def write_tsv(path: StrPath, names: Sequence[str], matrix: FloatArray, column: str) -> None:
    """Write a square matrix as TSV: a header of names, one row per name.

    Parameters
    ----------
    path : path-like
        The file to write, whole or not at all.
    names : sequence of str of length n_samples
        Kept verbatim.
    matrix : ndarray of shape (n_samples, n_samples)
        Written to twelve significant digits.
    column : str
        What the numbers are, with unit and order; stands in the corner.

    Raises
    ------
    InputError
        If a name holds a tab or a line break.
    """
    _refuse_names(path, names, [name for name in names if set(name) & set("\t\r\n")], "a tab or a line break")
    _write_text_matrix(path, [column], names, matrix)


def write_lsmat(path: StrPath, names: Sequence[str], matrix: FloatArray, column: str) -> None:
    """Write a distance matrix as ``skbio.DistanceMatrix.read`` takes it.

    Parameters
    ----------
    path, names, matrix, column
        As in `write_tsv`; `column` stands in a comment before the header.

    Raises
    ------
    InputError
        If a name holds a tab or a line break, or begins or ends with a space, which the format drops.
    """
    bad = [name for name in names if set(name) & set("\t\r\n") or name != name.strip()]
    _refuse_names(path, names, bad, "a tab, a line break or a space at the end")
    _write_text_matrix(path, [f"# {column}\n"], names, matrix)


def write_array(path: StrPath, names: Sequence[str], blocks: Blocks, column: str, *, symmetric: bool) -> None:
    """Write a square matrix as ``.npy``, block by block, and its names as ``.json`` beside it.

    Parameters
    ----------
    path : path-like
        The ``.npy`` file to write, whole or not at all.
    names : sequence of str of length n_samples
        Kept verbatim.
    blocks : iterable of (slice, ndarray)
        Runs of rows with their part of the matrix: from their own first column on where
        `symmetric`, else all columns.
    column : str
        What the numbers are, with unit and order.
    symmetric : bool
        Whether to mirror what stands right of the diagonal.

    Raises
    ------
    InputError
        If the disk has no room for the matrix.
    """
    with replacing(path) as draft, draft.open("wb", buffering=0) as file:
        square = _Square(file, path, len(names))
        square.reserve()
        for rows, block in blocks:
            square.put(rows.start, rows.start if symmetric else 0, block)
            if symmetric:
                square.put(rows.stop, rows.start, np.ascontiguousarray(block[:, len(block) :].T))
    record = {"values": column, "element": "[i, j] compares sample i with sample j", "samples": list(names)}
    write_text(Path(path).with_suffix(".json"), json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def _refuse_names(path: StrPath, names: Sequence[str], bad: Sequence[str], what: str) -> None:
    if bad:
        raise InputError.one(
            path,
            f"samples {listed(bad)}",
            f"names without {what}",
            "Rename them, or write .npy, which holds any.",
        )


def _write_text_matrix(path: StrPath, head: Sequence[str], names: Sequence[str], matrix: FloatArray) -> None:
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as handle:
        print(*head, *names, sep="\t", file=handle)
        for name, row in zip(names, matrix, strict=True):
            print(name, *map("{:.12g}".format, row.tolist()), sep="\t", file=handle)


class _Square:
    """An n x n array in a file, filled in pieces by plain writes: unlike a mapping, it takes no memory."""

    def __init__(self, file: FileIO, path: StrPath, n: int) -> None:
        self.file, self.path, self.n = file, path, n
        record = {"descr": dtype_to_descr(np.dtype(np.float64)), "fortran_order": False, "shape": (n, n)}
        write_array_header_1_0(file, record)
        self.origin = file.tell()
        self.size = self.origin + ITEM * n**2

    def reserve(self) -> None:
        """Take the room on the disk, so that a full disk shows now and not after hours."""
        try:
            self.file.truncate(self.size)
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(self.file.fileno(), 0, self.size)
        except OSError as error:
            raise self._full(error.strerror or str(error)) from error

    def put(self, top: int, left: int, rows: FloatArray) -> None:
        """Write contiguous `rows` where their first element is at [top, left]."""
        for i, row in enumerate(rows, start=top):
            self.file.seek(self.origin + ITEM * (i * self.n + left))
            if self.file.write(row.data) != row.nbytes:
                raise self._full("the disk became full")

    def _full(self, found: str) -> InputError:
        needed = f"{found} ({self.size / 1e9:.3g} GB needed)"
        return InputError.one(self.path, needed, "room for the matrix", "Write to another disk.")
