"""A table of counts and a sample sheet -> every table of a before/after study."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from klbio.design import Contrast, Design, Unit
from klbio.distributions import Counts
from klbio.errors import InputError, Place, listed
from klbio.io import read_table
from klbio.io.results import DROPPED_COLUMNS, write_rows
from klbio.io.sheet import read_samples
from klbio.io.taxonomy import read_taxonomy
from klbio.steps.shift_rows import shift_frames
from klbio.steps.shift_tables import TABLES
from klbio.steps.taxa import check_labels, oriented, read_tree
from klbio.taxonomy import FEATURE, collapse

if TYPE_CHECKING:
    from klbio.shift.table import Rows

__all__ = ["measure_shift"]


def measure_shift(
    *,
    table: Place,
    samples: Place,
    out: Place,
    groups: Place | None = None,
    taxonomy: Place | None = None,
    tree: Place | None = None,
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

    Raises
    ------
    InputError
        Every fault of the inputs, before anything is written.  k-mers or codons without `groups`.
    """
    from klbio.shift.settings import ShiftSettings
    from klbio.shift.table import Rows

    pairs_of_phases = tuple(Contrast(item["before"], item["after"]) for item in contrasts)
    settings = ShiftSettings(pairs_of_phases, smoothing, support, n_resamples, min_depth, seed)
    design = read_samples(samples)
    design.check(settings.contrasts)
    lineages = read_taxonomy(taxonomy) if taxonomy else None
    counts = oriented(read_table(table, format), design)
    if groups is None:
        _refuse_words(counts)
    branches = read_tree(tree) if tree else None
    check_labels(counts, ranks, lineages, branches)
    tables = [counts, _grouped(groups, counts)] if groups else [counts]
    ranked = {rank: Rows(*(collapse(part, lineages, rank, unassigned) for part in tables)) for rank in ranks}
    usable, dropped = _usable(Rows(*tables), design, min_depth)
    dropped += list(_unpaired(design, usable, settings.contrasts))
    _refuse_nothing_left(usable, settings.contrasts, dropped)
    frames = shift_frames(ranked, counts, lineages, branches, usable, settings, feature_rank)
    for name, columns in TABLES.items():
        write_rows(Path(out) / f"{name}.tsv", dropped if name == "dropped" else frames[name], columns)


Dropped = dict[str, str]
LONGEST_WORD = 12  # what `klbio reads` counts; a longer label of ACGT is an amplicon


def _refuse_words(counts: Counts) -> None:
    """Refuse words of DNA counted over reads: taken for single draws, noise would pass for a shift."""
    lengths = {len(label) for label in counts.labels}
    if len(lengths) == 1 and 1 < lengths.pop() <= LONGEST_WORD and set("".join(counts.labels)) <= set("ACGT"):
        raise InputError.one(
            counts.name,
            f"words of DNA ({listed(counts.labels)}) without their groups of reads",
            "both tables of compose_reads: the words of one read are no independent draws",
            "Run the workflow on the reads (config: reads.samples).",
        )


def _grouped(groups: Place, counts: Counts) -> Counts:
    """Read the groups of reads: as many rows a sample, in the order of `counts`, that add up to it."""
    table = read_table(groups)
    n_groups = len(table.samples) // len(counts.samples)
    names = [f"{sample}/{group}" for sample in counts.samples for group in range(1, n_groups + 1)]
    if n_groups > 1 and set(names) == set(table.samples) and table.labels == counts.labels:
        table = table.rows(names)
        sums = sparse.kron(sparse.eye_array(len(counts.samples)), np.ones((1, n_groups))) @ table.values
        if not (sums != counts.values).nnz:
            return table
    raise InputError.one(
        groups,
        f"groups of reads that do not add up to {counts.name}",
        "the groups of the same samples and words",
        "Count the reads again, both tables in one run.",
    )


def _empty_groups(rows: Rows) -> dict[str, str]:
    """Name the samples with too few reads to fill every group."""
    if rows.groups is None:
        return {}
    names = np.array([name.rpartition("/")[0] for name in rows.groups.samples])
    empty = dict(Counter(names[rows.groups.depth == 0].tolist()))
    n_groups = len(names) // len(rows.counts.samples)
    return {name: f"too few reads: {n} of {n_groups} groups are empty" for name, n in empty.items()}


def _usable(rows: Rows, design: Design, min_depth: int) -> tuple[Design, list[Dropped]]:
    """Split samples into those that can be measured and those that cannot, each with its reason."""
    counts, empty = rows.counts, _empty_groups(rows)
    unit = "reads" if rows.groups is None else "counts"
    depth = dict(zip(counts.samples, counts.depth, strict=True))
    named = {sample.name for sample in design.samples}
    reasons = {name: "in the table, not in the sample sheet" for name in counts.samples if name not in named}
    for sample in design.samples:
        if sample.name not in depth:
            reasons[sample.name] = "in the sample sheet, not in the table"
        elif depth[sample.name] < min_depth:
            reasons[sample.name] = f"{depth[sample.name]:.0f} {unit}, fewer than min_depth ({min_depth})"
        elif sample.name in empty:
            reasons[sample.name] = empty[sample.name]
    kept = design.keep([sample.name for sample in design.samples if sample.name not in reasons])
    source = str(counts.name)
    return kept, [_dropped(source, "sample", name, reason) for name, reason in reasons.items()]


def _dropped(source: str, kind: str, name: str, reason: str) -> Dropped:
    return dict(zip(DROPPED_COLUMNS, (source, kind, name, reason), strict=True))


def _unpaired(design: Design, usable: Design, contrasts: Iterable[Contrast]) -> Iterator[Dropped]:
    """List the subjects that lack a side of a contrast, because of the sheet or of what was left out."""
    kept = {unit.key: unit for unit in usable.units}
    for contrast in contrasts:
        for unit in design.units:
            left = kept.get(unit.key, Unit(unit.subject, unit.arm, ()))
            missing = [phase for phase in (contrast.before, contrast.after) if not left.names(phase)]
            if missing:
                phases = " and ".join(repr(phase) for phase in missing)
                yield _dropped(design.name, "subject", unit.subject, f"no usable sample in phase {phases}")


def _refuse_nothing_left(usable: Design, contrasts: Iterable[Contrast], dropped: list[Dropped]) -> None:
    if any(usable.complete(contrast) for contrast in contrasts):
        return
    reasons = list(dict.fromkeys(f"{row['name']!r}: {row['reason']}" for row in dropped))
    shown = "; ".join(reasons[:3]) + (f" and {len(reasons) - 3} more" if len(reasons) > 3 else "")
    raise InputError.one(
        usable.name, f"no subject left to measure ({shown})", "one subject with a usable sample on both sides"
    )
