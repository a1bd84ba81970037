"""One of several parts of a comparison: rows of the square of all models, about as much work as any other's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from klbio.errors import Fault, InputError, whole_number_faults

__all__ = ["Tile"]


@dataclass(frozen=True, order=True)
class Tile:
    """Part `number` of so many, counted from 1.

    Parameters
    ----------
    number, of : int

    Raises
    ------
    InputError
        If there is no such part.

    Examples
    --------
    Three rows, the first as much work as the others together:

    >>> [Tile(number, 2).rows([2, 1, 1]) for number in (1, 2)]
    [range(0, 1), range(1, 3)]
    """

    number: int
    of: int

    def __post_init__(self) -> None:
        """Look whether there is one."""
        InputError.raise_any(
            whole_number_faults("tile", self.number, 1) + whole_number_faults("tiles", self.of, 1)
        )
        if self.number > self.of:
            raise InputError(
                [Fault("tile", f"part {self.number} of {self.of}", f"a part from 1 to {self.of}")]
            )

    def rows(self, work: Sequence[int]) -> range:
        """Give the rows of this part; those of all parts follow each other, and none is in two.

        Parameters
        ----------
        work : sequence of int
            What each row takes, in whatever unit.
        """
        return range(self._row(self.number - 1, work), self._row(self.number, work))

    def _row(self, number: int, work: Sequence[int]) -> int:
        """Give the first row after so many parts."""
        if number in (0, self.of):  # whatever rows take that are no work at all
            return len(work) if number else 0
        total = sum(work)
        return sum(done * self.of <= total * number for done in accumulate(work))
