"""Checks of batch and time: whether they go with phase or arm, so that the one cannot be told from the other."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from klbio.design import Arms, Members, Sample, Unit
from klbio.distributions import FloatArray
from klbio.phrases.batch_time import (
    ArmsShowTime,
    BatchAndArm,
    BatchAndPhase,
    BatchesOfOwn,
    BatchesUnknown,
    BatchHoldsAll,
    DifferenceOf,
    NoBatchOfTwo,
    OneBatch,
    OnePhaseWithBatch,
    ShareByBatch,
    TimesCompared,
    TimeWithPhase,
    UnequalTimes,
    WithoutBatch,
)
from klbio.phrases.permutation import LikeAnEffectOf, NoConcern
from klbio.phrases.reason import Reason
from klbio.shift.checks.association import uncertainty_coefficient
from klbio.shift.checks.check import ARMS, CANNOT_TELL, FLAG, OK, Check, Judged, ratio_of
from klbio.statistics import ArmPair, ArmValues, TestResult, WithinBlocks, arm_pairs

__all__ = ["BatchChecks", "TimeChecks"]


PHASE, ARM = "phase", "arm"
CHECK = {PHASE: "batch and phase", ARM: "batch and arm"}


class _Placed(NamedTuple):
    """A sample and whose it is."""

    sample: Sample
    unit: Unit


@dataclass(frozen=True, eq=False)
class BatchChecks:
    """Batch against phase, within subjects, and against arm.

    Attributes
    ----------
    members : Members
        The units of a contrast.
    rng : Generator
        Used only where arrangements are too many to enumerate.
    """

    members: Members
    rng: np.random.Generator

    @cached_property
    def placed(self) -> list[_Placed]:
        """Samples of the two phases."""
        phases = (self.members.contrast.before, self.members.contrast.after)
        return [
            _Placed(sample, unit)
            for unit in self.members.units
            for sample in unit.samples
            if sample.phase in phases
        ]

    @cached_property
    def known(self) -> list[_Placed]:
        """Those with a batch."""
        return [item for item in self.placed if item.sample.batch]

    @property
    def batches(self) -> list[str]:
        """Batch of each of these."""
        return [item.sample.batch for item in self.known]

    @property
    def aside(self) -> Reason | None:
        """What is not counted."""
        n_unknown = len(self.placed) - len(self.known)
        return WithoutBatch(n_unknown) if n_unknown else None

    def checks(self) -> Iterator[Check]:
        """Make them all; one that says so where there are no two batches."""
        if len(set(self.batches)) < 2:
            yield self._no_batches()
            return
        yield self._with_phase()
        if len({item.unit.arm for item in self.known}) > 1:
            yield self._with_arm()

    def _no_batches(self) -> Check:
        n_unknown = len(self.placed) - len(self.known)
        single = bool(self.known) and not n_unknown
        return Check(
            name="batch",
            concerns="phase and arm",
            severity=OK if single else CANNOT_TELL,
            reasons=(
                OneBatch(self.batches[0]) if single else BatchesUnknown(n_unknown, of_all=not self.known),
            ),
            n_subjects=len(self.members.units),
        )

    def _memberships(self, rows: Sequence[Hashable]) -> FloatArray:
        """How many samples of each row stand in each batch, shape (n_rows, n_batches)."""
        table = pd.crosstab(pd.Series(list(rows)), pd.Series(self.batches))
        counts: FloatArray = table.loc[list(dict.fromkeys(rows))].to_numpy(dtype=float)
        return counts

    def _labels_of_batches(self, labels: Sequence[str]) -> dict[str, set[str]]:
        """Labels that each batch holds."""
        of_batch: dict[str, set[str]] = {}
        for batch, label in zip(self.batches, labels, strict=True):
            of_batch.setdefault(batch, set()).add(label)
        return of_batch

    def _confounded(self, what: str, labels: Sequence[str]) -> Reason | None:
        """Where each batch holds one label only: which batches each label has."""
        of_batch = self._labels_of_batches(labels)
        if any(len(held) > 1 for held in of_batch.values()):
            return None
        of_label: dict[str, list[str]] = {}
        for batch, (label,) in of_batch.items():
            of_label.setdefault(label, []).append(batch)
        return BatchHoldsAll(what, of_label)

    def _with_phase(self) -> Check:
        phases, units = [item.sample.phase for item in self.known], [item.unit.key for item in self.known]
        memberships = self._memberships(range(len(self.known)))
        test = uncertainty_coefficient(WithinBlocks.of(phases, units), memberships, self.rng)
        n_units = len(set(units))
        if len(set(self.batches)) == len(self.known):
            return self._silent(PHASE, BatchesOfOwn(), n_units)
        if len(set(phases)) < 2:
            return self._silent(PHASE, OnePhaseWithBatch(), n_units)
        confounded = self._confounded(PHASE, phases)
        if confounded:
            return self._check(PHASE, FLAG, (confounded,), test, n_units)
        judged, n_mixed = Judged(test), self._n_mixed()
        harmless = n_mixed == n_units
        follows = NoConcern() if harmless else judged.what_follows(LikeAnEffectOf(PHASE), NoConcern())
        reasons = (BatchAndPhase(test, n_mixed, n_units), follows)
        return self._check(PHASE, OK if harmless else judged.severity, reasons, test, n_units)

    def _n_mixed(self) -> int:
        """Units with a batch that holds both their phases."""
        phases: dict[tuple[str, str], set[str]] = {}
        for sample, unit in self.known:
            phases.setdefault((unit.key, sample.batch), set()).add(sample.phase)
        return len({unit for (unit, _), seen in phases.items() if len(seen) > 1})

    def _with_arm(self) -> Check:
        units = {item.unit.key: item.unit for item in self.known}
        subjects = [unit.subject for unit in units.values()]
        n = len(set(subjects))
        blocks = subjects if n < len(subjects) else None  # in a crossover, arms are exchanged within subjects
        exchange = WithinBlocks.of([unit.arm for unit in units.values()], blocks)
        memberships = self._memberships([item.unit.key for item in self.known])
        test = uncertainty_coefficient(exchange, memberships, self.rng)
        of_batch = self._labels_of_batches([item.unit.key for item in self.known])
        if all(len(held) == 1 for held in of_batch.values()):
            return self._silent(ARM, NoBatchOfTwo(), n)
        confounded = self._confounded(ARM, [item.unit.arm or "no arm" for item in self.known])
        if confounded:
            return self._check(ARM, FLAG, (confounded,), test, n)
        judged = Judged(test)
        reasons = BatchAndArm(test), judged.what_follows(LikeAnEffectOf(ARM), NoConcern())
        return self._check(ARM, judged.severity, reasons, test, n)

    def _silent(self, what: str, why: Reason, n_subjects: int) -> Check:
        return Check(
            name=CHECK[what],
            concerns=what,
            severity=CANNOT_TELL,
            reasons=(why, self.aside),
            n_subjects=n_subjects,
        )

    def _check(
        self, what: str, severity: str, reasons: tuple[Reason, ...], test: TestResult, n_subjects: int
    ) -> Check:
        return Check(
            name=CHECK[what],
            concerns=what,
            severity=severity,
            reasons=(*reasons, self.aside),
            n_subjects=n_subjects,
            statistic=ShareByBatch(),
            test=test,
        )


@dataclass(frozen=True, eq=False)
class TimeChecks:
    """Whether another arm shows what time alone does, and whether arms waited equally long.

    Attributes
    ----------
    facts : DataFrame
        A row per subject and arm: subject, arm, gap (mean time after less before), n_baseline_pairs.
    arms : Arms
        Which are compared.
    rng : Generator
        Used only where arrangements are too many to enumerate.
    """

    facts: pd.DataFrame
    arms: Arms
    rng: np.random.Generator

    def checks(self) -> Iterator[Check]:
        """Make them all."""
        yield self._time_and_phase()
        gaps = ArmValues.by_arm(self.facts[self.facts["gap"].notna()], "gap")
        yield from (self._gap_between_arms(pair) for pair in arm_pairs(gaps, self.arms.pairs(gaps)))

    def _time_and_phase(self) -> Check:
        n_arms = len({arm for arm in self.facts["arm"] if arm})
        return Check(
            name="time and phase",
            concerns=PHASE,
            severity=OK if n_arms > 1 else FLAG,
            reasons=(ArmsShowTime(n_arms) if n_arms > 1 else self._no_second_arm(),),
            n_subjects=self.facts["subject"].nunique(),
        )

    def _no_second_arm(self) -> Reason:
        gap = float(self.facts["gap"].median())
        n_with_baseline = int(self.facts["n_baseline_pairs"].gt(0).sum())
        return TimeWithPhase(gap if np.isfinite(gap) else None, n_with_baseline, len(self.facts))

    def _gap_between_arms(self, pair: ArmPair) -> Check:
        (test,) = pair.test(self.rng)
        of_a, of_b = (float(self.facts.loc[self.facts["arm"] == arm, "gap"].mean()) for arm in pair.arms)
        judged = Judged(test, ratio_of(abs(of_a), abs(of_b)))
        return Check(
            name="time between arms",
            concerns=ARMS,
            arms=pair.arms,
            severity=judged.severity,
            reasons=(
                TimesCompared(pair.arms, (of_a, of_b), test),
                judged.what_follows(UnequalTimes(), NoConcern()),
            ),
            n_subjects=pair.n_subjects,
            statistic=DifferenceOf("times", pair.arms),
            test=test,
        )
