"""Does the answer hang on a choice?  The same shift over a grid of smoothings and supports."""

from __future__ import annotations

import numpy as np

from klbio.design import Contrast, Unit
from klbio.divergences import jensen_shannon_divergence, relative_entropy
from klbio.shift.pairs import Row
from klbio.shift.settings import SUPPORTS
from klbio.shift.table import PhaseCounts, Rows
from klbio.smoothing import parse_smoothing

__all__ = ["SMOOTHINGS", "sensitivity_rows"]

SMOOTHINGS = (
    "none",
    "additive(1e-06)",
    "additive(0.01)",
    "additive(0.1)",
    "additive(0.5)",
    "additive(1)",
    "james-stein",
)


def sensitivity_rows(rows: Rows, unit: Unit, contrast: Contrast) -> list[Row]:
    """Measure one subject's pooled shift, as observed, under every smoothing and support.

    Here the Jensen-Shannon divergence is smoothed too, to show what that would do.
    """
    names = unit.names(contrast.after), unit.names(contrast.before)
    phases = {support: rows.phases(*names, support) for support in SUPPORTS}
    return [
        _row(counts, smoothing, support) for support, counts in phases.items() for smoothing in SMOOTHINGS
    ]


def _row(counts: PhaseCounts, smoothing: str, support: str) -> Row:
    estimator = parse_smoothing(smoothing)
    p, q = estimator.probabilities(np.vstack(counts.totals))
    return {
        "smoothing": str(estimator),
        "support": f"{support} union" if support == "pair" else support,
        "n_categories": len(counts.labels),
        "jensen_shannon_divergence_bits": float(jensen_shannon_divergence(p, q)),
        "relative_entropy_after_before_bits": float(relative_entropy(p, q)),
        "relative_entropy_before_after_bits": float(relative_entropy(q, p)),
    }
