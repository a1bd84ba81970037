"""Which codons carry the difference between two coding models: usage in either, the telling ones first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import altair as alt
import pandas as pd

from klbio.report.figures.layout import Key, Spec, grid, panel, stack
from klbio.report.figures.style import ARM_COLOURS, FAINT, MUTED, NARROW, WIDE
from klbio.report.figures.svg import Figure
from klbio.report.formatting import bits, short_names
from klbio.report.rows import Rows
from klbio.schema import CodonRow

__all__ = ["MAX_CODONS", "CodonUsage"]

MAX_CODONS, COLUMNS, LABELS = 16, 3, 66
P_COLOUR, Q_COLOUR = ARM_COLOURS[0], ARM_COLOURS[1]
KEY = (("dot", P_COLOUR, "codons per thousand in p"), ("open", Q_COLOUR, "in q"))


@dataclass(frozen=True)
class CodonUsage(Figure):
    """Usage of the codons that tell two models apart, a panel per pair.

    A line per codon, the largest contribution on top, with its thousandths of a bit at the right.

    Parameters
    ----------
    name : str
    pairs : mapping of (p, q) to Rows of CodonRow
        The pairs to draw.
    """

    pairs: Mapping[tuple[str, str], Rows[CodonRow]]

    @property
    def alt_text(self) -> str:
        """What it shows."""
        n = len(self.pairs)
        return f"Usage of the {MAX_CODONS} codons that tell most of the difference, in each of {n} pairs of models."

    @property
    def full_names(self) -> Mapping[str, str]:
        """Title -> pair."""
        return {title: f"{p} ‖ {q}" for title, (p, q) in zip(self._titles, self.pairs, strict=True)}

    @property
    def wide(self) -> Spec:
        """Pairs side by side."""
        return stack(
            Key(KEY, WIDE - LABELS).spec(), grid(self._panels(WIDE // COLUMNS - LABELS - 18), COLUMNS)
        )

    @property
    def narrow(self) -> Spec:
        """Pairs below one another."""
        return stack(Key(KEY, NARROW - LABELS).spec(), *self._panels(NARROW - LABELS))

    @cached_property
    def _titles(self) -> list[str]:
        short = short_names((model for pair in self.pairs for model in pair), 15)
        return [f"{short[p]} ‖ {short[q]}" for p, q in self.pairs]

    def _panels(self, width: int) -> list[Spec]:
        return [
            panel(*_usage(rows, width - 40), title=title, width=width - 40, height={"step": 18})
            for title, rows in zip(self._titles, self.pairs.values(), strict=True)
        ]


def _usage(rows: Rows[CodonRow], width: int) -> list[alt.Chart]:
    ranked = rows.ordered(lambda row: (-row.contribution_bits, row.codon)).head(MAX_CODONS)
    data = pd.DataFrame(
        {
            "label": f"{row.codon} {row.amino_acid}", "p": row.per_thousand_p, "q": row.per_thousand_q,
            "worth": bits(1000 * row.contribution_bits), "tip": _tip(row),
        }
        for row in ranked
    )  # fmt: skip
    labels = list(data["label"])
    scale = alt.Scale(nice=True, zero=True, padding=0)
    axis = alt.Axis(title="per thousand codons", tickCount=4)
    p, q = (alt.X(f"{side}:Q", scale=scale, axis=axis) for side in "pq")
    base = alt.Chart(data).encode(y=alt.Y("label:N", sort=labels, title=None, scale=alt.Scale(domain=labels)))
    rule = base.mark_rule(color=FAINT, strokeWidth=3, aria=False)
    dot = base.mark_point(filled=True, size=52, color=P_COLOUR, opacity=1)
    ring = base.mark_point(size=44, stroke=Q_COLOUR, fill="white", strokeWidth=1.6, opacity=1, aria=False)
    worth = base.mark_text(align="left", dx=6, fontSize=10.5, color=MUTED, aria=False)
    return [
        rule.encode(x=p, x2=alt.X2("q:Q")),
        dot.encode(x=p, description=alt.Description("tip:N")),
        ring.encode(x=q),
        worth.encode(x=alt.XValue(width), text=alt.Text("worth:N")),
    ]


def _tip(row: CodonRow) -> str:
    usage = f"{row.per_thousand_p:.1f} per thousand in p, {row.per_thousand_q:.1f} in q"
    return f"{row.codon} ({row.amino_acid}): {usage}; {bits(row.contribution_bits)} bits"
