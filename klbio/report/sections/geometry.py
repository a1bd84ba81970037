"""Bits beside work along the tree, and when to prefer which."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.report.sections.section import Section
from klbio.report.table_views import view
from klbio.report.tables import Route, records

__all__ = ["geometry"]


def geometry(route: Route, chapter: str, category: str) -> Iterator[Section]:
    """Show each subject's place by either measure; nothing where no tree was given."""
    rows = route.tables["geometry"]
    if rows.empty:
        return
    pooled = rows[rows["estimand"] == "pooled"].sort_values("places_apart", ascending=False, kind="stable")
    holds = {
        "furthest": next(iter(records(pooled.head(1))), None),
        "n_subjects": pooled["subject"].nunique(),
        "table": view(rows, route.path("geometry"), "Every subject by bits and along the tree"),
    }
    yield Section(f"{route.name}-geometry", chapter, "Bits or branches", "geometry", holds)
