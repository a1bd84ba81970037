"""What subjects say together, in words: arms, baselines, populations, choices."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.phrases.permutation import Tested, by_permutation
from klbio.phrases.reason import Reason

__all__ = ["AboveBaseline", "ArmsApart", "Crossover", "NoSpread", "OneTaxon", "TooFewForSpread", "ZerosLeft"]


@dataclass(frozen=True, slots=True)
class Crossover(Reason):
    """Subjects of two arms, each against itself; the arm that moved further stands first."""

    further: str
    other: str
    n_subjects: int
    n_left_out: int
    test: Tested

    def sentence(self) -> str:
        """Say it."""
        rest = f"; {self.n_left_out} in one arm alone take no part" if self.n_left_out else ""
        return (
            f"{self.n_subjects} subjects moved {self.test.value:.3f} bits further in {self.further} than in "
            f"{self.other} on average {by_permutation(self.test, 'sign-flip permutation')}{rest}."
        )


@dataclass(frozen=True, slots=True)
class ArmsApart(Reason):
    """Two arms against each other; the one that moved further stands first."""

    further: str
    other: str
    n_further: int
    n_other: int
    test: Tested

    def sentence(self) -> str:
        """Say it."""
        how = f"permutation of {self.n_further} against {self.n_other} subjects"
        return (
            f"{self.further} moved {self.test.value:.3f} bits further than {self.other} on average "
            f"{by_permutation(self.test, how)}."
        )


@dataclass(frozen=True, slots=True)
class AboveBaseline(Reason):
    """An arm's shift against what its subjects do by themselves."""

    arm: str
    n_above: int
    n_subjects: int
    test: Tested

    def sentence(self) -> str:
        """Say it."""
        effect = self.test.value
        return (
            f"{self.arm + ': ' if self.arm else ''}{self.n_above} of {self.n_subjects} subjects moved further than "
            f"their own baseline varies; on average the shift lies {abs(effect):.3f} bits "
            f"{'above' if effect >= 0 else 'below'} it {by_permutation(self.test, 'sign-flip permutation')}."
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
