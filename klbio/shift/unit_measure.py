"""Everything that is measured of one subject in one arm, at one rank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from klbio.design import Contrast, Unit
from klbio.shift.parts import Part

if TYPE_CHECKING:
    from klbio.shift.phase_pair import Rows
    from klbio.shift.settings import ShiftSettings
    from klbio.shift.subject.rarefaction import Plan
    from klbio.transport import Tree

__all__ = ["UnitMeasure"]


@dataclass(frozen=True)
class UnitMeasure:
    """Measures one unit after the other, each by itself: in any order, on any thread.

    All of a unit's tables are made in one go, because they share divergences.

    Parameters
    ----------
    rows : Rows
        Counts at the rank.
    settings : ShiftSettings
    rank : str
        As it stands in the tables.
    tree : Tree, optional
        Where there is one, and the rank is that of its tips.
    plans : mapping of Contrast to Plan
        How far to rarefy.
    """

    rows: Rows
    settings: ShiftSettings
    rank: str
    tree: Tree | None
    plans: Mapping[Contrast, Plan]

    def __call__(self, unit: Unit) -> list[Part]:
        """Measure every contrast that the unit has both sides of, and its course from every baseline."""
        parts = []
        for place, contrast in enumerate(self.settings.contrasts):
            if unit.names(contrast.before) and unit.names(contrast.after):
                parts += self._shift(unit, contrast, place)
        baselines = dict.fromkeys(contrast.before for contrast in self.settings.contrasts)
        for place, before in enumerate(baselines):
            if unit.names(before):
                parts += self._course(unit, before, place)
        return parts

    def _shift(self, unit: Unit, contrast: Contrast, place: int) -> list[Part]:
        from klbio.shift.subject.contributions import taxon_columns
        from klbio.shift.subject.divergence import measure_unit
        from klbio.shift.subject.rarefaction import rarefaction_rows
        from klbio.shift.subject.sensitivity import sensitivity_rows
        from klbio.shift.subject.transport import transport_rows

        head = {
            "subject": unit.subject,
            "arm": unit.arm,
            "before": contrast.before,
            "after": contrast.after,
            "rank": self.rank,
        }
        what = (self.rows, unit, contrast)
        pairs = measure_unit(*what, self.settings)
        if self.tree:
            pairs = [row | way for row, way in zip(pairs, transport_rows(*what, self.tree), strict=True)]
        rarer = rarefaction_rows(*what, self.plans[contrast], self.settings.seed)
        return [
            Part("pairs", [row | head for row in pairs], place),
            Part("contributions", taxon_columns(*what, self.settings) | head, place),
            Part("sensitivity", [row | head for row in sensitivity_rows(*what)], place),
            Part("rarefaction", [row | head for row in rarer], place),
        ]

    def _course(self, unit: Unit, before: str, place: int) -> list[Part]:
        """Against one baseline, and after each disturbance."""
        from klbio.shift.subject.recovery import curve_rows, recovery_row
        from klbio.shift.subject.trajectory import trajectory_rows

        contrasts = self.settings.contrasts
        mine = [contrast for contrast in contrasts if contrast.before == before]
        who = {"subject": unit.subject, "arm": unit.arm, "rank": self.rank}
        course = trajectory_rows(self.rows, unit, mine[0])
        parts = [Part("trajectory", [row | who | {"baseline": before} for row in course], place)]
        for contrast in mine:
            if unit.names(contrast.after):
                parts += [
                    Part("recovery", [recovery_row(course, contrast, contrasts) | who], place),
                    Part(
                        "recovery_curve",
                        [row | who for row in curve_rows(course, contrast, contrasts)],
                        place,
                    ),
                ]
        return parts
