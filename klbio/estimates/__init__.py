"""Uncertainty of divergences from finite reads: estimates with intervals, and the floor when nothing changed."""

from klbio.estimates.at_least import AtLeast, merge_rare, relative_entropy_at_least
from klbio.estimates.floor import Floor
from klbio.estimates.jackknife import Estimate, TermFunction, jackknife, total
from klbio.estimates.jensen_shannon import (
    Point,
    jensen_shannon_estimate,
    jensen_shannon_point,
    jensen_shannon_points,
)
from klbio.estimates.read_reallocation import null_divergences
from klbio.estimates.relative_entropy import relative_entropy_estimate
from klbio.estimates.seeding import generator
from klbio.estimates.wild_bootstrap import null_signs

__all__ = [
    "AtLeast",
    "Estimate",
    "Floor",
    "Point",
    "TermFunction",
    "generator",
    "jackknife",
    "jensen_shannon_estimate",
    "jensen_shannon_point",
    "jensen_shannon_points",
    "merge_rare",
    "null_divergences",
    "null_signs",
    "relative_entropy_at_least",
    "relative_entropy_estimate",
    "total",
]
