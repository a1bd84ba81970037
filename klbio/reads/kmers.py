"""k-mer counts of reads, both strands pooled or one strand kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from klbio.reads.counters import MAX_K, Totals, require_lengths
from klbio.reads.fragments import Dealing, Library, Records
from klbio.reads.symbols import BASES
from klbio.reads.tally import CountArray, Tally
from klbio.reads.words import ShortOrLong, Words

__all__ = [
    "FragmentCounter",
    "count_kmers",
    "fold_strands",
    "gc_share",
    "kmer_labels",
]


def count_kmers(blocks: Iterable[bytes], k: int = 6, *, canonical: bool = True) -> Tally:
    r"""Count the words of `k` bases.

    .. math:: c_w = \sum_r \#\{i : r_i r_{i+1} \cdots r_{i+k-1} = w\}

    Read as the composition of the sample in overlapping words.  A sequence of
    length L without ambiguous symbols has L - k + 1 of them.

    Parameters
    ----------
    blocks : iterable of bytes
        Sequences, each followed by a newline.  Lower case counts as upper case, U as T.
    k : int from 1 to 12
        Word length.  Takes 29 x 4^k bytes of memory.
    canonical : bool, default True
        Count a word and its reverse complement as one, under the name of the
        lexicographically smaller: the strand of a shotgun read is arbitrary.

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
    FragmentCounter : of pairs, and in groups of whole fragments.

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
    counter = FragmentCounter(k, canonical)
    for block in blocks:
        counter.add([Records.of(block)])
    return counter.tally()


class FragmentCounter:
    r"""Words of bases in the reads of fragments, in groups of whole fragments.

    The words of one read are no independent draws, nor are those of mates or copies; groups of fragments are.

    Parameters
    ----------
    k : int from 1 to 12, or several
        Word length.  Several are counted in one pass, which takes little more time than the longest alone.
    canonical : bool, default True
        Count a word and its reverse complement as one; if not, the words of second mates are turned to the strand of
        the first.
    dealing : Dealing, optional
        Which fragment belongs to which group; by default there is one.

    Raises
    ------
    InputError
        If `k` is not from 1 to 12, or there is none.

    See Also
    --------
    klbio.reads.words.Words : how shorter words follow from longer ones.

    Examples
    --------
    >>> counter = FragmentCounter(1, canonical=False, dealing=Dealing(2, by_hash=False))
    >>> counter.add([Records.of(b"AA\nAC\n"), Records.of(b"TT\nGT\n")])
    >>> counter.tally().groups.tolist()
    [[4, 0, 0, 0], [2, 2, 0, 0]]

    >>> counter = FragmentCounter([3, 2])
    >>> counter.add([Records.of(b"ACGT\n")])
    >>> {k: tally.values.sum().item() for k, tally in counter.tallies().items()}
    {3: 2, 2: 3}
    """

    def __init__(
        self, k: int | Sequence[int], canonical: bool = True, dealing: Dealing | None = None
    ) -> None:
        self.lengths = tuple(dict.fromkeys(k)) if isinstance(k, Sequence) else (k,)
        require_lengths(self.lengths)
        self.canonical, self.dealing = canonical, dealing or Dealing()
        self._words = self._new_words()
        self._turned: Words | None = None
        self._library = Library()

    def _new_words(self) -> Words:
        return Words(max(self.lengths), self.dealing.n_groups, has_tails=len(self.lengths) > 1)

    def add(self, mates: Sequence[Records]) -> None:
        """Count some fragments, whose reads are the i-th of each of `mates`."""
        groups = self.dealing.groups(mates)
        self._library = self._library.and_also(mates)
        for is_second, records in enumerate(mates):
            words = self._words
            if is_second and not self.canonical:
                words = self._turned = self._turned or self._new_words()
            words.add(records, groups)

    @property
    def _all_words(self) -> list[Words]:
        return [self._words] if self._turned is None else [self._words, self._turned]

    @property
    def n_foreign(self) -> int:
        """Symbols met so far that stand for no base and no choice of bases."""
        return sum(words.n_foreign for words in self._all_words)

    def tallies(self) -> dict[int, Tally]:
        """Give what was counted so far, by word length, in the order asked for."""
        library = self._library._replace(copies=self.dealing.copies.share)
        counts = self._words.counts(self.lengths)
        turned = self._turned.counts(self.lengths) if self._turned is not None else {}
        for k, words in turned.items():
            counts[k] = counts[k] + words[:, _partners(k)]
        return {k: self._tally(k, counts[k], library) for k in self.lengths}

    def tally(self) -> Tally:
        """Give what was counted so far, of words of the first length asked for."""
        return next(iter(self.tallies().values()))

    def _tally(self, k: int, words: ShortOrLong, library: Library) -> Tally:
        totals = Totals(*map(sum, zip(*(of.totals(k) for of in self._all_words), strict=True)))
        skipped = {
            f"sequences shorter than k = {k}": totals.n_short,
            f"{k}-mers with an ambiguous symbol": totals.n_windows - int(words.sum()),
        }
        groups = fold_strands(words) if self.canonical else words
        labels = kmer_labels(k, self.canonical)
        values = groups.sum(axis=0, dtype=np.int64)
        return Tally(labels, values, totals.n_sequences, skipped, groups, library)


def fold_strands(words: ShortOrLong) -> ShortOrLong:
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
    own, partner, palindromes = _folding(words.shape[-1].bit_length() // 2)
    folded = np.take(words, own, axis=-1)  # on many rows thrice as fast as an index
    folded += np.take(words, partner, axis=-1)
    folded[..., palindromes] = words[..., own[palindromes]]
    return folded


@lru_cache(maxsize=MAX_K)
def _folding(k: int) -> tuple[CountArray, CountArray, CountArray]:
    """Give the index of each word that stays, that of its partner, and which of these are their own partners."""
    own, partner = np.arange(4**k), _partners(k)
    stays = own <= partner
    return own[stays], partner[stays], np.flatnonzero((own == partner)[stays])


def _partners(k: int) -> CountArray:
    """Give the index of each word's reverse complement."""
    # one digit from 0 to 3 a base: counting down complements every digit, the transpose reverses their order
    return np.arange(4**k)[::-1].reshape((4,) * k).T.ravel()


@lru_cache(maxsize=2 * MAX_K)
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


def gc_share(tally: Tally) -> float:
    r"""Share of G and C among the bases of the words that were counted; nothing counted has none.

    >>> round(gc_share(count_kmers([b"ACG\n"], 1)), 3)
    0.667
    """
    share = tally.values @ _gc_numbers(tally.labels)
    return float(share / max(int(tally.values.sum()), 1) / len(tally.labels[0]))


@lru_cache(maxsize=2)
def _gc_numbers(labels: tuple[str, ...]) -> CountArray:
    """Count G and C in each word."""
    letters = np.array(labels)
    numbers: CountArray = np.char.count(letters, "G") + np.char.count(letters, "C")
    return numbers
