"""Where in the tree of life: the taxonomy as an icicle, and what each rank adds."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import altair as alt
import pandas as pd

from klbio.report.figures.layout import Key, Mark, Spec, panel, stack
from klbio.report.figures.shift import grouped
from klbio.report.figures.style import DOWN, FAINT, INK, LARGE_IS_DARK, NARROW, NEITHER, UP, WIDE
from klbio.report.figures.svg import Figure
from klbio.report.figures.taxa import MAX_ARMS, shown_subjects
from klbio.report.formatting import bits, short_names
from klbio.report.rows import Rows
from klbio.schema import CladeMeanRow, RankSplitRow

__all__ = ["Icicle", "RankBars", "direction"]

HEIGHT, LOW = 430, 250  # pixels of a panel: of up to two, of more
MIN_HEIGHT, LABELLED = 3.0, 13.0  # pixels of a clade drawn by itself, of one with its name
LETTER = 7.2
PALE = {UP: "#f8efe9", DOWN: "#ebf1f7", NEITHER: "#f1f3f5"}
KEY = (
    ("square", UP, "larger share afterwards"),
    ("square", DOWN, "smaller share"),
    ("square", NEITHER, "the same share"),
    ("square", FAINT, "several small clades"),
)
SHADES = LARGE_IS_DARK[:0:-1]  # dark for the highest rank; the palest is too near the page


@dataclass(frozen=True)
class Cell:
    """A clade as drawn: in a column, from its top to its bottom."""

    clade: str
    rank: str
    column: int
    top: float
    bottom: float
    colour: str
    ink: str
    tip: str

    @property
    def is_labelled(self) -> bool:
        """Whether there is room for its name."""
        return self.bottom - self.top >= LABELLED

    @property
    def middle(self) -> float:
        """Where its name stands."""
        return self.top + (self.bottom - self.top) / 2


@dataclass(frozen=True)
class Icicle(Figure):
    """The taxonomy with the part of the shift that took place inside each clade, a column per rank.

    Parameters
    ----------
    name : str
    means : Rows of CladeMeanRow
        Of the taxonomy; height is mean mass, depth of colour the contribution, its hue the direction.
    """

    means: Rows[CladeMeanRow]

    @property
    def alt_text(self) -> str:
        """What it shows."""
        return "The taxonomy, rank by rank: how much of the shift took place inside each clade, per arm."

    @property
    def wide(self) -> Spec:
        """With every rank."""
        return self._stacked({title: arm.cells for title, arm in self._arms.items()}, WIDE)

    @property
    def narrow(self) -> Spec:
        """With every other rank: a phone has no room for more."""
        return self._stacked({title: arm.every_other_rank for title, arm in self._arms.items()}, NARROW)

    @cached_property
    def _arms(self) -> dict[str, _Arm]:
        groups = list(grouped(self.means).items())[:MAX_ARMS]
        height = HEIGHT if len(groups) <= 2 else LOW
        largest = max(row.mean_contribution_bits for row in self.means)
        return {title: _Arm(rows, height, largest) for title, rows in groups}

    def _stacked(self, arms: dict[str, list[Cell]], width: int) -> Spec:
        heights = (arm.height for arm in self._arms.values())
        panels = [
            panel(*_columns(cells, width - 8, height), title=title, width=width - 8, height=height + 26)
            for (title, cells), height in zip(arms.items(), heights, strict=True)
        ]
        return stack(Key(KEY, width).spec(), *panels)


@dataclass(frozen=True)
class _Arm:
    """The clades of one arm, each inside the height of its parent, the largest on top, tiny ones as one."""

    rows: Rows[CladeMeanRow]
    height: int
    largest: float

    @cached_property
    def cells(self) -> list[Cell]:
        """Place the clades."""
        cells: list[Cell] = []
        waiting = [(row, 0.0) for row in self._inside["", -1]]
        while waiting:
            row, top = waiting.pop()
            cells.append(self._cell(row, top))
            children, below = self._inside[row.clade, row.depth], top
            small = [child for child in children if child.mean_mass * self.height < MIN_HEIGHT]
            for child in children[: len(children) - len(small)]:
                waiting.append((child, below))
                below += child.mean_mass * self.height
            end = top + row.mean_mass * self.height
            if small and end - below > 0.3:
                cells.append(_rest(small, below, end))
        return cells

    @property
    def every_other_rank(self) -> list[Cell]:
        """The cells of every other rank, moved together."""
        depths = sorted({cell.column for cell in self.cells})[1::2] or [0]
        column = {depth: i for i, depth in enumerate(depths)}
        return [
            dataclasses.replace(cell, column=column[cell.column])
            for cell in self.cells
            if cell.column in column
        ]

    @cached_property
    def _inside(self) -> dict[tuple[str, int], list[CladeMeanRow]]:
        inside: dict[tuple[str, int], list[CladeMeanRow]] = defaultdict(list)
        for row in self.rows.ordered(lambda row: (-row.mean_mass, row.clade)):
            inside[row.parent, row.depth - 1].append(row)
        return inside

    def _cell(self, row: CladeMeanRow, top: float) -> Cell:
        strength = (row.mean_contribution_bits / self.largest) ** 0.5 if self.largest > 0 else 0.0
        hue = direction(row)
        return Cell(
            clade=row.clade, rank=row.rank if row.depth else "all", column=row.depth,
            top=top, bottom=top + row.mean_mass * self.height,
            colour=_blend(PALE[hue], hue, strength), ink="white" if strength > 0.72 else INK,
            tip=f"{row.clade}: {bits(row.mean_contribution_bits)} bits among its members; "
            f"{row.mean_mass_before:.1%} before, {row.mean_mass_after:.1%} after",
        )  # fmt: skip


def direction(row: CladeMeanRow) -> str:
    """Give the colour of a clade by where its share went."""
    if row.mean_mass_after == row.mean_mass_before:
        return NEITHER
    return UP if row.mean_mass_after > row.mean_mass_before else DOWN


def _rest(small: list[CladeMeanRow], top: float, bottom: float) -> Cell:
    tip = f"{len(small)} small clades; all are in the table"
    first = small[0]
    return Cell(f"{len(small)} small", first.rank, first.depth, top, bottom, FAINT, INK, tip)


def _columns(cells: list[Cell], width: int, height: int) -> list[alt.Chart]:
    columns = max(cell.column for cell in cells) + 1
    across = alt.Scale(domain=[0, columns], nice=False)
    down = alt.Scale(domain=[-26, height], reverse=True, nice=False)
    x = alt.X("left:Q", scale=across, axis=None)
    data = pd.DataFrame(_placed(cells, max(int(width / columns / LETTER) - 1, 1)))
    ranks: dict[int, str] = {}
    for cell in cells:
        ranks.setdefault(cell.column, cell.rank)
    heads = pd.DataFrame({"left": column, "at": -12, "head": rank} for column, rank in ranks.items())
    base = alt.Chart(data).encode(x=x, y=alt.Y("top:Q", scale=down, axis=None))
    text = {"align": "left", "baseline": "middle", "dx": 4, "fontSize": 11, "aria": False}
    rects = base.mark_rect(stroke="white", strokeWidth=0.8)
    names = base.mark_text(**text).encode(
        y=alt.Y("middle:Q", scale=down, axis=None), text=alt.Text("label:N")
    )
    bold = alt.Chart(heads).mark_text(**{**text, "fontWeight": "bold"})
    return [
        rects.encode(
            x2=alt.X2("right:Q"),
            y2=alt.Y2("bottom:Q"),
            color=alt.Color("colour:N", scale=None),
            description=alt.Description("tip:N"),
        ),
        names.encode(color=alt.Color("ink:N", scale=None)),
        bold.encode(
            x=x, y=alt.Y("at:Q", scale=down, axis=None), text=alt.Text("head:N"), color=alt.ColorValue(INK)
        ),
    ]


def _placed(cells: list[Cell], letters: int) -> Iterator[dict[str, str | float]]:
    for cell in cells:
        own = cell.clade.split(";")[-1]
        yield {
            "left": cell.column, "right": cell.column + 1, "top": cell.top, "bottom": cell.bottom,
            "middle": cell.middle, "label": short_names([own], letters)[own] if cell.is_labelled else "",
            "colour": cell.colour, "ink": cell.ink, "tip": cell.tip,
        }  # fmt: skip


def _blend(light: str, full: str, strength: float) -> str:
    """Give the colour that far on the way from `light` to `full`."""
    pairs = [(int(light[i : i + 2], 16), int(full[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * strength):02x}" for a, b in pairs)


@dataclass(frozen=True)
class RankBars(Figure):
    """Each subject's shift as a bar cut by rank: how much each rank adds to those above it.

    Parameters
    ----------
    name : str
    split : Rows of RankSplitRow
    """

    split: Rows[RankSplitRow]

    @property
    def alt_text(self) -> str:
        """What it shows."""
        return "Bits of each subject's shift that each rank of the taxonomy adds to the ranks above it."

    @property
    def wide(self) -> Spec:
        """For a desk."""
        return self._stacked(WIDE - 160)

    @property
    def narrow(self) -> Spec:
        """For a phone."""
        return self._stacked(NARROW - 135)

    @cached_property
    def _drawn(self) -> Rows[RankSplitRow]:
        shown = set(shown_subjects(self.split))
        return self.split.where(lambda row: row.subject in shown and row.added_bits > 0)

    @cached_property
    def _colours(self) -> dict[str, str]:
        there = set(self._drawn.distinct(lambda row: row.rank))
        order = [rank for rank in self.split.distinct(lambda row: row.rank) if rank in there]
        return {rank: _shade(i, len(order)) for i, rank in enumerate(order)}

    @cached_property
    def _who(self) -> dict[str, str]:
        return short_names((row.subject for row in self._drawn), 18)

    def _stacked(self, width: int) -> Spec:
        entries: list[Mark] = [("square", colour, rank) for rank, colour in self._colours.items()]
        panels = [
            panel(self._bars(group).properties(width=width, title=title))
            for title, group in grouped(self._drawn).items()
        ]
        return stack(Key(entries, width).spec(), *panels)

    def _bars(self, group: Rows[RankSplitRow]) -> alt.Chart:
        step = {rank: i for i, rank in enumerate(self._colours)}
        data = pd.DataFrame(
            {
                "who": self._who[row.subject], "added": row.added_bits, "step": step[row.rank],
                "colour": self._colours[row.rank], "tip": f"{row.subject}, {row.rank}: {bits(row.added_bits)} bits",
            }
            for row in group
        )  # fmt: skip
        scale = alt.Scale(domain=[0, max(row.cumulative_bits for row in self.split)], nice=True)
        axis = alt.Axis(title="bits, as observed", tickCount=6)
        chart = alt.Chart(data).mark_bar(stroke="white", strokeWidth=0.6)
        return chart.encode(
            x=alt.X("added:Q", scale=scale, stack="zero", axis=axis),
            y=alt.Y("who:N", sort=None, title=None, scale=alt.Scale(paddingInner=0.3)),
            color=alt.Color("colour:N", scale=None),
            order=alt.Order("step:Q"),
            description=alt.Description("tip:N"),
        ).properties(height=alt.Step(18))


def _shade(i: int, n: int) -> str:
    """Give the i-th of n shades, from dark to light, each a colour of its own."""
    at = i / max(n - 1, 1) * (len(SHADES) - 1)
    step = min(int(at), len(SHADES) - 2)
    return _blend(SHADES[step], SHADES[step + 1], at - step)
