"""Does the answer hang on a choice?  The same shift over a grid of smoothings and supports."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from klbio.estimates import observed_divergences
from klbio.schema import SensitivityRow
from klbio.shift.phase_pair import PhasePair
from klbio.shift.settings import SUPPORTS, Support
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
ESTIMATORS = [parse_smoothing(smoothing) for smoothing in SMOOTHINGS]


def sensitivity_rows(pair: PhasePair) -> list[SensitivityRow]:
    """Measure one subject's pooled shift, as observed, under every smoothing and support.

    Here the Jensen-Shannon divergence is smoothed too, to show what that would do.  Of proportions there are no rows:
    a pseudocount is a part of a read.
    """
    return [row for support in SUPPORTS for row in _rows(pair, support)] if pair.of_reads else []


def _rows(pair: PhasePair, support: Support) -> Iterator[SensitivityRow]:
    """One row for each smoothing; all are measured in one go."""
    totals, n_categories = np.vstack(pair.on(support).totals), len(pair.on(support).labels)
    p, q = np.stack([estimator.probabilities(totals) for estimator in ESTIMATORS], axis=1)
    bits = observed_divergences(p, q).T.tolist()
    for estimator, (both, after_before, before_after) in zip(ESTIMATORS, bits, strict=True):
        yield SensitivityRow(
            **pair.head,
            smoothing=str(estimator),
            support=SUPPORTS[support],
            n_categories=n_categories,
            jensen_shannon_divergence_bits=both,
            relative_entropy_after_before_bits=after_before,
            relative_entropy_before_after_bits=before_after,
        )
