"""Intervals that cover days: each subject's few samples read in the light of the others'."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import e, exp

import numpy as np

from klbio.estimates import DayVariation
from klbio.phrases import notes
from klbio.phrases.subject import (
    BorrowedDays,
    NothingInCommon,
    RestsOnRareTaxa,
    SamplesAlike,
    TwoSamples,
)
from klbio.schema import PairRow
from klbio.shift.parts import Key, OfSubjects
from klbio.shift.settings import EXCESS, READS, DayVariance
from klbio.statistics import Spread, VariancePrior, t_975

__all__ = ["CohortDays", "by_factors", "marked", "with_days"]

# bits between samples of two phases above which days show within phases only, and samples a side that do not tell it
APART, MAX_FEW = 0.9, 3
DAYS, BORROWED = "days", "the cohort's days"  # what an interval covers, beside reads where there are any


def key_of(row: PairRow) -> Key:
    """Which pair of phases a row is of."""
    return row.subject, row.arm, row.before, row.after, row.rank


def with_days(measured: OfSubjects, day_variance: DayVariance) -> list[PairRow]:
    """Complete rows of ``pairs.tsv`` by intervals that cover days, and mark those narrower than rare taxa allow.

    Parameters
    ----------
    measured : OfSubjects
        Rows of all subjects, and how their samples lie to each other.
    day_variance : {"own", "cohort"}
        Whether a subject with one sample a side takes its day variance from the others.
    """
    rows = [row for row in measured.table("pairs") if isinstance(row, PairRow)]
    days, borrow = measured.days, day_variance == "cohort"
    cohorts: dict[tuple[str, ...], list[DayVariation]] = defaultdict(list)
    for (_, _, *cohort), apart in days.items():
        cohorts[tuple(cohort)].append(apart)
    of = {cohort: CohortDays(subjects) for cohort, subjects in cohorts.items()}
    return [
        marked(of[row.before, row.after, row.rank].completed(row, days[key_of(row)], borrow=borrow))
        for row in rows
    ]


@dataclass(frozen=True, eq=False)
class CohortDays:
    r"""The subjects of one contrast and rank.

    The variance of an excess shift, by its projections, has few degrees of freedom: with two samples a side one or two.
    Divided by the square of the subject's level (`DayVariation.level`) it is moderated over the cohort
    (`klbio.statistics.VariancePrior`); what projections count too much of second order is taken off, at most half.
    `pairs` takes the moderated variance of a sample on each side, relative to its square; a lone sample takes
    that of the other side, and one of a subject without repeats that of the other subjects, as well as they know it.

    Parameters
    ----------
    subjects : sequence of DayVariation
    """

    subjects: Sequence[DayVariation]

    def completed(self, row: PairRow, apart: DayVariation, *, borrow: bool) -> PairRow:
        """Give the row with an interval that covers days, where it has an estimand and samples for one."""
        if row.estimand == EXCESS:
            return self._of_excess_row(row, apart)
        if row.estimand == "pairs" and apart.can_exchange:
            return _with_interval(row, self.of_pairs(apart), DAYS)
        if row.estimand == "pairs":
            return self._of_two_samples(row, apart, borrow=borrow)
        return row

    def _of_two_samples(self, row: PairRow, apart: DayVariation, *, borrow: bool) -> PairRow:
        if not borrow or self._sides.freedom <= 0:
            of_reads = row.unit != "proportions"
            return replace(row, note=notes(row.note, TwoSamples(asked=borrow))) if of_reads else row
        note = notes(row.note, BorrowedDays(len(self._repeated)))
        return _with_interval(replace(row, note=note), self.of_pairs(apart), BORROWED)

    def _of_excess_row(self, row: PairRow, apart: DayVariation) -> PairRow:
        fewest = min(apart.between.shape)
        if apart.pairs > APART and fewest <= MAX_FEW:
            return replace(row, note=notes(row.note, NothingInCommon(fewest)))
        return _with_interval(row, self.of_excess(apart), DAYS)

    def of_excess(self, apart: DayVariation) -> Spread:
        """Variance of an excess shift."""
        level = apart.level**2
        if level == 0:
            return apart.spread
        moderated = self._excess.moderated(apart.spread.times(1 / level)).times(level)
        too_much = min(apart.counted_twice * self._alike * apart.product, moderated.variance / 2)
        return moderated._replace(variance=moderated.variance - max(too_much, 0.0))

    def of_pairs(self, apart: DayVariation) -> Spread:
        """Variance of the mean over pairs."""
        level = apart.pairs**2
        known = [self._moderated(side, level) for side in apart.sides if side is not None]
        parts = [1 / n for n in apart.between.shape]
        if len(known) == 2:
            return Spread.sum([side.times(part) for side, part in zip(known, parts, strict=True)])
        # one variance for both sides: it counts once
        return (known[0] if known else self._borrowed.times(level)).times(sum(parts))

    @property
    def _borrowed(self) -> Spread:
        """Of a sample on either side, known no better than so many other subjects tell."""
        return Spread(self._sides.variance, min(self._sides.freedom, max(len(self._repeated) - 1.0, 1.0)))

    def _moderated(self, side: Spread, level: float) -> Spread:
        return self._sides.moderated(side.times(1 / level)).times(level) if level > 0 else side

    @cached_property
    def _repeated(self) -> list[DayVariation]:
        """Subjects that say how a sample's divergence varies."""
        return [apart for apart in self.subjects if apart.can_exchange and apart.pairs > 0]

    @cached_property
    def _with_excess(self) -> list[DayVariation]:
        return [apart for apart in self.subjects if apart.has_excess and apart.level > 0]

    @cached_property
    def _excess(self) -> VariancePrior:
        return VariancePrior.of([apart.spread.times(apart.level**-2) for apart in self._with_excess])

    @cached_property
    def _sides(self) -> VariancePrior:
        return VariancePrior.of(
            [side.times(apart.pairs**-2) for apart in self._repeated for side in apart.sides if side]
        )

    @cached_property
    def _alike(self) -> float:
        """How far days of both phases vary alike, as a share of their scatter's product."""
        scatter = sum(apart.product for apart in self._with_excess)
        return sum(apart.alike for apart in self._with_excess) / scatter if scatter > 0 else 0.0


def _with_interval(row: PairRow, spread: Spread, covers: str) -> PairRow:
    """Put the interval in; there is none where nothing varies, for there is no spread to go by."""
    if not spread.variance > 0:
        return replace(row, note=notes(row.note, SamplesAlike()))
    value, half = row.jensen_shannon_divergence_bits, float(t_975(spread.freedom)) * np.sqrt(spread.variance)
    low, high = (value - half, value + half) if row.estimand == EXCESS else by_factors(value, half)
    covers = f"{READS} and {covers}" if row.unit == "reads" else covers
    return replace(row, jsd_low_bits=float(low), jsd_high_bits=float(high), interval_covers=covers)


def by_factors(value: float, half: float) -> tuple[float, float]:
    """Ends of the interval of a mean divergence, whose error grows with it: factors, as on a logarithmic scale.

    Up to the factor e; beyond, where little more than noise is known, by the secant, so that 0 can be reached.

    >>> [round(end, 3) for end in by_factors(0.2, 0.1)], by_factors(0.01, 0.1)[0]
    ([0.121, 0.33], 0.0)
    """
    if half < value:
        return value * exp(-half / value), min(value * exp(half / value), 1.0)
    return max(value - half * (1 - 1 / e), 0.0), min(value + half * (e - 1), 1.0)


def marked(row: PairRow) -> PairRow:
    """Flag a row whose interval is narrower than what rare taxa leave open, and say so; bound what days are in, too."""
    rare, low, high = row.rare_taxa_bits, row.jsd_low_bits, row.jsd_high_bits
    if rare is None or low is None or high is None:
        return row
    lowest, highest = row.jsd_lowest_bits, row.jsd_highest_bits
    if lowest is None or highest is None or row.interval_covers != READS:
        least = 0.0 if low >= 0 else -1.0  # an excess may be below 0
        lowest, highest = max(low - rare, least), min(high + rare, 1.0)
    row = replace(row, jsd_lowest_bits=lowest, jsd_highest_bits=highest)
    if rare <= (high - low) / 2:
        return row
    bounds = lowest, highest
    reason = RestsOnRareTaxa(row.jensen_shannon_divergence_bits, rare, bounds)
    return replace(row, undersampled=True, note=notes(reason, row.note))
