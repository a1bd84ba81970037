"""Words at every base of sequences: the compiled loops, which `klbio.reads.words` explains.

Sequences of one group are laid end to end, a newline behind each, in a window that fits the innermost cache.  There
everything is done to all symbols alike, so that the processor does 16 to 64 at a time: symbols become numbers, numbers
words (by doubling: words of four bases are two of two), and each word adds 1, or 0 where one of its symbols is no base.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from klbio.compiled import compiled
from klbio.reads.fragments import Numbers, Places
from klbio.reads.symbols import CODES, FOREIGN

__all__ = ["add_words", "room"]

Bytes = NDArray[np.uint8]
Counters = NDArray[np.uint32]
Digits = NDArray[np.uint16] | NDArray[np.uint32]

WINDOW = 2048  # symbols
IN_16_BITS = 8  # bases
LANES = 64  # bytes in the widest registers: loops run on to a multiple
NEWLINE, EIGHT_ONES = 10, np.uint64(0x0101010101010101)


def room(k: int) -> Digits:
    """Give room for the bases and the words of a window, in integers of two bits a base at least."""
    shape = (3, WINDOW + 2 * LANES)
    return np.zeros(shape, dtype=np.uint16) if k <= IN_16_BITS else np.zeros(shape, dtype=np.uint32)


@compiled
def add_words(
    block: Bytes,
    starts: Places,
    ends: Places,
    groups: Numbers,
    small: Bytes,
    carries: Counters,
    words: Digits,
    k: int,
) -> int:
    """Count words and, where there are counters for these, tails; say how many symbols are none of bases.

    Parameters
    ----------
    block, starts, ends, groups : ndarray
        Sequences without newlines, and the group of each.
    small, carries : ndarray of shape (n_groups, n_counters)
        Counters modulo 256, a quarter as much to keep in the cache as of 32 bits, and how often each ran over.
    words : ndarray
        What `room` gives.
    k : int
    """
    size, order = words.shape[1], _by_group(groups, len(small))
    text, valid = np.full(size, np.uint8(NEWLINE)), np.zeros((3, size), dtype=np.uint8)
    ambiguous, stops = np.zeros(size // 8, dtype=np.uint64), np.empty(WINDOW, dtype=np.int64)
    read = taken = kept = n_foreign = 0
    while read < len(order):
        group, filled, n_stops = groups[order[read]], kept, 0
        while read < len(order) and filled < WINDOW and groups[order[read]] == group:
            start, end = starts[order[read]] + taken, ends[order[read]]
            n = min(end - start, WINDOW - filled)
            _copy(block, np.uint64(start), text, np.uint64(filled), n)
            filled, taken = filled + n, taken + n
            if start + n == end and filled < WINDOW:
                text[filled], stops[n_stops] = NEWLINE, filled
                filled, n_stops, read, taken = filled + 1, n_stops + 1, read + 1, 0
        n = (filled + LANES - 1) & -LANES
        if _encode(text, words[0], valid[0], ambiguous.view(np.uint8), n):
            n_foreign += _n_foreign(text[kept:filled])
        last = _spell(words, valid, k, n)
        _count(words[last], valid[last], filled - k + 1, small[group], carries[group])
        if small.shape[1] > 4**k:
            n_stops = _add_stops(ambiguous, kept, filled, stops, n_stops)
            _count_tails(words, valid, last, stops[:n_stops], k, small[group], carries[group])
        kept = min(k - 1, filled) if taken else 0  # the sequence goes on in the next window
        text[:kept] = text[filled - kept : filled].copy()
    return n_foreign


@compiled
def _by_group(groups: Numbers, n_groups: int) -> Numbers:
    """Order by group, so that the counters of one at a time stay in the cache."""
    places, order = np.zeros(n_groups + 1, dtype=np.int64), np.empty(len(groups), dtype=np.int64)
    for group in groups:
        places[group + 1] += 1
    places = np.cumsum(places)
    for i, group in enumerate(groups):
        order[places[group]] = i
        places[group] += 1
    return order


@compiled
def _copy(source: Bytes, start: np.uint64, target: Bytes, at: np.uint64, n: int) -> None:
    """Copy some bytes; places without a sign spare a look at each whether it counts from the end."""
    for i in range(n):
        target[at + np.uint64(i)] = source[start + np.uint64(i)]


@compiled
def _encode(text: Bytes, bases: Digits, valid: Bytes, ambiguous: Bytes, n: int) -> np.uint8:
    """Number the bases of a window, mark them and what is none, and say whether a symbol is foreign.

    As `klbio.reads.symbols` has it, without its table, which has to be looked at one symbol at a time.  Bits 1 and 2
    of A, C, T and G, of a and of U, are 0, 1, 2 and 3.
    """
    foreign = np.uint8(0)
    for i in range(n):
        symbol = text[i]
        two = np.uint8(symbol >> np.uint8(1)) & np.uint8(3)
        bases[i] = two ^ np.uint8(two >> np.uint8(1))
        upper = np.uint8(symbol & np.uint8(0xDF))
        base = min(_off(upper, 65, 67, 71, 84), np.uint8(upper ^ np.uint8(85)))  # ACGTU
        valid[i] = np.uint8(base == np.uint8(0))
        ambiguous[i] = np.uint8(min(base, np.uint8(symbol ^ np.uint8(NEWLINE))) != np.uint8(0))
        other = min(_off(upper, 78, 82, 89, 83), _off(upper, 87, 75, 77, 66))  # NRYS, WKMB
        other = min(other, _off(symbol, 46, NEWLINE, NEWLINE, 46))
        other = min(other, _off(upper, 68, 72, 86, 86))  # DHV
        foreign = max(foreign, min(base, other))
    return foreign


@compiled
def _off(symbol: np.uint8, a: int, b: int, c: int, d: int) -> np.uint8:
    """Give 0 where a symbol is one of four."""
    first = min(np.uint8(symbol ^ np.uint8(a)), np.uint8(symbol ^ np.uint8(b)))
    return min(first, min(np.uint8(symbol ^ np.uint8(c)), np.uint8(symbol ^ np.uint8(d))))


@compiled
def _n_foreign(text: Bytes) -> int:
    n = 0
    for symbol in text:
        n += symbol != NEWLINE and CODES[symbol] == FOREIGN
    return n


@compiled
def _spell(words: Digits, valid: Bytes, k: int, n: int) -> int:
    """Make words of `k` bases of single ones, as squares and products make a power; give the row they stand in."""
    level = 0
    while k >> (level + 1):
        level += 1
    size, last = 1, 0
    while size < k:
        level -= 1
        last, size = _joined(words, valid, last, last, size, size, n), 2 * size
        if k >> level & 1:
            last, size = _joined(words, valid, last, 0, size, 1, n), size + 1
    return last


@compiled
def _joined(words: Digits, valid: Bytes, row: int, other: int, size: int, n_more: int, n: int) -> int:
    """Put behind each word of a row the one that stands `size` on in another; give the row they are put into."""
    into = 1 + row % 2
    _join_words(words[row], words[other], np.uint64(size), 4**n_more, words[into], n)
    _join_marks(valid[row], valid[other], np.uint64(size), valid[into], n)
    return into


@compiled
def _join_words(first: Digits, second: Digits, size: np.uint64, factor: int, joined: Digits, n: int) -> None:
    for i in range(n):
        joined[i] = first[i] * factor + second[np.uint64(i) + size]


@compiled
def _join_marks(first: Bytes, second: Bytes, size: np.uint64, joined: Bytes, n: int) -> None:
    for i in range(n):
        joined[i] = first[i] & second[np.uint64(i) + size]


@compiled
def _count(words: Digits, valid: Bytes, n: int, small: Bytes, carries: Counters) -> None:
    for i in range(n):
        word, one = words[i], valid[i]
        count = np.uint8(small[word] + one)
        small[word] = count
        if count < one:
            carries[word] += np.uint32(1)


@compiled
def _add_stops(ambiguous: NDArray[np.uint64], start: int, end: int, stops: Numbers, n: int) -> int:
    """Put ambiguous symbols of a window, each marked by a 1 in one of eight bytes, to the stops of runs."""
    for eight in range(start // 8, (end + 7) // 8):
        left = ambiguous[eight]
        while left:
            lowest = left & (~left + np.uint64(1))
            left ^= lowest
            at = 8 * eight + np.int64(((lowest - np.uint64(1)) & EIGHT_ONES) * EIGHT_ONES >> np.uint64(56))
            if start <= at < end:
                stops[n], n = at, n + 1
    return n


@compiled
def _count_tails(
    words: Digits, valid: Bytes, last: int, stops: Numbers, k: int, small: Bytes, carries: Counters
) -> None:
    """Count the k - 1 bases before each stop, or as many as there are."""
    bases, is_base, longest, is_word = words[0], valid[0], words[last], valid[last]
    for stop in stops:
        length, tail = 0, np.int64(0)
        if stop >= k and is_word[stop - k]:
            length, tail = k - 1, np.int64(longest[stop - k]) & (4 ** (k - 1) - 1)
        while length < min(k - 1, stop) and is_base[stop - length - 1]:
            tail |= np.int64(bases[stop - length - 1]) << 2 * length
            length += 1
        if length:
            tail += 4**k + (1 << 2 * length)
            small[tail] += np.uint8(1)
            if not small[tail]:
                carries[tail] += np.uint32(1)
