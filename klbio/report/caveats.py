"""What to know before believing a number: how much was left out, and how many checks raised a flag."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.phrases.dropped import counted
from klbio.phrases.numbers import count
from klbio.report.formatting import listing
from klbio.report.rows import Rows
from klbio.report.tables import Results, Route
from klbio.schema import CallRangeRow, DroppedRow, FlagRow

__all__ = ["caveats"]


def caveats(results: Results) -> list[tuple[str, str]]:
    """Say what was left out and what was flagged, each with the section that gives more.

    Parameters
    ----------
    results : Results
        Any of its routes may be empty.

    Returns
    -------
    list of (str, str)
        A sentence, and the id of a section.
    """
    lines = [(_left_out(results), "left-out")]
    for route, where in ((results.shift, ""), (results.reads, " of the reads")):
        flagged = [row.check for row in route.rows(FlagRow) if row.severity == "flag"]
        if flagged:
            lines.append((f"{count(len(set(flagged)), 'check')}{where} raised a flag", f"{route.name}-flags"))
    lines += [line for route in (results.shift, results.taxa_of_reads) for line in _names(route)]
    return lines


def _names(route: Route) -> Iterator[tuple[str, str]]:
    """Say how many shifts of amplicons hang more on names than on reads."""
    rows = route.rows(CallRangeRow).where(lambda row: row.rank == route.headline_rank)
    wider = rows.where(lambda row: row.wider_than_reads)
    if len(wider):
        shifts = f"{len(wider)} of {count(len(rows), 'shift')}"
        yield f"In {shifts} the names of taxa weigh more than the reads", f"{route.name}-calls"


def _left_out(results: Results) -> str:
    if results.dropped is None:
        return "No list of what was left out"
    rows = Rows.of(results.dropped, DroppedRow)
    parts = counted(row.thing for row in rows)
    return f"Left out: {listing(parts) if parts else 'nothing'}"
