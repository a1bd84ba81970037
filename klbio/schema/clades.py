"""Tables of where in the tree of life a shift took place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from klbio.schema.columns import Count, Flag, Number, Text
from klbio.schema.table import Row
from klbio.schema.terms import After, Arm, Before, Direction, NSubjects, OfRank, OfShift, Pooled

__all__ = ["CladeMeanRow", "CladeRow", "GeometryRow", "RankSplitRow"]

Source = Annotated[
    str, Text("which hierarchy the clade is a node of; each sums by itself", values=("taxonomy", "tree"))
]
Clade = Annotated[str, Text("the clade; a node of the tree by its label or its smallest tip")]
CladeRank = Annotated[str, Text("rank of the clade; empty in the tree")]
Parent = Annotated[str, Text("the clade above; in a tree the nearest that has more than one child")]
Lineage = Annotated[str, Text("the most specific lineage that all taxa below share")]
Depth = Annotated[int, Count("branches between the root and the clade", of="branches")]
NTips = Annotated[int, Count("taxa below the clade", of="taxa")]
BranchLength = Annotated[
    float | None, Number("the tree's branch lengths", "the branch above the clade; empty in the taxonomy")
]


@dataclass(frozen=True, kw_only=True, slots=True)
class CladeRow(OfShift):
    """What took place among a clade's children: a row per subject, contrast and clade that carries any."""

    clade: Clade
    rank: CladeRank
    n_children: Annotated[int, Count("children with reads in either phase", of="clades")]
    mass_before: Annotated[float, Number("proportion", "its proportion of the summed counts before")]
    mass_after: Annotated[float, Number("proportion", "its proportion of the summed counts after")]
    within_bits: Annotated[
        float, Number("bits", "weighted Jensen-Shannon divergence between the proportions of its children")
    ]
    contribution_bits: Annotated[
        float,
        Number("bits", "that times its mean mass; over all clades they sum to the divergence as observed"),
    ]
    share: Annotated[float, Number("share", "the contribution as a share of the whole")]
    source: Source
    parent: Parent
    lineage: Lineage
    depth: Depth
    n_tips: NTips
    branch_length: BranchLength
    direction: Direction
    low_bits: Annotated[
        float | None,
        Number(
            "bits",
            "lower end of a 95 % interval of the contribution, not bias-corrected; reads only, no days; empty for "
            "proportions",
        ),
    ]
    high_bits: Annotated[float | None, Number("bits", "upper end")]
    relative_entropy_after_before_contribution_bits: Annotated[
        float | None,
        Number(
            "bits",
            "its part of D(after ‖ before) at these depths, smoothed, by the same chain rule; of proportions "
            "unsmoothed, empty where it is infinite",
        ),
    ]
    relative_entropy_before_after_contribution_bits: Annotated[
        float | None, Number("bits", "the same of D(before ‖ after)")
    ]
    estimand: Pooled = "pooled"


@dataclass(frozen=True, kw_only=True, slots=True)
class CladeMeanRow(Row):
    """What took place among a clade's children on average: a row per contrast, arm and clade."""

    before: Before
    after: After
    arm: Arm
    source: Source
    clade: Clade
    parent: Parent
    rank: CladeRank
    lineage: Lineage
    depth: Depth
    n_tips: NTips
    is_leaf: Annotated[bool, Flag("whether the clade is a single taxon")]
    root_distance: Annotated[
        float | None,
        Number("the tree's branch lengths", "from the root to the clade; empty in the taxonomy"),
    ]
    branch_length: BranchLength
    mean_mass: Annotated[float, Number("proportion", "mean of the next two")]
    mean_mass_before: Annotated[float, Number("proportion", "mean proportion before")]
    mean_mass_after: Annotated[float, Number("proportion", "mean proportion after")]
    mean_within_bits: Annotated[float, Number("bits", "mean contribution divided by mean mass")]
    mean_contribution_bits: Annotated[
        float, Number("bits", "mean contribution; a subject that lacks the clade counts 0")
    ]
    mean_share: Annotated[float, Number("share", "mean of the shares of the subjects")]
    cumulative_share: Annotated[
        float, Number("share", "share of the whole that this clade and all larger ones carry together")
    ]
    n_up: Annotated[int, Count("subjects in which its proportion rose", of="subjects")]
    n_down: Annotated[int, Count("subjects in which it fell", of="subjects")]
    n_subjects: NSubjects
    estimand: Pooled = "pooled"


@dataclass(frozen=True, kw_only=True, slots=True)
class GeometryRow(OfShift):
    """Place of a subject by bits and by work along the tree: a row per subject, contrast and estimand."""

    estimand: Annotated[
        str, Text("`pooled` or `pairs`, as in the table of shifts", values=("pooled", "pairs"))
    ]
    jsd_plugin_bits: Annotated[
        float, Number("bits", "Jensen-Shannon divergence as observed", heading="JSD, as observed (bits)")
    ]
    tree_wasserstein_normalized: Annotated[
        float, Number("0 to 1", "weighted UniFrac as observed, divided by the largest it can be")
    ]
    place_by_bits: Annotated[int, Number("", "place among the subjects by bits; 1 moved furthest")]
    place_by_tree: Annotated[int, Number("", "place among the subjects along the tree")]
    places_apart: Annotated[int, Count("how far the two places are apart", of="places")]


@dataclass(frozen=True, kw_only=True, slots=True)
class RankSplitRow(OfRank):
    """What a rank adds to those above it: a row per subject, contrast and rank of the taxonomy."""

    n_groups: Annotated[int, Count("groups of the rank with reads in either phase", of="groups")]
    added_bits: Annotated[
        float, Number("bits", "divergence between its groups that the rank above does not see, as observed")
    ]
    cumulative_bits: Annotated[float, Number("bits", "divergence as observed at this rank")]
    share: Annotated[float, Number("share", "what the rank adds, as a share of the whole")]
    estimand: Pooled = "pooled"
