"""A table of counts and a sample sheet -> every table of a before/after study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from klbio.design import Contrast
from klbio.errors import Faults, InputError, StrPath
from klbio.io.results import write_rows
from klbio.schema import SHIFT_TABLES
from klbio.shift.settings import ShiftSettings
from klbio.steps.shift_inputs import ShiftFiles
from klbio.taxonomy import FEATURE

__all__ = ["measure_shift"]


def measure_shift(
    *,
    table: StrPath,
    samples: StrPath,
    out: StrPath,
    groups: StrPath | None = None,
    taxonomy: StrPath | None = None,
    tree: StrPath | None = None,
    ranks: Sequence[str] = (FEATURE,),
    unassigned: str = "parent",
    feature_rank: str = FEATURE,
    contrasts: Sequence[Mapping[str, str]] = ({"before": "before", "after": "after"},),
    smoothing: str = "additive(0.5)",
    support: str = "pair",
    n_resamples: int = 999,
    min_depth: int = 100,
    seed: int = 1,
    format: str | None = None,
    threads: int = 1,
) -> None:
    """Measure how far each subject moved, and write the tables of `klbio.schema.SHIFT_TABLES` into a folder.

    Parameters
    ----------
    table, samples : path-like
        Counts and sample sheet.
    out : path-like
        Folder for the result tables.
    groups : path-like, optional
        The counts of `table` in groups of whole reads, as `klbio.steps.reads.compose_reads` writes
        them; needed where one read brings many counts.  Intervals and floor then rest on groups.
    taxonomy : path-like, optional
        Lineages, needed for any rank but ``feature``.
    tree : path-like, optional
        Newick with a tip for each category of the table; adds how far along it reads were carried
        to the rows of the rank ``feature``.
    ranks : sequence of str
        Ranks at which to measure; the first is the report's headline.
    unassigned, feature_rank, smoothing, support, n_resamples, min_depth, seed, threads
        See `klbio.shift.settings.ShiftSettings`.
    contrasts : sequence of mapping
        ``{"before": phase, "after": phase}``, each measured by itself.

    Raises
    ------
    InputError
        Every fault of the inputs, before anything is written.  k-mers or codons without `groups`.
    """
    from klbio.shift.study import Study

    phases = tuple(Contrast(item["before"], item["after"]) for item in contrasts)
    faults = Faults()
    faults.gather(lambda: _refuse_file(out))
    settings = faults.gather(
        lambda: ShiftSettings(
            phases, smoothing, support, n_resamples, min_depth, seed, unassigned, feature_rank, threads
        )
    )
    files = ShiftFiles(table, samples, groups, taxonomy, tree, format)
    inputs = files.read(ranks, settings or ShiftSettings(phases), faults)
    for name, frame in Study.of(inputs).tables.items():
        write_rows(Path(out) / f"{name}.tsv", frame, SHIFT_TABLES[name])


def _refuse_file(out: StrPath) -> None:
    if Path(out).exists() and not Path(out).is_dir():
        raise InputError.one(out, "a file", "a folder for the result tables", "Name another folder.")
