"""Checks of depth: whether it goes with phase, with arm or with the shift itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from klbio.design import Arms
from klbio.phrases.batches import SidesCompared, SpearmansRho
from klbio.phrases.depth import (
    ChangesOfDepth,
    DepthAndShift,
    DepthMoves,
    DepthsCompared,
    DepthUnknown,
    FloorsCompared,
    FloorsOfArms,
    NoDepths,
    SamplesOfArms,
    SeenWithoutChange,
    UnequalBias,
    UnequalFloors,
)
from klbio.schema import Concern
from klbio.schema.keys import ARM, FLOOR, FLOOR_HIGH, N_AFTER, N_BEFORE, SUBJECT
from klbio.shift.checks.association import rank_correlation
from klbio.shift.checks.check import CANNOT_TELL, FLAG, OK, TRIFLE, Check, Judged, ratio_of, untold
from klbio.statistics import ArmPair, ArmValues, Signs, TestResult, arm_pairs

__all__ = ["DepthChecks"]

NORMAL_95 = 1.645  # standard deviations from a mean to its 95 % point
MANY_ERRORS = 5.0  # standard errors of a floor, within which two floors are one


@dataclass(frozen=True, eq=False)
class DepthChecks:
    """Depth between phases, between arms, against the shift, and the floors that follow from it.

    Attributes
    ----------
    facts : DataFrame
        A row per subject and arm: subject, arm, log2_before, log2_after (means over its samples),
        n_before, n_after (its samples), shallower (the smaller pooled depth), shift_bits, plugin_bits, floor_bits,
        floor_high_bits.
    rank : str
        At which the bits were measured.
    unit : str
        What a depth counts: ``reads`` or ``counts``.
    arms : Arms
        Which are compared.
    n_resamples : int
        Draws behind each floor.
    rng : Generator
        Used only where arrangements are too many to enumerate.
    """

    facts: pd.DataFrame
    rank: str
    unit: str
    arms: Arms
    n_resamples: int
    rng: np.random.Generator

    @cached_property
    def _depths(self) -> pd.DataFrame:
        """The facts, with the change of depth and its mean over the phases, as logarithms."""
        before, after = self.facts["log2_before"], self.facts["log2_after"]
        days = 1 / self.facts[N_BEFORE] + 1 / self.facts[N_AFTER]  # as they inflate a pooled shift
        return self.facts.assign(change=after - before, level=(after + before) / 2, days=days)

    def _pairs(self, column: str) -> Iterator[ArmPair]:
        values = ArmValues.by_arm(self._depths.set_index([ARM, SUBJECT])[column].dropna())
        return iter(arm_pairs(values, self.arms.pairs(values)))

    def checks(self) -> Iterator[Check]:
        """Make them all."""
        yield self._between_phases()
        yield from (self._depth_between_arms(pair) for pair in self._pairs("level"))
        yield from (self._change_between_arms(pair) for pair in self._pairs("change"))
        yield self._with_shift()
        yield from (self._floor_between_arms(pair) for pair in self._pairs(FLOOR))
        yield from self._samples_between_arms()

    def of_proportions(self) -> Iterator[Check]:
        """Make those that need no depth, and say why there are no others."""
        yield Check(
            name="depth",
            concerns=Concern.PHASE_AND_ARM,
            severity=CANNOT_TELL,
            reasons=(DepthUnknown(),),
            n_subjects=self.facts[SUBJECT].nunique(),
        )
        yield from self._samples_between_arms()

    def _of_arms(self, pair: ArmPair, column: str) -> tuple[pd.Series[float], pd.Series[float]]:
        a, b = (self._depths.loc[self._depths[ARM] == arm, column] for arm in pair.arms)
        return a, b

    def _between_phases(self) -> Check:
        by_subject = self._depths.groupby(SUBJECT, sort=False)["change"].mean().to_numpy(dtype=float)[:, None]
        n = len(by_subject)
        judged = _as_ratio(Signs(n).test(by_subject, np.array([n]), self.rng)[0])
        before, after = (float(2 ** self.facts[name].mean()) for name in ("log2_before", "log2_after"))
        floor, plugin = (float(self.facts[name].median()) for name in (FLOOR, "plugin_bits"))
        depths = DepthsCompared((("after", after), ("before", before)), self.unit, judged.test)
        return Check(
            name="depth between phases",
            concerns=Concern.PHASE,
            severity=judged.severity,
            reasons=(depths, judged.what_follows(SeenWithoutChange(floor, plugin))),
            n_subjects=n,
            statistic=SidesCompared("ratio", "depths", ("after", "before")),
            test=judged.test,
        )

    def _depth_between_arms(self, pair: ArmPair) -> Check:
        if not pair.can_tell:
            return untold("depth between arms", pair)
        judged = _as_ratio(pair.test(self.rng)[0])
        a, b = pair.arms
        of_a, of_b = (float(2 ** values.mean()) for values in self._of_arms(pair, "level"))
        floor_a, floor_b = (float(values.median()) for values in self._of_arms(pair, FLOOR))
        depths = DepthsCompared(((f"of {a}", of_a), (f"of {b}", of_b)), self.unit, judged.test)
        return Check(
            name="depth between arms",
            concerns=Concern.ARMS,
            arms=pair.arms,
            severity=judged.severity,
            reasons=(depths, judged.what_follows(FloorsOfArms(pair.arms, (floor_a, floor_b)))),
            n_subjects=pair.n_subjects,
            statistic=SidesCompared("ratio", "depths", pair.arms),
            test=judged.test,
        )

    def _change_between_arms(self, pair: ArmPair) -> Check:
        if not pair.can_tell:
            return untold("change of depth between arms", pair)
        judged = _as_ratio(pair.test(self.rng)[0])
        return Check(
            name="change of depth between arms",
            concerns=Concern.ARMS,
            arms=pair.arms,
            severity=judged.severity,
            reasons=(ChangesOfDepth(pair.arms, judged.test), judged.what_follows(UnequalBias())),
            n_subjects=pair.n_subjects,
            statistic=SidesCompared("ratio", "changes", pair.arms),
            test=judged.test,
        )

    def _with_shift(self) -> Check:
        depth, shift = (self.facts[name].to_numpy(dtype=float) for name in ("shallower", "shift_bits"))
        test = rank_correlation(depth, shift, self.facts[ARM].tolist(), self.rng)
        if not test.n_permutations:
            return self._no_depths()
        judged = Judged(test)
        return Check(
            name="depth and shift",
            concerns=Concern.SUBJECT,
            rank=self.rank,
            severity=judged.severity,
            reasons=(DepthAndShift(test), judged.what_follows(DepthMoves(less=test.value < 0))),
            n_subjects=len(self.facts),
            statistic=SpearmansRho(),
            test=test,
        )

    def _no_depths(self) -> Check:
        return Check(
            name="depth and shift",
            concerns=Concern.SUBJECT,
            rank=self.rank,
            severity=OK if len(self.facts) > 1 else CANNOT_TELL,
            reasons=(NoDepths(),),
            n_subjects=0,
        )

    @property
    def _noise_of_floors(self) -> float:
        """Bits by which a difference of floors may be one of their random draws."""
        spread = (self.facts[FLOOR_HIGH] - self.facts[FLOOR]).mean() / NORMAL_95
        return float(MANY_ERRORS * spread / np.sqrt(self.n_resamples))

    def _floor_between_arms(self, arms: ArmPair) -> Check:
        if not arms.can_tell:
            return untold("floor between arms", arms, self.rank)
        pair = replace(arms, noise=self._noise_of_floors)
        (test,) = pair.test(self.rng)
        of_a, of_b = (float(values.mean()) for values in self._of_arms(pair, FLOOR))
        judged = Judged(test, ratio_of(of_a, of_b))
        return Check(
            name="floor between arms",
            concerns=Concern.ARMS,
            arms=pair.arms,
            rank=self.rank,
            severity=judged.severity,
            reasons=(
                FloorsCompared(pair.arms, (of_a, of_b), test),
                judged.what_follows(UnequalFloors()),
            ),
            n_subjects=pair.n_subjects,
            statistic=SidesCompared("difference", "floors in bits", pair.arms),
            test=test,
        )

    def _samples_between_arms(self) -> Iterator[Check]:
        """Ask whether days inflate pooled shifts alike: the design says so, and chance has no part in it."""
        for pair in self._pairs("days"):
            if ratio_of(pair.first.values.mean(), pair.second.values.mean()) < TRIFLE:
                continue
            (a_before, b_before), (a_after, b_after) = (
                [float(values.mean()) for values in self._of_arms(pair, column)]
                for column in (N_BEFORE, N_AFTER)
            )
            yield Check(
                name="samples between arms",
                concerns=Concern.ARMS,
                arms=pair.arms,
                severity=FLAG,
                reasons=(SamplesOfArms(pair.arms, ((a_before, a_after), (b_before, b_after))),),
                n_subjects=pair.n_subjects,
            )


def _as_ratio(of_logarithms: TestResult) -> Judged:
    ratio = float(2.0**of_logarithms.value)
    return Judged(replace(of_logarithms, value=ratio), max(ratio, 1 / ratio))
