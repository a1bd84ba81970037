"""The samples of one subject at rest and on the way back: for a given half-life all is linear, with one bound."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from klbio.distributions import FloatArray

__all__ = ["Errors", "Line", "WayBack"]

LEAST_SHARE = 1e-3  # of the largest divergence: the least that days are taken to scatter like
FLAT = 1e-12  # of its information: a plateau under a curve that does not bend within the samples


class Line(NamedTuple):
    """Best plateau and amplitude for a given half-life, in bits; arrays for several.

    Attributes
    ----------
    plateau, amplitude : ndarray
        A plateau is never below 0, as no divergence is.
    squares : ndarray
        Weighted sum of squares that is left.
    free : ndarray
        Plateau without that bound.
    information : ndarray
        How the squares grow with the square of the distance from the free plateau.
    """

    plateau: FloatArray
    amplitude: FloatArray
    squares: FloatArray
    free: FloatArray
    information: FloatArray


class Errors(NamedTuple):
    """How the samples err.

    Attributes
    ----------
    back, rest : ndarray of shape (n,), (k,)
        Variance of each sample, by itself.
    shared : ndarray of shape (n,)
        Standard deviation of the part that samples on the way back share: that of the baseline they are held against.
    """

    back: FloatArray
    rest: FloatArray
    shared: FloatArray


@dataclass(frozen=True, eq=False)
class WayBack:
    """Divergences of a subject's samples, at rest and after, and how they err.

    Attributes
    ----------
    since : ndarray of shape (n,)
        Time since the first sample of the way back.
    back, rest : ndarray of shape (n,), (k,)
        Divergences in bits.
    errors : Errors
    """

    since: FloatArray
    back: FloatArray
    rest: FloatArray
    errors: Errors

    def erring(self, errors: Errors) -> WayBack:
        """The same samples with other errors."""
        return replace(self, errors=errors)

    @property
    def freedom(self) -> int:
        """Degrees of freedom: level, plateau, amplitude and half-life are spent."""
        return len(self.back) + len(self.rest) - 4

    @cached_property
    def level(self) -> float:
        """Divergence of a sample at rest."""
        return float(np.average(self.rest, weights=1 / self.errors.rest))

    @cached_property
    def _independent(self) -> FloatArray:
        """Matrix that takes the samples on the way back to independent errors of variance 1, transposed."""
        covariance = np.diag(self.errors.back) + np.outer(self.errors.shared, self.errors.shared)
        inverse: FloatArray = np.linalg.inv(np.linalg.cholesky(covariance))
        return inverse.T

    def line(self, log_half_life: FloatArray | float) -> Line:
        """Fit plateau and amplitude."""
        bits, flat = self.back @ self._independent, self._independent.sum(axis=0)
        shape = self._shape(log_half_life) @ self._independent
        own, mixed, of_flat = (shape**2).sum(axis=-1), shape @ flat, float(flat @ flat)
        information = np.maximum(of_flat - mixed**2 / own, FLAT * of_flat)
        free = (bits @ flat - mixed * (shape @ bits) / own) / information
        plateau = np.maximum(free, 0.0)
        amplitude = (shape @ bits - plateau * mixed) / own
        left = bits - plateau[..., None] * flat - amplitude[..., None] * shape
        return Line(plateau, amplitude, (left**2).sum(axis=-1), free, information)

    def squares(self, log_half_life: FloatArray | float) -> FloatArray:
        """Weighted sum of squares of all samples about the best curve with a half-life."""
        squares: FloatArray = self.line(log_half_life).squares + self._rest_squares
        return squares

    @cached_property
    def _rest_squares(self) -> float:
        return float(((self.rest - self.level) ** 2 / self.errors.rest).sum())

    def _shape(self, log_half_life: FloatArray | float) -> FloatArray:
        half_life = np.exp(np.asarray(log_half_life))
        shape: FloatArray = 0.5 ** (self.since / half_life[..., None])
        return shape

    def expected(self, log_half_life: float) -> FloatArray:
        """Divergence of the samples on the way back by the curve, never below that at rest, shape (n,)."""
        line = self.line(log_half_life)
        expected: FloatArray = np.maximum(
            line.plateau + line.amplitude * self._shape(log_half_life), self.least
        )
        return expected

    @property
    def least(self) -> float:
        """Divergence at rest, above 0."""
        return max(self.level, LEAST_SHARE * float(self.back.max()))

    def spread(self, log_half_life: float) -> float:
        """Standard deviation of a sample at rest."""
        unit = float(self.squares(log_half_life)) / self.freedom
        return float(np.sqrt(unit * self.errors.rest.mean()))

    def residual_limit(self, log_half_life: FloatArray | float, sign: int, limit: float) -> FloatArray:
        """Residual furthest up (1) or down (-1) whose squares reach the limit, for a half-life.

        Squares are an ellipse about plateau and level, so the furthest difference is known; where its plateau would
        lie below 0, the plateau is 0 and the level alone moves.
        """
        line, of_level = self.line(log_half_life), (1 / self.errors.rest).sum()
        bend = line.information * (line.plateau - line.free) ** 2
        room = np.maximum(limit - self._rest_squares - line.squares + bend, 0.0)
        both = 1 / line.information + 1 / of_level
        step = sign * np.sqrt(room * both)
        bound = line.free + step / (line.information * both) < 0
        at_bound = sign * np.sqrt(np.maximum(room - line.information * line.free**2, 0.0) / of_level)
        furthest: FloatArray = np.where(bound, at_bound, line.free + step) - self.level
        return furthest
