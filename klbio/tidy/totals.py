"""Rows and columns of totals, as spreadsheets and pipelines add them: known by name, and by their sums."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse

from klbio.distributions import Counts, FloatArray
from klbio.errors import listed, note, notify
from klbio.schema import DroppedRow
from klbio.taxa_table import TaxaTable
from klbio.tidy.units import rounding

__all__ = ["without_totals"]

TOTAL = re.compile(
    r"(grand|row|col(umn)?|sample|otu|all)?[ _.-]*(totals?|sums?|summe|gesamt|gesamtsumme|somme)"
    r"([ _.-]*(of[ _.-]*)?(reads?|counts?|abundances?|sequences?|seqs?|size|otus?|samples?|rows?|columns?))?",
    re.IGNORECASE,
)


SEVERAL = 2  # rows in which a column is half of all
ALIKE = 1e-9  # difference of proportions that are equal
BY_CHANCE = 3  # columns, of which one may be so by chance


def without_totals(table: TaxaTable) -> TaxaTable:
    """Leave out rows and columns that are the sum of all others; of those called totals, what is more than that too."""
    columns = _without(table)
    if not _totals(sparse.csr_array(table.counts.values.T), table.counts.samples):
        return columns
    turned = _without(replace(columns, counts=columns.counts.turned()))
    return replace(turned, counts=turned.counts.turned())


def _totals(values: sparse.csr_array, names: Sequence[str]) -> list[int]:
    """Positions of columns that are called totals, or are exactly the sum of several others in several rows."""
    called = [i for i, name in enumerate(names) if TOTAL.fullmatch(name.strip())]
    sums = np.asarray(values.sum(axis=0), dtype=float).ravel()
    depth = np.asarray(values.sum(axis=1), dtype=float).ravel()
    if np.count_nonzero(depth) < SEVERAL or np.count_nonzero(sums) <= BY_CHANCE:
        return called
    halves = np.flatnonzero(sums * 2 == sums.sum()).tolist()
    if not halves or not _differ(values[depth > 0], depth[depth > 0]):
        return called
    columns = values.tocsc()
    return called + [
        i for i in halves if i not in called and (columns[:, [i]].toarray().ravel() * 2 == depth).all()
    ]


def _differ(values: sparse.csr_array, depth: FloatArray) -> bool:
    """Whether rows differ in their proportions: of rows that are alike, a sum says nothing."""
    shares = sparse.csc_array(sparse.diags_array(1 / depth) @ values)
    spread = shares.max(axis=0).toarray() - shares.min(axis=0).toarray()
    return bool((spread > ALIKE).any())


def _without(table: TaxaTable) -> TaxaTable:
    """Leave out totals among the columns."""
    counts = table.counts
    found = _totals(counts.values, counts.labels)
    if not found or len(found) == len(counts.labels):
        return table
    others = counts.values @ np.array([float(i not in found) for i in range(len(counts.labels))])
    slack = 0.0 if counts.unit == "reads" else len(counts.labels) * rounding(counts.values.data)
    totals = [
        i for i in found if (counts.values[:, [i]].toarray().ravel() >= others - slack).all() and others.any()
    ]
    names = [counts.labels[i] for i in totals]
    _say(counts, names, [counts.labels[i] for i in found if i not in totals])
    kept = [i for i in range(len(counts.labels)) if i not in totals]
    left = Counts(
        counts.samples, [counts.labels[i] for i in kept], counts.values[:, kept], counts.name, counts.unit
    )
    dropped = [
        DroppedRow(source=counts.name, kind="total", name=name, reason="the sum of the others")
        for name in names
    ]
    return replace(table, counts=left, dropped=(*table.dropped, *dropped))


def _say(counts: Counts, left_out: list[str], kept: list[str]) -> None:
    if left_out:
        note(counts.name, f"{listed(left_out)}: the sum of all others or more", "left out")
    if kept:
        notify(
            counts.name, f"{listed(kept)}: called a total, but smaller than the others together",
            "taken for what it is called like any other name", "Leave it out if it is none of samples and taxa.",
        )  # fmt: skip
