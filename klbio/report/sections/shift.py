"""Sections of a before/after study, the same for taxa and for the k-mers of reads."""

from __future__ import annotations

from klbio.report.sections.choices import ChoicesPart
from klbio.report.sections.clades import CladesPart, GeometryPart
from klbio.report.sections.cohort import CohortPart, PopulationPart
from klbio.report.sections.flags import FlagsPart
from klbio.report.sections.how_far import DesignPart, HowFarPart
from klbio.report.sections.section import Chapter, Section
from klbio.report.sections.when import RecoveryPart, WhenPart
from klbio.report.sections.which import WhichPart
from klbio.schema import PairRow

__all__ = ["shift_sections"]

OF_TAXA = (
    HowFarPart, DesignPart, FlagsPart, WhichPart, CladesPart, GeometryPart, WhenPart, RecoveryPart, ChoicesPart,
    CohortPart, PopulationPart,
)  # fmt: skip
OF_READS = (HowFarPart, DesignPart, FlagsPart, WhichPart, CohortPart, PopulationPart)


def shift_sections(chapter: Chapter) -> list[Section]:
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
