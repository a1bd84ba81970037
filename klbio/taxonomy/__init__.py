"""Lineages: collapsing counts to a rank, and the chain rule of the Jensen-Shannon divergence over clades."""

from klbio.taxonomy.clades import Clades, clade_terms
from klbio.taxonomy.ranks import FEATURE, rank_name
from klbio.taxonomy.taxonomy import ROOT, UNASSIGNED, Taxonomy, collapse

__all__ = ["FEATURE", "ROOT", "UNASSIGNED", "Clades", "Taxonomy", "clade_terms", "collapse", "rank_name"]
