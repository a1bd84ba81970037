"""How far along a tree a subject moved: work in branch lengths beside information in bits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from klbio.shift.phase_pair import PhasePair
from klbio.shift.samples import PhaseCounts
from klbio.shift.subject.divergence import Row
from klbio.transport import Tree, tree_wasserstein

__all__ = ["compare_order", "transport_rows"]


def transport_rows(pair: PhasePair, tree: Tree) -> list[Row]:
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
    list of dict
        In the order of `klbio.shift.subject.divergence.ESTIMANDS`: ``tree_wasserstein_branch_length_units`` in the
        unit of the branch lengths, ``tree_wasserstein_normalized`` from 0 to 1.

    Raises
    ------
    InputError
        Naming the categories that are no tip of the tree.
    """
    after, before = pair.seen.totals
    pools = PhaseCounts(pair.seen.labels, after[None], before[None])
    return [_fields(pools, tree), _fields(pair.seen, tree)]


def _fields(counts: PhaseCounts, tree: Tree) -> Row:
    """Mean over all pairs; one after-sample at a time bounds the memory."""
    p, q = (side / side.sum(axis=-1, keepdims=True) for side in (counts.after, counts.before))
    work, normalized = (
        float(np.mean([tree_wasserstein(x, q, tree, counts.labels, normalized=scaled) for x in p]))
        for scaled in (False, True)
    )
    return {"tree_wasserstein_branch_length_units": work, "tree_wasserstein_normalized": normalized}


def compare_order(pairs: pd.DataFrame) -> pd.DataFrame:
    """Rank the subjects of a contrast by bits as observed and by normalised work along the tree; 1 moved furthest."""
    value = "tree_wasserstein_normalized"
    if value not in pairs or pairs[value].isna().all():
        return pd.DataFrame()
    keys = ["before", "after", "estimand"]
    rows = pairs[pairs[value].notna()][["subject", "arm", *keys, "jsd_plugin_bits", value]].copy()
    for name, column in (("place_by_bits", "jsd_plugin_bits"), ("place_by_tree", value)):
        rows[name] = rows.groupby(keys)[column].rank(ascending=False, method="min").astype(int)
    rows["places_apart"] = (rows["place_by_bits"] - rows["place_by_tree"]).abs()
    return rows.sort_values([*keys, "places_apart", "subject"], ascending=[True] * 3 + [False, True])
