"""Several comparisons side by side: how far, above what, and which taxon led, a row each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from klbio.report.formatting import bits, p_value, short_names, span
from klbio.report.rows import OfGroup, Rows, contrasts
from klbio.report.table_views import TableView, view
from klbio.report.tables import Results, Route
from klbio.schema import ArmRow, CohortRow, TaxonRow

__all__ = ["overview"]

MAX_ROWS = 12
Group = tuple[str, str, str]


def overview(results: Results) -> TableView | None:
    """Put the comparisons side by side.

    Parameters
    ----------
    results : Results
        Taxa, or reads where no taxa were measured.

    Returns
    -------
    TableView or None
        A row per comparison and arm at the headline rank; None where there is only one comparison,
        which the findings cover.
    """
    route = results.shift if len(results.shift.rows(ArmRow)) else results.reads
    comparisons = _Comparisons(route)
    if len(contrasts(comparisons.arms)) < 2:
        return None
    caption = f"Every comparison, by {route.headline_rank}"
    return view(pd.DataFrame(comparisons.lines()), comparisons.arms.table, caption, most=MAX_ROWS)


def _group(row: OfGroup) -> Group:
    return row.before, row.after, row.arm


@dataclass(frozen=True)
class _Comparisons:
    """The comparisons of a route at its headline rank."""

    route: Route

    @cached_property
    def arms(self) -> Rows[ArmRow]:
        """Every arm of every comparison."""
        return self.route.rows(ArmRow).where(lambda row: row.rank == self.route.headline_rank)

    def lines(self) -> Iterator[dict[str, str]]:
        """Say each comparison in a line."""
        rows = {(*_group(row), row.estimand): row for row in self.arms}
        is_named = len(self.arms.distinct(lambda row: row.arm)) > 1
        for row in self.arms:
            if row.estimand == "pooled":
                estimand = self.route.headline_estimand(row.before, row.after)
                of_estimand = rows.get((*_group(row), estimand), row)
                shown = of_estimand if of_estimand.n_subjects else row
                yield {
                    "comparison": f"{row.before} → {row.after}",
                    **({"arm": row.arm} if is_named else {}),
                    "shift": shown.estimand,
                    "median (bits)": bits(shown.median_bits),
                    "lowest to highest": span(shown.lowest_bits, shown.highest_bits),
                    "above the floor (pooled)": f"{row.n_above_floor} of {row.n_subjects}",
                    "p, beyond own days": self._beyond_days.get(
                        (*_group(row), shown.estimand), "cannot tell"
                    ),
                    "carried most by": self._leading.get(_group(row), ""),
                }

    @cached_property
    def _beyond_days(self) -> dict[tuple[str, str, str, str], str]:
        """Test of each arm's shifts beyond what its subjects do by themselves."""
        tests = self.route.rows(CohortRow).where(lambda row: row.test == "shift above baseline")
        return {
            (row.before, row.after, row.arm_a, row.estimand): p_value(row.p_value)
            for row in tests
            if row.rank == self.route.headline_rank and row.p_value is not None
        }

    @cached_property
    def _leading(self) -> dict[Group, str]:
        """Name the taxon with the largest mean contribution of each comparison and arm, and its direction."""
        taxa = self.route.rows(TaxonRow).where(lambda row: row.rank == self.route.headline_rank)
        first = taxa.ordered(lambda row: -row.mean_contribution_bits).once(_group)
        short = short_names((row.taxon for row in first), 30)
        return {_group(row): f"{short[row.taxon]} ({row.n_up}↑ {row.n_down}↓)" for row in first}
