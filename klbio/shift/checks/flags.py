"""Flags of a study: what besides the phase may have made the shift, or the difference between arms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from klbio.design import Arms, Contrast, Members, Unit
from klbio.phrases.arms import EachAnArm, SomeWithoutArm
from klbio.phrases.reason import Reason
from klbio.schema import Concern, FlagRow, PairRow, named
from klbio.schema.keys import (
    AFTER,
    ARM,
    BEFORE,
    DEPTH_AFTER,
    DEPTH_BEFORE,
    ESTIMAND,
    FLOOR,
    FLOOR_HIGH,
    N_BASELINE_PAIRS,
    RANK,
    SUBJECT,
    WITHIN_BATCH,
)
from klbio.seeding import generator
from klbio.shift.checks.batches import BatchChecks
from klbio.shift.checks.check import CANNOT_TELL, FLAG, OK, Check
from klbio.shift.checks.controls import Controls
from klbio.shift.checks.depth import DepthChecks
from klbio.shift.checks.times import TimeChecks
from klbio.shift.samples import SampleCounts
from klbio.shift.settings import ShiftSettings

__all__ = ["flag_rows"]

ORDER = (FLAG, CANNOT_TELL, OK)
BITS = named(PairRow, lambda row: (row.jensen_shannon_divergence_bits, row.jsd_plugin_bits))
SHOWN = dict(zip(BITS, ("shift_bits", "plugin_bits"), strict=True))
UNIT = [SUBJECT, ARM]
OTHERS = (FLOOR, FLOOR_HIGH, N_BASELINE_PAIRS, WITHIN_BATCH)
KEPT = [*UNIT, "shallower", *SHOWN.values(), *OTHERS]


def flag_rows(
    samples: SampleCounts, controls: Controls, pairs: pd.DataFrame, settings: ShiftSettings
) -> list[FlagRow]:
    """Check depth, batch, time and negative controls of every contrast.

    Parameters
    ----------
    samples : SampleCounts
        Counts; their depths are checked.
    controls : Controls
        Negative controls, and the samples that were measured.
    pairs : DataFrame
        Rows of ``pairs.tsv``; shifts and floors are those of its first rank, pooled.
    settings : ShiftSettings
        Contrasts and seed.

    Returns
    -------
    list of FlagRow
        Of each contrast the flags first.  A check is a flag at p <= 0.05, so one in twenty of a sound
        study's checks is flagged by chance; a check that its design cannot bring to 0.05 says so.
    """
    rows: list[FlagRow] = []
    arms = controls.design.arms(settings.control)
    of_study = _Checks(samples, controls, pairs, arms, settings.n_resamples, settings.seed)
    for contrast in settings.contrasts:
        members = controls.design.members(contrast)
        checks = list(of_study.of(members)) if members.units else []
        checks.sort(key=lambda check: ORDER.index(check.severity))
        rows += [check.row(contrast) for check in checks]
    return rows


@dataclass(frozen=True, eq=False)
class _Checks:
    """What the checks of all contrasts rest on."""

    samples: SampleCounts
    controls: Controls
    pairs: pd.DataFrame
    arms: Arms
    n_resamples: int
    seed: int

    def of(self, members: Members) -> Iterator[Check]:
        """Make the checks of one contrast."""
        contrast = members.contrast
        rng = generator(self.seed, "flags", contrast.before, contrast.after)
        rank = str(self.pairs[RANK].iloc[0])
        facts = self._facts(members, rank)
        unit = "reads" if self.samples.groups is None else "counts"
        yield from _arms_given(members)
        yield from TimeChecks(contrast, facts, self.arms, rng).checks()
        yield from BatchChecks(members, facts, rng).checks()
        depths = DepthChecks(facts, rank, unit, self.arms, self.n_resamples, rng)
        yield from depths.checks() if self.samples.of_reads else depths.of_proportions()
        yield from self.controls.checks(members, self.arms, rng)

    def _facts(self, members: Members, rank: str) -> pd.DataFrame:
        """Gather what the checks compare: a row per subject and arm."""
        depth = dict(zip(self.samples.counts.samples, self.samples.counts.depth.tolist(), strict=True))
        facts = pd.DataFrame([_Fact.of(unit, members.contrast, depth) for unit in members.units])
        pairs, contrast = self.pairs, members.contrast
        here = (
            pairs[RANK].eq(rank)
            & pairs[BEFORE].eq(contrast.before)
            & pairs[AFTER].eq(contrast.after)
            & pairs[ESTIMAND].eq("pooled")
        )
        own = pairs[here].assign(shallower=pairs[[DEPTH_BEFORE, DEPTH_AFTER]].min(axis=1))
        return facts.merge(own.rename(columns=SHOWN)[KEPT], on=UNIT, how="left")


def _arms_given(members: Members) -> Iterator[Check]:
    """Ask whether arms are given to all subjects or to none, and to more than one each."""
    arms = [unit.arm for unit in members.units]
    n, n_without = len(arms), arms.count("")
    why: Reason | None = None
    if 0 < n_without < n:
        why = SomeWithoutArm(n_without, n)
    elif n > 1 and len(set(arms)) == n == len({unit.subject for unit in members.units}):
        why = EachAnArm()
    if why is not None:
        yield Check(name="arms", concerns=Concern.ARMS, severity=CANNOT_TELL, reasons=(why,), n_subjects=n)


@dataclass(frozen=True)
class _Fact:
    """Depths of a unit's phases, means of logarithms over their samples; how many these are; time between the phases.

    Attributes
    ----------
    gap, first_gap, last_gap : float
        Between the phases' means; from the last sample before to the first after; from the first before to the last
        after.  NaN where times are not known.
    """

    subject: str
    arm: str
    log2_before: float
    log2_after: float
    n_before: int
    n_after: int
    gap: float = float("nan")
    first_gap: float = float("nan")
    last_gap: float = float("nan")

    @classmethod
    def of(cls, unit: Unit, contrast: Contrast, depth: dict[str, float]) -> _Fact:
        """Take the depth of each sample from a mapping."""
        before, after = (
            [sample for sample in unit.samples if sample.phase == phase]
            for phase in (contrast.before, contrast.after)
        )
        log2_before, log2_after = (
            float(np.log2([depth[sample.name] for sample in side]).mean()) for side in (before, after)
        )
        times = [[sample.time for sample in side if sample.time is not None] for side in (before, after)]
        depths = cls(unit.subject, unit.arm, log2_before, log2_after, len(before), len(after))
        if not (times[0] and times[1]):
            return depths
        early, late = times
        gap = float(np.mean(late) - np.mean(early))
        return replace(depths, gap=gap, first_gap=min(late) - max(early), last_gap=max(late) - min(early))
