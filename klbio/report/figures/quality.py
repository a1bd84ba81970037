"""How good the reads of each library are: a panel per quantity, a point per library, a line per phase."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import altair as alt
import pandas as pd

from klbio.report.figures.layout import Key, Mark, Spec, grid, panel, stack
from klbio.report.figures.style import INK, MUTED, NARROW, PHASE_COLOURS, WIDE, coloured
from klbio.report.figures.svg import Figure
from klbio.report.formatting import some
from klbio.report.rows import Rows, known
from klbio.schema import QualityDifferenceRow, QualityRow

__all__ = ["MOST", "QualityFigure"]

MOST = 400  # libraries drawn: more are a blot
STEP, GAP, ACROSS, LABELS = (
    17,
    26,
    3,
    78,
)  # pixels of a group and between panels; panels in a row; pixels of labels
LEAST_WIDE = 0.05  # of an axis of shares
CONTROLS = {"negative": "negative", "mock": "mock"}


@dataclass(frozen=True)
class QualityFigure(Figure):
    """The numbers of one route.

    Parameters
    ----------
    name : str
    rows : Rows of QualityRow
        Of one route, numbers alone.
    differences : Rows of QualityDifferenceRow
        Of the route, between phases: their medians are drawn.
    """

    rows: Rows[QualityRow]
    differences: Rows[QualityDifferenceRow]

    @property
    def alt_text(self) -> str:
        """What it shows."""
        return f"Of each library, by phase: {some(self.quantities, 20)}."

    @cached_property
    def quantities(self) -> list[str]:
        """One panel each."""
        return self.rows.distinct(lambda row: row.quantity)

    @cached_property
    def _groups(self) -> list[str]:
        return self.rows.distinct(_group)

    @cached_property
    def _drawn(self) -> set[str]:
        return set(self.rows.distinct(lambda row: row.sample)[:MOST])

    @cached_property
    def _colours(self) -> dict[str, str]:
        phases = [group for group in self._groups if group not in CONTROLS]
        return {**coloured(phases, PHASE_COLOURS), **dict.fromkeys(CONTROLS, MUTED)}

    @property
    def wide(self) -> Spec:
        """Panels side by side."""
        return self._figure(WIDE, ACROSS)

    @property
    def narrow(self) -> Spec:
        """Panels below one another."""
        return self._figure(NARROW, 1)

    def _figure(self, width: int, across: int) -> Spec:
        each = (width - GAP * (across - 1)) // across - LABELS
        parts = [self._panel(name, each) for name in self.quantities]
        return stack(Key(self._entries, width - LABELS).spec(), grid(parts, across, GAP))

    @property
    def _entries(self) -> Sequence[Mark]:
        return [("dot", MUTED, "a library"), ("tick", INK, "median of the phase")]

    def _panel(self, name: str, width: int) -> Spec:
        rows = self.rows.where(lambda row: row.quantity == name and row.sample in self._drawn)
        unit = rows[0].unit
        is_share = unit == "share"
        base = alt.Chart(self._points(rows)).encode(
            x=alt.X(
                "value:Q",
                scale=alt.Scale(zero=False, nice=not is_share, **(_at_least_wide(rows) if is_share else {})),
                axis=alt.Axis(title=None, tickCount=3, format="~p" if is_share else "~s", grid=True),
            ),
            y=alt.Y(
                "group:N",
                sort=self._groups,
                title=None,
                scale=alt.Scale(domain=self._groups),
                axis=alt.Axis(labelLimit=LABELS - 14),
            ),
        )
        colours = {name: self._colours[name] for name in self._groups}
        scale = alt.Scale(domain=list(colours), range=list(colours.values()))
        points = base.mark_point(filled=True, size=30, opacity=0.55).encode(
            color=alt.Color("group:N", scale=scale, legend=None), description=alt.Description("tip:N")
        )
        medians = alt.Chart(self._medians(name)).mark_tick(
            color=INK, thickness=2, size=13, orient="vertical", aria=False
        )
        title = name if is_share or unit in name else f"{name} ({unit})"
        encoded = medians.encode(x=alt.X("value:Q"), y=alt.Y("group:N", sort=self._groups))
        return panel(points, encoded, title=title, width=width, height={"step": STEP})

    def _points(self, rows: Rows[QualityRow]) -> pd.DataFrame:
        made = [
            (_group(row), row.value, f"{row.sample}: {_shown(row.value, row.unit)}")
            for row in rows
            if row.value is not None and not math.isnan(row.value)
        ]
        return pd.DataFrame(made, columns=["group", "value", "tip"])

    def _medians(self, name: str) -> pd.DataFrame:
        made = {
            side: median
            for row in self.differences
            if row.quantity == name
            for side, median in ((row.side_a, row.median_a), (row.side_b, row.median_b))
            if median is not None and not math.isnan(median)
        }
        return pd.DataFrame({"group": list(made), "value": list(made.values())})


def _at_least_wide(rows: Rows[QualityRow]) -> dict[str, list[float]]:
    """Ends of an axis of shares: never so near to each other that a read in a thousand looks like much."""
    shares = known(row.value for row in rows)
    if not shares:
        return {}
    low, high = min(shares), max(shares)
    more = max(0.0, LEAST_WIDE - (high - low)) / 2
    first = min(max(low - more, 0.0), 1.0 - LEAST_WIDE)
    return {"domain": [min(first, low), max(high, first + LEAST_WIDE)]}


def _group(row: QualityRow) -> str:
    return CONTROLS.get(row.kind, row.phase)


def _shown(value: float, unit: str) -> str:
    return f"{value:.1%}" if unit == "share" else f"{value:,.0f} {unit}"
