"""Each sample's divergence from its own subject's baseline, and from the sample before, over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from klbio.design import Sample
from klbio.distributions import FloatArray
from klbio.divergences import kernels
from klbio.estimates import Estimate
from klbio.schema import TrajectoryRow
from klbio.shift.samples import Names, UnitCounts

__all__ = ["trajectory_rows"]

LN2 = float(np.log(2))


def trajectory_rows(counts: UnitCounts, baseline: str) -> list[TrajectoryRow]:
    """Measure every sample of a subject against the sum of its baseline samples, and against the sample before it.

    A baseline sample is measured against the *other* baseline samples; where it is the only one,
    it has no baseline and is left without a number.

    Parameters
    ----------
    counts : UnitCounts
        All samples of the subject in one arm.
    baseline : str
        Phase of the baseline samples.

    Returns
    -------
    list of TrajectoryRow
        One per sample, in order of time.
    """
    samples = counts.unit.samples
    return [
        _Stop(counts, sample, last, baseline).row()
        for sample, last in zip(samples, [None, *samples[:-1]], strict=True)
    ]


@dataclass(frozen=True)
class _Stop:
    """A sample on the course of its subject, and the sample before it; those of one time follow as in the sheet."""

    counts: UnitCounts
    sample: Sample
    last: Sample | None
    baseline: str

    def row(self) -> TrajectoryRow:
        """Measure it."""
        reference = [name for name in self.counts.unit.names(self.baseline) if name != self.sample.name]
        from_baseline = _Bits.of(self._estimate(reference) if reference else None)
        step = _Bits.of(self._estimate([self.last.name]) if self.last else None)
        return TrajectoryRow(
            subject=self.sample.subject,
            arm=self.sample.arm,
            phase=self.sample.phase,
            time=self.sample.time,
            sample=self.sample.name,
            depth=int(self._own.sum()) if self.counts.study.of_reads else None,
            rank=self.counts.study.rank,
            baseline=self.baseline,
            n_reference=len(reference),
            jensen_shannon_divergence_bits=from_baseline.value,
            low_bits=from_baseline.low,
            high_bits=from_baseline.high,
            jsd_plugin_bits=from_baseline.plugin,
            jsd_pairs_plugin_bits=_mean_plugin(self._own, self.counts.array(reference))
            if reference
            else None,
            previous=self.last.name if self.last else "",
            step_bits=step.value,
            step_low_bits=step.low,
            step_high_bits=step.high,
        )

    @property
    def _own(self) -> FloatArray:
        return self.counts.of_sample[self.sample.name]

    def _estimate(self, others: Names) -> Estimate:
        return self.counts.jensen_shannon([self.sample.name], others)


class _Bits(NamedTuple):
    """A divergence with its interval, each within 0 and 1 bit, and as observed; nothing where there is none."""

    value: float | None
    low: float | None
    high: float | None
    plugin: float | None

    @classmethod
    def of(cls, estimate: Estimate | None) -> _Bits:
        """Clip an estimate."""
        if estimate is None:
            return cls(None, None, None, None)
        ends = (estimate.value, *estimate.interval())
        value, low, high = (min(max(bits, 0.0), 1.0) for bits in ends)
        return cls(value, low, high, estimate.plugin)


def _mean_plugin(counts: FloatArray, others: FloatArray) -> float:
    """Mean of the observed divergences from each baseline sample, of reads or of reads in groups, in bits."""
    if counts.ndim > 1:
        counts, others = counts.sum(axis=0), others.sum(axis=1)
    p, q = counts / counts.sum(), others / others.sum(axis=1, keepdims=True)
    return float(np.mean(kernels.jensen_shannon_divergence(p, q)) / LN2)
