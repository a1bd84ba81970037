"""What a shift would look like if nothing had changed: its floor."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from klbio.distributions import FloatArray
from klbio.estimates.read_reallocation import MAX_PAIRS, null_divergences
from klbio.estimates.wild_bootstrap import NullForm

__all__ = ["Chance", "Floor"]

Sides = tuple[FloatArray, FloatArray]
TIES = 1e-12  # bits within which a draw equals what was observed


class Chance(NamedTuple):
    """Bits that chance alone brings to the divergence of the sums, and to the mean over pairs."""

    pooled: float
    pairs: float


class Floor(NamedTuple):
    """Divergences as observed, in bits, between samples of one community; both from the same draws.

    Attributes
    ----------
    pooled : ndarray of shape (n_resamples,)
        Between the sums of the two phases.
    pairs : ndarray of shape (n_resamples,)
        Mean over all pairs of an after-sample and a before-sample; of single reads, over 400 at most, that hold the
        samples of a phase equally often.
    observed : float, optional
        What the draws of pairs are held against: the mean over those 400 as observed, or of groups of reads what is
        observed to second order, as the draws are; nothing where it is the mean over all pairs as observed.
    observed_pooled : float, optional
        Of groups of reads, the same of the sums.
    """

    pooled: FloatArray
    pairs: FloatArray
    observed: float | None = None
    observed_pooled: float | None = None

    @classmethod
    def drawn(
        cls, after: FloatArray, before: FloatArray, n_resamples: int, rng: np.random.Generator
    ) -> Floor:
        """Reallocate all reads to the samples at random.

        Parameters
        ----------
        after, before : ndarray of shape (n_samples_of_phase, n_categories)
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
        pooled, pairs, observed = null_divergences(samples, len(after), n_resamples, rng)
        return cls(pooled, pairs, observed if len(after) * len(before) > MAX_PAIRS else None)

    @classmethod
    def of_groups(cls, sides: Sides, chance: Chance, n_resamples: int, rng: np.random.Generator) -> Floor:
        """Flip the signs of groups of reads, around the bits that chance alone brings.

        Parameters
        ----------
        sides : (ndarray, ndarray), each of shape (n_samples_of_phase, n_groups, n_categories)
            Counts after and before over the categories seen; no group is empty.
        chance : Chance
            Divergences as observed less those corrected.
        n_resamples : int
            How many draws.
        rng : Generator
            Their source.

        Examples
        --------
        >>> after, before = np.array([[[3.0, 1.0], [2.0, 2.0]]]), np.array([[[1.0, 3.0], [2.0, 2.0]]])
        >>> floor = Floor.of_groups((after, before), Chance(0.2, 0.2), 99, np.random.default_rng(0))
        >>> floor.pooled.shape, bool(np.allclose(floor.pooled, floor.pairs))
        ((99,), True)
        """
        samples, n_after = np.concatenate(sides), len(sides[0])
        pooled = NullForm.pooled(samples, n_after)
        pairs = pooled if len(samples) == 2 else NullForm.pairs(samples, n_after)
        signs = rng.choice((-1.0, 1.0), (n_resamples, samples.shape[1]))
        return cls(
            pooled=chance.pooled + pooled.flipped(signs),
            pairs=chance.pairs + pairs.flipped(signs),
            observed=chance.pairs + pairs.left,
            observed_pooled=chance.pooled + pooled.left,
        )

    def of(self, estimand: str) -> FloatArray:
        """Draws of ``pooled`` or ``pairs``."""
        return self.pooled if estimand == "pooled" else self.pairs

    def p_value(self, estimand: str, observed: float) -> float:
        """How often at least as much as was observed is drawn; what was observed counts as one draw.

        Parameters
        ----------
        estimand : {"pooled", "pairs"}
        observed : float
            As it is; draws of some pairs, and of groups of reads, are held against the same as observed instead.
        """
        null = self.of(estimand)
        instead = self.observed if estimand == "pairs" else self.observed_pooled
        observed = observed if instead is None else instead
        return (1 + int((null >= observed - TIES).sum())) / (1 + len(null))
