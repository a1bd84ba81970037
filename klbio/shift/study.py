"""A before/after study in memory: everything measured in it, a frame a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from klbio.design import Contrast, Design, Members, Unit
from klbio.distributions import Counts
from klbio.errors import Faults
from klbio.interop import as_counts, as_design, as_taxonomy, as_tree
from klbio.schema import DROPPED
from klbio.shift.inputs import Measurable, check_labels, check_ranks, check_words, grouped
from klbio.shift.parts import Part, frames
from klbio.shift.settings import ShiftSettings
from klbio.shift.study_tables import StudyTables
from klbio.shift.tables import POOLED, TABLES
from klbio.shift.written import typed_pairs, worded
from klbio.taxonomy import FEATURE, Taxonomy, collapse

if TYPE_CHECKING:
    import pandas as pd

    from klbio.interop import CountsLike, DesignLike, TaxonomyLike, TreeLike
    from klbio.shift.phase_pair import SampleCounts
    from klbio.shift.subject.hierarchy import Hierarchy
    from klbio.shift.subject.rarefaction import Plan
    from klbio.shift.unit_measure import UnitMeasure
    from klbio.transport import Tree

__all__ = ["Study"]

Measure = Callable[[Unit], Iterable[Part]]


@dataclass(frozen=True, eq=False, repr=False, init=False)
class Study(StudyTables):
    """Samples of subjects before and after, and how far each of them moved.

    What is asked for is measured once, when it is asked for; `pairs` and the other tables of single
    subjects together, because they share divergences.

    Parameters
    ----------
    counts : Counts, pandas.DataFrame, biom.Table or anndata.AnnData
        Reads of each category (taxon, k-mer) in each sample; turned where its rows are the categories.
    design : Design or pandas.DataFrame
        Who was sampled when: columns ``sample`` (or the index), ``subject``, ``phase`` and, where there are,
        ``time``, ``arm``, ``batch``, ``replicate``.
    taxonomy : Taxonomy, pandas.DataFrame or pandas.Series, optional
        Lineages, needed for any rank but ``feature``: a column per rank, or one joined by ``;``.
    tree : Tree or skbio.TreeNode, optional
        With a tip for each category that has reads; adds how far along it they were carried.
    groups : Counts, optional
        The same counts in groups of whole reads, where one read brings many; intervals and floor then rest
        on groups.
    ranks : sequence of str, or one
        Ranks at which to measure; the first is what a report shows first.
    settings : ShiftSettings
        Phases that are compared, and the choices behind every number.

    Raises
    ------
    InputError
        Every fault of the inputs: phases that the design does not have, taxa without lineage or tip, ranks
        without a taxonomy, groups that do not fit, nothing left to measure.

    Examples
    --------
    >>> from klbio.design import Sample
    >>> counts = Counts(["b", "a"], ["Roseburia", "Bacteroides"], [[60, 40], [10, 90]])
    >>> design = Design([Sample("b", "S1", "before"), Sample("a", "S1", "after")])
    >>> study = Study(counts, design)
    >>> study.pairs["jensen_shannon_divergence_bits"].round(2).tolist()
    [0.21, 0.21]
    >>> study
    Study of 1 subject, 2 samples: before -> after, at feature
    """

    counts: Counts
    design: Design
    taxonomy: Taxonomy | None
    tree: Tree | None
    groups: Counts | None
    ranks: tuple[str, ...]
    settings: ShiftSettings
    _made: dict[str, pd.DataFrame]

    def __init__(
        self, counts: CountsLike, design: DesignLike, *, taxonomy: TaxonomyLike | None = None,
        tree: TreeLike | None = None, groups: Counts | None = None, ranks: Sequence[str] = (FEATURE,),
        settings: ShiftSettings | None = None,
    ) -> None:  # fmt: skip
        faults = Faults()
        own = faults.gather(lambda: as_design(design))
        self._set(
            counts=faults.gather(lambda: as_counts(counts, own)),
            design=own,
            taxonomy=faults.gather(lambda: as_taxonomy(taxonomy)) if taxonomy is not None else None,
            tree=faults.gather(lambda: as_tree(tree)) if tree is not None else None,
        )
        faults.raise_any()
        several = (ranks,) if isinstance(ranks, str) else tuple(ranks)
        self._set(groups=groups, ranks=several, settings=settings or ShiftSettings(), _made={})
        self._check()

    def _set(self, **values: object) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def _check(self) -> None:
        """Refuse inputs that do not fit each other, with all their faults."""
        faults = Faults()
        faults.gather(lambda: self.design.check(self.settings.contrasts))
        faults.gather(lambda: check_labels(self.counts, self.ranks, self.taxonomy, self.tree))
        if not self.taxonomy:
            faults.gather(lambda: check_ranks(self.counts.name, self.ranks))
        if not self.groups:
            faults.gather(lambda: check_words(self.counts))
        ordered = faults.gather(lambda: grouped(self.groups, self.counts) if self.groups else None)
        faults.raise_any()
        self._set(groups=ordered)
        self.measurable.check()

    @cached_property
    def measurable(self) -> Measurable:
        """Which samples can be measured, and why the others cannot."""
        contrasts, least = self.settings.contrasts, self.settings.min_depth
        return Measurable(self.counts, self.groups, self.design, contrasts, least)

    def table(self, name: str) -> pd.DataFrame:
        """Give a table by its name in `klbio.schema.SHIFT_TABLES`; it is made when first asked for."""
        if name not in self._made:
            frame = _MAKERS[name](self) if name in _MAKERS else self._of_subjects(name)
            if name in POOLED:
                frame = frame.assign(estimand="pooled")
            self._made[name] = frame.reindex(columns=list(TABLES[name]))
        return self._made[name]

    def _of_subjects(self, name: str) -> pd.DataFrame:
        import pandas as pd

        return self._measured.get(name, pd.DataFrame())

    @cached_property
    def _measured(self) -> dict[str, pd.DataFrame]:
        """All tables of single subjects."""
        parts = [self._in_order(self._measure(rank)) for rank in self.ranks]
        if FEATURE not in self.ranks and self._hierarchies:
            parts.append(self._in_order(self._measure(FEATURE).clades))
        return frames(chain.from_iterable(parts))

    @cached_property
    def _samples(self) -> dict[str, SampleCounts]:
        """Counts at each rank."""
        return {rank: self._collapsed(rank) for rank in self.ranks}

    def _collapsed(self, rank: str) -> SampleCounts:
        from klbio.shift.phase_pair import SampleCounts

        tables = [self.counts, self.groups] if self.groups else [self.counts]
        unassigned = self.settings.unassigned
        return SampleCounts(*(collapse(part, self.taxonomy, rank, unassigned) for part in tables))

    @cached_property
    def _hierarchies(self) -> list[Hierarchy]:
        from klbio.shift.subject.hierarchy import hierarchies

        return hierarchies(self._collapsed(FEATURE).labels, self.taxonomy, self.tree)

    def _shown(self, rank: str) -> str:
        """What a rank is called in the tables."""
        return self.settings.feature_rank if rank == FEATURE else rank

    def _measure(self, rank: str) -> UnitMeasure:
        from klbio.shift.unit_measure import UnitMeasure

        samples = self._samples.get(rank) or self._collapsed(rank)
        measure = UnitMeasure(samples, self.settings, self._shown(rank), self._plans(samples))
        return replace(measure, tree=self.tree, hierarchies=self._hierarchies) if rank == FEATURE else measure

    def _plans(self, samples: SampleCounts) -> dict[Contrast, Plan]:
        from klbio.shift.subject.rarefaction import plan_of

        return {
            contrast: plan_of(samples, members.units, contrast) for contrast, members in self._members.items()
        }

    @cached_property
    def _members(self) -> dict[Contrast, Members]:
        """Units with both sides of each contrast."""
        design = self.measurable.design
        return {contrast: design.members(contrast) for contrast in self.settings.contrasts}

    def _in_order(self, measure: Measure) -> list[Part]:
        """Measure every unit; parts come contrast by contrast, in each of them unit by unit."""
        with _mapper(self.settings.threads) as over:
            parts = chain.from_iterable(over(measure, self.measurable.design.units))
            return sorted(parts, key=lambda part: part.place)

    def _dropped(self) -> pd.DataFrame:
        return DROPPED.frame(self.measurable.dropped)

    def _clades(self) -> pd.DataFrame:
        from klbio.shift.subject.clades import with_bits

        return with_bits(self._of_subjects("clades"))

    def _clade_means(self) -> pd.DataFrame:
        from klbio.shift.subject.clades import means_of_each

        return means_of_each(self._of_subjects("clades"))

    def _geometry(self) -> pd.DataFrame:
        from klbio.shift.subject.transport import compare_order

        return compare_order(self.pairs)

    def _taxa(self) -> pd.DataFrame:
        from klbio.shift.subject.contributions import mean_over_arms

        return mean_over_arms(self.contributions)

    def _arms(self) -> pd.DataFrame:
        import pandas as pd

        from klbio.shift.cohort.arms import arm_rows

        return pd.DataFrame(arm_rows(typed_pairs(self.pairs)))

    def _cohort(self) -> pd.DataFrame:
        import pandas as pd

        from klbio.shift.cohort.arms import cohort_rows

        return worded("cohort", pd.DataFrame(cohort_rows(typed_pairs(self.pairs), self.settings.seed)))

    def _headline(self) -> pd.DataFrame:
        import pandas as pd

        from klbio.shift.cohort.multiverse import headline_rows

        tables = typed_pairs(self.pairs), self.sensitivity, self.rarefaction
        return worded("headline", pd.DataFrame(headline_rows(*tables, self.settings.seed)))

    def _differential(self) -> pd.DataFrame:
        from klbio.shift.cohort.differential import differential_rows

        return worded("differential", differential_rows(self.contributions, self.settings.seed))

    def _flags(self) -> pd.DataFrame:
        import pandas as pd

        from klbio.shift.checks.flags import flag_rows

        samples = self._samples[self.ranks[0]]
        return worded(
            "flags", pd.DataFrame(flag_rows(samples, self.measurable.design, self.pairs, self.settings))
        )

    def _permanova(self) -> pd.DataFrame:
        import pandas as pd

        from klbio.shift.cohort.variation import VariationTests

        rows = [
            row
            for rank, samples in self._samples.items()
            for members in self._members.values()
            for row in VariationTests(samples, self._shown(rank), self.settings.seed).rows(members)
        ]
        return worded("permanova", pd.DataFrame(rows))

    def _population(self) -> pd.DataFrame:
        import pandas as pd

        from klbio.shift.cohort.compositions import PopulationTests

        rows = [
            row
            for rank, samples in self._samples.items()
            for members in self._members.values()
            for row in PopulationTests(samples, self._shown(rank), self.settings).rows(members)
        ]
        return worded("population", pd.DataFrame(rows))

    def __repr__(self) -> str:
        """Who, between which phases, at which ranks."""
        return f"Study of {self._who()}: {self._phases()}, at {', '.join(self.ranks)}"

    def _who(self) -> str:
        samples = self.measurable.design.samples
        n_subjects = len({sample.subject for sample in samples})
        arms = [arm for arm in dict.fromkeys(sample.arm for sample in samples) if arm]
        who = f"{n_subjects:,} subject{'s' * (n_subjects != 1)}, {len(samples):,} samples"
        return f"{who} in the arms {', '.join(arms)}" if len(arms) > 1 else who

    def _phases(self) -> str:
        return ", ".join(f"{contrast.before} -> {contrast.after}" for contrast in self.settings.contrasts)

    def _repr_html_(self) -> str:
        """The same, with the first pairs once they are measured."""
        from html import escape

        if "pairs" in self._made:
            shown = (
                self.pairs[list(SHOWN)].head().to_html(index=False, float_format="{:.3f}".format, border=0)
            )
        else:
            shown = "<p>Not measured yet: ask for <code>.pairs</code>, or for all <code>.tables</code>.</p>"
        return f"<p>{escape(repr(self))}</p>{shown}"


SHOWN = (
    "subject", "arm", "before", "after", "rank", "estimand",
    "jensen_shannon_divergence_bits", "jsd_low_bits", "jsd_high_bits", "floor_p",
)  # fmt: skip

# tables made of others, or of what no subject has alone
_MAKERS: dict[str, Callable[[Study], pd.DataFrame]] = {
    "dropped": Study._dropped,
    "clades": Study._clades,
    "clade_means": Study._clade_means,
    "geometry": Study._geometry,
    "taxa": Study._taxa,
    "arms": Study._arms,
    "cohort": Study._cohort,
    "headline": Study._headline,
    "differential": Study._differential,
    "flags": Study._flags,
    "permanova": Study._permanova,
    "population": Study._population,
}


@contextmanager
def _mapper(threads: int) -> Iterator[Callable[[Measure, Iterable[Unit]], Iterable[Iterable[Part]]]]:
    """A `map` over threads: answers come in order, and no subject's numbers depend on another's."""
    if threads == 1:
        yield map
        return
    with ThreadPoolExecutor(threads) as pool:
        yield pool.map
