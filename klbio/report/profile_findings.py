"""The findings about profile HMMs and whole hidden Markov models: the best pair of each."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.phrases.numbers import agreed, count
from klbio.report.finding import Finding
from klbio.report.formatting import bits
from klbio.report.tables import Route
from klbio.schema import AlignmentRow, HiddenRow

__all__ = ["best_alignment", "closest_hidden"]


def best_alignment(route: Route) -> Iterator[Finding]:
    """Name the best of the aligned pairs of profiles, and how many are related."""
    rows = route.rows(AlignmentRow)
    if not len(rows):
        return
    best, n = rows[0], len(rows.where(lambda row: row.related))
    other = f"the reverse complement of {best.model_q}" if best.strand == "-" else best.model_q
    pairs = count(best.n_pairs, "pair")
    if not n:
        text = f"Of {pairs} of profiles none is related: chance explains the best score, of {best.model_p} and {other}."
    else:
        far = bits(best.jensen_shannon_bits_per_column)
        text = (
            f"Of {pairs} of profiles {n} {agreed(n, 'is', 'are')} related; the best, {best.model_p} and {other}: "
            f"{count(best.n_columns, 'aligned column')}, {far} bits per column apart (Jensen-Shannon)."
        )
    yield Finding(bits(best.score_bits), "bits, best score of two profiles", text)


def closest_hidden(route: Route) -> Iterator[Finding]:
    """Name the closest ordered pair of hidden Markov models."""
    rows = route.rows(HiddenRow).ordered(lambda row: (row.relative_entropy_rate_bits_per_symbol, row.model_p))
    for row in rows.head(1):
        rate = bits(row.relative_entropy_rate_bits_per_symbol)
        text = (
            f"Of {count(len(rows), 'ordered pair')} of hidden Markov models the closest is {row.model_p} and "
            f"{row.model_q}: a symbol of the first costs {rate} extra bits under the second."
        )
        yield Finding(rate, "bits per symbol, closest", text)
