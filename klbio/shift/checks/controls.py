"""Negative controls of a study: what they explain of its samples, whether it goes with phase or arm; shifts without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from klbio.design import Arms, Design, Members, Sample, Unit
from klbio.distributions import Counts, FloatArray
from klbio.divergences import jensen_shannon_divergence
from klbio.estimates import ControlShare, control_shares
from klbio.phrases import Reason, say
from klbio.phrases.controls import (
    ControlsExplain,
    ControlsExplainArms,
    ControlsLikeSamples,
    ControlsMayMove,
    ControlsUntold,
    FewTaxaOfControls,
    SharesCompared,
)
from klbio.schema import Concern, ControlRow, ControlShiftRow
from klbio.schema.keys import ARM, SUBJECT
from klbio.shift.checks.check import CANNOT_TELL, Check, Judged, untold
from klbio.shift.samples import SampleCounts
from klbio.statistics import ArmPair, ArmValues, Signs, arm_pairs

__all__ = ["Controls"]

MATTERS = 0.01  # a difference of shares below this is no matter, however small its p
FEWEST = 2  # samples, each held against the others


@dataclass(frozen=True, eq=False)
class Controls:
    """Negative controls beside the samples that were measured.

    Parameters
    ----------
    counts : Counts
        Of samples and controls, at the table's own categories.
    design : Design
        The samples that were measured; controls are its own.
    """

    counts: Counts
    design: Design

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Negative controls with reads; none where reads are not known."""
        if self.counts.unit != "reads" or len(self.design.samples) < FEWEST:
            return ()
        depth = dict(zip(self.counts.samples, self.counts.depth.tolist(), strict=True))
        negative = [sample.name for sample in self.design.controls if sample.kind == "negative"]
        return tuple(name for name in negative if depth.get(name))

    @cached_property
    def shares(self) -> Mapping[str, ControlShare]:
        """What the controls explain of each sample."""
        if not self.names:
            return {}
        samples = [sample.name for sample in self.design.samples]
        controls = self.counts.rows(self.names)
        held = np.flatnonzero(np.asarray(controls.values.sum(axis=0)).ravel())
        measured = self.counts.rows(samples)
        of_samples, of_controls = (table.values[:, held].toarray() for table in (measured, controls))
        return dict(zip(samples, control_shares(of_samples, of_controls, measured.depth), strict=True))

    def rows(self) -> list[ControlRow]:
        """Give what they explain of each sample."""
        return [self._row(sample, self.shares[sample.name]) for sample in self.design.samples if self.names]

    def _row(self, sample: Sample, share: ControlShare) -> ControlRow:
        value, low, high = (share.value, share.low, share.high) if share.told else (None, None, None)
        return ControlRow(
            sample=sample.name,
            subject=sample.subject,
            arm=sample.arm,
            phase=sample.phase,
            controls_share=value,
            controls_share_low=low,
            controls_share_high=high,
            own_share=share.own,
            effective_own_taxa=share.n_taxa,
            common_share=share.common,
            n_controls=len(self.names),
            note=say(_why_not(share)),
        )

    def shifts(self, samples: SampleCounts, members: Members) -> list[ControlShiftRow]:
        """Give the pooled shift of each subject, at the rank of `samples`, plain and without the controls' share."""
        if not self.names:
            return []
        single = replace(samples, groups=None)
        blank = single.array(self.names).sum(axis=0)
        without = _Without(single, self.shares, blank / blank.sum())
        return [without.row(unit, members) for unit in members.units]

    def checks(self, members: Members, arms: Arms, rng: np.random.Generator) -> Iterator[Check]:
        """Ask whether what they explain goes with phase or arm."""
        if not self.names or not members.units:
            return
        facts = self._facts(members)
        if not len(facts):
            yield self._untold(members)
            return
        yield _between_phases(facts, rng)
        levels = ArmValues.by_arm(facts.set_index([ARM, SUBJECT])["level"])
        for pair in arm_pairs(levels, arms.pairs(levels)):
            yield _between_arms(pair, facts, rng)

    def _facts(self, members: Members) -> pd.DataFrame:
        """Gather mean shares of the subjects of whom all can be told: a row per subject and arm."""
        contrast = members.contrast
        rows = []
        for unit in members.units:
            before, after = (
                [self.shares[name] for name in unit.names(phase)]
                for phase in (contrast.before, contrast.after)
            )
            if all(share.told for share in (*before, *after)):
                sides = [float(np.mean([share.value for share in side])) for side in (before, after)]
                rows.append((unit.subject, unit.arm, *sides, sum(sides) / 2))
        return pd.DataFrame(rows, columns=[SUBJECT, ARM, "before", "after", "level"])

    def _untold(self, members: Members) -> Check:
        phases = members.contrast.before, members.contrast.after
        asked = [
            self.shares[name] for unit in members.units for phase in phases for name in unit.names(phase)
        ]
        why = ControlsUntold(sum(not share.told for share in asked), len(asked))
        return Check(
            name="negative controls",
            concerns=Concern.PHASE_AND_ARM,
            severity=CANNOT_TELL,
            reasons=(why,),
            n_subjects=len(members.units),
        )


def _why_not(share: ControlShare) -> Reason | None:
    if share.resembles:
        return ControlsLikeSamples(share.own, share.common)
    return FewTaxaOfControls(share.n_taxa) if share.few_taxa else None


@dataclass(frozen=True, eq=False)
class _Without:
    """Samples at one rank, and what is taken off them."""

    samples: SampleCounts
    shares: Mapping[str, ControlShare]
    blank: FloatArray

    def row(self, unit: Unit, members: Members) -> ControlShiftRow:
        """Give one subject's shift, plain and without."""
        contrast = members.contrast
        before, after = unit.names(contrast.before), unit.names(contrast.after)
        told = {name: self.shares[name] for name in (*before, *after)}
        row = ControlShiftRow(
            subject=unit.subject, arm=unit.arm, before=contrast.before, after=contrast.after,
            rank=self.samples.rank, jsd_plugin_bits=self._divergence(before, after, dict.fromkeys(told, 0.0)),
        )  # fmt: skip
        n_untold = sum(not share.told for share in told.values())
        if n_untold:
            return replace(row, note=say(ControlsUntold(n_untold, len(told))))
        ends = [
            {name: getattr(share, end) for name, share in told.items()} for end in ("value", "low", "high")
        ]
        bits = [self._divergence(before, after, taken) for taken in ends]
        return replace(
            row,
            controls_share_before=float(np.mean([told[name].value for name in before])),
            controls_share_after=float(np.mean([told[name].value for name in after])),
            jsd_without_controls_bits=bits[0],
            jsd_without_controls_lowest_bits=min(bits),
            jsd_without_controls_highest_bits=max(bits),
        )

    def _divergence(self, before: Sequence[str], after: Sequence[str], taken: Mapping[str, float]) -> float:
        p, q = (self._pooled(side, taken) for side in (after, before))
        return float(jensen_shannon_divergence(p / p.sum(), q / q.sum()))

    def _pooled(self, names: Sequence[str], taken: Mapping[str, float]) -> FloatArray:
        """Sum the counts of some samples, each without its share of the blank; none below zero."""
        counts = self.samples.array(names)
        share = np.array([taken[name] for name in names])
        off = share[:, None] * counts.sum(axis=1, keepdims=True) * self.blank
        left: FloatArray = np.maximum(counts - off, 0.0).sum(axis=0)
        return left if left.any() else counts.sum(axis=0)  # of nothing but the blank, nothing would be left


def _between_phases(facts: pd.DataFrame, rng: np.random.Generator) -> Check:
    change = (facts["after"] - facts["before"]).groupby(facts[SUBJECT], sort=False).mean()
    n = len(change)
    (test,) = Signs(n).test(change.to_numpy(dtype=float)[:, None], np.array([n]), rng)
    judged = Judged(test, _ratio(float(change.mean())))
    means = ControlsExplain(float(facts["before"].mean()), float(facts["after"].mean()), test)
    return Check(
        name="negative controls between phases",
        concerns=Concern.PHASE,
        severity=judged.severity,
        reasons=(means, judged.what_follows(ControlsMayMove())),
        n_subjects=n,
        statistic=SharesCompared(("after", "before")),
        test=test,
    )


def _between_arms(pair: ArmPair, facts: pd.DataFrame, rng: np.random.Generator) -> Check:
    if not pair.can_tell:
        return untold("negative controls between arms", pair)
    (test,) = pair.test(rng)
    of_a, of_b = (float(facts.loc[facts[ARM] == arm, "level"].mean()) for arm in pair.arms)
    judged = Judged(test, _ratio(of_a - of_b))
    return Check(
        name="negative controls between arms",
        concerns=Concern.ARMS,
        arms=pair.arms,
        severity=judged.severity,
        reasons=(
            ControlsExplainArms(pair.arms, (of_a, of_b), test),
            judged.what_follows(ControlsMayMove()),
        ),
        n_subjects=pair.n_subjects,
        statistic=SharesCompared(pair.arms),
        test=test,
    )


def _ratio(difference: float) -> float:
    """Give what `Judged` takes for too little to matter: a ratio of 1."""
    return float("inf") if abs(difference) >= MATTERS else 1.0
