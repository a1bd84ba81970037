"""Words at every base of sequences: the compiled loop, which `klbio.reads.words` explains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from klbio.compiled import compiled
from klbio.reads.fragments import Numbers, Places
from klbio.reads.symbols import AMBIGUOUS, CODES, FOREIGN

__all__ = ["add_words"]

Counters = NDArray[np.uint32]


@compiled
def add_words(
    block: NDArray[np.uint8],
    starts: Places,
    ends: Places,
    groups: Numbers,
    order: Numbers,
    words: Counters,
    tails: Counters,
    lengths: Numbers,
) -> int:
    """Count words, tails, and sequences by length, in the order given; say how many symbols are none of bases.

    No index is below 0, which spares a look at each.
    """
    k = len(lengths) - 2
    mask = np.uint64(4**k - 1)
    n_foreign = 0
    for i in order:
        counters, last = words[groups[i]], tails[groups[i]]
        length = ends[i] - starts[i]
        lengths[min(length, k)] += 1
        lengths[k + 1] += max(length - k + 1, 0)
        word, left = np.uint64(0), k  # left: bases that the next word lacks
        for symbol in block[starts[i] : ends[i]]:
            code = CODES[symbol]
            if code >= AMBIGUOUS:
                _add_tail(last, word, min(k - left, k - 1))
                left = k
                n_foreign += code == FOREIGN
            else:
                left -= 1
                word = (word << np.uint64(2) | np.uint64(code)) & mask
                if left <= 0:
                    counters[word] += np.uint32(1)
        _add_tail(last, word, min(k - left, k - 1))
    return n_foreign


@compiled
def _add_tail(tails: Counters, word: np.uint64, n_bases: int) -> None:
    """Count the last bases of a run, where tails are wanted."""
    if len(tails) and n_bases:
        first = np.uint64(1) << np.uint64(2 * n_bases)
        tails[first | word & (first - np.uint64(1))] += np.uint32(1)
