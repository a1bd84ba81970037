"""The section of flags: what besides the phase may have made the shift."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from klbio.report.sections.section import Section
from klbio.report.sentences import contrasts
from klbio.report.tables import Route, records
from klbio.report.views import view

__all__ = ["flags"]

SEVERITIES = ("flag", "cannot tell", "ok")
COLUMNS = (
    *("before", "after", "check", "concerns", "severity", "meaning", "value", "statistic"),
    *("p_value", "smallest_p", "n_subjects", "rank"),
)


def flags(route: Route, chapter: str, category: str) -> Iterator[Section]:
    """Put together the flags of a route, contrast by contrast; that there are none is said too.

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
    several = contrasts(rows)
    groups = [
        {"name": f"{before} → {after}" if len(several) > 1 else "", **_told(_of(rows, before, after))}
        for before, after in several
    ]
    holds = {
        "groups": groups,
        "n_flags": len(rows[rows["severity"] == "flag"]),
        "table": view(rows, route.path("flags"), "Every check with its numbers", COLUMNS),
    }
    yield Section(f"{route.name}-flags", chapter, "What else may have made it", "flags", holds)


def _of(rows: pd.DataFrame, before: str, after: str) -> pd.DataFrame:
    return rows[(rows["before"] == before) & (rows["after"] == after)]


def _told(rows: pd.DataFrame) -> dict[str, object]:
    """Give the rows of each severity, its name in one word."""
    return {
        severity.replace(" ", "_"): records(rows[rows["severity"] == severity]) for severity in SEVERITIES
    }
