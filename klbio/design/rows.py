"""The rows of a sheet of samples, ready to be a design; what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from klbio.columns import ARM, PHASE, SAMPLE
from klbio.design.columns import ROLES
from klbio.design.faults import Alike, alike_subjects, moment_faults, notify_alike, subject_faults
from klbio.design.libraries import Libraries, with_files
from klbio.design.missing import is_missing, missing_faults, notify_missing, without_missing
from klbio.design.times import Times
from klbio.design.words import SheetWords
from klbio.errors import Fault
from klbio.sheet import Sheet

__all__ = ["SampleRows"]

NAMES = ROLES[:3]
BLANK = (
    "Fill it in or delete the line; a control needs `negative` or `mock` in column `kind`, and no subject."
)


@dataclass(frozen=True)
class SampleRows:
    """A sheet of samples in klbio's words.

    Attributes
    ----------
    given : Sheet
        As it was read, its columns under klbio's names.
    words : SheetWords
        What it calls its phases.
    sheet : Sheet
        Without comments and directives (lines that begin with ``#``) and missing-value words.
    """

    given: Sheet
    words: SheetWords
    sheet: Sheet

    @classmethod
    def of(cls, sheet: Sheet, words: SheetWords | None = None) -> SampleRows:
        """Make ready the rows of a sheet."""
        words = words or SheetWords()
        given = with_files(replace(sheet, rows=tuple(row for row in sheet if not _is_comment(row[SAMPLE]))))
        return cls(given, words, words.relabelled(without_missing(given)))

    @cached_property
    def libraries(self) -> Libraries:
        """Its rows by sample."""
        return Libraries(self.sheet)

    @cached_property
    def samples(self) -> Sheet:
        """A row a sample, without controls."""
        return self.libraries.of_subjects()

    @cached_property
    def times(self) -> Times:
        """When samples were taken."""
        return Times.of(self.samples)

    @cached_property
    def alike(self) -> list[Alike]:
        """Subjects that are one to the eye."""
        return list(alike_subjects(self.samples))

    @property
    def phases(self) -> list[str]:
        """Phases that are named, whatever else is wrong."""
        return list(dict.fromkeys(row[PHASE] for row in self.samples if row[PHASE].strip()))

    def faults(self) -> list[Fault]:
        """List everything that is wrong with them."""
        sheet = self.samples
        faults = sheet.blank(NAMES, BLANK) + missing_faults(sheet) + sheet.padded((*NAMES, ARM))
        faults += self.libraries.kinds.faults()
        faults += self.words.faults(self.given) + sheet.alike((PHASE, ARM))
        faults += subject_faults(sheet, self.alike)
        return faults + self.libraries.faults() + self.times.faults() + moment_faults(sheet, self.times)

    def notify(self) -> None:
        """Say how words were understood."""
        notify_missing(self.given)
        notify_alike(self.samples, self.alike)
        self.libraries.kinds.notify([rows[0] for rows in self.libraries.controls()])
        self.times.notify()


def _is_comment(sample: str) -> bool:
    return sample.startswith("#") and not is_missing(sample)
