"""The same reads counted in words of other lengths: whether they say the same, bits never beside bits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from klbio.report.formatting import p_value
from klbio.report.sections.section import Section
from klbio.report.tables import Results, Route
from klbio.schema import PairRow, PermanovaRow
from klbio.schema.cohort import OF_PHASE

__all__ = ["other_words_sections"]

Group = tuple[str, str, str]  # before, after, arm


class OfLength(NamedTuple):
    """What words of one length say of two phases in an arm."""

    what: str
    words: str
    variation: str
    floor: str


def other_words_sections(results: Results, chapter: str) -> Iterator[Section]:
    """Give the section where the config asks for several word lengths."""
    routes = [route for route in (results.reads, *results.other_words) if len(route.rows(PairRow))]
    if len(routes) < 2:
        return
    groups = dict.fromkeys(_group(row) for row in routes[0].rows(PairRow))
    rows = [_of_length(route, group) for group in groups for route in routes]
    title = "The same reads at other word lengths"
    yield Section("reads-other-words", chapter, title, "other_words", {"rows": rows, "title": title})


def _group(row: PairRow | PermanovaRow) -> Group:
    return row.before, row.after, row.arm


def _of_length(route: Route, group: Group) -> OfLength:
    before, after, arm = group
    what = " ".join(filter(None, [arm, f"{before} → {after}"]))
    return OfLength(what, route.headline_rank, _variation(route, group), _floor(route, group))


def _variation(route: Route, group: Group) -> str:
    """How much of the variation goes with phase, where that was tested."""
    tests = route.rows(PermanovaRow).where(
        lambda row: row.test == OF_PHASE and row.p_value is not None and _group(row) == group
    )
    for row in tests:
        return f"{row.r_squared:.0%} of the variation, {p_value(row.p_value or 0.0)}"
    return "not tested"


def _floor(route: Route, group: Group) -> str:
    """How many subjects lie above their floor, by their pooled counts."""
    pairs = route.rows(PairRow).where(lambda row: row.estimand == "pooled" and _group(row) == group)
    above = pairs.where(lambda row: bool(row.above_floor))
    return f"{len(above)} of {len(pairs)}"
