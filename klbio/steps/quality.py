"""Reads of each library at every step -> one number each, and what of them differs between phases or arms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

from klbio.design import Contrast, Design
from klbio.errors import StrPath, notify
from klbio.io.results import read_rows, write_rows
from klbio.io.sheets.sheet import read_samples
from klbio.schema import (
    AMPLICON_READS,
    CONFIDENCES,
    LIBRARIES,
    QUALITY,
    QUALITY_DIFFERENCES,
    AmpliconReadsRow,
    ConfidenceRow,
    LibraryRow,
    QualityDifferenceRow,
    QualityRow,
)
from klbio.schema.table import rows
from klbio.seeding import SEED
from klbio.shift.checks.check import FLAG
from klbio.shift.checks.qualities import APART, quality_differences
from klbio.shift.checks.quantities import (
    KIND,
    Quantity,
    is_of_communities,
    of_amplicons,
    of_library,
    of_shotgun,
)
from klbio.steps.step import takes

__all__ = ["QualityFiles", "compare_quality"]


@dataclass(frozen=True, kw_only=True)
class QualityFiles:
    """What `compare_quality` is given, which says what each is."""

    samples: StrPath
    out: StrPath
    differences: StrPath
    reads: StrPath | None = None
    amplicons: StrPath | None = None
    shotgun: StrPath | None = None
    contrasts: Sequence[Mapping[str, str]] = (asdict(Contrast()),)
    phases: Mapping[str, Sequence[str]] | None = None
    control: str = ""
    columns: Mapping[str, str] | None = None
    metadata: StrPath | None = None
    seed: int = SEED

    @cached_property
    def design(self) -> Design:
        """Who was sampled when."""
        return read_samples(self.samples, columns=self.columns, phases=self.phases, metadata=self.metadata)

    def rows(self) -> list[QualityRow]:
        """Give the numbers of all routes, quantity by quantity."""
        found: list[QualityRow] = []
        if self.reads:
            libraries = rows(read_rows(self.reads, LIBRARIES), LibraryRow)
            found += self._of_route("reads", ((row.sample, of_library(row)) for row in libraries))
        if self.amplicons:
            passed = rows(read_rows(self.amplicons, AMPLICON_READS), AmpliconReadsRow)
            found += self._of_route("amplicons", ((row.sample, of_amplicons(row)) for row in passed))
        if self.shotgun:
            named = rows(read_rows(self.shotgun, CONFIDENCES), ConfidenceRow)
            first = [row for row in named if row.rank == named[0].rank]
            found += self._of_route("shotgun", ((row.sample, of_shotgun(row)) for row in first))
        return found

    def _of_route(self, route: str, found: Iterable[tuple[str, Iterable[Quantity]]]) -> list[QualityRow]:
        of = {sample.name: sample for sample in self.design.libraries}
        made = [
            QualityRow(
                route=route, quantity=one.name, unit=one.unit, sample=name, kind=of[name].kind,
                subject=of[name].subject, arm=of[name].arm, phase=of[name].phase, value=one.value, word=one.word,
            )
            for name, quantities in found
            for one in quantities
        ]  # fmt: skip
        order = {name: place for place, name in enumerate(dict.fromkeys(row.quantity for row in made))}
        return sorted(made, key=lambda row: order[row.quantity])

    def compared(self, found: Sequence[QualityRow]) -> Iterator[QualityDifferenceRow]:
        """Hold phases and arms against each other, route by route."""
        contrasts = [Contrast(**phases) for phases in self.contrasts]
        for route in dict.fromkeys(row.route for row in found):
            own = [row for row in found if row.route == route]
            yield from quality_differences(own, self.design, contrasts, self.control, self.seed)


@takes(QualityFiles)
def compare_quality(given: QualityFiles) -> None:
    """Put together how good the reads of each library are, and hold phases and arms against each other.

    Parameters
    ----------
    samples : path-like
        Sample sheet.
    out, differences : path-like
        TSV of one number or word per library and quantity, and of what differs.
    reads, amplicons, shotgun : path-like, optional
        What `klbio.steps.reads.compose_reads` says of libraries, `klbio.steps.amplicon_table.compose_amplicons` of
        reads at every step, and `klbio.steps.shotgun_table.compose_shotgun` of reads with a name.
    contrasts : sequence of mapping
        ``{"before": phase, "after": phase}``.
    phases : mapping, optional
        Labels of the sheet that are one phase.
    control : str
        The arm that the others are held against.
    columns : mapping, optional
        What the sheet calls its columns.
    metadata : path-like, optional
        A second sheet that says who the samples are of, where the first has no more than their files.
    seed : int
        For arrangements that are too many to be counted.

    Warns
    -----
    InputWarning
        For what differs, but for what communities differ in as well.
    """
    found = given.rows()
    differences = list(given.compared(found))
    write_rows(given.out, found, QUALITY)
    write_rows(given.differences, differences, QUALITY_DIFFERENCES)
    for row in filter(_is_said, differences):
        notify(str(given.samples), f"reads differ. {row.meaning.rstrip('.')}", "flagged on the page")


def _is_said(row: QualityDifferenceRow) -> bool:
    """Whether it is more than words, which were said when they were read."""
    return row.severity in (FLAG, APART) and row.unit != KIND and not is_of_communities(row.quantity)
