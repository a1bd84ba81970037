"""How far each subject moved, and who was compared at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from klbio.phrases.subject import NoReads
from klbio.report.endangered import OF_SHIFTS, flagged
from klbio.report.figures.shift import MAX_DRAWN, MAX_NAMED, HowFar
from klbio.report.formatting import some
from klbio.report.rows import Rows, contrasts
from klbio.report.sections.section import Part, Section
from klbio.report.table_views import TableView
from klbio.schema import ArmRow, PairRow, named

__all__ = ["MAX_RANKS", "DesignPart", "HowFarPart"]

ESTIMANDS = ("excess", "pooled", "pairs")
MAX_RANKS = 6  # drawn; every rank is in the tables
MAX_LISTED, MAX_SUBJECTS = 8, 8  # named in a line
LAST = named(
    PairRow,
    lambda row: (
        row.support,
        row.smoothing_jsd,
        row.smoothing_relative_entropy,
        row.undersampled,
        row.note,
        row.unit,
    ),
)
CORRECTED = named(PairRow, lambda row: (row.jensen_shannon_divergence_bits,))  # as observed, of proportions
DESIGN = named(
    PairRow,
    lambda row: (
        row.subject,
        row.arm,
        row.before,
        row.after,
        row.n_before,
        row.n_after,
        row.depth_before,
        row.depth_after,
        row.n_baseline_pairs,
    ),
)


class HowFarPart(Part):
    """The shifts rank by rank, arm by arm, and subject by subject."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        pairs, arms = self.route.rows(PairRow), self.route.rows(ArmRow)
        figures = {
            rank: HowFar(f"{self.route.name}-how-far-{i}", self._at(rank))
            for i, rank in enumerate(self.route.ranks[:MAX_RANKS], 1)
        }
        first, *others = [(rank, figure.draw()) for rank, figure in figures.items()]
        context = {
            "first": first,
            "others": others,
            "drawn": {estimand for figure in figures.values() for estimand in figure.estimands},
            "notes": _notes(pairs),
            "warnings": self._warnings(),
            "most_named": MAX_NAMED,
            "most_drawn": MAX_DRAWN if any(figure.leaves_out for figure in figures.values()) else 0,
            "several": len(contrasts(pairs)) > 1,
            "arms": self._arms(),
            "every_arm": arms.view("Every rank, arm by arm") if others else None,
            "pairs": self._subjects(),
        }
        yield self.section("how-far", "How far", context)

    def _warnings(self) -> list[str]:
        """Say what else may have made the shifts, with the comparison where there are several."""
        flags = flagged(self.route, OF_SHIFTS)
        several = len(contrasts(self.route.rows(PairRow))) > 1
        return [
            (f"{before} → {after}: " if several else "") + row.meaning
            for (before, after), rows in flags.items()
            for row in rows
        ]

    def _at(self, rank: str) -> Rows[PairRow]:
        return self.route.rows(PairRow).where(lambda row: row.rank == rank)

    def _arms(self) -> TableView:
        """Show the arms at the headline rank, without the columns that say the same in every row."""
        arms = self.route.rows(ArmRow).where(lambda row: row.rank == self.rank)
        arms = arms.ordered(lambda row: ESTIMANDS.index(row.estimand))
        same = arms.uniform(lambda row: (row.before, row.after, row.rank, row.arm))
        return arms.view("Arm by arm", [name for name in arms.filled(arms.columns) if name not in same])

    def _subjects(self) -> TableView:
        """Show the subjects at the headline rank, estimand by estimand; the settings, the same in all, come last."""
        rows = self._at(self.rank).ordered(
            lambda row: (ESTIMANDS.index(row.estimand), -row.jensen_shannon_divergence_bits)
        )
        last = LAST if self.route.of_reads else rows.filled(LAST)
        hidden = {*LAST} if self.route.of_reads else {*LAST, *CORRECTED}
        columns = [*(name for name in rows.filled(rows.columns) if name not in hidden), *last]
        return rows.view(f"Every subject by {self.rank}, the furthest first", columns)


def _notes(pairs: Rows[PairRow]) -> list[tuple[str, str, str]]:
    """Each kind of warning at each rank, in the words it was given for the first subject, with whom it concerns."""
    said_above = {"", NoReads(of_two=False).sentence()}  # by the page, of all proportions
    noted, called = pairs.where(lambda row: row.note not in said_above), _names(pairs)
    notes = []
    for (rank, _), rows in noted.by(lambda row: (row.rank, row.note.partition(":")[0])).items():
        first, *others = rows.once(lambda row: (row.subject, row.arm))
        whom = some([called(row) for row in others], MAX_LISTED) if others else ""
        notes.append((rank, f"{called(first)}: {first.note}", whom))
    return notes


def _names(pairs: Rows[PairRow]) -> Callable[[PairRow], str]:
    """Call subjects by their names, and by their arms where a subject is in several."""
    units = pairs.distinct(lambda row: (row.subject, row.arm))
    times = Counter(subject for subject, _ in units)
    return lambda row: f"{row.subject} ({row.arm})" if times[row.subject] > 1 else row.subject


class DesignPart(Part):
    """Samples and reads of each subject on either side, and who stands alone or in two arms."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        pairs = self.route.rows(PairRow)
        rows = pairs.where(lambda row: row.rank == self.rank and row.estimand == "pairs")
        if not len(rows):
            return
        alone = rows.where(lambda row: 1 in (row.n_before, row.n_after)).distinct(_names(pairs))
        subjects = rows.by(lambda row: row.subject)
        crossed = [who for who, own in subjects.items() if len(own.distinct(lambda row: row.arm)) > 1]
        same = rows.uniform(lambda row: (row.arm, row.before, row.after))
        columns = rows.filled(name for name in DESIGN if name not in same)
        context = {
            "alone": some(alone, MAX_SUBJECTS),
            "crossed": some(crossed, MAX_SUBJECTS),
            "table": rows.view(
                "Samples and reads of every subject" if self.route.of_reads else "Samples of every subject",
                columns,
            ),
        }
        yield self.section("design", "Who was compared", context)
