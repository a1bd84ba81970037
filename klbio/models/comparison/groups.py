"""Groups of gene models, as two laboratories or two gene finders: how far apart they lie beyond their own models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from klbio.distributions import FloatArray
from klbio.schema import ModelGroupRow, ModelPairRow
from klbio.statistics.designs import TwoGroups
from klbio.statistics.permutation import Statistic, TestResult

__all__ = ["ModelGroups"]

Pairs = Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class ModelGroups:
    """Gene models by group.

    Parameters
    ----------
    groups : mapping of str to str
        Model to group; models without one, or with an empty one, are left out.
    seed : int
        Of the permutations, where they are too many to count.
    """

    groups: Mapping[str, str]
    seed: int

    @property
    def names(self) -> list[str]:
        """Groups in the order of their first models."""
        return list(dict.fromkeys(filter(None, self.groups.values())))

    def rows(self, pairs: Iterable[ModelPairRow]) -> Iterator[ModelGroupRow]:
        r"""Compare each two groups, for every content model.

        .. math:: \bar D_\text{between} - \bar D_\text{within}

        with D the mean of both directions of a pair, without what chance adds where that is known.  p is the share of
        all ways to deal the models to groups of these sizes that give at least as much.
        """
        if len(self.names) < 2:
            return
        by_component: dict[str, dict[tuple[str, str], float]] = {}
        for row in pairs:
            known = row.distinguishable is not None and row.relative_entropy_corrected_bits is not None
            bits = row.relative_entropy_corrected_bits if known else row.relative_entropy_bits
            by_component.setdefault(row.component, {})[row.model_p, row.model_q] = float(bits or 0.0)
        for component, found in by_component.items():
            for one, other in combinations(self.names, 2):
                first, second = (self._members(name, found) for name in (one, other))
                if first and second:
                    yield self._row(component, (one, other), (first, second), found)

    def _members(self, group: str, pairs: Pairs) -> list[str]:
        having = {model for pair in pairs for model in pair}
        return [model for model, name in self.groups.items() if name == group and model in having]

    def _row(
        self, component: str, names: tuple[str, str], members: tuple[list[str], list[str]], pairs: Pairs
    ) -> ModelGroupRow:
        sizes = len(members[0]), len(members[1])
        models = [*members[0], *members[1]]
        apart = np.array(
            [[0.0 if p == q else (pairs[p, q] + pairs[q, p]) / 2 for q in models] for p in models]
        )
        between = float(apart[: sizes[0], sizes[0] :].mean())
        row = ModelGroupRow(
            group_a=names[0], group_b=names[1], component=component, n_a=sizes[0], n_b=sizes[1],
            between_bits=between, per="base",
        )  # fmt: skip
        n_within = sum(n * (n - 1) // 2 for n in sizes)
        if not n_within or not np.isfinite(apart).all():
            return row
        within = (apart.sum() / 2 - between * sizes[0] * sizes[1]) / n_within
        test = self._test(apart, sizes, n_within)
        return replace(
            row, within_bits=float(within), excess_bits=test.value, p_value=test.p_value, smallest_p=test.smallest_p,
            n_permutations=test.n_permutations, exact=test.exact,
        )  # fmt: skip

    def _test(self, apart: FloatArray, sizes: tuple[int, int], n_within: int) -> TestResult:
        n_between, total = sizes[0] * sizes[1], apart.sum() / 2

        def excess(weights: FloatArray) -> FloatArray:
            """Between less within, of each way to deal the models."""
            first = (weights > 0).astype(float)
            between = np.einsum("ai,ij,aj->a", first, apart, 1 - first, optimize=True)
            return np.asarray(between / n_between - (total - between) / n_within)

        own = np.repeat([1.0, -1.0], sizes)[None]
        observed = float(excess(own)[0])
        statistic = Statistic(observed, excess, scale=float(apart.max()))
        return TwoGroups(*sizes).counted(observed, statistic, np.random.default_rng(self.seed))
