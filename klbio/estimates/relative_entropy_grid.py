"""Relative entropies of every sample of one phase to every sample of another, without a loop over pairs.

A corrected relative entropy is made of functions of one side's counts each (`klbio.estimates.relative_entropy`), and
sums over categories of their products are products of matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from klbio.distributions import FloatArray
from klbio.estimates.few_counts import Logarithm, Prior
from klbio.estimates.jackknife import Estimate
from klbio.estimates.relative_entropy import (
    LN2,
    has_tables,
    missed_bits,
    relative_entropy_estimate,
)

__all__ = ["Grid", "relative_entropy_grid"]


@dataclass(frozen=True)
class Grid:
    """Divergences of every sample of a side to every one of the other, in bits.

    Attributes
    ----------
    plugin, value, variance : ndarray of shape (n_first, n_second)
        As observed, corrected for bias, and the variance that the reads give.
    freedom : float
        Degrees of freedom of the variances.
    """

    plugin: FloatArray
    value: FloatArray
    variance: FloatArray
    freedom: float = np.inf

    @classmethod
    def of(cls, estimates: Sequence[Sequence[Estimate]]) -> Grid:
        """From an estimate of each pair."""
        plugin, value, variance = (
            np.array([[getattr(one, name) for one in line] for line in estimates])
            for name in ("plugin", "value", "variance")
        )
        return cls(plugin, value, variance, estimates[0][0].freedom)


def relative_entropy_grid(x: FloatArray, y: FloatArray, prior_x: FloatArray, prior_y: FloatArray) -> Grid:
    """Estimate D(x_i || y_j) of all pairs of samples, as `relative_entropy_estimate` does one.

    Parameters
    ----------
    x, y : ndarray of shape (n_samples, [n_groups,] n_categories)
        Counts of the samples of either side.
    prior_x, prior_y : ndarray of shape (n_samples, n_categories)
        Pseudocounts.

    Returns
    -------
    Grid
        A line for each sample of `x`.

    Examples
    --------
    >>> counts, half = np.array([[60.0, 40.0], [40.0, 60.0]]), np.full((2, 2), 0.5)
    >>> relative_entropy_grid(counts, counts, half, half).plugin.round(3).tolist()
    [[0.0, 0.115], [0.115, 0.0]]
    """
    if x.ndim > 2 or not has_tables(prior_x, prior_y):
        return _one_by_one(x, y, prior_x, prior_y)
    return _Products(_After.of(x, prior_x), _Before.of(y, prior_y)).grid()


def _one_by_one(x: FloatArray, y: FloatArray, prior_x: FloatArray, prior_y: FloatArray) -> Grid:
    after, before = zip(x, prior_x, strict=True), list(zip(y, prior_y, strict=True))
    return Grid.of([[relative_entropy_estimate(p, q, a, b) for q, b in before] for p, a in after])


@dataclass(frozen=True)
class _After:
    """The first side: counts, with pseudocounts, corrected terms, and what the loss of a read takes of these."""

    x: FloatArray
    shrunk: FloatArray
    own: FloatArray
    taken: FloatArray

    @classmethod
    def of(cls, x: FloatArray, added: FloatArray) -> _After:
        """Sum what each sample gives by itself, whatever it is held against."""
        priors = [(Prior(a), counts, counts.sum()) for a, counts in zip(added, x, strict=True)]
        own = np.array([prior.own(counts, depth) for prior, counts, depth in priors])
        fewer = np.array([prior.own(np.maximum(counts - 1, 0), depth) for prior, counts, depth in priors])
        return cls(x, x + added, own, np.where(x > 0, own - fewer, 0.0))

    @cached_property
    def total(self) -> FloatArray:
        """Counts and pseudocounts, a column."""
        total: FloatArray = self.shrunk.sum(axis=1, keepdims=True)
        return total


@dataclass(frozen=True)
class _Before:
    """The second side: counts, with pseudocounts, and corrected logarithms."""

    y: FloatArray
    shrunk: FloatArray
    logarithm: Logarithm

    @classmethod
    def of(cls, y: FloatArray, added: FloatArray) -> _Before:
        """Take the logarithms of each sample, whatever is held against it."""
        each = [Prior(b).logarithm(counts) for b, counts in zip(added, y, strict=True)]
        return cls(y, y + added, Logarithm(*map(np.array, zip(*each, strict=True))))

    @cached_property
    def total(self) -> FloatArray:
        """Counts and pseudocounts, a line."""
        total: FloatArray = self.shrunk.sum(axis=1)
        return total


@dataclass(frozen=True)
class _Products:
    """Sums over categories for all pairs of a sample of either side."""

    after: _After
    before: _Before

    def grid(self) -> Grid:
        """All pairs."""
        per_bit = self.after.total * LN2
        value = self._sum(self.after.own, self.before.logarithm.value) / per_bit - self._missed
        shrunk, other = self.after.shrunk, self.before.shrunk
        plugin = self._sum(shrunk * np.log(shrunk), np.log(other)) / per_bit
        return Grid(np.maximum(plugin, 0.0), value, np.maximum(self._variance / per_bit**2, 0.0))

    def _sum(self, own: FloatArray, logarithm: FloatArray) -> FloatArray:
        """Own terms less the reads times the other side's logarithm, as if both sides had one depth."""
        after, before = self.after, self.before
        ratio = np.log(before.total / after.total)
        terms: FloatArray = own.sum(axis=1, keepdims=True)
        return terms - after.shrunk @ logarithm.T + after.total * ratio

    @property
    def _missed(self) -> FloatArray:
        """Bias by the categories that no read has met; none where the support goes beyond those that were met."""
        x, y = self.after.x, self.before.y
        once_after = (x == 1).astype(float) @ (y == 0).T
        once_before = (x == 0).astype(float) @ (y == 1).T
        none_missed = (x == 0).astype(float) @ (y == 0).T > 0
        bits = missed_bits(once_after, once_before, self.after.total, self.before.total)
        return np.where(none_missed, 0.0, bits)

    @property
    def _variance(self) -> FloatArray:
        """At fixed depths, in squared nats of a read."""
        x, taken, before = self.after.x, self.after.taken, self.before.logarithm
        depths, others = x.sum(axis=1, keepdims=True), self.before.y.sum(axis=1)
        mean = ((x * taken).sum(axis=1, keepdims=True) - x @ before.value.T) / depths
        square: FloatArray = (x * taken**2).sum(axis=1, keepdims=True) - 2 * (x * taken) @ before.value.T
        square += x @ (before.value**2).T
        pull = np.maximum(self.after.shrunk**2 - x, 0.0) @ before.variance.T
        square += pull - depths * mean**2 - (self.after.shrunk @ before.covariance.T) ** 2 / others
        return square
