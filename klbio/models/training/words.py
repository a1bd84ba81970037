"""Sequence as words, each a base with the bases before it: read from genes, counted, estimated from."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.arrays import closed
from klbio.models.markov.content_model import MAX_ORDER, ContentModel
from klbio.models.markov.genetic_code import STANDARD, Stops, genetic_code
from klbio.models.markov.stop_codons import CODING_PERIOD, CODON_CONTEXT, completes_stop
from klbio.phrases import say
from klbio.phrases.annotation import NoWholeCodons, StopInFrame, TooShort
from klbio.smoothing import Estimator

__all__ = [
    "MIN_GENE", "MIN_GENES", "CompactWords", "Gene", "WordCounts", "Words", "base_codes", "region_words", "smoothed",
]  # fmt: skip

MIN_GENE = 60  # bases; a gene of twenty codons holds hardly more than its start and stop
MIN_GENES = 2  # that a query is made of
PSEUDOCOUNT = 0.5
AMBIGUOUS = 4
CODES = np.full(256, AMBIGUOUS, dtype=np.int64)
for _code, _letters in enumerate((b"Aa", b"Cc", b"Gg", b"TtUu")):
    CODES[list(_letters)] = _code
PLACES = [16, 4, 1]  # of a codon's bases in its number

Words = NDArray[np.int64]
CompactWords = NDArray[np.int32]  # half as large, of words that are kept
# stops of some genetic code, NCBI's 1 to 33
EVER_STOPS = ("AGA", "AGG", "TAA", "TAG", "TCA", "TGA", "TTA")


def base_codes(sequence: bytes) -> Words:
    """Give A, C, G, T (or U) in either case as 0, 1, 2, 3, anything else as 4.

    >>> base_codes(b"ACgun")
    array([0, 1, 2, 3, 4])
    """
    return CODES[np.frombuffer(sequence, dtype=np.uint8)]


@dataclass(frozen=True)
class Gene:
    """A coding sequence, in frame from its first base; U is T.

    Parameters
    ----------
    sequence : bytes
    genetic_code : int, default 1
        NCBI's number of the code it is written in.
    """

    sequence: bytes
    genetic_code: int = STANDARD

    @cached_property
    def codes(self) -> Words:
        """Its bases as numbers, see `base_codes`."""
        return base_codes(self.sequence)

    @property
    def fault(self) -> str:
        """Why it cannot be read as a gene; empty if it can.

        Examples
        --------
        >>> Gene(b"ATGA").fault, Gene(b"ATGAAATAA").fault
        ('4 bases, no whole number of codons', '9 bases, shorter than 60')
        >>> Gene(b"ATGTAA" + 30 * b"GCA").fault, Gene(b"ATG" + 30 * b"GCA" + b"TAA").fault
        ('an in-frame stop codon before the end', '')
        """
        n = len(self.sequence)
        if n % CODING_PERIOD:
            return say(NoWholeCodons(n))
        if n < MIN_GENE:
            return say(TooShort(n, MIN_GENE))
        return say(StopInFrame() if self._are(genetic_code(self.genetic_code).stops)[:-1].any() else None)

    @property
    def inner_codons(self) -> frozenset[str]:
        """Which codons that are stops in any genetic code stand before its end."""
        return frozenset(codon for codon in EVER_STOPS if self._are((codon,))[:-1].any())

    @property
    def last_codon(self) -> str:
        """The three bases it ends with.

        >>> Gene(b"ATGgcaTaa").last_codon
        'TAA'
        """
        return self.sequence[-CODING_PERIOD:].decode("ascii", "replace").upper().replace("U", "T")

    @property
    def _codons(self) -> tuple[Words, NDArray[np.bool_]]:
        """Number of each codon, and whether all its bases are clear."""
        codons = self.codes.reshape(-1, CODING_PERIOD)
        return np.asarray(codons @ PLACES, np.int64), np.asarray((codons < AMBIGUOUS).all(axis=1))

    def _are(self, wanted: Stops) -> NDArray[np.bool_]:
        """Mark the codons that are among some; those with an ambiguous base are none."""
        codons, clear = self._codons
        return np.asarray(clear & np.isin(codons, _numbers(wanted)))

    def words(self, order: int) -> Words:
        """Give the cell (codon position, context, base) of every base that has a whole context.

        A stop codon at the end is left out.

        Parameters
        ----------
        order : int
            Bases of context k.

        Returns
        -------
        ndarray of shape (n_words,)
            Flat index into an array of shape (3, 4**k, 4).  Words with an ambiguous base are not there.

        Examples
        --------
        >>> Gene(b"ATG").words(order=0)  # A at position 1, T at 2, G at 3
        array([ 0,  7, 10])
        """
        codes = self.codes
        if Gene(self.sequence[-CODING_PERIOD:])._are(genetic_code(self.genetic_code).endings).any():
            codes = codes[:-CODING_PERIOD]
        word, clear = _words(codes, order)
        position = (np.arange(len(word)) + order) % CODING_PERIOD
        return np.asarray((position * 4 ** (order + 1) + word)[clear])

    @property
    def codon_counts(self) -> FloatArray:
        """How often each codon stands in it, those with an ambiguous base and stops left out, shape (64,)."""
        codons, clear = self._codons
        counts = np.bincount(codons[clear], minlength=64).astype(float)
        counts[list(_numbers(genetic_code(self.genetic_code).stops))] = 0.0
        return np.asarray(counts)


@cache
def _numbers(codons: Stops) -> tuple[int, ...]:
    """Give codons as numbers in base 4."""
    return tuple(int(base_codes(codon.encode()) @ PLACES) for codon in codons)


def region_words(region: bytes, order: int) -> Words:
    """Give the cell (context, base) of every base of a region without reading frame.

    Returns
    -------
    ndarray of shape (n_words,)
        Flat index into an array of shape (4**k, 4).  Words with an ambiguous base are not there.

    Examples
    --------
    >>> region_words(b"ACNGT", order=1)  # AC, GT
    array([ 1, 11])
    """
    word, clear = _words(base_codes(region), order)
    return np.asarray(word[clear])


def _words(codes: Words, order: int) -> tuple[Words, NDArray[np.bool_]]:
    """Number of the word that ends at each base with a whole context, and whether all its bases are clear."""
    n = max(len(codes) - order, 0)
    word, clear = np.zeros(n, dtype=np.int64), np.ones(n, dtype=bool)
    for i in range(order + 1):
        word = 4 * word + codes[i : i + n]
        clear &= codes[i : i + n] < AMBIGUOUS
    return word, clear


@dataclass(frozen=True, eq=False)
class WordCounts:
    """How often each word was counted, at each position of the period.

    Parameters
    ----------
    counts : ndarray of shape (period, 4**k, 4)
    genetic_code : int, default 1
        NCBI's number of the code of the genes, where the period is 3.
    """

    counts: FloatArray
    genetic_code: int = STANDARD

    @property
    def possible(self) -> NDArray[np.bool_]:
        """Mark the words that complete no in-frame stop codon."""
        period, n_contexts, _ = self.counts.shape
        if period != CODING_PERIOD:
            return np.ones(self.counts.shape, dtype=bool)
        return ~completes_stop(round(math.log(n_contexts, 4)), genetic_code(self.genetic_code).stops)

    @classmethod
    def of(cls, genes: Iterable[Words], order: int) -> WordCounts:
        """Count the words of genes, shape (3, 4**order, 4).

        >>> WordCounts.of([Gene(b"ATG").words(0), Gene(b"AAG").words(0)], order=0).counts[:, 0]
        array([[2., 0., 0., 0.],
               [1., 0., 0., 1.],
               [0., 0., 2., 0.]])
        """
        total = np.zeros(CODING_PERIOD * 4 ** (order + 1))
        for words in genes:
            total += np.bincount(words, minlength=len(total))
        return cls(total.reshape(CODING_PERIOD, 4**order, 4))

    def shortened(self, order: int) -> WordCounts:
        """Sum over the older bases of the contexts, shape (period, 4**order, 4)."""
        shorter = self.counts.reshape(len(self.counts), -1, 4**order, 4).sum(axis=1)
        return WordCounts(shorter, self.genetic_code)

    def coding_model(self, *, pseudocount: float = PSEUDOCOUNT) -> ContentModel:
        r"""Estimate a coding model of period 3, conditioned on no in-frame stop codon.

        .. math:: \hat P_f(b \mid c) = \frac{n_f(c, b) + \alpha}{\sum_{b'} (n_f(c, b') + \alpha)}

        over the bases b' that complete no stop codon; 0 for those that do.

        Parameters
        ----------
        pseudocount : float, default 0.5
            Added to every count, above 0.

        Returns
        -------
        ContentModel
            Of order k, with the number of words as its `n_counts`.  Contexts never seen are uniform.

        Raises
        ------
        InputError
            On a shape other than (3, 4**k, 4), k from 2 to 8, or a pseudocount that is not above 0.

        Examples
        --------
        >>> model = WordCounts(np.zeros((3, 16, 4))).coding_model()
        >>> model.probabilities[2, 12]  # TA. at codon position 3: no TAA, no TAG
        array([0. , 0.5, 0. , 0.5])
        """
        counts, orders = self.counts, range(CODON_CONTEXT, MAX_ORDER + 1)
        if counts.shape not in [(CODING_PERIOD, 4**k, 4) for k in orders]:
            wanted = f"shape (3, 4**k, 4), k from {CODON_CONTEXT} to {MAX_ORDER}"
            raise InputError.one("counts of words", f"an array of shape {counts.shape}", wanted)
        if not pseudocount > 0:
            raise InputError.one("pseudocount", repr(pseudocount), "a number above 0")
        rows = closed((counts + pseudocount) * self.possible)
        return ContentModel(rows, round(counts.sum()) or None, self.genetic_code)

    def content_model(self, estimator: Estimator) -> ContentModel:
        r"""Estimate a content model: each context's counts are smoothed by themselves.

        With period 3, words that complete an in-frame stop codon get probability 0 and no pseudocount, k
        being 2 at least.

        Parameters
        ----------
        estimator : klbio.smoothing.Estimator
            Applied to the possible bases of each context.

        Returns
        -------
        ContentModel
            With the number of counted bases; contexts never seen are uniform over their possible bases.

        Examples
        --------
        >>> from klbio.smoothing import Additive
        >>> WordCounts(np.array([[[3.0, 1.0, 0.0, 0.0]]])).content_model(Additive(1.0)).probabilities
        array([[[0.5  , 0.25 , 0.125, 0.125]]])
        """
        possible = self.possible
        rows = np.where(possible, self.counts, 0.0).reshape(-1, 4)
        estimated = smoothed(rows, possible.reshape(-1, 4), estimator)
        return ContentModel(
            estimated.reshape(self.counts.shape), round(rows.sum()) or None, self.genetic_code
        )


def smoothed(rows: FloatArray, possible: NDArray[np.bool_], estimator: Estimator) -> FloatArray:
    """Smooth each row of counts over its possible bases; a row without counts is uniform over them."""
    found = closed(possible.astype(float))
    for mask in np.unique(possible, axis=0):
        here = (possible == mask).all(axis=1) & (rows.sum(axis=1) > 0)
        if here.any():
            found[np.ix_(here, mask)] = estimator.probabilities(rows[np.ix_(here, mask)])
    return closed(found)
