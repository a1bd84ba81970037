"""Samples, who they are of, and the contrasts between their phases.

A *unit* is one subject in one arm: a subject of a crossover study is two units.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from klbio.design.arms import Arms
from klbio.design.columns import sample_columns
from klbio.design.faults import phase_faults
from klbio.design.order import in_order
from klbio.design.rows import SampleRows
from klbio.design.sample import Sample
from klbio.design.words import SheetWords
from klbio.errors import Fault, InputError, listed
from klbio.sheet import Sheet

__all__ = ["Contrast", "Design", "Members", "Unit"]

MOST_LONE = 8  # arms of one subject each, that may be meant


@dataclass(frozen=True)
class Contrast:
    """The two phases that are compared: `q` is `before`, `p` is `after`."""

    before: str = "before"
    after: str = "after"


@dataclass(frozen=True)
class Unit:
    """One subject in one arm, with its samples in sheet order (by time where it is given)."""

    subject: str
    arm: str
    samples: tuple[Sample, ...]

    def names(self, phase: str) -> list[str]:
        """Names of the samples of one phase, by time and name: what is drawn hangs on no order of the sheet."""
        return [sample.name for sample in sorted(self.samples, key=_place) if sample.phase == phase]

    @property
    def key(self) -> str:
        """Subject and arm in one string, for seeds and messages."""
        return f"{self.subject}\t{self.arm}"


def _place(sample: Sample) -> tuple[float, str]:
    return 0.0 if sample.time is None else sample.time, sample.name


@dataclass(frozen=True)
class Members:
    """Units with samples in both phases of a contrast.

    >>> units = [Unit("S", "x", ()), Unit("T", "y", ()), Unit("U", "x", ())]
    >>> [(members.arm, len(members.units)) for members in Members(Contrast(), tuple(units)).by_arm()]
    [('x', 2), ('y', 1)]
    """

    contrast: Contrast
    units: tuple[Unit, ...]

    @property
    def arm(self) -> str:
        """The first one's; all of them have it after `by_arm`."""
        return self.units[0].arm

    def by_arm(self) -> list[Members]:
        """Those of each arm, arms in order of first appearance."""
        arms = dict.fromkeys(unit.arm for unit in self.units)
        return [Members(self.contrast, tuple(unit for unit in self.units if unit.arm == arm)) for arm in arms]


@dataclass(frozen=True, repr=False)
class Design:
    """Samples grouped into units, in order of first appearance.

    Examples
    --------
    >>> design = Design([Sample("a", "S1", "before"), Sample("b", "S1", "after"), Sample("c", "S2", "before")])
    >>> design
    Design of 3 samples, 2 subjects, phases 'before', 'after'
    >>> [unit.subject for unit in design.units]
    ['S1', 'S2']
    >>> [unit.subject for unit in design.complete(Contrast("before", "after"))]
    ['S1']
    """

    samples: tuple[Sample, ...]
    name: str
    controls: tuple[Sample, ...]

    def __init__(
        self, samples: Sequence[Sample], name: str = "sample sheet", controls: Sequence[Sample] = ()
    ) -> None:
        object.__setattr__(self, "samples", tuple(samples))
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "controls", tuple(controls))

    def __repr__(self) -> str:
        subjects = len({sample.subject for sample in self.samples})
        phases = listed(dict.fromkeys(sample.phase for sample in self.samples))
        return f"Design of {len(self.samples)} samples, {subjects} subjects, phases {phases}"

    @classmethod
    def of(cls, sheet: Sheet, words: SheetWords | None = None) -> Design:
        """Make the design that a sheet describes, samples in its order, names verbatim.

        Parameters
        ----------
        sheet : Sheet
            Its columns under klbio's names.
        words : SheetWords, optional
            What it calls its phases.

        Warns
        -----
        InputWarning
            For dates taken as days, and words taken for a missing value.

        Raises
        ------
        InputError
            Every fault of the sheet at once: empty or repeated names, words for a missing value in their place, spaces
            around one, a time that is neither number nor date, phases, arms or subjects that are one to the eye, two
            samples of one subject, arm, phase, time and replicate.
        """
        rows = SampleRows.of(sheet, words)
        InputError.raise_any(rows.faults())
        return cls.of_rows(rows)

    @classmethod
    def within(cls, metadata: Sheet, words: SheetWords | None = None) -> Design:
        """Make the design of what a table says of its samples.

        Parameters
        ----------
        metadata : Sheet
            Its columns under their own names, that of the samples first.
        words : SheetWords, optional
            What it calls its columns and phases.

        Raises
        ------
        InputError
            As `of` does; if it lacks a column.
        """
        columns = sample_columns(words.columns if words else {})
        InputError.raise_any(columns.faults(metadata.path, metadata.columns))
        names = columns.named(metadata.columns)
        rows = tuple(
            replace(row, fields={name: row[own] for name, own in zip(names, metadata.columns, strict=True)})
            for row in metadata
        )
        return cls.of(Sheet(metadata.path, names, rows, metadata.columns), words)

    @classmethod
    def of_rows(cls, rows: SampleRows) -> Design:
        """Make the design of rows without a fault."""
        rows.notify()
        return cls(Sample.of_subjects(rows), str(rows.sheet.path), Sample.controls(rows))

    @property
    def libraries(self) -> tuple[Sample, ...]:
        """All that was sequenced, controls too, in the order of the sheet."""
        return tuple(sorted((*self.samples, *self.controls), key=lambda sample: sample.line))

    @property
    def units(self) -> list[Unit]:
        """Every subject in every arm it was in."""
        groups: dict[tuple[str, str], list[Sample]] = {}
        for sample in self.samples:
            groups.setdefault((sample.subject, sample.arm), []).append(sample)
        return [Unit(*key, samples=tuple(sorted(group, key=_when))) for key, group in groups.items()]

    def complete(self, contrast: Contrast) -> list[Unit]:
        """Units with at least one sample on both sides of a contrast."""
        return [unit for unit in self.units if unit.names(contrast.before) and unit.names(contrast.after)]

    def members(self, contrast: Contrast) -> Members:
        """The same, with their contrast."""
        return Members(contrast, tuple(self.complete(contrast)))

    def keep(self, names: Sequence[str]) -> Design:
        """Keep the samples named."""
        wanted = set(names)
        return Design([sample for sample in self.samples if sample.name in wanted], self.name, self.controls)

    def control_first(self, control: str) -> Design:
        """Put the samples of the control arm ahead; the others stay as they stand."""
        if not control:
            return self
        ordered = sorted(self.samples, key=lambda sample: sample.arm != control)
        return Design(ordered, self.name, self.controls)

    def arms(self, control: str = "") -> Arms:
        """Arms that samples were taken in, in the sheet's order; those of one subject, where they are many."""
        sizes = Counter(unit.arm for unit in self.units if unit.arm)
        lone = tuple(arm for arm, n in sizes.items() if n == 1)
        return Arms(tuple(sizes), control, lone if len(lone) > MOST_LONE else ())

    def check(self, contrasts: Sequence[Contrast], control: str = "") -> None:
        """Refuse contrasts that this sheet cannot answer, and a control that is no arm of it.

        Raises
        ------
        InputError
            Naming phases that the sheet does not have, contrasts for which no subject has
            both sides where there is no other, a phase that is held against itself, a contrast
            given twice; a control arm that no sample was taken in.
        """
        phases = in_order(self.samples)
        faults = phase_faults(self.name, phases, contrasts)
        present = [contrast for contrast in contrasts if {contrast.before, contrast.after} <= set(phases)]
        if not any(map(self.complete, contrasts)):
            faults += [self.incomplete(contrast) for contrast in present]
        faults += self.arms(control).faults(self.name)
        InputError.raise_any(faults)

    def incomplete(self, contrast: Contrast) -> Fault:
        """Say that no subject has both sides of a contrast."""
        moved = self._moved(contrast)
        remedy = "Check that the column `subject` has one name per person or animal, the same in both phases."
        return Fault(
            self.name,
            f"no subject with samples both in {contrast.before!r} and in {contrast.after!r}{moved}",
            "at least one subject sampled in both phases",
            "Give each subject its arm in every row." if moved else remedy,
        )

    def _moved(self, contrast: Contrast) -> str:
        """Say of the first subject with both phases that they stand in different arms: a sheet half filled in."""
        arms: dict[str, dict[str, str]] = {}
        for sample in self.samples:
            arms.setdefault(sample.subject, {}).setdefault(sample.phase, sample.arm)
        for subject, arm in arms.items():
            if contrast.before in arm and contrast.after in arm:
                return f" in one arm ({subject!r} is in {arm[contrast.before]!r}, then in {arm[contrast.after]!r})"
        return ""


def _when(sample: Sample) -> float:
    return sample.time if sample.time is not None else 0.0
