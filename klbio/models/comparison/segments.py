"""Segments of gene models: how long exons, introns and the like are, and which follows which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import compress

import numpy as np
import pandas as pd

from klbio.distributions import FloatArray
from klbio.models import GeneModel
from klbio.models.arrays import Indices
from klbio.models.comparison.listed_pairs import ListedPairs
from klbio.models.comparison.states import States
from klbio.models.genes.segments import Durations, TransitionPair
from klbio.phrases import say
from klbio.phrases.gene_models import MeanOverStates
from klbio.schema import MODEL_TABLES, ModelPairRow, columns_of

__all__ = ["Segments"]

PAIRS = MODEL_TABLES["pairs"]
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

    @cached_property
    def states(self) -> list[str]:
        """Kinds of segments whose length any model knows."""
        return list(dict.fromkeys(state for model in self.models.values() for state in model.durations))

    @cached_property
    def durations(self) -> FloatArray:
        """Bits per segment of each listed pair and kind of segment, nan where not both know its length."""
        pairs = np.array(self.listed.pairs, dtype=np.intp).reshape(-1, 2)
        found = np.full((len(pairs), len(self.states)), np.nan)
        for column, state in enumerate(self.states):
            place = {name: i for i, name in enumerate(self.models) if state in self.models[name].durations}
            models = [self.models[name].durations[state] for name in place]
            of_model = np.full(len(self.models), -1, dtype=np.intp)
            of_model[list(place.values())] = np.arange(len(place))
            ends = of_model[pairs]
            known = (ends >= 0).all(axis=1)
            found[known, column] = Durations(models, epsilon=self.epsilon).relative_entropies_of(ends[known])
        return found

    @cached_property
    def _measured(self) -> Indices:
        """Listed pairs with a state both have, those of the first state first."""
        known = ~np.isnan(self.durations)
        with_any = np.flatnonzero(known.any(axis=1))
        first = known[with_any].argmax(axis=1) if len(with_any) else with_any
        return np.asarray(with_any[np.argsort(first, kind="stable")])

    @cached_property
    def transitions(self) -> dict[Pair, TransitionPair]:
        """Each listed pair over the same states."""
        chains = {name: model.transitions for name, model in self.models.items() if model.transitions}
        return {
            (p, q): TransitionPair(chains[p], chains[q], epsilon=self.epsilon)
            for p, q in self.listed.named
            if p in chains and q in chains and set(chains[p].states) == set(chains[q].states)
        }

    def pair_frames(self) -> Iterator[pd.DataFrame]:
        """Give the ordered pairs: the mean over the states whose length both know, and the order of segments."""
        if len(self._measured):
            yield self._duration_frame()
        if self.transitions:
            yield PAIRS.frame(self._transition_rows())

    def _duration_frame(self) -> pd.DataFrame:
        numbers = self._measured
        known = ~np.isnan(self.durations[numbers])
        total = np.zeros(len(numbers))
        for column in np.where(known, self.durations[numbers], 0.0).T:
            total += column
        kinds, of_pair = np.unique(known, axis=0, return_inverse=True)
        notes = [say(MeanOverStates(tuple(compress(self.states, kind)))) for kind in kinds]
        p, q = np.array(self.listed.names, dtype=object)[np.array(self.listed.pairs)[numbers]].T
        return pd.DataFrame(columns_of(
            ModelPairRow, model_p=p, model_q=q, component=DURATIONS, per="segment",
            smoothing=Durations([], epsilon=self.epsilon).smoothing, relative_entropy_bits=total / known.sum(axis=1),
            note=np.array(notes, dtype=object)[of_pair.ravel()],
        ))  # fmt: skip

    def _transition_rows(self) -> Iterator[ModelPairRow]:
        for (p, q), pair in self.transitions.items():
            yield ModelPairRow(
                model_p=p, model_q=q, component=TRANSITIONS, smoothing=pair.smoothing,
                relative_entropy_bits=pair.bits, per="transition",
            )  # fmt: skip

    def add_states(self, states: States) -> None:
        """Add each state of each pair in detail: bits per segment, and per transition out of it."""
        for number in self._measured.tolist():
            if self.listed.pairs[number] in self.listed.in_detail:
                bits = self.durations[number]
                known = ~np.isnan(bits)
                names = list(compress(self.states, known))
                states.add(self.listed.named[number], DURATIONS, names, bits[known].tolist())
        for pair, transitions in self.transitions.items():
            if pair in self.listed.named_detailed:
                leaving = transitions.by_state
                states.add(pair, TRANSITIONS, list(leaving), list(leaving.values()))
