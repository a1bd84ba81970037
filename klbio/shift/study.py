"""Everything measured in a before/after study, gathered into one frame a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING

from klbio.design import Contrast, Design, Unit
from klbio.distributions import Counts
from klbio.shift.parts import Part, Parts
from klbio.shift.tables import POOLED
from klbio.shift.unit_measure import UnitMeasure
from klbio.taxonomy import FEATURE, Taxonomy

if TYPE_CHECKING:
    import pandas as pd

    from klbio.shift.phase_pair import SampleCounts
    from klbio.shift.settings import ShiftSettings
    from klbio.shift.subject.rarefaction import Plan
    from klbio.transport import Tree

__all__ = ["shift_frames"]


def shift_frames(
    ranked: Mapping[str, SampleCounts],
    counts: Counts,
    lineages: Taxonomy | None,
    tree: Tree | None,
    design: Design,
    settings: ShiftSettings,
    feature_rank: str,
    threads: int = 1,
) -> dict[str, pd.DataFrame]:
    """Measure everything at every rank, and put it into frames."""
    import pandas as pd

    from klbio.shift.checks.flags import flag_rows
    from klbio.shift.cohort.arms import arm_rows, cohort_rows
    from klbio.shift.cohort.differential import differential_rows
    from klbio.shift.cohort.multiverse import headline_rows
    from klbio.shift.phase_pair import SampleCounts
    from klbio.shift.subject.clades import mean_of_each, with_bits
    from klbio.shift.subject.contributions import mean_over_arms
    from klbio.shift.subject.hierarchy import hierarchies
    from klbio.shift.subject.transport import compare_order

    parts, clades = Parts(), hierarchies(SampleCounts(counts).labels, lineages, tree)
    for rank, rows in ranked.items():
        name, whole = (feature_rank, clades) if rank == FEATURE else (rank, [])
        measure = UnitMeasure(
            rows, settings, name, _plans(rows, design, settings), tree if rank == FEATURE else None, whole
        )
        parts.take(_measure_rank(measure, design, threads))
    if FEATURE not in ranked and clades:
        measure = UnitMeasure(SampleCounts(counts), settings, feature_rank, {}, None, clades)
        parts.take(_in_order(measure.clades, design, threads))
    tables = parts.frames()
    tables["clade_means"] = pd.concat(means) if (means := mean_of_each(tables["clades"])) else pd.DataFrame()
    tables["clades"] = with_bits(tables["clades"])
    tables["geometry"] = compare_order(tables["pairs"])
    tables["arms"] = arm_rows(tables["pairs"])
    tables["cohort"] = pd.DataFrame(cohort_rows(tables["pairs"], settings.seed))
    tables["headline"] = pd.DataFrame(
        headline_rows(tables["pairs"], tables["sensitivity"], tables["rarefaction"], settings.seed)
    )
    first = next(iter(ranked.values()))
    tables["flags"] = pd.DataFrame(flag_rows(first, design, tables["pairs"], settings))
    tables["taxa"] = mean_over_arms(tables["contributions"])
    tables["differential"] = differential_rows(tables["contributions"], settings.seed)
    for name in POOLED:
        tables[name] = tables[name].assign(estimand="pooled")
    return tables


Measured = Iterable[Part]


@contextmanager
def _mapper(
    threads: int,
) -> Iterator[Callable[[Callable[[Unit], Measured], Iterable[Unit]], Iterable[Measured]]]:
    """A `map` over threads: answers come in order, and no subject's numbers depend on another's."""
    if threads == 1:
        yield map
        return
    with ThreadPoolExecutor(threads) as pool:
        yield pool.map


def _in_order(measure: Callable[[Unit], Measured], design: Design, threads: int) -> list[Part]:
    """Measure every unit; parts come contrast by contrast, in each of them unit by unit."""
    with _mapper(threads) as over:
        return sorted(chain.from_iterable(over(measure, design.units)), key=lambda part: part.place)


def _plans(rows: SampleCounts, design: Design, settings: ShiftSettings) -> dict[Contrast, Plan]:
    from klbio.shift.subject.rarefaction import plan_of

    return {contrast: plan_of(rows, design.complete(contrast), contrast) for contrast in settings.contrasts}


def _measure_rank(measure: UnitMeasure, design: Design, threads: int) -> Iterator[Part]:
    """Yield what was found of every subject, then of every contrast, at one rank."""
    from klbio.shift.cohort.population import population_rows
    from klbio.shift.cohort.variation import variation_rows

    yield from _in_order(measure, design, threads)
    settings, rank = measure.settings, measure.rank
    for contrast in settings.contrasts:
        members = design.complete(contrast)
        tests = variation_rows(measure.samples, members, contrast, settings.seed)
        yield Part("permanova", [row | {"rank": rank} for row in tests])
        moved = population_rows(measure.samples, members, contrast, settings)
        yield Part("population", [row | {"rank": rank} for row in moved])
