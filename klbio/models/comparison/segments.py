"""Segments of gene models: how long exons, introns and the like are, and which follows which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from klbio.models import GeneModel
from klbio.models.comparison.listed_pairs import ListedPairs
from klbio.models.comparison.states import States
from klbio.models.genes.segments import Durations, TransitionPair
from klbio.phrases import say
from klbio.phrases.gene_models import MeanOverStates
from klbio.schema import ModelPairRow

__all__ = ["Segments"]

DURATIONS, TRANSITIONS = "durations", "transitions"
Pair = tuple[str, str]


class Segments:
    """What is computed of the lengths and the order of the segments of gene models, each once.

    Parameters
    ----------
    models : mapping of str to GeneModel
    epsilon : float
        See `klbio.models.genes.segments`.
    listed : ListedPairs
        Pairs of models.
    """

    def __init__(self, models: Mapping[str, GeneModel], epsilon: float, listed: ListedPairs) -> None:
        self.models = models
        self.epsilon = epsilon
        self.listed = listed

    @property
    def _states(self) -> list[str]:
        return list(dict.fromkeys(state for model in self.models.values() for state in model.durations))

    def _lengths(self, state: str) -> Iterator[tuple[Pair, float]]:
        """Bits per segment of one kind, for each listed pair of models that know its length."""
        having = {name: m.durations[state] for name, m in self.models.items() if state in m.durations}
        bits = Durations(list(having.values()), epsilon=self.epsilon).relative_entropies.tolist()
        place = {name: i for i, name in enumerate(having)}
        for p, q in self.listed.named:
            if p in place and q in place:
                yield (p, q), bits[place[p]][place[q]]

    @cached_property
    def durations(self) -> dict[Pair, dict[str, float]]:
        """Bits per segment by state, for each listed pair with a state both have."""
        pairs: dict[Pair, dict[str, float]] = {}
        for state in self._states:
            for pair, bits in self._lengths(state):
                pairs.setdefault(pair, {})[state] = bits
        return pairs

    @cached_property
    def transitions(self) -> dict[Pair, TransitionPair]:
        """Each listed pair over the same states."""
        chains = {name: model.transitions for name, model in self.models.items() if model.transitions}
        return {
            (p, q): TransitionPair(chains[p], chains[q], epsilon=self.epsilon)
            for p, q in self.listed.named
            if p in chains and q in chains and set(chains[p].states) == set(chains[q].states)
        }

    def pair_rows(self) -> Iterator[ModelPairRow]:
        """Give each ordered pair: the mean over the states whose length both know, and the order of segments."""
        for (p, q), states in self.durations.items():
            yield ModelPairRow(
                model_p=p, model_q=q, component=DURATIONS, smoothing=Durations([], epsilon=self.epsilon).smoothing,
                relative_entropy_bits=sum(states.values()) / len(states), per="segment",
                note=say(MeanOverStates(tuple(states))),
            )  # fmt: skip
        for (p, q), pair in self.transitions.items():
            yield ModelPairRow(
                model_p=p, model_q=q, component=TRANSITIONS, smoothing=pair.smoothing,
                relative_entropy_bits=pair.bits, per="transition",
            )  # fmt: skip

    def add_states(self, states: States) -> None:
        """Add each state of each pair in detail: bits per segment, and per transition out of it."""
        leaving = {names: pair.by_state for names, pair in self.transitions.items()}
        for component, found in ((DURATIONS, self.durations), (TRANSITIONS, leaving)):
            for pair, bits in found.items():
                if pair in self.listed.named_detailed:
                    states.add(pair, component, list(bits), list(bits.values()))
