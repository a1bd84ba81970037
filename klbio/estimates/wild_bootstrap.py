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
        x_s^* = n_s \left(p + \sum_b \frac{\epsilon_b r_{sb}}{\sqrt{1 - n_{sb} / n_s}}\right)_+, \qquad
        r_{sb} = \frac{x_{sb} - n_{sb} \hat p_s}{n_s}

    with `p` the composition of all samples together, :math:`\epsilon_b` a fair sign, and
    :math:`n_{sb}` the counts of a group: a wild bootstrap [1]_, each group with its leverage [2]_.
    Counts that come together stay together, at each sample's own depth.

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
    .. [2] MacKinnon JG, White H (1985) Some heteroskedasticity-consistent covariance matrix estimators with
       improved finite sample properties. J Econometrics 29:305-325. doi:10.1016/0304-4076(85)90158-7

    Examples
    --------
    >>> (drawn,) = null_signs(np.array([[[3.0, 1.0], [1.0, 3.0]]]), 4, np.random.default_rng(0))
    >>> drawn.shape, drawn.mean()
    ((1, 4, 2), np.float64(4.0))
    """
    n_samples, n_groups, n_categories = samples.shape
    pool = samples.sum(axis=(0, 1)) / samples.sum()
    shares = samples.sum(axis=1) / samples.sum(axis=(1, 2))[:, None]
    sizes, depths = samples.sum(axis=2, keepdims=True), samples.sum(axis=(1, 2))[:, None]
    residuals = samples - sizes * shares[:, None]
    residuals /= np.sqrt(1 - sizes / depths[..., None])
    around = depths * pool
    batch = max(1, min(n_resamples, MAX_CELLS // (n_samples * n_categories)))
    for start in range(0, n_resamples, batch):
        signs = rng.choice((-1.0, 1.0), (n_samples, min(batch, n_resamples - start), n_groups))
        yield np.maximum(around[:, None] + signs @ residuals, 0.0)
