"""How many bases back a coding model should look: orders compared on genes that they were not learnt from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.finding import Finding
from klbio.models.genes.coded_genes import FOLDS, Excess
from klbio.models.genes.dealing import in_own_order
from klbio.models.markov.content_model import MAX_ORDER
from klbio.models.markov.genetic_code import STANDARD
from klbio.models.markov.stop_codons import CODING_PERIOD, CODON_CONTEXT
from klbio.models.training.likeliest import Likeliest
from klbio.models.training.words import MIN_GENES, CompactWords, WordCounts
from klbio.phrases import say
from klbio.phrases.training import NoOrderCompared, OrdersCompared
from klbio.smoothing import Estimator
from klbio.statistics import t_975

__all__ = ["OrderChoice", "TriedOrder"]

PATIENCE = 2  # orders in a row that are worse than the best: higher ones are not tried
POOR_BITS = 0.01  # beyond the best order, from which another is a warning
LEAST = 1e-12  # probability of what an estimator rules out, so that no gene is impossible


@dataclass(frozen=True, eq=False)
class TriedOrder:
    """A coding model of one order, judged.

    Parameters
    ----------
    order : int
    held_out : ndarray of shape (n_genes,)
        Bits each gene costs under a model of other genes.
    likeliest : Likeliest
        Model of all genes.
    """

    order: int
    held_out: FloatArray
    likeliest: Likeliest

    @property
    def cross_entropy(self) -> float:
        """Bits per base of genes that the model was not learnt from."""
        return float(self.held_out.sum()) / self.likeliest.n_bases

    @property
    def aic(self) -> float:
        """Akaike's criterion over 2 n ln 2, in bits per base."""
        return (self.likeliest.bits + self.likeliest.n_free / math.log(2)) / self.likeliest.n_bases

    @property
    def bic(self) -> float:
        """Schwarz's criterion over 2 n ln 2, in bits per base."""
        charge = self.likeliest.n_free * math.log2(self.likeliest.n_bases) / 2
        return (self.likeliest.bits + charge) / self.likeliest.n_bases


@dataclass(frozen=True, eq=False)
class OrderChoice:
    r"""Orders of a coding model, compared by cross-validation over whole genes.

    Genes are dealt to ten folds (or as many as there are genes), see `in_own_order`; the genes of a fold are coded
    by a model learnt from the others.  Orders are tried from 2 up, until two in a row cost more than the best, to 8 at
    most.
    All are judged on the same bases, those with eight bases of their gene before them.

    Parameters
    ----------
    genes : sequence of ndarray of int
        Words of order 8 of each gene, see `klbio.models.training.words.Gene.words`.
    estimator : klbio.smoothing.Estimator
        As for the model itself.
    genetic_code : int, default 1
        NCBI's number of the code they are written in.
    up_to : int, default 2
        Orders up to this one are tried in any case.

    Notes
    -----
    The one-standard-error rule: `recommended` is the lowest order that costs no more than one standard error above
    the `best`; the error is that of the difference, from the jackknife over genes.

    References
    ----------
    .. [1] Breiman L, Friedman JH, Olshen RA, Stone CJ (1984) Classification and Regression Trees, section 3.4.3.
       doi:10.1201/9781315139470

    Examples
    --------
    Bases that depend on none before them:

    >>> from klbio.models.training.words import Gene
    >>> from klbio.smoothing import Additive
    >>> rng = np.random.default_rng(1)
    >>> genes = [Gene(rng.choice([b"GCA", b"ACC"], 100).tobytes()).words(8) for _ in range(20)]
    >>> OrderChoice(genes, Additive(0.5)).recommended.order
    2
    """

    genes: Sequence[CompactWords]
    estimator: Estimator
    genetic_code: int = STANDARD
    up_to: int = CODON_CONTEXT

    @cached_property
    def tried(self) -> tuple[TriedOrder, ...]:
        """Every order that was tried, from 2 up; none where there are fewer than two genes."""
        return tuple(self._tried()) if len(self._used) >= MIN_GENES else ()

    @property
    def best(self) -> TriedOrder:
        """The order that predicts unseen genes with the fewest bits."""
        return min(self.tried, key=lambda one: one.cross_entropy)

    @property
    def recommended(self) -> TriedOrder:
        """The lowest order within one standard error of the best."""
        pairs = zip(self.tried, self.above_best, strict=True)
        return next(one for one, (bits, error) in pairs if bits <= error or one is self.best)

    @cached_property
    def above_best(self) -> list[tuple[float, float]]:
        """Bits per base that each order costs more than the best, and the standard error of that."""
        bits = np.stack([one.held_out for one in self.tried], axis=1)
        n_bases = np.array([words.size for words in self._dealt])
        found = Excess.per_base(bits, self.best.held_out, n_bases)
        errors = (found.high - found.bits) / t_975(len(bits) - 1)
        return list(zip(found.bits.tolist(), errors.tolist(), strict=True))

    def finding(self, used: int) -> Finding:
        """Say which order predicts unseen genes best, and what another one that is used costs."""
        if not self.tried:
            return Finding.note("coding", say(NoOrderCompared(used)))
        costs = {one.order: cost for one, cost in zip(self.tried, self.above_best, strict=True)}
        best, recommended = self.best.order, self.recommended.order
        beside = sorted({best - 1, best + 1, recommended, used} & costs.keys() - {best})
        others = tuple((order, *costs[order]) for order in beside)
        compared = OrdersCompared(best, self.best.cross_entropy, others, recommended, used)
        made = Finding.warning if costs[used][0] > POOR_BITS else Finding.note
        return made("coding", say(compared))

    @cached_property
    def _used(self) -> list[CompactWords]:
        return in_own_order(words for words in self.genes if words.size)

    @cached_property
    def _folds(self) -> list[list[CompactWords]]:
        n_folds = min(FOLDS, len(self._used))
        return [self._used[number::n_folds] for number in range(n_folds)]

    @cached_property
    def _dealt(self) -> list[CompactWords]:
        """All genes, fold after fold."""
        return [words for fold in self._folds for words in fold]

    def _tried(self) -> Iterator[TriedOrder]:
        least, worse = math.inf, 0
        for order in range(CODON_CONTEXT, MAX_ORDER + 1):
            one = self._judged(order)
            yield one
            worse = worse + 1 if one.cross_entropy >= least else 0
            least = min(least, one.cross_entropy)
            if worse >= PATIENCE and order >= self.up_to:
                return

    def _judged(self, order: int) -> TriedOrder:
        """Judge one order."""
        cells = [_shortened(np.concatenate(fold), order) for fold in self._folds]
        size = CODING_PERIOD * 4 ** (order + 1)
        counts = [np.bincount(fold, minlength=size).astype(float) for fold in cells]
        total = np.sum(counts, axis=0)
        bits = [
            self._bits(total - own, order)[fold] for own, fold in zip(counts, cells, strict=True)
        ]  # of each base
        starts = np.cumsum([0, *(words.size for words in self._dealt)])[:-1]
        held_out = np.add.reduceat(np.concatenate(bits), starts)
        return TriedOrder(order, held_out, Likeliest.of(self._counts(total, order)))

    def _counts(self, flat: FloatArray, order: int) -> WordCounts:
        return WordCounts(flat.reshape(CODING_PERIOD, 4**order, 4), self.genetic_code)

    def _bits(self, flat: FloatArray, order: int) -> FloatArray:
        """Bits that each word costs under the model of some counts."""
        model = self._counts(flat, order).content_model(self.estimator)
        return np.asarray(-np.log2(np.maximum(model.probabilities.ravel(), LEAST)))


def _shortened(words: CompactWords, order: int) -> CompactWords:
    """Give the cells of words with fewer bases of context."""
    position, word = np.divmod(words, 4 ** (MAX_ORDER + 1))
    return np.asarray(position * 4 ** (order + 1) + word % 4 ** (order + 1), np.int32)
