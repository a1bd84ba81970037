"""Sequence logos: the letters of p above those of q, and between them what the difference is worth."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import altair as alt
import pandas as pd

from klbio.report.figures.layout import Spec, grid, panel, stack
from klbio.report.figures.style import FAINT, INK, LARGE_IS_DARK, NARROW, WIDE
from klbio.report.figures.svg import Figure, stretched_to
from klbio.report.formatting import bits

__all__ = ["Letter", "Logo", "Logos", "Side"]

HEIGHT, BETWEEN = 84, 44  # pixels of a logo, and of the bars between two
CAPITAL = 0.72  # height of a capital letter in a sans-serif face of size 1
MIN_HEIGHT = 1.2  # pixels: of the lowest letter drawn
MARGIN = 52
BASES = {"A": "#1b7f3b", "C": "#1f5fa8", "G": "#9a6a00", "T": "#b3261e"}
# amino acids by chemistry: hydrophobic, polar, acid, base, aromatic, glycine and proline, cysteine
CHEMISTRY = {
    "AILMV": INK,
    "NQST": "#1b7f3b",
    "DE": "#b3261e",
    "KR": "#1f5fa8",
    "FHWY": "#6a3fa0",
    "GP": "#9a6a00",
}
RESIDUES = {letter: colour for letters, colour in CHEMISTRY.items() for letter in letters} | {"C": "#8a6d1d"}


@dataclass(frozen=True, order=True)
class Letter:
    """A letter over a place, as high as its bits."""

    place: int
    height: float
    letter: str


@dataclass(frozen=True)
class Side:
    """The letters of one of two models."""

    name: str
    letters: list[Letter]

    @cached_property
    def stacked(self) -> list[tuple[Letter, float]]:
        """Each letter with the height at which it stands: the tallest of a place on top."""
        below: dict[int, float] = {}
        stacked = []
        for letter in sorted(self.letters):
            stacked.append((letter, below.get(letter.place, 0.0)))
            below[letter.place] = stacked[-1][1] + letter.height
        return stacked

    @property
    def top(self) -> float:
        """Height of the tallest place."""
        return max((bottom + letter.height for letter, bottom in self.stacked), default=0.0)


@dataclass(frozen=True)
class Logo:
    """Two stacks of letters over shared places, and the bars between them.

    Parameters
    ----------
    title : str
    p, q : Side
    between : mapping of int to float
        Place -> bits.
    measure : str
        What the bars are.
    """

    title: str
    p: Side
    q: Side
    between: Mapping[int, float]
    measure: str

    @cached_property
    def places(self) -> list[int]:
        """Every place that has a letter."""
        return sorted({letter.place for side in (self.p, self.q) for letter in side.letters})

    @cached_property
    def has_residues(self) -> bool:
        """Whether the letters are amino acids, not bases."""
        return not {letter.letter for side in (self.p, self.q) for letter in side.letters} <= set("ACGTU")

    def lines(self, width: int) -> list[_Line]:
        """Cut the logo into lines that fit a width."""
        most = max(int(width // (9 if self.has_residues else 13)), 1)
        return [_Line(self, self.places[i : i + most], width) for i in range(0, len(self.places), most)]

    @property
    def top(self) -> float:
        """Bits of the axis: 2 for bases, what the tallest stack needs for amino acids."""
        return max(1.0 if self.has_residues else 2.0, self.p.top, self.q.top)


@dataclass(frozen=True)
class Logos(Figure):
    """Logos one after the other.

    Parameters
    ----------
    name : str
    drawn : list of Logo
    description : str
        What they are, in a sentence.
    columns : int
        Logos side by side on a desk.
    """

    drawn: list[Logo]
    description: str
    columns: int = 1

    @property
    def alt_text(self) -> str:
        """What it shows."""
        return self.description

    @property
    def wide(self) -> Spec:
        """Several on a line."""
        each = WIDE // self.columns - MARGIN - 16
        return grid(self._lines(each), self.columns, spacing=26)

    @property
    def narrow(self) -> Spec:
        """Below one another."""
        return stack(*self._lines(NARROW - MARGIN), spacing=26)

    def _lines(self, width: int) -> list[Spec]:
        return [line.spec() for logo in self.drawn for line in logo.lines(width)]


@dataclass(frozen=True)
class _Line:
    """A line of a logo; the letters of a place share its height as they share the place."""

    logo: Logo
    places: list[int]
    width: int

    @property
    def _step(self) -> float:
        return min(self.width / max(len(self.places), 1), 22.0)

    def spec(self) -> Spec:
        """Draw p, the bars, and q."""
        logo = self.logo
        small: Spec = {"fontWeight": "normal", "fontSize": 11}
        title_p = {"text": logo.title, "subtitle": f"p: {logo.p.name}"}
        title_q = {"text": f"q: {logo.q.name}", **small}
        title = {"text": logo.measure, **small, "offset": 4}
        width = self._step * len(self.places)
        p = panel(*self._letters(logo.p, self._x(named=False)), width=width, height=HEIGHT, title=title_p)
        bars = panel(self._bars(), width=width, height=BETWEEN, title=title)
        q = panel(*self._letters(logo.q, self._x(named=True)), width=width, height=HEIGHT, title=title_q)
        return stack(p, bars, q, spacing=8)

    def _x(self, *, named: bool) -> alt.X:
        axis = alt.Axis(
            grid=False, labelAngle=0, labelFontSize=10, title=None, domain=False, ticks=False, labelOverlap="greedy"
        )  # fmt: skip
        scale = alt.Scale(type="band", domain=self.places, padding=0)
        return alt.X("place:O", scale=scale, axis=axis if named else None)

    def _letters(self, side: Side, x: alt.X) -> list[alt.Chart]:
        top = self.logo.top
        data = pd.DataFrame(self._drawn(side), columns=["place", "letter", "bottom", "size", "colour"])
        scale = alt.Scale(domain=[0, top], nice=False)
        y = alt.Y("bottom:Q", scale=scale, axis=alt.Axis(title="bits", tickCount=3, grid=False))
        face = stretched_to(0.95 * self._step)
        text = alt.Chart(data).mark_text(
            font=face, fontWeight="bold", align="center", baseline="alphabetic", aria=False
        )
        letters = text.encode(
            x=x, y=y, text=alt.Text("letter:N"), color=alt.Color("colour:N", scale=None),
            size=alt.Size("size:Q", scale=None),
        )  # fmt: skip
        ground = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=FAINT, aria=False)
        return [ground.encode(y=alt.Y("zero:Q", scale=scale)), letters]

    def _drawn(self, side: Side) -> Iterator[tuple[int, str, float, float, str]]:
        """Give the letters of this line that are a pixel high or more."""
        pixels, colours = HEIGHT / self.logo.top, RESIDUES if self.logo.has_residues else BASES
        places = set(self.places)
        for letter, bottom in side.stacked:
            size = letter.height * pixels
            if letter.place in places and size >= MIN_HEIGHT:
                colour = colours.get(letter.letter, INK)
                yield letter.place, letter.letter, bottom, size / CAPITAL, colour

    def _bars(self) -> alt.Chart:
        values = {place: self.logo.between.get(place, math.nan) for place in self.places}
        data = pd.DataFrame(
            {"place": place, "value": value, "tip": f"{place}: {bits(value)} bits"}
            for place, value in values.items()
            if math.isfinite(value)
        )
        highest = max([0.01, *data["value"]])
        scale = alt.Scale(domain=[0, highest], nice=True)
        y = alt.Y("value:Q", scale=scale, axis=alt.Axis(title="bits", tickCount=2))
        chart = alt.Chart(data).mark_bar(color=LARGE_IS_DARK[3], width=alt.RelativeBandSize(band=0.7))
        return chart.encode(x=self._x(named=False), y=y, description=alt.Description("tip:N"))
