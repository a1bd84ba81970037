"""What a before/after study reads: settings, sheet, table, taxonomy and tree, every fault of all named at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from klbio.design import Contrast, Design, Unit, phase_faults
from klbio.distributions import Counts
from klbio.errors import Fault, Faults, InputError, StrPath, listed
from klbio.io import read_table
from klbio.io.results import DROPPED_COLUMNS
from klbio.io.sheets.sheet import read_phases, read_samples
from klbio.io.tables.taxonomy import read_taxonomy
from klbio.steps.taxa import check_labels, oriented, read_tree
from klbio.taxonomy import FEATURE, Taxonomy

if TYPE_CHECKING:
    from klbio.shift.phase_pair import SampleCounts
    from klbio.transport import Tree

__all__ = ["Dropped", "ShiftFiles", "ShiftInputs", "read_shift_inputs"]


@dataclass(frozen=True)
class ShiftFiles:
    """The files of a study, as `klbio.steps.shift.measure_shift` is given them."""

    table: StrPath
    samples: StrPath
    groups: StrPath | None = None
    taxonomy: StrPath | None = None
    tree: StrPath | None = None
    format: str | None = None


@dataclass(frozen=True)
class ShiftInputs:
    """What was read, and what of it can be measured.

    Attributes
    ----------
    tables : list of Counts
        The counts and, where there are any, their groups of reads.
    lineages : Taxonomy, optional
    tree : Tree, optional
    design : Design
        The samples that can be measured.
    dropped : list of dict
        Rows of ``dropped.tsv``.
    """

    tables: list[Counts]
    lineages: Taxonomy | None
    tree: Tree | None
    design: Design
    dropped: list[Dropped]


def read_shift_inputs(
    files: ShiftFiles, ranks: Sequence[str], contrasts: Sequence[Contrast], min_depth: int, faults: Faults
) -> ShiftInputs:
    """Read every file, and refuse them with the faults of all.

    Parameters
    ----------
    files : ShiftFiles
    ranks : sequence of str
        Ranks at which to measure.
    contrasts : sequence of Contrast
    min_depth : int
        Samples with fewer counts are dropped.
    faults : Faults
        What was found so far, named together with what is found here.

    Raises
    ------
    InputError
        Each file's own faults, and where files do not fit each other.
    """
    design = faults.gather(lambda: read_samples(files.samples))
    faults.gather(lambda: design.check(contrasts) if design else _check_phases(files.samples, contrasts))
    counts = faults.gather(lambda: read_table(files.table, files.format))
    lineages = faults.gather(lambda: read_taxonomy(files.taxonomy) if files.taxonomy else None)
    tree = faults.gather(lambda: read_tree(files.tree) if files.tree else None)
    turned = _turned(counts, design, lineages, tree, faults) if counts else None
    if turned:
        faults.gather(lambda: check_labels(turned, ranks, lineages, tree))
    elif lineages:
        faults.gather(lambda: lineages.check((), ranks))
    if not files.taxonomy:
        faults.gather(lambda: _refuse_ranks(files.table, ranks))
    if turned and not files.groups:
        faults.gather(lambda: _refuse_words(turned))
    if faults.found or design is None or turned is None:
        raise InputError(dict.fromkeys(faults.found))
    return _measurable(files, turned, lineages, tree, design, contrasts, min_depth)


def _check_phases(samples: StrPath, contrasts: Sequence[Contrast]) -> None:
    """Check the phases of a sheet that is at fault otherwise."""
    InputError.raise_any(phase_faults(str(samples), read_phases(samples), contrasts))


def _turned(
    counts: Counts, design: Design | None, lineages: Taxonomy | None, tree: Tree | None, faults: Faults
) -> Counts | None:
    """Turn the table as the sheet says; where the sheet is at fault, as taxonomy or tree know its taxa."""
    if design:
        return faults.gather(lambda: oriented(counts, design))
    known = set(lineages.lineages) if lineages else set(tree.tips) if tree else set()
    return counts if known & set(counts.labels) else None


def _refuse_ranks(table: StrPath, ranks: Sequence[str]) -> None:
    collapsed = [rank for rank in ranks if rank != FEATURE]
    if collapsed:
        raise InputError.one(
            table, f"rank {listed(collapsed, 9)} without a taxonomy", f"a taxonomy file, or rank {FEATURE!r}",
            "Give --taxonomy (config: taxa.taxonomy).",
        )  # fmt: skip


def _measurable(
    files: ShiftFiles,
    counts: Counts,
    lineages: Taxonomy | None,
    tree: Tree | None,
    design: Design,
    contrasts: Sequence[Contrast],
    min_depth: int,
) -> ShiftInputs:
    """Leave out what cannot be measured, and refuse a study of which nothing is left."""
    from klbio.shift.phase_pair import SampleCounts

    tables = [counts, _grouped(files.groups, counts)] if files.groups else [counts]
    usable, dropped = _usable(SampleCounts(*tables), design, min_depth)
    dropped += list(_unpaired(design, usable, contrasts))
    _refuse_nothing_left(usable, contrasts, dropped)
    if not files.groups:
        _refuse_too_deep(usable, counts, contrasts)
    return ShiftInputs(tables, lineages, tree, usable, dropped)


Dropped = dict[str, str]
MOST_READS = 1e9  # of one subject: the limit of numpy's hypergeometric draws
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


def _grouped(groups: StrPath, counts: Counts) -> Counts:
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


def _empty_groups(rows: SampleCounts) -> dict[str, str]:
    """Name the samples with too few reads to fill every group."""
    if rows.groups is None:
        return {}
    names = np.array([name.rpartition("/")[0] for name in rows.groups.samples])
    empty = dict(Counter(names[rows.groups.depth == 0].tolist()))
    n_groups = len(names) // len(rows.counts.samples)
    return {name: f"too few reads: {n} of {n_groups} groups are empty" for name, n in empty.items()}


def _usable(rows: SampleCounts, design: Design, min_depth: int) -> tuple[Design, list[Dropped]]:
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
                where = f" of arm {unit.arm!r}" if unit.arm else ""
                reason = f"no usable sample in phase {phases}{where}"
                yield _dropped(design.name, "subject", unit.subject, reason)


def _refuse_nothing_left(usable: Design, contrasts: Iterable[Contrast], dropped: list[Dropped]) -> None:
    if any(usable.complete(contrast) for contrast in contrasts):
        return
    names: dict[tuple[str, str], list[str]] = {}
    for row in dropped:
        names.setdefault((row["kind"], row["reason"]), []).append(row["name"])
    shown = "; ".join(f"{kind} {listed(who, 6)}: {reason}" for (kind, reason), who in names.items())
    raise InputError.one(
        usable.name, f"no subject left to measure ({shown})", "one subject with a usable sample on both sides"
    )


def _refuse_too_deep(usable: Design, counts: Counts, contrasts: Iterable[Contrast]) -> None:
    """Refuse subjects with more reads than numpy deals out at random."""
    depth = dict(zip(counts.samples, counts.depth.tolist(), strict=True))
    reads = {
        unit.subject: sum(depth[sample.name] for sample in unit.samples if sample.phase in sides)
        for sides in ({contrast.before, contrast.after} for contrast in contrasts)
        for unit in usable.units
    }
    InputError.raise_any(
        [
            Fault(
                counts.name, f"{total:.3g} reads of subject {subject!r}", f"fewer than {MOST_READS:.0g}",
                "Divide all counts by one number, or rarefy: the floor deals every read out.",
            )
            for subject, total in reads.items()
            if total >= MOST_READS
        ]
    )  # fmt: skip
