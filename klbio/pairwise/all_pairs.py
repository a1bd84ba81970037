"""`AllPairs`: every two samples by one measure, as a matrix, block by block, or the nearest alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import Counts, FloatArray, MatrixLike
from klbio.divergences.checks import base_nats
from klbio.errors import InputError
from klbio.pairwise.blockwise import Blockwise, tile_rows
from klbio.pairwise.checks import as_counts, measure_named, same_labels, whole_number
from klbio.pairwise.measures import Measure
from klbio.pairwise.operands import CHUNK, Operands, PlaceArray, Postings, Table

__all__ = ["AllPairs", "Neighbours"]


class Neighbours(NamedTuple):
    """The nearest samples of each sample, nearest first.

    Parameters
    ----------
    sample : ndarray of shape (n_samples, k)
        Rows of the table searched, counted from 0.
    divergence : ndarray of shape (n_samples, k)
        How far they are.
    """

    sample: NDArray[np.intp]
    divergence: FloatArray


@dataclass(frozen=True, init=False, eq=False)
class AllPairs:
    r"""Every two samples by one measure of `MEASURES`.

    ``jensen-shannon-divergence``; ``jensen-shannon-distance``, its root; ``relative-entropy``
    D(i || j); ``jeffreys-divergence`` D(i || j) + D(j || i); ``hellinger-distance``
    :math:`\sqrt{1 - \sum \sqrt{pq}}`; ``total-variation-distance`` :math:`\tfrac12 \sum |p - q|`.

    Parameters
    ----------
    counts : Counts, sparse matrix or array_like of shape (n_samples, n_categories)
        Non-negative; every sample with at least one count.
    other : like `counts`, of shape (n_others, n_categories), optional
        Compare with these samples instead; same categories in the same order.
    measure : str, default "jensen-shannon-divergence"
        A name of `MEASURES`, where its column name, unit and symmetry stand.
    alpha : float, optional
        Added to each count; needed by ``relative-entropy`` and ``jeffreys-divergence``,
        refused by the others.
    base : float, default 2
        Base of the logarithm, for the measures that have one: 2 gives bits, ``math.e`` gives nats.

    Raises
    ------
    InputError
        Naming the samples that are empty, negative or not finite, or the categories in which the
        two tables differ; for an unknown measure or an `alpha` it cannot use.

    Notes
    -----
    The first call in a process loads numba, the first ever compiles for some seconds.

    Examples
    --------
    >>> AllPairs([[5, 5, 0], [0, 5, 5]], measure="total-variation-distance").matrix()
    array([[0. , 0.5],
           [0.5, 0. ]])
    """

    counts: Counts
    other: Counts | None
    measure: Measure
    alpha: float
    unit: float

    def __init__(
        self,
        counts: Counts | MatrixLike,
        other: Counts | MatrixLike | None = None,
        *,
        measure: str = "jensen-shannon-divergence",
        alpha: float | None = None,
        base: float = 2.0,
    ) -> None:
        chosen = measure_named(measure)
        checked, nats = chosen.checked_alpha(alpha), base_nats(base)
        left = as_counts("counts", counts)
        right = None if other is None else as_counts("other", other)
        chosen.check_unit(left)
        if right is not None:
            chosen.check_unit(right)
            same_labels(left, right)
        for field, value in (
            ("counts", left), ("other", right), ("measure", chosen), ("alpha", checked),
            ("unit", nats if chosen.logarithmic else 1.0),
        ):  # fmt: skip
            object.__setattr__(self, field, value)

    def matrix(self, threads: int = 1, progress: bool = False) -> FloatArray:
        """Compute the whole matrix in memory.

        Parameters
        ----------
        threads : int, default 1
            Threads to share the rows among; the result is the same to the last bit.
        progress : bool, default False
            Show a progress bar on standard error.

        Returns
        -------
        ndarray of shape (n_samples, n_samples) or (n_samples, n_others)
            Element [i, j] compares sample i, as p, with sample j, as q.
        """
        return Blockwise(self._operands(half=True), whole_number("threads", threads), progress).whole()

    def blocks(
        self,
        threads: int = 1,
        progress: bool = False,
        block_rows: int | None = None,
        within: slice | None = None,
    ) -> Iterator[tuple[slice, FloatArray]]:
        """Compute a run of rows at a time, in bounded memory.

        Each pair of a symmetric measure is computed once: a block begins at its own diagonal, and what lies
        to the left of it was the mirror image of earlier blocks.

        Parameters
        ----------
        threads, progress
            As in `matrix`.
        block_rows : int, optional
            Samples per block; as many as fill 32 MB unless given.
        within : slice, optional
            Rows that are computed; all unless given.  Which these are changes no number.

        Yields
        ------
        rows : slice
            The samples of this block.
        block : ndarray of shape (n_rows, n_columns)
            The matrix at ``[rows, rows.start:]`` where the measure is symmetric and there is no other table, else
            at ``[rows]``.

        Raises
        ------
        InputError
            At the call and not at the first block.

        Examples
        --------
        >>> for rows, block in AllPairs([[1, 0], [1, 0], [0, 1]]).blocks(block_rows=2):
        ...     print(rows, block.tolist())
        slice(0, 2, None) [[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]]
        slice(2, 3, None) [[0.0]]
        """
        threads = whole_number("threads", threads)
        height = None if block_rows is None else whole_number("block_rows", block_rows)
        return Blockwise(self._operands(half=True), threads, progress).blocks(height, within)

    def tile(self, i: int, n_tiles: int) -> slice:
        """Give the rows of one of so many parts, which take about as long to compute; the first is 1.

        >>> pairs = AllPairs([[1, 0], [1, 0], [0, 1], [1, 1]])
        >>> pairs.tile(1, 2), pairs.tile(2, 2)
        (slice(0, 2, None), slice(2, 4, None))
        """
        return tile_rows(len(self.counts.samples), i, n_tiles, self.measure.symmetric and self.other is None)

    def nearest(self, k: int, threads: int = 1, progress: bool = False) -> Neighbours:
        """Find, for each sample, the `k` that are nearest, without keeping the matrix.

        Parameters
        ----------
        k : int
            How many neighbours: of the other table, or else of the other samples.
        threads, progress
            As in `matrix`.

        Returns
        -------
        Neighbours
            Indices and divergences, nearest first; of equals, the earlier one first.

        Raises
        ------
        InputError
            For a `k` larger than the number of candidates.

        Examples
        --------
        >>> AllPairs([[9, 1], [8, 2], [1, 9]]).nearest(1).sample.ravel()
        array([1, 0, 1])
        """
        blockwise = Blockwise(self._operands(half=False), whole_number("threads", threads), progress)
        candidates = blockwise.shape[1] - (self.other is None)
        if candidates < 1:
            raise InputError.one("counts", "no sample to be a neighbour", "two samples or more")
        return Neighbours(*blockwise.nearest(whole_number("k", k, candidates), self.other is None))

    def _operands(self, half: bool) -> Operands:
        """Prepare the tables for the kernels; with `half`, each pair once."""
        left = self.measure.table(self.counts, self.alpha)
        right = left if self.other is None else self.measure.table(self.other, self.alpha)
        n_categories = len(self.counts.labels)
        triangular = half and self.measure.symmetric and self.other is None
        postings, after = self._by_category(right, n_categories)
        begin = after if triangular else postings.start[left.category]
        return Operands(
            self.measure.code, left, right, postings, begin, triangular, n_categories,
            bound=self.measure.bound, unit=self.unit, root=self.measure.root,
        )  # fmt: skip

    def _by_category(self, table: Table, n_categories: int) -> tuple[Postings, PlaceArray]:
        """Turn a table: who has each category, and for each entry the posting after its own.

        Of a large table each array takes 100 MB: nothing is made before it is needed, or kept after.  numpy makes them
        all, because it asks for large pages.
        """
        from klbio.pairwise import kernels

        n = len(table.category)
        start = np.concatenate([[0], np.cumsum(np.bincount(table.category, minlength=n_categories))])
        sample, share = np.zeros(n + CHUNK, dtype=np.uint32), np.ones(n + CHUNK)
        after: PlaceArray = np.empty(n, dtype=np.int32) if n < 2**31 else np.empty(n, dtype=np.int64)
        kernels.invert(table, start, sample, share, after)
        if not len(table.image):
            return Postings(start, sample, share, self.measure.image(share)), after
        image = np.ones(n + CHUNK)
        image[after - 1] = table.image
        return Postings(start, sample, share, image), after
