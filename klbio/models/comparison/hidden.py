"""Rows of the table of hidden Markov models: rates by simulation, and the exact step of short words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import permutations
from typing import Any

from klbio.models import HiddenMarkovModel
from klbio.models.hidden.rates import block_relative_entropies, kullback_leibler_rate
from klbio.models.markov.rates import bases_to_tell_apart

__all__ = ["HIDDEN_COLUMNS", "N_SYMBOLS", "hidden_rows", "incomparable"]

HIDDEN_COLUMNS = (
    "model_p", "model_q", "relative_entropy_rate_bits_per_symbol", "standard_error_bits", "smoothing",
    "n_symbols", "n_batches", "seed", "start", "block_length", "block_increment_bits_per_symbol",
    "symbols_to_tell_apart_stein",
)  # fmt: skip
N_SYMBOLS = 300_000
MOST_WORDS = 2**16
LONGEST = 10


def hidden_rows(
    models: Mapping[str, HiddenMarkovModel], n_symbols: int, seed: int
) -> Iterator[dict[str, Any]]:
    """Give each ordered pair of models over the same symbols."""
    for (name_p, p), (name_q, q) in permutations(models.items(), 2):
        if set(p.symbols) == set(q.symbols):
            yield {"model_p": name_p, "model_q": name_q, "seed": seed, **_columns(p, q, n_symbols, seed)}


def _columns(p: HiddenMarkovModel, q: HiddenMarkovModel, n_symbols: int, seed: int) -> dict[str, Any]:
    found = kullback_leibler_rate(p, q, n_symbols, seed)
    length = _block_length(len(p.symbols))
    blocks = block_relative_entropies(p, q, length)
    last = blocks[-1] - blocks[-2] if math.isfinite(blocks[-1]) else math.inf
    rate, error = found.bits_per_symbol, found.standard_error_bits
    clear = rate > 2 * error or math.isinf(rate)  # else the length would be noise
    return {
        "relative_entropy_rate_bits_per_symbol": rate, "standard_error_bits": error, "smoothing": "none",
        "n_symbols": found.n_symbols, "n_batches": found.n_batches, "start": "stationary",
        "block_length": length, "block_increment_bits_per_symbol": float(last),
        "symbols_to_tell_apart_stein": bases_to_tell_apart(rate) if clear else None,
    }  # fmt: skip


def _block_length(n_symbols: int) -> int:
    """Longest words that can be listed, from 2 to 10 symbols."""
    if n_symbols == 1:
        return 2
    return max(2, min(LONGEST, int(math.log(MOST_WORDS) / math.log(n_symbols) + 1e-9)))


def incomparable(models: Mapping[str, HiddenMarkovModel]) -> list[str]:
    """Name the models that share their symbols with no other."""
    sets = {name: frozenset(model.symbols) for name, model in models.items()}
    return [name for name, own in sets.items() if list(sets.values()).count(own) == 1]
