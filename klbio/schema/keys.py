"""Columns by which rows are found, grouped and put in order, called as the classes of rows call them."""

from __future__ import annotations

from klbio.schema.clades import CladeRow
from klbio.schema.profiles import AlignedColumnRow
from klbio.schema.subject import ContributionRow, PairRow
from klbio.schema.table import named

__all__ = [
    "AFTER",
    "ARM",
    "BEFORE",
    "CLADE",
    "COLUMN",
    "DEPTH_AFTER",
    "DEPTH_BEFORE",
    "DIRECTION",
    "ESTIMAND",
    "FLOOR",
    "FLOOR_HIGH",
    "MODEL_P",
    "MODEL_Q",
    "N_AFTER",
    "N_BASELINE_PAIRS",
    "N_BEFORE",
    "RANK",
    "SHARE",
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
FLOOR, FLOOR_HIGH, WITHIN_BATCH = named(
    PairRow, lambda row: (row.floor_bits, row.floor_high_bits, row.within_batch_bits)
)
TAXON, DIRECTION, SHARE = named(ContributionRow, lambda row: (row.taxon, row.direction, row.share))
(CLADE,) = named(CladeRow, lambda row: (row.clade,))
MODEL_P, MODEL_Q, COLUMN = named(AlignedColumnRow, lambda row: (row.model_p, row.model_q, row.column))
