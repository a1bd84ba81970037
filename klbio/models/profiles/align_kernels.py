"""Compiled loops of the alignment of two profile HMMs: Viterbi over five pair states."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from klbio.compiled import compiled
from klbio.distributions import FloatArray
from klbio.pairwise.logarithm import natural_log

__all__ = [
    "Pairs", "Steps", "best_score", "fill_scores", "fill_steps", "global_scores", "trace",
]  # fmt: skip

Steps = npt.NDArray[np.uint8]
Pairs = npt.NDArray[np.int64]

MM, MI, MD, IM, II, DM, DD = range(7)
# pair states: both match; p matches while q inserts; the mirror; p deletes while q waits; the mirror
BOTH, P_ONLY, Q_ONLY, P_GAP, Q_GAP, BEGIN = range(6)
N_STATES = 5
NEVER, LN_2 = -math.inf, math.log(2)
MIN_SCORE = 2.0**-1000  # for the logarithm of a score no residue supports


@compiled
def fill_scores(odds: FloatArray, emissions: FloatArray) -> FloatArray:
    """Log2 of ``odds @ emissions`` of shapes (M, K) and (K, N); here, so that no library starts threads for it."""
    m, n = len(odds), emissions.shape[1]
    out = np.zeros((m, n))
    for i in range(m):
        row = out[i]
        for a in range(len(emissions)):
            weight, other = odds[i, a], emissions[a]
            for j in range(n):
                row[j] += weight * other[j]
        for j in range(n):
            row[j] = natural_log(max(row[j], MIN_SCORE)) / LN_2
    return out


@compiled
def into_both(before: FloatArray, p: FloatArray, q: FloatArray, floor: float) -> tuple[float, int]:
    """Best way into a pair of match states from the node before on both sides."""
    best, origin = floor, BEGIN
    value = before[BOTH] + p[MM] + q[MM]
    if value > best:
        best, origin = value, BOTH
    value = before[P_ONLY] + p[MM] + q[IM]
    if value > best:
        best, origin = value, P_ONLY
    value = before[Q_ONLY] + p[IM] + q[MM]
    if value > best:
        best, origin = value, Q_ONLY
    value = before[P_GAP] + p[DM] + q[MM]
    if value > best:
        best, origin = value, P_GAP
    value = before[Q_GAP] + p[MM] + q[DM]
    if value > best:
        best, origin = value, Q_GAP
    return best, origin


@compiled
def move_alone(
    before: FloatArray,
    mover: FloatArray,
    waiter: FloatArray,
    only: int,
    gap: int,
    cell: FloatArray,
    step: Steps,
) -> None:
    """Let one profile move on: against an insert state of the other, or by its own delete state."""
    start = before[BOTH] + mover[MM] + waiter[MI]
    more = before[only] + mover[MM] + waiter[II]
    cell[only], step[only] = (start, BOTH) if start >= more else (more, only)
    start, more = before[BOTH] + mover[MD], before[gap] + mover[DD]
    cell[gap], step[gap] = (start, BOTH) if start >= more else (more, gap)


@compiled
def fill_row(
    scores: FloatArray, p: FloatArray, q: FloatArray, i: int, local: bool,
    above: FloatArray, here: FloatArray, steps: Steps,
) -> None:  # fmt: skip
    """Fill row i (0 is the begin node of p) of every pair state.

    Cell j + 1 is node j of q; cell 0 lies outside and stays impossible, as does the row above row 0.
    `steps` has a row per node, or one row for all where only the score is wanted.
    """
    floor = 0.0 if local else NEVER
    row = steps[i % len(steps)]
    for j in range(scores.shape[1] + 1):
        cell, step = here[j + 1], row[j]
        if i > 0 and j > 0:
            best, origin = into_both(above[j], p[i - 1], q[j - 1], floor)
            cell[BOTH], step[BOTH] = best + scores[i - 1, j - 1], origin
        else:
            cell[BOTH] = NEVER if local or i + j > 0 else 0.0  # the pair of begin nodes
        move_alone(above[j + 1], p[i - 1], q[j], P_ONLY, P_GAP, cell, step)
        move_alone(here[j], q[j - 1], p[i], Q_ONLY, Q_GAP, cell, step)


@compiled
def fill_steps(
    scores: FloatArray, p: FloatArray, q: FloatArray, local: bool, steps: Steps
) -> tuple[float, int, int, int]:
    """Score of the best alignment, where it ends and in which pair state; `steps` holds the way.

    `p` and `q` are log2 transitions, node 0 first, of M + 1 and N + 1 rows.
    """
    m, n = scores.shape
    above, here = np.full((n + 2, N_STATES), NEVER), np.full((n + 2, N_STATES), NEVER)
    best, row, column, state = NEVER, 0, 0, BOTH
    for i in range(m + 1):
        fill_row(scores, p, q, i, local, above, here, steps)
        for j in range(1, n + 1):
            if local and here[j + 1, BOTH] > best:
                best, row, column = here[j + 1, BOTH], i, j
        above, here = here, above
    if not local:  # both leave their last node together
        best, state = into_both(above[n + 1], p[m], q[n], NEVER)
        row, column = m, n
    return best, row, column, state


@compiled
def best_score(scores: FloatArray, p: FloatArray, q: FloatArray, local: bool) -> float:
    """Score alone, in memory of two rows."""
    return fill_steps(scores, p, q, local, np.empty((1, scores.shape[1] + 1, N_STATES), np.uint8))[0]


@compiled
def global_scores(scores: FloatArray, p: FloatArray, q: FloatArray, orders: Pairs) -> FloatArray:
    """Score of the best global alignment with q's columns in each of the orders, shape (n, N); transitions stay."""
    out, turned = np.empty(len(orders)), np.empty_like(scores)
    for k in range(len(orders)):
        for i in range(len(scores)):
            for j in range(scores.shape[1]):
                turned[i, j] = scores[i, orders[k, j]]
        out[k] = best_score(turned, p, q, False)
    return out


@compiled
def trace(steps: Steps, row: int, column: int, state: int) -> Pairs:
    """Walk back; give the pairs of match states, counted from 1, first to last."""
    pairs = np.empty((min(steps.shape[0], steps.shape[1]), 2), np.int64)
    n = 0
    while (row > 0 or column > 0) and state != BEGIN:
        origin = steps[row, column, state]
        if state == BOTH:
            pairs[n, 0], pairs[n, 1] = row, column
            n += 1
            row, column = row - 1, column - 1
        elif state in (P_ONLY, P_GAP):
            row -= 1
        else:
            column -= 1
        state = origin
    return pairs[:n][::-1].copy()
