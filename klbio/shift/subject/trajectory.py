"""Each sample's divergence from its own subject's baseline, and from the sample before, over time."""

from __future__ import annotations

import numpy as np

from klbio.design import Contrast, Sample, Unit
from klbio.distributions import FloatArray
from klbio.divergences import jensen_shannon_divergence
from klbio.estimates import Estimate
from klbio.shift.phase_pair import Rows
from klbio.shift.subject.divergence import Row, jsd

__all__ = ["trajectory_rows"]


def trajectory_rows(rows: Rows, unit: Unit, contrast: Contrast) -> list[Row]:
    """Measure every sample of a subject against the sum of its before-samples, and against the sample before it.

    A before-sample is measured against the *other* before-samples; where it is the only one,
    it has no baseline and is left without a number.

    Returns
    -------
    list of dict
        One per sample, in order of time.
    """
    at_rest = unit.names(contrast.before)
    earlier = [None, *unit.samples[:-1]]
    return [
        _row(rows, sample, [name for name in at_rest if name != sample.name]) | _step(rows, sample, last)
        for sample, last in zip(unit.samples, earlier, strict=True)
    ]


def _row(rows: Rows, sample: Sample, reference: list[str]) -> Row:
    counts = rows.array([sample.name])
    row: Row = {
        "phase": sample.phase,
        "time": sample.time,
        "sample": sample.name,
        "depth": int(counts.sum()),
        "n_reference": len(reference),
    }
    if not reference:
        return row
    others = rows.array(reference)
    estimate = jsd(counts[0], others.sum(axis=0))
    return (
        row
        | _fields(estimate, "jensen_shannon_divergence_bits", "low_bits", "high_bits")
        | {"jsd_plugin_bits": estimate.plugin, "jsd_pairs_plugin_bits": _mean_plugin(counts[0], others)}
    )


def _step(rows: Rows, sample: Sample, last: Sample | None) -> Row:
    """Divergence from the subject's sample before; two samples of one time follow each other as in the sheet."""
    if last is None:
        return {}
    now, then = rows.array([sample.name, last.name])
    return {"previous": last.name} | _fields(jsd(now, then), "step_bits", "step_low_bits", "step_high_bits")


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
