"""What a before/after study is made of, checked at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from klbio.design import Arms, Design
from klbio.distributions import Counts
from klbio.errors import Fault, Faults, InputError
from klbio.read_groups import ReadGroups
from klbio.schema import DroppedRow
from klbio.shift.groups import grouped
from klbio.shift.inputs import Measurable, check_labels, check_ranks, check_words
from klbio.shift.left_out import LeftOut
from klbio.shift.settings import ShiftSettings
from klbio.taxonomy import Taxonomy

if TYPE_CHECKING:
    from klbio.transport import Tree

__all__ = ["StudyInputs", "check_kinds"]


@dataclass(frozen=True, eq=False, repr=False)
class StudyInputs:
    """Counts, design and what belongs to them; `klbio.shift.study.Study` says what each is.

    Raises
    ------
    InputError
        Every fault of them.
    """

    counts: Counts
    design: Design
    _: KW_ONLY
    taxonomy: Taxonomy | None = None
    tree: Tree | None = None
    groups: ReadGroups | None = None
    settings: ShiftSettings = field(default_factory=ShiftSettings)
    mock_content: Mapping[str, float] = field(default_factory=dict)
    dropped_before: tuple[DroppedRow, ...] = ()  # what the files held besides
    others: tuple[str, ...] = ()  # samples of the table that the sheet does not name

    def __post_init__(self) -> None:
        """Refuse inputs that do not fit each other, with all their faults."""
        object.__setattr__(self, "counts", self.counts.by_label())  # reads are dealt in this order
        faults, ranks = Faults(), self.settings.ranks
        faults.gather(lambda: self.design.check(self.settings.contrasts, self.settings.control))
        faults.gather(lambda: check_labels(self.counts, ranks, self.taxonomy, self.tree))
        if not self.taxonomy:
            faults.gather(lambda: check_ranks(self.counts.name, ranks))
        if not self.groups:
            faults.gather(lambda: check_words(self.counts))
        held = faults.gather(lambda: grouped(self.groups, self.counts) if self.groups else None)
        faults.raise_any()
        for name, value in zip(("groups", "counts"), held or (), strict=False):
            object.__setattr__(self, name, value)
        self._close_proportions()
        if self.taxonomy:
            own = [self.taxonomy.rank(rank) or rank for rank in ranks]
            object.__setattr__(self, "settings", replace(self.settings, ranks=own))
        self.measurable.check()
        if not (self.groups and self.groups.are_some):  # who is left out of all is not known then
            LeftOut(self.measurable).notify()

    def _close_proportions(self) -> None:
        """Bring proportions to sums of 1, so that no number hangs on their scale; pseudocounts would be on one."""
        if self.counts.unit == "proportions":
            object.__setattr__(self, "counts", self.counts.proportions())
            object.__setattr__(self, "settings", replace(self.settings, smoothing="none"))

    @cached_property
    def measurable(self) -> Measurable:
        """Which samples can be measured, and why the others cannot."""
        contrasts, least = self.settings.contrasts, self.settings.min_depth
        design = self.design.control_first(self.settings.control)
        return Measurable(self.counts, self.groups, design, contrasts, least, self.others)

    @property
    def arm_order(self) -> Arms:
        """The arms of the sheet, the control first."""
        return self.design.arms(self.settings.control)

    def __repr__(self) -> str:
        """Who, between which phases, at which ranks."""
        return (
            f"{type(self).__name__} of {self._who()}: {self._phases()}, at {', '.join(self.settings.ranks)}"
        )

    def _who(self) -> str:
        samples = self.measurable.design.samples
        n_subjects = len({sample.subject for sample in samples})
        arms = [arm for arm in dict.fromkeys(sample.arm for sample in samples) if arm]
        who = f"{n_subjects:,} subject{'s' * (n_subjects != 1)}, {len(samples):,} samples"
        return f"{who} in the arms {', '.join(arms)}" if len(arms) > 1 else who

    def _phases(self) -> str:
        return ", ".join(f"{contrast.before} -> {contrast.after}" for contrast in self.settings.contrasts)


def check_kinds(groups: object, settings: object) -> None:
    """Refuse groups and settings of another type."""
    faults = []
    if not isinstance(groups, Counts | ReadGroups | None):
        faults.append(
            Fault(
                "groups", f"an object of type {type(groups).__name__}", "Counts",
                "Turn it into these: klbio.Counts(samples, groups, values).",
            )
        )  # fmt: skip
    if not isinstance(settings, ShiftSettings | None):
        faults.append(
            Fault(
                "settings", f"an object of type {type(settings).__name__}", "ShiftSettings",
                "Write klbio.ShiftSettings(...) with what differs.",
            )
        )  # fmt: skip
    InputError.raise_any(faults)
