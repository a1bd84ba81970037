"""What a count says of functions of the count to be expected, where it is small: corrections, in tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, xlogy

from klbio.distributions import FloatArray

__all__ = ["Logarithm", "Prior"]

FEW = 40  # counts below which the correction is read from a table; beyond, two terms of a series suffice
REACH = 160  # of the tables: a Poisson draw of mean FEW or less, eight times over, stays within
DOUBLINGS = 3  # 2^3 terms of the series that removes the bias; more add noise and take little away
ROOT_STEP, MAX_ROOT = 0.1, 9.5  # of roots of expected counts, for their posterior


class Logarithm(NamedTuple):
    """Of the before-side: its corrected value, variance, and covariance with the count itself."""

    value: FloatArray
    variance: FloatArray
    covariance: FloatArray


class _Tables(NamedTuple):
    """For each pseudocount and each count below FEW: corrections, and moments of the corrected logarithm."""

    log: FloatArray
    own: FloatArray
    variance: FloatArray
    covariance: FloatArray


@dataclass(frozen=True)
class Prior:
    """Pseudocounts of one side, and the corrections of small counts that follow from them.

    Attributes
    ----------
    added : ndarray of shape (n_categories,)
    """

    added: FloatArray

    @cached_property
    def _looked_up(self) -> tuple[_Tables, NDArray[np.intp]]:
        if (self.added == self.added[0]).all():  # as it mostly is
            return _tables((float(self.added[0]),)), np.zeros(len(self.added), np.intp)
        different, which = np.unique(self.added, return_inverse=True)
        return _tables(tuple(different.tolist())), which

    def own(self, x: FloatArray, depth: float) -> FloatArray:
        """Corrected ``(x + a) ln (x + a)`` of counts of a side of some depth."""
        tables, which = self._looked_up
        shrunk, at = x + self.added, np.minimum(x, FEW - 1).astype(np.intp)
        correction = np.where(x < FEW, tables.own[which, at], -x / (2 * shrunk))
        value: FloatArray = shrunk * np.log(shrunk) + (1 - x / depth) * correction
        return value

    def logarithm(self, y: FloatArray) -> Logarithm:
        """Corrected ``ln (y + b)``."""
        tables, which = self._looked_up
        few, at, shrunk = y < FEW, np.minimum(y, FEW - 1).astype(np.intp), y + self.added
        correction = np.where(few, tables.log[which, at], y / (2 * shrunk**2))
        return Logarithm(
            np.log(shrunk) + (1 - y / y.sum()) * correction,
            np.where(few, tables.variance[which, at], y / shrunk**2),
            np.where(few, tables.covariance[which, at], y / shrunk),
        )


@lru_cache(maxsize=64)
def _tables(priors: tuple[float, ...]) -> _Tables:
    """Tables for the pseudocounts, shape (n_pseudocounts, FEW) each."""
    noise = _poisson()
    shifted = noise.counts + np.array(priors)[:, None]
    log, own = np.log(shifted) @ noise.remove.T, (shifted * np.log(shifted)) @ noise.remove.T
    corrected = np.log(shifted) + log
    mean = corrected @ noise.drawn.T
    variance = corrected**2 @ noise.drawn.T - mean**2
    covariance = (corrected * noise.counts) @ noise.drawn.T - mean * noise.nodes
    return _Tables(log[:, :FEW], own[:, :FEW], variance @ noise.mixing.T, covariance @ noise.mixing.T)


class _Poisson(NamedTuple):
    """What all tables share.

    Attributes
    ----------
    counts : ndarray of shape (REACH + 1,)
    remove : ndarray of shape (REACH + 1, REACH + 1)
        Takes a function of the count to its correction.
    nodes : ndarray of shape (n_nodes,)
        Expected counts.
    drawn : ndarray of shape (n_nodes, REACH + 1)
        Probability of each count, given an expected one.
    mixing : ndarray of shape (FEW, n_nodes)
        Posterior weight of each expected count, given a count.
    """

    counts: FloatArray
    remove: FloatArray
    nodes: FloatArray
    drawn: FloatArray
    mixing: FloatArray


@lru_cache(maxsize=1)
def _poisson() -> _Poisson:
    z = np.arange(REACH + 1.0)
    noise = _probabilities(z, z)
    rest = np.eye(len(z)) - noise / noise.sum(axis=1, keepdims=True)
    series, power = np.eye(len(z)), rest
    for _ in range(DOUBLINGS):
        series, power = series + power @ series, power @ power
    roots = np.arange(ROOT_STEP / 2, MAX_ROOT, ROOT_STEP)  # Jeffreys' prior is flat in them
    mixing = np.exp(xlogy(2 * z[:FEW, None], roots) - roots**2)
    return _Poisson(
        z,
        series - np.eye(len(z)),
        roots**2,
        _probabilities(z, roots**2),
        mixing / mixing.sum(axis=1, keepdims=True),
    )


def _probabilities(z: FloatArray, mean: FloatArray) -> FloatArray:
    """Probability of each count by Poisson, shape (n_means, n_counts)."""
    chances: FloatArray = np.exp(xlogy(z, mean[:, None]) - mean[:, None] - gammaln(z + 1))
    return chances
