"""k-mer counts of reads, both strands pooled or one strand kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from itertools import cycle
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.errors import InputError
from klbio.reads.tally import CountArray, Tally

__all__ = [
    "MAX_K",
    "Totals",
    "count_kmers",
    "count_words",
    "fold_strands",
    "kmer_labels",
    "require_k",
    "reverse_complement",
]

MAX_K = 12  # 4^12 counters are 128 MiB
AMBIGUOUS, END = 4, 5

BASES = np.frombuffer(b"ACGT", dtype=np.uint8)
CODES = np.full(256, AMBIGUOUS, dtype=np.uint8)  # of each byte: 0-3 for ACGT, in any case, U as T
for _code, _letters in enumerate((b"Aa", b"Cc", b"Gg", b"TtUu")):
    CODES[list(_letters)] = _code
CODES[ord("\n")] = END

COMPLEMENT = bytes.maketrans(b"ACGTURYKMBDHVacgturykmbdhv", b"TGCAAYRMKVHDBtgcaayrmkvhdb")


def count_kmers(blocks: Iterable[bytes], k: int = 6, *, canonical: bool = True, n_groups: int = 1) -> Tally:
    r"""Count the words of `k` bases.

    .. math:: c_w = \sum_r \#\{i : r_i r_{i+1} \cdots r_{i+k-1} = w\}

    Read as the composition of the sample in overlapping words.  A sequence of
    length L without ambiguous symbols has L - k + 1 of them.

    Parameters
    ----------
    blocks : iterable of bytes
        Sequences, each followed by a newline.  Lower case counts as upper case, U as T.
    k : int from 1 to 12
        Word length.  Takes 8 x 4^k bytes of memory.
    canonical : bool, default True
        Count a word and its reverse complement as one, under the name of the
        lexicographically smaller: the strand of a shotgun read is arbitrary.
    n_groups : int, default 1
        Count the blocks in this many groups too: block `i` belongs to group ``i % n_groups``.
        The words of one read are no independent draws; groups of whole reads are.

    Returns
    -------
    Tally
        Over all words in lexicographic order, seen or not.  Words with an ambiguous
        symbol (N, R, Y, ...) and sequences shorter than `k` stand under ``skipped``.

    Raises
    ------
    InputError
        If `k` is not from 1 to 12.

    See Also
    --------
    reverse_complement : bring second mates to the strand of the first, when strands are kept apart.

    References
    ----------
    .. [1] Karlin S, Burge C (1995) Dinucleotide relative abundance extremes: a genomic
       signature. Trends Genet 11:283-290. doi:10.1016/S0168-9525(00)89076-9

    Examples
    --------
    ACGT is its own reverse complement; GT folds onto AC:

    >>> tally = count_kmers([b"ACGT\nACN\n"], k=2)
    >>> {word: int(n) for word, n in zip(tally.labels, tally.values) if n}
    {'AC': 3, 'CG': 1}
    >>> dict(tally.skipped)
    {'sequences shorter than k = 2': 0, '2-mers with an ambiguous symbol': 1}
    """
    words, totals = count_words(blocks, k, n_groups=n_groups)
    skipped = {
        f"sequences shorter than k = {k}": totals.n_short,
        f"{k}-mers with an ambiguous symbol": totals.n_windows - int(words.sum()),
    }
    groups = fold_strands(words) if canonical else words
    return Tally(kmer_labels(k, canonical), groups.sum(axis=0), totals.n_sequences, skipped, groups)


def require_k(k: int) -> None:
    """Refuse a word length that cannot be counted.

    Raises
    ------
    InputError
        If `k` is not from 1 to 12.
    """
    if not 1 <= k <= MAX_K:
        raise InputError.one("kmer", repr(k), f"a whole number from 1 to {MAX_K}", "6 is a good start.")


class Totals(NamedTuple):
    """What `count_words` went through: sequences, and the places where a word could stand."""

    n_sequences: int
    n_windows: int
    n_short: int  # sequences too short for one word
    n_ragged: int  # sequences with bases left over after the last whole step


def count_words(
    blocks: Iterable[bytes], k: int, step: int = 1, n_groups: int = 1
) -> tuple[CountArray, Totals]:
    """Count the words of `k` bases that start at every `step`-th base of a sequence.

    Parameters
    ----------
    blocks : iterable of bytes
        Sequences, each followed by a newline.
    k, step : int
        Word length, and the distance between the starts of two words: 1 slides, `k` reads in frame.
    n_groups : int, default 1
        Block `i` is counted in group ``i % n_groups``.

    Returns
    -------
    words : ndarray of shape (n_groups, 4**k)
        In lexicographic order.
    totals : Totals
        Its ``n_windows`` less the sum of `words` is the number of words with an ambiguous symbol.

    Raises
    ------
    InputError
        If `k` is not from 1 to 12.
    """
    require_k(k)
    words, totals = np.zeros((n_groups, 4**k), dtype=np.int64), np.zeros(4, dtype=np.int64)
    add_block = _compiled()
    for block, group in zip(blocks, cycle(words), strict=False):
        totals += add_block(np.frombuffer(block, dtype=np.uint8), k, step, group)
    return words, Totals(*totals.tolist())


@cache
def _compiled() -> Callable[[NDArray[np.uint8], int, int, CountArray], tuple[int, int, int, int]]:
    """Compile when something is counted: numba is heavy."""
    from klbio.compiled import compiled

    return compiled(_add_block)


def _add_block(block: NDArray[np.uint8], k: int, step: int, words: CountArray) -> tuple[int, int, int, int]:
    mask = 4**k - 1
    n_sequences = n_windows = n_short = n_ragged = 0
    word = length = unambiguous = 0
    due = k  # the length at which the next word is complete
    for symbol in block:
        code = CODES[symbol]
        if code == END:
            n_sequences += 1
            n_short += length < k
            n_ragged += length > due - step
            length = unambiguous = 0
            due = k
            continue
        length += 1
        unambiguous = unambiguous + 1 if code < AMBIGUOUS else 0
        word = (word << 2 | code & 3) & mask
        if length == due:
            due += step
            n_windows += 1
            if unambiguous >= k:
                words[word] += 1
    return n_sequences, n_windows, n_short, n_ragged


def fold_strands(words: CountArray) -> CountArray:
    """Add each word's reverse complement to the smaller of the two; a palindrome counts once.

    Parameters
    ----------
    words : ndarray of shape (..., 4**k)
        Counts in lexicographic order.

    Returns
    -------
    ndarray of shape (..., n_canonical)
        4^k / 2 for odd k, (4^k + 2^k) / 2 for even k.

    Examples
    --------
    >>> fold_strands(np.array([1, 2, 4, 8]))  # A with T, C with G
    array([9, 6])
    """
    own, partner = np.arange(words.shape[-1]), _partners(words.shape[-1].bit_length() // 2)
    return np.where(partner == own, words, words + words[..., partner])[..., own <= partner]


def _partners(k: int) -> CountArray:
    """Give the index of each word's reverse complement."""
    # one digit from 0 to 3 a base: counting down complements every digit, the transpose reverses their order
    return np.arange(4**k)[::-1].reshape((4,) * k).T.ravel()


@lru_cache(maxsize=2)
def kmer_labels(k: int, canonical: bool = True) -> tuple[str, ...]:
    """Name the columns of `count_kmers`.

    >>> kmer_labels(2)
    ('AA', 'AC', 'AG', 'AT', 'CA', 'CC', 'CG', 'GA', 'GC', 'TA')
    """
    words = np.arange(4**k)
    if canonical:
        words = words[words <= _partners(k)]
    letters = np.empty((len(words), k), dtype=np.uint8)
    for i in range(k):
        letters[:, i] = BASES[words >> 2 * (k - 1 - i) & 3]
    return tuple(letters.view(f"S{k}").ravel().astype(f"U{k}").tolist())


def reverse_complement(block: bytes) -> bytes:
    r"""Turn every sequence of a block to the other strand.

    The sequences come out in reverse order, which no count minds.

    >>> reverse_complement(b"AACG\nTTN\n")
    b'NAA\nCGTT\n'
    """
    turned = block[::-1].translate(COMPLEMENT)
    return turned[1:] + turned[:1]
