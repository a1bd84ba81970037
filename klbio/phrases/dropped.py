"""Why a sample or a subject was left out, in words."""

from __future__ import annotations

from dataclasses import dataclass

from klbio.phrases.reason import Reason

__all__ = ["EmptyGroups", "NoSampleIn", "NotInSheet", "NotInTable", "TooShallow"]


@dataclass(frozen=True, slots=True)
class NotInSheet(Reason):
    """Nobody says whose sample it is."""

    def sentence(self) -> str:
        """Say it."""
        return "in the table, not in the sample sheet"


@dataclass(frozen=True, slots=True)
class NotInTable(Reason):
    """Nothing was counted in it."""

    def sentence(self) -> str:
        """Say it."""
        return "in the sample sheet, not in the table"


@dataclass(frozen=True, slots=True)
class TooShallow(Reason):
    """Fewer reads, or counts, than the study asks for."""

    depth: float
    unit: str
    least: int

    def sentence(self) -> str:
        """Say it."""
        return f"{self.depth:.0f} {self.unit}, fewer than min_depth ({self.least})"


@dataclass(frozen=True, slots=True)
class EmptyGroups(Reason):
    """Reads are too few to fill every group."""

    n_empty: int
    n_groups: int

    def sentence(self) -> str:
        """Say it."""
        return f"too few reads: {self.n_empty} of {self.n_groups} groups are empty"


@dataclass(frozen=True, slots=True)
class NoSampleIn(Reason):
    """A subject lacks a side of a contrast, or both."""

    phases: tuple[str, ...]
    arm: str

    def sentence(self) -> str:
        """Say it."""
        of_arm = f" of arm {self.arm!r}" if self.arm else ""
        return f"no usable sample in phase {' and '.join(map(repr, self.phases))}{of_arm}"
