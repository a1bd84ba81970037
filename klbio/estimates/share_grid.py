"""The shares of reads that a taxon can have in the one of two samples, and laws of them to start from."""

from __future__ import annotations

import numpy as np

from klbio.distributions import FloatArray
from klbio.divergences import kernels

__all__ = ["LOG_ODDS", "MANY", "N_SHARES", "START", "UNCHANGED", "observed_terms"]

LN2 = float(np.log(2))
STEP, SPAN = 0.2, 9.0  # of the grid, in log odds: as fine as 30 + 30 reads of a taxon tell its share
# the ends stand for the shares 0 and 1
LOG_ODDS = np.concatenate([[-SPAN], np.arange(-SPAN, SPAN + STEP / 2, STEP), [SPAN]])
N_SHARES = len(LOG_ODDS)
UNCHANGED: FloatArray = (np.arange(N_SHARES) == N_SHARES // 2).astype(
    float
)  # law of taxa of which none has changed
# law to start from: half have not changed, and a fold change is the rarer, the larger it is
START: FloatArray = (np.exp(-np.abs(LOG_ODDS)) / np.exp(-np.abs(LOG_ODDS)).sum() + UNCHANGED) / 2
MANY = 60  # reads in all, at equal depths: the taxon speaks for itself, and the jackknife suffices


def observed_terms(p: FloatArray, q: FloatArray) -> FloatArray:
    """Terms of the Jensen-Shannon divergence, in bits."""
    terms: FloatArray = kernels.jensen_shannon_terms(p, q) / LN2
    return terms
