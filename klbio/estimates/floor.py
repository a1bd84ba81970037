"""What a shift would look like if nothing had changed: its floor."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import xlogy

from klbio.distributions import FloatArray
from klbio.estimates.alias_tables import Ints
from klbio.estimates.read_reallocation import MAX_PAIRS, chosen_pairs, null_divergences
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
        Mean over all pairs of an after-sample and a before-sample, or over 400 that hold the samples of a phase
        equally often.
    observed : float, optional
        The mean over those 400 as observed; nothing where they are all.
    """

    pooled: FloatArray
    pairs: FloatArray
    observed: float | None = None

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
        pooled, pairs, observed = draw(samples, len(after), n_resamples, rng)
        return cls(pooled, pairs, observed if len(after) * len(before) > MAX_PAIRS else None)

    def of(self, estimand: str) -> FloatArray:
        """Draws of ``pooled`` or ``pairs``."""
        return self.pooled if estimand == "pooled" else self.pairs

    def p_value(self, estimand: str, observed: float) -> float:
        """How often at least as much as was observed is drawn; what was observed counts as one draw.

        Parameters
        ----------
        estimand : {"pooled", "pairs"}
        observed : float
            Over all pairs; where some are drawn, these are held against the same ones as observed.
        """
        null = self.of(estimand)
        if estimand == "pairs" and self.observed is not None:
            observed = self.observed
        return (1 + int((null >= observed - TIES).sum())) / (1 + len(null))


def _of_groups(
    samples: FloatArray, n_after: int, n_resamples: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, float]:
    """Pooled and over pairs, where the signs of groups of reads are flipped; and over pairs as observed."""
    pooled, of_pairs = [], []
    pairs, sides = chosen_pairs(n_after, len(samples) - n_after), np.array([[0, 1]])
    for drawn in null_signs(samples, n_resamples, rng):
        of_pairs.append(_mean_plugin(drawn, pairs))
        pooled.append(
            _mean_plugin(np.stack([drawn[:n_after].sum(axis=0), drawn[n_after:].sum(axis=0)]), sides)
        )
    observed = float(_mean_plugin(samples.sum(axis=1)[:, None], pairs)[0])
    return np.concatenate(pooled), np.concatenate(of_pairs), observed


def _mean_plugin(samples: FloatArray, pairs: Ints) -> FloatArray:
    """Mean unsmoothed divergence over pairs of samples, for each resample, in bits.

    With f(s) = s log s, twice the divergence is sum f(p) + f(q) - f(p + q) + 2 log 2: only the last
    sum belongs to a pair.  Digits lost to cancellation (1e-15 bits) do not matter for a null distribution.
    """
    shares = samples / samples.sum(axis=-1, keepdims=True)
    own = xlogy(shares, shares).sum(axis=-1)
    apart = [
        own[i] + own[j] - xlogy(both, both).sum(axis=-1)
        for i, j in pairs
        for both in (shares[i] + shares[j],)
    ]
    mean: FloatArray = np.maximum(np.mean(apart, axis=0) / (2 * LN2) + 1.0, 0.0)
    return mean
