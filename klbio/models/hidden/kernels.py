"""Compiled loops of the hidden Markov models: drawing a sequence, and the scaled forward algorithm."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from klbio.compiled import compiled
from klbio.distributions import FloatArray

__all__ = ["Symbols", "forward", "walk"]

Symbols = npt.NDArray[np.int64]


@compiled
def walk(start: FloatArray, moves: FloatArray, emits: FloatArray, draws: FloatArray) -> Symbols:
    """Draw symbols; all distributions are cumulative, `draws` holds two numbers per symbol: state, then symbol."""
    n = len(draws)
    symbols = np.empty(n, np.int64)
    state = min(np.searchsorted(start, draws[0, 0], side="right"), len(start) - 1)
    for t in range(n):
        if t > 0:
            state = min(np.searchsorted(moves[state], draws[t, 0], side="right"), len(start) - 1)
        symbols[t] = min(np.searchsorted(emits[state], draws[t, 1], side="right"), emits.shape[1] - 1)
    return symbols


@compiled
def forward(
    start: FloatArray,
    begin: npt.NDArray[np.int32],
    target: npt.NDArray[np.int32],
    weight: FloatArray,
    emissions: FloatArray,
    symbols: Symbols,
) -> FloatArray:
    """Log2 of each scale factor; transitions are sparse, by source, `emissions` is (K, S).

    States that cannot be occupied are passed over, which makes models with few live states fast.
    """
    n_states = len(start)
    out = np.full(len(symbols), -math.inf)
    ahead, here = start.copy(), np.zeros(n_states)
    for t in range(len(symbols)):
        emission, total = emissions[symbols[t]], 0.0
        for i in range(n_states):
            here[i] = ahead[i] * emission[i]
            total += here[i]
        if not total > 0.0:
            return out
        out[t] = math.log2(total)
        ahead[:] = 0.0
        for i in range(n_states):
            if here[i] > 0.0:
                share = here[i] / total
                for e in range(begin[i], begin[i + 1]):
                    ahead[target[e]] += share * weight[e]
    return out
