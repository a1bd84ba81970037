"""Rows about the GC classes of gene models: each class of p against its like in q, and their mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import permutations
from typing import Any

import numpy as np

from klbio.models import ContentModel, GCClass, GeneModel
from klbio.models.genes.gc_classes import ClassMatch, match_classes, rates_of_pairs

__all__ = ["COMPONENTS", "GC_CLASS_COLUMNS", "Classes", "class_rows"]

GC_CLASS_COLUMNS = (
    "model_p", "class_p", "gc_p", "model_q", "class_q", "gc_q", "component", "matching", "weight",
    "relative_entropy_bits", "per",
)  # fmt: skip
COMPONENTS = ("coding", "intron", "intergenic")
Row = dict[str, Any]
Bits = list[tuple[tuple[int, int], float]]  # a class of p and one of q, bits per base


class Classes:
    """Gene models by name, how their GC classes match, and the rates between these, each once.

    Parameters
    ----------
    models : mapping of str to GeneModel
    epsilon : float
        As for `klbio.models.markov.rates.relative_entropy_rates`.
    """

    def __init__(self, models: Mapping[str, GeneModel], epsilon: float) -> None:
        self.models = models
        self.epsilon = epsilon

    @cached_property
    def matches(self) -> dict[tuple[str, str], ClassMatch]:
        """How the classes of each ordered pair match."""
        return {
            (p, q): match_classes(self.models[p], self.models[q]) for p, q in permutations(self.models, 2)
        }

    @cached_property
    def rates(self) -> dict[str, dict[tuple[str, str], Bits]]:
        """Bits per base by component, ordered pair and pair of classes."""
        return {component: self._rates(component) for component in COMPONENTS}

    def _rates(self, component: str) -> dict[tuple[str, str], Bits]:
        tables: list[ContentModel] = []
        places: dict[tuple[str, int], int] = {}
        for name, model in self.models.items():
            for number, one in enumerate(model.classes):
                if component in one.components:
                    places[name, number] = len(tables)
                    tables.append(one.components[component])
        wanted = [
            (pair, classes)
            for pair, match in self.matches.items()
            for classes in match.pairs
            if (pair[0], classes[0]) in places and (pair[1], classes[1]) in places
        ]
        ends = [(places[p, i], places[q, j]) for (p, q), (i, j) in wanted]
        bits = rates_of_pairs(tables, ends, epsilon=self.epsilon).tolist()
        found: dict[tuple[str, str], Bits] = {}
        for (pair, classes), value in zip(wanted, bits, strict=True):
            found.setdefault(pair, []).append((classes, value))
        return found

    def columns(self, component: str, p: str, q: str) -> Row:
        """Give what stands in the row of a pair: the mean over matched classes, all of one weight."""
        bits = self.rates[component].get((p, q), [])
        return {
            "gc_matched_relative_entropy_bits": float(np.mean([value for _, value in bits]))
            if bits
            else None,
            "n_gc_class_pairs": len(bits),
            "gc_matching": self.matches[p, q].matching,
        }


def class_rows(classes: Classes) -> Iterator[Row]:
    """Give each pair of matched classes of the pairs of models that have more than one."""
    for component, pairs in classes.rates.items():
        for (p, q), bits in pairs.items():
            if len(classes.matches[p, q].pairs) == 1:
                continue
            for (i, j), value in bits:
                yield {
                    "model_p": p, "class_p": i, "gc_p": _gc(classes.models[p].classes[i]), "model_q": q, "class_q": j,
                    "gc_q": _gc(classes.models[q].classes[j]), "component": component,
                    "matching": classes.matches[p, q].matching, "weight": 1 / len(bits),
                    "relative_entropy_bits": value, "per": "base",
                }  # fmt: skip


def _gc(one: GCClass) -> str:
    """Write the GC content a class is made for, nothing where the file does not say."""
    if one.gc is None:
        return ""
    low, high = one.gc
    return f"{low:.6g}" if low == high else f"{low:.6g}-{high:.6g}"
