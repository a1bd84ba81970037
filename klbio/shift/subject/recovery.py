r"""Did the community come back?  Peak, half-life and permanent residual of one subject after a disturbance.

The way back is read from the samples between the peak and the next disturbance, each by its divergence
to the subject's own baseline; what the samples cannot tell is said, not guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import stats

from klbio.design import Contrast
from klbio.distributions import FloatArray
from klbio.phrases import CannotTell, Reason, say
from klbio.phrases.subject import (
    CameBack,
    DidNotComeBack,
    FewAtRest,
    FewFromPeak,
    HalfLife,
    NoFall,
    NoSampleAfter,
    NoTimes,
    PeakWithinRest,
    PerhapsBack,
)
from klbio.shift.subject.divergence import Row
from klbio.statistics import Z_975

__all__ = ["Decay", "curve_rows", "fit_decay", "recovery_row"]

VALUE = "jensen_shannon_divergence_bits"
FEWEST = 5  # samples from the peak on: three are spent on the curve
FEWEST_AT_REST = 3  # two share one divergence and show no scatter
N_HALF_LIVES, N_RESIDUALS, N_DRAWN = 160, 400, 40
OUTCOMES: dict[type[Reason], str] = {CameBack: "came back", DidNotComeBack: "did not come back"}
LONGEST = 4.0  # half-life looked for, in lengths of the time observed


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
        Increasing from the peak, in any unit; at least `FEWEST` samples.
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
    return np.geomspace(shortest, LONGEST * since[-1], N_HALF_LIVES)


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


@dataclass(frozen=True)
class _Way:
    """The samples of one subject around one disturbance."""

    rest: list[Row]  # of the baseline, with a number
    back: list[Row]  # from the peak to the next disturbance
    timed: bool

    @property
    def level(self) -> float:
        """Mean divergence of a baseline sample from the others."""
        return float(np.mean(_bits(self.rest)))

    @property
    def scatter(self) -> float:
        """Standard deviation of those."""
        return float(np.std(_bits(self.rest), ddof=1))

    @property
    def peak(self) -> Row:
        """Furthest sample: where the way back begins."""
        return self.back[0]


def _bits(rows: Sequence[Row]) -> FloatArray:
    return np.array([row[VALUE] for row in rows], dtype=float)


def recovery_row(trajectory: Sequence[Row], contrast: Contrast, contrasts: Sequence[Contrast]) -> Row:
    """Say what one subject's samples tell of the way back from one disturbance.

    Parameters
    ----------
    trajectory : sequence of dict
        From `klbio.shift.subject.trajectory.trajectory_rows`, in order of time.
    contrast : Contrast
        Baseline and disturbance.
    contrasts : sequence of Contrast
        All of the study: the way back ends where the `after` of one with another `before` begins.

    Returns
    -------
    dict
        A row of ``recovery.tsv`` without subject and rank; what cannot be told is None and `verdict` says why.
    """
    way = _way(trajectory, contrast, contrasts)
    row: Row = {"before": contrast.before, "after": contrast.after, "n_baseline": len(way.rest)}
    if way.rest:
        row |= {"baseline_bits": way.level, "baseline_max_bits": float(_bits(way.rest).max())}
    if way.back:
        row |= _peak_fields(way)
    obstacle = _obstacle(way)
    if obstacle:
        return row | _told(CannotTell(obstacle))
    decay = _fitted(way)
    return row | _decay_fields(way, decay)


def _way(trajectory: Sequence[Row], contrast: Contrast, contrasts: Sequence[Contrast]) -> _Way:
    """From the disturbance on, until a phase that another contrast holds against another baseline."""
    numbers = [row for row in trajectory if row.get(VALUE) is not None]
    phases = [row["phase"] for row in numbers]
    rest = [row for row in numbers if row["phase"] == contrast.before]
    timed = all(row["time"] is not None for row in numbers)
    if contrast.after not in phases:
        return _Way(rest, [], timed)
    start = phases.index(contrast.after)
    again = {other.after for other in contrasts if other.before != contrast.before} - {contrast.after}
    end = next((i for i, phase in enumerate(phases) if i > start and phase in again), None)
    course = [row for row in numbers[start:end] if row["phase"] != contrast.before]
    return _Way(rest, course[int(_bits(course).argmax()) :], timed)


def _peak_fields(way: _Way) -> Row:
    return {
        "n_samples": len(way.back),
        "peak_sample": way.peak["sample"],
        "peak_time": way.peak["time"],
        "peak_bits": way.peak[VALUE],
        "peak_low_bits": way.peak["low_bits"],
        "peak_high_bits": way.peak["high_bits"],
        "last_time": way.back[-1]["time"],
    }


def _obstacle(way: _Way) -> Reason | None:
    """Why nothing can be fitted; None where it can."""
    times = [row["time"] for row in way.back]
    if not way.back:
        return NoSampleAfter()
    if len(way.rest) < FEWEST_AT_REST:
        return FewAtRest(FEWEST_AT_REST)
    if float(str(way.peak["low_bits"])) <= float(_bits(way.rest).max()):
        return PeakWithinRest()
    if not way.timed:
        return NoTimes()
    if len(way.back) < FEWEST or len(set(times)) < 4:
        return FewFromPeak(len(way.back), FEWEST)
    return None


def _fitted(way: _Way) -> Decay:
    return fit_decay(np.array([row["time"] for row in way.back], dtype=float), _bits(way.back) - way.level)


def _decay_fields(way: _Way, decay: Decay) -> Row:
    """The fit in numbers and words; the baseline's own standard error widens the residual's interval."""
    spread = Z_975 * way.scatter / sqrt(len(way.rest))
    low = decay.residual - float(np.hypot(decay.residual - decay.residual_range[0], spread))
    low = max(low, -way.level)  # a divergence is never below 0
    high = decay.residual + float(np.hypot(decay.residual_range[1] - decay.residual, spread))
    fields: Row = {"residual_bits": decay.residual, "residual_low_bits": low, "residual_high_bits": high}
    if decay.has_half_life:
        shortest, longest = decay.half_life_range
        fields |= {"half_life": decay.half_life, "half_life_low": shortest, "half_life_high": longest}
    return fields | _told(_verdict(decay, low, high, way))


def _told(verdict: Reason) -> Row:
    """The outcome as a word to filter by, and in words."""
    outcome = OUTCOMES.get(type(verdict), "cannot tell")
    return {"outcome": outcome, "verdict": say(verdict)}


def _verdict(decay: Decay, low: float, high: float, way: _Way) -> Reason:
    """What remains, between `low` and `high`, beside what the baseline varies."""
    half_life = HalfLife(decay.half_life, decay.half_life_range, decay.has_half_life)
    if decay.amplitude <= 0:
        return CannotTell(NoFall())
    if low > 0:
        return DidNotComeBack(decay.residual, (low, high), half_life)
    if high <= float(_bits(way.rest).max()) - way.level:
        return CameBack(half_life)
    return PerhapsBack((low, high), half_life)


def curve_rows(trajectory: Sequence[Row], contrast: Contrast, contrasts: Sequence[Contrast]) -> list[Row]:
    """Points of the fitted curve, to be drawn; none where nothing was fitted."""
    way = _way(trajectory, contrast, contrasts)
    if _obstacle(way):
        return []
    decay = _fitted(way)
    if decay.amplitude <= 0:
        return []
    start, end = (float(str(row["time"])) for row in (way.back[0], way.back[-1]))
    times = np.linspace(start, end, N_DRAWN)
    level = way.level + decay.residual + decay.amplitude * 0.5 ** ((times - start) / decay.half_life)
    return [
        {"before": contrast.before, "after": contrast.after, "time": float(t), "fitted_bits": float(d)}
        for t, d in zip(times, level, strict=True)
    ]
