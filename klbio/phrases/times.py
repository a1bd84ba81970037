"""Checks of time, in words."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.phrases.numbers import agreed, count, figures, part_of, who_has
from klbio.phrases.permutation import Tested, in_brackets
from klbio.phrases.reason import Reason

__all__ = [
    "ArmsShowTime", "AtOneTime", "InOrder", "OutOfOrder", "TimeWithPhase", "TimesApart", "TimesCompared",
    "UnequalTimes",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class InOrder(Reason):
    """Times and phases agree."""

    phases: tuple[str, str]
    n_subjects: int

    def sentence(self) -> str:
        """Say it."""
        before, after = self.phases
        all_of_them = part_of(self.n_subjects, self.n_subjects, "subject")
        return f"In {all_of_them} with times, {after!r} was sampled after {before!r}."


@dataclass(frozen=True, slots=True)
class AtOneTime(Reason):
    """The last sample before and the first after have one time in some subjects, and the right order in the others."""

    phases: tuple[str, str]
    n_same: int
    n_subjects: int

    def sentence(self) -> str:
        """Say what cannot be known."""
        before, after = self.phases
        return (
            f"In {part_of(self.n_same, self.n_subjects, 'subject')} with times, the last sample of {before!r} and the "
            f"first of {after!r} have the same time: which was taken first cannot be told."
        )


@dataclass(frozen=True, slots=True)
class OutOfOrder(Reason):
    """Times contradict phases.

    Attributes
    ----------
    phases : (str, str)
        Before and after, as the sheet calls them.
    n_early, n_swapped, n_subjects : int
        Subjects with a sample after taken before the last of those before; with all of them; with times.
    """

    phases: tuple[str, str]
    n_early: int
    n_swapped: int
    n_subjects: int

    def sentence(self) -> str:
        """Say it, and what may have happened."""
        before, after = self.phases
        of = part_of(self.n_early, self.n_subjects, "subject")
        if self.n_swapped == self.n_early:
            return f"{after!r} was sampled before {before!r} in {of}: are the labels swapped, or is time counted back?"
        return (
            f"In {of} a sample of {after!r} was taken before the last of {before!r}"
            f"{f', in {self.n_swapped} of them all' if self.n_swapped else ''}: the phases overlap in time, or labels "
            "are mistaken."
        )


@dataclass(frozen=True, slots=True)
class ArmsShowTime(Reason):
    """Another arm shows what time alone does."""

    n_arms: int

    def sentence(self) -> str:
        """Say it."""
        there_are = f"There {agreed(self.n_arms, 'is', 'are')} {count(self.n_arms, 'arm')}"
        return f"{there_are}: what time alone does can be seen by holding them against each other."


@dataclass(frozen=True, slots=True)
class TimeWithPhase(Reason):
    """Without a second arm, time goes with phase.

    Attributes
    ----------
    gap : float or None
        Median time from before to after, in the sheet's unit.
    n_with_baseline, n_subjects : int
        Whose baseline shows their drift.
    """

    gap: float | None
    n_with_baseline: int
    n_subjects: int

    def sentence(self) -> str:
        """Say it."""
        known = (
            "" if self.gap is None else f" (a median of {figures(self.gap, 3)} in the sheet's unit of time)"
        )
        when = "later" if self.gap is None or self.gap > 0 else "at another time"
        return (
            f"There is no second arm, and samples after were taken {when}{known}: age, season or handling go with "
            f"phase and cannot be told from its effect; {who_has(self.n_with_baseline, self.n_subjects, 'subject')} a "
            "baseline that shows their drift without it."
        )


@dataclass(frozen=True, slots=True)
class TimesCompared(Reason):
    """Mean times from before to after in two arms."""

    arms: tuple[str, str]
    times: tuple[float, float]
    test: Tested

    def sentence(self) -> str:
        """Say it."""
        (a, b), (of_a, of_b) = self.arms, self.times
        return (
            f"From before to after, {a} took {figures(of_a, 3)} and {b} {figures(of_b, 3)} on average, in the sheet's "
            f"unit of time {in_brackets(self.test)}."
        )


@dataclass(frozen=True, slots=True)
class TimesApart(Reason):
    """Every subject of one arm waited longer than any of the other."""

    arms: tuple[str, str]
    times: tuple[float, float]

    def sentence(self) -> str:
        """Say it."""
        (a, b), (of_a, of_b) = self.arms, self.times
        return (
            f"From before to after, {a} took {figures(of_a, 3)} and {b} {figures(of_b, 3)} on average, in the sheet's "
            "unit of time, and no subject of the one as long as any of the other."
        )


@dataclass(frozen=True, slots=True)
class UnequalTimes(Reason):
    """One arm waited longer."""

    def sentence(self) -> str:
        """Say it."""
        return "The arms had unequal time to drift: their difference may be one of time."
