"""Words in sequences at any step, compiled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.errors import InputError
from klbio.reads.fragments import Places, Records
from klbio.reads.symbols import AMBIGUOUS, CODES, FOREIGN
from klbio.reads.tally import CountArray

__all__ = ["MAX_K", "ShortCounts", "Totals", "count_words", "require_k", "require_lengths"]

MAX_K = 12  # 4^12 counters are 64 MiB

ShortCounts = NDArray[np.uint32]


def require_k(k: int) -> None:
    """Refuse a word length that cannot be counted.

    Raises
    ------
    InputError
        If `k` is not from 1 to 12.
    """
    if not 1 <= k <= MAX_K:
        raise InputError.one("kmer", repr(k), f"a whole number from 1 to {MAX_K}", "6 is a good start.")


def require_lengths(lengths: Sequence[int]) -> None:
    """Refuse word lengths that cannot be counted.

    Raises
    ------
    InputError
        If there is none, or one is not from 1 to 12.
    """
    if not lengths:
        raise InputError.one(
            "kmer", "no word length", f"whole numbers from 1 to {MAX_K}", "6 is a good start."
        )
    for k in lengths:
        require_k(k)


class Totals(NamedTuple):
    """What `count_words` went through: sequences, and the places where a word could stand."""

    n_sequences: int
    n_windows: int
    n_short: int  # sequences too short for one word
    n_ragged: int  # sequences with bases left over after the last whole step
    n_foreign: int  # symbols that are none of sequences of bases


def count_words(blocks: Iterable[bytes], k: int, step: int = 1) -> tuple[CountArray, Totals]:
    """Count the words of `k` bases that start at every `step`-th base of a sequence.

    Parameters
    ----------
    blocks : iterable of bytes
        Sequences, each followed by a newline.
    k, step : int
        Word length, and the distance between the starts of two words: 1 slides, `k` reads in frame.

    Returns
    -------
    words : ndarray of shape (4**k,)
        In lexicographic order.
    totals : Totals
        Its ``n_windows`` less the sum of `words` is the number of words with an ambiguous symbol.

    Raises
    ------
    InputError
        If `k` is not from 1 to 12.
    """
    require_k(k)
    words, totals = np.zeros(4**k, dtype=np.uint32), np.zeros(5, dtype=np.int64)
    for block in blocks:
        totals += _compiled()(*Records.of(block), k, step, words)
    return words.astype(np.int64), Totals(*totals.tolist())


@cache
def _compiled() -> Callable[..., tuple[int, int, int, int, int]]:
    """Compile when something is counted: numba is heavy."""
    from klbio.compiled import compiled

    return compiled(_add_records)


def _add_records(
    block: NDArray[np.uint8], starts: Places, ends: Places, k: int, step: int, words: ShortCounts
) -> tuple[int, int, int, int, int]:
    mask = np.uint64(4**k - 1)
    n_windows = n_short = n_ragged = n_foreign = 0
    for i in range(len(starts)):
        length = ends[i] - starts[i]
        n_short += length < k
        word, unambiguous, due = np.uint64(0), 0, k  # due: the length at which the next word is complete
        for at, symbol in enumerate(block[starts[i] : ends[i]]):
            code = CODES[symbol]
            unambiguous = unambiguous + 1 if code < AMBIGUOUS else 0
            n_foreign += code == FOREIGN
            word = (word << np.uint64(2) | np.uint64(code & 3)) & mask
            if at + 1 == due:
                due += step
                n_windows += 1
                if unambiguous >= k:
                    words[word] += np.uint32(1)
        n_ragged += length > due - step
    return len(starts), n_windows, n_short, n_ragged, n_foreign
