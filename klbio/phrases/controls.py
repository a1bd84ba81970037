"""Negative controls, in words."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.phrases.numbers import part_of
from klbio.phrases.permutation import Tested, in_brackets
from klbio.phrases.reason import Reason

__all__ = [
    "ControlsExplain", "ControlsExplainArms", "ControlsLikeSamples", "ControlsMayMove", "ControlsUntold",
    "FewTaxaOfControls", "SharesCompared",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ControlsLikeSamples(Reason):
    """Too little of the controls is theirs alone."""

    own: float
    common: float

    def sentence(self) -> str:
        """Say how much is, and how much the others hold."""
        return (
            f"the negative controls hold mostly what the samples hold ({self.own:.0%} of their reads are in taxa of "
            f"their own, and the other samples hold {self.common:.0%} of them): what came from where cannot be told"
        )


@dataclass(frozen=True, slots=True)
class FewTaxaOfControls(Reason):
    """Too few taxa for an interval."""

    n_taxa: float

    def sentence(self) -> str:
        """Say how many."""
        return f"{self.n_taxa:.1f} taxa, in effect, are the controls' own: too few to tell how far they agree"


@dataclass(frozen=True, slots=True)
class ControlsUntold(Reason):
    """The share of no sample, or not of all, can be told."""

    n_untold: int
    n_samples: int

    def sentence(self) -> str:
        """Say of how many."""
        return (
            f"What the negative controls explain cannot be told in {part_of(self.n_untold, self.n_samples, 'sample')}: "
            f"they hold too little of their own."
        )


@dataclass(frozen=True, slots=True)
class ControlsExplain(Reason):
    """Mean share that controls explain, before and after."""

    before: float
    after: float
    test: Tested

    def sentence(self) -> str:
        """Say both."""
        return (
            f"Negative controls explain {self.before:.2%} of the reads before and {self.after:.2%} of those after, "
            f"on average over subjects {in_brackets(self.test)}."
        )


@dataclass(frozen=True, slots=True)
class ControlsExplainArms(Reason):
    """Mean share that controls explain, in two arms."""

    arms: tuple[str, str]
    shares: tuple[float, float]
    test: Tested

    def sentence(self) -> str:
        """Say both."""
        (a, b), (of_a, of_b) = self.arms, self.shares
        return (
            f"Negative controls explain {of_a:.2%} of the reads of {a} and {of_b:.2%} of those of {b}, "
            f"on average over subjects {in_brackets(self.test)}."
        )


@dataclass(frozen=True, slots=True)
class ControlsMayMove(Reason):
    """What follows where shares differ."""

    def sentence(self) -> str:
        """Say it."""
        return (
            "Part of what moved may be contamination: read the shifts with it taken off (controls_shift.tsv) beside "
            "the plain ones."
        )


@dataclass(frozen=True, slots=True)
class SharesCompared(Reason):
    """A check's number: a difference of shares."""

    sides: tuple[str, str]

    def sentence(self) -> str:
        """Name it."""
        return f"difference of the share that controls explain, {' - '.join(self.sides)}"
