"""When: each sample's divergence from its subject's own baseline, over time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TypeVar

import altair as alt
import pandas as pd

from klbio.phrases.numbers import count
from klbio.report.figures.layout import Key, Mark, Spec, grid, panel, stack
from klbio.report.figures.style import INK, MUTED, NARROW, PHASE_COLOURS, WIDE, coloured
from klbio.report.figures.svg import Figure
from klbio.report.formatting import bits, short_names, span
from klbio.report.rows import Rows, known
from klbio.schema import RecoveryCurveRow, TrajectoryRow

__all__ = ["Trajectories", "chosen"]

MAX_PANELS, COLUMNS, LABELS = 12, 3, 42
C = TypeVar("C", alt.Color, alt.Fill, alt.Stroke)


def chosen(trajectory: Rows[TrajectoryRow]) -> dict[tuple[str, str], Rows[TrajectoryRow]]:
    """Choose the subjects that get a panel: as many of each arm, in the order of the table.

    Returns
    -------
    dict of (subject, arm) to Rows
        The rows of each; a subject of a crossover study has a panel per arm.
    """
    arms = trajectory.by(lambda row: row.arm)
    each = max(MAX_PANELS // max(len(arms), 1), 1)
    units = {
        (subject, arm): rows
        for arm, members in arms.items()
        for subject, rows in list(members.by(lambda row: row.subject).items())[:each]
    }
    return dict(list(units.items())[:MAX_PANELS])


@dataclass(frozen=True)
class Trajectories(Figure):
    """A panel per subject: time to the right, bits upwards, one scale for all.

    Parameters
    ----------
    name : str
    trajectory : Rows of TrajectoryRow
        Of one rank, with a time.
    curves : Rows of RecoveryCurveRow
        Of that rank and baseline; may be none.
    baseline : str
        The phase whose samples are drawn open.
    """

    trajectory: Rows[TrajectoryRow]
    curves: Rows[RecoveryCurveRow]
    baseline: str

    @property
    def alt_text(self) -> str:
        """What it shows."""
        n = len(self._units)
        return f"Divergence of each sample from the baseline of its own subject over time: {count(n, 'subject')}."

    @property
    def wide(self) -> Spec:
        """Several subjects on a line."""
        panels = self._panels(WIDE // COLUMNS - LABELS - 14)
        return stack(Key(self._entries, WIDE - LABELS).spec(), grid(panels, COLUMNS))

    @property
    def narrow(self) -> Spec:
        """One subject on a line."""
        return stack(Key(self._entries, NARROW - LABELS).spec(), *self._panels(NARROW - LABELS))

    @cached_property
    def _units(self) -> dict[tuple[str, str], Rows[TrajectoryRow]]:
        return chosen(self.trajectory)

    @cached_property
    def _drawn(self) -> list[TrajectoryRow]:
        return [row for rows in self._units.values() for row in rows]

    @cached_property
    def _colours(self) -> dict[str, str]:
        return coloured(dict.fromkeys(row.phase for row in self._drawn), PHASE_COLOURS)

    @property
    def _entries(self) -> list[Mark]:
        return [
            ("open" if phase == self.baseline else "dot", colour, phase or "no phase")
            for phase, colour in self._colours.items()
        ]

    def _panels(self, width: int) -> list[Spec]:
        return [self._panel(rows, who, width) for who, rows in self._units.items()]

    @cached_property
    def _x(self) -> alt.X:
        times = known(row.time for row in self._drawn)
        scale = alt.Scale(domain=[min(times), max(times)], nice=False, padding=8)
        return alt.X("time:Q", scale=scale, axis=alt.Axis(grid=False, tickCount=5, title="time"))

    @cached_property
    def _y(self) -> alt.Y:
        both = ((row.high_bits, row.jensen_shannon_divergence_bits) for row in self._drawn)
        scale = alt.Scale(domain=[0, max(known(value for pair in both for value in pair))], nice=True)
        return alt.Y("value:Q", scale=scale, axis=alt.Axis(title="bits", tickCount=4))

    def _panel(self, rows: Rows[TrajectoryRow], who: tuple[str, str], width: int) -> Spec:
        subject, arm = who
        samples = rows.ordered(lambda row: row.time or 0.0)
        data = pd.DataFrame(
            {
                "time": row.time, "value": row.jensen_shannon_divergence_bits, "low": row.low_bits,
                "high": row.high_bits, "stage": row.phase, "tip": _tip(row),
            }
            for row in samples
        )  # fmt: skip
        base = alt.Chart(data).encode(x=self._x, y=self._y)
        path = base.mark_line(color=MUTED, strokeWidth=1, opacity=0.6, aria=False)
        interval = base.mark_rule(strokeWidth=1.5, opacity=0.75, aria=False)
        point = base.mark_point(size=32, strokeWidth=1.5, opacity=1)
        at_rest = alt.FieldEqualPredicate(field="stage", equal=self.baseline)
        fill = alt.condition(at_rest, alt.value("white"), self._shade(alt.Fill))
        return panel(
            self._bands(samples),
            path,
            *self._ways_back(subject, arm),
            interval.encode(y=alt.Y("low:Q"), y2=alt.Y2("high:Q"), color=self._shade(alt.Color)),
            point.encode(stroke=self._shade(alt.Stroke), fill=fill, description=alt.Description("tip:N")),
            title={"text": short_names([subject], 30)[subject], **({"subtitle": arm} if arm else {})},
            width=width,
            height=120,
        )

    def _shade(self, channel: type[C]) -> C:
        scale = alt.Scale(domain=list(self._colours), range=list(self._colours.values()))
        return channel("stage:N", scale=scale, legend=None)

    def _ways_back(self, subject: str, arm: str) -> list[alt.Chart]:
        """Draw the fitted return after each disturbance."""
        curves = self.curves.where(lambda row: (row.subject, row.arm) == (subject, arm))
        if not len(curves):
            return []
        points = [{"time": row.time, "fitted": row.fitted_bits, "stage": row.after} for row in curves]
        line = alt.Chart(pd.DataFrame(points))
        drawn = line.mark_line(color=INK, strokeWidth=1.6, strokeDash=[5, 3], aria=False)
        return [drawn.encode(x=self._x, y=alt.Y("fitted:Q"), detail=alt.Detail("stage:N"))]

    def _bands(self, samples: Rows[TrajectoryRow]) -> alt.Chart:
        """Shade each stay in a phase from its first to its last sample."""
        stays = []
        for phase, stay in groupby(samples, key=lambda row: row.phase):
            times = [row.time for row in stay]
            stays.append({"stage": phase, "time": times[0], "end": times[-1]})
        bands = alt.Chart(pd.DataFrame(stays)).mark_rect(opacity=0.1, aria=False)
        return bands.encode(x=self._x, x2=alt.X2("end:Q"), color=self._shade(alt.Color))


def _tip(row: TrajectoryRow) -> str:
    value, interval = bits(row.jensen_shannon_divergence_bits), span(row.low_bits, row.high_bits)
    return f"{row.sample} ({row.phase}, time {row.time:g}): {value} bits ({interval})"
