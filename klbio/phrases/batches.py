"""Checks of batch, in words; and what a check's number is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from klbio.errors import listed
from klbio.phrases.numbers import agreed, count, who_has
from klbio.phrases.permutation import Tested, in_brackets
from klbio.phrases.reason import Reason

__all__ = [
    "BatchAndArm", "BatchAndPhase", "BatchHoldsAll", "BatchesOfOwn", "BatchesUnknown",
    "NoBatchOfTwo", "OneBatch", "OnePhaseWithBatch", "ShareByBatch", "SidesCompared", "SpearmansRho", "WithinBatch",
    "WithoutBatch",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class OneBatch(Reason):
    """All samples were processed together."""

    batch: str

    def sentence(self) -> str:
        """Say it."""
        return f"All samples are of one batch, {self.batch!r}."


@dataclass(frozen=True, slots=True)
class BatchesUnknown(Reason):
    """Of some samples, or of all, nobody knows the batch."""

    n_unknown: int
    of_all: bool

    def sentence(self) -> str:
        """Say it."""
        which = (
            "The sample sheet names no batch"
            if self.of_all
            else f"{count(self.n_unknown, 'sample')} {agreed(self.n_unknown, 'has', 'have')} no batch"
        )
        return f"{which}: whether samples of one phase or arm were processed together cannot be told."


@dataclass(frozen=True, slots=True)
class WithoutBatch(Reason):
    """Samples that a check of batches does not see."""

    n_samples: int

    def sentence(self) -> str:
        """Say it."""
        n = self.n_samples
        return f"{count(n, 'sample')} without a batch {agreed(n, 'is', 'are')} not counted here."


@dataclass(frozen=True, slots=True)
class BatchesOfOwn(Reason):
    """No two samples share a batch."""

    def sentence(self) -> str:
        """Say it."""
        return "Every sample is a batch of its own: batch and phase cannot be held against each other."


@dataclass(frozen=True, slots=True)
class OnePhaseWithBatch(Reason):
    """The other phase's samples have no batch."""

    def sentence(self) -> str:
        """Say it."""
        return "Only one phase has samples with a batch: batch and phase cannot be held against each other."


@dataclass(frozen=True, slots=True)
class NoBatchOfTwo(Reason):
    """No two subjects share a batch."""

    def sentence(self) -> str:
        """Say it."""
        return "No batch holds two subjects: batch and arm cannot be held against each other."


@dataclass(frozen=True, slots=True)
class BatchHoldsAll(Reason):
    """Each batch holds one label only, so that batch and label are one.

    Attributes
    ----------
    what : str
        What the labels are of: phase or arm.
    batches : mapping of str to sequence of str
        Those of each label.
    """

    what: str
    batches: Mapping[str, Sequence[str]]

    def sentence(self) -> str:
        """Name the batches of each label."""
        text = ", ".join(
            f"{'batch' if len(names) == 1 else 'batches'} {listed(names, 4)} "
            f"{'holds' if len(names) == 1 else 'hold'} all {label!r} samples"
            for label, names in self.batches.items()
        )
        return f"{text[0].upper()}{text[1:]}: {self.what} and batch cannot be told apart."


@dataclass(frozen=True, slots=True)
class BatchAndPhase(Reason):
    """How much batch says of phase; the test's value is the share of its entropy."""

    test: Tested
    n_mixed: int
    n_subjects: int

    def sentence(self) -> str:
        """Say it, with the subjects in which both phases share a batch."""
        return (
            f"Batch tells {self.test.value:.0%} of what there is to know of phase {in_brackets(self.test)}; "
            f"{who_has(self.n_mixed, self.n_subjects, 'subject')} both phases in one batch."
        )


@dataclass(frozen=True, slots=True)
class BatchAndArm(Reason):
    """How much batch says of arm; the test's value is the share of its entropy."""

    test: Tested

    def sentence(self) -> str:
        """Say it."""
        return f"Batch tells {self.test.value:.0%} of what there is to know of arm {in_brackets(self.test)}."


@dataclass(frozen=True, slots=True)
class WithinBatch(Reason):
    """What is left of the shift within batches; medians over subjects with both phases in one batch."""

    n_subjects: int
    pooled_bits: float
    within_bits: float

    def sentence(self) -> str:
        """Say both numbers, and which of them batches cannot have made."""
        who = "the one subject" if self.n_subjects == 1 else f"the {self.n_subjects} subjects"
        return (
            f"In {who} with both phases in one batch, the pooled shift is {self.pooled_bits:.2g} bits and the shift "
            f"within batches {self.within_bits:.2g} (medians): only the latter cannot come from batches."
        )


SIGNS = {"ratio": "/", "difference": "-"}


@dataclass(frozen=True, slots=True)
class SidesCompared(Reason):
    """A check's number: a ratio of two sides, or their difference."""

    how: Literal["ratio", "difference"]
    what: str
    sides: tuple[str, str]

    def sentence(self) -> str:
        """Name it."""
        return f"{self.how} of {self.what}, {f' {SIGNS[self.how]} '.join(self.sides)}"


@dataclass(frozen=True, slots=True)
class ShareByBatch(Reason):
    """A check's number: Theil's uncertainty coefficient."""

    def sentence(self) -> str:
        """Name it."""
        return "share of its entropy that batch tells"


@dataclass(frozen=True, slots=True)
class SpearmansRho(Reason):
    """A check's number: a rank correlation."""

    def sentence(self) -> str:
        """Name it."""
        return "Spearman's rho"
