"""Profile HMMs: how far two aligned families are apart, column by column."""

from __future__ import annotations

import altair as alt
import pandas as pd

from klbio.report.figures.layout import Spec, panel, stack
from klbio.report.figures.style import LARGE_IS_DARK, NARROW, WIDE
from klbio.report.figures.svg import Figure
from klbio.report.formatting import bits, short_names

__all__ = ["MOST_PAIRS", "aligned_columns"]

MOST_PAIRS = 5
VALUE = "jensen_shannon_bits"
MARGIN = 60


def aligned_columns(pairs: list[tuple[str, str]], columns: pd.DataFrame, name: str) -> Figure:
    """Draw the Jensen-Shannon divergence of each aligned column, one panel per pair.

    Parameters
    ----------
    pairs : list of tuple of str
        The pairs (p, q) to draw, at least one, the best first.
    columns : DataFrame
        Rows of the models' ``aligned_columns.tsv``.
    name : str
        Stem of the file.

    Returns
    -------
    Figure
        Height is bits, from 0 to 1; left to right along p.
    """
    short = short_names([model for pair in pairs for model in pair], 24)
    rows = [columns[(columns["model_p"] == p) & (columns["model_q"] == q)] for p, q in pairs]
    titles = [f"{short[p]} and {short[q]}" for p, q in pairs]
    wide, narrow = (
        stack(*[_columns(own, title, width - MARGIN) for own, title in zip(rows, titles, strict=True)])
        for width in (WIDE, NARROW)
    )
    says = f"Jensen-Shannon divergence of each aligned column of {len(pairs)} pairs of profile HMMs."
    full = {title: f"{p} and {q}" for title, (p, q) in zip(titles, pairs, strict=True)}
    return Figure(name, says, wide, narrow, full)


def _columns(rows: pd.DataFrame, title: str, width: int) -> Spec:
    tips = [
        f"column {p} of p, {q} of q: {bits(value)} bits"
        for p, q, value in zip(rows["node_p"], rows["node_q"], rows[VALUE], strict=True)
    ]
    data = rows[["node_p", VALUE]].assign(tip=tips)
    first, last = int(data["node_p"].min()), int(data["node_p"].max())
    x = alt.X(
        "node_p:Q",
        scale=alt.Scale(domain=[first - 1, last + 1], nice=False),
        axis=alt.Axis(title="match state of the first", grid=False, tickCount=8, format="d"),
    )
    y = alt.Y(f"{VALUE}:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(title="bits", values=[0, 0.5, 1]))
    thick = max(1.0, min(9.0, 0.8 * width / (last - first + 2)))
    chart = alt.Chart(data, title=title).mark_bar(size=thick, color=LARGE_IS_DARK[4])
    return panel(chart.encode(x=x, y=y, description="tip:N").properties(width=width, height=64))
