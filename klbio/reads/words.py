"""Counters of words that start at every base, of one length or of several, from one pass."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np

from klbio.reads.counters import ShortCounts, Totals
from klbio.reads.fragments import Numbers, Records
from klbio.reads.tally import CountArray

__all__ = ["Words"]

MAX_HELD = 2**31  # words in counters of 32 bits before they are emptied into longer ones


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
    held: int = 0
    n_foreign: int = 0
    short: ShortCounts = field(init=False)  # of 32 bits, half as much to keep in the cache
    tails: ShortCounts = field(
        init=False
    )  # at a 1 followed by two bits a base, which tells tails of all lengths apart
    lengths: Numbers = field(init=False)  # sequences by length up to k, and windows of k bases
    long: CountArray | None = None

    def __post_init__(self) -> None:
        self.short = np.zeros((self.n_groups, 4**self.k), dtype=np.uint32)
        self.tails = np.zeros((self.n_groups, 2 * 4 ** (self.k - 1) * self.has_tails), dtype=np.uint32)
        self.lengths = np.zeros(self.k + 2, dtype=np.int64)

    def add(self, records: Records, groups: Numbers) -> None:
        """Count some sequences, each in its group."""
        from klbio.reads.sliding import add_words  # compiled: numba is heavy

        order = np.argsort(
            groups.astype(np.int16), kind="stable"
        )  # counters of a group at a time stay in the cache
        self.n_foreign += add_words(*records, groups, order, self.short, self.tails, self.lengths)
        self.held += int((records.ends - records.starts).sum())
        if self.held > MAX_HELD:
            self.long, self.held = self._whole().astype(np.int64), 0
            self.short[:], self.tails[:] = 0, 0

    def _whole(self) -> CountArray:
        """Give the counters, those of tails behind those of words."""
        whole: CountArray = np.concatenate((self.short, self.tails), axis=1)
        return whole if self.long is None else whole + self.long

    def counts(self, lengths: Collection[int]) -> dict[int, CountArray]:
        """Give the counts of words by their length; each of shape (n_groups, 4**length)."""
        whole = self._whole()
        counts, tails = whole[:, : 4**self.k], whole[:, 4**self.k :]
        ends, found = np.zeros_like(counts), {self.k: counts}
        for j in range(self.k - 1, min(lengths) - 1, -1):
            ends = tails[:, 4**j : 2 * 4**j] + ends.reshape(-1, 4, 4**j).sum(axis=1, dtype=ends.dtype)
            counts = counts.reshape(-1, 4**j, 4).sum(axis=2, dtype=counts.dtype) + ends
            found[j] = counts
        return {j: found[j] for j in lengths}

    def totals(self, j: int) -> Totals:
        """Say what was gone through, seen from words of `j` bases."""
        by_length, windows = self.lengths[: self.k + 1], int(self.lengths[-1])
        n_long = int(by_length[-1])
        shorter = np.arange(j, self.k) - j + 1
        n_windows = windows + n_long * (self.k - j) + int((by_length[j:-1] * shorter).sum())
        return Totals(int(by_length.sum()), n_windows, int(by_length[:j].sum()), 0, self.n_foreign)
