"""How good the reads are: what of them differs between phases or arms, and every library with its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from klbio.report.figures.quality import MOST as DRAWN
from klbio.report.figures.quality import QualityFigure
from klbio.report.figures.svg import Drawing
from klbio.report.provenance import of_amplicons
from klbio.report.rows import Rows
from klbio.report.sections.section import Section
from klbio.report.tables import Results, Route
from klbio.schema import (
    LIBRARIES,
    QUALITY,
    QUALITY_DIFFERENCES,
    AmpliconReadsRow,
    LibraryRow,
    QualityDifferenceRow,
    QualityRow,
    named,
)

__all__ = ["library_sections"]

MOST = 100  # rows shown
ROUTES = {"reads": "As k-mers", "amplicons": "As taxa, by sequence", "shotgun": "As taxa, by database"}
COLUMNS = named(
    QualityDifferenceRow,
    lambda row: (
        row.route, row.before, row.after, row.between, row.side_a, row.side_b, row.quantity, row.severity, row.median_a,
        row.lowest_a, row.highest_a, row.median_b, row.lowest_b, row.highest_b, row.words_a, row.words_b, row.n_a,
        row.n_b, row.p_value, row.p_adjusted, row.smallest_p,
    ),
)  # fmt: skip


def library_sections(results: Results, chapter: str) -> Iterator[Section]:
    """Give the section, where reads were counted."""
    quality = _Quality(results)
    if len(quality.libraries) or len(quality.values):
        yield Section("reads-libraries", chapter, "Quality of the reads", "libraries", quality.context)


@dataclass(frozen=True)
class _Quality:
    """What is known of the reads of a run."""

    results: Results

    @cached_property
    def libraries(self) -> Rows[LibraryRow]:
        """What was read of each library, where words were counted."""
        return Rows.of(self.results.libraries, LibraryRow, self._place(LIBRARIES.name))

    @cached_property
    def values(self) -> Rows[QualityRow]:
        """One number each."""
        return Rows.of(self.results.quality, QualityRow, self._place(QUALITY.name))

    @cached_property
    def differences(self) -> Rows[QualityDifferenceRow]:
        """What differs, or not."""
        found = self.results.quality_differences
        return Rows.of(found, QualityDifferenceRow, self._place(QUALITY_DIFFERENCES.name))

    def _place(self, name: str) -> str:
        return f"composition/{name}.tsv" if self.results.of_workflow else f"{name}.tsv"

    @property
    def context(self) -> dict[str, object]:
        """What the template is given."""
        shares = [row.copies_share for row in self.libraries]
        by_severity = self.differences.by(lambda row: row.severity)
        found = {
            name: by_severity.get(name, self.differences.head(0))
            for name in ("flag", "apart", "cannot tell", "ok")
        }
        passed = next(filter(len, (of.rows(AmpliconReadsRow) for of in self._taxa)), None)
        return {
            "flags": [*found["flag"], *found["apart"]],
            "routes": ROUTES,
            "n_untold": len(found["cannot tell"]),
            "n_ok": len(found["ok"]),
            "n_all": len(self.differences),
            "figures": self._figures,
            "n_drawn": DRAWN if len(self.values.distinct(lambda row: row.sample)) > DRAWN else 0,
            "differences": self.differences.view_if_any(
                "Every comparison with its numbers", self.differences.filled(COLUMNS)
            ),
            "reads": passed.view("Reads of each sample at every step", most=MOST) if passed else None,
            "libraries": self.libraries.view("Every library as it was read", most=MOST) if shares else None,
            "lowest": min(shares, default=0.0),
            "highest": max(shares, default=0.0),
            "amplicon": of_amplicons(self.results.provenance),
        }

    @property
    def _taxa(self) -> tuple[Route, ...]:
        return self.results.shift, self.results.taxa_of_reads

    @property
    def _figures(self) -> list[tuple[str, Drawing]]:
        """One of each route that has numbers."""
        numbers = self.values.where(lambda row: row.unit != "kind")
        phases = self.differences.where(lambda row: row.between == "phases")
        medians = phases.by(lambda row: row.route)
        return [
            (
                ROUTES[route],
                QualityFigure(f"quality-{route}", rows, medians.get(route, phases.head(0))).draw(),
            )
            for route, rows in numbers.by(lambda row: row.route).items()
        ]
