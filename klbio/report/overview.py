"""Several comparisons at a glance: how far, above what, and which taxon led, a row each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from klbio.report.findings import contrasts, headline_rank
from klbio.report.formatting import bits, short_names, span
from klbio.report.table_views import TableView, view
from klbio.report.tables import Results, Route, records

__all__ = ["glance"]

MOST = 12
KEYS = ["before", "after", "arm"]


def glance(results: Results) -> TableView | None:
    """Put the comparisons side by side.

    Parameters
    ----------
    results : Results
        Taxa, or reads where no taxa were measured.

    Returns
    -------
    TableView or None
        A row per comparison and arm at the headline rank; None where there is only one comparison,
        which the findings tell.
    """
    route = results.shift if len(results.shift.tables["arms"]) else results.reads
    arms = route.tables["arms"]
    arms = arms[arms["rank"] == headline_rank(route)]
    if len(contrasts(arms)) < 2:
        return None
    caption = f"Every comparison, by {headline_rank(route)}"
    return view(pd.DataFrame(list(_rows(route, arms))), route.path("arms"), caption, most=MOST)


def _rows(route: Route, arms: pd.DataFrame) -> Iterator[dict[str, Any]]:
    named = len(set(arms["arm"])) > 1
    pairs = {_key(row): row for row in records(arms[arms["estimand"] == "pairs"])}
    leading = _leading(route)
    for row in records(arms[arms["estimand"] == "pooled"]):
        beside = pairs.get(_key(row), row)
        yield {
            "comparison": f"{row['before']} → {row['after']}",
            **({"arm": row["arm"]} if named else {}),
            "median shift (bits, pooled)": bits(row["median_bits"]),
            "lowest to highest": span(row["lowest_bits"], row["highest_bits"]),
            "above the floor": f"{row['n_above_floor']:.0f} of {row['n_subjects']:.0f}",
            "above own baseline (pairs)": _of_baseline(beside),
            "carried most by": leading.get(_key(row), ""),
        }


def _of_baseline(row: dict[str, Any]) -> str:
    known = row["n_with_baseline"]
    return f"{row['n_above_baseline']:.0f} of {known:.0f}" if known else "no baseline"


def _key(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in KEYS)


def _leading(route: Route) -> dict[tuple[str, ...], str]:
    """Name the taxon with the largest mean contribution of each comparison and arm, and its direction."""
    taxa = route.tables["taxa"]
    taxa = taxa[taxa["rank"] == headline_rank(route)]
    first = taxa.sort_values("mean_contribution_bits", ascending=False, kind="stable").drop_duplicates(KEYS)
    short = short_names(first["taxon"], 30)
    return {
        _key(row): f"{short[row['taxon']]} ({row['n_up']:.0f}↑ {row['n_down']:.0f}↓)"
        for row in records(first)
    }
