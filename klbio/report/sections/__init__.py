"""The sections of the page, in order; one that has nothing to show is left out."""

from __future__ import annotations

from klbio.report.sections.closing import closing_sections
from klbio.report.sections.models import model_sections
from klbio.report.sections.section import Chapter, Section
from klbio.report.sections.shift import shift_sections
from klbio.report.tables import Results

__all__ = ["Section", "sections_of"]


def sections_of(results: Results) -> list[Section]:
    """Put together every section that the results can fill."""
    return [
        *shift_sections(Chapter(results.shift, "Taxa", "taxon")),
        *shift_sections(Chapter(results.reads, "Reads", "k-mer")),
        *model_sections(Chapter(results.models, "Gene models")),
        *closing_sections(results),
    ]
