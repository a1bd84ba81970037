"""What is said of the reads of a library as one number each: how many, how long, how many came through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from klbio.schema import AmpliconReadsRow, ConfidenceRow, LibraryRow

__all__ = [
    "KIND",
    "PACKING",
    "SHARE",
    "Quantity",
    "is_of_communities",
    "of_amplicons",
    "of_library",
    "of_shotgun",
]

SHARE, KIND = "share", "kind"  # units
PACKING = "packing"


class Quantity(NamedTuple):
    """One of them: its name, its unit, and the number or the word; no number where nothing is left to count."""

    name: str
    unit: str
    value: float | None
    word: str = ""


def of_library(row: LibraryRow) -> Iterator[Quantity]:
    """Give those of reads that were counted as words."""
    yield Quantity("fragments", "fragments", row.n_fragments)
    yield Quantity("mean length", "bases", _share(row.n_bases, row.n_reads))
    yield Quantity("copies", SHARE, row.copies_share if row.n_fragments else None)
    yield Quantity("G and C", SHARE, row.gc_share or None)  # 0: no word was counted
    yield Quantity("words with an N", SHARE, row.ambiguous_share if row.n_fragments else None)
    for name, word in (("layout", row.layout), (PACKING, row.packing), ("encoding", row.encoding)):
        yield Quantity(name, KIND, None, word)


def of_amplicons(row: AmpliconReadsRow) -> Iterator[Quantity]:
    """Give those of reads that were counted as taxa by their sequences: shares of what the step before left.

    >>> row = AmpliconReadsRow(
    ...     sample="s", reads=200, with_primers=None, merged=100, kept=80, unique=20, chimeric=8, counted=60,
    ...     assigned=30,
    ... )
    >>> {quantity.name: quantity.value for quantity in of_amplicons(row)}
    {'reads in': 200, 'merged': 0.5, 'kept': 0.8, 'different': 0.25, 'chimeric': 0.1, 'in the table': 0.3, 'named': 0.5}
    """
    yield Quantity("reads in", "reads", row.reads)
    left = row.reads
    if row.with_primers is not None:
        yield Quantity("with primers", SHARE, _share(row.with_primers, left))
        left = row.with_primers
    if row.merged is not None:
        yield Quantity("merged", SHARE, _share(row.merged, left))
        left = row.merged
    yield Quantity("kept", SHARE, _share(row.kept, left))
    yield Quantity("different", SHARE, _share(row.unique, row.kept))
    yield Quantity("chimeric", SHARE, _share(row.chimeric, row.kept))
    yield Quantity("in the table", SHARE, _share(row.counted, row.reads))
    yield Quantity("named", SHARE, _share(row.assigned, row.counted))


def of_shotgun(row: ConfidenceRow) -> Iterator[Quantity]:
    """Give those of reads that were counted as taxa by a database, at the rank of the row."""
    yield Quantity("reads in", "reads", row.reads)
    yield Quantity(f"with a {row.rank}", SHARE, _share(row.assigned, row.reads))


def is_of_communities(name: str) -> bool:
    """Whether communities differ in a quantity too, however good their reads are.

    >>> is_of_communities("G and C"), is_of_communities("with a genus"), is_of_communities("merged")
    (True, True, False)
    """
    return name in ("G and C", "different", "named") or name.startswith("with a ")


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
