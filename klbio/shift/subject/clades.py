"""Where in the tree of life a shift took place: per clade, per rank, and their mean over an arm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from klbio.divergences.hierarchy import NodeTerms, node_terms
from klbio.schema import CladeMeanRow, CladeRow, RankSplitRow, columns_of, named
from klbio.schema.keys import DIRECTION, SUBJECT
from klbio.shift.parts import Part, arms_as_they_come
from klbio.shift.phase_pair import PhasePair
from klbio.shift.subject.hierarchy import Hierarchy

__all__ = [
    "CladeTerms",
    "clade_parts",
    "clade_rows",
    "clade_terms_of",
    "mean_clades",
    "means_of_each",
    "rank_split",
    "with_bits",
]

OF_ARM = named(CladeMeanRow, lambda row: (row.before, row.after, row.arm))
MEANS = named(CladeRow, lambda row: (row.contribution_bits, row.share, row.mass_before, row.mass_after))
BITS = named(
    CladeRow,
    lambda row: (
        row.contribution_bits,
        row.relative_entropy_after_before_contribution_bits,
        row.relative_entropy_before_after_contribution_bits,
    ),
)
NODE = named(
    CladeMeanRow,
    lambda row: (
        row.source, row.clade, row.parent, row.rank, row.lineage, row.depth, row.n_tips, row.root_distance,
        row.branch_length, row.is_leaf,
    ),
)  # fmt: skip
SOURCE, CLADE, DEPTH, IS_LEAF, ROOT_DISTANCE, N_SUBJECTS, N_UP, N_DOWN = named(
    CladeMeanRow,
    lambda row: (
        row.source, row.clade, row.depth, row.is_leaf, row.root_distance, row.n_subjects, row.n_up, row.n_down,
    ),
)  # fmt: skip
MEAN_BITS, MASS_BEFORE, MASS_AFTER = named(
    CladeMeanRow,
    lambda row: (row.mean_contribution_bits, row.mean_mass_before, row.mean_mass_after),
)
IS_FORK = "is_fork"  # whether it has more than one child


@dataclass(frozen=True, eq=False)
class CladeTerms:
    """The parts of one subject's shift, at the nodes of a hierarchy."""

    hierarchy: Hierarchy
    observed: NodeTerms
    smoothed: NodeTerms
    n_after: float  # reads; nan for proportions
    n_before: float
    rounding: float = 0.0


def clade_parts(pair: PhasePair, hierarchies: Sequence[Hierarchy]) -> Iterator[Part]:
    """Tables of one subject; all contrasts of one hierarchy come before those of the next."""
    for i, hierarchy in enumerate(hierarchies):
        terms = clade_terms_of(pair, hierarchy)
        place = i * len(pair.settings.contrasts) + pair.place
        yield Part("clades", clade_rows(terms).assign(**pair.who), place)
        if hierarchy.source == "taxonomy":
            yield Part("rank_split", rank_split(terms).assign(**pair.who), place)


def clade_terms_of(pair: PhasePair, hierarchy: Hierarchy) -> CladeTerms:
    """Split the pooled divergences of one subject's features over a hierarchy.

    The Jensen-Shannon divergence is split as observed, the relative entropies between the smoothed
    proportions of the pair's settings (without their correction for bias); of proportions where they are finite.
    """
    after, before = pair.counts.totals
    leaves = np.array([hierarchy.leaves[label] for label in pair.counts.labels])
    prior = pair.settings.estimator.pseudocounts(np.vstack([after, before]))
    smooth = [side + added for side, added in zip((after, before), prior, strict=True)]
    p, q = (side / side.sum() for side in smooth)
    observed = node_terms(*pair.counts.proportions, leaves, hierarchy.parents)
    smoothed = node_terms(p, q, leaves, hierarchy.parents)
    if not pair.of_reads:
        return CladeTerms(hierarchy, observed, _where_finite(smoothed), np.nan, np.nan, pair.rounding)
    return CladeTerms(hierarchy, observed, smoothed, float(after.sum()), float(before.sum()))


def _where_finite(terms: NodeTerms) -> NodeTerms:
    """Leave out relative entropies that are infinite as a whole."""
    there, back = (
        bits if np.isfinite(bits).all() else np.full_like(bits, np.nan)
        for bits in (terms.relative_entropy_pq, terms.relative_entropy_qp)
    )
    return replace(terms, relative_entropy_pq=there, relative_entropy_qp=back)


def clade_rows(terms: CladeTerms) -> pd.DataFrame:
    """One row for each node with mass, the largest contribution first.

    ``contribution_bits`` sums to the observed divergence, ``share`` to 1; nodes of a single child contribute
    0.  ``low_bits`` and ``high_bits``: 95 %, over reads, about the observed value.
    """
    of, seen = terms.observed, terms.hierarchy
    low, high = of.interval(terms.n_after, terms.n_before)
    total, mass = of.jensen_shannon.sum(), (of.mass_p + of.mass_q) / 2
    change = of.mass_p - of.mass_q
    with_mass = np.bincount(seen.parents[1:], mass[1:] > 0, minlength=len(mass)).astype(int)
    frame = _nodes(seen).assign(
        n_children=with_mass,
        mass_before=of.mass_q,
        mass_after=of.mass_p,
        direction=np.select([change > terms.rounding, change < -terms.rounding], ["up", "down"], "none"),
        within_bits=np.divide(of.jensen_shannon, mass, out=np.zeros_like(mass), where=mass > 0),
        contribution_bits=of.jensen_shannon,
        low_bits=low,
        high_bits=high,
        share=of.jensen_shannon / total if total > 0 else 0.0,
        relative_entropy_after_before_contribution_bits=terms.smoothed.relative_entropy_pq,
        relative_entropy_before_after_contribution_bits=terms.smoothed.relative_entropy_qp,
    )
    kept = frame[(mass > 0) | (terms.smoothed.mass_p > 0)]
    return kept.sort_values([BITS[0], CLADE], ascending=[False, True], kind="stable")


def _nodes(hierarchy: Hierarchy) -> pd.DataFrame:
    above = hierarchy.forks_above if hierarchy.source == "tree" else hierarchy.parents
    columns = columns_of(
        CladeMeanRow,
        source=hierarchy.source,
        clade=hierarchy.names,
        parent=[hierarchy.names[node] if node >= 0 else "" for node in above],
        rank=hierarchy.ranks,
        lineage=hierarchy.lineages,
        depth=hierarchy.depths,
        n_tips=hierarchy.n_tips,
        is_leaf=hierarchy.n_children == 0,
        root_distance=hierarchy.root_distances,
        branch_length=hierarchy.lengths,
    )
    return pd.DataFrame({**columns, IS_FORK: hierarchy.n_children > 1})


def rank_split(terms: CladeTerms) -> pd.DataFrame:
    """Say how many bits each rank of a taxonomy adds: the divergence between groups that the rank above hides.

    ``cumulative_bits`` is the observed divergence at the rank, unassigned taxa named after their deepest
    assigned ancestor; the last row, ``feature``, is the whole.
    """
    names = terms.hierarchy.levels[1:]
    added = np.bincount(terms.hierarchy.depths, terms.observed.jensen_shannon, minlength=len(names))
    added = added[: len(names)]
    total = added.sum()
    groups = np.bincount(
        terms.hierarchy.depths, terms.observed.mass_p + terms.observed.mass_q > 0, minlength=len(names) + 1
    )
    return pd.DataFrame(
        columns_of(
            RankSplitRow,
            rank=names,
            n_groups=groups[1 : len(names) + 1].astype(int),
            added_bits=added,
            cumulative_bits=np.cumsum(added),
            share=added / total if total > 0 else 0.0,
        )
    )


def with_bits(clades: pd.DataFrame) -> pd.DataFrame:
    """Nodes that carry a part of some divergence."""
    if clades.empty:
        return clades
    return clades[(clades[list(BITS)] > 0).any(axis=1)].drop(columns=[IS_LEAF, IS_FORK, ROOT_DISTANCE])


def means_of_each(clades: pd.DataFrame) -> pd.DataFrame:
    """`mean_clades` of each source and contrast, in their order."""
    if clades.empty:
        return pd.DataFrame()
    by = named(CladeRow, lambda row: (row.source, row.before, row.after))
    return pd.concat([mean_clades(part) for _, part in clades.groupby([*by], sort=False)], ignore_index=True)


def mean_clades(frames: pd.DataFrame, keys: Sequence[str] = OF_ARM) -> pd.DataFrame:
    """Average nodes over the subjects of an arm; a node that a subject lacks counts as 0.

    Taxa themselves are left out of the taxonomy, nodes of a single child out of the tree.
    ``cumulative_share`` is the share of the whole that a node and all larger ones carry.
    """
    if frames.empty:
        return pd.DataFrame()
    by = [*keys, SOURCE]
    n_subjects = frames.groupby(by)[SUBJECT].nunique().rename(N_SUBJECTS).reset_index()
    tree = frames[SOURCE] == "tree"
    drawn = frames[
        (tree & (frames[IS_FORK] | frames[IS_LEAF] | (frames[DEPTH] == 0))) | (~tree & ~frames[IS_LEAF])
    ]
    drawn = drawn.assign(n_up=drawn[DIRECTION].eq("up"), n_down=drawn[DIRECTION].eq("down"))
    grouped = drawn.groupby([*by, CLADE, DEPTH])
    sums = grouped[[*MEANS, N_UP, N_DOWN]].sum()
    what = grouped[[name for name in NODE if name not in (*by, CLADE, DEPTH)]].first()
    table = what.join(sums).reset_index().merge(n_subjects, on=by)
    for name in MEANS:
        table[f"mean_{name}"] = table.pop(name) / table[N_SUBJECTS]
    mass = (table[MASS_BEFORE] + table[MASS_AFTER]) / 2
    within = (table[MEAN_BITS] / mass).where(mass > 0, 0.0)
    table = table.assign(mean_mass=mass, mean_within_bits=within)
    order = [*by, MEAN_BITS, CLADE]
    ascending = [True] * len(by) + [False, True]
    table = table.sort_values(order, ascending=ascending, kind="stable", key=arms_as_they_come(frames))
    running, whole = table.groupby(by)[MEAN_BITS].cumsum(), table.groupby(by)[MEAN_BITS].transform("sum")
    return table.assign(cumulative_share=(running / whole).where(whole > 0, 0.0))
