"""Checks of batch: whether it goes with phase or arm, so that the one cannot be told from the other."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from klbio.design import Members, Sample, Unit
from klbio.distributions import FloatArray
from klbio.phrases.batches import (
    BatchAndArm,
    BatchAndPhase,
    BatchesOfOwn,
    BatchesUnknown,
    BatchHoldsAll,
    NoBatchOfTwo,
    OneBatch,
    OnePhaseWithBatch,
    ShareByBatch,
    WithinBatch,
    WithoutBatch,
)
from klbio.phrases.permutation import LikeAnEffectOf, NoConcern
from klbio.phrases.reason import Reason
from klbio.schema import Concern
from klbio.schema.keys import WITHIN_BATCH
from klbio.shift.checks.association import uncertainty_coefficient
from klbio.shift.checks.check import CANNOT_TELL, FLAG, OK, Check, Judged
from klbio.statistics import TestResult, WithinBlocks

__all__ = ["BatchChecks"]


CHECK = {Concern.PHASE: "batch and phase", Concern.ARM: "batch and arm"}
MIN_SHARE = 0.05  # of what there is to know of a label, below which batch tells too little of it to matter


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
    facts : DataFrame
        A row per subject and arm: shift_bits, and within_batch_bits where a batch holds both phases.
    rng : Generator
        Used only where arrangements are too many to enumerate.
    """

    members: Members
    facts: pd.DataFrame
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
            concerns=Concern.PHASE_AND_ARM,
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

    def _confounded(self, what: Concern, labels: Sequence[str]) -> Reason | None:
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
            return self._silent(Concern.PHASE, BatchesOfOwn(), n_units)
        if len(set(phases)) < 2:
            return self._silent(Concern.PHASE, OnePhaseWithBatch(), n_units)
        confounded = self._confounded(Concern.PHASE, phases)
        if confounded:
            return self._check(Concern.PHASE, FLAG, (confounded,), test, n_units)
        severity, follows = _judged(Concern.PHASE, test)
        reasons = (BatchAndPhase(test, self._n_mixed(), n_units), self._within(), follows)
        return self._check(Concern.PHASE, severity, reasons, test, n_units)

    def _within(self) -> Reason | None:
        """What is left of the shift within batches, in the subjects that show it."""
        known = self.facts[self.facts[WITHIN_BATCH].notna()]
        if known.empty:
            return None
        pooled, within = (float(known[name].median()) for name in ("shift_bits", WITHIN_BATCH))
        return WithinBatch(len(known), pooled, within)

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
            return self._silent(Concern.ARM, NoBatchOfTwo(), n)
        confounded = self._confounded(Concern.ARM, [item.unit.arm or "no arm" for item in self.known])
        if confounded:
            return self._check(Concern.ARM, FLAG, (confounded,), test, n)
        severity, follows = _judged(Concern.ARM, test)
        return self._check(Concern.ARM, severity, (BatchAndArm(test), follows), test, n)

    def _silent(self, what: Concern, why: Reason, n_subjects: int) -> Check:
        return Check(
            name=CHECK[what],
            concerns=what,
            severity=CANNOT_TELL,
            reasons=(why, self.aside),
            n_subjects=n_subjects,
        )

    def _check(
        self,
        what: Concern,
        severity: str,
        reasons: tuple[Reason | None, ...],
        test: TestResult,
        n_subjects: int,
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


def _judged(what: Concern, test: TestResult) -> tuple[str, Reason]:
    """Severity and what follows: by p, where batch tells more than a trifle."""
    if test.value < MIN_SHARE:
        return OK, NoConcern()
    judged = Judged(test)
    return judged.severity, judged.what_follows(LikeAnEffectOf(what), NoConcern())
