"""Tables of mothur: ``.shared`` and ``.relabund`` (samples in rows), ``count_table`` and ``tax.summary``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from klbio.distributions import Counts
from klbio.errors import Fault, InputError, StrPath, first_faults, listed, shorten
from klbio.io.source import Source
from klbio.io.tables.gathered import is_count
from klbio.io.tables.mothur_plain import COUNTED, SHARED, plain_count_table, plain_shared
from klbio.io.tables.text.numbers import number_or_nan
from klbio.taxa_table import TaxaTable
from klbio.taxonomy.inside import taxonomy_inside
from klbio.tidy import in_units

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE = "mothur"
FILES = ".shared and .relabund of one label, count_table, tax.summary; taxonomy: cons.taxonomy"

SUMMARY = ["taxlevel", "rankid", "taxon", "daughterlevels", "total"]
PACKED = "#Compressed Format"
Rows = list[tuple[int, list[str]]]


def sniff(path: StrPath) -> bool:
    """Recognise a table by its first columns."""
    source = Source.of(path)
    header = _header(source)
    kinds = (SHARED, COUNTED, SUMMARY)
    return any(header[: len(kind)] == kind for kind in kinds) or any(
        line.startswith(PACKED) for line in source.first_lines(1)
    )


def read(path: StrPath) -> TaxaTable:
    """Read a table of counts.

    Raises
    ------
    InputError
        For several labels (cutoffs) in one file, rows of another width than the header, cells that are no numbers,
        numbers of OTUs and totals that are not those of the table.
    """
    source = Source.of(path)
    header = _header(source)
    if header[:3] == SHARED:
        return plain_shared(source) or _shared(source)
    if header[:5] == SUMMARY:
        return _summary(source)
    return plain_count_table(source) or _count_table(source)


def _header(source: Source) -> list[str]:
    return [name.strip().lower() for line in source.first_lines(1) for name in _fields(line)]


def _fields(line: str) -> list[str]:
    """Cut a line at tabs; where it has none, at commas, as a spreadsheet saves it."""
    return line.split("\t") if "\t" in line else [field.strip('"') for field in line.split(",")]


def _rows(source: Source) -> tuple[list[str], Rows]:
    """Cut a file into fields; mothur ends its lines with a tab, and some versions repeat the header for each label."""
    lines = [(n, _fields(line.rstrip("\t"))) for n, line in enumerate(source.lines, 1) if line.strip()]
    (_, header), *others = lines
    rows = [(n, row) for n, row in others if row != header]
    if not rows:
        raise InputError.one(source, "a header and no rows", "a row for each sample or sequence")
    wrong = ((n, len(row)) for n, row in rows if len(row) != len(header))
    faults = (
        Fault(source, f"{width} fields", f"{len(header)}, as in the header", "Copy the file again.", n)
        for n, width in wrong
    )
    InputError.raise_any(first_faults(faults))
    return header, rows


def _numbers(source: Source, names: Sequence[str], rows: Rows, skip: int) -> np.ndarray:
    """Read all fields after the first few, or raise every fault."""
    values = np.array([[number_or_nan(field) for field in row[skip:]] for _, row in rows])
    bad = np.argwhere(~(values >= 0))
    wanted = "a number of 0 or more"
    InputError.raise_any(
        first_faults(
            Fault(
                source, f"column {names[j]!r} holds {shorten(rows[i][1][skip + j])}", wanted, "", rows[i][0]
            )
            for i, j in bad.tolist()
        )
    )
    return values


def _shared(source: Source) -> TaxaTable:
    header, rows = _rows(source)
    labels = list(dict.fromkeys(row[0] for _, row in rows))
    if len(labels) > 1:
        raise InputError.one(
            source, f"the labels {listed(labels, 9)}", "one of them: each is the same reads at another cutoff",
            f"Keep its lines, for example: awk 'NR == 1 || $1 == \"{labels[-1]}\"' {source.path.name} > one.shared",
        )  # fmt: skip
    taxa, samples = header[3:], [row[1] for _, row in rows]
    _refuse_other_number(source, rows, len(taxa))
    values = _numbers(source, taxa, rows, 3)
    return TaxaTable(in_units(samples, taxa, values, str(source)), samples_known=True, counted_once=True)


def _refuse_other_number(source: Source, rows: Rows, n_taxa: int) -> None:
    """Refuse rows that say another number of OTUs than there are: columns were taken away, or added."""
    remedy = "Give the file as mothur wrote it: mothur refuses it too."
    InputError.raise_any(
        first_faults(
            Fault(source, f"numOtus {shorten(row[2], 30)}", f"{n_taxa}, as many OTUs as columns", remedy, n)
            for n, row in rows
            if row[2].strip() != str(n_taxa)
        )
    )


def _refuse_other_totals(source: Source, rows: Rows, sums: Sequence[float]) -> None:
    """Refuse rows whose total is not the sum of their samples."""
    remedy = "Give the file as mothur wrote it."
    InputError.raise_any(
        first_faults(
            Fault(source, f"total {shorten(row[1], 30)}", f"{sum_:g}, the sum of its samples", remedy, n)
            for (n, row), sum_ in zip(rows, sums, strict=True)
            if number_or_nan(row[1]) != sum_
        )
    )


def _count_table(source: Source) -> TaxaTable:
    if any(line.startswith(PACKED) for line in source.first_lines(1)):
        return _packed(source)
    header, rows = _rows(source)
    if len(header) < 3:
        raise InputError.one(
            source, "totals only", "a column for each sample", "Write it with a group or count file."
        )
    samples, taxa = header[2:], [row[0] for _, row in rows]
    values = _numbers(source, samples, rows, 2)
    _refuse_other_totals(source, rows, values.sum(axis=1).tolist())
    return TaxaTable(in_units(samples, taxa, values.T, str(source)), samples_known=True, counted_once=True)


def _packed(source: Source) -> TaxaTable:
    """Read the form that names only the samples a sequence was seen in: ``1,6`` for 6 reads in the first."""
    lines = [(n, line.rstrip("\t").split("\t")) for n, line in enumerate(source.lines, 1) if line.strip()]
    header = next((row for _, row in lines if row[0].lower() == COUNTED[0]), [])
    rows = [(n, row) for n, row in lines if not row[0].startswith("#") and row is not header]
    cells, faults = [], []
    for i, (n, row) in enumerate(rows):
        for field in row[2:]:
            sample, _, value = field.partition(",")
            sound = is_count(sample) and 0 < int(sample) <= len(header) - 2 and number_or_nan(value) >= 0
            if sound:
                cells.append((int(sample) - 1, i, number_or_nan(value)))
            else:
                faults.append(
                    Fault(source, shorten(field), "the number of a sample and its reads, such as 1,6", "", n)
                )
    InputError.raise_any(first_faults(faults))
    if not cells:
        raise InputError.one(source, "no counts", "a row for each sequence")
    samples, taxa, values = (np.array(part) for part in zip(*cells, strict=True))
    matrix = sparse.coo_array((values, (samples, taxa)), shape=(len(header) - 2, len(rows))).tocsr()
    counts = Counts.of_reads(header[2:], [row[0] for _, row in rows], matrix, str(source))
    return TaxaTable(counts, samples_known=True, counted_once=True)


def _summary(source: Source) -> TaxaTable:
    """Read the taxa that no other is part of; ``0.1.2`` is part of ``0.1``."""
    header, rows = _rows(source)
    at = {row[1]: row[2] for _, row in rows}
    above = {identifier.rpartition(".")[0] for identifier in at}
    leaves = [(n, row) for n, row in rows if row[1] not in above]
    samples = header[5:]
    if not samples:
        raise InputError.one(
            source, "totals only", "a column for each sample", "Write it with a group or count file."
        )
    lineages = {row[1]: _names(row[1], at) for _, row in leaves}
    labels = [";".join(lineages[row[1]]) for _, row in leaves]
    values = _numbers(source, samples, leaves, 5)
    counts = in_units(samples, labels, values.T, str(source))
    taxonomy = taxonomy_inside(dict(zip(labels, lineages.values(), strict=True)), str(source))
    return TaxaTable(counts, taxonomy, samples_known=True, counted_once=True)


def _names(identifier: str, at: dict[str, str]) -> list[str]:
    """Names from the kingdom down to a taxon; the root has none."""
    parts = identifier.split(".")
    above = [".".join(parts[:depth]) for depth in range(2, len(parts) + 1)]
    return [at[name] for name in above if name in at]
