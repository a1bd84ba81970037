"""All pairs in bounded memory: the matrix a run of rows at a time, and the nearest of each row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.pairwise.blockwise import blocks, nearest
from klbio.pairwise.checks import checked_plan, neighbours, whole_number

__all__ = ["Neighbours", "jensen_shannon_blocks", "nearest_neighbours", "pairwise_blocks"]


class Neighbours(NamedTuple):
    """The nearest samples of each sample, nearest first.

    Parameters
    ----------
    sample : ndarray of shape (n_samples, k)
        Rows of the table searched, counted from 0.
    divergence : ndarray of shape (n_samples, k)
        Their Jensen-Shannon divergence.
    """

    sample: NDArray[np.intp]
    divergence: FloatArray


def jensen_shannon_blocks(
    counts: object,
    *,
    base: float = 2.0,
    threads: int = 1,
    progress: bool = False,
    block_rows: int | None = None,
) -> Iterator[tuple[slice, FloatArray]]:  # fmt: skip
    """Jensen-Shannon divergence of every two samples, a run of rows at a time, in bounded memory.

    Each pair is computed once: a block begins at its own diagonal, and what lies to
    the left of it was the mirror image of earlier blocks.

    Parameters
    ----------
    counts, base, threads, progress
        As in `jensen_shannon_matrix`.
    block_rows : int, optional
        Samples per block; as many as fill 64 MB unless given.

    Yields
    ------
    rows : slice
        The samples of this block.
    block : ndarray of shape (n_rows, n_samples - rows.start)
        The matrix at ``[rows, rows.start:]``.

    Raises
    ------
    InputError
        As `jensen_shannon_matrix`.

    Examples
    --------
    >>> for rows, block in jensen_shannon_blocks([[1, 0], [1, 0], [0, 1]], block_rows=2):
    ...     print(rows, block.tolist())
    slice(0, 2, None) [[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]]
    slice(2, 3, None) [[0.0]]
    """
    return pairwise_blocks(
        counts,
        measure="jensen-shannon-divergence",
        base=base,
        threads=threads,
        progress=progress,
        block_rows=block_rows,
    )


def pairwise_blocks(
    counts: object, *, measure: str, alpha: float | None = None, base: float = 2.0,
    threads: int = 1, progress: bool = False, block_rows: int | None = None,
) -> Iterator[tuple[slice, FloatArray]]:  # fmt: skip
    """Any measure of `MEASURES`, a run of rows at a time, in bounded memory.

    Parameters
    ----------
    counts, measure, alpha, base, threads, progress
        As in `pairwise_matrix`.
    block_rows : int, optional
        Samples per block; as many as fill 64 MB unless given.

    Yields
    ------
    rows : slice
        The samples of this block.
    block : ndarray of shape (n_rows, n_columns)
        The matrix at ``[rows, rows.start:]`` where ``MEASURES[measure].symmetric``, else at ``[rows]``.

    Raises
    ------
    InputError
        As `pairwise_matrix`, at the call and not at the first block.
    """
    threads = whole_number("threads", threads)
    height = None if block_rows is None else whole_number("block_rows", block_rows)
    return blocks(checked_plan(counts, None, measure, alpha, base, half=True), threads, progress, height)


def nearest_neighbours(
    counts: object,
    k: int,
    other: object = None,
    *,
    base: float = 2.0,
    threads: int = 1,
    progress: bool = False,
) -> Neighbours:
    """Find, for each sample, the `k` of smallest Jensen-Shannon divergence, without keeping the matrix.

    Parameters
    ----------
    counts, other, base, threads, progress
        As in `jensen_shannon_matrix`; with `other`, its samples are searched, else the
        other samples of `counts`.
    k : int
        How many neighbours.

    Returns
    -------
    Neighbours
        Indices and divergences, nearest first; of equals, the earlier one first.

    Raises
    ------
    InputError
        As `jensen_shannon_matrix`, and for a `k` larger than the number of candidates.

    Examples
    --------
    >>> nearest_neighbours([[9, 1], [8, 2], [1, 9]], 1).sample.ravel()
    array([1, 0, 1])
    """
    plan = checked_plan(counts, other, "jensen-shannon-divergence", None, base, half=False)
    k = neighbours(k, len(plan.right.row) - (other is None))
    return Neighbours(*nearest(plan, k, other is None, whole_number("threads", threads), progress))
