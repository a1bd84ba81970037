"""What subjects say together, in words: arms, baselines, populations, choices."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.phrases.numbers import agreed, count, differs, who_has
from klbio.phrases.permutation import Tested, by_permutation
from klbio.phrases.reason import Reason

__all__ = [
    "AboveBaseline", "AdjustedFor", "ArmsApart", "CentreOrSpread", "Crossover", "EachAnArm", "InBothArms", "LoneArms",
    "NoExcessIn", "NoSpread", "NotCompared", "OnePairOfSamples", "OneSubject", "OneSubjectEach", "OneSubjectInBoth",
    "OneTaxon", "OneWithDays", "SomeWithoutArm", "TooFewForSpread", "ZerosLeft",
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
        further = _further(self.test.value, f"in {self.arm}", f"in {self.other}")
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
            f"{self.arm} moved {_further(self.test.value, '', self.other)} on average "
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
class OneSubjectEach(Reason):
    """Two arms of one subject: exchanged, they are as far apart."""

    arms: tuple[str, str]

    def sentence(self) -> str:
        """Name them."""
        return f"one subject in arm {self.arms[0]!r} and one in {self.arms[1]!r}"


@dataclass(frozen=True, slots=True)
class LoneArms(Reason):
    """Many arms, each of one subject."""

    n_arms: int

    def sentence(self) -> str:
        """Say what is not asked of them, once for all."""
        return (
            f"{count(self.n_arms, 'arm')} of one subject each; they are not held against each other, and what takes "
            "two subjects (shifts above baseline, taxa, the population, p of subject) is left out of their rows"
        )


@dataclass(frozen=True, slots=True)
class OneSubjectInBoth(Reason):
    """Two arms that share a subject, and no other."""

    arms: tuple[str, str]

    def sentence(self) -> str:
        """Name them."""
        return f"one subject was in both arms {self.arms[0]!r} and {self.arms[1]!r}"


@dataclass(frozen=True, slots=True)
class InBothArms(Reason):
    """Subjects of a crossover."""

    arms: tuple[str, str]
    n_subjects: int

    def sentence(self) -> str:
        """Say what is not tested."""
        (a, b), n = self.arms, self.n_subjects
        return (
            f"{count(n, 'subject')} {agreed(n, 'was', 'were')} in both arms {a!r} and {b!r}: "
            "single taxa are not held against each other between them"
        )


@dataclass(frozen=True, slots=True)
class NotCompared(Reason):
    """Two arms between which a contrast has no test, or not every test."""

    phases: tuple[str, str]
    why: Reason

    def sentence(self) -> str:
        """Say it."""
        before, after = self.phases
        return f"from {before} to {after}: {self.why.sentence()}"


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
            f"{self.arm + ': ' if self.arm else ''}the shift of {count(self.n_subjects, 'subject')} lies "
            f"{differs(self.test.value, 'above', 'below', 'neither above nor below')} what their own samples differ by "
            f"{days}, on average "
            f"{by_permutation(self.test, how)}."
        )


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


@dataclass(frozen=True, slots=True)
class SomeWithoutArm(Reason):
    """Some subjects have an arm and others none."""

    n_without: int
    n_subjects: int

    def sentence(self) -> str:
        """Say it."""
        return (
            f"{who_has(self.n_without, self.n_subjects, 'subject')} no arm, where others have one: "
            f"{agreed(self.n_without, 'it takes', 'they take')} no part in any comparison of arms."
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
