"""Uncertainty of divergences from finite reads: the jackknife, and the floor when nothing changed."""

from klbio.resampling.jackknife import Estimate, TermFunction, jackknife, total
from klbio.resampling.null import generator, null_signs, null_splits

__all__ = ["Estimate", "TermFunction", "generator", "jackknife", "null_signs", "null_splits", "total"]
