"""Profile HMMs: how far two aligned families are apart, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import altair as alt
import pandas as pd

from klbio.report.figures.layout import Spec, panel, stack
from klbio.report.figures.style import LARGE_IS_DARK, NARROW, WIDE
from klbio.report.figures.svg import Figure
from klbio.report.formatting import bits, short_names
from klbio.report.rows import Rows
from klbio.schema import AlignedColumnRow

__all__ = ["MAX_PAIRS", "AlignedColumns"]

MAX_PAIRS = 5
MARGIN = 60


@dataclass(frozen=True)
class AlignedColumns(Figure):
    """The Jensen-Shannon divergence of each aligned column, one panel per pair.

    Height is bits, from 0 to 1; left to right along p.

    Parameters
    ----------
    name : str
    pairs : mapping of (p, q) to Rows of AlignedColumnRow
        The pairs to draw, at least one, the best first.
    """

    pairs: Mapping[tuple[str, str], Rows[AlignedColumnRow]]

    @property
    def alt_text(self) -> str:
        """What it shows."""
        return f"Jensen-Shannon divergence of each aligned column of {len(self.pairs)} pairs of profile HMMs."

    @property
    def full_names(self) -> Mapping[str, str]:
        """Title -> pair."""
        return {title: f"{p} and {q}" for title, (p, q) in zip(self._titles, self.pairs, strict=True)}

    @property
    def wide(self) -> Spec:
        """For a desk."""
        return self._stacked(WIDE - MARGIN)

    @property
    def narrow(self) -> Spec:
        """For a phone."""
        return self._stacked(NARROW - MARGIN)

    @cached_property
    def _titles(self) -> list[str]:
        short = short_names((model for pair in self.pairs for model in pair), 24)
        return [f"{short[p]} and {short[q]}" for p, q in self.pairs]

    def _stacked(self, width: int) -> Spec:
        rows = zip(self._titles, self.pairs.values(), strict=True)
        return stack(*[panel(_columns(own, width).properties(title=title)) for title, own in rows])


def _columns(rows: Rows[AlignedColumnRow], width: int) -> alt.Chart:
    data = pd.DataFrame(
        {
            "node": row.node_p, "value": row.jensen_shannon_bits,
            "tip": f"column {row.node_p} of p, {row.node_q} of q: {bits(row.jensen_shannon_bits)} bits",
        }
        for row in rows
    )  # fmt: skip
    first, last = min(row.node_p for row in rows), max(row.node_p for row in rows)
    x = alt.X(
        "node:Q",
        scale=alt.Scale(domain=[first - 1, last + 1], nice=False),
        axis=alt.Axis(title="match state of the first", grid=False, tickCount=8, format="d"),
    )
    y = alt.Y("value:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(title="bits", values=[0, 0.5, 1]))
    thick = max(1.0, min(9.0, 0.8 * width / (last - first + 2)))
    chart = alt.Chart(data).mark_bar(size=thick, color=LARGE_IS_DARK[4])
    return chart.encode(x=x, y=y, description=alt.Description("tip:N")).properties(width=width, height=64)
