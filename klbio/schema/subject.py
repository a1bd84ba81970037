"""Tables of how far each subject moved, and which taxa carried it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from klbio.schema.columns import Count, Flag, Number, PValue, Text
from klbio.schema.terms import Direction, OfRank, Pooled, Support

__all__ = ["CarriedRow", "ContributionRow", "PairRow"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PairRow(OfRank):
    """How far one subject moved: a row per subject, contrast, rank and estimand."""

    estimand: Annotated[
        str,
        Text(
            "`excess`: mean divergence between samples of the two phases, less half of that within each; `pooled`: "
            "divergence between summed counts; `pairs`: mean over all pairs of samples",
            values=("excess", "pooled", "pairs"),
        ),
    ]
    n_categories: Annotated[int, Count("categories of the support", of="categories")]
    support: Support
    smoothing_jsd: Annotated[
        str, Text("smoothing before the Jensen-Shannon divergence: `none`, it needs none")
    ]
    smoothing_relative_entropy: Annotated[str, Text("smoothing before both relative entropies")]
    n_before: Annotated[int, Count("samples before", of="samples")]
    n_after: Annotated[int, Count("samples after", of="samples")]
    depth_before: Annotated[
        int | None, Count("reads of all samples before; empty for proportions", of="reads")
    ]
    depth_after: Annotated[int | None, Count("reads of all samples after", of="reads")]
    jensen_shannon_divergence_bits: Annotated[
        float,
        Number(
            "bits",
            "Jensen-Shannon divergence, corrected for the bias of finite reads; an `excess` may fall below 0; of "
            "proportions as observed",
            heading="JSD, corrected (bits)",
        ),
    ]
    jsd_low_bits: Annotated[
        float | None,
        Number(
            "bits",
            "lower end of its 95 % interval over what `interval_covers` names; empty where nothing can be said",
        ),
    ]
    jsd_high_bits: Annotated[float | None, Number("bits", "upper end")]
    interval_covers: Annotated[
        str,
        Text(
            "what that interval is for: these very samples (`reads`), or the subject's phases (`reads and days`; of "
            "proportions `days`)",
            values=(
                "",
                "reads",
                "reads and days",
                "reads and the cohort's days",
                "days",
                "the cohort's days",
            ),
        ),
    ]
    jsd_plugin_bits: Annotated[
        float,
        Number("bits", "Jensen-Shannon divergence as observed (plug-in)", heading="JSD, as observed (bits)"),
    ]
    floor_bits: Annotated[
        float | None,
        Number(
            "bits",
            "mean of what would be observed at these depths if nothing had changed; empty for `excess`",
        ),
    ]
    floor_high_bits: Annotated[float | None, Number("bits", "95 % point of that")]
    floor_p: Annotated[
        float | None,
        PValue("share of random reallocations of the reads that reach what was observed, itself counted"),
    ]
    above_floor: Annotated[bool | None, Flag("whether `floor_p` is at most 0.05")]
    baseline_bits: Annotated[
        float | None,
        Number(
            "bits",
            "mean divergence among the subject's own samples: before, for `pairs`; within both phases, for `excess`, "
            "where it is what was taken off and, like the excess, may fall below 0",
        ),
    ] = None
    baseline_max_bits: Annotated[float | None, Number("bits", "largest of these divergences")] = None
    n_baseline_pairs: Annotated[
        int, Count("how many there are; pairs of samples before, for `pooled`", of="divergences")
    ]
    baseline_p: Annotated[
        float | None,
        PValue(
            "share of the ways to deal the subject's samples to the phases in which they lie at least as far apart; "
            "all are thinned to the depth of the shallowest"
        ),
    ] = None
    smallest_baseline_p: Annotated[
        float | None, PValue("the smallest that this can be with so many samples")
    ] = None
    above_baseline: Annotated[
        bool | None,
        Flag("whether `baseline_p` is at most 0.05; empty where `note` says why, and for `pooled`"),
    ] = None
    relative_entropy_after_before_bits: Annotated[
        float | None,
        Number(
            "bits",
            "D(after ‖ before) at these depths: of the smoothed compositions that they give on average, corrected for "
            "bias; at other depths it is another number; of proportions unsmoothed, empty where it is infinite",
            heading="D(after ‖ before) at these depths (bits)",
        ),
    ]
    relative_entropy_after_before_low_bits: Annotated[
        float | None,
        Number(
            "bits",
            "lower end of the 95 % interval of D(after ‖ before) at these depths: over reads; of `pairs` "
            "with several samples on a side over reads and days",
        ),
    ]
    relative_entropy_after_before_high_bits: Annotated[float | None, Number("bits", "upper end")]
    relative_entropy_after_before_plugin_bits: Annotated[
        float | None, Number("bits", "D(after ‖ before) as observed at these depths, smoothed")
    ]
    relative_entropy_before_after_bits: Annotated[
        float | None,
        Number(
            "bits",
            "D(before ‖ after) at these depths: of the smoothed compositions that they give on average, corrected for "
            "bias; at other depths it is another number; of proportions unsmoothed, empty where it is infinite",
            heading="D(before ‖ after) at these depths (bits)",
        ),
    ]
    relative_entropy_before_after_low_bits: Annotated[
        float | None,
        Number(
            "bits",
            "lower end of the 95 % interval of D(before ‖ after) at these depths: over reads; of `pairs` "
            "with several samples on a side over reads and days",
        ),
    ]
    relative_entropy_before_after_high_bits: Annotated[float | None, Number("bits", "upper end")]
    relative_entropy_before_after_plugin_bits: Annotated[
        float | None, Number("bits", "D(before ‖ after) as observed at these depths, smoothed")
    ]
    relative_entropy_after_before_at_least_bits: Annotated[
        float | None,
        Number(
            "bits",
            "D(after ‖ before) of the summed communities is this or more, whatever the depth: lower end of a one-sided "
            "95 % interval over reads; only `pooled`",
        ),
    ] = None
    relative_entropy_before_after_at_least_bits: Annotated[
        float | None, Number("bits", "the same of D(before ‖ after)")
    ] = None
    relative_entropy_after_before_merged_bits: Annotated[
        float | None,
        Number(
            "bits",
            "D(after ‖ before) with all rare categories merged into one, bias-corrected: what is bounded",
        ),
    ] = None
    relative_entropy_before_after_merged_bits: Annotated[
        float | None, Number("bits", "the same of D(before ‖ after)")
    ] = None
    merged_share_before: Annotated[
        float | None, Number("share", "reads before that are in the categories so merged")
    ] = None
    merged_share_after: Annotated[float | None, Number("share", "reads after that are in them")] = None
    total_variation: Annotated[float, Number("0 to 1", "total variation distance of the summed counts")]
    pinsker_bound: Annotated[
        float, Number("0 to 1", "the most that distance can be at the divergence observed (Pinsker)")
    ]
    tree_wasserstein_branch_length_units: Annotated[
        float | None,
        Number(
            "the tree's branch lengths",
            "weighted UniFrac as observed; only with a tree, at the rank of its tips",
        ),
    ] = None
    tree_wasserstein_normalized: Annotated[
        float | None, Number("0 to 1", "the same, divided by the largest it can be")
    ] = None
    rare_taxa_bits: Annotated[
        float | None,
        Number(
            "bits",
            "bits that rest on taxa too rare to tell: the value may be so much more or less for all that counts say; "
            "empty for k-mers and proportions",
        ),
    ] = None
    jsd_lowest_bits: Annotated[
        float | None,
        Number(
            "bits",
            "what the shift is at least, at 97.5 %, whatever rare taxa did; empty for k-mers and proportions",
        ),
    ] = None
    jsd_highest_bits: Annotated[float | None, Number("bits", "what it is at most, likewise")] = None
    undersampled: Annotated[
        bool | None,
        Flag(
            "whether `rare_taxa_bits` exceed half the width of the interval, which may then miss: go by lowest and "
            "highest; of k-mers, whether there are fewer than five counts each; empty for proportions"
        ),
    ]
    note: Annotated[str, Text("what to beware of, in words", prose=True)]
    within_batch_bits: Annotated[
        float | None,
        Number(
            "bits", "the shift within batches, by the same estimand: mean over batches that hold both phases"
        ),
    ] = None
    within_batch_low_bits: Annotated[
        float | None,
        Number(
            "bits",
            "lower end of its 95 % interval, which covers the reads, not the days; of `pooled` alone: a batch holds "
            "too few samples of a phase to tell how days scatter there",
        ),
    ] = None
    within_batch_high_bits: Annotated[float | None, Number("bits", "upper end")] = None
    within_batch_p: Annotated[
        float | None,
        PValue(
            "p of the pooled one by exchange of samples within subject and batch; where there are two batches"
        ),
    ] = None
    within_batch_smallest_p: Annotated[float | None, PValue("the smallest p that these samples can give")] = (
        None
    )
    n_batches_with_both: Annotated[
        int | None, Count("batches that hold samples of both phases; empty without batches", of="batches")
    ] = None
    batch_share_bits: Annotated[
        float | None, Number("bits", "the shift less that within batches: what batches may have added")
    ] = None
    within_batch_note: Annotated[
        str, Text("why there is no shift within batches, where that is so", prose=True)
    ] = ""
    unit: Annotated[
        str,
        Text(
            "what the table holds: `reads`, or k-mers in groups of whole reads; or `proportions`, of which what needs "
            "reads is empty",
            values=("reads", "proportions"),
        ),
    ] = "reads"


@dataclass(frozen=True, kw_only=True, slots=True)
class CarriedRow(OfRank):
    """The first columns of a contribution: of whom, of which taxon, which way, and how much."""

    taxon: Annotated[str, Text("the taxon, or k-mer")]
    direction: Direction
    jsd_contribution_bits: Annotated[
        float, Number("bits", "its term of the divergence as observed; the terms sum to the whole")
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class ContributionRow(CarriedRow):
    """What one taxon contributed to one subject's pooled shift: a row per subject, contrast, rank and taxon."""

    low_bits: Annotated[
        float | None,
        Number(
            "bits", "lower end of the 95 % interval of its corrected term; reads only; empty for proportions"
        ),
    ]
    high_bits: Annotated[float | None, Number("bits", "upper end")]
    share: Annotated[float, Number("share", "its term as a share of the whole")]
    proportion_before: Annotated[float, Number("proportion", "its proportion of the summed counts before")]
    proportion_after: Annotated[float, Number("proportion", "its proportion of the summed counts after")]
    relative_entropy_after_before_contribution_bits: Annotated[
        float | None,
        Number(
            "bits",
            "its term of D(after ‖ before) at these depths, smoothed; may be negative; empty where that is",
        ),
    ]
    relative_entropy_before_after_contribution_bits: Annotated[
        float | None,
        Number(
            "bits",
            "its term of D(before ‖ after) at these depths, smoothed; may be negative; empty where that is",
        ),
    ]
    jsd_contribution_corrected_bits: Annotated[
        float, Number("bits", "its bias-corrected term; these sum to the corrected divergence")
    ]
    estimand: Pooled = "pooled"
