"""Coding models from coding sequences: words in frame, counts, and an order-k model of period 3."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.arrays import closed
from klbio.models.markov.content_model import MAX_ORDER, ContentModel
from klbio.models.markov.stationary import stationary_distribution
from klbio.models.markov.stop_codons import CODING_PERIOD, CODON_CONTEXT, completes_stop

__all__ = [
    "FEWEST_GENES", "SHORTEST_GENE", "base_codes", "count_words", "estimate_coding", "gene_fault", "gene_words",
    "region_words", "sample_genes", "shortened",
]  # fmt: skip

SHORTEST_GENE = 60  # bases; a gene of twenty codons holds hardly more than its start and stop
FEWEST_GENES = 2  # that a query is made of
PSEUDOCOUNT = 0.5
AMBIGUOUS = 4
CODES = np.full(256, AMBIGUOUS, dtype=np.int64)
for _code, _letters in enumerate((b"Aa", b"Cc", b"Gg", b"TtUu")):
    CODES[list(_letters)] = _code
STOPS = (48, 50, 56)  # TAA, TAG, TGA as numbers in base 4

Words = NDArray[np.int64]


def gene_fault(gene: bytes) -> str:
    """Say why a sequence cannot be read as a gene; empty if it can.

    Examples
    --------
    >>> gene_fault(b"ATGA"), gene_fault(b"ATGAAATAA")
    ('4 bases, no whole number of codons', '9 bases, shorter than 60')
    >>> gene_fault(b"ATGTAA" + 30 * b"GCA"), gene_fault(b"ATG" + 30 * b"GCA" + b"TAA")
    ('an in-frame stop codon before the end', '')
    """
    if len(gene) % CODING_PERIOD:
        return f"{len(gene)} bases, no whole number of codons"
    if len(gene) < SHORTEST_GENE:
        return f"{len(gene)} bases, shorter than {SHORTEST_GENE}"
    return "an in-frame stop codon before the end" if _is_stop(base_codes(gene))[:-1].any() else ""


def base_codes(sequence: bytes) -> Words:
    """Give A, C, G, T (or U) in either case as 0, 1, 2, 3, anything else as 4.

    >>> base_codes(b"ACgun")
    array([0, 1, 2, 3, 4])
    """
    return CODES[np.frombuffer(sequence, dtype=np.uint8)]


def _is_stop(codes: Words) -> NDArray[np.bool_]:
    """Mark stop codons; those with an ambiguous base are none."""
    codons = codes.reshape(-1, CODING_PERIOD)
    clear = (codons < AMBIGUOUS).all(axis=1)
    return np.asarray(clear & np.isin(codons @ [16, 4, 1], STOPS))


def gene_words(gene: bytes, order: int) -> Words:
    """Give the cell (codon position, context, base) of every base of a gene that has a whole context.

    Parameters
    ----------
    gene : bytes
        In frame from its first base, see `gene_fault`; U is T.  A stop codon at its end is left out.
    order : int
        Bases of context k.

    Returns
    -------
    ndarray of shape (n_words,)
        Flat index into an array of shape (3, 4**k, 4).  Words with an ambiguous base are not there.

    Examples
    --------
    >>> gene_words(b"ATG", order=0)  # A at position 1, T at 2, G at 3
    array([ 0,  7, 10])
    """
    codes = base_codes(gene)
    if _is_stop(codes[-CODING_PERIOD:]).any():
        codes = codes[:-CODING_PERIOD]
    word, clear = _words(codes, order)
    position = (np.arange(len(word)) + order) % CODING_PERIOD
    return np.asarray((position * 4 ** (order + 1) + word)[clear])


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


def count_words(genes: Iterable[Words], order: int) -> FloatArray:
    """Count the words of genes, shape (3, 4**order, 4).

    >>> count_words([gene_words(b"ATG", 0), gene_words(b"AAG", 0)], order=0)[:, 0]
    array([[2., 0., 0., 0.],
           [1., 0., 0., 1.],
           [0., 0., 2., 0.]])
    """
    total = np.zeros(CODING_PERIOD * 4 ** (order + 1))
    for words in genes:
        total += np.bincount(words, minlength=len(total))
    return total.reshape(CODING_PERIOD, 4**order, 4)


def shortened(counts: FloatArray, order: int) -> FloatArray:
    """Sum counts over the older bases of their contexts, shape (3, 4**order, 4)."""
    return np.asarray(counts.reshape(CODING_PERIOD, -1, 4**order, 4).sum(axis=1))


def estimate_coding(counts: FloatArray, *, pseudocount: float = PSEUDOCOUNT) -> ContentModel:
    r"""Estimate a coding model of period 3, conditioned on no in-frame stop codon.

    .. math:: \hat P_f(b \mid c) = \frac{n_f(c, b) + \alpha}{\sum_{b'} (n_f(c, b') + \alpha)}

    over the bases b' that complete no stop codon; 0 for those that do.

    Parameters
    ----------
    counts : ndarray of shape (3, 4**k, 4)
        As `count_words` gives them, k from 2 to 8.
    pseudocount : float, default 0.5
        Added to every count, above 0.

    Returns
    -------
    ContentModel
        Of order k, with the number of words as its `n_counts`.  Contexts never seen are uniform.

    Raises
    ------
    InputError
        On another shape or a pseudocount that is not above 0.

    Examples
    --------
    >>> model = estimate_coding(np.zeros((3, 16, 4)))
    >>> model.probabilities[2, 12]  # TA. at codon position 3: no TAA, no TAG
    array([0. , 0.5, 0. , 0.5])
    """
    order = next((k for k in range(CODON_CONTEXT, MAX_ORDER + 1) if counts.shape == (3, 4**k, 4)), None)
    if order is None:
        wanted = f"shape (3, 4**k, 4), k from {CODON_CONTEXT} to {MAX_ORDER}"
        raise InputError.one("counts of words", f"an array of shape {counts.shape}", wanted)
    if not pseudocount > 0:
        raise InputError.one("pseudocount", repr(pseudocount), "a number above 0")
    return ContentModel(closed((counts + pseudocount) * ~completes_stop(order)), round(counts.sum()) or None)


def sample_genes(probabilities: FloatArray, *, n_genes: int, n_codons: int, seed: int) -> list[bytes]:
    """Draw genes from a coding model in its long run, without start or stop codons of their own.

    Parameters
    ----------
    probabilities : ndarray of shape (3, 4**k, 4)
        As `ContentModel.comparable` gives them, so that no gene holds a stop codon.
    n_genes, n_codons : int
        How many, and how long.
    seed : int

    Returns
    -------
    list of bytes

    Examples
    --------
    >>> certain = np.tile([0.0, 0.0, 1.0, 0.0], (3, 1, 1))
    >>> sample_genes(certain, n_genes=2, n_codons=2, seed=1)
    [b'GGGGGG', b'GGGGGG']
    """
    rng = np.random.default_rng(seed)
    n_contexts = probabilities.shape[1]
    upper = probabilities.cumsum(axis=-1)[..., :3]
    start = stationary_distribution(probabilities)[0].cumsum()
    context = np.minimum(start.searchsorted(rng.random(n_genes), side="right"), n_contexts - 1)
    bases = np.empty((n_genes, CODING_PERIOD * n_codons), dtype=np.int64)
    for i in range(bases.shape[1]):
        cumulative = upper[i % CODING_PERIOD, context]
        bases[:, i] = (cumulative <= rng.random((n_genes, 1))).sum(axis=1)
        context = (4 * context + bases[:, i]) % n_contexts
    letters = np.frombuffer(b"ACGT", dtype=np.uint8)[bases]
    return [row.tobytes() for row in letters]
