"""Each sample's distance to its own subject's baseline, over time."""

from __future__ import annotations

import numpy as np

from klbio.design import Contrast, Sample, Unit
from klbio.shift.pairs import Row, jsd
from klbio.shift.table import Rows

__all__ = ["trajectory_rows"]


def trajectory_rows(rows: Rows, unit: Unit, contrast: Contrast) -> list[Row]:
    """Measure every sample of a subject against the sum of its before-samples.

    A before-sample is measured against the *other* before-samples; where it is the only one,
    it has no baseline and is left without a number.

    Returns
    -------
    list of dict
        One per sample, in order of time.
    """
    baseline = unit.names(contrast.before)
    return [_row(rows, sample, [name for name in baseline if name != sample.name]) for sample in unit.samples]


def _row(rows: Rows, sample: Sample, reference: list[str]) -> Row:
    row: Row = {
        "phase": sample.phase,
        "time": sample.time,
        "sample": sample.name,
        "depth": int(rows.array([sample.name]).sum()),
        "n_reference": len(reference),
    }
    if not reference:
        return row
    estimate = jsd(rows.array([sample.name])[0], rows.array(reference).sum(axis=0))
    low, high = estimate.interval()
    return row | {
        "jensen_shannon_divergence_bits": float(np.clip(estimate.value, 0.0, 1.0)),
        "low_bits": min(low, 1.0),
        "high_bits": min(high, 1.0),
        "jsd_plugin_bits": estimate.plugin,
    }
