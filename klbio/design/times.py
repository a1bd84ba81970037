"""When samples were taken: numbers, or dates as days since the earliest."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from klbio.columns import TIME
from klbio.errors import Fault, listed, note, shorten
from klbio.sheet import Row, Sheet

__all__ = ["Times"]

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
DATE = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
JOINED = re.compile(r"(19|20)\d{6}", re.ASCII)  # 20071211: days if taken for a number, 70 of them a month
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Times:
    """The column `time` of a sheet.

    Attributes
    ----------
    sheet : Sheet
    known : dict of str to float
        Each text of the column that can be read, as a number.
    first : str
        The earliest date, which is 0; empty where times are numbers.

    Examples
    --------
    >>> rows = [Row(line, {"time": text}) for line, text in enumerate(["2024-02-28", "2024-03-01", "soon"], 2)]
    >>> times = Times.of(Sheet("s.tsv", ("time",), tuple(rows)))
    >>> [times.at(row) for row in rows], times.first
    ([0.0, 2.0, None], '2024-02-28')
    """

    sheet: Sheet
    known: Mapping[str, float]
    first: str = ""

    @classmethod
    def of(cls, sheet: Sheet) -> Times:
        """Read the column: as dates where any is one, else as numbers."""
        texts = list(dict.fromkeys(row[TIME] for row in sheet if row[TIME]))
        dates = _dates(texts)
        if not dates:
            return cls(sheet, {text: float(text) for text in texts if _is_number(text)})
        first = min(dates.values())
        days = {text: (date - first) / DAY for text, date in dates.items()}
        return cls(sheet, days, min(dates, key=lambda text: dates[text]))

    def at(self, row: Row) -> float | None:
        """Give the time of a row; None where it is empty, or cannot be read."""
        return self.known.get(row[TIME])

    def faults(self) -> list[Fault]:
        """Name the times that are neither numbers nor dates, or of both kinds."""
        rows = [row for row in self.sheet if row[TIME] and row[TIME] not in self.known]
        values = list(dict.fromkeys(row[TIME] for row in rows))
        found = (
            f"column {self.sheet.called(TIME)} holds {shorten(values[0]) if len(values) == 1 else listed(values)}"
            if rows
            else ""
        )
        expected = (
            f"dates, as {self.first!r} is one" if self.first else "a number, or a date such as 2024-03-31"
        )
        return self.sheet.together(rows, found, expected, self._remedy(values))

    def _remedy(self, values: Sequence[str]) -> str:
        if any(re.fullmatch(r"[+-]?\d+,\d+", value) for value in values):
            return "Write numbers with a point."
        if any(re.search(r"\d[/.]\d+[/.]\d", value) for value in values):
            return "Write dates as year-month-day: it cannot be known whether 3/4 is in March or in April."
        return "Use days (or any one unit) counted from one date, or dates; leave it empty where unknown."

    def notify(self) -> None:
        """Say that dates were taken as days."""
        if self.first:
            found = f"column {self.sheet.called(TIME)} holds dates, the earliest {self.first}"
            note(self.sheet.path, found, "taken as days since then")


def _dates(texts: Sequence[str]) -> Mapping[str, datetime]:
    """Give the texts that are dates; those without a time zone, where both kinds occur."""
    pattern = DATE if any(DATE.fullmatch(text) for text in texts) else JOINED
    dates = {text: date for text in texts if pattern.fullmatch(text) and (date := _date(text))}
    if pattern is JOINED and len(dates) < len(texts):
        return {}
    unaware = {text: date for text, date in dates.items() if date.tzinfo is None}
    return unaware or dates


def _date(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _is_number(text: str) -> bool:
    return bool(NUMBER.fullmatch(text)) and math.isfinite(float(text))
