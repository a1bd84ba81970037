"""Which taxa, or k-mers, carried the shift."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from klbio.phrases.numbers import plural
from klbio.report.figures.svg import Drawing
from klbio.report.figures.taxa import Shown, TaxaByArm, TaxaBySubject
from klbio.report.rows import Rows, contrasts
from klbio.report.sections.how_far import MAX_RANKS
from klbio.report.sections.section import Part, Section
from klbio.report.table_views import TableView
from klbio.schema import CarriedRow, CladeRow, ContributionRow, PairRow, TaxonRow, named

__all__ = ["WhichPart"]

CLADES = named(
    CladeRow,
    lambda row: (
        row.subject,
        row.arm,
        row.before,
        row.after,
        row.clade,
        row.n_children,
        row.mass_before,
        row.mass_after,
        row.within_bits,
        row.contribution_bits,
        row.share,
    ),
)


class _Subjects(TypedDict):
    """Contributions in each subject, by the names of the template."""

    map: Drawing | None
    shown: Shown
    contributions: TableView


class WhichPart(Part):
    """The leading taxa per arm and in each subject."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        means = self.route.rows(TaxonRow).where(lambda row: row.rank == self.rank)
        if not len(means):
            return
        first, *others = self._drawn()
        category = self.chapter.category
        context = {
            "first": first,
            "others": others,
            **self._subjects(),
            "means": means.ordered(lambda row: -row.mean_contribution_bits).view("Means per arm"),
            "clades": self.route.rows(CladeRow)
            .ordered(lambda row: -row.contribution_bits)
            .view_if_any("Clades inside which most of the shift took place", CLADES),
        }
        yield self.section("which", f"Which {plural(category)} carried it", context)

    def _drawn(self) -> list[tuple[str, Drawing]]:
        """Draw the means of each rank, contrasts in the order they were asked for in."""
        asked = contrasts(self.route.rows(PairRow))
        place = {contrast: i for i, contrast in enumerate(asked)}
        taxa = self.route.rows(TaxonRow).ordered(lambda row: place.get((row.before, row.after), len(place)))
        by_rank = taxa.by(lambda row: row.rank)
        ranks = [rank for rank in self.route.ranks[:MAX_RANKS] if rank in by_rank]
        return [
            (rank, TaxaByArm(f"{self.route.name}-which-{i}", by_rank[rank]).draw())
            for i, rank in enumerate(ranks, 1)
        ]

    def _subjects(self) -> _Subjects:
        """Draw and show the contributions in each subject."""
        rows: Rows[ContributionRow] = self.route.rows(ContributionRow)
        rows = rows.holding(lambda row: row.rank, [self.rank])
        carried = rows.seen_as(CarriedRow)
        figure = TaxaBySubject(f"{self.route.name}-which-subject", carried)
        return {
            "map": figure.draw() if len(rows) else None,
            "shown": Shown.among(carried.first_of_each(lambda row: (row.arm, row.subject))),
            "contributions": _largest(rows),
        }


def _largest(rows: Rows[ContributionRow]) -> TableView:
    largest = rows.largest_first(lambda row: row.jsd_contribution_bits)
    return largest.view("Largest contributions in any subject", largest.filled(largest.columns))
