"""The sections behind the numbers: what was left out, how to read, methods, versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from klbio.phrases.numbers import count
from klbio.report.formatting import some
from klbio.report.methods import methods
from klbio.report.rows import Rows
from klbio.report.sections.section import Section
from klbio.report.tables import Results, visible
from klbio.schema import DroppedRow

__all__ = ["closing_sections", "flattened"]

CHAPTER = "Behind the numbers"
MAX_SETTINGS, MAX_REASONS, MAX_NAMES, MAX_DROPPED = 200, 30, 6, 100
ROUTES = {
    "shift": ("taxa", "a table of taxa counts and its sample sheet (section taxa of the configuration)"),
    "reads": ("reads", "sequence reads and their sample sheet (section reads)"),
    "models": ("gene models", "gene models or profile HMMs and their sheet (section models)"),
}


def closing_sections(results: Results) -> list[Section]:
    """Put together the sections that every page has."""
    others = ROUTES if results.of_workflow else {}
    missing = [words for name, words in others.items() if not getattr(results, name).was_run]
    dropped = None if results.dropped is None else Rows.of(results.dropped, DroppedRow, "dropped.tsv")
    left_out = None if dropped is None else dropped.view("What was left out", most=MAX_DROPPED)
    reasons = [] if dropped is None else _reasons(dropped)
    reads = {name: getattr(results, name).was_run for name in ROUTES}
    reads["of_reads"] = results.reads.was_run or results.shift.of_reads
    settings = [
        (visible(name), list(flattened(value))[:MAX_SETTINGS]) for name, value in results.provenance.items()
    ]
    return [
        Section(
            "left-out",
            CHAPTER,
            "What was left out",
            "left_out",
            {
                "table": left_out,
                "reasons": reasons[:MAX_REASONS],
                "n_reasons": len(reasons),
                "missing": missing,
                "of_shifts": reads["shift"] or reads["reads"] or results.of_workflow,
            },
        ),
        Section("reading", CHAPTER, "How to read these numbers", "reading", reads),
        Section("methods", CHAPTER, "Methods in words", "methods", {"paragraphs": methods(results)}),
        Section("versions", CHAPTER, "Versions and inputs", "versions", {"settings": settings}),
    ]


def _reasons(dropped: Rows[DroppedRow]) -> list[tuple[str, str, str]]:
    """Say each reason once: how many of which kind, why, and the first names."""
    reasons = []
    for (kind, reason), rows in dropped.by(lambda row: (row.kind, row.reason)).items():
        things = rows.distinct(lambda row: row.thing)
        many = kind if kind.endswith("s") else count(len(things), kind)
        reasons.append((many, reason, some(rows.distinct(lambda row: row.name), MAX_NAMES)))
    return reasons


def flattened(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Give every setting of a nested record as (dotted name, value as text).

    >>> list(flattened({"shift": {"seed": 1, "ranks": ["genus", "family"]}}))
    [('shift.seed', '1'), ('shift.ranks', 'genus, family')]
    """
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from flattened(part, f"{name}.{visible(key)}" if name else visible(key))
    elif isinstance(value, list) and any(isinstance(part, Mapping | list) for part in value):
        for i, part in enumerate(value, 1):
            yield from flattened(part, f"{name}[{i}]")
    elif isinstance(value, list):
        yield name, ", ".join(map(visible, value))
    else:
        yield name, visible(value)
