"""The section on the way back after a disturbance: a sentence per subject, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from klbio.report.findings import contrasts, headline_rank
from klbio.report.formatting import some
from klbio.report.sections.section import Section
from klbio.report.table_views import view
from klbio.report.tables import Route, records

__all__ = ["recovery"]

MOST_TOLD, MOST_NAMED = 24, 12
COLUMNS = (
    *(
        "subject",
        "arm",
        "before",
        "after",
        "n_baseline",
        "baseline_bits",
        "peak_sample",
        "peak_time",
        "peak_bits",
    ),
    *("half_life", "half_life_low", "half_life_high"),
    *("residual_bits", "residual_low_bits", "residual_high_bits", "verdict"),
)


def recovery(route: Route, chapter: str, category: str) -> Iterator[Section]:
    """Put the verdicts of a route into words, contrast by contrast.

    Parameters
    ----------
    route : Route
        The taxa or the reads route.
    chapter : str
        Heading in the contents.
    category : str
        Not used: the way back is told alike for all.
    """
    table = route.tables["recovery"]
    rows = table[table["rank"] == headline_rank(route)]
    if rows.empty:
        return
    groups = [
        (f"{before} → {after}", _told(rows[(rows["before"] == before) & (rows["after"] == after)]))
        for before, after in contrasts(rows)
    ]
    holds = {
        "groups": [(name, told[:MOST_TOLD], len(told)) for name, told in groups],
        "rank": headline_rank(route),
        "table": view(rows, route.path("recovery"), "The way back in numbers", COLUMNS),
    }
    yield Section(f"{route.name}-recovery", chapter, "Did it come back?", "recovery", holds)


def _told(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """Say each verdict once, of all whom it concerns; where there is an answer first."""
    several = len(set(rows["arm"])) > 1
    whom: dict[str, list[str]] = {}
    for row in records(rows):
        name = f"{row['subject']} ({row['arm']})" if several and row["arm"] else row["subject"]
        whom.setdefault(row["verdict"], []).append(name)
    ranked = sorted(whom.items(), key=lambda one: (one[0].startswith("cannot tell"), len(one[1])))
    return [(verdict, some(names, MOST_NAMED)) for verdict, names in ranked]
