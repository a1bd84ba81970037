"""Taxa tables as TSV: taxa are rows, samples are columns, the first column names the taxa.

The classic BIOM text export is read too: a first line ``# Constructed from biom file``
is passed over, and the header may start with ``#OTU ID``.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice, repeat
from pathlib import Path

import numpy as np

from klbio.distributions import Counts, FloatArray
from klbio.errors import MAX_FAULTS, Fault, InputError, StrPath, listed, shorten
from klbio.io.files import write_text
from klbio.io.numbers import finite_number
from klbio.io.source import Source
from klbio.taxa_table import TaxaTable

__all__ = ["FILES", "TITLE", "read", "sniff", "write"]

TITLE = "TSV"
FILES = "tab-separated text, taxa in rows or in columns"

COUNTS_WANTED = "klbio needs counts: export the table before it is turned into proportions."


def sniff(path: StrPath) -> bool:
    """Recognise a text file whose first lines hold tabs."""
    return any("\t" in line for line in Source.of(path).first_lines(3))


def read(path: StrPath) -> TaxaTable:
    """Read a table of counts.

    Raises
    ------
    InputError
        Every cell that is no whole number of 0 or more (the first twenty), rows of another
        width than the header, repeated names, a table without rows.
    """
    return TaxaTable(_Table.of(Source.of(path)).counts())


@dataclass(frozen=True)
class _Table:
    """The fields of each line, as they stand."""

    path: Path
    header: int
    samples: list[str]
    rows: list[tuple[int, list[str]]]

    @classmethod
    def of(cls, source: Source) -> _Table:
        """Cut a file into fields."""
        lines = [(n, line) for n, line in enumerate(source.lines, 1) if line.strip()]
        while lines and lines[0][1].startswith("#") and "\t" not in lines[0][1]:
            lines.pop(0)
        if len(lines) < 2 or "\t" not in lines[0][1]:
            raise InputError.one(
                source, "no table", "a header of sample names and one row per taxon, separated by tabs",
                "If the file uses commas, save it as tab-separated text.",
            )  # fmt: skip
        (header, names), *others = lines
        return cls(source.path, header, names.split("\t")[1:], [(n, line.split("\t")) for n, line in others])

    def counts(self) -> Counts:
        """Turn the fields into counts, or raise every fault."""
        InputError.raise_any(self._name_faults() + self._width_faults())
        values = np.array([_numbers(fields) for _, fields in self.rows])
        InputError.raise_any(self._cell_faults(values))
        return Counts(self.samples, [fields[0] for _, fields in self.rows], values.T, str(self.path))

    def _name_faults(self) -> list[Fault]:
        """List samples and taxa without a name, and those named before."""
        named = [("sample", self.header, name, f"column {k}") for k, name in enumerate(self.samples, 2)]
        named += [("taxon", n, fields[0], f"line {n}") for n, fields in self.rows]
        first: dict[tuple[str, str], str] = {}
        faults = []
        for kind, line, name, place in named:
            earlier = first.setdefault((kind, name), place)
            if not name.strip():
                where = f" in {place}" if kind == "sample" else ""
                faults.append(Fault(self.path, f"a {kind} without a name{where}", "a name", "", line))
            elif earlier != place:
                found = f"{kind} {name!r} given more than once, first in {earlier}"
                faults.append(Fault(self.path, found, f"each {kind} once", "Rename or merge them.", line))
        return faults[:MAX_FAULTS]

    def _width_faults(self) -> list[Fault]:
        width = len(self.samples) + 1
        expected, remedy = f"{width}, as in the header", "Fields are separated by tabs."
        wrong = ((n, len(fields)) for n, fields in self.rows if len(fields) != width)
        faults = (Fault(self.path, f"{found} fields", expected, remedy, n) for n, found in wrong)
        return list(islice(faults, MAX_FAULTS))

    def _cell_faults(self, values: FloatArray) -> list[Fault]:
        """List the cells that hold no count; the first says what may be behind it."""
        bad = np.argwhere(~(np.isfinite(values) & (values >= 0) & (values == np.round(values))))
        remedies = chain([COUNTS_WANTED], repeat(""))
        faults = [self._cell_fault(i, j, next(remedies)) for i, j in bad[:MAX_FAULTS]]
        if len(bad) > MAX_FAULTS:
            columns = dict.fromkeys(self.samples[j] for _, j in bad)
            found = f"{len(bad) - MAX_FAULTS} more such cells, in columns {listed(columns)}"
            faults.append(Fault(self.path, found, "whole numbers"))
        return faults

    def _cell_fault(self, i: int, j: int, remedy: str) -> Fault:
        line, fields = self.rows[i]
        found = f"column {self.samples[j]!r} holds {shorten(fields[j + 1])}"
        return Fault(self.path, found, "a whole number of reads", remedy, line)


def _numbers(fields: list[str]) -> FloatArray:
    cells = fields[1:]
    text = "".join(cells)
    if text.isascii() and not set(text) & {"_", "+"}:  # which Python takes within a number, or before it
        with suppress(ValueError):
            return np.array(cells, dtype=float)
    return np.array([_number(cell) for cell in cells])


def _number(cell: str) -> float:
    number = None if cell.startswith("+") else finite_number(cell)
    return float("nan") if number is None else number


def write(counts: Counts, path: StrPath) -> None:
    """Write counts with taxa as rows and samples as columns."""
    matrix = counts.values.T.tocsr()
    lines = ["\t".join(["feature_id", *counts.samples])]
    for i, label in enumerate(counts.labels):
        row = matrix[[i]].toarray().ravel()
        lines.append("\t".join([label, *(f"{value:.12g}" for value in row)]))
    write_text(path, "\n".join(lines) + "\n")
