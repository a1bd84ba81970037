"""Hashes of how sequences begin: the compiled loop, which `klbio.reads.fragments` explains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from klbio.compiled import compiled
from klbio.reads.symbols import CODES

__all__ = ["hash_begins"]


@compiled
def hash_begins(
    block: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], lengths: tuple[int, int]
) -> NDArray[np.uint64]:
    """Hash up to so many bases, few and more, from the start of each sequence; shape (2, n)."""
    hashes = np.empty((2, len(starts)), dtype=np.uint64)
    for i in range(len(starts)):
        start, length = np.uint64(starts[i]), ends[i] - starts[i]
        few, more = min(length, lengths[0]), min(length, lengths[1])
        h = np.uint64(1)
        for j in range(few):
            h = h << np.uint64(2) | np.uint64(CODES[block[start + np.uint64(j)]] & 3)
        hashes[0, i] = _spread(h)
        for j in range(few, more):
            h = h << np.uint64(2) | np.uint64(CODES[block[start + np.uint64(j)]] & 3)
        hashes[1, i] = _spread(h)
    return hashes


@compiled
def _spread(h: np.uint64) -> np.uint64:
    """Spread over all 64 bits (the finaliser of MurmurHash3)."""
    h ^= h >> np.uint64(33)
    h *= np.uint64(0xFF51AFD7ED558CCD)
    h ^= h >> np.uint64(33)
    h *= np.uint64(0xC4CEB9FE1A85EC53)
    return h ^ (h >> np.uint64(33))
