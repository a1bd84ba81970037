"""Does the answer hang on depth: each subject's shift at fewer and fewer reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import altair as alt
import pandas as pd

from klbio.phrases.numbers import count
from klbio.report.figures.layout import Key, Mark, Spec, grid, panel, stack
from klbio.report.figures.style import ARM_COLOURS, MUTED, NARROW, WIDE, coloured
from klbio.report.figures.svg import Figure
from klbio.report.figures.taxa import shown_subjects
from klbio.report.formatting import bits, span
from klbio.report.rows import Rows
from klbio.schema import RarefactionRow

__all__ = ["Rarefied"]

LABELS = 42


class Draws(NamedTuple):
    """Divergence over the draws: its mean, the lowest and the highest."""

    mean: float
    lowest: float
    highest: float


def _observed(row: RarefactionRow) -> Draws:
    return Draws(row.jsd_plugin_bits, row.jsd_plugin_lowest_bits, row.jsd_plugin_highest_bits)


def _corrected(row: RarefactionRow) -> Draws:
    return Draws(row.jsd_corrected_bits, row.jsd_corrected_lowest_bits, row.jsd_corrected_highest_bits)


def _depth(row: RarefactionRow) -> int:
    return min(row.depth_before, row.depth_after)


POINT = ["reads", "mean", "lowest", "highest", "group", "unit", "tip"]
PANELS = {"as observed": _observed, "corrected": _corrected}


@dataclass(frozen=True)
class Rarefied(Figure):
    """The pooled shift of each subject against depth, as observed beside corrected, on one scale of bits.

    Parameters
    ----------
    name : str
    rarefaction : Rows of RarefactionRow
        Of one rank and contrast; reads go to the right, on a logarithmic scale.
    """

    rarefaction: Rows[RarefactionRow]

    @property
    def alt_text(self) -> str:
        """What it shows."""
        return (
            "Divergence of each subject in bits when both phases are rarefied to fewer reads, "
            "as observed and corrected."
        )

    @property
    def wide(self) -> Spec:
        """Panels side by side."""
        panels = self._panels(WIDE // 2 - LABELS - 24)
        return stack(Key(self._entries, WIDE - LABELS).spec(), grid(panels, len(PANELS)))

    @property
    def narrow(self) -> Spec:
        """Panels below one another."""
        return stack(Key(self._entries, NARROW - LABELS).spec(), *self._panels(NARROW - LABELS - 24))

    @cached_property
    def _drawn(self) -> Rows[RarefactionRow]:
        shown = set(shown_subjects(self.rarefaction))
        return self.rarefaction.where(lambda row: row.subject in shown)

    @cached_property
    def _colours(self) -> dict[str, str]:
        return coloured(self._drawn.distinct(lambda row: row.arm), ARM_COLOURS)

    @property
    def _entries(self) -> list[Mark]:
        lines = [("line", colour, arm or "a subject") for arm, colour in self._colours.items()]
        return [*lines, ("open", MUTED, "full depth, at its shallower side")]

    @cached_property
    def _y(self) -> alt.Y:
        highest = max(of(row).highest for row in self._drawn for of in PANELS.values())
        scale = alt.Scale(domain=[0, highest], nice=True)
        return alt.Y("mean:Q", scale=scale, axis=alt.Axis(title="bits", tickCount=5))

    def _panels(self, width: int) -> list[Spec]:
        return [
            panel(*self._layers(of), title=title, width=width, height=210) for title, of in PANELS.items()
        ]

    def _layers(self, of: Callable[[RarefactionRow], Draws]) -> list[alt.Chart]:
        at_full_depth = self._drawn.by(lambda row: row.n_draws == 0)
        drawn, whole = (self._chart(at_full_depth.get(at, ()), of) for at in (False, True))
        spread = drawn.mark_rule(strokeWidth=1, opacity=0.3, aria=False)
        return [
            spread.encode(y=alt.Y("lowest:Q"), y2=alt.Y2("highest:Q")),
            drawn.mark_line(strokeWidth=1.2, opacity=0.6, aria=False).encode(detail=alt.Detail("unit:N")),
            drawn.mark_point(filled=True, size=18, opacity=0.8).encode(description=alt.Description("tip:N")),
            whole.mark_point(fill="white", strokeWidth=1.4, size=32, opacity=1).encode(
                description=alt.Description("tip:N")
            ),
        ]

    def _chart(self, rows: Iterable[RarefactionRow], of: Callable[[RarefactionRow], Draws]) -> alt.Chart:
        scale = alt.Scale(type="log", nice=False, padding=8)
        axis = alt.Axis(title="reads a side", grid=False, tickCount=5, format="~s")
        colours = alt.Scale(domain=list(self._colours), range=list(self._colours.values()))
        data = [_point(row, of(row)) for row in rows]
        return alt.Chart(pd.DataFrame(data, columns=POINT)).encode(
            x=alt.X("reads:Q", scale=scale, axis=axis),
            y=self._y,
            color=alt.Color("group:N", scale=colours, legend=None),
        )


def _point(row: RarefactionRow, draws: Draws) -> dict[str, str | float]:
    text = f"full depth: {bits(draws.mean)} bits"
    if row.n_draws:
        over = f"({span(draws.lowest, draws.highest)} over {row.n_draws} draws)"
        text = f"{count(_depth(row), 'read')} a side: {bits(draws.mean)} bits {over}"
    return {
        "reads": _depth(row), **draws._asdict(), "group": row.arm, "unit": f"{row.subject}\t{row.arm}",
        "tip": f"{row.subject}, {text}",
    }  # fmt: skip
