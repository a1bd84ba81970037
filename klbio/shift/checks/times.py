"""Checks of time: whether it contradicts the phases, goes with them, or was given to the arms unequally."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from klbio.design import Arms, Contrast
from klbio.phrases.arms import EachAnArm
from klbio.phrases.batches import SidesCompared
from klbio.phrases.permutation import NoConcern
from klbio.phrases.reason import Reason
from klbio.phrases.times import (
    ArmsShowTime,
    AtOneTime,
    InOrder,
    OutOfOrder,
    TimesApart,
    TimesCompared,
    TimeWithPhase,
    UnequalTimes,
)
from klbio.schema import Concern
from klbio.schema.keys import ARM, N_BASELINE_PAIRS, SUBJECT
from klbio.shift.checks.check import CANNOT_TELL, FLAG, OK, TRIFLE, Check, Judged, ratio_of, untold
from klbio.statistics import ArmPair, ArmValues, arm_pairs

__all__ = ["TimeChecks"]


@dataclass(frozen=True, eq=False)
class TimeChecks:
    """Whether times and phases agree, another arm shows what time alone does, and arms waited equally long.

    Attributes
    ----------
    contrast : Contrast
    facts : DataFrame
        A row per subject and arm: subject, arm, gap (mean time after less before), first_gap (first time after
        less last before), last_gap (last after less first before), n_baseline_pairs.
    arms : Arms
        Which are compared.
    rng : Generator
        Used only where arrangements are too many to enumerate.
    """

    contrast: Contrast
    facts: pd.DataFrame
    arms: Arms
    rng: np.random.Generator

    def checks(self) -> Iterator[Check]:
        """Make them all."""
        yield from self._order()
        yield self._time_and_phase()
        gaps = ArmValues.by_arm(self.facts.set_index([ARM, SUBJECT])["gap"].dropna())
        yield from map(self._gap_between_arms, arm_pairs(gaps, self.arms.pairs(gaps)))

    def _order(self) -> Iterator[Check]:
        """Ask whether samples after were taken after those before; nothing where times are not known."""
        known = self.facts[self.facts["first_gap"].notna()]
        if known.empty:
            return
        n, phases = len(known), (self.contrast.before, self.contrast.after)
        n_early, n_same = (int(found.sum()) for found in (known["first_gap"] < 0, known["first_gap"] == 0))
        severity: str = OK
        reason: Reason = InOrder(phases, n)
        if n_early:
            severity, reason = FLAG, OutOfOrder(phases, n_early, int((known["last_gap"] < 0).sum()), n)
        elif n_same:
            severity, reason = CANNOT_TELL, AtOneTime(phases, n_same, n)
        yield Check(
            name="order of phases",
            concerns=Concern.PHASE,
            severity=severity,
            reasons=(reason,),
            n_subjects=n,
        )

    def _time_and_phase(self) -> Check:
        n_arms = len({arm for arm in self.facts[ARM] if arm})
        severity, reason = FLAG, self._no_second_arm()
        if n_arms > 1:
            own = n_arms == len(self.facts) == self.facts[SUBJECT].nunique()
            severity, reason = (CANNOT_TELL, EachAnArm()) if own else (OK, ArmsShowTime(n_arms))
        return Check(
            name="time and phase",
            concerns=Concern.PHASE,
            severity=severity,
            reasons=(reason,),
            n_subjects=self.facts[SUBJECT].nunique(),
        )

    def _no_second_arm(self) -> Reason:
        gap = float(self.facts["gap"].median())
        n_with_baseline = int(self.facts[N_BASELINE_PAIRS].gt(0).sum())
        return TimeWithPhase(gap if np.isfinite(gap) else None, n_with_baseline, len(self.facts))

    def _gap_between_arms(self, pair: ArmPair) -> Check:
        of_a, of_b = (float(self.facts.loc[self.facts[ARM] == arm, "gap"].mean()) for arm in pair.arms)
        ratio = ratio_of(abs(of_a), abs(of_b))
        if ratio >= TRIFLE and _apart(pair):
            return self._settled(pair, (of_a, of_b))
        if not pair.can_tell:
            return untold("time between arms", pair)
        (test,) = pair.test(self.rng)
        judged = Judged(test, ratio)
        return Check(
            name="time between arms",
            concerns=Concern.ARMS,
            arms=pair.arms,
            severity=judged.severity,
            reasons=(
                TimesCompared(pair.arms, (of_a, of_b), test),
                judged.what_follows(UnequalTimes(), NoConcern()),
            ),
            n_subjects=pair.n_subjects,
            statistic=SidesCompared("difference", "times", pair.arms),
            test=test,
        )

    def _settled(self, pair: ArmPair, times: tuple[float, float]) -> Check:
        """No subject of one arm waited as long as any of the other: the design says so, whatever p could say."""
        return Check(
            name="time between arms",
            concerns=Concern.ARMS,
            arms=pair.arms,
            severity=FLAG,
            reasons=(TimesApart(pair.arms, times), UnequalTimes()),
            n_subjects=pair.n_subjects,
        )


def _apart(pair: ArmPair) -> bool:
    """Whether all numbers of the one arm lie above all of the other."""
    a, b = pair.first.values, pair.second.values
    return bool(a.min() > b.max() or b.min() > a.max())
