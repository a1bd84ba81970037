"""Colours, type and lines shared by all figures: one palette that survives colour blindness and grey print."""

from __future__ import annotations

from collections.abc import Iterable

from klbio.io.json_data import JsonObject

__all__ = [
    "ARM_COLOURS",
    "CONFIG",
    "DOWN",
    "FAINT",
    "INK",
    "MUTED",
    "NARROW",
    "PHASE_COLOURS",
    "UP",
    "WIDE",
    "coloured",
]

WIDE, NARROW = 820, 345  # pixels from edge to edge
FONT = "Helvetica Neue, Helvetica, Arial, Liberation Sans, sans-serif"
INK, MUTED, FAINT, HAIR = "#20262e", "#667280", "#ccd3da", "#e6eaee"
UP, DOWN, NEITHER = "#c2571a", "#2a6fb0", "#98a2ad"  # rose, fell
ARM_COLOURS = ("#12766f", "#7b4bb5", "#9c6b00", "#4b5f73", "#b03a76", "#5f7a1c")
PHASE_COLOURS = ("#56606b", "#d1701f", "#2a6fb0", "#138a72", "#b3478f", "#a98600", "#6a4fb3", "#6b4a2f")
LARGE_IS_DARK = ("#f4f7f6", "#cfe3de", "#94c5bd", "#519f9b", "#1f7478", "#0f4a58", "#0a2a3c")

AXIS: JsonObject = {
    "aria": False,
    "domainColor": FAINT,
    "gridColor": HAIR,
    "gridWidth": 1,
    "tickColor": FAINT,
    "tickSize": 4,
    "labelColor": INK,
    "labelFlush": False,
    "labelFontSize": 12,
    "labelLimit": 400,
    "labelPadding": 5,
    "titleColor": MUTED,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
    "titlePadding": 8,
}
LEGEND: JsonObject = {
    "aria": False,
    "labelColor": INK,
    "labelFontSize": 12,
    "labelLimit": 400,
    "titleColor": MUTED,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
    "titleLimit": 400,
}
TITLE: JsonObject = {
    "anchor": "start",
    "aria": False,
    "color": INK,
    "fontSize": 13,
    "fontWeight": "bold",
    "frame": "group",
    "offset": 8,
    "subtitleColor": MUTED,
    "subtitlePadding": 2,
}
CONFIG: JsonObject = {
    "font": FONT,
    "background": "white",
    "padding": {
        "left": 20,
        "right": 12,
        "top": 4,
        "bottom": 4,
    },  # a browser's face may be wider than was measured
    "view": {"stroke": None},
    "axis": AXIS,
    "axisQuantitative": {"labelOverlap": "greedy", "labelSeparation": 8},
    "axisY": {"domain": False, "ticks": False, "labelPadding": 9},
    "title": TITLE,
    "legend": LEGEND,
}


def coloured(names: Iterable[str], palette: tuple[str, ...]) -> dict[str, str]:
    """Give each name a colour, always the same for the same order of names.

    >>> coloured(["control", "western"], ("black", "blue"))
    {'control': 'black', 'western': 'blue'}
    """
    return {name: palette[i % len(palette)] for i, name in enumerate(names)}
