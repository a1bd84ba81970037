"""The parts on depth and on the conclusion, inside the section of choices."""

from __future__ import annotations

import pandas as pd

from klbio.report.figures.rarefaction import rarefied
from klbio.report.figures.svg import draw
from klbio.report.figures.taxa import shown_subjects
from klbio.report.table_views import view
from klbio.report.tables import Route

__all__ = ["conclusion", "depths"]


def depths(route: Route, rank: str, before: str, after: str) -> dict[str, object] | None:
    """Give the figure and the table of rarefied shifts; None where nothing was rarefied.

    Parameters
    ----------
    route : Route
        The taxa route.
    rank, before, after : str
        Which rows.
    """
    rows = _of(route.tables["rarefaction"], before, after)
    rows = rows[rows["rank"] == rank]
    if rows.empty:
        return None
    draws = sorted(set(rows["n_draws"]) - {0})
    return {
        "figure": draw(rarefied(rows, f"{route.name}-rarefaction")),
        "n_draws": draws[-1] if draws else 0,
        "n_shown": len(shown_subjects(rows)),
        "n_subjects": rows["subject"].nunique(),
        "table": view(rows, route.path("rarefaction"), "Every subject at every depth"),
    }


def conclusion(route: Route, before: str, after: str) -> dict[str, object] | None:
    """Count the choices that lead to the reported conclusion, and show those that do not.

    Parameters
    ----------
    route : Route
        The taxa route.
    before, after : str
        Which contrast.
    """
    rows = _of(route.tables["headline"], before, after)
    if rows.empty:
        return None
    judged = rows[rows["agrees"] != ""]
    same = {name for name in ("before", "after") if rows[name].nunique() < 2}
    columns = [name for name in map(str, rows) if name not in same]
    others = judged[judged["agrees"] == "no"]
    return {
        "n_judged": len(judged) - len(judged[judged["reported"]]),
        "n_agree": len(judged[(judged["agrees"] == "yes") & ~judged["reported"]]),
        "n_cannot": len(judged[judged["agrees"] == "cannot tell"]),
        "n_other": len(others),
        "others": view(others, route.path("headline"), "Choices that lead elsewhere", columns)
        if len(others)
        else None,
        "table": view(rows, route.path("headline"), "The headline under every choice", columns, most=200),
    }


def _of(rows: pd.DataFrame, before: str, after: str) -> pd.DataFrame:
    return rows[(rows["before"] == before) & (rows["after"] == after)]
