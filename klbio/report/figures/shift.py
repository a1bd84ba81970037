"""How far: each subject's shift with its interval, beside the floor and the subject's own baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import altair as alt
import pandas as pd

from klbio.io.json_data import Json
from klbio.phrases.numbers import count
from klbio.report.figures.layout import Key, Spec, grid, panel, stack
from klbio.report.figures.style import ARM_COLOURS, INK, MUTED, NARROW, WIDE, coloured
from klbio.report.figures.svg import Figure
from klbio.report.formatting import bits, p_value, short_names, span
from klbio.report.rows import OfGroup, Rows, contrasts, known
from klbio.schema import PairRow

__all__ = ["MAX_DRAWN", "MAX_NAMED", "HowFar", "grouped"]

BASELINE, FLOOR = "#9c6b00", "#b3bdc7"
SHIFT_KEY = (
    ("interval", INK, "shift with its 95% interval"),
    ("open", INK, "shift not above the floor"),
    ("tick", MUTED, "as observed, before correction"),
    ("band", FLOOR, "floor: what depth alone gives"),
    ("diamond", BASELINE, "own baseline, line to its largest"),
)
OF_READS = ("open", "tick", "band")  # marks that say something of depth
ESTIMANDS = {
    "excess": "excess over own days",
    "pooled": "phases pooled, these samples",
    "pairs": "mean over sample pairs",
}
NO_EXCESS = "none has two samples in both phases"
MAX_PANELS = 2  # side by side; the table has every estimand
MAX_NAMED, MAX_DRAWN = 40, 250  # subjects of one group with their names; subjects drawn at all
LABELS = 118  # pixels kept for the names of subjects
FEW: dict[str, Spec] = {  # marks where rows have room
    "interval": {"strokeWidth": 2},
    "baseline": {"strokeWidth": 1},
    "tick": {"height": 11, "thickness": 1.2},
    "diamond": {"size": 60, "strokeWidth": 1.2},
    "point": {"size": 60, "strokeWidth": 1.8},
}
MANY: dict[str, Spec] = {  # and where hundreds of rows touch each other
    "interval": {"strokeWidth": 1, "opacity": 0.3},
    "baseline": {"strokeWidth": 1, "opacity": 0.2},
    "tick": {"height": 1.5, "thickness": 1, "opacity": 0.5},
    "diamond": {"size": 6, "strokeWidth": 0.7},
    "point": {"size": 8, "strokeWidth": 0.8},
}
G = TypeVar("G", bound=OfGroup)


def grouped(rows: Rows[G]) -> dict[str, Rows[G]]:
    """Split rows by arm and comparison, whichever of the two differ.

    Returns
    -------
    dict of str to Rows
        What to call each group -> its rows, in the order of the table.
    """
    several = len(contrasts(rows)) > 1
    groups = {}
    for (arm, before, after), group in rows.by(lambda row: (row.arm, row.before, row.after)).items():
        words = [arm, f"{before} → {after}" if several else ""]
        groups[" · ".join(filter(None, words)) or "all subjects"] = group
    return groups


@dataclass(frozen=True)
class HowFar(Figure):
    """The shifts of one rank, a panel per group and estimand: a row per subject, the furthest on top.

    Parameters
    ----------
    name : str
    pairs : Rows of PairRow
        Of one rank, both estimands.
    """

    pairs: Rows[PairRow]

    @property
    def alt_text(self) -> str:
        """What it shows."""
        who = count(len(self._short), "subject")
        marks = (
            "interval, floor and baseline" if self._of_reads else "baseline, and interval where there is one"
        )
        return f"Shift of each subject in bits, with {marks}: {who}."

    @property
    def full_names(self) -> Mapping[str, str]:
        """Label -> subject."""
        return {label: subject for subject, label in self._short.items()}

    @property
    def wide(self) -> Spec:
        """Estimands side by side."""
        n = len(self.estimands)
        each = (WIDE - LABELS - 20 * n) // max(n, 1)
        stacks = [
            self._stack(estimand, each, named=estimand == self.estimands[0]) for estimand in self.estimands
        ]
        panels = [part for line in zip(*stacks, strict=True) for part in line]
        return stack(Key(self._key, WIDE - LABELS).spec(), grid(panels, n))

    @property
    def narrow(self) -> Spec:
        """Estimands below one another."""
        width = NARROW - LABELS
        panels = [part for estimand in self.estimands for part in self._stack(estimand, width, named=True)]
        return stack(Key(self._key, width).spec(), *panels)

    @cached_property
    def _short(self) -> dict[str, str]:
        return short_names((row.subject for row in self.pairs), 17)

    @property
    def _key(self) -> tuple[tuple[str, str, str], ...]:
        """Marks that are drawn: a baseline stands beside pairs, and only reads have a floor."""
        drawn = SHIFT_KEY if "pairs" in self.estimands else SHIFT_KEY[:-1]
        return drawn if self._of_reads else tuple(mark for mark in drawn if mark[0] not in OF_READS)

    @cached_property
    def _of_reads(self) -> bool:
        return all(row.unit != "proportions" for row in self.pairs)

    @cached_property
    def estimands(self) -> list[str]:
        """Those that are drawn, a panel each; of one sample a side, the mean over pairs is the pooled number again."""
        there = set(self.pairs.distinct(lambda row: row.estimand))
        if not any(max(row.n_before, row.n_after) > 1 for row in self.pairs):
            there.discard("pairs")
        return [estimand for estimand in ESTIMANDS if estimand in there][:MAX_PANELS]

    @property
    def leaves_out(self) -> bool:
        """Whether any group has more subjects than are drawn."""
        groups = grouped(self.pairs).values()
        return any(len(group.distinct(lambda row: row.subject)) > MAX_DRAWN for group in groups)

    def _stack(self, estimand: str, width: int, *, named: bool) -> list[Spec]:
        """Panels of one estimand, one per group, on one scale."""
        groups = grouped(self.pairs)
        scale = alt.Scale(domain=self._ends(estimand), nice=True)
        titles = [None] * (len(groups) - 1) + ["Jensen-Shannon divergence (bits)"]
        panels = []
        for (title, group), title_x in zip(groups.items(), titles, strict=True):
            axis = alt.X(scale=scale, axis=alt.Axis(title=title_x, tickCount=5))
            part = _Panel(self._data(group, estimand), self._order(group), axis, self._colours[group[0].arm])
            panels.append(part.spec(width, f"{title}, {ESTIMANDS[estimand]}", named=named))
        return panels

    def _ends(self, estimand: str) -> list[float]:
        """Least and largest number on the axis; 0 is there."""
        rows = self.pairs.where(lambda row: row.estimand == estimand)
        numbers = [number for row in rows for number in known(_numbers(row))]
        return [min(0.0, *numbers), max(numbers)]

    @cached_property
    def _colours(self) -> dict[str, str]:
        return coloured(self.pairs.distinct(lambda row: row.arm), ARM_COLOURS)

    def _order(self, group: Rows[PairRow]) -> list[str]:
        """The furthest first; of too many, as many as can be seen, evenly spaced from the first to the last."""
        places = list(ESTIMANDS)
        ranked = group.ordered(lambda row: (places.index(row.estimand), -row.jensen_shannon_divergence_bits))
        order = ranked.distinct(lambda row: self._short[row.subject])
        n = min(len(order), MAX_DRAWN)
        return [order[i * (len(order) - 1) // max(n - 1, 1)] for i in range(n)]

    def _data(self, group: Rows[PairRow], estimand: str) -> pd.DataFrame:
        drawn = set(self._order(group))
        return pd.DataFrame(
            {
                "label": self._short[row.subject], "tip": _tip(row), "above": row.above_floor is not False,
                "shift": row.jensen_shannon_divergence_bits, "low": row.jsd_low_bits, "high": row.jsd_high_bits,
                "observed": row.jsd_plugin_bits if self._of_reads else None,
                "floor": row.floor_bits, "floor_high": row.floor_high_bits,
                **_rest(row),
                "rest_tip": f"{row.subject}, {_baseline(row)}",
            }
            for row in group
            if row.estimand == estimand and self._short[row.subject] in drawn
        )  # fmt: skip


def _rest(row: PairRow) -> dict[str, float | None]:
    """Give the baseline; from an excess it is taken off already."""
    taken_off = row.estimand == "excess"
    return {
        "rest": None if taken_off else row.baseline_bits,
        "rest_high": None if taken_off else row.baseline_max_bits,
    }


def _numbers(row: PairRow) -> list[float | None]:
    """Give what lies on the axis."""
    shift = [row.jensen_shannon_divergence_bits, row.jsd_low_bits, row.jsd_high_bits]
    return [*shift, row.jsd_plugin_bits, row.floor_bits, row.floor_high_bits, *_rest(row).values()]


def _tip(row: PairRow) -> str:
    shift = f"{bits(row.jensen_shannon_divergence_bits)} bits ({span(row.jsd_low_bits, row.jsd_high_bits)})"
    parts = [f"{row.subject}: {shift} {row.interval_covers}".strip()]
    parts += [f"floor {span(row.floor_bits, row.floor_high_bits)}"] if known([row.floor_bits]) else []
    parts += [_baseline(row)] if known([row.baseline_bits]) else []
    parts += [p_value(row.baseline_p)] if row.baseline_p is not None and known([row.baseline_p]) else []
    return "; ".join(parts)


def _baseline(row: PairRow) -> str:
    if row.estimand == "excess":
        return f"{bits(row.baseline_bits)} taken off for its own days"
    return f"own baseline {bits(row.baseline_bits)}, largest {bits(row.baseline_max_bits)}"


@dataclass(frozen=True)
class _Panel:
    """Subjects of one group by one estimand; marks become smaller where there are many."""

    data: pd.DataFrame
    order: list[str]
    axis: alt.X
    colour: str

    def spec(self, width: int, title: str, *, named: bool) -> Spec:
        """Draw it; `named` where the names of subjects stand beside it."""
        height: Json = {"step": 20} if self._few else max(420, len(self.order))
        names = alt.Axis(labels=named and self._few, grid=self._few, tickBand="center")
        data = self.data if len(self.data) else self._reason
        base = alt.Chart(data).encode(
            y=alt.Y("label:N", sort=self.order, title=None, axis=names, scale=alt.Scale(domain=self.order))
        )
        layers = self._layers(base) if len(self.data) else self._silent(base)
        return panel(*layers, width=width, height=height, title=title)

    @property
    def _few(self) -> bool:
        return len(self.order) <= MAX_NAMED

    @property
    def _reason(self) -> pd.DataFrame:
        """Why nothing is drawn, on the line in the middle."""
        return pd.DataFrame({"label": [self.order[len(self.order) // 2]], "why": [NO_EXCESS], "start": [0.0]})

    def _silent(self, base: alt.Chart) -> list[alt.Chart]:
        text = base.mark_text(align="left", color=MUTED, fontSize=11)
        return [base.mark_point(opacity=0, aria=False).encode(x=self._at("start")),
                text.encode(x=alt.XValue(4), text=alt.Text("why:N"))]  # fmt: skip

    def _layers(self, base: alt.Chart) -> list[alt.Chart]:
        marks = FEW if self._few else MANY
        band = base.mark_bar(
            color=FLOOR, stroke=FLOOR, strokeWidth=1.5, height=alt.RelativeBandSize(band=0.5), aria=False
        )
        baseline = base.mark_rule(color=BASELINE, aria=False, **marks["baseline"])
        interval = base.mark_rule(color=self.colour, aria=False, **marks["interval"])
        tick = base.mark_tick(color=MUTED, aria=False, **marks["tick"])
        diamond = base.mark_point(
            shape="diamond", stroke=BASELINE, fill="white", opacity=1, **marks["diamond"]
        )
        point = base.mark_point(shape="circle", stroke=self.colour, opacity=1, **marks["point"])
        above = alt.FieldEqualPredicate(field="above", equal=True)
        fill = alt.condition(above, alt.value(self.colour), alt.FillValue("white"))
        return [
            band.encode(x=self._at("floor"), x2=alt.X2("floor_high:Q")),
            baseline.encode(x=self._at("rest"), x2=alt.X2("rest_high:Q")),
            interval.encode(x=self._at("low"), x2=alt.X2("high:Q")),
            tick.encode(x=self._at("observed")),
            diamond.encode(x=self._at("rest"), description=alt.Description("rest_tip:N")),
            point.encode(x=self._at("shift"), description=alt.Description("tip:N"), fill=fill),
        ]

    def _at(self, field: str) -> alt.X:
        """Put a field on the axis that all marks share."""
        placed: alt.X = self.axis.copy()
        placed["shorthand"] = f"{field}:Q"
        return placed
