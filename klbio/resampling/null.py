r"""What samples would look like if nothing had changed: reads dealt to samples at random.

Where a read brings many counts that belong together (its k-mers), the counts of a sample
come in groups of whole reads: then the signs of groups are flipped instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from klbio.distributions import FloatArray

__all__ = ["generator", "null_signs", "null_splits"]

Ints = NDArray[np.int64]

MOST_CELLS = 4_000_000  # of one batch of dealings: 32 MB
SHUFFLE_PAYS = 12  # a hypergeometric draw costs as much as shuffling twelve reads


def null_splits(
    pool: FloatArray, depths: Sequence[int], n_resamples: int, rng: np.random.Generator
) -> Iterator[FloatArray]:
    """Deal the reads of a pool out at random to samples of the given depths.

    If nothing changed between samples of one community, every dealing is as likely as
    the one observed; a test against these is exact at any depth.

    Parameters
    ----------
    pool : ndarray of shape (n_categories,)
        Summed counts of all samples.
    depths : sequence of int
        Depths of the samples; they sum to the pool's total.
    n_resamples : int
        How many dealings.

    Yields
    ------
    ndarray of shape (n_samples, n_resamples_of_this_batch, n_categories)
        Batches of bounded size, `n_resamples` in all.

    Examples
    --------
    >>> (dealt,) = null_splits(np.array([3., 1.]), [2, 2], 5, np.random.default_rng(0))
    >>> (dealt.sum(axis=0) == [3, 1]).all()
    np.True_
    """
    draws = (len(depths) - 1) * len(pool)
    deal = _shuffled if sum(depths) < SHUFFLE_PAYS * draws else _drawn
    batch = max(1, min(n_resamples, MOST_CELLS // (len(depths) * len(pool))))
    for start in range(0, n_resamples, batch):
        yield deal(pool.astype(np.int64), depths, min(batch, n_resamples - start), rng)


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
    batch = max(1, min(n_resamples, MOST_CELLS // (n_samples * n_categories)))
    for start in range(0, n_resamples, batch):
        signs = rng.choice((-1.0, 1.0), (n_samples, min(batch, n_resamples - start), n_groups))
        yield np.maximum(around[:, None] + signs @ residuals, 0.0)


def _shuffled(pool: Ints, depths: Sequence[int], size: int, rng: np.random.Generator) -> FloatArray:
    """Shuffle the reads and cut the row where each sample ends: cheap for shallow samples."""
    reads = np.repeat(np.arange(len(pool)), pool)
    home = np.repeat(np.arange(len(depths)) * len(pool), depths)
    cells = len(depths) * len(pool)
    dealt = [np.bincount(home + rng.permutation(reads), minlength=cells) for _ in range(size)]
    return np.array(dealt, dtype=float).reshape(size, len(depths), len(pool)).swapaxes(0, 1)


def _drawn(pool: Ints, depths: Sequence[int], size: int, rng: np.random.Generator) -> FloatArray:
    """Draw sample after sample, category after category, hypergeometrically: cheap for deep samples."""
    left = np.repeat(pool[:, None], size, axis=1)  # categories first, so that a category is contiguous
    dealt = np.empty((len(depths), len(pool), size))
    for i, depth in enumerate(depths[:-1]):
        wanted, others = np.full(size, depth), left.sum(axis=0)
        for k, there in enumerate(left):
            others = others - there
            hand = rng.hypergeometric(there, others, wanted)
            wanted, dealt[i, k] = wanted - hand, hand
        left = left - dealt[i].astype(np.int64)
    dealt[-1] = left
    return dealt.swapaxes(1, 2)


def generator(seed: int, *names: str) -> np.random.Generator:
    """Make a random generator that depends on a seed and on what is drawn for, not on the order of work.

    Examples
    --------
    >>> generator(1, "S1").integers(100) == generator(1, "S1").integers(100)
    np.True_
    """
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])
