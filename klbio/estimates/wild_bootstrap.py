r"""What samples would look like if nothing had changed, where a read brings many counts.

Its k-mers belong together, so the counts of a sample come in groups of whole reads, whose signs are
flipped.  Where a read is one count, `klbio.estimates.read_reallocation` draws instead.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from klbio.distributions import FloatArray

__all__ = ["null_signs"]

MAX_CELLS = 4_000_000  # of one batch of draws: 32 MB


def null_signs(samples: FloatArray, n_resamples: int, rng: np.random.Generator) -> Iterator[FloatArray]:
    r"""Draw samples around one common composition that scatter as the groups of reads of each sample do.

    .. math::
        x_s^* = n_s \left(p + \sqrt{\tfrac{B}{B - 1}} \sum_b \epsilon_b r_{sb}\right)_+, \qquad
        r_{sb} = \frac{x_{sb} - n_{sb} \hat p_s}{n_s}

    with `p` the composition of all samples together, :math:`\epsilon_b` a fair sign, and `B` groups:
    a wild bootstrap [1]_.  Counts that come together stay together, at each sample's own depth.

    Parameters
    ----------
    samples : ndarray of shape (n_samples, n_groups, n_categories)
        Counts; no group is empty.
    n_resamples : int
        How many draws.

    Yields
    ------
    ndarray of shape (n_samples, n_resamples_of_this_batch, n_categories)
        Batches of bounded size, `n_resamples` in all.

    References
    ----------
    .. [1] Wu CFJ (1986) Jackknife, bootstrap and other resampling methods in regression
       analysis. Ann Stat 14:1261-1295. doi:10.1214/aos/1176350142

    Examples
    --------
    >>> (drawn,) = null_signs(np.array([[[3.0, 1.0], [1.0, 3.0]]]), 4, np.random.default_rng(0))
    >>> drawn.shape, drawn.mean()
    ((1, 4, 2), np.float64(4.0))
    """
    n_samples, n_groups, n_categories = samples.shape
    pool = samples.sum(axis=(0, 1)) / samples.sum()
    shares = samples.sum(axis=1) / samples.sum(axis=(1, 2))[:, None]
    residuals = samples - samples.sum(axis=2, keepdims=True) * shares[:, None]
    residuals *= np.sqrt(n_groups / (n_groups - 1))
    around = samples.sum(axis=(1, 2))[:, None] * pool
    batch = max(1, min(n_resamples, MAX_CELLS // (n_samples * n_categories)))
    for start in range(0, n_resamples, batch):
        signs = rng.choice((-1.0, 1.0), (n_samples, min(batch, n_resamples - start), n_groups))
        yield np.maximum(around[:, None] + signs @ residuals, 0.0)
