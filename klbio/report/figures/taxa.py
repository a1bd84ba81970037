"""Which taxa carried it: bars per arm, and a map of taxa by subjects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

import altair as alt
import pandas as pd

from klbio.phrases.numbers import count
from klbio.report.figures.layout import Key, Spec, grid, panel, stack
from klbio.report.figures.shift import grouped
from klbio.report.figures.style import DOWN, FAINT, MUTED, NARROW, NEITHER, UP, WIDE
from klbio.report.figures.svg import Figure
from klbio.report.formatting import bits, short_names
from klbio.report.rows import OfUnit, Rows
from klbio.schema import CarriedRow, TaxonRow

__all__ = ["MAX_ARMS", "Shown", "TaxaByArm", "TaxaBySubject", "shown_subjects"]

MAX_TAXA, MAX_SUBJECTS, MAX_ARMS = 15, 60, 6
LETTER = 8.4  # pixels of a letter of a title
LABELS = {"wide": 195, "narrow": 145}  # pixels kept for the names of taxa
LETTERS = {"wide": 28, "narrow": 20}  # of these names
DIRECTION_KEY = (
    ("square", UP, "rose in most subjects"),
    ("square", DOWN, "fell in most"),
    ("square", NEITHER, "as often up as down"),
)
U = TypeVar("U", bound=OfUnit)
T = TypeVar("T", TaxonRow, CarriedRow)


def shown_subjects(rows: Rows[U]) -> list[str]:
    """Choose the subjects that fit a figure: as many of each arm, in the order of the table."""
    arms = [arm.distinct(lambda row: row.subject) for arm in rows.by(lambda row: row.arm).values()]
    each = MAX_SUBJECTS // max(len(arms), 1)
    return [subject for subjects in arms for subject in subjects[:each]]


class Shown(NamedTuple):
    """How many subjects a figure draws, and of how many."""

    n: int
    of: int

    @classmethod
    def among(cls, rows: Rows[U]) -> Shown:
        """Count them."""
        return cls(len(shown_subjects(rows)), len(rows.distinct(lambda row: row.subject)))


def _leading(rows: Rows[T], size: Callable[[T], float]) -> list[str]:
    """The taxa with the largest values, largest first."""
    return rows.ordered(lambda row: (-size(row), row.taxon)).distinct(lambda row: row.taxon)[:MAX_TAXA]


def _whole(taxa: Iterable[str]) -> dict[str, str]:
    """Label -> taxon, for the labels of either shape."""
    names = list(taxa)
    return {label: taxon for n in LETTERS.values() for taxon, label in short_names(names, n).items()}


@dataclass(frozen=True)
class TaxaByArm(Figure):
    """The taxa that carried most of the shift, per arm: to the right what rose, to the left what fell.

    Parameters
    ----------
    name : str
    taxa : Rows of TaxonRow
        Of one rank; the numbers drawn count subjects.
    """

    taxa: Rows[TaxonRow]

    @property
    def alt_text(self) -> str:
        """What it shows."""
        n = len(self._order)
        return f"Contribution of the {n} leading taxa to the shift, per arm, with the direction of change."

    @property
    def full_names(self) -> Mapping[str, str]:
        """Label -> taxon."""
        return _whole(self._order)

    @property
    def wide(self) -> Spec:
        """Arms side by side."""
        across = min(len(grouped(self._drawn)), 3)
        bars = self._bars("wide", (WIDE - LABELS["wide"]) // across - 20, across)
        return stack(Key(DIRECTION_KEY, WIDE - LABELS["wide"]).spec(), grid(bars, across))

    @property
    def narrow(self) -> Spec:
        """Arms below one another."""
        width = NARROW - LABELS["narrow"]
        return stack(Key(DIRECTION_KEY, width).spec(), *self._bars("narrow", width - 20, 1))

    @cached_property
    def _order(self) -> list[str]:
        return _leading(self.taxa, lambda row: row.mean_contribution_bits)

    @cached_property
    def _drawn(self) -> Rows[TaxonRow]:
        return self.taxa.where(lambda row: row.taxon in self._order)

    def _bars(self, shape: str, width: int, columns: int) -> list[Spec]:
        """One panel per group, all on one scale; names stand at the left of each row of panels."""
        short = short_names(self._order, LETTERS[shape])
        panels = []
        for i, (title, group) in enumerate(list(grouped(self._drawn).items())[:MAX_ARMS]):
            data = pd.DataFrame(_bar(row, short[row.taxon]) for row in group)
            layers = self._group(data, list(short.values()), named=i % columns == 0)
            panels.append(panel(*layers, width=width, height={"step": 20}, title=title))
        return panels

    @cached_property
    def _scale(self) -> alt.Scale:
        signed = [_signed(row) for row in self._drawn]
        longest = max(len(_counts(row)) for row in self._drawn)
        domain = [min(0.0, *signed), max(0.0, *signed)]
        return alt.Scale(domain=domain, nice=False, padding=6 * longest + 8)

    def _group(self, data: pd.DataFrame, labels: list[str], *, named: bool) -> list[alt.Chart]:
        axis = alt.Axis(
            title="mean contribution (bits)", tickCount=4, labelExpr="format(abs(datum.value), '~g')"
        )
        base = alt.Chart(data).encode(
            y=alt.Y(
                "label:N", sort=labels, title=None, scale=alt.Scale(domain=labels, paddingInner=0.3),
                axis=alt.Axis(labels=named),
            ),
            x=alt.X("signed:Q", scale=self._scale, axis=axis),
        )  # fmt: skip
        text = {"baseline": "middle", "color": MUTED, "fontSize": 11, "aria": False}
        rose, fell = alt.FieldGTEPredicate(field="signed", gte=0), alt.FieldLTPredicate(field="signed", lt=0)
        bars = base.mark_bar(cornerRadiusEnd=1)
        return [
            bars.encode(color=alt.Color("colour:N", scale=None), description=alt.Description("tip:N")),
            base.transform_filter(rose)
            .mark_text(align="left", dx=5, **text)
            .encode(text=alt.Text("counts:N")),
            base.transform_filter(fell)
            .mark_text(align="right", dx=-5, **text)
            .encode(text=alt.Text("counts:N")),
            alt.Chart(pd.DataFrame({"zero": [0]}))
            .mark_rule(color=FAINT, aria=False)
            .encode(x=alt.X("zero:Q")),
        ]


def _signed(row: TaxonRow) -> float:
    return -row.mean_contribution_bits if row.n_down > row.n_up else row.mean_contribution_bits


def _counts(row: TaxonRow) -> str:
    return " ".join(f"{n:,}{arrow}" for n, arrow in ((row.n_up, "↑"), (row.n_down, "↓")) if n)


def _bar(row: TaxonRow, label: str) -> dict[str, str | float]:
    colour = UP if row.n_up > row.n_down else DOWN if row.n_down > row.n_up else NEITHER
    size = f"{bits(row.mean_contribution_bits)} bits on average"
    tip = f"{row.taxon}: {size}; up in {row.n_up}, down in {row.n_down}; {count(row.n_subjects, 'subject')}"
    return {"label": label, "signed": _signed(row), "colour": colour, "counts": _counts(row), "tip": tip}


@dataclass(frozen=True)
class TaxaBySubject(Figure):
    """Each leading taxon's contribution in each subject: orange rose, blue fell, deeper is more.

    Parameters
    ----------
    name : str
    contributions : Rows of CarriedRow
        Of one rank.
    """

    contributions: Rows[CarriedRow]

    @property
    def alt_text(self) -> str:
        """What it shows."""
        return (
            f"Contribution of {count(len(self._order), 'taxon')} to the shift of each subject, with its "
            f"direction: {count(len(self._who), 'subject')}."
        )

    @property
    def full_names(self) -> Mapping[str, str]:
        """Label -> taxon or subject."""
        return _whole(self._order) | {label: subject for subject, label in self._who.items()}

    @property
    def wide(self) -> Spec:
        """For a desk."""
        return self._maps("wide", WIDE - LABELS["wide"] - 40)

    @property
    def narrow(self) -> Spec:
        """For a phone."""
        return self._maps("narrow", NARROW - LABELS["narrow"])

    @cached_property
    def _order(self) -> list[str]:
        largest = self.contributions.largest_first(lambda row: row.jsd_contribution_bits)
        largest_of_each = largest.first_of_each(lambda row: (row.taxon,))
        return _leading(largest_of_each, lambda row: row.jsd_contribution_bits)

    @cached_property
    def _who(self) -> dict[str, str]:
        subjects = self.contributions.first_of_each(lambda row: (row.arm, row.subject))
        return short_names(shown_subjects(subjects), 14)

    @cached_property
    def _drawn(self) -> Rows[CarriedRow]:
        of_taxa = self.contributions.holding(lambda row: row.taxon, self._order)
        return of_taxa.holding(lambda row: row.subject, self._who)

    def _maps(self, shape: str, width: int) -> Spec:
        """One map per group, side by side, each as wide as it has subjects."""
        groups = grouped(self._drawn)
        subjects = {
            title: group.distinct(lambda row: self._who[row.subject]) for title, group in groups.items()
        }
        per_line = max(min(int(width // (LETTER * max([*map(len, groups), 1]))), len(groups)), 1)
        lines = [list(subjects.values())[i : i + per_line] for i in range(0, len(groups), per_line)]
        columns = max([len([who for group in line for who in group]) for line in lines] + [1])
        cell = max(min((width - 16 * (per_line - 1)) / columns, 26), 2)
        apart = max([16.0, *(LETTER * len(title) - cell * len(who) for title, who in subjects.items())])
        short = short_names(self._order, LETTERS[shape])
        panels = []
        for i, (title, group) in enumerate(groups.items()):
            squares = self._squares(group, short, cell).encode(y=_names(short, named=i % per_line == 0))
            size = {"width": cell * len(subjects[title]), "height": alt.Step(18)}
            panels.append(panel(squares.properties(**size, title=title)))
        return grid(panels, per_line, spacing=int(apart))

    def _squares(self, group: Rows[CarriedRow], short: dict[str, str], cell: float) -> alt.Chart:
        """Draw the subjects of one group."""
        data = pd.DataFrame(
            {
                "who": self._who[row.subject], "label": short[row.taxon], "signed": _change(row),
                "tip": f"{row.taxon}, {row.subject}: {bits(row.jsd_contribution_bits)} bits, {row.direction}",
            }
            for row in group
        )  # fmt: skip
        subjects = group.distinct(lambda row: self._who[row.subject])
        upright = alt.Axis(labels=cell >= 11, labelAngle=-90, ticks=False, domain=False)
        x = alt.X("who:N", sort=subjects, title=None, axis=upright)
        squares = alt.Chart(data).mark_rect(stroke="white", strokeWidth=min(1, cell / 8))
        return squares.encode(x=x, color=self._colour, description=alt.Description("tip:N"))

    @cached_property
    def _colour(self) -> alt.Color:
        """Blue for what fell, orange for what rose."""
        deepest = max((abs(_change(row)) for row in self._drawn), default=0.0)
        shades = [DOWN, "#f5f6f7", UP]
        scale = alt.Scale(
            type="pow", exponent=0.5, domain=[-deepest, 0, deepest], range=shades, interpolate="lab"
        )
        legend = alt.Legend(
            title="bits; ← fell · rose →", orient="bottom", gradientLength=180, tickCount=5, format="~g",
            labelExpr="format(abs(datum.value), '~g')", offset=10,
        )  # fmt: skip
        return alt.Color("signed:Q", scale=scale, legend=legend)


def _change(row: CarriedRow) -> float:
    return -row.jsd_contribution_bits if row.direction == "down" else row.jsd_contribution_bits


def _names(short: dict[str, str], *, named: bool) -> alt.Y:
    labels = list(short.values())
    axis = alt.Axis(labels=named)
    return alt.Y("label:N", sort=labels, title=None, scale=alt.Scale(domain=labels), axis=axis)
