"""Tree Wasserstein distance of every two samples, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import Counts, FloatArray
from klbio.errors import InputError, listed
from klbio.transport.tree import Nodes, Tree

__all__ = ["tree_wasserstein_matrix"]

BLOCK_BYTES = 64 * 1024**2


def tree_wasserstein_matrix(
    counts: Counts, tree: Tree, *, normalized: bool = False, block_rows: int | None = None
) -> FloatArray:
    """Wasserstein distance along a tree (weighted UniFrac) of every two samples.

    The distance is the city-block distance of branch masses times branch lengths, which are made for
    a block of samples at a time; memory is the result and two blocks.

    Parameters
    ----------
    counts : Counts
        Rows are samples with at least one count; labels are tips of the tree.
    tree : Tree
        Has a tip for each label; may have more.
    normalized : bool, default False
        As in `tree_wasserstein`.
    block_rows : int, optional
        Samples per block; as many as fill 64 MB unless given.  No value depends on it.

    Returns
    -------
    ndarray of shape (n_samples, n_samples)
        Symmetric, zeros on the diagonal; in the unit of the branch lengths, or without unit from 0 to
        1 if normalised.

    Raises
    ------
    InputError
        Samples without counts and labels that are no tip, by name.

    Notes
    -----
    Right to about 1e-15 times the way from the root to the tips; `tree_wasserstein` takes the
    difference first and keeps the digits of near-equal samples too.

    Examples
    --------
    >>> tree = Tree([-1, 0, 1, 1, 0], [0, 2, 1, 1, 3], ["", "AB", "a", "b", "c"])
    >>> counts = Counts(["x", "y", "z"], ["a", "b", "c"], [[9, 0, 0], [0, 5, 0], [0, 0, 2]])
    >>> tree_wasserstein_matrix(counts, tree)
    array([[0., 2., 6.],
           [2., 0., 6.],
           [6., 6., 0.]])
    """
    masses = _Masses.of(counts, tree)
    n = len(counts.samples)
    result = np.zeros((n, n))
    for rows, columns, block in masses.blocks(_height(tree, block_rows)):
        result[rows, columns] = block
        result[columns, rows] = block.T
    if normalized:
        _divide(result, masses.root_ways())
    return result


def _height(tree: Tree, block_rows: int | None) -> int:
    if block_rows is None:
        return max(1, BLOCK_BYTES // (8 * len(tree.parents)))
    if block_rows < 1:
        raise InputError.one("block_rows", repr(block_rows), "a whole number of 1 or more")
    return block_rows


@dataclass(frozen=True)
class _Masses:
    """Branch masses times lengths, made for some samples when asked for."""

    counts: Counts
    depth: FloatArray
    tree: Tree
    nodes: Nodes
    used: NDArray[np.bool_]  # branches that have a length and a label below

    @classmethod
    def of(cls, counts: Counts, tree: Tree) -> _Masses:
        """Find the branches that matter; refuse samples without counts."""
        depth, nodes = counts.depth, tree.nodes_of(counts.labels)
        if not (depth > 0).all():
            who = listed(np.asarray(counts.samples, dtype=object)[depth == 0])
            remedy = "A sample without counts has no distribution: leave it out."
            raise InputError.one(counts.name, f"no counts at all in sample {who}", "a depth above 0", remedy)
        used = (tree.mass_below(nodes, np.ones(len(nodes))) > 0) & (tree.lengths > 0)
        return cls(counts, depth, tree, nodes, used)

    def blocks(self, height: int) -> Iterator[tuple[slice, slice, FloatArray]]:
        """Give the upper triangle; masses to the right are made again, which costs little beside the distances."""
        from scipy.spatial.distance import cdist  # here, because it is heavy

        n = len(self.counts.samples)
        slices = [slice(start, min(start + height, n)) for start in range(0, n, height)]
        for i, rows in enumerate(slices):
            left = self.branches(rows)
            yield rows, rows, cdist(left, left, "cityblock")
            for columns in slices[i + 1 :]:
                yield rows, columns, cdist(left, self.branches(columns), "cityblock")

    def branches(self, rows: slice) -> FloatArray:
        """Give the masses of some samples, shape (n_rows, n_branches)."""
        shares = self.counts.values[rows].toarray() / self.depth[rows, None]
        below = self.tree.mass_below(self.nodes, shares)[:, self.used]
        return np.ascontiguousarray(below * self.tree.lengths[self.used])

    def root_ways(self) -> FloatArray:
        """Mean way from the root to a tip, per sample."""
        return np.asarray(self.counts.values @ self.tree.root_distances[self.nodes]) / self.depth


def _divide(result: FloatArray, ways: FloatArray) -> None:
    """Divide in place, row by row; where there is no way to the root the distance is 0 already."""
    for row, way in zip(result, ways, strict=True):
        total = ways + way
        row /= np.where(total > 0, total, 1.0)
