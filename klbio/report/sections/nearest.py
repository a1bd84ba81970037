"""The section of the query: which known model is closest to it, and by how much."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.report.figures.nearest import MATCHED, MOST_RANKED, ranking
from klbio.report.figures.svg import draw
from klbio.report.formatting import count
from klbio.report.sections.section import Section
from klbio.report.table_views import view
from klbio.report.tables import Route, records

__all__ = ["nearest_models"]

COLUMNS = (
    *("rank", "rank_gc_matched", "model", "format", "excess_bits_per_base", "excess_low_bits_per_base"),
    *("excess_high_bits_per_base", "above_best_bits_per_base", "above_best_low_bits_per_base"),
    *("above_best_high_bits_per_base", "gc_matched_bits_per_base", "gc_only_bits_per_base"),
    *("bases_to_tell_from_best_stein", "bases_to_tell_from_best_chernoff"),
)
MOST_ROWS = 10


def nearest_models(route: Route) -> Iterator[Section]:
    """Show the ranked models of ``nearest.tsv``, where there is one."""
    rows = route.tables["nearest"]
    if rows.empty:
        return
    first = records(rows.head(1))[0]
    columns = [name for name in COLUMNS if name in rows and rows[name].astype(str).str.len().any()]
    columns = [name for name in columns if rows[name].notna().any()]
    n_genes = first.get("n_genes")
    holds = {
        "query": first["query"],
        "of_genes": first.get("query_kind") != "model",
        "n_genes": count(n_genes, "gene") if n_genes == n_genes and n_genes is not None else "",
        "warning": first["warning"],
        "matched": MATCHED in rows and bool(rows[MATCHED].notna().any()),
        "n_shown": min(len(rows), MOST_RANKED),
        "n_models": len(rows),
        "figure": draw(ranking(rows, "models-nearest")),
        "table": view(rows, route.path("nearest"), "The closest models", columns, most=MOST_ROWS),
        "whole": view(rows, route.path("nearest"), "Every model and every column", most=200),
    }
    yield Section(
        "models-nearest", "Gene models", "Which model is closest to the query", "models_nearest", holds
    )
