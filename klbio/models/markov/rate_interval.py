"""What the size of the training set leaves open: interval and noise floor of a relative entropy rate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.markov.content_model import ContentModel
from klbio.statistics import Z_975

__all__ = ["ENOUGH", "RateInterval", "TrainedModel"]

ENOUGH = 30  # bases for each free parameter: with fewer the expansion does not hold
STEPS = 10_000
TOLERANCE = 1e-12


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """A model made comparable, as an estimate.

    Parameters
    ----------
    model : ContentModel
        Comparable, lifted perhaps; its `n_counts` may be unknown.
    own_order : int
        The order at which its rows were estimated.
    """

    model: ContentModel
    own_order: int

    @property
    def n_bases(self) -> float:
        """It was estimated from; infinite where that is unknown."""
        return self.model.n_counts or math.inf

    @cached_property
    def n_free(self) -> int:
        """Free parameters of the rows that occur."""
        entries = (self.summed(self.model.words) > 0).sum(axis=-1)
        return int(np.maximum(entries - 1, 0).sum())

    @property
    def is_large(self) -> bool:
        """Whether it was estimated from enough bases for the expansion to hold."""
        return self.n_bases >= ENOUGH * self.n_free

    def summed(self, values: FloatArray) -> FloatArray:
        """Sum over the older bases of the contexts, which the model does not see."""
        shape = len(values), -1, 4**self.own_order, *values.shape[2:]
        return np.asarray(values.reshape(shape).sum(axis=1))

    def variance_along(self, ratio: FloatArray) -> float:
        """Variance per base of a log-likelihood ratio along the chain, as the model's own rows let it vary."""
        contexts = self.model.stationary_distribution
        gain = ratio + _ahead(self._promise(ratio))
        joint, mass = self.summed(self.model.words), self.summed(contexts)
        # rows are one and the same within a group, so their mean gain is what varies
        weight = self.summed(contexts[..., None] * gain)
        mean_gain = np.divide(weight, mass[..., None], out=np.zeros_like(weight), where=mass[..., None] > 0)
        means = np.divide((joint * mean_gain).sum(axis=-1), mass, out=np.zeros_like(mass), where=mass > 0)
        return float((joint * (mean_gain - means[..., None]) ** 2).sum()) / self.model.period

    def _promise(self, ratio: FloatArray) -> FloatArray:
        """Solve Poisson's equation by iteration, shape (period, n_contexts)."""
        gains = (self.model.probabilities * ratio).sum(axis=-1)
        centred = gains - (self.model.stationary_distribution * gains).sum(axis=-1, keepdims=True)
        promise, more = centred, centred
        for _ in range(STEPS):
            more = (self.model.probabilities * _ahead(more)).sum(axis=-1)
            promise = promise + more
            if np.abs(more).max() < TOLERANCE:
                break
        return np.asarray(promise)

    def as_reference_for(self, p: TrainedModel) -> tuple[float, float]:
        """Bias and variance, each times the number of bases, that come from estimating the reference; in nats."""
        joint, mass = self.summed(p.model.words), self.summed(self.model.stationary_distribution)
        rows = self.model.probabilities[:, -(4**self.own_order) :]  # a lifted table repeats itself
        seen = (mass > 0)[..., None] & (rows > 0)
        share = np.divide(joint, rows, out=np.zeros_like(joint), where=seen)
        each = np.divide(share, mass[..., None], out=np.zeros_like(share), where=seen)
        bias = (each * (1 - rows)).sum() / 2
        spread = (rows * share**2).sum(axis=-1) - joint.sum(axis=-1) ** 2
        variance = np.divide(spread, mass, out=np.zeros_like(mass), where=mass > 0).sum()
        return float(bias), float(variance) / len(rows)


@dataclass(frozen=True)
class RateInterval:
    """Sampling uncertainty of D(p || q), in bits per base.

    Parameters
    ----------
    low, high : float
        95 % interval for D of the sources that the training sequences came from; the estimate
        itself, which is biased upwards, may lie above it.
    noise_floor : float
        What D is expected to be if both came from one source.
    """

    low: float
    high: float
    noise_floor: float

    @classmethod
    def between(cls, p: TrainedModel, q: TrainedModel) -> RateInterval | None:
        """Give the interval, None where it would not hold; see `klbio.models.markov.model_pair.ModelPair.interval`."""
        ours, theirs = p.model.probabilities, q.model.probabilities
        if not (p.is_large and q.is_large and (theirs > 0)[ours > 0].all()):
            return None
        ratio = np.log(np.divide(ours, theirs, out=np.ones_like(ours), where=ours > 0))
        rate = float((p.model.words * ratio).sum()) / p.model.period
        bias_q, variance_q = q.as_reference_for(p)
        bias = p.n_free / (2 * p.n_bases) + bias_q / q.n_bases
        variance = p.variance_along(ratio) / p.n_bases + variance_q / q.n_bases
        half = Z_975 * math.sqrt(variance + 2 * bias**2 / max(p.n_free, q.n_free, 1))
        floor = sum(model.n_free / (2 * model.n_bases) for model in (p, q))
        low, high = (max(rate - bias + sign * half, 0.0) / math.log(2) for sign in (-1, 1))
        return cls(low, high, floor / math.log(2))


def _ahead(values: FloatArray) -> FloatArray:
    """Value of the context each base leads to, shape (period, n_contexts, 4)."""
    following = np.roll(values, -1, axis=0)
    n = following.shape[1]
    if n == 1:
        return np.repeat(following[..., None], 4, axis=-1)
    return np.asarray(np.tile(following.reshape(len(values), n // 4, 4), (1, 4, 1)))
