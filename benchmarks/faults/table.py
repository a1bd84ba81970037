"""What was tried, how often, what was lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["HEADER", "Row", "Try"]

HEADER = "| what | tried | survived | worst | s |\n|---|---|---|---|---|"


class Try(NamedTuple):
    """One try, and how it was lost; nothing where it was not."""

    what: str
    lost: str = ""


@dataclass
class Row:
    """The tries of one kind."""

    what: str
    tried: int = 0
    losses: list[Try] = field(default_factory=list)

    def add(self, one: Try) -> None:
        """Count one."""
        self.tried += 1
        self.losses += [one] if one.lost else []

    def of(self, seconds: float) -> str:
        """The row, as a line of Markdown."""
        worst = f"{self.losses[0].what}: {self.losses[0].lost}".replace("|", " ") if self.losses else "-"
        return (
            f"| {self.what} | {self.tried:,} | {self.tried - len(self.losses):,} | {worst} | {seconds:.0f} |"
        )

    def of_none(self, why: str) -> str:
        """The row of what was not tried."""
        return f"| {self.what} | 0 | 0 | {why} | 0 |"

    @classmethod
    def counted(cls, what: str, tries: Iterator[Try]) -> Row:
        """Try all of a kind."""
        row = cls(what)
        for one in tries:
            row.add(one)
        return row
