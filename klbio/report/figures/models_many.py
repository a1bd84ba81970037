"""Many gene models: a line each with its name, the map of both directions and the tree lying beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import altair as alt
import pandas as pd

from klbio.report.figures.key import key
from klbio.report.figures.layout import Spec, grid, panel, stack
from klbio.report.figures.style import LARGE_IS_DARK, MUTED, NARROW, WIDE
from klbio.report.figures.svg import Figure
from klbio.report.formatting import bits, short_names

__all__ = ["MOST_LINES", "map_of_many"]

MOST_LINES = 200
LINE, LETTER, LABELS, TREE = 10, 9, 128, 110  # pixels: of a line, of its name, of all names, of the tree
EVERY = 10  # columns from one number to the next
VALUE = "relative_entropy_bits"
SHADES = LARGE_IS_DARK  # as many steps of colour as it has


def map_of_many(pairs: pd.DataFrame, order: list[str], tree: pd.DataFrame, name: str) -> Figure:
    """Draw D(p ‖ q) of every ordered pair of more models than fit with their names twice.

    Parameters
    ----------
    pairs : DataFrame
        Rows of the models' ``pairs.tsv`` of one component, both orders.
    order : list of str
        Models in the order of the leaves.
    tree : DataFrame
        Segments of ``dendrogram.tsv`` of the component; may have no rows.
    name : str
        Stem of the file.

    Returns
    -------
    Figure
        Lines are p, by name; columns are q, the same models in the same order, by number.
    """
    whole = len(order) <= MOST_LINES
    order = order[:MOST_LINES]
    short = short_names(order, 20)
    labels = [f"{short[model]}  {i}" for i, model in enumerate(order, 1)]
    largest = float(pairs.loc[pairs[VALUE] != float("inf"), VALUE].max())
    runs = pd.DataFrame(_runs(pairs, order, largest), columns=["p", "start", "end", "colour"])
    beside = [_tree(tree, len(order), TREE)] if whole and len(tree) else []
    heat = _heat(runs, labels, WIDE - LABELS - TREE - 20)
    says = f"Relative entropy in bits per base of every ordered pair of {len(order)} models, a line each."
    alone = [_names(labels, NARROW - LABELS - TREE - 40), *beside]
    full = dict(zip(labels, order, strict=True))
    return Figure(
        name,
        says,
        stack(key(_key(largest), WIDE - LABELS), grid([heat, *beside], 2, spacing=6)),
        grid(alone, 2, spacing=6),
        full,
    )


def _key(largest: float) -> list[tuple[str, str, str]]:
    """Give each shade up to how many bits it goes."""
    n = len(SHADES)
    return [("square", shade, f"to {bits(largest * ((i + 1) / n) ** 2)}") for i, shade in enumerate(SHADES)]


def _runs(pairs: pd.DataFrame, order: list[str], largest: float) -> Iterator[tuple[int, int, int, str]]:
    """Join neighbours of one shade: a map of two hundred models has forty thousand squares."""
    place = {model: i for i, model in enumerate(order)}
    shade: dict[tuple[int, int], str] = {}
    for p, q, value in zip(pairs["model_p"], pairs["model_q"], pairs[VALUE], strict=True):
        if p != q and p in place and q in place:
            share = min(value / largest, 1.0) if largest > 0 else 0.0
            shade[place[p], place[q]] = SHADES[min(int(share**0.5 * len(SHADES)), len(SHADES) - 1)]
    for i in range(len(order)):
        cells = [(shade.get((i, j), "white"), j) for j in range(len(order))]
        for colour, run in groupby(cells, key=itemgetter(0)):
            columns = [j for _, j in run]
            if colour != "white":
                yield i, columns[0], columns[-1] + 1, colour


def _rows(labels: list[str], named: bool) -> dict[str, Any]:
    axis = alt.Axis(
        values=[i + 0.5 for i in range(len(labels))], labelFontSize=LETTER, labelPadding=3, ticks=False,
        domain=False, grid=False, labelOverlap=False, labelExpr=f"{json.dumps(labels)}[floor(datum.value)]", title=None,
    )  # fmt: skip
    scale = alt.Scale(domain=[0, len(labels)], reverse=True, nice=False)
    return {"scale": scale, "axis": axis if named else None}


def _heat(runs: pd.DataFrame, labels: list[str], width: int) -> Spec:
    n = len(labels)
    numbers = [i + 0.5 for i in range(EVERY - 1, n, EVERY)]
    x = alt.X(
        "start:Q",
        scale=alt.Scale(domain=[0, n], nice=False),
        axis=alt.Axis(
            orient="top", values=numbers, labelExpr="format(datum.value + 0.5, 'd')", grid=False, domain=False,
            ticks=False, labelFontSize=LETTER, title="q: the model that codes, by its number", labelPadding=2,
        ),
    )  # fmt: skip
    data = runs.assign(low=runs["p"] + 1)
    chart = (
        alt.Chart(data)
        .mark_rect(stroke=None, aria=False)
        .encode(
            x=x,
            x2="end:Q",
            y=alt.Y("p:Q", **_rows(labels, True)),
            y2="low:Q",
            color=alt.Color("colour:N", scale=None),
        )
    )
    return panel(chart.properties(width=width, height=LINE * n))


def _names(labels: list[str], width: int) -> Spec:
    """Draw the names alone, for a page too narrow for the map."""
    rows = pd.DataFrame({"p": range(len(labels))})
    chart = alt.Chart(rows).mark_point(opacity=0, aria=False).encode(y=alt.Y("p:Q", **_rows(labels, True)))
    return panel(chart.properties(width=width, height=LINE * len(labels)))


def _tree(tree: pd.DataFrame, leaves: int, width: int) -> Spec:
    lines = tree.assign(a=tree["x1"] + 0.5, b=tree["x2"] + 0.5)[["a", "b", "y1", "y2"]]
    y = alt.Y("a:Q", scale=alt.Scale(domain=[0, leaves], reverse=True, nice=False), axis=None)
    x = alt.X(
        "y1:Q",
        scale=alt.Scale(nice=False),
        axis=alt.Axis(title="bits per base", orient="top", tickCount=3, grid=False, labelFontSize=LETTER),
    )
    chart = alt.Chart(lines).mark_rule(color=MUTED, strokeWidth=1, aria=False)
    return panel(chart.encode(x=x, y=y, x2="y2:Q", y2="b:Q").properties(width=width, height=LINE * leaves))
