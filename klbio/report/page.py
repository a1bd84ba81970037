"""From results to one page: everything inline, nothing fetched, every name escaped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from klbio.phrases.numbers import count
from klbio.report.caveats import caveats
from klbio.report.figures.svg import Drawing
from klbio.report.findings import findings
from klbio.report.formatting import listing, some
from klbio.report.overview import overview
from klbio.report.rows import contrasts
from klbio.report.sections import Section, sections_of
from klbio.report.tables import Results, visible
from klbio.schema import ModelRow, PairRow, ProfileChangeRow

__all__ = ["Page", "render"]


@dataclass(frozen=True)
class Page:
    """A finished page and its figures as files of their own."""

    html: str
    drawings: tuple[Drawing, ...]


def render(results: Results, title: str | None = None, figures: str = "figures") -> Page:
    """Render the page.

    Parameters
    ----------
    results : Results
        From `klbio.report.tables.read_results`.
    title : str, optional
        Heading of the page; a question that fits the results when not given.
    figures : str, default "figures"
        Where its figures are, seen from the page.

    Returns
    -------
    Page
        The same results give the same bytes.
    """
    sections = sections_of(results)
    html = (
        _environment(figures)
        .get_template("page.html.j2")
        .render(
            title=visible(title) if title else _title(results),
            deck=_deck(results),
            caveats=caveats(results),
            of_proportions=results.shift.was_run and not results.shift.of_reads,
            findings=findings(results),
            overview=overview(results),
            sections=sections,
            chapters=_chapters(sections),
            version=visible(results.provenance.get("klbio", "")),
        )
    )
    return Page(html + "\n", tuple(_drawings(sections)))


def _environment(figures: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("klbio.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["figures"] = figures
    return environment


def _title(results: Results) -> str:
    if results.shift.was_run or results.reads.was_run:
        return "How far did these microbiomes move?"
    if not results.models.rows(ModelRow):
        return "Which known gene model is the nearest?"
    if len(results.models.rows(ProfileChangeRow)):
        return "What changed between these profiles?"
    if results.models.rows(ModelRow).distinct(lambda row: row.kind) == ["profile HMM"]:
        return "Which of these profiles are related?"
    return "Where do these gene models disagree?"


def _deck(results: Results) -> str:
    """Say in a line what the page is about: who, when, at which ranks, how many models."""
    parts = []
    for route, what in ((results.shift, ""), (results.reads, "reads of ")):
        pairs = route.rows(PairRow)
        if len(pairs):
            arms = list(filter(None, pairs.distinct(lambda row: row.arm)))
            people = count(len(pairs.distinct(lambda row: row.subject)), "subject")
            people += f" in {len(arms)} arms" if len(arms) > 1 else ""
            times = some([f"{before} → {after}" for before, after in contrasts(pairs)], 4)
            parts.append(f"{what}{people}, {times}, by {listing(route.ranks)}")
    models = results.models.rows(ModelRow)
    if len(models):
        tools = models.distinct(lambda row: row.format)
        parts.append(f"{count(len(models), 'model')} from {count(len(tools), 'tool')}")
    return "; ".join(parts)


def _chapters(sections: Sequence[Section]) -> dict[str, list[Section]]:
    chapters: dict[str, list[Section]] = {}
    for section in sections:
        chapters.setdefault(section.chapter, []).append(section)
    return chapters


def _drawings(sections: Sequence[Section]) -> Iterator[Drawing]:
    """Find the drawings wherever a section has them, alone, in a mapping or in lists of (name, drawing)."""
    for section in sections:
        yield from _within(section.context)


def _within(value: object) -> Iterator[Drawing]:
    if isinstance(value, Drawing):
        yield value
    elif isinstance(value, Mapping | list | tuple):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _within(part)
