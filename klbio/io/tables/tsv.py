"""Taxa tables as TSV: taxa are rows, samples are columns, the first column names the taxa.

The classic BIOM text export is read too: a first line ``# Constructed from biom file``
is passed over, and the header may start with ``#OTU ID``.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from klbio.distributions import Counts, FloatArray
from klbio.errors import Fault, InputError, StrPath, listed, shorten
from klbio.io.files import write_text
from klbio.io.source import Source

__all__ = ["read", "sniff", "write"]

MOST_FAULTS = 20


def sniff(path: StrPath) -> bool:
    """Recognise a text file whose first lines hold tabs."""
    return any("\t" in line for line in Source.of(path).first_lines(3))


def read(path: StrPath) -> Counts:
    """Read a table of counts.

    Raises
    ------
    InputError
        Every cell that is no whole number of 0 or more (the first twenty), rows of another
        width than the header, repeated names, a table without rows.
    """
    source = Source.of(path)
    path = source.path
    lines = [(n, line) for n, line in enumerate(source.lines, 1) if line.strip()]
    while lines and lines[0][1].startswith("#") and "\t" not in lines[0][1]:
        lines.pop(0)
    if len(lines) < 2 or "\t" not in lines[0][1]:
        raise InputError.one(
            path, "no table", "a header of sample names and one row per taxon, separated by tabs",
            "If the file uses commas, save it as tab-separated text.",
        )  # fmt: skip
    samples = lines[0][1].split("\t")[1:]
    rows = [(n, line.split("\t")) for n, line in lines[1:]]
    faults = _name_faults(path, lines[0][0], samples, rows) + _width_faults(path, rows, len(samples))
    InputError.raise_any(faults)
    values = np.array([_numbers(fields) for _, fields in rows])
    InputError.raise_any(_cell_faults(path, rows, samples, values))
    return Counts(samples, [fields[0] for _, fields in rows], values.T, str(path))


def _name_faults(
    path: Path, header: int, samples: list[str], rows: list[tuple[int, list[str]]]
) -> list[Fault]:
    """List samples and taxa without a name, and those named before."""
    named = [("sample", header, name, f"column {k}") for k, name in enumerate(samples, 2)]
    named += [("taxon", n, fields[0], f"line {n}") for n, fields in rows]
    first: dict[tuple[str, str], str] = {}
    faults = []
    for kind, line, name, place in named:
        earlier = first.setdefault((kind, name), place)
        if not name.strip():
            faults.append(
                Fault(
                    path,
                    f"a {kind} without a name" + (f" in {place}" if kind == "sample" else ""),
                    "a name",
                    "",
                    line,
                )
            )
        elif earlier != place:
            found = f"{kind} {name!r} given more than once, first in {earlier}"
            faults.append(Fault(path, found, f"each {kind} once", "Rename or merge them.", line))
    return faults[:MOST_FAULTS]


def _numbers(fields: list[str]) -> FloatArray:
    try:
        return np.array(fields[1:], dtype=float)
    except ValueError:
        return np.array([_number(field) for field in fields[1:]])


def _number(field: str) -> float:
    try:
        return float(field)
    except ValueError:
        return float("nan")


def _width_faults(path: Path, rows: list[tuple[int, list[str]]], samples: int) -> list[Fault]:
    return [
        Fault(
            path,
            f"{len(fields)} fields",
            f"{samples + 1}, as in the header",
            "Fields are separated by tabs.",
            n,
        )
        for n, fields in rows
        if len(fields) != samples + 1
    ][:MOST_FAULTS]


def _cell_faults(
    path: Path, rows: list[tuple[int, list[str]]], samples: list[str], values: FloatArray
) -> list[Fault]:
    bad = np.argwhere(~(np.isfinite(values) & (values >= 0) & (values == np.round(values))))
    faults = [
        Fault(
            path, f"column {samples[j]!r} holds {shorten(rows[i][1][j + 1])}", "a whole number of reads",
            "klbio needs counts: export the table before it is turned into proportions." if k == 0 else "",
            rows[i][0],
        )
        for k, (i, j) in enumerate(bad[:MOST_FAULTS])
    ]  # fmt: skip
    if len(bad) > MOST_FAULTS:
        columns = dict.fromkeys(samples[j] for _, j in bad)
        faults.append(
            Fault(
                path,
                f"{len(bad) - MOST_FAULTS} more such cells, in columns {listed(columns)}",
                "whole numbers",
            )
        )
    return faults


def write(counts: Counts, path: Path) -> None:
    """Write counts with taxa as rows and samples as columns."""
    matrix = counts.values.T.tocsr()
    lines = ["\t".join(["feature_id", *counts.samples])]
    for i, label in enumerate(counts.labels):
        row = matrix[[i]].toarray().ravel()
        lines.append("\t".join([label, *(f"{value:.12g}" for value in row)]))
    write_text(path, "\n".join(lines) + "\n")
