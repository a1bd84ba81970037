"""Uncertainty of divergences from finite reads: estimates with intervals, and the floor when nothing changed."""

from klbio.resampling.dealing import null_divergences
from klbio.resampling.jackknife import Estimate, TermFunction, jackknife, total
from klbio.resampling.null import generator, null_signs
from klbio.resampling.shares import jensen_shannon_estimate
from klbio.resampling.smoothed import MOST_PRIOR, relative_entropy_estimate

__all__ = [
    "MOST_PRIOR",
    "Estimate",
    "TermFunction",
    "generator",
    "jackknife",
    "jensen_shannon_estimate",
    "null_divergences",
    "null_signs",
    "relative_entropy_estimate",
    "total",
]
