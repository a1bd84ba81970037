"""Which pairs of gene models are shown: the closest, of different tools where there are several."""

from __future__ import annotations

import pandas as pd

from klbio.report.tables import Route

__all__ = ["VALUE", "across_tools", "closest_pairs", "of_component"]

VALUE = "relative_entropy_bits"


def of_component(route: Route, component: str) -> pd.DataFrame:
    """Give the rows of one component, a model against itself left out."""
    pairs = route.tables["pairs"]
    return pairs[(pairs["component"] == component) & (pairs["model_p"] != pairs["model_q"])]


def across_tools(route: Route) -> pd.DataFrame:
    """Give the coding pairs of models of different tools; none where all are of one."""
    pairs = of_component(route, "coding")
    tools = dict(zip(route.tables["models"]["model"], route.tables["models"]["format"], strict=True))
    return pairs[pairs["model_p"].map(tools) != pairs["model_q"].map(tools)]


def closest_pairs(route: Route, most: int) -> pd.DataFrame:
    """Give the closest coding pairs in their shorter direction, each pair once."""
    across = across_tools(route)
    ranked = across if len(across) else of_component(route, "coding")
    ranked = ranked.sort_values([VALUE, "model_p"], kind="stable")
    twin = [frozenset(pair) for pair in zip(ranked["model_p"], ranked["model_q"], strict=True)]
    return ranked[~pd.Series(twin, index=ranked.index, dtype=object).duplicated()].head(most)
