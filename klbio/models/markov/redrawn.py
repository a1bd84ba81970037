"""Two estimated models drawn again, row by row: by how much chance raises their relative entropy rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from klbio.distributions import FloatArray
from klbio.models.arrays import closed
from klbio.seeding import SEED

__all__ = ["Chance", "Redrawn", "TrainedRows"]

ROW_DRAWS, LEAST_DRAWS = 12_288, 8  # rows drawn in all: more of a small model, as it takes fewer
PSEUDOCOUNT = 0.5  # as `klbio.models.training.words` adds to each count
POOLED_PSEUDOCOUNT = 2.0  # a pool that is too sharp would make chance look too small


class Chance(NamedTuple):
    """What chance adds to a rate of nats per base: on average, and its variance, that of drawing included."""

    bias: float
    variance: float


@dataclass(frozen=True, eq=False)
class TrainedRows:
    """Rows of a content model at the order it was estimated at.

    Parameters
    ----------
    probabilities : ndarray of shape (period, 4**k, 4)
    bases : ndarray of shape (period, 4**k)
        Expected number that each row was estimated from.
    """

    probabilities: FloatArray
    bases: FloatArray

    @property
    def counts(self) -> FloatArray:
        """Counts that give these probabilities, about."""
        possible = self.probabilities > 0
        added = PSEUDOCOUNT * possible.sum(axis=-1, keepdims=True)
        counts = (self.bases[..., None] + added) * self.probabilities - PSEUDOCOUNT
        return np.asarray(np.where(possible, np.maximum(counts, 0.0), 0.0))

    def shortened(self, n_contexts: int) -> FloatArray:
        """Counts summed over the older bases."""
        return np.asarray(self.counts.reshape(len(self.bases), -1, n_contexts, 4).sum(axis=1))

    def drawn(self, rows: FloatArray, n_draws: int, rng: np.random.Generator) -> FloatArray:
        """Draw counts with these rows for truth, shape (n_draws, period, 4**k, 4)."""
        # to seven digits, so that no draw hangs on the last bit of a mean
        means = np.float32(self.bases[..., None] * rows)
        return rng.poisson(means.astype(float), (n_draws, *rows.shape)).astype(float)


@dataclass(frozen=True, eq=False)
class Redrawn:
    """Models p and q that may be estimated anew from sources between their pool and themselves.

    Parameters
    ----------
    p, q : TrainedRows
    pool : ndarray of shape (period, 4**k, 4)
        What both are if they come from one source, at the lower order of the two.
    shares : ndarray of shape (period, 4**k)
        At the higher order, the share of a context of p in the bases of its row.
    n_bases : float
        Of p.
    """

    p: TrainedRows
    q: TrainedRows
    pool: FloatArray
    shares: FloatArray
    n_bases: float

    @classmethod
    def of(cls, p: TrainedRows, q: TrainedRows, contexts: FloatArray, n_bases: float) -> Redrawn:
        """Pool two models; `contexts` is the long run of p at the higher order."""
        lower = min(p.bases.shape[1], q.bases.shape[1])
        possible = (p.probabilities.reshape(len(p.bases), -1, lower, 4) > 0).any(axis=1)
        counts = p.shortened(lower) + q.shortened(lower)
        pool = closed(np.where(possible, counts + POOLED_PSEUDOCOUNT, 0.0))
        bases = contexts * (n_bases / len(contexts))
        own = _lifted(p.bases, contexts.shape[1])
        shares = np.divide(bases, own, out=np.zeros_like(bases), where=own > 0)
        return cls(p, q, pool, shares, n_bases)

    def at(self, part: float) -> Chance:
        """Redraw with sources that lie `part` of the way from the pool to the models.

        Parameters
        ----------
        part : float
            0, where both are one source, to 1.  Relative entropy grows with its square.
        """
        p, q = self._source(self.p, part), self._source(self.q, part)
        rng = np.random.default_rng(SEED)
        n_draws = max(ROW_DRAWS // self.shares.size, LEAST_DRAWS)
        k, m = self.p.drawn(p, n_draws, rng), self.q.drawn(q, n_draws, rng)
        again_p, again_q = (closed((drawn + PSEUDOCOUNT) * (rows > 0)) for drawn, rows in ((k, p), (m, q)))
        found = self.shares * _lifted(k.sum(axis=-1), self._width) * self._nats(again_p, again_q)
        truth = self.shares * _lifted(self.p.bases, self._width) * self._nats(p, q)
        chance = found - truth - self._to_first_order(k, m, p, q)
        variance = float(chance.var(axis=0, ddof=1).sum()) / self.n_bases**2
        return Chance(float(chance.mean(axis=0).sum()) / self.n_bases, variance * (1 + 1 / n_draws))

    @property
    def _width(self) -> int:
        return int(self.shares.shape[1])

    def _source(self, model: TrainedRows, part: float) -> FloatArray:
        pool = _lifted_rows(self.pool, model.bases.shape[1])
        return closed(np.maximum(pool + part * (model.probabilities - pool), 0.0))

    def _ratio(self, p: FloatArray, q: FloatArray) -> FloatArray:
        ours, theirs = _lifted_rows(p, self._width), _lifted_rows(q, self._width)
        return np.log(np.divide(ours, theirs, out=np.ones_like(ours), where=(ours > 0) & (theirs > 0)))

    def _nats(self, p: FloatArray, q: FloatArray) -> FloatArray:
        """Relative entropy of each row."""
        return np.asarray((_lifted_rows(p, self._width) * self._ratio(p, q)).sum(axis=-1))

    def _to_first_order(self, k: FloatArray, m: FloatArray, p: FloatArray, q: FloatArray) -> FloatArray:
        """What draws add to each row to first order: nothing on average, so that fewer draws will do."""
        of_p = (_lifted_rows(k - self.p.bases[..., None] * p, self._width) * self._ratio(p, q)).sum(axis=-1)
        expected = self.q.bases[..., None] * q
        away = (m - expected) / (expected + 1)
        whole = (m - expected).sum(axis=-1) / (self.q.bases + 1)
        of_q = (_lifted_rows(p, self._width) * _lifted_rows(away, self._width)).sum(axis=-1)
        of_q = _lifted(self.p.bases, self._width) * (of_q - _lifted(whole, self._width))
        return np.asarray(self.shares * (of_p - of_q))


def _lifted(values: FloatArray, width: int) -> FloatArray:
    """Repeat what belongs to contexts for each older base, shape (..., period, width)."""
    return np.tile(values, width // values.shape[-1])


def _lifted_rows(values: FloatArray, width: int) -> FloatArray:
    """Do the same for rows, shape (..., period, width, 4)."""
    return np.tile(values, (width // values.shape[-2], 1))
