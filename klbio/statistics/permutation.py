r"""Tests by permutation: what a design lets be exchanged, in all its ways or in some drawn at random.

An `Exchange` knows its arrangements; a `Statistic` is what each of them is held against.  Where there
are few arrangements all are counted, and p is the share that reaches the observed one; where there are
many, some are drawn, and p is (1 + reached) / (1 + drawn), which is never 0 [1]_.

.. [1] Phipson B, Smyth GK (2010) Permutation p-values should never be zero. Stat Appl Genet Mol Biol 9:39.
   doi:10.2202/1544-6115.1585
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb, factorial, prod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Exchange",
    "Signs",
    "Statistic",
    "TestResult",
    "TestResults",
    "TwoGroups",
    "WithinBlocks",
    "codes",
]

FloatArray = NDArray[np.float64]
Ints = NDArray[np.intp]

MOST_EXACT = 20_000  # arrangements counted; where there are more, N_DRAWN are drawn
N_DRAWN = 9_999
TIES = 1e-10  # of a statistic's scale: arrangements this close to the one observed are as extreme
BLOCK_CELLS = 4_000_000  # of one block of arrangements: 32 MB


@dataclass(frozen=True)
class TestResult:
    """One test.

    Attributes
    ----------
    value : float
        The statistic, or what it measures; NaN where nothing varies.
    p_value, smallest_p : float
        By permutation, and the smallest that the design can give.
    n_permutations : int
        Arrangements behind it; 0 where no test was made.
    exact : bool
        Whether these are all there are.
    """

    __test__: ClassVar[bool] = False  # no test case, whatever pytest makes of its name

    value: float = float("nan")
    p_value: float = float("nan")
    smallest_p: float = float("nan")
    n_permutations: int = 0
    exact: bool = True


@dataclass(frozen=True)
class TestResults:
    """Tests of many values by the same arrangements; iterates over them one by one."""

    __test__: ClassVar[bool] = False

    value: FloatArray
    p_value: FloatArray
    smallest_p: FloatArray
    n_permutations: int
    exact: bool

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, i: int) -> TestResult:
        """Give one of the tests."""
        p_value, smallest = float(self.p_value[i]), float(self.smallest_p[i])
        return TestResult(float(self.value[i]), p_value, smallest, self.n_permutations, self.exact)

    def __iter__(self) -> Iterator[TestResult]:
        return (self[i] for i in range(len(self)))


@dataclass(frozen=True)
class Statistic:
    """A number, or many, of each arrangement; the larger, the more extreme.

    Attributes
    ----------
    observed : float or ndarray of shape (...)
        Of the data as they are.
    of : callable
        Gives shape (n_arrangements, ...) for a block of arrangements, shape (n_arrangements, n_units).
    scale : float or ndarray of shape (...)
        Size of the terms that it is a sum of: sums of equal terms in another order differ by rounding,
        which is no difference.
    """

    observed: FloatArray | float
    of: Callable[[FloatArray], FloatArray]
    scale: FloatArray | float = 1.0

    @property
    def tolerance(self) -> FloatArray:
        """What is taken for equal."""
        return TIES * np.asarray(self.scale, dtype=float)

    @property
    def reach(self) -> FloatArray:
        """What an arrangement has to reach to be as extreme as the data."""
        return np.asarray(self.observed, dtype=float) - self.tolerance


class Exchange(ABC):
    """What could have been otherwise had there been no effect.

    Attributes
    ----------
    n_units : int
        Things that are exchanged.
    n_ways : int
        Arrangements that there are.
    """

    @property
    @abstractmethod
    def n_units(self) -> int:
        """Things that are exchanged."""

    @property
    @abstractmethod
    def n_ways(self) -> int:
        """Arrangements that there are."""

    @abstractmethod
    def _every(self) -> FloatArray:
        """All arrangements, shape (n_ways, n_units)."""

    @abstractmethod
    def _drawn(self, n: int, rng: np.random.Generator) -> FloatArray:
        """Some arrangements, shape (n, n_units)."""

    @property
    def exact(self) -> bool:
        """Whether all arrangements are few enough to be counted."""
        return self.n_ways <= MOST_EXACT

    @property
    def n_permutations(self) -> int:
        """Arrangements that a test looks at."""
        return self.n_ways if self.exact else N_DRAWN

    @property
    def least(self) -> float:
        """Smallest p that arrangements drawn can give; nothing where all are counted."""
        return 0.0 if self.exact else 1 / (1 + N_DRAWN)

    def arrangements(self, rng: np.random.Generator, width: int = 1) -> Iterator[FloatArray]:
        """Yield blocks of bounded size; `width` is that of the statistic."""
        height = max(1, BLOCK_CELLS // max(self.n_units, width, 1))
        every = self._every() if self.exact else None
        for start in range(0, self.n_permutations, height):
            n = min(height, self.n_permutations - start)
            yield self._drawn(n, rng) if every is None else every[start : start + n]

    def null(self, statistic: Statistic, rng: np.random.Generator) -> FloatArray:
        """The statistic of every arrangement."""
        return np.concatenate(
            [statistic.of(block) for block in self.arrangements(rng, np.size(statistic.observed))]
        )

    def share(self, reached: FloatArray | int) -> FloatArray:
        """P of statistics that so many arrangements reach."""
        n = self.n_permutations
        return np.asarray(reached / n if self.exact else (1 + reached) / (1 + n))

    def p_value(self, statistic: Statistic, rng: np.random.Generator) -> FloatArray:
        """Share of the arrangements that are as extreme as the data, as many as there are statistics."""
        reached = np.zeros(np.shape(statistic.observed))
        for block in self.arrangements(rng, np.size(statistic.observed)):
            reached += (statistic.of(block) >= statistic.reach).sum(axis=0)
        return self.share(reached)

    def smallest_of(self, statistic: Statistic, rng: np.random.Generator) -> float:
        """Smallest p of this statistic: the share of the arrangements that tie for the most extreme."""
        if not self.exact:
            return self.least
        null = self.null(statistic, rng)
        return int((null >= null.max() - statistic.tolerance).sum()) / len(null)

    def result(self, value: float, p_value: float, smallest_p: float) -> TestResult:
        """Put a test together."""
        return TestResult(value, p_value, smallest_p, self.n_permutations, self.exact)


@dataclass(frozen=True)
class Signs(Exchange):
    """Each unit's sign could have been the other one: before for after, or arm for arm in a crossover."""

    n: int

    @property
    def n_units(self) -> int:
        """Signs."""
        return self.n

    @property
    def n_ways(self) -> int:
        """Every sign by itself."""
        return 1 << self.n

    def _every(self) -> FloatArray:
        signs: FloatArray = np.where(np.arange(self.n_ways)[:, None] >> np.arange(self.n) & 1, -1.0, 1.0)
        return signs

    def _drawn(self, n: int, rng: np.random.Generator) -> FloatArray:
        signs: FloatArray = np.where(rng.integers(0, 2, size=(n, self.n)), 1.0, -1.0)
        return signs

    def smallest_p(self, n_moving: Ints | int | None = None) -> FloatArray:
        """Smallest two-sided p where so many units are not 0; to flip the others changes nothing."""
        moving = np.asarray(self.n if n_moving is None else n_moving)
        return np.minimum(np.maximum(2.0 ** (1 - moving), self.least), 1.0)

    def test(self, values: FloatArray, n_moving: Ints, rng: np.random.Generator) -> TestResults:
        """Two-sided test of each column's mean.

        Parameters
        ----------
        values : ndarray of shape (n, n_columns)
        n_moving : ndarray of int of shape (n_columns,)
            Rows that can be other than 0.
        rng : Generator
            Used only where arrangements are too many to count.

        Examples
        --------
        >>> values = np.array([[0.1, 0.1], [0.2, -0.2], [0.3, 0.0]])
        >>> Signs(3).test(values, np.array([3, 2]), np.random.default_rng(1)).p_value
        array([0.25, 1.  ])
        """
        mean = values.mean(axis=0)
        scale = np.abs(values).mean(axis=0)
        statistic = Statistic(np.abs(mean), lambda signs: np.abs(signs @ values / self.n), scale)
        return TestResults(
            mean, self.p_value(statistic, rng), self.smallest_p(n_moving), self.n_permutations, self.exact
        )


@dataclass(frozen=True)
class TwoGroups(Exchange):
    """Each unit could have been in the other group; arrangements are weights of the difference of means."""

    n_first: int
    n_second: int

    @property
    def n_units(self) -> int:
        """Of both groups, the first one's ahead."""
        return self.n_first + self.n_second

    @property
    def n_ways(self) -> int:
        """Every choice of a first group."""
        return comb(self.n_units, self.n_first)

    def _every(self) -> FloatArray:
        weights = np.full((self.n_ways, self.n_units), -1 / self.n_second)
        chosen = np.array(list(combinations(range(self.n_units), self.n_first)))
        np.put_along_axis(weights, chosen, 1 / self.n_first, axis=1)
        return weights

    def _drawn(self, n: int, rng: np.random.Generator) -> FloatArray:
        weights = np.full((n, self.n_units), -1 / self.n_second)
        weights[:, : self.n_first] = 1 / self.n_first
        return rng.permuted(weights, axis=1)

    def smallest_p(self, n_moving: Ints | int | None = None) -> FloatArray:
        """Smallest two-sided p where so many units are not 0: the others change places unnoticed.

        Where groups are of one size, to exchange them is as extreme.
        """
        moving, where = np.unique(self.n_units if n_moving is None else n_moving, return_inverse=True)
        smallest = np.array([self._smallest(int(k)) for k in moving])[where]
        limited: FloatArray = np.maximum(smallest, self.least)
        return limited

    def _smallest(self, k: int) -> float:
        """Where `k` units move: as many of them in the first group as leaves the fewest ways for the others."""
        ends = max(0, self.n_first + k - self.n_units), min(k, self.n_first)
        fewest = min(comb(self.n_units - k, self.n_first - j) for j in ends)  # it falls towards both ends
        sides = 2 if self.n_first == self.n_second else 1
        return min(1.0, sides * fewest / self.n_ways)

    def test(
        self, first: FloatArray, second: FloatArray, n_moving: Ints, rng: np.random.Generator
    ) -> TestResults:
        """Two-sided test of the difference of each column's means.

        Parameters
        ----------
        first, second : ndarray of shape (n_of_group, n_columns)
        n_moving : ndarray of int of shape (n_columns,)
            Rows of both groups that can be other than 0.
        rng : Generator
            Used only where arrangements are too many to count.

        Examples
        --------
        >>> first, second = np.array([[0.3], [0.2]]), np.array([[0.0], [0.1]])
        >>> TwoGroups(2, 2).test(first, second, np.array([3]), np.random.default_rng(1)).p_value
        array([0.33333333])
        """
        both = np.vstack([first, second])
        difference = first.mean(axis=0) - second.mean(axis=0)
        scale = np.abs(both).mean(axis=0)
        statistic = Statistic(np.abs(difference), lambda weights: np.abs(weights @ both), scale)
        p_value = self.p_value(statistic, rng)
        return TestResults(difference, p_value, self.smallest_p(n_moving), self.n_permutations, self.exact)


@dataclass(frozen=True, eq=False)
class WithinBlocks(Exchange):
    """Labels could have been any of their block's: of phase within subjects, of arm or subject within all.

    Attributes
    ----------
    labels : ndarray of int of shape (n_units,)
        Codes from 0; an arrangement is another array of them.
    blocks : ndarray of int of shape (n_units,)
        Codes from 0 of the blocks.
    """

    labels: Ints
    blocks: Ints

    @classmethod
    def of(cls, labels: Sequence[object], blocks: Sequence[object] | None = None) -> WithinBlocks:
        """Take names for codes; without blocks, labels are exchanged freely.

        >>> WithinBlocks.of("abab", "SSTT").n_ways
        4
        """
        return cls(codes(labels), codes([""] * len(labels) if blocks is None else blocks))

    @property
    def n_units(self) -> int:
        """Bearers of labels."""
        return len(self.labels)

    @cached_property
    def n_ways(self) -> int:
        """Distinct orders of each block's labels, by each other."""
        return prod(_n_orders(self.labels[place]) for place in self._places)

    @cached_property
    def _places(self) -> list[Ints]:
        return [np.flatnonzero(self.blocks == code) for code in range(self.blocks.max() + 1)]

    def _every(self) -> FloatArray:
        """Count through the orders of each block like the digits of a number."""
        orders = [np.array(list(_orders(self.labels[place]))) for place in self._places]
        shape = tuple(map(len, orders))
        digits = np.unravel_index(np.arange(prod(shape)), shape)
        every = np.empty((prod(shape), self.n_units))
        for place, order, digit in zip(self._places, orders, digits, strict=True):
            every[:, place] = order[digit]
        return every

    def _drawn(self, n: int, rng: np.random.Generator) -> FloatArray:
        drawn = np.tile(self.labels.astype(float), (n, 1))
        for place in self._places:
            if len(place) > 1:
                drawn[:, place] = rng.permuted(drawn[:, place], axis=1)
        return drawn

    def smallest_p(self) -> float:
        """Smallest p of two labels: where every block is balanced, to exchange them all changes nothing."""
        sizes = np.bincount(self.blocks)
        mirrored = (2 * np.bincount(self.blocks, self.labels) == sizes).all()
        return max((2 if mirrored else 1) / self.n_ways, self.least)


def codes(names: Sequence[object]) -> Ints:
    """Number names by their first appearance.

    >>> codes(["b", "a", "b"]).tolist()
    [0, 1, 0]
    """
    numbers = {name: i for i, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names], dtype=np.intp)


def _n_orders(labels: Ints) -> int:
    return factorial(len(labels)) // prod(map(factorial, np.bincount(labels).tolist()))


def _orders(labels: Ints) -> Iterator[Ints]:
    """Every distinct order of some labels: places for the first of them, then every order of the rest."""
    if not len(labels):
        yield labels
        return
    first = labels == labels[0]
    for chosen in combinations(range(len(labels)), int(first.sum())):
        order = np.full(len(labels), labels[0])
        others = np.setdiff1d(np.arange(len(labels)), chosen)
        for rest in _orders(labels[~first]):
            order[others] = rest
            yield order.copy()
