"""A before/after study in memory: everything measured in it, a frame a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from html import escape
from itertools import chain, product
from typing import TYPE_CHECKING, Self

import pandas as pd

from klbio.design import Contrast, Members
from klbio.distributions import Counts
from klbio.errors import Faults, InputError, listed
from klbio.interop import as_design, as_table, as_taxonomy, as_tree
from klbio.read_groups import ReadGroups
from klbio.schema import (
    SHIFT_TABLES,
    ControlShiftRow,
    DroppedRow,
    PairRow,
    PermanovaRow,
    PopulationRow,
    Row,
    named,
)
from klbio.shift.checks.controls import Controls
from klbio.shift.checks.flags import flag_rows
from klbio.shift.checks.mock import Mock
from klbio.shift.cohort.arm_summary import arm_rows
from klbio.shift.cohort.arms import cohort_rows, left_out
from klbio.shift.cohort.baseline import baseline_rows
from klbio.shift.cohort.compositions import PopulationTests
from klbio.shift.cohort.days import with_days
from klbio.shift.cohort.differential import differential_rows
from klbio.shift.cohort.multiverse import headline_rows
from klbio.shift.cohort.phase_pools import PhasePools
from klbio.shift.cohort.variation import VariationTests
from klbio.shift.left_out import LeftOut
from klbio.shift.parts import Measure, Measured, OfSubjects, in_order
from klbio.shift.samples import SampleCounts
from klbio.shift.settings import ShiftSettings
from klbio.shift.study_inputs import StudyInputs, check_kinds
from klbio.shift.study_tables import StudyTables
from klbio.shift.subject.clades import means_of_each, with_bits
from klbio.shift.subject.hierarchy import Hierarchy, hierarchies
from klbio.shift.subject.mean_contributions import mean_over_arms
from klbio.shift.subject.rarefaction import Rarefaction
from klbio.shift.subject.transport import compare_order
from klbio.shift.unit_measure import UnitMeasure
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import FEATURE, collapse
from klbio.threads import give_back_memory

if TYPE_CHECKING:
    from klbio.interop import DesignLike, TableLike, TaxonomyLike, TreeLike

__all__ = ["Study"]

SHOWN = named(  # in a notebook
    PairRow,
    lambda row: (
        row.subject, row.arm, row.before, row.after, row.rank, row.estimand,
        row.jensen_shannon_divergence_bits, row.jsd_low_bits, row.jsd_high_bits, row.floor_p,
    ),
)  # fmt: skip


class Study(StudyTables, StudyInputs):
    """Samples of subjects before and after, and how far each of them moved.

    What is asked for is measured once, when it is asked for; `pairs` and the other tables of single
    subjects together, because they share divergences.

    Parameters
    ----------
    counts : TaxaTable, Counts, pandas.DataFrame, biom.Table or anndata.AnnData
        Reads of each category (taxon, k-mer) in each sample; turned where its rows are the categories.  Of what
        `klbio.io.read_taxa` gives, the lineages of its file are the taxonomy where no other is given.  Of proportions
        divergences are as observed; what needs reads is empty.
    design : Design or pandas.DataFrame
        Who was sampled when: columns ``sample`` (or the index), ``subject``, ``phase`` and, where there are,
        ``time``, ``arm``, ``batch``, ``replicate``.
    taxonomy : Taxonomy, pandas.DataFrame or pandas.Series, optional
        Lineages, needed for any rank but ``feature``: a column per rank, or one joined by ``;``.
    tree : Tree or skbio.TreeNode, optional
        With a tip for each category that has reads; adds how far along it they were carried.
    groups : ReadGroups or Counts, optional
        The same counts in groups of whole reads, where one read brings many; intervals and floor then rest
        on groups.  As Counts their rows are called ``sample/1``, ``sample/2`` and so on.
    mock : mapping of str to float, optional
        Shares of the taxa of a mock community, where the design has controls that are one.
    settings : ShiftSettings
        Phases that are compared, ranks, and the other choices behind every number.

    Raises
    ------
    InputError
        Every fault of the inputs: phases that the design does not have, taxa without lineage or tip, ranks
        without a taxonomy, groups that do not fit, nothing left to measure.

    Examples
    --------
    >>> from klbio.design import Design, Sample
    >>> counts = Counts(["b", "a"], ["Roseburia", "Bacteroides"], [[60, 40], [10, 90]])
    >>> design = Design([Sample("b", "S1", "before"), Sample("a", "S1", "after")])
    >>> study = Study(counts, design)
    >>> study.pairs["jensen_shannon_divergence_bits"].round(2).tolist()
    [0.21, 0.21]
    >>> study
    Study of 1 subject, 2 samples: before -> after, at feature
    """

    def __init__(
        self, counts: TableLike, design: DesignLike, *, taxonomy: TaxonomyLike | None = None,
        tree: TreeLike | None = None, groups: ReadGroups | Counts | None = None, settings: ShiftSettings | None = None,
        mock: Mapping[str, float] | None = None,
    ) -> None:  # fmt: skip
        faults = Faults()
        sheet = faults.gather(lambda: as_design(design))
        table = faults.gather(lambda: as_table(counts, sheet))
        lineages = faults.gather(lambda: None if taxonomy is None else as_taxonomy(taxonomy))
        branches = faults.gather(lambda: None if tree is None else as_tree(tree))
        faults.gather(lambda: check_kinds(groups, settings))
        grouped = faults.gather(lambda: ReadGroups.held(groups) if isinstance(groups, Counts) else groups)
        if sheet is None or table is None or faults.found:
            raise InputError(dict.fromkeys(faults.found))
        chosen = settings or ShiftSettings()
        table = table.community(sheet, lineages, chosen.exclude, chosen.keep)
        super().__init__(
            table.counts, sheet, taxonomy=lineages or table.taxonomy, tree=branches, groups=grouped,
            settings=chosen, mock_content=mock or {}, dropped_before=table.dropped, others=table.others,
        )  # fmt: skip

    @classmethod
    def of(cls, inputs: StudyInputs) -> Self:
        """Measure what was read."""
        table = TaxaTable(
            inputs.counts, inputs.taxonomy, dropped=inputs.dropped_before, samples_known=True, others=inputs.others
        )  # fmt: skip
        return cls(
            table, inputs.design, taxonomy=inputs.taxonomy, tree=inputs.tree, groups=inputs.groups,
            settings=replace(inputs.settings, exclude=()),  # they are left out already
            mock=inputs.mock_content,
        )  # fmt: skip

    @cached_property
    def _made(self) -> dict[str, pd.DataFrame]:
        """Tables asked for so far."""
        return {}

    def table(self, name: str) -> pd.DataFrame:
        """Give a table by its name in `klbio.schema.SHIFT_TABLES`; it is made when first asked for."""
        if name not in SHIFT_TABLES:
            raise InputError.one("table", repr(name), f"one of {listed(SHIFT_TABLES, len(SHIFT_TABLES))}")
        if name not in self._made:
            made = _MAKERS[name](self) if name in _MAKERS else self._of_subjects(name)
            self._made[name] = SHIFT_TABLES[name].of(made)
            if name not in _MAKERS:
                self._measured.forget(name)
            give_back_memory()
        return self._made[name]

    def _of_subjects(self, name: str) -> list[Row] | pd.DataFrame:
        return self._measured.table(name)

    @property
    def _every_clade(self) -> pd.DataFrame:
        """Those without a part of any divergence too."""
        clades = self._of_subjects("clades")
        return clades if isinstance(clades, pd.DataFrame) else pd.DataFrame()

    @cached_property
    def _measured(self) -> OfSubjects:
        """Everything of single subjects."""
        units, threads = self.measurable.design.units, self.settings.threads
        give_back_memory()  # what it took to read a large table
        stages = (in_order(measure, units, threads, what) for what, measure in self.stages)
        return Measured.of(chain.from_iterable(stages))

    @property
    def stages(self) -> Iterator[tuple[str, Measure]]:
        """What is measured of each unit, rank by rank; clades are of the whole table, which may be no rank that is."""
        for rank in self.settings.ranks:
            yield rank, self._measure(rank)
        if FEATURE not in self.settings.ranks and self._hierarchies:
            yield "", self._measure(FEATURE).clades

    @cached_property
    def _samples(self) -> dict[str, SampleCounts]:
        """Counts at each rank."""
        return {rank: self._collapsed(rank) for rank in self.settings.ranks}

    def _collapsed(self, rank: str) -> SampleCounts:
        unassigned, shown = self.settings.unassigned, self.settings.feature_rank if rank == FEATURE else rank
        counts = collapse(self.counts, self.taxonomy, rank, unassigned)
        return SampleCounts(counts, self.groups and self._grouped(self.groups, rank), shown)

    def _grouped(self, groups: ReadGroups, rank: str) -> ReadGroups:
        if rank == FEATURE or self.taxonomy is None:
            return groups
        return groups.summed(self.taxonomy.labels(groups.labels, rank, self.settings.unassigned))

    @cached_property
    def _hierarchies(self) -> list[Hierarchy]:
        return hierarchies(self._collapsed(FEATURE).labels, self.taxonomy, self.tree)

    def _measure(self, rank: str) -> UnitMeasure:
        samples = self._samples.get(rank) or self._collapsed(rank)
        plans = {of: Rarefaction.planned(samples, some.units, of) for of, some in self._members.items()}
        measure = UnitMeasure(samples, self.settings, plans)
        return replace(measure, tree=self.tree, hierarchies=self._hierarchies) if rank == FEATURE else measure

    @cached_property
    def _members(self) -> dict[Contrast, Members]:
        """Units with both sides of each contrast."""
        design = self.measurable.design
        return {contrast: design.members(contrast) for contrast in self.settings.contrasts}

    def _tested(self) -> Iterator[tuple[SampleCounts, Members]]:
        """Counts of each rank with the subjects of each contrast."""
        return product(self._samples.values(), self._members.values())

    def _permanova(self) -> list[PermanovaRow]:
        seed, threads = self.settings.seed, self.settings.threads
        tests = [(VariationTests(of, of.rank, seed, threads), members) for of, members in self._tested()]
        rows = (row for test, members in tests for row in test.rows(members))
        return [row for row in rows if self._can_speak(row)]

    def _population(self) -> list[PopulationRow]:
        chosen, tests = self.settings, self._tested()
        found = (PopulationTests(of.rank, chosen).rows(self._pools(of, who)) for of, who in tests)
        return [row for row in chain.from_iterable(found) if self._can_speak(row)]

    def _can_speak(self, row: PermanovaRow | PopulationRow) -> bool:
        """Leave out what has no p in one of many arms of one subject; ``dropped.tsv`` names it once."""
        return row.p_value is not None or row.arm not in self.arm_order.lone

    def _differential(self) -> pd.DataFrame:
        seed, order = self.settings.seed, self.arm_order
        tested = ((self._pools(of, who), who.contrast, of.rank) for of, who in self._tested())
        frames = [differential_rows(*of, seed, order) for of in tested]
        return pd.concat(frames, ignore_index=True)

    @cached_property
    def _controls(self) -> Controls:
        return Controls(self.counts, self.measurable.design)

    def _shifts_without_controls(self) -> list[ControlShiftRow]:
        return [row for samples, members in self._tested() for row in self._controls.shifts(samples, members)]

    def _dropped(self) -> list[DroppedRow]:
        """What was not measured, and the arms that are not compared."""
        left = (left_out(of, self.arm_order, self.design.name) for of in self._members.values())
        others = LeftOut(self.measurable).rows()
        return [*self.dropped_before, *self.measurable.dropped, *others, *chain.from_iterable(left)]

    def _pools(self, of: SampleCounts, members: Members) -> Iterator[PhasePools]:
        """Summed counts of the subjects of each arm."""
        return PhasePools.by_arm(of, members, self.settings.seed)

    def _repr_html_(self) -> str:
        """The same, with the first pairs once they are measured."""
        if "pairs" in self._made:
            shown = (
                self.pairs[list(SHOWN)].head().to_html(index=False, float_format="{:.3f}".format, border=0)
            )
        else:
            shown = "<p>Not measured yet: ask for <code>.pairs</code>, or for all <code>.tables</code>.</p>"
        return f"<p>{escape(repr(self))}</p>{shown}"


# tables made of others, or of what no subject has alone
_MAKERS: dict[str, Callable[[Study], Sequence[Row] | pd.DataFrame]] = {
    "arms": lambda study: arm_rows(study.pairs, study.arm_order),
    "clade_means": lambda study: means_of_each(study._every_clade),
    "clades": lambda study: with_bits(study._every_clade),
    "cohort": lambda study: [
        *cohort_rows(study.pairs, study.settings.seed, study.arm_order),
        *baseline_rows(study._measured.days, study.settings.seed, study.arm_order),
    ],
    "controls": lambda study: study._controls.rows(),
    "controls_shift": Study._shifts_without_controls,
    "mock": lambda study: Mock(study.mock_content, study.design.controls).rows(list(study._samples.values())),
    "differential": Study._differential,
    "dropped": Study._dropped,
    "flags": lambda study: flag_rows(
        study._samples[study.settings.ranks[0]], study._controls, study.pairs, study.settings
    ),
    "geometry": lambda study: compare_order(study.pairs),
    "headline": lambda study: headline_rows(
        study.pairs, study.sensitivity, study.rarefaction, study.settings.seed, study.arm_order
    ),
    "pairs": lambda study: with_days(study._measured, study.settings.day_variance),
    "permanova": Study._permanova,
    "population": Study._population,
    "taxa": lambda study: mean_over_arms(study._contributed),
}
