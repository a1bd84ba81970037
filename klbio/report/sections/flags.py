"""The section of flags: what besides the phase may have made the shift."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from klbio.report.findings import contrasts
from klbio.report.formatting import count
from klbio.report.sections.section import Section
from klbio.report.table_views import view
from klbio.report.tables import Route, records

__all__ = ["flags"]

SEVERITIES = ("flag", "cannot tell", "ok")
COLUMNS = (
    *("before", "after", "check", "concerns", "arm_a", "arm_b", "severity", "meaning", "value", "statistic"),
    *("p_value", "smallest_p", "n_subjects", "rank"),
)


def flags(route: Route, chapter: str, category: str) -> Iterator[Section]:
    """Put together the flags of a route; that there are none is said too.

    Parameters
    ----------
    route : Route
        The taxa or the reads route.
    chapter : str
        Heading in the contents.
    category : str
        Not used: the checks are the same for all.
    """
    rows = route.tables["flags"]
    if rows.empty:
        return
    holds = {
        **_told(rows, several=len(contrasts(rows)) > 1),
        "table": view(rows, route.path("flags"), "Every check with its numbers", COLUMNS),
    }
    yield Section(f"{route.name}-flags", chapter, "What else could explain it", "flags", holds)


def _told(rows: pd.DataFrame, *, several: bool) -> dict[str, object]:
    """Give the checks of each severity, its name in one word; one that is the same in many contrasts once."""
    return {
        severity.replace(" ", "_"): [
            {**records(same)[0], "also": _also(same) if several else ""}
            for _, same in rows[rows["severity"] == severity].groupby(
                ["check", "concerns", "arm_a", "arm_b"], sort=False
            )
        ]
        for severity in SEVERITIES
    }


def _also(same: pd.DataFrame) -> str:
    """Say which contrast the words are of, and where the same check came out alike."""
    (before, after), *others = contrasts(same)
    if not others:
        return f"{before} → {after}"
    alike = "the same" if len(set(same["meaning"])) == 1 else "likewise, with other numbers,"
    return f"{before} → {after}; {alike} in {count(len(others), 'other comparison')}"
