r"""Tests by permutation: what a design lets be exchanged, in all its ways or in some drawn at random.

An `Exchange` knows its arrangements; a `Statistic` is what each of them is held against.  Where there
are few arrangements all are counted, and p is the share that reaches the observed one; where there are
many, some are drawn, and p is (1 + reached) / (1 + drawn), which is never 0 [1]_.

.. [1] Phipson B, Smyth GK (2010) Permutation p-values should never be zero. Stat Appl Genet Mol Biol 9:39.
   doi:10.2202/1544-6115.1585
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.threads import mapper

__all__ = ["Exchange", "Limits", "Statistic", "TestResult", "TestResults"]

FloatArray = NDArray[np.float64]
Arrangements = NDArray[np.number[Any]]  # signs and labels as small whole numbers: an eighth of the memory


class Limits(NamedTuple):
    """How many arrangements are counted at most; where there are more, so many are drawn."""

    most_exact: int
    n_drawn: int


USUAL = Limits(20_000, 9_999)
# Where an arrangement costs more than a product of vectors: the three parts of a population's shift (40 subjects,
# 10 dimensions: 0.1 s, by the usual limits 1.2 s an arm and rank) and distances within subjects (2 subjects of 233
# samples: 1.6 s, by the usual limits 11 s).
COSTLY = Limits(1_024, 999)
TIES = 1e-10  # of a statistic's scale: arrangements this close to the one observed are as extreme
# Whatever the scale, for a scale may itself be rounding (the changes of a depth that never changed).  Statistics are
# bits, proportions or log ratios; one read of the 1e9 that a subject may have is 1e-9.
ROUNDING = 1e-12
BLOCK_CELLS = 4_000_000  # of one block of arrangements: 32 MB
PART_CELLS = 250_000  # of what one thread looks at, or makes of it: 2 MB


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
        which is no difference.  Nor is what is below 1e-12 at any scale.
    cells : int
        Numbers that one arrangement takes in memory.
    noise : float
        What differs by no more is equal, too: of values that are means of random draws.
    """

    observed: FloatArray | float
    of: Callable[[FloatArray], FloatArray]
    scale: FloatArray | float = 1.0
    cells: int = 1
    noise: float = 0.0

    @property
    def width(self) -> int:
        """Numbers that one arrangement takes in memory, or gives."""
        return max(self.cells, np.size(self.observed))

    @property
    def tolerance(self) -> FloatArray:
        """What is taken for equal."""
        return np.maximum(TIES * np.asarray(self.scale, dtype=float), max(ROUNDING, self.noise))

    @property
    def reach(self) -> FloatArray:
        """What an arrangement has to reach to be as extreme as the data."""
        return np.asarray(self.observed, dtype=float) - self.tolerance

    def n_reached(self, arrangements: FloatArray) -> NDArray[np.intp]:
        """Count those that are as extreme as the data."""
        reached: NDArray[np.intp] = (self.of(arrangements) >= self.reach).sum(axis=0)
        return reached


class Exchange(ABC):
    """What could have been otherwise had there been no effect."""

    costly: bool = False  # whether one arrangement takes so long that fewer are looked at

    @property
    @abstractmethod
    def n_units(self) -> int:
        """Things that are exchanged."""

    @property
    @abstractmethod
    def n_ways(self) -> int:
        """Arrangements that there are."""

    @abstractmethod
    def _every(self, height: int) -> Iterator[Arrangements]:
        """All arrangements, so many at a time, each of shape (n_units,)."""

    @abstractmethod
    def _drawn(self, n: int, rng: np.random.Generator) -> Arrangements:
        """Some arrangements, shape (n, n_units)."""

    @property
    def limits(self) -> Limits:
        """How many are counted or drawn."""
        return COSTLY if self.costly else USUAL

    @property
    def exact(self) -> bool:
        """Whether all arrangements are few enough to be counted."""
        return self.n_ways <= self.limits.most_exact

    @property
    def n_permutations(self) -> int:
        """Arrangements that a test looks at."""
        return self.n_ways if self.exact else self.limits.n_drawn

    @property
    def least(self) -> float:
        """Smallest p that arrangements drawn can give; nothing where all are counted."""
        return 0.0 if self.exact else 1 / (1 + self.limits.n_drawn)

    def smallest(self, n_alike: int) -> float:
        """Smallest p where so many arrangements at least are as extreme as the most extreme.

        >>> from klbio.statistics import Signs
        >>> Signs(3).smallest(2), Signs(5_000).smallest(2)
        (0.25, 0.0001)
        """
        # by whole numbers: no floating-point number holds the ways of 1,024 signs
        return min(1.0, max(n_alike / self.n_ways, self.least))

    def arrangements(self, rng: np.random.Generator, width: int = 1) -> Iterator[Arrangements]:
        """Yield blocks of bounded size; `width` is that of the statistic."""
        height = max(1, BLOCK_CELLS // max(self.n_units, width, 1))
        if self.exact:
            yield from self._every(height)
            return
        for start in range(0, self.n_permutations, height):
            yield self._drawn(min(height, self.n_permutations - start), rng)

    def _parts(self, statistic: Statistic, rng: np.random.Generator) -> Iterator[FloatArray]:
        """Yield blocks cut so small that what the statistic makes of each is bounded, too."""
        blocks = self.arrangements(rng, statistic.width)
        return chain.from_iterable(_cut(block, statistic.width) for block in blocks)

    def null(self, statistic: Statistic, rng: np.random.Generator) -> FloatArray:
        """The statistic of every arrangement."""
        blocks = self.arrangements(rng, statistic.width)
        return np.concatenate([statistic.of(block.astype(float, copy=False)) for block in blocks])

    def share(self, reached: FloatArray | int) -> FloatArray:
        """P of statistics that so many arrangements reach."""
        n = self.n_permutations
        return np.asarray(reached / n if self.exact else (1 + reached) / (1 + n))

    def p_value(self, statistic: Statistic, rng: np.random.Generator, threads: int = 1) -> FloatArray:
        """Share of the arrangements that are as extreme as the data, as many as there are statistics.

        Each of the threads looks at a part of a block; parts are the same however many threads there are.
        """
        reached = np.zeros(np.shape(statistic.observed))
        parts = self._parts(statistic, rng)
        with mapper(threads) as over:
            while some := list(islice(parts, threads)):  # and not all at once, for the memory's sake
                for n_reached in over(statistic.n_reached, some):
                    reached += n_reached
                some.clear()  # or a block stands in memory while the next is drawn
        return self.share(reached)

    def counted(self, value: float, statistic: Statistic, rng: np.random.Generator) -> TestResult:
        """Test one statistic; the smallest p is the share of arrangements that tie for the most extreme.

        For designs in which that depends on the data, and follows from no formula.
        """
        null = np.concatenate(list(map(statistic.of, self._parts(statistic, rng))))
        extreme = int((null >= null.max() - statistic.tolerance).sum()) / len(null)
        return self.result(value, float(self.p_of(null, statistic)), extreme if self.exact else self.least)

    def p_of(self, null: FloatArray, statistic: Statistic) -> FloatArray:
        """As `p_value`, of a null at hand."""
        return self.share((null >= statistic.reach).sum(axis=0))

    def result(self, value: float, p_value: float, smallest_p: float) -> TestResult:
        """Put a test together."""
        return TestResult(value, p_value, smallest_p, self.n_permutations, self.exact)


def _cut(block: Arrangements, width: int) -> Iterator[FloatArray]:
    """Cut a block of arrangements, of which each takes or gives so many numbers."""
    cells = len(block) * max(block.shape[1], width)
    for part in np.array_split(block, max(cells // PART_CELLS, 1)):
        yield part.astype(float, copy=False)
