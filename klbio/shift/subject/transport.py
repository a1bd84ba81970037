"""How far along a tree a subject moved: work in branch lengths beside information in bits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from klbio.schema import GeometryRow, PairRow, named
from klbio.schema.keys import AFTER, ARM, BEFORE, ESTIMAND, SUBJECT
from klbio.shift.phase_pair import PhasePair
from klbio.shift.samples import PhaseCounts
from klbio.transport import Tree, tree_wasserstein

__all__ = ["Work", "compare_order", "transport_of", "with_work"]

BY_BITS, BY_TREE, APART = named(
    GeometryRow, lambda row: (row.place_by_bits, row.place_by_tree, row.places_apart)
)


class Work(NamedTuple):
    """Mean work along a tree, in the unit of its branch lengths, and from 0 to 1."""

    in_branch_lengths: float
    normalized: float

    @classmethod
    def mean(cls, counts: PhaseCounts, tree: Tree) -> Work:
        """Mean over all pairs; one after-sample at a time bounds the memory."""
        p, q = (side / side.sum(axis=-1, keepdims=True) for side in (counts.after, counts.before))
        in_branch_lengths, normalized = (
            float(np.mean([tree_wasserstein(x, q, tree, counts.labels, normalized=scaled) for x in p]))
            for scaled in (False, True)
        )
        return cls(in_branch_lengths, normalized)


def transport_of(pair: PhasePair, tree: Tree) -> tuple[Work, Work]:
    r"""Measure how far along a tree one subject's reads were carried, once per estimand.

    .. math::
        W_{pooled} = W\Big(\sum_i x_i, \sum_j y_j\Big), \qquad
        W_{pairs} = \frac{1}{n_x n_y} \sum_{ij} W(x_i, y_j)

    with W as `klbio.transport.tree_wasserstein` (weighted UniFrac) between the shares of after-samples
    x and before-samples y.  As observed: neither corrected for bias nor smoothed.

    Parameters
    ----------
    pair : PhasePair
        Counts of the tree's tips, uncollapsed.
    tree : Tree
        Has a tip for each category seen.

    Returns
    -------
    pooled, pairs : Work

    Raises
    ------
    InputError
        Naming the categories that are no tip of the tree.
    """
    after, before = pair.seen.totals
    pools = PhaseCounts(pair.seen.labels, after[None], before[None])
    return Work.mean(pools, tree), Work.mean(pair.seen, tree)


def with_work(rows: Sequence[PairRow], pair: PhasePair, tree: Tree) -> list[PairRow]:
    """Put the work along a tree into the rows of both estimands, in their order."""
    return [
        replace(
            row,
            tree_wasserstein_branch_length_units=work.in_branch_lengths,
            tree_wasserstein_normalized=work.normalized,
        )
        for row, work in zip(rows, transport_of(pair, tree), strict=True)
    ]


def compare_order(pairs: pd.DataFrame) -> pd.DataFrame:
    """Rank the subjects of a contrast by bits as observed and by normalised work along the tree; 1 moved furthest."""
    value, bits = named(PairRow, lambda row: (row.tree_wasserstein_normalized, row.jsd_plugin_bits))
    if value not in pairs or pairs[value].isna().all():
        return pd.DataFrame()
    keys = [BEFORE, AFTER, ESTIMAND]
    rows = pairs[pairs[value].notna()][[SUBJECT, ARM, *keys, bits, value]].copy()
    for name, column in ((BY_BITS, bits), (BY_TREE, value)):
        rows[name] = rows.groupby(keys)[column].rank(ascending=False, method="min").astype(int)
    rows[APART] = (rows[BY_BITS] - rows[BY_TREE]).abs()
    return rows.sort_values([*keys, APART, SUBJECT], ascending=[True] * 3 + [False, True])
