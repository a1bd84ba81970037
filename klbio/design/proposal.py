"""What a sheet that nobody has described may mean: its columns, the order of its phases, its control."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import mean

from klbio.columns import ARM, PHASE, SAMPLE, SUBJECT, TIME, plain
from klbio.design.columns import ROLES, sample_columns
from klbio.design.design import Contrast
from klbio.design.key import column_of_names
from klbio.design.missing import is_missing
from klbio.design.order import in_order
from klbio.design.sample import Sample
from klbio.design.times import Times
from klbio.errors import InputError, listed
from klbio.sheet import Sheet

__all__ = ["Proposal", "propose"]

CONTROLS = ("placebo", "control", "ctrl", "vehicle", "sham", "untreated", "no treatment", "none", "water")
MOST_PHASES = 12
MOST_ARMS = 8
SITES = ("body site", "bodysite", "site", "sample site", "sample type", "env material", "material", "tissue")
NOT_PHASES = (ARM, "batch", "replicate")


@dataclass(frozen=True)
class Proposal:
    """What a sheet is taken to say.

    Attributes
    ----------
    columns : dict of str to str
        The column of the sheet for each of klbio's, by its own name.
    contrasts : tuple of Contrast
        The earliest phase against each other that a subject was sampled in as well.
    control : str
        The arm that the others are held against; may be empty.
    usable : Sheet
        The rows that name a subject and a phase.
    n_rows : int
        All rows that name a sample.
    notes : tuple of str
        What a reader should know of how it was found.
    """

    columns: Mapping[str, str]
    contrasts: tuple[Contrast, ...]
    control: str
    usable: Sheet
    n_rows: int
    notes: tuple[str, ...]


def propose(sheet: Sheet, *sides: Sequence[str]) -> Proposal:
    """Look at a sheet, its columns under their own names, and say what they seem to be.

    Parameters
    ----------
    sheet : Sheet
    *sides : sequence of str
        What may be samples: the names on either side of the table.

    Raises
    ------
    InputError
        If no column names samples of the table, subjects, or phases that subjects go through.

    Examples
    --------
    >>> from klbio.sheet import Row
    >>> cells = [("a", "Ann", "Pre", "0"), ("b", "Ann", "Post", "9"), ("c", "Bo", "Pre", "1"), ("d", "Bo", "Post", "8")]
    >>> header = ("Probe", "Patient", "Visit", "Day")
    >>> rows = [Row(i, dict(zip(header, row))) for i, row in enumerate(cells, 2)]
    >>> proposal = propose(Sheet("s.tsv", header, tuple(rows)), ["a", "b", "c", "d", "e"])
    >>> proposal.columns
    {'sample': 'Probe', 'subject': 'Patient', 'phase': 'Visit', 'time': 'Day'}
    >>> proposal.contrasts
    (Contrast(before='Pre', after='Post'),)
    """
    key = column_of_names(sheet, sides)
    samples = [row for row in sheet if not row[key].startswith("#")]
    look = _Look(replace(sheet, rows=tuple(samples)), {}, len(samples))._with(SAMPLE, key)
    for role in (SUBJECT, PHASE):
        look = look.with_needed(role)
    for role in (TIME, ARM, "batch", "replicate"):
        look = look.with_optional(role)
    return look.by_site().timely().proposal()


@dataclass(frozen=True)
class _Look:
    """A sheet, and the columns of which it is known what they are."""

    sheet: Sheet
    found: Mapping[str, str]
    n_rows: int
    notes: tuple[str, ...] = ()

    def with_needed(self, role: str) -> _Look:
        """Find the column of subjects or phases, by its name or else by what it holds."""
        column = self._named(role) or next(self._by_content(role), None)
        if column is None:
            what = (
                "subjects, each with several samples"
                if role == SUBJECT
                else "phases that subjects go through"
            )
            raise InputError.one(
                self.sheet.path, f"columns {listed(self.sheet.columns, 20)}, none that seems to name {what}",
                f"a column of {what}", f"Add one, or write a config by hand with `columns: {{{role}: NAME}}`.",
            )  # fmt: skip
        return self._with(role, column)

    def with_optional(self, role: str) -> _Look:
        """Find a column by its name, if it holds what it should; dates, and arms with a control, by what they hold."""
        column = self._named(role) or self._told(role)
        return self if column is None else self._with(role, column)

    def _with(self, role: str, column: str) -> _Look:
        """Keep the rows that name a sample, a subject and a phase."""
        rows = self.sheet.rows
        if role in ROLES[:3]:
            rows = tuple(
                row for row in rows if row[column].strip() and not is_missing(row[column], role != PHASE)
            )
        return replace(self, sheet=replace(self.sheet, rows=rows), found={**self.found, role: column})

    def _named(self, role: str) -> str | None:
        """Give the best column that is called like it and holds what it should."""
        hints = (role, *sample_columns().hints.get(role, ()))
        free = [column for column in self.sheet.columns if column not in self.found.values()]
        by_name = [column for hint in hints for column in free if plain(column) == hint]
        by_word = [column for column in free if role in plain(column).split()]
        by_word.sort(key=lambda column: -self._values(column).total())
        return next((column for column in dict.fromkeys(by_name + by_word) if self._fits(role, column)), None)

    def _by_content(self, role: str) -> Iterator[str]:
        """Give the columns that hold what it should, the likeliest first."""
        hints = sample_columns().hints
        others = {hint for other in NOT_PHASES for hint in (other, *hints.get(other, ()))} | {*SITES}
        free = [
            column
            for column in self.sheet.columns
            if column not in self.found.values() and plain(column) not in others and self._fits(role, column)
        ]
        fewest = role == PHASE
        return iter(sorted(free, key=lambda column: len(self._values(column)) * (1 if fewest else -1)))

    def _told(self, role: str) -> str | None:
        """Give the only column of dates, or of arms of which one is called like a control."""
        free = [column for column in self.sheet.columns if column not in self.found.values()]
        if role == TIME:
            of_batch = ("batch", *sample_columns().hints["batch"])
            found = [
                column
                for column in free
                if plain(column) not in of_batch and Times.of(self._as_time(column)).first
            ]
        else:
            found = [column for column in free if role == ARM and _control(list(self._values(column)))]
        fitting = [column for column in found if self._fits(role, column)]
        return fitting[0] if len(fitting) == 1 else None

    def _values(self, column: str) -> Counter[str]:
        return Counter(
            row[column] for row in self.sheet if row[column].strip() and not is_missing(row[column])
        )

    def _fits(self, role: str, column: str) -> bool:
        """Whether a column holds what it should."""
        values = self._values(column)
        n_rows = sum(values.values())
        if role == SUBJECT:
            return n_rows >= 2 * len(values) > 0 and not _are_decimals(values)
        if role == PHASE:
            return 2 <= len(values) <= MOST_PHASES and self._changing(column) >= 0.5
        if role == TIME:
            times = Times.of(self._as_time(column))
            return bool(values) and not times.faults() and self._changing(column) >= 0.5
        if role == ARM:
            return 2 <= len(values) <= MOST_ARMS and not self._changing(column)
        return len(values) > 1

    def _changing(self, column: str) -> float:
        """Share of the subjects with several samples in which a column has several values."""
        of_subject: dict[str, list[str]] = defaultdict(list)
        for row in self.sheet:
            if row[column].strip() and not is_missing(row[column]):
                of_subject[row[self.found[SUBJECT]]].append(row[column])
        several = [values for values in of_subject.values() if len(values) > 1]
        return mean(len(set(values)) > 1 for values in several) if several else 0.0

    def _as_time(self, column: str) -> Sheet:
        rows = (
            replace(row, fields={TIME: "" if is_missing(row[column]) else row[column]}) for row in self.sheet
        )
        return replace(self.sheet, rows=tuple(rows))

    def by_site(self) -> _Look:
        """Measure body sites apart, as arms; where there are arms, keep the samples of the most common site."""
        free = [column for column in self.sheet.columns if column not in self.found.values()]
        sites = [column for column in free if plain(column) in SITES and self._changing(column)]
        if not sites:
            return self
        site = min(sites, key=lambda column: SITES.index(plain(column)))
        if ARM not in self.found:
            return self._with(ARM, site)
        ((common, n),) = self._values(site).most_common(1)
        rows = tuple(row for row in self.sheet if row[site] == common)
        note = f"Samples are of several sites (column {site!r}); these are the {n} of {common!r}, the most."
        return replace(self, sheet=replace(self.sheet, rows=rows), notes=(*self.notes, note))

    def timely(self) -> _Look:
        """Leave the time out where it does not tell the samples of a subject's phase apart."""
        if TIME not in self.found or not self._same_moment():
            return self
        found = {role: name for role, name in self.found.items() if role != TIME}
        note = (
            f"Column {self.found[TIME]!r} is not used: samples of one subject and phase have the same time."
        )
        return replace(self, found=found, notes=(*self.notes, note))

    def _same_moment(self) -> bool:
        roles = [role for role in (SUBJECT, ARM, PHASE, TIME, "replicate") if role in self.found]
        timed = [row for row in self.sheet if not is_missing(row[self.found[TIME]])]
        return len({tuple(row[self.found[role]] for role in roles) for row in timed}) < len(timed)

    def proposal(self) -> Proposal:
        """Give what was found, with the phases in their order."""
        free = [column for column in self.sheet.columns if column not in self.found.values()]
        arms = tuple(column for column in free if self._fits(ARM, column))
        named = list(self._values(self.found[ARM])) if ARM in self.found else []
        notes = self.notes
        if arms:
            notes += (f"Columns that could be arms, with one value a subject: {listed(arms, 9)}.",)
        return Proposal(self.found, self._contrasts(), _control(named), self.sheet, self.n_rows, notes)

    def _contrasts(self) -> tuple[Contrast, ...]:
        """Hold each later phase against the earliest that a subject was sampled in as well."""
        samples = self._samples()
        seen: dict[str, set[str]] = defaultdict(set)
        for sample in samples:
            seen[sample.subject].add(sample.phase)
        ordered = in_order(samples)
        for i, before in enumerate(ordered):
            after = [
                phase
                for phase in ordered[i + 1 :]
                if any({before, phase} <= there for there in seen.values())
            ]
            if after:
                return tuple(Contrast(before, phase) for phase in after)
        return ()

    def _samples(self) -> list[Sample]:
        timed = self._as_time(self.found[TIME]) if TIME in self.found else self.sheet
        times = Times.of(timed)
        names = [
            (row[self.found[SAMPLE]], row[self.found[SUBJECT]], row[self.found[PHASE]]) for row in self.sheet
        ]
        return [Sample(*name, times.at(row)) for name, row in zip(names, timed, strict=True)]


def _are_decimals(values: Mapping[str, int]) -> bool:
    """Whether all are numbers with a point: measured, no names."""
    return all(re.fullmatch(r"-?\d+\.\d+", value) for value in values)


def _control(arms: Sequence[str]) -> str:
    """Give the arm that is called like a control."""
    words = {arm: plain(arm) for arm in arms}
    exact = [arm for word in CONTROLS for arm in arms if words[arm] == word]
    within = [arm for word in CONTROLS[:5] for arm in arms if word in words[arm].split()]
    return next(iter(exact + within), "")
