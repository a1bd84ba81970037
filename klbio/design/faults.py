"""What may be wrong with a sheet of samples, and with the contrasts that are asked of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from shlex import quote
from typing import TYPE_CHECKING

from klbio.columns import ARM, PHASE, SAMPLE, SUBJECT, TIME
from klbio.design.times import Times
from klbio.design.words import ALL
from klbio.errors import Fault, listed, notify
from klbio.sheet import Row, Sheet
from klbio.spelling import alike, meant

if TYPE_CHECKING:
    from klbio.design.design import Contrast

__all__ = ["Alike", "alike_subjects", "moment_faults", "notify_alike", "phase_faults", "subject_faults"]

Alike = tuple[
    Row, Row, bool
]  # the first rows of two subjects that are one to the eye; whether of the same phases

MOST = 6  # phases that a command is written for

SAME_MOMENT = (
    "Add up the reads of technical replicates (they are no second sample); tell biological ones apart in "
    "column `replicate`, body sites in column `arm`; or give each its own time."
)


def phase_faults(name: str, phases: Sequence[str], contrasts: Sequence[Contrast]) -> list[Fault]:
    """List contrasts that mean nothing, and phases that a sheet does not have; with the one that was meant."""
    asked = dict.fromkeys(phase for contrast in contrasts for phase in (contrast.before, contrast.after))
    missing = [phase for phase in asked if phase not in phases]
    if len(missing) == 2 and missing == ["before", "after"]:
        return [_not_asked(name, phases)]
    where = "(`shift.contrasts`, or --before and --after; in Python `ShiftSettings(contrasts=...)`)"
    expected = f"one of the sheet's phases {listed(phases, ALL)}"
    near = {phase: meant(phase, phases) for phase in missing}
    return _contrast_faults(contrasts) + [
        Fault(name, f"no sample of phase {phase!r}", expected, f"Did you mean {near[phase]!r}? {where}")
        if near[phase]
        else Fault(
            name, f"no sample of phase {phase!r}", expected, f"Name the phases as the sheet does {where}."
        )
        for phase in missing
    ]


def _not_asked(name: str, phases: Sequence[str]) -> Fault:
    """Ask for the phases to compare, where the sheet has none of those that klbio looks for by itself."""
    first, *others = [*phases, "PHASE", "PHASE"][: max(len(phases), 2)]
    after = " ".join(f"--after {quote(phase)}" for phase in others[:MOST])
    return Fault(
        name, f"phases {listed(phases, ALL)}, none of them 'before' or 'after'" if phases else "no phase in any row",
        "the two phases to compare",
        f"Name them: --before {quote(first)} {after} (config: `shift.contrasts`; in Python "
        "`ShiftSettings(contrasts=...)`); --phase before=LABEL makes one phase of several labels.",
    )  # fmt: skip


def subject_faults(sheet: Sheet, found: Sequence[Alike]) -> list[Fault]:
    """List subjects that are one to the eye, and of whom one was sampled in a phase that the other lacks."""
    return [
        sheet.fault(
            row, f"subject {row[SUBJECT]!r} and {first[SUBJECT]!r} ({first.place}), in different phases",
            "one spelling of a subject", "If they are two, give them names that differ by more than that.",
        )
        for first, row, same_phases in found
        if not same_phases
    ]  # fmt: skip


def notify_alike(sheet: Sheet, found: Sequence[Alike]) -> None:
    """Warn of subjects that are one to the eye, and were sampled in the same phases."""
    pairs = [(first, row) for first, row, same_phases in found if same_phases]
    if pairs:
        shown = ", ".join(f"{first[SUBJECT]!r} and {row[SUBJECT]!r}" for first, row in pairs[:MOST])
        notify(
            sheet.path, f"subjects {shown}{' ...' if len(pairs) > MOST else ''}: one name but for capitals, blanks, "
            "signs or zeros", "taken for two subjects each", "Spell them alike if they are one.", pairs[0][1].line,
        )  # fmt: skip


def alike_subjects(sheet: Sheet) -> Iterator[Alike]:
    """Give the first rows of two subjects that are one to the eye, and whether they were sampled in the same phases."""
    rows: dict[str, Row] = {}
    phases: dict[str, set[str]] = defaultdict(set)
    for row in sheet:
        rows.setdefault(row[SUBJECT], row)
        phases[row[SUBJECT]].add(row[PHASE])
    spelt: dict[str, list[Row]] = defaultdict(list)
    for subject, row in rows.items():
        spelt[alike(subject)].append(row)
    for first, *others in spelt.values():
        for row in others:
            yield first, row, phases[row[SUBJECT]] == phases[first[SUBJECT]]


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


def moment_faults(sheet: Sheet, times: Times) -> list[Fault]:
    """List the samples of the same subject, arm, phase, time and replicate as another."""
    first: dict[tuple[object, ...], Row] = {}
    faults = []
    for row in sheet:
        if times.at(row) is None or not row[SUBJECT]:
            continue
        moment_of = [row[column] for column in (SUBJECT, ARM, PHASE, "replicate")]
        earlier = first.setdefault((*moment_of, times.at(row)), row)
        if earlier is not row and earlier[SAMPLE] != row[SAMPLE]:
            moment = f"subject {row[SUBJECT]!r}, phase {row[PHASE]!r}, time {row[TIME]}"
            found = f"{moment} was given in {earlier.place} (sample {earlier[SAMPLE]!r})"
            expected = "one sample per subject, arm, phase, time and replicate"
            faults.append(sheet.fault(row, found, expected, SAME_MOMENT))
    return faults
