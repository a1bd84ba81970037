"""The tree of the taxa, cut down to the nodes inside which most of the shift took place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import altair as alt
import pandas as pd

from klbio.report.figures.key import key
from klbio.report.figures.layout import Spec, panel, stack
from klbio.report.figures.shift import grouped
from klbio.report.figures.style import DOWN, FAINT, INK, MUTED, NARROW, NEITHER, UP, WIDE
from klbio.report.figures.svg import Figure
from klbio.report.figures.taxa import MOST_ARMS
from klbio.report.formatting import bits, short_names
from klbio.report.tables import records

__all__ = ["MOST_NODES", "phylogeny"]

MOST_NODES = 16  # of an arm, those of the largest contribution
ROW, LARGEST = 21, 420  # pixels between nodes; area of the largest one
LETTERS = {"wide": 44, "narrow": 22}  # of a node's name
LETTER = 6.6
KEY = (
    ("dot", UP, "larger share afterwards"),
    ("dot", DOWN, "smaller share"),
    ("dot", NEITHER, "the same share"),
)
ORDER = ("mean_mass", "mean_contribution_bits", "clade")  # of the children of a node, the largest first
Node = dict[str, Any]


def phylogeny(means: pd.DataFrame, name: str) -> Figure:
    """Draw the nodes of the tree that carried most, each on a line of its own below the node above it.

    Parameters
    ----------
    means : DataFrame
        Rows of ``clade_means.tsv`` of the tree.
    name : str
        Stem of the file.

    Returns
    -------
    Figure
        Across is the distance from the root; the area of a node is its contribution, its colour the direction.
    """
    arms = {title: _lines(rows) for title, rows in list(grouped(means).items())[:MOST_ARMS]}
    shapes = {
        shape: stack(key(KEY, width), *(_panel(lines, title, width, shape) for title, lines in arms.items()))
        for shape, width in (("wide", WIDE), ("narrow", NARROW))
    }
    says = "Nodes of the tree: how much of the shift took place among the children of each, per arm."
    return Figure(name, says, shapes["wide"], shapes["narrow"])


def _lines(rows: pd.DataFrame) -> pd.DataFrame:
    """Place the chosen nodes, those of a node below it; where they part is kept too."""
    nodes = {row["clade"]: row for row in records(rows)}
    ranked = rows.sort_values(["mean_contribution_bits", "clade"], ascending=[False, True], kind="stable")
    chosen = set(ranked["clade"].head(MOST_NODES))
    below: dict[str, set[str]] = defaultdict(set)
    for clade in chosen:
        while clade in nodes and nodes[clade]["parent"] in nodes:
            below[nodes[clade]["parent"]].add(clade)
            clade = nodes[clade]["parent"]
    (root,) = {clade for clade, node in nodes.items() if node["parent"] not in nodes}
    drawn = list(_preorder(root, "", below, chosen, nodes))
    return pd.DataFrame(drawn).assign(line=range(len(drawn)))


def _preorder(
    clade: str, above: str, below: dict[str, set[str]], chosen: set[str], nodes: dict[str, Node]
) -> Iterator[Node]:
    """Give a node, then those below it; a node that is only passed through is left out."""
    waiting = [(clade, above)]
    while waiting:
        clade, above = waiting.pop()
        children = sorted(below[clade], key=lambda child: [nodes[child][name] for name in ORDER])
        if clade in chosen or len(children) > 1 or not above:
            yield {**nodes[clade], "above": above, "chosen": clade in chosen}
            above = clade
        waiting += [(child, above) for child in children]


def _panel(lines: pd.DataFrame, title: str, width: int, shape: str) -> Spec:
    furthest, letters = float(lines["root_distance"].max()) or 1.0, LETTERS[shape]
    room = max(width - 20 - letters * LETTER, 60)
    across = alt.Scale(domain=[0, furthest * (width - 20) / room], nice=False)
    down = alt.Scale(domain=[-0.7, len(lines) - 0.4], reverse=True, nice=False)
    place = {
        clade: (x, y)
        for clade, x, y in zip(lines["clade"], lines["root_distance"], lines["line"], strict=True)
    }
    rows = lines.assign(
        from_x=[place.get(above, (x, 0))[0] for above, x in zip(lines["above"], lines["root_distance"], strict=True)],
        from_y=[place.get(above, (0, y))[1] for above, y in zip(lines["above"], lines["line"], strict=True)],
        label=[_label(node, letters) for node in records(lines)],
        colour=[_colour(node) for node in records(lines)],
        tip=[_tip(node) for node in records(lines)],
    )  # fmt: skip
    x = alt.X(
        "root_distance:Q",
        scale=across,
        axis=alt.Axis(title="distance from the root, along the branches", tickCount=4),
    )
    y = alt.Y("line:Q", scale=down, axis=None)
    base = alt.Chart(rows).encode(x=x, y=y)
    ruled = {"color": MUTED, "strokeWidth": 1.0, "aria": False}
    chart = alt.layer(
        base.mark_rule(**ruled).encode(x=alt.X("from_x:Q", scale=across), x2="root_distance:Q"),
        base.mark_rule(**ruled).encode(
            x=alt.X("from_x:Q", scale=across), y=alt.Y("from_y:Q", scale=down, axis=None), y2="line:Q"
        ),
        base.mark_circle(opacity=1, stroke="white", strokeWidth=0.8).encode(
            size=alt.Size("mean_contribution_bits:Q", scale=alt.Scale(range=[12, LARGEST]), legend=None),
            color=alt.Color("colour:N", scale=None),
            description="tip:N",
        ),
        base.mark_text(align="left", baseline="middle", dx=13, fontSize=11, color=INK, aria=False).encode(
            text="label:N"
        ),
    )
    return panel(chart.properties(width=width - 20, height=ROW * len(lines) + 10, title=title))


def _label(node: Node, letters: int) -> str:
    if not node["chosen"]:
        return ""
    own = str(node["lineage"]).split(";")[-1] or node["clade"]
    told = f" ({int(node['n_tips'])} tips)" if node["n_tips"] > 1 else ""
    room = letters - len(told) - 8
    return f"{short_names([own], room)[own]}{told} {bits(node['mean_contribution_bits'])}"


def _colour(node: Node) -> str:
    if not node["chosen"]:
        return FAINT
    if node["mean_mass_after"] == node["mean_mass_before"]:
        return NEITHER
    return UP if node["mean_mass_after"] > node["mean_mass_before"] else DOWN


def _tip(node: Node) -> str:
    return (
        f"{node['clade']}: {bits(node['mean_contribution_bits'])} bits among its children; "
        f"{node['mean_mass_before']:.1%} before, {node['mean_mass_after']:.1%} after"
    )
