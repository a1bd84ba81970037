"""Taxa tables of any format -> one BIOM file with samples as the sheet names them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from klbio.design import Design
from klbio.distributions import Counts
from klbio.errors import Fault, InputError, StrPath, listed
from klbio.io import read_table, write_table
from klbio.io.sheets.sheet import read_samples
from klbio.taxonomy import FEATURE, Taxonomy

if TYPE_CHECKING:
    from klbio.transport import Tree

__all__ = ["check_labels", "compose_taxa", "oriented", "read_tree"]


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


def oriented(counts: Counts, design: Design) -> Counts:
    """Turn a table whose taxa stand where the sheet says samples are.

    Raises
    ------
    InputError
        If neither the columns nor the rows of the table are the sheet's samples.
    """
    wanted = {sample.name for sample in design.samples}
    if wanted & set(counts.samples):
        return counts
    if wanted & set(counts.labels):
        return Counts(counts.labels, counts.samples, counts.values.T, counts.name)
    raise InputError.one(
        counts.name,
        f"samples {listed(counts.samples)}",
        f"some of the samples of {design.name} ({listed(sorted(wanted))})",
        "Names are compared letter by letter, case and spaces included.",
    )


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


def check_labels(
    counts: Counts, ranks: Sequence[str], lineages: Taxonomy | None = None, tree: Tree | None = None
) -> None:
    """Refuse a taxonomy and a tree that were not made for this table.

    Raises
    ------
    InputError
        All faults of both: taxa without a lineage, taxa with counts that are no tip of the tree, a
        tree where no rank of its tips is measured.
    """
    faults: list[Fault] = []
    checks: list[Callable[[], object]] = [lambda: lineages.check(counts.labels, ranks)] if lineages else []
    if tree:
        seen = np.flatnonzero(np.asarray(counts.values.sum(axis=0)).ravel() > 0)
        checks += [
            lambda: tree.nodes_of([counts.labels[k] for k in seen]),
            lambda: _tips_measured(tree, ranks),
        ]
    for check in checks:
        try:
            check()
        except InputError as error:
            faults += error.faults
    InputError.raise_any(faults)


def _tips_measured(tree: Tree, ranks: Sequence[str]) -> None:
    if FEATURE not in ranks:
        raise InputError.one(
            tree.name,
            f"a tree, but only the ranks {listed(ranks)}",
            f"the rank {FEATURE!r}: collapsed taxa are no tips",
            f"Add it (`taxa.ranks`, or --rank {FEATURE}), or leave the tree out.",
        )
