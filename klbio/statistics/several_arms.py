r"""Several comparisons of arms in one study, with p values that account for how many they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from klbio.statistics.designs import WithinBlocks, codes
from klbio.statistics.permutation import Statistic
from klbio.statistics.two_arms import ArmPair, ArmValues

__all__ = ["ArmFamily", "holm"]

FloatArray = NDArray[np.float64]
Ints = NDArray[np.intp]

MAX_PAIRS = 10  # comparisons of a family whose joint permutations are made: five arms each against each


def holm(p_values: ArrayLike) -> FloatArray:
    r"""Adjust p values for how many tests were made, by Holm's step-down rule.

    .. math:: \tilde p_{(i)} = \max_{j \le i} \min\{(m - j + 1)\, p_{(j)},\ 1\}

    The chance of even one false rejection is at most the level, whatever the tests have in common [1]_.

    Parameters
    ----------
    p_values : array-like of shape (n_tests,)
        NaN where no test could be made; such are not counted.

    Returns
    -------
    ndarray of shape (n_tests,)

    References
    ----------
    .. [1] Holm S (1979) A simple sequentially rejective multiple test procedure. Scand J Stat 6:65-70.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03, np.nan]).tolist()
    [0.03, 0.06, 0.06, nan]
    """
    adjusted = np.array(p_values, dtype=float)
    order = np.argsort(adjusted)[: int(np.isfinite(adjusted).sum())]  # NaN is sorted last
    stepped = adjusted[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return adjusted


@dataclass(frozen=True, eq=False)
class ArmFamily:
    """Comparisons of arms that are made together, of one number of each subject.

    Attributes
    ----------
    pairs : sequence of ArmPair
        Their values have one column.
    """

    pairs: Sequence[ArmPair]

    @cached_property
    def arms(self) -> dict[str, ArmValues]:
        """The arms, each once."""
        return {arm.arm: arm for pair in self.pairs for arm in (pair.second, pair.first)}

    @cached_property
    def _edges(self) -> list[tuple[int, int]]:
        """Each comparison by the places of its arms."""
        place = {arm: i for i, arm in enumerate(self.arms)}
        return [(place[pair.first.arm], place[pair.second.arm]) for pair in self.pairs]

    @property
    def joint(self) -> bool:
        """Whether all comparisons can share their permutations: of one kind, and not too many."""
        return 0 < len(self.pairs) <= MAX_PAIRS and len({pair.crossover for pair in self.pairs}) == 1

    def max_t(self, p_values: ArrayLike, rng: np.random.Generator) -> FloatArray:
        r"""Adjust p values by permutations that all comparisons share.

        A comparison's adjusted p is the largest p of any hypothesis that holds it: that some arms, and it
        among them, do not differ.  Subjects are exchanged among the arms that a hypothesis joins (in a
        crossover, arms within subjects), and what is held against the data is the largest of the comparisons

        .. math:: T_{ab} = |\bar x_a - \bar x_b| \Big/ \sqrt{\tfrac1{n_a} + \tfrac1{n_b}}

        among them.  This is closed testing [1]_: the chance of even one false rejection is at most the level,
        and exactly so where all permutations are counted, also where other arms do differ.  It uses
        what comparisons have in common (one control), which Holm's rule cannot [2]_.

        Parameters
        ----------
        p_values : array-like of shape (n_pairs,)
            Of each comparison alone.
        rng : Generator
            Used only where arrangements are too many to count.

        Returns
        -------
        ndarray of shape (n_pairs,)
            At least `p_values`, and the same where there is one comparison.  NaN where comparisons are more than
            10, or some within subjects and some between.

        References
        ----------
        .. [1] Marcus R, Peritz E, Gabriel KR (1976) On closed testing procedures with special reference to ordered
           analysis of variance. Biometrika 63:655-660. doi:10.1093/biomet/63.3.655
        .. [2] Westfall PH, Young SS (1993) Resampling-based multiple testing. Wiley, New York.

        Examples
        --------
        >>> arms = [ArmValues(a, (f"{a}1", f"{a}2"), np.array([[x], [y]])) for a, x, y in
        ...         [("placebo", 0.1, 0.2), ("drug", 0.6, 0.7), ("diet", 0.3, 0.35)]]
        >>> family = ArmFamily([ArmPair(arms[1], arms[0]), ArmPair(arms[2], arms[0])])
        >>> family.max_t([1 / 3, 1 / 3], np.random.default_rng(1)).round(3).tolist()
        [0.333, 0.333]
        """
        adjusted = np.array(p_values, dtype=float)
        if not self.joint:
            return np.full(len(adjusted), np.nan)
        for joined in self._hypotheses():
            own = [i for i, (a, b) in enumerate(self._edges) if joined[a] == joined[b]]
            if len(own) > 1:
                adjusted[own] = np.maximum(adjusted[own], self._p_value(joined, own, rng))
        return adjusted

    def _hypotheses(self) -> Iterator[Ints]:
        """Yield every way to join arms by comparisons: a code for each arm, the same where they are joined."""
        n = len(self._edges)
        every = (edges for size in range(1, n + 1) for edges in combinations(self._edges, size))
        for joined in dict.fromkeys(_joined(edges, len(self.arms)) for edges in every):
            yield np.array(joined, dtype=np.intp)

    def _p_value(self, joined: Ints, own: Sequence[int], rng: np.random.Generator) -> float:
        """P of the largest of some comparisons, where the arms that are joined do not differ."""
        block = joined[self._arm].tolist()
        crossover = self.pairs[0].crossover
        blocks = list(zip(block, self._subject, strict=True)) if crossover else block
        exchange = WithinBlocks(self._arm, codes(blocks))

        def largest(labels: FloatArray) -> FloatArray:
            """Largest difference of each arrangement of arms."""
            most: FloatArray = np.max([self._size(i, labels) for i in own], axis=0)
            return most

        observed = float(largest(self._arm[None].astype(float))[0])
        scale = float(np.abs(self._value).mean())
        return float(exchange.p_value(Statistic(observed, largest, scale, len(self._value)), rng))

    def _size(self, i: int, labels: FloatArray) -> FloatArray:
        """One comparison under each arrangement of the arms."""
        pair, (a, b) = self.pairs[i], self._edges[i]
        value = np.where(self._takes_part[i], self._value, 0.0)
        n_a, n_b = (len(pair.both) or len(arm) for arm in (pair.first, pair.second))
        difference = (labels == a) @ value / n_a - (labels == b) @ value / n_b
        size: FloatArray = np.abs(difference) / np.sqrt(1 / n_a + 1 / n_b)
        return size

    @cached_property
    def _arm(self) -> Ints:
        """Place of the arm of each number."""
        return np.repeat(np.arange(len(self.arms)), [len(arm) for arm in self.arms.values()])

    @cached_property
    def _subject(self) -> list[str]:
        """Whose each number is."""
        return [subject for arm in self.arms.values() for subject in arm.subjects]

    @cached_property
    def _value(self) -> FloatArray:
        values: FloatArray = np.concatenate([arm.values[:, 0] for arm in self.arms.values()])
        return values

    @cached_property
    def _takes_part(self) -> list[NDArray[np.bool_]]:
        """Whose numbers each comparison is made of: in a crossover, of subjects in both arms alone."""
        subjects = np.array(self._subject)
        return [
            np.isin(subjects, pair.both) if pair.both else np.ones(len(subjects), dtype=bool)
            for pair in self.pairs
        ]


def _joined(edges: Sequence[tuple[int, int]], n_arms: int) -> tuple[int, ...]:
    """Codes of arms, the same where comparisons lead from one to the other.

    >>> _joined([(2, 0), (3, 1)], 4), _joined([(1, 0), (2, 1)], 4)
    ((0, 1, 0, 1), (0, 0, 0, 3))
    """
    code = list(range(n_arms))
    for a, b in edges:
        low, high = sorted((code[a], code[b]))
        code = [low if c == high else c for c in code]
    return tuple(code)
