"""Words of the reads beside their taxa: whether both say that phase goes with the variation between samples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from klbio.phrases.permutation import LEVEL
from klbio.report.formatting import p_value
from klbio.report.rows import Rows
from klbio.report.sections.section import Section
from klbio.report.tables import Results, Route
from klbio.schema import PermanovaRow
from klbio.schema.cohort import OF_PHASE

__all__ = ["agreement_sections"]

OF_READS = ("amplicons", "shotgun")


class Agreement(NamedTuple):
    """A comparison of phases in an arm, by taxa and by words."""

    what: str
    taxa: str
    words: str
    verdict: str


def agreement_sections(results: Results, chapter: str) -> Iterator[Section]:
    """Give the section where the same reads were counted as words and as taxa."""
    taxa = next((of for of in (results.shift, results.taxa_of_reads) if of.name in OF_READS), None)
    if taxa is None or not (taxa.was_run and results.reads.was_run):
        return
    words = {_key(row): row for row in _tests(results.reads)}
    pairs = [(row, words[_key(row)]) for row in _tests(taxa) if _key(row) in words]
    if pairs:
        context = {"rows": [_agreement(*pair) for pair in pairs], "rank": taxa.headline_rank}
        yield Section("reads-agreement", chapter, "Taxa and k-mers side by side", "agreement", context)


def _tests(route: Route) -> Rows[PermanovaRow]:
    rank = route.headline_rank
    return route.rows(PermanovaRow).where(
        lambda row: row.rank == rank and row.test == OF_PHASE and row.p_value is not None
    )


def _key(row: PermanovaRow) -> tuple[str, str, str]:
    return row.before, row.after, row.arm


def _agreement(taxa: PermanovaRow, words: PermanovaRow) -> Agreement:
    what = " ".join(filter(None, [taxa.arm, f"{taxa.before} → {taxa.after}"]))
    return Agreement(what, _said(taxa), _said(words), _verdict(taxa, words))


def _said(row: PermanovaRow) -> str:
    return f"{row.r_squared:.0%} of the variation, {p_value(row.p_value or 0.0)}"


def _verdict(*rows: PermanovaRow) -> str:
    """Both tell, one, or neither: large p are no evidence; where a design cannot bring p to 0.05, none can."""
    if any((row.smallest_p or 0.0) > LEVEL for row in rows):
        return "cannot tell: too few samples for a p of 0.05"
    small = [(row.p_value or 0.0) <= LEVEL for row in rows]
    if not any(small):
        return "neither tells"
    return "agree" if all(small) else "only one tells: look at primers, reference and depth"
