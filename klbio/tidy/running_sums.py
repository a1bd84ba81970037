"""Sums among plain names: a phylum above its genera, as tables made by hand have them; all phyla above all genera."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import Counts, FloatArray
from klbio.errors import InputError, listed
from klbio.taxonomy import is_taxon
from klbio.tidy.units import rounding

__all__ = ["check_no_running_sums"]

Places = NDArray[np.intp]
SAMPLES, SEVERAL = 3, 2  # in which a sum was seen; taxa in one
ENOUGH = 2  # such rows, so that chance does not explain them
MOST_RANKS, MOST_TAXA = 8, 5000  # ranks side by side; taxa of a table that went through hands
ALIKE = 1e-6  # difference of proportions that are equal
CELLS = 1_000_000  # of a table that are in memory with their zeros: 8 MB
READS = 20  # of a sum, and of a half: few reads are the sums of others by chance


def check_no_running_sums(counts: Counts) -> None:
    """Refuse a table with rows that are the sums of several next to them, or with equal halves, in every sample.

    Raises
    ------
    InputError
        Naming some of them.
    """
    for table in (counts, counts.turned()):
        found = list(dict.fromkeys(_sums(table)))
        if len(found) >= ENOUGH:
            names = listed([table.labels[i] for i in found])
            raise InputError.one(
                counts.name, f"{len(found)} rows or columns that are the sums of those next to them ({names})",
                "samples, and taxa of one rank, each read once",
                "Leave out the sums; of taxa of several ranks give whole lineages as names.",
            )  # fmt: skip
        second = _block(table)
        if second is not None:
            raise InputError.one(
                counts.name, f"rows or columns up to {table.labels[second - 1]!r} that sum, all along, to what "
                f"those from {table.labels[second]!r} on do", "samples, and taxa of one rank, each read once",
                "Leave out the sums, of groups or of ranks; of taxa of several ranks give whole lineages as names.",
            )  # fmt: skip


def _block(table: Counts) -> int | None:
    """Where the second of two or more parts of a table begins that sum alike in every sample, as ranks do."""
    n_taxa, depth = len(table.labels), table.depth
    deep = depth >= (2 * READS if table.unit == "reads" else np.finfo(float).tiny)
    if n_taxa > MOST_TAXA or np.count_nonzero(deep) < SAMPLES or n_taxa < 2 * SEVERAL:
        return None
    slack = (0.0 if table.unit == "reads" else n_taxa * rounding(table.values.data)) + 1e-9 * depth
    over_all = np.cumsum(np.asarray(table.values.sum(axis=0), dtype=float).ravel())
    for n_parts in range(2, MOST_RANKS + 1):
        parts = [depth * part / n_parts for part in range(1, n_parts)]
        # what holds in every sample holds of all together: few taxa are left to look at
        near = [np.flatnonzero(np.abs(over_all - part.sum()) <= 2 * slack.sum()) for part in parts]
        if not all(of.size for of in near):
            continue
        at = _reached(table, near, parts, slack)
        if all(of.size for of in at) and SEVERAL <= at[0][-1] + 1 <= n_taxa - SEVERAL:
            return None if _are_alike(table) else int(at[0][-1]) + 1
    return None


def _reached(
    table: Counts, near: Sequence[Places], parts: Sequence[FloatArray], slack: FloatArray
) -> list[Places]:
    """Which of some taxa complete a part of the reads in every sample; a run of samples at a time in memory."""
    at = list(near)
    step = max(1, CELLS // len(table.labels))
    for first in range(0, len(table.samples), step):
        rows = slice(first, first + step)
        sums = np.cumsum(table.values[rows].toarray(), axis=1)
        at = [
            of[(np.abs(sums[:, of] - part[rows, None]) <= slack[rows, None]).all(axis=0)]
            for of, part in zip(at, parts, strict=True)
        ]
        if not all(of.size for of in at):
            break
    return at


def _are_alike(table: Counts) -> bool:
    """Whether samples hardly differ in their proportions: then sums say nothing."""
    shares = table.proportions().dense()[table.depth > 0]
    return bool((np.ptp(shares, axis=0) < ALIKE).all())


def _sums(table: Counts) -> Iterator[int]:
    """Positions of taxa that are the sum of some that follow, or of some before."""
    n_samples, n_taxa = table.values.shape
    if (
        n_samples < SAMPLES
        or not SEVERAL < n_taxa <= MOST_TAXA
        or sum(map(is_taxon, table.labels)) > n_taxa / 2
    ):
        return
    values = table.values.tocsc()
    seen_in = np.diff(values.indptr)
    sums = np.asarray(values.sum(axis=0), dtype=float).ravel()
    slack = (0.0 if table.unit == "reads" else n_taxa * rounding(table.values.data)) + 1e-9 * sums.max(
        initial=0.0
    )
    before = np.concatenate([[0.0], np.cumsum(sums)])
    likely = (seen_in >= SAMPLES) & ((sums >= READS) | (table.unit != "reads"))
    for i in np.flatnonzero(likely).tolist():
        for start, end in _spans(before, i, float(sums[i]), slack):
            others = np.asarray(values[:, start:end].sum(axis=1), dtype=float).ravel()
            if (
                np.count_nonzero(sums[start:end]) >= SEVERAL
                and (np.abs(others - values[:, [i]].toarray().ravel()) <= slack).all()
            ):
                yield i


def _spans(before: FloatArray, i: int, sum_: float, slack: float) -> Iterator[tuple[int, int]]:
    """Runs of taxa, right below or right above one, whose reads are as many as its own."""
    end = int(np.searchsorted(before, before[i + 1] + sum_ - slack * 2))
    if end < len(before) and abs(before[end] - before[i + 1] - sum_) <= slack * 2:
        yield i + 1, end
    start = int(np.searchsorted(before, before[i] - sum_ - slack * 2))
    if start < i and abs(before[i] - before[start] - sum_) <= slack * 2:
        yield start, i
