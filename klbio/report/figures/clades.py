"""Where in the tree of life: the taxonomy as an icicle, and what each rank adds."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import altair as alt
import pandas as pd

from klbio.report.figures.key import key
from klbio.report.figures.layout import Spec, panel, stack
from klbio.report.figures.shift import grouped
from klbio.report.figures.style import DOWN, FAINT, INK, LARGE_IS_DARK, NARROW, NEITHER, UP, WIDE
from klbio.report.figures.svg import Figure
from klbio.report.figures.taxa import MOST_ARMS, shown_subjects
from klbio.report.formatting import bits, short_names
from klbio.report.tables import records

__all__ = ["icicle", "rank_bars"]

HEIGHT, LOW = 430, 250  # pixels of a panel: of up to two, of more
LEAST, LABELLED = 3.0, 13.0  # pixels of a clade drawn by itself, of one with its name
LETTER = 7.2
HUES = {"up": ("#f8efe9", UP), "down": ("#ebf1f7", DOWN), "none": ("#f1f3f5", NEITHER)}
KEY = (
    ("square", UP, "larger share afterwards"),
    ("square", DOWN, "smaller share"),
    ("square", NEITHER, "the same share"),
    ("square", FAINT, "several small clades"),
)
SHADES = LARGE_IS_DARK[:0:-1]  # dark for the highest rank; the palest is too near the page
Node = dict[str, Any]


def icicle(means: pd.DataFrame, name: str) -> Figure:
    """Draw the taxonomy with the part of the shift that took place inside each clade.

    Parameters
    ----------
    means : DataFrame
        Rows of ``clade_means.tsv`` of the taxonomy.
    name : str
        Stem of the file.

    Returns
    -------
    Figure
        A column per rank; height is mean mass, depth of colour the contribution, its hue the direction.
    """
    largest = float(means["mean_contribution_bits"].max())
    arms = list(grouped(means).items())[:MOST_ARMS]
    height = HEIGHT if len(arms) <= 2 else LOW
    shapes = {}
    for shape, width in (("wide", WIDE), ("narrow", NARROW)):
        panels = [_panel(rows, title, width, height, largest, shape == "narrow") for title, rows in arms]
        shapes[shape] = stack(key(KEY, width), *panels)
    says = "The taxonomy, rank by rank: how much of the shift took place inside each clade, per arm."
    return Figure(name, says, shapes["wide"], shapes["narrow"])


def _panel(rows: pd.DataFrame, title: str, width: int, height: int, largest: float, last_only: bool) -> Spec:
    cells = pd.DataFrame(_cells(rows, height, largest))
    if last_only:  # a phone has room for every other column only
        depths = sorted(set(cells["depth"]))[1::2] or [0]
        cells = cells[cells["depth"].isin(depths)]
        cells = cells.assign(depth=cells["depth"].map({depth: i for i, depth in enumerate(depths)}))
    columns = int(cells["depth"].max()) + 1
    room = max(int((width - 8) / columns / LETTER) - 1, 1)
    short = {clade: short_names([clade.split(";")[-1]], room).popitem()[1] for clade in set(cells["clade"])}
    cells = cells.assign(
        left=cells["depth"], right=cells["depth"] + 1,
        label=[short[r["clade"]] if r["tall"] else "" for r in records(cells)],
    )  # fmt: skip
    heads = cells.drop_duplicates("depth")[["depth", "rank"]]
    x = alt.Scale(domain=[0, columns], nice=False)
    y = alt.Scale(domain=[-26, height], reverse=True, nice=False)
    fill = alt.Color("colour:N", scale=None)
    base = alt.Chart(cells).encode(
        x=alt.X("left:Q", scale=x, axis=None), y=alt.Y("top:Q", scale=y, axis=None)
    )
    text = {"align": "left", "baseline": "middle", "dx": 4, "fontSize": 11, "aria": False}
    chart = alt.layer(
        base.mark_rect(stroke="white", strokeWidth=0.8).encode(
            x2="right:Q", y2="bottom:Q", color=fill, description="tip:N"
        ),
        base.mark_text(**text).encode(
            y=alt.Y("middle:Q", scale=y, axis=None), text="label:N", color=alt.Color("ink:N", scale=None)
        ),
        alt.Chart(heads.assign(at=-12))
        .mark_text(**{**text, "fontWeight": "bold"})
        .encode(
            x=alt.X("depth:Q", scale=x, axis=None),
            y=alt.Y("at:Q", scale=y, axis=None),
            text="rank:N",
            color=alt.value(INK),
        ),
    )
    return panel(chart.properties(width=width - 8, height=height + 26, title=title))


def _cells(rows: pd.DataFrame, height: int, largest: float) -> list[Node]:
    """Place the clades: each inside the height of its parent, the largest on top, tiny ones as one."""
    inside: dict[tuple[str, int], list[Node]] = defaultdict(list)
    for row in records(rows.sort_values(["mean_mass", "clade"], ascending=[False, True])):
        inside[row["parent"], int(row["depth"]) - 1].append(row)
    cells: list[Node] = []
    waiting = [(row, 0.0) for row in inside["", -1]]
    while waiting:
        node, top = waiting.pop()
        cells.append(_cell(node, top, height, largest))
        children, below = inside[node["clade"], int(node["depth"])], top
        small = [child for child in children if child["mean_mass"] * height < LEAST]
        for child in children[: len(children) - len(small)]:
            waiting.append((child, below))
            below += child["mean_mass"] * height
        end = top + node["mean_mass"] * height
        if small and end - below > 0.3:
            cells.append(_rest(small, below, end))
    return cells


def _cell(node: Node, top: float, whole: int, largest: float) -> Node:
    height = node["mean_mass"] * whole
    direction = "up" if node["mean_mass_after"] > node["mean_mass_before"] else "down"
    strength = (node["mean_contribution_bits"] / largest) ** 0.5 if largest > 0 else 0.0
    light, full = HUES["none" if node["mean_mass_after"] == node["mean_mass_before"] else direction]
    tip = (
        f"{node['clade']}: {bits(node['mean_contribution_bits'])} bits among its members; "
        f"{node['mean_mass_before']:.1%} before, {node['mean_mass_after']:.1%} after"
    )
    return {
        "clade": node["clade"], "rank": "all" if node["depth"] == 0 else node["rank"], "depth": int(node["depth"]),
        "top": top, "bottom": top + height, "middle": top + height / 2, "tall": height >= LABELLED,
        "colour": _blend(light, full, strength), "ink": "white" if strength > 0.72 else INK, "tip": tip,
    }  # fmt: skip


def _rest(small: list[Node], top: float, bottom: float) -> Node:
    tall = bottom - top >= LABELLED
    return {
        "clade": f"{len(small)} small", "rank": small[0]["rank"], "depth": int(small[0]["depth"]),
        "top": top, "bottom": bottom, "middle": (top + bottom) / 2, "tall": tall, "colour": FAINT, "ink": INK,
        "tip": f"{len(small)} small clades; all are in the table",
    }  # fmt: skip


def _blend(light: str, full: str, strength: float) -> str:
    """Give the colour that far on the way from `light` to `full`."""
    pairs = [(int(light[i : i + 2], 16), int(full[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * strength):02x}" for a, b in pairs)


def rank_bars(split: pd.DataFrame, name: str) -> Figure:
    """Draw each subject's shift as a bar cut by rank: how much each rank adds to those above it."""
    rows = split[split["subject"].isin(shown_subjects(split)) & (split["added_bits"] > 0)]
    order = [rank for rank in dict.fromkeys(split["rank"]) if rank in set(rows["rank"])]
    colours = {rank: _shade(i, len(order)) for i, rank in enumerate(order)}
    rows = rows.assign(
        step=rows["rank"].map({rank: i for i, rank in enumerate(order)}),
        colour=rows["rank"].map(colours),
        who=rows["subject"].map(short_names(dict.fromkeys(rows["subject"]), 18)),
        tip=[f"{r['subject']}, {r['rank']}: {bits(r['added_bits'])} bits" for r in records(rows)],
    )
    entries = [("square", colour, rank) for rank, colour in colours.items()]
    shapes = {}
    for shape, width in (("wide", WIDE - 160), ("narrow", NARROW - 135)):
        scale = alt.Scale(domain=[0, float(split["cumulative_bits"].max())], nice=True)
        panels = [
            panel(_stacked(group, scale).properties(width=width, title=title))
            for title, group in grouped(rows).items()
        ]
        shapes[shape] = stack(key(entries, width), *panels)
    says = "Bits of each subject's shift that each rank of the taxonomy adds to the ranks above it."
    return Figure(name, says, shapes["wide"], shapes["narrow"])


def _shade(i: int, n: int) -> str:
    """Give the i-th of n shades, from dark to light, each a colour of its own."""
    at = i / max(n - 1, 1) * (len(SHADES) - 1)
    step = min(int(at), len(SHADES) - 2)
    return _blend(SHADES[step], SHADES[step + 1], at - step)


def _stacked(rows: pd.DataFrame, scale: alt.Scale) -> alt.Chart:
    return (
        alt.Chart(rows)
        .mark_bar(stroke="white", strokeWidth=0.6)
        .encode(
            x=alt.X(
                "added_bits:Q",
                scale=scale,
                stack="zero",
                axis=alt.Axis(title="bits, as observed", tickCount=6),
            ),
            y=alt.Y("who:N", sort=None, title=None, scale=alt.Scale(paddingInner=0.3)),
            color=alt.Color("colour:N", scale=None),
            order="step:Q",
            description="tip:N",
        )
        .properties(height=alt.Step(18))
    )
