"""What a study leaves out, said on the console: which samples, why, and which subjects it costs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from klbio.design import Contrast, misspelt
from klbio.errors import listed, note, notify
from klbio.phrases.dropped import (
    AllZero,
    IsControl,
    NoSubjectOf,
    NotInSheet,
    NotInTable,
    OfNoContrast,
    left_out,
    those_of,
)
from klbio.phrases.proportions import COUNTS_ARE, NEED_READS, NOT_APPLIED, NeedsReads, NoReadsToApply
from klbio.schema import DroppedRow
from klbio.shift.inputs import Measurable

__all__ = ["LeftOut"]

SHOWN = 5  # names of a kind


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Samples, phases and subjects that take no part.

    Parameters
    ----------
    measurable : Measurable
    """

    measurable: Measurable

    @property
    def phases(self) -> dict[str, int]:
        """Phases that no contrast names, with the number of their samples."""
        sides = {side for contrast in self.measurable.contrasts for side in (contrast.before, contrast.after)}
        return Counter(sample.phase for sample in self.measurable.sheet.samples if sample.phase not in sides)

    @property
    def contrasts(self) -> list[Contrast]:
        """Contrasts that no subject of the sheet has both sides of."""
        sheet = self.measurable.sheet
        return [contrast for contrast in self.measurable.contrasts if not sheet.complete(contrast)]

    def rows(self) -> Iterator[DroppedRow]:
        """Make the rows of ``dropped.tsv`` that are no sample's: contrasts, phases, what proportions cannot tell."""
        for contrast in self.contrasts:
            name, reason = f"{contrast.before} to {contrast.after}", NoSubjectOf().sentence()
            yield DroppedRow(source=self.measurable.sheet.name, kind="contrast", name=name, reason=reason)
        for phase, n_samples in self.phases.items():
            reason = OfNoContrast(n_samples).sentence()
            yield DroppedRow(source=self.measurable.sheet.name, kind="phase", name=phase, reason=reason)
        if self.measurable.counts.unit == "proportions":
            yield from _unknown(self.measurable.counts.name)

    def notify(self) -> None:
        """Say what is left out, a line for each reason."""
        if self.measurable.counts.unit == "proportions":
            note(
                self.measurable.counts.name, "proportions, without the reads behind them",
                "measured as observed; no floor, no interval that counts reads, no check of depth",
                f"For these give the counts: {COUNTS_ARE}.",
            )  # fmt: skip
        self._notify_samples()
        self._notify_arms()
        sheet = self.measurable.sheet
        for contrast in self.contrasts:
            fault = sheet.incomplete(contrast)
            notify(fault.path, fault.found, "this contrast is left out", fault.remedy)
        phases = [f"{phase!r} ({n})" for phase, n in self.phases.items()]
        if phases:
            n_samples = sum(self.phases.values())
            sides = [
                side for contrast in self.measurable.contrasts for side in (contrast.before, contrast.after)
            ]
            slips = [f"{near!r} for {phase!r}" for phase in self.phases if (near := misspelt(phase, sides))]
            if slips:
                notify(
                    sheet.name,
                    f"{n_samples} of {len(sheet.samples)} samples in phases of no contrast: {_first(phases)}",
                    "no shift is of them", f"Did you mean {_first(slips)}?",
                )  # fmt: skip
            else:
                note(
                    sheet.name,
                    f"{n_samples} of {len(sheet.samples)} samples in phases of no contrast: {_first(phases)}",
                    "no shift is of them",
                )  # fmt: skip
        alone, n_subjects = self._incomplete(), len({sample.subject for sample in sheet.samples})
        moved = self._moved(alone)
        if moved:
            notify(
                sheet.name, f"{len(moved)} of {n_subjects} subjects in both phases, but not in one arm: "
                f"{listed(moved, SHOWN)}", "left out", "Give each subject its arm in every row.",
            )  # fmt: skip
        self._notify_split()
        alone = [subject for subject in alone if subject not in moved]
        if alone:
            note(
                sheet.name,
                f"{len(alone)} of {n_subjects} subjects not sampled in both phases of any contrast: "
                f"{listed(alone, SHOWN)}",
                "left out",
            )  # fmt: skip

    def _notify_split(self) -> None:
        """Say which subjects are measured in one arm, and have samples of no use in another, or in none."""
        sheet = self.measurable.sheet
        whole = {
            (u.subject, u.arm) for contrast in self.measurable.contrasts for u in sheet.complete(contrast)
        }
        measured = {subject for subject, _ in whole}
        split = [u for u in sheet.units if u.subject in measured and (u.subject, u.arm) not in whole]
        if split:
            n = sum(len(unit.samples) for unit in split)
            shown = [
                f"{u.subject!r} in {f'arm {u.arm!r}' if u.arm else 'no arm'} ({len(u.samples)})"
                for u in split
            ]
            notify(
                sheet.name, f"{n} of {len(sheet.samples)} samples of subjects that are measured in another arm, and "
                f"here lack a phase: {_first(shown)}", "left out", "Give each subject its arm in every row.",
            )  # fmt: skip

    def _notify_arms(self) -> None:
        """Say that arms are subjects by another name."""
        sheet = self.measurable.sheet
        if lone := sheet.arms().lone:
            notify(
                sheet.name, f"{len(lone)} arms of one subject each",
                "not held against each other, and what takes two subjects of an arm is left out",
                "Is it the right column for the arm? Leave it out where subjects are of one arm.",
            )  # fmt: skip

    def _notify_samples(self) -> None:
        """Say which samples are left out, and who cannot be measured without them."""
        sheet, table = self.measurable.sheet, self.measurable.counts
        before, n_in_table = set(self._incomplete()), len(table.samples) + len(self.measurable.others)
        names: dict[tuple[str, int, str], list[str]] = defaultdict(list)
        for name, reason in self.measurable.reasons.items():
            from_sheet = isinstance(reason, NotInTable)
            place = (sheet.name, len(sheet.samples)) if from_sheet else (table.name, n_in_table)
            alone = isinstance(reason, NotInTable | NotInSheet | IsControl | AllZero)
            names[*place, reason.sentence() if alone else "with too few reads"].append(name)
        for (path, n_samples, kind), those in names.items():
            gone = [subject for subject in self._incomplete(those) if subject not in before]
            tell = notify if path == sheet.name else note
            found = those_of(n_samples, kind, those, SHOWN)
            tell(path, found, left_out(len(those), gone, SHOWN))

    def _incomplete(self, without: Sequence[str] = ()) -> list[str]:
        """Subjects in no contrast, without some of the samples."""
        sheet, gone = self.measurable.sheet, set(without)
        left = sheet.keep([sample.name for sample in sheet.samples if sample.name not in gone])
        measured = {
            unit.subject for contrast in self.measurable.contrasts for unit in left.complete(contrast)
        }
        everyone = dict.fromkeys(sample.subject for sample in sheet.samples)
        return [subject for subject in everyone if subject not in measured]

    def _moved(self, subjects: Sequence[str]) -> list[str]:
        """Those of the subjects that were sampled in both phases of a contrast, in two arms or once in none."""
        phases: dict[str, set[str]] = defaultdict(set)
        for sample in self.measurable.sheet.samples:
            phases[sample.subject].add(sample.phase)
        pairs = [{contrast.before, contrast.after} for contrast in self.measurable.contrasts]
        return [subject for subject in subjects if any(pair <= phases[subject] for pair in pairs)]


def _unknown(table: str) -> Iterator[DroppedRow]:
    """Make a row of each statistic that needs reads, and of each setting that is about them."""
    kinds = ("statistic", NEED_READS, NeedsReads()), ("setting", NOT_APPLIED, NoReadsToApply())
    for kind, names, reason in kinds:
        for name in names:
            yield DroppedRow(source=table, kind=kind, name=name, reason=reason.sentence())


def _first(parts: list[str]) -> str:
    more = f" and {len(parts) - SHOWN} more" if len(parts) > SHOWN else ""
    return ", ".join(parts[:SHOWN]) + more
