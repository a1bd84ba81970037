"""Taxa tables of any format -> one BIOM file with samples as the sheet names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from klbio.errors import StrPath
from klbio.io import read_table, write_table
from klbio.io.sheets.sheet import read_samples
from klbio.shift.inputs import oriented

if TYPE_CHECKING:
    from klbio.transport import Tree

__all__ = ["compose_taxa", "read_tree"]


def compose_taxa(*, table: StrPath, samples: StrPath, out: StrPath, format: str | None = None) -> None:
    """Read a table, turn it the way the sheet's sample names say, and write it as BIOM (or TSV).

    Parameters
    ----------
    table, samples : path-like
        Table of counts and sample sheet.
    out : path-like
        ``.biom`` or ``.tsv``.
    format : str, optional
        Format of `table`; recognised from content when not given.
    """
    write_table(oriented(read_table(table, format), read_samples(samples)), out)


def read_tree(path: StrPath) -> Tree:
    """Read a tree in Newick format, and refuse one without usable branch lengths.

    Raises
    ------
    InputError
        All faults of the tree by itself.
    """
    from klbio.io.tables.tree import read
    from klbio.transport import Tree

    return Tree(*read(path))
