"""Everything that is measured of one subject in one arm, whatever the others are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from klbio.design import Contrast, Unit
from klbio.schema import PairRow
from klbio.shift.parts import Part
from klbio.shift.phase_pair import PhasePair
from klbio.shift.samples import SampleCounts, UnitCounts
from klbio.shift.settings import ShiftSettings
from klbio.shift.subject.batches import with_batches
from klbio.shift.subject.clades import clade_rows, clade_terms_of, rank_split
from klbio.shift.subject.contributions import taxon_columns
from klbio.shift.subject.divergence import PairMeasure
from klbio.shift.subject.excess import ExcessMeasure
from klbio.shift.subject.hierarchy import Hierarchy
from klbio.shift.subject.rare_taxa import RareTaxa
from klbio.shift.subject.rarefaction import Rarefaction
from klbio.shift.subject.recovery import Recovery
from klbio.shift.subject.sensitivity import sensitivity_rows
from klbio.shift.subject.trajectory import trajectory_rows
from klbio.shift.subject.transport import with_work
from klbio.transport import Tree

__all__ = ["UnitMeasure", "pair_rows"]


@dataclass(frozen=True)
class UnitMeasure:
    """Measures one unit after the other, each by itself: in any order, on any thread.

    All of a unit's tables are made in one go, because they share divergences.

    Parameters
    ----------
    samples : SampleCounts
        Counts at the rank.
    settings : ShiftSettings
    rarefactions : mapping of Contrast to Rarefaction
    tree : Tree, optional
        Where there is one, and the rank is that of its tips.
    hierarchies : sequence of Hierarchy
        Over the categories of the rank.
    """

    samples: SampleCounts
    settings: ShiftSettings
    rarefactions: Mapping[Contrast, Rarefaction]
    tree: Tree | None = None
    hierarchies: Sequence[Hierarchy] = ()

    def __call__(self, unit: Unit) -> list[Part]:
        """Measure every contrast that the unit has both sides of, and its course from every baseline."""
        counts = self.samples.of(unit)
        parts = [part for place, pair in self._pairs(counts) for part in self._shift(pair, place)]
        baselines = dict.fromkeys(contrast.before for contrast in self.settings.contrasts)
        for place, before in enumerate(baselines):
            if unit.names(before):
                parts += self._course(counts, before, place)
        return parts

    def clades(self, unit: Unit) -> list[Part]:
        """Measure where in the hierarchies the unit's shifts took place, and nothing else."""
        pairs = self._pairs(self.samples.of(unit))
        return list(chain.from_iterable(self._clades(pair, place) for place, pair in pairs))

    def _pairs(self, counts: UnitCounts) -> Iterator[tuple[int, PhasePair]]:
        """Pairs of phases that the unit has both sides of, with their place among the contrasts."""
        for place, contrast in enumerate(self.settings.contrasts):
            if counts.unit.names(contrast.before) and counts.unit.names(contrast.after):
                yield place, PhasePair(counts, contrast, self.settings)

    def _shift(self, pair: PhasePair, place: int) -> list[Part]:
        return [
            Part("pairs", pair_rows(pair, self.tree), place, {pair.key: pair.corrected}),
            Part("contributions", taxon_columns(pair), place),
            Part("sensitivity", sensitivity_rows(pair), place),
            Part("rarefaction", self.rarefactions[pair.contrast].rows(pair), place),
            *self._clades(pair, place),
        ]

    def _clades(self, pair: PhasePair, place: int) -> Iterator[Part]:
        """All contrasts of one hierarchy come before those of the next."""
        for i, hierarchy in enumerate(self.hierarchies):
            terms = clade_terms_of(pair, hierarchy)
            order = i * len(self.settings.contrasts) + place
            yield Part("clades", clade_rows(terms).assign(**pair.who), order)
            if hierarchy.source == "taxonomy":
                yield Part("rank_split", rank_split(terms).assign(**pair.who), order)

    def _course(self, counts: UnitCounts, before: str, place: int) -> list[Part]:
        """Against one baseline, and after each disturbance."""
        course = trajectory_rows(counts, before)
        parts = [Part("trajectory", course, place)]
        for contrast in self.settings.contrasts:
            if contrast.before == before and counts.unit.names(contrast.after):
                recovery = Recovery(course, contrast, self.settings.contrasts)
                parts += [
                    Part("recovery", [recovery.row()], place),
                    Part("recovery_curve", recovery.curve(), place),
                ]
        return parts


def pair_rows(pair: PhasePair, tree: Tree | None) -> list[PairRow]:
    """Measure a pair of phases by every estimand, along a tree too where there is one.

    Intervals that cover days are left to the cohort (`klbio.shift.cohort.days.with_days`).
    """
    rows = PairMeasure.rows(pair)
    if tree is not None:
        rows = with_work(rows, pair, tree)
    return RareTaxa(pair).beside(with_batches(list(ExcessMeasure(pair).beside(rows)), pair))
