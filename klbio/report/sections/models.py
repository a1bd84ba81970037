"""Sections of the gene models and profile HMMs."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from klbio.report.figures.models import FRAMES, MOST_MODELS, PARTS, close_pairs, map_of_models
from klbio.report.figures.models_many import MOST_LINES, map_of_many
from klbio.report.figures.svg import Drawing, draw
from klbio.report.formatting import tool
from klbio.report.sections.choice import VALUE, across_tools, closest_pairs
from klbio.report.sections.choice import of_component as _component
from klbio.report.sections.letters import codons_of_pairs, site_logos
from klbio.report.sections.nearest import nearest_models
from klbio.report.sections.profiles import aligned_profiles, hidden_models
from klbio.report.sections.section import Section
from klbio.report.table_views import TableView, view
from klbio.report.tables import Route

__all__ = ["model_sections"]

MOST_CLOSE, MOST_SITES = 10, 4
NEAREST_COLUMNS = (
    "model_p",
    "tool_p",
    "model_q",
    "tool_q",
    VALUE,
    "D(q ‖ p) (bits)",
    "bases_to_tell_apart_stein",
)
NOUNS = {"durations": "duration", "transitions": "transition"}


def model_sections(route: Route) -> list[Section]:
    """Put together the sections that the tables of the models can fill."""
    return [
        *nearest_models(route),
        *_map(route),
        *_close(route),
        *codons_of_pairs(route),
        *_others(route),
        *site_logos(route),
        *_profiles(route),
        *aligned_profiles(route),
        *hidden_models(route),
        *_lint(route),
    ]


def _leaf_order(route: Route, pairs: pd.DataFrame) -> list[str]:
    """Models of the pairs by their place in the dendrogram; those without a place come last."""
    models = route.tables["models"].assign(leaf=pd.to_numeric(route.tables["models"]["leaf"]))
    present = set(pairs["model_p"])
    placed = models[models["model"].isin(present)].sort_values("leaf", kind="stable", na_position="last")
    return list(dict.fromkeys([*placed["model"], *pairs["model_p"]]))


def _drawn_map(route: Route, component: str) -> Drawing | None:
    pairs = _component(route, component)
    if pairs.empty:
        return None
    order, tree = _leaf_order(route, pairs), route.tables["dendrogram"]
    tree = tree[tree["component"] == component] if component == "coding" else tree.head(0)
    if component == "coding" and len(order) > MOST_MODELS:
        return draw(map_of_many(pairs, order, tree, "models-coding"))
    return draw(map_of_models(pairs, order, tree, f"models-{_stem(component)}", _unit(route, component)))


def _unit(route: Route, component: str) -> str:
    """Say what the numbers of a component are in: bases, segments and transitions are counted apart."""
    pairs = _component(route, component)
    return f"bits per {pairs['per'].iloc[0]}" if len(pairs) and "per" in pairs else "bits per base"


def _stem(component: str) -> str:
    """Give the name of a component as part of the name of a file."""
    return re.sub("[^a-z0-9]+", "-", component.lower())


def _map(route: Route) -> Iterator[Section]:
    pairs = _component(route, "coding")
    if pairs.empty:
        return
    models = route.tables["models"]
    yield Section(
        "models-map",
        "Gene models",
        "Which models are alike",
        "models_map",
        {
            "figure": _drawn_map(route, "coding"),
            "n_models": pairs["model_p"].nunique(),
            "most": MOST_LINES if pairs["model_p"].nunique() > MOST_MODELS else MOST_MODELS,
            "many": pairs["model_p"].nunique() > MOST_MODELS,
            "orders": list(dict.fromkeys(pairs["order"])),
            "nearest": _nearest(route),
            "pairs": view(
                pairs.sort_values(VALUE, kind="stable"),
                route.path("pairs"),
                "Every ordered pair, the closest first",
            ),
            "models": view(models, route.path("models"), "The models"),
        },
    )


def _nearest(route: Route) -> TableView:
    """Show the closest other model of each model, with the way back beside it."""
    pairs = _component(route, "coding")
    tools = dict(zip(route.tables["models"]["model"], route.tables["models"]["format"], strict=True))
    back = {(p, q): bits for p, q, bits in zip(pairs["model_p"], pairs["model_q"], pairs[VALUE], strict=True)}
    first = pairs.sort_values([VALUE, "model_q"], kind="stable").drop_duplicates("model_p")
    first = first.assign(
        tool_p=first["model_p"].map(tools).map(tool), tool_q=first["model_q"].map(tools).map(tool)
    )
    first["D(q ‖ p) (bits)"] = [
        back.get((q, p), float("nan")) for p, q in zip(first["model_p"], first["model_q"], strict=True)
    ]
    return view(
        first, route.path("pairs"), "The nearest other model of each model", NEAREST_COLUMNS, most=MOST_MODELS
    )


def _close(route: Route) -> Iterator[Section]:
    pairs = _component(route, "coding")
    if any(column not in pairs or pairs[column].isna().all() for column in (*FRAMES, *PARTS)):
        return
    chosen = closest_pairs(route, MOST_CLOSE)
    yield Section(
        "models-close",
        "Gene models",
        "Where close models differ",
        "models_close",
        {
            "figure": draw(close_pairs(chosen, "models-close")),
            "across": len(across_tools(route)) > 0,
            "n": len(chosen),
        },
    )


def _others(route: Route) -> Iterator[Section]:
    pairs, states = route.tables["pairs"], route.tables["states"]
    names = [name for name in dict.fromkeys(pairs["component"]) if name != "coding"]
    drawn = [
        (f"{NOUNS.get(name, name)} models, {_unit(route, name)}", drawing)
        for name in names
        if (drawing := _drawn_map(route, name))
    ]
    drawn += _drawn_sites(route)
    if not drawn and states.empty:
        return
    ordered = states.sort_values(VALUE, ascending=False, kind="stable")
    sites = route.tables["sites"].sort_values(VALUE, ascending=False, kind="stable")
    yield Section(
        "models-others",
        "Gene models",
        "What is not coding, and sites",
        "models_others",
        {
            "drawn": drawn,
            "states": view(ordered, route.path("states"), "Every state, the largest first")
            if len(states)
            else None,
            "sites": view(sites, route.path("sites"), "Every site, the largest first")
            if len(sites)
            else None,
        },
    )


def _drawn_sites(route: Route) -> list[tuple[str, Drawing]]:
    sites = route.tables["sites"]
    sites = sites[sites["model_p"] != sites["model_q"]]
    return [
        (
            f"models of the {site} site, bits per site",
            draw(
                map_of_models(
                    rows, _leaf_order(route, rows), rows.head(0), f"models-site-{i}", "bits per site"
                )
            ),
        )
        for i, (site, rows) in enumerate(list(sites.groupby("site", sort=False))[:MOST_SITES], 1)
    ]


def _profiles(route: Route) -> Iterator[Section]:
    profiles = route.tables["profiles"]
    if len(profiles):
        table = view(profiles, route.path("profiles"), "Profile HMMs against their background")
        yield Section("models-profiles", "Gene models", "Profile HMMs", "models_profiles", {"table": table})


def _lint(route: Route) -> Iterator[Section]:
    lint = route.tables["lint"]
    if route.was_run:
        table = (
            view(
                lint,
                route.path("lint"),
                "What the reader noticed",
                ("model", "severity", "component", "finding"),
                most=100,
            )
            if len(lint)
            else None
        )
        yield Section(
            "models-lint", "Gene models", "What the files revealed", "models_lint", {"table": table}
        )
