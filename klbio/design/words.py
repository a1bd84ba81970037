"""What a sheet calls its columns and its phases, in its own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from klbio.columns import PHASE
from klbio.errors import Fault, listed
from klbio.sheet import Row, Sheet
from klbio.spelling import meant

__all__ = ["ALL", "SheetWords"]

ALL = 50  # phases that a message names: all of them, unless it is no column of phases


@dataclass(frozen=True)
class SheetWords:
    """The words of a sheet, where they are not klbio's.

    Parameters
    ----------
    columns : mapping of str to str
        What the sheet calls `sample`, `subject`, `phase`, `time`, `arm`, `batch`, `replicate`.
    phases : mapping of str to sequence of str
        A phase, and what the sheet calls it in one row or another; phases that are not named stay as they are.

    Examples
    --------
    >>> words = SheetWords(phases={"before": ["Pre", "Baseline"]})
    >>> rows = [Row(2, {"phase": "Baseline"}), Row(3, {"phase": "Week 1"})]
    >>> [row["phase"] for row in words.relabelled(Sheet("s.tsv", ("phase",), tuple(rows)))]
    ['before', 'Week 1']
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    phases: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def _labels(self) -> list[tuple[str, str]]:
        """Each label with its phase; one may come alone."""
        return [
            (label, phase)
            for phase, labels in self.phases.items()
            for label in ([labels] if isinstance(labels, str) else labels)
        ]

    def relabelled(self, sheet: Sheet) -> Sheet:
        """Give the sheet with its phases called as asked."""
        phase_of = dict(self._labels)
        return replace(sheet, rows=tuple(_in_phase(row, phase_of) for row in sheet)) if phase_of else sheet

    def faults(self, sheet: Sheet) -> list[Fault]:
        """Name labels that the sheet does not have, or that stand for two phases; phases that hide another."""
        there = list(dict.fromkeys(row[PHASE] for row in sheet if row[PHASE]))
        labels = [label for label, _ in self._labels]
        faults = [self._unknown(sheet, label, there) for label in dict.fromkeys(labels) if label not in there]
        faults += [
            Fault("phases", f"{label!r} in {times} phases", "each label in one")
            for label, times in Counter(labels).items()
            if times > 1
        ]
        hidden = [phase for phase in self.phases if phase in there and phase not in labels]
        return faults + [
            Fault(
                sheet.path, f"a phase {phase!r} besides the labels that stand for it", "one meaning of a name",
                f"List {phase!r} among its own labels, or choose another name (config: `shift.phases`).",
            )
            for phase in hidden
        ]  # fmt: skip

    def _unknown(self, sheet: Sheet, label: str, there: Sequence[str]) -> Fault:
        near = meant(label, there)
        where = "(config: `shift.phases`, or --phase NAME=LABEL)"
        remedy = f"Did you mean {near!r}? {where}" if near else where
        expected = f"one of the sheet's phases {listed(there, ALL)}"
        return Fault(sheet.path, f"no sample of phase {label!r}", expected, remedy)


def _in_phase(row: Row, phase_of: Mapping[str, str]) -> Row:
    phase = phase_of.get(row[PHASE])
    return row if phase is None else replace(row, fields={**row.fields, PHASE: phase})
