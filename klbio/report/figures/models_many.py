"""Many gene models: a line each with its name, the map of both directions and the tree lying beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import altair as alt
import pandas as pd

from klbio.report.figures.layout import Key, Mark, Spec, grid, panel, stack
from klbio.report.figures.models import OfDivergence
from klbio.report.figures.style import LARGE_IS_DARK, MUTED, NARROW, WIDE
from klbio.report.figures.svg import Figure
from klbio.report.formatting import bits, short_names
from klbio.report.rows import Rows
from klbio.schema import DendrogramRow

__all__ = ["MAX_LINES", "MapOfMany"]

MAX_LINES = 200
LINE, LETTER, LABELS, TREE = 10, 9, 128, 110  # pixels: of a line, of its name, of all names, of the tree
EVERY = 10  # columns from one number to the next
SHADES = LARGE_IS_DARK  # as many steps of colour as it has
WHITE = "white"


@dataclass(frozen=True)
class MapOfMany(Figure):
    """D(p ‖ q) of every ordered pair of more models than fit with their names twice.

    Lines are p, by name; columns are q, the same models in the same order, by number.

    Parameters
    ----------
    name : str
    pairs : Rows
        Of one component, both orders.
    order : list of str
        Models in the order of the leaves.
    tree : Rows of DendrogramRow
        Segments of the component's dendrogram; may be none.
    """

    pairs: Rows[OfDivergence]
    order: list[str]
    tree: Rows[DendrogramRow]

    @property
    def alt_text(self) -> str:
        """What it shows."""
        n = len(self._drawn)
        return f"Relative entropy in bits per base of every ordered pair of {n} models, a line each."

    @property
    def full_names(self) -> Mapping[str, str]:
        """Label -> model."""
        return dict(zip(self._labels, self._drawn, strict=True))

    @property
    def wide(self) -> Spec:
        """The map, and the tree beside it."""
        heat = self._heat(WIDE - LABELS - TREE - 20)
        return stack(Key(self._entries, WIDE - LABELS).spec(), grid([heat, *self._beside], 2, spacing=6))

    @property
    def narrow(self) -> Spec:
        """The names alone, on a page too narrow for the map, and the tree beside them."""
        data = pd.DataFrame({"p": range(len(self._drawn))})
        points = alt.Chart(data).mark_point(opacity=0, aria=False).encode(y=self._lines("p:Q"))
        names = panel(points.properties(width=NARROW - LABELS - TREE - 40, height=LINE * len(self._drawn)))
        return grid([names, *self._beside], 2, spacing=6)

    @cached_property
    def _drawn(self) -> list[str]:
        return self.order[:MAX_LINES]

    @cached_property
    def _labels(self) -> list[str]:
        short = short_names(self._drawn, 20)
        return [f"{short[model]}  {i}" for i, model in enumerate(self._drawn, 1)]

    @cached_property
    def _largest(self) -> float:
        values = (row.relative_entropy_bits for row in self.pairs)
        return max(value for value in values if value < float("inf"))

    @property
    def _entries(self) -> list[Mark]:
        """Give each shade up to how many bits it goes."""
        tops = [self._largest * ((i + 1) / len(SHADES)) ** 2 for i in range(len(SHADES))]
        return [("square", shade, f"to {bits(top)}") for shade, top in zip(SHADES, tops, strict=True)]

    @cached_property
    def _shades(self) -> dict[tuple[int, int], str]:
        """Places of p and q -> colour; no model is held against itself."""
        place = {model: i for i, model in enumerate(self._drawn)}
        return {
            (place[row.model_p], place[row.model_q]): self._shade(row.relative_entropy_bits)
            for row in self.pairs
            if row.model_p != row.model_q and row.model_p in place and row.model_q in place
        }

    def _shade(self, value: float) -> str:
        share = min(value / self._largest, 1.0) if self._largest > 0 else 0.0
        return SHADES[min(int(share**0.5 * len(SHADES)), len(SHADES) - 1)]

    def _runs(self) -> Iterator[dict[str, int | str]]:
        """Join neighbours of one shade: a map of two hundred models has forty thousand squares."""
        n = len(self._drawn)
        for i in range(n):
            for colour, run in groupby(range(n), key=lambda j: self._shades.get((i, j), WHITE)):
                columns = list(run)
                if colour != WHITE:
                    yield {
                        "p": i,
                        "low": i + 1,
                        "start": columns[0],
                        "end": columns[-1] + 1,
                        "colour": colour,
                    }

    def _lines(self, field: str) -> alt.Y:
        axis = alt.Axis(
            values=[i + 0.5 for i in range(len(self._drawn))], labelFontSize=LETTER, labelPadding=3, ticks=False,
            domain=False, grid=False, labelOverlap=False, title=None,
            labelExpr=f"{json.dumps(self._labels)}[floor(datum.value)]",
        )  # fmt: skip
        scale = alt.Scale(domain=[0, len(self._drawn)], reverse=True, nice=False)
        return alt.Y(field, scale=scale, axis=axis)

    def _heat(self, width: int) -> Spec:
        n = len(self._drawn)
        axis = alt.Axis(
            orient="top", values=[i + 0.5 for i in range(EVERY - 1, n, EVERY)], grid=False, domain=False, ticks=False,
            labelExpr="format(datum.value + 0.5, 'd')", labelFontSize=LETTER, labelPadding=2,
            title="q: the model that codes, by its number",
        )  # fmt: skip
        x = alt.X("start:Q", scale=alt.Scale(domain=[0, n], nice=False), axis=axis)
        squares = alt.Chart(pd.DataFrame(self._runs())).mark_rect(stroke=None, aria=False)
        colour = alt.Color("colour:N", scale=None)
        chart = squares.encode(
            x=x, x2=alt.X2("end:Q"), y=self._lines("p:Q"), y2=alt.Y2("low:Q"), color=colour
        )
        return panel(chart.properties(width=width, height=LINE * n))

    @property
    def _beside(self) -> list[Spec]:
        """The tree, where all its leaves are drawn."""
        n = len(self._drawn)
        if len(self.order) > MAX_LINES or not len(self.tree):
            return []
        data = pd.DataFrame(
            {"a": row.x1 + 0.5, "b": row.x2 + 0.5, "y1": row.y1, "y2": row.y2} for row in self.tree
        )
        y = alt.Y("a:Q", scale=alt.Scale(domain=[0, n], reverse=True, nice=False), axis=None)
        axis = alt.Axis(title="bits per base", orient="top", tickCount=3, grid=False, labelFontSize=LETTER)
        x = alt.X("y1:Q", scale=alt.Scale(nice=False), axis=axis)
        lines = alt.Chart(data).mark_rule(color=MUTED, strokeWidth=1, aria=False)
        return [
            panel(
                lines.encode(x=x, y=y, x2=alt.X2("y2:Q"), y2=alt.Y2("b:Q")).properties(
                    width=TREE, height=LINE * n
                )
            )
        ]
