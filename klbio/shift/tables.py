"""The tables of a before/after study and their columns."""

from __future__ import annotations

__all__ = ["POOLED", "TABLES"]

# table -> its columns, in order; the header stands even where there is no row
TABLES: dict[str, tuple[str, ...]] = {
    "pairs": (
        "subject", "arm", "before", "after", "rank", "estimand", "n_categories", "support", "smoothing",
        "n_before", "n_after", "depth_before", "depth_after",
        "jensen_shannon_divergence_bits", "jsd_low_bits", "jsd_high_bits", "jsd_plugin_bits",
        "floor_bits", "floor_high_bits", "floor_p", "above_floor",
        "baseline_bits", "baseline_max_bits", "n_baseline_pairs", "above_baseline",
        "relative_entropy_after_before_bits", "relative_entropy_after_before_low_bits",
        "relative_entropy_after_before_high_bits", "relative_entropy_after_before_plugin_bits",
        "relative_entropy_before_after_bits", "relative_entropy_before_after_low_bits",
        "relative_entropy_before_after_high_bits", "relative_entropy_before_after_plugin_bits",
        "total_variation", "pinsker_bound",
        "tree_wasserstein_branch_length_units", "tree_wasserstein_normalized", "note",
    ),
    "contributions": (
        "subject", "arm", "before", "after", "rank", "taxon", "direction",
        "jsd_contribution_bits", "low_bits", "high_bits", "share", "proportion_before", "proportion_after",
        "relative_entropy_after_before_contribution_bits", "relative_entropy_before_after_contribution_bits",
        "jsd_contribution_corrected_bits", "estimand",
    ),
    "clades": (
        "subject", "arm", "before", "after", "clade", "rank", "n_children", "mass_before", "mass_after",
        "within_bits", "contribution_bits", "share",
        "source", "parent", "lineage", "depth", "n_tips", "branch_length", "direction", "low_bits", "high_bits",
        "relative_entropy_after_before_contribution_bits", "relative_entropy_before_after_contribution_bits",
        "estimand",
    ),
    "clade_means": (
        "before", "after", "arm", "source", "clade", "parent", "rank", "lineage", "depth", "n_tips", "is_leaf",
        "root_distance", "branch_length", "mean_mass", "mean_mass_before", "mean_mass_after", "mean_within_bits",
        "mean_contribution_bits", "mean_share", "cumulative_share", "n_up", "n_down", "n_subjects", "estimand",
    ),
    "geometry": (
        "subject", "arm", "before", "after", "estimand", "jsd_plugin_bits", "tree_wasserstein_normalized",
        "place_by_bits", "place_by_tree", "places_apart",
    ),
    "rank_split": (
        "subject", "arm", "before", "after", "rank", "n_groups", "added_bits", "cumulative_bits", "share", "estimand",
    ),
    "trajectory": (
        "subject", "arm", "phase", "time", "sample", "depth", "rank", "baseline", "n_reference",
        "jensen_shannon_divergence_bits", "low_bits", "high_bits", "jsd_plugin_bits", "jsd_pairs_plugin_bits",
        "previous", "step_bits", "step_low_bits", "step_high_bits", "estimand",
    ),
    "recovery": (
        "subject", "arm", "before", "after", "rank", "n_baseline", "baseline_bits", "baseline_max_bits",
        "n_samples", "peak_sample", "peak_time", "peak_bits", "peak_low_bits", "peak_high_bits", "last_time",
        "half_life", "half_life_low", "half_life_high",
        "residual_bits", "residual_low_bits", "residual_high_bits", "verdict", "estimand",
    ),
    "recovery_curve": ("subject", "arm", "before", "after", "rank", "time", "fitted_bits", "estimand"),
    "cohort": (
        "before", "after", "rank", "estimand", "test", "arm_a", "arm_b", "n_a", "n_b",
        "effect_bits", "effect_low_bits", "effect_high_bits", "p_value", "smallest_p",
        "n_permutations", "exact", "meaning",
    ),
    "differential": (
        "before", "after", "rank", "test", "arm_a", "arm_b", "taxon", "n_subjects_seen", "n_up", "n_down",
        "mean_change_of_proportion", "p_value", "q_value", "smallest_p", "n_permutations", "exact",
        "mean_change_low", "mean_change_high", "estimand",
    ),
    "permanova": (
        "before", "after", "rank", "arm", "test", "n_subjects", "n_samples", "pseudo_f", "r_squared",
        "distance_to_centroid_before_sqrt_bits", "distance_to_centroid_after_sqrt_bits", "p_value", "smallest_p",
        "n_permutations", "exact", "omega_squared",
    ),
    "population": (
        "before", "after", "rank", "arm", "order", "part", "relative_entropy_bits", "low_bits", "high_bits",
        "null_bits", "null_high_bits", "p_value", "smallest_p", "n_permutations", "exact",
        "n_subjects", "n_taxa", "n_amalgamated", "n_dimensions", "smoothing", "support",
        "shrinkage_after", "shrinkage_before", "note", "estimand",
    ),
    "arms": (
        "before", "after", "rank", "estimand", "arm", "n_subjects", "n_above_floor", "n_with_baseline",
        "n_above_baseline", "median_bits", "lowest_bits", "highest_bits",
    ),
    "taxa": (
        "before", "after", "rank", "arm", "taxon", "mean_contribution_bits", "mean_share", "n_up", "n_down",
        "n_subjects", "estimand",
    ),
    "sensitivity": (
        "subject", "arm", "before", "after", "rank", "smoothing", "support", "n_categories",
        "jensen_shannon_divergence_bits", "relative_entropy_after_before_bits",
        "relative_entropy_before_after_bits", "estimand",
    ),
    "rarefaction": (
        "subject", "arm", "before", "after", "rank", "choice", "depth_before", "depth_after", "n_draws",
        "jsd_plugin_bits", "jsd_plugin_lowest_bits", "jsd_plugin_highest_bits",
        "jsd_corrected_bits", "jsd_corrected_lowest_bits", "jsd_corrected_highest_bits", "estimand",
    ),
    "headline": (
        "before", "after", "rank", "measure", "estimand", "corrected", "smoothing", "support", "depth",
        "arm_a", "arm_b", "n_a", "n_b", "median_a_bits", "median_b_bits", "difference_of_means_bits",
        "p_value", "smallest_p", "n_permutations", "exact", "reported", "agrees",
    ),
    "flags": (
        "before", "after", "check", "concerns", "rank", "severity", "statistic", "value", "p_value",
        "smallest_p", "n_subjects", "n_permutations", "exact", "meaning",
    ),
    "dropped": ("source", "kind", "name", "reason"),
}  # fmt: skip

# tables whose numbers all rest on summed counts: in trajectory and recovery those of the baseline
POOLED = (
    "contributions", "clades", "clade_means", "rank_split", "trajectory", "recovery", "recovery_curve",
    "differential", "population", "taxa", "sensitivity", "rarefaction",
)  # fmt: skip
