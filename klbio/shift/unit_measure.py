"""What is measured of one unit, apart from all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from klbio.design import Contrast, Unit
from klbio.shift.parts import Part
from klbio.shift.phase_pair import PhasePair
from klbio.shift.samples import SampleCounts
from klbio.shift.settings import ShiftSettings
from klbio.shift.subject.clades import clade_parts
from klbio.shift.subject.contributions import taxon_columns
from klbio.shift.subject.hierarchy import Hierarchy
from klbio.shift.subject.pairs import pair_rows
from klbio.shift.subject.rarefaction import Rarefaction
from klbio.shift.subject.recovery import course_parts
from klbio.shift.subject.sensitivity import sensitivity_rows
from klbio.transport import Tree

__all__ = ["UnitMeasure"]


@dataclass(frozen=True)
class UnitMeasure:
    """Measures a unit at one rank, all its tables in one go, because they share divergences; on any thread."""

    samples: SampleCounts
    settings: ShiftSettings
    rarefactions: Mapping[Contrast, Rarefaction]
    tree: Tree | None = None  # where there is one, and the rank is that of its tips
    hierarchies: Sequence[Hierarchy] = ()  # over the categories of the rank

    def __call__(self, unit: Unit) -> list[Part]:
        """Measure every contrast that the unit has both sides of, and its course from every baseline."""
        counts = self.samples.of(unit)
        course = list(course_parts(counts, self.settings.contrasts))  # its estimates are points of the shifts
        shifts = [part for pair in PhasePair.each(counts, self.settings) for part in self._shift(pair)]
        return [*shifts, *course]

    def clades(self, unit: Unit) -> list[Part]:
        """Measure where in the hierarchies the unit's shifts took place, and nothing else."""
        pairs = PhasePair.each(self.samples.of(unit), self.settings)
        return [part for pair in pairs for part in clade_parts(pair, self.hierarchies)]

    def _shift(self, pair: PhasePair) -> list[Part]:
        return [
            Part("pairs", pair_rows(pair, self.tree), pair.place, {pair.key: pair.corrected}),
            Part("contributions", taxon_columns(pair), pair.place),
            Part("sensitivity", sensitivity_rows(pair), pair.place),
            Part("rarefaction", self.rarefactions[pair.contrast].rows(pair), pair.place),
            *clade_parts(pair, self.hierarchies),
        ]
