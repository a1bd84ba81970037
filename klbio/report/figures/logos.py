"""Sequence logos: the letters of p above those of q, and between them what the difference is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from klbio.report.figures.layout import Spec, grid, panel, stack
from klbio.report.figures.style import FAINT, INK, LARGE_IS_DARK, NARROW, WIDE
from klbio.report.figures.svg import Figure, stretched_to
from klbio.report.formatting import bits
from klbio.report.tables import records

__all__ = ["Logo", "logos"]

HEIGHT, BETWEEN = 84, 44  # pixels of a logo, and of the bars between two
CAPITAL = 0.72  # height of a capital letter in a sans-serif face of size 1
LEAST = 1.2  # pixels: of the lowest letter drawn
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


class Logo:
    """Two stacks of letters over shared places, and the bars between them.

    Parameters
    ----------
    title : str
    p, q : DataFrame
        Columns ``place``, ``letter``, ``height_bits``; the letters of either side.
    between : DataFrame
        Columns ``place``, ``bits``.
    names : tuple of str
        Of p and q.
    measure : str
        What the bars are.
    residues : bool
        Whether the letters are amino acids, not bases.
    """

    def __init__(
        self, title: str, p: pd.DataFrame, q: pd.DataFrame, between: pd.DataFrame,
        names: tuple[str, str], measure: str, *, residues: bool = False,
    ) -> None:  # fmt: skip
        self.title, self.p, self.q, self.between, self.names = title, p, q, between, names
        self.measure, self.residues = measure, residues
        self.places = sorted({int(place) for side in (p, q) for place in side["place"]})

    def columns(self, width: int) -> list[list[int]]:
        """Cut the places into lines that fit a width."""
        most = max(int(width // (9 if self.residues else 13)), 1)
        return [self.places[i : i + most] for i in range(0, len(self.places), most)]

    def highest(self) -> float:
        """Bits of the axis: 2 for bases, what the tallest stack needs for amino acids."""
        tops = [float(top) for side in (self.p, self.q) for top in _stacked(side, 1.0)["top"]]
        return max([1.0 if self.residues else 2.0, *tops])


def logos(drawn: list[Logo], name: str, says: str, columns: int = 1) -> Figure:
    """Draw logos one after the other.

    Parameters
    ----------
    drawn : list of Logo
    name, says : str
        Stem of the file; what a reader hears who cannot see it.
    columns : int
        Logos side by side on a desk.

    Returns
    -------
    Figure
        Height is bits; the letters of a place share its height as they share the place.
    """
    each = WIDE // columns - MARGIN - 16
    wide = [_logo(one, part, each) for one in drawn for part in one.columns(each)]
    narrow = [_logo(one, part, NARROW - MARGIN) for one in drawn for part in one.columns(NARROW - MARGIN)]
    return Figure(name, says, grid(wide, columns, spacing=26), stack(*narrow, spacing=26))


def _logo(logo: Logo, places: list[int], width: int) -> Spec:
    step = min(width / max(len(places), 1), 22.0)
    here = [side[side["place"].isin(places)] for side in (logo.p, logo.q, logo.between)]
    x = alt.X(
        "place:O",
        scale=alt.Scale(type="band", domain=places, padding=0),
        axis=alt.Axis(
            grid=False,
            labelAngle=0,
            labelFontSize=10,
            title=None,
            domain=False,
            ticks=False,
            labelOverlap="greedy",
        ),
    )
    hidden = x.copy()
    hidden["axis"] = None
    shape = {"width": step * len(places)}
    top = logo.highest()
    colours = RESIDUES if logo.residues else BASES
    p, q = (
        _letters(side, at, top, colours, step).properties(**shape, height=HEIGHT, title=title)
        for side, at, title in (
            (here[0], hidden, alt.Title(logo.title, subtitle=f"p: {logo.names[0]}")),
            (here[1], x, alt.Title(f"q: {logo.names[1]}", fontWeight="normal", fontSize=11)),
        )
    )
    said = alt.Title(logo.measure, fontWeight="normal", fontSize=11, offset=4)
    bars = _bars(here[2], hidden).properties(**shape, height=BETWEEN, title=said)
    return stack(panel(p), panel(bars), panel(q), spacing=8)


def _letters(
    side: pd.DataFrame, x: alt.X, top: float, colours: Mapping[str, str], step: float
) -> alt.LayerChart:
    rows = _stacked(side, HEIGHT / top)
    rows = rows.assign(colour=[colours.get(letter, INK) for letter in rows["letter"]])
    y = alt.Y(
        "bottom:Q",
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(title="bits", tickCount=3, grid=False),
    )
    text = alt.Chart(rows).mark_text(
        font=stretched_to(0.95 * step), fontWeight="bold", align="center", baseline="alphabetic", aria=False
    )
    drawn = text.encode(
        x=x,
        y=y,
        text="letter:N",
        color=alt.Color("colour:N", scale=None),
        size=alt.Size("size:Q", scale=None),
    )
    ground = alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=FAINT, aria=False)
    return alt.layer(ground.encode(y=alt.Y("zero:Q", scale=y["scale"])), drawn)


def _stacked(side: pd.DataFrame, pixels: float) -> pd.DataFrame:
    """Place the letters of each position: the tallest on top, those below a pixel not drawn."""
    rows: list[dict[str, Any]] = []
    below: dict[int, float] = {}
    ordered = side.sort_values(["place", "height_bits", "letter"], kind="stable")
    for row in records(ordered[["place", "letter", "height_bits"]]):
        bottom = below.get(row["place"], 0.0)
        below[row["place"]] = bottom + row["height_bits"]
        if row["height_bits"] * pixels >= LEAST or pixels == 1.0:
            rows.append(
                {
                    "place": row["place"],
                    "letter": row["letter"],
                    "bottom": bottom,
                    "top": below[row["place"]],
                    "size": row["height_bits"] * pixels / CAPITAL,
                }
            )
    return pd.DataFrame(rows, columns=["place", "letter", "bottom", "top", "size"])


def _bars(between: pd.DataFrame, x: alt.X) -> alt.Chart:
    finite = between[between["bits"].notna() & (between["bits"] != float("inf"))]
    rows = finite.assign(tip=[f"{r['place']}: {bits(r['bits'])} bits" for r in records(finite)])
    highest = max([0.01, *rows["bits"]])
    y = alt.Y(
        "bits:Q",
        scale=alt.Scale(domain=[0, highest], nice=True),
        axis=alt.Axis(title="bits", tickCount=2),
    )
    return (
        alt.Chart(rows)
        .mark_bar(color=LARGE_IS_DARK[3], width=alt.RelativeBandSize(band=0.7))
        .encode(x=x, y=y, description="tip:N")
    )
