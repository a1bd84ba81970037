"""Tables of what hangs on a choice: smoothing, support, depth, estimand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from klbio.schema.columns import Count, Flag, Number, PValue, Text
from klbio.schema.terms import OfContrast, OfRank, Pooled, Support

__all__ = ["HeadlineRow", "RarefactionRow", "SensitivityRow"]

MEASURES = ("Jensen-Shannon divergence", "D(after || before)", "D(before || after)")


@dataclass(frozen=True, kw_only=True, slots=True)
class SensitivityRow(OfRank):
    """The pooled shift as observed under each choice: a row per subject, contrast, rank, smoothing, support."""

    smoothing: Annotated[str, Text("smoothing of all three divergences")]
    support: Support
    n_categories: Annotated[int, Count("categories of the support", of="categories")]
    jensen_shannon_divergence_bits: Annotated[
        float, Number("bits", "Jensen-Shannon divergence, smoothed too", heading="JSD (bits)")
    ]
    relative_entropy_after_before_bits: Annotated[
        float,
        Number(
            "bits",
            "D(after ‖ before) at these depths; infinite where unsmoothed",
            heading="D(after ‖ before) at these depths (bits)",
        ),
    ]
    relative_entropy_before_after_bits: Annotated[
        float,
        Number(
            "bits",
            "D(before ‖ after) at these depths; infinite where unsmoothed",
            heading="D(before ‖ after) at these depths (bits)",
        ),
    ]
    estimand: Pooled = "pooled"


@dataclass(frozen=True, kw_only=True, slots=True)
class RarefactionRow(OfRank):
    """The pooled shift at fewer reads: a row per subject, contrast, rank and depth."""

    choice: Annotated[
        str,
        Text(
            "why this depth",
            values=(
                "full depth", "own shallower side", "ladder", "shallowest side of the study",
                "half of the shallowest", "quarter of the shallowest",
            ),
        ),
    ]  # fmt: skip
    depth_before: Annotated[int, Count("reads drawn out of the samples before", of="reads")]
    depth_after: Annotated[int, Count("reads drawn out of the samples after", of="reads")]
    n_draws: Annotated[int, Count("draws behind the next six; 0 at full depth", of="draws")]
    jsd_plugin_bits: Annotated[
        float,
        Number("bits", "mean divergence as observed over the draws", heading="JSD, as observed (bits)"),
    ]
    jsd_plugin_lowest_bits: Annotated[float, Number("bits", "lowest of the draws")]
    jsd_plugin_highest_bits: Annotated[float, Number("bits", "highest of the draws")]
    jsd_corrected_bits: Annotated[float, Number("bits", "mean bias-corrected divergence over the draws")]
    jsd_corrected_lowest_bits: Annotated[float, Number("bits", "lowest of the draws")]
    jsd_corrected_highest_bits: Annotated[float, Number("bits", "highest of the draws")]
    estimand: Pooled = "pooled"


@dataclass(frozen=True, kw_only=True, slots=True)
class HeadlineRow(OfContrast):
    """The conclusion under each choice: a row per contrast, rank, choice and pair of arms (or arm)."""

    measure: Annotated[
        str,
        Text(
            "what was measured; D only where all sides have one depth within a tenth, for it differs with depth",
            values=MEASURES,
        ),
    ]
    estimand: Annotated[str, Text("`excess`, `pooled` or `pairs`", values=("excess", "pooled", "pairs"))]
    corrected: Annotated[bool, Flag("whether the numbers are bias-corrected, or as observed")]
    smoothing: Annotated[str, Text("smoothing before the measure")]
    support: Support
    rarefied_to: Annotated[
        int | None, Count("reads that both sides were rarefied to; empty at full depth", of="reads")
    ]
    arm_a: Annotated[str, Text("the arm, or the first of two")]
    arm_b: Annotated[str, Text("the second arm; empty where there is one")] = ""
    n_a: Annotated[int, Count("subjects of the first arm that have the number", of="subjects")]
    n_b: Annotated[int | None, Count("subjects of the second arm that have it", of="subjects")] = None
    median_a_bits: Annotated[float | None, Number("bits", "median of the first arm")] = None
    median_b_bits: Annotated[float | None, Number("bits", "median of the second arm")] = None
    difference_of_means_bits: Annotated[
        float | None,
        Number("bits", "mean of the first less that of the second; in a crossover over subjects of both"),
    ] = None
    p_value: Annotated[float | None, PValue("p of that difference by permutation, two-sided")] = None
    smallest_p: Annotated[float | None, PValue("the smallest p that this design can give")] = None
    n_permutations: Annotated[int | None, Count("arrangements behind the p", of="arrangements")] = None
    exact: Annotated[bool | None, Flag("whether these are all the arrangements there are")] = None
    reported: Annotated[bool, Flag("whether this is the choice that the report speaks of")]
    agrees: Annotated[
        str,
        Text(
            "whether it leads where the reported choice does: same arm ahead, p on the same side of 0.05",
            values=("yes", "no", "cannot tell"),
        ),
    ]
