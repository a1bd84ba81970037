"""Lineages that are names: ``k__Bacteria|p__Bacillota``, ``Bacteria;Bacillota``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from klbio.errors import InputError
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import DOMAINS, Taxonomy

__all__ = ["lineage_of", "with_lineages"]

BETWEEN = re.compile(r"\s*[|;]\s*")
DOTTED = re.compile(r"\.(?=[a-z]{1,2}__)", re.IGNORECASE)  # R writes a dot for | and ;
TOPS = DOMAINS | {"unassigned", "unclassified", "root", "cellular organisms"}
RANKED = re.compile(r"(sk|[dkpcofgst])__|D_\d__", re.IGNORECASE)


def lineage_of(name: str) -> tuple[str, ...]:
    """Split a name that is a lineage; any other name stands alone.

    >>> lineage_of("k__Bacteria|p__Bacillota"), lineage_of("Blautia")
    (('k__Bacteria', 'p__Bacillota'), ('Blautia',))
    """
    parts = BETWEEN.split(name.strip())
    if len(parts) == 1 and RANKED.match(name):
        parts = DOTTED.split(name)
    return tuple(parts[:-1] if len(parts) > 1 and not parts[-1] else parts)


def with_lineages(table: TaxaTable) -> TaxaTable:
    """Take the taxonomy from names that are lineages, where the file has no other."""
    if table.taxonomy:
        return table
    for names in (table.counts.labels, table.counts.samples):
        if _are_lineages(names):
            return replace(table, taxonomy=_taxonomy(names, table.counts.name))
    return table


def _are_lineages(names: Sequence[str]) -> bool:
    """Whether most names are lineages of several ranks, with prefixes in the longest, or from domains down in all."""
    lineages = [lineage_of(name) for name in names]
    longest = max(lineages, key=len, default=())
    several = [lineage for lineage in lineages if len(lineage) > 1]
    if len(several) <= len(names) / 2:
        return False
    ranked = sum(bool(RANKED.match(part)) for part in longest) > len(longest) / 2
    return ranked or all(lineage[0].strip('"').lower() in TOPS for lineage in several)


def _taxonomy(names: Sequence[str], source: str) -> Taxonomy | None:
    """Read names as lineages; where ranks cannot be told from them, they stay mere names."""
    try:
        return Taxonomy.of_lineages({name: lineage_of(name) for name in names}, source)
    except InputError:
        return None
