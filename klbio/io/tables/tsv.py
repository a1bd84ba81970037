"""Taxa tables as text: separated by tabs, commas, semicolons or spaces, taxa in rows, in columns or one a row.

What stands beside the counts is recognised by its name: columns of lineages become the taxonomy, what describes
samples their metadata, and the rest is passed over, which is said.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, repeat
from typing import TYPE_CHECKING

from klbio.distributions import Counts
from klbio.errors import InputError, InputWarning, StrPath, note, say_again
from klbio.io.files import replacing
from klbio.io.source import Source, TooLargeError
from klbio.io.tables.text.dialect import Dialect
from klbio.io.tables.text.lines import Lines
from klbio.io.tables.text.numbers import written_number
from klbio.io.tables.text.plain_start import NotPlainError, is_large
from klbio.io.tables.text.table import table_of, table_of_rows
from klbio.io.tables.written import lineage_columns
from klbio.taxa_table import TaxaTable

if TYPE_CHECKING:
    from klbio.design import Design

__all__ = ["FILES", "TITLE", "joined", "read", "sniff", "write"]

TITLE = "text"
FILES = "TSV or CSV, taxa in rows, in columns, or one a row; with lineages and ids beside the counts"


def sniff(path: StrPath) -> bool:
    """Recognise a text file whose first lines can be cut into fields, or have what separates them."""
    lines = [line for line in Source.of(path).first_lines(20) if line.strip()]
    return Dialect.of(lines) is not None or any(mark in line for line in lines[:3] for mark in "\t,;")


def read(path: StrPath, design: Design | None = None) -> TaxaTable:
    """Read a table of counts.

    Parameters
    ----------
    path : path-like
    design : Design, optional
        Whose samples are asked for: `klbio.io.tables.some_samples` says which others of a large table are kept.

    Raises
    ------
    InputError
        Every cell that is no number of 0 or more, and every fraction among counts (the first twenty), rows of
        another width than the header, repeated names, columns of words that cannot be understood.
    """
    source = Source.of(path)
    if not is_large(source):
        return table_of(Lines.of(source), design)
    try:
        return _quickly(source, design)
    except TooLargeError:
        raise
    except (NotPlainError, InputError) as error:
        departs = error.with_traceback(None)  # which holds what was read so far
    return _carefully(source, design, departs)


def _quickly(source: Source, design: Design | None = None) -> TaxaTable:
    """Read a plain table without its zeros; what is to be known of it is said at the end, if it was one."""
    from klbio.io.tables.text.plain_grid import plain_grid  # compiled: numba is heavy

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", InputWarning)
        table = table_of_rows(plain_grid(source), design)
    say_again(said)
    return table


def _carefully(source: Source, design: Design | None, departs: NotPlainError | InputError) -> TaxaTable:
    """Read a table line by line, or say where one that is too large for that departs from a plain one."""
    try:
        return table_of(Lines.of(source), design)
    except TooLargeError as error:
        if isinstance(departs, InputError):
            raise departs from error
        raise InputError.one(
            source, f"{error.faults[0].found}, and something else than names and numbers",
            "below that size anything klbio reads, above it a header and rows of a name and plain numbers",
            "Mend it, or give tables of that size as BIOM.", departs.line,
        ) from error  # fmt: skip


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
