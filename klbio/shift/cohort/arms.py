"""Does the cohort speak with one voice?  Permutation tests that respect subjects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from klbio.distributions import FloatArray
from klbio.estimates import generator
from klbio.phrases import Reason, say
from klbio.phrases.cohort import AboveBaseline, ArmsApart, Crossover
from klbio.schema import ArmRow, CohortRow
from klbio.statistics import ArmPair, ArmValues, Signs, TestResult, arm_pairs, mean_interval

__all__ = ["arm_rows", "cohort_rows"]

SHIFT, BASELINE = "jensen_shannon_divergence_bits", "baseline_bits"
GROUP = ["before", "after", "rank", "estimand"]
MIN_SUBJECTS = 2  # subjects of a crossover, or with a baseline, for a test


def arm_rows(pairs: pd.DataFrame) -> list[ArmRow]:
    """Summarise each arm: how many subjects lie above their floor and above their baseline.

    Parameters
    ----------
    pairs : DataFrame
        Rows of ``pairs.tsv``.
    """
    return [
        ArmRow(
            **dict(zip([*GROUP, "arm"], map(str, key), strict=True)),
            n_subjects=len(group),
            n_above_floor=int(group["above_floor"].sum()),
            n_with_baseline=int(group["n_baseline_pairs"].gt(0).sum()),
            n_above_baseline=int(group["above_baseline"].eq(True).sum()),
            median_bits=float(group[SHIFT].median()),
            lowest_bits=float(group[SHIFT].min()),
            highest_bits=float(group[SHIFT].max()),
        )
        for key, group in pairs.groupby([*GROUP, "arm"], sort=False)
    ]


def cohort_rows(pairs: pd.DataFrame, seed: int) -> list[CohortRow]:
    """Test each rank and estimand: arms against each other, and each arm's shift against its baseline.

    Parameters
    ----------
    pairs : DataFrame
        Rows of ``pairs.tsv``.
    seed : int
        Used only where the permutations are too many to enumerate.

    Returns
    -------
    list of CohortRow
        A test that the design cannot hold is left out.  Where subjects were in both of two arms, each is
        held against itself (``crossover``).
    """
    rows: list[CohortRow] = []
    for key, group in pairs.groupby(GROUP, sort=False):
        head = dict(zip(GROUP, map(str, key), strict=True))
        tests = _Tests(group, generator(seed, *head.values()))
        rows += [outcome.row(head) for outcome in (*tests.between_arms(), *tests.above_baseline())]
    return rows


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    """One test, before it is put under a contrast, a rank and an estimand."""

    test: str
    arms: tuple[str, str]
    sizes: tuple[int, int]
    result: TestResult
    interval: tuple[float, float]
    meaning: Reason

    def row(self, head: dict[str, str]) -> CohortRow:
        """Put it under them."""
        return CohortRow(
            **head,
            test=self.test,
            arm_a=self.arms[0],
            arm_b=self.arms[1],
            n_a=self.sizes[0],
            n_b=self.sizes[1],
            effect_bits=self.result.value,
            effect_low_bits=self.interval[0],
            effect_high_bits=self.interval[1],
            p_value=self.result.p_value,
            smallest_p=self.result.smallest_p,
            n_permutations=self.result.n_permutations,
            exact=self.result.exact,
            meaning=say(self.meaning),
        )


@dataclass(frozen=True, eq=False)
class _Tests:
    """The tests of one contrast, rank and estimand."""

    pairs: pd.DataFrame
    rng: np.random.Generator

    def between_arms(self) -> Iterator[_Outcome]:
        """Hold every two arms against each other, the one that moved further first."""
        for pair in arm_pairs(ArmValues.by_arm(self.pairs, SHIFT)):
            further = pair if pair.difference[0] >= 0 else pair.reverse
            if not pair.crossover:
                yield self._apart(further)
            elif pair.n_subjects >= MIN_SUBJECTS:
                yield self._crossed(further)

    def _crossed(self, pair: ArmPair) -> _Outcome:
        """Each subject that was in both arms against itself; those of one arm alone take no part."""
        (result,) = pair.test(self.rng)
        n = pair.n_subjects
        return _Outcome(
            test="crossover",
            arms=pair.arms,
            sizes=(n, n),
            result=result,
            interval=_of_one(pair.interval()),
            meaning=Crossover(*pair.arms, n, pair.n_left_out, result),
        )

    def _apart(self, pair: ArmPair) -> _Outcome:
        (result,) = pair.test(self.rng)
        sizes = len(pair.first), len(pair.second)
        return _Outcome(
            test="two-arm permutation",
            arms=pair.arms,
            sizes=sizes,
            result=result,
            interval=_of_one(pair.interval()),
            meaning=ArmsApart(*pair.arms, *sizes, result),
        )

    def above_baseline(self) -> Iterator[_Outcome]:
        """Hold each arm's shifts against what its subjects do by themselves."""
        known = self.pairs[self.pairs[BASELINE].notna()]
        for arm, part in known.groupby("arm", sort=True):
            if len(part) >= MIN_SUBJECTS:
                yield self._above(str(arm), part)

    def _above(self, arm: str, part: pd.DataFrame) -> _Outcome:
        n, excess = len(part), (part[SHIFT] - part[BASELINE]).to_numpy(dtype=float)[:, None]
        (result,) = Signs(n).test(excess, np.array([n]), self.rng)
        n_above = int(part["above_baseline"].eq(True).sum())
        return _Outcome(
            test="shift above baseline",
            arms=(arm, ""),
            sizes=(n, 0),
            result=result,
            interval=_of_one(mean_interval(excess)),
            meaning=AboveBaseline(arm, n_above, n, result),
        )


def _of_one(interval: tuple[FloatArray, FloatArray]) -> tuple[float, float]:
    """Interval of the one column."""
    (low,), (high,) = interval
    return float(low), float(high)
