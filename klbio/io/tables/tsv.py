"""Taxa tables as text: separated by tabs, commas, semicolons or spaces, taxa in rows, in columns or one a row.

What stands beside the counts is recognised by its name: columns of lineages become the taxonomy, what describes
samples their metadata, and the rest is passed over, which is said.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, repeat
from typing import TYPE_CHECKING, cast

from klbio.columns import SAMPLE, TAXON
from klbio.distributions import Counts
from klbio.errors import (
    Fault,
    InputError,
    InputWarning,
    StrPath,
    first_faults,
    listed,
    note,
    notify,
    say_again,
)
from klbio.io.files import replacing
from klbio.io.source import Source, TooLargeError
from klbio.io.tables.text.cells import Cells, footnotes, word_rows
from klbio.io.tables.text.columns import Columns
from klbio.io.tables.text.dialect import Dialect
from klbio.io.tables.text.grid import Grid
from klbio.io.tables.text.lines import Lines
from klbio.io.tables.text.long import Long
from klbio.io.tables.text.numbers import written_number
from klbio.io.tables.text.plain_start import NotPlainError
from klbio.io.tables.text.words import are_ranks, number
from klbio.io.tables.written import lineage_columns
from klbio.sheet import Row, Sheet
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import Taxonomy, taxonomy_of_metadata
from klbio.tidy import in_units

if TYPE_CHECKING:
    from klbio.io.tables.text.plain_cells import PlainCells
    from klbio.io.tables.text.plain_grid import PlainGrid

__all__ = ["FILES", "TITLE", "joined", "read", "sniff", "table_of", "write"]

TITLE = "text"
FILES = "TSV or CSV, taxa in rows, in columns, or one a row; with lineages and ids beside the counts"

LARGE = 8_000_000  # bytes: below, compiled loops take longer to load than lines to be cut
PACKED = 8  # bytes of a table of counts in one of its gzip file, or more
DAY = re.compile(r"\d{4}-\d\d-\d\d([ T]00:00:00)?")  # as samples may be called, all of them
DATE = re.compile(
    r"\d{1,2}-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d{1,2}"
    r"|\d\.\d+E\+\d+|#(NAME|REF|VALUE|N/A)[?!]?",
    re.IGNORECASE,
)


def sniff(path: StrPath) -> bool:
    """Recognise a text file whose first lines can be cut into fields, or have what separates them."""
    lines = [line for line in Source.of(path).first_lines(20) if line.strip()]
    return Dialect.of(lines) is not None or any(mark in line for line in lines[:3] for mark in "\t,;")


def read(path: StrPath) -> TaxaTable:
    """Read a table of counts.

    Raises
    ------
    InputError
        Every cell that is no number of 0 or more, and every fraction among counts (the first twenty), rows of
        another width than the header, repeated names, columns of words that cannot be understood.
    """
    source = Source.of(path)
    if source.size * (PACKED if source.gzipped else 1) < LARGE:
        return table_of(Lines.of(source))
    try:
        return _quickly(source)
    except TooLargeError:
        raise
    except (NotPlainError, InputError) as departs:
        return _carefully(source, departs)


def _quickly(source: Source) -> TaxaTable:
    """Read a plain table without its zeros; what is to be known of it is said at the end, if it was one."""
    from klbio.io.tables.text.plain_grid import plain_grid  # compiled: numba is heavy

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", InputWarning)
        table = _of_grid(plain_grid(source))
    say_again(said)
    return table


def _carefully(source: Source, departs: NotPlainError | InputError) -> TaxaTable:
    """Read a table line by line, or say where one that is too large for that departs from a plain one."""
    try:
        return table_of(Lines.of(source))
    except TooLargeError as error:
        if isinstance(departs, InputError):
            raise departs from error
        raise InputError.one(
            source, f"{error.faults[0].found}, and something else than names and numbers",
            "below that size anything klbio reads, above it a header and rows of a name and plain numbers",
            "Mend it, or give tables of that size as BIOM.", departs.line,
        ) from error  # fmt: skip


def table_of(grid: Lines) -> TaxaTable:
    """Understand a grid of fields, whatever file it comes from; raises as `read` does."""
    long = Long.of(grid)
    return _of_long(long) if long else _of_grid(grid)


def _of_long(long: Long) -> TaxaTable:
    samples, taxa = list(long.samples), list(long.taxa)
    counts = in_units(samples, taxa, long.values(), str(long.grid.path))
    return TaxaTable(
        counts, taxonomy_of_metadata(long.lineages(), long.grid.path), long.metadata(), samples_known=True
    )


def _of_grid(grid: Grid) -> TaxaTable:
    _refuse_second(grid)
    columns = Columns(grid)
    columns.check()
    notes = footnotes(grid, columns.counts)
    if notes:
        note(grid.path, f"{listed([grid.row(i)[0] for i in notes])} below the table", "passed over")
        return _of_grid(grid.without(set(notes)))
    described = word_rows(grid, columns.counts)
    names = next((i for i in sorted(described) if _names_samples(columns, i)), None)
    if names is not None:
        return _of_grid(grid.under(names))
    metadata, lineages = _described(columns, described)
    table = _of_columns(Columns(grid.without(described)) if described else columns)
    if lineages is not None:
        return replace(table, counts=table.counts.turned(), taxonomy=lineages, samples_known=True)
    return table if metadata is None else replace(table, metadata=metadata, samples_known=True)


def _refuse_second(grid: Grid) -> None:
    """Refuse a table below the table, which begins with a header again."""
    corner = grid.header[0]
    again = [i for i, name in enumerate(grid.column(0)) if name == corner] if corner else []
    found = [i for i in again if sum(number(field) is None for field in grid.row(i)[1:]) > 1]
    if found:
        raise InputError.one(
            grid.path, f"a second header, with {corner!r} again", "one table a file",
            "Make two files, or put the columns of the second table beside those of the first.",
            grid.numbers[found[0]],
        )  # fmt: skip


def _names_samples(columns: Columns, row: int) -> bool:
    """Whether a row, and not the header, names the samples: LEfSe has their classes first."""
    above, fields = (
        [names[j] for j in columns.counts] for names in (columns.grid.header, columns.grid.row(row))
    )
    return len(set(above)) < len(above) and len(set(fields)) == len(fields)


def _of_columns(columns: Columns) -> TaxaTable:
    grid = columns.grid
    cells = _cells(columns)
    if computed := frozenset(cells.computed()):
        columns = Columns(grid, computed)
        cells = _cells(columns)
    rows, names = columns.names(), [grid.header[j] for j in columns.counts]
    InputError.raise_any(_name_faults(columns, rows))
    values = cells.values()
    dropped = columns.say()
    _say_damage(rows, grid)
    _say_damage(names, grid)
    counts = in_units(names, rows, values.T, str(grid.path))
    return TaxaTable(
        counts.turned() if columns.rows_are_samples else counts,
        taxonomy_of_metadata(columns.lineages(rows), grid.path),
        columns.metadata(),
        dropped,
        columns.rows_are_samples or columns.rows_are_taxa,
    )


def _cells(columns: Columns) -> Cells | PlainCells:
    if isinstance(columns.grid, Lines):
        return Cells(columns.grid, columns.counts)
    from klbio.io.tables.text.plain_cells import PlainCells

    return PlainCells(cast("PlainGrid", columns.grid), columns.counts)


def _described(columns: Columns, rows: set[int]) -> tuple[Sheet | None, Taxonomy | None]:
    """Turn rows that describe the columns into a sheet of samples, which is said, or into lineages of taxa."""
    if not rows:
        return None, None
    grid = columns.grid
    lines = {
        grid.row(i)[0].strip().lstrip("#") or f"line {grid.numbers[i]}": grid.row(i) for i in sorted(rows)
    }
    entries = {grid.header[j]: {name: row[j].strip() for name, row in lines.items()} for j in columns.counts}
    if are_ranks(lines):
        return None, taxonomy_of_metadata(entries, grid.path)
    first = grid.numbers[min(rows)]
    note(grid.path, f"rows that describe samples: {listed(lines)}", "passed over", line=first)
    samples = tuple(Row(None, {SAMPLE: name, **fields}, name) for name, fields in entries.items())
    return Sheet(grid.path, (SAMPLE, *lines), samples), None


def _name_faults(columns: Columns, rows: Sequence[str]) -> list[Fault]:
    """List columns and rows without a name, and those named before."""
    grid = columns.grid
    sides = (TAXON, SAMPLE) if columns.rows_are_samples else (SAMPLE, TAXON)
    named = [(sides[0], grid.header_line, grid.header[j], f"column {j + 1}") for j in columns.counts]
    named += [(sides[1], n, name, f"line {n}") for n, name in zip(grid.numbers, rows, strict=True)]
    first: dict[tuple[str, str], str] = {}
    faults = []
    for kind, line, name, place in named:
        earlier = first.setdefault((kind, name), place)
        if not name:
            where = f" in {place}" if place.startswith("column") else ""
            faults.append(Fault(grid.path, f"a {kind} without a name{where}", "a name", "", line))
        elif earlier != place:
            found = f"{kind} {name!r} given more than once, first in {earlier}"
            faults.append(Fault(grid.path, found, f"each {kind} once", "Rename or merge them.", line))
    return first_faults(faults)


def _say_damage(names: Sequence[str], grid: Grid) -> None:
    """Warn of names that a spreadsheet made of others."""
    dates = [name for name in names if DAY.fullmatch(name)]
    damaged = [
        name for name in names if DATE.fullmatch(name) or (name in dates and len(dates) < len(names) / 2)
    ]
    if damaged:
        notify(
            grid.path, f"names {listed(damaged)}, as spreadsheets make them of others", "kept as they are",
            "Export the table again without opening it there.",
        )  # fmt: skip


def write(table: TaxaTable, path: StrPath) -> None:
    """Write counts with taxa as rows and samples as columns; lineages stand behind them.

    Warns
    -----
    InputWarning
        Where metadata of samples are left out, which have no place there.
    """
    if table.metadata is not None:
        note(
            path, "a format without a place for metadata of samples", "these are left out", "BIOM holds them."
        )
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in _lines(table.counts, lineage_columns(table)))


def _lines(counts: Counts, columns: Mapping[str, Sequence[str | list[str]]]) -> Iterator[str]:
    """Give a header, and a line for each taxon: one at a time, as all zeros take far more room than the counts."""
    yield "\t".join(["feature_id", *map(_written, counts.samples), *columns])
    lineages = (
        zip(*(map(joined, column) for column in columns.values()), strict=True) if columns else repeat(())
    )
    rows, zeros = counts.values.T.tocsr(), ["0"] * len(counts.samples)
    bounds = pairwise(rows.indptr.tolist())
    for label, (start, end), names in zip(counts.labels, bounds, lineages, strict=False):
        fields = zeros.copy()
        for j, value in zip(rows.indices[start:end].tolist(), rows.data[start:end].tolist(), strict=True):
            fields[j] = written_number(value)
        yield "\t".join([_written(label), *fields, *map(_written, names)])


def joined(lineage: str | list[str]) -> str:
    """Give a lineage as one text."""
    return lineage if isinstance(lineage, str) else "; ".join(lineage)


def _written(name: str) -> str:
    """Write a name; one that stands in quotes of its own is quoted once more."""
    return '"' + name.replace('"', '""') + '"' if name.startswith('"') else name
