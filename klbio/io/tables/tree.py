"""Trees in Newick format, read by scikit-bio."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.errors import InputError, StrPath
from klbio.io.source import Source

__all__ = ["Newick", "read"]

# what may hold a ';' that ends no tree
QUOTED_OR_COMMENT = re.compile(r"'[^']*(?:'|\Z)|\[[^\]]*(?:\]|\Z)")
REMEDY = "Write it again as Newick, with one tree that ends in ';'."


class Newick(NamedTuple):
    """A tree as a file holds it, in the order that `klbio.transport.Tree` takes: ``Tree(*read(path))``.

    Parameters
    ----------
    parents : ndarray of shape (n_nodes,)
        The node above each node, nodes in preorder; -1 for the root.
    lengths : ndarray of shape (n_nodes,)
        Of the branch above each node; NaN where the file gives none.
    names : tuple of str
        Verbatim, without their quotes; empty where a node has none.
    path : path-like
        The file.
    """

    parents: NDArray[np.intp]
    lengths: FloatArray
    names: tuple[str, ...]
    path: StrPath


def read(path: StrPath) -> Newick:
    """Read a file of one tree in Newick format.

    Parameters
    ----------
    path : path-like
        Names are kept verbatim: an underscore stays one, in quotes or out of them.

    Returns
    -------
    Newick
        Lengths are as they stand; `klbio.transport.Tree` examines them.

    Raises
    ------
    InputError
        If the file is missing, larger than 64 MB, gzipped, not text, not Newick, or holds no tree or
        more than one.
    """
    source = Source.of(path)
    path, lines = source.path, source.parameter_lines("a tree in Newick format")
    _refuse_all_but_one(path, "\n".join(lines))
    return _parsed(path, lines)


def _refuse_all_but_one(path: StrPath, text: str) -> None:
    """Count trees: the reader would give the first and be silent about the others."""
    bare = QUOTED_OR_COMMENT.sub("", text).strip()
    if not bare:
        raise InputError.one(path, "an empty file", "a tree in Newick format", REMEDY)
    if bare.count(";") > 1:
        raise InputError.one(path, f"{bare.count(';')} trees", "one tree", "Keep the one you mean.")
    if not bare.endswith(";"):
        found = f"{'text after' if ';' in bare else 'no'} ';' at the end of the tree"
        raise InputError.one(path, found, "a whole tree in Newick format", REMEDY)


def _parsed(path: StrPath, lines: list[str]) -> Newick:
    from skbio import TreeNode
    from skbio.io import NewickFormatError

    try:
        root = TreeNode.read(
            [f"{line}\n" for line in lines], "newick", convert_underscores=False, verify=False
        )
    except NewickFormatError as error:
        raise InputError.one(path, str(error).rstrip("."), "a tree in Newick format", REMEDY) from error
    nodes = list(root.preorder())
    number = {id(node): i for i, node in enumerate(nodes)}
    return Newick(
        np.array([-1, *(number[id(node.parent)] for node in nodes[1:])], dtype=np.intp),
        np.array([np.nan if node.length is None else node.length for node in nodes], dtype=float),
        tuple(node.name or "" for node in nodes),
        path,
    )
