"""The rows of a sheet of samples, ready to be a design; what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from klbio.columns import ARM, PHASE, SAMPLE
from klbio.design.columns import ROLES
from klbio.design.faults import moment_faults, notify_alike, subject_faults
from klbio.design.missing import is_missing, missing_faults, notify_missing, without_missing
from klbio.design.times import Times
from klbio.design.words import SheetWords
from klbio.errors import Fault
from klbio.sheet import Sheet

__all__ = ["SampleRows"]

NAMES = ROLES[:3]


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
    times : Times
    """

    given: Sheet
    words: SheetWords
    sheet: Sheet
    times: Times

    @classmethod
    def of(cls, sheet: Sheet, words: SheetWords | None = None) -> SampleRows:
        """Make ready the rows of a sheet."""
        words = words or SheetWords()
        given = replace(sheet, rows=tuple(row for row in sheet if not _is_comment(row[SAMPLE])))
        ready = words.relabelled(without_missing(given))
        return cls(given, words, ready, Times.of(ready))

    @property
    def phases(self) -> list[str]:
        """Phases that are named, whatever else is wrong."""
        return list(dict.fromkeys(row[PHASE] for row in self.sheet if row[PHASE].strip()))

    def faults(self) -> list[Fault]:
        """List everything that is wrong with them."""
        sheet = self.sheet
        faults = sheet.blank(NAMES) + missing_faults(sheet) + sheet.padded((*NAMES, ARM))
        faults += self.words.faults(self.given) + sheet.alike((PHASE, ARM)) + subject_faults(sheet)
        return faults + sheet.repeated(SAMPLE) + self.times.faults() + moment_faults(sheet, self.times)

    def notify(self) -> None:
        """Say how words were understood."""
        notify_missing(self.given)
        notify_alike(self.sheet)
        self.times.notify()


def _is_comment(sample: str) -> bool:
    return sample.startswith("#") and not is_missing(sample)
