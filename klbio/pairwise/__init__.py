r"""All pairs of samples: exact divergences of every two rows of a sparse table.

Rows are samples, the last axis is categories; counts come as `klbio.distributions.Counts`,
as a sparse matrix or as an array.  A measure *without* smoothing is of the shares
``count / depth``; one *with* smoothing takes ``(count + alpha) / (depth + alpha K)`` over all
K columns of the table given, so a column of zeros is part of the support.

Only the categories that two samples share cost time.  Values are those of the formulas to
about 1e-14, and near-equal samples are computed again term by term, so that a tiny
divergence keeps its digits, no value is negative and equal samples are at 0 exactly.
The bytes do not depend on the number of threads.  ``docs/pairwise.md`` gives the method.
"""

from klbio.pairwise.all_pairs import AllPairs, Neighbours
from klbio.pairwise.checks import measure_named
from klbio.pairwise.matrix import jensen_shannon_matrix, relative_entropy_matrix
from klbio.pairwise.measures import MEASURES, Measure

__all__ = [
    "MEASURES",
    "AllPairs",
    "Measure",
    "Neighbours",
    "jensen_shannon_matrix",
    "measure_named",
    "relative_entropy_matrix",
]
