"""Who was compared: samples and reads of each subject on either side, before any number is believed."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.report.findings import headline_rank
from klbio.report.formatting import some
from klbio.report.sections.section import Section
from klbio.report.table_views import view
from klbio.report.tables import Route

__all__ = ["design"]

MOST_TOLD = 8
COLUMNS = (
    "subject", "arm", "before", "after", "n_before", "n_after", "depth_before", "depth_after", "n_baseline_pairs",
)  # fmt: skip


def design(route: Route, chapter: str, category: str) -> Iterator[Section]:
    """Show the samples behind each comparison, and which subjects the design leaves without something.

    Parameters
    ----------
    route : Route
        The taxa or the reads route.
    chapter : str
        Heading in the contents.
    category : str
        What is counted: ``taxon`` or ``k-mer``.
    """
    pairs = route.tables["pairs"]
    rows = pairs[(pairs["rank"] == headline_rank(route)) & (pairs["estimand"] == "pairs")]
    if rows.empty:
        return
    same = {name for name in ("arm", "before", "after") if rows[name].nunique() < 2}
    alone = rows[(rows["n_before"] == 1) | (rows["n_after"] == 1)]
    arms = rows.groupby("subject", sort=False)["arm"].nunique()
    holds = {
        "category": category,
        "alone": some(list(dict.fromkeys(alone["subject"])), MOST_TOLD),
        "crossed": some(list(arms.index[arms > 1]), MOST_TOLD),
        "table": view(
            rows,
            route.path("pairs"),
            "Samples and reads of every subject",
            [name for name in COLUMNS if name not in same],
        ),
    }
    yield Section(f"{route.name}-design", chapter, "Who was compared", "design", holds)
