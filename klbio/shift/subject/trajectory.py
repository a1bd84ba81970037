"""Each sample's divergence from its own subject's baseline, and from the sample before, over time."""

from __future__ import annotations

import numpy as np

from klbio.design import Sample
from klbio.distributions import FloatArray
from klbio.divergences import jensen_shannon_divergence
from klbio.estimates import Estimate
from klbio.shift.samples import UnitCounts
from klbio.shift.subject.divergence import Row

__all__ = ["trajectory_rows"]


def trajectory_rows(unit: UnitCounts, baseline: str) -> list[Row]:
    """Measure every sample of a subject against the sum of its baseline samples, and against the sample before it.

    A baseline sample is measured against the *other* baseline samples; where it is the only one,
    it has no baseline and is left without a number.

    Parameters
    ----------
    unit : UnitCounts
    baseline : str
        Phase of the baseline samples.

    Returns
    -------
    list of dict
        One per sample, in order of time.
    """
    samples = unit.unit.samples
    return [
        _against_baseline(unit, sample, baseline) | _step(unit, sample, last)
        for sample, last in zip(samples, [None, *samples[:-1]], strict=True)
    ]


def _against_baseline(unit: UnitCounts, sample: Sample, baseline: str) -> Row:
    reference = [name for name in unit.unit.names(baseline) if name != sample.name]
    counts = unit.of_sample[sample.name]
    row: Row = {
        "phase": sample.phase,
        "time": sample.time,
        "sample": sample.name,
        "depth": int(counts.sum()),
        "n_reference": len(reference),
    }
    if not reference:
        return row
    estimate = unit.jensen_shannon([sample.name], reference)
    return (
        row
        | _fields(estimate, "jensen_shannon_divergence_bits", "low_bits", "high_bits")
        | {
            "jsd_plugin_bits": estimate.plugin,
            "jsd_pairs_plugin_bits": _mean_plugin(counts, unit.array(reference)),
        }
    )


def _step(unit: UnitCounts, sample: Sample, last: Sample | None) -> Row:
    """Divergence from the subject's sample before; two samples of one time follow each other as in the sheet."""
    if last is None:
        return {}
    estimate = unit.jensen_shannon([sample.name], [last.name])
    return {"previous": last.name} | _fields(estimate, "step_bits", "step_low_bits", "step_high_bits")


def _fields(estimate: Estimate, *names: str) -> Row:
    low, high = estimate.interval()
    bits = (float(np.clip(value, 0.0, 1.0)) for value in (estimate.value, low, high))
    return dict(zip(names, bits, strict=True))


def _mean_plugin(counts: FloatArray, others: FloatArray) -> float:
    """Mean of the observed divergences from each baseline sample, of reads or of reads in groups, in bits."""
    if counts.ndim > 1:
        counts, others = counts.sum(axis=0), others.sum(axis=1)
    p, q = counts / counts.sum(), others / others.sum(axis=1, keepdims=True)
    return float(np.mean(jensen_shannon_divergence(p, q)))
