"""The measures of the all-pairs engine, and what each makes of a table."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from klbio.distributions import Counts, FloatArray
from klbio.errors import InputError
from klbio.pairwise.operands import (
    HELLINGER,
    JEFFREYS,
    JENSEN_SHANNON,
    RELATIVE_ENTROPY,
    TOTAL_VARIATION,
    Table,
)

__all__ = ["MEASURES", "Measure"]

MIN_ALPHA, MAX_ALPHA = 1e-30, 1e30


@dataclass(frozen=True)
class Measure:
    """A way to compare two samples.

    Parameters
    ----------
    name : str
        What a user calls it.
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

    name: str
    code: int
    column: str
    symmetric: bool = True
    metric: bool = False
    smoothed: bool = False
    logarithmic: bool = False
    root: bool = False
    bound: float = math.inf

    def checked_alpha(self, alpha: float | None) -> float:
        """Accept the `alpha` it needs, or its absence where it needs none; 0 stands for none."""
        if not self.smoothed and alpha is not None:
            raise InputError.one(
                "alpha",
                f"{alpha!r} for {self.name}",
                "no alpha",
                "This measure is of the counts as they are (count / depth).",
            )
        number = isinstance(alpha, int | float | np.number)
        if self.smoothed and not (number and MIN_ALPHA <= float(alpha or 0) <= MAX_ALPHA):
            raise InputError.one(
                "alpha", f"{alpha!r} for {self.name}", f"a number from {MIN_ALPHA:g} to {MAX_ALPHA:g}",
                "It is added to each count, so that no category is ruled out; 0.5 is a common choice. "
                "The Jensen-Shannon divergence needs none.",
            )  # fmt: skip
        return float(alpha or 0.0)

    def check_unit(self, counts: Counts) -> None:
        """Refuse to add to proportions what is added to counts."""
        if self.smoothed and counts.unit == "proportions":
            raise InputError.one(
                counts.name, f"proportions for {self.name}", "counts of reads",
                "alpha is added to counts, and proportions have none: give the counts, or ask for "
                "jensen-shannon-divergence, which needs no alpha.",
            )  # fmt: skip

    def table(self, counts: Counts, alpha: float) -> Table:
        """Give counts and depths, and what the measure makes of their shares."""
        values = counts.values
        smoothed_depth = counts.depth + alpha * len(counts.labels)
        background = alpha / smoothed_depth
        if self.code == JENSEN_SHANNON:  # the largest tables: nothing is kept that is not needed
            image, total, own = np.empty(0), np.zeros(len(smoothed_depth)), np.zeros(len(smoothed_depth))
        else:
            share = values.data / np.repeat(smoothed_depth, np.diff(values.indptr))
            image = self.image(share, values.data / alpha if alpha else share)
            total = _row_sums(counts, image) if alpha else np.zeros(len(smoothed_depth))
            own = _row_sums(counts, share * image) + background * total
        row, column = self._apart(smoothed_depth, own)
        return Table(
            values.indptr.astype(np.int64),
            values.indices.astype(np.int32, copy=False),
            values.data,
            smoothed_depth,
            image,
            row,
            column,
            background,
            total,
        )

    def image(self, share: FloatArray, ratio: FloatArray | None = None) -> FloatArray:
        """Give what the measure makes of each entry: p log p, its root, or the logarithm of its ratio to alpha."""
        if self.code == JENSEN_SHANNON:
            from klbio.pairwise.logarithm import scaled_log

            image = np.empty_like(share)
            scaled_log(share, image)
            return image
        if self.code == HELLINGER:
            return np.sqrt(share)
        if self.code in (RELATIVE_ENTROPY, JEFFREYS):
            return np.log1p(share if ratio is None else ratio)
        return share

    def _apart(self, depth: FloatArray, own: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Row and column part of the divergence of two samples that share nothing."""
        zeros = np.zeros_like(depth)
        if self.code == RELATIVE_ENTROPY:
            return own - np.log(depth), np.log(depth)
        if self.code == JEFFREYS:
            return own, own
        return zeros + (math.log(2) if self.code == JENSEN_SHANNON else 1.0), zeros


MEASURES = {
    measure.name: measure
    for measure in (
        Measure(
            "jensen-shannon-divergence", JENSEN_SHANNON, "jensen_shannon_divergence_bits",
            logarithmic=True, bound=math.log(2),
        ),
        Measure(
            "jensen-shannon-distance", JENSEN_SHANNON, "jensen_shannon_distance_root_bits",
            metric=True, logarithmic=True, root=True, bound=math.log(2),
        ),
        Measure(
            "relative-entropy", RELATIVE_ENTROPY, "relative_entropy_row_column_bits",
            symmetric=False, smoothed=True, logarithmic=True,
        ),
        Measure(
            "jeffreys-divergence", JEFFREYS, "jeffreys_divergence_bits", smoothed=True, logarithmic=True
        ),
        Measure("hellinger-distance", HELLINGER, "hellinger_distance", metric=True, root=True, bound=1.0),
        Measure(
            "total-variation-distance", TOTAL_VARIATION, "total_variation_distance", metric=True, bound=1.0
        ),
    )
}  # fmt: skip


def _row_sums(counts: Counts, entries: FloatArray) -> FloatArray:
    pattern = counts.values
    rows = sparse.csr_array((entries, pattern.indices, pattern.indptr), shape=pattern.shape)
    return np.asarray(rows.sum(axis=1), dtype=float)
