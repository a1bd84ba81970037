"""A p by permutation in words, how small it could have been at all, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from klbio.phrases.reason import Reason

__all__ = [
    "LikeAnEffectOf", "NoConcern", "NoMoreThanChance", "Tested", "TooFewSubjects", "TooLittleToMatter",
    "by_permutation", "cannot_give_less", "in_brackets", "kind_of", "that_gives",
]  # fmt: skip

LEVEL = 0.05  # a design whose smallest p lies above it is reported as such


class Tested(Protocol):
    """What a permutation test gives: see `klbio.statistics.TestResult`."""

    @property
    def value(self) -> float:
        """Statistic."""

    @property
    def p_value(self) -> float:
        """Share of the arrangements that reach it."""

    @property
    def smallest_p(self) -> float:
        """Smallest that the design can give."""

    @property
    def exact(self) -> bool:
        """Whether all arrangements are behind it."""


def kind_of(exact: bool) -> str:
    """Name a permutation test by its arrangements: all of them, or some drawn."""
    return "exact permutation" if exact else "permutation"


def that_gives(exact: bool) -> str:
    """Name what bounds a p from below: the design, or how many arrangements were drawn."""
    return "this design" if exact else "so many draws"


def by_permutation(test: Tested, how: str = "permutation") -> str:
    """Say how a test was made, its p and the smallest that it could have been."""
    return (
        f"({'exact' if test.exact else 'Monte Carlo'} {how}: p = {test.p_value:.2g}; "
        f"the smallest {that_gives(test.exact)} can give is {test.smallest_p:.2g})"
    )


def in_brackets(test: Tested) -> str:
    """Say the p, and how small it could be where that is no help."""
    return f"({kind_of(test.exact)}, p = {test.p_value:.2g}{cannot_give_less(test.smallest_p)})"


def cannot_give_less(smallest_p: float) -> str:
    """End of a sentence about a p that the design keeps above 0.05; empty for other designs.

    >>> cannot_give_less(0.25), cannot_give_less(0.05)
    (', and this design cannot give less than 0.25', '')
    """
    return f", and this design cannot give less than {smallest_p:.2g}" if smallest_p > LEVEL else ""


@dataclass(frozen=True, slots=True)
class TooFewSubjects(Reason):
    """The design cannot reach a small p."""

    def sentence(self) -> str:
        """Say it."""
        return "Too few subjects to tell this from chance."


@dataclass(frozen=True, slots=True)
class TooLittleToMatter(Reason):
    """The p is small, and so is the difference."""

    def sentence(self) -> str:
        """Say it."""
        return "Beyond chance, but too little to matter."


@dataclass(frozen=True, slots=True)
class NoMoreThanChance(Reason):
    """The p is not small, though it could be."""

    def sentence(self) -> str:
        """Say it."""
        return "No more than chance gives."


@dataclass(frozen=True, slots=True)
class NoConcern(Reason):
    """A check of the design that found nothing."""

    def sentence(self) -> str:
        """Say it."""
        return "No cause for concern."


@dataclass(frozen=True, slots=True)
class LikeAnEffectOf(Reason):
    """Batch goes with what is to be compared."""

    what: str

    def sentence(self) -> str:
        """Say it."""
        return f"Part of a difference between batches would look like one of {self.what}."
