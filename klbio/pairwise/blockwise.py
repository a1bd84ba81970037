"""The rows of the matrix in blocks of bounded memory, over threads, with progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.pairwise.operands import Operands
from klbio.progress import DELAY, shown
from klbio.threads import Mapper, mapper

__all__ = ["Blockwise", "tile_rows"]

CHUNK = 32  # rows a thread takes at a time
BLOCK_BYTES = 2**25

Chunk = tuple[int, int]


@dataclass(frozen=True)
class Blockwise:
    """The matrix of some operands, computed a block of rows at a time over threads.

    Parameters
    ----------
    operands : Operands
    threads : int
        No value depends on it.
    progress : bool
        Whether to show a bar.
    """

    operands: Operands
    threads: int = 1
    progress: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """Samples on the left and on the right."""
        return len(self.operands.left.row), len(self.operands.right.row)

    def whole(self) -> FloatArray:
        """Compute the whole matrix in memory, shape (n_samples, n_columns)."""
        for _, block in self.blocks(self.shape[0]):
            return block
        return np.empty((0, self.shape[1]))

    def blocks(
        self, block_rows: int | None = None, within: slice | None = None
    ) -> Iterator[tuple[slice, FloatArray]]:
        """Yield runs of rows with their part: from their first column on where it is triangular."""
        n, n_columns = self.shape
        within = within or slice(0, n)
        with mapper(self.threads) as over, _bar(within.stop - within.start, self.progress) as advance:
            first = within.start
            while first < within.stop:
                width = n_columns - first if self.operands.triangular else n_columns
                height = block_rows or max(1, BLOCK_BYTES // (8 * max(width, 1)))
                rows = slice(first, min(first + height, within.stop))
                yield rows, self._block(rows, over, advance)
                first = rows.stop

    def _block(self, rows: slice, over: Mapper, advance: Callable[[int], object]) -> FloatArray:
        from klbio.pairwise import kernels

        offset = rows.start if self.operands.triangular else 0
        out = np.empty((rows.stop - rows.start, self.shape[1] - offset))

        def fill(chunk: Chunk) -> int:
            """Fill some rows of the block; gives how many."""
            first, last = chunk
            kernels.fill(self.operands, first, last, offset, out[first - rows.start : last - rows.start])
            return last - first

        starts = range(rows.start, rows.stop, CHUNK)
        for done in over(fill, [(first, min(first + CHUNK, rows.stop)) for first in starts]):
            advance(done)
        if self.operands.triangular:
            kernels.mirror(out[:, : len(out)])
        return out

    def nearest(self, k: int, itself: bool) -> tuple[NDArray[np.intp], FloatArray]:
        """Find the `k` smallest of each row, of equals the earlier column first; `itself` skips the diagonal."""
        n, n_columns = self.shape
        index, value = np.empty((n, k), dtype=np.intp), np.empty((n, k))
        for rows, block in self.blocks(max(1, BLOCK_BYTES // (32 * n_columns))):
            if itself:
                block[np.arange(len(block)), np.arange(rows.start, rows.stop)] = np.inf
            index[rows] = _smallest(block, k)
            value[rows] = np.take_along_axis(block, index[rows], axis=1)
        return index, value


def tile_rows(n: int, i: int, n_tiles: int, triangular: bool) -> slice:
    """Give the rows of the `i`-th of so many parts of a matrix, which hold about as many pairs each."""
    pairs = np.arange(n, 0, -1.0) if triangular else np.ones(n)
    done = np.concatenate([[0.0], np.cumsum(pairs)])
    first, last = (int(np.searchsorted(done, done[-1] * k / n_tiles)) for k in (i - 1, i))
    return slice(first, last)


def _smallest(block: FloatArray, k: int) -> NDArray[np.intp]:
    kth = np.partition(block, k - 1, axis=1)[:, k - 1]
    out = np.empty((len(block), k), dtype=np.intp)
    for row, (values, bound) in enumerate(zip(block, kth, strict=True)):
        candidates = np.flatnonzero(values <= bound)
        out[row] = candidates[np.argsort(values[candidates], kind="stable")[:k]]
    return out


@contextmanager
def _bar(n_rows: int, progress: bool) -> Iterator[Callable[[int], object]]:
    if not progress:
        yield lambda done: None
        return
    from tqdm import tqdm

    with tqdm(total=n_rows, unit="sample", delay=DELAY if shown() else 0) as bar:
        yield bar.update
