"""Sheets: small files that people write by hand, so every fault is reported at once with its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from os.path import expandvars
from pathlib import Path

from klbio.columns import SAMPLE, Columns
from klbio.design import Design, SampleRows, SheetWords, sample_columns
from klbio.design.columns import READS
from klbio.design.joined import joined
from klbio.design.libraries import with_files
from klbio.errors import Fault, Faults, InputError, StrPath, notify
from klbio.io.elsewhere import Elsewhere, is_address, nowhere
from klbio.io.sheets.grid import Grid, grids
from klbio.io.source import Source
from klbio.sheet import Sheet
from klbio.taxonomy import is_of_ranks

__all__ = ["read_mates", "read_metadata", "read_phases", "read_samples", "read_sheet", "read_worksheet"]

DIRECTIVE = "#q2:"  # of QIIME 2, no sample


def read_sheet(path: StrPath, columns: Columns | Sequence[str] = ()) -> Sheet:
    """Read a sheet with a header: a text with tabs, commas or semicolons, or an .xlsx workbook.

    Blank lines and lines starting with ``#`` and a space are passed over, and a title above the header.  Of a
    workbook, the first worksheet is taken whose header has all that is needed.

    Parameters
    ----------
    path : path-like
        The sheet.
    columns : Columns, or sequence of str
        What klbio uses of it; or the columns that must be there.

    Raises
    ------
    InputError
        If there is no header or row, a column is missing or doubled, or a row is too long.
    """
    wanted = columns if isinstance(columns, Columns) else Columns(tuple(columns))
    found = grids(Source.of(path), wanted)
    filled = [grid for grid in found if grid.lines] or found
    fitting = [grid for grid in filled if grid.fits(wanted)]
    if len(fitting) > 1 and wanted.required:
        notify(path, f"{len(fitting)} worksheets have the columns", f"{fitting[0].path} is taken")
    return (fitting or filled)[0].sheet(wanted)


def read_worksheet(path: StrPath, names: Sequence[str], table: StrPath = "") -> Sheet:
    """Read a sheet whose columns nobody has named yet: of a workbook, the worksheet with most of some names.

    Parameters
    ----------
    path : path-like
    names : sequence of str
        Of samples.
    table : path-like, optional
        The worksheet that holds the counts, in words; neither it nor one with ranks of taxa is taken.

    Raises
    ------
    InputError
        If there is no header, or no row.
    """
    found, there = grids(Source.of(path), Columns()), set(names)
    others = [grid for grid in found if str(grid.path) != str(table) and not _has_ranks(grid)]
    grid = max(
        others or found, key=lambda grid: sum(cell in there for _, cells in grid.lines for cell in cells)
    )
    return grid.from_widest() if grid.lines else grid.sheet(Columns())


def _has_ranks(grid: Grid) -> bool:
    """Whether the columns of a worksheet are called like ranks of taxa."""
    return bool(grid.lines) and sum(map(is_of_ranks, grid.lines[0][1])) > 1


def read_samples(
    path: StrPath,
    reads: bool = False,
    columns: Mapping[str, str] | None = None,
    phases: Mapping[str, Sequence[str]] | None = None,
    metadata: StrPath | None = None,
    elsewhere: Elsewhere = nowhere,
) -> Design:
    """Read a sample sheet.

    Parameters
    ----------
    path : path-like
        Text or .xlsx with columns `sample`, `subject`, `phase`, and optionally `time` (a number, or a date),
        `arm`, `batch`, `replicate`, `kind` (sample, negative, mock), `fastq_1`, `fastq_2`; any other column is kept.
        Rows of one name are lanes of one sample, where each has its file.
    reads : bool, default False
        Ask for `fastq_1` too, and that the files exist.
    columns : mapping of str to str, optional
        What the sheet calls these columns: ``{"subject": "Patient"}``.
    phases : mapping of str to sequence of str, optional
        Labels of the sheet that are one phase: ``{"before": ["Screening", "Baseline"]}``.
    metadata : path-like, optional
        A second sheet, joined by the names of the samples, where the first has no more than their files: a row a
        sample.  A column may stand in either.
    elsewhere : function, optional
        Says of the name of a read file whether it may be missing here, as in a storage; by default of none.

    Returns
    -------
    Design
        Samples in the order of the sheet, names verbatim.

    Warns
    -----
    InputWarning
        For dates taken as days, and words taken for a missing value.

    Raises
    ------
    InputError
        Every fault of the sheet at once, as `Design.of` lists them, and read files that are not there.
    """
    words = SheetWords(columns or {}, phases or {})
    sheet = _sheet(path, words.columns, reads, metadata, elsewhere)
    named = SampleRows.of(sheet, words)
    rows = replace(named, sheet=_with_paths(named.sheet, path, elsewhere))
    faults = rows.faults()
    if reads:
        faults += named.sheet.blank(READS[:1]) + _file_faults(named.sheet, rows.sheet, elsewhere)
    InputError.raise_any(sorted(faults, key=lambda fault: fault.line or 0))
    design = Design.of_rows(rows)
    return replace(design, name=str(path)) if metadata else design


def read_metadata(path: StrPath, columns: Mapping[str, str] | None = None) -> Sheet:
    """Read what a sheet says of samples, whatever it is: only their names are asked for, and stand first.

    Parameters
    ----------
    path : path-like
    columns : mapping of str to str, optional
        What the sheet calls the column `sample`.

    Raises
    ------
    InputError
        If it is no sheet, or names a sample twice or not at all.
    """
    given = {role: name for role, name in (columns or {}).items() if role == SAMPLE}
    sheet = read_sheet(path, replace(sample_columns(given), required=(SAMPLE,), optional=()))
    others = tuple(column for column in sheet.columns if column and column != SAMPLE)
    rows = tuple(row for row in sheet if not row[SAMPLE].startswith(DIRECTIVE))
    found = Sheet(sheet.path, (SAMPLE, *others), rows)
    InputError.raise_any(found.blank([SAMPLE]) + found.repeated(SAMPLE))
    return found


def read_phases(
    path: StrPath,
    columns: Mapping[str, str] | None = None,
    phases: Mapping[str, Sequence[str]] | None = None,
    metadata: StrPath | None = None,
) -> list[str]:
    """Phases that a sheet names, whatever else is wrong with it; the parameters are those of `read_samples`.

    Raises
    ------
    InputError
        If it cannot be read as a sheet at all.
    """
    words = SheetWords(columns or {}, phases or {})
    return SampleRows.of(_sheet(path, words.columns, False, metadata), words).phases


def read_mates(
    path: StrPath, columns: Mapping[str, str] | None = None, metadata: StrPath | None = None
) -> list[tuple[Path, ...]]:
    """Give the read files that are there, mates together, whatever else is wrong with a sheet.

    Raises
    ------
    InputError
        If it cannot be read as a sheet at all.
    """
    libraries = SampleRows.of(_sheet(path, columns or {}, True, metadata)).libraries
    lanes = (lane for rows in libraries.rows for lane in libraries.lanes(rows))
    found = (tuple(file for name in lane if (file := Path(_resolve(name, path))).is_file()) for lane in lanes)
    return [there for there in found if there]


def _sheet(
    path: StrPath,
    given: Mapping[str, str],
    reads: bool,
    metadata: StrPath | None,
    elsewhere: Elsewhere = nowhere,
) -> Sheet:
    """Read a sheet of samples, with the one that says who they are of where that stands apart."""
    whole = sample_columns(given, reads)
    if not metadata:  # a rule without such a sheet gives an empty list
        return read_sheet(path, whole)
    parts, wanted = (path, metadata), ((SAMPLE, *(READS[:1] if reads else ())), (SAMPLE,))
    faults = Faults()
    found = [
        faults.gather(partial(read_sheet, part, whole.part(needed)))
        for part, needed in zip(parts, wanted, strict=True)
    ]
    faults.raise_any()
    files, others = (sheet for sheet in found if sheet is not None)
    if reads:
        files = with_files(files)
        placed = _with_paths(files, path, elsewhere)
        faults.found += files.blank(READS[:1]) + _file_faults(files, placed, elsewhere)
    both = faults.gather(lambda: joined(files, others))
    if both is None or faults.found:
        raise InputError(faults.found)
    named = {role: name for role, name in given.items() if role != SAMPLE or name not in others.header}
    InputError.raise_any(replace(whole, given=named).faults(f"{path} with {metadata}", both.header))
    return both


def _with_paths(sheet: Sheet, path: StrPath, elsewhere: Elsewhere) -> Sheet:
    """Replace the names of read files by where they are."""
    places = [{name: _resolve(row[name], path, elsewhere) for name in READS if row[name]} for row in sheet]
    rows = (
        replace(row, fields={**row.fields, **found}) if found else row
        for row, found in zip(sheet, places, strict=True)
    )
    return replace(sheet, rows=tuple(rows))


def _resolve(name: str, path: StrPath, elsewhere: Elsewhere = nowhere) -> str:
    """A relative path starts at the working directory, or else at the sheet's folder; ``$PWD`` stands for the first."""
    if is_address(name):
        return name
    name = str(Path(expandvars(name)).expanduser()) if name.startswith("~") else expandvars(name)
    own = Path(name)
    if own.exists():
        return str(own)
    beside = Path(path).parent / name
    return str(own if elsewhere(name) and not beside.exists() else beside)


def _file_faults(sheet: Sheet, placed: Sheet, elsewhere: Elsewhere) -> list[Fault]:
    """List the read files that a sheet names and that are not where they should be."""
    return [
        sheet.fault(row, f"{column} {row[column]!r} {what}", "a FASTQ or FASTA file", remedy)
        for row, found in zip(sheet, placed, strict=True)
        for column in READS
        if row[column] and not elsewhere(row[column])
        for place in [Path(found[column])]
        if not place.is_file()
        for what, remedy in [_no_file(row[column], place)]
    ]


def _no_file(name: str, place: Path) -> tuple[str, str]:
    """Say what stands in the place of a file, and what to do."""
    if is_address(name):
        return "is an address", "Download it first."
    if place.is_dir():
        return "is a folder", "Name the file in it."
    if place.exists():
        return "is a pipe or a device", "Save it to a file first: it is read more than once."
    return "is not there", "Relative paths start at the working directory, then at the sheet's folder."
