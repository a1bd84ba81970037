"""Lineages as a file holds them, so that klbio and others read them back as they are."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

from klbio.columns import TAXON
from klbio.errors import InputError, InputWarning, shorten
from klbio.sheet import Row, Sheet
from klbio.taxonomy.ranks import NO_RANK, PREFIXES, RANKS
from klbio.taxonomy.taxonomy import Taxonomy

__all__ = ["written_lineages"]

JOINED = "taxonomy"
CODES = {rank: code for code, rank in reversed(PREFIXES.items()) if rank != NO_RANK}
Columns = dict[str, list[list[str]]]


def written_lineages(
    taxonomy: Taxonomy, taxa: Sequence[str], by_rank: bool = False
) -> dict[str, list[list[str]]]:
    """Give the columns that hold the lineages of some taxa: what they are called, and the names of each taxon.

    They are one column ``taxonomy`` of names with prefixes, a column per rank, or one whose header names all ranks:
    the first of these that is read as it is written.  Taxa without a lineage are unassigned.

    Parameters
    ----------
    taxonomy : Taxonomy
    taxa : sequence of str
    by_rank : bool
        Whether a column per rank comes first.

    Raises
    ------
    InputError
        If a name would be read as another, or as none.

    Examples
    --------
    >>> taxonomy = Taxonomy(("family", "genus"), {"a": ("Lachnospiraceae", "Blautia")})
    >>> written_lineages(taxonomy, ["a", "b"])
    {'taxonomy': [['f__Lachnospiraceae', 'g__Blautia'], ['f__', 'g__']]}
    """
    none = ("",) * len(taxonomy.ranks)
    wanted = Taxonomy(
        taxonomy.ranks, {taxon: taxonomy.lineages.get(taxon, none) for taxon in taxa}, taxonomy.name
    )
    changed = "lineages without ranks"
    joined, ranked = (_joined(wanted), _read_joined), (_by_rank(wanted), _read_columns)
    first = (ranked, joined) if by_rank else (joined, ranked)
    for columns, read in (*first, (_under_ranks(wanted), _read_columns)):
        changed = _changed(wanted, columns, read) if columns else changed
        if columns and not changed:
            return columns
    raise InputError.one(
        taxonomy.name, changed, "lineages that are read as they are written",
        "Name it otherwise, or leave the lineages out.",
    )  # fmt: skip


def _joined(taxonomy: Taxonomy) -> Columns:
    """One column, if every rank has a prefix."""
    if not set(taxonomy.ranks) <= set(RANKS):
        return {}
    prefixes = [f"{CODES.get(rank, rank)}__" for rank in taxonomy.ranks]
    lineages = taxonomy.lineages.values()
    return {JOINED: [[f"{a}{b}" for a, b in zip(prefixes, names, strict=True)] for names in lineages]}


def _by_rank(taxonomy: Taxonomy) -> Columns:
    lineages = taxonomy.lineages.values()
    return {rank: [[names[i]] for names in lineages] for i, rank in enumerate(taxonomy.ranks)}


def _under_ranks(taxonomy: Taxonomy) -> Columns:
    return {";".join(taxonomy.ranks): [[";".join(names)] for names in taxonomy.lineages.values()]}


def _read_joined(columns: Columns, taxa: Sequence[str], name: str) -> Taxonomy:
    return Taxonomy.of_lineages(dict(zip(taxa, columns[JOINED], strict=True)), name)


def _read_columns(columns: Columns, taxa: Sequence[str], name: str) -> Taxonomy:
    rows = [
        Row(None, {TAXON: taxon, **{rank: names[i][0] for rank, names in columns.items()}}, taxon)
        for i, taxon in enumerate(taxa)
    ]
    return Taxonomy.of(Sheet(name, (TAXON, *columns), tuple(rows)))


def _changed(
    taxonomy: Taxonomy, columns: Columns, read: Callable[[Columns, Sequence[str], str], Taxonomy]
) -> str:
    """Name the first taxon that is read otherwise; gaps that other lineages fill are none."""
    try:
        with warnings.catch_warnings(action="ignore", category=InputWarning):
            back = read(columns, list(taxonomy.lineages), taxonomy.name)
    except InputError as error:
        return error.faults[0].found
    for taxon, names in taxonomy.lineages.items():
        found = dict(zip(back.ranks, back.lineages[taxon], strict=True))
        for rank, name in zip(taxonomy.ranks, names, strict=True):
            if name and found.get(rank) != name:
                return f"{rank} {shorten(name)} of taxon {shorten(taxon)}, read as {shorten(found.get(rank))}"
    return ""
