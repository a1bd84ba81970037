"""Hidden Markov models of a comparison: rates by simulation, and the exact step of short words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from klbio.models import HiddenMarkovModel
from klbio.models.comparison.tile import Tile
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
    known : sequence of HiddenRow, optional
        What `found` gave of all pairs, part by part.
    """

    models: Mapping[str, HiddenMarkovModel]
    n_symbols: int
    seed: int
    known: Sequence[HiddenRow] | None = None

    def rows(self) -> Iterable[HiddenRow]:
        """Give each ordered pair."""
        return self.found(Tile(1, 1)) if self.known is None else self.known

    def found(self, tile: Tile) -> Iterator[HiddenRow]:
        """Give the ordered pairs of one part of the models as p, all others as q."""
        names = list(self.models)
        for p in (names[i] for i in tile.rows([len(names)] * len(names))):
            for q in names:
                if p != q and set(self.models[p].symbols) == set(self.models[q].symbols):
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
