"""Flags that stand beside the numbers they endanger, and not in their own section alone."""

from __future__ import annotations

from klbio.report.rows import Rows
from klbio.report.tables import Route
from klbio.schema import FlagRow

__all__ = ["OF_ARMS", "OF_POOLED", "OF_SHIFTS", "flagged"]

OF_SHIFTS = ("order of phases", "batch and phase")  # what else may have made a shift
OF_ARMS = (*OF_SHIFTS, "batch and arm", "time between arms")  # or a difference between arms
OF_POOLED = (*OF_ARMS, "samples between arms")  # or between those of pooled shifts


def flagged(route: Route, checks: tuple[str, ...]) -> dict[tuple[str, str], Rows[FlagRow]]:
    """Give the flags of some checks, by the phases that are compared."""
    rows = route.rows(FlagRow).where(lambda row: row.severity == "flag" and row.check in checks)
    return rows.by(lambda row: (row.before, row.after))
