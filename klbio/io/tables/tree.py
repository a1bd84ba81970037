"""Trees in Newick format, read by scikit-bio."""

from __future__ import annotations

import re

from klbio.errors import InputError, StrPath
from klbio.interop import as_tree
from klbio.io.artifact import ROOTED_TREE, unwrapped
from klbio.io.source import Source
from klbio.transport import Tree

__all__ = ["read_tree"]

# what may hold a ';' that ends no tree
QUOTED_OR_COMMENT = re.compile(r"'[^']*(?:'|\Z)|\[[^\]]*(?:\]|\Z)")
OTHERS = re.compile(r"\s*(#NEXUS|<|\{)", re.IGNORECASE)
REMEDY = "Write it again as Newick, with one tree that ends in ';'."


def read_tree(path: StrPath) -> Tree:
    """Read a file of one tree in Newick format.

    Parameters
    ----------
    path : path-like
        Text, or a QIIME 2 artifact of one.  Names are kept verbatim: an underscore stays one, in quotes or out of them.

    Returns
    -------
    Tree

    Raises
    ------
    InputError
        If the file is missing, larger than 64 MB, gzipped, not text, not Newick, or holds no tree or
        more than one; for branches without a length and tips that share a name.
    """
    source = unwrapped(path, ROOTED_TREE)
    lines = source.parameter_lines("a tree in Newick format")
    _refuse_all_but_one(source, "\n".join(lines))
    return _parsed(source, lines)


def _refuse_all_but_one(source: Source, text: str) -> None:
    """Count trees: the reader would give the first and be silent about the others."""
    if OTHERS.match(text):
        found = "no Newick, but NEXUS, XML, HTML or JSON"
        raise InputError.one(source, found, "a tree in Newick format", "Export the tree as Newick.")
    bare = QUOTED_OR_COMMENT.sub("", text).strip()
    if not bare:
        raise InputError.one(source, "an empty file", "a tree in Newick format", REMEDY)
    if bare.count(";") > 1:
        raise InputError.one(source, f"{bare.count(';')} trees", "one tree", "Keep the one you mean.")
    if not bare.endswith(";"):
        found = f"{'text after' if ';' in bare else 'no'} ';' at the end of the tree"
        raise InputError.one(source, found, "a whole tree in Newick format", REMEDY)


def _parsed(source: Source, lines: list[str]) -> Tree:
    from skbio import TreeNode
    from skbio.io import NewickFormatError

    try:
        root = TreeNode.read(
            [f"{line}\n" for line in lines], "newick", convert_underscores=False, verify=False
        )
        tree = as_tree(root, source.path)
    except (
        NewickFormatError,
        IndexError,
        AttributeError,
        RecursionError,
    ) as error:  # all but the first: its slips
        found = str(error).rstrip(".") if isinstance(error, NewickFormatError) else "text that is no tree"
        raise InputError.one(source, found, "a tree in Newick format", REMEDY) from error
    if not tree.lengths.any():
        remedy = "Take a tree with lengths; where only the topology is known, give each branch the length 1."
        raise InputError.one(
            source, "branches that are all of length 0", "some length: all taxa lie in one place", remedy
        )
    return tree
