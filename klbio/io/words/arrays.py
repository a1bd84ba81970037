"""Tables of counts as few bytes: the smallest whole numbers that hold them, all cells or those that are not 0."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from klbio.reads.tally import GroupArray

__all__ = ["Shape", "n_bytes", "packed", "unpacked"]

Shape = tuple[int, int]
COLUMN, ROW = np.dtype("<u2"), np.dtype("<u4")  # 4^8 words at most; cells of a row
WIDTHS = (1, 2, 4, 8)
ALL = -1  # cells: those that are 0 too


def packed(groups: GroupArray) -> tuple[tuple[int, int], bytes]:
    r"""Give a table as bytes, and what they are: bytes a count, and how many cells where the others are 0.

    Parameters
    ----------
    groups : array or sparse array of shape (n_groups, n_words)
        Whole numbers of 0 or more, `n_words` up to 65,536.

    Examples
    --------
    >>> packed(np.array([[0, 7], [300, 0]]))
    ((2, -1), b'\x00\x00\x07\x00,\x01\x00\x00')
    """
    dense = groups.toarray() if sparse.issparse(groups) else np.asarray(groups)
    width = np.min_scalar_type(int(dense.max(initial=0))).itemsize
    small = dense.astype(f"<u{width}", order="C")
    sizes = np.count_nonzero(small, axis=1)
    n_cells = int(sizes.sum())
    if len(small) * ROW.itemsize + n_cells * (COLUMN.itemsize + width) >= small.nbytes:
        return (width, ALL), small.tobytes()
    cells = np.flatnonzero(small)
    parts = sizes.astype(ROW), (cells % small.shape[1]).astype(COLUMN), small.ravel()[cells]
    return (width, n_cells), b"".join(part.tobytes() for part in parts)


def unpacked(content: memoryview, shape: Shape, width: int, n_cells: int) -> GroupArray:
    """Give the table of `packed`, without copies where all cells stand there.

    Raises
    ------
    ValueError
        If the bytes are not just those of such a table.
    """
    if width not in WIDTHS or not ALL <= n_cells <= shape[0] * shape[1]:
        raise ValueError("no such table")
    kind = np.dtype(f"<u{width}")
    if n_cells == ALL:
        return np.frombuffer(content, kind).reshape(shape)
    at = shape[0] * ROW.itemsize
    end = at + n_cells * COLUMN.itemsize
    sizes, columns = np.frombuffer(content[:at], ROW), np.frombuffer(content[at:end], COLUMN)
    values = np.frombuffer(content[end:], kind)
    pointers = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    if len(values) != n_cells or pointers[-1] != n_cells or columns.max(initial=0) >= shape[1]:
        raise ValueError("cells that are none of the table")
    return sparse.csr_array((values, columns.astype(np.int32), pointers.astype(np.int32)), shape=shape)


def n_bytes(shape: Shape, width: int, n_cells: int) -> int:
    """How many bytes `packed` gives for a table."""
    if n_cells == ALL:
        return shape[0] * shape[1] * width
    return shape[0] * ROW.itemsize + n_cells * (COLUMN.itemsize + width)
