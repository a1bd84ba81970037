"""The findings in a few sentences, each with its number, its unit and its reservation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from klbio.phrases.numbers import count, differs, has, of_all
from klbio.phrases.permutation import cannot_give_less, kind_of, that_gives
from klbio.report.endangered import OF_ARMS, OF_POOLED, OF_SHIFTS, flagged
from klbio.report.finding import Finding
from klbio.report.formatting import bits, listing, p_value, short_names, span
from klbio.report.model_findings import ModelFindings, nearest_model
from klbio.report.profile_findings import best_alignment, changed_profiles, closest_hidden
from klbio.report.rows import contrasts, known
from klbio.report.tables import Results, Route
from klbio.schema import ArmRow, CohortRow, TaxonRow

__all__ = ["findings"]

MAX_FINDINGS = 6
MAX_CONTRASTS = 2  # up to which each speaks in the headlines; of more the first, and a table has all
MAX_ARMS = 2  # set beside the one that moved furthest
BETWEEN_ARMS = ("two-arm permutation", "crossover")
ABOVE_BASELINE = ("shift above baseline",)


def findings(results: Results) -> list[Finding]:
    """Say what the tables found, most important first.

    Parameters
    ----------
    results : Results
        Any of its routes may be empty.

    Returns
    -------
    list of Finding
        At most six; nothing that a table does not hold.
    """
    every = [
        *_taxa(results.shift),
        *_leading_taxon(results.shift),
        *_reads(results.reads),
        *nearest_model(results.models),
        *ModelFindings(results.models).findings(),
        *best_alignment(results.models),
        *closest_hidden(results.models),
        *changed_profiles(results.models),
    ]
    return every[:MAX_FINDINGS]


def _taxa(route: Route) -> Iterator[Finding]:
    """Say of each contrast how many subjects lie above their floor, and above their baseline."""
    for shifts in _by_contrast(route):
        yield from shifts.above_floor()
        yield from shifts.above_baseline()


def _reads(route: Route) -> Iterator[Finding]:
    """Say the same of k-mers, in one finding."""
    for shifts in _by_contrast(route, " composition of the reads"):
        days = [finding.sentence for finding in shifts.above_baseline()]
        for finding in shifts.above_floor():
            yield replace(finding, sentence=" ".join([finding.sentence, *days]))


def _by_contrast(route: Route, of_what: str = "") -> Iterator[_Shifts]:
    """Give the arms and tests of each contrast at the headline rank, with words that say which it is."""
    rank, several = route.headline_rank, contrasts(route.rows(ArmRow))
    arms = route.rows(ArmRow).by(lambda row: (row.before, row.after, row.rank))
    tests = route.rows(CohortRow).by(lambda row: (row.before, row.after, row.rank))
    of_shifts = flagged(route, OF_SHIFTS)
    for before, after in several if len(several) <= MAX_CONTRASTS else several[:1]:
        where = f"{rank}{f', {before} to {after}' if len(several) > 1 else ''}{of_what}"
        key = before, after, rank
        estimand = route.headline_estimand(before, after)
        flags = flagged(route, OF_POOLED if estimand == "pooled" else OF_ARMS)
        warnings = tuple(row.meaning for row in flags.get((before, after), ()))
        doubtful = (before, after) in of_shifts
        yield _Shifts(arms.get(key, []), tests.get(key, []), where, estimand, warnings, doubtful)


@dataclass(frozen=True)
class _Shifts:
    """One contrast at one rank: its arms, its tests, words that say which it is, and what endangers them."""

    arms: Iterable[ArmRow]
    tests: Iterable[CohortRow]
    where: str
    estimand: str
    warnings: tuple[str, ...] = ()
    doubtful: bool = False  # whether one of them concerns shifts, and not arms alone

    def _furthest_first(self, estimand: str) -> list[ArmRow]:
        """Arms that have the estimand at all."""
        arms = [(row.median_bits, row) for row in self.arms if row.estimand == estimand]
        measured = [(bits, row) for bits, row in arms if known([bits])]
        return [row for _, row in sorted(measured, key=lambda arm: -(arm[0] or 0.0))]

    def _tests(self, estimand: str, arm: str, tests: tuple[str, ...]) -> list[CohortRow]:
        """Tests of an arm, on whichever side it stands."""
        return [
            row
            for row in self.tests
            if row.estimand == estimand and arm in (row.arm_a, row.arm_b) and row.test in tests
        ]

    def _between_arms(self, arm: str) -> list[CohortRow]:
        """Tests of arms against each other: first those of one arm."""
        tests = [row for row in self.tests if row.estimand == self.estimand and row.test in BETWEEN_ARMS]
        return sorted(tests, key=lambda row: arm not in (row.arm_a, row.arm_b))

    def above_floor(self) -> Iterator[Finding]:
        """Begin with the arm that moved furthest, then set the others beside it."""
        arms = self._furthest_first(self.estimand)
        if not arms:
            return
        first, *others = arms
        against = "".join(f", against {bits(arm.median_bits)} in {_arm(arm)}" for arm in others[:MAX_ARMS])
        tests = [_between(test, first.arm) for test in self._between_arms(first.arm)[:MAX_ARMS]]
        rest = f"{against}{''.join(tests)}." + "".join(f" Beware: {warning}" for warning in self.warnings)
        yield self._without_floor(first, rest) if self.of_proportions else self._with_floor(first, rest)

    def _with_floor(self, first: ArmRow, rest: str) -> Finding:
        n, total = self._above_floor(first.arm), first.n_subjects
        text = (
            f"{of_all(n, total, _subject(first))} moved further than sequencing depth alone explains "
            f"({self.where}, {self._how}: {_median(first)}{rest}"
        )
        return Finding(f"{n} of {total}", f"{first.arm} above the floor".strip(), text)

    def _without_floor(self, first: ArmRow, rest: str) -> Finding:
        """Say how far, where nobody knows what depth alone explains."""
        text = (
            f"{count(first.n_subjects, _subject(first))} moved by {_median(first, 'a median of')} ({self.where}, "
            f"{first.estimand}){rest} How much of it sequencing depth alone would show, proportions do not tell."
        )
        return Finding(bits(first.median_bits), f"bits, median {first.arm} shift".replace("  ", " "), text)

    @property
    def of_proportions(self) -> bool:
        """Whether the pooled shifts have no floor."""
        return all(row.n_above_floor is None for row in self.arms if row.estimand == "pooled")

    @property
    def _how(self) -> str:
        """Close the bracket, and say whose median follows."""
        if self.estimand == "excess":
            return "pooled); beyond what each one's own samples differ by (excess)"
        return f"{self.estimand})"

    def _above_floor(self, arm: str) -> int:
        """Count the subjects above their floor, which the pooled counts have."""
        pooled = (row.n_above_floor for row in self.arms if (row.estimand, row.arm) == ("pooled", arm))
        return next(pooled, 0) or 0

    def above_baseline(self) -> Iterator[Finding]:
        """Give the test of shifts beyond the own days, or say that there is none."""
        of_days = [row for row in self.tests if row.test in ABOVE_BASELINE and known([row.p_value])]
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
            f"{_bare_p(row)} in {row.arm_a}{'' if row.estimand == first.estimand else f' ({row.estimand})'}"
            for row in others
            if row.arm_a
        ]
        against = f"; {listing(beside[:MAX_ARMS])}" if beside else ""
        effect = differs(first.effect_bits or 0.0, "above", "below", "neither above nor below", bits)
        text = (
            f"The shifts of {count(first.n_a, f'{first.arm_a} subject'.strip())} lie {effect} "
            f"what their own samples differ by, on average ({self.where}, {first.estimand})"
            f"; {kind_of(bool(first.exact))} of samples within subjects: {_p(first)}"
            f"{against}{_single(of_arm)}.{' The warning above holds here, too.' if self.doubtful else ''}"
        )
        return Finding(_bare_p(first), f"{first.arm_a} shift beyond own days".strip(), text)


def _single(arms: list[ArmRow]) -> str:
    """Say of how many subjects the same can be said alone."""
    told = [
        f"of {count(arm.n_with_baseline, _subject(arm))} whose samples suffice alone "
        f"{arm.n_above_baseline or 'none'} {has(arm.n_above_baseline or 1, arm.n_with_baseline)}"
        for arm in arms
        if arm.n_with_baseline
    ]
    return f"; {listing(told)} p ≤ 0.05" if told else "; of no subject alone can it be told"


def _between(test: CohortRow, first: str) -> str:
    """Say a test of two arms, which they are, one of them first, and what its p becomes among others."""
    sides = [(test.arm_a, test.n_a), (test.arm_b, test.n_b)]
    (arm, n), (other, n_other) = sorted(sides, key=lambda side: side[0] != first)
    whom = f"; {arm} against {other}"
    if test.cannot_tell:
        return f"{whom}: cannot tell, {test.cannot_tell}"
    of = f"{n} against {n_other}" if test.test == "two-arm permutation" else "signs"
    return f"{whom} ({kind_of(bool(test.exact))} of {of}): {_p(test)}{_adjusted(test)}"


def _bare_p(test: CohortRow) -> str:
    return p_value(math.nan if test.p_value is None else test.p_value)


def _p(test: CohortRow) -> str:
    p, smallest = (math.nan if p is None else p for p in (test.p_value, test.smallest_p))
    limit = cannot_give_less(smallest)
    if not limit and p <= smallest:
        limit = f", the smallest {that_gives(bool(test.exact))} can give"
    return f"{p_value(p)}{limit}"


def _adjusted(test: CohortRow) -> str:
    """Say the p adjusted for all comparisons, by what they share where that is known."""
    adjusted = known([test.adjusted_p_max_t, test.adjusted_p_holm])
    if not adjusted or (test.n_comparisons or 0) < 2:
        return ""
    return f" ({p_value(adjusted[0])} adjusted for {test.n_comparisons} comparisons)"


def _subject(row: ArmRow | TaxonRow) -> str:
    return f"{row.arm} subject".strip()


def _arm(arm: ArmRow) -> str:
    return arm.arm or "the others"


def _median(arm: ArmRow, median: str = "median") -> str:
    """Of one subject, its own number."""
    if arm.n_subjects == 1:
        return f"{bits(arm.median_bits)} bits"
    return f"{median} {bits(arm.median_bits)} bits (from {span(arm.lowest_bits, arm.highest_bits)})"


def _leading_taxon(route: Route) -> Iterator[Finding]:
    taxa = route.rows(TaxonRow).where(lambda row: row.rank == route.headline_rank and row.mean_share > 0)
    for top in taxa.ordered(lambda row: -row.mean_contribution_bits).head(1):
        name = short_names([top.taxon], 80)[top.taxon]
        contrast = f" from {top.before} to {top.after}" if len(contrasts(taxa)) > 1 else ""
        mean = bits(top.mean_contribution_bits)
        text = f"{name} carried most: {mean} bits on average{contrast}, {_ways(top)}."
        yield Finding(f"{100 * top.mean_share:.0f}%", "of the shift, one taxon", text)


def _ways(row: TaxonRow) -> str:
    """Say in how many subjects a taxon rose and fell."""
    up, down, total = row.n_up, row.n_down, row.n_subjects
    if up and down:
        return f"up in {up} and down in {down} of {count(total, _subject(row))}"
    whom = of_all(up or down, total, _subject(row))
    return f"{'up' if up else 'down'} in {whom[0].lower()}{whom[1:]}"
