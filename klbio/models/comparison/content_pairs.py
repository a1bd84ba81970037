"""Listed pairs of one content model, column by column: eighty thousand rows of them are made in a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.models import ContentModel
from klbio.models.arrays import Indices
from klbio.models.markov.genetic_code import same_code
from klbio.models.markov.model_pair import ModelPair, bases_to_tell_apart
from klbio.models.markov.rate_interval import RateInterval
from klbio.phrases import Reason, say
from klbio.phrases.gene_models import OrdersDiffer, OtherCodes
from klbio.schema import ModelPairRow, columns_of

if TYPE_CHECKING:
    from klbio.models.comparison.gene_models import GeneModels

__all__ = ["ContentPairs"]

CODING = "coding"


class Sampling(NamedTuple):
    """What the size of the training sets says of D, in bits per base; None where it is unknown."""

    corrected: float | None = None
    low: float | None = None
    high: float | None = None
    noise_floor: float | None = None
    distinguishable: bool | None = None

    @classmethod
    def of(cls, forth: RateInterval | None, back: RateInterval | None, pair: ModelPair) -> Sampling:
        """Give it of an ordered pair; it takes both directions to say that models differ."""
        if forth is None:
            return cls()
        known = pair.both_sizes_known and back is not None
        apart = forth.excludes_zero and back is not None and back.excludes_zero if known else None
        return cls(forth.corrected, forth.low, forth.high, forth.noise_floor, apart)

    def bases_to_tell_apart(self, bits: float) -> float | None:
        """Give Stein's length, None where the models cannot be told apart."""
        if self.distinguishable is False:
            return None
        return bases_to_tell_apart(self.corrected if self.distinguishable and self.corrected else bits)


UNKNOWN = Sampling()


class ContentPairs:
    """Listed pairs of gene models that both have a content model.

    Parameters
    ----------
    genes : GeneModels
    component : str
        The content model.
    """

    def __init__(self, genes: GeneModels, component: str) -> None:
        self.genes = genes
        self.component = component
        self.contents = genes.contents[component]

    @cached_property
    def numbers(self) -> Indices:
        """Which of all listed pairs these are."""
        return np.flatnonzero((self._ends >= 0).all(axis=1))

    @cached_property
    def _ends(self) -> Indices:
        """Places of p and of q of every listed pair among the content models, -1 where a model has none."""
        place = {name: i for i, name in enumerate(self.genes.having(self.component))}
        of_model = np.array([place.get(name, -1) for name in self.genes.listed.names], dtype=np.intp)
        return np.asarray(of_model[np.array(self.genes.listed.pairs, dtype=np.intp).reshape(-1, 2)])

    @cached_property
    def places(self) -> tuple[Indices, Indices]:
        """Places of p and of q among the content models."""
        p, q = self._ends[self.numbers].T
        return p, q

    @property
    def _wanted(self) -> NDArray[np.bool_]:
        """The pairs in a square of all."""
        wanted = np.zeros((len(self.contents), len(self.contents)), dtype=bool)
        wanted[self.places] = True
        return wanted

    def frame(self) -> pd.DataFrame:
        """Give the pairs as rows of the table, not yet arranged."""
        contents, bits, sampling = self.contents, self._of(self.contents.rates), self._sampling
        marks = [self._marks(p, q) for p, q in self._models]
        return pd.DataFrame(columns_of(
            ModelPairRow, **self._names, component=self.component, order=[order for order, _, _ in marks],
            smoothing=self.genes.smoothing, relative_entropy_bits=bits, per="base", **self._coding, **self._matched,
            bases_to_tell_apart_stein=[
                one.bases_to_tell_apart(value) for one, value in zip(sampling, bits.tolist(), strict=True)
            ],
            jensen_shannon_increment_bits_per_base=self._of(contents.increments_where(self._wanted)),
            relative_entropy_corrected_bits=[one.corrected for one in sampling],
            relative_entropy_low_bits=[one.low for one in sampling],
            relative_entropy_high_bits=[one.high for one in sampling],
            noise_floor_bits=[one.noise_floor for one in sampling],
            distinguishable=[one.distinguishable for one in sampling],
            genetic_codes=[codes for _, codes, _ in marks], note=[note for _, _, note in marks],
        ))  # fmt: skip

    def _of(self, values: FloatArray) -> FloatArray:
        """Take the pairs out of a square of all."""
        return np.asarray(values[self.places])

    @property
    def _models(self) -> Iterator[tuple[ContentModel, ContentModel]]:
        models = self.contents.models
        return ((models[i], models[j]) for i, j in zip(*(side.tolist() for side in self.places), strict=True))

    @property
    def _names(self) -> dict[str, NDArray[np.object_]]:
        names = np.array(list(self.genes.having(self.component)), dtype=object)
        return {"model_p": names[self.places[0]], "model_q": names[self.places[1]]}

    @property
    def _coding(self) -> dict[str, FloatArray]:
        """What coding models have beside: bits at each codon position, and of codons and amino acids."""
        if self.component != CODING:
            return {}
        usage, frames = self.contents.codon_divergence, self._of(self.contents.rates_by_position)
        parts = {"codon": usage.codon, "amino_acid": usage.amino_acid, "synonymous": usage.synonymous}
        return {f"frame{f + 1}_bits": frames[:, f] for f in range(3)} | {
            f"{name}_bits_per_codon": self._of(values) for name, values in parts.items()
        }

    @property
    def _matched(self) -> dict[str, FloatArray | Indices | list[str]]:
        """Means over GC classes, each against its like."""
        classes = self.genes.classes
        means, counts = classes.mean_rates(self.component)
        return {
            "gc_matched_relative_entropy_bits": means[self.numbers],
            "n_gc_class_pairs": counts[self.numbers],
            "gc_matching": [classes.matches[number].matching for number in self.numbers.tolist()],
        }

    @cached_property
    def _sampling(self) -> list[Sampling]:
        return [
            self._sampling_of(i, j) for i, j in zip(*(side.tolist() for side in self.places), strict=True)
        ]

    def _sampling_of(self, i: int, j: int) -> Sampling:
        p, q = self.contents.models[i], self.contents.models[j]
        if p.n_counts is None and q.n_counts is None:
            return UNKNOWN
        return Sampling.of(self._interval(i, j), self._interval(j, i), ModelPair(p, q))

    @cached_property
    def _interval(self) -> Callable[[int, int], RateInterval | None]:
        """The interval of an ordered pair, computed once."""
        models, epsilon = self.contents.models, self.genes.epsilon
        return cache(lambda i, j: ModelPair(models[i], models[j], epsilon=epsilon).interval)

    def _marks(self, p: ContentModel, q: ContentModel) -> tuple[int, str, str]:
        """Give the order of a pair, its genetic codes where these are unlike, and what to beware of."""
        order = max(p.least_order, q.least_order)
        if p.order == q.order and (self.component != CODING or p.genetic_code == q.genetic_code):
            return order, "", ""
        unlike = self.component == CODING and not same_code(p.genetic_code, q.genetic_code)
        reasons: list[Reason] = [OrdersDiffer(p.order, q.order)] if p.order != q.order else []
        reasons += [OtherCodes(p.genetic_code, q.genetic_code)] if unlike else []
        codes = f"{p.genetic_code} and {q.genetic_code}" if unlike else ""
        return order, codes, "; ".join(map(say, reasons))
