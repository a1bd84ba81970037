"""The key of a figure: its own marks, each beside its meaning, set in lines like text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from klbio.report.figures.layout import Spec, panel
from klbio.report.figures.style import INK

__all__ = ["key"]

GLYPHS: dict[str, tuple[str, dict[str, Any]]] = {
    "band": ("bar", {"height": 11, "cornerRadius": 1}),
    "line": ("rule", {"strokeWidth": 2}),
    "dot": ("point", {"shape": "circle", "filled": True, "size": 70, "opacity": 1}),
    "open": ("point", {"shape": "circle", "fill": "white", "strokeWidth": 1.8, "size": 55, "opacity": 1}),
    "square": ("point", {"shape": "square", "filled": True, "size": 110, "opacity": 1}),
    "diamond": ("point", {"shape": "diamond", "fill": "white", "strokeWidth": 1.5, "size": 55, "opacity": 1}),
    "tick": ("tick", {"orient": "vertical", "thickness": 1.5, "size": 13}),
}
LETTER, GLYPH, GAP, LINE = (
    5.7,
    30,
    20,
    20,
)  # pixels: a letter of 12 px type, the mark, between entries, between lines


def key(entries: Sequence[tuple[str, str, str]], width: int) -> Spec:
    """Draw a key.

    Parameters
    ----------
    entries : sequence of (glyph, colour, meaning)
        Glyphs are those of `GLYPHS`, and ``interval``: a line with a dot on it.
    width : int
        Pixels; entries wrap to the next line.

    Returns
    -------
    dict
        Specification, to be stacked above the panels.
    """
    frame = pd.DataFrame(_placed(entries, width), columns=["glyph", "colour", "label", "x", "y"])
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
    across = alt.Scale(domain=[0, width], nice=False)
    glyphs = [glyph for glyph in GLYPHS if glyph in set(frame["glyph"])]
    layers = [_layer(base, glyph, across) for glyph in glyphs]
    text = base.mark_text(align="left", baseline="middle", fontSize=12, aria=False)
    layers.append(
        text.encode(x=alt.X("text:Q", scale=across, axis=None), text="label:N", color=alt.value(INK))
    )
    return panel(alt.layer(*layers).properties(width=width, height=LINE * lines))


def _placed(entries: Sequence[tuple[str, str, str]], width: int) -> list[tuple[str, str, str, float, int]]:
    x, y, placed = 0.0, 0, []
    for glyph, colour, label in entries:
        needs = GLYPH + LETTER * len(label)
        if x and x + needs > width:
            x, y = 0.0, y + 1
        if glyph == "interval":
            placed.append(("line", colour, "", x + 12, y))
        placed.append(("dot" if glyph == "interval" else glyph, colour, label, x + 12, y))
        x += needs + GAP
    return placed


def _layer(base: alt.Chart, glyph: str, across: alt.Scale) -> alt.Chart:
    mark, settings = GLYPHS[glyph]
    mine = base.transform_filter(alt.FieldOneOfPredicate(field="glyph", oneOf=[glyph]))
    drawn = getattr(mine, f"mark_{mark}")(aria=False, **settings)
    if mark in ("bar", "rule"):
        return drawn.encode(x=alt.X("left:Q", scale=across, axis=None), x2="right:Q")
    return drawn.encode(x=alt.X("x:Q", scale=across, axis=None))
