"""What a grid of fields says: counts of taxa in samples, and what stands beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import compress
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from klbio.columns import SAMPLE, TAXON
from klbio.design import Design, called_in
from klbio.distributions import FloatArray
from klbio.errors import Fault, InputError, first_faults, listed, note, notify
from klbio.io.tables.some_samples import some_samples
from klbio.io.tables.text.cells import Cells, footnotes, word_rows
from klbio.io.tables.text.columns import Columns
from klbio.io.tables.text.grid import Grid
from klbio.io.tables.text.lines import Lines
from klbio.io.tables.text.long import Long
from klbio.io.tables.text.words import are_ranks, number
from klbio.sheet import Row, Sheet
from klbio.taxa_table import TaxaTable
from klbio.taxonomy import Taxonomy, taxonomy_of_metadata
from klbio.tidy import in_units

if TYPE_CHECKING:
    from scipy import sparse

    from klbio.io.tables.text.plain_cells import PlainCells
    from klbio.io.tables.text.plain_grid import PlainGrid

__all__ = ["table_of", "table_of_rows"]

DAY = re.compile(r"\d{4}-\d\d-\d\d([ T]00:00:00)?")  # as samples may be called, all of them
DATE = re.compile(
    r"\d{1,2}-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d{1,2}"
    r"|\d\.\d+E\+\d+|#(NAME|REF|VALUE|N/A)[?!]?",
    re.IGNORECASE,
)


def table_of(grid: Lines, design: Design | None = None) -> TaxaTable:
    """Understand lines of fields, whatever file they come from; raises as `klbio.io.tables.tsv.read` does."""
    long = Long.of(grid)
    return _of_long(long) if long else table_of_rows(grid, design)


def _of_long(long: Long) -> TaxaTable:
    samples, taxa = list(long.samples), list(long.taxa)
    counts = in_units(samples, taxa, long.values(), str(long.grid.path))
    return TaxaTable(
        counts, taxonomy_of_metadata(long.lineages(), long.grid.path), long.metadata(), samples_known=True
    )


def table_of_rows(grid: Grid, design: Design | None = None) -> TaxaTable:
    """Understand a grid with a taxon, or a sample, in each row."""
    _refuse_second(grid)
    columns = Columns(grid)
    columns.check()
    notes = footnotes(grid, columns.counts)
    if notes:
        note(grid.path, f"{listed([grid.row(i)[0] for i in notes])} below the table", "passed over")
        return table_of_rows(grid.without(set(notes)), design)
    described = word_rows(grid, columns.counts)
    names = next((i for i in sorted(described) if _names_samples(columns, i)), None)
    if names is not None:
        return table_of_rows(grid.under(names), design)
    metadata, lineages = _described(columns, described)
    table = _of_columns(Columns(grid.without(described)) if described else columns, design)
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


def _of_columns(columns: Columns, design: Design | None) -> TaxaTable:
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
    chosen = _chosen(columns, rows, values, design)
    kept, unread = (list(compress(names, side.tolist())) for side in (chosen, ~chosen))
    counts = in_units(kept, rows, (values if chosen.all() else values[:, chosen]).T, str(grid.path))
    return TaxaTable(
        counts.turned() if columns.rows_are_samples else counts,
        taxonomy_of_metadata(columns.lineages(rows), grid.path),
        columns.metadata(),
        dropped,
        columns.rows_are_samples or columns.rows_are_taxa,
        others=tuple(unread),
    )


def _chosen(
    columns: Columns, rows: Sequence[str], values: FloatArray | sparse.csr_array, design: Design | None
) -> NDArray[np.bool_]:
    """Choose columns by whom a design asks for, where they alone are samples."""
    names = [columns.grid.header[j] for j in columns.counts]
    if columns.rows_are_samples or design is None or called_in(design, rows) is not None:
        return np.ones(len(names), dtype=bool)
    if isinstance(values, np.ndarray):
        return some_samples(names, np.count_nonzero(values, axis=0), design)
    sizes = np.bincount(values.indices, minlength=len(names))
    return some_samples(names, sizes, design)


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
