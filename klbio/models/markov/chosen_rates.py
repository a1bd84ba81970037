"""Relative entropy rates of chosen pairs of content models, where the square of all pairs is not wanted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.arrays import Indices
from klbio.models.markov.content_model import ContentModel
from klbio.models.markov.log_ratios import logarithms, pair_sums
from klbio.models.markov.order_group import reaching

__all__ = ["chosen_rates"]

AT_ONCE = 128 * 1024  # contexts of the models on either side that are held in memory together


def chosen_rates(models: Sequence[ContentModel], chosen: Indices) -> FloatArray:
    """Give the rates of pairs of smoothed models under one set of stops, in bits per base.

    Parameters
    ----------
    models : sequence of ContentModel
        Each at its own least order.
    chosen : ndarray of int of shape (n_pairs, 2)
        Places of p and of q.
    """
    orders = np.array([model.order for model in models], dtype=int)
    needed = orders[chosen].max(axis=1, initial=0)
    found = np.empty(len(chosen))
    for order in sorted(set(needed.tolist())):
        for part in _parts(np.flatnonzero(needed == order), chosen, max(2, AT_ONCE // 4**order)):
            members, places = np.unique(chosen[part], return_inverse=True)
            reached = [reaching(models[i], order) for i in members.tolist()]
            found[part] = _nats(reached, places.reshape(-1, 2))
    return np.asarray(np.maximum(found, 0.0) / math.log(2))


def _parts(here: Indices, chosen: Indices, most: int) -> Iterator[Indices]:
    """Cut chosen pairs into parts of at most so many models on either side, so that they fit into memory."""
    low, high = np.sort(chosen[here] // most, axis=1).T
    block = high * (high + 1) // 2 + low
    for one in np.unique(block):
        yield here[block == one]


def _nats(models: Sequence[ContentModel], pairs: Indices) -> FloatArray:
    """Give the nats per base of pairs of models of one order."""
    rows = np.stack([model.probabilities.ravel() for model in models])
    possible = rows.any(axis=0)
    logs = logarithms(np.compress(possible, rows, axis=1))
    for i, model in enumerate(models):
        rows[i] = (model.words / model.period).ravel()
    return pair_sums(np.compress(possible, rows, axis=1), logs, pairs)
