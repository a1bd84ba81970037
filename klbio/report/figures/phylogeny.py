"""The tree of the taxa, cut down to the nodes inside which most of the shift took place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import altair as alt
import pandas as pd

from klbio.report.figures.clades import direction
from klbio.report.figures.layout import Key, Spec, panel, stack
from klbio.report.figures.shift import grouped
from klbio.report.figures.style import DOWN, FAINT, INK, MUTED, NARROW, NEITHER, UP, WIDE
from klbio.report.figures.svg import Figure
from klbio.report.figures.taxa import MAX_ARMS
from klbio.report.formatting import bits, short_names
from klbio.report.rows import Rows
from klbio.schema import CladeMeanRow

__all__ = ["MAX_NODES", "Phylogeny"]

MAX_NODES = 16  # of an arm, those of the largest contribution
ROW, LARGEST = 21, 420  # pixels between nodes; area of the largest one
LETTERS = {WIDE: 44, NARROW: 22}  # of a node's name
LETTER = 6.6
KEY = (
    ("dot", UP, "larger share afterwards"),
    ("dot", DOWN, "smaller share"),
    ("dot", NEITHER, "the same share"),
)


@dataclass(frozen=True)
class Phylogeny(Figure):
    """The nodes of the tree that carried most, each on a line of its own below the node above it.

    Across is the distance from the root; the area of a node is its contribution, its colour the direction.

    Parameters
    ----------
    name : str
    means : Rows of CladeMeanRow
        Of the tree.
    """

    means: Rows[CladeMeanRow]

    @property
    def alt_text(self) -> str:
        """What it shows."""
        return "Nodes of the tree: how much of the shift took place among the children of each, per arm."

    @property
    def wide(self) -> Spec:
        """For a desk."""
        return self._stacked(WIDE)

    @property
    def narrow(self) -> Spec:
        """For a phone."""
        return self._stacked(NARROW)

    @cached_property
    def _arms(self) -> dict[str, _Tree]:
        return {title: _Tree(rows) for title, rows in list(grouped(self.means).items())[:MAX_ARMS]}

    def _stacked(self, width: int) -> Spec:
        panels = [tree.panel(width - 20, LETTERS[width], title) for title, tree in self._arms.items()]
        return stack(Key(KEY, width).spec(), *panels)


@dataclass(frozen=True)
class _Tree:
    """The nodes of one arm, of which the leading ones and the forks between them are drawn."""

    rows: Rows[CladeMeanRow]

    @cached_property
    def _nodes(self) -> dict[str, CladeMeanRow]:
        return {row.clade: row for row in self.rows}

    @cached_property
    def _chosen(self) -> set[str]:
        ranked = self.rows.ordered(lambda row: (-row.mean_contribution_bits, row.clade))
        return {row.clade for row in ranked.head(MAX_NODES)}

    @cached_property
    def _below(self) -> dict[str, set[str]]:
        """Node -> the nodes right below it that lead to a chosen one."""
        below: dict[str, set[str]] = defaultdict(set)
        for clade in self._chosen:
            while (parent := self._nodes[clade].parent) in self._nodes:
                below[parent].add(clade)
                clade = parent
        return below

    @property
    def _root(self) -> str:
        (root,) = (clade for clade, node in self._nodes.items() if node.parent not in self._nodes)
        return root

    def _size(self, clade: str) -> tuple[float, float, str]:
        node = self._nodes[clade]
        return node.mean_mass, node.mean_contribution_bits, clade

    def _preorder(self) -> Iterator[tuple[CladeMeanRow, str]]:
        """Give a node and the one it hangs on, then those below it; what is only passed through is left out."""
        waiting = [(self._root, "")]
        while waiting:
            clade, above = waiting.pop()
            children = sorted(self._below[clade], key=self._size)
            if clade in self._chosen or len(children) > 1 or not above:
                yield self._nodes[clade], above
                above = clade
            waiting += [(child, above) for child in children]

    def _placed(self, letters: int) -> Iterator[dict[str, str | float]]:
        place: dict[str, tuple[float, int]] = {}
        for line, (node, above) in enumerate(self._preorder()):
            x = node.root_distance or 0.0
            place[node.clade] = x, line
            chosen = node.clade in self._chosen
            yield {
                "x": x, "line": line, "size": node.mean_contribution_bits,
                "from_x": place.get(above, (x, 0))[0], "from_y": place.get(above, (0, line))[1],
                "label": _label(node, letters) if chosen else "",
                "colour": direction(node) if chosen else FAINT,
                "tip": f"{node.clade}: {bits(node.mean_contribution_bits)} bits among its children; "
                f"{node.mean_mass_before:.1%} before, {node.mean_mass_after:.1%} after",
            }  # fmt: skip

    def panel(self, width: int, letters: int, title: str) -> Spec:
        """Draw the nodes, their names to the right of them."""
        data = pd.DataFrame(self._placed(letters))
        room = max(width - letters * LETTER, 60)
        furthest = float(data["x"].max()) or 1.0
        across = alt.Scale(domain=[0, furthest * width / room], nice=False)
        down = alt.Scale(domain=[-0.7, len(data) - 0.4], reverse=True, nice=False)
        axis = alt.Axis(title="distance from the root, along the branches", tickCount=4)
        base = alt.Chart(data).encode(
            x=alt.X("x:Q", scale=across, axis=axis), y=alt.Y("line:Q", scale=down, axis=None)
        )
        rule = base.mark_rule(color=MUTED, strokeWidth=1.0, aria=False)
        from_x, from_y = alt.X("from_x:Q", scale=across), alt.Y("from_y:Q", scale=down, axis=None)
        branches = (
            rule.encode(x=from_x, x2=alt.X2("x:Q")),
            rule.encode(x=from_x, y=from_y, y2=alt.Y2("line:Q")),
        )
        height = ROW * len(data) + 10
        return panel(*branches, *_marks(base), title=title, width=width, height=height)


def _marks(base: alt.Chart) -> list[alt.Chart]:
    """The nodes and their names."""
    size = alt.Size("size:Q", scale=alt.Scale(range=[12, LARGEST]), legend=None)
    circles = base.mark_circle(opacity=1, stroke="white", strokeWidth=0.8)
    names = base.mark_text(align="left", baseline="middle", dx=13, fontSize=11, color=INK, aria=False)
    return [
        circles.encode(
            size=size, color=alt.Color("colour:N", scale=None), description=alt.Description("tip:N")
        ),
        names.encode(text=alt.Text("label:N")),
    ]


def _label(node: CladeMeanRow, letters: int) -> str:
    own = node.lineage.split(";")[-1] or node.clade
    tips = f" ({node.n_tips} tips)" if node.n_tips > 1 else ""
    room = letters - len(tips) - 8
    return f"{short_names([own], room)[own]}{tips} {bits(node.mean_contribution_bits)}"
