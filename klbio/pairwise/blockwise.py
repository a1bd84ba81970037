"""Walking the rows of the matrix: in blocks of bounded memory, over threads, with progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.pairwise.operands import Plan

__all__ = ["blocks", "nearest", "whole"]

CHUNK = 32  # rows a thread takes at a time
BLOCK_BYTES = 2**26

Chunk = tuple[int, int]
Mapper = Callable[[Callable[[Chunk], int], Iterable[Chunk]], Iterable[int]]


def whole(plan: Plan, threads: int, progress: bool) -> FloatArray:
    """Compute the whole matrix in memory, shape (n_samples, n_columns)."""
    n = len(plan.left.row)
    for _, block in blocks(plan, threads, progress, n):
        return block
    return np.empty((0, len(plan.right.row)))


def blocks(
    plan: Plan, threads: int, progress: bool, block_rows: int | None = None
) -> Iterator[tuple[slice, FloatArray]]:
    """Yield runs of rows with their part of the matrix: from their first column on where it is triangular."""
    n, n_columns = len(plan.left.row), len(plan.right.row)
    height = block_rows or max(1, BLOCK_BYTES // (8 * max(n_columns, 1)))
    with _mapper(threads) as over, _bar(n, progress) as advance:
        for first in range(0, n, height):
            rows = slice(first, min(first + height, n))
            yield rows, _block(plan, rows, over, advance)


def _block(plan: Plan, rows: slice, over: Mapper, advance: Callable[[int], object]) -> FloatArray:
    from klbio.pairwise import kernels

    offset = rows.start if plan.triangular else 0
    out = np.empty((rows.stop - rows.start, len(plan.right.row) - offset))

    def fill(chunk: Chunk) -> int:
        first, last = chunk
        kernels.fill(plan, first, last, offset, out[first - rows.start : last - rows.start])
        return last - first

    starts = range(rows.start, rows.stop, CHUNK)
    for done in over(fill, [(first, min(first + CHUNK, rows.stop)) for first in starts]):
        advance(done)
    if plan.triangular:
        kernels.mirror(out[:, : len(out)])
    return out


def nearest(
    plan: Plan, k: int, itself: bool, threads: int, progress: bool
) -> tuple[NDArray[np.intp], FloatArray]:
    """Find the `k` smallest of each row, of equals the earlier column first; `itself` skips the diagonal."""
    index = np.empty((len(plan.left.row), k), dtype=np.intp)
    value = np.empty(index.shape)
    height = max(1, BLOCK_BYTES // (32 * len(plan.right.row)))
    for rows, block in blocks(plan, threads, progress, height):
        if itself:
            block[np.arange(len(block)), np.arange(rows.start, rows.stop)] = np.inf
        index[rows] = _smallest(block, k)
        value[rows] = np.take_along_axis(block, index[rows], axis=1)
    return index, value


def _smallest(block: FloatArray, k: int) -> NDArray[np.intp]:
    kth = np.partition(block, k - 1, axis=1)[:, k - 1]
    out = np.empty((len(block), k), dtype=np.intp)
    for row, (values, bound) in enumerate(zip(block, kth, strict=True)):
        candidates = np.flatnonzero(values <= bound)
        out[row] = candidates[np.argsort(values[candidates], kind="stable")[:k]]
    return out


@contextmanager
def _mapper(threads: int) -> Iterator[Mapper]:
    if threads == 1:
        yield map
        return
    with ThreadPoolExecutor(threads) as pool:
        yield pool.map


@contextmanager
def _bar(n_rows: int, progress: bool) -> Iterator[Callable[[int], object]]:
    if not progress:
        yield lambda done: None
        return
    from tqdm import tqdm

    with tqdm(total=n_rows, unit="sample") as bar:
        yield bar.update
