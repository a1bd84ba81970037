"""How parameters were chosen, in words to be pasted into a paper."""

from __future__ import annotations

from klbio.phrases.numbers import count
from klbio.report.formatting import bits, span, tool
from klbio.report.tables import Results, visible
from klbio.schema import NearestRow

__all__ = ["nearest_methods", "program"]


def program(results: Results) -> str:
    """Name klbio and its version: that which made the tables, if it is recorded."""
    version = results.provenance.get("klbio") or results.version
    return f"klbio {visible(version)}".strip()


def nearest_methods(results: Results) -> list[str]:
    """Say which known model was nearest to the query, by how much, and by what.

    Returns
    -------
    list of str
        One paragraph; none where nothing was ranked.
    """
    rows = results.models.rows(NearestRow)
    if not len(rows):
        return []
    first, *others = rows.head(2)
    next_one = "".join(map(_next, others))
    sentences = [
        f"Gene-finding parameters were chosen with {program(results)}, command nearest.",
        f"{_query(first)} {count(len(rows), 'known gene model')}.",
        f"{first.model} ({_where(first)}) was nearest, at {_excess(first)} {_beyond(first)}{next_one}.",
        f"Beware: {first.model} was {first.training_note}." if first.training_note else "",
        _closeness(first),
        f"Zeros were treated by {first.smoothing}." if first.smoothing else "",
        "No random number was drawn.",
    ]
    return [" ".join(filter(None, sentences))]


def _query(row: NearestRow) -> str:
    if row.n_genes is None:
        return f"The coding model of {row.query} was held against"
    bases = "" if row.n_bases is None else f", {count(row.n_bases, 'base')}"
    source = f"; {row.genes_from}" if row.genes_from else ""
    code = "" if row.query_genetic_code is None else f"; genetic code {row.query_genetic_code}"
    return f"The coding sequences of {row.query} ({count(row.n_genes, 'gene')}{bases}{source}{code}) were coded by"


def _where(row: NearestRow) -> str:
    title = tool(row.format).removesuffix(" model")
    return f"{title}, {row.path}" if row.path else title


def _excess(row: NearestRow) -> str:
    interval = _interval(row.excess_low_bits_per_base, row.excess_high_bits_per_base)
    return f"{bits(row.excess_bits_per_base)} bits per base{interval}"


def _beyond(row: NearestRow) -> str:
    """Say what the excess is beyond."""
    if row.n_genes is None:
        return "of relative entropy rate from the query"
    order = "" if row.own_order is None else f" of order {row.own_order}"
    return f"beyond a model{order} learnt from the other genes (ten folds; jackknife over genes)"


def _next(row: NearestRow) -> str:
    if row.above_best_bits_per_base is None:
        return ""
    interval = _interval(row.above_best_low_bits_per_base, row.above_best_high_bits_per_base)
    return f"; the next, {row.model}, cost {bits(row.above_best_bits_per_base)} more{interval}"


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f" (95% interval {span(low, high)})"


def _closeness(row: NearestRow) -> str:
    gc_alone = f"GC content at each codon position alone would cost {bits(row.gc_only_bits_per_base)}."
    return f"{gc_alone} {row.warning[0].upper()}{row.warning[1:]}." if row.warning else gc_alone
