"""Columns by which rows are found, grouped and put in order, called as the classes of rows call them."""

from __future__ import annotations

from klbio.schema.subject import ContributionRow, PairRow
from klbio.schema.table import named

__all__ = [
    "AFTER",
    "ARM",
    "BEFORE",
    "DEPTH_AFTER",
    "DEPTH_BEFORE",
    "DIRECTION",
    "ESTIMAND",
    "FLOOR",
    "FLOOR_HIGH",
    "N_AFTER",
    "N_BASELINE_PAIRS",
    "N_BEFORE",
    "RANK",
    "SHARE",
    "SHIFT",
    "SUBJECT",
    "TAXON",
    "WITHIN_BATCH",
]

SUBJECT, ARM, BEFORE, AFTER, RANK, ESTIMAND = named(
    PairRow, lambda row: (row.subject, row.arm, row.before, row.after, row.rank, row.estimand)
)
N_BEFORE, N_AFTER, DEPTH_BEFORE, DEPTH_AFTER, N_BASELINE_PAIRS = named(
    PairRow,
    lambda row: (row.n_before, row.n_after, row.depth_before, row.depth_after, row.n_baseline_pairs),
)
SHIFT, FLOOR, FLOOR_HIGH, WITHIN_BATCH = named(
    PairRow,
    lambda row: (
        row.jensen_shannon_divergence_bits, row.floor_bits, row.floor_high_bits, row.within_batch_bits,
    ),
)  # fmt: skip
TAXON, DIRECTION, SHARE = named(ContributionRow, lambda row: (row.taxon, row.direction, row.share))
