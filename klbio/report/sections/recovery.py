"""The section on the way back after a disturbance: a sentence per subject, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.report.sections.section import Section
from klbio.report.sentences import contrasts, headline_rank
from klbio.report.tables import Route, records
from klbio.report.views import view

__all__ = ["recovery"]

MOST_TOLD = 24
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
        (f"{before} → {after}", records(rows[(rows["before"] == before) & (rows["after"] == after)]))
        for before, after in contrasts(rows)
    ]
    holds = {
        "groups": [(name, members[:MOST_TOLD], len(members)) for name, members in groups],
        "rank": headline_rank(route),
        "table": view(rows, route.path("recovery"), "The way back in numbers", COLUMNS),
    }
    yield Section(f"{route.name}-recovery", chapter, "Did it come back?", "recovery", holds)
