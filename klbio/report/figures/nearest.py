"""Known gene models ranked on a query: what each costs, with its interval."""

from __future__ import annotations

import altair as alt
import pandas as pd

from klbio.report.figures.key import key
from klbio.report.figures.layout import Spec, panel, stack
from klbio.report.figures.style import ARM_COLOURS, FAINT, MUTED, NARROW, WIDE
from klbio.report.figures.svg import Figure
from klbio.report.formatting import bits, short_names, span
from klbio.report.tables import records

__all__ = ["MOST_RANKED", "ranking"]

MOST_RANKED, LABELS = 25, 170
VALUE, LOW, HIGH = "excess_bits_per_base", "excess_low_bits_per_base", "excess_high_bits_per_base"
MATCHED = "gc_matched_bits_per_base"
MATCHED_LOW, MATCHED_HIGH = "gc_matched_low_bits_per_base", "gc_matched_high_bits_per_base"
GC_ONLY = "gc_only_bits_per_base"
COLOUR, MATCHED_COLOUR = ARM_COLOURS[0], ARM_COLOURS[2]


def ranking(nearest: pd.DataFrame, name: str) -> Figure:
    """Draw the models by what they cost, the closest on top.

    Parameters
    ----------
    nearest : DataFrame
        Rows of the models' ``nearest.tsv``, the closest first; columns of intervals and of GC-matched
        costs are drawn where they hold numbers.
    name : str
        Stem of the file.

    Returns
    -------
    Figure
        A row per model: extra bits per base, and beside it what is left once GC content is matched.
    """
    rows = nearest.head(MOST_RANKED)
    short = short_names(rows["model"], 22)
    rows = rows.assign(label=rows["model"].map(short), tip=[_tip(row) for row in records(rows)])
    matched = _holds(rows, MATCHED)
    entries = [("interval" if _holds(rows, LOW) else "dot", COLOUR, "extra bits per base")]
    entries += [("open", MATCHED_COLOUR, "with GC content matched")] if matched else []
    entries += [("tick", MUTED, "GC content alone")] if _holds(rows, GC_ONLY) else []
    wide, narrow = (
        stack(key(entries, width), _panel(rows, list(short.values()), width, matched))
        for width in (WIDE - LABELS, NARROW - LABELS)
    )
    says = f"Extra bits per base of {len(rows)} known models on the query, the closest first."
    return Figure(name, says, wide, narrow, {label: model for model, label in short.items()})


def _holds(rows: pd.DataFrame, column: str) -> bool:
    return column in rows and bool(rows[column].notna().any())


def _tip(row: dict[str, object]) -> str:
    low, high = (float(str(row.get(name, "nan"))) for name in (LOW, HIGH))
    interval = f" ({span(low, high)})" if low == low else ""
    return f"{row['model']}: {bits(float(str(row[VALUE])))} extra bits per base{interval}"


def _panel(rows: pd.DataFrame, labels: list[str], width: int, matched: bool) -> Spec:
    y = alt.Y(
        "label:N",
        sort=labels,
        title=None,
        scale=alt.Scale(domain=labels),
        axis=alt.Axis(grid=True, tickBand="center"),
    )
    axis = alt.Axis(title="extra bits per base", tickCount=5 if width > NARROW else 3)
    base = alt.Chart(rows).encode(y=y)
    layers = [alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=FAINT, aria=False).encode(x="zero:Q")]
    if _holds(rows, GC_ONLY):
        alone = alt.Chart(rows.head(1)).mark_rule(color=MUTED, strokeDash=[3, 3], strokeWidth=1.5, aria=False)
        layers.append(alone.encode(x=f"{GC_ONLY}:Q"))
    if _holds(rows, LOW):
        interval = base.mark_rule(color=COLOUR, strokeWidth=2, aria=False)
        layers.append(interval.encode(x=alt.X(f"{LOW}:Q", axis=axis), x2=f"{HIGH}:Q"))
    point = base.mark_point(filled=True, color=COLOUR, size=56, opacity=1)
    layers.append(point.encode(x=alt.X(f"{VALUE}:Q", axis=axis), description="tip:N"))
    if matched:
        if _holds(rows, MATCHED_LOW):
            span_rule = base.mark_rule(color=MATCHED_COLOUR, strokeWidth=1.2, aria=False)
            layers.append(span_rule.encode(x=alt.X(f"{MATCHED_LOW}:Q", axis=axis), x2=f"{MATCHED_HIGH}:Q"))
        open_point = base.mark_point(
            stroke=MATCHED_COLOUR, fill="white", size=44, strokeWidth=1.5, opacity=1, aria=False
        )
        layers.append(open_point.encode(x=alt.X(f"{MATCHED}:Q", axis=axis)))
    return panel(alt.layer(*layers).properties(width=width, height=alt.Step(20)))
