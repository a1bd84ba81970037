"""What subjects say together, in words: arms, baselines, populations, choices."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.phrases.permutation import Tested, by_permutation
from klbio.phrases.reason import Reason

__all__ = [
    "AboveBaseline", "AdjustedFor", "ArmsApart", "CentreOrSpread", "Crossover", "EachAnArm", "NoSpread",
    "OnePairOfSamples", "OneSubjectEach", "OneSubjectInBoth", "OneTaxon", "SomeWithoutArm", "TooFewForSpread",
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
        rest = f"; {self.n_left_out} in one arm alone take no part" if self.n_left_out else ""
        return (
            f"{self.n_subjects} subjects moved {_further(self.test.value)} in {self.arm} than in "
            f"{self.other} on average {by_permutation(self.test, 'sign-flip permutation')}{rest}."
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
        how = f"permutation of {self.n_subjects} against {self.n_other} subjects"
        return (
            f"{self.arm} moved {_further(self.test.value)} than {self.other} on average "
            f"{by_permutation(self.test, how)}."
        )


def _further(value: float) -> str:
    """Say by how much one moved further, or less far.

    >>> _further(0.25), _further(-0.25)
    ('0.250 bits further', '0.250 bits less far')
    """
    return f"{abs(value):.3f} bits {'further' if value >= 0 else 'less far'}"


@dataclass(frozen=True, slots=True)
class AdjustedFor(Reason):
    """What a p becomes where several arms were compared; the second is not known of many or of mixed ones."""

    n_comparisons: int
    holm: float
    max_t: float | None

    def sentence(self) -> str:
        """Say both."""
        joint = "" if self.max_t is None else f", {self.max_t:.2g} (max-T, by the permutations they share)"
        return f"Adjusted for {self.n_comparisons} comparisons of arms, p = {self.holm:.2g} (Holm){joint}."


@dataclass(frozen=True, slots=True)
class OneSubjectEach(Reason):
    """Two arms of one subject: exchanged, they are as far apart."""

    arms: tuple[str, str]

    def sentence(self) -> str:
        """Name them."""
        return f"one subject in arm {self.arms[0]!r} and one in {self.arms[1]!r}"


@dataclass(frozen=True, slots=True)
class OneSubjectInBoth(Reason):
    """Two arms that share a subject, and no other."""

    arms: tuple[str, str]

    def sentence(self) -> str:
        """Name them."""
        return f"one subject was in both arms {self.arms[0]!r} and {self.arms[1]!r}"


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
        effect, how = self.test.value, "one-sided exchange of samples within subjects"
        days = "within both phases" if self.both else "within the phase that has several"
        return (
            f"{self.arm + ': ' if self.arm else ''}the shift of {self.n_subjects} subjects lies {abs(effect):.3f} bits "
            f"{'above' if effect >= 0 else 'below'} what their own samples differ by {days}, on average "
            f"{by_permutation(self.test, how)}."
        )


@dataclass(frozen=True, slots=True)
class TooFewForSpread(Reason):
    """Subjects are too few for a covariance."""

    n_subjects: int
    n_needed: int

    def sentence(self) -> str:
        """Say it."""
        return f"{self.n_subjects} subjects, {self.n_needed} are needed"


@dataclass(frozen=True, slots=True)
class OneTaxon(Reason):
    """There is nothing to take a ratio to."""

    def sentence(self) -> str:
        """Say it."""
        return "one taxon has no ratio to another"


@dataclass(frozen=True, slots=True)
class ZerosLeft(Reason):
    """Log-ratios of zeros."""

    def sentence(self) -> str:
        """Say it."""
        return "the smoothing leaves zeros, which have no logarithm"


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


@dataclass(frozen=True, slots=True)
class SomeWithoutArm(Reason):
    """Some subjects have an arm and others none."""

    n_without: int
    n_subjects: int

    def sentence(self) -> str:
        """Say it."""
        return (
            f"{self.n_without} of {self.n_subjects} subjects have no arm, where others have one: they take no part in "
            "any comparison of arms."
        )


@dataclass(frozen=True, slots=True)
class EachAnArm(Reason):
    """The arms are the subjects."""

    def sentence(self) -> str:
        """Say it, and what to do."""
        return (
            "Every subject is an arm of its own, so that no arm can be told from its subject: give treatments in "
            "`arm`, or leave it empty."
        )
