"""Uncertainty of divergences from finite reads: estimates with intervals, and the floor when nothing changed."""

from klbio.estimates.at_least import AtLeast, merge_rare, relative_entropy_at_least
from klbio.estimates.control_share import ControlShare, control_shares
from klbio.estimates.day_variation import DayVariation
from klbio.estimates.floor import Chance, Floor
from klbio.estimates.group_jackknife import group_jackknife
from klbio.estimates.jackknife import Estimate, TermFunction, jackknife, total
from klbio.estimates.jensen_shannon import (
    Point,
    jensen_shannon_estimate,
    jensen_shannon_point,
    jensen_shannon_points,
)
from klbio.estimates.observed_rows import observed_divergences
from klbio.estimates.proportions import jensen_shannon_observed, relative_entropy_observed
from klbio.estimates.read_reallocation import null_divergences, rarefied
from klbio.estimates.relative_entropy import relative_entropy_estimate
from klbio.estimates.relative_entropy_grid import Grid, relative_entropy_grid
from klbio.estimates.wild_bootstrap import NullForm

__all__ = [
    "AtLeast",
    "Chance",
    "ControlShare",
    "DayVariation",
    "Estimate",
    "Floor",
    "Grid",
    "NullForm",
    "Point",
    "TermFunction",
    "control_shares",
    "group_jackknife",
    "jackknife",
    "jensen_shannon_estimate",
    "jensen_shannon_observed",
    "jensen_shannon_point",
    "jensen_shannon_points",
    "merge_rare",
    "null_divergences",
    "observed_divergences",
    "rarefied",
    "relative_entropy_at_least",
    "relative_entropy_estimate",
    "relative_entropy_grid",
    "relative_entropy_observed",
    "total",
]
