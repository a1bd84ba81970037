"""What designs let be exchanged: signs of units, units between two groups, labels within blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice
from math import comb, factorial, prod

import numpy as np
from numpy.typing import NDArray

from klbio.statistics.columns import Columns
from klbio.statistics.permutation import PART_CELLS, Arrangements, Exchange, Statistic, TestResults

__all__ = ["Signs", "TwoGroups", "WithinBlocks", "codes"]

FloatArray = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True)
class Signs(Exchange):
    """Each unit's sign could have been the other one: before for after, or arm for arm in a crossover."""

    n: int
    costly: bool = False

    @property
    def n_units(self) -> int:
        """Signs."""
        return self.n

    @property
    def n_ways(self) -> int:
        """Every sign by itself."""
        return 1 << self.n

    def _every(self, height: int) -> Iterator[Arrangements]:
        for number in _runs(self.n_ways, height):
            yield np.where(number[:, None] >> np.arange(self.n) & 1, -1.0, 1.0)

    def _drawn(self, n: int, rng: np.random.Generator) -> Arrangements:
        signs = np.empty((n, self.n), dtype=np.int8)
        for some in np.array_split(signs, n * self.n // PART_CELLS + 1):
            some[...] = 1 - 2 * rng.integers(0, 2, size=some.shape)
        return signs

    def smallest_p(self, n_moving: Ints | int | None = None) -> FloatArray:
        """Smallest two-sided p where so many units are not 0; to flip the others changes nothing."""
        moving = np.asarray(self.n if n_moving is None else n_moving)
        return np.minimum(np.maximum(2.0 ** (1 - moving), self.least), 1.0)

    def test(
        self, values: FloatArray | Columns, n_moving: Ints, rng: np.random.Generator, noise: float = 0.0
    ) -> TestResults:
        """Two-sided test of each column's mean.

        Parameters
        ----------
        values : Columns, or ndarray of shape (n, n_columns)
        n_moving : ndarray of int of shape (n_columns,)
            Rows that can be other than 0.
        rng : Generator
            Used only where arrangements are too many to count.
        noise : float
            How far two means may lie apart and be one, of values that were drawn at random.

        Examples
        --------
        >>> values = np.array([[0.1, 0.1], [0.2, -0.2], [0.3, 0.0]])
        >>> Signs(3).test(values, np.array([3, 2]), np.random.default_rng(1)).p_value
        array([0.25, 1.  ])
        """
        columns = Columns.of(values)
        mean, scale = columns.mean, columns.mean_size
        statistic = Statistic(
            np.abs(mean), lambda signs: np.abs(columns.weighted(signs) / self.n), scale, noise=noise
        )
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

    def _every(self, height: int) -> Iterator[FloatArray]:
        chosen = combinations(range(self.n_units), self.n_first)
        while some := list(islice(chosen, height)):
            weights = np.full((len(some), self.n_units), -1 / self.n_second)
            np.put_along_axis(weights, np.array(some), 1 / self.n_first, axis=1)
            yield weights

    def _drawn(self, n: int, rng: np.random.Generator) -> FloatArray:
        weights = np.full((n, self.n_units), -1 / self.n_second)
        weights[:, : self.n_first] = 1 / self.n_first
        return rng.permuted(weights, axis=1, out=weights)

    def smallest_p(self, n_moving: Ints | int | None = None) -> FloatArray:
        """Smallest two-sided p where so many units are not 0: the others change places unnoticed.

        Where groups are of one size, to exchange them is as extreme.
        """
        moving, where = np.unique(self.n_units if n_moving is None else n_moving, return_inverse=True)
        smallest = np.full(len(moving), self.least)
        for i, k in enumerate(moving.tolist()):
            smallest[i] = self.smallest(self._fewest(k))
            if smallest[i] == self.least:  # and of more that move it is no larger
                break
        limited: FloatArray = smallest[where]
        return limited

    def _fewest(self, k: int) -> int:
        """Arrangements alike where `k` units move: those of the others, where fewest are left to either group."""
        ends = max(0, self.n_first + k - self.n_units), min(k, self.n_first)
        fewest = min(comb(self.n_units - k, self.n_first - j) for j in ends)  # it falls towards both ends
        return (2 if self.n_first == self.n_second else 1) * fewest

    def test(
        self,
        first: FloatArray | Columns,
        second: FloatArray | Columns,
        n_moving: Ints,
        rng: np.random.Generator,
        noise: float = 0.0,
    ) -> TestResults:
        """Two-sided test of the difference of each column's means.

        Parameters
        ----------
        first, second : Columns, or ndarray of shape (n_of_group, n_columns)
        n_moving : ndarray of int of shape (n_columns,)
            Rows of both groups that can be other than 0.
        rng : Generator
            Used only where arrangements are too many to count.
        noise : float
            How far two differences may lie apart and be one, of values that were drawn at random.

        Examples
        --------
        >>> first, second = np.array([[0.3], [0.2]]), np.array([[0.0], [0.1]])
        >>> TwoGroups(2, 2).test(first, second, np.array([3]), np.random.default_rng(1)).p_value
        array([0.33333333])
        """
        groups = Columns.of(first), Columns.of(second)
        both = Columns.stacked(*groups)
        difference = groups[0].mean - groups[1].mean
        statistic = Statistic(
            np.abs(difference), lambda weights: np.abs(both.weighted(weights)), both.mean_size, noise=noise
        )
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
    costly: bool = False

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
        by_block = np.argsort(
            self.blocks, kind="stable"
        )  # in one go: a look for each block grows with their square
        return np.split(by_block, np.cumsum(np.bincount(self.blocks))[:-1])

    @property
    def _small(self) -> Arrangements:
        """Labels in the fewest bytes that hold them; what is drawn is the same."""
        small: Arrangements = self.labels.astype(np.min_scalar_type(self.labels.max(initial=0)))
        return small

    def _every(self, height: int) -> Iterator[Arrangements]:
        """Count through the orders of each block like the digits of a number."""
        places = [place for place in self._places if _n_orders(self.labels[place]) > 1]
        orders = [_orders(self.labels[place]) for place in places]
        for number in _runs(self.n_ways, height):
            every = np.tile(self._small, (len(number), 1))
            digits = np.unravel_index(number, tuple(map(len, orders))) if orders else ()
            for place, order, digit in zip(places, orders, digits, strict=True):
                every[:, place] = order[digit]
            yield every

    def _drawn(self, n: int, rng: np.random.Generator) -> Arrangements:
        drawn = np.tile(self._small, (n, 1))
        for place in self._places:
            if len(place) > 1:
                drawn[:, place] = rng.permuted(drawn[:, place], axis=1)
        return drawn

    def smallest_p(self) -> float:
        """Smallest p of two labels: where every block is balanced, to exchange them all changes nothing."""
        sizes = np.bincount(self.blocks)
        mirrored = (2 * np.bincount(self.blocks, self.labels) == sizes).all()
        return self.smallest(2 if mirrored else 1)


def codes(names: Sequence[object]) -> Ints:
    """Number names by their first appearance.

    >>> codes(["b", "a", "b"]).tolist()
    [0, 1, 0]
    """
    numbers = {name: i for i, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names], dtype=np.intp)


def _runs(n: int, height: int) -> Iterator[Ints]:
    """Numbers from 0, so many at a time."""
    return (np.arange(start, min(start + height, n)) for start in range(0, n, height))


def _n_orders(labels: Ints) -> int:
    return factorial(len(labels)) // prod(map(factorial, np.bincount(labels).tolist()))


def _orders(labels: Ints) -> Ints:
    """Every distinct order of some labels, one a row: places for the first of them, then every order of the rest."""
    n = len(labels)
    if not n:
        return labels[None]
    first = labels == labels[0]
    chosen = np.array(list(combinations(range(n), int(first.sum()))))
    free = np.ones((len(chosen), n), dtype=bool)
    np.put_along_axis(free, chosen, False, axis=1)
    others, rest = np.nonzero(free)[1].reshape(len(chosen), 1, -1), _orders(labels[~first])
    orders = np.full((len(chosen), len(rest), n), labels[0])
    np.put_along_axis(orders, others, rest[None], axis=2)
    return orders.reshape(-1, n)
