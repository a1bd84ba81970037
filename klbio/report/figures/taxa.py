"""Which taxa carried it: bars per arm, and a map of taxa by subjects."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from klbio.report.figures.key import key
from klbio.report.figures.layout import Spec, grid, panel, stack
from klbio.report.figures.shift import grouped
from klbio.report.figures.style import DOWN, FAINT, MUTED, NARROW, NEITHER, UP, WIDE
from klbio.report.figures.svg import Figure
from klbio.report.formatting import bits, short_names
from klbio.report.tables import records

__all__ = ["MOST_SUBJECTS", "shown_subjects", "taxa_by_arm", "taxa_by_subject"]

MOST_TAXA, MOST_SUBJECTS, MOST_ARMS = 15, 60, 6
LETTER = 8.4  # pixels of a letter of a title
LABELS = {"wide": 195, "narrow": 145}  # pixels kept for the names of taxa
DIRECTION_KEY = (
    ("square", UP, "rose in most subjects"),
    ("square", DOWN, "fell in most"),
    ("square", NEITHER, "as often up as down"),
)


def taxa_by_arm(taxa: pd.DataFrame, name: str) -> Figure:
    """Draw the taxa that carried most of the shift, per arm.

    Parameters
    ----------
    taxa : DataFrame
        Rows of ``taxa.tsv`` of one rank.
    name : str
        Stem of the file.

    Returns
    -------
    Figure
        To the right what rose, to the left what fell; the numbers count subjects.
    """
    order = _leading(taxa, "mean_contribution_bits")
    rows = taxa[taxa["taxon"].isin(order)].reset_index(drop=True)
    rows = rows.join(pd.DataFrame([_bar(row) for row in records(rows)]))
    across = min(len(grouped(rows)), 3)
    shapes = {
        shape: _bars(rows, short_names(order, width), (edge - LABELS[shape]) // columns - 20, columns)
        for shape, edge, width, columns in (("wide", WIDE, 28, across), ("narrow", NARROW, 20, 1))
    }
    return Figure(
        name,
        f"Contribution of the {len(order)} leading taxa to the shift, per arm, with the direction of change.",
        stack(key(DIRECTION_KEY, WIDE - LABELS["wide"]), grid(shapes["wide"], across)),
        stack(key(DIRECTION_KEY, NARROW - LABELS["narrow"]), *shapes["narrow"]),
        _whole(order),
    )


def _whole(taxa: list[str]) -> dict[str, str]:
    """Label -> taxon, for the labels of either shape."""
    return {label: taxon for width in (28, 20) for taxon, label in short_names(taxa, width).items()}


def _leading(frame: pd.DataFrame, column: str) -> list[str]:
    """The taxa with the largest values, largest first."""
    ranked = frame.sort_values([column, "taxon"], ascending=[False, True], kind="stable")
    return list(dict.fromkeys(ranked["taxon"]))[:MOST_TAXA]


def _bar(row: dict[str, Any]) -> dict[str, Any]:
    up, down, size = int(row["n_up"]), int(row["n_down"]), row["mean_contribution_bits"]
    colour = UP if up > down else DOWN if down > up else NEITHER
    says = " ".join(f"{n:,}{arrow}" for n, arrow in ((up, "↑"), (down, "↓")) if n)
    tip = f"{row['taxon']}: {bits(size)} bits on average; up in {up}, down in {down} of {row['n_subjects']} subjects"
    return {"signed": -size if down > up else size, "colour": colour, "says": says, "tip": tip}


def _domain(rows: pd.DataFrame) -> list[float]:
    return [min(0.0, float(rows["signed"].min())), max(0.0, float(rows["signed"].max()))]


def _bars(rows: pd.DataFrame, short: dict[str, str], width: int, columns: int) -> list[Spec]:
    """One panel per group, all on one scale; names stand at the left of each row of panels."""
    scale = alt.Scale(domain=_domain(rows), nice=False, padding=6 * max(map(len, rows["says"])) + 8)
    rows = rows.assign(label=rows["taxon"].map(short))
    groups = list(grouped(rows).items())[:MOST_ARMS]
    return [
        panel(
            _group(group, list(short.values()), scale, i % columns == 0).properties(width=width, title=title)
        )
        for i, (title, group) in enumerate(groups)
    ]


def _group(rows: pd.DataFrame, labels: list[str], scale: alt.Scale, named: bool) -> alt.LayerChart:
    axis = alt.Axis(title="mean contribution (bits)", tickCount=4, labelExpr="format(abs(datum.value), '~g')")
    base = alt.Chart(rows).encode(
        y=alt.Y(
            "label:N",
            sort=labels,
            title=None,
            scale=alt.Scale(domain=labels, paddingInner=0.3),
            axis=alt.Axis(labels=named),
        ),
        x=alt.X("signed:Q", scale=scale, axis=axis),
    )
    says = {"baseline": "middle", "color": MUTED, "fontSize": 11, "aria": False}
    rose, fell = alt.FieldGTEPredicate(field="signed", gte=0), alt.FieldLTPredicate(field="signed", lt=0)
    return alt.layer(
        base.mark_bar(cornerRadiusEnd=1).encode(color=alt.Color("colour:N", scale=None), description="tip:N"),
        base.transform_filter(rose).mark_text(align="left", dx=5, **says).encode(text="says:N"),
        base.transform_filter(fell).mark_text(align="right", dx=-5, **says).encode(text="says:N"),
        alt.Chart(pd.DataFrame({"zero": [0]})).mark_rule(color=FAINT, aria=False).encode(x="zero:Q"),
    ).properties(height=alt.Step(20))


def taxa_by_subject(contributions: pd.DataFrame, name: str) -> Figure:
    """Draw each leading taxon's contribution in each subject.

    Parameters
    ----------
    contributions : DataFrame
        Rows of ``contributions.tsv`` of one rank.
    name : str
        Stem of the file.

    Returns
    -------
    Figure
        Rows are taxa, columns are subjects; orange rose, blue fell, deeper is more.
    """
    order = _leading(contributions, "jsd_contribution_bits")
    subjects = shown_subjects(contributions)
    rows = contributions[contributions["taxon"].isin(order) & contributions["subject"].isin(subjects)]
    who = short_names(subjects, 14)
    rows = rows.assign(
        who=rows["subject"].map(who),
        signed=rows["jsd_contribution_bits"].where(
            rows["direction"] != "down", -rows["jsd_contribution_bits"]
        ),
        tip=[
            f"{r['taxon']}, {r['subject']}: {bits(r['jsd_contribution_bits'])} bits, {r['direction']}"
            for r in records(rows)
        ],
    )
    return Figure(
        name,
        f"Contribution of {len(order)} taxa to the shift of each of {len(subjects)} subjects, with its direction.",
        _maps(rows, short_names(order, 28), WIDE - LABELS["wide"] - 40),
        _maps(rows, short_names(order, 20), NARROW - LABELS["narrow"]),
        _whole(order) | {label: subject for subject, label in who.items()},
    )


def shown_subjects(frame: pd.DataFrame) -> list[str]:
    """Choose the subjects that fit a figure: as many of each arm, in the order of the table."""
    arms = [list(dict.fromkeys(rows["subject"])) for _, rows in frame.groupby("arm", sort=False)]
    each = MOST_SUBJECTS // max(len(arms), 1)
    return [subject for subjects in arms for subject in subjects[:each]]


def _maps(rows: pd.DataFrame, short: dict[str, str], width: int) -> Spec:
    """One map per group, side by side, each as wide as it has subjects."""
    rows, labels = rows.assign(label=rows["taxon"].map(short)), list(short.values())
    groups = {title: list(dict.fromkeys(group["who"])) for title, group in grouped(rows).items()}
    per_line = max(min(int(width // (LETTER * max([*map(len, groups), 1]))), len(groups)), 1)
    lines = [list(groups.values())[i : i + per_line] for i in range(0, len(groups), per_line)]
    columns = max([len([who for group in line for who in group]) for line in lines] + [1])
    cell = max(min((width - 16 * (per_line - 1)) / columns, 26), 2)
    apart = max([16.0, *(LETTER * len(title) - cell * len(who) for title, who in groups.items())])
    colour = _both_ways(float(rows["signed"].abs().max()))
    panels = [
        panel(
            _map(group, groups[title], labels, cell, i % per_line == 0, colour).properties(
                width=cell * len(groups[title]), height=alt.Step(18), title=title
            )
        )
        for i, (title, group) in enumerate(grouped(rows).items())
    ]
    return grid(panels, per_line, spacing=int(apart))


def _map(
    group: pd.DataFrame, subjects: list[str], labels: list[str], cell: float, named: bool, colour: alt.Color
) -> alt.Chart:
    """Draw the subjects of one group; `named` where the names of taxa stand beside it."""
    upright = alt.Axis(labels=cell >= 11, labelAngle=-90, ticks=False, domain=False)
    x = alt.X("who:N", sort=subjects, title=None, axis=upright)
    y = alt.Y("label:N", sort=labels, title=None, scale=alt.Scale(domain=labels), axis=alt.Axis(labels=named))
    squares = alt.Chart(group).mark_rect(stroke="white", strokeWidth=min(1, cell / 8))
    return squares.encode(x=x, y=y, color=colour, description="tip:N")


def _both_ways(deepest: float) -> alt.Color:
    """Blue for what fell, orange for what rose."""
    shades = [DOWN, "#f5f6f7", UP]
    scale = alt.Scale(
        type="pow", exponent=0.5, domain=[-deepest, 0, deepest], range=shades, interpolate="lab"
    )
    legend = alt.Legend(
        title="bits; ← fell · rose →", orient="bottom", gradientLength=180, tickCount=5, format="~g",
        labelExpr="format(abs(datum.value), '~g')", offset=10,
    )  # fmt: skip
    return alt.Color("signed:Q", scale=scale, legend=legend)
