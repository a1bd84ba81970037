"""Several comparisons side by side: how far, above what, and which taxon led, a row each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from klbio.report.formatting import bits, p_value, short_names, span
from klbio.report.rows import OfGroup, Rows, contrasts, known
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
                    **self._above_floor(row),
                    "p, beyond own days": self._beyond_days(row, shown.estimand),
                    "carried most by": self._leading.get(_group(row), ""),
                }

    def _above_floor(self, row: ArmRow) -> dict[str, str]:
        """Count who lies above the floor; nothing for proportions, which have none."""
        counted = f"{row.n_above_floor} of {row.n_subjects}"
        return {"above the floor (pooled)": counted} if self.route.of_reads else {}

    def _beyond_days(self, arm: ArmRow, estimand: str) -> str:
        """Give the tests of an arm's shifts beyond what its subjects do by themselves; of others, whose they are."""
        tests = self._of_days.get(_group(arm), {})
        if estimand in tests:
            return p_value(tests[estimand].p_value or 0.0)
        said = [f"{p_value(test.p_value or 0.0)} ({of}, n = {test.n_a})" for of, test in tests.items()]
        return ", ".join(said) or "cannot tell"

    @cached_property
    def _of_days(self) -> dict[Group, dict[str, CohortRow]]:
        """Tests of each arm that have a p, by estimand."""
        tests = self.route.rows(CohortRow).where(
            lambda row: row.test == "shift above baseline" and bool(known([row.p_value]))
        )
        at_rank = tests.where(lambda row: row.rank == self.route.headline_rank)
        groups = at_rank.by(lambda row: (row.before, row.after, row.arm_a))
        return {group: {row.estimand: row for row in rows} for group, rows in groups.items()}

    @cached_property
    def _leading(self) -> dict[Group, str]:
        """Name the taxon with the largest mean contribution of each comparison and arm, and its direction."""
        taxa = self.route.rows(TaxonRow).where(lambda row: row.rank == self.route.headline_rank)
        first = taxa.ordered(lambda row: -row.mean_contribution_bits).once(_group)
        short = short_names((row.taxon for row in first), 30)
        return {_group(row): f"{short[row.taxon]} ({row.n_up}↑ {row.n_down}↓)" for row in first}
