"""The findings in a few sentences, each with its number, its unit and its reservation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from klbio.phrases.arms import arm_in_words
from klbio.phrases.numbers import count, of_all
from klbio.report.finding import Finding
from klbio.report.formatting import bits, short_names
from klbio.report.model_findings import ModelFindings, nearest_model
from klbio.report.profile_findings import best_alignment, changed_profiles, closest_hidden
from klbio.report.rows import contrasts
from klbio.report.shift_findings import shifts_by_contrast
from klbio.report.tables import Results, Route
from klbio.schema import TaxonRow

__all__ = ["every_finding", "findings"]

MAX_FINDINGS = 6


def findings(results: Results) -> list[Finding]:
    """Say what the tables found, most important first.

    Parameters
    ----------
    results : Results
        Any of its routes may be empty.

    Returns
    -------
    list of Finding
        At most six; nothing that a table does not hold.
    """
    return list(islice(every_finding(results), MAX_FINDINGS))


def every_finding(results: Results) -> Iterator[Finding]:
    """Give all of them, each when it is asked for."""
    yield from _taxa(results.shift)
    yield from _leading_taxon(results.shift)
    yield from _reads(results.reads)
    yield from nearest_model(results.models)
    yield from ModelFindings(results.models).findings()
    yield from best_alignment(results.models)
    yield from closest_hidden(results.models)
    yield from changed_profiles(results.models)


def _taxa(route: Route) -> Iterator[Finding]:
    """Say of each contrast how many subjects lie above their floor, and above their baseline."""
    for shifts in shifts_by_contrast(route):
        yield from shifts.above_floor()
        yield from shifts.above_baseline()


def _reads(route: Route) -> Iterator[Finding]:
    """Say the same of k-mers, in one finding."""
    for shifts in shifts_by_contrast(route, " composition of the reads"):
        days = [finding.sentence for finding in shifts.above_baseline()]
        for finding in shifts.above_floor():
            yield replace(finding, sentence=" ".join([finding.sentence, *days]))


def _leading_taxon(route: Route) -> Iterator[Finding]:
    taxa = route.rows(TaxonRow).where(lambda row: row.rank == route.headline_rank and row.mean_share > 0)
    for top in taxa.ordered(lambda row: -row.mean_contribution_bits).head(1):
        name = short_names([top.taxon], 80)[top.taxon]
        contrast = f" from {top.before} to {top.after}" if len(contrasts(taxa)) > 1 else ""
        mean = f"{bits(top.mean_contribution_bits)} bits{' on average' if top.n_subjects > 1 else ''}"
        text = f"{name} carried most: {mean}{contrast}, {_ways(top)}."
        yield Finding(f"{100 * top.mean_share:.0f}%", "of the shift, one taxon", text)


def _ways(row: TaxonRow) -> str:
    """Say in how many subjects a taxon rose and fell."""
    up, down, total, subject = (
        row.n_up,
        row.n_down,
        row.n_subjects,
        f"{arm_in_words(row.arm)} subject".strip(),
    )
    if up and down:
        return f"up in {up} and down in {down} of {count(total, subject)}"
    whom = of_all(up or down, total, subject)
    return f"{'up' if up else 'down'} in {whom[0].lower()}{whom[1:]}"
