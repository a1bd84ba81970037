"""What may be wrong with a sheet of samples, and with the contrasts that are asked of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from klbio.errors import Fault, listed, shorten
from klbio.sheet import Row, Sheet

if TYPE_CHECKING:
    from klbio.design.design import Contrast

__all__ = ["moment_faults", "phase_faults", "time_faults"]

SAME_MOMENT = (
    "Add up the reads of technical replicates (they are no second sample); tell biological ones apart in "
    "column `replicate`, body sites in column `arm`; or give each its own time."
)


def phase_faults(name: str, phases: Sequence[str], contrasts: Sequence[Contrast]) -> list[Fault]:
    """List contrasts that mean nothing, and phases that a sheet does not have."""
    asked = dict.fromkeys(phase for contrast in contrasts for phase in (contrast.before, contrast.after))
    where = "`shift.contrasts`, or --before and --after; in Python `ShiftSettings(contrasts=...)`"
    remedy = f"Name the phases as the sheet does ({where})."
    return _contrast_faults(contrasts) + [
        Fault(name, f"no sample of phase {phase!r}", f"one of the sheet's phases {listed(phases, 6)}", remedy)
        for phase in asked
        if phase not in phases
    ]


def _contrast_faults(contrasts: Sequence[Contrast]) -> list[Fault]:
    """List the contrasts that compare nothing, or the same phases again."""
    name = "contrasts"
    faults = [
        Fault(name, f"phase {contrast.before!r} on both sides", "two different phases")
        for contrast in dict.fromkeys(contrasts)
        if contrast.before == contrast.after
    ]
    return faults + [
        Fault(name, f"{contrast.before!r} to {contrast.after!r} {times} times", "each contrast once")
        for contrast, times in Counter(contrasts).items()
        if times > 1
    ]


def time_faults(sheet: Sheet) -> list[Fault]:
    """List the times that are no number."""
    return [
        sheet.fault(
            row, f"column 'time' holds {shorten(row['time'])}", "a number",
            "Use days (or any one unit) counted from one date; leave it empty where unknown.",
        )
        for row in sheet
        if row["time"] and not _is_number(row["time"])
    ]  # fmt: skip


def moment_faults(sheet: Sheet) -> list[Fault]:
    """List the samples of the same subject, arm, phase, time and replicate as another."""
    first: dict[tuple[object, ...], Row] = {}
    faults = []
    for row in sheet:
        if not (row["time"] and _is_number(row["time"]) and row["subject"]):
            continue
        moment_of = [row[column] for column in ("subject", "arm", "phase", "replicate")]
        earlier = first.setdefault((*moment_of, float(row["time"])), row)
        if earlier is not row and earlier["sample"] != row["sample"]:
            moment = f"subject {row['subject']!r}, phase {row['phase']!r}, time {row['time']}"
            found = f"{moment} was given in {earlier.place} (sample {earlier['sample']!r})"
            expected = "one sample per subject, arm, phase, time and replicate"
            faults.append(sheet.fault(row, found, expected, SAME_MOMENT))
    return faults


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
