"""Whether the reads of phases, or of arms, differ in quality: each quantity held against the largest of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from klbio.design import Contrast, Design
from klbio.distributions import FloatArray
from klbio.phrases import Reason, say
from klbio.phrases.permutation import NoMoreThanChance, TooFewSubjects, TooLittleToMatter
from klbio.phrases.qualities import (
    AllBeyond,
    DoesNotVary,
    FilesFromElsewhere,
    KindsOfSides,
    MediansOfSides,
    MoreThanReads,
    ReadsMayBeAll,
    TestedAmong,
)
from klbio.schema import QualityDifferenceRow, QualityRow
from klbio.seeding import generator
from klbio.shift.checks.check import CANNOT_TELL, FLAG, LEVEL, OK, TRIFLE, ratio_of
from klbio.shift.checks.quality_sides import Sides, of_arms, of_phases
from klbio.shift.checks.quantities import KIND, PACKING, SHARE, is_of_communities
from klbio.statistics import AdjustedTest, largest_of_all

__all__ = ["APART", "quality_differences"]

APART = "apart"
LEAST_SHARE = 0.01  # one read, or base, in a hundred: less is no matter, however small its p
LEAST_LENGTH = 1.05  # a ratio of lengths


def quality_differences(
    rows: Sequence[QualityRow],
    design: Design,
    contrasts: Sequence[Contrast],
    control: str = "",
    seed: int = 1,
) -> Iterator[QualityDifferenceRow]:
    """Hold the reads of phases, and of arms, against each other in every quantity.

    Phases are exchanged between the samples of each subject in each arm; arms between subjects, by the mean of each,
    and of a crossover within those that were in both.  Numbers of things and lengths are compared as logarithms.  A
    quantity is flagged by its p among all of them, `klbio.statistics.largest_of_all`; so of studies without any
    difference one in twenty has a flag at all in a comparison.  Where a design can give no p of 0.05, sides are
    called apart if all of one lie beyond the other by more than either is wide, and each has two or more.  Words
    (layout, packing, encoding) are flagged where one side has one that the other has not.

    Parameters
    ----------
    rows : sequence of QualityRow
        Of one route.
    design : Design
    contrasts : sequence of Contrast
    control : str
        The arm that the others are held against.
    seed : int
        For arrangements that are too many to be counted.
    """
    table = _Table(tuple(rows))
    for contrast in contrasts:
        units = design.complete(contrast)
        for sides in (*of_phases(units, contrast), *of_arms(design, units, contrast, control)):
            rng = generator(seed, "quality", contrast.before, contrast.after, *sides.names)
            yield from _Comparison(table, sides, contrast, rng).rows()


@dataclass(frozen=True)
class _Table:
    """Every quantity of every library of a route."""

    rows: tuple[QualityRow, ...]

    @cached_property
    def units(self) -> dict[str, str]:
        """Quantities, with their units."""
        return {row.quantity: row.unit for row in self.rows}

    @cached_property
    def _at(self) -> dict[tuple[str, str], QualityRow]:
        return {(row.quantity, row.sample): row for row in self.rows}

    def values(self, quantity: str, samples: Sequence[str]) -> FloatArray:
        """Give the numbers of some samples; NaN where there is none."""
        found = (self._at[quantity, sample].value for sample in samples if (quantity, sample) in self._at)
        return np.array([np.nan if value is None else value for value in found], dtype=float)

    def words(self, quantity: str, samples: Sequence[str]) -> Counter[str]:
        """Count the words of some samples."""
        return Counter(
            self._at[quantity, sample].word for sample in samples if (quantity, sample) in self._at
        )


@dataclass(frozen=True, eq=False)
class _Comparison:
    """Two sides in every quantity."""

    table: _Table
    sides: Sides
    contrast: Contrast
    rng: np.random.Generator

    def rows(self) -> Iterator[QualityDifferenceRow]:
        """Make a row of each."""
        numbers = [name for name, unit in self.table.units.items() if unit != KIND]
        means = [self._means(name) for name in numbers]
        values = np.array(means, dtype=float).reshape(len(numbers), len(self.sides.bearers)).T
        logs = [j for j, name in enumerate(numbers) if self.table.units[name] != SHARE]
        values[:, logs] = np.log2(values[:, logs])
        tests = largest_of_all(values, self.sides.exchange, self.rng)
        for name, tested in zip(numbers, tests, strict=True):
            yield _Numbers(self._empty(name), self._of_sides(name), tested, len(numbers)).row()
        yield from (self._words(name) for name, unit in self.table.units.items() if unit == KIND)

    def _means(self, name: str) -> FloatArray:
        """Mean of each bearer; NaN where nothing is known of it, or nothing was there."""
        found = [self.table.values(name, bearer.samples) for bearer in self.sides.bearers]
        means = [float(np.nanmean(of)) if np.isfinite(of).any() else np.nan for of in found]
        is_number = self.table.units[name] != SHARE
        return np.array([np.nan if is_number and mean == 0 else mean for mean in means])

    def _of_sides(self, name: str) -> tuple[FloatArray, FloatArray]:
        """Known numbers of each side."""
        means = self._means(name)
        is_second = self.sides.exchange.labels.astype(bool)
        a, b = means[~is_second], means[is_second]
        return a[np.isfinite(a)], b[np.isfinite(b)]

    def _empty(self, name: str) -> QualityDifferenceRow:
        (a, b), times = self.sides.names, Counter(bearer.label for bearer in self.sides.bearers)
        return QualityDifferenceRow(
            route=self.table.rows[0].route, before=self.contrast.before, after=self.contrast.after,
            between=self.sides.between, side_a=a, side_b=b, quantity=name, unit=self.table.units[name],
            severity=OK, n_a=times[a], n_b=times[b], meaning="",
        )  # fmt: skip

    def _words(self, name: str) -> QualityDifferenceRow:
        a, b = (self.table.words(name, self.sides.samples(side)) for side in self.sides.names)
        differ = a.keys() != b.keys()
        shown = (_numbered(a), _numbered(b))
        follows = FilesFromElsewhere() if name == PACKING else ReadsMayBeAll()
        reasons = (KindsOfSides(name, self.sides.names, shown), follows if differ else None)
        return replace(
            self._empty(name),
            severity=FLAG if differ else OK,
            words_a=shown[0],
            words_b=shown[1],
            meaning=say(*reasons),
        )


def _numbered(words: Counter[str]) -> str:
    return ", ".join(f"{word or 'none'} ({n})" for word, n in words.items())


@dataclass(frozen=True, eq=False)
class _Numbers:
    """One quantity on two sides, and the test of it."""

    empty: QualityDifferenceRow
    sides: tuple[FloatArray, FloatArray]
    tested: AdjustedTest
    n_quantities: int

    @property
    def _medians(self) -> tuple[float | None, float | None]:
        a, b = (float(np.median(side)) if len(side) else None for side in self.sides)
        return a, b

    @property
    def _matters(self) -> bool:
        """Whether the medians differ by what may matter."""
        a, b = self._medians
        if a is None or b is None:
            return False
        if self.empty.unit == SHARE:
            return abs(a - b) >= LEAST_SHARE
        return ratio_of(a, b) >= (LEAST_LENGTH if self.empty.unit == "bases" else TRIFLE)

    @property
    def _are_apart(self) -> bool:
        """Whether all of one side lie beyond the other by more than either is wide."""
        if min(map(len, self.sides)) < 2:
            return False
        low, high = sorted(self.sides, key=lambda side: float(np.median(side)))
        return float(high.min() - low.max()) > max(float(np.ptp(low)), float(np.ptp(high)))

    @property
    def _severity(self) -> str:
        test, p_adjusted = self.tested
        if test.n_permutations and test.smallest_p > LEVEL:
            return APART if self._matters and self._are_apart else CANNOT_TELL
        return FLAG if self._matters and p_adjusted <= LEVEL else OK

    def _what_follows(self, severity: str) -> Iterator[Reason]:
        test, p_adjusted = self.tested
        if test.n_permutations and severity != APART:
            yield TestedAmong(test, p_adjusted, self.n_quantities)
        if severity == APART:
            yield AllBeyond(test.smallest_p)
        if severity in (FLAG, APART):
            yield MoreThanReads() if is_of_communities(self.empty.quantity) else ReadsMayBeAll()
        elif severity == CANNOT_TELL:
            yield TooFewSubjects()
        elif not test.n_permutations:
            yield DoesNotVary()
        else:
            yield TooLittleToMatter() if p_adjusted <= LEVEL else NoMoreThanChance()

    def row(self) -> QualityDifferenceRow:
        """Put it into words."""
        (a, b), severity, made = self.sides, self._severity, self.tested.test.n_permutations > 0
        names = (self.empty.side_a, self.empty.side_b)
        medians = MediansOfSides(self.empty.quantity, self.empty.unit, names, self._medians)
        test = self.tested.test
        return replace(
            self.empty, severity=severity, median_a=self._medians[0], median_b=self._medians[1],
            lowest_a=_lowest(a), highest_a=_highest(a), lowest_b=_lowest(b), highest_b=_highest(b),
            p_value=test.p_value if made else None, p_adjusted=self.tested.p_adjusted if made else None,
            smallest_p=test.smallest_p if made else None, n_permutations=test.n_permutations if made else None,
            exact=test.exact if made else None, meaning=say(medians, *self._what_follows(severity)),
        )  # fmt: skip


def _lowest(side: FloatArray) -> float | None:
    return float(side.min()) if len(side) else None


def _highest(side: FloatArray) -> float | None:
    return float(side.max()) if len(side) else None
