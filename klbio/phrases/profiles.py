"""What a comparison of profile HMMs has to report, in words."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.phrases.reason import Reason

__all__ = [
    "EntryAgain",
    "ExpectedByChance",
    "LowScore",
    "MotifCounts",
    "NearDuplicate",
    "NoAccession",
    "NoComposition",
    "NoGoodStretch",
    "OtherAlphabets",
]


@dataclass(frozen=True, slots=True)
class NearDuplicate(Reason):
    """A profile is hardly another than one before it."""

    other: str
    bits: float
    reversed: bool = False

    def sentence(self) -> str:
        """Say it."""
        strand = "the reverse complement of " if self.reversed else ""
        return (
            f"near-duplicate of {strand}{self.other!r}: "
            f"{self.bits:.2g} bits per column (Jensen-Shannon) over 95 % of both"
        )


@dataclass(frozen=True, slots=True)
class NoGoodStretch(Reason):
    """Pairs that the quick test left out."""

    bits: float

    def sentence(self) -> str:
        """Say it."""
        return f"best stretch without gaps below {self.bits:g} bits by the quick test: not aligned"


@dataclass(frozen=True, slots=True)
class LowScore(Reason):
    """Pairs that passed the quick test and do not score."""

    bits: float

    def sentence(self) -> str:
        """Say it."""
        return f"score of the best alignment below {self.bits:g} bits: not set beside random orders"


@dataclass(frozen=True, slots=True)
class ExpectedByChance(Reason):
    """Pairs that chance explains."""

    def sentence(self) -> str:
        """Say it."""
        return "aligned, but more than one pair of so good a score is expected by chance: not listed"


@dataclass(frozen=True, slots=True)
class OtherAlphabets(Reason):
    """Pairs over different alphabets; how many profiles each has."""

    counts: tuple[tuple[str, int], ...]

    def sentence(self) -> str:
        """Say it."""
        counted = ", ".join(f"{n} over {name}" for name, n in self.counts)
        return f"different alphabets ({counted}): compare profiles of one alphabet"


@dataclass(frozen=True, slots=True)
class NoComposition(Reason):
    """A profile that does not say its mean composition."""

    def sentence(self) -> str:
        """Say it."""
        return "no COMPO line"


@dataclass(frozen=True, slots=True)
class MotifCounts(Reason):
    """How a motif of Biopython became distributions."""

    def sentence(self) -> str:
        """Say it."""
        return "Bio.motifs: counts over their sum, no pseudocounts"


@dataclass(frozen=True, slots=True)
class NoAccession(Reason):
    """A profile that cannot be matched by what it lacks."""

    def sentence(self) -> str:
        """Say it."""
        return "no accession: databases can be matched by name instead"


@dataclass(frozen=True, slots=True)
class EntryAgain(Reason):
    """A profile of an entry that its database has already."""

    entry: str
    first: str

    def sentence(self) -> str:
        """Say it."""
        return f"{self.entry} is {self.first!r} in the same database: one profile an entry"
