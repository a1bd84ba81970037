"""Fragments of a library: which group of reads each belongs to, and how many begin as another does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Copies", "Dealing", "Library", "Records"]

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]
Numbers = NDArray[np.int64]
# Bases from the start of a read, or of each mate, that put it into a group: few, for copies have errors of their own,
# and strangers in one group do little harm.  More tell copies from strangers.
SINGLE, MATE = 6, 4
LONG = 16  # the same, of those that count copies, for each of two mates
KEPT = 1 << 15  # hashes of a library that the share of copies is taken from


class Records(NamedTuple):
    """Sequences within a block of bytes, the i-th from ``starts[i]`` up to ``ends[i]``."""

    block: NDArray[np.uint8]
    starts: Places
    ends: Places

    @classmethod
    def of(cls, block: bytes) -> Records:
        r"""Find the sequences of a block, each followed by one newline.

        >>> records = Records.of(b"ACG\nT\n")
        >>> records.starts.tolist(), records.ends.tolist()
        ([0, 4], [3, 5])
        """
        symbols = np.frombuffer(block, dtype=np.uint8)
        ends = np.flatnonzero(symbols == ord("\n"))
        return cls(symbols, np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends, ends)


@dataclass
class Copies:
    """How many fragments of a library begin as another of it does: copies by PCR or of clusters, and chance.

    Of a large library a part is looked at that is chosen by hash, so that copies stay together.

    Examples
    --------
    >>> copies = Copies()
    >>> copies.add(np.array([7, 7, 9, 11], dtype=np.uint64))
    >>> copies.share
    0.25
    """

    below: int = 2**64 - 1
    kept: list[Hashes] = field(default_factory=list)

    def add(self, hashes: Hashes) -> None:
        """Take note of some fragments."""
        self.kept.append(hashes[hashes <= np.uint64(self.below)])
        if sum(map(len, self.kept)) > KEPT:
            self.below //= 2
            whole = np.concatenate(self.kept)
            self.kept = [whole[whole <= np.uint64(self.below)]]

    @property
    def share(self) -> float:
        """Share of the fragments that are not the first of their kind."""
        whole = np.concatenate(self.kept) if self.kept else np.zeros(0, dtype=np.uint64)
        whole.sort()
        n_first = 1 + int((whole[1:] != whole[:-1]).sum())
        return 1 - n_first / len(whole) if len(whole) else 0.0


class Library(NamedTuple):
    r"""What a library holds, counted or not.

    >>> library = Library().and_also([Records.of(b"ACG\nA\n"), Records.of(b"CC\nCC\n")])
    >>> library.n_fragments, library.n_reads, library.n_bases, library.shortest, library.longest
    (2, 4, 8, 1, 3)
    """

    n_fragments: int = 0
    n_reads: int = 0
    n_bases: int = 0
    shortest: int = 0
    longest: int = 0
    copies: float = 0.0  # share of the fragments that begin as an earlier one does

    def and_also(self, mates: Sequence[Records]) -> Library:
        """Add some fragments, whose reads are the i-th of each of `mates`."""
        lengths = np.concatenate([records.ends - records.starts for records in mates])
        if not len(lengths):
            return self
        return Library(
            self.n_fragments + len(mates[0].starts), self.n_reads + len(lengths), self.n_bases + int(lengths.sum()),
            min(self.shortest, int(lengths.min())) if self.n_reads else int(lengths.min()),
            max(self.longest, int(lengths.max())),
        )  # fmt: skip


@dataclass
class Dealing:
    r"""Puts fragments into groups: by a hash of how they begin, so that copies fall together, or in turn.

    The jackknife and the floor take what lies in different groups for independent.  Copies are not; so a library that
    holds them has its fragments dealt by hash.  Of amplicons equal sequences are no copies: these are dealt in turn.

    Parameters
    ----------
    n_groups : int
    by_hash : bool

    Examples
    --------
    >>> dealing = Dealing(32)
    >>> first, copy, other = dealing.groups([Records.of(b"ACGT\nACGT\nACGA\n")])
    >>> first == copy, first == other
    (np.True_, np.False_)
    """

    n_groups: int = 1
    by_hash: bool = True
    copies: Copies = field(default_factory=Copies)
    n_fragments: int = 0

    def groups(self, mates: Sequence[Records]) -> Numbers:
        """Give the group of each fragment, whose reads are the i-th of each of `mates`."""
        lengths = (SINGLE, 2 * LONG) if len(mates) == 1 else (MATE, LONG)
        hashes, of_copies = _hashes(mates, lengths)
        self.copies.add(of_copies)
        number = self.n_fragments + np.arange(len(hashes))
        self.n_fragments += len(hashes)
        groups: Numbers = (
            (hashes % np.uint64(self.n_groups)).astype(np.int64) if self.by_hash else number % self.n_groups
        )
        return groups


def _hashes(mates: Sequence[Records], lengths: tuple[int, int]) -> Hashes:
    """Give two hashes of how each fragment begins, the same whichever of its ends was read first; shape (2, n)."""
    from klbio.reads.begins import hash_begins  # compiled: numba is heavy

    sums: Hashes = sum(
        (hash_begins(*records, lengths) for records in mates[1:]), hash_begins(*mates[0], lengths)
    )
    return sums if len(mates) == 1 else _mixed(sums)


def _mixed(hashes: Hashes) -> Hashes:
    """Spread sums over all 64 bits."""
    with np.errstate(over="ignore"):
        spread: Hashes = hashes * np.uint64(0x9E3779B97F4A7C15)
    return spread ^ (spread >> np.uint64(29))
