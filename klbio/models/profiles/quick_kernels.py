"""Compiled loops of the quick test: columns to states, and the best stretch without gaps in whole numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from klbio.compiled import compiled
from klbio.distributions import FloatArray
from klbio.models.arrays import Indices

__all__ = ["CEILING", "Scores", "States", "best_stretches", "nearest_states"]

States = npt.NDArray[np.uint8]
Scores = npt.NDArray[np.int16]
CEILING = 30_000  # where sums stop growing: beyond any threshold, and no addition leaves sixteen bits


@compiled
def nearest_states(columns: FloatArray, centres: FloatArray, into: States) -> None:
    """Give each column, shape (n, K), the nearest of the centres, shape (K, n_states); of equals the first."""
    halves = np.zeros(centres.shape[1])
    for a in range(len(centres)):
        for s in range(len(halves)):
            halves[s] += 0.5 * centres[a, s] * centres[a, s]
    near = np.empty(len(halves))
    for i in range(len(columns)):
        for s in range(len(near)):
            near[s] = -halves[s]
        for a in range(len(centres)):
            weight, row = columns[i, a], centres[a]
            for s in range(len(near)):
                near[s] += weight * row[s]
        into[i] = np.argmax(near)


@compiled
def best_stretch(scores: Scores, states: States, before: Scores, here: Scores, best: Scores) -> int:
    """Best sum along any diagonal of the rows of scores that the states choose, 0 at least.

    Sums of sixteen bits, so that one step of the processor takes many columns; the three arrays have a place more
    than there are columns.
    """
    n = scores.shape[1]
    for j in range(n + 1):
        before[j] = best[j] = 0
    here[0] = 0
    for state in states:
        row = scores[state]
        for j in range(n):
            run = np.int16(before[j] + row[j])
            run = run if run > 0 else np.int16(0)
            run = run if run < CEILING else np.int16(CEILING)
            here[j + 1] = run
            best[j] = best[j] if best[j] > run else run
        before, here = here, before
    return int(best.max())


@compiled
def best_stretches(scores: Scores, states: States, starts: Indices, chosen: Indices, into: Scores) -> None:
    """Give the best stretch of one profile with each of the chosen others.

    `scores` has a row for each state and a column for each of the one's own columns; profile k has the states from
    `starts[k]` to `starts[k + 1]`.
    """
    places = scores.shape[1] + 1
    before, here, best = np.empty(places, np.int16), np.empty(places, np.int16), np.empty(places, np.int16)
    for n in range(len(chosen)):
        k = chosen[n]
        into[n] = best_stretch(scores, states[starts[k] : starts[k + 1]], before, here, best)
