"""Why no read of a sample reached the table of taxa, in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from klbio.phrases.numbers import count

__all__ = ["CAUSES", "KNOWN", "few_reads_left", "no_reads_left"]

CAUSES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "primers": (
            "has both primers",
            "other primers, mates swapped, or primers that were cut off already: then leave primers out",
        ),
        "merge": (
            "merges with its mate",
            "reads too short to overlap, an insert that is longer than both, or mates of different fragments",
        ),
        "filter": ("has at most one expected error", "low qualities: trim the ends first, or sequence again"),
        "features": (
            "matches a sequence that stands in 8 reads of the study",
            "too few reads, or reads of the other strand than those of the other samples",
        ),
        "chimeras": ("is no chimera", "a failed PCR"),
        "excluded": (
            "is of a taxon that counts",
            "another reference, or fewer taxa to leave out, would keep some",
        ),
    }
)


# what the first reads of a sample tell of it, by the word that its row has
KNOWN: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "forward primer from the other strand": (
            "primers",
            "the forward primer, which the reads have as its reverse complement: give that one",
        ),
        "reverse primer from the other strand": (
            "primers",
            "the reverse primer, which the reads have as its reverse complement: give that one",
        ),
        "primers from the other strand": (
            "primers",
            "both primers, which the reads have as their reverse complements: give those",
        ),
        "no primer": (
            "primers",
            "primers that were cut off already (then leave primers out), or other ones: neither is found on any strand",
        ),
        "one primer": (
            "primers",
            "the other primer: only one of the two is found, mates may be of another gene",
        ),
        "no overlap": (
            "merge",
            "mates without an overlap: reads too short, an insert longer than both, or mates of different fragments",
        ),
        "differences": (
            "merge",
            "low qualities where mates overlap (they differ in more than 10 bases): trim their ends first",
        ),
    }
)


def few_reads_left(step: str, known: str = "") -> tuple[str, str]:
    """Say what most reads of a sample are not, and the likeliest cause; that which is known, where it is of the step.

    >>> few_reads_left("merge")[0]
    'less than half of the reads merges with its mate'
    """
    what, cause = CAUSES[step]
    return f"less than half of the reads {what}", f"Likely {_known(step, known) or cause}."


def _known(step: str, known: str) -> str:
    at, cause = KNOWN.get(known, ("", ""))
    return cause if at == step else ""


def no_reads_left(step: str, n: int, known: str = "") -> str:
    """Say that a step left nothing of a sample, with the likeliest cause.

    >>> no_reads_left("merge", 90)[:46]
    'none of 90 reads merges with its mate; likely '
    """
    if not n:
        return "no read in its files"
    what, cause = CAUSES[step]
    return f"none of {count(n, 'read')} {what}; likely {_known(step, known) or cause}"
