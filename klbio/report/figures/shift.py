"""How far: each subject's shift with its interval, beside the floor and the subject's own baseline."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from klbio.report.figures.key import key
from klbio.report.figures.layout import Spec, grid, panel, stack
from klbio.report.figures.style import ARM_COLOURS, INK, MUTED, NARROW, WIDE, coloured
from klbio.report.figures.svg import Figure
from klbio.report.formatting import bits, short_names, span
from klbio.report.tables import records

__all__ = ["SHIFT_KEY", "grouped", "how_far"]

BASELINE, FLOOR = "#9c6b00", "#b3bdc7"
SHIFT_KEY = (
    ("interval", INK, "shift with its 95% interval"),
    ("open", INK, "shift not above the floor"),
    ("tick", MUTED, "as observed, before correction"),
    ("band", FLOOR, "floor: what depth alone gives"),
    ("diamond", BASELINE, "own baseline, line to its largest"),
)
ESTIMANDS = {"pooled": "phases pooled", "pairs": "mean over sample pairs"}
MOST_NAMED, MOST_DRAWN = 40, 1000  # subjects of one group with their names; subjects drawn at all
LABELS = 118  # pixels kept for the names of subjects
FEW: dict[str, Spec] = {  # marks where rows have room
    "interval": {"strokeWidth": 2},
    "unrest": {"strokeWidth": 1},
    "tick": {"height": 11, "thickness": 1.2},
    "diamond": {"size": 60, "strokeWidth": 1.2},
    "point": {"size": 60, "strokeWidth": 1.8},
}
MANY: dict[str, Spec] = {  # and where hundreds of rows touch each other
    "interval": {"strokeWidth": 1, "opacity": 0.3},
    "unrest": {"strokeWidth": 1, "opacity": 0.2},
    "tick": {"height": 1.5, "thickness": 1, "opacity": 0.5},
    "diamond": {"size": 6, "strokeWidth": 0.7},
    "point": {"size": 8, "strokeWidth": 0.8},
}
VALUE = "jensen_shannon_divergence_bits"
NUMBERS = [
    *(VALUE, "jsd_low_bits", "jsd_high_bits", "floor_bits", "floor_high_bits"),
    *("baseline_bits", "baseline_max_bits"),
]


def grouped(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Split rows by arm and comparison, whichever of the two differ.

    Parameters
    ----------
    frame : DataFrame
        With columns arm, before, after.

    Returns
    -------
    dict of str to DataFrame
        What to call each group -> its rows, in the order of the table.
    """
    several = len(frame[["before", "after"]].drop_duplicates()) > 1
    groups = {}
    for (arm, before, after), rows in frame.groupby(["arm", "before", "after"], sort=False):
        words = [str(arm), f"{before} → {after}" if several else ""]
        groups[" · ".join(filter(None, words)) or "all subjects"] = rows
    return groups


def how_far(pairs: pd.DataFrame, name: str) -> Figure:
    """Draw the shifts of one rank.

    Parameters
    ----------
    pairs : DataFrame
        Rows of ``pairs.tsv`` of one rank, both estimands.
    name : str
        Stem of the file.

    Returns
    -------
    Figure
        A panel per group and estimand; a row per subject, the furthest on top.
    """
    short = short_names(pairs["subject"], 17)
    rows = pairs.assign(label=pairs["subject"].map(short), tip=[_tip(row) for row in records(pairs)])
    estimands = [name for name in ESTIMANDS if name in set(rows["estimand"])]
    each = (WIDE - LABELS - 20 * len(estimands)) // max(len(estimands), 1)
    stacks = [_stack(rows, e, each, e == estimands[0]) for e in estimands]
    wide = [part for line in zip(*stacks, strict=True) for part in line]
    narrow = [part for e in estimands for part in _stack(rows, e, NARROW - LABELS, True)]
    return Figure(
        name,
        f"Shift of each of {rows['subject'].nunique()} subjects in bits, with interval, floor and baseline.",
        stack(key(SHIFT_KEY, WIDE - LABELS), grid(wide, len(estimands))),
        stack(key(SHIFT_KEY, NARROW - LABELS), *narrow),
        {label: subject for subject, label in short.items()},
    )


def _tip(row: dict[str, Any]) -> str:
    value, low, high, floor, floor_high, baseline, largest = (row[column] for column in NUMBERS)
    text = f"{row['subject']}: {bits(value)} bits ({span(low, high)}); floor {span(floor, floor_high)}"
    return text if pd.isna(baseline) else f"{text}; own baseline {bits(baseline)}, largest {bits(largest)}"


def _stack(rows: pd.DataFrame, estimand: str, width: int, named: bool) -> list[Spec]:
    """Panels of one estimand, one per group, on one scale."""
    groups = grouped(rows)
    colours = coloured(dict.fromkeys(rows["arm"]), ARM_COLOURS)
    scale = alt.Scale(
        domain=[0, float(rows.loc[rows["estimand"] == estimand, NUMBERS].max().max())], nice=True
    )
    panels = []
    for i, (title, group) in enumerate(groups.items()):
        order = list(dict.fromkeys(group.sort_values(["estimand", VALUE], ascending=False)["label"]))[
            :MOST_DRAWN
        ]
        mine = group[(group["estimand"] == estimand) & group["label"].isin(order)]
        title_x = "Jensen-Shannon divergence (bits)" if i + 1 == len(groups) else None
        x = alt.X(scale=scale, axis=alt.Axis(title=title_x, tickCount=5))
        chart = _panel(mine, order, x, named, colours[group["arm"].iloc[0]])
        height = alt.Step(20) if len(order) <= MOST_NAMED else max(420, len(order))
        panels.append(
            panel(chart.properties(width=width, height=height, title=f"{title}, {ESTIMANDS[estimand]}"))
        )
    return panels


def _panel(rows: pd.DataFrame, order: list[str], x: alt.X, named: bool, colour: str) -> alt.LayerChart:
    few = len(order) <= MOST_NAMED
    marks = FEW if few else MANY
    names = alt.Axis(labels=named and few, grid=few, tickBand="center")
    base = alt.Chart(rows).encode(
        y=alt.Y("label:N", sort=order, title=None, axis=names, scale=alt.Scale(domain=order))
    )
    band = base.mark_bar(
        color=FLOOR, stroke=FLOOR, strokeWidth=1.5, height=alt.RelativeBandSize(band=0.5), aria=False
    )
    unrest = base.mark_rule(color=BASELINE, aria=False, **marks["unrest"])
    interval = base.mark_rule(color=colour, aria=False, **marks["interval"])
    tick = base.mark_tick(color=MUTED, aria=False, **marks["tick"])
    diamond = base.mark_point(shape="diamond", stroke=BASELINE, fill="white", opacity=1, **marks["diamond"])
    point = base.mark_point(shape="circle", stroke=colour, opacity=1, **marks["point"])
    above = alt.FieldEqualPredicate(field="above_floor", equal=True)
    return alt.layer(
        band.encode(x=_at(x, "floor_bits"), x2="floor_high_bits:Q"),
        unrest.encode(x=_at(x, "baseline_bits"), x2="baseline_max_bits:Q"),
        interval.encode(x=_at(x, "jsd_low_bits"), x2="jsd_high_bits:Q"),
        tick.encode(x=_at(x, "jsd_plugin_bits")),
        diamond.encode(x=_at(x, "baseline_bits")),
        point.encode(
            x=_at(x, VALUE),
            description="tip:N",
            fill=alt.condition(above, alt.value(colour), alt.value("white")),
        ),
    )


def _at(x: alt.X, column: str) -> alt.X:
    """Put a column on the axis that all marks share."""
    placed: alt.X = x.copy()
    placed["shorthand"] = f"{column}:Q"
    return placed
