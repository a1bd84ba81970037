"""Two arms of a study against each other: subjects of both arms each against itself, else arm against arm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from klbio.statistics.designs import Signs, TwoGroups
from klbio.statistics.intervals import mean_interval
from klbio.statistics.permutation import TestResults

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ArmPair", "ArmValues", "arm_pairs"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ArmValues:
    """What was measured of an arm's subjects.

    Attributes
    ----------
    arm : str
    subjects : tuple of str
        Each once; sorted where they are taken from a frame, so that no p depends on the order of its rows.
    values : ndarray of shape (n_subjects, n_columns)
    """

    arm: str
    subjects: tuple[str, ...]
    values: FloatArray

    @classmethod
    def of(cls, arm: str, frame: pd.DataFrame) -> ArmValues:
        """Take the columns of a frame whose index is of subjects."""
        ordered = frame.sort_index()
        return cls(arm, tuple(map(str, ordered.index)), ordered.to_numpy(dtype=float))

    @classmethod
    def unmeasured(cls, arm: str, subjects: tuple[str, ...] = ()) -> ArmValues:
        """Who was in an arm, whatever was measured of them."""
        return cls(arm, subjects, np.empty((len(subjects), 1)))

    @classmethod
    def by_arm(cls, values: pd.Series[float]) -> dict[str, ArmValues]:
        """Take values whose index is of arms and subjects; what has no arm is left out."""
        parts = values.groupby(level=0, sort=False)
        return {str(arm): cls.of(str(arm), part.droplevel(0).to_frame()) for arm, part in parts if arm}

    def __len__(self) -> int:
        return len(self.subjects)

    def of_subjects(self, subjects: Sequence[str]) -> FloatArray:
        """Rows of some subjects, in their order."""
        position = {subject: i for i, subject in enumerate(self.subjects)}
        return self.values[[position[subject] for subject in subjects]]


@dataclass(frozen=True, eq=False)
class ArmPair:
    """Two arms: a crossover where subjects were in both, and then of these subjects alone.

    Attributes
    ----------
    first, second : ArmValues
        Differences are of the first less the second.
    noise : float
        How far two differences may lie apart and be one: of values that are means of random draws.
    """

    first: ArmValues
    second: ArmValues
    noise: float = 0.0

    @cached_property
    def both(self) -> tuple[str, ...]:
        """Subjects that were in both arms."""
        others = set(self.second.subjects)
        return tuple(subject for subject in self.first.subjects if subject in others)

    @property
    def crossover(self) -> bool:
        """Whether subjects are held against themselves."""
        return bool(self.both)

    @property
    def arms(self) -> tuple[str, str]:
        """Their names."""
        return self.first.arm, self.second.arm

    @property
    def reverse(self) -> ArmPair:
        """The other way round."""
        return ArmPair(self.second, self.first, self.noise)

    @property
    def n_subjects(self) -> int:
        """Subjects that take part."""
        return len(self.both) or len(self.first) + len(self.second)

    @property
    def n_left_out(self) -> int:
        """Subjects of one arm alone, where others were in both."""
        return len(self.first) + len(self.second) - 2 * len(self.both) if self.crossover else 0

    @property
    def without(self) -> tuple[str, ...]:
        """Names of those without subjects."""
        return tuple(side.arm for side in (self.first, self.second) if not len(side))

    @property
    def can_tell(self) -> bool:
        """Whether any arrangement of their subjects differs from the one there is: not of one subject against one."""
        return not self.without and self.n_subjects > (1 if self.crossover else 2)

    @cached_property
    def _within(self) -> FloatArray:
        return self.first.of_subjects(self.both) - self.second.of_subjects(self.both)

    @cached_property
    def difference(self) -> FloatArray:
        """Of the means of each column."""
        if self.crossover:
            within: FloatArray = self._within.mean(axis=0)
            return within
        between: FloatArray = self.first.values.mean(axis=0) - self.second.values.mean(axis=0)
        return between

    def interval(self) -> tuple[FloatArray, FloatArray]:
        """95 % interval of that difference: Student's within subjects, Welch's between arms."""
        if self.crossover:
            return mean_interval(self._within)
        return mean_interval(self.first.values, self.second.values)

    def test(self, rng: np.random.Generator, n_moving: NDArray[np.intp] | None = None) -> TestResults:
        """Test each column, two-sided: signs are flipped within subjects, else subjects exchanged between arms.

        Parameters
        ----------
        rng : Generator
            Used only where arrangements are too many to count.
        n_moving : ndarray of int of shape (n_columns,), optional
            Subjects that have the column at all; all of them where it is not given.
        """
        n_columns = self.first.values.shape[1]
        moving = np.full(n_columns, self.n_subjects) if n_moving is None else n_moving
        if self.crossover:
            return Signs(len(self.both)).test(self._within, moving, rng, self.noise)
        groups = TwoGroups(len(self.first), len(self.second))
        return groups.test(self.first.values, self.second.values, moving, rng, self.noise)


def arm_pairs(arms: Mapping[str, ArmValues], compared: Iterable[tuple[str, str]]) -> Iterator[ArmPair]:
    """The arms that are to be held against each other."""
    return (ArmPair(arms[first], arms[second]) for first, second in compared)
