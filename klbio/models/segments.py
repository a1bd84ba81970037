"""Segments, such as exons: how long one is, and which comes next; checked once at the door, then frozen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from klbio.distributions import FloatArray
from klbio.errors import InputError
from klbio.models.arrays import TOLERANCE, check_rows, frozen

__all__ = ["MAX_SEGMENT", "DurationModel", "TransitionModel"]

MAX_SEGMENT = 100_000  # lengths that are listed one by one; gene finders list a few thousand
MAX_STATES = 1000


@dataclass(frozen=True, eq=False)
class DurationModel:
    r"""Distribution of the length of a segment in bases: lengths listed one by one, then a geometric tail.

    .. math:: P(n + j) = \text{tail} \cdot (1 - r) \, r^{j-1}, \qquad j = 1, 2, \dots

    beyond the n listed lengths.

    Parameters
    ----------
    probabilities : array_like of shape (n,)
        ``[d - 1]`` is the probability of length d; n may be 0.
    tail : float
        Probability of all greater lengths; together with the listed ones 1 within 1e-9.
    ratio : float
        r, from 0 to below 1: how much less likely one base more is, beyond n.

    Raises
    ------
    InputError
        On numbers that are no such distribution, or more than 100,000 listed lengths.

    Examples
    --------
    A geometric distribution of mean 4, and its first two lengths listed:

    >>> lengths = DurationModel([], tail=1.0, ratio=0.75)
    >>> lengths.probability(1), lengths.probability(2), lengths.mean
    (0.25, 0.1875, 4.0)
    >>> DurationModel([0.25, 0.1875], tail=0.5625, ratio=0.75).mean
    4.0
    """

    probabilities: FloatArray
    tail: float
    ratio: float

    def __post_init__(self) -> None:
        array = frozen("durations", self.probabilities, axes=1)
        if len(array) > MAX_SEGMENT:
            raise InputError.one("durations", f"{len(array)} listed lengths", f"at most {MAX_SEGMENT}")
        if not (0 <= self.tail <= 1 + TOLERANCE and 0 <= self.ratio < 1):
            found = f"a tail of {self.tail:g} with ratio {self.ratio:g}"
            raise InputError.one("durations", found, "a probability, and a ratio from 0 to below 1")
        check_rows("durations", np.append(array, self.tail)[None])
        for name, value in (
            ("probabilities", array),
            ("tail", float(self.tail)),
            ("ratio", float(self.ratio)),
        ):
            object.__setattr__(self, name, value)

    @classmethod
    def scaled(cls, probabilities: FloatArray, tail: float, ratio: float) -> tuple[DurationModel, float]:
        """Scale all to sum to 1; give the model and the departure of the sum from 1 before.

        >>> DurationModel.scaled([0.2, 0.2], tail=0.1, ratio=0.5)[0].tail
        0.2
        """
        array = np.asarray(probabilities, dtype=float)
        total = float(array.sum()) + tail
        return cls(array / total, tail / total, ratio), abs(total - 1)

    def probability(self, length: int) -> float:
        """Give the probability of one length."""
        beyond = length - len(self.probabilities)
        if beyond > 0:
            return self.tail * (1 - self.ratio) * self.ratio ** (beyond - 1)
        return float(self.probabilities[length - 1]) if length > 0 else 0.0

    @property
    def mean(self) -> float:
        """Mean length in bases."""
        n = len(self.probabilities)
        return float(np.arange(1, n + 1) @ self.probabilities + self.tail * (n + 1 / (1 - self.ratio)))


@dataclass(frozen=True, eq=False)
class TransitionModel:
    """Which segment follows which: a chain over states that can all be left.

    Parameters
    ----------
    states : sequence of str
        Names of the states, each once.
    probabilities : array_like of shape (n_states, n_states)
        ``[i, j]`` is the probability that state j follows state i; rows sum to 1 within 1e-9.

    Raises
    ------
    InputError
        On another shape, names that repeat, or rows that do not sum to 1.
    """

    states: tuple[str, ...]
    probabilities: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "states", tuple(self.states))
        array = frozen("transitions", self.probabilities, axes=2, last=len(self.states))
        if len(array) != len(self.states) or not 0 < len(set(self.states)) == len(self.states) <= MAX_STATES:
            found = f"{len(array)} rows for the states {' '.join(self.states)}"
            raise InputError.one("transitions", found, "a row for each state, and each state once")
        check_rows("transitions", array)
        object.__setattr__(self, "probabilities", array)
