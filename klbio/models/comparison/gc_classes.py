"""GC classes of gene models: each class of p against its like in q, and their mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.comparison.listed_pairs import ListedPairs
from klbio.models.genes.gc_classes import ClassMatch
from klbio.models.markov.content_models import ContentModels
from klbio.schema import GCClassRow

__all__ = ["COMPONENTS", "GCClasses"]

COMPONENTS = ("coding", "intron", "intergenic")
Pair = tuple[str, str]
Bits = list[tuple[tuple[int, int], float]]  # a class of p and one of q, bits per base


class GCClasses:
    """Gene models by name, how their GC classes match, and the rates between these, each once.

    Parameters
    ----------
    models : mapping of str to GeneModel
    epsilon : float
        Smoothing of every rate.
    listed : ListedPairs
        Pairs of models.
    """

    def __init__(self, models: Mapping[str, GeneModel], epsilon: float, listed: ListedPairs) -> None:
        self.models = models
        self.epsilon = epsilon
        self.listed = listed

    @cached_property
    def matches(self) -> dict[Pair, ClassMatch]:
        """How the classes of each listed pair match."""
        return {(p, q): ClassMatch.of(self.models[p], self.models[q]) for p, q in self.listed.named}

    @cached_property
    def rates(self) -> dict[str, dict[Pair, Bits]]:
        """Bits per base by component, ordered pair and pair of classes."""
        return {component: self._rates(component) for component in COMPONENTS}

    def _rates(self, component: str) -> dict[Pair, Bits]:
        tables = self._tables(component)
        place = {key: number for number, key in enumerate(tables)}
        wanted = [
            (pair, classes)
            for pair, match in self.matches.items()
            for classes in match.pairs
            if (pair[0], classes[0]) in place and (pair[1], classes[1]) in place
        ]
        ends = [(place[p, i], place[q, j]) for (p, q), (i, j) in wanted]
        models = list(tables.values())
        bits = ContentModels(models, epsilon=self.epsilon).rates_of(ends).tolist() if models else []
        found: dict[Pair, Bits] = {}
        for (pair, classes), value in zip(wanted, bits, strict=True):
            found.setdefault(pair, []).append((classes, value))
        return found

    def _tables(self, component: str) -> dict[tuple[str, int], ContentModel]:
        """The content models of one component, by model and number of the class."""
        return {
            (name, number): gc_class.components[component]
            for name, model in self.models.items()
            for number, gc_class in enumerate(model.classes)
            if component in gc_class.components
        }

    def mean_rate(self, component: str, p: str, q: str) -> tuple[float | None, int, str]:
        """Give the mean over matched classes, all of one weight; how many pairs; and how they were matched."""
        bits = [value for _, value in self.rates[component].get((p, q), [])]
        return sum(bits) / len(bits) if bits else None, len(bits), self.matches[p, q].matching

    def rows(self) -> Iterator[GCClassRow]:
        """Give each pair of matched classes of the pairs in detail that have more than one."""
        for component, pairs in self.rates.items():
            for pair, bits in pairs.items():
                if pair in self.listed.named_detailed and len(self.matches[pair].pairs) > 1:
                    yield from self._pair_rows(component, pair, bits)

    def _pair_rows(self, component: str, pair: Pair, bits: Bits) -> Iterator[GCClassRow]:
        p, q = (self.models[name].classes for name in pair)
        for (i, j), value in bits:
            (low_p, high_p), (low_q, high_q) = _band(p[i]), _band(q[j])
            yield GCClassRow(
                model_p=pair[0], class_p=i, gc_low_p=low_p, gc_high_p=high_p,
                model_q=pair[1], class_q=j, gc_low_q=low_q, gc_high_q=high_q,
                component=component, matching=self.matches[pair].matching, weight=1 / len(bits),
                relative_entropy_bits=value, per="base",
            )  # fmt: skip


def _band(gc_class: GCClass) -> tuple[float | None, float | None]:
    """Lowest and highest GC content a class is made for, where the file says."""
    return gc_class.gc or (None, None)
