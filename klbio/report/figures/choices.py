"""Does the answer hang on a choice: each subject's numbers under every smoothing and support."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import altair as alt
import pandas as pd

from klbio.report.figures.layout import Key, Mark, Spec, grid, panel, stack
from klbio.report.figures.style import ARM_COLOURS, FAINT, NARROW, WIDE, coloured
from klbio.report.figures.svg import Figure
from klbio.report.figures.taxa import shown_subjects
from klbio.report.formatting import bits
from klbio.report.rows import Rows
from klbio.schema import PairRow, SensitivityRow

__all__ = ["MEASURES", "Choices", "Measure"]

LABELS = 130


@dataclass(frozen=True)
class Measure:
    """One of the three divergences: its names, its column, and the smoothing that was chosen for it."""

    words: str
    title: str
    value: Callable[[SensitivityRow], float]
    smoothing: Callable[[PairRow], str]


MEASURES = (
    Measure(
        "Jensen-Shannon divergence",
        "Jensen-Shannon divergence",
        lambda row: row.jensen_shannon_divergence_bits,
        lambda row: row.smoothing_jsd,
    ),
    Measure(
        "relative entropy at these depths, D(after ‖ before)",
        "D(after ‖ before)",
        lambda row: row.relative_entropy_after_before_bits,
        lambda row: row.smoothing_relative_entropy,
    ),
    Measure(
        "relative entropy at these depths, D(before ‖ after)",
        "D(before ‖ after)",
        lambda row: row.relative_entropy_before_after_bits,
        lambda row: row.smoothing_relative_entropy,
    ),
)


def _as_configured(smoothing: str) -> str:
    """Spell a smoothing as the configuration does."""
    return smoothing.replace("alpha=", "")


@dataclass(frozen=True)
class Choices(Figure):
    """The numbers of each subject under each choice: a row per smoothing, a column per support.

    Parameters
    ----------
    name : str
    sensitivity : Rows of SensitivityRow
        Of one rank.
    reported : PairRow
        Made with the choice of the numbers reported; its row is shaded.
    """

    sensitivity: Rows[SensitivityRow]
    reported: PairRow

    @property
    def alt_text(self) -> str:
        """What it shows."""
        return "Divergence of each subject in bits under each smoothing and support."

    @property
    def wide(self) -> Spec:
        """Supports side by side."""
        n = len(self._supports)
        width = (WIDE - LABELS) // max(n, 1) - 16
        panels = [
            self._panel(measure, support, width, named=support == self._supports[0])
            for measure in MEASURES
            for support in self._supports
        ]
        return stack(Key(self._entries, WIDE - LABELS).spec(), grid(panels, n))

    @property
    def narrow(self) -> Spec:
        """Supports below one another."""
        width = NARROW - LABELS
        panels = [self._panel(m, support, width, named=True) for m in MEASURES for support in self._supports]
        return stack(Key(self._entries, width).spec(), *panels)

    @cached_property
    def _drawn(self) -> Rows[SensitivityRow]:
        shown = set(shown_subjects(self.sensitivity))
        return self.sensitivity.where(lambda row: row.subject in shown)

    @cached_property
    def _colours(self) -> dict[str, str]:
        return coloured(self._drawn.distinct(lambda row: row.arm), ARM_COLOURS)

    @cached_property
    def _supports(self) -> list[str]:
        return self._drawn.distinct(lambda row: row.support)

    @cached_property
    def _order(self) -> list[str]:
        return self._drawn.distinct(lambda row: _as_configured(row.smoothing))

    @property
    def _entries(self) -> list[Mark]:
        lines = [("line", colour, arm or "a subject") for arm, colour in self._colours.items()]
        return [*lines, ("band", FAINT, "the choice reported")]

    def _panel(self, measure: Measure, support: str, width: int, *, named: bool) -> Spec:
        axis = alt.Axis(labels=named, labelLimit=LABELS, grid=True)
        y = alt.Y("choice:N", sort=self._order, title=None, scale=alt.Scale(domain=self._order), axis=axis)
        base = self._chart(measure, support).encode(y=y)
        line = base.mark_line(orient="vertical", strokeWidth=1, opacity=0.35, aria=False)
        return panel(
            self._shaded(measure, support).encode(y=y),
            line.encode(order=alt.Order("step:Q"), detail=alt.Detail("who:N")),
            base.mark_point(filled=True, size=26, opacity=0.75).encode(description=alt.Description("tip:N")),
            title=f"{measure.title}, {support}",
            width=width,
            height={"step": 20},
        )

    def _chart(self, measure: Measure, support: str) -> alt.Chart:
        finite = self._drawn.where(lambda row: measure.value(row) < float("inf"))
        data = [self._point(row, measure) for row in finite if row.support == support]
        scale = alt.Scale(domain=[0, max(map(measure.value, finite), default=1.0)], nice=True)
        colours = alt.Scale(domain=list(self._colours), range=list(self._colours.values()))
        frame = pd.DataFrame(data, columns=["who", "choice", "step", "value", "group", "tip"])
        return alt.Chart(frame).encode(
            x=alt.X("value:Q", scale=scale, axis=alt.Axis(title="bits", tickCount=5)),
            color=alt.Color("group:N", scale=colours, legend=None),
        )

    def _point(self, row: SensitivityRow, measure: Measure) -> tuple[str, str, int, float, str, str]:
        choice, value = _as_configured(row.smoothing), measure.value(row)
        tip = f"{row.subject}, {choice}: {bits(value)} bits"
        return row.subject, choice, self._order.index(choice), value, row.arm, tip

    def _shaded(self, measure: Measure, support: str) -> alt.Chart:
        """Draw the ground of the choice reported, where it is in this panel."""
        smoothing = _as_configured(measure.smoothing(self.reported))
        here = support == self.reported.support and smoothing in self._order
        frame = pd.DataFrame({"choice": [smoothing] if here else []})
        return alt.Chart(frame).mark_bar(color=FAINT, opacity=0.5, aria=False)
