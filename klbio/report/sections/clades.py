"""Where in the tree of life the shift took place, and whether bits and branches agree on who moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from klbio.report.figures.clades import Icicle, RankBars
from klbio.report.figures.phylogeny import MAX_NODES, Phylogeny
from klbio.report.figures.svg import Drawing
from klbio.report.figures.taxa import Shown
from klbio.report.rows import Rows
from klbio.report.sections.section import Part, Section
from klbio.report.table_views import TableView
from klbio.schema import CladeMeanRow, GeometryRow, RankSplitRow, named

__all__ = ["CladesPart", "GeometryPart"]

COLUMNS = named(
    CladeMeanRow,
    lambda row: (
        row.arm,
        row.before,
        row.after,
        row.clade,
        row.lineage,
        row.n_tips,
        row.mean_mass_before,
        row.mean_mass_after,
        row.mean_contribution_bits,
        row.mean_share,
        row.cumulative_share,
        row.n_up,
        row.n_down,
        row.n_subjects,
    ),
)


class _Split(TypedDict):
    """What each rank adds, by the names of the template."""

    ranks: Drawing | None
    shown: Shown
    split: TableView | None


class CladesPart(Part):
    """The clades that carried the shift: taxonomy, ranks, and the nodes of the tree."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        means = self.route.rows(CladeMeanRow)
        if not len(means):
            return
        taxonomy, tree = (self._largest_first(source) for source in ("taxonomy", "tree"))
        tables = [
            taxonomy.view_if_any("Clades of the taxonomy, means per arm", COLUMNS),
            tree.view_if_any("Nodes of the tree, means per arm", COLUMNS),
        ]
        context = {
            "icicle": Icicle(f"{self.route.name}-clades", self._of("taxonomy")).draw()
            if len(taxonomy)
            else None,
            "tree": Phylogeny(f"{self.route.name}-tree", self._of("tree")).draw() if len(tree) else None,
            "n_nodes": MAX_NODES,
            **self._split(),
            "tables": [table for table in tables if table],
        }
        yield self.section("clades", "Where in the tree of life", context)

    def _of(self, source: str) -> Rows[CladeMeanRow]:
        return self.route.rows(CladeMeanRow).where(lambda row: row.source == source)

    def _largest_first(self, source: str) -> Rows[CladeMeanRow]:
        return self._of(source).ordered(lambda row: -row.mean_contribution_bits)

    def _split(self) -> _Split:
        """Draw and show what each rank adds."""
        split = self.route.rows(RankSplitRow)
        return {
            "ranks": RankBars(f"{self.route.name}-ranks", split).draw() if len(split) else None,
            "shown": Shown.among(split),
            "split": split.view_if_any("What each rank adds, subject by subject"),
        }


class GeometryPart(Part):
    """Each subject's place by bits and by work along the tree; nothing where no tree was given."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        rows = self.route.rows(GeometryRow)
        if not len(rows):
            return
        pooled = rows.where(lambda row: row.estimand == "pooled").ordered(lambda row: -row.places_apart)
        context = {
            "furthest": next(iter(pooled), None),
            "of": len(pooled.distinct(lambda row: row.subject)),
            "table": rows.view("Every subject by bits and along the tree"),
        }
        yield self.section("geometry", "Bits or branches", context)
