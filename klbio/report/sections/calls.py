"""How far shifts of amplicons hang on what features are called."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.report.sections.section import Part, Section
from klbio.schema import CallCutoffRow, CallRangeRow, named

__all__ = ["CallsPart"]

COLUMNS = named(
    CallRangeRow,
    lambda row: (
        row.subject, row.arm, row.before, row.after, row.rank, row.jsd_plugin_bits, row.jsd_low_bits, row.jsd_high_bits,
        row.calls_low_bits, row.calls_high_bits, row.features_bits, row.wider_than_reads,
    ),
)  # fmt: skip


class CallsPart(Part):
    """The range over calls at the headline rank; all ranks and cutoffs in tables."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        rows = self.route.rows(CallRangeRow)
        if not len(rows):
            return
        here = rows.where(lambda row: row.rank == self.rank)
        context = {
            "rank": self.rank,
            "n": len(here),
            "wider": len(here.where(lambda row: row.wider_than_reads)),
            "reference": rows[0].reference,
            "cutoff": rows[0].cutoff,
            "table": rows.view("Every shift and rank", COLUMNS),
            "cutoffs": self.route.rows(CallCutoffRow).view_if_any("The same shifts under other cutoffs"),
        }
        yield self.section("calls", "How far it hangs on the names", context)
