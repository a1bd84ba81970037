"""Do subjects move further than their own days take them?  One test over all subjects of an arm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from klbio.design import Arms
from klbio.estimates import DayVariation
from klbio.phrases import CannotTell, Reason, say
from klbio.phrases.cohort import AboveBaseline, DaysUnlike, LoneInPhase, NoExcessIn, OneWithDays
from klbio.schema import CohortRow
from klbio.seeding import generator
from klbio.shift.exchange import BaselineTest
from klbio.shift.parts import Key
from klbio.shift.settings import EXCESS
from klbio.statistics import TestResult, mean_interval

__all__ = ["baseline_rows"]

NO_ORDER = Arms()
MIN_SUBJECTS = 2  # subjects for a test of the cohort
LEVEL = 0.05  # p of unlike days at which the row speaks of them


def baseline_rows(days: Mapping[Key, DayVariation], seed: int, arms: Arms = NO_ORDER) -> Iterator[CohortRow]:
    """Test the mean shift beyond the own days of each arm's subjects, samples exchanged within each subject.

    Parameters
    ----------
    days : mapping of Key to DayVariation
        Of every pair of phases.
    seed : int
        Used only where the ways of dealing are too many to count.
    arms : Arms
        Their order.

    Yields
    ------
    CohortRow
        Of ``excess`` over the subjects with two samples or more on both sides, for every arm; of ``pairs`` over
        those with that on one side, held against the days of that side, where there are any.  Where they are fewer
        than two there is no p, and the row says why: one subject's own p stands in ``pairs.tsv``.  Of `arms.lone`
        there is no row.
    """
    groups: dict[_Arm, list[DayVariation]] = defaultdict(list)
    for (_, arm, before, after, rank), apart in days.items():
        groups[_Arm(before, after, rank, arm)].append(apart)
    order = arms.ordered(of.arm for of in groups if of.arm not in arms.lone)
    there = [of for of in groups if of.arm in order]
    for of in sorted(there, key=lambda of: order.index(of.arm)):  # stable: contrasts and ranks as they came
        yield of.row(EXCESS, [apart for apart in groups[of] if apart.has_excess], seed)
        lone = [apart for apart in groups[of] if apart.can_exchange and not apart.has_excess]
        if lone:
            yield of.row("pairs", lone, seed)


class _Arm(NamedTuple):
    """An arm of one contrast and rank."""

    before: str
    after: str
    rank: str
    arm: str

    def row(self, estimand: str, subjects: Sequence[DayVariation], seed: int) -> CohortRow:
        """Test subjects of one kind of design, where there are two."""
        row = CohortRow(
            before=self.before,
            after=self.after,
            rank=self.rank,
            estimand=estimand,
            test="shift above baseline",
            arm_a=self.arm,
            arm_b="",
            n_a=len(subjects),
            n_b=0,
            effect_bits=subjects[0].excess if len(subjects) == 1 else None,
            meaning="",
        )
        if len(subjects) < MIN_SUBJECTS:
            why = OneWithDays(self.arm, estimand == EXCESS) if subjects else NoExcessIn((self.arm,))
            return replace(row, meaning=say(CannotTell(why)), cannot_tell=say(why))
        rng = generator(seed, "baseline", self.before, self.after, estimand, self.arm)
        test, spread = BaselineTest([apart.exchangeable for apart in subjects]).results(rng)
        if any(apart.even for apart in subjects):  # p is at one depth, the shift of all reads
            test = replace(test, value=float(np.mean([apart.excess for apart in subjects])))
        said = AboveBaseline(self.arm, len(subjects), estimand == EXCESS, test)
        return replace(
            _tested(row, subjects, test), meaning=say(said), note=say(_unlike_days(estimand, spread))
        )


def _unlike_days(estimand: str, spread: TestResult) -> Reason | None:
    """Say where days that differ more in one phase may be all that was found."""
    if estimand != EXCESS:
        return LoneInPhase()
    return DaysUnlike(spread) if spread.p_value <= LEVEL else None


def _tested(row: CohortRow, subjects: Sequence[DayVariation], test: TestResult) -> CohortRow:
    """Put numbers into a row."""
    (low,), (high,) = mean_interval(np.array([[apart.excess] for apart in subjects]))
    return replace(
        row,
        effect_bits=test.value,
        effect_low_bits=float(low),
        effect_high_bits=float(high),
        p_value=test.p_value,
        smallest_p=test.smallest_p,
        n_permutations=test.n_permutations,
        exact=test.exact,
    )
