"""Checks of depth, in words."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.phrases.numbers import amount, count, figures
from klbio.phrases.permutation import Tested, in_brackets
from klbio.phrases.reason import Reason

__all__ = [
    "ChangesOfDepth", "DepthAndShift", "DepthMoves", "DepthUnknown", "DepthsCompared", "FloorsCompared",
    "FloorsOfArms", "NoDepths", "SamplesOfArms", "SeenWithoutChange", "UnequalBias", "UnequalFloors",
]  # fmt: skip

EQUAL = 1.05  # ratio of depths that is not worth a number


@dataclass(frozen=True, slots=True)
class DepthsCompared(Reason):
    """Two depths, each with the words that name its samples."""

    sides: tuple[tuple[str, float], tuple[str, float]]
    unit: str
    test: Tested

    def sentence(self) -> str:
        """Say them, the deeper first."""
        return f"{self._by_ratio()}, geometric means {in_brackets(self.test)}."

    def _by_ratio(self) -> str:
        (deeper, more), (shallower, less) = sorted(self.sides, key=lambda side: side[1], reverse=True)
        depths = f"{more:,.0f} against {count(round(less), self.unit.removesuffix('s'))}"
        if more / less < EQUAL:
            return f"Samples {deeper} are as deep as those {shallower}: {depths}"
        return f"Samples {deeper} are {figures(more / less)} times as deep as those {shallower}: {depths}"


@dataclass(frozen=True, slots=True)
class SeenWithoutChange(Reason):
    """What unequal depths do to the observed divergence; medians over subjects."""

    floor_bits: float
    plugin_bits: float

    def sentence(self) -> str:
        """Say it, and what to use instead."""
        return (
            f"At these depths {self.floor_bits:.3g} of the {self.plugin_bits:.3g} bits as observed (medians) would be "
            "seen had nothing changed; use the corrected shift and the floor, never the observed number alone."
        )


@dataclass(frozen=True, slots=True)
class FloorsOfArms(Reason):
    """What depth alone would show in two arms; medians over subjects."""

    arms: tuple[str, str]
    floors: tuple[float, float]

    def sentence(self) -> str:
        """Say it, and what to use instead."""
        (a, b), (of_a, of_b) = self.arms, self.floors
        return (
            f"Depth alone would show {of_a:.3g} bits in {a} and {of_b:.3g} in {b} (median floors): "
            "compare corrected shifts, never the observed ones."
        )


@dataclass(frozen=True, slots=True)
class ChangesOfDepth(Reason):
    """How depth changed in two arms; the test's value is the ratio."""

    arms: tuple[str, str]
    test: Tested

    def sentence(self) -> str:
        """Say it."""
        a, b = self.arms
        return (
            f"From before to after, depth changed {self._how_much()} in {a} as in {b} "
            f"{in_brackets(self.test)}."
        )

    def _how_much(self) -> str:
        ratio = self.test.value
        return "as much" if 1 / EQUAL < ratio < EQUAL else f"{figures(ratio)} times as much"


@dataclass(frozen=True, slots=True)
class UnequalBias(Reason):
    """Depth changed otherwise in one arm."""

    def sentence(self) -> str:
        """Say it, and what to look at."""
        return (
            "The bias that few reads bring differs between the arms: compare corrected shifts, and see the rarefied "
            "ones."
        )


@dataclass(frozen=True, slots=True)
class NoDepths(Reason):
    """Depth cannot be held against the shift."""

    def sentence(self) -> str:
        """Say it."""
        return (
            "Depth does not vary between the subjects of an arm, or there is one subject: nothing to compare."
        )


@dataclass(frozen=True, slots=True)
class DepthUnknown(Reason):
    """The table holds proportions."""

    def sentence(self) -> str:
        """Say it, and what to ask whoever has the reads."""
        return (
            "The table holds proportions, which do not tell how deep samples were sequenced: shallow samples lie "
            "further apart, and whether those of one phase or arm are shallower cannot be seen here. Ask for the "
            "number of reads of each sample."
        )


@dataclass(frozen=True, slots=True)
class DepthAndShift(Reason):
    """Correlation of depth and shift; the test's value is Spearman's rho."""

    test: Tested

    def sentence(self) -> str:
        """Say it."""
        return (
            "Rank correlation of depth (the shallower side) and corrected shift, within arms: "
            f"{self.test.value:.2f} {in_brackets(self.test)}."
        )


@dataclass(frozen=True, slots=True)
class DepthMoves(Reason):
    """Subjects that were sequenced less, or more, moved further."""

    less: bool

    def sentence(self) -> str:
        """Say it."""
        return (
            f"Subjects sequenced {'less' if self.less else 'more'} deeply moved further: part of the differences "
            "between subjects may be one of depth. See the rarefied shifts."
        )


@dataclass(frozen=True, slots=True)
class FloorsCompared(Reason):
    """Mean floors of two arms."""

    arms: tuple[str, str]
    floors: tuple[float, float]
    test: Tested

    def sentence(self) -> str:
        """Say it."""
        (a, b), (of_a, of_b) = self.arms, self.floors
        return (
            f"The floor, what depth alone gives, is {of_a:.3g} bits in {a} and {of_b:.3g} in {b}, on average "
            f"{in_brackets(self.test)}."
        )


@dataclass(frozen=True, slots=True)
class UnequalFloors(Reason):
    """Depth alone gives one arm more."""

    def sentence(self) -> str:
        """Say it, and what to compare."""
        return "Observed divergences are inflated unequally; the arms are to be compared by corrected shifts."


@dataclass(frozen=True, slots=True)
class SamplesOfArms(Reason):
    """Mean numbers of samples of a subject before and after, in two arms."""

    arms: tuple[str, str]
    numbers: tuple[tuple[float, float], tuple[float, float]]

    def sentence(self) -> str:
        """Say them, what they do to a pooled shift, and what to compare."""
        (a, b), ((a_before, a_after), (b_before, b_after)) = self.arms, self.numbers
        return (
            f"A subject of {a} has {amount(a_before, 'sample')} before and {figures(a_after)} after on average, one of "
            f"{b} {figures(b_before)} and {figures(b_after)}: the fewer are pooled, the more of what days differ by is "
            "in the shift. Compare these arms by excess or pairs, not pooled."
        )
