"""When: each sample's divergence from its subject's own baseline, over time."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

import altair as alt
import pandas as pd

from klbio.report.figures.key import key
from klbio.report.figures.layout import Spec, grid, panel, stack
from klbio.report.figures.style import MUTED, NARROW, PHASE_COLOURS, WIDE, coloured
from klbio.report.figures.svg import Figure
from klbio.report.tables import records
from klbio.report.words import bits, short_names, span

__all__ = ["chosen", "trajectories"]

MOST_PANELS, COLUMNS, LABELS = 12, 3, 42
VALUE = "jensen_shannon_divergence_bits"


def trajectories(trajectory: pd.DataFrame, baseline: str, name: str) -> Figure:
    """Draw a panel per subject.

    Parameters
    ----------
    trajectory : DataFrame
        Rows of ``trajectory.tsv`` of one rank that have a time.
    baseline : str
        The phase whose samples are drawn open.
    name : str
        Stem of the file.

    Returns
    -------
    Figure
        Time to the right, bits upwards, one scale for all subjects.
    """
    subjects = chosen(trajectory)
    rows = trajectory[trajectory["subject"].isin(subjects)]
    rows = rows.assign(tip=[_tip(row) for row in records(rows)])
    colours = coloured(dict.fromkeys(rows["phase"]), PHASE_COLOURS)
    entries = [
        ("open" if phase == baseline else "dot", colour, phase or "no phase")
        for phase, colour in colours.items()
    ]
    wide, narrow = (
        _panels(rows, subjects, colours, baseline, width)
        for width in (WIDE // COLUMNS - LABELS - 14, NARROW - LABELS)
    )
    return Figure(
        name,
        f"Divergence of each sample from the baseline of its own subject over time, {len(subjects)} subjects.",
        stack(key(entries, WIDE - LABELS), grid(wide, COLUMNS)),
        stack(key(entries, NARROW - LABELS), *narrow),
    )


def chosen(trajectory: pd.DataFrame) -> list[str]:
    """Choose the subjects that get a panel: as many of each arm, in the order of the table."""
    arms = [list(dict.fromkeys(rows["subject"])) for _, rows in trajectory.groupby("arm", sort=False)]
    each = max(MOST_PANELS // max(len(arms), 1), 1)
    return [subject for subjects in arms for subject in subjects[:each]][:MOST_PANELS]


def _tip(row: dict[str, Any]) -> str:
    value, interval = bits(row[VALUE]), span(row["low_bits"], row["high_bits"])
    return f"{row['sample']} ({row['phase']}, time {row['time']}): {value} bits ({interval})"


def _panels(
    rows: pd.DataFrame, subjects: list[str], colours: dict[str, str], baseline: str, width: int
) -> list[Spec]:
    short = short_names(subjects, 30)
    numeric = rows["time"].dtype.kind in "iuf"
    arms = rows.drop_duplicates("subject").set_index("subject")["arm"]
    top = float(rows[["high_bits", VALUE]].max().max())
    y = alt.Y(
        f"{VALUE}:Q", scale=alt.Scale(domain=[0, top], nice=True), axis=alt.Axis(title="bits", tickCount=4)
    )
    span_of_time = (
        [float(rows["time"].min()), float(rows["time"].max())]
        if numeric
        else list(dict.fromkeys(rows["time"]))
    )
    scale = (
        alt.Scale(domain=span_of_time, nice=False, padding=8) if numeric else alt.Scale(domain=span_of_time)
    )
    x = alt.X(
        f"time:{'Q' if numeric else 'O'}",
        scale=scale,
        axis=alt.Axis(title="time", grid=False, tickCount=5, labelOverlap=True),
    )
    return [
        panel(
            _panel(rows[rows["subject"] == subject], x, y, colours, baseline).properties(
                width=width,
                height=120,
                title=alt.Title(
                    short[subject],
                    subtitle=arms[subject] or alt.Undefined,
                    subtitleColor=MUTED,
                    subtitlePadding=2,
                ),
            )
        )
        for subject in subjects
    ]


def _panel(rows: pd.DataFrame, x: alt.X, y: alt.Y, colours: dict[str, str], baseline: str) -> alt.LayerChart:
    rows = rows.sort_values("time", kind="stable")
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    colour, stroke, fill = (
        channel("phase:N", scale=scale, legend=None) for channel in (alt.Color, alt.Stroke, alt.Fill)
    )
    base = alt.Chart(rows).encode(x=x, y=y)
    layers = [_bands(rows, x, colour)] if rows["time"].dtype.kind in "iuf" else []
    return alt.layer(
        *layers,
        base.mark_line(color=MUTED, strokeWidth=1, opacity=0.6, aria=False),
        base.mark_rule(strokeWidth=1.5, opacity=0.75, aria=False).encode(
            y=alt.Y("low_bits:Q"), y2="high_bits:Q", color=colour
        ),
        base.mark_point(size=32, strokeWidth=1.5, opacity=1).encode(
            stroke=stroke,
            description="tip:N",
            fill=alt.condition(
                alt.FieldEqualPredicate(field="phase", equal=baseline), alt.value("white"), fill
            ),
        ),
    )


def _bands(rows: pd.DataFrame, x: alt.X, colour: alt.Color) -> alt.Chart:
    """Shade each stay in a phase from its first to its last sample."""
    stays = []
    for phase, stay in groupby(zip(rows["phase"], rows["time"], strict=True), key=itemgetter(0)):
        times = [time for _, time in stay]
        stays.append({"phase": phase, "time": times[0], "end": times[-1]})
    return (
        alt.Chart(pd.DataFrame(stays)).mark_rect(opacity=0.1, aria=False).encode(x=x, x2="end", color=colour)
    )
