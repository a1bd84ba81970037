"""Which ordered pairs of gene models are listed: of many models each with its nearest, so that tables stay small."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.markov.content_models import ContentModels
from klbio.phrases import Reason, say
from klbio.phrases.gene_models import ManyModels, PartOf, TooManyModels
from klbio.schema import DroppedRow

__all__ = ["FEW", "MANY", "NEAREST", "ListedPairs"]

FEW = 20  # models up to which every pair is listed state by state
MANY = 200  # models up to which every pair is listed
NEAREST = 20  # others that each of more models is listed with
Pair = tuple[int, int]


@dataclass(frozen=True, eq=False)
class ListedPairs:
    """Ordered pairs of gene models by their places, those of all tables in one sequence.

    Parameters
    ----------
    names : tuple of str
    coding : ContentModels, optional
        Their coding models, which say who is near; None where there are no models.
    every : bool, default False
        List all pairs, however many: those of groups are counted over them.
    """

    names: tuple[str, ...]
    coding: ContentModels | None
    every: bool = False

    @cached_property
    def pairs(self) -> list[Pair]:
        """All of up to 200 models; else each with its twenty nearest, both ways, and the two farthest apart."""
        if self.every or len(self.names) <= MANY:
            return list(permutations(range(len(self.names)), 2))
        found = self._nearest(NEAREST)
        far = np.where(np.eye(len(self.names), dtype=bool), -np.inf, self._rates).argmax()
        return _both_ways([*found, divmod(int(far), len(self.names))])

    @cached_property
    def detailed(self) -> list[Pair]:
        """All of up to twenty models; else each with its nearest, both ways."""
        if len(self.names) <= FEW:
            return list(permutations(range(len(self.names)), 2))
        return _both_ways(self._nearest(1))

    @property
    def _rates(self) -> FloatArray:
        return np.empty((0, 0)) if self.coding is None else self.coding.rates

    def _nearest(self, n: int) -> Iterator[Pair]:
        for i, row in enumerate(self._rates):
            near = [j for j in np.argsort(row, kind="stable")[: n + 1].tolist() if j != i]
            yield from ((i, j) for j in near[:n])

    @cached_property
    def in_detail(self) -> frozenset[Pair]:
        """Those listed state by state."""
        return frozenset(self.detailed)

    @cached_property
    def named(self) -> list[tuple[str, str]]:
        """The pairs by name."""
        return [(self.names[i], self.names[j]) for i, j in self.pairs]

    @cached_property
    def named_detailed(self) -> frozenset[tuple[str, str]]:
        """Those listed state by state, by name."""
        return frozenset((self.names[i], self.names[j]) for i, j in self.detailed)

    def dropped(self) -> Iterator[DroppedRow]:
        """Say how many pairs are not listed, and how many not state by state."""
        reasons: tuple[tuple[list[Pair], Reason], ...] = (
            (self.pairs, TooManyModels(MANY, NEAREST)),
            (self.detailed, ManyModels(FEW)),
        )
        n = len(self.names)
        for pairs, reason in reasons:
            if left := n * (n - 1) - len(pairs):
                name = say(PartOf(left, n * (n - 1), "ordered pairs of coding models"))
                yield DroppedRow(source="models", kind="pairs", name=name, reason=say(reason))


def _both_ways(pairs: Iterable[Pair]) -> list[Pair]:
    return sorted({both for i, j in pairs for both in ((i, j), (j, i))})
