"""Gene models: a map of relative entropies with its dendrogram, and the frames and codons of close pairs."""

from __future__ import annotations

import altair as alt
import pandas as pd

from klbio.report.figures.key import key
from klbio.report.figures.layout import Spec, grid, panel, stack
from klbio.report.figures.style import INK, LARGE_IS_DARK, MUTED, NARROW, WIDE
from klbio.report.figures.svg import Figure
from klbio.report.formatting import bits, short_names
from klbio.report.tables import records

__all__ = ["MOST_MODELS", "close_pairs", "map_of_models"]

MOST_MODELS = 60
MOST_NUMBERED = 14  # models up to which each square carries its number
VALUE = "relative_entropy_bits"
FRAMES = {"frame1_bits": "codon position 1", "frame2_bits": "position 2", "frame3_bits": "position 3"}
FRAME_COLOURS = ("#12766f", "#c2571a", "#5a4fa3")
APART: Spec = {"resolve": {"scale": {"color": "independent"}}}  # frames and parts have colours of their own
PARTS = {"amino_acid_bits_per_codon": "which amino acid", "synonymous_bits_per_codon": "which codon for it"}
PART_COLOURS = ("#2a6fb0", "#8fb8dc")


def map_of_models(
    pairs: pd.DataFrame, order: list[str], tree: pd.DataFrame, name: str, unit: str = "bits per base"
) -> Figure:
    """Draw D(p ‖ q) of every ordered pair, p down and q across.

    Parameters
    ----------
    pairs : DataFrame
        Rows of the models' ``pairs.tsv`` of one component, both orders.
    order : list of str
        Models in the order of the leaves.
    tree : DataFrame
        Segments of ``dendrogram.tsv`` of the component; may have no rows.
    name, unit : str
        Stem of the file; what the numbers are in.

    Returns
    -------
    Figure
        Pale is close, dark is far; the diagonal is left out.
    """
    order = order[:MOST_MODELS]
    short = short_names(order, 20)
    rows = pairs[
        pairs["model_p"].isin(order) & pairs["model_q"].isin(order) & (pairs["model_p"] != pairs["model_q"])
    ]
    rows = rows.assign(
        p=rows["model_p"].map(short),
        q=rows["model_q"].map(short),
        number=rows[VALUE].map(bits),
        tip=[f"D({r['model_p']} ‖ {r['model_q']}) = {bits(r[VALUE])} {unit}" for r in records(rows)],
    )
    labels = [short[model] for model in order]
    wide, narrow = (
        _map(rows, labels, tree, unit, min((width - 130) / max(len(order), 1), 44), width == WIDE)
        for width in (WIDE, NARROW)
    )
    says = f"Relative entropy in {unit} of every ordered pair of {len(order)} models."
    return Figure(name, says, wide, narrow, {label: model for model, label in short.items()})


def _map(
    rows: pd.DataFrame, labels: list[str], tree: pd.DataFrame, unit: str, cell: float, numbered: bool
) -> Spec:
    side, size = cell * len(labels), min(12.0, max(cell * 0.85, 6))
    room = 4 + 0.1 * size * max(len(label) for label in labels)  # a reader's font may be wider than ours
    small = {"labelFontSize": size, "ticks": False, "domain": False, "titlePadding": room}
    scale = alt.Scale(domain=labels, padding=0)
    largest = float(rows.loc[rows[VALUE] != float("inf"), VALUE].max())
    base = alt.Chart(rows).encode(
        x=alt.X(
            "q:N",
            sort=labels,
            scale=scale,
            axis=alt.Axis(labelAngle=-90, **small),
            title="q: the model that codes",
        ),
        y=alt.Y("p:N", sort=labels, scale=scale, axis=alt.Axis(**small), title="p: the model that is true"),
    )
    shade = alt.Color(
        f"{VALUE}:Q",
        scale=alt.Scale(type="sqrt", domain=[0, largest], range=list(LARGE_IS_DARK), interpolate="lab"),
        legend=alt.Legend(
            title=unit,
            orient="bottom",
            gradientLength=min(200, side),
            tickCount=3,
            offset=12,
            labelExpr="format(datum.value, '~g')",
            labelOverlap="greedy",
            labelSeparation=8,
        ),
    )
    squares = base.mark_rect(stroke="white", strokeWidth=min(1.0, cell / 12)).encode(
        color=shade, description="tip:N"
    )
    layers = [squares]
    if numbered and len(labels) <= MOST_NUMBERED:
        dark = alt.FieldGTPredicate(field=VALUE, gt=largest * 0.3)
        text = base.mark_text(fontSize=10.5, aria=False).encode(
            text="number:N", color=alt.condition(dark, alt.value("white"), alt.value(INK))
        )
        layers.append(text)
    heat = panel(alt.layer(*layers).properties(width=side, height=side))
    return stack(_tree(tree, len(labels), side), heat, spacing=4, bounds="flush") if len(tree) else heat


def _tree(tree: pd.DataFrame, leaves: int, side: float) -> Spec:
    x = alt.X("x1:Q", scale=alt.Scale(domain=[-0.5, leaves - 0.5], nice=False), axis=None)
    y = alt.Y(
        "y1:Q",
        scale=alt.Scale(nice=False),
        axis=alt.Axis(title="bits per base", tickCount=3, grid=False, domain=True, ticks=True),
    )
    lines = alt.Chart(tree[["x1", "y1", "x2", "y2"]]).mark_rule(
        color=MUTED, strokeWidth=1.2, strokeCap="round", aria=False
    )
    return panel(lines.encode(x=x, y=y, x2="x2:Q", y2="y2:Q").properties(width=side, height=90))


def close_pairs(pairs: pd.DataFrame, name: str) -> Figure:
    """Draw where close pairs differ: in which frame, and in which part of the codon.

    Parameters
    ----------
    pairs : DataFrame
        The chosen rows of the models' ``pairs.tsv``, closest first.
    name : str
        Stem of the file.

    Returns
    -------
    Figure
        Left the three frames in bits per base, right the codon in bits.
    """
    titles = [f"{p} ‖ {q}" for p, q in zip(pairs["model_p"], pairs["model_q"], strict=True)]
    cut = short_names([*pairs["model_p"], *pairs["model_q"]], 13)
    labels = [f"{cut[p]} ‖ {cut[q]}" for p, q in zip(pairs["model_p"], pairs["model_q"], strict=True)]
    rows = pairs.assign(pair=labels)
    entries = [("dot", c, w) for c, w in zip(FRAME_COLOURS, FRAMES.values(), strict=True)]
    entries += [("square", c, w) for c, w in zip(PART_COLOURS, PARTS.values(), strict=True)]
    label_width = 190
    wide, narrow = WIDE - label_width, NARROW - label_width
    return Figure(
        name,
        f"Frames and codon parts of the relative entropy of {len(labels)} close pairs of models.",
        stack(
            key(entries, wide),
            grid(
                [_frames(rows, labels, wide // 2 - 15, True), _codons(rows, labels, wide // 2 - 15, False)],
                2,
                **APART,
            ),
        ),
        stack(
            key(entries, narrow),
            _frames(rows, labels, narrow, True),
            _codons(rows, labels, narrow, True),
            **APART,
        ),
        dict(zip(labels, titles, strict=True)),
    )


def _y(labels: list[str], named: bool) -> alt.Y:
    return alt.Y(
        "pair:N",
        sort=labels,
        title=None,
        scale=alt.Scale(domain=labels),
        axis=alt.Axis(labels=named, grid=True),
    )


def _long(rows: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    long = rows.melt("pair", list(columns), "part", "value")
    return long.assign(
        part=long["part"].map(columns),
        tip=[f"{r['pair']}, {columns[r['part']]}: {bits(r['value'])} bits" for r in records(long)],
    )


def _frames(rows: pd.DataFrame, labels: list[str], width: int, named: bool) -> Spec:
    colour = alt.Color(
        "part:N", scale=alt.Scale(domain=list(FRAMES.values()), range=list(FRAME_COLOURS)), legend=None
    )
    x = alt.X("value:Q", scale=alt.Scale(zero=True), axis=alt.Axis(title="bits per base", tickCount=4))
    chart = alt.Chart(_long(rows, FRAMES), title="by position in the codon").mark_point(
        filled=True, size=60, opacity=0.9
    )
    return panel(
        chart.encode(x=x, y=_y(labels, named), color=colour, description="tip:N").properties(
            width=width, height=alt.Step(21)
        )
    )


def _codons(rows: pd.DataFrame, labels: list[str], width: int, named: bool) -> Spec:
    colour = alt.Color(
        "part:N", scale=alt.Scale(domain=list(PARTS.values()), range=list(PART_COLOURS)), legend=None
    )
    x = alt.X("value:Q", axis=alt.Axis(title="bits per codon", tickCount=4))
    chart = alt.Chart(_long(rows, PARTS), title="by what the codon says").mark_bar(height=11)
    return panel(
        chart.encode(x=x, y=_y(labels, named), color=colour, description="tip:N").properties(
            width=width, height=alt.Step(21)
        )
    )
