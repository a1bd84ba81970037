"""The other half of a symmetric matrix: rows turned into columns, many rows at a time."""

from __future__ import annotations

from types import TracebackType
from typing import NamedTuple, Self

import numpy as np

from klbio.io.tables.squares import Numbers, Square, cut

__all__ = ["HELD", "Mirror"]

HELD = 3 * 2**24  # bytes of rows that wait by default: a write of 30 numbers takes as long as one of 300


class _Rows(NamedTuple):
    """Rows whose mirror image has its first element at [top, left]."""

    top: int
    left: int
    numbers: Numbers


class Mirror:
    """Write the mirror image of what it is given, into the same square; at the end of ``with`` the last of it.

    Rows come in their order and end at one column, so that of the image, which stands below them, each piece is
    as wide as the rows that wait are many.
    """

    def __init__(self, square: Square, held: int = HELD) -> None:
        self._square, self._held = square, held
        self._waiting: list[_Rows] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._write()

    def put(self, top: int, left: int, rows: Numbers) -> None:
        """Take rows whose mirror image begins at [top, left]; those that are to wait are copied."""
        waits = sum(waiting.numbers.nbytes for waiting in self._waiting) + rows.nbytes < self._held
        self._waiting.append(_Rows(top, left, rows.copy() if waits else rows))
        if not waits:
            self._write()

    def _write(self) -> None:
        """Write what all rows have together piece by piece; before it what only the earlier ones have."""
        waiting, self._waiting = self._waiting, []
        for number, rows in enumerate(waiting):
            stop = waiting[number + 1].top if number + 1 < len(waiting) else rows.top + rows.numbers.shape[1]
            self._turn(waiting[: number + 1], rows.top, stop)

    def _turn(self, rows: list[_Rows], top: int, stop: int) -> None:
        """Write the image of the columns `top` to `stop` of some rows."""
        for _, first, last in cut(top, stop - top):
            turned = np.concatenate([each.numbers[:, first - each.top : last - each.top] for each in rows]).T
            self._square.put(first, rows[0].left, np.ascontiguousarray(turned))
