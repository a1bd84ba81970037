"""Arms that are not held against each other, or not in every test, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass

from klbio.phrases.numbers import agreed, count, who_has
from klbio.phrases.reason import Reason

__all__ = [
    "EachAnArm", "InBothArms", "LoneArms", "NotCompared", "OneSubjectEach", "OneSubjectInBoth", "SomeWithoutArm",
    "arm_in_words",
]  # fmt: skip

NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def arm_in_words(arm: str) -> str:
    """Give an arm as a sentence has it: a code needs the word before it.

    >>> arm_in_words("placebo"), arm_in_words("0")
    ('placebo', 'arm 0')
    """
    return f"arm {arm}" if NUMBER.fullmatch(arm) else arm


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
