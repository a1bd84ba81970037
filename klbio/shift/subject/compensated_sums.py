"""Sums of many groups, added up row by row without what rounding would lose."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from klbio.compiled import compiled

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
        _add(groups, values, self.sums, self._lost)


@compiled
def _add(
    groups: NDArray[np.intp],
    values: NDArray[np.float64],
    sums: NDArray[np.float64],
    lost: NDArray[np.float64],
) -> None:
    for i in range(len(groups)):
        group = groups[i]
        value = values[i] - lost[group]
        total = sums[group] + value
        lost[group] = total - sums[group] - value
        sums[group] = total
