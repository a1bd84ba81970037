"""The sections of controls: what negative ones explain of the samples, and how far mocks come out."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.report.sections.section import Part, Section
from klbio.schema import ControlRow, ControlShiftRow, MockRow, named

__all__ = ["ControlsPart"]

MAX_SHIFTS = 8
SHIFTS = named(
    ControlShiftRow,
    lambda row: (
        row.subject, row.arm, row.before, row.after, row.jsd_plugin_bits, row.jsd_without_controls_bits,
        row.jsd_without_controls_lowest_bits, row.jsd_without_controls_highest_bits, row.controls_share_before,
        row.controls_share_after, row.note,
    ),
)  # fmt: skip


def _bits(row: MockRow) -> float:
    return row.jensen_shannon_divergence_bits


class ControlsPart(Part):
    """Controls, where the sheet has any."""

    def sections(self) -> Iterator[Section]:
        """Give the sections."""
        yield from self._negative()
        mocks = self.route.rows(MockRow)
        if len(mocks):
            context = {"worst": mocks.largest_first(_bits)[0], "table": mocks.view("Every mock")}
            yield self.section("mock", "Mock communities", context)

    def _negative(self) -> Iterator[Section]:
        samples = self.route.rows(ControlRow)
        if not len(samples):
            return
        shares = samples.where(lambda row: row.controls_share is not None and not row.note)
        most = shares.largest_first(lambda row: row.controls_share or 0.0)
        shifts = self.route.rows(ControlShiftRow).where(lambda row: row.rank == self.rank)
        context = {
            "n_controls": samples[0].n_controls,
            "n_told": len(shares),
            "n_samples": len(samples),
            "why": "" if len(shares) else samples[0].note,
            "most": most[0] if len(most) else None,
            "shifts": shifts.view("Shifts plain and without", shifts.filled(SHIFTS), most=MAX_SHIFTS)
            if len(shares) and len(shifts)
            else None,
            "table": most.view("Share of every sample, the largest first")
            if len(most)
            else samples.view("Every sample"),
        }
        yield self.section("controls", "Negative controls", context)
