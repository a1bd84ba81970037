"""Everything measured in a before/after study, gathered into one frame a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING

from klbio.design import Design, Unit
from klbio.distributions import Counts
from klbio.shift.clade_parts import measure_clades
from klbio.shift.parts import Part, Parts
from klbio.shift.tables import POOLED
from klbio.shift.unit_measure import UnitMeasure
from klbio.taxonomy import FEATURE, Taxonomy

if TYPE_CHECKING:
    import pandas as pd

    from klbio.shift.phase_pair import Rows
    from klbio.shift.settings import ShiftSettings
    from klbio.transport import Tree

__all__ = ["shift_frames"]


def shift_frames(
    ranked: Mapping[str, Rows],
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
    from klbio.shift.phase_pair import Rows
    from klbio.shift.subject.contributions import mean_over_arms
    from klbio.shift.subject.transport import compare_order

    parts = Parts()
    for rank, rows in ranked.items():
        name = feature_rank if rank == FEATURE else rank
        parts.take(_measure_rank(rows, design, settings, name, tree if rank == FEATURE else None, threads))
    parts.take(measure_clades(Rows(counts), lineages, tree, design, settings))
    tables = parts.frames()
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


def _measure_rank(
    rows: Rows, design: Design, settings: ShiftSettings, rank: str, tree: Tree | None, threads: int
) -> Iterator[Part]:
    """Yield what was found of every subject, then of every contrast, at one rank."""
    from klbio.shift.cohort.population import population_rows
    from klbio.shift.cohort.variation import variation_rows
    from klbio.shift.subject.rarefaction import plan_of

    units = {contrast: design.complete(contrast) for contrast in settings.contrasts}
    plans = {contrast: plan_of(rows, units[contrast], contrast) for contrast in settings.contrasts}
    measure = UnitMeasure(rows, settings, rank, tree, plans)
    with _mapper(threads) as over:
        yield from sorted(chain.from_iterable(over(measure, design.units)), key=lambda part: part.place)
    for contrast, members in units.items():
        tests = variation_rows(rows, members, contrast, settings.seed)
        yield Part("permanova", [row | {"rank": rank} for row in tests])
        moved = population_rows(rows, members, contrast, settings)
        yield Part("population", [row | {"rank": rank} for row in moved])
