"""Where the records stand in a block of FASTQ text: one compiled pass that finds and checks them.

It knows whole, plain records only.  Whatever departs from these is for a reader that can say what is wrong.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.compiled import compiled
from klbio.reads.fragments import Places

__all__ = ["Scan", "are_mates", "scan"]

Bytes = NDArray[np.uint8]
NEWLINE, AT, PLUS, BLANK, TAB, LOWEST = 10, 64, 43, 32, 9, 33
ONE, TWO = 49, 50
MARKS = (46, 47, 95)  # ./_ before the number of a mate
ONES = np.uint64(0x0101010101010101)  # a byte of 1 in each of eight
NEWLINES, HIGHS = ONES * np.uint64(NEWLINE), ONES << np.uint64(7)
PARTIAL, DEPARTS = -1, -2  # places of what is not whole, or none
SMALLEST = 6  # bytes of a record: four line ends, @ and +


class Scan(NamedTuple):
    """Records of a block.

    Attributes
    ----------
    headers, starts, ends, after : ndarray of int
        Of each header behind its @, of each sequence, and where the next record begins.
    is_plain : bool
        Whether nothing but whole records was met, and perhaps a part of one at the end.
    lowest, highest : int
        Bytes of the qualities.
    """

    headers: Places
    starts: Places
    ends: Places
    after: Places
    is_plain: bool
    lowest: int
    highest: int


def scan(text: Bytes, first: Bytes, n_before: int = 0) -> Scan:
    r"""Find the records of a block.

    Parameters
    ----------
    text : ndarray of bytes
        From the start of a record on; what is left of one at the end is passed over.
    first : ndarray of bytes
        Header and sequence of the first record of the file: met again, the file may be written twice behind itself.
    n_before : int
        Records of the file before this block.

    Examples
    --------
    >>> text = np.frombuffer(b"@a 1\nACG\n+\nIII\n@b\nT\n+\n!\n@c", dtype=np.uint8)
    >>> found = scan(text, text[1:8])
    >>> found.starts.tolist(), found.ends.tolist(), found.is_plain, found.lowest, found.highest
    ([5, 18], [8, 19], True, 33, 73)
    """
    places = np.empty((4, len(text) // SMALLEST + 1), dtype=np.int64)
    n, is_plain, lowest, highest = _scan(
        text, text[: len(text) & -8].view(np.uint64), first, n_before, places
    )
    headers, starts, ends, after = places[:, :n]
    return Scan(headers, starts, ends, after, is_plain, lowest, highest)


@compiled
def _scan(
    text: Bytes, eights: NDArray[np.uint64], first: Bytes, n_before: int, places: Places
) -> tuple[int, bool, int, int]:
    n, at, length, lowest, highest = 0, 0, 0, 255, 0
    while at < len(text):
        header, end = at + 1, _line_end(text, eights, at)
        start = end + 1
        stop = _sequence_end(text, eights, start, length)
        plus = _plus_end(text, header, end, stop)
        if text[at] != AT or plus == DEPARTS:
            return n, False, lowest, highest
        length, after = stop - start, plus + 1 + stop - start
        if plus == PARTIAL or after >= len(text):
            return n, True, lowest, highest
        low, high = _range(text, plus + 1, after)
        again = n_before + n > 1 and stop - header == len(first) and _same(text, header, first)
        if text[after] != NEWLINE or low < LOWEST or again:
            return n, False, lowest, highest
        lowest, highest = min(lowest, low), max(highest, high)
        places[0, n], places[1, n], places[2, n], places[3, n] = header, start, stop, after + 1
        at = after + 1
        n += 1
    return n, True, lowest, highest


@compiled
def _line_end(text: Bytes, eights: NDArray[np.uint64], at: int) -> int:
    """Look at eight bytes together: one that is a newline is 0 in `rest`, and the lowest 0 borrows from nothing."""
    eight, seen = at >> 3, (np.uint64(1) << np.uint64(8 * (at & 7))) - np.uint64(1)
    while eight < len(eights):
        rest = eights[eight] ^ NEWLINES | seen
        found = (rest - ONES) & ~rest & HIGHS
        if found:
            before = (found & (~found + np.uint64(1))) >> np.uint64(7)
            return 8 * eight + int(((before - np.uint64(1)) & ONES) * ONES >> np.uint64(56))
        eight, seen = eight + 1, np.uint64(0)
    at = max(at, 8 * eight)
    while at < len(text) and text[at] != NEWLINE:
        at += 1
    return at


@compiled
def _sequence_end(text: Bytes, eights: NDArray[np.uint64], start: int, length: int) -> int:
    """Try the length of the sequence before: most are alike."""
    stop = start + length
    if stop < len(text) and text[stop] == NEWLINE and _range(text, start, stop)[0] > NEWLINE:
        return stop
    return _line_end(text, eights, start)


@compiled
def _plus_end(text: Bytes, header: int, end: int, stop: int) -> int:
    """End of the third line: a plus, alone or with the header again."""
    plus = stop + 2
    if plus >= len(text):
        return PARTIAL
    if text[stop + 1] != PLUS:
        return DEPARTS
    if text[plus] == NEWLINE:
        return plus
    if plus + end - header >= len(text):
        return PARTIAL
    again = _same(text, plus, text[header:end]) and text[plus + end - header] == NEWLINE
    return plus + end - header if again else DEPARTS


@compiled
def _same(text: Bytes, at: int, other: Bytes) -> bool:
    """Compare from the end on, where names and sequences differ sooner."""
    i = len(other) - 1
    while i >= 0 and text[at + i] == other[i]:
        i -= 1
    return i < 0


@compiled
def _range(text: Bytes, start: int, stop: int) -> tuple[int, int]:
    low, high = np.uint8(255), np.uint8(0)
    for symbol in text[start:stop]:
        low, high = min(low, symbol), max(high, symbol)
    return int(low), int(high)


@compiled
def are_mates(text: Bytes, headers: Places, other: Bytes, others: Places) -> bool:
    """Say whether headers begin with one word each, or with words that end in 1 and 2 behind one of ``/._``."""
    for n in range(len(headers)):
        a, b, i = headers[n], others[n], 0
        while text[a + i] == other[b + i] and not _is_blank(text[a + i]):
            i += 1
        if not (_is_blank(text[a + i]) and _is_blank(other[b + i])):
            numbered = i > 0 and text[a + i] == ONE and other[b + i] == TWO and text[a + i - 1] in MARKS
            if not (numbered and _is_blank(text[a + i + 1]) and _is_blank(other[b + i + 1])):
                return False
    return True


@compiled
def _is_blank(symbol: int) -> bool:
    return symbol in (BLANK, TAB, NEWLINE)
