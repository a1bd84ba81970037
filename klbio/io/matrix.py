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
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap

from klbio.distributions import FloatArray
from klbio.errors import InputError, Place, listed
from klbio.io.files import replacing, write_text

__all__ = ["Blocks", "write_array", "write_lsmat", "write_tsv"]

Blocks = Iterable[tuple[slice, FloatArray]]


def write_tsv(path: Place, names: Sequence[str], matrix: FloatArray, column: str) -> None:
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


def write_lsmat(path: Place, names: Sequence[str], matrix: FloatArray, column: str) -> None:
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


def write_array(path: Place, names: Sequence[str], blocks: Blocks, column: str, *, symmetric: bool) -> None:
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
    with replacing(path) as draft:
        _reserve(path, draft, len(names))
        for rows, block in blocks:
            _place(draft, rows, block, symmetric)
    record = {"values": column, "element": "[i, j] compares sample i with sample j", "samples": list(names)}
    write_text(Path(path).with_suffix(".json"), json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def _refuse_names(path: Place, names: Sequence[str], bad: Sequence[str], what: str) -> None:
    if bad:
        raise InputError.one(
            path,
            f"samples {listed(bad)}",
            f"names without {what}",
            "Rename them, or write .npy, which holds any.",
        )


def _write_text_matrix(path: Place, head: Sequence[str], names: Sequence[str], matrix: FloatArray) -> None:
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as handle:
        print(*head, *names, sep="\t", file=handle)
        for name, row in zip(names, matrix, strict=True):
            print(name, *map("{:.12g}".format, row.tolist()), sep="\t", file=handle)


def _reserve(path: Place, draft: Path, n: int) -> None:
    """Make the file at its full size, so that a full disk is told now and not by a crash half-way."""
    open_memmap(draft, mode="w+", dtype=np.float64, shape=(n, n))
    size = draft.stat().st_size
    if hasattr(os, "posix_fallocate"):
        try:
            with draft.open("r+b") as handle:
                os.posix_fallocate(handle.fileno(), 0, size)
        except OSError as error:
            found = f"{error.strerror} ({size / 1e9:.3g} GB needed)"
            raise InputError.one(path, found, "room for the matrix", "Write to another disk.") from error


def _place(draft: Path, rows: slice, block: FloatArray, symmetric: bool) -> None:
    # mapped anew for each block: pages of a mapping that lives on would count as memory of this process
    matrix = np.load(draft, mmap_mode="r+", allow_pickle=False)
    matrix[rows, rows.start if symmetric else 0 :] = block
    if symmetric:
        matrix[rows.stop :, rows] = block[:, len(block) :].T
