"""The section of the population: whether its centre, its spread or the form of its spread changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from klbio.report.findings import headline_rank
from klbio.report.sections.section import Section
from klbio.report.table_views import view
from klbio.report.tables import Route, records

__all__ = ["population"]

COLUMNS = (
    *("arm", "before", "after", "part", "relative_entropy_bits", "low_bits", "high_bits", "null_bits"),
    *("null_high_bits", "p_value", "smallest_p", "n_subjects"),
)


def population(route: Route, chapter: str, category: str) -> Iterator[Section]:
    """Put together the population's shift at the headline rank, a row for each part.

    Parameters
    ----------
    route : Route
        The taxa or the reads route.
    chapter : str
        Heading in the contents.
    category : str
        Not used: the parts are the same for all.
    """
    rows = route.tables["population"]
    if rows.empty:
        return
    shown = rows[rows["rank"] == headline_rank(route)]
    measured = shown[(shown["note"] == "") & (shown["order"] == "after || before")]
    several = {name for name in ("before", "after", "arm") if shown[name].nunique() > 1}
    columns = [name for name in COLUMNS if name in several or name not in ("before", "after", "arm")]
    holds = {
        "rank": headline_rank(route),
        "notes": [_note(row) for row in records(shown[shown["note"] != ""])],
        "parts": view(measured, route.path("population"), "D(after ‖ before) and its parts", columns)
        if len(measured)
        else None,
        "table": view(rows, route.path("population"), "Every rank, order and part"),
    }
    yield Section(f"{route.name}-population", chapter, "The population", "population", holds)


def _note(row: dict[str, Any]) -> str:
    return f"{row['arm']} {row['before']} → {row['after']}".strip() + f": {row['note']}"
