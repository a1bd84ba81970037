"""Sums of many groups, added up row by row without what rounding would lose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["CompensatedSums"]


class CompensatedSums:
    """Sums by Kahan's rule [1]_, for rows that come in pieces: the same to the last bit however they are cut.

    Attributes
    ----------
    sums : ndarray of shape (n_groups,)

    References
    ----------
    .. [1] Kahan W (1965) Further remarks on reducing truncation errors. Commun ACM 8:40. doi:10.1145/363707.363723

    Examples
    --------
    >>> sums = CompensatedSums()
    >>> sums.add(np.array([0, 1]), np.array([1.0, 5.0]), 2)
    >>> sums.add(np.array([0] * 10), np.array([1e-16] * 10), 2)
    >>> sums.sums.tolist(), sum([1e-16] * 10, 1.0)
    ([1.000000000000001, 5.0], 1.0)
    """

    def __init__(self) -> None:
        self.sums = np.zeros(0)
        self._lost = np.zeros(0)

    def add(self, groups: NDArray[np.intp], values: NDArray[np.float64], n_groups: int) -> None:
        """Add values to the sums of their groups, of which there are so many by now."""
        more = np.zeros(n_groups - len(self.sums))
        self.sums, self._lost = (np.concatenate([side, more]) for side in (self.sums, self._lost))
        for some in _each_once(groups):
            of = groups[some]
            value = values[some] - self._lost[of]
            total = self.sums[of] + value
            self._lost[of] = total - self.sums[of] - value
            self.sums[of] = total


def _each_once(groups: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Give the first row of each group, then the second of those that have one, and so on: a round for each.

    >>> [rows.tolist() for rows in _each_once(np.array([7, 3, 7, 7, 3]))]
    [[1, 0], [4, 2], [3]]
    """
    by_group = np.argsort(groups, kind="stable")
    begins = np.flatnonzero(np.diff(groups[by_group], prepend=-1))
    lengths = np.diff(begins, append=len(groups))
    rounds = np.arange(len(groups)) - np.repeat(begins, lengths)
    order = np.argsort(rounds, kind="stable")
    return np.split(by_group[order], np.cumsum(np.bincount(rounds))[:-1])
