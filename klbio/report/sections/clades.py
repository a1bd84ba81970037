"""Where in the tree of life the shift took place."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.report.figures.clades import icicle, rank_bars
from klbio.report.figures.phylogeny import MOST_NODES, phylogeny
from klbio.report.figures.svg import draw
from klbio.report.figures.taxa import shown_subjects
from klbio.report.sections.section import Section
from klbio.report.table_views import view
from klbio.report.tables import Route

__all__ = ["clades"]

COLUMNS = (
    *("arm", "before", "after", "clade", "lineage", "n_tips", "mean_mass_before", "mean_mass_after"),
    *("mean_contribution_bits", "mean_share", "cumulative_share", "n_up", "n_down", "n_subjects"),
)


def clades(route: Route, chapter: str, category: str) -> Iterator[Section]:
    """Show the clades that carried the shift: taxonomy, ranks, and the nodes of the tree."""
    means, split = route.tables["clade_means"], route.tables["rank_split"]
    if means.empty:
        return
    taxonomy, tree = (means[means["source"] == source] for source in ("taxonomy", "tree"))
    largest = (rows.sort_values("mean_contribution_bits", ascending=False) for rows in (taxonomy, tree))
    captions = ("Clades of the taxonomy, means per arm", "Nodes of the tree, means per arm")
    tables = [
        view(rows, route.path("clade_means"), caption, COLUMNS)
        for rows, caption in zip(largest, captions, strict=True)
        if len(rows)
    ]
    holds = {
        "icicle": draw(icicle(taxonomy, f"{route.name}-clades")) if len(taxonomy) else None,
        "tree": draw(phylogeny(tree, f"{route.name}-tree")) if len(tree) else None,
        "n_nodes": MOST_NODES,
        "ranks": draw(rank_bars(split, f"{route.name}-ranks")) if len(split) else None,
        "n_shown": len(shown_subjects(split)) if len(split) else 0,
        "n_subjects": split["subject"].nunique(),
        "tables": tables,
        "split": view(split, route.path("rank_split"), "What each rank adds, subject by subject")
        if len(split)
        else None,
    }
    yield Section(f"{route.name}-clades", chapter, "Where in the tree of life", "clades", holds)
