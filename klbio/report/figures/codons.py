"""Which codons carry the difference between two coding models: usage in either, the telling ones first."""

from __future__ import annotations

import altair as alt
import pandas as pd

from klbio.report.figures.key import key
from klbio.report.figures.layout import Spec, grid, panel, stack
from klbio.report.figures.style import ARM_COLOURS, FAINT, MUTED, NARROW, WIDE
from klbio.report.figures.svg import Figure
from klbio.report.formatting import bits, short_names
from klbio.report.tables import records

__all__ = ["MOST_CODONS", "codon_usage"]

MOST_CODONS, COLUMNS, LABELS = 16, 3, 66
P_COLOUR, Q_COLOUR = ARM_COLOURS[0], ARM_COLOURS[1]
KEY = (("dot", P_COLOUR, "codons per thousand in p"), ("open", Q_COLOUR, "in q"))


def codon_usage(pairs: list[tuple[str, str]], codons: pd.DataFrame, name: str) -> Figure:
    """Draw the usage of the codons that tell two models apart, a panel per pair.

    Parameters
    ----------
    pairs : list of tuple of str
        The pairs (p, q) to draw.
    codons : DataFrame
        Rows of the models' ``codons.tsv``.
    name : str
        Stem of the file.

    Returns
    -------
    Figure
        A line per codon, the largest contribution on top, with its bits at the right.
    """
    short = short_names([model for pair in pairs for model in pair], 15)
    titles = [f"{short[p]} ‖ {short[q]}" for p, q in pairs]
    rows = [codons[(codons["model_p"] == p) & (codons["model_q"] == q)] for p, q in pairs]
    wide, narrow = (
        [_panel(own, title, width) for own, title in zip(rows, titles, strict=True)]
        for width in (WIDE // COLUMNS - LABELS - 18, NARROW - LABELS)
    )
    return Figure(
        name,
        f"Usage of the {MOST_CODONS} codons that tell most of the difference, in each of {len(pairs)} pairs of models.",
        stack(key(KEY, WIDE - LABELS), grid(wide, COLUMNS)),
        stack(key(KEY, NARROW - LABELS), *narrow),
        {title: f"{p} ‖ {q}" for title, (p, q) in zip(titles, pairs, strict=True)},
    )


def _panel(rows: pd.DataFrame, title: str, width: int) -> Spec:
    ranked = rows.sort_values(["contribution_bits", "codon"], ascending=[False, True]).head(MOST_CODONS)
    data = ranked.assign(
        label=[f"{r['codon']} {r['amino_acid']}" for r in records(ranked)],
        worth=[bits(1000 * r["contribution_bits"]) for r in records(ranked)],
        tip=[
            f"{r['codon']} ({r['amino_acid']}): {r['per_thousand_p']:.1f} per thousand in p, "
            f"{r['per_thousand_q']:.1f} in q; {bits(r['contribution_bits'])} bits"
            for r in records(ranked)
        ],
    )
    y = alt.Y("label:N", sort=list(data["label"]), title=None, scale=alt.Scale(domain=list(data["label"])))
    scale = alt.Scale(nice=True, zero=True, padding=0)
    axis = alt.Axis(title="per thousand codons", tickCount=4)
    base = alt.Chart(data).encode(y=y)
    p, q = (
        alt.X("per_thousand_p:Q", scale=scale, axis=axis),
        alt.X("per_thousand_q:Q", scale=scale, axis=axis),
    )
    chart = alt.layer(
        base.mark_rule(color=FAINT, strokeWidth=3, aria=False).encode(x=p, x2="per_thousand_q:Q"),
        base.mark_point(filled=True, size=52, color=P_COLOUR, opacity=1).encode(x=p, description="tip:N"),
        base.mark_point(
            size=44, stroke=Q_COLOUR, fill="white", strokeWidth=1.6, opacity=1, aria=False
        ).encode(x=q),
        base.mark_text(align="left", dx=6, fontSize=10.5, color=MUTED, aria=False).encode(
            x=alt.value(width - 40), text="worth:N"
        ),
        title=title,
    )
    return panel(chart.properties(width=width - 40, height=alt.Step(18)))
