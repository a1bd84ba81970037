"""What the size of the training set leaves open: bias, interval and noise floor of a relative entropy rate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.markov.content_model import ContentModel
from klbio.models.markov.redrawn import Redrawn, TrainedRows
from klbio.statistics import Z_975

__all__ = ["RateInterval", "TrainedModel"]

STEPS = 10_000
TOLERANCE = 1e-12
MANY = 1e15  # bases of a model of unknown size, which is taken as it stands
DISTRUST = 0.1  # of what redrawing and the expansion to second order differ by, as a standard error
NONE = 0.02  # share of D beyond the floor below which the bias is the floor


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
        """Independent bases that its own are worth; as good as infinite where their number is unknown."""
        return self.model.design.worth(self.model.n_counts or MANY)

    @property
    def unevenness(self) -> float:
        """How much more than even eigenvalues those of its counts vary."""
        return self.model.design.unevenness

    @property
    def repeats(self) -> float:
        """Nats per base that genes of many repeats may give to a divergence."""
        return self.model.design.repeats / (self.model.n_counts or MANY)

    @cached_property
    def n_free(self) -> int:
        """Free parameters of the rows that occur."""
        entries = (self.summed(self.model.words) > 0).sum(axis=-1)
        return int(np.maximum(entries - 1, 0).sum())

    @cached_property
    def rows(self) -> TrainedRows:
        """Its rows at its own order, with the bases that each was estimated from."""
        own = self.model.probabilities[:, -(4**self.own_order) :]  # a lifted table repeats itself
        return TrainedRows(own, self.summed(self.model.stationary_distribution) * self._bases_a_position)

    @property
    def _bases_a_position(self) -> float:
        return self.n_bases / self.model.period

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
        """Bias and variance that come from estimating the reference, by expansion to second order; in nats."""
        joint, mass = self.summed(p.model.words), self.summed(p.model.stationary_distribution)
        rows, counts = self.rows.probabilities, self.rows.bases[..., None]
        # 1 / (n + 1/2) and not 1 / n: where few bases were counted, chance makes 1 / n too large
        each = np.where(rows > 0, joint / (counts * rows + 0.5), 0.0)
        share = joint / self.model.period
        bias = (each * (1 - rows)).sum() / (2 * self.model.period)
        variance = (each * share).sum() / self.model.period
        variance -= ((mass / self.model.period) ** 2 / (counts[..., 0] + 0.5)).sum()
        return float(bias), max(float(variance), 0.0)


@dataclass(frozen=True)
class RateInterval:
    """Sampling uncertainty of D(p || q), in bits per base.

    Parameters
    ----------
    corrected : float
        D less what it is too high by; 0 where that is more.
    low, high : float
        95 % interval for D of the sources that the training sequences came from.
    noise_floor : float
        What D is expected to be if both came from one source.
    """

    corrected: float
    low: float
    high: float
    noise_floor: float

    @property
    def excludes_zero(self) -> bool:
        """Whether chance alone does not explain that the models differ."""
        return self.low > 0

    @classmethod
    def between(cls, p: TrainedModel, q: TrainedModel) -> RateInterval | None:
        """Give the interval, None where D is infinite; see `klbio.models.markov.model_pair.ModelPair.interval`."""
        ours, theirs = p.model.probabilities, q.model.probabilities
        if not (theirs > 0)[ours > 0].all():
            return None
        ratio = np.log(np.divide(ours, theirs, out=np.ones_like(ours), where=ours > 0))
        rate = float((p.model.words * ratio).sum()) / p.model.period
        redrawn = Redrawn.of(p.rows, q.rows, p.model.stationary_distribution, p.n_bases)
        floor = redrawn.at(0.0)
        beyond = max(1 - floor.bias / rate, 0.0) if rate > 0 else 0.0
        bias = redrawn.at(math.sqrt(beyond)).bias if beyond > NONE else floor.bias
        bias_q, variance_q = q.as_reference_for(p)
        # what chance adds to D it adds to these variances as well
        linear = p.unevenness * p.variance_along(ratio) / p.n_bases + q.unevenness * variance_q
        linear *= max(1 - bias / rate, 0.0) if rate > 0 else 0.0
        expanded = p.n_free / (2 * p.n_bases) + bias_q
        uneven = np.average([p.unevenness, q.unevenness], weights=[1 / p.n_bases, 1 / q.n_bases])
        half = Z_975 * math.sqrt(linear + uneven * floor.variance + (DISTRUST * (expanded - bias)) ** 2)
        below = half + p.repeats + q.repeats  # on this side alone: they can only tell sets apart
        corrected, low, high = (max(rate - bias + side, 0.0) / math.log(2) for side in (0, -below, half))
        return cls(corrected, low, high, floor.bias / math.log(2))


def _ahead(values: FloatArray) -> FloatArray:
    """Value of the context each base leads to, shape (period, n_contexts, 4)."""
    following = np.roll(values, -1, axis=0)
    n = following.shape[1]
    if n == 1:
        return np.repeat(following[..., None], 4, axis=-1)
    return np.asarray(np.tile(following.reshape(len(values), n // 4, 4), (1, 4, 1)))
