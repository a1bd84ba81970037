"""Whether a lineage's genus stands in the organism's own name; genera that a reference splits, joined."""

from __future__ import annotations

from types import MappingProxyType

__all__ = ["JOINED", "is_own_genus", "joined_genus"]

# RDP's groups within a genus, and two genera that 16S does not tell apart, as RDP and SILVA name them
JOINED = MappingProxyType(
    {f"Bacillus {group}": "Bacillus" for group in "abcdefghijkI"}
    | {"Clostridium sensu stricto": "Clostridium", "Clostridium sensu stricto 1": "Clostridium"}
    | {"Escherichia": "Escherichia/Shigella", "Shigella": "Escherichia/Shigella"}
    | {"Escherichia-Shigella": "Escherichia/Shigella"}
)
PREFIX = "Candidatus "


def joined_genus(genus: str) -> str:
    """Give the genus by the name that its groups share.

    >>> joined_genus("Bacillus c"), joined_genus("Shigella"), joined_genus("Blautia")
    ('Bacillus', 'Escherichia/Shigella', 'Blautia')
    """
    return JOINED.get(genus, genus)


def is_own_genus(organism: str, genus: str) -> bool:
    """Whether an organism is named after the genus that its lineage ends in.

    >>> is_own_genus("Bacillus pumilus SAFR-032", "Bacillus a"), is_own_genus("Anabaena variabilis", "Megamonas")
    (True, False)
    """
    first = organism.replace(PREFIX, "").split(" ")[0].strip("[]'\"")
    return bool(first) and joined_genus(first) == joined_genus(genus)
