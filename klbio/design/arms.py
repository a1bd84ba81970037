"""The arms of a study in one order, and which of them is the control."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from klbio.errors import Fault, StrPath, listed

__all__ = ["Arms"]


@dataclass(frozen=True)
class Arms:
    """Arms of a study: the control first, then as in the sheet.

    Parameters
    ----------
    names : tuple of str
        As the sheet first names them; without those that have no name.
    control : str
        What the others are held against; where it is empty, each arm is held against each.
    lone : tuple of str
        Arms of one subject each, where they are more than may be meant: none is held against another of them.

    Examples
    --------
    >>> arms = Arms(("drug", "diet", "placebo"), control="placebo")
    >>> arms.ordered(["diet", "drug", "placebo"])
    ['placebo', 'drug', 'diet']
    >>> arms.pairs(["diet", "drug", "placebo"])
    [('drug', 'placebo'), ('diet', 'placebo')]
    >>> Arms(("drug", "diet")).pairs(["diet", "drug"])
    [('diet', 'drug')]
    >>> Arms(("all", "A", "B"), lone=("A", "B")).pairs(["all", "A", "B"])
    [('A', 'all'), ('B', 'all')]
    """

    names: tuple[str, ...] = ()
    control: str = ""
    lone: tuple[str, ...] = ()

    def ordered(self, present: Iterable[str]) -> list[str]:
        """Bring some arms into the one order; those that no sheet names come last, as they stand."""
        there = dict.fromkeys(present)
        first = [name for name in (self.control, *self.names) if name in there]
        return list(dict.fromkeys([*first, *there]))

    def pairs(self, present: Iterable[str]) -> list[tuple[str, str]]:
        """Give the comparisons of some arms, the control second, or of two the one that the sheet names first."""
        arms = [name for name in self.ordered(present) if name]
        against = [self.control] if self.control else arms
        lone = set(self.lone)
        return [
            (later, earlier)
            for i, later in enumerate(arms)
            for earlier in arms[:i]
            if earlier in against and not {later, earlier} <= lone
        ]

    def faults(self, sheet: StrPath) -> list[Fault]:
        """Say that the control is no arm of the sheet, and which was meant."""
        if not self.control or self.control in self.names:
            return []
        near = get_close_matches(self.control.casefold(), [name.casefold() for name in self.names], n=1)
        meant = [name for name in self.names if name.casefold() in near]
        found = f"no subject in the control arm {self.control!r}"
        if not self.names:
            return [
                Fault(sheet, found, "an arm of the sheet", "The sheet names no arms: add a column `arm`.")
            ]
        remedy = f"Did you mean {meant[0]!r}?" if meant else ""
        where = "(`shift.control`, or --control; in Python `ShiftSettings(control=...)`)"
        return [
            Fault(
                sheet, found, f"one of the sheet's arms {listed(self.names, 6)}", f"{remedy} {where}".strip()
            )
        ]
