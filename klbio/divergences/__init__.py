"""Divergences: pure functions on arrays, totals and per-category terms.

Rows are distributions, the last axis is categories, leading axes broadcast.
`p` is the observed or later side, `q` the reference or earlier side.  Results
are in bits unless `base` says otherwise.  Public functions check their input;
`klbio.divergences.kernels` computes unchecked, in nats, for other rooms.
"""

from __future__ import annotations

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

__all__ = [
    "generalized_relative_entropy",
    "jeffreys_divergence",
    "jensen_shannon_distance",
    "jensen_shannon_divergence",
    "jensen_shannon_terms",
    "relative_entropy",
    "relative_entropy_terms",
]
