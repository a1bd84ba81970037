"""The counts of a text table, and the fields that hold none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.errors import MAX_FAULTS, Fault, InputError, first_faults, listed, notify
from klbio.io.tables.text.grid import Grid
from klbio.io.tables.text.lines import Lines
from klbio.io.tables.text.numbers import THOUSANDS, numbers
from klbio.io.tables.text.words import OF_SAMPLES, STATISTICS, is_blank, is_word, meaning, number
from klbio.tidy import MOST_READS, all_whole, unit_of, whole

__all__ = ["LEAST", "PART", "Cells", "computed", "footnotes", "word_rows"]

EMPTY = {"", "na", "nan"}  # as pandas and R write what is not there
SEVERAL = 0.05  # share of fields that are empty by a rule
STATISTIC = re.compile(
    r"(^|[^a-z])(mean|average|avg|median|sd|std|stdev|std[ _.-]?dev|se|sem|var|variance|min(imum)?|max(imum)?"
    r"|totals?|sums?|prevalence|occurrences?|occupancy|n[ _.-]?samples)($|[^a-z])",
    re.IGNORECASE,
)
LEAST, PART = (
    3,
    0.25,
)  # rows, columns of whole numbers, and fractions, that tell; share of fractions in a column
COUNTS_WANTED = "klbio needs counts: export the table before it is turned into proportions."


def word_rows(grid: Grid, columns: Sequence[int]) -> set[int]:
    """Find rows below the header, and at the end, that describe the columns: of words, or called like an age."""
    found: set[int] = set()
    for rows in (range(len(grid.numbers)), range(len(grid.numbers) - 1, 0, -1)):
        found.update(takewhile(lambda i: _describes(grid.row(i), columns), rows))
    return found if len(columns) > 1 and len(found) < len(grid.numbers) else set()


def _describes(row: Sequence[str], columns: Sequence[int]) -> bool:
    fields = [row[j] for j in columns if not is_blank(row[j])]
    return meaning(row[0]) in OF_SAMPLES | STATISTICS or (bool(fields) and all(map(is_word, fields)))


def footnotes(grid: Grid, columns: Sequence[int]) -> list[int]:
    """Find rows at the end that have a name and no more."""
    rows = range(len(grid.numbers) - 1, 0, -1) if len(columns) > 1 else ()
    return list(takewhile(lambda i: _is_bare(grid.row(i), columns), rows))


def _is_bare(row: Sequence[str], columns: Sequence[int]) -> bool:
    """Whether a row has a name and no more, as a heading or a footnote has."""
    return bool(row[0].strip()) and not any(row[j].strip() for j in columns)


def computed(
    names: Sequence[str],
    blocks: Iterable[FloatArray],
    fractional: NDArray[np.bool_],
    several: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Find columns that were computed of the others, as means of groups are, or prevalences.

    They hold fractions where all others are whole, and lie within these or are called a statistic; or they are
    called one, and are the least, the largest, the median or the number of those that are not 0.

    Parameters
    ----------
    names : sequence of str
        Of the columns.
    blocks : iterable of ndarray of shape (n_rows, n_columns)
        Their numbers, looked at where some may be computed.
    fractional, several : ndarray of bool of shape (n_columns,)
        Columns with fractions, and with many.
    """
    called = np.array([bool(STATISTIC.search(name)) for name in names])
    plain = ~fractional & ~called
    if plain.sum() < max(LEAST, len(plain) / 2) or plain.all():
        return np.zeros(len(plain), dtype=bool)
    within, same, n_rows = several & ~plain, np.ones((4, len(plain)), dtype=bool) & ~plain, 0
    for values in blocks:
        others = values[:, plain]
        known = np.stack(
            [
                others.min(axis=1),
                others.max(axis=1),
                np.median(others, axis=1),
                np.count_nonzero(others, axis=1),
            ]
        )
        for j in np.flatnonzero(~plain).tolist():
            within[j] &= bool(((known[0] <= values[:, j]) & (values[:, j] <= known[1])).all())
            same[:, j] &= (known == values[:, j]).all(axis=1)
        n_rows += len(values)
    found: NDArray[np.bool_] = within | (called & (fractional | same.any(axis=0)))
    return found if n_rows >= LEAST else np.zeros(len(plain), dtype=bool)


@dataclass(frozen=True)
class Cells:
    """The fields of the columns that should be counts."""

    grid: Lines
    columns: list[int]

    def values(self) -> FloatArray:
        """Give the numbers, shape (n_rows, n_columns).

        Raises
        ------
        InputError
            Every field that holds no number of 0 or more, and every fraction where most numbers are whole.
        """
        values = whole(self._filled(self._numbers))
        bad = ~((values >= 0) & (values <= MOST_READS))
        if not bad.any() and unit_of(values) is not None and not self._has_points_of_thousands(values):
            return values
        fractional = values != np.round(values)
        with np.errstate(invalid="ignore"):
            few = fractional.sum() <= np.count_nonzero(values) / 2
        faults = self._faults(bad | fractional if few or not bad.any() else bad)
        raise InputError(faults)

    @cached_property
    def _numbers(self) -> FloatArray:
        return numbers(self.grid, self.columns)

    def computed(self) -> list[int]:
        """Columns that were computed of the others, see `computed`."""
        values = self._numbers
        fractional = several = np.zeros(values.shape[1], dtype=bool)
        if not all_whole(values):
            fractional, several = (values != np.round(values)).any(axis=0), self._are_fractions(values)
        found = computed([self.grid.header[j] for j in self.columns], [values], fractional, several)
        return [self.columns[j] for j in np.flatnonzero(found).tolist()]

    def _are_fractions(self, values: FloatArray) -> NDArray[np.bool_]:
        """Columns with several fractions, which are not all numbers with points between thousands."""
        fractional = np.isfinite(values) & (values != np.round(values))
        n = fractional.sum(axis=0)
        several: NDArray[np.bool_] = (n >= LEAST) & (n > PART * np.count_nonzero(values, axis=0))
        for j in np.flatnonzero(several).tolist():
            fields = (self._field(i, j) for i in np.flatnonzero(fractional[:, j]).tolist())
            several[j] = not all(map(THOUSANDS.fullmatch, fields))
        return several

    def _filled(self, values: FloatArray) -> FloatArray:
        """Read empty fields as 0 where no 0 is written: tables of samples put together leave them where a taxon is not.

        A few empty fields, or some beside zeros, are gaps.
        """
        gaps = np.isnan(values)
        if gaps.mean() < SEVERAL or (values == 0).any() or gaps.sum() == 1:
            return values
        for i in np.flatnonzero(gaps.any(axis=1)).tolist():
            row = self.grid.row(i)
            if any(
                row[self.columns[j]].strip().lower() not in EMPTY for j in np.flatnonzero(gaps[i]).tolist()
            ):
                return values
        notify(self.grid.path, f"{gaps.sum():,} empty fields, and no 0 in the table", "taken for 0")
        return np.where(gaps, 0.0, values)

    def _has_points_of_thousands(self, values: FloatArray) -> bool:
        """Whether points stand before three digits in all fractions, as in 1.234, and nothing reaches 1,000."""
        if all_whole(values) or values.max() >= 1000:
            return False
        fractional = np.argwhere(values != np.round(values))
        return all(THOUSANDS.fullmatch(self._field(i, j)) for i, j in fractional.tolist())

    def _field(self, i: int, j: int) -> str:
        return self.grid.row(i)[self.columns[j]].strip()

    def _faults(self, bad: NDArray[np.bool_]) -> list[Fault]:
        """List the fields that hold no count; the first of each kind says what to do."""
        headings = [
            i for i in np.flatnonzero(bad.all(axis=1)).tolist() if _is_bare(self.grid.row(i), self.columns)
        ]
        if headings and len(self.columns) > 1:
            return first_faults(map(self._heading, headings))
        beside = self._of_fractions(bad)
        if beside:
            return [Fault(
                self.grid.path, f"fractions in {listed(beside)}, and whole numbers in all other columns",
                "counts of reads in every column", "Leave out the columns that hold none.", self.grid.header_line,
            )]  # fmt: skip
        places = np.argwhere(bad)
        told: set[str] = set()
        faults = [self._fault(i, j, told) for i, j in places[:MAX_FAULTS].tolist()]
        if len(places) > MAX_FAULTS:
            columns = dict.fromkeys(self.grid.header[self.columns[j]] for j in places[:, 1].tolist())
            found = f"{len(places) - MAX_FAULTS} more such cells, in columns {listed(columns)}"
            faults.append(Fault(self.grid.path, found, "whole numbers"))
        return faults

    def _of_fractions(self, bad: NDArray[np.bool_]) -> list[str]:
        """Columns of which most numbers are fractions, where there is nothing wrong with the others."""
        most = self._are_fractions(self._numbers)
        alone = most.any() and most.sum() < len(most) / 2 and not bad[:, ~most].any()
        return [self.grid.header[self.columns[j]] for j in np.flatnonzero(most).tolist()] if alone else []

    def _heading(self, i: int) -> Fault:
        return Fault(
            self.grid.path, f"the row {self.grid.row(i)[0].strip()!r} without a number", "counts in every row",
            "Leave out headings and notes; where no read was seen, write 0.", self.grid.numbers[i],
        )  # fmt: skip

    def _fault(self, i: int, j: int, told: set[str]) -> Fault:
        remedy = _remedy(self._field(i, j))
        shown = "" if remedy in told else remedy
        told.add(remedy)
        return replace(self.grid.fault(i, self.columns[j], "a whole number of reads"), remedy=shown)


def _remedies() -> Iterator[tuple[re.Pattern[str], str]]:
    yield re.compile(r"-\d.*"), "Give counts as they were read, before logarithms or differences are taken."
    yield re.compile(r"\d.*%"), COUNTS_WANTED
    yield THOUSANDS, "Write numbers without marks between thousands: 1234."
    yield (
        re.compile(r".*,.*"),
        "Write numbers with a decimal point, or whole, and without marks between thousands.",
    )
    yield (
        re.compile(r"true|false", re.IGNORECASE),
        "Whether a taxon is there is no count: give the table of reads.",
    )
    yield re.compile(r".*[_+].*|[^a-zA-Z]*[^\x00-\x7f].*"), "Write numbers in plain digits, as 1234 or 1e3."


def _remedy(field: str) -> str:
    """What to do about a field that holds no count."""
    if is_blank(field):
        return "Where no read was seen, write 0."
    found = next((remedy for pattern, remedy in _remedies() if pattern.fullmatch(field)), None)
    value = number(field)
    beyond = value is None or value > MOST_READS
    return found or ("Leave out what is no count, or mend it." if beyond else COUNTS_WANTED)
