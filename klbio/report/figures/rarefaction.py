"""Does the answer hang on depth: each subject's shift at fewer and fewer reads."""

from __future__ import annotations

import altair as alt
import pandas as pd

from klbio.report.figures.key import key
from klbio.report.figures.layout import Spec, grid, panel, stack
from klbio.report.figures.style import ARM_COLOURS, MUTED, NARROW, WIDE, coloured
from klbio.report.figures.svg import Figure
from klbio.report.figures.taxa import shown_subjects
from klbio.report.formatting import bits, count, span
from klbio.report.tables import records

__all__ = ["rarefied"]

PANELS = {"jsd_plugin": "as observed", "jsd_corrected": "corrected"}
LABELS = 42


def rarefied(rarefaction: pd.DataFrame, name: str) -> Figure:
    """Draw the pooled shift of each subject against depth.

    Parameters
    ----------
    rarefaction : DataFrame
        Rows of ``rarefaction.tsv`` of one rank and contrast.
    name : str
        Stem of the file.

    Returns
    -------
    Figure
        Reads to the right, on a logarithmic scale; as observed beside corrected, one scale of bits.
    """
    rows = rarefaction[rarefaction["subject"].isin(shown_subjects(rarefaction))]
    rows = rows.assign(reads=rows[["depth_before", "depth_after"]].min(axis=1))
    arms = coloured(dict.fromkeys(rows["arm"]), ARM_COLOURS)
    highest = float(rows[[f"{stem}_highest_bits" for stem in PANELS]].max().max())
    wide = [_panel(rows, stem, highest, arms, WIDE // 2 - LABELS - 24) for stem in PANELS]
    narrow = [_panel(rows, stem, highest, arms, NARROW - LABELS - 24) for stem in PANELS]
    entries = [("line", colour, arm or "a subject") for arm, colour in arms.items()] + [
        ("open", MUTED, "full depth, at its shallower side")
    ]
    return Figure(
        name,
        "Divergence of each subject in bits when both phases are rarefied to fewer reads, as observed and corrected.",
        stack(key(entries, WIDE - LABELS), grid(wide, len(PANELS))),
        stack(key(entries, NARROW - LABELS), *narrow),
    )


def _panel(rows: pd.DataFrame, stem: str, highest: float, arms: dict[str, str], width: int) -> Spec:
    value = f"{stem}_bits"
    rows = rows.assign(
        tip=[
            f"{row['subject']}, {count(row['reads'], 'read')} a side: {bits(row[value])} bits "
            f"({span(row[f'{stem}_lowest_bits'], row[f'{stem}_highest_bits'])} over {row['n_draws']} draws)"
            if row["n_draws"]
            else f"{row['subject']}, full depth: {bits(row[value])} bits"
            for row in records(rows)
        ],
        unit=rows["subject"] + "\t" + rows["arm"],
    )
    colour = alt.Color("arm:N", scale=alt.Scale(domain=list(arms), range=list(arms.values())), legend=None)
    drawn, whole = rows[rows["n_draws"] > 0], rows[rows["n_draws"] == 0]
    base, full = (
        alt.Chart(part).encode(
            x=alt.X(
                "reads:Q",
                scale=alt.Scale(type="log", nice=False, padding=8),
                axis=alt.Axis(title="reads a side", grid=False, tickCount=5, format="~s"),
            ),
            y=alt.Y(
                f"{value}:Q",
                scale=alt.Scale(domain=[0, highest], nice=True),
                axis=alt.Axis(title="bits", tickCount=5),
            ),
            color=colour,
        )
        for part in (drawn, whole)
    )
    spread = base.mark_rule(strokeWidth=1, opacity=0.3, aria=False)
    chart = alt.layer(
        spread.encode(y=f"{stem}_lowest_bits:Q", y2=f"{stem}_highest_bits:Q"),
        base.mark_line(strokeWidth=1.2, opacity=0.6, aria=False).encode(detail="unit:N"),
        base.mark_point(filled=True, size=18, opacity=0.8).encode(description="tip:N"),
        full.mark_point(fill="white", strokeWidth=1.4, size=32, opacity=1).encode(description="tip:N"),
        title=PANELS[stem],
    )
    return panel(chart.properties(width=width, height=210))
