"""Sheets: small TSV files that people write by hand, so every fault is reported at once with its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from klbio.design import Design
from klbio.errors import Fault, InputError, StrPath, listed
from klbio.io.source import Source
from klbio.sheet import Row, Sheet

__all__ = ["read_phases", "read_samples", "read_sheet"]

READS = ("fastq_1", "fastq_2")


def read_sheet(path: StrPath, required: Sequence[str], aliases: Mapping[str, str] | None = None) -> Sheet:
    """Read a TSV sheet with a header; blank lines and lines starting with ``#`` and a space are passed over.

    Parameters
    ----------
    path : path-like
        The sheet.
    required : sequence of str
        Columns that must be there.
    aliases : mapping of str to str, optional
        Other spellings of columns, lower case.

    Raises
    ------
    InputError
        If there is no header or row, a column is missing or doubled, or a row is too long.
    """
    source = Source.of(path)
    text = source.short_lines("a sheet")
    lines = [(n, line) for n, line in enumerate(text, 1) if line.strip() and not line.startswith("# ")]
    if len(lines) < 2:
        raise InputError.one(path, f"{len(lines)} lines", "a header and at least one row, separated by tabs")
    header = [(aliases or {}).get(name.lower(), name) for name in lines[0][1].split("\t")]
    InputError.raise_any(_header_faults(path, lines[0][0], header, required))
    rows = tuple(Row(n, dict(zip(header, line.split("\t"), strict=False))) for n, line in lines[1:])
    sheet = Sheet(path, tuple(header), rows)
    widths = [(row, len(line.split("\t"))) for row, (_, line) in zip(rows, lines[1:], strict=True)]
    InputError.raise_any(
        [
            sheet.fault(
                row, f"{width} fields", f"{len(header)}, as in the header", "Fields are separated by tabs."
            )
            for row, width in widths
            if width > len(header)
        ]
    )
    return sheet


def _header_faults(path: StrPath, line: int, header: Sequence[str], required: Sequence[str]) -> list[Fault]:
    missing = [name for name in required if name not in header]
    doubled = [name for name, times in Counter(header).items() if times > 1]
    remedy = "Columns are separated by tabs and named in lower case."
    if any(name.startswith('"') for name in header):
        remedy = "Quotes are part of a name here: save the sheet without them."
    if len(header) == 1 and any(mark in header[0] for mark in ",;"):
        remedy = "This looks like commas or semicolons: save the sheet as tab-separated text."
    faults = []
    if missing:
        faults.append(
            Fault(path, f"columns {listed(header, 8)}", f"also {listed(missing, len(missing))}", remedy, line)
        )
    if doubled:
        faults.append(Fault(path, f"column {listed(doubled)} twice", "each column once", "", line))
    return faults


def read_samples(path: StrPath, reads: bool = False) -> Design:
    """Read a sample sheet.

    Parameters
    ----------
    path : path-like
        TSV with columns `sample`, `subject`, `phase`, and optionally `time`, `arm`,
        `batch`, `replicate`, `fastq_1`, `fastq_2`; any other column is kept.
    reads : bool, default False
        Ask for `fastq_1` too, and that the files exist.

    Returns
    -------
    Design
        Samples in the order of the sheet, names verbatim.

    Raises
    ------
    InputError
        Every fault of the sheet at once: empty or repeated names, spaces around one, a time
        that is no number, two samples of one subject, arm, phase, time and replicate, read files
        that are not there.
    """
    needed = READS[:1] if reads else ()
    sheet = read_sheet(path, (*Design.COLUMNS, *needed), Design.ALIASES)
    faults = Design.faults(sheet) + sheet.blank(needed) + (_file_faults(sheet) if reads else [])
    InputError.raise_any(sorted(faults, key=lambda fault: fault.line or 0))
    return Design.of(_with_paths(sheet))


def read_phases(path: StrPath) -> list[str]:
    """Phases that a sheet names, whatever else is wrong with it.

    Raises
    ------
    InputError
        If it cannot be read as a sheet at all.
    """
    return list(
        dict.fromkeys(
            row["phase"] for row in read_sheet(path, Design.COLUMNS, Design.ALIASES) if row["phase"]
        )
    )


def _with_paths(sheet: Sheet) -> Sheet:
    """Replace the names of read files by where they are."""
    rows = [
        replace(
            row,
            fields={**row.fields, **{name: str(_resolve(row[name], sheet)) for name in READS if row[name]}},
        )
        for row in sheet
    ]
    return replace(sheet, rows=tuple(rows))


def _resolve(name: str, sheet: Sheet) -> Path:
    """A relative path starts at the working directory, or else at the sheet's folder."""
    return Path(name) if Path(name).exists() else Path(sheet.path).parent / name


def _file_faults(sheet: Sheet) -> list[Fault]:
    return [
        sheet.fault(
            row, f"{column} {row[column]!r} is not there", "a FASTQ or FASTA file",
            "Relative paths start at the working directory, then at the sheet's folder.",
        )
        for row in sheet
        for column in READS
        if row[column] and not _resolve(row[column], sheet).is_file()
    ]  # fmt: skip
