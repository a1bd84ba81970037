"""What a container writes beside the counts: lineages and metadata in columns; names that it cannot hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from klbio.errors import Fault, InputError, listed
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import written_lineages

__all__ = ["check_names", "lineage_columns", "name_faults", "sample_columns"]

JOINED = "taxonomy"
RESERVED = {"", ".", ".."}


def lineage_columns(table: TaxaTable, by_rank: bool = False) -> dict[str, list[str] | list[list[str]]]:
    """Lineages of the taxa: a column of lists, or a column of names per rank, which `by_rank` prefers.

    Raises
    ------
    InputError
        If one of them would be read as another.
    """
    if table.taxonomy is None or not table.taxonomy.ranks:
        return {}
    columns = written_lineages(table.taxonomy, table.counts.labels, by_rank)
    return {
        key: column if key == JOINED else [names[0] for names in column] for key, column in columns.items()
    }


def sample_columns(table: TaxaTable) -> dict[str, list[str]]:
    """Metadata of the samples, in the order of the table; empty where the sheet says nothing."""
    if table.metadata is None:
        return {}
    key, *columns = table.metadata.columns
    rows = {row[key]: row for row in table.metadata}
    known = [rows.get(sample) for sample in table.counts.samples]
    return {column: [row[column] if row else "" for row in known] for column in columns}


def check_names(table: TaxaTable) -> None:
    """Refuse names that files written in C end early, and columns that are no names of a part.

    Raises
    ------
    InputError
        Naming them.
    """
    InputError.raise_any(list(_faults(table)))


def name_faults(source: str, kind: str, names: Sequence[str]) -> list[Fault]:
    """List names that files written in C end early."""
    bad = [name for name in names if not _is_text(name) or (kind == "column" and name in RESERVED)]
    if not bad:
        return []
    return [Fault(source, f"{kind} {listed(bad)}", "a name without null characters", "Rename it.")]


def _faults(table: TaxaTable) -> Iterator[Fault]:
    counts = table.counts
    columns = sample_columns(table)
    for kind, names in (("sample", counts.samples), ("taxon", counts.labels), ("column", tuple(columns))):
        yield from name_faults(counts.name, kind, names)
    cells = [value for column in columns.values() for value in column if not _is_text(value)]
    if cells:
        yield Fault(counts.name, f"metadata {listed(cells)}", "text without null characters", "Leave it out.")


def _is_text(name: str) -> bool:
    """Whether UTF-8 that ends at a null character holds a name."""
    try:
        return b"\0" not in name.encode()
    except UnicodeEncodeError:
        return False
