"""The measures of the all-pairs engine, and what each makes of a table."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from klbio.distributions import Counts, FloatArray
from klbio.pairwise.operands import (
    HELLINGER,
    JEFFREYS,
    JENSEN_SHANNON,
    RELATIVE_ENTROPY,
    TOTAL_VARIATION,
    EntryArray,
    Plan,
    Postings,
    Table,
)

__all__ = ["MEASURES", "Measure", "make_plan"]


@dataclass(frozen=True)
class Measure:
    """A way to compare two samples.

    Parameters
    ----------
    code : int
        What the kernels call it.
    column : str
        Name of the numbers in a file, with their order and unit.
    symmetric, metric : bool
        Whether D(i, j) = D(j, i), and whether it is a distance in the strict sense.
    smoothed : bool
        Whether it needs every category to have mass, and so an `alpha`.
    logarithmic : bool
        Whether the base of the logarithm changes it.
    root : bool
        Whether it is the square root of what the engine adds up.
    bound : float
        The largest value before the root, in nats.
    """

    code: int
    column: str
    symmetric: bool = True
    metric: bool = False
    smoothed: bool = False
    logarithmic: bool = False
    root: bool = False
    bound: float = math.inf


MEASURES = {
    "jensen-shannon-divergence": Measure(
        JENSEN_SHANNON, "jensen_shannon_divergence_bits", logarithmic=True, bound=math.log(2)
    ),
    "jensen-shannon-distance": Measure(
        JENSEN_SHANNON, "jensen_shannon_distance_root_bits",
        metric=True, logarithmic=True, root=True, bound=math.log(2),
    ),
    "relative-entropy": Measure(
        RELATIVE_ENTROPY, "relative_entropy_row_column_bits", symmetric=False, smoothed=True, logarithmic=True
    ),
    "jeffreys-divergence": Measure(JEFFREYS, "jeffreys_divergence_bits", smoothed=True, logarithmic=True),
    "hellinger-distance": Measure(HELLINGER, "hellinger_distance", metric=True, root=True, bound=1.0),
    "total-variation-distance": Measure(TOTAL_VARIATION, "total_variation_distance", metric=True, bound=1.0),
}  # fmt: skip


def make_plan(
    measure: Measure, counts: Counts, other: Counts | None, alpha: float, unit: float, *, half: bool
) -> Plan:
    """Prepare `counts` against `other`, or against itself; with `half`, each pair once."""
    left = _table(measure.code, counts, alpha)
    right = left if other is None else _table(measure.code, other, alpha)
    n_categories = len(counts.labels)
    postings, entry = _postings(right, n_categories)
    triangular = half and measure.symmetric and other is None
    if triangular:
        begin = np.empty(len(entry), dtype=np.int64)
        begin[entry] = np.arange(1, len(entry) + 1)
    else:
        begin = postings.start[left.category]
    return Plan(
        measure.code, left, right, postings, begin, triangular, n_categories,
        most=measure.bound, unit=unit, root=measure.root,
    )  # fmt: skip


def _postings(table: Table, n_categories: int) -> tuple[Postings, EntryArray]:
    from klbio.pairwise import kernels

    start, entry, sample = kernels.invert(table.start, table.category, n_categories)
    return Postings(start, sample, table.share[entry], table.image[entry]), entry


def _table(code: int, counts: Counts, alpha: float) -> Table:
    values = counts.values
    smoothed_depth = counts.depth + alpha * len(counts.labels)
    share = values.data / np.repeat(smoothed_depth, np.diff(values.indptr))
    image = _image(code, values.data, share, alpha)
    background = alpha / smoothed_depth
    total = _row_sums(counts, image) if alpha else np.zeros(len(smoothed_depth))
    row, column = _apart(code, smoothed_depth, _row_sums(counts, share * image), background * total)
    return Table(
        values.indptr.astype(np.int64),
        values.indices.astype(np.int32),
        share,
        image,
        row,
        column,
        background,
        total,
    )


def _image(code: int, count: FloatArray, share: FloatArray, alpha: float) -> FloatArray:
    """Give what the measure makes of each entry: p log p, its root, or the logarithm over alpha."""
    if code == JENSEN_SHANNON:
        from klbio.pairwise import kernels

        image: FloatArray = kernels.scaled_log(share)
        return image
    if code == HELLINGER:
        return np.sqrt(share)
    if code in (RELATIVE_ENTROPY, JEFFREYS):
        return np.log1p(count / alpha)
    return share


def _apart(code: int, depth: FloatArray, own: FloatArray, rest: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Row and column part of the divergence of two samples that share nothing."""
    zeros = np.zeros_like(depth)
    if code == RELATIVE_ENTROPY:
        return own + rest - np.log(depth), np.log(depth)
    if code == JEFFREYS:
        return own + rest, own + rest
    return zeros + (math.log(2) if code == JENSEN_SHANNON else 1.0), zeros


def _row_sums(counts: Counts, entries: FloatArray) -> FloatArray:
    pattern = counts.values
    rows = sparse.csr_array((entries, pattern.indices, pattern.indptr), shape=pattern.shape)
    return np.asarray(rows.sum(axis=1), dtype=float)
