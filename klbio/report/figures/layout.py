"""Panels into figures, one below the other or in a grid, and the key that stands above them.

Altair copies a chart whole each time it joins it to another, be it a panel or a layer, and prepares the rows of
each layer anew, which a figure of thirty panels feels; here the finished specifications are joined instead.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from klbio.io.json_data import Json, JsonObject
from klbio.report.figures.style import INK

__all__ = ["Key", "Mark", "Spec", "grid", "panel", "stack"]

Spec = JsonObject
Mark = tuple[str, str, str]  # glyph, colour, meaning
GLYPHS: dict[str, tuple[str, Spec]] = {
    "band": ("bar", {"height": 11, "cornerRadius": 1}),
    "line": ("rule", {"strokeWidth": 2}),
    "dot": ("point", {"shape": "circle", "filled": True, "size": 70, "opacity": 1}),
    "open": ("point", {"shape": "circle", "fill": "white", "strokeWidth": 1.8, "size": 55, "opacity": 1}),
    "square": ("point", {"shape": "square", "filled": True, "size": 110, "opacity": 1}),
    "diamond": ("point", {"shape": "diamond", "fill": "white", "strokeWidth": 1.5, "size": 55, "opacity": 1}),
    "tick": ("tick", {"orient": "vertical", "thickness": 1.5, "size": 13}),
}
LETTER, GLYPH = 5.7, 30  # pixels: a letter of 12 px type, a mark
GAP, LINE = 20, 20  # pixels: between entries, between lines


def panel(*layers: alt.Chart, **settings: Json) -> Spec:
    """Turn a chart, or several over one another, into a Vega-Lite specification, however many rows they have.

    Rows that most layers share stand once, on the panel.
    """
    frames = {id(layer.data): layer.data for layer in layers}
    (shared, _), *_ = Counter(id(layer.data) for layer in layers).most_common()
    rows = {name: _rows(frame) for name, frame in frames.items()}
    specs = [_drawn(layer, {} if id(layer.data) == shared else rows[id(layer.data)]) for layer in layers]
    return {"data": rows[shared], **({"layer": specs} if len(specs) > 1 else specs[0]), **settings}


def _drawn(layer: alt.Chart, data: Spec) -> Spec:
    """Give the specification of a layer with its rows, if it has any of its own."""
    bare = layer.copy(deep=False)
    bare.data = alt.Undefined
    spec: Spec = bare.to_dict(validate=False, context={"top_level": False, "data": None})
    return {**spec, "data": data} if data else spec


def _rows(frame: pd.DataFrame) -> Spec:
    """Give the rows as JSON has them, which knows no number that is not finite."""
    records = frame.to_dict("records")
    return {"values": [{str(name): _finite(value) for name, value in row.items()} for row in records]}


def _finite(value: str | float | None) -> str | float | None:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def stack(*parts: Spec, spacing: int = 14, **settings: Json) -> Spec:
    """Set parts one below the other, their left edges of the plots in line."""
    return {"vconcat": parts, "spacing": spacing, **settings}


def grid(parts: Sequence[Spec], columns: int, spacing: int = 18, **settings: Json) -> Spec:
    """Set parts in rows of so many columns."""
    return {"concat": parts, "columns": columns, "spacing": spacing, **settings}


@dataclass(frozen=True)
class Key:
    """The key of a figure: its own marks, each beside its meaning, set in lines like text.

    Parameters
    ----------
    entries : sequence of (glyph, colour, meaning)
        Glyphs are those of `GLYPHS`, and ``interval``: a line with a dot on it.
    width : int
        Pixels; entries wrap to the next line.
    """

    entries: Sequence[Mark]
    width: int

    def spec(self) -> Spec:
        """Draw the key, to be stacked above the panels."""
        frame = pd.DataFrame(self._placed(), columns=["glyph", "colour", "label", "x", "y"])
        frame = frame.assign(left=frame["x"] - 11, right=frame["x"] + 11, text=frame["x"] + 17)
        lines = int(frame["y"].max()) + 1
        base = alt.Chart(frame).encode(
            y=alt.Y(
                "y:Q",
                scale=alt.Scale(domain=[-0.5, lines - 0.5], reverse=True, nice=False, zero=False),
                axis=None,
            ),
            color=alt.Color("colour:N", scale=None),
        )
        used = {glyph for glyph, *_ in self._placed()}
        layers = [self._layer(base, glyph) for glyph in GLYPHS if glyph in used]
        text = base.mark_text(align="left", baseline="middle", fontSize=12, aria=False)
        layers.append(
            text.encode(x=self._across("text"), text=alt.Text("label:N"), color=alt.ColorValue(INK))
        )
        return panel(*layers, width=self.width, height=LINE * lines)

    def _placed(self) -> list[tuple[str, str, str, float, int]]:
        x, y, placed = 0.0, 0, []
        for glyph, colour, label in self.entries:
            needs = GLYPH + LETTER * len(label)
            if x and x + needs > self.width:
                x, y = 0.0, y + 1
            if glyph == "interval":
                placed.append(("line", colour, "", x + 12, y))
            placed.append(("dot" if glyph == "interval" else glyph, colour, label, x + 12, y))
            x += needs + GAP
        return placed

    def _across(self, field: str) -> alt.X:
        return alt.X(f"{field}:Q", scale=alt.Scale(domain=[0, self.width], nice=False), axis=None)

    def _layer(self, base: alt.Chart, glyph: str) -> alt.Chart:
        mark, settings = GLYPHS[glyph]
        chosen = base.transform_filter(alt.FieldOneOfPredicate(field="glyph", oneOf=[glyph]))
        drawn = getattr(chosen, f"mark_{mark}")(aria=False, **settings)
        if mark in ("bar", "rule"):
            return drawn.encode(x=self._across("left"), x2=alt.X2("right:Q"))
        return drawn.encode(x=self._across("x"))
