"""Taxonomies: one column per rank, or the one-column form of QIIME 2 (``k__Bacteria; p__Firmicutes; ...``)."""

from __future__ import annotations

import re

from klbio.errors import Fault, InputError, StrPath
from klbio.io.sheets.sheet import Sheet, read_sheet
from klbio.taxonomy import Taxonomy

__all__ = ["read_taxonomy"]

STANDARD_RANKS = ("domain", "phylum", "class", "order", "family", "genus", "species", "strain")
PREFIX = re.compile(r"^[a-z]_{1,2}", re.IGNORECASE)
BLANK = {"", "unassigned", "unclassified", "na", "nan", "none"}


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
    sheet = read_sheet(path, ())
    key, *columns = sheet.columns
    if not columns:
        raise InputError.one(
            path, f"one column {key!r}", "a column of taxa and one per rank", "Separate columns by tabs."
        )
    InputError.raise_any(sheet.blank([key]) + sheet.repeated(key))
    joined = next((name for name in columns if name.lower() in ("taxon", "taxonomy", "lineage")), None)
    if joined:
        return _joined(sheet, key, joined)
    lineages = {row[key]: tuple(_clean(row[name]) for name in columns) for row in sheet}
    return Taxonomy(tuple(columns), lineages, str(path))


def _clean(name: str) -> str:
    """Drop a rank prefix; words that mean 'not assigned' become empty."""
    bare = PREFIX.sub("", name.strip()) if "__" in name else name.strip()
    return "" if bare.lower() in BLANK else bare


def _joined(sheet: Sheet, key: str, column: str) -> Taxonomy:
    split = {row[key]: tuple(_clean(name) for name in row[column].split(";")) for row in sheet}
    depth = max(len(lineage) for lineage in split.values())
    if depth > len(STANDARD_RANKS):
        found = f"lineages of {depth} ranks"
        InputError.raise_any(
            [Fault(sheet.path, found, f"at most {len(STANDARD_RANKS)}", "Give one column per rank.")]
        )
    lineages = {name: lineage + ("",) * (depth - len(lineage)) for name, lineage in split.items()}
    return Taxonomy(STANDARD_RANKS[:depth], lineages, str(sheet.path))
