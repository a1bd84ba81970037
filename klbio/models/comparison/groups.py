"""Groups of gene models, as two laboratories or two gene finders: how far apart they lie beyond their own models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, permutations

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import Fault, listed
from klbio.phrases import CannotTell, say
from klbio.phrases.gene_models import InfinitelyApart, NoTwoOfAGroup, SizesUnknown
from klbio.schema import ModelGroupRow, ModelPairRow
from klbio.statistics.designs import TwoGroups
from klbio.statistics.permutation import Statistic, TestResult

__all__ = ["ModelGroups", "group_faults"]

Pairs = Mapping[tuple[str, str], ModelPairRow]


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

        with D the mean of both directions of a pair; without what chance adds where that is known of all models of the
        two groups, else as it stands, for all.  p is the share of all ways to deal the models to groups of these sizes
        that give at least as much.
        """
        if len(self.names) < 2:
            return
        by_component: dict[str, dict[tuple[str, str], ModelPairRow]] = {}
        for row in pairs:
            by_component.setdefault(row.component, {})[row.model_p, row.model_q] = row
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
        apart, corrected = _apart([*members[0], *members[1]], pairs)
        between = float(apart[: sizes[0], sizes[0] :].mean())
        row = ModelGroupRow(
            group_a=names[0], group_b=names[1], component=component, n_a=sizes[0], n_b=sizes[1],
            between_bits=between, per="base", corrected=corrected, note=say(None if corrected else SizesUnknown()),
        )  # fmt: skip
        n_within = sum(n * (n - 1) // 2 for n in sizes)
        if not n_within or not np.isfinite(apart).all():
            why = InfinitelyApart() if n_within else NoTwoOfAGroup(names)
            return replace(row, note=say(CannotTell(why)))
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


def group_faults(groups: object, models: Sequence[str]) -> list[Fault]:
    """Refuse groups that are no mapping of model to group, or name other models.

    >>> [fault.found for fault in group_faults(["a", "b"], ["a", "b"])]
    ['a list']
    """
    if groups is None:
        return []
    if not isinstance(groups, Mapping):
        found = f"a {type(groups).__name__}"
        return [
            Fault("groups", found, "a mapping of model to group, as {'mine': 'lab A', 'theirs': 'lab B'}")
        ]
    others = [name for name in groups if name not in models]
    faults = [
        Fault("groups", f"model {name!r}", f"models that are compared, as {listed(models)}")
        for name in others
    ]
    odd = {name: group for name, group in groups.items() if not isinstance(group, str | None)}
    return faults + [
        Fault("groups", f"group {group!r} of model {name!r}", "the name of a group, in quotes")
        for name, group in odd.items()
    ]


def _apart(models: list[str], pairs: Pairs) -> tuple[FloatArray, bool]:
    """D of each two models, mean of both directions; whether it is less what chance adds, of all or of none."""
    rows = [pairs[pair] for pair in permutations(models, 2)]
    corrected = all(
        row.distinguishable is not None and row.relative_entropy_corrected_bits is not None for row in rows
    )
    bits = [row.relative_entropy_corrected_bits if corrected else row.relative_entropy_bits for row in rows]
    apart = np.zeros((len(models), len(models)))
    apart[~np.eye(len(models), dtype=bool)] = bits
    return (apart + apart.T) / 2, corrected
