"""Taxonomies: one column per rank, or the one-column form of QIIME 2 (``k__Bacteria; p__Firmicutes; ...``)."""

from __future__ import annotations

from klbio.errors import StrPath
from klbio.io.sheets.sheet import read_sheet
from klbio.taxonomy import Taxonomy

__all__ = ["read_taxonomy"]


def read_taxonomy(path: StrPath) -> Taxonomy:
    """Read the lineages of the taxa of a table.

    Parameters
    ----------
    path : path-like
        TSV.  First column: the taxon as the table names it.  Then either one column per
        rank from the highest down, or one column ``Taxon`` with a lineage joined by ``;``
        and rank prefixes such as ``g__``.  An empty name is unassigned.

    Returns
    -------
    Taxonomy

    Raises
    ------
    InputError
        For repeated or empty taxa and missing columns, all at once.
    """
    return Taxonomy.of(read_sheet(path, ()))
