"""`Tree`: a rooted tree with branch lengths as three arrays, checked once at the door, then frozen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from klbio.distributions import FloatArray
from klbio.errors import Fault, InputError, StrPath, listed

__all__ = ["Level", "Nodes", "Tree"]

Nodes = NDArray[np.intp]


class Level(NamedTuple):
    """The nodes at one depth, children of one parent side by side."""

    nodes: Nodes
    parents: Nodes  # each parent once
    starts: Nodes  # where its children begin among `nodes`


@dataclass(frozen=True, eq=False, repr=False)
class Tree:
    """A tree with a root and branch lengths, nodes counted from 0, parents before their children.

    Polytomies, inner nodes of one child and branches of length 0 are fine; so is an unrooted tree,
    which a file writes with some node at the top: `tree_wasserstein` does not depend on which.

    Parameters
    ----------
    parents : array_like of int of shape (n_nodes,)
        The node above each node; -1 for node 0, the root.
    lengths : array_like of float of shape (n_nodes,)
        Of the branch above each node, in whatever unit the tree has (often substitutions per
        site).  Nothing is above the root: its length is kept as 0 whatever is given.
    names : sequence of str of length n_nodes
        Kept verbatim; empty where a node has none.  Only tips need one, each its own.
    name : path-like
        What messages call the tree: the file it came from.

    Attributes
    ----------
    tips : dict of str to int
        The node of each named tip.

    Raises
    ------
    InputError
        All of: branches without a length (NaN), negative or infinite ones, tips that share a
        name.  Before these: arrays that do not fit each other, parents that come late.

    Examples
    --------
    The tree ``((a:1,b:1)AB:2,c:3);`` with its root as node 0:

    >>> tree = Tree([-1, 0, 1, 1, 0], [0, 2, 1, 1, 3], ["", "AB", "a", "b", "c"])
    >>> tree
    Tree of 3 named tips, 5 nodes
    >>> tree.tips
    {'a': 2, 'b': 3, 'c': 4}
    >>> tree.root_distances
    array([0., 2., 3., 3., 3.])
    """

    parents: Nodes
    lengths: FloatArray
    names: tuple[str, ...]
    tips: dict[str, int]
    name: StrPath

    def __init__(
        self, parents: ArrayLike, lengths: ArrayLike, names: Sequence[str], name: StrPath = "tree"
    ) -> None:
        above, branch = np.array(parents), np.array(lengths, dtype=float)
        InputError.raise_any(_shape_faults(name, above, branch, len(names)))
        above = above.astype(np.intp)
        branch[0] = 0.0
        tips = _tips(above)
        InputError.raise_any(_length_faults(name, above, branch, names) + _name_faults(name, tips, names))
        for array in (above, branch):
            array.setflags(write=False)
        for field, value in (
            ("parents", above),
            ("lengths", branch),
            ("names", tuple(names)),
            ("tips", {names[tip]: tip for tip in tips.tolist() if names[tip]}),
            ("name", name),
        ):
            object.__setattr__(self, field, value)

    def __repr__(self) -> str:
        return f"Tree of {len(self.tips)} named tips, {len(self.parents)} nodes"

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The nodes depth by depth, from the deepest to the children of the root."""
        depths = [0]
        for parent in self.parents[1:].tolist():
            depths.append(depths[parent] + 1)
        depth = np.asarray(depths)
        order = np.lexsort((self.parents, depth))[1:]
        changes = np.flatnonzero(np.diff(depth[order])) + 1
        return tuple(self._level(nodes) for nodes in reversed(np.split(order, changes)) if len(nodes))

    def _level(self, nodes: Nodes) -> Level:
        parents, starts = np.unique(self.parents[nodes], return_index=True)
        return Level(nodes, parents, starts)

    @cached_property
    def root_distances(self) -> FloatArray:
        """Length of the way from the root to each node, shape (n_nodes,)."""
        distances = np.zeros(len(self.parents))
        for level in reversed(self.levels):
            distances[level.nodes] = distances[self.parents[level.nodes]] + self.lengths[level.nodes]
        return distances

    def mass_below(self, nodes: Nodes, rows: FloatArray) -> FloatArray:
        """Add up rows of shape (..., n_categories) to the mass on and below each node, shape (..., n_nodes).

        `nodes` are those of the categories, see `nodes_of`.
        """
        # nodes first, so that each step adds whole rows of memory
        below = np.zeros((len(self.parents), *rows.shape[:-1]))
        below[nodes] = np.moveaxis(rows, -1, 0)
        for level in self.levels:
            below[level.parents] = np.add.reduceat(below[level.nodes], level.starts, axis=0)
        return np.moveaxis(below, 0, -1)

    def clade(self, node: int) -> tuple[str, ...]:
        """Name the tips below a node, or the tip that it is.

        >>> Tree([-1, 0, 1, 1, 0], [0, 2, 1, 1, 3], ["", "AB", "a", "b", "c"]).clade(1)
        ('a', 'b')
        """
        inside = np.zeros(len(self.parents), dtype=bool)
        inside[node] = True
        for level in reversed(self.levels):
            inside[level.nodes] |= inside[self.parents[level.nodes]]
        return tuple(label for label, tip in self.tips.items() if inside[tip])

    def nodes_of(self, labels: Sequence[str]) -> Nodes:
        """Give the tip of each category.

        Raises
        ------
        InputError
            Naming all labels that are no tip of the tree, and those given more than once.
        """
        repeated = [label for label, times in Counter(labels).items() if times > 1]
        missing = [label for label in dict.fromkeys(labels) if label not in self.tips]
        faults = []
        if repeated:
            found = f"{listed(repeated)} given more than once"
            faults.append(Fault("labels", found, "each category once", "Add their counts up first."))
        if missing:
            faults.append(self._missing(missing, len(labels)))
        InputError.raise_any(faults)
        return np.array([self.tips[label] for label in labels], dtype=np.intp)

    def _missing(self, missing: list[str], n_labels: int) -> Fault:
        inner = sum(label in self.names for label in missing)
        note = f" Of these, {inner} are names of inner nodes, where no mass can sit." if inner else ""
        return Fault(
            self.name,
            f"{len(missing)} of {n_labels} categories are no tip of the tree ({listed(missing)})",
            "a tip for each category; further tips do no harm",
            f"Names are compared verbatim ('a b' is not 'a_b'). Take the tree made for this table.{note}",
        )


def _tips(parents: Nodes) -> Nodes:
    tip = np.ones(len(parents), dtype=bool)
    tip[parents[1:]] = False
    return np.flatnonzero(tip)


def _shape_faults(
    name: StrPath, parents: NDArray[np.number], lengths: FloatArray, n_names: int
) -> list[Fault]:
    if not (parents.ndim == 1 and parents.shape == lengths.shape == (n_names,) and n_names):
        found = f"parents of shape {parents.shape}, lengths of shape {lengths.shape}, {n_names} names"
        return [Fault(name, found, "one of each per node, and at least one node")]
    before = np.arange(n_names)
    if parents.dtype.kind not in "iu" or parents[0] != -1:
        return [Fault(name, f"parents that begin with {parents[0]}", "whole numbers, -1 for the root first")]
    late = np.flatnonzero((parents[1:] < 0) | (parents[1:] >= before[1:])) + 1
    if len(late):
        found = f"node {late[0]} has the parent {parents[late[0]]}"
        return [Fault(name, found, "one root, and parents before their children", "List nodes in preorder.")]
    return []


def _length_faults(name: StrPath, parents: Nodes, lengths: FloatArray, names: Sequence[str]) -> list[Fault]:
    kinds = (
        (np.isnan(lengths), "have no length", "Where only the topology is known, give each branch the "
         "length 1: the distance then counts branches."),
        (lengths < 0, "have a negative length", "Neighbour joining leaves such; set them to 0."),
        (np.isinf(lengths), "have an infinite length", "Make the tree again."),
    )  # fmt: skip
    return [
        Fault(
            name,
            f"{bad.sum()} of {len(parents) - 1} branches {what}: "
            + listed([_called(int(node), parents, names) for node in np.flatnonzero(bad)[:3]])
            + (f" and {bad.sum() - 3} more" if bad.sum() > 3 else ""),
            "a finite length of 0 or more on every branch",
            remedy,
        )
        for bad, what, remedy in kinds
        if bad.any()
    ]


def _called(node: int, parents: Nodes, names: Sequence[str]) -> str:
    """Name a branch by the node below it, or by a tip that hangs on it."""
    if names[node]:
        return names[node]
    tip = node
    while (children := np.flatnonzero(parents == tip)).size:
        tip = int(children[0])
    return f"clade of {names[tip]}" if names[tip] else f"node {node}"


def _name_faults(name: StrPath, tips: Nodes, names: Sequence[str]) -> list[Fault]:
    times = Counter(names[tip] for tip in tips.tolist() if names[tip])
    repeated = [label for label, n in times.items() if n > 1]
    if not repeated:
        return []
    return [Fault(name, f"tips {listed(repeated)} given more than once", "each tip once", "Rename them.")]
