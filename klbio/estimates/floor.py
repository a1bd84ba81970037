"""What a shift would look like if nothing had changed: its floor."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import xlogy

from klbio.distributions import FloatArray
from klbio.estimates.read_reallocation import null_divergences
from klbio.estimates.wild_bootstrap import null_signs

__all__ = ["Floor"]

LN2 = float(np.log(2))
TIES = 1e-12  # bits within which a draw equals what was observed


class Floor(NamedTuple):
    """Divergences as observed, in bits, between samples of one community; both from the same draws.

    Attributes
    ----------
    pooled : ndarray of shape (n_resamples,)
        Between the sums of the two phases.
    pairs : ndarray of shape (n_resamples,)
        Mean over all pairs of an after-sample and a before-sample.
    """

    pooled: FloatArray
    pairs: FloatArray

    @classmethod
    def drawn(
        cls, after: FloatArray, before: FloatArray, n_resamples: int, rng: np.random.Generator
    ) -> Floor:
        """Reallocate all reads to the samples at random, or flip the signs of groups of reads.

        Parameters
        ----------
        after, before : ndarray of shape (n_samples_of_phase, [n_groups,] n_categories)
            Counts over the categories seen.
        n_resamples : int
            How many draws.
        rng : Generator
            Their source.

        Examples
        --------
        >>> after, before = np.array([[3.0, 1.0]]), np.array([[1.0, 3.0]])
        >>> floor = Floor.drawn(after, before, 99, np.random.default_rng(0))
        >>> floor.pooled.shape, bool((floor.pooled == floor.pairs).all())
        ((99,), True)
        """
        samples = np.concatenate([after, before])
        draw = _of_groups if samples.ndim > 2 else null_divergences
        return cls(*draw(samples, len(after), n_resamples, rng))

    def of(self, estimand: str) -> FloatArray:
        """Draws of ``pooled`` or ``pairs``."""
        return self.pooled if estimand == "pooled" else self.pairs

    def p_value(self, estimand: str, observed: float) -> float:
        """How often at least as much as was observed is drawn; what was observed counts as one draw."""
        null = self.of(estimand)
        return (1 + int((null >= observed - TIES).sum())) / (1 + len(null))


def _of_groups(
    samples: FloatArray, n_after: int, n_resamples: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Pooled and over pairs, where the signs of groups of reads are flipped."""
    pooled, pairs = [], []
    for drawn in null_signs(samples, n_resamples, rng):
        after, before = drawn[:n_after], drawn[n_after:]
        pairs.append(_mean_plugin(after, before))
        pooled.append(_mean_plugin(after.sum(axis=0)[None], before.sum(axis=0)[None]))
    return np.concatenate(pooled), np.concatenate(pairs)


def _mean_plugin(after: FloatArray, before: FloatArray) -> FloatArray:
    """Mean unsmoothed divergence over all pairs of samples, for each resample, in bits.

    With f(s) = s log s, twice the divergence is sum f(p) + f(q) - f(p + q) + 2 log 2: only the last
    sum belongs to a pair.  Digits lost to cancellation (1e-15 bits) do not matter for a null distribution.
    """
    p_all, q_all = (side / side.sum(axis=-1, keepdims=True) for side in (after, before))
    own = sum(xlogy(side, side).sum(axis=-1).mean(axis=0) for side in (p_all, q_all))
    shared = np.mean([xlogy(p + q, p + q).sum(axis=-1) for p in p_all for q in q_all], axis=0)
    mean: FloatArray = np.maximum((own - shared) / (2 * LN2) + 1.0, 0.0)
    return mean
