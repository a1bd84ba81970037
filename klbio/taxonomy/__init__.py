"""Lineages: collapsing counts to a rank, and the chain rule of the Jensen-Shannon divergence over clades."""

from klbio.taxonomy.alike import say_alike
from klbio.taxonomy.clades import Clades, clade_terms
from klbio.taxonomy.columns import is_of_ranks
from klbio.taxonomy.inside import taxonomy_inside, taxonomy_of_metadata
from klbio.taxonomy.kinds import is_code, is_common_word, is_latin, is_lineage_or_sequence, is_taxon
from klbio.taxonomy.names import assigned
from klbio.taxonomy.ranks import DOMAINS, FEATURE, Part, are_rank_words, rank_name, standard_rank
from klbio.taxonomy.taxonomy import PARENT, ROOT, UNASSIGNED, Taxonomy, Unassigned, collapse
from klbio.taxonomy.written import written_lineages

__all__ = [
    "DOMAINS", "FEATURE", "PARENT", "ROOT", "UNASSIGNED", "Clades", "Part", "Taxonomy", "Unassigned", "are_rank_words",
    "assigned", "clade_terms", "collapse", "is_code", "is_common_word",
    "is_latin", "is_lineage_or_sequence", "is_of_ranks", "is_taxon", "rank_name",
    "say_alike", "standard_rank", "taxonomy_inside", "taxonomy_of_metadata", "written_lineages",
]  # fmt: skip
