"""Hierarchies over the taxa of a study: its taxonomy, or its tree, as one kind of thing with named nodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

import numpy as np

from klbio.distributions import FloatArray
from klbio.taxonomy import FEATURE, ROOT, UNASSIGNED, Taxonomy
from klbio.transport import Tree
from klbio.transport.tree import Nodes

__all__ = ["Hierarchy", "from_taxonomy", "from_tree", "hierarchies"]

Path = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Nodes over the taxa of a study, parents before their children, node 0 the root.

    Attributes
    ----------
    source : {"taxonomy", "tree"}
    parents : ndarray of int of shape (n_nodes,)
    leaves : dict of str to int
        The node of each taxon.
    names : list of str
        Unique but for nodes of a single child, which share the name of what they hold.
    ranks : list of str
        Rank of each node; empty in a tree.
    lineages : list of str
        The most specific lineage that all taxa below share, joined with ``;``; empty where none is known.
    lengths, root_distances : ndarray of shape (n_nodes,)
        Branch above each node, and the way from the root; NaN in a taxonomy.
    levels : sequence of str
        Names of the depths, from the root down to the taxa; none in a tree.
    """

    source: str
    parents: Nodes
    leaves: dict[str, int]
    names: list[str]
    ranks: list[str]
    lineages: list[str]
    lengths: FloatArray
    root_distances: FloatArray
    levels: Sequence[str] = ()

    @cached_property
    def depths(self) -> Nodes:
        """Branches between the root and each node."""
        depths = [0]
        for parent in self.parents[1:].tolist():
            depths.append(depths[parent] + 1)
        return np.array(depths)

    @cached_property
    def n_children(self) -> Nodes:
        """Children of each node."""
        return np.bincount(self.parents[1:], minlength=len(self.parents))

    @cached_property
    def n_tips(self) -> Nodes:
        """Leaves below each node; a leaf counts itself."""
        return _tips_below(self.parents)

    @cached_property
    def forks_above(self) -> Nodes:
        """The nearest node above that has more than one child; the root where there is none."""
        several, found = (self.n_children > 1).tolist(), [-1]
        for parent in self.parents[1:].tolist():
            found.append(parent if several[parent] or parent == 0 else found[parent])
        return np.array(found)


def from_taxonomy(labels: Sequence[str], taxonomy: Taxonomy) -> Hierarchy:
    """Make the hierarchy of the lineages of some taxa.

    Taxa without a name at a rank form one group there, named after what stands above them, so the groups of a
    rank are those of ``Taxonomy.labels(..., unassigned="lineage")``.
    """
    number: dict[Path, int] = {(): 0}
    parents = [-1]
    for label in labels:
        path = (*_filled(taxonomy.lineages[label]), label)
        for depth in range(1, len(path) + 1):
            if path[:depth] not in number:
                number[path[:depth]] = len(parents)
                parents.append(number[path[: depth - 1]])
    paths = list(number)
    ranks = [ROOT, *taxonomy.ranks, FEATURE]
    names = [";".join(path) or ROOT for path in paths]
    leaves = {path[-1]: node for path, node in number.items() if len(path) == len(ranks) - 1}
    blank = np.full(len(parents), np.nan)
    shown = [";".join(path[: len(taxonomy.ranks)]) for path in paths]
    return Hierarchy(
        "taxonomy",
        np.array(parents),
        leaves,
        names,
        [ranks[len(path)] for path in paths],
        shown,
        blank,
        blank,
        ranks,
    )


def _filled(lineage: Path) -> Path:
    """Name the ranks that a lineage leaves empty after the last name above."""
    last, filled = "", []
    for name in lineage:
        last = name or last
        filled.append(name or (f"{last}_{UNASSIGNED}" if last else UNASSIGNED))
    return tuple(filled)


def from_tree(labels: Sequence[str], tree: Tree, taxonomy: Taxonomy | None = None) -> Hierarchy:
    """Make the hierarchy of a tree, its nodes named by themselves or by their smallest tip.

    Raises
    ------
    InputError
        Naming the taxa that are no tip of the tree.
    """
    nodes = tree.nodes_of(labels)
    leaves = dict(zip(labels, nodes.tolist(), strict=True))
    lineages = _shared(tree.parents, leaves, taxonomy) if taxonomy else [""] * len(tree.parents)
    return Hierarchy(
        "tree", tree.parents, leaves, _names(tree), [""] * len(tree.parents), lineages, tree.lengths,
        tree.root_distances,
    )  # fmt: skip


def _names(tree: Tree) -> list[str]:
    """Name nodes: the root, tips, labels that are no support values and stand once, else by the smallest tip."""
    times, tips = Counter(tree.names), set(tree.tips.values())
    n_tips, first = _tips_below(tree.parents).tolist(), list(tree.names)
    for node in range(len(first) - 1, -1, -1):
        if node not in tips and n_tips[node] > 1:
            first[node] = ""
    for node in range(len(first) - 1, 0, -1):
        parent = int(tree.parents[node])
        first[parent] = min(first[parent] or first[node], first[node])
    return [
        ROOT if node == 0
        else own if node in tips or (own and times[own] == 1 and not _is_number(own))
        else f"{first[node]} and {n_tips[node] - 1} more" if n_tips[node] > 1 else first[node]
        for node, own in enumerate(tree.names)
    ]  # fmt: skip


def _is_number(name: str) -> bool:
    """Whether a label is a support value, such as ``0.98`` or ``95/100``."""
    return all(part.replace(".", "", 1).isdecimal() for part in name.split("/"))


def _tips_below(parents: Nodes) -> Nodes:
    above = parents.tolist()
    below = [0] * len(above)
    for node in range(len(above) - 1, 0, -1):
        below[node] = below[node] or 1
        below[above[node]] += below[node]
    return np.array(below)


def _shared(parents: Nodes, leaves: dict[str, int], taxonomy: Taxonomy) -> list[str]:
    """The lineage that all taxa of the table below a node share."""
    paths: list[Path | None] = [None] * len(parents)
    for label, node in leaves.items():
        paths[node] = tuple(name for name in taxonomy.lineages[label] if name)
    above = parents.tolist()
    for node in range(len(above) - 1, 0, -1):
        path, other = paths[node], paths[above[node]]
        if path is not None:
            paths[above[node]] = path if other is None else _common(path, other)
    return [";".join(path or ()) for path in paths]


def _common(path: Path, other: Path) -> Path:
    return tuple(a for a, _ in takewhile(lambda both: both[0] == both[1], zip(path, other, strict=False)))


def hierarchies(labels: Sequence[str], taxonomy: Taxonomy | None, tree: Tree | None) -> list[Hierarchy]:
    """Both, where there are both: the taxonomy first."""
    found = [from_taxonomy(labels, taxonomy)] if taxonomy else []
    return found + ([from_tree(labels, tree, taxonomy)] if tree else [])
