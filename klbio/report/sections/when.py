"""When each sample lay how far from its subject's baseline, and whether subjects came back."""

from __future__ import annotations

from collections.abc import Iterator

from klbio.report.figures.taxa import Shown
from klbio.report.figures.time import Trajectories, chosen
from klbio.report.formatting import some
from klbio.report.rows import Rows, contrasts
from klbio.report.sections.section import Part, Section
from klbio.schema import RecoveryCurveRow, RecoveryRow, TrajectoryRow, named

__all__ = ["RecoveryPart", "WhenPart"]

CORRECTED = named(TrajectoryRow, lambda row: (row.jensen_shannon_divergence_bits,))
MAX_VERDICTS, MAX_NAMED = 24, 12
RECOVERY = named(
    RecoveryRow,
    lambda row: (
        row.subject,
        row.arm,
        row.before,
        row.after,
        row.n_baseline,
        row.baseline_bits,
        row.peak_sample,
        row.peak_time,
        row.peak_bits,
        row.half_life,
        row.half_life_low,
        row.half_life_high,
        row.residual_bits,
        row.residual_low_bits,
        row.residual_high_bits,
        row.verdict,
    ),
)


class WhenPart(Part):
    """Every sample against the first baseline that the study has."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        trajectory = self.route.rows(TrajectoryRow).where(lambda row: row.rank == self.rank)
        timed = trajectory.where(
            lambda row: row.time is not None and row.jensen_shannon_divergence_bits is not None
        )
        if not len(timed):
            return
        baseline, *others = timed.distinct(lambda row: row.baseline)
        drawn = timed.where(lambda row: row.baseline == baseline)
        context = {
            "figure": Trajectories(f"{self.route.name}-when", drawn, self._fitted(baseline), baseline).draw(),
            "baseline": baseline,
            "others": others,
            "shown": Shown(len(chosen(drawn)), len(drawn.distinct(lambda row: (row.subject, row.arm)))),
            "table": trajectory.view("Every sample", self._columns(trajectory)),
        }
        yield self.section("when", "When", context)

    def _columns(self, trajectory: Rows[TrajectoryRow]) -> list[str]:
        """Columns that hold anything; of proportions the divergence as observed alone."""
        filled = trajectory.filled(trajectory.columns)
        return filled if self.route.of_reads else [name for name in filled if name not in CORRECTED]

    def _fitted(self, baseline: str) -> Rows[RecoveryCurveRow]:
        curves = self.route.rows(RecoveryCurveRow)
        return curves.where(lambda row: row.rank == self.rank and row.before == baseline)


class RecoveryPart(Part):
    """The way back after a disturbance: a sentence per subject, and the numbers behind it."""

    def sections(self) -> Iterator[Section]:
        """Give the section."""
        rows = self.route.rows(RecoveryRow).where(lambda row: row.rank == self.rank)
        if not len(rows):
            return
        groups = []
        for before, after in contrasts(rows):
            verdicts = _verdicts([row for row in rows if (row.before, row.after) == (before, after)])
            groups.append((f"{before} → {after}", verdicts[:MAX_VERDICTS], len(verdicts)))
        table = rows.view("The way back in numbers", RECOVERY)
        yield self.section("recovery", "Did it come back?", {"groups": groups, "table": table})


def _verdicts(rows: list[RecoveryRow]) -> list[tuple[str, str]]:
    """Give each verdict once, with all whom it concerns; where there is an answer first."""
    several = len({row.arm for row in rows}) > 1
    whom: dict[str, list[str]] = {}
    for row in rows:
        name = f"{row.subject} ({row.arm})" if several and row.arm else row.subject
        whom.setdefault(row.verdict, []).append(name)
    ranked = sorted(whom, key=lambda verdict: (verdict.startswith("cannot tell"), len(whom[verdict])))
    return [(verdict, some(whom[verdict], MAX_NAMED)) for verdict in ranked]
