"""The sections of the page, in order; one that has nothing to show is left out."""

from __future__ import annotations

from klbio.report.sections.agreement import agreement_sections
from klbio.report.sections.calls import CallsPart
from klbio.report.sections.choices import ChoicesPart
from klbio.report.sections.clades import CladesPart, GeometryPart
from klbio.report.sections.closing import closing_sections
from klbio.report.sections.cohort import CohortPart, PopulationPart
from klbio.report.sections.controls import ControlsPart
from klbio.report.sections.flags import FlagsPart
from klbio.report.sections.how_far import DesignPart, HowFarPart
from klbio.report.sections.libraries import library_sections
from klbio.report.sections.models import model_sections
from klbio.report.sections.other_words import other_words_sections
from klbio.report.sections.section import Chapter, Section
from klbio.report.sections.when import RecoveryPart, WhenPart
from klbio.report.sections.which import WhichPart
from klbio.report.tables import Results
from klbio.schema import PairRow

__all__ = ["Section", "sections_of"]


OF_TAXA = (
    HowFarPart, DesignPart, FlagsPart, ControlsPart, WhichPart, CladesPart, GeometryPart, CallsPart,
    WhenPart, RecoveryPart,
    ChoicesPart, CohortPart, PopulationPart,
)  # fmt: skip
OF_READS = (HowFarPart, DesignPart, FlagsPart, WhichPart, CohortPart, PopulationPart)


def sections_of(results: Results) -> list[Section]:
    """Put together every section that the results can fill."""
    return [
        *_shift_sections(Chapter(results.shift, "Taxa", "taxon")),
        *_shift_sections(Chapter(results.taxa_of_reads, "Taxa of the reads", "taxon")),
        *_shift_sections(Chapter(results.reads, "Reads", "k-mer")),
        *agreement_sections(results, "Reads"),
        *other_words_sections(results, "Reads"),
        *library_sections(results, "Reads"),
        *model_sections(Chapter(results.models, "Gene models")),
        *closing_sections(results),
    ]


def _shift_sections(chapter: Chapter) -> list[Section]:
    """Put together the sections of a route; of k-mers only how far, which, and the tests.

    Returns
    -------
    list of Section
        Without those that have no rows to show.
    """
    if not len(chapter.route.rows(PairRow)):
        return []
    parts = OF_TAXA if chapter.category == "taxon" else OF_READS
    return [section for part in parts for section in part(chapter).sections()]
