"""Which genome each word of a sample is of: that which has most of what is left, one genome after another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["NO_GENOME", "Hashes", "covered"]

Hashes = NDArray[np.uint64]
NO_GENOME = -1


def covered(hashes: Hashes, genomes: Sequence[Hashes]) -> NDArray[np.int64]:
    """Give each word of a sample to one genome, as ``sourmash gather`` does (minimum set cover, greedily).

    The genome that has most of the words takes them; then that which has most of what is left; and so on, down to
    those that have one.  Of two that have as many the first takes them.

    Parameters
    ----------
    hashes : ndarray of shape (n_words,)
        Of the sample's words, ascending, each once.
    genomes : sequence of ndarray
        Of each genome's words, in any order, each once.

    Returns
    -------
    ndarray of shape (n_words,)
        Place of the genome; `NO_GENOME` of words that none has.

    References
    ----------
    Irber L et al. (2022) Lightweight compositional analysis of metagenomes with FracMinHash and minimum metagenome
    covers. bioRxiv. doi:10.1101/2022.01.11.475838

    Examples
    --------
    >>> words = [np.array(of, dtype=np.uint64) for of in ([1, 2, 3, 4], [3, 4, 5, 6, 7], [9])]
    >>> covered(np.arange(1, 9, dtype=np.uint64), words).tolist()
    [0, 0, 1, 1, 1, 1, 1, -1]
    """
    has = _incidence(hashes, genomes)
    of_word = has.tocsc()
    left = np.diff(has.indptr)
    owner = np.full(len(hashes), NO_GENOME)
    while left.any():
        best = int(left.argmax())
        words = has.indices[has.indptr[best] : has.indptr[best + 1]]
        taken = words[owner[words] == NO_GENOME]
        owner[taken] = best
        left = left - np.bincount(of_word[:, taken].indices, minlength=len(genomes))
    return owner


def _incidence(hashes: Hashes, genomes: Sequence[Hashes]) -> sparse.csr_array:
    """Which genome (row) has which word (column) of the sample."""
    found = [np.flatnonzero(np.isin(hashes, genome)) for genome in genomes]
    pointers = np.cumsum([0, *map(len, found)])
    places = np.concatenate([*found, np.zeros(0, dtype=np.intp)])
    return sparse.csr_array((np.ones(len(places)), places, pointers), shape=(len(genomes), len(hashes)))
