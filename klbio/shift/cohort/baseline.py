"""Do subjects move further than their own days take them?  One test over all subjects of an arm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from klbio.design import Arms
from klbio.estimates import DayVariation
from klbio.phrases import say
from klbio.phrases.cohort import AboveBaseline
from klbio.schema import CohortRow
from klbio.seeding import generator
from klbio.shift.exchange import BaselineTest
from klbio.shift.parts import Key
from klbio.shift.settings import EXCESS
from klbio.statistics import mean_interval

__all__ = ["baseline_rows"]

NO_ORDER = Arms()
MIN_SUBJECTS = 2  # subjects for a test of the cohort


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
        Of ``excess`` over the subjects with two samples or more on both sides; of ``pairs`` over those with
        that on one side, held against the days of that side.  None for one subject: its own p stands in ``pairs.tsv``.
    """
    groups: dict[_Arm, list[DayVariation]] = defaultdict(list)
    for (_, arm, before, after, rank), apart in days.items():
        if apart.can_exchange:
            groups[_Arm(before, after, rank, EXCESS if apart.has_excess else "pairs", arm)].append(apart)
    order = arms.ordered(of.arm for of in groups)
    for of in sorted(groups, key=lambda of: order.index(of.arm)):  # stable: contrasts and ranks as they came
        if len(groups[of]) >= MIN_SUBJECTS:
            yield of.row(groups[of], seed)


class _Arm(NamedTuple):
    """An arm's subjects of one kind of design."""

    before: str
    after: str
    rank: str
    estimand: str
    arm: str

    def row(self, subjects: Sequence[DayVariation], seed: int) -> CohortRow:
        """Test them."""
        test, n = BaselineTest(subjects).result(generator(seed, "baseline", *self)), len(subjects)
        (low,), (high,) = mean_interval(np.array([[apart.excess] for apart in subjects]))
        return CohortRow(
            before=self.before,
            after=self.after,
            rank=self.rank,
            estimand=self.estimand,
            test="shift above baseline",
            arm_a=self.arm,
            arm_b="",
            n_a=n,
            n_b=0,
            effect_bits=test.value,
            effect_low_bits=float(low),
            effect_high_bits=float(high),
            p_value=test.p_value,
            smallest_p=test.smallest_p,
            n_permutations=test.n_permutations,
            exact=test.exact,
            meaning=say(AboveBaseline(self.arm, n, self.estimand == EXCESS, test)),
        )
