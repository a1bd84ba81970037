"""Sheets: small TSV files that people write by hand, so every fault is reported at once with its line."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from klbio.design import Design, Sample
from klbio.errors import Fault, InputError, StrPath, listed, shorten
from klbio.io.source import Source

__all__ = ["Row", "Sheet", "read_phases", "read_samples", "read_sheet"]

SAMPLE_COLUMNS = ("sample", "subject", "phase")
KNOWN_COLUMNS = {*SAMPLE_COLUMNS, "time", "arm", "batch", "fastq_1", "fastq_2"}
ALIASES = {"sample_id": "sample", "sampleid": "sample", "#sampleid": "sample"}

SAME_MOMENT = (
    "Add up the reads of technical replicates (they are no second sample); tell biological ones apart in "
    "column `replicate`, body sites in column `arm`; or give each its own time."
)


@dataclass(frozen=True)
class Row:
    """One line of a sheet: its number, counted from 1, and its fields by column."""

    line: int
    fields: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.fields.get(column, "")


@dataclass(frozen=True)
class Sheet:
    """A header and its rows."""

    path: StrPath
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def fault(self, row: Row, found: str, expected: str, remedy: str = "") -> Fault:
        """Make a fault that points at a row."""
        return Fault(self.path, found, expected, remedy, row.line)

    def blank(self, columns: Sequence[str]) -> list[Fault]:
        """List the fields of `columns` that are empty."""
        return [
            self.fault(row, f"column {column!r} is empty", "a name", "Fill it in or delete the line.")
            for row in self
            for column in columns
            if not row[column].strip()
        ]

    def padded(self, columns: Sequence[str]) -> list[Fault]:
        """List the fields of `columns` that begin or end with white space: to the eye, another's name."""
        return [
            self.fault(
                row, f"column {column!r} holds {shorten(row[column])}", "a name without spaces around it",
                "Names are compared letter by letter.",
            )
            for row in self
            for column in columns
            if row[column].strip() and row[column] != row[column].strip()
        ]  # fmt: skip

    def repeated(self, column: str) -> list[Fault]:
        """List the rows whose `column` was given before."""
        times = Counter(row[column] for row in self)
        first = {row[column]: row.line for row in reversed(self.rows)}
        return [
            self.fault(
                row, f"{column} {row[column]!r} was given in line {first[row[column]]}", f"each {column} once"
            )
            for row in self
            if row[column] and times[row[column]] > 1 and row.line != first[row[column]]
        ]


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
    lines = [
        (n, line) for n, line in enumerate(source.lines, 1) if line.strip() and not line.startswith("# ")
    ]
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
    required = (*SAMPLE_COLUMNS, "fastq_1") if reads else SAMPLE_COLUMNS
    sheet = read_sheet(path, required, ALIASES)
    faults = sheet.blank(required) + sheet.padded((*SAMPLE_COLUMNS, "arm")) + sheet.repeated("sample")
    faults += _time_faults(sheet) + _moment_faults(sheet)
    if reads:
        faults += _file_faults(sheet)
    InputError.raise_any(sorted(faults, key=lambda fault: fault.line or 0))
    return Design([_sample(row, Path(path)) for row in sheet], str(path))


def read_phases(path: StrPath) -> list[str]:
    """Phases that a sheet names, whatever else is wrong with it.

    Raises
    ------
    InputError
        If it cannot be read as a sheet at all.
    """
    return list(
        dict.fromkeys(row["phase"] for row in read_sheet(path, SAMPLE_COLUMNS, ALIASES) if row["phase"])
    )


def _sample(row: Row, path: Path) -> Sample:
    reads = tuple(str(_resolve(row[column], path)) for column in ("fastq_1", "fastq_2") if row[column])
    extra = {column: value for column, value in row.fields.items() if column not in KNOWN_COLUMNS}
    return Sample(
        name=row["sample"],
        subject=row["subject"],
        phase=row["phase"],
        time=float(row["time"]) if row["time"] else None,
        arm=row["arm"],
        batch=row["batch"],
        reads=reads,
        line=row.line,
        extra=extra,
    )


def _resolve(name: str, sheet: Path) -> Path:
    """A relative path starts at the working directory, or else at the sheet's folder."""
    return Path(name) if Path(name).exists() else sheet.parent / name


def _time_faults(sheet: Sheet) -> list[Fault]:
    return [
        sheet.fault(
            row, f"column 'time' holds {shorten(row['time'])}", "a number",
            "Use days (or any one unit) counted from one date; leave it empty where unknown.",
        )
        for row in sheet
        if row["time"] and not _is_number(row["time"])
    ]  # fmt: skip


def _moment_faults(sheet: Sheet) -> list[Fault]:
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
            found = f"{moment} was given in line {earlier.line} (sample {earlier['sample']!r})"
            expected = "one sample per subject, arm, phase, time and replicate"
            faults.append(sheet.fault(row, found, expected, SAME_MOMENT))
    return faults


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _file_faults(sheet: Sheet) -> list[Fault]:
    return [
        sheet.fault(
            row, f"{column} {row[column]!r} is not there", "a FASTQ or FASTA file",
            "Relative paths start at the working directory, then at the sheet's folder.",
        )
        for row in sheet
        for column in ("fastq_1", "fastq_2")
        if row[column] and not _resolve(row[column], Path(sheet.path)).is_file()
    ]  # fmt: skip
