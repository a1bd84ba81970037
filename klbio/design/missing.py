"""Words that stand for a missing value: nobody's name.

The list is that of the International Nucleotide Sequence Database Collaboration (INSDC), with what R, pandas,
spreadsheets (errors of formulas too) and Qiita write.
"""

from __future__ import annotations

from dataclasses import replace

from klbio.columns import ARM, PHASE
from klbio.design.columns import KIND, READS, ROLES
from klbio.errors import Fault, listed, note, notify
from klbio.sheet import Row, Sheet

__all__ = ["is_missing", "missing_faults", "notify_missing", "without_missing"]

WORDS = {
    "na", "n/a", "#n/a", "n.a.", "<na>", "nan", "nat", "null", "?", ".", "unknown", "unspecified", "missing",
    "not applicable", "not collected", "not provided", "not available", "not recorded", "not determined", "not known",
    "not specified", "restricted access",
    "#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!", "#getting data", "#spill!", "#calc!",
}  # fmt: skip
NOBODY = {"none", "-", "--"}  # a treatment may be called so, but no person
NAMES = ROLES[:3]


def is_missing(text: str, nobody: bool = False) -> bool:
    """Whether a text stands for a missing value; with `nobody`, also where no person is called so.

    >>> [is_missing(word) for word in ("NA", "Missing: Not provided", "not_applicable", "none", "Nathan")]
    [True, True, True, False, False]
    """
    word = " ".join(text.casefold().replace("_", " ").split())
    return word in WORDS or word.startswith("missing:") or (nobody and word in NOBODY)


def missing_faults(sheet: Sheet) -> list[Fault]:
    """Name the missing-value words that stand where a sample, a subject or a phase should be named."""
    faults = []
    for column in NAMES:
        rows = [row for row in sheet if is_missing(row[column], nobody=column != PHASE)]
        for word in dict.fromkeys(row[column] for row in rows):
            same = [row for row in rows if row[column] == word]
            found = f"column {sheet.called(column)} holds {word!r}, a word for a missing value"
            remedy = "Fill it in or delete the lines; what is really called so needs another spelling."
            faults += sheet.together(same, found, "a name", remedy)
    return faults


def without_missing(sheet: Sheet) -> Sheet:
    """Leave fields empty that hold a word for a missing value, in every other column that klbio uses."""
    columns = _others(sheet)
    return replace(sheet, rows=tuple(_emptied(row, columns) for row in sheet))


def notify_missing(sheet: Sheet) -> None:
    """Say which words were taken for a missing value, and of an arm called like nothing that it is an arm."""
    for column in _others(sheet):
        rows = [row for row in sheet if is_missing(row[column])]
        if rows:
            words = listed(dict.fromkeys(row[column] for row in rows))
            done = "taken as no arm" if column == ARM else "taken as not known"
            note(
                sheet.path,
                f"column {sheet.called(column)} holds {words} in {len(rows)} row{'s' * (len(rows) > 1)}",
                done,
            )
    nameless = dict.fromkeys(row[ARM] for row in sheet if row[ARM].strip().casefold() in NOBODY)
    for word in nameless:
        remedy = "Leave the field empty where there is none."
        notify(
            sheet.path, f"column {sheet.called(ARM)} holds {word!r}", "taken for the name of an arm", remedy
        )


def _others(sheet: Sheet) -> list[str]:
    """Columns that klbio uses, but the names that each sample needs."""
    return [column for column in (*ROLES, *READS, KIND) if column in sheet.columns and column not in NAMES]


def _emptied(row: Row, columns: list[str]) -> Row:
    gone = dict.fromkeys((column for column in columns if is_missing(row[column])), "")
    return replace(row, fields={**row.fields, **gone}) if gone else row
