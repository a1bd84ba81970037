"""Does the conclusion hang on a choice: arms held against each other under every choice, in one table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from klbio.design import Arms
from klbio.schema import HeadlineRow, named
from klbio.schema.keys import ARM, DEPTH_AFTER, DEPTH_BEFORE, ESTIMAND, RANK, SUBJECT
from klbio.seeding import generator
from klbio.shift.cohort.choices import CHOICE, CONTRAST, GROUP, JSD, VALUE, Choice, values_of_choices
from klbio.statistics import ArmPair, ArmValues, TestResult, arm_pairs

__all__ = ["headline_rows"]

(MEASURE,) = named(HeadlineRow, lambda row: (row.measure,))
NUMBER = "number"  # of a choice among all
NO_ORDER = Arms()
ONE_DEPTH = 1.1  # deepest side over the shallowest up to which relative entropies are compared
LEVEL = 0.05


def headline_rows(
    pairs: pd.DataFrame,
    sensitivity: pd.DataFrame,
    rarefaction: pd.DataFrame,
    seed: int,
    arms: Arms = NO_ORDER,
) -> list[HeadlineRow]:
    """Give the median of each arm, and the test between arms, under every choice.

    Parameters
    ----------
    pairs, sensitivity, rarefaction : DataFrame
        Rows of ``pairs.tsv``, ``sensitivity.tsv`` and ``rarefaction.tsv``.
    seed : int
        Used only where arrangements of subjects are more than 20,000.
    arms : Arms
        Their order, and the control that the others are held against.

    Returns
    -------
    list of HeadlineRow
        A row per choice and pair of arms that can be told apart, or per choice and arm where there are no two.
        The first row of a contrast is the number reported: corrected, of the first rank, the excess where nine
        in ten subjects have one, else pooled, or pairs where subjects have unlike numbers of samples; `agrees`
        says whether a choice leads to the same conclusion: the same arm ahead, and p on the same side of 0.05;
        ``cannot tell`` where so few subjects have the depth that p cannot fall there.

    Notes
    -----
    Relative entropies take part where all sides of a contrast have one depth within a tenth: two communities give
    another D at other depths, and arms that differ in depth would differ in D.

    The difference is of means, with whole subjects exchanged between arms; in a crossover it is of those subjects
    that were in both arms, with signs flipped.  All choices share their arrangements of subjects, so that
    two values of p differ by the choice alone.
    """
    values = values_of_choices(pairs, sensitivity, rarefaction)
    first = {key: part[RANK].iloc[0] for key, part in pairs.groupby(CONTRAST, sort=False)}
    rows: list[HeadlineRow] = []
    alike = {key: _one_depth(part) for key, part in pairs.groupby(CONTRAST, sort=False)}
    for key, part in values.groupby(CONTRAST, sort=False):
        part = part if alike[key] else part[part[MEASURE] == JSD]
        of_contrast = [
            row for _, group in part.groupby(GROUP, sort=False) for row in _Rank(group, arms).rows(seed)
        ]
        of_contrast.sort(key=lambda row: row.rank != first[key])  # stable: the first rank ahead
        rows += _compared(of_contrast)
    return rows


def _one_depth(pairs: pd.DataFrame) -> bool:
    """Whether the sides of all subjects are about as deep."""
    depths = pairs.loc[pairs[ESTIMAND] == "pooled", [DEPTH_BEFORE, DEPTH_AFTER]].to_numpy()
    return float(depths.max()) <= ONE_DEPTH * float(depths.min())


class _Arm(NamedTuple):
    """An arm's subjects under one choice."""

    name: str = ""
    n: int | None = None
    median: float | None = None

    @classmethod
    def of(cls, name: str, values: pd.Series[float]) -> _Arm:
        """Count the subjects that have the number."""
        known = values.dropna()
        return cls(name, len(known), float(known.median()) if len(known) else None)


@dataclass(frozen=True, eq=False)
class _Rank:
    """All values of one contrast and rank: a row per subject, arm and choice."""

    values: pd.DataFrame
    order: Arms

    @cached_property
    def head(self) -> tuple[str, str, str]:
        """Contrast and rank."""
        before, after, rank = (str(self.values[name].iloc[0]) for name in GROUP)
        return before, after, rank

    @cached_property
    def choices(self) -> list[Choice]:
        """In the order in which they came."""
        distinct = self.values[CHOICE].drop_duplicates()
        return [Choice(*choice) for choice in distinct.itertuples(index=False, name=None)]

    @cached_property
    def arms(self) -> dict[str, pd.DataFrame]:
        """A frame of subjects and choices for each arm."""
        numbers = self.values.groupby(CHOICE, sort=False).ngroup()
        return {
            str(arm): part.pivot_table(VALUE, SUBJECT, NUMBER, aggfunc="first", sort=False).reindex(
                columns=range(len(self.choices))
            )
            for arm, part in self.values.assign(**{NUMBER: numbers}).groupby(ARM, sort=False)
        }

    def rows(self, seed: int) -> Iterator[HeadlineRow]:
        """Every choice for every two arms; for each arm where there are not two."""
        values = {arm: ArmValues.of(arm, table) for arm, table in self.arms.items()}
        pairs = [pair for pair in arm_pairs(values, self.order.pairs(values)) if pair.can_tell]
        for pair in pairs:
            a, b = (self.arms[arm] for arm in pair.arms)
            tests = _tests(pair, generator(seed, "arms", *self.head[:2], *pair.arms))
            for i, choice in enumerate(self.choices):
                sides = _Arm.of(pair.first.arm, a[i]), _Arm.of(pair.second.arm, b[i])
                yield self._row(choice, sides, tests.get(i))
        for arm in self.order.ordered(self.arms) if not pairs else ():
            for i, choice in enumerate(self.choices):
                yield self._row(choice, (_Arm.of(arm, self.arms[arm][i]), _Arm()), None)

    def _row(self, choice: Choice, arms: tuple[_Arm, _Arm], test: TestResult | None) -> HeadlineRow:
        a, b = arms
        before, after, rank = self.head
        row = HeadlineRow(
            before=before,
            after=after,
            rank=rank,
            measure=choice.measure,
            estimand=choice.estimand,
            corrected=bool(choice.corrected),
            smoothing=choice.smoothing,
            support=choice.support,
            rarefied_to=int(choice.rarefied_to) or None,
            arm_a=a.name,
            arm_b=b.name,
            n_a=a.n or 0,
            n_b=b.n,
            median_a_bits=a.median,
            median_b_bits=b.median,
            reported=False,
            agrees="",
        )
        return row if test is None else _tested(row, test)


def _tested(row: HeadlineRow, test: TestResult) -> HeadlineRow:
    return replace(
        row,
        difference_of_means_bits=test.value,
        p_value=test.p_value,
        smallest_p=test.smallest_p,
        n_permutations=test.n_permutations,
        exact=test.exact,
    )


def _tests(pair: ArmPair, rng: np.random.Generator) -> dict[int, TestResult]:
    """Test every column; those that all subjects have in one go, all with the same arrangements."""
    state = rng.bit_generator.state
    known = np.isfinite(pair.first.values).all(axis=0) & np.isfinite(pair.second.values).all(axis=0)
    whole, rest = np.flatnonzero(known).tolist(), np.flatnonzero(~known).tolist()
    results: dict[int, TestResult] = {}
    for columns in ([whole] if whole else []) + [[i] for i in rest]:
        rng.bit_generator.state = state
        part = ArmPair(_having(pair.first, columns), _having(pair.second, columns))
        finite = all(np.isfinite(arm.values).all() and len(arm) for arm in (part.first, part.second))
        if finite:
            results |= dict(zip(columns, part.test(rng), strict=True))
    return results


def _having(arm: ArmValues, columns: list[int]) -> ArmValues:
    """Cut to some columns, and to the subjects that have them; infinite values stay."""
    values = arm.values[:, columns]
    kept = np.flatnonzero(~np.isnan(values).any(axis=1))
    return ArmValues(arm.arm, tuple(arm.subjects[i] for i in kept.tolist()), values[kept])


def _compared(rows: list[HeadlineRow]) -> Iterator[HeadlineRow]:
    """Say of each choice whether it leads where the reported one does; the first of two arms is that."""
    reported: dict[tuple[str, str], HeadlineRow] = {}
    for row in rows:
        first = reported.setdefault((row.arm_a, row.arm_b), row)
        yield replace(row, reported=row is first, agrees=_agrees(row, first))


def _agrees(row: HeadlineRow, first: HeadlineRow) -> str:
    if row.p_value is None or first.p_value is None:
        return ""
    same_arm = ((row.difference_of_means_bits or 0) > 0) == ((first.difference_of_means_bits or 0) > 0)
    if same_arm and first.p_value <= LEVEL < (row.smallest_p or 0):
        return "cannot tell"
    return "yes" if same_arm and (row.p_value <= LEVEL) == (first.p_value <= LEVEL) else "no"
