"""The section of flags: what besides the phase may have made the shift."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from klbio.phrases.numbers import count
from klbio.report.rows import Rows, contrasts
from klbio.report.sections.section import Part, Section
from klbio.schema import FlagRow, named

__all__ = ["Check", "FlagsPart"]

COLUMNS = named(
    FlagRow,
    lambda row: (
        row.before,
        row.after,
        row.check,
        row.concerns,
        row.arm_a,
        row.arm_b,
        row.severity,
        row.meaning,
        row.value,
        row.statistic,
        row.p_value,
        row.smallest_p,
        row.n_subjects,
        row.rank,
    ),
)


@dataclass(frozen=True)
class Check:
    """A check as shown: what it found in one contrast, and in which others it came out alike."""

    check: str
    arm_a: str
    arm_b: str
    meaning: str
    also: str


class FlagsPart(Part):
    """The flags of a route; that there are none is reported too."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        rows = self.route.rows(FlagRow)
        if not len(rows):
            return
        several = len(contrasts(rows)) > 1
        by_severity = rows.by(lambda row: row.severity)
        flagged, unclear, passed = (
            _checks(by_severity.get(severity, rows.head(0)), several=several)
            for severity in ("flag", "cannot tell", "ok")
        )
        table = rows.view("Every check with its numbers", COLUMNS)
        context = {"flag": flagged, "cannot_tell": unclear, "ok": passed, "table": table}
        yield self.section("flags", "What else could explain it", context)


def _checks(rows: Rows[FlagRow], *, several: bool) -> list[Check]:
    """Give each check once, however many contrasts it is of."""
    same = rows.by(lambda row: (row.check, row.concerns, row.arm_a, row.arm_b)).values()
    return [
        Check(first.check, first.arm_a, first.arm_b, first.meaning, _also(alike) if several else "")
        for first, alike in ((alike[0], alike) for alike in same)
    ]


def _also(same: Rows[FlagRow]) -> str:
    """Say which contrast the words are of, and where the same check came out alike."""
    (before, after), *others = contrasts(same)
    if not others:
        return f"{before} → {after}"
    alike = (
        "the same" if len(same.distinct(lambda row: row.meaning)) == 1 else "likewise, with other numbers,"
    )
    return f"{before} → {after}; {alike} in {count(len(others), 'other comparison')}"
