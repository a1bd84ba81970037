"""When: each sample's divergence from its subject's own baseline, over time."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

import altair as alt
import pandas as pd

from klbio.report.figures.key import key
from klbio.report.figures.layout import grid, panel, stack
from klbio.report.figures.style import INK, MUTED, NARROW, PHASE_COLOURS, WIDE, coloured
from klbio.report.figures.svg import Figure
from klbio.report.formatting import bits, short_names, span
from klbio.report.tables import records

__all__ = ["chosen", "trajectories"]

MOST_PANELS, COLUMNS, LABELS = 12, 3, 42
VALUE = "jensen_shannon_divergence_bits"


def trajectories(trajectory: pd.DataFrame, curves: pd.DataFrame, baseline: str, name: str) -> Figure:
    """Draw a panel per subject.

    Parameters
    ----------
    trajectory : DataFrame
        Rows of ``trajectory.tsv`` of one rank that have a time.
    curves : DataFrame
        Rows of ``recovery_curve.tsv`` of that rank and baseline; may have none.
    baseline : str
        The phase whose samples are drawn open.
    name : str
        Stem of the file.

    Returns
    -------
    Figure
        Time to the right, bits upwards, one scale for all subjects.
    """
    units = chosen(trajectory)
    rows = pd.concat(units.values()) if units else trajectory
    colours = coloured(dict.fromkeys(rows["phase"]), PHASE_COLOURS)
    glyphs = {phase: "open" if phase == baseline else "dot" for phase in colours}
    entries = [(glyphs[phase], colour, phase or "no phase") for phase, colour in colours.items()]
    x, y = _axes(rows)
    wide, narrow = (
        [
            panel(
                _panel(unit, _curves_of(curves, who), x, y, colours, baseline).properties(
                    width=width, height=120
                )
            )
            for who, unit in units.items()
        ]
        for width in (WIDE // COLUMNS - LABELS - 14, NARROW - LABELS)
    )
    return Figure(
        name,
        f"Divergence of each sample from the baseline of its own subject over time, {len(units)} subjects.",
        stack(key(entries, WIDE - LABELS), grid(wide, COLUMNS)),
        stack(key(entries, NARROW - LABELS), *narrow),
    )


def chosen(trajectory: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    """Choose the subjects that get a panel: as many of each arm, in the order of the table.

    Returns
    -------
    dict of (subject, arm) to DataFrame
        The rows of each; a subject of a crossover study has a panel per arm.
    """
    each = max(MOST_PANELS // max(trajectory["arm"].nunique(), 1), 1)
    kept: dict[tuple[str, str], pd.DataFrame] = {}
    for arm, members in trajectory.groupby("arm", sort=False):
        units = list(members.groupby("subject", sort=False))
        kept |= {(str(subject), str(arm)): rows for subject, rows in units[:each]}
    return dict(list(kept.items())[:MOST_PANELS])


def _axes(rows: pd.DataFrame) -> tuple[alt.X, alt.Y]:
    times = [float(rows["time"].min()), float(rows["time"].max())]
    highest = float(rows[["high_bits", VALUE]].max().max())
    x = alt.X(
        "time:Q",
        scale=alt.Scale(domain=times, nice=False, padding=8),
        axis=alt.Axis(grid=False, tickCount=5, title="time"),
    )
    y = alt.Y(
        f"{VALUE}:Q",
        scale=alt.Scale(domain=[0, highest], nice=True),
        axis=alt.Axis(title="bits", tickCount=4),
    )
    return x, y


def _tip(row: dict[str, Any]) -> str:
    value, interval = bits(row[VALUE]), span(row["low_bits"], row["high_bits"])
    return f"{row['sample']} ({row['phase']}, time {row['time']:g}): {value} bits ({interval})"


def _curves_of(curves: pd.DataFrame, who: tuple[str, str]) -> pd.DataFrame:
    subject, arm = who
    return curves[(curves["subject"] == subject) & (curves["arm"] == arm)]


def _panel(
    rows: pd.DataFrame, curves: pd.DataFrame, x: alt.X, y: alt.Y, colours: dict[str, str], baseline: str
) -> alt.LayerChart:
    rows = rows.sort_values("time", kind="stable")
    rows = rows.assign(tip=[_tip(row) for row in records(rows)])
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    colour, stroke, fill = (
        channel("phase:N", scale=scale, legend=None) for channel in (alt.Color, alt.Stroke, alt.Fill)
    )
    at_rest = alt.FieldEqualPredicate(field="phase", equal=baseline)
    base = alt.Chart(rows).encode(x=x, y=y)
    path = base.mark_line(color=MUTED, strokeWidth=1, opacity=0.6, aria=False)
    interval = base.mark_rule(strokeWidth=1.5, opacity=0.75, aria=False)
    point = base.mark_point(size=32, strokeWidth=1.5, opacity=1)
    subject, arm = rows[["subject", "arm"]].iloc[0]
    return alt.layer(
        _bands(rows, x, colour),
        path,
        *_ways_back(curves, x),
        interval.encode(y="low_bits:Q", y2="high_bits:Q", color=colour),
        point.encode(
            stroke=stroke, fill=alt.condition(at_rest, alt.value("white"), fill), description="tip:N"
        ),
        title=alt.Title(short_names([subject], 30)[subject], subtitle=arm or alt.Undefined),
    )


def _ways_back(curves: pd.DataFrame, x: alt.X) -> list[alt.Chart]:
    """Draw the fitted return after each disturbance."""
    if curves.empty:
        return []
    line = alt.Chart(curves).mark_line(color=INK, strokeWidth=1.6, strokeDash=[5, 3], aria=False)
    return [line.encode(x=x, y="fitted_bits:Q", detail="after:N")]


def _bands(rows: pd.DataFrame, x: alt.X, colour: alt.Color) -> alt.Chart:
    """Shade each stay in a phase from its first to its last sample."""
    stays = []
    for phase, stay in groupby(zip(rows["phase"], rows["time"], strict=True), key=itemgetter(0)):
        times = [time for _, time in stay]
        stays.append({"phase": phase, "time": times[0], "end": times[-1]})
    return (
        alt.Chart(pd.DataFrame(stays)).mark_rect(opacity=0.1, aria=False).encode(x=x, x2="end", color=colour)
    )
