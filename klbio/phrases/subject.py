"""What one subject's samples tell, in words: what an interval covers, and what it hangs on."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.phrases.numbers import agreed, count
from klbio.phrases.reason import Reason

__all__ = [
    "BorrowedDays",
    "FewForBaseline",
    "FewForRelativeEntropies",
    "LoneSample",
    "NoBatchOfBoth",
    "NoReads",
    "NoTwoOfOneBatch",
    "NothingInCommon",
    "RestsOnRareTaxa",
    "SamplesAlike",
    "TwoSamples",
    "Undersampled",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Undersampled(Reason):
    """Counts per k-mer are too few for the interval to hold what it says.

    Attributes
    ----------
    depth : float
        Of the shallowest sample or pool.
    n_categories : int
        Seen.
    enough : float
        Counts per category that would do.
    pooled : bool
        Whether depths are of summed samples.
    """

    depth: float
    n_categories: int
    enough: float
    pooled: bool

    def sentence(self) -> str:
        """Say it, with the depth that would do."""
        enough = count(self.enough * self.n_categories, "count")
        return (
            f"undersampled: {self.depth / self.n_categories:.1f} counts per category, of about {self.n_categories:,} "
            f"(below {self.enough:g}); the intervals may miss, {enough} or more a "
            f"{'pool' if self.pooled else 'sample'} would settle it"
        )


@dataclass(frozen=True, slots=True)
class FewForRelativeEntropies(Reason):
    """Reads per taxon are too few for the intervals of the relative entropies.

    Attributes
    ----------
    depth : float
        Of the shallowest sample or pool.
    n_taxa : int
        Seen.
    enough : float
        Reads per taxon that would do.
    """

    depth: float
    n_taxa: int
    enough: float

    def sentence(self) -> str:
        """Say it."""
        return (
            f"relative entropies: {self.depth / self.n_taxa:.1f} reads per taxon seen (below {self.enough:g}), their "
            "intervals may miss"
        )


@dataclass(frozen=True, slots=True)
class FewForBaseline(Reason):
    """Samples are too few to say of one subject that it lies above its baseline."""

    smallest_p: float

    def sentence(self) -> str:
        """Say it, with the p that they cannot go below."""
        return (
            "cannot tell whether this subject alone lies above its baseline: with so few samples p is not below "
            f"{self.smallest_p:.2g}"
        )


@dataclass(frozen=True, slots=True)
class TwoSamples(Reason):
    """A subject has one sample in each phase.

    Attributes
    ----------
    asked : bool
        Whether days of others were to be taken, and nobody has any.
    """

    asked: bool = False

    def sentence(self) -> str:
        """Say it."""
        none = " (no other subject of this comparison shows how days vary, so there are none to borrow)"
        return (
            f"these two samples: how the subject varies by itself is unknown{none if self.asked else ''}, and the "
            "interval covers reads only"
        )


@dataclass(frozen=True, slots=True)
class NoReads(Reason):
    """A divergence of proportions, whose reads are not known.

    Attributes
    ----------
    of_two : bool
        Whether it is of two samples, so that days are not known either.
    """

    of_two: bool

    def sentence(self) -> str:
        """Say it."""
        days = ", and how the subject varies by itself is unknown" if self.of_two else ""
        return f"proportions: as observed, without an interval, for the reads behind them are unknown{days}"


@dataclass(frozen=True, slots=True)
class LoneSample(Reason):
    """A subject has one sample in one of the phases."""

    phase: str
    pooled: bool

    def sentence(self) -> str:
        """Say it, and what the interval does about it."""
        interval = "covers reads only" if self.pooled else "takes its days from the other phase"
        return f"one sample: how the subject varies in phase {self.phase} is unknown, and the interval {interval}"


@dataclass(frozen=True, slots=True)
class BorrowedDays(Reason):
    """A subject has one sample in each phase, and takes the variance of its days from others."""

    n_subjects: int

    def sentence(self) -> str:
        """Say it."""
        return (
            "borrowed days: this subject's own are unknown, and the interval takes the variance between days from "
            f"{agreed(self.n_subjects, 'one other', f'{self.n_subjects} others')}"
        )


@dataclass(frozen=True, slots=True)
class NothingInCommon(Reason):
    """Phases share hardly anything, so that samples lie as far apart whatever the days."""

    n_fewest: int

    def sentence(self) -> str:
        """Say it."""
        return (
            "cannot tell an interval: the phases share next to nothing, and the scatter of days within them is not "
            f"known from {count(self.n_fewest, 'sample')} a side"
        )


@dataclass(frozen=True, slots=True)
class SamplesAlike(Reason):
    """All samples of each phase lie alike to the others."""

    def sentence(self) -> str:
        """Say it."""
        return "cannot tell an interval: the samples do not differ in how far apart they are"


@dataclass(frozen=True, slots=True)
class RestsOnRareTaxa(Reason):
    """Counts of rare taxa leave open more than the interval is wide.

    Attributes
    ----------
    value : float
        Bits found.
    rare : float
        Bits by which it may be more, or less, for all that counts tell.
    bounds : (float, float)
        Between which it lies whatever rare taxa did.
    """

    value: float
    rare: float
    bounds: tuple[float, float]

    def sentence(self) -> str:
        """Say it, with the bounds."""
        low, high = self.bounds
        return (
            f"undersampled: {self.rare:.2g} bits beside the {max(self.value, 0):.2g} found rest on taxa too rare to "
            f"tell; whatever these did, the shift lies between {low:.2g} and {high:.2g} bits"
        )


@dataclass(frozen=True, slots=True)
class NoBatchOfBoth(Reason):
    """A subject's phases were processed apart."""

    def sentence(self) -> str:
        """Say it."""
        return "no batch holds samples of both phases, so that shift and batch cannot be told apart"


@dataclass(frozen=True, slots=True)
class NoTwoOfOneBatch(Reason):
    """Days cannot be taken off a shift within batches."""

    def sentence(self) -> str:
        """Say it."""
        return "no batch holds two samples of a phase, so that what days differ by within batches is unknown"
