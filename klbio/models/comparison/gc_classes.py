"""GC classes of gene models: each class of p against its like in q, and their mean."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from klbio.distributions import FloatArray
from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.arrays import Indices
from klbio.models.comparison.listed_pairs import ListedPairs
from klbio.models.genes.gc_classes import ClassMatch
from klbio.models.markov.content_models import ContentModels
from klbio.schema import GCClassRow

__all__ = ["COMPONENTS", "GCClasses", "MatchedClasses"]

COMPONENTS = ("coding", "intron", "intergenic")


@dataclass(frozen=True, eq=False)
class MatchedClasses:
    """Pairs of GC classes, those of each listed pair of models in a row.

    Parameters
    ----------
    owners : ndarray of int of shape (n,)
        Which listed pair of models each is of.
    classes : ndarray of int of shape (n, 2)
        A class of p and one of q, counted from 0.
    """

    owners: Indices
    classes: Indices


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
    def matches(self) -> list[ClassMatch]:
        """How the classes of each listed pair match."""
        models = list(self.models.values())
        return [ClassMatch.of(models[i], models[j]) for i, j in self.listed.pairs]

    @cached_property
    def matched(self) -> MatchedClasses:
        """The same in one array."""
        owners = np.repeat(np.arange(len(self.matches)), [len(match.pairs) for match in self.matches])
        classes = [pair for match in self.matches for pair in match.pairs]
        return MatchedClasses(owners, np.array(classes, dtype=np.intp).reshape(-1, 2))

    @cached_property
    def rates(self) -> dict[str, FloatArray]:
        """Bits per base of all matched classes, by component; nan where a class lacks it."""
        return {component: self._rates(component) for component in COMPONENTS}

    def _rates(self, component: str) -> FloatArray:
        places, contents = self._places(component)
        models = np.array(self.listed.pairs, dtype=np.intp).reshape(-1, 2)[self.matched.owners]
        ends = places[models, self.matched.classes]
        known = (ends >= 0).all(axis=1)
        bits = np.full(len(ends), np.nan)
        if contents:
            bits[known] = ContentModels(contents, epsilon=self.epsilon).rates_of(ends[known])
        return bits

    def _places(self, component: str) -> tuple[Indices, list[ContentModel]]:
        """Content models of one component; the place of each among them by model and class, -1 where there is none."""
        most = max((len(model.classes) for model in self.models.values()), default=0)
        places = np.full((len(self.models), most), -1, dtype=np.intp)
        found: list[ContentModel] = []
        for i, model in enumerate(self.models.values()):
            for number, gc_class in enumerate(model.classes):
                if component in gc_class.components:
                    places[i, number] = len(found)
                    found.append(gc_class.components[component])
        return places, found

    def mean_rates(self, component: str) -> tuple[FloatArray, Indices]:
        """Give, for each listed pair, the mean over matched classes, all of one weight, and how many there are.

        The mean is nan where there are none.
        """
        bits, n = self.rates[component], len(self.matches)
        known = ~np.isnan(bits)
        owners = self.matched.owners[known]
        counts = np.bincount(owners, minlength=n)
        sums = np.bincount(owners, bits[known], n)
        return np.divide(sums, counts, out=np.full(n, np.nan), where=counts > 0), counts

    def rows(self) -> Iterator[GCClassRow]:
        """Give each pair of matched classes of the pairs in detail that have more than one."""
        several = [
            number
            for number, match in enumerate(self.matches)
            if len(match.pairs) > 1 and self.listed.pairs[number] in self.listed.in_detail
        ]
        starts = np.searchsorted(self.matched.owners, several).tolist()
        for component, bits in self.rates.items():
            for number, start in zip(several, starts, strict=True):
                found = bits[start : start + len(self.matches[number].pairs)]
                yield from self._pair_rows(component, number, found.tolist())

    def _pair_rows(self, component: str, number: int, bits: list[float]) -> Iterator[GCClassRow]:
        match, ends = self.matches[number], self.listed.pairs[number]
        names = [self.listed.names[end] for end in ends]
        p, q = (self.models[name].classes for name in names)
        known = sum(not math.isnan(value) for value in bits)
        for (i, j), value in zip(match.pairs, bits, strict=True):
            if math.isnan(value):
                continue
            (low_p, high_p), (low_q, high_q) = _band(p[i]), _band(q[j])
            yield GCClassRow(
                model_p=names[0], class_p=i, gc_low_p=low_p, gc_high_p=high_p,
                model_q=names[1], class_q=j, gc_low_q=low_q, gc_high_q=high_q,
                component=component, matching=match.matching, weight=1 / known,
                relative_entropy_bits=value, per="base",
            )  # fmt: skip


def _band(gc_class: GCClass) -> tuple[float | None, float | None]:
    """Lowest and highest GC content a class is made for, where the file says."""
    return gc_class.gc or (None, None)
