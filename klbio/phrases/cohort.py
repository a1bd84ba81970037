"""What subjects say together, in words: two arms, baselines, populations."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.phrases.arms import arm_in_words
from klbio.phrases.numbers import agreed, count, differs
from klbio.phrases.permutation import Tested, by_permutation
from klbio.phrases.reason import Reason

__all__ = [
    "AboveBaseline", "AdjustedFor", "ArmsApart", "CentreOrSpread", "Crossover", "DaysUnlike", "LoneInPhase",
    "NoExcessIn", "NoSpread", "OnePairOfSamples", "OneSubject", "OneTaxon", "OneWithDays", "TooFewForSpread",
    "ZerosLeft",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Crossover(Reason):
    """Subjects of two arms, each against itself: the first less the second."""

    arm: str
    other: str
    n_subjects: int
    n_left_out: int
    test: Tested

    def sentence(self) -> str:
        """Say it."""
        n = self.n_left_out
        rest = f"; {n} in one arm alone {agreed(n, 'takes', 'take')} no part" if n else ""
        further = _further(self.test.value, f"in {arm_in_words(self.arm)}", f"in {arm_in_words(self.other)}")
        return (
            f"{count(self.n_subjects, 'subject')} moved {further} on average "
            f"{by_permutation(self.test, 'sign-flip permutation')}{rest}."
        )


@dataclass(frozen=True, slots=True)
class ArmsApart(Reason):
    """Two arms: the first less the second."""

    arm: str
    other: str
    n_subjects: int
    n_other: int
    test: Tested

    def sentence(self) -> str:
        """Say it."""
        how = f"permutation of {self.n_subjects} against {count(self.n_other, 'subject')}"
        return (
            f"{arm_in_words(self.arm)} moved {_further(self.test.value, '', arm_in_words(self.other))} on average "
            f"{by_permutation(self.test, how)}."
        )


def _further(value: float, one: str, other: str) -> str:
    """Say by how much one moved further than another, or less far.

    >>> _further(0.25, "", "y"), _further(-0.25, "in x", "in y"), _further(0.0, "", "y")
    ('0.250 bits further than y', '0.250 bits less far in x than in y', 'as far as y')
    """
    return " ".join(
        filter(None, [differs(value, "further", "less far", "as far"), one, "than" if value else "as", other])
    )


@dataclass(frozen=True, slots=True)
class AdjustedFor(Reason):
    """What a p becomes where several arms were compared; the second is not known of many or of mixed ones."""

    n_comparisons: int
    holm: float
    max_t: float | None

    def sentence(self) -> str:
        """Say both."""
        joint = "" if self.max_t is None else f", {self.max_t:.2g} (max-T, by the permutations they share)"
        return f"Adjusted for {count(self.n_comparisons, 'comparison')} of arms, p = {self.holm:.2g} (Holm){joint}."


@dataclass(frozen=True, slots=True)
class NoExcessIn(Reason):
    """Arms without a subject whose own days are known of both phases."""

    arms: tuple[str, ...]

    def sentence(self) -> str:
        """Name them."""
        of = (
            f" of {agreed(len(self.arms), 'arm', 'arms')} {' and '.join(map(repr, self.arms))}"
            if any(self.arms)
            else ""
        )
        return f"no subject{of} has two samples or more in both phases"


@dataclass(frozen=True, slots=True)
class OneWithDays(Reason):
    """An arm of which one subject alone shows how far its own days lie apart, in both phases or in one."""

    arm: str
    both: bool

    def sentence(self) -> str:
        """Say it, and where that subject's own p stands."""
        where = "both phases" if self.both else "one phase, and one sample in the other"
        of = f" of arm {self.arm!r}" if self.arm else ""
        return (
            f"one subject{of} has two samples or more in {where}, and a test over subjects takes two; its own p stands "
            "with its shift"
        )


@dataclass(frozen=True, slots=True)
class OneSubject(Reason):
    """Nothing can be held against others."""

    def sentence(self) -> str:
        """Say it."""
        return "there is one subject"


@dataclass(frozen=True, slots=True)
class AboveBaseline(Reason):
    """An arm's shift beyond what its subjects do by themselves.

    Attributes
    ----------
    arm : str
    n_subjects : int
    both : bool
        Whether days are known of both phases, or of one.
    test : Tested
        One-sided; its value is the mean excess.
    """

    arm: str
    n_subjects: int
    both: bool
    test: Tested

    def sentence(self) -> str:
        """Say it."""
        how = "one-sided exchange of samples within subjects"
        days = "within both phases" if self.both else "within the phase that has several"
        return (
            f"{arm_in_words(self.arm) + ': ' if self.arm else ''}the shift of {count(self.n_subjects, 'subject')} lies "
            f"{differs(self.test.value, 'above', 'below', 'neither above nor below')} what their own samples differ by "
            f"{days}, on average "
            f"{by_permutation(self.test, how)}."
        )


@dataclass(frozen=True, slots=True)
class DaysUnlike(Reason):
    """Days of one phase differ more: a small p of the shift may be one of that.

    Attributes
    ----------
    spread : Tested
        Two-sided; its value is by how much more days differ after than before.
    """

    spread: Tested

    def sentence(self) -> str:
        """Say it."""
        return (
            "Cannot tell centre from spread: the subjects' samples differ from each other by "
            f"{differs(self.spread.value, 'more', 'less', 'no more')} after than before "
            f"(p = {self.spread.p_value:.2g}), which by itself changes p of the shift."
        )


@dataclass(frozen=True, slots=True)
class LoneInPhase(Reason):
    """One phase has one sample a subject."""

    def sentence(self) -> str:
        """Say what that cannot show."""
        return "Days that differ more in the phase with one sample would look the same."


@dataclass(frozen=True, slots=True)
class TooFewForSpread(Reason):
    """Subjects are too few for a covariance."""

    n_subjects: int
    n_needed: int

    def sentence(self) -> str:
        """Say it."""
        return f"{count(self.n_subjects, 'subject')}, {self.n_needed} are needed"


@dataclass(frozen=True, slots=True)
class OneTaxon(Reason):
    """There is nothing to take a ratio to."""

    def sentence(self) -> str:
        """Say it."""
        return "one taxon has no ratio to another"


@dataclass(frozen=True, slots=True)
class ZerosLeft(Reason):
    """Log-ratios of zeros."""

    smoothed: bool = True

    def sentence(self) -> str:
        """Say it."""
        zeros = "the smoothing leaves zeros" if self.smoothed else "nothing is smoothed, and there are zeros"
        return f"{zeros}, which have no logarithm"


@dataclass(frozen=True, slots=True)
class NoSpread(Reason):
    """Subjects are alike."""

    def sentence(self) -> str:
        """Say it."""
        return "subjects hardly differ within a phase, so that it has no spread"


@dataclass(frozen=True, slots=True)
class OnePairOfSamples(Reason):
    """One subject with a sample in each phase."""

    def sentence(self) -> str:
        """Say it."""
        return "one subject with one sample a phase shows no variation to hold the phases against"


@dataclass(frozen=True, slots=True)
class CentreOrSpread(Reason):
    """Phases differ in spread: a small p of phase may be one of that."""

    dispersion: Tested

    def sentence(self) -> str:
        """Say it."""
        return (
            "cannot tell centre from spread: the phases differ in spread "
            f"(p = {self.dispersion.p_value:.2g}), which by itself makes p of phase smaller"
        )
