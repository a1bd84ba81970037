"""Compiled power iteration that finds the stationary distribution of a periodic Markov chain."""

from __future__ import annotations

import numpy as np

from klbio.compiled import compiled
from klbio.distributions import FloatArray

__all__ = ["settled"]


@compiled
def settled(rows: FloatArray, found: FloatArray, least: float, cycles: int) -> bool:
    """Go through periods until one moves less than `least` in total; False where it takes more than so many."""
    after = np.empty(rows.shape[1])
    for _ in range(cycles):
        pass_period(rows, found, after)
        after /= after.sum()
        if np.abs(after - found[0]).sum() < least:
            return True
        found[0] = after
    return False


@compiled
def pass_period(rows: FloatArray, found: FloatArray, after: FloatArray) -> None:
    """Go through a whole period: from the context before the first position, in `found`, to that after the last one."""
    period, n, _ = rows.shape
    for f in range(period):
        into = after if f == period - 1 else found[f + 1]
        into[:] = 0.0
        for c in range(n):
            at, step_on = (
                4 * c % n,
                min(n - 1, 1),
            )  # the oldest base leaves; without contexts there is one place
            for b in range(4):
                into[at + b * step_on] += found[f, c] * rows[f, c, b]
