"""Arms held against each other by permutation tests that respect subjects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import comb
from typing import NamedTuple

import numpy as np
import pandas as pd

from klbio.design import Arms, Members
from klbio.distributions import FloatArray
from klbio.phrases import CannotTell, Reason, say
from klbio.phrases.arms import InBothArms, LoneArms, NotCompared, OneSubjectEach, OneSubjectInBoth
from klbio.phrases.cohort import AdjustedFor, ArmsApart, Crossover, NoExcessIn
from klbio.phrases.dropped import of_arms
from klbio.schema import CohortRow, DroppedRow
from klbio.schema.keys import AFTER, ARM, BEFORE, ESTIMAND, RANK, SHIFT, SUBJECT
from klbio.seeding import generator
from klbio.statistics import ArmFamily, ArmPair, ArmValues, TestResult, arm_pairs, holm

__all__ = ["GROUP", "NO_ORDER", "by_arm", "cohort_rows", "left_out", "obstacle"]

GROUP = [BEFORE, AFTER, RANK]
NO_ORDER = Arms()


def by_arm(pairs: pd.DataFrame, arms: Iterable[str]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the rows of each arm, in that order; an arm may have none."""
    return ((arm, pairs[pairs[ARM].eq(arm)]) for arm in arms)


def cohort_rows(pairs: pd.DataFrame, seed: int, arms: Arms = NO_ORDER) -> list[CohortRow]:
    """Test each rank and estimand: arms against each other.

    Parameters
    ----------
    pairs : DataFrame
        Rows of ``pairs.tsv``.
    seed : int
        Used only where the permutations are too many to enumerate.
    arms : Arms
        Their order, and the control that the others are held against.

    Returns
    -------
    list of CohortRow
        Where subjects were in both of two arms, each is held against itself (``crossover``).  Where a design
        holds no test of two arms, the row has no p and says why.  Permutations do not depend on rank or estimand,
        so that the same numbers have the same p.
    """
    rows: list[CohortRow] = []
    for key, part in pairs.groupby(GROUP, sort=False):
        head = dict(zip(GROUP, map(str, key), strict=True))
        compared = arms.pairs(map(str, part[ARM].unique()))
        for estimand, group in part.groupby(ESTIMAND, sort=False):
            tests = _Tests(group, compared, (seed, head[BEFORE], head[AFTER]))
            rows += [outcome.row(head, str(estimand)) for outcome in tests.between_arms()]
    return rows


def left_out(members: Members, arms: Arms, source: str) -> Iterator[DroppedRow]:
    """Name the comparisons of arms that single taxa, choices and depth are not held to, and why.

    Parameters
    ----------
    members : Members
        The subjects of one contrast.
    arms : Arms
        Which are compared.
    source : str
        Where the subjects stand.

    Examples
    --------
    >>> from klbio.design import Contrast, Unit
    >>> units = (Unit("S", "x", ()), Unit("T", "y", ()))
    >>> [row.name for row in left_out(Members(Contrast(), units), Arms(("x", "y")), "sheet.tsv")]
    ['y against x']
    """
    parts = {part.arm: tuple(unit.subject for unit in part.units) for part in members.by_arm()}
    values = {arm: ArmValues.unmeasured(arm, subjects) for arm, subjects in parts.items()}
    for pair in arm_pairs(values, arms.pairs(values)):
        why = obstacle(pair) or (InBothArms(pair.arms, len(pair.both)) if pair.crossover else None)
        if why:
            contrast = members.contrast
            reason = NotCompared((contrast.before, contrast.after), CannotTell(why))
            name = " against ".join(pair.arms)
            yield DroppedRow(source=source, kind="comparison", name=name, reason=say(reason))
    yield from _of_lone(members, arms, source)


def _of_lone(members: Members, arms: Arms, source: str) -> Iterator[DroppedRow]:
    """Name once what is not asked of many arms of one subject each."""
    n = len({unit.arm for unit in members.units} & set(arms.lone))
    n_pairs = len(set(arms.lone) & {arms.control}) * (n - 1) if arms.control else comb(n, 2)
    if n > 1:
        contrast = members.contrast
        reason = NotCompared((contrast.before, contrast.after), CannotTell(LoneArms(n)))
        name = of_arms(n_pairs)
        yield DroppedRow(source=source, kind="comparisons", name=name, reason=say(reason))


def obstacle(pair: ArmPair) -> Reason | None:
    """Why two arms cannot be told apart, whatever was measured; None where they can."""
    if pair.can_tell:
        return None
    if pair.without:
        return NoExcessIn(pair.without)
    return OneSubjectInBoth(pair.arms) if pair.crossover else OneSubjectEach(pair.arms)


class _Adjusted(NamedTuple):
    """P of a comparison among others, as `klbio.statistics.ArmFamily` adjusts it."""

    holm: float | None = None
    max_t: float | None = None
    n_comparisons: int | None = None

    def reason(self) -> AdjustedFor | None:
        """Say it, where there is more than one comparison."""
        if self.holm is None or (self.n_comparisons or 0) < 2:
            return None
        return AdjustedFor(self.n_comparisons or 0, self.holm, self.max_t)


ALONE = _Adjusted()


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    """One test, before it is put under a contrast, a rank and an estimand."""

    test: str
    arms: tuple[str, str]
    sizes: tuple[int, int]
    result: TestResult
    interval: tuple[float, float]
    meaning: Reason
    adjusted: _Adjusted = ALONE
    cannot_tell: Reason | None = None

    def row(self, head: dict[str, str], estimand: str) -> CohortRow:
        """Put it under them."""
        made = self.result.n_permutations > 0
        return CohortRow(
            **head,
            estimand=estimand,
            test=self.test,
            arm_a=self.arms[0],
            arm_b=self.arms[1],
            n_a=self.sizes[0],
            n_b=self.sizes[1],
            effect_bits=self.result.value,
            effect_low_bits=self.interval[0],
            effect_high_bits=self.interval[1],
            p_value=self.result.p_value,
            adjusted_p_holm=self.adjusted.holm,
            adjusted_p_max_t=self.adjusted.max_t,
            n_comparisons=self.adjusted.n_comparisons,
            smallest_p=self.result.smallest_p,
            n_permutations=self.result.n_permutations if made else None,
            exact=self.result.exact if made else None,
            meaning=say(self.meaning, self.adjusted.reason()),
            cannot_tell=say(self.cannot_tell),
        )


@dataclass(frozen=True, eq=False)
class _Tests:
    """The tests of one contrast, rank and estimand: which arms are compared, and what random numbers depend on."""

    pairs: pd.DataFrame
    compared: list[tuple[str, str]]
    source: tuple[int, str, str]

    def between_arms(self) -> Iterator[_Outcome]:
        """Hold arms against the control, or each against each."""
        values = ArmValues.by_arm(self.pairs.set_index([ARM, SUBJECT])[SHIFT])
        empty = {arm: ArmValues.unmeasured(arm) for arms in self.compared for arm in arms}
        obstacles = {pair: obstacle(pair) for pair in arm_pairs(empty | values, self.compared)}
        tested = [pair for pair, why in obstacles.items() if why is None]
        results = [pair.test(self._generator(pair.arms))[0] for pair in tested]
        made = dict(
            zip(tested, map(_compared, tested, results, self._adjusted(tested, results)), strict=True)
        )
        yield from (_silent(pair, why) if why else made[pair] for pair, why in obstacles.items())

    def _generator(self, arms: tuple[str, ...] = ()) -> np.random.Generator:
        """Random numbers of two arms, or of the family; the same as for every choice of `headline.tsv`."""
        seed, *contrast = self.source
        return generator(seed, "arms", *contrast, *arms)

    def _adjusted(self, pairs: list[ArmPair], results: list[TestResult]) -> Iterator[_Adjusted]:
        p_values = [result.p_value for result in results]
        joint = ArmFamily(pairs).max_t(p_values, self._generator())
        for holms, shared in zip(holm(p_values).tolist(), joint.tolist(), strict=True):
            yield _Adjusted(holms, shared if np.isfinite(shared) else None, len(pairs))


def _compared(pair: ArmPair, result: TestResult, adjusted: _Adjusted) -> _Outcome:
    """Hold each subject that was in both arms against itself, or else arm against arm."""
    sizes = _sizes(pair)
    meaning = (
        Crossover(*pair.arms, sizes[0], pair.n_left_out, result)
        if pair.crossover
        else ArmsApart(*pair.arms, *sizes, result)
    )
    return _Outcome(
        test=_kind(pair), arms=pair.arms, sizes=sizes, result=result, interval=_of_one(pair.interval()),
        meaning=meaning, adjusted=adjusted,
    )  # fmt: skip


def _silent(pair: ArmPair, why: Reason) -> _Outcome:
    """Give the difference of two arms, where both have subjects, without a test."""
    nothing = float("nan")
    value, interval = (
        (nothing, (nothing, nothing))
        if pair.without
        else (float(pair.difference[0]), _of_one(pair.interval()))
    )
    return _Outcome(
        test=_kind(pair), arms=pair.arms, sizes=_sizes(pair), result=TestResult(value), interval=interval,
        meaning=CannotTell(why), cannot_tell=why,
    )  # fmt: skip


def _kind(pair: ArmPair) -> str:
    return "crossover" if pair.crossover else "two-arm permutation"


def _sizes(pair: ArmPair) -> tuple[int, int]:
    """Subjects of each arm; in a crossover those in both."""
    n = len(pair.both)
    return (n, n) if n else (len(pair.first), len(pair.second))


def _of_one(interval: tuple[FloatArray, FloatArray]) -> tuple[float, float]:
    """Interval of the one column."""
    (low,), (high,) = interval
    return float(low), float(high)
