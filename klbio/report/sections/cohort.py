"""The section of the cohort: tests over subjects, taxon by taxon, and what the variation goes with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from klbio.phrases.permutation import cannot_give_less
from klbio.report.findings import contrasts, headline_rank
from klbio.report.formatting import count, p_value
from klbio.report.sections.section import Section
from klbio.report.table_views import TableView, view
from klbio.report.tables import Route, records

__all__ = ["cohort"]

MOST_TAXA, MOST_TOLD = 8, 12
WEAK = 0.05
TAXA_COLUMNS = (
    "before", "after", "test", "arm_a", "arm_b", "taxon", "mean_change_of_proportion", "q_value", "p_value",
    "smallest_p", "n_up", "n_down", "mean_change_low", "mean_change_high",
)  # fmt: skip


def cohort(route: Route, chapter: str, category: str) -> Iterator[Section]:
    """Put together what was tested over the cohort.

    Parameters
    ----------
    route : Route
        The taxa or the reads route.
    chapter : str
        Heading in the contents.
    category : str
        What is counted: ``taxon`` or ``k-mer``.
    """
    tests = route.tables["cohort"]
    if tests.empty:
        return
    several = len(contrasts(tests)) > 1
    groups = []
    for (rank, before, after), rows in tests.groupby(["rank", "before", "after"], sort=False):
        name = f"{rank}, {before} → {after}" if several else str(rank)
        groups.append((name, list(zip(rows["estimand"], rows["meaning"], strict=True))))
    holds = {
        "groups": groups,
        "weak": bool((tests["smallest_p"] > WEAK).any()),
        "category": category,
        "rank": headline_rank(route),
        "variation": _variation(route)[:MOST_TOLD],
        "taxa": _taxa(route),
        "tables": [view(tests, route.path("cohort"), "Every test"), *_tables(route, category)],
    }
    yield Section(f"{route.name}-cohort", chapter, "Cohort test", "cohort", holds)


def _taxa(route: Route) -> TableView | None:
    """Show the taxa of the headline rank with the smallest q."""
    taxa = route.tables["differential"]
    first = taxa[taxa["rank"] == headline_rank(route)].sort_values(["q_value", "p_value"], kind="stable")
    if first.empty:
        return None
    same = {name for name in ("before", "after", "test", "arm_a", "arm_b") if first[name].nunique() < 2}
    shown = first.head(MOST_TAXA)
    columns = [
        name for name in TAXA_COLUMNS if name not in same and name in first and shown[name].notna().any()
    ]
    return view(first, route.path("differential"), "The smallest q first", columns, most=MOST_TAXA)


def _variation(route: Route) -> list[tuple[str, str]]:
    """Say what the variation between samples goes with, at the headline rank."""
    rows = route.tables["permanova"]
    rows = rows[rows["rank"] == headline_rank(route)]
    several = len(contrasts(rows)) > 1
    told = []
    for row in records(rows):
        who = [row["arm"], f"{row['before']} → {row['after']}" if several else ""]
        told.append((" ".join(filter(None, who)) or "all", _meaning(row)))
    return told


def _meaning(row: dict[str, Any]) -> str:
    p = p_value(row["p_value"]) + cannot_give_less(row["smallest_p"])
    among = f"{count(row['n_samples'], 'sample')} of {count(row['n_subjects'], 'subject')}"
    before, after = (row.get(f"distance_to_centroid_{side}_sqrt_bits") for side in ("before", "after"))
    if before is not None and after is not None and before == before and after == after:
        nearer = "closer to their centre than" if after < before else "further from their centre than"
        return f"Samples after lie {nearer} samples before: {after:.2f} against {before:.2f} root-bits ({p})."
    share = f"{row['r_squared']:.0%} of the variation between {among}"
    if row["test"] == "phase within subjects":
        return f"Phase goes with {share}; PERMANOVA, permuted within subjects: {p}."
    return f"The {row['test']} goes with {share}; PERMANOVA: {p}."


def _tables(route: Route, category: str) -> Iterator[TableView]:
    """Give the whole of what else was asked of the cohort."""
    taxa, variation = route.tables["differential"], route.tables["permanova"]
    if not taxa.empty:
        first = taxa.sort_values(["q_value", "p_value"], kind="stable")
        caption = f"Each {category} across the cohort, the smallest q first"
        yield view(first, route.path("differential"), caption)
    if not variation.empty:
        caption = "Variation between samples: phase, subject and spread"
        yield view(variation, route.path("permanova"), caption)
