"""What other libraries hold, taken as it is: tables, sheets, taxonomies and trees as klbio's own nouns.

A type is recognised by its name, so that no library is imported which is not already in use.  What is
taken is checked as a file would be, and refused with the same words.

=============  ======================================================================================
becomes        from
=============  ======================================================================================
`Counts`       `pandas.DataFrame`, samples in rows or in columns; `biom.Table` (scikit-bio's `Table` is the
               same); `anndata.AnnData`, whose observations are samples
`Design`       `pandas.DataFrame` with the columns ``sample`` (or the index), ``subject``, ``phase``
`Taxonomy`     `pandas.DataFrame`, one column per rank; `pandas.Series` of lineages joined by ``;``
`Tree`         `skbio.TreeNode`
=============  ======================================================================================

Arrays with names of their own need no door: ``Counts(samples, taxa, values)``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from os import PathLike
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from klbio.columns import SAMPLE, TAXON, Columns
from klbio.design import Design, sample_columns
from klbio.distributions import Counts
from klbio.errors import Fault, InputError, StrPath, listed
from klbio.orientation import oriented
from klbio.sheet import Row, Sheet
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import Taxonomy
from klbio.tidy import in_units, tidied
from klbio.transport import Tree

if TYPE_CHECKING:
    import biom
    import pandas as pd
    from anndata import AnnData
    from skbio import TreeNode
    from typing_extensions import TypeIs

    CountsLike: TypeAlias = Counts | pd.DataFrame | biom.Table | AnnData
    TableLike: TypeAlias = CountsLike | TaxaTable
    DesignLike: TypeAlias = Design | pd.DataFrame
    TaxonomyLike: TypeAlias = Taxonomy | pd.DataFrame | pd.Series[str]
    TreeLike: TypeAlias = Tree | TreeNode

__all__ = ["as_design", "as_table", "as_taxonomy", "as_tree", "is_a"]

TABLE, SHEET, TAXONOMY, TREE = "table", "sample sheet", "taxonomy", "tree"


def is_a(value: object, name: str) -> bool:
    """Whether a value is of a class of a library, or of one made from it, without importing the library.

    >>> is_a(np.zeros(3), "numpy.ndarray"), is_a([0, 0, 0], "numpy.ndarray")
    (True, False)
    """
    return any(f"{kind.__module__.partition('.')[0]}.{kind.__name__}" == name for kind in type(value).__mro__)


def _is_frame(value: object) -> TypeIs[pd.DataFrame]:
    return is_a(value, "pandas.DataFrame")


def as_table(table: TableLike, design: Design | None = None) -> TaxaTable:
    """Give a table, with what its file says of taxa besides, its samples in rows.

    One of another library is looked at as a file is: totals and taxa that are sums of others are left out or refused.

    Parameters
    ----------
    table : TaxaTable, Counts, pandas.DataFrame, biom.Table or anndata.AnnData
    design : Design, optional
        Whose names tell samples from taxa: a table that has its taxa in rows is turned.  Without it, rows (and
        the samples of a biom.Table) are taken for samples.

    Raises
    ------
    InputError
        For values that are neither whole numbers of 0 or more nor proportions, repeated names; a table that names
        samples of the design in rows and in columns, or in neither; as `klbio.tidy.tidied` does.

    Examples
    --------
    >>> import pandas as pd
    >>> from klbio.design import Sample
    >>> design = Design([Sample("day0", "Ann", "before"), Sample("day7", "Ann", "after")])
    >>> frame = pd.DataFrame({"day0": [8, 2], "day7": [1, 9]}, index=["Bacteroides", "Roseburia"])
    >>> as_table(frame, design).counts.samples
    ('day0', 'day7')
    """
    if isinstance(table, TaxaTable):
        return table.turned(design)
    whole = TaxaTable(_counts(table, design), samples_known=True)
    return whole if isinstance(table, Counts) else tidied(whole)


def _counts(table: CountsLike, design: Design | None) -> Counts:
    counts = _as_it_lies(_numbers(table, design) if _is_frame(table) else table)
    return counts if design is None else oriented(counts, design)


def _as_it_lies(table: CountsLike) -> Counts:
    if isinstance(table, Counts):
        return table
    if _is_frame(table):
        samples, taxa, values = table.index, table.columns, table.to_numpy(dtype=float)
    elif is_a(table, "biom.Table"):
        samples, taxa, values = table.ids("sample"), table.ids("observation"), table.matrix_data.T
    elif is_a(table, "anndata.AnnData"):
        samples, taxa, values = table.obs_names, table.var_names, table.X
    else:
        expected = "Counts, a pandas.DataFrame, a biom.Table or an anndata.AnnData"
        raise _unknown(TABLE, table, expected, "read_table")
    return in_units(_labels(samples), _labels(taxa), values, TABLE)


def _numbers(frame: pd.DataFrame, design: Design | None) -> pd.DataFrame:
    """Refuse columns of words; turn a frame whose columns are samples, and only they, so that its rows are."""
    if not frame.size:
        raise InputError.one(
            TABLE, f"{len(frame)} rows, {len(frame.columns)} columns", "at least one of each"
        )
    words = [str(name) for name, dtype in frame.dtypes.items() if dtype.kind not in "biuf"]
    if words:
        raise InputError.one(
            TABLE, f"columns without numbers: {listed(words)}", "numbers of reads in every column",
            "Make the names the index (`table.set_index(...)`), and leave out what is no count; numbers that pandas "
            "holds as objects or text are turned by `table.astype(int)`.",
        )  # fmt: skip
    names = [sample.name for sample in design.samples] if design else []
    in_rows, in_columns = (
        [name for name in names if name in side]
        for side in map(set, map(_labels, (frame.index, frame.columns)))
    )
    if in_rows and in_columns:
        both = f"samples in rows ({listed(in_rows)}) and in columns ({listed(in_columns)})"
        raise InputError.one(TABLE, both, "samples in one of the two", "Rename what is called like a sample.")
    return frame.T if in_columns else frame


def as_design(sheet: DesignLike) -> Design:
    """Give a sample sheet as a design.

    Parameters
    ----------
    sheet : Design or pandas.DataFrame
        Columns `sample`, `subject`, `phase` and optionally `time`, `arm`, `batch`, `replicate`; the index is
        the column `sample` where there is none.

    Raises
    ------
    InputError
        Every fault of the sheet at once, as `Design.of` finds them.
    """
    if isinstance(sheet, Design):
        return sheet
    if not _is_frame(sheet):
        raise _unknown(SHEET, sheet, "a Design or a pandas.DataFrame", "read_samples")
    return Design.of(_sheet(sheet, SHEET, SAMPLE, sample_columns()))


def as_taxonomy(lineages: TaxonomyLike) -> Taxonomy:
    """Give lineages as a taxonomy.

    Parameters
    ----------
    lineages : Taxonomy, pandas.DataFrame or pandas.Series
        Taxa are the index, or the first column; then one column per rank, or one of lineages joined by ``;``.

    Raises
    ------
    InputError
        Every fault at once, as `Taxonomy.of` finds them.
    """
    if isinstance(lineages, Taxonomy):
        return lineages
    if _is_frame(lineages):
        frame = lineages
    elif is_a(lineages, "pandas.Series"):
        frame = lineages.to_frame(TAXON)
    else:
        expected = "a Taxonomy, a pandas.DataFrame or a pandas.Series"
        raise _unknown(TAXONOMY, lineages, expected, "read_taxonomy")
    return Taxonomy.of(_sheet(frame, TAXONOMY, "feature"))


def as_tree(tree: TreeLike, name: StrPath = TREE) -> Tree:
    """Give a tree as the arrays that klbio walks.

    Parameters
    ----------
    tree : Tree or skbio.TreeNode
    name : path-like
        What messages call it.

    Raises
    ------
    InputError
        For branches without a length, as `Tree` finds them.
    """
    if isinstance(tree, Tree):
        return tree
    if not is_a(tree, "skbio.TreeNode"):
        raise _unknown(TREE, tree, "a Tree or a skbio.TreeNode", "read_tree")
    nodes = list(tree.preorder())
    number = {id(node): i for i, node in enumerate(nodes)}
    parents = [-1, *(number[id(node.parent)] for node in nodes[1:])]
    lengths = [math.nan if node.length is None else node.length for node in nodes]
    return Tree(parents, lengths, [node.name or "" for node in nodes], name)


def _sheet(frame: pd.DataFrame, name: str, key: str, columns: Columns | None = None) -> Sheet:
    """Turn a frame into rows of text; its index is the column `key` where it names anything and none is there."""
    columns = columns or Columns()
    header, labels = _labels(frame.columns), _labels(frame.index)
    cells = [tuple(map(_text, row)) for row in frame.itertuples(index=False, name=None)]
    if key not in columns.named(header) and not is_a(frame.index, "pandas.RangeIndex"):
        header = [key, *header]
        cells = [(label, *row) for label, row in zip(labels, cells, strict=True)]
    faults = columns.faults(name, header)
    faults += [] if cells else [Fault(name, "no row", "at least one")]
    InputError.raise_any(faults)
    names = columns.named(header)
    rows = [
        Row(None, dict(zip(names, row, strict=True)), label) for label, row in zip(labels, cells, strict=True)
    ]
    return Sheet(name, names, tuple(rows), tuple(header))


def _labels(index: Iterable[object]) -> list[str]:
    return [_text(label) for label in index]


def _text(cell: object) -> str:
    """Say what a cell holds as a file would: nothing for what is missing, and 7 for 7.0."""
    if cell is None or cell != cell or is_a(cell, "pandas.NAType"):
        return ""
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return str(int(cell))
    return str(cell)


def _unknown(name: str, value: object, expected: str, reader: str) -> InputError:
    """Refuse a value of an unknown type; what looks like a file has its reader."""
    is_path = isinstance(value, str | PathLike)
    found = f"the path {value!s}" if is_path else f"an object of type {type(value).__name__}"
    remedy = f"Read the file first: klbio.{reader}(path)." if is_path else "Turn it into one of these first."
    return InputError.one(name, found, expected, remedy)
