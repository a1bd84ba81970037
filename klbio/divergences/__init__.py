"""Divergences: pure functions on arrays, totals and per-category terms.

Rows are distributions, the last axis is categories, leading axes broadcast.
`p` is the observed or later side, `q` the reference or earlier side.  Results
are in bits unless `base` says otherwise.  Public functions check their input;
`klbio.divergences.kernels` computes unchecked, in nats, for other rooms.
"""

from __future__ import annotations

from klbio.divergences.chain_rule import Split, jensen_shannon_split, relative_entropy_split
from klbio.divergences.distances import chi_squared_divergence, hellinger_distance, total_variation_distance
from klbio.divergences.entropies import cross_entropy, entropy, mutual_information
from klbio.divergences.gaussian import (
    GaussianTerms,
    gaussian_relative_entropy,
    gaussian_relative_entropy_terms,
)
from klbio.divergences.jensen_shannon import (
    jensen_shannon_distance,
    jensen_shannon_divergence,
    jensen_shannon_terms,
)
from klbio.divergences.relative import (
    generalized_relative_entropy,
    jeffreys_divergence,
    relative_entropy,
    relative_entropy_terms,
)
from klbio.divergences.renyi import renyi_divergence

__all__ = [
    "GaussianTerms",
    "Split",
    "chi_squared_divergence",
    "cross_entropy",
    "entropy",
    "gaussian_relative_entropy",
    "gaussian_relative_entropy_terms",
    "generalized_relative_entropy",
    "hellinger_distance",
    "jeffreys_divergence",
    "jensen_shannon_distance",
    "jensen_shannon_divergence",
    "jensen_shannon_split",
    "jensen_shannon_terms",
    "mutual_information",
    "relative_entropy",
    "relative_entropy_split",
    "relative_entropy_terms",
    "renyi_divergence",
    "total_variation_distance",
]
