r"""What the compiled kernels are given: tables turned into shares, and one decomposition for all measures.

Every measure here is *what it would be if the two samples shared no category*, less
what each shared category takes away:

.. math:: D_{ij} = u_i + v_j - w_i s_j\,[- s_i w_j]
          - \sum_{k:\, x_{ik} > 0,\, x_{jk} > 0} c(x_{ik}, x_{jk}).

A taxa table is nearly all zeros, so the sum is short.  ``docs/pairwise.md`` derives
`u`, `v`, `w`, `s` and `c` of each measure.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray

__all__ = [
    "CHUNK",
    "HELLINGER",
    "JEFFREYS",
    "JENSEN_SHANNON",
    "RELATIVE_ENTROPY",
    "TOTAL_VARIATION",
    "EntryArray",
    "IndexArray",
    "Operands",
    "PlaceArray",
    "Postings",
    "SampleArray",
    "Table",
]

EntryArray = NDArray[np.int64]
IndexArray = NDArray[np.int32]
SampleArray = NDArray[np.uint32]  # an index without a sign needs no check for one below 0
PlaceArray = NDArray[np.int32] | NDArray[np.int64]  # of entries, of which there may be more than int32 counts

JENSEN_SHANNON, TOTAL_VARIATION, HELLINGER, RELATIVE_ENTROPY, JEFFREYS = range(5)
CHUNK = 32  # postings taken at a time: four vectors of eight, or eight of four


class Table(NamedTuple):
    """One table by sample: the entries of row `i` stand at ``start[i]:start[i + 1]``, in order of category.

    A share is one of `counts` over the (smoothed) `depth`, divided when it is needed; `image` is what the measure
    makes of it (empty where it is made when it is needed, as p log p is);
    `row`, `column`, `background` and `total` are u, v, w and s of the module's formula.
    """

    start: EntryArray
    category: IndexArray
    counts: FloatArray
    depth: FloatArray
    image: FloatArray
    row: FloatArray
    column: FloatArray
    background: FloatArray
    total: FloatArray


class Postings(NamedTuple):
    """One table by category: who has category `k`, in order of sample, at ``start[k]:start[k + 1]``.

    So many postings may be read past the end: `CHUNK` more stand there, which count for nothing.
    """

    start: EntryArray
    sample: SampleArray
    share: FloatArray
    image: FloatArray


class Operands(NamedTuple):
    """All that `kernels.fill` needs: rows of `left` against the samples of `right`.

    `begin` holds, for each entry of `left`, the first posting to meet it; with `triangular`
    that is the one after the sample itself.  No value exceeds `bound`; the result is divided by
    `unit`, and its root taken where `root` says so.
    """

    measure: int
    left: Table
    right: Table
    postings: Postings
    begin: PlaceArray
    triangular: bool
    n_categories: int
    bound: float
    unit: float
    root: bool
