r"""Did the community come back?  Peak, half-life and permanent residual of one subject after a disturbance.

The way back is read from the samples between the peak and the next disturbance, each by its divergence
to the subject's own baseline; what the samples cannot tell is said, not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from klbio.design import Contrast
from klbio.distributions import FloatArray
from klbio.phrases import CannotTell, Reason, say
from klbio.phrases.way_back import (
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
from klbio.schema import RecoveryCurveRow, RecoveryRow, TrajectoryRow
from klbio.shift.parts import Part
from klbio.shift.phase_pair import Head
from klbio.shift.samples import UnitCounts
from klbio.shift.subject.decay import Decay, Divergences, fit_decay
from klbio.shift.subject.trajectory import trajectory_rows
from klbio.statistics import Z_975

__all__ = ["Recovery", "Residual", "course_parts"]

MIN_FROM_PEAK = 5  # samples from the peak on: three are spent on the curve
MIN_AT_REST = 3  # two share one divergence and show no scatter
N_DRAWN = 40  # points of a curve
# what remains counts as nothing: standard deviations of a sample at rest, or a share of the rise, whichever is more
MARGIN_SPREADS, MARGIN_SHARE = 2.0, 0.05
OUTCOMES: dict[type[Reason], str] = {CameBack: "came back", DidNotComeBack: "did not come back"}


Course = Sequence[TrajectoryRow]


def _bits(course: Course) -> FloatArray:
    return np.array([row.jensen_shannon_divergence_bits for row in course], dtype=float)


def _divergences(course: Course) -> Divergences:
    """Bits, and their variance from the wider side of the interval, for a side may end at 0 or 1."""
    bits = _bits(course)
    ends = np.array([(row.low_bits, row.high_bits) for row in course], dtype=float)  # nan where there is none
    wider = np.abs(ends - bits[:, None]).max(axis=1)
    return Divergences(bits, np.nan_to_num((wider / Z_975) ** 2))


def course_parts(counts: UnitCounts, contrasts: Sequence[Contrast]) -> Iterator[Part]:
    """Tables of one subject's course: against each of its baselines, and after each disturbance."""
    phases = {sample.phase for sample in counts.unit.samples}
    for place, before in enumerate(dict.fromkeys(contrast.before for contrast in contrasts)):
        if before not in phases:
            continue
        course = trajectory_rows(counts, before)
        yield Part("trajectory", course, place)
        for contrast in contrasts:
            if contrast.before == before and contrast.after in phases:
                recovery = Recovery(course, contrast, contrasts)
                yield Part("recovery", [recovery.row()], place)
                yield Part("recovery_curve", recovery.curve(), place)


@dataclass(frozen=True)
class Recovery:
    """What one subject's samples tell of the way back from one disturbance.

    Parameters
    ----------
    course : sequence of TrajectoryRow
        From `klbio.shift.subject.trajectory.trajectory_rows`, in order of time.
    contrast : Contrast
        Baseline and disturbance.
    contrasts : sequence of Contrast
        All of the study: the way back ends where the `after` of one with another `before` begins.
    """

    course: Course
    contrast: Contrast
    contrasts: Sequence[Contrast]

    @property
    def head(self) -> Head:
        """The columns that its tables begin with."""
        start, contrast = self.course[0], self.contrast
        return Head(
            subject=start.subject,
            arm=start.arm,
            before=contrast.before,
            after=contrast.after,
            rank=start.rank,
        )

    def row(self) -> RecoveryRow:
        """Row of ``recovery.tsv``: what cannot be told is None, and `verdict` says why."""
        peak, rest, residual = self.peak, self.at_rest, self.residual
        half_life, (shortest, longest) = self.half_life
        return RecoveryRow(
            **self.head,
            n_baseline=len(rest),
            baseline_bits=self.level if rest else None,
            baseline_max_bits=self.highest_at_rest if rest else None,
            baseline_spread_bits=self.decay.spread if self.decay else None,
            n_samples=len(self.back) if peak else None,
            peak_sample=peak.sample if peak else "",
            peak_time=peak.time if peak else None,
            peak_bits=peak.jensen_shannon_divergence_bits if peak else None,
            peak_low_bits=peak.low_bits if peak else None,
            peak_high_bits=peak.high_bits if peak else None,
            last_time=self.back[-1].time if peak else None,
            half_life=half_life,
            half_life_low=shortest,
            half_life_high=longest,
            residual_bits=residual.value,
            residual_low_bits=residual.low,
            residual_high_bits=residual.high,
            margin_bits=_margin(self.decay) if self.decay else None,
            outcome=OUTCOMES.get(type(self.verdict), "cannot tell"),
            verdict=say(self.verdict),
        )

    def curve(self) -> list[RecoveryCurveRow]:
        """Points of the fitted curve, to be drawn; none where nothing was fitted."""
        decay = self.decay
        if decay is None or decay.amplitude <= 0:
            return []
        start, end = self._times[0], self._times[-1]
        times = np.linspace(start, end, N_DRAWN)
        level = decay.level + decay.residual + decay.amplitude * 0.5 ** ((times - start) / decay.half_life)
        return [
            RecoveryCurveRow(**self.head, time=float(time), fitted_bits=float(bits))
            for time, bits in zip(times, level, strict=True)
        ]

    @cached_property
    def _known(self) -> list[TrajectoryRow]:
        """Samples with a number."""
        return [row for row in self.course if row.jensen_shannon_divergence_bits is not None]

    @cached_property
    def at_rest(self) -> list[TrajectoryRow]:
        """Those of the baseline."""
        return [row for row in self._known if row.phase == self.contrast.before]

    @cached_property
    def back(self) -> list[TrajectoryRow]:
        """From the peak on, until a phase that another contrast holds against another baseline."""
        phases = [row.phase for row in self._known]
        if self.contrast.after not in phases:
            return []
        start = phases.index(self.contrast.after)
        others = {other.after for other in self.contrasts if other.before != self.contrast.before}
        again = others - {self.contrast.after}
        end = next((i for i, phase in enumerate(phases) if i > start and phase in again), None)
        course = [row for row in self._known[start:end] if row.phase != self.contrast.before]
        return course[int(_bits(course).argmax()) :]

    @property
    def peak(self) -> TrajectoryRow | None:
        """Furthest sample: where the way back begins."""
        return self.back[0] if self.back else None

    @cached_property
    def level(self) -> float:
        """Mean divergence of a baseline sample from the others."""
        return float(np.mean(_bits(self.at_rest)))

    @property
    def highest_at_rest(self) -> float:
        """Largest of these divergences."""
        return float(_bits(self.at_rest).max())

    @property
    def _times(self) -> list[float]:
        return [row.time for row in self.back if row.time is not None]

    @cached_property
    def obstacle(self) -> Reason | None:
        """Why nothing can be fitted; None where it can."""
        if not self.back:
            return NoSampleAfter()
        if len(self.at_rest) < MIN_AT_REST:
            return FewAtRest(MIN_AT_REST)
        if self._surely_at_peak <= self.highest_at_rest:
            return PeakWithinRest()
        if any(row.time is None for row in self._known):
            return NoTimes()
        if len(self.back) < MIN_FROM_PEAK or len(set(self._times)) < 4:
            return FewFromPeak(len(self.back), MIN_FROM_PEAK)
        return None

    @property
    def _surely_at_peak(self) -> float:
        """Lower end of the peak's interval; of proportions, which have none, the peak as observed."""
        low = self.back[0].low_bits
        return float(_bits(self.back)[0]) if low is None or np.isnan(low) else low

    @cached_property
    def decay(self) -> Decay | None:
        """The fitted way back."""
        if self.obstacle:
            return None
        return fit_decay(np.array(self._times), _divergences(self.back), _divergences(self.at_rest))

    @property
    def half_life(self) -> tuple[float | None, tuple[float | None, float | None]]:
        """With its interval, where the samples bound it."""
        if self.decay is None or not self.decay.has_half_life:
            return None, (None, None)
        return self.decay.half_life, self.decay.half_life_range

    @property
    def residual(self) -> Residual:
        """What remains."""
        decay = self.decay
        return Residual(decay.residual, *decay.residual_range) if decay else Residual(None, None, None)

    @cached_property
    def verdict(self) -> Reason:
        """What remains beside what the baseline varies, or why that cannot be told."""
        decay = self.decay
        if decay is None or decay.amplitude <= 0:
            return CannotTell(self.obstacle or NoFall())
        half_life = HalfLife(decay.half_life, decay.half_life_range, decay.has_half_life)
        low, high = decay.residual_range
        if low > 0:
            return DidNotComeBack(decay.residual, (low, high), half_life)
        if high <= _margin(decay):
            return CameBack(high, _margin(decay), half_life)
        return PerhapsBack(high, _margin(decay), half_life)


def _margin(decay: Decay) -> float:
    """Bits that may remain of a shift that is over."""
    return max(MARGIN_SPREADS * decay.spread, MARGIN_SHARE * (decay.amplitude + decay.residual))


class Residual(NamedTuple):
    """Bits that remain above the baseline in the long run, with their 95 % interval; nothing where unknown."""

    value: float | None
    low: float | None
    high: float | None
