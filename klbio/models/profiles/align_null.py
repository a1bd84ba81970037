"""Compiled loops for local scores of many orders of q's columns: the same Viterbi as `best_score`, four orders at once.

One row of the table at a time, state by state, so that most steps are taken for several
nodes at once; the two states in which q moves alone depend on the node before, and four
orders keep the processor busy meanwhile.  Sums are taken in the same sequence as in
`klbio.models.profiles.align_kernels`, so the scores are the same to the last bit.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from klbio.compiled import compiled
from klbio.distributions import FloatArray
from klbio.models.profiles.align_kernels import (
    BOTH,
    DD,
    DM,
    II,
    IM,
    MD,
    MI,
    MM,
    N_STATES,
    NEVER,
    P_GAP,
    P_ONLY,
    Q_GAP,
    Q_ONLY,
    Pairs,
)

__all__ = ["AT_ONCE", "local_scores"]

AT_ONCE = 4


@compiled
def into_match(before: FloatArray, t: FloatArray, q: FloatArray, best: FloatArray) -> None:
    """Best way into each pair of match states of a row, from the row `before`; 0 where it is better to begin."""
    both, p_only, q_only, p_gap, q_gap = (
        before[BOTH],
        before[P_ONLY],
        before[Q_ONLY],
        before[P_GAP],
        before[Q_GAP],
    )
    q_mm, q_im, q_dm = q[MM], q[IM], q[DM]
    for j in range(len(best)):
        straight = both[j] + t[MM] + q_mm[j]
        inserted = p_only[j] + t[MM] + q_im[j]
        straight = straight if straight > 0.0 else 0.0
        best[j] = inserted if inserted > straight else straight
    for j in range(len(best)):
        inserted = q_only[j] + t[IM] + q_mm[j]
        deleted = p_gap[j] + t[DM] + q_mm[j]
        inserted = inserted if inserted > best[j] else best[j]
        best[j] = deleted if deleted > inserted else inserted
    for j in range(len(best)):
        deleted = q_gap[j] + t[MM] + q_dm[j]
        best[j] = deleted if deleted > best[j] else best[j]


@compiled
def move_p(row: FloatArray, t: FloatArray, q: FloatArray) -> None:
    """Let p move alone, in place: from the row above to this one."""
    both, only, gap, q_mi, q_ii = row[BOTH], row[P_ONLY], row[P_GAP], q[MI], q[II]
    for j in range(len(both)):
        start, more = both[j] + t[MM] + q_mi[j], only[j] + t[MM] + q_ii[j]
        only[j] = start if start >= more else more
    for j in range(len(both)):
        start, more = both[j] + t[MD], gap[j] + t[DD]
        gap[j] = start if start >= more else more


@compiled
def move_q(rows: FloatArray, t: FloatArray, q: FloatArray) -> None:
    """Let q move alone along a row of each of the orders, whose shape is (AT_ONCE, 5, N + 1)."""
    for j in range(rows.shape[2] - 1):
        match, leave, delete, again = q[MM, j], t[MI], q[MD, j], q[DD, j]
        for k in range(AT_ONCE):
            start, more = rows[k, BOTH, j] + match + leave, rows[k, Q_ONLY, j] + match + t[II]
            rows[k, Q_ONLY, j + 1] = start if start >= more else more
            start, more = rows[k, BOTH, j] + delete, rows[k, Q_GAP, j] + again
            rows[k, Q_GAP, j + 1] = start if start >= more else more


@compiled
def score_row(row: FloatArray, into: FloatArray, scores: FloatArray, order: npt.NDArray[np.int64]) -> float:
    """Add the column scores in the order; give the best of the row."""
    both, best = row[BOTH], NEVER
    both[0] = NEVER
    for j in range(len(order)):
        value = into[j] + scores[order[j]]
        both[j + 1] = value
        best = value if value > best else best
    return best


@compiled
def four_scores(scores: FloatArray, p: FloatArray, q: FloatArray, orders: Pairs, best: FloatArray) -> None:
    """Score AT_ONCE orders; `q` has the transitions as rows, shape (7, N + 1)."""
    n = scores.shape[1]
    rows, into = np.full((AT_ONCE, N_STATES, n + 1), NEVER), np.empty(n)
    for i in range(len(scores)):
        move_q(rows, p[i], q)
        for k in range(AT_ONCE):
            into_match(rows[k], p[i], q, into)
            move_p(rows[k], p[i], q)
            best[k] = max(best[k], score_row(rows[k], into, scores[i], orders[k]))


@compiled
def local_scores(scores: FloatArray, p: FloatArray, q: FloatArray, orders: Pairs) -> FloatArray:
    """Score of the best local alignment with q's columns in each of the orders, shape (n, N); transitions stay.

    `p` and `q` are log2 transitions, node 0 first, of M + 1 and N + 1 rows.
    """
    whole = -(-len(orders) // AT_ONCE) * AT_ONCE
    out, turned = np.full(whole, NEVER), q.T.copy()
    four = np.empty((AT_ONCE, orders.shape[1]), np.int64)
    for first in range(0, whole, AT_ONCE):
        for k in range(AT_ONCE):
            four[k] = orders[min(first + k, len(orders) - 1)]  # the last one again where fewer are left
        four_scores(scores, p, turned, four, out[first : first + AT_ONCE])
    return out[: len(orders)]
