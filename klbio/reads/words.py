"""Counters of words that start at every base, of one length or of several, from one pass."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from klbio.reads.counters import Totals
from klbio.reads.fragments import Numbers, Records

__all__ = ["ShortOrLong", "Words"]

ShortOrLong = NDArray[np.integer]
SHORT = 2**31  # of which 32 bits hold two added up: half the memory


@dataclass
class Words:
    r"""Counters of all words of `k` bases in each group, and of what tells the shorter words.

    A *run* is a stretch of a sequence without ambiguous symbols.  Of each, its last k - 1 bases are counted, or all
    of a shorter one: its *tail*.  A word of j < k bases either begins a word of j + 1 bases or ends a run, so

    .. math:: c_j(w) = \sum_b c_{j+1}(w b) + e_j(w), \quad e_j(w) = t_j(w) + \sum_b e_{j+1}(b w), \quad e_k = 0

    with t_j the tails of j bases and e_j the words that end a run.  A run costs one increment more, whatever lengths
    are asked for.

    Parameters
    ----------
    k : int
        The longest word.
    n_groups : int
    has_tails : bool, default False
        Whether shorter words are asked for as well.

    Examples
    --------
    >>> words = Words(2, has_tails=True)
    >>> words.add(Records.of(b"AACN\n"), np.zeros(1, dtype=np.int64))
    >>> words.counts([1])[1].tolist()
    [[2, 1, 0, 0]]
    >>> words.totals(1)
    Totals(n_sequences=1, n_windows=4, n_short=0, n_ragged=0, n_foreign=0)
    """

    k: int
    n_groups: int = 1
    has_tails: bool = False
    n_foreign: int = 0
    small: NDArray[np.uint8] = field(init=False)  # counts modulo 256: of words, then of tails
    carries: NDArray[np.uint32] = field(
        init=False
    )  # how often each ran over: 2^40 of one word can be counted
    by_length: Numbers = field(init=False)  # sequences by length, the last of k and more
    n_windows: int = 0  # places for words of k bases

    def __post_init__(self) -> None:
        # a tail stands at a 1 followed by two bits a base, which tells tails of all lengths apart
        shape = (self.n_groups, 4**self.k + 2 * 4 ** (self.k - 1) * self.has_tails)
        self.small, self.carries = np.zeros(shape, dtype=np.uint8), np.zeros(shape, dtype=np.uint32)
        self.by_length = np.zeros(self.k + 1, dtype=np.int64)

    def add(self, records: Records, groups: Numbers) -> None:
        """Count some sequences, each in its group."""
        from klbio.reads.sliding import add_words, room  # compiled: numba is heavy

        lengths = records.ends - records.starts
        self.by_length += np.bincount(np.minimum(lengths, self.k), minlength=self.k + 1)
        self.n_windows += int(np.maximum(lengths - self.k + 1, 0).sum())
        self.n_foreign += add_words(*records, groups, self.small, self.carries, room(self.k), self.k)

    def _whole(self, of: slice) -> ShortOrLong:
        """Give some counters."""
        most = self.n_windows + self.k * int(self.by_length.sum())  # bases, and words of any length
        kind = np.dtype(np.uint32 if most < SHORT else np.int64)
        whole: ShortOrLong = self.carries[:, of].astype(kind)
        np.left_shift(whole, 8, out=whole)
        np.add(whole, self.small[:, of], out=whole)
        return whole

    def counts(self, lengths: Collection[int]) -> dict[int, ShortOrLong]:
        """Give the counts of words by their length; each of shape (n_groups, 4**length)."""
        counts, tails = self._whole(slice(4**self.k)), self._whole(slice(4**self.k, None))
        ends, found = None, {self.k: counts}
        for j in range(self.k - 1, min(lengths) - 1, -1):
            longer = ends.reshape(-1, 4, 4**j).sum(axis=1, dtype=tails.dtype) if ends is not None else 0
            ends = tails[:, 4**j : 2 * 4**j] + longer
            counts = counts[:, ::4] + counts[:, 1::4] + counts[:, 2::4] + counts[:, 3::4] + ends
            found[j] = counts
        return {j: found[j] for j in lengths}

    def totals(self, j: int) -> Totals:
        """Say what was gone through, seen from words of `j` bases."""
        more = np.arange(1, self.k - j + 2)  # places for words of j bases in a sequence of j, j + 1, ... k
        more[-1] -= 1  # beside those for words of k
        n_windows = self.n_windows + int(self.by_length[j:] @ more)
        n_short = int(self.by_length[:j].sum())
        return Totals(int(self.by_length.sum()), n_windows, n_short, 0, self.n_foreign)
