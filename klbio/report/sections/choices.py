"""Does the answer hang on a choice: of smoothing and support, of depth, and whether the conclusion does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from klbio.phrases.permutation import LEVEL
from klbio.report.figures.choices import MEASURES, Choices
from klbio.report.figures.rarefaction import Rarefied
from klbio.report.figures.svg import Drawing
from klbio.report.figures.taxa import Shown
from klbio.report.rows import contrasts, known
from klbio.report.sections.section import Part, Section
from klbio.report.table_views import TableView
from klbio.schema import HeadlineRow, PairRow, RarefactionRow, SensitivityRow

__all__ = ["ChoicesPart"]

MAX_CHOICES = 200


class _Depths(NamedTuple):
    """Shifts of reads drawn down to several depths."""

    figure: Drawing
    n_draws: int
    shown: Shown
    table: TableView


class _Conclusion(NamedTuple):
    """How many choices lead to the reported conclusion, and those that lead elsewhere."""

    n_judged: int
    n_agree: int
    n_cannot: int
    n_other: int
    is_weak: bool
    others: TableView | None
    table: TableView


class ChoicesPart(Part):
    """The first contrast at the headline rank under every choice."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        everything = self.route.rows(SensitivityRow).where(lambda row: row.rank == self.rank)
        if not len(everything):
            return
        several = contrasts(everything)
        before, after = contrast = several[0]
        rows = everything.where(lambda row: (row.before, row.after) == contrast)
        infinite = [m.words for m in MEASURES if any(m.value(row) == float("inf") for row in rows)]
        context = {
            "figure": Choices(f"{self.route.name}-choices", rows, self.route.rows(PairRow)[0]).draw(),
            "contrast": f"{before} → {after}" if len(several) > 1 else "",
            "infinite": infinite,
            "shown": Shown.among(rows),
            "table": rows.view("Every subject under every choice"),
            "depths": self._depths(contrast),
            "conclusion": self._conclusion(contrast),
        }
        yield self.section("choices", "Does the answer hang on a choice?", context)

    def _depths(self, contrast: tuple[str, str]) -> _Depths | None:
        """Give the figure and the table of rarefied shifts; None where nothing was rarefied."""
        rows = self.route.rows(RarefactionRow).where(
            lambda row: (row.before, row.after) == contrast and row.rank == self.rank
        )
        if not len(rows):
            return None
        return _Depths(
            figure=Rarefied(f"{self.route.name}-rarefaction", rows).draw(),
            n_draws=max(row.n_draws for row in rows),
            shown=Shown.among(rows),
            table=rows.view("Every subject at every depth"),
        )

    def _conclusion(self, contrast: tuple[str, str]) -> _Conclusion | None:
        """Count the choices that lead to the reported conclusion, and show those that do not."""
        rows = self.route.rows(HeadlineRow).where(lambda row: (row.before, row.after) == contrast)
        if not len(rows):
            return None
        same = rows.uniform(lambda row: (row.before, row.after))
        columns = [name for name in rows.columns if name not in same]
        others = rows.where(lambda row: row.agrees == "no")
        return _Conclusion(
            n_judged=len([row for row in rows if row.agrees and not row.reported]),
            n_agree=len([row for row in rows if row.agrees == "yes" and not row.reported]),
            n_cannot=len([row for row in rows if row.agrees == "cannot tell"]),
            n_other=len(others),
            is_weak=any(p > LEVEL for p in known(row.smallest_p for row in rows if row.reported)),
            others=others.view_if_any("Choices that lead elsewhere", columns),
            table=rows.view("The headline under every choice", columns, most=MAX_CHOICES),
        )
