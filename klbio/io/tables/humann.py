"""Tables of HUMAnN: pathways or gene families, and how much of each is which species'."""

from __future__ import annotations

import re

import numpy as np

from klbio.distributions import Counts
from klbio.errors import InputError, StrPath, first_faults, listed, note
from klbio.io.source import Source
from klbio.io.tables.text.lines import Lines
from klbio.io.tables.text.numbers import numbers
from klbio.schema import DroppedRow
from klbio.taxa_table import TaxaTable

__all__ = ["FILES", "TITLE", "read", "sniff"]

TITLE = "HUMAnN"
FILES = "tables of pathways or gene families, joined or of one sample"

HEAD = re.compile(r"#?\s*(Pathway|Gene Family|Gene family|Reaction|Regrouped)\b", re.IGNORECASE)
ENDING = re.compile(r"[_-](Abundance|RPKs?|CPM|RELAB|Abundance-(RPKs?|CPM|RELAB)|RELAB|CPM)$", re.IGNORECASE)
PART = re.compile(
    r".*\|\s*([gks]__.*|.*\.s__.*|unclassified)", re.IGNORECASE
)  # a bar may stand within a description
COVERAGE = re.compile(r"[_-]Coverage$", re.IGNORECASE)


def sniff(path: StrPath) -> bool:
    """Recognise a table by its header."""
    source = Source.of(path)
    header = next((line for line in source.first_lines(1)), "").split("\t")
    return len(header) > 1 and bool(HEAD.match(header[0]))


def read(path: StrPath) -> TaxaTable:
    """Read what a community has of each pathway or family; the parts of single species are left out.

    Values are lengths-corrected abundances, and no reads: they are proportions, whatever their unit.

    Raises
    ------
    InputError
        For coverages, which are no shares of anything, and cells that are no numbers.
    """
    source = Source.of(path)
    grid = Lines.of(source)
    columns = list(range(1, len(grid.header)))
    _refuse_coverage(grid)
    names, values = grid.column(0), numbers(grid, columns)
    bad = np.argwhere(~(values >= 0))
    InputError.raise_any(
        first_faults(grid.fault(int(i), columns[j], "a number of 0 or more") for i, j in bad)
    )
    parts = np.array([bool(PART.fullmatch(name)) for name in names])
    if parts.all():
        parts[:] = False
    if parts.any():
        note(
            source,
            f"{int(parts.sum())} rows of single species",
            "left out: the rows of the community hold them",
        )
    whole = np.flatnonzero(~parts)
    samples = [_sample(name) for name in grid.header[1:]]
    counts = Counts(samples, [names[i] for i in whole], values[whole].T, str(source), "proportions")
    dropped = tuple(
        DroppedRow.taxon(source=str(source), name=names[i], reason="a part of the row of the community")
        for i in np.flatnonzero(parts)
    )
    return TaxaTable(counts, dropped=dropped, samples_known=True, counted_once=True)


def _sample(name: str) -> str:
    """Give the sample of a column, without what HUMAnN adds.

    >>> _sample("P1_Abundance-RPKs"), _sample("P1_Abundance")
    ('P1', 'P1')
    """
    bare = ENDING.sub("", name)
    return name if bare == name else _sample(bare)


def _refuse_coverage(grid: Lines) -> None:
    covered = [name for name in grid.header[1:] if COVERAGE.search(name)]
    if covered:
        raise InputError.one(
            grid.path, f"coverages ({listed(covered)})", "abundances",
            "Give the table of pathabundance, whose values are shares of the community.", grid.header_line,
        )  # fmt: skip
