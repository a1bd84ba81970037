"""The findings about profile HMMs and whole hidden Markov models: the best pair of each, and what changed."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.phrases.numbers import agreed, count
from klbio.report.finding import Finding
from klbio.report.formatting import bits
from klbio.report.tables import Route
from klbio.schema import AlignmentRow, HiddenRow, ProfileChangeRow

__all__ = ["best_alignment", "changed_profiles", "closest_hidden"]


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


def changed_profiles(route: Route) -> Iterator[Finding]:
    """Say how many profiles of two databases changed, are gone, are new."""
    rows = route.rows(ProfileChangeRow)
    if not len(rows):
        return
    kinds = {kind: list(found) for kind, found in rows.by(lambda row: row.change).items()}
    n = {kind: len(kinds.get(kind, ())) for kind in ("changed", "same", "gone", "new")}
    both = n["changed"] + n["same"]
    text = f"{count(both, 'profile')} {agreed(both, 'is', 'are')} in both databases: {count(n['same'])} the same, "
    text += (
        f"{count(n['changed'])} changed; {count(n['gone'])} {agreed(n['gone'], 'is', 'are')} gone from the "
    )
    text += f"second, {count(n['new'])} new in it."
    for row in kinds.get("changed", [])[:1]:
        text += f" Most changed: {row.name_p} ({row.entry}), {_change(row)}."
    yield Finding(count(n["changed"]), f"of {count(both, 'profile')} in both databases changed", text)


def _change(row: ProfileChangeRow) -> str:
    """Say how far an entry is from what it was."""
    if row.distance_bits_per_column is None:
        return "of another alphabet"
    lengths = f"{count(row.n_match_p or 0)} match states before, {count(row.n_match_q or 0)} after"
    return f"by {bits(row.distance_bits_per_column)} bits per column ({lengths}, {count(row.n_columns or 0)} paired)"
