"""Rows and columns of totals, as spreadsheets and pipelines add them: known by name, and by their sums."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import Counts
from klbio.errors import listed, notify
from klbio.schema import DroppedRow
from klbio.taxa_table import TaxaTable
from klbio.tidy.units import rounding

__all__ = ["without_totals"]

TOTAL = re.compile(
    r"(grand|row|col(umn)?|sample|otu|all)?[ _.-]*(totals?|sums?|summe|gesamt|gesamtsumme|somme)"
    r"([ _.-]*(of[ _.-]*)?(reads?|counts?|abundances?|sequences?|seqs?|size|otus?|samples?|rows?|columns?))?",
    re.IGNORECASE,
)


def without_totals(table: TaxaTable) -> TaxaTable:
    """Leave out rows and columns that are called totals and are the sum of all others, or more."""
    if _are_called_totals(table.counts.labels).any():
        table = _without(table)
    if _are_called_totals(table.counts.samples).any():
        turned = _without(replace(table, counts=table.counts.turned()))
        table = replace(turned, counts=turned.counts.turned())
    return table


def _are_called_totals(names: Sequence[str]) -> NDArray[np.bool_]:
    return np.array([bool(TOTAL.fullmatch(name.strip())) for name in names])


def _without(table: TaxaTable) -> TaxaTable:
    """Leave out totals among the columns."""
    counts = table.counts
    called = _are_called_totals(counts.labels)
    if called.all():
        return table
    others = counts.values @ (~called).astype(float)
    slack = 0.0 if counts.unit == "reads" else len(called) * rounding(counts.values.data)
    totals = [
        i for i in np.flatnonzero(called)
        if (counts.values[:, [i]].toarray().ravel() >= others - slack).all() and others.any()
    ]  # fmt: skip
    names = [counts.labels[i] for i in totals]
    _say(counts, names, [counts.labels[i] for i in np.flatnonzero(called) if i not in totals])
    kept = [i for i in range(len(called)) if i not in totals]
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
        notify(counts.name, f"{listed(left_out)}: the sum of all others or more", "left out")
    if kept:
        notify(
            counts.name, f"{listed(kept)}: called a total, but smaller than the others together",
            "taken for what it is called like any other name", "Leave it out if it is none of samples and taxa.",
        )  # fmt: skip
