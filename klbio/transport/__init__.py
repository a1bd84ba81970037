"""Divergences that know a ground distance: along a tree, along an axis, over any distance matrix.

An information divergence is blind to geometry: replacing a species by its sister costs it as
much as replacing a phylum.  The Wasserstein distance of order 1 is the least work that turns one
distribution into the other, mass times the distance it is carried, in the unit of that distance
and not in bits.  ``docs/transport.md`` says which to prefer when, and what each costs.
"""

from klbio.transport.all_pairs import tree_wasserstein_matrix
from klbio.transport.branches import tree_wasserstein, tree_wasserstein_terms
from klbio.transport.ground import GroundDistance
from klbio.transport.matrix import (
    matrix_wasserstein,
    matrix_wasserstein_terms,
    optimal_plan,
)
from klbio.transport.ordered import ordered_wasserstein, ordered_wasserstein_terms
from klbio.transport.tree import Tree

__all__ = [
    "GroundDistance",
    "Tree",
    "matrix_wasserstein",
    "matrix_wasserstein_terms",
    "optimal_plan",
    "ordered_wasserstein",
    "ordered_wasserstein_terms",
    "tree_wasserstein",
    "tree_wasserstein_matrix",
    "tree_wasserstein_terms",
]
