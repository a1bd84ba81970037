"""Tables over the subjects of a study: summaries, tests, and checks of the design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from klbio.schema.columns import Count, Number, PValue, Text
from klbio.schema.terms import (
    Arm,
    Exact,
    NPermutations,
    NSubjects,
    OfContrast,
    OptionalExact,
    OptionalPermutations,
    OptionalSmallestP,
    Pooled,
)

__all__ = ["ArmRow", "CohortRow", "DifferentialRow", "PermanovaRow", "PopulationRow", "TaxonRow"]

OF_VARIATION = OF_PHASE, OF_SUBJECT, OF_SPREAD = (  # tests of what samples vary with
    "phase within subjects", "subject", "dispersion of phases",
)  # fmt: skip
Estimand = Annotated[str, Text("`excess`, `pooled` or `pairs`", values=("excess", "pooled", "pairs"))]
Taxon = Annotated[str, Text("the taxon, or k-mer")]


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmRow(OfContrast):
    """How far the subjects of an arm moved: a row per contrast, rank, estimand and arm."""

    estimand: Estimand
    arm: Arm
    n_subjects: NSubjects
    n_above_floor: Annotated[
        int | None, Count("subjects above their floor; empty for `excess`", of="subjects")
    ]
    n_with_baseline: Annotated[
        int | None,
        Count(
            "subjects whose samples are enough for a `baseline_p` of 0.05; empty where none has one, as for `pooled`",
            of="subjects",
        ),
    ]
    n_above_baseline: Annotated[
        int | None,
        Count("those of them whose `baseline_p` is at most 0.05; empty where there are none", of="subjects"),
    ]
    median_bits: Annotated[
        float | None, Number("bits", "median corrected shift; empty where `note` says why")
    ]
    lowest_bits: Annotated[float | None, Number("bits", "smallest corrected shift")]
    highest_bits: Annotated[float | None, Number("bits", "largest corrected shift")]
    n_with_batch_of_both: Annotated[
        int | None,
        Count("subjects with a batch that holds both their phases; empty without batches", of="subjects"),
    ] = None
    median_within_batch_bits: Annotated[
        float | None, Number("bits", "median of their shifts within batches")
    ] = None
    note: Annotated[str, Text("why an arm has no such shift, where others have one", prose=True)] = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TaxonRow(OfContrast):
    """What one taxon contributed on average: a row per contrast, rank, arm and taxon."""

    arm: Arm
    taxon: Taxon
    mean_contribution_bits: Annotated[
        float, Number("bits", "mean contribution as observed; a subject that lacks the taxon counts 0")
    ]
    mean_share: Annotated[float, Number("share", "mean of its shares of the shifts")]
    n_up: Annotated[int, Count("subjects in which its proportion rose", of="subjects")]
    n_down: Annotated[int, Count("subjects in which it fell", of="subjects")]
    n_subjects: NSubjects
    estimand: Pooled = "pooled"


@dataclass(frozen=True, kw_only=True, slots=True)
class CohortRow(OfContrast):
    """Tests of the shifts of subjects: a row per contrast, rank, estimand and test."""

    estimand: Estimand
    test: Annotated[
        str,
        Text(
            "arms against each other, subjects of both arms against themselves, or an arm against its own days",
            values=("two-arm permutation", "crossover", "shift above baseline"),
        ),
    ]
    arm_a: Annotated[str, Text("the arm tested, against its own baseline or against `arm_b`")]
    arm_b: Annotated[
        str, Text("the control, or of two arms the one that the sheet names first; empty where there is none")
    ]
    n_a: Annotated[int, Count("subjects of the first arm", of="subjects")]
    n_b: Annotated[int, Count("subjects of the other", of="subjects")]
    effect_bits: Annotated[
        float | None,
        Number("bits", "mean shift of `arm_a` less that of `arm_b`, or mean shift beyond the own days"),
    ]
    effect_low_bits: Annotated[
        float | None,
        Number("bits", "lower end of its 95 % interval over subjects (Student; Welch for two arms)"),
    ] = None
    effect_high_bits: Annotated[float | None, Number("bits", "upper end")] = None
    p_value: Annotated[
        float | None,
        PValue(
            "p by permutation, two-sided (`shift above baseline`: one-sided), of this comparison alone; empty where "
            "`cannot_tell` says why"
        ),
    ] = None
    smallest_p: OptionalSmallestP = None
    n_permutations: OptionalPermutations = None
    exact: OptionalExact = None
    meaning: Annotated[str, Text("the test in words", prose=True)]
    adjusted_p_holm: Annotated[
        float | None,
        PValue("`p_value` adjusted by Holm's rule for all comparisons of arms at this rank and estimand"),
    ] = None
    adjusted_p_max_t: Annotated[
        float | None,
        PValue(
            "the same, by permutations that these comparisons share; empty for more than ten, or of two kinds"
        ),
    ] = None
    n_comparisons: Annotated[
        int | None, Count("comparisons of arms at this rank and estimand", of="comparisons")
    ] = None
    cannot_tell: Annotated[str, Text("why there is no p, where there is none", prose=True)] = ""
    note: Annotated[
        str,
        Text("what p cannot tell from a shift: days that differ more in one phase, or may do so", prose=True),
    ] = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DifferentialRow(OfContrast):
    """Whether a taxon changed alike: a row per contrast, rank, taxon, and arm or pair of arms."""

    test: Annotated[
        str,
        Text(
            "one arm's mean change against none, or two arms' against each other",
            values=("change in arm", "difference between arms"),
        ),
    ]
    arm_a: Annotated[str, Text("the arm, or the first of two")]
    arm_b: Annotated[str, Text("the second arm; empty where one was tested")]
    taxon: Taxon
    n_subjects_seen: Annotated[int, Count("subjects that have the taxon", of="subjects")]
    n_up: Annotated[int | None, Count("subjects in which its proportion rose", of="subjects")] = None
    n_down: Annotated[int | None, Count("subjects in which it fell", of="subjects")] = None
    mean_change_of_proportion: Annotated[
        float, Number("proportion", "mean of after less before, or the difference of two such means")
    ]
    p_value: Annotated[
        float | None,
        PValue(
            "p by permutation, two-sided, of the changes on equal terms: as many samples a phase, thinned to the same "
            "depths; empty where fewer than two subjects have the taxon there"
        ),
    ]
    q_value: Annotated[
        float | None,
        Number("false discovery rate", "Benjamini and Hochberg's rate over the taxa of the test"),
    ]
    smallest_p: Annotated[float | None, PValue("the smallest p that the taxon can reach")]
    smallest_q: Annotated[
        float | None,
        Number("false discovery rate", "the q that it would have then, the p of the other taxa as they are"),
    ]
    n_permutations: NPermutations
    exact: Exact
    mean_change_low: Annotated[
        float | None,
        Number(
            "proportion",
            "lower end of the mean change's 95 % interval over subjects (Student; Welch for two arms)",
        ),
    ]
    mean_change_high: Annotated[float | None, Number("proportion", "upper end")]
    estimand: Pooled = "pooled"


@dataclass(frozen=True, kw_only=True, slots=True)
class PermanovaRow(OfContrast):
    """What the variation among samples goes with: a row per contrast, rank, arm and test."""

    arm: Arm
    test: Annotated[
        str,
        Text(
            "phase with subjects as blocks, subject, or whether the phases differ in spread",
            values=OF_VARIATION,
        ),
    ]
    n_subjects: Annotated[int, Count("subjects tested", of="subjects")]
    n_samples: Annotated[int, Count("samples tested", of="samples")]
    pseudo_f: Annotated[float | None, Number("", "Anderson's pseudo-F; of phase, beside the subjects")] = None
    r_squared: Annotated[float | None, Number("share", "share of the whole sum of squares")] = None
    distance_to_centroid_before_sqrt_bits: Annotated[
        float | None,
        Number(
            "root bits", "mean distance of the samples before from their centre, a subject's at one depth"
        ),
    ] = None
    distance_to_centroid_after_sqrt_bits: Annotated[
        float | None, Number("root bits", "mean distance of the samples after from theirs")
    ] = None
    p_value: Annotated[
        float | None,
        PValue("p by permutation, of samples at one depth; two-sided for the spread"),
    ] = None
    smallest_p: OptionalSmallestP = None
    n_permutations: OptionalPermutations = None
    exact: OptionalExact = None
    omega_squared: Annotated[
        float | None, Number("share", "partial share beyond chance; near 0 or below where there is nothing")
    ] = None
    note: Annotated[
        str, Text("what the p cannot tell, or why there is none, where that is so", prose=True)
    ] = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PopulationRow(OfContrast):
    """How the population of log-ratios moved: a row per contrast, rank, arm, order and part."""

    arm: Arm
    order: Annotated[
        str,
        Text("which phase is p and which is q in D(p || q)", values=("after || before", "before || after")),
    ] = ""
    part: Annotated[
        str,
        Text(
            "part of the relative entropy; the last three sum to the total",
            values=("total", "location", "scale", "shape"),
        ),
    ] = ""
    relative_entropy_bits: Annotated[
        float | None,
        Number("bits", "relative entropy of two normal populations", heading="relative entropy (bits)"),
    ] = None
    low_bits: Annotated[
        float | None, Number("bits", "lower end of its 95 % interval, jackknife over subjects")
    ] = None
    high_bits: Annotated[float | None, Number("bits", "upper end")] = None
    tested_bits: Annotated[
        float | None,
        Number("bits", "the same on equal terms: as many samples a phase, thinned to the same depths"),
    ] = None
    null_bits: Annotated[
        float | None, Number("bits", "mean of `tested_bits` when phases are exchanged within subjects")
    ] = None
    null_high_bits: Annotated[float | None, Number("bits", "95 % point of that")] = None
    p_value: Annotated[
        float | None, PValue("p by these exchanges, one-sided: of `tested_bits`, not of the first column")
    ] = None
    smallest_p: OptionalSmallestP = None
    n_permutations: OptionalPermutations = None
    exact: OptionalExact = None
    n_subjects: NSubjects
    n_taxa: Annotated[int | None, Count("taxa of the study", of="taxa")] = None
    n_amalgamated: Annotated[int | None, Count("rare taxa summed into one part", of="taxa")] = None
    n_dimensions: Annotated[int | None, Count("log-ratios", of="dimensions")] = None
    smoothing: Annotated[str, Text("smoothing before the logarithms")] = ""
    support: Annotated[
        str, Text("categories smoothed over: always those of the study", values=("study",))
    ] = ""
    shrinkage_after: Annotated[
        float | None, Number("0 to 1", "how far the covariance after was shrunk towards equal spread")
    ] = None
    shrinkage_before: Annotated[float | None, Number("0 to 1", "the same before")] = None
    note: Annotated[str, Text("why nothing can be told, where that is so", prose=True)] = ""
    estimand: Pooled = "pooled"
