"""Square matrices of all pairs: labelled text, scikit-bio's lsmat, and arrays larger than memory.

======== ============================================ =======================================
suffix   what it holds                                where the measure and the names stand
======== ============================================ =======================================
.tsv     twelve significant digits                    measure in the corner; header and first
                                                      column
.lsmat   the same, as `skbio.DistanceMatrix` reads it measure in a comment; header and first
                                                      column
.npy     every bit, for ``numpy.load(mmap_mode="r")`` ``.json`` of the same name beside it
.h5      every bit, as `skbio.DistanceMatrix` and      HDF5: attributes, and the list `order`
         unifrac read it (binary_dm)
.zarr    every bit, a folder of files of 1,024 x       attributes (``.zattrs``)
         1,024 numbers
======== ============================================ =======================================

The last three are read in part, and hold half of the bits (float32) where that is asked for.
Names are kept verbatim; one that a format cannot hold is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from klbio.distributions import FloatArray
from klbio.errors import InputError, StrPath, listed
from klbio.io.files import replacing
from klbio.io.tables.mirror import Mirror
from klbio.io.tables.squares import KINDS, Precision

__all__ = ["Blocks", "write_lsmat", "write_square", "write_tsv"]

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


def write_square(
    path: StrPath, names: Sequence[str], blocks: Blocks, column: str, *, symmetric: bool,
    dtype: Precision = "float64",
) -> None:  # fmt: skip
    """Write a square matrix block by block, and its names with it.

    Parameters
    ----------
    path : path-like
        ``.npy``, ``.h5`` or ``.zarr``, to write whole or not at all.
    names : sequence of str of length n_samples
        Kept verbatim.
    blocks : iterable of (slice, ndarray)
        Runs of rows with their part of the matrix: from their own first column on where
        `symmetric`, else all columns.
    column : str
        What the numbers are, with unit and order.
    symmetric : bool
        Whether to mirror what stands right of the diagonal.
    dtype : {"float64", "float32"}
        Every bit, or half of them: seven digits.

    Raises
    ------
    InputError
        If the disk has no room for the matrix.
    """
    target = Path(path)
    record = {"values": column, "element": "[i, j] compares sample i with sample j"}
    with KINDS[target.suffix](target, names, record, dtype) as square, Mirror(square) as mirror:
        for rows, block in blocks:
            numbers = block.astype(dtype, copy=False)
            square.put(rows.start, rows.start if symmetric else 0, numbers)
            if symmetric:
                mirror.put(rows.stop, rows.start, numbers[:, len(block) :])


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
