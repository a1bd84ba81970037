"""What taxa with one to three reads bring: the change from those with a few more reads, carried on.

One read tells nothing but the mean share, two and three little more, so that the law found there is mostly that of taxa
with more.  Where taxa bring the more per read the fewer reads they have, those with the fewest bring more than that law
says; where they bring the less, less.  No taxa bring more than if each were confined to one side.

Unlike depths make such a trend by themselves where rare and common taxa have changed alike: taxa with few reads in all
are those that are rare on the deeper side, and may be common on the other.  So only a steep trend is carried on there.
"""

from __future__ import annotations

import math

import numpy as np

from klbio.compiled import compiled
from klbio.distributions import FloatArray
from klbio.estimates.share_grid import MANY
from klbio.estimates.share_laws import ShareLaws

__all__ = ["carried_on", "rarest_factors"]

RAREST, MORE = 4, 8  # taxa with fewer reads than the one are held against those with up to the other
# part of the change that is carried on: between 0.3 and 0.4 the bias of real communities is least
CARRIED = 1 / 3
ERRORS = 2.0  # half of that where the change is so many standard errors
# half of that where the change is so many times the bits of taxa with more, times how unlike the depths are
UNLIKE = 1.0
PSEUDO = 3.0  # taxa from the law of all that each law has beside its own


@compiled
def carried_on(laws: ShareLaws) -> FloatArray:
    """By how much the bits of each pair of counts are multiplied, shape (n_pairs,): 1 but for the rarest."""
    most = laws.bits[0] + laws.u * (laws.bits[-1] - laws.bits[0])
    of_class = np.empty((3, len(laws.of_class)))
    for c in range(len(laws.of_class)):
        law = laws.of_class[c]
        of_class[0, c], of_class[1, c] = (law * laws.bits).sum(), (law * laws.bits**2).sum()
        of_class[2, c] = (law * most).sum()
    factors = rarest_factors(laws.reads, laws.n_taxa, of_class, 1 - MANY / laws.many)
    found = np.ones(len(laws.reads))
    for i in range(len(found)):
        if laws.reads[i] < len(factors):
            found[i] = factors[int(laws.reads[i])]
    return found


@compiled
def rarest_factors(
    reads: FloatArray, n_taxa: FloatArray, of_class: FloatArray, unlike: float = 0.0
) -> FloatArray:
    """By how much bits of taxa with 0, 1, 2 ... reads are multiplied; those with more keep theirs.

    Parameters
    ----------
    reads, n_taxa : ndarray of shape (n_pairs,)
        Reads in all of each pair of counts, and how many taxa have them.
    of_class : ndarray of shape (3, n_classes)
        Mean of the bits per read under the law of each class (of 1, 2, 4 ... reads), mean of their square, and the most
        that they can be with the mean share.
    unlike : float
        How unlike the depths are: their difference over their sum.

    Examples
    --------
    Taxa with many reads bring 2 bits each, those with one bring 4:

    >>> reads, bits = np.arange(1.0, 9.0), np.array([4.0, 3.0, 2.0, 2.0])
    >>> most = np.full(4, 9.0)
    >>> rarest_factors(reads, np.full(8, 100.0), np.stack([bits, bits**2 + 0.01, most])).round(3)
    array([1.   , 1.167, 1.111, 1.057])
    >>> rarest_factors(reads, np.full(8, 1.0), np.stack([bits, bits**2 + 9.0, most])).round(2)
    array([1.  , 1.01, 1.01, 1.  ])

    The first of these, with 10,000 reads on the one side and 1,000 on the other:

    >>> rarest_factors(reads, np.full(8, 100.0), np.stack([bits, bits**2 + 0.01, most]), 9 / 11).round(3)
    array([1.   , 1.037, 1.025, 1.013])
    """
    number, of = np.zeros(MORE + 1), np.zeros((3, MORE + 1))
    for i in range(len(reads)):
        if reads[i] <= MORE:
            number[int(reads[i])] += n_taxa[i]
    for row in range(3):
        for t in range(1, MORE + 1):
            of[row, t] = _between(of_class[row], t)
    bits, squares, most = of
    spread = np.maximum(squares - bits**2, 0.0)
    like = bits[RAREST:].mean()
    weights = number[:RAREST] * np.arange(RAREST)
    change = (weights * (bits[:RAREST] - like)).sum()
    error = spread[RAREST:].mean() / (number[RAREST:].sum() + PSEUDO)
    error += spread[2] / (number[2:RAREST].sum() + PSEUDO)
    doubt = weights.sum() ** 2 * (ERRORS**2 * error + (UNLIKE * unlike * like) ** 2)
    factors = np.ones(RAREST)
    for t in range(1, RAREST):
        if bits[t] > 0 and change != 0:
            carried = CARRIED * change**2 / (change**2 + doubt)
            factors[t] = min(max(1 + carried * (1 - like / bits[t]), 0.0), max(most[t] / bits[t], 1.0))
    return factors


@compiled
def _between(of_class: FloatArray, t: int) -> float:
    """Of taxa with t reads, between two classes."""
    place = math.log2(t)
    below = min(int(place), len(of_class) - 2)
    above = place - below
    found: float = (1 - above) * of_class[below] + above * of_class[below + 1]
    return found
