"""Everything measured in a before/after study, gathered into one frame a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from klbio.design import Contrast, Design, Unit
from klbio.distributions import Counts
from klbio.steps.clade_rows import measure_clades
from klbio.steps.shift_tables import TABLES
from klbio.taxonomy import FEATURE, Taxonomy

if TYPE_CHECKING:
    import pandas as pd

    from klbio.shift.settings import ShiftSettings
    from klbio.shift.table import Rows
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
    cores: int = 1,
) -> dict[str, pd.DataFrame]:
    """Measure everything at every rank, and put it into frames."""
    import pandas as pd

    from klbio.shift.cohort import arm_rows, cohort_rows
    from klbio.shift.contributions import mean_over_arms
    from klbio.shift.differential import differential_rows
    from klbio.shift.flags import flag_rows
    from klbio.shift.geometry import compare_order
    from klbio.shift.headline import headline_rows
    from klbio.shift.table import Rows

    parts: dict[str, list[Any]] = {name: [] for name in TABLES}
    for rank, rows in ranked.items():
        name = feature_rank if rank == FEATURE else rank
        measured = _measure_rank(rows, design, settings, name, tree if rank == FEATURE else None, cores)
        for table, frame in measured:
            parts[table].append(frame)
    for table, frame in measure_clades(Rows(counts), lineages, tree, design, settings):
        parts[table].append(frame)
    tables = {
        name: pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
        for name, frames in parts.items()
    }
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
    return tables


Tables = Iterable[tuple[str, "pd.DataFrame"]]  # each with the name of the table that it is a part of


@contextmanager
def _mapper(cores: int) -> Iterator[Callable[[Callable[[Unit], Tables], Iterable[Unit]], Iterable[Tables]]]:
    """A `map` over threads: answers come in order, and no subject's numbers depend on another's."""
    if cores == 1:
        yield map
        return
    with ThreadPoolExecutor(cores) as pool:
        yield pool.map


def _measure_rank(
    rows: Rows, design: Design, settings: ShiftSettings, rank: str, tree: Tree | None, cores: int
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield (table, frame) for every subject of every contrast at one rank."""
    import pandas as pd

    from klbio.shift.population import population_rows
    from klbio.shift.rarefaction import rarefaction_rows
    from klbio.shift.variation import variation_rows

    for contrast in settings.contrasts:
        units = design.complete(contrast)
        with _mapper(cores) as over:
            for tables in over(partial(_measure_unit, rows, contrast, settings, rank, tree), units):
                yield from tables
        rarer = rarefaction_rows(rows, units, contrast, settings.seed)
        yield "rarefaction", pd.DataFrame(rarer).assign(rank=rank)
        tests = variation_rows(rows, units, contrast, settings.seed)
        yield "permanova", pd.DataFrame(tests).assign(rank=rank)
        moved = population_rows(rows, units, contrast, settings)
        yield "population", pd.DataFrame(moved).assign(rank=rank)
    yield from _measure_over_time(rows, design, settings, rank)


def _measure_unit(
    rows: Rows, contrast: Contrast, settings: ShiftSettings, rank: str, tree: Tree | None, unit: Unit
) -> Tables:
    """Give (table, frame) of one subject."""
    import pandas as pd

    from klbio.shift.contributions import taxon_rows
    from klbio.shift.geometry import transport_rows
    from klbio.shift.pairs import measure_unit
    from klbio.shift.sensitivity import sensitivity_rows

    head = {
        "subject": unit.subject,
        "arm": unit.arm,
        "before": contrast.before,
        "after": contrast.after,
        "rank": rank,
    }
    pairs = measure_unit(rows, unit, contrast, settings)
    if tree:
        ways = transport_rows(rows, unit, contrast, tree)
        pairs = [row | way for row, way in zip(pairs, ways, strict=True)]
    return [
        ("pairs", pd.DataFrame(pairs).assign(rank=rank)),
        ("contributions", taxon_rows(rows, unit, contrast, settings).assign(**head)),
        ("sensitivity", pd.DataFrame(sensitivity_rows(rows, unit, contrast)).assign(**head)),
    ]


def _measure_over_time(
    rows: Rows, design: Design, settings: ShiftSettings, rank: str
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield (table, frame) of every subject's course: against each baseline, and after each disturbance."""
    import pandas as pd

    from klbio.shift.recovery import curve_rows, recovery_row
    from klbio.shift.trajectory import trajectory_rows

    for baseline in {contrast.before: contrast for contrast in settings.contrasts}.values():
        for unit in design.units:
            if not unit.names(baseline.before):
                continue
            who = {"subject": unit.subject, "arm": unit.arm, "rank": rank}
            course = trajectory_rows(rows, unit, baseline)
            yield "trajectory", pd.DataFrame(course).assign(**who, baseline=baseline.before)
            for contrast in settings.contrasts:
                if contrast.before == baseline.before and unit.names(contrast.after):
                    row = recovery_row(course, contrast, settings.contrasts)
                    curve = curve_rows(course, contrast, settings.contrasts)
                    yield "recovery", pd.DataFrame([row]).assign(**who)
                    yield "recovery_curve", pd.DataFrame(curve).assign(**who)
