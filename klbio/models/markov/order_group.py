"""Content models lifted to one order, held against each other; arrays of all of them at once."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray
from klbio.models.arrays import Indices
from klbio.models.markov.content_model import ContentModel
from klbio.models.markov.log_ratios import log_ratio_sums, logarithms

__all__ = ["OrderGroup", "reaching"]

BLOCK = 8  # pairs at a time, so that they stay in cache


@dataclass(frozen=True, eq=False)
class OrderGroup:
    """The models of up to one order, all written at it; pairs with one of that very order are compared here.

    So each pair meets at its own order: lifting further changes nothing.

    Parameters
    ----------
    members : ndarray of int of shape (n_models,)
        Their places among all models.
    new : ndarray of bool of shape (n_models,)
        Which are of the order itself.
    contexts : ndarray of shape (n_models, period, 4**k)
        Stationary distributions of contexts.
    tables : ndarray of shape (n_models, period, 4**k, 4)
        Probabilities.
    """

    members: Indices
    new: NDArray[np.bool_]
    contexts: FloatArray
    tables: FloatArray

    @classmethod
    def each(cls, models: Sequence[ContentModel]) -> Iterator[OrderGroup]:
        """Give the group of each order of some comparable models; stationary distributions are lifted with them."""
        orders = np.array([model.order for model in models])
        reached: dict[int, ContentModel] = {}
        for order in sorted(set(orders.tolist())):
            reached = {i: reaching(model, order) for i, model in reached.items()}
            reached |= {i: models[i] for i in np.flatnonzero(orders == order).tolist()}
            yield cls._of(reached, orders == order)

    @classmethod
    def _of(cls, reached: dict[int, ContentModel], new: NDArray[np.bool_]) -> OrderGroup:
        members = np.array(sorted(reached))
        here = [reached[i] for i in members.tolist()]
        contexts = np.stack([model.stationary_distribution for model in here])
        return cls(members, new[members], contexts, np.stack([model.probabilities for model in here]))

    def relative_entropies(self, of: Container[int]) -> Iterator[tuple[int, int, Indices, FloatArray]]:
        """Give a position of the period, a model, others, and nats per base from the former to the latter.

        Parameters
        ----------
        of : container of int
            Places of the models among all that are wanted.
        """
        for f in range(self.tables.shape[1]):
            tables = self.tables[:, f]
            rows = tables.reshape(len(tables), -1)
            possible = rows.any(axis=0)  # no model completes a stop codon
            words = np.compress(possible, (self.contexts[:, f, :, None] * tables).reshape(rows.shape), axis=1)
            logs = logarithms(np.compress(possible, rows, axis=1))
            for i, place in enumerate(self.members.tolist()):
                if place in of:
                    others = np.flatnonzero(self.new | self.new[i])
                    yield f, place, self.members[others], log_ratio_sums(words[i], logs, i, others)

    def increments(self, wanted: NDArray[np.bool_]) -> FloatArray:
        """Jensen-Shannon increments in bits per base, shape (n_models, n_models), 0 for pairs of older models.

        Parameters
        ----------
        wanted : ndarray of bool of shape (n_models, n_models)
            Pairs, symmetric; those of others are 0.
        """
        found = np.zeros((len(self.tables), len(self.tables)))
        words = _Words.of(self.contexts, self.tables)
        for i in range(len(self.tables)):
            others = i + 1 + np.flatnonzero((self.new[i + 1 :] | self.new[i]) & wanted[i, i + 1 :])
            for start in range(0, len(others), BLOCK):
                block = others[start : start + BLOCK]
                nats = words.increments(i, block)
                found[i, block] = found[block, i] = np.maximum(nats, 0.0) / math.log(2)
        return found


class _Words(NamedTuple):
    """Models with the positions of the period end to end: weights of contexts, probabilities, their logarithms."""

    period: int
    contexts: FloatArray
    tables: FloatArray
    logs: FloatArray

    @classmethod
    def of(cls, contexts: FloatArray, tables: FloatArray) -> _Words:
        n, period = contexts.shape[:2]
        flat = tables.reshape(n, -1, 4)
        return cls(period, contexts.reshape(n, -1), flat, _finite_logarithms(flat))

    def increments(self, i: int, block: Indices) -> FloatArray:
        """Nats per base between one model and each of a block."""
        contexts, p = self.contexts[i, :, None], self.tables[i]
        others, q = self.contexts[block, :, None], self.tables[block]
        both = contexts + others
        share = np.divide(others, both, out=np.zeros_like(both), where=both > 0)
        middle = q - p
        middle *= share
        middle += p  # equals p exactly where q does
        log_middle = _finite_logarithms(middle)
        terms = np.subtract(self.logs[i], log_middle, out=middle)
        terms *= contexts * p
        of_others = np.subtract(self.logs[block], log_middle, out=log_middle)
        of_others *= np.multiply(others, q, out=q)
        terms += of_others
        of_position = terms.reshape(len(block), self.period, -1, 4).sum(axis=(2, 3))
        return np.asarray(of_position.mean(axis=1) / 2)


def reaching(model: ContentModel, order: int) -> ContentModel:
    """Lift a comparable model to an order; its stationary distribution is carried over."""
    while model.order < order:
        model = model.longer
    return model


def _finite_logarithms(probabilities: FloatArray) -> FloatArray:
    """Natural logarithms; that of 0 is given as 0."""
    if probabilities.all():
        return np.asarray(np.log(probabilities))
    return np.asarray(np.log(np.where(probabilities > 0, probabilities, 1.0)))
