"""What a subject's shift would look like if nothing had changed: its floor."""

from __future__ import annotations

import numpy as np
from scipy.special import xlogy

from klbio.distributions import FloatArray
from klbio.estimates import null_divergences, null_signs
from klbio.shift.phase_pair import PhaseCounts

__all__ = ["floor"]

LN2 = float(np.log(2))


def floor(counts: PhaseCounts, n_resamples: int, rng: np.random.Generator) -> dict[str, FloatArray]:
    """Plug-in divergences when the unit's reads are dealt to its samples at random.

    Returns
    -------
    dict of str to ndarray of shape (n_resamples,)
        Bits, for each estimand, from the same dealings.
    """
    samples = np.concatenate([counts.after, counts.before])
    n_after = len(counts.after)
    null = _of_groups if samples.ndim > 2 else null_divergences
    pooled, pairs = null(samples, n_after, n_resamples, rng)
    return {"pooled": pooled, "pairs": pairs}


def _of_groups(
    samples: FloatArray, n_after: int, n_resamples: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Pooled and over pairs, where the signs of groups of reads are flipped."""
    pooled, pairs = [], []
    for drawn in null_signs(samples, n_resamples, rng):
        after, before = drawn[:n_after], drawn[n_after:]
        pairs.append(_mean_plugin(after, before))
        pooled.append(_mean_plugin(after.sum(axis=0)[None], before.sum(axis=0)[None]))
    return np.concatenate(pooled), np.concatenate(pairs)


def _mean_plugin(after: FloatArray, before: FloatArray) -> FloatArray:
    """Mean unsmoothed divergence over all pairs of samples, for each resample, in bits.

    With f(s) = s log s, twice the divergence is sum f(p) + f(q) - f(p + q) + 2 log 2: only the last
    sum belongs to a pair.  Digits lost to cancellation (1e-15 bits) do not matter for a null law.
    """
    p_all, q_all = (side / side.sum(axis=-1, keepdims=True) for side in (after, before))
    own = sum(xlogy(side, side).sum(axis=-1).mean(axis=0) for side in (p_all, q_all))
    shared = np.mean([xlogy(p + q, p + q).sum(axis=-1) for p in p_all for q in q_all], axis=0)
    mean: FloatArray = np.maximum((own - shared) / (2 * LN2) + 1.0, 0.0)
    return mean
