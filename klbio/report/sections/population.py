"""The section of the population: whether its centre, its spread or the form of its spread changed."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.report.sections.section import Section
from klbio.report.sentences import headline_rank
from klbio.report.tables import Route, records
from klbio.report.views import view
from klbio.report.words import bits, p_value, span

__all__ = ["population"]


def population(route: Route, chapter: str, category: str) -> Iterator[Section]:
    """Put together the population's shift at the headline rank, a line for each part.

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
    shown = records(rows[rows["rank"] == headline_rank(route)])
    told = [
        {
            "who": f"{row['arm']} {row['before']} → {row['after']}".strip(),
            "says": row["note"]
            or f"D({row['order'].replace('||', '‖')}), {row['part']}: {bits(row['relative_entropy_bits'])} bits "
            f"({span(row['low_bits'], row['high_bits'])}); {bits(row['null_bits'])} if nothing had changed; "
            f"{p_value(row['p_value'])}",
        }
        for row in shown
        if row["note"] or row["order"] == "after || before"
    ]
    holds = {"told": told, "table": view(rows, route.path("population"), "Every rank, order and part")}
    yield Section(f"{route.name}-population", chapter, "The population", "population", holds)
