"""Gene models: a map of relative entropies with its dendrogram, and the frames and codons of close pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import altair as alt
import pandas as pd

from klbio.report.figures.layout import Key, Mark, Spec, grid, panel, stack
from klbio.report.figures.style import INK, LARGE_IS_DARK, MUTED, NARROW, WIDE
from klbio.report.figures.svg import Figure
from klbio.report.formatting import bits, short_names
from klbio.report.rows import OfModels, Rows
from klbio.schema import DendrogramRow, ModelPairRow

__all__ = ["MAX_MODELS", "ClosePairs", "MapOfModels", "OfDivergence"]

MAX_MODELS = 60
MAX_NUMBERED = 14  # models up to which each square carries its number
APART: Spec = {"scale": {"color": "independent"}}  # frames and parts have colours of their own
LABELS = 190  # pixels kept for the names of pairs


class OfDivergence(OfModels, Protocol):
    """A row with the relative entropy of a pair of models."""

    @property
    def relative_entropy_bits(self) -> float:
        """D(p ‖ q)."""


@dataclass(frozen=True)
class MapOfModels(Figure):
    """D(p ‖ q) of every ordered pair, p down and q across: pale is close, dark is far.

    Parameters
    ----------
    name : str
    pairs : Rows
        Of one component, both orders.
    order : list of str
        Models in the order of the leaves.
    tree : Rows of DendrogramRow
        Segments of the component's dendrogram; may be none.
    unit : str
        What the numbers are in.
    """

    pairs: Rows[OfDivergence]
    order: list[str]
    tree: Rows[DendrogramRow]
    unit: str = "bits per base"

    @property
    def alt_text(self) -> str:
        """What it shows."""
        return f"Relative entropy in {self.unit} of every ordered pair of {len(self._short)} models."

    @property
    def full_names(self) -> Mapping[str, str]:
        """Label -> model."""
        return {label: model for model, label in self._short.items()}

    @property
    def wide(self) -> Spec:
        """With numbers in the squares, where they fit."""
        return self._with_tree(WIDE, numbered=len(self._short) <= MAX_NUMBERED)

    @property
    def narrow(self) -> Spec:
        """Without numbers."""
        return self._with_tree(NARROW, numbered=False)

    @cached_property
    def _short(self) -> dict[str, str]:
        return short_names(self.order[:MAX_MODELS], 20)

    def _with_tree(self, width: int, *, numbered: bool) -> Spec:
        n = len(self._short)
        cell = min((width - 130) / max(n, 1), 44)
        squares = self._squares(cell)
        layers = [squares, self._numbers(squares)] if numbered else [squares]
        placed = (layer.encode(**self._places(cell)) for layer in layers)
        heat = panel(*placed, width=cell * n, height=cell * n)
        if not len(self.tree):
            return heat
        return stack(_tree_above(self.tree, n, cell * n), heat, spacing=4, bounds="flush")

    @cached_property
    def _data(self) -> pd.DataFrame:
        drawn = self.pairs.where(
            lambda row: (
                row.model_p in self._short and row.model_q in self._short and row.model_p != row.model_q
            )
        )
        return pd.DataFrame(
            {
                "p": self._short[row.model_p], "q": self._short[row.model_q], "value": row.relative_entropy_bits,
                "number": bits(row.relative_entropy_bits),
                "tip": f"D({row.model_p} ‖ {row.model_q}) = {bits(row.relative_entropy_bits)} {self.unit}",
            }
            for row in drawn
        )  # fmt: skip

    @cached_property
    def _largest(self) -> float:
        values = self._data["value"]
        return float(values[values < float("inf")].max())

    def _places(self, cell: float) -> dict[str, alt.X | alt.Y]:
        labels, size = list(self._short.values()), min(12.0, max(cell * 0.85, 6))
        room = 4 + 0.1 * size * max(map(len, labels))  # a reader's font may be wider than ours
        small = {"labelFontSize": size, "ticks": False, "domain": False, "titlePadding": room}
        scale = alt.Scale(domain=labels, padding=0)
        upright = alt.Axis(labelAngle=-90, **small)
        return {
            "x": alt.X("q:N", sort=labels, scale=scale, axis=upright, title="q: the model that codes"),
            "y": alt.Y(
                "p:N", sort=labels, scale=scale, axis=alt.Axis(**small), title="p: the model that is true"
            ),
        }

    def _squares(self, cell: float) -> alt.Chart:
        shades = list(LARGE_IS_DARK)
        scale = alt.Scale(type="sqrt", domain=[0, self._largest], range=shades, interpolate="lab")
        legend = alt.Legend(
            title=self.unit, orient="bottom", gradientLength=min(200, cell * len(self._short)), tickCount=3, offset=12,
            labelExpr="format(datum.value, '~g')", labelOverlap="greedy", labelSeparation=8,
        )  # fmt: skip
        squares = alt.Chart(self._data).mark_rect(stroke="white", strokeWidth=min(1.0, cell / 12))
        return squares.encode(
            color=alt.Color("value:Q", scale=scale, legend=legend), description=alt.Description("tip:N")
        )

    def _numbers(self, squares: alt.Chart) -> alt.Chart:
        dark = alt.FieldGTPredicate(field="value", gt=self._largest * 0.3)
        ink = alt.condition(dark, alt.value("white"), alt.ColorValue(INK))
        return (
            alt.Chart(squares.data)
            .mark_text(fontSize=10.5, aria=False)
            .encode(text=alt.Text("number:N"), color=ink)
        )


def _tree_above(tree: Rows[DendrogramRow], leaves: int, side: float) -> Spec:
    data = pd.DataFrame({"x1": row.x1, "y1": row.y1, "x2": row.x2, "y2": row.y2} for row in tree)
    x = alt.X("x1:Q", scale=alt.Scale(domain=[-0.5, leaves - 0.5], nice=False), axis=None)
    axis = alt.Axis(title="bits per base", tickCount=3, grid=False, domain=True, ticks=True)
    y = alt.Y("y1:Q", scale=alt.Scale(nice=False), axis=axis)
    lines = alt.Chart(data).mark_rule(color=MUTED, strokeWidth=1.2, strokeCap="round", aria=False)
    return panel(
        lines.encode(x=x, y=y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q")).properties(width=side, height=90)
    )


@dataclass(frozen=True)
class Part:
    """A part of the relative entropy of a pair, and its colour."""

    words: str
    colour: str
    value: Callable[[ModelPairRow], float | None]


FRAMES = (
    Part("codon position 1", "#12766f", lambda row: row.frame1_bits),
    Part("position 2", "#c2571a", lambda row: row.frame2_bits),
    Part("position 3", "#5a4fa3", lambda row: row.frame3_bits),
)
PARTS = (
    Part("which amino acid", "#2a6fb0", lambda row: row.amino_acid_bits_per_codon),
    Part("which codon for it", "#8fb8dc", lambda row: row.synonymous_bits_per_codon),
)


@dataclass(frozen=True)
class ClosePairs(Figure):
    """Where close pairs differ: left the three frames in bits per base, right the codon in bits.

    Parameters
    ----------
    name : str
    pairs : Rows of ModelPairRow
        The chosen ones, closest first.
    """

    pairs: Rows[ModelPairRow]

    @staticmethod
    def can_show(pairs: Rows[ModelPairRow]) -> bool:
        """Tell whether each part is known of any pair."""
        return all(any(part.value(row) is not None for row in pairs) for part in (*FRAMES, *PARTS))

    @property
    def alt_text(self) -> str:
        """What it shows."""
        return f"Frames and codon parts of the relative entropy of {len(self.pairs)} close pairs of models."

    @property
    def full_names(self) -> Mapping[str, str]:
        """Label -> pair."""
        titles = (f"{row.model_p} ‖ {row.model_q}" for row in self.pairs)
        return dict(zip(self._labels, titles, strict=True))

    @property
    def wide(self) -> Spec:
        """Frames beside the codon."""
        width = (WIDE - LABELS) // 2 - 15
        parts = [self._frames(width, named=True), self._codons(width, named=False)]
        return stack(self._key(WIDE - LABELS), grid(parts, 2, resolve=APART))

    @property
    def narrow(self) -> Spec:
        """Frames above the codon."""
        width = NARROW - LABELS
        parts = self._frames(width, named=True), self._codons(width, named=True)
        return stack(self._key(width), *parts, resolve=APART)

    @cached_property
    def _labels(self) -> list[str]:
        names = [row.model_p for row in self.pairs] + [row.model_q for row in self.pairs]
        short = short_names(names, 13)
        return [f"{short[row.model_p]} ‖ {short[row.model_q]}" for row in self.pairs]

    @staticmethod
    def _key(width: int) -> Spec:
        entries: list[Mark] = [("dot", part.colour, part.words) for part in FRAMES]
        return Key([*entries, *(("square", part.colour, part.words) for part in PARTS)], width).spec()

    def _frames(self, width: int, *, named: bool) -> Spec:
        axis = alt.Axis(title="bits per base", tickCount=4)
        x = alt.X("value:Q", scale=alt.Scale(zero=True), axis=axis)
        chart = self._chart(FRAMES, "by position in the codon").mark_point(filled=True, size=60, opacity=0.9)
        return panel(chart.encode(x=x, y=self._y(named=named)).properties(width=width, height=alt.Step(21)))

    def _codons(self, width: int, *, named: bool) -> Spec:
        x = alt.X("value:Q", axis=alt.Axis(title="bits per codon", tickCount=4))
        chart = self._chart(PARTS, "by what the codon says").mark_bar(height=11)
        return panel(chart.encode(x=x, y=self._y(named=named)).properties(width=width, height=alt.Step(21)))

    def _chart(self, parts: tuple[Part, ...], title: str) -> alt.Chart:
        data = pd.DataFrame(
            {
                "pair": label, "part": part.words, "value": value,
                "tip": f"{label}, {part.words}: {bits(value)} bits",
            }
            for part in parts
            for label, value in zip(self._labels, map(part.value, self.pairs), strict=True)
        )  # fmt: skip
        words, colours = [part.words for part in parts], [part.colour for part in parts]
        colour = alt.Color("part:N", scale=alt.Scale(domain=words, range=colours), legend=None)
        return alt.Chart(data, title=title).encode(color=colour, description=alt.Description("tip:N"))

    def _y(self, *, named: bool) -> alt.Y:
        axis = alt.Axis(labels=named, grid=True)
        scale = alt.Scale(domain=self._labels)
        return alt.Y("pair:N", sort=self._labels, title=None, scale=scale, axis=axis)
