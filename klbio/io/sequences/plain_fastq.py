"""FASTQ files that are nothing but plain, whole records, quickly; all others are left to the careful reader."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from lzma import LZMAError
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from klbio.errors import StrPath
from klbio.io.sequences.lanes import LaneFacts
from klbio.io.sequences.packing import unpacked
from klbio.io.sequences.reads import look_at
from klbio.io.source import Source
from klbio.reads.fragments import Places, Records

if TYPE_CHECKING:
    from klbio.reads.scanning import Scan

__all__ = ["NotPlainError", "plain_records"]

BLOCK = 1 << 21  # bytes of text looked at together: they stay in the cache
DAMAGES = (EOFError, OSError, zlib.error, LZMAError, MemoryError)


class NotPlainError(Exception):
    """Something else stands in a file; the careful reader says what, or reads it."""


def plain_records(paths: Sequence[StrPath], facts: LaneFacts) -> Iterator[tuple[Records, ...]]:
    """Read a file, or two files of mates in step, a block at a time.

    Parameters
    ----------
    paths : sequence of path-like
        As `klbio.io.sequences.reads.read_blocks`.
    facts : LaneFacts
        To be filled.

    Yields
    ------
    tuple of Records, one for each end of the fragments
        Symbols are not checked: the counter does that.

    Raises
    ------
    NotPlainError
        If anything departs from whole records in step.
    InputError
        For what the first records tell: mates exchanged, given twice, indexes.
    """
    look_at(paths, facts)
    try:
        with ExitStack() as stack:
            texts = [_Text(stack.enter_context(unpacked(Source.of(path)))) for path in paths]
            while _are_filled(texts):
                yield _step(texts, facts)
    except DAMAGES as error:
        raise NotPlainError from error


def _are_filled(texts: Sequence[_Text]) -> bool:
    """Fill the block of each; say whether anything is in one."""
    found = [text.more() for text in texts]
    return any(found)


def _step(texts: Sequence[_Text], facts: LaneFacts) -> tuple[Records, ...]:
    """Give the next fragments of all files."""
    found = [text.scanned() for text in texts]
    for of in found:
        facts.lowest, facts.highest = min(facts.lowest, of.lowest), max(facts.highest, of.highest)
    n = min(len(of.starts) for of in found)
    is_paired = facts.layout == "interleaved"
    n -= n % 2 if is_paired else 0
    if not n or not all(of.is_plain for of in found):
        raise NotPlainError
    if not _in_step(texts, [of.headers[:n] for of in found], is_paired):
        raise NotPlainError
    whole = [text.taken(of, n) for text, of in zip(texts, found, strict=True)]
    if is_paired:
        block, starts, ends = whole[0]
        return Records(block, starts[::2], ends[::2]), Records(block, starts[1::2], ends[1::2])
    return tuple(whole)


def _in_step(texts: Sequence[_Text], headers: Sequence[Places], is_paired: bool) -> bool:
    """Say whether mates have one name."""
    from klbio.reads.scanning import are_mates  # compiled: numba is heavy

    blocks = [text.block for text in texts]
    if is_paired:
        blocks, headers = blocks * 2, [headers[0][::2], headers[0][1::2]]
    return len(blocks) < 2 or are_mates(blocks[0], headers[0], blocks[1], headers[1])


class _Text:
    """A file of text, read block after block."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._held = np.empty(BLOCK, dtype=np.uint8)
        self._size = self._used = self._n_before = 0
        self._is_whole = False
        self._first: NDArray[np.uint8] | None = None

    @property
    def block(self) -> NDArray[np.uint8]:
        """What is in the block."""
        return self._held[: self._size]

    def more(self) -> bool:
        """Fill the block; say whether anything is in it."""
        left = self._size - self._used
        self._held[:left] = self._held[self._used : self._size].copy()
        self._size, self._used = left, 0
        while self._size < BLOCK - 1 and not self._is_whole:
            count = self._stream.readinto(self._held[self._size : BLOCK - 1].data)  # type: ignore[attr-defined]
            self._size += count
            self._is_whole = not count
        if self._is_whole and self._size:
            self._size = len(self._held[: self._size].tobytes().rstrip(b"\r\n"))
            self._held[self._size] = ord("\n")
            self._size += bool(self._size)
        return self._size > 0

    def scanned(self) -> Scan:
        """Find the records of the block."""
        from klbio.reads.scanning import scan  # compiled: numba is heavy

        if self._first is None:
            text = self.block.tobytes()
            self._first = self.block[1 : text.find(b"\n", text.find(b"\n") + 1)].copy()
        if (
            b"\r" in self.block.tobytes()
        ):  # of Windows, or of old Macs: whole records may stand within a header
            raise NotPlainError
        return scan(self.block, self._first, self._n_before)

    def taken(self, found: Scan, n: int) -> Records:
        """Take the first records; the others come again."""
        self._used, self._n_before = int(found.after[n - 1]), self._n_before + n
        return Records(self._held, found.starts[:n], found.ends[:n])
