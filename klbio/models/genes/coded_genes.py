"""Genes under models: code lengths in bits, excesses over a reference, and their intervals over whole genes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.arrays import closed
from klbio.models.genes.dealing import in_own_order
from klbio.models.genes.query import Query
from klbio.models.markov.content_model import EPSILON, ContentModel
from klbio.models.markov.genetic_code import STANDARD, Stops, genetic_code
from klbio.models.markov.stop_codons import CODING_PERIOD, CODON_CONTEXT, completes_stop, holds_stop
from klbio.models.training.likeliest import Likeliest
from klbio.models.training.words import Gene, WordCounts, Words
from klbio.statistics import t_975

__all__ = ["FOLDS", "CodedGenes", "Excess"]

FOLDS = 10
KNOWN = 0.5  # share of what chance costs below which a model knows the genes
MIN_EPSILON = 1e-12  # where a pseudocount has smoothed already: leaves that as it is


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

    @classmethod
    def per_base(cls, bits: FloatArray, reference: FloatArray, n_bases: FloatArray) -> Excess:
        r"""Extra bits per base over a reference, with the delete-one-gene jackknife.

        .. math:: \hat D = \frac{\sum_g (x_g - r_g)}{\sum_g n_g}, \qquad
            \text{Var} = \frac{G - 1}{G} \sum_g (\hat D_{-g} - \bar D)^2

        and a 95 % interval by Student's t with G - 1 degrees of freedom.  Whole genes are
        left out because bases of one gene are alike; the models are held fixed.

        Parameters
        ----------
        bits : ndarray of shape (n_genes, n_models)
        reference : ndarray of shape (n_genes,)
            Of the same genes: differences are paired.
        n_bases : ndarray of shape (n_genes,)

        Examples
        --------
        >>> found = Excess.per_base(np.array([[12.0], [13.0]]), np.array([10.0, 10.0]), np.array([10, 10]))
        >>> found.bits
        array([0.25])
        """
        extra = bits - reference[:, None]
        total, n, n_genes = extra.sum(axis=0), n_bases.sum(), len(extra)
        value = total / n
        if n_genes < 2:
            return cls(value, np.full_like(value, np.nan), np.full_like(value, np.nan))
        without = (total - extra) / (n - n_bases)[:, None]
        variance = (n_genes - 1) * without.var(axis=0)
        half = t_975(n_genes - 1) * np.sqrt(variance)
        return cls(value, value - half, value + half)


@dataclass(frozen=True, eq=False)
class CodedGenes:
    """Genes as words: each base with the bases before it, and its codon position.

    Parameters
    ----------
    words : sequence of ndarray of int
        Of each gene, see `klbio.models.training.words.Gene.words`.
    order : int
        Bases of a context.
    genetic_code : int, default 1
        NCBI's number of the code they are written in.
    other_stops : tuple of str
        Codons that are left out of them because a model takes them for stops.
    """

    words: Sequence[Words]
    order: int
    genetic_code: int = STANDARD
    other_stops: Stops = ()

    @classmethod
    def of(cls, sequences: Sequence[bytes], order: int, genetic_code: int = STANDARD) -> CodedGenes:
        """Read genes, in frame from their first base; those without a whole word are left out.

        They stand in an order of their own, see `klbio.models.genes.dealing.in_own_order`.
        """
        found = (Gene(sequence, genetic_code).words(order) for sequence in sequences)
        return cls(in_own_order(words for words in found if words.size), order, genetic_code)

    def without(self, codons: Stops) -> CodedGenes:
        """Leave out the words that end some codons in frame, or hold them whole: they tell of no other codon."""
        if not codons:
            return self
        words = completes_stop(self.order, codons) | holds_stop(self.order, codons)[..., None]
        kept = ~words.ravel()
        return CodedGenes([words[kept[words]] for words in self.words], self.order, self.genetic_code, codons)

    @property
    def stops(self) -> Stops:
        """Codons that no model is asked about."""
        return tuple(sorted({*genetic_code(self.genetic_code).stops, *self.other_stops}))

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def n_bases(self) -> FloatArray:
        """Words of each gene."""
        return np.array([words.size for words in self.words])

    @cached_property
    def counts(self) -> WordCounts:
        """Words of all genes."""
        return WordCounts(WordCounts.of(self.words, self.order).counts, self.genetic_code)

    @property
    def query(self) -> Query:
        """Contexts of the genes, and the bases after each.

        Relative entropies from it differ from the code lengths of the genes, per base, by one constant.
        """
        counts = self.counts.counts
        contexts = counts.sum(axis=-1)
        shares = CODING_PERIOD * contexts / contexts.sum()
        return Query(shares, closed(counts), self.genetic_code, self.other_stops)

    def trained_on(self, coding: ContentModel, bits_per_base: float) -> tuple[float, float] | None:
        """Tell whether a model was trained on these genes, from what they cost under it.

        A model of other genes costs at least what chance in these ones adds, d / (2 N ln 2), beyond the likeliest model
        of its order; one of these very genes next to nothing, and half of it where half of its genes are these.

        Returns
        -------
        (float, float) or None
            What it costs more than the likeliest model, and that chance, in bits per base; None where it is no less.
        """
        likeliest = Likeliest.of(self.counts.shortened(coding.least_order))
        above = bits_per_base - likeliest.bits / likeliest.n_bases
        return (max(above, 0.0), likeliest.chance) if above < KNOWN * likeliest.chance else None

    def code_lengths(self, models: Sequence[ContentModel], *, epsilon: float = EPSILON) -> FloatArray:
        r"""Bits each gene costs under each model, :math:`-\sum_i \log_2 Q(b_i \mid c_i)`.

        Parameters
        ----------
        models : sequence of ContentModel
            Coding models of at most the genes' order; stops and zeros treated by `ContentModel.comparable`.
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
        >>> CodedGenes([np.array([0, 1, 2])], order=2).code_lengths([fair])
        array([[6.]])
        """
        if not 0 < epsilon < 1:
            raise InputError.one("epsilon", repr(epsilon), "a number above 0 and below 1", "Usual is 1e-4.")
        comparable = [
            model.comparable(order=self.order, epsilon=epsilon, stops=self.stops) for model in models
        ]
        return self.table_code_lengths(np.stack([model.probabilities for model in comparable]))

    def table_code_lengths(self, tables: FloatArray) -> FloatArray:
        """Bits each gene costs under each table of shape (n_models, 3, 4**k, 4), its order that of the words."""
        # entries of 0 are stop codons, which genes do not hold
        bits = -np.log2(np.where(tables > 0, tables, 1.0)).reshape(len(tables), -1)
        return np.stack([bits[:, words].sum(axis=1) for words in self.words])

    def held_out_code_lengths(self, most: int) -> tuple[FloatArray, int]:
        """Bits each gene costs under a model estimated from other genes.

        Genes are dealt in turn to ten folds, or to as many as there are genes; each fold is coded by the model of
        the others.  Of the orders from 2 to `most`, the one with the fewest bits in all is taken: few genes
        cannot teach a high order.

        Parameters
        ----------
        most : int
            Greatest order of the models, from 2 to that of the words.

        Returns
        -------
        bits : ndarray of shape (n_genes,)
        order : int
            The order taken.
        """
        found = {k: self._held_out(k) for k in range(CODON_CONTEXT, most + 1)}
        best = min(found, key=lambda k: found[k].sum())
        return found[best], best

    @cached_property
    def _folds(self) -> list[CodedGenes]:
        n_folds = min(FOLDS, len(self))
        return [replace(self, words=self.words[fold::n_folds]) for fold in range(n_folds)]

    @cached_property
    def _fold_counts(self) -> FloatArray:
        return np.stack([WordCounts.of(fold.words, self.order).counts for fold in self._folds])

    def _held_out(self, order: int) -> FloatArray:
        """Code lengths by held-out models of one order."""
        counts, bits = self._fold_counts, np.empty(len(self))
        for number, fold in enumerate(self._folds):
            others = WordCounts(counts.sum(axis=0) - counts[number], self.genetic_code)
            model = others.shortened(order).coding_model()
            bits[number :: len(self._folds)] = fold.code_lengths([model], epsilon=MIN_EPSILON)[:, 0]
        return bits
