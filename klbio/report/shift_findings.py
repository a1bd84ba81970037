"""How far subjects moved, in the sentences of the first screen: what is beyond their days, and what beyond depth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from klbio.phrases.arms import arm_in_words
from klbio.phrases.numbers import agreed, count, differs, has, of_all
from klbio.phrases.permutation import kind_of
from klbio.report.between_arms import bare_p, between_arms, with_limit
from klbio.report.endangered import OF_ARMS, OF_POOLED, OF_SHIFTS, flagged
from klbio.report.finding import Finding
from klbio.report.formatting import bits, listing, p_value, span
from klbio.report.rows import contrasts, known
from klbio.report.tables import Route
from klbio.schema import ArmRow, CohortRow, PairRow

__all__ = ["Shifts", "shifts_by_contrast"]

MAX_CONTRASTS = 2  # up to which each speaks in the headlines; of more the first, and a table has all
MAX_ARMS = 2  # set beside the one that moved furthest
BETWEEN_ARMS = ("two-arm permutation", "crossover")
ABOVE_BASELINE = "shift above baseline"


def shifts_by_contrast(route: Route, of_what: str = "") -> Iterator[Shifts]:
    """Give the arms, tests and subjects of each contrast at the headline rank, with words that say which it is.

    Parameters
    ----------
    route : Route
        Taxa or reads.
    of_what : str
        Beside the rank, in words.
    """
    rank, several = route.headline_rank, contrasts(route.rows(ArmRow))
    arms = route.rows(ArmRow).by(lambda row: (row.before, row.after, row.rank))
    tests = route.rows(CohortRow).by(lambda row: (row.before, row.after, row.rank))
    pairs = route.rows(PairRow).by(lambda row: (row.before, row.after, row.rank))
    of_shifts = flagged(route, OF_SHIFTS)
    for before, after in several if len(several) <= MAX_CONTRASTS else several[:1]:
        where = f"{rank}{f', {before} to {after}' if len(several) > 1 else ''}{of_what}"
        key = before, after, rank
        estimand = route.headline_estimand(before, after)
        flags = flagged(route, OF_POOLED if estimand == "pooled" else OF_ARMS)
        warnings = tuple(row.meaning for row in flags.get((before, after), ()))
        doubtful = (before, after) in of_shifts
        yield Shifts(
            arms=[replace(row, arm=arm_in_words(row.arm)) for row in arms.get(key, [])],
            tests=[
                replace(row, arm_a=arm_in_words(row.arm_a), arm_b=arm_in_words(row.arm_b))
                for row in tests.get(key, [])
            ],
            pairs=[replace(row, arm=arm_in_words(row.arm)) for row in pairs.get(key, [])],
            where=where,
            estimand=estimand,
            warnings=warnings,
            doubtful=doubtful,
        )


@dataclass(frozen=True)
class Shifts:
    """One contrast at one rank: its arms, tests and subjects, words that say which it is, and what endangers them."""

    arms: Iterable[ArmRow]
    tests: Iterable[CohortRow]
    pairs: Iterable[PairRow]
    where: str
    estimand: str
    warnings: tuple[str, ...] = ()
    doubtful: bool = False  # whether one of them concerns shifts, and not arms alone

    def _furthest_first(self, estimand: str) -> list[ArmRow]:
        """Arms that have the estimand at all."""
        arms = [(row.median_bits, row) for row in self.arms if row.estimand == estimand]
        measured = [(bits, row) for bits, row in arms if known([bits])]
        return [row for _, row in sorted(measured, key=lambda arm: -(arm[0] or 0.0))]

    def _between_arms(self, arm: str, others: list[ArmRow]) -> list[CohortRow]:
        """Tests of arms against each other: first those of one arm, in the order in which the others are named."""
        tests = [row for row in self.tests if row.estimand == self.estimand and row.test in BETWEEN_ARMS]
        place = {row.arm: i for i, row in enumerate(others)}
        return sorted(
            tests,
            key=lambda row: (
                arm not in (row.arm_a, row.arm_b),
                sorted(place.get(side, len(place)) for side in (row.arm_a, row.arm_b)),
            ),
        )

    def _others(self, first: ArmRow, others: list[ArmRow]) -> list[ArmRow]:
        """Put the arms that the first is tested against, its control alone where there is one, ahead of the rest."""
        sides = [{row.arm_a, row.arm_b} for row in self.tests if row.test in BETWEEN_ARMS]
        return sorted(others, key=lambda row: {first.arm, row.arm} not in sides)

    def above_floor(self) -> Iterator[Finding]:
        """Begin with the arm that moved furthest, then set the others beside it."""
        arms = self._furthest_first(self.estimand)
        if not arms:
            return
        first, others = arms[0], self._others(arms[0], arms[1:])
        tests = self._between_arms(first.arm, others)[:MAX_ARMS]
        beware = "".join(f" Beware: {warning}" for warning in self.warnings)
        told = self._told(first, whole=len(others) < MAX_ARMS)
        closing = f"{_against(others[:MAX_ARMS])}{between_arms(tests, first.arm, len(others))}{told.after}"
        if self.estimand == "excess":
            yield self._beyond_own(first, told, f"{closing}{self._than_depth(first.arm)}{beware}")
        elif self.of_proportions:
            yield self._without_floor(first, told, f"{closing}{beware}{self._than_depth(first.arm)}")
        else:
            yield self._with_floor(first, told, f"{closing}{beware}")

    def _beyond_own(self, first: ArmRow, told: _Told, rest: str) -> Finding:
        """Say how far beyond the own days, with the p of just that."""
        n = first.n_subjects
        own = f"{agreed(n, 'its', 'their')} own samples differ by"
        number, unit = bits(first.median_bits), f"bits{'' if n == 1 else ', median'}, beyond own days"
        text = (
            f"{count(n, _subject(first)) if n > 1 else f'The one {_subject(first)}'} moved by "
            f"{'' if n == 1 else 'a median of '}{told.bits} beyond what {own} ({told.which}){rest}"
        )
        return Finding(number, f"{unit}{f' ({first.arm})' if first.arm else ''}", text)

    def _told(self, arm: ArmRow, whole: bool) -> _Told:
        """Say how large, which number it is and what is known of days; of several arms the range has its sentence."""
        size, days = self._of_days(arm)
        ends = span(arm.lowest_bits, arm.highest_bits) if arm.n_subjects > 1 else ""
        number, which = f"{bits(arm.median_bits)} bits", f"{self.where}, {self.estimand}"
        if whole:
            return _Told(
                f"{number}{ends and f' (from {ends})'}", "; ".join(filter(None, [which, size, days]))
            )
        of_range = ", ".join(filter(None, [ends and f"{ends} bits", size]))
        return _Told(number, f"{which}; {days}", of_range and f" In {_arm(arm)}: {of_range}.")

    def _of_days(self, arm: ArmRow) -> tuple[str, str]:
        """Give the interval of an arm's excess, and p were there days alone; of other estimands p."""
        tests = [row for row in self.tests if (row.test, row.arm_a) == (ABOVE_BASELINE, arm.arm)]
        own = [row for row in self.pairs if (row.estimand, row.arm) == (self.estimand, arm.arm)]
        if len(own) == 1:
            return _interval(own[0]), _days(self._own_p(own[0]))
        tested = [row for row in tests if known([row.p_value])]
        if self.estimand == "excess":
            of_mean = ((_mean(row), _days(row.p_value)) for row in tested if row.estimand == "excess")
            return next(of_mean, ("", _days(None)))
        told = [f"{bare_p(row)} ({row.estimand} of {count(row.n_a, 'subject')})" for row in tested]
        return "", f"if days alone differed, {listing(told)}" if told else _days(None)

    def _own_p(self, row: PairRow) -> float | None:
        """P of one subject's days; that of pairs where it has no excess."""
        return next(
            (
                other.baseline_p
                for other in self.pairs
                if (other.subject, other.arm) == (row.subject, row.arm) and known([other.baseline_p])
            ),
            None,
        )

    def _than_depth(self, arm: str) -> str:
        """Say of how many subjects of an arm depth does not explain all, where that is known."""
        if self.of_proportions:
            return " How much of it sequencing depth alone would show, proportions do not tell."
        pooled = (row for row in self.arms if (row.estimand, row.arm) == ("pooled", arm))
        return "".join(map(_further_than_depth, pooled))

    def _with_floor(self, first: ArmRow, told: _Told, rest: str) -> Finding:
        n, total = first.n_above_floor or 0, first.n_subjects
        text = (
            f"{of_all(n, total, _subject(first))} moved further than sequencing depth alone explains "
            f"({told.which}): {'' if first.n_subjects == 1 else 'median '}{told.bits}{rest}"
        )
        return Finding(f"{n} of {total}", f"{first.arm} above the floor".strip(), text)

    def _without_floor(self, first: ArmRow, told: _Told, rest: str) -> Finding:
        """Say how far, where nobody knows what depth alone explains."""
        text = (
            f"{count(first.n_subjects, _subject(first))} moved by "
            f"{'' if first.n_subjects == 1 else 'a median of '}{told.bits} ({told.which}){rest}"
        )
        return Finding(bits(first.median_bits), f"bits, median {first.arm} shift".replace("  ", " "), text)

    @property
    def of_proportions(self) -> bool:
        """Whether the pooled shifts have no floor."""
        return all(row.n_above_floor is None for row in self.arms if row.estimand == "pooled")

    def above_baseline(self) -> Iterator[Finding]:
        """Give the test of shifts beyond the own days, or say that there is none."""
        of_days = [row for row in self.tests if row.test == ABOVE_BASELINE and known([row.p_value])]
        tests = sorted(of_days, key=lambda row: (row.estimand != "excess", -(row.effect_bits or 0.0)))
        if tests:
            yield self._beyond_days(*tests)
        elif arms := self._furthest_first("excess") or self._furthest_first("pairs"):
            text = (
                f"No two subjects of an arm have several samples in the same phases ({self.where}), so no test over "
                f"subjects tells whether shifts exceed their everyday variation{_single(arms)}."
            )
            yield Finding("No", "test beyond own days", text)

    def _beyond_days(self, first: CohortRow, *others: CohortRow) -> Finding:
        of_arm = [row for row in self.arms if (row.estimand, row.arm) == (first.estimand, first.arm_a)]
        beside = [
            f"{bare_p(row)} in {row.arm_a}{'' if row.estimand == first.estimand else f' ({row.estimand})'}"
            for row in others
            if row.arm_a
        ]
        against = f"; {listing(beside[:MAX_ARMS])}" if beside else ""
        effect = differs(first.effect_bits or 0.0, "above", "below", "neither above nor below", bits)
        text = (
            f"The shifts of {count(first.n_a, f'{first.arm_a} subject'.strip())} lie {effect} "
            f"what their own samples differ by, on average ({self.where}, {first.estimand})"
            f"; {kind_of(bool(first.exact))} of samples within subjects: {with_limit(first)}"
            f"{against}{_single(of_arm)}.{' The warning above holds here, too.' if self.doubtful else ''}"
            f"{' ' + first.note if first.note else ''}"
        )
        return Finding(bare_p(first), f"{first.arm_a} shift beyond own days".strip(), text)


def _single(arms: list[ArmRow]) -> str:
    """Say of how many subjects the same can be said alone."""
    told = [
        f"of {count(arm.n_with_baseline, _subject(arm))} whose samples suffice alone "
        f"{arm.n_above_baseline or 'none'} {has(arm.n_above_baseline or 1, arm.n_with_baseline)}"
        for arm in arms
        if arm.n_with_baseline
    ]
    return f"; {listing(told)} p ≤ 0.05" if told else "; of no subject alone can it be told"


class _Told(NamedTuple):
    """An arm's number, which it is and what is known of days, and what has a sentence of its own."""

    bits: str
    which: str
    after: str = ""


def _against(others: list[ArmRow]) -> str:
    """Set other arms beside the first."""
    return (
        f", against {listing([f'{bits(arm.median_bits)} in {_arm(arm)}' for arm in others])}"
        if others
        else ""
    )


def _further_than_depth(arm: ArmRow) -> str:
    """Say of how many subjects it is so, that have been named."""
    those = of_all(arm.n_above_floor or 0, arm.n_subjects, _subject(arm))
    return f" {those} moved further than sequencing depth alone explains (pooled)."


def _days(p: float | None) -> str:
    """Say how often days alone would give as much."""
    if p is None or not known([p]):
        return "what days alone would give is unknown"
    return f"if days alone differed, {p_value(p)}"


def _interval(row: PairRow) -> str:
    """Give the interval of one subject, and what it covers; nothing where there is none."""
    if not known([row.jsd_low_bits]):
        return ""
    return f"95% interval {span(row.jsd_low_bits, row.jsd_high_bits)}, {row.interval_covers}"


def _mean(test: CohortRow) -> str:
    """Give the mean of several subjects and its interval."""
    ends = span(test.effect_low_bits, test.effect_high_bits)
    interval = f", 95% interval {ends} over subjects" if known([test.effect_low_bits]) else ""
    return f"mean {bits(test.effect_bits)}{interval}"


def _subject(row: ArmRow) -> str:
    return f"{row.arm} subject".strip()


def _arm(arm: ArmRow) -> str:
    return arm.arm or "those without an arm"
