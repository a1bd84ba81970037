"""Every divergence that is listed, and how to call it on two rows."""

from klbio.divergences import (
    chi_squared_divergence,
    generalized_relative_entropy,
    hellinger_distance,
    jeffreys_divergence,
    jensen_shannon_distance,
    jensen_shannon_divergence,
    jensen_shannon_split,
    jensen_shannon_terms,
    relative_entropy,
    relative_entropy_split,
    relative_entropy_terms,
    renyi_divergence,
    total_variation_distance,
)

MEASURES = {
    "relative_entropy": relative_entropy,
    "jensen_shannon_divergence": jensen_shannon_divergence,
    "jensen_shannon_distance": jensen_shannon_distance,
    "jeffreys_divergence": jeffreys_divergence,
    "generalized_relative_entropy": generalized_relative_entropy,
    "hellinger_distance": hellinger_distance,
    "total_variation_distance": total_variation_distance,
    "chi_squared_divergence": chi_squared_divergence,
    "renyi_divergence": lambda p, q: renyi_divergence(p, q, 2),
}
TERMS = {"relative_entropy_terms": relative_entropy_terms, "jensen_shannon_terms": jensen_shannon_terms}
SPLITS = {"relative_entropy_split": relative_entropy_split, "jensen_shannon_split": jensen_shannon_split}
OTHERS = {
    "entropy",
    "cross_entropy",
    "mutual_information",
    "gaussian_relative_entropy",
    "gaussian_relative_entropy_terms",
}
