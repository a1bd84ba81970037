"""Flags of a study: what besides the phase may have made the shift, or the difference between arms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from klbio.design import Contrast, Design, Unit
from klbio.estimates import generator
from klbio.shift.checks.batch_time import batch_checks, time_checks
from klbio.shift.checks.depth import depth_checks
from klbio.shift.phase_pair import SampleCounts
from klbio.shift.settings import ShiftSettings
from klbio.shift.subject.divergence import Row

__all__ = ["flag_rows", "subject_facts"]

ORDER = ("flag", "cannot tell", "ok")


def flag_rows(rows: SampleCounts, design: Design, pairs: pd.DataFrame, settings: ShiftSettings) -> list[Row]:
    """Check depth, batch and time of every contrast.

    Parameters
    ----------
    rows : SampleCounts
        Counts; their depths are checked.
    design : Design
        The samples that were measured.
    pairs : DataFrame
        Rows of ``pairs.tsv``; shifts and floors are those of its first rank, pooled.
    settings : ShiftSettings
        Contrasts and seed.

    Returns
    -------
    list of dict
        Rows of ``flags.tsv``, of each contrast the flags first.  A check is a flag at p <= 0.05, so one in
        twenty of a sound study's checks is flagged by chance; a check that its design cannot bring to
        0.05 says so.
    """
    found: list[Row] = []
    for contrast in settings.contrasts:
        head: Row = {"before": contrast.before, "after": contrast.after}
        checks = list(_checks(rows, design.complete(contrast), contrast, pairs, settings.seed))
        checks.sort(key=lambda row: ORDER.index(str(row["severity"])))
        found += [head | row for row in checks]
    return found


def _checks(
    rows: SampleCounts, units: Sequence[Unit], contrast: Contrast, pairs: pd.DataFrame, seed: int
) -> Iterator[Row]:
    if not units:
        return
    rng = generator(seed, "flags", contrast.before, contrast.after)
    rank = str(pairs["rank"].iloc[0])
    facts = subject_facts(rows, units, contrast, pairs[pairs["rank"] == rank])
    yield from time_checks(facts, rng)
    yield from batch_checks(units, contrast, rng)
    yield from depth_checks(facts, rank, "reads" if rows.groups is None else "counts", rng)


def subject_facts(
    rows: SampleCounts, units: Sequence[Unit], contrast: Contrast, pairs: pd.DataFrame
) -> pd.DataFrame:
    """Gather what the checks compare: a row per subject and arm.

    Depths are means of logarithms to base 2 over the samples of a phase; times are means over its samples.
    """
    depth = dict(zip(rows.counts.samples, rows.counts.depth.tolist(), strict=True))
    facts = pd.DataFrame([_fact(unit, contrast, depth) for unit in units])
    here = (
        pairs["before"].eq(contrast.before)
        & pairs["after"].eq(contrast.after)
        & pairs["estimand"].eq("pooled")
    )
    mine = pairs[here].assign(shallower=pairs[["depth_before", "depth_after"]].min(axis=1))
    names = {"jensen_shannon_divergence_bits": "shift_bits", "jsd_plugin_bits": "plugin_bits"}
    kept = ["subject", "arm", "shallower", "shift_bits", "plugin_bits", "floor_bits", "n_baseline_pairs"]
    return facts.merge(mine.rename(columns=names)[kept], on=["subject", "arm"], how="left")


def _fact(unit: Unit, contrast: Contrast, depth: Mapping[str, float]) -> Row:
    before, after = (
        [sample for sample in unit.samples if sample.phase == phase]
        for phase in (contrast.before, contrast.after)
    )
    logs = [float(np.log2([depth[sample.name] for sample in side]).mean()) for side in (before, after)]
    times = [[sample.time for sample in side if sample.time is not None] for side in (before, after)]
    gap = float(np.mean(times[1]) - np.mean(times[0])) if times[0] and times[1] else float("nan")
    return {
        "subject": unit.subject,
        "arm": unit.arm,
        "log2_before": logs[0],
        "log2_after": logs[1],
        "gap": gap,
    }
