"""Known gene models ranked on a query: what each costs, with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import altair as alt
import pandas as pd

from klbio.report.figures.layout import Key, Mark, Spec, panel, stack
from klbio.report.figures.style import ARM_COLOURS, FAINT, MUTED, NARROW, WIDE
from klbio.report.figures.svg import Figure
from klbio.report.formatting import bits, short_names, span
from klbio.report.rows import Rows, known
from klbio.schema import NearestRow

__all__ = ["MAX_RANKED", "Ranking"]

MAX_RANKED, LABELS = 25, 170
COLOUR, MATCHED_COLOUR = ARM_COLOURS[0], ARM_COLOURS[2]


@dataclass(frozen=True)
class Ranking(Figure):
    """The models by what they cost, the closest on top, and what is left once GC content is matched.

    Parameters
    ----------
    name : str
    nearest : Rows of NearestRow
        The closest first; intervals are drawn where there are any.
    """

    nearest: Rows[NearestRow]

    @property
    def alt_text(self) -> str:
        """What it shows."""
        return f"Extra bits per base of {len(self._drawn)} known models on the query, the closest first."

    @property
    def full_names(self) -> Mapping[str, str]:
        """Label -> model."""
        return {label: model for model, label in self._short.items()}

    @property
    def wide(self) -> Spec:
        """For a desk."""
        return self._stacked(WIDE - LABELS)

    @property
    def narrow(self) -> Spec:
        """For a phone."""
        return self._stacked(NARROW - LABELS)

    @cached_property
    def _drawn(self) -> Rows[NearestRow]:
        return self.nearest.head(MAX_RANKED)

    @cached_property
    def _short(self) -> dict[str, str]:
        return short_names((row.model for row in self._drawn), 22)

    @property
    def _has_intervals(self) -> bool:
        return bool(known(row.excess_low_bits_per_base for row in self._drawn))

    @property
    def _entries(self) -> list[Mark]:
        return [
            ("interval" if self._has_intervals else "dot", COLOUR, "extra bits per base"),
            ("open", MATCHED_COLOUR, "with GC content matched"),
            ("tick", MUTED, "GC content alone"),
        ]

    def _stacked(self, width: int) -> Spec:
        layers = [self._zero(), self._gc_alone(), *self._costs(width), *self._matched(width)]
        return stack(Key(self._entries, width).spec(), panel(*layers, width=width, height={"step": 20}))

    @staticmethod
    def _zero() -> alt.Chart:
        return (
            alt.Chart(pd.DataFrame({"zero": [0]}))
            .mark_rule(color=FAINT, aria=False)
            .encode(x=alt.X("zero:Q"))
        )

    def _gc_alone(self) -> alt.Chart:
        """Rule where a model that knows GC content alone would lie."""
        first = pd.DataFrame({"gc": [self._drawn[0].gc_only_bits_per_base]})
        rule = alt.Chart(first).mark_rule(color=MUTED, strokeDash=[3, 3], strokeWidth=1.5, aria=False)
        return rule.encode(x=alt.X("gc:Q"))

    @cached_property
    def _base(self) -> alt.Chart:
        data = pd.DataFrame(
            {
                "label": self._short[row.model], "tip": _tip(row), "value": row.excess_bits_per_base,
                "low": row.excess_low_bits_per_base, "high": row.excess_high_bits_per_base,
                "matched": row.gc_matched_bits_per_base, "matched_low": row.gc_matched_low_bits_per_base,
                "matched_high": row.gc_matched_high_bits_per_base,
            }
            for row in self._drawn
        )  # fmt: skip
        labels = list(self._short.values())
        axis = alt.Axis(grid=True, tickBand="center")
        y = alt.Y("label:N", sort=labels, title=None, scale=alt.Scale(domain=labels), axis=axis)
        return alt.Chart(data).encode(y=y)

    def _costs(self, width: int) -> list[alt.Chart]:
        interval = self._base.mark_rule(color=COLOUR, strokeWidth=2, aria=False)
        point = self._base.mark_point(filled=True, color=COLOUR, size=56, opacity=1)
        drawn = [interval.encode(x=_x("low", width), x2=alt.X2("high:Q"))] if self._has_intervals else []
        return [*drawn, point.encode(x=_x("value", width), description=alt.Description("tip:N"))]

    def _matched(self, width: int) -> list[alt.Chart]:
        interval = self._base.mark_rule(color=MATCHED_COLOUR, strokeWidth=1.2, aria=False)
        point = self._base.mark_point(
            stroke=MATCHED_COLOUR, fill="white", size=44, strokeWidth=1.5, opacity=1, aria=False
        )
        has_intervals = bool(known(row.gc_matched_low_bits_per_base for row in self._drawn))
        drawn = (
            [interval.encode(x=_x("matched_low", width), x2=alt.X2("matched_high:Q"))]
            if has_intervals
            else []
        )
        return [*drawn, point.encode(x=_x("matched", width))]


def _x(field: str, width: int) -> alt.X:
    axis = alt.Axis(title="extra bits per base", tickCount=5 if width > NARROW else 3)
    return alt.X(f"{field}:Q", axis=axis)


def _tip(row: NearestRow) -> str:
    low, high = row.excess_low_bits_per_base, row.excess_high_bits_per_base
    interval = f" ({span(low, high)})" if known([low]) else ""
    return f"{row.model}: {bits(row.excess_bits_per_base)} extra bits per base{interval}"
