"""Rows about segments: how long exons, introns and the like are, and which follows which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import permutations
from typing import Any

import numpy as np

from klbio.distributions import FloatArray
from klbio.models import GeneModel
from klbio.models.genes.durations import (
    duration_relative_entropies,
    duration_smoothing_name,
    transition_relative_entropies,
    transition_smoothing_name,
)

__all__ = ["Segments", "segment_pair_rows", "segment_state_rows"]

DURATIONS, TRANSITIONS = "durations", "transitions"
Row = dict[str, Any]
ByState = dict[str, float]


class Segments:
    """What was computed of the lengths and the order of the segments of gene models, each once.

    Parameters
    ----------
    models : mapping of str to GeneModel
    epsilon : float
        See `klbio.models.genes.durations`.
    """

    def __init__(self, models: Mapping[str, GeneModel], epsilon: float) -> None:
        self.models = models
        self.epsilon = epsilon

    @cached_property
    def durations(self) -> dict[tuple[str, str], ByState]:
        """Bits per segment by state, for each ordered pair with a state both have."""
        pairs: dict[tuple[str, str], ByState] = {}
        for state in dict.fromkeys(state for model in self.models.values() for state in model.durations):
            laws = {name: m.durations[state] for name, m in self.models.items() if state in m.durations}
            bits = duration_relative_entropies(list(laws.values()), epsilon=self.epsilon)
            for p, q, value in _ordered(list(laws), bits):
                pairs.setdefault((p, q), {})[state] = value
        return pairs

    @cached_property
    def transitions(self) -> dict[tuple[str, str], tuple[ByState, float]]:
        """Bits per transition by state and in all, for each ordered pair over the same states."""
        chains = {name: model.transitions for name, model in self.models.items()}
        return {
            (p, q): transition_relative_entropies(one, other, epsilon=self.epsilon)
            for (p, one), (q, other) in permutations(chains.items(), 2)
            if one and other and set(one.states) == set(other.states)
        }


def _ordered(names: list[str], bits: FloatArray) -> Iterator[tuple[str, str, float]]:
    values = bits.tolist()
    for (i, p), (j, q) in permutations(enumerate(names), 2):
        yield p, q, values[i][j]


def segment_pair_rows(segments: Segments) -> Iterator[Row]:
    """Give each ordered pair: the mean over the states whose length both know, and the order of segments."""
    smoothing = duration_smoothing_name(segments.epsilon)
    for pair, states in segments.durations.items():
        note = f"mean over {', '.join(states)}"
        yield _pair(pair, DURATIONS, float(np.mean(list(states.values()))), "segment", smoothing, note)
    smoothing = transition_smoothing_name(segments.epsilon)
    for pair, (_, bits) in segments.transitions.items():
        yield _pair(pair, TRANSITIONS, bits, "transition", smoothing, "")


def _pair(pair: tuple[str, str], component: str, bits: float, per: str, smoothing: str, note: str) -> Row:
    return {
        "model_p": pair[0], "model_q": pair[1], "component": component, "smoothing": smoothing,
        "relative_entropy_bits": bits, "per": per, "note": note,
    }  # fmt: skip


def segment_state_rows(segments: Segments) -> Iterator[Row]:
    """Give each state of each ordered pair: bits per segment, and per transition out of it."""
    chains = {pair: states for pair, (states, _) in segments.transitions.items()}
    for component, found in ((DURATIONS, segments.durations), (TRANSITIONS, chains)):
        for (p, q), states in found.items():
            for state, bits in states.items():
                yield {
                    "model_p": p, "model_q": q, "component": component, "state": state,
                    "relative_entropy_bits": bits,
                }  # fmt: skip
