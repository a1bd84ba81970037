"""A table of counts and a sample sheet -> every table of a before/after study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from klbio.design import Contrast
from klbio.errors import Faults, InputError, StrPath
from klbio.io.results import write_rows
from klbio.shift.study import shift_frames
from klbio.shift.tables import TABLES
from klbio.steps.shift_inputs import ShiftFiles, read_shift_inputs
from klbio.taxonomy import FEATURE, collapse

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
    """Measure how far each subject moved, and write the tables of `TABLES` into a folder.

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
    unassigned : {"parent", "lineage"}
        How taxa without a name at a rank are called (see `klbio.taxonomy.Taxonomy.labels`).
    feature_rank : str
        What the uncollapsed categories are called in the tables (``6-mer`` for reads).
    contrasts : sequence of mapping
        ``{"before": phase, "after": phase}``, each measured by itself.
    smoothing, support, n_resamples, min_depth, seed
        See `klbio.shift.settings.ShiftSettings`.
    threads : int, default 1
        Subjects are measured on as many threads.  The bytes of the tables do not depend on it.

    Raises
    ------
    InputError
        Every fault of the inputs, before anything is written.  k-mers or codons without `groups`.
    """
    from klbio.shift.phase_pair import SampleCounts
    from klbio.shift.settings import ShiftSettings

    if threads < 1:
        raise InputError.one("threads", str(threads), "1 or more")
    pairs_of_phases = tuple(Contrast(item["before"], item["after"]) for item in contrasts)
    faults = Faults()
    faults.gather(lambda: _refuse_file(out))
    settings = faults.gather(
        lambda: ShiftSettings(pairs_of_phases, smoothing, support, n_resamples, min_depth, seed)
    )
    files = ShiftFiles(table, samples, groups, taxonomy, tree, format)
    inputs = read_shift_inputs(files, ranks, pairs_of_phases, min_depth, faults)
    if settings is None:
        raise InputError(faults.found)
    ranked = {
        rank: SampleCounts(*(collapse(part, inputs.lineages, rank, unassigned) for part in inputs.tables))
        for rank in ranks
    }
    frames = shift_frames(
        ranked, inputs.tables[0], inputs.lineages, inputs.tree, inputs.design, settings, feature_rank, threads
    )
    dropped = inputs.dropped
    for name, columns in TABLES.items():
        write_rows(Path(out) / f"{name}.tsv", dropped if name == "dropped" else frames[name], columns)


def _refuse_file(out: StrPath) -> None:
    if Path(out).exists() and not Path(out).is_dir():
        raise InputError.one(out, "a file", "a folder for the result tables", "Name another folder.")
