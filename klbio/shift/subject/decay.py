"""An exponential return to a level that need not be the one of before, fitted by least squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from klbio.distributions import FloatArray

__all__ = ["Decay", "fit_decay"]

N_HALF_LIVES, N_RESIDUALS = 160, 400
MAX_HALF_LIFE = 4.0  # half-life looked for, in lengths of the time observed


@dataclass(frozen=True)
class Decay:
    r"""A fitted way back, :math:`d(t) = r + a\,2^{-(t - t_0)/h}` above the baseline's level.

    Attributes
    ----------
    residual, amplitude : float
        r and a, in bits.
    half_life : float
        h, in the unit of time.
    residual_range, half_life_range : tuple of float
        95 % intervals by profile likelihood.
    seen : tuple of float
        Shortest and longest half-life that was tried; an interval that reaches an end is open there.
    """

    residual: float
    amplitude: float
    half_life: float
    residual_range: tuple[float, float]
    half_life_range: tuple[float, float]
    seen: tuple[float, float]

    @property
    def has_half_life(self) -> bool:
        """Whether the samples bound the half-life on both sides."""
        low, high = self.half_life_range
        return self.amplitude > 0 and low > self.seen[0] and high < self.seen[1]


def fit_decay(time: FloatArray, above: FloatArray) -> Decay:
    r"""Fit an exponential return to a level that need not be the one of before.

    .. math::
        (\hat r, \hat a, \hat h) = \arg\min_{r, a, h} \sum_i \left(d_i - r - a\,2^{-(t_i - t_0)/h}\right)^2

    The half-life runs over a grid, evenly spaced in its logarithm; r and a follow by least squares.  The 95 %
    interval of a parameter holds the values whose best sum of squares is below
    :math:`S_{min} (1 + F_{0.95; 1, n - 3} / (n - 3))` [1]_.

    Parameters
    ----------
    time : ndarray of shape (n_samples,)
        Increasing from the peak, in any unit; at least five samples.
    above : ndarray of shape (n_samples,)
        Divergence from the baseline less the baseline's own level, in bits.

    Returns
    -------
    Decay

    References
    ----------
    .. [1] Bates DM, Watts DG (1988) Nonlinear regression analysis and its applications. Wiley.
       doi:10.1002/9780470316757

    Examples
    --------
    >>> time = np.arange(8.0)
    >>> decay = fit_decay(time, 0.1 + 0.4 * 0.5 ** (time / 2))
    >>> print(f"{decay.half_life:.1f} {decay.residual:.2f}")
    2.0 0.10
    """
    since = time - time[0]
    tried = _half_lives(since)
    shapes = 0.5 ** (since / tried[:, None])  # (n_half_lives, n_samples)
    residuals, amplitudes, squares = _least_squares(shapes, above)
    best = int(squares.argmin())
    limit = squares[best] * (1 + stats.f.ppf(0.95, 1, len(time) - 3) / (len(time) - 3)) + 1e-12
    inside = tried[squares <= limit]
    return Decay(
        residual=float(residuals[best]),
        amplitude=float(amplitudes[best]),
        half_life=float(tried[best]),
        residual_range=_residual_range(shapes, above, float(residuals[best]), limit),
        half_life_range=(float(inside.min()), float(inside.max())),
        seen=(float(tried[0]), float(tried[-1])),
    )


def _half_lives(since: FloatArray) -> FloatArray:
    shortest = float(np.diff(since)[np.diff(since) > 0].min()) / 4
    return np.geomspace(shortest, MAX_HALF_LIFE * since[-1], N_HALF_LIVES)


def _least_squares(shapes: FloatArray, above: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Level and amplitude that fit each shape best, and what is left, each of shape (n_half_lives,)."""
    centred, mean = shapes - shapes.mean(axis=1, keepdims=True), above.mean()
    amplitudes = centred @ (above - mean) / (centred**2).sum(axis=1)
    levels = mean - amplitudes * shapes.mean(axis=1)
    left = above - levels[:, None] - amplitudes[:, None] * shapes
    return levels, amplitudes, (left**2).sum(axis=1)


def _residual_range(shapes: FloatArray, above: FloatArray, best: float, limit: float) -> tuple[float, float]:
    """Levels that fit nearly as well with some half-life; up to a bit on either side of the best."""
    levels = best + np.linspace(-1, 1, 2 * N_RESIDUALS + 1)
    over = above - levels[:, None]  # (n_levels, n_samples)
    along = over @ shapes.T  # (n_levels, n_half_lives)
    squares = (over**2).sum(axis=1)[:, None] - along**2 / (shapes**2).sum(axis=1)
    inside = levels[squares.min(axis=1) <= limit]
    return (float(inside.min()), float(inside.max())) if len(inside) else (best, best)
