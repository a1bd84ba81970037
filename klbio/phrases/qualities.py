"""How the reads of two phases or arms differ, in words."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.phrases.numbers import count, figures
from klbio.phrases.permutation import Tested, kind_of
from klbio.phrases.reason import Reason

__all__ = [
    "AllBeyond",
    "DoesNotVary",
    "FilesFromElsewhere",
    "KindsOfSides",
    "MediansOfSides",
    "MoreThanReads",
    "ReadsMayBeAll",
    "TestedAmong",
]

Sides = tuple[str, str]


@dataclass(frozen=True, slots=True)
class MediansOfSides(Reason):
    """A quantity on two sides; None where nothing was counted."""

    quantity: str
    unit: str
    sides: Sides
    medians: tuple[float | None, float | None]

    def sentence(self) -> str:
        """Say it."""
        said = (
            f"{side} {self._number(median)}" for side, median in zip(self.sides, self.medians, strict=True)
        )
        return f"{self.quantity[:1].upper()}{self.quantity[1:]}, medians: {', '.join(said)}."

    def _number(self, median: float | None) -> str:
        if median is None:
            return "unknown"
        return (
            f"{100 * median:.3g} %"
            if self.unit == "share"
            else count(round(median), self.unit.removesuffix("s"))
        )


@dataclass(frozen=True, slots=True)
class TestedAmong(Reason):
    """A test, and its p among those of other quantities."""

    test: Tested
    p_adjusted: float
    n_quantities: int

    def sentence(self) -> str:
        """Say it."""
        among = f"among {count(self.n_quantities, 'quantity')} {self.p_adjusted:.2g}"
        return f"By {kind_of(self.test.exact)} p = {self.test.p_value:.2g}, {among}."


@dataclass(frozen=True, slots=True)
class AllBeyond(Reason):
    """No p of 0.05 can be had, and all of one side lie beyond all of the other."""

    smallest_p: float

    def sentence(self) -> str:
        """Say it."""
        return (
            f"All of one side lie beyond the other by more than either is wide; from so few no p below "
            f"{figures(self.smallest_p)} can be had."
        )


@dataclass(frozen=True, slots=True)
class DoesNotVary(Reason):
    """A quantity is the same in all that could have been exchanged."""

    def sentence(self) -> str:
        """Say it."""
        return "It does not vary."


@dataclass(frozen=True, slots=True)
class KindsOfSides(Reason):
    """A word on two sides, how many libraries have each."""

    quantity: str
    sides: Sides
    words: tuple[str, str]

    def sentence(self) -> str:
        """Say it."""
        said = "; ".join(f"{side} {words}" for side, words in zip(self.sides, self.words, strict=True))
        return f"{self.quantity[:1].upper()}{self.quantity[1:]}: {said}."


@dataclass(frozen=True, slots=True)
class ReadsMayBeAll(Reason):
    """What follows from reads that differ."""

    def sentence(self) -> str:
        """Say it."""
        return "Part of a shift, or of a difference between arms, may be no more than that."


@dataclass(frozen=True, slots=True)
class FilesFromElsewhere(Reason):
    """What follows from files that are packed otherwise."""

    def sentence(self) -> str:
        """Say it."""
        return "That changes no read, but may be a trace of another run or another way of preparing them."


@dataclass(frozen=True, slots=True)
class MoreThanReads(Reason):
    """What follows where communities differ in the quantity too."""

    def sentence(self) -> str:
        """Say it."""
        return "Communities may differ in it as well: by itself it is no sign of bad reads."
