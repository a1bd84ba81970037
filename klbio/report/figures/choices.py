"""Does the answer hang on a choice: each subject's numbers under every smoothing and support."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from klbio.report.figures.key import key
from klbio.report.figures.layout import Spec, grid, panel, stack
from klbio.report.figures.style import ARM_COLOURS, FAINT, NARROW, WIDE, coloured
from klbio.report.figures.svg import Figure
from klbio.report.figures.taxa import shown_subjects
from klbio.report.formatting import bits
from klbio.report.tables import records

__all__ = ["MEASURES", "choices"]

MEASURES = {
    "jensen_shannon_divergence_bits": "Jensen-Shannon divergence",
    "relative_entropy_after_before_bits": "relative entropy, D(after ‖ before)",
    "relative_entropy_before_after_bits": "relative entropy, D(before ‖ after)",
}
TITLES = dict(
    zip(MEASURES, ("Jensen-Shannon divergence", "D(after ‖ before)", "D(before ‖ after)"), strict=True)
)
LABELS = 130
Reported = Mapping[str, tuple[str, str]]


def choices(sensitivity: pd.DataFrame, reported: Reported, name: str) -> Figure:
    """Draw the numbers of each subject under each choice.

    Parameters
    ----------
    sensitivity : DataFrame
        Rows of ``sensitivity.tsv`` of one rank.
    reported : mapping of str to (str, str)
        Measure -> smoothing and support of the numbers above; their row is shaded.
    name : str
        Stem of the file.

    Returns
    -------
    Figure
        A row per smoothing, a column per support, a line per subject.
    """
    rows = sensitivity[sensitivity["subject"].isin(shown_subjects(sensitivity))]
    named = rows["smoothing"].str.replace("alpha=", "", regex=False)  # as the config spells it
    rows = rows.assign(smoothing=named)
    reported = {name: (chosen.replace("alpha=", ""), support) for name, (chosen, support) in reported.items()}
    rows = rows.assign(
        step=rows["smoothing"].map({s: i for i, s in enumerate(dict.fromkeys(rows["smoothing"]))})
    )
    arms = coloured(dict.fromkeys(rows["arm"]), ARM_COLOURS)
    supports = list(dict.fromkeys(rows["support"]))
    each = (WIDE - LABELS) // max(len(supports), 1) - 16
    wide = [_panel(rows, m, s, reported, arms, each, s == supports[0]) for m in MEASURES for s in supports]
    narrow = [_panel(rows, m, s, reported, arms, NARROW - LABELS, True) for m in MEASURES for s in supports]
    entries = [("line", colour, arm or "a subject") for arm, colour in arms.items()] + [
        ("band", FAINT, "the choice reported")
    ]
    return Figure(
        name,
        "Divergence of each subject in bits under each smoothing and support.",
        stack(key(entries, WIDE - LABELS), grid(wide, len(supports))),
        stack(key(entries, NARROW - LABELS), *narrow),
    )


def _panel(
    rows: pd.DataFrame,
    measure: str,
    support: str,
    reported: Reported,
    arms: dict[str, str],
    width: int,
    named: bool,
) -> Spec:
    finite = rows[~rows[measure].isin([float("inf")]) & rows[measure].notna()]
    order = list(dict.fromkeys(rows["smoothing"]))
    mine = finite[finite["support"] == support]
    mine = mine.assign(
        tip=[f"{r['subject']}, {r['smoothing']}: {bits(r[measure])} bits" for r in records(mine)]
    )
    y = alt.Y(
        "smoothing:N",
        sort=order,
        title=None,
        scale=alt.Scale(domain=order),
        axis=alt.Axis(labels=named, labelLimit=LABELS, grid=True),
    )
    scale = alt.Scale(domain=[0, float(finite[measure].max()) if len(finite) else 1.0], nice=True)
    base = alt.Chart(mine).encode(
        x=alt.X(f"{measure}:Q", scale=scale, axis=alt.Axis(title="bits", tickCount=5)),
        y=y,
        color=alt.Color("arm:N", scale=alt.Scale(domain=list(arms), range=list(arms.values())), legend=None),
    )
    smoothing, reported_support = reported.get(measure, ("", ""))
    shaded = pd.DataFrame(
        {"smoothing": [smoothing] if support == reported_support and smoothing in order else []}
    )
    chart = alt.layer(
        alt.Chart(shaded).mark_bar(color=FAINT, opacity=0.5, aria=False).encode(y=y),
        base.mark_line(orient="vertical", strokeWidth=1, opacity=0.35, aria=False).encode(
            order="step:Q", detail="subject:N"
        ),
        base.mark_point(filled=True, size=26, opacity=0.75).encode(description="tip:N"),
        title=f"{TITLES[measure]}, {support}",
    )
    return panel(chart.properties(width=width, height=alt.Step(20)))
