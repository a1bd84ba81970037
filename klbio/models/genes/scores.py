"""Genes under models: code lengths in bits, excesses over a reference, and their intervals over whole genes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.content_model import ContentModel
from klbio.models.markov.content import CODON_CONTEXT, comparable
from klbio.models.training.estimate import Words, count_words, estimate_coding, shortened

__all__ = [
    "FOLDS", "Excess", "code_lengths", "excess_per_base", "held_out_code_lengths", "table_code_lengths",
]  # fmt: skip

FOLDS = 10


@dataclass(frozen=True, eq=False)
class Excess:
    """Extra bits per base of several models, with 95 % intervals.

    Parameters
    ----------
    bits : ndarray of shape (n_models,)
        Sum over genes of the extra bits, divided by the number of bases.
    low, high : ndarray of shape (n_models,)
        From the jackknife over genes; ``nan`` for a single gene.
    """

    bits: FloatArray
    low: FloatArray
    high: FloatArray


def code_lengths(
    genes: Sequence[Words], models: Sequence[ContentModel], *, order: int, epsilon: float
) -> FloatArray:
    r"""Bits each gene costs under each model, :math:`-\sum_i \log_2 Q(b_i \mid c_i)`.

    Parameters
    ----------
    genes : sequence of ndarray
        Words of one order, see `klbio.models.training.estimate.gene_words`.
    models : sequence of ContentModel
        Coding models of at most that order; stops and zeros treated by `klbio.models.markov.content.comparable`.
    order : int
        Of the words.
    epsilon : float
        Above 0, so that no gene is impossible.

    Returns
    -------
    ndarray of shape (n_genes, n_models)

    Raises
    ------
    InputError
        If epsilon is 0: one base that a model rules out would outweigh all others.

    Examples
    --------
    A fair model pays 2 bits a base where no stop codon is near:

    >>> fair = ContentModel(np.full((3, 1, 4), 0.25))
    >>> code_lengths([np.array([0, 1, 2])], [fair], order=2, epsilon=1e-4)
    array([[6.]])
    """
    if not 0 < epsilon < 1:
        raise InputError.one("epsilon", repr(epsilon), "a number above 0 and below 1", "Usual is 1e-4.")
    return table_code_lengths(
        genes, np.stack([comparable(model, order=order, epsilon=epsilon) for model in models])
    )


def table_code_lengths(genes: Sequence[Words], tables: FloatArray) -> FloatArray:
    """Bits each gene costs under each table of shape (n_models, 3, 4**k, 4), its order that of the words."""
    # entries of 0 are stop codons, which genes do not hold
    bits = -np.log2(np.where(tables > 0, tables, 1.0)).reshape(len(tables), -1)
    return np.stack([bits[:, words].sum(axis=1) for words in genes])


def held_out_code_lengths(genes: Sequence[Words], *, order: int, most: int) -> tuple[FloatArray, int]:
    """Bits each gene costs under a model estimated from other genes.

    Genes are dealt in turn to ten folds, or to as many as there are genes; each fold is coded by the model of
    the others.  Of the orders from 2 to `most`, the one with the fewest bits in all is taken: few genes
    cannot teach a high order.

    Parameters
    ----------
    genes : sequence of ndarray
        At least two.
    order : int
        Of the words.
    most : int
        Greatest order of the models, from 2 to `order`.

    Returns
    -------
    bits : ndarray of shape (n_genes,)
    order : int
        The order taken.
    """
    n_folds = min(FOLDS, len(genes))
    counts = np.stack([count_words(genes[fold::n_folds], order) for fold in range(n_folds)])
    found = {}
    for k in range(CODON_CONTEXT, most + 1):
        bits = np.empty(len(genes))
        for fold in range(n_folds):
            model = estimate_coding(shortened(counts.sum(axis=0) - counts[fold], k))
            # the pseudocount has smoothed already; the least epsilon leaves that as it is
            bits[fold::n_folds] = code_lengths(genes[fold::n_folds], [model], order=order, epsilon=1e-12)[
                :, 0
            ]
        found[k] = bits
    best = min(found, key=lambda k: found[k].sum())
    return found[best], best


def excess_per_base(bits: FloatArray, reference: FloatArray, n_bases: FloatArray) -> Excess:
    r"""Extra bits per base over a reference, with the delete-one-gene jackknife.

    .. math:: \hat D = \frac{\sum_g (x_g - r_g)}{\sum_g n_g}, \qquad
        \text{Var} = \frac{G - 1}{G} \sum_g (\hat D_{-g} - \bar D)^2

    and a 95 % interval by Student's law with G - 1 degrees of freedom.  Whole genes are
    left out because bases of one gene are alike; the models are held fixed.

    Parameters
    ----------
    bits : ndarray of shape (n_genes, n_models)
    reference : ndarray of shape (n_genes,)
        Of the same genes: differences are paired.
    n_bases : ndarray of shape (n_genes,)

    Returns
    -------
    Excess

    Examples
    --------
    >>> found = excess_per_base(np.array([[12.0], [13.0]]), np.array([10.0, 10.0]), np.array([10, 10]))
    >>> found.bits
    array([0.25])
    """
    extra = bits - reference[:, None]
    total, n, n_genes = extra.sum(axis=0), n_bases.sum(), len(extra)
    value = total / n
    if n_genes < 2:
        return Excess(value, np.full_like(value, np.nan), np.full_like(value, np.nan))
    without = (total - extra) / (n - n_bases)[:, None]
    variance = (n_genes - 1) * without.var(axis=0)
    half = stdtrit(n_genes - 1, 0.975) * np.sqrt(variance)
    return Excess(value, value - half, value + half)
