"""Hidden Markov models of a comparison: rates by simulation, and the exact step of short words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations

from klbio.models import HiddenMarkovModel
from klbio.models.hidden.pair import HiddenPair
from klbio.models.markov.model_pair import bases_to_tell_apart
from klbio.phrases import say
from klbio.phrases.gene_models import NoPartner
from klbio.schema import DroppedRow, HiddenRow

__all__ = ["HiddenModels"]

MAX_WORDS = 2**16
MAX_BLOCK = 10


@dataclass(frozen=True, eq=False)
class HiddenModels:
    """Hidden Markov models by name; those over the same symbols are compared.

    Parameters
    ----------
    models : mapping of str to HiddenMarkovModel
    n_symbols : int
        Length of the sequence drawn from each.
    seed : int
    """

    models: Mapping[str, HiddenMarkovModel]
    n_symbols: int
    seed: int

    def rows(self) -> Iterator[HiddenRow]:
        """Give each ordered pair."""
        for p, q in permutations(self.models, 2):
            if set(self.models[p].symbols) == set(self.models[q].symbols):
                yield self._row(p, q)

    def _row(self, name_p: str, name_q: str) -> HiddenRow:
        pair = HiddenPair(self.models[name_p], self.models[name_q])
        found, length = pair.rate(self.n_symbols, self.seed), _block_length(len(pair.p.symbols))
        blocks = pair.block_relative_entropies(length)
        last = blocks[-1] - blocks[-2] if math.isfinite(blocks[-1]) else math.inf
        rate, error = found.bits_per_symbol, found.standard_error_bits
        clear = rate > 2 * error or math.isinf(rate)  # else the length would be noise
        return HiddenRow(
            model_p=name_p, model_q=name_q, relative_entropy_rate_bits_per_symbol=rate, standard_error_bits=error,
            smoothing="none", n_symbols=found.n_symbols, n_batches=found.n_batches, seed=self.seed,
            start="stationary", block_length=length, block_increment_bits_per_symbol=float(last),
            symbols_to_tell_apart_stein=bases_to_tell_apart(rate) if clear else None,
        )  # fmt: skip

    def dropped(self) -> list[DroppedRow]:
        """Name the models that share their symbols with no other."""
        times = Counter(frozenset(model.symbols) for model in self.models.values())
        return [
            DroppedRow.model(source="models", name=name, reason=say(NoPartner()))
            for name, model in self.models.items()
            if times[frozenset(model.symbols)] == 1
        ]


def _block_length(n_symbols: int) -> int:
    """Longest words that can be listed, from 2 to 10 symbols."""
    if n_symbols == 1:
        return 2
    return max(2, min(MAX_BLOCK, int(math.log(MAX_WORDS) / math.log(n_symbols) + 1e-9)))
